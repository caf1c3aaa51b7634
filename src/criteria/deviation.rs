//! 「低于95%，每低一个百分点扣2分；高于95%，每高一个百分点奖励1分」: steps from a base.

mod again;
mod base;
mod figures;
mod side;
mod slope;
mod toward;
mod two;

use super::language::Number;
use super::quotient;
use super::stream::{Rule, Stream, patterns, show};
use super::{Clause, Said};
use base::{Scopes, base};
use figures::{EXTRA, measured, needs, reached};
use side::{Side, side};
use slope::Slope;
use std::ops::Range;
use two::two_rates;

patterns! {
    /// 低于95%的, 不超过3天.
    COMPARED = r"[<>GK](n)";
    /// 不足1%按1%计.
    PART = r"<(n)[w,=]?(n)w?";
    /// 不足1%不计.
    NO_PART = r"<(n)(?:O|w)";
    /// 最多扣6分, 最多加6分 behind the rule.
    LIMITS = r"^[,;:]?([XY])=?(n)";
}

/// Reads every deviation of the text.
pub(super) fn read(stream: &mut Stream<'_>) {
    for paragraph in stream.paragraphs() {
        let mut from = paragraph.start;
        while let Some(first) = side(stream, from..paragraph.end) {
            let mut sides = vec![first];
            let mut twice = false;
            // The other side: in the same sentence, or in the next one with no base of its own.
            loop {
                let at = sides.last().map_or(from, |s| s.range.end);
                let Some(next) = side(stream, at..paragraph.end) else { break };
                let between = stream.kinds(at..next.range.start);
                if sides.iter().any(|s| s.up == next.up && s.up.is_some())
                    && stream.sentence_of(at) == stream.sentence_of(next.range.start)
                    && !between.contains(['B', 'w'])
                {
                    // 「每低1%扣2分，低于80%时每低1%扣3分」: two rates of one side.
                    twice = true;
                    sides.push(next);
                    break;
                }
                // 「低于60%不得分；超额部分每5%加1分」: the cut-off between is no base.
                let extra = next.range.start.checked_sub(1).map(|i| stream.text(i..i + 1));
                let extra = extra.is_some_and(|text| EXTRA.contains(&text.as_str()));
                let own = between.contains('Z') && extra
                    || between.contains('B')
                    || (between.contains('w') && far(stream, at, &next));
                let same = sides.iter().any(|s| s.up == next.up);
                if own || same || sides.len() == 2 {
                    break;
                }
                sides.push(next);
            }
            from = sides.last().map_or(from + 1, |s| s.range.end);
            if twice {
                two_rates(stream, &paragraph, &sides);
            } else {
                one(stream, &paragraph, &sides);
            }
        }
    }
}

/// Whether words of another subject stand between two sides.
fn far(stream: &Stream<'_>, at: usize, next: &Side) -> bool {
    let words = stream.text(at..next.range.start);
    let known = ["时", "反之", "目标", "基准", "且", "同时", "如", "另", "实际"];
    let mut rest = words;
    for word in known {
        rest = rest.replace(word, "");
    }
    let letters = |c: char| c.is_alphabetic() && !"低于高超过的者则每达到出".contains(c);
    rest.chars().filter(|c| letters(*c)).count() > 1
        && stream.kinds(at..next.range.start).contains(';')
}

pub(super) fn points_unit(number: &Number) -> bool {
    number.unit.is_empty() && number.times == 1.0 || number.unit == "分"
}

/// Where a deviation stands in the text.
struct Place<'a> {
    paragraph: &'a Range<usize>,
    /// The sentence of its first side.
    sentence: Range<usize>,
    /// Its sides, from the first to the last.
    span: Range<usize>,
    /// The words that a person is shown.
    shown: Range<usize>,
}

impl<'a> Place<'a> {
    /// The place of sides; `None` where there are none.
    fn of(stream: &Stream<'_>, paragraph: &'a Range<usize>, sides: &[Side]) -> Option<Self> {
        let (first, last) = (sides.first()?, sides.last()?);
        let span = first.range.start..last.range.end;
        let sentence = stream.sentence_of(span.start);
        let shown = sentence.start..stream.sentence_of(span.end - 1).end;
        Some(Self { paragraph, sentence, span, shown })
    }

    /// The words in which its base is looked for.
    fn scopes(&self, stream: &Stream<'_>) -> Scopes {
        let before = self.sentence.start..self.span.end;
        [before, self.shown.clone(), self.paragraph.clone(), 0..stream.len()]
    }
}

/// One deviation, of one side or of both: a rule, or what a person must decide.
fn one(stream: &mut Stream<'_>, paragraph: &Range<usize>, sides: &[Side]) {
    let Some(place) = Place::of(stream, paragraph, sides) else { return };
    match clause(stream, &place, sides) {
        // What stands between the sides and was not read is left over.
        Ok(clause) => stream.keep(place.span, clause),
        Err(why) => {
            let clause = stream.clause(place.shown, Said::Judged(why.to_owned()));
            stream.push(place.span, clause);
        }
    }
}

/// The rule of a deviation with the figures that it needs; an error says why there is none.
fn clause(
    stream: &mut Stream<'_>,
    place: &Place<'_>,
    sides: &[Side],
) -> Result<Clause, &'static str> {
    let quoted = quotient::find(stream, place.paragraph.clone());
    let mut name = measured(stream, place, quoted.as_ref());
    for side in sides {
        stream.take(side.range.clone());
    }
    let base = base(stream, &place.scopes(stream), sides, &name)?;
    if reached(stream, place, &base, &name) {
        name.push_str("完成率");
    }
    let (sides, doubt) = toward::turn(stream, place.paragraph, sides, &base, &name);
    if let Some(points) = base.points() {
        stream.on_target.push((place.span.start, points));
        if points != stream.points {
            stream.base_points = Some(points);
        }
    }
    let scale = base.scale(&name);
    let slope = Slope::read(stream, place.paragraph, &sides, &base, &scale)?;
    let quoted = quoted.filter(|_| scale.rate);
    let exceeds = base.value().is_some_and(|base| base >= 1.0);
    let value = quoted.as_ref().map_or("{0}", |_| quotient::value(exceeds));
    let rule = Rule::new("deviation").line(&format!("value = {value}"));
    let (rule, end) = limits(stream, place, &sides, slope.put(base.put(rule)));
    let (steps, silent) = steps(stream, place.paragraph, end);
    let rule = rule.line(&format!("steps = \"{steps}\""));
    if let Some(quoted) = &quoted {
        stream.take(quoted.range.clone());
    }
    let needs = needs(&name, &base, &slope, &sides, quoted.as_ref())?;
    again::take(stream, place, base.value(), &slope);
    let choices = [
        base.choice(),
        silent.then_some("没有说不足一步怎么算：只计整步"),
        quoted.map(|_| quotient_of_none(exceeds)),
    ];
    let shares = "百分比按基准的百分之几算，不是百分点".to_owned();
    let mut clause = stream.clause(place.shown.clone(), rule.done());
    clause.needs = needs;
    clause.choices = choices.into_iter().flatten().map(str::to_owned).collect();
    clause.doubts = doubt.into_iter().chain(slope.relative.then_some(shares)).collect();
    Ok(clause)
}

/// What a ratio is taken to be where there is nothing to divide by.
fn quotient_of_none(exceeds: bool) -> &'static str {
    if exceeds {
        "分母为 0 时报错"
    } else {
        "分母为 0（没有可算的）时保持基础分"
    }
}

/// A rule with the limits that stand right behind its sides, the one side's before the other begins,
/// and where the last of them ends.
fn limits(
    stream: &mut Stream<'_>,
    place: &Place<'_>,
    sides: &[Side],
    mut rule: Rule,
) -> (Rule, usize) {
    let mut added = false;
    for pair in sides.windows(2) {
        let [side, next] = pair else { continue };
        if let Some((range, key, most)) = limit(stream, side.range.end..next.range.start) {
            rule = rule.put(key, most);
            added |= key == "most_added";
            stream.take(range);
        }
    }
    let mut end = place.span.end;
    while let Some((range, key, most)) = limit(stream, end..place.paragraph.end) {
        if key == "most_added" && added {
            break;
        }
        rule = rule.put(key, most);
        end = range.end;
        stream.take(range);
    }
    (rule, end)
}

/// The limit that a range begins with: its tokens, its name in a rule, its points.
fn limit(stream: &Stream<'_>, range: Range<usize>) -> Option<(Range<usize>, &'static str, f64)> {
    let found = stream.find(&LIMITS, range)?;
    let most = stream.number(&found, 2)?.value;
    let taken = stream.letter(&found, 1) == Some(b'X');
    Some((found.range, if taken { "most_taken" } else { "most_added" }, most))
}

/// Whole steps, begun steps or part steps, and whether the text is silent.
fn steps(stream: &mut Stream<'_>, paragraph: &Range<usize>, from: usize) -> (&'static str, bool) {
    let rest = from..paragraph.end;
    if let Some(found) = stream.find(&PART, rest.clone()) {
        let (a, b) = (stream.number(&found, 1).cloned(), stream.number(&found, 2).cloned());
        if a == b {
            stream.take(found.range);
            return ("begun", false);
        }
    }
    if let Some(found) = stream.find(&NO_PART, rest.clone()) {
        let text = stream.text(found.range.clone());
        if text.contains("不计") || text.contains("不扣") || text.contains("舍去") {
            stream.take(found.range);
            return ("whole", false);
        }
    }
    let text = stream.text(rest);
    if ["不足一步按比例", "不足部分按比例", "按比例折算", "按比例计算"]
        .iter()
        .any(|w| text.contains(w))
    {
        return ("proportional", false);
    }
    ("whole", true)
}

/// What is measured: the words before the base, with the topic before a colon.
pub(super) fn name(stream: &Stream<'_>, paragraph: &Range<usize>, at: usize) -> String {
    let sentence = stream.sentence_of(at);
    // Behind 「每次扣1分」 something else is measured.
    let before = stream.letters(sentence.start..at);
    let from = before.rfind(['-', '+']).map_or(sentence.start, |i| sentence.start + i + 2);
    let compared = stream.find(&ANY_BASE, from.min(at)..at).map_or(at, |found| found.range.start);
    let own = stream.subject(compared);
    let own = if only_aim(&own) { stream.item.to_owned() } else { own };
    let text = stream.text(paragraph.clone());
    let topic = text.split(':').next().filter(|t| t.chars().count() < 12 && text.contains(':'));
    let topic = topic.unwrap_or_default();
    let plain = topic.chars().all(|c| c.is_alphabetic());
    if plain && !topic.is_empty() && own != stream.item && !own.starts_with(topic) {
        return format!("{topic}{own}");
    }
    if plain && !topic.is_empty() && own == stream.item { topic.to_owned() } else { own }
}

/// Whether words only say that an aim is met or missed: 「达到目标」, 「低于标准」.
pub(super) fn only_aim(name: &str) -> bool {
    const WORDS: [&str; 24] = [
        "未达到",
        "达不到",
        "未达",
        "达到",
        "低于",
        "高于",
        "超过",
        "超出",
        "少于",
        "多于",
        "不足",
        "不低于",
        "不高于",
        "不少于",
        "不超过",
        "目标值",
        "目标",
        "标准值",
        "标准",
        "计划值",
        "指标值",
        "基准值",
        "基准",
        "要求",
    ];
    let mut rest = name;
    while !rest.is_empty() {
        let Some(next) = WORDS.iter().find_map(|word| rest.strip_prefix(word)) else {
            return false;
        };
        rest = next.trim_start_matches(['的', '时', '者', '值']);
    }
    !name.is_empty()
}

patterns! {
    /// The first thing that is compared.
    ANY_BASE = r"[<>GKTn]";
}

/// 「每超10人扣1分」 and the like, of which the step is more than one: steps from nothing.
pub(super) fn from_nothing(step: f64, points: f64) -> Rule {
    Rule::new("deviation")
        .line("value = {0}")
        .put("base", 0.0)
        .put("step", step)
        .line(&format!("above = {}", show(points)))
        .put("below", 0.0)
}
