//! The header of a list: which column holds the values, the units, the months.

use super::is_number;
use crate::cell::CellRef;
use crate::form::Period;
use crate::form::heading::{self, When, above, header_text, is_aside, is_figures};
use crate::hash::HashMap;
use crate::metrics::corrected;
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::time::rows::Times;
use crate::metrics::time::words::is_other_time;
use crate::text::other_times::names_before;
use crate::text::{has_any, label};
use crate::workbook::Sheet;
use std::cell::LazyCell;

/// What a list's header says of its columns.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) row: u32,
    pub(super) value: Option<u32>,
    pub(super) unit: Option<u32>,
    /// Columns of the months and kinds, where each row names its own.
    pub(super) times: Times,
    /// Months that columns are headed by, where none is the form's.
    pub(super) months: Option<String>,
    /// Whether the values' column is headed by the form's month.
    pub(super) of_month: bool,
    /// Columns that hold no figures of the month, and their headers.
    pub(super) asides: Vec<(u32, String)>,
    /// Columns of corrected figures.
    pub(super) corrected: Vec<u32>,
    /// Columns of words about the figures, as a dictionary has: 单位, 数据来源.
    pub(super) words: Vec<u32>,
}

/// Rows of a header that stand one above the other.
const DEEP: u32 = 3;

/// The list headers of a row, by the column of the labels.
pub(super) fn header(
    sheet: &Sheet,
    texts: &RowLabels<'_>,
    words: &Look<'_>,
) -> HashMap<u32, Header> {
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

/// Whether a header is of words about the figures.
fn is_of_words(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["单位", "来源", "口径", "定义", "公式", "责任", "提供", "说明", "取数", "计算方法"];
    let key = label(text);
    has_any(&key, &WORDS)
}
