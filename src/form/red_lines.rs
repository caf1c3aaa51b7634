//! Rows by which a form takes the whole score (一票否决, 触犯红线), which a scheme states as a veto; one that is
//! filled in and that the scheme does not know is not passed over.

use super::Form;
use super::lexicon::Lexicon;
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::answers::{is_no, is_yes};
use crate::text::{compact, has_any, label, parse_number, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};

/// Words of such rows.
const RED: [&str; 6] = ["一票否决", "否决项", "红线", "高压线", "零容忍", "清零项"];
/// Most letters of such a row's name.
const NAME: usize = 16;
/// Rows below the total that may still be the form's.
const BELOW: u32 = 12;

/// A finding for each such row from the form's first row on that something is filled in to, that the scheme
/// does not know.
pub(super) fn told(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    form: &Form,
) -> Vec<Problem> {
    let Some(sheet) = workbook.sheets.get(form.sheet) else { return Vec::new() };
    let names = || form.items.iter().map(|item| item.name).filter(|at| at.sheet == form.sheet);
    let items: HashSet<u32> = names()
        .flat_map(|name| {
            let end = sheet.merge_of(name.at).map_or(name.at.row, |merge| merge.end.row);
            name.at.row..=end
        })
        .collect();
    let Some(first) = items.iter().min() else { return Vec::new() };
    let end = [form.total, form.sum].into_iter().flatten().filter(|at| at.sheet == form.sheet);
    let end = end.map(|at| at.at.row).max().unwrap_or(*first).max(*first);
    let metrics: HashSet<String> = scheme
        .metrics
        .iter()
        .flat_map(|metric| std::iter::once(&metric.name).chain(&metric.aliases))
        .map(|name| label(name))
        .collect();
    let known = |key: &str| lexicon.item(key).is_some() || metrics.contains(key);
    let scores: HashSet<u32> = form.items.iter().map(|item| item.score.at.col).collect();
    let rows = (*first..=end.saturating_add(BELOW)).filter(|row| !items.contains(row));
    rows.filter_map(|row| {
        let (at, cell) = sheet
            .row(row)
            .find(|(_, cell)| cell.value.text().is_some_and(|text| has_any(text, &RED)))?;
        let name = cell.value.text()?.trim();
        if name.chars().count() > NAME || known(&label(name)) {
            return None;
        }
        let answers = sheet.row(row).filter(|(other, _)| other.col > at.col);
        let (place, answer) = answers
            .filter_map(|(at, cell)| Some((at, answer(&cell.value, scores.contains(&at.col))?)))
            .max_by_key(|(_, answer)| matches!(answer, Answer::Yes(_)))?;
        Some(unread(sheet, name, place, &answer))
    })
    .collect()
}

/// What is filled in beside such a row's name.
#[derive(Debug, PartialEq)]
enum Answer {
    /// It has happened.
    Yes(String),
    /// Something that may say so.
    Perhaps(String),
}

/// What a cell says; `None` for nothing, for a no, and for the words of the rule. Beside the scores stand who
/// checks, and points.
fn answer(value: &Value, in_scores: bool) -> Option<Answer> {
    const NO: [&str; 8] = ["无", "没有", "未触犯", "未发生", "未出现", "未违反", "不适用", "/"];
    const YES: [&str; 9] =
        ["有", "触犯", "已触犯", "违反", "已违反", "发生", "已发生", "成立", "清零"];
    /// More words are those of the rule.
    const BRIEF: usize = 8;
    let text = match value {
        Value::Number(number) if *number == 0.0 => return None,
        Value::Number(number) => return in_scores.then(|| Answer::Yes(show(*number, 4))),
        Value::Bool(flag) => return flag.then(|| Answer::Yes("TRUE".to_owned())),
        Value::Text(text) => text,
        Value::Blank | Value::Error(_) => return None,
    };
    let key = compact(text);
    let key = key.trim_matches(['(', ')', '。', ',', '—', '–', ' ']);
    let no = is_no(key) || NO.contains(&key) || key.chars().all(|c| c == '-');
    if no || key.starts_with(['无', '未']) || key.starts_with("没") {
        return None;
    }
    let shown = || text.trim().to_owned();
    if YES.contains(&key) || key != "1" && is_yes(key) {
        return Some(Answer::Yes(shown()));
    }
    if !in_scores {
        return None;
    }
    match parse_number(text) {
        Some(typed) => (typed.value != 0.0).then(|| Answer::Yes(shown())),
        None => (key.chars().count() <= BRIEF).then(|| Answer::Perhaps(shown())),
    }
}

fn unread(sheet: &Sheet, name: &str, at: CellRef, answer: &Answer) -> Problem {
    let (Answer::Yes(said) | Answer::Perhaps(said)) = answer;
    let what = words!(
        "「{name}」填了「{said}」，方案里没有这一条，得分没有按它处理",
        "`{name}` has `{said}`; the scheme has no such rule, and the score would not heed it"
    );
    let code = "red-line-unread";
    let problem = match answer {
        Answer::Yes(_) => Problem::error(code, what),
        Answer::Perhaps(_) => Problem::notice(code, what),
    };
    problem.at(&sheet.name, at).hint(words!(
        "在方案中加上这一条（否决用 veto），或核对后清空这一格，填写后自己改得分",
        "state it in the scheme (veto), or check it, clear the cell, and change the filled score by hand"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in() {
        let said = |text: &str| answer(&Value::Text(text.to_owned()), true);
        for yes in ["是", "有", "√", "1次", "已触犯"] {
            assert_eq!(said(yes), Some(Answer::Yes(yes.to_owned())), "{yes}");
        }
        for no in [
            "无",
            "否",
            "未触犯",
            "—",
            "-",
            "--",
            "/",
            "0",
            "✗",
            "无触犯",
            "泄露客户信息的，当月总分为零",
        ] {
            assert_eq!(said(no), None, "{no}");
        }
        assert_eq!(said("迟到3次"), Some(Answer::Perhaps("迟到3次".to_owned())));
        assert_eq!(answer(&Value::Number(0.0), true), None);
        assert_eq!(answer(&Value::Number(1.0), true), Some(Answer::Yes("1".to_owned())));
        // Points, and who checks.
        assert_eq!(answer(&Value::Number(100.0), false), None);
        assert_eq!(answer(&Value::Text("总经办".to_owned()), false), None);
        let told = answer(&Value::Text("是".to_owned()), false);
        assert_eq!(told, Some(Answer::Yes("是".to_owned())));
    }
}
