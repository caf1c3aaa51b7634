//! The law of the package writer, over workbooks built here and over every .xlsx and .xlsm of
//! `../shared`: what is written differs from the original in the target cells and nowhere else.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod check;
mod corpus;
mod made;

#[path = "../common/pack.rs"]
mod pack;
