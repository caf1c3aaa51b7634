#![doc = include_str!("../../docs/rules/veto.md")]

use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Compare;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// The metric.
    pub metric: String,
    /// Vetoes above this.
    pub above: Option<f64>,
    /// Vetoes below this.
    pub below: Option<f64>,
    /// Vetoes at this and above.
    pub at_least: Option<f64>,
    /// Vetoes at this and below.
    pub at_most: Option<f64>,
}

impl Veto {
    /// The bounds that are given; a rule has one.
    pub fn bounds(&self) -> impl Iterator<Item = (Compare, f64)> {
        super::condition::given(self.below, self.above, self.at_least, self.at_most)
    }

    /// Other than one bound.
    pub(super) fn fault(&self) -> Option<Fault> {
        Fault::of_bounds(
            self.bounds().count(),
            words!("出现即否决写 above = 0", "above = 0 where an event vetoes"),
        )
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let (compare, bound) = self.bounds().next()?;
        let value = found.expr.value();
        let hit = compare.holds(value, bound);
        let (name, shown) = (&self.metric, found.show(value));
        Some(Clause {
            effect: Effect::Veto(found.expr.clone(), compare, bound),
            working: if hit {
                words!("{name} {shown}，一票否决 → 0", "{name} {shown}: veto → 0")
            } else {
                words!("{name} {shown}，未触发否决", "{name} {shown}: no veto")
            },
        })
    }
}
