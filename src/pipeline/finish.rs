//! From the written cells to the filled workbook.

use super::Options;
use crate::form::Place;
use crate::package::{self, Content, Edit};
use crate::problem::Problem;
use crate::recalc::{self, Recalculation, Values, Written};
use crate::render;
use crate::text::round15;
use crate::words;
use crate::workbook::{Value, Workbook};
use std::collections::BTreeSet;

/// What was written, and what became of the workbook's own formulas.
pub struct Finished {
    /// New values of the workbook's own formulas.
    pub dependents: Values,
    /// The filled workbook; none where nothing is written.
    pub bytes: Option<Vec<u8>>,
    /// What a reader should know of it.
    pub notices: Vec<Problem>,
}

/// The dependents computed, and the workbook written.
///
/// # Errors
/// What keeps it from being written.
pub fn finish(
    bytes: &[u8],
    workbook: &Workbook,
    written: &[Written],
    recalculation: &Recalculation<'_>,
    options: &Options,
) -> Result<Finished, Problem> {
    let dependents = recalculation.dependents();
    let mut notices = Vec::new();
    note_dependents(workbook, &dependents, &mut notices);
    let bytes = if options.check_only || written.is_empty() {
        None
    } else {
        Some(write(bytes, workbook, written, &dependents, &mut notices)?)
    };
    Ok(Finished { dependents, bytes, notices })
}

fn note_dependents(workbook: &Workbook, dependents: &Values, problems: &mut Vec<Problem>) {
    for (place, value) in dependents {
        let Some(sheet) = workbook.sheets.get(place.sheet) else { continue };
        let old = sheet.value(place.at);
        let notice = match value {
            None => Problem::notice(
                "not-computed",
                words!(
                    "此公式读取了得分，但这里算不出，已清除旧结果，打开时由 Excel 计算",
                    "this formula reads the scores but cannot be computed here; its old result is removed and Excel computes it on opening"
                ),
            ),
            Some(Value::Error(error)) if !matches!(old, Value::Error(_)) => Problem::notice(
                "became-error",
                words!("此公式填写后的结果是 {error}", "this formula now gives {error}"),
            ),
            Some(_) => continue,
        };
        problems.push(notice.at(&sheet.name, place.at));
    }
}

fn write(
    bytes: &[u8],
    workbook: &Workbook,
    written: &[Written],
    dependents: &Values,
    problems: &mut Vec<Problem>,
) -> Result<Vec<u8>, Problem> {
    if !workbook.format.is_package() {
        let mut values = recalc::all(workbook, written);
        values.extend(dependents.clone());
        return render::filled(workbook, written, &values, problems);
    }
    let name = |place: Place| workbook.sheet_name(place.sheet);
    let mut edits: Vec<Edit> = Vec::with_capacity(written.len() + dependents.len());
    let targets: BTreeSet<Place> = written.iter().map(|w| w.place).collect();
    for write in written {
        let content = match &write.formula {
            Some(formula) => Content::Formula(formula.clone(), Value::Number(write.value)),
            None => Content::Number(write.value),
        };
        edits.push(Edit::new(name(write.place), write.place.at, content));
    }
    for (place, value) in dependents.iter().filter(|(place, _)| !targets.contains(place)) {
        let old = workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        if same(old, value.as_ref()) {
            continue;
        }
        edits.push(Edit::new(name(*place), place.at, Content::Cached(value.clone())));
    }
    package::apply(bytes, workbook, &edits)
}

/// Whether a stored value is already the computed one, to the 15 digits that a file holds.
fn same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => round15(*a) == round15(*b),
        (old, new) => old == new,
    }
}
