#![doc = include_str!("../../docs/rules/ladder.md")]

use super::build::{add, ladder, max, min, n, sub, whole_steps};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// What is measured.
    pub value: Measure,
    /// The value that stands for `level`.
    pub target: f64,
    /// The level of the target, 1 is the lowest.
    pub level: u32,
    /// One level up for every full step above.
    pub up: f64,
    /// One level down for every full step below.
    pub down: f64,
    /// Points of the levels, the lowest first.
    pub points: Vec<f64>,
}

impl Ladder {
    /// A level that the ladder has not, or steps that are none.
    pub(super) fn fault(&self) -> Option<Fault> {
        let there = (1..=self.points.len()).contains(&(self.level as usize));
        (!there || self.up <= 0.0 || self.down <= 0.0).then(|| {
            Fault::new(
                "level",
                words!(
                    "level 应在 1 到 {} 之间，up 与 down 大于 0",
                    "level is 1 to {}, up and down above 0",
                    self.points.len()
                ),
                words!("points 从最低级列起", "list points from the lowest level"),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let off = || sub(measured.expr.clone(), self.target);
        let up = max(whole_steps(off(), self.up), n(0.0));
        let down = min(whole_steps(off(), self.down), n(0.0));
        let level = add(vec![n(f64::from(self.level)), up, down]);
        let steps: Vec<(f64, Expr)> = self
            .points
            .iter()
            .enumerate()
            .skip(1)
            .map(|(index, points)| (index as f64 + 1.0, n(*points)))
            .rev()
            .collect();
        let expr = ladder(&level, &steps, n(self.points.first().copied().unwrap_or_default()));
        let reached = level.value().clamp(1.0, self.points.len().max(1) as f64);
        let (at, got) = (show(reached, 0), show(expr.value(), 4));
        Some(Clause {
            effect: Effect::Score(expr),
            working: words!("{} → {at} 级 → {got}", "{} → level {at} → {got}", measured.shown),
        })
    }
}
