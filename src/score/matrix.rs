#![doc = include_str!("../../docs/rules/matrix.md")]

use super::build::{exact, ladder, n, times};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::expr::Expr;
use crate::scheme::Measure;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// What chooses the row.
    pub rows: Axis,
    /// What chooses the column.
    pub columns: Axis,
    /// The table: a list a row, in the order of `rows.from` and `columns.from`. Below the last
    /// bound of either: 0.
    pub table: Vec<Vec<f64>>,
    /// Whether the table holds factors of the item's points.
    #[serde(default)]
    pub factor: bool,
}

/// A side of the table.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// What is measured.
    pub value: Measure,
    /// Lower bounds, which belong to their band, from high to low.
    pub from: Vec<f64>,
}

impl Matrix {
    /// What is wrong with the table, if anything.
    pub(super) fn fault(&self) -> Option<Fault> {
        let fault = |what| {
            Fault::new("table", what, words!("改正 from 或 table", "correct `from` or `table`"))
        };
        let falling = |from: &[f64]| from.windows(2).all(|p| matches!(p, [a, b] if a > b));
        if !falling(&self.rows.from) || !falling(&self.columns.from) {
            let what = words!("from 应从高到低，各不相同", "`from` falls, each different");
            return Some(fault(what));
        }
        let columns = self.columns.from.len();
        let square = self.table.len() == self.rows.from.len()
            && self.table.iter().all(|row| row.len() == columns);
        (!square).then(|| {
            fault(words!(
                "table 应有 {} 行，每行 {columns} 个数",
                "the table needs {} rows of {columns} numbers",
                self.rows.from.len()
            ))
        })
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let rows = context.measure(&self.rows.value)?;
        let columns = context.measure(&self.columns.value)?;
        let across = exact(&columns.expr);
        let steps: Vec<(f64, Expr)> = self
            .rows
            .from
            .iter()
            .zip(&self.table)
            .map(|(from, row)| {
                let cells: Vec<(f64, Expr)> =
                    self.columns.from.iter().zip(row).map(|(from, v)| (*from, n(*v))).collect();
                (*from, ladder(&across, &cells, n(0.0)))
            })
            .collect();
        let mut expr = ladder(&exact(&rows.expr), &steps, n(0.0));
        if self.factor {
            expr = times(context.points, expr);
        }
        let got = show(expr.value(), 4);
        let (down, along) = (rows.shown, columns.shown);
        Some(Clause {
            effect: Effect::Score(expr),
            working: words!("{down}，{along} → {got}", "{down}, {along} → {got}"),
        })
    }
}
