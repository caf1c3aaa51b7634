//! Which group (shop) of the team a text names: 天猫旗舰店 in a member's row, C店团队 over a table.

use super::look::Look;
use super::titles;
use crate::form::notes;
use crate::scheme::{Team, TeamGroup};
use crate::text::{compact, has_any, label};
use crate::workbook::Sheet;
use std::ops::RangeInclusive;

/// Parts of texts that say that a shop is not, or no longer, or not yet the one that they name; and of shops of
/// no platform's: 官方商城.
const NOT_SO: [&str; 19] = [
    "非",
    "无",
    "外",
    "转",
    "原",
    "前",
    "曾",
    "拟",
    "待",
    "兼",
    "或",
    "→",
    "官方商城",
    "官网",
    "独立",
    "自建",
    "积分",
    "app",
    "线下",
];

/// The group that a text names: by its name or an alias alone, or by one within it (云裳女装C店) where
/// no other group or platform is named beside it.
pub(super) fn named<'s>(spec: &'s Team, text: &str) -> Option<&'s TeamGroup> {
    let key = label(text);
    let is_alone = |name: &String| label(name) == key;
    spec.groups.iter().find(|group| names(group).any(is_alone)).or_else(|| within(spec, text))
}

fn names(group: &TeamGroup) -> impl Iterator<Item = &String> {
    std::iter::once(&group.name).chain(&group.aliases)
}

/// Most letters of a shop's name.
const LONGEST: usize = 24;

fn within<'s>(spec: &'s Team, text: &str) -> Option<&'s TeamGroup> {
    let key = compact(text);
    if key.chars().count() > LONGEST || notes::is_joined(&key) || has_any(&key, &NOT_SO) {
        return None;
    }
    let mut found: Vec<(String, &TeamGroup)> = Vec::new();
    for group in &spec.groups {
        let words = names(group).map(|name| label(name));
        // Of a word of one letter anything may be made.
        let words = words.filter(|word| word.chars().count() > 1 && key.contains(word.as_str()));
        found.extend(words.map(|word| (word, group)));
    }
    // 淘宝 within 淘宝商城 is no word of its own.
    let words: Vec<String> = found.iter().map(|(word, _)| word.clone()).collect();
    let within =
        |word: &String| words.iter().any(|other| other != word && other.contains(word.as_str()));
    let mut own = found.iter().filter(|(word, _)| !within(word));
    let (_, group) = own.next()?;
    if own.any(|(_, other)| other.name != group.name) {
        return None;
    }
    // 京东商城
    let is_own = |platform: &str| words.iter().any(|word| word.contains(platform));
    notes::platforms(&key).all(is_own).then_some(*group)
}

/// The group that the title over a table, else the sheet's tab names, of a table without a column of groups.
pub(super) fn over<'s>(
    spec: &'s Team,
    sheet: &Sheet,
    header: u32,
    columns: RangeInclusive<u32>,
    words: &Look<'_>,
) -> Option<&'s TeamGroup> {
    let title = titles::over(sheet, header, columns);
    let titled = title.as_ref().and_then(|title| named(spec, title.text));
    let tabbed = words.tab.and_then(|tab| named(spec, tab));
    match (titled, tabbed) {
        (Some(one), Some(other)) => (one.name == other.name).then_some(one),
        // A title that names several, or another's shop.
        (None, Some(_)) if title.is_some_and(|title| says_shop(spec, title.text)) => None,
        (one, other) => one.or(other),
    }
}

/// Whether a title speaks of shops at all.
fn says_shop(spec: &Team, text: &str) -> bool {
    let key = compact(text);
    let mut all = spec.groups.iter().flat_map(names);
    all.any(|name| key.contains(&label(name))) || notes::platforms(&key).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::scheme::Scheme;

    #[test]
    fn shops_by_their_names() {
        let scheme = &Scheme::built_in()[0];
        let spec = scheme.team.as_ref().expect("a team");
        let of = |text: &str| named(spec, text).map(|group| group.name.as_str());
        for text in ["C店", "云裳女装C店", "云裳c店", "淘宝店", "淘宝云裳店", "云裳旗舰店（淘宝）"]
        {
            assert_eq!(of(text), Some("C店"), "{text}");
        }
        for text in
            ["商城", "天猫旗舰店", "云裳旗舰店（天猫）", "云裳官方旗舰店-天猫", "淘宝商城旗舰店"]
        {
            assert_eq!(of(text), Some("商城"), "{text}");
        }
        for text in [
            "云裳旗舰店",
            "京东商城",
            "抖音商城",
            "微信商城",
            "官方商城",
            "C店/商城",
            "天猫、淘宝",
            "C店转商城",
            "非天猫",
            "天猫以外",
            "原C店",
            "天猫兼京东",
            "全店",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
