//! Whose team a table's members are, where a workbook holds those of several people: by the title over the
//! table (王丽组), by a column of their superior or of their department.

use super::look::{Look, RowLabels};
use super::naming::leads;
use super::sources::{TeamOf, TeamTable};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::text::{compact, label, person_alone};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// Headers of the column of the superior.
const LEADER: [&str; 15] = [
    "主管",
    "所属主管",
    "客服主管",
    "部门主管",
    "带班主管",
    "直属主管",
    "上级",
    "直属上级",
    "直接上级",
    "负责人",
    "组长",
    "班长",
    "归属",
    "归属人",
    "主管姓名",
];

/// Reads it from a table: its header's row and labels, and the rows of its members.
pub(super) fn read(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    rows: &[u32],
    words: &Look<'_>,
) -> TeamOf {
    let columns = keys.first().map_or(0, |k| k.0.col)..=keys.last().map_or(0, |k| k.0.col);
    let above = header.checked_sub(1).map(|row| sheet.row(row));
    let mut titles = above.into_iter().flatten().filter(|(at, _)| columns.contains(&at.col));
    let title = titles.find_map(|(_, cell)| Some(compact(cell.value.text()?)));
    let column = |known: &dyn Fn(&str) -> bool| {
        let col = keys.iter().find(|(_, _, key)| known(key)).map(|(at, ..)| at.col);
        let text = |row: &u32| {
            Some((*row, sheet.text(sheet.anchor(CellRef::new(*row, col?)))?.to_owned()))
        };
        rows.iter().filter_map(text).collect::<BTreeMap<u32, String>>()
    };
    let mut leaders = column(&|key| LEADER.contains(&key));
    leaders.values_mut().for_each(|name| *name = person_alone(name));
    let mut departments = column(&|key| words.department.contains(key));
    departments.values_mut().for_each(|name| *name = label(name));
    TeamOf { title, leaders, departments, unclear: false }
}

/// The person with a form whose team a table's title names.
pub(super) fn owner(team: &TeamTable, people: &HashSet<String>) -> Option<String> {
    leads(team.of.title.as_deref()?, people)
}

/// For whom a team is wanted.
pub(super) struct Wanted<'p> {
    /// The person, as names are compared.
    pub(super) key: &'p str,
    /// The person's department.
    pub(super) department: Option<&'p str>,
    /// All who have forms.
    pub(super) people: &'p HashSet<String>,
    /// Whether several tables may be several people's teams.
    pub(super) several: bool,
    /// Whether the rows of a table may be of several people's teams.
    pub(super) shared: bool,
}

/// What of the teams is a person's. Where nothing tells, all are given as unclear.
pub(super) fn of_person(teams: Vec<TeamTable>, wanted: &Wanted<'_>) -> Vec<TeamTable> {
    if !wanted.shared {
        return teams;
    }
    let name = person_alone(wanted.key);
    let department = wanted.department.map(label);
    let is_own = |team: &TeamTable| owner(team, wanted.people).as_deref() == Some(wanted.key);
    let owned = teams.iter().any(is_own);
    let mut out: Vec<TeamTable> = teams
        .iter()
        .filter(|team| is_own(team) || !owned && owner(team, wanted.people).is_none())
        .cloned()
        .collect();
    let mut told = owned;
    for team in &mut out {
        let TeamOf { leaders, departments, .. } = team.of.clone();
        let several =
            |of: &BTreeMap<u32, String>| of.values().any(|one| Some(one) != of.values().next());
        // Whose a member is beside whom nothing stands, nobody can say.
        let gaps = |of: &BTreeMap<u32, String>| {
            !of.is_empty() && team.rows.iter().any(|row| of.get(row).is_none_or(String::is_empty))
        };
        if leaders.values().any(|leader| *leader == name) {
            team.of.unclear = gaps(&leaders);
            team.rows.retain(|row| leaders.get(row) == Some(&name));
            told = true;
            continue;
        }
        let own = department.as_ref().filter(|own| departments.values().any(|one| one == *own));
        let of_others = department.is_some() && own.is_none() && !departments.is_empty();
        if let (Some(own), true) = (own, several(&departments)) {
            team.of.unclear = gaps(&departments);
            team.rows.retain(|row| departments.get(row) == Some(own));
        } else if several(&leaders) || several(&departments) || of_others {
            team.of.unclear = true;
        }
    }
    out.retain(|team| !team.rows.is_empty());
    // Two tables of one figure may be one team in parts, or two people's teams.
    let mut held: HashSet<&String> = HashSet::default();
    let mut columns = out.iter().flat_map(|team| team.columns.keys());
    let parts = columns.any(|column| !held.insert(column));
    if out.is_empty() || wanted.several && parts && !told {
        let unclear = if out.is_empty() { teams } else { out };
        let mark = |mut team: TeamTable| {
            team.of.unclear = true;
            team
        };
        return unclear.into_iter().map(mark).collect();
    }
    out
}
