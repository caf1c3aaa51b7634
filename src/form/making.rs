//! Days on which a sheet was made: marks are collected and figures drawn early in the month behind the one
//! that they are of, and the day stands at the sheet's top.

use super::month::Period;
use crate::text::{compact, has_any};
use std::borrow::Cow;

/// The last day of the month behind on which the sheets of a month are still made.
const LAST_DAY: u32 = 15;

/// What is done with a sheet on a day that it names: 11月2日统计.
const MAKING: [&str; 34] = [
    "统计", "汇总", "收集", "收回", "回收", "收齐", "收", "评", "打分", "测评", "投票", "导出",
    "导", "下载", "提取", "取数", "取", "查询", "录入", "录", "整理", "制", "编", "填", "提交",
    "交", "报", "更新", "生成", "打印", "审", "核", "发", "完成",
];
/// What may stand between the day and what was done: 11月5日前交回, 11月2日由人事部统计.
const BETWEEN: [&str; 6] = ["之前", "前", "已", "由", "经", "完"];
/// Words of figures that are a day's own: 11月2日日报.
const DAILY: [&str; 7] = ["日报", "当日", "当天", "单日数", "每日", "日数据", "日度"];
/// Labels of the month of figures, for which a day of it may stand.
const OF_MONTH: [&str; 8] = ["月份", "年月", "月度", "月", "期间", "周期", "账期", "所属期"];
/// What stands before the first or the last day of figures.
const ENDS: [&str; 12] =
    ["截至", "截止", "截到", "至", "到", "自", "从", "起", "起始", "开始", "结束于", "止"];
/// What is begun and ended when marks are collected; of figures such days make a span.
const ASKING: [&str; 7] = ["问卷", "评", "答", "填", "投票", "打分", "收"];
/// What joins the days of a span, beside 至 and 到.
const DASHES: [char; 7] = ['-', '~', '—', '–', '〜', '～', '－'];

/// A day in a text: where it stands, and which it is.
struct Named {
    start: usize,
    end: usize,
    day: u32,
    month: Period,
}

/// A text without the days on which it was made, as those early in the month behind `month` are: `下级评分
/// （2026年11月2日统计）` of October names no month. What such a day is the first or the last of, or whose
/// figures are named behind it (2026年11月2日团队数据), stays.
pub fn without_making_days(text: &str, month: Option<Period>) -> Cow<'_, str> {
    let Some(month) = month else { return Cow::Borrowed(text) };
    if !text.contains(|c: char| c.is_ascii_digit()) || has_any(text, &DAILY) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut from = 0;
    while let Some(found) = next_day(text, from) {
        let kept = text.get(from..found.start).unwrap_or_default();
        let before = text.get(..found.start).unwrap_or_default();
        let behind = text.get(found.end..).unwrap_or_default();
        let made = found.day <= LAST_DAY
            && is_next(found.month, month)
            && !is_end_of_span(before)
            && says_making(behind);
        out.push_str(kept);
        if !made {
            out.push_str(text.get(found.start..found.end).unwrap_or_default());
        }
        from = found.end;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a label is of the month of figures, so that a day beside it stands for its month.
pub fn stands_for_month(label: &str) -> bool {
    OF_MONTH.iter().any(|end| label.ends_with(end))
}

/// Whether a month is the one right behind another.
fn is_next(found: Period, month: Period) -> bool {
    let next = month.month % 12 + 1;
    let year = month.year.map(|year| if next == 1 { year + 1 } else { year });
    found.fits(Period { year, month: next })
}

/// Whether what stands before a day makes it an end of a span or a month's: 截至, 10月26日-, 统计月份：.
fn is_end_of_span(before: &str) -> bool {
    let bare = before
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '于' | '为'));
    let dashed = bare.strip_suffix(DASHES).is_some_and(|first| {
        first.trim_end().ends_with(|c: char| c.is_ascii_digit() || "年月日号".contains(c))
    });
    let key = compact(bare);
    let begins = has_any(&key, &["开始", "起始", "起算"]) && !has_any(&key, &ASKING);
    dashed || begins || stands_for_month(&key) || ENDS.iter().any(|word| key.ends_with(word))
}

/// Whether what stands behind a day lets it be that of the making: nothing, a sign, what was done, or the
/// next label.
fn says_making(behind: &str) -> bool {
    let rest = behind.trim_start();
    let next = rest.split_once([':', '：']).map(|(name, _)| compact(name));
    let labelled = || {
        next.is_some_and(|name| {
            (1..=8).contains(&name.chars().count()) && !has_any(&name, &["数据", "指标"])
        })
    };
    let done = |rest: &str| MAKING.iter().any(|word| rest.starts_with(word));
    let between = BETWEEN.iter().find_map(|word| rest.strip_prefix(word));
    let by = || {
        rest.starts_with(['由', '经']) && has_any(rest, &["统计", "汇总", "整理", "提供", "导出"])
    };
    let Some(first) = rest.chars().next() else { return true };
    let sign = !first.is_alphanumeric() && !DASHES.contains(&first);
    sign || done(rest) || between.is_some_and(done) || by() || labelled()
}

/// The next day that a text names from a place on, with its time.
fn next_day(text: &str, from: usize) -> Option<Named> {
    let mut before = text.get(..from)?.chars().next_back();
    for (at, c) in text.get(from..)?.char_indices() {
        let within = before.replace(c).is_some_and(|c| c.is_ascii_digit() || c == '.');
        if within || !c.is_ascii_digit() {
            continue;
        }
        let start = from + at;
        let rest = text.get(start..)?;
        if let Some((month, day, behind)) = with_year(rest).or_else(|| without_year(rest)) {
            return Some(Named { start, end: text.len() - after_time(behind).len(), day, month });
        }
    }
    None
}

/// `2026年11月2日`, `2026-11-02`, `2026/11/2`, `2026.11.2` or `20261102`, and what stands behind it.
fn with_year(text: &str) -> Option<(Period, u32, &str)> {
    let (year, rest, long) = number(text)?;
    let (year, month, day, rest) = match long {
        8 => (year / 10_000, year / 100 % 100, year % 100, rest),
        4 => {
            let (month, rest, _) = number(part(rest, &['年', '-', '/', '.'])?)?;
            let (day, rest, _) = number(part(rest, &['月', '-', '/', '.'])?)?;
            (year, month, day, rest)
        }
        _ => return None,
    };
    let real = (1990..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let year = i32::try_from(year).ok().filter(|_| real)?;
    Some((Period { year: Some(year), month }, day, rest.strip_prefix(['日', '号']).unwrap_or(rest)))
}

/// `11月2日`, and what stands behind it.
fn without_year(text: &str) -> Option<(Period, u32, &str)> {
    let (month, rest, _) = number(text)?;
    let (day, rest, _) = number(part(rest, &['月'])?)?;
    let rest = rest.strip_prefix(['日', '号'])?;
    let real = (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then_some((Period { year: None, month }, day, rest))
}

/// The digits with which a text begins, what stands behind them, and how many they are.
fn number(text: &str) -> Option<(u32, &str, usize)> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.get(..text.len() - rest.len())?;
    Some((digits.parse().ok()?, rest, digits.len()))
}

/// What stands behind the sign that parts a day's figures.
fn part<'t>(text: &'t str, signs: &[char]) -> Option<&'t str> {
    Some(text.trim_start().strip_prefix(signs)?.trim_start())
}

/// What stands behind the time of a day, where one is written: ` 09:10:05`, `T18:00`, `上午`.
fn after_time(text: &str) -> &str {
    let bare = text.trim_start().trim_start_matches('T');
    let bare = ["上午", "下午", "中午", "晚上", "晚", "早上"]
        .iter()
        .find_map(|word| bare.strip_prefix(word))
        .unwrap_or(bare)
        .trim_start();
    let clock =
        bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '：' | '.'));
    let written = bare.get(..bare.len() - clock.len()).unwrap_or_default();
    if written.is_empty() && bare.len() < text.trim_start().len() || written.contains([':', '：'])
    {
        clock
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCTOBER: Option<Period> = Some(Period { year: Some(2026), month: 10 });

    fn is_made(text: &str) -> bool {
        !without_making_days(text, OCTOBER).contains("11")
    }

    #[test]
    fn days_on_which_a_sheet_was_made() {
        for text in [
            "评分日期：2026年11月2日",
            "统计日期：2026-11-02",
            "2026-11-02",
            "20261102",
            "2026/11/1 09:10:05",
            "2026-11-02T09:30",
            "2026年11月2日上午",
            "2026-11-02录入",
            "下级评分汇总（2026年11月2日统计）",
            "下级评分汇总 2026.11.2",
            "下级评分-2026-11-02",
            "截止日期：2026-11-03",
            "请于11月5日前交回",
            "收集时间：11月3日  收集人：张三",
            "2026年11月2日由人事部统计",
            "问卷开始时间：2026-11-03",
            "导出时间：2026-11-03 10:00，导出人李四",
            "生成于2026-11-15",
        ] {
            assert!(is_made(text), "{text} {}", without_making_days(text, OCTOBER));
        }
    }

    #[test]
    fn days_that_are_of_the_figures() {
        for text in [
            "2026年11月 指标数据",
            "2026-11",
            "2026年11月16日",
            "2026-11-30",
            "2026年11月2日团队数据",
            "2026年11月2日 团队数据",
            "客服日报（2026年11月2日）",
            "数据截至2026年11月10日",
            "截止：2026-11-10",
            "2026年10月26日-2026年11月10日",
            "2026-10-11至2026-11-10",
            "2026年11月1日至11月30日",
            "2026年11月1日-15日",
            "11月1日起",
            "统计开始日期：2026-11-01",
            "统计月份：2026-11-01",
            "考核周期：2026年11月1日",
            "2025-11-02",
            "2027年11月2日",
        ] {
            assert!(!is_made(text), "{text} {}", without_making_days(text, OCTOBER));
        }
        assert_eq!(without_making_days("2026-12-02", OCTOBER), "2026-12-02");
        assert_eq!(without_making_days("2026-11-02", None), "2026-11-02");
        let december = Some(Period { year: Some(2026), month: 12 });
        assert_eq!(without_making_days("2027年1月4日统计", december), "统计");
        assert_eq!(without_making_days("2026年1月4日统计", december), "2026年1月4日统计");
    }
}
