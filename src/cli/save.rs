//! Writing a result: a temporary file in the same folder, flushed, renamed. The input is never
//! written, and nothing is overwritten unless asked.

use kaohe::problem::Problem;
use kaohe::words;
use std::io::Write;
use std::path::{Path, PathBuf};

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

/// Writes bytes to a path: whole or not at all.
///
/// # Errors
/// The path exists and `force` is not set, it is the input, or the system refuses.
pub fn save(input: &Path, output: &Path, bytes: &[u8], force: bool) -> Result<(), Problem> {
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
        let name = output.display();
        return Err(Problem::error(
            "output-exists",
            words!("输出文件已存在：{name}", "the output already exists: {name}"),
        )
        .hint(words!(
            "加 --force 覆盖，或用 -o 换一个名字",
            "add --force to overwrite it, or name another with -o"
        )));
    }
    let folder = match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let refused = |error: &std::io::Error| {
        let name = output.display();
        let busy = error.raw_os_error() == Some(32) || error.raw_os_error() == Some(5);
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
    };
    let mut file = tempfile::Builder::new()
        .prefix(".kaohe-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(|e| refused(&e))?;
    file.write_all(bytes).map_err(|e| refused(&e))?;
    file.as_file().sync_all().map_err(|e| refused(&e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(input).map_or(0o644, |m| m.permissions().mode() & 0o777);
        let readable = std::fs::Permissions::from_mode(mode | 0o600);
        file.as_file().set_permissions(readable).map_err(|e| refused(&e))?;
    }
    let persisted = if force { file.persist(output) } else { file.persist_noclobber(output) };
    persisted.map_err(|e| refused(&e.error))?;
    #[cfg(unix)]
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}
