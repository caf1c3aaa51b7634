//! 「迟到每次扣1分」, 「每逾期1天扣2分」, 「每推出1款得25分」: so much for each that happens.

mod one;

use super::Said;
use super::deviation::{from_nothing, points_unit};
use super::language::Number;
use super::names::counted;
use super::stream::{Match, Rule, Stream, need, patterns, show};
use one::{Free, one};
use std::ops::Range;

patterns! {
    /// 每延迟1天扣2分, 逾期1天扣2分, 逾期未交的每天扣2分.
    LATE = r"E?A(?:w?,?E)?(n),?(-)[=P]?(n)|E?Aw?,?(n),?E?(-)[=P]?(n)";
    /// 延迟扣2分/天.
    LATE_PER = r"Aw?,?(-)=?(n)(p)";
    /// 每提前1天加1分.
    EARLY = r"E?aw?(n),?(\+)=?(n)";
    /// 每次[未交]扣2分, 每发现1起[属实的]扣2分, 每起扣.
    EACH = r"E([wG]?)(n?)(w?),?(?:w,)?([-+=])[=P]?(n)";
    /// 扣2分/次.
    PER = r"([-+=])=?(n)(p)";
    /// 迟到1次扣1分.
    ONE = r"(n),?(w?)([-+])[=P]?(n)";
    /// 未按时提交扣2分.
    BARE = r"w,?([-])[=P]?(n)";
    /// 2次以内不扣, 允许2次, 第1次迟到不扣.
    FREE = r"K?(n)k?(w?),?O[,;]?(?:>n?,?)?w?";
    /// 第2次起,
    FROM = r"(n)g,?$";
    /// 超过2次,
    OVER = r">(n),$";
    /// 1次扣1分,2次扣4分, 第1处错误扣1分.
    COUNTED = r"(n)(?:([gk]?),?|(g),?En?,?|w)-=?(n)";
    /// 不足1000元不扣.
    NO_PART = r"<(n)O";
    /// 扣1~3分.
    RANGE = r"[-+]=?n~n";
}

/// Amounts that are a range are left to a person.
pub(super) fn ranges(stream: &mut Stream<'_>) {
    while let Some(found) = stream.find(&RANGE, 0..stream.len()) {
        let unit = stream.numbers(found.range.clone()).last().map(|n| n.unit.clone());
        if unit.as_deref() == Some("元") {
            stream.replace(found.range, 'w');
            continue;
        }
        let sentence = stream.sentence_of(found.range.start);
        let why = "扣（加）多少是一个范围，由人定".to_owned();
        let clause = stream.clause(sentence.clone(), Said::Judged(why));
        stream.push(sentence, clause);
    }
}

fn event_unit(number: &Number) -> bool {
    number.is_count() || matches!(number.unit.as_str(), "分钟" | "小时" | "月" | "个月" | "组")
}

/// Lateness in days; in hours it is steps from nothing.
pub(super) fn lateness(stream: &mut Stream<'_>) {
    while let Some(found) = stream.find(&LATE, 0..stream.len()) {
        let base = if found.group(1).is_some() { 1 } else { 4 };
        let (step, points) = (stream.number(&found, base), stream.number(&found, base + 2));
        let (Some(step), Some(points)) = (step.cloned(), points.cloned()) else { break };
        if !late(stream, &found.range, &step, &points) {
            stream.hide(found.range);
        }
    }
    while let Some(found) = stream.find(&LATE_PER, 0..stream.len()) {
        let (step, points) = (stream.number(&found, 3), stream.number(&found, 2));
        let (Some(step), Some(points)) = (step.cloned(), points.cloned()) else { break };
        if !late(stream, &found.range, &step, &points) {
            stream.hide(found.range);
        }
    }
    stream.show_hidden();
    while let Some(found) = stream.find(&EARLY, 0..stream.len()) {
        let (step, points) = (stream.number(&found, 1).cloned(), stream.number(&found, 3).cloned());
        let (Some(step), Some(points)) = (step, points) else { break };
        if !points_unit(&points) || step.value != 1.0 {
            stream.hide(found.range);
            continue;
        }
        let name = format!("{}提前{}数", stream.subject(found.range.start), step.unit);
        let sentence = stream.sentence_of(found.range.start);
        let rule = format!("events = [{{ metric = {{0}}, deduct = {} }}]", show(-points.value));
        let mut clause = stream.clause(sentence, Rule::new("occurrences").line(&rule).done());
        clause.needs.push(need(&name, "count", &name));
        stream.push(found.range, clause);
    }
    stream.show_hidden();
}

fn late(stream: &mut Stream<'_>, range: &Range<usize>, step: &Number, points: &Number) -> bool {
    if !points_unit(points) {
        return false;
    }
    let sentence = stream.sentence_of(range.start);
    let mut subject = stream.subject(range.start);
    // 「按期交付，每延迟1天」 is late in its delivery.
    let undone = subject.contains('未');
    for word in super::bands::IN_TIME.iter().filter(|_| !undone) {
        subject = subject.replace(word, "");
    }
    if subject.is_empty() {
        stream.item.clone_into(&mut subject);
    }
    let words = stream.text(range.clone());
    let own = if words.contains("超期") { "超期" } else { "逾期" };
    let (rule, name, choice) = match step.unit.as_str() {
        // 「每推迟2天扣4分」: whole steps, as for everything that is measured.
        "天" | "工作日" if step.value != 1.0 => (
            from_nothing(step.value, -points.value).line("steps = \"whole\""),
            format!("{subject}{own}天数"),
            "没有说不足一步怎么算：只计整步",
        ),
        "天" | "工作日" | "" => {
            let rule = Rule::new("lateness").line("days = {0}").put("deduct", points.value);
            let working = step.unit == "工作日";
            let choice = if working {
                "天数按工作日填写"
            } else {
                "没有说自然日还是工作日：天数由填表人数好"
            };
            (rule, format!("{subject}{own}天数"), choice)
        }
        "小时" | "分钟" | "周" | "月" | "个月" => (
            from_nothing(step.value, -points.value).line("steps = \"begun\""),
            format!("{subject}{own}{}数", step.unit),
            "没有说不足一步怎么算：不足一步按一步",
        ),
        _ => return false,
    };
    let mut clause = stream.clause(sentence, rule.done());
    let parts = step.unit == "小时" || step.value.fract() != 0.0;
    clause.needs.push(need(&name, if parts { "amount" } else { "count" }, &name));
    clause.choices.push(choice.to_owned());
    stream.push(range.clone(), clause);
    true
}

/// 「1次扣1分，2次扣4分，3次扣10分」 and 「首次扣1分，第二次扣3分」.
pub(super) fn escalating(stream: &mut Stream<'_>) {
    for sentence in stream.sentences(0..stream.len()) {
        let list = stream.all(&COUNTED, sentence.clone());
        let mut run: Vec<Match> = Vec::new();
        for found in list {
            // 「1次迟到扣1分，2次早退扣4分」 are two things.
            let named = stream.kinds(found.range.clone()).contains('w');
            let counts = |n: &Number| n.is_count() && (n.ordinal || !named);
            let count = stream.number(&found, 1).is_some_and(counts);
            let next = stream.number(&found, 1).map(|n| n.value) == Some(run.len() as f64 + 1.0);
            let close = run.last().is_none_or(|last| {
                let between = stream.text(last.range.end..found.range.start);
                let words = between.replace(['，', ',', '、', ':'], "");
                words.is_empty()
                    || stream.subject(run.first().map_or(0, |m| m.range.start)).ends_with(&words)
                    || ["累计", "出现", "发生", "达", "当月", "同月"].contains(&words.as_str())
            });
            if count && next && close {
                run.push(found);
            } else if run.len() < 2 {
                run.clear();
                if count && stream.number(&found, 1).is_some_and(|n| n.value == 1.0) {
                    run.push(found);
                }
            } else {
                break;
            }
        }
        if run.len() < 2 {
            continue;
        }
        let ordinal = run.iter().skip(1).all(|m| stream.number(m, 1).is_some_and(|n| n.ordinal));
        let steps: Vec<String> = run
            .iter()
            .filter_map(|m| stream.number(m, 4))
            .filter(|n| points_unit(n))
            .map(|n| show(n.value))
            .collect();
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let span = first.range.start..last.range.end;
        if steps.len() != run.len() {
            continue;
        }
        let mut subject = stream.subject(first.range.start);
        let named = stream.kinds(first.range.clone()).find('w');
        if let Some(word) = named.map(|at| first.range.start + at) {
            let own = stream.text(word..word + 1);
            subject = if subject == stream.item { own } else { format!("{subject}{own}") };
        }
        let mut rule = Rule::new("escalating")
            .line("metric = {0}")
            .line(&format!("deduct = [{}]", steps.join(", ")));
        if ordinal {
            rule = rule.line("each = true");
        }
        let mut clause = stream.clause(sentence.clone(), rule.done());
        let name = counted(&subject, "次");
        clause.needs.push(need(&name, "count", &stream.text(sentence)));
        clause.doubts.push(if ordinal {
            "「第几次扣几分」按每次各扣、加起来算，请核对".to_owned()
        } else {
            "是几次一共扣，还是每次各扣？这里按一共".to_owned()
        });
        let open = [2, 3].iter().filter_map(|g| last.group(*g)).any(|g| !g.is_empty());
        if !open {
            clause.choices.push("超过列出的次数没有说：不再多扣".to_owned());
        }
        stream.push(span, clause);
    }
}

/// Events: each takes or gives so many points.
pub(super) fn read(stream: &mut Stream<'_>) {
    for sentence in stream.sentences(0..stream.len()) {
        loop {
            let free = stream.find(&FREE, sentence.clone());
            let forgiven = free.as_ref().and_then(|m| stream.number(m, 1)).filter(|n| n.is_count());
            let (forgiven, unit) = (forgiven.map(|n| n.value), forgiven.map(|n| n.unit.clone()));
            // 「第1次迟到不扣分」: what is forgiven stands behind the count.
            let own = free.as_ref().filter(|_| forgiven.is_some()).and_then(|m| m.group(2));
            let own = own.map(|g| stream.text(g)).filter(|text| text.chars().count() > 1);
            let Some(mut found) = next(stream, &sentence) else { break };
            // 「A类每个扣5分，C类3个以内不扣，超过每个扣0.5分」 forgives what stands behind it.
            let of_later = free.as_ref().is_some_and(|free| {
                found.range.end <= free.range.start
                    && next(stream, &(free.range.end..sentence.end)).is_some()
            });
            let (free, forgiven) = if of_later { (None, None) } else { (free, forgiven) };
            let own = own.filter(|_| !of_later);
            if let Some(own) = own.filter(|_| found.within.is_empty()) {
                found.within = own;
            }
            let about = free
                .as_ref()
                .filter(|_| forgiven.is_some())
                .map_or(found.at, |f| f.range.start.min(found.at));
            if let Some(free) = free.filter(|_| forgiven.is_some()) {
                let start = free.range.start;
                stream.take(free.range);
                one(stream, &sentence, found, Free { count: forgiven, at: start, unit });
            } else {
                one(stream, &sentence, found, Free { count: None, at: about, unit: None });
            }
        }
    }
    stream.show_hidden();
}

/// Amounts of which none is the aim.
const LOSSES: [&str; 9] =
    ["损失", "损失金额", "损失额", "差异金额", "差异额", "浪费金额", "差额", "亏损", "赔款"];

/// Something that happens, and what each time takes or gives.
struct Event {
    range: Range<usize>,
    /// Where the words about it end.
    at: usize,
    /// Words between 每 and the verb.
    within: String,
    verb: u8,
    /// How many make one.
    size: f64,
    unit: String,
    points: f64,
    doubt: bool,
}

/// The first event of a sentence that nothing has read.
fn next(stream: &mut Stream<'_>, sentence: &Range<usize>) -> Option<Event> {
    let event = |found: &Match, verb: usize, amount: usize, unit: Option<&Number>| {
        let amount = stream.number(found, amount)?;
        let share = amount.unit == "%" && stream.kinds(found.range.clone()).contains('P');
        let points = if share {
            stream.points * amount.value / 100.0
        } else {
            Some(amount.value).filter(|_| points_unit(amount))?
        };
        Some(Event {
            range: found.range.clone(),
            at: found.range.start,
            within: String::new(),
            verb: stream.letter(found, verb)?,
            size: unit.map_or(1.0, |n| n.value * n.times),
            unit: unit.map_or(String::new(), |n| n.unit.clone()),
            points: crate::text::round15(points),
            doubt: false,
        })
    };
    let mut all: Vec<Event> = Vec::new();
    for found in stream.all(&EACH, sentence.clone()) {
        let unit = stream.number(&found, 2).cloned();
        // 「每增加1万元」 wants a base; events are counted, and so are losses.
        let lost = |n: &Number| {
            let about = stream.text(sentence.start..found.range.start);
            n.unit == "元" && LOSSES.iter().any(|w| about.ends_with(w))
        };
        if unit.as_ref().is_some_and(|n| !event_unit(n) && !lost(n)) {
            continue;
        }
        if let Some(mut one) = event(&found, 4, 5, unit.as_ref()) {
            let words = [1, 3].iter().filter_map(|g| found.group(*g)).map(|g| stream.text(g));
            one.within = words.collect::<Vec<_>>().join("");
            all.push(one);
        }
    }
    for found in stream.all(&PER, sentence.clone()) {
        let unit = stream.number(&found, 3).cloned();
        all.extend(event(&found, 1, 2, unit.as_ref().filter(|n| event_unit(n))));
    }
    for found in stream.all(&ONE, sentence.clone()) {
        let unit = stream.number(&found, 1).cloned();
        let single = unit.as_ref().is_some_and(|n| n.value == 1.0 && !n.ordinal && event_unit(n));
        // 「低1台扣2分」 is a step from something, nothing that happens.
        let before = stream.text(sentence.start..found.range.start);
        let single = single && !before.ends_with(['低', '高']);
        if single
            && !all.iter().any(|e| {
                e.range.end == found.range.end
                    || e.range.start < found.range.end && found.range.start < e.range.end
            })
            && let Some(mut one) = event(&found, 3, 4, unit.as_ref())
        {
            // 「1项隐患扣1分」: what is counted stands behind.
            let own = found.group(2).map(|g| stream.text(g)).unwrap_or_default();
            one.within = if own.chars().count() > 1 { own } else { String::new() };
            all.push(one);
        }
    }
    for found in stream.all(&BARE, sentence.clone()) {
        let overlaps =
            all.iter().any(|e| e.range.start < found.range.end && found.range.start < e.range.end);
        // 「两次以上未参加，扣5分」 is taken once, from the second on.
        let counted = stream.kinds(sentence.start..found.range.start).contains("ng");
        if !overlaps
            && !counted
            && let Some(mut one) = event(&found, 1, 2, None)
        {
            one.at = stream
                .kinds(found.range.clone())
                .find('-')
                .map_or(one.at, |i| found.range.start + i);
            one.range = one.at..one.range.end;
            one.doubt = true;
            all.push(one);
        }
    }
    all.sort_by_key(|e| (e.range.start, std::cmp::Reverse(e.range.end)));
    all.into_iter().next()
}
