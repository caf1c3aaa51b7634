//! Points on target that several parts of an item say: 「准时率98%得30分，…；完整率100%得20分，…」.

use super::stream::{Stream, show};
use super::{Clause, Said};
use std::ops::Range;

/// Rules that give points from 0, so that an item with one of them has no points on target.
const FROM_NOTHING: [&str; 5] = ["bands", "ratio", "anchored", "all-or-nothing", "done"];

/// Settles the points on target, where the words say some.
pub(super) fn read(stream: &mut Stream<'_>) {
    if beside_bands(stream) {
        return;
    }
    if make_all(stream) {
        stream.base_points = None;
        return;
    }
    let said: Vec<f64> = stream.on_target.iter().map(|(_, points)| *points).collect();
    let sum = crate::text::round15(said.iter().sum::<f64>());
    let whole = stream.points;
    let (base, doubt) = match said.as_slice() {
        [] => return,
        [one] if *one < whole && !stream.hundred && takes_besides(stream) => (
            Some(*one),
            format!(
                "达标得 {} 分，分值 {} 里其余的分怎么得没有说，请核对",
                show(*one),
                show(whole)
            ),
        ),
        [_] => return,
        _ if sum == whole => (None, String::new()),
        _ => {
            let each = said.iter().all(|points| *points >= whole);
            let told =
                format!("几处说的达标得分合计 {}，不是分值 {}，请核对", show(sum), show(whole));
            (Some(sum).filter(|_| !each), told)
        }
    };
    stream.base_points = base;
    let all = 0..stream.len();
    if !doubt.is_empty()
        && let Some(clause) = stream.last_clause(&all)
    {
        clause.doubts.push(doubt);
    }
}

/// Leaves to a person what says its points on target beside a list that gives points from 0: an item
/// begins at one of them only.
fn beside_bands(stream: &mut Stream<'_>) -> bool {
    let parts = stream.on_target.clone();
    let given = |clause: &Clause| match &clause.said {
        Said::Rule(rule) => {
            FROM_NOTHING.iter().any(|kind| rule.contains(&format!("kind = \"{kind}\"")))
        }
        _ => false,
    };
    if parts.is_empty() || !stream.clauses().any(given) {
        return false;
    }
    let mut some = false;
    for (at, points) in parts {
        let sentence = stream.sentence_of(at);
        let kinds: Vec<&str> = stream.kinds_of_rules(&sentence).collect();
        if !kinds.contains(&"deviation") || kinds.iter().any(|k| FROM_NOTHING.contains(k)) {
            continue;
        }
        some = true;
        stream.retract(&sentence);
        let why = format!("达标得 {} 分，别处又另外给分，不知从几分起", show(points));
        let clause = stream.clause(sentence.clone(), Said::Judged(why));
        stream.keep(sentence, clause);
    }
    if some {
        stream.base_points = None;
    }
    some
}

/// Whether a rule of another figure takes points too: 「准时率98%得15分，每低1%扣1分；投诉每次扣2分」.
fn takes_besides(stream: &mut Stream<'_>) -> bool {
    let Some(at) = stream.on_target.first().map(|(at, _)| *at) else { return false };
    let name = |clause: &Clause| clause.needs.first().map(|need| need.name.clone());
    let found = stream.found_mut();
    let own = found.iter().find(|(range, _)| range.start == at).and_then(|(_, c)| name(c));
    own.is_some()
        && found.iter().any(|(_, clause)| match &clause.said {
            Said::Rule(rule) => {
                let events = rule.starts_with("kind = \"occurrences\"");
                let takes = events && !rule.contains("deduct = -")
                    || rule.starts_with("kind = \"deviation\"");
                takes && name(clause) != own
            }
            _ => false,
        })
}

/// 「1、…得10分 2、…得10分」 of an item of 20: each says its part, and none the points of the item.
fn make_all(stream: &Stream<'_>) -> bool {
    let worth = |paragraph: Range<usize>| {
        let at = paragraph.clone().find(|i| {
            let points = stream.numbers(*i..*i + 1).next().is_some_and(|n| n.unit == "分");
            points && *i > paragraph.start && stream.letter_at(*i - 1) == b'='
        })?;
        stream.numbers(at..at + 1).next().map(|n| n.value)
    };
    let parts: Vec<f64> = stream.paragraphs().into_iter().filter_map(worth).collect();
    parts.len() > 1 && (parts.iter().sum::<f64>() - stream.points).abs() < 1e-9
}
