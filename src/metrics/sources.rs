//! Where figures stand: tables of people and of the team, lists, raters' tables.

use super::indexed::Indexed;
use super::rater_doubts::Doubt;
use super::standing::Standing;
use super::time::sheet_remarks::Remark;
use super::time::sheets::Time;
use crate::cell::CellRef;
use crate::form::{Month, Period, Place};
use crate::hash::{HashMap, HashSet};
use crate::scheme::{Metric, Scheme};
use crate::text::{compact, has_any, person_key};
use crate::workbook::Workbook;
use std::collections::BTreeMap;

/// What stands in brackets at a figure's label, or in the remark of its row, and may matter; and its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) text: String,
    pub(super) at: CellRef,
    /// Whether it is a remark.
    pub(super) remark: bool,
}

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
    /// Rows that say of themselves that they are of another year or no actual figures: the name, and the cell
    /// that says it.
    pub(super) elsewhen: Vec<(String, CellRef)>,
    /// Columns that their headers say are no figures of the month, by the figures.
    pub(super) passed: HashMap<String, CellRef>,
    /// Columns of corrected figures beside them.
    pub(super) corrected: HashMap<String, u32>,
    /// Notes at the figures' labels.
    pub(super) notes: HashMap<String, Note>,
}

impl People {
    /// A table of a sheet, of which nothing is known yet.
    pub(super) fn of_sheet(sheet: usize) -> Self {
        Self {
            sheet,
            metrics: HashMap::default(),
            marks: HashMap::default(),
            name: None,
            rows: Vec::new(),
            units: HashMap::default(),
            turned: false,
            twice: Vec::new(),
            monthly: false,
            elsewhen: Vec::new(),
            passed: HashMap::default(),
            corrected: HashMap::default(),
            notes: HashMap::default(),
        }
    }

    fn rows_with(&self) -> impl Iterator<Item = (&Self, &Person)> {
        self.rows.iter().map(move |row| (self, row))
    }

    /// Whether a figure's cell is merged with another person's.
    pub(super) fn shares(&self, person: &Person, line: u32, workbook: &Workbook) -> bool {
        let Some(sheet) = workbook.sheets.get(self.sheet) else { return false };
        let Some(merge) = sheet.merge_of(self.cell(person, line)) else { return false };
        let other = |other: &&Person| {
            other.row != person.row && person_key(&other.name) != person_key(&person.name)
        };
        self.rows.iter().filter(other).any(|other| merge.contains(self.cell(other, line)))
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
    /// A remark that leaves it open whether the row's figures are the month's.
    pub(super) remark: Option<Note>,
    /// What says that the row perhaps does not count: 离职, 不参加考核.
    pub(super) standing: Option<Said>,
    /// A row without a name below this one: perhaps the person's too.
    pub(super) nameless: Option<Nameless>,
}

/// A row with figures and no name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nameless {
    /// The cell of a figure in it.
    pub(super) at: CellRef,
    /// Whether it has words of its own, as a second shop: it is no forgotten sum.
    pub(super) worded: bool,
}

impl Person {
    /// Whether it says of itself that nobody is to be assessed by it: an example, a line of instructions, one who
    /// has left or does not count.
    pub fn is_set_aside(&self) -> bool {
        const EXAMPLES: [&str; 9] = [
            "示例",
            "样例",
            "范例",
            "举例",
            "填写说明",
            "填表说明",
            "使用说明",
            "填写要求",
            "填报说明",
        ];
        let key = compact(&self.name);
        self.standing.is_some() || has_any(&key, &EXAMPLES) || key.starts_with("例:")
    }
}

/// What is written beside a person's figures of whether they count.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// What it says.
    pub(super) standing: Standing,
    /// Its cell.
    pub(super) at: CellRef,
    /// Its words, behind those of its header: 是否考核：否.
    pub(super) text: String,
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
    /// Whether the value's column is headed by the form's month.
    pub of_month: bool,
    /// What the value's column is headed by, where that is no figure of the month: 目标, 第1周.
    pub aside: Option<String>,
    /// A second number beside the first, and no header that tells which is meant.
    pub other: Option<CellRef>,
    /// The value goes on in this cell, in a row below without a label, and nothing sums the rows.
    pub(super) goes_on: Option<CellRef>,
    /// A corrected figure in the same row that differs.
    pub(super) corrected: Option<CellRef>,
    /// The platform or shop that the row names, in a list with such a column; empty for their sum.
    pub(super) part: Option<String>,
    /// A note at the label.
    pub(super) note: Option<Note>,
}

/// The team table.
#[derive(Debug, Clone)]
pub struct TeamTable {
    /// Its sheet.
    pub sheet: usize,
    /// Column of the group; the members' where there is none.
    pub group: u32,
    /// The group that its title or tab names, where it has no column of groups.
    pub(super) titled: Option<String>,
    /// Column of the member's name.
    pub member: u32,
    /// Columns by the scheme's names.
    pub columns: HashMap<String, u32>,
    /// Units that stand in brackets in their headers.
    pub units: HashMap<String, String>,
    /// Columns that their headers say are no figures of the month, by the columns' names.
    pub(super) passed: HashMap<String, CellRef>,
    /// Columns of corrected figures beside them.
    pub(super) corrected: HashMap<String, u32>,
    /// Notes at the columns' headers.
    pub(super) notes: HashMap<String, Note>,
    /// Columns of one meaning that nothing tells apart: the name and two headers.
    pub twice: Vec<(String, CellRef, CellRef)>,
    /// The name of a row that may be a member's or one of several members.
    pub unclear: Option<CellRef>,
    /// A member of whom something written says that perhaps he does not count (离职).
    pub doubt: Option<CellRef>,
    /// The names of members who do not count, as is written beside them.
    pub left_out: Vec<CellRef>,
    /// The names of members of other departments, who do not count.
    pub elsewhere: Vec<CellRef>,
    /// Whether rows of one member are of several days.
    pub daily: bool,
    /// Two rows of one name and group.
    pub same: Option<(CellRef, CellRef)>,
    /// Rows of the members.
    pub rows: Vec<u32>,
    /// Those of them that do not show.
    pub(super) hidden: Vec<u32>,
    /// Remarks on what was left out of the figures of members who count: 运费不计.
    pub(super) partly: Vec<(u32, Note)>,
    /// Rows whose remarks leave it open whether their figures are the month's.
    pub(super) remarks: Vec<(u32, Note)>,
    /// The cell by which the first row of another time was left out.
    pub(super) elsewhen: Option<CellRef>,
    /// Row of the header.
    pub header: u32,
    /// Whose its members are.
    pub(super) of: TeamOf,
}

/// What a table says of whose its members are.
#[derive(Debug, Clone, Default)]
pub(super) struct TeamOf {
    /// The title over the table, as texts are compared.
    pub(super) title: Option<String>,
    /// The tab of a sheet without a form, as texts are compared.
    pub(super) tab: Option<String>,
    /// The members by row, as written.
    pub(super) members: BTreeMap<u32, String>,
    /// The shops by row, where a column has them.
    pub(super) shops: BTreeMap<u32, String>,
    /// The columns that hold neither members nor figures: the header, and the texts by row.
    pub(super) columns: Vec<(String, BTreeMap<u32, String>)>,
    /// The department by row.
    pub(super) departments: BTreeMap<u32, String>,
    /// Nothing tells whose they are, and it matters.
    pub(super) unclear: bool,
    /// A column of groups, of which none is known to be the person's own, and the groups.
    pub(super) parts: Option<(String, Vec<String>)>,
    /// The row of the person whose team it is.
    pub(super) leader: Option<CellRef>,
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
    /// Whom each rater rates, by the rater's place in `columns`, where the table says so itself.
    pub rated: BTreeMap<u32, String>,
    /// Whether there is nothing but the raters' mean: it fills a blank form, and no more.
    pub mean: bool,
    /// A column of numbers without a header beside headed ones: whose are they?
    pub unclear: Option<CellRef>,
    /// Raters whose marks perhaps do not count: the rater's place in `columns`, the cell that says so, and why.
    pub(crate) doubts: Vec<(u32, CellRef, Doubt)>,
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

/// A sheet that was set aside, and the cell that says why; its name says it where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aside {
    pub(super) sheet: usize,
    pub(super) at: Option<CellRef>,
}

/// What keeps a team's table from being read.
#[derive(Debug, Clone)]
pub(super) struct Lacking {
    /// The first cell of its header.
    pub(super) place: Place,
    /// The column that it lacks, by the scheme's first word for it.
    pub(super) column: String,
    /// Its headers that are not understood.
    pub(super) unknown: Vec<String>,
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
    /// Raters' tables that were passed over as another month's or old ones: the rating, and the title.
    pub(super) passed_raters: Vec<(usize, Aside)>,
    /// Sheets that were set aside, as they say that they hold other figures.
    pub(super) aside: Vec<Aside>,
    /// Rows of lists that announce corrected figures, by the figures.
    pub(super) corrected: HashMap<String, Vec<Place>>,
    /// Labels of figures that were passed over, as a note at them says that they are not the month's.
    pub(super) passed: HashMap<String, Place>,
    /// Names in tables of people that were passed over so, each with the title that says it.
    pub(super) passed_rows: HashMap<String, Place>,
    /// Figures, and columns of the team, of sheets that are another month's: the month, and where one stands.
    pub(super) elsewhen: HashMap<String, (Time, Place)>,
    /// A team's table without the column of the groups or of the members, which is not read.
    pub(super) lacking: Option<Lacking>,
    /// The month that a metric sheet names, and the sheet.
    pub month: Option<(usize, Month)>,
    /// The month in each sheet's title, of the sheets that were read.
    pub(super) titles: HashMap<usize, Option<Month>>,
    /// Sheets with a block of the wanted month beside blocks of others, which were left out: no title over the
    /// sheet is of all of it.
    pub(super) blocks: HashSet<usize>,
    /// Remarks of a sheet that may speak of the time of its figures.
    pub(super) remarks: HashMap<usize, Vec<Remark>>,
    /// Whether the figures come from another workbook, so that formulas cannot name their cells.
    pub literal: bool,
    /// The people of the forms in that other workbook.
    pub rated: Vec<(String, Option<String>)>,
    /// What is made of all this once.
    pub(super) indexed: Indexed,
}

impl Sources {
    /// Notes a team's table that was passed over, as its title says another time: the figures of its columns.
    pub(super) fn pass_team(&mut self, scheme: &Scheme, columns: &HashSet<String>, title: Place) {
        let of_team = |metric: &&Metric| {
            metric.from_team.as_ref().is_some_and(|from| columns.contains(&from.column))
        };
        for metric in scheme.metrics.iter().filter(of_team) {
            self.passed.entry(metric.name.clone()).or_insert(title);
        }
    }

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

    /// Whether there is anything to read.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.lists.is_empty() && self.teams.is_empty()
    }

    /// Whether all figures stand in rows of people.
    pub fn only_rows(&self) -> bool {
        let named = |table: &People| table.rows.iter().all(|person| !person.name.is_empty());
        self.lists.is_empty()
            && self.teams.is_empty()
            && self.raters.is_empty()
            && self.people.iter().all(named)
    }

    /// All rows of people, with their tables.
    pub fn all_rows(&self) -> impl Iterator<Item = (&People, &Person)> {
        let rows = |table| People::rows_with(table);
        self.people.iter().flat_map(rows)
    }
}
