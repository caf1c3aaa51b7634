//! Start tags as text: attributes found, taken out and put in, everything else kept.

use std::ops::Range as Span;

/// A start tag with a `t`, open or as it was.
pub fn with_type(tag: &str, kind: &str, open: bool) -> String {
    let closed = tag.ends_with("/>");
    let head = tag.strip_suffix("/>").or_else(|| tag.strip_suffix('>')).unwrap_or(tag).trim_end();
    let end = if closed && !open { "/>" } else { ">" };
    if kind.is_empty() { [head, end].concat() } else { [head, " t=\"", kind, "\"", end].concat() }
}

/// The place of an attribute in a start tag: with the white space before it, and its value.
pub fn find_attribute(tag: &str, name: &str) -> Option<(Span<usize>, Span<usize>)> {
    let bytes = tag.as_bytes();
    let mut at = bytes.iter().position(u8::is_ascii_whitespace)?;
    loop {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at = at.saturating_add(1);
        }
        let key_start = at;
        while bytes
            .get(at)
            .is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/'))
        {
            at = at.saturating_add(1);
        }
        let key = tag.get(key_start..at)?;
        if key.is_empty() {
            return None;
        }
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'=') {
            at = at.saturating_add(1);
        }
        let quote = *bytes.get(at)?;
        let value_start = at.saturating_add(1);
        let length = bytes.get(value_start..)?.iter().position(|b| *b == quote)?;
        let value_end = value_start.saturating_add(length);
        at = value_end.saturating_add(1);
        if key == name {
            return Some((from..at, value_start..value_end));
        }
    }
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    find_attribute(tag, name).and_then(|(_, value)| tag.get(value)).map(str::to_owned)
}

/// A start tag without an attribute.
pub fn without_attribute(tag: &str, name: &str) -> String {
    match find_attribute(tag, name) {
        Some((span, _)) => {
            let rest = (tag.get(..span.start), tag.get(span.end..));
            [rest.0.unwrap_or_default(), rest.1.unwrap_or_default()].concat()
        }
        None => tag.to_owned(),
    }
}

/// A row's tag whose `spans` hold the added columns; `None` where nothing needs to grow.
pub fn grown_spans(tag: &str, added: &[u32]) -> Option<String> {
    let (_, value) = find_attribute(tag, "spans")?;
    let spans = tag.get(value.clone())?;
    let (first, last) = spans.split_once(':')?;
    let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let low = added.iter().map(|col| col.saturating_add(1)).min()?.min(first);
    let high = added.iter().map(|col| col.saturating_add(1)).max()?.max(last);
    (low < first || high > last).then(|| {
        format!(
            "{}{low}:{high}{}",
            tag.get(..value.start).unwrap_or_default(),
            tag.get(value.end..).unwrap_or_default()
        )
    })
}

/// A start tag cut before its end, `>` or `/>`.
pub fn halves(tag: &str) -> (&str, &str) {
    let head = tag.strip_suffix("/>").or_else(|| tag.strip_suffix('>')).unwrap_or(tag);
    (head, tag.strip_prefix(head).unwrap_or_default())
}

/// The namespace prefix of a start tag, with its colon, or empty.
pub fn prefix(tag: &str) -> &str {
    let name = tag.strip_prefix('<').unwrap_or(tag);
    let end = name.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'));
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    name.find(':').and_then(|at| name.get(..=at)).unwrap_or_default()
}
