//! Whether a number can be the figure it stands for.

use super::{Figure, Number};
use crate::problem::codes::FIGURE_UNIT;
use crate::problem::{Problem, Words};
use crate::scheme::{Metric, MetricKind};
use crate::text::show;
use crate::words;
use crate::workbook::{Cell, Value};

/// The unit of time behind a typed number, where it is not the figure's own.
fn other_time(metric: &Metric, text: &str) -> Option<&'static str> {
    let text = crate::text::compact(text);
    let is_time = metric.kind == MetricKind::Time;
    let foreign = |unit: &str| match unit {
        // Seconds are what times are in unless said; 分 is also a point.
        "秒" => !is_time && !metric.unit.contains(unit),
        "分" => is_time && !metric.unit.contains(unit),
        _ => !metric.unit.contains(unit),
    };
    let has = |unit: &str| if unit == "分" { text.contains(unit) } else { text.ends_with(unit) };
    ["分", "秒", "天"].into_iter().find(|unit| has(unit) && foreign(unit))
}

/// Seconds of a day, of which a spreadsheet's times are parts.
const DAY: f64 = 86_400.0;

/// Whether a time in seconds is so short that it is a part of a day: 18 s are 0.000208.
fn is_part_of_day(metric: &Metric, number: f64) -> bool {
    const SHORTEST: f64 = 0.05;
    let in_seconds = metric.unit.is_empty() || crate::text::label(&metric.unit) == "秒";
    metric.kind == MetricKind::Time && in_seconds && number > 0.0 && number < SHORTEST
}

impl Figure<'_> {
    /// What keeps a number from being this figure.
    pub(super) fn implausible(&self, number: &Number) -> Option<Problem> {
        let value = number.value;
        self.percent_of_no_rate(number)
            .or_else(|| self.part_of_day(value))
            .or_else(|| self.unit_of_time())
            .or_else(|| self.too_low(value))
            .or_else(|| self.too_high(value))
    }

    fn percent_of_no_rate(&self, number: &Number) -> Option<Problem> {
        let in_format = |c: &Cell| c.is_percent && matches!(c.value, Value::Number(_));
        let shown =
            self.inline.is_none() && number.value != 0.0 && self.cell.is_some_and(in_format);
        if self.metric.kind == MetricKind::Rate || !(number.percent == Some(true) || shown) {
            return None;
        }
        let name = &self.metric.name;
        Some(self.wrong(
            "unexpected-percent",
            words!(
                "「{name}」不是比率，却写成了百分数",
                "`{name}` is no rate, but is written as a percentage"
            ),
            words!(
                "在 {} 填写数值，格式用常规",
                "put the plain figure in {}, formatted as General",
                self.place.at
            ),
        ))
    }

    fn part_of_day(&self, value: f64) -> Option<Problem> {
        if !is_part_of_day(self.metric, value) {
            return None;
        }
        let name = &self.metric.name;
        let shown = show(value, 6);
        let seconds = show(value * DAY, 1);
        Some(self.wrong(
            "time-as-day-part",
            words!(
                "「{name}」是 {shown} 秒，不像秒数，像是 Excel 的时间（{seconds} 秒）去掉格式后剩下的小数",
                "`{name}` is {shown} seconds: that looks like a time of Excel ({seconds} s) without its format"
            ),
            words!(
                "在 {} 填写秒数；整列可用公式「=单元格*86400」换算后粘贴为数值",
                "put the seconds in {}; a column may be converted by `=cell*86400` and pasted as values",
                self.place.at
            ),
        ))
    }

    /// 1分钟 is no second and 3天 no count of events; a column of the team has no unit of its own.
    fn unit_of_time(&self) -> Option<Problem> {
        let text = self.value().text()?;
        let unit = other_time(self.metric, text)?;
        let name = &self.metric.name;
        let text = text.trim();
        Some(self.wrong(
            FIGURE_UNIT,
            words!(
                "「{name}」写作「{text}」，单位「{unit}」不对",
                "`{name}` is `{text}`: {unit} is not its unit"
            ),
            words!("在 {} 按表上的单位填写", "write it in the form's unit in {}", self.place.at),
        ))
    }

    fn too_low(&self, value: f64) -> Option<Problem> {
        let Metric { name, kind, min, .. } = self.metric;
        if value >= *min {
            return None;
        }
        let shown = show(value, 6);
        let below = |least: String| {
            words!("「{name}」{shown} 低于 {least}", "`{name}` of {shown} is below {least}")
        };
        let (code, what) = match (kind, *min) {
            (MetricKind::Mark, min) => ("out-of-range", below(show(min, 4))),
            (_, 0.0) => (
                "negative",
                words!("「{name}」不能为负数（{shown}）", "`{name}` cannot be negative ({shown})"),
            ),
            (kind, min) => ("negative", below(kind.show(min))),
        };
        Some(self.wrong(code, what, self.correct()))
    }

    fn too_high(&self, value: f64) -> Option<Problem> {
        let Metric { name, kind, max, .. } = self.metric;
        // Hundredths are held against the bounds as what they are.
        let is = if self.reading.hundredths { value / 100.0 } else { value };
        let max = max.filter(|max| is > *max)?;
        let shown = show(value, 6);
        let above = |is: &str, most: String| {
            words!("「{name}」{is} 超过 {most}", "`{name}` of {is} is above {most}")
        };
        let (what, hint) = if self.reading.hundredths {
            (above(&kind.show(is), kind.show(max)), self.correct())
        } else if *kind == MetricKind::Rate {
            let hint = words!(
                "若是百分之 {shown}，请写成 {shown}%",
                "if {shown} percent is meant, write {shown}%"
            );
            (above(&shown, kind.show(max)), hint)
        } else {
            let what = words!(
                "「{name}」{shown} 高于满分 {}",
                "`{name}` of {shown} is above {}",
                show(max, 4)
            );
            (what, self.correct())
        };
        Some(self.wrong("out-of-range", what, hint))
    }

    fn correct(&self) -> Words {
        words!("改正 {}", "correct {}", self.place.at)
    }
}
