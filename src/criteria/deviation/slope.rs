//! The slope of a deviation: what each step above its base and below it gives or takes.

use super::base::{Base, Scale};
use super::side::Side;
use crate::criteria::language::Number;
use crate::criteria::stream::{Rule, Stream, patterns};
use std::ops::Range;

patterns! {
    /// 5元为1个阶段.
    STAGE = r"(n)=(n)";
}

/// What the steps are worth, and how long they are.
#[derive(Default)]
pub(super) struct Slope {
    /// Points of a step above the base; negative where they are taken.
    pub(super) above: f64,
    /// Points that a step below it takes; negative where they are added.
    pub(super) below: f64,
    up: Option<f64>,
    down: Option<f64>,
    /// Whether steps are shares of the base.
    pub(super) relative: bool,
}

impl Slope {
    /// The slope of the sides from a base; an error says why there is none.
    pub(super) fn read(
        stream: &mut Stream<'_>,
        paragraph: &Range<usize>,
        sides: &[Side],
        base: &Base,
        scale: &Scale<'_>,
    ) -> Result<Self, &'static str> {
        let size = sides.iter().find_map(|s| stage(stream, paragraph, s.step.as_ref()));
        let mut slope = Self::default();
        for side in sides {
            let (step, relative) = step(side, size.as_ref(), scale)?;
            slope.relative |= relative;
            match side.up {
                Some(true) => (slope.above, slope.up) = (side.points, Some(step)),
                Some(false) => (slope.below, slope.down) = (-side.points, Some(step)),
                None => {
                    (slope.above, slope.below) = (side.points, side.points);
                    (slope.up, slope.down) = (Some(step), Some(step));
                }
            }
        }
        if base.mirrors(sides) { slope.mirrored(sides) } else { Ok(slope) }
    }

    /// The same either way: 每偏差1%.
    fn mirrored(mut self, sides: &[Side]) -> Result<Self, &'static str> {
        match sides {
            [side] if side.points <= 0.0 && side.up != Some(false) => {
                (self.below, self.down) = (-self.above, self.up);
                Ok(self)
            }
            _ => Err("两边怎么扣没有说清"),
        }
    }

    /// Its lines of a rule.
    pub(super) fn put(&self, rule: Rule) -> Rule {
        let step = self.up.or(self.down).unwrap_or(1.0);
        let below = self.down.filter(|down| *down != step);
        let rule = rule.put("step", crate::text::round15(step)).put_if("step_below", below);
        let rule = if self.relative { rule.line("relative = true") } else { rule };
        rule.put("above", self.above).put("below", self.below)
    }
}

/// How long a side's step is in the unit of the base, and whether it is a share of it.
fn step(
    side: &Side,
    size: Option<&Number>,
    scale: &Scale<'_>,
) -> Result<(f64, bool), &'static str> {
    let said = side.step.as_ref();
    let stage = said.and_then(|n| stage_of(n, size));
    let number = stage.as_ref().or(said);
    let (step, share) = number.map_or((1.0, false), |n| (n.scaled(), n.is_share()));
    let unit = said.map_or("", |n| n.unit.as_str());
    if share {
        return Ok((step, !scale.rate));
    }
    if scale.rate {
        // 「每低1扣2分」 of a rate is a percentage point; 「每低1分」 is not.
        return match unit {
            "" | "点" => Ok((step / 100.0, false)),
            _ => Err("基准是百分比，每一步的单位却不是"),
        };
    }
    // Working days are days as the text counts them.
    let days = unit == "天" && scale.unit == "工作日";
    let same = unit == scale.unit || unit.is_empty() || scale.unit.is_empty();
    if same || days || stage.is_some() {
        Ok((step, false))
    } else {
        Err("基准与每一步的单位不同")
    }
}

/// 「每升一阶段」 where 「5元为一个阶段」 says how much that is.
fn stage(
    stream: &mut Stream<'_>,
    paragraph: &Range<usize>,
    step: Option<&Number>,
) -> Option<Number> {
    let step = step.filter(|n| matches!(n.unit.as_str(), "阶段" | "档" | "级" | "台阶"))?;
    let found = stream
        .all(&STAGE, paragraph.clone())
        .into_iter()
        .find(|m| stream.number(m, 2).is_some_and(|n| n.unit == step.unit && n.value == 1.0))?;
    let size = stream.number(&found, 1)?.clone();
    stream.take(found.range);
    Some(size)
}

/// So many stages as an amount.
fn stage_of(step: &Number, size: Option<&Number>) -> Option<Number> {
    let size = size.filter(|_| matches!(step.unit.as_str(), "阶段" | "档" | "级" | "台阶"))?;
    Some(Number { value: size.value * step.value, ..size.clone() })
}
