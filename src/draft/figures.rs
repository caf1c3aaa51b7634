//! What the workbook calls its figures, and which of them a rule asks for.

use crate::cell::CellRef;
use crate::criteria::Need;
use crate::text::{has_any, label};
use crate::workbook::{Sheet, Value, Workbook};
use std::collections::BTreeSet;

/// Labels of figures on the sheets that are no forms: beside a number, or above one.
pub(super) fn labels(book: &Workbook, forms: &[&Sheet]) -> Vec<String> {
    let mut out = Vec::new();
    let form = |sheet: &Sheet| forms.iter().any(|form| form.name == sheet.name);
    for sheet in book.sheets.iter().filter(|sheet| !form(sheet)) {
        for (at, cell) in &sheet.cells {
            let Some(text) = cell.value.text() else { continue };
            let number = |row, col| matches!(sheet.value(CellRef::new(row, col)), Value::Number(_));
            if number(at.row, at.col + 1) || number(at.row + 1, at.col) {
                let known = out.iter().any(|o: &String| label(o) == label(text));
                if !known && !text.contains('-') && text.chars().count() <= 16 {
                    out.push(text.trim().to_owned());
                }
            }
        }
    }
    out
}

/// The label that a need is most like: by its name, else by the words of its clause.
pub(super) fn nearest<'a>(
    need: &Need,
    labels: &'a [String],
    items: &BTreeSet<String>,
    used: &BTreeSet<String>,
) -> Option<&'a String> {
    let name = label(&need.name);
    let like = |candidate: &str| {
        let own = label(candidate);
        let bare = own
            .trim_end_matches("次数")
            .trim_end_matches("人次")
            .trim_end_matches("数量")
            .to_owned();
        let chars: Vec<char> = bare.chars().collect();
        let pairs: Vec<String> = chars.windows(2).map(|p| p.iter().collect()).collect();
        if pairs.is_empty() {
            return 0.0;
        }
        let clause = label(&need.clause);
        let share = |text: &str| {
            pairs.iter().filter(|p| text.contains(p.as_str())).count() as f64 / pairs.len() as f64
        };
        let common = chars.iter().filter(|c| name.contains(**c)).count() as f64;
        let dice = 2.0 * common / (chars.len() + name.chars().count()).max(1) as f64;
        dice.max(share(&name)).max(share(&clause) * 0.95)
    };
    let fits = |candidate: &&String| {
        let own = label(candidate);
        own == name
            || !used.contains(*candidate) && !items.contains(&own) && alike(need, &name, &own)
    };
    let mut best: Vec<(f64, &String)> = labels
        .iter()
        .filter(fits)
        .map(|l| (if label(l) == name { 2.0 } else { like(l) }, l))
        .collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    best.first().filter(|(score, _)| *score >= 0.55).map(|(_, label)| *label)
}

/// What a name's end says that it is.
#[derive(PartialEq, Clone, Copy)]
enum Sort {
    Mark,
    Rate,
    Time,
    Money,
    Count,
}

/// The sort of a figure by the end of its name, where that says one.
fn sort(name: &str) -> Option<Sort> {
    const ENDS: [(Sort, &[&str]); 5] = [
        (Sort::Rate, &["率", "占比", "比例", "百分比", "比率", "完成度", "达成度"]),
        (
            Sort::Time,
            &[
                "天数",
                "小时数",
                "分钟数",
                "时长",
                "时间",
                "工时",
                "课时",
                "学时",
                "周期",
                "周数",
                "月数",
                "账龄",
                "时数",
                "天",
                "小时",
                "分钟",
                "秒",
            ],
        ),
        (
            Sort::Mark,
            &["评分", "得分", "打分", "评定", "分数", "分", "评价", "评议", "测评", "考评"],
        ),
        (Sort::Money, &["金额", "额", "费用", "费", "成本", "元", "收入", "利润", "款"]),
        (Sort::Count, &["数", "次", "人次", "数量"]),
    ];
    let bare = name.split(['(', '（']).next().unwrap_or(name);
    let found = ENDS.iter().find(|(_, ends)| ends.iter().any(|end| bare.ends_with(end)));
    found.map(|(sort, _)| *sort)
}

/// Whether a label may be a mark's: it says of no other sort that it is.
pub(super) fn may_be_mark(name: &str) -> bool {
    sort(&label(name)).is_none_or(|sort| sort == Sort::Mark)
}

/// Words of what is not as it should be.
const AMISS: [&str; 23] = [
    "未", "没", "漏", "缺", "不", "无", "迟", "晚", "逾", "延", "拖", "超", "错", "误", "违", "差",
    "失", "少", "欠", "短", "异常", "问题", "投诉",
];
/// Words of an earlier period.
const BEFORE: [&str; 7] = ["上月", "上期", "上年", "去年", "上季", "上周", "同期"];
/// Ends of what a figure is measured against.
const AIMS: [&str; 9] =
    ["目标", "目标值", "目标数", "计划", "计划数", "计划值", "预算", "预算数", "定额"];

/// Whether a label may be that of a need: no count for a mark, no days for a rate, no 上月 for 本月, and
/// nothing that was done for what was left undone.
fn alike(need: &Need, name: &str, label: &str) -> bool {
    let (own, other) = (sort(name), sort(label));
    if need.kind == "mark" {
        return other == Some(Sort::Mark) || label.contains("评");
    }
    let differs = match (own, other) {
        (Some(own), Some(other)) => own != other,
        (None, Some(other)) => match need.kind {
            "rate" => matches!(other, Sort::Time | Sort::Count | Sort::Money),
            "count" => matches!(other, Sort::Rate | Sort::Money | Sort::Mark),
            _ => false,
        },
        _ => false,
    };
    let period = has_any(name, &BEFORE) != has_any(label, &BEFORE);
    let aim = |text: &str| AIMS.iter().any(|end| text.ends_with(end));
    let aims = aim(name) != aim(label);
    let undone = ["未", "没", "漏", "缺", "不足"].iter().any(|word| name.contains(word));
    let done = undone && !has_any(label, &AMISS);
    !(differs || period || aims || done)
}
