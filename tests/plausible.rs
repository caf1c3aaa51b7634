//! What real offices do with the form that no one foresaw, from trials with workbooks of many hands. By hand,
//! on changes of the company's workbook: filled right, or refused.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common;
#[path = "common/pack.rs"]
mod pack;

use common::*;
use kaohe::fill::Scorecard;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

fn filled(cells: &[(&str, &str, Content)]) -> (Vec<u8>, Scorecard) {
    let mut outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    let card = outcome.cards.remove(0);
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", card.problems));
    (bytes, card)
}

/// The codes that keep the form from being filled.
fn refused(cells: &[(&str, &str, Content)]) -> Vec<&'static str> {
    let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    assert!(outcome.bytes.is_none(), "filled: {cells:?}");
    let card = &outcome.cards[0];
    let mut codes: Vec<_> = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes
}

#[test]
fn a_figures_label_may_name_the_month() {
    // The form is of October: 309500 of 300000 are 15 + 6.
    for label in ["10月计划营业额", "2026年10月计划营业额", "十月份计划营业额", "当月计划营业额"]
    {
        let (bytes, _) = filled(&[(METRICS, "A4", text(label))]);
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{label}");
    }
    // Another month's plan is not October's, though September's 9 might number a list.
    for label in ["9月计划营业额", "11月计划营业额", "2025年10月计划营业额", "1-10月计划营业额"]
    {
        assert_eq!(refused(&[(METRICS, "A4", text(label))]), ["metric-missing"], "{label}");
        // Beside the month's own it is left alone.
        let both = [(METRICS, "A16", text(label)), (METRICS, "B16", num(100.0))];
        assert_eq!(number(&filled(&both).0, FORM, "D4"), 21.0, "{label}");
    }
    // Two of one month that differ.
    let both = [(METRICS, "A16", text("10月计划营业额")), (METRICS, "B16", num(100.0))];
    assert_eq!(refused(&both), ["metric-twice"]);
    // A column of the team: 客单价 of A and B as before.
    let (bytes, _) = filled(&[(METRICS, "E18", text("10月客单价"))]);
    assert_eq!(number(&bytes, FORM, "D12"), 21.0);
}
