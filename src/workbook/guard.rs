//! What is looked at before an .xls, .xlsb or .ods is read. calamine, which reads the last two, trusts
//! lengths and holds the rectangle between a sheet's first and last used cell, blank cells included.
//!
//! The cheapest guard that holds: the records are walked once, without values (no child process, so
//! that the core stays bytes in, bytes out). An .xls goes through `cfb`, which checks the sector
//! chains, and its records are walked for a password and far cells. In .xlsb every record's
//! length must fit into its part ([MS-XLSB] 2.1.4). In .ods repeated cells and rows are multiplied
//! out in numbers (OpenDocument 1.2 part 1, 19.675 and 19.677). Zip members are read once under the
//! package's limits, CRC included.

use super::legacy::damaged;
use super::locked;
use crate::container::{Package, xml};
use crate::limits::{self, Ledger, Limits};
use crate::problem::{Problem, Words};
use crate::words;
use quick_xml::events::Event;
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// The rectangle of a sheet's used cells.
#[derive(Default)]
struct Extent(Option<[u64; 4]>);

impl Extent {
    fn cell(&mut self, row: u64, first: u64, last: u64) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, first, row, last]);
        self.0 = Some([top.min(row), left.min(first), bottom.max(row), right.max(last)]);
    }

    fn check(&self, limits: &Limits, place: &str) -> Result<(), Problem> {
        let [top, left, bottom, right] = self.0.unwrap_or_default();
        let side = |from: u64, to: u64| to.saturating_sub(from).saturating_add(1);
        let cells = side(top, bottom).saturating_mul(side(left, right));
        if cells > limits.dense_cells {
            return Err(limits::over("dense-cells", limits.dense_cells, cells, place));
        }
        Ok(())
    }
}

fn word(stream: &[u8], at: usize) -> Option<u64> {
    let raw = stream.get(at..at.checked_add(2)?)?;
    Some(u64::from(u16::from_le_bytes(raw.try_into().ok()?)))
}

/// The file made as long as its allocation table says ([MS-CFB] 2.2: sectors of 512 bytes, 128
/// entries a sector of the table); none where that is no longer or absurd.
fn padded(bytes: &[u8]) -> Option<Vec<u8>> {
    let tables = usize::try_from(word(bytes, 44)?).ok()?;
    let length = tables.checked_mul(128)?.checked_add(1)?.checked_mul(512)?;
    let fits = word(bytes, 30)? == 9 && length > bytes.len();
    let bounded = length <= bytes.len().saturating_add(16 << 20);
    (fits && bounded).then(|| {
        let mut out = bytes.to_vec();
        out.resize(length, 0);
        out
    })
}

/// The workbook stream of an .xls, and the name it goes by.
///
/// # Errors
/// Not a sound compound file, or one of another program.
pub fn workbook_stream(bytes: &[u8]) -> Result<(String, Vec<u8>), Problem> {
    let opened = cfb::CompoundFile::open(Cursor::new(Cow::Borrowed(bytes))).or_else(|error| {
        // Some writers leave rubbish behind the last sector in the allocation table.
        let padded = padded(bytes).ok_or(error)?;
        cfb::CompoundFile::open(Cursor::new(Cow::Owned(padded)))
    });
    let mut file = opened.map_err(|error| {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let secret = memchr::memmem::find(bytes, &name).is_some();
        if secret { locked() } else { damaged(&Words::reported(&error)) }
    })?;
    let names: Vec<String> = file
        .read_root_storage()
        .filter(cfb::Entry::is_stream)
        .map(|entry| entry.name().to_owned())
        .collect();
    let find = |wanted: &str| names.iter().find(|name| name.eq_ignore_ascii_case(wanted));
    if find("EncryptedPackage").is_some() {
        return Err(locked());
    }
    let Some(name) = find("Workbook").or_else(|| find("Book")) else {
        return Err(super::other::not_excel(&words!(
            "内容是另一种复合文件（如 Word 文档）",
            "it holds another kind of compound file, as a Word document"
        )));
    };
    let mut stream = Vec::new();
    // A stream cannot be longer than its file.
    file.open_stream(name)
        .and_then(|s| s.take(bytes.len() as u64).read_to_end(&mut stream))
        .map_err(|e| damaged(&Words::reported(&e)))?;
    Ok((name.clone(), stream))
}

/// Checks the records of an .xls's workbook stream.
///
/// # Errors
/// Locked, cut short, or over a limit.
pub fn xls(name: &str, stream: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut sheet = Extent::default();
    let mut at = 0usize;
    let size = |at: usize| word(stream, at).and_then(|n| usize::try_from(n).ok());
    while let (Some(id), Some(len)) = (word(stream, at), size(at.saturating_add(2))) {
        let body = at.saturating_add(4);
        let end = body.saturating_add(len);
        if end > stream.len() {
            break;
        }
        let field = |offset: usize| word(stream, body.saturating_add(offset));
        match id {
            // FILEPASS (2.4.117), the xor kind that calamine reads through included.
            0x2f => return Err(locked()),
            // BOF: another sheet.
            0x809 => {
                sheet.check(limits, name)?;
                sheet = Extent::default();
            }
            // FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST, RSTRING; MULRK runs over columns.
            0x06 | 0x206 | 0x406 | 0x203 | 0x204 | 0x205 | 0x27e | 0xfd | 0xd6 | 0xbd => {
                if let (Some(row), Some(first)) = (field(0), field(2)) {
                    let last = match id {
                        0xbd => field(len.saturating_sub(2)).unwrap_or(first).max(first),
                        _ => first,
                    };
                    sheet.cell(row, first, last);
                }
            }
            _ => {}
        }
        at = end;
    }
    sheet.check(limits, name)
}

/// Reads every member once under the limits; checks the sheets of an .xlsb and the content of an
/// .ods.
///
/// # Errors
/// Damaged, locked, or over a limit.
pub fn package(bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    let names: Vec<String> = package.members().iter().map(|m| m.name.clone()).collect();
    let mut memory = Ledger::default();
    let mut strings = Vec::new();
    if let Some(index) = package.find("xl/sharedStrings.bin") {
        strings = string_sizes(&package.read_prefix(index, u64::MAX)?);
    }
    for (index, name) in names.iter().enumerate() {
        let lower = name.to_lowercase();
        if lower.ends_with(".bin") && lower.starts_with("xl/") && !lower.contains("vbaproject") {
            let body = package.read_prefix(index, u64::MAX)?;
            let records = ["workbook", "sheet", "sharedstrings", "styles", "table"];
            if records.iter().any(|kind| lower.contains(kind)) && !lower.contains("printer") {
                xlsb(name, &body, limits, &strings, &mut memory)?;
            }
        } else if lower == "content.xml" {
            let body = package.read_prefix(index, u64::MAX)?;
            ods(name, &xml::decode(name, &body)?, limits, &mut memory)?;
        } else if lower.ends_with(".xml") || lower.ends_with(".rels") {
            let body = package.read_prefix(index, u64::MAX)?;
            if !body.is_empty() {
                xml::walk(
                    xml::Part::within(name, limits),
                    &xml::decode(name, &body)?,
                    |_, _, _| Ok(()),
                )?;
            }
        }
    }
    Ok(())
}

/// A number of seven bits a byte, the low ones first, of at most `most` bytes.
fn varint(body: &[u8], at: &mut usize, most: u32) -> Option<u64> {
    let mut value = 0u64;
    for step in 0..most {
        let byte = *body.get(*at)?;
        *at = at.saturating_add(1);
        value |= u64::from(byte & 0x7f) << step.min(8).saturating_mul(7);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// Sizes of the shared strings of an .xlsb (BrtSSTItem, 2.4.721), UTF-16 units.
fn string_sizes(body: &[u8]) -> Vec<u32> {
    let (mut at, mut out) = (0usize, Vec::new());
    while let (Some(id), Some(len)) = (varint(body, &mut at, 2), varint(body, &mut at, 4)) {
        if id == 19 {
            let size = body.get(at.saturating_add(1)..at.saturating_add(5));
            let size = size.and_then(|raw| raw.try_into().ok()).map_or(0, u32::from_le_bytes);
            out.push(size);
        }
        at = at.saturating_add(usize::try_from(len).unwrap_or(usize::MAX));
    }
    out
}

fn xlsb(
    part: &str,
    body: &[u8],
    limits: &Limits,
    strings: &[u32],
    memory: &mut Ledger,
) -> Result<(), Problem> {
    let sheet_part = part.to_lowercase().contains("sheets/");
    let cut =
        || xml::malformed(part, &words!("有记录比部件还长", "a record is longer than the part"));
    let long = |at: usize| {
        let raw = body.get(at..at.checked_add(4)?)?;
        Some(u64::from(u32::from_le_bytes(raw.try_into().ok()?)))
    };
    let (mut at, mut row, mut records) = (0usize, 0u64, 0u32);
    let mut sheet = Extent::default();
    while at < body.len() {
        let id = varint(body, &mut at, 2).ok_or_else(cut)?;
        let len = varint(body, &mut at, 4).ok_or_else(cut)?;
        let end = usize::try_from(len).ok().and_then(|len| at.checked_add(len));
        let end = end.filter(|end| *end <= body.len()).ok_or_else(cut)?;
        match (id, long(at).filter(|_| len >= 4)) {
            (0, Some(new)) => row = new,
            (1..=11, Some(col)) => {
                sheet.cell(row, col, col);
                // BrtCellIsst: every cell gets a copy of its string.
                if id == 7 && sheet_part {
                    let index = long(at.saturating_add(8)).and_then(|i| usize::try_from(i).ok());
                    let size = index.and_then(|i| strings.get(i)).copied().unwrap_or(0);
                    memory.take(limits, u64::from(size).saturating_mul(3), part)?;
                }
            }
            _ => {}
        }
        records = records.wrapping_add(1);
        if records % 4096 == 0 {
            limits.in_time(part)?;
        }
        at = end;
    }
    // Only sheets have rows; in other parts the numbers 1 to 11 mean something else.
    if sheet_part { sheet.check(limits, part) } else { Ok(()) }
}

fn ods(part: &str, text: &str, limits: &Limits, memory: &mut Ledger) -> Result<(), Problem> {
    let (mut row, mut repeat) = (0u64, 1u64);
    let (mut column, mut used) = (0u64, 0u64);
    let mut sheet = Extent::default();
    // Cells that calamine makes, of all rows and of the open one: all but the blanks of a row's last
    // element, which LibreOffice draws to the sheet's edge.
    let (mut pushed, mut made) = (0u64, 0u64);
    // Bytes of text in the open cell, how often it stands there, and bytes in its row.
    let (mut in_cell, mut cell_repeat, mut in_row) = (0u64, 1u64, 0u64);
    xml::walk(xml::Part::within(part, limits), text, |event, _, span| {
        let (tag, empty) = match &event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(tag) => {
                match tag.local_name().as_ref() {
                    "table-row" => {
                        if used > 0 {
                            sheet.cell(row, 0, used.saturating_sub(1));
                            let last = row.saturating_add(repeat).saturating_sub(1);
                            sheet.cell(last, 0, used.saturating_sub(1));
                        }
                        memory.take(limits, in_row.saturating_mul(repeat), part)?;
                        in_row = 0;
                        pushed = pushed.saturating_add(made);
                        row = row.saturating_add(repeat);
                        sheet.check(limits, part)?;
                    }
                    "table-cell" => {
                        in_row = in_row.saturating_add(in_cell.saturating_mul(cell_repeat));
                    }
                    "table" => (row, sheet) = (0, Extent::default()),
                    _ => {}
                }
                return Ok(());
            }
            _ => {
                in_cell = in_cell.saturating_add(span.len() as u64);
                return Ok(());
            }
        };
        let times = |name: &str| {
            let value = xml::attribute(tag, name);
            value.map_or(1, |v| v.trim().parse::<u64>().unwrap_or(u64::MAX))
        };
        match tag.local_name().as_ref() {
            "table-row" => {
                (repeat, column, used, made) = (times("number-rows-repeated"), 0, 0, 0);
                if empty {
                    row = row.saturating_add(repeat);
                }
            }
            "table-cell" | "covered-table-cell" => {
                cell_repeat = times("number-columns-repeated").min(16_384);
                in_cell = 0;
                made = column;
                column = column.saturating_add(cell_repeat);
                let holds = tag.attributes().with_checks(false).flatten().any(|a| {
                    matches!(a.key.local_name().as_ref(), "value-type" | "value" | "formula")
                });
                if !empty || holds {
                    (used, made) = (column, column);
                }
            }
            "s" if times("c") > limits.text_chars as u64 => {
                let most = limits.text_chars as u64;
                return Err(limits::over("text-chars", most, times("c"), part));
            }
            _ => {}
        }
        let cells = pushed.saturating_add(made);
        if cells > limits.dense_cells {
            return Err(limits::over("dense-cells", limits.dense_cells, cells, part));
        }
        Ok(())
    })
}
