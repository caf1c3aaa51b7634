//! What can be wrong with a scheme, found before it scores anyone.

use super::{Measure, Metric, Rule, Scheme};
use crate::problem::{Problem, Words};
use crate::text::{label, show};
use crate::words;
use std::collections::HashMap;

/// A TOML error with its line.
pub fn toml_problem(text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    Problem::error("scheme-syntax", words!("第 {} 行：{}", "line {}: {}", line, error.message()))
        .hint(words!(
            "对照 `kaohe scheme show` 的写法改正该行",
            "compare the line with what `kaohe scheme show` prints"
        ))
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// The line on which a quoted name first stands.
fn line_with(text: &str, name: &str) -> usize {
    text.find(&format!("\"{name}\"")).map_or(1, |at| line_of(text, at))
}

/// Checks a scheme against itself: points, metrics, aliases, bands.
pub fn check(scheme: &Scheme, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |code, name: &str, what: Words, hint: Words| {
        let line = line_with(text, name);
        problems.push(
            Problem::error(code, words!("第 {line} 行：", "line {line}: ").then(&what)).hint(hint),
        );
    };
    let points: f64 = scheme.items.iter().map(|i| i.points).sum::<f64>()
        + scheme.ratings.iter().map(|r| r.weight).sum::<f64>();
    if (points - scheme.total).abs() > 1e-9 {
        report(
            "scheme-points",
            &scheme.name,
            words!(
                "各项分值与评分表权重合计 {}，不等于总分 {}",
                "items and ratings make {} points, not the total of {}",
                show(points, 4),
                show(scheme.total, 4)
            ),
            words!("改正 points、weight 或 total", "correct points, weight or total"),
        );
    }
    let mut labels: HashMap<String, &str> = HashMap::new();
    let columns = scheme.team.iter().flat_map(|t| &t.columns);
    for metric in &scheme.metrics {
        for name in std::iter::once(&metric.name).chain(&metric.aliases) {
            if let Some(other) = labels.insert(label(name), &metric.name)
                && other != metric.name
            {
                report(
                    "scheme-alias",
                    name,
                    words!(
                        "「{name}」既指「{other}」又指「{}」",
                        "`{name}` means both `{other}` and `{}`",
                        metric.name
                    ),
                    words!("删去其中一个别名", "remove one of the aliases"),
                );
            }
        }
    }
    for metric in scheme.metrics.iter().chain(columns) {
        check_metric(scheme, metric, &mut report);
    }
    for item in &scheme.items {
        for rule in &item.rules {
            for name in metrics_of(rule) {
                if scheme.metric(name).is_none() {
                    report(
                        "scheme-metric",
                        name,
                        words!(
                            "「{}」用到的指标「{name}」没有定义",
                            "the metric `{name}` of `{}` is not defined",
                            item.name
                        ),
                        words!("在 [[metrics]] 中加上它", "add it under [[metrics]]"),
                    );
                }
            }
            if let Rule::Bands(bands) = rule
                && let Some(what) = bands.fault()
            {
                report(
                    "scheme-bands",
                    &item.name,
                    what,
                    words!(
                        "按 from 从高到低列出，各不相同",
                        "list `from` from high to low, each different"
                    ),
                );
            }
            if let Rule::Deviation(deviation) = rule
                && deviation.step <= 0.0
            {
                report(
                    "scheme-step",
                    &item.name,
                    words!(
                        "「{}」的 step 必须大于 0",
                        "the step of `{}` must be above 0",
                        item.name
                    ),
                    words!(
                        "例如 step = 0.01（一个百分点）",
                        "for example step = 0.01 (a percentage point)"
                    ),
                );
            }
        }
        if item.cap.is_some_and(|cap| cap < item.floor) {
            report(
                "scheme-cap",
                &item.name,
                words!("「{}」的 cap 低于 floor", "the cap of `{}` is below its floor", item.name),
                words!("改正其中一个", "correct one of them"),
            );
        }
    }
    for money in &scheme.money {
        for name in [&money.metric, &money.per] {
            if scheme.metric(name).is_none() {
                report(
                    "scheme-metric",
                    name,
                    words!(
                        "「{}」用到的指标「{name}」没有定义",
                        "the metric `{name}` of `{}` is not defined",
                        money.name
                    ),
                    words!("在 [[metrics]] 中加上它", "add it under [[metrics]]"),
                );
            }
        }
    }
    problems
}

fn check_metric(
    scheme: &Scheme,
    metric: &Metric,
    report: &mut impl FnMut(&'static str, &str, Words, Words),
) {
    let Some(from) = &metric.from_team else {
        return;
    };
    let known = scheme.team.as_ref().is_some_and(|team| {
        team.columns.iter().any(|c| c.name == from.column)
            && from.group.as_ref().is_none_or(|g| team.groups.iter().any(|t| t.name == *g))
    });
    if !known {
        report(
            "scheme-team",
            &metric.name,
            words!(
                "「{}」取自团队表的「{}」，但 [team] 中没有这一列或这一组",
                "`{}` comes from `{}` of the team table, which [team] does not have",
                metric.name,
                from.column
            ),
            words!("在 [team] 中加上它", "add it under [team]"),
        );
    }
}

/// The metrics that a rule reads.
pub fn metrics_of(rule: &Rule) -> Vec<&str> {
    fn of_measure(measure: &Measure) -> Vec<&str> {
        match measure {
            Measure::Metric(name) => vec![name],
            Measure::Ratio(ratio) => vec![&ratio.of, &ratio.over],
        }
    }
    match rule {
        Rule::Deviation(r) => of_measure(&r.value),
        Rule::Occurrences(r) => r.events.iter().map(|e| e.metric.as_str()).collect(),
        Rule::Judged(r) => vec![&r.metric],
        Rule::Condition(r) => vec![&r.metric],
        Rule::Bands(r) => of_measure(&r.value),
        Rule::Ratio(r) => of_measure(&r.value),
        Rule::Veto(r) => vec![&r.metric],
    }
}
