//! The report: the table a manager reads, and the same as JSON for programs.

mod json;
mod table;

pub use json::{Explanation, explanation};
pub use table::{card, finding};
