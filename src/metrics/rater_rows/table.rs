//! One table with a row a rater.

use crate::cell::{CellRef, Range};
use crate::metrics::list::is_number;
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::mark_columns::{MarkColumns, mark_columns};
use crate::metrics::rated::part_by_heads;
use crate::metrics::rater_doubts::{self, Doubt};
use crate::metrics::rater_words::{
    Shape, abstains, is_no_rater, is_other_month, names_rater, odd_one, of_other_rating, shape,
};
use crate::metrics::raters::computed;
use crate::metrics::sources::Raters;
use crate::metrics::standing::{Standing, of_cells, weighs};
use crate::metrics::time::rows::{RowMonths, month_column};
use crate::metrics::{naming, titles};
use crate::text::person_key;
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// A doubt about a rater: the row, the cell that says so, and why.
type Doubted = (u32, CellRef, Doubt);

/// The raters' table below a row that names most of a rating's marks.
pub(super) fn table(
    index: usize,
    sheet: &Sheet,
    rating: usize,
    (header, texts): (&u32, &RowLabels<'_>),
    words: &Look<'_>,
    taken: &[Range],
) -> Option<Raters> {
    let marks = words.marks.get(rating)?;
    let named = texts.iter().filter(|(_, _, key)| marks.mark(key).is_some()).count();
    if named * 2 <= marks.count {
        return None;
    }
    let MarkColumns { columns: lines, unclear } = mark_columns(sheet, texts, rating, words);
    if lines.len() * 2 <= marks.count {
        return None;
    }
    // A row a person assessed is no row a rater.
    if taken.iter().any(|range| range.start.row == *header) {
        return None;
    }
    let first = lines.values().copied().min().unwrap_or_default();
    let head = Head { sheet, row: *header, texts, words, rating, lines: &lines, first };
    let Found { raters, void, noted, several_months } = head.raters();
    let top = *raters.first()?;
    let (rated_col, mut doubts) = match head.rated_column(&raters) {
        Rated::Column(col) => (Some(col), head.doubtful(&raters, Some(col))),
        Rated::Unsaid => (None, head.doubtful(&raters, None)),
        // Each is told of, and nothing more of any.
        Rated::Mixed(col) => {
            let at = CellRef::new(*header, col);
            (Some(col), raters.iter().map(|row| (*row, at, Doubt::Names)).collect())
        }
    };
    let all = raters.iter().chain(void.iter().map(|(row, ..)| row));
    let rated = all.filter_map(|row| Some((*row, person_key(head.text(*row, rated_col?)?))));
    let rated: BTreeMap<u32, String> = rated.collect();
    let open = |row: u32| !doubts.iter().any(|(doubted, ..)| *doubted == row);
    let noted: Vec<Doubted> = noted.into_iter().filter(|(row, ..)| open(*row)).collect();
    doubts.extend(noted.into_iter().chain(void));
    let unsure =
        head.odd_rater(&raters).or((several_months || head.weighted(&raters)).then_some(top));
    let unclear = unclear.or(unsure.map(|row| CellRef::new(row, first)));
    let mut table = Raters {
        rating,
        sheet: index,
        rows: lines,
        unclear,
        columns: raters,
        turned: true,
        rated,
        mean: false,
        doubts,
    };
    if rated_col.is_none() {
        part_by_heads(sheet, &mut table, words);
    }
    Some(table)
}

/// The header of a table with a row a rater.
struct Head<'a> {
    sheet: &'a Sheet,
    row: u32,
    texts: &'a RowLabels<'a>,
    words: &'a Look<'a>,
    rating: usize,
    /// The columns of the marks.
    lines: &'a BTreeMap<usize, u32>,
    /// The first of them.
    first: u32,
}

/// The rows of the raters.
#[derive(Default)]
struct Found {
    raters: Vec<u32>,
    /// Those of whom it says that they do not count.
    void: Vec<Doubted>,
    /// Those who do, with a note behind their marks.
    noted: Vec<Doubted>,
    /// Whether they are of several months, and nothing tells which is wanted.
    several_months: bool,
}

/// Which column says whom each row rates.
enum Rated {
    Column(u32),
    Unsaid,
    /// Under a header that may mean either, it holds people with forms and others.
    Mixed(u32),
}

impl Head<'_> {
    /// The rows of the raters, as far as the table goes.
    fn raters(&self) -> Found {
        let (sheet, words) = (self.sheet, self.words);
        let month_col = month_column(sheet, self.row, self.texts, words);
        let key = self.texts.iter().find(|(at, ..)| Some(at.col) == month_col);
        let mut months = RowMonths::under(key.map(|(_, _, key)| &**key));
        let mut out = Found::default();
        for row in sheet.used_rows().into_iter().filter(|row| *row > self.row) {
            let above = out.raters.last().copied().unwrap_or(self.row);
            let far = row > above + 3 && months.other.is_none_or(|last| row > last + 3);
            if far || self.is_of_words(row) {
                break;
            }
            if self.is_no_rater(row) {
                continue;
            }
            let others = sheet.row(row).filter(|(at, _)| !self.is_mark(at.col));
            let others = others.map(|(at, _)| (at, CellRef::new(self.row, at.col)));
            if of_cells(sheet, others) == Standing::Void {
                let first = sheet.row(row).next().map_or(CellRef::new(row, 0), |(at, _)| at);
                out.void.push((row, first, Doubt::LeftOut));
                continue;
            }
            if month_col.is_some_and(|col| !months.wanted(sheet, row, col, words)) {
                continue;
            }
            out.noted.extend(self.note_behind(row).map(|at| (row, at, Doubt::Noted)));
            out.raters.push(row);
        }
        out.several_months = months.several();
        out
    }

    fn is_mark(&self, col: u32) -> bool {
        self.lines.values().any(|line| *line == col)
    }

    /// The cells of a row's marks.
    fn marks(&self, row: u32) -> impl Iterator<Item = CellRef> {
        self.lines.values().map(move |col| CellRef::new(row, *col))
    }

    /// Whether texts stand in the place of a row's marks: the table is over.
    fn is_of_words(&self, row: u32) -> bool {
        let number = |at: CellRef| is_number(self.sheet.value(at));
        let word =
            |at: CellRef| self.sheet.text(at).is_some_and(|text| !abstains(text)) && !number(at);
        self.marks(row).any(word) && !self.marks(row).any(number)
    }

    /// Whether a row is blank, computed of others, or headed by what is no rater of the month.
    fn is_no_rater(&self, row: u32) -> bool {
        let (sheet, words) = (self.sheet, self.words);
        let is_blank = |at: CellRef| sheet.value(at).is_blank();
        let is_mean = |at: CellRef| is_blank(at) || computed(sheet, [at].into_iter());
        let mut names = self.before(row).filter_map(|at| sheet.cells.get(&at)?.label());
        let is_other = |key: &str| {
            is_no_rater(key, true)
                || of_other_rating(key, self.rating, words)
                || is_other_month(key, words.month)
        };
        self.marks(row).all(is_blank)
            || names.any(|key| is_other(&key))
            || self.marks(row).all(is_mean)
    }

    /// The cells of a row before the marks.
    fn before(&self, row: u32) -> impl Iterator<Item = CellRef> {
        self.sheet.row(row).map(|(at, _)| at).take_while(|at| at.col < self.first)
    }

    /// A note behind a row's marks: 弃权.
    fn note_behind(&self, row: u32) -> Option<CellRef> {
        let is_behind = |col: u32| !self.lines.values().any(|line| *line >= col);
        let mut behind = self.sheet.row(row).filter(|(at, _)| is_behind(at.col));
        let is_note = |text: &str| rater_doubts::is_noted_in([text].into_iter());
        behind.find(|(_, cell)| cell.value.text().is_some_and(is_note)).map(|(at, _)| at)
    }

    /// What stands in a row's cell, or in that which it is merged into.
    fn text(&self, row: u32, col: u32) -> Option<&str> {
        self.sheet.text(self.sheet.anchor(CellRef::new(row, col)))
    }

    /// The column of those whom the rows rate. 姓名 may head the raters' own names; other words only the
    /// rated, and a name of a form.
    fn rated_column(&self, raters: &[u32]) -> Rated {
        let (sheet, words) = (self.sheet, self.words);
        let heads = |wanted: &dyn Fn(&str) -> bool| {
            let mut found = self.texts.iter().filter(|(_, _, key)| wanted(key));
            found.next().map(|(at, ..)| at.col).filter(|col| *col < self.first)
        };
        if let Some(col) = heads(&|key| words.person.contains(key) && !rater_doubts::is_open(key)) {
            return Rated::Column(col);
        }
        let open = heads(&|key| words.person.contains(key) && key != "姓名");
        let Some(col) = open.or_else(|| names_rated(sheet, raters, self.first, words)) else {
            return Rated::Unsaid;
        };
        let own = self.texts.iter().find(|(at, ..)| at.col == col);
        let texts = || raters.iter().filter_map(|row| self.text(*row, col));
        let known = |name: &str| words.people.contains(&person_key(name));
        // 评分人 over the names of people with forms are those who rate, and so are others on a sheet
        // of whom it rates.
        if own.is_some_and(|(_, _, key)| names_rater(key))
            || !texts().all(known) && titles::rates_one(sheet, words)
        {
            return Rated::Unsaid;
        }
        match rater_doubts::mixed(texts(), words) {
            true => Rated::Mixed(col),
            false => Rated::Column(col),
        }
    }

    /// Raters whose heads say something of whether they count.
    fn doubtful(&self, raters: &[u32], rated_col: Option<u32>) -> Vec<Doubted> {
        let everybody = rater_doubts::rated_on(self.sheet, self.words);
        let doubt = |row: &u32| {
            let own = rated_col.and_then(|col| self.text(*row, col)).map(person_key);
            let own = own.as_deref().map(|own| [own]);
            let people = own.as_ref().map_or(&*everybody, |own| own);
            let mut cells = self.before(*row).filter(|at| Some(at.col) != rated_col);
            cells.find_map(|at| {
                let text = self.sheet.text(at);
                Some((*row, at, rater_doubts::of_head(text.into_iter(), people)?))
            })
        };
        raters.iter().filter_map(doubt).collect()
    }

    /// A row whose head is of another shape than those of all others.
    fn odd_rater(&self, raters: &[u32]) -> Option<u32> {
        let shape_of = |row: &u32| {
            let head = self.before(*row).next().and_then(|at| self.sheet.cells.get(&at));
            head.map_or(Shape::Other, |cell| match cell.label() {
                Some(label) => shape(&naming::rater_alone(&label, self.words.people)),
                None => Shape::Numbered(String::new()),
            })
        };
        let shapes: Vec<Shape> = raters.iter().map(shape_of).collect();
        odd_one(&shapes).and_then(|at| raters.get(at)).copied()
    }

    /// Whether a column weights the raters: the form counts their mean.
    fn weighted(&self, raters: &[u32]) -> bool {
        self.texts.iter().any(|(at, ..)| {
            weighs(self.sheet, *at, raters.iter().map(|row| CellRef::new(*row, at.col)))
        })
    }
}

/// The column left of the marks that names people of the forms: whom the rows rate.
fn names_rated(sheet: &Sheet, raters: &[u32], first: u32, words: &Look<'_>) -> Option<u32> {
    let names = |row: &u32| {
        let cells = sheet.row(*row).take_while(|(at, _)| at.col < first);
        cells
            .filter(|(_, cell)| {
                cell.value.text().is_some_and(|t| words.people.contains(&person_key(t)))
            })
            .map(|(at, _)| at.col)
            .next()
    };
    raters.iter().find_map(names)
}
