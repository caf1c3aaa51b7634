//! Results opened, or their folder shown, where the settings ask for it.

use super::output::{remark, shown};
use super::settings::{Open, Settings};
use kaohe::problem::{Lang, Words};
use kaohe::words;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Most results opened each by itself; of more, their folders are.
const MOST: usize = 5;

/// Opens what was written. That nothing can be opened is said, and is no failure.
pub fn show(written: &[PathBuf], settings: &Settings, lang: Lang) {
    let files = match settings.open {
        None | Some(Open::Nothing) => return,
        Some(open) => open == Open::File && written.len() <= MOST,
    };
    let mut things: Vec<PathBuf> = Vec::new();
    for path in written.iter().filter_map(|path| std::path::absolute(path).ok()) {
        let thing = if files { Some(path.as_path()) } else { path.parent() };
        things.extend(thing.filter(|thing| !things.iter().any(|t| t == thing)).map(Path::to_owned));
    }
    for thing in things {
        let opened = match &settings.open_with {
            Some(program) if files => start(program, &thing),
            _ => open::that_detached(&thing),
        };
        if let Err(error) = opened {
            let name = shown(&thing);
            let line = words!("没能打开 {name}：", "{name} could not be opened: ")
                .then(&Words::refused(&error));
            remark(line.get(lang));
        }
    }
}

fn start(program: &Path, thing: &Path) -> io::Result<()> {
    let mut command = Command::new(program);
    command.arg(thing).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}
