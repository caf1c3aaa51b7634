//! The numbers of a text, and the text without them.

use crate::text::numerals;
use unicode_normalization::UnicodeNormalization;

/// A text as it is compared: half-width, without blanks and without the numbers of its paragraphs;
/// numbers stand in it as `#`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Digits {
    /// The numbers, in order.
    pub(super) numbers: Vec<f64>,
    /// The words between them.
    pub(super) bare: String,
}

impl Digits {
    pub(super) fn of(text: &str) -> Self {
        let mut out = Self::default();
        for line in text.lines() {
            let chars: Vec<char> = line.nfkc().filter(|c| !c.is_whitespace()).collect();
            let chars = without_number(&chars);
            let mut at = 0;
            while let Some(c) = chars.get(at) {
                if c.is_ascii_digit() {
                    let end = number_end(chars, at);
                    let digits: String = chars.get(at..end).unwrap_or_default().iter().collect();
                    if let Ok(number) = digits.replace(',', "").parse() {
                        out.numbers.push(number);
                        out.bare.push('#');
                    }
                    at = end;
                    continue;
                }
                // 每低一个百分点, 三次, 五百元: a numeral before what it counts.
                let spelt = numerals::leading(chars.get(at..).into_iter().flatten().copied());
                let counted = spelt.filter(|(_, used)| {
                    let next =
                        |behind: usize| chars.get(at + used + behind).copied().unwrap_or(' ');
                    let another =
                        || next(1).is_ascii_digit() || "一二三四五六七八九十两".contains(next(1));
                    "个分次人天日项件级档元步条款家台秒处%".contains(next(0))
                        || "至到-~—".contains(next(0)) && another()
                });
                if let Some((value, used)) = counted {
                    out.numbers.push(value);
                    out.bare.push('#');
                    at += used;
                    continue;
                }
                if !"。;,.、:;".contains(*c) {
                    out.bare.push(*c);
                }
                at += 1;
            }
        }
        out
    }
}

/// The end of a number: digits, a decimal point, thousands commas.
fn number_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while let Some(c) = chars.get(end) {
        let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
        let thousands = *c == ',' && (1..=3).all(|n| digit(end + n)) && !digit(end + 4);
        if c.is_ascii_digit() || (*c == '.' && digit(end + 1)) || (thousands && end > start) {
            end += 1;
        } else {
            break;
        }
    }
    end
}

/// A paragraph without its number: `1、`, `(2)`, `3.`.
fn without_number(chars: &[char]) -> &[char] {
    let open = usize::from(chars.first() == Some(&'('));
    let rest = chars.get(open..).unwrap_or_default();
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let after = rest.get(digits).copied().unwrap_or(' ');
    let decimal = after == '.' && rest.get(digits + 1).is_some_and(char::is_ascii_digit);
    if (1..=2).contains(&digits) && "、.),".contains(after) && !decimal {
        return rest.get(digits + 1..).unwrap_or_default();
    }
    chars
}

/// Whether two texts are the same but for blanks: what nearly every form says, and cheap to see.
pub(super) fn same(a: &str, b: &str) -> bool {
    let dense = |text: &'_ str| -> Vec<u8> {
        text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    a == b || (a.len().abs_diff(b.len()) < 64 && dense(a) == dense(b))
}
