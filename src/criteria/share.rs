//! 「得分=完成率×分值」, 「按完成比例计分」, and lines between two points.

use super::deviation::points_unit;
use super::quotient::{self, Quotient};
use super::stream::{Match, Rule, Stream, need, patterns, show};
use super::{Criteria, Said};
use std::ops::Range;

patterns! {
    /// 完成率×分值, 实际÷目标×10.
    TIMES = r"(w)(:?d:?w:?)?:?(?:x:?n)?:?x:?(?:P|(n))";
    /// 最高按120%.
    MOST = r"[,;]?(?:C|K)=?w?(n)(?:w)?";
    /// 100%得100分.
    ANCHOR = r"[GTKL<>]?(n)[gk]?,?[=:]?=?(n)";
}

const SHARED: [&str; 14] = [
    "完成率计分",
    "完成比例计分",
    "完成比例得分",
    "完成率得分",
    "完成百分比计分",
    "达成率计分",
    "达成比例计分",
    "达成率得分",
    "达成比例得分",
    "实际完成比例计分",
    "完成率计算得分",
    "完成比例计算得分",
    "完成率折算得分",
    "完成率核算得分",
];

/// Shares of the points.
pub(super) fn read(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    for sentence in stream.sentences(0..stream.len()) {
        let words = stream.text(sentence.clone());
        if stream.kinds(sentence.clone()).contains('F') {
            continue;
        }
        let found = stream.all(&TIMES, sentence.clone());
        let (span, name, quoted) =
            if let Some(times) = found.iter().find_map(|found| times(stream, criteria, found)) {
                times
            } else if let Some(word) = SHARED.iter().find(|w| words.contains(*w)) {
                let tokens: Vec<usize> = sentence
                    .clone()
                    .filter(|i| {
                        let text = stream.text(*i..*i + 1);
                        stream.kinds(*i..*i + 1) == "w" && text.contains(word)
                    })
                    .collect();
                let [at] = tokens.as_slice() else { continue };
                let own = word
                    .trim_end_matches("计分")
                    .trim_end_matches("得分")
                    .trim_end_matches("计算")
                    .trim_end_matches("折算")
                    .trim_end_matches("核算");
                let quoted = quotient::find(stream, stream.paragraph_of(*at));
                (*at..*at + 1, own.to_owned(), quoted)
            } else {
                continue;
            };
        let mut rule = Rule::new("ratio");
        let mut clause = stream.clause(sentence.clone(), Said::Nothing);
        match quoted {
            Some(quoted) => {
                rule = rule.line(&format!("value = {}", quotient::value(true)));
                clause.needs.push(need(&quoted.of, "amount", &quoted.of));
                clause.needs.push(need(&quoted.over, "amount", &quoted.over));
                stream.take(quoted.range);
            }
            None => {
                let short = name.chars().count() <= 4;
                let full = if short && !stream.item.contains(&name) {
                    format!("{}{name}", stream.item)
                } else if short {
                    stream.item.to_owned()
                } else {
                    name
                };
                rule = rule.line("value = {0}");
                clause.needs.push(need(&full, "rate", &full));
            }
        }
        let paragraph = stream.paragraph_of(span.start);
        stream.take(span.clone());
        let most = stream.find(&MOST, span.end..paragraph.end);
        match most.and_then(|m| Some((stream.number(&m, 1).cloned()?, m.range))) {
            Some((number, range)) if number.is_share() => {
                rule = rule.put("most", number.scaled());
                stream.take(range);
            }
            _ if criteria.cap.is_none() && !criteria.uncapped => {
                clause.choices.push("没有说最高按多少算：不封顶".to_owned());
            }
            _ => {}
        }
        clause.said = rule.done();
        stream.push(span, clause);
    }
}

/// What a formula of the share multiplies: its tokens, the name of the share, the ratio it is.
type Times = (Range<usize>, String, Option<Quotient>);

fn times(stream: &Stream<'_>, criteria: &mut Criteria, found: &Match) -> Option<Times> {
    let number = stream.number(found, 3).cloned();
    let out_of = number.as_ref().filter(|n| points_unit(n)).map(|n| n.value);
    if number.is_some() && out_of != Some(stream.points) && out_of != Some(100.0) {
        return None;
    }
    let own = found.group(1).map(|g| stream.text(g)).unwrap_or_default();
    let own = own.rsplit(['=', ':', '(', ')']).find(|t| !t.is_empty()).unwrap_or("").to_owned();
    let mut quoted = quotient::find(stream, found.range.clone());
    if found.group(2).is_some() && quoted.is_none() {
        return None;
    }
    let share = ["率", "比例", "百分比", "度", "比"].iter().any(|w| own.ends_with(w));
    if quoted.is_none() && !share {
        return None;
    }
    // 「完成率=A÷B×100%，得分=完成率×10」.
    if quoted.is_none() {
        let before = stream.paragraph_of(found.range.start).start..found.range.start;
        quoted = quotient::find(stream, before).filter(|q| q.name.ends_with(&own));
    }
    if out_of == Some(100.0) && stream.points != 100.0 {
        criteria.scale = Some(100.0);
    }
    Some((found.range.clone(), own, quoted))
}

/// 「达到100%得100分，60%得60分，中间按线性」.
pub(super) fn anchored(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    for paragraph in stream.paragraphs() {
        if !stream.kinds(paragraph.clone()).contains('I') {
            continue;
        }
        let mut anchors: Vec<(f64, f64)> = Vec::new();
        let mut rate = false;
        let mut units: Vec<String> = Vec::new();
        let all = stream.all(&ANCHOR, paragraph.clone());
        for found in &all {
            let (Some(at), Some(points)) = (stream.number(found, 1), stream.number(found, 2))
            else {
                continue;
            };
            rate |= at.is_share();
            units.push(at.unit.clone());
            anchors.push((at.scaled(), points.value));
        }
        anchors.sort_by(|a, b| a.0.total_cmp(&b.0));
        units.dedup();
        let clear = anchors.len() >= 2
            && units.len() == 1
            && anchors.windows(2).all(|p| matches!(p, [a, b] if a.0 < b.0));
        if !clear {
            let clause =
                stream.clause(paragraph.clone(), Said::Judged("线性的两端没有说全".to_owned()));
            stream.push(paragraph.clone(), clause);
            continue;
        }
        let list: Vec<String> = anchors
            .iter()
            .map(|(at, points)| format!("{{ at = {}, points = {} }}", show(*at), show(*points)))
            .collect();
        let top = anchors.iter().map(|(_, p)| *p).fold(0.0, f64::max);
        if top == 100.0 && stream.points != 100.0 {
            criteria.scale = Some(100.0);
        }
        let start = all.first().map_or(paragraph.start, |m| m.range.start);
        let name = super::deviation::name(stream, &paragraph, start);
        let rule = Rule::new("anchored")
            .line("value = {0}")
            .line(&format!("anchors = [{}]", list.join(", ")));
        let mut clause = stream.clause(paragraph.clone(), rule.done());
        clause.needs.push(need(&name, if rate { "rate" } else { "amount" }, &name));
        clause.choices.push("低于最低点不得分，高于最高点不再加".to_owned());
        for found in all {
            stream.take(found.range);
        }
        let rest = paragraph.clone().filter(|i| stream.kinds(*i..*i + 1) == "e");
        for at in rest.collect::<Vec<_>>() {
            stream.take(at..at + 1);
        }
        let line = paragraph.clone().find(|i| stream.kinds(*i..*i + 1) == "I").unwrap_or(start);
        stream.push(line..line + 1, clause);
    }
}
