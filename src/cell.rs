//! Cell addresses and rectangles in Excel's A1 notation.

use std::fmt::{self, Write};

/// Rows of a worksheet (ECMA-376 part 1, 18.3.1.73; Excel 2007 and later).
pub const MAX_ROWS: u32 = 1_048_576;
/// Columns of a worksheet (`XFD`).
pub const MAX_COLS: u32 = 16_384;

/// The place of one cell, counted from 0. Orders row by row, as a sheet part does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    /// Row, 0 for the row that Excel calls 1.
    pub row: u32,
    /// Column, 0 for `A`.
    pub col: u32,
}

impl CellRef {
    /// The cell at a row and column counted from 0.
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }

    /// Reads `B7` or `$B$7`; `None` for anything else and for a cell beyond the grid.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (column, row) = text.split_at_checked(letters)?;
        let row = row.strip_prefix('$').unwrap_or(row);
        let col = column_index(column)?;
        if row.is_empty() || row.len() > 7 || !row.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let row = row.parse::<u32>().ok()?.checked_sub(1)?;
        (row < MAX_ROWS).then_some(Self { row, col })
    }
}

/// Reads column letters (`A` is 0); `None` beyond `XFD` or for no letters.
pub fn column_index(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut index = 0u32;
    for byte in letters.bytes() {
        if !byte.is_ascii_alphabetic() {
            return None;
        }
        index = index * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1;
    }
    (index <= MAX_COLS).then(|| index - 1)
}

/// Column letters of an index counted from 0.
pub fn column_letters(col: u32) -> String {
    letters(col).collect()
}

fn letters(col: u32) -> impl Iterator<Item = char> {
    let mut rest = col + 1;
    let mut letters = [None; 7];
    for letter in letters.iter_mut().rev() {
        if rest > 0 {
            *letter = Some(char::from(b'A' + ((rest - 1) % 26) as u8));
            rest = (rest - 1) / 26;
        }
    }
    letters.into_iter().flatten()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in letters(self.col) {
            f.write_char(letter)?;
        }
        write!(f, "{}", self.row + 1)
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// Upper left cell.
    pub start: CellRef,
    /// Lower right cell.
    pub end: CellRef,
}

impl Range {
    /// Its cells, row by row.
    pub fn cells(self) -> impl Iterator<Item = CellRef> {
        let Self { start, end } = self;
        (start.row..=end.row)
            .flat_map(move |row| (start.col..=end.col).map(move |col| CellRef::new(row, col)))
    }

    /// The rectangle spanned by two cells in any order.
    pub fn new(a: CellRef, b: CellRef) -> Self {
        Self {
            start: CellRef::new(a.row.min(b.row), a.col.min(b.col)),
            end: CellRef::new(a.row.max(b.row), a.col.max(b.col)),
        }
    }

    /// Reads `A1:C3`, `A1`, `A:C` or `1:3`, with or without `$`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((a, b)) = text.split_once(':') else {
            return CellRef::parse(text).map(|cell| Self::new(cell, cell));
        };
        if let (Some(a), Some(b)) = (CellRef::parse(a), CellRef::parse(b)) {
            return Some(Self::new(a, b));
        }
        let bare = |t: &str| t.strip_prefix('$').unwrap_or(t).to_owned();
        let (a, b) = (bare(a), bare(b));
        if let (Some(a), Some(b)) = (column_index(&a), column_index(&b)) {
            return Some(Self::new(CellRef::new(0, a), CellRef::new(MAX_ROWS - 1, b)));
        }
        let row = |t: &str| {
            let row = t.parse::<u32>().ok()?.checked_sub(1)?;
            (row < MAX_ROWS && t.bytes().all(|b| b.is_ascii_digit())).then_some(row)
        };
        Some(Self::new(CellRef::new(row(&a)?, 0), CellRef::new(row(&b)?, MAX_COLS - 1)))
    }

    /// Whether the cell lies in the rectangle.
    pub fn contains(&self, at: CellRef) -> bool {
        (self.start.row..=self.end.row).contains(&at.row)
            && (self.start.col..=self.end.col).contains(&at.col)
    }

    /// Number of cells.
    pub fn len(&self) -> u64 {
        u64::from(self.end.row - self.start.row + 1) * u64::from(self.end.col - self.start.col + 1)
    }

    /// Never true: a rectangle holds one cell at least. Here for `len`'s company.
    pub fn is_empty(&self) -> bool {
        false
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end {
            write!(f, "{}", self.start)
        } else {
            write!(f, "{}:{}", self.start, self.end)
        }
    }
}

/// A sheet's name as a formula spells it, always quoted: right for every name.
pub fn quoted_sheet(name: &str) -> String {
    let quotes = |name: &str| ["'", name, "'"].concat();
    if name.contains('\'') { quotes(&name.replace('\'', "''")) } else { quotes(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_corners_of_the_grid() {
        assert_eq!(CellRef::parse("A1"), Some(CellRef::new(0, 0)));
        assert_eq!(CellRef::parse("$XFD$1048576"), Some(CellRef::new(MAX_ROWS - 1, MAX_COLS - 1)));
        for beyond in ["XFE1", "A1048577", "A0", "A", "1", "", "ZZZZ1", "A-1", "得1", "A1B"] {
            assert_eq!(CellRef::parse(beyond), None, "{beyond}");
        }
    }

    #[test]
    fn reads_whole_rows_and_columns() {
        assert_eq!(Range::parse("$B:B").unwrap().len(), u64::from(MAX_ROWS));
        assert_eq!(Range::parse("3:3").unwrap().len(), u64::from(MAX_COLS));
        assert_eq!(Range::parse("C3:A1").unwrap().to_string(), "A1:C3");
    }

    proptest! {
        #[test]
        fn a1_round_trip(row in 0..MAX_ROWS, col in 0..MAX_COLS) {
            let cell = CellRef::new(row, col);
            prop_assert_eq!(CellRef::parse(&cell.to_string()), Some(cell));
        }
    }
}
