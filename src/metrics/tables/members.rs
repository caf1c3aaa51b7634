//! The rows of a team's table: which are members', and which of these count.

use super::head::Head;
use super::noted::{self, Noted};
use super::{is_computed, rows_below};
use crate::cell::CellRef;
use crate::day::Day;
use crate::hash::{HashMap, HashSet};
use crate::metrics::exclusions::leaves_out_things;
use crate::metrics::list::is_number;
use crate::metrics::row_words::{NO_NAMES, is_note, is_summary};
use crate::metrics::sources::{Note, TeamTable};
use crate::metrics::standing::{Standing, behind_name, of_cells};
use crate::metrics::time::heads::is_day_head;
use crate::metrics::time::row_remarks::is_of_figures;
use crate::metrics::time::rows::{RowMonths, Time, Times, month_column};
use crate::metrics::{corrected, naming, rater_words, team_of, titles};
use crate::text::{compact, label, person_key};
use crate::workbook::{Cell, Sheet, Value};
use std::borrow::Cow;

/// The rows of members.
struct Rows {
    rows: Vec<u32>,
    /// The cell by which the first row of another time was left out.
    elsewhen: Option<CellRef>,
    /// Those that say of themselves that they are of another time, or goals.
    dropped: Vec<u32>,
    /// Whether they are of several months, and nothing tells which is wanted.
    several_months: bool,
}

/// Who of the members does not count.
struct Out {
    /// The names of those who do not.
    left_out: Vec<CellRef>,
    /// The name of one of whom it is not sure.
    doubt: Option<CellRef>,
}

impl Head<'_> {
    /// The table with its rows.
    pub(super) fn table(self, index: usize) -> TeamTable {
        let times = Times::of(self.keys.iter().map(|(at, _, key)| (at.col, &**key)));
        let Rows { mut rows, elsewhen, dropped, several_months } = self.members(&times);
        let noted = self.noted_below(&mut rows);
        let Out { mut left_out, doubt } = self.not_counted(&rows, &dropped);
        left_out.extend(
            noted.iter().filter(|one| one.standing == Standing::Void).map(|one| self.name(one.row)),
        );
        let open = |one: &&Noted| one.standing == Standing::Doubt && rows.contains(&one.row);
        let doubt = doubt.or_else(|| noted.iter().find(open).map(|one| one.at));
        rows.retain(|row| left_out.iter().all(|at| at.row != *row));
        let unclear = self.no_member(&rows);
        let unclear = unclear.or_else(|| rows.first().copied().filter(|_| several_months));
        let same = same_member(self.sheet, &rows, self.member, self.group);
        let column = |key: &str| self.words.column(key).map(str::to_owned);
        let corrected = corrected::columns(self.keys, &self.columns.at, &column);
        let parts = (&*rows, self.member, self.group);
        let of = team_of::read(self.sheet, self.row, self.keys, parts, self.words);
        TeamTable {
            sheet: index,
            unclear: unclear.map(|row| self.name(row)),
            doubt,
            left_out,
            elsewhere: Vec::new(),
            daily: same.is_some_and(|(a, b)| self.of_two_days(a.row, b.row)),
            same,
            hidden: rows.iter().copied().filter(|row| self.sheet.hides_row(*row)).collect(),
            partly: rows.iter().filter_map(|row| Some((*row, self.partly(*row)?))).collect(),
            remarks: rows
                .iter()
                .filter_map(|row| Some((*row, self.remark(*row, &times)?)))
                .collect(),
            rows,
            elsewhen,
            header: self.row,
            corrected,
            of,
            group: self.group,
            member: self.member,
            titled: self.titled,
            columns: self.columns.at,
            units: self.columns.units,
            passed: self.columns.passed,
            notes: self.columns.notes,
            twice: self.columns.twice,
        }
    }

    /// The cell of a member's name.
    fn name(&self, row: u32) -> CellRef {
        CellRef::new(row, self.member)
    }

    fn grouped(&self) -> bool {
        self.group != self.member
    }

    /// The rows of the members, those of other times left out.
    fn members(&self, times: &Times) -> Rows {
        let (sheet, words) = (self.sheet, self.words);
        let below = self.below();
        let last = below.last().copied().unwrap_or(self.row);
        let month_col = month_column(sheet, self.row, self.keys, words);
        let month_key = self.keys.iter().find(|(at, ..)| Some(at.col) == month_col);
        let mut months = RowMonths::under(month_key.map(|(_, _, key)| &**key));
        let (mut rows, mut elsewhen, mut dropped) = (Vec::new(), None, Vec::new());
        for row in below {
            if let Some(col) = month_col
                && !months.wanted(sheet, row, col, words)
            {
                elsewhen = elsewhen.or(Some(CellRef::new(row, col)));
                continue;
            }
            // 不计 is said of the member.
            if self.standing(row) != Standing::Void
                && let Time::Aside(at) | Time::Goal(at) = times.row(sheet, row, words)
            {
                elsewhen = elsewhen.or(Some(at));
                dropped.push(row);
                continue;
            }
            if self.is_members(row, last) {
                rows.push(row);
            }
        }
        Rows { rows, elsewhen, dropped, several_months: months.several() }
    }

    /// The rows below the header up to the next person's team, which stands under a title and the header
    /// again.
    fn below(&self) -> Vec<u32> {
        let (first, _) = self.span();
        let mut out = rows_below(self.sheet, self.row, Some(self.member), &self.columns.figures);
        let titled = |row: &u32| {
            let mut cells = self.sheet.row(*row).filter(|(_, cell)| !cell.value.is_blank());
            let title = cells.next().and_then(|(_, cell)| cell.value.text());
            // A second page repeats the title too.
            let own = titles::above(self.sheet, CellRef::new(self.row, first));
            let heads = || self.is_label(self.name(*row + 1), &self.words.member);
            title.is_some() && title != own && cells.next().is_none() && heads()
        };
        if let Some(end) = out.iter().position(titled) {
            out.truncate(end);
        }
        out
    }

    fn is_label(&self, at: CellRef, heads: &HashSet<String>) -> bool {
        let cell = self.sheet.cells.get(&at);
        cell.and_then(Cell::label).is_some_and(|key| heads.contains(&*key))
    }

    /// Whether a row is a member's, and no sum, note or header again.
    fn is_members(&self, row: u32, last: u32) -> bool {
        let (name, shop) = (self.name(row), CellRef::new(row, self.group));
        // As on a second page.
        let again =
            || self.is_label(name, &self.words.member) && self.is_label(shop, &self.words.group);
        if self.grouped() && again() {
            return false;
        }
        let (name, shop) = (self.sheet.value(name), self.sheet.value(shop));
        let sums = |v: &Value| v.text().is_some_and(is_summary);
        let summary = sums(name)
            || sums(shop)
            || self.grouped() && name.text().is_some_and(|text| self.is_group(text))
            || is_computed(self.sheet, row, &self.columns.figures, (self.row, last));
        let no_number = |col: &u32| !is_number(self.sheet.value(CellRef::new(row, *col)));
        // 王丽组 heads a section.
        let people = self.words.people;
        let heads = |text: &str| {
            !people.contains(&person_key(text)) && naming::leads(&compact(text), people).is_some()
        };
        // 数据来源：生意参谋 stands below a table.
        let note = || {
            self.grouped()
                && shop.is_blank()
                && name.text().is_some_and(|text| is_note(text) || heads(text))
                && self.columns.figures.iter().all(no_number)
        };
        let nobody = name.is_blank() && shop.is_blank();
        !summary && !nobody && !note()
    }

    fn is_group(&self, text: &str) -> bool {
        let key = label(text);
        let names = self.spec.groups.iter().flat_map(|g| g.aliases.iter().chain([&g.name]));
        names.map(|name| label(name)).any(|name| name == key)
    }

    /// The cells beside a member's name and figures, and one more behind the last.
    fn beside(&self, row: u32) -> impl Iterator<Item = CellRef> {
        let (_, last) = self.span();
        let known = move |col: &u32| {
            self.columns.figures.contains(col) || *col == self.member || *col == self.group
        };
        let cols = self.keys.iter().map(|(at, ..)| at.col).chain([last + 1]);
        cols.filter(move |col| !known(col)).map(move |col| CellRef::new(row, col))
    }

    /// Whether a member counts, by what is written behind the name and beside the figures.
    fn standing(&self, row: u32) -> Standing {
        let noted = || {
            let cells = self.beside(row).map(|at| (at, CellRef::new(self.row, at.col)));
            of_cells(self.sheet, cells)
        };
        match self.sheet.text(self.name(row)).map_or(Standing::Counts, behind_name) {
            Standing::Counts => noted(),
            named => named,
        }
    }

    /// Who of the members does not count; `dropped` are rows of other times.
    fn not_counted(&self, rows: &[u32], dropped: &[u32]) -> Out {
        let standing: Vec<_> = rows.iter().map(|row| (*row, self.standing(*row))).collect();
        let with = |wanted: Standing| {
            let found = standing.iter().filter(move |(_, standing)| *standing == wanted);
            found.map(|(row, _)| self.name(*row))
        };
        // Where a member has no figures, there is nothing to count either way.
        let absent = |at: &CellRef| has_no_figures(self.sheet, at.row, &self.columns.figures);
        let mut left_out: Vec<CellRef> = with(Standing::Void).collect();
        left_out.extend(with(Standing::Doubt).filter(absent));
        left_out.sort();
        // A member of whom no other row is left is not dropped without a word.
        let key = |row: u32| self.sheet.text(self.name(row)).map(person_key);
        let lost = |row: &&u32| !rows.is_empty() && !rows.iter().any(|own| key(*own) == key(**row));
        let lost = dropped.iter().find(lost).map(|row| self.name(*row));
        Out { left_out, doubt: with(Standing::Doubt).find(|at| !absent(at)).or(lost) }
    }

    /// What notes below the table say of members; they are taken from the rows, where they stand right below.
    fn noted_below(&self, rows: &mut Vec<u32>) -> Vec<Noted> {
        let bare = |row: &u32| has_no_figures(self.sheet, *row, &self.columns.figures);
        let own: Vec<u32> = rows.iter().copied().filter(|row| !bare(row)).collect();
        let noted = noted::below(self.sheet, &own, self.member);
        rows.retain(|row| !bare(row) || noted.iter().all(|one| one.at.row != *row));
        noted
    }

    /// A row that may be a member's or one of several members.
    fn no_member(&self, rows: &[u32]) -> Option<u32> {
        if !self.grouped() {
            return None;
        }
        // 客服部 among people: one of them, or all?
        let of_group = |row: &&u32| {
            let name = self.sheet.text(self.name(**row)).map(label);
            name.is_some_and(|name| {
                name.ends_with(['部', '组', '店', '队', '率', '线'])
                    || NO_NAMES.contains(&name.as_str())
            })
        };
        // Without a name: a member, or a sum of the shop?
        let nameless = |row: &&u32| {
            let name = self.name(**row);
            self.sheet.value(name).is_blank() && self.sheet.merge_of(name).is_none()
        };
        let several = !rows.iter().all(|row| of_group(&row));
        let found = rows.iter().find(of_group).filter(|_| several);
        found.or_else(|| rows.iter().find(nameless)).copied()
    }

    /// Whether two rows are of different days.
    fn of_two_days(&self, a: u32, b: u32) -> bool {
        let day =
            |row: u32, col: u32| self.sheet.cells.get(&CellRef::new(row, col)).and_then(day_of);
        let days = self.keys.iter().filter(|(_, _, key)| is_day_head(key));
        days.map(|(at, ..)| (day(a, at.col), day(b, at.col)))
            .any(|(a, b)| a.is_some() && b.is_some() && a != b)
    }

    /// A remark on what was left out of a member's figures.
    fn partly(&self, row: u32) -> Option<Note> {
        let says = |at: &CellRef| self.sheet.text(*at).is_some_and(leaves_out_things);
        let at = self.beside(row).find(says)?;
        Some(Note { text: self.sheet.text(at)?.to_owned(), at, remark: true })
    }

    /// A remark that leaves it open whether a row's figures are the month's.
    fn remark(&self, row: u32, times: &Times) -> Option<Note> {
        let note = times.remark(self.sheet, row, self.words.month);
        note.filter(|note| is_of_figures(&note.text))
    }
}

/// Whether all cells of a row's figures are blank, or hold a dash for nothing. What a formula has not computed
/// yet may be a figure.
fn has_no_figures(sheet: &Sheet, row: u32, figures: &[u32]) -> bool {
    figures.iter().all(|col| {
        let at = sheet.anchor(CellRef::new(row, *col));
        let computed = sheet.cells.get(&at).is_some_and(|cell| cell.is_formula);
        let value = sheet.value(at);
        let dash = || value.text().is_some_and(|text| rater_words::is_dash(&compact(text)));
        value.is_blank() && !(computed && *value == Value::Blank) || dash()
    })
}

/// The day in a cell of a column of days, as it is compared: with its year or without.
#[derive(PartialEq)]
enum On {
    Day(Day),
    OfMonth(Option<u32>, u32),
}

fn day_of(cell: &Cell) -> Option<On> {
    match &cell.value {
        Value::Number(number) if cell.is_date => Day::from_number(*number).map(On::Day),
        Value::Text(text) => Day::parse(text)
            .map(On::Day)
            .or_else(|| Day::without_year(text).map(|(month, day)| On::OfMonth(month, day))),
        _ => None,
    }
}

/// Two rows of one name and group in a table: two months or weeks of one member, or two people?
fn same_member(sheet: &Sheet, rows: &[u32], member: u32, group: u32) -> Option<(CellRef, CellRef)> {
    let mut seen: HashMap<(Cow<'_, str>, Cow<'_, str>), u32> = HashMap::default();
    let key = |row: u32, col: u32| {
        let cell = sheet.cells.get(&sheet.anchor(CellRef::new(row, col)));
        cell.and_then(Cell::label).unwrap_or_default()
    };
    rows.iter().find_map(|row| {
        let name = key(*row, member);
        let first = (!name.is_empty()).then(|| seen.insert((name, key(*row, group)), *row))??;
        Some((CellRef::new(first, member), CellRef::new(*row, member)))
    })
}
