//! The workbook's own formulas that read the scores: arrays, tables, what was never computed, and charts
//! by a defined name. Expected values by hand from the worked example: 得分 21, 8, 6, 3, 3, 3, 4.5, 21.

use crate::common::*;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, Outcome, fill_workbook};

const SUMMARY: &str = "汇总";
const PART: &str = "xl/worksheets/sheet4.xml";

fn formula(text: &str) -> Content {
    Content::Formula(text.to_owned(), Value::Number(0.0))
}

fn filled(bytes: &[u8]) -> (Outcome, Vec<u8>) {
    let outcome = fill_workbook(bytes, &Options::default()).expect("a form");
    let bytes = outcome.bytes.clone().expect("a workbook");
    (outcome, bytes)
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.problems.iter().map(|problem| problem.code).collect()
}

/// The sample with formulas on the summary sheet, the first of them arrays over these ranges.
fn arrays(cells: &[(&str, &str)], ranges: &[(&str, &str)]) -> Vec<u8> {
    let cells: Vec<_> = cells.iter().map(|(at, text)| (SUMMARY, *at, formula(text))).collect();
    pack::with_part(&changed(ONE, &cells), PART, |xml| {
        ranges.iter().fold(xml.to_owned(), |xml, (at, range)| {
            let (before, cell) = xml.split_once(&format!("<c r=\"{at}\"")).expect("the cell");
            format!(
                "{before}<c r=\"{at}\"{}",
                cell.replacen("<f>", &format!("<f t=\"array\" ref=\"{range}\">"), 1)
            )
        })
    })
}

#[test]
fn an_array_and_what_reads_it_are_computed() {
    let bytes = arrays(
        &[
            ("E3", "MAX(IF(A4:A11<>\"\",B4:B11))"),
            ("F3", "IF(E3>=20,\"优\",\"劣\")"),
            ("E6", "B4:B6*2"),
            ("F6", "E8+1"),
        ],
        &[("E3", "E3"), ("E6", "E6:E8")],
    );
    // The other cells of the array, as the program that made it stores them.
    let bytes = pack::with_part(&bytes, PART, |xml| {
        let cell = |at: &str| format!("<c r=\"{at}\"><v>0</v></c>");
        let put = |xml: String, row: u32| {
            let (before, rest) = xml.split_once(&format!("<row r=\"{row}\"")).expect("a row");
            format!(
                "{before}<row r=\"{row}\"{}",
                rest.replacen("</row>", &format!("{}</row>", cell(&format!("E{row}"))), 1)
            )
        };
        put(put(xml.to_owned(), 7), 8)
    });
    let (outcome, bytes) = filled(&bytes);
    assert_eq!(codes(&outcome), [""; 0]);
    assert_eq!(number(&bytes, SUMMARY, "E3"), 21.0);
    assert_eq!(seen(&bytes, SUMMARY, "F3").to_string(), "优");
    assert_eq!(
        ["E6", "E7", "E8", "F6"].map(|at| number(&bytes, SUMMARY, at)),
        [42.0, 16.0, 12.0, 13.0]
    );
}

#[test]
fn what_reads_an_uncomputed_cell_is_not_computed_from_its_old_value() {
    // A name that the calculator does not know, and one that Excel spills over other cells.
    let bytes = arrays(
        &[
            ("E3", "厂内函数(B4)"),
            ("F3", "IFERROR(E3/100,0)"),
            ("E4", "IF(F3>0,1,2)"),
            ("E5", "_xlfn._xlws.SORT(B4:B5)"),
            ("F5", "E6*2"),
            ("E8", "_xlfn.UNIQUE(B4:B11)"),
            ("F8", "IFERROR(SUM(_xlfn.ANCHORARRAY(E8)),0)"),
            ("E9", "SUM(_xlfn.UNIQUE(B4:B11))"),
        ],
        &[("E5", "E5:E6"), ("E8", "E8"), ("E9", "E9")],
    );
    let (outcome, bytes) = filled(&bytes);
    let told: Vec<_> = outcome.problems.iter().filter_map(|p| Some(p.cell?.to_string())).collect();
    assert_eq!(codes(&outcome), ["not-computed"; 8], "{told:?}");
    assert_eq!(told, ["E3", "F3", "E4", "E5", "F5", "E6", "E8", "F8"]);
    // One value, however many are unique: 21 + 8 + 6 + 3 + 4.5.
    assert_eq!(number(&bytes, SUMMARY, "E9"), 42.5);
    for at in ["E3", "F3", "E4", "E5", "F5", "E8", "F8"] {
        assert_eq!(seen(&bytes, SUMMARY, at).to_string(), "", "{at}");
    }
}

#[test]
fn structured_references_are_read() {
    let columns = ["项目", "得分", "得分率"].iter().zip(1..);
    let columns: String =
        columns.map(|(name, id)| format!("<tableColumn id=\"{id}\" name=\"{name}\"/>")).collect();
    let table = format!(
        "<table xmlns=\"{}\" id=\"1\" name=\"成绩\" displayName=\"成绩\" ref=\"A3:C11\">\
         <autoFilter ref=\"A3:C11\"/><tableColumns count=\"3\">{columns}</tableColumns></table>",
        pack::MAIN
    );
    let cells = [
        ("E4", "SUM(成绩[得分])"),
        ("E5", "成绩[[#This Row],[得分]]/10"),
        ("E6", "SUMIF(成绩[项目],\"投诉维权\",成绩[得分])"),
        ("E7", "MAX(成绩[[得分]:[得分率]])"),
        ("E8", "COUNTA(成绩[[#All],[得分]])"),
        ("E9", "VLOOKUP(\"客服培训\",成绩,2,0)"),
        // Within the table no name is needed.
        ("C11", "[@得分]*2"),
        ("E10", "SUM(成绩[得分率])"),
    ];
    let cells: Vec<_> = cells.iter().map(|(at, text)| (SUMMARY, *at, formula(text))).collect();
    let bytes = changed(ONE, &cells);
    let insert = |bytes: &[u8], part: &str, before: &str, new: &str| {
        pack::with_part(bytes, part, |xml| xml.replace(before, &format!("{new}{before}")))
    };
    let parts = "<tableParts count=\"1\"><tablePart r:id=\"rId9\"/></tableParts>";
    let bytes = insert(&bytes, PART, "</worksheet>", parts);
    let link = "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table\" Target=\"../tables/table1.xml\"/>";
    let bytes = insert(&bytes, "xl/worksheets/_rels/sheet4.xml.rels", "</Relationships>", link);
    let mut all = pack::bodies(&bytes);
    all.push(("xl/tables/table1.xml".to_owned(), table.into_bytes()));
    let (outcome, bytes) = filled(&pack::packed(&all));
    assert_eq!(codes(&outcome), [""; 0]);
    let values = ["E4", "E5", "E6", "E7", "E8", "E9"].map(|at| number(&bytes, SUMMARY, at));
    assert_eq!(values, [69.5, 0.8, 8.0, 42.0, 9.0, 3.0]);
    assert_eq!(number(&bytes, SUMMARY, "C11"), 42.0);
    // 1.4 + 0.8 + 0.6 + 0.6 + 0.6 + 0.6 + 0.9, and 42.
    assert!((number(&bytes, SUMMARY, "E10") - 47.5).abs() < 1e-9);
}

#[test]
fn a_formula_that_was_never_computed_is_no_blank() {
    // As openpyxl writes it: no value. What does not read the scores stays as it is.
    let cells = [(SUMMARY, "E3", formula("10+5")), (SUMMARY, "F3", formula("IF(E3=15,B4*2,-1)"))];
    let bytes = pack::with_part(&changed(ONE, &cells), PART, |xml| {
        xml.replace("<f>10+5</f><v>0</v>", "<f>10+5</f>")
    });
    let (_, bytes) = filled(&bytes);
    assert_eq!(number(&bytes, SUMMARY, "F3"), 42.0);
    let after = pack::bodies(&bytes).into_iter().find(|(name, _)| name == PART).expect("the sheet");
    assert!(String::from_utf8_lossy(&after.1).contains("<f>10+5</f></c>"));
}

#[test]
fn a_series_by_its_name_is_refreshed() {
    let name = "<definedName name=\"成绩列\">汇总!$B$4:$B$11</definedName>";
    let bytes = pack::with_part(&sample(ONE), "xl/workbook.xml", |xml| {
        xml.replace("</definedNames>", &format!("{name}</definedNames>"))
    });
    let by_range = |bytes: &[u8]| {
        let all = pack::bodies(bytes);
        let (_, chart) = all.into_iter().find(|(name, _)| name.contains("chart1")).expect("chart");
        let chart = String::from_utf8(chart).expect("UTF-8");
        let (_, cache) = chart.split_once("<c:numCache>").expect("a cache");
        let (cache, _) = cache.split_once("</c:numCache>").expect("its end");
        (chart.clone(), cache.to_owned())
    };
    let (plain, wanted) = by_range(&filled(&bytes).1);
    let bytes = pack::with_part(&bytes, "xl/charts/chart1.xml", |xml| {
        let (before, rest) = xml.split_once("<c:val>").expect("values");
        let (from, to) = (rest.find("<c:f>").expect("f") + 5, rest.find("</c:f>").expect("f"));
        format!("{before}<c:val>{}[0]!成绩列{}", &rest[..from], &rest[to..])
    });
    let (named, found) = by_range(&filled(&bytes).1);
    assert_ne!(plain, named);
    assert_eq!(found, wanted);
    assert!(found.contains("<c:v>4.5</c:v>"), "{found}");
}
