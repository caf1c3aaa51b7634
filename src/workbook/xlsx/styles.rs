//! Which cell styles show a date.

use crate::container::xml::{self, Part};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use quick_xml::events::Event;

/// The cell styles whose number format shows a date or time (ECMA-376 part 1, 18.8.30).
///
/// # Errors
/// Malformed XML.
pub fn date_styles(part: Part<'_>, text: &str) -> Result<HashSet<u32>, Problem> {
    let mut custom: HashMap<u32, bool> = HashMap::default();
    let mut dates = HashSet::default();
    let (mut in_cells, mut next) = (false, 0u32);
    xml::walk(part, text, |event, depth, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let id = || xml::attribute(tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                match (depth, tag.local_name().as_ref()) {
                    (3, "numFmt") => {
                        let code = xml::attribute(tag, "formatCode").unwrap_or_default();
                        custom.insert(id().unwrap_or_default(), shows_date(&code));
                    }
                    (2, name) => in_cells = name == "cellXfs",
                    (3, "xf") if in_cells => {
                        let id = id().unwrap_or_default();
                        let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                        if custom.get(&id).copied().unwrap_or(built_in) {
                            dates.insert(next);
                        }
                        next = next.saturating_add(1);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(dates)
}

/// Whether a format code shows a date or time: y, d or h outside quotes, brackets and escapes.
pub fn shows_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' => return true,
            _ => {}
        }
    }
    false
}
