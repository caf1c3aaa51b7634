//! # occurrences: so many points for every event
//!
//! **Scores** the number of events, of one kind or several: each takes (or, negative, gives) its
//! `points`. `free` events are forgiven first. `per-member` is another name for it, for counts of
//! people.
//!
//! **Example.** Each complaint −2: one complaint, −2.
//!
//! **Formula** `-2*B6`, several kinds added; with an allowance `-2*MAX(B6-1,0)`.
//!
//! **Blank** means none happened, where the metric says `blank = "zero"`; it is reported.

use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::problem::Words;
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occurrences {
    /// Kinds of event.
    pub events: Vec<EventKind>,
}

/// A kind of event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventKind {
    /// The metric that counts it.
    pub metric: String,
    /// Points taken for each.
    pub deduct: f64,
    /// So many are forgiven.
    #[serde(default)]
    pub free: f64,
    /// What it is called in the working; the metric's name unless said.
    #[serde(default)]
    pub label: String,
}

impl Occurrences {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let mut terms = Vec::new();
        let mut working = Words::new("", "");
        for event in &self.events {
            let found = context.metric(&event.metric)?;
            let counted = if event.free > 0.0 {
                Expr::Max(
                    Box::new(Expr::Sub(
                        Box::new(found.expr.clone()),
                        Box::new(Expr::number(event.free)),
                    )),
                    Box::new(Expr::number(0.0)),
                )
            } else {
                found.expr.clone()
            };
            let term = Expr::Mul(Box::new(Expr::number(-event.deduct)), Box::new(counted));
            let name = if event.label.is_empty() { &event.metric } else { &event.label };
            let (count, each) = (show(found.expr.value(), 4), show_signed(-event.deduct));
            let part = words!(
                "{name} {count} × {each} = {}",
                "{name} {count} × {each} = {}",
                show_signed(term.value())
            );
            let separator =
                if working.zh.is_empty() { words!("", "") } else { words!("；", "; ") };
            working = working.then(&separator).then(&part);
            if event.free > 0.0 {
                let free = show(event.free, 4);
                working = working.then(&words!("（免扣 {free}）", " ({free} forgiven)"));
            }
            terms.push(term);
        }
        let expr = if terms.len() == 1 { terms.pop()? } else { Expr::Add(terms) };
        Some(Clause { effect: Effect::Add(expr), working })
    }
}
