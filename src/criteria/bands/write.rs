//! Bands written as a rule.

use super::order::{self, Ordered, Unit};
use super::worth::Worth;
use super::{Band, Got};
use crate::criteria::stream::{Rule, Stream, kind, need, show};
use crate::criteria::{Clause, Criteria, LATE, Need, deviation, quotient};
use std::ops::Range;

/// How a chain is written; an error says why it is not.
pub(super) fn list(
    stream: &mut Stream<'_>,
    criteria: &mut Criteria,
    bands: &[Band],
) -> Result<Clause, String> {
    let word = common_unit(bands).ok_or("各档的单位不同")?;
    let start = bands.first().map_or(0, |b| b.range.start);
    let paragraph = stream.paragraph_of(start);
    let topic = deviation::name(stream, &paragraph, start);
    let unit = Unit::new(word, &topic);
    let nested = order::nested(bands);
    let within = nested.iter().zip(bands).any(|(a, b)| a.low != b.low);
    let worth = Worth::new(&nested, stream.points);
    contradiction(&nested, &worth, criteria).map_or(Ok(()), Err)?;
    let ordered = order::order(&nested, &worth, &unit)?;
    let name = if unit.counted { counted(stream, &nested, topic, word) } else { topic };
    let kind = kind(unit.share, unit.counted);
    if !worth.taken && !ordered.upper() && !ordered.lower() {
        return match worth.factor {
            true => Err("界限有的归高档、有的归低档，写不成一条".to_owned()),
            false => Ok(mixed_rule(stream, &nested, ordered, &name, kind)),
        };
    }
    let quoted = quotient::find(stream, paragraph).filter(|_| unit.share && !worth.taken);
    let rule = if worth.taken {
        taken_rule(&ordered)?
    } else {
        bands_rule(&ordered, &worth, quoted.as_ref().map_or("{0}", |_| quotient::value(true)))
    };
    if worth.hundred {
        criteria.scale = Some(100.0);
    }
    let mut clause = stream.clause(shown(stream, &nested), rule.done());
    clause.needs = match &quoted {
        Some(quoted) => {
            vec![need(&quoted.of, "amount", &quoted.of), need(&quoted.over, "amount", &quoted.over)]
        }
        // Where more is better, a blank is not none.
        None => vec![Need { aimed: ordered.rises(), ..need(&name, kind, &name) }],
    };
    if let Some(quoted) = quoted {
        stream.take(quoted.range);
    }
    let top = doubt_of_top(&ordered, &worth, stream.points);
    let heaviest = "只按最重的一档扣，几档不叠加，请核对".to_owned();
    clause.choices = ordered.choices;
    clause.doubts = ordered.doubts;
    clause.doubts.extend(top);
    clause.doubts.extend((within && worth.taken).then_some(heaviest));
    Ok(clause)
}

/// The unit of all bands, nothing where none says one; `None` where they differ.
fn common_unit(bands: &[Band]) -> Option<&str> {
    let mut units = bands.iter().map(|b| b.unit.as_str()).filter(|u| !u.is_empty());
    let first = units.next().unwrap_or_default();
    units.all(|unit| unit == first).then_some(first)
}

/// Why the words of the bands say no one thing.
fn contradiction(bands: &[Band], worth: &Worth, criteria: &Criteria) -> Option<String> {
    if !worth.taken {
        return None;
    }
    if bands.iter().any(|b| b.got == Got::Nothing) && criteria.floor == Some(None) {
        return Some("有的档扣分、有的档不得分，写不成一条".to_owned());
    }
    // 「旷工半天扣3分，旷工一天扣5分」: two days are not said.
    let single = |b: &Band| b.low == b.high && b.high <= 1.0;
    bands.iter().all(single).then(|| "一天（次）以上怎么扣没有说".to_owned())
}

/// The tokens of a chain, from its first band to its last.
fn span(bands: &[Band]) -> Range<usize> {
    let start = bands.first().map_or(0, |b| b.range.start);
    start..bands.last().map_or(0, |b| b.range.end)
}

/// The words that a person is shown.
fn shown(stream: &Stream<'_>, bands: &[Band]) -> Range<usize> {
    let span = span(bands);
    stream.sentence_of(span.start).start..span.end
}

/// What a count is called that bands ask for: 投诉次数, 销售额排名, 报表逾期天数.
fn counted(stream: &Stream<'_>, bands: &[Band], topic: String, unit: &str) -> String {
    if topic.ends_with(['数', '次']) || unit.is_empty() {
        return topic;
    }
    let span = span(bands);
    let late =
        |b: &Band| b.range.start.checked_sub(1).is_some_and(|i| stream.letters(i..i + 1) == "A");
    if bands.iter().any(late) {
        return days_late(stream, span.start, &topic, unit);
    }
    let ranked = || {
        stream.numbers(span.clone()).any(|n| n.ordinal)
            || stream.letters(span.clone()).starts_with('K') && unit == "人"
            || stream.text(span.clone()).contains('名')
    };
    if matches!(unit, "人" | "位") && !topic.contains("排名") && ranked() {
        format!("{topic}名次")
    } else if unit == "次" {
        format!("{topic}次数")
    } else if topic.contains("排名") || topic.contains("名次") {
        topic
    } else {
        format!("{topic}{unit}数")
    }
}

/// The name of the days that bands of lateness ask for.
fn days_late(stream: &Stream<'_>, start: usize, name: &str, unit: &str) -> String {
    let mut own = name.to_owned();
    for word in super::IN_TIME.iter().chain(&LATE) {
        own = own.replace(word, "");
    }
    if own.chars().count() < 2 {
        let paragraph = stream.paragraph_of(start);
        let before = (paragraph.start..start).rev().find(|i| stream.letters(*i..*i + 1) == ",");
        own = before.map_or_else(|| stream.item.to_owned(), |i| stream.subject(i));
    }
    format!("{own}逾期{unit}数")
}

/// What is doubtful about a best band that is not worth the item's points.
fn doubt_of_top(ordered: &Ordered, worth: &Worth, points: f64) -> Option<String> {
    if worth.hundred || worth.taken || worth.factor {
        return None;
    }
    let top = ordered.values.iter().copied().chain([ordered.bottom]).fold(0.0, f64::max);
    if top > points {
        Some(format!("最高一档超过分值 {}：是不是百分制？", show(points)))
    } else if top < points {
        Some(format!("最高一档不到分值 {}，请核对", show(points)))
    } else {
        None
    }
}

/// Points or factors by band, of a value as the rule writes it.
fn bands_rule(ordered: &Ordered, worth: &Worth, value: &str) -> Rule {
    let Ordered { bounds, values, bottom, .. } = ordered;
    let key = if worth.factor { "factor" } else { "points" };
    let line = |end: &str, at: f64, value: f64| {
        format!("  {{ {end} = {}, {key} = {} }},", show(at), show(value))
    };
    let (lines, otherwise): (Vec<String>, f64) = if ordered.upper() {
        let above = bounds.iter().zip(values).rev();
        (above.map(|((at, _), value)| line("from", *at, *value)).collect(), *bottom)
    } else {
        // (a, b]: upper bounds from low to high, the topmost value otherwise.
        let below = bounds.iter().zip(std::iter::once(bottom).chain(values));
        let top = values.last().copied().unwrap_or_default();
        (below.map(|((at, _), value)| line("up_to", *at, *value)).collect(), top)
    };
    let rule = Rule::new("bands")
        .line(&format!("value = {value}"))
        .line(&format!("bands = [\n{}\n]", lines.join("\n")));
    if otherwise == 0.0 { rule } else { rule.put("otherwise", otherwise) }
}

/// Bounds of both kinds: bands for those that belong above, a condition for each of the others.
fn mixed_rule(
    stream: &Stream<'_>,
    bands: &[Band],
    ordered: Ordered,
    name: &str,
    kind: &'static str,
) -> Clause {
    let Ordered { bounds, values, bottom, choices, doubts } = ordered;
    let mut from = Vec::new();
    let mut more = Vec::new();
    let (mut level, mut before) = (bottom, bottom);
    for ((at, upper), value) in bounds.iter().zip(&values) {
        let change = crate::text::round15(value - before);
        before = *value;
        if *upper {
            level = crate::text::round15(level + change);
            from.push(format!("{{ from = {}, points = {} }}", show(*at), show(level)));
        } else {
            more.push(condition("above", *at, change));
        }
    }
    from.reverse();
    let otherwise =
        if bottom == 0.0 { String::new() } else { format!(", otherwise = {}", show(bottom)) };
    let rule = Rule::new("clauses").line(&format!(
        "rules = [\n  {{ kind = \"bands\", value = {{0}}, bands = [{}]{otherwise} }},\n{}\n]",
        from.join(", "),
        more.join("\n")
    ));
    let mut clause = stream.clause(shown(stream, bands), rule.done());
    clause.needs.push(need(name, kind, name));
    clause.choices = choices;
    clause.doubts = doubts;
    clause
}

/// Deductions by band: tiers of a count, or conditions that add up.
fn taken_rule(ordered: &Ordered) -> Result<Rule, String> {
    let Ordered { bounds, values, bottom, .. } = ordered;
    let (upper, lower) = (ordered.upper(), ordered.lower());
    if *bottom == 0.0 && upper {
        let tiers: Vec<String> = bounds
            .iter()
            .zip(values)
            .map(|((at, _), v)| format!("{{ from = {}, deduct = {} }}", show(*at), show(-*v)))
            .collect();
        return Ok(Rule::new("tiers")
            .line("metrics = [{0}]")
            .line(&format!("tiers = [{}]", tiers.join(", "))));
    }
    // Each bound changes the deduction by so much, counted from the good end.
    let top = values.last().copied().unwrap_or_default();
    let under = std::iter::once(*bottom).chain(values.iter().copied());
    let under: Vec<(f64, f64)> = bounds.iter().map(|(at, _)| *at).zip(under).collect();
    let rules = if upper && top == 0.0 {
        changes("below", under.into_iter().rev(), top)
    } else if upper {
        // The topmost band takes too, and what is above it is not said.
        return Err("最高一档以上扣不扣没有说".to_owned());
    } else if lower && *bottom == 0.0 {
        let over = bounds.iter().map(|(at, _)| *at).zip(values.iter().copied());
        changes("above", over, *bottom)
    } else {
        return Err("扣分的各档写不成一条".to_owned());
    };
    Ok(Rule::new("clauses").line(&format!("rules = [\n{}\n]", rules.join("\n"))))
}

/// A condition for every bound on the way from the good end, by what it changes.
fn changes(side: &str, bounds: impl Iterator<Item = (f64, f64)>, good: f64) -> Vec<String> {
    let mut before = good;
    bounds
        .map(|(at, value)| {
            let points = crate::text::round15(value - before);
            before = value;
            condition(side, at, points)
        })
        .collect()
}

/// A condition as one of several rules.
fn condition(side: &str, at: f64, points: f64) -> String {
    format!(
        "  {{ kind = \"condition\", metric = {{0}}, {side} = {}, points = {} }},",
        show(at),
        show(points)
    )
}
