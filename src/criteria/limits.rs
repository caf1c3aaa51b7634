//! Where an item stops: 「扣完为止」, 「下不保底」, 「最多加5分」, 「120分封顶」, 「满分10分」.

mod scale;
mod shared;

use super::deviation::points_unit;
use super::stream::{Stream, patterns, show};
use super::{Criteria, Said};
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
        if takes_all(stream, &found.range) {
            stream.replace(found.range, 'Z');
            continue;
        }
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
        if let Some(note) = scale::of_the_mark(stream, &found.range, full) {
            // 「客户评分（满分10分）8分以上得50分」: 10 is the best mark, not the best score.
            stream.note(note);
            continue;
        }
        if full == 100.0 && stream.points != 100.0 {
            criteria.scale = Some(100.0);
        } else if full > stream.points {
            criteria.cap = Some(full);
        } else if full < stream.points {
            // Less than the item's own points is a limit of something else.
            stream.replace(found.range, '?');
            continue;
        } else {
            stream.whole = true;
        }
        stream.take(found.range);
    }
}

/// Whether an event takes all: 「发生盗窃案件扣完本项分数」, not 「每次扣2分，扣完本项分数」.
fn takes_all(stream: &Stream<'_>, range: &Range<usize>) -> bool {
    let text = stream.text(range.clone());
    let until =
        ["为止", "0分", "零分", "负分", "倒扣", "负", "0"].iter().any(|w| text.ends_with(w));
    if !text.starts_with("扣完") || until {
        return false;
    }
    let sentence = stream.sentence_of(range.start);
    let mut end = range.start;
    let comma = |i: usize| stream.letters(i..i + 1) == ",";
    // 「出现安全事故，扣完本项分数」 takes nothing before it.
    if end > sentence.start && comma(end - 1) && !stream.letters(sentence.start..end).contains('-')
    {
        end -= 1;
    }
    let noun = end > sentence.start && stream.letters(end - 1..end) == "w";
    let words = if noun { stream.text(end - 1..end) } else { String::new() };
    let joins = ["直至", "直到", "至", "以", "最多", "最高", "累计", "可", "到", "止"];
    words.chars().count() > 1 && !joins.iter().any(|w| words.ends_with(w))
}

/// Limits that a clause may take first; what is left is the item's.
pub(super) fn rest(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    while let Some(found) = stream.find(&MOST, 0..stream.len()) {
        let amount = stream.number(&found, 2).filter(|n| points_unit(n)).map(|n| n.value);
        let taken = stream.letter(&found, 1) == Some(b'X');
        match amount {
            Some(amount) if taken => most_taken(stream, criteria, &found.range, amount),
            Some(amount) => most_added(stream, criteria, &found.range, amount),
            None => stream.replace(found.range, '?'),
        }
    }
    while let Some(found) = stream.find(&CAP, 0..stream.len()) {
        let number = stream.number(&found, 1).or(stream.number(&found, 2));
        match number.filter(|n| points_unit(n)).map(|n| n.value) {
            Some(most) => cap(stream, criteria, &found.range, most),
            None => stream.replace(found.range, '?'),
        }
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

/// 最多扣6分: of the rules of its sentence, or of the item.
fn most_taken(stream: &mut Stream<'_>, criteria: &mut Criteria, range: &Range<usize>, amount: f64) {
    stream.take(range.clone());
    let sentence = stream.sentence_of(range.start);
    let before = sentence.start..range.start;
    let floor = Some((stream.points - amount).max(0.0));
    // 「丢失每件扣2分，损坏每件扣1分，最多扣8分」 limits both.
    if stream.kinds_of_rules(&before).filter(|k| *k == "occurrences").count() > 1 {
        if each_alone(stream, &before, range, amount)
            || shared::of_the_named(stream, &before, range.start, amount)
        {
            return;
        }
        let alone = stream.sentences(0..stream.len()).len() == 1;
        if alone && criteria.floor.is_none() {
            criteria.floor = Some(floor);
            if let Some(clause) = stream.last_clause(&sentence) {
                clause.doubts.push("「最多扣」管到这句的各条，请核对".to_owned());
            }
            return;
        }
        if shared::limit_events(stream, &before, range, amount) {
            return;
        }
    }
    if limited(stream, range, amount, true) {
        return;
    }
    // What is added beside it is no part of the limit.
    match shared::limit_taken(stream, amount) {
        Some(true) => {}
        Some(false) => unread(stream, range),
        // In a sentence of its own it holds for the whole item.
        None => criteria.floor = criteria.floor.or(Some(floor)),
    }
}

/// 最多加3分: of the rules of its sentence, or of the item.
fn most_added(stream: &mut Stream<'_>, criteria: &mut Criteria, range: &Range<usize>, amount: f64) {
    stream.take(range.clone());
    if !limited(stream, range, amount, false) && criteria.cap.is_none() {
        criteria.cap = Some(stream.points + amount);
    }
}

/// 封顶12分: of the item, or of what it stands behind where the item can make more.
fn cap(stream: &mut Stream<'_>, criteria: &mut Criteria, range: &Range<usize>, cap: f64) {
    if both_ways(stream, range) {
        return cap_both_ways(stream, range, cap);
    }
    stream.take(range.clone());
    let sentence = stream.sentence_of(range.start);
    let before = stream.letters(sentence.start..range.start);
    let after_taken = before.chars().rev().find(|c| "-+=".contains(*c)) == Some('-');
    let small = cap < stream.points;
    // 「得15分，每高1%加0.5分，最高18分」 of 20: more than the base is the whole score.
    let of_all = stream.base_points.is_some_and(|base| cap > base);
    if (small || shared::only_given(stream)) && !of_all && limited(stream, range, cap, false) {
        if after_taken && let Some(clause) = stream.last_clause(&sentence) {
            clause.doubts.push(format!("「{}」管加分还是扣分没有说：按加分", show(cap)));
        }
        return;
    }
    // 「每次扣2分，封顶10分」 can only be of what is taken.
    if small && !of_all && after_taken && limited(stream, range, cap, true) {
        if let Some(clause) = stream.last_clause(&sentence) {
            clause.doubts.push(format!("上限 {} 分按最多扣几分，请核对", show(cap)));
        }
        return;
    }
    // The item's points are no less than what it can make: this limits something else.
    if small && !of_all {
        unread(stream, range);
    } else {
        criteria.cap = Some(cap);
    }
}

/// 「加减最多10分」: what is added and what is taken, or neither.
fn cap_both_ways(stream: &mut Stream<'_>, range: &Range<usize>, cap: f64) {
    let taken = limited(stream, range, cap, true);
    if limited(stream, range, cap, false) && taken {
        // The words 加减 before it belong to it.
        stream.take(range.start - 1..range.end);
    } else {
        unread(stream, range);
    }
}

/// 「轻微违规每次扣2分，严重违规每次扣5分，单项最高扣10分」: each of them by itself.
fn each_alone(
    stream: &mut Stream<'_>,
    before: &Range<usize>,
    range: &Range<usize>,
    amount: f64,
) -> bool {
    let text = stream.text(before.start..range.end);
    let limit = text.rsplit(['，', ',']).next().unwrap_or_default();
    if !["单项", "每项", "各项", "单类", "每类"].iter().any(|w| limit.starts_with(w)) {
        return false;
    }
    for (own, clause) in stream.found_mut() {
        let Said::Rule(rule) = &mut clause.said else { continue };
        let inside = own.start >= before.start && own.end <= before.end;
        if inside && rule.starts_with("kind = \"occurrences\"") && !rule.contains("\nmost =") {
            rule.push_str(&format!("\nmost = {}", show(amount)));
            clause.choices.push(format!("「单项」按每条各自最多扣 {} 分", show(amount)));
        }
    }
    true
}

/// Whether a limit is said of both sides: 「加减最多10分」, 「增减不超过10分」.
fn both_ways(stream: &Stream<'_>, range: &Range<usize>) -> bool {
    let before = stream.text(stream.sentence_of(range.start).start..range.start);
    ["加减", "增减", "加减分", "增减分", "加扣分", "奖扣分", "加、减分"]
        .iter()
        .any(|w| before.ends_with(w))
}

/// Leaves a limit that belongs to no rule that was read to a person.
fn unread(stream: &mut Stream<'_>, range: &Range<usize>) {
    let sentence = stream.sentence_of(range.start);
    stream.retract(&sentence);
    let why = format!("「{}」管到哪里没有读懂", stream.words(range.clone()));
    let clause = stream.clause(sentence.clone(), Said::Judged(why));
    stream.push(sentence, clause);
}

/// Puts a limit on the rule of the same sentence, or of the one right before it, and on all that
/// such a sentence gives where it gives several things.
fn limited(stream: &mut Stream<'_>, range: &Range<usize>, amount: f64, taken: bool) -> bool {
    // What is added may be limited in a sentence of its own: 「超产每1%加0.5分；封顶5分」, 「1、…加2分
    // 2、加分最多5分」.
    let starts = [
        Some(stream.sentence_of(range.start).start),
        Some(stream.paragraph_of(range.start).start).filter(|_| !taken),
        Some(0).filter(|_| !taken),
    ];
    let scopes = starts.into_iter().flatten().map(|start| start..range.start);
    let scopes: Vec<Range<usize>> = scopes.collect();
    let Some(scope) = scopes.into_iter().find(|scope| stream.last_clause(scope).is_some()) else {
        return false;
    };
    !taken && shared::limit(stream, &scope, range, amount)
        || last_that_fits(stream, &scope, amount, taken)
}

/// Puts a limit on the last rule of a scope that can have it.
fn last_that_fits(stream: &mut Stream<'_>, scope: &Range<usize>, amount: f64, taken: bool) -> bool {
    let mut inside: Vec<_> = stream
        .found_mut()
        .iter_mut()
        .filter(|(own, _)| own.start < scope.end && own.end > scope.start)
        .collect();
    inside.sort_by_key(|(own, _)| own.start);
    inside.into_iter().rev().any(|(_, clause)| match &mut clause.said {
        Said::Rule(rule) => put(rule, amount, taken),
        _ => false,
    })
}

/// Puts a limit into a rule; `false` where it has none of that side, or one already.
fn put(rule: &mut String, amount: f64, taken: bool) -> bool {
    let kind = rule.lines().next().unwrap_or_default().to_owned();
    let key = match (kind.as_str(), taken) {
        ("kind = \"deviation\"", true) if takes(rule) => "most_taken",
        // What only takes cannot be limited in what it adds.
        ("kind = \"deviation\"", false) if adds(rule) => "most_added",
        ("kind = \"lateness\"", true) => "most",
        ("kind = \"occurrences\"", true) if !rule.contains("deduct = -") => "most",
        ("kind = \"done\"", false) => "most",
        ("kind = \"occurrences\"", false) if rule.contains("deduct = -") => {
            *rule = format!(
                "kind = \"clauses\"\nmost = {}\nrules = [{{ {} }}]",
                show(amount),
                rule.replace('\n', ", ")
            );
            return true;
        }
        _ => return false,
    };
    if rule.contains(&format!("\n{key} =")) {
        return false;
    }
    rule.push_str(&format!("\n{key} = {}", show(amount)));
    true
}

/// Points of a deviation's side.
fn side(rule: &str, key: &str) -> f64 {
    let line = rule.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(" = "));
    line.and_then(|v| v.parse().ok()).unwrap_or(0.0)
}

/// Whether a deviation takes points on one of its sides.
fn takes(rule: &str) -> bool {
    side(rule, "above") < 0.0 || side(rule, "below") > 0.0
}

/// Whether a deviation adds points on one of its sides.
fn adds(rule: &str) -> bool {
    side(rule, "above") > 0.0 || side(rule, "below") < 0.0
}
