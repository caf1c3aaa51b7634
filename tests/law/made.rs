//! What the corpus lacks, built here.

use super::check::{Job, law, read_back};
use crate::common::pack::{
    MAIN, Member, archive, archive_listed, bodies, member, packed, workbook_of, worksheet,
};
use kaohe::cell::{CellRef, Range};
use kaohe::package::{Content, Edit, EditOptions, edit, edit_with};
use kaohe::workbook::Value;

const SHEET: &str = "xl/worksheets/sheet1.xml";
const ROWS: &str = "<sheetData><row r=\"2\" spans=\"1:3\"><c r=\"A2\" s=\"1\"><v>1</v></c><c r=\"B2\" s=\"2\"/><c r=\"C2\" t=\"inlineStr\"><is><t>x</t></is></c></row><row r=\"4\"><c r=\"B4\"><f>A2*2</f><v>2</v></c></row></sheetData>";

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).expect(cell)
}

/// Edits tried on a made sheet: every content on every given cell, then all cells at once.
fn keeps(bytes: &[u8], cells: &[&str], what: &str) {
    let contents = [
        Content::Number(-0.125),
        Content::Text("a<b>&\"引\" _x0041_".to_owned()),
        Content::Text(" =1+1\t".to_owned()),
        Content::Formula("IF(1<2,\"好\",A2&\"x\")".to_owned(), Value::Text("好".to_owned())),
        Content::Formula("1=1".to_owned(), Value::Bool(true)),
    ];
    let check = |edits: &[Edit], what: &str| {
        let once = edit(bytes, edits).unwrap_or_else(|p| panic!("{what}: {p}"));
        law(bytes, &once, &Job { part: SHEET, edits }, what);
        let compared = read_back(bytes, &once, edits, what);
        assert!(compared >= edits.len(), "{what}: calamine reads it");
        assert!(edit(&once, edits).expect("again") == once, "{what}: twice equals once");
        let reversed: Vec<Edit> = edits.iter().rev().cloned().collect();
        assert!(edit(bytes, &reversed).expect("reversed") == once, "{what}: any order");
    };
    assert!(edit(bytes, &[]).expect("none") == bytes, "{what}: no edits");
    for cell in cells {
        for content in &contents {
            check(&[Edit::new("S", at(cell), content.clone())], &format!("{what} {cell}"));
        }
    }
    let all: Vec<Edit> = cells
        .iter()
        .enumerate()
        .map(|(i, cell)| Edit::new("S", at(cell), contents[i % contents.len()].clone()))
        .collect();
    check(&all, what);
}

const CELLS: [&str; 10] = ["A2", "B2", "C2", "B4", "D2", "A3", "C4", "A1", "B9", "XFD1048576"];

#[test]
fn forms_of_the_sheet_part() {
    let plain = worksheet(&format!("<dimension ref=\"A2:C4\"/>{ROWS}"));
    let prefixed = plain
        .replace("xmlns=", "xmlns:x=")
        .replace('<', "<x:")
        .replace("<x:/", "</x:")
        .replace("<x:?", "<?");
    let cases = [
        ("plain", plain.clone()),
        ("a mark", format!("\u{feff}{plain}")),
        ("prefixed", prefixed),
        ("CR LF", plain.replace("><", ">\r\n  <")),
        ("single quotes", plain.replace('"', "'")),
        ("spaces in tags", plain.replace("<c r", "<c\n  r").replace("/>", " />").replace("</c>", "</c >")),
        ("self-closed rows", worksheet("<sheetData><row r=\"2\" ht=\"20\"/><row r=\"4\"/></sheetData>")),
        ("an empty sheetData", worksheet("<sheetData/>")),
        ("an open empty sheetData", worksheet("<sheetData></sheetData>")),
        (
            "comments and instructions",
            plain
                .replace("<row r=\"4\">", "<!-- <c r=\"B4\"><v>9</v></c> --><row r=\"4\"><!-- a > b --><?pi <c/>?>")
                .replace("</row>", "<!-- end --></row>"),
        ),
        (
            "AlternateContent and decoys",
            plain.replace(
                "</worksheet>",
                "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice Requires=\"x14\"><sheetData><row r=\"2\"><c r=\"A2\"><v>99</v></c></row></sheetData></mc:Choice></mc:AlternateContent><extLst><ext uri=\"{X}\"><row r=\"2\"><c r=\"A2\"><v>98</v></c></row></ext></extLst></worksheet>",
            ),
        ),
        ("unknown attributes", plain.replace("<c r", "<c xmlns:q=\"urn:q\" q:t=\"s\" q:r=\"Z9\" r")),
        ("strict", plain.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
        (
            "no r at all",
            worksheet("<sheetData><row/><row><c s=\"1\"><v>1</v></c><c s=\"2\"/><c t=\"inlineStr\"><is><t>x</t></is></c></row><row/><row><c/><c><f>A2*2</f><v>2</v></c></row></sheetData>"),
        ),
        (
            "r on some",
            worksheet("<sheetData><row r=\"2\"><c><v>1</v></c><c r=\"C2\"><v>3</v></c><c><v>4</v></c></row><row><c r=\"B3\"><v>5</v></c></row></sheetData>"),
        ),
        (
            "row and column styles",
            worksheet("<cols><col min=\"1\" max=\"2\" width=\"9\" style=\"2\"/></cols><sheetData><row r=\"2\" s=\"1\" customFormat=\"1\"><c r=\"C2\"/></row></sheetData>"),
        ),
    ];
    for (what, sheet) in cases {
        keeps(&packed(&workbook_of(&sheet)), &CELLS, what);
    }
}

#[test]
fn parts_elsewhere() {
    let all = workbook_of(&worksheet(ROWS));
    let change = |part: &str, from: &str, to: &str| {
        let mut all = all.clone();
        let found = all.iter_mut().find(|(name, _)| name == part).expect(part);
        let text = String::from_utf8(found.1.clone()).expect("UTF-8");
        assert!(text.contains(from));
        found.1 = text.replace(from, to).into_bytes();
        packed(&all)
    };
    let links = "xl/_rels/workbook.xml.rels";
    keeps(&change(links, "worksheets/sheet1", "/xl/worksheets/sheet1"), &CELLS, "absolute target");
    keeps(&change("_rels/.rels", "xl/workbook", "/xl/workbook"), &CELLS, "absolute workbook");
    keeps(&change(links, "/sheet1.xml", "/SHEET1.xml"), &CELLS, "another case");
    // calamine does not find this one's sheet.
    let dots = change(links, "worksheets/sheet1", "../xl/./worksheets/sheet1");
    let strict = change(
        "_rels/.rels",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    );
    let edits = [Edit::new("S", at("A2"), Content::Number(5.0))];
    for bytes in [strict, dots] {
        let once = edit(&bytes, &edits).expect("edited");
        law(&bytes, &once, &Job { part: SHEET, edits: &edits }, "parts elsewhere");
    }
}

#[test]
fn ways_to_store_a_member() {
    let all = workbook_of(&worksheet(ROWS));
    let each = |f: &dyn Fn(&str, &[u8]) -> Member| -> Vec<Member> {
        all.iter().map(|(name, body)| f(name, body)).collect()
    };
    let deflated = each(&|name, body| member(name, body));
    let order: Vec<usize> = (0..deflated.len()).collect();
    let reversed: Vec<usize> = order.iter().rev().copied().collect();
    let mut folders = deflated.clone();
    folders.insert(0, member("xl/", b"").stored(b""));
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("deflated", archive(&deflated)),
        ("stored", archive(&each(&|name, body| member(name, body).stored(body)))),
        ("data descriptors", archive(&each(&|name, body| member(name, body).described()))),
        ("zip64 fields", archive(&each(&|name, body| member(name, body).wide()))),
        ("full zip64", archive_listed(&each(&|n, body| member(n, body).wide()), &order, b"", true)),
        ("zip64 end only", archive_listed(&deflated, &order, b"note", true)),
        ("a comment", archive_listed(&deflated, &order, "备注".as_bytes(), false)),
        ("reverse order", archive_listed(&deflated, &reversed, b"", false)),
        ("folders", archive(&folders)),
    ];
    for (what, bytes) in cases {
        keeps(&bytes, &["A2", "B9"], what);
    }
}

#[test]
fn shared_formulas_keep_their_meaning() {
    let data = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><f t=\"shared\" ref=\"B1:B3\" si=\"0\">A1*$A$1&amp;\"&lt;\"</f><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>2</v></c><c r=\"B2\"><f t=\"shared\" si=\"0\"/><v>2</v></c></row><row r=\"3\"><c r=\"A3\"><v>3</v></c><c r=\"B3\"><f t=\"shared\" si=\"0\"></f><v>3</v></c></row></sheetData>";
    let bytes = packed(&workbook_of(&worksheet(data)));
    keeps(&bytes, &["B1", "B2", "B3", "A1"], "shared formula");
    let formulas = |bytes: &[u8]| -> Vec<Option<String>> {
        let book = kaohe::workbook::open(bytes, &|_| true).expect("a workbook");
        let formula = |cell: &str| book.sheets[0].cells.get(&at(cell))?.formula.clone();
        ["B1", "B2", "B3"].iter().map(|cell| formula(cell)).collect()
    };
    let after = edit(&bytes, &[Edit::new("S", at("B1"), Content::Number(9.0))]).expect("edited");
    assert_eq!(
        formulas(&after),
        [None, Some("A2*$A$1&\"<\"".to_owned()), Some("A3*$A$1&\"<\"".to_owned())]
    );
    let after = edit(&bytes, &[Edit::new("S", at("B2"), Content::Number(9.0))]).expect("edited");
    assert_eq!(
        formulas(&after),
        [Some("A1*$A$1&\"<\"".to_owned()), None, Some("A3*$A$1&\"<\"".to_owned())]
    );
}

fn refusal(data: &str, cell: &str, content: Content) -> String {
    let bytes = packed(&workbook_of(&worksheet(data)));
    edit(&bytes, &[Edit::new("S", at(cell), content)]).expect_err(cell).code.to_owned()
}

#[test]
fn refused_with_a_reason() {
    let array = "<sheetData><row r=\"1\"><c r=\"A1\"><f t=\"array\" ref=\"A1:A3\">B1:B3</f><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData>";
    let spill = array.replace("<c r=\"A1\"", "<c r=\"A1\" cm=\"1\"");
    let table = array
        .replace("t=\"array\" ref=\"A1:A3\"", "t=\"dataTable\" ref=\"A1:A3\" dt2D=\"0\" r1=\"B1\"");
    for data in [array, &spill, &table] {
        for cell in ["A1", "A2", "A3"] {
            assert_eq!(refusal(data, cell, Content::Number(1.0)), "array-formula", "{data} {cell}");
        }
    }
    let plain = "<sheetData/>";
    for (content, code) in [
        (Content::Number(f64::NAN), "not-finite"),
        (Content::Number(f64::NEG_INFINITY), "not-finite"),
        (Content::Formula("1/0".into(), Value::Number(f64::INFINITY)), "not-finite"),
        (Content::Text("长".repeat(32_768)), "too-large"),
        (Content::Formula("1+".repeat(4_100) + "1", Value::Number(1.0)), "formula-too-long"),
        (Content::Formula(String::new(), Value::Number(1.0)), "not-a-formula"),
        (Content::Formula("A\u{1}".into(), Value::Number(1.0)), "not-a-formula"),
    ] {
        assert_eq!(refusal(plain, "A1", content), code);
    }
    let merged = format!("{ROWS}<mergeCells count=\"1\"><mergeCell ref=\"A2:B3\"/></mergeCells>");
    let bytes = packed(&workbook_of(&worksheet(&merged)));
    let two = [
        Edit::new("S", at("A2"), Content::Number(1.0)),
        Edit::new("S", at("B3"), Content::Number(2.0)),
    ];
    assert_eq!(edit(&bytes, &two).expect_err("two in one merge").code, "edited-twice");
    assert_eq!(
        edit(&bytes, &[Edit::new("T", at("A1"), Content::Number(1.0))]).expect_err("no sheet").code,
        "no-sheet"
    );
    let one = edit(&bytes, &two[1..]).expect("merged");
    let landed = [Edit::new("S", at("A2"), Content::Number(2.0))];
    law(&bytes, &one, &Job { part: SHEET, edits: &landed }, "merged");
    assert_eq!(Range::parse("A2:B3").map(|r| r.start), Some(at("A2")));
}

#[test]
fn utf_16_parts_are_edited_as_utf_8_ones_and_stay_utf_16() {
    let plain = worksheet(ROWS);
    let edits = [
        Edit::new("S", at("A2"), Content::Number(5.0)),
        Edit::new("S", at("C9"), Content::Text("\u{20bb7}野家".to_owned())),
        Edit::new("S", at("B1"), Content::Formula("1+1".to_owned(), Value::Number(2.0))),
    ];
    let part = |bytes: &[u8]| bodies(bytes).pop().expect("the sheet").1;
    let narrow = edit(&packed(&workbook_of(&plain)), &edits).expect("edited");
    let expected = String::from_utf8(part(&narrow)).expect("UTF-8").replace("UTF-8", "UTF-16");
    // With a declaration and without: the mark alone tells it.
    let bare = |text: &str| text.split_once("?>").expect("a declaration").1.to_owned();
    let wide = plain.replace("UTF-8", "UTF-16");
    let cases = [(wide.clone(), expected.clone()), (bare(&wide), bare(&expected))];
    for (before, after) in cases {
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = |text: &str| -> Vec<u8> {
                std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
            };
            let mut all = workbook_of("");
            all.last_mut().expect("the sheet").1 = units(&before);
            let bytes = packed(&all);
            let book = kaohe::workbook::open(&bytes, &|_| true).expect("read");
            assert_eq!(book.sheets[0].value(at("A2")), &Value::Number(1.0));
            let once = edit(&bytes, &edits).expect("edited");
            assert!(part(&once) == units(&after), "the same characters as in the UTF-8 part");
            let book = kaohe::workbook::open(&once, &|_| true).expect("read");
            assert_eq!(book.sheets[0].value(at("A2")), &Value::Number(5.0));
            assert_eq!(book.sheets[0].text(at("C9")), Some("\u{20bb7}野家"));
            assert!(edit(&once, &edits).expect("again") == once);
        }
    }
}

#[test]
fn odd_characters_survive() {
    let bytes = packed(&workbook_of(&worksheet(ROWS)));
    for text in ["\u{1}x", "a\u{fffe}b", "_x0041_", "__x005F_", "\u{20bb7}野家 🀄", "a\nb", "]]>"]
    {
        let after = edit(&bytes, &[Edit::new("S", at("A2"), Content::Text(text.to_owned()))]);
        let book = kaohe::workbook::open(&after.expect("edited"), &|_| true).expect("read");
        assert_eq!(book.sheets[0].text(at("A2")), Some(text));
    }
}

#[test]
fn a_signature_is_kept_or_taken_out_whole() {
    let mut all = workbook_of(&worksheet(ROWS));
    let add = |all: &mut Vec<(String, Vec<u8>)>, part: &str, before: &str, new: &str| {
        let found = all.iter_mut().find(|(name, _)| name == part).expect(part);
        let text = String::from_utf8(found.1.clone()).expect("UTF-8");
        found.1 = text.replace(before, &format!("{new}{before}")).into_bytes();
    };
    add(
        &mut all,
        "_rels/.rels",
        "</Relationships>",
        "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin\" Target=\"_xmlsignatures/origin.sigs\"/>",
    );
    add(
        &mut all,
        "[Content_Types].xml",
        "</Types>",
        "<Override PartName=\"/_xmlsignatures/sig1.xml\" ContentType=\"application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml\"/>",
    );
    all.push(("_xmlsignatures/origin.sigs".into(), vec![]));
    all.push(("_xmlsignatures/sig1.xml".into(), b"<Signature/>".to_vec()));
    let bytes = packed(&all);
    let edits = [Edit::new("S", at("A2"), Content::Number(5.0))];
    assert_eq!(edit(&bytes, &edits).expect_err("signed").code, "signed");
    let options = EditOptions { drop_signature: true, ..EditOptions::default() };
    let after = bodies(&edit_with(&bytes, &edits, &options).expect("dropped"));
    for (name, body) in &after {
        assert!(!name.contains("_xmlsignatures"), "{name}");
        assert!(!String::from_utf8_lossy(body).contains("signature"), "{name}");
    }
    assert_eq!(after.len(), all.len() - 2);
}
