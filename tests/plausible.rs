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

/// The cells of a form's totals: 69.5 of the items, 28.5 ÷ 35 × 10, 31.375 ÷ 40 × 10, and their sum.
const TOTALS: [(&str, f64); 4] =
    [("D13", 69.5), ("D25", 28.5 / 3.5), ("D38", 7.843_75), ("D40", 69.5 + 28.5 / 3.5 + 7.843_75)];

fn form_text(changes: &[(&'static str, &str)]) -> Vec<(&'static str, &'static str, Content)> {
    changes.iter().map(|(at, value)| (FORM, *at, text(value))).collect()
}

#[test]
fn totals_by_other_names_are_filled() {
    for changes in [
        // What a table's points are out of, as a formula that ends in 100.
        vec![("B25", "合计÷满分×10%×100"), ("B38", "合计÷满分×10%×100")],
        vec![("A25", "加权得分"), ("B25", "合计÷35×100×10%")],
        vec![("A25", "得分"), ("A38", "得分")],
        vec![("A25", "上级评分得分"), ("A38", "下级评分得分")],
        vec![("A25", "上级评分（10%）"), ("A38", "下级评分（10%）"), ("A40", "本月总分")],
        vec![("A25", "上级评分"), ("A38", "下级评分")],
        vec![("A13", "业绩得分"), ("A25", "折算后得分"), ("A38", "折算后得分")],
    ] {
        let (bytes, card) = filled(&form_text(&changes));
        for (at, wanted) in TOTALS {
            let found = number(&bytes, FORM, at);
            assert!((found - wanted).abs() < 1e-9, "{changes:?} {at}: {found}");
        }
        assert_eq!(card.problems, [], "{changes:?}");
    }
}

#[test]
fn a_total_that_nothing_tells_is_left_and_named() {
    for (changes, blank) in [
        // ×100 is not the table's 10 points, nor the form's total.
        (vec![("B25", "合计÷满分×100")], vec!["D25"]),
        // Of which scale is the only sum of the marks?
        (vec![("A24", "得分"), ("B24", "各项之和"), ("A25", "签名")], vec!["D24"]),
        (vec![("A13", "业绩得分"), ("C13", "60分")], vec!["D13"]),
    ] {
        let (bytes, card) = filled(&form_text(&changes));
        assert!(card.problems.iter().any(|p| p.code == "total-unknown"), "{changes:?}");
        for at in blank {
            assert_eq!(seen(&bytes, FORM, at), calamine::Data::Empty, "{changes:?}");
        }
        assert!((number(&bytes, FORM, "D40") - TOTALS[3].1).abs() < 1e-9, "{changes:?}");
    }
    // No total's row at all.
    let (_, card) = filled(&form_text(&[("A40", "签名"), ("B40", "")]));
    assert_eq!(card.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["total-missing"]);
}

#[test]
fn a_head_of_the_cell_below_it_is_a_totals() {
    let heads = [("A40", "KPI得分（80）"), ("B40", "下级评分（10）"), ("D40", "总得分")];
    let (bytes, _) = filled(&form_text(&heads));
    assert!((number(&bytes, FORM, "D41") - TOTALS[3].1).abs() < 1e-9);
    assert_eq!(seen(&bytes, FORM, "D40"), calamine::Data::String("总得分".to_owned()));
    assert_eq!(seen(&bytes, FORM, "E41"), calamine::Data::Empty);
}

#[test]
fn english_beside_the_chinese_changes_nothing() {
    let form = form_text(&[
        ("A3", "考核项目 Item"),
        ("B3", "考核要点\nCriteria"),
        ("C3", "权重分值 Weight"),
        ("D3", "得分\nScore"),
        ("A2", "姓名 Name：王丽"),
        ("C2", "考核月份 Month：2026年10月"),
        ("A13", "合计 Subtotal"),
        ("A16", "考核指标 Indicator"),
        ("D16", "得分 Score (0-5)"),
        ("A25", "折算得分 Converted"),
        ("A40", "总得分/Total"),
    ]);
    let list = [
        ("A3", "指标 Metric"),
        ("B3", "数值 Value"),
        ("A18", "客服姓名 Name"),
        ("B18", "店铺 Shop"),
    ];
    let cells: Vec<_> =
        form.into_iter().chain(list.map(|(at, value)| (METRICS, at, text(value)))).collect();
    let (bytes, card) = filled(&cells);
    for (at, wanted) in TOTALS {
        assert!((number(&bytes, FORM, at) - wanted).abs() < 1e-9, "{at}");
    }
    assert_eq!(card.person.as_deref(), Some("王丽"));
    // What the English adds to the Chinese counts.
    assert_eq!(refused(&[(METRICS, "A5", text("实际营业额 Last month"))]), ["metric-missing"]);
}
