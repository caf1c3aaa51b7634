//! Writing the archive anew. Members that did not change are copied byte for byte, from their local
//! header to the next one (data descriptors and padding included), in the order of the file; their
//! directory records keep every field but the offset. A changed member keeps its place, name, time,
//! method, attributes and extra fields.

use crate::container::Package;
use crate::container::directory::{Entry, number};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::words;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

fn fail(detail: impl std::fmt::Display) -> Problem {
    Problem::error(
        "write",
        words!("无法写出工作簿：{detail}", "the workbook cannot be written: {detail}"),
    )
}

/// Writes the archive with the changed parts (by lower-case name) and without the dropped ones.
pub fn write(
    package: &Package<'_>,
    changed: &HashMap<&str, &[u8]>,
    dropped: &HashSet<String>,
) -> Result<Vec<u8>, Problem> {
    let (bytes, directory) = package.raw();
    let cut = || fail("the directory is cut short");
    let slice = |range: Range<usize>| bytes.get(range).ok_or_else(cut);
    let key = |entry: &Entry| entry.name.trim_start_matches('/').to_lowercase();
    let mut order: Vec<(usize, &Entry)> = directory.entries.iter().enumerate().collect();
    order.sort_by_key(|(_, entry)| entry.local);
    let ends = order.iter().skip(1).map(|(_, e)| e.local).chain([directory.records.start]);
    let first = order.first().map_or(directory.records.start, |(_, e)| e.local);

    let mut out = Vec::with_capacity(bytes.len().saturating_add(4096));
    out.extend_from_slice(slice(0..first)?);
    let mut records: Vec<Option<Vec<u8>>> = vec![None; order.len()];
    for ((index, entry), end) in order.iter().zip(ends) {
        let name = key(entry);
        if dropped.contains(&name) {
            continue;
        }
        let mut record = slice(entry.record.clone())?.to_vec();
        let offset = u64::try_from(out.len()).map_err(fail)?;
        match changed.get(name.as_str()) {
            None => {
                move_record(&mut record, offset)?;
                out.extend_from_slice(slice(entry.local..end)?);
            }
            Some(body) => {
                let header = slice(entry.local..entry.data.end)?;
                out.extend(replaced(header, &mut record, offset, body)?);
            }
        }
        if let Some(slot) = records.get_mut(*index) {
            *slot = Some(record);
        }
    }
    let start = out.len() as u64;
    let count = records.iter().flatten().count() as u64;
    for record in records.into_iter().flatten() {
        out.extend(record);
    }
    let size = (out.len() as u64).saturating_sub(start);
    let tail = directory.end64.unwrap_or(directory.end);
    out.extend_from_slice(slice(directory.records.end..tail)?);
    if let Some(at) = directory.end64 {
        let place = out.len() as u64;
        let mut ends = slice(at..directory.end)?.to_vec();
        put(&mut ends, 24, 8, count)?;
        put(&mut ends, 32, 8, count)?;
        put(&mut ends, 40, 8, size)?;
        put(&mut ends, 48, 8, start)?;
        let locator = ends.len().checked_sub(20).ok_or_else(cut)?;
        put(&mut ends, locator.saturating_add(8), 8, place)?;
        out.extend(ends);
    }
    let mut end = slice(directory.end..bytes.len())?.to_vec();
    for (at, width, value) in [(8, 2, count), (10, 2, count), (12, 4, size), (16, 4, start)] {
        // A field of ones points to the zip64 record.
        if directory.end64.is_none() || number(&end, at, width) != Some(ones(width)) {
            put(&mut end, at, width, value)?;
        }
    }
    out.extend(end);
    Ok(out)
}

fn ones(width: usize) -> u64 {
    if width == 2 { 0xffff } else { 0xffff_ffff }
}

fn put(bytes: &mut [u8], at: usize, width: usize, value: u64) -> Result<(), Problem> {
    if width < 8 && value >= ones(width) {
        return Err(fail("the archive would be larger than 4 GB"));
    }
    let range = at..at.saturating_add(width);
    let place = bytes.get_mut(range).ok_or_else(|| fail("a record is cut short"))?;
    for (byte, new) in place.iter_mut().zip(value.to_le_bytes()) {
        *byte = new;
    }
    Ok(())
}

/// The extra fields of a header or record whose name and extra lengths stand at `lengths`.
fn extra_of(bytes: &[u8], lengths: usize, fixed: usize) -> Option<Range<usize>> {
    let length = |at| number(bytes, at, 2).and_then(|n| usize::try_from(n).ok());
    let start = fixed.checked_add(length(lengths)?)?;
    let end = start.checked_add(length(lengths.checked_add(2)?)?)?;
    (end <= bytes.len()).then_some(start..end)
}

/// Points a record to a new offset, in its zip64 field where that holds it.
fn move_record(record: &mut [u8], offset: u64) -> Result<(), Problem> {
    if number(record, 42, 4) != Some(0xffff_ffff) {
        return put(record, 42, 4, offset);
    }
    let cut = || fail("a record is cut short");
    let extra = extra_of(record, 28, 46).ok_or_else(cut)?;
    let body = crate::container::directory::zip64_extra(record, extra).ok_or_else(cut)?;
    let before = [24, 20].iter().filter(|at| number(record, **at, 4) == Some(0xffff_ffff)).count();
    put(record, body.start.saturating_add(before.saturating_mul(8)), 8, offset)
}

/// Extra fields without the zip64 one: the new sizes fit into the header.
fn plain_extra(bytes: &[u8], extra: Range<usize>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = extra.start;
    while let (Some(id), Some(len)) = (number(bytes, at, 2), number(bytes, at.saturating_add(2), 2))
    {
        let end = at.saturating_add(4).saturating_add(usize::try_from(len).unwrap_or(usize::MAX));
        if end > extra.end {
            break;
        }
        if id != 1 {
            out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    out
}

/// A changed member's local header and data; its record is changed in place.
fn replaced(
    old: &[u8],
    record: &mut Vec<u8>,
    offset: u64,
    body: &[u8],
) -> Result<Vec<u8>, Problem> {
    let cut = || fail("a header is cut short");
    let stored = number(record, 10, 2) == Some(0);
    let (data, crc) = compressed(body, stored)?;
    let sizes = [(data.len() as u64), (body.len() as u64)];
    let patch = |bytes: &mut Vec<u8>, flags: usize, lengths: usize, fixed: usize| {
        let extra = extra_of(bytes, lengths, fixed).ok_or_else(cut)?;
        let kept = plain_extra(bytes, extra.clone());
        // Bit 3: no data descriptor follows any more.
        let bits = number(bytes, flags, 2).ok_or_else(cut)? & !8;
        put(bytes, flags, 2, bits)?;
        put(bytes, flags.saturating_add(8), 4, u64::from(crc))?;
        put(bytes, flags.saturating_add(12), 4, sizes.first().copied().unwrap_or_default())?;
        put(bytes, flags.saturating_add(16), 4, sizes.last().copied().unwrap_or_default())?;
        put(bytes, lengths.saturating_add(2), 2, kept.len() as u64)?;
        bytes.splice(extra, kept);
        Ok::<(), Problem>(())
    };
    let header_end = extra_of(old, 26, 30).ok_or_else(cut)?.end;
    let mut header = old.get(..header_end).ok_or_else(cut)?.to_vec();
    patch(&mut header, 6, 26, 30)?;
    patch(record, 8, 28, 46)?;
    put(record, 42, 4, offset)?;
    header.extend(data);
    Ok(header)
}

/// Parts below this are packed quickly, as Excel does; in larger ones the size counts.
const QUICK_BYTES: usize = 1 << 20;

/// A look back of 8 KiB for small parts, the base-2 logarithm: what a sheet repeats stands in the rows
/// just before, and the tables are half as large.
const QUICK_WINDOW: u8 = 13;

/// Compressors for small parts that nobody uses now: their tables are large.
static QUICK: Mutex<Vec<Compress>> = Mutex::new(Vec::new());

/// Does something with a compressor for small parts.
fn quickly<T>(work: impl FnOnce(&mut Compress) -> T) -> T {
    let idle = || QUICK.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = idle().pop();
    let mut quick = kept.unwrap_or_else(|| {
        Compress::new_with_window_bits(Compression::fast(), false, QUICK_WINDOW)
    });
    let done = work(&mut quick);
    idle().push(quick);
    done
}

/// Makes a compressor ready before it is needed.
pub fn prepare() {
    quickly(|_| ());
}

/// The compressed form of a part, and its CRC.
fn compressed(body: &[u8], stored: bool) -> Result<(Vec<u8>, u32), Problem> {
    let mut crc = Crc::new();
    crc.update(body);
    let data = if stored {
        body.to_vec()
    } else if body.len() < QUICK_BYTES {
        quickly(|quick| deflated(quick, body))?
    } else {
        deflated(&mut Compress::new(Compression::default(), false), body)?
    };
    Ok((data, crc.sum()))
}

fn deflated(deflate: &mut Compress, body: &[u8]) -> Result<Vec<u8>, Problem> {
    // A new one need not be emptied again: its tables are a large part of a processor's cache.
    if (deflate.total_in(), deflate.total_out()) != (0, 0) {
        deflate.reset();
    }
    let mut data = Vec::with_capacity((body.len() / 3).saturating_add(64));
    loop {
        let done = usize::try_from(deflate.total_in()).map_err(fail)?;
        let rest = body.get(done..).unwrap_or_default();
        match deflate.compress_vec(rest, &mut data, FlushCompress::Finish).map_err(fail)? {
            Status::StreamEnd => return Ok(data),
            Status::Ok | Status::BufError => data.reserve((data.len() / 2).saturating_add(64)),
        }
    }
}
