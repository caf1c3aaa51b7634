#![doc = include_str!("../../docs/rules/bands.md")]

use super::build::{exact, ladder, n, times, when};
use super::faults::{Fault, is_rate};
use super::{Clause, Context, Effect};
use crate::expr::{Compare, Expr};
use crate::problem::Words;
use crate::scheme::{Measure, Scheme};
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// What is measured.
    pub value: Measure,
    /// Bands: all with `from`, from high to low, or all with `up_to`, from low to high.
    pub bands: Vec<Band>,
    /// Points of what no band holds; the factor where the bands have factors.
    #[serde(default)]
    pub otherwise: f64,
}

/// A band.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its lower bound, which belongs to it.
    pub from: Option<f64>,
    /// Its upper bound, which belongs to it; for figures that should be low.
    pub up_to: Option<f64>,
    /// With `from`: its upper bound, which does not belong to it. Only `scheme check` reads it, to
    /// find gaps and overlaps.
    pub to: Option<f64>,
    /// Its points.
    pub points: Option<f64>,
    /// Instead of points: a factor of the item's points.
    pub factor: Option<f64>,
}

impl Band {
    fn bound(&self) -> f64 {
        self.from.or(self.up_to).unwrap_or_default()
    }
}

impl Bands {
    fn rising(&self) -> bool {
        self.bands.iter().any(|band| band.up_to.is_some())
    }

    /// The band at fault and what is wrong with it, if anything.
    fn order_fault(&self) -> Option<(usize, Words, Words)> {
        if self.bands.is_empty() {
            return Some((
                0,
                words!("没有任何档", "there is no band"),
                words!("加上 bands", "add bands"),
            ));
        }
        let rising = self.rising();
        for (index, band) in self.bands.iter().enumerate() {
            if band.from.is_some() == band.up_to.is_some() || band.up_to.is_some() != rising {
                return Some((
                    index,
                    words!(
                        "每档要么都写 from，要么都写 up_to",
                        "every band has `from`, or every band has `up_to`"
                    ),
                    words!("统一成一种", "use one of the two throughout"),
                ));
            }
            if band.points.is_some() == band.factor.is_some() {
                return Some((
                    index,
                    words!("每档写 points 或 factor 其中一个", "a band has `points` or `factor`"),
                    words!("留下一个", "keep one of them"),
                ));
            }
            if band.factor.is_some() != self.bands.iter().any(|band| band.factor.is_some()) {
                return Some((
                    index,
                    words!(
                        "每档要么都写 points，要么都写 factor",
                        "every band has `points`, or every band has `factor`"
                    ),
                    words!(
                        "统一成一种；系数乘项目分值就是得分",
                        "use one of the two throughout: a factor times the item's points is the score"
                    ),
                ));
            }
        }
        for (index, pair) in self.bands.windows(2).enumerate() {
            let [one, two] = pair else { continue };
            let (a, b) = (one.bound(), two.bound());
            if a == b {
                let at = show(a, 6);
                return Some((
                    index + 1,
                    words!("两档的界限都是 {at}", "two bands have the bound {at}"),
                    words!(
                        "{at} 只能属于一档，改正其中一个",
                        "{at} can belong to one only; correct one"
                    ),
                ));
            }
            if let (Some(low), Some(to)) = (one.from, two.to) {
                let (high, end) = (show(low, 6), show(to, 6));
                let next = show(low.min(to), 6);
                let cure = words!("两档的界限写成同一个数", "make the two bounds one number");
                if to < low {
                    return Some((
                        index + 1,
                        words!(
                            "{end} 到 {high} 之间不属于任何一档，例如 {next}",
                            "from {end} to {high} there is no band; {next} falls nowhere"
                        ),
                        cure,
                    ));
                }
                if to > low {
                    return Some((
                        index + 1,
                        words!(
                            "{high} 到 {end} 属于两档，例如 {next}",
                            "from {high} to {end} two bands hold; {next} falls in both"
                        ),
                        cure,
                    ));
                }
            }
            if (a < b) != rising {
                let (a, b) = (show(a, 6), show(b, 6));
                return Some((
                    index + 1,
                    words!(
                        "{b} 一档永远轮不到，次序排反：在 {a} 之后",
                        "the band of {b} is never reached: it stands behind {a}"
                    ),
                    if rising {
                        words!("up_to 从低到高排列", "list `up_to` from low to high")
                    } else {
                        words!("from 从高到低排列", "list `from` from high to low")
                    },
                ));
            }
        }
        None
    }

    /// Bands out of order, and a rate that is written as a percentage.
    pub(super) fn fault(&self, scheme: &Scheme) -> Option<Fault> {
        if let Some((at, what, cure)) = self.order_fault() {
            return Some(Fault::new(format!("bands.{at}"), what, cure));
        }
        let bound = |band: &Band| band.from.or(band.up_to).unwrap_or_default();
        let mut bands = self.bands.iter().enumerate().filter(|_| is_rate(scheme, &self.value));
        let (at, band) = bands.find(|(_, band)| bound(band) > 3.0)?;
        let (value, meant) = (show(bound(band), 4), show(bound(band) / 100.0, 6));
        let percent = show(bound(band) * 100.0, 4);
        Some(Fault::new(
            format!("bands.{at}"),
            words!(
                "率写成小数：{value} 是 {percent} %",
                "a rate is a fraction: {value} is {percent} %"
            ),
            words!("{value} % 写成 {meant}", "write {meant} for {value} %"),
        ))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let measured = context.measure(&self.value)?;
        let value = match &measured.expr {
            Expr::Value(_) => exact(&measured.expr),
            _ => Expr::Round(Box::new(measured.expr.clone()), 9),
        };
        let factors = self.bands.iter().any(|band| band.factor.is_some());
        let got = |band: &Band| n(band.points.or(band.factor).unwrap_or_default());
        let rest = n(self.otherwise);
        let mut expr = if self.rising() {
            self.bands.iter().rev().fold(rest, |rest, band| {
                when(&value, Compare::AtMost, band.bound(), got(band), rest)
            })
        } else {
            let steps: Vec<(f64, Expr)> =
                self.bands.iter().map(|band| (band.bound(), got(band))).collect();
            ladder(&value, &steps, rest)
        };
        let chosen = show(expr.value(), 4);
        if factors {
            expr = times(context.points, expr);
        }
        let number = value.value();
        let (compare, sign) =
            if self.rising() { (Compare::AtMost, "≤") } else { (Compare::AtLeast, "≥") };
        let mut working = match self.bands.iter().find(|b| compare.holds(number, b.bound())) {
            Some(band) => {
                let bound = measured.show(band.bound());
                words!(
                    "{} {sign} {bound} 档 → {chosen}",
                    "{} {sign} {bound} → {chosen}",
                    measured.shown
                )
            }
            None => {
                words!("{} 不在各档内 → {chosen}", "{} is in no band → {chosen}", measured.shown)
            }
        };
        if factors {
            let (points, got) = (show(context.points, 4), show(expr.value(), 4));
            working = working.then(&words!(" × {points} = {got}", " × {points} = {got}"));
        }
        Some(Clause { effect: Effect::Score(expr), working })
    }
}
