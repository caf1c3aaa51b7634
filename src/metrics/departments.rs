//! Whether two names of departments may mean one, or one a part of the other: another department's members
//! are nobody's of this one.

use crate::form::notes::hands_in;
use crate::text::{akin, compact, has_any};

/// How a named department stands to a person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    /// It is the own one.
    Same,
    /// Perhaps a part of it, or what it is a part of.
    Near,
    /// Another one.
    Other,
}

/// A part of a department's name: 客服一部 of 客服一部二组.
#[derive(Debug)]
struct Part {
    /// Its letters without number and end: 客服.
    stem: String,
    /// Its number: 1.
    number: String,
    /// What kind of unit its end says, the larger the higher; 客服 says none.
    level: Option<u8>,
}

/// Ends of units' names, the longer before those they end in.
const ENDS: [(&str, u8); 14] = [
    ("事业部", 3),
    ("公司", 3),
    ("集团", 3),
    ("中心", 3),
    ("部", 2),
    ("处", 2),
    ("科", 2),
    ("室", 2),
    ("小组", 1),
    ("组", 1),
    ("班", 1),
    ("队", 1),
    ("线", 1),
    ("店", 1),
];
/// The level of what may have departments.
const HIGH: u8 = 3;
/// The level of a group.
const GROUP: u8 = 1;
/// The level of a department.
const DEPARTMENT: u8 = 2;

/// Names of departments without 部: others, as 售前 or 天猫, may be parts of one.
const FUNCTIONS: [&str; 20] = [
    "仓储",
    "仓库",
    "仓管",
    "财务",
    "人事",
    "行政",
    "采购",
    "物流",
    "运营",
    "推广",
    "市场",
    "技术",
    "设计",
    "美工",
    "销售",
    "研发",
    "生产",
    "质检",
    "法务",
    "人力资源",
];

/// Departments that others may be parts of.
const WIDE: [&str; 10] =
    ["电子商务", "电商", "运营", "营销", "网络", "商务", "业务", "总", "中台", "平台"];

/// A department's name without spaces and signs, its numbers as digits.
fn plain(name: &str) -> String {
    let digits = |c: char| match "零一二三四五六七八九".chars().position(|n| n == c) {
        Some(digit) => u32::try_from(digit).ok().and_then(|d| char::from_digit(d, 10)).unwrap_or(c),
        None => c,
    };
    compact(name)
        .replace("部门", "部")
        .replace("第", "")
        .replace("十", "10")
        .chars()
        .map(digits)
        .collect()
}

fn parts(name: &str) -> Vec<Part> {
    let mut whole = plain(name);
    for end in ["事业部", "公司", "集团", "中心"] {
        whole = whole.replace(end, &format!("{end}/"));
    }
    // 事业部 has been parted already.
    let whole = whole.replace('部', "部/").replace("事业部//", "事业部/");
    let texts = whole.split(['/', '-', '—', '>', '\\', '·', '、', ',', '(', ')', '|']);
    let part = |text: &str| {
        let end = ENDS.iter().find(|(end, _)| text.ends_with(end));
        let rest = end.and_then(|(end, _)| text.strip_suffix(end)).unwrap_or(text);
        let level = end.map(|(_, level)| *level);
        let number: String = rest.chars().filter(char::is_ascii_digit).collect();
        let stem: String = rest.chars().filter(|c| !c.is_ascii_digit()).collect();
        let level = level.or(FUNCTIONS.contains(&stem.as_str()).then_some(DEPARTMENT));
        Part { stem, number, level }
    };
    texts.filter(|text| !text.is_empty()).map(part).collect()
}

impl Part {
    fn is_near(&self, other: &Self) -> bool {
        let apart =
            !self.number.is_empty() && !other.number.is_empty() && self.number != other.number;
        !apart && akin(&self.stem, &other.stem)
    }
}

/// Whether others may be parts of a department: 电商部, 电商运营部, not 电商客服部.
pub(super) fn is_wide(name: &str) -> bool {
    parts(name).last().is_some_and(|part| {
        let rest = WIDE.iter().fold(part.stem.clone(), |rest, word| rest.replace(word, ""));
        rest.is_empty() && !part.stem.is_empty()
    })
}

/// Whether nobody can say if the members of a department are the own one's: it may be one that the own one is
/// a part of (电商部 and 客服部, 客服部 and 客服一部), or a part of it (售前 of 客服).
pub(super) fn is_doubtful(own: &str, other: &str) -> bool {
    let numbered = || {
        let (own, other) = (parts(own).pop()?, parts(other).pop()?);
        let alike = own.stem == other.stem && own.level == other.level;
        Some(alike && !own.number.is_empty() && other.number.is_empty())
    };
    is_wide(other) && !is_wide(own) || numbered().unwrap_or_default() || may_hold(own, other)
}

/// Whether a department that is named by its work alone may have another as its part: 售前 of 客服.
fn may_hold(own: &str, other: &str) -> bool {
    let stem = |name: &str| parts(name).pop().filter(|part| part.level.is_none()).map(|p| p.stem);
    stem(own).as_deref() == Some("客服")
        && stem(other).is_some_and(|stem| ["售前", "售中", "售后"].contains(&stem.as_str()))
}

/// How a department stands to the own one, which others in the same column are named as: another of its kind,
/// as 售后 beside 售前, is no part of it.
pub(super) fn kin_beside_own(own: &str, other: &str) -> Kin {
    let found = kin(own, other);
    if found != Kin::Near || may_hold(own, other) {
        return found;
    }
    let (whole, theirs) = (plain(own), plain(other));
    let (own, other) = (parts(own), parts(other));
    let (Some(a), Some(b)) = (own.last(), other.last()) else { return found };
    // 客服部/运营部 is of both, and what may hold others is no peer.
    let of_both = other.iter().any(|part| part.stem == a.stem && part.level == a.level);
    if of_both && other.len() > 1 && own.len() == 1 || WIDE.contains(&a.stem.as_str()) {
        return Kin::Near;
    }
    // 运营部 beside 客服部 has members of its own; 质检组 may be a group of it.
    let function = b.level.is_none_or(|level| level == DEPARTMENT)
        && FUNCTIONS.contains(&b.stem.as_str())
        && b.stem != "质检"
        && !akin(&a.stem, &b.stem);
    // 杭州 and 广州 of one department, 售前 and 售后, 天猫客服 and 京东客服.
    let siblings = own.len() > 1
        && own.len() == other.len()
        && own.iter().zip(&other).rev().skip(1).all(|(a, b)| a.stem == b.stem);
    let peers = a.level == b.level
        && !akin(&whole, &theirs)
        && !WIDE.contains(&b.stem.as_str())
        && (siblings || a.level.is_some() || is_alike(&a.stem, &b.stem));
    if function || peers { Kin::Other } else { Kin::Near }
}

/// Whether two names are made alike: as long, with half of their letters the same in the same places.
fn is_alike(one: &str, other: &str) -> bool {
    let (length, others) = (one.chars().count(), other.chars().count());
    let same = one.chars().zip(other.chars()).filter(|(a, b)| a == b).count();
    length == others && same * 2 >= length
}

/// Whether two departments are plainly two: numbered apart (客服一部, 客服二部), or of one work in two places
/// (华东销售部, 华南销售部). 仓库 may be the 仓储部.
pub(super) fn are_siblings(own: &str, other: &str) -> bool {
    let (own, other) = (parts(own), parts(other));
    let (Some(a), Some(b)) = (own.last(), other.last()) else { return false };
    if a.level != b.level || own.len() != other.len() {
        return false;
    }
    if a.stem == b.stem {
        return !a.number.is_empty() && !b.number.is_empty() && a.number != b.number;
    }
    let shared = a.stem.chars().rev().zip(b.stem.chars().rev()).take_while(|(a, b)| a == b).count();
    let (long, other) = (a.stem.chars().count(), b.stem.chars().count());
    shared >= 2 && shared < long && long == other
}

/// Whether a text in a department's place names none: 本部, 无.
pub(super) fn is_none(name: &str) -> bool {
    ["本部", "本部门", "无", "暂无", "-", "/", "—", ""].contains(&compact(name).as_str())
}

/// Whether what stands in a column of groups names the own one: A组 and 一组 that of 客服部A组 and 客服一组.
pub(super) fn is_own_group(own: &str, group: &str) -> bool {
    let (own_parts, group_parts) = (parts(own), parts(group));
    let (Some(a), Some(b)) = (own_parts.last(), group_parts.last()) else { return false };
    // 客服 in a column of groups is the rest of 客服部, not all that is hers.
    let is_group = a.level == Some(GROUP) || !a.number.is_empty();
    if is_group && kin(own, group) == Kin::Same {
        return true;
    }
    let lettered = |own: &str, other: &str| {
        let letters =
            |stem: &str| !stem.is_empty() && stem.chars().all(|c| c.is_ascii_alphabetic());
        letters(other) && own.ends_with(other) || letters(own) && other.ends_with(own)
    };
    let numbered =
        !b.number.is_empty() && (b.stem.is_empty() || a.stem.is_empty() || b.stem == a.stem);
    let named = !b.stem.is_empty() && b.stem == a.stem && is_group;
    let level = a.level == b.level || b.level.is_none() && a.level == Some(GROUP);
    // 客服部A组 in full, or A组 alone.
    let whole = group_parts.len() == 1 || akin(&plain(own), &plain(group));
    whole && level && a.number == b.number && (lettered(&a.stem, &b.stem) || numbered || named)
}

/// Whether a group is named by the work of the whole department: beside 客服组 another group may be its part.
pub(super) fn is_general(own: &str) -> bool {
    parts(own).last().is_some_and(|part| part.number.is_empty() && part.stem == "客服")
}

/// Whether departments stand in one column of which some may be the own one's parts and some may not:
/// 客服部 and 仓储部 for one of 客服中心.
pub(super) fn some_apart<'n>(own: &str, names: impl Iterator<Item = &'n str>) -> bool {
    let own = parts(own);
    let near = |part: &Part| own.iter().any(|one| one.is_near(part));
    // 售后部 and 质检部 may be parts of 客服中心.
    let of_level = |name: &str| {
        let part = parts(name).pop().filter(|part| part.level == Some(DEPARTMENT))?;
        let function = FUNCTIONS.contains(&part.stem.as_str()) && part.stem != "质检";
        (near(&part) || function).then(|| near(&part))
    };
    let found: Vec<bool> = names.filter_map(of_level).collect();
    found.contains(&true) && found.contains(&false)
}

/// How a named department stands to the own one.
pub(super) fn kin(own: &str, other: &str) -> Kin {
    let (whole, theirs) = (plain(own), plain(other));
    let apart = is_wide(own) != is_wide(other);
    let (own, other) = (parts(own), parts(other));
    let (Some(last), false) = (own.last(), other.is_empty()) else { return Kin::Near };
    if whole == theirs {
        return Kin::Same;
    }
    if let ([a], [b]) = (own.as_slice(), other.as_slice())
        && a.stem == b.stem
        && a.number == b.number
        && (a.level == b.level || a.level.is_none() || b.level.is_none())
    {
        return Kin::Same;
    }
    // 客服部 may be a part of 电商部, which some forms name.
    if apart {
        return Kin::Near;
    }
    let level = last.level.unwrap_or(DEPARTMENT);
    // 二组 and 售前 may be parts of any department.
    let high: Vec<&Part> = other.iter().filter(|part| part.level >= Some(level)).collect();
    // 电商事业部 may be what a department is a part of; 仓储中心 is not.
    let above = |part: &&Part| {
        level < HIGH && part.level == Some(HIGH) && !FUNCTIONS.contains(&part.stem.as_str())
    };
    if high.iter().all(above) {
        return Kin::Near;
    }
    let numbered = |part: &&&Part| {
        part.level == Some(level)
            && !last.number.is_empty()
            && !part.number.is_empty()
            && part.number != last.number
            && akin(&part.stem, &last.stem)
    };
    let near = match own.len() > 1 && other.len() > 1 {
        true => akin(&whole, &theirs),
        false => high.iter().any(|part| own.iter().any(|one| one.is_near(part))),
    };
    if near && !high.iter().any(|part| numbered(&part)) { Kin::Near } else { Kin::Other }
}

/// What stands beside a department's name in a title.
const HOLDS: [&str; 21] = [
    "团队", "成员", "组员", "人员", "员工", "指标", "数据", "数值", "明细", "汇总", "统计", "月度",
    "年度", "绩效", "考核", "业绩", "kpi", "本月", "当月", "情况", "表",
];
/// Words of who gave the figures.
const GIVEN: [&str; 8] = ["提供", "填报", "填写", "来源", "制表", "填表", "上报", "审核"];
/// Letters before 部 and 组 that make no name of them.
const NO_NAMES: [&str; 10] = ["", "全", "内", "各", "本", "总", "外", "所有", "全体", "小"];

/// The department that a title or a tab names as a whole: 客服二部 of `2026年10月客服二部团队数据`.
pub(super) fn titled(title: &str) -> Option<String> {
    let text = compact(title);
    if has_any(&text, &GIVEN) {
        return None;
    }
    let token = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_ascii_alphanumeric();
    text.split(|c| !token(c)).find_map(|text| {
        let mut text = HOLDS.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
        for dated in ['年', '月', '份'] {
            let behind = text.rsplit_once(dated).map(|(_, behind)| behind.to_owned());
            text = behind.unwrap_or(text);
        }
        let name = text.strip_prefix("部门").unwrap_or(&text).replace("部门", "部");
        let ends = ["部", "中心", "组", "队", "科", "处"];
        let stem = ends.iter().find_map(|end| name.strip_suffix(end))?;
        // 质检部数据 may be given by them.
        (!NO_NAMES.contains(&stem) && !hands_in(&name)).then_some(name)
    })
}

/// The department whose the whole tab is: 客服二部, 客服二部团队; 电商部数据 may be who gave them.
pub(super) fn tabbed(tab: &str) -> Option<String> {
    let key = compact(tab);
    titled(tab).filter(|name| *name == key || has_any(&key, &["团队", "成员", "组员"]))
}

#[cfg(test)]
mod tests {
    use super::{Kin, is_own_group, kin, kin_beside_own, some_apart, titled};

    #[test]
    fn departments_side_by_side() {
        for (own, other) in [
            ("客服部", "客服部"),
            ("客服部", "客服"),
            ("客服", "客服部"),
            ("客服一部", "客服1部"),
            ("客服部", "客服部门"),
        ] {
            assert_eq!(kin(own, other), Kin::Same, "{own} {other}");
        }
        for (own, other) in [
            ("客服部", "客服一组"),
            ("客服部", "客服一部"),
            ("客服部", "售前组"),
            ("客服部", "售前"),
            ("客服部", "天猫"),
            ("客服部", "客户服务部"),
            ("客服部", "二部"),
            ("客服一部", "客服部"),
            ("客服一部", "二组"),
            ("客服一部", "客服一部二组"),
            ("电商事业部客服部", "客服部"),
            ("电商事业部/客服部", "客服二部"),
            ("客服部", "电商事业部-客服部"),
            ("客服中心", "客服部"),
            ("运营中心", "客服部"),
            ("客服部", "电商事业部"),
            ("客服部", "电商部"),
            ("电商运营部", "客服部"),
        ] {
            assert_eq!(kin(own, other), Kin::Near, "{own} {other}");
        }
        for (own, other) in [
            ("客服部", "仓储部"),
            ("电商客服部", "仓储部"),
            ("客服部", "售后部"),
            ("客服部", "仓储"),
            ("客服部", "科技部"),
            ("客服部", "仓储中心"),
            ("客服一部", "客服二部"),
            ("客服1部", "客服二部"),
            ("客服一部", "客服十一部"),
            ("客服一部", "二部"),
            ("客服一部", "客服中心二部"),
            ("客服一部", "客服二部一组"),
            ("客服一组", "客服二组"),
            ("客服A组", "客服B组"),
            ("电商事业部客服一部", "客服二部"),
            ("电商一部客服部", "电商二部客服部"),
        ] {
            assert_eq!(kin(own, other), Kin::Other, "{own} {other}");
        }
    }

    #[test]
    fn departments_beside_the_own_one() {
        for (own, other, found) in [
            ("售前", "售后", Kin::Other),
            ("售前客服", "售后客服", Kin::Other),
            ("天猫客服", "京东客服", Kin::Other),
            ("客服", "售后", Kin::Near),
            ("客服部（杭州）", "客服部（广州）", Kin::Other),
            ("客服部", "运营部", Kin::Other),
            ("客服部", "售前", Kin::Near),
            ("客服部", "质检组", Kin::Near),
            ("客服部", "客服部/运营部", Kin::Near),
            ("客服", "新人", Kin::Near),
            ("电商部", "客服部", Kin::Near),
            ("客服部", "客服一部", Kin::Near),
            ("客服部", "客服一组", Kin::Near),
            ("客服部", "客户服务部", Kin::Near),
            ("客服部", "电商部", Kin::Near),
            ("电商事业部客服部", "客服部", Kin::Near),
        ] {
            assert_eq!(kin_beside_own(own, other), found, "{own} {other}");
        }
        for (own, group, found) in [
            ("客服部A组", "A组", true),
            ("客服部A组", "A", true),
            ("客服A组", "A组", true),
            ("客服部A组", "客服部A组", true),
            ("客服部A组", "客服A组", true),
            ("客服部A组", "客服部B组", false),
            ("客服部一组", "客服一组", true),
            ("客服部一组", "客服二组", false),
            ("客服部", "客服", false),
            ("客服部", "客服部", false),
            ("客服部A组", "B组", false),
            ("客服部白班", "白班", true),
            ("客服部白班", "夜班", false),
            ("客服一组", "一组", true),
            ("客服一组", "1组", true),
            ("客服一组", "客服一组", true),
            ("客服一组", "二组", false),
            ("客服部", "A组", false),
            ("客服部", "一组", false),
            ("客服一组", "白班", false),
        ] {
            assert_eq!(is_own_group(own, group), found, "{own} {group}");
        }
        assert!(some_apart("客服中心", ["客服部", "仓储部"].into_iter()));
        assert!(!some_apart("客服中心", ["客服一部", "客服二部"].into_iter()));
        assert!(!some_apart("客服中心", ["客服部", "售后部", "质检部"].into_iter()));
        assert!(!some_apart("客服部", ["售前", "售后"].into_iter()));
    }

    #[test]
    fn a_department_in_a_title() {
        for (title, found) in [
            ("客服二部团队数据", Some("客服二部")),
            ("2026年10月 客服二部 团队数据", Some("客服二部")),
            ("10月份客服二部团队", Some("客服二部")),
            ("团队数据（客服二部）", Some("客服二部")),
            ("部门：客服二部", Some("客服二部")),
            ("客服二部", Some("客服二部")),
            ("团队数据", None),
            ("部门KPI", None),
            ("部门数据", None),
            ("全部", None),
            ("客服团队数据", None),
            ("团队数据（人事部提供）", None),
            ("指标数据", None),
            ("Sheet2", None),
        ] {
            assert_eq!(titled(title).as_deref(), found, "{title}");
        }
    }
}
