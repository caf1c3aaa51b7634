//! `kaohe` (考核): a company's own Excel assessment workbook, and the same workbook back, scored.
//!
//! # The way through
//!
//! ```text
//! file ─► workbook ─► form ─────┐
//!                 └─► metrics ──┼─► score ─► fill ─► package | render ─► file
//! scheme (templates/*.toml) ────┘              └─► recalc (a second opinion)   └─► report
//! ```
//!
//! | room | takes | gives |
//! |---|---|---|
//! | [`container`] | bytes | the checked package: members, parts, a scanned sheet |
//! | [`workbook`] | bytes of .xlsx .xlsm .xls .xlsb .ods | sheets of cells |
//! | [`scheme`] | TOML | items, points, rules, aliases |
//! | [`score`] | scheme, metrics | an [`expr::Expr`] and its working for every item |
//! | [`form`] | workbook, scheme | where things stand |
//! | [`metrics`] | workbook, scheme, form | label → number and its cell |
//! | [`fill`] | all of these | a [`fill::Scorecard`] and the cells to fill |
//! | [`next`] | scheme, scorecard | the nearest figures at which a score rises |
//! | [`trial`] | scheme, figures without a workbook | scores |
//! | [`criteria`] | a form's own words | the rule that they state, or that they leave to a person |
//! | [`agree`] | workbook, scheme, form | where the form's own rules and the scheme's part |
//! | [`draft`] | a form | a scheme to look over |
//! | [`recalc`] | workbook, written cells | another program's values, dependents included |
//! | [`package`] | package bytes, edits | the same package, only those cells changed |
//! | [`render`] | workbook, edits; a scheme | a new .xlsx |
//! | [`owner`] | a file's path | what its name and its neighbours tell: who has it open |
//! | [`report`] | scorecards | the table a manager reads, and JSON |
//! | [`spool`] | records | the same, read again by place: not held in memory |
//! | [`summary`] | records of many workbooks | the month's summary workbook |
//! | [`roster`] | bytes of a list of people | people, or a problem a row |
//! | [`blank`] | a form, a person, a month | the month's blank workbook, the raters' blank forms |
//! | [`collect`] | raters' forms, a person's workbook | the workbook with the raters' marks |
//! | [`batch`] | folders | each workbook filled, a manifest, a report |
//! | [`mail`] | filled workbooks, a roster | who gets what, the messages, their sending |
//! | [`serve`] | a browser's requests | the local page, scorecards, filled workbooks |
//!
//! Beside the rooms, for all of them: [`cell`] and [`refs`] (addresses, and their moving in formulas), [`day`],
//! [`text`] (labels and numbers as people write them), [`problem`] (findings in both languages),
//! [`limits`] (what a file may cost), [`hash`].
//!
//! The core is bytes in, bytes out ([`fill_workbook`]): no paths, no printing, no clock (a shell
//! lends one, and a second thread: [`limits::Limits`]). `cli` is a shell around it. A room imports
//! only rooms above it in this table; `tests/shape.rs` holds that. Two pairs stand side by side: a scheme
//! holds its rules' parameters, which `score` lowers, and a rule reads what `metrics` found.

#![forbid(unsafe_code)]

pub mod agree;
pub mod batch;
pub mod blank;
pub mod cell;
pub mod collect;
pub mod container;
pub mod criteria;
pub mod day;
pub mod draft;
pub mod expr;
pub mod fill;
pub mod form;
pub mod hash;
pub mod limits;
pub mod mail;
pub mod metrics;
pub mod next;
pub mod owner;
pub mod package;
pub mod problem;
pub mod recalc;
pub mod refs;
pub mod render;
pub mod report;
pub mod roster;
pub mod scheme;
pub mod score;
pub mod serve;
pub mod spool;
pub mod summary;
pub mod text;
pub mod trial;
pub mod workbook;

mod pipeline;

pub use pipeline::{Figures, Options, Outcome, convert_workbook, fill_workbook, prepare};
