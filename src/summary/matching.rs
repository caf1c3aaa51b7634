//! Who of last month's summary is who of this month.

use super::data::{Group, hash};
use super::gather::{Gathered, Row};
use super::past::{Past, Previous};
use super::{Finding, Line};
use crate::problem::Problem;
use crate::text::person_key;
use crate::words;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

/// Most names that the notice to the run gives.
const NAMED: usize = 10;

/// What tells whose earlier totals are whose.
pub struct Matches<'a> {
    previous: &'a Previous,
    months: &'a [String],
    /// Schemes of the groups, by which the forms of one person are told apart.
    schemes: Vec<&'a str>,
    /// How many people have a name, of a scheme by its number.
    names: HashMap<(u64, usize), u32>,
}

impl<'a> Matches<'a> {
    /// Looks at everybody's name.
    pub fn new(
        previous: &'a Previous,
        groups: &'a [Group<'a>],
        gathered: &Gathered,
    ) -> io::Result<Self> {
        let months = groups.first().map_or(&[][..], |group| &group.months);
        let schemes = groups.iter().map(|group| group.scheme).collect();
        let mut own = Self { previous, months, schemes, names: HashMap::new() };
        for group in groups {
            let scheme = own.number(group.scheme);
            for key in &group.people {
                let name = hash(&gathered.row(key)?.line.name);
                *own.names.entry((name, scheme)).or_insert(0) += 1;
            }
        }
        Ok(own)
    }

    /// Several groups may have one scheme: they count as the first.
    fn number(&self, scheme: &str) -> usize {
        self.schemes.iter().position(|own| *own == scheme).unwrap_or(usize::MAX)
    }

    /// How many people of a scheme, or of all, have a name.
    fn count(&self, name: u64, scheme: Option<usize>) -> u32 {
        let all = 0..self.schemes.len();
        let of = |number: usize| self.names.get(&(name, number)).copied().unwrap_or(0);
        scheme.map_or_else(|| all.map(of).sum(), of)
    }

    /// A person's own row of earlier months; none where there is none, or where it cannot be told
    /// which of several it is.
    pub fn find(&self, gathered: &Gathered, line: &Line, scheme: &str) -> Option<&'a Past> {
        // Who was told apart by the staff number may be so again.
        let numbered = self.named(&line.shown(true), line, scheme, false);
        let told = gathered.is_double(line) && !line.number.is_empty();
        if told || numbered.is_some() {
            return numbered;
        }
        self.named(&line.name, line, scheme, true)
    }

    /// Rows of one name: first those of the same scheme, then those whose scheme is not known, then those
    /// of schemes in which nobody has the name now. Of each, the department tells; a name that is alone
    /// on both sides may have changed department.
    fn named(&self, name: &str, line: &Line, scheme: &str, may_move: bool) -> Option<&'a Past> {
        let same = self.previous.named(&person_key(name));
        if same.is_empty() {
            return None;
        }
        let (own, name) = (self.number(scheme), hash(&line.name));
        let department = person_key(line.department.as_deref().unwrap_or_default());
        let tier = |past: &Past| match past.scheme.as_str() {
            of if of == scheme => Some(0),
            "" => Some(1),
            of => (self.count(name, Some(self.number(of))) == 0).then_some(2),
        };
        let alone = |tier| self.count(name, Some(own).filter(|_| tier == 0)) == 1;
        (0..3).find_map(|now| {
            let rows: Vec<&Past> = same.iter().filter(|past| tier(past) == Some(now)).collect();
            let there: Vec<&Past> =
                rows.iter().copied().filter(|past| past.department == department).collect();
            match (there.as_slice(), rows.as_slice()) {
                ([one], _) => Some(*one),
                ([], [one]) if may_move && alone(now) => Some(*one),
                // What could not be told apart before stands behind who was there last month.
                (several, _) => {
                    let latest = self.months.last()?;
                    let mut last = several.iter().filter(|past| past.totals.contains_key(latest));
                    last.next().filter(|_| last.next().is_none()).copied()
                }
            }
        })
    }

    /// Rows of people of whom no form has come this time, who may be back the next, and of those of whom
    /// it cannot be told whose they are; and notices about the latter.
    pub fn others(&self, gathered: &Gathered, groups: &[Group<'_>]) -> io::Result<Others<'a>> {
        let (mut found, mut without) = (HashSet::new(), Vec::new());
        for group in groups {
            for key in &group.people {
                let row = gathered.row(key)?;
                match self.find(gathered, &row.line, group.scheme) {
                    Some(past) => drop(found.insert(std::ptr::from_ref(past))),
                    None if self.previous.like(&person_key(&row.line.name)).is_empty() => {}
                    None => without.push(*key),
                }
            }
        }
        let counts = |past: &Past| self.months.iter().any(|m| past.totals.contains_key(m));
        let free = |past: &&Past| !found.contains(&std::ptr::from_ref(*past)) && counts(past);
        let mut notices = Vec::new();
        for key in without {
            let Row { line, file, .. } = gathered.row(&key)?;
            let like = self.previous.like(&person_key(&line.name));
            let like = like.into_iter().filter(free).count();
            if like > 0 {
                notices.push((file, Finding::new(&unclear(&line, like), Some(&line.name))));
            }
        }
        let rows = self.previous.people().iter().filter(free).collect();
        Ok(Others { rows, notices })
    }
}

/// Rows of earlier months that stand behind nobody of this month.
#[derive(Default)]
pub struct Others<'a> {
    /// The rows.
    pub rows: Vec<&'a Past>,
    /// Of whom it cannot be told which row is theirs, with their files.
    pub notices: Vec<(String, Finding)>,
}

impl Others<'_> {
    /// What the run is told, beside the sheet of notices.
    pub fn told(&self) -> Option<Problem> {
        let names = self.notices.iter().filter_map(|(_, finding)| finding.person.as_deref());
        let names: BTreeSet<&str> = names.collect();
        let some: Vec<&str> = names.iter().copied().take(NAMED).collect();
        let count = self.notices.len();
        let more = if names.len() > some.len() { "…" } else { "" };
        let (zh, en) = (some.join("、"), some.join(", "));
        (count > 0).then(|| {
            Problem::notice(
                UNCLEAR,
                words!(
                    "{count} 人与上月的汇总对不上号，没有比较：{zh}{more}",
                    "{count} people could be several of last month's summary and are not compared: {en}{more}"
                ),
            )
            .hint(how())
        })
    }
}

/// Code of the notice that a person may be several of last month's.
const UNCLEAR: &str = "previous-unclear";

fn how() -> crate::problem::Words {
    words!(
        "在表上写明部门或工号（与上月一致），再运行一次；上月的记录留在隐藏的「历史」里",
        "name the department or the staff number in the form, as last month, and run again; last month's totals stay in the hidden history"
    )
}

fn unclear(line: &Line, like: usize) -> Problem {
    let name = &line.name;
    Problem::notice(
        UNCLEAR,
        words!(
            "上月的汇总里还有 {like} 行「{name}」，分不清是不是同一个人，没有与上月比较",
            "last month's summary has {like} more rows of `{name}`; which is this person cannot be told, and nothing is compared"
        ),
    )
    .on(&line.sheet)
    .hint(how())
}
