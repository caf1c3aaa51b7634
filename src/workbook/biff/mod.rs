//! Reading .xls (BIFF8, BIFF5) from its records, over `cfb`: values, formulas and looks.
//!
//! Why by own reading: a trial of the crate rxls 0.1.4 (its own .xlsx writer, `.ci/check_legacy.py`
//! on the company's form and 32 public files, 2026-11) had every font, fill and border right, but
//! 63 % of the formulas, 75 % of the merges, none of the pictures, notes and conditional formats,
//! and lost print areas, print titles, paper sizes and half of the names; it would add a minute to
//! the release build, second copies of `cfb`, `zip` and `quick-xml`, and is one author's first
//! release. calamine gives no looks, and wrong formula texts. The records are few and do not change.
//!
//! | file | reads |
//! |---|---|
//! | [`records`], [`strings`] | the stream, CONTINUE records, strings |
//! | [`globals`], [`colours`] | fonts, XFs, palette, formats, names, links, shared strings; exact colours |
//! | [`sheet`], [`cells`], [`shape`] | a sheet: its cells; rows, columns, view |
//! | [`formula`], [`formulas`] | tokens as text, shared ones and arrays; .xlsb's too |
//! | [`page`], [`rules`], [`links`], [`drawing`], [`chart`], [`properties`] | printing, validations and conditional formats, hyperlinks and notes, pictures, charts, document properties |
//!
//! Nothing is allocated by a count that the file claims: every list grows only as its bytes are read.

mod cells;
mod chart;
mod colours;
mod drawing;
pub mod formula;
pub mod formulas;
pub mod globals;
pub mod links;
mod page;
mod properties;
pub mod records;
mod rules;
mod shape;
mod sheet;
pub mod strings;

use super::looks::{BookLooks, SheetLooks};
use super::losses::{Kind, Losses};
use super::{Format, Name, Sheet, Visibility, Workbook, locked};
use crate::cell::Range;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::refs::{Reference, references};
use globals::Globals;
use records::Records;
use std::io::{Cursor, Read};

/// Opens an .xls by its workbook stream, which was looked at before; `None` where it holds no sheets.
pub fn open(bytes: &[u8], stream: &[u8], limits: &Limits) -> Option<Result<Workbook, Problem>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok();
    let macros = file.as_ref().is_some_and(|file| file.exists("/_VBA_PROJECT_CUR"));
    let mut read = |name: &str| {
        let mut stream = Vec::new();
        // Properties of the document: what can be read of them is read.
        let found = file.as_mut()?.open_stream(name).ok()?;
        let _ = found.take(bytes.len() as u64).read_to_end(&mut stream);
        Some(stream)
    };
    let summary = read("/\u{5}SummaryInformation").unwrap_or_default();
    let document = read("/\u{5}DocumentSummaryInformation").unwrap_or_default();
    let globals = Globals::read(stream, limits)?;
    if globals.locked {
        return Some(Err(locked()));
    }
    let mut losses = Losses::default();
    if macros {
        losses.add("", Kind::Macros, "");
    }
    if globals.protected {
        losses.add("", Kind::BookProtection, "");
    }
    for _ in 0..globals.shades {
        losses.add("", Kind::Shades, "");
    }
    let shown = sheet::shown(&globals);
    let most = sheet::Most::of(limits);
    let mut budget = most.units;
    // The workbook's number of each listed sheet, since chart and macro sheets are left out.
    let mut numbers = Vec::new();
    let mut sheets: Vec<Sheet> = Vec::new();
    for listed in &globals.sheets {
        let kind = match listed.kind {
            0 => {
                numbers.push(Some(sheets.len()));
                let reader = sheet::Reader::new(&globals, &listed.name, &shown);
                let records = Records::at(stream, listed.start);
                let mut sheet = match reader.read(records, &most, &mut budget, &mut losses) {
                    Ok(sheet) => sheet,
                    Err(problem) => return Some(Err(problem)),
                };
                sheet.visibility = match listed.visibility {
                    0 => Visibility::Visible,
                    1 => Visibility::Hidden,
                    _ => Visibility::VeryHidden,
                };
                sheets.push(sheet);
                continue;
            }
            1 => Kind::MacroSheet,
            2 => Kind::ChartSheet,
            _ => Kind::Macros,
        };
        numbers.push(None);
        losses.add("", kind, listed.name.clone());
    }
    if sheets.is_empty() {
        return None;
    }
    let names = names(&globals, &numbers, &mut sheets, &mut losses);
    let mut looks = BookLooks {
        active: numbers.get(globals.active).copied().flatten().unwrap_or(0),
        styles: Vec::new(),
        losses: losses.notices(),
        ..BookLooks::default()
    };
    let _ = properties::take(&mut looks.properties, &summary, true);
    let _ = properties::take(&mut looks.properties, &document, false);
    let date1904 = globals.date1904;
    let full_calc_on_load = !globals.by_excel;
    looks.styles = globals.styles;
    Some(Ok(Workbook {
        format: Format::Xls,
        sheets,
        names,
        tables: Vec::new(),
        date1904,
        signed: false,
        full_calc_on_load,
        limits: *limits,
        looks: Some(Box::new(looks)),
        calc_chain: false,
        archive: None,
    }))
}

/// Defined names; Excel's own ones go to the sheets' looks.
fn names(
    globals: &Globals,
    numbers: &[Option<usize>],
    sheets: &mut [Sheet],
    losses: &mut Losses,
) -> Vec<Name> {
    let mut out = Vec::new();
    for name in &globals.names {
        let own = name.sheet.and_then(|s| numbers.get(s).copied().flatten());
        if name.builtin.is_some() || name.name.to_lowercase().starts_with("_xlnm.") {
            if let (Some(sheet), Ok(text)) = (own, globals.refers_to(name))
                && let Some(sheet) = sheets.get_mut(sheet)
            {
                built_in(name.builtin.unwrap_or(0), &text, &mut sheet.looks);
            }
            continue;
        }
        // Functions of later Excels stand among the names, and so do macros.
        if name.command || later(&name.name) {
            continue;
        }
        match globals.refers_to(name) {
            Ok(refers_to) if name.sheet.is_none() || own.is_some() => {
                out.push(Name { name: name.name.clone(), sheet: own, refers_to });
            }
            _ => losses.add("", Kind::Name, name.name.clone()),
        }
    }
    out
}

/// Whether a name stands for a function that came after the file format.
pub fn later(name: &str) -> bool {
    name.starts_with("_xlfn.") || name.starts_with("_xlws.")
}

/// One of Excel's own names, by its number: 6 print area, 7 print titles, 13 filter range.
pub fn built_in(kind: u8, text: &str, looks: &mut SheetLooks) {
    let ranges: Vec<Range> = references(text)
        .into_iter()
        .filter_map(|reference| match reference {
            Reference::Cells { range, .. } => Some(range),
            _ => None,
        })
        .collect();
    match kind {
        6 => looks.page.areas = ranges,
        7 => {
            for range in ranges {
                if range.end.col.saturating_sub(range.start.col) >= 255 {
                    looks.page.repeat_rows = Some((range.start.row, range.end.row));
                } else {
                    looks.page.repeat_columns = Some((range.start.col, range.end.col));
                }
            }
        }
        13 => looks.filter = ranges.first().copied(),
        _ => {}
    }
}
