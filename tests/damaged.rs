//! Damaged .ods and .xlsb: bytes changed and files cut short are refused or read, soon, and never
//! by a fault that only the last net catches.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common;
#[path = "common/pack.rs"]
mod pack;

use kaohe::limits::Limits;
use kaohe::workbook;
use std::time::{Duration, Instant};

/// The one-person sample as LibreOffice saves it to .ods.
const ODS: &[u8] = include_bytes!("data/王丽.ods");

/// Reads what may be damaged: whether it was read, and how long that took.
fn read(bytes: &[u8]) -> (bool, Duration) {
    let start = Instant::now();
    let done = match kaohe::convert_workbook(bytes, &Limits::DEFAULT) {
        Ok(_) => true,
        Err(problem) => {
            assert!(!problem.what.en.contains("gave up"), "{problem}");
            false
        }
    };
    (done, start.elapsed())
}

/// Numbers that look random and are the same every time (Knuth's multiplier).
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// Changes one byte in so many places of a part, each alone; how many of them were read, and the
/// slowest time.
fn flips(whole: &[u8], part: &str, count: usize) -> (usize, Duration) {
    let bodies = pack::bodies(whole);
    let index = bodies.iter().position(|(name, _)| name == part).expect(part);
    let mut random = numbers(7);
    let (mut good, mut slowest) = (0, Duration::ZERO);
    for _ in 0..count {
        let mut damaged = bodies.clone();
        let body = &mut damaged[index].1;
        let at = random(body.len());
        let byte = random(256) as u8;
        body[at] = byte;
        let start = Instant::now();
        let (done, took) = read(&pack::packed(&damaged));
        good += usize::from(done);
        if took > Duration::from_millis(500) { eprintln!("{part} {at} {byte} {took:?} {:?}", start.elapsed()); }
        slowest = slowest.max(took);
    }
    (good, slowest)
}

#[test]
fn an_ods_with_a_changed_byte_is_soon_told() {
    let (_, usual) = read(ODS);
    for (part, count) in [("content.xml", 400)] {
        let (good, slowest) = flips(ODS, part, count);
        eprintln!("{part}: {good} of {count} read, slowest {slowest:?}, usual {usual:?}");
    }
}
