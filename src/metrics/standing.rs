//! What is written beside a member's or a rater's figures: that they do not count, or count by weight.

use super::look::Look;
use crate::cell::CellRef;
use crate::form::heading::header_text;
use crate::text::{compact, has_any, label};
use crate::workbook::{Sheet, Value};

/// Whether the figures of a row or column count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing says that they do not.
    Counts,
    /// They do not: 作废, or 否 under 是否有效.
    Void,
    /// Somebody has to say: 离职.
    Doubt,
}

/// Texts that say it whatever they are headed by.
const VOID: [&str; 23] = [
    "作废",
    "已作废",
    "无效",
    "无效票",
    "废票",
    "废卷",
    "无效卷",
    "无效问卷",
    "剔除",
    "已剔除",
    "不通过",
    "未通过",
    "不计",
    "不计入",
    "不计分",
    "不参与",
    "不参与考核",
    "不参加考核",
    "不纳入",
    "不纳入考核",
    "不考核",
    "免考核",
    "新人不计",
];
/// Members of whom it is not clear whether they count for the month.
const DOUBT: [&str; 15] = [
    "离职",
    "已离职",
    "已离",
    "离岗",
    "休假",
    "产假",
    "长假",
    "停职",
    "停薪留职",
    "调岗",
    "已调岗",
    "调离",
    "已调离",
    "借调",
    "待岗",
];
/// Parts of remarks that perhaps say it.
const DOUBT_PARTS: [&str; 7] = ["不计", "不参与", "不参加", "不纳入", "不考核", "免考", "剔除"];

fn is_yes(key: &str) -> bool {
    ["是", "y", "yes", "√", "✓", "✔", "1", "true", "对"].contains(&key)
}

fn is_no(key: &str) -> bool {
    ["否", "不", "不是", "n", "no", "×", "✗", "✘", "x", "0", "false"].contains(&key)
}

/// What a text says, and the header that it stands under or beside.
pub(super) fn said(head: Option<&str>, text: &str) -> Standing {
    let key = compact(text);
    let head = head.map(label).unwrap_or_default();
    let asks = |words: &[&str]| has_any(&head, words);
    if asks(&["剔除", "作废", "无效", "排除"]) {
        return if is_yes(&key) || VOID.contains(&key.as_str()) {
            Standing::Void
        } else {
            Standing::Counts
        };
    }
    if is_yes(&key) && asks(&["离职"]) || is_no(&key) && asks(&["在职", "在岗"]) {
        return Standing::Doubt;
    }
    let counted = asks(&["有效", "计入", "纳入"])
        || asks(&["是否"]) && asks(&["参与", "参加", "考核", "统计", "计分"])
        || ["参与考核", "参加考核"].contains(&head.as_str());
    if is_no(&key) && counted || VOID.contains(&key.as_str()) {
        return Standing::Void;
    }
    let doubt = DOUBT.contains(&key.as_str()) || has_any(&key, &DOUBT_PARTS);
    if doubt { Standing::Doubt } else { Standing::Counts }
}

/// What is said behind a name: `李娜（离职）`, `李娜-不计`.
pub(super) fn behind_name(name: &str) -> Standing {
    let key = compact(name);
    let note = key.split_once(['(', '[', '【', '-', '—']).map(|(_, note)| note);
    note.map_or(Standing::Counts, |note| said(None, note.trim_end_matches([')', ']', '】'])))
}

/// A cell's text as it is compared here.
fn shown(sheet: &Sheet, at: CellRef) -> Option<String> {
    match sheet.value(sheet.anchor(at)) {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(crate::text::show(*number, 6)),
        Value::Bool(true) => Some("是".to_owned()),
        Value::Bool(false) => Some("否".to_owned()),
        _ => None,
    }
}

/// What the cells say, each with its head's.
pub(super) fn of_cells(sheet: &Sheet, cells: impl Iterator<Item = (CellRef, CellRef)>) -> Standing {
    let mut out = Standing::Counts;
    for (at, head) in cells {
        let head = sheet.text(sheet.anchor(head));
        match shown(sheet, at).map_or(Standing::Counts, |text| said(head, &text)) {
            Standing::Void => return Standing::Void,
            Standing::Doubt => out = Standing::Doubt,
            Standing::Counts => {}
        }
    }
    out
}

/// Heads of the raters' weights.
const WEIGHTS: [&str; 9] =
    ["权重", "权重系数", "评分权重", "系数", "占比", "比例", "票数", "人数", "份数"];

/// Whether a line headed so gives the raters different weights: the form counts their mean.
pub(super) fn weighs(sheet: &Sheet, head: CellRef, cells: impl Iterator<Item = CellRef>) -> bool {
    let named = sheet.text(sheet.anchor(head)).map(label);
    if !named.is_some_and(|key| WEIGHTS.contains(&key.as_str())) {
        return false;
    }
    let mut weights = cells.filter_map(|at| shown(sheet, at));
    let first = weights.next();
    weights.any(|other| Some(other) != first)
}

/// Grades that head counts of votes.
const GRADES: [&str; 18] = [
    "优秀",
    "优",
    "良好",
    "良",
    "中",
    "合格",
    "一般",
    "及格",
    "不合格",
    "较好",
    "较差",
    "很好",
    "很差",
    "非常满意",
    "满意",
    "比较满意",
    "基本满意",
    "不满意",
];

/// The first of raters' heads that is perhaps no rater's: a weight stands in it (`张三40%`), or the heads
/// are grades over counts of votes (`5分`, `4分`; `优秀`, `良好`; 5, 4, 3).
pub(super) fn no_plain_rater(
    sheet: &Sheet,
    heads: &[CellRef],
    words: &Look<'_>,
) -> Option<CellRef> {
    let text = |at: &CellRef| header_text(sheet, *at, words.date1904).map(|text| compact(&text));
    let weighted = |at: &&CellRef| {
        text(at).is_some_and(|key| {
            let note =
                key.split_once(['(', '[']).map(|(_, note)| note.trim_end_matches([')', ']']));
            let share = note.and_then(|note| note.parse::<f64>().ok());
            key.contains('%') || key.contains("权重") || share.is_some_and(|s| s > 0.0 && s < 1.0)
        })
    };
    let grade = |at: &&CellRef| {
        text(at).map(|key| label(&key)).is_some_and(|key| {
            let points = key.strip_suffix('分').is_some_and(|n| n.parse::<f64>().is_ok());
            points || GRADES.contains(&key.as_str())
        })
    };
    let figure = |at: &CellRef| shown(sheet, *at)?.parse::<f64>().ok();
    let falling = || {
        let figures: Option<Vec<f64>> = heads.iter().map(figure).collect();
        figures.is_some_and(|all| all.len() > 2 && all.is_sorted_by(|a, b| a > b))
    };
    heads
        .iter()
        .find(weighted)
        .or_else(|| heads.iter().find(grade).filter(|_| heads.iter().filter(grade).count() > 1))
        .or_else(|| heads.first().filter(|_| falling()))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_beside_figures() {
        for (head, text, found) in [
            (Some("是否有效"), "否", Standing::Void),
            (Some("是否有效"), "是", Standing::Counts),
            (Some("是否计入"), "×", Standing::Void),
            (Some("剔除"), "是", Standing::Void),
            (Some("剔除"), "否", Standing::Counts),
            (Some("备注"), "作废", Standing::Void),
            (Some("备注"), "否", Standing::Counts),
            (Some("状态"), "离职", Standing::Doubt),
            (Some("备注"), "请假一个月，不计", Standing::Doubt),
            (Some("备注"), "全勤", Standing::Counts),
            (Some("备注"), "试用期", Standing::Counts),
        ] {
            assert_eq!(said(head, text), found, "{head:?} {text}");
        }
        assert_eq!(behind_name("李娜（离职）"), Standing::Doubt);
        assert_eq!(behind_name("李娜-不计"), Standing::Void);
        assert_eq!(behind_name("李娜（夜班）"), Standing::Counts);
    }
}
