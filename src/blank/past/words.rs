//! Words that tell a month's figures from what a form says every month.

use crate::text::grades::{GRADES, LETTERS};
use crate::text::label;

/// What stands below a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A month's figures.
    Past,
    /// A month's reasons.
    Said,
    /// The form's own.
    Lasting,
    /// Nobody knows.
    Unclear,
}

/// Parts of heads over a month's figures.
const PAST: [&str; 32] = [
    "得分",
    "实得",
    "自评",
    "自我评",
    "评分",
    "打分",
    "初评",
    "复评",
    "终评",
    "初核",
    "复核",
    "考评分",
    "完成情况",
    "完成值",
    "完成率",
    "完成数",
    "完成量",
    "实际",
    "实绩",
    "达成",
    "上月",
    "上期",
    "上次",
    "加减分",
    "增减分",
    "名次",
    "排名",
    "罚款",
    "扣款",
    "考核结果",
    "评定结果",
    "是否",
];
/// Parts of heads over what a form says every month; the word that ends a head says more than one before.
const LASTING: [&str; 51] = [
    "序号",
    "编号",
    "工号",
    "权重",
    "分值",
    "满分",
    "标准",
    "目标",
    "计划",
    "指标",
    "要点",
    "要求",
    "内容",
    "定义",
    "公式",
    "方法",
    "方式",
    "办法",
    "细则",
    "规则",
    "依据",
    "来源",
    "周期",
    "频率",
    "单位",
    "上限",
    "下限",
    "底线",
    "基准",
    "挑战",
    "范围",
    "区间",
    "时限",
    "时间",
    "期限",
    "日期",
    "考核人",
    "评分人",
    "责任人",
    "监督",
    "部门",
    "项目",
    "占比",
    "比重",
    "配分",
    "基础分",
    "电话",
    "说明",
    "版本",
    "版次",
    "页",
];
/// How heads of columns of reasons end.
const SAID: [&str; 6] = ["原因", "理由", "事由", "事例", "评语", "说明"];
/// Beginnings of such heads; 评分说明 and 指标说明 are the form's own.
const OF: [&str; 13] = [
    "扣分",
    "加分",
    "减分",
    "加减分",
    "失分",
    "得分",
    "自评",
    "完成",
    "未完成",
    "奖惩",
    "差异",
    "具体",
    "情况",
];
/// Labels of a month's results outside of the tables.
const LABELS: [&str; 26] = [
    "得分",
    "总分",
    "总得分",
    "最终得分",
    "考核得分",
    "绩效得分",
    "考核总分",
    "综合得分",
    "自评得分",
    "自评总分",
    "上月得分",
    "上月总分",
    "等级",
    "考核等级",
    "绩效等级",
    "评定等级",
    "评级",
    "考核结果",
    "评定结果",
    "名次",
    "排名",
    "部门排名",
    "罚款",
    "罚款金额",
    "扣款",
    "扣款金额",
];
/// What a head says of the cells below it.
pub(super) fn kind(head: &str) -> Kind {
    let key = label(head);
    let said = SAID.iter().find_map(|end| key.strip_suffix(end));
    if said.is_some_and(|begin| OF.iter().any(|word| begin.ends_with(word)))
        || said == Some("") && !key.ends_with("说明")
    {
        return Kind::Said;
    }
    let last = |words: &[&str]| {
        let ends = words.iter().filter_map(|word| Some(key.rfind(word)? + word.len()));
        ends.max()
    };
    // What is to be reached, or the month's part of it: nobody knows.
    if ["最低", "最高"].iter().any(|word| key.starts_with(word)) {
        return Kind::Lasting;
    }
    let planned = ["目标", "计划"].iter().any(|word| key.starts_with(word));
    if planned && key.ends_with(['率', '值', '数', '量', '度']) && last(&PAST).is_some() {
        return Kind::Unclear;
    }
    match (last(&PAST), last(&LASTING)) {
        (Some(past), lasting) if lasting.is_none_or(|lasting| past > lasting) => Kind::Past,
        (_, Some(_)) => Kind::Lasting,
        _ => Kind::Unclear,
    }
}

/// Whether a label names a month's result.
pub(super) fn is_result(text: &str) -> bool {
    const OF: [&str; 6] = ["上月", "上期", "上次", "本月", "本期", "当月"];
    let key = label(text);
    let bare = OF.iter().find_map(|of| key.strip_prefix(of)).unwrap_or(&key);
    LABELS.contains(&bare)
}

/// Whether a text is a grade: 良好, A+.
pub(super) fn is_grade(text: &str) -> bool {
    let key = label(text);
    let bare = key.trim_end_matches(['+', '-', '级', '等']);
    GRADES.contains(&bare) || LETTERS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_ends_a_head_says_most() {
        for (head, wanted) in [
            ("自评得分", Kind::Past),
            ("完成情况", Kind::Past),
            ("目标完成情况", Kind::Past),
            ("上月得分", Kind::Past),
            ("加减分", Kind::Past),
            ("实际值", Kind::Past),
            ("得分(每项满分5分)", Kind::Past),
            ("评分标准", Kind::Lasting),
            ("实际目标", Kind::Lasting),
            ("完成时限", Kind::Lasting),
            ("得分范围", Kind::Lasting),
            ("评分说明", Kind::Lasting),
            ("目标值", Kind::Lasting),
            ("最低得分", Kind::Lasting),
            ("目标完成率", Kind::Unclear),
            ("扣分原因", Kind::Said),
            ("原因", Kind::Said),
            ("加减分说明", Kind::Said),
            ("说明", Kind::Lasting),
            ("扣分", Kind::Unclear),
            ("年度累计", Kind::Unclear),
            ("是否达标", Kind::Past),
            ("基本工资", Kind::Unclear),
        ] {
            assert_eq!(kind(head), wanted, "{head}");
        }
        assert!(is_grade("良好") && is_grade("A+") && is_grade("B级") && !is_grade("系数"));
    }
}
