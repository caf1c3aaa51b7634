//! Words of other times than the month that a form is of.

use super::has_any;

/// Months and periods before it.
pub const LAST: [&str; 7] = ["上月", "上个月", "上期", "前月", "往月", "往期", "上季"];
/// Years before it.
pub const YEARS: [&str; 4] = ["去年", "上年", "往年", "同期"];
/// Times after it.
pub const NEXT: [&str; 4] = ["次月", "下月", "下个月", "下期"];

/// Whether a key holds the word of a time before the month or after it.
pub fn names_other_time(key: &str) -> bool {
    names_before(key) || has_any(key, &NEXT)
}

/// Whether a key holds the word of a time before the month.
pub fn names_before(key: &str) -> bool {
    has_any(key, &LAST) || has_any(key, &YEARS)
}
