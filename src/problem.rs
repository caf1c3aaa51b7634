//! Problems and notices: what is wrong, where, and what to do about it, in both languages.
//!
//! A problem is a value. It is made where the fault is seen, collected, and turned into words for
//! the reader only by the shells (`cli`). The file's name is added by them: the core sees no paths.

pub mod codes;

use crate::cell::CellRef;
use serde::{Deserialize, Serialize};
use std::{fmt, io};

/// The reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese, the users' language.
    #[default]
    Zh,
    /// English.
    En,
}

/// The same words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Pairs the two wordings.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// What a library finds wrong, which it says in English alone: no help to a reader of Chinese.
    pub fn reported(error: &dyn fmt::Display) -> Self {
        Self::new("内容读不出来", error.to_string())
    }

    /// What the system refuses, which it says in English alone, with a number nobody knows: the usual
    /// causes in plain words.
    pub fn refused(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::new("找不到", "it is not there"),
            io::ErrorKind::PermissionDenied => Self::new("没有权限", "permission denied"),
            io::ErrorKind::AlreadyExists => {
                Self::new("已有同名的文件", "a file of this name is there")
            }
            io::ErrorKind::InvalidFilename => Self::new(
                "文件名太长，或有不能用的字符",
                "the name is too long, or no name for a file",
            ),
            io::ErrorKind::NotADirectory => Self::new("不是文件夹", "it is no folder"),
            io::ErrorKind::ReadOnlyFilesystem => Self::new("磁盘是只读的", "the disk is read-only"),
            io::ErrorKind::StorageFull => Self::new("磁盘已满", "the disk is full"),
            io::ErrorKind::QuotaExceeded => {
                Self::new("磁盘配额已用完", "the disk quota is used up")
            }
            io::ErrorKind::FileTooLarge => Self::new("文件太大", "the file is too large"),
            io::ErrorKind::IsADirectory => Self::new("它是文件夹", "it is a folder"),
            io::ErrorKind::InvalidData => Self::new("内容不是 UTF-8 文字", "it is no UTF-8 text"),
            io::ErrorKind::AddrInUse => Self::new("端口已被占用", "the port is in use"),
            io::ErrorKind::TimedOut => Self::new("等待超时", "it took too long"),
            io::ErrorKind::ResourceBusy => Self::new("正被占用", "it is in use"),
            _ => {
                let number = error.raw_os_error().map(|n| format!("，错误号 {n}"));
                Self::new(format!("系统拒绝{}", number.unwrap_or_default()), error.to_string())
            }
        }
    }

    /// The first names of a list, no more than so many: `王丽、李强…`.
    pub fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>, most: usize) -> Self {
        let mut names = names.into_iter();
        let some: Vec<String> = names.by_ref().take(most).map(|name| name.to_string()).collect();
        Self::first_of(&some, some.len() + usize::from(names.next().is_some()))
    }

    /// Names of a list of which only the first were kept: there are `count`.
    pub fn first_of<T: AsRef<str>>(some: &[T], count: usize) -> Self {
        let joined = |between: &str| {
            let mut out = String::new();
            for name in some {
                let comma = if out.is_empty() { "" } else { between };
                out.extend([comma, name.as_ref()]);
            }
            out + if count > some.len() { "…" } else { "" }
        };
        Self::new(joined("、"), joined(", "))
    }

    /// These words followed by others.
    pub fn then(&self, more: &Self) -> Self {
        let joined = |words: &str, more: &str| [words, more].concat();
        Self { zh: joined(&self.zh, &more.zh), en: joined(&self.en, &more.en) }
    }

    /// The wording in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// `words!("中文 {x}", "English {x}")`: both wordings, formatted.
#[macro_export]
macro_rules! words {
    ($zh:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::problem::Words::new(format!($zh $(, $arg)*), format!($en $(, $arg)*))
    };
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something the reader should know; the form is filled.
    Notice,
    /// A judgement is still to be made; the form is not filled.
    Unfinished,
    /// The form is not filled.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How grave it is.
    pub severity: Severity,
    /// A stable name for programs, as `metric-blank`.
    pub code: &'static str,
    /// The sheet, where one is to blame.
    pub sheet: Option<String>,
    /// The cell in A1 notation, where one is to blame.
    #[serde(serialize_with = "cell_text")]
    pub cell: Option<CellRef>,
    /// The figure or mark that it is about, where it is one.
    #[serde(skip)]
    pub subject: Option<String>,
    /// What was expected and what was found.
    pub what: Words,
    /// What the reader can do now.
    pub hint: Option<Words>,
}

fn cell_text<S: serde::Serializer>(cell: &Option<CellRef>, s: S) -> Result<S::Ok, S::Error> {
    match cell {
        Some(cell) => s.serialize_str(&cell.to_string()),
        None => s.serialize_none(),
    }
}

impl Problem {
    fn new(severity: Severity, code: &'static str, what: Words) -> Self {
        Self { severity, code, sheet: None, cell: None, subject: None, what, hint: None }
    }

    /// A finding that keeps a form from being filled.
    pub fn error(code: &'static str, what: Words) -> Self {
        Self::new(Severity::Error, code, what)
    }

    /// A judgement that is still missing.
    pub fn unfinished(code: &'static str, what: Words) -> Self {
        Self::new(Severity::Unfinished, code, what)
    }

    /// Something the reader should know.
    pub fn notice(code: &'static str, what: Words) -> Self {
        Self::new(Severity::Notice, code, what)
    }

    /// Names the cell.
    pub fn at(mut self, sheet: &str, cell: CellRef) -> Self {
        self.sheet = Some(sheet.to_owned());
        self.cell = Some(cell);
        self
    }

    /// Names the sheet.
    pub fn on(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.to_owned());
        self
    }

    /// Names the figure or mark.
    pub fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    /// Says what to do.
    pub fn hint(mut self, hint: Words) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Whether the form it belongs to must stay unfilled.
    pub fn blocks(&self) -> bool {
        self.severity > Severity::Notice
    }

    /// `'指标数据'!B4`, or the sheet alone, or nothing.
    pub fn place(&self) -> String {
        match (&self.sheet, self.cell) {
            (Some(sheet), Some(cell)) => format!("'{sheet}'!{cell}"),
            (Some(sheet), None) => format!("'{sheet}'"),
            _ => String::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} {}", self.code, self.place(), self.what.en)
    }
}

impl std::error::Error for Problem {}
