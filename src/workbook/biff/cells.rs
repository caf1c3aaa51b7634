//! Records of cells ([MS-XLS] 2.4: Number, LabelSst, Formula and their like).

use super::formula::error_text;
use super::formulas::BlockKind;
use super::links;
use super::records::{Bytes, Record, id};
use super::sheet::Reader;
use super::strings::{Shared, runs};
use crate::cell::{CellRef, Range};
use crate::workbook::xlsx::styles::Shown;
use crate::workbook::{Cell, Value};

/// Whether a record holds cells or what belongs to a cell's value.
pub fn is_cell(number: u16) -> bool {
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

impl Reader<'_> {
    fn put(&mut self, row: u16, col: u16, xf: u16, value: Value) -> CellRef {
        let at = CellRef::new(u32::from(row), u32::from(col));
        self.spend(value.text().map_or(0, str::len));
        let before = self.looks.styles.insert(at, usize::from(xf)).is_some();
        self.twice |= before && (value != Value::Blank || self.sheet.cells.contains_key(&at));
        if value != Value::Blank {
            let shown = self.shown.get(usize::from(xf)).copied().unwrap_or_default();
            let Shown { date: is_date, percent: is_percent, zeros, struck } = shown;
            let cell = Cell { value, is_date, is_percent, zeros, struck, ..Cell::default() };
            self.sheet.cells.insert(at, cell);
        }
        at
    }

    fn text(&mut self, place: (u16, u16, u16), shared: Shared) {
        let text = shared.text.replace("\r\n", "\n");
        let at = self.put(place.0, place.1, place.2, Value::Text(text));
        if (1..200).contains(&shared.runs.len()) {
            let base = self.globals.styles.get(usize::from(place.2)).map(|s| s.font.clone());
            let pieces =
                links::rich(|n| self.globals.font_of(n), &shared, &base.unwrap_or_default());
            if pieces.len() > 1 {
                self.budget = self.budget.saturating_sub(pieces.len() / 4);
                self.looks.rich.insert(at, pieces);
            }
        }
    }

    /// A cell's record; `None` for another kind, or a damaged one.
    pub(super) fn cell(&mut self, record: &Record<'_>) -> Option<()> {
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
        let tokens = data.take(size).unwrap_or_default();
        let at = self.put(row, col, xf, value);
        if let Some(cell) = self.sheet.cells.get_mut(&at) {
            cell.is_formula = true;
        }
        self.awaiting = waits.then_some(at);
        self.formulas.cell(at, tokens, data.rest());
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
        if kind == BlockKind::Table {
            self.formulas.block(kind, range, &[], &[]);
        } else {
            data.take(if kind == BlockKind::Array { 6 } else { 2 })?;
            let size = usize::from(data.u16()?);
            let tokens = data.take(size)?;
            self.formulas.block(kind, range, tokens, data.rest());
        }
        Some(())
    }
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
