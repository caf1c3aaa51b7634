//! What the headers beside raters' marks say: whose marks they are, or that they are no rater's.

use super::look::Look;
use crate::form::Period;
use crate::form::heading::{When, when};
use crate::text::{compact, has_any};

/// Headers beside the raters' that are no raters: what is computed of the marks.
const NO_RATER: &[&str] = &[
    "得分",
    "分值",
    "权重",
    "序号",
    "均",
    "总评",
    "结果",
    "最终",
    "总和",
    "和",
    "avg",
    "average",
    "mean",
    "sum",
    "total",
    "上月",
    "上期",
    "本人",
    "极差",
    "方差",
    "票数",
    "自己",
    "客户",
    "目标",
    "标准",
    "对比",
    "差",
    "变化",
    "最后",
    "取整",
    "四舍五入",
    "评定",
    "计分",
    "复评",
    "去年",
    "ave",
    "σ",
    "∑",
    "实得分",
    "实际得分",
    "考核得分",
    "下级得分",
    "本月得分",
    "上期得分",
    "总分数",
    "上月得分",
    "等级分",
    "备选",
    "无效",
    "作废",
];
/// Parts of such headers.
const NO_RATER_PARTS: &[&str] = &[
    "平均",
    "均值",
    "均分",
    "合计",
    "总分",
    "总计",
    "满分",
    "折算",
    "加权",
    "综合得分",
    "综合评分",
    "最高",
    "最低",
    "人数",
    "权重分",
    "得分率",
    "最终得分",
    "最后得分",
    "本项得分",
    "最终评分",
    "标准差",
    "中位数",
    "众数",
    "去掉",
    "有效",
    "排名",
    "名次",
    "满意率",
    "比例",
    "自评",
    "自我评",
    "差值",
    "差额",
    "上月",
    "环比",
    "同比",
    "小计",
    "汇总",
    "统计",
    "累计",
    "总评分",
    "中位",
    "系数",
    "权数",
    "换算",
    "折合",
    "满意度",
    "占比",
    "份数",
    "个数",
    "人次",
];
/// Parts of headers of what is said of an indicator, in words.
const WORDS_PARTS: [&str; 10] =
    ["标准", "要点", "内容", "说明", "定义", "描述", "备注", "评语", "意见", "建议"];

/// Whether a header says that it is a rater's; 评分人数 is a count.
pub(super) fn names_rater(header: &str) -> bool {
    let words = ["评分人", "评委", "评价人", "打分人"];
    words.iter().any(|word| header.starts_with(word)) && !header.contains("人数")
}

/// Whether a header names no rater: `评分人3（综合部）` does, and brackets are gone from a label.
pub(super) fn is_no_rater(header: &str, numbers: bool) -> bool {
    let has = |parts: &[&str]| has_any(header, parts);
    !names_rater(header)
        && (NO_RATER.contains(&header) || has(NO_RATER_PARTS) || !numbers && has(&WORDS_PARTS))
}

/// Whether a header is of the raters' mean, where no column is a rater's.
pub(super) fn is_mean(header: &str) -> bool {
    const MEANS: [&str; 10] = [
        "平均分",
        "平均",
        "均分",
        "平均得分",
        "平均值",
        "均值",
        "得分平均",
        "评分平均",
        "得分",
        "评分",
    ];
    MEANS.contains(&header)
}

/// Whether what stands for a mark says that the rater gave none.
pub(super) fn abstains(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "弃权",
        "弃",
        "弃评",
        "未评",
        "未评分",
        "未打分",
        "未填",
        "不评",
        "不评价",
        "无",
        "空",
        "/",
        "\\",
        "-",
        "n/a",
        "na",
    ];
    let key = compact(text);
    WORDS.contains(&key.as_str()) || is_dash(&key)
}

/// Whether a key is nothing but dashes, of whichever kind.
pub(super) fn is_dash(key: &str) -> bool {
    const DASHES: [char; 5] = ['-', '—', '–', '−', '─'];
    !key.is_empty() && key.chars().all(|c| DASHES.contains(&c))
}

/// Those who rate neither as superiors nor as subordinates.
pub(super) const PEERS: [&str; 5] = ["同级", "平级", "自评", "本人", "自我"];

/// Whether a header names those who rate in another rating, or in none: 上级 beside the subordinates.
pub(super) fn of_other_rating(header: &str, rating: usize, words: &Look<'_>) -> bool {
    if PEERS.iter().any(|peer| header.starts_with(peer)) {
        return true;
    }
    let mut others = words.marks.iter().enumerate().filter(|(other, _)| *other != rating);
    others.any(|(_, marks)| {
        marks
            .prefix
            .as_deref()
            .is_some_and(|prefix| header.strip_prefix("直接").unwrap_or(header).starts_with(prefix))
    })
}

/// Whether a row's label is another month and no more: `9月`, `上月`; a day of handing in is no month.
pub(super) fn is_other_month(label: &str, month: Option<Period>) -> bool {
    label.contains('月')
        && !label.contains('日')
        && label.chars().count() < 9
        && when(label, month) == When::Other
}

/// How a rater is named, as far as that is alike for all: `评分人3`, `C`, a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word and a number or letter behind it; a number or letter alone has no word.
    Numbered(String),
    /// A person's name, perhaps with the department before it.
    Name,
    /// Anything else.
    Other,
}

/// The commonest surnames, and what stands before them among colleagues.
pub(super) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤小老阿";

/// The shape of a rater's label.
pub(super) fn shape(label: &str) -> Shape {
    let is_count =
        |c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十甲乙丙丁".contains(c);
    let word = label.trim_end_matches(is_count);
    if word.len() < label.len() && label.len() - word.len() < 5 {
        return Shape::Numbered(word.to_owned());
    }
    let chars: Vec<char> = label.chars().collect();
    let named = |long: usize| {
        let at = chars.len().checked_sub(long);
        at.and_then(|at| chars.get(at)).is_some_and(|c| SURNAMES.contains(*c))
    };
    if named(2) || named(3) { Shape::Name } else { Shape::Other }
}

/// Where most raters are numbered alike, the first that is not: perhaps no rater (总经理, 抽查).
pub(super) fn odd_one(shapes: &[Shape]) -> Option<usize> {
    let alike = |one: &Shape| shapes.iter().filter(|other| *other == one).count();
    let common = shapes
        .iter()
        .filter(|one| matches!(one, Shape::Numbered(_)))
        .find(|one| alike(one) > 1 && alike(one) * 2 > shapes.len())?;
    shapes.iter().position(|one| one != common && *one != Shape::Name)
}

/// The months that the headers of raters' columns or rows name.
#[derive(Debug, Default)]
pub(super) struct Months {
    known: Vec<String>,
    wanted: bool,
}

impl Months {
    /// Whether what these texts head is of the wanted month, or of none that they name.
    pub(super) fn wanted(&mut self, texts: [Option<&str>; 2], month: Option<Period>) -> bool {
        for text in texts.into_iter().flatten() {
            if when(text, month) == When::Other {
                return false;
            }
            if let Some(found) = Period::named(text) {
                self.note(found, month);
            }
        }
        true
    }

    /// Notes a month that is not another than the wanted one.
    pub(super) fn note(&mut self, found: Period, month: Option<Period>) {
        self.wanted |= month.is_some();
        let name = compact(&found.to_string());
        if !self.known.contains(&name) {
            self.known.push(name);
        }
    }

    /// Whether several months are named and nothing tells which is wanted.
    pub(super) fn several(&self) -> bool {
        !self.wanted && self.known.len() > 1
    }
}
