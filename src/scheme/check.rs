//! What can be wrong with a scheme, found before it scores anyone, and where it stands in the file.

use super::syntax::plain;
use super::{Measure, Rule, Scheme, checks};
use crate::problem::{Problem, Words};
use crate::words;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A finding and the text it is about.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The finding; its words do not name the line.
    pub problem: Problem,
    /// The bytes of the file that are to blame.
    pub span: Range<usize>,
}

impl Fault {
    /// The line, from 1.
    pub fn line(&self, text: &str) -> usize {
        text.get(..self.span.start).unwrap_or(text).matches('\n').count() + 1
    }

    /// The finding with its line in words.
    pub fn told(self, text: &str) -> Problem {
        let line = self.line(text);
        let what = words!("第 {line} 行：", "line {line}: ").then(&self.problem.what);
        Problem { what, ..self.problem }
    }
}

/// Everything that is wrong with a scheme file, in the order of the file.
///
/// One that does not parse has one fault.
pub fn examine(text: &str) -> Vec<Fault> {
    let scheme: Scheme = match toml::from_str(text) {
        Ok(scheme) => scheme,
        Err(error) => return vec![toml_fault(text, &error)],
    };
    let document = DeTable::parse(text).ok();
    let mut faults: Vec<Fault> = checks::all(&scheme)
        .into_iter()
        .map(|(path, problem)| {
            let span = document.as_ref().and_then(|d| locate(d.get_ref(), &path));
            Fault { problem, span: span.unwrap_or(0..0) }
        })
        .collect();
    faults.sort_by_key(|fault| fault.span.start);
    faults
}

/// Checks a scheme against itself and its text: findings that name their line.
pub fn check(scheme: &Scheme, text: &str) -> Vec<Problem> {
    if checks::all(scheme).is_empty() {
        return Vec::new();
    }
    examine(text).into_iter().map(|fault| fault.told(text)).collect()
}

/// The text of `items.2.rules.0.bands`: the deepest part of the path that is there.
fn locate(table: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let mut steps = path.split('.');
    let first = steps.next()?;
    let mut value = entry(table, first)?;
    for step in steps {
        let next = match value.get_ref() {
            DeValue::Table(table) => entry(table, step),
            DeValue::Array(list) => step.parse::<usize>().ok().and_then(|i| list.get(i)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => break,
        }
    }
    Some(value.span())
}

fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

/// All keys of a name, wherever they stand.
fn keys(value: &DeTable<'_>, name: &str, out: &mut Vec<Range<usize>>) {
    fn inside(value: &DeValue<'_>, name: &str, out: &mut Vec<Range<usize>>) {
        match value {
            DeValue::Table(table) => keys(table, name, out),
            DeValue::Array(list) => list.iter().for_each(|v| inside(v.get_ref(), name, out)),
            _ => {}
        }
    }
    for (key, value) in value.iter() {
        if key.get_ref() == name {
            out.push(key.span());
        }
        inside(value.get_ref(), name, out);
    }
}

/// What the TOML reader says, in the reader's words.
pub fn toml_fault(text: &str, error: &toml::de::Error) -> Fault {
    let message = error.message();
    let mut span = error.span().unwrap_or(0..0);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (what, hint) = match quoted.as_slice() {
        [key, allowed @ ..] if message.starts_with("unknown field") => {
            if let Ok(document) = DeTable::parse(text) {
                let mut found = Vec::new();
                keys(document.get_ref(), key, &mut found);
                let within = found.iter().find(|s| span.contains(&s.start));
                span = within.or(found.first()).cloned().unwrap_or(span);
            }
            (words!("不认识「{key}」", "`{key}` is not known here"), nearest(key, allowed))
        }
        [kind, allowed @ ..] if message.starts_with("unknown variant") => {
            if let Some(at) = text.find(&format!("\"{kind}\"")) {
                span = at..at + kind.len() + 2;
            }
            (words!("没有「{kind}」这个取值", "there is no `{kind}`"), nearest(kind, allowed))
        }
        [key, ..] if message.starts_with("missing field") => (
            words!("缺少「{key}」", "`{key}` is missing"),
            words!("补上 {key} = …", "add {key} = …"),
        ),
        _ => (
            plain(message),
            words!(
                "对照 `kaohe scheme show 客服主管` 的写法改正该行；文字要加英文引号",
                "compare the line with what `kaohe scheme show` prints; text stands in quotes"
            ),
        ),
    };
    Fault { problem: Problem::error("scheme-syntax", what).hint(hint), span }
}

/// 「是不是 points？」, or what may be written.
fn nearest(word: &str, allowed: &[&str]) -> Words {
    let near = allowed
        .iter()
        .map(|other| (distance(word, other), *other))
        .filter(|(far, other)| *far <= other.chars().count().div_ceil(2))
        .min();
    match near {
        Some((_, other)) => words!("是不是「{other}」？", "did you mean `{other}`?"),
        None => {
            let list = allowed.join("、");
            words!("可以写：{list}", "allowed: {list}")
        }
    }
}

/// Letters to change from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (left + 1).min(*cell + 1).min(diagonal + usize::from(x != *y));
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    if b.is_empty() { a.chars().count() } else { row.last().copied().unwrap_or_default() }
}

pub(super) fn measured(measure: &Measure) -> Vec<&str> {
    match measure {
        Measure::Metric(name) => vec![name],
        Measure::Ratio(ratio) => vec![&ratio.of, &ratio.over],
        Measure::Composite(composite) => composite
            .parts
            .iter()
            .flat_map(|part| std::iter::once(&part.of).chain(&part.over))
            .map(String::as_str)
            .collect(),
    }
}

/// The metrics of an item's rules.
pub fn metrics_of_item(item: &super::Item) -> impl Iterator<Item = &str> {
    item.rules.iter().flat_map(metrics_of)
}

/// The metrics that a rule reads.
pub fn metrics_of(rule: &Rule) -> Vec<&str> {
    match rule {
        Rule::Deviation(r) => {
            measured(&r.value).into_iter().chain(r.base_metric.as_deref()).collect()
        }
        Rule::Occurrences(r) => r.events.iter().map(|e| e.metric.as_str()).collect(),
        Rule::Judged(r) => vec![&r.metric],
        Rule::Condition(r) => vec![&r.metric],
        Rule::Bands(r) => measured(&r.value),
        Rule::Ratio(r) => measured(&r.value),
        Rule::Veto(r) => vec![&r.metric],
        Rule::Escalating(r) => vec![&r.metric],
        Rule::Tiers(r) => r.metrics.iter().map(String::as_str).collect(),
        Rule::Anchored(r) => measured(&r.value),
        Rule::Ladder(r) => measured(&r.value),
        Rule::AllOrNothing(r) => r.conditions.iter().flat_map(|c| measured(&c.value)).collect(),
        Rule::Done(r) => r.things.iter().map(|t| t.metric.as_str()).collect(),
        Rule::Lateness(r) => {
            [&r.days, &r.due, &r.done].into_iter().flatten().map(String::as_str).collect()
        }
        Rule::Raters(r) => r.marks.iter().map(|m| m.metric.as_str()).collect(),
        Rule::Rank(r) => std::iter::once(&r.metric).chain(&r.among).map(String::as_str).collect(),
        Rule::Matrix(r) => {
            measured(&r.rows.value).into_iter().chain(measured(&r.columns.value)).collect()
        }
        Rule::Clauses(r) => r.rules.iter().flat_map(metrics_of).collect(),
    }
}
