//! Where the steps of a deviation are counted from.

use super::side::Side;
use super::{COMPARED, points_unit};
use crate::criteria::language::Number;
use crate::criteria::stream::{Match, Stream, patterns};
use std::ops::Range;

patterns! {
    /// 平均得分90分, right before the rule.
    SCORED = r"w=(n)[,;]$";
    /// 偏差在±5%以内得10分, 100%±5%.
    AROUND = r"(?:(n),?)?[KG<>]?M(n)k?,?(?:=?F|=?(n)|O)?";
    /// 95%以上10分, ≥95%，50分, before a step.
    WORTH = r"[GKT<>]?(n)[gk]?,?(n)";
    /// 以95%为基准.
    STRONG = r"T?=?(n)[gk]?B";
    /// 目标值95%.
    TARGET = r"T[=:GK]?(n)";
    /// 达到95%得满分, 95%以上得15分.
    REACHED = r"[GKT<>]?(n)[gk]?,?(?:=?F|=(n))";
    /// 归档率100%, right before the rule.
    PLAIN = r"w:?(n)[,;]$";
    /// 差异为0, right before the rule.
    NOTHING = r"w=(n)[,;]";
    /// 目标产量1000件.
    NAMED = r"w(n)";
    /// 3天以内.
    WITHIN = r"(n)[gk]";
}

/// Where steps are counted from.
pub(super) enum Base {
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
    /// 100 % of a rate of completion, which the words do not say.
    Whole,
    /// Another figure, and whether its name is only 目标.
    Figure(String),
    None(&'static str),
}

/// 「目标产量1000件」: the words before the number name a target.
fn is_target(stream: &Stream<'_>, found: &Match) -> bool {
    let text = stream.text(found.range.start..found.range.start + 1);
    let ends =
        ["达标线", "达标值", "合格线", "考核线", "基准线", "控制线", "警戒线", "目标", "基线"];
    ["目标", "计划", "定额", "标准", "指标"].iter().any(|w| text.starts_with(w))
        || ends.iter().any(|w| text.ends_with(w))
}

pub(super) fn is_rate_name(name: &str) -> bool {
    let name = name.trim_end_matches("均值").trim_end_matches("平均");
    name.ends_with('率')
        || name.ends_with("比例")
        || name.ends_with("占比")
        || name.ends_with("完成度")
}

pub(super) fn base(
    stream: &mut Stream<'_>,
    scopes: &[Range<usize>],
    sides: &[Side],
    name: &str,
) -> Base {
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
            (&NOTHING, false),
        ] {
            // A bare figure is the base only where it stands right before the rule.
            let bare = std::ptr::eq(pattern, &PLAIN) || std::ptr::eq(pattern, &NOTHING);
            let scope = &match (sides.first(), bare) {
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
                .filter(|m| {
                    let none = |n: &Number| n.value == 0.0 && n.unit != "分";
                    !std::ptr::eq(pattern, &NOTHING) || stream.number(m, 1).is_some_and(none)
                })
                // Behind the rule a comparison says something else.
                .filter(|m| {
                    whole
                        || order == 0
                        || std::ptr::eq(pattern, &COMPARED) && is_aim(stream, m, sides)
                })
                .filter(|m| !std::ptr::eq(pattern, &NAMED) || is_target(stream, m))
                // 「低于80%为0分」 is a cut-off.
                .filter(|m| {
                    !std::ptr::eq(pattern, &REACHED)
                        || stream.number(m, 2).is_none_or(|n| n.value != 0.0)
                })
                .filter(|m| {
                    !std::ptr::eq(pattern, &WORTH)
                        || is_worth(stream, m) && (order < 2 || is_all(stream, m, sides))
                })
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
        let before = |scope: &Range<usize>| scope.start..sides.first().map_or(0, |s| s.range.start);
        if scopes.iter().any(|scope| unread_share(stream, &before(scope))) {
            return Base::None("写着的百分比是不是基准没有读懂");
        }
        return Base::Whole;
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
    let bound = stream.letters(found.range.clone()).contains(['G', 'K', 'T', '<', '>', 'g', 'k']);
    unit(1) != "分" && unit(2) == "分" && (bound || unit(1) == "%")
}

/// Whether it gives all the item's points, in a sentence before the step.
fn is_all(stream: &Stream<'_>, found: &Match, sides: &[Side]) -> bool {
    stream.number(found, 2).is_some_and(|n| n.value == stream.points)
        && sides.first().is_some_and(|side| found.range.end <= side.range.start)
}

/// 「达成率不低于95%。每降1%扣1分」: a sentence before the step that says nothing but the aim.
fn is_aim(stream: &Stream<'_>, found: &Match, sides: &[Side]) -> bool {
    let sentence = stream.sentence_of(found.range.start);
    let aim = matches!(stream.letter_at(found.range.start), b'G' | b'K');
    // The only figure of the words so far, right before the step's sentence.
    let next = |side: &Side| stream.sentence_of(side.range.start).start == sentence.end + 1;
    aim && found.range.end == sentence.end
        && sides.first().is_some_and(next)
        && stream.numbers(stream.paragraph_of(sentence.start).start..sentence.end).count() == 1
}

/// Whether a share stands in the words that nothing has read: what a base of 100 % would ignore.
fn unread_share(stream: &Stream<'_>, scope: &Range<usize>) -> bool {
    scope.clone().any(|i| {
        stream.kinds(i..i + 1) == "n"
            && stream.kinds(i.saturating_sub(1)..i) != "x"
            && stream.numbers(i..i + 1).next().is_some_and(Number::is_share)
    })
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

/// 「能耗较上月」 is 能耗.
pub(super) fn without_period(name: &str) -> String {
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
