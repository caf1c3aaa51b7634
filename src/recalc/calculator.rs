//! The calculator: a few cells of a workbook as it sees them, and what it makes of their formulas.

use super::closure::{Needed, PACE, spelt};
use super::{Values, Written};
use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::hash::HashSet;
use crate::workbook::{Value, Workbook};
use cellrune::{
    CalculationCellId, CalculationCellResult, CalculationHints, CalculationOptions,
    CalculationTarget, CancellationToken, CellAddress, CellContent, CellRange, CellValue,
    DateSystem, DefinedName, DefinedNameScope, ExcelError, FiniteNumber, FormulaCell,
    FormulaDialect, FormulaMetadata, FormulaText, Provenance, ProviderIdentity, SavedResult, Sheet,
    SheetId, SheetName, SheetVisibility, TargetCalculationLimits, WorkbookSnapshot, WorkbookSource,
    WorkbookSourceKind, calculate_targets,
};
use std::collections::{BTreeMap, BTreeSet};

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

fn formula(text: &str, array: Option<Range>) -> Option<CellContent> {
    let text = FormulaText::from_xlsx(text).ok()?;
    let metadata = match array {
        None => FormulaMetadata::Normal,
        Some(range) => FormulaMetadata::Array {
            range: CellRange::new(address(range.start)?, address(range.end)?).ok()?,
            always_calculate: false,
        },
    };
    Some(CellContent::Formula(FormulaCell::new(
        FormulaDialect::ExcelA1,
        text,
        SavedResult::Missing,
        metadata,
    )))
}

/// Has the calculator compute a formula such as a form's.
pub fn prepare() -> Option<Values> {
    let at = CellRef::new(0, 0);
    let cell =
        "MAX(0,15+IF(B1=0,0,TRUNC(ROUND(AVERAGE(B1:B2)/2,6)))-COUNTIF(B1:B2,\">18\")+SUM(B1:B2))";
    let mut sheet = Sheet::new(sheet_id(0)?, SheetName::new("1").ok()?, SheetVisibility::Visible);
    sheet.insert_cell(address(at)?, formula(cell, None)?).ok()?;
    let snapshot = book(vec![sheet], Vec::new(), DateSystem::Excel1900)?;
    values(&snapshot, &BTreeSet::from([Place { sheet: 0, at }]), &BTreeMap::new())
}

/// What the calculator gives for some cells of a snapshot, and for those of arrays of which they are the
/// first.
pub fn values(
    snapshot: &WorkbookSnapshot,
    asked: &BTreeSet<Place>,
    arrays: &BTreeMap<Place, Option<Range>>,
) -> Option<Values> {
    let of_array = |place: &Place| arrays.get(place).copied().flatten();
    let followers = asked.iter().flat_map(|place| {
        let cells = of_array(place).into_iter().flat_map(Range::cells);
        cells.map(|at| Place { sheet: place.sheet, at })
    });
    let wanted: BTreeSet<Place> = asked.iter().copied().chain(followers).collect();
    let ids: Vec<(Place, CalculationCellId)> = wanted
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
pub fn snapshot(
    workbook: &Workbook,
    written: &[Written],
    asked: &BTreeSet<Place>,
    needed: Option<&Needed>,
) -> Option<WorkbookSnapshot> {
    let writes: BTreeMap<Place, &Written> = written.iter().map(|w| (w.place, w)).collect();
    let first = |sheet| Place { sheet, at: CellRef::new(0, 0) };
    let mut sheets = Vec::with_capacity(workbook.sheets.len());
    for (index, page) in workbook.sheets.iter().enumerate() {
        // A sheet that nothing reads is no part of the question.
        let own = first(index)..first(index + 1);
        if needed.is_some_and(|needed| !needed.has_sheet(index))
            && asked.range(own.clone()).next().is_none()
            && writes.range(own.clone()).next().is_none()
        {
            continue;
        }
        let mut sheet = Sheet::new(
            sheet_id(index)?,
            SheetName::new(page.name.clone()).ok()?,
            SheetVisibility::Visible,
        );
        // The cells of an array that is asked for come of its formula.
        let arrays = asked.range(own.clone()).filter_map(|p| page.cells.get(&p.at)?.array);
        let of_arrays: HashSet<CellRef> = arrays.flat_map(Range::cells).collect();
        for (count, (at, cell)) in page.cells.iter().enumerate() {
            if count % PACE == 0 && workbook.limits.is_late() {
                return None;
            }
            let place = Place { sheet: index, at: *at };
            let is_read = needed.is_none_or(|needed| needed.has(place));
            if !(is_read || asked.contains(&place)) || writes.contains_key(&place) {
                continue;
            }
            let content = match &cell.formula {
                Some(text) if asked.contains(&place) => {
                    formula(&spelt(workbook, place, text)?, cell.array)
                }
                _ if of_arrays.contains(at) => None,
                _ => literal(&cell.value),
            };
            if let Some(content) = content {
                sheet.insert_cell(address(*at)?, content).ok()?;
            }
        }
        for write in writes.range(own).map(|(_, write)| write) {
            let content = match &write.formula {
                Some(text) => formula(text, None),
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
        // What we write names none; only the workbook's own formulas do.
        .filter(|_| !asked.is_empty())
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
