//! Formula tokens ([MS-XLS] 2.5.198 and [MS-XLSB] 2.5.97, Ptg) as the text that Excel shows.
//!
//! The tokens stand in reverse Polish order and keep the parentheses that were typed, so a stack of
//! texts is enough. What cannot be said in a new workbook (another file's cells, a data table, a
//! token that Excel does not write) is a [`Fault`], never a guess.

mod functions;
mod places;

use super::globals::Book;
use super::records::Bytes;
use super::strings::{Text, wide};
use crate::cell::quoted_sheet;
use crate::text::round15;
use functions::function;

/// Which of Excel's file formats the tokens are of: their kinds are the same, their sizes are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// Excel 5 and 95: 16,384 rows, 256 columns.
    Biff5,
    /// Excel 97 to 2003: 65,536 rows, 256 columns.
    Biff8,
    /// .xlsb ([MS-XLSB] 2.5.97): 1,048,576 rows, 16,384 columns.
    Biff12,
}

/// What tokens name by a number.
pub trait Source {
    /// Sizes of the tokens.
    fn grid(&self) -> Grid;
    /// How their strings are written.
    fn text(&self) -> Text;
    /// A defined name, counted from 0.
    fn name(&self, index: usize) -> Option<&str>;
    /// Whether that name has no meaning in a new workbook.
    fn is_lost(&self, index: usize) -> bool;
    /// Where a reference leads to: book, first and last sheet.
    fn link(&self, index: usize) -> Option<(Book, i32, i32)>;
    /// A name of the book that a reference leads to, counted from 0.
    fn foreign_name(&self, link: usize, index: usize) -> Option<&str>;
    /// Whether the workbook refers to no other book at all.
    fn is_alone(&self) -> bool;
    /// A sheet's name.
    fn sheet_name(&self, index: i32) -> Option<&str>;
}

/// Why a formula has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It reads another file, or uses a name or macro that cannot be carried over.
    OtherFile,
    /// Its tokens are damaged, or not of a kind that stands in cells.
    Unread,
    /// It is a part of the shared or array formula, or data table, that begins at this cell.
    PartOf(u32, u32),
}

/// Where the tokens stand.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    source: &'a dyn Source,
    row: u32,
    col: u32,
}

impl<'a> Context<'a> {
    /// Tokens of the cell at a row and column; of the first cell for names and rules.
    pub fn new(source: &'a dyn Source, row: u32, col: u32) -> Self {
        Self { source, row, col }
    }
}

/// Longest text that Excel takes, and the most that is built.
const LONGEST: usize = 8192 * 4;

/// The text of a formula without `=`. `extra` holds what stands behind the tokens: array constants.
pub fn text(context: &Context<'_>, tokens: &[u8], extra: &[u8]) -> Result<String, Fault> {
    let mut reader =
        Reader { context, data: Bytes::new(tokens), extra: Bytes::new(extra), stack: Vec::new() };
    while !reader.data.is_empty() {
        reader.token()?;
        if reader.stack.last().is_some_and(|text| text.len() > LONGEST) {
            return Err(Fault::Unread);
        }
    }
    match (reader.stack.pop(), reader.stack.is_empty()) {
        (Some(text), true) => Ok(text),
        _ => Err(Fault::Unread),
    }
}

struct Reader<'a> {
    context: &'a Context<'a>,
    data: Bytes<'a>,
    extra: Bytes<'a>,
    stack: Vec<String>,
}

impl Reader<'_> {
    fn token(&mut self) -> Result<(), Fault> {
        let code = self.data.u8().ok_or(Fault::Unread)?;
        // Operands come in three classes: reference, value, array.
        let base = if code >= 0x40 { code & 0x1f | 0x20 } else { code };
        if base == 0x01 || base == 0x02 {
            let (row, col) = self.start().ok_or(Fault::Unread)?;
            return Err(Fault::PartOf(row, col));
        }
        if base == 0x23 {
            let mut ahead = self.data;
            let index = self.number(&mut ahead).ok_or(Fault::Unread)?;
            if index.checked_sub(1).is_some_and(|i| self.context.source.is_lost(i)) {
                return Err(Fault::OtherFile);
            }
        }
        let foreign = matches!(base, 0x39..=0x3d) && !self.is_own(base).ok_or(Fault::Unread)?;
        if foreign {
            return Err(Fault::OtherFile);
        }
        self.read(base).ok_or(Fault::Unread)
    }

    fn grid(&self) -> Grid {
        self.context.source.grid()
    }

    /// A size by the format of the file.
    fn sized(&self, biff5: usize, biff8: usize, biff12: usize) -> usize {
        match self.grid() {
            Grid::Biff5 => biff5,
            Grid::Biff8 => biff8,
            Grid::Biff12 => biff12,
        }
    }

    /// The first cell of the shared or array formula that this one is a part of.
    fn start(&mut self) -> Option<(u32, u32)> {
        if self.grid() == Grid::Biff12 {
            return Some((self.data.u32()?, self.extra.u32()?));
        }
        Some((u32::from(self.data.u16()?), u32::from(self.data.u16()?)))
    }

    /// The number of a name, counted from 1.
    fn number(&self, data: &mut Bytes<'_>) -> Option<usize> {
        match self.grid() {
            Grid::Biff12 => usize::try_from(data.u32()?).ok(),
            _ => data.u16().map(usize::from),
        }
    }

    fn push(&mut self, text: impl Into<String>) -> Option<()> {
        self.stack.push(text.into());
        Some(())
    }

    fn read(&mut self, base: u8) -> Option<()> {
        match base {
            0x03..=0x11 => {
                let (right, left) = (self.stack.pop()?, self.stack.pop()?);
                let sign =
                    *["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"]
                        .get(usize::from(base.saturating_sub(3)))?;
                self.push(format!("{left}{sign}{right}"))
            }
            0x12 | 0x13 => {
                let operand = self.stack.pop()?;
                self.push(format!("{}{operand}", if base == 0x12 { "+" } else { "-" }))
            }
            0x14 => {
                let operand = self.stack.pop()?;
                self.push(format!("{operand}%"))
            }
            0x15 => {
                let operand = self.stack.pop()?;
                self.push(format!("({operand})"))
            }
            0x16 => self.push(""),
            0x17 => {
                let text = if self.grid() == Grid::Biff12 {
                    let count = usize::from(self.data.u16()?);
                    wide(self.data.take(count.checked_mul(2)?)?)
                } else {
                    self.context.source.text().short(&mut self.data)?
                };
                self.push(format!("\"{}\"", text.replace('"', "\"\"")))
            }
            0x19 => self.attribute(),
            0x1c => {
                let error = error_text(self.data.u8()?)?;
                self.push(error)
            }
            0x1d => {
                let flag = self.data.u8()? != 0;
                self.push(if flag { "TRUE" } else { "FALSE" })
            }
            0x1e => {
                let number = self.data.u16()?;
                self.push(number.to_string())
            }
            0x1f => {
                let number = self.data.f64()?;
                self.push(number_text(number))
            }
            0x20 => {
                self.data.take(self.sized(7, 7, 14))?;
                let text = self.array()?;
                self.push(text)
            }
            0x21 => {
                let number = self.data.u16()?;
                let (name, count) = function(number)?;
                if count == 255 {
                    return None;
                }
                self.call(name, usize::from(count))
            }
            0x22 => {
                let count = usize::from(self.data.u8()? & 0x7f);
                let number = self.data.u16()?;
                if number == 255 {
                    // A function of an add-in, a macro or a later Excel: its name is an argument.
                    return self.call_named(count.checked_sub(1)?);
                }
                let (name, _) = function(number & 0x7fff).filter(|_| number & 0x8000 == 0)?;
                self.call(name, count)
            }
            0x23 => {
                let mut data = self.data;
                let index = self.number(&mut data)?;
                self.data = data;
                self.data.take(self.sized(12, 2, 0))?;
                let name = self.context.source.name(index.checked_sub(1)?)?;
                let text = later_function(name).to_owned();
                self.push(text)
            }
            0x24 | 0x2c => {
                let cell = self.cell(base == 0x2c)?;
                self.push(cell)
            }
            0x25 | 0x2d => {
                let area = self.area(base == 0x2d)?;
                self.push(area)
            }
            // How much memory a union takes; its tokens follow by themselves.
            0x26 => {
                self.data.take(6)?;
                let (count, each) = match self.grid() {
                    Grid::Biff12 => (usize::try_from(self.extra.u32()?).ok()?, 16),
                    _ => (usize::from(self.extra.u16()?), 8),
                };
                self.extra.take(count.checked_mul(each)?).map(drop)
            }
            0x27 | 0x28 | 0x2e | 0x2f => self.data.take(6).map(drop),
            0x29 => self.data.take(2).map(drop),
            0x2a | 0x2b => {
                let size = self.broken(base == 0x2a);
                self.data.take(size)?;
                self.push("#REF!")
            }
            0x39 => self.named_elsewhere(),
            0x3a..=0x3d => {
                let sheets = self.sheets()?;
                let text = match base {
                    0x3a => self.cell(false)?,
                    0x3b => self.area(false)?,
                    _ => {
                        let size = self.broken(base == 0x3c);
                        self.data.take(size)?;
                        "#REF!".to_owned()
                    }
                };
                match sheets {
                    Some(sheets) => self.push(format!("{sheets}!{text}")),
                    None => self.push("#REF!"),
                }
            }
            _ => None,
        }
    }

    /// Bytes of a reference to what was deleted: a cell, or an area.
    fn broken(&self, cell: bool) -> usize {
        if cell { self.sized(3, 4, 6) } else { self.sized(6, 8, 12) }
    }

    fn attribute(&mut self) -> Option<()> {
        let flags = self.data.u8()?;
        let data = self.data.u16()?;
        if flags & 0x04 != 0 {
            // The jump table of CHOOSE.
            self.data.take(usize::from(data).saturating_add(1).saturating_mul(2))?;
        }
        if flags & 0x10 != 0 {
            return self.call("SUM", 1);
        }
        Some(())
    }

    fn arguments(&mut self, count: usize) -> Option<String> {
        let start = self.stack.len().checked_sub(count)?;
        Some(self.stack.split_off(start).join(","))
    }

    fn call(&mut self, name: &str, count: usize) -> Option<()> {
        let arguments = self.arguments(count)?;
        self.push(format!("{name}({arguments})"))
    }

    fn call_named(&mut self, count: usize) -> Option<()> {
        let arguments = self.arguments(count)?;
        let name = self.stack.pop().filter(|name| !name.is_empty())?;
        self.push(format!("{name}({arguments})"))
    }

    /// Whether the token at hand, whose reference follows, stays in this workbook.
    fn is_own(&self, base: u8) -> Option<bool> {
        let mut data = self.data;
        let source = self.context.source;
        if self.grid() == Grid::Biff5 {
            // Negative for sheets of this workbook.
            let index = data.i16()?;
            return Some(index < 0 || base == 0x39 && source.is_alone());
        }
        let (book, ..) = source.link(usize::from(data.u16()?))?;
        Some(book == Book::Own || base == 0x39 && book == Book::AddIn)
    }

    fn named_elsewhere(&mut self) -> Option<()> {
        let source = self.context.source;
        if self.grid() == Grid::Biff5 {
            self.data.take(10)?;
            let index = usize::from(self.data.u16()?);
            self.data.take(12)?;
            let name = source.name(index.checked_sub(1)?)?;
            return self.push(name);
        }
        let which = usize::from(self.data.u16()?);
        let mut data = self.data;
        let index = self.number(&mut data)?.checked_sub(1)?;
        self.data = data;
        self.data.take(self.sized(0, 2, 0))?;
        let (book, first, _) = source.link(which)?;
        if book == Book::AddIn {
            let name = source.foreign_name(which, index).filter(|name| !name.is_empty())?;
            return self.push(later_function(name));
        }
        let name = source.name(index)?;
        let sheet = source.sheet_name(first).map(|s| quoted_sheet(s) + "!");
        self.push(format!("{}{name}", sheet.unwrap_or_default()))
    }

    fn array(&mut self) -> Option<String> {
        let (grid, text_kind) = (self.grid(), self.context.source.text());
        let data = &mut self.extra;
        let (cols, rows) = match grid {
            Grid::Biff5 => match (data.u8()?, usize::from(data.u16()?)) {
                (0, rows) => (256, rows),
                (cols, rows) => (usize::from(cols), rows),
            },
            Grid::Biff8 => (usize::from(data.u8()?) + 1, usize::from(data.u16()?) + 1),
            Grid::Biff12 => {
                let rows = usize::try_from(data.u32()?).ok()?;
                (usize::try_from(data.u32()?).ok().filter(|cols| *cols > 0)?, rows)
            }
        };
        let mut text = String::from("{");
        for row in 0..rows {
            for col in 0..cols {
                text.push_str(match (row, col) {
                    (0, 0) => "",
                    (_, 0) => ";",
                    _ => ",",
                });
                let new = grid == Grid::Biff12;
                // The new format numbers the kinds otherwise, and pads less.
                match (data.u8()?, new) {
                    (0, false) => drop(data.take(8)?),
                    (1, false) | (0, true) => text.push_str(&number_text(data.f64()?)),
                    (2, false) | (1, true) => {
                        let word = match grid {
                            Grid::Biff5 => text_kind.short(data)?,
                            Grid::Biff8 => text_kind.long(data)?,
                            Grid::Biff12 => {
                                let count = usize::from(data.u16()?);
                                wide(data.take(count.checked_mul(2)?)?)
                            }
                        };
                        text.push_str(&format!("\"{}\"", word.replace('"', "\"\"")));
                    }
                    (4, false) | (2, true) => {
                        text.push_str(if data.u8()? != 0 { "TRUE" } else { "FALSE" });
                        data.take(if new { 0 } else { 7 })?;
                    }
                    (16, false) | (4, true) => {
                        text.push_str(error_text(data.u8()?)?);
                        data.take(if new { 3 } else { 7 })?;
                    }
                    _ => return None,
                }
                if text.len() > LONGEST {
                    return None;
                }
            }
        }
        text.push('}');
        Some(text)
    }
}

/// An error value ([MS-XLS] 2.5.10 BErr).
pub fn error_text(code: u8) -> Option<&'static str> {
    Some(match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => return None,
    })
}

/// A number as a formula spells it.
fn number_text(number: f64) -> String {
    let number = round15(number);
    let size = number.abs();
    if size != 0.0 && !(1e-9..1e15).contains(&size) {
        format!("{number:E}").replace('E', if size < 1.0 { "E" } else { "E+" })
    } else {
        number.to_string()
    }
}

/// Functions that came after .xls stand there under a name of their own; those of Excel 2007 have
/// no prefix in .xlsx.
fn later_function(name: &str) -> &str {
    const PLAIN: [&str; 13] = [
        "AVERAGEIF",
        "AVERAGEIFS",
        "COUNTIFS",
        "SUMIFS",
        "IFERROR",
        "CUBEKPIMEMBER",
        "CUBEMEMBER",
        "CUBEMEMBERPROPERTY",
        "CUBERANKEDMEMBER",
        "CUBESET",
        "CUBESETCOUNT",
        "CUBEVALUE",
        "RTD",
    ];
    match name.strip_prefix("_xlfn.") {
        Some(plain) if PLAIN.contains(&plain.to_uppercase().as_str()) => plain,
        _ => name,
    }
}
