//! How cells look, as far as the page draws it: fonts, fills, borders, alignment and the usual
//! number formats of an .xlsx (ECMA-376 part 1, 18.8). Other formats are drawn plain.

use crate::container::{Package, xml};
use crate::text::{round15, show};
use crate::workbook::Value;
use quick_xml::events::{BytesStart, Event};
use serde::Serialize;
use std::collections::HashMap;

/// A cell's look; short names, since they are sent often.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Style {
    /// Bold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    b: bool,
    /// Italic.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    i: bool,
    /// Font size, points.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<f64>,
    /// Text colour, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ink: Option<String>,
    /// Fill colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    fill: Option<String>,
    /// Horizontal alignment: `left`, `center`, `right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<&'static str>,
    /// Vertical alignment: `top`, `middle`; the bottom unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<&'static str>,
    /// Whether the text wraps.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    wrap: bool,
    /// Whether the cell has a border.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    line: bool,
}

/// The styles of a workbook.
#[derive(Debug, Default)]
pub struct Looks {
    styles: Vec<Style>,
    formats: Vec<String>,
}

#[derive(Default)]
struct Reading {
    codes: HashMap<u32, String>,
    fonts: Vec<Style>,
    fills: Vec<Option<String>>,
    borders: Vec<bool>,
    out: Looks,
    /// The list that the reader is in, as `fonts`.
    list: String,
}

impl Looks {
    /// Reads the styles of a package; none for anything else.
    pub fn read(bytes: &[u8]) -> Self {
        let Ok(mut package) = Package::open(bytes) else { return Self::default() };
        let Ok(raw) = package.read("xl/styles.xml") else { return Self::default() };
        let Ok(text) = xml::decode("xl/styles.xml", &raw) else { return Self::default() };
        let mut reading = Reading::default();
        // What is read before a fault is still right.
        let _ = xml::walk("xl/styles.xml", &text, |event, depth, _| {
            if let Event::Start(tag) | Event::Empty(tag) = &event {
                reading.tag(tag, depth);
            }
            Ok(())
        });
        reading.out
    }

    /// A style by its index.
    pub fn style(&self, index: usize) -> Style {
        self.styles.get(index).cloned().unwrap_or_default()
    }

    /// The number format of a style; empty for General.
    pub fn format(&self, index: usize) -> Option<&str> {
        self.formats.get(index).map(String::as_str).filter(|code| !code.is_empty())
    }

    /// A value as the cell shows it, by the usual formats; the bare number for others.
    pub fn text(&self, value: &Value, format: Option<&str>, is_date: bool) -> String {
        let number = match value {
            Value::Number(number) => *number,
            Value::Text(text) | Value::Error(text) => return text.clone(),
            Value::Bool(flag) => return flag.to_string().to_uppercase(),
            Value::Blank => return String::new(),
        };
        let code = format.unwrap_or_default();
        if is_date {
            return date(number, code).unwrap_or_else(|| show(number, 6));
        }
        let first = code.split(';').next().unwrap_or_default();
        let digits =
            first.split('.').nth(1).map(|tail| tail.chars().take_while(|c| *c == '0').count());
        let decimals = digits.unwrap_or(0);
        if first.contains('%') {
            return format!("{:.decimals$}%", half_away(number * 100.0, decimals));
        }
        let plain = |c: char| "0#,.?_ ()-".contains(c);
        if first.is_empty() || !first.contains('0') || !first.chars().all(plain) {
            return show(round15(number), 9);
        }
        let text = format!("{:.decimals$}", half_away(number, decimals));
        if first.contains(",") { grouped(&text) } else { text }
    }
}

/// Rounds as Excel shows: half away from zero, on the 15 digits that it holds.
fn half_away(number: f64, decimals: usize) -> f64 {
    let digits = u32::try_from(decimals.min(10)).unwrap_or(0);
    crate::expr::round_half_away(round15(number), digits)
}

fn grouped(text: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, None), |(w, r)| (w, Some(r)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    match rest {
        Some(rest) => format!("{out}.{rest}"),
        None => out,
    }
}

/// A serial day (1900 system) as a date, as exact as the format asks.
fn date(serial: f64, code: &str) -> Option<String> {
    let whole = serial.floor();
    if !(1.0..3_000_000.0).contains(&whole) {
        return None;
    }
    let days = chrono::Duration::days(whole as i64);
    let day = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(days)?;
    use chrono::Datelike;
    let (year, month, number) = (day.year(), day.month(), day.day());
    let code = code.to_lowercase();
    Some(match (code.contains('d'), code.contains('年')) {
        (false, true) => format!("{year}年{month}月"),
        (true, true) => format!("{year}年{month}月{number}日"),
        (false, false) if code.contains('y') => format!("{year}-{month:02}"),
        _ => format!("{year}-{month:02}-{number:02}"),
    })
}

impl Reading {
    fn tag(&mut self, tag: &BytesStart<'_>, depth: usize) {
        let name = tag.local_name().as_ref().to_owned();
        if depth == 2 {
            self.list = name;
            return;
        }
        let value = |key: &str| xml::attribute(tag, key);
        let number = |key: &str| value(key).and_then(|v| v.parse::<u32>().ok());
        let on = || !matches!(value("val").as_deref(), Some("0" | "false"));
        match (self.list.as_str(), depth, name.as_str()) {
            ("numFmts", 3, "numFmt") => {
                if let (Some(id), Some(code)) = (number("numFmtId"), value("formatCode")) {
                    self.codes.insert(id, code);
                }
            }
            ("fonts", 3, "font") => self.fonts.push(Style::default()),
            ("fonts", 4, key) => {
                let Some(font) = self.fonts.last_mut() else { return };
                match key {
                    "b" => font.b = on(),
                    "i" => font.i = on(),
                    "sz" => font.size = value("val").and_then(|v| v.parse().ok()),
                    "color" => font.ink = colour(tag),
                    _ => {}
                }
            }
            ("fills", 3, "fill") => self.fills.push(None),
            ("fills", 5, "fgColor") => {
                if let Some(fill) = self.fills.last_mut() {
                    *fill = colour(tag);
                }
            }
            ("borders", 3, "border") => self.borders.push(false),
            ("borders", 4, _) => {
                let drawn = value("style").is_some_and(|style| style != "none");
                if let Some(border) = self.borders.last_mut() {
                    *border |= drawn;
                }
            }
            ("cellXfs", 3, "xf") => self.format(tag),
            ("cellXfs", 4, "alignment") => {
                let Some(style) = self.out.styles.last_mut() else { return };
                style.h = match value("horizontal").as_deref() {
                    Some("center" | "centerContinuous") => Some("center"),
                    Some("right") => Some("right"),
                    Some("left") => Some("left"),
                    _ => None,
                };
                style.v = match value("vertical").as_deref() {
                    Some("center") => Some("middle"),
                    Some("top") => Some("top"),
                    _ => None,
                };
                style.wrap = matches!(value("wrapText").as_deref(), Some("1" | "true"));
            }
            _ => {}
        }
    }

    fn format(&mut self, tag: &BytesStart<'_>) {
        let index = |key: &str| {
            xml::attribute(tag, key).and_then(|v| v.parse::<usize>().ok()).unwrap_or_default()
        };
        let mut style = self.fonts.get(index("fontId")).cloned().unwrap_or_default();
        style.fill = self.fills.get(index("fillId")).cloned().flatten();
        style.line = self.borders.get(index("borderId")).copied().unwrap_or_default();
        let id = u32::try_from(index("numFmtId")).unwrap_or_default();
        let code = match id {
            1 => "0",
            2 => "0.00",
            3 => "#,##0",
            4 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            14 => "yyyy-mm-dd",
            17 => "yyyy-mm",
            _ => self.codes.get(&id).map_or("", String::as_str),
        };
        self.out.formats.push(code.to_owned());
        self.out.styles.push(style);
    }
}

/// A colour as `#rrggbb`: given, of the old palette's first eight, or of Office's own theme.
fn colour(tag: &BytesStart<'_>) -> Option<String> {
    let value = |key: &str| xml::attribute(tag, key);
    if let Some(rgb) = value("rgb") {
        let six = rgb.get(rgb.len().checked_sub(6)?..)?;
        return six.bytes().all(|b| b.is_ascii_hexdigit()).then(|| format!("#{six}"));
    }
    let base = if let Some(theme) = value("theme") {
        const THEME: [u32; 10] = [
            0xff_ff_ff, 0x00_00_00, 0xe7_e6_e6, 0x44_54_6a, 0x44_72_c4, 0xed_7d_31, 0xa5_a5_a5,
            0xff_c0_00, 0x5b_9b_d5, 0x70_ad_47,
        ];
        *THEME.get(theme.parse::<usize>().ok()?)?
    } else {
        const OLD: [u32; 8] = [
            0x00_00_00, 0xff_ff_ff, 0xff_00_00, 0x00_ff_00, 0x00_00_ff, 0xff_ff_00, 0xff_00_ff,
            0x00_ff_ff,
        ];
        let index = value("indexed")?.parse::<usize>().ok()?;
        if index > 15 {
            return None;
        }
        *OLD.get(index % 8)?
    };
    let tint: f64 = value("tint").and_then(|t| t.parse().ok()).unwrap_or(0.0);
    let part = |shift: u32| {
        let channel = f64::from((base >> shift) & 0xff);
        let tinted =
            if tint < 0.0 { channel * (1.0 + tint) } else { channel + (255.0 - channel) * tint };
        tinted.clamp(0.0, 255.0).round() as u8
    };
    Some(format!("#{:02x}{:02x}{:02x}", part(16), part(8), part(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_cells_show_them() {
        let looks = Looks::default();
        let show = |n: f64, code: &str| looks.text(&Value::Number(n), Some(code), false);
        assert_eq!(show(0.9543, "0.00%"), "95.43%");
        assert_eq!(show(1_234_567.891, "#,##0.00"), "1,234,567.89");
        assert_eq!(show(-1234.0, "#,##0"), "-1,234");
        assert_eq!(show(1.005, "0.00"), "1.01");
        assert_eq!(show(20.5, ""), "20.5");
        // 45,931 days after the last day but one of 1899, as LibreOffice shows it.
        let day = |code| looks.text(&Value::Number(45_931.0), Some(code), true);
        assert_eq!(day("yyyy-mm-dd"), "2025-10-01");
        assert_eq!(day("yyyy\"年\"m\"月\""), "2025年10月");
    }
}
