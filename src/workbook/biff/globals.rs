//! The workbook's globals substream ([MS-XLS] 2.1.7.20.3): fonts, formats, XFs, palette, sheets,
//! names, links, shared strings, the store of pictures.

use super::colours::Exact;
use super::formula::{self, Context, Grid, Source};
use super::records::{Bytes, Record, Records, id};
use super::strings::{Pieces, Shared, Text};
use crate::limits::Limits;
use crate::workbook::looks::{Alignment, Borders, Colour, Fill, Font, Line, NumberFormat, Style};
use std::collections::{HashMap, HashSet};

/// A sheet as the globals list it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub start: usize,
    pub visibility: u8,
    /// 0 worksheet, 1 macro sheet, 2 chart, 6 VBA module.
    pub kind: u8,
    pub name: String,
}

/// Where a reference to another sheet leads ([MS-XLS] 2.4.271 SupBook).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// This workbook.
    Own,
    /// Functions of add-ins.
    AddIn,
    /// Another file.
    Other,
}

/// A defined name.
#[derive(Debug, Clone)]
pub struct Defined {
    pub name: String,
    /// One of Excel's own: 6 print area, 7 print titles, 13 filter range.
    pub builtin: Option<u8>,
    /// A macro's or a function's, or one whose formula is binary data.
    pub command: bool,
    /// The sheet it is local to.
    pub sheet: Option<usize>,
    tokens: Vec<u8>,
    extra: Vec<u8>,
}

/// The globals.
#[derive(Debug, Clone)]
pub struct Globals {
    pub text: Text,
    pub biff8: bool,
    pub locked: bool,
    pub date1904: bool,
    pub active: usize,
    pub protected: bool,
    /// Whether Excel calculated it last; it calculates the work of others on opening.
    pub by_excel: bool,
    by_calc: bool,
    pub fonts: Vec<Font>,
    pub styles: Vec<Style>,
    pub sheets: Vec<Listed>,
    pub names: Vec<Defined>,
    pub books: Vec<(Book, Vec<String>)>,
    /// Book, first and last sheet of every external sheet reference.
    pub externs: Vec<(usize, i16, i16)>,
    pub strings: Vec<Shared>,
    /// Names that have no meaning in a new workbook: of other files, macros and binary data.
    pub lost_names: HashSet<usize>,
    pub drawings: Vec<u8>,
    formats: HashMap<u16, String>,
    palette: Vec<u32>,
    /// Colours of the theme.
    pub theme: Vec<u32>,
    /// How many styles are filled with shades of several colours.
    pub shades: usize,
}

impl Globals {
    /// Reads the records up to the end of the globals; `None` where they do not begin.
    pub fn read(stream: &[u8], limits: &Limits) -> Option<Self> {
        let mut records = Records::at(stream, 0);
        let first = records.next()?;
        let version = (first.id == id::BOF).then(|| first.bytes().u16())??;
        let biff8 = version >= 0x600;
        let codepage = Records::at(stream, 0)
            .take_while(|r| r.id != id::EOF)
            .find(|r| r.id == id::CODEPAGE)
            .and_then(|r| r.bytes().u16())
            .unwrap_or(1252);
        let mut out = Self {
            text: Text::new(biff8, codepage),
            biff8,
            locked: false,
            date1904: false,
            active: 0,
            protected: false,
            by_excel: false,
            by_calc: false,
            fonts: Vec::new(),
            styles: Vec::new(),
            sheets: Vec::new(),
            names: Vec::new(),
            books: Vec::new(),
            externs: Vec::new(),
            strings: Vec::new(),
            lost_names: HashSet::new(),
            drawings: Vec::new(),
            formats: HashMap::new(),
            palette: palette(biff8),
            theme: Vec::new(),
            shades: 0,
        };
        let (mut xfs, mut exact) = (Vec::new(), Exact::default());
        for record in records {
            match record.id {
                id::EOF => break,
                id::XF => xfs.push(record),
                id::FILEPASS => {
                    out.locked = true;
                    return Some(out);
                }
                id::XF_CHECK | id::XF_ADDED | id::THEME | id::THEME_CONTINUED => {
                    exact.take(&record)
                }
                // A damaged record is passed over; what it held is missing.
                _ => drop(out.take(&record)),
            }
        }
        let mut styles: Vec<Style> =
            xfs.iter().map(|xf| out.style(xf).unwrap_or_default()).collect();
        out.theme = exact.theme(limits);
        out.shades = exact.apply(&xfs, &mut styles, |index| out.colour(index), &out.theme);
        out.styles = styles;
        let lost = out.names.iter().enumerate().filter(|(_, name)| {
            let later = name.name.starts_with("_xlfn.");
            !later && (name.command || out.refers_to(name).is_err())
        });
        out.lost_names = lost.map(|(index, _)| index).collect();
        Some(out)
    }

    fn take(&mut self, record: &Record<'_>) -> Option<()> {
        let mut data = record.bytes();
        match record.id {
            id::DATE_1904 => self.date1904 = data.u16()? != 0,
            id::RECALC => self.by_excel = !self.by_calc,
            // LibreOffice signs as Calc, and may pass on results that were never computed.
            id::WRITE_ACCESS => self.by_calc = self.text.long(&mut data)?.trim() == "Calc",
            id::PROTECT => self.protected |= data.u16()? != 0,
            id::WINDOW1 => {
                data.take(10)?;
                self.active = usize::from(data.u16()?);
            }
            id::FONT => {
                let font = self.font(&mut data).unwrap_or_default();
                self.fonts.push(font);
            }
            id::FORMAT => {
                let number = data.u16()?;
                let code = if self.biff8 {
                    self.text.long(&mut data)?
                } else {
                    self.text.short(&mut data)?
                };
                self.formats.insert(number, code);
            }
            id::PALETTE => {
                let count = usize::from(data.u16()?).min(56);
                for slot in self.palette.iter_mut().take(count) {
                    let [r, g, b] = [data.u8()?, data.u8()?, data.u8()?];
                    data.u8()?;
                    *slot = u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b);
                }
            }
            id::SHEET => {
                let start = data.u32()? as usize;
                let (visibility, kind) = (data.u8()? & 3, data.u8()?);
                let name = self.text.short(&mut data)?;
                self.sheets.push(Listed { start, visibility, kind, name });
            }
            id::SST => self.strings = Pieces::new(record).table(),
            id::DRAWING_GROUP => self.drawings.extend(record.joined()),
            id::SUPBOOK => {
                data.u16()?;
                let book = match data.u16()? {
                    0x401 => Book::Own,
                    0x3a01 => Book::AddIn,
                    _ => Book::Other,
                };
                self.books.push((book, Vec::new()));
            }
            id::EXTERN_NAME => {
                let flags = data.u16()?;
                data.take(4)?;
                let name = self.text.short(&mut data).unwrap_or_default();
                // DDE and OLE links are no names, but count.
                let name = if flags & 0x18 == 0 { name } else { String::new() };
                self.books.last_mut()?.1.push(name);
            }
            id::EXTERN_SHEET if self.biff8 => {
                let joined = record.joined();
                let mut data = Bytes::new(&joined);
                for _ in 0..data.u16()? {
                    let (book, first, last) = (data.u16()?, data.i16()?, data.i16()?);
                    self.externs.push((usize::from(book), first, last));
                }
            }
            id::EXTERN_SHEET => {
                // BIFF5 keeps one record a sheet: a length, a kind, a name.
                let (_, kind) = (data.u8()?, data.u8()?);
                let book = match kind {
                    2..=4 => Book::Own,
                    _ => Book::Other,
                };
                self.books.push((book, Vec::new()));
            }
            id::NAME => {
                let name = self.name(record)?;
                self.names.push(name);
            }
            _ => {}
        }
        Some(())
    }

    fn font(&self, data: &mut Bytes<'_>) -> Option<Font> {
        let size = f64::from(data.u16()?) / 20.0;
        let flags = data.u16()?;
        let colour = data.u16()?;
        let weight = data.u16()?;
        let script = data.u16()?;
        let [underline, family, charset, _] = [data.u8()?, data.u8()?, data.u8()?, data.u8()?];
        Some(Font {
            name: self.text.short(data)?.trim_end_matches('\0').to_owned(),
            size,
            bold: weight >= 600,
            italic: flags & 2 != 0,
            strike: flags & 8 != 0,
            underline,
            script: u8::try_from(script).unwrap_or(0),
            // Resolved by `font_of`, once the palette is known.
            colour: Some(u32::from(colour)),
            charset,
            family,
        })
    }

    /// A font by its number; 4 is never used ([MS-XLS] 2.5.129 FontIndex).
    pub fn font_of(&self, number: u16) -> Font {
        let index = usize::from(if number > 4 { number.saturating_sub(1) } else { number });
        let mut font = self.fonts.get(index).or(self.fonts.first()).cloned().unwrap_or_default();
        font.colour = font.colour.and_then(|c| u16::try_from(c).ok()).and_then(|c| self.colour(c));
        font
    }

    /// Pixels of a digit in the default font, as Excel on Windows has it for the usual ones.
    pub fn digit(&self) -> f64 {
        crate::workbook::looks::digit(self.styles.first().map_or(10.0, |style| style.font.size))
    }

    /// A colour by its number ([MS-XLS] 2.5.161 Icv).
    pub fn colour(&self, index: u16) -> Colour {
        let index = usize::from(index);
        match index {
            0..8 => EGA.get(index).copied(),
            8..64 => self.palette.get(index.saturating_sub(8)).copied(),
            _ => None,
        }
    }

    /// A number format by its number.
    pub fn format(&self, number: u16) -> NumberFormat {
        let code = self.formats.get(&number).cloned();
        let code = code.filter(|code| !code.eq_ignore_ascii_case("general"));
        NumberFormat { builtin: if self.formats.contains_key(&number) { 0 } else { number }, code }
    }

    fn style(&self, xf: &Record<'_>) -> Option<Style> {
        let mut data = xf.bytes();
        let font = self.font_of(data.u16()?);
        let format = self.format(data.u16()?);
        let flags = data.u16()?;
        let align = data.u8()?;
        let mut style = Style {
            font,
            format,
            locked: flags & 1 != 0,
            hidden: flags & 2 != 0,
            quoted: flags & 8 != 0,
            align: Alignment {
                horizontal: align & 7,
                wrap: align & 8 != 0,
                vertical: align >> 4 & 7,
                ..Alignment::default()
            },
            ..Style::default()
        };
        let line = |style: u32, colour: u32| Line {
            style: (style & 15) as u8,
            colour: self.colour((colour & 127) as u16),
        };
        if self.biff8 {
            style.align.rotation = data.u8()?;
            let more = data.u8()?;
            style.align.indent = more & 15;
            style.align.shrink = more & 16 != 0;
            style.align.reading = more >> 6;
            data.u8()?;
            let (a, b, c) = (data.u32()?, data.u32()?, data.u16()?);
            style.borders = Borders {
                left: line(a, a >> 16),
                right: line(a >> 4, a >> 23),
                top: line(a >> 8, b),
                bottom: line(a >> 12, b >> 7),
                diagonal: line(b >> 21, b >> 14),
                diagonals: (a >> 30) as u8,
            };
            style.fill = Fill {
                pattern: (b >> 26) as u8,
                fore: self.colour(c & 127),
                back: self.colour(c >> 7 & 127),
            };
        } else {
            style.align.rotation = match data.u8()? & 3 {
                1 => 255,
                2 => 90,
                3 => 180,
                _ => 0,
            };
            let (a, b, c, d) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?);
            let [a, b, c, d] = [a, b, c, d].map(u32::from);
            style.fill = Fill {
                pattern: (b & 63) as u8,
                fore: self.colour((a & 127) as u16),
                back: self.colour((a >> 7 & 127) as u16),
            };
            style.borders = Borders {
                bottom: line(b >> 6 & 7, b >> 9),
                top: line(c & 7, c >> 9),
                left: line(c >> 3 & 7, d),
                right: line(c >> 6 & 7, d >> 7),
                ..Borders::default()
            };
        }
        Some(style)
    }

    fn name(&self, record: &Record<'_>) -> Option<Defined> {
        let joined = record.joined();
        let mut data = Bytes::new(&joined);
        let flags = data.u16()?;
        data.u8()?;
        let count = usize::from(data.u8()?);
        let size = usize::from(data.u16()?);
        data.u16()?;
        let sheet = usize::from(data.u16()?);
        data.take(4)?;
        let name = self.text.body(&mut data, count)?;
        let tokens = data.take(size)?.to_vec();
        let builtin = (flags & 0x20 != 0).then(|| name.bytes().next()).flatten();
        Some(Defined {
            name,
            builtin,
            command: flags & 0x100e != 0,
            sheet: sheet.checked_sub(1),
            tokens,
            extra: data.rest().to_vec(),
        })
    }

    /// What a name stands for, as a formula.
    pub fn refers_to(&self, name: &Defined) -> Result<String, formula::Fault> {
        formula::text(&Context::new(self, 0, 0), &name.tokens, &name.extra)
    }
}

impl Source for Globals {
    fn grid(&self) -> Grid {
        if self.biff8 { Grid::Biff8 } else { Grid::Biff5 }
    }

    fn text(&self) -> Text {
        self.text
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(|name| name.name.as_str())
    }

    fn is_lost(&self, index: usize) -> bool {
        self.lost_names.contains(&index)
    }

    fn link(&self, index: usize) -> Option<(Book, i32, i32)> {
        let &(book, first, last) = self.externs.get(index)?;
        let (book, _) = self.books.get(book)?;
        Some((*book, i32::from(first), i32::from(last)))
    }

    fn foreign_name(&self, link: usize, index: usize) -> Option<&str> {
        let &(book, ..) = self.externs.get(link)?;
        self.books.get(book)?.1.get(index).map(String::as_str)
    }

    fn is_alone(&self) -> bool {
        self.books.is_empty()
    }

    fn sheet_name(&self, index: i32) -> Option<&str> {
        let sheet = self.sheets.get(usize::try_from(index).ok()?)?;
        Some(&sheet.name)
    }
}

/// Colours 0 to 7.
const EGA: [u32; 8] =
    [0x00_0000, 0xff_ffff, 0xff_0000, 0x00_ff00, 0x00_00ff, 0xff_ff00, 0xff_00ff, 0x00_ffff];

/// Colours 8 to 63 where the workbook has no palette of its own.
fn palette(biff8: bool) -> Vec<u32> {
    let mut out = vec![
        0x00_0000, 0xff_ffff, 0xff_0000, 0x00_ff00, 0x00_00ff, 0xff_ff00, 0xff_00ff, 0x00_ffff,
        0x80_0000, 0x00_8000, 0x00_0080, 0x80_8000, 0x80_0080, 0x00_8080, 0xc0_c0c0, 0x80_8080,
        0x99_99ff, 0x99_3366, 0xff_ffcc, 0xcc_ffff, 0x66_0066, 0xff_8080, 0x00_66cc, 0xcc_ccff,
        0x00_0080, 0xff_00ff, 0xff_ff00, 0x00_ffff, 0x80_0080, 0x80_0000, 0x00_8080, 0x00_00ff,
        0x00_ccff, 0xcc_ffff, 0xcc_ffcc, 0xff_ff99, 0x99_ccff, 0xff_99cc, 0xcc_99ff, 0xff_cc99,
        0x33_66ff, 0x33_cccc, 0x99_cc00, 0xff_cc00, 0xff_9900, 0xff_6600, 0x66_6699, 0x96_9696,
        0x00_3366, 0x33_9966, 0x00_3300, 0x33_3300, 0x99_3300, 0x99_3366, 0x33_3399, 0x33_3333,
    ];
    if !biff8 && let Some(slot) = out.get_mut(39) {
        *slot = 0xe3_e3e3;
    }
    out
}

/// A colour of the standard palette by its number.
pub fn indexed(index: u8) -> Colour {
    let index = usize::from(index);
    match index {
        0..8 => EGA.get(index).copied(),
        8..64 => palette(true).get(index.saturating_sub(8)).copied(),
        _ => None,
    }
}
