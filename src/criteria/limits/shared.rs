//! A limit over several things that are given: 「核心期刊一篇加5分，普通期刊一篇加2分，上限15分」.

use crate::criteria::stream::{Stream, show};
use crate::criteria::{Clause, Said};
use std::ops::Range;

/// The rule of a clause that gives so much for each and has no limit yet.
fn given(clause: &Clause) -> Option<&str> {
    let Said::Rule(rule) = &clause.said else { return None };
    let gives = rule.starts_with("kind = \"done\"")
        || rule.starts_with("kind = \"occurrences\"") && rule.contains("deduct = -");
    (gives && !rule.contains("\nmost =")).then_some(rule.as_str())
}

/// Whether all that was read so far gives points for things done.
pub(super) fn only_given(stream: &Stream<'_>) -> bool {
    let rule = |c: &&Clause| matches!(c.said, Said::Rule(_));
    let gives = |c: &Clause| {
        given(c).is_some()
            || matches!(&c.said, Said::Rule(r) if r.contains("\"done\"") || r.contains("deduct = -"))
    };
    let mut rules = stream.clauses().filter(rule).peekable();
    rules.peek().is_some() && rules.all(gives)
}

/// Puts a limit on the one count that it names: 「错发每次扣5分，漏发每次扣2分，漏发限扣6分」.
pub(super) fn of_the_named(
    stream: &mut Stream<'_>,
    before: &Range<usize>,
    limit: usize,
    amount: f64,
) -> bool {
    let said = stream.text(before.start..limit);
    let named = said.rsplit(['，', ',']).next().unwrap_or_default();
    let named = named.trim_end_matches("每月").trim_end_matches(['的', '者', '月', '共', '可']);
    if named.chars().count() < 2 {
        return false;
    }
    let counts = |(own, clause): &&mut (Range<usize>, Clause)| {
        let inside = own.start >= before.start && own.end <= before.end;
        let rule = match &clause.said {
            Said::Rule(rule) => {
                rule.starts_with("kind = \"occurrences\"") && !rule.contains("\nmost =")
            }
            _ => false,
        };
        inside && rule && clause.needs.iter().any(|need| need.name.starts_with(named))
    };
    let mut found = stream.found_mut().iter_mut().filter(counts);
    let (Some((_, clause)), None) = (found.next(), found.next()) else { return false };
    if let Said::Rule(rule) = &mut clause.said {
        rule.push_str(&format!("\nmost = {}", show(amount)));
    }
    true
}

/// Puts one limit over all that a scope gives, where it gives several things; those that have a
/// limit of their own are not among them.
pub(super) fn limit(
    stream: &mut Stream<'_>,
    scope: &Range<usize>,
    at: &Range<usize>,
    amount: f64,
) -> bool {
    let said = stream.text(stream.sentence_of(at.start).start..at.end);
    // 「每项最多5分」 is each one's.
    if [
        "每项最",
        "各项最",
        "单项最",
        "每类最",
        "分别最",
        "每项不",
        "单项不",
        "每项上限",
        "单项上限",
        "单项封顶",
    ]
    .iter()
    .any(|w| said.contains(w))
    {
        return each(stream, scope, amount);
    }
    let words = stream.words(scope.start..at.end);
    let found = stream.found_mut();
    let inside = |(range, clause): &(Range<usize>, Clause)| {
        range.start >= scope.start && range.end <= scope.end && given(clause).is_some()
    };
    if found.iter().filter(|f| inside(f)).count() < 2 {
        return false;
    }
    let mut all: Vec<(Range<usize>, Clause)> = Vec::new();
    found.retain(|one| {
        let taken = inside(one);
        if taken {
            all.push(one.clone());
        }
        !taken
    });
    all.sort_by_key(|(range, _)| range.start);
    let (mut rules, mut needs, mut choices, mut doubts) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (_, clause) in &all {
        let Some(rule) = given(clause) else { continue };
        let mut rule = rule.to_owned();
        for index in (0..clause.needs.len()).rev() {
            rule = rule.replace(&format!("{{{index}}}"), &format!("{{{}}}", index + needs.len()));
        }
        rules.push(format!("  {{ {} }},", rule.replace('\n', ", ")));
        needs.extend(clause.needs.iter().cloned());
        choices.extend(clause.choices.iter().cloned());
        doubts.extend(clause.doubts.iter().cloned());
    }
    choices.dedup();
    doubts.dedup();
    choices.push(format!("最多 {} 分管到这几条合计", show(amount)));
    let rule =
        format!("kind = \"clauses\"\nmost = {}\nrules = [\n{}\n]", show(amount), rules.join("\n"));
    let start = all.first().map_or(scope.start, |(range, _)| range.start);
    let clause = Clause { words, said: Said::Rule(rule), needs, choices, doubts };
    stream.keep(start..at.end, clause);
    true
}

/// Puts one limit over the events that a scope takes points for, as one rule.
pub(super) fn limit_events(
    stream: &mut Stream<'_>,
    scope: &Range<usize>,
    at: &Range<usize>,
    amount: f64,
) -> bool {
    const HEAD: &str = "kind = \"occurrences\"\nevents = [";
    let words = stream.words(scope.start..at.end);
    let taken = |clause: &Clause| match &clause.said {
        Said::Rule(rule) => rule
            .strip_prefix(HEAD)
            .and_then(|rest| rest.strip_suffix(']'))
            .filter(|events| !events.contains("deduct = -") && !events.contains('\n'))
            .map(str::to_owned),
        _ => None,
    };
    let inside = |range: &Range<usize>| range.start >= scope.start && range.end <= scope.end;
    let found = stream.found_mut();
    if found.iter().filter(|(range, clause)| inside(range) && taken(clause).is_some()).count() < 2 {
        return false;
    }
    let mut events: Vec<(Range<usize>, String, Clause)> = Vec::new();
    found.retain(|(range, clause)| match taken(clause).filter(|_| inside(range)) {
        Some(event) => {
            events.push((range.clone(), event, clause.clone()));
            false
        }
        None => true,
    });
    events.sort_by_key(|(range, ..)| range.start);
    let start = events.first().map_or(scope.start, |(range, ..)| range.start);
    let mut clause = Clause {
        words,
        said: Said::Nothing,
        needs: Vec::new(),
        choices: Vec::new(),
        doubts: vec!["「最多扣」管到这句的各条，请核对".to_owned()],
    };
    let mut list = Vec::new();
    for (_, event, own) in events {
        let mut event = event;
        for index in (0..own.needs.len()).rev() {
            let moved = format!("{{{}}}", index + clause.needs.len());
            event = event.replace(&format!("{{{index}}}"), &moved);
        }
        list.push(event);
        clause.needs.extend(own.needs);
        clause.choices.extend(own.choices);
        clause.doubts.extend(own.doubts);
    }
    clause.said = Said::Rule(format!("{HEAD}{}]\nmost = {}", list.join(", "), show(amount)));
    stream.keep(start..at.end, clause);
    true
}

/// Puts a limit on all that is taken in an item that also gives points: `None` where it gives none,
/// `false` where what is taken is no list of events.
pub(super) fn limit_taken(stream: &mut Stream<'_>, amount: f64) -> Option<bool> {
    let rules: Vec<String> = stream
        .clauses()
        .filter_map(|c| match &c.said {
            Said::Rule(rule) => Some(rule.clone()),
            _ => None,
        })
        .collect();
    let event = |rule: &String| {
        rule.starts_with("kind = \"occurrences\"")
            && !rule.contains("deduct = -")
            && !rule.contains("\nmost =")
    };
    let gives = |rule: &String| {
        rule.contains("deduct = -")
            || rule.starts_with("kind = \"done\"")
            || rule.starts_with("kind = \"deviation\"") && super::adds(rule)
    };
    if !rules.iter().any(gives) {
        return None;
    }
    let plain = |rule: &String| event(rule) || gives(rule) && !super::takes(rule);
    let vetoes = |rule: &String| rule.starts_with("kind = \"veto\"");
    if rules.iter().filter(|rule| event(rule)).count() != 1
        || !rules.iter().all(|rule| plain(rule) || vetoes(rule))
    {
        return Some(false);
    }
    for (_, clause) in stream.found_mut() {
        if let Said::Rule(rule) = &mut clause.said
            && event(rule)
        {
            rule.push_str(&format!("\nmost = {}", show(amount)));
        }
    }
    Some(true)
}

/// A limit on each of the things by itself.
fn each(stream: &mut Stream<'_>, scope: &Range<usize>, amount: f64) -> bool {
    let mut some = false;
    for (range, clause) in stream.found_mut() {
        let Some(rule) =
            given(clause).filter(|_| range.start >= scope.start && range.end <= scope.end)
        else {
            continue;
        };
        let rule = if rule.contains("\"done\"") {
            format!("{rule}\nmost = {}", show(amount))
        } else {
            format!(
                "kind = \"clauses\"\nmost = {}\nrules = [{{ {} }}]",
                show(amount),
                rule.replace('\n', ", ")
            )
        };
        clause.said = Said::Rule(rule);
        some = true;
    }
    some
}
