//! A figure that goes on in rows below its label's: 200000 and 109500 of two shops, an event a row.

use super::header::Header;
use super::{is_number, set_aside};
use crate::cell::CellRef;
use crate::metrics::look::Look;
use crate::metrics::row_words::is_summary;
use crate::metrics::time::rows::Time;
use crate::refs::{Reference, references};
use crate::workbook::Sheet;

/// Most rows of one figure.
const MOST: u32 = 200;

/// Cells behind a value that may say that it is the sum.
const BEHIND: u32 = 3;

/// Where a figure of several rows stands.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// In the label's own row.
    Own,
    /// In this row below: the sum, or the only one of the month.
    Below(u32),
    /// In several, and nothing sums them: the second.
    Several(CellRef),
}

/// Which row holds the value of a label, where numbers stand in its column in rows below without a label of their
/// own.
pub(super) fn of_label(
    sheet: &Sheet,
    label: CellRef,
    value: CellRef,
    header: Option<&Header>,
    words: &Look<'_>,
) -> Line {
    if value.col <= label.col {
        return Line::Own;
    }
    let below = below(sheet, label, value);
    if below.is_empty() {
        return Line::Own;
    }
    let top = sheet.anchor(label).row;
    let sums = |row: &u32| is_sum(sheet, CellRef::new(*row, value.col), label.col, top);
    let mut summed = below.iter().filter(|row| sums(row));
    if let (Some(row), None) = (summed.next(), summed.next()) {
        return Line::Below(*row);
    }
    let wanted = |row: u32| {
        let said = header.map(|header| header.times.row(sheet, row, words));
        let of_time = match said {
            Some(Time::Aside(_) | Time::Goal(_)) => false,
            Some(Time::Month(month)) => month.zip(words.month).is_none_or(|(m, own)| m.fits(own)),
            None => true,
        };
        let at = CellRef::new(row, label.col);
        of_time && !set_aside(sheet, at, CellRef::new(row, value.col))
    };
    let own = is_number(sheet.value(value)).then_some(label.row).filter(|row| wanted(*row));
    let mut rows = own.into_iter().chain(below.into_iter().filter(|row| wanted(*row)));
    match (rows.next(), rows.next()) {
        (Some(_), Some(second)) => Line::Several(CellRef::new(second, value.col)),
        (Some(only), None) if only != label.row => Line::Below(only),
        _ => Line::Own,
    }
}

/// The rows below a label that hold numbers in its value's column, as far as they are its own: those it is merged
/// over, else those right below that have no label.
fn below(sheet: &Sheet, label: CellRef, value: CellRef) -> Vec<u32> {
    let merge = sheet.merge_of(label);
    let last = merge.map_or(label.row, |merge| merge.end.row);
    let number = |row: u32| {
        let at = CellRef::new(row, value.col);
        // A value that is merged over the rows is one.
        sheet.anchor(at) == at && is_number(sheet.value(at))
    };
    let mut out: Vec<u32> =
        (label.row + 1..=last.min(label.row + MOST)).filter(|row| number(*row)).collect();
    let unlabelled = |row: &u32| {
        let mut before = (0..=label.col).map(|col| CellRef::new(*row, col));
        number(*row) && before.all(|at| sheet.value(at).is_blank() && sheet.anchor(at) == at)
    };
    out.extend((last + 1..=last + MOST).take_while(unlabelled).filter(|row| {
        // A sum of the whole column stands below the last label.
        !computes(sheet, CellRef::new(*row, value.col), |from| from < label.row)
    }));
    out
}

/// Whether a row is the sum of a figure's rows, by its words or its formula; `top` is the first of them.
fn is_sum(sheet: &Sheet, value: CellRef, label: u32, top: u32) -> bool {
    let mut beside = (label + 1..value.col).chain(value.col + 1..=value.col + BEHIND);
    let says = |col: u32| {
        let at = CellRef::new(value.row, col);
        sheet.text(at).is_some_and(|text| !crate::text::is_blank(text) && is_summary(text))
    };
    beside.any(says) || computes(sheet, value, |from| from == top)
}

/// Whether a cell's formula reads several rows above it in its column, from a certain one on.
fn computes(sheet: &Sheet, at: CellRef, from: impl Fn(u32) -> bool) -> bool {
    let formula = sheet.cells.get(&at).and_then(|cell| cell.formula.as_deref());
    references(formula.unwrap_or_default()).iter().any(|reference| {
        matches!(reference, Reference::Cells { sheet: None, range, .. }
            if range.start.col == at.col
                && range.end.col == at.col
                && range.end.row < at.row
                && from(range.start.row))
    })
}
