//! Marks that somebody typed into an item's own score cell, while their place among the figures is empty.

use super::reader::Reader;
use crate::form::Form;
use crate::problem::codes::{MARK_BLANK, METRIC_MISSING};
use crate::scheme::{Rule, Scheme};
use crate::text::show;
use crate::words;
use crate::workbook::{Value, Workbook};

impl Reader<'_> {
    /// Says of a judged mark that is missing that the score cell holds a number: it may be last month's, so
    /// that it is not taken for the mark.
    pub(super) fn typed_scores(&mut self, workbook: &Workbook, scheme: &Scheme, form: &Form) {
        for place in &form.items {
            let Some(item) = scheme.items.get(place.item) else { continue };
            let cell =
                workbook.sheets.get(place.score.sheet).map(|s| (s, s.cells.get(&place.score.at)));
            let Some((sheet, Some(cell))) =
                cell.filter(|(_, cell)| !cell.is_some_and(|c| c.is_formula))
            else {
                continue;
            };
            let Value::Number(typed) = cell.value else { continue };
            let marks = item.rules.iter().filter_map(|rule| match rule {
                Rule::Judged(judged) => Some(judged.metric.as_str()),
                _ => None,
            });
            for mark in marks {
                let of_mark = |code: &str, subject: Option<&str>| {
                    [MARK_BLANK, METRIC_MISSING].contains(&code) && subject == Some(mark)
                };
                let problems = self.out.problems.iter_mut();
                for problem in problems.filter(|p| of_mark(p.code, p.subject.as_deref())) {
                    let (at, typed) =
                        (format!("'{}'!{}", sheet.name, place.score.at), show(typed, 4));
                    problem.hint = Some(words!(
                        "得分格 {at} 里写着 {typed}：是本月的评分，就填到指标表的「{mark}」；不是的，填写本月的评分",
                        "the score cell {at} holds {typed}: where that is this month's mark, put it beside `{mark}` among the figures, else give the mark"
                    ));
                }
            }
        }
    }
}
