//! 「100%以上得10分；90%-99%得8分；80%以下不得分」: points by the band that a value falls in.

use super::deviation::{self, points_unit};
use super::language::Number;
use super::quotient;
use super::stream::{Match, Rule, Stream, need, patterns, show};
use super::{Clause, Criteria, Said};
use std::ops::Range;

patterns! {
    /// One band: its bounds in one of the spellings, then what it gets.
    BAND = r"(?:(r)|([GK<>]?n~n[gk]?)|(n[K<][w=]?[K<]n)|(n[>G][w=]?[>G]n)|([G>]n[gkl]?[,:]?w?[K<]n|n[gh][,:]?w?(?:n[lkv]|[K<]n))|([K<]n,?w?[G>]n)|([GK<>]n[gk]|[GK<>]n)|(n[glkhv])|(n)|(e)),?:?w?,?:?(=?s?n|=s?n|-=?n|F|=F|Z|O)";
}

/// What a band gets.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Got {
    Points(f64),
    Taken(f64),
    Factor(f64),
    Full,
    Nothing,
}

/// A band: its ends, and whether they belong to it where the words say so.
#[derive(Debug, Clone)]
struct Band {
    low: f64,
    low_in: Option<bool>,
    high: f64,
    high_in: Option<bool>,
    got: Got,
    unit: String,
    rest: bool,
    range: Range<usize>,
}

const FAR: f64 = f64::INFINITY;

/// Reads chains of bands.
pub(super) fn read(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    let mut from = 0;
    let mut lists = 0;
    while let Some((bands, end)) = chain(stream, from) {
        from = end;
        if bands.len() < 2 {
            continue;
        }
        lists += 1;
        let (start, end) =
            (bands.first().map_or(0, |b| b.range.start), bands.last().map_or(0, |b| b.range.end));
        let clause = match list(stream, criteria, &bands) {
            Ok(clause) => clause,
            Err(why) => {
                let mut clause = stream.clause(start..end, Said::Judged(why));
                clause.words = stream.words(stream.sentence_of(start).start..end);
                clause
            }
        };
        stream.push(start..end, clause);
    }
    if lists > 1 {
        let mut tops = 0.0;
        for clause in stream.clauses() {
            if let Said::Rule(rule) = &clause.said
                && rule.starts_with("kind = \"bands\"")
            {
                tops += top(rule);
            }
        }
        // Two lists that each give the item's points would give them twice.
        if tops > stream.points + 1e-9 {
            for clause in stream.clauses_mut() {
                if matches!(&clause.said, Said::Rule(r) if r.starts_with("kind = \"bands\"")) {
                    clause.said = Said::Judged("两组分档合起来超过本项分值，不知怎么合".to_owned());
                    clause.needs.clear();
                }
            }
        }
    }
}

fn top(rule: &str) -> f64 {
    let points = rule.split("points = ").skip(1);
    points
        .filter_map(|t| {
            let end = t.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(t.len());
            t.get(..end)?.parse::<f64>().ok()
        })
        .fold(0.0, f64::max)
}

/// The next chain of bands of one value, and where it ends.
fn chain(stream: &Stream<'_>, from: usize) -> Option<(Vec<Band>, usize)> {
    let mut out: Vec<Band> = Vec::new();
    let mut at = from;
    let mut subject: Option<String> = None;
    while let Some(found) = stream.find(&BAND, at..stream.len()) {
        let before = found.range.start.checked_sub(1).map_or("", |i| stream.kinds(i..i + 1));
        let Some(band) =
            band(stream, &found).filter(|_| !matches!(before, "E" | "U" | "D" | "a" | "t"))
        else {
            if out.is_empty() {
                at = found.range.start + 1;
                continue;
            }
            // 「90%以上得10分，80%-90%得8分，满分…」 ends here.
            break;
        };
        if let Some(last) = out.last() {
            let between = last.range.end..found.range.start;
            let words = words_between(stream, between.clone());
            let same = words.is_empty() || subject.as_deref() == Some(words.as_str());
            let kinds = stream.kinds(between);
            let only = kinds.chars().all(|c| ",;:#wT".contains(c));
            if !same
                || !only
                || alike(last.got) != alike(band.got)
                    && alike(band.got).is_some()
                    && alike(last.got).is_some()
            {
                break;
            }
        } else {
            let sentence = stream.sentence_of(found.range.start);
            subject = Some(words_between(stream, sentence.start..found.range.start));
        }
        at = found.range.end;
        out.push(band);
    }
    let end = out.last().map_or(stream.len(), |b| b.range.end);
    (!out.is_empty()).then_some((out, end))
}

/// Kinds of what bands get that may stand in one list.
fn alike(got: Got) -> Option<u8> {
    match got {
        Got::Points(_) => Some(1),
        Got::Taken(_) => Some(2),
        Got::Factor(_) => Some(3),
        Got::Full | Got::Nothing => None,
    }
}

fn words_between(stream: &Stream<'_>, range: Range<usize>) -> String {
    let text: String = stream
        .tokens(range)
        .iter()
        .filter(|t| t.kind == b'w' || t.kind == b'T')
        .map(|t| stream.plain.slice(t.from, t.to))
        .collect();
    let mut text = text;
    for word in [
        "得分",
        "达成率",
        "完成率",
        "合格率",
        "优秀",
        "良好",
        "中等",
        "合格",
        "较差",
        "一般",
        "不",
        "优",
        "良",
        "中",
        "差",
        "为",
        "等级",
        "完成率在",
        "在",
        "达",
        "出现",
        "发生",
        "累计",
    ] {
        text = text.replace(word, "");
    }
    let grade = text.chars().count() == 1 && "ABCDE级等档".contains(&text);
    if grade {
        String::new()
    } else {
        text.trim_matches(['级', '档', '等', 'X', 'x']).to_owned()
    }
}

fn band(stream: &Stream<'_>, found: &Match) -> Option<Band> {
    let got_at = found.group(11)?;
    let letters = stream.kinds(got_at.clone());
    let amount = stream.numbers(got_at.clone()).next();
    let got = match amount {
        Some(n) if letters.contains('s') || stream.text(got_at.clone()).contains("系数") => {
            Got::Factor(n.scaled())
        }
        Some(n) if letters.contains('-') => Got::Taken(Some(n.value).filter(|_| points_unit(n))?),
        Some(n) if letters.contains('=') || n.unit == "分" => {
            Got::Points(Some(n.value).filter(|_| points_unit(n))?)
        }
        Some(_) => return None,
        None if letters.contains('F') => Got::Full,
        None if letters.contains('Z') => Got::Nothing,
        None => Got::Full,
    };
    let group = (1..=10).find(|g| found.group(*g).is_some())?;
    let range = found.group(group)?;
    let kinds = stream.kinds(range.clone()).to_owned();
    // What stands between bound and points may only be a grade.
    let middle = words_between(stream, range.end..got_at.start);
    if !middle.is_empty() {
        return None;
    }
    let numbers: Vec<Number> = stream.numbers(range.clone()).cloned().collect();
    let first = numbers.first();
    if numbers.iter().any(|n| n.ordinal && n.unit != "人") {
        return None;
    }
    let unit = numbers.iter().map(|n| n.unit.clone()).find(|u| !u.is_empty()).unwrap_or_default();
    let scaled = |n: &Number| {
        Number {
            unit: if n.unit.is_empty() { unit.clone() } else { n.unit.clone() },
            times: numbers.iter().map(|n| n.times).fold(1.0, f64::max),
            ..n.clone()
        }
        .scaled()
    };
    let mut band = Band {
        low: -FAR,
        low_in: None,
        high: FAR,
        high_in: None,
        got,
        unit: unit.clone(),
        rest: false,
        range: found.range.clone(),
    };
    let two = || -> Option<(f64, f64)> {
        let [a, b] = numbers.as_slice() else { return None };
        Some((scaled(a), scaled(b)))
    };
    match group {
        1 => {
            let token = stream.tokens(range).first()?.clone();
            let (high, low_in, high_in) = token.upto?;
            let low = token.number?;
            band.unit.clone_from(&high.unit);
            (band.low, band.high) = (low.scaled(), high.scaled());
            (band.low_in, band.high_in) = (Some(low_in), Some(high_in));
        }
        2 => {
            let (a, b) = two()?;
            (band.low, band.high) = (a.min(b), a.max(b));
            if kinds.starts_with('G') {
                band.low_in = Some(true);
            }
            if kinds.starts_with('>') {
                band.low_in = Some(false);
            }
        }
        3..=6 => {
            let (a, b) = two()?;
            let letters: Vec<char> = kinds.chars().filter(|c| "GK<>gkhlv".contains(*c)).collect();
            let [one, other] = letters.as_slice() else { return None };
            let strict = |c: char| !matches!(c, '>' | '<' | 'h' | 'v' | 'l');
            // 3: a ≤ X < b; 4: b > X ≥ a; 5: ≥ a and < b; 6: ≤ b and > a.
            let (low, low_letter, high, high_letter) = match group {
                3 | 5 => (a, *one, b, *other),
                _ => (b, *other, a, *one),
            };
            if low >= high {
                return None;
            }
            (band.low, band.high) = (low, high);
            (band.low_in, band.high_in) = (Some(strict(low_letter)), Some(strict(high_letter)));
        }
        7 => {
            let value = scaled(first?);
            match kinds.chars().next()? {
                'G' => (band.low, band.low_in) = (value, Some(true)),
                '>' => (band.low, band.low_in) = (value, Some(false)),
                'K' => (band.high, band.high_in) = (value, Some(true)),
                _ => (band.high, band.high_in) = (value, Some(false)),
            }
        }
        8 => {
            let value = scaled(first?);
            match kinds.chars().last()? {
                'g' => (band.low, band.low_in) = (value, Some(true)),
                'h' => (band.low, band.low_in) = (value, Some(false)),
                'k' => (band.high, band.high_in) = (value, Some(true)),
                'v' => (band.high, band.high_in) = (value, Some(false)),
                _ => band.high = value,
            }
        }
        9 => {
            let number = first?;
            let value = scaled(number);
            let counted = number.is_count();
            // A bare 「100%得10分」 is the lower end; 「3次得2分」 is exactly that.
            (band.low, band.low_in) = (value, Some(true));
            if counted {
                (band.high, band.high_in) = (value, Some(true));
            } else if !number.is_share() {
                return None;
            }
        }
        _ => band.rest = true,
    }
    Some(band)
}

/// How a chain is written.
fn list(
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
        Got::Nothing => 0.0,
    };
    if taken && bands.iter().any(|b| b.got == Got::Nothing) {
        return Err("有的档扣分、有的档不得分，写不成一条".to_owned());
    }
    let rest = bands.iter().find(|b| b.rest).map(|b| worth(b.got));
    let mut sorted: Vec<&Band> = bands.iter().filter(|b| !b.rest).collect();
    sorted.sort_by(|a, b| a.low.total_cmp(&b.low).then(a.high.total_cmp(&b.high)));
    let mut choices = Vec::new();
    let mut doubts = Vec::new();
    let shown = |v: f64| if share { format!("{} %", show(v * 100.0)) } else { show(v) };
    // A lower bound that says nothing of its end: 「100%得10分，90%得8分」.
    let step = if share { 0.01 } else { 1.0 };
    // Whether each bound between two bands belongs to the upper one.
    let mut bounds: Vec<(f64, bool)> = Vec::new();
    // Bounds that stand in two bands, as 3 % of 「3%以内，3%-5%」: taken as the other bounds are.
    let mut loose: Vec<f64> = Vec::new();
    let mut order = sorted.clone();
    // Two open ends cannot be neighbours but at the ends.
    for (index, pair) in sorted.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        if b.low == -FAR || a.low == b.low && a.high == b.high {
            return Err("两档的范围相同，次序定不下来".to_owned());
        }
        let _ = index;
        let close = |x: f64, y: f64| (x - y).abs() < 1e-12;
        if a.high == FAR {
            // Only lower ends are said: each band goes up to the next.
            bounds.push((b.low, b.low_in != Some(false)));
            continue;
        }
        if close(a.high, b.low) {
            match (a.high_in, b.low_in) {
                (Some(true), Some(true)) | (None, None) if a.low != -FAR => {
                    doubts.push(format!("{} 写在两档里：归高的一档", shown(b.low)));
                    bounds.push((b.low, true));
                }
                (Some(false), Some(false)) => {
                    doubts.push(format!("{} 不在任何一档：归高的一档，请核对", shown(b.low)));
                    bounds.push((b.low, true));
                }
                (Some(true), Some(false)) => bounds.push((b.low, false)),
                (Some(true), None) => {
                    loose.push(b.low);
                    bounds.push((b.low, false));
                }
                (None, Some(true)) => {
                    loose.push(b.low);
                    bounds.push((b.low, true));
                }
                (None, Some(false)) => bounds.push((b.low, false)),
                _ => bounds.push((b.low, true)),
            }
        } else if a.high > b.low {
            doubts.push(format!("{} 写在两档里：归高的一档", shown(b.low)));
            bounds.push((b.low, b.low_in != Some(false)));
        } else {
            let gap = b.low - a.high;
            if counted && gap <= 1.0 + 1e-9 {
                bounds.push((b.low, true));
            } else if gap > step * 1.001 {
                let at = shown((b.low + a.high) / 2.0);
                doubts.push(format!("{at} 不在任何一档：归低的一档，请核对"));
                bounds.push((b.low, b.low_in != Some(false)));
            } else {
                choices.push(format!("{} 与 {} 之间归低的一档", shown(a.high), shown(b.low)));
                bounds.push((b.low, b.low_in != Some(false)));
            }
        }
    }
    // Below the lowest.
    let Some(lowest) = order.first().copied() else { return Err("没有分档".to_owned()) };
    let mut otherwise = None;
    if lowest.low == -FAR {
        otherwise = Some(worth(lowest.got));
        order.remove(0);
    } else if lowest.low <= 0.0 && lowest.low_in != Some(false) && !share {
        bounds.insert(0, (lowest.low, true));
    } else {
        bounds.insert(0, (lowest.low, lowest.low_in != Some(false)));
    }
    let mut values: Vec<f64> = order.iter().map(|b| worth(b.got)).collect();
    if let Some(highest) = sorted.last().filter(|b| b.high != FAR) {
        let high = shown(highest.high);
        match rest {
            Some(rest) if counted || highest.high_in.is_some() => {
                bounds.push((
                    if counted { highest.high + 1.0 } else { highest.high },
                    counted || highest.high_in == Some(false),
                ));
                values.push(rest);
            }
            Some(_) => {}
            None if lowest.low == -FAR
                && highest.high_in == Some(true)
                && sorted.len() >= 2
                && worth(highest.got) < worth(lowest.got) =>
            {
                choices.push(format!("{high} 以上没有说：同最高一档"));
            }
            None => choices.push(format!("{high} 以上没有说：同最高一档")),
        }
    }
    let mut bottom = otherwise.unwrap_or(0.0);
    if otherwise.is_none() {
        match rest {
            Some(rest) if sorted.last().is_none_or(|b| b.high == FAR) => bottom = rest,
            _ if taken => {}
            _ if lowest.low <= 0.0 => {}
            _ => choices.push("最低一档以下没有说：得 0 分".to_owned()),
        }
    }
    if counted {
        // Counts are whole: above 3 is from 4 on.
        for bound in bounds.iter_mut().filter(|b| !b.1) {
            *bound = (bound.0 + 1.0, true);
        }
    }
    if bounds.windows(2).any(|p| matches!(p, [a, b] if a.0 >= b.0)) {
        return Err("各档的次序定不下来".to_owned());
    }
    let fixed: Vec<bool> = bounds.iter().filter(|b| !loose.contains(&b.0)).map(|b| b.1).collect();
    let falling =
        values.last().copied().unwrap_or(0.0) < values.first().copied().unwrap_or(0.0).max(bottom);
    let wanted = match fixed.as_slice() {
        [] => !falling,
        [first, rest @ ..] if rest.iter().all(|b| b == first) => *first,
        _ => true,
    };
    let mixed = bounds.iter().any(|b| b.1 != wanted);
    for bound in bounds.iter_mut().filter(|b| mixed && b.1 != wanted && loose.contains(&b.0)) {
        let side = if wanted { "高" } else { "低" };
        doubts.push(format!("{} 写在两档里：归{side}的一档", shown(bound.0)));
        bound.1 = wanted;
    }
    let upper = bounds.iter().all(|(_, upper)| *upper);
    let lower = bounds.iter().all(|(_, upper)| !*upper);
    let start = bands.first().map_or(0, |b| b.range.start);
    let end = bands.last().map_or(0, |b| b.range.end);
    let paragraph = stream.paragraph_of(start);
    let name = deviation::name(stream, &paragraph, start);
    let name = if counted && !name.ends_with('数') && !name.ends_with("次") && !unit.is_empty() {
        if unit == "次" {
            format!("{name}次数")
        } else if name.contains("排名") || name.contains("名次") {
            name
        } else {
            format!("{name}{unit}数")
        }
    } else {
        name
    };
    let rule = if taken {
        taken_rule(&bounds, &values, bottom, counted, upper, lower)?
    } else {
        let key = if factor { "factor" } else { "points" };
        let mut lines: Vec<String> = Vec::new();
        let otherwise;
        if upper {
            for ((at, _), value) in bounds.iter().zip(&values).rev() {
                lines.push(format!("  {{ from = {}, {key} = {} }},", show(*at), show(*value)));
            }
            otherwise = bottom;
        } else if lower {
            // (a, b]: upper bounds from low to high, the topmost value otherwise.
            let below = std::iter::once(&bottom).chain(&values);
            for ((at, _), value) in bounds.iter().zip(below) {
                lines.push(format!("  {{ up_to = {}, {key} = {} }},", show(*at), show(*value)));
            }
            otherwise = values.last().copied().unwrap_or_default();
        } else if factor || bounds.is_empty() {
            return Err("界限有的归高档、有的归低档，写不成一条".to_owned());
        } else {
            return Ok(mixed_rule(
                stream, bands, &bounds, &values, bottom, &name, share, counted, choices, doubts,
            ));
        }
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
            let kind = if share {
                "rate"
            } else if counted {
                "count"
            } else {
                "amount"
            };
            clause.needs.push(need(&name, kind, &name));
        }
    }
    Ok(clause)
}

/// Bounds of both kinds: bands for those that belong above, a condition for each of the others.
#[allow(clippy::too_many_arguments, reason = "the parts of one clause")]
fn mixed_rule(
    stream: &Stream<'_>,
    bands: &[Band],
    bounds: &[(f64, bool)],
    values: &[f64],
    bottom: f64,
    name: &str,
    share: bool,
    counted: bool,
    choices: Vec<String>,
    doubts: Vec<String>,
) -> Clause {
    let mut from = Vec::new();
    let mut more = Vec::new();
    let (mut level, mut before) = (bottom, bottom);
    for ((at, upper), value) in bounds.iter().zip(values) {
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
    let kind = if share {
        "rate"
    } else if counted {
        "count"
    } else {
        "amount"
    };
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
    counted: bool,
    upper: bool,
    lower: bool,
) -> Result<Rule, String> {
    if bottom == 0.0 && upper {
        let tiers: Vec<String> = bounds
            .iter()
            .zip(values)
            .map(|((at, _), v)| format!("{{ from = {}, deduct = {} }}", show(*at), show(-*v)))
            .collect();
        let _ = counted;
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
