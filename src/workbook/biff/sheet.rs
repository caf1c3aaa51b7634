//! A worksheet substream ([MS-XLS] 2.1.7.20.5): its records given to those who know them.

use super::cells::is_cell;
use super::drawing::Drawing;
use super::formulas::Formulas;
use super::globals::Globals;
use super::records::{Bytes, Records, id};
use super::{links, page, rules};
use crate::cell::{CellRef, Range};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::words;
use crate::workbook::Sheet;
use crate::workbook::legacy::damaged;
use crate::workbook::looks::SheetLooks;
use crate::workbook::losses::{Kind, Losses};
use crate::workbook::xlsx::styles::Shown;

/// How much a workbook may keep, in cells and half kilobytes, and the limit that says so.
pub struct Most {
    pub units: usize,
    name: &'static str,
    value: u64,
    limits: Limits,
}

impl Most {
    pub fn of(limits: &Limits) -> Self {
        let memory = usize::try_from(limits.memory_bytes / 512).unwrap_or(usize::MAX);
        let (units, name, value) = if memory < limits.cells {
            (memory, "memory-bytes", limits.memory_bytes)
        } else {
            (limits.cells, "cells", limits.cells as u64)
        };
        Self { units, name, value, limits: *limits }
    }
}

pub struct Reader<'a> {
    pub globals: &'a Globals,
    pub sheet: Sheet,
    pub looks: SheetLooks,
    pub drawing: Drawing,
    pub links: links::Links,
    pub(super) formulas: Formulas,
    pub(super) shown: &'a [Shown],
    /// The string that a formula's STRING record belongs to.
    pub(super) awaiting: Option<CellRef>,
    pub(super) frozen: bool,
    pub(super) pane: Option<(u16, u16, u16, u16)>,
    pub(super) zoom: (Option<u16>, Option<u16>),
    pub(super) fit: bool,
    pub(super) budget: usize,
    /// Whether a cell with a value stood twice.
    pub(super) twice: bool,
}

impl<'a> Reader<'a> {
    pub fn new(globals: &'a Globals, name: &str, shown: &'a [Shown]) -> Self {
        Self {
            globals,
            sheet: Sheet { name: name.to_owned(), loaded: true, ..Sheet::default() },
            looks: SheetLooks::default(),
            drawing: Drawing::default(),
            links: links::Links::default(),
            formulas: Formulas::default(),
            shown,
            awaiting: None,
            frozen: false,
            pane: None,
            zoom: (None, None),
            fit: false,
            budget: 0,
            twice: false,
        }
    }

    /// Reads the substream; `budget` is how much more may be kept of the `most` that the whole
    /// workbook may have.
    ///
    /// # Errors
    /// That is not enough, the time is over, or the sheet is cut short or a cell of it damaged: what is missing could
    /// be a figure that scores.
    pub fn read(
        mut self,
        records: Records<'_>,
        most: &Most,
        budget: &mut usize,
        losses: &mut Losses,
    ) -> Result<Sheet, Problem> {
        self.budget = *budget;
        let name = self.sheet.name.clone();
        let too_large = || crate::limits::over(most.name, most.value, ">", &name);
        let (mut depth, mut last_condition) = (0u32, None);
        let mut whole = false;
        for (count, record) in records.enumerate() {
            if count % 256 == 0 {
                most.limits.in_time(&name)?;
            }
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
                self.cell(&record).ok_or_else(|| {
                    damaged(&words!("有单元格读不出来", "a cell cannot be read"))
                        .on(&self.sheet.name)
                })?;
                if self.twice {
                    // Which of the two counts is anybody's guess.
                    return Err(damaged(&words!("有单元格出现了两次", "a cell stands twice"))
                        .on(&self.sheet.name));
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
            return Err(damaged(&words!("工作表没有写完就结束了", "the sheet ends in the middle"))
                .on(&self.sheet.name));
        }
        let (sheet, left) = self.finish(losses).ok_or_else(too_large)?;
        *budget = left;
        Ok(sheet)
    }

    /// Notes that a cell, or a formula, with so many bytes of text is kept.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.budget = self.budget.saturating_sub(bytes / 512).saturating_sub(1);
    }

    fn finish(mut self, losses: &mut Losses) -> Option<(Sheet, usize)> {
        let name = self.sheet.name.clone();
        let formulas = std::mem::take(&mut self.formulas);
        formulas.resolve(self.globals, &mut self.sheet, &mut self.budget, losses);
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
}

/// What the cell styles show a number as, by their index.
pub fn shown(globals: &Globals) -> Vec<Shown> {
    globals
        .styles
        .iter()
        .map(|style| {
            let shown = match &style.format.code {
                Some(code) => Shown::of_code(code),
                None => Shown::of_builtin(style.format.builtin.into()),
            };
            Shown { struck: style.font.strike, ..shown }
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
