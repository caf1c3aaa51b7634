//! Printing, where the writer of a new workbook cannot say it: several print areas, first pages.

use super::{Package, Problem, archive, main_part, read_text};
use crate::container::xml::{self, attribute};
use crate::hash::{HashMap, HashSet};
use crate::words;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// Gives sheets, by their numbers, other print areas than the one that each has already: text of
/// references with commas between them.
///
/// # Errors
/// It is no whole workbook, or one of the sheets has no print area.
pub fn print_areas(bytes: &[u8], areas: &BTreeMap<usize, String>) -> Result<Vec<u8>, Problem> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package)?;
    let text = read_text(&mut package, &main, &HashMap::default())?;
    let (mut edited, mut copied, mut own, mut count) = (String::new(), 0, None, 0usize);
    xml::walk(&main, &text, |event, _, span| {
        match &event {
            Event::Start(tag) if tag.local_name().as_ref() == "definedName" => {
                let sheet = attribute(tag, "localSheetId").and_then(|id| id.parse().ok());
                let is_area = attribute(tag, "name").as_deref() == Some("_xlnm.Print_Area");
                let areas = sheet.filter(|_| is_area).and_then(|sheet: usize| areas.get(&sheet));
                own = areas.map(|areas| (span.end, areas));
            }
            Event::End(_) => {
                if let Some((from, areas)) = own.take() {
                    edited.push_str(text.get(copied..from).unwrap_or_default());
                    edited.push_str(&xml::escape(areas));
                    (copied, count) = (span.start, count.saturating_add(1));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if count != areas.len() {
        return Err(xml::malformed(&main, &words!("没有打印区域", "no print area")));
    }
    edited.push_str(text.get(copied..).unwrap_or_default());
    let main = main.to_lowercase();
    let changed = HashMap::from_iter([(main.as_str(), edited.as_bytes())]);
    archive::write(&package, &changed, &HashSet::default())
}

/// Numbers the first printed page of sheets, by the sheets' numbers in a workbook of this program's
/// own writing (their parts are `sheet1.xml` and so on).
///
/// # Errors
/// It is no whole workbook, or one of the sheets has no page setup.
pub fn first_pages(bytes: &[u8], pages: &BTreeMap<usize, u16>) -> Result<Vec<u8>, Problem> {
    let mut package = Package::open(bytes)?;
    let mut edited = Vec::new();
    for (sheet, page) in pages {
        let part = format!("xl/worksheets/sheet{}.xml", sheet.saturating_add(1));
        let text = read_text(&mut package, &part, &HashMap::default())?;
        let mut at = None;
        xml::walk(&part, &text, |event, depth, span| {
            if let Event::Start(tag) | Event::Empty(tag) = &event
                && depth == 2
                && tag.local_name().as_ref() == "pageSetup"
            {
                at = Some(span.start.saturating_add(1).saturating_add(tag.name().as_ref().len()));
            }
            Ok(())
        })?;
        let at =
            at.ok_or_else(|| xml::malformed(&part, &words!("没有 pageSetup", "no pageSetup")))?;
        let (head, tail) = text.split_at(at);
        let new = format!("{head} firstPageNumber=\"{page}\" useFirstPageNumber=\"1\"{tail}");
        edited.push((part, new));
    }
    let changed = edited.iter().map(|(part, text)| (part.as_str(), text.as_bytes())).collect();
    archive::write(&package, &changed, &HashSet::default())
}
