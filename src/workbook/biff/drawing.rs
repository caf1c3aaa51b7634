//! Drawings ([MS-ODRAW]): pictures at their places, the texts of notes, and what else is drawn.

use super::chart;
use super::globals::Globals;
use super::records::{Bytes, Record, id};
use super::strings::Pieces;
use crate::cell::CellRef;
use crate::workbook::looks::{Chart, Picture, SheetLooks};
use crate::workbook::losses::{Kind, Losses};
use std::collections::HashMap;

/// Object types ([MS-XLS] 2.5.143 FtCmo) told apart here.
mod object {
    pub const CHART: u16 = 5;
    pub const PICTURE: u16 = 8;
    pub const DROPDOWN: u16 = 0x14;
    pub const NOTE: u16 = 0x19;
}

/// What a sheet's drawing records say.
#[derive(Default)]
pub struct Drawing {
    shapes: Vec<u8>,
    /// Type and number of every object, in order.
    objects: Vec<(u16, u16)>,
    texts: HashMap<u16, String>,
    charts: Vec<chart::Reader>,
}

/// A shape as the drawing holds it.
#[derive(Default)]
struct Shape {
    picture: Option<u32>,
    anchor: Option<[u16; 9]>,
    has_object: bool,
}

impl Drawing {
    /// Takes a record of drawings; `None` for another kind, or a damaged one.
    pub fn take(&mut self, globals: &Globals, record: &Record<'_>) -> Option<()> {
        match record.id {
            id::DRAWING => self.shapes.extend(record.joined()),
            id::OBJ => {
                let mut data = record.bytes();
                if globals.biff8 {
                    data.take(4)?;
                    self.objects.push((data.u16()?, data.u16()?));
                } else {
                    data.take(4)?;
                    let (kind, number) = (data.u16()?, data.u16()?);
                    self.objects.push((kind, number));
                }
            }
            id::TEXT_OBJECT => {
                let mut data = record.bytes();
                data.take(10)?;
                let count = usize::from(data.u16()?);
                let (_, number) = *self.objects.last()?;
                if count > 0 {
                    let text = Pieces::new(record).text_object(count)?;
                    self.texts.insert(number, text.replace("\r\n", "\n").replace('\r', "\n"));
                }
            }
            _ => return None,
        }
        Some(())
    }

    pub fn chart_begins(&mut self) {
        self.charts.push(chart::Reader::default());
    }

    /// Takes a record of the chart at hand.
    pub fn chart_record(&mut self, globals: &Globals, record: &Record<'_>) {
        if let Some(chart) = self.charts.last_mut() {
            chart.take(globals, record);
        }
    }

    /// The text of the object of a number.
    pub fn text_of(&self, object: u16) -> Option<&str> {
        self.texts.get(&object).map(String::as_str)
    }

    pub fn finish(
        &self,
        globals: &Globals,
        looks: &mut SheetLooks,
        sheet: &str,
        losses: &mut Losses,
    ) {
        let mut shapes = Vec::new();
        shapes_in(Bytes::new(&self.shapes), 0, &mut shapes);
        let store = store(&globals.drawings);
        let mut placed = shapes.iter().filter(|shape| shape.has_object);
        let mut charts = self.charts.iter();
        for (kind, _) in &self.objects {
            let shape = placed.next();
            let anchor = shape.and_then(|shape| shape.anchor);
            let place = anchor.map_or(String::new(), |a| start(&a).to_string());
            match *kind {
                object::NOTE | object::DROPDOWN => {}
                object::CHART => {
                    let Some(reader) = charts.next() else { continue };
                    let name = match reader.name() {
                        title if title.is_empty() => place,
                        title => format!("{place}「{title}」"),
                    };
                    match (reader.chart(), anchor.as_ref().map(corners)) {
                        (Some(chart), Some((from, to, movement))) => {
                            if chart.solid {
                                losses.add(sheet, Kind::Solid, name);
                            }
                            let chart = chart.clone();
                            let (from, to) = (Some(from), Some(to));
                            looks.charts.push(Chart { from, to, movement, ..chart });
                        }
                        _ => losses.add(sheet, Kind::Chart, name),
                    }
                }
                object::PICTURE => {
                    let blip = shape
                        .and_then(|shape| shape.picture)
                        .and_then(|index| usize::try_from(index).ok()?.checked_sub(1))
                        .and_then(|index| store.get(index).cloned().flatten());
                    match (blip, anchor) {
                        (Some(bytes), Some(anchor)) => {
                            looks.pictures.push(picture(bytes, &anchor));
                        }
                        _ => losses.add(sheet, Kind::OddPicture, place),
                    }
                }
                _ => losses.add(sheet, Kind::Shape, place),
            }
        }
    }
}

fn start(anchor: &[u16; 9]) -> CellRef {
    let [_, col, _, row, ..] = *anchor;
    CellRef::new(u32::from(row), u32::from(col.min(255)))
}

/// A place in a cell, as shares of its width and height.
type Corner = (CellRef, f64, f64);

fn corners(anchor: &[u16; 9]) -> (Corner, Corner, u8) {
    let [flags, left, dx, top, dy, right, dx_end, bottom, dy_end] = *anchor;
    let corner = |row: u16, col: u16, x: u16, y: u16| {
        let at = CellRef::new(u32::from(row), u32::from(col.min(255)));
        // Offsets are 1/1024 of the column's width and 1/256 of the row's height.
        (at, (f64::from(x) / 1024.0).min(1.0), (f64::from(y) / 256.0).min(1.0))
    };
    let (from, to) = (corner(top, left, dx, dy), corner(bottom, right, dx_end, dy_end));
    (from, to, (flags & 3) as u8)
}

fn picture(bytes: Vec<u8>, anchor: &[u16; 9]) -> Picture {
    let (from, to, movement) = corners(anchor);
    Picture { bytes, from, to, movement }
}

/// A record of the drawing: version and instance, kind, contents.
fn next<'a>(data: &mut Bytes<'a>) -> Option<(u16, u16, Bytes<'a>)> {
    let (instance, kind, size) = (data.u16()?, data.u16()?, data.u32()?);
    let size = (size as usize).min(data.rest().len());
    Some((instance, kind, Bytes::new(data.take(size)?)))
}

fn shapes_in(mut data: Bytes<'_>, depth: u32, out: &mut Vec<Shape>) {
    while let Some((_, kind, inside)) = next(&mut data) {
        match kind {
            0xf004 => out.push(shape(inside)),
            0xf002 | 0xf003 if depth < 32 => shapes_in(inside, depth.saturating_add(1), out),
            _ => {}
        }
    }
}

fn shape(mut data: Bytes<'_>) -> Shape {
    let mut out = Shape::default();
    while let Some((instance, kind, mut inside)) = next(&mut data) {
        match kind {
            0xf00b => {
                for _ in 0..instance >> 4 {
                    let (Some(property), Some(value)) = (inside.u16(), inside.u32()) else { break };
                    if property & 0x3fff == 0x104 {
                        out.picture = Some(value);
                    }
                }
            }
            0xf010 => {
                out.anchor = anchor(inside);
            }
            0xf011 => out.has_object = true,
            _ => {}
        }
    }
    out
}

/// Flags, then column, offset, row and offset of both corners.
fn anchor(mut data: Bytes<'_>) -> Option<[u16; 9]> {
    let mut out = [0; 9];
    for slot in &mut out {
        *slot = data.u16()?;
    }
    Some(out)
}

/// The workbook's pictures by number; `None` for one of a kind that cannot be written.
fn store(group: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let mut data = Bytes::new(group);
    while let Some((_, kind, mut inside)) = next(&mut data) {
        if kind != 0xf000 {
            continue;
        }
        while let Some((_, kind, mut entries)) = next(&mut inside) {
            if kind != 0xf001 {
                continue;
            }
            while let Some((_, kind, entry)) = next(&mut entries) {
                out.push(match kind {
                    0xf007 => embedded(entry),
                    0xf018..=0xf117 => blip(kind, 0, entry),
                    _ => None,
                });
            }
        }
    }
    out
}

fn embedded(mut entry: Bytes<'_>) -> Option<Vec<u8>> {
    entry.take(33)?;
    let name = usize::from(entry.u8()?);
    entry.take(2 + name)?;
    let (instance, kind, inside) = next(&mut entry)?;
    blip(kind, instance >> 4, inside)
}

fn blip(kind: u16, instance: u16, mut data: Bytes<'_>) -> Option<Vec<u8>> {
    // One or two checksums and a byte stand before the file.
    let two = matches!(instance, 0x46b | 0x6e3 | 0x6e1 | 0x7a9);
    data.take(if two { 33 } else { 17 })?;
    let file = data.rest();
    match kind {
        0xf01d | 0xf02a if file.starts_with(&[0xff, 0xd8]) => Some(file.to_vec()),
        0xf01e if file.starts_with(b"\x89PNG") => Some(file.to_vec()),
        0xf01f => bitmap(file),
        _ => None,
    }
}

/// A bitmap without its file header, given one.
fn bitmap(file: &[u8]) -> Option<Vec<u8>> {
    if file.starts_with(b"BM") {
        return Some(file.to_vec());
    }
    let mut data = Bytes::new(file);
    let header = data.u32().filter(|size| (12..=124).contains(size))?;
    data.take(10)?;
    let bits = data.u16()?;
    data.take(16)?;
    let used = data.u32()?;
    let colours = if used > 0 {
        used.min(256)
    } else if bits <= 8 {
        1 << bits
    } else {
        0
    };
    let offset = 14u32.saturating_add(header).saturating_add(colours.saturating_mul(4));
    let size = u32::try_from(file.len()).ok()?.checked_add(14)?;
    let mut out = b"BM".to_vec();
    out.extend(size.to_le_bytes());
    out.extend([0; 4]);
    out.extend(offset.to_le_bytes());
    out.extend(file);
    Some(out)
}
