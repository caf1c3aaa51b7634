//! A figure that is nowhere: what is said of it, and what may be meant by something else.

use super::near::{near, one_line};
use super::reader::Reader;
use super::sources::Sources;
use crate::form::Place;
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, Metric, Scheme};
use crate::words;

fn is_lacking(name: &str) -> Words {
    words!("缺少指标「{name}」", "the metric `{name}` is missing")
}

/// What is said of a missing figure beyond its name.
fn why(problem: &Problem, name: Option<&&str>) -> Option<Words> {
    let lacking = is_lacking(name?);
    let rest = |what: &str, lacking: &str| what.strip_prefix(lacking).map(str::to_owned);
    let (zh, en) = (rest(&problem.what.zh, &lacking.zh)?, rest(&problem.what.en, &lacking.en)?);
    Some(Words { zh, en })
}

impl Reader<'_> {
    /// Tells that a metric is missing. Gives whether nothing in the workbook is like it.
    pub(super) fn missing(
        &mut self,
        scheme: &Scheme,
        metric: &Metric,
        table: Option<usize>,
        sources: &Sources,
    ) -> bool {
        let name = &metric.name;
        let sheet = table
            .or_else(|| sources.lists.values().flatten().next().map(|listed| listed.place.sheet));
        let shown = |place: Place| format!("'{}'!{}", self.sheet_name(place.sheet), place.at);
        let groupless = sources.groupless.map(shown);
        let group = scheme.team.as_ref().and_then(|t| t.group.first()).map_or("", String::as_str);
        let from = match (&metric.from_team, &groupless) {
            (Some(_), Some(at)) => words!(
                "（{at} 的团队表没有「{group}」列，没有读取）",
                " (the team table at {at} has no column `{group}` and was not read)"
            ),
            (Some(from), None) => words!(
                "（也没有带「{}」列的团队表）",
                " (nor a team table with the column `{}`)",
                from.column
            ),
            (None, _) => words!("", ""),
        };
        let what = is_lacking(name).then(&from);
        let aside = sources.aside.first();
        let passed = sources.passed.get(name).map(|place| {
            let text = self.workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at));
            (shown(*place), one_line(text.unwrap_or_default()))
        });
        let column = metric.from_team.as_ref().map(|from| &from.column);
        let elsewhen = [Some(name), column].into_iter().flatten();
        let elsewhen = elsewhen.filter_map(|name| sources.elsewhen.get(name)).next();
        let near = near(self.workbook, scheme, sources, metric);
        let nowhere =
            near.is_none() && passed.is_none() && groupless.is_none() && elsewhen.is_none();
        let hint = match (passed, near) {
            _ if let Some((month, place)) = elsewhen => {
                let at = shown(*place);
                words!(
                    "{at} 有它，但那张表是 {month} 的，没有取用；把本月的数补进本月的指标表；若那张表就是本月的，改正它的标题",
                    "{at} has it, but that sheet is of {month} and was not read; add this month's figure to this month's sheet, or correct the title of that one"
                )
            }
            (Some((at, text)), _) => words!(
                "{at} 的「{text}」按它自己或旁边的注明不是当月全月的实际数（别的月份、几天、一家店、别人的、目标、作废），没有取用；几家店的，合计成一行；就是全部的，改掉注明",
                "`{text}` in {at} says, or a note beside it, that it is not the whole month's actual figure (another month, some days, one shop, another person, a goal, void), and was not read; sum up the parts in one row, or change the note if it is the whole"
            ),
            _ if groupless.is_some() && metric.from_team.is_some() => words!(
                "给团队表加上「{group}」列，写明每人属于哪一组",
                "add the column `{group}` to the team table, with each member's group"
            ),
            (None, None) if aside.is_some() => self.why_aside(sources),
            (None, Some((place, text))) => {
                let at = shown(place);
                words!(
                    "{at} 的「{text}」若就是它，请改名为「{name}」，或在方案中加为别名",
                    "if `{text}` in {at} is meant, rename it to `{name}`, or make it an alias in the scheme"
                )
            }
            (None, None) if metric.blank == Blank::Zero => words!(
                "在指标表中加上「{name}」及其数值；没有发生就写 0",
                "add `{name}` with its value to the metric sheet; write 0 where nothing happened"
            ),
            (None, None) => words!(
                "在指标表中加上「{name}」及其数值",
                "add `{name}` with its value to the metric sheet"
            ),
        };
        let mut problem = Problem::error("metric-missing", what).hint(hint);
        if let Some(sheet) = sheet {
            problem = problem.on(self.sheet_name(sheet));
        }
        self.out.problems.push(problem);
        nowhere
    }

    /// One finding for several figures that are missing for one and the same reason, as a team's table whose
    /// title says another time: the names by the reasons.
    pub(super) fn missing_together(&mut self, missing: &[&str]) {
        let all = std::mem::take(&mut self.out.problems);
        let is_missing = |problem: &Problem| problem.code == "metric-missing";
        let alike = |problem: &Problem| {
            let same = all.iter().filter(|other| is_missing(other) && other.hint == problem.hint);
            is_missing(problem) && same.count() > 2
        };
        let mut names = missing.iter().peekable();
        let mut told: Vec<(Problem, Vec<&str>)> = Vec::new();
        for problem in &all {
            let name = names.next_if(|_| is_missing(problem));
            let first = told.iter_mut().find(|(first, _)| {
                alike(problem) && is_missing(first) && first.hint == problem.hint
            });
            match (first, name) {
                (Some((first, names)), Some(name)) => {
                    if why(first, names.first()) != why(problem, Some(name)) {
                        first.what = is_lacking(names.first().unwrap_or(name));
                    }
                    names.push(name);
                }
                (_, name) => told.push((problem.clone(), name.copied().into_iter().collect())),
            }
        }
        self.out.problems = told
            .into_iter()
            .map(|(mut problem, names)| {
                if names.len() > 1 {
                    let why = why(&problem, names.first()).unwrap_or_else(|| words!("", ""));
                    let (count, list) = (names.len(), names.join("、"));
                    problem.what = words!(
                        "缺少 {count} 项指标：{list}",
                        "{count} metrics are missing: {list}"
                    )
                    .then(&why);
                }
                problem
            })
            .collect();
    }

    /// Why the first sheet that was set aside was not read.
    fn why_aside(&self, sources: &Sources) -> Words {
        let Some(aside) = sources.aside.first() else { return words!("", "") };
        let sheet = self.sheet_name(aside.sheet);
        let cell = aside.at.map(|at| {
            let text = self.workbook.sheets.get(aside.sheet).and_then(|s| s.text(at));
            (at, one_line(text.unwrap_or_default()))
        });
        let (zh, en) = match &cell {
            Some((at, text)) => {
                (format!("{at} 的「{text}」说明"), format!("says in {at} (`{text}`)"))
            }
            None => ("的名称说明".to_owned(), "says in its name".to_owned()),
        };
        words!(
            "工作表「{sheet}」{zh}它不是本人当月的实际数（目标、分周、别人的、作废等），没有取用；是的话就改掉那里的字",
            "the sheet `{sheet}` {en} that it holds no actual figures of this person and month (goals, weeks, another's, void), and was not read; change what it says if it does"
        )
    }

    /// One finding for a workbook in which no figure was found, in the stead of one each.
    pub(super) fn no_figures(&mut self, names: &[&str], sources: &Sources) {
        let (count, list) = (names.len(), names.join("、"));
        let hint = match sources.aside.as_slice() {
            [] => words!(
                "加一张指标表，一行一个指标（名称、数值）；指标在另一份工作簿里的，用 --metrics 指定它",
                "add a metric sheet, a row each (name, value); if they are in another workbook, name it with --metrics"
            ),
            _ => self.why_aside(sources),
        };
        self.out.problems.retain(|problem| problem.code != "metric-missing");
        self.out.problems.push(
            Problem::error(
                "metric-missing",
                words!(
                    "没有找到指标数据，方案要的 {count} 项一项也没有：{list}",
                    "no figures were found, none of the {count} that the scheme needs: {list}"
                ),
            )
            .hint(hint),
        );
    }
}
