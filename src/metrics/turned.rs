//! A table of people turned on its side: the figures down, the people across.

use super::list::is_number;
use super::look::{Look, RowLabels, covered};
use super::sources::{Note, People, Person};
use crate::cell::{CellRef, Range};
use crate::form::heading::{self, When};
use crate::hash::HashMap;
use crate::workbook::{Cell, Sheet, Value};
use std::collections::BTreeMap;

/// Least figures that make a column of labels the head of a table.
const LEAST: usize = 4;

/// Labels of one column, by row.
#[derive(Default)]
struct Lines {
    metrics: BTreeMap<u32, String>,
    marks: BTreeMap<u32, (usize, usize)>,
    units: HashMap<String, String>,
    notes: HashMap<String, Note>,
}

/// Rows above the figures in which the names may stand.
const NAMES_ABOVE: usize = 6;

/// The turned table of a sheet: several people across, or one with the raters' means among the
/// figures. A list of one person's figures is no such table.
pub(super) fn people(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    taken: &[Range],
    words: &Look<'_>,
    known: &dyn Fn(&str) -> bool,
) -> Option<(People, Range)> {
    let mut columns: BTreeMap<u32, Lines> = BTreeMap::new();
    for (row, texts) in rows {
        for (at, text, key) in texts.iter().filter(|(at, ..)| !covered(taken, *at)) {
            if words.is_other(text) {
                continue;
            }
            let lines = columns.entry(at.col).or_default();
            if let Some(metric) = words.metric(key) {
                lines.metrics.insert(*row, metric.to_owned());
                lines.units.extend(super::units::in_label(text).map(|u| (metric.to_owned(), u)));
                lines.notes.extend(words.note(text, *at).map(|note| (metric.to_owned(), note)));
            } else if let Some(mark) = words.rated_mark(text, key) {
                lines.marks.insert(*row, mark);
            }
        }
    }
    let (col, lines) = columns
        .into_iter()
        .max_by_key(|(col, lines)| (lines.metrics.len() + lines.marks.len(), u32::MAX - *col))
        .filter(|(_, lines)| lines.metrics.len() + lines.marks.len() >= LEAST)?;
    let all = || lines.metrics.keys().chain(lines.marks.keys()).copied();
    let (first, last) = (all().min()?, all().max()?);
    // The names may stand above the departments, the posts and the months.
    let heads = |row: &u32| {
        sheet.text(sheet.anchor(CellRef::new(*row, col))).is_some()
            && sheet.row(*row).any(|(at, _)| at.col > col)
    };
    let names = |row: &u32| {
        let cell = sheet.cells.get(&sheet.anchor(CellRef::new(*row, col)));
        cell.and_then(Cell::label).is_some_and(|label| words.person.contains(&*label))
    };
    let above = || (0..first).rev();
    let header = above()
        .take(NAMES_ABOVE)
        .find(|row| heads(row) && names(row))
        .or_else(|| above().take(3).find(heads));
    let head = |at: u32| header.map(|row| sheet.anchor(CellRef::new(row, at)));
    let key = head(col).and_then(|at| sheet.cells.get(&at)).and_then(|c| c.label());
    let key = key.as_deref().unwrap_or_default();
    let numbers =
        |at: u32| all().filter(|row| is_number(sheet.value(CellRef::new(*row, at)))).count();
    let right = sheet.cells.keys().map(|at| at.col).max().unwrap_or(col);
    let mut named = Vec::new();
    for at in col + 1..=right {
        let name = head(at).and_then(|cell| sheet.text(cell)).unwrap_or_default();
        let is_person = known(name) || words.person.contains(key) && !crate::text::is_blank(name);
        if is_person && numbers(at) * 2 > all().count() {
            named.push((at, name.trim().to_owned()));
        }
    }
    let several =
        named.len() > 1 && (words.person.contains(key) || named.iter().any(|(_, n)| known(n)));
    if !several {
        // One person's figures need a table only for the raters' means among them.
        if lines.marks.is_empty() {
            return None;
        }
        let only = (col + 1..=right).filter(|at| numbers(*at) > 0).collect::<Vec<u32>>();
        let [only] = only.as_slice() else { return None };
        named.retain(|(at, _)| at == only);
        if named.is_empty() {
            // What heads goals or another month is for the list to tell.
            if head(*only)
                .and_then(|at| sheet.text(at))
                .is_some_and(|text| !heads_values(text, words))
            {
                return None;
            }
            named.push((*only, String::new()));
        }
    }
    let mut people = People {
        sheet: index,
        metrics: HashMap::default(),
        marks: HashMap::default(),
        name: header.filter(|_| named.iter().any(|(_, name)| !name.is_empty())),
        rows: Vec::new(),
        turned: true,
        units: lines.units,
        twice: Vec::new(),
        monthly: false,
        elsewhen: Vec::new(),
        passed: HashMap::default(),
        corrected: HashMap::default(),
        notes: lines.notes,
    };
    for (row, mark) in lines.marks {
        if let Some(before) = people.marks.insert(mark, row) {
            let text = sheet.text(CellRef::new(row, col)).unwrap_or_default().to_owned();
            people.twice.push((text, CellRef::new(before, col), CellRef::new(row, col)));
        }
    }
    for (row, metric) in lines.metrics {
        if let Some(before) = people.metrics.insert(metric.clone(), row) {
            people.twice.push((metric, CellRef::new(before, col), CellRef::new(row, col)));
        }
    }
    let department = rows.iter().find_map(|(row, texts)| {
        texts
            .iter()
            .any(|(at, _, key)| at.col == col && words.department.contains(&**key))
            .then_some(*row)
    });
    let end = named.last().map_or(col, |(at, _)| *at);
    for (at, name) in named {
        let department = department.and_then(|row| match sheet.value(CellRef::new(row, at)) {
            Value::Text(text) => Some(text.trim().to_owned()),
            _ => None,
        });
        let row = header.unwrap_or(first);
        people.rows.push(Person {
            name,
            department,
            number: String::new(),
            month: None,
            row: at,
            at: CellRef::new(row, at),
            remark: None,
            standing: None,
            nameless: None,
        });
    }
    let range = Range::new(CellRef::new(header.unwrap_or(first), col), CellRef::new(last, end));
    Some((people, range))
}

/// Whether a header is of the wanted month's figures.
fn heads_values(text: &str, words: &Look<'_>) -> bool {
    let key = crate::text::label(text);
    let says = |word: &String| key.ends_with(word.as_str());
    match heading::column_month(None, text, words.month) {
        When::This => true,
        When::Other => false,
        When::Unsaid => {
            let span = crate::form::span::has_span(&key) || key.contains("累计");
            words.value.iter().any(says)
                && !heading::is_no_result(text)
                && heading::led_by_month(&key, words.month)
                    .is_none_or(|(when, _)| when == When::This)
                && !span
        }
    }
}
