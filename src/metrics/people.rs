//! Tables of people: a header row, and a row a person.

mod columns;
mod rows;

use super::corrected;
use super::list::is_number;
use super::look::{Look, RowLabels};
use super::mark_columns::mark_columns;
use super::sources::People;
use super::units;
use crate::cell::CellRef;
use crate::text::person_key;
use crate::workbook::Sheet;
use columns::Columns;
use rows::Rows;

/// Figures of a person beside which 店铺 is no mark of a team's table.
const OWN: usize = 3;

/// The table of people that a row heads.
pub(super) fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<People> {
    // A name and two figures, or more figures without one.
    if keys.len() < 3 {
        return None;
    }
    let columns = Columns::of(sheet, header, keys, words)?;
    // 计划营业额 | 300000 | 实际营业额 | 309500 are pairs of a list.
    let paired = |at: &CellRef| is_number(sheet.value(CellRef::new(header, at.col + 1)));
    let figures = || columns.metrics.values().flatten().map(|head| head.at);
    if figures().filter(paired).count() * 2 > figures().count() {
        return None;
    }
    // 店铺 heads a team's table, unless the figures beside it are a person's own.
    let grouped = keys.iter().any(|(_, _, key)| words.group.contains(&**key));
    if grouped && columns.metrics.len() < OWN {
        return None;
    }
    let mut people = People::of_sheet(index);
    people.name = columns.name;
    if columns.marks.is_empty() && columns.name.is_some() && columns.metrics.len() > 1 {
        people.marks.extend(plain_marks(sheet, keys, words));
    }
    columns.choose(sheet, words, &mut people);
    let found = people.metrics.len() + people.marks.len();
    if found < if columns.name.is_some() { 2 } else { 4 } {
        return None;
    }
    for (metric, col) in &columns.judged {
        people.metrics.entry((*metric).to_owned()).or_insert(*col);
    }
    let metric = |key: &str| words.metric(key).map(str::to_owned);
    people.corrected = corrected::columns(keys, &people.metrics, &metric);
    let figures: Vec<u32> = people.metrics.values().chain(people.marks.values()).copied().collect();
    units_below(sheet, header, &figures, &mut people);
    Rows::below(sheet, header, &columns, &figures, words).read_into(&mut people);
    // A team's members beside their figures are nobody with a form.
    if grouped && !people.rows.iter().any(|row| words.people.contains(&person_key(&row.name))) {
        return None;
    }
    people.monthly = people.rows.iter().any(|row| row.month.is_some());
    Some(people)
}

/// Units in a row of their own below the header.
fn units_below(sheet: &Sheet, header: u32, figures: &[u32], people: &mut People) {
    let below = units::in_row(sheet, header + 1, figures);
    for (metric, col) in &people.metrics {
        let unit = below.get(col).filter(|_| !people.units.contains_key(metric));
        people.units.extend(unit.map(|unit| (metric.clone(), unit.clone())));
    }
}

/// The columns of the ratings' marks that go by their names alone, in a table of people: where the header
/// holds most marks of a rating, and tells those of several ratings apart.
fn plain_marks(
    sheet: &Sheet,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Vec<((usize, usize), u32)> {
    let mut out: Vec<((usize, usize), u32)> = Vec::new();
    for (rating, marks) in words.marks.iter().enumerate() {
        let found = mark_columns(sheet, keys, rating, words);
        if found.columns.len() * 2 <= marks.count {
            continue;
        }
        let taken = |col: &u32| out.iter().any(|(_, other)| other == col);
        if found.unclear.is_some() || found.columns.values().any(taken) {
            return Vec::new();
        }
        out.extend(found.columns.into_iter().map(|(mark, col)| ((rating, mark), col)));
    }
    out
}
