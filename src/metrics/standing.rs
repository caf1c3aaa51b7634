//! What is written beside a member's or a rater's figures: that they do not count, or count by weight.

use super::exclusions::{self, OBJECTS};
use super::look::Look;
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::heading::header_text;
use crate::text::answers::{is_no, is_yes};
use crate::text::employment::ENDED;
use crate::text::grades::{CONTENT, GRADES};
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
const DOUBT: [&str; 4] = ["已离", "离岗", "休假", "转岗"];
/// Parts of remarks that a member is away or elsewhere, beside [`ENDED`].
const GONE: [&str; 16] = [
    "产假",
    "长假",
    "停职",
    "停薪留职",
    "调岗",
    "调离",
    "调出",
    "调走",
    "调往",
    "借调",
    "待岗",
    "不在岗",
    "离岗",
    "已走",
    "长休",
    "长期休",
];
/// Parts of remarks that somebody perhaps does not count, beside words that leave out.
const DOUBT_PARTS: [&str; 4] = ["不参与", "不参加", "不考核", "免考"];
/// What takes such a word back before it: 无离职, 未调岗, 下月离职.
const NOT: [&str; 15] = [
    "无",
    "未",
    "没",
    "没有",
    "非",
    "不",
    "不是",
    "接替",
    "接手",
    "顶替",
    "接",
    "补",
    "下月",
    "下个月",
    "次月",
];
/// What makes another word of one behind it: 离职率, 离职员工的交接.
const OTHER: [&str; 19] = [
    "率", "员工", "人员", "客服", "同事", "者", "名", "交接", "回", "归", "返", "结束", "来",
    "后回", "后返", "补位", "补缺", "岗位", "故障",
];
/// Whether a remark says one of some words of the member, and not that it is not so, or of something else.
fn says(key: &str, words: &[&str]) -> bool {
    // Most texts beside figures hold none of them.
    has_any(key, words)
        && words.iter().any(|word| {
            key.match_indices(word).any(|(at, _)| {
                let before = key.get(..at).unwrap_or_default();
                let behind = key.get(at + word.len()..).unwrap_or_default();
                let not = NOT.iter().any(|no| before.ends_with(no));
                !not && !OTHER.iter().chain(&OBJECTS).any(|rest| behind.starts_with(rest))
            })
        })
}

/// Whether a remark says that somebody has left or is away, and nothing else.
fn is_gone(key: &str) -> bool {
    ENDED.contains(&key) || GONE.contains(&key)
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
    // A day under 离职日期.
    let day = || asks(&["日期", "时间", "日"]) && key.contains(|c: char| c.is_ascii_digit());
    // 离职人数 counts others.
    let counts = head.ends_with(['数', '次', '率', '比']);
    let left = asks(&["离职", "调离", "调出"]) && !counts && (is_yes(&key) || day());
    if left || is_no(&key) && asks(&["在职", "在岗"]) {
        return Standing::Doubt;
    }
    let counted = asks(&["有效", "计入", "纳入"])
        || asks(&["是否"])
            && asks(&["参与", "参加", "考核", "统计", "计分", "本组", "本部门", "本团队", "我组"])
        || ["参与考核", "参加考核"].contains(&head.as_str());
    if is_no(&key) && counted || VOID.contains(&key.as_str()) {
        return Standing::Void;
    }
    let doubt = DOUBT.contains(&key.as_str())
        || says(&key, &ENDED)
        || says(&key, &GONE)
        || says(&key, &DOUBT_PARTS)
        || exclusions::is_of_person(text);
    if doubt { Standing::Doubt } else { Standing::Counts }
}

/// What a text beside a person's row says of the person being assessed. Strict: tables of people have columns on
/// trainings, complaints and contracts as well, and remarks on others.
fn of_person(head: Option<&str>, text: &str) -> Standing {
    const QUESTIONS: [&str; 9] = [
        "是否考核",
        "是否参与考核",
        "是否参加考核",
        "是否纳入考核",
        "是否计入考核",
        "是否参与本月考核",
        "是否本月考核",
        "参与考核",
        "参加考核",
    ];
    const REMARKS: [&str; 11] = [
        "备注",
        "备注说明",
        "说明",
        "情况说明",
        "附注",
        "状态",
        "人员状态",
        "员工状态",
        "在职状态",
        "在岗状态",
        "考核状态",
    ];
    let (key, head) = (compact(text), head.map(label).unwrap_or_default());
    let remark = head.is_empty() || REMARKS.contains(&head.as_str());
    if QUESTIONS.contains(&head.as_str()) && is_no(&key)
        || SET_ASIDE.contains(&key.as_str()) && (remark || key.contains("考核"))
        || remark && sets_oneself_aside(&key)
    {
        return Standing::Void;
    }
    let day = || {
        ["离职日期", "离职时间", "离岗日期"].contains(&head.as_str())
            && key.contains(|c: char| c.is_ascii_digit())
    };
    let yes = || ["离职", "是否离职", "已离职"].contains(&head.as_str()) && is_yes(&key);
    let no = || ["在职", "是否在职", "是否在岗"].contains(&head.as_str()) && is_no(&key);
    // 10月20日离职, 已离职; not 离职1人.
    let gone = || {
        let dated = |c: char| c.is_ascii_digit() || "年月日号./-,，（）()已于".contains(c);
        let bare = key.trim_matches(dated);
        is_gone(bare) || VOID.contains(&bare) && !["不通过", "未通过"].contains(&bare)
    };
    // 新人一名，不参与考核 may be of others.
    let part = || key.split([',', '。', ';']).any(|part| SET_ASIDE.contains(&part));
    if day() || yes() || no() || remark && (gone() || part()) {
        Standing::Doubt
    } else {
        Standing::Counts
    }
}

/// What a remark says where the person of the row is not assessed.
const SET_ASIDE: [&str; 7] =
    ["作废", "已作废", "不考核", "免考核", "不参与考核", "不参加考核", "不纳入考核"];

/// Whether a remark says that the person is not assessed, and besides only that the person is away: 产假，不参与考核.
fn sets_oneself_aside(key: &str) -> bool {
    const AWAY: [&str; 8] = ["病假", "休假", "请假", "事假", "全月", "整月", "本月", "本人"];
    let aside = SET_ASIDE.iter().filter(|word| word.contains("考核"));
    let Some(rest) = { aside }.find_map(|word| key.strip_suffix(word)) else { return false };
    let words = GONE.iter().chain(&ENDED).chain(&AWAY);
    let rest = words.fold(rest.to_owned(), |rest, word| rest.replace(word, ""));
    rest.chars()
        .all(|c| c.is_ascii_digit() || "年月日号./-,;()、已于自起至因休请在当现故暂".contains(c))
}

/// The cell beside a person's row that says so; each comes with its head's.
pub(super) fn beside_person(
    sheet: &Sheet,
    cells: impl Iterator<Item = (CellRef, CellRef)>,
) -> Option<(Standing, CellRef)> {
    let mut said = cells.filter_map(|(at, head)| {
        let standing = of_person(sheet.text(sheet.anchor(head)), &shown(sheet, at)?);
        (standing != Standing::Counts).then_some((standing, at))
    });
    let first = said.next()?;
    Some(said.find(|(standing, _)| *standing == Standing::Void).unwrap_or(first))
}

/// What is said beside a name in its cell: `李娜（离职）`, `李娜-不计`, `李娜 离职`, `（离职）李娜`.
pub(super) fn behind_name(name: &str) -> Standing {
    // Alone in the name's place it is a row of several.
    if is_gone(&compact(name)) {
        return Standing::Counts;
    }
    let sign = |c: char| c.is_whitespace() || "()[]【】（）［］〔〕-—－_/／,，、:：".contains(c);
    let mut parts = name.split(sign).filter(|part| !part.is_empty()).map(|part| said(None, part));
    match parts.clone().find(|part| *part == Standing::Void) {
        Some(void) => void,
        None => parts.find(|part| *part == Standing::Doubt).unwrap_or(Standing::Counts),
    }
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

/// What a cell says, behind the words of its head.
pub(super) fn words_of(sheet: &Sheet, at: CellRef, head: CellRef) -> String {
    let day = match sheet.value(at) {
        Value::Number(number) if *number > 1_000.0 => Day::from_number(*number),
        _ => None,
    };
    let said = day.map(|day| day.to_string()).or_else(|| shown(sheet, at)).unwrap_or_default();
    match sheet.text(sheet.anchor(head)) {
        Some(head) => format!("{}：{}", head.trim(), said.trim()),
        None => said,
    }
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
            points || GRADES.contains(&key.as_str()) || CONTENT.contains(&key.as_str())
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
    fn what_is_written_beside_a_person() {
        for (text, found) in [
            ("产假，不参与考核", Standing::Void),
            ("休产假不参与考核", Standing::Void),
            ("10月5日起病假，本月不考核", Standing::Void),
            ("不参与考核", Standing::Void),
            ("新人一名，不参与考核", Standing::Doubt),
            ("产假", Standing::Doubt),
            ("李娜产假，不参与考核", Standing::Doubt),
            ("离职1人，其余参与考核", Standing::Counts),
            ("李娜产假", Standing::Counts),
            ("参与考核", Standing::Counts),
        ] {
            assert_eq!(of_person(Some("备注"), text), found, "{text}");
        }
    }

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
            (Some("备注"), "不统计", Standing::Doubt),
            (Some("备注"), "不算", Standing::Doubt),
            (Some("备注"), "不纳入考核", Standing::Void),
            (Some("备注"), "除外", Standing::Doubt),
            (Some("备注"), "10月20日离职", Standing::Doubt),
            (Some("备注"), "辞职", Standing::Doubt),
            (Some("备注"), "待离职", Standing::Doubt),
            (Some("备注"), "已调出", Standing::Doubt),
            (Some("备注"), "调离本部门", Standing::Doubt),
            (Some("备注"), "未转正不算", Standing::Doubt),
            (Some("备注"), "请假不计", Standing::Doubt),
            (Some("离职日期"), "46315", Standing::Doubt),
            (Some("离职日期"), "-", Standing::Counts),
            (Some("备注"), "无离职", Standing::Counts),
            (Some("备注"), "未离职", Standing::Counts),
            (Some("状态"), "下月离职", Standing::Counts),
            (Some("备注"), "离职率0", Standing::Counts),
            (Some("备注"), "接替离职的陈某", Standing::Counts),
            (Some("备注"), "不计迟到", Standing::Counts),
            (Some("备注"), "已剔除刷单", Standing::Counts),
            (Some("备注"), "表现优秀，加班不计", Standing::Counts),
            (Some("备注"), "无效不计", Standing::Doubt),
            (Some("备注"), "刷单除外", Standing::Counts),
            (Some("备注"), "未转正", Standing::Counts),
            (Some("备注"), "10月1日入职", Standing::Counts),
            (Some("备注"), "全勤", Standing::Counts),
            (Some("备注"), "试用期", Standing::Counts),
        ] {
            assert_eq!(said(head, text), found, "{head:?} {text}");
        }
        assert_eq!(behind_name("李娜（离职）"), Standing::Doubt);
        assert_eq!(behind_name("李娜-不计"), Standing::Void);
        assert_eq!(behind_name("李娜 离职"), Standing::Doubt);
        assert_eq!(behind_name("（离职）李娜"), Standing::Doubt);
        assert_eq!(behind_name("李娜离职"), Standing::Doubt);
        assert_eq!(behind_name("李娜（夜班）"), Standing::Counts);
    }
}
