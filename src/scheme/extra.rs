//! Parts of a scheme beside items and rules: groups, vetoes, rounding, composite measures.

use crate::expr::Expr;
use crate::score::{Context, Measured};
use serde::Deserialize;

/// Items that are summed apart from the rest.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name, as 加分项 or 行为.
    pub name: String,
    /// The items, by name. An item stands in one group at most.
    pub items: Vec<String>,
    /// The group makes at most this.
    pub cap: Option<f64>,
    /// The group makes at least this.
    pub floor: Option<f64>,
    /// What its sum is multiplied by; 0.8 for 「业绩80%」.
    pub weight: Option<f64>,
    /// Whether it comes on top of the total, so that its points are not part of it.
    #[serde(default)]
    pub bonus: bool,
}

/// What makes the whole score 0, or limits the grade.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Vetoes {
    /// The metric.
    pub metric: String,
    /// Vetoes above this; an event vetoes above 0.
    pub above: Option<f64>,
    /// Vetoes below this.
    pub below: Option<f64>,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
    /// The best grade that is left, where `reach` is `grade`.
    pub best: Option<String>,
}

/// How far a veto reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The whole score is 0.
    #[default]
    Total,
    /// The grade is limited, the score stays.
    Grade,
}

/// How a number is rounded, and where.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Decimals that stay.
    pub decimals: u32,
    /// Which way.
    #[serde(default)]
    pub to: Rounding,
}

/// Which way a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Half up, away from zero (四舍五入).
    #[default]
    HalfUp,
    /// Towards zero (向下取整, 舍去).
    Down,
    /// Away from zero (进位).
    Up,
}

impl Round {
    /// The expression, rounded.
    pub fn apply(self, expr: Expr) -> Expr {
        let decimals = self.decimals.min(9);
        if self.to == Rounding::HalfUp {
            return Expr::Round(Box::new(expr), decimals);
        }
        // Rounded to 9 decimals first, so that 8.3 made of binary crumbs stays 8.3.
        let scale = 10f64.powi(decimals.try_into().unwrap_or(0));
        let scaled = if decimals == 0 {
            expr
        } else {
            Expr::Mul(Box::new(expr), Box::new(Expr::number(scale)))
        };
        let exact = Box::new(Expr::Round(Box::new(scaled), 9));
        let cut = match self.to {
            Rounding::Up => Expr::RoundUp(exact),
            _ => Expr::Trunc(exact),
        };
        if decimals == 0 { cut } else { Expr::Div(Box::new(cut), Box::new(Expr::number(scale))) }
    }
}

/// A weighted sum of metrics or ratios.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Composite {
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a composite measure.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The metric.
    pub of: String,
    /// What it is divided by, where it is a ratio.
    pub over: Option<String>,
    /// Its weight.
    pub weight: f64,
}

impl Composite {
    pub(crate) fn measure(&self, context: &Context<'_>) -> Option<Measured> {
        let mut terms = Vec::new();
        let mut shown = Vec::new();
        let mut kind = None;
        for part in &self.parts {
            let of = context.metric(&part.of)?;
            let mut expr = of.expr.clone();
            let mut own = of.kind;
            if let Some(over) = &part.over {
                expr = Expr::Div(Box::new(expr), Box::new(context.metric(over)?.expr.clone()));
                own = super::MetricKind::Rate;
            }
            let value = own.show(expr.value());
            shown.push(format!("{value}×{}", crate::text::show(part.weight, 4)));
            kind = kind.or(Some(own));
            terms.push(Expr::Mul(Box::new(Expr::number(part.weight)), Box::new(expr)));
        }
        let (kind, expr) = (kind?, Expr::Add(terms));
        let shown = format!("{} = {}", shown.join(" + "), kind.show(expr.value()));
        Some(Measured { expr, shown, kind, is_ratio: false, over_zero: None })
    }
}
