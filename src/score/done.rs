#![doc = include_str!("../../docs/rules/done.md")]

use super::build::{add, min, n, times};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::problem::Words;
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// What counts.
    pub things: Vec<Thing>,
    /// No more than this in all.
    pub most: Option<f64>,
}

/// A kind of thing done.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// The metric that counts it.
    pub metric: String,
    /// Points for each.
    pub points: f64,
}

impl Done {
    /// Nothing that it could count.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.things.is_empty().then(|| {
            Fault::new(
                "things",
                words!("没有写做成的事", "there is no thing"),
                words!(
                    "things = [{{ metric = …, points = 2 }}]",
                    "things = [{{ metric = …, points = 2 }}]"
                ),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let mut terms = Vec::new();
        let mut working = Words::new("", "");
        for thing in &self.things {
            let found = context.metric(&thing.metric)?;
            let term = times(thing.points, found.expr.clone());
            let (name, count, each) =
                (&thing.metric, show(found.expr.value(), 4), show(thing.points, 4));
            let got = show_signed(term.value());
            let separator =
                if working.zh.is_empty() { words!("", "") } else { words!("；", "; ") };
            working = working.then(&separator).then(&words!(
                "{name} {count} × {each} = {got}",
                "{name} {count} × {each} = {got}"
            ));
            terms.push(term);
        }
        let mut expr = add(terms);
        if let Some(most) = self.most {
            if expr.value() > most {
                let most = show(most, 4);
                working = working.then(&words!("，最多 {most}", ", at most {most}"));
            }
            expr = min(n(most), expr);
        }
        Some(Clause { effect: Effect::Score(expr), working })
    }
}
