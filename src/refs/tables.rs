//! Structured references (`成绩[得分]`, `成绩[[#This Row],[得分]]`) spelt as plain ones, for a
//! calculator that is given cells and no tables: [MS-OE376] 2.1.1778, ECMA-376 part 1, 18.17.2.

use super::{Token, tokens};
use crate::cell::{CellRef, Range, quoted_sheet};

/// A table (ListObject) as references name it.
pub struct Shape<'w> {
    /// The name of its sheet.
    pub sheet: &'w str,
    /// Its cells, with headers and totals.
    pub range: Range,
    /// Its columns' names, in order.
    pub columns: &'w [String],
    /// Rows of headers: 0 or 1.
    pub headers: u32,
    /// Rows of totals: 0 or 1.
    pub totals: u32,
}

/// The formula with its structured references spelt out. `find` gives a table by its name, or the one
/// around the formula's cell where there is no name. `None` where one cannot be told: an unknown column,
/// a row outside of the table.
pub fn plain<'w>(
    formula: &str,
    home: CellRef,
    find: &dyn Fn(Option<&str>) -> Option<Shape<'w>>,
) -> Option<String> {
    let tokens = tokens(formula);
    let mut out = String::with_capacity(formula.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let bracket = match (token, tokens.get(at)) {
            (Token::Word(_), Some(Token::Bracket(bracket))) => Some(*bracket),
            (Token::Bracket(bracket), _) => Some(*bracket),
            _ => None,
        };
        let called = matches!(tokens.get(at), Some(Token::Other("(")));
        let of_sheet = at > 1 && matches!(tokens.get(at - 2), Some(Token::Sheet(_)));
        match token {
            Token::Word(name) => match bracket {
                Some(bracket) => {
                    out.push_str(&cells(&find(Some(name))?, bracket, home)?);
                    at += 1;
                }
                None => match find(Some(name)).filter(|_| !called && !of_sheet) {
                    Some(table) => out.push_str(&cells(&table, "[]", home)?),
                    None => out.push_str(name),
                },
            },
            Token::Bracket(_) => out.push_str(&cells(&find(None)?, bracket?, home)?),
            Token::Text(text) | Token::Sheet(text) | Token::Other(text) => out.push_str(text),
        }
    }
    Some(out)
}

/// Which rows of a table are meant.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    All,
    Data,
    Headers,
    Totals,
    This,
}

/// What a bracket of a table names, as a range of its sheet.
fn cells(table: &Shape<'_>, bracket: &str, home: CellRef) -> Option<String> {
    let inner = bracket.strip_prefix('[')?.strip_suffix(']')?;
    let (rows, columns) = parts(inner)?;
    let column = |name: &str| {
        let wanted = name.to_lowercase();
        let found = table.columns.iter().position(|column| column.to_lowercase() == wanted)?;
        u32::try_from(found).ok().map(|col| table.range.start.col + col)
    };
    let (first, last) = match columns {
        None => (table.range.start.col, table.range.end.col),
        Some((first, None)) => (column(&first)?, column(&first)?),
        Some((first, Some(last))) => (column(&first)?, column(&last)?),
    };
    let (top, bottom) = (table.range.start.row, table.range.end.row);
    let (data, end) = (top + table.headers, bottom.checked_sub(table.totals)?);
    let of = |rows: Rows| match rows {
        Rows::All => Some((top, bottom)),
        Rows::Data => (data <= end).then_some((data, end)),
        Rows::Headers => (table.headers > 0).then_some((top, top)),
        Rows::Totals => (table.totals > 0).then_some((bottom, bottom)),
        Rows::This => (data..=end).contains(&home.row).then_some((home.row, home.row)),
    };
    let spans: Vec<(u32, u32)> = rows.into_iter().map(of).collect::<Option<_>>()?;
    let from = spans.iter().map(|(from, _)| *from).min()?;
    let to = spans.iter().map(|(_, to)| *to).max()?;
    let range = Range::new(CellRef::new(from, first.min(last)), CellRef::new(to, first.max(last)));
    Some(format!("{}!{range}", quoted_sheet(table.sheet)))
}

/// The first and the last column named; one alone.
type Columns = Option<(String, Option<String>)>;

/// The rows and columns that the inside of a bracket names.
fn parts(inner: &str) -> Option<(Vec<Rows>, Columns)> {
    let word = |text: &str| match text.to_ascii_lowercase().as_str() {
        "#all" => Some(Rows::All),
        "#data" => Some(Rows::Data),
        "#headers" => Some(Rows::Headers),
        "#totals" => Some(Rows::Totals),
        "#this row" => Some(Rows::This),
        _ => None,
    };
    let inner = inner.trim();
    if inner.is_empty() {
        return Some((vec![Rows::Data], None));
    }
    if let Some(column) = inner.strip_prefix('@') {
        let (_, columns) = match column.starts_with('[') {
            true => parts(column)?,
            false => (Vec::new(), Some((unescaped(column), None))),
        };
        return Some((vec![Rows::This], columns.filter(|(name, _)| !name.is_empty())));
    }
    if !inner.starts_with('[') {
        return Some(match word(inner) {
            Some(rows) => (vec![rows], None),
            None if inner.starts_with('#') => return None,
            None => (vec![Rows::Data], Some((unescaped(inner), None))),
        });
    }
    let (mut rows, mut columns): (Vec<Rows>, Columns) = (Vec::new(), None);
    let (mut rest, mut to) = (inner, false);
    loop {
        let end = closing(rest)?;
        let text = rest.get(1..end)?;
        match (word(text), &mut columns) {
            (Some(found), _) if !to => rows.push(found),
            (None, None) if !text.starts_with('#') => columns = Some((unescaped(text), None)),
            (None, Some((_, last @ None))) if to => *last = Some(unescaped(text)),
            _ => return None,
        }
        rest = rest.get(end + 1..)?.trim_start();
        to = rest.starts_with(':');
        match rest.chars().next() {
            None => break,
            Some(',' | ':') => rest = rest.get(1..)?.trim_start(),
            Some(_) => return None,
        }
    }
    if rows.is_empty() {
        rows.push(Rows::Data);
    }
    Some((rows, columns))
}

/// Where the bracket with which a text begins is closed; `'` takes the next character as it is.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut signs = text.char_indices().skip(1);
    signs.find_map(|(at, c)| {
        let ends = c == ']' && !escaped;
        escaped = c == '\'' && !escaped;
        ends.then_some(at)
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        escaped = c == '\'' && !escaped;
        if !escaped {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_structured_reference() {
        let columns: Vec<String> = ["项目", "得分", "满分", "a[b]"].map(str::to_owned).into();
        let table = |name: Option<&str>| {
            name.is_none_or(|name| name == "成绩").then(|| Shape {
                sheet: "汇 总",
                range: Range::parse("B2:E10").expect("a range"),
                columns: &columns,
                headers: 1,
                totals: 1,
            })
        };
        let home = CellRef::parse("F5").expect("a cell");
        for (formula, wanted) in [
            ("SUM(成绩[得分])", Some("SUM('汇 总'!C3:C9)")),
            ("成绩[[#This Row],[得分]]/10", Some("'汇 总'!C5/10")),
            ("[@得分]*2", Some("'汇 总'!C5*2")),
            ("成绩[@[得分]]", Some("'汇 总'!C5")),
            ("SUM(成绩[[得分]:[满分]])", Some("SUM('汇 总'!C3:D9)")),
            ("ROWS(成绩[[#All],[得分]])", Some("ROWS('汇 总'!C2:C10)")),
            ("成绩[[#Headers],[#Data],[得分]]", Some("'汇 总'!C2:C9")),
            ("成绩[[#Totals],[得分]]", Some("'汇 总'!C10")),
            ("COUNTA(成绩[#Headers])", Some("COUNTA('汇 总'!B2:E2)")),
            ("VLOOKUP(\"成绩[x]\",成绩,2,0)", Some("VLOOKUP(\"成绩[x]\",'汇 总'!B3:E9,2,0)")),
            ("SUM(成绩['a'[b']])", Some("SUM('汇 总'!E3:E9)")),
            ("SUM(成绩[a'[b']])", Some("SUM('汇 总'!E3:E9)")),
            ("SUM(成绩[没有])", None),
            ("SUM(别的[得分])", None),
            ("[1]Sheet1!A1", None),
            ("成绩!A1+SUM(A1:B2)", Some("成绩!A1+SUM(A1:B2)")),
        ] {
            let found = plain(formula, home, &table);
            assert_eq!(found.as_deref(), wanted, "{formula}");
        }
    }
}
