//! A worksheet part, or a whole package: read or refused; what is read, calamine reads alike.
#![no_main]

use calamine::{Data, Xlsx, open_workbook_from_rs};
use kaohe::workbook::{Value, open};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[path = "../../tests/common/pack.rs"]
mod pack;

fn theirs(bytes: &[u8]) -> Option<Vec<((u32, u32), f64)>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).ok()?;
    let mut cells = book.worksheet_cells_reader("S").ok()?;
    let mut out = Vec::new();
    while let Some(cell) = cells.next_cell().ok()? {
        match Data::from(cell.get_value().clone()) {
            Data::Float(n) => out.push((cell.get_position(), n)),
            Data::Int(n) => out.push((cell.get_position(), n as f64)),
            _ => {}
        }
    }
    Some(out)
}

// libFuzzer's own hook aborts at once; calamine's panics are caught, ours still end the run.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    if data.starts_with(b"PK") {
        let _ = open(data, &|_| true);
        return;
    }
    let mut bodies = pack::workbook_of("");
    if let Some(last) = bodies.last_mut() {
        last.1 = data.to_vec();
    }
    let members: Vec<pack::Member> = bodies
        .iter()
        .map(|(name, body)| pack::member(name, body).stored(body))
        .collect();
    let bytes = pack::archive(&members);
    let Ok(book) = open(&bytes, &|_| true) else { return };
    let Ok(Some(theirs)) = catch_unwind(AssertUnwindSafe(|| theirs(&bytes))) else { return };
    for ((row, col), number) in theirs {
        let ours = book.sheets[0].value(kaohe::cell::CellRef::new(row, col));
        if let Value::Number(ours) = ours {
            assert!(*ours == number || (ours - number).abs() <= 1e-12 * number.abs(), "{row} {col}: {ours} {number}");
        }
    }
});
