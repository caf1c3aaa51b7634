//! Limits that a form's criteria add to the scheme's words: 最高奖励10分, 超过3次本项不得分.

use super::{Difference, atoms, shortened};
use crate::scheme::Item;
use crate::text::{compact, has_any};

/// Words of a limit, a veto, or how parts of a step count.
const WORDS: [&str; 24] = [
    "最高",
    "最多",
    "上限",
    "封顶",
    "不超过",
    "不得超过",
    "不高于",
    "最低",
    "最少",
    "下限",
    "保底",
    "不得分",
    "得0分",
    "不计分",
    "否决",
    "不足",
    "扣完",
    "至多",
    "为限",
    "清零",
    "归零",
    "全扣",
    "扣光",
    "为零",
];

/// The limits in a text that stand neither in the scheme's words for the item nor among its numbers.
pub(super) fn added(item: &Item, text: &str) -> Vec<Difference> {
    if item.criteria.is_empty() {
        return Vec::new();
    }
    let known = compact(&item.criteria);
    let parts = text.split(['；', ';', '。', '\n', '，', ',']).filter(|part| has_any(part, &WORDS));
    let new = parts.filter(|part| {
        let key = compact(part);
        let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)".contains(c));
        !known.contains(key) && !is_kept(item, key)
    });
    new.map(|part| Difference { words: shortened(part), readings: None }).collect()
}

/// Whether the scheme has the limit: its cap and floor, or nothing below 0. 少于10家 limits no points.
fn is_kept(item: &Item, key: &str) -> bool {
    let full = item.points;
    let limits =
        [item.cap, Some(item.floor), item.cap.map(|cap| cap - full), Some(full - item.floor)];
    let rules = atoms::of_item(item);
    let is_known = |n: f64| limits.contains(&Some(n)) || rules.iter().any(|rule| rule.is_limit(n));
    let (mut rest, mut any) = (key, false);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = rest.get(start..).unwrap_or_default();
        let behind = from.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = from.strip_suffix(behind).and_then(|digits| digits.parse().ok());
        let of_points = behind.is_empty() || behind.starts_with(['分', ')']);
        if !number.is_some_and(is_known) || !of_points {
            return false;
        }
        (rest, any) = (behind, true);
    }
    any || key.contains("扣完") && item.floor == 0.0
}
