//! Opening .xls, .xlsb and .ods: .xls from its records (`biff`), values of the others by calamine,
//! dressed with what calamine does not give (`xlsb`, `ods`). Its formula texts are not taken: they
//! are wrong in places (`$M$4` for D4, `>` for `>=`, on the company's own form).

use super::{Cell, Format, Sheet, Value, Visibility, Workbook, biff, guard, locked, ods, xlsb};
use crate::cell::CellRef;
use crate::container::{FileKind, Package, sniff};
use crate::limits::Limits;
use crate::problem::{Problem, Words};
use crate::words;
use calamine::{Data, Ods, Reader, SheetType, SheetVisible, Sheets, Xlsb};
use chrono::{NaiveDate, NaiveTime, Timelike};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Opens a workbook of one of the other formats.
pub fn open(bytes: &[u8], limits: &Limits) -> Result<Workbook, Problem> {
    // The last net: calamine panics on some damaged files, and a batch must go on.
    catch_unwind(AssertUnwindSafe(|| match sniff(bytes) {
        FileKind::Compound => {
            let (name, stream) = guard::workbook_stream(bytes)?;
            guard::xls(&name, &stream, limits)?;
            biff::open(bytes, &stream, limits)
                .unwrap_or_else(|| Err(damaged(&words!("里面没有工作簿", "no workbook in it"))))
        }
        _ => read(bytes, limits),
    }))
    .unwrap_or_else(|_| Err(damaged(&words!("读到一半读不下去", "the reader gave up"))))
}

/// Whether an .ods's manifest tells of encryption (OpenDocument 1.2 part 3, 4.4).
fn encrypted_document(bytes: &[u8], limits: &Limits) -> Result<bool, Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let manifest = package.read("META-INF/manifest.xml").unwrap_or_default();
    Ok(memchr::memmem::find(&manifest, b"encryption-data").is_some())
}

pub(super) fn damaged(detail: &Words) -> Problem {
    let what = words!("文件已损坏：", "the file is damaged: ").then(detail);
    Problem::error("damaged", what).hint(words!(
        "请用 Excel 或 WPS 打开并另存为 .xlsx，再重试",
        "open it in Excel or WPS, save it as .xlsx, and try that"
    ))
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Problem> {
    let told = |error: &dyn std::fmt::Display| {
        let secret = error.to_string().to_lowercase().contains("password");
        if secret { locked() } else { damaged(&Words::reported(error)) }
    };
    let (mut book, format) = match () {
        () if Package::open_within(bytes, limits)?.find("xl/workbook.bin").is_some() => {
            guard::package(bytes, limits)?;
            let book = Xlsb::new(Cursor::new(bytes)).map_err(|e| told(&e))?;
            (Sheets::Xlsb(book), Format::Xlsb)
        }
        () => {
            if encrypted_document(bytes, limits)? {
                return Err(locked());
            }
            guard::package(bytes, limits)?;
            let book = Ods::new(Cursor::new(bytes)).map_err(|e| told(&e))?;
            (Sheets::Ods(book), Format::Ods)
        }
    };
    let metadata = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for meta in &metadata {
        // Chart and macro sheets are named among the losses.
        if meta.typ != SheetType::WorkSheet && format == Format::Xlsb {
            continue;
        }
        let range = match book.worksheet_range(&meta.name) {
            Ok(range) => range,
            Err(error) => {
                if error.to_string().to_lowercase().contains("password") {
                    return Err(locked());
                }
                if meta.typ == SheetType::WorkSheet {
                    return Err(damaged(&Words::reported(&error)).on(&meta.name));
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
                let is_date =
                    matches!(data, Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_));
                sheet.cells.insert(at, Cell { value, is_date, ..Cell::default() });
            }
        }
        sheets.push(sheet);
    }
    if sheets.is_empty() {
        return Err(damaged(&words!("没有工作表", "no sheets")));
    }
    let mut workbook = Workbook {
        format,
        sheets,
        names: Vec::new(),
        tables: Vec::new(),
        date1904: false,
        signed: false,
        full_calc_on_load: false,
        limits: *limits,
        looks: None,
        calc_chain: false,
        archive: None,
    };
    match format {
        Format::Ods => ods::dress(&mut workbook, bytes, limits)?,
        Format::Xlsb => xlsb::dress(&mut workbook, bytes, limits)?,
        _ => {}
    }
    Ok(workbook)
}

fn value(data: &Data) -> Value {
    match data {
        Data::Empty => Value::Blank,
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::DateTimeIso(text) | Data::DurationIso(text) => match serial(text) {
            Some(number) => Value::Number(number),
            None => Value::Text(text.clone()),
        },
        Data::String(text) => Value::Text(text.replace("\r\n", "\n")),
        Data::Bool(flag) => Value::Bool(*flag),
        Data::DateTime(date) => Value::Number(date.as_f64()),
        Data::Error(error) => Value::Error(error.to_string()),
    }
}

/// A date, time of day or duration of an .ods (ISO 8601) as Excel counts it, in days.
fn serial(text: &str) -> Option<f64> {
    const DAY: f64 = 86_400.0;
    if let Some(mut rest) = text.strip_prefix("PT") {
        let mut seconds = 0.0;
        for (letter, factor) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
            if let Some((number, tail)) = rest.split_once(letter) {
                seconds += number.replace(',', ".").parse::<f64>().ok()? * factor;
                rest = tail;
            }
        }
        return rest.is_empty().then_some(seconds / DAY);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00"));
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let time = NaiveTime::parse_from_str(time, "%H:%M:%S%.f").ok()?;
    let days = date.signed_duration_since(NaiveDate::from_ymd_opt(1899, 12, 30)?).num_days();
    let nanos = f64::from(time.nanosecond()) / 1e9;
    Some(days as f64 + (f64::from(time.num_seconds_from_midnight()) + nanos) / DAY)
}
