//! The package: a zip archive whose directory is checked before any member is trusted.
//!
//! In: bytes. Out: members by part name, inflated on demand under the limits of [`crate::limits`].
//! The `zip` crate collapses members of one name, so duplicates are looked for in the raw central
//! directory here; local headers must agree with it. Nothing is ever extracted to a path.

pub mod sheet;
pub mod xml;

use crate::{limits, problem::Problem, words};
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
        let names = directory::check(bytes).map_err(|detail| damaged(&detail))?;
        let mut archive =
            zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e.to_string()))?;
        if archive.len() != names.len() {
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
        Ok(Self { archive, members, by_name })
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
        let size = self.members.get(index).map_or(0, |m| m.size.min(most).min(1 << 20));
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
        if size > limits::MEMBER_BYTES
            || (size > 1 << 20 && size / member.compressed.max(1) > limits::RATIO)
        {
            return Err(Problem::error(
                "too-large",
                words!(
                    "部件 {} 解压后有 {} 字节，超出限制",
                    "the part {} inflates to {} bytes, which is over the limit",
                    member.name,
                    size
                ),
            )
            .hint(words!("这不像一份正常的考核表", "this does not look like an honest workbook")));
        }
        let name = &member.name;
        let fail = |e: &dyn std::fmt::Display| damaged(&format!("{name}: {e}"));
        let mut file = self.archive.by_index(index).map_err(|e| fail(&e))?;
        let mut chunk = vec![0u8; usize::try_from(size.clamp(1, 16 << 10)).unwrap_or(16 << 10)];
        let mut total = 0u64;
        while total < most {
            let read = file.read(&mut chunk).map_err(|e| fail(&e))?;
            if read == 0 {
                if total != size {
                    return Err(fail(&"another size than declared"));
                }
                break;
            }
            let take = usize::try_from((most - total).min(read as u64)).unwrap_or(read);
            total += read as u64;
            if total > size {
                return Err(fail(&"more bytes than declared"));
            }
            each(chunk.get(..take).unwrap_or_default());
        }
        Ok(())
    }

    /// The archive itself, for raw copies by the package writer.
    pub(crate) fn archive(&mut self) -> &mut zip::ZipArchive<Cursor<&'a [u8]>> {
        &mut self.archive
    }
}

mod directory {
    //! The raw central directory (PKWARE APPNOTE 4.3.12, 4.3.16), read only to be checked.

    use crate::limits;
    use std::collections::HashSet;

    fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
        let raw = bytes.get(at..at.checked_add(2)?)?;
        Some(usize::from(u16::from_le_bytes(raw.try_into().ok()?)))
    }

    fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
        let raw = bytes.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(raw.try_into().ok()?)).ok()
    }

    fn u64_at(bytes: &[u8], at: usize) -> Option<usize> {
        let raw = bytes.get(at..at.checked_add(8)?)?;
        usize::try_from(u64::from_le_bytes(raw.try_into().ok()?)).ok()
    }

    /// Names of all members, after the checks.
    pub fn check(bytes: &[u8]) -> Result<Vec<String>, String> {
        let end = (0..=bytes.len().saturating_sub(22))
            .rev()
            .take(66_000)
            .find(|at| bytes.get(*at..*at + 4) == Some(b"PK\x05\x06".as_slice()))
            .ok_or("the end of the archive is missing")?;
        let cut = || "the archive's directory is cut short".to_owned();
        let mut count = u16_at(bytes, end + 10).ok_or_else(cut)?;
        let mut at = u32_at(bytes, end + 16).ok_or_else(cut)?;
        if count == 0xffff || at == 0xffff_ffff {
            let locator = end.checked_sub(20).ok_or_else(cut)?;
            if bytes.get(locator..locator + 4) != Some(b"PK\x06\x07".as_slice()) {
                return Err(cut());
            }
            let end64 = u64_at(bytes, locator + 8).ok_or_else(cut)?;
            count = u64_at(bytes, end64.saturating_add(32)).ok_or_else(cut)?;
            at = u64_at(bytes, end64.saturating_add(48)).ok_or_else(cut)?;
        }
        if count > limits::MEMBERS {
            return Err(format!("{count} members, more than {}", limits::MEMBERS));
        }
        let mut seen = HashSet::new();
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            if bytes.get(at..at.saturating_add(4)) != Some(b"PK\x01\x02".as_slice()) {
                return Err(cut());
            }
            let field = |offset| u16_at(bytes, at + offset).ok_or_else(cut);
            let (flags, method) = (field(8)?, field(10)?);
            let (name_len, extra_len, comment_len) = (field(28)?, field(30)?, field(32)?);
            let raw = bytes.get(at + 46..at + 46 + name_len).ok_or_else(cut)?;
            let name = String::from_utf8_lossy(raw).into_owned();
            if flags & 1 != 0 {
                return Err(format!("{name} is encrypted"));
            }
            if method != 0 && method != 8 {
                return Err(format!("{name} is compressed in a way packages do not use"));
            }
            let local = u32_at(bytes, at + 42).ok_or_else(cut)?;
            if local != 0xffff_ffff {
                let local_len = u16_at(bytes, local.saturating_add(26)).ok_or_else(cut)?;
                let start = local.saturating_add(30);
                if bytes.get(local..local.saturating_add(4)) != Some(b"PK\x03\x04".as_slice())
                    || bytes.get(start..start.saturating_add(local_len)) != Some(raw)
                {
                    return Err(format!("{name} has another name in its own header"));
                }
            }
            let unsafe_name = name.contains('\0')
                || name.contains(':')
                || name.split(['/', '\\']).any(|segment| segment == "..");
            if unsafe_name || name.is_empty() {
                return Err(format!("a member has the unsafe name {name:?}"));
            }
            if !seen.insert(name.trim_start_matches('/').to_lowercase()) {
                return Err(format!("two members are named {name}"));
            }
            names.push(name);
            at += 46 + name_len + extra_len + comment_len;
        }
        Ok(names)
    }
}
