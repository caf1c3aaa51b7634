//! Tables of the team: a header row, and a row a member.

mod head;
mod members;
mod noted;

use super::list::is_number;
use super::look::{Look, RowLabels};
use super::sources::{Lacking, TeamTable};
use crate::cell::CellRef;
use crate::form::Place;
use crate::hash::HashSet;
use crate::refs::{Reference, references};
use crate::scheme::Scheme;
use crate::workbook::Sheet;
use head::Head;
use std::borrow::Cow;

/// Whether a row's figures are all computed of other rows of their columns, as a mean is; `table`: the
/// header's row and the last.
pub(super) fn is_computed(sheet: &Sheet, row: u32, figures: &[u32], table: (u32, u32)) -> bool {
    let mut any = false;
    let all = figures.iter().all(|col| {
        let Some(cell) = sheet.cells.get(&CellRef::new(row, *col)) else { return true };
        if cell.value.is_blank() && !cell.is_formula {
            return true;
        }
        any = true;
        references(cell.formula.as_deref().unwrap_or_default()).iter().any(|reference| {
            matches!(reference, Reference::Cells { sheet: None, range, .. }
                if range.start.col == *col
                    && range.end.col == *col
                    && range.end.row > range.start.row
                    && range.start.row > table.0
                    && range.end.row <= table.1
                    && !(range.start.row..=range.end.row).contains(&row))
        })
    });
    any && all
}

/// Rows below a header that belong to its table. Blank rows do not end it where the row after them
/// has its key and a number again: a list of people is often parted by departments.
pub(super) fn rows_below(
    sheet: &Sheet,
    header: u32,
    key: Option<u32>,
    figures: &[u32],
) -> Vec<u32> {
    let mut out = Vec::new();
    let columns = || figures.iter().copied().chain(key);
    for row in sheet.used_rows().into_iter().filter(|row| *row > header) {
        let expected = out.last().copied().unwrap_or(header) + 1;
        let cell = |col: u32| sheet.cells.get(&CellRef::new(row, col));
        let blank = columns().filter_map(cell).all(|c| c.value.is_blank() && !c.is_formula);
        if blank {
            continue;
        }
        if row != expected {
            let named = key.and_then(cell).is_some_and(|c| !c.value.is_blank());
            let numbers = figures.iter().filter_map(|col| cell(*col)).any(|c| is_number(&c.value));
            if !(named && numbers) {
                break;
            }
        }
        out.push(row);
    }
    out
}

/// The team tables that a row heads: several where they stand side by side.
pub(super) fn team_tables(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Vec<TeamTable> {
    let Some(whole) = team_table(index, sheet, header, keys, scheme, words) else {
        return Vec::new();
    };
    let heads = |(_, _, key): &(CellRef, &str, Cow<'_, str>)| {
        words.member.contains(&**key) || words.group.contains(&**key)
    };
    for at in (1..keys.len()).filter(|at| keys.get(*at).is_some_and(heads)) {
        let (Some(left), Some(right)) = (keys.get(..at), keys.get(at..)) else { continue };
        let left = team_table(index, sheet, header, &left.to_vec(), scheme, words);
        let right = team_tables(index, sheet, header, &right.to_vec(), scheme, words);
        if let (Some(left), false) = (left, right.is_empty()) {
            return std::iter::once(left).chain(right).collect();
        }
    }
    vec![whole]
}

/// What a header of the team's columns, at least two, lacks to be one: the column of the groups, or of the members.
pub(super) fn lacking(
    index: usize,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Option<Lacking> {
    let spec = scheme.team.as_ref().filter(|_| !words.group.is_empty())?;
    let has = |names: &HashSet<String>| keys.iter().any(|(_, _, key)| names.contains(&**key));
    let figures = keys.iter().filter(|(_, _, key)| words.column(key).is_some()).count();
    let names = match (has(&words.group), has(&words.member)) {
        (false, true) => &spec.group,
        (true, false) => &spec.member,
        _ => return None,
    };
    let known = |key: &str| {
        let lists = [&words.group, &words.member, &words.person, &words.department, &words.number];
        words.column(key).is_some()
            || words.metric(key).is_some()
            || lists.iter().any(|list| list.contains(key))
    };
    let is_word = |key: &str| key.contains(char::is_alphanumeric);
    let unknown = keys.iter().filter(|(_, _, key)| !known(key) && is_word(key));
    let unknown: Vec<String> = unknown.map(|(_, text, _)| super::near::one_line(text)).collect();
    // Without members nothing shows that it is a team's, unless some head may be theirs.
    let told = has(&words.member) || !unknown.is_empty();
    let (at, ..) = keys.first().filter(|_| figures > 1 && told)?;
    Some(Lacking {
        place: Place { sheet: index, at: *at },
        column: names.first()?.clone(),
        unknown,
    })
}

/// The title above a team's table that says that it is of another time than the month.
fn elsewhen(sheet: &Sheet, header: u32, words: &Look<'_>) -> Option<CellRef> {
    let title = super::titles::alone(sheet, header.checked_sub(1)?)?;
    title.at.filter(|_| super::titles::elsewhen(title.text, words.month))
}

/// Where a row heads a team's table that its title sets aside: the title, and the columns that it has.
pub(super) fn set_aside(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<(CellRef, HashSet<String>)> {
    if !keys.iter().any(|(_, _, key)| words.member.contains(&**key)) {
        return None;
    }
    let columns: HashSet<String> =
        keys.iter().filter_map(|(_, _, key)| words.column(key)).map(str::to_owned).collect();
    let title = elsewhen(sheet, header, words).filter(|_| !columns.is_empty())?;
    Some((title, columns))
}

fn team_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Option<TeamTable> {
    Some(Head::read(sheet, header, keys, scheme.team.as_ref()?, words)?.table(index))
}
