//! One figure: the number in a cell, and what is wrong with it or was assumed.

use super::naming::is_name;
use super::nothing::{self, Made};
use super::percents::Stands;
use crate::cell::CellRef;
use crate::day::Day;
use crate::expr::Operand;
use crate::form::{Period, Place};
use crate::problem::codes::{FIGURE_UNIT, MARK_BLANK, METRIC_BLANK, METRIC_NOT_A_NUMBER};
use crate::problem::{Problem, Words};
use crate::scheme::{Blank, Metric, MetricKind};
use crate::text::{TypedNumber, parse_number, show};
use crate::words;
use crate::workbook::{Value, Workbook};
use std::fmt;

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

/// The day of a cell, also where it holds a text or a time of day. `None` for what is no day.
fn day_at(value: &Value) -> Option<f64> {
    let day = match value {
        Value::Number(number) => Day::from_number(*number),
        Value::Text(text) => Day::parse(text),
        _ => None,
    };
    day.map(|day| day.serial())
}

/// A date's cell that holds something, but no day: 9月30日 without a year, 9.3 that a spreadsheet made of
/// 9.30.
fn no_day(name: &str, value: &Value, at: CellRef) -> Option<(Words, Words)> {
    let text = match value {
        Value::Text(text) if !crate::text::is_blank(text) => text.trim().to_owned(),
        Value::Number(number) => show(*number, 6),
        _ => return None,
    };
    Some((
        words!("「{name}」应为日期，却是「{text}」", "`{name}` should be a date, but is `{text}`"),
        words!(
            "在 {at} 写带年份的日期，如 2026-10-01",
            "write a date with its year in {at}, as 2026-10-01"
        ),
    ))
}

/// Whether a text beside a count says that nothing happened, as people write it for a blank.
fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 9] = ["无", "没有", "未发生", "零", "-", "--", "/", "\\", "无发生"];
    let key: String =
        crate::text::compact(text)
            .chars()
            .map(|c| {
                if matches!(c, '\u{2013}' | '\u{2014}' | '\u{2212}' | '\u{2500}') { '-' } else { c }
            })
            .collect();
    WORDS.contains(&key.trim_end_matches(['。', '!', '.']))
}

/// Letters by which a word that begins like a name is a time, a shop or a reservation: 于上月, 金华店.
const NO_NAME: [char; 16] = [
    '月', '年', '季', '上', '含', '未', '已', '待', '另', '前', '后', '旧', '原', '店', '部', '组',
];

/// A number with what changes nothing of it: how often with whose or on which days (`2人次（张敏）`,
/// `1次（10月12日）`), a price an order (`83元/单`), seconds by their sign (`15″`).
fn typed(metric: &Metric, text: &str, month: Option<Period>) -> Option<TypedNumber> {
    if let Some(number) = parse_number(text) {
        return Some(number);
    }
    let key = crate::text::compact(text);
    let bare = match metric.kind {
        MetricKind::Count => {
            let (number, note) = key.strip_suffix(')')?.split_once('(')?;
            let count = parse_number(number)?.value;
            let parts: Vec<&str> = note.split(['、', ',', '/', '和', '及']).collect();
            let named = |part: &str| is_name(part) && !part.contains(NO_NAME);
            let tells = |part: &&str| named(part) || is_day_of(part, month);
            let all = parts.iter().all(tells) && parts.len() as f64 <= count;
            Some(number).filter(|_| all)?
        }
        // What an order is worth is no turnover.
        MetricKind::Amount if metric.name.contains("客单价") => {
            ["/单", "/笔", "/人", "每单"].iter().find_map(|end| key.strip_suffix(end))?
        }
        MetricKind::Time if metric.unit.is_empty() || metric.unit.contains('秒') => {
            ["′′", "''", "\"", "”", "″"].iter().find_map(|end| key.strip_suffix(end))?
        }
        _ => return None,
    };
    parse_number(bare).filter(|typed| !typed.percent)
}

/// Whether a text is a day of a month and nothing else: 10月12日, 12日.
fn is_day_of(text: &str, month: Option<Period>) -> bool {
    let Some(bare) = text.strip_suffix(['日', '号']) else { return false };
    let (named, day) = bare.split_once('月').map_or((None, bare), |(m, d)| (Some(m), d));
    let day = day.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    let own = |named: &str| {
        named.parse().ok().zip(month).is_some_and(|(m, own): (u32, _)| m == own.month)
    };
    day && named.is_none_or(own)
}

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
    stands: Stands<'_>,
    reading: Reading,
) -> (Option<Operand>, Vec<Problem>) {
    let (operand, problems) = figure_at(workbook, metric, stands, reading);
    (operand, problems.into_iter().map(|problem| problem.about(&metric.name)).collect())
}

fn figure_at(
    workbook: &Workbook,
    metric: &Metric,
    (place, inline): Stands<'_>,
    Reading { literal, month, hundredths }: Reading,
) -> (Option<Operand>, Vec<Problem>) {
    let name = &metric.name;
    let sheet = workbook.sheets.get(place.sheet);
    let sheet_name = sheet.map_or("", |s| s.name.as_str());
    let cell = sheet.and_then(|s| s.cells.get(&place.at));
    let inline = inline.map(|text| Value::Text(text.to_owned()));
    let value = inline.as_ref().or(cell.map(|c| &c.value)).unwrap_or(&Value::Blank);
    let wrong = |code, what, hint| {
        (None, vec![Problem::error(code, what).at(sheet_name, place.at).hint(hint)])
    };
    let made = inline.is_none().then(|| nothing::made(workbook, place)).flatten();
    if let Some(Made::OfNothing(source)) = made {
        return nothing::blank(workbook, metric, place, source);
    }
    if metric.kind == MetricKind::Date && workbook.date1904 {
        return wrong(
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
    }
    if metric.kind == MetricKind::Date {
        if let Some(day) = day_at(value) {
            let names_cell = !literal && inline.is_none();
            let own = matches!(value, Value::Number(number) if *number == day);
            let operand = match own && names_cell {
                true => Operand::Cell { sheet: place.sheet, at: place.at, value: day },
                false => Operand::Number(day),
            };
            return (Some(operand), Vec::new());
        }
        if let Some((what, hint)) = no_day(name, value, place.at) {
            return wrong(METRIC_NOT_A_NUMBER, what, hint);
        }
    }
    if cell.is_some_and(|c| c.is_date && matches!(c.value, Value::Number(_))) && inline.is_none() {
        return wrong(
            "metric-is-a-date",
            words!(
                "「{name}」应为数字，却是日期或时间",
                "`{name}` should be a number, but is a date or time"
            ),
            words!(
                "在 {} 填写数字，并把格式改为常规",
                "put a number in {} and format it as General",
                place.at
            ),
        );
    }
    let nothing = metric.blank == Blank::Zero && value.text().is_some_and(is_nothing);
    let (number, percent, mut notices) = match value {
        Value::Number(number) => (*number, None, Vec::new()),
        Value::Text(text) if nothing => {
            let text = text.trim();
            let notice = Problem::notice(
                "assumed-zero",
                words!("「{name}」写作「{text}」，按 0 计", "`{name}` is `{text}` and taken as 0"),
            )
            .at(sheet_name, place.at);
            return (Some(Operand::Number(0.0)), vec![notice]);
        }
        value if value.is_blank() => {
            // A formula that shows nothing has a stored text; one without any was never computed.
            if cell.is_some_and(|c| c.is_formula && c.value == Value::Blank) {
                return wrong(
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
            }
            if metric.blank == Blank::Zero {
                let notice = Problem::notice(
                    "assumed-zero",
                    words!("「{name}」空白，按 0 计", "`{name}` is blank and taken as 0"),
                )
                .at(sheet_name, place.at);
                return (Some(Operand::Number(0.0)), vec![notice]);
            }
            let problem = if metric.kind == MetricKind::Mark {
                not_marked(name)
            } else {
                Problem::error(METRIC_BLANK, words!("「{name}」没有填写", "`{name}` is blank"))
                    .hint(words!("填写该数值", "fill in the figure"))
            };
            return (None, vec![problem.at(sheet_name, place.at)]);
        }
        Value::Text(text) => match typed(metric, text, month) {
            Some(typed) => {
                let shown = show(typed.value, 6);
                let text = text.trim();
                let notice = Problem::notice(
                    "number-as-text",
                    words!(
                        "「{name}」是文本「{text}」，按 {shown} 计，公式中写成数字",
                        "`{name}` is the text `{text}`, taken as {shown} and written into the formula as a number"
                    ),
                )
                .at(sheet_name, place.at);
                (typed.value, Some(typed.percent), vec![notice])
            }
            None => {
                return wrong(
                    METRIC_NOT_A_NUMBER,
                    words!(
                        "「{name}」应为数字，却是「{text}」",
                        "`{name}` should be a number, but is `{text}`"
                    ),
                    words!("在 {} 填写一个数字", "put a number in {}", place.at),
                );
            }
        },
        Value::Error(error) => {
            return wrong(
                "metric-error-value",
                words!("「{name}」是错误值 {error}", "`{name}` is the error value {error}"),
                words!("改正 {} 的公式", "correct the formula in {}", place.at),
            );
        }
        Value::Bool(_) | Value::Blank => {
            return wrong(
                METRIC_NOT_A_NUMBER,
                words!(
                    "「{name}」应为数字，却是逻辑值",
                    "`{name}` should be a number, but is TRUE or FALSE"
                ),
                words!("在 {} 填写一个数字", "put a number in {}", place.at),
            );
        }
    };
    let shown_percent = inline.is_none()
        && number != 0.0
        && cell.is_some_and(|c| c.is_percent && matches!(c.value, Value::Number(_)));
    // Written out only where there is something to say.
    let shown = fmt::from_fn(|f| f.write_str(&show(number, 6)));
    if (percent == Some(true) || shown_percent) && metric.kind != MetricKind::Rate {
        return wrong(
            "unexpected-percent",
            words!(
                "「{name}」不是比率，却写成了百分数",
                "`{name}` is no rate, but is written as a percentage"
            ),
            words!(
                "在 {} 填写数值，格式用常规",
                "put the plain figure in {}, formatted as General",
                place.at
            ),
        );
    }
    if is_part_of_day(metric, number) {
        let seconds = show(number * DAY, 1);
        return wrong(
            "time-as-day-part",
            words!(
                "「{name}」是 {shown} 秒，不像秒数，像是 Excel 的时间（{seconds} 秒）去掉格式后剩下的小数",
                "`{name}` is {shown} seconds: that looks like a time of Excel ({seconds} s) without its format"
            ),
            words!(
                "在 {} 填写秒数；整列可用公式「=单元格*86400」换算后粘贴为数值",
                "put the seconds in {}; a column may be converted by `=cell*86400` and pasted as values",
                place.at
            ),
        );
    }
    // 1分钟 is no second and 3天 no count of events; a column of the team has no unit of its own.
    if let Some(text) = value.text()
        && let Some(unit) = other_time(metric, text)
    {
        let text = text.trim();
        return wrong(
            FIGURE_UNIT,
            words!(
                "「{name}」写作「{text}」，单位「{unit}」不对",
                "`{name}` is `{text}`: {unit} is not its unit"
            ),
            words!("在 {} 按表上的单位填写", "write it in the form's unit in {}", place.at),
        );
    }
    if number < metric.min {
        let (code, what) = match metric.kind {
            MetricKind::Mark => (
                "out-of-range",
                words!(
                    "「{name}」{shown} 低于 {}",
                    "`{name}` of {shown} is below {}",
                    show(metric.min, 4)
                ),
            ),
            _ => (
                "negative",
                match metric.min {
                    0.0 => words!(
                        "「{name}」不能为负数（{shown}）",
                        "`{name}` cannot be negative ({shown})"
                    ),
                    min => words!(
                        "「{name}」{shown} 低于 {}",
                        "`{name}` of {shown} is below {}",
                        metric.kind.show(min)
                    ),
                },
            ),
        };
        return wrong(code, what, words!("改正 {}", "correct {}", place.at));
    }
    // Hundredths are held against the bounds as what they are.
    let is = if hundredths { number / 100.0 } else { number };
    if let Some(max) = metric.max.filter(|max| is > *max) {
        let (what, hint) = if hundredths {
            (
                words!(
                    "「{name}」{} 超过 {}",
                    "`{name}` of {} is above {}",
                    metric.kind.show(is),
                    metric.kind.show(max)
                ),
                words!("改正 {}", "correct {}", place.at),
            )
        } else if metric.kind == MetricKind::Rate {
            (
                words!(
                    "「{name}」{shown} 超过 {}",
                    "`{name}` of {shown} is above {}",
                    metric.kind.show(max)
                ),
                words!(
                    "若是百分之 {shown}，请写成 {shown}%",
                    "if {shown} percent is meant, write {shown}%"
                ),
            )
        } else {
            (
                words!(
                    "「{name}」{shown} 高于满分 {}",
                    "`{name}` of {shown} is above {}",
                    show(max, 4)
                ),
                words!("改正 {}", "correct {}", place.at),
            )
        };
        return wrong("out-of-range", what, hint);
    }
    if metric.kind == MetricKind::Count && number.fract() != 0.0 {
        notices.push(
            Problem::notice(
                "count-not-whole",
                words!("「{name}」{shown} 不是整数", "`{name}` of {shown} is not a whole number"),
            )
            .at(sheet_name, place.at),
        );
    }
    notices.extend(
        made.and_then(|made| nothing::doubtful(workbook, metric, made, &shown))
            .map(|p| p.at(sheet_name, place.at)),
    );
    let as_text = matches!(value, Value::Text(_));
    let operand = if as_text || literal {
        Operand::Number(number)
    } else {
        Operand::Cell { sheet: place.sheet, at: place.at, value: number }
    };
    (Some(operand), notices)
}
