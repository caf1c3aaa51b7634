//! 「低于90%扣5分」, 「达到110%加5分」, 「全部低于18秒奖励2分」: once, on one side of a bound.

use super::deviation::{self, points_unit};
use super::language::Number;
use super::stream::{Match, Rule, Stream, need, patterns, show};
use super::{Clause, Said};
use crate::text::has_any;
use std::ops::Range;

patterns! {
    /// 低于90%扣5分; 超过100万元[的]奖励5分.
    ONCE = r"([<>GK])(n)([gk]?),?([-+])[=P]?(n)";
    /// 90%以下扣5分, 100%以上加5分.
    SIDE = r"(n)([glkhv]),?([-+])[=P]?(n)";
    /// 高于18秒的每人次扣1分[,其中超出2秒以上的该人次再加扣1分].
    EACH = r"([<>])(n),?E(n),?-=?(n)(?:,w?([<>])(n)[gh]?,?w?-=?(n))?";
}

/// Members past a bound, each; and more where they are far past it.
pub(super) fn members(stream: &mut Stream<'_>) {
    while let Some(found) = stream.find(&EACH, 0..stream.len()) {
        let head =
            stream.number(&found, 3).is_some_and(|n| matches!(n.unit.as_str(), "人次" | "人"));
        let bound = stream.number(&found, 2).cloned();
        let deduct = stream.number(&found, 4).filter(|n| points_unit(n)).map(|n| n.value);
        let (Some(bound), Some(deduct), true) = (bound, deduct, head) else {
            stream.hide(found.range);
            continue;
        };
        let over = stream.letter(&found, 1) == Some(b'>');
        let paragraph = stream.paragraph_of(found.range.start);
        let topic = super::deviation::name(stream, &paragraph, paragraph.start + 1);
        let topic = if topic == stream.item { stream.item.to_owned() } else { topic };
        let limit = bound.scaled();
        let mut events = vec![format!("{{ metric = {{0}}, deduct = {} }}", show(deduct))];
        let side = if over { "above" } else { "below" };
        let word = if over { "超时" } else { "不足" };
        let word = if bound.unit == "秒" || bound.unit == "分钟" {
            word
        } else if over {
            "超标"
        } else {
            "未达标"
        };
        let name = format!("{topic}{word}人次");
        let mut clause = stream.clause(stream.sentence_of(found.range.start), Said::Nothing);
        clause.needs.push(need(&name, "count", &name));
        if let Some(need) = clause.needs.last_mut() {
            need.bound = Some((side, limit));
        }
        if let (Some(further), Some(more)) = (stream.number(&found, 6), stream.number(&found, 7)) {
            events.push(format!("{{ metric = {{1}}, deduct = {} }}", show(more.value)));
            let name = format!("{topic}{word}{}{}以上人次", show(further.value), further.unit);
            let further = further.scaled();
            clause.needs.push(need(&name, "count", &name));
            if let Some(need) = clause.needs.last_mut() {
                // 超出2秒以上 is 2 more, 高于20秒 is 20.
                let words = stream.text(found.range.clone());
                let whole = over && further > limit && !words.contains("超出");
                let bound = match (whole, over) {
                    (true, _) => further,
                    (false, true) => limit + further,
                    (false, false) => limit - further,
                };
                need.bound = Some((side, bound));
            }
        }
        let text = stream.text(found.range.start..found.range.start + 2);
        clause.choices.push(format!("人次数的是{text}的"));
        clause.said =
            Said::Rule(format!("kind = \"per-member\"\nevents = [{}]", events.join(", ")));
        stream.push(found.range, clause);
    }
    stream.show_hidden();
}

/// Words of a name that is an amount of money.
const AMOUNTS: [&str; 16] = [
    "额", "费", "款", "损", "本", "值", "收", "销", "利", "价", "钱", "资", "营", "支", "薪", "账",
];

/// Conditions that add or take once.
pub(super) fn read(stream: &mut Stream<'_>) {
    for (pattern, bound, side, verb) in [(&ONCE, 2, 1, 4), (&SIDE, 1, 2, 3)] {
        while let Some(found) = stream.find(pattern, 0..stream.len()) {
            let Some(once) = Once::seen(stream, &found, bound, side, verb) else {
                stream.hide(found.range);
                continue;
            };
            let clause = once.clause(stream).unwrap_or_else(|why| {
                stream.clause(stream.sentence_of(once.range.start), Said::Judged(why.to_owned()))
            });
            stream.push(once.range, clause);
        }
        stream.show_hidden();
    }
}

/// Points that are added or taken once, on one side of a bound.
struct Once {
    range: Range<usize>,
    number: Number,
    /// The letter of the side.
    side: Option<u8>,
    /// Points added; negative where they are taken.
    points: f64,
}

impl Once {
    /// What a match says, by its groups; `None` where it is no condition.
    fn seen(
        stream: &Stream<'_>,
        found: &Match,
        bound: usize,
        side: usize,
        verb: usize,
    ) -> Option<Self> {
        let number = stream.number(found, bound)?.clone();
        let points = stream.number(found, verb + 1).filter(|n| points_unit(n))?.value;
        let points = if stream.letter(found, verb) == Some(b'-') { -points } else { points };
        // 「每少完成5%扣2分」 is a step, not a bound.
        let words = stream.text(stream.sentence_of(found.range.start).start..found.range.end);
        let own = words.rsplit(['，', ',', '；', ';']).next().unwrap_or_default();
        let side = stream.letter(found, side);
        (!own.contains('每')).then(|| Self { range: found.range.clone(), number, side, points })
    }

    /// Its clause; an error says why it is left to a person.
    fn clause(&self, stream: &Stream<'_>) -> Result<Clause, &'static str> {
        let name = self.measured(stream);
        // 「单张金额500元以上的扣10分」 is of each by itself.
        let each = ["单张", "单笔", "单次", "单件", "单项", "单起", "单个", "每笔", "每张"];
        if each.iter().any(|w| name.starts_with(w)) {
            return Err("要一笔一笔地看，是不是与前面的叠加没有说");
        }
        let money = matches!(self.number.unit.as_str(), "元" | "万元" | "千元");
        if money && !has_any(&name, &AMOUNTS) {
            return Err("没有说清是哪个金额");
        }
        self.beyond(stream, &name)?;
        let rule = self.rule()?;
        let sentence = stream.sentence_of(self.range.start);
        let mut clause = stream.clause(sentence, rule.done());
        let counted = self.number.is_count();
        let kind = super::stream::kind(self.number.is_share(), counted);
        let hint = self.figure(stream, &name);
        if self.is_about_the_same(stream, &hint) {
            clause.doubts.push("与前面的扣（加）分叠加，请核对".to_owned());
            clause.needs.push(need(super::names::SAME, kind, &hint));
        } else {
            clause.needs.push(need(&hint, kind, &hint));
        }
        if counted && self.number.value == 1.0 && self.side == Some(b'>') {
            clause.doubts.push("没有说每多一次再扣（加）还是只一次：按只一次".to_owned());
        }
        if self.side == Some(b'l') {
            clause.choices.push("界限本身不扣".to_owned());
        }
        Ok(clause)
    }

    /// 「不超过10小时，超过2小时扣1分」 is perhaps 2 more than 10, as 超过5% is of 10万元, and 1万元 of
    /// 「不超过预算」.
    fn beyond(&self, stream: &Stream<'_>, name: &str) -> Result<(), &'static str> {
        const LIMITS: [&str; 6] = ["不超", "不得超", "不高于", "不低于", "不少于", "控制在"];
        const WHY: &str = "超过的是界限还是超过界限的部分没有读懂";
        if has_any(name, &LIMITS) {
            return Err(WHY);
        }
        if self.side != Some(b'>') {
            return Ok(());
        }
        let own = &self.number;
        let further = |limit: &Number| {
            limit.unit == own.unit && limit.scaled() > own.scaled()
                || own.is_share() && !limit.is_share() && limit.unit != "分"
        };
        let start = stream.sentence_of(self.range.start).start;
        let said = |i: &usize| {
            let before = *i > start && matches!(stream.letter_at(*i - 1), b'K' | b'G');
            before || stream.letter_at(*i + 1) == b'k'
        };
        let mut limits = (start..self.range.start).filter(said);
        let any = limits.any(|i| stream.numbers(i..i + 1).any(further));
        if any { Err(WHY) } else { Ok(()) }
    }

    /// What is compared: of 「全部低于18秒」 the longest.
    fn measured(&self, stream: &Stream<'_>) -> String {
        let paragraph = stream.paragraph_of(self.range.start);
        let topic = deviation::name(stream, &paragraph, self.range.start);
        let all = stream.subject(self.range.start).ends_with("全部") || topic.ends_with("全部");
        if !all {
            return topic;
        }
        let topic = deviation::name(stream, &paragraph, paragraph.start + 1);
        format!("{}{topic}", if self.side == Some(b'<') { "最长" } else { "最低" })
    }

    /// Its rule; an error says why there is none.
    fn rule(&self) -> Result<Rule, &'static str> {
        let (value, points) = (self.number.scaled(), self.points);
        let counted = self.number.is_count();
        Ok(match self.side {
            // 「3次以内扣2分」: nobody says whether none at all costs 2 as well.
            Some(b'k' | b'K' | b'l') if counted && points < 0.0 => {
                return Err("次数少也扣？一次没有扣不扣没有说");
            }
            Some(b'<' | b'l' | b'v') => condition("below", value, points),
            Some(b'>' | b'h') => condition("above", value, points),
            Some(b'k' | b'K') if counted => condition("below", value + 1.0, points),
            Some(b'G' | b'g') => Rule::new("tiers").line("metrics = [{0}]").line(&format!(
                "tiers = [{{ from = {}, deduct = {} }}]",
                show(value),
                show(-points)
            )),
            _ => condition("at_most", value, points),
        })
    }

    /// What the figure is called.
    fn figure(&self, stream: &Stream<'_>, name: &str) -> String {
        // 「每逾期10天扣1分，逾期90天以上扣50分」 about one count of days.
        let own = super::zero::own_words(stream, &self.range);
        super::zero::late_name(stream, &self.number.unit, &own).unwrap_or_else(|| {
            if self.number.is_count() && !name.ends_with('数') && !name.ends_with("人次") {
                format!("{name}{}数", self.number.unit)
            } else {
                name.to_owned()
            }
        })
    }

    /// Whether a rule beside it measures the same: 「每低1%扣1分，低于90%扣10分」 is about one rate.
    fn is_about_the_same(&self, stream: &Stream<'_>, name: &str) -> bool {
        let around = stream.sentence_of(self.range.start);
        if !super::zero::own_words(stream, &self.range).is_empty() {
            return false;
        }
        // 「每上市一款加3分，不足2款扣5分」: events are read later.
        if self.number.is_count() {
            return stream.letters(around).contains('E');
        }
        // 「每低1%扣2分；达到98%加2分」 too.
        let named = name != stream.item;
        let scope = if named { around } else { stream.paragraph_of(self.range.start) };
        stream
            .kinds_of_rules(&scope)
            .any(|k| matches!(k, "deviation" | "ratio" | "bands" | "anchored"))
    }
}

/// A condition's rule.
fn condition(side: &str, bound: f64, points: f64) -> Rule {
    Rule::new("condition").line("metric = {0}").put(side, bound).put("points", points)
}
