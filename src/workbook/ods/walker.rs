//! The walk through a content part, element by element.

use super::cells::OwnText;
use super::conditions::Conditions;
use super::pictures::Found;
use super::styles::Styles;
use super::{areas, formula, heading, rules, words};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::container::xml::attribute;
use crate::workbook::looks::{Column, Note, Row, Style};
use crate::workbook::losses::{Kind, Losses};
use crate::workbook::{Name, Workbook};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// What of a note is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Words,
    Author,
    Other,
}

pub struct Walker<'a> {
    pub styles: &'a Styles,
    pub kept: Vec<Style>,
    numbers: HashMap<String, usize>,
    pub names: Vec<Name>,
    pub losses: Losses,
    pub(super) sheet: Option<usize>,
    pub(super) row: u32,
    pub(super) row_repeat: u32,
    pub(super) col: u32,
    header_rows: Option<u32>,
    header_cols: Option<u32>,
    pub frames: Vec<Found>,
    /// Within the last frame.
    framed: bool,
    /// Groups that are open: places in them are not those of the cell.
    groups: u32,
    in_cell: bool,
    pub(super) entries: rules::Entries,
    note: Option<(Note, Part)>,
    pub(super) cells: usize,
    /// Most cells.
    pub(super) most: usize,
    /// Tables within cells or shapes, which are no sheets.
    pub(super) inside: u32,
    pub(super) own: Option<OwnText>,
    conditions: Conditions,
}

/// Repeats beyond this hold nothing but the rest of the grid.
pub(super) const REPEATS: u32 = 1000;

/// Page breaks that Excel takes.
const MOST_BREAKS: usize = 1023;

impl<'a> Walker<'a> {
    /// Before the content; so many cells are kept at most.
    pub fn new(styles: &'a Styles, most: usize) -> Self {
        Self {
            styles,
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
            most,
            inside: 0,
            own: None,
            conditions: Conditions::default(),
        }
    }

    pub fn event(&mut self, event: &Event<'_>, depth: usize, workbook: &mut Workbook) {
        self.own_text(event, depth, workbook);
        if self.sheet.is_none() {
            self.entries.event(event);
        } else {
            self.conditions.event(event, self.styles);
        }
        match event {
            Event::Start(tag) => self.start(tag, workbook, false),
            Event::Empty(tag) => self.start(tag, workbook, true),
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some((note, part)) = &mut self.note {
                    let words = words(event).unwrap_or_default();
                    match part {
                        Part::Words => note.text.push_str(&words),
                        Part::Author => note.author.push_str(&words),
                        Part::Other => {}
                    }
                }
            }
            Event::End(tag) => self.end(tag.local_name().as_ref(), workbook),
            _ => {}
        }
    }

    pub(super) fn style(&mut self, name: &str) -> usize {
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
                    sheet.looks.page.areas = areas(&get("print-ranges").unwrap_or_default());
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
                self.note = Some((note, Part::Other));
            }
            "creator" if !empty => {
                if let Some((_, part)) = &mut self.note {
                    *part = Part::Author;
                }
            }
            "p" => {
                if let Some((note, part)) = &mut self.note {
                    if !note.text.is_empty() {
                        note.text.push('\n');
                    }
                    *part = if empty { Part::Other } else { Part::Words };
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
            _ => {}
        }
    }

    fn end(&mut self, name: &str, workbook: &mut Workbook) {
        match name {
            "table" if self.inside > 0 => self.inside = self.inside.saturating_sub(1),
            "table" => {
                let (kept, lost) = self.entries.of_sheet();
                let conditions = std::mem::take(&mut self.conditions);
                if let Some(sheet) = self.sheet.take().and_then(|i| workbook.sheets.get_mut(i)) {
                    for place in lost {
                        self.losses.add(&sheet.name, Kind::RuleUnread, place);
                    }
                    sheet.looks.validations = kept;
                    let by_style = self.numbers.iter().map(|(name, style)| (name.as_str(), *style));
                    let (kept, lost) =
                        conditions.of_sheet(self.styles, by_style, &sheet.looks.styles);
                    for place in lost {
                        self.losses.add(&sheet.name, Kind::Rules, place);
                    }
                    sheet.looks.conditions = kept;
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
            "p" | "creator" => {
                if let Some((_, part)) = &mut self.note {
                    *part = Part::Other;
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

/// Every row or column of these begins a page; the first of a sheet does so anyway.
fn begin(breaks: &mut Vec<u32>, first: u32, last: u32) {
    let room = MOST_BREAKS.saturating_sub(breaks.len());
    breaks.extend((first.max(1)..last).take(room));
}
