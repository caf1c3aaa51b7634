//! Raters' tables: what is rated down, the raters across.

use super::find::{Labels, Raters, RowLabels};
use crate::cell::CellRef;
use crate::refs::{Reference, references};
use crate::text::label;
use crate::workbook::Sheet;
use std::collections::{BTreeMap, HashMap, HashSet};

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

/// Takes the raters' tables of a sheet: for each rating, a column that holds most of its marks.
pub(super) fn raters(
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
                if let Some(mark) = keys.get(&**key) {
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
