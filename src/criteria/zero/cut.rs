//! Cut-offs: the bound past which nothing is left, and of what it is one.

use super::keep;
use crate::criteria::language::Number;
use crate::criteria::names::SAME;
use crate::criteria::stream::{Rule, Stream, is_mean, kind, need, show};
use crate::criteria::{Criteria, LATE, Need, Said};
use std::ops::Range;

/// On which side of its bound nothing is left.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Below,
    Above,
    From,
    UpTo,
}

/// A cut-off as its words say it.
pub(super) struct Cut {
    pub(super) range: Range<usize>,
    pub(super) number: Number,
    pub(super) side: Side,
    /// Whether it reaches the whole score.
    pub(super) whole: bool,
}

/// Reads a cut-off: a veto, the end of a rule of lateness, or what a person decides.
pub(super) fn cut(stream: &mut Stream<'_>, criteria: &mut Criteria, cut: &Cut) {
    let sentence = stream.sentence_of(cut.range.start);
    let counted = cut.is_counted(stream);
    let own = own_words(stream, &cut.range);
    let bound = match cut.bound(counted) {
        Ok(_) if !counted && cut.counts_otherwise(stream, &sentence, &own) => {
            Err("界限从哪里算起没有读懂")
        }
        bound => bound,
    };
    let (key, bound) = match bound {
        Ok(bound) => bound,
        Err(why) => {
            let clause = stream.clause(sentence, Said::Judged(why.to_owned()));
            return stream.push(cut.range.clone(), clause);
        }
    };
    let late = cut.is_of_lateness(stream);
    if late && matches!(cut.side, Side::From) && ends_lateness(stream, cut.number.scaled()) {
        return stream.take(cut.range.clone());
    }
    let subject = stream.subject(cut.range.start);
    let aim = crate::criteria::deviation::only_aim(&subject);
    let subject = if aim { stream.item.to_owned() } else { subject };
    let name = cut.name(stream, &subject, &own, counted, late);
    // 「低于50%不得分」 is about what the rule before it measures.
    let same = !counted && own.is_empty() && !name.ends_with("期天数") && name == subject;
    let asked = if same { SAME } else { name.as_str() };
    let hint = if name == SAME { cut.number.unit.as_str() } else { name.as_str() };
    let rule = Rule::new("veto").line("metric = {0}").put(key, bound);
    let mut clause = stream.clause(sentence, rule.done());
    clause.needs.push(need(asked, kind(cut.number.is_share(), counted), hint));
    if !counted && key != "at_least" && key != "at_most" {
        clause.choices.push("界限本身仍得分".to_owned());
    }
    keep(stream, criteria, cut.range.clone(), clause, cut.whole);
}

impl Cut {
    /// Whether whole things are counted: no means, and no days of which halves count.
    fn is_counted(&self, stream: &Stream<'_>) -> bool {
        let number = &self.number;
        let parts = |n: &Need| {
            n.unit == number.unit && is_mean(&n.name)
                || number.unit == "天" && n.kind == "amount" && n.name.ends_with("期天数")
        };
        number.is_count()
            && !is_mean(&stream.subject(self.range.start))
            && !stream.clauses().flat_map(|c| &c.needs).any(parts)
    }

    /// The bound as a rule's key and value; an error says why it has none.
    fn bound(&self, counted: bool) -> Result<(&'static str, f64), &'static str> {
        let value = self.number.scaled();
        match self.side {
            Side::Below => Ok(("below", value)),
            Side::Above => Ok(("above", value)),
            // Counts are whole: 3 or more is above 2.
            Side::From if counted => Ok(("above", value - 1.0)),
            Side::UpTo if counted => Ok(("below", value + 1.0)),
            // A veto of the whole score has no such bound.
            _ if self.whole => Err("界限本身也算在内，总分的否决写不成"),
            Side::From => Ok(("at_least", value)),
            Side::UpTo => Ok(("at_most", value)),
        }
    }

    /// Whether it is counted otherwise than what is measured: 「超支2000元以上」 from the base,
    /// 「累计2小时」 in another unit than 每30分钟.
    fn counts_otherwise(&self, stream: &Stream<'_>, sentence: &Range<usize>, own: &str) -> bool {
        let words = stream.text(sentence.clone());
        OVER.contains(&own)
            || self.number.unit == "小时" && words.contains("分钟")
            || self.number.unit == "分钟" && words.contains("小时")
    }

    /// Whether it is one of days beside a rule of lateness.
    fn is_of_lateness(&self, stream: &Stream<'_>) -> bool {
        matches!(self.number.unit.as_str(), "天" | "工作日")
            && stream.clauses().any(|c| matches!(&c.said, Said::Rule(r) if r.contains("lateness")))
    }

    /// What the figure is called, [`SAME`] where the rules before it say.
    fn name(
        &self,
        stream: &Stream<'_>,
        subject: &str,
        own: &str,
        counted: bool,
        late: bool,
    ) -> String {
        if late {
            let days = stream.clauses().flat_map(|c| &c.needs).find(|n| n.name.ends_with("期天数"));
            return days.map_or_else(|| format!("{subject}逾期天数"), |n| n.name.clone());
        }
        if let Some(name) = late_name(stream, &self.number.unit, own) {
            return name;
        }
        if !counted {
            return subject.to_owned();
        }
        if own.is_empty() {
            return SAME.to_owned();
        }
        counted_before(stream, subject).unwrap_or_else(|| match self.number.unit.as_str() {
            "次" | "起" | "例" => {
                format!("{}次数", subject.trim_end_matches("次数").trim_start_matches("累计"))
            }
            unit => format!("{subject}{unit}数"),
        })
    }
}

/// Lets a rule of lateness end where so many days leave nothing; `false` where each ends already.
fn ends_lateness(stream: &mut Stream<'_>, days: f64) -> bool {
    for clause in stream.clauses_mut() {
        if let Said::Rule(rule) = &mut clause.said
            && rule.contains("lateness")
            && !rule.contains("zero_from")
        {
            rule.push_str(&format!("\nzero_from = {}", show(days)));
            return true;
        }
    }
    false
}

/// 「累计3次以上」 counts what the rules before it count.
fn counted_before(stream: &Stream<'_>, subject: &str) -> Option<String> {
    let own = subject
        .replace(['累', '计', '当', '月', '年', '内', '出', '现', '发', '生', '达', '到'], "");
    let before = stream.clauses().flat_map(|c| &c.needs).rfind(|n| n.kind == "count")?;
    (own.is_empty() || subject == stream.item || before.name.contains(&own))
        .then(|| before.name.clone())
}

/// The figure of lateness in a unit, where a rule asks for it.
fn late_need(stream: &Stream<'_>, unit: &str) -> Option<String> {
    // Working days are days, as the text counts them.
    let end = format!("期{}数", if unit == "工作日" { "天" } else { unit });
    stream.clauses().flat_map(|c| &c.needs).find(|n| n.name.ends_with(&end)).map(|n| n.name.clone())
}

/// [`late_need`], where the words of a part are about nothing else.
pub(in crate::criteria) fn late_name(stream: &Stream<'_>, unit: &str, own: &str) -> Option<String> {
    late_need(stream, unit).filter(|_| own.is_empty() || LATE.contains(&own))
}

/// Words of an amount that is counted from a base.
const OVER: [&str; 8] = ["超支", "超出", "节约", "高出", "节省", "结余", "相差", "超预算"];

/// The words of a cut-off's or a condition's own part that say what is compared.
pub(in crate::criteria) fn own_words(stream: &Stream<'_>, range: &Range<usize>) -> String {
    let sentence = stream.sentence_of(range.start);
    let comma = |i: &usize| matches!(stream.letters(*i..*i + 1).as_str(), "," | ";" | ":");
    let start = (sentence.start..range.start).rev().find(comma).map_or(sentence.start, |i| i + 1);
    let mut text = stream.text(start..range.start);
    for word in [
        "一个月内",
        "一月内",
        "累计",
        "当月",
        "本月",
        "年内",
        "年度",
        "出现",
        "发生",
        "达到",
        "降至",
        "降到",
        "升至",
        "升到",
        "跌至",
        "低至",
        "达",
        "发现",
        "有",
        "的",
    ] {
        text = text.replace(word, "");
    }
    text
}
