//! Headers of a figure that are merged over columns of several months: 9月 | 10月 below 实际营业额.

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
