//! Lists of figures: a label, and the value beside it.

use super::find::{Labels, Listed, RowLabels, Sources, covered};
use super::owner::bare_month;
use crate::cell::{CellRef, Range};
use crate::form::{Month, Place, parse_month};
use crate::hash::{HashMap, HashSet};
use crate::text::label;
use crate::workbook::{Sheet, Value};

/// Takes the label–value pairs of a sheet; whether there were any.
pub(super) fn list(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Labels,
    taken: &[Range],
    month: Option<Month>,
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
    for (_, texts) in rows {
        let texts = || texts.iter().filter(|(at, ..)| !covered(taken, *at));
        let listed: Vec<_> = texts().cloned().collect();
        let found = header(&listed, words, month);
        if !found.is_empty() {
            headers.extend(found);
            continue;
        }
        for (at, text, key) in texts() {
            let at = *at;
            let beside = || beside(sheet, index, at, headers.get(&at.col));
            if let Some(metric) = words.metric(key) {
                any = true;
                let mut found = beside();
                // What the label itself says is nearer than the column of units.
                found.unit = super::units::in_brackets(text).or(found.unit);
                out.lists.entry(metric.to_owned()).or_default().push(found);
            } else if let Some((head, tail)) = text.split_once([':', '：'])
                && let Some(metric) = words.metric(&label(head))
                && !crate::text::is_blank(tail)
            {
                any = true;
                let place = Place { sheet: index, at };
                let inline = Some(tail.to_owned());
                let unit = super::units::in_brackets(head);
                let found = Listed { place, inline, unit, other: None };
                out.lists.entry(metric.to_owned()).or_default().push(found);
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

/// What a list's header says of its columns.
#[derive(Debug, Clone, Copy, Default)]
struct Header {
    value: Option<u32>,
    unit: Option<u32>,
}

/// The list headers of a row, by the column of the labels.
fn header(texts: &RowLabels<'_>, words: &Labels, month: Option<Month>) -> HashMap<u32, Header> {
    let heads: Vec<usize> = (0..texts.len())
        .filter(|at| texts.get(*at).is_some_and(|(_, _, key)| words.item.contains(&**key)))
        .collect();
    let mut out = HashMap::default();
    for (order, head) in heads.iter().enumerate() {
        let to = heads.get(order + 1).copied().unwrap_or(texts.len());
        let (Some((at, ..)), Some(rest)) = (texts.get(*head), texts.get(head + 1..to)) else {
            continue;
        };
        let unit = rest.iter().find(|(_, _, key)| &**key == "单位").map(|(at, ..)| at.col);
        let of_month = rest.iter().find(|(_, text, _)| names_month(text, month));
        let mut values = rest.iter().filter(|(_, _, key)| words.value.contains(&**key));
        let value = match (values.next(), values.next()) {
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => of_month,
            (None, _) => of_month,
        };
        let value = value.map(|(at, ..)| at.col);
        if value.is_some() || unit.is_some() || rest.iter().any(|(_, text, _)| is_period(text)) {
            out.insert(at.col, Header { value, unit });
        }
    }
    out
}

/// Whether a header names the month: `10月`, `2026年10月`, `本月数值`.
fn names_month(text: &str, month: Option<Month>) -> bool {
    let key = label(text);
    let text = crate::text::compact(text);
    if key.contains("本月") || key.contains("当月") || key.contains("本期") {
        return !key.contains("累计");
    }
    match (parse_month(&text), bare_month(&text)) {
        (Some(found), _) => Some(found) == month,
        (None, Some(found)) => month.is_some_and(|month| month.month == found),
        _ => false,
    }
}

fn is_period(text: &str) -> bool {
    let key = label(text);
    let words = ["本月", "上月", "本期", "上期", "去年", "同期", "目标", "计划值"];
    parse_month(text).is_some()
        || bare_month(text).is_some()
        || words.iter().any(|w| key.contains(w))
}

/// The value of a label: in the column that the header names, else to the right. Where no header
/// tells and two numbers stand side by side, both are named.
fn beside(sheet: &Sheet, index: usize, at: CellRef, header: Option<&Header>) -> Listed {
    let header = header.copied().unwrap_or_default();
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let place = sheet.anchor(CellRef::new(at.row, header.value.unwrap_or(right)));
    let second = sheet.merge_of(place).map_or(place.col, |m| m.end.col) + 1;
    let second = sheet.anchor(CellRef::new(at.row, second));
    let both = [place, second].iter().all(|at| is_number(sheet.value(*at)));
    Listed {
        place: Place { sheet: index, at: place },
        inline: None,
        unit: header
            .unit
            .and_then(|col| sheet.text(sheet.anchor(CellRef::new(at.row, col))))
            .map(str::to_owned),
        other: (header.value.is_none() && both).then_some(second),
    }
}

pub(super) fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Text(text) => crate::text::parse_number(text).is_some(),
        _ => false,
    }
}
