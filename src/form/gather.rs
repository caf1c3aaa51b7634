//! Putting the tables of the sheets together to forms, one a person.

use super::info::TOP;
use super::lexicon::{Lexicon, TotalWord};
use super::tables::{self, MarkFound, Section, SheetTables, TotalFound};
use super::weights;
use super::{Form, Forms, MarkPlace, Period, Place, RatingPlace};
use super::{check, extra, info, noted, others, scale, staff_number, totals, unread, unseen};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::problem::codes::NO_SCHEME;
use crate::refs::{Reference, references};
use crate::scheme::Scheme;
use crate::text::person_key;
use crate::words;
use crate::workbook::{Cell, Sheet, Value, Workbook};
use std::collections::BTreeMap;

/// Makes of a scheme what finding its forms needs, before it is needed.
pub fn prepare(scheme: &Scheme) {
    scheme.kept.get(|| Lexicon::new(scheme));
}

/// How many of a scheme's items the workbook holds.
pub fn fit(workbook: &Workbook, scheme: &Scheme) -> usize {
    let lexicon = scheme.kept.get(|| Lexicon::new(scheme));
    named(workbook.sheets.iter().flat_map(|s| s.cells.values()), &lexicon).len()
}

/// The items that cells name.
fn named<'c>(cells: impl Iterator<Item = &'c Cell>, lexicon: &Lexicon) -> HashSet<usize> {
    cells.filter_map(|cell| lexicon.item(&cell.label()?)).collect()
}

/// Finds the forms of a workbook by a scheme.
///
/// # Errors
/// No form at all: the scheme's title and what is missing.
pub fn find(workbook: &Workbook, scheme: &Scheme) -> Result<Forms, Misfit> {
    let lexicon = scheme.kept.get(|| Lexicon::new(scheme));
    let mut tables: Vec<SheetTables> = workbook
        .sheets
        .iter()
        .enumerate()
        .filter(|(_, sheet)| sheet.loaded)
        .map(|(index, sheet)| {
            let month = info::period(sheet, &scheme.words.month, TOP, workbook.date1904);
            tables::read(index, sheet, &lexicon, month)
        })
        .collect();
    drop_summaries(workbook, (scheme, &lexicon), &mut tables);
    let others: Vec<usize> = others::set_aside(workbook, scheme, &lexicon, &mut tables);
    let mut forms = gather(workbook, scheme, &lexicon, tables);
    if forms.is_empty() {
        return Err(Misfit::new(workbook, scheme, &lexicon));
    }
    let mut told: Vec<usize> = forms.iter().flat_map(|form| form.sheets.clone()).collect();
    told.extend(&others);
    let problems = unread::people(workbook, scheme, &lexicon, &forms, &told);
    super::templates::drop_blank(workbook, scheme, &mut forms);
    if let Some(first) = forms.first_mut() {
        first.problems.extend(others.into_iter().map(|sheet| others::left(workbook, sheet)));
    }
    let arrays = workbook.arrays();
    for form in &mut forms {
        check::form(workbook, scheme, &arrays, form);
        scale::ratings(workbook, scheme, form);
        weights::ratings(workbook, scheme, form);
        extra::items(workbook, scheme, &lexicon, form);
        extra::marks(workbook, scheme, &lexicon, form);
        form.problems.extend(noted::points(workbook, scheme, form));
        form.problems.extend(unseen::rows(workbook, form));
    }
    noted::tabs(workbook, &mut forms);
    Ok(Forms { forms, problems })
}

/// A scheme that fits no part of a workbook.
#[derive(Debug)]
pub struct Misfit {
    scheme: String,
    items: usize,
    missing: Vec<String>,
}

impl Misfit {
    fn new(workbook: &Workbook, scheme: &Scheme, lexicon: &Lexicon) -> Self {
        let texts = named(workbook.sheets.iter().flat_map(|s| s.cells.values()), lexicon);
        let items = scheme.items.iter().enumerate();
        let missing = items.filter(|(index, _)| !texts.contains(index));
        Self {
            scheme: scheme.name.clone(),
            items: scheme.items.len(),
            missing: missing.map(|(_, item)| item.name.clone()).collect(),
        }
    }

    /// The finding; `asked` where the scheme was named on the line, not chosen.
    pub fn told(&self, asked: bool) -> Problem {
        let (name, all) = (&self.scheme, self.items);
        let (found, missing) = (all - self.missing.len(), self.missing.join("、"));
        let which = if asked {
            words!(
                "指定的方案「{name}」不适合这份工作簿，",
                "the scheme `{name}` that was named does not fit this workbook, "
            )
        } else {
            words!(
                "没有方案适合这份工作簿；最接近的是「{name}」，",
                "no scheme fits this workbook; the nearest is `{name}`, "
            )
        };
        let count =
            words!("{all} 个考核项目中找到 {found} 个", "with {found} of {all} items found");
        let lacks = if missing.is_empty() {
            words!("，但没有带「得分」列的表头", ", but no header row with a score column")
        } else {
            words!("，缺：{missing}", "; missing: {missing}")
        };
        let hint = if asked {
            words!(
                "确认打开的是这个方案的考核表；去掉 --scheme 则自动选方案，kaohe scheme draft 按表起草新方案",
                "check that this is the form of that scheme; without --scheme one is chosen, and kaohe scheme draft makes one from a form"
            )
        } else {
            words!(
                "确认打开的是考核表；若是另一种表，请用 --scheme 指定方案文件",
                "check that this is the assessment form; for another form name a scheme file with --scheme"
            )
        };
        Problem::error(NO_SCHEME, which.then(&count).then(&lacks)).hint(hint)
    }
}

/// Drops sheets that only repeat the form (汇总): item names or scores by formulas that read
/// another sheet with a form, read or not, or a table without points beside one with points.
fn drop_summaries(
    workbook: &Workbook,
    (scheme, lexicon): (&Scheme, &Lexicon),
    tables: &mut [SheetTables],
) {
    let names: HashMap<String, usize> = workbook
        .sheets
        .iter()
        .enumerate()
        .map(|(index, sheet)| (sheet.name.to_lowercase(), index))
        .collect();
    let with_tables: HashSet<usize> =
        tables.iter().filter(|t| !t.items.is_empty()).map(|t| t.sheet).collect();
    let mut forms: HashMap<usize, bool> = with_tables.iter().map(|sheet| (*sheet, true)).collect();
    // A form that was not read, for its head is none: what repeats it is not filled in its place.
    // A list of items is none: it names nobody.
    let unread = |index: usize| {
        let of_person =
            |sheet| info::labelled_or_headed(sheet, &scheme.words.person, TOP).is_some();
        if !workbook.sheets.get(index).is_some_and(of_person) {
            return false;
        }
        let cells = workbook.sheets.get(index).into_iter().flat_map(|sheet| sheet.cells.values());
        let typed = cells.filter(|cell| !cell.is_formula);
        named(typed, lexicon).len() * 2 > scheme.items.len()
    };
    let any_points = tables.iter().any(|t| t.has_points);
    for table in tables.iter_mut() {
        let sheet = workbook.sheets.get(table.sheet);
        // Figures may go by the items' names: of a score's formula only a form that was read counts.
        let cells = table.items.iter().flat_map(|i| [(i.name.at, true), (i.score.at, false)]);
        let formulas =
            cells.filter_map(|(at, name)| Some((sheet?.cells.get(&at)?.formula.as_deref()?, name)));
        let mut read = formulas.flat_map(|(formula, name)| {
            references(formula).into_iter().filter_map(move |reference| match reference {
                Reference::Cells { sheet, .. } => Some((sheet?, name)),
                _ => None,
            })
        });
        let repeats = read.any(|(other, name)| {
            let other = names.get(&other.to_lowercase()).filter(|i| **i != table.sheet);
            other.is_some_and(|i| match name {
                true => *forms.entry(*i).or_insert_with(|| unread(*i)),
                false => with_tables.contains(i),
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
fn gather(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    tables: Vec<SheetTables>,
) -> Vec<Form> {
    // 姓名 in a corner may be another's; 被考核人 is not.
    let words = scheme.words.person.iter();
    let assessed: Vec<String> = words.filter(|word| word.starts_with('被')).cloned().collect();
    // `own`: the sheet has items, so that a row of labels is no header of a list of people.
    let person_of = |index: usize, own: bool| {
        workbook
            .sheets
            .get(index)
            .and_then(|sheet| match own {
                true => info::labelled_or_headed(sheet, &assessed, TOP)
                    .or_else(|| info::labelled_or_headed(sheet, &scheme.words.person, TOP)),
                false => info::labelled(sheet, &scheme.words.person, TOP),
            })
            .and_then(|(at, value)| match value {
                Value::Text(name) => Some((at, name.trim().to_owned())),
                _ => None,
            })
    };
    let mut parts: Vec<(Form, Vec<SheetTables>)> = Vec::new();
    let (with_items, others): (Vec<_>, Vec<_>) =
        tables.into_iter().partition(|t| !t.items.is_empty());
    for table in with_items {
        let person = person_of(table.sheet, true);
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
        let person = person_of(table.sheet, false).map(|(_, name)| person_key(&name));
        let sheet_name = workbook.sheets.get(table.sheet).map(|s| person_key(&s.name));
        let only = parts.len() == 1;
        // The longest name that the sheet's holds: 王丽丽 holds 王丽.
        let named = || {
            let keys = parts.iter().filter_map(|(form, _)| form.person.as_deref().map(person_key));
            let name = sheet_name.as_ref()?;
            keys.filter(|key| name.contains(key.as_str())).max_by_key(String::len)
        };
        let named = person.clone().or_else(named);
        let owner = parts.iter_mut().find(|(form, _)| {
            let own = form.person.as_deref().map(person_key);
            match (&person, &own) {
                (Some(a), Some(b)) => a == b,
                _ if only => true,
                (None, Some(b)) => named.as_ref() == Some(b),
                _ => false,
            }
        });
        if let Some((_, tables)) = owner.filter(|(_, own)| !repeats_blank(workbook, &table, own)) {
            tables.push(table);
        }
    }
    parts
        .into_iter()
        .map(|(form, tables)| assemble(workbook, scheme, lexicon, form, tables))
        .collect()
}

/// Whether a sheet's marks all stand, still blank, in a form's own tables: the sheet holds what the raters gave.
fn repeats_blank(workbook: &Workbook, table: &SheetTables, own: &[SheetTables]) -> bool {
    let value = |place: Place| workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
    let same = |a: &MarkFound, b: &MarkFound| a.candidates.iter().any(|c| b.candidates.contains(c));
    let blank = |mark: &MarkFound| value(mark.score).is_none_or(Value::is_blank);
    let own = || own.iter().filter(|t| !t.items.is_empty()).flat_map(|t| &t.marks);
    !table.marks.is_empty()
        && table.marks.iter().all(|mark| own().any(|other| same(mark, other) && blank(other)))
}

/// Whether a sheet without tables holds a blank total cell of the form: small, and not computed.
fn total_only(workbook: &Workbook, table: &SheetTables) -> bool {
    let Some(sheet) = workbook.sheets.get(table.sheet) else { return false };
    !table.totals.is_empty()
        && sheet.cells.len() < 60
        && table
            .totals
            .iter()
            .filter_map(|total| total.place)
            .all(|place| sheet.cells.get(&place.at).is_none_or(|cell| !cell.is_formula))
        && table.totals.iter().any(|t| t.word == TotalWord::Total)
}

fn assemble(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    mut form: Form,
    tables: Vec<SheetTables>,
) -> Form {
    form.sheets = tables.iter().map(|t| t.sheet).collect();
    let mut ratings: BTreeMap<usize, RatingPlace> = BTreeMap::new();
    let mut totals: Vec<TotalFound> = Vec::new();
    for table in tables {
        let new = table.unclear.map(|place| check::scores_unclear(workbook, place));
        form.problems.extend(new);
        form.problems.extend(table.unknown.iter().map(|at| check::total_unknown(workbook, *at)));
        form.items.extend(table.items);
        let known =
            resolve_sections(scheme, &table.marks, workbook.sheets.get(table.sheet), lexicon);
        for found in &table.marks {
            let candidates = &found.candidates;
            let rating = match found.section {
                Section::Rating(rating) => Some(rating),
                Section::Unknown(header) => known.get(&header).copied(),
                _ => candidates.first().map(|(rating, _)| *rating),
            };
            let Some(rating) = rating else { continue };
            let Some((_, mark)) = candidates.iter().find(|(r, _)| *r == rating) else { continue };
            let entry = ratings.entry(rating).or_insert_with(|| RatingPlace {
                rating,
                marks: Vec::new(),
                sum: None,
                scaled: None,
                weight: None,
            });
            if let Some(first) = entry.marks.iter().find(|m| m.mark == *mark) {
                let name = scheme
                    .ratings
                    .get(rating)
                    .and_then(|r| r.marks.get(*mark))
                    .map_or("", |m| m.name.as_str());
                form.problems.push(check::twice(workbook, name, first.name, found.name));
            } else {
                entry.marks.push(MarkPlace { mark: *mark, name: found.name, score: found.score });
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
    if let Some(sheet) = workbook.sheets.get(form.sheet) {
        form.department = info::labelled_or_headed(sheet, &scheme.words.department, TOP)
            .and_then(|(_, value)| value.text().map(|t| t.trim().to_owned()));
        form.number = staff_number::StaffNumber::of(sheet);
        let period = info::period(sheet, &scheme.words.month, TOP, workbook.date1904)
            .or_else(|| Period::named(&info::without_own_dates(&sheet.name)));
        form.month = period.and_then(Period::whole);
        form.month_alone = period.filter(|_| form.month.is_none());
        let doubt = noted::month(sheet, scheme, &form);
        form.problems.extend(doubt);
    }
    totals::place(workbook, scheme, lexicon, &mut form, &totals);
    form
}

/// Which rating an untitled table is: the one most of its marks belong to.
fn resolve_sections(
    scheme: &Scheme,
    marks: &[MarkFound],
    sheet: Option<&Sheet>,
    lexicon: &Lexicon,
) -> HashMap<usize, usize> {
    let mut counts: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for found in marks {
        if let Section::Unknown(header) = found.section {
            for (rating, _) in &found.candidates {
                *counts.entry(header).or_default().entry(*rating).or_default() += 1;
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
