//! Where the figures stand.

use crate::cell::{CellRef, Range};
use crate::form::{Form, Month, Place, parse_month};
use crate::refs::{Reference, references};
use crate::scheme::{Rule, Scheme};
use crate::text::{compact, label, person_key};
use crate::workbook::{Sheet, Value, Workbook};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A table with a row a person.
#[derive(Debug, Clone)]
pub struct People {
    /// Its sheet.
    pub sheet: usize,
    /// Column of a metric.
    pub metrics: HashMap<String, u32>,
    /// Column of a rater's mean, by rating and mark.
    pub marks: HashMap<(usize, usize), u32>,
    /// Column of the name, if there is one.
    pub name: Option<u32>,
    /// Rows: name as written, department, row.
    pub rows: Vec<Person>,
    /// Columns that stand twice: the header text and both cells.
    pub twice: Vec<(String, CellRef, CellRef)>,
}

/// A row of a people table.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name as written; empty where the table has no name column.
    pub name: String,
    /// Department, if there is such a column.
    pub department: Option<String>,
    /// Its row.
    pub row: u32,
    /// The cell of the name.
    pub at: CellRef,
}

/// A figure of a list: its label's cell and its value.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where the value stands.
    pub place: Place,
    /// The value that stands behind the label's colon, in the same cell.
    pub inline: Option<String>,
}

/// The team table.
#[derive(Debug, Clone)]
pub struct TeamTable {
    /// Its sheet.
    pub sheet: usize,
    /// Column of the group.
    pub group: u32,
    /// Column of the member's name.
    pub member: u32,
    /// Columns by the scheme's names.
    pub columns: HashMap<String, u32>,
    /// Rows of the members.
    pub rows: Vec<u32>,
    /// Row of the header.
    pub header: u32,
}

/// A sheet of raters: indicator down, rater across.
#[derive(Debug, Clone)]
pub struct Raters {
    /// The rating.
    pub rating: usize,
    /// Its sheet.
    pub sheet: usize,
    /// Rows by mark.
    pub rows: BTreeMap<usize, u32>,
    /// Rater columns.
    pub columns: Vec<u32>,
}

/// All places with figures in a workbook.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Tables of people.
    pub people: Vec<People>,
    /// Lists by metric name; several where the label stands more than once.
    pub lists: HashMap<String, Vec<Listed>>,
    /// Lists whose label is a judged item's name, for want of the mark's own label.
    judged: HashMap<String, Vec<Listed>>,
    /// Team tables.
    pub teams: Vec<TeamTable>,
    /// Raters' sheets.
    pub raters: Vec<Raters>,
    /// The month that a metric sheet names, and the sheet.
    pub month: Option<(usize, Month)>,
    /// Whether the figures come from another workbook, so that formulas cannot name their cells.
    pub literal: bool,
}

/// Rows that end a table of members or people.
const SUMMARY_ROWS: [&str; 12] = [
    "合计",
    "平均",
    "平均值",
    "均值",
    "总计",
    "部门平均",
    "平均分",
    "小计",
    "部门均值",
    "团队平均",
    "汇总",
    "备注",
];

/// Headers of a raters' sheet that are no raters.
const NO_RATER: [&str; 18] = [
    "考核要点",
    "评分标准",
    "备注",
    "说明",
    "平均",
    "平均分",
    "平均值",
    "均值",
    "合计",
    "得分",
    "总分",
    "满分",
    "分值",
    "权重",
    "折算得分",
    "权重分值",
    "考核内容",
    "序号",
];

/// Finds the figures of a workbook. `forms` are its own forms, whose tables hold no figures.
pub fn find(workbook: &Workbook, scheme: &Scheme, forms: &[Form]) -> Sources {
    let words = Labels::new(scheme);
    let mut out = Sources::default();
    let form_cells: HashSet<Place> = forms
        .iter()
        .flat_map(|f| {
            let marks = f.ratings.iter().flat_map(|r| r.marks.iter().map(|m| m.name));
            f.items.iter().map(|i| i.name).chain(marks)
        })
        .collect();
    let form_sheets: HashSet<String> = forms
        .iter()
        .flat_map(|f| &f.sheets)
        .filter_map(|sheet| workbook.sheets.get(*sheet))
        .map(|sheet| sheet.name.to_lowercase())
        .collect();
    for (index, sheet) in workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let rows: Vec<(u32, RowLabels<'_>)> = sheet
            .used_rows()
            .into_iter()
            .map(|row| {
                let mut labels = row_labels(sheet, row);
                labels.retain(|(at, ..)| !form_cells.contains(&Place { sheet: index, at: *at }));
                (row, labels)
            })
            .collect();
        // Rectangles of tables, whose cells are no labels of a list.
        let mut taken: Vec<Range> = Vec::new();
        for (row, keys) in &rows {
            let keys: RowLabels<'_> =
                keys.iter().filter(|(at, ..)| !covered(&taken, *at)).cloned().collect();
            if let Some(team) = team_table(index, sheet, *row, &keys, scheme, &words) {
                let columns = team.columns.values().copied().chain([team.member, team.group]);
                taken.extend(rectangle(*row, team.rows.last().copied(), columns));
                out.teams.push(team);
            } else if let Some(people) = people_table(index, sheet, *row, &keys, scheme, &words) {
                let columns = people.metrics.values().chain(people.marks.values()).copied();
                let last = people.rows.last().map(|p| p.row);
                taken.extend(rectangle(*row, last, columns.chain(people.name)));
                out.people.push(people);
            }
        }
        let listed = list(index, sheet, &rows, &words, &taken, &mut out);
        let is_form_cell = |at| form_cells.contains(&Place { sheet: index, at });
        raters(index, sheet, &rows, &words, &is_form_cell, &form_sheets, &mut out.raters);
        if (listed || !taken.is_empty()) && out.month.is_none() {
            out.month = sheet
                .cells
                .iter()
                .take_while(|(at, _)| at.row < 12)
                .filter_map(|(_, cell)| cell.value.text())
                .find_map(parse_month)
                .map(|month| (index, month));
        }
    }
    for (metric, listed) in std::mem::take(&mut out.judged) {
        out.lists.entry(metric).or_insert(listed);
    }
    out
}

fn covered(taken: &[Range], at: CellRef) -> bool {
    taken.iter().any(|range| range.contains(at))
}

/// The rectangle of a table from its header down, over its columns.
fn rectangle(header: u32, last: Option<u32>, columns: impl Iterator<Item = u32>) -> Option<Range> {
    let (low, high) = columns.fold(None, |bounds: Option<(u32, u32)>, col| {
        let (low, high) = bounds.unwrap_or((col, col));
        Some((low.min(col), high.max(col)))
    })?;
    Some(Range::new(CellRef::new(header, low), CellRef::new(last.unwrap_or(header), high)))
}

/// The labels of a row, each with its cell and text.
type RowLabels<'s> = Vec<(CellRef, &'s str, String)>;

fn row_labels(sheet: &Sheet, row: u32) -> RowLabels<'_> {
    sheet
        .row(row)
        .filter_map(|(at, cell)| cell.value.text().map(|text| (at, text)))
        .filter(|(_, text)| text.len() < 120)
        .map(|(at, text)| (at, text, label(text)))
        .collect()
}

struct Labels {
    /// Names of items whose score is a mark: the mark may go by the item's name.
    judged: HashMap<String, String>,
    items: HashSet<String>,
    /// Marks of each rating.
    marks: Vec<HashMap<String, usize>>,
    member: HashSet<String>,
    columns: HashMap<String, String>,
    metrics: HashMap<String, String>,
    person: HashSet<String>,
    department: HashSet<String>,
    group: HashSet<String>,
    value: HashSet<String>,
    item: HashSet<String>,
}

impl Labels {
    fn new(scheme: &Scheme) -> Self {
        let set = |list: &[String]| list.iter().map(|w| label(w)).collect::<HashSet<_>>();
        let mut metrics = HashMap::new();
        for metric in &scheme.metrics {
            for name in std::iter::once(&metric.name).chain(&metric.aliases) {
                metrics.insert(label(name), metric.name.clone());
            }
        }
        let mut columns = HashMap::new();
        for column in scheme.team.iter().flat_map(|t| &t.columns) {
            for name in std::iter::once(&column.name).chain(&column.aliases) {
                columns.insert(label(name), column.name.clone());
            }
        }
        let named = |item: &crate::scheme::Item| {
            std::iter::once(&item.name).chain(&item.aliases).map(|n| label(n)).collect::<Vec<_>>()
        };
        let mut judged = HashMap::new();
        for item in &scheme.items {
            if let [Rule::Judged(rule)] = item.rules.as_slice() {
                judged.extend(named(item).into_iter().map(|n| (n, rule.metric.clone())));
            }
        }
        let marks = scheme.ratings.iter().map(|rating| {
            let names = |(index, mark): (usize, &crate::scheme::Mark)| {
                let names = std::iter::once(&mark.name).chain(&mark.aliases);
                names.map(|n| (label(n), index)).collect::<Vec<_>>()
            };
            rating.marks.iter().enumerate().flat_map(names).collect()
        });
        Self {
            judged,
            items: scheme.items.iter().flat_map(named).collect(),
            marks: marks.collect(),
            member: scheme.team.as_ref().map(|t| set(&t.member)).unwrap_or_default(),
            columns,
            metrics,
            person: set(&scheme.words.person),
            department: set(&scheme.words.department),
            group: scheme.team.as_ref().map(|t| set(&t.group)).unwrap_or_default(),
            value: set(&scheme.words.value),
            item: set(&scheme.words.item),
        }
    }
}

/// Most blank rows that may part the rows of one table.
const GAP: u32 = 2;

/// Rows below a header that belong to its table. One or two blank rows do not end it where the
/// row after them has its key and a number again: a list of people is often parted by departments.
fn rows_below(sheet: &Sheet, header: u32, key: Option<u32>, figures: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let columns = || figures.iter().copied().chain(key);
    for row in sheet.used_rows().into_iter().filter(|row| *row > header) {
        let expected = out.last().copied().unwrap_or(header) + 1;
        let cell = |col: u32| sheet.cells.get(&CellRef::new(row, col));
        let blank = columns().filter_map(cell).all(|c| c.value.is_blank() && !c.is_formula);
        if blank {
            continue;
        }
        if row != expected {
            let named = key.and_then(cell).is_some_and(|c| !c.value.is_blank());
            let numbers = figures
                .iter()
                .filter_map(|col| cell(*col))
                .any(|c| matches!(c.value, Value::Number(_)));
            if row > expected + GAP || !(named && numbers) {
                break;
            }
        }
        out.push(row);
    }
    out
}

fn team_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Labels,
) -> Option<TeamTable> {
    scheme.team.as_ref()?;
    let find = |names: &HashSet<String>| {
        keys.iter().find(|(_, _, key)| names.contains(key)).map(|(at, ..)| at.col)
    };
    let (member, group) = (find(&words.member)?, find(&words.group)?);
    let mut columns = HashMap::new();
    for (at, _, key) in keys {
        if let Some(column) = words.columns.get(key) {
            columns.entry(column.clone()).or_insert(at.col);
        }
    }
    if columns.is_empty() {
        return None;
    }
    let figures: Vec<u32> = columns.values().copied().collect();
    let rows = rows_below(sheet, header, Some(member), &figures)
        .into_iter()
        .filter(|row| {
            let name = sheet.value(CellRef::new(*row, member));
            let shop = sheet.value(CellRef::new(*row, group));
            let summary = [name, shop]
                .iter()
                .any(|v| v.text().is_some_and(|t| SUMMARY_ROWS.contains(&label(t).as_str())));
            let nobody = name.is_blank() && shop.is_blank();
            !summary && !nobody
        })
        .collect();
    Some(TeamTable { sheet: index, group, member, columns, rows, header })
}

fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Labels,
) -> Option<People> {
    let mut people = People {
        sheet: index,
        metrics: HashMap::new(),
        marks: HashMap::new(),
        name: None,
        rows: Vec::new(),
        twice: Vec::new(),
    };
    let (mut name_col, mut department_col) = (None, None);
    let mut judged = Vec::new();
    for (at, text, key) in keys {
        let (at, text) = (*at, *text);
        if words.group.contains(key) {
            return None;
        }
        if words.person.contains(key) {
            name_col = name_col.or(Some(at.col));
        } else if words.department.contains(key) {
            department_col = Some(at.col);
        } else if let Some(metric) = words.metrics.get(key) {
            if let Some(before) = people.metrics.insert(metric.clone(), at.col) {
                people.twice.push((text.to_owned(), CellRef::new(header, before), at));
            }
        } else if let Some(mark) = rated_mark(&compact(text), scheme) {
            people.marks.insert(mark, at.col);
        } else if let Some(metric) = words.judged.get(key) {
            judged.push((metric.clone(), at.col));
        }
    }
    let found = people.metrics.len() + people.marks.len();
    if found < if name_col.is_some() { 2 } else { 4 } {
        return None;
    }
    for (metric, col) in judged {
        people.metrics.entry(metric).or_insert(col);
    }
    people.name = name_col;
    let figures: Vec<u32> = people.metrics.values().chain(people.marks.values()).copied().collect();
    for row in rows_below(sheet, header, name_col, &figures) {
        let at = CellRef::new(row, name_col.unwrap_or_default());
        let name = match name_col {
            None => String::new(),
            Some(_) => match sheet.value(at) {
                Value::Text(name) if !crate::text::is_blank(name) => name.trim().to_owned(),
                Value::Number(number) => crate::text::show(*number, 0),
                _ => continue,
            },
        };
        if SUMMARY_ROWS.contains(&label(&name).as_str()) {
            continue;
        }
        let department = department_col
            .and_then(|col| sheet.text(CellRef::new(row, col)))
            .map(|text| text.trim().to_owned());
        people.rows.push(Person { name, department, row, at });
    }
    Some(people)
}

/// `下级-组织能力` as rating and mark.
fn rated_mark(key: &str, scheme: &Scheme) -> Option<(usize, usize)> {
    scheme.ratings.iter().enumerate().find_map(|(rating_index, rating)| {
        let prefix = compact(rating.prefix.as_deref()?);
        let rest = key.strip_prefix(prefix.trim_end_matches('-'))?;
        let rest = rest.strip_prefix("评分").unwrap_or(rest);
        let rest = rest.trim_start_matches(['-', '—', '–', '·', '/', '.', '、', '−']);
        let rest = label(rest);
        rating.marks.iter().enumerate().find_map(|(mark_index, mark)| {
            std::iter::once(&mark.name)
                .chain(&mark.aliases)
                .any(|name| label(name) == rest)
                .then_some((rating_index, mark_index))
        })
    })
}

/// Takes the label–value pairs of a sheet; whether there were any.
fn list(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Labels,
    taken: &[Range],
    out: &mut Sources,
) -> bool {
    let mut any = false;
    // The value column of the nearest list header above, by the label's column.
    let mut value_columns: HashMap<u32, u32> = HashMap::new();
    // A sheet with several items is a form or a summary; there an item's name is no metric's label.
    let items: HashSet<&str> = rows
        .iter()
        .flat_map(|(_, texts)| texts.iter().map(|(_, _, key)| key.as_str()))
        .filter(|key| words.items.contains(*key))
        .collect();
    for (row, texts) in rows {
        let texts = || texts.iter().filter(|(at, ..)| !covered(taken, *at));
        let value = texts().find(|(_, _, key)| words.value.contains(key));
        let item = value.and_then(|(value, ..)| {
            texts().filter(|(at, _, key)| words.item.contains(key) && at.col < value.col).last()
        });
        if let (Some((item, ..)), Some((value, ..))) = (item, value) {
            value_columns.insert(item.col, value.col);
            continue;
        }
        for (at, text, key) in texts() {
            let at = *at;
            let beside = || {
                let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
                let col = value_columns.get(&at.col).copied().unwrap_or(right);
                Place { sheet: index, at: sheet.anchor(CellRef::new(*row, col)) }
            };
            if let Some(metric) = words.metrics.get(key) {
                any = true;
                let found = Listed { place: beside(), inline: None };
                out.lists.entry(metric.clone()).or_default().push(found);
            } else if let Some((head, tail)) = text.split_once([':', '：'])
                && let Some(metric) = words.metrics.get(&label(head))
                && !crate::text::is_blank(tail)
            {
                any = true;
                let place = Place { sheet: index, at };
                let found = Listed { place, inline: Some(tail.to_owned()) };
                out.lists.entry(metric.clone()).or_default().push(found);
            } else if let Some(metric) = words.judged.get(key)
                && items.len() < 3
                && is_number(sheet.value(beside().at))
            {
                let found = Listed { place: beside(), inline: None };
                out.judged.entry(metric.clone()).or_default().push(found);
            }
        }
    }
    any
}

fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Text(text) => crate::text::parse_number(text).is_some(),
        _ => false,
    }
}

/// Takes the raters' tables of a sheet: for each rating, a column that holds most of its marks.
fn raters(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Labels,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
    out: &mut Vec<Raters>,
) {
    for (rating, keys) in words.marks.iter().enumerate() {
        let mut columns: BTreeMap<u32, BTreeMap<usize, u32>> = BTreeMap::new();
        for (row, texts) in rows {
            for (at, _, key) in texts {
                if let Some(mark) = keys.get(key) {
                    columns.entry(at.col).or_default().entry(*mark).or_insert(*row);
                }
            }
        }
        let most = columns.into_iter().max_by_key(|(col, rows)| (rows.len(), u32::MAX - *col));
        let Some((col, rows)) = most else { continue };
        if rows.len() * 2 <= marks_of(keys) {
            continue;
        }
        let columns = rater_columns(sheet, &rows, col, words, is_form_cell, form_sheets);
        if !columns.is_empty() {
            out.push(Raters { rating, sheet: index, rows, columns });
        }
    }
}

/// How many marks the names stand for.
fn marks_of(keys: &HashMap<String, usize>) -> usize {
    keys.values().collect::<HashSet<_>>().len()
}

/// The raters' columns right of the marks' names, as far as the table goes.
fn rater_columns(
    sheet: &Sheet,
    rows: &BTreeMap<usize, u32>,
    names: u32,
    words: &Labels,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
) -> Vec<u32> {
    let mut out = Vec::new();
    let Some(first) = rows.values().min().copied() else { return out };
    let header = (0..first)
        .rev()
        .take(3)
        .find(|row| sheet.row(*row).any(|(at, c)| at.col > names && c.value.text().is_some()));
    let start = sheet.merge_of(CellRef::new(first, names)).map_or(names, |m| m.end.col) + 1;
    let end = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
    let mut gap = 0;
    for col in start..=end {
        let at = |row: u32| CellRef::new(row, col);
        let text = header.and_then(|row| sheet.text(sheet.anchor(at(row)))).map(label);
        let cells = || rows.values().filter_map(|row| sheet.cells.get(&at(*row)));
        let next_table = text.as_ref().is_some_and(|t| words.item.contains(t))
            || rows.values().any(|row| is_form_cell(at(*row)));
        if next_table || gap > 1 {
            break;
        }
        let marked = cells().any(|c| !c.value.is_blank());
        gap = if marked || text.is_some() { 0 } else { gap + 1 };
        // What repeats the form's own cells, as a summary does, is no rater.
        let repeats = cells().filter_map(|c| c.formula.as_deref()).any(|formula| {
            references(formula).iter().any(|reference| match reference {
                Reference::Cells { sheet: Some(name), .. } => {
                    form_sheets.contains(&name.to_lowercase())
                }
                _ => false,
            })
        });
        let other = text.is_some_and(|t| NO_RATER.contains(&t.as_str()));
        if marked && !repeats && !other {
            out.push(col);
        }
    }
    out
}

impl Sources {
    /// Whether there is anything to read.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.lists.is_empty() && self.teams.is_empty()
    }

    /// Rows of people whose name is this.
    pub fn rows_of(&self, name: &str) -> Vec<(&People, &Person)> {
        let key = person_key(name);
        self.people
            .iter()
            .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
            .filter(|(_, row)| person_key(&row.name) == key)
            .collect()
    }
}
