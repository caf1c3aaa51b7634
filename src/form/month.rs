//! Months as people write them.

mod cycle;

use crate::text::compact;
use crate::workbook::Value;
use chrono::{Datelike, Days, NaiveDate};
use std::borrow::Cow;
use std::fmt;

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i32,
    /// Month, from 1.
    pub month: u32,
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Month {
    pub(super) fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1)
            .filter(|_| (1990..2200).contains(&year))
            .map(|date| Self { year: date.year(), month: date.month() })
    }

    /// The month of a date cell (ECMA-376 part 1, 18.17.4: serial dates).
    pub fn from_serial(serial: f64, date1904: bool) -> Option<Self> {
        if !(1.0..=109_000.0).contains(&serial) {
            return None;
        }
        let epoch = match date1904 {
            true => NaiveDate::from_ymd_opt(1904, 1, 1)?,
            false => NaiveDate::from_ymd_opt(1899, 12, 30)?,
        };
        let date = epoch.checked_add_days(Days::new(serial.trunc() as u64))?;
        Self::new(date.year(), date.month())
    }
}

/// Reads the first month in a text: `2026年10月`, `2026-10`, `2026/10/31`, `2026.10`, `202610`.
pub fn parse_month(text: &str) -> Option<Month> {
    may_name_month(text).then(|| read_month(text)).flatten()
}

/// [`parse_month`] of a text that may name one.
fn read_month(text: &str) -> Option<Month> {
    month_in(&compact(text))
}

/// The first month in a text as [`compact`] makes it.
fn month_in(key: &str) -> Option<Month> {
    if let Some(month) = cycle::month(key).and_then(Period::whole) {
        return Some(month);
    }
    let mut before = None;
    for (start, c) in key.char_indices() {
        let within = before.replace(c).is_some_and(|c| c.is_ascii_digit());
        if within || !c.is_ascii_digit() {
            continue;
        }
        let rest = key.get(start..)?;
        let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let year = rest.strip_suffix(tail)?;
        let month = |year: &str, month: &str| Month::new(year.parse().ok()?, month.parse().ok()?);
        if year.len() == 6
            && !tail.starts_with('.')
            && let Some(found) = month(year.get(..4)?, year.get(4..)?)
        {
            return Some(found);
        }
        if let Some(tail) = tail.strip_prefix(['年', '-', '/', '.'])
            && year.len() == 4
        {
            let digits = tail.bytes().take(2).take_while(u8::is_ascii_digit).count();
            if let Some(found) = tail.get(..digits).and_then(|digits| month(year, digits)) {
                return Some(found);
            }
        }
    }
    None
}

/// Whether a text can name a month at all; most texts of a form cannot, which shows at once.
pub fn may_name_month(text: &str) -> bool {
    let (mut digits, mut letters) = (0u32, 0u32);
    // Whether a figure is the last that shows: before 年 and 月 there must be one.
    let mut figure = false;
    for c in text.chars() {
        match c {
            '年' | '月' if figure => return true,
            '0'..='9' | '\u{ff10}'..='\u{ff19}' => (digits, figure) = (digits + 1, true),
            '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' =>
            {
                figure = true;
            }
            // What a comparison leaves out.
            ' ' | '\t'..='\r' | '\u{3000}' | ':' | '：' | '_' | '＿' => {}
            'a'..='z' | 'A'..='Z' => (letters, figure) = (letters + 1, false),
            // Signs and ideographs, of which NFKC makes nothing else.
            '\0'..='\x7f'
            | '\u{3001}'..='\u{301f}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '“'
            | '”'
            | '×'
            | '÷'
            | '≥'
            | '≤' => figure = false,
            _ => return true,
        }
    }
    digits >= 4 || letters >= 3
}

/// A month, perhaps without its year: `10月`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// Year, where it is named.
    pub year: Option<i32>,
    /// Month, from 1.
    pub month: u32,
}

impl From<Month> for Period {
    fn from(month: Month) -> Self {
        Self { year: Some(month.year), month: month.month }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}", self.month),
            None => write!(f, "{}月", self.month),
        }
    }
}

impl Period {
    /// The month, where the year is known.
    pub fn whole(self) -> Option<Month> {
        Month::new(self.year?, self.month)
    }

    /// The month that a number alone is, beside a label of months: 10 beside 月份.
    pub fn bare(value: &Value) -> Option<Self> {
        let number = match value {
            Value::Number(number) => *number,
            Value::Text(text) => compact(text).parse().ok()?,
            _ => return None,
        };
        let real = number.fract() == 0.0 && (1.0..=12.0).contains(&number);
        real.then_some(Self { year: None, month: number as u32 })
    }

    /// Whether both may be the same month.
    pub fn fits(self, other: Self) -> bool {
        let years = self.year.zip(other.year);
        self.month == other.month && years.is_none_or(|(a, b)| a == b)
    }

    /// Whether this is a later month; where a year is not known, one of the half-year behind it.
    pub fn is_after(self, other: Self) -> bool {
        let key = |period: Self| Some((period.year?, period.month));
        match key(self).zip(key(other)) {
            Some((own, other)) => own > other,
            None => (1..=6).contains(&((self.month + 12 - other.month) % 12)),
        }
    }

    /// The month that a text names: as [`parse_month`] reads it, `26年10月`, `二〇二六年十月`,
    /// `Oct-26`, `10月（2026年）`, `10月`. A span (`1-10月`) is none.
    pub fn named(text: &str) -> Option<Self> {
        may_name_month(text).then(|| Self::read(text)).flatten()
    }

    /// [`Period::named`] of a text that may name one.
    fn read(text: &str) -> Option<Self> {
        let key = compact(text);
        let mut text = arabic(&key);
        if text.contains("年度") {
            text = Cow::Owned(text.replace("年度", "年"));
        }
        if let Some(month) = month_in(&text) {
            return Some(month.into());
        }
        if let Some(month) = cycle::month(&text) {
            return Some(month);
        }
        let numbered = text.match_indices('月').filter_map(|(at, _)| {
            let before = text.get(..at)?;
            let (month, long) = last_number(before)?;
            Some((month, before.get(..before.len() - long)?)).filter(|_| long <= 2)
        });
        let numbered: Vec<(u32, &str)> = numbered.collect();
        if let Some((month, before)) = numbered.first().copied() {
            let mut back = before.chars().rev();
            let span = match back.next() {
                // 8-9月 is a span, 指标数据-10月 none.
                Some('-' | '~' | '.' | '/') => {
                    let c = back.next();
                    let quarter = c.is_some() && back.next() == Some('q');
                    c.is_some_and(|c| c.is_ascii_digit() || "年月日".contains(c)) && !quarter
                }
                other => other.is_some_and(|c| SPANS.contains(&c)),
            };
            let several = numbered.iter().any(|(other, _)| *other != month);
            if span || several || !(1..=12).contains(&month) {
                return None;
            }
            let short = before.strip_suffix('年').and_then(last_number);
            let year = short.filter(|(_, long)| *long == 2);
            let year = year.and_then(|(year, _)| i32::try_from(2000 + year).ok());
            return Some(Self { year: year.or_else(|| year_named(&text)), month });
        }
        english(&text)
    }

    /// The month in a cell that is known to hold one: also `26.10`, 202610, 2026.09 and a date. The number 2026.1
    /// is January to one and October to another.
    pub fn of_value(value: &Value, date1904: bool) -> Option<Self> {
        match value {
            Value::Text(text) => Self::named(text).or_else(|| {
                let text = compact(text);
                let (year, month) = text.split_once(['.', '-', '/'])?;
                let two = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
                let year = two(year).then(|| year.parse::<i32>().ok()).flatten()?;
                let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
                (year > 12).then_some(Self { year: Some(2000 + year), month })
            }),
            // 202610 is no date of this century.
            Value::Number(number) if number.fract() == 0.0 && *number > 190_000.0 => {
                parse_month(&number.to_string()).map(Self::from)
            }
            Value::Number(number) if number.fract() != 0.0 && (2000.0..2200.0).contains(number) => {
                let hundredths = number.fract() * 100.0;
                let whole = (hundredths - hundredths.round()).abs() < 1e-6;
                let month = hundredths.round() as u32;
                let told = whole && (1..=12).contains(&month) && month != 10;
                told.then_some(Self { year: Some(number.trunc() as i32), month })
            }
            Value::Number(number) => Month::from_serial(*number, date1904).map(Self::from),
            _ => None,
        }
    }
}

/// What stands before the last month of a span, or makes a number of months of it.
const SPANS: [char; 8] = ['至', '到', '、', ',', '第', '近', '前', '每'];
/// English names of the months, as far as they are told apart.
const ENGLISH: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The year of `2026年`, where a text names one.
pub fn year_named(text: &str) -> Option<i32> {
    let key = compact(text);
    let text = arabic(&key);
    let mut years = text.match_indices('年').filter_map(|(at, _)| {
        let (year, long) = last_number(text.get(..at)?)?;
        i32::try_from(year).ok().filter(|year| long == 4 && (1990..2200).contains(year))
    });
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

/// The number at the end of a text, and how many digits it has.
fn last_number(text: &str) -> Option<(u32, usize)> {
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = text.get(start..)?;
    Some((digits.parse().ok()?, digits.len()))
}

/// Chinese figures before 年 and 月 as digits: `二〇二六年十月` is `2026年10月`.
fn arabic(text: &str) -> Cow<'_, str> {
    const FIGURES: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |c: char| match c {
        '零' | '○' => Some(0),
        c => FIGURES.iter().position(|f| *f == c),
    };
    if !text.contains(|c| c == '十' || digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.chars() {
        if digit(c).is_some() || c == '十' {
            run.push(c);
            continue;
        }
        let digits = || run.iter().map(|c| digit(*c)).collect::<Option<Vec<usize>>>();
        let number = match (c, run.as_slice()) {
            (_, []) => None,
            ('年', _) => digits()
                .filter(|d| d.len() == 4 || d.len() == 2)
                .map(|d| d.iter().map(ToString::to_string).collect::<String>()),
            ('月', ['十']) => Some("10".to_owned()),
            ('月', ['十', one]) => digit(*one).map(|d| (10 + d).to_string()),
            ('月', [one]) => digit(*one).map(|d| d.to_string()),
            _ => None,
        };
        match number {
            Some(number) => out.push_str(&number),
            None => out.extend(&run),
        }
        run.clear();
        out.push(c);
    }
    out.extend(&run);
    Cow::Owned(out)
}

/// `oct-26`, `october2026`, `2026-oct`.
fn english(text: &str) -> Option<Period> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let start = text.find(is_letter)?;
    let (before, rest) = text.split_at(start);
    let end = rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let known = |(short, long): (&str, &str)| {
        word == short || word == long || word == "sept" && short == "sep"
    };
    let month = ENGLISH.into_iter().zip(full).position(known)?;
    let month = u32::try_from(month + 1).ok()?;
    let parted = |c: char| "-'/.,".contains(c);
    let (before, after) = (before.trim_end_matches(parted), after.trim_start_matches(parted));
    let year = |digits: &str| {
        let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let year = digits.parse::<i32>().ok().filter(|_| all)?;
        match digits.len() {
            4 => Some(year),
            _ => None,
        }
    };
    match (before, after) {
        ("", "") => Some(Period { year: None, month }),
        // `Oct-26` is a month and a year, as Excel writes it.
        ("", after) if after.len() == 2 => {
            let year = year(&format!("20{after}"))?;
            Some(Period { year: Some(year), month })
        }
        ("", digits) | (digits, "") => Some(Period { year: Some(year(digits)?), month }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companys_own_month_is_that_of_its_end() {
        for (text, month) in [
            ("考核期间：2026年9月26日至10月25日", "2026-10"),
            ("考核周期 2026年9月26日-2026年10月25日", "2026-10"),
            ("2026-09-26至2026-10-25", "2026-10"),
            ("2026.9.26—2026.10.25", "2026-10"),
            ("2026年12月21日～2027年1月20日", "2027-01"),
            ("2026年12月21日至1月20日", "2027-01"),
            ("9月26日至10月25日", "10月"),
            ("2026年9月26日——10月25日", "2026-10"),
            ("2026年9月26日（含）至10月25日", "2026-10"),
            // A deadline, a contract.
            ("2026年10月26日至11月5日", "2026-10"),
            ("2026年10月考核（评分期2026年10月26日至11月5日）", "2026-10"),
            ("2023年9月26日至2026年10月25日", "2023-09"),
            // Most of these days, or all, are of the first month.
            ("2026年9月6日至10月5日", "2026-09"),
            ("2026年9月1日至9月30日", "2026-09"),
            ("2026年9月1日至2026年10月31日", "2026-09"),
        ] {
            assert_eq!(Period::named(text).unwrap().to_string(), month, "{text}");
        }
        assert_eq!(parse_month("2026年9月26日至10月25日").unwrap().to_string(), "2026-10");
    }

    #[test]
    fn reads_months_as_people_write_them() {
        for (text, month) in [
            ("考核月份：2026年10月", "2026-10"),
            ("2026-1", "2026-01"),
            ("2026/10/31", "2026-10"),
            ("２０２６年 10 月份", "2026-10"),
            ("202610", "2026-10"),
            ("2026.09.01至2026.09.30", "2026-09"),
        ] {
            assert_eq!(parse_month(text).unwrap().to_string(), month, "{text}");
        }
        for text in ["2026年", "10月", "2026-13", "12026-10", "考核"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
        let serial = Month::from_serial(46_310.0, false).unwrap();
        assert_eq!(serial.to_string(), "2026-10");
        assert_eq!(Month::from_serial(46_310.0 - 1462.0, true).unwrap(), serial);
    }

    #[test]
    fn reads_months_without_a_year_and_in_other_figures() {
        for (text, period) in [
            ("26年10月", "2026-10"),
            ("2026年度10月份", "2026-10"),
            ("10月（2026年）", "2026-10"),
            ("二〇二六年十月", "2026-10"),
            ("二零二六年十二月份", "2026-12"),
            ("2026年十一月", "2026-11"),
            ("Oct-26", "2026-10"),
            ("October 2026", "2026-10"),
            ("2026 Sept", "2026-09"),
            ("10月份", "10月"),
            ("1月", "1月"),
            ("十月", "10月"),
            ("Oct", "10月"),
        ] {
            assert_eq!(Period::named(text).unwrap().to_string(), period, "{text}");
        }
        for text in [
            "1-10月",
            "1～10月累计",
            "近3个月",
            "每月",
            "13月",
            "26-Oct",
            "第3月",
            "上月",
            "2026年",
        ] {
            assert_eq!(Period::named(text), None, "{text}");
        }
        let of = |value: Value| Period::of_value(&value, false).map(|p| p.to_string());
        assert_eq!(of(Value::Number(202_610.0)).as_deref(), Some("2026-10"));
        assert_eq!(of(Value::Number(46_310.0)).as_deref(), Some("2026-10"));
        assert_eq!(of(Value::Text("26.10".to_owned())).as_deref(), Some("2026-10"));
        assert_eq!(of(Value::Text("10.26".to_owned())), None);
        assert_eq!(of(Value::Number(10.0)), None);
        assert_eq!(of(Value::Number(2026.09)).as_deref(), Some("2026-09"));
        assert_eq!(of(Value::Number(2026.11)).as_deref(), Some("2026-11"));
        // January, or October; and no month.
        assert_eq!(of(Value::Number(2026.1)), None);
        assert_eq!(of(Value::Number(2026.095)), None);
    }

    proptest::proptest! {
        /// The quick look lets every text pass that names a month.
        #[test]
        fn what_cannot_name_a_month_does_not(
            text in "[0-9月月年年度./、（）()《》 \u{3000}:：_\t\u{1f}\\-0２６a-jJOocCtT一二十〇零①㋉ⅹ“≥A-C至]{0,14}",
        ) {
            if !may_name_month(&text) {
                proptest::prop_assert_eq!(Period::read(&text), None);
                proptest::prop_assert_eq!(read_month(&text), None);
            }
        }
    }
}
