//! A worksheet substream ([MS-XLS] 2.1.7.20.5): cells, rows, columns, view.

use super::drawing::Drawing;
use super::formula::{self, Context, Fault, error_text};
use super::globals::Globals;
use super::records::{Bytes, Record, Records, id};
use super::strings::{Shared, runs};
use super::{links, page, rules};
use crate::cell::{CellRef, Range};
use crate::problem::Problem;
use crate::workbook::legacy::damaged;
use crate::workbook::looks::{Column, Protection, Row, SheetLooks};
use crate::workbook::losses::{Kind, Losses};
use crate::workbook::xlsx::shows_date;
use crate::workbook::{Cell, Sheet, Value};
use std::collections::HashMap;

/// A formula cell's tokens and what stands behind them.
struct Formula {
    at: CellRef,
    tokens: Vec<u8>,
    extra: Vec<u8>,
}

/// Tokens that several cells share, or that one array of cells holds.
struct Block {
    range: Range,
    tokens: Vec<u8>,
    extra: Vec<u8>,
    kind: BlockKind,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum BlockKind {
    Shared,
    Array,
    Table,
}

pub struct Reader<'a> {
    pub globals: &'a Globals,
    pub sheet: Sheet,
    pub looks: SheetLooks,
    pub drawing: Drawing,
    pub links: links::Links,
    formulas: Vec<Formula>,
    blocks: Vec<Block>,
    dates: &'a [bool],
    /// The string that a formula's STRING record belongs to.
    awaiting: Option<CellRef>,
    frozen: bool,
    pane: Option<(u16, u16, u16, u16)>,
    zoom: (Option<u16>, Option<u16>),
    fit: bool,
    budget: usize,
    /// Whether a cell with a value stood twice.
    twice: bool,
}

impl<'a> Reader<'a> {
    pub fn new(globals: &'a Globals, name: &str, dates: &'a [bool]) -> Self {
        Self {
            globals,
            sheet: Sheet { name: name.to_owned(), loaded: true, ..Sheet::default() },
            looks: SheetLooks::default(),
            drawing: Drawing::default(),
            links: links::Links::default(),
            formulas: Vec::new(),
            blocks: Vec::new(),
            dates,
            awaiting: None,
            frozen: false,
            pane: None,
            zoom: (None, None),
            fit: false,
            budget: 0,
            twice: false,
        }
    }

    /// Reads the substream; `budget` is how much more may be kept, in cells and half
    /// kilobytes, of the `most` that the whole workbook may have.
    ///
    /// # Errors
    /// That is not enough, or the sheet is cut short or a cell of it damaged: what is missing could
    /// be a figure that scores.
    pub fn read(
        mut self,
        records: Records<'_>,
        most: usize,
        budget: &mut usize,
        losses: &mut Losses,
    ) -> Result<Sheet, Problem> {
        self.budget = *budget;
        let name = self.sheet.name.clone();
        let too_large = || crate::limits::over("cells", most as u64, ">", &name);
        let (mut depth, mut last_condition) = (0u32, None);
        let mut whole = false;
        for record in records {
            match record.id {
                id::BOF => {
                    depth = depth.saturating_add(1);
                    if depth == 2 {
                        self.drawing.chart_begins();
                    }
                    continue;
                }
                id::EOF => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        whole = true;
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            if depth > 1 {
                self.drawing.chart_record(self.globals, &record);
                continue;
            }
            if self.budget == 0 {
                return Err(too_large());
            }
            if is_cell(record.id) {
                self.cell(&record).ok_or_else(|| damaged("a cell").on(&self.sheet.name))?;
                if self.twice {
                    // Which of the two counts is anybody's guess.
                    return Err(damaged("a cell stands twice").on(&self.sheet.name));
                }
                continue;
            }
            if self.shape(&record).is_none()
                && page::take(&mut self.looks.page, self.globals, &record).is_none()
                && self.drawing.take(self.globals, &record).is_none()
                && self.links.take(self.globals, &record).is_none()
            {
                rules::take(&mut self.looks, self.globals, &record, &mut last_condition, || {
                    losses.add(&self.sheet.name, Kind::RuleUnread, "");
                });
            }
            let kind = match record.id {
                id::PIVOT => Kind::Pivot,
                id::CONDITIONS_12 => Kind::NewCondition,
                id::HEADER_FOOTER => {
                    if page::has_variants(&record) {
                        Kind::HeaderVariants
                    } else {
                        continue;
                    }
                }
                _ => continue,
            };
            losses.add(&self.sheet.name, kind, "");
        }
        if !whole {
            return Err(damaged("the sheet ends in the middle").on(&self.sheet.name));
        }
        let (sheet, left) = self.finish(losses).ok_or_else(too_large)?;
        *budget = left;
        Ok(sheet)
    }

    /// Notes that a cell, or a formula, with so many bytes of text is kept.
    fn spend(&mut self, bytes: usize) {
        self.budget = self.budget.saturating_sub(bytes / 512).saturating_sub(1);
    }

    fn put(&mut self, row: u16, col: u16, xf: u16, value: Value) -> CellRef {
        let at = CellRef::new(u32::from(row), u32::from(col));
        self.spend(value.text().map_or(0, str::len));
        let before = self.looks.styles.insert(at, usize::from(xf)).is_some();
        self.twice |= before && (value != Value::Blank || self.sheet.cells.contains_key(&at));
        if value != Value::Blank {
            let is_date = self.dates.get(usize::from(xf)).copied().unwrap_or(false);
            self.sheet.cells.insert(at, Cell { value, is_date, ..Cell::default() });
        }
        at
    }

    fn text(&mut self, place: (u16, u16, u16), shared: Shared) {
        let text = shared.text.replace("\r\n", "\n");
        let at = self.put(place.0, place.1, place.2, Value::Text(text));
        if (1..200).contains(&shared.runs.len()) {
            let base = self.globals.styles.get(usize::from(place.2)).map(|s| s.font.clone());
            let pieces = links::rich(self.globals, &shared, &base.unwrap_or_default());
            if pieces.len() > 1 {
                self.budget = self.budget.saturating_sub(pieces.len() / 4);
                self.looks.rich.insert(at, pieces);
            }
        }
    }

    /// A cell's record; `None` for another kind, or a damaged one.
    fn cell(&mut self, record: &Record<'_>) -> Option<()> {
        let mut data = record.bytes();
        let mut head = || Some((data.u16()?, data.u16()?, data.u16()?));
        match record.id {
            id::BLANK => {
                let (row, col, xf) = head()?;
                self.put(row, col, xf, Value::Blank);
            }
            id::MULTI_BLANK => {
                let (row, first) = (data.u16()?, data.u16()?);
                let count = data.rest().len().saturating_sub(2) / 2;
                for col in (first..256).take(count) {
                    let xf = data.u16()?;
                    self.put(row, col, xf, Value::Blank);
                }
            }
            id::NUMBER => {
                let (row, col, xf) = head()?;
                let number = data.f64()?;
                self.put(row, col, xf, Value::Number(number));
            }
            id::RK => {
                let (row, col, xf) = head()?;
                let number = rk(data.u32()?);
                self.put(row, col, xf, Value::Number(number));
            }
            id::MULTI_RK => {
                let (row, first) = (data.u16()?, data.u16()?);
                let count = data.rest().len().saturating_sub(2) / 6;
                for col in (first..256).take(count) {
                    let (xf, number) = (data.u16()?, rk(data.u32()?));
                    self.put(row, col, xf, Value::Number(number));
                }
            }
            id::BOOL_ERROR => {
                let (row, col, xf) = head()?;
                let (code, is_error) = (data.u8()?, data.u8()? != 0);
                self.put(row, col, xf, logical(code, is_error));
            }
            id::LABEL_SST => {
                let place = head()?;
                let index = data.u32()? as usize;
                let shared = self.globals.strings.get(index).cloned()?;
                self.text(place, shared);
            }
            id::LABEL | id::RICH_STRING => {
                let place = head()?;
                let joined = record.joined();
                let mut data = Bytes::new(joined.get(6..)?);
                let text = self.globals.text.long(&mut data)?;
                let mut shared = Shared { text, runs: Vec::new() };
                if record.id == id::RICH_STRING {
                    if self.globals.biff8 {
                        let count = usize::from(data.u16()?);
                        shared.runs = runs(&mut data, count);
                    } else {
                        let count = usize::from(data.u8()?);
                        shared.runs = (0..count)
                            .map_while(|_| Some((u16::from(data.u8()?), u16::from(data.u8()?))))
                            .collect();
                    }
                }
                self.text(place, shared);
            }
            id::FORMULA | 0x206 | 0x406 => self.formula(record)?,
            id::STRING => {
                let joined = record.joined();
                let text = self.globals.text.long(&mut Bytes::new(&joined))?;
                // Some programs write a string that belongs to no formula.
                let at = self.awaiting.take();
                if let Some(cell) = at.and_then(|at| self.sheet.cells.get_mut(&at)) {
                    cell.value = Value::Text(text.replace("\r\n", "\n"));
                }
            }
            id::SHARED_FORMULA | id::ARRAY | id::TABLE => self.block(record)?,
            _ => return None,
        }
        Some(())
    }

    fn formula(&mut self, record: &Record<'_>) -> Option<()> {
        let joined = record.joined();
        let mut data = Bytes::new(&joined);
        let (row, col, xf) = (data.u16()?, data.u16()?, data.u16()?);
        let result = data.take(8)?;
        let mut waits = false;
        let value = match *result {
            [kind, _, code, _, _, _, 0xff, 0xff] => match kind {
                0 => {
                    waits = true;
                    Value::Text(String::new())
                }
                1 | 2 => logical(code, kind == 2),
                _ => Value::Text(String::new()),
            },
            _ => Value::Number(Bytes::new(result).f64()?),
        };
        data.take(6)?;
        let size = usize::from(data.u16()?);
        let tokens = data.take(size).unwrap_or_default().to_vec();
        let at = self.put(row, col, xf, value);
        if let Some(cell) = self.sheet.cells.get_mut(&at) {
            cell.is_formula = true;
        }
        self.awaiting = waits.then_some(at);
        self.formulas.push(Formula { at, tokens, extra: data.rest().to_vec() });
        Some(())
    }

    fn block(&mut self, record: &Record<'_>) -> Option<()> {
        let joined = record.joined();
        let mut data = Bytes::new(&joined);
        let (top, bottom) = (u32::from(data.u16()?), u32::from(data.u16()?));
        let (left, right) = (u32::from(data.u8()?), u32::from(data.u8()?));
        let range = Range::new(CellRef::new(top, left), CellRef::new(bottom, right));
        let kind = match record.id {
            id::SHARED_FORMULA => BlockKind::Shared,
            id::ARRAY => BlockKind::Array,
            _ => BlockKind::Table,
        };
        let mut block = Block { range, tokens: Vec::new(), extra: Vec::new(), kind };
        if kind != BlockKind::Table {
            data.take(if kind == BlockKind::Array { 6 } else { 2 })?;
            let size = usize::from(data.u16()?);
            block.tokens = data.take(size)?.to_vec();
            block.extra = data.rest().to_vec();
        }
        self.blocks.push(block);
        Some(())
    }

    /// Rows, columns, merges, view.
    fn shape(&mut self, record: &Record<'_>) -> Option<()> {
        let mut data = record.bytes();
        match record.id {
            id::ROW => {
                let row = u32::from(data.u16()?);
                data.take(4)?;
                let height = data.u16()?;
                data.take(4)?;
                let (flags, xf) = (data.u16()?, data.u16()?);
                let own = height & 0x8000 == 0 && height > 0;
                let look = Row {
                    height: own.then(|| f64::from(height & 0x7fff) / 20.0),
                    style: (flags & 0x80 != 0).then_some(usize::from(xf & 0xfff)),
                    hidden: flags & 0x20 != 0,
                    level: (flags & 7) as u8,
                };
                self.looks.rows.insert(row, look);
            }
            id::COLUMN => {
                let (first, last, width) = (data.u16()?, data.u16()?, data.u16()?);
                let (xf, flags) = (data.u16()?, data.u16()?);
                if first > last || first > 255 || self.looks.columns.len() > 1024 {
                    return Some(());
                }
                self.looks.columns.push(Column {
                    first: u32::from(first),
                    last: u32::from(last.min(255)),
                    width: f64::from(width) / 256.0,
                    style: (xf != 15).then_some(usize::from(xf)),
                    hidden: flags & 1 != 0,
                    level: (flags >> 8 & 7) as u8,
                });
            }
            id::DEFAULT_COLUMN_WIDTH => {
                // Characters without padding; Excel adds five pixels and rounds up to eight.
                let digit = self.globals.digit();
                let pixels = ((f64::from(data.u16()?.min(255)) * digit + 5.0) / 8.0).ceil() * 8.0;
                self.looks.default_width.get_or_insert(pixels / digit);
            }
            id::STANDARD_WIDTH => {
                self.looks.default_width = Some(f64::from(data.u16()?) / 256.0);
            }
            id::DEFAULT_ROW_HEIGHT => {
                data.u16()?;
                self.looks.default_height = Some(f64::from(data.u16()? & 0x7fff) / 20.0);
            }
            id::MERGES => {
                for _ in 0..data.u16()? {
                    let range = cell_range(&mut data)?;
                    if range.len() > 1 {
                        self.sheet.merges.push(range);
                    }
                }
            }
            id::WINDOW2 => {
                let flags = data.u16()?;
                let looks = &mut self.looks;
                looks.no_gridlines = flags & 2 == 0;
                looks.no_zeros = flags & 0x10 == 0;
                looks.right_to_left = flags & 0x40 != 0;
                looks.selected = flags & 0x200 != 0;
                looks.break_preview = flags & 0x800 != 0;
                looks.top_left = (u32::from(data.u16()?), u32::from(data.u16()?));
                self.frozen = flags & 8 != 0;
                if self.globals.biff8 && data.take(4).is_some() {
                    data.u16()?;
                    self.zoom.0 = data.u16().filter(|z| *z > 0);
                }
            }
            id::ZOOM => {
                let (over, under) = (data.u16()?, data.u16()?.max(1));
                self.zoom.1 = u32::from(over)
                    .saturating_mul(100)
                    .checked_div(u32::from(under))
                    .and_then(|zoom| u16::try_from(zoom).ok());
            }
            id::PANE => {
                self.pane = Some((data.u16()?, data.u16()?, data.u16()?, data.u16()?));
            }
            id::WSBOOL => {
                let flags = data.u16()?;
                self.looks.totals_above = flags & 0x40 == 0;
                self.looks.totals_left = flags & 0x80 == 0;
                self.fit = flags & 0x100 != 0;
            }
            id::PROTECT => {
                if data.u16()? != 0 {
                    self.looks.protection.get_or_insert_default();
                    self.sheet.protected = true;
                }
            }
            id::PASSWORD | id::OBJECT_PROTECT | id::SCENARIO_PROTECT => {
                let value = data.u16()?;
                if let Some(protection) = &mut self.looks.protection {
                    match record.id {
                        id::PASSWORD => protection.hash = value,
                        id::OBJECT_PROTECT => protection.objects = value != 0,
                        _ => protection.scenarios = value != 0,
                    }
                }
            }
            id::SHEET_PROTECTION => {
                data.take(19)?;
                let allowed = data.u32()?;
                if let Some(protection) = &mut self.looks.protection {
                    *protection = Protection { allowed: Some(allowed), ..*protection };
                }
            }
            id::SHEET_EXT => {
                data.take(16)?;
                let index = (data.u32()? & 0x7f) as u16;
                self.looks.tab = self.globals.colour(index);
            }
            _ => return None,
        }
        Some(())
    }

    fn finish(mut self, losses: &mut Losses) -> Option<(Sheet, usize)> {
        let name = self.sheet.name.clone();
        self.resolve(losses);
        if self.budget == 0 {
            return None;
        }
        let looks = &mut self.looks;
        if let Some((x, y, top, left)) = self.pane
            && self.frozen
            && (x, y) != (0, 0)
        {
            looks.freeze = Some((u32::from(y), u32::from(x)));
            looks.top_left = (u32::from(top), u32::from(left));
        }
        looks.zoom = self.zoom.1.or(if looks.break_preview { None } else { self.zoom.0 });
        if !self.fit {
            looks.page.fit = None;
        } else {
            looks.page.scale = None;
        }
        self.links.finish(looks, &self.drawing);
        self.drawing.finish(self.globals, looks, &name, losses);
        self.sheet.looks = self.looks;
        Some((self.sheet, self.budget))
    }

    /// Texts of all formulas, once every shared one and array is known.
    fn resolve(&mut self, losses: &mut Losses) {
        let name = self.sheet.name.clone();
        let globals = self.globals;
        // Most blocks are named by the cell that they begin at.
        let starts: HashMap<CellRef, usize> =
            self.blocks.iter().enumerate().map(|(i, block)| (block.range.start, i)).collect();
        for formula in std::mem::take(&mut self.formulas) {
            let at = formula.at;
            let own = formula::text(
                &Context::new(globals, at.row, at.col),
                &formula.tokens,
                &formula.extra,
            );
            let mut array = None;
            let found = match own {
                Err(Fault::PartOf(row, col)) => {
                    let start = CellRef::new(row, col);
                    let block = starts
                        .get(&start)
                        .and_then(|i| self.blocks.get(*i))
                        .filter(|block| block.range.contains(at))
                        .or_else(|| {
                            let few = self.blocks.iter().take(1000);
                            few.into_iter().find(|block| block.range.contains(at))
                        });
                    match block {
                        Some(block) if block.kind == BlockKind::Table => {
                            losses.add(&name, Kind::DataTable, at.to_string());
                            continue;
                        }
                        Some(block) => {
                            if block.kind == BlockKind::Array {
                                if block.range.start != at {
                                    // Inside an array: a value of its master.
                                    if let Some(cell) = self.sheet.cells.get_mut(&at) {
                                        cell.is_formula = false;
                                    }
                                    continue;
                                }
                                array = Some(block.range);
                            }
                            let context = Context::new(globals, at.row, at.col);
                            formula::text(&context, &block.tokens, &block.extra)
                        }
                        None => Err(Fault::Unread),
                    }
                }
                other => other,
            };
            match found {
                Ok(text) => {
                    self.spend(text.len());
                    if self.budget == 0 {
                        return;
                    }
                    if let Some(cell) = self.sheet.cells.get_mut(&at) {
                        cell.formula = Some(text);
                        cell.array = array;
                    }
                }
                Err(Fault::OtherFile) => losses.add(&name, Kind::OtherFile, at.to_string()),
                Err(_) => losses.add(&name, Kind::FormulaUnread, at.to_string()),
            }
        }
    }
}

/// Whether a record holds cells or what belongs to a cell's value.
fn is_cell(number: u16) -> bool {
    matches!(
        number,
        id::BLANK
            | id::MULTI_BLANK
            | id::NUMBER
            | id::RK
            | id::MULTI_RK
            | id::BOOL_ERROR
            | id::LABEL_SST
            | id::LABEL
            | id::RICH_STRING
            | id::FORMULA
            | 0x206
            | 0x406
            | id::STRING
            | id::SHARED_FORMULA
            | id::ARRAY
            | id::TABLE
    )
}

/// Whether the style of each number shows a date.
pub fn date_styles(globals: &Globals) -> Vec<bool> {
    globals
        .styles
        .iter()
        .map(|style| match &style.format.code {
            Some(code) => shows_date(code),
            None => matches!(style.format.builtin, 14..=22 | 27..=36 | 45..=47 | 50..=58),
        })
        .collect()
}

/// Four corners of a range, rows first.
pub fn cell_range(data: &mut Bytes<'_>) -> Option<Range> {
    let [top, bottom, left, right] = [data.u16()?, data.u16()?, data.u16()?, data.u16()?];
    let (left, right) = (left.min(255), right.min(255));
    Some(Range::new(
        CellRef::new(u32::from(top), u32::from(left)),
        CellRef::new(u32::from(bottom), u32::from(right)),
    ))
}

fn logical(code: u8, is_error: bool) -> Value {
    if is_error {
        Value::Error(error_text(code).unwrap_or("#VALUE!").to_owned())
    } else {
        Value::Bool(code != 0)
    }
}

/// A number in four bytes ([MS-XLS] 2.5.217 RkNumber).
fn rk(raw: u32) -> f64 {
    let number = if raw & 2 != 0 {
        f64::from(raw.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(raw & !3) << 32)
    };
    if raw & 1 != 0 { number / 100.0 } else { number }
}
