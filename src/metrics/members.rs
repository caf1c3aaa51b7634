//! Which members of the team's tables count: those left out, those of whom it is not said, those in one of
//! several tables or in two.

use super::reader::Reader;
use super::sources::TeamTable;
use crate::cell::CellRef;
use crate::form::Place;
use crate::hash::{HashMap, HashSet};
use crate::problem::{Problem, Words};
use crate::text::{label, person_key};
use crate::words;
use crate::workbook::{Value, Workbook};

/// A member in two tables of the team, with other figures in each.
fn team_twice(workbook: &Workbook, first: Place, second: Place, name: Option<&str>) -> Problem {
    let sheet = |place: Place| workbook.sheet_name(place.sheet);
    let (a, name) = (format!("'{}'!{}", sheet(first), first.at), name.unwrap_or_default());
    Problem::error(
        "team-twice",
        words!(
            "有两张团队表，成员「{name}」与 {a} 处重复，不知以哪张为准",
            "there are two team tables with common members (`{name}`, see {a}), and nothing tells which counts"
        ),
    )
    .at(sheet(second), second.at)
    .hint(words!("只保留当月的一张团队表", "keep the month's team table only"))
}

/// Most members in a message.
const SHOWN: usize = 4;

impl Reader<'_> {
    /// Tells who is left out of the team; whether it is not clear of somebody.
    pub(super) fn standing(&mut self, teams: &[TeamTable]) -> bool {
        self.left_out(
            "member-left-out",
            teams,
            |team| &team.left_out,
            |name| {
                words!(
                    "团队表中「{name}」注明不计，没有算入团队数据",
                    "`{name}` is marked in the team table as not counting, and was left out"
                )
            },
        );
        self.left_out(
            "member-elsewhere",
            teams,
            |team| &team.elsewhere,
            |name| {
                words!(
                    "团队表中「{name}」是别的部门（组）的，没有算入团队数据",
                    "`{name}` is of another department or group in the team table, and was left out"
                )
            },
        );
        for team in teams {
            self.hidden(team);
            self.partly(team);
            for (_, remark) in team.remarks.iter().filter(|(row, _)| team.rows.contains(row)) {
                self.remark(Place { sheet: team.sheet, at: remark.at }, &remark.text);
            }
            self.of_groups(team);
            self.of_leader(team);
            self.in_several_groups(team);
        }
        let Some((team, at)) = teams.iter().find_map(|team| Some((team, team.doubt?))) else {
            return false;
        };
        let name = self.member(team, at);
        let problem = Problem::error(
            "member-unclear",
            words!(
                "团队表中「{name}」注有离职、休假或不计等字样，看不出是否算入团队数据",
                "the team table notes of `{name}` that the member has left, is away or does not count: is the member to be counted?"
            ),
        )
        .at(self.sheet_name(team.sheet), at)
        .hint(words!(
            "不算就在这名成员的行里写「不计」，或删去成员的行；要算就删去这个备注",
            "write 不计 into the member's row or remove that row if not; remove the note if so"
        ));
        self.once(problem);
        true
    }

    /// A member's name.
    fn member(&self, team: &TeamTable, at: CellRef) -> String {
        let sheet = self.workbook.sheets.get(team.sheet);
        sheet.and_then(|s| s.text(at)).unwrap_or_default().trim().to_owned()
    }

    /// Tells of members who were left out.
    fn left_out(
        &mut self,
        code: &'static str,
        teams: &[TeamTable],
        members: fn(&TeamTable) -> &[CellRef],
        what: fn(&str) -> Words,
    ) {
        for (team, at) in teams.iter().flat_map(|t| members(t).iter().map(move |at| (t, *at))) {
            let problem = Problem::notice(code, what(&self.member(team, at)));
            self.once(problem.at(self.sheet_name(team.sheet), at));
        }
    }

    /// Tells of members whose rows do not show: a filter that was left on, or someone put out of sight.
    fn hidden(&mut self, team: &TeamTable) {
        let rows = team.rows.iter().filter(|row| team.hidden.contains(row));
        let cells: Vec<CellRef> = rows.map(|row| CellRef::new(*row, team.member)).collect();
        let Some(first) = cells.first() else { return };
        let names: Vec<String> = cells.iter().map(|at| self.member(team, *at)).collect();
        let (here, there) = (names.join("、"), names.join(", "));
        let problem = Problem::notice(
            "member-hidden",
            words!(
                "团队表中「{here}」所在的行是隐藏的，仍算入团队数据",
                "the rows of `{there}` in the team table are hidden, and count all the same"
            ),
        )
        .hint(words!(
            "不算的成员：删去这一行，或在备注里写「不计」；要算就取消隐藏",
            "of a member who does not count remove the row or note 不计; else show the row"
        ));
        self.once(problem.at(self.sheet_name(team.sheet), *first));
    }

    /// Tells of members who count although their remarks leave something out: perhaps it is the member.
    fn partly(&mut self, team: &TeamTable) {
        let counted: Vec<_> =
            team.partly.iter().filter(|(row, _)| team.rows.contains(row)).collect();
        let Some((_, first)) = counted.first() else { return };
        let said = counted.iter().map(|(row, note)| {
            let name = self.member(team, CellRef::new(*row, team.member));
            format!("{name}（{}）", note.text.trim())
        });
        let what = words!(
            "团队表的备注说有些数据没有算进去，这些成员照常算入：",
            "remarks in the team table say that something was left out of figures; these members were counted: "
        );
        let problem = Problem::notice("member-remark", what.then(&Words::listed(said, SHOWN)));
        self.once(problem.at(self.sheet_name(team.sheet), first.at).hint(words!(
            "是整个成员不算，就把备注写成「不计」",
            "of a member who does not count write 不计"
        )));
    }

    /// Tells of a team in groups that are all taken to be the only person's.
    fn of_groups(&mut self, team: &TeamTable) {
        let Some((head, parts)) = &team.of.parts else { return };
        let (here, there) = (parts.join("、"), parts.join(", "));
        let problem = Problem::notice(
            "team-groups",
            words!(
                "团队表的「{head}」有 {here}，都算入了团队数据",
                "the team table has the groups {there} ({head}), and all were counted"
            ),
        )
        .hint(words!(
            "只管其中一组的，把考核表上的部门写到组（如「客服部A组」），或删去别组的行",
            "if only one is this person's, name it in the form's department, or remove the other rows"
        ));
        let at = CellRef::new(team.header, team.member);
        self.once(problem.at(self.sheet_name(team.sheet), at));
    }

    /// The members with a row in each of several shops: the first row of each, and another.
    fn rows_again(&self, team: &TeamTable) -> Vec<(u32, u32)> {
        let Some(sheet) = self.workbook.sheets.get(team.sheet) else { return Vec::new() };
        if team.group == team.member || team.same.is_some() {
            return Vec::new();
        }
        let mut seen: HashMap<String, u32> = HashMap::default();
        let again = |row: &u32| {
            let name = person_key(sheet.text(sheet.anchor(CellRef::new(*row, team.member)))?);
            match seen.get(&name) {
                Some(first) => Some((*first, *row)),
                None => seen.insert(name, *row).and(None),
            }
        };
        team.rows.iter().filter_map(again).collect()
    }

    /// The rows of a column that say of a member in several shops what another row has said: one of the member's
    /// is enough where the figure is of all shops.
    pub(super) fn said_before(&self, team: &TeamTable, col: u32) -> HashSet<u32> {
        let Some(sheet) = self.workbook.sheets.get(team.sheet) else { return HashSet::default() };
        let at = |row: u32| sheet.anchor(CellRef::new(row, col));
        let same = |(first, row): &(u32, u32)| {
            at(*first) == at(*row) || sheet.value(at(*first)) == sheet.value(at(*row))
        };
        let rows = self.rows_again(team).into_iter().filter(same);
        rows.filter(|(_, row)| !sheet.value(at(*row)).is_blank()).map(|(_, row)| row).collect()
    }

    /// Tells of members with a row in each of several shops.
    fn in_several_groups(&mut self, team: &TeamTable) {
        let again = self.rows_again(team);
        let Some((_, row)) = again.first() else { return };
        let at = CellRef::new(*row, team.member);
        let names = again.iter().map(|(first, row)| {
            let name = self.member(team, CellRef::new(*first, team.member));
            let (first, row) = (first.saturating_add(1), row.saturating_add(1));
            format!("{name}（{first}、{row}）")
        });
        let what = words!(
            "团队表中这些成员在几个店铺各有一行：各店的数各自算入，不分店铺的数相同的算一次、不同的每行都算：",
            "members of the team table have a row in each of several shops; each shop's figures count for it, and of figures of all shops equal ones count once and others by row: "
        );
        let problem = Problem::notice("member-in-shops", what.then(&Words::listed(names, SHOWN)));
        self.once(problem.at(self.sheet_name(team.sheet), at).hint(words!(
            "同名的两个人写成不同的名字；只算一行的，另一行备注「不计」",
            "name namesakes apart; of a row that does not count note 不计"
        )));
    }

    /// Tells of a person who is a member of the own team.
    fn of_leader(&mut self, team: &TeamTable) {
        let Some(at) = team.of.leader else { return };
        let name = self.member(team, at);
        let problem = Problem::notice(
            "member-leader",
            words!(
                "团队表中有「{name}」本人的一行，也算入了团队数据",
                "`{name}`, whose team it is, has a row in the team table, and was counted"
            ),
        )
        .hint(words!(
            "本人不算就删去这一行，或在备注里写「不计」",
            "remove the row or note 不计 if the row does not count"
        ));
        self.once(problem.at(self.sheet_name(team.sheet), at));
    }

    /// A member in one of the tables whom none of those with a column holds.
    pub(super) fn lacking<'t>(
        &self,
        teams: &'t [TeamTable],
        tables: &[(&TeamTable, u32)],
        wanted: &dyn Fn(&TeamTable, u32) -> bool,
    ) -> Option<(&'t TeamTable, CellRef)> {
        if teams.len() == tables.len() {
            return None;
        }
        let name = |team: &TeamTable, row: u32| {
            let sheet = self.workbook.sheets.get(team.sheet)?;
            sheet.text(sheet.anchor(CellRef::new(row, team.member))).map(person_key)
        };
        let held =
            tables.iter().flat_map(|(team, _)| team.rows.iter().filter_map(|r| name(team, *r)));
        let held: HashSet<String> = held.collect();
        let rows = teams.iter().flat_map(|team| team.rows.iter().map(move |row| (team, *row)));
        let mut rows = rows.filter(|(team, row)| wanted(team, *row));
        rows.find(|(team, row)| name(team, *row).is_some_and(|name| !held.contains(&name)))
            .map(|(team, row)| (team, CellRef::new(row, team.member)))
    }

    /// Tables of other members each; a table that only repeats members with the same figures is
    /// left out. A member with two figures is a problem, and gives none.
    pub(super) fn apart<'t>(
        &mut self,
        tables: Vec<(&'t TeamTable, u32)>,
    ) -> Option<Vec<(&'t TeamTable, u32)>> {
        if tables.len() < 2 {
            return Some(tables);
        }
        let mut seen: HashMap<String, (Place, Value)> = HashMap::default();
        let mut out = Vec::new();
        for (team, col) in tables {
            let sheet = self.workbook.sheets.get(team.sheet)?;
            let mut own = Vec::new();
            let mut known = 0;
            for row in &team.rows {
                let name = CellRef::new(*row, team.member);
                let at = CellRef::new(*row, col);
                let shop = sheet.text(sheet.anchor(CellRef::new(*row, team.group)));
                let key = format!(
                    "{}\n{}",
                    person_key(sheet.text(name).unwrap_or_default()),
                    label(shop.unwrap_or_default())
                );
                let place = Place { sheet: team.sheet, at };
                match seen.get(&key) {
                    Some((_, value)) if value == sheet.value(at) => known += 1,
                    Some((first, _)) => {
                        let problem = team_twice(self.workbook, *first, place, sheet.text(name));
                        self.once(problem);
                        return None;
                    }
                    None => own.push((key, (place, sheet.value(at).clone()))),
                }
            }
            if known > 0 && !own.is_empty() {
                // Partly the same: neither another part of the team nor a copy.
                let (_, (place, _)) = own.first()?;
                let first = seen.values().map(|(place, _)| *place).min()?;
                let problem = team_twice(self.workbook, first, *place, None);
                self.once(problem);
                return None;
            }
            if known == 0 {
                out.push((team, col));
            }
            seen.extend(own);
        }
        Some(out)
    }
}
