//! A text with another month in it, all else as it was.

use crate::form::{Month, parse_month, without_own_dates};
use std::ops::Range;

/// The text with its month replaced, spelt as it was; a day or a span of days becomes the month
/// alone. The dates of a revision or of printing stay. `None` where no month stands in it.
pub fn with_month(text: &str, month: Month) -> Option<String> {
    parse_month(&without_own_dates(text))?;
    let chars: Vec<char> = text.chars().collect();
    // Full-width digits and signs count as the plain ones, place for place.
    let plain: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    let notes = own_notes(&chars);
    let mut out = String::new();
    let mut old = None;
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let noted = notes.iter().any(|note| note.contains(&at));
        match span(&plain, at).filter(|_| !noted) {
            Some(found) if *old.get_or_insert(found.month) == found.month => {
                out.push_str(&found.spelt(&plain, month));
                at = found.end;
            }
            _ => {
                out.push(*c);
                at += 1;
            }
        }
    }
    old.map(|_| out)
}

/// The text with its only month without a year (`10月份考核表`) replaced.
pub fn with_bare_month(text: &str, month: Month) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let plain: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    if parse_month(text).is_some() || without_own_dates(text) != text {
        return None;
    }
    let mut signs = plain.iter().enumerate().filter(|(_, c)| **c == '月');
    let (Some((sign, _)), None) = (signs.next(), signs.next()) else { return None };
    let long = plain.iter().take(sign).rev().take_while(|c| c.is_ascii_digit()).count();
    let from = sign - long;
    let number: String = plain.get(from..sign)?.iter().collect();
    let before = from.checked_sub(1).and_then(|at| plain.get(at));
    // 「1-10月累计」, 「第3月」 and 「近6个月」 are no months of the form.
    let other = before.is_some_and(|c| "-~至到、,，第近前每.".contains(*c));
    if other
        || !(1..=2).contains(&long)
        || !number.parse().is_ok_and(|n: u32| (1..=12).contains(&n))
    {
        return None;
    }
    let head: String = chars.iter().take(from).collect();
    let tail: String = chars.iter().skip(sign).collect();
    let new = if number.starts_with('0') {
        format!("{:02}", month.month)
    } else {
        month.month.to_string()
    };
    Some(format!("{head}{new}{tail}"))
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '－' | '．' | '／' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// Bracketed notes that speak of the document itself.
fn own_notes(chars: &[char]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut open = None;
    for (at, c) in chars.iter().enumerate() {
        match c {
            '(' | '（' | '[' | '【' | '〔' => open = Some(at),
            ')' | '）' | ']' | '】' | '〕' => {
                if let Some(from) = open.take() {
                    let note: String = chars.iter().take(at + 1).skip(from).collect();
                    if without_own_dates(&note) != note {
                        out.push(from..at + 1);
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// A month in a text.
struct Span {
    month: Month,
    start: usize,
    /// Behind it, or behind its days.
    end: usize,
    /// The month's digits; none where days follow, and six digits in one.
    digits: Option<Range<usize>>,
    six: bool,
}

impl Span {
    fn spelt(&self, plain: &[char], month: Month) -> String {
        if self.six {
            return format!("{}{:02}", month.year, month.month);
        }
        let Some(digits) = &self.digits else {
            return format!("{}年{}月", month.year, month.month);
        };
        let between: String = plain.iter().take(digits.start).skip(self.start + 4).collect();
        let padded = plain.get(digits.start) == Some(&'0') || between.contains(['-', '.', '/']);
        let new = if padded { format!("{:02}", month.month) } else { month.month.to_string() };
        format!("{}{between}{new}", month.year)
    }
}

fn span(plain: &[char], start: usize) -> Option<Span> {
    let digits = |from: usize| plain.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    let text = |range: Range<usize>| plain.get(range).map(|c| c.iter().collect::<String>());
    let before = start.checked_sub(1).and_then(|at| plain.get(at));
    if before.is_some_and(char::is_ascii_digit) {
        return None;
    }
    if digits(start) == 6 {
        let month = parse_month(&text(start..start + 6)?)?;
        return Some(Span { month, start, end: start + 6, digits: None, six: true });
    }
    if digits(start) != 4 {
        return None;
    }
    let sign = blanks(plain, start + 4);
    let separator = plain.get(sign).filter(|c| "年-/.".contains(**c))?;
    let from = blanks(plain, sign + 1);
    let to = from + digits(from).min(2);
    let month = parse_month(&format!("{}-{}", text(start..start + 4)?, text(from..to)?))?;
    let mut found = Span { month, start, end: to, digits: Some(from..to), six: false };
    // Days: 「1日」, 「-31」, and what a span of days ends with.
    let day = |at: usize| {
        let sign = blanks(plain, at);
        let fits = plain.get(sign).is_some_and(|c| *c == '月' || *c == *separator && *c != '年');
        let from = blanks(plain, sign + 1);
        let to = from + digits(from);
        (fits && (1..=2).contains(&(to - from))).then(|| past(plain, to, "日号"))
    };
    if let Some(end) = day(to) {
        found.end = end;
        found.digits = None;
    }
    let end = if found.digits.is_some() { past(plain, to, "月") } else { found.end };
    let dash = blanks(plain, end);
    if plain.get(dash).is_some_and(|c| "至到~～—–-".contains(*c)) {
        let from =
            plain.iter().skip(dash).take_while(|c| "至到~～—–- ".contains(**c)).count() + dash;
        let last = match span(plain, from) {
            Some(second) if second.digits.is_some() => Some(past(plain, second.end, "月")),
            Some(second) => Some(second.end),
            None => {
                let to = from + digits(from);
                let month = (to > from).then(|| day(to)).flatten();
                let only = plain.get(to).is_some_and(|c| "日号月".contains(*c)) && to > from;
                month.or_else(|| only.then_some(to + 1))
            }
        };
        if let Some(last) = last {
            found.end = last;
            found.digits = None;
        }
    }
    Some(found)
}

fn blanks(plain: &[char], from: usize) -> usize {
    from + plain.iter().skip(from).take_while(|c| c.is_whitespace()).count()
}

/// Behind one of these signs, where it stands there.
fn past(plain: &[char], at: usize, signs: &str) -> usize {
    if plain.get(at).is_some_and(|c| signs.contains(*c)) { at + 1 } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_their_spelling_and_their_text() {
        let month = Month { year: 2027, month: 1 };
        for (old, new) in [
            ("2026年10月 指标数据", "2027年1月 指标数据"),
            ("考核表（2026-10）", "考核表（2027-01）"),
            ("2026.09.01至2026.09.30", "2027年1月"),
            ("2026年09月", "2027年01月"),
            ("2026年10月客服主管考核表（满分100分）", "2027年1月客服主管考核表（满分100分）"),
            ("２０２６年１０月 指标数据", "2027年1月 指标数据"),
            ("2026 年 10 月份考核表", "2027 年 1 月份考核表"),
            ("202610考核表", "202701考核表"),
            ("考核期间2026年10月1日至10月31日，共2项", "考核期间2027年1月，共2项"),
            ("2026年10月1日-31日 考核", "2027年1月 考核"),
            ("2026年10月考核表（2026年3月修订）", "2027年1月考核表（2026年3月修订）"),
            ("2026年10月考核（2026年10月）", "2027年1月考核（2027年1月）"),
            ("2026-10-31", "2027年1月"),
        ] {
            assert_eq!(with_month(old, month).as_deref(), Some(new), "{old}");
        }
        for old in ["考核表", "考核表（2024年3月修订）", "打印日期：2026-11-02", "10月考核表"]
        {
            assert_eq!(with_month(old, month), None, "{old}");
        }
    }

    #[test]
    fn a_month_without_a_year() {
        let month = Month { year: 2026, month: 12 };
        for (old, new) in [
            ("客服主管10月份绩效考核表", Some("客服主管12月份绩效考核表")),
            ("０９月指标", Some("12月指标")),
            ("1-10月累计", None),
            ("9月与10月", None),
            ("3月修订", None),
            ("每月指标", None),
            ("13月", None),
        ] {
            assert_eq!(with_bare_month(old, month).as_deref(), new, "{old}");
        }
    }
}
