//! The workbook's part: sheets, defined names, where references lead; shared texts.

use super::records::{Records, formula, id, rich, string};
use super::styles::Styles;
use crate::workbook::Name;
use crate::workbook::biff::formula::{Context, Fault, Grid, Source, text};
use crate::workbook::biff::globals;
use crate::workbook::biff::records::Bytes;
use crate::workbook::biff::strings::{Shared, Text};
use crate::workbook::biff::{built_in, later};
use crate::workbook::losses::{Kind, Losses};
use crate::workbook::{Sheet, Workbook};
use std::collections::{HashMap, HashSet};

/// A defined name.
struct Defined {
    name: String,
    /// A macro's or a function's.
    command: bool,
    /// The sheet it is local to, by its number in the list.
    sheet: Option<usize>,
    tokens: Vec<u8>,
    extra: Vec<u8>,
}

pub struct Book {
    pub looks: Styles,
    pub theme: Vec<u32>,
    /// Shared texts of several fonts, by their numbers.
    pub rich: HashMap<u32, Shared>,
    /// Names of the sheets and the relations of their parts.
    pub sheets: Vec<(String, String)>,
    pub date1904: bool,
    pub active: usize,
    names: Vec<Defined>,
    lost: HashSet<usize>,
    books: Vec<(globals::Book, Vec<String>)>,
    externs: Vec<(usize, i32, i32)>,
}

impl Book {
    /// Reads the main part and the shared texts.
    pub fn read(body: &[u8], texts: &[u8], looks: Styles, theme: Vec<u32>) -> Self {
        let mut out = Self {
            looks,
            theme,
            rich: HashMap::new(),
            sheets: Vec::new(),
            date1904: false,
            active: 0,
            names: Vec::new(),
            lost: HashSet::new(),
            books: Vec::new(),
            externs: Vec::new(),
        };
        for (number, data) in Records(Bytes::new(body)) {
            let _ = out.record(number, data);
        }
        let items = Records(Bytes::new(texts)).filter(|(number, _)| *number == id::SST_ITEM);
        for (index, (_, mut data)) in (0u32..).zip(items) {
            if let Some(shared) = rich(&mut data).filter(|s| (1..200).contains(&s.runs.len())) {
                out.rich.insert(index, shared);
            }
        }
        let lost = out.names.iter().enumerate().filter(|(_, name)| {
            !later(&name.name) && (name.command || out.refers_to(name).is_err())
        });
        out.lost = lost.map(|(index, _)| index).collect();
        out
    }

    fn record(&mut self, number: u32, mut data: Bytes<'_>) -> Option<()> {
        match number {
            id::WORKBOOK_PROPERTIES => self.date1904 = data.u8()? & 1 != 0,
            id::ACTIVE => {
                data.take(24)?;
                self.active = data.u32()? as usize;
            }
            id::SHEET => {
                data.take(8)?;
                let link = string(&mut data)?;
                self.sheets.push((string(&mut data)?, link));
            }
            id::OWN_BOOK | id::SAME_BOOK => self.books.push((globals::Book::Own, Vec::new())),
            id::ADD_INS => self.books.push((globals::Book::AddIn, Vec::new())),
            id::EXTERNAL_BOOK => self.books.push((globals::Book::Other, Vec::new())),
            id::FOREIGN_NAME => {
                let name = string(&mut data)?;
                self.books.last_mut()?.1.push(name);
            }
            id::EXTERN_SHEETS => {
                for _ in 0..data.u32()? {
                    let (book, first, last) = (data.u32()?, data.u32()?, data.u32()?);
                    let (first, last) = (first.cast_signed(), last.cast_signed());
                    self.externs.push((book as usize, first, last));
                }
            }
            id::NAME => {
                let flags = data.u32()?;
                data.u8()?;
                let sheet = data.u32()?;
                let name = string(&mut data)?;
                // One without a formula counts all the same.
                let (tokens, extra) = formula(&mut data).unwrap_or_default();
                self.names.push(Defined {
                    name,
                    command: flags & 0xe != 0,
                    sheet: (sheet != u32::MAX).then_some(sheet as usize),
                    tokens: tokens.to_vec(),
                    extra: extra.to_vec(),
                });
            }
            _ => {}
        }
        Some(())
    }

    fn refers_to(&self, name: &Defined) -> Result<String, Fault> {
        text(&Context::new(self, 0, 0), &name.tokens, &name.extra)
    }

    /// Gives the workbook its names; Excel's own ones go to the sheets' looks.
    pub fn name(&self, workbook: &mut Workbook, losses: &mut Losses) {
        let place = |sheets: &[Sheet], number: usize| {
            let (name, _) = self.sheets.get(number)?;
            sheets.iter().position(|sheet| sheet.name == *name)
        };
        for name in &self.names {
            let own = name.sheet.and_then(|number| place(&workbook.sheets, number));
            let refers_to = self.refers_to(name);
            if let Some(kind) = name.name.strip_prefix("_xlnm.") {
                let kind = match kind {
                    "Print_Area" => 6,
                    "Print_Titles" => 7,
                    "_FilterDatabase" => 13,
                    _ => continue,
                };
                if let (Some(sheet), Ok(text)) =
                    (own.and_then(|own| workbook.sheets.get_mut(own)), refers_to)
                {
                    built_in(kind, &text, &mut sheet.looks);
                }
                continue;
            }
            if name.command || later(&name.name) {
                continue;
            }
            match refers_to {
                Ok(refers_to) if name.sheet.is_none() || own.is_some() => {
                    workbook.names.push(Name { name: name.name.clone(), sheet: own, refers_to });
                }
                _ => losses.add("", Kind::Name, name.name.clone()),
            }
        }
    }
}

impl Source for Book {
    fn grid(&self) -> Grid {
        Grid::Biff12
    }

    fn text(&self) -> Text {
        Text::new(true, 1200)
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(|name| name.name.as_str())
    }

    fn is_lost(&self, index: usize) -> bool {
        self.lost.contains(&index)
    }

    fn link(&self, index: usize) -> Option<(globals::Book, i32, i32)> {
        let &(book, first, last) = self.externs.get(index)?;
        Some((self.books.get(book)?.0, first, last))
    }

    fn foreign_name(&self, link: usize, index: usize) -> Option<&str> {
        let &(book, ..) = self.externs.get(link)?;
        self.books.get(book)?.1.get(index).map(String::as_str)
    }

    fn is_alone(&self) -> bool {
        self.books.is_empty()
    }

    fn sheet_name(&self, index: i32) -> Option<&str> {
        let (name, _) = self.sheets.get(usize::try_from(index).ok()?)?;
        Some(name)
    }
}
