//! A second opinion on every filled value, and fresh values for the workbook's own formulas that
//! read the scores.
//!
//! In: the workbook's cells and the edits. Out: what an independent calculator makes of the written
//! formulas, and of every formula that depends on an edited cell, near or far. Only those are
//! computed: all other cells stand in with their stored values, so nothing else can change.

use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::hash::HashMap;
use crate::refs::{Reference, lone_cell, references};
use crate::workbook::{Value, Workbook};
use cellrune::{
    CalculationCellId, CalculationCellResult, CalculationHints, CalculationOptions,
    CalculationTarget, CancellationToken, CellAddress, CellContent, CellValue, DateSystem,
    DefinedName, DefinedNameScope, ExcelError, FiniteNumber, FormulaCell, FormulaDialect,
    FormulaMetadata, FormulaText, Provenance, ProviderIdentity, SavedResult, Sheet, SheetId,
    SheetName, SheetVisibility, TargetCalculationLimits, WorkbookSnapshot, WorkbookSource,
    WorkbookSourceKind, calculate_targets,
};
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

    /// The second opinion: the value of every written formula.
    pub fn opinion(&self) -> Values {
        let formulas: BTreeSet<Place> =
            self.written.iter().filter(|w| w.formula.is_some()).map(|w| w.place).collect();
        let mut out: Values = formulas.iter().map(|place| (*place, None)).collect();
        // Where a written formula reads what depends on it, all are computed together, so that a
        // circle shows as a difference.
        let needed = self.closure.needed(self.written, &BTreeSet::new());
        let circular = self.dependents.keys().any(|place| {
            needed.as_ref().is_none_or(|needed| {
                needed.get(&place.sheet).is_some_and(|r| r.iter().any(|r| r.contains(place.at)))
            })
        });
        let (asked, needed) = if circular {
            let asked = self.computable(&mut Values::new());
            let needed = self.closure.needed(self.written, &asked);
            (asked, needed)
        } else {
            (BTreeSet::new(), needed)
        };
        let snapshot = snapshot(self.workbook, self.written, &asked, needed.as_ref());
        out.extend(snapshot.and_then(|s| values(&s, &formulas)).unwrap_or_default());
        out
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
        let needed = self.closure.needed(&[], &asked);
        let snapshot = snapshot(self.workbook, &numbers, &asked, needed.as_ref());
        out.extend(snapshot.and_then(|s| values(&s, &asked)).unwrap_or_default());
        out
    }

    /// The dependents that the calculator is asked for. Not array formulas, of which every cell is
    /// stale, nor formulas that read a sheet whose cells were not read: `out` gets them as unknown.
    fn computable(&self, out: &mut Values) -> BTreeSet<Place> {
        let mut asked = BTreeSet::new();
        for (place, array) in &self.dependents {
            match array {
                Some(range) if range.len() < 100_000 => {
                    for row in range.start.row..=range.end.row {
                        for col in range.start.col..=range.end.col {
                            let at = CellRef::new(row, col);
                            out.insert(Place { sheet: place.sheet, at }, None);
                        }
                    }
                }
                Some(_) => {
                    out.insert(*place, None);
                }
                None => {
                    out.insert(*place, None);
                    if self.closure.formula(*place).is_some_and(|own| own.askable) {
                        asked.insert(*place);
                    }
                }
            }
        }
        asked
    }
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

/// Formulas between two looks at the clock. What is cut short is refused as a whole in the end.
const PACE: usize = 256;

struct Closure<'a> {
    workbook: &'a Workbook,
    formulas: Vec<Own>,
}

/// A formula of the workbook.
struct Own {
    place: Place,
    array: Option<Range>,
    reads: Vec<Reads>,
    /// Whether it has a text, which names no sheet whose cells were not read.
    askable: bool,
}

/// What a formula reads.
enum Reads {
    Cells(usize, Range),
    /// Cells that its text does not tell.
    Anything,
}

impl<'a> Closure<'a> {
    fn new(workbook: &'a Workbook) -> Self {
        let mut closure = Self { workbook, formulas: Vec::new() };
        for (sheet, page) in workbook.sheets.iter().enumerate() {
            for (at, cell) in &page.cells {
                if closure.formulas.len() % PACE == PACE - 1 && workbook.limits.is_late() {
                    return closure;
                }
                if let Some(formula) = &cell.formula {
                    let found = references(formula);
                    closure.formulas.push(Own {
                        place: Place { sheet, at: *at },
                        array: cell.array,
                        askable: !formula.is_empty() && !found.iter().any(|r| closure.is_unread(r)),
                        reads: closure.reads(found, sheet, 0),
                    });
                } else if let Some(range) = cell.array {
                    // A data table reads cells that its part does not spell out.
                    closure.formulas.push(Own {
                        place: Place { sheet, at: *at },
                        array: Some(range),
                        reads: vec![Reads::Anything],
                        askable: false,
                    });
                }
            }
        }
        closure
    }

    fn formula(&self, place: Place) -> Option<&Own> {
        // They stand in the order of their places.
        let index = self.formulas.binary_search_by_key(&place, |own| own.place).ok()?;
        self.formulas.get(index)
    }

    /// The one cell that a formula's text names, if there is nothing else in it.
    fn repeats(&self, place: Place) -> Option<Place> {
        let cell = self.workbook.sheets.get(place.sheet)?.cells.get(&place.at)?;
        let Reference::Cells { sheet, range, .. } = lone_cell(cell.formula.as_ref()?)? else {
            return None;
        };
        let sheet = match sheet {
            Some(name) => self.workbook.sheet_index(&name)?,
            None => place.sheet,
        };
        Some(Place { sheet, at: range.start })
    }

    fn is_unread(&self, reference: &Reference) -> bool {
        let Reference::Cells { sheet: Some(name), .. } = reference else { return false };
        let sheet = self.workbook.sheet_index(name).and_then(|i| self.workbook.sheets.get(i));
        sheet.is_none_or(|sheet| !sheet.loaded)
    }

    fn reads(&self, found: Vec<Reference>, home: usize, depth: u32) -> Vec<Reads> {
        let mut out = Vec::new();
        for reference in found {
            match reference {
                Reference::Cells { sheet: None, range, .. } => out.push(Reads::Cells(home, range)),
                Reference::Cells { sheet: Some(first), last, range } => {
                    let first = self.workbook.sheet_index(&first);
                    let last = match last {
                        Some(last) => self.workbook.sheet_index(&last),
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
        let found = self
            .workbook
            .names
            .iter()
            .filter(|n| n.name.to_lowercase() == key && n.sheet.is_none_or(|s| s == home))
            .max_by_key(|n| n.sheet.is_some());
        if let Some(found) = found {
            out.extend(self.reads(references(&found.refers_to), home, depth + 1));
        }
    }

    /// The ranges, by sheet, that the formulas to compute read; `None` where that cannot be told.
    fn needed(
        &self,
        written: &[Written],
        asked: &BTreeSet<Place>,
    ) -> Option<HashMap<usize, Vec<Range>>> {
        let mut out: HashMap<usize, Vec<Range>> = HashMap::default();
        let mut add = |reads: &[Reads]| -> Option<()> {
            for read in reads {
                let Reads::Cells(sheet, range) = read else { return None };
                let ranges = out.entry(*sheet).or_default();
                if !ranges.contains(range) {
                    ranges.push(*range);
                }
            }
            Some(())
        };
        for write in written {
            if let Some(formula) = &write.formula {
                add(&self.reads(references(formula), write.place.sheet, 0))?;
            }
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
    fn dependents(&self, written: &[Written]) -> BTreeMap<Place, Option<Range>> {
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

fn touches(cells: &BTreeSet<CellRef>, range: &Range) -> bool {
    if range.start.row == range.end.row || range.len() < 64 {
        return (range.start.row..=range.end.row).any(|row| {
            let from = CellRef::new(row, range.start.col);
            let to = CellRef::new(row, range.end.col);
            cells.range(from..=to).next().is_some()
        });
    }
    cells.range(range.start..=range.end).any(|at| range.contains(*at))
}

fn sheet_id(index: usize) -> Option<SheetId> {
    u32::try_from(index + 1).ok().and_then(|id| SheetId::new(id).ok())
}

fn address(at: CellRef) -> Option<CellAddress> {
    CellAddress::from_indices(at.row + 1, at.col + 1).ok()
}

fn literal(value: &Value) -> Option<CellContent> {
    Some(CellContent::Literal(match value {
        Value::Blank => return None,
        Value::Number(number) => CellValue::Number(FiniteNumber::new(*number).ok()?),
        Value::Text(text) => CellValue::Text(text.clone()),
        Value::Bool(flag) => CellValue::Logical(*flag),
        Value::Error(error) => CellValue::Error(ExcelError::from_spelling(error)?),
    }))
}

fn formula(text: &str) -> Option<CellContent> {
    let text = FormulaText::from_xlsx(text).ok()?;
    Some(CellContent::Formula(FormulaCell::new(
        FormulaDialect::ExcelA1,
        text,
        SavedResult::Missing,
        FormulaMetadata::Normal,
    )))
}

/// What the calculator gives for some cells of a snapshot.
fn values(snapshot: &WorkbookSnapshot, asked: &BTreeSet<Place>) -> Option<Values> {
    let ids: Vec<(Place, CalculationCellId)> = asked
        .iter()
        .filter_map(|place| {
            Some((*place, CalculationCellId::new(sheet_id(place.sheet)?, address(place.at)?)))
        })
        .collect();
    if ids.is_empty() {
        return None;
    }
    let targets: Vec<CalculationTarget> =
        ids.iter().map(|(_, id)| CalculationTarget::cell(*id)).collect();
    let limits = TargetCalculationLimits::new(targets.len(), targets.len(), 10_000_000).ok()?;
    let options = CalculationOptions::default();
    let results =
        calculate_targets(snapshot, &targets, options, limits, CancellationToken::new()).ok()?;
    let value = |id| match results.cell(id)? {
        CalculationCellResult::Value(value) => Some(match value {
            // A formula never shows blank: a reference to a blank cell is 0.
            CellValue::Blank => Value::Number(0.0),
            CellValue::Number(number) => Value::Number(number.get()),
            CellValue::Text(text) => Value::Text(text.clone()),
            CellValue::Logical(flag) => Value::Bool(*flag),
            CellValue::Error(error) => Value::Error(error.as_str().to_owned()),
            _ => return None,
        }),
        _ => None,
    };
    Some(ids.into_iter().map(|(place, id)| (place, value(id))).collect())
}

/// The workbook as the calculator sees it: what is asked as formulas, the written cells as formulas or
/// as their values, and the other cells that these read as their stored values.
fn snapshot(
    workbook: &Workbook,
    written: &[Written],
    asked: &BTreeSet<Place>,
    needed: Option<&HashMap<usize, Vec<Range>>>,
) -> Option<WorkbookSnapshot> {
    let writes: BTreeSet<Place> = written.iter().map(|w| w.place).collect();
    let mut sheets = Vec::with_capacity(workbook.sheets.len());
    for (index, page) in workbook.sheets.iter().enumerate() {
        // A sheet that nothing reads is no part of the question.
        if needed.is_some_and(|needed| !needed.contains_key(&index))
            && !asked.iter().any(|place| place.sheet == index)
            && !written.iter().any(|write| write.place.sheet == index)
        {
            continue;
        }
        let mut sheet = Sheet::new(
            sheet_id(index)?,
            SheetName::new(page.name.clone()).ok()?,
            SheetVisibility::Visible,
        );
        let ranges = needed.and_then(|needed| needed.get(&index));
        for (count, (at, cell)) in page.cells.iter().enumerate() {
            if count % PACE == 0 && workbook.limits.is_late() {
                return None;
            }
            let place = Place { sheet: index, at: *at };
            let is_read = needed.is_none()
                || ranges.is_some_and(|ranges| ranges.iter().any(|r| r.contains(*at)));
            if !(is_read || asked.contains(&place)) || writes.contains(&place) {
                continue;
            }
            let content = match &cell.formula {
                Some(text) if asked.contains(&place) => formula(text),
                _ => literal(&cell.value),
            };
            if let Some(content) = content {
                sheet.insert_cell(address(*at)?, content).ok()?;
            }
        }
        for write in written.iter().filter(|w| w.place.sheet == index) {
            let content = match &write.formula {
                Some(text) => formula(text),
                _ => literal(&Value::Number(write.value)),
            };
            sheet.insert_cell(address(write.place.at)?, content?).ok()?;
        }
        sheets.push(sheet);
    }
    let there =
        |sheet: usize| sheet_id(sheet).is_some_and(|id| sheets.iter().any(|s| s.id() == id));
    let names = workbook
        .names
        .iter()
        .filter(|name| !name.name.starts_with("_xlnm.") && name.sheet.is_none_or(there))
        .filter_map(|name| {
            let scope = match name.sheet {
                Some(sheet) => DefinedNameScope::Sheet(sheet_id(sheet)?),
                None => DefinedNameScope::Workbook,
            };
            let text = FormulaText::from_xlsx(name.refers_to.clone()).ok()?;
            DefinedName::new(name.name.clone(), scope, text, false).ok()
        })
        .collect();
    let dates = if workbook.date1904 { DateSystem::Excel1904 } else { DateSystem::Excel1900 };
    book(sheets, names, dates)
}

fn book(
    sheets: Vec<Sheet>,
    names: Vec<DefinedName>,
    dates: DateSystem,
) -> Option<WorkbookSnapshot> {
    WorkbookSnapshot::new_with_metadata(
        sheets,
        names,
        Vec::new(),
        dates,
        CalculationHints::default(),
        WorkbookSource::new(WorkbookSourceKind::Bytes, None),
        Provenance::new(ProviderIdentity::new("kaohe", env!("CARGO_PKG_VERSION")).ok()?, None),
    )
    .ok()
}
