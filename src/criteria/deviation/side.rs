//! One side of a base: so many points for every step above it or below.

use super::points_unit;
use crate::criteria::language::Number;
use crate::criteria::stream::{Match, Stream, patterns};
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

pub(super) fn side(stream: &Stream<'_>, range: Range<usize>) -> Option<Side> {
    let points = |found: &Match, verb: usize, amount: usize| {
        let amount = stream.number(found, amount).filter(|n| points_unit(n))?;
        let sign = if stream.letter(found, verb) == Some(b'-') { -1.0 } else { 1.0 };
        Some(sign * amount.value)
    };
    let mut best: Option<Side> = None;
    let mut keep = |side: Option<Side>| {
        if let Some(side) = side
            && best.as_ref().is_none_or(|b| side.range.start < b.range.start)
        {
            best = Some(side);
        }
    };
    keep(stream.find(&BOTH, range.clone()).and_then(|found| {
        Some(Side {
            up: None,
            named: None,
            step: stream.number(&found, 1).cloned(),
            points: points(&found, 2, 3)?,
            range: found.range,
            base: None,
            mirror: false,
        })
    }));
    keep(stream.find(&INLINE, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 1) == Some(b'U')),
            named: None,
            step: stream.number(&found, 3).cloned(),
            points: points(&found, 4, 5)?,
            base: stream.number(&found, 2).cloned(),
            range: found.range,
            mirror: false,
        })
    }));
    keep(stream.find(&AIMED, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 3) == Some(b'U')),
            named: found.group(1).map(|g| stream.text(g)),
            step: stream.number(&found, 4).cloned(),
            points: points(&found, 5, 6)?,
            base: found.group(2).and_then(|g| stream.numbers(g).next()).cloned(),
            range: found.range,
            mirror: false,
        })
    }));
    keep(stream.find(&OFF, range.clone()).and_then(|found| {
        let word = stream.text(found.range.start + 1..found.range.start + 2);
        let off = ["偏差", "偏离", "相差", "误差", "差异"].iter().any(|w| word == *w);
        Some(Side {
            up: Some(true).filter(|_| off)?.into(),
            named: None,
            step: stream.number(&found, 1).cloned(),
            points: points(&found, 2, 3)?,
            range: found.range,
            base: None,
            mirror: true,
        })
    }));
    keep(stream.find(&SIDE, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 1) == Some(b'U')),
            named: found.group(2).filter(|g| !g.is_empty()).map(|g| stream.text(g)),
            step: stream.number(&found, 3).cloned(),
            points: points(&found, 4, 5)?,
            range: found.range,
            base: None,
            mirror: false,
        })
    }));
    keep(stream.find(&SIDED, range).and_then(|found| {
        let step = stream.number(&found, 2)?;
        let letter = stream.letter(&found, 1);
        // 「超过2次,每次扣3分」 counts events.
        if step.is_count() && step.value == 1.0 {
            return None;
        }
        Some(Side {
            up: Some(matches!(letter, Some(b'>' | b'U'))),
            named: None,
            step: Some(step.clone()),
            points: points(&found, 3, 4)?,
            range: stream_each(stream, &found),
            base: None,
            mirror: false,
        })
    }));
    best
}

/// From 每 on: what is compared before it is the base.
fn stream_each(stream: &Stream<'_>, found: &Match) -> Range<usize> {
    let each = stream.kinds(found.range.clone()).find('E').unwrap_or(0);
    found.range.start + each..found.range.end
}
