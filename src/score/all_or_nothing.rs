#![doc = include_str!("../../docs/rules/all-or-nothing.md")]

use super::build::{exact, n, when};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Compare;
use crate::problem::Words;
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllOrNothing {
    /// All must hold.
    pub conditions: Vec<Holds>,
    /// Points where all hold; the item's unless said.
    pub points: Option<f64>,
    /// Points where one does not.
    #[serde(default)]
    pub otherwise: f64,
}

/// One condition; exactly one bound.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holds {
    /// What is measured.
    pub value: Measure,
    /// It is this or more.
    pub at_least: Option<f64>,
    /// It is this or less.
    pub at_most: Option<f64>,
    /// It is more than this.
    pub above: Option<f64>,
    /// It is less than this.
    pub below: Option<f64>,
}

impl Holds {
    /// The one bound; `None` where there is none or more than one.
    pub fn bound(&self) -> Option<(Compare, f64, &'static str)> {
        let all = [
            self.at_least.map(|b| (Compare::AtLeast, b, "≥")),
            self.at_most.map(|b| (Compare::AtMost, b, "≤")),
            self.above.map(|b| (Compare::Greater, b, ">")),
            self.below.map(|b| (Compare::Less, b, "<")),
        ];
        let mut said = all.into_iter().flatten();
        let bound = said.next()?;
        said.next().is_none().then_some(bound)
    }
}

impl AllOrNothing {
    /// A condition without a bound.
    pub(super) fn fault(&self) -> Option<Fault> {
        let at = self.conditions.iter().position(|condition| condition.bound().is_none())?;
        Some(Fault::new(
            format!("conditions.{at}"),
            words!("每条写一个界限", "every condition has one bound"),
            words!(
                "at_least、at_most、above、below 之一",
                "one of at_least, at_most, above, below"
            ),
        ))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let points = self.points.unwrap_or(context.points);
        let mut expr = n(points);
        let mut working = Words::new("", "");
        for (index, condition) in self.conditions.iter().enumerate().rev() {
            let measured = context.measure(&condition.value)?;
            let (compare, bound, sign) = condition.bound()?;
            expr = when(&exact(&measured.expr), compare, bound, expr, n(self.otherwise));
            let holds = compare.holds(exact(&measured.expr).value(), bound);
            let (shown, limit) = (&measured.shown, measured.show(bound));
            let mark = if holds { "✓" } else { "✗" };
            let separator = if index + 1 == self.conditions.len() {
                words!("", "")
            } else {
                words!("，", ", ")
            };
            working = words!("{shown} {sign} {limit} {mark}", "{shown} {sign} {limit} {mark}")
                .then(&separator)
                .then(&working);
        }
        let got = show(expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(expr),
            working: working.then(&words!(" → {got}", " → {got}")),
        })
    }
}
