//! Short ways to put expressions together.

use crate::expr::{Compare, Expr};

/// A literal.
pub fn n(value: f64) -> Expr {
    Expr::number(value)
}

/// `a+b+…`; a single term stands alone, none is 0.
pub fn add(mut terms: Vec<Expr>) -> Expr {
    match terms.len() {
        0 => n(0.0),
        1 => terms.swap_remove(0),
        _ => Expr::Add(terms),
    }
}

/// `a-b`; `a` where `b` is 0.
pub fn sub(a: Expr, b: f64) -> Expr {
    if b == 0.0 { a } else { Expr::Sub(Box::new(a), Box::new(n(b))) }
}

/// `times*a`; `a` where `times` is 1.
pub fn times(times: f64, a: Expr) -> Expr {
    if times == 1.0 { a } else { Expr::Mul(Box::new(n(times)), Box::new(a)) }
}

/// `a/b`; `a` where `b` is 1.
pub fn over(a: Expr, b: f64) -> Expr {
    if b == 1.0 { a } else { Expr::Div(Box::new(a), Box::new(n(b))) }
}

/// `MAX(a,b)`.
pub fn max(a: Expr, b: Expr) -> Expr {
    Expr::Max(Box::new(a), Box::new(b))
}

/// `MIN(a,b)`.
pub fn min(a: Expr, b: Expr) -> Expr {
    Expr::Min(Box::new(a), Box::new(b))
}

/// `IF(a?bound,then,other)`.
pub fn when(a: &Expr, compare: Compare, bound: f64, then: Expr, other: Expr) -> Expr {
    Expr::If(Box::new(a.clone()), compare, Box::new(n(bound)), Box::new(then), Box::new(other))
}

/// A value as it is compared with bounds: a bare cell as it is, a computed one to 9 decimals, so
/// that 0.95 reached by dividing is 0.95.
pub fn exact(value: &Expr) -> Expr {
    match value {
        Expr::Value(_) => value.clone(),
        _ => Expr::Round(Box::new(value.clone()), 9),
    }
}

/// Completed steps: `TRUNC(ROUND(value/step,6))`.
pub fn whole_steps(value: Expr, step: f64) -> Expr {
    Expr::Trunc(Box::new(Expr::Round(Box::new(over(value, step)), 6)))
}

/// The entry of the highest bound that the value reaches, from high to low; else `below`.
pub fn ladder(value: &Expr, steps: &[(f64, Expr)], below: Expr) -> Expr {
    steps
        .iter()
        .rev()
        .fold(below, |rest, (from, then)| when(value, Compare::AtLeast, *from, then.clone(), rest))
}
