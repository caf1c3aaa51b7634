//! The grades of a total as a form tells them: a table beside or below it, or a sentence.

use crate::cell::CellRef;
use crate::text::grades::{GRADES, LETTERS};
use crate::text::{compact, has_any, label, parse_number, show};
use crate::workbook::{Sheet, Value};

const GRADE_WORDS: &str =
    "等级 绩效等级 评定等级 考核等级 评级 级别 等次 考核等次 绩效级别 考评等级";
const RANGE_WORDS: &str = "分数 得分 分数段 得分区间 分数区间 考核得分 考核分数 得分范围 分数范围 分值区间 分值范围 综合得分 总分 对应分数 考评得分 绩效得分 绩效分数";
const COEFFICIENT_WORDS: &str =
    "系数 绩效系数 考核系数 奖金系数 绩效工资系数 发放系数 对应系数 绩效奖金系数 工资系数";

/// A grade as the form tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) range: Range,
    pub(crate) coefficient: Option<f64>,
}

/// The totals of a grade; `None` where a side is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) from: Option<f64>,
    pub(crate) to: Option<f64>,
    /// Whether the lower bound is said not to belong to it.
    pub(crate) above: bool,
    /// Whether the upper bound is said to belong to it, or not to.
    pub(crate) with_end: Option<bool>,
}

/// What a cell says, a number as it is shown.
pub(crate) fn text_at(sheet: &Sheet, row: u32, col: u32) -> Option<String> {
    match sheet.value(CellRef::new(row, col)) {
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(show(*number, 6)),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// Reads 「90分以上」, 「80-89」, 「80≤X<90」, 「60分以下」.
fn range(text: &str) -> Option<Range> {
    let mut own = compact(text);
    for (from, to) in [
        ("≥", ">="),
        ("≤", "<="),
        ("﹤", "<"),
        ("﹥", ">"),
        ("—", "-"),
        ("–", "-"),
        ("至", "-"),
        ("~", "-"),
        ("～", "-"),
        ("(含)", "含"),
        ("(含本数)", "含"),
        ("(不含)", "不含"),
        ("及", ""),
        ("分", ""),
        ("--", "-"),
    ] {
        own = own.replace(from, to);
    }
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let mut numbers = Vec::new();
    let mut rest = own.as_str();
    let mut shape = String::new();
    while let Some(first) = rest.chars().next() {
        if digits(first) {
            let end = rest.find(|c: char| !digits(c)).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            numbers.push(number.parse::<f64>().ok()?);
            shape.push('n');
            rest = after;
        } else {
            shape.push(first);
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    let shape = shape.replace(['x', 's', '得', '总'], "x").replace("xx", "x");
    let open = Range { from: None, to: None, above: false, with_end: None };
    match (shape.as_str(), numbers.as_slice()) {
        ("n以上" | "n含以上" | "n以上含" | ">=n" | "x>=n" | "n<=x" | "n-", [n]) => {
            Some(Range { from: Some(*n), ..open })
        }
        (">n" | "x>n" | "n<x" | "高于n" | "n不含以上" | "n以上不含", [n]) => {
            Some(Range { from: Some(*n), above: true, ..open })
        }
        ("n以下" | "<n" | "x<n" | "低于n" | "不足n" | "n不含以下" | "n以下不含" | "n>x", [n]) => {
            Some(Range { to: Some(*n), with_end: Some(false), ..open })
        }
        ("<=n" | "x<=n" | "n含以下" | "n以下含", [n]) => {
            Some(Range { to: Some(*n), with_end: Some(true), ..open })
        }
        ("n-n" | "n含-n", [a, b]) => {
            Some(Range { from: Some(a.min(*b)), to: Some(a.max(*b)), ..open })
        }
        ("n-n不含" | "n含-n不含" | "n<=x<n" | "[n,n)" | "n-n以下", [a, b]) if a < b => {
            Some(Range { from: Some(*a), to: Some(*b), with_end: Some(false), ..open })
        }
        ("n>x>=n", [b, a]) if a < b => {
            Some(Range { from: Some(*a), to: Some(*b), with_end: Some(false), ..open })
        }
        ("n<=x<=n" | "[n,n]", [a, b]) if a < b => {
            Some(Range { from: Some(*a), to: Some(*b), with_end: Some(true), ..open })
        }
        ("n<x<=n" | "(n,n]" | "n不含-n" | "n不含-n含", [a, b]) if a < b => {
            Some(Range { from: Some(*a), to: Some(*b), above: true, with_end: Some(true) })
        }
        _ => None,
    }
}

fn is(words: &str, text: Option<String>) -> bool {
    text.is_some_and(|text| holds(words, &label(&text)))
}

/// Whether a label is one of some words.
fn holds(words: &str, label: &str) -> bool {
    words.split(' ').any(|word| word == label)
}

/// Whether a table of grades begins in a row, up to a column: its rows are no items.
pub(crate) fn begins(sheet: &Sheet, row: u32, last: u32) -> bool {
    let range = |at: (u32, u32)| is(RANGE_WORDS, text_at(sheet, at.0, at.1));
    let graded = |at: (u32, u32)| is(GRADE_WORDS, text_at(sheet, at.0, at.1));
    (0..=last).any(|col| {
        (1..=2).any(|step| {
            graded((row, col)) && (range((row, col + step)) || range((row + step, col)))
                || range((row, col)) && (graded((row, col + step)) || graded((row + step, col)))
        })
    })
}

/// The grades of the first table of a sheet and where it begins; `None` among them for what is not understood.
pub(crate) fn of_table(sheet: &Sheet) -> Option<(CellRef, Vec<Option<Told>>)> {
    for (at, cell) in &sheet.cells {
        let (row, col) = (at.row, at.col);
        // Most labels end otherwise.
        let heads = |label: &str| label.ends_with(['级', '次', '别']) && holds(GRADE_WORDS, label);
        if !cell.label().is_some_and(|label| heads(&label)) {
            continue;
        }
        // Across: 分数 in a row below. Down: 分数 in a column beside.
        let near = |step: u32| [step, step + 1];
        for down in [true, false] {
            let place = |along: u32, apart: i64| -> Option<String> {
                let at = |base: u32, by: i64| u32::try_from(i64::from(base) + by).ok();
                if down {
                    text_at(sheet, row + along, at(col, apart)?)
                } else {
                    text_at(sheet, at(row, apart)?, col + along)
                }
            };
            let beside = |words: &str| {
                let steps = near(1).into_iter().map(i64::from);
                steps.flat_map(|s| [s, -s]).find(|apart| is(words, place(0, *apart)))
            };
            let Some(ranges) = beside(RANGE_WORDS) else { continue };
            let coefficients = beside(COEFFICIENT_WORDS);
            let names = (1..).map_while(|along| Some((along, place(along, 0)?)));
            let told: Vec<Option<Told>> = names
                .map(|(along, name)| {
                    let coefficient = match coefficients {
                        Some(apart) => Some(parse_number(&place(along, apart)?)?.value),
                        None => None,
                    };
                    let range = range(&place(along, ranges)?)?;
                    Some(Told { name, range, coefficient })
                })
                .collect();
            if told.len() > 1 {
                return Some((*at, told));
            }
        }
    }
    None
}

/// Letters with a sign.
const SIGNED: [&str; 5] = ["a+", "b+", "c+", "a-", "b-"];
/// Names that a sentence may give grades.
const NAMES: [&[&str]; 3] = [&GRADES, &LETTERS, &SIGNED];
/// Words by which a sentence is about the total.
const TOTALS: [&str; 8] =
    ["总分", "总得分", "考核得分", "综合得分", "最终得分", "考核结果", "等级", "评级"];

/// Grades that a sentence tells: 「总分90分以上为优秀，80-89分为良好，60分以下为不合格」.
pub(crate) fn of_sentence(text: &str) -> Option<Vec<Option<Told>>> {
    let plain = compact(text);
    if !has_any(&plain, &TOTALS) {
        return None;
    }
    of_list(text)
}

/// Whether a part of a list tells one grade.
pub(crate) fn is_grade(part: &str) -> bool {
    one(part).is_some()
}

/// 「考核等级：优秀：90分以上」: what stands before the name is none of it.
fn one(part: &str) -> Option<Told> {
    let mut said = part.rsplit([':', '：']).map(compact).filter(|s| !s.is_empty());
    let range = said.next()?;
    graded(&range).or_else(|| graded(&format!("{}{range}", said.next()?)))
}

/// Grades that a list tells, whatever it is of.
pub(crate) fn of_list(text: &str) -> Option<Vec<Option<Told>>> {
    let told: Vec<Option<Told>> = text
        .split(['，', ',', '；', ';', '。', '、', '\n', '\r'])
        .filter(|part| !compact(part).is_empty())
        .map(one)
        .collect();
    // Words before and after the list are none of it; a gap in it is.
    let first = told.iter().position(Option::is_some)?;
    let last = told.iter().rposition(Option::is_some)?;
    let told = told.get(first..=last)?;
    (told.iter().flatten().count() > 1).then(|| told.to_vec())
}

/// 「90分以上为优秀」, 「优秀90分以上」, 「a级(90-100分)」.
fn graded(part: &str) -> Option<Told> {
    let name = |text: &str| -> Option<String> {
        let own = text.trim_matches(|c: char| "「」“”\"'《》()".contains(c));
        let own = own.trim_end_matches(['级', '等', '档']);
        let known = NAMES.iter().any(|names| names.contains(&own));
        known.then(|| if own.is_ascii() { own.to_uppercase() } else { own.to_owned() })
    };
    let told = |name: String, text: &str| {
        let text =
            text.trim_start_matches(|c: char| !c.is_ascii_digit() && !"≥≤<>＜＞高低不".contains(c));
        let range = range(text.trim_matches(['(', ')']))?;
        Some(Told { name, range, coefficient: None })
    };
    let marks =
        ["评定为", "评为", "判定为", "定为", "等级为", "属于", "属", "为", "是", "=", "→", "则"];
    let by_range = marks.iter().find_map(|mark| {
        let (range, own) = part.rsplit_once(mark)?;
        told(name(own)?, range)
    });
    let by_name = || {
        let at = part.find(|c: char| c.is_ascii_digit() || "≥≤<>(".contains(c))?;
        let (own, range) = part.split_at_checked(at)?;
        told(name(own)?, range)
    };
    // 「90分以上优秀」: the name ends it; 优 is none where 优秀 stands.
    let at_end = || {
        let own = part.trim_end_matches(['级', '等', '档']);
        let ends = NAMES.iter().copied().flatten().filter(|known| own.ends_with(**known));
        let known = ends.max_by_key(|known| known.len())?;
        told(name(known)?, own.strip_suffix(known)?)
    };
    by_range.or_else(by_name).or_else(at_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_grades_end_as_the_quick_look_expects() {
        for word in GRADE_WORDS.split(' ') {
            assert!(word.ends_with(['级', '次', '别']), "{word}");
        }
    }
}
