//! The table's people, their means, and the hidden history, row by row.

use super::data::{Column, Group, ten};
use super::gather::{Gathered, Row};
use super::stream::{Behind, Rows};
use super::table::{Columns, FIRST, ITEMS, NAME, POINTS, cell, columns, fixed, mean_row, wide};
use super::{Content, Pen, past};
use crate::spool::Spool;
use crate::text::round15;
use rust_xlsxwriter::Format;
use std::collections::BTreeMap;
use std::io;
use unicode_width::UnicodeWidthStr;

/// Links that a sheet may hold (Excel's own limit is 65,530).
const LINKS: usize = 65_000;

/// Formats of people's rows, in the order of [`Marks`].
pub fn formats(pen: &Pen) -> [&Format; 14] {
    [
        &pen.centre,
        &pen.text,
        &pen.score,
        &pen.below,
        &pen.sum,
        &pen.total,
        &pen.light,
        &pen.change,
        &pen.money,
        &pen.link,
        &pen.plain,
        &pen.mean,
        &pen.mean_text,
        &pen.share,
    ]
}

/// People's rows, as they are written one by one.
pub struct People<'a> {
    group: &'a Group<'a>,
    content: &'a Content<'a>,
    pen: &'a Pen,
    at: Columns,
    marks: Marks,
}

/// The numbers of [`formats`].
struct Marks {
    centre: u32,
    text: u32,
    score: u32,
    below: u32,
    sum: u32,
    total: u32,
    light: u32,
    change: u32,
    money: u32,
    link: u32,
    plain: u32,
    mean: u32,
    mean_text: u32,
    share: u32,
}

impl<'a> People<'a> {
    /// People of a group, by the numbers of [`formats`].
    pub fn new(
        group: &'a Group<'a>,
        content: &'a Content<'a>,
        pen: &'a Pen,
        styles: &[u32],
    ) -> io::Result<Self> {
        let mut numbers = styles.iter().copied();
        let mut next = || numbers.next().ok_or_else(|| io::Error::other("formats without numbers"));
        let marks = Marks {
            centre: next()?,
            text: next()?,
            score: next()?,
            below: next()?,
            sum: next()?,
            total: next()?,
            light: next()?,
            change: next()?,
            money: next()?,
            link: next()?,
            plain: next()?,
            mean: next()?,
            mean_text: next()?,
            share: next()?,
        };
        Ok(Self { group, content, pen, at: columns(group), marks })
    }

    /// Writes the rows, the means below them, and the hidden history's rows.
    pub fn write(
        &self,
        gathered: &Gathered,
        month: Option<&str>,
        rows: &mut Rows<'_>,
        past: &past::Rows<'_>,
        (history, absent): (&mut Spool, &[&past::Past]),
    ) -> io::Result<Behind> {
        let mut behind = Behind::new(gathered.folder.as_deref());
        let mut hidden = Rows::new(history);
        let mut rank = (0usize, f64::NAN);
        for (index, key) in self.group.people.iter().enumerate() {
            // Who has the same total has the same place.
            if key.total != rank.1 {
                rank = (index + 1, key.total);
            }
            let row = gathered.row(key)?;
            let totals = past.totals(&row.line);
            let line = u32::try_from(index).unwrap_or(u32::MAX);
            past.write(&mut hidden, line + 1, &row.line, key.total, &totals, self.marks.plain)?;
            let name = gathered.called(&row.line);
            // Formulas of the departments' sheet compare the cells: one spelling for all.
            let department = gathered.departments.name(key.department);
            rows.begin(FIRST + line, self.height(&name, department));
            self.scores(rows, FIRST + line, &row, (rank.0, key.total), (&name, department));
            if let Some(col) = self.at.change {
                let before = totals.last().copied().flatten();
                let before = before.filter(|_| row.line.is_of(month));
                self.change(rows, FIRST + line, before, col, key.total);
                behind.trends += 1;
            }
            self.rest(rows, FIRST + line, &row, index, &mut behind)?;
            rows.end()?;
        }
        let count = u32::try_from(self.group.people.len()).unwrap_or(u32::MAX);
        for (row, one) in (count.saturating_add(1)..).zip(absent) {
            past.write_absent(&mut hidden, row, one, self.marks.plain)?;
        }
        self.means(rows)?;
        Ok(behind)
    }

    /// A height for a name or department that is too long for its column; programs do not all find it
    /// themselves.
    fn height(&self, name: &str, department: &str) -> Option<f64> {
        let lines = |text: &str, longest| (text.width() as f64 / (wide(longest) - 1.0)).ceil();
        let name = lines(name, self.group.name_width);
        let lines = name.max(lines(department, self.group.department_width));
        (lines > 1.0).then(|| (16.0 * lines).min(400.0))
    }

    /// The means, and their share of the points: what the second chart shows.
    fn means(&self, rows: &mut Rows<'_>) -> io::Result<()> {
        let (at, group, row) = (&self.at, self.group, mean_row(self.group));
        let Marks { mean, mean_text, share, .. } = self.marks;
        let columns: BTreeMap<u16, &Column> =
            (ITEMS..).zip(&group.items).chain((at.ratings..).zip(&group.ratings)).collect();
        rows.begin(row, None);
        for col in 0..=at.link {
            let value = match columns.get(&col) {
                Some(column) if column.people > 0 => column.mean,
                Some(_) => {
                    rows.blank(col, mean_text);
                    continue;
                }
                None if col == at.sum => group.sum,
                None if col == at.total => group.total,
                None if col == NAME => {
                    rows.text(col, self.pen.t("平均", "mean"), mean_text);
                    continue;
                }
                None => {
                    rows.blank(col, mean_text);
                    continue;
                }
            };
            let formula = format!("AVERAGE({}:{})", cell(FIRST, col), cell(row - 1, col));
            rows.formula(col, &formula, value, mean);
        }
        rows.end()?;
        rows.begin(row + 1, None);
        for col in 0..=at.link {
            match columns.get(&col).filter(|column| column.full > 0.0) {
                Some(Column { points: Some(_), mean, full, .. }) => {
                    let formula = format!("{}/{}", cell(row, col), fixed(POINTS, col));
                    rows.formula(col, &formula, mean / full, share);
                }
                // Forms differ in these points, so that no one cell holds them.
                Some(column) => rows.number(col, column.mean / column.full, share),
                None if col == NAME => rows.text(col, self.pen.t("得分率", "share"), mean_text),
                None => rows.blank(col, mean_text),
            }
        }
        rows.end()
    }

    fn scores(
        &self,
        rows: &mut Rows<'_>,
        row: u32,
        person: &Row,
        place: (usize, f64),
        (name, department): (&str, &str),
    ) {
        let (at, marks, own) = (&self.at, &self.marks, &person.line);
        let (rank, total) = place;
        let last = mean_row(self.group) - 1;
        let range = format!("{}:{}", fixed(FIRST, at.total), fixed(last, at.total));
        let formula = format!("RANK({},{range})", cell(row, at.total));
        rows.formula(0, &formula, rank as f64, marks.centre);
        rows.text(NAME, name, marks.text);
        rows.text(2, department, marks.text);
        let items = self.content.layouts.get(own.layout).map(|layout| layout.items.as_slice());
        let parts = (ITEMS..).zip(&own.scores).zip(items.unwrap_or_default());
        for (index, ((col, score), part)) in parts.enumerate() {
            if own.absent.contains(&index) {
                // A 0 would count in the mean, and look like a fault of the person's.
                rows.text(col, self.pen.t("不适用", "n/a"), marks.centre);
                continue;
            }
            let below = *score < part.points;
            rows.number(col, *score, if below { marks.below } else { marks.score });
        }
        let sum = own.sum();
        match own.sum {
            // Groups or items that do not apply: the form's own sum, of which this table has no parts.
            Some(sum) => rows.number(at.sum, round15(sum), marks.sum),
            None => {
                let items = format!("SUM({}:{})", cell(row, ITEMS), cell(row, at.sum - 1));
                rows.formula(at.sum, &items, sum, marks.sum);
            }
        }
        // A rating has no base: nobody has full marks. It is written unmarked.
        for (col, points) in (at.ratings..).zip(&own.ratings) {
            rows.number(col, *points, marks.light);
        }
        let added = ten(sum + own.ratings.iter().sum::<f64>());
        if (added - own.total).abs() < 1e-9 * own.total.abs().max(1.0) {
            let terms: Vec<String> = (at.sum..at.total).map(|col| cell(row, col)).collect();
            let formula = format!("ROUND({},10)", terms.join("+"));
            rows.formula(at.total, &formula, total, marks.total);
        } else {
            // The form's total is more than the sum of its parts: the number itself then.
            rows.number(at.total, total, marks.total);
        }
    }

    fn change(&self, rows: &mut Rows<'_>, row: u32, before: Option<f64>, col: u16, total: f64) {
        let marks = &self.marks;
        match before {
            Some(before) => {
                rows.number(col, before, marks.light);
                let formula = format!("ROUND({}-{},10)", cell(row, self.at.total), cell(row, col));
                rows.formula(col + 1, &formula, ten(total - before), marks.change);
            }
            None => {
                rows.text(col, self.pen.t("无", "–"), marks.centre);
                rows.blank(col + 1, marks.centre);
            }
        }
        rows.blank(col + 2, marks.centre);
    }

    fn rest(
        &self,
        rows: &mut Rows<'_>,
        row: u32,
        person: &Row,
        index: usize,
        behind: &mut Behind,
    ) -> io::Result<()> {
        let (at, marks, own) = (&self.at, &self.marks, &person.line);
        let grade = own.grade.as_deref().unwrap_or_default();
        rows.text(at.grade, grade, marks.centre);
        if let Some(col) = at.coefficient {
            match self.group.coefficients.get(grade) {
                Some(value) => rows.number(col, *value, marks.sum),
                None => rows.blank(col, marks.centre),
            }
        }
        if own.fines == 0.0 {
            rows.blank(at.fines, marks.money);
        } else {
            rows.number(at.fines, own.fines, marks.money);
        }
        let Some(output) = &person.output else {
            rows.blank(at.link, marks.centre);
            return Ok(());
        };
        // A colon would be a drive's or a scheme's, and Excel takes 2,079 characters.
        let odd = |c: char| c == ':' || c.is_control();
        let way = self.content.links.map(|links| format!("{links}{output}"));
        match way.filter(|w| !w.contains(odd) && w.chars().count() < 700 && index < LINKS) {
            Some(way) => {
                let sheet = &own.sheet;
                let place = if person.forms > 1 && !sheet.contains('#') {
                    format!("'{}'!A1", sheet.replace('\'', "''"))
                } else {
                    String::new()
                };
                rows.text(at.link, self.pen.t("打开", "open"), marks.link);
                behind.link(row, at.link, &way, &place)?;
            }
            None => rows.text(at.link, output, marks.text),
        }
        Ok(())
    }
}
