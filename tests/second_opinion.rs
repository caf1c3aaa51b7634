//! Every stored value against another program's calculation of the whole written workbook.

use crate::common::*;
use cellrune::{
    CalculationCellResult, CalculationOptions, CellContent, CellValue, ReadOptions, SavedResult,
    calculate_workbook, read_xlsx_bytes,
};
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

/// Compares the stored value of every formula with cellrune's; how many there were.
fn agree(bytes: &[u8]) -> usize {
    let workbook = read_xlsx_bytes(bytes, ReadOptions::default()).expect("cellrune reads");
    let results = calculate_workbook(&workbook, CalculationOptions::default());
    let mut count = 0;
    for (cell, result) in results.cells() {
        let sheet = workbook.sheet_by_id(cell.sheet_id()).expect("a sheet");
        let CellContent::Formula(formula) = sheet.cell(cell.address()).expect("a cell").content()
        else {
            continue;
        };
        let (SavedResult::Present(stored), CalculationCellResult::Value(value)) =
            (formula.saved_result(), result)
        else {
            panic!("{cell:?}: {:?} {result:?}", formula.saved_result());
        };
        match (stored, value) {
            (CellValue::Number(a), CellValue::Number(b)) => {
                let (a, b) = (a.get(), b.get());
                assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{cell:?}: {a} {b}");
            }
            (a, b) => assert_eq!(a, b, "{cell:?}"),
        }
        count += 1;
    }
    count
}

#[test]
fn stored_values_of_the_samples() {
    for (name, formulas) in [(ONE, 22 + 26), (MANY, 3 * 22)] {
        let outcome = fill_workbook(&sample(name), &Options::default()).expect("a form");
        assert_eq!(agree(&outcome.bytes.expect("bytes")), formulas, "{name}");
    }
}

#[test]
fn stored_values_over_random_figures() {
    let mut state = 42u64;
    let mut next = |most: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    for _ in 0..60 {
        let mut cells = Vec::new();
        for row in 4..=6 {
            let mut set = |column: &str, value: f64| {
                cells.push((format!("{column}{row}"), num(value)));
            };
            let plan = 1_000.0 * (1 + next(900)) as f64;
            set("B", plan);
            set("C", (plan * (50 + next(100)) as f64).round() / 100.0);
            let complaints = next(4) as f64;
            set("D", complaints);
            set("E", if complaints > 0.0 { 50.0 } else { 0.0 });
            let received = next(60) as f64;
            set("F", received);
            set("G", (next(101) as f64 / 100.0 * received).floor());
            for column in ["H", "I", "J", "K", "L", "O", "S", "T"] {
                set(column, next(4) as f64);
            }
            set("M", next(11) as f64 / 2.0);
            set("N", 50.0 + next(4000) as f64 / 100.0);
            set("P", next(10_001) as f64 / 10_000.0);
            set("Q", next(10_001) as f64 / 10_000.0);
            set("R", 60.0 + next(5000) as f64 / 100.0);
            set("U", 10.0 + next(150) as f64 / 10.0);
        }
        let cells: Vec<(&str, &str, Content)> =
            cells.iter().map(|(cell, c)| (METRICS, cell.as_str(), c.clone())).collect();
        let outcome = fill_workbook(&changed(MANY, &cells), &Options::default()).expect("forms");
        assert!(outcome.whole());
        assert_eq!(agree(&outcome.bytes.expect("bytes")), 66);
    }
}
