//! Writing a result: a temporary file in the same folder, synced, renamed, the folder synced. The
//! input is never written, and nothing is overwritten unless asked. What a killed run leaves is
//! swept by the next one: a temporary file is locked while it is in use.

mod guard;
mod lost;

pub use guard::{closed, fitting, spare};

use kaohe::batch::FILLED;
use kaohe::blank::is_name_for_windows;
use kaohe::problem::codes::OUTPUT_EXISTS;
use kaohe::problem::{Problem, Words};
use kaohe::spool::Spool;
use kaohe::words;
use std::collections::HashSet;
use std::fs::TryLockError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::{NamedTempFile, PathPersistError, TempPath};

/// Where the result of a file goes: beside it, as `<stem>-已评分.xlsx`.
pub fn beside(input: &Path, extension: &str) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let stem = stem.strip_suffix(FILLED).unwrap_or(&stem);
    let stem = short(stem, NAME_UNITS - FILLED.len() - " (99).".len() - extension.len());
    input.with_file_name(format!("{stem}{FILLED}.{extension}"))
}

/// Longest name of a file: bytes on Linux, UTF-16 units on Windows and macOS, which are never more.
const NAME_UNITS: usize = 255;

/// The start of a text that takes at most so many bytes.
fn short(text: &str, most: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    text.get(..ends.take_while(|end| *end <= most).last().unwrap_or(0)).unwrap_or(text)
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

/// What a file is to hold; given again with every attempt.
pub trait Bytes {
    /// Gives it in pieces.
    ///
    /// # Errors
    /// What `give` says; what is given from a temporary file may be refused too.
    fn each(&self, give: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;
}

impl Bytes for [u8] {
    fn each(&self, give: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.chunks(256 << 10).try_for_each(give)
    }
}

impl Bytes for Spool {
    fn each(&self, give: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        Self::each(self, 0..self.len(), give)
    }
}

/// The calls that writing a file is made of; tests make each of them fail.
trait Disk {
    /// A temporary file that only its owner reads, or as the user has new files where it is `shared`.
    fn create(&self, folder: &Path, shared: bool) -> io::Result<NamedTempFile>;
    fn write(&self, file: &mut NamedTempFile, chunk: &[u8]) -> io::Result<()>;
    /// Gives it another file's permissions.
    fn permit(&self, file: &NamedTempFile, like: &Path) -> io::Result<()>;
    fn sync(&self, file: &NamedTempFile) -> io::Result<()>;
    fn rename(&self, file: TempPath, to: &Path, force: bool) -> Result<(), PathPersistError>;
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Whether what killed runs left in the folder is to be swept.
    fn sweeps(&self, _: &Path) -> bool {
        true
    }
    /// Waits before another attempt.
    fn pause(&self, time: Duration);
    /// A folder of this machine for a result whose drive is lost.
    fn spare(&self) -> Option<PathBuf>;
}

/// The folders of a run that writes many files: each is swept once, and synced once at the end, not
/// with every file.
#[derive(Default)]
pub struct Folders(Mutex<HashSet<PathBuf>>);

impl Folders {
    /// [`save`] for one of many files.
    ///
    /// # Errors
    /// Those of [`save`], or somebody has the output open.
    pub fn save(
        &self,
        input: &Path,
        output: &Path,
        bytes: &[u8],
        force: bool,
    ) -> Result<(), Problem> {
        closed(output)?;
        save_on(&System { folders: Some(self) }, input, output, bytes, force)
    }

    /// Has the system write down which files the folders hold.
    pub fn sync(&self) {
        for folder in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // Some file systems refuse it; the files are whole either way.
            let _ = sync_folder(folder);
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The disk itself; `folders`: of a run that writes many files.
#[derive(Default)]
struct System<'a> {
    folders: Option<&'a Folders>,
}

impl Disk for System<'_> {
    fn create(&self, folder: &Path, shared: bool) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        if shared {
            share(&mut builder);
        }
        for _ in 0..8 {
            let file = builder.tempfile_in(folder)?;
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
        let mode = std::fs::metadata(like)?.permissions().mode() & 0o777;
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

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if self.folders.is_some() { Ok(()) } else { sync_folder(folder) }
    }

    fn sweeps(&self, folder: &Path) -> bool {
        self.folders.is_none_or(|folders| {
            let mut known = folders.0.lock().unwrap_or_else(PoisonError::into_inner);
            !known.contains(folder) && known.insert(folder.to_owned())
        })
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn spare(&self) -> Option<PathBuf> {
        let home = std::env::home_dir().filter(|home| home.is_dir());
        Some(home.unwrap_or_else(std::env::temp_dir).join(lost::FOLDER))
    }
}

/// Lets the user's own setting (umask) say who reads it, as of any new file.
#[cfg(unix)]
fn share(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn share(_: &mut tempfile::Builder<'_, '_>) {}

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

fn folder_of(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Temporary file, sync, rename, sync of the folder: what is at `output` is the old file or the new.
fn attempt(
    disk: &impl Disk,
    input: &Path,
    output: &Path,
    bytes: &(impl Bytes + ?Sized),
    force: bool,
) -> io::Result<()> {
    let folder = folder_of(output);
    // Who may read the file that it replaces, else the one that it is made of, may read this one.
    let like = [output, input].into_iter().find(|path| path.exists());
    let mut file = disk.create(folder, like.is_none())?;
    bytes.each(&mut |chunk| disk.write(&mut file, chunk))?;
    if let Some(like) = like {
        disk.permit(&file, like)?;
    }
    disk.sync(&file)?;
    // The handle stays open, and with it the lock, until the file has its name.
    let (_held, path) = file.into_parts();
    disk.rename(path, output, force).map_err(|refused| refused.error)?;
    // Some file systems refuse it; the file is whole either way.
    let _ = disk.sync_folder(folder);
    Ok(())
}

/// [`attempt`], three times where what stands in the way may pass.
fn replace(
    disk: &impl Disk,
    input: &Path,
    output: &Path,
    bytes: &(impl Bytes + ?Sized),
    force: bool,
) -> io::Result<()> {
    let started = Instant::now();
    for pause in lost::PAUSES {
        match attempt(disk, input, output, bytes, force) {
            Err(error) if lost::passing(&error) && started.elapsed() < lost::PATIENCE => {
                disk.pause(pause);
            }
            other => return other,
        }
    }
    attempt(disk, input, output, bytes, force)
}

/// Writes bytes to a path: whole or not at all.
///
/// # Errors
/// The path exists and `force` is not set, it is the input, or the system refuses.
pub fn save(input: &Path, output: &Path, bytes: &[u8], force: bool) -> Result<(), Problem> {
    save_on(&System::default(), input, output, bytes, force)
}

/// [`save`] for what is not held in memory, and has no input.
///
/// # Errors
/// Those of [`save`].
pub fn save_spool(output: &Path, spool: &Spool, force: bool) -> Result<(), Problem> {
    save_on(&System::default(), Path::new(""), output, spool, force)
}

fn save_on(
    disk: &impl Disk,
    input: &Path,
    output: &Path,
    bytes: &(impl Bytes + ?Sized),
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
    guard::ordinary(output)?;
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    if cfg!(windows) && !is_name_for_windows(&name) {
        return Err(reserved(&name));
    }
    if output.exists() && !force {
        return Err(exists(output));
    }
    let folder = folder_of(output);
    let was_there = folder.is_dir();
    if disk.sweeps(folder) {
        sweep(folder);
    }
    // On Windows only a path in full, with its prefix, may be longer than 260 characters.
    let long = cfg!(windows) && output.as_os_str().len() > 200;
    let whole = long.then(|| std::fs::canonicalize(folder).ok()).flatten();
    let place = match (&whole, output.file_name()) {
        (Some(whole), Some(name)) => &whole.join(name),
        _ => output,
    };
    replace(disk, input, place, bytes, force).map_err(|error| match error.kind() {
        // Another run was faster.
        io::ErrorKind::AlreadyExists if !force => exists(output),
        io::ErrorKind::NotFound if was_there && !folder.is_dir() => {
            lost::told(disk, output, &error, bytes)
        }
        _ if lost::gone(&error) => lost::told(disk, output, &error, bytes),
        _ => refused(output, &error),
    })
}

fn reserved(name: &str) -> Problem {
    Problem::error(
        "wrong-name",
        words!("Windows 不允许这个文件名：{name}", "Windows takes no file of this name: {name}"),
    )
    .hint(words!("用 -o 换一个名字", "name another with -o"))
}

fn exists(output: &Path) -> Problem {
    let name = output.display();
    Problem::error(
        OUTPUT_EXISTS,
        words!("输出文件已存在：{name}", "the output already exists: {name}"),
    )
    .hint(words!(
        "加 --force 覆盖，或换一个输出名字或文件夹",
        "add --force to overwrite it, or name another output or folder"
    ))
}

/// What to do where the system lets nothing be written.
fn cure(error: &io::Error) -> Words {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            words!(
                "先建好这个文件夹，或换一个输出位置",
                "make the folder first, or name another place"
            )
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => words!(
            "换一个可以写的文件夹（fill 用 -o），或先把文件复制到自己的文件夹",
            "name a folder that can be written (fill: -o), or copy the file to a folder of yours first"
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            words!("腾出空间，或换一个磁盘", "make room, or name another disk")
        }
        _ => words!(
            "检查文件夹是否存在、可写，磁盘是否已满",
            "check that the folder exists and can be written, and that the disk is not full"
        ),
    }
}

fn refused(output: &Path, error: &io::Error) -> Problem {
    let name = output.display();
    let busy = matches!(error.raw_os_error(), Some(5 | 32 | 33));
    let hint = if cfg!(windows) && busy {
        words!("请先在 Excel/WPS 中关闭该文件", "close the file in Excel or WPS first")
    } else if error.kind() == io::ErrorKind::InvalidFilename {
        words!("把原文件的名字改短，再试一次", "give the workbook a shorter name, and try again")
    } else {
        cure(error)
    };
    Problem::error(
        "cannot-write",
        words!("无法写入 {name}：", "cannot write {name}: ").then(&Words::refused(error)),
    )
    .hint(hint)
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests;
