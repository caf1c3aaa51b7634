//! Writing a result: a temporary file in the same folder, synced, renamed, the folder synced. The
//! input is never written, and nothing is overwritten unless asked. What a killed run leaves is
//! swept by the next one: a temporary file is locked while it is in use.

use kaohe::problem::Problem;
use kaohe::words;
use std::fs::TryLockError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{NamedTempFile, PathPersistError, TempPath};

/// What stands behind the stem of a filled workbook's name.
pub const FILLED: &str = "-已评分";

/// Where the result of a file goes: beside it, as `<stem>-已评分.xlsx`.
pub fn beside(input: &Path, extension: &str) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let stem = stem.strip_suffix(FILLED).unwrap_or(&stem).to_owned();
    input.with_file_name(format!("{stem}{FILLED}.{extension}"))
}

/// The next free name: `a.xlsx`, `a (2).xlsx`, …
pub fn free(path: PathBuf) -> PathBuf {
    let mut names = (1u32..).map(|n| numbered(&path, n));
    names.find(|candidate| !candidate.exists()).unwrap_or(path)
}

/// A name with a number: `a.xlsx` for 1, `a (2).xlsx` for 2.
pub fn numbered(path: &Path, number: u32) -> PathBuf {
    if number < 2 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem} ({number}).{extension}"))
}

/// Whether two paths are one file, by any name.
pub fn same_file(a: &Path, b: &Path) -> bool {
    match (std::fs::canonicalize(a), std::fs::canonicalize(b)) {
        (Ok(a_path), Ok(b_path)) => a_path == b_path || same_inode(a, b),
        _ => false,
    }
}

#[cfg(unix)]
fn same_inode(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::metadata(a), std::fs::metadata(b)) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_inode(_: &Path, _: &Path) -> bool {
    false
}

/// The calls that writing a file is made of; tests make each of them fail.
trait Disk {
    fn create(&self, folder: &Path) -> io::Result<NamedTempFile>;
    fn write(&self, file: &mut NamedTempFile, chunk: &[u8]) -> io::Result<()>;
    fn permit(&self, file: &NamedTempFile, like: &Path) -> io::Result<()>;
    fn sync(&self, file: &NamedTempFile) -> io::Result<()>;
    fn rename(&self, file: TempPath, to: &Path, force: bool) -> Result<(), PathPersistError>;
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

struct System;

impl Disk for System {
    fn create(&self, folder: &Path) -> io::Result<NamedTempFile> {
        for _ in 0..8 {
            let file =
                tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
            // The lock tells a run that sweeps that this one is in use. Where the file system has no
            // locks, nothing is swept either. A sweep between creation and lock takes the file.
            match file.as_file().try_lock() {
                Err(TryLockError::WouldBlock) => continue,
                _ if file.path().exists() => return Ok(file),
                _ => continue,
            }
        }
        Err(io::Error::other("temporary files vanish"))
    }

    fn write(&self, file: &mut NamedTempFile, chunk: &[u8]) -> io::Result<()> {
        file.write_all(chunk)
    }

    #[cfg(unix)]
    fn permit(&self, file: &NamedTempFile, like: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(like).map_or(0o644, |m| m.permissions().mode() & 0o777);
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode | 0o600))
    }

    #[cfg(not(unix))]
    fn permit(&self, _: &NamedTempFile, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self, file: &NamedTempFile) -> io::Result<()> {
        file.as_file().sync_all()
    }

    fn rename(&self, file: TempPath, to: &Path, force: bool) -> Result<(), PathPersistError> {
        if force { file.persist(to) } else { file.persist_noclobber(to) }
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::File::open(folder)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

const PREFIX: &str = ".kaohe-";
const SUFFIX: &str = ".tmp";

/// Removes what runs that were killed left in a folder: our temporary files that nobody holds.
fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let own = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if !own || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if let Ok(file) = std::fs::File::options().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a refusal may pass by itself: the file is open elsewhere, or a network drive is slow.
fn passing(error: &io::Error) -> bool {
    let windows = cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32 | 33));
    windows || matches!(error.kind(), io::ErrorKind::ResourceBusy | io::ErrorKind::TimedOut)
}

fn folder_of(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Temporary file, sync, rename, sync of the folder: what is at `output` is the old file or the new.
fn replace(
    disk: &impl Disk,
    input: &Path,
    output: &Path,
    bytes: &[u8],
    force: bool,
) -> io::Result<()> {
    let folder = folder_of(output);
    let mut file = disk.create(folder)?;
    for chunk in bytes.chunks(256 << 10) {
        disk.write(&mut file, chunk)?;
    }
    disk.permit(&file, input)?;
    disk.sync(&file)?;
    // The handle stays open, and with it the lock, until the file has its name.
    let (_held, mut path) = file.into_parts();
    for pause in [Some(300), Some(1200), None] {
        match (disk.rename(path, output, force), pause) {
            (Ok(()), _) => {
                // Some file systems refuse it; the file is whole either way.
                let _ = disk.sync_folder(folder);
                return Ok(());
            }
            (Err(refused), Some(pause)) if passing(&refused.error) => {
                std::thread::sleep(Duration::from_millis(pause));
                path = refused.path;
            }
            (Err(refused), _) => return Err(refused.error),
        }
    }
    Err(io::Error::other("refused"))
}

/// Writes bytes to a path: whole or not at all.
///
/// # Errors
/// The path exists and `force` is not set, it is the input, or the system refuses.
pub fn save(input: &Path, output: &Path, bytes: &[u8], force: bool) -> Result<(), Problem> {
    save_on(&System, input, output, bytes, force)
}

fn save_on(
    disk: &impl Disk,
    input: &Path,
    output: &Path,
    bytes: &[u8],
    force: bool,
) -> Result<(), Problem> {
    if same_file(input, output) {
        return Err(Problem::error(
            "output-is-input",
            words!(
                "输出文件就是输入文件，原表不会被改写",
                "the output is the input; the original is never changed"
            ),
        )
        .hint(words!("换一个输出文件名", "choose another output name")));
    }
    if output.exists() && !force {
        return Err(exists(output));
    }
    sweep(folder_of(output));
    replace(disk, input, output, bytes, force).map_err(|error| match error.kind() {
        // Another run was faster.
        io::ErrorKind::AlreadyExists if !force => exists(output),
        _ => refused(output, &error),
    })
}

fn exists(output: &Path) -> Problem {
    let name = output.display();
    Problem::error(
        "output-exists",
        words!("输出文件已存在：{name}", "the output already exists: {name}"),
    )
    .hint(words!(
        "加 --force 覆盖，或用 -o 换一个名字",
        "add --force to overwrite it, or name another with -o"
    ))
}

fn refused(output: &Path, error: &io::Error) -> Problem {
    let name = output.display();
    let busy = matches!(error.raw_os_error(), Some(5 | 32 | 33));
    let hint = if cfg!(windows) && busy {
        words!("请先在 Excel/WPS 中关闭该文件", "close the file in Excel or WPS first")
    } else {
        words!(
            "检查文件夹是否存在、可写，磁盘是否已满",
            "check that the folder exists and can be written, and that the disk is not full"
        )
    };
    Problem::error(
        "cannot-write",
        words!("无法写入 {name}：{error}", "cannot write {name}: {error}"),
    )
    .hint(hint)
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Fails at the n-th call, with an error.
    struct Failing {
        left: Cell<usize>,
        error: io::ErrorKind,
    }

    impl Failing {
        fn at(n: usize, error: io::ErrorKind) -> Self {
            Self { left: Cell::new(n), error }
        }

        fn turn(&self) -> io::Result<()> {
            let left = self.left.get();
            self.left.set(left.wrapping_sub(1));
            if left == 0 { Err(self.error.into()) } else { Ok(()) }
        }
    }

    impl Disk for Failing {
        fn create(&self, folder: &Path) -> io::Result<NamedTempFile> {
            self.turn().and_then(|()| System.create(folder))
        }
        fn write(&self, file: &mut NamedTempFile, chunk: &[u8]) -> io::Result<()> {
            // A failing write has written a part, as a full disk does.
            let part = chunk.len() / 2;
            self.turn().or_else(|e| {
                System.write(file, &chunk[..part])?;
                Err(e)
            })?;
            System.write(file, chunk)
        }
        fn permit(&self, file: &NamedTempFile, like: &Path) -> io::Result<()> {
            self.turn().and_then(|()| System.permit(file, like))
        }
        fn sync(&self, file: &NamedTempFile) -> io::Result<()> {
            self.turn().and_then(|()| System.sync(file))
        }
        fn rename(&self, file: TempPath, to: &Path, force: bool) -> Result<(), PathPersistError> {
            match self.turn() {
                Ok(()) => System.rename(file, to, force),
                Err(error) => Err(PathPersistError { error, path: file }),
            }
        }
        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.turn().and_then(|()| System.sync_folder(folder))
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("folder").flatten();
        let mut names: Vec<String> =
            entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_call_may_fail_and_the_old_file_stays() {
        let kinds = [
            io::ErrorKind::StorageFull,
            io::ErrorKind::QuotaExceeded,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::Other,
        ];
        let new = vec![7u8; 700 << 10];
        for kind in kinds {
            let mut failures = 0;
            for n in 0.. {
                let folder = tempfile::tempdir().expect("folder");
                let (input, output) = (folder.path().join("in"), folder.path().join("out"));
                std::fs::write(&input, b"input").expect("written");
                std::fs::write(&output, b"old").expect("written");
                let disk = Failing::at(n, kind);
                let saved = save_on(&disk, &input, &output, &new, true);
                assert_eq!(names(folder.path()), ["in", "out"], "no temporary file");
                let now = std::fs::read(&output).expect("read");
                match saved {
                    Ok(()) => assert!(now == new),
                    Err(problem) => {
                        failures += 1;
                        assert_eq!((problem.code, now.as_slice()), ("cannot-write", &b"old"[..]));
                        assert!(problem.what.en.contains("out"), "names the path");
                    }
                }
                if disk.left.get() < usize::MAX / 2 {
                    break;
                }
            }
            // Creation, three writes, permission, sync, rename.
            assert_eq!(failures, 7);
        }
    }

    #[test]
    fn leftovers_are_swept_and_files_in_use_are_not() {
        let folder = tempfile::tempdir().expect("folder");
        let (input, output) = (folder.path().join("in"), folder.path().join("out"));
        std::fs::write(&input, b"input").expect("written");
        std::fs::write(folder.path().join(".kaohe-dead.tmp"), b"half").expect("written");
        std::fs::write(folder.path().join(".kaohe-notes.txt"), b"not ours").expect("written");
        let held = System.create(folder.path()).expect("held");
        let name = held.path().file_name().expect("a name").to_string_lossy().into_owned();
        save(&input, &output, b"new", false).expect("saved");
        let mut expected = [".kaohe-notes.txt".to_owned(), "in".to_owned(), name, "out".to_owned()];
        expected.sort();
        assert_eq!(names(folder.path()), expected);
        drop(held);
        assert_eq!(save(&input, &output, b"new", false).map_err(|p| p.code), Err("output-exists"));
    }

    #[test]
    fn of_many_writers_at_once_one_wins_whole() {
        let folder = tempfile::tempdir().expect("folder");
        let input = folder.path().join("in");
        std::fs::write(&input, b"input").expect("written");
        for force in [false, true] {
            let output = folder.path().join(format!("out {force}"));
            let results: Vec<Result<(), &str>> = std::thread::scope(|scope| {
                let writers: Vec<_> = (1u8..9)
                    .map(|n| {
                        let (input, output) = (&input, &output);
                        scope.spawn(move || save(input, output, &vec![n; 300 << 10], force))
                    })
                    .collect();
                writers.into_iter().map(|w| w.join().expect("ran").map_err(|p| p.code)).collect()
            });
            let won = results.iter().filter(|r| r.is_ok()).count();
            assert_eq!(won, if force { 8 } else { 1 }, "{results:?}");
            assert!(results.iter().all(|r| r.is_ok() || *r == Err("output-exists")));
            let bytes = std::fs::read(&output).expect("read");
            assert_eq!(bytes.len(), 300 << 10);
            assert!(bytes.iter().all(|b| *b == bytes[0]), "torn");
        }
        assert_eq!(names(folder.path()), ["in", "out false", "out true"]);
    }
}
