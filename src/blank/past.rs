//! What else of last month stands on the form itself: numbers below 自评得分 or 完成情况, 等级：良好, 罚款.
//! What surely is last month's goes; what may be the form's own stays, and is named.

mod blocks;
mod loose;
mod words;

use super::Template;
use crate::form::Place;
use crate::problem::{Problem, Words};
use crate::text::parse_number;
use crate::words;
use crate::workbook::{Cell, Value};
use std::collections::BTreeSet;

pub(super) use loose::without_values;

/// What was found on the form's sheets beside its scores.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Cells that are emptied.
    pub(super) emptied: BTreeSet<Place>,
    /// Cells that keep their labels and lose what stands behind the colons.
    pub(super) inline: BTreeSet<Place>,
    /// The heads and labels by which they are known.
    heads: Vec<String>,
    /// Texts in columns of reasons and results.
    pub(super) said: BTreeSet<Place>,
    /// Numbers of which nothing tells whether they are the form's own.
    pub(super) unclear: BTreeSet<Place>,
}

impl Past {
    /// Looks through the form's sheets; `known` are the cells that are emptied or written anyway.
    pub(super) fn of(template: &Template, known: &BTreeSet<Place>) -> Self {
        let mut out = Self::default();
        for index in template.own_sheets() {
            let Some(sheet) = template.workbook.sheets.get(index) else { continue };
            let blocks = blocks::of(template, index, sheet);
            for block in &blocks {
                block.look(index, sheet, known, &mut out);
            }
            loose::look(index, sheet, &blocks, known, &mut out);
        }
        let arrays = template.workbook.arrays();
        out.emptied.retain(|place| arrays.over(place.sheet, place.at).is_none());
        out
    }

    fn empty(&mut self, place: Place, head: &str) {
        self.emptied.insert(place);
        self.known_by(head);
    }

    fn known_by(&mut self, head: &str) {
        if !self.heads.iter().any(|known| known == head) {
            self.heads.push(head.to_owned());
        }
    }

    /// That they are emptied, by which words: HR knows whether one of them is the form's own.
    pub(super) fn told(&self, template: &Template) -> Option<Problem> {
        const NAMED: usize = 5;
        let first = self.emptied.iter().chain(&self.inline).min()?;
        let name =
            |place: &Place| template.workbook.sheets.get(place.sheet).map(|s| s.name.as_str());
        let cells = self.emptied.union(&self.inline);
        let cells =
            cells.map(|place| format!("'{}'!{}", name(place).unwrap_or_default(), place.at));
        let what = words!("模板的 ", "of the template, cells ")
            .then(&Words::listed(cells, NAMED))
            .then(&words!(" 看来是上月的数据（", " look like last month's ("))
            .then(&Words::listed(&self.heads, NAMED))
            .then(&words!("），已清空", ") and were emptied"));
        let problem = Problem::notice("template-emptied", what);
        Some(problem.at(name(first).unwrap_or_default(), first.at).hint(words!(
            "如果是表上固定的数，换一个表头（如「标准」「目标」），再加 --force 重新生成",
            "where they are the form's own, head them otherwise (as 标准, 目标) and run again with --force"
        )))
    }
}

/// Whether a cell holds a number that a person typed, or a text that is one: 103.2%, 1次.
fn is_figure(cell: &Cell) -> bool {
    !cell.is_formula
        && match &cell.value {
            Value::Number(_) => !cell.is_date,
            Value::Text(text) => is_figure_text(text),
            _ => false,
        }
}

fn is_figure_text(text: &str) -> bool {
    let text = text.trim().trim_start_matches('第');
    let bare = text.trim_end_matches(['分', '次', '元', '天', '人', '个', '件', '单', '名', '位']);
    text.chars().count() < 12 && (parse_number(text).is_some() || parse_number(bare).is_some())
}
