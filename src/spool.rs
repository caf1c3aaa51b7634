//! Records laid down one behind another and read again by their place, so that what a run holds in
//! memory does not grow with the count of workbooks.
//!
//! In: bytes. Out: the same bytes. They stay in memory up to a limit; beyond it they stand in a
//! temporary file without a name (hidden where a system has no such files), which goes with its
//! handle, also when the program is killed. Where no folder is given, nothing reaches the disk.

use crate::problem::{Problem, Words};
use crate::words;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Most bytes kept in memory where there is a folder.
const TAIL: usize = 64 << 10;

/// A row of records.
#[derive(Debug, Default)]
pub struct Spool {
    folder: Option<PathBuf>,
    file: Option<File>,
    /// Bytes in the file.
    filed: u64,
    /// Bytes behind those.
    tail: Vec<u8>,
}

impl Spool {
    /// A spool that overflows into a folder; without one it stays in memory.
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(Path::to_path_buf), ..Self::default() }
    }

    /// Bytes laid down.
    pub fn len(&self) -> u64 {
        self.filed + self.tail.len() as u64
    }

    /// Whether nothing was laid down.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lays bytes down and gives their place.
    ///
    /// # Errors
    /// The temporary file can be neither made nor written.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.len();
        self.tail.extend_from_slice(bytes);
        if self.tail.len() >= TAIL && self.folder.is_some() {
            self.file_tail()?;
        }
        Ok(at)
    }

    fn file_tail(&mut self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if self.file.is_none() {
            // A network folder may not take a file without a name.
            self.file = Some(tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())?);
        }
        if let Some(mut file) = self.file.as_ref() {
            file.seek(SeekFrom::Start(self.filed))?;
            file.write_all(&self.tail)?;
            self.filed += self.tail.len() as u64;
            self.tail.clear();
        }
        Ok(())
    }

    /// Lays a record down with its length, for [`record`](Self::record).
    ///
    /// # Errors
    /// As [`push`](Self::push); a record of 4 GiB.
    pub fn push_record(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        // In one piece, so that no record stands half in the file.
        let at = self.len();
        self.tail.extend_from_slice(&length.to_le_bytes());
        self.push(bytes)?;
        Ok(at)
    }

    /// Reads a record from its place.
    ///
    /// # Errors
    /// The temporary file cannot be read, or no record is there.
    pub fn record(&self, at: u64, into: &mut Vec<u8>) -> io::Result<()> {
        self.read(at..at + 4, into)?;
        let length = u32::from_le_bytes(into.as_slice().try_into().map_err(io::Error::other)?);
        self.read(at + 4..at + 4 + u64::from(length), into)
    }

    /// Reads bytes from their place.
    ///
    /// # Errors
    /// The temporary file cannot be read, or so many bytes are not there.
    pub fn read(&self, place: Range<u64>, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        self.each(place, &mut |chunk| {
            into.extend_from_slice(chunk);
            Ok(())
        })
    }

    /// Gives bytes from their place, in pieces.
    ///
    /// # Errors
    /// As [`read`](Self::read), and what `give` says.
    pub fn each(
        &self,
        place: Range<u64>,
        give: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Range { start: mut at, end } = place;
        if let Some(mut file) = self.file.as_ref().filter(|_| at < self.filed) {
            file.seek(SeekFrom::Start(at))?;
            let most = usize::try_from(end.min(self.filed) - at).unwrap_or(usize::MAX);
            let mut buffer = vec![0; most.min(TAIL)];
            while at < end.min(self.filed) {
                let left = usize::try_from(end.min(self.filed) - at).unwrap_or(usize::MAX);
                let piece = buffer.get_mut(..left.min(TAIL)).unwrap_or_default();
                file.read_exact(piece)?;
                give(piece)?;
                at += piece.len() as u64;
            }
        }
        if at < end {
            let inside = |at: u64| usize::try_from(at - self.filed).unwrap_or(usize::MAX);
            let rest = self.tail.get(inside(at)..inside(end));
            give(rest.ok_or(io::ErrorKind::UnexpectedEof)?)?;
        }
        Ok(())
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub fn copy(&self, out: &mut dyn Write) -> io::Result<()> {
        self.each(0..self.len(), &mut |chunk| out.write_all(chunk))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes).map(|_| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A temporary file that refuses.
pub fn refused(error: &io::Error) -> Problem {
    Problem::error(
        "cannot-spool",
        words!("临时文件无法读写：", "a temporary file cannot be written or read: ")
            .then(&Words::refused(error)),
    )
    .hint(words!("检查磁盘是否已满", "check that the disk is not full"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    /// Records of all sizes, over the limit many times, come back by their places; in any order.
    #[test]
    fn what_is_laid_down_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        for place in [None, Some(folder.path())] {
            let mut spool = Spool::new(place);
            let record = |n: u32| -> Vec<u8> {
                (0..n * 37 % 5_000).map(|i| u8::try_from((i * n) % 251).unwrap()).collect()
            };
            let places: Vec<u64> =
                (0..500).map(|n| spool.push_record(&record(n)).unwrap()).collect();
            assert_eq!(spool.file.is_some(), place.is_some());
            let (mut bytes, mut whole) = (Vec::new(), Vec::new());
            for (n, at) in (0..500).zip(&places).rev() {
                spool.record(*at, &mut bytes).unwrap();
                assert!(bytes == record(n), "{n}");
            }
            spool.copy(&mut whole).unwrap();
            assert_eq!(whole.len() as u64, spool.len());
            // Across the end of the file.
            let middle = spool.filed.saturating_sub(10)..spool.len();
            spool.read(middle.clone(), &mut bytes).unwrap();
            assert!(bytes == whole[usize::try_from(middle.start).unwrap()..]);
            assert!(spool.read(0..spool.len() + 1, &mut bytes).is_err());
        }
        // It has no name: nobody finds it, nothing stays.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
