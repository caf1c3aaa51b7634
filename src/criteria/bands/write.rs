//! Bands written as a rule.

use super::order::{self, Ordered, Unit};
use super::{Band, Got};
use crate::criteria::language::Number;
use crate::criteria::stream::{Rule, Stream, is_mean, kind, need, show};
use crate::criteria::{Clause, Criteria, LATE, Said, deviation, quotient};

/// How a chain is written.
pub(super) fn list(
    stream: &mut Stream<'_>,
    criteria: &mut Criteria,
    bands: &[Band],
) -> Result<Clause, String> {
    let mut units: Vec<&str> =
        bands.iter().map(|b| b.unit.as_str()).filter(|u| !u.is_empty()).collect();
    units.sort_unstable();
    units.dedup();
    let [unit] = *(if units.is_empty() { &[""][..] } else { &units }) else {
        return Err("各档的单位不同".to_owned());
    };
    let share = matches!(unit, "%" | "‰");
    let counted =
        Number { value: 0.0, unit: unit.to_owned(), times: 1.0, ordinal: false, worded: false }
            .is_count();
    let start = bands.first().map_or(0, |b| b.range.start);
    let paragraph = stream.paragraph_of(start);
    let name = deviation::name(stream, &paragraph, start);
    // A mean of days is no whole number.
    let counted = counted && !is_mean(&name);
    let nested = super::order::nested(bands);
    let within = nested.iter().zip(bands).any(|(a, b)| a.low != b.low);
    let bands = &nested;
    let points = stream.points;
    let taken = bands.iter().any(|b| matches!(b.got, Got::Taken(_)));
    let factor = bands.iter().any(|b| matches!(b.got, Got::Factor(_)));
    let tops = bands.iter().filter_map(|b| match b.got {
        Got::Points(p) => Some(p),
        _ => None,
    });
    let hundred = tops.fold(0.0, f64::max) == 100.0 && points != 100.0;
    let full = if factor {
        1.0
    } else if hundred {
        100.0
    } else {
        points
    };
    let worth = |got: Got| match got {
        Got::Points(p) | Got::Factor(p) => p,
        Got::Taken(p) => -p,
        Got::Full if taken => 0.0,
        Got::Full => full,
        // Where the others take points, nothing is left.
        Got::Nothing if taken => -points,
        Got::Nothing => 0.0,
    };
    if taken && bands.iter().any(|b| b.got == Got::Nothing) && criteria.floor == Some(None) {
        return Err("有的档扣分、有的档不得分，写不成一条".to_owned());
    }
    // 「旷工半天扣3分，旷工一天扣5分」: two days are not said.
    let single = |b: &Band| b.low == b.high && b.high <= 1.0;
    if taken && bands.iter().all(single) {
        return Err("一天（次）以上怎么扣没有说".to_owned());
    }
    let ordered = order::order(bands, worth, &Unit { share, counted, taken })?;
    let upper = ordered.bounds.iter().all(|(_, upper)| *upper);
    let lower = ordered.bounds.iter().all(|(_, upper)| !*upper);
    let end = bands.last().map_or(0, |b| b.range.end);
    let ranked = stream.numbers(start..end).any(|n| n.ordinal)
        || stream.letters(start..end).starts_with('K') && unit == "人"
        || stream.text(start..end).contains('名');
    let late = bands
        .iter()
        .any(|b| b.range.start.checked_sub(1).is_some_and(|i| stream.letters(i..i + 1) == "A"));
    let name = if counted && !name.ends_with('数') && !name.ends_with("次") && !unit.is_empty() {
        if late {
            days_late_name(stream, &paragraph, start, &name, unit)
        } else if ranked && matches!(unit, "人" | "位") && !name.contains("排名") {
            format!("{name}名次")
        } else if unit == "次" {
            format!("{name}次数")
        } else if name.contains("排名") || name.contains("名次") {
            name
        } else {
            format!("{name}{unit}数")
        }
    } else {
        name
    };
    if !taken && !upper && !lower {
        return match factor {
            true => Err("界限有的归高档、有的归低档，写不成一条".to_owned()),
            false => Ok(mixed_rule(stream, bands, ordered, &name, kind(share, counted))),
        };
    }
    let Ordered { bounds, values, bottom, choices, mut doubts } = ordered;
    let rule = if taken {
        taken_rule(&bounds, &values, bottom, upper, lower)?
    } else {
        let key = if factor { "factor" } else { "points" };
        let mut lines: Vec<String> = Vec::new();
        let otherwise = if upper {
            for ((at, _), value) in bounds.iter().zip(&values).rev() {
                lines.push(format!("  {{ from = {}, {key} = {} }},", show(*at), show(*value)));
            }
            bottom
        } else {
            // (a, b]: upper bounds from low to high, the topmost value otherwise.
            let below = std::iter::once(&bottom).chain(&values);
            for ((at, _), value) in bounds.iter().zip(below) {
                lines.push(format!("  {{ up_to = {}, {key} = {} }},", show(*at), show(*value)));
            }
            values.last().copied().unwrap_or_default()
        };
        let rule = Rule::new("bands")
            .line("value = {0}")
            .line(&format!("bands = [\n{}\n]", lines.join("\n")));
        if otherwise != 0.0 { rule.put("otherwise", otherwise) } else { rule }
    };
    if hundred {
        criteria.scale = Some(100.0);
    } else if !taken && !factor {
        let top = values.iter().copied().chain([bottom]).fold(0.0, f64::max);
        if top > points {
            doubts.push(format!("最高一档超过分值 {}：是不是百分制？", show(points)));
        } else if top < points {
            doubts.push(format!("最高一档不到分值 {}，请核对", show(points)));
        }
    }
    if within && taken {
        doubts.push("只按最重的一档扣，几档不叠加，请核对".to_owned());
    }
    let words_from = stream.sentence_of(start).start;
    let mut clause = stream.clause(words_from..end, rule.done());
    clause.choices = choices;
    clause.doubts = doubts;
    let quoted = quotient::find(stream, paragraph).filter(|_| share && !taken);
    match quoted {
        Some(quoted) => {
            if let Said::Rule(rule) = &mut clause.said {
                *rule = rule.replace("value = {0}", &format!("value = {}", quotient::value(true)));
            }
            clause.needs.push(need(&quoted.of, "amount", &quoted.of));
            clause.needs.push(need(&quoted.over, "amount", &quoted.over));
            stream.take(quoted.range);
        }
        None => {
            let mut wanted = need(&name, kind(share, counted), &name);
            // Where more is better, a blank is not none.
            wanted.aimed = values.last().is_some_and(|top| *top > bottom);
            clause.needs.push(wanted);
        }
    }
    Ok(clause)
}

/// The name of the days that bands of lateness ask for.
fn days_late_name(
    stream: &Stream<'_>,
    paragraph: &std::ops::Range<usize>,
    start: usize,
    name: &str,
    unit: &str,
) -> String {
    let mut own = name.to_owned();
    for word in super::IN_TIME.iter().chain(&LATE) {
        own = own.replace(word, "");
    }
    if own.chars().count() < 2 {
        let before = (paragraph.start..start).rev().find(|i| stream.letters(*i..*i + 1) == ",");
        own = before.map_or_else(|| stream.item.to_owned(), |i| stream.subject(i));
    }
    format!("{own}逾期{unit}数")
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
            more.push(format!(
                "  {{ kind = \"condition\", metric = {{0}}, above = {}, points = {} }},",
                show(*at),
                show(change)
            ));
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
    let start = bands.first().map_or(0, |b| b.range.start);
    let end = bands.last().map_or(0, |b| b.range.end);
    let mut clause = stream.clause(stream.sentence_of(start).start..end, rule.done());
    clause.needs.push(need(name, kind, name));
    clause.choices = choices;
    clause.doubts = doubts;
    clause
}

/// Deductions by band: tiers of a count, or conditions that add up.
fn taken_rule(
    bounds: &[(f64, bool)],
    values: &[f64],
    bottom: f64,
    upper: bool,
    lower: bool,
) -> Result<Rule, String> {
    if bottom == 0.0 && upper {
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
    let mut rules = Vec::new();
    if upper && top == 0.0 {
        let mut above = top;
        let under = std::iter::once(&bottom).chain(values);
        let under: Vec<f64> = under.copied().take(bounds.len()).collect();
        for ((at, _), value) in bounds.iter().zip(under).rev() {
            let points = crate::text::round15(value - above);
            rules.push(format!(
                "  {{ kind = \"condition\", metric = {{0}}, below = {}, points = {} }},",
                show(*at),
                show(points)
            ));
            above = value;
        }
    } else if upper {
        // The topmost band takes too, and what is above it is not said.
        return Err("最高一档以上扣不扣没有说".to_owned());
    } else if lower && bottom == 0.0 {
        let mut below = bottom;
        for ((at, _), value) in bounds.iter().zip(values) {
            let points = crate::text::round15(value - below);
            rules.push(format!(
                "  {{ kind = \"condition\", metric = {{0}}, above = {}, points = {} }},",
                show(*at),
                show(points)
            ));
            below = *value;
        }
    } else {
        return Err("扣分的各档写不成一条".to_owned());
    }
    Ok(Rule::new("clauses").line(&format!("rules = [\n{}\n]", rules.join("\n"))))
}
