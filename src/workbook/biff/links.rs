//! Hyperlinks ([MS-OSHARED] 2.3.7), notes, and texts of several fonts.

use super::drawing::Drawing;
use super::globals::Globals;
use super::records::{Bytes, Record, id};
use super::sheet::cell_range;
use super::strings::{Shared, wide};
use crate::cell::CellRef;
use crate::workbook::looks::{Font, Link, Note, SheetLooks};

/// What is gathered while reading: a note's text is in another record than its place.
#[derive(Default)]
pub struct Links {
    found: Vec<Link>,
    notes: Vec<(Note, u16)>,
}

impl Links {
    /// Takes a record of a link or note; `None` for another kind, or a damaged one.
    pub fn take(&mut self, globals: &Globals, record: &Record<'_>) -> Option<()> {
        match record.id {
            id::HYPERLINK => {
                let joined = record.joined();
                let link = link(&mut Bytes::new(&joined))?;
                // As many as Excel takes.
                if !link.target.is_empty() && self.found.len() < 65_530 {
                    self.found.push(link);
                }
            }
            id::HYPERLINK_TIP => {
                let mut data = record.bytes();
                data.take(10)?;
                let tip = wide(data.rest());
                self.found.last_mut()?.tip = tip.trim_end_matches('\0').to_owned();
            }
            id::NOTE => {
                let mut data = record.bytes();
                let at = CellRef::new(u32::from(data.u16()?), u32::from(data.u16()?));
                if globals.biff8 {
                    let (flags, object) = (data.u16()?, data.u16()?);
                    let author = globals.text.long(&mut data).unwrap_or_default();
                    let note = Note { at, text: String::new(), author, shown: flags & 2 != 0 };
                    self.notes.push((note, object));
                } else {
                    // A long note goes on in further records without a place.
                    data.u16()?;
                    let text = globals.text.narrow(data.rest());
                    match self.notes.last_mut().filter(|_| at.row == 0xffff) {
                        Some((note, _)) => note.text.push_str(&text),
                        None => {
                            let author = String::new();
                            self.notes.push((Note { at, text, author, shown: false }, 0));
                        }
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }

    pub fn finish(&mut self, looks: &mut SheetLooks, drawing: &Drawing) {
        looks.links = std::mem::take(&mut self.found);
        for (mut note, object) in std::mem::take(&mut self.notes) {
            if let Some(text) = drawing.text_of(object) {
                note.text = text.to_owned();
            }
            looks.notes.push(note);
        }
    }
}

fn link(data: &mut Bytes<'_>) -> Option<Link> {
    let range = cell_range(data)?;
    data.take(20)?;
    let flags = data.u32()?;
    let string = |data: &mut Bytes<'_>| {
        let count = (data.u32()? as usize).checked_mul(2)?;
        Some(wide(data.take(count)?).trim_end_matches('\0').to_owned())
    };
    for bit in [0x10, 0x80] {
        if flags & bit != 0 {
            string(data)?;
        }
    }
    let mut target = String::new();
    if flags & 1 != 0 {
        target = if flags & 0x100 != 0 { string(data)? } else { moniker(data)? };
    }
    if flags & 8 != 0 {
        let place = string(data)?;
        target = if target.is_empty() {
            format!("internal:{place}")
        } else {
            format!("{target}#{place}")
        };
    }
    Some(Link { range, target, tip: String::new() })
}

fn moniker(data: &mut Bytes<'_>) -> Option<String> {
    let class = data.take(16)?;
    if class.starts_with(&[0xe0, 0xc9, 0xea, 0x79]) {
        let size = data.u32()? as usize;
        let text = wide(data.take(size)?);
        return Some(text.split('\0').next().unwrap_or_default().to_owned());
    }
    if !class.starts_with(&[0x03, 0x03, 0, 0]) {
        return None;
    }
    let up = usize::from(data.u16()?);
    let size = data.u32()? as usize;
    let short: String = data.take(size)?.iter().copied().map(char::from).collect();
    data.take(24)?;
    let more = data.u32()? as usize;
    let mut name = short.trim_end_matches('\0').to_owned();
    if more > 0 {
        let mut rest = Bytes::new(data.take(more)?);
        let size = rest.u32()? as usize;
        rest.u16()?;
        name = wide(rest.take(size)?);
    }
    let path = format!("{}{name}", "..\\".repeat(up.min(16)));
    Some(if path.contains("://") { path } else { format!("external:{path}") })
}

/// A text's pieces with the font of each; the font before the first run is the cell's own.
pub fn rich(font_of: impl Fn(u16) -> Font, shared: &Shared, base: &Font) -> Vec<(Font, String)> {
    let units: Vec<u16> = shared.text.encode_utf16().collect();
    let mut out: Vec<(Font, String)> = Vec::new();
    let (mut from, mut font) = (0usize, base.clone());
    let end = (u16::MAX, 0);
    for (at, number) in shared.runs.iter().copied().chain([end]) {
        let to = usize::from(at).min(units.len());
        if at == u16::MAX || to > from {
            let to = if at == u16::MAX { units.len() } else { to };
            let text = String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
            if !text.is_empty() {
                out.push((font.clone(), text.replace("\r\n", "\n")));
            }
            from = to;
        }
        font = font_of(number);
    }
    out
}
