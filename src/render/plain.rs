//! A form whose looks are not read (.xlsb) as a new .xlsx: its values, merges and widths, a
//! plain look.
//!
//! A formula whose text is not to be trusted is not carried over: its cell is left empty where its
//! value may be stale, and listed in the report.

use crate::cell::CellRef;
use crate::form::Place;
use crate::problem::Problem;
use crate::recalc::Written;
use crate::refs::{Reference, references};
use crate::text::show;
use crate::words;
use crate::workbook::{Sheet, Value, Visibility, Workbook};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook as Book,
    Worksheet, XlsxError,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Writes the filled workbook.
///
/// # Errors
/// What the writer refuses, as a sheet name that Excel does not take.
pub fn filled(
    workbook: &Workbook,
    written: &[Written],
    dependents: &BTreeMap<Place, Option<Value>>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<u8>, Problem> {
    let format = workbook.format.extension();
    problems.push(Problem::notice(
        "new-workbook",
        words!(
            "原文件是 .{format}，结果写成新的 .xlsx：保留数值、合并与列宽，外观为标准样式",
            "the original is .{format}; the result is a new .xlsx with its values, merges and widths in a standard look"
        ),
    ));
    let keeps = keeps(workbook, written);
    let lost: usize = workbook.sheets.iter().map(unread).sum();
    if written.is_empty() && lost > 0 {
        problems.push(Problem::notice(
            "formulas-left-out",
            words!(
                "{lost} 个公式未能带入新文件，保留了它们的数值",
                "{lost} formulas could not be carried over; their values are kept"
            ),
        ));
    }
    left_out(workbook, written, &keeps, problems);
    build(workbook, written, dependents, &keeps).map_err(|e| {
        Problem::error(
            "write",
            words!("无法写出工作簿：{e}", "the workbook cannot be written: {e}"),
        )
    })
}

/// Lists the formulas without a text, by sheet, that are left empty because they may be stale.
pub fn left_out(
    workbook: &Workbook,
    written: &[Written],
    keeps: &HashSet<usize>,
    problems: &mut Vec<Problem>,
) {
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        if keeps.contains(&index) {
            continue;
        }
        let stale: Vec<String> = sheet
            .cells
            .iter()
            .filter(|(at, cell)| {
                cell.is_formula
                    && cell.formula.is_none()
                    && !is_written(written, workbook, sheet, **at)
            })
            .map(|(at, _)| at.to_string())
            .collect();
        if !stale.is_empty() {
            let (count, first) = (stale.len(), stale.iter().take(8).cloned().collect::<Vec<_>>());
            let first = first.join("、");
            problems.push(
                Problem::notice(
                    "formulas-left-out",
                    words!(
                        "{count} 个公式未能带入新文件，单元格留空：{first} 等",
                        "{count} formulas could not be carried over and are left empty: {first} …"
                    ),
                )
                .on(&sheet.name),
            );
        }
    }
}

/// The sheets whose formulas without a text keep their values.
pub fn keeps(workbook: &Workbook, written: &[Written]) -> HashSet<usize> {
    // Nothing is stale where nothing was filled.
    if written.is_empty() {
        (0..workbook.sheets.len()).collect()
    } else {
        read_by_formulas(workbook, written)
    }
}

/// The sheets that the written formulas read: their own formulas feed the scores and do not depend
/// on them, so their stored values stand.
fn read_by_formulas(workbook: &Workbook, written: &[Written]) -> HashSet<usize> {
    written
        .iter()
        .filter_map(|w| w.formula.as_deref())
        .flat_map(references)
        .filter_map(|reference| match reference {
            Reference::Cells { sheet: Some(sheet), .. } => workbook.sheet_index(&sheet),
            _ => None,
        })
        .collect()
}

fn is_written(written: &[Written], workbook: &Workbook, sheet: &Sheet, at: CellRef) -> bool {
    written.iter().any(|w| {
        w.place.at == at && workbook.sheets.get(w.place.sheet).is_some_and(|s| s.name == sheet.name)
    })
}

/// How many formulas of a sheet have no text.
fn unread(sheet: &Sheet) -> usize {
    sheet.cells.values().filter(|c| c.is_formula && c.formula.is_none()).count()
}

/// A result as the writer takes it.
fn shown(value: &Value) -> String {
    match value {
        Value::Blank => String::new(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Text(text) | Value::Error(text) => text.clone(),
    }
}

/// A fixed creation time, so that the same input gives the same bytes.
fn properties() -> Result<DocProperties, XlsxError> {
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new().set_creation_datetime(&time))
}

fn build(
    workbook: &Workbook,
    written: &[Written],
    dependents: &BTreeMap<Place, Option<Value>>,
    keeps: &HashSet<usize>,
) -> Result<Vec<u8>, XlsxError> {
    let by_place: HashMap<Place, &Written> = written.iter().map(|w| (w.place, w)).collect();
    let mut book = Book::new();
    book.set_properties(&properties()?);
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        match sheet.visibility {
            Visibility::Visible => {}
            Visibility::Hidden => {
                page.set_hidden(true);
            }
            Visibility::VeryHidden => {
                page.set_very_hidden(true);
            }
        }
        write_sheet(page, index, sheet, (&by_place, dependents), keeps.contains(&index))?;
    }
    book.save_to_buffer()
}

fn column(col: u32) -> u16 {
    u16::try_from(col).unwrap_or(u16::MAX)
}

fn write_sheet(
    page: &mut Worksheet,
    index: usize,
    sheet: &Sheet,
    (written, dependents): (&HashMap<Place, &Written>, &BTreeMap<Place, Option<Value>>),
    keep_formulas: bool,
) -> Result<(), XlsxError> {
    let base = || Format::new().set_font_name("宋体").set_font_size(11);
    let plain = base().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let boxed = plain.clone().set_border(FormatBorder::Thin);
    let centred = boxed.clone().set_align(FormatAlign::Center);
    let number = centred.clone().set_num_format("0.0#");
    let title = base()
        .set_bold()
        .set_font_size(14)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let widths = widths(sheet);
    for (col, width) in &widths {
        page.set_column_width(column(*col), *width)?;
    }
    for (row, lines) in lines(sheet, &widths.into_iter().collect()) {
        if lines > 1 {
            page.set_row_height(row, 15.0 * f64::from(lines) + 3.0)?;
        }
    }
    for range in &sheet.merges {
        if range.len() > 1 {
            let wide = range.end.col > range.start.col;
            let head = wide && range.start.row == sheet.cells.keys().next().map_or(0, |at| at.row);
            let look = if head { &title } else { &boxed };
            page.merge_range(
                range.start.row,
                column(range.start.col),
                range.end.row,
                column(range.end.col),
                "",
                look,
            )?;
        }
    }
    let mut cells: BTreeMap<CellRef, Option<&Value>> = sheet
        .cells
        .iter()
        .filter(|(_, c)| keep_formulas || !c.is_formula || c.formula.is_some())
        .map(|(at, c)| (*at, Some(&c.value)))
        .collect();
    for place in written.keys().filter(|place| place.sheet == index) {
        cells.insert(place.at, None);
    }
    let head_row = sheet.cells.keys().next().map_or(0, |at| at.row);
    for (at, value) in cells {
        let (row, col) = (at.row, column(at.col));
        if let Some(write) = written.get(&Place { sheet: index, at }) {
            match &write.formula {
                Some(text) => {
                    let formula = Formula::new(text).set_result(write.value.to_string());
                    page.write_formula_with_format(row, col, formula, &number)?;
                }
                None => {
                    page.write_number_with_format(row, col, write.value, &number)?;
                }
            }
            continue;
        }
        let own = sheet.cells.get(&at).and_then(|c| Some((c, c.formula.as_ref()?)));
        if let Some((cell, text)) = own.filter(|(cell, _)| cell.array.is_none()) {
            let fresh = dependents.get(&Place { sheet: index, at });
            let result = match fresh {
                Some(Some(value)) => shown(value),
                Some(None) => String::new(),
                None => shown(&cell.value),
            };
            let formula = Formula::new(text).set_result(result);
            page.write_formula_with_format(row, col, formula, &number)?;
            continue;
        }
        let merged_head = at.row == head_row && sheet.merge_of(at).is_some();
        match value {
            Some(Value::Number(value)) => {
                page.write_number_with_format(row, col, *value, &look_of(*value, &centred))?;
            }
            Some(Value::Text(text)) => {
                let long = text.chars().count() > 12;
                let look = match (merged_head, long) {
                    (true, _) => &title,
                    (_, true) => &boxed,
                    _ => &centred,
                };
                page.write_string_with_format(row, col, text, look)?;
            }
            Some(Value::Bool(flag)) => {
                page.write_boolean_with_format(row, col, *flag, &centred)?;
            }
            Some(Value::Error(error)) => {
                page.write_string_with_format(row, col, error, &centred)?;
            }
            _ => {}
        }
    }
    page.set_paper_size(9);
    page.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn look_of(value: f64, base: &Format) -> Format {
    let fractional = value.fract() != 0.0;
    if fractional && value.abs() < 1.0 {
        base.clone().set_num_format("0.0#%")
    } else {
        let shown = show(value, 6);
        base.clone().set_num_format(if shown.contains(',') { "#,##0.##" } else { "General" })
    }
}

/// Width of a text in characters; Chinese counts double.
fn width_of(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
}

/// Lines that the wrapped texts of each row take, so that none is cut off.
fn lines(sheet: &Sheet, widths: &BTreeMap<u32, f64>) -> BTreeMap<u32, u32> {
    let mut out: BTreeMap<u32, u32> = BTreeMap::new();
    for (at, cell) in &sheet.cells {
        let Some(text) = cell.value.text() else { continue };
        let merged = sheet.merge_of(*at);
        if merged.is_some_and(|m| m.end.row > m.start.row) {
            continue;
        }
        let last = merged.map_or(at.col, |m| m.end.col).min(at.col.saturating_add(255));
        let room: f64 = (at.col..=last).map(|col| widths.get(&col).copied().unwrap_or(8.43)).sum();
        let needed: f64 =
            text.lines().map(|line| (width_of(line) * 1.1 / room.max(1.0)).ceil().max(1.0)).sum();
        let lines = out.entry(at.row).or_insert(1);
        // Excel's tallest row is 409 points, 27 of these lines.
        *lines = (*lines).max(needed.min(27.0) as u32);
    }
    out
}

/// Widths as given, else by the longest line of a column's texts (Chinese counts double).
fn widths(sheet: &Sheet) -> Vec<(u32, f64)> {
    if !sheet.widths.is_empty() {
        let mut out = Vec::new();
        for (first, last, width) in &sheet.widths {
            out.extend((*first..=(*last).min(first.saturating_add(255))).map(|col| (col, *width)));
        }
        return out;
    }
    let mut widest: BTreeMap<u32, f64> = BTreeMap::new();
    for (at, cell) in &sheet.cells {
        if sheet.merge_of(*at).is_some_and(|m| m.start.col != m.end.col) {
            continue;
        }
        let length = match &cell.value {
            Value::Text(text) => text.lines().map(width_of).fold(0.0, f64::max),
            Value::Number(value) => show(*value, 4).len() as f64,
            _ => 0.0,
        };
        let width = widest.entry(at.col).or_insert(8.0);
        *width = width.max(length + 2.0).min(60.0);
    }
    widest.into_iter().collect()
}
