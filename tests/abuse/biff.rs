//! A small .xls written record by record ([MS-XLS]), and what must come of lies in it.

use super::{refused, verdict};
use std::io::{Cursor, Write};

pub fn record(id: u16, body: &[u8]) -> Vec<u8> {
    let mut out = id.to_le_bytes().to_vec();
    out.extend((body.len() as u16).to_le_bytes());
    out.extend(body);
    out
}

fn bof(kind: u16) -> Vec<u8> {
    let mut body = 0x0600u16.to_le_bytes().to_vec();
    body.extend(kind.to_le_bytes());
    body.resize(16, 0);
    record(0x809, &body)
}

pub fn number(row: u16, col: u16, value: f64) -> Vec<u8> {
    let mut body = row.to_le_bytes().to_vec();
    body.extend(col.to_le_bytes());
    body.extend([0, 0]);
    body.extend(value.to_le_bytes());
    record(0x203, &body)
}

pub fn dimensions(rows: u32, cols: u16) -> Vec<u8> {
    let mut body = 0u32.to_le_bytes().to_vec();
    body.extend(rows.to_le_bytes());
    body.extend([0, 0]);
    body.extend(cols.to_le_bytes());
    body.extend([0, 0]);
    record(0x200, &body)
}

pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("cfb");
    for (name, body) in streams {
        file.create_stream(name).expect("stream").write_all(body).expect("written");
    }
    file.flush().expect("flushed");
    file.into_inner().into_inner()
}

/// A workbook of one sheet of these records; `globals` stand behind the first BOF.
pub fn xls(globals: &[u8], sheet: &[Vec<u8>]) -> Vec<u8> {
    let head = bof(5).len() + globals.len() + 4 + 9 + 4;
    let mut bound = (head as u32).to_le_bytes().to_vec();
    // Visible, a worksheet, a name of one 8-bit character.
    bound.extend([0, 0, 1, 0, b'S']);
    let mut stream = bof(5);
    stream.extend(globals);
    stream.extend(record(0x85, &bound));
    stream.extend(record(0x0a, &[]));
    assert_eq!(stream.len(), head);
    stream.extend(bof(0x10));
    for r in sheet {
        stream.extend(r);
    }
    stream.extend(record(0x0a, &[]));
    compound(&[("/Workbook", &stream)])
}

fn read(bytes: &[u8]) -> Result<usize, String> {
    let book = kaohe::workbook::open(bytes, &|_| true).map_err(|p| p.code.to_owned())?;
    Ok(book.sheets[0].cells.len())
}

#[test]
fn a_small_xls_is_read() {
    assert_eq!(read(&xls(&[], &[dimensions(3, 3), number(0, 0, 1.0), number(2, 2, 2.0)])), Ok(2));
}

#[test]
fn far_cells_and_absurd_dimensions() {
    // DIMENSIONS may lie: it only asks for memory.
    assert_eq!(read(&xls(&[], &[dimensions(u32::MAX, u16::MAX), number(0, 0, 1.0)])), Ok(1));
    assert_eq!(read(&xls(&[], &[dimensions(0, 0), number(9, 9, 1.0)])), Ok(1));
    let far = xls(&[], &[number(0, 0, 1.0), number(u16::MAX, u16::MAX, 2.0)]);
    assert_eq!(read(&far), Err("too-large".to_owned()));
    let column = xls(&[], &[number(0, 0, 1.0), number(u16::MAX, 0, 2.0)]);
    assert_eq!(read(&column), Ok(2));
    let mut mul = 7u16.to_le_bytes().to_vec();
    mul.extend([0; 8]);
    mul.extend(u16::MAX.to_le_bytes());
    let lying = xls(&[], &[number(0, 0, 1.0), number(60_000, 0, 1.0), record(0xbd, &mul)]);
    assert_eq!(read(&lying), Err("too-large".to_owned()));
}

#[test]
fn locked_in_every_way() {
    for kind in [&[0u8, 0, 1, 2, 3, 4][..], &[1, 0, 1, 0, 1, 0], &[1, 0, 2, 0, 2, 0]] {
        let bytes = xls(&record(0x2f, kind), &[number(0, 0, 1.0)]);
        refused(&bytes, "password", "FILEPASS");
    }
}

#[test]
fn records_cut_short_and_sheets_that_point_nowhere() {
    let whole = xls(&[], &[number(0, 0, 1.0), number(1, 1, 2.0)]);
    for body in [&[][..], &[1], &[1, 0, 2], &[255; 7]] {
        for id in [0x203u16, 0x27e, 0xbd, 0xfd, 0x204, 0x205, 0x06, 0x200, 0xe5, 0x85, 0xfc, 0x18] {
            let bytes = xls(&record(id, body), &[record(id, body)]);
            assert!(verdict(&bytes).is_err(), "{id:x}");
        }
    }
    // The sectors' chain made a circle.
    let mut circle = whole.clone();
    let fat = circle[512..].chunks(512).position(|s| s.starts_with(&[0xfd, 0xff, 0xff, 0xff]));
    if let Some(fat) = fat {
        let at = 512 + fat * 512;
        for slot in 1..20usize {
            circle[at + slot * 4..at + slot * 4 + 4].copy_from_slice(&(slot as u32).to_le_bytes());
        }
        assert!(verdict(&circle).is_err());
    }
}

#[test]
fn rubbish_behind_the_allocation_table() {
    // The table says something of sectors that the file does not have, as some writers leave it.
    let body = xls(&[], &(0..400).map(|row| number(row, 0, 1.0)).collect::<Vec<_>>());
    let mut bytes = {
        let stream = {
            let mut file = cfb::CompoundFile::open(Cursor::new(&body)).expect("own file");
            let mut out = Vec::new();
            std::io::Read::read_to_end(
                &mut file.open_stream("/Workbook").expect("stream"),
                &mut out,
            )
            .expect("read");
            out
        };
        let empty = Cursor::new(Vec::new());
        let mut file =
            cfb::CompoundFile::create_with_version(cfb::Version::V3, empty).expect("cfb");
        file.create_stream("/Workbook").expect("stream").write_all(&stream).expect("written");
        file.flush().expect("flushed");
        file.into_inner().into_inner()
    };
    let sector = u32::from_le_bytes(bytes[76..80].try_into().expect("four")) as usize;
    let table = 512 + sector * 512;
    bytes[table + 127 * 4..table + 128 * 4].copy_from_slice(&0xffff_fffeu32.to_le_bytes());
    assert!(cfb::CompoundFile::open(Cursor::new(&bytes)).is_err(), "cfb alone refuses it");
    let book = kaohe::workbook::open(&bytes, &|_| true).expect("read all the same");
    assert_eq!(book.sheets[0].cells.len(), 400);
}

#[test]
fn a_cell_that_stands_twice_is_refused() {
    // By a blank over a value, too: which of the two counts is anybody's guess.
    let mut blank = 0x201u16.to_le_bytes().to_vec();
    blank.extend([6, 0, 1, 0, 0, 0, 0, 0]);
    let sound = xls(&[], &[number(0, 0, 1.0), number(1, 0, 2.0)]);
    assert!(kaohe::workbook::open(&sound, &|_| true).is_ok());
    for second in [number(1, 0, 3.0), blank] {
        let bytes = xls(&[], &[number(0, 0, 1.0), number(1, 0, 2.0), second]);
        let problem = kaohe::workbook::open(&bytes, &|_| true).expect_err("refused");
        assert_eq!((problem.code, problem.sheet.as_deref()), ("damaged", Some("S")));
    }
}
