//! `kaohe watch DIR --out DIR`: fills what is put into a folder.
//!
//! A file is taken up when its size and time have been steady for two seconds, so that nothing is
//! read while it is still being copied. The system's own events wake the loop; since network drives
//! miss some, the folder is also looked over every few seconds. One that could not be filled, or not
//! whole, gets a message file beside it, which goes when a later version of it succeeds. What was dealt
//! with is written down in the output folder, for the next run.

mod record;

use super::args::WatchArgs;
use super::fill::compute;
use super::output::{remark, say, shown};
use super::save;
use kaohe::batch::{has_extension, is_result};
use kaohe::limits::Limits;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::{Options, Outcome, report, words};
use notify::{RecursiveMode, Watcher};
use record::{Version, version};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

/// How long a file must not change before it is read.
const STEADY: Duration = Duration::from_secs(2);
/// How often the folder is looked over without an event.
const ROUND: Duration = Duration::from_secs(5);
/// What stands behind the stem of a message file's name.
const MESSAGE: &str = "-未填写.txt";

/// Watches until the process ends.
pub fn watch(args: &WatchArgs, limits: Limits, lang: Lang) -> ExitCode {
    let scheme = match args.scheme.as_deref().map(|path| super::named::load(path, lang)) {
        Some(Err(code)) => return code,
        Some(Ok(scheme)) => Some(scheme),
        None => None,
    };
    let options = Options { scheme, limits, ..Options::default() };
    let refuse = |folder: &Path, what: Words| {
        let problem = Problem::error("no-folder", what).hint(words!(
            "先建好这个文件夹，或检查路径",
            "make the folder first, or check the path"
        ));
        say(&problem, folder, lang);
        ExitCode::from(2)
    };
    if !args.folder.is_dir() {
        return refuse(&args.folder, words!("没有这个文件夹", "there is no such folder"));
    }
    if let Err(error) = std::fs::create_dir_all(&args.out) {
        let what = words!("文件夹建不了：", "the folder cannot be made: ");
        return refuse(&args.out, what.then(&Words::refused(&error)));
    }
    let (wake, woken) = mpsc::channel();
    // Without events, the rounds still see everything, only later.
    let mut watcher = notify::recommended_watcher(move |_: notify::Result<notify::Event>| {
        let _ = wake.send(());
    });
    if let Ok(watcher) = &mut watcher {
        let _ = watcher.watch(&args.folder, RecursiveMode::NonRecursive);
    }
    let (from, to) = (shown(&args.folder), shown(&args.out));
    let line = words!(
        "正在守着 {from}，填好的放到 {to}。按 Ctrl-C 结束",
        "watching {from}; filled workbooks go to {to}. Ctrl-C ends it"
    );
    remark(line.get(lang));
    let known = record::read(&args.out, &args.folder);
    let unrecorded = known.is_none();
    let done = known.unwrap_or_default();
    let (seen, told) = (HashMap::new(), HashSet::new());
    let mut folder = Folder { args, options, lang, seen, done, unrecorded, told };
    loop {
        let waiting = folder.round();
        let pause = if waiting { Duration::from_millis(250) } else { ROUND };
        match woken.recv_timeout(pause) {
            // Copying makes many events; one look answers them all.
            Ok(()) => while woken.try_recv().is_ok() {},
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => std::thread::sleep(pause),
        }
    }
}

struct Folder<'a> {
    args: &'a WatchArgs,
    options: Options,
    lang: Lang,
    /// Files that may still be changing, and since when they do not.
    seen: HashMap<PathBuf, (Version, Instant)>,
    /// Versions that were dealt with, also by earlier runs.
    done: HashMap<PathBuf, Version>,
    /// Nothing is written down of earlier runs, and this is the first look.
    unrecorded: bool,
    /// Folders of which it was said that they are not gone into.
    told: HashSet<PathBuf>,
}

impl Folder<'_> {
    /// Looks the folder over once; whether something is still settling.
    fn round(&mut self) -> bool {
        let Ok(entries) = std::fs::read_dir(&self.args.folder) else { return false };
        let mut waiting = false;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        self.seen.retain(|path, _| paths.binary_search(path).is_ok());
        let here = |path: &Path| path.parent() == Some(&self.args.folder);
        self.done.retain(|path, _| !here(path) || paths.binary_search(path).is_ok());
        self.tell_of_folders(&paths);
        for path in paths.into_iter().filter(|path| is_wanted(path)) {
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            let version = version(&metadata);
            if !metadata.is_file() || self.done.get(&path) == Some(&version) {
                continue;
            }
            if self.unrecorded && self.is_old(&path, metadata.modified().ok()) {
                self.done.insert(path, version);
                continue;
            }
            let now = Instant::now();
            let (last, since) = self.seen.entry(path.clone()).or_insert((version, now));
            if *last != version {
                (*last, *since) = (version, now);
            }
            if since.elapsed() < STEADY {
                waiting = true;
                continue;
            }
            self.seen.remove(&path);
            self.deal_with(&path);
            self.done.insert(path, version);
            record::write(&self.args.out, &self.args.folder, &self.done);
        }
        self.unrecorded = false;
        waiting
    }

    /// Says of folders that somebody put there that what is in them is not filled.
    fn tell_of_folders(&mut self, paths: &[PathBuf]) {
        self.told.retain(|path| paths.binary_search(path).is_ok());
        let hidden = |path: &Path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        };
        for path in paths.iter().filter(|path| path.is_dir() && !hidden(path)) {
            if save::same_file(path, &self.args.out) || !self.told.insert(path.clone()) {
                continue;
            }
            let (name, folder) = (shown(path), shown(&self.args.folder));
            let line = words!(
                "不看子文件夹：{name}。里面的工作簿要放到 {folder} 里，或用 kaohe batch",
                "folders within are not gone into: {name}; put its workbooks into {folder}, or use kaohe batch"
            );
            remark(line.get(self.lang));
        }
    }

    /// Whether an earlier run that wrote nothing down has dealt with it: its result or message is younger.
    fn is_old(&self, path: &Path, changed: Option<SystemTime>) -> bool {
        let younger = |made: &Path| {
            let time = std::fs::metadata(made).and_then(|m| m.modified());
            time.is_ok_and(|time| changed.is_some_and(|changed| time >= changed))
        };
        let results = ["xlsx", "xlsm"].into_iter().flat_map(|of| self.results(path, of));
        younger(&message(path)) || results.into_iter().any(|made| younger(&made))
    }

    /// The results that there are: `a.xlsx`, `a (2).xlsx`, …
    fn results(&self, path: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
        let first = self.result(path, extension);
        (1u32..).map(move |n| save::numbered(&first, n)).take_while(|made| made.exists())
    }

    fn result(&self, path: &Path, extension: &str) -> PathBuf {
        let beside = save::beside(path, extension);
        self.args.out.join(beside.file_name().unwrap_or_default())
    }

    fn deal_with(&self, path: &Path) {
        let lang = self.lang;
        let (mut problems, mut written) = (Vec::new(), None);
        match compute(path, &self.options) {
            Err(found) => problems = found,
            Ok(Outcome { bytes: None, cards, problems: own, .. }) => {
                problems.extend(own.into_iter().chain(cards.into_iter().flat_map(|c| c.problems)));
            }
            Ok(outcome) => {
                let bytes = outcome.bytes.as_deref().unwrap_or_default();
                let last = self.results(path, outcome.extension()).last();
                // A run that was stopped before it wrote down that this was done.
                let same = |last: &PathBuf| std::fs::read(last).is_ok_and(|held| held == bytes);
                if let Some(last) = last.filter(same) {
                    written = Some(last);
                } else {
                    let output = save::free(self.result(path, outcome.extension()));
                    match save::save(path, &output, bytes, false) {
                        Ok(()) => written = Some(output),
                        Err(problem) => problems.push(problem),
                    }
                }
                if !outcome.whole() || written.is_none() {
                    let cards = outcome.cards.into_iter().flat_map(|c| c.problems);
                    problems.extend(outcome.problems.into_iter().chain(cards));
                }
            }
        }
        let name = shown(path);
        match &written {
            Some(output) => {
                let output = shown(output);
                remark(words!("{name} → {output}", "{name} → {output}").get(lang));
            }
            None => remark(words!("未填写：{name}", "not filled: {name}").get(lang)),
        }
        let note = message(path);
        if problems.iter().any(Problem::blocks) {
            let text = text(path, &problems, written.as_deref(), lang);
            if let Err(problem) = save::save(path, &note, text.as_bytes(), true) {
                say(&problem, &note, lang);
            }
        } else {
            let _ = std::fs::remove_file(note);
        }
    }
}

fn message(path: &Path) -> PathBuf {
    // The whole name: a.xls and a.xlsx are two files.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}{MESSAGE}"))
}

/// What the message file says. The mark at its start tells old editors on Windows that it is UTF-8.
fn text(path: &Path, problems: &[Problem], written: Option<&Path>, lang: Lang) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let head = match written {
        None => words!("「{name}」没有填写：", "`{name}` was not filled:"),
        Some(output) => {
            let output = shown(output);
            words!(
                "「{name}」只填写了一部分（{output}），其余：",
                "`{name}` was filled in part only ({output}); the rest:"
            )
        }
    };
    let mut out = format!("\u{feff}{}\r\n\r\n", head.get(lang));
    for problem in problems {
        out.push_str(&report::finding(problem, &name, lang).replace('\n', "\r\n"));
    }
    out
}

/// Whether a file is a workbook that somebody put there: no result of ours, no hidden or owner file.
fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !is_result(path) && !name.starts_with(['.', '~']) && has_extension(path)
}
