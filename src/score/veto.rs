#![doc = include_str!("../../docs/rules/veto.md")]

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
}

impl Veto {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let (compare, bound) = match (self.below, self.above) {
            (Some(bound), _) => (Compare::Less, bound),
            (None, bound) => (Compare::Greater, bound.unwrap_or_default()),
        };
        let value = found.expr.value();
        let hit = if compare == Compare::Less { value < bound } else { value > bound };
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
