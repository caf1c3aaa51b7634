//! Lists of figures: a label, and the value beside it.

use super::find::{Labels, Listed, RowLabels, Sources, covered};
use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::text::label;
use crate::workbook::{Sheet, Value};
use std::collections::{HashMap, HashSet};

/// Takes the label–value pairs of a sheet; whether there were any.
pub(super) fn list(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Labels,
    taken: &[Range],
    out: &mut Sources,
) -> bool {
    let mut any = false;
    // The value column of the nearest list header above, by the label's column.
    let mut value_columns: HashMap<u32, u32> = HashMap::new();
    // A sheet with several items is a form or a summary; there an item's name is no metric's label.
    let items: HashSet<&str> = rows
        .iter()
        .flat_map(|(_, texts)| texts.iter().map(|(_, _, key)| &**key))
        .filter(|key| words.items.contains(*key))
        .collect();
    for (row, texts) in rows {
        let texts = || texts.iter().filter(|(at, ..)| !covered(taken, *at));
        let value = texts().find(|(_, _, key)| words.value.contains(&**key));
        let item = value.and_then(|(value, ..)| {
            texts().rfind(|(at, _, key)| words.item.contains(&**key) && at.col < value.col)
        });
        if let (Some((item, ..)), Some((value, ..))) = (item, value) {
            value_columns.insert(item.col, value.col);
            continue;
        }
        for (at, text, key) in texts() {
            let at = *at;
            let beside = || {
                let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
                let col = value_columns.get(&at.col).copied().unwrap_or(right);
                Place { sheet: index, at: sheet.anchor(CellRef::new(*row, col)) }
            };
            if let Some(metric) = words.metrics.get(&**key) {
                any = true;
                let found = Listed { place: beside(), inline: None };
                out.lists.entry(metric.clone()).or_default().push(found);
            } else if let Some((head, tail)) = text.split_once([':', '：'])
                && let Some(metric) = words.metrics.get(&label(head))
                && !crate::text::is_blank(tail)
            {
                any = true;
                let place = Place { sheet: index, at };
                let found = Listed { place, inline: Some(tail.to_owned()) };
                out.lists.entry(metric.clone()).or_default().push(found);
            } else if let Some(metric) = words.judged.get(&**key)
                && items.len() < 3
                && is_number(sheet.value(beside().at))
            {
                let found = Listed { place: beside(), inline: None };
                out.judged.entry(metric.clone()).or_default().push(found);
            }
        }
    }
    any
}

fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Text(text) => crate::text::parse_number(text).is_some(),
        _ => false,
    }
}
