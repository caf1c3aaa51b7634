//! The summary workbook (汇总) that a manager opens and prints, and the records it is made of.

mod record;

pub use record::{Book, Finding, Layout, Line, Part, State};
