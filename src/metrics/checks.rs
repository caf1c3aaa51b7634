//! What no single cell shows: figures that cannot all be right.

use super::MetricSet;
use super::reader::Reader;
use crate::form::Place;
use crate::problem::Problem;
use crate::problem::codes::FIGURE_UNIT;
use crate::scheme::{FromTeam, Item, Metric, MetricKind, Ratio, Rule, Scheme, Take, WhenZero};
use crate::text::show;
use crate::words;

/// Whether a count of members above a bound and another figure of the same column cannot both be
/// right.
pub fn clash(counted: &FromTeam, count: f64, other: &FromTeam, value: f64) -> bool {
    let (Take::Count, Some(bound)) = (counted.take, counted.above) else { return false };
    if other.column != counted.column || other.group != counted.group {
        return false;
    }
    match (other.take, other.above) {
        // More members above the lower bound than above the higher, or as many.
        (Take::Count, Some(lower)) if lower < bound => count > value,
        (Take::Max, _) => (count > 0.0) != (value > bound),
        _ => false,
    }
}

/// Figures that cannot be right together: the one that is told of, and what is wrong.
pub fn impossible(scheme: &Scheme, set: &MetricSet) -> Vec<(String, Problem)> {
    let mut problems = Vec::new();
    let applies = |item: &&Item| !crate::score::absent::is_absent(item, set);
    for rule in scheme.items.iter().filter(applies).flat_map(|item| &item.rules) {
        if let Rule::Deviation(deviation) = rule
            && let Some(base) = deviation.base_metric.as_ref().filter(|_| deviation.relative)
            && set.get(base).is_some_and(|base| base.expr.value() == 0.0)
        {
            let problem = Problem::error(
                "divide-by-zero",
                words!(
                    "「{base}」为 0，无法算出增减百分之几",
                    "`{base}` is 0, so there is no change in percent"
                ),
            );
            let hint = words!("填写实际的「{base}」", "give the real `{base}`");
            problems.push((base.clone(), problem.hint(hint)));
        }
        let Some(ratio) = rule.ratio() else { continue };
        let Some(over) = set.get(&ratio.over) else { continue };
        let over_value = over.expr.value();
        let (of_name, over_name) = (&ratio.of, &ratio.over);
        // Told though what is measured by it may be blank still.
        if over_value == 0.0 && ratio.when_zero == WhenZero::Error {
            let problem = Problem::error(
                "divide-by-zero",
                words!(
                    "「{over_name}」为 0，无法计算比率",
                    "`{over_name}` is 0, so there is no rate"
                ),
            );
            let hint = words!("填写实际的「{over_name}」", "give the real `{over_name}`");
            problems.push((over_name.clone(), problem.hint(hint)));
            continue;
        }
        let Some(of) = set.get(&ratio.of) else { continue };
        let of_value = of.expr.value();
        let (a, b) = (of.show(of_value), over.show(over_value));
        if !ratio.may_exceed_one && of_value > over_value {
            let problem = Problem::error(
                "rate-above-one",
                words!(
                    "「{of_name}」{a} 多于「{over_name}」{b}",
                    "`{of_name}` {a} is more than `{over_name}` {b}"
                ),
            );
            let hint = words!("核对这两个数", "check the two figures");
            problems.push((of_name.clone(), problem.hint(hint)));
        } else if far_apart(scheme, set, ratio, of_value, over_value) {
            let problem = Problem::error(
                "amounts-apart",
                words!(
                    "「{of_name}」{a} 与「{over_name}」{b} 相差几百倍以上，单位可能不同",
                    "`{of_name}` {a} and `{over_name}` {b} are hundreds of times apart: perhaps in different units"
                ),
            );
            let hint = words!("核对两个数的单位（元、万元）", "check the units of both (元, 万元)");
            problems.push((of_name.clone(), problem.hint(hint)));
        }
    }
    for money in &scheme.money {
        let (Some(amount), Some(per)) = (set.get(&money.metric), set.get(&money.per)) else {
            continue;
        };
        let (value, count) = (amount.expr.value(), per.expr.value());
        let within = (money.min..=money.max * count).contains(&value);
        if value != 0.0 && !within {
            let (name, per_name) = (&money.metric, &money.per);
            let (shown, least, most) =
                (show(value, 2), show(money.min, 2), show(money.max * count, 2));
            let allowed = if count > 0.0 {
                words!("应为 0 或 {least}–{most} 元", "it should be 0 or {least} to {most} yuan")
            } else {
                words!("「{per_name}」为 0 时应为 0", "it should be 0 where `{per_name}` is 0")
            };
            let problem = Problem::error(
                "fine-out-of-range",
                words!("「{name}」{shown} 元不对：", "`{name}` of {shown} yuan is wrong: ")
                    .then(&allowed),
            );
            let hint = words!("核对罚款金额与次数", "check the amount and the number of events");
            problems.push((name.clone(), problem.hint(hint)));
        }
    }
    problems
}

/// Whether two amounts of a ratio are so far apart that one is in another unit. Nothing sold at all is
/// no such case.
fn far_apart(scheme: &Scheme, set: &MetricSet, ratio: &Ratio, of: f64, over: f64) -> bool {
    // 309.5千 beside 300000: a thousand, and up to five times more or less sold than planned.
    const FAR: f64 = 200.0;
    let amount = |name: &str| scheme.metric(name).is_some_and(|m| m.kind == MetricKind::Amount);
    let named = || set.problems.iter().any(|p| p.code == FIGURE_UNIT);
    amount(&ratio.of)
        && amount(&ratio.over)
        && !named()
        && of > 0.0
        && over > 0.0
        && (of >= over * FAR || over >= of * FAR)
}

impl Reader<'_> {
    /// What no single cell shows: ratios above 100 % or over 0, fines out of bounds.
    pub(super) fn cross_checks(&mut self, scheme: &Scheme) {
        for (metric, problem) in impossible(scheme, &self.out) {
            let place = self.out.get(&metric).and_then(|found| found.place);
            let problem = match place {
                Some(place) => problem.at(self.sheet_name(place.sheet), place.at),
                None => problem,
            };
            self.out.problems.push(problem);
        }
        self.disagreements(scheme);
    }

    /// Figures of one column of the team, given ready-made, that cannot all be right.
    fn disagreements(&mut self, scheme: &Scheme) {
        let given = |metric: &Metric| {
            let found = self.out.get(&metric.name)?;
            Some((found.place?, found.expr.value()))
        };
        let mut problems = Vec::new();
        let mut differ = |at: Place, a: &str, a_value: f64, b: &str, b_value: f64| {
            let (a_shown, b_shown) = (show(a_value, 4), show(b_value, 4));
            problems.push(
                Problem::notice(
                    "figures-disagree",
                    words!(
                        "「{a}」{a_shown} 与「{b}」{b_shown} 互相矛盾，已照填，请核对",
                        "`{a}` of {a_shown} and `{b}` of {b_shown} cannot both be right; used as they are, please check"
                    ),
                )
                .at(self.sheet_name(at.sheet), at.at),
            );
        };
        for metric in &scheme.metrics {
            let Some(from) = &metric.from_team else { continue };
            let Some((place, count)) = given(metric) else { continue };
            for other in &scheme.metrics {
                let Some(other_from) = &other.from_team else { continue };
                let Some((_, value)) = given(other) else { continue };
                if clash(from, count, other_from, value) {
                    differ(place, &metric.name, count, &other.name, value);
                }
            }
        }
        self.out.problems.extend(problems);
    }
}
