//! 「100%得满分，80%≤x＜100%按比例，低于80%不得分」: a share of the points between two bounds.

use super::Criteria;
use super::deviation::{name, points_unit};
use super::language::Number;
use super::stream::{Rule, Stream, need, patterns, show};
use std::ops::Range;

patterns! {
    /// 80%≤x<100%, 80%-100%, ≥80%且<100%.
    BETWEEN = r"n[K<]w?[K<]n|n[gk]?~n|G?n[g]?w?[K<]n";
    /// 低于80%, ≥100%.
    SIDE = r"[<>GK]n[gk]?";
    /// 80%以下, 100%.
    EDGE = r"n[gklhv]?";
}

/// Words of a share.
const SHARE: [&str; 8] =
    ["按比例", "比例得分", "比例计分", "完成比例", "实际比例", "完成率", "达成率", "比例折算"];

#[derive(PartialEq, Clone, Copy)]
enum Got {
    Full,
    Share,
    Nothing,
}

struct Part {
    range: Range<usize>,
    low: Option<Number>,
    high: Option<Number>,
    /// Whether the upper end belongs to it.
    high_in: bool,
    got: Got,
    /// Where its bound ends.
    bound: usize,
}

/// Reads the paragraphs that are nothing but such parts.
pub(super) fn read(stream: &mut Stream<'_>, criteria: &Criteria) {
    for paragraph in stream.paragraphs() {
        let Some(parts) = parts(stream, &paragraph) else { continue };
        write(stream, criteria, &paragraph, &parts);
    }
}

fn parts(stream: &Stream<'_>, paragraph: &Range<usize>) -> Option<Vec<Part>> {
    let mut out = Vec::new();
    let mut from = paragraph.start;
    let ends: Vec<usize> = paragraph
        .clone()
        .filter(|i| matches!(stream.kinds(*i..*i + 1), "," | ";"))
        .chain([paragraph.end])
        .collect();
    for end in ends {
        let range = from..end;
        let kinds = stream.kinds(range.clone());
        if kinds.is_empty() || kinds.chars().all(|c| c == '!') {
            from = end + 1;
            continue;
        }
        // A part without a score goes on behind the comma.
        let Some(got) = got(stream, &range) else { continue };
        let part = part(stream, range, got)?;
        if out.iter().any(|p: &Part| p.got == got) {
            return None;
        }
        out.push(part);
        from = end + 1;
    }
    let rest = stream.kinds(from.min(paragraph.end)..paragraph.end);
    let whole = rest.chars().all(|c| "!,;".contains(c));
    (whole && out.len() >= 2 && out.iter().any(|p| p.got == Got::Share)).then_some(out)
}

fn got(stream: &Stream<'_>, range: &Range<usize>) -> Option<Got> {
    let (kinds, text) = (stream.kinds(range.clone()), stream.text(range.clone()));
    let formula = kinds.contains('x') || kinds.contains('d');
    if formula || SHARE.iter().any(|w| text.contains(w) && text.contains(['按', '分'])) && {
        // 「完成率100%得20分」 only names what is measured.
        ["按", "比例得分", "比例计分"].iter().any(|w| text.contains(w))
    } {
        return Some(Got::Share);
    }
    let mark = |i: &usize| {
        let last = stream.numbers(*i..*i + 1).next();
        last.is_some_and(|n| points_unit(n) && n.unit == "分")
    };
    let points: Vec<f64> = range
        .clone()
        .filter(mark)
        .filter_map(|i| Some(stream.numbers(i..i + 1).next()?.value))
        .collect();
    match (kinds.contains('F'), kinds.contains('Z'), points.as_slice()) {
        (true, false, []) => Some(Got::Full),
        (false, true, []) => Some(Got::Nothing),
        (false, false, [one]) if *one == stream.points => Some(Got::Full),
        (false, false, [one]) if *one == 0.0 => Some(Got::Nothing),
        _ => None,
    }
}

fn part(stream: &Stream<'_>, range: Range<usize>, got: Got) -> Option<Part> {
    let mut part = Part {
        range: range.clone(),
        low: None,
        high: None,
        high_in: false,
        got,
        bound: range.start,
    };
    if let Some(found) = stream.find(&BETWEEN, range.clone()) {
        let mut numbers = stream.numbers(found.range.clone()).cloned();
        let (low, high) = (numbers.next()?, numbers.next()?);
        let low = if low.unit.is_empty() { Number { unit: high.unit.clone(), ..low } } else { low };
        if low.scaled() >= high.scaled() {
            return None;
        }
        (part.low, part.high) = (Some(low), Some(high));
        part.bound = found.range.end;
        return Some(part);
    }
    let found = stream.find(&SIDE, range.clone()).or_else(|| stream.find(&EDGE, range))?;
    let number = stream.numbers(found.range.clone()).next()?.clone();
    let kinds = stream.kinds(found.range.clone());
    match (kinds.starts_with(['<', 'K']), kinds.ends_with(['l', 'k', 'v'])) {
        (true, _) | (false, true) => {
            part.high_in = kinds.starts_with('K') || kinds.ends_with('k');
            part.high = Some(number);
        }
        _ => part.low = Some(number),
    }
    part.bound = found.range.end;
    Some(part)
}

fn write(
    stream: &mut Stream<'_>,
    criteria: &Criteria,
    paragraph: &Range<usize>,
    parts: &[Part],
) -> Option<()> {
    let of = |got| parts.iter().find(|p| p.got == got);
    let (full, share, nothing) = (of(Got::Full), of(Got::Share)?, of(Got::Nothing));
    let scaled = |n: &Option<Number>| n.as_ref().map(Number::scaled);
    let all = || parts.iter().flat_map(|p| [&p.low, &p.high]).flatten();
    let unit = all().next()?.unit.clone();
    if all().any(|n| n.unit != unit) || unit == "分" {
        return None;
    }
    // Where the whole points are reached.
    let top = match full {
        Some(full) if full.high.is_none() => scaled(&full.low)?,
        Some(_) => return None,
        None if unit == "%" => 1.0,
        None => return None,
    };
    let low = match (scaled(&share.low), nothing) {
        (low, Some(nothing)) => {
            let bound = scaled(&nothing.high)?;
            if nothing.low.is_some() || nothing.high_in || low.is_some_and(|low| low != bound) {
                return None;
            }
            Some(bound)
        }
        (Some(_), None) => return None,
        (None, None) => None,
    };
    if scaled(&share.high).is_some_and(|high| full.is_some() && high != top)
        || low.is_some_and(|low| low >= top)
    {
        return None;
    }
    // What the words reckon with must be this share: ÷ the top, × the points.
    let tail = share.bound..share.range.end;
    let kinds = stream.kinds(tail.clone()).to_owned();
    let divided = kinds.contains('d');
    for number in stream.numbers(tail) {
        let own = number.scaled();
        let fits = own == top && divided
            || points_unit(number) && (number.value == stream.points)
            || number.unit == "%" && number.value == 100.0 && kinds.contains('x');
        if !fits {
            return None;
        }
    }
    let rate = matches!(unit.as_str(), "%" | "‰");
    if !divided && kinds.contains('x') && top != 1.0 || divided && full.is_none() {
        return None;
    }
    let start = parts.iter().map(|p| p.range.start).min()?;
    let first = (start..paragraph.end).find(|i| "nGK<>".contains(stream.kinds(*i..*i + 1)))?;
    let name = name(stream, paragraph, first);
    let mut rule = Rule::new("ratio").line("value = {0}");
    rule = rule.put_if("full_at", Some(top).filter(|t| *t != 1.0)).put_if("cutoff", low);
    let mut choices = Vec::new();
    let mut doubts = Vec::new();
    match full {
        Some(_) => rule = rule.put("most", 1.0),
        None if criteria.cap.is_none() => {
            choices.push("没有说最高按多少算：不封顶".to_owned());
        }
        None => {}
    }
    if top != 1.0 && !divided {
        doubts.push(format!("「按比例」按实际÷{}×分值算，请核对", shown(top, rate)));
    }
    let mut clause = stream.clause(paragraph.clone(), rule.done());
    clause.needs.push(need(&name, if rate { "rate" } else { "amount" }, &name));
    (clause.choices, clause.doubts) = (choices, doubts);
    for part in parts {
        stream.take(part.range.clone());
    }
    stream.keep(paragraph.clone(), clause);
    Some(())
}

fn shown(value: f64, rate: bool) -> String {
    if rate { format!("{}%", show(value * 100.0)) } else { show(value) }
}
