//! New workbooks by rust_xlsxwriter: a legacy form filled, with values, merges, widths and a
//! standard look; and the blank form of a scheme.

mod blank;
mod legacy;

pub use blank::blank_form;
pub use legacy::filled;
