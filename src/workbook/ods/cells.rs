//! Cells: where they stand, their styles, formulas and own texts and links.

use super::walker::{REPEATS, Walker};
use super::{formula, span, words};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::container::xml::attribute;
use crate::workbook::looks::Link;
use crate::workbook::losses::Kind;
use crate::workbook::{Cell, Value, Workbook};
use quick_xml::events::{BytesStart, Event};

/// A cell's own text, since calamine adds that of shapes in it.
pub struct OwnText {
    at: CellRef,
    depth: usize,
    text: String,
    paragraphs: u32,
    collecting: bool,
    shapes: bool,
    /// Where it leads.
    links: Vec<String>,
}

impl Walker<'_> {
    /// Follows the text of the cell at hand.
    pub(super) fn own_text(&mut self, event: &Event<'_>, depth: usize, workbook: &mut Workbook) {
        let Some(own) = &mut self.own else {
            if let Event::Start(tag) = event
                && self.inside == 0
                && tag.local_name().as_ref() == "table-cell"
            {
                let at = CellRef::new(self.row, self.col);
                let text = String::new();
                let (paragraphs, collecting, shapes, links) = (0, false, false, Vec::new());
                let own = OwnText { at, depth, text, paragraphs, collecting, shapes, links };
                self.own = Some(own);
            }
            return;
        };
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "p" if depth == own.depth.saturating_add(1) => {
                    if own.paragraphs > 0 {
                        own.text.push('\n');
                    }
                    own.paragraphs = own.paragraphs.saturating_add(1);
                    own.collecting = matches!(event, Event::Start(_));
                }
                "frame" | "custom-shape" | "control" => {
                    own.shapes = true;
                    own.collecting &= depth > own.depth.saturating_add(2);
                }
                "s" if own.collecting => {
                    let count = attribute(tag, "c").and_then(|c| c.parse().ok()).unwrap_or(1usize);
                    own.text.push_str(&" ".repeat(count.min(1000)));
                }
                "a" if own.collecting => {
                    let target = attribute(tag, "href").filter(|_| own.links.len() < 8);
                    own.links.extend(target);
                }
                "tab" if own.collecting => own.text.push('\t'),
                "line-break" if own.collecting => own.text.push('\n'),
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) if own.collecting => {
                own.text.push_str(&words(event).unwrap_or_default());
            }
            Event::End(_) if depth == own.depth.saturating_add(1) => own.collecting = false,
            Event::End(_) if depth == own.depth => {
                let Some(mut own) = self.own.take() else { return };
                let sheet = self.sheet.and_then(|i| workbook.sheets.get_mut(i));
                let Some(sheet) = sheet else { return };
                own.links.dedup();
                // Excel has one link a cell.
                if own.links.len() > 1 {
                    self.losses.add(&sheet.name, Kind::Link, own.at.to_string());
                }
                if let Some(target) = own.links.first()
                    && sheet.looks.links.len() < 65_530
                {
                    let target = address(target);
                    let range = Range::new(own.at, own.at);
                    sheet.looks.links.push(Link { range, target, tip: String::new() });
                }
                if own.shapes
                    && let Some(cell) = sheet.cells.get_mut(&own.at)
                    && let Value::Text(text) = &mut cell.value
                {
                    *text = own.text;
                }
            }
            _ => {}
        }
    }

    pub(super) fn cell(&mut self, tag: &BytesStart<'_>, workbook: &mut Workbook) {
        let get = |name: &str| attribute(tag, name);
        let number = |name: &str| get(name).and_then(|n| n.parse::<u32>().ok());
        let count = number("number-columns-repeated").unwrap_or(1).max(1);
        let first = self.col;
        self.col = first.saturating_add(count);
        let style = get("style-name").map(|name| self.style(&name));
        let formula = get("formula");
        let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i)) else { return };
        let (row, rows) = (self.row, self.row_repeat);
        if first >= MAX_COLS || row >= MAX_ROWS {
            return;
        }
        if let Some(rule) = get("content-validation-name")
            && self.cells < self.most
        {
            self.cells = self.cells.saturating_add(1);
            let range = span(CellRef::new(row, first), rows, count);
            self.entries.name(rule, range);
        }
        // A cell that names no style has its column's.
        let filled = sheet.cells.contains_key(&CellRef::new(row, first));
        let of_column = || {
            let columns = sheet.looks.columns.iter();
            columns.rev().find(|c| (c.first..=c.last).contains(&first)).and_then(|c| c.style)
        };
        let style = if filled { style.or_else(of_column) } else { style };
        if let Some(style) = style
            && count <= REPEATS
            && rows <= REPEATS
        {
            for row in row..row.saturating_add(rows).min(MAX_ROWS) {
                for col in first..first.saturating_add(count).min(MAX_COLS) {
                    self.cells = self.cells.saturating_add(1);
                    if self.cells > self.most {
                        return;
                    }
                    sheet.looks.styles.insert(CellRef::new(row, col), style);
                }
            }
        }
        let at = CellRef::new(row, first);
        let wide = number("number-columns-spanned").unwrap_or(1).clamp(1, MAX_COLS);
        let tall = number("number-rows-spanned").unwrap_or(1).clamp(1, MAX_ROWS);
        if wide > 1 || tall > 1 {
            sheet.merges.push(span(at, tall, wide));
        }
        let Some(text) = formula else { return };
        let found = formula::excel(&text);
        if found.is_none() {
            self.losses.add(&sheet.name, Kind::FormulaUnread, at.to_string());
        }
        let array = number("number-matrix-rows-spanned")
            .zip(number("number-matrix-columns-spanned"))
            .map(|(tall, wide)| span(at, tall.clamp(1, MAX_ROWS), wide.clamp(1, MAX_COLS)));
        // calamine leaves out a formula whose result is an empty text.
        let empty = Cell { value: Value::Text(String::new()), ..Cell::default() };
        let Some(cell) = sheet.cells.get_or_insert(at, empty) else { return };
        cell.is_formula = true;
        cell.array = array.filter(|_| found.is_some());
        cell.formula = found;
    }
}

/// Where a link leads, in Excel's spelling: a place in the workbook, another file, an address.
fn address(target: &str) -> String {
    if let Some(place) = target.strip_prefix('#') {
        let cells = formula::reference(place).filter(|found| found.contains('!'));
        let whole = || match place.trim_start_matches('$') {
            sheet if sheet.starts_with('\'') => format!("{sheet}!A1"),
            name => name.to_owned(),
        };
        return format!("internal:{}", cells.unwrap_or_else(whole));
    }
    // A file's place counts from within the package, one step further down.
    match target.strip_prefix("../") {
        Some(file) => format!("external:{file}"),
        None => target.to_owned(),
    }
}
