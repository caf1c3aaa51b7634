//! A workbook of another format as a new .xlsx that looks like it, by what `workbook::looks` holds.

mod chart;
mod conditions;
mod extras;
mod format;
mod sheet;

use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, column_letters, quoted_sheet};
use crate::form::Place;
use crate::package::{self, Edit};
use crate::problem::Problem;
use crate::recalc::Written;
use crate::words;
use crate::workbook::looks::{BookLooks, Properties};
use crate::workbook::{Value, Visibility, Workbook};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook as Book, XlsxError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is written over the workbook's own cells.
pub struct Changes<'a> {
    /// Filled cells.
    pub written: HashMap<Place, &'a Written>,
    /// New values of formulas that read them; none where it cannot be computed.
    pub dependents: &'a BTreeMap<Place, Option<Value>>,
    /// Sheets whose formulas without a text keep their values; on the others those may be stale.
    pub keeps: HashSet<usize>,
}

/// Things that the writer refused, by sheet: what is listed in the report.
pub type Refused = Vec<(String, crate::problem::Words)>;

/// Writes the workbook.
///
/// # Errors
/// What the writer refuses as a whole, as a sheet name that Excel does not take.
pub fn build(
    workbook: &Workbook,
    looks: &BookLooks,
    changes: &Changes<'_>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<u8>, Problem> {
    let mut refused = Refused::new();
    let mut late = Vec::new();
    let bytes = write(workbook, looks, changes, &mut refused, &mut late).map_err(|e| {
        Problem::error(
            "write",
            words!("无法写出工作簿：{e}", "the workbook cannot be written: {e}"),
        )
    })?;
    for (sheet, what) in refused {
        let words = words!("未能带入新文件的", "not carried over: ").then(&what);
        let notice = Problem::notice("not-carried", words);
        problems.push(if sheet.is_empty() { notice } else { notice.on(&sheet) });
    }
    let areas = several_areas(workbook);
    let bytes = if areas.is_empty() { bytes } else { package::print_areas(&bytes, &areas)? };
    let sheets = workbook.sheets.iter().enumerate();
    let pages: BTreeMap<usize, u16> =
        sheets.filter_map(|(index, s)| Some((index, s.looks.page.first_page?))).collect();
    let bytes = if pages.is_empty() { bytes } else { package::first_pages(&bytes, &pages)? };
    let bytes = if late.is_empty() { bytes } else { package::edit(&bytes, &late)? };
    if workbook.date1904 { package::from_1904(&bytes) } else { Ok(bytes) }
}

fn write(
    workbook: &Workbook,
    looks: &BookLooks,
    changes: &Changes<'_>,
    refused: &mut Refused,
    late: &mut Vec<Edit>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Book::new();
    book.set_properties(&properties(&looks.properties)?);
    let formats = format::Formats::new(looks);
    let (default, pixels) = formats.default_format();
    let row = workbook.sheets.first().and_then(|s| s.looks.default_height).unwrap_or(12.75);
    book.set_default_format(default, (row * 4.0 / 3.0).round().clamp(1.0, 500.0) as u32, pixels)?;
    let shown = |index: &usize| {
        workbook.sheets.get(*index).is_some_and(|s| s.visibility == Visibility::Visible)
    };
    let active =
        Some(looks.active).filter(shown).or_else(|| (0..workbook.sheets.len()).find(shown));
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
        if active == Some(index) {
            page.set_active(true);
        } else if sheet.looks.selected && sheet.visibility == Visibility::Visible {
            page.set_selected(true);
        }
        let mut writer = sheet::Writer { page, sheet, index, formats: &formats, refused, late };
        writer.write(changes)?;
        extras::write(page, sheet, &formats, refused)?;
    }
    for name in &workbook.names {
        let full = match name.sheet.and_then(|s| workbook.sheets.get(s)) {
            Some(sheet) => format!("{}!{}", quoted_sheet(&sheet.name), name.name),
            None => name.name.clone(),
        };
        if book.define_name(full, &format!("={}", name.refers_to)).is_err() {
            let name = &name.name;
            refused.push((String::new(), words!("定义的名称：{name}", "defined names: {name}")));
        }
    }
    book.save_to_buffer()
}

/// Print areas of the sheets that have several, by the sheets' numbers; the writer knows only one.
fn several_areas(workbook: &Workbook) -> BTreeMap<usize, String> {
    let corner = |at: CellRef| {
        format!("${}${}", column_letters(at.col), u64::from(at.row).saturating_add(1))
    };
    let sheets = workbook.sheets.iter().enumerate();
    // Where the first is the whole grid, the writer has none.
    let grid = u64::from(MAX_ROWS).saturating_mul(u64::from(MAX_COLS));
    let several = sheets.filter(|(_, sheet)| {
        let areas = &sheet.looks.page.areas;
        areas.len() > 1 && areas.first().is_some_and(|first| first.len() < grid)
    });
    several
        .map(|(index, sheet)| {
            let name = quoted_sheet(&sheet.name);
            let each = sheet.looks.page.areas.iter();
            let each = each.map(|r| format!("{name}!{}:{}", corner(r.start), corner(r.end)));
            (index, each.collect::<Vec<_>>().join(","))
        })
        .collect()
}

fn properties(own: &Properties) -> Result<DocProperties, XlsxError> {
    // A fixed time where none is known, so that the same input gives the same bytes.
    let seconds = i64::try_from(own.created / 10_000_000).unwrap_or(0) - 11_644_473_600;
    let created = match ExcelDateTime::from_timestamp(seconds) {
        Ok(time) if seconds > 0 => time,
        _ => ExcelDateTime::from_ymd(2000, 1, 1)?,
    };
    Ok(DocProperties::new()
        .set_title(&own.title)
        .set_subject(&own.subject)
        .set_author(&own.author)
        .set_keywords(&own.keywords)
        .set_comment(&own.comments)
        .set_category(&own.category)
        .set_manager(&own.manager)
        .set_company(&own.company)
        .set_creation_datetime(&created))
}

/// A column's number as the writer takes it.
fn column(col: u32) -> u16 {
    u16::try_from(col).unwrap_or(u16::MAX)
}
