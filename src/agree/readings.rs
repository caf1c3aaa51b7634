//! What a form's criteria say beside what the scheme's own words say: both are read, and their rules
//! compared by kind and numbers, not by words.

use super::atoms::{self, Atom};
use super::digits::Digits;
use super::{Difference, Unlike, limits, shortened};
use crate::criteria::{self, Clause, Criteria, Said};
use crate::scheme::Item;
use crate::text::{compact, has_any};

/// One thing that a text says of the score.
struct Statement<'c> {
    clause: &'c Clause,
    says: Says,
}

#[derive(PartialEq)]
enum Says {
    /// A rule by kind and numbers.
    Atom(Atom),
    /// A rule of another kind, as its lines.
    Lines(String),
    /// A person decides.
    Judged,
}

/// The clauses of a text whose rules the scheme's own words do not state, and the other way round.
pub(super) fn changed(item: &Item, text: &str) -> Vec<Difference> {
    if item.criteria.is_empty() {
        return Vec::new();
    }
    let (now, before) = (
        criteria::read(&item.name, item.points, text),
        criteria::read(&item.name, item.points, &item.criteria),
    );
    let said = statements(&now);
    let recorded = statements(&before);
    // An item that a person judges is described in any words.
    if recorded.iter().all(|own| own.says == Says::Judged) {
        let rules = said.iter().filter(|statement| statement.says != Says::Judged);
        return distinct(rules.map(|rule| told(&rule.clause.words, Unlike::Rule(true))));
    }
    let known = compact(&item.criteria);
    let scheme: Vec<Atom> = atoms::of_item(item).into_iter().map(Atom::bare).collect();
    // HR may have changed the scheme with the form.
    let mut newer = scheme.clone();
    for own in &recorded {
        if let Says::Atom(atom) = &own.says
            && let Some(at) = newer.iter().position(|other| other == atom)
        {
            newer.remove(at);
        }
    }
    let mut left: Vec<&Statement<'_>> = recorded.iter().collect();
    let mut out = Vec::new();
    let (mut matched, mut anew) = (Vec::new(), false);
    for statement in &said {
        let words = compact(&statement.clause.words);
        if let Some(at) = left.iter().position(|own| own.says == statement.says) {
            left.remove(at);
            matched.push(words);
            continue;
        }
        if let Says::Atom(atom) = &statement.says
            && let Some(at) = newer.iter().position(|other| other == atom)
        {
            newer.remove(at);
            anew = true;
            matched.push(words);
            continue;
        }
        let judged = statement.says == Says::Judged;
        if !judged || counts(&words) && !known.contains(&words) {
            out.push(told(&statement.clause.words, Unlike::Rule(!judged)));
        }
    }
    let gone = left.iter().filter(|own| match &own.says {
        Says::Atom(atom) => scheme.contains(atom),
        Says::Lines(_) => true,
        Says::Judged => false,
    });
    out.extend(gone.map(|own| told(&own.clause.words, Unlike::Gone)));
    if out.is_empty() {
        out.extend(unread(item, text, &known, &matched));
    }
    if out.is_empty() && !anew {
        out.extend(more_numbers(item, text, &now));
    }
    let mut out = distinct(out.into_iter());
    if let [new, old] = out.as_mut_slice()
        && matches!(new.is, Unlike::Rule(_))
        && old.is == Unlike::Gone
    {
        new.is = Unlike::Instead(std::mem::take(&mut old.words));
        out.truncate(1);
    }
    out
}

fn told(words: &str, is: Unlike) -> Difference {
    Difference { words: shortened(words), is }
}

fn distinct(all: impl Iterator<Item = Difference>) -> Vec<Difference> {
    let mut out: Vec<Difference> = Vec::new();
    for one in all {
        if !out.iter().any(|known| known.words == one.words) {
            out.push(one);
        }
    }
    out
}

fn statements(criteria: &Criteria) -> Vec<Statement<'_>> {
    let mut out = Vec::new();
    for clause in criteria.clauses.iter().chain(&criteria.vetoes) {
        match &clause.said {
            Said::Rule(lines) => {
                let atoms = atoms::of_clauses(std::slice::from_ref(clause));
                if atoms.is_empty() {
                    out.push(Statement { clause, says: Says::Lines(lines.clone()) });
                }
                out.extend(
                    atoms
                        .into_iter()
                        .map(|(atom, _)| Statement { clause, says: Says::Atom(atom.bare()) }),
                );
            }
            Said::Judged(_) => out.push(Statement { clause, says: Says::Judged }),
            Said::Money | Said::Nothing => {}
        }
    }
    out
}

/// Sentences that only the form has, that speak of how the score is counted, and of which no rule was read.
fn unread(item: &Item, text: &str, known: &str, matched: &[String]) -> Vec<Difference> {
    let parts = text.split(['；', ';', '。', '\n']).filter(|part| {
        let key = compact(part);
        let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)".contains(c));
        let read =
            || matched.iter().any(|words| words.contains(key) || key.contains(words.as_str()));
        counts(key) && !known.contains(key) && !read() && !limits::holds(item, key)
    });
    parts.map(|part| told(part, Unlike::Rule(false))).collect()
}

/// A sentence with a number that the scheme's own words have not, or not so often: 高于105%时 beside 低于100%时.
fn more_numbers(item: &Item, text: &str, now: &Criteria) -> Option<Difference> {
    let mut known = Digits::of(&item.criteria).numbers;
    // 高于20秒 says what 超出2秒 says of 18.
    let needs = now.clauses.iter().flat_map(|clause| &clause.needs);
    known.extend(needs.filter_map(|need| Some(need.bound?.1)));
    let years = |number: &f64| (1990.0..2200.0).contains(number) && number.fract() == 0.0;
    let parts = text.split(['；', ';', '。', '\n', '，', ',']);
    for part in parts.filter(|part| !limits::holds(item, &compact(part))) {
        for number in Digits::of(part).numbers.into_iter().filter(|number| !years(number)) {
            match known.iter().position(|own| *own == number) {
                Some(at) => drop(known.swap_remove(at)),
                None => return Some(told(part, Unlike::Rule(false))),
            }
        }
    }
    None
}

/// Whether words speak of how a score is counted: 发生重大投诉的酌情扣分.
pub(super) fn counts(words: &str) -> bool {
    const WORDS: [&str; 18] = [
        "扣",
        "加分",
        "奖励",
        "减分",
        "得分",
        "满分",
        "零分",
        "不考核",
        "不参与考核",
        "计分",
        "清零",
        "按比例",
        "折算",
        "基准",
        "系数",
        "取整",
        "四舍五入",
        "评分",
    ];
    let of_points = || {
        words.match_indices('分').any(|(at, _)| {
            words.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
        })
    };
    has_any(words, &WORDS) || of_points()
}
