#![doc = include_str!("../../docs/rules/escalating.md")]

use super::build::{ladder, sub, times};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Escalating {
    /// The metric that counts the events.
    pub metric: String,
    /// Points taken by the first, second, … event.
    pub deduct: Vec<f64>,
    /// Whether `deduct` says what each event costs; else what so many cost together.
    #[serde(default)]
    pub each: bool,
    /// Points for every event beyond the list. Unless said: the last again where `each`, else none.
    pub more: Option<f64>,
}

impl Escalating {
    /// Points taken in all by 1, 2, … events.
    fn totals(&self) -> Vec<f64> {
        if !self.each {
            return self.deduct.clone();
        }
        let mut sum = 0.0;
        self.deduct
            .iter()
            .map(|one| {
                sum += one;
                crate::text::round15(sum)
            })
            .collect()
    }

    /// Nothing that it could count.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.deduct.is_empty().then(|| {
            Fault::new(
                "deduct",
                words!("没有写第 1 次扣几分", "no deduction for the first event"),
                words!("deduct = [1, 4, 10]", "deduct = [1, 4, 10]"),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let last = self.deduct.last().copied().unwrap_or_default();
        let more = self.more.unwrap_or(if self.each { last } else { 0.0 });
        let totals = self.totals();
        let count = totals.len();
        let steps: Vec<(f64, Expr)> = totals
            .iter()
            .enumerate()
            .map(|(index, total)| {
                let at = index as f64 + 1.0;
                let points = Expr::number(-total);
                if index + 1 == count && more != 0.0 {
                    let beyond = times(-more, sub(found.expr.clone(), at));
                    (at, Expr::Add(vec![points, beyond]))
                } else {
                    (at, points)
                }
            })
            .rev()
            .collect();
        let expr = ladder(&found.expr, &steps, Expr::number(0.0));
        let (name, times, got) =
            (&self.metric, show(found.expr.value(), 4), show_signed(expr.value()));
        Some(Clause {
            effect: Effect::Add(expr),
            working: words!("{name} {times} → {got}", "{name} {times} → {got}"),
        })
    }
}
