//! One side of a base: so many points for every step above it or below.

use super::points_unit;
use crate::criteria::language::Number;
use crate::criteria::stream::{Match, Pattern, Stream, patterns};
use std::ops::Range;

patterns! {
    /// 每低[目标]1%[,]扣2分.
    SIDE = r"E([UD])(t?)(n?),?([-+])[=P]?(n)";
    /// 每低于99%0.1个百分点扣1分: the base stands between.
    INLINE = r"E([UD])t?:?(n):?(n),?([-+])[=P]?(n)";
    /// 每目标(95%)低1%扣1分.
    AIMED = r"E(t):?(n)?:?([UD])(n),?([-+])[=P]?(n)";
    /// 每偏差1%扣1分: either way.
    OFF = r"Ew(n),?(-)[=P]?(n)";
    /// 低于目标的,每1%扣2分: the side stands before.
    SIDED = r"([<>UD])t?n?,?E(n),?([-+])=?(n)";
    /// 每高(低)1%加(减)2分.
    BOTH = r"E[UD][:d]*[UD]:?(n?),?([-+])[:d]*[-+]:?=?(n)";
}

/// A side of a deviation.
#[derive(Clone)]
pub(super) struct Side {
    pub(super) range: Range<usize>,
    /// Above the base, below it; `None` for both.
    pub(super) up: Option<bool>,
    /// 每低于目标: the base is named.
    pub(super) named: Option<String>,
    pub(super) step: Option<Number>,
    /// Points added; negative where they are taken.
    pub(super) points: f64,
    /// The base, where it stands in the step itself.
    pub(super) base: Option<Number>,
    /// Whether either way counts: 每偏差1%.
    pub(super) mirror: bool,
}

/// How a match of a spelling is read.
type Read = fn(&Stream<'_>, Match) -> Option<Side>;

/// The first side in a range; of those that begin together the one whose spelling stands first here.
pub(super) fn side(stream: &Stream<'_>, range: Range<usize>) -> Option<Side> {
    let spellings: [(&Pattern, Read); 6] = [
        (&BOTH, |stream, found| Some(Side { up: None, ..plain(stream, found, 1, 2)? })),
        (&INLINE, |stream, found| {
            let (up, base) = (up(stream, &found, 1), stream.number(&found, 2).cloned());
            Some(Side { up, base, ..plain(stream, found, 3, 4)? })
        }),
        (&AIMED, |stream, found| {
            let (up, base) = (up(stream, &found, 3), stream.number(&found, 2).cloned());
            let named = found.group(1).map(|g| stream.text(g));
            Some(Side { up, base, named, ..plain(stream, found, 4, 5)? })
        }),
        (&OFF, off),
        (&SIDE, |stream, found| {
            let named = found.group(2).filter(|g| !g.is_empty()).map(|g| stream.text(g));
            Some(Side { up: up(stream, &found, 1), named, ..plain(stream, found, 3, 4)? })
        }),
        (&SIDED, sided),
    ];
    let mut best: Option<Side> = None;
    for (pattern, read) in spellings {
        if let Some(side) = stream.find(pattern, range.clone()).and_then(|m| read(stream, m))
            && best.as_ref().is_none_or(|best| side.range.start < best.range.start)
        {
            best = Some(side);
        }
    }
    best
}

/// A side with its step and its verb in these groups, and its points in the one behind.
fn plain(stream: &Stream<'_>, found: Match, step: usize, verb: usize) -> Option<Side> {
    let amount = stream.number(&found, verb + 1).filter(|n| points_unit(n))?.value;
    let taken = stream.letter(&found, verb) == Some(b'-');
    Some(Side {
        up: None,
        named: None,
        step: stream.number(&found, step).cloned(),
        points: if taken { -amount } else { amount },
        range: found.range,
        base: None,
        mirror: false,
    })
}

/// Whether the letter of a group is one of more.
fn up(stream: &Stream<'_>, found: &Match, group: usize) -> Option<bool> {
    Some(matches!(stream.letter(found, group), Some(b'U' | b'>')))
}

/// 每偏差1%扣1分.
fn off(stream: &Stream<'_>, found: Match) -> Option<Side> {
    let word = stream.text(found.range.start + 1..found.range.start + 2);
    let off = ["偏差", "偏离", "相差", "误差", "差异"].contains(&word.as_str());
    let side = plain(stream, found, 1, 2)?;
    off.then_some(Side { up: Some(true), mirror: true, ..side })
}

/// 低于目标的,每1%扣2分.
fn sided(stream: &Stream<'_>, found: Match) -> Option<Side> {
    // 「超过2次,每次扣3分」 counts events.
    if stream.number(&found, 2).is_none_or(|step| step.is_count() && step.value == 1.0) {
        return None;
    }
    let (up, range) = (up(stream, &found, 1), stream_each(stream, &found));
    Some(Side { up, range, ..plain(stream, found, 2, 3)? })
}

/// From 每 on: what is compared before it is the base.
fn stream_each(stream: &Stream<'_>, found: &Match) -> Range<usize> {
    let each = stream.kinds(found.range.clone()).find('E').unwrap_or(0);
    found.range.start + each..found.range.end
}
