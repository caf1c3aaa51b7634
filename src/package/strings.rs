//! Shared strings that no cell shows any more. Edited cells hold their texts themselves, so that the
//! texts that they held before would stay in the file, where anyone can read them: the last person's
//! name in everybody's form.

use super::{Content, Edit};
use crate::cell::CellRef;
use crate::container::Package;
use crate::container::cells::{CellType, SheetXml};
use crate::container::sheet::scan;
use crate::container::xml::{self, Part};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::workbook::Workbook;
use quick_xml::events::Event;
use std::ops::Range;

/// Where an entry's content stands; none of an empty one.
type Place = Option<Range<usize>>;

/// Which cells show which shared strings: looked through once for many copies of a workbook.
#[derive(Debug)]
pub struct SharedStrings {
    part: String,
    text: String,
    /// Where the content of each entry stands.
    places: Vec<Place>,
    /// An entry's content where it says nothing.
    nothing: String,
    /// Cells that show an entry, by its index.
    shown: HashMap<usize, u32>,
    /// The entry that a cell shows, by sheet.
    entries: HashMap<(usize, CellRef), usize>,
}

impl SharedStrings {
    /// The shared strings of a package; `None` where it has none.
    ///
    /// # Errors
    /// A part that is damaged or over a limit.
    pub fn of(bytes: &[u8], workbook: &Workbook) -> Result<Option<Self>, Problem> {
        let mut package = match &workbook.archive {
            Some(archive) => Package::again(bytes, archive, &workbook.limits)?,
            None => return Ok(None),
        };
        let main = super::main_part(&mut package)?;
        let links = xml::relationships_part(&main);
        let links = xml::decoded(&links, package.read(&links)?)?;
        let links = xml::relationships(&main, &links)?;
        let part = links.into_iter().find(|link| link.kind == "sharedStrings").map(|l| l.target);
        let Some(part) = part.filter(|part| package.find(part).is_some()) else { return Ok(None) };
        let text = xml::decoded(&part, package.read(&part)?)?;
        let (places, prefix) = places(Part::within(&part, &workbook.limits), &text)?;
        let nothing = format!("<{prefix}t></{prefix}t>");
        let (shown, entries) = (HashMap::default(), HashMap::default());
        let mut out = Self { part, text, places, nothing, shown, entries };
        for (index, sheet) in workbook.sheets.iter().enumerate() {
            match &sheet.source {
                Some(source) => out.add(index, &source.0, &source.1),
                None if sheet.part.is_empty() => {}
                None => {
                    let body = xml::decoded(&sheet.part, package.read(&sheet.part)?)?;
                    let cells = scan(Part::within(&sheet.part, &workbook.limits), &body)?;
                    out.add(index, &body, &cells);
                }
            }
        }
        Ok(Some(out))
    }

    fn add(&mut self, sheet: usize, body: &str, scan: &SheetXml) {
        for cell in scan.cells.iter().filter(|cell| cell.kind == CellType::Shared) {
            let value = cell.value.clone().and_then(|span| body.get(span)).unwrap_or_default();
            let Ok(entry) = value.trim().parse::<usize>() else { continue };
            let count = self.shown.entry(entry).or_default();
            *count = count.saturating_add(1);
            self.entries.insert((sheet, cell.at), entry);
        }
    }

    /// The part, and its text with nothing in the entries that no cell shows after the edits; each
    /// entry keeps its index. `None` where all are shown.
    pub(super) fn without_unused(
        &self,
        workbook: &Workbook,
        edits: &[Edit],
    ) -> Option<(&str, String)> {
        let mut taken: HashMap<usize, u32> = HashMap::default();
        let mut done: HashSet<(usize, CellRef)> = HashSet::default();
        for edit in edits.iter().filter(|edit| !matches!(edit.content, Content::Cached(_))) {
            let Some(sheet) = workbook.sheet_index(&edit.sheet) else { continue };
            let anchor = workbook.sheets.get(sheet).map_or(edit.at, |sheet| sheet.anchor(edit.at));
            let entry = self.entries.get(&(sheet, anchor)).filter(|_| done.insert((sheet, anchor)));
            if let Some(entry) = entry {
                let count = taken.entry(*entry).or_default();
                *count = count.saturating_add(1);
            }
        }
        let is_shown = |entry: &usize| {
            let all = self.shown.get(entry).copied().unwrap_or_default();
            all > taken.get(entry).copied().unwrap_or_default()
        };
        let (mut out, mut from) = (String::with_capacity(self.text.len()), 0);
        let entries = self.places.iter().enumerate().filter(|(entry, _)| !is_shown(entry));
        for place in entries.filter_map(|(_, place)| place.as_ref()) {
            out.push_str(self.text.get(from..place.start).unwrap_or_default());
            out.push_str(&self.nothing);
            from = place.end;
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        (out != self.text).then_some((self.part.as_str(), out))
    }
}

/// Where the entries' contents stand, and the prefix of their elements.
fn places(part: Part<'_>, text: &str) -> Result<(Vec<Place>, String), Problem> {
    let (mut out, mut open, mut prefix) = (Vec::new(), None, String::new());
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Start(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                open = Some(span.end);
                if let Some(own) = tag.name().prefix() {
                    prefix = format!("{}:", own.as_ref());
                }
            }
            Event::Empty(tag) if depth == 2 && tag.local_name().as_ref() == "si" => out.push(None),
            Event::End(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                out.push(open.take().map(|start| start..span.start));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok((out, prefix))
}
