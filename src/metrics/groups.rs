//! The groups of a team's table: which of them is the person's own, and whether they matter.

use super::departments::{Kin, is_own_group};
use super::sources::TeamOf;
use super::team_of::several;
use crate::hash::HashSet;
use crate::text::{compact, has_any, label};
use std::collections::BTreeMap;

/// Headers of a column of groups: whose each is, they say where they are named after a person (王丽组), or
/// where the form's department names one (客服部A组).
const GROUP: [&str; 14] = [
    "分组",
    "班组",
    "所在组",
    "团队",
    "团队名称",
    "所属团队",
    "归属团队",
    "组别",
    "组",
    "小组",
    "组名",
    "所属组",
    "所属小组",
    "所属组别",
];

impl TeamOf {
    /// The columns of groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &(String, BTreeMap<u32, String>)> {
        self.columns.iter().filter(|(head, _)| GROUP.contains(&label(head).as_str()))
    }

    /// The column of groups that are departments by another head, as the own one is among them in the same
    /// words: 客服A组 and 客服B组 under 组别.
    pub(super) fn departments_as_groups(&self, own: &str) -> Option<BTreeMap<u32, String>> {
        let key = compact(own);
        let (_, column) =
            self.groups().find(|(_, column)| column.values().any(|name| compact(name) == key))?;
        Some(column.iter().map(|(row, name)| (*row, compact(name))).collect())
    }

    /// Whether groups are the shops by other names, each of one and none of two.
    pub(super) fn are_shops(&self, groups: &BTreeMap<u32, String>) -> bool {
        let pairs: HashSet<(&str, &str)> = groups
            .iter()
            .filter_map(|(row, group)| Some((group.as_str(), self.shops.get(row)?.as_str())))
            .collect();
        let left: HashSet<&str> = pairs.iter().map(|(group, _)| *group).collect();
        let right: HashSet<&str> = pairs.iter().map(|(_, shop)| *shop).collect();
        pairs.len() == left.len() && pairs.len() == right.len() && !pairs.is_empty()
    }
}

/// Whether groups only say how long somebody has been there: 老员工, 新人.
pub(super) fn are_ranks(names: &[String]) -> bool {
    names.iter().all(|name| has_any(name, &["员工", "新人", "实习", "试用", "老人", "正式"]))
}

/// Whether groups may be teams: 白班 and 夜班 are none.
pub(super) fn are_teams(of: &BTreeMap<u32, String>) -> bool {
    several(of) && !of.values().all(|text| text.contains('班'))
}

/// How the groups of a table's rows stand to the own one, where it is among them.
pub(super) fn kins_of_groups(
    groups: &BTreeMap<u32, String>,
    own: Option<&str>,
) -> BTreeMap<u32, Kin> {
    let Some(own) = own else { return BTreeMap::new() };
    let named = || groups.iter().filter(|(_, name)| !name.is_empty());
    let owns: Vec<&String> =
        named().map(|(_, name)| name).filter(|name| is_own_group(own, name)).collect();
    if owns.is_empty() {
        return BTreeMap::new();
    }
    let kin = |name: &String| match is_own_group(own, name) {
        true => Kin::Same,
        // A组和B组
        false if owns.iter().any(|own| name.contains(own.as_str())) => Kin::Near,
        false => Kin::Other,
    };
    named().map(|(row, name)| (*row, kin(name))).collect()
}
