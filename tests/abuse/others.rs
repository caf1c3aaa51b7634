//! .ods and .xlsb that ask for absurd memory.

use crate::common::pack::packed;
use kaohe::limits::Limits;
use kaohe::workbook::{Value, open, open_within};

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"S\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", content.as_str()),
    ];
    let parts: Vec<(String, Vec<u8>)> =
        parts.iter().map(|(n, b)| ((*n).to_owned(), b.as_bytes().to_vec())).collect();
    // The kind is told by a member that is stored.
    let mut members: Vec<crate::common::pack::Member> =
        parts.iter().map(|(n, b)| crate::common::pack::member(n, b)).collect();
    members[0] = members[0].clone().stored(&parts[0].1);
    crate::common::pack::archive(&members)
}

fn cell(repeat: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"float\" office:value=\"7\"{repeat}><text:p>7</text:p></table:table-cell>"
    )
}

fn code(bytes: &[u8]) -> &'static str {
    open(bytes, &|_| true).map_or_else(|p| p.code, |_| "read")
}

#[test]
fn repeated_rows_and_cells_are_counted_before_they_are_made() {
    let row = |rows: &str, cells: &str| format!("<table:table-row{rows}>{cells}</table:table-row>");
    let honest = ods(&format!(
        "{}{}",
        row("", &(cell("") + "<table:table-cell table:number-columns-repeated=\"16383\"/>")),
        row(
            " table:number-rows-repeated=\"1048575\"",
            "<table:table-cell table:number-columns-repeated=\"16384\"/>"
        ),
    ));
    let book = open(&honest, &|_| true).expect("what LibreOffice writes for one cell");
    assert_eq!(book.sheets[0].cells.len(), 1);
    assert_eq!(book.sheets[0].value(crate::common::at("A1")), &Value::Number(7.0));
    let edge = "<table:table-cell table:number-columns-repeated=\"16383\"/>";
    let rows = row("", &(cell("") + edge)).repeat(1000);
    let book = open(&ods(&rows), &|_| true).expect("a thousand rows drawn to the edge");
    assert_eq!(book.sheets[0].cells.len(), 1000);
    // Two pieces of blanks: the first is made cell by cell.
    let halves = "<table:table-cell table:number-columns-repeated=\"8000\"/>".repeat(2);
    assert_eq!(code(&ods(&row("", &(cell("") + &halves)).repeat(1000))), "too-large");
    let many = " table:number-rows-repeated=\"1000000\"";
    let wide = " table:number-columns-repeated=\"16384\"";
    assert_eq!(code(&ods(&row(many, &cell(wide)))), "too-large");
    let far = row(many, "<table:table-cell/>")
        + &row(
            "",
            &("<table:table-cell table:number-columns-repeated=\"9000\"/>".to_owned() + &cell("")),
        );
    assert_eq!(code(&ods(&(row("", &cell("")) + &far))), "too-large");
    assert_eq!(
        code(&ods(&row(
            &wide.replace("columns", "rows").replace("16384", "99999999999999999999"),
            &cell("")
        ))),
        "too-large"
    );
    let spaces = "<table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"4000000000\"/></text:p></table:table-cell>";
    assert_eq!(code(&ods(&row("", spaces))), "too-large");
    // Raised, it is read.
    let some = ods(&row(" table:number-rows-repeated=\"90\"", &cell("")));
    let mut limits = Limits::default();
    limits.set("dense-cells", 50);
    assert_eq!(open_within(&some, &|_| true, &limits).expect_err("over").code, "too-large");
    limits.set("dense-cells", 500);
    assert_eq!(open_within(&some, &|_| true, &limits).expect("under").sheets[0].cells.len(), 90);
}

#[test]
fn ods_parts_are_held_to_the_rules_of_xml() {
    assert_eq!(code(&ods("")), "read");
    for table in ["<!DOCTYPE x>", "<a b=\"1\" b=\"2\"/>", "&x;", "<a>"] {
        assert_ne!(code(&ods(table)), "read", "{table}");
    }
}

#[test]
fn xlsb_records_that_are_longer_than_their_part() {
    for body in [&[0x81, 0x01, 0xff, 0xff, 0xff, 0x7f][..], &[0, 0xff], &[0x93, 0x01, 5, 1, 2]] {
        for part in ["xl/workbook.bin", "xl/worksheets/sheet1.bin", "xl/sharedStrings.bin"] {
            let mut parts: Vec<(String, Vec<u8>)> = vec![
                ("[Content_Types].xml".into(), b"<Types/>".to_vec()),
                ("xl/workbook.bin".into(), vec![0x83, 0x01, 0]),
            ];
            parts.retain(|(name, _)| name != part);
            parts.push((part.into(), body.to_vec()));
            assert_ne!(code(&packed(&parts)), "read", "{part} {body:?}");
        }
    }
}

#[test]
fn repeated_texts_are_counted_before_they_are_made() {
    let limits = Limits { memory_bytes: 8 << 20, ..Limits::DEFAULT };
    let long = "长".repeat(10_000);
    let text = |columns: u32, rows: u32| {
        ods(&format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"{columns}\"><text:p>{long}</text:p></table:table-cell></table:table-row>"
        ))
    };
    for (columns, rows) in [(300, 1), (1, 300), (20, 20)] {
        let refused = open_within(&text(columns, rows), &|_| true, &limits).expect_err("9 MB");
        assert_eq!(refused.code, "too-large");
        assert!(refused.what.en.contains("memory-bytes=8388608"), "{}", refused.what.en);
    }
    let book = open_within(&text(2, 2), &|_| true, &limits).expect("120 KB");
    assert_eq!(book.sheets[0].cells.len(), 4);
}
