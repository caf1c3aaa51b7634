//! The columns of a rating's marks in a header that holds those of several ratings: 组织能力 is a mark of both.

use super::look::{Look, RowLabels};
use super::titles::whose;
use crate::cell::CellRef;
use crate::form::heading::above;
use crate::text::{compact, has_any};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// The columns by mark, and one of two that nothing tells apart.
#[derive(Debug, Default)]
pub(super) struct MarkColumns {
    pub(super) columns: BTreeMap<usize, u32>,
    pub(super) unclear: Option<CellRef>,
}

/// Finds them by the marks' names, by what stands in brackets behind these (组织能力（下级）), and by the headers
/// over them (下级评分).
pub(super) fn mark_columns(
    sheet: &Sheet,
    keys: &RowLabels<'_>,
    rating: usize,
    words: &Look<'_>,
) -> MarkColumns {
    let mut out = MarkColumns::default();
    let Some(marks) = words.marks.get(rating) else { return out };
    let first = keys.first().map_or(0, |(at, ..)| at.col);
    let mut found: BTreeMap<usize, Vec<(CellRef, bool)>> = BTreeMap::new();
    for (at, text, key) in keys {
        let Some(mark) = marks.mark(key) else { continue };
        // Of two ratings these words are one's: 员工评分 is the subordinates', 领导评分 is not.
        let below = marks.words.iter().any(|word| word.contains('下'));
        let of = |text: &str| {
            let key = compact(text);
            match (has_any(&key, &["下属", "员工", "匿名"]), key.contains("领导")) {
                (true, false) => Some(below),
                (false, true) => Some(!below),
                _ => whose(&key, rating, words),
            }
        };
        let said = || of(text);
        let over = || of(&above(sheet, *at, first, words.date1904)?);
        match said().or_else(over) {
            Some(false) => {}
            told => found.entry(mark).or_default().push((*at, told.is_some())),
        }
    }
    for (mark, columns) in found {
        let mut told = columns.iter().filter(|(_, told)| *told);
        let only = match (told.next(), told.next(), columns.as_slice()) {
            (Some(one), None, _) | (None, _, [one]) => Some(one),
            _ => None,
        };
        if let Some((at, _)) = only.or(columns.first()) {
            out.columns.insert(mark, at.col);
            out.unclear = out.unclear.or(only.is_none().then_some(*at));
        }
    }
    out
}
