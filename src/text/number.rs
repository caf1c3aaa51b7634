//! Numbers in the many spellings of people.

use super::{invisible, plain};
use unicode_normalization::UnicodeNormalization;

/// A number that a person typed as text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypedNumber {
    /// The value; `95%` is 0.95, `30.95万` is 309500.
    pub value: f64,
    /// Whether a percent sign stood behind it.
    pub percent: bool,
}

/// Units that may stand behind a number without changing it, longest first.
const UNITS: [&str; 34] = [
    "人民币",
    "人次",
    "个百分点",
    "分钟",
    "秒钟",
    "元整",
    "元",
    "圆",
    "块",
    "分",
    "次",
    "条",
    "人",
    "个",
    "件",
    "秒",
    "单",
    "起",
    "例",
    "宗",
    "名",
    "项",
    "处",
    "家",
    "份",
    "位",
    "笔",
    "户",
    "台",
    "套",
    "款",
    "场",
    "天",
    "s",
];

/// Whether a text is such a unit and nothing else.
pub fn is_count_unit(text: &str) -> bool {
    UNITS.contains(&text)
}

/// Signs that may stand before a number, each once and in this order.
const SIGNS: [&str; 6] = ["'", "¥", "rmb", "cny", "人民币", "+"];

/// Most ideographs that may stand about the digits of a number: those of [`SIGNS`], 万 and the longest of
/// [`UNITS`].
const MOST_AROUND: usize = 3 + 1 + 4;

/// Reads a number as people type it: full-width digits, thousands commas, 万 and 亿, percent,
/// a currency sign, a unit. `None` for words, ranges, dates and two numbers in one cell.
pub fn parse_number(text: &str) -> Option<TypedNumber> {
    let ideograph = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    // Words hold no figure, and need not be normalized to be told. No ideograph stands for a digit here.
    if !text.contains(|c: char| !ideograph(&c) && c.is_numeric()) {
        return None;
    }
    // A sentence with a figure in it shows that it is no number long before its end.
    if text.chars().filter(ideograph).nth(MOST_AROUND).is_some() {
        return None;
    }
    let mut rest: String = text
        .nfkc()
        .filter(|c| !c.is_whitespace() && !invisible(*c))
        .map(|c| match c {
            '\u{2212}' | '\u{2013}' | '\u{2014}' => '-',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    // 2次。 is a sentence of one number.
    if rest.ends_with('。') {
        rest.pop();
    }
    if has_footnote(text) || !spaced_well(text) {
        return None;
    }
    for sign in SIGNS {
        if let Some(stripped) = rest.strip_prefix(sign) {
            rest = stripped.to_owned();
        }
    }
    let negative = rest.starts_with('-');
    if negative {
        rest.remove(0);
    }
    let digits_end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
    let (digits, suffix) = rest.split_at(digits_end.unwrap_or(rest.len()));
    let digits = strip_thousands(digits)?;
    let (power, percent) = suffix_meaning(suffix)?;
    // The decimal is shifted in its text, so that 30.95万 is 309500 and not 309500.00000000006.
    let value = format!("{digits}e{power}").parse::<f64>().ok()?;
    let value = if negative && value != 0.0 { -value } else { value };
    value.is_finite().then_some(TypedNumber { value, percent })
}

/// Whether a small figure stands behind another (`37①`, `80¹`): a footnote, which NFKC would make a digit.
fn has_footnote(text: &str) -> bool {
    let mut digit = false;
    text.chars().any(|c| {
        let small = c.is_numeric() && plain(c).is_none() && !('\u{4e00}'..='\u{9fff}').contains(&c);
        let found = small && digit;
        digit = c.is_numeric() || digit && c.is_whitespace();
        found
    })
}

/// Whether white space between digits parts thousands, as `300 000`; `1 0` is two numbers.
fn spaced_well(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c);
    let mut rest = text;
    while let Some(at) = rest.find(char::is_whitespace) {
        let (before, after) = rest.split_at(at);
        let after = after.trim_start();
        let digits = after.chars().take_while(|c| is_digit(*c)).count();
        if before.ends_with(is_digit) && digits != 0 && digits != 3 {
            return false;
        }
        rest = after;
    }
    true
}

/// The power of ten that a suffix stands for, and whether it is a percent sign.
fn suffix_meaning(suffix: &str) -> Option<(i32, bool)> {
    if suffix == "%" {
        return Some((-2, true));
    }
    if suffix == "‰" {
        return Some((-3, true));
    }
    let (power, unit) = if let Some(unit) = suffix.strip_prefix(['万', 'w']) {
        (4, unit)
    } else if let Some(unit) = suffix.strip_prefix('亿') {
        (8, unit)
    } else if let Some(unit) = suffix.strip_prefix(['千', 'k']) {
        (3, unit)
    } else {
        (0, suffix)
    };
    (unit.is_empty() || UNITS.contains(&unit)).then_some((power, false))
}

/// Removes thousands commas; `None` where they do not part groups of three, or there is no digit.
fn strip_thousands(digits: &str) -> Option<String> {
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    if first.is_empty() {
        return None;
    }
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (first.len() > 3 || rest.iter().any(|g| g.len() != 3)) {
        return None;
    }
    let mut out = whole.replace(',', "");
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_people_type_them() {
        for (text, value) in [
            ("95%", 0.95),
            ("① ", 1.0),
            ("309 500.00 元", 309_500.0),
            ("15分", 15.0),
            ("30.95万", 309_500.0),
            ("30.95万元", 309_500.0),
            ("30.95W", 309_500.0),
            ("309.5k元", 309_500.0),
            ("CNY 309,500.00", 309_500.0),
            ("人民币309500元", 309_500.0),
            ("３００，０００", 300_000.0),
            ("309,500元", 309_500.0),
            ("¥309,500.50", 309_500.5),
            (" 3 ", 3.0),
            ("'12", 12.0),
            ("−5", -5.0),
            ("９５％", 0.95),
            ("92.5 %", 0.925),
            ("2人次", 2.0),
            ("1例", 1.0),
            ("2次。", 2.0),
            ("15秒钟", 15.0),
            ("18秒", 18.0),
            ("-0", 0.0),
        ] {
            assert_eq!(parse_number(text).map(|n| n.value), Some(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_single_number() {
        for text in [
            "",
            " ",
            "无",
            "80~90",
            "80-90",
            "1 2分3",
            "2026-10-01",
            "十",
            "1,2",
            "3,0000",
            "1.2.3",
            ".",
            ",",
            "5分左右",
            "约5",
            "1e400",
            "nan",
            "inf",
            "5.",
            "--5",
            "1/2",
            "2次。。",
            "83元/单",
            "15″",
            "2人次（张敏）",
            "95%%",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn all_that_may_stand_about_a_number_is_read() {
        let longest = UNITS.iter().max_by_key(|unit| unit.chars().count()).unwrap();
        let text = format!("{}-1{}万{longest}", SIGNS.concat(), "0".repeat(40));
        assert_eq!(parse_number(&text).map(|n| n.value), Some(-1e44));
        assert_eq!(parse_number(&format!("{text}元")), None);
    }
}
