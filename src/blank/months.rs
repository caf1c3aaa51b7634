//! A text with another month in it, all else as it was.

use super::period::Days;
use crate::form::{Month, parse_month, without_own_dates};
use std::ops::Range;

/// The text with its month replaced, spelt as it was; a span of days is moved on by months, a day or a
/// span that cannot be becomes the month alone ([`loses_days`]). The dates of a revision or of printing
/// stay. `None` where no month stands in it.
pub fn with_month(text: &str, month: Month) -> Option<String> {
    if parse_month(&without_own_dates(text)).is_none() {
        return with_bare_days(text, month);
    }
    let chars: Vec<char> = text.chars().collect();
    // Full-width digits and signs count as the plain ones, place for place.
    let plain: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    let notes = own_notes(&chars);
    let mut out = String::new();
    let mut old = None;
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let noted = notes.iter().any(|note| note.contains(&at));
        if let Some(days) = Days::at(&plain, at).filter(|_| !noted) {
            let own = days.month(old.unwrap_or(month));
            if *old.get_or_insert(own) == own {
                let moved = days.moved(&plain, &chars, at, own, month);
                out.push_str(&moved.unwrap_or_else(|| alone(month)));
                at = days.end;
                continue;
            }
        }
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

/// The text with its span of days without a year (`9月26日至10月25日`) moved on.
fn with_bare_days(text: &str, month: Month) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let plain: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    if without_own_dates(text) != text {
        return None;
    }
    let found = |at: usize| Some((at, Days::at(&plain, at)?));
    let mut all = (0..plain.len()).filter(|at| plain.get(*at).is_some_and(char::is_ascii_digit));
    let (at, days) = all.find_map(found)?;
    let moved = days.moved(&plain, &chars, at, days.month(month), month)?;
    let head: String = chars.iter().take(at).collect();
    let tail: String = chars.iter().skip(days.end).collect();
    Some(format!("{head}{moved}{tail}"))
}

/// Whether a text names a span of days of which the new month's is not known.
pub fn loses_days(text: &str, month: Month) -> bool {
    let plain: Vec<char> = text.chars().map(narrow).collect();
    let spans = (0..plain.len()).filter(|at| Days::at(&plain, *at).is_some()).count();
    let new = with_month(text, month).or_else(|| with_bare_month(text, month));
    let kept: Vec<char> = new.unwrap_or_default().chars().map(narrow).collect();
    (0..kept.len()).filter(|at| Days::at(&kept, *at).is_some()).count() < spans
}

/// The text with its only month without a year (`10月份考核表`) replaced.
pub fn with_bare_month(text: &str, month: Month) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let plain: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    if parse_month(text).is_some() || without_own_dates(text) != text {
        return None;
    }
    if let Some(moved) = with_bare_days(text, month) {
        return Some(moved);
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

fn alone(month: Month) -> String {
    format!("{}年{}月", month.year, month.month)
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
            return alone(month);
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
            ("2026.09.01至2026.09.30", "2027.01.01至2027.01.31"),
            ("2026年09月", "2027年01月"),
            ("2026年10月客服主管考核表（满分100分）", "2027年1月客服主管考核表（满分100分）"),
            ("２０２６年１０月 指标数据", "2027年1月 指标数据"),
            ("2026 年 10 月份考核表", "2027 年 1 月份考核表"),
            ("202610考核表", "202701考核表"),
            ("考核期间2026年10月1日至10月31日，共2项", "考核期间2027年1月1日至1月31日，共2项"),
            ("2026年10月1日-31日 考核", "2027年1月1日-31日 考核"),
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
    fn a_span_of_days_is_moved_on() {
        let (november, february, leap) = ((2026, 11), (2027, 2), (2028, 2));
        for (old, (year, month), new) in [
            ("2026-09-26至2026-10-25", november, "2026-10-26至2026-11-25"),
            ("2026-09-26至2026-10-25", february, "2027-01-26至2027-02-25"),
            ("2026年9月26日至10月25日", november, "2026年10月26日至11月25日"),
            ("2026年9月26日至10月25日", (2027, 1), "2026年12月26日至1月25日"),
            ("2026年9月26日-2026年10月25日", (2027, 1), "2026年12月26日-2027年1月25日"),
            ("2026.9.26—2026.10.25", february, "2027.1.26—2027.2.25"),
            ("2026年12月21日～2027年1月20日", february, "2027年1月21日～2027年2月20日"),
            ("9月26日至10月25日", november, "10月26日至11月25日"),
            ("20260926-20261025", (2027, 1), "20261226-20270125"),
            ("20261001~20261031", february, "20270201~20270228"),
            ("12月26日-1月25日", february, "1月26日-2月25日"),
            ("2026年10月1日-10月31日", november, "2026年11月1日-11月30日"),
            ("2026年10月1日-10月31日", february, "2027年2月1日-2月28日"),
            ("2026年10月1日-31日", leap, "2028年2月1日-29日"),
            ("2026-10-01~10-31", leap, "2028-02-01~02-29"),
            ("2026年02月01日—2026年02月28日", november, "2026年11月01日—2026年11月30日"),
            ("10月1日至10月31日", november, "11月1日至11月30日"),
            ("2026年7月1日至9月30日", (2026, 10), "2026年10月1日至12月31日"),
            ("2026年10月（10月1日至10月31日）", november, "2026年11月（11月1日至11月30日）"),
            ("2026年10月（10月1日至10月31日）", february, "2027年2月（2月1日至2月28日）"),
            ("2027年1月（12月26日至1月25日）", february, "2027年2月（1月26日至2月25日）"),
            ("2026 年 9 月 26 日 至 10 月 25 日", november, "2026 年 10 月 26 日 至 11 月 25 日"),
            ("２０２６年９月２６日至１０月２５日", november, "2026年10月26日至11月25日"),
        ] {
            let month = Month { year, month };
            assert_eq!(with_month(old, month).as_deref(), Some(new), "{old}");
            assert!(!loses_days(old, month), "{old}");
        }
        for old in ["考核表（1.5-2.5分）", "3-5日内", "第1-2页", "9月26日"] {
            assert_eq!(with_bare_days(old, Month { year: 2026, month: 11 }), None, "{old}");
        }
        // There is no 30th of February; the next quarter does not begin in November.
        for (old, month) in [
            ("2027年1月30日至2月28日", Month { year: 2027, month: 2 }),
            ("2026年7月1日至9月30日", Month { year: 2026, month: 11 }),
            ("2026年10月30日-10月31日", Month { year: 2027, month: 2 }),
        ] {
            let named = with_month(old, month).unwrap();
            assert_eq!(named, format!("{}年{}月", month.year, month.month), "{old}");
            assert!(loses_days(old, month), "{old}");
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
