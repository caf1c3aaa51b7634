//! A sheet's part: rows, columns, formulas, view, printing.

use super::book::Book;
use super::records::{Records, formula, id, range, string};
use super::styles::colour;
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::problem::Problem;
use crate::words;
use crate::workbook::biff::formulas::{BlockKind, Formulas};
use crate::workbook::biff::links::rich;
use crate::workbook::biff::records::Bytes;
use crate::workbook::legacy::damaged;
use crate::workbook::looks::{Column, Protection, Row};
use crate::workbook::losses::{Kind, Losses};
use crate::workbook::{Cell, Sheet, Value};

pub struct Reader<'a> {
    pub book: &'a Book,
    pub sheet: &'a mut Sheet,
    pub losses: &'a mut Losses,
    /// Cells, and half kilobytes of formulas, that may still be kept.
    pub budget: &'a mut usize,
    /// Cells, address by its number in the relations, place in the workbook, tip.
    pub links: Vec<(Range, String, String, String)>,
    /// The relation of the drawing.
    pub drawing: Option<String>,
    /// Cells of the conditional format that is being read.
    pub areas: Option<Vec<Range>>,
    formulas: Formulas,
    /// Width of a digit in pixels.
    pub digit: f64,
    row: u32,
    fit: bool,
    variants: bool,
    /// Whether the breaks that follow are those of rows.
    across: bool,
    /// Whether a cell with a value stood twice.
    twice: bool,
}

impl<'a> Reader<'a> {
    pub fn new(
        book: &'a Book,
        sheet: &'a mut Sheet,
        losses: &'a mut Losses,
        budget: &'a mut usize,
    ) -> Self {
        let size = book.looks.styles.first().map_or(11.0, |style| style.font.size);
        Self {
            book,
            sheet,
            losses,
            budget,
            links: Vec::new(),
            drawing: None,
            areas: None,
            formulas: Formulas::default(),
            digit: crate::workbook::looks::digit(size),
            row: 0,
            fit: false,
            variants: false,
            across: true,
            twice: false,
        }
    }

    /// Reads the part.
    ///
    /// # Errors
    /// A damaged cell, or one that stands twice: what is missing could be a figure that scores.
    pub fn read(&mut self, body: &[u8]) -> Result<(), Problem> {
        for (number, data) in Records(Bytes::new(body)) {
            let done = self.record(number, data).is_some();
            let is_cell = matches!(
                number,
                id::ROW
                    ..=id::LAST_CELL
                        | id::RICH_CELL
                        | id::ARRAY
                        | id::SHARED_FORMULA
                        | id::DATA_TABLE
            );
            if !done && is_cell && *self.budget > 0 {
                return Err(damaged(&words!("有单元格读不出来", "a cell cannot be read"))
                    .on(&self.sheet.name));
            }
            if self.twice {
                return Err(damaged(&words!("有单元格出现了两次", "a cell stands twice"))
                    .on(&self.sheet.name));
            }
        }
        let formulas = std::mem::take(&mut self.formulas);
        formulas.resolve(self.book, self.sheet, self.budget, self.losses);
        let page = &mut self.sheet.looks.page;
        if self.fit {
            page.scale = None;
        } else {
            page.fit = None;
        }
        if self.variants {
            self.losses.add(&self.sheet.name, Kind::HeaderVariants, "");
        }
        Ok(())
    }

    fn record(&mut self, number: u32, mut data: Bytes<'_>) -> Option<()> {
        match number {
            id::ROW => {
                self.row = data.u32().filter(|row| *row < MAX_ROWS)?;
                let style = data.u32()?;
                let height = data.u16()?;
                let (_, flags) = (data.u8()?, data.u8()?);
                let look = Row {
                    height: (flags & 0x20 != 0).then(|| f64::from(height) / 20.0),
                    style: (flags & 0x40 != 0).then_some(style as usize),
                    hidden: flags & 0x10 != 0,
                    level: flags & 7,
                };
                self.sheet.looks.rows.insert(self.row, look);
            }
            id::FIRST_CELL..=id::LAST_CELL | id::RICH_CELL => self.cell(number, &mut data)?,
            id::COLUMN => {
                let (first, last) = (data.u32()?, data.u32()?.min(MAX_COLS - 1));
                let (width, style, flags) = (data.u32()?, data.u32()?, data.u16()?);
                if first > last {
                    return None;
                }
                self.sheet.looks.columns.push(Column {
                    first,
                    last,
                    width: f64::from(width) / 256.0,
                    style: (style > 0).then_some(style as usize),
                    hidden: flags & 1 != 0,
                    level: (flags >> 8 & 7) as u8,
                });
            }
            id::MERGE => {
                let range = range(&mut data)?;
                if range.len() > 1 {
                    self.sheet.merges.push(range);
                }
            }
            id::SHEET_FORMAT => {
                let (width, letters, height) = (data.u32()?, data.u16()?, data.u16()?);
                let pixels = ((f64::from(letters.min(255)) * self.digit + 5.0) / 8.0).ceil() * 8.0;
                let own = (width != u32::MAX).then(|| f64::from(width) / 256.0);
                self.sheet.looks.default_width = Some(own.unwrap_or(pixels / self.digit));
                self.sheet.looks.default_height = Some(f64::from(height) / 20.0);
            }
            id::SHEET_PROPERTIES => {
                let flags = data.u16()?;
                self.sheet.looks.totals_above = flags & 0x40 == 0;
                self.sheet.looks.totals_left = flags & 0x80 == 0;
                self.fit = flags & 0x100 != 0;
                data.u8()?;
                self.sheet.looks.tab = colour(&mut data, &self.book.theme)?;
            }
            id::VIEW => {
                let flags = data.u16()?;
                self.sheet.looks.no_gridlines = flags & 4 == 0;
                self.sheet.looks.no_zeros = flags & 0x10 == 0;
                self.sheet.looks.right_to_left = flags & 0x20 != 0;
                self.sheet.looks.selected = flags & 0x40 != 0;
                self.sheet.looks.break_preview = data.u32()? == 1;
                self.sheet.looks.top_left =
                    (data.u32()?.min(MAX_ROWS - 1), data.u32()?.min(MAX_COLS - 1));
                data.take(4)?;
                self.sheet.looks.zoom = data.u16().filter(|zoom| *zoom > 0);
            }
            id::PANE => {
                let (across, down) = (data.f64()?, data.f64()?);
                let top_left = (data.u32()?, data.u32()?);
                data.take(4)?;
                if data.u8()? & 1 != 0
                    && (0.0..1000.0).contains(&across)
                    && (0.0..1e5).contains(&down)
                {
                    self.sheet.looks.freeze = Some((down as u32, across as u32));
                    self.sheet.looks.top_left = top_left;
                }
            }
            id::MARGINS => {
                for slot in &mut self.sheet.looks.page.margins {
                    *slot = Some(data.f64().filter(|m| (0.0..50.0).contains(m))?);
                }
            }
            id::PRINT_OPTIONS => {
                let flags = data.u16()?;
                self.sheet.looks.page.centre_across = flags & 1 != 0;
                self.sheet.looks.page.centre_down = flags & 2 != 0;
                self.sheet.looks.page.headings = flags & 4 != 0;
                self.sheet.looks.page.gridlines = flags & 8 != 0;
            }
            id::PAGE_SETUP => {
                let (paper, scale) = (data.u32()?, data.u32()?);
                data.take(12)?;
                let first = data.u32()?;
                let (across, down, flags) = (data.u32()?, data.u32()?, data.u16()?);
                let small = |n: u32| u16::try_from(n).ok();
                self.sheet.looks.page.paper = small(paper);
                self.sheet.looks.page.scale = small(scale).filter(|s| (10..=400).contains(s));
                self.sheet.looks.page.fit = small(across).zip(small(down));
                self.sheet.looks.page.across_first = flags & 1 != 0;
                self.sheet.looks.page.landscape = flags & 2 != 0;
                self.sheet.looks.page.black_and_white = flags & 8 != 0;
                self.sheet.looks.page.draft = flags & 0x10 != 0;
                self.sheet.looks.page.first_page = small(first).filter(|_| flags & 0x80 != 0);
            }
            id::HEADER_FOOTER => {
                let flags = data.u16()?;
                self.sheet.looks.page.header = string(&mut data)?;
                self.sheet.looks.page.footer = string(&mut data)?;
                self.variants = flags & 3 != 0;
            }
            id::FILTER => self.sheet.looks.filter = Some(range(&mut data)?),
            id::PROTECTION => self.protection(&mut data)?,
            id::ROW_BREAKS => self.across = true,
            id::COLUMN_BREAKS => self.across = false,
            id::BREAK => {
                let at = data.u32()?;
                let page = &mut self.sheet.looks.page;
                let breaks =
                    if self.across { &mut page.row_breaks } else { &mut page.column_breaks };
                // As many as Excel takes.
                if at > 0 && breaks.len() < 1023 {
                    breaks.push(at);
                }
            }
            id::ARRAY | id::SHARED_FORMULA | id::DATA_TABLE => {
                let range = range(&mut data)?;
                let kind = match number {
                    id::ARRAY => BlockKind::Array,
                    id::SHARED_FORMULA => BlockKind::Shared,
                    _ => BlockKind::Table,
                };
                if kind == BlockKind::Array {
                    data.u8()?;
                }
                let (tokens, extra) =
                    if kind == BlockKind::Table { (&[][..], &[][..]) } else { formula(&mut data)? };
                self.formulas.block(kind, range, tokens, extra);
            }
            id::HYPERLINK => {
                let range = range(&mut data)?;
                let [link, place, tip] =
                    [string(&mut data)?, string(&mut data)?, string(&mut data)?];
                self.links.push((range, link, place, tip));
            }
            id::DRAWING => self.drawing = string(&mut data),
            id::VALIDATION | id::CONDITIONS | id::CONDITION => self.rule(number, &mut data),
            _ => {}
        }
        Some(())
    }

    /// A cell; its value is known already.
    fn cell(&mut self, number: u32, data: &mut Bytes<'_>) -> Option<()> {
        *self.budget = self.budget.checked_sub(1)?;
        let col = data.u32().filter(|col| *col < MAX_COLS)?;
        let style = (data.u32()? & 0xff_ffff) as usize;
        let at = CellRef::new(self.row, col);
        let before = self.sheet.looks.styles.insert(at, style).is_some();
        self.twice |= before && (number > id::FIRST_CELL || self.sheet.cells.contains_key(&at));
        match number {
            id::SHARED_TEXT => {
                let Some(shared) = self.book.rich.get(&data.u32()?) else { return Some(()) };
                let styles = &self.book.looks.styles;
                let base = styles.get(style).map(|s| s.font.clone()).unwrap_or_default();
                let font = |number: u16| {
                    self.book.looks.fonts.get(usize::from(number)).cloned().unwrap_or_default()
                };
                let pieces = rich(font, shared, &base);
                if pieces.len() > 1 {
                    *self.budget = self.budget.saturating_sub(pieces.len() / 4);
                    self.sheet.looks.rich.insert(at, pieces);
                }
            }
            id::FORMULA_TEXT..=id::LAST_CELL => {
                match number {
                    id::FORMULA_TEXT => drop(string(data)?),
                    id::FORMULA_NUMBER => drop(data.f64()?),
                    _ => drop(data.u8()?),
                }
                data.u16()?;
                let (tokens, extra) = formula(data)?;
                self.formulas.cell(at, tokens, extra);
                // calamine leaves out a formula whose result is an empty text.
                let empty = Cell { value: Value::Text(String::new()), ..Cell::default() };
                if let Some(cell) = self.sheet.cells.get_or_insert(at, empty) {
                    cell.is_formula = true;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn protection(&mut self, data: &mut Bytes<'_>) -> Option<()> {
        let hash = data.u16()?;
        let mut flag = || Some(data.u32()? != 0);
        if !flag()? {
            return Some(());
        }
        let (objects, scenarios) = (flag()?, flag()?);
        let mut allowed = 0;
        for bit in 2..=14 {
            allowed |= u32::from(flag()?) << bit;
        }
        self.sheet.protected = true;
        self.sheet.looks.protection =
            Some(Protection { hash, objects, scenarios, allowed: Some(allowed) });
        Some(())
    }
}
