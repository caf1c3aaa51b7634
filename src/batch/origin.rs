//! What a result in the output folder was made of: so that the next month's run into the same folder
//! does not take its place.

use super::job::Job;
use super::walk::way_between;
use crate::form::Period;
use crate::problem::Problem;
use crate::summary::Line;
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// Code of the refusal to take the place of another month's result.
pub const KEPT: &str = "result-of-other-month";

/// Of what, and for which month, a result or a summary was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Months of its forms, `10月` where they name no year; where they name none, the one that the run was
    /// for.
    pub months: BTreeSet<String>,
    /// The month that the run was for (`--month`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// The way from the output folder to the workbook: both may move together. None for a summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Hash of the workbook's bytes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub input: String,
    /// Hash of the workbook with the metrics of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<String>,
}

impl Origin {
    /// That of a summary of some months.
    pub fn of_summary(job: &Job, months: impl Iterator<Item = String>) -> Self {
        Self::default().of(job, months.collect())
    }

    /// That of a result: its workbook, the hash of that, its people. `out`: the output folder in full.
    pub(super) fn new(job: &Job, out: &Path, workbook: &Path, input: &str, lines: &[Line]) -> Self {
        let whole = std::fs::canonicalize(workbook).ok();
        let month = |line: &Line| line.month.clone().or_else(|| line.month_alone.clone());
        let months = lines.iter().filter_map(month);
        Self {
            from: whole.and_then(|whole| way_between(out, &whole)),
            input: input.to_owned(),
            metrics: job.metrics_hash.clone(),
            ..Self::default()
        }
        .of(job, months.collect())
    }

    fn of(self, job: &Job, mut months: BTreeSet<String>) -> Self {
        let asked = job.month.map(|month| month.to_string());
        // What names no year, or no month at all, passed for the one that was asked for.
        if asked.is_some() {
            months.retain(|month| Period::named(month).is_some_and(|own| own.year.is_some()));
        }
        if months.is_empty() {
            months.extend(asked.clone());
        }
        Self { months, asked, ..self }
    }

    /// Whether this is another month's than what would take its place, and not only the same workbook
    /// with its month corrected.
    ///
    /// Whoever corrects a month does it in the workbook that stands where it stood. A workbook of
    /// another place is another month's, which only bears the same name; and a run that was told
    /// another `--month` than the earlier one is the next month's, though the same folder is used
    /// for both: a month in the form that was wrong would have been refused by the earlier run. Where
    /// the months are not known nothing can be said.
    pub fn is_of_other_month(&self, new: &Self) -> bool {
        let fit = |a: &str, b: &str| match (Period::named(a), Period::named(b)) {
            (Some(a), Some(b)) => a.fits(b),
            _ => a == b,
        };
        let apart = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|a| b.iter().any(|b| fit(a, b)))
        };
        let other_run = self.asked.is_some() && new.asked.is_some() && self.asked != new.asked;
        let corrected = self.from.is_some() && self.from == new.from && !other_run;
        apart(&self.months, &new.months) && !corrected
    }

    /// Whether the workbook and the figures of all are the same as of another origin, as far as it is
    /// known: earlier versions did not write down the figures.
    pub(super) fn same_content(&self, other: &Self) -> bool {
        self.input == other.input && (self.from.is_none() || self.metrics == other.metrics)
    }

    /// The months, in words.
    pub fn told(&self) -> String {
        self.months.iter().map(String::as_str).collect::<Vec<_>>().join("、")
    }

    /// The refusal to take its place.
    pub(super) fn kept(&self) -> Problem {
        let months = self.told();
        Problem::error(
            KEPT,
            words!(
                "输出文件夹里同名的结果是 {months} 的，没有覆盖",
                "the result of this name in the output folder is of {months}; it was not overwritten"
            ),
        )
        .hint(words!(
            "用 --out 换一个文件夹，每个月一个；{months} 的不再需要时，加 --force 覆盖",
            "name another folder with --out, one a month; where that of {months} is no longer wanted, give --force"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_month_is_no_other_month() {
        let origin = |month: &str, asked: &str, from: &str| Origin {
            months: month.split_whitespace().map(str::to_owned).collect(),
            asked: Some(asked.to_owned()).filter(|asked| !asked.is_empty()),
            from: Some(from.to_owned()).filter(|from| !from.is_empty()),
            ..Origin::default()
        };
        for (old, new, other) in [
            (("2026-10", "", "10/a"), ("2026-11", "", "11/a"), true),
            (("2026-09", "", "10/a"), ("2026-10", "", "10/a"), false),
            (("2026-09", "", "10/a"), ("2026-10", "2026-10", "10/a"), false),
            (("2026-10", "2026-10", "a"), ("2026-11", "2026-11", "a"), true),
            (("2026-10", "", "10/a"), ("2026-10", "", "x/a"), false),
            (("2026-09 2026-10", "", "10/a"), ("2026-10", "", "x/a"), false),
            (("", "", "10/a"), ("2026-10", "", "x/a"), false),
            (("2026-10", "", ""), ("2026-11", "", ""), true),
            (("10月", "", "10/a"), ("2026-10", "", "x/a"), false),
            (("10月", "", "10/a"), ("11月", "", "11/a"), true),
        ] {
            let [a, b] = [old, new].map(|(month, asked, from)| origin(month, asked, from));
            assert_eq!(a.is_of_other_month(&b), other, "{old:?} {new:?}");
        }
    }
}
