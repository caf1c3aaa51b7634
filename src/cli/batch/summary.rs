//! The summary of a run: where it goes, and what it must not be put in the place of.

use crate::cli::args::BatchArgs;
use crate::cli::output::{remark, say, shown};
use crate::cli::save;
use kaohe::batch::{self, Job, Report};
use kaohe::problem::{Lang, Problem};
use kaohe::spool::{Spool, refused};
use kaohe::summary::{self, Gathered};
use kaohe::words;
use std::path::{Path, PathBuf};

/// A bare name stands in the output folder.
pub(super) fn summary_path(args: &BatchArgs) -> PathBuf {
    let bare = args.summary.parent().is_none_or(|p| p.as_os_str().is_empty());
    let mut path = if bare { args.out.join(&args.summary) } else { args.summary.clone() };
    if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
        let mut name = path.into_os_string();
        name.push(".xlsx");
        path = PathBuf::from(name);
    }
    path
}

/// Writes the summary: whether that went well.
pub(super) fn write_summary(
    report: &mut Report,
    job: &Job,
    previous: Option<&summary::Previous>,
    gathered: Gathered,
    lang: Lang,
) -> bool {
    let path = &job.summary;
    let links = links(path, &job.out);
    let month = job.month.map(|m| m.to_string());
    let content = summary::Content {
        layouts: &report.manifest.layouts,
        month: month.as_deref(),
        links: links.as_deref(),
        previous,
    };
    let mut bytes = Spool::new(Some(&job.out));
    let made = summary::workbook(&content, gathered, &mut bytes).and_then(|()| {
        let hash = batch::hash_of_spool(&bytes).map_err(|error| refused(&error))?;
        let (path, there) = place(path, job, &report.summaries, &hash);
        if there != Standing::Same {
            // Only a summary that a run made is replaced unasked.
            let known = there == Standing::Ours;
            if !known && is_input(&path, &job.roots) {
                return Err(over_input(&path));
            }
            if !known && is_result(&path) {
                return Err(over_result(&path));
            }
            save::save_spool(&path, &bytes, known || job.force)?;
        }
        Ok((path, hash))
    });
    match made {
        Ok((written, hash)) => {
            if written != *path {
                say(&summary_edited(path, &written), path, lang);
            }
            let name_shown = shown(&written);
            remark(words!("汇总：{name_shown}", "summary: {name_shown}").get(lang));
            let name = way(&written, &job.out);
            report.summaries.retain(|(old, _)| *old != name);
            report.summaries.push((name, hash));
            true
        }
        Err(problem) => {
            say(&problem, path, lang);
            false
        }
    }
}

/// What stands where a summary is to be written.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// Nothing, or a file of which no run knows.
    Other,
    /// What a run wrote.
    Ours,
    /// That summary already, or what somebody made of it.
    Same,
}

/// Where the summary goes, and what stands there. One that somebody has edited since is left as it is; if
/// there is something new to say, the next free name is taken.
fn place(path: &Path, job: &Job, known: &[batch::Summary], hash: &str) -> (PathBuf, Standing) {
    let standing = |path: &Path| {
        let there = std::fs::File::open(path).and_then(|mut file| batch::hash_of(&mut file));
        let Ok(there) = there else { return Some(Standing::Other) };
        let name = way(path, &job.out);
        match known.iter().find(|(old, _)| *old == name) {
            _ if there == hash => Some(Standing::Same),
            None => Some(Standing::Other),
            Some((_, old)) if *old == there || job.force => Some(Standing::Ours),
            Some((_, old)) if old == hash => Some(Standing::Same),
            Some(_) => None,
        }
    };
    if let Some(standing) = standing(path) {
        return (path.to_owned(), standing);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut others = (2..).map(|count| path.with_file_name(format!("{stem}-{count}.xlsx")));
    let found = others.find_map(|path| {
        // A file of that name that no run made is somebody's.
        let standing = standing(&path)?;
        (standing != Standing::Other || !path.exists()).then_some((path, standing))
    });
    found.unwrap_or_else(|| (path.to_owned(), Standing::Other))
}

fn summary_edited(path: &Path, written: &Path) -> Problem {
    let (old, new) = (shown(path), shown(written));
    Problem::notice(
        "summary-edited",
        words!(
            "汇总「{old}」在上次之后被人改过，没有覆盖；新的汇总是「{new}」",
            "the summary `{old}` has been edited since and is left as it is; the new one is `{new}`"
        ),
    )
    .hint(words!(
        "改过的那份不再需要时，加 --force 覆盖它",
        "where the edited one is no longer wanted, replace it with --force"
    ))
}

/// Whether a file of the folders to fill stands there that is no summary: an original, which not
/// even `--force` overwrites.
fn is_input(path: &Path, roots: &[PathBuf]) -> bool {
    let Ok(whole) = std::fs::canonicalize(path) else { return false };
    let below = |root: &PathBuf| std::fs::canonicalize(root).is_ok_and(|r| whole.starts_with(r));
    roots.iter().any(below)
        && !std::fs::read(path).is_ok_and(|bytes| summary::previous(&bytes).is_ok())
}

/// Whether a file that stands there is named as a filled workbook: not even `--force` puts a summary in
/// its place.
fn is_result(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.contains(batch::FILLED) && path.exists()
}

fn over_result(path: &Path) -> Problem {
    let name = shown(path);
    Problem::error(
        "summary-over-result",
        words!(
            "「{name}」是填好的结果，汇总不能写在它上面",
            "`{name}` is a filled workbook; the summary cannot take its place"
        ),
    )
    .hint(words!("用 --summary 换一个名字", "name another by --summary"))
}

fn over_input(path: &Path) -> Problem {
    let name = shown(path);
    Problem::error(
        "summary-over-input",
        words!(
            "「{name}」是要填写的文件夹里的文件，汇总不能写在它上面",
            "`{name}` is a file of the folders to fill; the summary cannot take its place"
        ),
    )
    .hint(words!("用 --summary 换一个名字", "name another by --summary"))
}

/// A file's way from the output folder, by which it is known again however the command names it;
/// elsewhere its whole path.
fn way(path: &Path, out: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
    let whole = folder.join(path.file_name().unwrap_or_default());
    let below = std::fs::canonicalize(out).ok();
    let below = below.and_then(|out| whole.strip_prefix(out).ok().map(Path::to_path_buf));
    below.unwrap_or(whole).to_string_lossy().into_owned()
}

/// The way from the summary's folder to the output folder, as links have it; `None` where there is
/// none, as between two drives.
fn links(summary: &Path, out: &Path) -> Option<String> {
    let folder = match summary.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let from = std::fs::canonicalize(folder).ok()?;
    let to = std::fs::canonicalize(out).ok()?;
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let mut way = "../".repeat(from.len() - shared);
    for part in to.iter().skip(shared) {
        way.push_str(&part.as_os_str().to_string_lossy());
        way.push('/');
    }
    Some(way)
}
