//! 3.4 Cells to be written.

use super::{RIGHT, either, filled, notices, refused, same, verdict};
use crate::common::pack::{bodies, with_part};
use crate::common::{FORM, METRICS, ONE, at, number, sample, seen};
use kaohe::package::{Content, Edit, edit};
use kaohe::workbook::Value;

const FORM_PART: &str = "xl/worksheets/sheet1.xml";

fn form(change: impl Fn(&str) -> String) -> Vec<u8> {
    with_part(&sample(ONE), FORM_PART, change)
}

fn part(bytes: &[u8]) -> String {
    let all = bodies(bytes);
    String::from_utf8(all.into_iter().find(|(n, _)| n == FORM_PART).expect("form").1)
        .expect("UTF-8")
}

fn put(text: &str, cell: &str, inner: &str) -> String {
    let empty = format!("<c r=\"{cell}\" s=\"7\"/>");
    assert!(text.contains(&empty), "{cell}");
    text.replace(&empty, inner)
}

#[test]
fn shared_formulas_among_the_score_cells() {
    // D4 is the master; D5 a score cell too, F5 only reads along the group.
    let bytes = form(|t| {
        let t = put(
            t,
            "D4",
            "<c r=\"D4\" s=\"7\"><f t=\"shared\" ref=\"D4:D6\" si=\"0\">C4&amp;\"x\"</f><v>0</v></c>",
        );
        put(&t, "D5", "<c r=\"D5\" s=\"7\"><f t=\"shared\" si=\"0\"/><v>0</v></c>")
    });
    same(&bytes, "master and follower");
    let follower = form(|t| {
        put(
            t,
            "D4",
            "<c r=\"D4\" s=\"7\"><f t=\"shared\" ref=\"D4:D41\" si=\"3\">B4</f><v>0</v></c>",
        )
        .replace(
            "</row><row r=\"42\"",
            "<c r=\"F40\"><f t=\"shared\" si=\"3\"/><v>7</v></c></row><row r=\"42\"",
        )
    });
    same(&follower, "a follower that is no score cell");
    let out = filled(&follower);
    let book = kaohe::workbook::open(&out, &|_| true).expect("opens");
    // B4 seen from D4 is D40 seen from F40: it now is a formula of its own, and was computed anew.
    let cell = book.sheets[0].cells.get(&at("F40")).unwrap();
    assert_eq!(cell.formula.as_deref(), Some("D40"));
    assert!(
        matches!(cell.value, Value::Number(n) if (n - 85.4866).abs() < 1e-3),
        "{:?}",
        cell.value
    );
}

#[test]
fn array_formulas_data_tables_and_spills_are_refused_with_their_range() {
    for formula in [
        "<f t=\"array\" ref=\"D4:D6\">C4:C6</f>",
        "<f t=\"dataTable\" ref=\"D4:D6\" dt2D=\"0\" dtr=\"0\" r1=\"A1\"/>",
    ] {
        for cm in ["", " cm=\"1\""] {
            let bytes =
                form(|t| put(t, "D4", &format!("<c r=\"D4\" s=\"7\"{cm}>{formula}<v>0</v></c>")));
            let problems = match kaohe::fill_workbook(&bytes, &kaohe::Options::default()) {
                Err(problems) => problems,
                Ok(outcome) => {
                    assert!(outcome.bytes.is_none(), "written over an array");
                    outcome.cards.into_iter().flat_map(|c| c.problems).collect()
                }
            };
            let words: String = problems.iter().map(|p| p.what.zh.clone()).collect();
            assert!(words.contains("D4:D6"), "{words}");
        }
    }
}

#[test]
fn merged_score_cells() {
    let merge = |range: &str| {
        form(|t| match t.contains("<mergeCells") {
            true => {
                t.replacen("<mergeCell ", &format!("<mergeCell ref=\"{range}\"/><mergeCell "), 1)
            }
            false => t.replace(
                "</sheetData>",
                &format!(
                    "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"{range}\"/></mergeCells>"
                ),
            ),
        })
    };
    let wide = merge("D4:D4");
    either(&wide, "a merge of one cell");
    let outcome = kaohe::fill_workbook(&merge("D4:D5"), &kaohe::Options::default()).expect("read");
    assert!(outcome.bytes.is_none(), "two scores in one merge");
    let shared: Vec<String> = outcome
        .cards
        .iter()
        .flat_map(|card| &card.problems)
        .filter(|p| p.code == "cell-shared" && p.place().ends_with("D4"))
        .map(|p| format!("{} {}", p.what.zh, p.what.en))
        .collect();
    assert!(
        matches!(shared.as_slice(), [one] if one.matches("A4").count() == 2
            && one.matches("A5").count() == 2),
        "both items are named: {shared:?}"
    );
}

#[test]
fn what_stands_in_a_score_cell_is_replaced_and_its_style_kept() {
    for inner in [
        "<c r=\"D4\" s=\"7\" t=\"e\"><v>#REF!</v></c>",
        "<c r=\"D4\" s=\"7\" t=\"b\"><v>1</v></c>",
        "<c r=\"D4\" s=\"7\" t=\"s\"><v>0</v></c>",
        "<c r=\"D4\" s=\"7\" t=\"inlineStr\"><is><r><rPr><b/></rPr><t>粗</t></r><r><t>体</t></r></is></c>",
        "<c r=\"D4\" s=\"7\"><f>1/0</f><v>3</v></c>",
        "<c r=\"D4\" s=\"7\" t=\"str\"><f>\"x\"</f><v>x</v></c>",
        "<c r=\"D4\" s=\"7\" cm=\"1\" vm=\"2\" ph=\"1\"><v>99</v></c>",
    ] {
        let bytes = form(|t| put(t, "D4", inner));
        same(&bytes, inner);
        let out = filled(&bytes);
        assert_eq!(number(&out, FORM, "D4"), 21.0);
        let text = part(&out);
        assert!(text.contains("<c r=\"D4\" s=\"7\"><f>"), "{inner}");
    }
}

#[test]
fn cells_twice_out_of_order_or_beyond_the_grid() {
    let row = |cells: &str| form(|t| t.replace("<c r=\"E4\"", &format!("{cells}<c r=\"E4\"")));
    refused(&row("<c r=\"D4\"><v>5</v></c>"), "malformed-part", "a cell twice");
    refused(
        &form(|t| t.replace("<row r=\"5\"", "<row r=\"4\"/><row r=\"5\"")),
        "malformed-part",
        "a row twice",
    );
    for bad in [
        "XFE4",
        "A1048577",
        "AAAA4",
        "A0",
        "4",
        "A",
        "$D$4",
        "D5",
        "d\u{300}4",
        "A99999999999",
        "ZZZZZZZZZZ4",
    ] {
        refused(&row(&format!("<c r=\"{bad}\"><v>5</v></c>")), "malformed-part", bad);
    }
    for row in ["0", "1048577", "-1", "x", "99999999999999999999", ""] {
        refused(
            &form(|t| t.replace("<row r=\"5\"", &format!("<row r=\"{row}\""))),
            "malformed-part",
            row,
        );
    }
    either(&row("<c r=\"F4\"><v>5</v></c>"), "cells out of order");
    either(
        &form(|t| {
            t.replace("</sheetData>", "<row r=\"14\"><c r=\"F14\"><v>1</v></c></row></sheetData>")
        }),
        "rows out of order",
    );
}

#[test]
fn far_cells_take_no_memory() {
    let far =
        form(|t| t.replace("<dimension ref=\"A1:E42\"/>", "<dimension ref=\"A1:XFD1048576\"/>"));
    same(&far, "a dimension of everything");
    let cell = form(|t| {
        t.replace(
            "</sheetData>",
            "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
        )
    });
    same(&cell, "a cell in the last corner");
    assert_eq!(part(&filled(&cell)).matches("XFD1048576").count(), 1);
    let rows = form(|t| {
        let many: String = (50..200_050).map(|r| format!("<row r=\"{r}\"/>")).collect();
        t.replace("</sheetData>", &format!("{many}</sheetData>"))
    });
    either(&rows, "200,000 empty rows");
}

#[test]
fn hidden_sheets_and_the_1904_system() {
    for state in ["hidden", "veryHidden"] {
        let bytes = with_part(&sample(ONE), "xl/workbook.xml", |t| {
            t.replace(
                "<sheet name=\"客服主管绩效考核表\"",
                &format!("<sheet state=\"{state}\" name=\"客服主管绩效考核表\""),
            )
        });
        same(&bytes, state);
        assert!(notices(&bytes).contains(&"hidden-sheet"), "{state}");
    }
    let dated = with_part(&sample(ONE), "xl/workbook.xml", |t| {
        t.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
    });
    same(&dated, "1904");
    same(&form(|t| t.replace("<row r=\"5\"", "<row hidden=\"1\" r=\"5\"")), "a hidden row");
}

#[test]
fn filled_twice_is_filled_once() {
    let once = filled(&sample(ONE));
    assert!(filled(&once) == once);
}

#[test]
fn dependents_are_fresh_or_removed() {
    let out = filled(&sample(ONE));
    assert_eq!(number(&out, "汇总", "B4"), 21.0);
    assert_eq!(seen(&out, "汇总", "B13").to_string(), "良好");
    // A function nobody here knows, reading a score: its old value goes, it is named, Excel is asked.
    let unknown = Edit::new(
        "汇总",
        at("C13"),
        Content::Formula("DISPIMG(客服主管绩效考核表!D4,1)".into(), Value::Number(77.0)),
    );
    let apart = Edit::new(
        "汇总",
        at("C12"),
        Content::Formula("_xlfn.DISPIMG(\"ID_1\",1)".into(), Value::Text("图".into())),
    );
    let bytes = edit(&sample(ONE), &[unknown, apart]).expect("edited");
    let bytes = with_part(&bytes, "xl/workbook.xml", |t| t.replace(" fullCalcOnLoad=\"1\"", ""));
    assert_eq!(verdict(&bytes).as_ref(), Ok(&*RIGHT));
    assert!(notices(&bytes).contains(&"not-computed"));
    let out = filled(&bytes);
    assert_eq!(seen(&out, "汇总", "C13"), calamine::Data::Empty);
    assert_eq!(seen(&out, "汇总", "C12").to_string(), "图", "what reads no score stays");
    let book = kaohe::workbook::open(&out, &|_| true).expect("opens");
    assert!(book.full_calc_on_load);
    assert!(!kaohe::workbook::open(&bytes, &|_| true).expect("opens").full_calc_on_load);
    assert_eq!(seen(&out, METRICS, "B5").to_string(), "309500");
}
