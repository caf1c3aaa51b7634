//! The run: workers take the next workbook until none is left or the reader stops it.

use super::check::{OTHER_MONTH, other_month, point_at_twins, read};
use super::manifest::{Entry, Manifest, hash};
use super::walk::{Found, MANIFEST, spelt, walk};
use crate::collect::is_rating_form;
use crate::form::Month;
use crate::limits::net::{in_place, within};
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::summary::{Book, Finding, Layout, State};
use crate::workbook::is_light;
use crate::{Options, Outcome, fill_workbook, words};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Folders, or workbooks.
    pub roots: Vec<PathBuf>,
    /// Where results go.
    pub out: PathBuf,
    /// How to fill.
    pub options: Options,
    /// Hash of the metrics workbook's bytes, where one is given.
    pub metrics_hash: Option<String>,
    /// Only workbooks of this month.
    pub month: Option<Month>,
    /// Workers.
    pub jobs: usize,
    /// Do all, and overwrite what is not known as a result.
    pub force: bool,
    /// The summary, which is no input.
    pub summary: PathBuf,
}

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

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// What the next run needs, and the summary shows.
    pub manifest: Manifest,
    /// Names of workbooks that were as at the last run.
    pub unchanged: HashSet<String>,
    /// Workbooks passed over.
    pub skipped: usize,
    /// Workbooks not taken in hand, since the run was stopped.
    pub left: usize,
    /// Results of earlier runs that no workbook stands behind any more.
    pub orphans: Vec<String>,
}

impl Report {
    /// Workbooks of a state, in order.
    pub fn of(&self, state: State) -> impl Iterator<Item = &Book> {
        self.manifest.entries.iter().map(|e| &e.book).filter(move |book| book.state == state)
    }

    /// Whether every workbook is filled and the run went to its end.
    pub fn whole(&self) -> bool {
        self.left == 0 && self.manifest.entries.iter().all(|e| e.book.state == State::Filled)
    }

    /// Files by the months of their people.
    pub fn months(&self) -> BTreeMap<String, Vec<&str>> {
        let mut months: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for book in self.manifest.entries.iter().map(|e| &e.book) {
            let own: HashSet<&String> =
                book.lines.iter().filter_map(|l| l.month.as_ref()).collect();
            for month in own {
                months.entry(month.clone()).or_default().push(&book.file);
            }
        }
        months
    }
}

/// Runs a job. `stop` may be set at any time: what is in hand is finished, no more is begun.
///
/// # Errors
/// A folder that is not there, or an output folder that cannot be made.
pub fn run(
    job: &Job,
    save: &Save<'_>,
    watch: &dyn Watch,
    stop: &AtomicBool,
) -> Result<Report, Problem> {
    let walked = walk(&job.roots, &job.out, Some(&job.summary))?;
    std::fs::create_dir_all(&job.out).map_err(|e| unwritable(&job.out, &e))?;
    let last = Manifest::read(&job.out.join(MANIFEST));
    watch.total(walked.found.len());
    let worker = Worker {
        job,
        options: Arc::new(job.options.clone()),
        save,
        settings: settings(job),
        old: last.entries.iter().map(|e| (e.book.file.as_str(), e)).collect(),
        old_layouts: &last.layouts,
        layouts: Mutex::default(),
    };
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, One)>> = Mutex::default();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(found) = walked.found.get(index) else { break };
            if stop.load(Ordering::Relaxed) {
                break;
            }
            watch.begin(&found.name);
            let one = worker.one(found);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, one));
            watch.done();
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..job.jobs.max(1) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, ..)| *index);
    let mut report = Report {
        left: walked.found.len() - done.len(),
        skipped: walked.skipped,
        ..Report::default()
    };
    let taken: HashSet<usize> = done.iter().map(|(index, ..)| *index).collect();
    let mut entries = Vec::with_capacity(done.len());
    for (_, one) in done {
        let Some((entry, unchanged)) = one else {
            report.skipped += 1;
            continue;
        };
        if unchanged {
            report.unchanged.insert(entry.book.file.clone());
        }
        entries.push(entry);
    }
    // A stopped run forgets nothing of what it did not come to.
    for (index, found) in walked.found.iter().enumerate() {
        if !taken.contains(&index)
            && let Some(old) = worker.old.get(found.name.as_str())
        {
            entries.push(worker.kept(old));
        }
    }
    for (name, problem) in walked.unreadable {
        let book = Book::failed(&name, &[problem]);
        entries.push(entry(String::new(), String::new(), None, book));
    }
    entries.sort_by(|a, b| a.book.file.cmp(&b.book.file));
    point_at_twins(&mut entries.iter_mut().map(|e| &mut e.book).collect::<Vec<_>>());
    super::team::distribute(job.options.scheme.as_ref(), &mut entries);
    let results: HashSet<&str> = entries.iter().filter_map(Entry::left).collect();
    report.orphans = last
        .entries
        .iter()
        .filter_map(|e| e.left().map(str::to_owned))
        .filter(|output| !results.contains(output.as_str()) && job.out.join(output).exists())
        .collect();
    let layouts = worker.layouts.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.manifest =
        Manifest { schema: String::new(), summary: last.summary.clone(), layouts, entries };
    report.manifest.number();
    Ok(report)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let name = path.display();
    Problem::error(
        "cannot-write",
        words!("无法写入 {name}：{error}", "cannot write {name}: {error}"),
    )
    .hint(words!(
        "检查文件夹是否可写，磁盘是否已满",
        "check that the folder can be written, and that the disk is not full"
    ))
}

/// Hash of all that a result depends on beside its input: program, scheme, metrics, month.
fn settings(job: &Job) -> String {
    let schemes = match &job.options.scheme {
        Some(scheme) => std::slice::from_ref(scheme),
        None => Scheme::built_in(),
    };
    let text = format!(
        "{}\n{schemes:?}\n{:?}\n{:?}\n{} {}",
        env!("CARGO_PKG_VERSION"),
        job.metrics_hash,
        job.month,
        job.options.values,
        job.options.drop_signature,
    );
    hash(text.as_bytes())
}

/// What came of one workbook, and whether it was as at the last run; none for a rater's form.
type One = Option<(Entry, bool)>;

struct Worker<'a> {
    job: &'a Job,
    options: Arc<Options>,
    save: &'a Save<'a>,
    settings: String,
    old: HashMap<&'a str, &'a Entry>,
    old_layouts: &'a [Layout],
    layouts: Mutex<Vec<Layout>>,
}

impl Worker<'_> {
    fn layout(&self, layout: Layout) -> usize {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        layouts.iter().position(|known| *known == layout).unwrap_or_else(|| {
            layouts.push(layout);
            layouts.len() - 1
        })
    }

    /// An entry of the last run, its layouts numbered anew.
    fn kept(&self, old: &Entry) -> Entry {
        let mut entry = old.clone();
        for line in &mut entry.book.lines {
            if let Some(layout) = self.old_layouts.get(line.layout) {
                line.layout = self.layout(layout.clone());
            }
        }
        entry
    }

    /// One workbook; whether it was as at the last run. None for a rater's form.
    fn one(&self, found: &Found) -> Option<(Entry, bool)> {
        let old = self.old.get(found.name.as_str()).copied();
        let bytes = match read(&found.path, &self.job.options.limits) {
            Ok(bytes) => bytes,
            Err(problem) => {
                let book = Book::failed(&found.name, &[problem]);
                let entry = entry(String::new(), String::new(), None, book);
                return Some((self.point_at_stale(entry, old), false));
            }
        };
        let input = hash(&bytes);
        if !self.job.force
            && let Some(old) = old
            && old.input == input
            && old.settings == self.settings
            && self.stands(old, found)
        {
            return Some((self.kept(old), true));
        }
        let options = Arc::clone(&self.options);
        let light = is_light(&bytes);
        let fill = move || match fill_workbook(&bytes, &options) {
            Err(problems) if !is_rating_form(&bytes) => Err(problems),
            filled => Ok(filled.ok()),
        };
        let outcome = if light { in_place(fill) } else { within(&self.options.limits, fill) };
        let outcome = match outcome {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return None,
            Err(problems) => {
                let book = Book::failed(&found.name, &problems);
                let entry = entry(input, self.settings.clone(), None, book);
                return Some((self.point_at_stale(entry, old), false));
            }
        };
        let (book, result) = self.book(found, &outcome, old);
        // A result that could not be written is tried again next time.
        let again = book.output.is_none()
            && outcome.bytes.is_some()
            && result.is_none()
            && !book.findings.iter().any(|f| f.code == OTHER_MONTH);
        let settings = if again { String::new() } else { self.settings.clone() };
        Some((self.point_at_stale(entry(input, settings, result, book), old), false))
    }

    /// The record of an outcome, its result written.
    fn book(
        &self,
        found: &Found,
        outcome: &Outcome,
        old: Option<&Entry>,
    ) -> (Book, Option<String>) {
        let own = &self.job.options.scheme;
        let scheme = own.as_ref().or_else(|| Scheme::named(&outcome.scheme));
        let mut book = Book::new(&found.name, outcome, scheme, &|layout| self.layout(layout));
        let refused = self.job.month.map(|month| other_month(outcome, month)).unwrap_or_default();
        book.findings.extend(refused.iter().map(|p| Finding::new(p, None)));
        if refused.iter().any(Problem::blocks) {
            book.state = State::Failed;
            book.lines.clear();
            return (book, None);
        }
        let Some(bytes) = &outcome.bytes else { return (book, None) };
        let mut name = found.target.clone().into_os_string();
        name.push(".");
        name.push(outcome.extension());
        let name = PathBuf::from(name);
        match self.write(found, &name, bytes, old) {
            Ok(notice) => {
                book.findings.extend(notice.map(|p| Finding::new(&p, None)));
                book.output = Some(spelt(&name));
                (book, Some(hash(bytes)))
            }
            Err(problem) => {
                book.state = State::Failed;
                book.lines.clear();
                book.findings.push(Finding::new(&problem, None));
                (book, None)
            }
        }
    }

    /// Writes a result. Results of earlier runs are replaced; what is not known as one is not,
    /// unless it is what would be written.
    fn write(
        &self,
        found: &Found,
        name: &Path,
        bytes: &[u8],
        old: Option<&Entry>,
    ) -> Result<Option<Problem>, Problem> {
        let output = self.job.out.join(name);
        if let Some(folder) = output.parent() {
            std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
        }
        let known = old.and_then(Entry::left) == Some(spelt(name).as_str());
        let mut notice = None;
        if let Ok(there) = std::fs::read(&output) {
            if there == bytes {
                return Ok(None);
            }
            let last = old.and_then(|o| o.result.as_deref()).filter(|_| known);
            if last.is_some_and(|last| last != hash(&there)) {
                notice = Some(Problem::notice(
                    "result-was-changed",
                    words!(
                        "结果文件在上次之后被人改过，已重新生成",
                        "the result had been changed since the last run; it was made anew"
                    ),
                ));
            }
        }
        (self.save)(&found.path, &output, bytes, self.job.force || known)?;
        Ok(notice)
    }

    /// Whether the result of the last run is still there as it was written.
    fn stands(&self, old: &Entry, found: &Found) -> bool {
        match (&old.book.output, &old.result) {
            (None, _) => true,
            (Some(output), Some(result)) => {
                let target = spelt(&found.target);
                let named = output.rsplit_once('.').is_some_and(|(stem, _)| stem == target);
                named
                    && std::fs::read(self.job.out.join(output))
                        .is_ok_and(|bytes| hash(&bytes) == *result)
            }
            (Some(_), None) => false,
        }
    }

    /// A workbook that is refused now may have a result from an earlier run: nobody should mail it.
    fn point_at_stale(&self, mut entry: Entry, old: Option<&Entry>) -> Entry {
        let Some(left) = old.and_then(Entry::left).filter(|_| entry.book.output.is_none()) else {
            return entry;
        };
        if self.job.out.join(left).exists() {
            let stale = Problem::error(
                "stale-result",
                words!(
                    "「{left}」是以前的结果，与现在的表不符",
                    "`{left}` is an earlier result and does not fit the workbook as it is now"
                ),
            )
            .hint(words!(
                "不要使用它；改正后重新运行，或把它删除",
                "do not use it; run again when the workbook is right, or delete it"
            ));
            entry.book.findings.push(Finding::new(&stale, None));
            entry.stale = Some(left.to_owned());
        }
        entry
    }
}

fn entry(input: String, settings: String, result: Option<String>, book: Book) -> Entry {
    Entry { input, settings, result, stale: None, book }
}
