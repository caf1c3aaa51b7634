//! The form: where things stand. Finds each person's items, score and points cells, rating tables,
//! totals, name and month, by their meaning.
//!
//! In: workbook and scheme. Out: forms with places only; no number is worked out here.
//!
//! | step | files |
//! |---|---|
//! | words of the scheme and of forms made ready | `lexicon`, `field_labels` |
//! | header rows and what a column's head says | `headers`, `heading` |
//! | a sheet's tables row by row, its totals, put together to forms | `tables`, `totals`, `gather` |
//! | whose and when a form is | `info`, `staff_number`, `month`, `span`, `making` |
//! | what short notes say, scales of marks, points of ratings | `notes`, `scale`, `weights` |
//! | sheets that are left: blank ones, other posts', those not read | `templates`, `others`, `unread` |
//! | what keeps a form from being filled, or is told of it | `check`, `extra`, `strays`, `red_lines`, `noted`, `unseen` |

mod check;
mod extra;
mod field_labels;
mod gather;
mod headers;
pub mod heading;
mod info;
mod lexicon;
mod making;
mod month;
mod noted;
pub mod notes;
mod others;
mod red_lines;
pub(crate) mod scale;
pub(crate) mod span;
mod staff_number;
mod strays;
mod tables;
mod templates;
mod totals;
mod unread;
mod unseen;
mod weights;

use crate::cell::CellRef;
use crate::problem::Problem;
pub use field_labels::{POST, SUPERIOR, is_field_label};
pub use gather::{Misfit, find, fit, prepare};
pub use info::{fields, labelled, month as labelled_month};
pub use info::{title_month, without_own_dates};
pub use lexicon::relevant;
pub use making::{stands_for_month, without_making_days};
pub use month::{Month, Period, may_name_month, parse_month, year_named};
pub use staff_number::{NUMBER, StaffNumber, number_text};
pub use weights::points_differ;

/// A cell of the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Sheet index.
    pub sheet: usize,
    /// Cell.
    pub at: CellRef,
}

/// An item's place in the form.
#[derive(Debug, Clone)]
pub struct ItemPlace {
    /// Index into the scheme's items.
    pub item: usize,
    /// Its name cell.
    pub name: Place,
    /// Its score cell.
    pub score: Place,
    /// Its points cell.
    pub points: Option<Place>,
}

/// A mark's place in a rating table.
#[derive(Debug, Clone, Copy)]
pub struct MarkPlace {
    /// Index into the rating's marks.
    pub mark: usize,
    /// Its name cell.
    pub name: Place,
    /// Its mark cell.
    pub score: Place,
}

/// A rating table's place.
#[derive(Debug, Clone)]
pub struct RatingPlace {
    /// Index into the scheme's ratings.
    pub rating: usize,
    /// Its marks.
    pub marks: Vec<MarkPlace>,
    /// The sum cell.
    pub sum: Option<Place>,
    /// The cell of its points.
    pub scaled: Option<Place>,
    /// Its points as the form states them, where they are others than the scheme's.
    pub weight: Option<f64>,
}

/// One person's form.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// The sheet with the items.
    pub sheet: usize,
    /// All its sheets.
    pub sheets: Vec<usize>,
    /// The person, as written.
    pub person: Option<String>,
    /// Where the name stands.
    pub person_at: Option<Place>,
    /// The department.
    pub department: Option<String>,
    /// The staff number.
    pub number: StaffNumber,
    /// The month.
    pub month: Option<Month>,
    /// The month, where the form names it without a year.
    pub month_alone: Option<Period>,
    /// Items.
    pub items: Vec<ItemPlace>,
    /// Rating tables.
    pub ratings: Vec<RatingPlace>,
    /// The items' sum.
    pub sum: Option<Place>,
    /// The total.
    pub total: Option<Place>,
    /// The same in the form's head, where it has both.
    pub total_above: Option<Place>,
    /// What keeps this form from being filled.
    pub problems: Vec<Problem>,
}

impl Form {
    /// The month, perhaps without its year.
    pub fn period(&self) -> Option<Period> {
        self.month.map(Period::from).or(self.month_alone)
    }
}

/// The forms of a workbook.
#[derive(Debug, Clone)]
pub struct Forms {
    /// One a person.
    pub forms: Vec<Form>,
    /// What concerns none of them: people whose forms were not understood.
    pub problems: Vec<Problem>,
}
