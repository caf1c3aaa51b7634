//! A folder of workbooks: each filled as `fill` does, in parallel, only what changed, and one bad
//! workbook never stops the rest.
//!
//! In: folders, options. Out: filled workbooks in the output folder, a manifest, and a [`Report`].
//! A shell: it reads folders, and writes through the caller's `save`, which writes whole or not at
//! all.

mod check;
mod manifest;
mod run;
mod team;
mod walk;

pub use check::point_at_twins;
pub use manifest::{Entry, Manifest, hash};
pub use run::{Job, Report, Save, Watch, run};
pub use walk::{FILLED, Found, MANIFEST, Walk, spelt, walk};
