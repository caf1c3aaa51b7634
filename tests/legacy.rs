//! Legacy workbooks: read rightly, written again, refused clearly, never a panic.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use common::{FORM, METRICS, ONE, kaohe, number, said, sample, sample_path, seen};
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
            assert_eq!(b.cells[at].formula, cell.formula, "{}!{at}", a.name);
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
fn truncated_files_never_panic() {
    let whole = sample(XLS);
    for length in (0..whole.len()).step_by(whole.len() / 60) {
        try_convert(&whole[..length]);
    }
    let mut read = 0;
    for part in 1..40 {
        let cut = with_stream(|stream| stream.truncate(stream.len() * part / 40));
        read += usize::from(try_convert(&cut));
    }
    assert!(read > 0, "half a stream still gives what is there");
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
