//! What a worksheet part holds, each piece with its place in the text.

use crate::cell::{CellRef, Range};
use std::ops::Range as Span;

/// `t` of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellType {
    /// `n` or absent.
    Number,
    /// `s`: an index into the shared strings.
    Shared,
    /// `str`: a formula's text.
    Text,
    /// `inlineStr`.
    Inline,
    /// `b`.
    Bool,
    /// `e`.
    Error,
    /// `d`: an ISO 8601 date.
    Date,
}

/// What kind of formula an `f` holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormulaKind {
    /// An ordinary formula.
    Normal,
    /// A shared formula; the master has a range and a text.
    Shared {
        /// Group index.
        si: u32,
        /// The range of the group, on the master.
        range: Option<Range>,
    },
    /// An array formula over a range.
    Array(Range),
    /// A data table over a range.
    DataTable(Range),
}

/// The `f` of a cell.
#[derive(Debug, Clone)]
pub struct RawFormula {
    /// Kind.
    pub kind: FormulaKind,
    /// The whole element.
    pub span: Span<usize>,
    /// Its content, escaped.
    pub text: Span<usize>,
}

/// The `c` of a cell.
#[derive(Debug, Clone)]
pub struct RawCell {
    /// Place, from `r` or from the order.
    pub at: CellRef,
    /// The whole element.
    pub span: Span<usize>,
    /// The start tag.
    pub tag: Span<usize>,
    /// Style index.
    pub style: u32,
    /// Type.
    pub kind: CellType,
    /// The formula.
    pub formula: Option<RawFormula>,
    /// The whole `v` element.
    pub v: Option<Span<usize>>,
    /// Content of `v`, escaped.
    pub value: Option<Span<usize>>,
    /// Text of an inline string, unescaped, phonetic runs left out.
    pub inline: Option<String>,
}

/// The `row` of a sheet.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// Row number counted from 0.
    pub row: u32,
    /// The whole element.
    pub span: Span<usize>,
    /// The start tag.
    pub tag: Span<usize>,
    /// Whether the row has no content.
    pub closed: bool,
    /// Its cells, as indices into [`SheetXml::cells`].
    pub cells: Span<usize>,
}

/// A `col` element with its style.
#[derive(Debug, Clone, Copy)]
pub struct ColumnStyle {
    /// First and last column, counted from 0.
    pub columns: (u32, u32),
    /// Style index.
    pub style: Option<u32>,
    /// Width in characters.
    pub width: Option<f64>,
}

/// A scanned worksheet part.
#[derive(Debug, Clone, Default)]
pub struct SheetXml {
    /// Rows in the part's order.
    pub rows: Vec<RawRow>,
    /// Cells in the part's order.
    pub cells: Vec<RawCell>,
    /// `sheetData`: the whole element, and its start tag.
    pub data: Span<usize>,
    /// Start tag of `sheetData`.
    pub data_tag: Span<usize>,
    /// The tag of `dimension`, and its rectangle.
    pub dimension: Option<(Span<usize>, Range)>,
    /// Merged ranges.
    pub merges: Vec<Range>,
    /// Column definitions.
    pub columns: Vec<ColumnStyle>,
    /// Whether the sheet is protected.
    pub protected: bool,
    /// Namespace prefix of `sheetData`, with its colon, or empty.
    pub prefix: String,
}

impl SheetXml {
    /// The cell at a place.
    pub fn cell(&self, at: CellRef) -> Option<&RawCell> {
        let row = self.rows.iter().find(|row| row.row == at.row)?;
        self.cells.get(row.cells.clone())?.iter().find(|cell| cell.at == at)
    }
}
