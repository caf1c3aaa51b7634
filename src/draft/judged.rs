//! The marks that a person may give: 10, 8, 6, 0 of 「优秀10分，良好8分，一般6分，差0分」.

use crate::text::compact;
use crate::text::grades::{CONTENT, GRADES, LETTERS};

/// The marks of a text that is nothing but steps with one mark each, best first; `None` for any other
/// text, as one with a range of marks.
pub(super) fn marks(text: &str, points: f64) -> Option<Vec<f64>> {
    let own = compact(text).trim_end_matches(['。', ';', '.', ',']).to_owned();
    let parts = own.split([',', ';', '、', '/', '。', '，', '；']).filter(|p| !p.is_empty());
    let marks: Vec<f64> = parts.map(step).collect::<Option<_>>()?;
    let falling = marks.windows(2).all(|pair| matches!(pair, [a, b] if a > b));
    // The best mark is the item's points: else the scale is another one.
    let whole = marks.first().is_some_and(|best| *best == points);
    (marks.len() > 1 && falling && whole).then_some(marks)
}

/// Whether a text says nothing but that a person gives the marks: 「由上级评定，0-10分」.
pub(super) fn plainly(text: &str) -> bool {
    let own = compact(text);
    let mut parts = own.split([',', ';', '。', '，', '；', '(', ')']).filter(|p| !p.is_empty());
    let mut by = false;
    let all = parts.all(|part| {
        let given = crate::criteria::handed_over(part);
        by |= given;
        given || range(part).is_some()
    });
    all && by
}

/// The best mark that a text says a person may give: 10 of 「0-10分」.
pub(super) fn top(text: &str) -> Option<f64> {
    let own = compact(text);
    let parts = own.split([',', ';', '。', '，', '；', '(', ')', ':', '：', '、']);
    let mut ranges = parts.filter_map(range);
    let top = ranges.next()?;
    ranges.next().is_none().then_some(top)
}

/// 10 of 「0-10分」, 「满分10分」.
fn range(part: &str) -> Option<f64> {
    let part = part.strip_suffix('分')?;
    let end = part.strip_prefix("满分").or(part.strip_prefix("最高"));
    if let Some(end) = end {
        return end.parse().ok();
    }
    let (low, high) = part.split_once(['-', '~', '至', '到', '—', '–'])?;
    let (low, high) = (low.parse::<f64>().ok()?, high.parse::<f64>().ok()?);
    (low < high).then_some(high)
}

/// 8 of 「良好8分」, 「良好得8分」, 「良好(8分)」.
fn step(part: &str) -> Option<f64> {
    let at = part.find(|c: char| c.is_ascii_digit())?;
    let (name, rest) = part.split_at(at);
    let name = name.trim_end_matches(['得', '计', '为', '=', '(', '-']);
    let rest = rest.trim_end_matches(')');
    let digits = rest.strip_suffix('分')?;
    let known = [&GRADES[..], &LETTERS, &CONTENT].iter().any(|names| names.contains(&name));
    known.then(|| digits.parse().ok()).flatten()
}
