//! Shared strings.

use super::value_text;
use crate::container::cells::{CellType, SheetXml};
use crate::container::xml::{self, Part, malformed};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::words;
use crate::workbook::LABEL_BYTES;
use quick_xml::events::Event;
use std::sync::Arc;

/// Indices of the shared strings that the cells name.
pub fn needed_strings<'a>(scans: impl Iterator<Item = &'a (String, SheetXml)>) -> HashSet<usize> {
    scans
        .flat_map(|source| source.1.cells.iter().map(move |cell| (&source.0, cell)))
        .filter(|(_, cell)| cell.kind == CellType::Shared)
        .filter_map(|(body, cell)| value_text(body, cell).trim().parse().ok())
        .collect()
}

/// A shared string and its label.
pub type Shared = (String, Option<Arc<str>>);

/// The needed entries of the shared strings; phonetic runs are left out.
///
/// # Errors
/// Malformed XML.
pub fn read_strings(
    part: Part<'_>,
    text: &str,
    needed: &HashSet<usize>,
) -> Result<HashMap<usize, Shared>, Problem> {
    let mut out = HashMap::with_capacity_and_hasher(needed.len(), Default::default());
    let mut next = 0usize;
    let mut current: Option<String> = None;
    let (mut phonetic, mut in_text) = (false, false);
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Start(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                current = needed.contains(&next).then(String::new);
            }
            Event::Empty(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                if needed.contains(&next) {
                    out.insert(next, (String::new(), None));
                }
                next = next.saturating_add(1);
            }
            Event::End(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                if let Some(text) = current.take() {
                    let text = unescape_controls(text);
                    let label =
                        (text.len() <= LABEL_BYTES).then(|| crate::text::label(&text).into());
                    out.insert(next, (text, label));
                }
                next = next.saturating_add(1);
            }
            Event::Start(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic = true,
                "t" => in_text = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic = false,
                "t" => in_text = false,
                _ => {}
            },
            Event::CData(_) if in_text && current.is_some() => {
                return Err(malformed(part.name, &words!("文字里有 CDATA", "CDATA in a text")));
            }
            Event::Text(_) | Event::GeneralRef(_) if in_text && !phonetic => {
                if let Some(current) = &mut current {
                    current.push_str(&xml::unescape(text.get(span).unwrap_or_default()));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out)
}

/// `_x000D_` and the like as the character they stand for (ECMA-376 part 1, 22.9.2.19).
pub fn unescape_controls(text: String) -> String {
    if !text.contains("_x") {
        return if text.contains('\r') { text.replace("\r\n", "\n") } else { text };
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail
            .get(2..6)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .filter(|_| tail.as_bytes().get(6) == Some(&b'_'))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                rest = tail.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = tail.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out.replace("\r\n", "\n")
}
