//! Styles of an .xlsb.

use super::records::{Records, id, string};
use crate::workbook::biff::records::Bytes;
use crate::workbook::biff::strings::wide;
use crate::workbook::looks::{
    Alignment, Borders, Change, Colour, Fill, Font, Line, NumberFormat, Style,
};
use crate::workbook::theme::tinted;
use std::collections::HashMap;

pub fn colour(data: &mut Bytes<'_>, theme: &[u32]) -> Option<Colour> {
    let (kind, index, tint) = (data.u8()? >> 1, data.u8()?, data.i16()?);
    let [red, green, blue, _] = [data.u8()?, data.u8()?, data.u8()?, data.u8()?].map(u32::from);
    let base = match kind {
        1 => crate::workbook::biff::globals::indexed(index),
        2 => Some(red << 16 | green << 8 | blue),
        3 => theme.get(usize::from(index)).copied(),
        _ => None,
    };
    Some(base.map(|rgb| tinted(rgb, f64::from(tint) / 32767.0)))
}

/// What the styles part holds.
pub struct Styles {
    /// Looks of cells; at least one.
    pub styles: Vec<Style>,
    /// Fonts, which runs of letters name.
    pub fonts: Vec<Font>,
    /// What conditions change.
    pub changes: Vec<Change>,
}

pub fn styles(body: &[u8], theme: &[u32]) -> Styles {
    let mut fonts = Vec::new();
    let mut fills = Vec::new();
    let mut borders = Vec::new();
    let mut formats: HashMap<u16, String> = HashMap::new();
    let mut out = Vec::new();
    let mut changes = Vec::new();
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
            id::DXF => changes.push(change(data, theme).unwrap_or_default()),
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
    Styles { styles: out, fonts, changes }
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

/// What a condition changes: properties by their numbers (2.5.163 XFProp).
fn change(mut data: Bytes<'_>, theme: &[u32]) -> Option<Change> {
    data.take(4)?;
    let mut out = Change::default();
    let (mut fill, mut borders) = (None::<Fill>, None::<Borders>);
    for _ in 0..data.u16()? {
        let (kind, size) = (data.u16()?, usize::from(data.u16()?));
        let mut own = Bytes::new(data.take(size.checked_sub(4)?)?);
        let mut line = || {
            let colour = colour(&mut own, theme)?;
            Some(Line { style: u8::try_from(own.u16()?).ok()?, colour })
        };
        match kind {
            0 => fill.get_or_insert_default().pattern = own.u8()?,
            1 => fill.get_or_insert_default().fore = colour(&mut own, theme)?,
            2 => fill.get_or_insert_default().back = colour(&mut own, theme)?,
            5 => out.colour = colour(&mut own, theme)?,
            6 => borders.get_or_insert_default().top = line()?,
            7 => borders.get_or_insert_default().bottom = line()?,
            8 => borders.get_or_insert_default().left = line()?,
            9 => borders.get_or_insert_default().right = line()?,
            25 => out.bold = Some(own.u16()? >= 600),
            26 => out.underline = Some(own.u16()? as u8),
            28 => out.italic = Some(own.u8()? != 0),
            29 => out.strike = Some(own.u8()? != 0),
            38 => {
                let count = usize::from(own.u16()?);
                let code = wide(own.take(count.checked_mul(2)?)?);
                out.format = Some(NumberFormat { builtin: 0, code: Some(code) });
            }
            41 if out.format.is_none() => {
                out.format = Some(NumberFormat { builtin: own.u16()?, code: None });
            }
            _ => {}
        }
    }
    // A fill that names no pattern is solid, and its colour is the one behind.
    if let Some(fill) = &mut fill
        && fill.pattern == 0
        && (fill.fore.is_some() || fill.back.is_some())
    {
        fill.pattern = 1;
    }
    (out.fill, out.borders) = (fill, borders);
    Some(out)
}
