//! The scheme that the line names: a file, or one that comes with the program.

use super::output::say;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::scheme::{BUILT_IN, EXAMPLES, Scheme};
use kaohe::words;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// The text of a scheme that comes with the program.
pub fn text_of(name: &str) -> Option<&'static str> {
    BUILT_IN
        .iter()
        .chain(&EXAMPLES)
        .find(|(file, _)| file.strip_suffix(".toml") == Some(name))
        .map(|(_, text)| *text)
}

/// The text of a scheme file, or of a built-in one by its name.
///
/// # Errors
/// It is neither, or cannot be read.
pub fn text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).or_else(|error| {
        let name = path.to_string_lossy();
        if let Some(text) = text_of(&name) {
            return Ok(text.to_owned());
        }
        let what =
            words!("读不到方案：", "the scheme cannot be read: ").then(&Words::refused(&error));
        Err(Problem::error("scheme-unreadable", what).hint(match error.kind() {
            ErrorKind::InvalidData => words!(
                "用记事本打开它，另存为时把编码选为 UTF-8",
                "open it in an editor and save it as UTF-8"
            ),
            ErrorKind::NotFound => words!(
                "检查路径；内置方案的名字见 kaohe scheme list",
                "check the path; kaohe scheme list shows the names of the built-in schemes"
            ),
            _ => words!("请指定方案文件（.toml）", "name a scheme file (.toml)"),
        }))
    })
}

/// Loads a scheme file, or a built-in one by its name.
pub fn load(path: &Path, lang: Lang) -> Result<Scheme, ExitCode> {
    let refused = |problems: Vec<Problem>| {
        problems.iter().for_each(|problem| say(problem, path, lang));
        ExitCode::from(2)
    };
    let text = text(path).map_err(|problem| refused(vec![problem]))?;
    Scheme::parse(&text).map_err(refused)
}
