//! What is looked at beside the filling: months, files that cannot be read.

use crate::form::{Month, Period, without_own_dates};
use crate::limits::Limits;
use crate::problem::codes::{FILE_OF_OTHER_MONTH, MONTH_DIFFERS, OTHER_MONTH};
use crate::problem::{Problem, Severity, Words};
use crate::{Outcome, limits, words};
use std::path::Path;

/// Code of what is said of results that somebody edited.
pub(super) const CHANGED: &str = "result-was-changed";

/// Code of what is said of forms without a month.
pub(super) const UNDATED: &str = "month-unknown";

/// Most people that a refusal names.
const NAMED: usize = 5;

/// Why a workbook is not of the month that was asked for; `file` is its name.
pub fn other_month(outcome: &Outcome, month: Month, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unknown = false;
    let mut fitting: Vec<&str> = Vec::new();
    let several = outcome.cards.len() > 1;
    for card in &outcome.cards {
        let person = card.person.as_deref().unwrap_or(&card.sheet_name);
        let other = |own: &dyn std::fmt::Display| {
            let what = match several {
                true => words!(
                    "「{person}」的表是 {own} 的，不是 {month}",
                    "the form of `{person}` is of {own}, not of {month}"
                ),
                false => {
                    words!("这是 {own} 的表，不是 {month}", "this is of {own}, not of {month}")
                }
            };
            Problem::error(OTHER_MONTH, what).on(&card.sheet_name).hint(words!(
                "换成 {month} 的表，或改正表上的考核月份",
                "take the workbook of {month}, or correct the month in the form"
            ))
        };
        let before = problems.len();
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
        if problems.len() == before {
            fitting.push(person);
        }
    }
    problems.dedup();
    let others = !problems.is_empty() && !fitting.is_empty();
    for problem in problems.iter_mut().filter(|_| others) {
        let rest = words!(
            "；同一份里的其他人也没有填：",
            "; the others in the workbook are not filled either: "
        );
        problem.what = problem.what.then(&rest).then(&Words::listed(&fitting, NAMED));
    }
    if unknown {
        problems.push(Problem::notice(
            UNDATED,
            words!("表上没有月份，无法核对", "the form names no month; it could not be checked"),
        ));
        problems.extend(file_of_other(file, month));
    }
    problems
}

/// That a workbook without a month has another one in its name: `王丽-2026年10月.xlsx`.
fn file_of_other(file: &str, month: Month) -> Option<Problem> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let own = Period::named(&without_own_dates(stem)).filter(|own| !own.fits(month.into()))?;
    Some(
        Problem::notice(
            FILE_OF_OTHER_MONTH,
            words!(
                "表上没有月份，文件名写着 {own}，这次是 {month}",
                "the form names no month, the file's name says {own}, and this run is of {month}"
            ),
        )
        .hint(words!(
            "核对是不是 {month} 的表；是的，在表上写明月份，并改文件名",
            "check whether it is of {month}; if so, write the month into the form and rename the file"
        )),
    )
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
