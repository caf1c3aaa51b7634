//! One run at a time into an output folder: two with different options would leave a folder that is
//! neither's, and a summary of half the month.

use crate::problem::Problem;
use crate::words;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// What is locked where a folder itself takes no lock, as on Windows.
const BESIDE: &str = ".kaohe-lock";

/// Takes an output folder for one run; it is free again when the file is dropped, or the process dies.
/// None where the folder takes no locks at all: the run goes on without.
///
/// # Errors
/// Another run has it.
pub fn hold(out: &Path) -> Result<Option<File>, Problem> {
    let folder = || File::open(out);
    let beside = || {
        let mut open = OpenOptions::new();
        open.create(true).truncate(false).write(true).open(out.join(BESIDE))
    };
    // The folder first: nothing is left behind in it.
    let ways: [&dyn Fn() -> io::Result<File>; 2] = [&folder, &beside];
    for way in ways {
        let Ok(file) = way() else { continue };
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => return Err(in_use()),
            Err(TryLockError::Error(_)) => {}
        }
    }
    Ok(None)
}

fn in_use() -> Problem {
    Problem::error(
        "folder-in-use",
        words!(
            "另一个 kaohe batch 正在往这个文件夹里写，这一次什么都没有做",
            "another kaohe batch is writing into this folder; this one has done nothing"
        ),
    )
    .hint(words!(
        "等那一个结束再运行一次，或用 --out 换一个文件夹",
        "run again when that one has ended, or name another folder with --out"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = hold(folder.path()).unwrap();
        assert!(first.is_some());
        assert_eq!(hold(folder.path()).unwrap_err().code, "folder-in-use");
        drop(first);
        assert!(hold(folder.path()).unwrap().is_some());
    }
}
