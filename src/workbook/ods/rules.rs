//! Rules of entry: `table:content-validation` of OpenDocument 1.3 part 3 (9.4.5), its conditions in
//! Excel's terms.

use super::{formula, words};
use crate::cell::{CellRef, Range};
use crate::container::xml::attribute;
use crate::refs;
use crate::workbook::looks::Validation;
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};

/// A condition: what kind of entry, compared how, with what. Kinds and comparisons are numbered as
/// in [`Validation`].
#[derive(Debug, PartialEq, Eq)]
pub struct Test {
    pub kind: u8,
    pub operator: Option<u8>,
    pub first: String,
    pub second: String,
    pub words: Option<Vec<String>>,
}

/// A rule of entry and the cells that name it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub rule: Validation,
    /// The condition as it stands in the file.
    pub condition: String,
    /// The cell that its references count from.
    pub base: Option<CellRef>,
}

impl Entry {
    /// The rule on its cells; none where Excel has no like of it.
    pub fn on(&self, ranges: Vec<Range>) -> Option<Validation> {
        let test = match self.condition.trim() {
            "" => Test {
                kind: 0,
                operator: None,
                first: String::new(),
                second: String::new(),
                words: None,
            },
            text => test(text)?,
        };
        let moved = Moved::new(self.base, &ranges)?;
        Some(Validation {
            kind: test.kind,
            operator: test.operator.unwrap_or(0),
            first: moved.text(&test.first),
            second: moved.text(&test.second),
            words: test.words,
            ranges,
            ..self.rule.clone()
        })
    }
}

/// All rules of entry of a document, and the cells of the sheet at hand that name them.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    rules: HashMap<String, Entry>,
    used: BTreeMap<String, Vec<Range>>,
    /// The rule that is read.
    open: Option<String>,
    /// Whether the error is read, or the prompt.
    message: Option<bool>,
}

impl Entries {
    /// Follows the rules before the sheets.
    pub fn event(&mut self, event: &Event<'_>) {
        if let Event::End(tag) = event {
            match tag.local_name().as_ref() {
                "content-validation" => self.open = None,
                "help-message" | "error-message" => self.message = None,
                _ => {}
            }
            return;
        }
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.local_name().as_ref() == "content-validation"
        {
            let get = |name: &str| attribute(tag, name);
            let name = get("name").unwrap_or_default();
            let base = get("base-cell-address").and_then(|at| super::area(&at));
            let rule = Validation {
                blank: get("allow-empty-cell").as_deref() != Some("false"),
                dropdown: !matches!(get("display-list").as_deref(), Some("no" | "none")),
                ..Validation::default()
            };
            let condition = get("condition").unwrap_or_default();
            let base = base.map(|range| range.start);
            self.rules.insert(name.clone(), Entry { rule, condition, base });
            self.open = matches!(event, Event::Start(_)).then_some(name);
            return;
        }
        let Some(rule) = self.open.as_ref().and_then(|name| self.rules.get_mut(name)) else {
            return;
        };
        let rule = &mut rule.rule;
        if let Event::Start(tag) | Event::Empty(tag) = event {
            let get = |name: &str| attribute(tag, name);
            let shown = get("display").as_deref() == Some("true");
            let kind = tag.local_name();
            match kind.as_ref() {
                "help-message" => {
                    rule.prompts = shown;
                    rule.prompt.0 = get("title").unwrap_or_default();
                }
                "error-message" => {
                    rule.warns = shown;
                    rule.error.0 = get("title").unwrap_or_default();
                    rule.error_style = match get("message-type").as_deref() {
                        Some("warning") => 1,
                        Some("information") => 2,
                        _ => 0,
                    };
                }
                "p" => {
                    let text = message(rule, self.message);
                    if let Some(text) = text.filter(|text| !text.is_empty()) {
                        text.push('\n');
                    }
                }
                "s" => message(rule, self.message).map_or((), |text| text.push(' ')),
                _ => {}
            }
            if matches!(event, Event::Start(_))
                && let kind @ ("help-message" | "error-message") = kind.as_ref()
            {
                self.message = Some(kind == "error-message");
            }
        } else if let (Some(words), Some(text)) = (words(event), message(rule, self.message)) {
            text.push_str(&words);
        }
    }

    /// Notes that cells name a rule.
    pub fn name(&mut self, name: String, range: Range) {
        self.used.entry(name).or_default().push(range);
    }

    /// The rules of the sheet that ends, and how many Excel has no like of.
    pub fn of_sheet(&mut self) -> (Vec<Validation>, Vec<String>) {
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for (name, ranges) in std::mem::take(&mut self.used) {
            let Some(entry) = self.rules.get(&name) else { continue };
            let ranges = joined(ranges);
            let first = ranges.first().map_or(String::new(), ToString::to_string);
            match entry.on(ranges) {
                Some(rule) => kept.push(rule),
                None => lost.push(first),
            }
        }
        (kept, lost)
    }
}

/// The text of the error or the prompt.
fn message(rule: &mut Validation, error: Option<bool>) -> Option<&mut String> {
    Some(if error? { &mut rule.error.1 } else { &mut rule.prompt.1 })
}

/// From the cell that a document counts a rule's references from to Excel's: the upper left of all
/// its cells.
pub struct Moved(CellRef, CellRef);

impl Moved {
    pub fn new(base: Option<CellRef>, ranges: &[Range]) -> Option<Self> {
        let row = ranges.iter().map(|r| r.start.row).min()?;
        let col = ranges.iter().map(|r| r.start.col).min()?;
        let first = CellRef::new(row, col);
        Some(Self(base.unwrap_or(first), first))
    }

    /// The upper left.
    pub fn first(&self) -> CellRef {
        self.1
    }

    /// A formula as it is read from there.
    pub fn text(&self, formula: &str) -> String {
        if self.0 == self.1 { formula.to_owned() } else { refs::shift(formula, self.0, self.1) }
    }
}

/// Reads a rule of entry; a comparison without a kind of entry is none of Excel's.
fn test(text: &str) -> Option<Test> {
    condition(text).filter(|test| test.kind > 0)
}

/// Reads a condition; a comparison without a kind of entry is of kind 0.
pub fn condition(text: &str) -> Option<Test> {
    let text = ["of:", "msoxl:", "oooc:"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
        .trim();
    let (kind, rest) = match text.split_once("() and ") {
        Some(("cell-content-is-whole-number", rest)) => (1, rest),
        Some(("cell-content-is-decimal-number", rest)) => (2, rest),
        Some(("cell-content-is-date", rest)) => (4, rest),
        Some(("cell-content-is-time", rest)) => (5, rest),
        _ => (0, text),
    };
    let rest = rest.trim();
    let inside = |name: &str| {
        rest.strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_end().strip_suffix(')')
    };
    let made = |kind, operator, first: String, second: String| {
        Some(Test { kind, operator, first, second, words: None })
    };
    if let Some(body) = inside("is-true-formula") {
        return made(7, None, formula::excel(body)?, String::new());
    }
    if let Some(body) = inside("cell-content-is-in-list") {
        return list(body);
    }
    for (name, kind, operator) in [
        ("cell-content-text-length-is-between", 6, 0),
        ("cell-content-text-length-is-not-between", 6, 1),
        ("cell-content-is-between", kind, 0),
        ("cell-content-is-not-between", kind, 1),
    ] {
        if let Some(body) = inside(name) {
            let parts = split(body, ',').or_else(|| split(body, ';'))?;
            return made(kind, Some(operator), formula::excel(parts.0)?, formula::excel(parts.1)?);
        }
    }
    let (kind, rest) = if let Some(rest) = rest.strip_prefix("cell-content-text-length()") {
        (6, rest)
    } else {
        (kind, rest.strip_prefix("cell-content()")?)
    };
    let rest = rest.trim_start();
    let (operator, value) =
        [("<=", 7), (">=", 6), ("!=", 3), ("<>", 3), ("=", 2), (">", 4), ("<", 5)]
            .iter()
            .find_map(|(sign, code)| Some((*code, rest.strip_prefix(sign)?)))?;
    made(kind, Some(operator), formula::excel(value.trim())?, String::new())
}

/// A list: words, or a formula that tells where they stand.
fn list(body: &str) -> Option<Test> {
    let listed =
        |first, words| Some(Test { kind: 3, operator: None, first, second: String::new(), words });
    if !body.trim_start().starts_with('"') {
        return listed(formula::excel(body)?, None);
    }
    let mut words = Vec::new();
    let mut rest = body;
    loop {
        let (word, after) =
            split(rest, ';').map_or((rest, None), |(word, after)| (word, Some(after)));
        let word = word.trim().strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\"");
        // Excel parts its words by commas.
        if word.contains(',') {
            return None;
        }
        words.push(word);
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    // As many letters as Excel takes.
    let letters: usize = words.iter().map(|w| w.encode_utf16().count().saturating_add(1)).sum();
    if letters > 256 { None } else { listed(String::new(), Some(words)) }
}

/// At the first such sign that stands within no string and no bracket.
pub fn split(text: &str, sign: char) -> Option<(&str, &str)> {
    let (mut quoted, mut depth) = (None::<char>, 0usize);
    for (at, c) in text.char_indices() {
        match (quoted, c) {
            (Some(mark), c) if c == mark => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quoted = Some(c),
            (None, '(' | '[' | '{') => depth = depth.saturating_add(1),
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, c) if c == sign && depth == 0 => {
                return Some((text.get(..at)?, text.get(at.saturating_add(c.len_utf8())..)?));
            }
            _ => {}
        }
    }
    None
}

/// Cells that name the same rule, as they are met row by row, as few ranges.
pub fn joined(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_by_key(|r| (r.start.row, r.start.col));
    let mut row: Vec<Range> = Vec::new();
    for range in ranges {
        match row.last_mut() {
            Some(last)
                if (last.start.row, last.end.row) == (range.start.row, range.end.row)
                    && last.end.col.saturating_add(1) == range.start.col =>
            {
                last.end.col = range.end.col;
            }
            _ => row.push(range),
        }
    }
    row.sort_by_key(|r| (r.start.col, r.end.col, r.start.row));
    let mut out: Vec<Range> = Vec::new();
    for range in row {
        match out.last_mut() {
            Some(last)
                if (last.start.col, last.end.col) == (range.start.col, range.end.col)
                    && last.end.row.saturating_add(1) == range.start.row =>
            {
                last.end.row = range.end.row;
            }
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Test, test};

    #[test]
    fn conditions_read_as_excel_has_them() {
        // Pairs as LibreOffice writes the same rule to .ods and to .xlsx.
        let said = |kind, operator, first: &str, second: &str| Test {
            kind,
            operator,
            first: first.to_owned(),
            second: second.to_owned(),
            words: None,
        };
        for (text, wanted) in [
            (
                "of:cell-content-is-decimal-number() and cell-content-is-between(0,[.E$1]*100)",
                said(2, Some(0), "0", "E$1*100"),
            ),
            ("of:cell-content-is-whole-number() and cell-content()>=5", said(1, Some(6), "5", "")),
            ("of:cell-content-is-whole-number() and cell-content()!=5", said(1, Some(3), "5", "")),
            (
                "of:cell-content-is-date() and cell-content()>DATE(2024;1;1)",
                said(4, Some(4), "DATE(2024,1,1)", ""),
            ),
            ("of:cell-content-text-length-is-not-between(1,4)", said(6, Some(1), "1", "4")),
            ("of:cell-content-text-length()<=9", said(6, Some(7), "9", "")),
            ("of:is-true-formula(AND([.G3]>0;[.G3]<10))", said(7, None, "AND(G3>0,G3<10)", "")),
            (
                "of:cell-content-is-in-list([$选项.$A$1:.$A$3])",
                said(3, None, "'选项'!$A$1:$A$3", ""),
            ),
            (
                "cell-content-is-time() and cell-content-is-between(MIN(1;2),LEN(\"a,b\"))",
                said(5, Some(0), "MIN(1,2)", "LEN(\"a,b\")"),
            ),
        ] {
            assert_eq!(test(text).as_ref(), Some(&wanted), "{text}");
        }
        let words = test("of:cell-content-is-in-list(\"优 \"\"a\"\"\";\"b;c\")").expect("a list");
        assert_eq!(words.words, Some(vec!["优 \"a\"".to_owned(), "b;c".to_owned()]));
        for lost in [
            "of:cell-content-is-text()",
            "cell-content()>5",
            "of:cell-content-is-in-list(\"a,b\";\"c\")",
        ] {
            assert_eq!(test(lost), None, "{lost}");
        }
    }
}
