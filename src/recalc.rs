//! A second opinion on every filled value, and fresh values for the workbook's own formulas that
//! read the scores.
//!
//! In: the workbook's cells and the edits. Out: what an independent calculator makes of the written
//! formulas, and of every formula that depends on an edited cell, near or far. Only those are
//! computed: all other cells stand in with their stored values, so nothing else can change.

mod calculator;
mod closure;
mod known;

use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::hash::HashMap;
use crate::workbook::{Value, Workbook};
use calculator::{snapshot, values};
use closure::{Closure, Reads};
pub use known::Known;
use known::Question;
use std::collections::{BTreeMap, BTreeSet};

/// A filled cell: what is written and the value stored with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The cell.
    pub place: Place,
    /// Formula without `=`; none for a plain number.
    pub formula: Option<String>,
    /// The stored value.
    pub value: f64,
}

/// New stored values: `None` where the calculator cannot tell.
pub type Values = BTreeMap<Place, Option<Value>>;

/// What depends on the written cells, ready to be computed.
pub struct Recalculation<'a> {
    workbook: &'a Workbook,
    written: &'a [Written],
    closure: Closure<'a>,
    dependents: BTreeMap<Place, Option<Range>>,
}

impl<'a> Recalculation<'a> {
    /// Finds what depends on the written cells.
    pub fn new(workbook: &'a Workbook, written: &'a [Written]) -> Self {
        let closure = Closure::new(workbook);
        let dependents = closure.dependents(written);
        Self { workbook, written, closure, dependents }
    }

    /// The cells whose stored value is stale once the cells are written.
    pub fn places(&self) -> Vec<Place> {
        let mut out = Values::new();
        self.computable(&mut out);
        out.into_keys().collect()
    }

    /// The second opinion: the value of every written formula. `known`: what the calculator answered before for
    /// other workbooks of the run.
    pub fn opinion(&self, known: Option<&Known>) -> Values {
        let formulas: BTreeSet<Place> =
            self.written.iter().filter(|w| w.formula.is_some()).map(|w| w.place).collect();
        let mut out: Values = formulas.iter().map(|place| (*place, None)).collect();
        // Where a written formula reads what depends on it, all are computed together, so that a
        // circle shows as a difference.
        let reads = self.closure.reads_of(self.written);
        let needed = |asked: &BTreeSet<Place>| {
            self.closure.needed(reads.iter().map(|(_, reads)| &**reads), asked)
        };
        let of_written = needed(&BTreeSet::new());
        let circular = self
            .dependents
            .keys()
            .any(|place| of_written.as_ref().is_none_or(|needed| needed.has(*place)));
        if !circular && let Some(found) = known.and_then(|known| self.with_known(known, &reads)) {
            out.extend(found);
            return out;
        }
        let (asked, needed) = if circular {
            let asked = self.computable(&mut Values::new());
            let needed = needed(&asked);
            (asked, needed)
        } else {
            (BTreeSet::new(), of_written)
        };
        let snapshot = snapshot(self.workbook, self.written, &asked, needed.as_ref());
        out.extend(
            snapshot.and_then(|s| values(&s, &formulas, &BTreeMap::new())).unwrap_or_default(),
        );
        out
    }

    /// The second opinion where nothing that depends on it is read: what was answered before in this
    /// run is not computed again. `None` where the calculator gives nothing.
    fn with_known(&self, run: &Known, reads: &[(&Written, Vec<Reads>)]) -> Option<Values> {
        let mut targets: HashMap<usize, BTreeSet<CellRef>> = HashMap::default();
        for write in self.written {
            targets.entry(write.place.sheet).or_default().insert(write.place.at);
        }
        let question = |(write, reads): &(&Written, Vec<Reads>)| {
            known::question(self.workbook, write, reads, &targets)
        };
        let questions: Vec<Option<Question>> = reads.iter().map(question).collect();
        let answers = run.answers(&questions);
        let places = reads.iter().map(|(write, _)| write.place);
        let known: BTreeMap<Place, f64> =
            places.zip(answers).filter_map(|(place, answer)| Some((place, answer?))).collect();
        // What is known stands in as a number for the formulas that read it.
        let given = |write: &Written| match known.get(&write.place) {
            Some(value) => Written { place: write.place, formula: None, value: *value },
            None => write.clone(),
        };
        let given: Vec<Written> = self.written.iter().map(given).collect();
        let open = reads.iter().filter(|(write, _)| !known.contains_key(&write.place));
        let asked: BTreeSet<Place> = open.clone().map(|(write, _)| write.place).collect();
        let mut out = Values::new();
        if !asked.is_empty() {
            let needed = self.closure.needed(open.map(|(_, reads)| &**reads), &BTreeSet::new());
            let snapshot = snapshot(self.workbook, &given, &BTreeSet::new(), needed.as_ref())?;
            out = values(&snapshot, &asked, &BTreeMap::new())?;
        }
        let answered = reads.iter().zip(questions).filter_map(|((write, _), question)| {
            let Some(Value::Number(answer)) = out.get(&write.place)? else { return None };
            Some((question?, *answer))
        });
        run.remember(answered);
        out.extend(known.into_iter().map(|(place, value)| (place, Some(Value::Number(value)))));
        Some(out)
    }

    /// The new stored value of every formula of the workbook that reads a written cell.
    pub fn dependents(&self) -> Values {
        let mut out = Values::new();
        let mut asked = self.computable(&mut out);
        // The scores stand in as numbers, and so does what only repeats one: no calculator needed.
        let given = |place, value| Written { place, formula: None, value };
        let mut numbers: Vec<Written> =
            self.written.iter().map(|write| given(write.place, write.value)).collect();
        let scores: BTreeMap<Place, f64> =
            self.written.iter().map(|write| (write.place, write.value)).collect();
        for place in std::mem::take(&mut asked) {
            let repeated = self.closure.repeats(place).and_then(|place| scores.get(&place));
            if let Some(value) = repeated {
                numbers.push(given(place, *value));
                out.insert(place, Some(Value::Number(*value)));
            } else {
                asked.insert(place);
            }
        }
        // What the calculator has no name for is unknown, and so is what reads it.
        loop {
            let mut computed = self.closure.never_computed(&asked);
            computed.extend(asked.iter().copied());
            let needed = self.closure.needed([], &computed);
            let snapshot = snapshot(self.workbook, &numbers, &computed, needed.as_ref());
            let found = snapshot.and_then(|s| values(&s, &asked, &self.dependents));
            let found = found.unwrap_or_default();
            let unnamed = |place: &Place| {
                found.get(place) == Some(&Some(Value::Error("#NAME?".to_owned())))
                    && !matches!(self.stored(*place), Some(Value::Error(_)))
            };
            let before = asked.len();
            let mut known = asked.clone();
            known.retain(|place| !unnamed(place));
            if known.len() == before {
                out.extend(found);
                return out;
            }
            let given = |place: &Place| matches!(out.get(place), Some(Some(_)));
            self.closure.without_unknown(&self.dependents, given, &mut known);
            asked = known;
        }
    }

    /// The value with which a cell came.
    fn stored(&self, place: Place) -> Option<&'a Value> {
        self.workbook.sheets.get(place.sheet).map(|sheet| sheet.value(place.at))
    }

    /// The dependents that the calculator is asked for: not formulas that read a sheet whose cells were
    /// not read, nor what reads those. `out` gets all as unknown, and every cell of an array.
    fn computable(&self, out: &mut Values) -> BTreeSet<Place> {
        let mut asked = BTreeSet::new();
        for (place, array) in &self.dependents {
            out.insert(*place, None);
            let range = array.filter(|range| range.len() < 100_000);
            let cells = range.into_iter().flat_map(Range::cells);
            out.extend(cells.map(|at| (Place { sheet: place.sheet, at }, None)));
            if self.closure.formula(*place).is_some_and(|own| own.askable) {
                asked.insert(*place);
            }
        }
        self.closure.without_unknown(&self.dependents, |_| false, &mut asked);
        asked
    }
}

/// Makes the calculator ready before it is needed: it sorts the functions that it knows at the first
/// formula it meets.
pub fn prepare() {
    calculator::prepare();
}

/// Fresh values for all formulas of a workbook that asks to be calculated on opening, as an .xls
/// that Excel did not write does: its stored values may never have been computed. What cannot be
/// computed, or only to an error, is left as it was stored.
pub fn all(workbook: &Workbook, written: &[Written]) -> Values {
    if !workbook.full_calc_on_load {
        return Values::new();
    }
    let closure = Closure::new(workbook);
    let targets: BTreeSet<Place> = written.iter().map(|w| w.place).collect();
    let formulas = closure.formulas.iter().filter(|own| own.array.is_none()).map(|own| own.place);
    let dependents = formulas.filter(|p| !targets.contains(p)).map(|p| (p, None)).collect();
    let computed =
        |value: &Option<Value>| value.as_ref().is_some_and(|v| !matches!(v, Value::Error(_)));
    let all = Recalculation { workbook, written, closure, dependents }.dependents();
    all.into_iter().filter(|(_, value)| computed(value)).collect()
}
