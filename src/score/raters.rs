#![doc = include_str!("../../docs/rules/raters.md")]

use super::build::{add, max, min, over, times};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::problem::Words;
use crate::text::{round15, show};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Raters {
    /// The marks.
    pub marks: Vec<RaterMark>,
    /// How they go together.
    #[serde(default)]
    pub take: TakeMarks,
    /// A full mark, where marks are not points: the mark's share of it scores.
    pub full: Option<f64>,
}

/// A rater's mark.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RaterMark {
    /// The metric that holds it.
    pub metric: String,
    /// Its weight; weights are made to sum to 1.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// How marks go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TakeMarks {
    /// The weighted mean.
    #[default]
    Weighted,
    /// The mean without the highest and the lowest.
    Trimmed,
}

impl Raters {
    /// Too few raters, or weights that are none.
    pub(super) fn fault(&self) -> Option<Fault> {
        let least = if self.take == TakeMarks::Trimmed { 3 } else { 1 };
        let whole: f64 = self.marks.iter().map(|mark| mark.weight).sum();
        (self.marks.len() < least || whole <= 0.0).then(|| {
            Fault::new(
                "marks",
                words!(
                    "至少要 {least} 个评分，权重合计大于 0",
                    "at least {least} marks, weights above 0"
                ),
                words!("补上评分人", "add raters"),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let mut marks = Vec::new();
        let mut working = Words::new("", "");
        let whole: f64 = self.marks.iter().map(|m| m.weight).sum();
        for mark in &self.marks {
            let found = context.metric(&mark.metric)?;
            let (name, value) = (&mark.metric, found.show(found.expr.value()));
            let share = round15(mark.weight / whole);
            let part = if self.take == TakeMarks::Weighted {
                let share = show(share * 100.0, 2);
                words!("{name} {value} × {share} %", "{name} {value} × {share} %")
            } else {
                words!("{name} {value}", "{name} {value}")
            };
            let separator =
                if working.zh.is_empty() { words!("", "") } else { words!("，", ", ") };
            working = working.then(&separator).then(&part);
            marks.push((found.expr.clone(), mark.weight));
        }
        let taken = match self.take {
            TakeMarks::Weighted => {
                let terms = marks.into_iter().map(|(mark, weight)| times(weight, mark)).collect();
                over(add(terms), round15(whole))
            }
            TakeMarks::Trimmed => {
                let all: Vec<Expr> = marks.into_iter().map(|(mark, _)| mark).collect();
                let high = all.iter().cloned().reduce(max)?;
                let low = all.iter().cloned().reduce(min)?;
                let count = all.len() as f64 - 2.0;
                working = working.then(&words!("，去掉最高最低", ", highest and lowest left out"));
                let rest = Expr::Sub(Box::new(add(all)), Box::new(high));
                over(Expr::Sub(Box::new(rest), Box::new(low)), count)
            }
        };
        let expr = match self.full {
            Some(full) => times(round15(context.points / full), taken),
            None => taken,
        };
        let got = show(expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(expr),
            working: working.then(&words!(" → {got}", " → {got}")),
        })
    }
}
