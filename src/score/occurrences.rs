#![doc = include_str!("../../docs/rules/occurrences.md")]

use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::problem::Words;
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Occurrences {
    /// Kinds of event.
    pub events: Vec<EventKind>,
    /// The greatest deduction of all together (限扣6分).
    pub most: Option<f64>,
}

/// A kind of event.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Nothing that it could count.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.events.is_empty().then(|| {
            Fault::new(
                "events",
                words!("没有写事件", "there is no event"),
                words!(
                    "events = [{{ metric = …, deduct = 2 }}]",
                    "events = [{{ metric = …, deduct = 2 }}]"
                ),
            )
        })
    }

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
        let mut expr = if terms.len() == 1 { terms.pop()? } else { Expr::Add(terms) };
        if let Some(most) = self.most {
            if expr.value() < -most {
                let most = show(most, 4);
                working = working.then(&words!("；最多扣 {most}", "; at most {most} taken"));
            }
            expr = Expr::Max(Box::new(Expr::number(-most)), Box::new(expr));
        }
        Some(Clause { effect: Effect::Add(expr), working })
    }
}
