//! The columns of a raters' table, a rater each.

use super::computed;
use crate::cell::CellRef;
use crate::form::heading::{above, header_text};
use crate::hash::HashSet;
use crate::metrics::list::is_number;
use crate::metrics::look::Look;
use crate::metrics::naming;
use crate::metrics::rater_doubts::{self, Doubt};
use crate::metrics::rater_words::{
    Months, Shape, is_mean, is_no_rater, names_rater, odd_one, of_other_rating, shape,
};
use crate::metrics::standing::{Standing, no_plain_rater, of_cells, weighs};
use crate::refs::{Reference, references};
use crate::text::label;
use crate::workbook::{Cell, Sheet};
use std::collections::BTreeMap;

/// The columns of a raters' table.
#[derive(Debug, Default)]
pub(super) struct RaterColumns {
    pub(super) columns: Vec<u32>,
    pub(super) unclear: Option<CellRef>,
    /// They hold the raters' mean, not what each gave.
    pub(super) mean: bool,
    pub(super) doubts: Vec<(u32, CellRef, Doubt)>,
}

/// Whether two columns hold the same number in every row of the marks.
fn same_marks(sheet: &Sheet, rows: &BTreeMap<usize, u32>, one: u32, other: u32) -> bool {
    let number = |row: u32, col: u32| sheet.value(CellRef::new(row, col)).number();
    rows.values().all(|row| number(*row, one).is_some_and(|a| number(*row, other) == Some(a)))
}

/// The head of a raters' table: the marks down, and what is right of them.
pub(super) struct Head<'a> {
    sheet: &'a Sheet,
    /// The rows of the marks.
    rows: &'a BTreeMap<usize, u32>,
    /// The first of them.
    first: u32,
    /// The column of the marks' names.
    names: u32,
    rating: usize,
    words: &'a Look<'a>,
    is_form_cell: &'a dyn Fn(CellRef) -> bool,
    form_sheets: &'a HashSet<String>,
    /// The row of the raters' heads.
    header: Option<u32>,
}

/// One column right of the marks.
struct Column {
    col: u32,
    /// Its head, that as texts are compared, and what stands over it.
    title: Option<String>,
    text: Option<String>,
    over: Option<String>,
    /// Whether something stands at the marks, and whether numbers do.
    marked: bool,
    numbers: bool,
    /// It repeats the form's own cells, as a summary does.
    repeats: bool,
    /// Its head is no rater's of this rating.
    other: bool,
    void: bool,
}

impl Column {
    fn names_rater(&self) -> bool {
        self.text.as_deref().is_some_and(names_rater)
    }
}

/// What has been found of the raters from the left.
#[derive(Default)]
struct Found {
    columns: Vec<u32>,
    /// The shapes of their heads.
    shapes: Vec<Shape>,
    /// How many have a head, and the first without.
    headed: usize,
    bare: Option<CellRef>,
    /// Columns of means.
    means: Vec<u32>,
    /// Whether a head names itself a rater.
    raterly: bool,
    months: Months,
    doubts: Vec<(u32, CellRef, Doubt)>,
}

impl<'a> Head<'a> {
    pub(super) fn new(
        sheet: &'a Sheet,
        rows: &'a BTreeMap<usize, u32>,
        (names, rating): (u32, usize),
        words: &'a Look<'a>,
        is_form_cell: &'a dyn Fn(CellRef) -> bool,
        form_sheets: &'a HashSet<String>,
    ) -> Option<Self> {
        let first = rows.values().min().copied()?;
        let heads = |at: CellRef, cell: &Cell| at.col > names && cell.value.text().is_some();
        let above = (0..first).rev().take(3);
        let header = { above }.find(|row| sheet.row(*row).any(|(at, cell)| heads(at, cell)));
        Some(Self { sheet, rows, first, names, rating, words, is_form_cell, form_sheets, header })
    }

    /// The raters' columns right of the marks' names, as far as the table goes.
    pub(super) fn columns(&self) -> RaterColumns {
        let found = self.found();
        // A sheet that holds nothing but the raters' mean.
        match (found.means.as_slice(), found.columns.as_slice()) {
            ([mean], []) => {
                return RaterColumns { columns: vec![*mean], mean: true, ..Default::default() };
            }
            // 标准分 beside 得分: which of them is the mark? Where both hold the same, it is the same.
            ([mean], [only])
                if !found.raterly && !same_marks(self.sheet, self.rows, *mean, *only) =>
            {
                let at = CellRef::new(self.header.unwrap_or(self.first), *only);
                let mut doubts = found.doubts;
                doubts.push((*only, at, Doubt::Mean));
                return RaterColumns { columns: found.columns, unclear: None, mean: true, doubts };
            }
            _ => {}
        }
        let unclear = self.unclear(&found);
        RaterColumns { columns: found.columns, unclear, mean: false, doubts: found.doubts }
    }

    fn found(&self) -> Found {
        let people = rater_doubts::rated_on(self.sheet, self.words);
        let start = CellRef::new(self.first, self.names);
        let start = self.sheet.merge_of(start).map_or(self.names, |m| m.end.col) + 1;
        let end = self.sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
        let mut out = Found::default();
        let mut gap = 0;
        for col in start..=end {
            let column = self.column(col);
            // Past a gap only what names itself a rater belongs to the table.
            let ended = gap > 1 && column.text.is_some() && !column.names_rater();
            if ended || self.begins_another(&column) {
                break;
            }
            if gap > 1 && column.text.is_none() {
                continue;
            }
            gap = if column.marked || column.text.is_some() { 0 } else { gap + 1 };
            self.take(column, &people, &mut out);
        }
        out
    }

    fn column(&self, col: u32) -> Column {
        let (sheet, words) = (self.sheet, self.words);
        let at = |row: u32| CellRef::new(row, col);
        let title = self.head(col).and_then(|head| header_text(sheet, head, words.date1904));
        let text = title.as_deref().map(label);
        let over = self.header.and_then(|row| above(sheet, at(row), self.names, words.date1904));
        let cells = || self.rows.values().filter_map(|row| sheet.cells.get(&at(*row)));
        let numbers = cells().any(|cell| is_number(&cell.value));
        let is_other =
            |head: &str| is_no_rater(head, numbers) || of_other_rating(head, self.rating, words);
        let labelled = self.around().map(|row| (at(row), CellRef::new(row, self.names)));
        Column {
            col,
            marked: cells().any(|cell| !cell.value.is_blank()),
            numbers,
            repeats: cells().filter_map(|c| c.formula.as_deref()).any(|f| self.reads_form(f)),
            other: text.as_deref().is_some_and(is_other),
            void: of_cells(sheet, labelled) == Standing::Void,
            title,
            text,
            over,
        }
    }

    /// The cell that heads a column.
    fn head(&self, col: u32) -> Option<CellRef> {
        self.header.map(|row| self.sheet.anchor(CellRef::new(row, col)))
    }

    fn reads_form(&self, formula: &str) -> bool {
        references(formula).iter().any(|reference| match reference {
            Reference::Cells { sheet: Some(name), .. } => {
                self.form_sheets.contains(&name.to_lowercase())
            }
            _ => false,
        })
    }

    /// Whether a column is the next table's, or the form's.
    fn begins_another(&self, column: &Column) -> bool {
        column.text.as_ref().is_some_and(|text| self.words.item.contains(text))
            || self.rows.values().any(|row| (self.is_form_cell)(CellRef::new(*row, column.col)))
    }

    /// Takes a column, if it is a rater's who counts.
    fn take(&self, column: Column, people: &[&str], out: &mut Found) {
        let at = |row: u32| CellRef::new(row, column.col);
        let head = || self.head(column.col).unwrap_or(at(self.first));
        out.raterly |= column.marked && column.names_rater();
        if column.void {
            if column.marked && !column.repeats && !column.other {
                out.doubts.push((column.col, head(), Doubt::LeftOut));
            }
            return;
        }
        if column.text.as_deref().is_some_and(is_mean) && column.numbers && !column.repeats {
            out.means.push(column.col);
        }
        // 同级 over some of the raters: they do not rate here.
        let elsewhere = |over: &String| of_other_rating(&label(over), self.rating, self.words);
        if !column.marked
            || column.repeats
            || column.other
            || column.over.as_ref().is_some_and(elsewhere)
            || computed(self.sheet, self.rows.values().map(|row| at(*row)))
            || !out
                .months
                .wanted([column.over.as_deref(), column.title.as_deref()], self.words.month)
        {
            return;
        }
        let alone = |head: &str| shape(&naming::rater_alone(head, self.words.people));
        out.shapes.push(column.text.as_deref().map_or(Shape::Other, alone));
        let notes = self.around().filter_map(|row| self.sheet.text(at(row)));
        let noted = rater_doubts::is_noted_in(notes.chain(column.over.as_deref()));
        let doubt = rater_doubts::of_head(column.title.as_deref().into_iter(), people)
            .or(noted.then_some(Doubt::Noted));
        out.doubts.extend(doubt.map(|doubt| (column.col, head(), doubt)));
        match column.text.as_deref().is_none_or(str::is_empty) {
            true => out.bare = out.bare.or(Some(at(self.first))),
            false => out.headed += 1,
        }
        out.columns.push(column.col);
    }

    /// A cell that leaves it open which columns are raters' who count.
    fn unclear(&self, found: &Found) -> Option<CellRef> {
        let columns = &found.columns;
        let cells = |row: u32| columns.iter().map(move |col| CellRef::new(row, *col));
        let weighs = |row: &u32| weighs(self.sheet, CellRef::new(*row, self.names), cells(*row));
        let nameless = found.bare.filter(|_| found.headed > 0);
        let odd = || {
            let col = odd_one(&found.shapes).and_then(|at| columns.get(at))?;
            Some(CellRef::new(self.first, *col))
        };
        let several = || cells(self.first).next().filter(|_| found.months.several());
        let weighted = || self.around().find(weighs).and_then(|row| cells(row).next());
        let no_plain = || {
            let row = self.header.or(self.first.checked_sub(1))?;
            let heads: Vec<CellRef> = cells(row).map(|at| self.sheet.anchor(at)).collect();
            no_plain_rater(self.sheet, &heads, self.words)
        };
        let more = || self.marks_again(columns);
        nameless.or_else(more).or_else(odd).or_else(several).or_else(weighted).or_else(no_plain)
    }

    /// A number in a row without a mark's name that is perhaps the mark's above too: under a name that is merged over
    /// it, or between two marks.
    fn marks_again(&self, columns: &[u32]) -> Option<CellRef> {
        let last = self.rows.values().max().copied()?;
        let nameless = |row: &u32| {
            let name = CellRef::new(*row, self.names);
            let anchor = self.sheet.anchor(name);
            let merged = anchor != name && self.rows.values().any(|mark| *mark == anchor.row);
            merged || *row < last && self.sheet.value(anchor).is_blank()
        };
        let rows = self.around().filter(|row| *row > self.first).filter(nameless);
        let mut cells = rows.flat_map(|row| columns.iter().map(move |col| CellRef::new(row, *col)));
        let is_mark = |at: CellRef| {
            let given = self.sheet.anchor(at) == at && is_number(self.sheet.value(at));
            given && !computed(self.sheet, [at].into_iter())
        };
        cells.find(|at| is_mark(*at))
    }

    /// The rows about the table that may say something of each rater: between its header and its first mark,
    /// among the marks, and right below them.
    fn around(&self) -> impl Iterator<Item = u32> {
        let last = self.rows.values().copied().max().unwrap_or(self.first);
        let top = self.header.map_or(self.first, |row| row.saturating_sub(1));
        (top..=last + 3).filter(|row| !self.rows.values().any(|mark| mark == row))
    }
}
