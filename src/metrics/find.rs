//! Where the figures stand.

use super::labels::Labels;
use super::{beside, list, own_sheet, raters, tables, titles, turned};
use crate::cell::{CellRef, Range};
use crate::form::heading::{When, column_month, led_by_month};
use crate::form::{Form, Month, Period, Place};
use crate::hash::{HashMap, HashSet};
use crate::scheme::Scheme;
use crate::text::person_key;
use crate::workbook::{Sheet, Workbook};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A table with a row a person.
#[derive(Debug, Clone)]
pub struct People {
    /// Its sheet.
    pub sheet: usize,
    /// Column of a metric.
    pub metrics: HashMap<String, u32>,
    /// Column of a rater's mean, by rating and mark.
    pub marks: HashMap<(usize, usize), u32>,
    /// Column of the name, if there is one.
    pub name: Option<u32>,
    /// Rows: name as written, department, row.
    pub rows: Vec<Person>,
    /// Units that stand in brackets behind a metric's label.
    pub units: HashMap<String, String>,
    /// Whether the people stand across and the figures down: columns are then rows, and rows columns.
    pub turned: bool,
    /// Columns that stand twice: the header text and both cells.
    pub twice: Vec<(String, CellRef, CellRef)>,
    /// Whether each row names its month.
    pub monthly: bool,
}

impl People {
    fn rows_with(&self) -> impl Iterator<Item = (&Self, &Person)> {
        self.rows.iter().map(move |row| (self, row))
    }

    /// The cell of a person's figure.
    pub fn cell(&self, person: &Person, line: u32) -> CellRef {
        match self.turned {
            true => CellRef::new(line, person.row),
            false => CellRef::new(person.row, line),
        }
    }
}

/// A row of a people table.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name as written; empty where the table has no name column.
    pub name: String,
    /// Department, if there is such a column.
    pub department: Option<String>,
    /// Staff number, as it is compared; empty where there is none.
    pub number: String,
    /// The row's month, where the table has such a column.
    pub month: Option<Period>,
    /// Its row, or its column in a turned table.
    pub row: u32,
    /// The cell of the name.
    pub at: CellRef,
}

/// A figure of a list: its label's cell and its value.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where the value stands.
    pub place: Place,
    /// The value that stands behind the label's colon, in the same cell.
    pub inline: Option<String>,
    /// The unit written in the label, or in the list's column of units.
    pub unit: Option<String>,
    /// The row's month, where the list has such a column.
    pub month: Option<Period>,
    /// The months that the columns are headed by, where none is the form's.
    pub months: Option<String>,
    /// What the value's column is headed by, where that is no figure of the month: 目标, 第1周.
    pub aside: Option<String>,
    /// A second number beside the first, and no header that tells which is meant.
    pub other: Option<CellRef>,
}

/// The team table.
#[derive(Debug, Clone)]
pub struct TeamTable {
    /// Its sheet.
    pub sheet: usize,
    /// Column of the group.
    pub group: u32,
    /// Column of the member's name.
    pub member: u32,
    /// Columns by the scheme's names.
    pub columns: HashMap<String, u32>,
    /// Units that stand in brackets in their headers.
    pub units: HashMap<String, String>,
    /// Columns of one meaning that nothing tells apart: the name and two headers.
    pub twice: Vec<(String, CellRef, CellRef)>,
    /// The name of a row that may be a member's or one of several members.
    pub unclear: Option<CellRef>,
    /// A member of whom something written says that perhaps he does not count (离职).
    pub doubt: Option<CellRef>,
    /// The names of members who do not count, as is written beside them.
    pub left_out: Vec<CellRef>,
    /// Whether rows of one member are of several days.
    pub daily: bool,
    /// Two rows of one name and group.
    pub same: Option<(CellRef, CellRef)>,
    /// Rows of the members.
    pub rows: Vec<u32>,
    /// Row of the header.
    pub header: u32,
}

/// A sheet of raters: indicator down, rater across, or the other way round.
#[derive(Debug, Clone)]
pub struct Raters {
    /// The rating.
    pub rating: usize,
    /// Its sheet.
    pub sheet: usize,
    /// Rows by mark; columns where it is turned.
    pub rows: BTreeMap<usize, u32>,
    /// Rater columns; rows where it is turned.
    pub columns: Vec<u32>,
    /// Whether each rater has a row, as surveys are exported.
    pub turned: bool,
    /// In a turned table with a column of the rated: whom each row rates.
    pub rated: BTreeMap<u32, String>,
    /// A column of numbers without a header beside headed ones: whose are they?
    pub unclear: Option<CellRef>,
}

impl Raters {
    /// The cell of a mark, by its line and the rater's.
    pub fn cell(&self, mark: u32, rater: u32) -> CellRef {
        match self.turned {
            true => CellRef::new(rater, mark),
            false => CellRef::new(mark, rater),
        }
    }
}

/// All places with figures in a workbook.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Tables of people.
    pub people: Vec<People>,
    /// Lists by metric name; several where the label stands more than once.
    pub lists: HashMap<String, Vec<Listed>>,
    /// Lists whose label is a judged item's name, for want of the mark's own label.
    pub(super) judged: HashMap<String, Vec<Listed>>,
    /// Team tables.
    pub teams: Vec<TeamTable>,
    /// Raters' sheets.
    pub raters: Vec<Raters>,
    /// Sheets that were set aside, as their titles say that they hold other figures.
    pub(super) aside: Vec<usize>,
    /// Labels of figures that were passed over, as a note at them says that they are not the month's.
    pub(super) passed: HashMap<String, Place>,
    /// The header of a team's table without the column of the groups, which is not read.
    pub(super) groupless: Option<Place>,
    /// The month that a metric sheet names, and the sheet.
    pub month: Option<(usize, Month)>,
    /// The month in each sheet's title, of the sheets that were read.
    pub(super) titles: HashMap<usize, Option<Month>>,
    /// Whether the figures come from another workbook, so that formulas cannot name their cells.
    pub literal: bool,
}

impl Sources {
    /// The cells of figures that stand in lists and team tables.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let lists = self.lists.values().flatten().map(|listed| listed.place);
        let teams = self.teams.iter().flat_map(|team| {
            let columns = team.columns.values();
            columns
                .flat_map(|col| team.rows.iter().map(|row| CellRef::new(*row, *col)))
                .map(|at| Place { sheet: team.sheet, at })
        });
        lists.chain(teams)
    }
}

/// What a table is looked at with: the scheme's words, and the month that is wanted.
pub(super) struct Look<'w> {
    words: &'w Labels,
    /// The month that is wanted, as far as it is known.
    pub(super) month: Option<Period>,
    /// The person of the forms, where it is one.
    pub(super) owner: Option<&'w str>,
    /// The people of the forms, as names are compared.
    pub(super) people: &'w HashSet<String>,
    /// How the workbook counts days.
    pub(super) date1904: bool,
}

impl Look<'_> {
    /// The metric that a label names, perhaps led by the month that is wanted: `10月实际营业额`. One led by
    /// another month names none.
    pub(super) fn metric(&self, key: &str) -> Option<&str> {
        self.words.metric(key).or_else(|| self.words.metric(self.led(key)?))
    }

    /// The team's column that a header names, as [`Look::metric`].
    pub(super) fn column(&self, key: &str) -> Option<&str> {
        let find = |key: &str| self.words.columns.get(key).map(String::as_str);
        find(key).or_else(|| find(self.led(key)?))
    }

    /// Which month a column is of, by its header and what stands over it.
    pub(super) fn when(&self, over: Option<&str>, text: &str, key: &str) -> When {
        let plain = || self.words.metric(key).is_some() || self.words.columns.contains_key(key);
        match column_month(over, text, self.month) {
            When::Unsaid if !plain() && self.led(key).is_some() => When::This,
            other => other,
        }
    }

    /// The metric of another month that a label names: `9月实际营业额`.
    pub(super) fn of_other_month(&self, key: &str) -> Option<&str> {
        let (when, rest) = led_by_month(key, self.month)?;
        (when == When::Other).then(|| self.words.metric(rest)).flatten()
    }

    /// What stands behind the wanted month with which a label begins.
    fn led<'k>(&self, key: &'k str) -> Option<&'k str> {
        let (when, rest) = led_by_month(key, self.month)?;
        (when == When::This).then_some(rest)
    }
}

impl std::ops::Deref for Look<'_> {
    type Target = Labels;

    fn deref(&self) -> &Labels {
        self.words
    }
}

/// Finds the figures of a workbook for a month. `forms` are its own forms, whose tables hold no
/// figures.
pub fn find(
    workbook: &Workbook,
    scheme: &Scheme,
    forms: &[Form],
    month: Option<Period>,
) -> Sources {
    let kept = scheme.kept.get(|| Labels::new(scheme));
    let mut out = Sources::default();
    let form_names: HashSet<String> = forms
        .iter()
        .map(|form| {
            let sheet = workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str());
            person_key(form.person.as_deref().unwrap_or(sheet))
        })
        .collect();
    let form_cells: HashSet<Place> = forms
        .iter()
        .flat_map(|f| {
            let marks = f.ratings.iter().flat_map(|r| r.marks.iter().map(|m| m.name));
            f.items.iter().map(|i| i.name).chain(marks)
        })
        .collect();
    let form_sheets: HashSet<String> = forms
        .iter()
        .flat_map(|f| &f.sheets)
        .filter_map(|sheet| workbook.sheets.get(*sheet))
        .map(|sheet| sheet.name.to_lowercase())
        .collect();
    for (index, sheet) in workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let headings = titles::of_sheet(sheet);
        let own = form_sheets.contains(&sheet.name.to_lowercase());
        if !own && headings.iter().any(|title| titles::is_other(title)) {
            out.aside.push(index);
            continue;
        }
        let titled = super::owner::titled(sheet, &|at| kept.is_day(sheet, at));
        out.titles.insert(index, titled);
        let words = &Look {
            words: &kept,
            month: month.or(titled.map(Period::from)),
            people: &form_names,
            owner: form_names.iter().next().filter(|_| form_names.len() == 1).map(String::as_str),
            date1904: workbook.date1904,
        };
        let rows: Vec<(u32, RowLabels<'_>)> = sheet
            .used_rows()
            .into_iter()
            .map(|row| {
                let mut labels = row_labels(sheet, row);
                labels.retain(|(at, ..)| !form_cells.contains(&Place { sheet: index, at: *at }));
                (row, labels)
            })
            .collect();
        // Rectangles of tables, whose cells are no labels of a list.
        let mut taken: Vec<Range> = Vec::new();
        for (row, keys) in &rows {
            let keys = heads(sheet, *row, keys, &taken);
            let teams = tables::team_tables(index, sheet, *row, &keys, scheme, words);
            let groupless = || Some(Place { sheet: index, at: tables::groupless(&keys, words)? });
            out.groupless = out.groupless.or_else(groupless);
            if !teams.is_empty() {
                for team in &teams {
                    let columns = team.columns.values().copied().chain([team.member, team.group]);
                    taken.extend(rectangle(*row, team.rows.last().copied(), columns));
                }
                out.teams.extend(teams);
            } else if let Some(people) = tables::people_table(index, sheet, *row, &keys, words) {
                let columns = people.metrics.values().chain(people.marks.values()).copied();
                let last = people.rows.last().map(|p| p.row);
                taken.extend(rectangle(*row, last, columns.chain(people.name)));
                out.people.push(people);
            }
        }
        let known = |name: &str| form_names.contains(&crate::text::person_key(name));
        if let Some((people, range)) = turned::people(index, sheet, &rows, &taken, words, &known) {
            taken.push(range);
            out.people.push(people);
        }
        let listed = list::list(index, sheet, &rows, words, &taken, &mut out);
        let is_form_cell = |at| form_cells.contains(&Place { sheet: index, at });
        if own {
            own_sheet::leave_out_others((index, sheet), forms, words, &is_form_cell, &mut out);
        }
        raters::raters(index, sheet, &rows, words, &is_form_cell, &form_sheets, &mut out.raters);
        raters::turned(index, sheet, &rows, words, &taken, &mut out.raters);
        out.raters.retain(|table| {
            own || table.sheet != index || !titles::of_other_raters(sheet, &headings, table, words)
        });
        // Of sheets of several months the wanted one's title counts.
        let wanted = |found: Month| month.is_some_and(|month| month.fits(found.into()));
        let better =
            out.month.is_none_or(|(_, known)| !wanted(known) && titled.is_some_and(wanted));
        if (listed || !taken.is_empty()) && better {
            out.month = titled.map(|month| (index, month)).or(out.month);
        }
    }
    for (metric, listed) in std::mem::take(&mut out.judged) {
        out.lists.entry(metric).or_insert(listed);
    }
    beside::leave_out(workbook, scheme, &mut out);
    out
}

/// The labels that head the columns in a row: its own, and those above that are merged down to it. A
/// row whose own labels are merged down heads nothing yet.
fn heads<'s>(sheet: &'s Sheet, row: u32, keys: &RowLabels<'s>, taken: &[Range]) -> RowLabels<'s> {
    let down = |at: CellRef| sheet.merge_of(at).filter(|merge| merge.end.row > merge.start.row);
    let mut out: RowLabels<'s> =
        keys.iter().filter(|(at, ..)| !covered(taken, *at)).cloned().collect();
    if sheet.merges.is_empty() {
        return out;
    }
    if out.iter().all(|(at, ..)| down(*at).is_some()) {
        return out;
    }
    if out.iter().any(|(at, ..)| down(*at).is_some_and(|merge| merge.end.row > row)) {
        return out.into_iter().filter(|(at, ..)| down(*at).is_none()).collect();
    }
    let above = sheet.merges.iter().filter(|m| m.start.row < row && m.end.row == row);
    for merge in above.filter(|merge| !covered(taken, merge.start)) {
        let cell = sheet.cells.get(&merge.start);
        let text = cell.and_then(|c| c.value.text());
        if let (Some(text), Some(key)) = (text, cell.and_then(crate::workbook::Cell::label)) {
            out.push((CellRef::new(row, merge.start.col), text, key));
        }
    }
    out.sort_by_key(|(at, ..)| *at);
    out
}

pub(super) fn covered(taken: &[Range], at: CellRef) -> bool {
    taken.iter().any(|range| range.contains(at))
}

/// The rectangle of a table from its header down, over its columns.
fn rectangle(header: u32, last: Option<u32>, columns: impl Iterator<Item = u32>) -> Option<Range> {
    let (low, high) = columns.fold(None, |bounds: Option<(u32, u32)>, col| {
        let (low, high) = bounds.unwrap_or((col, col));
        Some((low.min(col), high.max(col)))
    })?;
    Some(Range::new(CellRef::new(header, low), CellRef::new(last.unwrap_or(header), high)))
}

/// The labels of a row, each with its cell and text.
pub(super) type RowLabels<'s> = Vec<(CellRef, &'s str, Cow<'s, str>)>;

fn row_labels(sheet: &Sheet, row: u32) -> RowLabels<'_> {
    sheet.row(row).filter_map(|(at, cell)| Some((at, cell.value.text()?, cell.label()?))).collect()
}

impl Sources {
    /// Whether there is anything to read.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.lists.is_empty() && self.teams.is_empty()
    }

    /// Rows of people whose name is this.
    pub fn rows_of(&self, name: &str) -> Vec<(&People, &Person)> {
        let key = person_key(name);
        self.all_rows().filter(|(_, row)| person_key(&row.name) == key).collect()
    }

    /// All rows of people, with their tables.
    pub fn all_rows(&self) -> impl Iterator<Item = (&People, &Person)> {
        let rows = |table| People::rows_with(table);
        self.people.iter().flat_map(rows)
    }
}
