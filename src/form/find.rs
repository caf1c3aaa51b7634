//! Finding the tables on the sheets and putting them together to forms.
//!
//! A sheet is read row by row. A header row (an item word and a score word) sets the columns; a
//! title of a rating table sets the section; rows are known by an item's, a mark's or a total's
//! label. Which of the totals is which follows from its words, its place, and the points beside it.

use super::{Form, Forms, ItemPlace, Place, RatingPlace, info};
use crate::cell::CellRef;
use crate::problem::Problem;
use crate::refs::{Reference, references};
use crate::scheme::Scheme;
use crate::text::{compact, label, person_key};
use crate::words;
use crate::workbook::{Sheet, Value, Visibility, Workbook};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Texts by which a large sheet is known to matter.
pub fn vocabulary(schemes: &[Scheme]) -> HashSet<String> {
    let mut words = HashSet::new();
    let mut add = |name: &str| {
        words.insert(label(name));
    };
    for scheme in schemes {
        let team = scheme.team.iter().flat_map(|t| &t.columns);
        for metric in scheme.metrics.iter().chain(team) {
            add(&metric.name);
            metric.aliases.iter().for_each(|a| add(a));
        }
        for item in &scheme.items {
            add(&item.name);
            item.aliases.iter().for_each(|a| add(a));
        }
        for mark in scheme.ratings.iter().flat_map(|r| &r.marks) {
            add(&mark.name);
        }
    }
    words
}

/// How many of a scheme's items the workbook holds.
pub fn fit(workbook: &Workbook, scheme: &Scheme) -> usize {
    let lexicon = Lexicon::new(scheme);
    let mut found = HashSet::new();
    for cell in workbook.sheets.iter().flat_map(|s| s.cells.values()) {
        if let Some(text) = cell.value.text()
            && let Some(item) = lexicon.item(text)
        {
            found.insert(item);
        }
    }
    found.len()
}

/// Finds the forms of a workbook by a scheme.
///
/// # Errors
/// No form at all: the scheme's title and what is missing.
pub fn choose(workbook: &Workbook, scheme: &Scheme) -> Result<Forms, Vec<Problem>> {
    let lexicon = Lexicon::new(scheme);
    let mut tables: Vec<SheetTables> = workbook
        .sheets
        .iter()
        .enumerate()
        .filter(|(_, sheet)| sheet.loaded)
        .map(|(index, sheet)| Reader::new(index, sheet, &lexicon).read())
        .collect();
    drop_summaries(workbook, &mut tables);
    let mut forms = gather(workbook, scheme, tables);
    if forms.is_empty() {
        return Err(vec![nothing_fits(workbook, scheme, &lexicon)]);
    }
    for form in &mut forms {
        check_form(workbook, scheme, form);
    }
    Ok(Forms { forms })
}

fn nothing_fits(workbook: &Workbook, scheme: &Scheme, lexicon: &Lexicon) -> Problem {
    let texts: HashSet<usize> = workbook
        .sheets
        .iter()
        .flat_map(|s| s.cells.values())
        .filter_map(|c| c.value.text().and_then(|t| lexicon.item(t)))
        .collect();
    let missing: Vec<&str> = scheme
        .items
        .iter()
        .enumerate()
        .filter(|(index, _)| !texts.contains(index))
        .map(|(_, item)| item.name.as_str())
        .collect();
    let missing_text = missing.join("、");
    let (found, all) = (scheme.items.len() - missing.len(), scheme.items.len());
    let what = words!(
        "没有方案适合这份工作簿；最接近的是「{}」，{all} 个考核项目中找到 {found} 个",
        "no scheme fits this workbook; the nearest is `{}`, with {found} of {all} items found",
        scheme.name
    );
    let missing_part = if missing.is_empty() {
        words!("，但没有带「得分」列的表头", ", but no header row with a score column")
    } else {
        words!("，缺：{missing_text}", "; missing: {missing_text}")
    };
    Problem::error("no-scheme", what.then(&missing_part)).hint(words!(
        "确认打开的是考核表；若是另一种表，请用 --scheme 指定方案文件",
        "check that this is the assessment form; for another form name a scheme file with --scheme"
    ))
}

/// The scheme's and the form's words, ready to compare.
struct Lexicon {
    items: HashMap<String, usize>,
    marks: HashMap<String, Vec<(usize, usize)>>,
    rating_words: Vec<(usize, String)>,
    item_words: HashSet<String>,
    points_words: Vec<String>,
    score_words: Vec<String>,
    totals: HashMap<String, TotalWord>,
    full_marks: Vec<f64>,
    weights: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TotalWord {
    Sum,
    Scaled,
    Total,
}

impl Lexicon {
    fn new(scheme: &Scheme) -> Self {
        let set = |list: &[String]| list.iter().map(|w| label(w)).collect::<HashSet<_>>();
        let mut items = HashMap::new();
        for (index, item) in scheme.items.iter().enumerate() {
            for name in std::iter::once(&item.name).chain(&item.aliases) {
                items.insert(label(name), index);
            }
        }
        let mut marks: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut rating_words = Vec::new();
        for (rating_index, rating) in scheme.ratings.iter().enumerate() {
            for word in rating.words.iter().chain(std::iter::once(&rating.name)) {
                rating_words.push((rating_index, label(word)));
            }
            for (mark_index, mark) in rating.marks.iter().enumerate() {
                for name in std::iter::once(&mark.name).chain(&mark.aliases) {
                    marks.entry(label(name)).or_default().push((rating_index, mark_index));
                }
            }
        }
        let mut totals = HashMap::new();
        for (list, kind) in [
            (&scheme.words.sum, TotalWord::Sum),
            (&scheme.words.scaled, TotalWord::Scaled),
            (&scheme.words.total, TotalWord::Total),
        ] {
            for word in list {
                totals.insert(label(word), kind);
            }
        }
        Self {
            items,
            marks,
            rating_words,
            item_words: set(&scheme.words.item),
            points_words: scheme.words.points.iter().map(|w| label(w)).collect(),
            score_words: scheme.words.score.iter().map(|w| label(w)).collect(),
            totals,
            full_marks: scheme.ratings.iter().map(|r| r.max * r.marks.len() as f64).collect(),
            weights: scheme.ratings.iter().map(|r| r.weight).collect(),
        }
    }

    fn item(&self, text: &str) -> Option<usize> {
        if text.len() > 120 {
            return None;
        }
        let key = label(text);
        self.items.get(&key).or_else(|| self.items.get(without_number(&key))).copied()
    }

    fn marks(&self, text: &str) -> Option<&[(usize, usize)]> {
        if text.len() > 120 {
            return None;
        }
        let key = label(text);
        self.marks.get(&key).or_else(|| self.marks.get(without_number(&key))).map(Vec::as_slice)
    }

    fn total(&self, text: &str) -> Option<TotalWord> {
        if text.len() > 60 {
            return None;
        }
        self.totals.get(&label(text)).copied()
    }

    /// The rating table that a title names.
    fn rating_title(&self, text: &str) -> Option<usize> {
        let key = compact(text);
        if key.chars().count() > 40 {
            return None;
        }
        self.rating_words.iter().find(|(_, word)| key.contains(word.as_str())).map(|(i, _)| *i)
    }
}

/// A label without its leading number: `1、投诉维权`, `(2)…` is already gone.
fn without_number(key: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = key.trim_start_matches(digits);
    match rest.strip_prefix(['、', '.', ',', ')']) {
        Some(tail) if rest.len() < key.len() => tail,
        _ => key,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Items,
    Rating(usize),
    /// A table with marks whose rating is not named: the number of its header.
    Unknown(usize),
    None,
}

/// A mark's row: its section, the ratings and marks that its label may be, its cell.
type MarkFound = (Section, Vec<(usize, usize)>, Place);

#[derive(Debug, Clone)]
struct TotalFound {
    word: TotalWord,
    place: Place,
    section: Section,
    /// Points that the row names, as 35 of 满分35分.
    hint: Option<f64>,
}

#[derive(Debug, Clone, Default)]
struct SheetTables {
    sheet: usize,
    items: Vec<ItemPlace>,
    has_points: bool,
    marks: Vec<MarkFound>,
    totals: Vec<TotalFound>,
    header: bool,
}

#[derive(Debug, Clone, Copy)]
struct Columns {
    item: u32,
    score: u32,
    points: Option<u32>,
}

struct Reader<'a> {
    index: usize,
    sheet: &'a Sheet,
    lexicon: &'a Lexicon,
    columns: Option<Columns>,
    section: Section,
    headers: usize,
    out: SheetTables,
}

impl<'a> Reader<'a> {
    fn new(index: usize, sheet: &'a Sheet, lexicon: &'a Lexicon) -> Self {
        Self {
            index,
            sheet,
            lexicon,
            columns: None,
            section: Section::None,
            headers: 0,
            out: SheetTables { sheet: index, ..SheetTables::default() },
        }
    }

    fn read(mut self) -> SheetTables {
        for row in self.sheet.used_rows() {
            self.row(row);
        }
        self.out
    }

    fn row(&mut self, row: u32) {
        let texts: Vec<(CellRef, &str)> = self
            .sheet
            .row(row)
            .filter_map(|(at, cell)| cell.value.text().map(|text| (at, text)))
            .collect();
        if let Some(columns) = self.header(&texts) {
            self.headers += 1;
            self.out.header = true;
            // A rating table's header keeps the section that its title has set.
            self.section = match (self.section, columns.points) {
                (Section::Rating(rating), None) if !self.has_marks(rating) => {
                    Section::Rating(rating)
                }
                (_, None) => Section::Unknown(self.headers),
                (_, Some(_)) => Section::Items,
            };
            self.columns = Some(columns);
            return;
        }
        for (at, text) in &texts {
            if let Some(columns) = self.columns {
                let in_score = self.sheet.anchor(CellRef::new(row, columns.score)) == *at;
                if in_score {
                    continue;
                }
                let in_rating = matches!(self.section, Section::Rating(_) | Section::Unknown(_));
                if let Some(item) = self.lexicon.item(text)
                    && !(in_rating && self.lexicon.marks(text).is_some())
                    && at.col <= columns.item.max(columns.score)
                {
                    self.item(item, *at, columns);
                    return;
                }
                if let Some(marks) = self.lexicon.marks(text) {
                    let place = self.place(row, columns.score);
                    self.out.marks.push((self.section, marks.to_vec(), place));
                    return;
                }
            }
            if let Some(word) = self.lexicon.total(text) {
                self.total(word, *at, &texts);
                return;
            }
            if let Some(rating) = self.lexicon.rating_title(text) {
                self.section = Section::Rating(rating);
                return;
            }
        }
    }

    fn has_marks(&self, rating: usize) -> bool {
        self.out.marks.iter().any(|(section, ..)| *section == Section::Rating(rating))
    }

    fn place(&self, row: u32, col: u32) -> Place {
        Place { sheet: self.index, at: self.sheet.anchor(CellRef::new(row, col)) }
    }

    fn header(&self, texts: &[(CellRef, &str)]) -> Option<Columns> {
        let keys: Vec<(u32, String)> =
            texts.iter().map(|(at, text)| (at.col, label(text))).collect();
        let score = self
            .lexicon
            .score_words
            .iter()
            .find_map(|word| keys.iter().find(|(_, key)| key == word))
            .map(|(col, _)| *col)?;
        let item = keys
            .iter()
            .filter(|(col, key)| *col != score && self.lexicon.item_words.contains(key))
            .map(|(col, _)| *col)
            .next()?;
        // The best word wins, not the leftmost column: 分值 before 权重 where a form has both.
        let points = self.lexicon.points_words.iter().find_map(|word| {
            keys.iter()
                .find(|(col, key)| *col != score && *col != item && key == word)
                .map(|(col, _)| *col)
        });
        Some(Columns { item, score, points })
    }

    fn item(&mut self, item: usize, at: CellRef, columns: Columns) {
        self.section = Section::Items;
        let points = columns.points.map(|col| self.place(at.row, col));
        self.out.has_points |= points.is_some();
        self.out.items.push(ItemPlace {
            item,
            name: Place { sheet: self.index, at },
            score: self.place(at.row, columns.score),
            points,
        });
    }

    fn total(&mut self, word: TotalWord, at: CellRef, texts: &[(CellRef, &str)]) {
        let beside = || {
            let right = self.sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
            self.sheet.anchor(CellRef::new(at.row, right))
        };
        let in_column = self
            .columns
            .map(|c| self.sheet.anchor(CellRef::new(at.row, c.score)))
            .filter(|place| *place != at && place.row == at.row)
            .filter(|place| {
                let value = self.sheet.value(*place);
                let numeric = value.text().is_none_or(|t| crate::text::parse_number(t).is_some());
                value.is_blank() || numeric
            });
        let place = in_column.unwrap_or_else(beside);
        let hint = texts
            .iter()
            .filter(|(other, _)| *other != at && *other != place)
            .find_map(|(_, text)| named_points(text));
        self.out.totals.push(TotalFound {
            word,
            place: Place { sheet: self.index, at: place },
            section: self.section,
            hint,
        });
    }
}

/// The last number before 分 in a text: 35 of `满分35分`, 100 of `80+10+10=100分`.
fn named_points(text: &str) -> Option<f64> {
    let key = compact(text);
    let before = key.strip_suffix('分').unwrap_or(&key);
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || *c == '.')
        .last()
        .map(|(at, _)| at)?;
    before.get(start..)?.parse().ok()
}

/// Drops sheets that only repeat the form (汇总): item names or scores by formulas that read
/// another sheet with a form, or a table without points beside one with points.
fn drop_summaries(workbook: &Workbook, tables: &mut [SheetTables]) {
    let names: HashMap<String, usize> = workbook
        .sheets
        .iter()
        .enumerate()
        .map(|(index, sheet)| (sheet.name.to_lowercase(), index))
        .collect();
    let with_tables: HashSet<usize> =
        tables.iter().filter(|t| !t.items.is_empty()).map(|t| t.sheet).collect();
    let any_points = tables.iter().any(|t| t.has_points);
    for table in tables.iter_mut() {
        let sheet = workbook.sheets.get(table.sheet);
        let repeats = table.items.iter().any(|item| {
            [item.name.at, item.score.at].iter().any(|at| {
                let formula =
                    sheet.and_then(|s| s.cells.get(at)).and_then(|c| c.formula.as_deref());
                formula.is_some_and(|formula| {
                    references(formula).iter().any(|reference| match reference {
                        Reference::Cells { sheet: Some(other), .. } => names
                            .get(&other.to_lowercase())
                            .is_some_and(|i| *i != table.sheet && with_tables.contains(i)),
                        _ => false,
                    })
                })
            })
        });
        let bare = any_points && !table.items.is_empty() && !table.has_points;
        if repeats || bare {
            *table = SheetTables { sheet: table.sheet, ..SheetTables::default() };
        }
    }
}

/// Puts the tables together to forms: a sheet with items is a form, or joins the form of the same
/// person; sheets with ratings or totals only join the form of their person, or the only one.
fn gather(workbook: &Workbook, scheme: &Scheme, tables: Vec<SheetTables>) -> Vec<Form> {
    let person_of = |index: usize| {
        workbook
            .sheets
            .get(index)
            .and_then(|sheet| info::labelled(sheet, &scheme.words.person, 12))
            .and_then(|(at, value)| match value {
                Value::Text(name) => Some((at, name.trim().to_owned())),
                _ => None,
            })
    };
    let mut parts: Vec<(Form, Vec<SheetTables>)> = Vec::new();
    let (with_items, others): (Vec<_>, Vec<_>) =
        tables.into_iter().partition(|t| !t.items.is_empty());
    for table in with_items {
        let person = person_of(table.sheet);
        let known: HashSet<usize> = table.items.iter().map(|i| i.item).collect();
        let joins = parts.iter().position(|(form, tables)| {
            let same = match (&form.person, &person) {
                (Some(a), Some((_, b))) => person_key(a) == person_key(b),
                (None, None) | (Some(_), None) => true,
                (None, Some(_)) => false,
            };
            let apart =
                tables.iter().flat_map(|t| &t.items).all(|item| !known.contains(&item.item));
            same && apart
        });
        match joins.and_then(|at| parts.get_mut(at)) {
            Some((_, tables)) => tables.push(table),
            None => {
                let form = Form {
                    sheet: table.sheet,
                    person_at: person.as_ref().map(|(at, _)| Place { sheet: table.sheet, at: *at }),
                    person: person.map(|(_, name)| name),
                    ..Form::default()
                };
                parts.push((form, vec![table]));
            }
        }
    }
    for table in others {
        let useful = !table.marks.is_empty() && table.header || total_only(workbook, &table);
        if !useful {
            continue;
        }
        let person = person_of(table.sheet).map(|(_, name)| person_key(&name));
        let sheet_name = workbook.sheets.get(table.sheet).map(|s| person_key(&s.name));
        let only = parts.len() == 1;
        let owner = parts.iter_mut().find(|(form, _)| {
            let own = form.person.as_deref().map(person_key);
            match (&person, &own) {
                (Some(a), Some(b)) => a == b,
                _ if only => true,
                (None, Some(b)) => sheet_name.as_ref().is_some_and(|n| n.contains(b.as_str())),
                _ => false,
            }
        });
        if let Some((_, tables)) = owner {
            tables.push(table);
        }
    }
    parts.into_iter().map(|(form, tables)| assemble(workbook, scheme, form, tables)).collect()
}

/// Whether a sheet without tables holds a blank total cell of the form: small, and not computed.
fn total_only(workbook: &Workbook, table: &SheetTables) -> bool {
    let Some(sheet) = workbook.sheets.get(table.sheet) else { return false };
    !table.totals.is_empty()
        && sheet.cells.len() < 60
        && table.totals.iter().all(|total| {
            sheet.value(total.place.at).is_blank()
                || sheet.cells.get(&total.place.at).is_some_and(|c| !c.is_formula)
        })
        && table.totals.iter().any(|t| t.word == TotalWord::Total)
}

fn assemble(
    workbook: &Workbook,
    scheme: &Scheme,
    mut form: Form,
    tables: Vec<SheetTables>,
) -> Form {
    form.sheets = tables.iter().map(|t| t.sheet).collect();
    let lexicon = Lexicon::new(scheme);
    let mut ratings: BTreeMap<usize, RatingPlace> = BTreeMap::new();
    let mut totals: Vec<TotalFound> = Vec::new();
    for table in tables {
        form.items.extend(table.items);
        let known =
            resolve_sections(scheme, &table.marks, workbook.sheets.get(table.sheet), &lexicon);
        for (section, candidates, place) in &table.marks {
            let rating = match section {
                Section::Rating(rating) => Some(*rating),
                Section::Unknown(header) => known.get(header).copied(),
                _ => candidates.first().map(|(rating, _)| *rating),
            };
            let Some(rating) = rating else { continue };
            let Some((_, mark)) = candidates.iter().find(|(r, _)| *r == rating) else { continue };
            let entry = ratings.entry(rating).or_insert_with(|| RatingPlace {
                rating,
                marks: Vec::new(),
                sum: None,
                scaled: None,
            });
            if let Some((_, first)) = entry.marks.iter().find(|(m, _)| m == mark) {
                let name = scheme
                    .ratings
                    .get(rating)
                    .and_then(|r| r.marks.get(*mark))
                    .map_or("", |m| m.name.as_str());
                form.problems.push(twice(workbook, name, *first, *place));
            } else {
                entry.marks.push((*mark, *place));
            }
        }
        totals.extend(table.totals.into_iter().map(|mut total| {
            if let Section::Unknown(header) = total.section {
                total.section = known.get(&header).map_or(Section::None, |r| Section::Rating(*r));
            }
            total
        }));
    }
    form.ratings = ratings.into_values().collect();
    place_totals(scheme, &lexicon, &mut form, &totals);
    if let Some(sheet) = workbook.sheets.get(form.sheet) {
        form.department = info::labelled(sheet, &scheme.words.department, 12)
            .and_then(|(_, value)| value.text().map(|t| t.trim().to_owned()));
        form.month = info::month(sheet, &scheme.words.month, 12, workbook.date1904);
    }
    form
}

fn twice(workbook: &Workbook, name: &str, first: Place, second: Place) -> Problem {
    let sheet = |place: Place| workbook.sheets.get(place.sheet).map_or("", |s| s.name.as_str());
    let (a, b) = (format!("'{}'!{}", sheet(first), first.at), second.at);
    Problem::error(
        "item-twice",
        words!(
            "「{name}」在表中出现两次：{a} 与 {b}",
            "`{name}` stands twice in the form: {a} and {b}"
        ),
    )
    .at(sheet(second), second.at)
    .hint(words!("删去重复的一行", "remove one of the rows"))
}

/// Which rating an untitled table is: the one most of its marks belong to.
fn resolve_sections(
    scheme: &Scheme,
    marks: &[MarkFound],
    sheet: Option<&Sheet>,
    lexicon: &Lexicon,
) -> HashMap<usize, usize> {
    let mut counts: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for (section, candidates, _) in marks {
        if let Section::Unknown(header) = section {
            for (rating, _) in candidates {
                *counts.entry(*header).or_default().entry(*rating).or_default() += 1;
            }
        }
    }
    let by_name = sheet.and_then(|s| lexicon.rating_title(&s.name));
    counts
        .into_iter()
        .filter_map(|(header, by_rating)| {
            let best = by_rating
                .iter()
                .max_by_key(|(rating, count)| {
                    let all = scheme.ratings.get(**rating).map_or(0, |r| r.marks.len());
                    (**count, by_name == Some(**rating), usize::MAX - all)
                })
                .map(|(rating, _)| *rating)?;
            Some((header, best))
        })
        .collect()
}

/// Tells the totals apart.
fn place_totals(scheme: &Scheme, lexicon: &Lexicon, form: &mut Form, totals: &[TotalFound]) {
    let item_points: f64 = scheme.items.iter().map(|i| i.points).sum();
    let is = |hint: Option<f64>, value: f64| hint.is_some_and(|h| (h - value).abs() < 1e-9);
    for (index, total) in totals.iter().enumerate() {
        let later = totals.get(index + 1..).unwrap_or_default();
        let later_total = later.iter().any(|t| t.word == TotalWord::Total);
        let whole = is(total.hint, scheme.total) && scheme.total != item_points;
        let rating = match total.section {
            Section::Rating(rating) => form.ratings.iter().position(|r| r.rating == rating),
            _ => None,
        };
        if let Some(at) = rating
            && !whole
        {
            let number = form.ratings.get(at).map_or(0, |r| r.rating);
            let full = lexicon.full_marks.get(number).copied().unwrap_or_default();
            let weight = lexicon.weights.get(number).copied().unwrap_or_default();
            let same_section =
                later.iter().any(|t| t.section == total.section && t.word == TotalWord::Scaled);
            let Some(place) = form.ratings.get_mut(at) else { continue };
            let as_scaled = total.word == TotalWord::Scaled
                || (total.word == TotalWord::Sum && place.sum.is_some() && is(total.hint, weight));
            let as_sum = is(total.hint, full)
                || same_section
                || (total.word == TotalWord::Sum && place.sum.is_none() && place.scaled.is_none());
            if as_scaled && place.scaled.is_none() {
                place.scaled = Some(total.place);
                continue;
            }
            if as_sum && place.sum.is_none() && !as_scaled {
                place.sum = Some(total.place);
                continue;
            }
            if total.word == TotalWord::Total && later_total && place.sum.is_none() {
                place.sum = Some(total.place);
                continue;
            }
        }
        let in_items = total.section == Section::Items;
        let is_sum = in_items
            && !whole
            && form.sum.is_none()
            && (total.word != TotalWord::Total
                || is(total.hint, item_points)
                || later_total
                || form.ratings.is_empty());
        if is_sum {
            form.sum = Some(total.place);
        } else if form.total.is_none() {
            form.total = Some(total.place);
        }
    }
    if form.total.is_none() && form.ratings.is_empty() && scheme.ratings.is_empty() {
        form.total = form.sum.take();
    }
}

/// What keeps a form from being filled, as far as its layout tells.
fn check_form(workbook: &Workbook, scheme: &Scheme, form: &mut Form) {
    let sheet_name =
        |place: Place| workbook.sheets.get(place.sheet).map_or("", |s| s.name.as_str());
    let mut first: HashMap<usize, Place> = HashMap::new();
    let mut found = Vec::new();
    for item in &form.items {
        let name = scheme.items.get(item.item).map_or("", |i| i.name.as_str());
        match first.get(&item.item) {
            Some(before) => found.push(twice(workbook, name, *before, item.name)),
            None => {
                first.insert(item.item, item.name);
            }
        }
    }
    for (index, item) in scheme.items.iter().enumerate() {
        if !first.contains_key(&index) {
            let name = &item.name;
            found.push(
                Problem::error(
                    "item-missing",
                    words!("表中没有考核项目「{name}」", "the form has no item `{name}`"),
                )
                .on(workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str()))
                .hint(words!(
                    "补上这一行，或在方案中给它加别名",
                    "add the row, or give the item an alias in the scheme"
                )),
            );
        }
    }
    for rating in &scheme.ratings {
        let place = form
            .ratings
            .iter()
            .find(|p| scheme.ratings.get(p.rating).is_some_and(|r| r.name == rating.name));
        let there: HashSet<usize> =
            place.iter().flat_map(|p| p.marks.iter().map(|(m, _)| *m)).collect();
        let missing: Vec<&str> = rating
            .marks
            .iter()
            .enumerate()
            .filter(|(index, _)| !there.contains(index))
            .map(|(_, mark)| mark.name.as_str())
            .collect();
        if !missing.is_empty() {
            let (name, missing) = (&rating.name, missing.join("、"));
            found.push(
                Problem::error(
                    "rating-missing",
                    words!("「{name}」缺少：{missing}", "`{name}` lacks: {missing}"),
                )
                .on(workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str()))
                .hint(words!(
                    "补上这张评分表或这些行；表头要有「得分」列",
                    "add the table or these rows; its header needs a score column"
                )),
            );
        }
    }
    let mut targets: HashMap<Place, Place> = HashMap::new();
    let scores = form.items.iter().map(|item| (item.score, item.name));
    let totals = form
        .ratings
        .iter()
        .flat_map(|r| r.marks.iter().map(|(_, p)| *p).chain(r.sum).chain(r.scaled))
        .chain(form.sum)
        .chain(form.total)
        .map(|place| (place, place));
    for (target, name) in scores.chain(totals) {
        if let Some(other) = targets.insert(target, name) {
            let (a, b) = (other.at, name.at);
            found.push(
                Problem::error(
                    "cell-shared",
                    words!("{a} 与 {b} 的得分落在同一个单元格", "{a} and {b} share one score cell"),
                )
                .at(sheet_name(target), target.at)
                .hint(words!("取消该处的合并单元格", "unmerge the cells there")),
            );
        }
        let sheet = workbook.sheets.get(target.sheet);
        if let Some(range) = sheet.and_then(|s| s.array_over(target.at)) {
            found.push(
                Problem::error(
                    "array-formula",
                    words!(
                        "得分格在数组公式或模拟运算表 {range} 中，不能改写",
                        "the score cell is part of the array formula or data table {range}"
                    ),
                )
                .at(sheet_name(target), target.at)
                .hint(words!(
                    "先清除 {range} 的数组公式",
                    "clear the array formula of {range} first"
                )),
            );
        }
    }
    if let Some(sheet) = workbook.sheets.get(form.sheet) {
        if sheet.visibility != Visibility::Visible {
            found.push(
                Problem::notice(
                    "hidden-sheet",
                    words!("表在隐藏的工作表中", "the form is on a hidden sheet"),
                )
                .on(&sheet.name),
            );
        }
        if sheet.protected {
            found.push(
                Problem::notice(
                    "protected-sheet",
                    words!(
                        "工作表有保护，已照常填写并保留保护",
                        "the sheet is protected; it is filled and stays protected"
                    ),
                )
                .on(&sheet.name),
            );
        }
    }
    form.problems.extend(found);
}
