//! Figures that do not show or that nobody can tell apart: hidden, struck through, merged with others. Told, or
//! refused.

use crate::common::*;
use kaohe::{Options, fill_workbook};

/// Whether the form was filled, and the findings' codes and cells.
fn read(bytes: &[u8]) -> (bool, Vec<String>) {
    let outcome = fill_workbook(bytes, &Options::default()).expect("forms");
    let card = &outcome.cards[0];
    let cell = |p: &kaohe::problem::Problem| p.cell.map(|at| at.to_string()).unwrap_or_default();
    let found = card.problems.iter().map(|p| format!("{} {}", p.code, cell(p)));
    (card.fillable(), found.collect())
}

/// The sample with a part changed.
fn edited(part: &str, from: &str, to: &str) -> Vec<u8> {
    pack::with_part(&sample(ONE), part, |xml| {
        assert!(xml.contains(from), "{part} has no {from}");
        xml.replacen(from, to, 1)
    })
}

/// The part of a sheet, as the sample has it.
fn part(sheet: &str) -> &'static str {
    match sheet {
        METRICS => "xl/worksheets/sheet2.xml",
        _ => "xl/worksheets/sheet3.xml",
    }
}

/// The sample with cells of a sheet merged.
fn merged(sheet: &str, range: &str) -> Vec<u8> {
    let cell = format!("<mergeCell ref=\"{range}\"/></mergeCells>");
    edited(part(sheet), "</mergeCells>", &cell)
}

#[test]
fn figures_of_a_hidden_sheet_or_row_are_told() {
    let hidden =
        edited("xl/workbook.xml", "name=\"指标数据\"", "name=\"指标数据\" state=\"hidden\"");
    assert_eq!(read(&hidden), (true, vec!["figures-unseen ".to_owned()]));
    let row = edited(part(METRICS), "<row r=\"5\"", "<row hidden=\"1\" r=\"5\"");
    assert_eq!(read(&row), (true, vec!["figures-unseen B5".to_owned()]));
    // The row of one of many people is told once, and nobody else is concerned.
    let filtered = pack::with_part(&sample(MANY), "xl/worksheets/sheet4.xml", |xml| {
        xml.replace("<row r=\"5\"", "<row hidden=\"1\" r=\"5\"")
    });
    let outcome = fill_workbook(&filtered, &Options::default()).expect("forms");
    let told: Vec<usize> = outcome
        .cards
        .iter()
        .map(|card| card.problems.iter().filter(|p| p.code == "figures-unseen").count())
        .collect();
    assert_eq!((outcome.filled(), told), (3, vec![0, 1, 0]));
}

#[test]
fn items_and_marks_that_are_hidden_are_told() {
    for (row, cell) in [(9, "A9"), (17, "A17")] {
        let from = format!("<row r=\"{row}\"");
        let form =
            edited("xl/worksheets/sheet1.xml", &from, &format!("<row hidden=\"1\" r=\"{row}\""));
        assert_eq!(read(&form), (true, vec![format!("form-unseen {cell}")]));
    }
}

/// The month of a form that is several, or a part of one.
#[test]
fn a_month_that_is_none_is_told() {
    for (month, code) in [
        ("2026年10-11月", "month-part C2"),
        ("2026年10月至12月", "month-part C2"),
        ("2026年10月上旬", "month-part C2"),
        ("2026年10月1日-15日", "month-part C2"),
        ("2026年9月26日-10月25日", ""),
        ("2026年10月1日-31日", ""),
        ("2026-09-26至2026-10-25", ""),
        ("2026-10", ""),
    ] {
        let words = format!("考核月份：{month}");
        let (filled, found) = read(&changed(ONE, &[(FORM, "C2", text(&words))]));
        let told: Vec<&str> =
            found.iter().map(String::as_str).filter(|told| told.starts_with("month")).collect();
        assert!(filled && told.join(" ") == code, "{month} {found:?}");
    }
}

#[test]
fn one_cell_for_two_figures_is_refused() {
    let (filled, found) = read(&merged(METRICS, "B12:B13"));
    assert!(!filled && found.contains(&"figure-merged B12".to_owned()), "{found:?}");
    for (range, cell) in [("B4:B5", "B5"), ("B4:C4", "C4")] {
        let (filled, found) = read(&merged("下级评分", range));
        assert_eq!((filled, found), (false, vec![format!("mark-merged {cell}")]), "{range}");
    }
}

#[test]
fn figures_that_are_struck_through_are_told() {
    let struck = pack::with_part(&sample(ONE), "xl/styles.xml", |xml| {
        xml.replace("<font>", "<font><strike/>")
    });
    let (filled, found) = read(&struck);
    assert_eq!(
        (filled, found),
        (true, vec!["form-struck A4".to_owned(), "figures-struck B4".to_owned()])
    );
    let off = pack::with_part(&sample(ONE), "xl/styles.xml", |xml| {
        xml.replace("<font>", "<font><strike val=\"0\"/>")
    });
    assert_eq!(read(&off), (true, vec![]));
}
