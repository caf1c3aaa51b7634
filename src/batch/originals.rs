//! Results in the folders and the workbooks that they were made of. A result beside its original is
//! passed over and nothing is lost; one without may be last month's that somebody filled in anew, and
//! its person would be missing.

use super::manifest::summaries_of;
use super::walk::{FILLED, MANIFEST, Walk, folded, has_extension, is_hidden, is_result, spelt};
use crate::problem::Problem;
use crate::summary::TABLE;
use crate::words;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Bytes of a stem from which it may be cut.
const LONG: usize = 200;

/// The stem, or the whole name, of the workbook that a result is named after; none for what is not named
/// as a result.
pub fn of_result(path: &Path) -> Option<String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let counted =
        |tail: &str| tail.strip_suffix(')').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let bare = match stem.rsplit_once(" (") {
        Some((head, tail)) if counted(tail) => head,
        _ => &stem,
    };
    bare.strip_suffix(FILLED).map(str::to_owned)
}

/// What tells results beside their originals from others, while folders are looked through.
#[derive(Debug, Default)]
pub struct Originals {
    /// Stems and names of workbooks, with their folders and without.
    known: HashSet<String>,
    /// Results by their names below the folders.
    results: Vec<(String, PathBuf)>,
}

impl Originals {
    /// Sees a workbook that is no result.
    pub fn original(&mut self, path: &Path) {
        let names = [path.file_stem(), path.file_name()].into_iter().flatten();
        for name in names.map(|name| name.to_string_lossy().into_owned()) {
            self.known.insert(folded(&path.with_file_name(&name).to_string_lossy()));
            self.known.insert(folded(&name));
        }
    }

    /// Sees a result.
    pub fn result(&mut self, name: String, path: &Path) {
        self.results.push((name, path.to_path_buf()));
    }

    /// Parts the results: into those beside their originals, those of originals elsewhere, and the lost.
    pub fn part(self, walk: &mut Walk) {
        for (name, path) in self.results {
            let of = of_result(&path).unwrap_or_default();
            let beside = folded(&path.with_file_name(&of).to_string_lossy());
            // `fill` cuts a long name to make room for what it adds.
            let cut = of.len() > LONG && self.known.iter().any(|known| known.starts_with(&beside));
            if cut || self.known.contains(&beside) {
                walk.skipped += 1;
            } else if self.known.contains(&folded(&of)) {
                walk.skipped += 1;
                walk.apart.push(name);
            } else {
                walk.lost.push((name, path));
            }
        }
        walk.apart.sort();
    }
}

/// Why a workbook that is named as a result was not filled.
pub fn without_original() -> Problem {
    Problem::error(
        "result-without-original",
        words!(
            "名字以「{FILLED}」结尾，当作以前的结果没有填写，可是文件夹里没有它的原表",
            "its name ends in {FILLED}, so it was taken for an earlier result and not filled; but its workbook is not in the folders"
        ),
    )
    .hint(words!(
        "是这次要评分的，改名去掉「{FILLED}」，再运行一次；是以前的结果，移出文件夹",
        "where it is to be scored, take {FILLED} out of its name and run again; where it is an earlier result, move it away"
    ))
}

/// What the output folder of an earlier run holds beside its results and summaries.
#[derive(Debug, Default)]
pub struct Output {
    /// Other workbooks, by their names below it.
    pub others: Vec<String>,
    /// Whether results stand beside the workbooks that they were made of: it is a folder of workbooks that
    /// was scored in its place.
    pub in_place: bool,
}

impl Output {
    /// Looks through the folder and those below it.
    pub fn of(folder: &Path) -> Self {
        let summaries: Vec<PathBuf> = summaries_of(&folder.join(MANIFEST))
            .into_iter()
            .map(|summary| folder.join(summary.way))
            .collect();
        let (mut out, mut open) = (Self::default(), vec![folder.to_path_buf()]);
        while let Some(inside) = open.pop() {
            let mut here = Originals::default();
            for entry in std::fs::read_dir(inside).into_iter().flatten().flatten() {
                let path = entry.path();
                let name = entry.file_name().to_string_lossy().into_owned();
                let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
                if name.starts_with("~$") || is_hidden(&path) {
                    continue;
                }
                if path.is_dir() {
                    open.extend((!linked).then_some(path));
                } else if has_extension(&path) && !summaries.contains(&path) {
                    let way = spelt(path.strip_prefix(folder).unwrap_or(&path));
                    if is_result(&path) {
                        here.result(way, &path);
                    } else if !TABLE.iter().any(|own| name.starts_with(own)) {
                        here.original(&path);
                        out.others.push(way);
                    }
                }
            }
            let mut parted = Walk::default();
            here.part(&mut parted);
            out.in_place |= parted.skipped > 0;
        }
        out.others.sort();
        out
    }
}
