//! Grades by shares of the team (强制分布), over all workbooks of a run.

use super::manifest::Entry;
use crate::scheme::Scheme;
use crate::score::distribution::{Member, grades};
use crate::summary::{Line, State};
use std::collections::BTreeMap;

/// What a workbook alone says: it waits for the team, which is here.
const WAITS: &str = "grade-waits";

/// Gives the grades, month by month, where every workbook is filled; else nobody has one, and each
/// workbook's finding stays.
pub(super) fn distribute(scheme: Option<&Scheme>, entries: &mut [Entry]) {
    let Some((scheme, distribution)) =
        scheme.and_then(|scheme| Some((scheme, scheme.distribution.as_ref()?)))
    else {
        return;
    };
    let whole = entries.iter().all(|entry| entry.book.state == State::Filled);
    let mut months: BTreeMap<Option<String>, Vec<&mut Line>> = BTreeMap::new();
    for line in entries.iter_mut().flat_map(|entry| &mut entry.book.lines) {
        line.grade = None;
        months.entry(line.month.clone()).or_default().push(line);
    }
    if !whole {
        return;
    }
    for team in months.values_mut() {
        let members: Vec<Member> = team
            .iter()
            .map(|line| Member { total: line.total, limit: line.limit.unwrap_or(f64::INFINITY) })
            .collect();
        for (line, grade) in team.iter_mut().zip(grades(scheme, distribution, &members)) {
            line.grade = grade.map(|g| g.name.clone());
        }
    }
    for entry in entries {
        entry.book.findings.retain(|finding| finding.code != WAITS);
    }
}
