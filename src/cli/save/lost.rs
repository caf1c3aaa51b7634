//! A drive that is slow or gets lost while a result is written to it: another attempt, and a copy on
//! this machine where none succeeds.

use super::{Bytes, Disk, System, attempt, free, refused};
use kaohe::problem::{Problem, Words};
use kaohe::words;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the folder for copies, in the user's own.
pub const FOLDER: &str = "kaohe-本机副本";
/// Pauses before the second and the third attempt.
pub const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(1500)];
/// After so long no other attempt is begun: each may hang by itself.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Whether another attempt may succeed: the file is open elsewhere (Windows: access denied, sharing
/// and lock violation), or the drive does not answer.
pub fn passing(error: &io::Error) -> bool {
    gone(error) || cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

/// Whether the drive is lost, or does not answer.
pub fn gone(error: &io::Error) -> bool {
    let kind = matches!(
        error.kind(),
        ErrorKind::ResourceBusy
            | ErrorKind::TimedOut
            | ErrorKind::NetworkDown
            | ErrorKind::NetworkUnreachable
            | ErrorKind::HostUnreachable
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::BrokenPipe
            | ErrorKind::StaleNetworkFileHandle
    );
    kind || error.raw_os_error().is_some_and(is_drive_error)
}

/// Device not ready, network path not found, busy or gone, unexpected network error, semaphore
/// timeout, connection aborted (winerror.h).
#[cfg(windows)]
fn is_drive_error(code: i32) -> bool {
    matches!(code, 21 | 51..=55 | 58 | 59 | 64 | 67 | 71 | 121 | 1117 | 1167 | 1231..=1236)
}

/// EIO, ENXIO, ENODEV: what a drive gives that was pulled out (errno.h).
#[cfg(not(windows))]
fn is_drive_error(code: i32) -> bool {
    matches!(code, 5 | 6 | 19)
}

/// The refusal of a result whose drive is lost. A workbook is kept on this machine, and named.
pub fn told(
    disk: &impl Disk,
    output: &Path,
    error: &io::Error,
    bytes: &(impl Bytes + ?Sized),
) -> Problem {
    let name = output.display();
    let extension = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let kept = matches!(extension.as_str(), "xlsx" | "xlsm")
        .then(|| disk.spare())
        .flatten()
        .and_then(|folder| keep(&folder, output, bytes));
    let Some(kept) = kept else { return refused(output, error) };
    let kept = kept.display();
    Problem::error(
        "drive-lost",
        words!("无法写入 {name}：", "cannot write {name}: ").then(&Words::refused(error)).then(
            &words!("；结果已保存在本机：{kept}", "; the result was kept on this machine: {kept}"),
        ),
    )
    .hint(words!(
        "检查网络盘或移动盘是否还连着；恢复后把这份副本复制过去，或重新运行",
        "check whether the drive is still connected; then copy it there, or run again"
    ))
}

fn keep(folder: &Path, output: &Path, bytes: &(impl Bytes + ?Sized)) -> Option<PathBuf> {
    std::fs::create_dir_all(folder).ok()?;
    let place = free(folder.join(output.file_name()?));
    attempt(&System::default(), Path::new(""), &place, bytes, false).ok().map(|()| place)
}
