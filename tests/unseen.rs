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
    assert_eq!((filled, found), (true, vec!["figures-struck B4".to_owned()]));
    let off = pack::with_part(&sample(ONE), "xl/styles.xml", |xml| {
        xml.replace("<font>", "<font><strike val=\"0\"/>")
    });
    assert_eq!(read(&off), (true, vec![]));
}
