//! Grades by shares of the team (强制分布), over all workbooks of a run.

use crate::scheme::Scheme;
use crate::score::distribution::{Member, NO_DEPARTMENT, grades, no_department};
use crate::summary::{Book, Finding, Line, State};
use crate::words;
use std::collections::BTreeMap;

/// What a workbook alone says: it waits for the team, which is here.
const WAITS: &str = "grade-waits";

/// A month, and a department where shares are given by department.
type Key = (Option<String>, String);

/// The team, month by month, as its workbooks are seen.
#[derive(Debug)]
pub struct Team<'a> {
    scheme: &'a Scheme,
    members: BTreeMap<Key, Vec<Member>>,
    whole: bool,
}

/// The team that a line belongs to; none where it names no department and shares need one.
fn key(scheme: &Scheme, line: &Line) -> Option<Key> {
    let team = scheme.distribution.as_ref()?.team(line.department.as_deref())?;
    Some((line.month.clone(), team))
}

impl<'a> Team<'a> {
    /// The team of a scheme whose grades go by shares.
    pub fn new(scheme: Option<&'a Scheme>) -> Option<Self> {
        let scheme = scheme.filter(|scheme| scheme.distribution.is_some())?;
        Some(Self { scheme, members: BTreeMap::new(), whole: true })
    }

    /// Sees a workbook; they come in the order of their names.
    pub fn add(&mut self, book: &Book) {
        self.whole &= book.state == State::Filled;
        for line in &book.lines {
            let Some(key) = key(self.scheme, line) else { continue };
            let limit = line.limit.unwrap_or(f64::INFINITY);
            self.members.entry(key).or_default().push(Member { total: line.total, limit });
        }
    }

    /// The grades, where every workbook is filled; else nobody has one, and each workbook's finding
    /// stays.
    pub fn grades(self) -> Grades<'a> {
        let distribution = self.scheme.distribution.as_ref().filter(|_| self.whole);
        let teams = distribution.map(|distribution| {
            let given = |team: Vec<Member>| {
                let given = grades(self.scheme, distribution, &team);
                let names = given.into_iter().map(|grade| grade.map(|g| g.name.as_str()));
                names.collect::<Vec<_>>().into_iter()
            };
            self.members.into_iter().map(|(key, team)| (key, given(team))).collect()
        });
        Grades { scheme: self.scheme, teams }
    }
}

/// Grades by team, to be given in the order in which [`Team::add`] saw the people.
#[derive(Debug)]
pub struct Grades<'a> {
    scheme: &'a Scheme,
    teams: Option<BTreeMap<Key, std::vec::IntoIter<Option<&'a str>>>>,
}

impl Grades<'_> {
    /// Whether nobody gets one, since a workbook is not filled.
    pub fn wait(&self) -> bool {
        self.teams.is_none()
    }

    /// Gives a workbook's people their grades.
    pub fn give(&mut self, book: &mut Book) {
        for line in &mut book.lines {
            line.grade = None;
        }
        book.findings.retain(|finding| finding.code != NO_DEPARTMENT);
        let Some(teams) = &mut self.teams else {
            for finding in book.findings.iter_mut().filter(|finding| finding.code == WAITS) {
                finding.what = words!(
                    "等级按强制分布评定，要等每一份工作簿都填好才给",
                    "grades are given by shares of the team, once every workbook is filled"
                );
                finding.hint = Some(words!(
                    "填好「问题」里的工作簿，再运行一次",
                    "fill the workbooks listed in Problems, and run again"
                ));
            }
            return;
        };
        book.findings.retain(|finding| finding.code != WAITS);
        for line in &mut book.lines {
            match key(self.scheme, line) {
                Some(key) => {
                    let next = teams.get_mut(&key).and_then(Iterator::next);
                    line.grade = next.flatten().map(str::to_owned);
                }
                None => {
                    let finding = Finding::new(&no_department(&line.sheet), Some(&line.name));
                    book.findings.push(finding);
                }
            }
        }
    }
}
