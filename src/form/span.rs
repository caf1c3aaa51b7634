//! Spans of time other than a month: weeks, quarters, some days, several months.

use crate::text::has_any;

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
    let quarter = || {
        note.ends_with("季度")
            || note.strip_prefix('q').is_some_and(|n| n.len() == 1 && is_number(n))
    };
    let week = || {
        let numbered = note.strip_prefix('第').is_some_and(|rest| rest.ends_with(['周', '旬']));
        numbered || note.strip_prefix('w').is_some_and(is_number)
    };
    SPANS.contains(&note) || quarter() || week() || is_range(note)
}

/// Whether a note names days that are no whole month, or several months: 截至10月15日, 1-15日, 9-10月.
fn is_range(note: &str) -> bool {
    const TO: [char; 7] = ['-', '~', '至', '到', '—', '–', '〜'];
    let month = note.trim_end_matches(['份', '度']).strip_suffix('月');
    if let Some((from, to)) = month.and_then(|months| months.rsplit_once(TO)) {
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= 12);
        let from = last_figures(from.trim_end_matches('月')).and_then(number);
        return from.zip(number(to)).is_some_and(|(from, to)| from != to);
    }
    let day = note.trim_end_matches(['止', '前', '底', '内']).strip_suffix(['日', '号']);
    let day = day.and_then(last_figures).and_then(|day| day.parse::<u32>().ok());
    let until = note.contains(TO) || has_any(note, &["截至", "截止"]);
    // The month's last days may be its end.
    until && day.is_some_and(|day| day < 28)
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
        ] {
            assert!(!is_span(note), "{note}");
        }
    }
}
