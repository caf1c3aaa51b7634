//! The catalogue of bad input, faults and attacks (`../shared/ABUSE.md`, part 3), row by row: what
//! goes in is built here by code, what must come out is the catalogue's.
//!
//! `same`: scored as the plain file · `refused`: by a code, nothing written · `either`: same or
//! refused, never a wrong number.

mod biff;
mod cells;
mod container;
mod limits;
mod locked;
mod others;
mod random;
mod rows;
mod system;
mod values;
mod xml;

use crate::common::{ONE, sample};
use kaohe::{Options, Outcome, fill_workbook};
use std::sync::LazyLock;

/// Item scores and the total of the plain sample, by hand in tests/scores.rs.
static RIGHT: LazyLock<Vec<f64>> = LazyLock::new(|| verdict(&sample(ONE)).expect("the sample"));

fn scores(outcome: &Outcome) -> Vec<f64> {
    outcome.cards.iter().flat_map(|card| card.items.iter().map(|item| item.score)).collect()
}

/// Scores where every form is filled and written, else the codes of what stands in the way.
fn verdict_with(bytes: &[u8], options: &Options) -> Result<Vec<f64>, Vec<String>> {
    let codes = |problems: &[kaohe::problem::Problem]| -> Vec<String> {
        let blocking = problems.iter().filter(|p| p.blocks());
        blocking.map(|p| format!("{} {}", p.code, p.place()).trim().to_owned()).collect()
    };
    let outcome = fill_workbook(bytes, options).map_err(|problems| {
        assert!(
            problems.iter().all(|p| p.hint.is_some()),
            "a refusal says what to do: {problems:?}"
        );
        codes(&problems)
    })?;
    let mut all = codes(&outcome.problems);
    for card in &outcome.cards {
        all.extend(codes(&card.problems));
    }
    if !all.is_empty() {
        return Err(all);
    }
    assert!(outcome.bytes.is_some());
    Ok(scores(&outcome))
}

fn verdict(bytes: &[u8]) -> Result<Vec<f64>, Vec<String>> {
    verdict_with(bytes, &Options::default())
}

#[track_caller]
fn same(bytes: &[u8], what: &str) {
    assert_eq!(verdict(bytes).as_ref(), Ok(&*RIGHT), "{what}");
}

#[track_caller]
fn refused(bytes: &[u8], code: &str, what: &str) {
    let found = verdict(bytes).expect_err(what);
    assert!(found.iter().all(|c| c.starts_with(code)), "{what}: {found:?}");
}

#[track_caller]
fn either(bytes: &[u8], what: &str) {
    if let Ok(found) = verdict(bytes) {
        assert_eq!(found, *RIGHT, "{what}");
    }
}

/// Codes of the notices that come with a filled workbook.
fn notices(bytes: &[u8]) -> Vec<&'static str> {
    let outcome = fill_workbook(bytes, &Options::default()).expect("filled");
    let own = outcome.problems.iter();
    own.chain(outcome.cards.iter().flat_map(|c| &c.problems)).map(|p| p.code).collect()
}

/// The filled workbook.
fn filled(bytes: &[u8]) -> Vec<u8> {
    fill_workbook(bytes, &Options::default()).expect("filled").bytes.expect("bytes")
}
