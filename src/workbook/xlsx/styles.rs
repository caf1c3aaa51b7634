//! Which cell styles show a date, which a percentage, which zeros before a number, and which are struck
//! through.

use crate::container::xml::{self, Part};
use crate::hash::HashMap;
use crate::problem::Problem;
use quick_xml::events::Event;

/// What a number format shows a number as (ECMA-376 part 1, 18.8.30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// A date or time.
    pub date: bool,
    /// A percentage.
    pub percent: bool,
    /// Digits that it fills up with zeros in front: 6 of `000000`, as staff numbers have; 0 of others.
    pub zeros: u8,
    /// Struck through, by the style's font.
    pub struck: bool,
}

impl Shown {
    /// What a format of a workbook's own shows.
    pub fn of_code(code: &str) -> Self {
        // Months and minutes are both m; in brackets stand hours, minutes and seconds of any number.
        let date = shows(code, &['y', 'Y', 'd', 'D', 'h', 'H', 'm', 'M', 's', 'S']);
        let filled = code.len() > 1 && code.bytes().all(|c| c == b'0');
        let zeros = if filled { u8::try_from(code.len()).unwrap_or(0) } else { 0 };
        Self { date: date || is_span(code), percent: shows(code, &['%']), zeros, struck: false }
    }

    /// What a built-in format shows.
    pub fn of_builtin(id: u32) -> Self {
        let date = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
        Self { date, percent: matches!(id, 9 | 10), ..Self::default() }
    }
}

/// The cell styles that show dates, percentages or zeros before a number, or strike it through.
///
/// # Errors
/// Malformed XML.
pub fn shown(part: Part<'_>, text: &str) -> Result<HashMap<u32, Shown>, Problem> {
    let mut custom: HashMap<u32, Shown> = HashMap::default();
    let mut out = HashMap::default();
    let (mut in_cells, mut next) = (false, 0u32);
    let (mut in_fonts, mut fonts) = (false, Vec::<bool>::new());
    xml::walk(part, text, |event, depth, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let id = || xml::attribute(tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                match (depth, tag.local_name().as_ref()) {
                    (3, "numFmt") => {
                        let code = xml::attribute(tag, "formatCode").unwrap_or_default();
                        custom.insert(id().unwrap_or_default(), Shown::of_code(&code));
                    }
                    (2, name) => {
                        in_cells = name == "cellXfs";
                        in_fonts = name == "fonts";
                    }
                    (3, "font") if in_fonts => fonts.push(false),
                    (4, "strike") if in_fonts => {
                        let off = xml::attribute(tag, "val");
                        let off = off.is_some_and(|val| val == "0" || val == "false");
                        if let Some(last) = fonts.last_mut() {
                            *last = !off;
                        }
                    }
                    (3, "xf") if in_cells => {
                        let id = id().unwrap_or_default();
                        let own = custom.get(&id).copied();
                        let mut shown = own.unwrap_or_else(|| Shown::of_builtin(id));
                        let font = xml::attribute(tag, "fontId");
                        let font = font.and_then(|id| id.parse::<usize>().ok());
                        shown.struck = font.and_then(|font| fonts.get(font)).is_some_and(|is| *is);
                        if shown != Shown::default() {
                            out.insert(next, shown);
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
    Ok(out)
}

/// Whether a format code shows a span of time: `[h]:mm`, `[ss]`.
fn is_span(code: &str) -> bool {
    let units = |inside: &str| {
        let one = |unit: char| inside.chars().all(|c| c.eq_ignore_ascii_case(&unit));
        !inside.is_empty() && (one('h') || one('m') || one('s'))
    };
    code.split('[')
        .skip(1)
        .any(|rest| rest.split_once(']').is_some_and(|(inside, _)| units(inside)))
}

/// Whether a format code holds one of these outside quotes, brackets and escapes.
fn shows(code: &str, wanted: &[char]) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            c if wanted.contains(&c) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_show_dates_and_percentages() {
        for (code, date, percent) in [
            ("0.0%", false, true),
            ("0%;[Red]-0%", false, true),
            ("0\"%\"", false, false),
            ("0\\%", false, false),
            ("yyyy\"年\"m\"月\"", true, false),
            ("#,##0.00", false, false),
            ("m\"月\"", true, false),
            ("[h]:mm", true, false),
            ("mm:ss", true, false),
            ("[ss]", true, false),
            ("mm\"分\"ss\"秒\"", true, false),
            ("0\"m\"", false, false),
            ("0 \\m", false, false),
            ("[Red]0", false, false),
            ("[$-804]0", false, false),
            ("General", false, false),
            ("G/通用格式", false, false),
            ("0.00E+00", false, false),
            ("[DBNum1]0", false, false),
        ] {
            assert_eq!(Shown::of_code(code), Shown { date, percent, ..Shown::default() }, "{code}");
        }
        let percents: Vec<u32> = (0..60).filter(|id| Shown::of_builtin(*id).percent).collect();
        assert_eq!(percents, [9, 10]);
    }
}
