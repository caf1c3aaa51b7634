//! Formulas without an array's mark in which Excel takes one cell of a range: `SUM(B2:B4*2)` doubles the
//! cell of its own row.

use super::{Token, range_at, tokens};

/// Functions that compute what they are given as arrays, mark or not.
const OF_ARRAYS: [&str; 18] = [
    "SUMPRODUCT",
    "MMULT",
    "MINVERSE",
    "MDETERM",
    "TRANSPOSE",
    "LOOKUP",
    "FREQUENCY",
    "AGGREGATE",
    "SUMX2MY2",
    "SUMX2PY2",
    "SUMXMY2",
    "LINEST",
    "LOGEST",
    "TREND",
    "GROWTH",
    "MODE.MULT",
    "CORREL",
    "INDEX",
];

/// Whether a formula that is no array computes with a range of several cells, or is one.
pub fn intersects(formula: &str) -> bool {
    if !formula.contains(':') {
        return false;
    }
    let tokens = tokens(formula);
    let tokens: Vec<Token<'_>> = tokens.into_iter().filter(|t| *t != Token::Other(" ")).collect();
    // Open brackets: whether each is a call, and whether within it all is computed as arrays.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Other("(") => {
                let name = match at.checked_sub(1).and_then(|before| tokens.get(before)) {
                    Some(Token::Word(name)) => Some(name.to_ascii_uppercase()),
                    _ => None,
                };
                let outer = open.last().is_some_and(|(_, arrays)| *arrays);
                let own = name
                    .as_deref()
                    .is_some_and(|name| OF_ARRAYS.contains(&name) || name.starts_with("_XLFN"));
                open.push((name.is_some(), outer || own));
            }
            Token::Other(")") => drop(open.pop()),
            _ => {}
        }
        let first = at + usize::from(matches!(token, Token::Sheet(_)));
        let (range, used) = range_at(&tokens, first);
        let Some(range) = range else {
            at += 1;
            continue;
        };
        let arrays = open.last().is_some_and(|(_, arrays)| *arrays);
        if range.len() > 1 && !arrays {
            // Brackets about the range alone change nothing.
            let groups = open.iter().rev().take_while(|(call, _)| !call).count();
            let before = (0..at).rev().map(|i| tokens.get(i));
            let before = before
                .flatten()
                .enumerate()
                .find(|(i, t)| *i >= groups || **t != Token::Other("("));
            let behind = tokens.iter().skip(first + used).enumerate();
            let behind = behind.into_iter().find(|(i, t)| *i >= groups || **t != Token::Other(")"));
            let computes = |found: Option<(usize, &Token<'_>)>| matches!(found, Some((_, Token::Other(sign))) if "+-*/^&=<>%".contains(sign));
            let whole = before.is_none() && behind.is_none();
            if whole || computes(before) || computes(behind) {
                return true;
            }
        }
        at = first + used;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::intersects;

    proptest::proptest! {
        #[test]
        fn what_is_done_with_a_range_tells(
            (col, row, more) in ("[A-Z]{1,2}", 1u32..900, 1u32..90),
            sheet in proptest::option::of("[甲乙丙]{1,3}!"),
            sign in "[-+*/^&<>=]",
        ) {
            let range = format!("{}{col}{row}:{col}{}", sheet.unwrap_or_default(), row + more);
            for call in ["SUM", "MAX", "AVERAGE"] {
                let (given, after) = (format!("{call}({range})"), format!("{call}({range}){sign}2"));
                proptest::prop_assert!(!intersects(&given) && !intersects(&after), "{}", after);
                for text in [format!("{call}({range}{sign}2)"), format!("1+{call}(2{sign}({range}))")] {
                    proptest::prop_assert!(intersects(&text), "{}", text);
                }
            }
            let arrays = format!("SUMPRODUCT(({range}{sign}2)*1)");
            proptest::prop_assert!(!intersects(&arrays), "{}", arrays);
        }
    }

    #[test]
    fn ranges_that_are_computed_with_are_told_from_those_that_are_given() {
        for formula in [
            "SUM(B2:B4*2)",
            "SUM(2*B2:B4)",
            "SUM((B2:B4)*2)",
            "SUM(-甲!B2:B4)",
            "B2:B4",
            "甲!B2:B4",
            "(B2:B4)",
            "IF(D4:D10>3,1,0)",
            "MAX(IF(A:A=\"王丽\",B:B))",
            "SUM(B2:B4)+SUM(B2:B4%)",
            "B2:B4&\"分\"",
        ] {
            assert!(intersects(formula), "{formula}");
        }
        for formula in [
            "SUM(B2:B4)",
            "SUM(B2:B4)*2",
            "SUM(B2:B4,D4)/COUNT(B2:B4)",
            "SUMPRODUCT(B2:B4*C2:C4)",
            "SUMPRODUCT((A2:A9=\"甲\")*(B2:B9>3))",
            "SUM((B2:B4))",
            "VLOOKUP(A1,甲!A:D,4,FALSE)*0.1",
            "COUNTIF(B2:B4,\">3\")",
            "IF(D4>3,SUM(B2:B4),0)",
            "LOOKUP(1,0/(A2:A9=A1),B2:B9)",
            "B2:B2*2",
            "INDEX(B2:B4,MATCH(1,A2:A4,0))+1",
            "D4*2",
        ] {
            assert!(!intersects(formula), "{formula}");
        }
    }
}
