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
use crate::hash::HashSet;
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

/// The tables that hold a column, and its place.
fn parts<'t>(teams: &'t [TeamTable], column: &str) -> Vec<(&'t TeamTable, u32)> {
    teams.iter().filter_map(|team| Some((team, *team.columns.get(column)?))).collect()
}

/// A column of the team's tables that one figure is made of.
struct Part<'t> {
    spec: &'t Team,
    /// The column's own metric.
    column: &'t Metric,
    from: &'t FromTeam,
}

/// The members' figures, and how each table's column writes them.
#[derive(Default)]
struct Gathered {
    operands: Vec<Operand>,
    /// Whether as so many of a hundred, and the column's header.
    scales: Vec<(bool, Place)>,
    /// Something was wrong with one of them, and has been told.
    flawed: bool,
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
            let at = CellRef::new(team.header, team.member);
            self.once(whose_team().at(self.sheet_name(team.sheet), at));
            return;
        }
        let column = spec.columns.iter().find(|c| c.name == from.column);
        if let Some(column) = column {
            teams.iter().for_each(|team| self.team_unit(team, column, &metric.unit));
        }
        let twice = self.columns_twice(teams, &from.column);
        if self.standing(teams) || self.rows_unclear(teams) || twice {
            return;
        }
        let tables = parts(teams, &from.column);
        let (Some(column), false) = (column, tables.is_empty()) else {
            self.column_missing(team, teams, &from.column);
            return;
        };
        let part = Part { spec, column, from };
        if self.lacks_figure(teams, &tables, &part) {
            return;
        }
        let Some(tables) = self.apart(tables) else { return };
        if let Some(place) = self.implausible(&tables, metric) {
            self.once(self.no_marks(&column.name, place));
            return;
        }
        let Some(Gathered { operands, scales, flawed }) = self.gather(scheme, &tables, &part)
        else {
            return;
        };
        let hundredths = scales.first().is_some_and(|(hundredths, _)| *hundredths);
        if let Some((_, place)) = scales.iter().find(|(other, _)| *other != hundredths) {
            let problem = self.not_told(column, Written::Mixed(*place));
            problem.into_iter().for_each(|problem| self.once(problem));
            return;
        }
        if flawed {
            return;
        }
        if operands.is_empty() {
            let problem = self.nobody(teams, from, &metric.name).on(self.sheet_name(team.sheet));
            self.out.problems.push(problem);
            return;
        }
        if hundredths {
            scales.into_iter().for_each(|(_, place)| self.in_hundredths(column, place));
        }
        self.found(metric, percents::of_team(from, operands, hundredths), None);
    }

    /// Whether two columns of one meaning stand in a table, and nothing tells which is meant.
    fn columns_twice(&mut self, teams: &[TeamTable], column: &str) -> bool {
        let mut any = false;
        for team in teams {
            for (name, a, b) in team.twice.iter().filter(|(name, ..)| name == column) {
                any = true;
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
        any
    }

    /// Whether a row may be a member's or one of several, or two are of one member.
    fn rows_unclear(&mut self, teams: &[TeamTable]) -> bool {
        let unclear = teams.iter().find_map(|team| Some(self.row_unclear(team, team.unclear?)));
        let same = || teams.iter().find_map(|team| Some(self.member_twice(team, team.same?)));
        let Some(problem) = unclear.or_else(same) else { return false };
        self.once(problem);
        true
    }

    /// What is written in a cell of a table.
    fn text_in(&self, team: &TeamTable, at: CellRef) -> &str {
        let sheet = self.workbook.sheets.get(team.sheet);
        sheet.and_then(|s| s.text(at)).unwrap_or_default().trim()
    }

    fn row_unclear(&self, team: &TeamTable, at: CellRef) -> Problem {
        let row = at.row.saturating_add(1);
        let what = match self.text_in(team, at) {
            "" => words!(
                "团队表第 {row} 行没有姓名：是一名成员，还是几个人的汇总？",
                "row {row} of the team table has no name: is it a member, or a row of several?"
            ),
            name => words!(
                "团队表中的「{name}」是一名成员，还是几个人的汇总？",
                "is `{name}` in the team table a member, or a row of several?"
            ),
        };
        Problem::error("team-row-unclear", what).at(self.sheet_name(team.sheet), at).hint(words!(
            "汇总行的姓名写成「合计」或「平均」；是成员就写姓名",
            "name such a row 合计 or 平均; of a member write the name"
        ))
    }

    fn member_twice(&self, team: &TeamTable, (first, second): (CellRef, CellRef)) -> Problem {
        let name = self.text_in(team, second);
        Problem::error(
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
        ))
    }

    /// Says once that no table has a column.
    fn column_missing(&mut self, team: &TeamTable, teams: &[TeamTable], name: &str) {
        let same = |p: &Problem| p.code == METRIC_MISSING && p.subject.as_deref() == Some(name);
        if self.out.problems.iter().any(same) {
            return;
        }
        let passed = teams.iter().find_map(|t| Some((t.sheet, *t.passed.get(name)?)));
        let hint = match passed {
            None => match team.of.unknown().as_slice() {
                [] => words!("补上这一列", "add the column"),
                unknown => not_understood(unknown, name),
            },
            Some((sheet, at)) => self.passed_column(Place { sheet, at }),
        };
        let what = words!("团队表缺少「{name}」列", "the team table has no column `{name}`");
        let problem = Problem::error(METRIC_MISSING, what)
            .about(name)
            .at(self.sheet_name(team.sheet), CellRef::new(team.header, team.member))
            .hint(hint);
        self.out.problems.push(problem);
    }

    /// Whether a member of one table has no row in those with the column.
    fn lacks_figure(
        &mut self,
        teams: &[TeamTable],
        tables: &[(&TeamTable, u32)],
        part: &Part<'_>,
    ) -> bool {
        let counts = |team: &TeamTable, row: u32| match &part.from.group {
            Some(group) => self.group_at(part.spec, team, row).is_some_and(|own| own == group),
            None => true,
        };
        let Some((team, at)) = self.lacking(teams, tables, &counts) else { return false };
        let (name, what) = (self.text_in(team, at), &part.column.name);
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
        true
    }

    fn no_marks(&self, column: &str, place: Place) -> Problem {
        Problem::error(
            "out-of-range",
            words!(
                "「{column}」不像百分制的分数（都不超过 1，或超过 200）",
                "`{column}` does not look like marks out of 100 (all at most 1, or above 200)"
            ),
        )
        .at(self.sheet_name(place.sheet), place.at)
        .hint(words!("改为百分制的分数", "write marks out of 100"))
    }

    /// The figures of the members who count; `None` where it cannot be told how a column writes them.
    fn gather(
        &mut self,
        scheme: &Scheme,
        tables: &[(&TeamTable, u32)],
        part: &Part<'_>,
    ) -> Option<Gathered> {
        let mut out = Gathered::default();
        for (team, col) in tables {
            let written = self.written_in_team(scheme, team, part.column, *col);
            if let Some(problem) = self.not_told(part.column, written) {
                self.once(problem);
                return None;
            }
            let hundredths = written == Written::InHundredths;
            let before = out.operands.len();
            let again = match &part.from.group {
                None => self.said_before(team, *col),
                Some(_) => HashSet::default(),
            };
            for row in team.rows.iter().filter(|row| !again.contains(*row)) {
                match self.is_in_group(part, team, *row) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        out.flawed = true;
                        continue;
                    }
                }
                let place = Place { sheet: team.sheet, at: CellRef::new(*row, *col) };
                match self.team_number(part.column, place, hundredths) {
                    Some(operand) => out.operands.push(operand),
                    None => out.flawed = true,
                }
            }
            if out.operands.len() > before {
                let at = CellRef::new(team.header, *col);
                out.scales.push((hundredths, Place { sheet: team.sheet, at }));
            }
        }
        Some(out)
    }

    /// Whether a member is of the wanted group; `None` where the group is none of the scheme's, which is told.
    fn is_in_group(&mut self, part: &Part<'_>, team: &TeamTable, row: u32) -> Option<bool> {
        let Some(group) = &part.from.group else { return Some(true) };
        Some(self.group_of(part.spec, team, row)? == *group)
    }

    /// That a figure of the team has no members.
    fn nobody(&self, teams: &[TeamTable], from: &FromTeam, name: &str) -> Problem {
        let mut what = match &from.group {
            Some(group) => {
                words!("团队表中没有「{group}」的成员", "the team table has no member of `{group}`")
            }
            None => words!("团队表中没有成员", "the team table has no members"),
        };
        if let Some((team, at)) = teams.iter().find_map(|team| Some((team, team.elsewhen?))) {
            let sheet = self.sheet_name(team.sheet);
            what = what.then(&words!(
                "（'{sheet}'!{at} 说明那些行不是当月的实际数）",
                " ('{sheet}'!{at} says that its rows hold none of the month's actual figures)"
            ));
        }
        let so = words!("，无法计算「{name}」", ", so `{name}` cannot be computed");
        Problem::error("team-empty", what.then(&so))
            .hint(words!("补上成员，或直接填写该指标", "add members, or give the metric itself"))
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
