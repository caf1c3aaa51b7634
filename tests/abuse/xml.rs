//! 3.3 XML and package.

use super::{either, filled, refused, same, verdict};
use crate::common::pack::{MAIN, bodies, packed, with_part};
use crate::common::{ONE, sample};
use std::time::{Duration, Instant};

const METRICS_PART: &str = "xl/worksheets/sheet2.xml";
const READ: [&str; 7] = [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    METRICS_PART,
];

fn metrics(change: impl Fn(&str) -> String) -> Vec<u8> {
    with_part(&sample(ONE), METRICS_PART, change)
}

fn raw(part: &str, body: Vec<u8>) -> Vec<u8> {
    let mut all = bodies(&sample(ONE));
    all.iter_mut().find(|(name, _)| name == part).expect(part).1 = body;
    packed(&all)
}

fn text_of(part: &str) -> String {
    let all = bodies(&sample(ONE));
    String::from_utf8(all.into_iter().find(|(name, _)| name == part).expect(part).1).expect("UTF-8")
}

#[test]
fn no_doctype_in_any_read_part() {
    for part in READ {
        for doctype in [
            "<!DOCTYPE x>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]>",
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>",
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:9/x\">]>",
            "<!doctype x>",
        ] {
            let bytes = with_part(&sample(ONE), part, |text| match text.find("?>") {
                Some(at) => format!("{}{doctype}{}", &text[..at + 2], &text[at + 2..]),
                None => format!("{doctype}{text}"),
            });
            refused(&bytes, "malformed-part", &format!("{part} {doctype}"));
        }
        // In UTF-16 as well, which a look at the bytes would pass.
        let text = text_of(part).replace("UTF-8", "UTF-16");
        let at = text.find("?>").map_or(0, |at| at + 2);
        let text = format!("{}<!DOCTYPE x>{}", &text[..at], &text[at..]);
        let wide = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes));
        refused(&raw(part, wide.collect()), "malformed-part", "UTF-16 DOCTYPE");
    }
}

#[test]
fn invalid_utf_8_and_control_bytes_name_the_part() {
    for part in READ {
        for bad in [&[0xffu8][..], &[0xc0, 0x80], &[0], &[1], &[0x1b], &[0xed, 0xa0, 0x80]] {
            let mut body = text_of(part).into_bytes();
            let at = body.iter().rposition(|b| *b == b'<').expect("a tag");
            body.splice(at..at, bad.iter().copied());
            let problems = kaohe::fill_workbook(&raw(part, body), &kaohe::Options::default());
            let problem = &problems.expect_err(part)[0];
            assert_eq!(problem.code, "malformed-part", "{part} {bad:?}");
            assert!(problem.what.zh.contains(part), "{}", problem.what.zh);
        }
    }
}

#[test]
fn unknown_entities_and_wrong_character_references() {
    for reference in ["&nbsp;", "&x;", "&#0;", "&#1;", "&#xFFFF;", "&#x110000;", "&#xD800;", "&;"] {
        let bytes = metrics(|t| t.replace("<v>309500</v>", &format!("<v>309500{reference}</v>")));
        assert!(verdict(&bytes).is_err(), "{reference}");
    }
    either(
        &metrics(|t| t.replace("<v>309500</v>", "<v>3&#48;9&#x35;00</v>")),
        "digits as references",
    );
}

#[test]
fn ways_to_write_the_same() {
    same(&metrics(|t| format!("\u{feff}{t}")), "a mark");
    same(&metrics(|t| t.replace("><", ">\r\n<")), "CR LF");
    same(&metrics(|t| t.replace('"', "'")), "single quotes");
    same(&metrics(|t| t.replace("<c r", "<c\n\tr").replace("</c>", "</c \n>")), "spaces in tags");
    same(
        &metrics(|t| {
            t.replace(
                "<row r=\"5\"",
                "<!-- <row r=\"5\"><c r=\"B5\"><v>1</v></c></row> --><?x <c/>?><row r=\"5\"",
            )
        }),
        "a comment that looks like a cell",
    );
    same(
        &metrics(|t| {
            let body = t.replace('<', "<x:").replace("<x:/", "</x:").replace("<x:?", "<?");
            body.replace("xmlns=", "xmlns:x=")
        }),
        "prefixed",
    );
    same(
        &metrics(|t| {
            t.replace("</worksheet>", "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice Requires=\"x\"><sheetData><row r=\"5\"><c r=\"B5\"><v>1</v></c></row></sheetData></mc:Choice></mc:AlternateContent><extLst><ext uri=\"x\"><row r=\"5\"><c r=\"B5\"><v>1</v></c></row></ext></extLst></worksheet>")
        }),
        "decoys",
    );
    same(&metrics(|t| t.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")), "strict");
    same(
        &metrics(|t| t.replace("<v>309500</v>", "<v xml:space=\"preserve\"> 309500 </v>")),
        "spaces around a number",
    );
    same(&metrics(|t| t.replace("<v>309500</v>", "<v>3.095E5</v>")), "an exponent");
    let without_r = metrics(|t| {
        // A3 to D15 stand without gaps.
        let mut out = t.to_owned();
        for row in 3..16 {
            for col in ["A", "B", "C", "D"] {
                out = out.replace(&format!("<c r=\"{col}{row}\""), "<c");
            }
        }
        out
    });
    same(&without_r, "cells without r");
    same(
        &metrics(|t| {
            t.replace(
                "<c r=\"A5\" s=\"4\" t=\"s\"><v>81</v></c>",
                "<c r=\"A5\" s=\"4\" t=\"inlineStr\"><is><t>实际营业额</t></is></c>",
            )
        }),
        "an inline string",
    );
}

#[test]
fn what_may_be_read_or_refused_but_never_dropped() {
    either(&metrics(|t| t.replace("<v>309500</v>", "<v><![CDATA[309500]]></v>")), "CDATA");
    either(&metrics(|t| t.replace("<v>309500</v>", "<v>309<!-- x -->500</v>")), "a split value");
    let gb = metrics(|t| t.replace("encoding=\"UTF-8\"", "encoding=\"GB18030\""));
    refused(&gb, "malformed-part", "GB18030");
    for big in [false, true] {
        let text = text_of(METRICS_PART).replace("UTF-8", "UTF-16");
        let mut body = if big { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
        for unit in text.encode_utf16() {
            body.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        }
        either(&raw(METRICS_PART, body.clone()), "UTF-16");
        let mut controlled = body.clone();
        controlled.extend(if big { [0, 1] } else { [1, 0] });
        refused(&raw(METRICS_PART, controlled), "malformed-part", "a control character");
        body.pop();
        refused(&raw(METRICS_PART, body), "malformed-part", "half a character");
    }
}

#[test]
fn absurd_shapes_end_soon() {
    let deep = |n: usize| {
        metrics(|t| {
            t.replace(
                "</worksheet>",
                &format!("{}{}</worksheet>", "<a>".repeat(n), "</a>".repeat(n)),
            )
        })
    };
    let cases = [
        ("depth 100", deep(100)),
        ("depth 300", deep(300)),
        ("depth 100,000", deep(100_000)),
        (
            "20,000 attributes",
            metrics(|t| {
                let many: String = (0..20_000).map(|i| format!(" a{i}=\"\"")).collect();
                t.replace("<sheetData>", &format!("<sheetData{many}>"))
            }),
        ),
        (
            "20,000 namespaces",
            metrics(|t| {
                let many: String =
                    (0..20_000).map(|i| format!(" xmlns:a{i}=\"urn:{i}\"")).collect();
                t.replace("<sheetData>", &format!("<sheetData{many}>"))
            }),
        ),
        (
            "a long attribute",
            metrics(|t| {
                t.replace("<sheetData>", &format!("<sheetData a=\"{}\">", "x".repeat(5 << 20)))
            }),
        ),
        (
            "much space",
            metrics(|t| t.replace("<sheetData>", &format!("{}<sheetData>", " ".repeat(900_000)))),
        ),
    ];
    for (what, bytes) in cases {
        let started = Instant::now();
        either(&bytes, what);
        // Far above what it takes: the machine may be busy, and this is a debug build.
        assert!(started.elapsed() < Duration::from_secs(60), "{what}: {:?}", started.elapsed());
    }
    refused(&deep(300), "too-large", "depth");
    let mut options = kaohe::Options::default();
    options.limits.set("xml-depth", 400);
    assert!(super::verdict_with(&deep(300), &options).is_ok(), "the limit is raised");
}

#[test]
fn parts_that_are_odd_or_missing() {
    let mut all = bodies(&sample(ONE));
    all.push(("[trash]/0000.dat".into(), vec![0; 100]));
    all.push(("xl/unknown/part.xyz".into(), b"anything".to_vec()));
    all.push(("customXml/item1.xml".into(), b"<x/>".to_vec()));
    let bytes = packed(&all);
    same(&bytes, "unknown parts");
    let after = bodies(&filled(&bytes));
    for (name, body) in &all[all.len() - 3..] {
        assert_eq!(&after.iter().find(|(n, _)| n == name).expect(name).1, body);
    }
    for part in READ.iter().copied().chain([
        "xl/worksheets/sheet1.xml",
        "xl/theme/theme1.xml",
        "docProps/app.xml",
    ]) {
        let mut without = bodies(&sample(ONE));
        without.retain(|(name, _)| name != part);
        either(&packed(&without), part);
    }
    for part in READ {
        either(&raw(part, vec![]), part);
        either(&raw(part, b"<x/>".to_vec()), part);
        either(&raw(part, b"not xml at all".to_vec()), part);
    }
}
