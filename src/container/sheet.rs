//! A worksheet part, scanned once: every cell with its byte span, nothing built that is not needed.
//!
//! The reader takes values from the spans; the package writer replaces spans. Neither keeps a tree.
//! Rules followed: ECMA-376 part 1, 18.3.1.4 (`c`), 18.3.1.73 (`row`), 18.3.1.40 (`f`),
//! 18.3.1.13 (`col`), 18.3.1.55 (`mergeCell`). `r` is optional on `c` and `row`.

use super::cells::{CellType, ColumnStyle, FormulaKind, RawCell, RawFormula, RawRow, SheetXml};
use super::xml::{self, Part, malformed};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::limits::{self, Ledger, Limits};
use crate::problem::Problem;
use crate::words;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range as Span;

/// Reads the sheet's rows and cells with their places in the text.
///
/// # Errors
/// Malformed XML, a cell beyond the grid, a cell or row that stands twice, a value in CDATA or
/// split by a comment, or more cells than the limit.
pub fn scan<'p>(part: impl Into<Part<'p>>, text: &str) -> Result<SheetXml, Problem> {
    let part = part.into();
    let mut scan = Scan::new(part.name, part.limits, text);
    xml::walk(part, text, |event, depth, span| scan.event(&event, depth, span))?;
    scan.finish()
}

struct Scan<'t> {
    part: &'t str,
    limits: Limits,
    memory: Ledger,
    text: &'t str,
    sheet: SheetXml,
    in_data: bool,
    in_cell: bool,
    cell: Option<RawCell>,
    /// Inside `f`, `v` or `is` of the open cell: which, and where the content starts.
    field: Option<(Field, usize)>,
    in_phonetic: bool,
    in_text: bool,
    next_row: u32,
    next_col: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Formula,
    Value,
    Inline,
}

impl<'t> Scan<'t> {
    fn new(part: &'t str, limits: Limits, text: &'t str) -> Self {
        Self {
            part,
            limits,
            memory: Ledger::default(),
            text,
            sheet: SheetXml::default(),
            in_data: false,
            in_cell: false,
            cell: None,
            field: None,
            in_phonetic: false,
            in_text: false,
            next_row: 0,
            next_col: 0,
        }
    }

    fn event(&mut self, event: &Event<'_>, depth: usize, span: Span<usize>) -> Result<(), Problem> {
        match event {
            Event::Start(tag) => self.open(tag, depth, span, false),
            Event::Empty(tag) => self.open(tag, depth, span, true),
            Event::End(tag) => {
                self.close(tag.local_name().as_ref(), depth, span);
                Ok(())
            }
            Event::CData(_) if self.in_cell => {
                Err(malformed(self.part, &words!("{} 里有 CDATA", "CDATA in {}", self.here())))
            }
            Event::Comment(_) | Event::PI(_) if self.field.is_some() => Err(malformed(
                self.part,
                &words!("{} 的值里有注释", "a comment inside the value of {}", self.here()),
            )),
            Event::Text(_) | Event::GeneralRef(_) if self.in_text && !self.in_phonetic => {
                let raw = self.text.get(span).unwrap_or_default();
                if let Some(inline) = self.cell.as_mut().and_then(|c| c.inline.as_mut()) {
                    inline.push_str(&xml::unescape(raw));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn here(&self) -> String {
        self.cell.as_ref().map(|cell| cell.at.to_string()).unwrap_or_default()
    }

    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        depth: usize,
        span: Span<usize>,
        empty: bool,
    ) -> Result<(), Problem> {
        let local = tag.local_name();
        match (depth, local.as_ref()) {
            (2, "sheetData") if self.sheet.data_tag.is_empty() => {
                self.sheet.data = span.clone();
                self.sheet.data_tag = span;
                self.in_data = !empty;
                if let Some(prefix) = tag.name().prefix() {
                    self.sheet.prefix = format!("{}:", prefix.as_ref());
                }
            }
            (3, "row") if self.in_data => self.row(tag, span, empty)?,
            (4, "c") if self.in_data => {
                let cell = self.new_cell(tag, span)?;
                self.in_cell = !empty;
                self.cell = Some(cell);
                if empty {
                    self.end_cell();
                }
            }
            (5, "f") if self.in_cell => self.formula(tag, span, empty)?,
            (5, "v") if self.in_cell => {
                if let Some(cell) = &mut self.cell {
                    cell.v = Some(span.clone());
                    cell.value = Some(span.end..span.end);
                }
                self.field = (!empty).then_some((Field::Value, span.end));
            }
            (5, "is") if self.in_cell => {
                if let Some(cell) = &mut self.cell {
                    cell.inline = Some(String::new());
                }
                self.field = (!empty).then_some((Field::Inline, span.end));
            }
            (_, "rPh") if self.in_cell && !empty => self.in_phonetic = true,
            (_, "t") if self.in_cell && !empty => self.in_text = true,
            (2, "dimension") => {
                if let Some(range) = xml::attribute(tag, "ref").and_then(|r| Range::parse(&r)) {
                    self.sheet.dimension = Some((span, range));
                }
            }
            (3, "mergeCell") => {
                if let Some(range) = xml::attribute(tag, "ref").and_then(|r| Range::parse(&r)) {
                    self.sheet.merges.push(range);
                }
            }
            (3, "col") => {
                let number = |name| xml::attribute(tag, name).and_then(|v| v.parse::<u32>().ok());
                if let (Some(min), Some(max)) = (number("min"), number("max")) {
                    self.sheet.columns.push(ColumnStyle {
                        columns: (min.saturating_sub(1), max.saturating_sub(1)),
                        style: number("style"),
                        width: xml::attribute(tag, "width").and_then(|v| v.parse().ok()),
                    });
                }
            }
            (2, "sheetProtection") => {
                self.sheet.protected = xml::attribute(tag, "sheet")
                    .is_some_and(|v| matches!(v.as_str(), "1" | "true" | "on"));
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, tag: &BytesStart<'_>, span: Span<usize>, empty: bool) -> Result<(), Problem> {
        let row = match xml::attribute_text(tag, "r") {
            None => self.next_row,
            Some(r) => r
                .trim()
                .parse::<u32>()
                .ok()
                .and_then(|r| r.checked_sub(1))
                .filter(|r| *r < MAX_ROWS)
                .ok_or_else(|| {
                    malformed(self.part, &words!("有一行的行号是 {r:?}", "a row named {r:?}"))
                })?,
        };
        self.next_row = row.saturating_add(1);
        self.next_col = 0;
        let at = self.sheet.cells.len();
        self.sheet.rows.push(RawRow {
            row,
            span: span.clone(),
            tag: span,
            closed: empty,
            cells: at..at,
        });
        Ok(())
    }

    fn new_cell(&mut self, tag: &BytesStart<'_>, span: Span<usize>) -> Result<RawCell, Problem> {
        let row = self.sheet.rows.last().map_or(0, |row| row.row);
        let mut at = CellRef::new(row, self.next_col);
        let mut kind = CellType::Number;
        let mut style = 0;
        for (key, value) in xml::attributes(tag) {
            match key {
                "r" => {
                    at = CellRef::parse(&value).filter(|at| at.row == row).ok_or_else(|| {
                        malformed(
                            self.part,
                            &words!(
                                "第 {} 行里有一个单元格叫 {value:?}",
                                "a cell of row {} named {value:?}",
                                row.saturating_add(1)
                            ),
                        )
                    })?;
                }
                "s" => style = value.parse().unwrap_or_default(),
                "t" => {
                    kind = match &*value {
                        "n" | "" => CellType::Number,
                        "s" => CellType::Shared,
                        "str" => CellType::Text,
                        "inlineStr" => CellType::Inline,
                        "b" => CellType::Bool,
                        "e" => CellType::Error,
                        "d" => CellType::Date,
                        other => {
                            return Err(malformed(
                                self.part,
                                &words!(
                                    "{at} 的类型 {other:?} 不认识",
                                    "{at} has the unknown type {other:?}"
                                ),
                            ));
                        }
                    };
                }
                _ => {}
            }
        }
        if at.col >= MAX_COLS {
            return Err(malformed(
                self.part,
                &words!(
                    "第 {} 行有单元格超出最后一列",
                    "a cell beyond the last column in row {}",
                    row.saturating_add(1)
                ),
            ));
        }
        if self.sheet.cells.len() >= self.limits.cells {
            let most = self.limits.cells as u64;
            return Err(limits::over("cells", most, ">", self.part));
        }
        self.memory.take(&self.limits, limits::CELL_BYTES, self.part)?;
        self.next_col = at.col.saturating_add(1);
        Ok(RawCell {
            at,
            span: span.clone(),
            tag: span,
            style,
            kind,
            formula: None,
            v: None,
            value: None,
            inline: None,
        })
    }

    fn formula(
        &mut self,
        tag: &BytesStart<'_>,
        span: Span<usize>,
        empty: bool,
    ) -> Result<(), Problem> {
        let range = xml::attribute(tag, "ref").and_then(|r| Range::parse(&r));
        let lone = self.cell.as_ref().map(|cell| Range::new(cell.at, cell.at));
        let kind = match xml::attribute(tag, "t").as_deref() {
            None | Some("normal") => FormulaKind::Normal,
            Some("shared") => {
                let si =
                    xml::attribute(tag, "si").and_then(|si| si.parse().ok()).ok_or_else(|| {
                        malformed(
                            self.part,
                            &words!("{} 的共享公式没有编号", "{}: no shared index", self.here()),
                        )
                    })?;
                FormulaKind::Shared { si, range }
            }
            Some("array") => range.or(lone).map(FormulaKind::Array).unwrap_or(FormulaKind::Normal),
            Some("dataTable") => {
                range.or(lone).map(FormulaKind::DataTable).unwrap_or(FormulaKind::Normal)
            }
            Some(other) => {
                return Err(malformed(
                    self.part,
                    &words!(
                        "{} 的公式类型 {other:?} 不认识",
                        "{}: formula type {other:?}",
                        self.here()
                    ),
                ));
            }
        };
        if let Some(cell) = &mut self.cell {
            cell.formula = Some(RawFormula { kind, text: span.end..span.end, span: span.clone() });
        }
        self.field = (!empty).then_some((Field::Formula, span.end));
        Ok(())
    }

    fn close(&mut self, local: &str, depth: usize, span: Span<usize>) {
        match (depth, local) {
            (2, "sheetData") if self.in_data => {
                self.in_data = false;
                self.sheet.data.end = span.end;
            }
            (3, "row") if self.in_data => {
                let cells = self.sheet.cells.len();
                if let Some(row) = self.sheet.rows.last_mut() {
                    row.span.end = span.end;
                    row.cells.end = cells;
                }
            }
            (4, "c") if self.in_cell => {
                if let Some(cell) = &mut self.cell {
                    cell.span.end = span.end;
                }
                self.end_cell();
            }
            (5, "f" | "v" | "is") => self.close_field(span),
            (_, "rPh") => self.in_phonetic = false,
            (_, "t") => self.in_text = false,
            _ => {}
        }
    }

    fn close_field(&mut self, span: Span<usize>) {
        let (Some((field, start)), Some(cell)) = (self.field.take(), self.cell.as_mut()) else {
            return;
        };
        match field {
            Field::Formula => {
                if let Some(formula) = &mut cell.formula {
                    formula.text = start..span.start;
                    formula.span.end = span.end;
                }
            }
            Field::Value => {
                cell.value = Some(start..span.start);
                if let Some(v) = &mut cell.v {
                    v.end = span.end;
                }
            }
            Field::Inline => {}
        }
    }

    fn end_cell(&mut self) {
        self.in_cell = false;
        self.in_text = false;
        self.in_phonetic = false;
        self.field = None;
        if let Some(cell) = self.cell.take() {
            self.sheet.cells.push(cell);
            let cells = self.sheet.cells.len();
            if let Some(row) = self.sheet.rows.last_mut() {
                row.cells.end = cells;
            }
        }
    }

    fn finish(self) -> Result<SheetXml, Problem> {
        let sheet = self.sheet;
        if let Some(row) = twice(sheet.rows.iter().map(|row| row.row)) {
            return Err(malformed(
                self.part,
                &words!("第 {} 行出现了两次", "row {} stands twice", row.saturating_add(1)),
            ));
        }
        for row in &sheet.rows {
            let cells = sheet.cells.get(row.cells.clone()).unwrap_or_default();
            if let Some(col) = twice(cells.iter().map(|cell| cell.at.col)) {
                let at = CellRef::new(row.row, col);
                return Err(malformed(
                    self.part,
                    &words!("单元格 {at} 出现了两次", "the cell {at} stands twice"),
                ));
            }
        }
        Ok(sheet)
    }
}

/// A number that stands twice.
fn twice(numbers: impl Iterator<Item = u32> + Clone) -> Option<u32> {
    // Nearly always they stand in order.
    if numbers.clone().is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(*a),
        _ => None,
    })
}
