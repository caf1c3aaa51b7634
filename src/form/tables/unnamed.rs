//! Tables of marks whose header has no item word that is known: 评价项目, or nothing over the marks' names.

use super::{Kind, Open, Reader, Section};
use crate::cell::CellRef;
use crate::form::Place;
use crate::form::headers::{Columns, Text, is_raters, score_column, weak_score};
use crate::form::lexicon::TotalWord;
use crate::hash::HashSet;
use crate::text::is_blank;
use crate::workbook::Value;

/// Most texts of such a header.
const TEXTS: usize = 6;
/// Rows below a header in which its items stand.
const ITEMS: u32 = 60;

impl Reader<'_> {
    /// Opens a table that a row heads by its score column alone, with a mark in the row below; gives its
    /// columns. Only under items of the same sheet: elsewhere it may be a rater's own list.
    pub(super) fn unnamed_header(&mut self, row: u32, texts: &[Text<'_>]) -> Option<(u32, u32)> {
        let lexicon = self.lexicon;
        let of_rows = |t: &Text<'_>| {
            lexicon.item(&t.key).is_some()
                || lexicon.marks(&t.key).is_some()
                || lexicon.total_row(&t.key).is_some_and(|_| !lexicon.is_score(&t.key))
        };
        if self.out.items.is_empty() || texts.len() > TEXTS || is_raters(texts) {
            return None;
        }
        let score = score_column(lexicon, texts, self.month)?;
        if texts.iter().any(of_rows) {
            return None;
        }
        let sheet = self.sheet;
        let (mark, cell) = sheet
            .row(row + 1)
            .find(|(_, cell)| cell.label().is_some_and(|key| lexicon.marks(&key).is_some()))?;
        let own = cell.label().is_some_and(|key| lexicon.item(&key).is_none());
        let numbers = sheet.row(row + 1).any(|(at, cell)| {
            (mark.col + 1..score).contains(&at.col) && matches!(cell.value, Value::Number(_))
        });
        let place = self.place(row + 1, score).at;
        if !own || mark.col >= score || numbers || place == mark || !self.takes_number(place) {
            return None;
        }
        let columns = Columns { item: mark.col, score, points: None };
        let first = texts.first().map_or(mark.col, |t| t.at.col.min(mark.col));
        let last = texts.iter().map(|t| t.end).max().unwrap_or(score);
        let same = |table: &Open| {
            let known = table.columns.is_some_and(|c| (c.item, c.score) == (mark.col, score));
            known && matches!(table.section, Section::Rating(_))
        };
        if !self.open.iter().any(|table| table.covers(mark.col) && same(table)) {
            let section = self.section_of(Some(columns), (first, last), Some(Kind::Mark));
            self.open.retain(|t| t.span.1 < first || t.span.0 > last);
            self.open.push(Open {
                span: (first, last),
                columns: Some(columns),
                section,
                last: row,
            });
        }
        self.titles.retain(|(col, _)| !(first..=last).contains(col));
        Some((first, last))
    }

    /// Which text of a row heads the items though no list has its words (考核要素, 工作项目): the only one in
    /// whose column most of the scheme's items stand, beside a score's header.
    pub(super) fn unknown_item_head(&self, row: u32, texts: &[Text<'_>]) -> Option<usize> {
        let lexicon = self.lexicon;
        let known = |t: &Text<'_>| {
            lexicon.item_words.contains(&*t.key)
                || lexicon.item(&t.key).is_some()
                || lexicon.marks(&t.key).is_some()
        };
        // Of large tables no row is to cost much.
        let may_score = |t: &Text<'_>| t.text.contains(['分', '评', '得', '绩', '果']);
        if texts.len() < 2 || !texts.iter().any(may_score) || texts.iter().any(known) {
            return None;
        }
        let score = score_column(lexicon, texts, self.month)?;
        let last = self.header_end_of(row, texts);
        let holds = |t: &Text<'_>| {
            let cells = (last + 1..=last + ITEMS).map(|row| CellRef::new(row, t.at.col));
            let items = cells.filter_map(|at| lexicon.item(&self.sheet.cells.get(&at)?.label()?));
            items.collect::<HashSet<usize>>().len() * 2 > lexicon.item_count()
        };
        let mut found = texts
            .iter()
            .enumerate()
            .filter(|(_, t)| t.at.col < score && !is_blank(t.text) && holds(t));
        let (at, _) = found.next()?;
        found.next().is_none().then_some(at)
    }

    /// The column under 分数 or the like beside another of points, where nothing is written under it yet: typed
    /// numbers there may be points too.
    pub(super) fn open_weak_score(&self, header: u32, texts: &[Text<'_>]) -> Option<u32> {
        let score = weak_score(texts)?;
        let points = |t: &Text<'_>| self.lexicon.points_words.iter().any(|word| *word == t.key);
        let beside = texts.iter().any(|t| t.at.col != score && points(t));
        let written = |row: u32| {
            let cell = self.sheet.cells.get(&CellRef::new(row, score))?;
            Some(!cell.is_formula && !cell.value.is_blank())
        };
        let mut rows = (header + 1..=header + ITEMS).take_while(|row| {
            let mut cells = self.sheet.row(*row);
            cells.any(|(_, cell)| !cell.value.is_blank())
        });
        (beside && !rows.any(|row| written(row) == Some(true))).then_some(score)
    }

    /// Whether a mark is the first that is known below a row, before any total.
    pub(super) fn heads_marks(&self, row: u32, span: (u32, u32)) -> bool {
        for below in row + 1..=row + 4 {
            let cells = self.sheet.row(below).filter(|(at, _)| (span.0..=span.1).contains(&at.col));
            for key in cells.filter_map(|(_, cell)| cell.label()) {
                if self.lexicon.total_row(&key).is_some_and(|_| !self.lexicon.is_score(&key)) {
                    return false;
                }
                if self.lexicon.marks(&key).is_some() || self.lexicon.item(&key).is_some() {
                    return self.lexicon.marks(&key).is_some();
                }
            }
        }
        false
    }

    /// Whether a row that is only a rating's name, under another's marks, has that rating's own title
    /// below it: it is no title then.
    pub(super) fn before_title(&self, row: u32, rating: usize) -> bool {
        let rows = row + 1..=row + 4;
        let below = rows.map(|row| self.texts(row)).find(|texts| !texts.is_empty());
        below.unwrap_or_default().iter().any(|t| self.lexicon.rating_title(t.text) == Some(rating))
    }

    /// 合计 and 折算得分 side by side: the column's cell is the second's, the first has the cell beside it.
    pub(super) fn sum_beside(&mut self, text: &Text<'_>, texts: &[Text<'_>], table: &Open) -> bool {
        let Some(columns) = table.columns else { return false };
        let scaled = texts.iter().find(|other| {
            (text.at.col + 1..columns.score).contains(&other.at.col)
                && self.lexicon.total(&other.key) == Some(TotalWord::Scaled)
        });
        let Some(scaled) = scaled else { return false };
        let right = self.sheet.anchor(CellRef::new(text.at.row, text.end + 1));
        let label = Place { sheet: self.index, at: text.at };
        if right.row == text.at.row && right.col < scaled.at.col && self.takes_number(right) {
            self.found(TotalWord::Sum, label, right, table.section);
        } else {
            self.out.unknown.push(label);
        }
        self.total(TotalWord::Scaled, scaled.at, texts, Some(table));
        true
    }
}
