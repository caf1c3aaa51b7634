//! 「低于95%，每低一个百分点扣2分；高于95%，每高一个百分点奖励1分」: steps from a base.

mod base;
mod side;
mod toward;
mod two;

use super::language::Number;
use super::quotient;
use super::stream::{Rule, Stream, is_mean, need, patterns, show};
use super::{Need, Said};
use base::{Base, base, is_rate_name, without_period};
use side::{Side, side};
use std::ops::Range;
use two::two_rates;

patterns! {
    /// 98%及以上不扣分: says again where steps begin.
    NOT = r"[GKT<>]?(n)[gk]?,?O";
    /// 低于标准不加分.
    NEITHER = r"(w),?O";
    /// 5元为1个阶段.
    STAGE = r"(n)=(n)";
    /// 低于95%的, 不超过3天.
    COMPARED = r"[<>GK](n)";
    /// 不足1%按1%计.
    PART = r"<(n)[w,=]?(n)w?";
    /// 不足1%不计.
    NO_PART = r"<(n)(?:O|w)";
    /// 最多扣6分, 最多加6分 behind the rule.
    LIMITS = r"^[,;:]?([XY])=?(n)";
}

/// Reads every deviation of the text.
pub(super) fn read(stream: &mut Stream<'_>) {
    for paragraph in stream.paragraphs() {
        let mut from = paragraph.start;
        while let Some(first) = side(stream, from..paragraph.end) {
            let mut sides = vec![first];
            let mut twice = false;
            // The other side: in the same sentence, or in the next one with no base of its own.
            loop {
                let at = sides.last().map_or(from, |s| s.range.end);
                let Some(next) = side(stream, at..paragraph.end) else { break };
                let between = stream.kinds(at..next.range.start);
                if sides.iter().any(|s| s.up == next.up && s.up.is_some())
                    && stream.sentence_of(at) == stream.sentence_of(next.range.start)
                    && !between.contains(['B', 'w'])
                {
                    // 「每低1%扣2分，低于80%时每低1%扣3分」: two rates of one side.
                    twice = true;
                    sides.push(next);
                    break;
                }
                // 「低于60%不得分；超额部分每5%加1分」: the cut-off between is no base.
                let extra = next.range.start.checked_sub(1).map(|i| stream.text(i..i + 1));
                let extra = extra.is_some_and(|text| EXTRA.contains(&text.as_str()));
                let own = between.contains('Z') && extra
                    || between.contains('B')
                    || (between.contains('w') && far(stream, at, &next));
                let same = sides.iter().any(|s| s.up == next.up);
                if own || same || sides.len() == 2 {
                    break;
                }
                sides.push(next);
            }
            from = sides.last().map_or(from + 1, |s| s.range.end);
            if twice {
                two_rates(stream, &paragraph, &sides);
            } else {
                one(stream, &paragraph, &sides);
            }
        }
    }
}

/// Whether words of another subject stand between two sides.
fn far(stream: &Stream<'_>, at: usize, next: &Side) -> bool {
    let words = stream.text(at..next.range.start);
    let known = ["时", "反之", "目标", "基准", "且", "同时", "如", "另", "实际"];
    let mut rest = words;
    for word in known {
        rest = rest.replace(word, "");
    }
    let letters = |c: char| c.is_alphabetic() && !"低于高超过的者则每达到出".contains(c);
    rest.chars().filter(|c| letters(*c)).count() > 1
        && stream.kinds(at..next.range.start).contains(';')
}

pub(super) fn points_unit(number: &Number) -> bool {
    number.unit.is_empty() && number.times == 1.0 || number.unit == "分"
}

fn one(stream: &mut Stream<'_>, paragraph: &Range<usize>, sides: &[Side]) {
    let Some(first) = sides.first() else { return };
    let span = first.range.start..sides.last().map_or(first.range.end, |s| s.range.end);
    let sentence = stream.sentence_of(first.range.start);
    let end = stream.sentence_of(span.end - 1).end;
    let shown = sentence.start..end;
    let name = without_period(&name(stream, paragraph, first.range.start));
    // What is above the base is no figure of its own.
    let name = if EXTRA.contains(&name.as_str()) { stream.item.to_owned() } else { name };
    // A ratio that the words define.
    let quoted = quotient::find(stream, paragraph.clone());
    let name = match name.split_once('=').zip(quoted.as_ref()) {
        Some(((own, _), quoted)) if quoted.name.ends_with(own) => own.to_owned(),
        _ => name,
    };
    for side in sides {
        stream.take(side.range.clone());
    }
    let before = sentence.start..span.end;
    let base = base(
        stream,
        &[before, sentence.start..end, paragraph.clone(), 0..stream.len()],
        sides,
        &name,
    );
    // 「完成100%得40分」 of an item 销售额 measures how much of it was reached.
    let name = match &base {
        Base::At { value, rate: true, .. } if reached(stream, paragraph, *value, &name) => {
            format!("{name}完成率")
        }
        _ => name,
    };
    let assumed = matches!(base, Base::Whole);
    let base = match base {
        Base::Whole => {
            Base::At { value: 1.0, above: None, rate: true, unit: "%".into(), points: None }
        }
        base => base,
    };
    let judged = |stream: &mut Stream<'_>, why: &str| {
        let clause = stream.clause(shown.clone(), Said::Judged(why.to_owned()));
        stream.push(span.clone(), clause);
    };
    let rate;
    let mut unit_of_base = String::new();
    let mut needs: Vec<Need> = Vec::new();
    let mut rule = Rule::new("deviation").line("value = {0}");
    let mut choices = Vec::new();
    if assumed {
        choices.push("没有说目标：从 100 % 算起".to_owned());
    }
    let mut doubts = Vec::new();
    let step_of = |number: Option<&Number>| -> Option<(f64, bool)> {
        number.map(|n| (n.scaled(), n.is_share()))
    };
    let turned;
    let sides = match toward::turn(stream, paragraph, sides, &base, &name) {
        Some((own, doubt)) => {
            turned = own;
            doubts.extend(doubt);
            turned.as_slice()
        }
        None => sides,
    };
    let mut mirror = sides.iter().any(|s| s.mirror);
    let mut signed = false;
    match &base {
        Base::None(why) => return judged(stream, why),
        // Made a base of 100 % above.
        Base::Whole => return,
        Base::Around { middle, off, rate: is_rate, unit, points } => {
            rate = *is_rate;
            unit_of_base.clone_from(unit);
            rule = rule
                .put("base", crate::text::round15(middle - off))
                .put("base_above", crate::text::round15(middle + off));
            // 「标准85%，±2%内不奖不罚，每超1%加1分，每低1%扣1分」 says each side itself.
            let both = sides.len() == 2 && *middle != 0.0;
            (mirror, signed) = (!both, *middle == 0.0);
            if signed {
                choices.push("填带正负号的偏差，或它的绝对值".to_owned());
            }
            if let Some(points) = points.filter(|p| *p != stream.points) {
                stream_base_points(stream, points);
            }
        }
        Base::At { value, above, rate: is_rate, unit, points } => {
            rate = *is_rate || (unit.is_empty() && is_rate_name(&name) && *value <= 1.0);
            unit_of_base.clone_from(unit);
            rule = rule.put("base", *value).put_if("base_above", *above);
            if above.is_some() {
                choices.push("两个界限之间不加不减".to_owned());
            }
            if let Some(points) = points.filter(|p| *p != stream.points) {
                stream_base_points(stream, points);
            }
        }
        Base::Figure(_) => {
            rule = rule.line("base_metric = {1}");
            rate = is_rate_name(&name);
        }
    }
    let (mut above, mut below, mut up, mut down) = (0.0, 0.0, None, None);
    let mut relative = false;
    let size = sides.iter().find_map(|s| stage(stream, paragraph, s.step.as_ref()));
    for side in sides {
        let stage = side.step.as_ref().and_then(|n| stage_of(n, size.as_ref()));
        let Some((mut step, share)) =
            step_of(stage.as_ref().or(side.step.as_ref())).or(Some((1.0, false)))
        else {
            continue;
        };
        let unit = side.step.as_ref().map_or("", |n| n.unit.as_str());
        if rate && !share {
            match unit {
                // 「每低1扣2分」 of a rate is a percentage point; 「每低1分」 is not.
                "" => step /= 100.0,
                "点" => step /= 100.0,
                _ => return judged(stream, "基准是百分比，每一步的单位却不是"),
            }
        }
        relative |= share && !rate;
        // Working days are days as the text counts them.
        let days = unit == "天" && unit_of_base == "工作日";
        let differs = !days
            && !share
            && !rate
            && !unit.is_empty()
            && !unit_of_base.is_empty()
            && unit != unit_of_base
            && stage.is_none();
        if differs {
            return judged(stream, "基准与每一步的单位不同");
        }
        match side.up {
            Some(true) => (above, up) = (side.points, Some(step)),
            Some(false) => (below, down) = (-side.points, Some(step)),
            None => {
                (above, below) = (side.points, side.points);
                (up, down) = (Some(step), Some(step));
            }
        }
    }
    if mirror {
        let [side] = sides else { return judged(stream, "两边怎么扣没有说清") };
        if side.points > 0.0 || side.up == Some(false) {
            return judged(stream, "两边怎么扣没有说清");
        }
        (below, down) = (-above, up);
    }
    let Some(step) = up.or(down) else { return };
    rule = rule.put("step", crate::text::round15(step));
    rule = rule.put_if("step_below", down.filter(|d| *d != step));
    if relative {
        rule = rule.line("relative = true");
        doubts.push("百分比按基准的百分之几算，不是百分点".to_owned());
    }
    rule = rule.put("above", above).put("below", below);
    // Limits that stand right behind, the one side's before the other begins.
    let mut tail = span.end;
    let mut more_added = false;
    for pair in sides.windows(2) {
        let [side, next] = pair else { continue };
        let gap = side.range.end..next.range.start;
        if let Some(found) = stream.find(&LIMITS, gap)
            && let Some(most) = stream.number(&found, 2).map(|n| n.value)
        {
            let taken = stream.letter(&found, 1) == Some(b'X');
            rule = rule.put(if taken { "most_taken" } else { "most_added" }, most);
            more_added |= !taken;
            stream.take(found.range);
        }
    }
    while let Some(found) = stream.find(&LIMITS, tail..paragraph.end) {
        let Some(most) = stream.number(&found, 2).map(|n| n.value) else { break };
        let key = if stream.letter(&found, 1) == Some(b'X') { "most_taken" } else { "most_added" };
        if key == "most_added" && more_added {
            break;
        }
        rule = rule.put(key, most);
        tail = found.range.end;
        stream.take(found.range);
    }
    let (steps, chosen) = steps(stream, paragraph, tail);
    rule = rule.line(&format!("steps = \"{steps}\""));
    if chosen {
        choices.push("没有说不足一步怎么算：只计整步".to_owned());
    }
    match quoted.filter(|_| rate) {
        Some(quoted) => {
            let exceed = matches!(&base, Base::At { value, .. } if *value >= 1.0);
            let line = quotient::value(exceed);
            let Said::Rule(text) = rule.done() else { return };
            rule = Rule::raw(text.replace("value = {0}", &format!("value = {line}")));
            needs.push(need(&quoted.of, "amount", &quoted.of));
            needs.push(need(&quoted.over, "amount", &quoted.over));
            choices.push(if exceed {
                "分母为 0 时报错".to_owned()
            } else {
                "分母为 0（没有可算的）时保持基础分".to_owned()
            });
            stream.take(quoted.range);
        }
        None => {
            let kind = if rate {
                "rate"
            } else if COUNTS.contains(&unit_of_base.as_str()) && !is_mean(&name) {
                "count"
            } else {
                "amount"
            };
            let mut wanted = need(&name, kind, &name);
            wanted.signed = signed;
            wanted.aimed = below > 0.0;
            wanted.unit.clone_from(&unit_of_base);
            needs.push(wanted);
        }
    }
    if let Base::Figure(named) = &base {
        let target =
            if named.chars().count() > 2 { named.clone() } else { format!("{name}{named}") };
        let target = if named == "目标" || named == "目标值" || named == "指标" || named == "计划"
        {
            format!("{name}{}", if named == "计划" { "计划数" } else { "目标值" })
        } else if named.starts_with(['上', '去']) {
            format!("{name}{named}")
        } else {
            target
        };
        if needs.len() == 1 {
            let kind = needs.first().map_or("amount", |n| n.kind);
            needs.push(need(&target, kind, &target));
        } else {
            return judged(stream, "基准是另一个数，指标又是两个数之比");
        }
        if !rate && !relative && sides.iter().all(|s| s.step.is_none()) {
            return judged(stream, "没有说每一步是多少");
        }
    }
    let mut clause = stream.clause(shown, rule.done());
    clause.needs = needs;
    clause.choices = choices;
    clause.doubts = doubts;
    // What says again where the steps begin.
    if let Base::At { value, .. } = &base {
        for found in stream.all(&COMPARED, sentence.clone()) {
            let before = found.range.end <= span.end;
            if before && stream.number(&found, 1).is_some_and(|n| n.scaled() == *value) {
                stream.take(found.range);
            }
        }
        for found in stream.all(&NOT, paragraph.clone()) {
            if stream.number(&found, 1).is_some_and(|n| n.scaled() == *value) {
                stream.take(found.range);
            }
        }
    }
    // 「低于标准不加分」 where nothing is added below says it again.
    for found in stream.all(&NEITHER, paragraph.clone()) {
        let words = found.group(1).map(|g| stream.text(g)).unwrap_or_default();
        let aim = ["标准", "目标", "目标值", "预算", "计划", "定额", "基准"];
        let side = |heads: &[&str]| {
            heads.iter().any(|h| words.strip_prefix(h).is_some_and(|rest| aim.contains(&rest)))
        };
        let down = below == 0.0 && side(&["低于", "少于", "未超", "未超过", "不超"]);
        let up = above == 0.0 && side(&["高于", "超过", "超出", "多于", "超"]);
        if down || up {
            stream.take(found.range);
        }
    }
    // What stands between the sides and was not read is left over.
    stream.keep(span, clause);
}

/// Words of a side that stand in the place of what is measured.
const EXTRA: [&str; 9] = [
    "超额完成部分",
    "超额部分",
    "超额完成",
    "超额",
    "超产部分",
    "超产",
    "欠产部分",
    "欠产",
    "超支",
];

const COUNTS: [&str; 9] = ["次", "人次", "人", "件", "起", "例", "项", "处", "单"];

/// Whether a base is a share of something that was done, and the name does not say so.
fn reached(stream: &Stream<'_>, paragraph: &Range<usize>, value: f64, name: &str) -> bool {
    let share = show(crate::text::round15(value * 100.0));
    let text = stream.text(paragraph.clone());
    let done = ["完成", "达成", "完成目标", "完成计划", "完成任务"];
    !is_rate_name(name)
        && !name.contains("完成")
        && !name.contains("达成")
        && done.iter().any(|w| text.contains(&format!("{w}{share}%")))
}

/// The base points of the item go with the clause until it is done.
fn stream_base_points(stream: &mut Stream<'_>, points: f64) {
    stream.base_points = Some(points);
}

/// Whole steps, begun steps or part steps, and whether the text is silent.
fn steps(stream: &mut Stream<'_>, paragraph: &Range<usize>, from: usize) -> (&'static str, bool) {
    let rest = from..paragraph.end;
    if let Some(found) = stream.find(&PART, rest.clone()) {
        let (a, b) = (stream.number(&found, 1).cloned(), stream.number(&found, 2).cloned());
        if a == b {
            stream.take(found.range);
            return ("begun", false);
        }
    }
    if let Some(found) = stream.find(&NO_PART, rest.clone()) {
        let text = stream.text(found.range.clone());
        if text.contains("不计") || text.contains("不扣") || text.contains("舍去") {
            stream.take(found.range);
            return ("whole", false);
        }
    }
    let text = stream.text(rest);
    if ["不足一步按比例", "不足部分按比例", "按比例折算", "按比例计算"]
        .iter()
        .any(|w| text.contains(w))
    {
        return ("proportional", false);
    }
    ("whole", true)
}

/// 「每升一阶段」 where 「5元为一个阶段」 says how much that is.
fn stage(
    stream: &mut Stream<'_>,
    paragraph: &Range<usize>,
    step: Option<&Number>,
) -> Option<Number> {
    let step = step.filter(|n| matches!(n.unit.as_str(), "阶段" | "档" | "级" | "台阶"))?;
    let found = stream
        .all(&STAGE, paragraph.clone())
        .into_iter()
        .find(|m| stream.number(m, 2).is_some_and(|n| n.unit == step.unit && n.value == 1.0))?;
    let size = stream.number(&found, 1)?.clone();
    stream.take(found.range);
    Some(size)
}

/// So many stages as an amount.
fn stage_of(step: &Number, size: Option<&Number>) -> Option<Number> {
    let size = size.filter(|_| matches!(step.unit.as_str(), "阶段" | "档" | "级" | "台阶"))?;
    Some(Number { value: size.value * step.value, ..size.clone() })
}

/// What is measured: the words before the base, with the topic before a colon.
pub(super) fn name(stream: &Stream<'_>, paragraph: &Range<usize>, at: usize) -> String {
    let sentence = stream.sentence_of(at);
    // Behind 「每次扣1分」 something else is measured.
    let before = stream.letters(sentence.start..at);
    let from = before.rfind(['-', '+']).map_or(sentence.start, |i| sentence.start + i + 2);
    let compared = stream.find(&ANY_BASE, from.min(at)..at).map_or(at, |found| found.range.start);
    let own = stream.subject(compared);
    let text = stream.text(paragraph.clone());
    let topic = text.split(':').next().filter(|t| t.chars().count() < 12 && text.contains(':'));
    let topic = topic.unwrap_or_default();
    let plain = topic.chars().all(|c| c.is_alphabetic());
    if plain && !topic.is_empty() && own != stream.item && !own.starts_with(topic) {
        return format!("{topic}{own}");
    }
    if plain && !topic.is_empty() && own == stream.item { topic.to_owned() } else { own }
}

patterns! {
    /// The first thing that is compared.
    ANY_BASE = r"[<>GKTn]";
}

/// 「每超10人扣1分」 and the like, of which the step is more than one: steps from nothing.
pub(super) fn from_nothing(step: f64, points: f64) -> Rule {
    Rule::new("deviation")
        .line("value = {0}")
        .put("base", 0.0)
        .put("step", step)
        .line(&format!("above = {}", show(points)))
        .put("below", 0.0)
}
