//! What stands in a name's place in a row that is nobody's.

use crate::text::{has_any, label};

/// Rows of a table of members or people that are none: what is computed of the others, and notes.
const SUMMARY_ROWS: &[&str] = &[
    "合计",
    "平均",
    "平均值",
    "均值",
    "均",
    "总",
    "总计",
    "平均分",
    "小计",
    "汇总",
    "备注",
    "最高",
    "最低",
    "最大",
    "最小",
    "目标",
    "目标值",
    "标准",
    "标准值",
    "考核标准",
    "基准",
    "基准值",
    "达标值",
    "及格线",
    "合格线",
    "全店",
    "全部",
    "全体",
    "部门",
    "团队",
    "上月",
    "上期",
    "去年",
    "本月",
    "同期",
    "差异",
    "人数",
    "达标人数",
    "达标率",
    "average",
    "avg",
    "mean",
    "total",
    "sum",
    "max",
    "min",
    "target",
    "店均",
    "组均",
    "月均",
    "日均",
    "部均",
    "总均",
    "c店均",
    "商城均",
    "c店总",
    "商城总",
    "总数",
    "总和",
    "计",
    "共",
    "差",
    "变化",
    "增减",
    "极差",
    "权重",
    "系数",
    "得分",
    "单位",
    "参考值",
    "同行",
    "中位数",
    "标准差",
    "前三名",
    "最优",
    "最差",
    "最好",
    "排名",
    "空缺",
    "待招",
    "客服中心",
    "ave",
    "∑",
    "σ",
    "注",
    "指标",
];
/// Parts of such labels; no name holds them.
const SUMMARY_PARTS: &[&str] = &[
    "平均",
    "均值",
    "合计",
    "总计",
    "小计",
    "汇总",
    "总体",
    "整体",
    "人均",
    "最高",
    "最低",
    "最大值",
    "最小值",
    "备注",
    "制表",
    "审核",
    "填表",
    "环比",
    "同比",
    "目标值",
    "标准值",
    "基准值",
    "目标",
    "标准",
    "基准",
    "去年",
    "上月",
    "上年",
    "同期",
    "共计",
    "累计",
    "全组",
    "全员",
    "全店",
    "全部门",
    "全公司",
    "行业",
    "avg",
    "average",
];
/// Words in a name's place that may stand for one or several.
pub(super) const NO_NAMES: [&str; 7] = ["离职", "兼职", "实习生", "其他", "其它", "替班", "机器人"];

/// Whether a row's label tells that it is computed of the others.
pub(super) fn is_summary(text: &str) -> bool {
    let key = label(text);
    // 共6人, C店3人.
    let count =
        || key.strip_suffix('人').is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    SUMMARY_ROWS.contains(&key.as_str())
        || has_any(&key, SUMMARY_PARTS)
        || key.ends_with("人数")
        || count()
        // （平均）
        || key.is_empty() && !crate::text::is_blank(text)
}

/// Whether a text is no name but a remark: it holds a colon or is long.
pub(super) fn is_note(text: &str) -> bool {
    let key = label(text);
    text.contains([':', '：'])
        || ["注", "以下空白", "以上", "说明"].iter().any(|word| key.starts_with(word))
        || key.ends_with("来源")
        || ["单位", "口径", "统计口径", "提供部门", "责任部门"].contains(&key.as_str())
}
