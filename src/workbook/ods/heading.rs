//! Headers and footers of master pages (OpenDocument 1.3 part 3, 16.11) in Excel's codes
//! (ECMA-376 part 1, 18.3.1.46).

use super::styles::Styles;
use super::words;
use crate::container::xml::{self, attribute};
use crate::problem::Problem;
use crate::workbook::looks::Font;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// What stands above and below the pages of a master page.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// Header with Excel's codes; none where it is not shown.
    pub header: Option<String>,
    /// Footer with Excel's codes; none where it is not shown.
    pub footer: Option<String>,
    /// First or even pages have others.
    pub variants: bool,
}

/// Excel takes no longer header (UTF-16 units).
pub const LONGEST: usize = 255;

/// One band while it is read: its regions, left, centre and right.
#[derive(Default)]
struct Band {
    regions: [Region; 3],
    at: usize,
    /// A field, whose shown words are not its meaning.
    field: Option<usize>,
    /// Paragraphs and spans that are open, by depth, with their font.
    fonts: Vec<(usize, Option<Font>)>,
}

#[derive(Default)]
struct Region {
    codes: String,
    /// The same without fonts.
    bare: String,
    font: Option<Font>,
    begun: bool,
}

/// The headings of every master page of `styles.xml`.
///
/// # Errors
/// A part that is no sound XML.
pub fn read(part: &str, text: &str, styles: &Styles) -> Result<HashMap<String, Heading>, Problem> {
    let mut out: HashMap<String, Heading> = HashMap::new();
    let mut master: Option<String> = None;
    let mut open: Option<(String, usize, Band)> = None;
    let mut others: Vec<(String, String, String)> = Vec::new();
    let usual = styles.font("table-cell", "Default");
    xml::walk(part, text, |event, depth, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let starts = matches!(event, Event::Start(_));
                let name = tag.local_name();
                let name = name.as_ref();
                if name == "master-page" {
                    master = attribute(tag, "name").filter(|_| starts);
                } else if let Some((_, _, band)) = &mut open {
                    band.start(tag, depth, starts, styles, &usual);
                } else if starts
                    && master.is_some()
                    && (name.starts_with("header") || name.starts_with("footer"))
                    && attribute(tag, "display").as_deref() != Some("false")
                {
                    open = Some((name.to_owned(), depth, Band { at: 1, ..Band::default() }));
                }
            }
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some((_, _, band)) = &mut open
                    && band.field.is_none()
                    && !band.fonts.is_empty()
                    && let Some(words) = words(&event)
                {
                    band.write(&words.replace('&', "&&"), &usual);
                }
            }
            Event::End(_) => {
                let ends = open.as_ref().is_some_and(|(_, at, _)| *at == depth);
                if let Some((name, _, band)) = open.take_if(|_| ends) {
                    let codes = band.codes();
                    let Some(master) = &master else { return Ok(()) };
                    let heading = out.entry(master.clone()).or_default();
                    match name.as_str() {
                        "header" => heading.header = Some(codes),
                        "footer" => heading.footer = Some(codes),
                        _ => others.push((master.clone(), name, codes)),
                    }
                } else if let Some((_, _, band)) = &mut open {
                    band.end(depth);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    for (master, name, codes) in others {
        if let Some(heading) = out.get_mut(&master) {
            let usual = if name.starts_with("header") { &heading.header } else { &heading.footer };
            heading.variants |= usual.as_deref().unwrap_or_default() != codes;
        }
    }
    Ok(out)
}

impl Band {
    fn start(
        &mut self,
        tag: &BytesStart<'_>,
        depth: usize,
        starts: bool,
        styles: &Styles,
        usual: &Font,
    ) {
        let code = match tag.local_name().as_ref() {
            "region-left" => return self.at = 0,
            "region-center" => return self.at = 1,
            "region-right" => return self.at = 2,
            "p" | "h" => {
                if let Some(region) = self.regions.get_mut(self.at) {
                    if region.begun {
                        region.codes.push('\n');
                        region.bare.push('\n');
                    }
                    region.begun = true;
                }
                if starts {
                    self.fonts.push((depth, None));
                }
                return;
            }
            "span" if starts => {
                let font = attribute(tag, "style-name").map(|own| styles.font("text", &own));
                return self.fonts.push((depth, font));
            }
            "s" => {
                let count = attribute(tag, "c").and_then(|c| c.parse().ok()).unwrap_or(1usize);
                " ".repeat(count.min(LONGEST))
            }
            "tab" => " ".to_owned(),
            "line-break" => "\n".to_owned(),
            "date" => "&D".to_owned(),
            "time" => "&T".to_owned(),
            "page-number" => "&P".to_owned(),
            "page-count" => "&N".to_owned(),
            "sheet-name" => "&A".to_owned(),
            "file-name" => match attribute(tag, "display").as_deref() {
                Some("path") => "&Z".to_owned(),
                Some("full") | None => "&Z&F".to_owned(),
                _ => "&F".to_owned(),
            },
            _ => return,
        };
        if self.field.is_some() {
            return;
        }
        self.write(&code, usual);
        self.field = starts.then_some(depth);
    }

    fn end(&mut self, depth: usize) {
        if self.field == Some(depth) {
            self.field = None;
        }
        self.fonts.retain(|(at, _)| *at < depth);
    }

    fn write(&mut self, text: &str, usual: &Font) {
        let font = self.fonts.iter().rev().find_map(|(_, font)| font.as_ref()).unwrap_or(usual);
        let Some(region) = self.regions.get_mut(self.at) else { return };
        let now = region.font.as_ref().unwrap_or(usual);
        if !text.trim().is_empty() && now != font {
            region.codes.push_str(&change(now, font));
            region.font = Some(font.clone());
        }
        region.codes.push_str(text);
        region.bare.push_str(text);
    }

    /// The band in Excel's codes; without fonts where it is else too long.
    fn codes(&self) -> String {
        let all = |text: fn(&Region) -> &str| {
            ["&L", "&C", "&R"]
                .iter()
                .zip(&self.regions)
                .filter(|(_, region)| !text(region).trim().is_empty())
                .map(|(sign, region)| format!("{sign}{}", text(region)))
                .collect::<String>()
        };
        let codes = all(|region| &region.codes);
        if codes.encode_utf16().count() > LONGEST { all(|region| &region.bare) } else { codes }
    }
}

/// Codes that turn one font into another. The name comes last: digits behind a size would be
/// taken for more of it.
fn change(from: &Font, to: &Font) -> String {
    let mut out = String::new();
    if (from.underline == 0) != (to.underline == 0) {
        out.push_str("&U");
    }
    if from.strike != to.strike {
        out.push_str("&S");
    }
    if from.colour.unwrap_or(0) != to.colour.unwrap_or(0) {
        out.push_str(&format!("&K{:06X}", to.colour.unwrap_or(0)));
    }
    let size = (from.size - to.size).abs() > 0.01;
    if size {
        out.push_str(&format!("&{}", to.size.round()));
    }
    if size || from.name != to.name || from.bold != to.bold || from.italic != to.italic {
        let style = match (to.bold, to.italic) {
            (true, true) => "Bold Italic",
            (true, false) => "Bold",
            (false, true) => "Italic",
            (false, false) => "Regular",
        };
        out.push_str(&format!("&\"{},{style}\"", to.name.replace(['"', ','], "")));
    }
    out
}
