//! What it would take: for every item, the nearest value of each of its metrics at which the score
//! rises, all other figures as they are.
//!
//! In: scheme, scorecard. Out: a [`Next`] for each item's metrics. The item's expression is read at
//! other values of the metric, and where it rises the item is scored anew, by the rule itself: so no
//! rule kind has to know its own inverse.

use crate::cell::CellRef;
use crate::expr::{Expr, Operand};
use crate::fill::Scorecard;
use crate::metrics::{Found, MetricSet, clash};
use crate::scheme::{Item, Metric, MetricKind, Scheme, metrics_of};
use crate::score;
use crate::text::round15;

/// Least rise that counts, points: what two decimals show.
pub const RISE: f64 = 0.01;

/// How far a metric without bounds is followed, as a multiple of its value.
const FAR: f64 = 1000.0;
/// Values looked at one by one before the steps grow.
const NEAR: i64 = 64;

/// What one metric can do for an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The metric.
    pub metric: String,
    /// What it measures.
    pub kind: MetricKind,
    /// Its unit, for people.
    pub unit: String,
    /// Its value.
    pub now: f64,
    /// The precision with which it is searched: 1 for a count, 0.0001 for a rate.
    pub grain: f64,
    /// Where the score rises; `None` where this metric alone cannot raise it.
    pub to: Option<Reach>,
}

/// A value at which a score rises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// The metric's value: one grain nearer to the present value the score does not rise.
    pub value: f64,
    /// The item's score there.
    pub score: f64,
}

/// For every item of a scorecard, in its order, its metrics. Of an item that has lost no points
/// only those that can raise it further.
pub fn steps(scheme: &Scheme, card: &Scorecard) -> Vec<Vec<Next>> {
    card.items
        .iter()
        .map(|scored| {
            let item = scheme.items.iter().find(|item| item.name == scored.name);
            let (points, score) = (scored.points, scored.score);
            item.map_or_else(Vec::new, |item| of_item(scheme, item, points, score, &card.metrics))
        })
        .collect()
}

/// The same for one item, worth `points`, that got `score`.
pub fn of_item(
    scheme: &Scheme,
    item: &Item,
    points: f64,
    score: f64,
    set: &MetricSet,
) -> Vec<Next> {
    let mut names: Vec<&str> = Vec::new();
    for name in item.rules.iter().flat_map(metrics_of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let lost = score < points;
    names
        .into_iter()
        .filter_map(|name| {
            let (metric, found) = (scheme.metric(name)?, set.get(name)?);
            let search = Search::new(scheme, item, (points, score), set, metric, found);
            let grain = 1.0 / search.per;
            let (now, kind) = (search.now, metric.kind);
            let to = search.nearest();
            let unit = metric.unit.clone();
            Some(Next { metric: name.to_owned(), kind, unit, now, grain, to })
        })
        .filter(|next| lost || next.to.is_some())
        .collect()
}

/// A cell of no sheet, in which a searched metric stands.
const NOWHERE: (usize, CellRef) = (usize::MAX, CellRef::new(0, 0));

/// Most grains of a value: so many are whole numbers that differ.
const MOST_GRAINS: f64 = 1e15;

/// A metric's values are whole numbers of grains, so that each is an exact decimal.
struct Search<'a> {
    scheme: &'a Scheme,
    item: &'a Item,
    points: f64,
    score: f64,
    set: MetricSet,
    metric: &'a Metric,
    found: &'a Found,
    /// The item's score, with the metric in [`NOWHERE`]: a formula holds for all its values.
    expr: Option<Expr>,
    now: f64,
    /// Grains in 1.
    per: f64,
    least: f64,
    most: f64,
}

impl<'a> Search<'a> {
    fn new(
        scheme: &'a Scheme,
        item: &'a Item,
        (points, score): (f64, f64),
        set: &MetricSet,
        metric: &'a Metric,
        found: &'a Found,
    ) -> Self {
        let now = round15(found.expr.value());
        let far = match metric.kind {
            MetricKind::Date => FAR,
            _ => (now.abs() * FAR).max(FAR),
        };
        let (mut least, mut most) = (metric.min, metric.max.unwrap_or(now + far));
        for ratio in scheme.items.iter().flat_map(|i| &i.rules).filter_map(|rule| rule.ratio()) {
            if ratio.may_exceed_one {
                continue;
            }
            let value = |name: &str| set.get(name).map(|f| round15(f.expr.value()));
            if ratio.of == metric.name {
                most = value(&ratio.over).map_or(most, |over| most.min(over));
            } else if ratio.over == metric.name {
                least = value(&ratio.of).map_or(least, |of| least.max(of));
            }
        }
        let (mut set, per) = (set.clone(), grains(metric.kind, now));
        let (sheet, at) = NOWHERE;
        let expr = Expr::Value(Operand::Cell { sheet, at, value: now });
        set.insert(&metric.name, Found { expr, kind: found.kind, place: None });
        let expr = score::item(item, points, &set).map(|scored| scored.expr);
        Self { scheme, item, points, score, set, metric, found, expr, now, per, least, most }
    }

    /// The nearest value, above or below.
    fn nearest(mut self) -> Option<Reach> {
        // Of such a figure no grain can be told.
        if (self.now * self.per).abs() > MOST_GRAINS {
            return None;
        }
        let marks = self.marks();
        // Grains just above and just below the value, which need not be one itself.
        let floor = (self.now * self.per).floor();
        let whole = round15(floor / self.per) == self.now;
        let floor = floor as i64;
        let up = self.along(floor, 1, &marks);
        let down = self.along(if whole { floor } else { floor + 1 }, -1, &marks);
        let off = |reach: &Reach| (reach.value - self.now).abs();
        match (up, down) {
            (Some(up), Some(down)) => Some(if off(&down) < off(&up) { down } else { up }),
            (one, other) => one.or(other),
        }
    }

    /// The first rise in one direction. `from` is where nothing rises: the value, or beside it.
    fn along(&mut self, from: i64, way: i64, marks: &[i64]) -> Option<Reach> {
        let bound = if way > 0 { self.most } else { self.least } * self.per;
        let bound = bound.clamp(-MOST_GRAINS, MOST_GRAINS);
        let last = if way > 0 { bound.floor() } else { bound.ceil() } as i64;
        let reach = (last - from) * way;
        let mut offs: Vec<i64> = (1..=NEAR.min(reach)).collect();
        let mut off = NEAR;
        while off < reach {
            off = (off + off / 7 + 1).min(reach);
            offs.push(off);
        }
        // Around the rule's own numbers, which a growing step might jump over.
        offs.extend(
            marks.iter().map(|mark| (mark - from) * way).filter(|o| (1..=reach).contains(o)),
        );
        offs.sort_unstable();
        offs.dedup();
        let mut low = 0;
        for off in offs {
            if self.at(from + off * way).is_none() {
                low = off;
                continue;
            }
            let mut high = off;
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                match self.at(from + middle * way) {
                    Some(_) => high = middle,
                    None => low = middle,
                }
            }
            return self.at(from + high * way);
        }
        None
    }

    /// The score at so many grains, where it is allowed and has risen.
    fn at(&mut self, grains: i64) -> Option<Reach> {
        let value = round15(grains as f64 / self.per);
        if value < self.least || value > self.most {
            return None;
        }
        let expr = self.expr.as_mut()?;
        expr.put(NOWHERE, value);
        let score = expr.value();
        if !self.has_risen(score) {
            return None;
        }
        let found = Found { expr: Expr::number(value), kind: self.found.kind, place: None };
        self.set.insert(&self.metric.name, found);
        let scored = score::item(self.item, self.points, &self.set)?;
        let score = round15(scored.expr.value());
        (self.has_risen(score) && self.allowed(value)).then_some(Reach { value, score })
    }

    fn has_risen(&self, score: f64) -> bool {
        score.is_finite() && score >= self.score + RISE - 1e-9
    }

    /// Whether the other figures can stand beside this value.
    fn allowed(&self, value: f64) -> bool {
        let agrees = |from| {
            self.scheme.metrics.iter().filter(|other| other.name != self.metric.name).all(|other| {
                let (Some(other_from), Some(found)) = (&other.from_team, self.set.get(&other.name))
                else {
                    return true;
                };
                let beside = found.expr.value();
                !clash(from, value, other_from, beside) && !clash(other_from, beside, from, value)
            })
        };
        self.metric.from_team.as_ref().is_none_or(agrees)
            && score::marks_not_allowed(self.scheme, &self.set, "").is_empty()
    }

    /// Grains on and beside the literals of the item's expression.
    fn marks(&self) -> Vec<i64> {
        let mut literals = Vec::new();
        if let Some(expr) = &self.expr {
            numbers(expr, &mut literals);
        }
        let grains = literals.iter().map(|n| (n * self.per).round());
        let near = grains.filter(|g| g.abs() < MOST_GRAINS).map(|g| g as i64);
        near.flat_map(|g| [g - 1, g, g + 1]).collect()
    }
}

/// Grains in 1: as exact as the metric is shown, or whole where it is large and whole.
fn grains(kind: MetricKind, now: f64) -> f64 {
    match kind {
        MetricKind::Count | MetricKind::Date => 1.0,
        MetricKind::Rate => 10_000.0,
        MetricKind::Amount if now.abs() >= 1000.0 && now.fract() == 0.0 => 1.0,
        MetricKind::Mark | MetricKind::Time if round15(now * 10.0).fract() == 0.0 => 10.0,
        _ => 100.0,
    }
}

/// All literals of an expression.
fn numbers(expr: &Expr, out: &mut Vec<f64>) {
    match expr {
        Expr::Value(Operand::Number(number)) => out.push(*number),
        Expr::Value(_) | Expr::Sum(_) | Expr::Mean(_) | Expr::Greatest(_) => {}
        Expr::Count(_, _, bound) => out.push(*bound),
        Expr::Add(terms) => terms.iter().for_each(|term| numbers(term, out)),
        Expr::Sub(a, b)
        | Expr::Mul(a, b)
        | Expr::Div(a, b)
        | Expr::Min(a, b)
        | Expr::Max(a, b)
        | Expr::Workdays(a, b, _) => [a, b].into_iter().for_each(|one| numbers(one, out)),
        Expr::Round(a, _) | Expr::Trunc(a) | Expr::RoundUp(a) => numbers(a, out),
        Expr::If(a, _, b, then, other) => {
            [a, b, then, other].into_iter().for_each(|one| numbers(one, out));
        }
    }
}
