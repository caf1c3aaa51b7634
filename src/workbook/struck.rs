//! Cells whose whole text is struck through: to people they are crossed out.

use super::{Workbook, xlsx};
use crate::cell::CellRef;
use crate::container::Package;
use crate::container::xml::{self, Part};
use crate::hash::HashSet;
use crate::problem::Problem;

/// The struck cells of a sheet. Of a large part of a package, and of .xlsb, they are not known.
///
/// # Errors
/// A package whose styles are damaged.
pub fn struck(bytes: &[u8], book: &Workbook, sheet: usize) -> Result<HashSet<CellRef>, Problem> {
    let Some(sheet) = book.sheets.get(sheet) else { return Ok(HashSet::default()) };
    if let Some(looks) = &book.looks {
        let is_struck = |style: usize| looks.styles.get(style).is_some_and(|s| s.font.strike);
        let styles = sheet.looks.styles.iter();
        return Ok(styles.filter(|(_, style)| is_struck(**style)).map(|(at, _)| *at).collect());
    }
    let (Some(archive), Some(source)) = (&book.archive, &sheet.source) else {
        return Ok(HashSet::default());
    };
    let mut package = Package::again(bytes, archive, &book.limits)?;
    let part = "xl/styles.xml";
    if package.find(part).is_none() {
        return Ok(HashSet::default());
    }
    let text = xml::decoded(part, package.read(part)?)?;
    let styles = xlsx::styles::struck(Part::within(part, &book.limits), &text)?;
    let cells = source.1.cells.iter().filter(|cell| styles.contains(&cell.style));
    Ok(cells.map(|cell| cell.at).collect())
}
