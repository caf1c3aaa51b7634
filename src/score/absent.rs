//! Items that do not apply in a month (当月无此项): their points go to others.

use super::build::{add, n, when};
use super::total::Named;
use crate::expr::{Compare, Expr};
use crate::metrics::MetricSet;
use crate::problem::Problem;
use crate::scheme::{Item, Scheme};
use crate::words;

/// `then` where the item does not apply, else `other`; `None` where it always applies.
fn where_absent(item: &Item, metrics: &MetricSet, then: Expr, other: Expr) -> Option<Expr> {
    let absent = item.absent.as_ref()?;
    if metrics.absent.contains(&item.name) {
        return Some(then);
    }
    let metric = metrics.get(absent.when_zero.as_ref()?)?;
    Some(when(&metric.expr, Compare::Equal, 0.0, then, other))
}

/// Whether the item does not apply.
pub fn is_absent(item: &Item, metrics: &MetricSet) -> bool {
    where_absent(item, metrics, n(1.0), n(0.0)).is_some_and(|e| e.value() == 1.0)
}

/// An item's score: 0 where it does not apply.
pub(super) fn score(item: &Item, metrics: &MetricSet, score: Expr) -> Expr {
    where_absent(item, metrics, n(0.0), score.clone()).unwrap_or(score)
}

/// The score of an item to which others' points go: made to the points it then has.
pub fn receive<T: Named>(
    scheme: &Scheme,
    item: &Item,
    points: f64,
    all: &[T],
    metrics: &MetricSet,
    score: Expr,
) -> Expr {
    let given: Vec<Expr> = scheme
        .items
        .iter()
        .filter(|other| other.absent.as_ref().is_some_and(|a| a.to.as_ref() == Some(&item.name)))
        .filter_map(|other| {
            let own = all.iter().find(|row| row.name() == other.name)?.points();
            where_absent(other, metrics, n(own), n(0.0))
        })
        .collect();
    if given.is_empty() || points == 0.0 {
        return score;
    }
    let whole = std::iter::once(n(points)).chain(given).collect();
    Expr::Div(Box::new(Expr::Mul(Box::new(score), Box::new(add(whole)))), Box::new(n(points)))
}

/// A section's sum, made to its full points where an item of it does not apply.
pub(super) fn spread<T: Named>(
    scheme: &Scheme,
    section: &[&T],
    metrics: &MetricSet,
    sum: Expr,
) -> Expr {
    let full: f64 = section.iter().map(|row| row.points()).sum();
    let gone: Vec<Expr> = section
        .iter()
        .filter_map(|row| {
            let item = scheme.items.iter().find(|item| item.name == row.name())?;
            let spreads = item.absent.as_ref().is_some_and(|a| a.to.is_none());
            spreads.then(|| where_absent(item, metrics, n(row.points()), n(0.0)))?
        })
        .collect();
    if gone.is_empty() {
        return sum;
    }
    let left = Expr::Sub(Box::new(n(full)), Box::new(add(gone)));
    Expr::Div(Box::new(Expr::Mul(Box::new(sum), Box::new(n(full)))), Box::new(left))
}

/// Every item of a section does not apply: there is nothing to score.
pub fn nothing_left(sheet: &str) -> Problem {
    Problem::error(
        "nothing-applies",
        words!(
            "一部分里的考核项目全都不适用，没有可折算的分值",
            "no item of a section applies, so there are no points to go by"
        ),
    )
    .on(sheet)
    .hint(words!("核对写了 0 或「不适用」的指标", "check the figures with 0 or 不适用"))
}
