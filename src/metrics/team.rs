//! Figures of the team's members: means, counts and greatest over the rows of its tables.

use super::missing::not_understood;
use super::number::number_at;
use super::percents::{self, Written};
use super::reader::Reader;
use super::shops;
use super::sources::TeamTable;
use crate::cell::CellRef;
use crate::expr::Operand;
use crate::form::Place;
use crate::problem::codes::METRIC_MISSING;
use crate::problem::{Problem, Words};
use crate::scheme::{FromTeam, Metric, MetricKind, Scheme, Team};
use crate::text::show;
use crate::words;
use crate::workbook::Value;

fn whose_team() -> Problem {
    Problem::error(
        "whose-figures",
        words!(
            "看不出团队表里哪些成员归这个人",
            "nothing tells which members of the team table are this person's"
        ),
    )
    .hint(words!(
        "「主管」列（或「部门」列）每行都写全、写法一致；或每人一张团队表，标题写「王丽组」这样的话",
        "write each member's superior in a column 主管 (or 部门), in every row and alike; or give each person a table of their own under a title such as 王丽组"
    ))
}

impl Reader<'_> {
    /// A figure of the team's members. Several tables are one team parted in groups or shifts, or
    /// hold a column each.
    pub(super) fn team(
        &mut self,
        scheme: &Scheme,
        metric: &Metric,
        from: &FromTeam,
        teams: &[TeamTable],
    ) {
        let Some(spec) = &scheme.team else { return };
        let Some(team) = teams.first() else { return };
        if let Some(team) = teams.iter().find(|team| team.of.unclear) {
            let problem = whose_team()
                .at(self.sheet_name(team.sheet), CellRef::new(team.header, team.member));
            self.once(problem);
            return;
        }
        let column = spec.columns.iter().find(|c| c.name == from.column);
        for team in teams {
            if let Some(column) = column {
                self.team_unit(team, column, &metric.unit);
            }
            for (name, a, b) in team.twice.iter().filter(|(name, ..)| *name == from.column) {
                let problem = Problem::error(
                    "team-column-twice",
                    words!(
                        "团队表有两列「{name}」（{a} 与 {b}），看不出用哪一列",
                        "the team table has two columns `{name}` ({a} and {b}), and nothing tells which counts"
                    ),
                )
                .at(self.sheet_name(team.sheet), *b)
                .hint(words!(
                    "表头写上月份（如「10月」），或只留当月的一列",
                    "name the months in the headers, or keep the month's column only"
                ));
                self.once(problem);
            }
        }
        if self.standing(teams) {
            return;
        }
        let unclear = teams.iter().find_map(|team| Some((team, team.unclear?)));
        if let Some((team, at)) = unclear {
            let sheet = self.workbook.sheets.get(team.sheet);
            let name = sheet.and_then(|s| s.text(at)).unwrap_or_default().trim();
            let row = at.row.saturating_add(1);
            let what = match name {
                "" => words!(
                    "团队表第 {row} 行没有姓名：是一名成员，还是几个人的汇总？",
                    "row {row} of the team table has no name: is it a member, or a row of several?"
                ),
                _ => words!(
                    "团队表中的「{name}」是一名成员，还是几个人的汇总？",
                    "is `{name}` in the team table a member, or a row of several?"
                ),
            };
            let problem = Problem::error("team-row-unclear", what)
                .at(self.sheet_name(team.sheet), at)
                .hint(words!(
                    "汇总行的姓名写成「合计」或「平均」；是成员就写姓名",
                    "name such a row 合计 or 平均; of a member write the name"
                ));
            self.once(problem);
            return;
        }
        if let Some((team, (first, second))) =
            teams.iter().find_map(|team| Some((team, team.same?)))
        {
            let sheet = self.workbook.sheets.get(team.sheet);
            let name = sheet.and_then(|s| s.text(second)).unwrap_or_default().trim();
            let problem = Problem::error(
                "member-twice",
                words!(
                    "团队表中「{name}」有两行（{first} 与 {second}），会重复计算",
                    "`{name}` has two rows in the team table ({first} and {second}) and would count twice"
                ),
            )
            .at(self.sheet_name(team.sheet), second)
            .hint(words!(
                "每人留一行；同名的两个人写成不同的名字；几个月的数据加「月份」列",
                "keep one row each; name namesakes apart; for several months add a column 月份"
            ));
            self.once(problem);
            return;
        }
        if teams.iter().any(|team| team.twice.iter().any(|(name, ..)| *name == from.column)) {
            return;
        }
        let tables = self.parts(teams, &from.column);
        let (Some(column), false) = (column, tables.is_empty()) else {
            let name = &from.column;
            let code = METRIC_MISSING;
            let same = |p: &Problem| p.code == code && p.subject.as_ref() == Some(name);
            if !self.out.problems.iter().any(same) {
                let problem = Problem::error(
                    code,
                    words!("团队表缺少「{name}」列", "the team table has no column `{name}`"),
                )
                .about(name)
                .at(self.sheet_name(team.sheet), CellRef::new(team.header, team.member));
                let passed = teams.iter().find_map(|t| Some((t.sheet, *t.passed.get(name)?)));
                let problem = problem.hint(match passed {
                    None => match team.of.unknown().as_slice() {
                        [] => words!("补上这一列", "add the column"),
                        unknown => not_understood(unknown, name),
                    },
                    Some((sheet, at)) => self.passed_column(Place { sheet, at }),
                });
                self.out.problems.push(problem);
            }
            return;
        };
        let group = |team: &TeamTable, row: u32| match &from.group {
            Some(group) => {
                let own = self.group_at(spec, team, row);
                own.is_some_and(|own| own == group)
            }
            None => true,
        };
        if let Some((team, at)) = self.lacking(teams, &tables, &group) {
            let sheet = self.workbook.sheets.get(team.sheet);
            let (name, what) =
                (sheet.and_then(|s| s.text(at)).unwrap_or_default().trim(), &column.name);
            let problem = Problem::error(
                "member-lacks-figure",
                words!(
                    "团队成员「{name}」没有「{what}」：有这一列的团队表里没有这个人",
                    "the team's member `{name}` has no `{what}`: the table with that column has no such row"
                ),
            )
            .at(self.sheet_name(team.sheet), at)
            .hint(words!(
                "在有「{what}」的表里补上这个人；不算团队成员的，从各张表里删去",
                "add the member to the table with `{what}`; delete one who is none from all tables"
            ));
            self.once(problem);
            return;
        }
        let Some(tables) = self.apart(tables) else { return };
        if let Some(place) = self.implausible(&tables, metric) {
            let problem = Problem::error(
                "out-of-range",
                words!(
                    "「{}」不像百分制的分数（都不超过 1，或超过 200）",
                    "`{}` does not look like marks out of 100 (all at most 1, or above 200)",
                    column.name
                ),
            )
            .at(self.sheet_name(place.sheet), place.at)
            .hint(words!("改为百分制的分数", "write marks out of 100"));
            self.once(problem);
            return;
        }
        let (mut operands, mut scales) = (Vec::new(), Vec::new());
        let mut whole = true;
        for (team, col) in tables {
            let written = self.written_in_team(scheme, team, column, col);
            if let Some(problem) = self.not_told(column, written) {
                self.once(problem);
                return;
            }
            let hundredths = written == Written::InHundredths;
            let before = operands.len();
            for row in &team.rows {
                if let Some(group) = &from.group {
                    match self.group_of(spec, team, *row) {
                        Some(found) if found == *group => {}
                        Some(_) => continue,
                        None => {
                            whole = false;
                            continue;
                        }
                    }
                }
                let place = Place { sheet: team.sheet, at: CellRef::new(*row, col) };
                match self.team_number(column, place, hundredths) {
                    Some(operand) => operands.push(operand),
                    None => whole = false,
                }
            }
            if operands.len() > before {
                scales.push((
                    hundredths,
                    Place { sheet: team.sheet, at: CellRef::new(team.header, col) },
                ));
            }
        }
        let hundredths = scales.first().is_some_and(|(hundredths, _)| *hundredths);
        if let Some((_, place)) = scales.iter().find(|(other, _)| *other != hundredths) {
            whole = false;
            let problem = self.not_told(column, Written::Mixed(*place));
            problem.into_iter().for_each(|problem| self.once(problem));
        }
        if !whole {
            return;
        }
        if operands.is_empty() {
            let who = match &from.group {
                Some(group) => words!(
                    "团队表中没有「{group}」的成员",
                    "the team table has no member of `{group}`"
                ),
                None => words!("团队表中没有成员", "the team table has no members"),
            };
            let elsewhen = teams.iter().find_map(|team| Some((team.sheet, team.elsewhen?)));
            let who = match elsewhen.map(|(sheet, at)| (self.sheet_name(sheet), at)) {
                None => who,
                Some((sheet, at)) => who.then(&words!(
                    "（'{sheet}'!{at} 说明那些行不是当月的实际数）",
                    " ('{sheet}'!{at} says that its rows hold none of the month's actual figures)"
                )),
            };
            let name = &metric.name;
            let so = words!("，无法计算「{name}」", ", so `{name}` cannot be computed");
            let problem =
                Problem::error("team-empty", who.then(&so)).on(self.sheet_name(team.sheet)).hint(
                    words!("补上成员，或直接填写该指标", "add members, or give the metric itself"),
                );
            self.out.problems.push(problem);
            return;
        }
        if hundredths {
            for (_, place) in scales {
                self.in_hundredths(column, place);
            }
        }
        self.found(metric, percents::of_team(from, operands, hundredths), None);
    }

    /// Why a column of the team was passed over.
    fn passed_column(&self, place: Place) -> Words {
        let sheet = self.workbook.sheets.get(place.sheet);
        let text = sheet.and_then(|sheet| sheet.text(place.at)).unwrap_or_default();
        let (name, at, text) =
            (self.sheet_name(place.sheet), place.at, super::near::one_line(text));
        words!(
            "'{name}'!{at} 的「{text}」按表头不是当月全部的实际数，没有取用；补上全部的一列，或改掉表头",
            "`{text}` in '{name}'!{at} says that it is not the whole month's actual figure, and was not read; add the whole column, or change the header"
        )
    }

    /// Compares a figure that was taken from a list or a row with the team's table. One that is only rounded
    /// gives way to what the table gives; of another it is said.
    pub(super) fn beside_team(
        &mut self,
        scheme: &Scheme,
        metric: &Metric,
        from: &FromTeam,
        teams: &[TeamTable],
    ) {
        let Some(taken) = self.out.get(&metric.name).cloned() else { return };
        let before = self.out.problems.len();
        self.team(scheme, metric, from, teams);
        let whole = self.out.problems.len() == before;
        self.out.problems.truncate(before);
        let exactly = self.out.get(&metric.name).cloned().filter(|_| whole);
        let value = taken.expr.value();
        let place = taken.place;
        self.out.insert(&metric.name, taken);
        let Some(exactly) = exactly else { return };
        let computed = exactly.expr.value();
        // As exact as the figure is written: 72.17 is 72.1666….
        let scale = if metric.kind == MetricKind::Rate { 100.0 } else { 1.0 };
        let written = show(value * scale, 6);
        let decimals = written.split_once('.').map_or(0, |(_, behind)| behind.len());
        let exact = 0.5 * 0.1_f64.powi(i32::try_from(decimals).unwrap_or_default()) * 1.001 / scale;
        if (computed - value).abs() <= value.abs() * 1e-9 {
            return;
        }
        let (name, own, other) = (&metric.name, show(value, 6), show(computed, 4));
        let notice = if (computed - value).abs() <= exact {
            self.out.insert(&metric.name, exactly);
            Problem::notice(
                "team-rounded",
                words!(
                    "「{name}」填写的 {own} 是四舍五入的，按团队表的 {other} 计算",
                    "`{name}` is written rounded, {own}; it is scored by the team table, {other}"
                ),
            )
        } else {
            Problem::notice(
                "team-differs",
                words!(
                    "「{name}」取了填写的 {own}，按团队表算是 {other}，请核对",
                    "`{name}` was taken as written, {own}; by the team table it is {other}: please check"
                ),
            )
        };
        self.out.problems.push(match place {
            Some(place) => notice.at(self.sheet_name(place.sheet), place.at),
            None => notice,
        });
    }

    /// A cell that shows that marks out of 100 are not what a column holds: shares, or ten times as much.
    fn implausible(&self, tables: &[(&TeamTable, u32)], metric: &Metric) -> Option<Place> {
        if metric.unit != "分" {
            return None;
        }
        let cells = tables.iter().flat_map(|(team, col)| {
            team.rows.iter().map(|row| Place { sheet: team.sheet, at: CellRef::new(*row, *col) })
        });
        let figures: Vec<(Place, f64)> = cells
            .filter_map(|place| {
                let value = self.workbook.sheets.get(place.sheet)?.value(place.at);
                match value {
                    Value::Number(mark) => Some((place, *mark)),
                    _ => None,
                }
            })
            .collect();
        let high = figures.iter().find(|(_, mark)| *mark > 200.0);
        let shares = || figures.iter().all(|(_, mark)| *mark <= 1.0);
        let some = || figures.iter().find(|(_, mark)| *mark > 0.0);
        high.or_else(|| some().filter(|_| shares())).map(|(place, _)| *place)
    }

    /// The tables that hold a column, and its place.
    fn parts<'t>(&self, teams: &'t [TeamTable], column: &str) -> Vec<(&'t TeamTable, u32)> {
        teams.iter().filter_map(|team| Some((team, *team.columns.get(column)?))).collect()
    }

    /// A member's figure; each cell's problem is reported once though several metrics read it.
    fn team_number(&mut self, column: &Metric, place: Place, hundredths: bool) -> Option<Operand> {
        let stands = (place, None);
        let (operand, problems) =
            number_at(self.workbook, column, stands, self.reading(hundredths));
        for problem in problems {
            self.once(problem);
        }
        operand
    }

    /// The group of a member: by the title over a table without such a column, else by the cell.
    fn group_at<'g>(&self, spec: &'g Team, team: &'g TeamTable, row: u32) -> Option<&'g str> {
        if let Some(titled) = &team.titled {
            return Some(titled);
        }
        let text = self.workbook.sheets.get(team.sheet)?.shown(CellRef::new(row, team.group))?;
        shops::named(spec, text).map(|group| group.name.as_str())
    }

    fn group_of(&mut self, spec: &Team, team: &TeamTable, row: u32) -> Option<String> {
        let found = self.group_at(spec, team, row).map(str::to_owned);
        if found.is_none() {
            let at = CellRef::new(row, team.group);
            let text = self.workbook.sheets.get(team.sheet)?.shown(at).unwrap_or_default();
            let names: Vec<&str> = spec.groups.iter().map(|g| g.name.as_str()).collect();
            let names = names.join("、");
            let problem = Problem::error(
                "team-group",
                words!("店铺「{text}」不在 {names} 之中", "`{text}` is none of {names}"),
            )
            .at(self.sheet_name(team.sheet), at)
            .hint(words!("改为 {names} 之一", "write one of {names}"));
            self.once(problem);
        }
        found
    }
}
