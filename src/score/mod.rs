//! Scoring: rules lowered to expressions, items and totals put together. Never sees Excel.
//!
//! In: a scheme's items and the metrics. Out: for every item an [`Expr`] and its working in words.
//! A new rule kind is a file here and an arm of [`crate::scheme::Rule`].

pub mod absent;
pub mod all_or_nothing;
pub mod anchored;
pub mod bands;
mod build;
pub mod clauses;
pub mod condition;
pub mod deviation;
pub mod distribution;
pub mod done;
pub mod escalating;
pub mod faults;
pub mod judged;
pub mod ladder;
pub mod lateness;
pub mod matrix;
pub mod occurrences;
pub mod pages;
pub mod rank;
pub mod raters;
pub mod ratio;
pub mod tiers;
pub mod total;
pub mod veto;

use crate::expr::{Compare, Expr, Operand};
use crate::metrics::{Found, MetricSet};
use crate::problem::{Problem, Words};
use crate::scheme::{Item, Measure, MetricKind, Rule, Scheme, Steps};
use crate::text::show;
use crate::words;

/// What a rule sees.
pub struct Context<'a> {
    /// The month's figures.
    pub metrics: &'a MetricSet,
    /// The item's points.
    pub points: f64,
}

/// What a clause does to the item's score.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Adds to (or takes from) the item's points.
    Add(Expr),
    /// Is the score; the item starts from nothing.
    Score(Expr),
    /// Makes the whole item 0 where the metric compares so.
    Veto(Expr, Compare, f64),
    /// Adds, and makes the whole item 0 where the second compares so.
    AddOrVeto(Expr, Expr, Compare, f64),
}

/// A lowered rule.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What it does.
    pub effect: Effect,
    /// How, in words.
    pub working: Words,
}

/// A measured value: one metric, or a ratio of two.
pub struct Measured {
    /// Its expression.
    pub expr: Expr,
    /// How it is shown, with its parts.
    pub shown: String,
    /// What it is.
    pub kind: MetricKind,
    /// Whether it is a ratio.
    pub is_ratio: bool,
    /// A ratio's denominator.
    pub over_zero: Option<Expr>,
}

impl Measured {
    /// A value in this measure's unit.
    pub fn show(&self, value: f64) -> String {
        self.kind.show(value)
    }
}

impl Context<'_> {
    /// A metric of the month; `None` where its problem is already reported.
    pub fn metric(&self, name: &str) -> Option<&Found> {
        self.metrics.get(name)
    }

    /// A measured value.
    pub fn measure(&self, measure: &Measure) -> Option<Measured> {
        match measure {
            Measure::Metric(name) => {
                let found = self.metric(name)?;
                Some(Measured {
                    expr: found.expr.clone(),
                    shown: format!("{name} {}", found.show(found.expr.value())),
                    kind: found.kind,
                    is_ratio: false,
                    over_zero: None,
                })
            }
            Measure::Composite(composite) => composite.measure(self),
            Measure::Ratio(ratio) => {
                let (of, over) = (self.metric(&ratio.of)?, self.metric(&ratio.over)?);
                let expr = Expr::Div(Box::new(of.expr.clone()), Box::new(over.expr.clone()));
                let parts =
                    format!("{} ÷ {}", of.show(of.expr.value()), over.show(over.expr.value()));
                let shown = match expr.value() {
                    value if value.is_finite() => {
                        format!("{parts} = {}", MetricKind::Rate.show(value))
                    }
                    _ => parts,
                };
                Some(Measured {
                    expr,
                    shown,
                    kind: MetricKind::Rate,
                    is_ratio: true,
                    over_zero: Some(over.expr.clone()),
                })
            }
        }
    }
}

impl Rule {
    fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        match self {
            Self::Deviation(rule) => rule.lower(context),
            Self::Occurrences(rule) => rule.lower(context),
            Self::Judged(rule) => rule.lower(context),
            Self::Condition(rule) => rule.lower(context),
            Self::Bands(rule) => rule.lower(context),
            Self::Ratio(rule) => rule.lower(context),
            Self::Veto(rule) => rule.lower(context),
            Self::Escalating(rule) => rule.lower(context),
            Self::Tiers(rule) => rule.lower(context),
            Self::Anchored(rule) => rule.lower(context),
            Self::Ladder(rule) => rule.lower(context),
            Self::AllOrNothing(rule) => rule.lower(context),
            Self::Done(rule) => rule.lower(context),
            Self::Lateness(rule) => rule.lower(context),
            Self::Raters(rule) => rule.lower(context),
            Self::Rank(rule) => rule.lower(context),
            Self::Matrix(rule) => rule.lower(context),
            Self::Clauses(rule) => rule.lower(context),
        }
    }
}

/// Judged marks that are none of the allowed values.
pub fn marks_not_allowed(scheme: &Scheme, metrics: &MetricSet, sheet: &str) -> Vec<Problem> {
    let rules = scheme.items.iter().flat_map(|item| item.rules.iter());
    let wrong = rules.filter_map(|rule| match rule {
        Rule::Judged(judged) => judged.not_allowed(metrics),
        _ => None,
    });
    wrong.map(|problem| problem.on(sheet)).collect()
}

/// An item's score.
#[derive(Debug, Clone)]
pub struct ItemScore {
    /// Its expression; the value is rounded to 15 digits where it is stored.
    pub expr: Expr,
    /// How it came about.
    pub working: Words,
}

/// Scores an item: points, clauses added, floor and cap, veto. `None` where a metric it needs has
/// a problem, which is then already reported.
pub fn item(item: &Item, points: f64, metrics: &MetricSet) -> Option<ItemScore> {
    let full = item.scale.unwrap_or(points);
    let context = Context { metrics, points: full };
    let clauses: Vec<Clause> =
        item.rules.iter().map(|rule| rule.lower(&context)).collect::<Option<_>>()?;
    let judged = matches!(item.rules.as_slice(), [Rule::Judged(_)]);
    let from_nothing = clauses.iter().any(|c| matches!(c.effect, Effect::Score(_)));
    let start = if from_nothing { 0.0 } else { item.base_points.unwrap_or(full) };
    let mut terms = Vec::new();
    if start != 0.0 {
        terms.push(Expr::number(start));
    }
    for clause in &clauses {
        match &clause.effect {
            Effect::Add(Expr::Add(several)) => terms.extend(several.iter().cloned()),
            Effect::Add(expr) | Effect::Score(expr) | Effect::AddOrVeto(expr, ..) => {
                terms.push(expr.clone());
            }
            Effect::Veto(..) => {}
        }
    }
    let mut expr = match terms.len() {
        0 => Expr::number(0.0),
        1 => terms.swap_remove(0),
        _ => Expr::Add(terms),
    };
    expr = clean(expr);
    let raw = expr.value();
    if !judged {
        expr = Expr::Max(Box::new(Expr::number(item.floor)), Box::new(expr));
    }
    if let Some(cap) = item.cap {
        expr = Expr::Min(Box::new(Expr::number(cap)), Box::new(expr));
    }
    for clause in &clauses {
        if let Effect::Veto(metric, compare, bound) | Effect::AddOrVeto(_, metric, compare, bound) =
            &clause.effect
        {
            expr = Expr::If(
                Box::new(metric.clone()),
                *compare,
                Box::new(Expr::number(*bound)),
                Box::new(Expr::number(0.0)),
                Box::new(expr),
            );
        }
    }
    if full != points && full != 0.0 {
        expr = Expr::Div(
            Box::new(Expr::Mul(Box::new(expr), Box::new(Expr::number(points)))),
            Box::new(Expr::number(full)),
        );
    }
    if let Some(round) = item.round {
        expr = round.apply(expr);
    }
    let mut working = Words::new("", "");
    for (index, clause) in clauses.iter().enumerate() {
        let separator = if index == 0 { words!("", "") } else { words!("；", "; ") };
        working = working.then(&separator).then(&clause.working);
    }
    if !judged && raw < item.floor {
        let floor = show(item.floor, 4);
        working = working.then(&words!("；不低于 {floor}", "; not below {floor}"));
    }
    if let Some(cap) = item.cap.filter(|cap| raw > *cap) {
        let cap = show(cap, 4);
        working = working.then(&words!("；不超过 {cap}", "; not above {cap}"));
    }
    if full != points {
        let (full, points) = (show(full, 4), show(points, 4));
        working = working
            .then(&words!("；{full} 分制折 {points} 分", "; out of {full}, made to {points}"));
    }
    let lapsed = absent::is_absent(item, metrics);
    if lapsed {
        working = words!("当月不适用", "does not apply this month");
    }
    Some(ItemScore { expr: absent::score(item, metrics, expr), working })
}

/// Sums that may leave a binary crumb (0.3 − 0.1 − 0.2) are rounded to 10 decimals, in the number
/// as in the formula, so that no score shows 1.4299999999999997. Sums of whole numbers stay bare.
fn clean(expr: Expr) -> Expr {
    fn fractional(expr: &Expr) -> bool {
        match expr {
            Expr::Value(Operand::Number(value)) => value.fract() != 0.0,
            // A count; a mark that is not whole stands alone.
            Expr::Value(Operand::Cell { value, .. }) => value.fract() != 0.0,
            Expr::Round(_, 0) | Expr::Trunc(_) | Expr::RoundUp(_) => false,
            Expr::Add(terms) => terms.iter().any(fractional),
            Expr::Sub(a, b) | Expr::Mul(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
                fractional(a) || fractional(b)
            }
            Expr::If(_, _, _, then, other) => fractional(then) || fractional(other),
            Expr::Sum(_) | Expr::Count(..) | Expr::Workdays(..) | Expr::Greatest(_) => false,
            Expr::Div(..) | Expr::Round(..) | Expr::Mean(_) => true,
        }
    }
    // Only a sum can cancel; a product is as exact as its digits.
    fn sums(expr: &Expr) -> bool {
        match expr {
            Expr::Add(_) | Expr::Sub(..) => true,
            Expr::Mul(a, b) | Expr::Div(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
                sums(a) || sums(b)
            }
            Expr::If(_, _, _, then, other) => sums(then) || sums(other),
            _ => false,
        }
    }
    if sums(&expr) && fractional(&expr) { Expr::Round(Box::new(expr), 10) } else { expr }
}

/// The readings of a scheme that its form may leave open, in words, for notices.
pub fn readings(item: &Item) -> Words {
    let mut words = words!("最低 {}", "floor {}", show(item.floor, 4));
    if let Some(cap) = item.cap {
        words = words.then(&words!("，最高 {}", ", cap {}", show(cap, 4)));
    } else {
        words = words.then(&words!("，不封顶", ", no cap"));
    }
    for rule in &item.rules {
        if let Rule::Deviation(deviation) = rule {
            words = words.then(&match deviation.steps {
                Steps::Whole => words!("，只计整步", ", whole steps only"),
                Steps::Proportional => words!("，按比例计步", ", proportional steps"),
                Steps::Begun => words!("，不足一步按一步", ", begun steps count whole"),
            });
            break;
        }
    }
    words
}
