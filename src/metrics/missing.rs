//! A figure that is nowhere: what is said of it, and what may be meant by something else.

use super::near::{near, one_line};
use super::reader::Reader;
use super::sources::{Lacking, Sources};
use crate::form::Place;
use crate::problem::codes::METRIC_MISSING;
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, Metric, Scheme};
use crate::words;

/// A figure that is missing.
pub(super) struct Missing {
    /// Its name.
    name: String,
    /// What is said of it beyond that.
    why: Words,
    hint: Words,
    /// The sheet where it is looked for.
    sheet: Option<usize>,
    /// Whether nothing in the workbook is like it.
    pub(super) nowhere: bool,
    /// How many findings stand before it.
    at: usize,
    /// The team's table that would give it.
    lacking: Option<Lacking>,
}

/// Fewest figures missing for one reason that are told together.
const TOGETHER: usize = 3;

impl Lacking {
    /// What to do about the column: to name it by a word that is known, or to add it.
    fn hint(&self) -> Words {
        let column = &self.column;
        if self.unknown.is_empty() {
            return words!(
                "给团队表加上「{column}」列，每人一行都写全",
                "add the column `{column}` to the team table, with a value in each member's row"
            );
        }
        not_understood(&self.unknown, column)
    }
}

/// Most headers that are named.
const NAMED: usize = 4;

/// Which headers of a team's table were not understood, one of which may be the column that it lacks.
pub(super) fn not_understood(unknown: &[String], column: &str) -> Words {
    let names: Vec<String> = unknown.iter().take(NAMED).map(|head| format!("「{head}」")).collect();
    let zh = names.concat();
    let en =
        unknown.iter().take(NAMED).map(|head| format!("`{head}`")).collect::<Vec<_>>().join(", ");
    words!(
        "表头{zh}没有认出；其中若有「{column}」，把那一列的表头改成「{column}」，否则加上这一列",
        "not understood: {en}; if one of them is `{column}`, rename it so, else add the column"
    )
}

impl Reader<'_> {
    /// What is to be said of a metric that is missing.
    pub(super) fn missing(
        &self,
        scheme: &Scheme,
        metric: &Metric,
        table: Option<usize>,
        sources: &Sources,
    ) -> Missing {
        let name = &metric.name;
        let sheet = table
            .or_else(|| sources.lists.values().flatten().next().map(|listed| listed.place.sheet));
        let shown = |place: Place| format!("'{}'!{}", self.sheet_name(place.sheet), place.at);
        let lacking = sources.lacking.as_ref().filter(|_| metric.from_team.is_some());
        let why = match (&metric.from_team, lacking) {
            (Some(_), Some(Lacking { place, column, .. })) => {
                let at = shown(*place);
                words!(
                    "（{at} 的团队表没有「{column}」列，没有读取）",
                    " (the team table at {at} has no column `{column}` and was not read)"
                )
            }
            (Some(from), None) => words!(
                "（也没有带「{}」列的团队表）",
                " (nor a team table with the column `{}`)",
                from.column
            ),
            (None, _) => words!("", ""),
        };
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
            near.is_none() && passed.is_none() && sources.lacking.is_none() && elsewhen.is_none();
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
            _ if let Some(lacking) = lacking => lacking.hint(),
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
        let (name, at) = (name.clone(), self.out.problems.len());
        let lacking = lacking.cloned();
        Missing { name, why, hint, sheet, nowhere, at, lacking }
    }

    /// Tells what is missing, each where it was looked for; several that are missing for one and the same
    /// reason, as a team's table whose title says another time, in one finding.
    pub(super) fn tell_missing(&mut self, missing: &[Missing]) {
        let mut told: Vec<(usize, Problem)> = Vec::new();
        for (index, one) in missing.iter().enumerate() {
            let alike = missing.iter().enumerate().filter(|(_, other)| other.hint == one.hint);
            let first = alike.clone().map(|(other, _)| other).next();
            let same: Vec<&Missing> = alike.map(|(_, other)| other).collect();
            let together = same.len() >= TOGETHER;
            if together && first != Some(index) {
                continue;
            }
            let lacking = one.lacking.as_ref().filter(|_| together);
            let what = if let Some(Lacking { place, column, .. }) = lacking {
                let (at, count) = (place.at, same.len());
                words!(
                    "{at} 的团队表没有「{column}」列，没有读取，团队的 {count} 项指标因此缺少",
                    "the team table at {at} has no column `{column}` and was not read, so {count} metrics of the team are missing"
                )
            } else if together {
                let names: Vec<&str> = same.iter().map(|one| one.name.as_str()).collect();
                let (count, list) = (names.len(), names.join("、"));
                let what =
                    words!("缺少 {count} 项指标：{list}", "{count} metrics are missing: {list}");
                let shared = same.iter().all(|other| other.why == one.why);
                if shared { what.then(&one.why) } else { what }
            } else {
                let name = &one.name;
                words!("缺少指标「{name}」", "the metric `{name}` is missing").then(&one.why)
            };
            let problem = Problem::error(METRIC_MISSING, what).hint(one.hint.clone());
            let problem = if together { problem } else { problem.about(&one.name) };
            let sheet = lacking.map(|lacking| lacking.place.sheet).or(one.sheet);
            let problem = match sheet {
                Some(sheet) => problem.on(self.sheet_name(sheet)),
                None => problem,
            };
            told.push((one.at, problem));
        }
        // From the last, so that the places of those before still hold.
        for (at, problem) in told.into_iter().rev() {
            self.out.problems.insert(at.min(self.out.problems.len()), problem);
        }
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
    pub(super) fn no_figures(&mut self, missing: &[Missing], sources: &Sources) {
        let names: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
        let (count, list) = (names.len(), names.join("、"));
        let hint = match sources.aside.as_slice() {
            [] => words!(
                "加一张指标表，一行一个指标（名称、数值）；指标在另一份工作簿里的，用 --metrics 指定它",
                "add a metric sheet, a row each (name, value); if they are in another workbook, name it with --metrics"
            ),
            _ => self.why_aside(sources),
        };
        self.out.problems.push(
            Problem::error(
                METRIC_MISSING,
                words!(
                    "没有找到指标数据，方案要的 {count} 项一项也没有：{list}",
                    "no figures were found, none of the {count} that the scheme needs: {list}"
                ),
            )
            .hint(hint),
        );
    }
}
