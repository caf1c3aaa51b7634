//! The settings file, `kaohe.toml`: what a person who opens no terminal wants otherwise. It stands
//! beside the program, for everyone who uses that copy, or at the user's own place, which wins key
//! by key. `KAOHE_SETTINGS` names another file in their stead; empty, there is none.

use kaohe::problem::{Lang, Problem, Words};
use kaohe::scheme::toml_fault;
use kaohe::words;
use serde::Deserialize;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// The file's name.
const NAME: &str = "kaohe.toml";
/// The variable that names another.
const VARIABLE: &str = "KAOHE_SETTINGS";

/// What happens when dropped workbooks are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Open {
    /// Nothing more.
    Nothing,
    /// The result opens.
    File,
    /// Its folder opens.
    Folder,
}

/// The settings. An absent key changes nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Language of messages, page and summary; `--lang` wins.
    pub lang: Option<Lang>,
    /// What happens when dropped workbooks are filled.
    pub open: Option<Open>,
    /// The program that opens results, in the place of the system's choice.
    pub open_with: Option<PathBuf>,
    /// Scheme for every workbook; `--scheme` wins. A relative path counts from the file's folder.
    pub scheme: Option<PathBuf>,
    /// Port of the local page; `--port` wins.
    pub port: Option<u16>,
}

impl Settings {
    /// Reads the files that are there.
    ///
    /// # Errors
    /// The file, and what is wrong with it.
    pub fn load() -> Result<Self, (PathBuf, Problem)> {
        let mut all = Self::default();
        // A child of the page has been told all by its parent.
        if std::env::args_os().nth(1).is_some_and(|word| word == "page-worker") {
            return Ok(all);
        }
        let (places, asked) = match std::env::var_os(VARIABLE) {
            Some(path) if path.is_empty() => (Vec::new(), false),
            Some(path) => (vec![PathBuf::from(path)], true),
            None => (places(), false),
        };
        for path in places {
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if absent(&error) && !asked => continue,
                Err(error) => return Err((path, unreadable(&error))),
            };
            match parse(&text) {
                Ok(own) => all.take(own, path.parent().unwrap_or(Path::new(""))),
                Err(problem) => return Err((path, problem)),
            }
        }
        Ok(all)
    }

    /// Another file's keys win.
    fn take(&mut self, own: Self, folder: &Path) {
        let Self { lang, open, open_with, scheme, port } = own;
        self.lang = lang.or(self.lang);
        self.open = open.or(self.open);
        self.open_with = open_with.or_else(|| self.open_with.take());
        // The name of a built-in scheme is no file.
        let near = |path: PathBuf| Some(folder.join(&path)).filter(|p| p.exists()).unwrap_or(path);
        self.scheme = scheme.map(near).or_else(|| self.scheme.take());
        self.port = port.or(self.port);
    }
}

fn absent(error: &io::Error) -> bool {
    // Part of the way may be a file.
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Where the file may stand: beside the program, then at the user's place.
fn places() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
    let own = if cfg!(windows) {
        variable("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| PathBuf::from(home).join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))
    };
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(NAME)));
    beside.into_iter().chain(own.map(|own| own.join("kaohe").join(NAME))).collect()
}

fn parse(text: &str) -> Result<Settings, Problem> {
    // The mark that Windows' editor puts first.
    let text = text.trim_start_matches('\u{feff}');
    toml::from_str(text).map_err(|error| {
        let fault = toml_fault(text, &error).told(text);
        let mut what = words!("设置文件有误：", "the settings file is wrong: ").then(&fault.what);
        if let Some(cure) = &fault.hint {
            what = what.then(&words!("；", "; ")).then(cure);
        }
        Problem::error("bad-settings", what)
        .hint(words!(
            "可用的设置：lang = \"zh\" 或 \"en\"；open = \"nothing\"、\"file\" 或 \"folder\"；open_with、scheme（路径用单引号，如 'D:\\方案.toml'）；port = 数字。改正或删去这一行",
            "settings: lang = \"zh\" or \"en\"; open = \"nothing\", \"file\" or \"folder\"; open_with, scheme (paths in single quotes, as 'D:\\scheme.toml'); port = a number. Correct the line or remove it"
        ))
    })
}

fn unreadable(error: &io::Error) -> Problem {
    let hint = if error.kind() == io::ErrorKind::InvalidData {
        words!("请把设置文件另存为 UTF-8 编码", "save the settings file as UTF-8")
    } else {
        words!("检查这个文件是否存在、可读", "check that the file is there and can be read")
    };
    Problem::error(
        "bad-settings",
        words!("读不了设置文件：", "the settings file cannot be read: ")
            .then(&Words::refused(error)),
    )
    .hint(hint)
}
