//! Raters' tables: what is rated down, the raters across.

mod columns;

use super::look::{Look, RowLabels};
use super::rated;
use super::sources::Raters;
use crate::cell::{CellRef, Range};
use crate::hash::HashSet;
use crate::refs::{Reference, references};
use crate::workbook::Sheet;
use columns::{Head, RaterColumns};
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
            let head = Head::new(sheet, &rows, (col, rating), words, is_form_cell, form_sheets);
            let RaterColumns { columns, unclear, mean, doubts } =
                head.map(|head| head.columns()).unwrap_or_default();
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
