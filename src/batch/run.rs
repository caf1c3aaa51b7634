//! The run: workers take the next workbook until none is left or the reader stops it.

use super::check::{CHANGED, other_month, read};
use super::job::Job;
use super::lock::hold;
use super::manifest::{Entry, Last, Left, STALE, hash};
use super::origin::{KEPT, Origin};
use super::originals::without_original;
use super::report::{self, Done, Report};
use super::walk::{Found, MANIFEST, spelt, walk, way_between};
use crate::collect::is_rating_form;
use crate::hash::HashMap;
use crate::limits::net::{in_place, within};
use crate::problem::codes::OTHER_MONTH;
use crate::problem::{Problem, Words};
use crate::scheme::Scheme;
use crate::spool::refused;
use crate::summary::{Book, Finding, Gathered, Layout, Line, State, is_summary};
use crate::workbook::{self, is_light};
use crate::{Options, Outcome, fill_workbook, owner, words};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

/// Writes bytes to a path, whole or not at all: input, output, bytes, whether it may overwrite.
pub type Save<'a> = dyn Fn(&Path, &Path, &[u8], bool) -> Result<(), Problem> + Sync + 'a;

/// Sees how far a run is.
pub trait Watch: Sync {
    /// How many workbooks there are.
    fn total(&self, count: usize);
    /// A workbook was taken in hand.
    fn begin(&self, name: &str);
    /// A workbook was done.
    fn done(&self);
}

/// Runs a job. `stop` may be set at any time: what is in hand is finished, no more is begun. What
/// the summary needs is gathered.
///
/// # Errors
/// A folder that is not there, an output folder that cannot be made or that another run has, or a full disk.
pub fn run(
    job: &Job,
    save: &Save<'_>,
    watch: &dyn Watch,
    stop: &AtomicBool,
    gathered: &mut Gathered,
) -> Result<Report, Problem> {
    let mut walked = walk(&job.roots, &job.out, Some(&job.summary))?;
    std::fs::create_dir_all(&job.out).map_err(|e| unwritable(&job.out, &e))?;
    let lock = hold(&job.out)?;
    let lost = std::mem::take(&mut walked.lost);
    let found = &walked.found;
    let number = |name: &str| found.binary_search_by(|one| (*one.name).cmp(name)).ok();
    let manifest = job.out.join(MANIFEST);
    let last = Last::open(&manifest, found, number);
    watch.total(found.len());
    let options =
        Options { for_many: found.len() > 1, known: Some(Arc::default()), ..job.options.clone() };
    let worker = Worker {
        job,
        settings: settings(job, &options),
        options: Arc::new(options),
        save,
        last: &last,
        left: last.left.iter().chain(&last.moved).map(|left| (left.way.as_str(), left)).collect(),
        out: std::fs::canonicalize(&job.out).unwrap_or_default(),
        layouts: Mutex::default(),
        done: Mutex::new(Done::new(&job.out, found.len())),
    };
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<std::io::Error>> = Mutex::default();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = found.get(index) else { break };
            if stop.load(Ordering::Relaxed) {
                break;
            }
            watch.begin(&one.name);
            if let Err(error) = worker.one(index, one) {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                break;
            }
            watch.done();
        }
    };
    let workers = job.jobs.min(found.len()).clamp(1, MOST_WORKERS);
    std::thread::scope(|scope| {
        for _ in 1..workers {
            // Where the system gives no more threads, those that run do the work.
            if Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(refused(&error));
    }
    let Worker { layouts, done, out, left, .. } = worker;
    let layouts = layouts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What another run into the folder has made meanwhile is known to the next one too.
    if let Some(now) = last.since(&manifest, found, number) {
        done.left.extend(now.left);
    }
    // Those that an earlier run into this folder made and nobody touched are told as left.
    let is_left = |path: &Path| {
        let way = way_between(&out, &std::fs::canonicalize(path).ok()?)?;
        let made = left.get(way.as_str())?.result.as_ref()?;
        Some(hash(&std::fs::read(path).ok()?) == *made)
    };
    let (known, lost): (Vec<_>, Vec<_>) =
        lost.into_iter().partition(|(_, path)| is_left(path) == Some(true));
    walked.skipped += known.len();
    walked.unreadable.extend(lost.into_iter().map(|(name, _)| (name, without_original())));
    let report = report::compose(job, walked, &last, done, layouts, gathered);
    let mut report = report.map_err(|e| refused(&e))?;
    report.lock = lock;
    Ok(report)
}

/// Most workers: more than any machine has processors for.
const MOST_WORKERS: usize = 256;

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let name = path.display();
    Problem::error(
        "cannot-write",
        words!("无法写入 {name}：", "cannot write {name}: ").then(&Words::refused(error)),
    )
    .hint(words!(
        "检查文件夹是否可写，磁盘是否已满",
        "check that the folder can be written, and that the disk is not full"
    ))
}

/// Hash of all that a result depends on beside its input: program, scheme, metrics, month, whether there are
/// other workbooks.
fn settings(job: &Job, options: &Options) -> String {
    let schemes = match &options.scheme {
        Some(scheme) => std::slice::from_ref(scheme),
        None => Scheme::built_in(),
    };
    let text = format!(
        "{}\n{schemes:?}\n{:?}\n{:?}\n{} {} {}",
        env!("CARGO_PKG_VERSION"),
        job.metrics_hash,
        job.month,
        options.values,
        options.drop_signature,
        options.for_many,
    );
    hash(text.as_bytes())
}

/// What became of a result since it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    AsWritten,
    /// Somebody changed it: it is theirs.
    Edited,
    /// It is not there, or no workbook any more.
    Gone,
}

/// Whether a workbook that cannot be filled is not meant to be.
fn is_no_form(bytes: &[u8]) -> bool {
    is_rating_form(bytes) || is_summary(bytes)
}

fn is_workbook(bytes: &[u8]) -> bool {
    workbook::open(bytes, &|_| false).is_ok()
}

fn left_edited() -> Problem {
    Problem::notice(
        CHANGED,
        words!(
            "结果文件在上次之后被人改过，保留原样；汇总仍按上次算出的分数",
            "the result has been changed since the last run and is left so; the summary has the scores of that run"
        ),
    )
    .hint(words!("要重新生成，加 --force", "run with --force to make it anew"))
}

fn not_over_edited() -> Problem {
    Problem::error(
        CHANGED,
        words!(
            "结果文件在上次之后被人改过，没有覆盖",
            "the result has been changed since the last run; it was not overwritten"
        ),
    )
    .hint(words!(
        "把改动记到原工作簿里；移走这份结果，或加 --force，再运行一次",
        "carry the changes over to the workbook; move the result away, or give --force, and run again"
    ))
}

struct Worker<'a> {
    job: &'a Job,
    options: Arc<Options>,
    save: &'a Save<'a>,
    settings: String,
    last: &'a Last,
    /// Results whose workbooks were not there at the last run, or have another name for theirs now, by
    /// their ways.
    left: HashMap<&'a str, &'a Left>,
    /// The output folder in full.
    out: PathBuf,
    layouts: Mutex<Vec<Layout>>,
    done: Mutex<Done>,
}

impl Worker<'_> {
    fn layout(&self, layout: Layout) -> usize {
        layout.number_in(&mut self.layouts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One workbook, laid down.
    fn one(&self, index: usize, found: &Found) -> std::io::Result<()> {
        let old = self.last.entry(index);
        let left = old.as_ref().and_then(Entry::to_left);
        let one = self.entry(found, old);
        let record = match &one {
            Some((entry, _)) => serde_json::to_vec(entry)?,
            None => Vec::new(),
        };
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        match one {
            Some((entry, unchanged)) => {
                if let Some(left) = left.filter(|left| entry.left() != Some(&left.way)) {
                    done.left.push(left);
                }
                done.put(index, &entry.book, unchanged, &record)
            }
            None => {
                done.left.extend(left);
                done.pass(index);
                Ok(())
            }
        }
    }

    /// Whether a file of the folders is what the run reads beside the forms.
    fn is_beside(&self, path: &Path) -> bool {
        let whole = |path: &Path| std::fs::canonicalize(path).ok();
        !self.job.beside.is_empty()
            && whole(path)
                .is_some_and(|own| self.job.beside.iter().any(|b| whole(b).as_ref() == Some(&own)))
    }

    /// What came of one workbook, and whether it was as at the last run; none for what is no form: a
    /// rater's, a summary, the metrics workbook.
    fn entry(&self, found: &Found, old: Option<Entry>) -> Option<(Entry, bool)> {
        let bytes = match read(&found.path, &self.job.options.limits) {
            Ok(bytes) => bytes,
            Err(problem) => {
                let book = Book::failed(&found.name, &[problem]);
                let entry = Entry::new(String::new(), String::new(), None, book);
                return Some((self.point_at_stale(entry, old.as_ref(), found), false));
            }
        };
        let input = hash(&bytes);
        let same = |old: &Entry| old.input == input && old.settings == self.settings;
        let old = match old {
            Some(old) if !self.job.force && same(&old) => match self.standing(&old, found) {
                Standing::Gone => Some(old),
                standing => {
                    let mut old = old.numbered(&self.last.layouts, &|layout| self.layout(layout));
                    if old.book.output.is_some() {
                        old.origin = Some(self.origin(found, &input, &old.book.lines));
                    }
                    // Both are told as they are now.
                    let passing = [CHANGED, owner::OPEN];
                    old.book.findings.retain(|finding| !passing.contains(&&*finding.code));
                    let open = owner::open_elsewhere(&found.path);
                    old.book.findings.extend(open.map(|notice| Finding::new(&notice, None)));
                    if standing == Standing::Edited {
                        old.book.findings.push(Finding::new(&left_edited(), None));
                    }
                    return Some((old, true));
                }
            },
            old => old,
        };
        let old = old.as_ref();
        let options = Arc::clone(&self.options);
        let light = is_light(&bytes);
        let beside = self.is_beside(&found.path);
        let fill = move || match fill_workbook(&bytes, &options) {
            Err(problems) if !beside && !is_no_form(&bytes) => Err(problems),
            filled => Ok(filled.ok()),
        };
        let outcome = if light { in_place(fill) } else { within(&self.options.limits, fill) };
        let outcome = match outcome {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return None,
            Err(problems) => {
                let book = Book::failed(&found.name, &problems);
                let entry = Entry::new(input, self.settings.clone(), None, book);
                return Some((self.point_at_stale(entry, old, found), false));
            }
        };
        let (book, result, origin) = self.book(found, &outcome, &input, old);
        // A result that could not be written is tried again next time.
        let again = book.output.is_none()
            && outcome.bytes.is_some()
            && result.is_none()
            && !book.findings.iter().any(|f| f.code == OTHER_MONTH);
        let settings = if again { String::new() } else { self.settings.clone() };
        let mut entry = Entry::new(input, settings, result, book);
        entry.origin = entry.book.output.is_some().then_some(origin);
        Some((self.point_at_stale(entry, old, found), false))
    }

    fn origin(&self, found: &Found, input: &str, lines: &[Line]) -> Origin {
        Origin::new(self.job, &self.out, &found.path, input, lines)
    }

    /// The record of an outcome, its result written; the hash of that, and of what it is made.
    fn book(
        &self,
        found: &Found,
        outcome: &Outcome,
        input: &str,
        old: Option<&Entry>,
    ) -> (Book, Option<String>, Origin) {
        let own = &self.job.options.scheme;
        let scheme = own.as_ref().or_else(|| Scheme::named(&outcome.scheme));
        let mut book = Book::new(&found.name, outcome, scheme, &|layout| self.layout(layout));
        let origin = self.origin(found, input, &book.lines);
        let refused = self
            .job
            .month
            .map(|month| other_month(outcome, month, &found.name))
            .unwrap_or_default();
        let beside = owner::notices(&found.path, outcome.format);
        book.findings.extend(beside.iter().map(|p| Finding::new(p, None)));
        // The month may be wrong in the form, or in the workbook with the metrics.
        book.findings.extend(refused.iter().map(|problem| {
            let on = |sheet: &str| problem.sheet.as_deref() == Some(sheet);
            let own = outcome.cards.iter().map(|card| card.sheet_name.as_str());
            let own = own.clone().find(|sheet| on(sheet)).or_else(|| own.clone().next());
            Finding::of_form(problem, None, own.unwrap_or_default())
        }));
        if refused.iter().any(Problem::blocks) {
            book.state = State::Failed;
            book.lines.clear();
            return (book, None, origin);
        }
        let Some(bytes) = &outcome.bytes else { return (book, None, origin) };
        let mut name = found.target().into_os_string();
        name.push(".");
        name.push(outcome.extension());
        let name = PathBuf::from(name);
        match self.write(found, &name, bytes, (old, &origin)) {
            Ok(notice) => {
                book.findings.extend(notice.map(|p| Finding::new(&p, None)));
                book.output = Some(spelt(&name));
                (book, Some(hash(bytes)), origin)
            }
            Err(problem) => {
                book.state = State::Failed;
                book.lines.clear();
                book.findings.push(Finding::new(&problem, None));
                (book, None, origin)
            }
        }
    }

    /// Writes a result. Results of earlier runs are replaced, but for another month's; what is not known
    /// as one is not, unless it is what would be written.
    fn write(
        &self,
        found: &Found,
        name: &Path,
        bytes: &[u8],
        (old, origin): (Option<&Entry>, &Origin),
    ) -> Result<Option<Problem>, Problem> {
        let output = self.job.out.join(name);
        if let Some(folder) = output.parent() {
            std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
        }
        let way = spelt(name);
        let own = old.filter(|old| old.left() == Some(&way)).map(|old| (&old.result, &old.origin));
        let left = || self.left.get(way.as_str()).map(|left| (&left.result, &left.origin));
        let known = own.or_else(left);
        let mut notice = None;
        if let Ok(there) = std::fs::read(&output) {
            if there == bytes {
                return Ok(None);
            }
            let (last, from) = known.unwrap_or((&None, &None));
            let other = from.as_ref().filter(|from| from.is_of_other_month(origin));
            if let Some(other) = other.filter(|_| !self.job.force) {
                return Err(other.kept());
            }
            if last.as_ref().is_some_and(|last| *last != hash(&there)) {
                if !self.job.force && is_workbook(&there) {
                    return Err(not_over_edited());
                }
                notice = Some(Problem::notice(
                    CHANGED,
                    words!(
                        "结果文件在上次之后被人改过，已重新生成",
                        "the result had been changed since the last run; it was made anew"
                    ),
                ));
            }
        }
        (self.save)(&found.path, &output, bytes, self.job.force || known.is_some())?;
        Ok(notice)
    }

    /// What became of the result of the last run.
    fn standing(&self, old: &Entry, found: &Found) -> Standing {
        let (Some(output), result) = (&old.book.output, &old.result) else {
            return Standing::AsWritten;
        };
        let there = Some(output).filter(|output| found.is_at(output));
        let there = there.and_then(|output| std::fs::read(self.job.out.join(output)).ok());
        match (there, result) {
            (Some(bytes), Some(result)) if hash(&bytes) == *result => Standing::AsWritten,
            (Some(bytes), Some(_)) if is_workbook(&bytes) => Standing::Edited,
            _ => Standing::Gone,
        }
    }

    /// A workbook that is refused now may have a result from an earlier run: nobody should mail it.
    fn point_at_stale(&self, mut entry: Entry, old: Option<&Entry>, found: &Found) -> Entry {
        let Some((left, old)) = old.and_then(|old| Some((old.left()?, old))) else { return entry };
        // Where the workbook has another name for its result now, the old one is not its own any more.
        if entry.book.output.is_some() || !found.is_at(left) {
            return entry;
        }
        if self.job.out.join(left).exists() {
            let stale = Problem::error(
                STALE,
                words!(
                    "「{left}」是以前的结果，与现在的表不符",
                    "`{left}` is an earlier result and does not fit the workbook as it is now"
                ),
            )
            .hint(words!(
                "不要使用它；改正后重新运行，或把它删除",
                "do not use it; run again when the workbook is right, or delete it"
            ));
            let said = |code: &str| entry.book.findings.iter().any(|finding| finding.code == code);
            let now = self.origin(found, &entry.input, &[]);
            let of_other = old.origin.as_ref().is_some_and(|old| old.is_of_other_month(&now));
            // A workbook that is only of another month than asked for has not changed, nor have the
            // figures; but another month's may have been put in its place.
            let same = old.origin.as_ref().is_none_or(|old| old.same_content(&now));
            let good = of_other || said(CHANGED) || said(KEPT) || same && said(OTHER_MONTH);
            if !good {
                entry.book.findings.push(Finding::new(&stale, None));
            }
            entry.stale = Some(left.to_owned());
            // By it a result that somebody edits is told from the run's own.
            entry.result.clone_from(&old.result);
            entry.origin.clone_from(&old.origin);
        }
        entry
    }
}
