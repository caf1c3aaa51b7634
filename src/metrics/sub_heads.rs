//! Headers of a figure that are merged over columns of several months: 9月 | 10月 below 实际营业额.

use super::list::is_number;
use super::look::Look;
use crate::cell::CellRef;
use crate::form::heading::{self, Chosen, When, header_text, is_no_result};
use crate::workbook::Sheet;

/// Where a header is merged over columns whose own headers below it name months, its cell over the one that is
/// meant; none where nothing tells it, and the header itself where there are no such columns.
pub(super) fn own_column(sheet: &Sheet, at: CellRef, words: &Look<'_>) -> Option<CellRef> {
    let Some(merge) = sheet.merge_of(at).filter(|merge| merge.end.col > merge.start.col) else {
        return Some(at);
    };
    let head = |col: u32| header_text(sheet, CellRef::new(merge.end.row + 1, col), words.date1904);
    let heads: Vec<(u32, String)> =
        (merge.start.col..=merge.end.col).filter_map(|col| Some((col, head(col)?))).collect();
    let months: Vec<(When, bool)> = heads
        .iter()
        .map(|(_, text)| match is_no_result(text) {
            true => (When::Other, false),
            false => (heading::when(text, words.month), false),
        })
        .collect();
    if months.iter().all(|(when, _)| *when == When::Unsaid) {
        return Some(at);
    }
    match heading::of_month(&months) {
        Chosen::One(chosen) => heads.get(chosen).map(|(col, _)| CellRef::new(at.row, *col)),
        _ => None,
    }
}

/// Rows below a header that show over which of its columns its figures go.
const ROWS: u32 = 50;

/// The second column of numbers below a header that is merged over several without headers of their own: two shops,
/// or two halves of a month?
pub(super) fn second(sheet: &Sheet, at: CellRef) -> Option<CellRef> {
    let merge = sheet.merge_of(at).filter(|merge| merge.end.col > merge.start.col)?;
    let rows = || merge.end.row + 1..=merge.end.row + ROWS;
    let filled = |col: &u32| {
        let mut cells = rows().map(|row| CellRef::new(row, *col));
        cells.any(|cell| sheet.anchor(cell) == cell && is_number(sheet.value(cell)))
    };
    let headed = |col: u32| sheet.text(CellRef::new(merge.end.row + 1, col));
    let heads = |col: u32| headed(col).is_some_and(|text| !is_number_text(text));
    if (merge.start.col..=merge.end.col).any(heads) {
        return None;
    }
    let second = (merge.start.col..=merge.end.col).filter(filled).nth(1)?;
    Some(CellRef::new(at.row, second))
}

fn is_number_text(text: &str) -> bool {
    crate::text::is_blank(text) || crate::text::parse_number(text).is_some()
}
