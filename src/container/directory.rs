//! The raw central directory (PKWARE APPNOTE 4.3.7, 4.3.12 to 4.3.16), read to be checked and to be
//! copied. Local headers must agree with it, and members must not overlap: a reader that trusts the
//! one and a reader that trusts the other would see two different workbooks.

use crate::hash::HashSet;
use crate::limits::{self, Limits};
use crate::problem::{Problem, Words};
use crate::words;
use std::ops::Range;

/// A member's place in the archive.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name as UTF-8, lossily.
    pub name: String,
    /// Its record in the central directory.
    pub record: Range<usize>,
    /// Its local header.
    pub local: usize,
    /// Its compressed bytes; a data descriptor may follow.
    pub data: Range<usize>,
    /// Whether the bytes are stored as they are, and not deflated.
    pub stored: bool,
    /// Inflated size, as declared.
    pub size: u64,
    /// CRC-32 of the inflated bytes, as declared.
    pub crc: u32,
}

/// The directory of an archive.
#[derive(Debug, Clone)]
pub struct Directory {
    /// Members in the directory's order.
    pub entries: Vec<Entry>,
    /// The directory's records.
    pub records: Range<usize>,
    /// The zip64 end record, where there is one.
    pub end64: Option<usize>,
    /// The end record.
    pub end: usize,
}

/// A little-endian number of up to eight bytes.
pub fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let raw = bytes.get(at..at.checked_add(width)?)?;
    Some(raw.iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn place(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    number(bytes, at, width).and_then(|n| usize::try_from(n).ok())
}

fn signed(bytes: &[u8], at: usize, signature: &[u8; 4]) -> bool {
    at.checked_add(4).and_then(|end| bytes.get(at..end)) == Some(signature.as_slice())
}

/// The directory, or a header, ends too soon.
struct Cut;

const CUT: Cut = Cut;

/// The values of a zip64 extra field (APPNOTE 4.5.3): offsets of its content.
pub fn zip64_extra(bytes: &[u8], extra: Range<usize>) -> Option<Range<usize>> {
    let mut at = extra.start;
    while at.checked_add(4)? <= extra.end {
        let (id, len) = (number(bytes, at, 2)?, place(bytes, at.checked_add(2)?, 2)?);
        let body = at.checked_add(4)?..at.checked_add(4)?.checked_add(len)?;
        if body.end > extra.end {
            return None;
        }
        if id == 1 {
            return Some(body);
        }
        at = body.end;
    }
    None
}

/// Reads and checks the directory.
///
/// # Errors
/// What is wrong, in words for the report; a refusal by a limit as it is.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<Directory, Fault> {
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end = memchr::memmem::rfind(bytes.get(from..).unwrap_or_default(), b"PK\x05\x06")
        .map(|at| at.saturating_add(from))
        .ok_or_else(|| {
            words!(
                "文件不完整，末尾缺了一段，可能没有下载完",
                "the end of the archive is missing; the download may have broken off"
            )
        })?;
    let mut count = place(bytes, end.saturating_add(10), 2).ok_or(CUT)?;
    let mut at = place(bytes, end.saturating_add(16), 4).ok_or(CUT)?;
    let comment = place(bytes, end.saturating_add(20), 2).ok_or(CUT)?;
    if end.saturating_add(22).saturating_add(comment) > bytes.len() {
        return Err(CUT.into());
    }
    let mut end64 = None;
    if count == 0xffff || at == 0xffff_ffff {
        let locator = end.checked_sub(20).ok_or(CUT)?;
        if !signed(bytes, locator, b"PK\x06\x07") {
            return Err(CUT.into());
        }
        let record = place(bytes, locator.saturating_add(8), 8).ok_or(CUT)?;
        if !signed(bytes, record, b"PK\x06\x06") || record >= locator {
            return Err(CUT.into());
        }
        count = place(bytes, record.saturating_add(32), 8).ok_or(CUT)?;
        at = place(bytes, record.saturating_add(48), 8).ok_or(CUT)?;
        end64 = Some(record);
    }
    if count > limits.members {
        let most = limits.members as u64;
        return Err(Fault::Limit(limits::over("members", most, count, "")));
    }
    let start = at;
    let mut seen = HashSet::with_capacity_and_hasher(count, Default::default());
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let entry = entry(bytes, at)?;
        if !seen.insert(entry.name.trim_start_matches('/').to_lowercase()) {
            return Err(words!("有两个部件都叫 {}", "two members are named {}", entry.name).into());
        }
        at = entry.record.end;
        entries.push(entry);
    }
    if at > end64.unwrap_or(end) {
        return Err(CUT.into());
    }
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|entry| entry.local);
    let starts = order.iter().skip(1).map(|entry| entry.local).chain([start]);
    for (entry, next) in order.iter().zip(starts) {
        if entry.data.end > next {
            return Err(words!(
                "部件 {} 与另一个部件重叠",
                "{} overlaps another member",
                entry.name
            )
            .into());
        }
    }
    Ok(Directory { entries, records: start..at, end64, end })
}

fn entry(bytes: &[u8], at: usize) -> Result<Entry, Fault> {
    if !signed(bytes, at, b"PK\x01\x02") {
        return Err(CUT.into());
    }
    let field =
        |offset: usize, width: usize| number(bytes, at.saturating_add(offset), width).ok_or(CUT);
    let length = |offset: usize| place(bytes, at.saturating_add(offset), 2).ok_or(CUT);
    let (flags, method, crc) = (field(8, 2)?, field(10, 2)?, field(16, 4)?);
    let (name_len, extra_len, comment_len) = (length(28)?, length(30)?, length(32)?);
    let name_at = at.saturating_add(46)..at.saturating_add(46).saturating_add(name_len);
    let raw = bytes.get(name_at.clone()).ok_or(CUT)?;
    let extra = name_at.end..name_at.end.saturating_add(extra_len);
    let record_end = extra.end.saturating_add(comment_len);
    if record_end > bytes.len() {
        return Err(CUT.into());
    }
    let name = String::from_utf8_lossy(raw).into_owned();
    if flags & 1 != 0 {
        return Err(words!("部件 {name} 是加密的", "{name} is encrypted").into());
    }
    if method != 0 && method != 8 {
        return Err(words!(
            "部件 {name} 的压缩方式不是工作簿用的",
            "{name} is compressed in a way packages do not use"
        )
        .into());
    }
    let unsafe_name = name.contains('\0')
        || name.contains(':')
        || name.starts_with('/')
        || name.split(['/', '\\']).any(|segment| segment == "..");
    if unsafe_name || name.is_empty() {
        return Err(words!(
            "有部件用了不安全的名字 {name:?}",
            "a member has the unsafe name {name:?}"
        )
        .into());
    }
    let (mut size, mut stored, mut local) = (field(24, 4)?, field(20, 4)?, field(42, 4)?);
    if let Some(body) = zip64_extra(bytes, extra) {
        let mut next = body.start;
        for value in [&mut size, &mut stored, &mut local] {
            if *value == 0xffff_ffff {
                *value = number(bytes, next, 8).filter(|_| next < body.end).ok_or(CUT)?;
                next = next.saturating_add(8);
            }
        }
    }
    let local = usize::try_from(local).map_err(|_| CUT)?;
    let data = local_header(bytes, local, &name, raw, flags, [method, crc, stored, size])?;
    let crc = u32::try_from(crc).map_err(|_| CUT)?;
    Ok(Entry { name, record: at..record_end, local, data, stored: method == 0, size, crc })
}

/// Holds a local header against its record; gives where the member's bytes stand.
fn local_header(
    bytes: &[u8],
    local: usize,
    name: &str,
    raw: &[u8],
    flags: u64,
    central: [u64; 4],
) -> Result<Range<usize>, Fault> {
    let field = |offset: usize, width: usize| number(bytes, local.saturating_add(offset), width);
    let name_len = place(bytes, local.saturating_add(26), 2).ok_or(CUT)?;
    let extra_len = place(bytes, local.saturating_add(28), 2).ok_or(CUT)?;
    let start = local.saturating_add(30);
    let name_end = start.saturating_add(name_len);
    if !signed(bytes, local, b"PK\x03\x04") || bytes.get(start..name_end) != Some(raw) {
        return Err(words!(
            "部件 {name} 自己的头部写着另一个名字",
            "{name} has another name in its own header"
        )
        .into());
    }
    let [method, crc, stored, size] = central;
    let own_flags = field(6, 2).ok_or(CUT)?;
    let own = [field(14, 4), field(18, 4), field(22, 4)].map(Option::unwrap_or_default);
    // With a data descriptor (bit 3) the header may leave them out; zip64 moves them to an extra.
    // Some writers set that bit in one of the two places only.
    let later = (flags | own_flags) & 8 != 0;
    let agrees = own
        .iter()
        .zip([crc, stored, size])
        .all(|(own, theirs)| *own == theirs || *own == 0xffff_ffff || (later && *own == 0));
    if field(8, 2) != Some(method) || (own_flags ^ flags) & 1 != 0 || !agrees {
        return Err(words!(
            "部件 {name} 自己的头部写得不一样",
            "{name} is told otherwise in its own header"
        )
        .into());
    }
    let from = name_end.saturating_add(extra_len);
    let end = usize::try_from(stored).ok().and_then(|stored| from.checked_add(stored));
    end.filter(|end| *end <= bytes.len())
        .map(|end| from..end)
        .ok_or_else(|| words!("部件 {name} 不完整", "{name} is cut short").into())
}

/// Why a directory is refused.
#[derive(Debug)]
pub enum Fault {
    /// Damage, in words.
    Damaged(Words),
    /// A limit.
    Limit(Problem),
}

impl From<Words> for Fault {
    fn from(detail: Words) -> Self {
        Self::Damaged(detail)
    }
}

impl From<Cut> for Fault {
    fn from(_: Cut) -> Self {
        Self::Damaged(words!(
            "压缩包的目录不完整，可能没有下载完",
            "the archive's directory is cut short; the download may have broken off"
        ))
    }
}
