//! The person, the department and the month of a form: beside a label, or behind its colon.

use crate::cell::CellRef;
use crate::scheme::Words;
use crate::text::{compact, is_blank, label};
use crate::workbook::{Sheet, Value};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i32,
    /// Month, from 1.
    pub month: u32,
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Month {
    fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1)
            .filter(|_| (1990..2200).contains(&year))
            .map(|date| Self { year: date.year(), month: date.month() })
    }

    /// The month of a date cell (ECMA-376 part 1, 18.17.4: serial dates).
    pub fn from_serial(serial: f64, date1904: bool) -> Option<Self> {
        if !(1.0..=109_000.0).contains(&serial) {
            return None;
        }
        let (epoch, days) = match date1904 {
            true => (NaiveDate::from_ymd_opt(1904, 1, 1)?, serial.trunc() as u64),
            false => (NaiveDate::from_ymd_opt(1899, 12, 30)?, serial.trunc() as u64),
        };
        let date = epoch.checked_add_days(Days::new(days))?;
        Self::new(date.year(), date.month())
    }
}

/// Reads the first month in a text: `2026年10月`, `2026-10`, `2026/10/31`, `2026.10`, `202610`.
pub fn parse_month(text: &str) -> Option<Month> {
    let text = compact(text);
    let chars: Vec<char> = text.chars().collect();
    for start in 0..chars.len() {
        let rest = chars.get(start..).unwrap_or_default();
        let before = start.checked_sub(1).and_then(|b| chars.get(b));
        if before.is_some_and(char::is_ascii_digit) {
            continue;
        }
        let year: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
        let tail = rest.get(year.len()..).unwrap_or_default();
        if year.len() == 6 && !matches!(tail.first(), Some('.')) {
            let (year, month) = year.split_at(4);
            if let (Ok(year), Ok(month)) = (year.parse(), month.parse())
                && let Some(month) = Month::new(year, month)
            {
                return Some(month);
            }
        }
        if year.len() != 4 || !matches!(tail.first(), Some('年' | '-' | '/' | '.')) {
            continue;
        }
        let tail = tail.get(1..).unwrap_or_default();
        let month: String = tail.iter().take_while(|c| c.is_ascii_digit()).take(2).collect();
        if let (Ok(year), Ok(month)) = (year.parse(), month.parse())
            && let Some(month) = Month::new(year, month)
        {
            return Some(month);
        }
    }
    None
}

/// Labels of the person, the department and the month.
static LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let Words { person, department, month, .. } = Words::default();
    [person, department, month].iter().flatten().map(|word| label(word)).collect()
});

/// What stands for a label: behind its colon in the same cell, or in the next cell to the right,
/// or below. Gives the place and the value.
pub fn labelled(sheet: &Sheet, words: &[String], most_rows: u32) -> Option<(CellRef, Value)> {
    let labels: Vec<String> = words.iter().map(|w| label(w)).collect();
    let known = |text: &str| labels.contains(&label(text));
    for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < most_rows) {
        let Some(text) = cell.value.text() else { continue };
        if let Some((head, tail)) = text.split_once([':', '：'])
            && known(head)
            && !is_blank(tail)
        {
            // `被考核人：王丽  部门：客服部` holds two labels: the value ends where the next starts.
            let tail = tail.trim_matches(|c: char| c.is_whitespace() || c == '_');
            let end = tail
                .char_indices()
                .find(|(_, c)| matches!(c, ':' | '：'))
                .and_then(|(colon, _)| tail.get(..colon))
                .map(|before| before.rfind(char::is_whitespace).unwrap_or(before.len()));
            let value = end.and_then(|end| tail.get(..end)).unwrap_or(tail).trim();
            // Left blank (`部门：____`), or before the next label (`被考核人：  部门：客服部`).
            if !value.is_empty() && (end.is_none() || !LABELS.contains(&label(value))) {
                return Some((*at, Value::Text(value.to_owned())));
            }
        }
        if !known(text) {
            continue;
        }
        let right = sheet.merge_of(*at).map_or(at.col, |m| m.end.col) + 1;
        let beside = sheet.anchor(CellRef::new(at.row, right));
        if !sheet.value(beside).is_blank() && !is_a_label(sheet.value(beside)) {
            return Some((beside, sheet.value(beside).clone()));
        }
    }
    None
}

/// Whether a value looks like another label: `部门：`, or with its own value `部门：客服部`, as it
/// stands right of a `被考核人：` that was left blank.
fn is_a_label(value: &Value) -> bool {
    value.text().is_some_and(|text| match text.split_once([':', '：']) {
        Some((head, _)) => LABELS.contains(&label(head)) || text.trim().ends_with([':', '：']),
        None => false,
    })
}

/// The month by a label, or in the title rows.
pub fn month(sheet: &Sheet, words: &[String], first_rows: u32, date1904: bool) -> Option<Month> {
    let read = |value: &Value| match value {
        Value::Text(text) => parse_month(text),
        Value::Number(number) => Month::from_serial(*number, date1904),
        _ => None,
    };
    if let Some((_, value)) = labelled(sheet, words, first_rows)
        && let Some(month) = read(&value)
    {
        return Some(month);
    }
    sheet
        .cells
        .iter()
        .take_while(|(at, _)| at.row < first_rows)
        .filter_map(|(_, cell)| cell.value.text())
        .find_map(|text| if text.chars().count() < 80 { parse_month(text) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_months_as_people_write_them() {
        for (text, month) in [
            ("考核月份：2026年10月", "2026-10"),
            ("2026-1", "2026-01"),
            ("2026/10/31", "2026-10"),
            ("２０２６年 10 月份", "2026-10"),
            ("202610", "2026-10"),
            ("2026.09.01至2026.09.30", "2026-09"),
        ] {
            assert_eq!(parse_month(text).unwrap().to_string(), month, "{text}");
        }
        for text in ["2026年", "10月", "2026-13", "12026-10", "考核"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
        let serial = Month::from_serial(46_310.0, false).unwrap();
        assert_eq!(serial.to_string(), "2026-10");
        assert_eq!(Month::from_serial(46_310.0 - 1462.0, true).unwrap(), serial);
    }
}
