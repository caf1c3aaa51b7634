#![doc = include_str!("../../docs/rules/anchored.md")]

use super::build::{add, exact, n, over, sub, times, when};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::scheme::Measure;
use crate::text::{round15, show};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Anchored {
    /// What is measured.
    pub value: Measure,
    /// Two anchors or more, `at` ascending.
    pub anchors: Vec<Anchor>,
    /// What holds below the first anchor.
    #[serde(default)]
    pub below: Outside,
    /// What holds above the last anchor.
    #[serde(default = "hold")]
    pub above: Outside,
}

fn hold() -> Outside {
    Outside::Hold
}

/// A value and its points.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The value.
    pub at: f64,
    /// Its points.
    pub points: f64,
}

/// What holds outside of the anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// No points.
    #[default]
    Nothing,
    /// The nearest anchor's points.
    Hold,
    /// The line goes on.
    Extend,
}

impl Anchored {
    /// What is wrong with the anchors, if anything.
    pub(super) fn fault(&self) -> Option<Fault> {
        let rising = self.anchors.windows(2).all(|p| matches!(p, [a, b] if a.at < b.at));
        (self.anchors.len() < 2 || !rising).then(|| {
            Fault::new(
                "anchors",
                words!(
                    "anchors 至少两个，at 从低到高",
                    "anchors are two or more, `at` from low to high"
                ),
                words!("改正 anchors", "correct the anchors"),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let (first, last) = (self.anchors.first()?, self.anchors.last()?);
        let value = exact(&measured.expr);
        let line = |low: &Anchor, high: &Anchor| {
            let slope = round15((high.points - low.points) / (high.at - low.at));
            let rise = times(slope, over(sub(measured.expr.clone(), low.at), 1.0));
            add(if low.points == 0.0 { vec![rise] } else { vec![n(low.points), rise] })
        };
        let outside = |outside, anchor: &Anchor, line: Expr| match outside {
            Outside::Nothing => n(0.0),
            Outside::Hold => n(anchor.points),
            Outside::Extend => line,
        };
        let lines: Vec<Expr> = self
            .anchors
            .windows(2)
            .filter_map(|pair| match pair {
                [low, high] => Some(line(low, high)),
                _ => None,
            })
            .collect();
        let mut expr = outside(self.below, first, lines.first()?.clone());
        for (anchor, line) in self.anchors.iter().zip(&lines) {
            expr = when(&value, Compare::AtLeast, anchor.at, line.clone(), expr);
        }
        let top = outside(self.above, last, lines.last()?.clone());
        let edge = if self.above == Outside::Nothing { Compare::Greater } else { Compare::AtLeast };
        expr = when(&value, edge, last.at, top, expr);
        let got = show(expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(expr),
            working: words!("{}，线性 → {got}", "{}, on the line → {got}", measured.shown),
        })
    }
}
