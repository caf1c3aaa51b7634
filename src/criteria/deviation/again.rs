//! What says again where the steps of a deviation begin, or that there are none on a side.

use super::slope::Slope;
use super::{COMPARED, Place};
use crate::criteria::stream::{Match, Stream, patterns};

patterns! {
    /// 98%及以上不扣分: says again where steps begin.
    NOT = r"[GKT<>]?(n)[gk]?,?O";
    /// 低于标准不加分.
    NEITHER = r"(w),?O";
}

/// Words of what steps are counted from.
const AIMS: [&str; 7] = ["标准", "目标", "目标值", "预算", "计划", "定额", "基准"];

/// Marks as read what says again what a rule holds.
pub(super) fn take(stream: &mut Stream<'_>, place: &Place<'_>, base: Option<f64>, slope: &Slope) {
    if let Some(base) = base {
        let is_base = |stream: &Stream<'_>, found: &Match| {
            stream.number(found, 1).is_some_and(|n| n.scaled() == base)
        };
        for found in stream.all(&COMPARED, place.sentence.clone()) {
            if found.range.end <= place.span.end && is_base(stream, &found) {
                stream.take(found.range);
            }
        }
        for found in stream.all(&NOT, place.paragraph.clone()) {
            if is_base(stream, &found) {
                stream.take(found.range);
            }
        }
    }
    for found in stream.all(&NEITHER, place.paragraph.clone()) {
        let words = found.group(1).map(|g| stream.text(g)).unwrap_or_default();
        if level(&words, slope) {
            stream.take(found.range);
        }
    }
}

/// 「低于标准不加分」 where nothing is added below says it again.
fn level(words: &str, slope: &Slope) -> bool {
    let side = |heads: &[&str]| {
        heads.iter().any(|head| words.strip_prefix(head).is_some_and(|rest| AIMS.contains(&rest)))
    };
    slope.below == 0.0 && side(&["低于", "少于", "未超", "未超过", "不超"])
        || slope.above == 0.0 && side(&["高于", "超过", "超出", "多于", "超"])
}
