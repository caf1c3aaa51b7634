//! What calamine does not give of an .xlsb: merges, sizes, styles, view and page setup, from the
//! records of [MS-XLSB]. Formulas are left as values: their tokens are not read yet.

use super::Workbook;
use super::biff::records::Bytes;
use super::biff::strings::wide;
use super::looks::{
    Alignment, BookLooks, Borders, Colour, Column, Fill, Font, Line, NumberFormat, Row, SheetLooks,
    Style, digit,
};
use super::losses::{Kind, Losses};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::container::{Package, xml};
use crate::limits::Limits;
use crate::problem::Problem;
use quick_xml::events::Event;
use std::collections::HashMap;

/// Record numbers ([MS-XLSB] 2.3).
mod id {
    pub const ROW: u32 = 0;
    pub const FIRST_CELL: u32 = 1;
    pub const LAST_CELL: u32 = 11;
    pub const FONT: u32 = 43;
    pub const FORMAT: u32 = 44;
    pub const FILL: u32 = 45;
    pub const BORDER: u32 = 46;
    pub const XF: u32 = 47;
    pub const NAME: u32 = 39;
    pub const COLUMN: u32 = 60;
    pub const VALIDATION: u32 = 64;
    pub const VIEW: u32 = 137;
    pub const SHEET_PROPERTIES: u32 = 147;
    pub const PANE: u32 = 151;
    pub const WORKBOOK_PROPERTIES: u32 = 153;
    pub const SHEET: u32 = 156;
    pub const MERGE: u32 = 176;
    pub const CONDITIONS: u32 = 461;
    pub const MARGINS: u32 = 476;
    pub const PRINT_OPTIONS: u32 = 477;
    pub const PAGE_SETUP: u32 = 478;
    pub const HEADER_FOOTER: u32 = 479;
    pub const SHEET_FORMAT: u32 = 485;
    pub const HYPERLINK: u32 = 494;
    pub const DRAWING: u32 = 550;
    pub const NOTES: u32 = 551;
    pub const CELL_XFS: u32 = 617;
    pub const CELL_XFS_END: u32 = 618;
}

/// The records of a part: number and data.
struct Records<'a>(Bytes<'a>);

impl<'a> Iterator for Records<'a> {
    type Item = (u32, Bytes<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.varying(2)?;
        let size = self.varying(4)?;
        Some((number, Bytes::new(self.0.take(size as usize)?)))
    }
}

impl Records<'_> {
    /// A number in bytes of seven bits.
    fn varying(&mut self, most: u32) -> Option<u32> {
        let mut out = 0u32;
        for place in 0..most {
            let byte = self.0.u8()?;
            out |= u32::from(byte & 0x7f) << 7u32.saturating_mul(place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(out)
    }
}

fn string(data: &mut Bytes<'_>) -> Option<String> {
    let count = data.u32()?;
    if count == u32::MAX {
        return Some(String::new());
    }
    Some(wide(data.take((count as usize).checked_mul(2)?)?))
}

/// Adds to a workbook what its parts tell.
///
/// # Errors
/// The package lacks its main part.
pub fn dress(workbook: &mut Workbook, bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let main = "xl/workbook.bin";
    let links_part = xml::relationships_part(main);
    let raw = package.read(&links_part)?;
    let links = xml::relationships(main, &xml::decode(&links_part, &raw)?)?;
    let target = |kind: &str| links.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let theme = match target("theme").filter(|part| package.find(part).is_some()) {
        Some(part) => {
            let raw = package.read(&part)?;
            theme(&part, &xml::decode(&part, &raw)?)?
        }
        None => Vec::new(),
    };
    let styles = match target("styles").filter(|part| package.find(part).is_some()) {
        Some(part) => styles(&package.read(&part)?, &theme),
        None => vec![Style::default()],
    };
    let digit = digit(styles.first().map_or(11.0, |style| style.font.size));
    let body = package.read(main)?;
    let mut cells = limits.cells;
    let mut losses = Losses::default();
    for (number, mut data) in Records(Bytes::new(&body)) {
        match number {
            id::SHEET => {}
            id::NAME => {
                losses.add(
                    "",
                    Kind::Name,
                    data.take(9).and_then(|_| string(&mut data)).unwrap_or_default(),
                );
                continue;
            }
            id::WORKBOOK_PROPERTIES => {
                workbook.date1904 = data.u8().is_some_and(|flags| flags & 1 != 0);
                continue;
            }
            _ => continue,
        }
        let read = data.take(8).and_then(|_| Some((string(&mut data)?, string(&mut data)?)));
        let Some((link, name)) = read else { continue };
        let part = links.iter().find(|r| r.id == link).map(|r| r.target.clone());
        let Some(sheet) = workbook.sheets.iter_mut().find(|s| s.name == name) else { continue };
        if let Some(part) = part.filter(|part| package.find(part).is_some()) {
            let body = package.read(&part)?;
            let mut fit = false;
            let mut row = 0;
            for (number, data) in Records(Bytes::new(&body)) {
                let kind = match number {
                    id::VALIDATION | id::CONDITIONS => Some(Kind::Rules),
                    id::HYPERLINK => Some(Kind::Links),
                    id::DRAWING => Some(Kind::Drawing),
                    id::NOTES => Some(Kind::Notes),
                    _ => None,
                };
                if let Some(kind) = kind {
                    losses.add(&name, kind, "");
                }
                let merges = &mut sheet.merges;
                let looks = &mut sheet.looks;
                let _ = record(number, data, looks, merges, &mut row, &mut cells, &mut fit, digit);
            }
            for (at, _) in sheet.cells.iter().filter(|(_, c)| c.is_formula) {
                losses.add(&name, Kind::FormulaUnread, at.to_string());
            }
            if fit {
                sheet.looks.page.scale = None;
            } else {
                sheet.looks.page.fit = None;
            }
        }
    }
    workbook.looks =
        Some(Box::new(BookLooks { styles, losses: losses.notices(), ..BookLooks::default() }));
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "one sheet's state, in one place only")]
fn record(
    number: u32,
    mut data: Bytes<'_>,
    looks: &mut SheetLooks,
    merges: &mut Vec<Range>,
    row: &mut u32,
    cells: &mut usize,
    fit: &mut bool,
    digit: f64,
) -> Option<()> {
    match number {
        id::ROW => {
            *row = data.u32().filter(|row| *row < MAX_ROWS)?;
            let style = data.u32()?;
            let height = data.u16()?;
            let (_, flags) = (data.u8()?, data.u8()?);
            let look = Row {
                height: (flags & 0x20 != 0).then(|| f64::from(height) / 20.0),
                style: (flags & 0x40 != 0).then_some(style as usize),
                hidden: flags & 0x10 != 0,
                level: flags & 7,
            };
            looks.rows.insert(*row, look);
        }
        id::FIRST_CELL..=id::LAST_CELL => {
            *cells = cells.checked_sub(1)?;
            let col = data.u32().filter(|col| *col < MAX_COLS)?;
            let style = data.u32()? & 0xff_ffff;
            looks.styles.insert(CellRef::new(*row, col), style as usize);
        }
        id::COLUMN => {
            let (first, last) = (data.u32()?, data.u32()?.min(MAX_COLS - 1));
            let (width, style, flags) = (data.u32()?, data.u32()?, data.u16()?);
            if first > last {
                return None;
            }
            looks.columns.push(Column {
                first,
                last,
                width: f64::from(width) / 256.0,
                style: (style > 0).then_some(style as usize),
                hidden: flags & 1 != 0,
                level: (flags >> 8 & 7) as u8,
            });
        }
        id::MERGE => {
            let (top, bottom) = (data.u32()?, data.u32()?.min(MAX_ROWS - 1));
            let (left, right) = (data.u32()?, data.u32()?.min(MAX_COLS - 1));
            if top <= bottom && left <= right {
                let range = Range::new(CellRef::new(top, left), CellRef::new(bottom, right));
                if range.len() > 1 {
                    merges.push(range);
                }
            }
        }
        id::SHEET_FORMAT => {
            let (width, letters, height) = (data.u32()?, data.u16()?, data.u16()?);
            let pixels = ((f64::from(letters.min(255)) * digit + 5.0) / 8.0).ceil() * 8.0;
            let own = (width != u32::MAX).then(|| f64::from(width) / 256.0);
            looks.default_width = Some(own.unwrap_or(pixels / digit));
            looks.default_height = Some(f64::from(height) / 20.0);
        }
        id::SHEET_PROPERTIES => {
            let flags = data.u16()?;
            looks.totals_above = flags & 0x40 == 0;
            looks.totals_left = flags & 0x80 == 0;
            *fit = flags & 0x100 != 0;
        }
        id::VIEW => {
            let flags = data.u16()?;
            looks.no_gridlines = flags & 4 == 0;
            looks.no_zeros = flags & 0x10 == 0;
            looks.right_to_left = flags & 0x20 != 0;
            data.take(14)?;
            looks.zoom = Some(data.u16()?);
        }
        id::PANE => {
            let (across, down) = (data.f64()?, data.f64()?);
            let top_left = (data.u32()?, data.u32()?);
            data.take(4)?;
            if data.u8()? & 1 != 0 && (0.0..1000.0).contains(&across) && (0.0..1e5).contains(&down)
            {
                looks.freeze = Some((down as u32, across as u32));
                looks.top_left = top_left;
            }
        }
        id::MARGINS => {
            for slot in &mut looks.page.margins {
                *slot = Some(data.f64().filter(|m| (0.0..50.0).contains(m))?);
            }
        }
        id::PRINT_OPTIONS => {
            let flags = data.u16()?;
            looks.page.centre_across = flags & 1 != 0;
            looks.page.centre_down = flags & 2 != 0;
            looks.page.headings = flags & 4 != 0;
            looks.page.gridlines = flags & 8 != 0;
        }
        id::PAGE_SETUP => {
            let (paper, scale) = (data.u32()?, data.u32()?);
            data.take(16)?;
            let (across, down, flags) = (data.u32()?, data.u32()?, data.u16()?);
            let small = |n: u32| u16::try_from(n).ok();
            looks.page.paper = small(paper);
            looks.page.scale = small(scale).filter(|s| (10..=400).contains(s));
            looks.page.fit = small(across).zip(small(down));
            looks.page.landscape = flags & 2 != 0;
        }
        id::HEADER_FOOTER => {
            data.u16()?;
            looks.page.header = string(&mut data)?;
            looks.page.footer = string(&mut data)?;
        }
        _ => {}
    }
    Some(())
}

/// Colours of the theme by the numbers that styles give them.
fn theme(part: &str, text: &str) -> Result<Vec<u32>, Problem> {
    let mut out = Vec::new();
    let mut inside = false;
    xml::walk(part, text, |event, _, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "clrScheme" => inside = true,
                "srgbClr" | "sysClr" if inside => {
                    let value =
                        xml::attribute(tag, "lastClr").or_else(|| xml::attribute(tag, "val"));
                    let rgb = value.and_then(|v| u32::from_str_radix(&v, 16).ok());
                    out.push(rgb.unwrap_or(0));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "clrScheme" => inside = false,
            _ => {}
        }
        Ok(())
    })?;
    // The part has dark before light, the numbers have light first.
    if let [a, b, c, d, ..] = out.as_mut_slice() {
        std::mem::swap(a, b);
        std::mem::swap(c, d);
    }
    Ok(out)
}

fn colour(data: &mut Bytes<'_>, theme: &[u32]) -> Option<Colour> {
    let (kind, index, tint) = (data.u8()? >> 1, data.u8()?, data.i16()?);
    let [red, green, blue, _] = [data.u8()?, data.u8()?, data.u8()?, data.u8()?].map(u32::from);
    let base = match kind {
        1 => super::biff::globals::indexed(index),
        2 => Some(red << 16 | green << 8 | blue),
        3 => theme.get(usize::from(index)).copied(),
        _ => None,
    };
    let share = f64::from(tint) / 32767.0;
    Some(base.map(|rgb| {
        let [_, parts @ ..] = rgb.to_be_bytes();
        let [r, g, b] = parts.map(|part| {
            let part = f64::from(part);
            let shaded =
                if share > 0.0 { part + (255.0 - part) * share } else { part * (1.0 + share) };
            shaded.round().clamp(0.0, 255.0) as u32
        });
        r << 16 | g << 8 | b
    }))
}

fn styles(body: &[u8], theme: &[u32]) -> Vec<Style> {
    let mut fonts = Vec::new();
    let mut fills = Vec::new();
    let mut borders = Vec::new();
    let mut formats: HashMap<u16, String> = HashMap::new();
    let mut out = Vec::new();
    let mut in_cells = false;
    for (number, mut data) in Records(Bytes::new(body)) {
        match number {
            id::FORMAT => {
                if let (Some(number), Some(code)) = (data.u16(), string(&mut data)) {
                    formats.insert(number, code);
                }
            }
            id::FONT => fonts.push(font(data, theme).unwrap_or_default()),
            id::FILL => fills.push(fill(data, theme).unwrap_or_default()),
            id::BORDER => borders.push(border(data, theme).unwrap_or_default()),
            id::CELL_XFS => in_cells = true,
            id::CELL_XFS_END => in_cells = false,
            id::XF if in_cells => {
                out.push(style(data, &fonts, &fills, &borders, &formats).unwrap_or_default());
            }
            _ => {}
        }
    }
    if out.is_empty() {
        out.push(Style::default());
    }
    out
}

fn font(mut data: Bytes<'_>, theme: &[u32]) -> Option<Font> {
    let (size, flags, weight, script) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?);
    let [underline, family, charset, _] = [data.u8()?, data.u8()?, data.u8()?, data.u8()?];
    let colour = colour(&mut data, theme)?;
    data.u8()?;
    Some(Font {
        name: string(&mut data)?,
        size: f64::from(size) / 20.0,
        bold: weight >= 600,
        italic: flags & 2 != 0,
        strike: flags & 8 != 0,
        underline,
        script: u8::try_from(script).unwrap_or(0),
        colour,
        charset,
        family,
    })
}

fn fill(mut data: Bytes<'_>, theme: &[u32]) -> Option<Fill> {
    let pattern = u8::try_from(data.u32()?).ok()?;
    Some(Fill { pattern, fore: colour(&mut data, theme)?, back: colour(&mut data, theme)? })
}

fn border(mut data: Bytes<'_>, theme: &[u32]) -> Option<Borders> {
    let diagonals = data.u8()? & 3;
    let mut line = || {
        let style = data.u8()?;
        data.u8()?;
        Some(Line { style, colour: colour(&mut data, theme)? })
    };
    let [top, bottom, left, right, diagonal] = [line()?, line()?, line()?, line()?, line()?];
    Some(Borders { left, right, top, bottom, diagonal, diagonals })
}

fn style(
    mut data: Bytes<'_>,
    fonts: &[Font],
    fills: &[Fill],
    borders: &[Borders],
    formats: &HashMap<u16, String>,
) -> Option<Style> {
    data.u16()?;
    let [format, font, fill, border] = [data.u16()?, data.u16()?, data.u16()?, data.u16()?];
    let (rotation, indent, flags) = (data.u8()?, data.u8()?, data.u16()?);
    let code = formats.get(&format).cloned();
    Some(Style {
        font: fonts.get(usize::from(font)).cloned().unwrap_or_default(),
        fill: fills.get(usize::from(fill)).copied().unwrap_or_default(),
        borders: borders.get(usize::from(border)).copied().unwrap_or_default(),
        format: NumberFormat { builtin: if code.is_some() { 0 } else { format }, code },
        align: Alignment {
            horizontal: (flags & 7) as u8,
            vertical: (flags >> 3 & 7) as u8,
            wrap: flags & 0x40 != 0,
            shrink: flags & 0x100 != 0,
            reading: (flags >> 10 & 3) as u8,
            rotation,
            indent,
        },
        locked: flags & 0x1000 != 0,
        hidden: flags & 0x2000 != 0,
        quoted: flags & 0x8000 != 0,
    })
}
