//! Which workbooks stand below the folders, and the name that each result gets.

use super::originals::{self, Originals, Output};
use crate::problem::{Problem, Words};
use crate::words;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// What stands behind the stem of a filled workbook's name.
pub const FILLED: &str = "-已评分";
/// The manifest's name; a folder that holds one is a batch's output.
pub const MANIFEST: &str = ".kaohe-manifest.json";

/// Extensions of workbooks, the best first: of two files of one stem it keeps the plain name.
pub const EXTENSIONS: [&str; 6] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "et"];

/// A workbook to fill.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is.
    pub path: Box<Path>,
    /// Its name for people and the manifest: below the folder, with `/`.
    pub name: Box<str>,
    /// Where the result is not named as [`usual`] has it.
    target: Option<Box<Path>>,
}

impl Found {
    /// Its result below the output folder, without the extension.
    pub fn target(&self) -> PathBuf {
        self.target.as_deref().map_or_else(|| usual(&self.name), Path::to_path_buf)
    }

    /// Whether a result's way from the output folder is the one that this workbook's has.
    pub fn is_at(&self, way: &str) -> bool {
        way.rsplit_once('.').is_some_and(|(stem, _)| stem == spelt(&self.target()))
    }
}

/// The result's usual name by the workbook's: `子/a.xlsx` becomes `子/a-已评分`.
fn usual(name: &str) -> PathBuf {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}{FILLED}"))
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Workbooks in the order of their names.
    pub found: Vec<Found>,
    /// Workbooks passed over without a loss: owner files, hidden files, results beside their originals.
    pub skipped: usize,
    /// Those of them that are results whose originals stand in other folders.
    pub apart: Vec<String>,
    /// What is named as a result and has no original in the folders: with its name, by which it is told.
    pub lost: Vec<(String, PathBuf)>,
    /// Outputs of earlier runs that were not gone into and hold other workbooks than results: the folders,
    /// and such workbooks.
    pub outputs: Vec<(String, Vec<String>)>,
    /// Folders that could not be read.
    pub unreadable: Vec<(String, Problem)>,
}

/// Looks below folders; a root may be a workbook too. `out` and `summary` are not gone into.
///
/// # Errors
/// A root that is not there.
pub fn walk(roots: &[PathBuf], out: &Path, summary: Option<&Path>) -> Result<Walk, Problem> {
    let mut walker = Walker {
        out: std::fs::canonicalize(out).ok(),
        summary: summary.and_then(|s| std::fs::canonicalize(s).ok()),
        seen: HashSet::new(),
        originals: Originals::default(),
        walk: Walk::default(),
    };
    let labels = labels(roots);
    for (root, label) in roots.iter().zip(labels) {
        let about = std::fs::metadata(root).map_err(|error| {
            let name = root.display();
            Problem::error(
                "cannot-read",
                words!("无法读取 {name}：", "{name} cannot be read: ")
                    .then(&Words::refused(&error)),
            )
            .hint(words!("检查路径与权限", "check the path and the permissions"))
        })?;
        if about.is_dir() {
            walker.folder(root, &label, true);
        } else {
            walker.file(root, Path::new(""));
        }
    }
    let Walker { originals, mut walk, .. } = walker;
    originals.part(&mut walk);
    // The order of the disk is not kept: names alone decide, so that every machine sees the same.
    walk.found.sort_by(|a, b| a.name.cmp(&b.name));
    walk.found.shrink_to_fit();
    tell_apart(&mut walk.found);
    Ok(walk)
}

/// Where each root's files go: one folder's straight into the output, several below their names.
fn labels(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut taken = HashSet::new();
    let several = roots.iter().filter(|root| root.is_dir()).count() > 1;
    roots
        .iter()
        .map(|root| {
            if !several || !root.is_dir() {
                return PathBuf::new();
            }
            let whole = std::fs::canonicalize(root).unwrap_or_else(|_| root.clone());
            let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = if name.is_empty() { "根目录".to_owned() } else { name };
            PathBuf::from(unique(&mut taken, &name))
        })
        .collect()
}

/// A name that was not given before, compared as Windows and macOS compare names.
fn unique(taken: &mut HashSet<String>, name: &str) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2u32;
    while !taken.insert(folded(&candidate)) {
        candidate = format!("{name} ({number})");
        number += 1;
    }
    candidate
}

/// A name as file systems that do not tell case or composition apart see it.
pub fn folded(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).collect()
}

/// Gives every workbook a result of its own: `a.xls` beside `a.xlsx` becomes `a.xls-已评分`.
fn tell_apart(found: &mut [Found]) {
    let rank = |one: &Found| {
        let own = extension(&one.path);
        EXTENSIONS.iter().position(|e| *e == own).unwrap_or(usize::MAX)
    };
    let mut order: Vec<usize> = (0..found.len()).collect();
    // Of one rank they keep the order of their names.
    order.sort_by_key(|index| found.get(*index).map(rank));
    let mut taken = HashSet::new();
    for index in order {
        let Some(one) = found.get_mut(index) else { continue };
        // The folder, until it is the result's name.
        let folder = one.target.take().map_or_else(PathBuf::new, PathBuf::from);
        let stem = one.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let full = one.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut name = format!("{stem}{FILLED}");
        let key = |name: &str| folded(&folder.join(name).to_string_lossy());
        if taken.contains(&key(&name)) {
            name = format!("{full}{FILLED}");
        }
        let plain = name.clone();
        let mut number = 2u32;
        while !taken.insert(key(&name)) {
            name = format!("{plain} ({number})");
            number += 1;
        }
        let target = folder.join(name);
        one.target = (target != usual(&one.name)).then(|| target.into());
    }
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

struct Walker {
    out: Option<PathBuf>,
    summary: Option<PathBuf>,
    seen: HashSet<PathBuf>,
    originals: Originals,
    walk: Walk,
}

impl Walker {
    fn folder(&mut self, folder: &Path, inside: &Path, root: bool) {
        let whole = std::fs::canonicalize(folder).ok();
        // The output below an input, and the outputs of other runs, are no inputs: but for folders whose
        // workbooks stand beside their results.
        let own = whole.is_some() && whole == self.out;
        if !root && (own || folder.join(MANIFEST).exists()) {
            let output = Output::of(folder);
            if own || !output.in_place {
                if !output.others.is_empty() {
                    self.walk.outputs.push((spelt(inside), output.others));
                }
                return;
            }
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let problem = Problem::error(
                    "cannot-read",
                    words!("无法读取文件夹：", "the folder cannot be read: ")
                        .then(&Words::refused(&error)),
                )
                .hint(words!("检查权限", "check the permissions"));
                self.walk.unreadable.push((spelt(inside), problem));
                return;
            }
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let Some(name) = path.file_name() else { continue };
            let linked = std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink());
            if path.is_dir() {
                // Linked folders may lead back up.
                if !linked && !is_hidden(&path) {
                    self.folder(&path, &inside.join(name), false);
                }
            } else {
                self.file(&path, inside);
            }
        }
    }

    fn file(&mut self, path: &Path, inside: &Path) {
        if !EXTENSIONS.contains(&extension(path).as_str()) {
            return;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let own = self.summary.as_ref() == Some(&whole);
        if name.starts_with("~$") || is_hidden(path) || own || !self.seen.insert(whole) {
            self.walk.skipped += 1;
            return;
        }
        if is_result(path) {
            self.originals.result(spelt(&inside.join(&name)), path);
            return;
        }
        self.originals.original(path);
        self.walk.found.push(Found {
            path: path.into(),
            name: spelt(&inside.join(&name)).into(),
            target: Some(inside.into()),
        });
    }
}

/// Whether a file has the extension of a workbook.
pub fn has_extension(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    EXTENSIONS.contains(&extension.as_str())
}

/// Whether a name is that of a result: `…-已评分.xlsx`, `…-已评分 (2).xlsx`.
pub fn is_result(path: &Path) -> bool {
    originals::of_result(path).is_some()
}

pub(super) fn is_hidden(path: &Path) -> bool {
    let dotted = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    #[cfg(windows)]
    {
        use std::os::windows::fs::MetadataExt;
        const HIDDEN: u32 = 2;
        dotted || std::fs::metadata(path).is_ok_and(|m| m.file_attributes() & HIDDEN != 0)
    }
    #[cfg(not(windows))]
    dotted
}

/// The way from a folder to a file or folder, with `/` on every system, both given in full; none
/// where there is none, as between two drives.
pub fn way_between(folder: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let up = std::iter::repeat_n("..".into(), from.len() - shared);
    let down = to.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy());
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// A path below a folder, with `/` on every system.
pub fn spelt(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_names_of_their_own() {
        let mut found: Vec<Found> = ["A.xlsx", "a.xls", "a.xlsx", "b.xls", "子/a.xlsx"]
            .iter()
            .map(|name| Found {
                path: Path::new(name).into(),
                name: (*name).into(),
                target: Some(Path::new(name).parent().unwrap().into()),
            })
            .collect();
        tell_apart(&mut found);
        let names: Vec<String> = found.iter().map(|f| spelt(&f.target())).collect();
        assert_eq!(names, ["A-已评分", "a.xls-已评分", "a.xlsx-已评分", "b-已评分", "子/a-已评分"]);
    }

    #[test]
    fn results_are_known_by_name() {
        for (name, result) in [
            ("王丽-已评分.xlsx", true),
            ("王丽-已评分 (2).xlsx", true),
            ("王丽 (2).xlsx", false),
            ("已评分.xlsx", false),
            ("王丽-已评分表.xlsx", false),
        ] {
            assert_eq!(is_result(Path::new(name)), result, "{name}");
        }
    }
}
