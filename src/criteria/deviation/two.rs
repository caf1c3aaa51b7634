//! Two rates of one side.

use super::side::Side;
use super::{COMPARED, one};
use crate::criteria::Said;
use crate::criteria::language::Number;
use crate::criteria::stream::{Stream, show};
use std::ops::Range;

/// 「每低1%扣1分，低于90%每低1%扣2分」: the first rate up to the second bound, the second one from it.
pub(super) fn two_rates(stream: &mut Stream<'_>, paragraph: &Range<usize>, sides: &[Side]) {
    let [first, second] = sides else { return };
    let sentence = stream.sentence_of(first.range.start);
    let between = first.range.end..second.range.start;
    let bound = stream.find(&COMPARED, between).and_then(|found| {
        let number = stream.number(&found, 1)?.clone();
        Some((found.range, number))
    });
    if let Some((range, bound)) = bound {
        stream.take(range);
        stream.take(second.range.clone());
        one(stream, paragraph, std::slice::from_ref(first));
        let own = first.range.start..first.range.end;
        if let Some(clause) = stream.last_clause(&own)
            && let Said::Rule(rule) = &clause.said
            && let Some(rule) = second_rate(rule, first, second, &bound)
        {
            clause.said = Said::Rule(rule);
            clause
                .doubts
                .push("两种扣（加）法按分段累加：过了第二个界限的部分按第二种，请核对".to_owned());
            return;
        }
        stream.retract(&sentence);
    }
    let why = "同一边有两种扣（加）法，写不成规则".to_owned();
    let clause = stream.clause(sentence.clone(), Said::Judged(why));
    stream.push(sentence, clause);
}

/// A first rate's rule with the second one behind it.
fn second_rate(rule: &str, first: &Side, second: &Side, bound: &Number) -> Option<String> {
    let value = |key: &str| -> Option<f64> {
        rule.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(" = ")?.parse().ok())
    };
    let plain = ["relative", "most_", "base_", "step_below"].iter().all(|w| !rule.contains(w));
    let (base, step) = (value("base")?, value("step")?);
    let next =
        second.step.as_ref().filter(|n| n.unit == bound.unit || n.is_share() == bound.is_share());
    let (next, up, bound) = (next?.scaled(), first.up?, bound.scaled());
    let further = if up { bound > base } else { bound < base };
    let steps = crate::text::round15((bound - base).abs() / step);
    let same_sign = (first.points < 0.0) == (second.points < 0.0);
    if !plain || !further || !same_sign || (steps - steps.round()).abs() > 1e-9 {
        return None;
    }
    let most = crate::text::round15(steps.round() * first.points.abs());
    let key = if first.points < 0.0 { "most_taken" } else { "most_added" };
    let (above, below) = if up { (second.points, 0.0) } else { (0.0, -second.points) };
    let head = rule.replace('\n', ", ");
    Some(format!(
        "kind = \"clauses\"\nrules = [\n  {{ {head}, {key} = {} }},\n  {{ kind = \"deviation\", value = {{0}}, base = {}, step = {}, above = {}, below = {}, steps = \"whole\" }},\n]",
        show(most),
        show(bound),
        show(next),
        show(above),
        show(below),
    ))
}
