//! The scheme's and the form's words, made ready to compare with a cell's label.

use crate::hash::{HashMap, HashSet};
use crate::scheme::Scheme;
use crate::text::other_times::names_before;
use crate::text::{
    compact, has_any, label, numerals, said_points, without_marks, without_number, without_points,
};
use crate::workbook::LABEL_BYTES;
use std::cell::LazyCell;

/// Tells by a text whether a large sheet matters to a scheme. The words are gathered only where a sheet
/// is so large that it is asked.
pub fn relevant(schemes: &[Scheme]) -> impl Fn(&str) -> bool {
    let words = LazyCell::new(|| vocabulary(schemes));
    move |text| text.len() <= LABEL_BYTES && words.contains(&label(text))
}

/// Texts by which a large sheet is known to matter.
fn vocabulary(schemes: &[Scheme]) -> HashSet<String> {
    let mut words = HashSet::default();
    let mut add = |name: &str| {
        words.insert(label(name));
    };
    for scheme in schemes {
        let team = scheme.team.iter().flat_map(|t| &t.columns);
        for metric in scheme.metrics.iter().chain(team) {
            add(&metric.name);
            metric.aliases.iter().for_each(|a| add(a));
        }
        for item in &scheme.items {
            add(&item.name);
            item.aliases.iter().for_each(|a| add(a));
        }
        for mark in scheme.ratings.iter().flat_map(|r| &r.marks) {
            add(&mark.name);
        }
    }
    words
}

/// The scheme's and the form's words, ready to compare.
pub(super) struct Lexicon {
    items: HashMap<String, usize>,
    marks: HashMap<String, Vec<(usize, usize)>>,
    rating_words: Vec<(usize, String)>,
    pub(super) item_words: HashSet<String>,
    pub(super) points_words: Vec<String>,
    pub(super) score_words: Vec<String>,
    totals: HashMap<String, TotalWord>,
    pub(super) full_marks: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// What the total is out of.
    pub(super) total_points: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TotalWord {
    Sum,
    Scaled,
    Total,
    /// 得分, or a rating's name: of what its place and the points beside it tell.
    Score,
}

impl Lexicon {
    pub(super) fn new(scheme: &Scheme) -> Self {
        let set = |list: &[String]| list.iter().map(|w| label(w)).collect::<HashSet<_>>();
        let mut items = HashMap::default();
        for (index, item) in scheme.items.iter().enumerate() {
            for name in std::iter::once(&item.name).chain(&item.aliases) {
                items.insert(label(name), index);
            }
        }
        let mut marks: HashMap<String, Vec<(usize, usize)>> = HashMap::default();
        let mut rating_words = Vec::new();
        for (rating_index, rating) in scheme.ratings.iter().enumerate() {
            for word in rating.words.iter().chain(std::iter::once(&rating.name)) {
                rating_words.push((rating_index, label(word)));
            }
            for (mark_index, mark) in rating.marks.iter().enumerate() {
                for name in std::iter::once(&mark.name).chain(&mark.aliases) {
                    marks.entry(label(name)).or_default().push((rating_index, mark_index));
                }
            }
        }
        let mut totals = HashMap::default();
        for (list, kind) in [
            (&scheme.words.sum, TotalWord::Sum),
            (&scheme.words.scaled, TotalWord::Scaled),
            (&scheme.words.total, TotalWord::Total),
        ] {
            for word in list {
                totals.insert(label(word), kind);
            }
        }
        Self {
            items,
            marks,
            rating_words,
            item_words: set(&scheme.words.item),
            points_words: scheme.words.points.iter().map(|w| label(w)).collect(),
            score_words: scheme.words.score.iter().map(|w| label(w)).collect(),
            totals,
            full_marks: scheme.ratings.iter().map(|r| r.max * r.marks.len() as f64).collect(),
            weights: scheme.ratings.iter().map(|r| r.weight).collect(),
            total_points: scheme.total,
        }
    }

    /// The item that a label names, with or without a leading number.
    pub(super) fn item(&self, key: &str) -> Option<usize> {
        let bare = |key: &str| self.items.get(without_number(without_marks(key)));
        let pointed = || bare(without_points(key)?);
        self.items.get(key).or_else(|| bare(key)).or_else(pointed).copied()
    }

    /// How many items the scheme has.
    pub(super) fn item_count(&self) -> usize {
        self.items.values().collect::<HashSet<_>>().len()
    }

    /// The item of a name that several have: `沟通·2`.
    pub(super) fn nth(&self, key: &str, count: usize) -> Option<usize> {
        self.items.get(&format!("{}·{count}", without_number(without_marks(key)))).copied()
    }

    /// The ratings and marks that a label may name.
    pub(super) fn marks(&self, key: &str) -> Option<&[(usize, usize)]> {
        let bare = || self.marks.get(without_number(without_marks(key)));
        self.marks.get(key).or_else(bare).map(Vec::as_slice)
    }

    /// The kind of total that a label names.
    pub(super) fn total(&self, key: &str) -> Option<TotalWord> {
        // 折算10分 is the 折算得分 of ten points.
        let scaled = || key.strip_prefix("折算").is_some_and(|rest| rest.ends_with('分'));
        self.totals.get(key).copied().or_else(|| scaled().then_some(TotalWord::Scaled))
    }

    /// The kind of total that a label of a table's own row names, also in words that no list has:
    /// 业绩小计, 绩效总分, 换算分.
    pub(super) fn total_row(&self, key: &str) -> Option<TotalWord> {
        self.total(key).or_else(|| by_parts(key))
    }

    /// Whether a label in a table's item column may be a total's only by its place: 得分, 业绩得分. Any
    /// other word before 得分 may make it another's: 9月得分, 初评得分.
    pub(super) fn score_row(&self, key: &str) -> bool {
        const OWN: [&str; 16] = [
            "",
            "业绩",
            "工作业绩",
            "绩效",
            "工作绩效",
            "考核",
            "绩效考核",
            "业绩考核",
            "指标",
            "项目",
            "各项",
            "本项",
            "本表",
            "工作",
            "kpi",
            "业务",
        ];
        key.strip_suffix("得分").is_some_and(|own| OWN.contains(&own))
    }

    /// The rating of which a label below its marks is nothing but the name: `上级评分（10%）`, `上级评分得分`.
    pub(super) fn rating_row(&self, text: &str) -> Option<usize> {
        const POINTS: [&str; 8] =
            ["", "得分", "分", "分数", "折算分", "评分", "评分得分", "评分分数"];
        let key = label(text);
        let rest = |word: &str| key.strip_prefix(word).is_some_and(|rest| POINTS.contains(&rest));
        let mut words =
            self.rating_words.iter().filter(|_| key.len() <= TOTAL_BYTES && !key.contains('表'));
        words.find(|(_, word)| rest(word)).map(|(rating, _)| *rating)
    }

    /// Whether a label says 得分 or the like.
    pub(super) fn is_score(&self, key: &str) -> bool {
        self.score_words.iter().any(|word| word == key)
            || ["本月得分", "绩效得分", "月度得分"].contains(&key)
    }

    /// The rating with whose word a total's label begins: 上级 of 上级加权得分.
    pub(super) fn rating_of(&self, key: &str) -> Option<usize> {
        let begin = |text: &str| text.chars().take(2).collect::<String>();
        let own = begin(key);
        let mut found = self.rating_words.iter().filter(|(_, word)| begin(word) == own);
        let (first, _) = found.next()?;
        found.all(|(other, _)| other == first).then_some(*first)
    }

    /// The rating table that a title names.
    pub(super) fn rating_title(&self, text: &str) -> Option<usize> {
        if text.len() > 160 {
            return None;
        }
        let key = compact(text);
        if key.chars().count() > 40 {
            return None;
        }
        self.rating_words.iter().find(|(_, word)| key.contains(word.as_str())).map(|(i, _)| *i)
    }
}

/// Bytes of the longest label of a total.
const TOTAL_BYTES: usize = 36;

/// Whether a label is of something else than the form's points.
fn of_other(key: &str) -> bool {
    const OTHER: [&str; 23] = [
        "扣", "加分", "减", "奖", "罚", "人数", "人次", "人均", "次", "金额", "工资", "率", "平均",
        "名", "占", "差", "标准", "目标", "满分", "自评", "说明", "方法", "系数",
    ];
    names_before(key) || has_any(key, &OTHER)
}

/// The kind of total that a label's parts tell.
fn by_parts(key: &str) -> Option<TotalWord> {
    const SCALED: [&str; 4] = ["折算", "折合", "换算", "加权"];
    const SUMS: [&str; 8] =
        ["合计", "小计", "合计得分", "小计得分", "得分小计", "得分合计", "合计分", "合计分数"];
    const TOTALS: [&str; 27] = [
        "最后得分",
        "总体得分",
        "全部得分",
        "最终评分",
        "最终分",
        "综合分",
        "总分数",
        "考核分数",
        "考核成绩",
        "得分总计",
        "分数总计",
        "最终成绩",
        "最终得分",
        "总分",
        "总得分",
        "总评",
        "总评分",
        "总评得分",
        "总成绩",
        "总计得分",
        "综合评分",
        "综合得分",
        "绩效得分",
        "考核得分",
        "月度得分",
        "本月得分",
        "total",
    ];
    if key.len() > TOTAL_BYTES {
        return None;
    }
    // 总分=A+B+C says what it is the sum of.
    let key = key.split_once('=').map_or(key, |(before, _)| before);
    let ends = |words: &[&str]| words.iter().any(|word| key.ends_with(word));
    let scaled = has_any(key, &SCALED)
        || key == "权重得分"
        || key.starts_with("得分×")
        || key.ends_with("分制得分");
    let kind = if scaled {
        TotalWord::Scaled
    } else if ends(&SUMS) {
        TotalWord::Sum
    } else if ends(&TOTALS) || ends_lettered(key) {
        TotalWord::Total
    } else {
        return None;
    };
    (!of_other(key)).then_some(kind)
}

/// 总分c, of parts a and b.
fn ends_lettered(key: &str) -> bool {
    key.strip_suffix(|c: char| c.is_ascii_lowercase()).is_some_and(|key| key.ends_with("总分"))
}

/// Whether a label looks like a total's though no word of it is known: 得分汇总, 考核结果.
pub(super) fn like_total(key: &str) -> bool {
    // Words that end as 合计 does: 本表由人事部统计, 会计.
    const OTHERS: [&str; 9] =
        ["统计", "会计", "设计", "审计", "预计", "估计", "不计", "生计", "伙计"];
    let remark = ["备注", "注", "说明", "附注", "提示"].iter().any(|word| key.starts_with(word));
    let other = !key.contains('分') && OTHERS.iter().any(|end| key.ends_with(end));
    key.len() <= TOTAL_BYTES
        && !remark
        && !other
        && ["计", "总", "汇总", "结果", "得分", "总分"].iter().any(|end| key.ends_with(end))
}

/// The points that a total's row names, and whether they are the factor of a formula: 35 of `满分35分`, 10 of
/// `合计÷满分×10` and of `合计÷满分×10%×100`.
pub(super) fn full_points(text: &str) -> Option<(f64, bool)> {
    let key = compact(text);
    let factors = key.trim_end_matches('分').rsplit(['×', '*']);
    let factor = |part: &str| match part.strip_suffix('%') {
        Some(share) => share.parse::<f64>().ok().map(|share| (share / 100.0, false)),
        None => part.parse::<f64>().ok().map(|number| (number, true)),
    };
    let known: Vec<(f64, bool)> = factors.map_while(factor).collect();
    let whole = key.contains(['×', '*']) && known.iter().any(|(_, plain)| *plain);
    match whole {
        true => Some((known.iter().map(|(number, _)| number).product(), true)),
        false => named_points(text).map(|points| (points, false)),
    }
}

/// The points or the share in brackets behind a label: 10 of `上级评分（10%）` and `上级评分（10分）`.
pub(super) fn noted_points(text: &str) -> Option<f64> {
    let key = compact(text);
    let (_, note) = key.split_once('(')?;
    let note = note.strip_suffix(')')?.trim_start_matches("权重").trim_start_matches("占比");
    note.trim_end_matches(['%', '分']).parse().ok()
}

/// The full marks in brackets behind a label: 20 of `营业额达成度（20分）` and `工作完成量(满分20分)`.
pub(super) fn noted_full(text: &str) -> Option<f64> {
    let key = compact(text);
    let (_, note) = key.split_once('(')?;
    let full = note.strip_suffix("分)")?.trim_start_matches("满分").parse().ok();
    full.filter(|full: &f64| *full > 0.0)
}

/// The last number before 分 in a text: 35 of `满分35分`, 100 of `80+10+10=100分`; 15 of `十五分` and of
/// `15分（基础）`.
pub(super) fn named_points(text: &str) -> Option<f64> {
    let key = compact(text);
    if let Some(points) = said_points(&key) {
        return Some(points);
    }
    let before = key.strip_suffix('分').unwrap_or(&key);
    // 十五分, and nothing else.
    if let Some(points) = numerals::whole(before) {
        return Some(points);
    }
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || *c == '.')
        .last()
        .map(|(at, _)| at)?;
    // 15/100 are fifteen of a hundred.
    if before.get(..start)?.ends_with('/') {
        return None;
    }
    before.get(start..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::full_points;

    #[test]
    fn what_a_total_is_out_of() {
        for (text, points) in [
            ("满分35分", Some((35.0, false))),
            ("80+10+10=100分", Some((100.0, false))),
            ("合计÷满分×10", Some((10.0, true))),
            ("合计÷满分×10%×100", Some((10.0, true))),
            ("合计÷35×100×10%", Some((10.0, true))),
            ("合计/35*10分", Some((10.0, true))),
            ("合计÷满分×100", Some((100.0, true))),
            ("得分×80%", None),
            ("合计×10/35", None),
            ("总经办", None),
        ] {
            let near = full_points(text).map(|(n, by)| ((n * 1e9_f64).round() / 1e9, by));
            assert_eq!(near, points, "{text}");
        }
    }
}
