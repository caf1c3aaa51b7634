//! Rates under a head that says %: 65.9 is 65.9 % there, whereas the bare number 65.9 is an error.

use super::reader::Reader;
use super::rows::Row;
use super::sources::{Listed, TeamTable};
use super::units;
use crate::cell::CellRef;
use crate::expr::{Compare, Expr, Operand};
use crate::form::Place;
use crate::problem::codes::FIGURE_UNIT;
use crate::problem::{Problem, Words};
use crate::scheme::{FromTeam, Measure, Metric, MetricKind, Rule, Scheme, Take};
use crate::text::{round15, show};
use crate::words;
use crate::workbook::Value;

/// A figure's cell, and its text where it stands behind its label's colon.
pub(super) type Stands<'s> = (Place, Option<&'s str>);

/// How the figures under one head are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Written {
    /// As what they are: 0.659, 65.9 % in a cell's own format or text.
    Plainly,
    /// As so many of a hundred: 65.9.
    InHundredths,
    /// This one may be either: 0.6 of a hundred, or 60 %.
    Unclear(Place, f64),
    /// Some so, some in a percent format: this cell is one of the former.
    Mixed(Place),
}

/// What a hundred divides.
const HUNDRED: f64 = 100.0;

/// Greatest rates that are no hundredths: 1, and of rates that may exceed it ten times as much.
fn greatest(metric: &Metric) -> f64 {
    metric.max.map_or(10.0, |max| if max > 1.0 { 10.0 } else { 1.0 })
}

/// A rate that no cell in a percent format holds, of those that cannot exceed 1: it would show over 1000 %.
const ABSURD: f64 = 10.0;

/// How often the rule's own number is in a rate that is meant as it is, at most: 0.6 is no 0.6 % where the rule
/// speaks of 60 %, but may be where it speaks of 1 %.
const NEAR: f64 = 5.0;

impl Reader<'_> {
    /// How the figures under one head are written; `levels` are the rule's own numbers.
    pub(super) fn written(
        &self,
        metric: &Metric,
        unit: Option<&str>,
        cells: &[Stands<'_>],
        levels: &[f64],
    ) -> Written {
        if metric.kind != MetricKind::Rate || !unit.is_some_and(units::is_percent) {
            return Written::Plainly;
        }
        let found: Vec<(Place, f64, bool)> = cells
            .iter()
            .filter_map(|(place, inline)| {
                let (number, percent) = self.bare(*place, *inline)?;
                // Nobody means the 6150 % that a format makes of 61.5.
                let percent = percent && (metric.max != Some(1.0) || number.abs() <= ABSURD);
                (number != 0.0).then_some((*place, number, percent))
            })
            .collect();
        let bare = || found.iter().filter(|(.., percent)| !percent);
        let most = greatest(metric);
        let large = bare().find(|(_, number, _)| number.abs() > most);
        let small = || bare().filter(|(_, number, _)| number.abs() <= most);
        // 0.615 beside a rule of 60 %.
        let plain = |number: f64| {
            number <= metric.max.unwrap_or(2.0).min(2.0)
                && !levels.is_empty()
                && levels.iter().all(|level| number <= level * NEAR)
        };
        let unclear = small().find(|(_, number, _)| large.is_some() || !plain(*number));
        match (large, unclear) {
            (_, Some((place, number, _))) => Written::Unclear(*place, *number),
            (Some((place, ..)), None) if found.iter().any(|(.., percent)| *percent) => {
                Written::Mixed(*place)
            }
            (Some(_), None) => Written::InHundredths,
            (None, None) => Written::Plainly,
        }
    }

    /// The number of a cell, and whether it says itself that it is a percentage.
    fn bare(&self, place: Place, inline: Option<&str>) -> Option<(f64, bool)> {
        let cell = self.workbook.sheets.get(place.sheet)?.cells.get(&place.at);
        let text = inline.or_else(|| cell?.value.text());
        if let Some(text) = text {
            return crate::text::parse_number(text).map(|typed| (typed.value, typed.percent));
        }
        match cell?.value {
            Value::Number(number) => Some((number, cell?.is_percent)),
            _ => None,
        }
    }

    /// A figure as an expression, by how the figures under its head are written. What nothing tells is said.
    pub(super) fn figure(
        &mut self,
        metric: &Metric,
        (place, inline): Stands<'_>,
        written: Written,
    ) -> Option<Expr> {
        if let Some(problem) = self.not_told(metric, written) {
            self.once(problem);
            return None;
        }
        let hundredths = written == Written::InHundredths;
        let operand = self.number_of(metric, (place, inline), hundredths)?;
        let expr = Expr::Value(operand);
        if !hundredths {
            return Some(expr);
        }
        self.in_hundredths(metric, place);
        Some(of_hundred(expr))
    }

    /// Figures of which nothing tells whether they are percentages.
    pub(super) fn not_told(&self, metric: &Metric, written: Written) -> Option<Problem> {
        let name = &metric.name;
        let (place, what) = match written {
            Written::Plainly | Written::InHundredths => return None,
            Written::Unclear(place, number) => {
                let (plain, percent) = (show(number, 6), show(number * HUNDRED, 4));
                let what = words!(
                    "「{name}」单位标为 %，写的是 {plain}：是 {plain} %，还是 {percent} %？",
                    "`{name}` is marked with % and holds {plain}: is it {plain} % or {percent} %?"
                );
                (place, what)
            }
            Written::Mixed(place) => {
                let what = words!(
                    "「{name}」同一列里有的写成百分数（65.9%），有的只写数字（65.9）",
                    "`{name}` has percentages (65.9%) and bare numbers (65.9) in one column"
                );
                (place, what)
            }
        };
        let problem = Problem::error(FIGURE_UNIT, what)
            .about(name)
            .at(self.sheet_name(place.sheet), place.at);
        Some(problem.hint(words!(
            "把单元格设为百分比格式，或带上百分号，如 65.9%",
            "format the cells as percentages, or write the sign, as 65.9%"
        )))
    }

    /// How a metric's column in a table of people is written, over all of them.
    pub(super) fn written_in_rows(
        &self,
        scheme: &Scheme,
        rows: &[Row<'_>],
        metric: &Metric,
    ) -> Written {
        let own =
            rows.iter().find_map(|(table, _)| Some((table, *table.metrics.get(&metric.name)?)));
        let Some((table, line)) = own else { return Written::Plainly };
        let cell = |person| (Place { sheet: table.sheet, at: table.cell(person, line) }, None);
        let cells: Vec<Stands<'_>> = table.rows.iter().map(cell).collect();
        let unit = table.units.get(&metric.name).map(String::as_str);
        self.written(metric, unit, &cells, &levels(scheme, &metric.name))
    }

    /// How a list's figure is written.
    pub(super) fn written_in_list(
        &self,
        scheme: &Scheme,
        metric: &Metric,
        listed: &Listed,
    ) -> Written {
        let cells = [(listed.place, listed.inline.as_deref())];
        self.written(metric, listed.unit.as_deref(), &cells, &levels(scheme, &metric.name))
    }

    /// How a column of a team's table is written, over all its members.
    pub(super) fn written_in_team(
        &self,
        scheme: &Scheme,
        team: &TeamTable,
        column: &Metric,
        col: u32,
    ) -> Written {
        let cell = |row: &u32| (Place { sheet: team.sheet, at: CellRef::new(*row, col) }, None);
        let cells: Vec<Stands<'_>> = team.rows.iter().map(cell).collect();
        let of_metric = |metric: &Metric| -> Vec<f64> {
            let from = metric.from_team.as_ref().filter(|from| from.column == column.name);
            let Some(from) = from else { return Vec::new() };
            match from.below.or(from.above) {
                Some(bound) => vec![bound],
                None => levels(scheme, &metric.name),
            }
        };
        let levels: Vec<f64> = scheme.metrics.iter().flat_map(of_metric).collect();
        let unit = team.units.get(&column.name).map(String::as_str);
        self.written(column, unit, &cells, &levels)
    }

    /// Tells of figures that they are taken as percentages.
    pub(super) fn in_hundredths(&mut self, metric: &Metric, place: Place) {
        self.once(taken_so(&metric.name).at(self.sheet_name(place.sheet), place.at));
    }
}

/// What is taken of the team's figures; `hundredths`: as they are written so.
pub(super) fn of_team(from: &FromTeam, operands: Vec<Operand>, hundredths: bool) -> Expr {
    let bound = |bound: f64| if hundredths { round15(bound * HUNDRED) } else { bound };
    let scaled = |expr| if hundredths { of_hundred(expr) } else { expr };
    match (from.take, from.below, from.above) {
        (Take::Mean, ..) => scaled(Expr::Mean(operands)),
        (Take::Max, ..) => scaled(Expr::Greatest(operands)),
        (Take::Count, Some(below), _) => Expr::Count(operands, Compare::Less, bound(below)),
        (Take::Count, None, above) => {
            Expr::Count(operands, Compare::Greater, bound(above.unwrap_or_default()))
        }
    }
}

fn of_hundred(expr: Expr) -> Expr {
    Expr::Div(Box::new(expr), Box::new(Expr::number(HUNDRED)))
}

/// Whether an expression is a figure that is written in hundredths.
pub(super) fn is_of_hundred(expr: &Expr) -> bool {
    matches!(expr, Expr::Div(_, by) if **by == Expr::number(HUNDRED))
}

fn taken_so(name: &str) -> Problem {
    let what: Words = words!(
        "「{name}」单位标为 %，写的数按百分之几计算（65.9 即 65.9 %）",
        "`{name}` is marked with %, and its numbers are taken as percentages (65.9 is 65.9 %)"
    );
    Problem::notice("percent-unit", what).about(name)
}

/// The numbers that the rules hold a metric against.
fn levels(scheme: &Scheme, name: &str) -> Vec<f64> {
    let is_own = |measure: &Measure| matches!(measure, Measure::Metric(own) if own == name);
    let of_rule = |rule: &Rule| -> Vec<f64> {
        match rule {
            Rule::Deviation(r) if is_own(&r.value) && r.base_metric.is_none() => {
                [r.base].into_iter().chain(r.base_above).collect()
            }
            Rule::Bands(r) if is_own(&r.value) => {
                let bands = r.bands.iter().flat_map(|b| [b.from, b.up_to, b.to]);
                bands.flatten().filter(|level| *level != 0.0).collect()
            }
            Rule::Ladder(r) if is_own(&r.value) => vec![r.target],
            Rule::Condition(r) if r.metric == name => r.bounds().map(|(_, level)| level).collect(),
            Rule::Veto(r) if r.metric == name => r.bounds().map(|(_, level)| level).collect(),
            _ => Vec::new(),
        }
    };
    scheme.items.iter().flat_map(|item| &item.rules).flat_map(of_rule).collect()
}
