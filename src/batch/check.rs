//! What is looked at beside the filling: months, files that cannot be read.

use crate::form::Month;
use crate::limits::Limits;
use crate::problem::codes::{MONTH_DIFFERS, OTHER_MONTH};
use crate::problem::{Problem, Severity, Words};
use crate::{Outcome, limits, words};
use std::path::Path;

/// Code of what is said of results that somebody edited.
pub(super) const CHANGED: &str = "result-was-changed";

/// Why a workbook is not of the month that was asked for.
pub fn other_month(outcome: &Outcome, month: Month) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unknown = false;
    for card in &outcome.cards {
        let other = |own: &dyn std::fmt::Display| {
            Problem::error(
                OTHER_MONTH,
                words!("这是 {own} 的表，不是 {month}", "this is of {own}, not of {month}"),
            )
            .on(&card.sheet_name)
            .hint(words!(
                "换成 {month} 的表，或改正表上的考核月份",
                "take the workbook of {month}, or correct the month in the form"
            ))
        };
        match (card.month, card.month_alone) {
            (None, None) => unknown = true,
            (None, Some(alone)) if alone.month != month.month => problems.push(other(&alone)),
            (Some(own), _) if own != month => problems.push(other(&own)),
            // The form is of the month, but its figures are of another.
            _ => {
                problems.extend(card.problems.iter().filter(|p| p.code == MONTH_DIFFERS).map(|p| {
                    let mut problem = p.clone();
                    problem.code = OTHER_MONTH;
                    problem.severity = Severity::Error;
                    problem.hint(words!(
                        "换上 {month} 的指标数据，或改正月份",
                        "put in the figures of {month}, or correct the month"
                    ))
                }))
            }
        }
    }
    if unknown {
        problems.push(Problem::notice(
            "month-unknown",
            words!("表上没有月份，无法核对", "the form names no month; it could not be checked"),
        ));
    }
    problems.dedup();
    problems
}

/// Reads a file, of limited size.
pub fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: &std::io::Error| {
        Problem::error(
            "cannot-read",
            words!("无法读取文件：", "the file cannot be read: ").then(&Words::refused(error)),
        )
        .hint(words!("检查路径与权限", "check the path and the permissions"))
    };
    let about = std::fs::metadata(path).map_err(|e| unreadable(&e))?;
    if !about.is_file() {
        return Err(Problem::error(
            "not-a-file",
            words!("这不是普通文件", "this is no ordinary file"),
        )
        .hint(words!("请把它移出文件夹", "move it out of the folder")));
    }
    if about.len() > limits.input_bytes {
        return Err(limits::over("input-bytes", limits.input_bytes, about.len(), ""));
    }
    std::fs::read(path).map_err(|e| unreadable(&e))
}
