//! What the filled cells held before.

use super::Scorecard;
use crate::problem::Problem;
use crate::refs::references;
use crate::text::{round15, show};
use crate::words;
use crate::workbook::{Value, Workbook};

/// What the filled cells held before, where it was something else.
pub(super) fn notices(workbook: &Workbook, card: &Scorecard) -> Vec<Problem> {
    let mut notices = Vec::new();
    for target in &card.targets {
        let Some(sheet) = workbook.sheets.get(target.place.sheet) else { continue };
        let Some(cell) = sheet.cells.get(&target.place.at) else { continue };
        let new = round15(target.expr.value());
        let old = match &cell.value {
            Value::Number(old) if (old - new).abs() <= 1e-9 * new.abs().max(1.0) => continue,
            Value::Number(old) => show(*old, 6),
            Value::Text(text) | Value::Error(text) => text.trim().to_owned(),
            Value::Bool(flag) => flag.to_string().to_uppercase(),
            Value::Blank => match &cell.formula {
                // `=3` without a stored value is a number that somebody typed.
                Some(formula) if references(formula).is_empty() => format!("={formula}"),
                _ => continue,
            },
        };
        if old.is_empty() {
            continue;
        }
        let shown = show(new, 6);
        let what = match cell.formula.as_deref().filter(|formula| !references(formula).is_empty()) {
            Some(formula) => {
                let formula: String = formula.chars().take(60).collect();
                words!(
                    "原有公式已替换：={formula}（{old}）→ {shown}",
                    "replaced the formula that was there: ={formula} ({old}) → {shown}"
                )
            }
            None => words!(
                "原有内容已替换：{old} → {shown}",
                "replaced what was there: {old} → {shown}"
            ),
        };
        notices.push(Problem::notice("replaced", what).at(&sheet.name, target.place.at));
    }
    notices
}
