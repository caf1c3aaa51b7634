//! The workbook part: sheets, names, settings.

use crate::container::xml::{self, Part, malformed};
use crate::problem::Problem;
use crate::words;
use crate::workbook::{Name, Visibility};
use quick_xml::events::Event;

/// A `sheet` of the workbook part.
pub struct SheetEntry {
    /// Name.
    pub name: String,
    /// The relationship to its part.
    pub id: String,
    /// Whether it shows.
    pub visibility: Visibility,
}

/// The workbook part.
pub struct Book {
    /// Sheets in order.
    pub sheets: Vec<SheetEntry>,
    /// Defined names.
    pub names: Vec<Name>,
    /// Whether days count from 1904.
    pub date1904: bool,
    /// Whether all is to be computed anew on opening.
    pub full_calc_on_load: bool,
}

fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|v| matches!(v.as_str(), "1" | "true" | "on"))
}

/// Reads the workbook part.
///
/// # Errors
/// Malformed XML, or no sheet.
pub fn read_book(part: Part<'_>, text: &str) -> Result<Book, Problem> {
    let mut book =
        Book { sheets: Vec::new(), names: Vec::new(), date1904: false, full_calc_on_load: false };
    let mut open_name: Option<Name> = None;
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match (depth, tag.local_name().as_ref()) {
                (3, "sheet") => {
                    let id = tag.attributes().with_checks(false).flatten().find_map(|a| {
                        let prefixed = a.key.prefix().is_some();
                        (prefixed && a.key.local_name().as_ref() == "id")
                            .then(|| a.value.to_string())
                    });
                    book.sheets.push(SheetEntry {
                        name: xml::attribute(tag, "name").unwrap_or_default(),
                        id: id.unwrap_or_default(),
                        visibility: match xml::attribute(tag, "state").as_deref() {
                            Some("hidden") => Visibility::Hidden,
                            Some("veryHidden") => Visibility::VeryHidden,
                            _ => Visibility::Visible,
                        },
                    });
                }
                (2, "workbookPr") => book.date1904 = is_true(xml::attribute(tag, "date1904")),
                (2, "calcPr") => {
                    book.full_calc_on_load = is_true(xml::attribute(tag, "fullCalcOnLoad"));
                }
                (3, "definedName") => {
                    open_name = Some(Name {
                        name: xml::attribute(tag, "name").unwrap_or_default(),
                        sheet: xml::attribute(tag, "localSheetId").and_then(|v| v.parse().ok()),
                        refers_to: String::new(),
                    });
                }
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some(name) = &mut open_name {
                    let raw = text.get(span).unwrap_or_default();
                    name.refers_to.push_str(&xml::unescape(raw));
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "definedName" => {
                book.names.extend(open_name.take());
            }
            _ => {}
        }
        Ok(())
    })?;
    if book.sheets.is_empty() {
        return Err(malformed(part.name, &words!("没有工作表", "no sheets")));
    }
    Ok(book)
}
