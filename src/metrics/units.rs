//! Units that change a figure: 万元 beside 元.

use super::reader::Reader;
use super::rows::Row;
use super::sources::{Listed, Sources, TeamTable};
use crate::cell::CellRef;
use crate::form::Place;
use crate::problem::codes::FIGURE_UNIT;
use crate::problem::{Problem, Words};
use crate::scheme::{Metric, MetricKind, Scheme};
use crate::text::{FullMarks, compact, full_marks, is_count_unit, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};
use std::collections::BTreeMap;

/// The unit that a label states, in its last brackets, behind a slash or as a sign: `万元` of `计划营业额（万元）`,
/// `秒` of `旺旺反应时间/秒`, `%` of `询单转化率%`.
pub(super) fn in_label(text: &str) -> Option<String> {
    let text = compact(text);
    let stated = |unit: &str| (is_unit(unit) || is_percent(unit)).then(|| unit.to_owned());
    let in_brackets = text.rsplit_once(['(', '[', '【', '〔']);
    let in_brackets = in_brackets.map(|(_, rest)| rest.trim_end_matches([')', ']', '】', '〕']));
    in_brackets.and_then(stated).or_else(|| stated(split(&crate::text::label(&text))?.1))
}

/// A key and the unit behind its slash, or the percent sign behind it.
fn split(key: &str) -> Option<(&str, &str)> {
    let slash = key.rsplit_once('/');
    let sign = || key.strip_suffix('%').map(|bare| (bare, "%"));
    slash.or_else(sign).filter(|(bare, unit)| !bare.is_empty() && !unit.is_empty())
}

/// A key without the unit behind its slash, or without its percent sign, where the unit is one of what it
/// names: `计划营业额/元`. A fine/次 or a turnover/人 is another figure.
pub(super) fn without_unit<'k>(key: &'k str, fits: &dyn Fn(&str, &str) -> bool) -> Option<&'k str> {
    let (bare, unit) = split(key)?;
    fits(bare, unit).then_some(bare)
}

/// Whether a figure in one unit may be stated in another: 元 in 万元, 秒 in 分钟, a rate in %.
pub(super) fn fits(kind: MetricKind, own: &str, stated: &str) -> bool {
    match kind {
        MetricKind::Rate => is_percent(stated),
        MetricKind::Time => of_time(stated).is_some(),
        _ if power(own).is_some() => power(stated).is_some(),
        _ => !own.is_empty() && own == stated,
    }
}

/// Whether a unit is that of percentages.
pub(super) fn is_percent(unit: &str) -> bool {
    ["%", "百分比", "百分数", "百分号"].contains(&compact(unit).trim_start_matches("单位"))
}

/// The units that stand in a row of their own below a header, by its columns: 分 | % | 元 | 秒.
pub(super) fn in_row(sheet: &Sheet, row: u32, columns: &[u32]) -> BTreeMap<u32, String> {
    let cell = |col: &u32| sheet.cells.get(&CellRef::new(row, *col)).map(|cell| &cell.value);
    let mut out = BTreeMap::new();
    for col in columns {
        match cell(col) {
            Some(Value::Text(text)) if is_any_unit(text) => {
                out.insert(*col, compact(text).trim_matches(['(', ')']).to_owned());
            }
            Some(value) if !value.is_blank() => return BTreeMap::new(),
            _ => {}
        }
    }
    out
}

/// Whether a text is a unit and nothing else.
pub(super) fn is_any_unit(text: &str) -> bool {
    let key = compact(text);
    let key = key.strip_prefix('(').and_then(|key| key.strip_suffix(')')).unwrap_or(&key);
    is_percent(key) || is_unit(key) || is_count_unit(key)
}

/// Whether a note in brackets is a unit of money or time.
pub(super) fn is_unit(note: &str) -> bool {
    power(note).is_some() || of_time(note).is_some()
}

/// Seconds of a unit of time, in thousandths; `None` where it is not one.
fn seconds(unit: &str) -> Option<u32> {
    match compact(unit).trim_start_matches("单位") {
        "毫秒" | "ms" => Some(1),
        "秒" | "秒钟" | "s" | "sec" => Some(1000),
        // Not 分 alone: points are marked by it too.
        "分钟" | "min" | "mins" => Some(60_000),
        "小时" | "时" | "h" => Some(3_600_000),
        _ => None,
    }
}

/// [`seconds`] of a unit that is known to be one of time: 分 is a minute then, and no point.
fn of_time(unit: &str) -> Option<u32> {
    seconds(unit).or_else(|| (compact(unit).trim_start_matches("单位") == "分").then_some(60_000))
}

/// The power of ten that a unit of money or number carries; `None` where it is not one.
fn power(unit: &str) -> Option<i32> {
    let unit = compact(unit);
    let unit = unit.trim_start_matches("单位");
    let (power, rest) = match unit.chars().next()? {
        '千' => (3, unit.strip_prefix('千')?),
        '万' => (4, unit.strip_prefix('万')?),
        '百' if unit.starts_with("百万") => (6, unit.strip_prefix("百万")?),
        '百' => (2, unit.strip_prefix('百')?),
        '十' => (5, unit.strip_prefix("十万")?),
        '亿' => (8, unit.strip_prefix('亿')?),
        _ => (0, unit),
    };
    ["", "元", "人民币", "圆", "rmb"].contains(&rest).then_some(power).filter(|_| !unit.is_empty())
}

/// A figure with the unit that is written beside it.
struct Stated {
    power: Option<i32>,
    seconds: Option<u32>,
    place: Place,
}

fn stated(
    metric: &Metric,
    rows: &[Row<'_>],
    sources: &Sources,
    workbook: &Workbook,
) -> Option<Stated> {
    let own = rows.iter().find_map(|(t, p)| Some((t, p, *t.metrics.get(&metric.name)?)));
    let (unit, place, inline) = match own {
        Some((table, person, line)) => {
            let place = Place { sheet: table.sheet, at: table.cell(person, line) };
            (table.units.get(&metric.name), place, None)
        }
        None => {
            let Listed { unit, place, inline, .. } = sources.lists.get(&metric.name)?.first()?;
            (unit.as_ref(), *place, inline.as_deref())
        }
    };
    // A text with a unit of its own needs none beside it.
    let text = inline.or_else(|| workbook.sheets.get(place.sheet)?.text(place.at));
    let own = text.is_some_and(|t| t.contains(['千', '万', '亿', '元']));
    let power = if own { Some(0) } else { unit.and_then(|unit| power(unit)) };
    let seconds = unit.and_then(|unit| of_time(unit));
    Some(Stated { power, seconds, place })
}

impl Reader<'_> {
    /// Amounts whose units differ from what they are held against: the other part of a ratio, or
    /// the scheme's unit. Both parts of a ratio in 万元 are right as they are.
    pub(super) fn units(&mut self, scheme: &Scheme, rows: &[Row<'_>], sources: &Sources) {
        let mut in_ratio = Vec::new();
        let ratios = scheme.items.iter().flat_map(|i| &i.rules).filter_map(|r| r.ratio());
        let mut problems = Vec::new();
        for ratio in ratios {
            in_ratio.extend([ratio.of.as_str(), ratio.over.as_str()]);
            let (Some(of), Some(over)) = (scheme.metric(&ratio.of), scheme.metric(&ratio.over))
            else {
                continue;
            };
            let found = |metric| stated(metric, rows, sources, self.workbook);
            let (Some(a), Some(b)) = (found(of), found(over)) else { continue };
            if a.power.unwrap_or(0) != b.power.unwrap_or(0) {
                let (of, over) = (&of.name, &over.name);
                let what = words!(
                    "「{of}」与「{over}」的单位不同（一个按万元等计，另一个不是），不能直接相比",
                    "`{of}` and `{over}` are in different units (one in 万元 or like), and cannot be compared as they are"
                );
                problems.push((if b.power.unwrap_or(0) == 0 { a.place } else { b.place }, what));
            }
        }
        for metric in scheme.metrics.iter().filter(|m| m.kind == MetricKind::Amount) {
            if in_ratio.contains(&metric.name.as_str()) {
                continue;
            }
            let (Some(found), Some(own)) =
                (stated(metric, rows, sources, self.workbook), power(&metric.unit))
            else {
                continue;
            };
            if found.power.is_some_and(|power| power != own) {
                problems.push((found.place, other_unit(metric, &metric.unit)));
            }
        }
        for metric in scheme.metrics.iter().filter(|m| m.kind == MetricKind::Time) {
            let found = stated(metric, rows, sources, self.workbook);
            let Some((found, unit)) = found.and_then(|f| Some((f.place, f.seconds?))) else {
                continue;
            };
            if seconds(&metric.unit).is_some_and(|own| own != unit) {
                problems.push((found, other_unit(metric, &metric.unit)));
            }
        }
        for (place, what) in problems {
            self.out.problems.push(unit_problem(what).at(self.sheet_name(place.sheet), place.at));
        }
    }

    /// A team's column in another unit than its figures are held against: `unit` is the metric's own.
    pub(super) fn team_unit(&mut self, team: &TeamTable, column: &Metric, unit: &str) {
        self.team_scale(team, column);
        let Some(found) = team.units.get(&column.name) else { return };
        let other = match column.kind {
            MetricKind::Time => of_time(found).zip(seconds(unit)).is_some_and(|(a, b)| a != b),
            MetricKind::Amount => power(found).is_some_and(|power| power != 0),
            _ => false,
        };
        let Some(col) = team.columns.get(&column.name).filter(|_| other) else { return };
        let at = CellRef::new(team.header, *col);
        let problem = unit_problem(other_unit(column, unit)).at(self.sheet_name(team.sheet), at);
        self.once(problem);
    }

    /// A column of points that its header counts to another number than 100: a KPI of 8.6 of 10.
    fn team_scale(&mut self, team: &TeamTable, column: &Metric) {
        let Some(col) = team.columns.get(&column.name) else { return };
        let at = CellRef::new(team.header, *col);
        let sheet = self.workbook.sheets.get(team.sheet);
        let text = sheet.and_then(|sheet| sheet.text(sheet.anchor(at))).unwrap_or_default();
        let Some(FullMarks::Each(found) | FullMarks::Unsaid(found)) = full_marks(text) else {
            return;
        };
        // 每项20分 is of its parts.
        let of_parts = crate::text::has_any(text, &["每项", "单项", "各项"]);
        let whole = column.max.unwrap_or(WHOLE);
        if !of_parts && column.kind == MetricKind::Amount && found != whole {
            let (name, found, whole) = (&column.name, show(found, 4), show(whole, 4));
            let problem = Problem::error(
                "figure-scale",
                words!(
                    "「{name}」写的是满分 {found} 分，方案按 {whole} 分计",
                    "`{name}` says full marks of {found}; the scheme counts to {whole}"
                ),
            );
            let problem = problem.at(self.sheet_name(team.sheet), at).hint(words!(
                "换算成 {whole} 分制，并改正表头",
                "bring the figures to {whole} and correct the header"
            ));
            self.once(problem);
        }
    }
}

/// What points of a KPI count to, where nothing else is said.
const WHOLE: f64 = 100.0;

fn other_unit(metric: &Metric, unit: &str) -> Words {
    let name = &metric.name;
    words!(
        "「{name}」的单位与方案的「{unit}」不同",
        "`{name}` is not in the scheme's unit `{unit}`"
    )
}

fn unit_problem(what: Words) -> Problem {
    Problem::error(FIGURE_UNIT, what).hint(words!(
        "统一单位：把数值和标注的单位改成一致",
        "bring the figures and the units written beside them into line"
    ))
}
