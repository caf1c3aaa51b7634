//! A form from .xls, .xlsb or .ods as a new .xlsx: in its own look where its reader gives looks,
//! else in a plain one.

use super::{plain, same};
use crate::form::Place;
use crate::problem::Problem;
use crate::recalc::Written;
use crate::words;
use crate::workbook::{Value, Workbook};
use std::collections::BTreeMap;

/// Writes the workbook: the filled cells, if any, and new values of formulas.
///
/// # Errors
/// What the writer refuses, as a sheet name that Excel does not take.
pub fn filled(
    workbook: &Workbook,
    written: &[Written],
    dependents: &BTreeMap<Place, Option<Value>>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<u8>, Problem> {
    let Some(looks) = &workbook.looks else {
        return plain::filled(workbook, written, dependents, problems);
    };
    let format = workbook.format.extension();
    problems.push(Problem::notice(
        "new-workbook",
        words!(
            "原文件是 .{format}，结果写成新的 .xlsx，外观与公式照原样",
            "the original is .{format}; the result is a new .xlsx with its looks and formulas"
        ),
    ));
    problems.extend(looks.losses.iter().cloned());
    let keeps = plain::keeps(workbook, written);
    plain::left_out(workbook, written, &keeps, problems);
    let written = written.iter().map(|w| (w.place, w)).collect();
    same::build(workbook, looks, &same::Changes { written, dependents, keeps }, problems)
}
