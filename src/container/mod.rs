//! The package: a zip archive whose directory is checked before any member is trusted.
//!
//! In: bytes. Out: members by part name, inflated on demand under the limits of [`crate::limits`].
//! The raw central directory is read and checked here, since zip readers collapse members of one
//! name and trust one of the two headers; `flate2` inflates. Nothing is ever extracted to a path.

// Numbers from a file must not wrap, nor end the run.
#![warn(clippy::arithmetic_side_effects)]

pub mod cells;
pub(crate) mod directory;
pub mod sheet;
mod token;
pub mod xml;

use crate::hash::HashMap;
use crate::limits::{self, Ledger, Limits};
use crate::problem::{Problem, Words};
use crate::words;
use directory::{Directory, Entry, Fault};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::Cursor;
use std::sync::Arc;

/// Bytes inflated at a time.
const CHUNK: usize = 16 << 10;

/// What a file is, told by its content and never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A zip archive (.xlsx, .xlsm, .xlsb, .ods).
    Zip,
    /// A compound file (.xls, .et, or an encrypted package).
    Compound,
    /// Neither.
    Other,
}

/// Tells the kind by the first bytes.
pub fn sniff(bytes: &[u8]) -> FileKind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        FileKind::Zip
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        FileKind::Compound
    } else {
        FileKind::Other
    }
}

/// One member of the archive as the central directory tells it.
#[derive(Debug, Clone)]
pub struct Member {
    /// Part name without a leading slash.
    pub name: String,
    /// Inflated size, as declared.
    pub size: u64,
    /// Stored size, as declared.
    pub compressed: u64,
}

/// A checked archive over borrowed bytes.
pub struct Package<'a> {
    /// One inflater for all members: its tables are large.
    inflater: Decompress,
    chunk: Vec<u8>,
    bytes: &'a [u8],
    checked: Arc<Checked>,
    limits: Limits,
    inflated: u64,
}

/// What the check of an archive found, for a second look at the same bytes.
#[derive(Debug)]
pub struct Checked {
    length: usize,
    members: Vec<Member>,
    by_name: HashMap<String, usize>,
    directory: Directory,
}

fn damaged(detail: &Words) -> Problem {
    let what = words!("文件已损坏：", "the file is damaged: ").then(detail);
    Problem::error("damaged", what).hint(words!(
        "请用 Excel 或 WPS 打开并另存一份，再重试",
        "open it in Excel or WPS, save a copy, and try that"
    ))
}

impl<'a> Package<'a> {
    /// Opens and checks an archive.
    ///
    /// # Errors
    /// Damaged, too large, encrypted members, duplicate or unsafe names.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Problem> {
        Self::open_within(bytes, &Limits::DEFAULT)
    }

    /// As [`Package::open`], under other limits.
    ///
    /// # Errors
    /// As [`Package::open`].
    pub fn open_within(bytes: &'a [u8], limits: &Limits) -> Result<Self, Problem> {
        let directory = directory::check(bytes, limits).map_err(|fault| match fault {
            Fault::Damaged(detail) => damaged(&detail),
            Fault::Limit(problem) => problem,
        })?;
        // What another reader of archives refuses is refused, though its parts could be read: Excel
        // may not open what is copied of it.
        let mut archive =
            zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&Words::reported(&e)))?;
        if archive.len() != directory.entries.len() {
            return Err(damaged(&words!("有两个同名的部件", "two members of one name")));
        }
        for index in 0..archive.len() {
            archive.by_index_raw(index).map_err(|e| damaged(&Words::reported(&e)))?;
        }
        let mut members = Vec::with_capacity(directory.entries.len());
        let mut by_name =
            HashMap::with_capacity_and_hasher(directory.entries.len(), Default::default());
        for (index, entry) in directory.entries.iter().enumerate() {
            let name = entry.name.trim_start_matches('/').to_owned();
            by_name.insert(name.to_lowercase(), index);
            members.push(Member { name, size: entry.size, compressed: entry.data.len() as u64 });
        }
        let checked = Checked { length: bytes.len(), members, by_name, directory };
        Ok(Self::over(bytes, Arc::new(checked), limits))
    }

    /// Opens an archive that was checked before.
    ///
    /// # Errors
    /// As [`Package::open`], where the bytes are not those that were checked.
    pub fn again(
        bytes: &'a [u8],
        checked: &Arc<Checked>,
        limits: &Limits,
    ) -> Result<Self, Problem> {
        if bytes.len() != checked.length {
            return Self::open_within(bytes, limits);
        }
        Ok(Self::over(bytes, Arc::clone(checked), limits))
    }

    fn over(bytes: &'a [u8], checked: Arc<Checked>, limits: &Limits) -> Self {
        let inflater = Decompress::new(false);
        Self { inflater, chunk: Vec::new(), bytes, checked, limits: *limits, inflated: 0 }
    }

    /// What the check found.
    pub fn checked(&self) -> &Arc<Checked> {
        &self.checked
    }

    /// The members in the directory's order.
    pub fn members(&self) -> &[Member] {
        &self.checked.members
    }

    /// The member's index; part names are compared without case (ECMA-376 part 2, 6.2.2.3).
    pub fn find(&self, name: &str) -> Option<usize> {
        self.checked.by_name.get(&name.trim_start_matches('/').to_lowercase()).copied()
    }

    /// Inflates a part.
    ///
    /// # Errors
    /// Missing, over the limits, or damaged (a wrong CRC or size included).
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, Problem> {
        let index = self
            .find(name)
            .ok_or_else(|| damaged(&words!("缺少部件 {name}", "the part {name} is missing")))?;
        self.read_prefix(index, u64::MAX)
    }

    /// Inflates at most `most` bytes of a member; all of it if it is no longer.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub fn read_prefix(&mut self, index: usize, most: u64) -> Result<Vec<u8>, Problem> {
        let size = self.checked.members.get(index).map_or(0, |m| m.size.min(most));
        let place = self.checked.members.get(index).map_or("", |m| m.name.as_str());
        Ledger::default().take(&self.limits, size, place)?;
        // What is declared is not believed: a large member grows as it comes.
        let size = size.min(1 << 20);
        let mut out = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        self.stream(index, most, |chunk| {
            out.extend_from_slice(chunk);
        })?;
        Ok(out)
    }

    /// Inflates a member chunk by chunk without holding it.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub fn stream(
        &mut self,
        index: usize,
        most: u64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), Problem> {
        let entry = self
            .checked
            .directory
            .entries
            .get(index)
            .ok_or_else(|| damaged(&words!("缺少部件", "no such member")))?;
        let Entry { size, stored, crc, ref data, .. } = *entry;
        let Limits { member_bytes, all_bytes, ratio, .. } = self.limits;
        let place = self.checked.members.get(index).map_or("", |m| m.name.as_str());
        if size > member_bytes {
            return Err(limits::over("member-bytes", member_bytes, size, place));
        }
        let found = size.checked_div(data.len() as u64).unwrap_or(size);
        if size > 1 << 20 && found > ratio {
            return Err(limits::over("ratio", ratio, found, place));
        }
        self.inflated = self.inflated.saturating_add(size.min(most));
        if self.inflated > all_bytes {
            return Err(limits::over("all-bytes", all_bytes, self.inflated, place));
        }
        let fail = |detail: &Words| damaged(&words!("{place} ", "{place}: ").then(detail));
        let mut input = self.bytes.get(data.clone()).unwrap_or_default();
        let mut sum = Crc::new();
        let mut total = 0u64;
        self.inflater.reset(false);
        self.chunk.clear();
        self.chunk.reserve_exact(CHUNK);
        while total < most {
            self.limits.in_time(place)?;
            let left = input.len();
            let ended = if stored {
                let (head, tail) = input.split_at(left.min(CHUNK));
                self.chunk.extend_from_slice(head);
                input = tail;
                tail.is_empty()
            } else {
                let seen = self.inflater.total_in();
                let status = self
                    .inflater
                    .decompress_vec(input, &mut self.chunk, FlushDecompress::None)
                    .map_err(|e| fail(&Words::reported(&e)))?;
                let taken = self.inflater.total_in().saturating_sub(seen);
                input = input.get(usize::try_from(taken).unwrap_or_default()..).unwrap_or_default();
                status == Status::StreamEnd
            };
            if !ended && self.chunk.is_empty() && input.len() == left {
                return Err(fail(&words!(
                    "不完整，后面被截断了",
                    "its compressed bytes are cut short"
                )));
            }
            sum.update(&self.chunk);
            let take = usize::try_from(most.saturating_sub(total)).unwrap_or(usize::MAX);
            total = total.saturating_add(self.chunk.len() as u64);
            if total > size {
                return Err(fail(&words!("比登记的长", "more bytes than declared")));
            }
            each(self.chunk.get(..take).unwrap_or(&self.chunk));
            self.chunk.clear();
            if ended {
                if total != size {
                    return Err(fail(&words!("与登记的大小不符", "another size than declared")));
                }
                if sum.sum() != crc {
                    return Err(fail(&words!(
                        "与登记的校验和不符，下载或拷贝时可能出了错",
                        "another checksum than declared"
                    )));
                }
                break;
            }
        }
        Ok(())
    }

    /// The limits it was opened under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The archive's bytes and its checked directory, for verbatim copies by the package writer.
    pub(crate) fn raw(&self) -> (&'a [u8], &Directory) {
        (self.bytes, &self.checked.directory)
    }
}
