//! What a short note at a figure says of it: that it is a shop's alone, an old one, a difference, or nothing
//! that matters. Notes are compared as texts are: NFKC, without spaces.

use crate::text::{compact, has_any};

/// Brackets that open a note, after NFKC.
const OPEN: [char; 4] = ['(', '[', '【', '〔'];
/// Brackets that close one.
const CLOSE: [char; 4] = [')', ']', '】', '〕'];

/// The notes that stand in brackets in a text.
pub fn in_brackets(text: &str) -> Vec<String> {
    // NFKC makes brackets of these, and of rarer signs that nobody types.
    if !text.contains(['(', '（', '[', '［', '【', '〔', '﹙']) {
        return Vec::new();
    }
    let key = compact(text);
    let parts = key.split(OPEN).skip(1);
    let notes = parts.filter_map(|part| part.split(CLOSE).next());
    notes.filter(|note| !note.is_empty()).map(str::to_owned).collect()
}

/// Parts of names of platforms and of ways to sell.
const PLACES: [&str; 38] = [
    "天猫",
    "淘宝",
    "京东",
    "拼多多",
    "抖音",
    "快手",
    "小红书",
    "唯品会",
    "苏宁",
    "1688",
    "阿里",
    "微信",
    "微商",
    "小程序",
    "视频号",
    "有赞",
    "亚马逊",
    "得物",
    "考拉",
    "c店",
    "商城",
    "旗舰店",
    "专营店",
    "专卖店",
    "直播",
    "自营",
    "分销",
    "线上",
    "线下",
    "门店",
    "聚划算",
    "直通车",
    "tmall",
    "taobao",
    "douyin",
    "amazon",
    "shopee",
    "lazada",
];
/// Those that are names as a whole only.
const SHORT_PLACES: [&str; 7] = ["jd", "pdd", "b店", "国内", "国外", "电商", "微店"];
/// Shops that are all of them.
const ALL: [&str; 16] = [
    "店",
    "全店",
    "各店",
    "两店",
    "双店",
    "本店",
    "总店",
    "多店",
    "店铺",
    "所有店",
    "全部店",
    "全部",
    "所有",
    "整体",
    "全平台",
    "全渠道",
];
/// What makes several of them a whole.
const JOINS: [&str; 14] =
    ["+", "&", "/", "、", ",", "和", "与", "及", "合计", "总", "含", "不", "除", "全"];

/// What stands between the names of several.
const BETWEEN: [char; 8] = ['+', '&', '/', '、', ',', '和', '与', '及'];

/// Whether a note names one platform or shop, and no whole of several.
pub fn is_place(note: &str) -> bool {
    let named = has_any(note, &PLACES)
        || SHORT_PLACES.contains(&note)
        || note.ends_with('店') && !ALL.contains(&note);
    // 线上线下 are all of them.
    let both = note.contains("线上") && note.contains("线下");
    named && !both && !has_any(note, &JOINS) && note.chars().count() <= LONGEST
}

/// The one platform that a tab or title names.
pub fn platform(key: &str) -> Option<&'static str> {
    let mut named = platforms(key);
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// The platforms that a text names. Ways to sell are named beside a platform.
pub fn platforms(key: &str) -> impl Iterator<Item = &'static str> {
    PLACES.into_iter().take(NAMES).filter(move |word| key.contains(word))
}

/// Whether a text makes a whole of several, or a part of one: C店和商城, 全店, 不含天猫.
pub fn is_joined(key: &str) -> bool {
    has_any(key, &JOINS)
}

/// How many of [`PLACES`] are platforms' own names.
const NAMES: usize = 21;

/// Whether a note says that it speaks of all of them: 合计, 全店.
pub fn is_whole(note: &str) -> bool {
    ALL.contains(&note)
        || ["合计", "总计", "汇总", "小计", "总", "总额", "总数", "全部合计"].contains(&note)
        || has_any(note, &["合计", "全店", "全部", "全平台"])
        || {
            let parts: Vec<&str> = note.split(BETWEEN).collect();
            parts.len() > 1 && parts.iter().all(|part| is_place(part))
        }
}

/// Most letters of a note that says one thing.
const LONGEST: usize = 8;

/// Whether a note says that a figure is no longer the one that counts, or not yet: 旧, 改前, 待核.
pub fn is_void(note: &str) -> bool {
    const VOID: [&str; 41] = [
        "旧",
        "旧值",
        "旧数",
        "旧数据",
        "旧版",
        "旧表",
        "原",
        "原值",
        "原数",
        "原数据",
        "原始",
        "原始值",
        "原始数",
        "改前",
        "未确认",
        "未核",
        "未核实",
        "未核对",
        "未审",
        "未审核",
        "存疑",
        "有误",
        "错误",
        "错",
        "暂定",
        "暂",
        "估计",
        "估算",
        "估",
        "测试",
        "试算",
        "模拟",
        "样例",
        "示例",
        "停用",
        "废",
        "取消",
        "不计",
        "不用",
        "勿用",
        "仅供参考",
    ];
    let before = || {
        let what = note.strip_suffix('前');
        what.is_some_and(|what| {
            ["改", "调", "修", "核", "审", "变更", "订正", "更正"]
                .iter()
                .any(|word| what.starts_with(word))
        })
    };
    let waits = || {
        note.strip_prefix('待').is_some_and(|rest| {
            rest.chars().count() <= 3 && !rest.contains(['转', '职', '岗']) && !is_work(rest)
        })
    };
    VOID.contains(&note) || before() || waits()
}

/// Whether what somebody or something waits for is work with people, goods or skills, and not that a figure be
/// known: 改进 of 待改进. What waits for a word that is not known here may be a figure.
pub fn is_work(waits_for: &str) -> bool {
    const WORK: [&str; 66] = [
        "改进", "改善", "改观", "提高", "提升", "提速", "加强", "强化", "整改", "处理", "解决",
        "回访", "回复", "联系", "沟通", "协商", "协调", "安抚", "培训", "学习", "辅导", "指导",
        "带教", "面谈", "约谈", "谈话", "谈心", "观察", "考察", "完善", "跟进", "跟踪", "关注",
        "退款", "退货", "换货", "发货", "补发", "补寄", "补货", "寄回", "签收", "优化", "努力",
        "执行", "落实", "安排", "磨合", "适应", "熟悉", "熟练", "练习", "锻炼", "巩固", "稳定",
        "成长", "进步", "突破", "激励", "规范", "细化", "维护", "维修", "招聘", "加油", "拓展",
    ];
    const FIGURES: [&str; 7] = ["核", "审", "确认", "统计", "数", "结果", "定稿"];
    has_any(waits_for, &WORK) && !has_any(waits_for, &FIGURES)
}

/// Whether a note says that a figure is a difference, a rate or a mean of what its label names.
pub fn is_other_measure(note: &str) -> bool {
    const MEASURES: [&str; 31] = [
        "差额",
        "差值",
        "差异",
        "差",
        "差距",
        "缺口",
        "增减",
        "增长",
        "增幅",
        "增量",
        "涨幅",
        "变动",
        "变化",
        "净增",
        "增长率",
        "完成率",
        "达成率",
        "完成比",
        "达成比",
        "完成度",
        "完成进度",
        "进度",
        "环差",
        "部分",
        "得分率",
        "偏差",
        "超出",
        "不足",
        "欠",
        "剩余",
        "余",
    ];
    MEASURES.contains(&note)
}

/// Whether a note says that a figure is a mean over people, shops or orders.
pub fn is_mean(note: &str) -> bool {
    ["人均", "店均", "组均", "单均", "笔均", "件均", "日均", "周均", "月均", "平均", "均值", "每人"]
        .contains(&note)
}

/// Whether a note names a department or a group of people: 客服二部, B组.
pub fn is_department(note: &str) -> bool {
    const NONE: [&str; 17] = [
        "全部",
        "本部",
        "各部",
        "总部",
        "内部",
        "外部",
        "部",
        "组",
        "本组",
        "全组",
        "各组",
        "小组",
        "本部门",
        "全队",
        "团队",
        "本班",
        "部门",
    ];
    let ends = note.ends_with(['部', '组', '科', '班', '队'])
        || ["中心", "事业部", "小组", "一线", "二线"].iter().any(|end| note.ends_with(end));
    let solely =
        note.chars().all(|c| c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c));
    ends && solely && !NONE.contains(&note) && note.chars().count() <= LONGEST
}

/// Whether a department hands figures in for others.
pub fn hands_in(note: &str) -> bool {
    const GIVE: [&str; 11] =
        ["财务", "人事", "人力", "行政", "总经办", "质检", "品控", "数据", "信息", "it", "总经理"];
    has_any(note, &GIVE) || has_any(note, &["人资", "品质", "企划"])
}

/// Units, as notes give them.
const UNITS: [&str; 21] = [
    "人民币",
    "圆",
    "元",
    "次",
    "人次",
    "人",
    "条",
    "个",
    "单",
    "件",
    "笔",
    "分",
    "秒",
    "天",
    "小时",
    "分钟",
    "万元",
    "名",
    "率",
    "月",
    "年度",
];

/// Words of sources, instructions and the month itself: whatever else a note says, it is about these.
const HARMLESS: [&str; 71] = [
    "四舍五入",
    "舍入",
    "取整",
    "实收",
    "到账",
    "全月",
    "累计",
    "本人",
    "部门",
    "团队",
    "个人",
    "负责",
    "财务",
    "总经办",
    "千牛",
    "已核",
    "已审",
    "附件",
    "明细",
    "整数",
    "小数",
    "百分比",
    "退款",
    "运费",
    "净额",
    "支付",
    "付款",
    "含",
    "人事",
    "行政",
    "质检",
    "线上线下",
    "erp",
    "实际",
    "实绩",
    "实数",
    "本月",
    "当月",
    "本期",
    "当期",
    "月度",
    "税",
    "必填",
    "选填",
    "填写",
    "自动",
    "公式",
    "系统",
    "手工",
    "人工",
    "后台",
    "参谋",
    "赤兔",
    "来源",
    "提供",
    "取自",
    "取数",
    "单位",
    "分制",
    "百分制",
    "口径",
    "计算",
    "统计",
    "均值",
    "平均",
    "客服",
    "主管",
    "最终",
    "确认",
    "核定",
    "分解",
];

/// Whether a note changes nothing of what its label says: a unit, a source, an instruction.
pub fn is_harmless(note: &str) -> bool {
    let unit = |part: &str| UNITS.contains(&part);
    let figures = note.contains(|c: char| c.is_ascii_digit() || "%‰±≥≤<>=#*".contains(c));
    let letters = !note.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c));
    figures || letters || note.split('/').all(unit) || has_any(note, &HARMLESS) || is_whole(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shops_and_wholes() {
        for note in ["天猫", "淘宝", "抖音直播", "旗舰店", "二店", "c店", "京东自营", "pdd"]
        {
            assert!(is_place(note), "{note}");
        }
        for note in ["全店", "天猫+淘宝", "c店和商城", "两店合计", "不含抖音", "元", "合计", "店铺"]
        {
            assert!(!is_place(note), "{note}");
        }
    }

    #[test]
    fn notes_that_say_what_a_figure_is_not() {
        for note in [
            "旧",
            "改前",
            "待核",
            "调整前",
            "待财务核",
            "原始",
            "待核实",
            "待确认",
            "待定",
            "待审",
            "待更新",
            "待补",
            "待填",
            "待统计",
            "待出数",
            "待录",
            "待算",
            "待调整",
            "待改",
            "待处理数",
        ] {
            assert!(is_void(note), "{note}");
        }
        for note in [
            "改后",
            "已核",
            "前",
            "原价",
            "必填",
            "待遇及补贴",
            "待改进",
            "待提高",
            "待加强",
            "待整改",
            "待处理",
            "待回访",
            "待沟通",
            "待培训",
            "待观察",
            "待完善",
            "待跟进",
            "待退款",
            "待再提升",
        ] {
            assert!(!is_void(note), "{note}");
        }
        assert!(is_whole("c店+商城") && !is_whole("c店"));
        for note in ["客服二部", "b组", "a班", "仓储部", "运营中心"] {
            assert!(is_department(note), "{note}");
        }
        for note in ["全部", "各组", "元/人", "部分"] {
            assert!(!is_department(note), "{note}");
        }
        assert_eq!(in_brackets("营业额（元）【天猫】"), ["元", "天猫"]);
    }
}
