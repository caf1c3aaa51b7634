//! A table of people turned on its side: the figures down, the people across.

use super::list::is_number;
use super::look::{Look, RowLabels, covered};
use super::sources::{Note, People, Person};
use crate::cell::{CellRef, Range};
use crate::form::heading::{self, When};
use crate::hash::HashMap;
use crate::workbook::{Cell, Sheet};
use std::borrow::Cow;
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

impl Lines {
    fn rows(&self) -> impl Iterator<Item = u32> {
        self.metrics.keys().chain(self.marks.keys()).copied()
    }

    fn count(&self) -> usize {
        self.metrics.len() + self.marks.len()
    }
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
    let (col, lines) = lines(rows, taken, words)?;
    let turned = Turned::new(sheet, words, col, &lines)?;
    let named = turned.named(&lines, known)?;
    let top = turned.header.unwrap_or(turned.first);
    let mut people = People::of_sheet(index);
    people.turned = true;
    people.name = turned.header.filter(|_| named.iter().any(|(_, name)| !name.is_empty()));
    people.units = lines.units;
    people.notes = lines.notes;
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
    let heads = |(at, _, key): &(CellRef, &str, Cow<'_, str>)| {
        at.col == col && words.department.contains(&**key)
    };
    let departments = rows.iter().find(|(_, texts)| texts.iter().any(heads)).map(|(row, _)| *row);
    let end = named.last().map_or(col, |(at, _)| *at);
    people.rows.extend(named.into_iter().map(|(at, name)| {
        let department = departments.and_then(|row| sheet.text(CellRef::new(row, at)));
        Person {
            name,
            department: department.map(|text| text.trim().to_owned()),
            number: String::new(),
            month: None,
            row: at,
            at: CellRef::new(top, at),
            remark: None,
            standing: None,
            nameless: None,
        }
    }));
    Some((people, Range::new(CellRef::new(top, col), CellRef::new(turned.last, end))))
}

/// The column that names most figures, if these are enough for a table.
fn lines(rows: &[(u32, RowLabels<'_>)], taken: &[Range], words: &Look<'_>) -> Option<(u32, Lines)> {
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
    let most = columns.into_iter().max_by_key(|(col, lines)| (lines.count(), u32::MAX - *col));
    most.filter(|(_, lines)| lines.count() >= LEAST)
}

/// A column of labels that may be the head of a turned table.
struct Turned<'a> {
    sheet: &'a Sheet,
    words: &'a Look<'a>,
    /// The column of labels.
    col: u32,
    /// The first and the last of their rows.
    first: u32,
    last: u32,
    /// The row of the names.
    header: Option<u32>,
}

impl<'a> Turned<'a> {
    fn new(sheet: &'a Sheet, words: &'a Look<'a>, col: u32, lines: &Lines) -> Option<Self> {
        let (first, last) = (lines.rows().min()?, lines.rows().max()?);
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
        let header = above().take(NAMES_ABOVE).find(|row| heads(row) && names(row));
        let header = header.or_else(|| above().take(3).find(heads));
        Some(Self { sheet, words, col, first, last, header })
    }

    /// The cell that heads a column.
    fn head(&self, col: u32) -> Option<CellRef> {
        self.header.map(|row| self.sheet.anchor(CellRef::new(row, col)))
    }

    /// The columns of the people, with their names; `None` where it is no table of people.
    fn named(&self, lines: &Lines, known: &dyn Fn(&str) -> bool) -> Option<Vec<(u32, String)>> {
        let key =
            self.head(self.col).and_then(|at| self.sheet.cells.get(&at)).and_then(Cell::label);
        let are_names = key.is_some_and(|key| self.words.person.contains(&*key));
        let numbers = |col: u32| {
            let cells = lines.rows().map(|row| self.sheet.value(CellRef::new(row, col)));
            cells.filter(|value| is_number(value)).count()
        };
        let right = self.sheet.cells.keys().map(|at| at.col).max().unwrap_or(self.col);
        let columns = self.col + 1..=right;
        let mut named = Vec::new();
        for col in columns.clone() {
            let name = self.head(col).and_then(|cell| self.sheet.text(cell)).unwrap_or_default();
            let is_person = known(name) || are_names && !crate::text::is_blank(name);
            if is_person && numbers(col) * 2 > lines.count() {
                named.push((col, name.trim().to_owned()));
            }
        }
        if named.len() > 1 && (are_names || named.iter().any(|(_, name)| known(name))) {
            return Some(named);
        }
        // One person's figures need a table only for the raters' means among them.
        if lines.marks.is_empty() {
            return None;
        }
        let mut filled = columns.filter(|col| numbers(*col) > 0);
        let (only, None) = (filled.next()?, filled.next()) else { return None };
        named.retain(|(col, _)| *col == only);
        if named.is_empty() {
            // What heads goals or another month is for the list to tell.
            let head = self.head(only).and_then(|at| self.sheet.text(at));
            if head.is_some_and(|text| !heads_values(text, self.words)) {
                return None;
            }
            named.push((only, String::new()));
        }
        Some(named)
    }
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
