//! Texts as people type them, cell names, ranges and formulas: no panic, no infinity.
#![no_main]

use kaohe::cell::{CellRef, Range};
use kaohe::{refs, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(typed) = std::str::from_utf8(data) else { return };
    if let Some(number) = text::parse_number(typed) {
        assert!(number.value.is_finite(), "{typed:?}");
        assert!(text::round15(number.value).is_finite());
        let _ = text::show(number.value, 6);
    }
    let _ = (text::label(typed), text::person_key(typed), text::is_blank(typed), text::compact(typed));
    if let Some(at) = CellRef::parse(typed) {
        assert_eq!(CellRef::parse(&at.to_string()), Some(at));
    }
    if let Some(range) = Range::parse(typed) {
        assert_eq!(Range::parse(&range.to_string()), Some(range));
    }
    let _ = refs::references(typed);
    let home = CellRef::new(3, 3);
    let there = refs::shift(typed, home, CellRef::new(5, 4));
    let _ = refs::shift(&there, CellRef::new(5, 4), home);
    // The first shift may write a name in capitals; then nothing changes any more.
    let same = refs::shift(typed, home, home);
    assert_eq!(refs::shift(&same, home, home), same);
});
