//! The rows of a table of people.

use super::columns::Columns;
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::{Period, number_text};
use crate::hash::HashSet;
use crate::metrics::list::is_number;
use crate::metrics::look::Look;
use crate::metrics::row_words::{is_note, is_summary};
use crate::metrics::sources::{Nameless, People, Person, Said};
use crate::metrics::standing::{Standing, behind_name, beside_person, words_of};
use crate::metrics::tables::{is_computed, rows_below};
use crate::metrics::time::row_remarks::is_of_figures;
use crate::metrics::time::rows::Time;
use crate::text::{label, person_key};
use crate::workbook::{Sheet, Value};

/// The rows below a header of people.
pub(super) struct Rows<'a> {
    sheet: &'a Sheet,
    header: u32,
    columns: &'a Columns<'a>,
    /// The columns of figures.
    figures: &'a [u32],
    words: &'a Look<'a>,
    below: Vec<u32>,
}

impl<'a> Rows<'a> {
    pub(super) fn below(
        sheet: &'a Sheet,
        header: u32,
        columns: &'a Columns<'a>,
        figures: &'a [u32],
        words: &'a Look<'a>,
    ) -> Self {
        let below = rows_below(sheet, header, columns.name.or(columns.times.month), figures);
        Self { sheet, header, columns, figures, words, below }
    }

    /// Reads the people in them.
    pub(super) fn read_into(&self, people: &mut People) {
        for row in &self.below {
            self.row(*row, people);
        }
        self.sum_of_days(people);
    }

    /// Of a row a day, in a table that names nobody, the row of their sum counts, where there is one.
    fn sum_of_days(&self, people: &mut People) {
        let col = self.columns.times.days().filter(|_| self.columns.name.is_none());
        let Some(col) = col.filter(|_| people.rows.len() > 1) else { return };
        let sum = |row: u32| self.value(row, col).text().is_some_and(is_sum);
        let mut sums = self.below.iter().filter(|row| sum(**row));
        let mut days = people.rows.iter().filter(|person| !sum(person.row));
        let daily =
            days.clone().count() > 1 && days.clone().all(|person| self.is_day(person.row, col));
        let (Some(row), None, true) = (sums.next(), sums.next(), daily) else { return };
        let months: HashSet<Option<Period>> = days.clone().map(|person| person.month).collect();
        let Some(mut whole) = days.next_back().cloned().filter(|_| months.len() == 1) else {
            return;
        };
        (whole.row, whole.at) = (*row, self.name_cell(*row));
        (whole.remark, whole.standing, whole.nameless) = (None, None, None);
        people.rows = vec![whole];
    }

    /// Whether a row's cell in a column is a day.
    fn is_day(&self, row: u32, col: u32) -> bool {
        let cell = self.sheet.cells.get(&self.sheet.anchor(CellRef::new(row, col)));
        cell.is_some_and(|cell| match &cell.value {
            Value::Text(text) => {
                text.trim_end().ends_with(['日', '号']) || Day::parse(text).is_some()
            }
            Value::Number(_) => cell.is_date,
            _ => false,
        })
    }

    fn row(&self, row: u32, people: &mut People) {
        let times = &self.columns.times;
        let time = times.row(self.sheet, row, self.words);
        let month = if let Time::Month(month) = time { month } else { None };
        let first = self.first_figure(row);
        let Some(name) = self.name(row, month.is_some() || first.is_some()) else {
            let nameless = first.and_then(|at| self.nameless(at, &people.rows));
            if let (Some(above), Some(row)) = (people.rows.last_mut(), nameless) {
                let worded = above.nameless.is_some_and(|before| before.worded);
                above.nameless = Some(Nameless { worded: row.worded || worded, ..row });
            }
            return;
        };
        if self.is_nobody(row, &name, first.is_none()) {
            return;
        }
        if let Time::Aside(cell) | Time::Goal(cell) = time {
            people.elsewhen.push((name, cell));
            return;
        }
        let text = |col| self.sheet.text(CellRef::new(row, col));
        let department = self.columns.department.and_then(text);
        let number = self.columns.number.map(|col| number_text(self.value(row, col)));
        let remark = times.remark(self.sheet, row, self.words.month);
        people.rows.push(Person {
            department: department.map(|text| text.trim().to_owned()),
            number: number.unwrap_or_default(),
            month,
            row,
            at: self.name_cell(row),
            remark: remark.filter(|note| is_of_figures(&note.text)),
            standing: self.standing(row, &name),
            nameless: None,
            name,
        });
    }

    /// What stands in a cell, or in that which it is merged into.
    fn value(&self, row: u32, col: u32) -> &Value {
        self.sheet.value(self.sheet.anchor(CellRef::new(row, col)))
    }

    fn name_cell(&self, row: u32) -> CellRef {
        CellRef::new(row, self.columns.name.unwrap_or_default())
    }

    /// The first figure of a row.
    fn first_figure(&self, row: u32) -> Option<CellRef> {
        let filled = |col: &&u32| is_number(self.sheet.value(CellRef::new(row, **col)));
        self.figures.iter().filter(filled).min().map(|col| CellRef::new(row, *col))
    }

    /// The name in a row, empty in a table without names; `None` where there is none. A name may be `merged`
    /// over a person's months, or over two rows of one who changed departments.
    fn name(&self, row: u32, merged: bool) -> Option<String> {
        let Some(col) = self.columns.name else { return Some(String::new()) };
        let own = || self.sheet.value(self.name_cell(row));
        match if merged { self.value(row, col) } else { own() } {
            Value::Text(name) if !crate::text::is_blank(name) => Some(name.trim().to_owned()),
            Value::Number(number) => Some(crate::text::show(*number, 0)),
            _ => None,
        }
    }

    /// A row without a name, by its first figure: perhaps it has more of the person above. Words, a formula or its
    /// numbers may say that it is a sum.
    fn nameless(&self, at: CellRef, above: &[Person]) -> Option<Nameless> {
        let row = at.row;
        let adjoins = above.last().is_some_and(|above| {
            above.row + 1 == row || above.nameless.is_some_and(|more| more.at.row + 1 == row)
        });
        let texts = self.sheet.row(row).filter_map(|(at, cell)| Some((at.col, cell.value.text()?)));
        let texts: Vec<_> = texts.filter(|(_, text)| !crate::text::is_blank(text)).collect();
        let says_sum = texts.iter().any(|(_, text)| is_summary(text) || is_note(text));
        let worded = texts.iter().any(|(col, _)| !self.figures.contains(col));
        let is_sum = says_sum || self.is_computed(row) || self.sums(row, above);
        (adjoins && !is_sum).then_some(Nameless { at, worded })
    }

    /// Whether all numbers of a row are the sums of those above.
    fn sums(&self, row: u32, above: &[Person]) -> bool {
        let number = |row: u32, col: u32| match self.sheet.value(CellRef::new(row, col)) {
            Value::Number(number) => *number,
            _ => 0.0,
        };
        let all = |col: u32| above.iter().map(|person| number(person.row, col)).sum::<f64>();
        let is_sum = |col: &u32| (number(row, *col) - all(*col)).abs() < 1e-6;
        above.len() > 1 && self.figures.iter().all(is_sum)
    }

    fn is_computed(&self, row: u32) -> bool {
        let last = self.below.last().copied().unwrap_or(self.header);
        is_computed(self.sheet, row, self.figures, (self.header, last))
    }

    /// Whether a row is a sum, a line about the table, or the header again; `bare`: it has no figures.
    fn is_nobody(&self, row: u32, name: &str, bare: bool) -> bool {
        let month = self.columns.times.month;
        let of_sum = month.and_then(|col| self.value(row, col).text()).is_some_and(is_summary);
        let bare = bare && !self.words.people.contains(&person_key(name));
        // 数据来源 below the header, or the header again on a second page.
        let mut texts =
            self.figures.iter().filter_map(|col| self.sheet.text(CellRef::new(row, *col)));
        let note = bare && texts.any(|text| !crate::text::is_blank(text));
        of_sum
            || bare && text_is_remark(name)
            || note && (is_note(name) || self.words.person.contains(&label(name)))
            || is_summary(name)
            || !name.is_empty() && self.is_computed(row)
    }

    /// What is written beside a person, or behind the name, of whether the figures count.
    fn standing(&self, row: u32, name: &str) -> Option<Said> {
        let is_beside =
            |at: CellRef| !self.figures.contains(&at.col) && Some(at.col) != self.columns.name;
        let head = |at: CellRef| CellRef::new(self.header, at.col);
        let cells = self.sheet.row(row).map(|(at, _)| at).filter(|at| is_beside(*at));
        let beside = beside_person(self.sheet, cells.map(|at| (at, head(at))));
        if let Some((standing, at)) = beside {
            return Some(Said { standing, at, text: words_of(self.sheet, at, head(at)) });
        }
        let standing = behind_name(name);
        let text = name.to_owned();
        (standing != Standing::Counts).then(|| Said { standing, at: self.name_cell(row), text })
    }
}

/// Whether a text heads the sum of the rows.
fn is_sum(text: &str) -> bool {
    let key = label(text);
    ["合计", "总计"].iter().any(|end| key.ends_with(end))
}

/// Whether what stands in a name's place under a list of people is a line about it: 注：数据截至10月31日.
fn text_is_remark(name: &str) -> bool {
    is_note(name) && (name.contains([':', '：']) || name.chars().count() > LONGEST_NAME)
}

/// Most letters of a name.
const LONGEST_NAME: usize = 12;
