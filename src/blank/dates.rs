//! A span of days in two cells: 2026/9/26 | 至 | 2026/10/25.

use super::Template;
use super::identity::Found;
use super::period;
use crate::cell::CellRef;
use crate::form::{Month, Place};
use crate::package::Content;
use crate::text::label;
use crate::workbook::{Sheet, Value};
use chrono::{Datelike, NaiveDate};

/// Puts both days of the new month where a date was written beside the month's label and another stands
/// behind it.
pub(super) fn spans(template: &Template, month: Month, found: &mut Found) {
    let epoch = match template.workbook.date1904 {
        true => NaiveDate::from_ymd_opt(1904, 1, 1),
        false => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    let Some(epoch) = epoch else { return };
    let day = |sheet: &Sheet, at: CellRef| {
        let cell = sheet.cells.get(&at).filter(|cell| cell.is_date && !cell.is_formula)?;
        match cell.value {
            Value::Number(number) if (30_000.0..109_000.0).contains(&number) => {
                epoch.checked_add_days(chrono::Days::new(number.trunc() as u64))
            }
            _ => None,
        }
    };
    let mut new = Vec::new();
    for (place, content) in &found.contents {
        let Some(sheet) = template.workbook.sheets.get(place.sheet) else { continue };
        let Content::Number(_) = content else { continue };
        let Some(first) = day(sheet, place.at) else { continue };
        let mut behind = sheet.row(place.at.row).filter(|(at, cell)| {
            let sign = |text: &str| ["至", "到", "~", "-", "—", "——"].contains(&&*label(text));
            at.col > place.at.col && !cell.value.is_blank() && !cell.value.text().is_some_and(sign)
        });
        let Some((at, last)) = behind.next().and_then(|(at, _)| Some((at, day(sheet, at)?))) else {
            continue;
        };
        if first > last {
            continue;
        }
        // 26th to 25th is of the month in which it ends.
        let of = if first.day() > 15 && last.day() + 1 == first.day() { last } else { first };
        let by =
            (month.year - of.year()) * 12 + month.month.cast_signed() - of.month().cast_signed();
        let whole = || {
            let first = NaiveDate::from_ymd_opt(month.year, month.month, 1)?;
            let next = first.checked_add_months(chrono::Months::new(1))?;
            Some((first, next.pred_opt()?))
        };
        let Some((first, last)) = period::moved(first, last, by).or_else(whole) else { continue };
        for (at, day) in [(place.at, first), (at, last)] {
            let serial = i32::try_from((day - epoch).num_days()).map_or(0.0, f64::from);
            new.push((Place { sheet: place.sheet, at }, Content::Number(serial)));
        }
    }
    found.contents.extend(new);
}
