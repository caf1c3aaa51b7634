//! Who of last month's summary is who of this month.

use super::data::{Group, hash};
use super::gather::{Gathered, Row, who, with_department};
use super::past::{Past, Previous};
use super::{Finding, Line};
use crate::problem::{Problem, Words};
use crate::text::person_key;
use crate::words;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

/// Most names that a notice to the run gives.
pub const NAMED: usize = 10;

/// What tells whose earlier totals are whose.
pub struct Matches<'a> {
    previous: &'a Previous,
    months: &'a [String],
    /// Schemes of the groups, by which the forms of one person are told apart.
    schemes: Vec<&'a str>,
    /// How many people have a name, of a scheme by its number.
    names: HashMap<(u64, usize), u32>,
    /// How many people have a name and department.
    alike: HashMap<(u64, usize), u32>,
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
        let (names, alike) = (HashMap::new(), HashMap::new());
        let mut own = Self { previous, months, schemes, names, alike };
        for group in groups {
            let scheme = own.number(group.scheme);
            for key in &group.people {
                let line = gathered.row(key)?.line;
                *own.names.entry((hash(&line.name), scheme)).or_insert(0) += 1;
                *own.alike.entry((who(&line), scheme)).or_insert(0) += 1;
            }
        }
        Ok(own)
    }

    /// Several groups may have one scheme: they count as the first.
    fn number(&self, scheme: &str) -> usize {
        self.schemes.iter().position(|own| *own == scheme).unwrap_or(usize::MAX)
    }

    /// How many people of a scheme, or of all, are counted under a print.
    fn count(&self, of: &HashMap<(u64, usize), u32>, print: u64, scheme: Option<usize>) -> u32 {
        let all = 0..self.schemes.len();
        let of = |number: usize| of.get(&(print, number)).copied().unwrap_or(0);
        scheme.map_or_else(|| all.map(of).sum(), of)
    }

    /// A person's own row of earlier months; none where there is none, or where it cannot be told
    /// which of several it is.
    pub fn find(&self, gathered: &Gathered, line: &Line, scheme: &str) -> Option<&'a Past> {
        // Who was told apart by the staff number may be so again.
        if !line.number.is_empty() {
            let numbered = self.named(&line.shown(true), line, scheme, true);
            if numbered.is_some() || gathered.is_double(line) {
                return numbered;
            }
        }
        self.named(&line.name, line, scheme, false)
    }

    /// Rows of one name: first those of the same scheme, then those whose scheme is not known, then those
    /// of schemes in which nobody has the name now. Of each, the department tells, where nobody else of
    /// this month has name and department; a name that is alone on both sides may have changed department.
    /// A name with its staff number (`numbered`) is one person's, who does not change department unseen.
    fn named(&self, shown: &str, line: &Line, scheme: &str, numbered: bool) -> Option<&'a Past> {
        let same = self.previous.named(&person_key(shown));
        if same.is_empty() {
            return None;
        }
        let (own, name) = (self.number(scheme), hash(&line.name));
        let department = person_key(line.department.as_deref().unwrap_or_default());
        let tier = |past: &Past| match past.scheme.as_str() {
            of if of == scheme => Some(0),
            "" => Some(1),
            of => (self.count(&self.names, name, Some(self.number(of))) == 0).then_some(2),
        };
        let alone = |of, print, tier| self.count(of, print, Some(own).filter(|_| tier == 0)) == 1;
        (0..3).find_map(|now| {
            let rows: Vec<&Past> = same.iter().filter(|past| tier(past) == Some(now)).collect();
            let there: Vec<&Past> =
                rows.iter().copied().filter(|past| past.department == department).collect();
            match (there.as_slice(), rows.as_slice()) {
                // Of two of one name and department neither takes the row: one of them may be new.
                ([_, ..], _) if !numbered && !alone(&self.alike, who(line), now) => None,
                ([one], _) => Some(*one),
                ([], [one]) if !numbered && alone(&self.names, name, now) => Some(*one),
                // What could not be told apart before stands behind who was there last month.
                (several, _) => {
                    let latest = self.months.last()?;
                    let mut last = several.iter().filter(|past| past.totals.contains_key(latest));
                    last.next().filter(|_| last.next().is_none()).copied()
                }
            }
        })
    }

    /// An earlier name, with its department where somebody else has the name then or now.
    fn called(&self, past: &Past) -> String {
        let (name, department) = past.written();
        let now = self.count(&self.names, hash(name), None) > 0;
        let repeated = now || self.previous.like(&past.name).len() > 1;
        match repeated && !department.is_empty() {
            true => with_department(name, department),
            false => name.clone(),
        }
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
        let rows: Vec<&Past> = self.previous.people().iter().filter(free).collect();
        // Who is not sure to be somebody of this month, and was there last month.
        let unsure: HashSet<&str> = notices
            .iter()
            .filter_map(|(_, finding): &(_, Finding)| finding.person.as_deref())
            .collect();
        let unsure: Vec<String> = unsure.into_iter().map(person_key).collect();
        let last = self.months.last().filter(|month| self.previous.latest() == Some(month));
        let gone = |past: &&&Past| {
            last.is_some_and(|month| past.totals.contains_key(month))
                && !unsure.iter().any(|name| past.is_named(name))
        };
        let gone = rows.iter().filter(gone).map(|past| self.called(past)).collect();
        Ok(Others { rows, notices, gone: (last.cloned().unwrap_or_default(), gone) })
    }
}

/// Rows of earlier months that stand behind nobody of this month.
#[derive(Default)]
pub struct Others<'a> {
    /// The rows.
    pub rows: Vec<&'a Past>,
    /// Of whom it cannot be told which row is theirs, with their files.
    pub notices: Vec<(String, Finding)>,
    /// Last month, and the names of those who had a total then and have none now, whatever the reason.
    gone: (String, Vec<String>),
}

impl Others<'_> {
    /// What the run is told, beside the sheet of notices.
    pub fn told(&self) -> Option<Problem> {
        let names = self.notices.iter().filter_map(|(_, finding)| finding.person.as_deref());
        let names: BTreeSet<&str> = names.collect();
        let count = self.notices.len();
        let names = Words::listed(names, NAMED);
        (count > 0).then(|| {
            Problem::notice(
                UNCLEAR,
                words!(
                    "{count} 人与上月的汇总对不上号，没有比较：",
                    "{count} people could be several of last month's summary and are not compared: "
                )
                .then(&names),
            )
            .hint(how())
        })
    }

    /// That people of last month have no total this time, with so many of their names: a workbook that was
    /// not sent back is missed by nobody else.
    pub fn gone(&self, named: usize) -> Option<Problem> {
        let (month, gone) = &self.gone;
        let count = gone.len();
        (count > 0).then(|| {
            Problem::notice(
                "not-this-time",
                words!(
                    "{month} 有得分、这次没有得分的 {count} 人：",
                    "{count} people who had a total in {month} have none this time: "
                )
                .then(&Words::listed(gone, named)),
            )
            .hint(words!(
                "核对是离职、改名，还是表没有交回、没有填好",
                "check who has left or changed the name, and whose workbook is missing or not filled"
            ))
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
