//! XML parts: decoding, attributes, and a relationship reader.

use super::token::{PLAIN, PlainAttributes, Token, Tokens};
use crate::limits::{self, Limits};
use crate::problem::{Problem, Words};
use crate::words;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// A part that is not as the format wants it.
pub fn malformed(part: &str, detail: &Words) -> Problem {
    let what = words!("部件 {part} 不合规：", "the part {part} is malformed: ").then(detail);
    Problem::error("malformed-part", what).hint(words!(
        "请用 Excel 或 WPS 打开并另存一份，再重试",
        "open it in Excel or WPS, save a copy, and try that"
    ))
}

/// A part as UTF-8 text: UTF-16 with a mark is decoded, anything else that is not UTF-8 refused.
///
/// # Errors
/// Not UTF-8 and not marked UTF-16, or a declared encoding that is neither.
pub fn decode<'a>(part: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, Problem> {
    let wide = |from: fn([u8; 2]) -> u16| -> Result<Cow<'a, str>, Problem> {
        let units: Vec<u16> = bytes
            .get(2..)
            .unwrap_or_default()
            .chunks_exact(2)
            .map(|pair| {
                from([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)])
            })
            .collect();
        let text = String::from_utf16(&units)
            .map_err(|_| malformed(part, &words!("有 UTF-16 之外的字节", "invalid UTF-16")))?;
        no_controls(part, text.as_bytes())?;
        Ok(Cow::Owned(text))
    };
    if matches!(bytes.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff])) && bytes.len() % 2 == 1 {
        return Err(malformed(part, &words!("有 UTF-16 之外的字节", "invalid UTF-16")));
    }
    if bytes.starts_with(&[0xff, 0xfe]) {
        return wide(u16::from_le_bytes);
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return wide(u16::from_be_bytes);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| malformed(part, &words!("有 UTF-8 之外的字节", "invalid UTF-8")))?;
    no_controls(part, bytes)?;
    Ok(Cow::Borrowed(text))
}

/// Refuses the characters that XML cannot hold, which calculators and Excel read differently.
fn no_controls(part: &str, bytes: &[u8]) -> Result<(), Problem> {
    // Without a branch a byte, so that it is done many bytes at a time.
    let control = |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r');
    if bytes.iter().fold(false, |found, b| found | control(*b)) {
        return Err(malformed(part, &words!("含有控制字符", "control characters")));
    }
    Ok(())
}

/// [`decode`] for bytes that are owned: UTF-8 is not copied.
///
/// # Errors
/// As [`decode`].
pub fn decoded(part: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    if is_wide(&bytes) {
        return decode(part, &bytes).map(Cow::into_owned);
    }
    no_controls(part, &bytes)?;
    String::from_utf8(bytes)
        .map_err(|_| malformed(part, &words!("有 UTF-8 之外的字节", "invalid UTF-8")))
}

/// Whether a part is UTF-16, so that byte positions in its text are not the part's.
pub fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Text as UTF-16 with its mark; the high byte first where `big`.
pub fn encode_wide(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// The value of an attribute by its local name, unescaped.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    attribute_text(tag, name).map(Cow::into_owned)
}

/// As [`attribute`], without a copy where there is nothing to unescape.
pub fn attribute_text<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let local = |key: &str| key.split_once(':').map_or(key == name, |(_, local)| local == name);
    attributes(tag).find(|(key, _)| local(key)).map(|(_, value)| match value {
        Cow::Borrowed(value) => unescaped(value),
        Cow::Owned(value) => Cow::Owned(unescape(&value)),
    })
}

/// The attributes of a tag: name and raw value.
pub fn attributes<'a>(tag: &'a BytesStart<'_>) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    let mut plain = PlainAttributes { rest: tag.attributes_raw() };
    let mut taken = 0usize;
    let mut others = None;
    std::iter::from_fn(move || {
        if others.is_none() {
            if let Some((key, value)) = plain.next() {
                taken = taken.saturating_add(1);
                return Some((key, Cow::Borrowed(value)));
            }
            if plain.rest.is_empty() {
                return None;
            }
        }
        let others = others.get_or_insert_with(|| {
            let mut all = tag.attributes();
            all.with_checks(false);
            all.flatten().skip(taken)
        });
        others.next().map(|other| (other.key.into_inner(), other.value))
    })
}

/// Text with its entity and character references resolved; what is no reference stays.
pub fn unescape(text: &str) -> String {
    unescaped(text).into_owned()
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

/// Text as it stands in element content.
pub fn escape(text: &str) -> String {
    quick_xml::escape::partial_escape(text).into_owned()
}

/// A part's name, and the limits under which it is read.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Part name.
    pub name: &'a str,
    /// Limits.
    pub limits: Limits,
}

impl<'a> Part<'a> {
    /// A part read under given limits.
    pub fn within(name: &'a str, limits: &Limits) -> Self {
        Self { name, limits: *limits }
    }
}

impl<'a> From<&'a str> for Part<'a> {
    fn from(name: &'a str) -> Self {
        Self::within(name, &Limits::DEFAULT)
    }
}

impl<'a> From<&'a String> for Part<'a> {
    fn from(name: &'a String) -> Self {
        Self::from(name.as_str())
    }
}

/// What stands between `&` and `;` in text: a predefined entity, or a character that XML has.
fn is_reference(name: &str) -> bool {
    if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        return true;
    }
    let code = match name.strip_prefix("#x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
    };
    code.and_then(char::from_u32).is_some_and(|c| {
        (c >= ' ' || matches!(c, '\t' | '\n' | '\r')) && !matches!(c, '\u{fffe}' | '\u{ffff}')
    })
}

/// Refuses a start tag whose attributes are not well-formed, stand twice, or are too many.
fn check_tag(part: &str, tag: &BytesStart<'_>, limits: &Limits) -> Result<(), Problem> {
    for (count, attribute) in tag.attributes().enumerate() {
        let attribute = attribute.map_err(|e| malformed(part, &Words::reported(&e)))?;
        if attribute.value.contains('<') {
            return Err(malformed(part, &words!("属性里有 `<`", "`<` in an attribute")));
        }
        if count >= limits.attributes {
            return Err(limits::over("attributes", limits.attributes as u64, ">", part));
        }
    }
    Ok(())
}

/// Events between two looks at the clock.
const PACE: u32 = 256;

/// Walks a part's events, checking depth, tag length and DOCTYPE. The callback gets the event,
/// the depth of its element (the root's is 1), and its byte span.
///
/// # Errors
/// Malformed XML, a DOCTYPE, or over the limits; or what the callback returns.
pub fn walk<'t, 'p>(
    part: impl Into<Part<'p>>,
    text: &'t str,
    mut each: impl FnMut(Event<'t>, usize, std::ops::Range<usize>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let Part { name: part, limits } = part.into();
    let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut tokens = Tokens::new(text, offset);
    let (mut depth, mut events) = (0usize, 0u32);
    loop {
        let Token { event, checked, span } =
            tokens.next().map_err(|e| malformed(part, &Words::reported(&e)))?;
        events = events.wrapping_add(1);
        if events % PACE == 0 {
            limits.in_time(part)?;
        }
        match &event {
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => {
                return Err(malformed(part, &words!("没有写完就结束了", "it ends in the middle")));
            }
            Event::DocType(_) => return Err(malformed(part, &words!("带有 DOCTYPE", "DOCTYPE"))),
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok);
                let name = encoding.map(|e| e.to_ascii_lowercase()).unwrap_or_default();
                if !matches!(name.as_ref(), "" | "utf-8" | "utf8" | "utf-16" | "us-ascii") {
                    return Err(malformed(
                        part,
                        &words!("编码是 {name:?}", "its encoding is {name:?}"),
                    ));
                }
            }
            Event::GeneralRef(name) if !is_reference(name) => {
                return Err(malformed(
                    part,
                    &words!("有未知的实体 &{};", "the unknown entity &{};", &**name),
                ));
            }
            Event::Start(tag) | Event::Empty(tag) => {
                if span.len() > limits.tag_bytes {
                    let most = limits.tag_bytes as u64;
                    return Err(limits::over("tag-bytes", most, span.len(), part));
                }
                if !checked || limits.attributes < PLAIN {
                    check_tag(part, tag, &limits)?;
                }
            }
            _ => {}
        }
        match &event {
            Event::Start(_) => {
                depth = depth.saturating_add(1);
                if depth > limits.xml_depth {
                    return Err(limits::over("xml-depth", limits.xml_depth as u64, depth, part));
                }
                each(event, depth, span)?;
            }
            Event::End(_) => {
                each(event, depth, span)?;
                depth = depth.saturating_sub(1);
            }
            Event::Empty(_) => each(event, depth.saturating_add(1), span)?,
            _ => each(event, depth, span)?,
        }
    }
}

/// One relationship of a part.
#[derive(Debug, Clone)]
pub struct Relationship {
    /// `Id`.
    pub id: String,
    /// The last segment of `Type`, as `worksheet` (the same in transitional and strict).
    pub kind: String,
    /// The target as a part name, resolved against the source part.
    pub target: String,
    /// The target as it stands in the file: the address of one outside the package.
    pub address: String,
    /// Whether it points outside the package.
    pub external: bool,
}

/// The part that holds the relationships of `part`.
pub fn relationships_part(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// Reads a relationships part that belongs to `source` (empty for the package).
///
/// # Errors
/// Malformed XML.
pub fn relationships(source: &str, text: &str) -> Result<Vec<Relationship>, Problem> {
    let mut out = Vec::new();
    walk(&relationships_part(source), text, |event, _, _| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && tag.local_name().as_ref() == "Relationship"
        {
            let get = |name| attribute(tag, name).unwrap_or_default();
            let kind = get("Type").rsplit('/').next().unwrap_or_default().to_owned();
            out.push(Relationship {
                id: get("Id"),
                kind,
                target: resolve(source, &get("Target")),
                address: get("Target"),
                external: get("TargetMode") == "External",
            });
        }
        Ok(())
    })?;
    Ok(out)
}

/// A relationship's target as a part name (RFC 3986 path resolution, ECMA-376 part 2, 6.2.3).
fn resolve(source: &str, target: &str) -> String {
    let mut segments: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => source.split('/').collect(),
    };
    if !target.starts_with('/') {
        segments.pop();
    }
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
