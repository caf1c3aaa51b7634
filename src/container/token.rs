//! One piece of markup after the other.
//!
//! Nearly all markup of an office file is of one plain kind: `<name key="value">`, `</name>`, text.
//! That kind is told apart here, checked in the same pass; whatever is not plainly so (comments,
//! declarations, references, single quotes, names beyond ASCII) is read by quick-xml, piece by
//! piece. Both ways give the same events, which a test holds over random markup.

use quick_xml::Error;
use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::reader::Reader;
use std::ops::Range;

/// Attributes that a plain tag has at most.
pub const PLAIN: usize = 8;

/// The markup of a text, from a place on.
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Names of the open elements.
    open: Vec<Range<usize>>,
}

/// A piece of markup.
pub struct Token<'t> {
    /// What it is.
    pub event: Event<'t>,
    /// Whether it is a tag whose attributes were found to be well-formed and distinct.
    pub checked: bool,
    /// Where it stands.
    pub span: Range<usize>,
}

impl<'t> Tokens<'t> {
    /// The markup from a place on.
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, open: Vec::new() }
    }

    /// The next piece; at the end of the text, [`Event::Eof`].
    ///
    /// # Errors
    /// What quick-xml finds wrong, elements that are closed by another name included.
    pub fn next(&mut self) -> Result<Token<'t>, Error> {
        let from = self.at;
        let rest = self.text.get(from..).unwrap_or_default();
        let (event, checked) = match rest.as_bytes() {
            [] => (Event::Eof, true),
            [b'<', b'/', ..] => match self.plain_end(rest) {
                Some(event) => (event, true),
                None => (self.other(rest)?, false),
            },
            [b'<', ..] => match plain_tag(rest) {
                Some((content, name, closed)) => {
                    let tag = BytesStart::from_content(content, name);
                    let (name, end) = (from.saturating_add(1), content.len().saturating_add(2));
                    self.at = from.saturating_add(end).saturating_add(usize::from(closed));
                    if closed {
                        (Event::Empty(tag), true)
                    } else {
                        self.open.push(name..name.saturating_add(tag.name().as_ref().len()));
                        (Event::Start(tag), true)
                    }
                }
                None => (self.other(rest)?, false),
            },
            [b'&', ..] => (self.other(rest)?, false),
            bytes => {
                let end = memchr::memchr2(b'<', b'&', bytes).unwrap_or(bytes.len());
                self.at = from.saturating_add(end);
                let content = rest.get(..end).unwrap_or_default();
                (Event::Text(BytesText::from_escaped(content)), true)
            }
        };
        Ok(Token { event, checked, span: from..self.at })
    }

    /// `</name>` that closes the open element.
    fn plain_end(&mut self, rest: &'t str) -> Option<Event<'t>> {
        let expected = self.text.get(self.open.last()?.clone())?;
        let after = rest.get(2..)?.strip_prefix(expected)?;
        if !after.starts_with('>') {
            return None;
        }
        self.open.pop();
        let length = expected.len();
        self.at = self.at.saturating_add(length).saturating_add(3);
        Some(Event::End(BytesEnd::new(rest.get(2..length.saturating_add(2))?)))
    }

    /// A piece that is not plainly one of the common kinds.
    fn other(&mut self, rest: &'t str) -> Result<Event<'t>, Error> {
        let mut reader = Reader::from_str(rest);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let event = reader.read_event()?;
        let from = self.at;
        self.at = usize::try_from(reader.buffer_position())
            .map_or(self.text.len(), |read| from.saturating_add(read));
        match &event {
            Event::Start(tag) => {
                let name = from.saturating_add(1);
                self.open.push(name..name.saturating_add(tag.name().as_ref().len()));
            }
            Event::End(tag) => {
                let found = || tag.name().as_ref().to_owned();
                let Some(open) = self.open.pop() else {
                    return Err(IllFormedError::UnmatchedEndTag(found()).into());
                };
                let expected = self.text.get(open).unwrap_or_default();
                if tag.name().as_ref() != expected {
                    let expected = expected.to_owned();
                    let fault = IllFormedError::MismatchedEndTag { expected, found: found() };
                    return Err(fault.into());
                }
            }
            _ => {}
        }
        Ok(event)
    }
}

/// Which bytes a plain name may hold.
#[allow(clippy::indexing_slicing, reason = "done by the compiler, which would refuse it")]
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

#[inline]
fn is_name_byte(byte: u8) -> bool {
    NAME.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The attributes of a plain tag, as name and raw value; what follows them is `rest`.
pub struct PlainAttributes<'t> {
    /// What is not read yet.
    pub rest: &'t str,
}

impl<'t> Iterator for PlainAttributes<'t> {
    type Item = (&'t str, &'t str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = plain_attribute(self.rest.as_bytes(), 0)?;
        let found = (self.rest.get(1..key)?, self.rest.get(key.saturating_add(2)..value)?);
        self.rest = self.rest.get(value.saturating_add(1)..)?;
        Some(found)
    }
}

/// ` key="value"` from a place on: the places of `=` and of the closing quote.
#[inline]
fn plain_attribute(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let key = at.saturating_add(1);
    let rest = bytes.get(key..)?;
    let length = rest.iter().position(|b| !is_name_byte(*b))?;
    if length == 0 || bytes.get(at) != Some(&b' ') || rest.get(length..)?.get(..2)? != b"=\"" {
        return None;
    }
    let equals = key.saturating_add(length);
    let value = equals.saturating_add(2);
    let length = bytes.get(value..)?.iter().position(|b| matches!(b, b'"' | b'<'))?;
    let end = value.saturating_add(length);
    (bytes.get(end) == Some(&b'"')).then_some((equals, end))
}

/// A tag with one space before each of a few attributes of distinct ASCII names in double quotes,
/// without `<` within: its content, the length of its name, and whether it closes itself.
fn plain_tag(rest: &str) -> Option<(&str, usize, bool)> {
    let bytes = rest.as_bytes();
    if !bytes.get(1)?.is_ascii_alphabetic() {
        return None;
    }
    let name = bytes.get(1..)?.iter().position(|b| !is_name_byte(*b))?;
    let mut at = name.saturating_add(1);
    let mut names: [&[u8]; PLAIN] = [&[]; PLAIN];
    let mut count = 0usize;
    while bytes.get(at) == Some(&b' ') {
        let (equals, end) = plain_attribute(bytes, at)?;
        let key = bytes.get(at.saturating_add(1)..equals)?;
        if names.get(..count)?.contains(&key) {
            return None;
        }
        *names.get_mut(count)? = key;
        count = count.saturating_add(1);
        at = end.saturating_add(1);
    }
    let closed = match bytes.get(at..)? {
        [b'>', ..] => false,
        [b'/', b'>', ..] => true,
        _ => return None,
    };
    Some((rest.get(1..at)?, name, closed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Events = Vec<(String, Range<usize>)>;

    /// What quick-xml alone makes of a text: its events, and the fault that ends them.
    fn by_quick_xml(text: &str) -> (Events, Option<String>) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut out = Vec::new();
        loop {
            let from = usize::try_from(reader.buffer_position()).unwrap();
            match reader.read_event() {
                Err(error) => return (out, Some(error.to_string())),
                Ok(event) => {
                    let to = usize::try_from(reader.buffer_position()).unwrap();
                    out.push((format!("{event:?}"), from..to));
                    if event == Event::Eof {
                        return (out, None);
                    }
                }
            }
        }
    }

    fn by_tokens(text: &str) -> (Events, Option<String>) {
        let mut tokens = Tokens::new(text, 0);
        let mut out = Vec::new();
        loop {
            match tokens.next() {
                Err(error) => return (out, Some(error.to_string())),
                Ok(token) => {
                    if token.checked
                        && let Event::Start(tag) | Event::Empty(tag) = &token.event
                    {
                        // What is said to be checked is well-formed for quick-xml too.
                        for attribute in tag.attributes() {
                            assert!(!attribute.unwrap().value.contains('<'), "{text}");
                        }
                    }
                    out.push((format!("{:?}", token.event), token.span));
                    if token.event == Event::Eof {
                        return (out, None);
                    }
                }
            }
        }
    }

    /// Pieces from which random markup is put together, right and wrong.
    const PIECES: [&str; 44] = [
        "<a>",
        "</a>",
        "<b:c>",
        "</b:c>",
        "<a ",
        "<c r=\"A1\" s=\"3\">",
        "<c r='A1'>",
        "</c>",
        "<c r=\"A1\"/>",
        "<c  r=\"A1\">",
        "<c r=\"1\" r=\"2\">",
        "<c r=\"<\">",
        "<c r=\">\">",
        "<c r = \"1\">",
        "<c\tr=\"1\">",
        "<c r>",
        "<c r=1>",
        "</c >",
        "</ c>",
        "<",
        ">",
        "/",
        "/>",
        "\"",
        "'",
        "&amp;",
        "&#20013;",
        "&",
        ";",
        "<!--",
        "-->",
        "<!-- x -->",
        "<![CDATA[",
        "]]>",
        "<?xml version=\"1.0\"?>",
        "<?x y?>",
        "<!DOCTYPE a>",
        "姓名",
        "<姓名>",
        "</姓名>",
        " ",
        "\n",
        "1",
        "<v a=\"1\" b=\"2\" c=\"3\" d=\"4\" e=\"5\" f=\"6\" g=\"7\" h=\"8\" i=\"9\">",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn both_ways_give_the_same_events(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12)
        ) {
            let text = pieces.concat();
            prop_assert_eq!(by_tokens(&text), by_quick_xml(&text), "{}", text);
        }
    }

    #[test]
    fn plain_markup_does_not_need_the_other_way() {
        let text = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>3</v></c><c r=\"B1\"/></row>";
        let mut tokens = Tokens::new(text, 0);
        let mut seen = String::new();
        loop {
            let token = tokens.next().unwrap();
            assert!(token.checked, "{:?}", token.event);
            seen += &text[token.span];
            if token.event == Event::Eof {
                break;
            }
        }
        assert_eq!(seen, text);
    }
}
