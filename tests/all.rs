//! The tests, as one program: each room of them a module here. Fifty programs with the library and
//! all its crates in each fill a disk.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod abuse;
mod again;
mod agree;
mod any_form;
mod batch;
mod beside;
mod blank;
mod changed_form;
mod cli;
mod collect;
mod common;
mod continued;
mod crash;
mod criteria;
mod criteria_layouts;
mod criteria_scores;
mod criteria_table;
mod damaged;
mod dependents;
mod desk;
mod draft;
mod draft_figures;
mod far;
mod folders;
mod groups;
mod held_back;
mod history;
mod hr_desk;
mod last_month;
mod law;
mod layouts;
mod left_out;
mod legacy;
mod mail;
mod members;
mod month;
mod months;
mod newcomers;
mod next;
mod noted;
mod nothing;
mod ods_looks;
mod ordinary;
mod outputs;
mod package;
mod pairs;
mod person_rows;
mod places;
mod plausible;
mod quarter;
mod rater_sheets;
mod raters;
mod refusals;
mod repeats;
mod rules;
mod said_beside;
mod said_twice;
mod schemes;
mod scores;
mod second_opinion;
mod serve;
mod settings;
mod shape;
mod small_words;
mod spans;
mod standing;
mod strangers;
mod strays;
mod summary;
mod team;
mod teams;
mod told;
mod unseen;
mod watch;
mod whose;
mod whose_when;
mod wordings;
mod xlsb;
