//! One figure: the number in a cell, and what is wrong with it or was assumed.

mod plausible;
mod written;

use super::nothing::{self, Made};
use super::percents::Stands;
use crate::expr::Operand;
use crate::form::{Period, Place};
use crate::problem::codes::{MARK_BLANK, METRIC_BLANK, METRIC_NOT_A_NUMBER};
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, Metric, MetricKind};
use crate::text::show;
use crate::words;
use crate::workbook::{Cell, Value, Workbook};
use std::fmt;
use written::{day_at, is_nothing, typed};

/// A mark as a metric.
pub(super) fn mark_metric(name: &str, max: f64) -> Metric {
    Metric {
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: MetricKind::Mark,
        unit: String::new(),
        blank: Blank::Error,
        min: 0.0,
        max: Some(max),
        from_team: None,
    }
}

/// A mark typed in the form itself, or a mean of marks elsewhere.
pub fn typed_mark(
    workbook: &Workbook,
    name: &str,
    max: f64,
    place: Place,
) -> (Option<Operand>, Vec<Problem>) {
    if let Some(empty) = nothing::mean_of_nothing(workbook, place) {
        let sheet = workbook.sheet_name(empty.sheet);
        return (None, vec![not_marked(name).at(sheet, empty.at).about(name)]);
    }
    number_at(workbook, &mark_metric(name, max), (place, None), Reading::default())
}

/// That a mark is still to be given.
fn not_marked(name: &str) -> Problem {
    Problem::unfinished(MARK_BLANK, words!("「{name}」还没有评分", "`{name}` is not marked yet"))
        .hint(words!("填写评分后再处理", "fill in the mark and run again"))
}

/// How a figure is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading {
    /// It stands in another workbook, so that formulas cannot name its cell.
    pub(super) literal: bool,
    /// The form's month.
    pub(super) month: Option<Period>,
    /// It is written as so many of a hundred, and the operand is what is written.
    pub(super) hundredths: bool,
}

/// Reads one figure of a month: the operand, and what is wrong or was assumed.
pub(super) fn number_at(
    workbook: &Workbook,
    metric: &Metric,
    (place, inline): Stands<'_>,
    reading: Reading,
) -> Read {
    let sheet = workbook.sheets.get(place.sheet);
    let figure = Figure {
        workbook,
        metric,
        place,
        sheet: sheet.map_or("", |s| s.name.as_str()),
        cell: sheet.and_then(|s| s.cells.get(&place.at)),
        inline: inline.map(|text| Value::Text(text.to_owned())),
        reading,
    };
    let (operand, problems) = figure.read();
    (operand, problems.into_iter().map(|problem| problem.about(&metric.name)).collect())
}

/// What came of a figure: the operand, and what is wrong or was assumed.
type Read = (Option<Operand>, Vec<Problem>);

/// A number as it stands, before it is looked at.
struct Number {
    value: f64,
    /// A text says that it is, or is not, a percentage.
    percent: Option<bool>,
    /// That it stands there as a text.
    as_text: Option<Problem>,
}

/// One figure's cell.
struct Figure<'w> {
    workbook: &'w Workbook,
    metric: &'w Metric,
    place: Place,
    /// Its sheet's name.
    sheet: &'w str,
    cell: Option<&'w Cell>,
    /// The text behind a label's colon, where it stands there instead of in the cell.
    inline: Option<Value>,
    reading: Reading,
}

impl Figure<'_> {
    fn read(&self) -> Read {
        let made =
            self.inline.is_none().then(|| nothing::made(self.workbook, self.place)).flatten();
        if let Some(Made::OfNothing(source)) = made {
            return nothing::blank(self.workbook, self.metric, self.place, source);
        }
        let day = || if self.metric.kind == MetricKind::Date { self.day() } else { None };
        if let Some(read) = day().or_else(|| self.date_for_a_number()) {
            return read;
        }
        let number = match self.number() {
            Ok(number) => number,
            Err(read) => return read,
        };
        if let Some(problem) = self.implausible(&number) {
            return (None, vec![problem]);
        }
        let value = number.value;
        let mut notices: Vec<Problem> = number.as_text.into_iter().collect();
        if self.metric.kind == MetricKind::Count && value.fract() != 0.0 {
            let name = &self.metric.name;
            let shown = show(value, 6);
            notices.push(self.notice(
                "count-not-whole",
                words!("「{name}」{shown} 不是整数", "`{name}` of {shown} is not a whole number"),
            ));
        }
        // Written out only where there is something to say.
        let shown = fmt::from_fn(|f| f.write_str(&show(value, 6)));
        let doubtful =
            made.and_then(|made| nothing::doubtful(self.workbook, self.metric, made, &shown));
        notices.extend(doubtful.map(|problem| problem.at(self.sheet, self.place.at)));
        let as_text = matches!(self.value(), Value::Text(_));
        (Some(self.operand(value, as_text)), notices)
    }

    fn value(&self) -> &Value {
        self.inline.as_ref().or(self.cell.map(|c| &c.value)).unwrap_or(&Value::Blank)
    }

    /// The number as formulas have it: as its cell, unless that is in another workbook or holds it as a
    /// text.
    fn operand(&self, value: f64, as_text: bool) -> Operand {
        match as_text || self.reading.literal {
            true => Operand::Number(value),
            false => Operand::Cell { sheet: self.place.sheet, at: self.place.at, value },
        }
    }

    fn wrong(&self, code: &'static str, what: Words, hint: Words) -> Problem {
        Problem::error(code, what).at(self.sheet, self.place.at).hint(hint)
    }

    fn notice(&self, code: &'static str, what: Words) -> Problem {
        Problem::notice(code, what).at(self.sheet, self.place.at)
    }

    /// The day of a date's cell; `None` where it is blank.
    fn day(&self) -> Option<Read> {
        let name = &self.metric.name;
        if self.workbook.date1904 {
            let problem = self.wrong(
                "date-1904",
                words!(
                    "这份工作簿用 1904 年日期系统，「{name}」的日期算不准",
                    "the workbook counts dates from 1904; the date of `{name}` cannot be scored"
                ),
                words!(
                    "在 Excel 中：文件 → 选项 → 高级，取消「使用 1904 日期系统」，核对日期后再试",
                    "in Excel: File → Options → Advanced, clear `Use 1904 date system`, check the dates"
                ),
            );
            return Some((None, vec![problem]));
        }
        let value = self.value();
        if let Some(day) = day_at(value) {
            let own = matches!(value, Value::Number(number) if *number == day);
            return Some((Some(self.operand(day, !own || self.inline.is_some())), Vec::new()));
        }
        // 9月30日 without a year, 9.3 that a spreadsheet made of 9.30.
        let text = match value {
            Value::Text(text) if !crate::text::is_blank(text) => text.trim().to_owned(),
            Value::Number(number) => show(*number, 6),
            _ => return None,
        };
        let problem = self.wrong(
            METRIC_NOT_A_NUMBER,
            words!(
                "「{name}」应为日期，却是「{text}」",
                "`{name}` should be a date, but is `{text}`"
            ),
            words!(
                "在 {} 写带年份的日期，如 2026-10-01",
                "write a date with its year in {}, as 2026-10-01",
                self.place.at
            ),
        );
        Some((None, vec![problem]))
    }

    /// That a date stands where a number should.
    fn date_for_a_number(&self) -> Option<Read> {
        let is_date = |c: &Cell| c.is_date && matches!(c.value, Value::Number(_));
        if self.inline.is_some() || !self.cell.is_some_and(is_date) {
            return None;
        }
        let name = &self.metric.name;
        let problem = self.wrong(
            "metric-is-a-date",
            words!(
                "「{name}」应为数字，却是日期或时间",
                "`{name}` should be a number, but is a date or time"
            ),
            words!(
                "在 {} 填写数字，并把格式改为常规",
                "put a number in {} and format it as General",
                self.place.at
            ),
        );
        Some((None, vec![problem]))
    }

    /// The number in the cell, or what is to be said where there is none.
    fn number(&self) -> Result<Number, Read> {
        let name = &self.metric.name;
        match self.value() {
            Value::Number(number) => Ok(Number { value: *number, percent: None, as_text: None }),
            Value::Text(text) if self.metric.blank == Blank::Zero && is_nothing(text) => {
                let text = text.trim();
                let what = words!(
                    "「{name}」写作「{text}」，按 0 计",
                    "`{name}` is `{text}` and taken as 0"
                );
                Err((Some(Operand::Number(0.0)), vec![self.notice("assumed-zero", what)]))
            }
            value if value.is_blank() => Err(self.blank()),
            Value::Text(text) => self.typed(text),
            Value::Error(error) => {
                let what =
                    words!("「{name}」是错误值 {error}", "`{name}` is the error value {error}");
                let hint = words!("改正 {} 的公式", "correct the formula in {}", self.place.at);
                Err((None, vec![self.wrong("metric-error-value", what, hint)]))
            }
            Value::Bool(_) | Value::Blank => Err(self.no_number(words!(
                "「{name}」应为数字，却是逻辑值",
                "`{name}` should be a number, but is TRUE or FALSE"
            ))),
        }
    }

    fn no_number(&self, what: Words) -> Read {
        let hint = words!("在 {} 填写一个数字", "put a number in {}", self.place.at);
        (None, vec![self.wrong(METRIC_NOT_A_NUMBER, what, hint)])
    }

    /// The number that a text is.
    fn typed(&self, text: &str) -> Result<Number, Read> {
        let name = &self.metric.name;
        let Some(typed) = typed(self.metric, text, self.reading.month) else {
            return Err(self.no_number(words!(
                "「{name}」应为数字，却是「{text}」",
                "`{name}` should be a number, but is `{text}`"
            )));
        };
        let shown = show(typed.value, 6);
        let text = text.trim();
        let notice = self.notice(
            "number-as-text",
            words!(
                "「{name}」是文本「{text}」，按 {shown} 计，公式中写成数字",
                "`{name}` is the text `{text}`, taken as {shown} and written into the formula as a number"
            ),
        );
        Ok(Number { value: typed.value, percent: Some(typed.percent), as_text: Some(notice) })
    }

    /// What a blank cell counts as.
    fn blank(&self) -> Read {
        let name = &self.metric.name;
        // A formula that shows nothing has a stored text; one without any was never computed.
        if self.cell.is_some_and(|c| c.is_formula && c.value == Value::Blank) {
            let problem = self.wrong(
                "formula-no-value",
                words!(
                    "「{name}」的公式没有保存的结果",
                    "the formula of `{name}` has no stored value"
                ),
                words!(
                    "用 Excel 或 WPS 打开并保存一次",
                    "open and save the workbook once in Excel or WPS"
                ),
            );
            return (None, vec![problem]);
        }
        if self.metric.blank == Blank::Zero {
            let what = words!("「{name}」空白，按 0 计", "`{name}` is blank and taken as 0");
            return (Some(Operand::Number(0.0)), vec![self.notice("assumed-zero", what)]);
        }
        let problem = if self.metric.kind == MetricKind::Mark {
            not_marked(name)
        } else {
            Problem::error(METRIC_BLANK, words!("「{name}」没有填写", "`{name}` is blank"))
                .hint(words!("填写该数值", "fill in the figure"))
        };
        (None, vec![problem.at(self.sheet, self.place.at)])
    }
}
