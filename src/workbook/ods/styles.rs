//! Styles of an .ods: cells, columns, rows, number formats, page layouts.

use super::heading::Heading;
use super::numbers::{literal, piece, sections};
use super::words;
use crate::container::xml::{self, attribute};
use crate::problem::Problem;
use crate::workbook::looks::{Alignment, Borders, Change, Fill, Font, Line, NumberFormat, Style};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// The family of cells' styles, and the style that all of them stand on.
const CELL: &str = "table-cell";
const DEFAULT: &str = "Default";

/// A style as it stands in the file, before its parents are looked up.
#[derive(Debug, Clone, Default)]
struct Raw {
    parent: Option<String>,
    number: Option<String>,
    master: Option<String>,
    settings: HashMap<String, String>,
    /// Condition, the style that then applies, the cell that the condition's references count from.
    maps: Vec<(String, String, String)>,
}

/// All styles of a document.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    raw: HashMap<(String, String), Raw>,
    numbers: HashMap<String, String>,
    /// Conditions of number formats and the formats that then apply.
    sections: HashMap<String, Vec<(String, String)>>,
    /// Names of cell styles by those that are shown.
    shown: HashMap<String, String>,
    faces: HashMap<String, String>,
    layouts: HashMap<String, HashMap<String, String>>,
    masters: HashMap<String, String>,
    /// What stands above and below the pages of master pages.
    pub headings: HashMap<String, Heading>,
}

impl Styles {
    /// Takes the styles of a part.
    pub fn take(&mut self, part: &str, text: &str) -> Result<(), Problem> {
        let mut open: Option<(String, String)> = None;
        let mut layout: Option<String> = None;
        let mut band = "";
        let mut number: Option<(String, String, usize)> = None;
        let mut in_text = false;
        xml::walk(part, text, |event, depth, _| {
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.local_name().as_ref().to_owned();
                    if number.is_none() {
                        self.element(tag, &name, &mut open, &mut layout, &mut band);
                    }
                    if let Some((own, code, _)) = &mut number {
                        code.push_str(&piece(tag, &name));
                        if name == "map"
                            && let (Some(test), Some(apply)) =
                                (attribute(tag, "condition"), attribute(tag, "apply-style-name"))
                        {
                            self.sections.entry(own.clone()).or_default().push((test, apply));
                        }
                    } else if name.ends_with("-style")
                        && let Some(own) = attribute(tag, "name")
                        && tag.name().as_ref().starts_with("number:")
                        && matches!(event, Event::Start(_))
                    {
                        number = Some((own, String::new(), depth));
                    }
                    in_text = matches!(name.as_str(), "text" | "currency-symbol")
                        && matches!(event, Event::Start(_));
                }
                Event::Text(_) | Event::GeneralRef(_) if in_text => {
                    if let (Some((_, code, _)), Some(words)) = (&mut number, words(&event)) {
                        code.push_str(&literal(&words));
                    }
                }
                Event::End(_) => {
                    in_text = false;
                    if number.as_ref().is_some_and(|(_, _, at)| *at == depth)
                        && let Some((name, code, _)) = number.take()
                    {
                        self.numbers.insert(name, code);
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn element(
        &mut self,
        tag: &BytesStart<'_>,
        name: &str,
        open: &mut Option<(String, String)>,
        layout: &mut Option<String>,
        band: &mut &'static str,
    ) {
        match name {
            "style" | "default-style" => {
                let family = attribute(tag, "family").unwrap_or_default();
                let own = attribute(tag, "name").unwrap_or_default();
                let raw = Raw {
                    parent: attribute(tag, "parent-style-name"),
                    number: attribute(tag, "data-style-name"),
                    master: attribute(tag, "master-page-name"),
                    settings: HashMap::new(),
                    maps: Vec::new(),
                };
                if let Some(shown) = attribute(tag, "display-name").filter(|_| family == CELL) {
                    self.shown.insert(shown, own.clone());
                }
                self.raw.insert((family.clone(), own.clone()), raw);
                *open = Some((family, own));
                *layout = None;
            }
            "font-face" => {
                if let (Some(own), Some(family)) =
                    (attribute(tag, "name"), attribute(tag, "font-family"))
                {
                    self.faces.insert(own, family.trim_matches('\'').to_owned());
                }
            }
            "page-layout" => {
                *layout = attribute(tag, "name");
                *open = None;
            }
            "page-layout-properties" => {
                if let Some(own) = layout.clone() {
                    self.layouts.entry(own).or_default().extend(attributes(tag));
                }
            }
            "header-style" => *band = "header-",
            "footer-style" => *band = "footer-",
            "header-footer-properties" => {
                if let Some(own) = layout.clone() {
                    let settings = attributes(tag)
                        .into_iter()
                        .map(|(key, value)| (format!("{band}{key}"), value));
                    self.layouts.entry(own).or_default().extend(settings);
                }
            }
            "master-page" => {
                if let (Some(own), Some(layout)) =
                    (attribute(tag, "name"), attribute(tag, "page-layout-name"))
                {
                    self.masters.insert(own, layout);
                }
            }
            "map" => {
                let [test, apply, base] = ["condition", "apply-style-name", "base-cell-address"]
                    .map(|name| attribute(tag, name).unwrap_or_default());
                if let Some(raw) = open.as_ref().and_then(|key| self.raw.get_mut(key)) {
                    raw.maps.push((test, apply, base));
                }
            }
            name if name.ends_with("-properties") => {
                if let Some(raw) = open.as_ref().and_then(|key| self.raw.get_mut(key)) {
                    raw.settings.extend(attributes(tag));
                }
            }
            _ => {}
        }
    }

    /// A setting of a style or of what it stands on.
    fn setting(&self, family: &str, style: &str, name: &str) -> Option<String> {
        self.look_up(family, style, |raw| raw.settings.get(name).cloned())
    }

    fn look_up(
        &self,
        family: &str,
        style: &str,
        get: impl Fn(&Raw) -> Option<String>,
    ) -> Option<String> {
        let own = self.own(family, style, &get);
        own.or_else(|| self.raw.get(&(family.to_owned(), String::new())).and_then(get))
    }

    /// As [`Self::look_up`], but not in the family's default.
    fn own(
        &self,
        family: &str,
        style: &str,
        get: impl Fn(&Raw) -> Option<String>,
    ) -> Option<String> {
        let mut name = style.to_owned();
        for _ in 0..16 {
            let Some(raw) = self.raw.get(&(family.to_owned(), name.clone())) else { break };
            if let Some(value) = get(raw) {
                return Some(value);
            }
            match &raw.parent {
                Some(parent) => name.clone_from(parent),
                None => break,
            }
        }
        None
    }

    /// What a cell style changes by conditions, as they stand in it.
    pub fn maps(&self, style: &str) -> &[(String, String, String)] {
        let raw = self.raw.get(&(CELL.to_owned(), style.to_owned()));
        raw.map_or(&[], |raw| raw.maps.as_slice())
    }

    /// What a style, named as it is shown or as it is stored, changes of the default one.
    pub fn change(&self, style: &str) -> Change {
        let stored = self.raw.contains_key(&(CELL.to_owned(), style.to_owned()));
        let style = if stored { style } else { self.shown.get(style).map_or(style, |own| own) };
        if style == DEFAULT {
            return Change::default();
        }
        // What stands in the default cell style is no change.
        let mut names = vec![style.to_owned()];
        while let Some(parent) = names
            .last()
            .and_then(|name| self.raw.get(&(CELL.to_owned(), name.clone()))?.parent.clone())
            .filter(|parent| parent != DEFAULT && names.len() < 16)
        {
            names.push(parent);
        }
        let raws: Vec<&Raw> = names
            .iter()
            .filter_map(|name| self.raw.get(&(CELL.to_owned(), name.clone())))
            .collect();
        let get = |name: &str| raws.iter().find_map(|raw| raw.settings.get(name));
        let font = self.font(CELL, style);
        let all = get("border");
        let sides = ["border-left", "border-right", "border-top", "border-bottom"]
            .map(|side| get(side).or(all).map(|b| line(b)).unwrap_or_default());
        let [left, right, top, bottom] = sides;
        let fill = get("background-color").and_then(|c| colour(c));
        let number = raws.iter().find_map(|raw| raw.number.as_ref());
        let code = number.and_then(|name| self.code(name));
        Change {
            bold: get("font-weight").map(|_| font.bold),
            italic: get("font-style").map(|_| font.italic),
            strike: get("text-line-through-style").map(|_| font.strike),
            underline: get("text-underline-style").map(|_| font.underline),
            colour: get("color").and_then(|c| colour(c)),
            fill: fill.map(|rgb| Fill { pattern: 1, fore: Some(rgb), back: None }),
            borders: sides.iter().any(|side| side.style > 0).then_some(Borders {
                left,
                right,
                top,
                bottom,
                ..Borders::default()
            }),
            format: code.map(|code| NumberFormat { builtin: 0, code: Some(code) }),
        }
    }

    /// A number format with all its sections.
    fn code(&self, name: &str) -> Option<String> {
        let own = self.numbers.get(name)?;
        let maps = self.sections.get(name).map_or(&[][..], Vec::as_slice);
        let parts: Vec<(&str, &str)> = maps
            .iter()
            .filter_map(|(test, apply)| Some((test.as_str(), self.numbers.get(apply)?.as_str())))
            .collect();
        Some(sections(&parts, own)).filter(|code| !code.is_empty() && code != "General")
    }

    /// Characters that a column is wide, padding included.
    pub fn width(&self, style: &str) -> Option<f64> {
        let points = points(&self.setting("table-column", style, "column-width")?)?;
        Some(points * 96.0 / 72.0 / 7.0)
    }

    /// Points that a row is high.
    pub fn height(&self, style: &str) -> Option<f64> {
        points(&self.setting("table-row", style, "row-height")?)
    }

    /// Whether a table shows.
    pub fn right_to_left(&self, style: &str) -> bool {
        self.setting("table", style, "writing-mode").is_some_and(|mode| mode.starts_with("rl"))
    }

    /// What stands above and below a table's pages.
    pub fn heading(&self, style: &str) -> Option<&Heading> {
        self.headings.get(&self.look_up("table", style, |raw| raw.master.clone())?)
    }

    /// The layout of a table's pages.
    pub(super) fn layout(&self, style: &str) -> Option<&HashMap<String, String>> {
        let master = self.look_up("table", style, |raw| raw.master.clone())?;
        self.layouts.get(self.masters.get(&master)?)
    }

    /// Whether a row or column begins a page.
    pub fn breaks(&self, family: &str, style: &str) -> bool {
        self.setting(family, style, "break-before").as_deref() == Some("page")
    }

    /// The font of a style of a family.
    pub fn font(&self, family: &str, style: &str) -> Font {
        let get = |name: &str| self.setting(family, style, name);
        let face = get("font-name").and_then(|name| self.faces.get(&name).cloned());
        // Chinese text takes the font that is named for it.
        let asian = get("font-name-asian").and_then(|name| self.faces.get(&name).cloned());
        let chinese = asian.filter(|name| !name.is_ascii());
        let own_name = chinese.or(face).or_else(|| get("font-family"));
        Font {
            name: own_name.unwrap_or_else(|| "Arial".to_owned()).trim_matches('\'').to_owned(),
            size: get("font-size").and_then(|size| points(&size)).unwrap_or(10.0),
            bold: get("font-weight")
                .is_some_and(|w| w == "bold" || w.parse().is_ok_and(|w: u16| w >= 600)),
            italic: get("font-style").is_some_and(|s| s != "normal"),
            strike: get("text-line-through-style").is_some_and(|s| s != "none"),
            underline: match (get("text-underline-style"), get("text-underline-type")) {
                (Some(line), kind) if line != "none" => {
                    if kind.as_deref() == Some("double") {
                        2
                    } else {
                        1
                    }
                }
                _ => 0,
            },
            colour: get("color").and_then(|c| colour(&c)),
            ..Font::default()
        }
    }

    /// A cell's style; the empty name is the default one.
    pub fn cell(&self, style: &str) -> Style {
        let style = if style.is_empty() { "Default" } else { style };
        let get = |name: &str| self.setting("table-cell", style, name);
        let font = self.font("table-cell", style);
        let mut out = Style { font, locked: true, ..Style::default() };
        if let Some(rgb) = get("background-color").and_then(|c| colour(&c)) {
            out.fill.pattern = 1;
            out.fill.fore = Some(rgb);
        }
        let all = get("border");
        let side = |name: &str| get(name).or_else(|| all.clone()).map(|b| line(&b));
        out.borders.left = side("border-left").unwrap_or_default();
        out.borders.right = side("border-right").unwrap_or_default();
        out.borders.top = side("border-top").unwrap_or_default();
        out.borders.bottom = side("border-bottom").unwrap_or_default();
        let fixed = get("text-align-source").as_deref() != Some("value-type");
        let align = get("text-align").filter(|_| fixed);
        out.align = Alignment {
            horizontal: match align.as_deref() {
                Some("start" | "left") => 1,
                Some("center") => 2,
                Some("end" | "right") => 3,
                Some("justify") => 5,
                _ => 0,
            },
            vertical: match get("vertical-align").as_deref() {
                Some("top") => 0,
                Some("middle") => 1,
                _ => 2,
            },
            wrap: get("wrap-option").as_deref() == Some("wrap"),
            rotation: match get("rotation-angle").and_then(|a| a.parse::<f64>().ok()) {
                Some(angle) if (0.0..=90.0).contains(&angle) => angle as u8,
                Some(angle) if (270.0..360.0).contains(&angle) => (450.0 - angle) as u8,
                _ => 0,
            },
            shrink: get("shrink-to-fit").as_deref() == Some("true"),
            ..Alignment::default()
        };
        if let Some(protect) = get("cell-protect") {
            out.locked = protect.contains("protected");
            out.hidden = protect.contains("formula-hidden") || protect.starts_with("hidden");
        }
        let number = self.look_up("table-cell", style, |raw| raw.number.clone());
        out.format = NumberFormat { builtin: 0, code: number.and_then(|name| self.code(&name)) };
        out
    }
}

fn attributes(tag: &BytesStart<'_>) -> HashMap<String, String> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .map(|a| (a.key.local_name().as_ref().to_owned(), xml::unescape(&a.value)))
        .collect()
}

/// A length in points.
pub fn points(text: &str) -> Option<f64> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "in" => 72.0,
        "pt" => 1.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    (0.0..100_000.0).contains(&number).then_some(number * factor)
}

pub fn colour(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix('#').filter(|t| t.len() == 6)?, 16).ok()
}

/// `0.74pt solid #000000`.
fn line(text: &str) -> Line {
    let mut width = 0.0;
    let mut kind = "solid";
    let mut rgb = None;
    for word in text.split_whitespace() {
        if let Some(points) = points(word) {
            width = points;
        } else if let Some(found) = colour(word) {
            rgb = Some(found);
        } else {
            kind = word;
        }
    }
    let thin = width < 1.25;
    let style = match kind {
        "none" | "hidden" => 0,
        "double" | "double-thin" => 6,
        "dotted" => 4,
        "dashed" | "fine-dashed" => {
            if thin {
                3
            } else {
                8
            }
        }
        "dash-dot" => {
            if thin {
                9
            } else {
                10
            }
        }
        "dash-dot-dot" => {
            if thin {
                11
            } else {
                12
            }
        }
        _ if width <= 0.0 => 0,
        _ if width < 0.4 => 7,
        _ if thin => 1,
        _ if width < 2.25 => 2,
        _ => 5,
    };
    Line { style, colour: rgb }
}
