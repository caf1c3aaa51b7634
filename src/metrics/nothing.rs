//! Figures that a formula makes of empty cells: `=上级评分!B2`, where B2 is empty, holds a 0 that nobody gave.

use crate::cell::Range;
use crate::expr::Operand;
use crate::form::Place;
use crate::problem::Problem;
use crate::problem::codes::{MARK_BLANK, METRIC_BLANK};
use crate::refs::{Reference, functions, has_sign, references};
use crate::scheme::{Blank, Metric, MetricKind};
use crate::text::parse_number;
use crate::words;
use crate::workbook::{Name, Sheet, Value, Workbook};
use std::cell::Cell;
use std::fmt;

/// What a formula's result is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Made {
    /// The formula's cells are all empty, or it looked for a figure and found none: the first of them.
    OfNothing(Place),
    /// A 0 that is perhaps an empty cell's.
    Perhaps,
    /// Another number than 0 though all its cells are empty: the first of them.
    OfEmpty(Place),
}

/// How far references to references are followed.
const STEPS: usize = 8;
/// Most cells looked through for one figure.
const MOST_CELLS: usize = 20_000;

/// Cells of a sheet that a formula reads.
struct Read<'w> {
    index: usize,
    sheet: &'w Sheet,
    range: Range,
}

/// What the formula in a cell, if there is one, makes its number of; `None` of a figure that is one.
pub(super) fn made(workbook: &Workbook, place: Place) -> Option<Made> {
    Look { workbook, left: Cell::new(MOST_CELLS) }.made(place, STEPS)
}

/// Whether a cell only repeats or computes what nobody has filled in.
pub fn is_of_nothing(workbook: &Workbook, place: Place) -> bool {
    matches!(made(workbook, place), Some(Made::OfNothing(_)))
}

/// Where the marks belong of which a cell's formula makes a mean, if there are none: it has no result then,
/// or is #DIV/0!, though nothing is wrong with it.
pub(super) fn mean_of_nothing(workbook: &Workbook, place: Place) -> Option<Place> {
    let cell = workbook.sheets.get(place.sheet)?.cells.get(&place.at)?;
    let empty = match &cell.value {
        Value::Blank => true,
        Value::Error(error) => error == "#DIV/0!",
        _ => false,
    };
    let look = Look { workbook, left: Cell::new(MOST_CELLS) };
    let reads = look.reads(place.sheet, cell.formula.as_deref().filter(|_| empty)?)?;
    let first = reads.first().map(|read| Place { sheet: read.index, at: read.range.start });
    first.filter(|_| reads.iter().all(|read| filled(read).next().is_none()))
}

/// A figure whose formula reads empty cells, or found none: as blank as they are. `source` is the first.
pub(super) fn blank(
    workbook: &Workbook,
    metric: &Metric,
    place: Place,
    source: Place,
) -> (Option<Operand>, Vec<Problem>) {
    let name = &metric.name;
    let sheet = |place: Place| workbook.sheet_name(place.sheet);
    let from = match source == place {
        true => words!(
            "：{} 的公式没有找到它，或找到的是空的",
            ": the formula in {} did not find it, or found it empty",
            place.at
        ),
        false => words!(
            "：'{}'!{} 的公式引用的这一格是空的",
            ": this cell, which the formula in '{}'!{} reads, is empty",
            sheet(place),
            place.at
        ),
    };
    if metric.blank == Blank::Zero {
        let what = words!("「{name}」空白，按 0 计", "`{name}` is blank and taken as 0");
        let notice = Problem::notice("assumed-zero", what.then(&from));
        return (Some(Operand::Number(0.0)), vec![notice.at(sheet(source), source.at)]);
    }
    let problem = if metric.kind == MetricKind::Mark {
        let what = words!("「{name}」还没有评分", "`{name}` is not marked yet");
        Problem::unfinished(MARK_BLANK, what.then(&from))
    } else {
        let what = words!("「{name}」没有填写", "`{name}` is blank");
        Problem::error(METRIC_BLANK, what.then(&from))
    };
    let hint = words!("填写；真是 0 就填 0", "fill it in; where it is 0, write 0");
    (None, vec![problem.at(sheet(source), source.at).hint(hint)])
}

/// What is to be looked at in a number of which a formula's empty cells are a part.
pub(super) fn doubtful(
    workbook: &Workbook,
    metric: &Metric,
    made: Made,
    shown: &dyn fmt::Display,
) -> Option<Problem> {
    let name = &metric.name;
    let problem = match made {
        Made::OfNothing(_) => return None,
        Made::Perhaps if metric.blank == Blank::Zero => return None,
        Made::Perhaps => Problem::notice(
            "zero-unsure",
            words!(
                "「{name}」的公式得 0，看不出是填了 0，还是引用的单元格空着或没有找到；按 0 计",
                "the formula of `{name}` gives 0: a 0 that was filled in, or an empty cell, or none found? It counts as 0"
            ),
        ),
        Made::OfEmpty(source) => {
            let sheet = workbook.sheet_name(source.sheet);
            Problem::notice(
                "made-of-blanks",
                words!(
                    "「{name}」按公式是 {shown}，公式引用的单元格（'{sheet}'!{} 等）都是空的",
                    "`{name}` is {shown} by its formula, whose cells ('{sheet}'!{} and others) are all empty",
                    source.at
                ),
            )
        }
    };
    Some(problem.hint(words!("核对；没有填的补上", "check it; fill in what is missing")))
}

/// Functions that count or look at cells instead of taking what is in them.
const COUNTS: [&str; 9] =
    ["COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "COUNTBLANK", "ROWS", "ROW", "COLUMN", "SUMPRODUCT"];
/// Functions that give a 0 for what they did not find, or found empty.
const LOOKUPS: [&str; 7] = ["VLOOKUP", "HLOOKUP", "XLOOKUP", "LOOKUP", "INDEX", "IFERROR", "IFNA"];
/// Functions that make no 0 of numbers that are none.
const PLAIN: [&str; 9] =
    ["MATCH", "IF", "N", "VALUE", "SUM", "AVERAGE", "ROUND", "TRIM", "ISBLANK"];

/// A look at the cells behind one figure, of which only so many are walked through.
struct Look<'w> {
    workbook: &'w Workbook,
    left: Cell<usize>,
}

impl<'w> Look<'w> {
    fn made(&self, place: Place, steps: usize) -> Option<Made> {
        let cell = self.workbook.sheets.get(place.sheet)?.cells.get(&place.at)?;
        let Value::Number(number) = cell.value else { return None };
        let formula = cell.formula.as_deref()?;
        let steps = steps.checked_sub(1)?;
        let reads = self.reads(place.sheet, formula)?;
        let first = reads.first().map(|read| Place { sheet: read.index, at: read.range.start })?;
        let empty = reads.iter().all(|read| self.is_empty(read, steps));
        if !empty && number != 0.0 {
            return None;
        }
        let functions = functions(formula);
        let is = |name: &String, words: &[&str]| words.contains(&name.as_str());
        // None of a list of events is a count like another.
        if functions.iter().any(|name| is(name, &COUNTS)) {
            return None;
        }
        if empty {
            return Some(if number == 0.0 { Made::OfNothing(first) } else { Made::OfEmpty(first) });
        }
        if functions.iter().any(|name| is(name, &LOOKUPS)) {
            let plain = functions.iter().all(|name| is(name, &LOOKUPS) || is(name, &PLAIN))
                && !has_sign(formula, &["-", "<", ">"]);
            return Some(match plain && !self.holds_zero(&reads, steps) {
                true => Made::OfNothing(place),
                false => Made::Perhaps,
            });
        }
        let one_empty = |read: &Read<'_>| read.range.len() == 1 && self.is_empty(read, steps);
        reads.iter().any(one_empty).then_some(Made::Perhaps)
    }

    /// The cells that a formula reads; `None` where that cannot be told, or where they were not read.
    fn reads(&self, own: usize, formula: &str) -> Option<Vec<Read<'w>>> {
        let mut out = Vec::new();
        for reference in references(formula) {
            match reference {
                Reference::Cells { sheet, last, range } => {
                    let index = |name: &String| self.workbook.sheet_index(name);
                    let first = sheet.as_ref().map_or(Some(own), index)?;
                    let last = last.as_ref().map_or(Some(first), index)?;
                    for index in first..=last {
                        out.push(self.read(index, range)?);
                    }
                }
                Reference::Name(name) if is_truth(&name) => {}
                Reference::Name(name) => out.extend(self.named(own, &name)?),
                Reference::Indirect => return None,
            }
        }
        Some(out)
    }

    /// The cells for which a defined name stands.
    fn named(&self, own: usize, name: &str) -> Option<Vec<Read<'w>>> {
        let name = name.to_lowercase();
        let is = |one: &&Name| {
            one.name.to_lowercase() == name && one.sheet.is_none_or(|sheet| sheet == own)
        };
        let mut named = self.workbook.names.iter().filter(is);
        let (only, None) = (named.next()?, named.next()) else { return None };
        let cells = |reference| match reference {
            Reference::Cells { sheet: Some(sheet), last: None, range } => {
                self.read(self.workbook.sheet_index(&sheet)?, range)
            }
            _ => None,
        };
        references(&only.refers_to).into_iter().map(cells).collect()
    }

    fn read(&self, index: usize, range: Range) -> Option<Read<'w>> {
        let sheet = self.workbook.sheets.get(index).filter(|sheet| sheet.loaded)?;
        Some(Read { index, sheet, range })
    }

    fn is_empty(&self, read: &Read<'_>, steps: usize) -> bool {
        filled(read).all(|(place, value)| {
            *value == Value::Number(0.0) && self.walks() && self.is_of_nothing(place, steps)
        })
    }

    /// Whether one of the cells holds a 0 that somebody gave, or there are too many to look through.
    fn holds_zero(&self, reads: &[Read<'_>], steps: usize) -> bool {
        reads.iter().flat_map(filled).any(|(place, value)| {
            let zero = match value {
                Value::Number(number) => *number == 0.0,
                Value::Text(text) => parse_number(text).is_some_and(|typed| typed.value == 0.0),
                Value::Bool(flag) => !flag,
                Value::Blank | Value::Error(_) => false,
            };
            !self.walks() || zero && !self.is_of_nothing(place, steps)
        })
    }

    fn is_of_nothing(&self, place: Place, steps: usize) -> bool {
        matches!(self.made(place, steps), Some(Made::OfNothing(_)))
    }

    /// Counts a cell; false where there were too many.
    fn walks(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}

fn is_truth(name: &str) -> bool {
    name.eq_ignore_ascii_case("TRUE") || name.eq_ignore_ascii_case("FALSE")
}

/// The cells of a range that hold something.
fn filled<'w>(read: &Read<'w>) -> impl Iterator<Item = (Place, &'w Value)> + use<'w> {
    let (index, range) = (read.index, read.range);
    let cells = read.sheet.cells.range(range.start..=range.end);
    cells
        .filter(move |(at, cell)| range.contains(**at) && !cell.value.is_blank())
        .map(move |(at, cell)| (Place { sheet: index, at: *at }, &cell.value))
}
