//! A form from .xls, .xlsb or .ods as a new .xlsx, in its own look.
//!
//! A formula whose text is not to be trusted is not carried over: its cell is left empty where its
//! value may be stale, and listed in the report.

use super::same;
use crate::form::Place;
use crate::problem::{Problem, Words};
use crate::recalc::Written;
use crate::refs::{Reference, references};
use crate::words;
use crate::workbook::looks::BookLooks;
use crate::workbook::{Value, Workbook};
use std::collections::{BTreeMap, HashSet};

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
    // Every reader of these formats gives looks.
    let none = BookLooks::default();
    let looks = workbook.looks.as_deref().unwrap_or(&none);
    let format = workbook.format.extension();
    problems.push(Problem::notice(
        "new-workbook",
        words!(
            "原文件是 .{format}，结果写成新的 .xlsx，外观与公式照原样",
            "the original is .{format}; the result is a new .xlsx with its looks and formulas"
        ),
    ));
    problems.extend(looks.losses.iter().cloned());
    let keeps = keeps(workbook, written);
    left_out(workbook, written, &keeps, problems);
    let written = written.iter().map(|w| (w.place, w)).collect();
    same::build(workbook, looks, &same::Changes { written, dependents, keeps }, problems)
}

/// Lists the formulas without a text, by sheet, that are left empty because they may be stale.
fn left_out(
    workbook: &Workbook,
    written: &[Written],
    keeps: &HashSet<usize>,
    problems: &mut Vec<Problem>,
) {
    let filled: HashSet<Place> = written.iter().map(|w| w.place).collect();
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        if keeps.contains(&index) {
            continue;
        }
        let stale: Vec<String> = sheet
            .cells
            .iter()
            .filter(|(at, cell)| {
                cell.is_formula
                    && cell.formula.is_none()
                    && !filled.contains(&Place { sheet: index, at: **at })
            })
            .map(|(at, _)| at.to_string())
            .collect();
        if !stale.is_empty() {
            let count = stale.len();
            problems.push(
                Problem::notice(
                    "formulas-left-out",
                    words!(
                        "{count} 个公式未能带入新文件，单元格留空：",
                        "{count} formulas could not be carried over and are left empty: "
                    )
                    .then(&Words::listed(stale, 8)),
                )
                .on(&sheet.name),
            );
        }
    }
}

/// The sheets whose formulas without a text keep their values.
fn keeps(workbook: &Workbook, written: &[Written]) -> HashSet<usize> {
    // Nothing is stale where nothing was filled.
    if written.is_empty() {
        (0..workbook.sheets.len()).collect()
    } else {
        read_by_formulas(workbook, written)
    }
}

/// The sheets that the written formulas read: their own formulas feed the scores and do not depend
/// on them, so their stored values stand.
fn read_by_formulas(workbook: &Workbook, written: &[Written]) -> HashSet<usize> {
    written
        .iter()
        .filter_map(|w| w.formula.as_deref())
        .flat_map(references)
        .filter_map(|reference| match reference {
            Reference::Cells { sheet: Some(sheet), .. } => workbook.sheet_index(&sheet),
            _ => None,
        })
        .collect()
}
