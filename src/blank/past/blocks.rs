//! The tables of a form by their heads, and what stands in their other columns.

use super::words::{Kind, is_grade, kind};
use super::{Past, is_figure};
use crate::blank::Template;
use crate::cell::CellRef;
use crate::form::Place;
use crate::text::{has_any, is_blank, label};
use crate::workbook::{Sheet, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Rows above a table in which its head may stand.
const HEADS: u32 = 40;

/// A table of items or marks.
pub(super) struct Block {
    /// Rows of its head.
    heads: Range<u32>,
    /// Rows of its items, to its sum.
    rows: Range<u32>,
    /// The column of its items' names.
    name: u32,
}

impl Block {
    /// Whether a row is one of it.
    pub(super) fn has(&self, row: u32) -> bool {
        (self.heads.start..self.rows.end).contains(&row)
    }

    /// The head of a column: of a head of two rows both.
    fn head(&self, sheet: &Sheet, col: u32) -> String {
        let mut out = String::new();
        for row in self.heads.clone() {
            let text = sheet.shown(CellRef::new(row, col)).map(str::trim).unwrap_or_default();
            if !out.ends_with(text) {
                out.push_str(text);
            }
        }
        out
    }

    /// Finds what is not the form's own in the columns behind the names.
    pub(super) fn look(
        &self,
        index: usize,
        sheet: &Sheet,
        known: &BTreeSet<Place>,
        out: &mut Past,
    ) {
        let mut heads: BTreeMap<u32, (String, Kind)> = BTreeMap::new();
        for row in self.rows.clone() {
            for (at, cell) in sheet.row(row).filter(|(at, _)| at.col > self.name) {
                let place = Place { sheet: index, at };
                if known.contains(&place) || cell.is_formula || cell.value.is_blank() {
                    continue;
                }
                let (head, kind) = heads.entry(at.col).or_insert_with(|| {
                    let head = self.head(sheet, at.col);
                    let kind = kind(&head);
                    (head, kind)
                });
                let text = cell.value.text().filter(|text| !is_blank(text));
                match (*kind, text) {
                    (Kind::Past, _) if is_figure(cell) => out.empty(place, head),
                    (Kind::Past, Some(text)) if is_grade(text) => out.empty(place, head),
                    (Kind::Past | Kind::Said, Some(_)) => {
                        out.said.insert(place);
                    }
                    (_, Some(text)) if is_remark(head, text) => {
                        out.said.insert(place);
                    }
                    (Kind::Unclear, None) if is_figure(cell) => {
                        out.unclear.insert(place);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whether a text below 备注 is of the month: one that states a rule, or where a figure comes from, is the
/// form's own.
fn is_remark(head: &str, text: &str) -> bool {
    const RULES: [&str; 14] = [
        "每",
        "扣",
        "加",
        "上限",
        "不超过",
        "不低于",
        "为准",
        "口径",
        "来源",
        "取",
        "按",
        "由",
        "以上",
        "以下",
    ];
    matches!(label(head).as_str(), "备注" | "备注说明") && !has_any(text, &RULES)
}

/// The tables on a sheet of the form.
pub(super) fn of(template: &Template, index: usize, sheet: &Sheet) -> Vec<Block> {
    let form = &template.form;
    let items = form.items.iter().map(|item| (item.name, item.score));
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks);
    let marks = marks.map(|mark| (mark.name, mark.score));
    let words: Vec<String> = template.scheme.words.score.iter().map(|word| label(word)).collect();
    let is_head = |at: CellRef| sheet.shown(at).is_some_and(|text| words.contains(&label(text)));
    let mut found: BTreeMap<u32, (u32, u32, u32)> = BTreeMap::new();
    for (name, score) in items.chain(marks).filter(|(name, _)| name.sheet == index) {
        let row = name.at.row;
        let mut above = (row.saturating_sub(HEADS)..row).rev();
        // Over scores that are turned, or on another sheet, no head is told.
        let on_sheet = score.sheet == index && score.at.row == row;
        let head = above.find(|row| is_head(CellRef::new(*row, score.at.col)));
        let Some(head) = head.filter(|_| on_sheet) else { continue };
        let block = found.entry(head).or_insert((row, row, name.at.col));
        *block = (block.0.min(row), block.1.max(row), block.2.min(name.at.col));
    }
    let starts: Vec<u32> = found.keys().copied().collect();
    let totals = form.ratings.iter().flat_map(|rating| rating.sum.iter().chain(&rating.scaled));
    let totals = totals.chain(&form.sum).chain(&form.total).filter(|place| place.sheet == index);
    let totals: BTreeSet<u32> = totals.map(|place| place.at.row).collect();
    let block = |(head, (first, last, name)): (u32, (u32, u32, u32))| {
        let next = starts.iter().copied().find(|start| *start > head).unwrap_or(u32::MAX);
        // Rows of other items stand before the sum.
        let sum = totals.range(last..next).next().copied().unwrap_or(last);
        let merged = sheet.merge_of(CellRef::new(head, name)).map_or(head, |merge| merge.start.row);
        Block { heads: merged.min(head)..first, rows: first..sum.max(last) + 1, name }
    };
    found.into_iter().map(block).collect()
}

/// Whether a cell holds a number that is no date.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Number(_))
}
