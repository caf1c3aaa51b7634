#![doc = include_str!("../../docs/rules/condition.md")]

use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::text::show_signed;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The metric.
    pub metric: String,
    /// Points where it holds.
    pub points: f64,
    /// Holds below this.
    pub below: Option<f64>,
    /// Holds at this and above.
    pub at_least: Option<f64>,
    /// Holds at this and below.
    pub at_most: Option<f64>,
    /// Holds above this.
    pub above: Option<f64>,
}

/// The bounds of a rule that are given, each with the comparison that it stands for.
pub(super) fn given(
    below: Option<f64>,
    above: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> impl Iterator<Item = (Compare, f64)> {
    [
        (Compare::Less, below),
        (Compare::Greater, above),
        (Compare::AtLeast, at_least),
        (Compare::AtMost, at_most),
    ]
    .into_iter()
    .filter_map(|(compare, bound)| Some((compare, bound?)))
}

impl Condition {
    /// The bounds that are given; a rule has one.
    pub fn bounds(&self) -> impl Iterator<Item = (Compare, f64)> {
        given(self.below, self.above, self.at_least, self.at_most)
    }

    /// Other than one bound.
    pub(super) fn fault(&self) -> Option<Fault> {
        Fault::of_bounds(self.bounds().count(), words!("例如 below = 18", "for example below = 18"))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let (compare, bound) = self.bounds().next()?;
        let expr = Expr::If(
            Box::new(found.expr.clone()),
            compare,
            Box::new(Expr::number(bound)),
            Box::new(Expr::number(self.points)),
            Box::new(Expr::number(0.0)),
        );
        let (value, limit) = (found.show(found.expr.value()), found.show(bound));
        let name = &self.metric;
        let got = show_signed(expr.value());
        let sign = match compare {
            Compare::Less => "<",
            Compare::AtLeast => "≥",
            Compare::AtMost => "≤",
            _ => ">",
        };
        let working = if expr.value() == 0.0 {
            words!(
                "{name} {value}，未 {sign} {limit} → 0",
                "{name} {value}, not {sign} {limit} → 0"
            )
        } else {
            words!("{name} {value} {sign} {limit} → {got}", "{name} {value} {sign} {limit} → {got}")
        };
        Some(Clause { effect: Effect::Add(expr), working })
    }
}
