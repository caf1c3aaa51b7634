//! 「处理率=实际修改数÷当月中差评数×100%」: a ratio that the words define.

use super::stream::{Stream, patterns};
use std::ops::Range;

patterns! {
    /// A÷B×100%, with or without brackets.
    QUOTIENT = r"w:?d:?w:?(?:x:?n)?";
}

/// A ratio of two figures.
pub(super) struct Quotient {
    pub range: Range<usize>,
    /// What it is called.
    pub name: String,
    pub of: String,
    pub over: String,
}

/// The ratio of a range, if its words define exactly one.
pub(super) fn find(stream: &Stream<'_>, range: Range<usize>) -> Option<Quotient> {
    let found = stream.find(&QUOTIENT, range)?;
    let text = stream.text(found.range.clone());
    let (left, right) = text.split_once(['÷', '/']).or_else(|| text.split_once("除以"))?;
    let (name, of) = left.rsplit_once(['=', ':']).unwrap_or(("", left));
    let times = right.split(['×', '*', '✕']).next().unwrap_or(right);
    // 「及时/准确」 is no ratio: one is defined by = or multiplied.
    let multiplied = stream.kinds(found.range.end..found.range.end + 1) == "x";
    if name.is_empty() && times == right && !multiplied {
        return None;
    }
    let bare = |t: &str| t.trim_matches(['(', ')', '[', ']', ':']).to_owned();
    let (of, over) = (bare(of), bare(times));
    let single = |t: &str| !t.is_empty() && !t.contains(['+', '-', '÷', '/', '(']);
    let name = bare(name);
    (single(&of) && single(&over)).then_some(Quotient { range: found.range, name, of, over })
}

/// How a rule writes it, with the figures as `{0}` and `{1}`.
pub(super) fn value(may_exceed: bool) -> &'static str {
    if may_exceed {
        "{ of = {0}, over = {1}, may_exceed_one = true }"
    } else {
        "{ of = {0}, over = {1}, when_zero = \"keep\" }"
    }
}
