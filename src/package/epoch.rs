//! The day that a new workbook counts its dates from.

use super::{Package, Problem, archive, main_part, read_text};
use crate::container::xml;
use crate::hash::{HashMap, HashSet};
use crate::words;
use quick_xml::events::Event;

/// Makes a workbook count its dates from 1904, for a writer that cannot say so.
///
/// # Errors
/// It is no whole workbook.
pub fn from_1904(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package)?;
    let text = read_text(&mut package, &main, &HashMap::default())?;
    let mut at = None;
    xml::walk(&main, &text, |event, depth, span| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && depth == 2
            && tag.local_name().as_ref() == "workbookPr"
        {
            at = Some(span.start.saturating_add(1).saturating_add(tag.name().as_ref().len()));
        }
        Ok(())
    })?;
    let at =
        at.ok_or_else(|| xml::malformed(&main, &words!("没有 workbookPr", "no workbookPr")))?;
    let (head, tail) = text.split_at(at);
    let edited = format!("{head} date1904=\"1\"{tail}");
    let main = main.to_lowercase();
    let changed = HashMap::from_iter([(main.as_str(), edited.as_bytes())]);
    archive::write(&package, &changed, &HashSet::default())
}
