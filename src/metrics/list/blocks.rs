//! Lists one below the other, each of a month under its title: 9月, and 10月 below it.

use crate::form::Period;
use crate::form::heading::{When, when};
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::time::sheets::FEW;
use crate::metrics::time::words::is_other_time;
use crate::metrics::titles;
use crate::workbook::Sheet;

/// Whether a list of the wanted month stands on a sheet below one of another.
pub(super) fn several(sheet: &Sheet, rows: &[(u32, RowLabels<'_>)], words: &Look<'_>) -> bool {
    if words.month.is_none() {
        return false;
    }
    // Figures below a title of another month, and below one of the wanted.
    let (mut other, mut own) = (0, 0);
    let mut block = None;
    for (row, texts) in rows {
        if let Some(title) = titles::alone(sheet, *row) {
            block = of_title(title.text, words.month).or(block);
        }
        let figures = || texts.iter().filter(|(_, _, key)| words.metric(key).is_some()).count();
        match block {
            Some(false) if own == 0 => other += figures(),
            Some(true) => own += figures(),
            _ => {}
        }
    }
    other >= FEW && own >= FEW
}

/// Whether a title over a list is of the wanted month; `None` where it names none.
fn of_title(text: &str, month: Option<Period>) -> Option<bool> {
    if titles::of_other_month(text, month) || is_other_time(text) {
        return Some(false);
    }
    (when(text, month) == When::This).then_some(true)
}
