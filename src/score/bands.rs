//! # bands: points by the band that a value falls in
//!
//! **Scores** the points of the first band, from the highest, whose `from` the value reaches;
//! bands are half-open, so 99.5 % belongs to the band from 90 %. Below the last band: 0.
//!
//! **Example.** from 100 % 10 points, from 90 % 8: 99.5 % scores 8.
//!
//! **Formula** `IF(ROUND(B5,9)>=1,10,IF(ROUND(B5,9)>=0.9,8,0))`

use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::problem::Words;
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// What is measured.
    pub value: Measure,
    /// Bands, from high to low.
    pub bands: Vec<Band>,
}

/// A band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its lower bound, which belongs to it.
    pub from: f64,
    /// Its points.
    pub points: f64,
}

impl Bands {
    /// What is wrong with the bands, if anything.
    pub fn fault(&self) -> Option<Words> {
        if self.bands.is_empty() {
            return Some(words!("没有任何档", "there is no band"));
        }
        let pair = self
            .bands
            .windows(2)
            .find(|pair| matches!(pair, [high, low] if high.from <= low.from))?;
        let [high, low] = pair else { return None };
        Some(words!(
            "档 {} 与 {} 重叠或次序颠倒",
            "the bands from {} and {} overlap or stand in the wrong order",
            show(high.from, 6),
            show(low.from, 6)
        ))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let exact = Expr::Round(Box::new(measured.expr.clone()), 9);
        let expr = self.bands.iter().rev().fold(Expr::number(0.0), |below, band| {
            Expr::If(
                Box::new(exact.clone()),
                Compare::AtLeast,
                Box::new(Expr::number(band.from)),
                Box::new(Expr::number(band.points)),
                Box::new(below),
            )
        });
        let got = show(expr.value(), 4);
        let value = exact.value();
        let working = match self.bands.iter().find(|band| value >= band.from) {
            Some(band) => {
                let from = measured.show(band.from);
                words!(
                    "{} ≥ {from} 档 → {got}",
                    "{} reaches the band from {from} → {got}",
                    measured.shown
                )
            }
            None => words!("{} 低于各档 → {got}", "{} is below every band → {got}", measured.shown),
        };
        Some(Clause { effect: Effect::Score(expr), working })
    }
}
