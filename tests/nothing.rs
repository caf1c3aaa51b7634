//! Figures that a formula makes of empty cells: blank, as those cells are. Values as Excel stores them.

use crate::common::*;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, fill_workbook};

/// A cell that is empty, and one that holds a 0, on the workbook's own summary.
const EMPTY: &str = "汇总!H2";
const ZERO: (&str, &str) = ("汇总", "H3");

fn formula(text: &str, value: f64) -> Content {
    Content::Formula(text.to_owned(), Value::Number(value))
}

/// The total, where the form is filled, and what is found: code and place.
fn read(cells: &[(&str, &str, Content)]) -> (Option<f64>, Vec<String>) {
    let outcome =
        fill_workbook(&changed(ONE, cells), &Options::default()).expect("one form of the scheme");
    let card = &outcome.cards[0];
    let place = |p: &kaohe::problem::Problem| {
        let at = p.cell.map(|at| at.to_string()).unwrap_or_default();
        format!("{} {}!{at}", p.code, p.sheet.clone().unwrap_or_default())
    };
    let total = outcome.bytes.as_ref().map(|_| card.total);
    (total, card.problems.iter().map(place).collect())
}

#[test]
fn a_mark_of_empty_cells_is_a_missing_mark() {
    let own = format!("{FORM}!D17");
    for (text, place) in [
        (EMPTY, "汇总!H2"),
        ("ROUND(汇总!H2,1)", "汇总!H2"),
        ("SUM(汇总!H2:J2)", "汇总!H2"),
        ("IFERROR(AVERAGE(汇总!H2:J2),0)", "汇总!H2"),
        ("IF(汇总!H2=\"\",0,汇总!H2)", "汇总!H2"),
        // Not found, or found empty; nobody gave a 0.
        ("IFERROR(VLOOKUP(A17,指标数据!A4:C5,2,FALSE),0)", own.as_str()),
    ] {
        let (total, found) = read(&[(FORM, "D17", formula(text, 0.0))]);
        assert_eq!((total, found), (None, vec![format!("mark-blank {place}")]), "{text}");
    }
    // A cell that repeats one that repeats an empty one.
    let cells = [(FORM, "D17", formula("汇总!H4", 0.0)), ("汇总", "H4", formula("H2", 0.0))];
    assert_eq!(read(&cells).1, ["mark-blank 汇总!H4"]);
}

/// 69.5 of the items and 31.375 of 40 marks as in the sample; 24 of 35 marks, and the one in question.
fn total_with(mark: f64) -> f64 {
    69.5 + (24.0 + mark) / 3.5 + 31.375 / 4.0
}

#[test]
fn a_mark_that_was_given_counts() {
    for (text, value, codes) in [
        ("汇总!H3", 0.0, vec![]),
        ("汇总!H3*1", 0.0, vec![]),
        // Perhaps the 0 that was given, perhaps none found: told.
        ("IFERROR(VLOOKUP(A17,汇总!G:H,2,0),0)", 0.0, vec![format!("zero-unsure {FORM}!D17")]),
        ("汇总!H3+汇总!H2", 0.0, vec![format!("zero-unsure {FORM}!D17")]),
        ("5-2*汇总!H2", 5.0, vec![format!("made-of-blanks {FORM}!D17")]),
    ] {
        let cells = [(FORM, "D17", formula(text, value)), (ZERO.0, ZERO.1, num(0.0))];
        let (total, found) = read(&cells);
        assert!(total.is_some_and(|total| (total - total_with(value)).abs() < 1e-9), "{text}");
        assert_eq!(found, codes, "{text}");
    }
}

#[test]
fn a_rater_of_an_empty_cell_does_not_count() {
    // 组织能力: 3, 5 and 3.5 are left, 23/6 less 33/8 in the sum of the means.
    let (total, found) = read(&[("下级评分", "B4", formula(EMPTY, 0.0))]);
    let by_hand = total_with(4.5) + (11.5 / 3.0 - 16.5 / 4.0) / 4.0;
    assert!(total.is_some_and(|total| (total - by_hand).abs() < 1e-9), "{total:?}");
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_figure_of_an_empty_cell_is_blank() {
    for (cell, code) in [("B5", "metric-blank"), ("B8", "metric-blank"), ("B15", "mark-blank")] {
        let (total, found) = read(&[(METRICS, cell, formula(EMPTY, 0.0))]);
        assert_eq!((total, found), (None, vec![format!("{code} 汇总!H2")]), "{cell}");
    }
    let (total, found) = read(&[(METRICS, "C19", formula(EMPTY, 0.0))]);
    assert_eq!((total, found), (None, vec!["metric-blank 汇总!H2".to_owned()]));
    // A blank beside a count means none: two points for the late news of a product are not lost.
    let (total, found) = read(&[(METRICS, "B12", formula(EMPTY, 0.0))]);
    assert!(total.is_some_and(|total| (total - total_with(4.5) - 2.0).abs() < 1e-9), "{total:?}");
    assert_eq!(found, ["assumed-zero 汇总!H2"]);
    // None of a list is a count like another: no bad reviews, four points more.
    let none = formula("COUNTIF(汇总!H4:H9,\"差评\")", 0.0);
    let (total, found) = read(&[(METRICS, "B8", none), (METRICS, "B9", num(0.0))]);
    assert!(total.is_some_and(|total| (total - total_with(4.5) - 4.0).abs() < 1e-9), "{total:?}");
    assert_eq!(found, [""; 0]);
}

#[test]
fn points_of_an_empty_cell_are_not_none() {
    let (total, found) = read(&[(FORM, "C4", formula(EMPTY, 0.0))]);
    assert!(total.is_none() && found.contains(&format!("points-unclear {FORM}!C4")), "{found:?}");
}
