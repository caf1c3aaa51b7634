//! A scheme tried without a workbook: figures in, scores out. For seeing what a plan would pay.

use crate::day::Day;
use crate::expr::{Expr, Operand};
use crate::metrics::{Found, MetricSet, impossible};
use crate::problem::codes::{METRIC_MISSING, METRIC_NOT_A_NUMBER};
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, FromTeam, Metric, MetricKind, Scheme, Take};
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
    let mut problems = Vec::new();
    let mut metrics = MetricSet::default();
    let mut used = Vec::new();
    let find = |names: &mut dyn Iterator<Item = &String>| {
        let names: Vec<String> = names.map(|n| label(n)).collect();
        given.iter().find(|(key, _)| names.contains(&label(key)))
    };
    for metric in &scheme.metrics {
        let own = find(&mut std::iter::once(&metric.name).chain(&metric.aliases));
        let column = metric.from_team.as_ref().and_then(|from| {
            let key = match &from.group {
                Some(group) => format!("{}-{group}", from.column),
                None => from.column.clone(),
            };
            Some((find(&mut std::iter::once(&key))?, from))
        });
        let value = match (own, column) {
            (Some((key, given)), _) => {
                used.push(key.clone());
                figure(metric, given, metric.from_team.as_ref(), &mut problems)
            }
            (None, Some(((key, given), from))) => {
                used.push(key.clone());
                figure(metric, given, Some(from), &mut problems)
            }
            (None, None) if metric.blank == Blank::Zero => Some(0.0),
            (None, None) => {
                let name = &metric.name;
                problems.push(
                    Problem::error(
                        METRIC_MISSING,
                        words!("没有给出「{name}」", "`{name}` is not given"),
                    )
                    .hint(words!("加上 --set {name}=…", "add --set {name}=…")),
                );
                None
            }
        };
        if let Some(value) = value {
            let found = Found { expr: Expr::number(value), kind: metric.kind, place: None };
            metrics.insert(&metric.name, found);
        }
    }
    for (metric, problem) in impossible(scheme, &metrics) {
        metrics.remove(&metric);
        problems.push(problem);
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
    problems.extend(score::marks_not_allowed(scheme, &metrics, ""));
    let mut total = vec![score::total::sum(scheme, &rows, terms, &metrics)];
    let mut ratings = Vec::new();
    for rating in &scheme.ratings {
        let prefix = rating.prefix.as_deref().unwrap_or(&rating.name);
        let mut marks = Vec::new();
        if let Some((key, Given::List(list))) = find(&mut std::iter::once(&rating.name)) {
            used.push(key.clone());
            marks.extend(list.iter().filter_map(number));
        } else {
            for mark in &rating.marks {
                let key = format!("{prefix}-{}", mark.name);
                if let Some((key, given)) = find(&mut std::iter::once(&key)) {
                    used.push(key.clone());
                    let list = match given {
                        Given::List(list) => list.iter().filter_map(number).collect(),
                        one => number(one).into_iter().collect::<Vec<f64>>(),
                    };
                    if !list.is_empty() {
                        marks.push(list.iter().sum::<f64>() / list.len() as f64);
                    }
                }
            }
        }
        let name = &rating.name;
        if marks.len() != rating.marks.len()
            || marks.iter().any(|m| !(0.0..=rating.max).contains(m))
        {
            let (count, max) = (rating.marks.len(), show(rating.max, 4));
            problems.push(Problem::notice(
                "rating-missing",
                words!(
                    "「{name}」要 {count} 个 0 到 {max} 的评分，没有给全，不计总分",
                    "`{name}` needs {count} marks from 0 to {max}; no total without them"
                ),
            ));
            continue;
        }
        let sum: f64 = marks.iter().sum();
        let points = round15(sum / (rating.max * rating.marks.len() as f64) * rating.weight);
        ratings.push((name.clone(), rating.weight, points));
        total.push(Expr::number(points));
    }
    for key in given.keys().filter(|key| !used.contains(key)) {
        problems.push(
            Problem::error(
                "metric-unknown",
                words!("方案里没有「{key}」", "the scheme has no `{key}`"),
            )
            .hint(words!("核对名字；kaohe scheme show 列出指标与别名", "check the name")),
        );
    }
    let whole = items.len() == scheme.items.len()
        && ratings.len() == scheme.ratings.len()
        && !problems.iter().any(Problem::blocks);
    let total =
        whole.then(|| round15(score::total::finish(scheme, Expr::Add(total), &metrics).value()));
    let grade = total.and_then(|total| score::total::grade(scheme, total, &metrics));
    let grade = grade.map(|g| (g.name.clone(), g.coefficient));
    Trial { items, ratings, total, grade, problems }
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
