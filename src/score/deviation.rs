#![doc = include_str!("../../docs/rules/deviation.md")]

use super::build::{add, max, min, n, times};
use super::faults::{Fault, is_rate};
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr, Operand};
use crate::scheme::{Measure, Scheme, Steps, WhenZero};
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What is measured.
    pub value: Measure,
    /// The base; with `base_metric` a factor of it, 1 unless said.
    #[serde(default = "one")]
    pub base: f64,
    /// The metric that the base is taken from: last month, a target.
    pub base_metric: Option<String>,
    /// The upper end of a dead band that starts at `base`: between the two nothing changes.
    pub base_above: Option<f64>,
    /// Whether steps are shares of the base, so that 0.01 is 1 % of it.
    #[serde(default)]
    pub relative: bool,
    /// Size of a step, in the value's unit; 0.01 is a percentage point of a rate.
    pub step: f64,
    /// Size of a step below, where it is another.
    pub step_below: Option<f64>,
    /// What a step is called.
    #[serde(default)]
    pub step_name: String,
    /// Points added for a step above.
    #[serde(default)]
    pub above: f64,
    /// Points taken for a step below.
    #[serde(default)]
    pub below: f64,
    /// How steps are counted.
    #[serde(default)]
    pub steps: Steps,
    /// No more than this is added.
    pub most_added: Option<f64>,
    /// No more than this is taken.
    pub most_taken: Option<f64>,
}

fn one() -> f64 {
    1.0
}

impl Deviation {
    /// Whether one count of steps serves both sides: the plain form, which most rules have.
    fn plain(&self) -> bool {
        self.base_metric.is_none()
            && self.base_above.is_none()
            && self.step_below.is_none()
            && self.most_added.is_none()
            && self.most_taken.is_none()
            && !self.relative
    }

    /// Steps and a dead band that are none, and a rate that is written as a percentage.
    pub(super) fn faults(&self, scheme: &Scheme) -> Vec<Fault> {
        let mut out = Vec::new();
        if self.step <= 0.0 || self.step_below.is_some_and(|step| step <= 0.0) {
            out.push(Fault::new(
                "step",
                words!("step 必须大于 0", "the step must be above 0"),
                words!(
                    "一个百分点写 0.01，5 元一档写 5",
                    "0.01 is a percentage point, 5 is five yuan"
                ),
            ));
        }
        if self.base_above.is_some_and(|above| above < self.base) {
            out.push(Fault::new(
                "base_above",
                words!("base_above 低于 base", "base_above is below base"),
                words!(
                    "不加不减的区间从 base 到 base_above",
                    "the dead band goes from base to base_above"
                ),
            ));
        }
        let (key, value) = if self.base > 2.0 { ("base", self.base) } else { ("step", self.step) };
        if is_rate(scheme, &self.value)
            && self.base_metric.is_none()
            && !self.relative
            && (self.base > 2.0 || self.step >= 0.5)
        {
            let (shown, meant) = (show(value, 4), show(value / 100.0, 6));
            let percent = show(value * 100.0, 4);
            out.push(Fault::new(
                key,
                words!(
                    "率写成小数：{shown} 是 {percent} %",
                    "a rate is a fraction: {shown} is {percent} %"
                ),
                words!("{shown} % 写成 {meant}", "write {meant} for {shown} %"),
            ));
        }
        out
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        if !self.plain() {
            return self.lower_sides(context, &measured);
        }
        if let Some(zero) = &measured.over_zero
            && zero.value() == 0.0
        {
            // Nothing to measure: shown as such; the formula still answers when figures come.
            let points = self.guarded(&measured, self.points(&measured.expr));
            return Some(Clause {
                effect: Effect::Add(points),
                working: words!(
                    "{} → 无可计算，保持基础分",
                    "{} → nothing to measure, points kept",
                    measured.shown
                ),
            });
        }
        let steps = self.count(&measured.expr);
        let count = steps.value();
        let points = self.guarded(&measured, self.points(&measured.expr));
        let got = points.value();
        let base = if measured.is_ratio && self.base == 1.0 {
            words!("", "")
        } else {
            let base = measured.show(self.base);
            words!("（基准 {base}）", " (base {base})")
        };
        let name = if self.step_name.is_empty() { "档" } else { &self.step_name };
        let shown = show(count.abs(), 4);
        let how = match self.steps {
            Steps::Whole => words!("{shown} 个整{name}", "{shown} whole steps"),
            Steps::Proportional => {
                words!("{shown} 个{name}（按比例）", "{shown} steps (proportional)")
            }
            Steps::Begun => {
                words!("{shown} 个{name}（不足按一）", "{shown} steps (begun count whole)")
            }
        };
        let head = words!("{}", "{}", measured.shown).then(&base);
        Some(Clause {
            effect: Effect::Add(points),
            working: head.then(&words!(" → ", " → ")).then(&how).then(&words!(
                " → {}",
                " → {}",
                show_signed(got)
            )),
        })
    }

    /// The number of steps, signed.
    fn count(&self, value: &Expr) -> Expr {
        let off = Expr::Sub(Box::new(value.clone()), Box::new(Expr::number(self.base)));
        let steps = if self.step == 1.0 {
            off
        } else {
            Expr::Div(Box::new(off), Box::new(Expr::number(self.step)))
        };
        self.cut(steps)
    }

    fn cut(&self, steps: Expr) -> Expr {
        let exact = Box::new(Expr::Round(Box::new(steps), 6));
        match self.steps {
            Steps::Whole => Expr::Trunc(exact),
            Steps::Proportional => *exact,
            Steps::Begun => Expr::RoundUp(exact),
        }
    }

    /// Each side by itself: other steps, limits, a dead band, a base from a metric.
    fn lower_sides(&self, context: &Context<'_>, measured: &super::Measured) -> Option<Clause> {
        let from = match &self.base_metric {
            Some(name) => Some(context.metric(name)?.expr.clone()),
            None => None,
        };
        let base = |factor: f64| match &from {
            Some(expr) => times(factor, expr.clone()),
            None => n(factor),
        };
        let side = |factor: f64, step: f64, up: bool| {
            let base = base(factor);
            let off = Expr::Sub(Box::new(measured.expr.clone()), Box::new(base.clone()));
            let unit = match (self.relative, step) {
                (true, 1.0) => base,
                (true, step) => times(step, base),
                (false, step) => n(step),
            };
            let steps = match unit {
                Expr::Value(Operand::Number(1.0)) => off,
                unit => Expr::Div(Box::new(off), Box::new(unit)),
            };
            let steps = self.cut(steps);
            if up { max(steps, n(0.0)) } else { min(steps, n(0.0)) }
        };
        let up = side(self.base_above.unwrap_or(self.base), self.step, true);
        let down = side(self.base, self.step_below.unwrap_or(self.step), false);
        let (above, below) = (up.value(), down.value());
        let mut terms = Vec::new();
        // A limit bounds what the side does, whichever its sign.
        let bounded = |points: Expr, limit: Option<f64>| match limit {
            Some(limit) => max(n(-limit), min(n(limit), points)),
            None => points,
        };
        let (up_limit, down_limit) = (
            if self.above < 0.0 { self.most_taken } else { self.most_added },
            if self.below < 0.0 { self.most_added } else { self.most_taken },
        );
        if self.above != 0.0 {
            terms.push(bounded(times(self.above, up), up_limit));
        }
        if self.below != 0.0 {
            terms.push(bounded(times(self.below, down), down_limit));
        }
        let points = self.guarded(measured, add(terms));
        let shown_base = measured.show(base(self.base).value());
        let steps = show((above + below).abs(), 4);
        let mut working = words!("{}（基准 {shown_base}", "{} (base {shown_base}", measured.shown);
        if let Some(upper) = self.base_above {
            let upper = measured.show(base(upper).value());
            working = working.then(&words!("–{upper}", "–{upper}"));
        }
        let got = show_signed(points.value());
        working = working.then(&words!("） → {steps} 步 → {got}", ") → {steps} steps → {got}"));
        Some(Clause { effect: Effect::Add(points), working })
    }

    fn points(&self, value: &Expr) -> Expr {
        let steps = self.count(value);
        if self.above == self.below {
            return times(self.above, steps);
        }
        let zero = || Box::new(Expr::number(0.0));
        let up = Expr::Max(Box::new(steps.clone()), zero());
        let down = Expr::Min(Box::new(steps), zero());
        match (self.above, self.below) {
            (0.0, below) => times(below, down),
            (above, 0.0) => times(above, up),
            (above, below) => Expr::Add(vec![times(above, up), times(below, down)]),
        }
    }

    /// `IF(denominator=0,0,points)` where a ratio over 0 keeps the points.
    fn guarded(&self, measured: &super::Measured, points: Expr) -> Expr {
        let keep = matches!(&self.value, Measure::Ratio(r) if r.when_zero == WhenZero::Keep);
        match &measured.over_zero {
            Some(denominator) if keep => Expr::If(
                Box::new(denominator.clone()),
                Compare::Equal,
                Box::new(Expr::number(0.0)),
                Box::new(Expr::number(0.0)),
                Box::new(points),
            ),
            _ => points,
        }
    }
}
