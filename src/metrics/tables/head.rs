//! The header of a team's table: the columns of the members, of their groups and of the figures.

use super::elsewhen;
use crate::cell::CellRef;
use crate::form::heading::{self, Chosen, When, above};
use crate::hash::{HashMap, HashSet};
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::sources::Note;
use crate::metrics::{shops, sub_heads, units};
use crate::scheme::Team;
use crate::text::{has_any, label, person_key};
use crate::workbook::Sheet;
use std::borrow::Cow;

/// A row that heads a team's table.
pub(super) struct Head<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) row: u32,
    pub(super) keys: &'a RowLabels<'a>,
    pub(super) spec: &'a Team,
    pub(super) words: &'a Look<'a>,
    /// Column of the members' names.
    pub(super) member: u32,
    /// Column of their groups; the members' where there is none.
    pub(super) group: u32,
    /// The group that a title or tab names, where it has no column of groups.
    pub(super) titled: Option<String>,
    pub(super) columns: Columns,
}

/// The columns of figures, by the scheme's names.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) at: HashMap<String, u32>,
    pub(super) units: HashMap<String, String>,
    /// Notes at their headers.
    pub(super) notes: HashMap<String, Note>,
    /// Those whose headers say that they are no figures of the month.
    pub(super) passed: HashMap<String, CellRef>,
    /// Two of one meaning that nothing tells apart.
    pub(super) twice: Vec<(String, CellRef, CellRef)>,
    /// All that may hold figures, wanted or not.
    pub(super) figures: Vec<u32>,
}

/// A label of a header: its cell, its text, and that as texts are compared.
type Label<'s> = (CellRef, &'s str, Cow<'s, str>);

impl<'a> Head<'a> {
    /// What a row heads; `None` where it heads no team's table of the month.
    pub(super) fn read(
        sheet: &'a Sheet,
        row: u32,
        keys: &'a RowLabels<'a>,
        spec: &'a Team,
        words: &'a Look<'a>,
    ) -> Option<Self> {
        let member = member_column(sheet, row, keys, words)?;
        let (group, titled) = group_of(sheet, row, keys, member, spec, words)?;
        if elsewhen(sheet, row, words).is_some() {
            return None;
        }
        let columns = Columns::default();
        let mut out = Self { sheet, row, keys, spec, words, member, group, titled, columns };
        for column in &spec.columns {
            out.take(&column.name);
        }
        if out.columns.figures.is_empty() {
            return None;
        }
        out.units_below();
        Some(out)
    }

    /// The first and the last column.
    pub(super) fn span(&self) -> (u32, u32) {
        let col = |label: Option<&Label<'_>>| label.map_or(self.member, |(at, ..)| at.col);
        (col(self.keys.first()), col(self.keys.last()))
    }

    /// Finds the column of one kind of figures: of several the month's.
    fn take(&mut self, name: &str) {
        let (sheet, words) = (self.sheet, self.words);
        let own = |(_, _, key): &&Label<'_>| words.column(key) == Some(name);
        let found: Vec<&Label<'_>> = self.keys.iter().filter(own).collect();
        let (first, _) = self.span();
        let wanted = label(name);
        let months = found.iter().map(|(at, text, key)| {
            let over = above(sheet, *at, first, words.date1904);
            (words.when(over.as_deref(), text, key), wanted == **key)
        });
        let months: Vec<(When, bool)> = months.collect();
        let columns = &mut self.columns;
        columns.figures.extend(found.iter().map(|(at, ..)| at.col));
        match heading::of_month(&months) {
            Chosen::One(at) => {
                let Some((head, text, _)) = found.get(at) else { return };
                let Some(at) = sub_heads::own_column(sheet, *head, words) else {
                    columns.passed.insert(name.to_owned(), *head);
                    return;
                };
                let second = sub_heads::second(sheet, at);
                columns.twice.extend(second.map(|second| (name.to_owned(), at, second)));
                columns.at.insert(name.to_owned(), at.col);
                let unit = units::in_label(text);
                columns.units.extend(unit.map(|unit| (name.to_owned(), unit)));
                let note = words.note(text, *head);
                columns.notes.extend(note.map(|note| (name.to_owned(), note)));
            }
            Chosen::Unclear => {
                if let [(a, ..), (b, ..), ..] = found.as_slice() {
                    columns.twice.push((name.to_owned(), *a, *b));
                }
            }
            Chosen::None => {
                let first = found.first().map(|(at, ..)| (name.to_owned(), *at));
                columns.passed.extend(first);
            }
        }
    }

    /// Units in a row of their own below the header.
    fn units_below(&mut self) {
        let Columns { at, units, figures, .. } = &mut self.columns;
        let below = units::in_row(self.sheet, self.row + 1, figures);
        for (name, col) in at.iter() {
            let unit = below.get(col).filter(|_| !units.contains_key(name));
            units.extend(unit.map(|unit| (name.clone(), unit.clone())));
        }
    }
}

/// The column of the members: of 姓名（主管） and 客服姓名 the one that holds more names.
fn member_column(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<u32> {
    let names = |col: u32| {
        let texts = (header + 1..=header + MEMBERS).map(|row| CellRef::new(row, col));
        texts.filter_map(|at| sheet.text(sheet.anchor(at))).collect::<HashSet<&str>>().len()
    };
    let named = || keys.iter().filter(|(_, _, key)| words.member.contains(&**key));
    // One may have two nicknames.
    let nick = |key: &str| has_any(key, &["旺旺", "昵称"]);
    let nicks = named().all(|(_, _, key)| nick(key));
    let named = named().filter(|(_, _, key)| nicks || !nick(key));
    named.map(|(at, ..)| at.col).max_by_key(|col| (names(*col), u32::MAX - *col))
}

/// Rows below a header that tell which of its columns holds the members.
const MEMBERS: u32 = 50;

/// The column of a team's groups: of several (店铺 | 平台) the first whose cells all name one, by the scheme's
/// order of their headers. A table without any may be one group's by its title or tab. A team without groups is
/// known by its columns.
fn group_of(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    member: u32,
    spec: &Team,
    words: &Look<'_>,
) -> Option<(u32, Option<String>)> {
    if words.group.is_empty() {
        return Some((member, None));
    }
    let heads = |head: &String| {
        let head = label(head);
        keys.iter().find(|(_, _, key)| **key == head).map(|(at, ..)| at.col)
    };
    let columns: Vec<u32> = spec.group.iter().filter_map(heads).collect();
    let rows = || header + 1..=header + MEMBERS;
    let tells = |col: &&u32| {
        let mut cells = rows().filter_map(|row| sheet.shown(CellRef::new(row, **col)));
        cells.next().is_some_and(|text| shops::named(spec, text).is_some())
    };
    if let Some(first) = columns.first() {
        return Some((*columns.iter().find(tells).unwrap_or(first), None));
    }
    let figures = keys.iter().filter(|(_, _, key)| words.column(key).is_some()).count();
    if figures < 2 {
        return None;
    }
    let own = |row: u32| sheet.text(CellRef::new(row, member)).map(person_key);
    if rows().filter_map(own).any(|name| words.people.contains(&name)) {
        return None;
    }
    let span = keys.first()?.0.col..=keys.last()?.0.col;
    let group = shops::over(spec, sheet, header, span, words)?;
    Some((member, Some(group.name.clone())))
}
