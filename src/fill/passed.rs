//! Marks that are missing because the raters' table was passed over: the cause is told, once.

use super::Filler;
use crate::problem::{Problem, Severity, Words};
use crate::words;

/// Most marks that a message names.
const NAMED: usize = 3;

impl Filler<'_> {
    /// Tells of the blank marks of a rating; where its raters' tables were passed over, of these instead. Where
    /// no mark is missing, they are only a notice.
    pub(super) fn blank_marks(&mut self, blank: Vec<Problem>, passed: Option<&Vec<Problem>>) {
        let Some(passed) = passed else { return self.problems.extend(blank) };
        let names: Vec<&str> = blank.iter().filter_map(|p| p.subject.as_deref()).collect();
        for notice in passed {
            let mut problem = notice.clone();
            if !names.is_empty() {
                let count = names.len();
                let missing =
                    words!("；因此 {count} 项没有评分：", "; so {count} marks are missing: ");
                problem.severity = Severity::Unfinished;
                problem.what = problem.what.then(&missing).then(&Words::listed(&names, NAMED));
            }
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}
