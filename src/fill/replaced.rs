//! What the filled cells held before.

use super::{Scorecard, Target};
use crate::form::Place;
use crate::problem::Problem;
use crate::refs::{Reference, functions, has_sign, references};
use crate::text::{round15, show};
use crate::words;
use crate::workbook::{Cell, Value, Workbook};
use std::cell::LazyCell;

/// What the filled cells held before, where it was something else.
pub(super) fn notices(workbook: &Workbook, card: &Scorecard) -> Vec<Problem> {
    let mut notices = Vec::new();
    let names = LazyCell::new(|| -> Vec<String> {
        workbook.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    });
    let written = |target: &Target| target.expr.formula(target.place.sheet, &names);
    for target in &card.targets {
        let Some(sheet) = workbook.sheets.get(target.place.sheet) else { continue };
        let Some(cell) = sheet.cells.get(&target.place.at) else { continue };
        let new = round15(target.expr.value());
        let same = |formula: &String| {
            !references(formula).is_empty()
                && is_same(workbook, card, target.place.sheet, formula, &written(target))
        };
        if cell.formula.as_ref().is_some_and(same) {
            continue;
        }
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
                Some(formula) if !is_sum(formula) => {
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

/// Cells of a sum that are compared one by one.
const MOST_CELLS: u64 = 1_000;

/// Whether a formula is the one that is written, whatever it gave before: in other spaces, with `$`, or as a sum
/// of the same cells, and perhaps of some that hold no number.
fn is_same(
    workbook: &Workbook,
    card: &Scorecard,
    home: usize,
    formula: &str,
    written: &str,
) -> bool {
    if plain(written) == plain(formula) {
        return true;
    }
    let cells = |formula: &str| cells_of_sum(workbook, home, formula);
    let (Some(old), Some(mut new)) = (cells(formula), cells(written)) else { return false };
    let idle = |place: &Place| {
        let sheet = workbook.sheets.get(place.sheet);
        let cell = sheet.and_then(|sheet| sheet.cells.get(&place.at));
        let empty =
            |cell: &Cell| !cell.is_formula && matches!(cell.value, Value::Blank | Value::Text(_));
        cell.is_none_or(empty) && !card.targets.iter().any(|target| target.place == *place)
    };
    let others = old.into_iter().filter(|place| match new.iter().position(|own| own == place) {
        Some(at) => {
            new.swap_remove(at);
            false
        }
        None => true,
    });
    let others: Vec<Place> = others.collect();
    new.is_empty() && others.iter().all(idle)
}

/// A formula without spaces, `$` and a sign before it.
fn plain(formula: &str) -> String {
    let kept: String = formula.chars().filter(|c| !c.is_whitespace() && *c != '$').collect();
    kept.trim_start_matches('+').to_ascii_uppercase()
}

/// The cells that a plain sum adds up; `None` for every other formula.
fn cells_of_sum(workbook: &Workbook, home: usize, formula: &str) -> Option<Vec<Place>> {
    if !is_sum(formula) {
        return None;
    }
    let mut out = Vec::new();
    for reference in references(formula) {
        let Reference::Cells { sheet, last: None, range } = reference else { return None };
        let sheet = sheet.map_or(Some(home), |name| workbook.sheet_index(&name))?;
        if range.len() > MOST_CELLS {
            return None;
        }
        out.extend(range.cells().map(|at| Place { sheet, at }));
    }
    Some(out)
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
