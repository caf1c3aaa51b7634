//! Whose a sheet or a table is, by the name in its tab or title. A name that somebody else's holds (王丽 in
//! 王丽娜), or of who filled it in, is not the owner's.

use super::rater_words::SURNAMES;
use crate::hash::HashSet;
use crate::text::{compact, has_any, person_alone};
use std::borrow::Cow;

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
    has_any(text, &ACTS)
        && ACTS.iter().any(|word| {
            text.match_indices(word)
                .any(|(at, _)| !text.get(..at).is_some_and(|t| t.ends_with('被')))
        })
}

/// Whether a name ends where this stands behind it.
fn ends(behind: &str) -> bool {
    !behind.starts_with(is_ideograph) || BEHIND.iter().any(|word| behind.starts_with(word))
}

/// The known person whom a tab or title names as the one it is about; `text` without spaces.
pub(super) fn about(text: &str, known: &HashSet<String>) -> Option<String> {
    let name = longest(text, known)?;
    (!acts(text) && text.split(name.as_str()).skip(1).any(ends)).then_some(name)
}

/// The known person whose team a title names: `王丽组 团队数据`, `王丽团队`.
pub(super) fn leads(text: &str, known: &HashSet<String>) -> Option<String> {
    let name = longest(text, known)?;
    let team = |behind: &str| {
        let numbered =
            behind.trim_start_matches(['小', '大', '一', '二', '三', '四', '1', '2', '3']);
        ends(behind) || numbered.starts_with(['组', '班', '队', '店', '部', '团'])
    };
    (!acts(text) && text.split(name.as_str()).skip(1).any(team)).then_some(name)
}

/// Whether a title names another person's team, or whose it is: `周强团队数据`, `团队数据（周强）`, `主管周强`.
pub(super) fn leads_another(title: &str, owner: &str) -> bool {
    let mut rest = compact(title);
    for word in ["团队", "小组", "班组", "成员", "组员", "负责人", "组", "队"] {
        rest = rest.replace(word, " ");
    }
    !acts(title) && !rest.contains(owner) && names_another(&rest, owner)
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

/// The known person whom a rater's head names beside the rater, and what is left of it: 王丽 and 评分人1 of
/// `王丽-评分人1`, `评分人1（王丽）`, `王丽的评分1`.
pub(super) fn beside_rater(head: &str, known: &HashSet<String>) -> Option<(String, String)> {
    const RATERS: [&str; 18] = [
        "评分人",
        "评分者",
        "评委",
        "评价人",
        "评价者",
        "打分人",
        "评议人",
        "测评人",
        "考评人",
        "评分",
        "打分",
        "评价",
        "下级",
        "下属",
        "员工",
        "组员",
        "同事",
        "评",
    ];
    let counts = |c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十甲乙丙丁".contains(c);
    // What is left behind a rater's word, where that is a number or nothing.
    let number = |text: &str| {
        let left = RATERS.iter().find_map(|word| text.strip_prefix(*word)).unwrap_or(text);
        left.chars().count() < 4 && left.chars().all(counts)
    };
    // A name may be a part of such a head: 人1.
    let name = longest(head, known).filter(|_| !number(head))?;
    let rest = head.replacen(name.as_str(), " ", 1);
    let sign = |c: char| !is_ideograph(c) && !c.is_alphanumeric();
    let rest: String = rest.trim_matches(sign).chars().filter(|c| !sign(*c)).collect();
    let bare = rest.trim_start_matches('的');
    (!rest.is_empty() && number(bare)).then_some((name, rest))
}

/// A rater's head without the name of who is rated.
pub(super) fn rater_alone<'h>(head: &'h str, known: &HashSet<String>) -> Cow<'h, str> {
    beside_rater(head, known).map_or(Cow::Borrowed(head), |(_, rest)| Cow::Owned(rest))
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
    for word in ["姓名", "被考核人", "被评人", "员工"] {
        let Some((_, behind)) = key.split_once(word) else { continue };
        let other = match behind.strip_prefix(':') {
            Some(name) => other_name(name, owner),
            None => is_name(behind) && behind != owner,
        };
        if other {
            return true;
        }
    }
    let rest = key.replacen(owner, "", 1);
    let before = |word: &str| {
        rest.split_once(word).map(|(before, _)| before.trim_end_matches([':', '-', '的']))
    };
    is_longer(&key, owner)
        || ["指标", "数据", "业绩"].iter().filter_map(|word| before(word)).any(is_name)
}

/// Whether a title over marks names another person as rated: `对周强的下级评分`, `周强民主测评`, `下级评分（周强）`;
/// not `周强评分`, who may be a rater.
pub(super) fn rates_another(title: &str, owner: &str) -> bool {
    let key = compact(title);
    let is_other = |name: &str| name != owner && is_name(name);
    let bare = |text: &str| -> String {
        let text = ["评分", "评价", "测评", "评议", "汇总", "表"]
            .iter()
            .fold(text.to_owned(), |text, word| text.replace(word, ""));
        text.trim_matches(|c: char| !is_ideograph(c) || c == '的').to_owned()
    };
    let of_word = ["下级", "下属", "民主", "360", "上级"].iter().any(|word| {
        let Some((before, behind)) = key.split_once(word) else { return false };
        let before = before.trim_end_matches(['的', '-']);
        is_other(before.strip_prefix('对').unwrap_or(before)) || is_other(&bare(behind))
    });
    of_word || key.strip_prefix('对').is_some_and(|rest| is_other(&bare(rest)))
}

/// Whether a text holds a name that is the owner's and a letter more: 王丽娜.
fn is_longer(key: &str, owner: &str) -> bool {
    // 王丽组 is her team.
    const TEAM: &str = "组班店队部岗线区";
    let letter_more = |behind: &str| {
        let mut chars = behind.chars();
        chars.next().is_some_and(|c| is_ideograph(c) && !TEAM.contains(c)) && ends(chars.as_str())
    };
    about(key, &HashSet::from_iter([owner.to_owned()])).is_none()
        && !acts(key)
        && key.split(owner).skip(1).any(letter_more)
}

/// Whether what stands for a name is one, and another than the owner's; 被考核人签字 names nobody.
pub(super) fn other_name(name: &str, owner: &str) -> bool {
    const NO_NAME: [&str; 12] =
        ["签", "确认", "意见", "评", "填", "数", "人", "部", "待", "同", "全", "各"];
    let name = person_alone(name);
    let plain = (2..5).contains(&name.chars().count()) && name.chars().all(is_ideograph);
    plain && name != person_alone(owner) && !has_any(&name, &NO_NAME)
}

/// Whether a text looks like a name: two or three letters, the first a surname's.
pub(super) fn is_name(text: &str) -> bool {
    // 小李 and 阿强 are names, but so begin too many words.
    let surname = |c: char| SURNAMES.contains(c) && !"小老阿".contains(c);
    let compound = COMPOUND.iter().any(|name| text.starts_with(name));
    let long = if compound { 3..5 } else { 2..4 };
    long.contains(&text.chars().count())
        && text.chars().all(is_ideograph)
        && (compound || text.starts_with(surname))
        && !text.ends_with(['总', '版'])
        && !NO_NAMES.split(' ').any(|word| word == text)
}

/// Surnames of two letters.
const COMPOUND: [&str; 10] =
    ["欧阳", "上官", "诸葛", "司马", "司徒", "皇甫", "夏侯", "端木", "尉迟", "慕容"];

/// Ordinary words, products and places that begin like a name.
const NO_NAMES: &str = "\
    周会 周转 周例 夏装 夏款 白酒 白天 高端 \
    高端线 高新 高层 毛衣 林业 石油 顾问 万象 \
    任务 任期 任职 金额 余额 余量 万元 万人 毛利 毛利率 程序 程度 方案 \
    方向 方式 方法 高峰 高峰期 高级 高管 高温 白班 白金 白银 黄金 黄牌 \
    金牌 金融 金属 金蝶 王牌 王者 钱款 周报 周度 周期 周年 周末 夏季 \
    严重 范围 范本 范例 陈列 顾客 付款 付费 许可 董事 董事会 董办 段位 \
    石材 雷达 马帮 马上 万里牛 钟点 常规 江苏 江西 江浙沪 苏州 苏宁 苏北 \
    苏南 徐州 武汉 郑州 许昌 沈阳 唐山 黄山 金华 龙岩 余杭 韩国 叶片 \
    江南 江门 江北 江宁 余姚 汕头 石家庄 马鞍山 黄石 黄冈 徐汇 方正 万州 钱塘 夏日 白云 严选";

/// Whether a tab or title names another person than the owner, and nothing else but what it holds: `周强`,
/// `周强 2026年10月 指标数据`, `指标-周强`.
pub(super) fn names_another(title: &str, owner: &str) -> bool {
    const HOLDS: &str = "绩效 考核 指标 数据 数值 业绩 统计 明细 汇总 月度 月份 年度 本月 当月 个人 客服 主管 经理 组长 \
        店长 情况 完成 经营 运营 工作 基础 实际 成绩 登记 记录 信息 来源 部 表 的 年 月 日 份";
    let key = compact(title);
    if of_another(&key, owner, &HashSet::default()) {
        return true;
    }
    let mut rest = key.replacen(owner, " ", 1);
    for word in HOLDS.split(' ') {
        if rest.contains(word) {
            rest = rest.replace(word, " ");
        }
    }
    let mut left = rest.split(|c| !is_ideograph(c)).filter(|part| !part.is_empty());
    left.next().is_some_and(is_name) && left.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{about, names_another, of_another, other_name, rated};
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
        for text in
            ["员工考核表", "小组指标", "老客户数据", "任务指标", "万元数据", "王丽同志 业绩"]
        {
            assert!(!of_another(text, "王丽", &all), "{text}");
        }
    }

    #[test]
    fn tabs_and_titles_of_others() {
        for text in [
            "周强",
            "周强指标",
            "指标-周强",
            "指标数据（周强）",
            "周强 2026年10月 指标数据",
            "周强的数据",
            "王丽娜",
            "王丽娜10月指标",
            "客服主管周强",
        ] {
            assert!(names_another(text, "王丽"), "{text}");
        }
        for text in [
            "王丽",
            "王丽指标",
            "王丽同志10月指标数据",
            "王丽组指标",
            "指标数据",
            "2026年10月 指标数据",
            "客服部指标",
            "天猫数据",
            "金额明细",
            "任务完成情况",
            "白班指标",
            "马帮数据",
            "Sheet2",
            "10月",
            "周强填报的王丽指标",
            "部门KPI",
        ] {
            assert!(!names_another(text, "王丽"), "{text}");
        }
        for name in ["周强", "周强（主管）", "欧阳雪"] {
            assert!(other_name(name, "王丽"), "{name}");
        }
        for name in ["王丽", "王丽主管", "001王丽", "签字", "待填写", "全部客服", ""]
        {
            assert!(!other_name(name, "王丽"), "{name}");
        }
    }
}
