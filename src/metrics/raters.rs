//! Raters' tables: what is rated down, the raters across.

use super::list::is_number;
use super::look::{Look, RowLabels};
use super::rater_doubts::{self, Doubt};
use super::rater_words::{
    Months, Shape, is_mean, is_no_rater, names_rater, odd_one, of_other_rating, shape,
};
use super::sources::Raters;
use super::standing::{Standing, no_plain_rater, of_cells, weighs};
use super::{naming, rated};
use crate::cell::{CellRef, Range};
use crate::form::heading::{above, header_text};
use crate::hash::HashSet;
use crate::refs::{Reference, references};
use crate::text::{label, parse_number};
use crate::workbook::{Sheet, Value};
use std::collections::BTreeMap;

impl Raters {
    /// The first of the raters' columns.
    pub(super) fn left(&self) -> u32 {
        self.columns.iter().min().copied().unwrap_or_default()
    }

    /// Whether all its raters rate one person, as its title says.
    pub(super) fn rates_by_title(&self) -> bool {
        let mut rated = self.columns.iter().map(|rater| self.rated.get(rater));
        rated.next().flatten().is_some_and(|first| rated.all(|other| other == Some(first)))
    }

    /// The cell of its first mark.
    pub(super) fn corner(&self) -> CellRef {
        let mark = self.rows.values().min().copied().unwrap_or_default();
        self.cell(mark, self.columns.first().copied().unwrap_or_default())
    }

    /// The row of its first marks.
    pub(super) fn first(&self) -> u32 {
        let first = if self.turned { self.columns.iter().min() } else { self.rows.values().min() };
        first.copied().unwrap_or_default()
    }
}

/// Takes the raters' tables of a sheet: for each rating, a column that holds most of its marks.
pub(super) fn raters(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
    out: &mut Vec<Raters>,
) {
    for (rating, marks) in words.marks.iter().enumerate() {
        let mut columns: BTreeMap<u32, Vec<(u32, usize)>> = BTreeMap::new();
        for (row, texts) in rows {
            for (at, _, key) in texts {
                if let Some(mark) = marks.mark(key) {
                    columns.entry(at.col).or_default().push((*row, mark));
                }
            }
        }
        let tables = columns.iter().flat_map(|(col, found)| {
            blocks(found, marks.count).into_iter().map(move |rows| (*col, rows))
        });
        let mut tables: Vec<(u32, BTreeMap<usize, u32>)> = tables.collect();
        tables.sort_by_key(|(col, rows)| (std::cmp::Reverse(rows.len()), *col));
        let mut read: Vec<Raters> = Vec::new();
        for (col, rows) in tables {
            let RaterColumns { columns, unclear, mean, doubts } =
                rater_columns(sheet, &rows, (col, rating), words, is_form_cell, form_sheets);
            if !columns.is_empty() {
                let rated = BTreeMap::new();
                let turned = false;
                let sheet = index;
                read.push(Raters {
                    rating,
                    sheet,
                    rows,
                    columns,
                    turned,
                    rated,
                    mean,
                    unclear,
                    doubts,
                });
            }
        }
        let span = |table: &Raters| {
            let last = table.rows.values().max().copied().unwrap_or_default();
            Some((table.first().checked_sub(1)?, last))
        };
        let spans: Option<Vec<_>> = read.iter().map(span).collect();
        let by_title = spans.and_then(|spans| rated::by_title(sheet, &spans, words));
        if by_title.is_none() && rated::heads_rated(sheet, &read, words) {
            out.extend(rated::by_person(sheet, read, words));
            continue;
        }
        if let Some(names) = by_title {
            for (mut table, name) in read.into_iter().zip(names) {
                let rated = table.columns.iter().map(|rater| (*rater, name.clone()));
                table.rated = rated.collect();
                out.push(table);
            }
            continue;
        }
        let mut found: Option<Raters> = None;
        for mut table in read {
            rated::part_by_heads(sheet, &mut table, words);
            match &mut found {
                // Two tables of one rating: which raters count?
                Some(first) => {
                    let rater = table.columns.first().copied().unwrap_or_default();
                    first.unclear = first.unclear.or(Some(CellRef::new(table.first(), rater)));
                }
                None => found = Some(table),
            }
        }
        out.extend(found);
    }
}

/// Most rows between two marks of a table.
const GAP: u32 = 4;

/// The tables that a column of marks' names holds, by mark and row: those with most of the rating's
/// marks. A mark's name may stand in another rating's table too: the one nearest to the other marks is
/// meant.
fn blocks(found: &[(u32, usize)], count: usize) -> Vec<BTreeMap<usize, u32>> {
    let near = |a: &(u32, usize), b: &(u32, usize)| b.0 <= a.0 + GAP;
    let whole = |rows: &BTreeMap<usize, u32>| rows.len() * 2 > count;
    let parts = found.chunk_by(near).flat_map(|part| stacked(part, count));
    let parted: Vec<_> = parts.filter(whole).collect();
    match parted.is_empty() {
        true => std::iter::once(of_block(found)).filter(whole).collect(),
        false => parted,
    }
}

/// Most marks twice are tables one right below the other: each begins with the first mark that stands in the
/// one before.
fn stacked(mut part: &[(u32, usize)], count: usize) -> Vec<BTreeMap<usize, u32>> {
    let mut out = Vec::new();
    loop {
        let mut seen = HashSet::default();
        let first_again = part.iter().position(|(_, mark)| !seen.insert(*mark));
        seen.extend(part.iter().map(|(_, mark)| *mark));
        let twice = (part.len() - seen.len()) * 2 > count;
        let cut = first_again.filter(|_| twice).unwrap_or(part.len());
        let (first, rest) = part.split_at(cut);
        out.push(of_block(first));
        if rest.is_empty() {
            return out;
        }
        part = rest;
    }
}

fn of_block(found: &[(u32, usize)]) -> BTreeMap<usize, u32> {
    let mut all: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (row, mark) in found {
        all.entry(*mark).or_default().push(*row);
    }
    let single = || all.values().filter(|rows| rows.len() == 1).flatten().copied();
    let (first, last) = (single().min(), single().max());
    let away = |row: u32| match (first, last) {
        (Some(first), Some(last)) => first.saturating_sub(row) + row.saturating_sub(last),
        _ => 0,
    };
    all.iter()
        .filter_map(|(mark, rows)| {
            Some((*mark, rows.iter().copied().min_by_key(|row| away(*row))?))
        })
        .collect()
}

/// Whether cells are all computed from others of their own line, as a mean of the raters is.
pub(super) fn computed(sheet: &Sheet, cells: impl Iterator<Item = CellRef>) -> bool {
    let mut filled = cells
        .filter_map(|at| Some((at, sheet.cells.get(&at)?)))
        .filter(|(_, cell)| !cell.value.is_blank() || cell.is_formula)
        .peekable();
    let line = |range: Range, at: CellRef| {
        let (a, b) = (range.start, range.end);
        let along = match (a.row == b.row && a.row == at.row, a.col == b.col && a.col == at.col) {
            (true, _) => b.col - a.col,
            (_, true) => b.row - a.row,
            _ => return 0,
        };
        along + 1
    };
    filled.peek().is_some()
        && filled.all(|(at, cell)| {
            let found = references(cell.formula.as_deref().unwrap_or_default());
            let read = found.iter().map(|reference| match reference {
                Reference::Cells { sheet: None, range, .. } => line(*range, at),
                _ => 0,
            });
            read.sum::<u32>() > 1
        })
}

/// The rows about a raters' table that may say something of each rater: between its header and its first
/// mark, among the marks, and right below them.
fn around(
    rows: &BTreeMap<usize, u32>,
    header: Option<u32>,
    first: u32,
) -> impl Iterator<Item = u32> {
    let last = rows.values().copied().max().unwrap_or(first);
    let marks: Vec<u32> = rows.values().copied().collect();
    let top = header.map_or(first, |row| row.saturating_sub(1));
    (top..=last + 3).filter(move |row| !marks.contains(row))
}

/// The columns of a raters' table.
#[derive(Debug, Default)]
struct RaterColumns {
    columns: Vec<u32>,
    unclear: Option<CellRef>,
    /// They hold the raters' mean, not what each gave.
    mean: bool,
    doubts: Vec<(u32, CellRef, Doubt)>,
}

/// Whether two columns hold the same number in every row of the marks.
fn same_marks(sheet: &Sheet, rows: &BTreeMap<usize, u32>, one: u32, other: u32) -> bool {
    let number = |row: u32, col: u32| match sheet.value(CellRef::new(row, col)) {
        Value::Number(number) => Some(*number),
        Value::Text(text) => parse_number(text).map(|number| number.value),
        _ => None,
    };
    rows.values().all(|row| number(*row, one).is_some_and(|a| number(*row, other) == Some(a)))
}

/// The raters' columns right of the marks' names, as far as the table goes.
fn rater_columns(
    sheet: &Sheet,
    rows: &BTreeMap<usize, u32>,
    (names, rating): (u32, usize),
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
) -> RaterColumns {
    let mut out = Vec::new();
    let Some(first) = rows.values().min().copied() else { return RaterColumns::default() };
    let (mut headed, mut bare) = (0, None);
    let mut months = Months::default();
    let mut shapes: Vec<Shape> = Vec::new();
    let (mut means, mut raterly) = (Vec::new(), false);
    let mut doubts = Vec::new();
    let people = rater_doubts::rated_on(sheet, words);
    let header = (0..first)
        .rev()
        .take(3)
        .find(|row| sheet.row(*row).any(|(at, c)| at.col > names && c.value.text().is_some()));
    let start = sheet.merge_of(CellRef::new(first, names)).map_or(names, |m| m.end.col) + 1;
    let end = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
    let label_of = |row: u32| CellRef::new(row, names);
    let mut gap = 0;
    for col in start..=end {
        let at = |row: u32| CellRef::new(row, col);
        let head = header.map(|row| sheet.anchor(at(row)));
        let title = head.and_then(|head| header_text(sheet, head, words.date1904));
        let text = title.as_deref().map(label);
        let over = header.and_then(|row| above(sheet, at(row), names, words.date1904));
        let cells = || rows.values().filter_map(|row| sheet.cells.get(&at(*row)));
        let next_table = text.as_ref().is_some_and(|t| words.item.contains(t))
            || rows.values().any(|row| is_form_cell(at(*row)));
        // Past a gap only what names itself a rater belongs to the table.
        let named = || text.as_ref().is_some_and(|t| names_rater(t));
        if next_table || gap > 1 && text.is_some() && !named() {
            break;
        }
        if gap > 1 && text.is_none() {
            continue;
        }
        let marked = cells().any(|c| !c.value.is_blank());
        gap = if marked || text.is_some() { 0 } else { gap + 1 };
        // What repeats the form's own cells, as a summary does, is no rater.
        let repeats = cells().filter_map(|c| c.formula.as_deref()).any(|formula| {
            references(formula).iter().any(|reference| match reference {
                Reference::Cells { sheet: Some(name), .. } => {
                    form_sheets.contains(&name.to_lowercase())
                }
                _ => false,
            })
        });
        let numbers = cells().any(|c| is_number(&c.value));
        let void = of_cells(sheet, around(rows, header, first).map(|row| (at(row), label_of(row))));
        let other = text
            .as_ref()
            .is_some_and(|t| is_no_rater(t, numbers) || of_other_rating(t, rating, words));
        // 同级 over some of the raters: they do not rate here.
        let apart = over.as_ref().is_some_and(|t| of_other_rating(&label(t), rating, words));
        raterly |= marked && named();
        if marked && void == Standing::Void && !repeats && !other {
            doubts.push((col, head.unwrap_or(at(first)), Doubt::LeftOut));
        }
        if text.as_deref().is_some_and(is_mean) && numbers && !repeats && void != Standing::Void {
            means.push(col);
        }
        if marked
            && !repeats
            && !other
            && void != Standing::Void
            && !apart
            && !computed(sheet, rows.values().map(|row| at(*row)))
            && months.wanted([over.as_deref(), title.as_deref()], words.month)
        {
            let alone = |head: &str| shape(&naming::rater_alone(head, words.people));
            shapes.push(text.as_deref().map_or(Shape::Other, alone));
            let notes = around(rows, header, first).filter_map(|row| sheet.text(at(row)));
            let noted = rater_doubts::is_noted_in(notes.chain(over.as_deref()));
            let doubt = rater_doubts::of_head(title.as_deref().into_iter(), &people)
                .or(noted.then_some(Doubt::Noted));
            doubts.extend(doubt.map(|doubt| (col, head.unwrap_or(at(first)), doubt)));
            match text.as_deref().is_none_or(str::is_empty) {
                true => bare = bare.or(Some(at(first))),
                false => headed += 1,
            }
            out.push(col);
        }
    }
    // A sheet that holds nothing but the raters' mean.
    match (means.as_slice(), out.as_slice()) {
        ([mean], []) => {
            return RaterColumns { columns: vec![*mean], mean: true, ..Default::default() };
        }
        // 标准分 beside 得分: which of them is the mark? Where both hold the same, it is the same.
        ([mean], [only]) if !raterly && !same_marks(sheet, rows, *mean, *only) => {
            let at = |col: u32| CellRef::new(header.unwrap_or(first), col);
            doubts.push((*only, at(*only), Doubt::Mean));
            return RaterColumns { columns: out, unclear: None, mean: true, doubts };
        }
        _ => {}
    }
    let odd = odd_one(&shapes).and_then(|at| out.get(at)).map(|col| CellRef::new(first, *col));
    let unsure = out.first().filter(|_| months.several()).map(|col| CellRef::new(first, *col));
    let heads: Vec<CellRef> = header
        .or(first.checked_sub(1))
        .map(|row| out.iter().map(|col| sheet.anchor(CellRef::new(row, *col))).collect())
        .unwrap_or_default();
    let weighted = around(rows, header, first)
        .find(|row| weighs(sheet, label_of(*row), out.iter().map(|col| CellRef::new(*row, *col))));
    let weighted = weighted.zip(out.first()).map(|(row, col)| CellRef::new(row, *col));
    let unsure = unsure.or(weighted).or_else(|| no_plain_rater(sheet, &heads, words));
    let unclear = bare.filter(|_| headed > 0).or(odd).or(unsure);
    RaterColumns { columns: out, unclear, mean: false, doubts }
}
