//! One band: its ends in their spellings, and what it gets.

use super::{Band, FAR, Got, words_between};
use crate::criteria::deviation::points_unit;
use crate::criteria::language::Number;
use crate::criteria::stream::{Match, Stream};
use std::ops::Range;

/// What is done within a time: 「30分钟内响应得15分」.
const DOING: [&str; 20] = [
    "响应",
    "回复",
    "到达",
    "处理",
    "解决",
    "提交",
    "交付",
    "到场",
    "办结",
    "修复",
    "答复",
    "反馈",
    "发出",
    "送达",
    "到岗",
    "上报",
    "报送",
    "处理完毕",
    "处理完成",
    "恢复",
];

/// The band of a match of [`super::BAND`]; `None` where its words say something else.
pub(super) fn band(stream: &Stream<'_>, found: &Match) -> Option<Band> {
    let got_at = found.group(11)?;
    let got = got(stream, got_at.clone())?;
    let group = (1..=10).find(|g| found.group(*g).is_some())?;
    let range = found.group(group)?;
    // What stands between bound and points may only be a grade.
    let middle = words_between(stream, range.end..got_at.start);
    if !middle.is_empty() && !DOING.contains(&middle.as_str()) {
        return None;
    }
    let bounds = Bounds::new(stream, range.clone());
    if bounds.numbers.iter().any(|n| n.ordinal && !matches!(n.unit.as_str(), "人" | "位")) {
        return None;
    }
    let ((low, low_in), (high, high_in)) = match group {
        1 => interval(stream, range.clone())?,
        2 => bounds.range()?,
        3..=6 => bounds.both(matches!(group, 3 | 5))?,
        7 => bounds.sign_before()?,
        8 => bounds.word_behind()?,
        9 => bounds.bare()?,
        _ => (BOTTOM, TOP),
    };
    let unit = match (group, stream.tokens(range).first()) {
        (1, Some(token)) => token.upto.as_ref().map(|(high, ..)| high.unit.clone())?,
        _ => bounds.unit,
    };
    let (rest, range) = (group == 10, found.range.clone());
    Some(Band { low, low_in, high, high_in, got, unit, rest, range })
}

/// What a band gets.
fn got(stream: &Stream<'_>, at: Range<usize>) -> Option<Got> {
    let letters = stream.kinds(at.clone());
    // 「一天0.5分扣减」 gives no points.
    if letters == "n"
        && let Some(last) = stream.tokens(at.clone()).last()
        && ['扣', '减', '罚', '加', '奖'].contains(&stream.plain.get(last.to))
    {
        return None;
    }
    let Some(amount) = stream.numbers(at.clone()).next() else {
        return Some(if letters.contains('Z') && !letters.contains('F') {
            Got::Nothing
        } else {
            Got::Full
        });
    };
    if letters.contains('s') || stream.text(at).contains("系数") {
        return Some(Got::Factor(amount.scaled()));
    }
    let points = Some(amount.value).filter(|_| points_unit(amount))?;
    if letters.contains('-') {
        Some(Got::Taken(points))
    } else {
        (letters.contains('=') || amount.unit == "分").then_some(Got::Points(points))
    }
}

/// An end of a band, and whether it belongs to it where the words say so.
type End = (f64, Option<bool>);

/// No end below, no end above.
const BOTTOM: End = (-FAR, None);
const TOP: End = (FAR, None);

/// 「[90,100)」: its token holds both ends.
fn interval(stream: &Stream<'_>, range: Range<usize>) -> Option<(End, End)> {
    let token = stream.tokens(range).first()?;
    let (high, low_in, high_in) = token.upto.as_ref()?;
    let low = token.number.as_ref()?;
    Some(((low.scaled(), Some(*low_in)), (high.scaled(), Some(*high_in))))
}

/// The words of a band's bounds.
struct Bounds<'a> {
    /// Their letters.
    letters: &'a str,
    numbers: Vec<Number>,
    /// Their unit, which may stand at one of them only.
    unit: String,
}

impl<'a> Bounds<'a> {
    fn new(stream: &'a Stream<'_>, range: Range<usize>) -> Self {
        let numbers: Vec<Number> = stream.numbers(range.clone()).cloned().collect();
        let unit = numbers.iter().map(|n| &n.unit).find(|u| !u.is_empty()).cloned();
        Self { letters: stream.kinds(range), numbers, unit: unit.unwrap_or_default() }
    }

    /// A bound in the unit of all.
    fn scaled(&self, number: &Number) -> f64 {
        let unit = if number.unit.is_empty() { &self.unit } else { &number.unit };
        let times = self.numbers.iter().map(|n| n.times).fold(1.0, f64::max);
        Number { unit: unit.clone(), times, ..number.clone() }.scaled()
    }

    fn first(&self) -> Option<f64> {
        self.numbers.first().map(|number| self.scaled(number))
    }

    fn two(&self) -> Option<(f64, f64)> {
        let [a, b] = self.numbers.as_slice() else { return None };
        Some((self.scaled(a), self.scaled(b)))
    }

    /// 90%~95%.
    fn range(&self) -> Option<(End, End)> {
        let (a, b) = self.two()?;
        let low_in = match self.letters.chars().next() {
            Some('G') => Some(true),
            Some('>') => Some(false),
            _ => None,
        };
        Some(((a.min(b), low_in), (a.max(b), None)))
    }

    /// Both ends with a letter of their own: a ≤ X < b, or ≥ a and < b where they rise; b > X ≥ a, or
    /// ≤ b and > a where they fall.
    fn both(&self, rising: bool) -> Option<(End, End)> {
        let (a, b) = self.two()?;
        let mut letters = self.letters.chars().filter(|c| "GK<>gkhlv".contains(*c));
        let (one, other) = (letters.next()?, letters.next()?);
        let belongs = |c: char| Some(!matches!(c, '>' | '<' | 'h' | 'v' | 'l'));
        let (first, second) = ((a, belongs(one)), (b, belongs(other)));
        let (low, high) = if rising { (first, second) } else { (second, first) };
        (letters.next().is_none() && low.0 < high.0).then_some((low, high))
    }

    /// ≥95%, 低于60%.
    fn sign_before(&self) -> Option<(End, End)> {
        let value = self.first()?;
        Some(match self.letters.chars().next()? {
            'G' => ((value, Some(true)), TOP),
            '>' => ((value, Some(false)), TOP),
            'K' => (BOTTOM, (value, Some(true))),
            _ => (BOTTOM, (value, Some(false))),
        })
    }

    /// 95%以上, 60%以下.
    fn word_behind(&self) -> Option<(End, End)> {
        let value = self.first()?;
        Some(match self.letters.chars().last()? {
            'g' => ((value, Some(true)), TOP),
            'h' => ((value, Some(false)), TOP),
            'k' => (BOTTOM, (value, Some(true))),
            'v' => (BOTTOM, (value, Some(false))),
            _ => (BOTTOM, (value, None)),
        })
    }

    /// A bare 「100%得10分」 is the lower end; 「3次得2分」 is exactly that.
    fn bare(&self) -> Option<(End, End)> {
        let number = self.numbers.first()?;
        let end = (self.scaled(number), Some(true));
        if number.is_count() { Some((end, end)) } else { number.is_share().then_some((end, TOP)) }
    }
}
