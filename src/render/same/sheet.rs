//! A sheet's rows, columns and cells.

use super::format::{Formats, letters};
use super::{Changes, Refused, column};
use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::package::{Content, Edit};
use crate::problem::Words;
use crate::words;
use crate::workbook::{Cell, Sheet, Value};
use rust_xlsxwriter::{Format, Formula, Url, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// Most cells of merged ranges that are written, and of one array.
const AREA: u64 = 1_000_000;
/// Most places that a notice names.
const NAMED: usize = 8;

pub struct Writer<'a> {
    pub page: &'a mut Worksheet,
    pub sheet: &'a Sheet,
    pub index: usize,
    pub formats: &'a Formats,
    pub refused: &'a mut Refused,
    pub late: &'a mut Vec<Edit>,
}

impl Writer<'_> {
    pub fn write(&mut self, changes: &Changes<'_>) -> Result<(), XlsxError> {
        self.columns()?;
        self.rows()?;
        self.merges();
        let mut places: BTreeSet<CellRef> = self.sheet.looks.styles.keys().copied().collect();
        places.extend(self.sheet.cells.keys());
        places.extend(changes.written.keys().filter(|p| p.sheet == self.index).map(|p| p.at));
        self.links(&places);
        for at in places {
            self.cell(at, changes)?;
        }
        self.empty_cells()
    }

    /// Looks of cells that are not there, by column and row: after the cells, since the writer
    /// would give them to cells of the default look too.
    fn empty_cells(&mut self) -> Result<(), XlsxError> {
        for look in &self.sheet.looks.columns {
            let Some(style) = look.style else { continue };
            for col in look.first..=look.last.min(16_383) {
                self.page.set_column_format(column(col), self.formats.get(style))?;
            }
        }
        for (row, look) in &self.sheet.looks.rows {
            if let Some(style) = look.style {
                self.page.set_row_format(*row, self.formats.get(style))?;
            }
        }
        Ok(())
    }

    fn columns(&mut self) -> Result<(), XlsxError> {
        let looks = &self.sheet.looks;
        let mut widths: BTreeMap<u32, f64> = BTreeMap::new();
        let digit = self.formats.digit();
        let usual = self.formats.default_format().1;
        if let Some(width) = looks.default_width
            && ((width * digit).round() - f64::from(usual)).abs() >= 1.0
        {
            widths.extend((0..256).map(|col| (col, width)));
        }
        let mut levels = BTreeMap::new();
        for look in &looks.columns {
            for col in look.first..=look.last.min(16_383) {
                widths.insert(col, look.width);
                if look.hidden {
                    self.page.set_column_hidden(column(col))?;
                }
                levels.insert(col, look.level);
            }
        }
        for (col, width) in widths {
            let pixels = (width * digit).round().clamp(0.0, 2000.0) as u32;
            self.page.set_column_width_pixels(column(col), pixels)?;
        }
        for (first, last) in groups(&levels) {
            self.page.group_columns(column(first), column(last))?;
        }
        self.page.group_symbols_to_left(looks.totals_left);
        Ok(())
    }

    fn rows(&mut self) -> Result<(), XlsxError> {
        let looks = &self.sheet.looks;
        if let Some(height) = looks.default_height.filter(|h| *h > 0.0 && *h <= 409.5) {
            self.page.set_default_row_height(height);
        }
        let mut levels = BTreeMap::new();
        // LibreOffice says something of the very last row of the grid, and the writer goes through
        // every row up to the last that it is told of.
        let cells = self.sheet.cells.last_key_value().map_or(0, |(at, _)| at.row);
        let last = looks.styles.last_key_value().map_or(0, |(at, _)| at.row).max(cells);
        for (row, look) in looks.rows.range(..=last.saturating_add(1000)) {
            if let Some(height) = look.height {
                self.page.set_row_height(*row, height.min(409.5))?;
            }
            if look.hidden {
                self.page.set_row_hidden(*row)?;
            }
            levels.insert(*row, look.level);
        }
        for (first, last) in groups(&levels) {
            self.page.group_rows(first, last)?;
        }
        self.page.group_symbols_above(looks.totals_above);
        Ok(())
    }

    fn merges(&mut self) {
        let mut area = 0u64;
        let mut lost = Vec::new();
        for range in self.sheet.merges.iter() {
            area = area.saturating_add(range.len());
            let styles = &self.sheet.looks.styles;
            let style = styles.get(&range.start).copied().unwrap_or(0);
            let (a, b) = (range.start, range.end);
            let done = area <= AREA
                && self
                    .page
                    .merge_range(
                        a.row,
                        column(a.col),
                        b.row,
                        column(b.col),
                        "",
                        self.formats.get(style),
                    )
                    .is_ok();
            if !done {
                lost.push(range.to_string());
                continue;
            }
            // The inside of the range has looks of its own, or none.
            for row in a.row..=b.row {
                for col in a.col..=b.col {
                    if !styles.contains_key(&CellRef::new(row, col)) {
                        self.page.clear_cell(row, column(col));
                    }
                }
            }
        }
        if !lost.is_empty() {
            let what =
                words!("重叠或过大的合并：", "merged ranges that overlap or are too large: ");
            self.refuse(what.then(&Words::listed(lost, NAMED)));
        }
    }

    fn refuse(&mut self, words: Words) {
        self.refused.push((self.sheet.name.clone(), words));
    }

    fn links(&mut self, places: &BTreeSet<CellRef>) {
        let mut lost = Vec::new();
        for link in &self.sheet.looks.links {
            for at in cells(link.range, 100) {
                // Only the first cell of a range needs to be there.
                if at != link.range.start && !places.contains(&at) {
                    continue;
                }
                let style = self.sheet.looks.styles.get(&at).copied().unwrap_or(0);
                let format = self.formats.get(style);
                let text = self.sheet.text(at).unwrap_or_default();
                // What is no address is a file; the writer takes a relative path behind this too.
                let file = link.target.strip_prefix("external:").unwrap_or(&link.target);
                let done =
                    [link.target.clone(), format!("file:///{file}")].into_iter().any(|target| {
                        let url = Url::new(target).set_tip(&link.tip);
                        let row = at.row;
                        self.page
                            .write_url_with_options(
                                row,
                                column(at.col),
                                url,
                                text,
                                link.tip.as_str(),
                                Some(format),
                            )
                            .is_ok()
                    });
                if !done {
                    lost.push(format!("{at} {}", link.target));
                }
            }
        }
        if !lost.is_empty() {
            self.refuse(words!("超链接：", "hyperlinks: ").then(&Words::listed(lost, NAMED)));
        }
    }

    fn cell(&mut self, at: CellRef, changes: &Changes<'_>) -> Result<(), XlsxError> {
        let (row, col) = (at.row, column(at.col));
        let place = Place { sheet: self.index, at };
        let style = self.sheet.looks.styles.get(&at).copied().unwrap_or(0);
        let format = self.formats.get(style);
        if let Some(write) = changes.written.get(&place) {
            match &write.formula {
                Some(text) => {
                    let formula = Formula::new(text).set_result(write.value.to_string());
                    self.page.write_formula_with_format(row, col, formula, format)?;
                }
                None => {
                    self.page.write_number_with_format(row, col, write.value, format)?;
                }
            }
            return Ok(());
        }
        let Some(cell) = self.sheet.cells.get(&at) else {
            let looks = &self.sheet.looks;
            let over = looks.rows.get(&at.row).is_some_and(|r| r.style.is_some())
                || looks
                    .columns
                    .iter()
                    .any(|c| c.style.is_some() && (c.first..=c.last).contains(&at.col));
            let plain = over && format == self.formats.get(0);
            let format = if plain { self.formats.explicit_default() } else { format };
            self.page.write_blank(row, col, format)?;
            return Ok(());
        };
        if cell.is_formula && cell.formula.is_none() && !changes.keeps.contains(&self.index) {
            self.page.write_blank(row, col, format)?;
            return Ok(());
        }
        let fresh = changes.dependents.get(&place);
        let value = match fresh {
            Some(Some(value)) => value,
            Some(None) => &Value::Blank,
            None => &cell.value,
        };
        if let Some(text) = &cell.formula {
            let done = self.formula(at, cell, text, value, format);
            if done {
                if fresh == Some(&None) {
                    self.late.push(Edit::new(&self.sheet.name, at, Content::Cached(None)));
                }
                return Ok(());
            }
            self.refuse(words!(
                "{at} 的公式（保留数值）",
                "the formula of {at} (its value is kept)"
            ));
        }
        self.value(at, value, format)
    }

    fn formula(
        &mut self,
        at: CellRef,
        cell: &Cell,
        text: &str,
        value: &Value,
        format: &Format,
    ) -> bool {
        let (row, col) = (at.row, column(at.col));
        if text.encode_utf16().count() > 8192 {
            return false;
        }
        let result = match value {
            Value::Blank => String::new(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            Value::Text(text) | Value::Error(text) => text.clone(),
        };
        // The writer tells kinds of results by how they look; a text that looks like another kind
        // gets its value afterwards.
        if matches!(value, Value::Text(_))
            && (result.is_empty()
                || result.parse::<f64>().is_ok()
                || result == "TRUE"
                || result == "FALSE"
                || result.starts_with('#'))
        {
            let content = Content::Cached(Some(value.clone()));
            self.late.push(Edit::new(&self.sheet.name, at, content));
        }
        let formula = Formula::new(text).set_result(result);
        match cell.array {
            Some(range) if range.len() <= AREA => {
                let (a, b) = (range.start, range.end);
                self.page
                    .write_array_formula_with_format(
                        a.row,
                        column(a.col),
                        b.row,
                        column(b.col),
                        formula,
                        format,
                    )
                    .is_ok()
            }
            Some(_) => false,
            None => self.page.write_formula_with_format(row, col, formula, format).is_ok(),
        }
    }

    fn value(&mut self, at: CellRef, value: &Value, format: &Format) -> Result<(), XlsxError> {
        let (row, col) = (at.row, column(at.col));
        let rich = self.sheet.looks.rich.get(&at);
        match value {
            Value::Blank => {
                self.page.write_blank(row, col, format)?;
            }
            Value::Number(number) => {
                self.page.write_number_with_format(row, col, *number, format)?;
            }
            Value::Text(text) => {
                let pieces = rich.map(Vec::as_slice).unwrap_or_default();
                let fonts: Vec<Format> = pieces.iter().map(|(font, _)| letters(font)).collect();
                let runs: Vec<(&Format, &str)> = fonts
                    .iter()
                    .zip(pieces)
                    .map(|(font, (_, piece))| (font, piece.as_str()))
                    .collect();
                let done = runs.len() > 1
                    && self.page.write_rich_string_with_format(row, col, &runs, format).is_ok();
                if !done {
                    self.page.write_string_with_format(row, col, text, format)?;
                }
            }
            Value::Bool(flag) => {
                self.page.write_boolean_with_format(row, col, *flag, format)?;
            }
            Value::Error(error) => {
                // The writer has no error values; a formula that is one shows the same.
                let formula = Formula::new(error).set_result(error);
                self.page.write_formula_with_format(row, col, formula, format)?;
            }
        }
        Ok(())
    }
}

/// Cells of a range, no more than so many.
fn cells(range: Range, most: usize) -> impl Iterator<Item = CellRef> {
    (range.start.row..=range.end.row)
        .flat_map(move |row| {
            (range.start.col..=range.end.col).map(move |col| CellRef::new(row, col))
        })
        .take(most)
}

/// Runs of rows or columns at or above each outline level.
fn groups(levels: &BTreeMap<u32, u8>) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    for level in 1..=7 {
        let mut run: Option<(u32, u32)> = None;
        for (at, own) in levels {
            if *own < level {
                continue;
            }
            run = match run {
                Some((first, last)) if last + 1 == *at => Some((first, *at)),
                other => {
                    out.extend(other);
                    Some((*at, *at))
                }
            };
        }
        out.extend(run);
    }
    out
}
