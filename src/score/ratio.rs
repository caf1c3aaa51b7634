//! # ratio: points by the share of a target reached
//!
//! **Scores** value × the item's points, no more than `most` times them; nothing below `cutoff`.
//!
//! **Example.** 10 points, 83 % reached: 8.3.
//!
//! **Formula** `MIN(B5/B4,1)*10`

use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioRule {
    /// What is measured; 1 is the whole.
    pub value: Measure,
    /// The greatest share that counts.
    pub most: Option<f64>,
    /// Below this share nothing is scored.
    pub cutoff: Option<f64>,
}

impl RatioRule {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let mut share = measured.expr.clone();
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
