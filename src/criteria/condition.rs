//! 「低于90%扣5分」, 「达到110%加5分」, 「全部低于18秒奖励2分」: once, on one side of a bound.

use super::Said;
use super::deviation::points_unit;
use super::stream::{Rule, Stream, need, patterns, show};
use crate::text::has_any;

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
    for (pattern, at, side, verb) in [(&ONCE, 2, 1, 4), (&SIDE, 1, 2, 3)] {
        while let Some(found) = stream.find(pattern, 0..stream.len()) {
            let number = stream.number(&found, at).cloned();
            let points =
                stream.number(&found, verb + 1).filter(|n| points_unit(n)).map(|n| n.value);
            let (Some(number), Some(points)) = (number, points) else {
                stream.hide(found.range);
                continue;
            };
            let points = if stream.letter(&found, verb) == Some(b'-') { -points } else { points };
            let sentence = stream.sentence_of(found.range.start);
            // 「每少完成5%扣2分」 is a step, not a bound.
            let words = stream.text(sentence.start..found.range.end);
            if words.rsplit(['，', ',', '；', ';']).next().is_some_and(|own| own.contains('每'))
            {
                stream.hide(found.range);
                continue;
            }
            let value = number.scaled();
            let counted = number.is_count();
            let letter = stream.letter(&found, side);
            let subject = stream.subject(found.range.start);
            let topic = {
                let paragraph = stream.paragraph_of(found.range.start);
                super::deviation::name(stream, &paragraph, found.range.start)
            };
            let all = subject.ends_with("全部") || subject == "全部" || topic.ends_with("全部");
            let name = if all {
                let paragraph = stream.paragraph_of(found.range.start);
                let topic = super::deviation::name(stream, &paragraph, paragraph.start + 1);
                format!("{}{topic}", if letter == Some(b'<') { "最长" } else { "最低" })
            } else {
                topic
            };
            // 「单张金额500元以上的扣10分」 is of each by itself.
            let each = ["单张", "单笔", "单次", "单件", "单项", "单起", "单个", "每笔", "每张"];
            if each.iter().any(|w| name.starts_with(w)) {
                let why = "要一笔一笔地看，是不是与前面的叠加没有说".to_owned();
                let clause = stream.clause(sentence, Said::Judged(why));
                stream.push(found.range, clause);
                continue;
            }
            let money = matches!(number.unit.as_str(), "元" | "万元" | "千元");
            if money && !has_any(&name, &AMOUNTS) {
                let why = "没有说清是哪个金额".to_owned();
                let clause = stream.clause(sentence, Said::Judged(why));
                stream.push(found.range, clause);
                continue;
            }
            let rule = match letter {
                // 「3次以内扣2分」: nobody says whether none at all costs 2 as well.
                Some(b'k' | b'K' | b'l') if counted && points < 0.0 => {
                    let why = "次数少也扣？一次没有扣不扣没有说".to_owned();
                    let clause = stream.clause(sentence, Said::Judged(why));
                    stream.push(found.range, clause);
                    continue;
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
            };
            let mut clause = stream.clause(sentence, rule.done());
            let kind = super::stream::kind(number.is_share(), counted);
            let name = if counted && !name.ends_with('数') && !name.ends_with("人次") {
                format!("{name}{}数", number.unit)
            } else {
                name
            };
            // 「每低1%扣1分，低于90%扣10分」 is about one rate.
            let own = super::zero::own_words(stream, &found.range);
            // 「每逾期10天扣1分，逾期90天以上扣50分」 about one count of days.
            let name = super::zero::late_name(stream, &number.unit, &own).unwrap_or(name);
            let rule = |k: &str| matches!(k, "deviation" | "ratio" | "bands" | "anchored");
            let around = stream.sentence_of(found.range.start);
            // 「每上市一款加3分，不足2款扣5分」: events are read later.
            let beside = if counted {
                stream.letters(around).contains('E')
            } else {
                // 「每低1%扣2分；达到98%加2分」 too.
                let named = name != stream.item;
                let scope = if named { around } else { stream.paragraph_of(found.range.start) };
                stream.kinds_of_rules(&scope).any(rule)
            };
            let same = own.is_empty() && beside;
            if same {
                clause.doubts.push("与前面的扣（加）分叠加，请核对".to_owned());
            }
            let asked = if same { super::names::SAME } else { name.as_str() };
            clause.needs.push(need(asked, kind, &name));
            if letter == Some(b'l') {
                clause.choices.push("界限本身不扣".to_owned());
            }
            stream.push(found.range, clause);
        }
        stream.show_hidden();
    }
}

fn condition(side: &str, bound: f64, points: f64) -> Rule {
    Rule::new("condition").line("metric = {0}").put(side, bound).put("points", points)
}
