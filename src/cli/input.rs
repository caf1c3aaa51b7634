//! What the command reads: files, looked at before and after.

use kaohe::limits::{self, Limits};
use kaohe::problem::{Problem, Words};
use kaohe::words;
use std::path::Path;

/// Reads a workbook's bytes, or says why not.
pub fn read(file: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.starts_with("~$") || name.starts_with(".~lock.") {
        return Err(Problem::error(
            "owner-file",
            words!(
                "这是 Excel/WPS 打开工作簿时留下的临时文件，不是工作簿",
                "this is the owner file that Excel leaves beside an open workbook, not a workbook"
            ),
        )
        .hint(words!(
            "请选择它旁边的那个工作簿；工作簿可能正被人打开",
            "choose the workbook beside it; somebody may have it open"
        )));
    }
    let metadata = std::fs::metadata(file).map_err(|e| unreadable(file, &e))?;
    if metadata.is_dir() {
        return Err(Problem::error(
            "is-a-folder",
            words!("这是文件夹，不是工作簿", "this is a folder, not a workbook"),
        )
        .hint(words!(
            "请指定文件夹里的工作簿；整个文件夹用 kaohe batch 文件夹 --out 结果文件夹",
            "name the workbooks in it; a whole folder is filled by kaohe batch DIR --out DIR"
        )));
    }
    if !metadata.is_file() {
        return Err(Problem::error(
            "not-a-file",
            words!("这不是普通文件", "this is no ordinary file"),
        )
        .hint(words!("请指定一个工作簿文件", "name a workbook file")));
    }
    if metadata.len() > limits.input_bytes {
        return Err(limits::over("input-bytes", limits.input_bytes, metadata.len(), ""));
    }
    let bytes = std::fs::read(file).map_err(|e| unreadable(file, &e))?;
    let now = std::fs::metadata(file).map_err(|e| unreadable(file, &e))?;
    let steady = now.len() == bytes.len() as u64 && now.modified().ok() == metadata.modified().ok();
    if !steady {
        return Err(Problem::error(
            "being-written",
            words!("文件正在被写入", "the file is being written at this moment"),
        )
        .hint(words!("等它保存或复制完，再试一次", "try again when it has been saved or copied")));
    }
    Ok(bytes)
}

fn unreadable(file: &Path, error: &std::io::Error) -> Problem {
    // A word that names no file was perhaps meant as a command.
    let word = file.extension().is_none() && file.components().count() == 1;
    let hint = if word && error.kind() == std::io::ErrorKind::NotFound {
        words!(
            "检查路径；若是想用命令，kaohe --help 列出所有命令",
            "check the path; if a command was meant, kaohe --help lists them"
        )
    } else {
        words!("检查路径与权限", "check the path and the permissions")
    };
    Problem::error(
        "cannot-read",
        words!("无法读取文件：", "the file cannot be read: ").then(&Words::refused(error)),
    )
    .hint(hint)
}
