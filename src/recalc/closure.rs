//! Which formulas of a workbook read which cells, and so what depends on the written ones.

use super::Written;
use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::hash::{HashMap, HashSet};
use crate::refs::intersection::intersects;
use crate::refs::{Reference, lone_cell, references, tables};
use crate::workbook::{Name, Value, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// Formulas between two looks at the clock. What is cut short is refused as a whole in the end.
pub const PACE: usize = 256;

/// The formulas of a workbook, and what each of them reads.
pub struct Closure<'a> {
    workbook: &'a Workbook,
    /// Sheets by their names as written.
    sheets: HashMap<&'a str, usize>,
    /// In the order of their places.
    pub formulas: Vec<Own>,
}

/// A formula of the workbook.
pub struct Own {
    /// Its cell.
    pub place: Place,
    /// The range of its array.
    pub array: Option<Range>,
    reads: Vec<Reads>,
    /// Whether it has a text, which names no sheet whose cells were not read.
    pub askable: bool,
    /// Whether it came without a value: the program that wrote it computes nothing.
    fresh: bool,
}

/// Most cells of an array that is computed.
const MOST_OF_ARRAY: u64 = 10_000;

/// A formula as the calculator is to read it: without references to tables. `None` where one cannot be
/// told.
pub fn spelt(workbook: &Workbook, place: Place, formula: &str) -> Option<String> {
    if workbook.tables.is_empty() && !formula.contains('[') {
        return Some(formula.to_owned());
    }
    tables::plain(formula, place.at, &|name| {
        let mut found = workbook.tables.iter().filter(|table| match name {
            Some(name) => table.name.to_lowercase() == name.to_lowercase(),
            None => table.sheet == place.sheet && table.range.contains(place.at),
        });
        let table = found.next()?;
        Some(tables::Shape {
            sheet: workbook.sheets.get(table.sheet)?.name.as_str(),
            range: table.range,
            columns: &table.columns,
            headers: table.headers,
            totals: table.totals,
        })
    })
}

/// Whether a formula is one call of a function that gives one value, however many it is given.
fn is_one_value(formula: &str) -> bool {
    const ONE: [&str; 13] = [
        "SUM(",
        "MAX(",
        "MIN(",
        "AVERAGE(",
        "COUNT(",
        "COUNTA(",
        "SUMPRODUCT(",
        "MEDIAN(",
        "LARGE(",
        "SMALL(",
        "ROWS(",
        "_xlfn.CONCAT(",
        "_xlfn.TEXTJOIN(",
    ];
    let Some(inner) = ONE.iter().find_map(|name| formula.strip_prefix(name)) else { return false };
    // Its bracket closes at the end: SUM(…)+SORT(…) is none.
    let mut depth = 1usize;
    let ends = inner.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    });
    ends == Some(inner.len())
}

/// What a formula reads.
pub enum Reads {
    /// Cells of a sheet.
    Cells(usize, Range),
    /// Cells that its text does not tell.
    Anything,
}

/// Cells of a workbook that formulas read.
#[derive(Default)]
pub struct Needed {
    sheets: HashMap<usize, Area>,
}

/// Those of one sheet: single cells, and rectangles of more than [`FEW`].
#[derive(Default)]
struct Area {
    cells: HashSet<CellRef>,
    ranges: HashSet<Range>,
}

/// Cells of a rectangle that are kept one by one: a cell is found among thousands of them at once.
const FEW: u64 = 64;

impl Needed {
    fn add(&mut self, sheet: usize, range: Range) {
        let area = self.sheets.entry(sheet).or_default();
        if range.len() > FEW {
            area.ranges.insert(range);
            return;
        }
        for row in range.start.row..=range.end.row {
            area.cells.extend((range.start.col..=range.end.col).map(|col| CellRef::new(row, col)));
        }
    }

    /// Whether any cell of a sheet is read.
    pub fn has_sheet(&self, sheet: usize) -> bool {
        self.sheets.contains_key(&sheet)
    }

    /// Whether a cell is read.
    pub fn has(&self, place: Place) -> bool {
        self.sheets.get(&place.sheet).is_some_and(|area| {
            area.cells.contains(&place.at) || area.ranges.iter().any(|r| r.contains(place.at))
        })
    }
}

impl<'a> Closure<'a> {
    /// Finds all of them.
    pub fn new(workbook: &'a Workbook) -> Self {
        let names = workbook.sheets.iter().enumerate();
        let sheets = names.map(|(index, sheet)| (sheet.name.as_str(), index)).collect();
        let mut closure = Self { workbook, sheets, formulas: Vec::new() };
        for (sheet, page) in workbook.sheets.iter().enumerate() {
            for (at, cell) in &page.cells {
                if closure.formulas.len() % PACE == PACE - 1 && workbook.limits.is_late() {
                    return closure;
                }
                if let Some(formula) = &cell.formula {
                    let place = Place { sheet, at: *at };
                    let plain = spelt(workbook, place, formula);
                    let text = plain.as_deref().unwrap_or(formula);
                    let found = references(text);
                    // What spills anew may take other cells than it did; `B2#` reads what spills. Where
                    // Excel takes one cell of a range, the calculator takes all.
                    let settled = !formula.contains("ANCHORARRAY")
                        && match cell.array.map(|range| range.len()) {
                            None => !closure.takes_one(text, sheet),
                            Some(1) => !formula.contains("_xlfn") || is_one_value(formula),
                            Some(len) => len <= MOST_OF_ARRAY && !formula.contains("_xlfn"),
                        };
                    closure.formulas.push(Own {
                        place,
                        array: cell.array,
                        askable: !formula.is_empty()
                            && settled
                            && !found.iter().any(|r| closure.is_unread(r))
                            && plain.is_some(),
                        fresh: cell.value == Value::Blank,
                        reads: closure.reads(found, sheet, 0),
                    });
                } else if let Some(range) = cell.array {
                    // A data table reads cells that its part does not spell out.
                    closure.formulas.push(Own {
                        place: Place { sheet, at: *at },
                        array: Some(range),
                        reads: vec![Reads::Anything],
                        askable: false,
                        fresh: cell.value == Value::Blank,
                    });
                }
            }
        }
        closure
    }

    /// The formula of a cell.
    pub fn formula(&self, place: Place) -> Option<&Own> {
        let index = self.formulas.binary_search_by_key(&place, |own| own.place).ok()?;
        self.formulas.get(index)
    }

    /// The formulas without a value that these read, near or far.
    pub fn never_computed(&self, asked: &BTreeSet<Place>) -> BTreeSet<Place> {
        let mut fresh: HashMap<usize, BTreeSet<CellRef>> = HashMap::default();
        for own in self.formulas.iter().filter(|own| own.fresh && !asked.contains(&own.place)) {
            fresh.entry(own.place.sheet).or_default().insert(own.place.at);
        }
        let mut found = BTreeSet::new();
        let mut next: Vec<Place> =
            if fresh.is_empty() { Vec::new() } else { asked.iter().copied().collect() };
        while let Some(place) = next.pop() {
            if self.workbook.limits.is_late() {
                return found;
            }
            let reads = self.formula(place).map_or(&[][..], |own| &own.reads);
            for read in reads {
                let Reads::Cells(sheet, range) = read else { continue };
                let cells =
                    fresh.get(sheet).into_iter().flatten().filter(|at| range.contains(**at));
                let new: Vec<CellRef> = cells.copied().collect();
                for at in new {
                    fresh.entry(*sheet).or_default().remove(&at);
                    let place = Place { sheet: *sheet, at };
                    found.insert(place);
                    next.push(place);
                }
            }
        }
        found
    }

    /// Takes out of `asked` what reads a cell that is neither computed nor given, near or far: its stored
    /// value is stale.
    pub fn without_unknown(
        &self,
        dependents: &BTreeMap<Place, Option<Range>>,
        given: impl Fn(&Place) -> bool,
        asked: &mut BTreeSet<Place>,
    ) {
        let never = self.never_computed(asked);
        let mut unknown: HashMap<usize, BTreeSet<CellRef>> = HashMap::default();
        let add = |unknown: &mut HashMap<usize, BTreeSet<CellRef>>, place: &Place| {
            let range = dependents.get(place).copied().flatten();
            let cells = unknown.entry(place.sheet).or_default();
            cells.insert(place.at);
            cells.extend(
                range.filter(|range| range.len() < 100_000).into_iter().flat_map(Range::cells),
            );
        };
        for place in dependents.keys().filter(|place| !asked.contains(place) && !given(place)) {
            add(&mut unknown, place);
        }
        for place in &never {
            if !self.formula(*place).is_some_and(|own| own.askable) {
                add(&mut unknown, place);
            }
        }
        while !unknown.is_empty() {
            let reads_unknown = |place: &&Place| {
                let reads = self.formula(**place).map_or(&[][..], |own| &own.reads);
                reads.iter().any(|read| match read {
                    Reads::Anything => true,
                    Reads::Cells(sheet, range) => {
                        unknown.get(sheet).is_some_and(|cells| touches(cells, range))
                    }
                })
            };
            let open = never.iter().filter(|place| {
                !unknown.get(&place.sheet).is_some_and(|cells| cells.contains(&place.at))
            });
            let gone: Vec<Place> =
                asked.iter().chain(open).filter(reads_unknown).copied().collect();
            if gone.is_empty() || self.workbook.limits.is_late() {
                return;
            }
            for place in gone {
                asked.remove(&place);
                add(&mut unknown, &place);
            }
        }
    }

    /// The one cell that a formula's text names, if there is nothing else in it.
    pub fn repeats(&self, place: Place) -> Option<Place> {
        let cell = self.workbook.sheets.get(place.sheet)?.cells.get(&place.at)?;
        let Reference::Cells { sheet, range, .. } = lone_cell(cell.formula.as_ref()?)? else {
            return None;
        };
        let sheet = match sheet {
            Some(name) => self.sheet(&name)?,
            None => place.sheet,
        };
        Some(Place { sheet, at: range.start })
    }

    /// The sheet of a name; in a workbook of many, nearly always as it is written.
    fn sheet(&self, name: &str) -> Option<usize> {
        self.sheets.get(name).copied().or_else(|| self.workbook.sheet_index(name))
    }

    fn is_unread(&self, reference: &Reference) -> bool {
        let Reference::Cells { sheet: Some(name), .. } = reference else { return false };
        let sheet = self.sheet(name).and_then(|i| self.workbook.sheets.get(i));
        sheet.is_none_or(|sheet| !sheet.loaded)
    }

    fn reads(&self, found: Vec<Reference>, home: usize, depth: u32) -> Vec<Reads> {
        let mut out = Vec::new();
        for reference in found {
            match reference {
                Reference::Cells { sheet: None, range, .. } => out.push(Reads::Cells(home, range)),
                Reference::Cells { sheet: Some(first), last, range } => {
                    let first = self.sheet(&first);
                    let last = match last {
                        Some(last) => self.sheet(&last),
                        None => first,
                    };
                    if let (Some(a), Some(b)) = (first, last) {
                        out.extend((a.min(b)..=a.max(b)).map(|s| Reads::Cells(s, range)));
                    }
                }
                Reference::Name(name) => self.name(&name, home, depth, &mut out),
                Reference::Indirect => out.push(Reads::Anything),
            }
        }
        out
    }

    fn name(&self, name: &str, home: usize, depth: u32, out: &mut Vec<Reads>) {
        let key = name.to_lowercase();
        if let Some(table) =
            self.workbook.tables.iter().find(|table| table.name.to_lowercase() == key)
        {
            out.push(Reads::Cells(table.sheet, table.range));
            return;
        }
        if depth > 16 {
            out.push(Reads::Anything);
            return;
        }
        if let Some(found) = self.named(&key, home) {
            out.extend(self.reads(references(&found.refers_to), home, depth + 1));
        }
    }

    /// The name that a lower-case word means on a sheet: the sheet's own before the workbook's.
    fn named(&self, key: &str, home: usize) -> Option<&'a Name> {
        let names = self.workbook.names.iter();
        let meant = names
            .filter(|n| n.name.to_lowercase() == key && n.sheet.is_none_or(|sheet| sheet == home));
        meant.max_by_key(|n| n.sheet.is_some())
    }

    /// Whether a formula that is no array takes one cell of a range.
    fn takes_one(&self, formula: &str, home: usize) -> bool {
        let own = |name: &Name| !name.name.starts_with("_xlnm.");
        if !formula.contains(':') && !self.workbook.names.iter().any(own) {
            return false;
        }
        let is_range = |word: &str| {
            let Some(name) = self.named(&word.to_lowercase(), home) else { return false };
            let several = |found: &Reference| matches!(found, Reference::Cells { range, .. } if range.len() > 1);
            references(&name.refers_to).iter().any(several)
        };
        intersects(formula, &is_range)
    }

    /// What each written formula reads.
    pub fn reads_of<'w>(&self, written: &'w [Written]) -> Vec<(&'w Written, Vec<Reads>)> {
        let reads = |write: &'w Written| {
            let formula = write.formula.as_ref()?;
            Some((write, self.reads(references(formula), write.place.sheet, 0)))
        };
        written.iter().filter_map(reads).collect()
    }

    /// What the formulas to compute read, written ones by `reads`; `None` where that cannot be told.
    pub fn needed<'r>(
        &self,
        reads: impl IntoIterator<Item = &'r [Reads]>,
        asked: &BTreeSet<Place>,
    ) -> Option<Needed> {
        let mut out = Needed::default();
        let mut add = |reads: &[Reads]| -> Option<()> {
            for read in reads {
                let Reads::Cells(sheet, range) = read else { return None };
                out.add(*sheet, *range);
            }
            Some(())
        };
        for reads in reads {
            add(reads)?;
        }
        let asked = self.formulas.iter().enumerate().filter(|(_, own)| asked.contains(&own.place));
        for (index, own) in asked {
            if index % PACE == 0 && self.workbook.limits.is_late() {
                return None;
            }
            add(&own.reads)?;
        }
        Some(out)
    }

    /// Every formula cell that reads an edited cell, directly or through others.
    pub fn dependents(&self, written: &[Written]) -> BTreeMap<Place, Option<Range>> {
        let targets: BTreeSet<Place> = written.iter().map(|w| w.place).collect();
        let mut dirty: HashMap<usize, BTreeSet<CellRef>> = HashMap::default();
        for place in &targets {
            dirty.entry(place.sheet).or_default().insert(place.at);
        }
        let mut out: BTreeMap<Place, Option<Range>> = BTreeMap::new();
        loop {
            let before = out.len();
            for (index, Own { place, array, reads, .. }) in self.formulas.iter().enumerate() {
                if index % PACE == 0 && self.workbook.limits.is_late() {
                    return out;
                }
                if targets.contains(place) || out.contains_key(place) {
                    continue;
                }
                let hit = reads.iter().any(|read| match read {
                    Reads::Anything => true,
                    Reads::Cells(sheet, range) => {
                        dirty.get(sheet).is_some_and(|cells| touches(cells, range))
                    }
                });
                if !hit {
                    continue;
                }
                out.insert(*place, *array);
                let cells = dirty.entry(place.sheet).or_default();
                cells.insert(place.at);
                if let Some(range) = array.filter(|r| r.len() < 100_000) {
                    for row in range.start.row..=range.end.row {
                        for col in range.start.col..=range.end.col {
                            cells.insert(CellRef::new(row, col));
                        }
                    }
                }
            }
            if out.len() == before {
                return out;
            }
        }
    }
}

/// Whether any of these cells lies in a range.
pub fn touches(cells: &BTreeSet<CellRef>, range: &Range) -> bool {
    if range.start.row == range.end.row || range.len() < 64 {
        return (range.start.row..=range.end.row).any(|row| {
            let from = CellRef::new(row, range.start.col);
            let to = CellRef::new(row, range.end.col);
            cells.range(from..=to).next().is_some()
        });
    }
    cells.range(range.start..=range.end).any(|at| range.contains(*at))
}
