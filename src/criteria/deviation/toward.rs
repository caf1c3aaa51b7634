//! On which side of the base 「每差1个扣2分」 lies: short of a target of sales, over one of faults.

use super::base::Base;
use super::side::Side;
use crate::criteria::GROWTH;
use crate::criteria::stream::Stream;
use crate::text::has_any;
use std::borrow::Cow;
use std::ops::Range;

/// Words of what should be little.
const LITTLE: [&str; 32] = [
    "误差",
    "差错",
    "差异",
    "偏差",
    "不良",
    "不合格",
    "投诉",
    "客诉",
    "退货",
    "退款",
    "损耗",
    "成本",
    "费用",
    "时长",
    "耗时",
    "用时",
    "周期",
    "故障",
    "事故",
    "流失",
    "返工",
    "返修",
    "报废",
    "废品",
    "缺陷",
    "破损",
    "能耗",
    "失误",
    "错误",
    "离职",
    "响应时间",
    "处理时间",
];
/// Words of what should be much, whatever else is in the name.
const MUCH: [&str; 8] = ["下降", "降低", "减少", "及时", "完成", "达成", "处理率", "解决率"];

/// The sides with 每差 turned to where the target lies, and what is not sure of it.
pub(super) fn turn<'a>(
    stream: &Stream<'_>,
    paragraph: &Range<usize>,
    sides: &'a [Side],
    base: &Base,
    name: &str,
) -> (Cow<'a, [Side]>, Option<String>) {
    let short = |side: &Side| stream.text(side.range.start..side.range.start + 2) == "每差";
    let value = match base.value() {
        Some(value) if sides.iter().any(short) => value,
        _ => return (Cow::Borrowed(sides), None),
    };
    let start = sides.first().map_or(paragraph.start, |s| s.range.start);
    let (above, sure) = if value == 0.0 && !has_any(name, &GROWTH) {
        (true, true)
    } else {
        match said(stream, paragraph.start..start, value) {
            Some(above) => (above, true),
            // 「回款100万元，每差1万元」 is short of it unless little is wanted.
            None => {
                let little = has_any(name, &LITTLE) && !has_any(name, &MUCH);
                (little, !little)
            }
        }
    };
    if !above {
        return (Cow::Borrowed(sides), None);
    }
    let mut own = sides.to_vec();
    for side in own.iter_mut().filter(|side| short(side)) {
        side.up = Some(true);
    }
    let doubt = (!sure).then(|| "「每差」按超出算，请核对".to_owned());
    (Cow::Owned(own), doubt)
}

/// Whether the words put what is wanted at or below the base, so that more than it is wrong.
fn said(stream: &Stream<'_>, before: Range<usize>, value: f64) -> Option<bool> {
    // The base is read by now: its tokens have their letters still.
    let letters = stream.letters(before.clone());
    let mut out = None;
    for (index, letter) in letters.char_indices() {
        let at = before.start + index;
        let here = |i: usize| stream.numbers(i..i + 1).next().is_some_and(|n| n.scaled() == value);
        let sign = matches!(stream.text(at..at + 1).as_str(), "<" | ">");
        let found = match letter {
            'K' if here(at + 1) => Some(true),
            'G' if here(at + 1) => Some(false),
            // 「低于95%，每差1%」 is where the points are taken, 「<2%」 what is wanted.
            '<' if here(at + 1) => Some(sign),
            '>' if here(at + 1) => Some(!sign),
            'k' if at > 0 && here(at - 1) => Some(true),
            'g' if at > 0 && here(at - 1) => Some(false),
            _ => None,
        };
        out = out.or(found);
    }
    out
}
