//! What calamine does not give of an .xlsb: formulas, names, merges, sizes, styles, rules, links,
//! notes, pictures, view and page setup, from the records of [MS-XLSB].
//!
//! | file | reads |
//! |---|---|
//! | [`records`] | records and what many of them have |
//! | [`book`] | sheets, names, where references lead |
//! | [`styles`] | fonts, fills, borders, formats, what conditions change |
//! | [`sheet`], [`rules`] | a sheet; validations and conditional formats |
//! | [`extras`] | hyperlinks, notes, drawings |
//!
//! Formula tokens are those of .xls in other sizes: `biff::formula` reads both.

mod book;
mod extras;
mod records;
mod rules;
mod sheet;
mod styles;

use super::Workbook;
use super::looks::BookLooks;
use super::losses::{Kind, Losses};
use super::theme;
use crate::container::{Package, xml};
use crate::limits::{self, Limits};
use crate::problem::Problem;
use book::Book;
use extras::relations;
use sheet::Reader;

/// Adds to a workbook what its parts tell.
///
/// # Errors
/// A part that is missing or damaged, or more cells than the limit.
pub fn dress(workbook: &mut Workbook, bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let main = "xl/workbook.bin";
    let links = relations(&mut package, main)?;
    let target = |package: &Package<'_>, kind: &str| {
        let link = links.iter().find(|r| r.kind == kind && !r.external)?;
        package.find(&link.target).map(|_| link.target.clone())
    };
    let colours = match target(&package, "theme") {
        Some(part) => {
            let raw = package.read(&part)?;
            theme::colours(&part, &xml::decode(&part, &raw)?)?
        }
        None => Vec::new(),
    };
    let looks = match target(&package, "styles") {
        Some(part) => package.read(&part)?,
        None => Vec::new(),
    };
    let texts = match target(&package, "sharedStrings") {
        Some(part) => package.read(&part)?,
        None => Vec::new(),
    };
    let looks = styles::styles(&looks, &colours);
    let book = Book::read(&package.read(main)?, &texts, looks, colours);
    workbook.date1904 = book.date1904;
    let mut budget = limits.cells;
    let mut losses = Losses::default();
    for (name, link) in &book.sheets {
        let link = links.iter().find(|r| r.id == *link && !r.external);
        let Some(link) = link.filter(|link| package.find(&link.target).is_some()) else { continue };
        let kind = match link.kind.as_str() {
            "worksheet" => None,
            "chartsheet" => Some(Kind::ChartSheet),
            _ => Some(Kind::MacroSheet),
        };
        if let Some(kind) = kind {
            losses.add("", kind, name.clone());
            continue;
        }
        let Some(sheet) = workbook.sheets.iter_mut().find(|s| s.name == *name) else { continue };
        let body = package.read(&link.target)?;
        let mut reader = Reader::new(&book, sheet, &mut losses, &mut budget);
        reader.read(&body)?;
        reader.extras(&mut package, &link.target)?;
        if budget == 0 {
            return Err(limits::over("cells", limits.cells as u64, ">", name));
        }
    }
    book.name(workbook, &mut losses);
    for part in ["xl/vbaProject.bin", "xl/pivotCache"] {
        let member = package.members().iter().find(|m| m.name.starts_with(part));
        if member.is_some() {
            let kind = if part.ends_with(".bin") { Kind::Macros } else { Kind::Pivot };
            losses.add("", kind, "");
        }
    }
    let active = book.sheets.get(book.active).map(|(name, _)| name);
    let active = active.and_then(|name| workbook.sheets.iter().position(|s| s.name == *name));
    workbook.looks = Some(Box::new(BookLooks {
        active: active.unwrap_or(0),
        styles: book.looks.styles,
        losses: losses.notices(),
        ..BookLooks::default()
    }));
    Ok(())
}
