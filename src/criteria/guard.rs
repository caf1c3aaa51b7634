//! The last look: a number of the words that no rule uses is named, and points that no rule gives
//! leave the sentence to a person.

use super::language::Number;
use super::stream::{Stream, patterns};
use super::{Criteria, Need, Said};
use crate::text::round15;

patterns! {
    /// 安全事故为0.
    AIM = r"(w)=(n)";
}

/// Names the numbers that were read and not used.
pub(super) fn unused(stream: &mut Stream<'_>, criteria: &Criteria) {
    let mut used: Vec<f64> = vec![0.0, stream.points];
    used.extend(criteria.floor.flatten());
    used.extend(
        [criteria.cap, criteria.base_points, criteria.scale, stream.base_points].iter().flatten(),
    );
    used.extend(stream.target.as_ref().map(Number::scaled));
    used.extend(stream.on_target.iter().map(|(_, points)| *points));
    for clause in stream.clauses().chain(&criteria.vetoes) {
        if let Said::Rule(rule) = &clause.said {
            used.extend(numbers(rule));
            used.extend(clause.needs.iter().filter_map(|n| n.bound).map(|(_, bound)| bound));
        }
    }
    let whole = stream.points;
    for sentence in stream.sentences(0..stream.len()) {
        let (mut open, mut points) = (Vec::new(), false);
        if !stream.reads_singly(&sentence) {
            continue;
        }
        for at in sentence.clone() {
            let Some(number) = stream.numbers(at..at + 1).next() else { continue };
            if number.unit == "元" && stream.clauses().any(|c| c.said == Said::Money)
                || number.worded && number.value == 1.0
                || stream.letters(at..at + 1) != "n"
                || in_brackets(stream, at)
                || stream.is_note(at)
            {
                continue;
            }
            let (value, raw) = (number.scaled(), number.value);
            let forms = [
                value,
                raw,
                value + 1.0,
                value - 1.0,
                round15(whole * value),
                round15(whole - value),
                round15(whole + value),
            ];
            let there = |form: &f64| used.iter().any(|u| (u.abs() - form.abs()).abs() < 1e-9);
            if !forms.iter().any(there) {
                points |= number.unit == "分";
                open.push(stream.words(at..at + 1));
            }
        }
        if points {
            stream.retract(&sentence);
            let why = format!("「{}」没有用上，整句不敢算", open.join("」「"));
            let clause = stream.clause(sentence.clone(), Said::Judged(why));
            stream.push(sentence, clause);
        } else if !open.is_empty()
            && let Some(clause) = stream.last_clause(&sentence)
        {
            clause.doubts.push(format!("「{}」没有用上，请核对", open.join("」「")));
        }
    }
}

/// Names what there should be none of where no rule is about it: 「重大事故为0，一般事故每起扣5分」.
pub(super) fn aims(stream: &mut Stream<'_>) {
    for found in stream.all(&AIM, 0..stream.len()) {
        if stream.number(&found, 2).is_none_or(|n| n.value != 0.0 || n.unit == "分") {
            continue;
        }
        let noun = found.group(1).map(|g| stream.text(g)).unwrap_or_default();
        let mut core = noun.as_str();
        for end in ["次数", "件数", "数", "发生率", "率"] {
            core = core.strip_suffix(end).unwrap_or(core);
        }
        let about = |need: &Need| {
            need.name.contains(core) || core.ends_with(need.name.trim_end_matches("次数"))
        };
        if stream.clauses().flat_map(|c| &c.needs).any(about) {
            continue;
        }
        let words = stream.words(found.range.clone());
        let paragraph = stream.paragraph_of(found.range.start);
        if let Some(clause) = stream.last_clause(&paragraph) {
            clause.doubts.push(format!("「{words}」达不到怎么算没有说，请核对"));
        }
    }
}

/// A figure of the words that name what is counted, in brackets: 投诉(含12315).
fn in_brackets(stream: &Stream<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|i| stream.letters(i..i + 1) == ":")
        && stream.letters(at + 1..at + 2) == ":"
        && stream.numbers(at..at + 1).next().is_some_and(|n| n.unit.is_empty())
}

/// The numbers that a rule writes.
fn numbers(rule: &str) -> impl Iterator<Item = f64> + '_ {
    rule.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter_map(|t| t.parse().ok())
}
