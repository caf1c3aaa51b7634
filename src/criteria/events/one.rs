//! One event as a rule: what is counted, how often it is free, what each time takes or gives.

use super::{Event, FROM, NO_PART, OVER};
use crate::criteria::Need;
use crate::criteria::deviation::from_nothing;
use crate::criteria::names::counted;
use crate::criteria::stream::{Rule, Stream, need, show};
use std::ops::Range;

/// What is forgiven: 「2次以内不扣」.
pub(super) struct Free {
    /// How many, where there are such.
    pub(super) count: Option<f64>,
    /// Where the words about what is counted end.
    pub(super) at: usize,
    /// The unit of what is forgiven.
    pub(super) unit: Option<String>,
}

impl Free {
    /// 「超过2次，每次扣1分」 right before an event; gives where it begins.
    fn beyond(&mut self, stream: &Stream<'_>, before: Range<usize>, unit: &str) -> Option<usize> {
        let over = stream.find(&OVER, before)?;
        let number = stream.number(&over, 1).filter(|n| n.is_count())?;
        if number.unit != unit && !unit.is_empty() {
            return None;
        }
        (self.count, self.at) = (Some(number.value), over.range.start);
        Some(over.range.start)
    }

    /// 「第2次起每次扣1分」: the first is free; gives where it begins.
    fn starting(&mut self, stream: &Stream<'_>, before: Range<usize>) -> Option<usize> {
        let from = stream.find(&FROM, before)?;
        let number = stream.number(&from, 1).filter(|n| n.ordinal && n.value > 1.0)?;
        let free = number.value - 1.0;
        if self.count.is_some_and(|count| count != free) {
            return None;
        }
        (self.count, self.at) = (Some(free), self.at.min(from.range.start));
        Some(from.range.start)
    }
}

/// Reads an event of a sentence.
pub(super) fn one(stream: &mut Stream<'_>, sentence: &Range<usize>, event: Event, mut free: Free) {
    let before = sentence.start..event.range.start;
    let over = free.beyond(stream, before.clone(), &event.unit);
    let start = free.starting(stream, before).or(over).unwrap_or(event.range.start);
    let range = start..event.range.end;
    let thing = thing(stream, sentence.start, free.at, &event.within);
    let unit = free.unit.filter(|_| event.unit.is_empty());
    let name = name(stream, sentence.start, &range, &thing, unit.as_ref().unwrap_or(&event.unit));
    let (rule, choice) = rule(stream, sentence.end, &event, free.count);
    let shown = shown(stream, sentence, &range);
    let mut clause = stream.clause(shown.clone(), rule.done());
    let wanted = need(&name, "count", &stream.text(shown));
    clause.choices.extend(choice.map(str::to_owned));
    let words = stream.text(sentence.clone());
    if thing.contains("不及格") || words.contains("不及格") && name.contains("不及格") {
        clause.needs.push(Need { bound: Some(("below", 60.0)), clause: words, ..wanted });
        clause.choices.push("没有说及格线：按 60 分".to_owned());
    } else {
        clause.needs.push(wanted);
    }
    let doubts = [
        over.map(|_| "「超过后每次」按只扣超过的部分，请核对"),
        event.doubt.then_some("没有说每次还是只扣一次：按每次"),
    ];
    clause.doubts.extend(doubts.into_iter().flatten().map(str::to_owned));
    stream.push(range, clause);
}

/// Words that something happens, and not what.
const HAPPENS: [&str; 11] =
    ["发现", "出现", "发生", "有", "出", "产生", "存在", "检查发现", "被投诉", "接到", "收到"];

/// What happens: the words between 每 and the verb, or those before them where they say nothing.
fn thing(stream: &Stream<'_>, from: usize, at: usize, within: &str) -> String {
    let mut before = stream.subject_within(at, from);
    // 「30分钟内响应，每超时1次扣2分」 counts what came late, not what came in time.
    if stream.kinds(from..at).ends_with("Ea") {
        let late = stream.text(at.saturating_sub(1)..at);
        if !before.ends_with(&late) {
            before.push_str(&late);
        }
    }
    let timely = ["及时", "准时", "按时"].iter().any(|w| within.ends_with(w));
    let within = if timely { within } else { within.trim_end_matches('时') };
    let within = within.trim_matches(|c: char| "的者则有".contains(c));
    if within.is_empty() || HAPPENS.contains(&within) {
        return before;
    }
    let own = HAPPENS.iter().find_map(|v| within.strip_prefix(v)).unwrap_or(within);
    let own = own.trim_matches(['的', '者', ',', '，', '、']);
    let short = own.chars().count() < 3 && before != stream.item;
    if short { format!("{before}{own}") } else { own.to_owned() }
}

/// What the count of a thing is called.
fn name(stream: &Stream<'_>, from: usize, range: &Range<usize>, thing: &str, unit: &str) -> String {
    let mut name = counted(thing, unit);
    if name.chars().count() < 4 {
        name = format!("{}{name}", stream.item);
    }
    let verb = stream.kinds(range.clone()).find(['-', '+', '=']).unwrap_or_default();
    let of = |to: usize| missed(stream, from, to, &name, unit);
    of(range.start).or_else(|| of(range.start + verb)).unwrap_or(name)
}

/// The rule of an event, and what its words leave open.
fn rule(
    stream: &mut Stream<'_>,
    end: usize,
    event: &Event,
    free: Option<f64>,
) -> (Rule, Option<&'static str>) {
    if event.verb == b'=' {
        let points = show(crate::text::round15(event.points / event.size));
        let things = format!("things = [{{ metric = {{0}}, points = {points} }}]");
        return (Rule::new("done").line(&things), Some("从 0 分起，每完成一件得分"));
    }
    let given = if event.verb == b'-' { -event.points } else { event.points };
    if event.size == 1.0 {
        let deduct = show(-given);
        let free = free.map_or(String::new(), |free| format!(", free = {}", show(free)));
        let events = format!("events = [{{ metric = {{0}}, deduct = {deduct}{free} }}]");
        return (Rule::new("occurrences").line(&events), None);
    }
    // 「不足1000元不扣」.
    let part = stream
        .find(&NO_PART, event.range.end..end)
        .filter(|m| stream.number(m, 1).is_some_and(|n| n.scaled() == event.size));
    let silent = part.is_none().then_some("没有说不足一步怎么算：只计整步");
    if let Some(part) = part {
        stream.take(part.range);
    }
    (from_nothing(event.size, given).line("steps = \"whole\""), silent)
}

/// The words that a person is shown: from the comma before, where something is read before it.
fn shown(stream: &Stream<'_>, sentence: &Range<usize>, range: &Range<usize>) -> Range<usize> {
    if !stream.kinds(sentence.start..range.start).contains('!') {
        return sentence.start..range.end;
    }
    let comma = |i: &usize| {
        let token = stream.tokens(*i..*i + 1).first();
        token.is_some_and(|t| t.kind == b',' && stream.plain.get(t.from) != '、')
    };
    let start = (sentence.start..range.start).rev().find(comma).map_or(sentence.start, |i| i + 1);
    start..range.end
}

/// The name of what was left undone, where the words before say what is to be done: of
/// 「每季度组织1次，未组织扣5分」 the times it was not are counted, and of 「不少于2次，少一次扣1分」 those
/// that lack.
fn missed(stream: &Stream<'_>, from: usize, to: usize, name: &str, unit: &str) -> Option<String> {
    let comma = |i: &usize| stream.tokens(*i..*i + 1).first().is_some_and(|t| t.kind == b',');
    let start = (from..to).rev().find(comma).map(|i| i + 1)?;
    let own = stream.text(start..to);
    let own = own.trim_matches(['的', '者', ',', '，', '每']);
    let unit = if unit.is_empty() { "次" } else { unit };
    if ["少", "缺", "差", "欠"].contains(&own) {
        return Some(format!("{}不足{unit}数", stream.item));
    }
    let undone = ["未", "没", "漏", "缺"].iter().find(|word| own.starts_with(**word))?;
    (!name.contains(undone)).then(|| counted(&format!("{}{own}", stream.item), unit))
}
