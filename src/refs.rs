//! References in formula text: which cells a formula reads, and shared formulas spelled out.
//!
//! A formula is cut into tokens, not parsed: strings and quoted names are passed over, and what
//! stands where a reference can stand is read as one. Anything unsure counts as reading more, so
//! that a dependent cell is never missed.

pub mod intersection;
pub mod tables;

use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range, column_index, column_letters};

/// What a piece of formula text is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'f> {
    /// A string literal, with quotes.
    Text(&'f str),
    /// A word: reference, name or function, with `$`, dots and the like.
    Word(&'f str),
    /// A sheet prefix with its `!`, as `'a b'!`, `Sheet1!` or `a:b!`.
    Sheet(&'f str),
    /// A bracketed part of a structured or external reference.
    Bracket(&'f str),
    /// Anything else.
    Other(&'f str),
}

fn word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\' | '?') || (c as u32) > 0x2fff
}

fn tokens(formula: &str) -> Vec<Token<'_>> {
    let mut out = Vec::with_capacity(formula.len() / 3);
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '"' | '\'' => quoted_len(rest, first),
            '[' => bracket_len(rest).unwrap_or(rest.len()),
            c if word_char(c) => rest.find(|c| !word_char(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, tail) = rest.split_at(len);
        let sheet_follows = tail.starts_with('!');
        match first {
            '"' => out.push(Token::Text(piece)),
            '\'' if sheet_follows => {
                let (sheet, tail) = rest.split_at(len + 1);
                out.push(Token::Sheet(sheet));
                rest = tail;
                continue;
            }
            '[' => out.push(Token::Bracket(piece)),
            c if word_char(c) && sheet_follows => {
                let (sheet, tail) = rest.split_at(len + 1);
                out.push(Token::Sheet(sheet));
                rest = tail;
                continue;
            }
            c if word_char(c) => out.push(Token::Word(piece)),
            _ => out.push(Token::Other(piece)),
        }
        rest = tail;
    }
    out
}

/// The cell that a formula repeats: its text is one reference to one cell and nothing else.
pub fn lone_cell(formula: &str) -> Option<Reference> {
    // Most formulas end with a bracket.
    if !formula.ends_with(word_char) {
        return None;
    }
    if !matches!(tokens(formula).as_slice(), [Token::Word(_)] | [Token::Sheet(_), Token::Word(_)]) {
        return None;
    }
    let is_cell = |reference: &Reference| matches!(reference, Reference::Cells { last: None, range, .. } if range.len() == 1);
    references(formula).into_iter().next().filter(is_cell)
}

/// The functions that a formula calls, as `VLOOKUP`.
pub fn functions(formula: &str) -> Vec<String> {
    let tokens = tokens(formula);
    let called = tokens.windows(2).filter_map(|pair| match pair {
        [Token::Word(name), Token::Other("(")] => Some(name.to_ascii_uppercase()),
        _ => None,
    });
    let bare = |name: String| {
        let bare = name.trim_start_matches("_XLFN.").trim_start_matches("_XLWS.");
        bare.to_owned()
    };
    called.map(bare).collect()
}

/// Whether a formula reckons or compares with one of some signs.
pub fn has_sign(formula: &str, signs: &[&str]) -> bool {
    tokens(formula).iter().any(|token| matches!(token, Token::Other(sign) if signs.contains(sign)))
}

/// Length of a quoted piece; a doubled quote stays inside.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return at + 1;
            }
        }
    }
    text.len()
}

/// Length of a bracketed piece, `None` where it does not close; `'` takes the next character as it is.
fn bracket_len(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut signs = text.char_indices();
    while let Some((at, c)) = signs.next() {
        match c {
            '\'' => drop(signs.next()),
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A reference found in a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// Cells of a sheet; no sheet means the formula's own. Two sheets for a 3-D reference.
    Cells {
        /// First sheet, unquoted.
        sheet: Option<String>,
        /// Last sheet of a 3-D reference.
        last: Option<String>,
        /// The rectangle.
        range: Range,
    },
    /// A word that may be a defined name or a table, perhaps of a sheet.
    Name(String),
    /// `INDIRECT`, `OFFSET` or a bracket that does not close: the cells it reads cannot be told from the
    /// text.
    Indirect,
}

/// The references of a formula.
pub fn references(formula: &str) -> Vec<Reference> {
    let tokens = tokens(formula);
    let mut out = Vec::new();
    let unclosed =
        |token: &Token<'_>| matches!(token, Token::Bracket(b) if bracket_len(b).is_none());
    if tokens.iter().any(unclosed) {
        out.push(Reference::Indirect);
    }
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (sheet, word_at) = match token {
            Token::Sheet(sheet) => (Some(*sheet), at + 1),
            _ => (None, at),
        };
        // A 3-D prefix without quotes, as `a:b!`, comes as Word ':' Sheet.
        if let (Token::Word(first), Some(Token::Other(":")), Some(Token::Sheet(last))) =
            (token, tokens.get(at + 1), tokens.get(at + 2))
            && CellRef::parse(first).is_none()
        {
            let joined = format!("{first}:{last}");
            let (range, used) = range_at(&tokens, at + 3);
            if let Some(range) = range {
                out.push(cells(Some(&joined), range));
            }
            at += 3 + used.max(1);
            continue;
        }
        let (range, used) = range_at(&tokens, word_at);
        if let Some(range) = range {
            out.push(cells(sheet, range));
            at = word_at + used;
            continue;
        }
        if let Some(Token::Word(word)) = tokens.get(word_at) {
            let called = matches!(tokens.get(word_at + 1), Some(Token::Other("(")));
            if called {
                let upper = word.to_ascii_uppercase();
                if matches!(upper.as_str(), "INDIRECT" | "OFFSET") {
                    out.push(Reference::Indirect);
                }
            } else if !word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                out.push(Reference::Name((*word).to_owned()));
            }
        }
        at = word_at + 1;
    }
    out
}

fn cells(sheet: Option<&str>, range: Range) -> Reference {
    let bare = sheet.map(|sheet| {
        let sheet = sheet.strip_suffix('!').unwrap_or(sheet);
        let inner = sheet.strip_prefix('\'').and_then(|s| s.strip_suffix('\''));
        inner.map_or_else(|| sheet.to_owned(), |s| s.replace("''", "'"))
    });
    let (sheet, last) = match bare {
        Some(both) if both.contains(':') => {
            let (a, b) = both.split_once(':').unwrap_or_default();
            (Some(a.to_owned()), Some(b.to_owned()))
        }
        other => (other, None),
    };
    Reference::Cells { sheet, last, range }
}

/// The range that starts at a token, and how many tokens it takes.
fn range_at(tokens: &[Token<'_>], at: usize) -> (Option<Range>, usize) {
    let Some(Token::Word(first)) = tokens.get(at) else {
        return (None, 0);
    };
    if matches!(tokens.get(at + 1), Some(Token::Other(":"))) {
        // `Sheet1!A1:Sheet1!B2` repeats the sheet.
        let second_at = at + 2 + usize::from(matches!(tokens.get(at + 2), Some(Token::Sheet(_))));
        if let Some(Token::Word(second)) = tokens.get(second_at)
            && let Some(range) = Range::parse(&format!("{first}:{second}"))
        {
            return (Some(range), second_at + 1 - at);
        }
    }
    let called = matches!(tokens.get(at + 1), Some(Token::Other("(") | Token::Bracket(_)));
    match CellRef::parse(first) {
        Some(cell) if !called => (Some(Range::new(cell, cell)), 1),
        _ => (None, 0),
    }
}

/// A shared formula's text as it reads in another cell of its group.
pub fn shift(formula: &str, from: CellRef, to: CellRef) -> String {
    let tokens = tokens(formula);
    let (rows, cols) =
        (i64::from(to.row) - i64::from(from.row), i64::from(to.col) - i64::from(from.col));
    let mut out = String::with_capacity(formula.len());
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else {
            let (Token::Text(t) | Token::Sheet(t) | Token::Bracket(t) | Token::Other(t)) = token
            else {
                continue;
            };
            out.push_str(t);
            continue;
        };
        let called = matches!(tokens.get(at + 1), Some(Token::Other("(") | Token::Bracket(_)));
        let is_sheet =
            |at: Option<usize>| matches!(at.and_then(|at| tokens.get(at)), Some(Token::Sheet(_)));
        let is_colon =
            |at: Option<usize>| matches!(at.and_then(|at| tokens.get(at)), Some(Token::Other(":")));
        // A range may name its sheet twice: `Dec!A:Dec!B`.
        let before = at.checked_sub(if is_sheet(at.checked_sub(1)) { 2 } else { 1 });
        let beside_colon = is_colon(at.checked_add(1)) || is_colon(before);
        // The first sheet of `Jan:Mar!A1` looks like a column, but the second sheet follows.
        let sheet = is_colon(at.checked_add(1))
            && is_sheet(at.checked_add(2))
            && !is_sheet(at.checked_sub(1))
            && CellRef::parse(word).is_none();
        match (!called && !sheet).then(|| shift_word(word, rows, cols, beside_colon)).flatten() {
            Some(moved) => out.push_str(&moved),
            None => out.push_str(word),
        }
    }
    out
}

/// A reference moved by rows and columns; wraps around the grid's edge as Excel does.
fn shift_word(word: &str, rows: i64, cols: i64, beside_colon: bool) -> Option<String> {
    let wrap = |value: u32, by: i64, size: u32| {
        u32::try_from((i64::from(value) + by).rem_euclid(i64::from(size))).unwrap_or(value)
    };
    let split = word.trim_start_matches('$');
    let (col_fixed, rest) = match word.len() - split.len() {
        0 => (false, word),
        _ => (true, split),
    };
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = rest.split_at(letters);
    let (row_fixed, digits) = match row.strip_prefix('$') {
        Some(digits) => (true, digits),
        None => (false, row),
    };
    let new_column = |fixed: bool| {
        let col = column_index(column)?;
        let moved = if fixed { col } else { wrap(col, cols, MAX_COLS) };
        Some(format!("{}{}", if fixed { "$" } else { "" }, column_letters(moved)))
    };
    let new_row = |fixed: bool| {
        let row = digits.parse::<u32>().ok()?.checked_sub(1).filter(|r| *r < MAX_ROWS)?;
        let moved = if fixed { row } else { wrap(row, rows, MAX_ROWS) };
        Some(format!("{}{}", if fixed { "$" } else { "" }, moved + 1))
    };
    match (column.is_empty(), digits.is_empty()) {
        (false, false) => {
            CellRef::parse(word)?;
            Some(format!("{}{}", new_column(col_fixed)?, new_row(row_fixed)?))
        }
        (false, true) if beside_colon && !row_fixed => new_column(col_fixed),
        (true, false) if beside_colon => new_row(col_fixed || row_fixed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(formula: &str) -> Vec<String> {
        references(formula)
            .iter()
            .map(|r| match r {
                Reference::Cells { sheet, last, range } => format!(
                    "{}{}!{range}",
                    sheet.clone().unwrap_or_default(),
                    last.clone().map(|l| format!(":{l}")).unwrap_or_default()
                ),
                Reference::Name(name) => format!("name {name}"),
                Reference::Indirect => "indirect".to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_lone_cell_is_nothing_but_one_reference() {
        let cell = |sheet: Option<&str>| {
            let at = CellRef::parse("D4").unwrap();
            let sheet = sheet.map(str::to_owned);
            Some(Reference::Cells { sheet, last: None, range: Range::new(at, at) })
        };
        assert_eq!(lone_cell("D4"), cell(None));
        assert_eq!(lone_cell("$D$4"), cell(None));
        assert_eq!(lone_cell("客服主管绩效考核表!D4"), cell(Some("客服主管绩效考核表")));
        assert_eq!(lone_cell("'a ''b'!D4"), cell(Some("a 'b")));
        for more in [
            "-D4",
            "+D4",
            "D4%",
            "D4+0",
            "(D4)",
            "D4:D4",
            "D:D",
            "甲:丙!D4",
            "'甲:丙'!D4",
            "总得分",
            "\"D4\"",
            "4",
            "[1]甲!D4",
            "@D4",
            "D4 D4",
            "D4#",
            "",
        ] {
            assert_eq!(lone_cell(more), None, "{more}");
        }
    }

    #[test]
    fn functions_and_signs_are_those_outside_of_texts_and_names() {
        let formula = "IFERROR(_xlfn.XLOOKUP(\"a-b(\",'甲-乙'!A:A,'甲-乙'!B:B),0)";
        assert_eq!(functions(formula), ["IFERROR", "XLOOKUP"]);
        assert!(!has_sign(formula, &["-", "<", ">"]));
        assert!(has_sign("B2-C2", &["-"]) && has_sign("IF(B2<>0,1,2)", &["<", ">"]));
        assert_eq!(functions("甲!B2"), [""; 0]);
    }

    #[test]
    fn finds_what_a_formula_reads() {
        assert_eq!(found("客服主管绩效考核表!D4"), ["客服主管绩效考核表!D4"]);
        assert_eq!(found("IF(B4=\"\",\"A1\",B4/15)"), ["!B4", "!B4"]);
        assert_eq!(found("SUM('a ''b'!$A$1:B2,C:C)"), ["a 'b!A1:B2", "!C1:C1048576"]);
        assert_eq!(found("SUM(甲:丙!D4)"), ["甲:丙!D4"]);
        assert_eq!(found("SUM('甲:丙'!D4:D5)"), ["甲:丙!D4:D5"]);
        assert_eq!(found("总得分*2+LOG10(5)"), ["name 总得分"]);
        assert_eq!(found("INDIRECT(\"D\"&1)"), ["indirect"]);
        // A bracket in a column's name is written '[.
        for column in ["得分'[a", "得分']", "a''", "[#All],[得分'[a]"] {
            assert_eq!(
                found(&format!("SUM(T1[{column}])+甲!D4")),
                ["name T1", "甲!D4"],
                "{column}"
            );
        }
        assert_eq!(found("SUM(T1[a)+D4"), ["indirect", "name T1"]);
        assert_eq!(found("SUM(3:4)"), ["!A3:XFD4"]);
    }

    #[test]
    fn spells_out_shared_formulas() {
        let (from, to) = (CellRef::parse("B2").unwrap(), CellRef::parse("C4").unwrap());
        assert_eq!(shift("A1+$A1+A$1+$A$1", from, to), "B3+$A3+B$1+$A$1");
        assert_eq!(shift("SUM(A:A,2:2)&\"A1\"", from, to), "SUM(B:B,4:4)&\"A1\"");
        assert_eq!(shift("'A1'!A1+LOG10(A1)", from, to), "'A1'!B3+LOG10(B3)");
        assert_eq!(shift("表1[A1]+3", from, to), "表1[A1]+3");
        assert_eq!(shift("SUM(Jan:Dec!A1)+B:B", from, to), "SUM(Jan:Dec!B3)+C:C");
        assert_eq!(shift("Dec!A:Dec!B", from, to), "Dec!B:Dec!C");
    }
}
