//! 「低于60%不得分」, 「出现一次该项不得分」, 「一票否决」, 「否则不得分」: what makes an item 0.

mod cut;

use super::Criteria;
use super::language::Number;
use super::stream::{Match, Rule, Stream, need, patterns};
use cut::{Cut, Side, cut};
pub(super) use cut::{late_name, own_words};
use std::ops::Range;

patterns! {
    /// 低于60%[的][该项]不得分, 超过3次得0分.
    PAST = r"([<>GK])(n)([gk]?),?w?,?S*(?:Z|=(n)|V)";
    /// 80%以下不得分, 3次以上不得分, 出现1次不得分.
    SIDE = r"(n)([glkhv]?),?S*(?:Z|=(n)|V)";
    /// 发生安全事故[的][该项]不得分.
    EVENT = r"(?:w,?w|[wAEn],?)S*(?:Z|=(n)|V)";
    /// ,本项0分 behind a veto.
    AGAIN = r"^[,:]S*(?:=?(n)|Z):?";
    /// 完成得10分, where 10 are the item's.
    WORTH = r"w,?=(n)";
    /// 按时完成得10分,否则不得分 / 完成得满分,未完成不得分.
    DONE = r"w,?(?:=?F|=(n)),?;?(?:e|[Aw]+),?(?:Z|=(n))";
    /// A≥60%且B≥40%得10分.
    BOTH = r"([nw]*w)([GK<>])(n),?(w[nw]*)([GK<>])(n),?(?:=?F|=(n))(?:[,;](?:e|w),?(?:Z|=(n)))?";
    /// 0件满分, 0次得10分, 0次不扣.
    NONE = r"(n)[,:]?(?:=?F|=(n)|O)";
    /// 得满分, and nothing to reckon with.
    FULL = r"w,?=?F";
}

/// Whether the marker of a match is one: 不得分, 一票否决, or 得0分 with a 0.
fn nothing(stream: &Stream<'_>, found: &Match, group: usize) -> bool {
    // 「重伤事故为零」 is an aim, not a score.
    let text = stream.text(found.range.clone());
    if text.ends_with('零') && !text.contains('分') && !text.ends_with("项为零") {
        return false;
    }
    if is_aim(stream, found) {
        return false;
    }
    // 「投诉：0件」 is a count, not a score.
    let none = |n: &Number| n.value == 0.0 && matches!(n.unit.as_str(), "" | "分");
    found.group(group).is_none() || stream.number(found, group).is_some_and(none)
}

/// 「安全事故为0，发生一起扣10分」: what there should be none of.
fn is_aim(stream: &Stream<'_>, found: &Match) -> bool {
    let range = found.range.clone();
    let letters = stream.letters(range.clone());
    let text = stream.text(range.clone());
    let score = ["项", "分", "绩效", "考核", "得", "计", "记", "评", "按", "成绩"];
    // Only a bare 0 right behind a noun.
    letters.ends_with("w=n")
        && (text.ends_with("为0") || text.ends_with("=0") || text.ends_with(":0"))
        && !score.iter().any(|w| text.contains(w))
}

fn whole(stream: &Stream<'_>, range: &Range<usize>) -> bool {
    stream.tokens(range.clone()).iter().any(|t| t.kind == b'S')
        || ["清零", "总分为0", "总分0"].iter().any(|w| stream.text(range.clone()).contains(w))
}

/// Two conditions at once.
pub(super) fn both(stream: &mut Stream<'_>) {
    while let Some(found) = stream.find(&BOTH, 0..stream.len()) {
        let second = found.group(4).map(|g| stream.text(g)).unwrap_or_default();
        let joined = ["且", "并", "同时", "和", "及"].iter().find_map(|w| second.strip_prefix(w));
        let points = stream.number(&found, 7).map(|n| n.value);
        let none = nothing(stream, &found, 8);
        let (Some(second), true, true) = (joined, none, points.is_none_or(|p| p == stream.points))
        else {
            stream.hide(found.range);
            continue;
        };
        let first = found.group(1).map(|g| stream.text(g)).unwrap_or_default();
        let mut lines = Vec::new();
        let mut needs = Vec::new();
        for (index, (name, side)) in [(first.as_str(), 2), (second, 5)].into_iter().enumerate() {
            let key = match stream.letter(&found, side) {
                Some(b'G') => "at_least",
                Some(b'K') => "at_most",
                Some(b'>') => "above",
                _ => "below",
            };
            let Some(number) = stream.number(&found, side + 1) else { continue };
            lines.push(format!(
                "{{ value = {{{index}}}, {key} = {} }}",
                super::stream::show(number.scaled())
            ));
            needs.push(need(name, if number.is_share() { "rate" } else { "amount" }, name));
        }
        let rule = Rule::new("all-or-nothing")
            .line(&format!("conditions = [{}]", lines.join(", ")))
            .put_if("points", points);
        let sentence = stream.sentence_of(found.range.start);
        let mut clause = stream.clause(sentence, rule.done());
        clause.needs = needs;
        stream.push(found.range, clause);
    }
    stream.show_hidden();
}

/// Done or not done.
pub(super) fn done_or_not(stream: &mut Stream<'_>) {
    while let Some(found) = stream.find(&DONE, 0..stream.len()) {
        let points = stream.number(&found, 1).map(|n| n.value);
        let end = found.range.end;
        let words = stream.text(found.range.clone());
        let opposite =
            ["否则", "未", "没", "反之", "其", "不", "无", "延时", "错", "漏", "逾期", "延误"]
                .iter()
                .any(|w| words.contains(w));
        let full = points.is_none_or(|p| p == stream.points || p == 100.0);
        if !nothing(stream, &found, 2) || !full || !opposite {
            stream.hide(found.range);
            continue;
        }
        let scale = points.is_some_and(|p| p == 100.0 && stream.points != 100.0);
        let verb = stream.kinds(found.range.clone()).find(['F', '=']).unwrap_or(1);
        let subject = stream.subject(found.range.start + verb);
        let subject = subject.trim_end_matches(['得', '者', '的']);
        let name = if subject.starts_with(['未', '无', '没']) {
            // 「无投诉得满分,否则不得分」 counts what there should be none of.
            format!("{}次数", subject.trim_start_matches(['未', '无', '没', '有']))
        } else {
            format!("未{subject}次数")
        };
        let sentence = found.range.start..end;
        let mut clause = stream
            .clause(sentence, Rule::new("veto").line("metric = {0}").put("above", 0.0).done());
        clause.needs.push(need(&name, "count", &name));
        if scale {
            stream.hundred = true;
        }
        stream.push(found.range, clause);
    }
    stream.show_hidden();
}

/// Cut-offs and events that leave nothing.
pub(super) fn read(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    while let Some(found) = stream.find(&PAST, 0..stream.len()) {
        let inclusive = found.group(3).is_some_and(|g| !g.is_empty());
        let side = match (stream.letter(&found, 1), inclusive) {
            (Some(b'<'), _) => Some(Side::Below),
            (Some(b'>'), true) => None,
            (Some(b'>'), false) => Some(Side::Above),
            (Some(b'G'), _) => Some(Side::From),
            (Some(b'K'), _) => Some(Side::UpTo),
            _ => None,
        };
        let number = stream.number(&found, 2).cloned();
        cut_off(stream, criteria, found, number.zip(side), 4);
    }
    stream.show_hidden();
    while let Some(found) = stream.find(&SIDE, 0..stream.len()) {
        let number = stream.number(&found, 1).cloned();
        let side = match stream.letter(&found, 2) {
            Some(b'g') => Some(Side::From),
            Some(b'h') => Some(Side::Above),
            Some(b'l' | b'v') => Some(Side::Below),
            Some(b'k') => Some(Side::UpTo),
            _ => number.as_ref().filter(|n| n.is_count() && n.value >= 1.0).map(|_| Side::From),
        };
        cut_off(stream, criteria, found, number.zip(side), 3);
    }
    stream.show_hidden();
    while let Some(found) = stream.find(&EVENT, 0..stream.len()) {
        event(stream, criteria, found);
    }
    stream.show_hidden();
}

/// A match of a bound and its side; its marker stands in a group.
fn cut_off(
    stream: &mut Stream<'_>,
    criteria: &mut Criteria,
    found: Match,
    bound: Option<(Number, Side)>,
    marker: usize,
) {
    let whole = whole(stream, &found.range);
    match bound.filter(|_| nothing(stream, &found, marker)) {
        Some((number, side)) => {
            cut(stream, criteria, &Cut { range: found.range, number, side, whole });
        }
        None => stream.hide(found.range),
    }
}

/// An event that leaves nothing: 「发生安全事故不得分」.
fn event(stream: &mut Stream<'_>, criteria: &mut Criteria, found: Match) {
    if !nothing(stream, &found, 1) {
        return stream.hide(found.range);
    }
    let marker = stream.kinds(found.range.clone()).find(['Z', '=', 'V', 'S']).unwrap_or(1);
    let subject = stream.subject(found.range.start + marker);
    let grades = ["不合格", "差", "较差", "不达标", "不及格", "很差", "合格"];
    if grades.contains(&subject.as_str()) || stream.kinds(found.range.clone()).contains(':') {
        // 「优秀：10分…不合格：0分」 is a person's scale.
        return stream.hide(found.range);
    }
    // 「完成2家得10分，完成1家得5分，未完成不得分」 says what is left.
    let sentence = stream.sentence_of(found.range.start);
    let listed =
        stream.kinds_of_rules(&sentence).any(|k| matches!(k, "bands" | "anchored" | "ratio"));
    if listed && NOT_DONE.contains(&subject.as_str()) {
        return stream.take(found.range);
    }
    let named = subject != stream.item;
    let name = format!("{subject}{}", if named { "次数" } else { "否决次数" });
    // 「一票否决，本项0分」 says it twice, 「一票否决，本月绩效为0」 says how far it reaches.
    let mut whole = whole(stream, &found.range);
    if let Some(again) = stream.find(&AGAIN, found.range.end..stream.len())
        && again.range.start == found.range.end
        && stream.number(&again, 1).is_none_or(|n| n.value == 0.0)
    {
        whole |= stream.letters(again.range.clone()).contains('S');
        stream.take(again.range);
    }
    let voted = stream.kinds(found.range.clone()).contains('V');
    let rule = Rule::new("veto").line("metric = {0}").put("above", 0.0);
    let mut clause = stream.clause(sentence, rule.done());
    clause.needs.push(need(&name, "count", &name));
    if voted && !whole {
        let doubt = "一票否决是本项为 0 还是总分为 0？这里按本项；总分请改写到 [[vetoes]]";
        clause.doubts.push(doubt.to_owned());
    }
    keep(stream, criteria, found.range, clause, whole);
}

/// What is not done at all, behind a list of what is.
const NOT_DONE: [&str; 12] = [
    "未完成",
    "未达标",
    "未达到",
    "未开发",
    "未开展",
    "达不到",
    "不达标",
    "没有完成",
    "未达成",
    "没完成",
    "未实现",
    "没有",
];

/// What reaches the whole score is no rule of the item.
fn keep(
    stream: &mut Stream<'_>,
    criteria: &mut Criteria,
    range: Range<usize>,
    clause: super::Clause,
    whole: bool,
) {
    if whole {
        stream.take(range);
        criteria.vetoes.push(clause);
    } else {
        stream.push(range, clause);
    }
}

/// Whether 得满分 stands behind a bound that no rule has read, or beside rules that say the score.
fn bounded(stream: &Stream<'_>, range: &Range<usize>) -> bool {
    let sentence = stream.sentence_of(range.start);
    let comma = |i: &usize| stream.letters(*i..*i + 1) == ",";
    let start = (sentence.start..range.start).rev().find(comma).map_or(sentence.start, |i| i + 1);
    let number = |i: usize| stream.numbers(i..i + 1).next().is_some_and(|n| !n.worded);
    (start..range.start).any(|i| stream.kinds(i..i + 1) == "n" && number(i))
        || stream.kinds_of_rules(&sentence).any(|k| matches!(k, "bands" | "ratio" | "anchored"))
}

/// 「按要求完成得满分」 says nothing that is reckoned.
pub(super) fn full(stream: &mut Stream<'_>) {
    // 「0件满分，1件扣4分」: none is all points.
    for found in stream.all(&NONE, 0..stream.len()) {
        let none = stream.number(&found, 1).is_some_and(|n| n.value == 0.0 && n.is_count());
        let points = stream.number(&found, 2).is_none_or(|n| n.value == stream.points);
        let sentence = stream.sentence_of(found.range.start);
        let taken = stream
            .kinds_of_rules(&sentence)
            .any(|k| matches!(k, "escalating" | "occurrences" | "tiers" | "veto"));
        if none && points && taken {
            stream.take(found.range);
        }
    }
    while let Some(found) = stream.find(&FULL, 0..stream.len()) {
        if bounded(stream, &found.range) {
            stream.hide(found.range);
        } else {
            stream.replace(found.range, 'w');
        }
    }
    while let Some(found) = stream.find(&WORTH, 0..stream.len()) {
        let sentence = stream.sentence_of(found.range.start);
        let aim = ["完成目标", "达到目标", "达成目标", "达标", "完成计划", "完成任务"];
        let aimed =
            aim.iter().any(|w| stream.text(found.range.start..found.range.start + 1).ends_with(w));
        let scope = if aimed { stream.paragraph_of(sentence.start) } else { sentence };
        let read = stream.kinds(scope).contains('!');
        let whole = stream.number(&found, 1).is_some_and(|n| n.value == stream.points);
        if read && whole && !bounded(stream, &found.range) {
            stream.replace(found.range, 'w');
        } else {
            stream.hide(found.range);
        }
    }
    stream.show_hidden();
}
