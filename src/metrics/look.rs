//! What a sheet is looked at with: the scheme's words and the month that is wanted.

use super::labels::Labels;
use crate::cell::{CellRef, Range};
use crate::form::Period;
use crate::form::heading::{When, column_month, led_by_month};
use crate::hash::HashSet;
use std::borrow::Cow;

/// What a table is looked at with: the scheme's words, and the month that is wanted.
pub(super) struct Look<'w> {
    /// The scheme's words.
    pub(super) words: &'w Labels,
    /// The month that is wanted, as far as it is known.
    pub(super) month: Option<Period>,
    /// The person of the forms, where it is one.
    pub(super) owner: Option<&'w str>,
    /// The people of the forms, as names are compared.
    pub(super) people: &'w HashSet<String>,
    /// How the workbook counts days.
    pub(super) date1904: bool,
}

impl Look<'_> {
    /// The metric that a label names, perhaps led by the month that is wanted: `10月实际营业额`. One led by
    /// another month names none.
    pub(super) fn metric(&self, key: &str) -> Option<&str> {
        self.words.metric(key).or_else(|| self.words.metric(self.led(key)?))
    }

    /// The team's column that a header names, as [`Look::metric`].
    pub(super) fn column(&self, key: &str) -> Option<&str> {
        let find = |key: &str| self.words.columns.get(key).map(String::as_str);
        find(key).or_else(|| find(self.led(key)?))
    }

    /// Which month a column is of, by its header and what stands over it.
    pub(super) fn when(&self, over: Option<&str>, text: &str, key: &str) -> When {
        let plain = || self.words.metric(key).is_some() || self.words.columns.contains_key(key);
        match column_month(over, text, self.month) {
            When::Unsaid if !plain() && self.led(key).is_some() => When::This,
            other => other,
        }
    }

    /// The metric of another month that a label names: `9月实际营业额`.
    pub(super) fn of_other_month(&self, key: &str) -> Option<&str> {
        let (when, rest) = led_by_month(key, self.month)?;
        (when == When::Other).then(|| self.words.metric(rest)).flatten()
    }

    /// What stands behind the wanted month with which a label begins.
    fn led<'k>(&self, key: &'k str) -> Option<&'k str> {
        let (when, rest) = led_by_month(key, self.month)?;
        (when == When::This).then_some(rest)
    }
}

impl std::ops::Deref for Look<'_> {
    type Target = Labels;

    fn deref(&self) -> &Labels {
        self.words
    }
}

/// The labels of a row, each with its cell and text.
pub(super) type RowLabels<'s> = Vec<(CellRef, &'s str, Cow<'s, str>)>;

/// Whether a cell is of a table that is read already.
pub(super) fn covered(taken: &[Range], at: CellRef) -> bool {
    taken.iter().any(|range| range.contains(at))
}
