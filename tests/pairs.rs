//! Lists without a header: labels and values in pairs.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};
use std::collections::BTreeMap;

/// Pairs of label and value side by side, with no header over them; a blank number of events is none.
#[test]
fn pairs_side_by_side() {
    for (pairs, blank) in [(1, false), (2, true), (3, true), (4, true), (6, false)] {
        let mut cells: BTreeMap<String, Content> = BTreeMap::new();
        for row in 3..16 {
            cells.extend(["A", "B", "C", "D"].map(|col| (format!("{col}{row}"), Content::Blank)));
        }
        let columns = ["A", "B", "C", "D", "H", "I", "J", "K", "L", "M", "N", "O"];
        for (index, (name, value)) in FIGURES.iter().enumerate() {
            let (row, at) = (3 + index / pairs, index % pairs * 2);
            cells.insert(format!("{}{row}", columns[at]), text(name));
            // People who left, of whom each takes 2 points.
            if !(blank && index == 10) {
                cells.insert(format!("{}{row}", columns[at + 1]), num(*value));
            }
        }
        let cells: Vec<_> = cells.iter().map(|(at, v)| (METRICS, at.as_str(), v.clone())).collect();
        let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read");
        let total = outcome.bytes.as_ref().map(|bytes| number(bytes, FORM, "D40"));
        let by_hand = 69.5 + 28.5 / 3.5 + 31.375 / 4.0 + if blank { 2.0 } else { 0.0 };
        assert!(total.is_some_and(|total| (total - by_hand).abs() < 1e-9), "{pairs} {total:?}");
    }
}
