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
    /// ,每低1%扣0.5分.
    STEP = r"E([UD])(n),?-=?(n)$";
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
    Step,
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
        if parts.iter().any(|p| p.got == Got::Step) {
            steps(stream, &paragraph, &parts);
        } else {
            write(stream, criteria, &paragraph, &parts);
        }
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
        // A step without a range of its own is read by the rules of steps.
        if got == Got::Step && stream.find(&BETWEEN, range.clone()).is_none() {
            return None;
        }
        let part = part(stream, range, got)?;
        if out.iter().any(|p: &Part| p.got == got) {
            return None;
        }
        out.push(part);
        from = end + 1;
    }
    let rest = stream.kinds(from.min(paragraph.end)..paragraph.end);
    let whole = rest.chars().all(|c| "!,;".contains(c));
    let between = out.iter().filter(|p| matches!(p.got, Got::Share | Got::Step)).count() == 1;
    (whole && out.len() >= 2 && between).then_some(out)
}

fn got(stream: &Stream<'_>, range: &Range<usize>) -> Option<Got> {
    let (kinds, text) = (stream.kinds(range.clone()), stream.text(range.clone()));
    if kinds.contains('E') {
        return stream.find(&STEP, range.clone()).map(|_| Got::Step);
    }
    let formula = kinds.contains('x') || kinds.contains('d');
    if formula
        || SHARE.iter().any(|w| text.contains(w) && text.contains(['按', '分'])) && {
            // 「完成率100%得20分」 only names what is measured.
            ["按", "比例得分", "比例计分"].iter().any(|w| text.contains(w))
        }
    {
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

/// 「≥100%得满分；90%≤x＜100%，每低1%扣0.5分；＜90%得0分」.
fn steps(stream: &mut Stream<'_>, paragraph: &Range<usize>, parts: &[Part]) -> Option<()> {
    let of = |got| parts.iter().find(|p| p.got == got);
    let (full, step, nothing) = (of(Got::Full)?, of(Got::Step)?, of(Got::Nothing)?);
    let scaled = |n: &Option<Number>| n.as_ref().map(Number::scaled);
    let found = stream.find(&STEP, step.range.clone())?;
    let size = stream.number(&found, 2)?.clone();
    let points = stream.number(&found, 3).filter(|n| points_unit(n))?.value;
    let falls = stream.letter(&found, 1) == Some(b'D');
    let (low, high) = (scaled(&step.low)?, scaled(&step.high)?);
    let (base, cut, full_at, none_at) = if falls {
        (high, low, scaled(&full.low), scaled(&nothing.high))
    } else {
        (low, high, scaled(&full.high), scaled(&nothing.low))
    };
    let units = |n: &Option<Number>| n.as_ref().map(|n| n.unit.clone());
    let unit = units(&step.high)?;
    if full_at != Some(base) || none_at != Some(cut) || size.unit != unit || unit == "分" {
        return None;
    }
    // The lower cut itself still scores unless ≤ is said; the upper one is said by > or ≥.
    let kinds = stream.letters(nothing.range.start..nothing.bound);
    let key = match (falls, kinds.contains(['K', 'k']), kinds.contains(['G', 'g'])) {
        (true, false, _) => "below",
        (true, true, _) => "at_most",
        (false, _, false) => "above",
        (false, _, true) => "at_least",
    };
    let rate = matches!(unit.as_str(), "%" | "‰");
    let start = parts.iter().map(|p| p.range.start).min()?;
    let first = (start..paragraph.end).find(|i| "nGK<>".contains(stream.kinds(*i..*i + 1)))?;
    let name = name(stream, paragraph, first);
    let kind = if rate { "rate" } else { "amount" };
    let (above, below) = if falls { (0.0, points) } else { (-points, 0.0) };
    let rule = Rule::new("deviation")
        .line("value = {0}")
        .put("base", base)
        .put("step", size.scaled())
        .put("above", above)
        .put("below", below)
        .line("steps = \"whole\"");
    let mut clause = stream.clause(paragraph.clone(), rule.done());
    clause.needs.push(need(&name, kind, &name));
    clause.choices.push("没有说不足一步怎么算：只计整步".to_owned());
    let veto = Rule::new("veto").line("metric = {0}").put(key, cut);
    let mut none = stream.clause(nothing.range.clone(), veto.done());
    none.needs.push(need(&name, kind, &name));
    for part in parts {
        stream.take(part.range.clone());
    }
    stream.keep(step.range.clone(), clause);
    stream.keep(nothing.range.clone(), none);
    Some(())
}

fn shown(value: f64, rate: bool) -> String {
    if rate { format!("{}%", show(value * 100.0)) } else { show(value) }
}
