//! Spans of time other than a month: weeks, quarters, some days, several months.

use super::month::Period;
use crate::text::has_any;
use std::borrow::Cow;

/// What joins the two ends of a span.
const TO: [char; 7] = ['-', '~', '至', '到', '—', '–', '〜'];

/// Days written by points, slashes or dashes, as with their words: `9.1-9.30` is 9月1日-9月30日,
/// `截止10/20` 截止10月20日. A lone `10.20` may be a number.
pub fn in_words(note: &str) -> Cow<'_, str> {
    let whole = |note: &str| {
        let (head, days) = ["截至", "截止"]
            .iter()
            .find_map(|word| Some((*word, note.strip_prefix(word)?)))
            .unwrap_or(("", note));
        let days = days.trim_end_matches(['日', '号', '止', '前']);
        // Between two dashed days stands another sign: 2026-09-01至2026-09-30.
        let ends = days.split_once(['~', '至', '到', '—', '–', '〜']).or(days.split_once('-'));
        let one = || Some(format!("{head}{}", day_in_words(days, None)?.0));
        let both = |(from, to): (&str, &str)| {
            let (from, month) = day_in_words(from, None)?;
            let (to, _) = day_in_words(to.trim_start_matches(TO), Some(month))?;
            Some(format!("{head}{from}-{to}"))
        };
        ends.and_then(both).or_else(|| one().filter(|_| !head.is_empty()))
    };
    // Most notes name no days.
    match note.contains(['.', '/', '-']).then(|| whole(note)).flatten() {
        Some(spelt) => Cow::Owned(spelt),
        None => Cow::Borrowed(note),
    }
}

/// `10.20` as 10月20日, `2026-10-20` as 2026年10月20日, and the month; without a month of its own a day is
/// of `month`.
fn day_in_words(text: &str, month: Option<u32>) -> Option<(String, u32)> {
    let number = |text: &str, most: u32| {
        is_number(text)
            .then(|| text.parse::<u32>().ok())
            .flatten()
            .filter(|n| (1..=most).contains(n))
    };
    let dated = text.split_once(['.', '/', '-']).filter(|(year, _)| {
        year.len() == 4 && year.starts_with("20") && year.bytes().all(|b| b.is_ascii_digit())
    });
    let (year, text) = dated.map_or((None, text), |(year, rest)| (Some(year), rest));
    let (month, day) = match text.split_once(['.', '/', '-']) {
        Some((month, day)) => (number(month, 12)?, day),
        None => (month?, text),
    };
    let year = year.map(|year| format!("{year}年")).unwrap_or_default();
    Some((format!("{year}{month}月{}日", number(day, 31)?), month))
}

/// Whether a note is of another span than a month: 第1周, 上旬, 三季度.
pub fn is_span(note: &str) -> bool {
    const SPANS: [&str; 16] = [
        "周",
        "本周",
        "上周",
        "每周",
        "单周",
        "周度",
        "周均",
        "上旬",
        "中旬",
        "下旬",
        "上半月",
        "下半月",
        "上半年",
        "下半年",
        "半年",
        "季度",
    ];
    // 2026q3, 26年h1, fy25.
    let bare = note.trim_start_matches("fy");
    let bare = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = bare.strip_prefix(['年', '-', '_']).unwrap_or(bare);
    let numbered =
        |letter: char| bare.strip_prefix(letter).is_some_and(|n| ["1", "2", "3", "4"].contains(&n));
    let fiscal = || {
        note.strip_prefix("fy").is_some_and(|year| matches!(year.len(), 2 | 4) && bare.is_empty())
    };
    let season = || {
        let named = bare.strip_prefix('第').unwrap_or(bare).strip_suffix('季');
        named.is_some_and(|n| ["一", "二", "三", "四", "1", "2", "3", "4"].contains(&n))
    };
    let quarter =
        || note.ends_with("季度") || numbered('q') || numbered('h') || season() || fiscal();
    let week = || {
        let numbered = note.strip_prefix('第').is_some_and(|rest| rest.ends_with(['周', '旬']));
        numbered || note.strip_prefix('w').is_some_and(is_number)
    };
    let days = |note: &str| is_range(&in_words(note));
    SPANS.contains(&note)
        || quarter()
        || week()
        || days(note)
        || days(without_sums(note))
        || has_span(note)
        || is_months(note)
        || in_figures(note)
}

/// A note without what is done with its span's figures: 1~10月 of 1~10月累计.
fn without_sums(note: &str) -> &str {
    ["累计", "合计", "总计", "平均", "均值"]
        .iter()
        .find_map(|end| note.strip_suffix(end))
        .unwrap_or(note)
}

/// Whether a note names a number of months: 近3个月, 三个月平均. 1个月 may be this one.
fn is_months(note: &str) -> bool {
    without_sums(note).strip_suffix("个月").is_some_and(|before| {
        let number = before.trim_start_matches(['最', '近', '前', '过', '去']);
        let chinese = "二两三四五六七八九十".contains(number) && !number.is_empty();
        chinese || number.parse::<u32>().is_ok_and(|months| months > 1)
    })
}

/// Whether a note names days by four figures each, of one month: 1001-1007.
fn in_figures(note: &str) -> bool {
    let day = |text: &str| {
        let four = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let (month, day) = four.then(|| text.split_at_checked(2)).flatten()?;
        let (month, day) = (month.parse::<u32>().ok()?, day.parse::<u32>().ok()?);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month, day))
    };
    let ends = note.split_once(TO).and_then(|(from, to)| Some((day(from)?, day(to)?)));
    // 0926-1025 may be a company's own month, 0928-1004 is a week.
    ends.is_some_and(|(from, to)| match from.0 == to.0 {
        true => from < to && to.1 < 28,
        false => from.0 + 1 == to.0 && from.1 > to.1 + 10,
    })
}

/// Whether a text names such days anywhere: 10月1日-15日团队数据.
pub fn holds_range(key: &str) -> bool {
    let ends = key.match_indices(['日', '号']).map(|(at, end)| at + end.len());
    ends.filter_map(|end| key.get(..end)).any(is_range)
}

/// Whether what stands in a column of spans says that its row is of a part of a month, or of several
/// months: 10.1-10.15, 第1周. 季度 there may say how often a figure is taken, and days that come every
/// month, or after the month (11.1-11.5 for October), when it is.
pub fn is_other_days(key: &str, month: Option<Period>) -> bool {
    if has_any(key, &["每月", "次月", "下月"]) || is_months_own_days(key) {
        return false;
    }
    let words = in_words(key);
    let after = || {
        let day = words.strip_prefix("截至").or(words.strip_prefix("截止")).unwrap_or(&words);
        let found = Period::named(day).zip(month);
        found.is_some_and(|(found, month)| found.is_after(month))
    };
    is_range(&words) && !is_own_month(&words) && !after() || has_span(key)
}

/// Whether days make the month that a company counts: 上月26日-本月25日.
pub fn is_months_own_days(key: &str) -> bool {
    key.contains("上月") && has_any(key, &["本月", "当月"]) && key.contains(TO)
}

/// Whether a text, its days in words, names a span from one day or month to another; 2026-11-02 is a day.
pub fn is_from_to(words: &str) -> bool {
    let dashed = || {
        let ends = ['月', '日', '号'];
        words.split_once('-').is_some_and(|(from, to)| from.ends_with(ends) || to.ends_with(ends))
    };
    words.contains(['~', '至', '到', '—', '–', '〜']) || dashed()
}

/// Whether a text names days from one month into the next, which may make a company's own month:
/// 9月26日-10月25日.
pub fn is_own_month(key: &str) -> bool {
    let mut months = key.match_indices('月').filter_map(|(at, _)| last_figures(key.get(..at)?));
    let first = months.next();
    first.is_some() && months.any(|month| Some(month) != first) && Period::named(key).is_some()
}

/// Whether a note names days that are no whole month, or several months: 截至10月15日, 1-15日, 9-10月.
fn is_range(note: &str) -> bool {
    let month = note.trim_end_matches(['份', '度']).strip_suffix('月');
    const AND: [char; 5] = ['、', '&', '+', '和', '与'];
    if let Some(months) = month.filter(|months| months.contains(AND)) {
        // 9、10月 are two of them.
        let is_month = |part: &str| {
            let figures = last_figures(part.trim_end_matches('月'));
            figures.and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| (1..=12).contains(&n))
        };
        return months.split(AND).all(is_month);
    }
    if let Some((from, to)) = month.and_then(|months| months.rsplit_once(TO)) {
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= 12);
        // Q4-10月 is October of the quarter.
        let from = Some(from.trim_end_matches('月')).filter(|from| !from.starts_with('q'));
        let from = from.and_then(last_figures).and_then(number);
        return from.zip(number(to)).is_some_and(|(from, to)| from != to);
    }
    let day = note.trim_end_matches(['止', '前', '底', '内']).strip_suffix(['日', '号']);
    let day = day.and_then(last_figures).and_then(|day| day.parse::<u32>().ok());
    let until = note.contains(TO) || has_any(note, &["截至", "截止"]) || note.ends_with('止');
    let next = has_any(note, &["次月", "下月"]);
    // The month's last days may be its end.
    until && !next && day.is_some_and(|day| day < 28)
}

/// The figures at a text's end.
fn last_figures(text: &str) -> Option<&str> {
    let figures = text.trim_end_matches(|c: char| c.is_ascii_digit());
    text.get(figures.len()..).filter(|rest| !rest.is_empty())
}

/// Whether a text names a part of a month anywhere: 10月第1周, 上半月指标.
pub fn has_span(key: &str) -> bool {
    let chars: Vec<char> = key.chars().collect();
    let week = |three: &[char]| matches!(three, ['第', _, '周'] | ['上' | '下', '半', '月']);
    chars.windows(3).any(week) || has_any(key, &["上旬", "中旬", "下旬"])
}

/// One or two figures.
fn is_number(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_are_no_month() {
        for note in [
            "截至10月15日",
            "截止10月20号",
            "10月1日-15日",
            "1-15日",
            "10月1日至10月15日止",
            "9-10月",
            "8至10月",
            "9月-10月",
            "10.1-10.15",
            "10.01-10.15",
            "10/1-15",
            "截止10.20",
            "截至10.20日",
            "2026.10.1-2026.10.15",
            "2026-10-01至2026-10-15",
            "2026/10/1-10/15",
            "1~10月累计",
            "1至10月累计",
            "10月上半月",
            "三个月平均",
            "近3个月",
            "9月、10月",
            "h1",
            "2026q3",
            "26年q4",
            "fy25",
            "三季",
            "第3季",
            "1001-1007",
            "0928-1004",
            "9、10月",
            "8月和9月",
        ] {
            assert!(is_span(note), "{note}");
        }
        for note in [
            "截至10月31日",
            "截至10月底",
            "10月1日-31日",
            "2026-10月",
            "10月",
            "10月15日",
            "截至2026年10月30日",
            "1-31日",
            "元",
            "3-5天",
            "10.1-10.31",
            "60.5-70.5",
            "10.20",
            "0.5-1.5",
            "1/2",
            "2026-10-01至2026-10-31",
            "2026-10-01",
            "2026-10",
            "10-20",
            "q4-10月",
            "10月累计",
            "一个月",
            "1个月",
            "满2个月以上",
            "10月、十月",
            "1001-1031",
            "0926-1025",
            "1001",
            "旺季",
            "h",
            "q5",
            "2026年",
        ] {
            assert!(!is_span(note), "{note}");
        }
        assert_eq!(in_words("9.1—9.30"), "9月1日-9月30日");
        assert_eq!(in_words("2026.09.01-09.30"), "2026年9月1日-9月30日");
        assert_eq!(in_words("截至2026-10-25"), "截至2026年10月25日");
        assert!(is_own_month("9月26日-10月25日数据") && !is_own_month("10月1日-10月15日"));
        let october = Some(Period { year: Some(2026), month: 10 });
        for (days, other) in [
            ("9.28-10.4", true),
            ("10.1-10.15", true),
            ("9.26-10.25", false),
            ("上月26日-本月25日", false),
            ("每月1日-5日", false),
            ("11.1-11.5", false),
            ("截至11月2日", false),
            ("截至10月25日", true),
            ("2026-11-02", false),
        ] {
            assert_eq!(is_other_days(days, october), other, "{days}");
        }
        assert!(is_from_to("9月26日-10月25日") && is_from_to("8-9月"));
        assert!(!is_from_to("2026-11-02") && !is_from_to("10月28日"));
        assert!(holds_range("10月1日-15日团队数据") && !holds_range("10月1日-31日数据"));
    }
}
