//! Grades by shares of the team (强制分布), over all workbooks of a run.

use crate::scheme::Scheme;
use crate::score::distribution::{Member, grades};
use crate::summary::{Book, State};
use std::collections::BTreeMap;

/// What a workbook alone says: it waits for the team, which is here.
const WAITS: &str = "grade-waits";

/// The team, month by month, as its workbooks are seen.
#[derive(Debug)]
pub struct Team<'a> {
    scheme: &'a Scheme,
    months: BTreeMap<Option<String>, Vec<Member>>,
    whole: bool,
}

impl<'a> Team<'a> {
    /// The team of a scheme whose grades go by shares.
    pub fn new(scheme: Option<&'a Scheme>) -> Option<Self> {
        let scheme = scheme.filter(|scheme| scheme.distribution.is_some())?;
        Some(Self { scheme, months: BTreeMap::new(), whole: true })
    }

    /// Sees a workbook; they come in the order of their names.
    pub fn add(&mut self, book: &Book) {
        self.whole &= book.state == State::Filled;
        for line in &book.lines {
            let member = Member { total: line.total, limit: line.limit.unwrap_or(f64::INFINITY) };
            match self.months.get_mut(&line.month) {
                Some(team) => team.push(member),
                None => drop(self.months.insert(line.month.clone(), vec![member])),
            }
        }
    }

    /// The grades, where every workbook is filled; else nobody has one, and each workbook's finding
    /// stays.
    pub fn grades(self) -> Grades<'a> {
        let distribution = self.scheme.distribution.as_ref().filter(|_| self.whole);
        let months = distribution.map(|distribution| {
            let given = |team: Vec<Member>| {
                let given = grades(self.scheme, distribution, &team);
                let names = given.into_iter().map(|grade| grade.map(|g| g.name.as_str()));
                names.collect::<Vec<_>>().into_iter()
            };
            self.months.into_iter().map(|(month, team)| (month, given(team))).collect()
        });
        Grades(months)
    }
}

/// Grades by month, to be given in the order in which [`Team::add`] saw the people.
#[derive(Debug)]
pub struct Grades<'a>(Option<BTreeMap<Option<String>, std::vec::IntoIter<Option<&'a str>>>>);

impl Grades<'_> {
    /// Gives a workbook's people their grades.
    pub fn give(&mut self, book: &mut Book) {
        for line in &mut book.lines {
            let months = self.0.as_mut();
            let next = months.and_then(|m| m.get_mut(&line.month)).and_then(Iterator::next);
            line.grade = next.flatten().map(str::to_owned);
        }
        if self.0.is_some() {
            book.findings.retain(|finding| finding.code != WAITS);
        }
    }
}
