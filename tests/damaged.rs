//! Damaged .ods and .xlsb: bytes changed and files cut short are refused or read, and soon.

use crate::common::{self, binary, pack};
use kaohe::limits::Limits;
use kaohe::problem::Problem;
use kaohe::workbook;
use std::time::{Duration, Instant};

/// The one-person sample as LibreOffice saves it to .ods.
const ODS: &[u8] = include_bytes!("data/王丽.ods");

/// Reads what may be damaged and writes it again: whether it was read, and how long that took.
fn read(bytes: &[u8]) -> (bool, Duration) {
    told(|| kaohe::convert_workbook(bytes, &Limits::DEFAULT).map(drop))
}

/// Only reads it.
fn opened(bytes: &[u8]) -> (bool, Duration) {
    told(|| workbook::open_within(bytes, &|_| true, &Limits::DEFAULT).map(drop))
}

fn told(act: impl FnOnce() -> Result<(), Problem>) -> (bool, Duration) {
    let start = Instant::now();
    let done = match act() {
        Ok(_) => true,
        Err(problem) => {
            // calamine, which reads an .xlsb's values, panics on some; the net tells that as damage.
            assert!(problem.blocks(), "{problem}");
            false
        }
    };
    (done, start.elapsed())
}

/// Numbers that look random and are the same every time (Knuth's multiplier).
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// An .xlsb of one sheet `S`: a number in A1, a formula in A2, and the name `Base` for A1.
fn xlsb() -> Vec<u8> {
    use binary::{record, row};
    let sheet = [
        record(148, &[0u32, 1, 0, 0].map(u32::to_le_bytes).concat()),
        record(145, &[]),
        row(0),
        record(5, &[&[0; 8][..], &21f64.to_le_bytes()].concat()),
        row(1),
        // A1, relative; 2; times.
        record(
            9,
            &[
                &[0; 8][..],
                &42f64.to_le_bytes(),
                &[0, 0],
                &11u32.to_le_bytes(),
                &[0x44, 0, 0, 0, 0, 0, 0xc0, 0x1e, 2, 0, 0x05],
                &0u32.to_le_bytes(),
            ]
            .concat(),
        ),
        record(146, &[]),
    ]
    .concat();
    // S!$A$1 by the first external reference.
    let name = binary::name("Base", &[0x3a, 0, 0, 0, 0, 0, 0, 0, 0]);
    binary::package(&[("S", sheet)], &name)
}

/// Changes one byte in so many places of a part, each alone; the slowest time.
fn flips(whole: &[u8], part: &str, count: usize) -> Duration {
    let bodies = pack::bodies(whole);
    let index = bodies.iter().position(|(name, _)| name == part).expect(part);
    let mut random = numbers(7);
    let mut slowest = Duration::ZERO;
    for step in 0..count {
        let mut damaged = bodies.clone();
        let body = &mut damaged[index].1;
        let at = random(body.len());
        body[at] = random(256) as u8;
        let whole = pack::packed(&damaged);
        // Writing it takes most of the time.
        let (_, took) = if step % 10 == 0 { read(&whole) } else { opened(&whole) };
        slowest = slowest.max(took);
    }
    slowest
}

/// What no small file may take, with room for a busy machine.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn an_ods_with_a_changed_byte_is_soon_told() {
    // LibreOffice tells of the grid's last row: no reason to go through a million rows.
    let (done, took) = read(ODS);
    assert!(done && took < LONG, "{took:?}");
    // KAOHE_FLIPS=2000 in CI.
    let count = std::env::var("KAOHE_FLIPS").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
    for (part, count) in [("content.xml", count), ("styles.xml", count / 4)] {
        let slowest = flips(ODS, part, count);
        assert!(slowest < LONG, "{part}: {slowest:?}");
    }
    let mut random = numbers(11);
    for _ in 0..count.max(400) {
        let mut damaged = ODS.to_vec();
        let at = random(damaged.len());
        damaged[at] ^= 1 << random(8);
        assert!(opened(&damaged).1 < LONG, "{at}");
    }
}

#[test]
fn an_xlsb_keeps_its_formulas_and_names() {
    let book = workbook::open(&xlsb(), &|_| true).expect("an .xlsb");
    let cell = book.sheets[0].cells.get(&common::at("A2")).unwrap();
    assert_eq!(cell.formula.as_deref(), Some("A1*2"));
    assert_eq!(cell.value, workbook::Value::Number(42.0));
    let names: Vec<_> =
        book.names.iter().map(|n| (n.name.as_str(), n.refers_to.as_str())).collect();
    assert_eq!(names, [("Base", "'S'!$A$1")]);
}

#[test]
fn an_xlsb_with_a_changed_byte_is_soon_told() {
    let whole = xlsb();
    for part in ["xl/workbook.bin", "xl/worksheets/sheet1.bin"] {
        let slowest = flips(&whole, part, 1000);
        assert!(slowest < LONG, "{part}: {slowest:?}");
    }
}

#[test]
fn files_cut_short_are_refused() {
    for (kind, whole) in [("ods", ODS.to_vec()), ("xlsb", xlsb())] {
        for part in 0..100 {
            let (done, took) = read(&whole[..whole.len() * part / 100]);
            assert!(!done && took < LONG, "{kind} {part} %: {took:?}");
        }
    }
}
