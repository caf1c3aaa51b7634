//! The summary of a run: where it goes, and what it must not be put in the place of.

use crate::cli::args::BatchArgs;
use crate::cli::output::{remark, say, shown};
use crate::cli::save;
use kaohe::batch::{self, Job, Origin, Report, Summary};
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
    previous: Option<(&Path, &summary::Previous)>,
    gathered: Gathered,
    lang: Lang,
) -> bool {
    let path = &job.summary;
    let links = links(path, &job.out);
    let month = job.month.map(|m| m.to_string());
    let own = gathered.month(month.as_deref());
    let origin = Origin::of_summary(job, gathered.months().cloned());
    let before = previous.map_or(Path::new(""), |(path, _)| path);
    let previous = previous.map(|(path, previous)| (previous, shown(path)));
    let content = summary::Content {
        layouts: &report.manifest.layouts,
        month: month.as_deref(),
        links: links.as_deref(),
        previous: previous.as_ref().map(|(previous, name)| (*previous, name.as_str())),
    };
    let mut bytes = Spool::new(Some(&job.out));
    let made = summary::workbook(&content, gathered, &mut bytes).and_then(|told| {
        told.iter().for_each(|notice| say(notice, before, lang));
        let hash = batch::hash_of_spool(&bytes).map_err(|error| refused(&error))?;
        let places = Places { job, report, hash: &hash, origin: &origin, month: own.as_deref() };
        let Place { path, there, beside } = places.find();
        if there != Standing::Same {
            // Only a summary that a run made is replaced unasked.
            let known = there == Standing::Ours;
            if !known && is_input(&path, &job.roots) {
                return Err(over_input(&path));
            }
            if !known && is_result(&path) {
                return Err(over_result(&path));
            }
            save::closed(&path)?;
            save::save_spool(&path, &bytes, known || job.force)?;
        }
        Ok((path, hash, beside))
    });
    match made {
        Ok((written, hash, beside)) => {
            let told = beside.map(|beside| match beside {
                Beside::Edited => summary_edited(path, &written),
                Beside::OtherMonth(months) => summary_kept(path, &written, &months),
            });
            told.iter().for_each(|notice| say(notice, path, lang));
            let name_shown = shown(&written);
            remark(words!("汇总：{name_shown}", "summary: {name_shown}").get(lang));
            let name = way(&written, &job.out);
            report.summaries.retain(|old| old.way != name);
            report.summaries.push(Summary { way: name, hash, origin: Some(origin) });
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

/// Why a summary is left as it is, and the new one stands beside it.
enum Beside {
    Edited,
    /// It is of these months.
    OtherMonth(String),
}

/// Where the summary goes.
struct Place {
    path: PathBuf,
    there: Standing,
    beside: Option<Beside>,
}

/// What tells where the summary may go.
struct Places<'a> {
    job: &'a Job,
    report: &'a Report,
    /// That of the new summary's bytes.
    hash: &'a str,
    origin: &'a Origin,
    /// The month that it sums up.
    month: Option<&'a str>,
}

impl Places<'_> {
    /// Where the summary goes, and what stands there. One that somebody has edited since, or that is of
    /// another month, is left as it is; if there is something new to say, the next free name is taken:
    /// with the month beside another month's, so that the month's next run finds its own.
    fn find(&self) -> Place {
        let path = &self.job.summary;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let named = |stem: &str| path.with_file_name(format!("{stem}.xlsx"));
        let dated = self.month.map(|month| format!("{stem}-{month}"));
        let beside = match self.standing(path) {
            // The other month's may be gone meanwhile: the month's own is still replaced.
            Ok(Standing::Other) if !path.exists() => {
                let own = dated.map(|stem| named(&stem));
                let own = own.and_then(|path| Some((self.standing(&path).ok()?, path)));
                return match own {
                    Some((there, path)) if there != Standing::Other => {
                        Place { path, there, beside: None }
                    }
                    _ => Place { path: path.clone(), there: Standing::Other, beside: None },
                };
            }
            Ok(there) => return Place { path: path.clone(), there, beside: None },
            Err(beside) => beside,
        };
        let stem = dated.filter(|_| matches!(beside, Beside::OtherMonth(_))).unwrap_or(stem);
        let first = Some(named(&stem)).filter(|first| first != path);
        let others = (2..).map(|count| named(&format!("{stem}-{count}")));
        let found = first.into_iter().chain(others).find_map(|path| {
            // A file of that name that no run made is somebody's.
            let there = self.standing(&path).ok()?;
            (there != Standing::Other || !path.exists()).then_some((path, there))
        });
        let (path, there) = found.unwrap_or_else(|| (path.clone(), Standing::Other));
        Place { path, there, beside: Some(beside) }
    }

    /// What stands at a path; why it must be left.
    fn standing(&self, path: &Path) -> Result<Standing, Beside> {
        let there = std::fs::File::open(path).and_then(|mut file| batch::hash_of(&mut file));
        let Ok(there) = there else { return Ok(Standing::Other) };
        let name = way(path, &self.job.out);
        let known = self.report.summaries.iter().find(|old| old.way == name);
        match known {
            _ if there == self.hash => Ok(Standing::Same),
            None => Ok(Standing::Other),
            Some(_) if self.job.force => Ok(Standing::Ours),
            Some(old) => match self.other_months(old, path) {
                Some(months) => Err(Beside::OtherMonth(months)),
                None if old.hash == there => Ok(Standing::Ours),
                None if old.hash == self.hash => Ok(Standing::Same),
                None => Err(Beside::Edited),
            },
        }
    }

    /// The months of an earlier summary, where they are not those of this one.
    fn other_months(&self, old: &Summary, path: &Path) -> Option<String> {
        // Earlier versions did not write down of which month it is.
        let read = || {
            let previous = summary::previous(&std::fs::read(path).ok()?).ok()?;
            let months = previous.latest().map(str::to_owned);
            Some(Origin { months: months.into_iter().collect(), ..Origin::default() })
        };
        let old = old.origin.clone().or_else(read)?;
        // Where every result of another month was kept, there is nobody left to name this one.
        let nobody = self.report.kept && self.origin.months.is_empty() && !old.months.is_empty();
        (nobody || old.is_of_other_month(self.origin)).then(|| old.told())
    }
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

fn summary_kept(path: &Path, written: &Path, months: &str) -> Problem {
    let (old, new) = (shown(path), shown(written));
    Problem::notice(
        "summary-of-other-month",
        words!(
            "汇总「{old}」是 {months} 的，没有覆盖；新的汇总是「{new}」",
            "the summary `{old}` is of {months} and is left as it is; the new one is `{new}`"
        ),
    )
    .hint(words!(
        "最好每个月用一个 --out 文件夹；旧的不再需要时，加 --force 覆盖它",
        "best name a folder a month with --out; where the old one is no longer wanted, replace it with --force"
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
    let way = batch::way_between(&from, &std::fs::canonicalize(out).ok()?)?;
    Some(if way.is_empty() { way } else { way + "/" })
}
