//! The marks that a person may give: 10, 8, 6, 0 of 「优秀10分，良好8分，一般6分，差0分」.

use crate::text::compact;

/// What people call the steps of a mark.
const STEPS: [&str; 24] = [
    "优秀",
    "良好",
    "一般",
    "较差",
    "很差",
    "极差",
    "合格",
    "不合格",
    "基本合格",
    "称职",
    "不称职",
    "基本称职",
    "优",
    "良",
    "中",
    "差",
    "中等",
    "较好",
    "及格",
    "不及格",
    "满意",
    "不满意",
    "好",
    "a",
];

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

/// 8 of 「良好8分」, 「良好得8分」, 「良好(8分)」.
fn step(part: &str) -> Option<f64> {
    let at = part.find(|c: char| c.is_ascii_digit())?;
    let (name, rest) = part.split_at(at);
    let name = name.trim_end_matches(['得', '计', '为', '=', '(', '-']);
    let rest = rest.trim_end_matches(')');
    let digits = rest.strip_suffix('分')?;
    STEPS.contains(&name).then(|| digits.parse().ok()).flatten()
}
