//! Whose a sheet or a table is, by the name in its tab or title. A name that somebody else's holds (王丽 in
//! 王丽娜), or of who filled it in, is not the owner's.

use super::rater_words::SURNAMES;
use crate::hash::HashSet;
use crate::text::{compact, person_key};

/// Words of who wrote something down or rated, not of whom it is about.
const ACTS: [&str; 26] = [
    "填写",
    "填报",
    "填表",
    "提供",
    "打分",
    "评分人",
    "评分者",
    "评价人",
    "评价者",
    "评议人",
    "评审",
    "评委",
    "考核人",
    "汇总人",
    "制表",
    "签名",
    "签字",
    "统计人",
    "审核",
    "复核",
    "审批",
    "录入",
    "整理",
    "经办",
    "上报",
    "报送",
];

/// How what stands right behind a name may begin: anything else may be the rest of a longer name.
const BEHIND: [&str; 58] = [
    "的", "指标", "数据", "数值", "考核", "绩效", "评分", "评价", "测评", "评议", "下级", "上级",
    "下属", "同级", "月", "年", "本月", "当月", "客服", "主管", "部门", "表", "明细", "业绩",
    "统计", "个人", "民主", "民意", "团队", "得分", "成绩", "报表", "实际", "完成", "经理", "主任",
    "总监", "组长", "店长", "销售", "仓库", "财务", "运营", "市场", "人事", "行政", "技术", "采购",
    "物流", "推广", "电商", "售前", "售后", "天猫", "淘宝", "商城", "十", "同事",
];

fn is_ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The longest known name in a text; none where it holds two that are not parts of each other.
fn longest(text: &str, known: &HashSet<String>) -> Option<String> {
    let found: Vec<&String> = known.iter().filter(|key| text.contains(key.as_str())).collect();
    let best = found.iter().max_by_key(|key| key.len())?;
    found.iter().all(|key| best.contains(key.as_str())).then(|| (*best).clone())
}

/// Whether a text, without spaces, says who did something: `评分人：王丽`, but not `被评分人：王丽`.
fn acts(text: &str) -> bool {
    ACTS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| !text.get(..at).is_some_and(|t| t.ends_with('被')))
    })
}

/// The known person whom a tab or title names as the one it is about; `text` without spaces.
pub(super) fn about(text: &str, known: &HashSet<String>) -> Option<String> {
    let name = longest(text, known)?;
    let ends = |(at, _): (usize, &str)| {
        let behind = text.get(at + name.len()..).unwrap_or_default();
        !behind.starts_with(is_ideograph) || BEHIND.iter().any(|word| behind.starts_with(word))
    };
    (!acts(text) && text.match_indices(name.as_str()).any(ends)).then_some(name)
}

/// The known person whom the title over a table of marks names as rated: `王丽 下级评分`, not `王丽的评分`.
pub(super) fn rated(text: &str, known: &HashSet<String>) -> Option<String> {
    let name = about(text, known)?;
    let by = |word: &str| {
        [format!("{name}{word}"), format!("{name}的{word}"), format!("由{name}{word}")]
            .iter()
            .any(|part| text.contains(part.as_str()))
    };
    let own = ["评分", "打分", "评价", "评"].into_iter().any(by);
    (!own && !text.contains(&format!("由{name}"))).then_some(name)
}

/// Whether a heading over figures on `owner`'s own sheet names another person: one of the known, one behind
/// a word for the person, or what looks like a name (`张三 指标数据`).
pub(super) fn of_another(text: &str, owner: &str, known: &HashSet<String>) -> bool {
    let key = compact(text);
    if known
        .iter()
        .any(|name| name != owner && !owner.contains(name.as_str()) && key.contains(name.as_str()))
    {
        return true;
    }
    // 被考核人签字 names nobody.
    let no_name = ["签", "确认", "意见", "评", "填", "数", "人"];
    for word in ["姓名", "被考核人", "被评人", "员工"] {
        let Some((_, behind)) = key.split_once(word) else { continue };
        let name = person_key(behind.trim_start_matches(':'));
        let plain = (2..5).contains(&name.chars().count()) && name.chars().all(is_ideograph);
        if plain && name != owner && !no_name.iter().any(|word| name.contains(word)) {
            return true;
        }
    }
    let rest = key.replacen(owner, "", 1);
    let held = key.len() > rest.len();
    let is_name = |name: &str| {
        (2..4).contains(&name.chars().count())
            && name.chars().all(is_ideograph)
            && name.starts_with(|c| SURNAMES.contains(c))
    };
    let before = |word: &str| {
        rest.split_once(word).map(|(before, _)| before.trim_end_matches([':', '-', '的']))
    };
    // 王丽娜 holds the owner's name and another letter.
    let longer =
        held && about(&key, &HashSet::from_iter([owner.to_owned()])).is_none() && !acts(&key);
    longer || ["指标", "数据", "业绩"].iter().filter_map(|word| before(word)).any(is_name)
}

#[cfg(test)]
mod tests {
    use super::{about, of_another, rated};
    use crate::hash::HashSet;

    fn known(names: &[&str]) -> HashSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_longest_known_name_owns() {
        let both = known(&["王丽", "王丽丽", "周强"]);
        for (text, owner) in [
            ("下级评分-王丽丽", Some("王丽丽")),
            ("下级评分-王丽", Some("王丽")),
            ("王丽指标", Some("王丽")),
            ("王丽10月", Some("王丽")),
            ("王丽(客服部)", Some("王丽")),
            ("被考核人:王丽", Some("王丽")),
            ("被评分人:王丽", Some("王丽")),
            ("王丽的指标数据", Some("王丽")),
            ("王丽与周强", None),
            ("指标数据", None),
            ("王丽娜指标", None),
            ("填报人:王丽", None),
            ("周强提供的数据", None),
            ("考核人:周强", None),
            ("评分人:周强", None),
        ] {
            assert_eq!(about(text, &both).as_deref(), owner, "{text}");
        }
    }

    #[test]
    fn who_rates_is_not_who_is_rated() {
        let all = known(&["王丽", "周强"]);
        for text in ["王丽", "王丽下级评分", "被考核人:王丽", "下级评分表(王丽)"]
        {
            assert_eq!(rated(text, &all).as_deref(), Some("王丽"), "{text}");
        }
        for text in [
            "王丽评分",
            "王丽的评分",
            "由王丽评",
            "考核人:王丽",
            "王丽填写",
            "王丽打分",
            "签名:王丽",
        ] {
            assert_eq!(rated(text, &all), None, "{text}");
        }
    }

    #[test]
    fn headings_of_others() {
        let all = known(&["王丽", "周强"]);
        for text in ["周强 指标数据", "姓名：周强", "姓名：张三", "张三 指标数据", "王丽娜 指标"]
        {
            assert!(of_another(text, "王丽", &all), "{text}");
        }
        for text in [
            "指标数据",
            "2026年10月 指标数据",
            "王丽 指标数据",
            "姓名：王丽",
            "基础数据",
            "被考核人签字：",
            "员工自评",
            "姓名：",
            "王丽的数据",
            "考核数据",
            "月度业绩",
        ] {
            assert!(!of_another(text, "王丽", &all), "{text}");
        }
    }
}
