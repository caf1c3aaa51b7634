//! Formulas of OpenFormula (OpenDocument 1.3 part 4) as Excel spells them.

use crate::cell::{CellRef, Range};

/// The formula without `=`; `None` where Excel has no like of it (another file's cells, functions
/// of LibreOffice alone).
pub fn excel(text: &str) -> Option<String> {
    let body = ["of:=", "of:", "msoxl:=", "oooc:=", "="]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let body = body.strip_prefix('=').unwrap_or(body);
    let mut out = String::new();
    let mut rest = body;
    let mut in_array = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '"' => {
                let end = string_end(rest)?;
                out.push_str(rest.get(..end)?);
                rest = rest.get(end..)?;
                continue;
            }
            '[' => {
                let (inside, tail) = bracket(after)?;
                out.push_str(&reference(inside)?);
                rest = tail;
                continue;
            }
            '{' => in_array = true,
            '}' => in_array = false,
            _ => {}
        }
        match c {
            ';' => out.push(','),
            '|' if in_array => out.push(';'),
            '~' => out.push(','),
            '!' => out.push(' '),
            c if c.is_alphabetic() || c == '_' => {
                let length = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                    .unwrap_or(rest.len());
                let (word, tail) = rest.split_at(length);
                if tail.trim_start().starts_with('(') {
                    out.push_str(&function(word)?);
                } else {
                    out.push_str(word);
                }
                rest = tail;
                continue;
            }
            // A name by LibreOffice's marks for its scope.
            '$' if after.starts_with('$') => {
                rest = after.get(1..)?;
                continue;
            }
            c => out.push(c),
        }
        rest = after;
    }
    // A broken name of another form.
    (!out.is_empty() && !out.contains(".#REF")).then_some(out)
}

/// Where a string that begins here ends.
fn string_end(text: &str) -> Option<usize> {
    let mut from = 1usize;
    loop {
        let at = from.saturating_add(text.get(from..)?.find('"')?);
        if text.get(at.saturating_add(1)..)?.starts_with('"') {
            from = at.saturating_add(2);
        } else {
            return Some(at.saturating_add(1));
        }
    }
}

/// The inside of a bracket and what follows it; quoted sheet names may hold brackets.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ']' if !quoted => return Some((text.get(..at)?, text.get(at.saturating_add(1)..)?)),
            _ => {}
        }
    }
    None
}

/// `.A1`, `$Sheet.A1:.B2`, `Sheet1.A1:Sheet3.B2` as Excel spells them.
pub fn reference(text: &str) -> Option<String> {
    if text.contains("#REF!") {
        return Some("#REF!".to_owned());
    }
    // Another file: 'file:///…'#$Sheet.A1
    if text.contains("'#") {
        return None;
    }
    let (first, second) = match split_outside(text, ':') {
        Some((first, second)) => (first, Some(second)),
        None => (text, None),
    };
    let (sheet, from) = place(first)?;
    let Some(second) = second else {
        return Some(with_sheet(sheet.as_deref(), from));
    };
    let (last, to) = place(second)?;
    let cells = format!("{from}:{to}");
    match (sheet, last) {
        (Some(sheet), Some(last)) if sheet != last => {
            Some(with_sheet(Some(&format!("{sheet}:{last}")), &cells))
        }
        (sheet, _) => Some(with_sheet(sheet.as_deref(), &cells)),
    }
}

fn with_sheet(sheet: Option<&str>, cells: &str) -> String {
    match sheet {
        Some(sheet) => format!("{}!{cells}", crate::cell::quoted_sheet(sheet)),
        None => cells.to_owned(),
    }
}

fn split_outside(text: &str, sign: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            c if c == sign && !quoted => {
                return Some((text.get(..at)?, text.get(at.saturating_add(c.len_utf8())..)?));
            }
            _ => {}
        }
    }
    None
}

/// The sheet and the cell of one corner.
fn place(text: &str) -> Option<(Option<String>, &str)> {
    let (sheet, cell) = text.rsplit_once('.')?;
    let bare = cell.replace('$', "");
    let whole = bare.chars().all(|c| c.is_ascii_alphabetic()) || bare.parse::<u32>().is_ok();
    if CellRef::parse(cell).is_none()
        && !(whole && Range::parse(&format!("{cell}:{cell}")).is_some())
    {
        return None;
    }
    let sheet = sheet.strip_prefix('$').unwrap_or(sheet);
    let sheet = match sheet.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')) {
        Some(quoted) => quoted.replace("''", "'"),
        None => sheet.to_owned(),
    };
    Some(((!sheet.is_empty()).then_some(sheet), cell))
}

/// A function by Excel's name, with the prefix that later ones have in files.
fn function(name: &str) -> Option<String> {
    const LATER: [&str; 44] = [
        "ACOT",
        "ACOTH",
        "ARABIC",
        "BASE",
        "BINOM.DIST.RANGE",
        "BITAND",
        "BITLSHIFT",
        "BITOR",
        "BITRSHIFT",
        "BITXOR",
        "CEILING.MATH",
        "COMBINA",
        "CONCAT",
        "COT",
        "COTH",
        "CSC",
        "CSCH",
        "DAYS",
        "DECIMAL",
        "FILTER",
        "FILTERXML",
        "FLOOR.MATH",
        "FORMULATEXT",
        "GAMMA",
        "GAUSS",
        "IFNA",
        "IFS",
        "ISFORMULA",
        "MAXIFS",
        "MINIFS",
        "MUNIT",
        "NUMBERVALUE",
        "PDURATION",
        "PERMUTATIONA",
        "PHI",
        "RRI",
        "SEC",
        "SECH",
        "SHEET",
        "SHEETS",
        "SWITCH",
        "TEXTJOIN",
        "UNICHAR",
        "UNICODE",
    ];
    let upper = name.to_uppercase();
    if upper.starts_with("ORG.") {
        return None;
    }
    let plain = upper
        .strip_prefix("COM.MICROSOFT.")
        .or_else(|| upper.strip_prefix("LEGACY."))
        .unwrap_or(&upper);
    let later = LATER.contains(&plain)
        // Excel 2010's second names, as STDEV.S; ERROR.TYPE is old.
        || plain.contains('.') && plain != "ERROR.TYPE";
    Some(if later { format!("_xlfn.{plain}") } else { plain.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::excel;

    #[test]
    fn openformula_is_spelled_as_excel_does() {
        // Pairs as LibreOffice writes the same cell to .ods and to .xlsx.
        for (ods, xlsx) in [
            ("of:=SUM([.A1:.B3];[.$C$4])", "SUM(A1:B3,$C$4)"),
            ("of:=[$Sheet2.$A$1]*2", "'Sheet2'!$A$1*2"),
            ("of:=['我的 表'.B2]", "'我的 表'!B2"),
            ("of:=SUM([$'It''s.x'.A1:.A2])", "SUM('It''s.x'!A1:A2)"),
            ("of:=SUM([$Sheet1.A1:$Sheet3.A1])", "SUM('Sheet1:Sheet3'!A1:A1)"),
            ("of:=IF([.A1]>=\"a;[b]\"\"\";1;\"\")", "IF(A1>=\"a;[b]\"\"\",1,\"\")"),
            ("of:=SUM({1;2|3;4})", "SUM({1,2;3,4})"),
            ("of:=COM.MICROSOFT.CONCAT([.A:.A])", "_xlfn.CONCAT(A:A)"),
            ("of:=LEGACY.NORMSDIST([.A1])", "NORMSDIST(A1)"),
            ("of:=ROWS([.A1:.A2]~[.B1])", "ROWS(A1:A2,B1)"),
            ("of:=[.#REF!]+1", "#REF!+1"),
        ] {
            assert_eq!(excel(ods).as_deref(), Some(xlsx), "{ods}");
        }
        for lost in ["of:=['file:///a.ods'#$Sheet1.A1]", "of:=ORG.LIBREOFFICE.RAWSUBTRACT(1;2)"] {
            assert_eq!(excel(lost), None, "{lost}");
        }
    }
}
