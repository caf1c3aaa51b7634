//! The law of the package writer: only the target cells change.

use crate::common::*;
use kaohe::cell::CellRef;
use kaohe::package::{Content, Edit, edit};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Every member: name, method, compressed bytes, time.
fn members(bytes: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index_raw(index).expect("a member");
            let name = file.name().expect("a name").into_owned();
            let meta =
                format!("{:?} {:?} {}", file.compression(), file.last_modified(), file.crc32());
            let mut raw = Vec::new();
            file.read_to_end(&mut raw).expect("raw bytes");
            (name, meta, raw)
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("text");
    text
}

fn changed_parts(before: &[u8], after: &[u8]) -> Vec<String> {
    let (before, after) = (members(before), members(after));
    assert_eq!(
        before.iter().map(|m| &m.0).collect::<Vec<_>>(),
        after.iter().map(|m| &m.0).collect::<Vec<_>>(),
        "members and their order"
    );
    before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0.clone()).collect()
}

const SAMPLES: [&str; 3] = [ONE, MANY, "客服主管绩效考核表-王丽-LibreOffice.xlsx"];

#[test]
fn no_edits_give_back_the_same_bytes() {
    for name in SAMPLES {
        assert!(edit(&sample(name), &[]).expect("bytes") == sample(name), "{name}");
    }
}

#[test]
fn filling_touches_the_form_its_readers_and_their_charts_only() {
    let options = kaohe::Options::default();
    let fill = |name: &str| {
        let outcome = kaohe::fill_workbook(&sample(name), &options).expect("a form");
        changed_parts(&sample(name), &outcome.bytes.expect("bytes"))
    };
    assert_eq!(
        fill(ONE),
        ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml", "xl/charts/chart1.xml"]
    );
    assert_eq!(
        fill(MANY),
        ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"]
    );
}

#[test]
fn bytes_outside_the_edited_cells_stay() {
    let before = part(&sample(ONE), "xl/worksheets/sheet1.xml");
    let after =
        edit(&sample(ONE), &[Edit::new(FORM, at("D4"), Content::Number(21.0))]).expect("bytes");
    let after = part(&after, "xl/worksheets/sheet1.xml");
    assert_eq!(after, before.replace("<c r=\"D4\" s=\"7\"/>", "<c r=\"D4\" s=\"7\"><v>21</v></c>"));
}

#[test]
fn cells_and_rows_that_are_not_there_are_put_in_order() {
    let edits = [
        Edit::new(FORM, at("F4"), Content::Number(1.0)),
        Edit::new(FORM, at("A14"), Content::Text("a<b&c".to_owned())),
        Edit::new(
            FORM,
            at("B100"),
            Content::Formula("1+1".to_owned(), kaohe::workbook::Value::Number(2.0)),
        ),
    ];
    let after = edit(&sample(ONE), &edits).expect("bytes");
    let text = part(&after, "xl/worksheets/sheet1.xml");
    assert!(text.contains("<dimension ref=\"A1:F100\"/>"));
    assert!(text.contains("<row r=\"4\" spans=\"1:6\""));
    let rows: Vec<usize> = ["<row r=\"13\"", "<row r=\"14\"", "<row r=\"15\"", "<row r=\"100\""]
        .iter()
        .map(|row| text.find(row).expect(row))
        .collect();
    assert!(rows.is_sorted());
    assert_eq!(seen(&after, FORM, "A14").to_string(), "a<b&c");
    assert_eq!(number(&after, FORM, "B100"), 2.0);
}

/// A package of one sheet, made of the text of its sheetData.
fn package(root: &str, extra: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" Target="calcChain.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", root),
    ];
    for (name, text) in parts.iter().chain(extra) {
        zip.start_file(*name, options).expect("a member");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

fn sheet(data: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{data}</worksheet>"
    )
}

const CHAIN: (&str, &str) = (
    "xl/calcChain.xml",
    r#"<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>"#,
);

fn after(data: &str, cell: &str, content: Content) -> Result<String, String> {
    let bytes = package(&sheet(data), &[CHAIN]);
    edit(&bytes, &[Edit::new("S", at(cell), content)])
        .map(|bytes| part(&bytes, "xl/worksheets/sheet1.xml"))
        .map_err(|problem| problem.code.to_owned())
}

#[test]
fn shapes_that_other_programs_write() {
    let n = || Content::Number(7.0);
    for (data, cell, expected) in [
        // Self-closed sheetData and row.
        (
            "<sheetData/>",
            "B2",
            "<sheetData><row r=\"2\"><c r=\"B2\"><v>7</v></c></row></sheetData>",
        ),
        (
            "<sheetData><row r=\"2\" ht=\"20\"/></sheetData>",
            "B2",
            "<sheetData><row r=\"2\" ht=\"20\"><c r=\"B2\"><v>7</v></c></row></sheetData>",
        ),
        // No r anywhere.
        (
            "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>",
            "B1",
            "<sheetData><row><c><v>1</v></c><c><v>7</v></c></row></sheetData>",
        ),
        // The row's style, and the column's.
        (
            "<sheetData><row r=\"1\" s=\"4\" customFormat=\"1\"><c r=\"A1\"/></row></sheetData>",
            "B1",
            "<sheetData><row r=\"1\" s=\"4\" customFormat=\"1\"><c r=\"A1\"/><c r=\"B1\" s=\"4\"><v>7</v></c></row></sheetData>",
        ),
        (
            "<cols><col min=\"2\" max=\"3\" style=\"5\" width=\"9\"/></cols><sheetData><row r=\"1\"/></sheetData>",
            "C1",
            "<cols><col min=\"2\" max=\"3\" style=\"5\" width=\"9\"/></cols><sheetData><row r=\"1\"><c r=\"C1\" s=\"5\"><v>7</v></c></row></sheetData>",
        ),
        // An inline string, single quotes, white space, a comment that looks like a cell.
        (
            "<sheetData>\r\n<row r='1'><!-- <c r=\"A1\"/> --><c  r='A1' t='inlineStr' s='2' ><is><t>x</t></is></c>\r\n</row></sheetData>",
            "A1",
            "<sheetData>\r\n<row r='1'><!-- <c r=\"A1\"/> --><c  r='A1' s='2'><v>7</v></c>\r\n</row></sheetData>",
        ),
        // The first cell of a merge is meant.
        (
            "<sheetData><row r=\"1\"><c r=\"A1\"/><c r=\"B1\"/></row></sheetData><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>",
            "B1",
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>7</v></c><c r=\"B1\"/></row></sheetData><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>",
        ),
        // The master of a shared formula: its followers are spelled out.
        (
            "<sheetData><row r=\"1\"><c r=\"A1\"><f t=\"shared\" ref=\"A1:A2\" si=\"0\">B1*2</f><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>2</v></c></row></sheetData>",
            "A1",
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>7</v></c></row><row r=\"2\"><c r=\"A2\"><f>B2*2</f><v>2</v></c></row></sheetData>",
        ),
    ] {
        assert_eq!(after(data, cell, n()).expect(data), sheet(expected));
    }
    let prefixed = "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"s\"/></x:row></x:sheetData></x:worksheet>";
    let bytes = package(prefixed, &[]);
    let out = edit(&bytes, &[Edit::new("S", at("A1"), n())]).expect("bytes");
    assert_eq!(
        part(&out, "xl/worksheets/sheet1.xml"),
        prefixed.replace("<x:c r=\"A1\" t=\"s\"/>", "<x:c r=\"A1\"><x:v>7</x:v></x:c>")
    );
}

#[test]
fn array_formulas_and_damage_are_refused() {
    let array = "<sheetData><row r=\"1\"><c r=\"A1\"><f t=\"array\" ref=\"A1:A3\">B1:B3</f><v>1</v></c></row></sheetData>";
    for cell in ["A1", "A3"] {
        assert_eq!(after(array, cell, Content::Number(1.0)), Err("array-formula".to_owned()));
    }
    for bad in [
        "<sheetData><row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row></sheetData>",
        "<sheetData><row r=\"1\"/><row r=\"1\"/></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"XFE1\"/></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1\"><v><![CDATA[5]]></v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>5<!-- x -->6</v></c></row></sheetData>",
        "<sheetData><row r=\"0\"/></sheetData>",
    ] {
        assert_eq!(
            after(bad, "B5", Content::Number(1.0)),
            Err("malformed-part".to_owned()),
            "{bad}"
        );
    }
    let nan = after("<sheetData/>", "A1", Content::Number(f64::NAN));
    assert_eq!(nan, Err("not-finite".to_owned()));
}

#[test]
fn the_calculation_chain_goes_only_where_formulas_come_or_go() {
    let data = "<sheetData><row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c></row></sheetData>";
    let bytes = package(&sheet(data), &[CHAIN]);
    let names = |content: Content| -> (Vec<String>, String, String) {
        let out = edit(&bytes, &[Edit::new("S", at("A1"), content)]).expect("bytes");
        let names = members(&out).into_iter().map(|m| m.0).collect();
        (names, part(&out, "[Content_Types].xml"), part(&out, "xl/_rels/workbook.xml.rels"))
    };
    let (kept, types, links) =
        names(Content::Formula("2+2".to_owned(), kaohe::workbook::Value::Number(4.0)));
    assert!(kept.contains(&"xl/calcChain.xml".to_owned()) && types.contains("calcChain"));
    assert!(links.contains("calcChain"));
    let (gone, types, links) = names(Content::Number(4.0));
    assert!(!gone.contains(&"xl/calcChain.xml".to_owned()));
    assert!(!types.contains("calcChain") && !links.contains("calcChain"));
    assert!(links.contains("rId1") && types.contains("sheet1.xml"));
}

#[test]
fn a_removed_value_asks_for_calculation() {
    let data = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><f>DISPIMG(1)</f><v>x</v></c></row></sheetData>";
    let bytes = package(&sheet(data), &[]);
    let out = edit(&bytes, &[Edit::new("S", at("A1"), Content::Cached(None))]).expect("bytes");
    assert_eq!(
        part(&out, "xl/worksheets/sheet1.xml"),
        sheet("<sheetData><row r=\"1\"><c r=\"A1\"><f>DISPIMG(1)</f></c></row></sheetData>")
    );
    assert!(part(&out, "xl/workbook.xml").contains("</sheets><calcPr fullCalcOnLoad=\"1\"/>"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn random_edits_keep_the_law(
        picks in proptest::collection::btree_map((0u32..60, 0u32..9), -1e9f64..1e9, 1..12),
        which in 0usize..3,
    ) {
        let bytes = sample(SAMPLES[which]);
        let sheet = kaohe::workbook::open(&bytes, &|_| true).expect("a workbook").sheets.swap_remove(0);
        // Merged cells stand for their first; two picks in one merge would be one cell.
        let cells: BTreeMap<CellRef, f64> = picks
            .iter()
            .map(|((row, col), value)| (sheet.anchor(CellRef::new(*row, *col)), *value))
            .collect();
        let mut edits: Vec<Edit> = cells
            .iter()
            .map(|(at, value)| Edit::new(sheet.name.clone(), *at, Content::Number(*value)))
            .collect();
        let once = edit(&bytes, &edits).expect("edited");
        prop_assert_eq!(changed_parts(&bytes, &once), [sheet.part.clone()]);
        prop_assert!(edit(&once, &edits).expect("again") == once, "twice equals once");
        edits.reverse();
        prop_assert!(edit(&bytes, &edits).expect("reversed") == once, "any order");
        let after = kaohe::workbook::open(&once, &|_| true).expect("a workbook").sheets.swap_remove(0);
        for (at, cell) in &sheet.cells {
            if !cells.contains_key(at) {
                prop_assert_eq!(after.cells.get(at), Some(cell));
            }
        }
        for (at, value) in &cells {
            let read = number(&once, &sheet.name, &at.to_string());
            prop_assert!((read - value).abs() <= 1e-9 * value.abs());
        }
    }
}
