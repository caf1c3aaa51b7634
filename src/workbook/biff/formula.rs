//! Formula tokens ([MS-XLS] 2.5.198, Ptg) as the text that Excel shows.
//!
//! The tokens stand in reverse Polish order and keep the parentheses that were typed, so a stack of
//! texts is enough. What cannot be said in a new workbook (another file's cells, a data table, a
//! token that Excel does not write) is a [`Fault`], never a guess.

use super::functions::function;
use super::globals::{Book, Globals};
use super::records::Bytes;
use crate::cell::{MAX_COLS, MAX_ROWS, column_letters, quoted_sheet};
use crate::text::round15;

/// Why a formula has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It reads another file, or uses a name or macro that cannot be carried over.
    OtherFile,
    /// Its tokens are damaged, or not of a kind that stands in cells.
    Unread,
    /// It is a part of the shared or array formula, or data table, that begins at this cell.
    PartOf(u16, u16),
}

/// Where the tokens stand.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    globals: &'a Globals,
    row: u32,
    col: u32,
}

impl<'a> Context<'a> {
    /// Tokens of the cell at a row and column; of the first cell for names and rules.
    pub fn new(globals: &'a Globals, row: u32, col: u32) -> Self {
        Self { globals, row, col }
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
            let (row, col) = self.pair().ok_or(Fault::Unread)?;
            return Err(Fault::PartOf(row, col));
        }
        if base == 0x23 {
            let index = usize::from(Bytes::new(self.data.rest()).u16().ok_or(Fault::Unread)?);
            if index.checked_sub(1).is_some_and(|i| self.context.globals.lost_names.contains(&i)) {
                return Err(Fault::OtherFile);
            }
        }
        let foreign = matches!(base, 0x39..=0x3d) && !self.is_own(base).ok_or(Fault::Unread)?;
        if foreign {
            return Err(Fault::OtherFile);
        }
        self.read(base).ok_or(Fault::Unread)
    }

    fn pair(&mut self) -> Option<(u16, u16)> {
        Some((self.data.u16()?, self.data.u16()?))
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
                let text = self.context.globals.text.short(&mut self.data)?;
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
                self.data.take(7)?;
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
                let index = usize::from(self.data.u16()?);
                self.data.take(if self.biff8() { 2 } else { 12 })?;
                let name = self.context.globals.names.get(index.checked_sub(1)?)?;
                let text = later_function(&name.name).to_owned();
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
                let count = usize::from(self.extra.u16()?);
                self.extra.take(count * 8).map(drop)
            }
            0x27 | 0x28 | 0x2e | 0x2f => self.data.take(6).map(drop),
            0x29 => self.data.take(2).map(drop),
            0x2a | 0x2b => {
                let size = match (base, self.biff8()) {
                    (0x2a, true) => 4,
                    (0x2a, false) => 3,
                    (_, true) => 8,
                    (_, false) => 6,
                };
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
                        let (small, large) = if self.biff8() { (4, 8) } else { (3, 6) };
                        self.data.take(if base == 0x3c { small } else { large })?;
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

    fn biff8(&self) -> bool {
        self.context.globals.biff8
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
        let globals = self.context.globals;
        if !self.biff8() {
            // Negative for sheets of this workbook.
            let index = data.i16()?;
            return Some(index < 0 || base == 0x39 && globals.books.is_empty());
        }
        let &(book, ..) = globals.externs.get(usize::from(data.u16()?))?;
        let (book, _) = globals.books.get(book)?;
        Some(*book == Book::Own || base == 0x39 && *book == Book::AddIn)
    }

    fn named_elsewhere(&mut self) -> Option<()> {
        let globals = self.context.globals;
        if !self.biff8() {
            self.data.take(10)?;
            let index = usize::from(self.data.u16()?);
            self.data.take(12)?;
            let name = globals.names.get(index.checked_sub(1)?)?;
            return self.push(name.name.clone());
        }
        let (which, index) = self.pair()?;
        self.data.take(2)?;
        let &(book, first, _) = globals.externs.get(usize::from(which))?;
        let index = usize::from(index).checked_sub(1)?;
        match globals.books.get(book)? {
            (Book::AddIn, names) => {
                let name = names.get(index).filter(|name| !name.is_empty())?;
                let text = later_function(name).to_owned();
                self.push(text)
            }
            _ => {
                let name = globals.names.get(index)?;
                let sheet = globals.sheet_name(first).map(|s| quoted_sheet(s) + "!");
                self.push(format!("{}{}", sheet.unwrap_or_default(), name.name))
            }
        }
    }

    /// The sheets of a three-dimensional reference; `None` inside for a deleted one.
    fn sheets(&mut self) -> Option<Option<String>> {
        let globals = self.context.globals;
        let (first, last) = if self.biff8() {
            let &(_, first, last) = globals.externs.get(usize::from(self.data.u16()?))?;
            (first, last)
        } else {
            self.data.take(10)?;
            (self.data.i16()?, self.data.i16()?)
        };
        let (Some(first), Some(last)) = (globals.sheet_name(first), globals.sheet_name(last))
        else {
            return Some(None);
        };
        if first == last {
            return Some(Some(quoted_sheet(first)));
        }
        let both = format!("{first}:{last}");
        Some(Some(quoted_sheet(&both)))
    }

    fn corner(&mut self) -> Option<(u16, u16)> {
        if self.biff8() {
            return self.pair();
        }
        let row = self.data.u16()?;
        let col = u16::from(self.data.u8()?);
        Some((row & 0x3fff, col | row & 0xc000))
    }

    fn cell(&mut self, offset: bool) -> Option<String> {
        let (row, col) = self.corner()?;
        Some(self.place(row, col, offset))
    }

    /// A corner as text; where it is an offset, from the cell that the tokens stand in.
    fn place(&self, row: u16, col: u16, offset: bool) -> String {
        let (row, col) = (self.row(row, col, offset), self.column(col, offset));
        format!(
            "{}{}",
            dollar(col, column_letters),
            dollar(row, |row| row.saturating_add(1).to_string())
        )
    }

    fn row(&self, row: u16, col: u16, offset: bool) -> (u32, bool) {
        let relative = col & 0x8000 != 0;
        if !(offset && relative) {
            return (u32::from(row), relative);
        }
        // BIFF5 keeps 14 bits of the row.
        let step = if self.biff8() { row.cast_signed() } else { (row << 2).cast_signed() >> 2 };
        let row = i64::from(self.context.row).saturating_add(i64::from(step));
        (u32::try_from(row.rem_euclid(i64::from(MAX_ROWS))).unwrap_or(0), true)
    }

    fn column(&self, col: u16, offset: bool) -> (u32, bool) {
        let relative = col & 0x4000 != 0;
        let low = col as u8;
        if !(offset && relative) {
            return (u32::from(low), relative);
        }
        let col = i64::from(self.context.col).saturating_add(i64::from(low.cast_signed()));
        (u32::try_from(col.rem_euclid(256)).unwrap_or(0).min(MAX_COLS - 1), true)
    }

    fn area(&mut self, offset: bool) -> Option<String> {
        let (a, b) = if self.biff8() {
            let (top, bottom) = self.pair()?;
            let (left, right) = self.pair()?;
            ((top, left), (bottom, right))
        } else {
            let (top, bottom) = self.pair()?;
            let (left, right) = (u16::from(self.data.u8()?), u16::from(self.data.u8()?));
            let corner = |row: u16, col: u16| (row & 0x3fff, col | row & 0xc000);
            (corner(top, left), corner(bottom, right))
        };
        // The whole height of the old grid is a whole column, and so across.
        let last = if self.biff8() { 0xffff } else { 0x3fff };
        let tall = (a.0, b.0) == (0, last) && !offset;
        let broad = (a.1 & 0xff, b.1 & 0xff) == (0, 0xff) && !offset;
        if tall && !broad {
            let (left, right) = (self.column(a.1, offset), self.column(b.1, offset));
            return Some(format!(
                "{}:{}",
                dollar(left, column_letters),
                dollar(right, column_letters)
            ));
        }
        if broad && !tall {
            let (top, bottom) = (self.row(a.0, a.1, offset), self.row(b.0, b.1, offset));
            let number = |row: u32| row.saturating_add(1).to_string();
            return Some(format!("{}:{}", dollar(top, number), dollar(bottom, number)));
        }
        Some(format!("{}:{}", self.place(a.0, a.1, offset), self.place(b.0, b.1, offset)))
    }

    fn array(&mut self) -> Option<String> {
        let data = &mut self.extra;
        let globals = self.context.globals;
        let (cols, rows) = (data.u8()?, data.u16()?);
        let (cols, rows) = if globals.biff8 {
            (usize::from(cols) + 1, usize::from(rows) + 1)
        } else {
            (if cols == 0 { 256 } else { usize::from(cols) }, usize::from(rows))
        };
        let mut text = String::from("{");
        for row in 0..rows {
            for col in 0..cols {
                text.push_str(match (row, col) {
                    (0, 0) => "",
                    (_, 0) => ";",
                    _ => ",",
                });
                match data.u8()? {
                    0 => drop(data.take(8)?),
                    1 => text.push_str(&number_text(data.f64()?)),
                    2 => {
                        let word = if globals.biff8 {
                            globals.text.long(data)?
                        } else {
                            globals.text.short(data)?
                        };
                        text.push_str(&format!("\"{}\"", word.replace('"', "\"\"")));
                    }
                    4 => {
                        text.push_str(if data.u8()? != 0 { "TRUE" } else { "FALSE" });
                        data.take(7)?;
                    }
                    16 => {
                        text.push_str(error_text(data.u8()?)?);
                        data.take(7)?;
                    }
                    _ => return None,
                }
            }
        }
        text.push('}');
        Some(text)
    }
}

fn dollar((index, relative): (u32, bool), show: impl Fn(u32) -> String) -> String {
    format!("{}{}", if relative { "" } else { "$" }, show(index))
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
