//! What a figure that is typed as a text says.

use crate::day::Day;
use crate::form::Period;
use crate::metrics::naming::is_name;
use crate::scheme::{Metric, MetricKind};
use crate::text::{TypedNumber, parse_number};
use crate::workbook::Value;

/// The day of a cell, also where it holds a text or a time of day. `None` for what is no day.
pub(super) fn day_at(value: &Value) -> Option<f64> {
    let day = match value {
        Value::Number(number) => Day::from_number(*number),
        Value::Text(text) => Day::parse(text),
        _ => None,
    };
    day.map(|day| day.serial())
}

/// Whether a text beside a count says that nothing happened, as people write it for a blank.
pub(super) fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 9] = ["无", "没有", "未发生", "零", "-", "--", "/", "\\", "无发生"];
    let key: String =
        crate::text::compact(text)
            .chars()
            .map(|c| {
                if matches!(c, '\u{2013}' | '\u{2014}' | '\u{2212}' | '\u{2500}') { '-' } else { c }
            })
            .collect();
    WORDS.contains(&key.trim_end_matches(['。', '!', '.']))
}

/// Letters by which a word that begins like a name is a time, a shop or a reservation: 于上月, 金华店.
const NO_NAME: [char; 16] = [
    '月', '年', '季', '上', '含', '未', '已', '待', '另', '前', '后', '旧', '原', '店', '部', '组',
];

/// A number with what changes nothing of it: how often with whose or on which days (`2人次（张敏）`,
/// `1次（10月12日）`), a price an order (`83元/单`), seconds by their sign (`15″`).
pub(super) fn typed(metric: &Metric, text: &str, month: Option<Period>) -> Option<TypedNumber> {
    if let Some(number) = parse_number(text) {
        return Some(number);
    }
    let key = crate::text::compact(text);
    let bare = match metric.kind {
        MetricKind::Count => {
            let (number, note) = key.strip_suffix(')')?.split_once('(')?;
            let count = parse_number(number)?.value;
            let parts: Vec<&str> = note.split(['、', ',', '/', '和', '及']).collect();
            let named = |part: &str| is_name(part) && !part.contains(NO_NAME);
            let tells = |part: &&str| named(part) || is_day_of(part, month);
            let all = parts.iter().all(tells) && parts.len() as f64 <= count;
            Some(number).filter(|_| all)?
        }
        // What an order is worth is no turnover.
        MetricKind::Amount if metric.name.contains("客单价") => {
            ["/单", "/笔", "/人", "每单"].iter().find_map(|end| key.strip_suffix(end))?
        }
        MetricKind::Time if metric.unit.is_empty() || metric.unit.contains('秒') => {
            ["′′", "''", "\"", "”", "″"].iter().find_map(|end| key.strip_suffix(end))?
        }
        _ => return None,
    };
    parse_number(bare).filter(|typed| !typed.percent)
}

/// Whether a text is a day of a month and nothing else: 10月12日, 12日.
fn is_day_of(text: &str, month: Option<Period>) -> bool {
    text.ends_with(['日', '号'])
        && Day::without_year(text).is_some_and(|(named, _)| {
            named.is_none_or(|named| month.is_some_and(|own| own.month == named))
        })
}
