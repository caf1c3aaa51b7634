//! The workbook as the rest of the program sees it: sheets of cells, whatever the file format.
//!
//! .xlsx and .xlsm are read by [`xlsx`], from the same scan that the package writer uses, because
//! calamine does not see what makes a wrong number (values in CDATA, a wrong CRC, a cell that
//! stands twice; see the limits in `container`). The other formats are read in [`legacy`]: .xls from
//! its records, the others by calamine. A test holds both readers against each other. How those
//! look is in [`looks`].

// Numbers from a file must not wrap, nor end the run.
#![warn(clippy::arithmetic_side_effects)]

mod biff;
mod cells;
mod drawing;
mod guard;
mod legacy;
pub mod looks;
mod losses;
mod merges;
mod ods;
mod other;
mod theme;
mod xlsb;
mod xlsx;

use crate::cell::{CellRef, Range};
use crate::container::cells::SheetXml;
use crate::container::{Checked, FileKind, sniff};
use crate::limits::{self, Limits};
use crate::problem::Problem;
use crate::words;
pub use cells::Cells;
pub use merges::Merges;
use std::borrow::Cow;
use std::sync::Arc;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Blank,
    /// A number, a date included.
    Number(f64),
    /// Text as Excel shows it.
    Text(String),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value, as `#DIV/0!`.
    Error(String),
}

impl Value {
    /// The text of a text cell.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number that it holds, or that its text is.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => crate::text::parse_number(text).map(|typed| typed.value),
            _ => None,
        }
    }

    /// Whether nothing shows: no value, or white space only.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Text(text) => crate::text::is_blank(text),
            _ => false,
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// Value, the stored one for a formula.
    pub value: Value,
    /// Formula text without `=`, where the reader is to be trusted with it.
    pub formula: Option<String>,
    /// Whether the cell holds a formula, known or not.
    pub is_formula: bool,
    /// Whether its number is formatted as a date or time.
    pub is_date: bool,
    /// Whether its number is formatted as a percentage (not told of .xlsb and .ods).
    pub is_percent: bool,
    /// Digits that its format fills up with zeros in front, 0 of most (not told of .xlsb and .ods).
    pub zeros: u8,
    /// Whether it is struck through, where the file is an .xlsx or .xls: see [`Workbook::strikes`].
    pub struck: bool,
    /// The range of the array formula or data table that the cell is the master of.
    pub array: Option<Range>,
    /// The text's label, where the reader has made it already: shared strings repeat.
    pub(crate) label: Option<Arc<str>>,
}

/// Longest text that can be a label, in bytes.
pub const LABEL_BYTES: usize = 120;

impl Cell {
    /// The label of a text cell, as [`crate::text::label`] gives it; none for a long text.
    pub fn label(&self) -> Option<Cow<'_, str>> {
        if let Some(label) = &self.label {
            return Some(Cow::Borrowed(label));
        }
        let text = self.value.text().filter(|text| text.len() <= LABEL_BYTES)?;
        Some(Cow::Owned(crate::text::label(text)))
    }
}

/// How a sheet is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// As a tab.
    #[default]
    Visible,
    /// Hidden; Excel can show it again.
    Hidden,
    /// Hidden so that only VBA shows it.
    VeryHidden,
}

/// A sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Name on the tab.
    pub name: String,
    /// Whether it shows.
    pub visibility: Visibility,
    /// Cells that hold a value or formula.
    pub cells: Cells,
    /// Merged ranges.
    pub merges: Merges,
    /// Column widths in characters: first, last, width.
    pub widths: Vec<(u32, u32, f64)>,
    /// Part name in the package; empty for other formats.
    pub part: String,
    /// Whether the sheet is protected.
    pub protected: bool,
    /// Whether the cells were read; a large sheet that is neither form nor metrics is not.
    pub loaded: bool,
    /// Whether an unread sheet may hold formulas.
    pub may_calculate: bool,
    /// The part and its scan, kept for the package writer where the part is small.
    pub(crate) source: Option<Arc<(String, SheetXml)>>,
    /// How it looks, where the file is no .xlsx.
    pub looks: looks::SheetLooks,
}

static BLANK: Value = Value::Blank;

impl Sheet {
    /// The value at a place.
    pub fn value(&self, at: CellRef) -> &Value {
        self.cells.get(&at).map_or(&BLANK, |cell| &cell.value)
    }

    /// The text at a place, if it is text.
    pub fn text(&self, at: CellRef) -> Option<&str> {
        self.value(at).text()
    }

    /// Whether a row does not show: hidden by hand or by a filter. Of a large part of a package it is not known.
    pub fn hides_row(&self, row: u32) -> bool {
        let tagged = || {
            let (text, scan) = &**self.source.as_ref()?;
            let at = scan.rows.partition_point(|one| one.row < row);
            let tag = text.get(scan.rows.get(at).filter(|one| one.row == row)?.tag.clone())?;
            Some(tag.contains("hidden=\"1\"") || tag.contains("hidden=\"true\""))
        };
        self.looks.rows.get(&row).is_some_and(|look| look.hidden) || tagged().unwrap_or_default()
    }

    /// The text that shows at a place: that of the first cell of its merged range.
    pub fn shown(&self, at: CellRef) -> Option<&str> {
        self.text(self.anchor(at))
    }

    /// The merged range that covers a cell.
    pub fn merge_of(&self, at: CellRef) -> Option<Range> {
        self.merges.at(at)
    }

    /// The cell that holds what shows at a place: the first of its merged range.
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.merge_of(at).map_or(at, |range| range.start)
    }

    /// Cells of a row, in order.
    pub fn row(&self, row: u32) -> impl DoubleEndedIterator<Item = (CellRef, &Cell)> {
        self.cells
            .range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX))
            .map(|(at, cell)| (*at, cell))
    }

    /// Rows that hold something, in order.
    pub fn used_rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.cells.keys().map(|at| at.row).collect();
        rows.dedup();
        rows
    }
}

/// The format a workbook came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// .xlsx
    Xlsx,
    /// .xlsm
    Xlsm,
    /// .xls, .et
    Xls,
    /// .xlsb
    Xlsb,
    /// .ods
    Ods,
}

impl Format {
    /// Whether the package writer can edit it in place.
    pub fn is_package(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xlsm)
    }

    /// The extension that people know it by.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsm => "xlsm",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
        }
    }
}

/// A defined name.
#[derive(Debug, Clone)]
pub struct Name {
    /// Its name.
    pub name: String,
    /// The sheet it is local to.
    pub sheet: Option<usize>,
    /// What it stands for, as a formula without `=`.
    pub refers_to: String,
}

/// A table (ListObject) and where it stands.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name in structured references.
    pub name: String,
    /// Its sheet.
    pub sheet: usize,
    /// Its range.
    pub range: Range,
    /// Its columns' names, in order.
    pub columns: Vec<String>,
    /// Rows of headers: 0 or 1.
    pub headers: u32,
    /// Rows of totals: 0 or 1.
    pub totals: u32,
}

/// A workbook.
#[derive(Debug, Clone)]
pub struct Workbook {
    /// Format it came in.
    pub format: Format,
    /// Sheets in tab order.
    pub sheets: Vec<Sheet>,
    /// Defined names.
    pub names: Vec<Name>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Whether dates count from 1904.
    pub date1904: bool,
    /// Whether the package is digitally signed.
    pub signed: bool,
    /// Whether the file asks the program that opens it to calculate everything.
    pub full_calc_on_load: bool,
    /// The limits it was read under, and is written under.
    pub limits: Limits,
    /// How it looks, where the file is no .xlsx and its looks are read.
    pub looks: Option<Box<looks::BookLooks>>,
    /// Whether the package has a calculation chain.
    pub calc_chain: bool,
    /// The package's archive as it was checked, where it is one.
    pub archive: Option<Arc<Checked>>,
}

impl Workbook {
    /// The name of a sheet; none where there is no such sheet.
    pub fn sheet_name(&self, index: usize) -> &str {
        self.sheets.get(index).map_or("", |sheet| sheet.name.as_str())
    }

    /// The sheet of a name, compared as Excel does.
    pub fn sheet_index(&self, name: &str) -> Option<usize> {
        fn fold(text: &str) -> impl Iterator<Item = char> {
            text.chars().flat_map(char::to_lowercase)
        }
        self.sheets
            .iter()
            .position(|sheet| sheet.name == name)
            .or_else(|| self.sheets.iter().position(|sheet| fold(&sheet.name).eq(fold(name))))
    }

    /// Whether what a cell holds is struck through, as one does with what no longer counts.
    pub fn strikes(&self, sheet: usize, at: CellRef) -> bool {
        let Some(sheet) = self.sheets.get(sheet) else { return false };
        let styled = || {
            let style = *sheet.looks.styles.get(&at)?;
            Some(self.looks.as_ref()?.styles.get(style)?.font.strike)
        };
        sheet.cells.get(&at).is_some_and(|cell| {
            !cell.value.is_blank() && (cell.struck || styled().unwrap_or_default())
        })
    }

    /// The array formulas and data tables of all sheets.
    pub fn arrays(&self) -> Arrays {
        let of = |(index, sheet): (usize, &Sheet)| {
            let ranges: Vec<Range> = sheet.cells.values().filter_map(|cell| cell.array).collect();
            ranges.into_iter().map(move |range| (index, range))
        };
        Arrays(self.sheets.iter().enumerate().flat_map(of).collect())
    }
}

/// The ranges of array formulas and data tables, each with its sheet.
#[derive(Debug, Default)]
pub struct Arrays(Vec<(usize, Range)>);

impl Arrays {
    /// The one that covers a cell.
    pub fn over(&self, sheet: usize, at: CellRef) -> Option<Range> {
        let mut over = self.0.iter().filter(|(of, range)| *of == sheet && range.contains(at));
        over.next().map(|(_, range)| *range)
    }
}

/// Opens a workbook by its content. `relevant` tells by a text whether a sheet matters; a large
/// sheet whose first cells hold no such text is not read.
///
/// # Errors
/// Not a workbook, locked by a password, damaged, or over a limit.
pub fn open(bytes: &[u8], relevant: &dyn Fn(&str) -> bool) -> Result<Workbook, Problem> {
    open_within(bytes, relevant, &Limits::DEFAULT)
}

/// As [`open`], under other limits.
///
/// # Errors
/// As [`open`].
pub fn open_within(
    bytes: &[u8],
    relevant: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Workbook, Problem> {
    read(bytes, &|_| true, relevant, limits)
}

/// Opens a workbook for sheets of some names; of an .xlsx the others are not read.
///
/// # Errors
/// As [`open`].
pub fn open_sheets(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Result<Workbook, Problem> {
    read(bytes, wanted, &|_| true, &Limits::DEFAULT)
}

fn read(
    bytes: &[u8],
    wanted: &dyn Fn(&str) -> bool,
    relevant: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Workbook, Problem> {
    let limits = &limits.begun();
    let size = bytes.len() as u64;
    if size > limits.input_bytes {
        return Err(limits::over("input-bytes", limits.input_bytes, size, ""));
    }
    match sniff(bytes) {
        FileKind::Zip => match xlsx::open(bytes, wanted, relevant, limits)? {
            Some(workbook) => Ok(workbook),
            None => legacy::open(bytes, limits),
        },
        FileKind::Compound => legacy::open(bytes, limits),
        FileKind::Other => Err(other::not_a_workbook(bytes)),
    }
}

/// Bytes up to which an .xlsx is light: nearly every form. What such a file inflates to is bounded by
/// the limits on cells and memory.
const LIGHT_BYTES: usize = 128 << 10;

/// Whether a file is a small .xlsx or .xlsm, which only our own readers read: they look at the clock,
/// so that no library can hold it up.
pub fn is_light(bytes: &[u8]) -> bool {
    let names = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    bytes.len() <= LIGHT_BYTES
        && sniff(bytes) == FileKind::Zip
        && names("[Content_Types].xml")
        && !names("workbook.bin")
        && !names("content.xml")
}

/// The refusal of a file that needs a password.
pub(crate) fn locked() -> Problem {
    Problem::error(
        "password",
        words!(
            "文件已加密（设有打开密码），无法读取",
            "the file is encrypted (protected by an open password)"
        ),
    )
    .hint(words!(
        "请在 Excel 中打开，文件 → 信息 → 保护工作簿 → 用密码进行加密，清空密码后保存；若打开时并未问密码，取消「保护工作簿」后另存为 .xlsx",
        "open it in Excel, File → Info → Protect Workbook → Encrypt with Password, clear it and save; if Excel asks for none, unprotect the workbook and save it as .xlsx"
    ))
}
