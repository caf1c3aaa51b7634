//! Words of the form outside its tables that say rules: what is under the table is not dropped without
//! a word.

use super::layout::Row;
use crate::text::{compact, has_any};
use crate::workbook::Sheet;

/// Words by which a sentence reaches the whole score or takes and gives points.
const REACH: [&str; 9] = [
    "总分为0",
    "总分0",
    "总分清零",
    "考核为0",
    "考核分为0",
    "得分为0",
    "一票否决",
    "清零",
    "为零分",
];
/// Verbs of points.
const VERBS: [&str; 6] = ["扣", "加", "减", "奖", "不得分", "0分"];

/// What sentences outside the items say that nobody has read, in words.
pub(super) fn read(form: &Sheet, rows: &[Row]) -> Vec<String> {
    let mut out = Vec::new();
    let known: Vec<String> = rows.iter().map(|row| compact(&row.criteria)).collect();
    for cell in form.cells.values() {
        let Some(text) = cell.value.text() else { continue };
        let own = compact(text);
        if own.chars().count() < 10 || known.iter().any(|criteria| criteria.contains(&own)) {
            continue;
        }
        for sentence in text.split(['；', ';', '。', '\n', '\r']) {
            let sentence = sentence.trim().trim_start_matches(is_number).trim();
            if says_a_rule(&compact(sentence)) {
                let reach = has_any(&compact(sentence), &REACH);
                let cure = if reach { "，管到总分的请写 [[vetoes]]" } else { "" };
                out.push(format!("表外的「{sentence}」没有写成规则，请核对{cure}"));
            }
        }
    }
    out
}

/// What numbers a sentence of a note: 备注：1、.
fn is_number(c: char) -> bool {
    c.is_ascii_digit() || "、.．()（）：: 一二三四五六七八九十①②③④⑤⑥⑦⑧⑨备注说明".contains(c)
}

/// Whether a sentence takes or gives a number of points, or reaches the whole score.
fn says_a_rule(sentence: &str) -> bool {
    if has_any(sentence, &REACH) {
        return true;
    }
    let points = sentence.split('分').take(sentence.matches('分').count());
    let mut points = points.filter(|before| before.ends_with(|c: char| c.is_ascii_digit()));
    has_any(sentence, &VERBS)
        && points.any(|before| {
            let head = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            VERBS.iter().any(|verb| head.ends_with(verb))
        })
}
