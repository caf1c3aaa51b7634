//! From item scores to the total: groups with caps and weights, vetoes, rounding, the grade.

use super::absent::spread;
use super::build::{add, max, min, n, times, when};
use crate::expr::{Compare, Expr, Operand};
use crate::metrics::MetricSet;
use crate::scheme::{Grade, Reach, Scheme, Vetoes};

/// What an item is called; its score stands beside it in a list of its own.
pub trait Named {
    /// The item's name in the scheme.
    fn name(&self) -> &str;
    /// Its points.
    fn points(&self) -> f64;
}

impl Named for crate::scheme::Item {
    fn name(&self) -> &str {
        &self.name
    }
    fn points(&self) -> f64 {
        self.points
    }
}

/// The sum of the items by the scheme's groups. `terms` are their scores, in the order of `items`.
pub fn sum<T: Named>(
    scheme: &Scheme,
    items: &[T],
    terms: Vec<Operand>,
    metrics: &MetricSet,
) -> Expr {
    if scheme.groups.is_empty() {
        let all: Vec<&T> = items.iter().collect();
        return spread(scheme, &all, metrics, Expr::Sum(terms));
    }
    let mut parts = Vec::new();
    let inside = |name: &str, group: usize| {
        scheme.groups.get(group).is_some_and(|g| g.items.iter().any(|i| i == name))
    };
    let pick = |wanted: &dyn Fn(&str) -> bool| -> Option<Expr> {
        let (section, own): (Vec<&T>, Vec<Operand>) = items
            .iter()
            .zip(&terms)
            .filter(|(i, _)| wanted(i.name()))
            .map(|(i, t)| (i, t.clone()))
            .unzip();
        (!own.is_empty()).then(|| spread(scheme, &section, metrics, Expr::Sum(own)))
    };
    parts.extend(pick(&|name| !(0..scheme.groups.len()).any(|g| inside(name, g))));
    for (index, group) in scheme.groups.iter().enumerate() {
        let Some(mut part) = pick(&|name| inside(name, index)) else { continue };
        if let Some(floor) = group.floor {
            part = max(n(floor), part);
        }
        if let Some(cap) = group.cap {
            part = min(n(cap), part);
        }
        parts.push(times(group.weight.unwrap_or(1.0), part));
    }
    add(parts)
}

/// What the items make in all, without what comes on top.
pub fn points<T: Named>(scheme: &Scheme, items: &[T]) -> f64 {
    items
        .iter()
        .map(|item| {
            let group = scheme.groups.iter().find(|g| g.items.iter().any(|i| i == item.name()));
            match group {
                Some(group) if group.bonus => 0.0,
                Some(group) => item.points() * group.weight.unwrap_or(1.0),
                None => item.points(),
            }
        })
        .sum()
}

/// The total after vetoes and rounding.
pub fn finish(scheme: &Scheme, mut total: Expr, metrics: &MetricSet) -> Expr {
    if let Some(round) = scheme.round {
        total = round.apply(total);
    }
    for veto in scheme.vetoes.iter().filter(|v| v.reach == Reach::Total) {
        if let Some(found) = metrics.get(&veto.metric) {
            let (compare, bound) = side(veto);
            total = when(&found.expr, compare, bound, n(0.0), total);
        }
    }
    total
}

fn side(veto: &Vetoes) -> (Compare, f64) {
    match (veto.below, veto.above) {
        (Some(bound), _) => (Compare::Less, bound),
        (None, bound) => (Compare::Greater, bound.unwrap_or_default()),
    }
}

/// The grade of a total, no better than the vetoes allow. None where a distribution gives grades:
/// they need the whole team.
pub fn grade<'a>(scheme: &'a Scheme, total: f64, metrics: &MetricSet) -> Option<&'a Grade> {
    if scheme.distribution.is_some() {
        return None;
    }
    let reached = total.min(limit(scheme, metrics));
    let fits = scheme.grades.iter().filter(|g| reached >= g.from);
    fits.max_by(|a, b| a.from.total_cmp(&b.from))
}

/// The least total of the best grade that vetoes leave; infinite where nothing limits.
pub(super) fn limit(scheme: &Scheme, metrics: &MetricSet) -> f64 {
    let mut limit = f64::INFINITY;
    for veto in scheme.vetoes.iter().filter(|v| v.reach == Reach::Grade) {
        let (compare, bound) = side(veto);
        let hit = metrics.get(&veto.metric).is_some_and(|f| compare.holds(f.expr.value(), bound));
        let best = scheme.grades.iter().find(|g| Some(&g.name) == veto.best.as_ref());
        if let Some(best) = best.filter(|_| hit) {
            limit = limit.min(best.from);
        }
    }
    limit
}
