//! What calamine does not give of an .ods: formulas, merges, widths, styles, notes, names.
//!
//! The content part is walked once beside calamine's values; nothing is drawn from counts of
//! repeats alone, so a sheet of a million repeated empty rows costs nothing.

mod formula;
mod heading;
mod pictures;
mod rules;
mod styles;

use super::looks::{self, BookLooks, Column, Note, Row, Style};
use super::losses::{Kind, Losses};
use super::{Cell, Name, Value, Workbook};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::container::Package;
use crate::container::xml::{self, attribute};
use crate::limits::Limits;
use crate::problem::Problem;
use pictures::Found;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use styles::Styles;

/// Adds to a workbook what its styles and contents tell.
///
/// # Errors
/// A part that is no sound XML.
pub fn dress(workbook: &mut Workbook, bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let mut styles = Styles::default();
    let mut content = String::new();
    for part in ["styles.xml", "content.xml"] {
        if part == "styles.xml" && package.find(part).is_none() {
            continue;
        }
        let raw = package.read(part)?;
        let text = xml::decode(part, &raw)?;
        styles.take(part, &text)?;
        if part == "styles.xml" {
            styles.headings = heading::read(part, &text, &styles)?;
        }
        if part == "content.xml" {
            content = text.into_owned();
        }
    }
    let mut walker = Walker {
        styles: &styles,
        kept: vec![styles.cell("")],
        numbers: HashMap::new(),
        names: Vec::new(),
        losses: Losses::default(),
        sheet: None,
        row: 0,
        row_repeat: 1,
        col: 0,
        header_rows: None,
        header_cols: None,
        frames: Vec::new(),
        framed: false,
        groups: 0,
        in_cell: false,
        entries: rules::Entries::default(),
        note: None,
        cells: 0,
        most: limits.cells,
        inside: 0,
        own: None,
    };
    xml::walk("content.xml", &content, |event, depth, _| {
        walker.event(&event, depth, workbook);
        Ok(())
    })?;
    let Walker { kept, names, mut losses, frames, .. } = walker;
    let digit = kept.first().map_or(7.0, |style| looks::digit(style.font.size));
    pictures::place(frames, &mut package, workbook, digit, &mut losses)?;
    workbook.names = names;
    workbook.looks = Some(Box::new(BookLooks {
        styles: kept,
        losses: losses.notices(),
        ..BookLooks::default()
    }));
    Ok(())
}

/// A cell's own text, since calamine adds that of shapes in it.
struct OwnText {
    at: CellRef,
    depth: usize,
    text: String,
    paragraphs: u32,
    collecting: bool,
    shapes: bool,
}

struct Walker<'a> {
    styles: &'a Styles,
    kept: Vec<Style>,
    numbers: HashMap<String, usize>,
    names: Vec<Name>,
    losses: Losses,
    sheet: Option<usize>,
    row: u32,
    row_repeat: u32,
    col: u32,
    header_rows: Option<u32>,
    header_cols: Option<u32>,
    frames: Vec<Found>,
    /// Within the last frame.
    framed: bool,
    /// Groups that are open: places in them are not those of the cell.
    groups: u32,
    in_cell: bool,
    entries: rules::Entries,
    note: Option<(Note, bool)>,
    cells: usize,
    /// Most cells.
    most: usize,
    /// Tables within cells or shapes, which are no sheets.
    inside: u32,
    own: Option<OwnText>,
}

/// Repeats beyond this hold nothing but the rest of the grid.
const REPEATS: u32 = 1000;

/// Page breaks that Excel takes.
const MOST_BREAKS: usize = 1023;

impl Walker<'_> {
    /// Follows the text of the cell at hand.
    fn own_text(&mut self, event: &Event<'_>, depth: usize, workbook: &mut Workbook) {
        let Some(own) = &mut self.own else {
            if let Event::Start(tag) = event
                && self.inside == 0
                && tag.local_name().as_ref() == "table-cell"
            {
                let at = CellRef::new(self.row, self.col);
                let text = String::new();
                let (paragraphs, collecting, shapes) = (0, false, false);
                self.own = Some(OwnText { at, depth, text, paragraphs, collecting, shapes });
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
                "tab" if own.collecting => own.text.push('\t'),
                "line-break" if own.collecting => own.text.push('\n'),
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) if own.collecting => {
                own.text.push_str(&words(event).unwrap_or_default());
            }
            Event::End(_) if depth == own.depth.saturating_add(1) => own.collecting = false,
            Event::End(_) if depth == own.depth => {
                let Some(own) = self.own.take().filter(|own| own.shapes) else { return };
                let sheet = self.sheet.and_then(|i| workbook.sheets.get_mut(i));
                if let Some(cell) = sheet.and_then(|sheet| sheet.cells.get_mut(&own.at))
                    && let Value::Text(text) = &mut cell.value
                {
                    *text = own.text;
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, event: &Event<'_>, depth: usize, workbook: &mut Workbook) {
        self.own_text(event, depth, workbook);
        if self.sheet.is_none() {
            self.entries.event(event);
        }
        match event {
            Event::Start(tag) => self.start(tag, workbook, false),
            Event::Empty(tag) => self.start(tag, workbook, true),
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some((note, in_words)) = &mut self.note
                    && *in_words
                {
                    note.text.push_str(&words(event).unwrap_or_default());
                }
            }
            Event::End(tag) => self.end(tag.local_name().as_ref(), workbook),
            _ => {}
        }
    }

    fn style(&mut self, name: &str) -> usize {
        if name.is_empty() || name == "Default" {
            return 0;
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // Excel takes no more than 64,000 styles.
        if self.kept.len() >= 60_000 {
            return 0;
        }
        self.kept.push(self.styles.cell(name));
        self.numbers.insert(name.to_owned(), self.kept.len().saturating_sub(1));
        self.kept.len().saturating_sub(1)
    }

    fn start(&mut self, tag: &BytesStart<'_>, workbook: &mut Workbook, empty: bool) {
        let get = |name: &str| attribute(tag, name);
        let repeat = |name: &str| get(name).and_then(|n| n.parse().ok()).unwrap_or(1u32).max(1);
        match tag.local_name().as_ref() {
            "table" => {
                if self.sheet.is_some() || empty {
                    self.inside = self.inside.saturating_add(u32::from(!empty));
                    return;
                }
                let name = get("name").unwrap_or_default();
                self.sheet = workbook.sheets.iter().position(|s| s.name == name);
                (self.row, self.col) = (0, 0);
                let style = get("style-name").unwrap_or_default();
                let protected = get("protected").as_deref() == Some("true");
                if let Some(heading) = self.styles.heading(&style) {
                    if heading.variants {
                        self.losses.add(&name, Kind::HeaderVariants, "");
                    }
                    let long = |t: &String| t.encode_utf16().count() > heading::LONGEST;
                    if [&heading.header, &heading.footer].into_iter().flatten().any(long) {
                        self.losses.add(&name, Kind::Headers, "");
                    }
                }
                if let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i)) {
                    sheet.looks.page = self.styles.page(&style);
                    sheet.looks.right_to_left = self.styles.right_to_left(&style);
                    sheet.looks.default_height = Some(12.75);
                    if let Some(areas) = get("print-ranges") {
                        let first = rules::split(&areas, ' ').map_or(areas.as_str(), |(a, _)| a);
                        sheet.looks.page.area = area(first);
                    }
                    if protected {
                        sheet.protected = true;
                        sheet.looks.protection.get_or_insert_default();
                    }
                }
            }
            _ if self.inside > 0 => {}
            "table-column" => {
                let count = repeat("number-columns-repeated");
                let style = get("style-name").unwrap_or_default();
                let own = get("default-cell-style-name").map(|name| self.style(&name));
                let hidden = get("visibility").is_some_and(|v| v != "visible");
                let first = self.col;
                self.col = first.saturating_add(count);
                if self.styles.breaks("table-column", &style)
                    && let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i))
                {
                    begin(&mut sheet.looks.page.column_breaks, first, self.col.min(MAX_COLS));
                }
                // What reaches to the end of the grid is the rest of the sheet.
                if let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i))
                    && first < 1024
                    && let Some(width) = self.styles.width(&style)
                {
                    let last = self.col.saturating_sub(1).min(1023);
                    let style = own.filter(|style| *style > 0);
                    sheet.looks.columns.push(Column {
                        first,
                        last,
                        width,
                        style,
                        hidden,
                        level: 0,
                    });
                }
            }
            "table-header-rows" => self.header_rows = Some(self.row),
            "table-header-columns" => self.header_cols = Some(self.col),
            "table-row" => {
                self.col = 0;
                self.row_repeat = repeat("number-rows-repeated");
                let style = get("style-name").unwrap_or_default();
                let hidden = get("visibility").is_some_and(|v| v != "visible");
                let height = self.styles.height(&style);
                if self.styles.breaks("table-row", &style)
                    && let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i))
                {
                    let last = self.row.saturating_add(self.row_repeat).min(MAX_ROWS);
                    begin(&mut sheet.looks.page.row_breaks, self.row, last);
                }
                if let Some(sheet) = self.sheet.and_then(|i| workbook.sheets.get_mut(i))
                    && self.row_repeat <= REPEATS
                {
                    let last = self.row.saturating_add(self.row_repeat).min(MAX_ROWS);
                    for row in self.row..last {
                        self.cells = self.cells.saturating_add(1);
                        if self.cells > self.most {
                            break;
                        }
                        let look = Row { height, hidden, ..Row::default() };
                        sheet.looks.rows.insert(row, look);
                    }
                }
                if empty {
                    self.row = self.row.saturating_add(self.row_repeat);
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.in_cell = !empty;
                self.cell(tag, workbook);
            }
            "annotation" if self.sheet.is_some() => {
                let at = CellRef::new(self.row, self.col.saturating_sub(1));
                let shown = get("display").as_deref() == Some("true");
                let note = Note { at, text: String::new(), author: String::new(), shown };
                self.note = Some((note, false));
            }
            "p" => {
                if let Some((note, in_words)) = &mut self.note {
                    if !note.text.is_empty() {
                        note.text.push('\n');
                    }
                    *in_words = !empty;
                }
            }
            "named-range" | "named-expression" => self.name(tag, workbook),
            "g" if !empty => self.groups = self.groups.saturating_add(1),
            "frame" if !empty && self.groups == 0 => {
                if let Some(sheet) = self.sheet {
                    let at = CellRef::new(self.row, self.col.saturating_sub(1));
                    self.frames.push(Found::new(tag, sheet, self.in_cell.then_some(at)));
                    self.framed = true;
                }
            }
            "image" if self.framed => {
                if let (Some(frame), Some(image)) = (self.frames.last_mut(), get("href")) {
                    frame.images.push(image);
                }
            }
            "image" | "object" | "object-ole" | "control" | "custom-shape" => {
                let sheet = self.sheet.and_then(|i| workbook.sheets.get(i));
                let name = sheet.map_or("", |s| s.name.as_str());
                let at = CellRef::new(self.row, self.col.saturating_sub(1)).to_string();
                let object = tag.local_name().as_ref().starts_with("object");
                if let Some(frame) = self.frames.last_mut().filter(|_| self.framed) {
                    // Its picture is but a copy.
                    frame.object |= object;
                }
                let kind = match tag.local_name().as_ref() {
                    "image" => Kind::Picture,
                    _ if object => Kind::Chart,
                    _ => Kind::Shape,
                };
                self.losses.add(name, kind, at);
            }
            "text-box" | "rect" | "ellipse" | "circle" | "line" | "polyline" | "polygon"
            | "path" | "connector" | "caption" | "measure"
                if tag.name().as_ref().starts_with("draw:") =>
            {
                let sheet = self.sheet.and_then(|i| workbook.sheets.get(i));
                let name = sheet.map_or("", |s| s.name.as_str());
                let at = CellRef::new(self.row, self.col.saturating_sub(1)).to_string();
                self.losses.add(name, Kind::Shape, at);
            }
            "conditional-format" => {
                let sheet = self.sheet.and_then(|i| workbook.sheets.get(i));
                let name = sheet.map_or("", |s| s.name.as_str());
                self.losses.add(name, Kind::Rules, "");
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, workbook: &mut Workbook) {
        match name {
            "table" if self.inside > 0 => self.inside = self.inside.saturating_sub(1),
            "table" => {
                let (kept, lost) = self.entries.of_sheet();
                if let Some(sheet) = self.sheet.take().and_then(|i| workbook.sheets.get_mut(i)) {
                    for place in lost {
                        self.losses.add(&sheet.name, Kind::RuleUnread, place);
                    }
                    sheet.looks.validations = kept;
                }
            }
            _ if self.inside > 0 => {}
            "frame" => self.framed = false,
            "g" => self.groups = self.groups.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.in_cell = false,
            "table-row" => self.row = self.row.saturating_add(self.row_repeat),
            "table-header-rows" => {
                let first = self.header_rows.take();
                if let (Some(first), Some(sheet)) =
                    (first, self.sheet.and_then(|i| workbook.sheets.get_mut(i)))
                    && self.row > first
                {
                    sheet.looks.page.repeat_rows =
                        Some((first, self.row.saturating_sub(1).min(MAX_ROWS - 1)));
                }
            }
            "table-header-columns" => {
                let first = self.header_cols.take();
                if let (Some(first), Some(sheet)) =
                    (first, self.sheet.and_then(|i| workbook.sheets.get_mut(i)))
                    && self.col > first
                    && first < MAX_COLS
                {
                    sheet.looks.page.repeat_columns =
                        Some((first, self.col.saturating_sub(1).min(MAX_COLS - 1)));
                }
            }
            "p" => {
                if let Some((_, in_words)) = &mut self.note {
                    *in_words = false;
                }
            }
            "annotation" => {
                if let (Some((note, _)), Some(sheet)) =
                    (self.note.take(), self.sheet.and_then(|i| workbook.sheets.get_mut(i)))
                {
                    sheet.looks.notes.push(note);
                }
            }
            _ => {}
        }
    }

    fn cell(&mut self, tag: &BytesStart<'_>, workbook: &mut Workbook) {
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
        let cell = sheet.cells.entry(at).or_insert(empty);
        cell.is_formula = true;
        cell.array = array.filter(|_| found.is_some());
        cell.formula = found;
    }

    fn name(&mut self, tag: &BytesStart<'_>, workbook: &Workbook) {
        let get = |name: &str| attribute(tag, name);
        let Some(name) = get("name") else { return };
        // Excel's own, which the table's attributes say too.
        if name.starts_with("_xlnm") {
            return;
        }
        let text = match get("cell-range-address") {
            Some(address) => formula::reference(&address),
            None => get("expression").and_then(|text| formula::excel(&text)),
        };
        match text {
            Some(refers_to) => {
                let sheet = self.sheet.filter(|i| *i < workbook.sheets.len());
                self.names.push(Name { name, sheet, refers_to });
            }
            None => self.losses.add("", Kind::Name, name),
        }
    }
}

/// The words of a piece of text; a character that XML escapes is a piece of its own.
fn words(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) => Some(xml::unescape(text.as_ref())),
        Event::GeneralRef(name) => Some(xml::unescape(&format!("&{};", &**name))),
        _ => None,
    }
}

/// Every row or column of these begins a page; the first of a sheet does so anyway.
fn begin(breaks: &mut Vec<u32>, first: u32, last: u32) {
    let room = MOST_BREAKS.saturating_sub(breaks.len());
    breaks.extend((first.max(1)..last).take(room));
}

fn span(at: CellRef, tall: u32, wide: u32) -> Range {
    let row = at.row.saturating_add(tall.saturating_sub(1)).min(MAX_ROWS - 1);
    let col = at.col.saturating_add(wide.saturating_sub(1)).min(MAX_COLS - 1);
    Range::new(at, CellRef::new(row, col))
}

/// `Sheet.A1:Sheet.C9`, the sheet left out.
fn area(text: &str) -> Option<Range> {
    let text = formula::reference(text)?;
    Range::parse(text.rsplit('!').next()?)
}
