//! What an edit puts into a cell, as it stands in the part.

use super::Content;
use crate::container::xml::escape;
use crate::limits::{self, Limits};
use crate::problem::Problem;
use crate::text::round15;
use crate::words;
use crate::workbook::Value;

/// Refuses what is longer than Excel takes.
pub(super) fn too_long(content: &Content, limits: &Limits) -> Result<(), Problem> {
    let units = |text: &str| text.encode_utf16().count();
    let text = match content {
        Content::Text(text)
        | Content::Formula(_, Value::Text(text))
        | Content::Cached(Some(Value::Text(text))) => units(text),
        _ => 0,
    };
    if text > limits.text_chars {
        return Err(limits::over("text-chars", limits.text_chars as u64, text, ""));
    }
    match content {
        Content::Formula(formula, _) if units(formula) > limits::FORMULA_CHARS => {
            let (found, most) = (units(formula), limits::FORMULA_CHARS);
            Err(Problem::error(
                "formula-too-long",
                words!(
                    "公式有 {found} 个字符，超过 Excel 的上限 {most}",
                    "the formula has {found} characters, more than Excel's {most}"
                ),
            ))
        }
        Content::Formula(formula, _)
            if formula.trim().is_empty() || !formula.chars().all(xml_char) =>
        {
            Err(Problem::error(
                "not-a-formula",
                words!(
                    "公式是空的，或含有控制字符",
                    "the formula is empty or holds control characters"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Whether XML can hold a character as it is (XML 1.0, 2.2; a bare CR would be read as LF).
fn xml_char(c: char) -> bool {
    (c >= ' ' || matches!(c, '\t' | '\n')) && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Text as it stands in a cell: what XML cannot hold, and what looks like such an escape, as
/// `_xHHHH_` (ECMA-376 part 1, 22.9.2.19).
pub(crate) fn cell_text(text: &str) -> String {
    let looks_escaped = |at: usize| {
        let code = text.get(at.saturating_add(2)..at.saturating_add(7)).unwrap_or_default();
        code.len() == 5
            && code.ends_with('_')
            && code.chars().take(4).all(|c| c.is_ascii_hexdigit())
    };
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let next = text.get(at.saturating_add(1)..).unwrap_or_default();
        if !xml_char(c) {
            out.push_str(&format!("_x{:04X}_", u32::from(c)));
        } else if c == '_' && next.starts_with('x') && looks_escaped(at) {
            out.push_str("_x005F_");
        } else {
            out.push(c);
        }
    }
    escape(&out)
}

/// Whether a cell that is not there yet is made for it.
pub(super) fn adds(content: &Content) -> bool {
    !matches!(content, Content::Blank | Content::Cached(_))
}

/// The type of a cell and its elements.
pub(super) fn inner(p: &str, content: &Content) -> (&'static str, String) {
    match content {
        Content::Number(number) => ("", element(p, "v", &shown(&Value::Number(*number)))),
        Content::Text(text) => (
            "inlineStr",
            format!("<{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is>", cell_text(text)),
        ),
        Content::Formula(formula, value) => {
            (type_of(value), element(p, "f", &escape(formula)) + &element(p, "v", &shown(value)))
        }
        Content::Blank | Content::Cached(_) => ("", String::new()),
    }
}

/// An element without attributes.
pub(super) fn element(prefix: &str, name: &str, content: &str) -> String {
    ["<", prefix, name, ">", content, "</", prefix, name, ">"].concat()
}

/// The type of a formula's value, as a cell names it.
/// The type of a cell whose formula has a value.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "str",
        Value::Bool(_) => "b",
        Value::Error(_) => "e",
        Value::Number(_) | Value::Blank => "",
    }
}

/// A value as it stands in `v`.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => match round15(*number) {
            // Many scores are whole, which integers write in a tenth of the time.
            whole if whole.fract() == 0.0 && whole.abs() < 1e15 => (whole as i64).to_string(),
            number => number.to_string(),
        },
        Value::Text(text) | Value::Error(text) => cell_text(text),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::Blank => String::new(),
    }
}
