//! What the filled cells held before.

use super::{Scorecard, Target};
use crate::problem::Problem;
use crate::refs::{functions, has_sign, references};
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
        let mut unsaved = false;
        let old = match &cell.value {
            Value::Number(old) if (old - new).abs() <= 1e-9 * new.abs().max(1.0) => continue,
            Value::Number(old) => show(*old, 6),
            Value::Text(text) | Value::Error(text) => text.trim().to_owned(),
            Value::Bool(flag) => flag.to_string().to_uppercase(),
            Value::Blank => match &cell.formula {
                // `=3` without a stored value is a number that somebody typed.
                Some(formula) if references(formula).is_empty() => format!("={formula}"),
                // What it would give nobody knows; a plain sum gives what is written.
                Some(formula) if !is_sum(formula) && !is_written(workbook, target, formula) => {
                    unsaved = true;
                    String::new()
                }
                _ => continue,
            },
        };
        if old.is_empty() && !unsaved {
            continue;
        }
        let (zh, en) = match unsaved {
            true => ("没有保存的结果", "no stored result"),
            false => (old.as_str(), old.as_str()),
        };
        let shown = show(new, 6);
        let what = match cell.formula.as_deref().filter(|formula| !references(formula).is_empty()) {
            Some(formula) => {
                let formula: String = formula.chars().take(60).collect();
                words!(
                    "原有公式已替换：={formula}（{zh}）→ {shown}",
                    "replaced the formula that was there: ={formula} ({en}) → {shown}"
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

/// Whether a formula only adds up cells.
fn is_sum(formula: &str) -> bool {
    const SIGNS: [&str; 9] = ["-", "*", "/", "^", "&", "%", "<", ">", "="];
    let constant = |part: &str| part.trim().parse::<f64>().is_ok();
    functions(formula).iter().all(|name| name == "SUM")
        && !has_sign(formula, &SIGNS)
        && !formula.split(['+', ',', '(', ')']).any(constant)
}

/// Whether a formula is the one that is written, of a filled form whose results another program left out.
fn is_written(workbook: &Workbook, target: &Target, formula: &str) -> bool {
    let names: Vec<String> = workbook.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    target.expr.formula(target.place.sheet, &names) == formula
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sums() {
        for sum in ["SUM(D4:D12)", "D13+D25+D38", "SUM(D4:D10,D12)", "+D13+甲!D25"] {
            assert!(is_sum(sum), "{sum}");
        }
        for more in ["D13+D25-2", "D13+2", "ROUND(D13+D25,0)", "D13*0.8+D25", "SUM(D4:D12)-甲!B2"]
        {
            assert!(!is_sum(more), "{more}");
        }
    }
}
