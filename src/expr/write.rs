//! An expression as a formula.

use super::{Expr, Operand};
use crate::cell::{Range, quoted_sheet};
use crate::text::round15;
use std::fmt::{Display, Write};

/// The formula without `=`, as it stands in a cell of sheet `home`; `names` are the sheets'.
pub(super) fn formula(expr: &Expr, home: usize, names: &[String]) -> String {
    let mut writer = Writer { home, names, out: String::new() };
    writer.write(expr, 0);
    writer.out
}

struct Writer<'a> {
    home: usize,
    names: &'a [String],
    out: String,
}

/// Arguments that a function takes at most in Excel 2007 and later.
const MOST_ARGUMENTS: usize = 250;

impl Writer<'_> {
    /// `level` is how tightly the text must hold together where it stands: 0 in an argument, 1 at
    /// the head of a sum, 2 behind `+`, `-` or before `*`, 3 behind `*` or `/`.
    fn write(&mut self, expr: &Expr, level: u8) {
        match expr {
            Expr::Value(Operand::Number(value)) => {
                self.wrap(round15(*value) < 0.0 && level > 1, |w| w.number(*value));
            }
            Expr::Value(Operand::Cell { sheet, at, .. }) => {
                self.sheet(*sheet);
                self.show(at);
            }
            Expr::Add(terms) => self.wrap(level > 1, |w| {
                for (index, term) in terms.iter().enumerate() {
                    match (index, negative_factor(term)) {
                        (0, _) => w.write(term, 1),
                        (_, Some((1.0, factor))) => {
                            w.text("-");
                            w.write(factor, 2);
                        }
                        (_, Some((times, factor))) => {
                            w.text("-");
                            w.number(times);
                            w.text("*");
                            w.write(factor, 3);
                        }
                        (_, None) => {
                            w.text("+");
                            w.write(term, 2);
                        }
                    }
                }
            }),
            Expr::Sub(a, b) => self.wrap(level > 1, |w| w.infix(a, 1, "-", b, 2)),
            Expr::Mul(a, b) => self.wrap(level > 2, |w| w.infix(a, 2, "*", b, 3)),
            Expr::Div(a, b) => self.wrap(level > 2, |w| w.infix(a, 2, "/", b, 3)),
            Expr::Round(a, digits) => self.call("ROUND", |w| {
                w.write(a, 0);
                w.text(",");
                w.show(digits);
            }),
            Expr::Trunc(a) => self.call("TRUNC", |w| w.write(a, 0)),
            Expr::RoundUp(a) => self.call("ROUNDUP", |w| {
                w.write(a, 0);
                w.text(",0");
            }),
            Expr::Min(a, b) => self.call("MIN", |w| w.infix(a, 0, ",", b, 0)),
            Expr::Max(a, b) => self.call("MAX", |w| w.infix(a, 0, ",", b, 0)),
            Expr::If(a, compare, b, then, other) => self.call("IF", |w| {
                w.infix(a, 1, compare.sign(), b, 1);
                w.text(",");
                w.infix(then, 0, ",", other, 0);
            }),
            Expr::Sum(list) => self.aggregate("SUM", &runs(list)),
            Expr::Mean(list) => {
                let runs = runs(list);
                if runs.len() <= MOST_ARGUMENTS {
                    return self.aggregate("AVERAGE", &runs);
                }
                self.wrap(level > 2, |w| {
                    w.aggregate("SUM", &runs);
                    w.text("/");
                    w.show(&list.len());
                });
            }
            Expr::Greatest(list) => self.aggregate("MAX", &runs(list)),
            Expr::Workdays(from, to, holidays) => self.call("NETWORKDAYS", |w| {
                w.infix(from, 0, ",", to, 0);
                if !holidays.is_empty() {
                    w.text(",{");
                    w.list(holidays, ",", |w, day| w.number(*day));
                    w.text("}");
                }
            }),
            Expr::Count(list, compare, bound) => {
                let runs = runs(list);
                if runs.is_empty() {
                    return self.text("0");
                }
                self.wrap(runs.len() > 1 && level > 1, |w| {
                    w.list(&runs, "+", |w, run| match run {
                        Run::Cells(sheet, range) => w.call("COUNTIF", |w| {
                            w.cells(*sheet, range);
                            w.text(",\"");
                            w.text(compare.sign());
                            w.number(*bound);
                            w.text("\"");
                        }),
                        Run::Number(value) => {
                            w.text(if compare.holds(*value, *bound) { "1" } else { "0" });
                        }
                    });
                });
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn show(&mut self, what: &dyn Display) {
        // A String takes all that is written.
        let _ = write!(self.out, "{what}");
    }

    /// A literal as a formula spells it.
    fn number(&mut self, value: f64) {
        self.show(&round15(value));
    }

    /// What is written within, in brackets where they are needed.
    fn wrap(&mut self, needed: bool, within: impl FnOnce(&mut Self)) {
        if needed {
            self.text("(");
        }
        within(self);
        if needed {
            self.text(")");
        }
    }

    fn call(&mut self, function: &str, arguments: impl FnOnce(&mut Self)) {
        self.text(function);
        self.wrap(true, arguments);
    }

    fn infix(&mut self, a: &Expr, a_level: u8, sign: &str, b: &Expr, b_level: u8) {
        self.write(a, a_level);
        self.text(sign);
        self.write(b, b_level);
    }

    fn list<T>(&mut self, list: &[T], between: &str, each: impl Fn(&mut Self, &T)) {
        for (index, one) in list.iter().enumerate() {
            if index > 0 {
                self.text(between);
            }
            each(self, one);
        }
    }

    /// The sheet before a reference, where it is another one.
    fn sheet(&mut self, sheet: usize) {
        if let Some(name) = self.names.get(sheet).filter(|_| sheet != self.home) {
            self.out.push_str(&quoted_sheet(name));
            self.text("!");
        }
    }

    fn cells(&mut self, sheet: usize, range: &Range) {
        self.sheet(sheet);
        self.show(range);
    }

    /// A function over cells and numbers, nested where they are too many for one.
    fn aggregate(&mut self, function: &str, runs: &[Run]) {
        let arguments = |w: &mut Self, runs: &[Run]| {
            w.list(runs, ",", |w, run| match run {
                Run::Cells(sheet, range) => w.cells(*sheet, range),
                Run::Number(value) => w.number(*value),
            });
        };
        self.call(function, |w| {
            if runs.len() <= MOST_ARGUMENTS {
                return arguments(w, runs);
            }
            let parts: Vec<&[Run]> = runs.chunks(MOST_ARGUMENTS).collect();
            w.list(&parts, ",", |w, part| w.call(function, |w| arguments(w, part)));
        });
    }
}

/// Cells that follow each other down a column or along a row, as ranges; the numbers behind them.
fn runs(list: &[Operand]) -> Vec<Run> {
    let mut runs: Vec<(usize, Range)> = Vec::new();
    let mut numbers = Vec::new();
    for operand in list {
        match operand {
            Operand::Number(value) => numbers.push(Run::Number(*value)),
            Operand::Cell { sheet, at, .. } => {
                let grown = runs.last().copied().and_then(|(last, range)| {
                    let down = range.start.col == range.end.col
                        && at.col == range.end.col
                        && at.row == range.end.row + 1;
                    let along = range.start.row == range.end.row
                        && at.row == range.end.row
                        && at.col == range.end.col + 1;
                    (last == *sheet && (down || along))
                        .then(|| (last, Range::new(range.start, *at)))
                });
                match (grown, runs.last_mut()) {
                    (Some(grown), Some(last)) => *last = grown,
                    _ => runs.push((*sheet, Range::new(*at, *at))),
                }
            }
        }
    }
    runs.into_iter().map(|(sheet, range)| Run::Cells(sheet, range)).chain(numbers).collect()
}

/// `-2*x` as 2 and x, so that a sum reads `10-2*x`.
fn negative_factor(term: &Expr) -> Option<(f64, &Expr)> {
    match term {
        Expr::Mul(times, factor) => match **times {
            Expr::Value(Operand::Number(times)) if times < 0.0 => Some((-times, factor)),
            _ => None,
        },
        _ => None,
    }
}

enum Run {
    Cells(usize, Range),
    Number(f64),
}
