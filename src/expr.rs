//! The spine: a rule is lowered once to an [`Expr`], which is read as a number and as a formula.
//!
//! An expression names a cell only where that cell holds a real number; anything a person typed as
//! text stands in it as a literal. Every function used exists in Excel 2010, WPS and LibreOffice.

mod write;

use crate::cell::CellRef;
use crate::text::round15;

/// A number and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A cell that holds a number.
    Cell {
        /// Its sheet, an index into the workbook.
        sheet: usize,
        /// Its place.
        at: CellRef,
        /// Its value.
        value: f64,
    },
    /// A literal.
    Number(f64),
}

impl Operand {
    /// The number.
    pub fn value(&self) -> f64 {
        match self {
            Self::Cell { value, .. } | Self::Number(value) => *value,
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
}

impl Compare {
    /// Whether `a` compares so with `b`.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Less => a < b,
            Self::Greater => a > b,
            Self::AtLeast => a >= b,
            Self::AtMost => a <= b,
            Self::Equal => a == b,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Equal => "=",
        }
    }
}

/// An expression over metric cells.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A cell or a literal.
    Value(Operand),
    /// `a+b+…`
    Add(Vec<Expr>),
    /// `a-b`
    Sub(Box<Expr>, Box<Expr>),
    /// `a*b`
    Mul(Box<Expr>, Box<Expr>),
    /// `a/b`
    Div(Box<Expr>, Box<Expr>),
    /// `ROUND(a,digits)`, half away from zero.
    Round(Box<Expr>, u32),
    /// `TRUNC(a)`
    Trunc(Box<Expr>),
    /// `ROUNDUP(a,0)`, away from zero.
    RoundUp(Box<Expr>),
    /// `MIN(a,b)`
    Min(Box<Expr>, Box<Expr>),
    /// `MAX(a,b)`
    Max(Box<Expr>, Box<Expr>),
    /// `IF(a?b,then,else)`
    If(Box<Expr>, Compare, Box<Expr>, Box<Expr>, Box<Expr>),
    /// `SUM(…)`
    Sum(Vec<Operand>),
    /// `AVERAGE(…)`
    Mean(Vec<Operand>),
    /// `MAX(…)`
    Greatest(Vec<Operand>),
    /// `NETWORKDAYS(from,to,{holidays})`, days as serial numbers.
    Workdays(Box<Expr>, Box<Expr>, Vec<f64>),
    /// How many are on one side of a bound.
    Count(Vec<Operand>, Compare, f64),
}

impl Expr {
    /// A literal.
    pub fn number(value: f64) -> Self {
        Self::Value(Operand::Number(value))
    }

    /// The value: what Excel would calculate, before the last rounding to 15 digits.
    pub fn value(&self) -> f64 {
        match self {
            Self::Value(operand) => operand.value(),
            Self::Add(terms) => terms.iter().map(Self::value).collect::<Sum>().value(),
            Self::Sub(a, b) => a.value() - b.value(),
            Self::Mul(a, b) => a.value() * b.value(),
            Self::Div(a, b) => a.value() / b.value(),
            Self::Round(a, digits) => round_half_away(a.value(), *digits),
            Self::Trunc(a) => a.value().trunc(),
            Self::RoundUp(a) => {
                let value = a.value();
                if value < 0.0 { value.floor() } else { value.ceil() }
            }
            Self::Min(a, b) => a.value().min(b.value()),
            Self::Max(a, b) => a.value().max(b.value()),
            Self::If(a, compare, b, then, other) => {
                if compare.holds(round15(a.value()), round15(b.value())) {
                    then.value()
                } else {
                    other.value()
                }
            }
            Self::Sum(list) => list.iter().map(Operand::value).collect::<Sum>().value(),
            Self::Mean(list) => {
                list.iter().map(Operand::value).collect::<Sum>().value() / list.len() as f64
            }
            Self::Workdays(from, to, holidays) => {
                crate::day::workdays(from.value(), to.value(), holidays)
            }
            Self::Greatest(list) => {
                list.iter().map(Operand::value).fold(f64::NEG_INFINITY, f64::max)
            }
            Self::Count(list, compare, bound) => {
                list.iter().filter(|o| compare.holds(o.value(), *bound)).count() as f64
            }
        }
    }

    /// Gives a cell another value, wherever the expression names it.
    pub fn put(&mut self, cell: (usize, CellRef), number: f64) {
        let put = |operand: &mut Operand| match operand {
            Operand::Cell { sheet, at, value } if (*sheet, *at) == cell => *value = number,
            _ => {}
        };
        match self {
            Self::Value(operand) => put(operand),
            Self::Sum(list) | Self::Mean(list) | Self::Greatest(list) | Self::Count(list, ..) => {
                list.iter_mut().for_each(put);
            }
            Self::Add(terms) => terms.iter_mut().for_each(|term| term.put(cell, number)),
            Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Min(a, b)
            | Self::Max(a, b)
            | Self::Workdays(a, b, _) => [a, b].into_iter().for_each(|one| one.put(cell, number)),
            Self::Round(a, _) | Self::Trunc(a) | Self::RoundUp(a) => a.put(cell, number),
            Self::If(a, _, b, then, other) => {
                [a, b, then, other].into_iter().for_each(|one| one.put(cell, number));
            }
        }
    }

    /// The formula without `=`, as it stands in a cell of sheet `home`. `names` are the sheets'.
    pub fn formula(&self, home: usize, names: &[String]) -> String {
        write::formula(self, home, names)
    }
}

/// Rounds as Excel's ROUND does: half away from zero, on the decimal that 15 digits show.
pub fn round_half_away(value: f64, digits: u32) -> f64 {
    let scale = 10f64.powi(i32::try_from(digits).unwrap_or(15));
    let scaled = round15(value * scale);
    scaled.round() / scale
}

/// A sum without the error that adding up leaves: 0.1 taken ten times is 1 (Neumaier). The order of
/// the values does not show in its 15 digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        let next = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - next) + value
        } else {
            (value - next) + self.sum
        };
        self.sum = next;
    }

    /// The sum so far.
    pub fn value(&self) -> f64 {
        if self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut sum = Self::default();
        for value in values {
            sum.add(value);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(at: &str, value: f64) -> Operand {
        Operand::Cell { sheet: 1, at: CellRef::parse(at).unwrap(), value }
    }

    #[test]
    fn one_expression_two_readings() {
        let names = vec!["表".to_owned(), "数 据".to_owned()];
        let ratio = Expr::Div(
            Box::new(Expr::Value(cell("B5", 291_000.0))),
            Box::new(Expr::Value(cell("B4", 300_000.0))),
        );
        let off = Expr::Sub(Box::new(ratio), Box::new(Expr::number(1.0)));
        let steps = Expr::Trunc(Box::new(Expr::Round(
            Box::new(Expr::Div(Box::new(off), Box::new(Expr::number(0.01)))),
            6,
        )));
        assert_eq!(steps.value(), -3.0, "3 points below, never 4");
        assert_eq!(steps.formula(0, &names), "TRUNC(ROUND(('数 据'!B5/'数 据'!B4-1)/0.01,6))");
        assert_eq!(steps.formula(1, &names), "TRUNC(ROUND((B5/B4-1)/0.01,6))");
    }

    #[test]
    fn lists_become_ranges_and_literals() {
        let names = vec!["表".to_owned(), "数".to_owned()];
        let list = vec![cell("C3", 1.0), cell("C4", 2.0), Operand::Number(0.5), cell("C6", 4.0)];
        assert_eq!(Expr::Mean(list.clone()).formula(1, &names), "AVERAGE(C3:C4,C6,0.5)");
        let count = Expr::Count(list, Compare::Greater, 1.0);
        assert_eq!(count.formula(1, &names), "COUNTIF(C3:C4,\">1\")+COUNTIF(C6,\">1\")+0");
        assert_eq!(count.value(), 2.0);
        let twice = Expr::Mul(Box::new(Expr::number(-2.0)), Box::new(count));
        assert_eq!(twice.formula(1, &names), "(-2)*(COUNTIF(C3:C4,\">1\")+COUNTIF(C6,\">1\")+0)");
    }

    #[test]
    fn brackets_keep_the_order() {
        let n = |v: f64| Box::new(Expr::number(v));
        let sub = |a, b| Expr::Sub(a, b);
        let names = vec!["表".to_owned()];
        for (expr, text) in [
            (sub(n(9.0), Box::new(sub(n(5.0), n(1.0)))), "9-(5-1)"),
            (sub(Box::new(sub(n(9.0), n(5.0))), n(1.0)), "9-5-1"),
            (Expr::Div(n(8.0), Box::new(Expr::Div(n(4.0), n(2.0)))), "8/(4/2)"),
            (Expr::Mul(Box::new(Expr::Add(vec![*n(1.0), *n(2.0)])), n(3.0)), "(1+2)*3"),
            (Expr::Add(vec![sub(n(1.0), n(2.0)), Expr::number(-3.0)]), "1-2+(-3)"),
        ] {
            assert_eq!(expr.formula(0, &names), text);
        }
    }
}
