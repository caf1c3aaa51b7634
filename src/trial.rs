//! A scheme tried without a workbook: figures in, scores out. For seeing what a plan would pay.

use crate::day::Day;
use crate::expr::{Expr, Operand};
use crate::metrics::{Found, MetricSet, impossible};
use crate::problem::codes::{METRIC_MISSING, METRIC_NOT_A_NUMBER};
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, FromTeam, Metric, MetricKind, Rating, Scheme, Take};
use crate::score;
use crate::text::{label, parse_number, round15, show};
use crate::words;
use std::collections::BTreeMap;

/// A figure as it is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A number.
    Number(f64),
    /// Text: a number as people type it, or a date.
    Text(String),
    /// One figure a member of the team, or a rater.
    List(Vec<Given>),
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Items: name, points, score, working.
    pub items: Vec<(String, f64, f64, Words)>,
    /// Rating tables that were given: name, weight, points.
    pub ratings: Vec<(String, f64, f64)>,
    /// The total, where every item and rating could be scored.
    pub total: Option<f64>,
    /// The grade and its coefficient.
    pub grade: Option<(String, Option<f64>)>,
    /// What is missing or wrong.
    pub problems: Vec<Problem>,
}

/// Scores a scheme by figures. A mark of a rating table is given as `上级-工作效率` (its prefix),
/// or a whole table by its name as a list of marks.
pub fn run(scheme: &Scheme, given: &BTreeMap<String, Given>) -> Trial {
    let mut figures = Figures { given, used: Vec::new(), problems: Vec::new() };
    let mut metrics = figures.metrics(&scheme.metrics);
    for (metric, problem) in impossible(scheme, &metrics) {
        metrics.remove(&metric);
        figures.problems.push(problem);
    }
    let mut items = Vec::new();
    let (mut rows, mut terms) = (Vec::new(), Vec::new());
    for item in &scheme.items {
        let Some(mut scored) = score::item(item, item.points, &metrics) else { continue };
        scored.expr =
            score::absent::receive(scheme, item, item.points, &scheme.items, &metrics, scored.expr);
        let value = round15(scored.expr.value());
        rows.push(item.clone());
        terms.push(Operand::Number(value));
        items.push((item.name.clone(), item.points, value, scored.working));
    }
    figures.problems.extend(score::marks_not_allowed(scheme, &metrics, ""));
    let mut total = vec![score::total::sum(scheme, &rows, terms, &metrics)];
    let ratings: Vec<(String, f64, f64)> = scheme
        .ratings
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.weight, figures.rating(table)?)))
        .collect();
    total.extend(ratings.iter().map(|(_, _, points)| Expr::number(*points)));
    let problems = figures.finish();
    let whole = items.len() == scheme.items.len()
        && ratings.len() == scheme.ratings.len()
        && !problems.iter().any(Problem::blocks);
    let total =
        whole.then(|| round15(score::total::finish(scheme, Expr::Add(total), &metrics).value()));
    let grade = total.and_then(|total| score::total::grade(scheme, total, &metrics));
    let grade = grade.map(|g| (g.name.clone(), g.coefficient));
    Trial { items, ratings, total, grade, problems }
}

/// The figures while a scheme takes what it asks for.
struct Figures<'a> {
    given: &'a BTreeMap<String, Given>,
    /// The names of those that were asked for.
    used: Vec<String>,
    problems: Vec<Problem>,
}

impl<'a> Figures<'a> {
    /// The figure that is given by one of these names.
    fn take(&mut self, names: &[&str]) -> Option<&'a Given> {
        let names: Vec<String> = names.iter().map(|n| label(n)).collect();
        let (key, given) = self.given.iter().find(|(key, _)| names.contains(&label(key)))?;
        self.used.push(key.clone());
        Some(given)
    }

    /// All metrics that are given, and those whose blank is none.
    fn metrics(&mut self, asked: &[Metric]) -> MetricSet {
        let mut metrics = MetricSet::default();
        for metric in asked {
            if let Some(value) = self.metric(metric) {
                let found = Found { expr: Expr::number(value), kind: metric.kind, place: None };
                metrics.insert(&metric.name, found);
            }
        }
        metrics
    }

    /// A metric's figure: its own, or that of the team's column it comes from.
    fn metric(&mut self, metric: &Metric) -> Option<f64> {
        let team = metric.from_team.as_ref();
        let own = std::iter::once(&metric.name).chain(&metric.aliases).map(String::as_str);
        let own: Vec<&str> = own.collect();
        let given = self.take(&own).or_else(|| {
            let from = team?;
            match &from.group {
                Some(group) => self.take(&[&format!("{}-{group}", from.column)]),
                None => self.take(&[&from.column]),
            }
        });
        if let Some(given) = given {
            return figure(metric, given, team, &mut self.problems);
        }
        if metric.blank == Blank::Zero {
            return Some(0.0);
        }
        let name = &metric.name;
        self.problems.push(
            Problem::error(METRIC_MISSING, words!("没有给出「{name}」", "`{name}` is not given"))
                .hint(words!("加上 --set {name}=…", "add --set {name}=…")),
        );
        None
    }

    /// The points of a rating table, where all its marks are given.
    fn rating(&mut self, table: &Rating) -> Option<f64> {
        let marks = self.marks(table);
        let (name, count) = (&table.name, table.marks.len());
        if marks.len() != count || marks.iter().any(|m| !(0.0..=table.max).contains(m)) {
            let max = show(table.max, 4);
            self.problems.push(Problem::notice(
                "rating-missing",
                words!(
                    "「{name}」要 {count} 个 0 到 {max} 的评分，没有给全，不计总分",
                    "`{name}` needs {count} marks from 0 to {max}; no total without them"
                ),
            ));
            return None;
        }
        let sum: f64 = marks.iter().sum();
        Some(round15(sum / (table.max * count as f64) * table.weight))
    }

    /// The marks of a rating table: a list by its name, or each mark by its own, several raters' as
    /// their mean.
    fn marks(&mut self, table: &Rating) -> Vec<f64> {
        let name = label(&table.name);
        let whole = self.given.iter().find(|(key, _)| label(key) == name);
        if let Some((key, Given::List(list))) = whole {
            self.used.push(key.clone());
            return list.iter().filter_map(number).collect();
        }
        let prefix = table.prefix.as_deref().unwrap_or(&table.name);
        let mut marks = Vec::new();
        for mark in &table.marks {
            let list: Vec<f64> = match self.take(&[&format!("{prefix}-{}", mark.name)]) {
                Some(Given::List(list)) => list.iter().filter_map(number).collect(),
                Some(one) => number(one).into_iter().collect(),
                None => continue,
            };
            if !list.is_empty() {
                marks.push(list.iter().sum::<f64>() / list.len() as f64);
            }
        }
        marks
    }

    /// The problems, with those of the figures that nothing asked for.
    fn finish(mut self) -> Vec<Problem> {
        for key in self.given.keys().filter(|key| !self.used.contains(key)) {
            self.problems.push(
                Problem::error(
                    "metric-unknown",
                    words!("方案里没有「{key}」", "the scheme has no `{key}`"),
                )
                .hint(words!("核对名字；kaohe scheme show 列出指标与别名", "check the name")),
            );
        }
        self.problems
    }
}

fn number(given: &Given) -> Option<f64> {
    match given {
        Given::Number(value) => Some(*value),
        Given::Text(text) => parse_number(text).map(|n| n.value),
        Given::List(_) => None,
    }
}

/// A figure that is a day.
fn day(given: &Given) -> Option<f64> {
    let day = match given {
        Given::Number(number) => Day::from_number(*number),
        Given::Text(text) => Day::parse(text),
        Given::List(_) => None,
    };
    day.map(Day::serial)
}

/// One figure of a metric; a list is taken together as the team table would be.
fn figure(
    metric: &Metric,
    given: &Given,
    team: Option<&FromTeam>,
    problems: &mut Vec<Problem>,
) -> Option<f64> {
    let name = &metric.name;
    let mut wrong = |what: Words, hint: Words| {
        problems.push(Problem::error(METRIC_NOT_A_NUMBER, what).hint(hint));
        None
    };
    let value = match given {
        Given::List(list) => {
            let numbers: Option<Vec<f64>> = list.iter().map(number).collect();
            let Some(numbers) = numbers.filter(|n| !n.is_empty()) else {
                return wrong(
                    words!(
                        "「{name}」的列表里有不是数字的值",
                        "the list of `{name}` holds what is no number"
                    ),
                    words!("例如 {name}=[85,90]", "for example {name}=[85,90]"),
                );
            };
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            match team {
                None => mean,
                Some(from) => match from.take {
                    Take::Mean => mean,
                    Take::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    Take::Count => {
                        let hit = |n: &&f64| {
                            from.below.is_some_and(|b| **n < b)
                                || from.above.is_some_and(|b| **n > b)
                        };
                        numbers.iter().filter(hit).count() as f64
                    }
                },
            }
        }
        one => match if metric.kind == MetricKind::Date { day(one) } else { number(one) } {
            Some(value) => value,
            None => {
                return wrong(
                    words!("「{name}」读不出数字或日期", "`{name}` is no number and no date"),
                    words!(
                        "写 95%、30.95万 或 2026-10-01 这样的值",
                        "write 95%, 30.95万 or 2026-10-01"
                    ),
                );
            }
        },
    };
    if metric.kind != MetricKind::Date
        && (value < metric.min || metric.max.is_some_and(|max| value > max))
    {
        let (value, min) = (show(value, 6), show(metric.min, 4));
        let max = metric.max.map_or("∞".to_owned(), |max| show(max, 4));
        return wrong(
            words!(
                "「{name}」是 {value}，应在 {min} 到 {max} 之间",
                "`{name}` is {value}, not within {min} and {max}"
            ),
            match metric.kind {
                MetricKind::Rate => words!("率写 63% 或 0.63", "write a rate as 63% or 0.63"),
                _ => words!("核对这个数", "check the figure"),
            },
        );
    }
    Some(value)
}
