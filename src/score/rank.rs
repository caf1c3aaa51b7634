#![doc = include_str!("../../docs/rules/rank.md")]

use super::build::{add, ladder, max, min, n, over, sub, times};
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// The person's or unit's own figure.
    pub metric: String,
    /// The others' figures; its own is left out.
    pub among: Vec<String>,
    /// Whether the least figure ranks first.
    #[serde(default)]
    pub least_first: bool,
    /// Which rank equal figures share.
    #[serde(default)]
    pub ties: Ties,
    /// Points of rank 1, 2, …; beyond the list nothing. Instead of `base`.
    #[serde(default)]
    pub points: Vec<f64>,
    /// The rank that keeps the item's points.
    pub base: Option<f64>,
    /// Points added for every place before `base`.
    #[serde(default)]
    pub ahead: f64,
    /// Points taken for every place behind `base`.
    #[serde(default)]
    pub behind: f64,
}

/// Which rank equal figures share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// The best: 1, 1, 3.
    #[default]
    Best,
    /// The mean: 1.5, 1.5, 3.
    Mean,
    /// The worst: 2, 2, 3.
    Worst,
}

impl Rank {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let own = context.metric(&self.metric)?.expr.clone();
        let mut terms = vec![n(1.0)];
        let mut equal = Vec::new();
        for other in &self.among {
            let other = context.metric(other)?.expr.clone();
            let better = if self.least_first { Compare::Less } else { Compare::Greater };
            let one = |compare| {
                Expr::If(
                    Box::new(other.clone()),
                    compare,
                    Box::new(own.clone()),
                    Box::new(n(1.0)),
                    Box::new(n(0.0)),
                )
            };
            terms.push(one(better));
            equal.push(one(Compare::Equal));
        }
        match self.ties {
            Ties::Best => {}
            Ties::Worst => terms.extend(equal),
            Ties::Mean => terms.push(over(add(equal), 2.0)),
        }
        let rank = add(terms);
        let place = show(rank.value(), 2);
        let of = self.among.len() + 1;
        let head = words!("{} 第 {place} 名（共 {of}）", "{}: rank {place} of {of}", self.metric);
        let Some(base) = self.base else {
            let mut steps: Vec<(f64, Expr)> = Vec::new();
            for (index, points) in self.points.iter().enumerate().skip(1) {
                steps.push((index as f64 + 1.0, n(*points)));
            }
            steps.push((self.points.len() as f64 + 1.0, n(0.0)));
            steps.reverse();
            let first = self.points.first().copied().unwrap_or_default();
            let expr = ladder(&rank, &steps, n(first));
            let got = show(expr.value(), 4);
            let working = head.then(&words!(" → {got}", " → {got}"));
            return Some(Clause { effect: Effect::Score(expr), working });
        };
        let behind = || sub(rank.clone(), base);
        let expr = if self.ahead == self.behind {
            times(-self.behind, behind())
        } else {
            add(vec![
                times(-self.behind, max(behind(), n(0.0))),
                times(-self.ahead, min(behind(), n(0.0))),
            ])
        };
        let got = show_signed(expr.value());
        Some(Clause {
            effect: Effect::Add(expr),
            working: head.then(&words!(" → {got}", " → {got}")),
        })
    }
}
