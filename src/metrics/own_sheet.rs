//! A list of figures on a form's own sheet is that person's and that month's, unless its heading says
//! otherwise: `周强 指标数据`, `2026年9月 指标数据`.

use super::look::Look;
use super::naming::of_another;
use super::sources::{People, Sources};
use super::titles::{LONGEST, is_other, of_other_month};
use crate::cell::CellRef;
use crate::form::{Form, Place};
use crate::text::{has_any, person_key};
use crate::workbook::Sheet;

/// Rows over a list that may hold its heading.
const ABOVE: u32 = 5;

/// Passes over the lists on a form's sheet whose heading says that they are of others.
pub(super) fn leave_out_others(
    (index, sheet): (usize, &Sheet),
    forms: &[Form],
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    out: &mut Sources,
) {
    let mut own = forms.iter().filter(|form| form.sheets.contains(&index));
    let (Some(form), None) = (own.next(), own.next()) else { return };
    let owner = person_key(form.person.as_deref().unwrap_or(&sheet.name));
    // A list with the subordinates' marks among its figures is read as a table of one.
    let nameless = |table: &People| {
        table.sheet == index && table.rows.iter().all(|person| person.name.is_empty())
    };
    let tables = || out.people.iter().filter(|table| nameless(table));
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
                || has_any(text, &["去年", "上年", "同期", "上月", "上季"])
        });
    let Some((at, _)) = heading else { return };
    let place = Place { sheet: index, at };
    let passed: Vec<String> = tables().flat_map(|t| t.metrics.keys().cloned()).collect();
    for metric in passed {
        out.passed.entry(metric).or_insert(place);
    }
    out.people.retain(|table| !nameless(table));
    for (metric, listed) in &mut out.lists {
        let before = listed.len();
        listed.retain(|one| one.place.sheet != index);
        if listed.len() < before {
            out.passed.entry(metric.clone()).or_insert(place);
        }
    }
    out.lists.retain(|_, listed| !listed.is_empty());
}
