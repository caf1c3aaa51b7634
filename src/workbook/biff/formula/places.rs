//! Cells, areas and sheets in formulas.

use super::{Grid, Reader};
use crate::cell::{MAX_COLS, MAX_ROWS, column_letters, quoted_sheet};

/// Row and column as the tokens have them: a number, or an offset where relative in a shared one.
#[derive(Clone, Copy)]
struct Corner {
    row: u32,
    col: u32,
    row_relative: bool,
    col_relative: bool,
}

impl Corner {
    /// From a row and a column whose two top bits tell what is relative.
    fn marked(row: u32, col: u16, columns: u16) -> Self {
        Self {
            row,
            col: u32::from(col & columns),
            row_relative: col & 0x8000 != 0,
            col_relative: col & 0x4000 != 0,
        }
    }
}

/// A number below a power of two as a step forwards or backwards.
fn step(number: u32, bits: u32) -> i64 {
    let (number, span) = (i64::from(number), 1i64 << bits);
    if number >= span / 2 { number.saturating_sub(span) } else { number }
}

impl Reader<'_> {
    /// The sheets of a three-dimensional reference; `None` inside for a deleted one.
    pub(super) fn sheets(&mut self) -> Option<Option<String>> {
        let source = self.context.source;
        let (first, last) = if self.grid() == Grid::Biff5 {
            self.data.take(10)?;
            (i32::from(self.data.i16()?), i32::from(self.data.i16()?))
        } else {
            let (_, first, last) = source.link(usize::from(self.data.u16()?))?;
            (first, last)
        };
        let (Some(first), Some(last)) = (source.sheet_name(first), source.sheet_name(last)) else {
            return Some(None);
        };
        if first == last {
            return Some(Some(quoted_sheet(first)));
        }
        let both = format!("{first}:{last}");
        Some(Some(quoted_sheet(&both)))
    }

    pub(super) fn cell(&mut self, offset: bool) -> Option<String> {
        let corner = match self.grid() {
            Grid::Biff5 => {
                let row = self.data.u16()?;
                let col = u16::from(self.data.u8()?);
                Corner::marked(u32::from(row & 0x3fff), col | row & 0xc000, 0xff)
            }
            Grid::Biff8 => {
                let row = u32::from(self.data.u16()?);
                Corner::marked(row, self.data.u16()?, 0xff)
            }
            Grid::Biff12 => {
                let row = self.data.u32()?;
                Corner::marked(row, self.data.u16()?, 0x3fff)
            }
        };
        Some(self.place(corner, offset))
    }

    /// A corner as text; where it is an offset, from the cell that the tokens stand in.
    fn place(&self, corner: Corner, offset: bool) -> String {
        let (row, col) = (self.row(corner, offset), self.column(corner, offset));
        format!(
            "{}{}",
            dollar(col, column_letters),
            dollar(row, |row| row.saturating_add(1).to_string())
        )
    }

    fn row(&self, corner: Corner, offset: bool) -> (u32, bool) {
        if !(offset && corner.row_relative) {
            return (corner.row.min(MAX_ROWS - 1), corner.row_relative);
        }
        let step = match self.grid() {
            Grid::Biff5 => step(corner.row, 14),
            Grid::Biff8 => step(corner.row, 16),
            Grid::Biff12 => i64::from(corner.row.cast_signed()),
        };
        let row = i64::from(self.context.row).saturating_add(step);
        (u32::try_from(row.rem_euclid(i64::from(MAX_ROWS))).unwrap_or(0), true)
    }

    fn column(&self, corner: Corner, offset: bool) -> (u32, bool) {
        if !(offset && corner.col_relative) {
            return (corner.col, corner.col_relative);
        }
        let (step, columns) = match self.grid() {
            Grid::Biff12 => (step(corner.col, 14), i64::from(MAX_COLS)),
            _ => (step(corner.col, 8), 256),
        };
        let col = i64::from(self.context.col).saturating_add(step);
        (u32::try_from(col.rem_euclid(columns)).unwrap_or(0), true)
    }

    pub(super) fn area(&mut self, offset: bool) -> Option<String> {
        let data = &mut self.data;
        // The whole height of the file's grid is a whole column, and so across.
        let (a, b, last, right) = match self.context.source.grid() {
            Grid::Biff5 => {
                let (top, bottom) = (data.u16()?, data.u16()?);
                let (left, right) = (u16::from(data.u8()?), u16::from(data.u8()?));
                let corner = |row: u16, col: u16| {
                    Corner::marked(u32::from(row & 0x3fff), col | row & 0xc000, 0xff)
                };
                (corner(top, left), corner(bottom, right), 0x3fff, 0xff)
            }
            Grid::Biff8 => {
                let (top, bottom) = (u32::from(data.u16()?), u32::from(data.u16()?));
                let corner = |row, col| Corner::marked(row, col, 0xff);
                (corner(top, data.u16()?), corner(bottom, data.u16()?), 0xffff, 0xff)
            }
            Grid::Biff12 => {
                let (top, bottom) = (data.u32()?, data.u32()?);
                let corner = |row, col| Corner::marked(row, col, 0x3fff);
                let last = (MAX_ROWS - 1, MAX_COLS - 1);
                (corner(top, data.u16()?), corner(bottom, data.u16()?), last.0, last.1)
            }
        };
        let tall = (a.row, b.row) == (0, last) && !offset;
        let broad = (a.col, b.col) == (0, right) && !offset;
        if tall && !broad {
            let (left, right) = (self.column(a, offset), self.column(b, offset));
            return Some(format!(
                "{}:{}",
                dollar(left, column_letters),
                dollar(right, column_letters)
            ));
        }
        if broad && !tall {
            let (top, bottom) = (self.row(a, offset), self.row(b, offset));
            let number = |row: u32| row.saturating_add(1).to_string();
            return Some(format!("{}:{}", dollar(top, number), dollar(bottom, number)));
        }
        Some(format!("{}:{}", self.place(a, offset), self.place(b, offset)))
    }
}

fn dollar((index, relative): (u32, bool), show: impl Fn(u32) -> String) -> String {
    format!("{}{}", if relative { "" } else { "$" }, show(index))
}
