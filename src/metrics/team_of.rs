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

/// Reads it from a table with a header in a row, whose first and last columns are given.
pub(super) fn read(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    rows: &[u32],
    words: &Look<'_>,
) -> TeamOf {
    let columns = keys.first().map_or(0, |k| k.0.col)..=keys.last().map_or(0, |k| k.0.col);
    let above = header.checked_sub(1).map(|row| sheet.row(row));
    let titles = above.into_iter().flatten().filter(|(at, _)| columns.contains(&at.col));
    let owner =
        titles.filter_map(|(_, cell)| leads(&compact(cell.value.text()?), words.people)).next();
    let column = |known: &dyn Fn(&str) -> bool| {
        let col = keys.iter().find(|(_, _, key)| known(key)).map(|(at, ..)| at.col);
        let text = |row: &u32| {
            Some((*row, sheet.text(sheet.anchor(CellRef::new(*row, col?)))?.to_owned()))
        };
        rows.iter().filter_map(text).collect::<BTreeMap<u32, String>>()
    };
    let mut leaders = column(&|key| LEADER.contains(&key));
    leaders.values_mut().for_each(|name| *name = person_alone(name));
    let people: HashSet<String> = words.people.iter().map(|name| person_alone(name)).collect();
    if !leaders.values().any(|name| people.contains(name)) {
        leaders.clear();
    }
    let mut departments = column(&|key| words.department.contains(key));
    departments.values_mut().for_each(|name| *name = label(name));
    TeamOf { owner, leaders, departments, unclear: false }
}

/// What of the teams is a person's: `several` people have forms, `department` is the person's. Where nothing
/// tells, all are given as unclear.
pub(super) fn of_person(
    teams: Vec<TeamTable>,
    key: &str,
    department: Option<&str>,
    several: bool,
) -> Vec<TeamTable> {
    let name = person_alone(key);
    let department = department.map(label);
    let is_own = |team: &TeamTable| team.of.owner.as_deref() == Some(key);
    let owned = teams.iter().any(is_own);
    let mut out: Vec<TeamTable> = teams
        .iter()
        .filter(|team| is_own(team) || !owned && team.of.owner.is_none())
        .cloned()
        .collect();
    for team in &mut out {
        let TeamOf { leaders, departments, .. } = team.of.clone();
        if !leaders.is_empty() {
            team.rows.retain(|row| leaders.get(row) == Some(&name));
            continue;
        }
        let distinct: HashSet<&String> = departments.values().collect();
        match department.as_ref().filter(|own| distinct.contains(own)) {
            Some(own) if distinct.len() > 1 => {
                team.rows.retain(|row| departments.get(row) == Some(own));
            }
            None if distinct.len() > 1 => team.of.unclear = several,
            _ => {}
        }
    }
    out.retain(|team| !team.rows.is_empty());
    // Two tables of one figure may be one team in parts, or two people's teams.
    let mut held: HashSet<&String> = HashSet::default();
    let mut columns =
        out.iter().filter(|team| team.of.leaders.is_empty()).flat_map(|t| t.columns.keys());
    let parts = columns.any(|column| !held.insert(column));
    if out.is_empty() || several && parts && !owned {
        let unclear = if out.is_empty() { teams } else { out };
        return unclear
            .into_iter()
            .map(|mut team| {
                team.of.unclear = several;
                team
            })
            .collect();
    }
    out
}
