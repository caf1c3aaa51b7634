//! The month's figures: label → number and the cell it came from.
//!
//! In: workbook, scheme, and a form's person. Out: a [`MetricSet`], raters' marks, and a problem
//! for every figure that is missing or cannot be right. The sheet comes in two shapes, told apart
//! by what is on it: a list (label, value) with a team table, or a row a person.
//!
//! # The way through
//!
//! | step | files |
//! |---|---|
//! | words of the scheme made ready | `labels`, `folds`, `look`, `naming`, `row_words`, `rater_words` |
//! | what stands where: sources | `find`, and for each shape `list`, `tops`, `tables` (team), `shops`, `sub_heads`, `people`, `turned`, `raters`, `rater_rows`, `rated`, `mark_columns` |
//! | which time, kind and shop a sheet, a row or a label is of | `time`, `titles`, `others`, `beside`, `repeats`, `rule_cells` |
//! | whose it is | `owner`, `team_of`, `groups`, `departments`, `rows`; `indexed` |
//! | reading a form's figures | `read`, `reader`, `number`, `nothing`, `units`, `percents`, `team`, `members`, `marks`, `rater_tables`, `own_raters`, `scales` |
//! | what is doubtful of them | `checks`, `notes`, `titled`, `corrected`, `standing`, `exclusions`, `row_doubts`, `shared_cells`, `hidden`, `rater_doubts`, `rates` |
//! | what is not there | `missing`, `near`, `absent`, `typed_scores` |
//!
//! `sources` holds what `find` gives; `owner` leaves of it what a form may read.

mod absent;
mod beside;
mod checks;
mod corrected;
mod departments;
mod exclusions;
mod find;
mod folds;
mod groups;
mod hidden;
mod indexed;
mod labels;
mod list;
mod look;
mod mark_columns;
mod marks;
mod members;
mod missing;
mod naming;
mod near;
mod notes;
mod nothing;
mod number;
mod others;
mod own_raters;
mod owner;
mod people;
mod percents;
mod rated;
mod rater_doubts;
mod rater_rows;
mod rater_tables;
mod rater_words;
mod raters;
mod rates;
mod read;
mod reader;
mod repeats;
mod row_doubts;
mod row_words;
mod rows;
mod rule_cells;
mod scales;
mod shared_cells;
mod shops;
mod sources;
mod standing;
mod sub_heads;
mod tables;
mod team;
mod team_of;
mod time;
mod titled;
mod titles;
mod tops;
mod turned;
mod typed_scores;
mod units;

use crate::expr::{Expr, Operand};
use crate::form::Place;
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::scheme::MetricKind;

pub use checks::{clash, impossible};
pub use find::{find, find_for, prepare};
pub use nothing::is_of_nothing;
pub use number::typed_mark;
pub use own_raters::own_raters;
pub use owner::Owners;
pub use read::read;
pub use sources::{Raters, Sources};
pub use time::sheets::{bare_month, months};

/// A figure found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its value, over the cells it stands in.
    pub expr: Expr,
    /// What it measures.
    pub kind: MetricKind,
    /// The cell, where it stands in one.
    pub place: Option<Place>,
}

impl Found {
    /// A value in this metric's unit.
    pub fn show(&self, value: f64) -> String {
        self.kind.show(value)
    }

    /// Whether its cells hold hundredths: 65.9 under a head that says %.
    pub fn in_hundredths(&self) -> bool {
        percents::is_of_hundred(&self.expr)
    }
}

/// Sheets with raters' tables that give no mark.
#[derive(Debug, Clone)]
pub enum RaterSheets {
    /// The one that is read has no row of it.
    Lacks(usize),
    /// None is known to be the person's.
    Whose(Vec<usize>),
}

/// The figures of one person.
#[derive(Debug, Clone, Default)]
pub struct MetricSet {
    found: HashMap<String, Found>,
    /// Raters' marks by rating and mark.
    pub marks: HashMap<(usize, usize), Vec<Operand>>,
    /// What keeps a mark from being taken from raters' tables.
    pub rater_sheets: HashMap<(usize, usize), RaterSheets>,
    /// What is to be said of raters' tables that were passed over, by their ratings: where marks are missing,
    /// that is why.
    pub passed_raters: HashMap<usize, Vec<Problem>>,
    /// Ratings of which nobody can say which raters' marks count: told once, and not of each mark.
    pub unclear_raters: HashSet<usize>,
    /// Ratings whose marks these figures hold, right or wrong.
    rated: HashSet<usize>,
    /// The person's row, `'指标'!A5`, where the figures stand in a workbook for many.
    pub row: Option<String>,
    /// Items that do not apply, as 不适用 in one of their figures says.
    pub absent: HashSet<String>,
    /// Whether the person's row was not found, so that nothing more can be said of the figures.
    pub unread: bool,
    /// What is wrong, and what was assumed.
    pub problems: Vec<Problem>,
}

impl MetricSet {
    /// A figure by its name; `None` where it has a problem.
    pub fn get(&self, name: &str) -> Option<&Found> {
        self.found.get(name)
    }

    /// Adds a figure.
    pub fn insert(&mut self, name: &str, found: Found) {
        self.found.insert(name.to_owned(), found);
    }

    /// Takes a figure away, as it cannot be right.
    pub fn remove(&mut self, name: &str) {
        self.found.remove(name);
    }

    /// All figures by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Found)> {
        self.found.iter()
    }
}
