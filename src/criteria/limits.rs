//! Where an item stops: 「扣完为止」, 「下不保底」, 「最多加5分」, 「120分封顶」, 「满分10分」.

use super::Criteria;
use super::deviation::points_unit;
use super::stream::{Stream, patterns};
use std::ops::Range;

patterns! {
    STOPS = r"[H_]";
    UNCAPPED = r"\^";
    /// 封顶12分, 12分封顶, 最高不超过12分.
    CAP = r"C=?:?(n)\^?|(n)\^";
    /// 保底5分.
    FLOOR = r"L=?(n)";
    /// 扣完10分为止.
    USED_UP = r"-(n)w";
    /// 满分10分.
    FULL = r"F[=:]?(n)";
    /// 最多扣6分, 最多加3分.
    MOST = r"([XY])=?(n)\^?";
}

/// Limits of the whole item, read before the clauses: what can only be such.
pub(super) fn stops(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    while let Some(found) = stream.find(&STOPS, 0..stream.len()) {
        let none = stream.letter(&found, 0) == Some(b'_');
        criteria.floor = Some(if none { None } else { Some(0.0) });
        stream.take(found.range);
    }
    for found in stream.all(&USED_UP, 0..stream.len()) {
        let all = stream.number(&found, 1).is_some_and(|n| n.value == stream.points);
        if all && stream.text(found.range.clone()).ends_with("为止") {
            criteria.floor = Some(Some(0.0));
            stream.take(found.range);
        }
    }
    while let Some(found) = stream.find(&FULL, 0..stream.len()) {
        let Some(full) = stream.number(&found, 1).filter(|n| points_unit(n)).map(|n| n.value)
        else {
            break;
        };
        if full == 100.0 && stream.points != 100.0 {
            criteria.scale = Some(100.0);
        } else if full != stream.points {
            criteria.cap = Some(full);
        } else {
            stream.whole = true;
        }
        stream.take(found.range);
    }
}

/// Limits that a clause may take first; what is left is the item's.
pub(super) fn rest(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    while let Some(found) = stream.find(&MOST, 0..stream.len()) {
        let amount = stream.number(&found, 2).filter(|n| points_unit(n)).map(|n| n.value);
        let taken = stream.letter(&found, 1) == Some(b'X');
        let range = found.range.clone();
        let Some(amount) = amount else {
            stream.replace(range, '?');
            continue;
        };
        stream.take(range.clone());
        // 「丢失每件扣2分，损坏每件扣1分，最多扣8分」 limits both.
        let sentence = stream.sentence_of(range.start);
        let before = sentence.start..range.start;
        let several = stream.kinds_of_rules(&before).filter(|k| *k == "occurrences").count() > 1;
        let alone = stream.sentences(0..stream.len()).len() == 1;
        if taken && several && alone && criteria.floor.is_none() {
            criteria.floor = Some(Some((stream.points - amount).max(0.0)));
            if let Some(clause) = stream.last_clause(&sentence) {
                clause.doubts.push("「最多扣」管到这句的各条，请核对".to_owned());
            }
            continue;
        }
        if limited(stream, &range, amount, taken) {
            continue;
        }
        // In a sentence of its own it holds for the whole item.
        if taken && criteria.floor.is_none() {
            criteria.floor = Some(Some((stream.points - amount).max(0.0)));
        } else if !taken && criteria.cap.is_none() {
            criteria.cap = Some(stream.points + amount);
        }
    }
    while let Some(found) = stream.find(&CAP, 0..stream.len()) {
        let number = stream.number(&found, 1).or(stream.number(&found, 2)).cloned();
        let range = found.range.clone();
        let Some(cap) = number.filter(points_unit).map(|n| n.value) else {
            stream.replace(range, '?');
            continue;
        };
        stream.take(range.clone());
        let small = cap < stream.points;
        let done = stream
            .last_clause(&stream.sentence_of(range.start))
            .is_some_and(|c| matches!(&c.said, super::Said::Rule(r) if r.contains("\"done\"") || r.contains("deduct = -")));
        if (small || done) && limited(stream, &range, cap, false) {
            continue;
        }
        criteria.cap = Some(cap);
    }
    while let Some(found) = stream.find(&FLOOR, 0..stream.len()) {
        let number = stream.number(&found, 1).filter(|n| points_unit(n)).map(|n| n.value);
        let Some(floor) = number.filter(|n| *n < stream.points) else {
            stream.replace(found.range, '?');
            continue;
        };
        criteria.floor = Some(Some(floor));
        stream.take(found.range);
    }
    while let Some(found) = stream.find(&UNCAPPED, 0..stream.len()) {
        criteria.uncapped = true;
        stream.take(found.range);
    }
}

/// Puts a limit on the rule of the same sentence, or of the one numbered paragraph it ends.
fn limited(stream: &mut Stream<'_>, range: &Range<usize>, amount: f64, taken: bool) -> bool {
    let sentence = stream.sentence_of(range.start);
    let Some(clause) = stream.last_clause(&(sentence.start..range.start)) else { return false };
    let super::Said::Rule(rule) = &mut clause.said else { return false };
    let kind = rule.lines().next().unwrap_or_default().to_owned();
    let key = match (kind.as_str(), taken) {
        ("kind = \"deviation\"", true) => "most_taken",
        ("kind = \"deviation\"", false) => "most_added",
        ("kind = \"lateness\"", true) => "most",
        ("kind = \"occurrences\"", true) if !rule.contains("deduct = -") => "most",
        ("kind = \"done\"", false) => "most",
        ("kind = \"occurrences\"", false) if rule.contains("deduct = -") => {
            *rule = format!(
                "kind = \"clauses\"\nmost = {}\nrules = [{{ {} }}]",
                super::stream::show(amount),
                rule.replace('\n', ", ")
            );
            return true;
        }
        _ => return false,
    };
    if rule.contains(&format!("\n{key} =")) {
        return false;
    }
    rule.push_str(&format!("\n{key} = {}", super::stream::show(amount)));
    true
}
