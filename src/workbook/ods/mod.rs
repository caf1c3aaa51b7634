//! What calamine does not give of an .ods: formulas, merges, widths, styles, rules, links, notes, names.
//!
//! | file | reads |
//! |---|---|
//! | [`walker`], [`cells`] | the content part: sheets, rows and columns; cells |
//! | [`formula`] | formulas in Excel's spelling |
//! | [`rules`], [`conditions`] | rules of entry, conditional formats |
//! | [`styles`], [`numbers`], [`heading`] | styles, number formats, headers and footers |
//! | [`pictures`] | pictures |
//!
//! The content part is walked once beside calamine's values; nothing is drawn from counts of
//! repeats alone, so a sheet of a million repeated empty rows costs nothing.

mod cells;
mod conditions;
mod formula;
mod heading;
mod numbers;
mod page;
mod pictures;
mod rules;
mod styles;
mod walker;

use super::Workbook;
use super::looks::{self, BookLooks};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::container::Package;
use crate::container::xml;
use crate::limits::Limits;
use crate::problem::Problem;
use quick_xml::events::Event;
use styles::Styles;
use walker::Walker;

/// Adds to a workbook what its styles and contents tell.
///
/// # Errors
/// A part that is no sound XML.
pub fn dress(workbook: &mut Workbook, bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let mut styles = Styles::default();
    let mut content = String::new();
    for part in ["styles.xml", "content.xml"] {
        if part == "styles.xml" && package.find(part).is_none() {
            continue;
        }
        let raw = package.read(part)?;
        let text = xml::decode(part, &raw)?;
        styles.take(part, &text)?;
        if part == "styles.xml" {
            styles.headings = heading::read(part, &text, &styles)?;
        }
        if part == "content.xml" {
            content = text.into_owned();
        }
    }
    let mut walker = Walker::new(&styles, limits.cells);
    xml::walk("content.xml", &content, |event, depth, _| {
        walker.event(&event, depth, workbook);
        Ok(())
    })?;
    let Walker { kept, names, mut losses, frames, .. } = walker;
    let digit = kept.first().map_or(7.0, |style| looks::digit(style.font.size));
    pictures::place(frames, &mut package, workbook, digit, &mut losses)?;
    workbook.names = names;
    workbook.looks = Some(Box::new(BookLooks {
        styles: kept,
        losses: losses.notices(),
        ..BookLooks::default()
    }));
    Ok(())
}

/// The words of a piece of text; a character that XML escapes is a piece of its own.
fn words(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) => Some(xml::unescape(text.as_ref())),
        Event::GeneralRef(name) => Some(xml::unescape(&format!("&{};", &**name))),
        _ => None,
    }
}

fn span(at: CellRef, tall: u32, wide: u32) -> Range {
    let row = at.row.saturating_add(tall.saturating_sub(1)).min(MAX_ROWS - 1);
    let col = at.col.saturating_add(wide.saturating_sub(1)).min(MAX_COLS - 1);
    Range::new(at, CellRef::new(row, col))
}

/// `Sheet.A1:Sheet.C9`, the sheet left out.
fn area(text: &str) -> Option<Range> {
    let text = formula::reference(text)?;
    Range::parse(text.rsplit('!').next()?)
}

/// Ranges with blanks between them.
fn areas(text: &str) -> Vec<Range> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && out.len() < 1000 {
        let (first, after) = rules::split(rest, ' ').unwrap_or((rest, ""));
        out.extend(area(first));
        rest = after.trim_start();
    }
    out
}
