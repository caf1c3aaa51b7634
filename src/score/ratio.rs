#![doc = include_str!("../../docs/rules/ratio.md")]

use super::build::over;
use super::faults::Fault;
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
    /// A share that can earn nothing.
    pub(super) fn fault(&self) -> Option<Fault> {
        let full = self.full_at.unwrap_or(1.0);
        if full <= 0.0 {
            return Some(Fault::new(
                "full_at",
                words!("full_at 必须大于 0", "full_at must be above 0"),
                words!("85 % 得满分写 0.85", "0.85 where 85 % earn all points"),
            ));
        }
        let past = |cutoff: f64| cutoff > full * self.most.unwrap_or(f64::MAX);
        self.cutoff.is_some_and(past).then(|| {
            Fault::new(
                "cutoff",
                words!(
                    "cutoff 高于得满分的值：比例一段永远轮不到",
                    "cutoff is above what earns all points: no share is ever scored"
                ),
                words!("cutoff 写得低于 full_at", "write cutoff below full_at"),
            )
        })
    }

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
