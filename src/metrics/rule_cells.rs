//! Cells of a form's items that state rules or goals: `退货率：2%` below 指标要求 is no figure of the month.

use crate::cell::{CellRef, Range};
use crate::form::Form;
use crate::text::{compact, has_any};
use crate::workbook::Sheet;

/// Rows above the items in which the headers of their columns stand.
const HEADS: u32 = 3;

/// What heads columns of rules and goals.
const RULES: [&str; 14] = [
    "标准", "要点", "要求", "目标", "规则", "细则", "办法", "公式", "定义", "红线", "上限", "下限",
    "基准", "口径",
];
/// What heads columns of results, also beside those words: 实际完成说明.
const RESULTS: [&str; 6] = ["实际", "完成", "达成", "结果", "数据", "数值"];

/// The items of the forms on a sheet: their rows, and the columns that state rules.
pub(super) struct RuleCells {
    rows: Vec<Range>,
    columns: Vec<Range>,
}

impl RuleCells {
    pub(super) fn of(index: usize, sheet: &Sheet, forms: &[Form]) -> Self {
        let mut out = Self { rows: Vec::new(), columns: Vec::new() };
        for form in forms.iter().filter(|form| form.sheets.contains(&index)) {
            let names = || form.items.iter().map(|item| item.name).filter(|n| n.sheet == index);
            let (Some(first), Some(last)) = (
                names().map(|name| name.at.row).min(),
                names()
                    .map(|name| sheet.merge_of(name.at).map_or(name.at.row, |m| m.end.row))
                    .max(),
            ) else {
                continue;
            };
            let right = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
            let column = |col: u32| Range::new(CellRef::new(first, col), CellRef::new(last, col));
            let states_rules = |col: &u32| {
                let mut heads = (first.saturating_sub(HEADS)..first).rev();
                let head = heads.find_map(|row| sheet.text(sheet.anchor(CellRef::new(row, *col))));
                head.map(compact)
                    .is_some_and(|head| has_any(&head, &RULES) && !has_any(&head, &RESULTS))
            };
            out.columns.extend((0..=right).filter(states_rules).map(column));
            out.rows.push(Range::new(CellRef::new(first, 0), CellRef::new(last, right)));
        }
        out
    }

    /// Whether what stands behind a metric's name and a colon in a cell is a rule or a goal, no figure.
    pub(super) fn states(&self, at: CellRef, tail: &str) -> bool {
        let within = |ranges: &[Range]| ranges.iter().any(|range| range.contains(at));
        within(&self.columns) || within(&self.rows) && is_rule(tail)
    }
}

/// Whether a text speaks of points or bounds as rules do: 2%以内得100分.
fn is_rule(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "得",
        "扣",
        "加",
        "减",
        "每",
        "以上",
        "以下",
        "以内",
        "超过",
        "不低于",
        "不高于",
        "目标",
        "≥",
        "≤",
        ">",
        "<",
        "封顶",
    ];
    has_any(&compact(text), &WORDS)
}
