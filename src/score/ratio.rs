#![doc = include_str!("../../docs/rules/ratio.md")]

use super::build::over;
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RatioRule {
    /// What is measured; 1 is the whole.
    pub value: Measure,
    /// The greatest share that counts.
    pub most: Option<f64>,
    /// Below this value nothing is scored.
    pub cutoff: Option<f64>,
    /// The value that earns all points; 1 unless said.
    pub full_at: Option<f64>,
}

impl RatioRule {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let mut share = over(measured.expr.clone(), self.full_at.unwrap_or(1.0));
        if let Some(most) = self.most {
            share = Expr::Min(Box::new(share), Box::new(Expr::number(most)));
        }
        let mut expr = Expr::Mul(Box::new(share), Box::new(Expr::number(context.points)));
        if let Some(cutoff) = self.cutoff {
            expr = Expr::If(
                Box::new(Expr::Round(Box::new(measured.expr.clone()), 9)),
                Compare::Less,
                Box::new(Expr::number(cutoff)),
                Box::new(Expr::number(0.0)),
                Box::new(expr),
            );
        }
        let (points, got) = (show(context.points, 4), show(expr.value(), 4));
        Some(Clause {
            effect: Effect::Score(expr),
            working: words!("{} × {points} → {got}", "{} × {points} → {got}", measured.shown),
        })
    }
}
