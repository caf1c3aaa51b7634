//! The scale of marks that a title or a header states: `得分（每项满分5分）`, `下级评分表（10分制）`.

use super::{compact, has_any};

/// Full marks as a text states them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FullMarks {
    /// Of every single mark: 每项满分5分, 10分制, 0-10分.
    Each(f64),
    /// Of a mark or of all together, which the text does not say: 满分10分.
    Unsaid(f64),
}

/// The full marks that a text states.
pub fn full_marks(text: &str) -> Option<FullMarks> {
    // Most texts state none.
    if !text.contains(['分', '制']) {
        return None;
    }
    let key = compact(text);
    each(&key).map(FullMarks::Each).or_else(|| unsaid(&key).map(FullMarks::Unsaid))
}

/// Words before the full marks of every single mark.
const OF_EACH: [&str; 6] = ["每项", "各项", "单项", "每题", "每个指标", "每一项"];

fn each(key: &str) -> Option<f64> {
    if has_any(key, &["分制"])
        && let Some((before, _)) = key.split_once("分制")
    {
        let words = [("百", 100.0), ("十", 10.0), ("五", 5.0)];
        let word = words.iter().find(|(word, _)| before.ends_with(word)).map(|(_, n)| *n);
        return word.or_else(|| ending(before));
    }
    let of_each = if has_any(key, &OF_EACH) { &OF_EACH[..] } else { &[] };
    for word in of_each {
        let Some((_, behind)) = key.split_once(word) else { continue };
        let behind = behind.trim_start_matches(|c: char| "满分最高总值标准为是=".contains(c));
        if let Some(number) = points(behind) {
            return Some(number);
        }
    }
    // 0-10分, 1至5分: from a full number, and no span of minutes.
    let span = |at: usize| {
        let behind = key.get(at..)?.strip_prefix(['0', '1'])?;
        let before = key.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '~' | '/')) {
            return None;
        }
        let behind = behind.strip_prefix(['-', '~', '至', '到', '—', '–', '∼', '〜'])?;
        points(behind).filter(|_| !behind.contains("分钟"))
    };
    key.char_indices().find_map(|(at, _)| span(at))
}

fn unsaid(key: &str) -> Option<f64> {
    let (_, behind) = key.split_once("满分")?;
    let (number, rest) = leading(behind.trim_start_matches(|c: char| "为是=值".contains(c)))?;
    // 满分2项 counts items.
    (rest.is_empty() || rest.starts_with(['分', ')', ']', '】', ',', '、'])).then_some(number)
}

/// Whether a character may be of a number.
fn is_figure(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// The number with which a text begins, and what stands behind it.
fn leading(text: &str) -> Option<(f64, &str)> {
    let rest = text.trim_start_matches(is_figure);
    Some((text.strip_suffix(rest)?.parse().ok()?, rest))
}

/// The number with which a text ends.
fn ending(text: &str) -> Option<f64> {
    text.strip_prefix(text.trim_end_matches(is_figure))?.parse().ok()
}

/// The points with which a text begins.
fn points(text: &str) -> Option<f64> {
    leading(text).filter(|(_, rest)| rest.starts_with('分')).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_marks_as_titles_and_headers_state_them() {
        let cases = [
            ("得分(每项满分5分)", Some(FullMarks::Each(5.0))),
            ("得分（每项满分１０分）", Some(FullMarks::Each(10.0))),
            ("下级评分表（10分制）", Some(FullMarks::Each(10.0))),
            ("采用百分制打分", Some(FullMarks::Each(100.0))),
            ("十分制", Some(FullMarks::Each(10.0))),
            ("打分（0-10分）", Some(FullMarks::Each(10.0))),
            ("评分标准：1～5分", Some(FullMarks::Each(5.0))),
            ("各项最高10分", Some(FullMarks::Each(10.0))),
            ("单项10分，共8项", Some(FullMarks::Each(10.0))),
            ("满分10", Some(FullMarks::Unsaid(10.0))),
            ("上级评分（满分35分，权重10%）", Some(FullMarks::Unsaid(35.0))),
            ("满分：100 分", Some(FullMarks::Unsaid(100.0))),
            ("得分", None),
            ("每项评分", None),
            ("旺旺反应时间 0-10分钟", None),
            ("10-15分", None),
            ("扣分制", None),
            ("满分项", None),
            ("满分2项", None),
            ("权重10%", None),
            ("完成率95-105%得15分", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(full_marks(text), wanted, "{text}");
        }
    }
}
