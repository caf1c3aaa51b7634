//! The report: the table a manager reads, and the same as JSON for programs.

mod excerpt;
mod json;
mod next;
mod table;

pub use excerpt::excerpt;
pub use json::{Explanation, explanation, unread};
pub use next::next;
pub use table::{card, finding};
