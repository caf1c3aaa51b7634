//! A folder of workbooks: each filled as `fill` does, in parallel, only what changed, and one bad
//! workbook never stops the rest.
//!
//! In: folders, options. Out: filled workbooks in the output folder, a manifest, and a [`Report`].
//! A shell: it reads folders, and writes through the caller's `save`, which writes whole or not at
//! all.

//!
//! Memory does not grow with what workbooks hold: what came of each stands in temporary files
//! ([`crate::spool`]) until the manifest and the summary are written from there. Of every workbook
//! only names and short keys are held, some 200 bytes.

mod check;
mod job;
mod lock;
mod manifest;
mod origin;
mod originals;
mod report;
mod run;
mod team;
mod twins;
mod walk;

pub use job::Job;
pub use manifest::{
    Entry, Made, Manifest, STALE, Summary, hash, hash_of, hash_of_spool, results_of, summaries_of,
};
pub use origin::{KEPT, Origin};
pub use report::Report;
pub use run::{Save, Watch, run};
pub use twins::{Seen, Twins};
pub use walk::{FILLED, Found, MANIFEST, Walk, has_extension, is_result, spelt, walk, way_between};
