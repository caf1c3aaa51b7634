//! A table of grades beside or below the form, as `[[grades]]`.

use super::layout::text_at;
use super::{comment, quoted};
use crate::text::{compact, label, parse_number, round15};
use crate::workbook::Sheet;

const GRADE_WORDS: &str =
    "等级 绩效等级 评定等级 考核等级 评级 级别 等次 考核等次 绩效级别 考评等级";
const RANGE_WORDS: &str = "分数 得分 分数段 得分区间 分数区间 考核得分 考核分数 得分范围 分数范围 分值区间 分值范围 综合得分 总分 对应分数 考评得分 绩效得分 绩效分数";
const COEFFICIENT_WORDS: &str =
    "系数 绩效系数 考核系数 奖金系数 绩效工资系数 发放系数 对应系数 绩效奖金系数 工资系数";

/// A grade as the form tells it.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    name: String,
    range: Range,
    coefficient: Option<f64>,
}

/// The totals of a grade; `None` where a side is open.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    from: Option<f64>,
    to: Option<f64>,
    /// Whether the lower bound is said not to belong to it.
    above: bool,
    /// Whether the upper bound is said to belong to it, or not to.
    with_end: Option<bool>,
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
    text.is_some_and(|t| words.split_whitespace().any(|w| w == label(&t)))
}

/// Whether a table of grades begins in a row, up to a column: its rows are no items.
pub(super) fn begins(sheet: &Sheet, row: u32, last: u32) -> bool {
    let range = |at: (u32, u32)| is(RANGE_WORDS, text_at(sheet, at.0, at.1));
    let graded = |at: (u32, u32)| is(GRADE_WORDS, text_at(sheet, at.0, at.1));
    (0..=last).any(|col| {
        (1..=2).any(|step| {
            graded((row, col)) && (range((row, col + step)) || range((row + step, col)))
                || range((row, col)) && (graded((row, col + step)) || graded((row + step, col)))
        })
    })
}

/// The grades of the tables of a sheet, as TOML; a comment where a table is not understood.
pub(super) fn read(sheet: &Sheet) -> String {
    for at in sheet.cells.keys() {
        let (row, col) = (at.row, at.col);
        if !is(GRADE_WORDS, text_at(sheet, row, col)) {
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
                return write(told.into_iter().collect());
            }
        }
    }
    String::new()
}

/// The grades as TOML, where each begins where the next better one's ends.
fn write(told: Option<Vec<Told>>) -> String {
    let doubt = |why: &str| {
        comment(&format!("存疑：表上有等级表，{why}，没有写 [[grades]]：请由人写上各等级的下限"))
    };
    let Some(mut told) = told else { return format!("\n{}", doubt("有的格读不懂")) };
    let from = |g: &Told| g.range.from.unwrap_or(0.0);
    told.sort_by(|a, b| from(b).total_cmp(&from(a)));
    let mut shared = false;
    let mut between = false;
    for pair in told.windows(2) {
        let [high, low] = pair else { continue };
        let (Some(start), Some(end)) = (high.range.from, low.range.to) else {
            return format!("\n{}", doubt("各档接不上"));
        };
        // 90 以上 and 80-90: 90 is the better one's unless the lower one has it in words.
        let whole = start.fract() == 0.0 && end.fract() == 0.0;
        if low.range.with_end == Some(true) && end == start || high.range.above {
            return format!("\n{}", doubt("界限归下面一档，方案里的界限归上面一档"));
        }
        let gap = round15(start - end);
        if gap < 0.0 || gap > if whole { 1.0 } else { 0.1 } {
            return format!("\n{}", doubt("各档有空档或重叠"));
        }
        shared |= gap == 0.0 && low.range.with_end.is_none();
        between |= gap > 0.0;
    }
    let closed = told.iter().filter(|g| g.range.from.is_none()).count();
    if closed > 1 || told.last().is_some_and(|g| g.range.above) {
        return format!("\n{}", doubt("各档接不上"));
    }
    let mut out = String::from("\n");
    if shared {
        out.push_str("# 选择：界限上的分归好的一档\n");
    }
    if between {
        out.push_str("# 选择：两档之间的分（如 89.5）归下面一档\n");
    }
    for grade in &told {
        out.push_str(&format!(
            "[[grades]]\nname = {}\nfrom = {}\n",
            quoted(&grade.name),
            from(grade)
        ));
        if let Some(coefficient) = grade.coefficient {
            out.push_str(&format!("coefficient = {coefficient}\n"));
        }
    }
    out
}
