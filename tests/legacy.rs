//! Legacy workbooks: read rightly, written again, refused clearly, never a panic.

use crate::common::{FORM, METRICS, ONE, kaohe, number, said, sample, sample_path, seen};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::limits::Limits;
use kaohe::workbook::{self, Value, Workbook};
use kaohe::{Options, convert_workbook, fill_workbook};
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};

/// The one-person sample as Excel 97 has it.
const XLS: &str = "客服主管绩效考核表-王丽-97.xls";

fn open(bytes: &[u8]) -> Workbook {
    workbook::open(bytes, &|_| true).expect("a workbook")
}

/// Converts what may be damaged; a fault caught by the last net counts as one.
fn try_convert(bytes: &[u8]) -> bool {
    match convert_workbook(bytes, &Limits::DEFAULT) {
        Ok(_) => true,
        Err(problem) => {
            assert!(!problem.what.en.contains("gave up"), "{problem}");
            false
        }
    }
}

/// The sample with its stream of records changed.
fn with_stream(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut file = cfb::CompoundFile::open(Cursor::new(sample(XLS))).expect("compound");
    let mut stream = Vec::new();
    file.open_stream("/Workbook").expect("stream").read_to_end(&mut stream).expect("read");
    change(&mut stream);
    let mut out = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("new");
    out.create_stream("/Workbook").expect("stream").write_all(&stream).expect("written");
    out.flush().expect("flushed");
    out.into_inner().into_inner()
}

#[test]
fn formulas_and_merges_are_those_of_the_same_form_as_xlsx() {
    // Another program made the .xls from the .xlsx; both readers must tell the same.
    let (old, new) = (open(&sample(XLS)), open(&sample(ONE)));
    let plain = |text: &str| text.replace(['\'', ' '], "");
    let mut formulas = 0;
    for (a, b) in old.sheets.iter().zip(&new.sheets) {
        assert_eq!(a.name, b.name);
        let texts = |sheet: &workbook::Sheet| -> Vec<_> {
            let cells = sheet.cells.iter();
            cells.filter_map(|(at, c)| Some((*at, plain(c.formula.as_ref()?)))).collect()
        };
        assert_eq!(texts(a), texts(b), "{}", a.name);
        formulas += texts(a).len();
        let merges = |sheet: &workbook::Sheet| {
            let mut all: Vec<_> = sheet.merges.iter().map(ToString::to_string).collect();
            all.sort();
            all
        };
        assert_eq!(merges(a), merges(b), "{}", a.name);
        for (at, cell) in &b.cells {
            if cell.formula.is_none() {
                assert_eq!(a.value(*at), &cell.value, "{}!{at}", a.name);
            }
        }
    }
    assert!(formulas > 10, "{formulas} formulas compared");
}

#[test]
fn a_filled_xls_holds_the_scores_and_fresh_formulas() {
    let own = fill_workbook(&sample(XLS), &Options::default()).expect("filled");
    let same = fill_workbook(&sample(ONE), &Options::default()).expect("filled");
    let (own_bytes, bytes) = (own.bytes.expect("bytes"), same.bytes.expect("bytes"));
    assert_eq!(own.refreshed, same.refreshed);
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(&own_bytes)).expect("calamine opens");
    let mut compared = 0;
    for target in same.cards.iter().flat_map(|card| &card.targets) {
        let cell = target.place.at.to_string();
        assert_eq!(number(&own_bytes, FORM, &cell), number(&bytes, FORM, &cell), "{cell}");
        let formula = book.worksheet_formula(FORM).expect(FORM);
        let at = (target.place.at.row, target.place.at.col);
        assert_eq!(
            formula.get_value(at).cloned().unwrap_or_default(),
            own.formulas.get(&target.place).cloned().unwrap_or_default()
        );
        compared += 1;
    }
    assert!(compared >= 10, "{compared} cells compared");
    // A formula of the workbook's own that reads the scores.
    assert_eq!(number(&own_bytes, "汇总", "B4"), number(&bytes, "汇总", "B4"));
    assert!(number(&own_bytes, "汇总", "B4") > 0.0);
}

#[test]
fn a_conversion_scores_nothing_and_keeps_values() {
    let (bytes, notices) = convert_workbook(&sample(XLS), &Limits::DEFAULT).expect("converted");
    assert!(notices.iter().all(|n| !n.blocks()), "{notices:?}");
    let (old, new) = (open(&sample(XLS)), open(&bytes));
    let empty = Value::Text(String::new());
    for (a, b) in old.sheets.iter().zip(&new.sheets) {
        for (at, cell) in a.cells.iter().filter(|(_, cell)| cell.value != empty) {
            // Formulas that were never computed are computed; the others keep their values.
            if cell.formula.is_none() {
                assert_eq!(b.value(*at), &cell.value, "{}!{at}", a.name);
            }
            assert_eq!(b.cells.get(at).unwrap().formula, cell.formula, "{}!{at}", a.name);
        }
    }
    // Beside it, the same form as .xlsx, whose values Excel computed.
    let beside = open(&sample(ONE));
    for sheet in &beside.sheets {
        let twin = &new.sheets[new.sheet_index(&sheet.name).expect("the sheet")];
        for (at, cell) in sheet.cells.iter().filter(|(_, c)| matches!(c.value, Value::Text(_))) {
            assert_eq!(twin.value(*at), &cell.value, "{}!{at}", sheet.name);
        }
    }
    assert!(matches!(seen(&bytes, METRICS, "A1"), Data::String(_)));
    assert_eq!(
        convert_workbook(&sample(ONE), &Limits::DEFAULT).expect_err("refused").code,
        "already-xlsx"
    );
}

#[test]
fn the_command_converts_beside_the_original() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::copy(sample_path(XLS), folder.path().join("表.xls")).expect("copied");
    let (_, err, code) = said(&kaohe(folder.path(), &["convert", "表.xls"]));
    assert_eq!(code, 0, "{err}");
    assert!(err.ends_with("已写出：表.xlsx\n"), "{err}");
    let (_, err, code) = said(&kaohe(folder.path(), &["convert", "表.xls"]));
    assert_eq!(code, 1);
    assert!(err.contains("output-exists"), "{err}");
}

#[test]
fn a_password_is_told_as_such() {
    // FILEPASS ([MS-XLS] 2.4.117) stands behind the first record.
    let locked = with_stream(|stream| {
        let first = 4 + usize::from(u16::from_le_bytes([stream[2], stream[3]]));
        stream.splice(first..first, [0x2f, 0, 6, 0, 0, 0, 1, 2, 3, 4]);
    });
    let problem = workbook::open(&locked, &|_| true).expect_err("locked");
    assert_eq!(problem.code, "password");
    assert!(problem.hint.is_some());
}

#[test]
fn a_rebuilt_sample_is_read_as_before() {
    let (a, b) = (open(&sample(XLS)), open(&with_stream(|_| ())));
    assert_eq!(a.sheets[0].cells, b.sheets[0].cells);
}

#[test]
fn page_breaks_at_the_begin_of_a_sheet_are_none() {
    let file = with_stream(|stream| {
        // The last sheet begins at the last BOF of a worksheet (kind 16).
        let begins = |at: &usize| {
            stream[*at..].starts_with(&[0x09, 0x08, 0x10, 0])
                && stream[at + 6..].starts_with(&[16, 0])
        };
        let after = (0..stream.len() - 8).rev().find(begins).expect("a sheet") + 20;
        for id in [0x1a, 0x1b] {
            stream.splice(after..after, [id, 0, 8, 0, 1, 0, 0, 0, 0, 0, 255, 0]);
        }
    });
    let (bytes, _) = convert_workbook(&file, &Limits::DEFAULT).expect("converted");
    assert_eq!(open(&bytes).sheets.len(), open(&sample(XLS)).sheets.len());
    let read = open(&file);
    let page = &read.sheets.last().expect("a sheet").looks.page;
    assert_eq!((page.row_breaks.as_slice(), page.column_breaks.as_slice()), (&[0][..], &[0][..]));
}

#[test]
fn truncated_files_never_panic() {
    let whole = sample(XLS);
    for length in (0..whole.len()).step_by(whole.len() / 60) {
        try_convert(&whole[..length]);
    }
    // A sheet that is cut short could lack a figure that scores: it is refused, not guessed at.
    for part in 1..40 {
        let cut = with_stream(|stream| stream.truncate(stream.len() * part / 40));
        assert!(!try_convert(&cut), "{part} of 40");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_records_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let damaged = with_stream(|stream| {
            for (at, byte) in &flips {
                let at = at.index(stream.len());
                stream[at] = *byte;
            }
        });
        try_convert(&damaged);
    }

    #[test]
    fn damaged_files_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut damaged = sample(XLS);
        for (at, byte) in &flips {
            let at = at.index(damaged.len());
            damaged[at] = *byte;
        }
        try_convert(&damaged);
    }
}

/// What Excel 2007 and later adds to an .xls: a theme whose first accent is 00AA11 and, for every XF,
/// letters of colour 123456 and a fill of that accent, made for XFs with this checksum.
fn with_exact_colours(checksum: impl Fn(u32) -> u32) -> Vec<u8> {
    let record = |id: u16, body: &[u8]| {
        let mut out = [id.to_le_bytes(), (body.len() as u16).to_le_bytes()].concat();
        out.extend(body);
        out
    };
    // Later records begin with their own number and ten bytes more.
    let later =
        |id: u16, body: &[u8]| record(id, &[&id.to_le_bytes()[..], &[0; 10], body].concat());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("theme/theme/theme1.xml", zip::write::SimpleFileOptions::default())
        .expect("part");
    let colours: String = ["000000", "FFFFFF", "111111", "222222", "00AA11"]
        .iter()
        .chain(&["333333"; 7])
        .map(|rgb| format!("<a:c><a:srgbClr val=\"{rgb}\"/></a:c>"))
        .collect();
    write!(zip, "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:clrScheme>{colours}</a:clrScheme></a:theme>").expect("written");
    let theme = zip.finish().expect("whole").into_inner();
    with_stream(|stream| {
        let (mut at, mut after, mut xfs, mut sheets) = (0, 0, Vec::new(), Vec::new());
        loop {
            let id = u16::from_le_bytes([stream[at], stream[at + 1]]);
            let size = usize::from(u16::from_le_bytes([stream[at + 2], stream[at + 3]]));
            let next = at + 4 + size;
            match id {
                0x0a => break,
                0x85 => sheets.push(at + 4),
                0xe0 => {
                    xfs.push(stream[at + 4..next].to_vec());
                    after = next;
                }
                _ => {}
            }
            at = next;
        }
        // [MS-OSHARED] 2.4.3, a bit at a time.
        let sum = xfs.concat().iter().fold(0u32, |sum, byte| {
            let mut turned = (sum >> 24 ^ u32::from(*byte)) << 24;
            for _ in 0..8 {
                turned = if turned >> 31 == 1 { turned << 1 ^ 0xaf } else { turned << 1 };
            }
            sum << 8 ^ turned & 0xffff
        });
        let count = xfs.len() as u16;
        let check = [&[0; 2][..], &count.to_le_bytes(), &checksum(sum).to_le_bytes()].concat();
        let mut added = later(0x87c, &check);
        for index in 0..count {
            let colour = |kind: u16, how: u16, value: [u8; 4]| {
                [&kind.to_le_bytes()[..], &[20, 0], &how.to_le_bytes(), &[0; 2], &value, &[0; 8]]
                    .concat()
            };
            let body = [
                &[0; 2][..],
                &index.to_le_bytes(),
                &[0; 2],
                &[2, 0],
                &colour(13, 2, [0x12, 0x34, 0x56, 0xff]),
                &colour(4, 3, [4, 0, 0, 0]),
            ];
            added.extend(later(0x87d, &body.concat()));
        }
        let (first, rest) = theme.split_at(100);
        added.extend(later(0x896, &[&7u32.to_le_bytes(), first].concat()));
        added.extend(later(0x87f, rest));
        // The sheets stand that much further on.
        for place in sheets {
            let start = u32::from_le_bytes(stream[place..place + 4].try_into().expect("four"));
            let start = start + added.len() as u32;
            stream[place..place + 4].copy_from_slice(&start.to_le_bytes());
        }
        stream.splice(after..after, added);
    })
}

#[test]
fn exact_colours_count_where_the_styles_are_those_they_were_made_for() {
    let plain = open(&sample(XLS)).looks.expect("looks");
    let exact = open(&with_exact_colours(|sum| sum)).looks.expect("looks");
    assert!(plain.styles.len() > 20, "{}", plain.styles.len());
    for style in &exact.styles {
        assert_eq!((style.font.colour, style.fill.fore), (Some(0x12_3456), Some(0x00_aa11)));
    }
    // An old program that changed the styles left the rest as it was: that is no longer true.
    let stale = open(&with_exact_colours(|sum| sum ^ 1)).looks.expect("looks");
    assert_eq!(stale.styles, plain.styles);
    let (bytes, _) =
        convert_workbook(&with_exact_colours(|sum| sum), &Limits::DEFAULT).expect("converted");
    if let Some(out) = std::env::var_os("KAOHE_XLS_OUT") {
        std::fs::write(out, with_exact_colours(|sum| sum)).expect("written");
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut styles = String::new();
    zip.by_name("xl/styles.xml").expect("styles").read_to_string(&mut styles).expect("text");
    assert!(styles.contains("FF123456") && styles.contains("FF00AA11"), "{styles}");
}

/// A small .ods, written by hand after OpenDocument 1.3.
fn small_ods(content: &str) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, body) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", content),
    ] {
        out.start_file(name, plain).expect("member");
        out.write_all(body.as_bytes()).expect("written");
    }
    out.finish().expect("whole").into_inner()
}

const ODS: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:automatic-styles>
<number:percentage-style style:name="N1"><number:number number:decimal-places="1"
 number:min-decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>
<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>
</office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="表 1">
<table:table-column table:number-columns-repeated="3"/>
<table:table-row>
<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>
<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"
 office:value-type="string"><text:p>合并</text:p></table:table-cell><table:covered-table-cell/>
</table:table-row>
<table:table-row>
<table:table-cell table:style-name="ce1" table:formula="of:=SUM([.A1];[.$A$1])*3" office:value-type="float"
 office:value="12"><text:p>12</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-11-24"><text:p>x</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"##;

/// calamine takes no white space between cells.
fn ods() -> String {
    ODS.replace(">\n<", "><")
}

#[test]
fn an_ods_keeps_formulas_merges_formats_and_dates() {
    let (bytes, _) = convert_workbook(&small_ods(&ods()), &Limits::DEFAULT).expect("converted");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(&bytes)).expect("calamine opens");
    let formulas = book.worksheet_formula("表 1").expect("formulas");
    assert_eq!(formulas.get_value((1, 0)).map(String::as_str), Some("SUM(A1,$A$1)*3"));
    assert_eq!(number(&bytes, "表 1", "A2"), 12.0);
    // 2026-11-24 is day 46350 of Excel's count, as LibreOffice's DATEVALUE has it.
    assert_eq!(number(&bytes, "表 1", "B2"), 46_350.0);
    let merges = book.merge_cells_by_sheet_name("表 1").expect("merges");
    assert_eq!(merges.iter().map(|m| (m.start, m.end)).collect::<Vec<_>>(), [((0, 1), (0, 2))]);
    let looks = &open(&small_ods(&ods())).looks.expect("looks");
    assert!(looks.styles.iter().any(|s| s.format.code.as_deref() == Some("0.0%")));
}

#[test]
fn truncated_ods_never_panics() {
    let whole = ods();
    let step = whole.len() / 20;
    for at in (0..whole.len()).step_by(step).filter(|at| whole.is_char_boundary(*at)) {
        assert!(!try_convert(&small_ods(&whole[..at])), "{at}");
    }
}
