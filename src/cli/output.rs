//! What the command says: data to stdout, words about the run to stderr. Neither ends a run half
//! way. What stdout did not take makes the exit code 1 at the end, with the reason.

use kaohe::problem::{Lang, Problem, Words};
use kaohe::{report, words};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// Why stdout did not take everything.
static LOST: OnceLock<Words> = OnceLock::new();

/// Prints to stdout. A reader that went away (`| head`) is no fault.
pub fn print(text: &str) {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = LOST.set(Words::refused(&error));
        }
        _ => {}
    }
}

/// Says something on stderr, as it is. Where nobody can hear it, nothing else can be done.
pub fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says a line on stderr.
pub fn remark(line: &str) {
    note(&format!("{line}\n"));
}

/// The exit code of a run that ends with `code`: 1 where stdout did not take everything.
pub fn end(code: ExitCode, lang: Lang) -> ExitCode {
    let Some(why) = LOST.get() else { return code };
    let what = words!("结果没有全部输出：", "not all of the output could be written: ").then(why);
    let problem = Problem::error("output-lost", what).hint(words!(
        "检查输出到的文件和磁盘，再运行一次",
        "check the file and the disk it goes to, and run again"
    ));
    let stdout = words!("标准输出", "standard output");
    note(&report::finding(&problem, stdout.get(lang), lang));
    ExitCode::from(1)
}

/// The exit code of a run that went well, or did not.
pub fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// A path as it is shown.
pub fn shown(file: &Path) -> String {
    // Control characters in a name are shown escaped, so that it cannot rewrite the screen.
    file.display()
        .to_string()
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Prints a finding to stderr.
pub fn say(problem: &Problem, file: &Path, lang: Lang) {
    note(&report::finding(problem, &shown(file), lang));
}
