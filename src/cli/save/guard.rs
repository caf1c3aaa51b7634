//! What a result may not take the place of, whatever is asked.

use super::same_file;
use kaohe::owner;
use kaohe::problem::Problem;
use kaohe::words;
use std::path::Path;

/// Refuses an output that is a folder, a device or a pipe: a rename would put a file in its place.
///
/// # Errors
/// It is one.
pub fn ordinary(output: &Path) -> Result<(), Problem> {
    let name = output.display();
    match std::fs::metadata(output) {
        Ok(there) if there.is_dir() => Err(Problem::error(
            "output-is-a-folder",
            words!("输出「{name}」是文件夹，不是文件名", "the output `{name}` is a folder"),
        )
        .hint(words!(
            "在后面写上文件名，如 {}",
            "name a file in it, as {}",
            output.join("结果.xlsx").display()
        ))),
        Ok(there) if !there.is_file() => Err(Problem::error(
            "output-not-a-file",
            words!("输出「{name}」不是普通文件", "the output `{name}` is no ordinary file"),
        )
        .hint(words!("换一个输出文件名", "choose another output name"))),
        _ => Ok(()),
    }
}

/// Refuses an output that is one of the files a command was given to read.
///
/// # Errors
/// It is one of them, by whatever name.
pub fn spare(output: &Path, given: &[Option<&Path>]) -> Result<(), Problem> {
    match given.iter().flatten().find(|file| same_file(file, output)) {
        None => Ok(()),
        Some(file) => {
            let name = file.display();
            Err(Problem::error(
                "output-is-input",
                words!(
                    "输出文件就是要读的「{name}」，它不会被改写",
                    "the output is `{name}`, which is read; it is never changed"
                ),
            )
            .hint(words!("换一个输出文件名", "choose another output name")))
        }
    }
}

/// Refuses an output that somebody has open: their next save would put the old one back, and Excel asks
/// them about a file that has changed under them. Not even `--force` helps; the owner file may go.
///
/// # Errors
/// Somebody has it open.
pub fn closed(output: &Path) -> Result<(), Problem> {
    let Some((user, lock)) = owner::lock_of(output).filter(|_| output.exists()) else {
        return Ok(());
    };
    let (name, lock) = (output.display(), lock.display());
    let what = if user == owner::NOBODY {
        words!("「{name}」正被人打开，没有覆盖", "somebody has {name} open; it was not overwritten")
    } else {
        words!(
            "「{name}」正被「{user}」打开，没有覆盖",
            "`{user}` has {name} open; it was not overwritten"
        )
    };
    Err(Problem::error(owner::OPEN, what).hint(words!(
        "请先关闭它，再运行一次；其实没有人打开的话，删除「{lock}」",
        "close it and run again; where nobody has it open, delete {lock}"
    )))
}

/// Refuses a name that Excel would not open as what the result is: the extension must be
/// `extension`, in small or capital letters.
///
/// # Errors
/// It is another, or a folder.
pub fn fitting(output: &Path, extension: &str) -> Result<(), Problem> {
    ordinary(output)?;
    let named = output.extension().unwrap_or_default().to_string_lossy();
    if named.eq_ignore_ascii_case(extension) {
        return Ok(());
    }
    let better = output.with_extension(extension);
    let (name, better) = (output.display(), better.display());
    let what = if extension == "xlsm" {
        words!(
            "含宏的工作簿要存为 .xlsm，输出文件名却是「{name}」",
            "a workbook with macros is saved as .xlsm, but the output is named `{name}`"
        )
    } else {
        words!(
            "结果是 .{extension} 工作簿，输出文件名却是「{name}」，Excel 会打不开",
            "the result is an .{extension} workbook, but the output is named `{name}`; Excel would not open it"
        )
    };
    Err(Problem::error("wrong-extension", what)
        .hint(words!("把输出文件名改为「{better}」", "name the output `{better}`")))
}
