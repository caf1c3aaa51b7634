//! 「低于95%，每低一个百分点扣2分；高于95%，每高一个百分点奖励1分」: steps from a base.

use super::language::Number;
use super::quotient;
use super::stream::{Match, Rule, Stream, need, patterns, show};
use super::{Need, Said};
use std::ops::Range;

patterns! {
    /// 每低[目标]1%[,]扣2分.
    SIDE = r"E([UD])(t?)(n?),?([-+])[=P]?(n)";
    /// 每低于99%0.1个百分点扣1分: the base stands between.
    INLINE = r"E([UD])t?:?(n):?(n),?([-+])[=P]?(n)";
    /// 平均得分90分, right before the rule.
    SCORED = r"w=(n)[,;]$";
    /// 每目标(95%)低1%扣1分.
    AIMED = r"E(t):?(n)?:?([UD])(n),?([-+])[=P]?(n)";
    /// 每偏差1%扣1分: either way.
    OFF = r"Ew(n),?(-)[=P]?(n)";
    /// 偏差在±5%以内得10分, 100%±5%.
    AROUND = r"(?:(n),?)?[KG<>]?M(n)k?,?(?:=?F|=?(n)|O)?";
    /// 98%及以上不扣分: says again where steps begin.
    NOT = r"[GKT<>]?(n)[gk]?,?O";
    /// 低于标准不加分.
    NEITHER = r"(w),?O";
    /// 95%以上10分, before a step.
    WORTH = r"[GKT<>]?(n)[gk],?(n)";
    /// 低于目标的,每1%扣2分: the side stands before.
    SIDED = r"([<>UD])t?n?,?E(n),?([-+])=?(n)";
    /// 每高(低)1%加(减)2分.
    BOTH = r"E[UD][:d]*[UD]:?(n?),?([-+])[:d]*[-+]:?=?(n)";
    /// 5元为1个阶段.
    STAGE = r"(n)=(n)";
    /// 以95%为基准.
    STRONG = r"T?=?(n)[gk]?B";
    /// 目标值95%.
    TARGET = r"T[=:GK]?(n)";
    /// 达到95%得满分, 95%以上得15分.
    REACHED = r"[GKT<>]?(n)[gk]?,?(?:=?F|=(n))";
    /// 低于95%的, 不超过3天.
    COMPARED = r"[<>GK](n)";
    /// 归档率100%, right before the rule.
    PLAIN = r"w(n)[,;]$";
    /// 目标产量1000件.
    NAMED = r"w(n)";
    /// 3天以内.
    WITHIN = r"(n)[gk]";
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
                let own =
                    between.contains('B') || (between.contains('w') && far(stream, at, &next));
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

/// 「每低1%扣1分，低于90%每低1%扣2分」: the first rate up to the second bound, the second one from it.
fn two_rates(stream: &mut Stream<'_>, paragraph: &Range<usize>, sides: &[Side]) {
    let [first, second] = sides else { return };
    let sentence = stream.sentence_of(first.range.start);
    let between = first.range.end..second.range.start;
    let bound = stream.find(&COMPARED, between).and_then(|found| {
        let number = stream.number(&found, 1)?.clone();
        Some((found.range, number))
    });
    if let Some((range, bound)) = bound {
        stream.take(range);
        stream.take(second.range.clone());
        one(stream, paragraph, std::slice::from_ref(first));
        let own = first.range.start..first.range.end;
        if let Some(clause) = stream.last_clause(&own)
            && let Said::Rule(rule) = &clause.said
            && let Some(rule) = second_rate(rule, first, second, &bound)
        {
            clause.said = Said::Rule(rule);
            clause
                .doubts
                .push("两种扣（加）法按分段累加：过了第二个界限的部分按第二种，请核对".to_owned());
            return;
        }
        stream.retract(&sentence);
    }
    let why = "同一边有两种扣（加）法，写不成规则".to_owned();
    let clause = stream.clause(sentence.clone(), Said::Judged(why));
    stream.push(sentence, clause);
}

/// A first rate's rule with the second one behind it.
fn second_rate(rule: &str, first: &Side, second: &Side, bound: &Number) -> Option<String> {
    let value = |key: &str| -> Option<f64> {
        rule.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(" = ")?.parse().ok())
    };
    let plain = ["relative", "most_", "base_", "step_below"].iter().all(|w| !rule.contains(w));
    let (base, step) = (value("base")?, value("step")?);
    let next =
        second.step.as_ref().filter(|n| n.unit == bound.unit || n.is_share() == bound.is_share());
    let (next, up, bound) = (next?.scaled(), first.up?, bound.scaled());
    let further = if up { bound > base } else { bound < base };
    let steps = crate::text::round15((bound - base).abs() / step);
    let same_sign = (first.points < 0.0) == (second.points < 0.0);
    if !plain || !further || !same_sign || (steps - steps.round()).abs() > 1e-9 {
        return None;
    }
    let most = crate::text::round15(steps.round() * first.points.abs());
    let key = if first.points < 0.0 { "most_taken" } else { "most_added" };
    let (above, below) = if up { (second.points, 0.0) } else { (0.0, -second.points) };
    let head = rule.replace('\n', ", ");
    Some(format!(
        "kind = \"clauses\"\nrules = [\n  {{ {head}, {key} = {} }},\n  {{ kind = \"deviation\", value = {{0}}, base = {}, step = {}, above = {}, below = {}, steps = \"whole\" }},\n]",
        show(most),
        show(bound),
        show(next),
        show(above),
        show(below),
    ))
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
    rest.chars().filter(|c| letters(*c)).count() > 2
        && stream.kinds(at..next.range.start).contains(';')
}

struct Side {
    range: Range<usize>,
    /// Above the base, below it; `None` for both.
    up: Option<bool>,
    /// 每低于目标: the base is named.
    named: Option<String>,
    step: Option<Number>,
    /// Points added; negative where they are taken.
    points: f64,
    /// The base, where it stands in the step itself.
    base: Option<Number>,
    /// Whether either way counts: 每偏差1%.
    mirror: bool,
}

fn side(stream: &Stream<'_>, range: Range<usize>) -> Option<Side> {
    let points = |found: &Match, verb: usize, amount: usize| {
        let amount = stream.number(found, amount).filter(|n| points_unit(n))?;
        let sign = if stream.letter(found, verb) == Some(b'-') { -1.0 } else { 1.0 };
        Some(sign * amount.value)
    };
    let mut best: Option<Side> = None;
    let mut keep = |side: Option<Side>| {
        if let Some(side) = side
            && best.as_ref().is_none_or(|b| side.range.start < b.range.start)
        {
            best = Some(side);
        }
    };
    keep(stream.find(&BOTH, range.clone()).and_then(|found| {
        Some(Side {
            up: None,
            named: None,
            step: stream.number(&found, 1).cloned(),
            points: points(&found, 2, 3)?,
            range: found.range,
            base: None,
            mirror: false,
        })
    }));
    keep(stream.find(&INLINE, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 1) == Some(b'U')),
            named: None,
            step: stream.number(&found, 3).cloned(),
            points: points(&found, 4, 5)?,
            base: stream.number(&found, 2).cloned(),
            range: found.range,
            mirror: false,
        })
    }));
    keep(stream.find(&AIMED, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 3) == Some(b'U')),
            named: found.group(1).map(|g| stream.text(g)),
            step: stream.number(&found, 4).cloned(),
            points: points(&found, 5, 6)?,
            base: found.group(2).and_then(|g| stream.numbers(g).next()).cloned(),
            range: found.range,
            mirror: false,
        })
    }));
    keep(stream.find(&OFF, range.clone()).and_then(|found| {
        let word = stream.text(found.range.start + 1..found.range.start + 2);
        let off = ["偏差", "偏离", "相差", "误差", "差异"].iter().any(|w| word == *w);
        Some(Side {
            up: Some(true).filter(|_| off)?.into(),
            named: None,
            step: stream.number(&found, 1).cloned(),
            points: points(&found, 2, 3)?,
            range: found.range,
            base: None,
            mirror: true,
        })
    }));
    keep(stream.find(&SIDE, range.clone()).and_then(|found| {
        Some(Side {
            up: Some(stream.letter(&found, 1) == Some(b'U')),
            named: found.group(2).filter(|g| !g.is_empty()).map(|g| stream.text(g)),
            step: stream.number(&found, 3).cloned(),
            points: points(&found, 4, 5)?,
            range: found.range,
            base: None,
            mirror: false,
        })
    }));
    keep(stream.find(&SIDED, range).and_then(|found| {
        let step = stream.number(&found, 2)?;
        let letter = stream.letter(&found, 1);
        // 「超过2次,每次扣3分」 counts events.
        if step.is_count() && step.value == 1.0 {
            return None;
        }
        Some(Side {
            up: Some(matches!(letter, Some(b'>' | b'U'))),
            named: None,
            step: Some(step.clone()),
            points: points(&found, 3, 4)?,
            range: stream_each(stream, &found),
            base: None,
            mirror: false,
        })
    }));
    best
}

/// From 每 on: what is compared before it is the base.
fn stream_each(stream: &Stream<'_>, found: &Match) -> Range<usize> {
    let each = stream.kinds(found.range.clone()).find('E').unwrap_or(0);
    found.range.start + each..found.range.end
}

pub(super) fn points_unit(number: &Number) -> bool {
    number.unit.is_empty() && number.times == 1.0 || number.unit == "分"
}

/// Where steps are counted from.
enum Base {
    At {
        value: f64,
        above: Option<f64>,
        rate: bool,
        unit: String,
        points: Option<f64>,
    },
    /// As far to either side of a middle.
    Around {
        middle: f64,
        off: f64,
        rate: bool,
        unit: String,
        points: Option<f64>,
    },
    /// Another figure, and whether its name is only 目标.
    Figure(String),
    None(&'static str),
}

/// 「目标产量1000件」: the words before the number name a target.
fn is_target(stream: &Stream<'_>, found: &Match) -> bool {
    let text = stream.text(found.range.start..found.range.start + 1);
    ["目标", "计划", "定额", "标准", "指标"].iter().any(|w| text.starts_with(w))
}

fn is_rate_name(name: &str) -> bool {
    let name = name.trim_end_matches("均值").trim_end_matches("平均");
    name.ends_with('率')
        || name.ends_with("比例")
        || name.ends_with("占比")
        || name.ends_with("完成度")
}

fn base(stream: &mut Stream<'_>, scopes: &[Range<usize>], sides: &[Side], name: &str) -> Base {
    if let Some(inline) = sides.iter().find_map(|s| s.base.clone()) {
        // 「≥95%得10分，每低于95%1个百分点扣1分」 says it twice.
        let mut points = None;
        for pattern in [&WORTH, &REACHED] {
            for found in scopes.first().map_or(Vec::new(), |s| stream.all(pattern, s.clone())) {
                if stream.number(&found, 1).is_some_and(|n| n.scaled() == inline.scaled()) {
                    points = stream.number(&found, 2).filter(|n| points_unit(n)).map(|n| n.value);
                    stream.take(found.range);
                }
            }
        }
        return Base::At {
            value: inline.scaled(),
            above: None,
            rate: inline.is_share(),
            unit: inline.unit,
            points,
        };
    }
    if let Some(around) = scopes.first().and_then(|scope| around(stream, scope)) {
        return around;
    }
    for (order, scope) in scopes.iter().enumerate() {
        for (pattern, whole) in [
            (&WORTH, true),
            (&NAMED, true),
            (&STRONG, true),
            (&REACHED, true),
            (&TARGET, true),
            (&COMPARED, false),
            (&WITHIN, false),
            (&PLAIN, false),
        ] {
            // A bare figure is the base only where it stands right before the rule.
            let scope = &match (sides.first(), std::ptr::eq(pattern, &PLAIN)) {
                (Some(side), true) => scope.start..side.range.start,
                _ => scope.clone(),
            };
            if scope.start >= scope.end {
                continue;
            }
            let found: Vec<Match> = stream
                .all(pattern, scope.clone())
                .into_iter()
                .filter(|m| stream.number(m, 1).is_some_and(|n| !n.ordinal))
                // Behind the rule a comparison says something else.
                .filter(|_| whole || order == 0)
                .filter(|m| !std::ptr::eq(pattern, &NAMED) || is_target(stream, m))
                .filter(|m| !std::ptr::eq(pattern, &WORTH) || order < 2 && is_worth(stream, m))
                .collect();
            if found.is_empty() {
                continue;
            }
            let mut values: Vec<(Number, Option<f64>)> = Vec::new();
            for one in &found {
                let Some(number) = stream.number(one, 1).cloned() else { continue };
                let points = stream.number(one, 2).filter(|n| points_unit(n)).map(|n| n.value);
                if !values.iter().any(|(n, _)| n.scaled() == number.scaled()) {
                    values.push((number, points));
                }
            }
            let ((first, points), above) = match values.as_slice() {
                [one] => (one.clone(), None),
                // 「低于95%…高于98%…」: nothing changes between.
                [a, b] if !whole && a.0.unit == b.0.unit => {
                    let (low, high) = if a.0.value < b.0.value { (a, b) } else { (b, a) };
                    (low.clone(), Some(high.0.scaled()))
                }
                _ => return Base::None("基准不止一个，不知从哪个算起"),
            };
            for one in found {
                stream.take(one.range);
            }
            return Base::At {
                value: first.scaled(),
                above,
                rate: first.is_share(),
                unit: first.unit.clone(),
                points,
            };
        }
    }
    if let Some(target) = stream.target.clone() {
        return Base::At {
            value: target.scaled(),
            above: None,
            rate: target.is_share(),
            unit: target.unit,
            points: None,
        };
    }
    let own_target = ["完成率", "达成率", "达成度", "完成度"].iter().any(|w| name.ends_with(w));
    let aimed = sides
        .iter()
        .filter_map(|s| s.named.as_deref())
        .all(|n| ["目标", "目标值", "计划", "计划值", "指标", "指标值"].contains(&n));
    if own_target && aimed {
        return Base::At { value: 1.0, above: None, rate: true, unit: "%".into(), points: None };
    }
    if let Some(named) = sides.iter().find_map(|s| s.named.clone()) {
        return Base::Figure(named);
    }
    let before = scopes.first().map_or(0, |s| s.start)..sides.first().map_or(0, |s| s.range.start);
    if let Some(period) = period(&stream.text(before.clone())) {
        return Base::Figure(period.to_owned());
    }
    alone(stream, before, sides).unwrap_or(Base::None("没有说从哪个基准算起"))
}

/// 「偏差在±5%以内」.
fn around(stream: &mut Stream<'_>, scope: &Range<usize>) -> Option<Base> {
    let found = stream.find(&AROUND, scope.clone())?;
    let off = stream.number(&found, 2)?.clone();
    let middle = stream.number(&found, 1).map(Number::scaled);
    let points = stream.number(&found, 3).filter(|n| n.unit == "分").map(|n| n.value);
    stream.take(found.range);
    Some(Base::Around {
        middle: middle.unwrap_or(0.0),
        off: off.scaled(),
        rate: off.is_share(),
        unit: off.unit,
        points,
    })
}

/// 「95%以上10分」: the second number is points, the first is not.
fn is_worth(stream: &Stream<'_>, found: &Match) -> bool {
    let unit = |group| stream.number(found, group).map(|n| n.unit.clone()).unwrap_or_default();
    unit(1) != "分" && unit(2) == "分"
}

/// The earlier period that the words compare with: 较上月, 以去年同期为基数, 同比.
fn period(text: &str) -> Option<&'static str> {
    for period in ["去年同期", "上年同期", "上月", "上期", "上年", "去年", "上季度", "上周", "预算"]
    {
        for (before, behind) in
            [("较", ""), ("比", ""), ("以", "为基"), ("与", "相比"), ("在", "基础上")]
        {
            let Some((_, rest)) = text.split_once(&format!("{before}{period}")) else { continue };
            let rest = rest.trim_start_matches("实际").trim_start_matches("的");
            if rest.starts_with(behind) {
                return Some(period);
            }
        }
    }
    let own = [("同比", "去年同期"), ("环比", "上期")];
    own.iter().find(|(word, _)| text.ends_with(word)).map(|(_, period)| *period)
}

/// 「平均得分90分，每低1分扣0.5分」: a mark above what the item could make is what is measured.
fn scored(stream: &mut Stream<'_>, before: Range<usize>) -> Option<Base> {
    let found = stream.find(&SCORED, before)?;
    let number = stream.number(&found, 1).filter(|n| n.unit == "分" && n.value > stream.points)?;
    let (value, unit) = (number.scaled(), number.unit.clone());
    stream.take(found.range.start + 1..found.range.end);
    Some(Base::At { value, above: None, rate: false, unit, points: None })
}

/// The one number before the rule that has the step's unit: 「每月3家，完成得10分，每少1家扣3分」.
fn alone(stream: &mut Stream<'_>, before: Range<usize>, sides: &[Side]) -> Option<Base> {
    let unit = sides.iter().find_map(|s| s.step.as_ref()).map(|n| n.unit.clone())?;
    let free = |i: &usize| {
        let token = stream.tokens(*i..*i + 1).first();
        let number = token.and_then(|t| t.number.as_ref());
        stream.kinds(*i..*i + 1) == "n" && number.is_some_and(|n| n.unit != "分" && !n.ordinal)
    };
    let all: Vec<usize> = before.clone().filter(free).collect();
    if unit == "分" {
        return scored(stream, before);
    }
    let [at] = all.as_slice() else { return None };
    let number =
        stream.numbers(*at..*at + 1).next().filter(|n| n.unit == unit && !unit.is_empty())?;
    // A bare word before it, and nothing but a comma behind: it is what should be reached.
    let around = stream.kinds(at.saturating_sub(1)..*at + 2);
    let number = number.clone();
    if !around.starts_with('w') || !around.ends_with([',', ';']) || number.value == 1.0 {
        return None;
    }
    stream.take(*at..*at + 1);
    Some(Base::At {
        value: number.scaled(),
        above: None,
        rate: number.is_share(),
        unit: number.unit,
        points: None,
    })
}

fn one(stream: &mut Stream<'_>, paragraph: &Range<usize>, sides: &[Side]) {
    let Some(first) = sides.first() else { return };
    let span = first.range.start..sides.last().map_or(first.range.end, |s| s.range.end);
    let sentence = stream.sentence_of(first.range.start);
    let end = stream.sentence_of(span.end - 1).end;
    let shown = sentence.start..end;
    let name = without_period(&name(stream, paragraph, first.range.start));
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
    let judged = |stream: &mut Stream<'_>, why: &str| {
        let clause = stream.clause(shown.clone(), Said::Judged(why.to_owned()));
        stream.push(span.clone(), clause);
    };
    let rate;
    let mut unit_of_base = String::new();
    let mut needs: Vec<Need> = Vec::new();
    let mut rule = Rule::new("deviation").line("value = {0}");
    let mut choices = Vec::new();
    let mut doubts = Vec::new();
    let step_of = |number: Option<&Number>| -> Option<(f64, bool)> {
        number.map(|n| (n.scaled(), n.is_share()))
    };
    let mut mirror = sides.iter().any(|s| s.mirror);
    let mut signed = false;
    match &base {
        Base::None(why) => return judged(stream, why),
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
        Base::Figure(named) => {
            rule = rule.line("base_metric = {1}");
            rate = is_rate_name(&name);
            let _ = named;
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
        let differs = !share
            && !rate
            && !unit.is_empty()
            && !unit_of_base.is_empty()
            && unit != unit_of_base
            && !(["天", "工作日"].contains(&unit) && unit_of_base == "工作日")
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
            } else if COUNTS.contains(&unit_of_base.as_str()) {
                "count"
            } else {
                "amount"
            };
            let mut wanted = need(&name, kind, &name);
            wanted.signed = signed;
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

/// 「能耗较上月」 is 能耗.
fn without_period(name: &str) -> String {
    for word in
        ["较", "同比", "环比", "与去年同期", "与上月", "比上月", "比去年", "比上年", "比预算", "以"]
    {
        if let Some((own, _)) = name.split_once(word)
            && own.chars().count() > 1
            && (period(name).is_some() || name.ends_with(word))
        {
            return own.to_owned();
        }
    }
    // 「费用预算8000元，每超支200元」 measures the cost, not the budget.
    for word in ["预算", "目标", "标准", "定额", "指标"] {
        if let Some(own) = name.strip_suffix(word)
            && own.chars().count() > 1
        {
            return own.to_owned();
        }
    }
    name.to_owned()
}

const COUNTS: [&str; 9] = ["次", "人次", "人", "件", "起", "例", "项", "处", "单"];

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
    let compared = stream.find(&ANY_BASE, sentence.start..at).map_or(at, |found| found.range.start);
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
