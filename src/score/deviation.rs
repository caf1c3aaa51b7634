//! # deviation: so many points for every step above or below a base
//!
//! **Scores** a value against a base: `value` is one metric or a ratio of two. Every completed
//! `step` above the base adds `above` points, every one below takes `below`. Steps are counted on
//! the exact value: rounded to 6 decimals of a step, then cut towards zero; `steps =
//! "proportional"` counts part steps, `"begun"` counts a begun step whole.
//!
//! **Example.** Base 100 %, step 1 point, ±2: 309,500 ÷ 300,000 = 103.17 % is 3 whole points
//! above, +6. 291,000 ÷ 300,000 is 3 below, −6.
//!
//! **Formula** `2*TRUNC(ROUND((B5/B4-1)/0.01,6))`
//!
//! **Nothing to measure**: a ratio over 0 is an error, or keeps the points (`when_zero = "keep"`).

use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::scheme::{Measure, Steps, WhenZero};
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What is measured.
    pub value: Measure,
    /// The base.
    pub base: f64,
    /// Size of a step, in the value's unit; 0.01 is a percentage point of a rate.
    pub step: f64,
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
}

impl Deviation {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
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
        let exact = Box::new(Expr::Round(Box::new(steps), 6));
        match self.steps {
            Steps::Whole => Expr::Trunc(exact),
            Steps::Proportional => *exact,
            Steps::Begun => Expr::RoundUp(exact),
        }
    }

    fn points(&self, value: &Expr) -> Expr {
        let steps = self.count(value);
        let times = |points: f64, steps: Expr| match points {
            1.0 => steps,
            points => Expr::Mul(Box::new(Expr::number(points)), Box::new(steps)),
        };
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
