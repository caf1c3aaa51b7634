//! 3.2 Locked, signed, active.

use super::biff::compound;
use super::{RIGHT, filled, notices, refused, same, verdict_with};
use crate::common::pack::{bodies, packed, with_part};
use crate::common::{FORM, METRICS, ONE, at, kaohe, said, sample, seen};
use kaohe::Options;
use kaohe::package::{Content, Edit, edit};

#[test]
fn encrypted_packages_are_told_as_such() {
    for info in [&[4u8, 0, 4, 0, 0x40, 0, 0, 0][..], &[3, 0, 2, 0, 0x24, 0, 0, 0]] {
        let bytes = compound(&[("/EncryptionInfo", info), ("/EncryptedPackage", &[7; 600])]);
        let problems = kaohe::fill_workbook(&bytes, &Options::default()).expect_err("locked");
        assert_eq!(problems[0].code, "password");
        assert!(problems[0].what.zh.contains("打开密码"), "{}", problems[0].what.zh);
        // VelvetSweatshop: Excel asks for nothing; the hint says what to do then.
        assert!(problems[0].hint.as_ref().is_some_and(|h| h.zh.contains("并未问密码")));
    }
}

#[test]
fn encrypted_ods() {
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
        ),
        ("content.xml", "\u{1}\u{2}"),
    ];
    let parts: Vec<(String, Vec<u8>)> =
        parts.iter().map(|(n, b)| ((*n).to_owned(), b.as_bytes().to_vec())).collect();
    refused(&packed(&parts), "password", "an encrypted .ods");
}

fn signed() -> Vec<u8> {
    let mut all = bodies(&with_part(&sample(ONE), "_rels/.rels", |text| {
        text.replace("</Relationships>", "<Relationship Id=\"rIdS\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin\" Target=\"_xmlsignatures/origin.sigs\"/></Relationships>")
    }));
    all.push(("_xmlsignatures/origin.sigs".into(), vec![]));
    all.push(("_xmlsignatures/sig1.xml".into(), b"<Signature/>".to_vec()));
    packed(&all)
}

#[test]
fn a_signature_is_not_voided_unasked() {
    refused(&signed(), "signed", "signed");
    let options = Options { drop_signature: true, ..Options::default() };
    assert_eq!(verdict_with(&signed(), &options).as_ref(), Ok(&*RIGHT));
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("a.xlsx"), signed()).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["fill", "a.xlsx"]));
    assert!(code == 1 && words.contains("--drop-signature"), "{words}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 1);
    let (_, words, code) = said(&kaohe(folder.path(), &["fill", "a.xlsx", "--drop-signature"]));
    assert_eq!(code, 0, "{words}");
}

#[test]
fn protection_is_kept_and_told() {
    let lock = "<sheetProtection password=\"CC1A\" sheet=\"1\" objects=\"1\" scenarios=\"1\"/>";
    let bytes = with_part(&sample(ONE), "xl/worksheets/sheet1.xml", |text| {
        text.replace("</sheetData>", &format!("</sheetData>{lock}<protectedRanges><protectedRange name=\"r\" sqref=\"D4:D12\"/></protectedRanges>"))
    });
    let bytes = with_part(&bytes, "xl/workbook.xml", |text| {
        text.replace(
            "<bookViews>",
            "<workbookProtection workbookPassword=\"CC1A\" lockStructure=\"1\"/><bookViews>",
        )
    });
    same(&bytes, "protected");
    assert!(notices(&bytes).contains(&"protected-sheet"));
    let after = bodies(&filled(&bytes));
    let text = |name: &str| {
        let found = after.iter().find(|(n, _)| n == name).expect(name);
        String::from_utf8(found.1.clone()).expect("UTF-8")
    };
    assert!(text("xl/worksheets/sheet1.xml").contains(lock));
    assert!(text("xl/worksheets/sheet1.xml").contains("<protectedRange name=\"r\""));
    assert!(text("xl/workbook.xml").contains("<workbookProtection"));
}

#[test]
fn active_content_is_kept_and_nothing_runs() {
    let mut all = bodies(&with_part(&sample(ONE), "[Content_Types].xml", |text| {
        text.replace("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml").replace(
            "application/vnd.openxmlformats-officedocument.sheet.macro",
            "application/vnd.ms-excel.sheet.macro",
        )
    }));
    let extra = [
        ("xl/vbaProject.bin", &[0xd0, 0xcf, 1, 2, 3][..]),
        ("xl/activeX/activeX1.xml", b"<ax:ocx xmlns:ax=\"urn:x\"/>"),
        ("xl/embeddings/oleObject1.bin", &[0xd0, 0xcf, 9]),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"x/externalLinkPath\" Target=\"\\\\server\\share\\a.xlsx\" TargetMode=\"External\"/></Relationships>"),
        ("xl/connections.xml", b"<connections><connection id=\"1\" name=\"c\"><webPr url=\"http://127.0.0.1:9/\"/></connection></connections>"),
    ];
    all.extend(extra.iter().map(|(name, body)| ((*name).to_owned(), body.to_vec())));
    let bytes = packed(&all);
    let outcome = kaohe::fill_workbook(&bytes, &Options::default()).expect("filled");
    assert_eq!(outcome.extension(), "xlsm");
    let after = bodies(&outcome.bytes.expect("bytes"));
    for (name, body) in extra {
        assert_eq!(after.iter().find(|(n, _)| n == name).expect(name).1, body, "{name}");
    }
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("a.xlsm"), &bytes).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["a.xlsm"]));
    assert_eq!(code, 0, "{words}");
    assert!(folder.path().join("a-已评分.xlsm").exists());
}

#[test]
fn formulas_in_texts_are_plain_text() {
    for text in ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\tx", "=EXEC(\"x\")", "＝1+1"] {
        let edits = [Edit::new(METRICS, at("D4"), Content::Text(text.to_owned()))];
        let bytes = edit(&sample(ONE), &edits).expect("edited");
        same(&bytes, text);
        assert_eq!(seen(&filled(&bytes), METRICS, "D4").to_string(), text);
        let named = edit(
            &sample(ONE),
            &[Edit::new(FORM, at("A2"), Content::Text(format!("被考核人：{text}")))],
        );
        let out = filled(&named.expect("edited"));
        assert!(matches!(seen(&out, FORM, "A2"), calamine::Data::String(_)));
    }
}
