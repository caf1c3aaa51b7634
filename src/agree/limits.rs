//! Limits that a form's criteria add to the scheme's words: 最高奖励10分, 超过3次本项不得分.

use super::{Difference, Unlike, atoms, shortened};
use crate::scheme::{Item, Rule, Steps};
use crate::text::{compact, has_any};

/// Words of a limit, a veto, or how parts of a step count.
const WORDS: [&str; 25] = [
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
    "限扣",
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
        // 找出不足 limits nothing.
        let lack = key.replace("不足", "");
        if lack != key
            && !has_any(&lack, &WORDS)
            && !has_any(&lack, &["按", "不计", "不扣", "不加"])
        {
            return false;
        }
        let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)".contains(c));
        !known.contains(key) && !is_kept(item, key) && !fails_whole(item, key)
    });
    new.map(|part| Difference::new(shortened(part), Unlike::Limit)).collect()
}

/// Whether words say of an item of several conditions what 否则不得分 says: 有一项不达标不得分.
fn fails_whole(item: &Item, key: &str) -> bool {
    let [Rule::AllOrNothing(_)] = item.rules.as_slice() else { return false };
    let start = ["其中", "若", "如", "有", "任意", "任何", "任"];
    let bare = start.iter().fold(key, |key, word| key.strip_prefix(word).unwrap_or(key));
    let one = bare.strip_prefix("一项").or_else(|| bare.strip_prefix("1项"));
    let Some(fails) = one.and_then(|rest| rest.strip_prefix(['不', '未'])) else { return false };
    let met = ["达标", "达到", "合格", "符合", "完成", "满足"];
    let Some(end) = met.iter().find_map(|word| fails.strip_prefix(word)) else { return false };
    let end = end.trim_start_matches(['的', '者', ',', '则', '本', '该', '项', '即']);
    ["不得分", "得0分", "为0分", "计0分", "不给分"].contains(&end)
}

/// Whether words are of a limit that the scheme has.
pub(super) fn holds(item: &Item, key: &str) -> bool {
    has_any(key, &WORDS) && is_kept(item, key)
}

/// Whether words name a limit.
pub(super) fn names(key: &str) -> bool {
    has_any(key, &WORDS)
}

/// The limits in the scheme's words, with a number, that a text lacks.
pub(super) fn gone(item: &Item, text: &str) -> Vec<Difference> {
    let text = compact(text);
    let parts = item
        .criteria
        .split(['；', ';', '。', '\n', '，', ','])
        .filter(|part| has_any(part, &WORDS) && part.contains(|c: char| c.is_ascii_digit()));
    let lost = parts.filter(|part| !text.contains(&compact(part)));
    lost.map(|part| Difference::new(shortened(part), Unlike::Gone)).collect()
}

/// Whether the scheme has the limit: its cap and floor, or nothing below 0. 少于10家 limits no points.
fn is_kept(item: &Item, key: &str) -> bool {
    let full = item.points;
    if item.cap.is_none() && has_any(key, &["不封顶", "不设上限", "无上限"]) {
        return true;
    }
    let uncounted = ["不计", "不扣", "不加", "舍去", "不算"];
    if key.contains("不足") && has_any(key, &uncounted) && counts_whole_steps(item) {
        return true;
    }
    // What is taken, what is added, where it ends below, where above.
    let limit = if has_any(key, &["扣", "减", "罚"]) {
        Some(full - item.floor)
    } else if has_any(key, &["加", "奖"]) {
        item.cap.map(|cap| cap - full)
    } else if has_any(key, &["最低", "最少", "下限", "保底"]) {
        Some(item.floor)
    } else {
        item.cap
    };
    let rules = atoms::of_item(item);
    let is_known = |n: f64| limit == Some(n) || rules.iter().any(|rule| rule.is_limit(n));
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

/// Whether an item's steps count when they are whole.
fn counts_whole_steps(item: &Item) -> bool {
    let steps = item.rules.iter().flat_map(|rule| match rule {
        Rule::Deviation(deviation) => vec![deviation.steps],
        Rule::Clauses(clauses) => clauses
            .rules
            .iter()
            .filter_map(|rule| match rule {
                Rule::Deviation(deviation) => Some(deviation.steps),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    });
    let steps: Vec<Steps> = steps.collect();
    !steps.is_empty() && steps.iter().all(|steps| *steps == Steps::Whole)
}
