#![doc = include_str!("../../docs/rules/clauses.md")]

use super::build::{add, max, min, n, when};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::problem::Words;
use crate::scheme::Rule;
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// The clauses whose points are added.
    pub rules: Vec<Rule>,
    /// Together not below this; −6 for 「限扣6分」.
    pub least: Option<f64>,
    /// Together not above this.
    pub most: Option<f64>,
}

impl Clauses {
    /// Bounds that leave nothing.
    pub(super) fn fault(&self) -> Option<Fault> {
        matches!((self.least, self.most), (Some(least), Some(most)) if least > most).then(|| {
            Fault::new(
                "least",
                words!("least 高于 most", "least is above most"),
                words!("限扣6分写 least = -6", "least = -6 for at most six taken"),
            )
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let inner: Vec<Clause> =
            self.rules.iter().map(|rule| rule.lower(context)).collect::<Option<_>>()?;
        let scores = inner.iter().any(|c| matches!(c.effect, Effect::Score(_)));
        let mut terms = Vec::new();
        let mut vetoes = Vec::new();
        let mut working = Words::new("", "");
        for clause in inner {
            let separator =
                if working.zh.is_empty() { words!("", "") } else { words!("；", "; ") };
            working = working.then(&separator).then(&clause.working);
            match clause.effect {
                Effect::Add(expr) | Effect::Score(expr) => terms.push(expr),
                Effect::AddOrVeto(expr, value, compare, bound) => {
                    terms.push(expr);
                    vetoes.push((value, compare, bound));
                }
                Effect::Veto(value, compare, bound) => vetoes.push((value, compare, bound)),
            }
        }
        let mut expr = add(terms);
        for (value, compare, bound) in vetoes {
            expr = when(&value, compare, bound, n(0.0), expr);
        }
        let raw = expr.value();
        if let Some(least) = self.least {
            expr = max(n(least), expr);
            if raw < least {
                let least = show_signed(least);
                working = working.then(&words!("；本条到 {least} 为止", "; these stop at {least}"));
            }
        }
        if let Some(most) = self.most {
            expr = min(n(most), expr);
            if raw > most {
                let most = show(most, 4);
                working = working.then(&words!("；本条最多 {most}", "; these make at most {most}"));
            }
        }
        let effect = if scores { Effect::Score(expr) } else { Effect::Add(expr) };
        Some(Clause { effect, working })
    }
}
