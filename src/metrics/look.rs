//! What a sheet is looked at with: the scheme's words and the month that is wanted.

use super::folds::Folded;
use super::labels::Labels;
use super::naming::is_name;
use super::sources::Note;
use crate::cell::{CellRef, Range};
use crate::form::Period;
use crate::form::heading::{self, When, column_month, led_by_month};
use crate::form::notes;
use crate::hash::HashSet;
use crate::text::{label, person_alone};
use std::borrow::Cow;

/// What a table is looked at with: the scheme's words, and the month that is wanted.
pub(super) struct Look<'w> {
    /// The scheme's words.
    pub(super) words: &'w Labels,
    /// Labels that name a figure but for small words.
    pub(super) folded: &'w Folded<'w>,
    /// The month that is wanted, as far as it is known.
    pub(super) month: Option<Period>,
    /// The person of the forms, where it is one.
    pub(super) owner: Option<&'w str>,
    /// The people of the forms, as names are compared.
    pub(super) people: &'w HashSet<String>,
    /// The tab of a sheet without a form.
    pub(super) tab: Option<&'w str>,
    /// How the workbook counts days.
    pub(super) date1904: bool,
}

/// How words end that begin like a name: 方差, 于内.
const NO_NAMES: [char; 14] =
    ['额', '数', '值', '量', '率', '分', '价', '元', '差', '内', '外', '前', '后', '部'];

impl Look<'_> {
    /// The metric that a label names, perhaps led by the month that is wanted: `10月实际营业额`. One led by
    /// another month names none.
    pub(super) fn metric(&self, key: &str) -> Option<&str> {
        let named = self.words.metric(key).or_else(|| self.words.metric(self.led(key)?));
        named.or_else(|| self.folded.metric(key))
    }

    /// The team's column that a header names, as [`Look::metric`].
    pub(super) fn column(&self, key: &str) -> Option<&str> {
        self.words.column(key).or_else(|| self.words.column(self.led(key)?))
    }

    /// Which month a column is of, by its header and what stands over it.
    pub(super) fn when(&self, over: Option<&str>, text: &str, key: &str) -> When {
        let plain = || self.words.metric(key).is_some() || self.words.column(key).is_some();
        if self.completed(text).is_some() {
            return When::Unsaid;
        }
        if notes::in_brackets(text).iter().any(|note| self.names_another(note)) {
            return When::Other;
        }
        match column_month(over, text, self.month) {
            When::Unsaid if !plain() && self.led(key).is_some() => When::This,
            other => other,
        }
    }

    /// Whether a figure's label says in brackets that it is of another month, shop or person, or no result.
    pub(super) fn is_other(&self, text: &str) -> bool {
        let other = heading::is_other(text, self.month)
            || notes::in_brackets(text).iter().any(|note| self.names_another(note));
        other && self.completed(text).is_none()
    }

    /// The name of a figure that a label makes with its one note: 营业额（计划） is 计划营业额, 销售费用（上月）
    /// 上月销售费用.
    pub(super) fn completed(&self, text: &str) -> Option<String> {
        let mut notes = notes::in_brackets(text);
        notes.retain(|note| !super::units::is_unit(note));
        // What a second note says is not lost.
        let [note] = notes.as_slice() else { return None };
        let key = label(text);
        if self.metric(&key).is_some() || self.column(&key).is_some() {
            return None;
        }
        let names = |whole: &String| self.words.metrics.contains_key(whole);
        [format!("{note}{key}"), format!("{key}{note}")]
            .map(|whole| label(&whole))
            .into_iter()
            .find(names)
    }

    /// What stands in brackets at a label and may matter.
    pub(super) fn note(&self, text: &str, at: CellRef) -> Option<Note> {
        let owner = self.owner.map(person_alone);
        let own = |note: &String| owner.as_ref().is_some_and(|owner| person_alone(note) == *owner);
        let matters = |note: &String| {
            let led = self.led(note).unwrap_or(note);
            notes::is_department(note) && !own(note)
                || !notes::is_harmless(note)
                    && !own(note)
                    && !self.words.is_named_so(text)
                    && led == note
        };
        let mut found = notes::in_brackets(text).into_iter();
        let found = found.find(matters).filter(|_| self.completed(text).is_none())?;
        Some(Note { text: found, at, remark: false })
    }

    /// Whether a note is the name of another person than the only one who has a form.
    fn names_another(&self, note: &str) -> bool {
        let name = person_alone(note);
        let own = self.owner.is_some_and(|owner| person_alone(owner) == name);
        let known = || self.people.iter().any(|person| person_alone(person) == name);
        !own && (known() || is_name(&name) && !name.ends_with(NO_NAMES))
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
