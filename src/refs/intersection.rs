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

/// Functions of single values: given a range, they take one cell of it.
const OF_VALUES: [&str; 44] = [
    "ABS",
    "ROUND",
    "ROUNDUP",
    "ROUNDDOWN",
    "MROUND",
    "INT",
    "TRUNC",
    "CEILING",
    "FLOOR",
    "MOD",
    "SIGN",
    "SQRT",
    "POWER",
    "EXP",
    "LN",
    "LOG",
    "LOG10",
    "LEN",
    "LENB",
    "LEFT",
    "LEFTB",
    "RIGHT",
    "RIGHTB",
    "MID",
    "MIDB",
    "TRIM",
    "CLEAN",
    "VALUE",
    "TEXT",
    "UPPER",
    "LOWER",
    "FIND",
    "SEARCH",
    "SUBSTITUTE",
    "REPLACE",
    "EXACT",
    "ISNUMBER",
    "ISTEXT",
    "ISBLANK",
    "ISERROR",
    "ISNA",
    "YEAR",
    "MONTH",
    "DAY",
];

/// An open bracket.
#[derive(Clone, Copy, Default)]
struct Open {
    /// Whether it is a function's.
    call: bool,
    /// Whether within it all is computed as arrays.
    arrays: bool,
    /// Whether the function takes single values.
    values: bool,
}

/// Whether a formula that is no array computes with a range of several cells, or is one. `is_range` tells
/// of a name whether it is of several cells.
pub fn intersects(formula: &str, is_range: &dyn Fn(&str) -> bool) -> bool {
    let tokens = tokens(formula);
    let tokens: Vec<Token<'_>> = tokens.into_iter().filter(|t| *t != Token::Other(" ")).collect();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Other("(") => {
                let name = match at.checked_sub(1).and_then(|before| tokens.get(before)) {
                    Some(Token::Word(name)) => Some(name.to_ascii_uppercase()),
                    _ => None,
                };
                let outer = open.last().copied().unwrap_or_default();
                open.push(match name.as_deref() {
                    Some(name) => Open {
                        call: true,
                        arrays: outer.arrays
                            || OF_ARRAYS.contains(&name)
                            || name.starts_with("_XLFN"),
                        values: OF_VALUES.contains(&name),
                    },
                    None => Open { call: false, ..outer },
                });
            }
            Token::Other(")") => drop(open.pop()),
            _ => {}
        }
        let first = at + usize::from(matches!(token, Token::Sheet(_)));
        let (range, used) = range_at(&tokens, first);
        let several = match (range, tokens.get(first)) {
            (Some(range), _) => range.len() > 1,
            (None, Some(Token::Word(name))) => {
                tokens.get(first + 1) != Some(&Token::Other("(")) && is_range(name)
            }
            (None, _) => false,
        };
        let used = used.max(1);
        let here = open.last().copied().unwrap_or_default();
        if several && !here.arrays {
            // Brackets about the range alone change nothing.
            let groups = open.iter().rev().take_while(|bracket| !bracket.call).count();
            let before = (0..at).rev().map(|i| tokens.get(i));
            let before = before
                .flatten()
                .enumerate()
                .find(|(i, t)| *i >= groups || **t != Token::Other("("));
            let behind = tokens.iter().skip(first + used).enumerate();
            let behind = behind.into_iter().find(|(i, t)| *i >= groups || **t != Token::Other(")"));
            let computes = |found: Option<(usize, &Token<'_>)>| matches!(found, Some((_, Token::Other(sign))) if "+-*/^&=<>%".contains(sign));
            let whole = before.is_none() && behind.is_none();
            let given = |found: Option<(usize, &Token<'_>)>| {
                matches!(found, Some((_, Token::Other("(" | ")" | ","))))
            };
            let taken = here.values && given(before) && given(behind);
            if whole || taken || computes(before) || computes(behind) {
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

    fn takes_one(formula: &str) -> bool {
        intersects(formula, &|name| name == "各项")
    }

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
                proptest::prop_assert!(!takes_one(&given) && !takes_one(&after), "{}", after);
                for text in [format!("{call}({range}{sign}2)"), format!("1+{call}(2{sign}({range}))")] {
                    proptest::prop_assert!(takes_one(&text), "{}", text);
                }
            }
            let arrays = format!("SUMPRODUCT(({range}{sign}2)*1)");
            proptest::prop_assert!(!takes_one(&arrays), "{}", arrays);
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
            "SUM(ROUND(B2:B4,0))",
            "SUM(ROUND((B2:B4),0))",
            "SUM(IF(ISNUMBER(B2:B4),1))",
            "MAX(LEN(A2:A9))",
            "SUM(各项*2)",
            "SUM(ROUND(各项,1))",
            "各项",
        ] {
            assert!(takes_one(formula), "{formula}");
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
            "ROUND(SUM(B2:B4),1)",
            "ROUND(D4,1)",
            "SUM(各项)",
            "SUMPRODUCT(ROUND(B2:B4,0))",
            "SUMPRODUCT(各项*2)",
        ] {
            assert!(!takes_one(formula), "{formula}");
        }
    }
}
