//! Lists of figures that are somebody else's. A list on a form's own sheet is that person's and that month's,
//! unless its heading says otherwise (`周强 指标数据`, `2026年9月 指标数据`); so is one on another sheet of a
//! workbook of one person, unless the sheet names somebody else.

use super::look::Look;
use super::naming::{is_name, names_another, of_another, other_name, rates_another};
use super::sources::{Aside, People, Sources};
use super::titles::{LONGEST, Title, elsewhen, is_goals, is_other, of_other_month};
use crate::cell::CellRef;
use crate::form::{Form, Period, Place, labelled};
use crate::scheme::Scheme;
use crate::text::other_times::names_before;
use crate::text::{compact, has_any, person_alone, person_key};
use crate::workbook::{Sheet, Value};

/// Rows over a list that may hold its heading.
const ABOVE: u32 = 5;

/// Passes over the lists on a form's sheet whose heading says that they are of others.
pub(super) fn leave_out_on_own(
    (index, sheet): (usize, &Sheet),
    forms: &[Form],
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    out: &mut Sources,
) {
    let mut own = forms.iter().filter(|form| form.sheets.contains(&index));
    let (Some(form), None) = (own.next(), own.next()) else { return };
    let owner = person_key(form.person.as_deref().unwrap_or(&sheet.name));
    let tables = || out.people.iter().filter(|table| nameless(table, index));
    let listed = || out.lists.values().flatten().map(|l| l.place).filter(|p| p.sheet == index);
    let of_tables = || tables().flat_map(|t| &t.rows).map(|p| Place { sheet: index, at: p.at });
    let places = || listed().chain(of_tables());
    let (Some(top), Some(left), Some(right)) = (
        places().map(|p| p.at.row).min(),
        places().map(|p| p.at.col.saturating_sub(2)).min(),
        places().map(|p| p.at.col + 1).max(),
    ) else {
        return;
    };
    let columns = left..=right;
    let in_columns = |row: u32| sheet.row(row).filter(|(at, _)| columns.contains(&at.col));
    let heading = (top.saturating_sub(ABOVE)..top)
        .rev()
        .take_while(|row| !in_columns(*row).any(|(at, _)| is_form_cell(at)))
        .flat_map(in_columns)
        .filter_map(|(at, cell)| Some((at, cell.value.text()?)))
        .filter(|(_, text)| text.chars().count() <= LONGEST)
        .find(|(_, text)| {
            of_another(text, &owner, words.people)
                || of_other_month(text, words.month)
                || is_other(text)
                || names_before(text)
        });
    let Some((at, _)) = heading else { return };
    let place = Place { sheet: index, at };
    let passed: Vec<String> = tables().flat_map(|t| t.metrics.keys().cloned()).collect();
    for metric in passed {
        out.passed.entry(metric).or_insert(place);
    }
    out.people.retain(|table| !nameless(table, index));
    for (metric, listed) in &mut out.lists {
        let before = listed.len();
        listed.retain(|one| one.place.sheet != index);
        if listed.len() < before {
            out.passed.entry(metric.clone()).or_insert(place);
        }
    }
    out.lists.retain(|_, listed| !listed.is_empty());
}

/// Takes the tables of people of a sheet. Where one is of the month, those below or above it whose titles say
/// that they are another time's or goals are none of its parts; a goal may itself be a figure: 计划营业额.
pub(super) fn keep_of_month(
    index: usize,
    tables: Vec<(People, Option<Title<'_>>)>,
    month: Option<Period>,
    out: &mut Sources,
) {
    let said = |title: &Option<Title<'_>>| {
        title.as_ref().filter(|title| elsewhen(title.text, month)).and_then(|title| title.at)
    };
    let whole = tables.iter().all(|(_, title)| said(title).is_some());
    if !whole && tables.iter().any(|(_, title)| said(title).is_some()) {
        out.blocks.insert(index);
    }
    for (mut table, title) in tables {
        for (name, at) in &table.passed {
            out.passed.entry(name.clone()).or_insert(Place { sheet: index, at: *at });
        }
        for (name, at) in &table.elsewhen {
            let place = Place { sheet: index, at: *at };
            out.passed_rows.entry(person_key(name)).or_insert(place);
        }
        let Some(at) = said(&title).filter(|_| !whole) else {
            out.people.push(table);
            continue;
        };
        let place = Place { sheet: index, at };
        let goals = title.is_some_and(|title| is_goals(&compact(title.text)));
        let goal = |name: &str| goals && has_any(name, &["计划", "目标", "预算"]);
        let held = |name: &String| out.people.iter().any(|t| t.metrics.contains_key(name));
        table.metrics.retain(|name, _| {
            let keeps = goal(name) && !held(name);
            if !keeps {
                out.passed.entry(name.clone()).or_insert(place);
            }
            keeps
        });
        table.marks.clear();
        for row in &table.rows {
            out.passed_rows.entry(person_key(&row.name)).or_insert(place);
        }
        if !table.metrics.is_empty() {
            out.people.push(table);
        }
    }
}

/// A list with the subordinates' marks among its figures is read as a table of one.
fn nameless(table: &People, sheet: usize) -> bool {
    table.sheet == sheet && table.rows.iter().all(|person| person.name.is_empty())
}

/// Sets a sheet without a form aside, where it holds one person's figures and names another than the only
/// one who has a form.
pub(super) fn leave_out_elsewhere(
    (index, sheet): (usize, &Sheet),
    scheme: &Scheme,
    titles: &[Title<'_>],
    words: &Look<'_>,
    out: &mut Sources,
) {
    let Some(owner) = &words.owner.map(person_alone) else { return };
    let named_rows = out.people.iter().any(|table| table.sheet == index && !nameless(table, index));
    let holds = out.people.iter().any(|table| nameless(table, index))
        || out.lists.values().flatten().any(|listed| listed.place.sheet == index);
    if named_rows || !holds {
        return;
    }
    // What stands in a cell of its own may be the next column's header.
    let header = |(at, name): &(CellRef, String)| {
        sheet.text(*at) == Some(name.as_str()) && !is_name(&person_alone(name))
    };
    let beside = other_beside(sheet, &scheme.words.person, owner);
    let beside = beside.filter(|found| !header(found)).map(|(at, _)| Some(at));
    let titled = || titles.iter().find(|title| names_another(title.text, owner)).map(|t| t.at);
    let Some(at) = beside.or_else(titled) else { return };
    out.aside.push(Aside { sheet: index, at });
    out.people.retain(|table| table.sheet != index);
    out.teams.retain(|team| team.sheet != index);
    for listed in out.lists.values_mut() {
        listed.retain(|one| one.place.sheet != index);
    }
    out.lists.retain(|_, listed| !listed.is_empty());
}

/// Makes the raters' tables of a sheet without a form unclear, where it says that another is rated than the only
/// one who has a form.
pub(super) fn doubt_raters(
    (index, sheet): (usize, &Sheet),
    scheme: &Scheme,
    titles: &[Title<'_>],
    words: &Look<'_>,
    out: &mut Sources,
) {
    let Some(owner) = &words.owner.map(person_alone) else { return };
    if !out.raters.iter().any(|table| table.sheet == index && table.rated.is_empty()) {
        return;
    }
    // 姓名 may be the rater's own.
    let rated = scheme.words.person.iter().filter(|word| word.contains("被")).cloned();
    let named = other_beside(sheet, &rated.collect::<Vec<_>>(), owner).map(|(at, _)| at);
    let title = || titles.iter().find(|title| rates_another(title.text, owner));
    let said = named.or_else(|| title().map(|title| title.at.unwrap_or(CellRef::new(0, 0))));
    // A sheet of means names no rater: any other name is the one who is rated.
    let mean = || titles.iter().find(|title| names_another(&without_ratings(title.text), owner));
    let of_means = mean().map(|title| title.at.unwrap_or(CellRef::new(0, 0)));
    for table in out.raters.iter_mut().filter(|table| table.sheet == index) {
        table.unclear = table.unclear.or(said).or(of_means.filter(|_| table.mean));
    }
}

/// A title without the words of ratings.
fn without_ratings(title: &str) -> String {
    ["评分", "评价", "测评", "评议", "下级", "上级", "下属", "民主"]
        .iter()
        .fold(title.to_owned(), |text, word| text.replace(word, " "))
}

/// The name of another than the owner that stands for a label at a sheet's top.
fn other_beside(sheet: &Sheet, labels: &[String], owner: &str) -> Option<(CellRef, String)> {
    match labelled(sheet, labels, HEAD)? {
        (at, Value::Text(name)) if other_name(&name, owner) => Some((at, name)),
        _ => None,
    }
}

/// Rows at a sheet's top that may say whose it is, as far as a label does.
const HEAD: u32 = 4;
