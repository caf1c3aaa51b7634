//! New workbooks by rust_xlsxwriter: a legacy form, filled or only converted, in its own look; and the blank
//! form of a scheme.

mod blank;
mod legacy;
mod same;

pub use blank::blank_form;
pub use legacy::filled;
