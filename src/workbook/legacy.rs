//! Reading .xls, .xlsb and .ods, by calamine: values, merges and sheet names.
//!
//! Formula texts are not taken: calamine's are wrong in places for .xls and .xlsb (`$M$4` for D4,
//! `>` for `>=`, on the company's own form), so a formula cell keeps its value only.

use super::{Cell, Format, Sheet, Value, Visibility, Workbook, guard, locked};
use crate::cell::{CellRef, Range};
use crate::container::{FileKind, Package, sniff};
use crate::limits::Limits;
use crate::{problem::Problem, words};
use calamine::{Data, Ods, Reader, SheetType, SheetVisible, Sheets, Xls, Xlsb};
use std::collections::HashSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Opens a workbook of one of the other formats.
pub fn open(bytes: &[u8], limits: &Limits) -> Result<Workbook, Problem> {
    // The last net: calamine panics on some damaged files, and a batch must go on.
    catch_unwind(AssertUnwindSafe(|| read(bytes, limits)))
        .unwrap_or_else(|_| Err(damaged("the reader gave up")))
}

/// Whether an .ods's manifest tells of encryption (OpenDocument 1.2 part 3, 4.4).
fn encrypted_document(bytes: &[u8], limits: &Limits) -> Result<bool, Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let manifest = package.read("META-INF/manifest.xml").unwrap_or_default();
    Ok(memchr::memmem::find(&manifest, b"encryption-data").is_some())
}

fn damaged(detail: &str) -> Problem {
    Problem::error("damaged", words!("文件已损坏：{}", "the file is damaged: {}", detail)).hint(
        words!(
            "请用 Excel 或 WPS 打开并另存为 .xlsx，再重试",
            "open it in Excel or WPS, save it as .xlsx, and try that"
        ),
    )
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Problem> {
    let told = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        let secret = text.to_lowercase().contains("password");
        if secret { locked() } else { damaged(&text) }
    };
    let compound = match sniff(bytes) {
        FileKind::Compound => Some(guard::workbook_stream(bytes)?),
        _ => None,
    };
    let mut stream = Vec::new();
    let clean;
    let (mut book, format) = match compound {
        Some((name, found)) => {
            stream.clone_from(&found);
            clean = guard::xls(&name, found, limits)?;
            let book = Xls::new(Cursor::new(clean.as_slice())).map_err(|e| told(&e))?;
            (Sheets::Xls(book), Format::Xls)
        }
        None if Package::open_within(bytes, limits)?.find("xl/workbook.bin").is_some() => {
            guard::package(bytes, limits)?;
            let book = Xlsb::new(Cursor::new(bytes)).map_err(|e| told(&e))?;
            (Sheets::Xlsb(book), Format::Xlsb)
        }
        None => {
            if encrypted_document(bytes, limits)? {
                return Err(locked());
            }
            guard::package(bytes, limits)?;
            let book = Ods::new(Cursor::new(bytes)).map_err(|e| told(&e))?;
            (Sheets::Ods(book), Format::Ods)
        }
    };
    let metadata = book.sheets_metadata().to_vec();
    let names: Vec<String> = metadata.iter().map(|meta| meta.name.clone()).collect();
    let formulas = formula_cells(&stream, &mut book, &names);
    let mut sheets = Vec::new();
    for (index, meta) in metadata.iter().enumerate() {
        let range = match book.worksheet_range(&meta.name) {
            Ok(range) => range,
            Err(error) => {
                let text = error.to_string();
                if text.to_lowercase().contains("password") {
                    return Err(locked());
                }
                if meta.typ == SheetType::WorkSheet {
                    return Err(damaged(&text).on(&meta.name));
                }
                // A chart sheet has no cells to read.
                calamine::Range::default()
            }
        };
        let (row0, col0) = range.start().unwrap_or((0, 0));
        let mut sheet = Sheet {
            name: meta.name.clone(),
            visibility: match meta.visible {
                SheetVisible::Visible => Visibility::Visible,
                SheetVisible::Hidden => Visibility::Hidden,
                SheetVisible::VeryHidden => Visibility::VeryHidden,
            },
            loaded: true,
            ..Sheet::default()
        };
        for (row, col, data) in range.used_cells() {
            let (Ok(row), Ok(col)) = (u32::try_from(row), u32::try_from(col)) else { continue };
            let value = value(data);
            if value != Value::Blank {
                let at = CellRef::new(row0.saturating_add(row), col0.saturating_add(col));
                let is_date = matches!(data, Data::DateTime(_));
                let is_formula = formulas.get(index).is_some_and(|cells| cells.contains(&at));
                sheet.cells.insert(at, Cell { value, is_formula, is_date, ..Cell::default() });
            }
        }
        sheet.merges = merges(&mut book, index);
        sheets.push(sheet);
    }
    if sheets.is_empty() {
        return Err(damaged("no sheets"));
    }
    Ok(Workbook {
        format,
        sheets,
        names: Vec::new(),
        tables: Vec::new(),
        date1904: false,
        signed: false,
        full_calc_on_load: false,
        limits: *limits,
    })
}

fn merges(book: &mut Sheets<Cursor<&[u8]>>, index: usize) -> Vec<Range> {
    let found = match book {
        Sheets::Xls(xls) => xls.merge_cells_by_sheet_id(index).ok(),
        _ => None,
    };
    found
        .unwrap_or_default()
        .iter()
        .map(|d| Range::new(CellRef::new(d.start.0, d.start.1), CellRef::new(d.end.0, d.end.1)))
        .collect()
}

fn value(data: &Data) -> Value {
    match data {
        Data::Empty => Value::Blank,
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Value::Text(text.replace("\r\n", "\n"))
        }
        Data::Bool(flag) => Value::Bool(*flag),
        Data::DateTime(date) => Value::Number(date.as_f64()),
        Data::Error(error) => Value::Error(error.to_string()),
    }
}

/// The cells that hold formulas, by sheet. For .xls the records are read here: calamine leaves out
/// some. In .xlsb and .ods calamine's places are right, only its texts are not.
fn formula_cells(
    stream: &[u8],
    book: &mut Sheets<Cursor<&[u8]>>,
    names: &[String],
) -> Vec<HashSet<CellRef>> {
    if matches!(book, Sheets::Xls(_)) {
        return biff_formulas(stream).unwrap_or_default();
    }
    names
        .iter()
        .map(|name| {
            let Ok(range) = book.worksheet_formula(name) else { return HashSet::new() };
            let (row0, col0) = range.start().unwrap_or((0, 0));
            range
                .used_cells()
                .filter(|(_, _, text)| !text.is_empty())
                .filter_map(|(row, col, _)| {
                    let (row, col) = (u32::try_from(row).ok()?, u32::try_from(col).ok()?);
                    Some(CellRef::new(row0.saturating_add(row), col0.saturating_add(col)))
                })
                .collect()
        })
        .collect()
}

/// FORMULA records ([MS-XLS] 2.4.127) of every sheet, in the order of the BoundSheet8 records
/// (2.4.28), which give where each sheet's BOF stands in the stream.
fn biff_formulas(stream: &[u8]) -> Option<Vec<HashSet<CellRef>>> {
    let word = |at: usize| {
        let raw = stream.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(raw.try_into().ok()?))
    };
    let mut starts = Vec::new();
    let mut at = 0usize;
    while let (Some(id), Some(len)) = (word(at), word(at.saturating_add(2))) {
        if id == 0x85 {
            let (low, high) = (word(at.saturating_add(4))?, word(at.saturating_add(6))?);
            starts.push(usize::from(low) | usize::from(high) << 16);
        }
        at = at.saturating_add(4).saturating_add(usize::from(len));
        if id == 0x0a {
            break;
        }
    }
    let sheets = starts.into_iter().map(|start| {
        let mut found = HashSet::new();
        let (mut at, mut depth) = (start, 0u32);
        while let (Some(id), Some(len)) = (word(at), word(at.saturating_add(2))) {
            match id {
                0x809 => depth = depth.saturating_add(1),
                0x0a => depth = depth.saturating_sub(1),
                0x06 | 0x206 | 0x406 if depth == 1 => {
                    if let (Some(row), Some(col)) =
                        (word(at.saturating_add(4)), word(at.saturating_add(6)))
                    {
                        found.insert(CellRef::new(u32::from(row), u32::from(col)));
                    }
                }
                _ => {}
            }
            at = at.saturating_add(4).saturating_add(usize::from(len));
            if depth == 0 {
                break;
            }
        }
        found
    });
    Some(sheets.collect())
}
