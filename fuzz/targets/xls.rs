//! Bytes of an .xls, .xlsb or .ods: read or refused, within memory; never an abort.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};

// calamine's panics are caught by the program; libFuzzer's own hook would abort before.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    if data.starts_with(&[0xd0, 0xcf]) || data.starts_with(b"PK") {
        let _ = kaohe::workbook::open(data, &|_| true);
        return;
    }
    // The workbook stream alone: the container does not stand in the way of mutation.
    let mut file = cfb_of(data);
    let _ = file.flush();
    let bytes = file.into_inner().into_inner();
    let _ = kaohe::workbook::open(&bytes, &|_| true);
});

fn cfb_of(stream: &[u8]) -> cfb::CompoundFile<Cursor<Vec<u8>>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    file.create_stream("/Workbook").and_then(|mut s| s.write_all(stream)).expect("in memory");
    file
}
