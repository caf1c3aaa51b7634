//! Sentences by which a person scores, beside others that compute: 「领导评分；出现差错一次扣2分」.

use crate::text::has_any;

/// Words by which somebody gives the marks.
const RATED: [&str; 23] = [
    "互评",
    "评分",
    "打分",
    "评定",
    "给分",
    "计分",
    "评议",
    "测评",
    "评价占",
    "评估占",
    "考评占",
    "互评占",
    "评审",
    "综合评价",
    "综合考评",
    "综合评估",
    "评价得分",
    "酌情",
    "自行掌握",
    "自行决定",
    "裁定",
    "评判",
    "打星",
];
/// Words in which those say something else.
const OTHER: [&str; 21] = [
    "评分表",
    "评分标准",
    "评分细则",
    "评分依据",
    "评分周期",
    "评分说明",
    "评分规则",
    "评分办法",
    "计分标准",
    "计分规则",
    "计分办法",
    "计分方法",
    "计分周期",
    "评分方法",
    "如下",
    "以下",
    "下列",
    "提交",
    "上报",
    "数据来源",
    "负责",
];
/// What a consequence for the pay of the month takes away.
const TAKES: [&str; 8] = ["取消", "停发", "扣发", "扣除", "不予发放", "不发", "全扣", "扣完"];

/// Whether a part of a sentence hands the marks to somebody: 质量情况由主管评定.
pub(super) fn handed_over(part: &str) -> bool {
    const ENDS: [&str; 10] =
        ["评定", "评分", "打分", "考评", "评价", "评议", "裁定", "给分", "酌定", "互评"];
    let by = part.split_once('由').is_some_and(|(_, who)| who.chars().count() > 3);
    let raters = ["领导", "上级", "主管", "经理", "小组", "负责人", "专家", "评委"];
    let gives = ["给分", "打分", "评定", "酌定"].iter().any(|w| part.ends_with(w));
    (by || part.starts_with('视')) && ENDS.iter().any(|w| part.ends_with(w))
        || gives && has_any(part, &raters)
}

/// Why a sentence that no rule has read is left to a person; `None` where it says nothing of the score.
/// `whole`: whether it names the score or the pay of the month.
pub(super) fn why(text: &str, whole: bool) -> Option<&'static str> {
    if whole && has_any(text, &TAKES) {
        return Some("管到当月绩效，不是本项的分");
    }
    let rated = has_any(text, &RATED) && !has_any(text, &OTHER) && !text.ends_with("工作");
    (rated || handed_over(text)).then_some("由人打分，没有说怎么和其他各条合起来")
}
