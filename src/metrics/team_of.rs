//! Whose team a table's members are, where a workbook holds those of several people: by the title over the
//! table (王丽组), by a column of their superior or of their department.

use super::departments::{
    Kin, is_doubtful, is_general, kin, kin_beside_own, some_apart, tabbed, titled,
};
use super::groups::{are_ranks, are_teams, kins_of_groups};
use super::look::{Look, RowLabels};
use super::naming::{is_name, leads, leads_another, other_name};
use super::sources::{TeamOf, TeamTable};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::text::{compact, has_any, label, person_alone};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// Headers of the column of the superior.
const LEADER: [&str; 31] = [
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
    "管理者",
    "归属主管",
    "分管主管",
    "上司",
    "部门负责人",
    "领导",
    "直属领导",
    "直接领导",
    "直属组长",
    "所属组长",
    "带教主管",
    "汇报对象",
    "汇报上级",
    "直线上级",
    "管理人",
    "分管领导",
];

/// Those of them who may lead a part of a person's own team.
const OF_PART: [&str; 9] =
    ["组长", "班长", "直属组长", "所属组长", "负责人", "归属", "归属人", "带班主管", "带教主管"];

/// What headers of columns of superiors hold, where no list has them.
const SUPERIOR: [&str; 12] = [
    "主管",
    "经理",
    "店长",
    "组长",
    "队长",
    "团队",
    "负责",
    "领导",
    "上级",
    "归属",
    "考核人",
    "部门",
];

/// Reads it from a table: its header's row and labels, and the rows of its members.
pub(super) fn read(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    (rows, member, group): (&[u32], u32, u32),
    words: &Look<'_>,
) -> TeamOf {
    let span = keys.first().map_or(0, |k| k.0.col)..=keys.last().map_or(0, |k| k.0.col);
    let of_row = |row: u32| sheet.row(row).filter(|(at, _)| span.contains(&at.col));
    let above = (header.saturating_sub(TITLE)..header).rev();
    let mut titles = above.filter(|row| of_row(*row).any(|(_, cell)| !cell.value.is_blank()));
    let title = titles.next().filter(|row| of_row(*row).count() <= TITLE_CELLS);
    let text = |(_, cell): (CellRef, &crate::workbook::Cell)| Some(compact(cell.value.text()?));
    let title = title.and_then(|row| of_row(row).find_map(text));
    let column = |col: u32| {
        let text =
            |row: &u32| Some((*row, sheet.text(sheet.anchor(CellRef::new(*row, col)))?.to_owned()));
        rows.iter().filter_map(text).collect::<BTreeMap<u32, String>>()
    };
    let first = |of: &HashSet<String>| {
        keys.iter().find(|(_, _, key)| of.contains(&**key)).map(|(at, ..)| at.col)
    };
    let shop = (group != member).then_some(group);
    let member = Some(member);
    let department = first(&words.department);
    let is_other = |(at, _, key): &&(CellRef, &str, std::borrow::Cow<'_, str>)| {
        ![member, shop].contains(&Some(at.col)) && words.column(key).is_none()
    };
    let others = keys.iter().filter(is_other);
    let mut columns: Vec<(String, BTreeMap<u32, String>)> =
        others.map(|(at, text, _)| (compact(text), column(at.col))).collect();
    columns.extend(sections(sheet, header, rows, words).map(|by_row| ("主管".to_owned(), by_row)));
    let mut departments = department.map(column).unwrap_or_default();
    departments.values_mut().for_each(|name| *name = compact(name));
    let members = member.map(column).unwrap_or_default();
    let shops = shop.map(column).unwrap_or_default();
    TeamOf { title, members, shops, columns, departments, ..TeamOf::default() }
}

impl TeamOf {
    /// The headers of columns that hold neither members nor figures that are known, nor words.
    pub(super) fn unknown(&self) -> Vec<String> {
        let wordless = self.columns.iter().filter(|(_, column)| column.is_empty());
        wordless.map(|(head, _)| head.clone()).collect()
    }
}

/// The rows that head a part of a table, as 主管：王丽 and 王丽组 do, by the rows of the members below each;
/// where one of them names a person with a form.
fn sections(
    sheet: &Sheet,
    header: u32,
    rows: &[u32],
    words: &Look<'_>,
) -> Option<BTreeMap<u32, String>> {
    let last = rows.last().copied()?;
    let alone = |row: u32| {
        let mut cells = sheet.row(row).filter(|(_, cell)| !cell.value.is_blank());
        let text = cells.next().and_then(|(_, cell)| cell.value.text());
        text.filter(|_| cells.next().is_none())
    };
    let heads: BTreeMap<u32, &str> =
        (header + 1..=last).filter_map(|row| Some((row, alone(row)?))).collect();
    heads.values().find(|text| leads(&compact(text), words.people).is_some())?;
    let of = |row: &u32| Some((*row, (*heads.range(..row).next_back()?.1).to_owned()));
    Some(rows.iter().filter_map(of).collect())
}

/// Rows over a header in which its title may stand.
const TITLE: u32 = 3;
/// Most cells of a title's row.
const TITLE_CELLS: usize = 2;

/// The person with a form whose team a table's title names, else its sheet.
pub(super) fn owner(team: &TeamTable, people: &HashSet<String>) -> Option<String> {
    headings(team).find_map(|heading| leads(heading, people))
}

/// What stands over a table, the nearest first.
fn headings(team: &TeamTable) -> impl Iterator<Item = &str> {
    [&team.of.title, &team.of.tab].into_iter().flatten().map(String::as_str)
}

/// Most levels of superiors in one table.
const LEVELS: usize = 5;

/// For whom a team is wanted.
pub(super) struct Wanted<'p> {
    /// The person, as names are compared.
    pub(super) key: &'p str,
    /// Whether the form names the person; a tab names one otherwise.
    pub(super) named: bool,
    /// The person's department.
    pub(super) department: Option<&'p str>,
    /// All who have forms.
    pub(super) people: &'p HashSet<String>,
    /// The departments of all forms.
    pub(super) departments: &'p HashSet<String>,
    /// Whether several tables may be several people's teams.
    pub(super) several: bool,
    /// Whether the rows of a table may be of several people's teams, though none is named.
    pub(super) shared: bool,
}

/// What repeats the cell above.
const DITTO: [&str; 4] = ["同上", "〃", "″", "\""];

/// Superiors by row, and what their column says of them.
struct Leaders {
    by_row: BTreeMap<u32, String>,
    /// They may lead parts of one person's team.
    of_parts: bool,
}

impl Wanted<'_> {
    /// The superior that a cell names: 王丽 of 王丽团队.
    fn leader(&self, text: &str) -> String {
        let known = leads(&compact(text), self.people);
        // A组（王丽）, 王丽(A组), A组：王丽
        let signs = ['(', ')', '（', '）', '[', ']', '【', '】', ':', '：', '-', '—', '/', ' '];
        let mut pieces = text.split(signs).filter(|_| text.contains(signs));
        let named = pieces.find(|piece| is_name(&person_alone(piece)));
        let text = known.as_deref().or(named).unwrap_or(text).trim();
        let bare = ["小组", "团队", "组", "队", "班"].iter().find_map(|end| text.strip_suffix(end));
        person_alone(bare.unwrap_or(text))
    }

    /// Whether a cell names somebody with a form.
    fn named(&self, text: &str) -> bool {
        leads(&compact(text), self.people).is_some() || self.has_form(&person_alone(text))
    }

    /// The superiors by row: in the column that is headed so and names people with forms, else in one that
    /// holds nothing but names, among them such, else in one that is headed so.
    fn leaders(&self, team: &TeamTable) -> Leaders {
        let headed = |head: &str| LEADER.contains(&label(head).as_str());
        let of_part = |head: &str| OF_PART.contains(&label(head).as_str());
        let any = |column: &BTreeMap<u32, String>| column.values().any(|text| self.named(text));
        // In one person's workbook the others are known by their looks alone.
        let all = |head: &str, column: &BTreeMap<u32, String>| {
            let filled = || column.values().filter(|text| !crate::text::is_blank(text));
            let says = crate::text::has_any(head, &SUPERIOR) || label(head).contains('组');
            let name = |text: &String| {
                self.named(text)
                    || says && is_name(&self.leader(text))
                    || DITTO.contains(&text.trim())
            };
            filled().all(name) && (self.shared || says)
        };
        let columns = &team.of.columns;
        let find = |wanted: &dyn Fn(&str, &BTreeMap<u32, String>) -> bool| {
            columns.iter().find(|(head, column)| wanted(head, column))
        };
        let chosen = find(&|head, column| headed(head) && !of_part(head) && any(column))
            .or_else(|| find(&|head, column| !of_part(head) && any(column) && all(head, column)))
            .or_else(|| find(&|head, column| headed(head) && any(column)))
            .or_else(|| {
                let own = person_alone(self.key);
                let names = |text: &String| {
                    let leader = self.leader(text);
                    is_name(&leader) || self.is_another(&leader, &own)
                };
                find(&|head, column| headed(head) && (self.shared || column.values().any(names)))
            });
        let Some((head, column)) = chosen else {
            return Leaders { by_row: BTreeMap::new(), of_parts: false };
        };
        let mut last = String::new();
        let mut written: BTreeMap<u32, String> = BTreeMap::new();
        for (row, text) in column {
            if !DITTO.contains(&text.trim()) {
                last = self.leader(text);
            }
            written.insert(*row, last.clone());
        }
        // Who leads some and is a member himself leads for his own superior.
        let superior = |name: &String| {
            let mut own =
                team.of.members.iter().filter(|(_, member)| person_alone(member) == *name);
            let (row, _) = own.next().filter(|_| !self.has_form(name))?;
            written.get(row).filter(|above| *above != name)
        };
        let top = |name: &String| {
            let levels = std::iter::successors(Some(name), |name| superior(name));
            levels.take(LEVELS).last().unwrap_or(name).clone()
        };
        let by_row = written.iter().map(|(row, name)| (*row, top(name))).collect();
        Leaders { by_row, of_parts: of_part(head) }
    }

    /// Whether a superior's cell names somebody else than the person, whoever it is.
    fn is_another(&self, leader: &str, own: &str) -> bool {
        // 主管 and 员工 are posts.
        const POSTS: [&str; 9] =
            ["主管", "员工", "客服", "组长", "店", "天猫", "淘宝", "经理", "办"];
        // 王主管 is 王丽; 张总 may be above her.
        let surname = leader.chars().next();
        let titled = has_any(leader, &["主管", "经理", "组长", "店长"]);
        let own_title = titled && surname.is_some() && surname == own.chars().next();
        let above = leader.ends_with('总') || has_any(leader, &["总监", "董事", "老板"]);
        self.named
            && leader != own
            && !own_title
            && !above
            && (is_name(leader) || other_name(leader, own) && !has_any(leader, &POSTS))
    }

    /// Leaves of a table the person's rows, as far as it tells; whether it names the person as the superior of
    /// some. `told`: a title did.
    fn take_own(&self, team: &mut TeamTable, told: bool) -> bool {
        let name = person_alone(self.key);
        let Leaders { by_row: leaders, of_parts } = self.leaders(team);
        let departments = match team.of.departments.is_empty() {
            true => self.department.and_then(|own| team.of.departments_as_groups(own)),
            false => Some(team.of.departments.clone()),
        };
        let departments = departments.unwrap_or_default();
        // Whose a member is beside whom nothing stands, nobody can say.
        let gaps = |of: &BTreeMap<u32, String>| {
            !of.is_empty() && team.rows.iter().any(|row| of.get(row).is_none_or(String::is_empty))
        };
        if leaders.values().any(|leader| *leader == name) {
            // 王莉 and 王主管 beside 王丽 may be herself.
            let alike =
                |other: &String| *other != name && other.chars().next() == name.chars().next();
            let mistaken = leaders.values().any(|leader| alike(leader) && !self.has_form(leader));
            // A 组长 beside her may lead a part of her own team.
            let part = of_parts && !self.shared && several(&leaders);
            team.of.unclear = gaps(&leaders) || mistaken || part;
            team.rows.retain(|row| leaders.get(row) == Some(&name));
            return true;
        }
        // All of somebody else's.
        let other =
            |leader: &String| self.has_form(leader) || !of_parts && self.is_another(leader, &name);
        let of_another = leaders.values().any(other);
        let kins = kins(&departments, self.department);
        let own = kins.values().any(|kin| *kin == Kin::Same);
        let near = kins.values().any(|kin| *kin == Kin::Near);
        let told_by_department = self.department.is_some() || !self.departments.is_empty();
        let of_others = told_by_department && !own && !departments.is_empty();
        // One team without a word, and people of several departments.
        let of_which = !told && departments.is_empty() && self.departments.len() > 1;
        // 总部 among members of 客服部: one of them, or of another part?
        let doubt = |(row, name): (&u32, &String)| {
            let doubtful = self.department.is_some_and(|own| is_doubtful(own, name));
            doubtful && kins.get(row) != Some(&Kin::Other)
        };
        let doubtful = own && departments.iter().any(doubt);
        if kins.values().any(|kin| *kin == Kin::Other) && !self.shared && !of_another {
            team.of.unclear = doubtful || (own || near) && gaps(&departments);
            leave_out(team, &kins);
        } else if own && several(&departments) && self.shared && !of_another {
            team.of.unclear = gaps(&departments);
            team.rows.retain(|row| kins.get(row) == Some(&Kin::Same));
        } else {
            let grouped = team.of.groups().any(|(_, groups)| are_teams(groups));
            let mixed = several(&departments) || grouped;
            let nobodys = self.shared && (mixed || of_others || of_which);
            // 组长 of whom none is the person lead parts of the only person's team.
            let led = several(&leaders) && (self.shared || !of_parts);
            let names = || departments.values().map(String::as_str);
            let apart = !own && self.department.is_some_and(|own| some_apart(own, names()));
            team.of.unclear = led || of_another || nobodys || doubtful || apart && !self.shared;
        }
        if !self.shared && !of_another {
            self.take_group(team);
        }
        false
    }

    /// Leaves of the only person's table the rows of the own group, where it is among its groups; else all are
    /// the person's, and it is noted that there are several.
    fn take_group(&self, team: &mut TeamTable) {
        let groups: Vec<(String, BTreeMap<u32, String>)> = team.of.groups().cloned().collect();
        for (head, column) in groups {
            let labels = column.iter().map(|(row, text)| (*row, label(text))).collect();
            let kins = kins_of_groups(&labels, self.department);
            if kins.values().any(|kin| *kin == Kin::Other) {
                let gap = |row: &u32| labels.get(row).is_none_or(String::is_empty);
                let general = self.department.is_some_and(is_general);
                team.of.unclear |= general || team.rows.iter().any(gap);
                leave_out(team, &kins);
            } else if are_teams(&labels) && kins.is_empty() {
                let mut names: Vec<String> = Vec::new();
                for row in &team.rows {
                    let name = column.get(row).map(|name| name.trim().to_owned());
                    names.extend(name.filter(|name| !name.is_empty() && !names.contains(name)));
                }
                let told = names.len() > 1 && !team.of.are_shops(&labels) && !are_ranks(&names);
                team.of.parts = team.of.parts.take().or(told.then_some((head, names)));
            }
        }
    }

    /// How the department in a table's title, else in its tab, stands to the person's.
    fn titled(&self, team: &TeamTable) -> Option<Kin> {
        let own = self.department?;
        let title = team.of.title.as_deref().and_then(titled);
        let theirs = title.or_else(|| tabbed(team.of.tab.as_deref()?))?;
        owner(team, self.people).is_none().then(|| kin(own, &theirs))
    }

    /// Whether this is somebody with a form.
    fn has_form(&self, name: &str) -> bool {
        self.people.iter().any(|key| person_alone(key) == name)
    }
}

/// Whether rows say different things.
pub(super) fn several(of: &BTreeMap<u32, String>) -> bool {
    of.values().any(|one| Some(one) != of.values().next())
}

/// Leaves the members of other departments out of a table, and notes who they are.
fn leave_out(team: &mut TeamTable, kins: &BTreeMap<u32, Kin>) {
    let other = |row: &u32| kins.get(row) == Some(&Kin::Other);
    let member = team.member;
    team.elsewhere
        .extend(team.rows.iter().filter(|row| other(row)).map(|row| CellRef::new(*row, member)));
    team.rows.retain(|row| !other(row));
}

/// How the departments of a table's rows stand to the own one.
fn kins(departments: &BTreeMap<u32, String>, own: Option<&str>) -> BTreeMap<u32, Kin> {
    let Some(own) = own else { return BTreeMap::new() };
    // 客服部(8人) is 客服部; 客服部(杭州) is one of several where the form says so.
    let noted = own.contains(['(', '（']);
    let named = departments.iter().filter(|(_, name)| !name.is_empty());
    let named: Vec<(u32, String)> =
        named.map(|(row, name)| (*row, if noted { name.clone() } else { label(name) })).collect();
    let same = named.iter().any(|(_, name)| kin(own, name) == Kin::Same);
    let found = if same { kin_beside_own } else { kin };
    named.iter().map(|(row, name)| (*row, found(own, name))).collect()
}

/// What of the teams is a person's. Where nothing tells, all are given as unclear.
pub(super) fn of_person(teams: Vec<TeamTable>, wanted: &Wanted<'_>) -> Vec<TeamTable> {
    // Tables that nobody has filled in yet are whoever's.
    if teams.iter().all(|team| team.rows.is_empty()) {
        return teams;
    }
    let is_own = |team: &TeamTable| match owner(team, wanted.people) {
        Some(owner) => owner == wanted.key,
        None => wanted.titled(team) == Some(Kin::Same),
    };
    let of_another = |team: &TeamTable| {
        owner(team, wanted.people).is_some_and(|owner| owner != wanted.key)
            || wanted.titled(team) == Some(Kin::Other)
            || headings(team).any(|heading| leads_another(heading, wanted.key))
    };
    let owned = teams.iter().any(is_own);
    // A title that names nobody may stand over a part of one's own team.
    let free = |team: &TeamTable| !of_another(team) && (!owned || !wanted.shared);
    let mut out: Vec<TeamTable> =
        teams.iter().filter(|team| is_own(team) || free(team)).cloned().collect();
    let mut told = owned;
    let person = person_alone(wanted.key);
    for team in &mut out {
        told |= wanted.take_own(team, told);
        let leads = |row: &&u32| {
            team.of.members.get(row).is_some_and(|member| person_alone(member) == person)
        };
        team.of.leader = team.rows.iter().find(leads).map(|row| CellRef::new(*row, team.member));
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
