//! Pictures: `draw:frame` with a `draw:image` (OpenDocument 1.3 part 3, 10.4), on cells or pages.

use super::styles::points;
use crate::cell::CellRef;
use crate::container::Package;
use crate::container::xml::attribute;
use crate::problem::Problem;
use crate::workbook::Workbook;
use crate::workbook::drawing::{Frame, is_picture};
use crate::workbook::looks::Picture;
use crate::workbook::losses::{Kind, Losses};
use quick_xml::events::BytesStart;

/// A frame as the file has it, in pixels; placed when all columns and rows are known.
#[derive(Debug, Clone)]
pub struct Found {
    sheet: usize,
    at: CellRef,
    offset: (f64, f64),
    size: Option<(f64, f64)>,
    movement: u8,
    /// Ways to draw the same picture.
    pub images: Vec<String>,
    /// A chart or other object, of which the picture is but a copy.
    pub object: bool,
}

/// Bytes of pictures after which no more are read: one part may be shown many times.
const MOST: usize = 64 << 20;

impl Found {
    /// A frame in a cell, or on the page.
    pub fn new(tag: &BytesStart<'_>, sheet: usize, cell: Option<CellRef>) -> Self {
        let pixels = |name: &str| attribute(tag, name).and_then(|v| points(&v)).map(|p| p / 0.75);
        // A turned one has its place and angle in a matrix.
        let turned = attribute(tag, "transform").is_some();
        let sized = attribute(tag, "end-cell-address").is_some();
        Self {
            sheet,
            at: cell.unwrap_or(CellRef::new(0, 0)),
            offset: (pixels("x").unwrap_or(0.0), pixels("y").unwrap_or(0.0)),
            size: pixels("width").zip(pixels("height")).filter(|_| !turned),
            movement: match (cell, sized) {
                (None, _) => 3,
                (_, true) => 0,
                _ => 2,
            },
            images: Vec::new(),
            object: false,
        }
    }
}

/// Puts the pictures on their sheets; `digit` is the width of a digit in pixels.
///
/// # Errors
/// A part of the package that cannot be read.
pub fn place(
    found: Vec<Found>,
    package: &mut Package<'_>,
    workbook: &mut Workbook,
    digit: f64,
    losses: &mut Losses,
) -> Result<(), Problem> {
    let mut room = MOST;
    for own in found.into_iter().filter(|own| !own.object && !own.images.is_empty()) {
        let Some(sheet) = workbook.sheets.get_mut(own.sheet) else { continue };
        let mut bytes = Vec::new();
        for image in &own.images {
            let part = image.strip_prefix("./").unwrap_or(image);
            if package.find(part).is_some() && room > 0 {
                bytes = package.read(part)?;
                // What is no picture costs too.
                room = room.saturating_sub(bytes.len());
            }
            if is_picture(&bytes) {
                break;
            }
        }
        let Some((wide, tall)) = own.size.filter(|_| is_picture(&bytes)) else {
            let kind = if is_picture(&bytes) { Kind::Picture } else { Kind::OddPicture };
            losses.add(&sheet.name, kind, own.at.to_string());
            continue;
        };
        let frame = Frame { looks: &sheet.looks, digit };
        let from = frame.reach((own.at, 0.0, 0.0), own.offset.0, own.offset.1);
        let to = frame.reach(from, wide, tall);
        sheet.looks.pictures.push(Picture { bytes, from, to, movement: own.movement });
    }
    Ok(())
}
