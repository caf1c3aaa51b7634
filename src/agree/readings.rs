//! What a form's criteria say beside what the scheme's own words say: both are read, and their rules
//! compared by kind and numbers, not by words.

use super::atoms::{self, Atom};
use super::digits::Digits;
use super::{Difference, Unlike, limits, shortened};
use crate::criteria::{self, Clause, Criteria, Said};
use crate::scheme::{Item, Rule};
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
    // All of the scheme's words, perhaps parted otherwise: only what is added may be news.
    if plain(text).contains(&plain(&item.criteria)) {
        let mut added = unread(item, text, &[]);
        added.extend(more_numbers(item, text, &criteria::read(&item.name, item.points, text)));
        return distinct(added.into_iter());
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
    // Of a text that is understood from end to end, nothing is said in other words.
    let understood = said.iter().all(|statement| statement.says != Says::Judged);
    let gone = gone.map(|own| told(&own.clause.words, Unlike::Gone));
    out.extend(gone.map(|gone| Difference { sure: understood, ..gone }));
    if out.is_empty() {
        out.extend(unread(item, text, &matched));
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

/// Whether the reader leaves to a person what the scheme computes: its words say less than its rules.
pub(super) fn falls_short(item: &Item) -> bool {
    let computed = |rule: &Rule| !matches!(rule, Rule::Judged(_) | Rule::Raters(_));
    item.rules.iter().any(computed) && {
        let read = criteria::read(&item.name, item.points, &item.criteria);
        read.clauses.iter().any(|clause| matches!(clause.said, Said::Judged(_)))
    }
}

fn told(words: &str, is: Unlike) -> Difference {
    Difference::new(shortened(words), is)
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
    // What makes the whole score 0 is another rule than what takes the item's points.
    for clause in &criteria.vetoes {
        if let Said::Rule(lines) = &clause.said {
            out.push(Statement { clause, says: Says::Lines(format!("总分 {lines}")) });
        }
    }
    for clause in &criteria.clauses {
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

/// A text without blanks, signs and the numbers of its paragraphs.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let key = compact(line);
        key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)(".contains(c)).to_owned()
    });
    lines.collect::<String>().chars().filter(|c| !"，,；;。、：:()".contains(*c)).collect()
}

/// The sentences of a text that speak of how the score is counted and that the scheme's words do not hold.
fn new_sentences<'t>(item: &Item, text: &'t str) -> impl Iterator<Item = &'t str> {
    let known = plain(&item.criteria);
    let sentences = text.split(['；', ';', '。', '\n']).filter(move |part| {
        let key = plain(part);
        let example = ["例", "举例", "注"].iter().any(|word| key.starts_with(word));
        !key.is_empty() && !known.contains(&key) && counts(&key) && !example
    });
    sentences.filter(|part| !limits::holds(item, &compact(part)))
}

/// Sentences that only the form has and of which no rule was read; those of known numbers only say them again.
fn unread(item: &Item, text: &str, matched: &[String]) -> Vec<Difference> {
    let found = new_sentences(item, text).filter(|part| {
        let key = compact(part);
        let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)".contains(c));
        let read = matched.iter().any(|words| words.contains(key) || key.contains(words.as_str()));
        let again = !Digits::of(part).numbers.is_empty() && says_again(item, part, &[]);
        !read && !again
    });
    // 迟到每次扣2分 is a rule on its own, 由总经办核定 is none.
    let is_rule = |part: &str| {
        let read = criteria::read(&item.name, item.points, part);
        read.clauses.iter().any(|clause| matches!(clause.said, Said::Rule(_)))
    };
    found.map(|part| told(part, Unlike::Rule(is_rule(part)))).collect()
}

/// Whether a sentence's numbers are those of one of the scheme's, or full marks: 达到100%得15分.
fn says_again(item: &Item, sentence: &str, bounds: &[f64]) -> bool {
    let years = |number: &f64| (1990.0..2200.0).contains(number) && number.fract() == 0.0;
    let numbers: Vec<f64> =
        Digits::of(sentence).numbers.into_iter().filter(|number| !years(number)).collect();
    // What is added is not what is taken; 参加 adds nothing.
    let acts = |text: &str| (has_any(text, &["扣", "减"]), adds_points(text));
    let (takes, adds) = acts(sentence);
    let mut recorded = item.criteria.lines();
    recorded.any(|own| {
        let (own_takes, own_adds) = acts(own);
        if takes && !own_takes || adds && !own_adds {
            return false;
        }
        // 每1次 is 每次.
        let mut own = Digits::of(own).numbers;
        // 每高5元奖励2分，每低5元扣2分 says the step of both sides.
        let steps = steps(sentence).into_iter().filter(|step| own.contains(step));
        let steps: Vec<f64> = steps.collect();
        own.extend(steps);
        own.extend(bounds);
        own.extend([item.points, 100.0, 1.0, 1.0, 1.0]);
        numbers.iter().all(|number| match own.iter().position(|known| known == number) {
            Some(at) => {
                own.swap_remove(at);
                true
            }
            None => false,
        })
    })
}

/// The steps of a sentence, all but the first: 5 of 每低5元.
fn steps(sentence: &str) -> Vec<f64> {
    let digits = Digits::of(sentence);
    let before = digits.bare.split('#').zip(&digits.numbers);
    let side = |words: &str| {
        let mut last = words.chars().rev();
        last.next().is_some_and(|c| "高低升降多少超增减".contains(c)) && last.next() == Some('每')
    };
    before.filter(|(words, _)| side(words)).map(|(_, number)| *number).skip(1).collect()
}

/// Whether words give points: 奖励2分, 加1分, 加分.
fn adds_points(words: &str) -> bool {
    let mut behind = behind(words, "加");
    words.contains('奖') || behind.any(|rest| rest.starts_with('分') || begins_with_points(rest))
}

/// What stands behind each place of a word.
pub(super) fn behind<'t>(words: &'t str, word: &str) -> impl Iterator<Item = &'t str> {
    words.match_indices(word).filter_map(|(at, word)| words.get(at + word.len()..))
}

/// Whether words begin with a number of points: 2分, 一分.
pub(super) fn begins_with_points(words: &str) -> bool {
    let number = |c: char| c.is_ascii_digit() || ".一二两三四五六七八九十".contains(c);
    words.starts_with(number) && words.trim_start_matches(number).starts_with('分')
}

/// A sentence with a number that none of the scheme's has, or not so often: 高于105%时 beside 低于100%时.
fn more_numbers(item: &Item, text: &str, now: &Criteria) -> Option<Difference> {
    // 高于20秒 says what 超出2秒 says of 18.
    let needs = now.clauses.iter().flat_map(|clause| &clause.needs);
    let bounds: Vec<f64> = needs.filter_map(|need| Some(need.bound?.1)).collect();
    let mut found = new_sentences(item, text).filter(|part| !says_again(item, part, &bounds));
    found.next().map(|part| told(part, Unlike::Rule(false)))
}

/// Whether words speak of how a score is counted: 发生重大投诉的酌情扣分.
pub(super) fn counts(words: &str) -> bool {
    const WORDS: [&str; 20] = [
        "扣",
        "保留整数",
        "位小数",
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
