//! Lists of figures: a label, and the value beside it.

use super::corrected;
use super::look::{Look, RowLabels, covered};
use super::rule_cells::RuleCells;
use super::sources::{Listed, Sources};
use super::standing::{Standing, said};
use super::time::rows::{Time, Times};
use super::time::words::is_other_time;
use super::titles;
use super::tops::Tops;
use super::units;
use crate::cell::{CellRef, Range};
use crate::form::heading::{self, When, above, header_text, is_aside, is_figures};
use crate::form::span::is_span;
use crate::form::{Period, Place};
use crate::hash::{HashMap, HashSet};
use crate::text::other_times::names_before;
use crate::text::{has_any, label};
use crate::workbook::{Cell, Sheet, Value};
use std::cell::LazyCell;

/// Takes the label–value pairs of a sheet; whether there were any.
pub(super) fn list(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    taken: &[Range],
    rules: &RuleCells,
    out: &mut Sources,
) -> bool {
    let mut any = false;
    // The columns of the nearest list header above, by the label's column.
    let mut headers: HashMap<u32, Header> = HashMap::default();
    // A sheet with several items is a form or a summary; there an item's name is no metric's label.
    let items: HashSet<&str> = rows
        .iter()
        .flat_map(|(_, texts)| texts.iter().map(|(_, _, key)| &**key))
        .filter(|key| words.items.contains(*key))
        .collect();
    // A second list below may have a title of its own: 2026年1-10月累计.
    let mut titled_aside = false;
    let mut tops = Tops::default();
    for (row, texts) in rows {
        if any && let Some(title) = titles::alone(sheet, *row) {
            titled_aside =
                titles::of_other_month(title.text, words.month) || is_other_time(title.text);
        }
        let texts = || texts.iter().filter(|(at, ..)| !covered(taken, *at));
        let listed: Vec<_> = texts().cloned().collect();
        let found = header(sheet, &listed, words);
        if !found.is_empty() {
            headers.extend(found);
            continue;
        }
        for (at, text, key) in texts() {
            let at = *at;
            if heads_column(sheet, at) {
                continue;
            }
            let mut pass = |metric: &str| {
                let place = Place { sheet: index, at };
                out.passed.entry(metric.to_owned()).or_insert(place);
            };
            if titled_aside || words.is_other(text) {
                words.metric(key).into_iter().for_each(&mut pass);
                continue;
            }
            words.of_other_month(key).into_iter().for_each(&mut pass);
            // A header is of the labels below it as far as the next table.
            let own = |header: &&Header| {
                !taken.iter().any(|table| {
                    (header.row..at.row).contains(&table.start.row)
                        && (table.start.col..=table.end.col).contains(&at.col)
                })
            };
            let header = headers.get(&at.col).filter(own);
            let beside = || beside(sheet, index, at, header, words);
            if let Some(metric) = words.metric(key) {
                any = true;
                let mut found = beside();
                let described = header.is_some_and(|h| h.words.contains(&found.place.at.col))
                    && !is_number(sheet.value(found.place.at))
                    && !sheet.value(found.place.at).is_blank();
                if described {
                    continue;
                }
                let goal = || has_any(metric, &["计划", "目标", "预算"]);
                let elsewhen = header.is_some_and(|h| match h.times.row(sheet, at.row, words) {
                    Time::Month(_) => false,
                    Time::Aside(_) => true,
                    Time::Goal(_) => !goal(),
                });
                if elsewhen
                    || set_aside(sheet, at, found.place.at)
                    || header.is_none() && tops.are_aside(sheet, at)
                {
                    pass(metric);
                    continue;
                }
                // What the label itself says is nearer than the column of units.
                found.unit = units::in_label(text).or(found.unit);
                let remark = || header.and_then(|h| h.times.remark(sheet, at.row, words.month));
                found.note = words.note(text, at).or_else(remark);
                out.lists.entry(metric.to_owned()).or_default().push(found);
            } else if let Some((head, tail)) = text.split_once([':', '：'])
                && let Some(metric) = words.metric(&label(head))
                && !crate::text::is_blank(tail)
                && !rules.states(at, tail)
            {
                // 计划营业额：以年度计划分解 in a manual makes it no sheet of figures.
                any |= crate::text::parse_number(tail).is_some();
                let place = Place { sheet: index, at };
                let inline = Some(tail.to_owned());
                let unit = units::in_label(head);
                let found = Listed {
                    place,
                    inline,
                    unit,
                    month: None,
                    months: None,
                    of_month: false,
                    aside: None,
                    other: None,
                    corrected: None,
                    part: None,
                    note: words.note(text, at),
                };
                out.lists.entry(metric.to_owned()).or_default().push(found);
            } else if let Some(metric) = corrected::figure(key, &|key| words.metric(key)) {
                out.corrected.entry(metric.to_owned()).or_default().push(beside().place);
            } else if let Some(metric) = words.judged.get(&**key)
                && items.len() < 3
                && is_number(sheet.value(beside().place.at))
            {
                out.judged.entry(metric.clone()).or_default().push(beside());
            }
        }
    }
    any
}

/// Whether the row of a figure says that it is not the month's: 第1周 before its label, 目标 between label
/// and value, 作废 behind it.
fn set_aside(sheet: &Sheet, label: CellRef, value: CellRef) -> bool {
    let text = |col: u32| {
        let at = sheet.anchor(CellRef::new(label.row, col));
        sheet.text(at).map(crate::text::compact)
    };
    let before = label.col.checked_sub(1).and_then(text);
    let mut between = (label.col + 1..value.col).filter_map(text);
    let mut behind = (value.col + 1..value.col + 4).filter_map(text);
    before.is_some_and(|note| is_span(&note))
        || between.any(|note| heading::is_beside(&note))
        || behind.any(|note| said(None, &note) == Standing::Void)
}

/// Whether a label heads a column of numbers, with nothing to its right.
fn heads_column(sheet: &Sheet, at: CellRef) -> bool {
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let below = sheet.merge_of(at).map_or(at.row, |m| m.end.row) + 1;
    let number = |at: CellRef| matches!(sheet.value(at), Value::Number(_));
    let text = |at: CellRef| sheet.text(at).is_some_and(|t| !crate::text::is_blank(t));
    let left = at.col.checked_sub(1).map(|col| CellRef::new(at.row, col));
    !number(sheet.anchor(CellRef::new(at.row, right)))
        && number(CellRef::new(below, at.col))
        && left.is_some_and(text)
}

/// What a list's header says of its columns.
#[derive(Debug, Clone, Default)]
struct Header {
    row: u32,
    value: Option<u32>,
    unit: Option<u32>,
    /// Columns of the months and kinds, where each row names its own.
    times: Times,
    /// Months that columns are headed by, where none is the form's.
    months: Option<String>,
    /// Whether the values' column is headed by the form's month.
    of_month: bool,
    /// Columns that hold no figures of the month, and their headers.
    asides: Vec<(u32, String)>,
    /// Columns of corrected figures.
    corrected: Vec<u32>,
    /// Columns of words about the figures, as a dictionary has: 单位, 数据来源.
    words: Vec<u32>,
}

/// Rows of a header that stand one above the other.
const DEEP: u32 = 3;

/// The list headers of a row, by the column of the labels.
fn header(sheet: &Sheet, texts: &RowLabels<'_>, words: &Look<'_>) -> HashMap<u32, Header> {
    let heads: Vec<CellRef> = texts
        .iter()
        .filter(|(_, _, key)| words.item.contains(&**key))
        .map(|(at, ..)| *at)
        .collect();
    let mut out = HashMap::default();
    for (order, head) in heads.iter().enumerate() {
        let merge = sheet.merge_of(*head);
        let start = merge.map_or(head.col, |m| m.end.col) + 1;
        let last = merge.map_or(head.row, |m| m.end.row.min(head.row + DEEP));
        let end = heads.get(order + 1).map(|next| next.col);
        let rest = columns(sheet, *head, start, end, last, words);
        let unit = rest.iter().find(|column| label(&column.text) == "单位").map(|c| c.col);
        let before = texts.iter().filter(|(at, ..)| at.col < head.col);
        // Of the columns before the labels those behind the labels before.
        let own = |at: &CellRef| {
            let other = order.checked_sub(1).and_then(|o| heads.get(o));
            other.is_none_or(|other| other.col < at.col)
        };
        let before =
            before.filter(|(at, ..)| own(at)).map(|(at, _, key)| (at.col, key.to_string()));
        // A team's table to the right has such columns of its own.
        let member = rest.iter().any(|c| words.member.contains(&label(&c.text)));
        let of_team = |key: &String| words.member.contains(key) || words.group.contains(key);
        let behind = rest.iter().map(|c| (c.col, label(&c.text)));
        let behind = behind.take_while(|(_, key)| !member || !of_team(key));
        let all: Vec<(u32, String)> = before.chain(behind).collect();
        let times = Times::of(all.iter().map(|(col, key)| (*col, key.as_str())));
        let Values { col: mut value, months, of_month } = value_column(&rest, words);
        // A list may have its values before its labels.
        if value.is_none() && months.is_none() {
            let left = texts.iter().rfind(|(at, ..)| at.col < head.col);
            let value_word = left.filter(|(_, _, key)| words.value.contains(&**key));
            value = value_word.map(|(at, ..)| at.col);
        }
        let periods = || rest.iter().any(|c| is_period(&c.text));
        // They say something only where no column is known to hold the values.
        let look = words;
        let other = |c: &&Column| {
            heading::is_no_result(&c.text)
                || is_other_time(&c.text)
                || c.when == When::Other
                || look.is_other(&c.text)
        };
        let asides = rest.iter().filter(|_| value.is_none()).filter(other);
        let asides: Vec<_> = asides.map(|c| (c.col, c.text.trim().to_owned())).collect();
        let words: Vec<u32> = rest.iter().filter(|c| is_of_words(&c.text)).map(|c| c.col).collect();
        if value.is_some()
            || unit.is_some()
            || months.is_some()
            || !asides.is_empty()
            || !words.is_empty()
            || times.any()
            || periods()
        {
            let row = head.row;
            let corrected = rest.iter().filter(|c| corrected::heads(&c.text)).map(|c| c.col);
            let corrected = corrected.collect();
            let of = Header { row, value, unit, times, months, of_month, asides, corrected, words };
            out.insert(head.col, of);
        }
    }
    out
}

/// A column right of the labels: its header's text over all its rows.
struct Column {
    col: u32,
    text: String,
    /// The month it speaks of.
    when: When,
    /// Whether a number stands below it.
    filled: bool,
}

fn columns(
    sheet: &Sheet,
    head: CellRef,
    start: u32,
    end: Option<u32>,
    last: u32,
    words: &Look<'_>,
) -> Vec<Column> {
    let rows = head.row..=last;
    let wide = rows.clone().filter_map(|row| sheet.row(row).map(|(at, _)| at.col).max()).max();
    let end = end.unwrap_or(wide.unwrap_or(start) + 1);
    // As far as labels stand below the header; there may be a blank row first.
    let labelled = |row: &u32| !sheet.value(CellRef::new(*row, head.col)).is_blank();
    let body = LazyCell::new(|| {
        let below = (last + 1..=last + BELOW).skip_while(|row| !labelled(row));
        below.take_while(labelled).collect::<Vec<u32>>()
    });
    let mut out = Vec::new();
    for col in start..end.min(start + MOST) {
        let mut cells: Vec<CellRef> =
            rows.clone().map(|row| sheet.anchor(CellRef::new(row, col))).collect();
        cells.dedup();
        let own = cells.iter().filter_map(|at| header_text(sheet, *at, words.date1904));
        let over = above(sheet, CellRef::new(head.row, col), head.col, words.date1904);
        let text: String = over.into_iter().chain(own).collect();
        if !text.is_empty() {
            let number = |row: &u32| is_number(sheet.value(sheet.anchor(CellRef::new(*row, col))));
            let filled = body.iter().any(number);
            let when = heading::when(&text, words.month);
            out.push(Column { col, text, when, filled });
        }
    }
    out
}

/// Rows below a header in which its figures begin.
const BELOW: u32 = 20;
/// Most columns of a list.
const MOST: u32 = 200;

/// Which column holds the values.
#[derive(Default)]
struct Values {
    col: Option<u32>,
    /// The months that the columns name, where none is the form's.
    months: Option<String>,
    /// Whether its header says the form's month.
    of_month: bool,
}

impl From<Option<u32>> for Values {
    fn from(col: Option<u32>) -> Self {
        Self { col, ..Self::default() }
    }
}

/// The column of the values, and else the months that the columns name, where none is the form's.
fn value_column(rest: &[Column], words: &Look<'_>) -> Values {
    let when = |c: &Column| c.when;
    let only = |found: Vec<&Column>| match found.as_slice() {
        [only] => Some(only.col),
        _ => None,
    };
    let all = |wanted: &dyn Fn(&&Column) -> bool| rest.iter().filter(wanted).collect::<Vec<_>>();
    // A column a person, of whom one has a form.
    let own =
        all(&|c| words.owner.is_some_and(|person| crate::text::person_key(&c.text) == person));
    if let Some(col) = only(own) {
        return Some(col).into();
    }
    let plain = |c: &Column| {
        words.value.contains(&label(&c.text))
            && !heading::is_no_result(&c.text)
            && !words.is_other(&c.text)
    };
    let this = all(&|c| when(c) == When::This && is_figures(&c.text) && c.filled);
    if !this.is_empty() {
        let said = this.iter().copied().filter(|c| {
            let key = label(&c.text);
            has_any(&key, &["实际", "完成", "数值", "数据"])
        });
        let col = only(this.clone()).or_else(|| only(said.collect()));
        return Values { col, of_month: true, months: None };
    }
    let unsaid = all(&|c| when(c) == When::Unsaid && plain(c));
    if !unsaid.is_empty() {
        return only(unsaid).into();
    }
    // Weeks or shops and their sum.
    let parts = all(&|c| heading::is_share(&c.text));
    let sum = all(&|c| when(c) != When::Other && c.filled && is_sum(&label(&c.text)));
    if let (true, Some(col)) = (parts.len() > 1, only(sum)) {
        return Some(col).into();
    }
    let others = all(&|c| when(c) == When::Other && is_figures(&c.text) && is_month(&c.text));
    if others.is_empty() {
        return Values::default();
    }
    let free = all(&|c| when(c) == When::Unsaid && !is_aside(&c.text));
    match only(free) {
        Some(col) => Some(col).into(),
        None => {
            let names: Vec<&str> = others.iter().map(|c| c.text.trim()).collect();
            Values { months: Some(names.join("、")), ..Values::default() }
        }
    }
}

/// Whether a header is of the sum of the columns beside it; 累计 may be the year's.
fn is_sum(key: &str) -> bool {
    const SUMS: [&str; 7] = ["合计", "总计", "小计", "汇总", "全月", "月合计", "全月合计"];
    let month = key.ends_with("合计") && key.contains('月') && !key.contains(['年', '-', '至']);
    SUMS.contains(&key) || month
}

fn is_month(text: &str) -> bool {
    Period::named(text).is_some()
}

fn is_period(text: &str) -> bool {
    let key = label(text);
    is_month(text) || names_before(&key) || has_any(&key, &["本月", "本期", "目标", "计划值"])
}

/// The value of a label: in the column that the header names, else to the right. Where no header
/// tells and two numbers stand side by side, both are named.
fn beside(
    sheet: &Sheet,
    index: usize,
    at: CellRef,
    header: Option<&Header>,
    words: &Look<'_>,
) -> Listed {
    let header = header.cloned().unwrap_or_default();
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let next = |at: CellRef| {
        let col = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
        sheet.anchor(CellRef::new(at.row, col))
    };
    let mut place = sheet.anchor(CellRef::new(at.row, header.value.unwrap_or(right)));
    let unit = header.unit.map(|col| sheet.anchor(CellRef::new(at.row, col)));
    let mut unit = unit.and_then(|at| sheet.text(at)).map(str::to_owned);
    // A list without a header may have its units before its values.
    if header.value.is_none()
        && let Some(text) = sheet.text(place).filter(|text| units::is_any_unit(text))
        && is_number(sheet.value(next(place)))
    {
        unit = Some(text.to_owned());
        place = next(place);
    }
    let second = next(place);
    let both = [place, second].iter().all(|at| is_number(sheet.value(*at)));
    // Nothing beside the label, and a number farther right: a row of some other table? Behind the next
    // figure's label it is that figure's.
    let is_label = |cell: &Cell| cell.label().is_some_and(|key| words.metric(&key).is_some());
    let farther = || {
        let right = sheet.row(at.row).filter(|(other, _)| other.col > place.col);
        let mut right = right.take_while(|(_, cell)| !is_label(cell));
        right.find(|(_, cell)| is_number(&cell.value)).map(|(other, _)| other)
    };
    let other = match both {
        true => Some(second),
        false if sheet.value(place).is_blank() => farther(),
        false => None,
    };
    let cells = header.corrected.iter().map(|col| CellRef::new(at.row, *col));
    let corrected = cells.filter(|at| sheet.anchor(*at) != place).find(|other| {
        let head = sheet.text(sheet.anchor(CellRef::new(header.row, other.col)));
        corrected::differs(sheet, head, *other, place)
    });
    let aside = header.asides.iter().find(|(col, _)| *col == place.col);
    let month = match header.times.row(sheet, at.row, words) {
        Time::Month(month) => month,
        Time::Aside(_) | Time::Goal(_) => None,
    };
    Listed {
        place: Place { sheet: index, at: place },
        inline: None,
        unit,
        month,
        aside: aside.filter(|_| header.value.is_none()).map(|(_, text)| text.clone()),
        months: header.months,
        of_month: header.of_month,
        other: other.filter(|_| header.value.is_none()),
        corrected: corrected.filter(|_| header.value.is_some()),
        part: header.times.part(sheet, at.row),
        note: None,
    }
}

/// Whether a header is of words about the figures.
fn is_of_words(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["单位", "来源", "口径", "定义", "公式", "责任", "提供", "说明", "取数", "计算方法"];
    let key = label(text);
    has_any(&key, &WORDS)
}

pub(super) fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Text(text) => crate::text::parse_number(text).is_some(),
        _ => false,
    }
}
