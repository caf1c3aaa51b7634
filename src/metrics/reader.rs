//! What is common to reading all kinds of figures.

use super::number::{Reading, number_at};
use super::percents::Stands;
use super::{Found, MetricSet};
use crate::expr::{Expr, Operand};
use crate::form::{Period, Place};
use crate::problem::Problem;
use crate::scheme::Metric;
use crate::words;
use crate::workbook::Workbook;

/// What reads the figures of one person.
pub(super) struct Reader<'a> {
    /// The workbook of the figures.
    pub(super) workbook: &'a Workbook,
    /// Whether formulas cannot name its cells.
    pub(super) literal: bool,
    /// The month that figures are read for.
    pub(super) month: Option<Period>,
    /// What was found.
    pub(super) out: MetricSet,
}

impl<'a> Reader<'a> {
    /// The name of a sheet of the figures.
    pub(super) fn sheet_name(&self, sheet: usize) -> &'a str {
        self.workbook.sheet_name(sheet)
    }

    /// How the figures are read.
    pub(super) fn reading(&self, hundredths: bool) -> Reading {
        Reading { literal: self.literal, month: self.month, hundredths }
    }

    /// The number at a place; with what is wrong with it noted.
    pub(super) fn number(
        &mut self,
        metric: &Metric,
        place: Place,
        inline: Option<&str>,
    ) -> Option<Operand> {
        self.number_of(metric, (place, inline), false)
    }

    /// [`Reader::number`] of a figure that is perhaps written in hundredths.
    pub(super) fn number_of(
        &mut self,
        metric: &Metric,
        stands: Stands<'_>,
        hundredths: bool,
    ) -> Option<Operand> {
        let (operand, problems) =
            number_at(self.workbook, metric, stands, self.reading(hundredths));
        self.out.problems.extend(problems);
        operand
    }

    /// Takes a figure.
    pub(super) fn found(&mut self, metric: &Metric, expr: Expr, place: Option<Place>) {
        self.out.insert(&metric.name, Found { expr, kind: metric.kind, place });
    }

    /// A problem of many figures, said once.
    pub(super) fn once(&mut self, problem: Problem) {
        if !self.told(&problem) {
            self.out.problems.push(problem);
        }
    }

    /// Whether it was said before. Of thousands of notes most differ in their cells.
    pub(super) fn told(&self, problem: &Problem) -> bool {
        let same = |one: &Problem| one.cell == problem.cell && one == problem;
        self.out.problems.iter().any(same)
    }

    /// A figure that stands in parts, a platform or shop each.
    pub(super) fn in_parts(&self, metric: &Metric, first: Place, other: Place) -> Problem {
        let (name, a) = (&metric.name, format!("'{}'!{}", self.sheet_name(first.sheet), first.at));
        Problem::error(
            "metric-twice",
            words!(
                "指标「{name}」按平台（店铺）分写在两处，另一处在 {a}",
                "the metric `{name}` stands twice, for a platform or shop each, also at {a}"
            ),
        )
        .at(self.sheet_name(other.sheet), other.at)
        .hint(words!(
            "各平台（店铺）的数合计成一行，只留合计",
            "sum the parts up in one row, and keep the sum alone"
        ))
    }

    /// A figure that stands twice with different values.
    pub(super) fn twice(&self, metric: &Metric, first: Place, other: Place) -> Problem {
        let (name, a) = (&metric.name, format!("'{}'!{}", self.sheet_name(first.sheet), first.at));
        Problem::error(
            "metric-twice",
            words!(
                "指标「{name}」出现两次且数值不同，另一处在 {a}",
                "the metric `{name}` stands twice with different values, also at {a}"
            ),
        )
        .at(self.sheet_name(other.sheet), other.at)
        .hint(words!("只保留一处", "keep one of them"))
    }
}
