#![doc = include_str!("../../docs/rules/tiers.md")]

use super::build::{add, exact, max, n, sub, times, when, whole_steps};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::problem::Words;
use crate::text::show_signed;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// The metrics that are looked up; each by itself.
    pub metrics: Vec<String>,
    /// Tiers, the lowest first. 0 itself is never a loss.
    pub tiers: Vec<Tier>,
    /// More for every full `size` above a bound.
    pub beyond: Option<Beyond>,
    /// How several metrics go together.
    #[serde(default)]
    pub take: TakeTier,
}

/// A tier.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its lower bound, which belongs to it; the tier from 0 holds what is above 0.
    pub from: f64,
    /// Points taken.
    pub deduct: f64,
}

/// More above a bound.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    /// The bound.
    pub from: f64,
    /// So much makes a step.
    pub size: f64,
    /// Points taken for each full step.
    pub deduct: f64,
}

/// How several metrics go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TakeTier {
    /// All are taken.
    #[default]
    Sum,
    /// Only the greatest is taken.
    Worst,
}

impl Tiers {
    /// A tier that never applies.
    pub(super) fn fault(&self) -> Option<Fault> {
        let at = self.tiers.windows(2).position(|w| matches!(w, [a, b] if b.from <= a.from))?;
        Some(Fault::new(
            format!("tiers.{}", at + 1),
            words!(
                "这一级的界限不高于上一级，永远轮不到",
                "this tier is not above the one before it; it never applies"
            ),
            words!("从小到大列", "list them from the least up"),
        ))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let mut parts = Vec::new();
        let mut working = Words::new("", "");
        for name in &self.metrics {
            let found = context.metric(name)?;
            let value = exact(&found.expr);
            // From the lowest up, so that the highest stands outermost.
            let base = self.tiers.iter().fold(n(0.0), |rest, tier| {
                let compare = if tier.from == 0.0 { Compare::Greater } else { Compare::AtLeast };
                when(&value, compare, tier.from, n(tier.deduct), rest)
            });
            let mut terms = vec![base];
            if let Some(beyond) = &self.beyond {
                let steps = whole_steps(sub(found.expr.clone(), beyond.from), beyond.size);
                terms.push(times(beyond.deduct, max(steps, n(0.0))));
            }
            let part = add(terms);
            let (shown, got) = (found.show(found.expr.value()), show_signed(-part.value()));
            let separator =
                if working.zh.is_empty() { words!("", "") } else { words!("；", "; ") };
            working = working
                .then(&separator)
                .then(&words!("{name} {shown} → {got}", "{name} {shown} → {got}"));
            parts.push(part);
        }
        let all = match self.take {
            TakeTier::Sum => add(parts),
            TakeTier::Worst => {
                let worst = parts.into_iter().reduce(max)?;
                working = working.then(&words!("，取最重一项", ", only the worst counts"));
                worst
            }
        };
        Some(Clause { effect: Effect::Add(Expr::Mul(Box::new(n(-1.0)), Box::new(all))), working })
    }
}
