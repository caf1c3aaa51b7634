//! Raters' forms become the raters' columns of a person's workbook, and nobody can tell who gave
//! which marks: no name, no order of arrival, and no mean of fewer raters than a least number.

mod ballot;
mod means;
mod proof;
mod put;

pub use ballot::{Ballot, is_rating_form, looks_like_rating_form, read};
pub use put::{Person, Target, least_raters};
