//! Columns 优 / 良 / 中 / 差 in the place of one criteria column: each cell holds a condition, its
//! score stands in the header or in the cell.

use super::layout::text_at;
use crate::criteria::{Criteria, Said};
use crate::text::{compact, label, show};
use crate::workbook::Sheet;

const STEPS: &str = "优 优秀 卓越 良 良好 较好 好 中 中等 一般 合格 及格 基本合格 称职 基本称职 不称职 差 较差 很差 不合格 不及格 a b c d e a级 b级 c级 d级 e级 a档 b档 c档 d档 一档 二档 三档 四档 五档";

/// A column of the header.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) col: u32,
    name: String,
    score: Option<f64>,
}

/// What an item's cells say.
pub(super) struct Told {
    pub(super) text: String,
    /// Scores of the header, best first, where it has one in every column.
    pub(super) marks: Vec<f64>,
}

/// The columns of a header that are steps; none where there are fewer than two.
pub(super) fn steps(cells: &[(u32, String)]) -> Vec<Step> {
    let found: Vec<Step> = cells.iter().filter_map(|(col, text)| step(*col, text)).collect();
    if found.len() < 2 { Vec::new() } else { found }
}

/// 优, 优(10分), 优10分.
fn step(col: u32, text: &str) -> Option<Step> {
    let own = compact(text).replace(['(', ')', '[', ']'], "");
    let start = own.find(|c: char| c.is_ascii_digit()).unwrap_or(own.len());
    let (_, rest) = own.split_at(start);
    let score = match rest {
        "" => None,
        rest => Some(rest.strip_suffix('分').unwrap_or(rest).parse::<f64>().ok()?),
    };
    let name = label(text);
    let name = name.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().to_owned();
    STEPS.split_whitespace().any(|word| word == name).then_some(Step { col, name, score })
}

/// An item's cells as one text of criteria.
pub(super) fn told(sheet: &Sheet, row: u32, steps: &[Step], points: f64) -> Option<Told> {
    let cells: Vec<(&Step, String)> =
        steps.iter().filter_map(|step| Some((step, text_at(sheet, row, step.col)?))).collect();
    if cells.is_empty() {
        return None;
    }
    let marks: Option<Vec<f64>> = steps.iter().map(|step| step.score).collect();
    // A header that scores out of 100 where the item has 20 points does not say how to go on.
    let own = |marks: &Vec<f64>| {
        marks.first() == Some(&points) && marks.windows(2).all(|p| matches!(p, [a, b] if a > b))
    };
    let marks = marks.filter(own).unwrap_or_default();
    let figures = cells.iter().all(|(_, text)| text.chars().any(|c| c.is_ascii_digit()));
    let parts: Vec<String> = cells
        .iter()
        .map(|(step, text)| match step.score.filter(|_| !marks.is_empty() && figures) {
            Some(score) => format!("{text}得{}分", show(score, 4)),
            None if figures && text.contains('分') && step.score.is_none() => text.clone(),
            None => format!("{}：{text}", step.name),
        })
        .collect();
    Some(Told { text: parts.join("；"), marks })
}

/// A reading of such cells: the bands that they make, or nothing.
pub(super) fn only_bands(read: Criteria) -> Criteria {
    let bands =
        |said: &Said| matches!(said, Said::Rule(rule) if rule.starts_with("kind = \"bands\""));
    let [only] = read.clauses.as_slice() else { return Criteria::default() };
    if bands(&only.said) && read.vetoes.is_empty() { read } else { Criteria::default() }
}
