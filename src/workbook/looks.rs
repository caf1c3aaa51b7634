//! How a workbook looks, whatever the file format: what a reader of another format than .xlsx found
//! and `render` writes again.
//!
//! Codes that Excel numbers alike in every format are kept as those numbers: border lines
//! ([MS-XLS] 2.5.11), fill patterns (2.5.111), alignments (2.5.120, 2.5.290), paper sizes.

use crate::cell::{CellRef, Range};
use crate::problem::Problem;
use std::collections::BTreeMap;

mod charts;
mod conditions;
mod validation;

pub use charts::{Chart, ChartKind, Marker, Series, Stacking};
pub use conditions::{Average, Change, Condition, Limit, Rule, Stop, TextTest};
pub use validation::Validation;

/// A colour, 0xRRGGBB; `None` is the automatic one.
pub type Colour = Option<u32>;

/// A font.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of Excel's font dialog")]
pub struct Font {
    /// Name, as `宋体`.
    pub name: String,
    /// Points.
    pub size: f64,
    /// Heavier than 600.
    pub bold: bool,
    /// Slanted.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// 0 none, 1 single, 2 double, 0x21 and 0x22 the accounting ones.
    pub underline: u8,
    /// 0 none, 1 above, 2 below the line.
    pub script: u8,
    /// Colour of the letters.
    pub colour: Colour,
    /// Windows' character set, 134 for GB2312.
    pub charset: u8,
    /// Windows' font family.
    pub family: u8,
}

/// One side of a cell's border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// 0 none, 1 thin … 13 slanted dash-dot.
    pub style: u8,
    /// Its colour.
    pub colour: Colour,
}

/// A cell's border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Borders {
    /// Left side.
    pub left: Line,
    /// Right side.
    pub right: Line,
    /// Upper side.
    pub top: Line,
    /// Lower side.
    pub bottom: Line,
    /// Diagonal line.
    pub diagonal: Line,
    /// 0 none, 1 down, 2 up, 3 both.
    pub diagonals: u8,
}

/// A cell's filling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fill {
    /// 0 none, 1 solid … 18.
    pub pattern: u8,
    /// Colour of the pattern; of the whole cell where solid.
    pub fore: Colour,
    /// Colour behind the pattern.
    pub back: Colour,
}

/// A number format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberFormat {
    /// Excel's own format of that number, whose text depends on the reader's country; where no
    /// text is given.
    pub builtin: u16,
    /// Its text.
    pub code: Option<String>,
}

/// Where a text stands in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Alignment {
    /// 0 general, 1 left, 2 centre, 3 right, 4 fill, 5 justify, 6 centre across, 7 distributed.
    pub horizontal: u8,
    /// 0 top, 1 centre, 2 bottom, 3 justify, 4 distributed.
    pub vertical: u8,
    /// Wrapped.
    pub wrap: bool,
    /// 0 to 90 up, 91 to 180 down by what exceeds 90, 255 stacked.
    pub rotation: u8,
    /// Steps of indent.
    pub indent: u8,
    /// Shrunk to fit.
    pub shrink: bool,
    /// 0 by content, 1 left to right, 2 right to left.
    pub reading: u8,
}

/// All of a cell's look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Style {
    /// Letters.
    pub font: Font,
    /// Filling.
    pub fill: Fill,
    /// Border.
    pub borders: Borders,
    /// How numbers show.
    pub format: NumberFormat,
    /// Where the text stands.
    pub align: Alignment,
    /// Locked where the sheet is protected.
    pub locked: bool,
    /// Formula not shown where the sheet is protected.
    pub hidden: bool,
    /// Shown as text, whatever it looks like.
    pub quoted: bool,
}

/// Columns of one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// First column.
    pub first: u32,
    /// Last column.
    pub last: u32,
    /// Width in characters of the default font, padding included.
    pub width: f64,
    /// Style of its empty cells.
    pub style: Option<usize>,
    /// Not shown.
    pub hidden: bool,
    /// Outline level.
    pub level: u8,
}

/// A row's look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Points, where it is not the default.
    pub height: Option<f64>,
    /// Style of its empty cells.
    pub style: Option<usize>,
    /// Not shown.
    pub hidden: bool,
    /// Outline level.
    pub level: u8,
}

/// How a page is printed.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of Excel's page dialog")]
pub struct Page {
    /// Excel's number of the paper; 9 is A4.
    pub paper: Option<u16>,
    /// Landscape.
    pub landscape: bool,
    /// Percent.
    pub scale: Option<u16>,
    /// Pages across and down; 0 for as many as it takes.
    pub fit: Option<(u16, u16)>,
    /// Inches: left, right, top, bottom, header, footer; Excel's default where none.
    pub margins: [Option<f64>; 6],
    /// Centred across.
    pub centre_across: bool,
    /// Centred down.
    pub centre_down: bool,
    /// Number of the first page.
    pub first_page: Option<u16>,
    /// Pages go across, then down.
    pub across_first: bool,
    /// Without colours.
    pub black_and_white: bool,
    /// Draft quality.
    pub draft: bool,
    /// Row and column headings too.
    pub headings: bool,
    /// Gridlines too.
    pub gridlines: bool,
    /// Header with Excel's codes.
    pub header: String,
    /// Footer with Excel's codes.
    pub footer: String,
    /// The row that begins a page.
    pub row_breaks: Vec<u32>,
    /// The column that begins a page.
    pub column_breaks: Vec<u32>,
    /// The only parts to print, each on pages of its own.
    pub areas: Vec<Range>,
    /// Rows printed on every page.
    pub repeat_rows: Option<(u32, u32)>,
    /// Columns printed on every page.
    pub repeat_columns: Option<(u32, u32)>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its cell.
    pub at: CellRef,
    /// Its text.
    pub text: String,
    /// Who wrote it.
    pub author: String,
    /// Always shown.
    pub shown: bool,
}

/// A link on cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its cells.
    pub range: Range,
    /// An address, or `internal:…` for a place in the workbook.
    pub target: String,
    /// What shows when the mouse rests on it.
    pub tip: String,
}

/// A picture at its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Bytes of a PNG, JPEG or BMP file.
    pub bytes: Vec<u8>,
    /// Cell of the upper left corner, and where in it, as shares of its width and height.
    pub from: (CellRef, f64, f64),
    /// Cell of the lower right corner, and where in it.
    pub to: (CellRef, f64, f64),
    /// 0 moves and sizes with the cells, 2 moves only, 3 stays.
    pub movement: u8,
}

/// What is protected on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Protection {
    /// Excel's 16-bit hash of the password; 0 for none.
    pub hash: u16,
    /// Objects too.
    pub objects: bool,
    /// Scenarios too.
    pub scenarios: bool,
    /// What is allowed all the same, bits as in [MS-XLS] 2.4.253; none where not said.
    pub allowed: Option<u32>,
}

/// How a sheet looks.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of Excel's view")]
pub struct SheetLooks {
    /// Style of every cell that has one of its own, as an index into [`BookLooks::styles`].
    pub styles: BTreeMap<CellRef, usize>,
    /// Texts with several fonts: runs of font and text.
    pub rich: BTreeMap<CellRef, Vec<(Font, String)>>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Width of the other columns, in characters with padding.
    pub default_width: Option<f64>,
    /// Rows.
    pub rows: BTreeMap<u32, Row>,
    /// Height of the other rows in points.
    pub default_height: Option<f64>,
    /// Rows and columns that stay when scrolling.
    pub freeze: Option<(u32, u32)>,
    /// First row and column of the moving part, or of the sheet.
    pub top_left: (u32, u32),
    /// Percent.
    pub zoom: Option<u16>,
    /// Gridlines not shown.
    pub no_gridlines: bool,
    /// Zeros not shown.
    pub no_zeros: bool,
    /// Columns from right to left.
    pub right_to_left: bool,
    /// Shown with page breaks.
    pub break_preview: bool,
    /// Totals stand above the rows that they sum.
    pub totals_above: bool,
    /// Totals stand left of the columns that they sum.
    pub totals_left: bool,
    /// Among the selected tabs.
    pub selected: bool,
    /// Colour of the tab.
    pub tab: Colour,
    /// Printing.
    pub page: Page,
    /// Notes.
    pub notes: Vec<Note>,
    /// Links.
    pub links: Vec<Link>,
    /// Rules of entry.
    pub validations: Vec<Validation>,
    /// Conditional formats.
    pub conditions: Vec<Condition>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Charts.
    pub charts: Vec<Chart>,
    /// Range with filter buttons.
    pub filter: Option<Range>,
    /// Protection.
    pub protection: Option<Protection>,
}

/// Properties of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties {
    /// Title.
    pub title: String,
    /// Subject.
    pub subject: String,
    /// Author.
    pub author: String,
    /// Key words.
    pub keywords: String,
    /// Comments.
    pub comments: String,
    /// Category.
    pub category: String,
    /// Manager.
    pub manager: String,
    /// Company.
    pub company: String,
    /// When it was made, in 100 ns since 1601, UTC.
    pub created: u64,
}

/// How a workbook looks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BookLooks {
    /// Styles that cells name; the first is the default.
    pub styles: Vec<Style>,
    /// The sheet shown on opening.
    pub active: usize,
    /// Document properties.
    pub properties: Properties,
    /// What was seen and cannot be carried over, by sheet and kind.
    pub losses: Vec<Problem>,
}

/// Pixels of a digit at a default font's size in points, for the usual fonts (Calibri, Arial, 宋体):
/// what a column's width counts in.
pub fn digit(size: f64) -> f64 {
    if size >= 12.0 { 8.0 } else { 7.0 }
}
