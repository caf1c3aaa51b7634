//! Where the steps of a deviation are counted from.

mod spelling;

use super::points_unit;
use super::side::Side;
use crate::criteria::language::Number;
use crate::criteria::stream::{Rule, Stream, patterns};
use crate::text::round15;
use spelling::SPELLINGS;
use std::ops::Range;

patterns! {
    /// 平均得分90分, right before the rule.
    SCORED = r"w=(n)[,;]$";
    /// 偏差在±5%以内得10分, 100%±5%.
    AROUND = r"(?:(n),?)?[KG<>]?M(n)k?,?(?:=?F|=?(n)|O)?";
    /// 95%以上10分, ≥95%，50分, before a step.
    WORTH = r"[GKT<>]?(n)[gk]?,?(n)";
    /// 达到95%得满分, 95%以上得15分.
    REACHED = r"[GKT<>]?(n)[gk]?,?(?:=?F|=(n))";
}

/// Where steps are counted from.
pub(super) enum Base {
    /// A figure; where there are two, nothing changes between.
    At {
        value: f64,
        above: Option<f64>,
        rate: bool,
        unit: String,
        points: Option<f64>,
        /// The 100 % of a rate of completion, which the words do not say.
        assumed: bool,
    },
    /// As far to either side of a middle.
    Around { middle: f64, off: f64, rate: bool, unit: String, points: Option<f64> },
    /// Another figure, by the name that the words give it.
    Figure(String),
}

/// What a base is measured in.
pub(super) struct Scale<'a> {
    /// Whether it is a share.
    pub(super) rate: bool,
    pub(super) unit: &'a str,
}

impl Base {
    /// A number as a base, and what reaching it is worth.
    fn at(number: Number, points: Option<f64>) -> Self {
        Self::At {
            value: number.scaled(),
            above: None,
            rate: number.is_share(),
            unit: number.unit,
            points,
            assumed: false,
        }
    }

    /// 100 % of a rate of completion.
    fn whole() -> Self {
        let unit = "%".to_owned();
        Self::At { value: 1.0, above: None, rate: true, unit, points: None, assumed: true }
    }

    /// What the base of a figure with this name is measured in.
    pub(super) fn scale(&self, name: &str) -> Scale<'_> {
        match self {
            Self::Around { rate, unit, .. } => Scale { rate: *rate, unit },
            Self::At { value, rate, unit, .. } => {
                let bare = unit.is_empty() && is_rate_name(name) && *value <= 1.0;
                Scale { rate: *rate || bare, unit }
            }
            Self::Figure(_) => Scale { rate: is_rate_name(name), unit: "" },
        }
    }

    /// What reaching it is worth, where the words say so.
    pub(super) fn points(&self) -> Option<f64> {
        match self {
            Self::At { points, .. } | Self::Around { points, .. } => *points,
            Self::Figure(_) => None,
        }
    }

    /// The one number that steps are counted from, or the lower of two.
    pub(super) fn value(&self) -> Option<f64> {
        match self {
            Self::At { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// Whether what is filled in is a deviation itself, with its sign.
    pub(super) fn is_signed(&self) -> bool {
        matches!(self, Self::Around { middle, .. } if *middle == 0.0)
    }

    /// Whether the sides count either way from it.
    pub(super) fn mirrors(&self, sides: &[Side]) -> bool {
        match self {
            // 「标准85%，±2%内不奖不罚，每超1%加1分，每低1%扣1分」 says each side itself.
            Self::Around { middle, .. } => sides.len() != 2 || *middle == 0.0,
            _ => sides.iter().any(|s| s.mirror),
        }
    }

    /// What the words leave open about it.
    pub(super) fn choice(&self) -> Option<&'static str> {
        match self {
            Self::At { assumed: true, .. } => Some("没有说目标：从 100 % 算起"),
            Self::At { above: Some(_), .. } => Some("两个界限之间不加不减"),
            Self::Around { .. } if self.is_signed() => Some("填带正负号的偏差，或它的绝对值"),
            _ => None,
        }
    }

    /// Its lines of a rule.
    pub(super) fn put(&self, rule: Rule) -> Rule {
        match self {
            Self::At { value, above, .. } => rule.put("base", *value).put_if("base_above", *above),
            Self::Around { middle, off, .. } => {
                rule.put("base", round15(middle - off)).put("base_above", round15(middle + off))
            }
            Self::Figure(_) => rule.line("base_metric = {1}"),
        }
    }
}

/// The words in which a base is looked for: those up to the rule's end, its sentences, its paragraph,
/// all.
pub(super) type Scopes = [Range<usize>; 4];

/// Finds the base of the sides; an error says why there is none that can be counted from.
pub(super) fn base(
    stream: &mut Stream<'_>,
    scopes: &Scopes,
    sides: &[Side],
    name: &str,
) -> Result<Base, &'static str> {
    let [own, ..] = scopes;
    if let Some(base) = inline(stream, own, sides).or_else(|| around(stream, own)) {
        return Ok(base);
    }
    for (order, scope) in scopes.iter().enumerate() {
        for spelling in &SPELLINGS {
            if let Some(base) = spelling.read(stream, order, scope, sides)? {
                return Ok(base);
            }
        }
    }
    if let Some(target) = stream.target.clone() {
        return Ok(Base::at(target, None));
    }
    let start = sides.first().map_or(0, |s| s.range.start);
    if is_completion(name, sides) {
        if scopes.iter().any(|scope| unread_share(stream, &(scope.start..start))) {
            return Err("写着的百分比是不是基准没有读懂");
        }
        return Ok(Base::whole());
    }
    if let Some(named) = sides.iter().find_map(|s| s.named.clone()) {
        return Ok(Base::Figure(named));
    }
    let before = own.start..start;
    if let Some(period) = period(&stream.text(before.clone())) {
        return Ok(Base::Figure(period.to_owned()));
    }
    alone(stream, before, sides).ok_or("没有说从哪个基准算起")
}

/// 「每低于99%0.1个百分点扣1分」: a base in the step itself.
fn inline(stream: &mut Stream<'_>, own: &Range<usize>, sides: &[Side]) -> Option<Base> {
    let inline = sides.iter().find_map(|s| s.base.clone())?;
    // 「≥95%得10分，每低于95%1个百分点扣1分」 says it twice.
    let mut points = None;
    for pattern in [&WORTH, &REACHED] {
        for found in stream.all(pattern, own.clone()) {
            if stream.number(&found, 1).is_some_and(|n| n.scaled() == inline.scaled()) {
                points = stream.number(&found, 2).filter(|n| points_unit(n)).map(|n| n.value);
                stream.take(found.range);
            }
        }
    }
    Some(Base::at(inline, points))
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

/// Whether a name is one of a share.
pub(super) fn is_rate_name(name: &str) -> bool {
    let name = name.trim_end_matches("均值").trim_end_matches("平均");
    name.ends_with('率')
        || name.ends_with("比例")
        || name.ends_with("占比")
        || name.ends_with("完成度")
}

/// Whether a rate of completion is measured, whose target is 100 % unless the sides name another one.
fn is_completion(name: &str, sides: &[Side]) -> bool {
    ["完成率", "达成率", "达成度", "完成度"].iter().any(|w| name.ends_with(w))
        && sides
            .iter()
            .filter_map(|s| s.named.as_deref())
            .all(|n| ["目标", "目标值", "计划", "计划值", "指标", "指标值"].contains(&n))
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
    let base = Base::at(number.clone(), None);
    stream.take(found.range.start + 1..found.range.end);
    Some(base)
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
    Some(Base::at(number, None))
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
