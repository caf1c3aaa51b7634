//! The package: a zip archive whose directory is checked before any member is trusted.
//!
//! In: bytes. Out: members by part name, inflated on demand under the limits of [`crate::limits`].
//! The `zip` crate collapses members of one name, so duplicates are looked for in the raw central
//! directory here; local headers must agree with it. Nothing is ever extracted to a path.

// Numbers from a file must not wrap, nor end the run.
#![warn(clippy::arithmetic_side_effects)]

pub(crate) mod directory;
pub mod sheet;
pub mod xml;

use crate::limits::{self, Ledger, Limits};
use crate::{problem::Problem, words};
use directory::{Directory, Fault};
use std::collections::HashMap;
use std::io::{Cursor, Read};

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
    archive: zip::ZipArchive<Cursor<&'a [u8]>>,
    members: Vec<Member>,
    by_name: HashMap<String, usize>,
    bytes: &'a [u8],
    directory: Directory,
    limits: Limits,
    inflated: u64,
}

fn damaged(detail: &str) -> Problem {
    Problem::error("damaged", words!("文件已损坏：{}", "the file is damaged: {}", detail)).hint(
        words!(
            "请用 Excel 或 WPS 打开并另存一份，再重试",
            "open it in Excel or WPS, save a copy, and try that"
        ),
    )
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
        let mut archive =
            zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e.to_string()))?;
        if archive.len() != directory.entries.len() {
            return Err(damaged("two members of one name"));
        }
        let mut members = Vec::with_capacity(archive.len());
        let mut by_name = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(|e| damaged(&e.to_string()))?;
            let name = file.name().map_err(|e| damaged(&e.to_string()))?;
            let name = name.trim_start_matches('/').to_owned();
            by_name.insert(name.to_lowercase(), index);
            members.push(Member { name, size: file.size(), compressed: file.compressed_size() });
        }
        Ok(Self { archive, members, by_name, bytes, directory, limits: *limits, inflated: 0 })
    }

    /// The members in the directory's order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member's index; part names are compared without case (ECMA-376 part 2, 6.2.2.3).
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.trim_start_matches('/').to_lowercase()).copied()
    }

    /// Inflates a part.
    ///
    /// # Errors
    /// Missing, over the limits, or damaged (a wrong CRC or size included).
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, Problem> {
        let index =
            self.find(name).ok_or_else(|| damaged(&format!("the part {name} is missing")))?;
        self.read_prefix(index, u64::MAX)
    }

    /// Inflates at most `most` bytes of a member; all of it if it is no longer.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub fn read_prefix(&mut self, index: usize, most: u64) -> Result<Vec<u8>, Problem> {
        let size = self.members.get(index).map_or(0, |m| m.size.min(most));
        let place = self.members.get(index).map_or("", |m| m.name.as_str());
        Ledger::default().take(&self.limits, size, place)?;
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
        let member = self.members.get(index).cloned().ok_or_else(|| damaged("no such member"))?;
        let size = member.size;
        let Limits { member_bytes, all_bytes, ratio, .. } = self.limits;
        let place = member.name.as_str();
        if size > member_bytes {
            return Err(limits::over("member-bytes", member_bytes, size, place));
        }
        let found = size.checked_div(member.compressed).unwrap_or(size);
        if size > 1 << 20 && found > ratio {
            return Err(limits::over("ratio", ratio, found, place));
        }
        self.inflated = self.inflated.saturating_add(size.min(most));
        if self.inflated > all_bytes {
            return Err(limits::over("all-bytes", all_bytes, self.inflated, place));
        }
        let name = &member.name;
        let fail = |e: &dyn std::fmt::Display| damaged(&format!("{name}: {e}"));
        let mut file = self.archive.by_index(index).map_err(|e| fail(&e))?;
        let mut chunk = vec![0u8; usize::try_from(size.clamp(1, 16 << 10)).unwrap_or(16 << 10)];
        let mut total = 0u64;
        while total < most {
            self.limits.in_time(place)?;
            let read = file.read(&mut chunk).map_err(|e| fail(&e))?;
            if read == 0 {
                if total != size {
                    return Err(fail(&"another size than declared"));
                }
                break;
            }
            let take = most.saturating_sub(total).min(read as u64);
            let take = usize::try_from(take).unwrap_or(read);
            total = total.saturating_add(read as u64);
            if total > size {
                return Err(fail(&"more bytes than declared"));
            }
            each(chunk.get(..take).unwrap_or_default());
        }
        Ok(())
    }

    /// The limits it was opened under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The archive's bytes and its checked directory, for verbatim copies by the package writer.
    pub(crate) fn raw(&self) -> (&'a [u8], &Directory) {
        (self.bytes, &self.directory)
    }
}
