//! Spellings of a base in the words around the sides of a deviation.

use super::{Base, REACHED, WORTH};
use crate::criteria::deviation::side::Side;
use crate::criteria::deviation::{COMPARED, points_unit};
use crate::criteria::language::Number;
use crate::criteria::stream::{Match, Pattern, Stream, patterns};
use std::ops::Range;

patterns! {
    /// 以95%为基准.
    STRONG = r"T?=?(n)[gk]?B";
    /// 目标值95%.
    TARGET = r"T[=:GK]?(n)";
    /// 归档率100%, right before the rule.
    PLAIN = r"w:?(n)[,;]$";
    /// 差异为0, right before the rule.
    NOTHING = r"w=(n)[,;]";
    /// 目标产量1000件.
    NAMED = r"w(n)";
    /// 3天以内.
    WITHIN = r"(n)[gk]";
}

/// A spelling of a base in the words around the sides.
pub(super) struct Spelling {
    pattern: &'static Pattern,
    /// Whether the words say that it is one: two different ones are a contradiction.
    said: bool,
    /// Whether it is one only right before the rule.
    bare: bool,
    /// Whether a match is one.
    fits: Fits,
}

type Fits = fn(&Seen<'_>, &Match) -> bool;

/// Where a spelling is seen.
struct Seen<'a> {
    stream: &'a Stream<'a>,
    /// Which of the [`super::Scopes`] it is.
    order: usize,
    sides: &'a [Side],
}

/// The spellings, the surest first.
pub(super) static SPELLINGS: [Spelling; 9] = [
    Spelling::said(&WORTH, |seen, found| seen.is_worth(found)),
    Spelling::said(&NAMED, |seen, found| seen.is_target(found)),
    Spelling::said(&STRONG, |_, _| true),
    Spelling::said(&REACHED, |seen, found| seen.is_no_cut_off(found)),
    Spelling::said(&TARGET, |_, _| true),
    // Behind the rule a comparison says something else.
    Spelling::told(&COMPARED, |seen, found| seen.order == 0 || seen.is_aim(found)),
    Spelling::told(&WITHIN, |seen, _| seen.order == 0),
    Spelling::bare(&PLAIN, |seen, _| seen.order == 0),
    Spelling::bare(&NOTHING, |seen, found| seen.order == 0 && seen.is_none(found)),
];

impl Spelling {
    /// Words that say that a figure is the base.
    const fn said(pattern: &'static Pattern, fits: Fits) -> Self {
        Self { pattern, said: true, bare: false, fits }
    }

    /// A bound, of which there may be one to either side.
    const fn told(pattern: &'static Pattern, fits: Fits) -> Self {
        Self { pattern, said: false, bare: false, fits }
    }

    /// A mere figure, right before the rule.
    const fn bare(pattern: &'static Pattern, fits: Fits) -> Self {
        Self { pattern, said: false, bare: true, fits }
    }

    /// The base that is spelled so in a scope; an error where there are several.
    pub(super) fn read(
        &self,
        stream: &mut Stream<'_>,
        order: usize,
        scope: &Range<usize>,
        sides: &[Side],
    ) -> Result<Option<Base>, &'static str> {
        let scope = match sides.first() {
            Some(side) if self.bare => scope.start..side.range.start,
            _ => scope.clone(),
        };
        if scope.start >= scope.end {
            return Ok(None);
        }
        let seen = Seen { stream, order, sides };
        let mut found = stream.all(self.pattern, scope);
        found.retain(|m| stream.number(m, 1).is_some_and(|n| !n.ordinal) && (self.fits)(&seen, m));
        if found.is_empty() {
            return Ok(None);
        }
        let base = self.agreed(stream, &found).ok_or("基准不止一个，不知从哪个算起")?;
        for one in found {
            stream.take(one.range);
        }
        Ok(Some(base))
    }

    /// The base that all matches agree on.
    fn agreed(&self, stream: &Stream<'_>, found: &[Match]) -> Option<Base> {
        let mut values: Vec<(Number, Option<f64>)> = Vec::new();
        for one in found {
            let Some(number) = stream.number(one, 1).cloned() else { continue };
            let points = stream.number(one, 2).filter(|n| points_unit(n)).map(|n| n.value);
            if !values.iter().any(|(n, _)| n.scaled() == number.scaled()) {
                values.push((number, points));
            }
        }
        match values.as_slice() {
            [(number, points)] => Some(Base::at(number.clone(), *points)),
            // 「低于95%…高于98%…」: nothing changes between.
            [a, b] if !self.said && a.0.unit == b.0.unit => {
                let ((low, points), (high, _)) =
                    if a.0.value < b.0.value { (a, b) } else { (b, a) };
                Some(Base::At {
                    value: low.scaled(),
                    above: Some(high.scaled()),
                    rate: low.is_share(),
                    unit: low.unit.clone(),
                    points: *points,
                    assumed: false,
                })
            }
            _ => None,
        }
    }
}

impl Seen<'_> {
    /// 「95%以上10分」: the second number is points, the first is not.
    fn is_worth(&self, found: &Match) -> bool {
        let unit = |group| self.stream.number(found, group).map_or("", |n| n.unit.as_str());
        let letters = self.stream.letters(found.range.clone());
        let bound = letters.contains(['G', 'K', 'T', '<', '>', 'g', 'k']);
        unit(1) != "分"
            && unit(2) == "分"
            && (bound || unit(1) == "%")
            && (self.order < 2 || self.is_all(found))
    }

    /// Whether it gives all the item's points, in a sentence before the step.
    fn is_all(&self, found: &Match) -> bool {
        self.stream.number(found, 2).is_some_and(|n| n.value == self.stream.points)
            && self.sides.first().is_some_and(|side| found.range.end <= side.range.start)
    }

    /// 「目标产量1000件」: the words before the number name a target.
    fn is_target(&self, found: &Match) -> bool {
        let text = self.stream.text(found.range.start..found.range.start + 1);
        let ends =
            ["达标线", "达标值", "合格线", "考核线", "基准线", "控制线", "警戒线", "目标", "基线"];
        ["目标", "计划", "定额", "标准", "指标"].iter().any(|w| text.starts_with(w))
            || ends.iter().any(|w| text.ends_with(w))
    }

    /// 「低于80%为0分」 is a cut-off.
    fn is_no_cut_off(&self, found: &Match) -> bool {
        self.stream.number(found, 2).is_none_or(|n| n.value != 0.0)
    }

    /// 「差异为0」, where 「得0分」 is none.
    fn is_none(&self, found: &Match) -> bool {
        self.stream.number(found, 1).is_some_and(|n| n.value == 0.0 && n.unit != "分")
    }

    /// 「达成率不低于95%。每降1%扣1分」: a sentence before the step that says nothing but the aim.
    fn is_aim(&self, found: &Match) -> bool {
        let stream = self.stream;
        let sentence = stream.sentence_of(found.range.start);
        let aim = matches!(stream.letter_at(found.range.start), b'G' | b'K');
        // The only figure of the words so far, right before the step's sentence.
        let next = |side: &Side| stream.sentence_of(side.range.start).start == sentence.end + 1;
        aim && found.range.end == sentence.end
            && self.sides.first().is_some_and(next)
            && stream.numbers(stream.paragraph_of(sentence.start).start..sentence.end).count() == 1
    }
}
