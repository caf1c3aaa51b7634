//! Reading one sheet's tables, row by row.
//!
//! A header row opens a table over its columns: with an item word and a score word it is a table of
//! the form; with an item word and other columns it is another table (the raters' list, a list of
//! metrics), whose rows are not the form's. A title of a rating table says which rating the next
//! header below it opens. Rows are known by an item's, a mark's or a total's label inside the
//! table's columns, so that tables may stand one below the other or side by side.

mod total_rows;
mod unnamed;

use super::headers::{
    Columns, Text, columns, is_other_table, is_raters, parts, score_key, weak_score,
};
use super::lexicon::{Lexicon, TotalWord, like_total};
use super::{ItemPlace, Period, Place};
use crate::cell::CellRef;
use crate::workbook::Sheet;
use std::borrow::Cow;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Items,
    Rating(usize),
    /// A table with marks whose rating is not named: the number of its header.
    Unknown(usize),
    None,
}

/// A mark's row: its section, the ratings and marks that its label may be, its cells.
#[derive(Debug, Clone)]
pub(super) struct MarkFound {
    pub(super) section: Section,
    pub(super) candidates: Vec<(usize, usize)>,
    pub(super) name: Place,
    pub(super) score: Place,
}

/// A total's label, and the cell that is to hold it.
#[derive(Debug, Clone)]
pub(super) struct TotalFound {
    pub(super) word: TotalWord,
    pub(super) label: Place,
    pub(super) place: Option<Place>,
    pub(super) section: Section,
    /// Points that the row names, as 35 of 满分35分.
    pub(super) hint: Option<f64>,
    /// Whether they are the factor of a formula: 合计÷满分×10.
    pub(super) factor: bool,
    /// The rating that the label itself names.
    pub(super) named: Option<usize>,
}

/// What a sheet holds of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct SheetTables {
    pub(super) sheet: usize,
    pub(super) items: Vec<ItemPlace>,
    pub(super) has_points: bool,
    pub(super) marks: Vec<MarkFound>,
    pub(super) totals: Vec<TotalFound>,
    pub(super) header: bool,
    /// Labels that look like totals', but are none that is known.
    pub(super) unknown: Vec<Place>,
    /// A score column among several that nothing tells apart.
    pub(super) unclear: Option<Place>,
}

/// Reads the tables of a sheet.
pub(super) fn read(
    index: usize,
    sheet: &Sheet,
    lexicon: &Lexicon,
    month: Option<Period>,
) -> SheetTables {
    let mut reader = Reader {
        index,
        sheet,
        lexicon,
        month,
        open: Vec::new(),
        titles: Vec::new(),
        headers: 0,
        header_end: None,
        out: SheetTables { sheet: index, ..SheetTables::default() },
    };
    for row in sheet.used_rows() {
        reader.row(row);
    }
    reader.out
}

/// A table that the rows below its header belong to.
#[derive(Debug, Clone)]
struct Open {
    /// First and last column.
    span: (u32, u32),
    /// None for a table that is not the form's.
    columns: Option<Columns>,
    section: Section,
    /// Last row with something in it.
    last: u32,
}

impl Open {
    fn covers(&self, col: u32) -> bool {
        (self.span.0..=self.span.1).contains(&col)
    }
}

struct Reader<'a> {
    index: usize,
    sheet: &'a Sheet,
    lexicon: &'a Lexicon,
    /// The form's month: of several score columns its own is filled.
    month: Option<Period>,
    open: Vec<Open>,
    /// Rating titles that no header has taken up yet: column and rating.
    titles: Vec<(u32, usize)>,
    headers: usize,
    /// Last row of a header over several rows.
    header_end: Option<u32>,
    out: SheetTables,
}

impl<'a> Reader<'a> {
    fn texts(&self, row: u32) -> Vec<Text<'a>> {
        let sheet = self.sheet;
        sheet
            .row(row)
            .filter_map(|(at, cell)| {
                Some(Text {
                    at,
                    end: sheet.merge_of(at).map_or(at.col, |m| m.end.col),
                    text: cell.value.text()?,
                    key: cell.label().unwrap_or_default(),
                })
            })
            .collect()
    }

    fn row(&mut self, row: u32) {
        if self.header_end.is_some_and(|end| row <= end) {
            return;
        }
        let mut texts = self.texts(row);
        let taken = self.header(row, &mut texts);
        texts.retain(|t| t.at.row == row && !taken.iter().any(|s| (s.0..=s.1).contains(&t.at.col)));
        // A table that is not the form's ends at a gap.
        self.open.retain(|table| table.columns.is_some() || row <= table.last + 1);
        for (at, _) in self.sheet.row(row) {
            if let Some(table) = self.open.iter_mut().find(|t| t.covers(at.col)) {
                table.last = row;
            }
        }
        for index in 0..self.open.len() {
            self.table_row(index, row, &texts);
        }
        let outside: Vec<&Text<'_>> =
            texts.iter().filter(|t| !self.open.iter().any(|o| o.covers(t.at.col))).collect();
        for text in outside {
            if let Some(word) = self.lexicon.total(&text.key) {
                if !self.in_strip(text.at, &texts) {
                    self.total(word, text.at, &texts, None);
                }
            } else if let Some(rating) = self.lexicon.rating_title(text.text) {
                self.titles.push((text.at.col, rating));
                // A form without a header of its own for its ratings goes on in the same columns.
                if let [only] = self.open.as_mut_slice() {
                    only.section = Section::Rating(rating);
                }
            } else if !self.out.header && self.lexicon.is_score(&text.key) {
                // 得分 in a form's head, with a blank cell beside it: the total, perhaps.
                let right = self.sheet.anchor(CellRef::new(row, text.end + 1));
                if self.sheet.value(right).is_blank() {
                    self.out.unknown.push(Place { sheet: self.index, at: text.at });
                }
            }
        }
    }

    /// Takes one row of an open table.
    fn table_row(&mut self, index: usize, row: u32, texts: &[Text<'_>]) {
        let Some(table) = self.open.get(index).cloned() else { return };
        let in_rating = matches!(table.section, Section::Rating(_) | Section::Unknown(_));
        for text in texts.iter().filter(|t| table.covers(t.at.col)) {
            let score = |c: Columns| self.sheet.anchor(CellRef::new(row, c.score));
            let columns = table.columns.filter(|c| score(*c) != text.at);
            let Some(columns) = columns else {
                if self.heads_total(&table, text) {
                    self.total_below(text.at);
                }
                if let Some(rating) = self.lexicon.rating_title(text.text) {
                    self.titles.push((text.at.col, rating));
                    // A title merged over the table, and no header that is known below it.
                    let item = table.columns.map(|c| c.item);
                    let over = item.is_some_and(|item| (text.at.col..=text.end).contains(&item))
                        && self.heads_marks(row, table.span);
                    if let Some(table) = self.open.get_mut(index).filter(|_| over) {
                        table.section = Section::Rating(rating);
                    }
                }
                continue;
            };
            let marks = self.lexicon.marks(&text.key);
            if let Some(item) = self.lexicon.item(&text.key)
                && !(in_rating && marks.is_some())
                && text.at.col <= columns.item.max(columns.score)
            {
                self.item(self.nth(item, &text.key), text.at, columns);
                if let Some(table) = self.open.get_mut(index) {
                    table.section = Section::Items;
                }
                return;
            }
            if let Some(marks) = marks {
                let (candidates, score) = (marks.to_vec(), self.place(row, columns.score));
                let name = Place { sheet: self.index, at: text.at };
                self.out.marks.push(MarkFound { section: table.section, candidates, name, score });
                return;
            }
            // In the labels' own column more words tell a total.
            let known = match text.at.col <= columns.item {
                true => self.lexicon.total_row(&text.key),
                false => self.lexicon.total(&text.key),
            };
            if let Some(word) = known {
                let sum = in_rating && word == TotalWord::Sum;
                if sum && self.sum_beside(text, texts, &table) {
                    return;
                }
                if self.in_strip(text.at, texts) {
                    return;
                }
                self.total(word, text.at, texts, Some(&table));
                // 合计 | 上级评分 | 总得分 over their cells.
                let heads = |other: &&Text<'_>| {
                    other.at == score(columns) && self.heads_total(&table, other)
                };
                if let Some(head) = texts.iter().find(heads).map(|head| head.at) {
                    self.total_below(head);
                }
                return;
            }
            let score = self.place(row, columns.score).at;
            if text.at.col == columns.item
                && self.has_rows()
                && (score.row == row && score != text.at && self.takes_number(score))
            {
                let rating = self.lexicon.rating_row(text.text).filter(|r| self.has_marks(*r));
                if rating.is_some() || self.lexicon.score_row(&text.key) {
                    self.total(TotalWord::Score, text.at, texts, Some(&table));
                    return;
                }
                let other = self.lexicon.rating_row(text.text).filter(|_| in_rating);
                if like_total(&text.key) || other.is_some_and(|other| self.before_title(row, other))
                {
                    self.out.unknown.push(Place { sheet: self.index, at: text.at });
                }
            }
            if let Some(rating) = self.lexicon.rating_title(text.text) {
                self.titles.push((text.at.col, rating));
                if let Some(table) = self.open.get_mut(index) {
                    table.section = Section::Rating(rating);
                }
            }
        }
    }

    fn has_rows(&self) -> bool {
        !self.out.items.is_empty() || !self.out.marks.is_empty()
    }

    fn has_marks(&self, rating: usize) -> bool {
        self.out.marks.iter().any(|mark| mark.section == Section::Rating(rating))
    }

    fn place(&self, row: u32, col: u32) -> Place {
        Place { sheet: self.index, at: self.sheet.anchor(CellRef::new(row, col)) }
    }

    /// Opens the tables that a row heads; gives the columns that they take of the row.
    fn header(&mut self, row: u32, texts: &mut Vec<Text<'a>>) -> Vec<(u32, u32)> {
        let lexicon = self.lexicon;
        // It stands for any of the scheme's own words.
        if let Some(at) = self.unknown_item_head(row, texts)
            && let (Some(head), Some(known)) = (texts.get_mut(at), lexicon.item_words.iter().min())
        {
            head.key = Cow::Borrowed(known);
        }
        let heads = |texts: &[Text<'_>]| texts.iter().any(|t| lexicon.item_words.contains(&*t.key));
        // A header over several rows may name its item column in the second.
        let end = self.header_end_of(row, texts);
        if !heads(texts) && !(row + 1..=end).any(|below| heads(&self.texts(below))) {
            return self.unnamed_header(row, texts).into_iter().collect();
        }
        // Texts of a table that goes on in this row, and titles of tables below, are no headers.
        let goes_on = |table: &&Open| {
            let total = |t: &Text<'_>| {
                table.columns.is_some_and(|c| c.item == t.at.col)
                    && lexicon.total_row(&t.key).is_some_and(|_| !lexicon.is_score(&t.key))
            };
            texts.iter().filter(|t| table.covers(t.at.col)).any(|t| {
                lexicon.item(&t.key).is_some() || lexicon.marks(&t.key).is_some() || total(t)
            })
        };
        let busy: Vec<(u32, u32)> =
            self.open.iter().filter(goes_on).map(|table| table.span).collect();
        let is_busy = |col: u32| busy.iter().any(|s| (s.0..=s.1).contains(&col));
        let is_title = |t: &Text<'_>| {
            lexicon.rating_title(t.text).is_some()
                && !lexicon.score_words.iter().any(|word| *word == t.key)
        };
        let apart: Vec<Text<'a>> =
            texts.extract_if(.., |t| is_busy(t.at.col) || is_title(t)).collect();
        let spans = self.open_headers(row, texts);
        texts.extend(apart);
        texts.sort_by_key(|t| (t.at.col, t.at.row));
        spans
    }

    /// The last row of a header: one over several rows has a column merged downwards.
    fn header_end_of(&self, row: u32, texts: &[Text<'_>]) -> u32 {
        let lexicon = self.lexicon;
        let heads = |t: &&Text<'_>| {
            let score = score_key(t.text, &t.key, self.month);
            lexicon.item_words.contains(&*t.key)
                || lexicon.points_words.iter().any(|word| *word == t.key)
                || lexicon.score_words.iter().any(|word| *word == score)
        };
        let ends = texts.iter().filter(heads).filter_map(|t| self.sheet.merge_of(t.at));
        ends.map(|merge| merge.end.row.min(row + 3)).max().unwrap_or(row)
    }

    fn open_headers(&mut self, row: u32, texts: &mut Vec<Text<'a>>) -> Vec<(u32, u32)> {
        let lexicon = self.lexicon;
        let end = self.header_end_of(row, texts);
        for below in row + 1..=end {
            texts.extend(self.texts(below));
        }
        texts.sort_by_key(|t| (t.at.col, t.at.row));
        let mut spans = Vec::new();
        for part in parts(lexicon, texts, self.month) {
            let mut part = part;
            let (first, last) = part.span();
            let below = self.kind_below(end, (first, last));
            if part.score.is_none() && below == Some(Kind::Mark) && !is_raters(part.texts) {
                part.score = weak_score(part.texts);
            }
            if part.score.is_none() && below == Some(Kind::Item) && !is_raters(part.texts) {
                part.score = self.open_weak_score(end, part.texts);
            }
            if let Some(at) = part.unclear.filter(|_| below.is_some()) {
                self.out.unclear = self.out.unclear.or(Some(Place { sheet: self.index, at }));
            }
            let columns = part.score.and_then(|score| columns(lexicon, part.texts, score));
            let holds_rows = part
                .texts
                .iter()
                .any(|t| lexicon.item(&t.key).is_some() || lexicon.marks(&t.key).is_some());
            if columns.is_none() && (holds_rows || !is_other_table(part.texts)) {
                continue;
            }
            let section = self.section_of(columns, (first, last), below);
            self.open.retain(|t| t.span.1 < first || t.span.0 > last);
            self.open.push(Open { span: (first, last), columns, section, last: end });
            self.out.header |= columns.is_some();
            spans.push((first, last));
        }
        if !spans.is_empty() && end > row {
            self.header_end = Some(end);
        }
        self.titles.retain(|(col, _)| !spans.iter().any(|s| (s.0..=s.1).contains(col)));
        spans
    }

    /// What a new table holds, by the title above it and the first row below it.
    fn section_of(
        &mut self,
        columns: Option<Columns>,
        span: (u32, u32),
        below: Option<Kind>,
    ) -> Section {
        self.headers += 1;
        let Some(columns) = columns else { return Section::None };
        let above = self.titles.iter().rfind(|(col, _)| (span.0..=span.1).contains(col));
        let title = above.or(match self.titles.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let rates = match below {
            Some(Kind::Item) => false,
            Some(Kind::Mark) => true,
            None => columns.points.is_none(),
        };
        match title {
            _ if !rates => Section::Items,
            Some((_, rating)) if !self.has_marks(*rating) => Section::Rating(*rating),
            _ => Section::Unknown(self.headers),
        }
    }

    /// What the first known row below a header is, inside its columns.
    fn kind_below(&self, header: u32, span: (u32, u32)) -> Option<Kind> {
        for row in header + 1..=header + 6 {
            let cells = self.sheet.row(row).filter(|(at, _)| (span.0..=span.1).contains(&at.col));
            for key in cells.filter_map(|(_, cell)| cell.label()) {
                if self.lexicon.marks(&key).is_some() {
                    return Some(Kind::Mark);
                }
                if self.lexicon.item(&key).is_some() {
                    return Some(Kind::Item);
                }
            }
        }
        None
    }

    /// The item that a label names here: `沟通·2` where 沟通 has its row already.
    fn nth(&self, item: usize, key: &str) -> usize {
        let placed = |item: usize| self.out.items.iter().any(|place| place.item == item);
        let mut found = item;
        for count in 2.. {
            if !placed(found) {
                return found;
            }
            match self.lexicon.nth(key, count) {
                Some(next) => found = next,
                None => break,
            }
        }
        item
    }

    fn item(&mut self, item: usize, at: CellRef, columns: Columns) {
        let points = columns.points.map(|col| self.place(at.row, col));
        self.out.has_points |= points.is_some();
        self.out.items.push(ItemPlace {
            item,
            name: Place { sheet: self.index, at },
            score: self.place(at.row, columns.score),
            points,
        });
    }
}

/// A row's kind by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Item,
    Mark,
}
