//! Cells that only repeat a figure, or wait for one: rows of the company's own summary, a blank line of the
//! form itself (罚款：____元). They are left out where the figure stands elsewhere.

use super::list::is_number;
use super::sources::{Listed, People, Sources};
use crate::cell::{CellRef, Range};
use crate::form::{Form, Place};
use crate::hash::{HashMap, HashSet};
use crate::refs::{Reference, references};
use crate::scheme::Scheme;
use crate::text::{compact, has_any, person_key};
use crate::workbook::{Value, Workbook};

/// Takes out of the sources what only repeats.
pub(super) fn leave_out(workbook: &Workbook, scheme: &Scheme, forms: &[Form], out: &mut Sources) {
    let mut repeats = Repeats { workbook, forms, summaries: HashMap::default() };
    // The sheets whose lists hold anything: not an empty pattern.
    let holds = |one: &&Listed| !is_open(workbook, one.place, one.inline.as_deref());
    let holding = out.lists.values().flatten().filter(holds).map(|one| one.place.sheet);
    let holding: HashSet<usize> = holding.collect();
    let people: HashSet<Option<String>> =
        forms.iter().map(|form| form.person.as_deref().map(person_key)).collect();
    for metric in &scheme.metrics {
        let name = metric.name.as_str();
        let Some(listed) = out.lists.get(name) else { continue };
        let columns = |table: &People| {
            let named = table.name.is_some() || people.len() < 2;
            Some((table.sheet, *table.metrics.get(name).filter(|_| named)?))
        };
        let columns: Vec<(usize, u32)> = out.people.iter().filter_map(columns).collect();
        let team = metric.from_team.as_ref().is_some_and(|from| {
            out.teams.iter().any(|team| team.columns.contains_key(&from.column))
        });
        let places: Vec<Place> = listed.iter().map(|one| one.place).collect();
        let mut kept: Vec<Listed> = Vec::new();
        for (at, one) in listed.iter().enumerate() {
            let others = places.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<Place> = others.map(|(_, place)| *place).collect();
            // A figure that is computed from others of its name is a second answer, unless it is words only.
            let sheet = workbook.sheets.get(one.place.sheet);
            let words = sheet.is_some_and(|sheet| !is_number(sheet.value(one.place.at)));
            if repeats.score(one.place) || words && repeats.figure(one.place, &others, &columns) {
                continue;
            }
            kept.push(one.clone());
        }
        // Of several numbers it is for the reader to say which is meant.
        let filled = |one: &&Listed| {
            one.other.or(one.goes_on).is_some()
                || !is_open(workbook, one.place, one.inline.as_deref())
        };
        // Of several people another's list is no answer.
        let listed_too = people.len() < 2 && kept.iter().any(|one| filled(&one));
        let elsewhere = team || !columns.is_empty() || listed_too;
        if elsewhere {
            let idle = |sheet: usize| !holding.contains(&sheet) && is_pattern(workbook, sheet);
            // The team's table tells what a blank would leave to be assumed.
            kept.retain(|one| {
                let sheet = one.place.sheet;
                filled(&one) || !(team || idle(sheet) || repeats.is_aside(sheet))
            });
        }
        out.lists.insert(name.to_owned(), kept);
    }
    out.lists.retain(|_, listed| !listed.is_empty());
    columns(&mut repeats, out);
}

/// The blank columns of a summary's table of people, where the figures stand elsewhere.
fn columns(repeats: &mut Repeats<'_>, out: &mut Sources) {
    if out.people.len() < 2 {
        return;
    }
    for at in 0..out.people.len() {
        let Some(table) = out.people.get(at) else { continue };
        let summary = repeats.is_summary(table.sheet);
        if !summary && !named(repeats.workbook, table.sheet, &["汇总"]) {
            continue;
        }
        let sheet = repeats.workbook.sheets.get(table.sheet);
        let filled = |at: CellRef| {
            let cell = sheet.and_then(|sheet| sheet.cells.get(&at));
            cell.is_some_and(|cell| !cell.value.is_blank())
        };
        let names = |table: &People| -> HashSet<String> {
            table.rows.iter().map(|row| person_key(&row.name)).collect()
        };
        let own = names(table);
        let others = out.people.iter().enumerate().filter(|(other, _)| *other != at);
        // The same people's figures, not those of the next person's own table.
        let others: Vec<&People> = others
            .map(|(_, other)| other)
            .filter(|other| other.name.is_some() && own.is_subset(&names(other)))
            .collect();
        let elsewhere = |name: &String| others.iter().any(|t| t.metrics.contains_key(name));
        let idle = |(name, line): &(&String, &u32)| {
            elsewhere(name) && !table.rows.iter().any(|row| filled(table.cell(row, **line)))
        };
        let idle: Vec<String> =
            table.metrics.iter().filter(idle).map(|(name, _)| name.clone()).collect();
        if let Some(table) = out.people.get_mut(at) {
            table.metrics.retain(|name, _| !idle.contains(name));
        }
    }
    out.people.retain(|table| !table.metrics.is_empty() || !table.marks.is_empty());
}

/// What tells a repetition.
struct Repeats<'w> {
    workbook: &'w Workbook,
    forms: &'w [Form],
    /// Sheets that were looked at: whether their formulas read scores.
    summaries: HashMap<usize, bool>,
}

impl Repeats<'_> {
    /// The cells that a cell's formula reads.
    fn reads(&self, place: Place) -> Vec<(usize, Range)> {
        let cell = self.workbook.sheets.get(place.sheet).and_then(|s| s.cells.get(&place.at));
        let Some(formula) = cell.and_then(|cell| cell.formula.as_deref()) else {
            return Vec::new();
        };
        let range = |reference| match reference {
            Reference::Cells { sheet: None, range, .. } => Some((place.sheet, range)),
            Reference::Cells { sheet: Some(name), last: None, range } => {
                Some((self.workbook.sheet_index(&name)?, range))
            }
            _ => None,
        };
        references(formula).into_iter().filter_map(range).collect()
    }

    /// Whether a cell's formula reads a score.
    fn score(&self, place: Place) -> bool {
        let reads = self.reads(place);
        let scores = |form: &Form| -> Vec<Place> {
            let ratings = form.ratings.iter().flat_map(|r| r.sum.into_iter().chain(r.scaled));
            let items = form.items.iter().map(|item| item.score).chain(ratings);
            items.chain(form.sum).chain(form.total).chain(form.total_above).collect()
        };
        let read = |score: Place| {
            reads.iter().any(|(sheet, range)| *sheet == score.sheet && range.contains(score.at))
        };
        !reads.is_empty() && self.forms.iter().flat_map(scores).any(read)
    }

    /// Whether a cell's formula reads the same figure elsewhere.
    fn figure(&self, place: Place, others: &[Place], columns: &[(usize, u32)]) -> bool {
        self.reads(place).iter().any(|(sheet, range)| {
            let cell = |at: &Place| at.sheet == *sheet && range.contains(at.at);
            let across = range.start.col..=range.end.col;
            others.iter().any(cell)
                || columns.iter().any(|(of, col)| of == sheet && across.contains(col))
        })
    }

    /// Whether a sheet is a form's, or a summary of forms.
    fn is_aside(&mut self, sheet: usize) -> bool {
        self.forms.iter().any(|form| form.sheets.contains(&sheet)) || self.is_summary(sheet)
    }

    /// Whether a sheet without a form has formulas that read scores.
    fn is_summary(&mut self, sheet: usize) -> bool {
        if let Some(known) = self.summaries.get(&sheet) {
            return *known;
        }
        let own: HashSet<usize> = self.forms.iter().flat_map(|f| f.sheets.clone()).collect();
        let cells = self.workbook.sheets.get(sheet).into_iter().flat_map(|s| &s.cells);
        let mut formulas = cells.filter(|(_, cell)| cell.formula.is_some());
        let found =
            !own.contains(&sheet) && formulas.any(|(at, _)| self.score(Place { sheet, at: *at }));
        self.summaries.insert(sheet, found);
        found
    }
}

fn named(workbook: &Workbook, sheet: usize, words: &[&str]) -> bool {
    workbook.sheets.get(sheet).is_some_and(|sheet| has_any(&compact(&sheet.name), words))
}

/// Whether a sheet's name says that it is an empty pattern. Another empty sheet may be the month's own.
fn is_pattern(workbook: &Workbook, sheet: usize) -> bool {
    named(workbook, sheet, &["模板", "样", "空"])
}

/// Whether a place waits for a number: blank, or a line to write on with its unit.
fn is_open(workbook: &Workbook, place: Place, inline: Option<&str>) -> bool {
    const UNITS: &str = "元次人分秒%_";
    let line = |text: &str| compact(text).chars().all(|c| UNITS.contains(c));
    let value = workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
    match inline.or(value.and_then(Value::text)) {
        Some(text) => line(text),
        None => value.is_none_or(Value::is_blank),
    }
}
