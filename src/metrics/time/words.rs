//! Words of time that headers, remarks and sheets use alike.

use crate::form::Period;
use crate::form::span::in_words;
use crate::text::other_times::names_before;
use crate::text::{has_any, label};

/// Until when figures were counted.
pub(super) const UNTIL: [&str; 10] =
    ["截至", "截止", "截到", "统计到", "统计至", "数据到", "数据至", "取数到", "更新到", "更新至"];

/// The day up to which figures were counted, in words: 截至10月25日.
pub(super) fn until_in_words(key: &str) -> Option<String> {
    let behind = UNTIL.iter().find_map(|word| Some(key.split_once(word)?.1))?;
    let behind = behind.trim_start_matches(['到', '至', '于', '为']);
    let is_day = |c: char| c.is_ascii_digit() || "年月日号./-".contains(c);
    let day =
        behind.find(|c| !is_day(c)).map_or(behind, |end| behind.get(..end).unwrap_or_default());
    (!day.is_empty()).then(|| in_words(&format!("截至{day}")).into_owned())
}

/// Whether a remark names some of a month's weeks: 前三周, 最后一周.
pub(super) fn names_weeks(key: &str) -> bool {
    // 第2周1次 counts something.
    let of_figures =
        |behind: &str| behind.is_empty() || behind.starts_with(['数', '的', '未', '没']);
    let weeks = key.split_once('周').filter(|(_, behind)| of_figures(behind));
    let before = weeks.and_then(|(before, _)| {
        let mut back = before.chars().rev();
        let number = back.next().is_some_and(|c| "一二三四1234两后".contains(c));
        number.then(|| back.next()).flatten()
    });
    before.is_some_and(|c| "前后第最缺头".contains(c))
}

/// Whether a text names the last days before it was written, which are no month: 近7天, 最近两周.
pub(super) fn names_last_days(key: &str) -> bool {
    let counts = |behind: &str| {
        let rest = behind.trim_start_matches(|c: char| {
            c.is_ascii_digit() || "一二两三四五六七八九十".contains(c)
        });
        rest.len() < behind.len() && rest.starts_with(['天', '日', '周'])
    };
    key.split('近').skip(1).any(counts)
}

/// The month of 截至10月25日.
pub(super) fn day_month(words: &str) -> Option<Period> {
    Period::named(words.trim_start_matches("截至"))
}

/// Whether a header is of another time than the month: the only column of numbers need not be the month's.
pub(in crate::metrics) fn is_other_time(text: &str) -> bool {
    let key = label(text);
    // 累计 alone may be the year's; 月累计 is the month's own.
    let summed =
        key == "累计" || key.contains("累计") && has_any(&key, &["年", "1-", "一至", "季"]);
    (names_before(&key) || summed) && !has_any(&key, &["本月", "当月", "上月结转"])
}

/// What a text says of figures, without its word for them: 上月 of 上月数据.
pub(super) fn without_figures(key: &str) -> &str {
    const FIGURES: [&str; 6] = ["的数据", "数据", "数值", "指标", "数", "值"];
    let bare = FIGURES.iter().find_map(|end| key.strip_suffix(end));
    bare.filter(|bare| !bare.is_empty()).unwrap_or(key)
}
