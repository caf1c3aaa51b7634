//! `kaohe batch`: the progress line, Ctrl-C, the report at the end.

mod summary;
mod tell;

use super::args::BatchArgs;
use super::fill::options;
use super::input::read;
use super::output::{code, say, shown};
use super::{figures, save};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use kaohe::batch::{self, Job, MANIFEST, Watch};
use kaohe::form::parse_month;
use kaohe::limits::Limits;
use kaohe::limits::net::within;
use kaohe::problem::{Lang, Problem};
use kaohe::spool::refused;
use kaohe::summary::Gathered;
use kaohe::words;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use summary::{summary_path, write_summary};
use tell::tell;

/// Runs the command.
pub fn batch(args: &BatchArgs, limits: Limits, lang: Lang) -> ExitCode {
    let month = match &args.month {
        None => None,
        Some(text) => match parse_month(text) {
            Some(month) => Some(month),
            None => return wrong_month(text, lang),
        },
    };
    let mut job = Job {
        roots: args.folders.clone(),
        out: args.out.clone(),
        month,
        jobs: args.jobs.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        }),
        force: args.force,
        summary: summary_path(args),
        beside: args.metrics.iter().chain(&args.previous).cloned().collect(),
        ..Job::default()
    };
    job.options = match options(args.scheme.as_deref(), limits, lang) {
        Ok(options) => options,
        Err(code) => return code,
    };
    job.options.values = args.values;
    let metrics = match figures::take(&mut job.options, args.metrics.as_deref(), lang) {
        Ok((book, hash)) => {
            job.metrics_hash = hash;
            book
        }
        Err(code) => return code,
    };
    // Not even with --force does the summary take the place of what is read.
    if let Err(problem) =
        save::spare(&job.summary, &[args.metrics.as_deref(), args.previous.as_deref()])
    {
        say(&problem, &job.summary, lang);
        return code(false);
    }
    let previous = match args.previous.as_deref().map(|path| (path, read(path, &limits))) {
        None => None,
        Some((path, Ok(bytes))) => {
            match within(&limits, move || kaohe::summary::previous(&bytes)) {
                Ok(previous) => Some((path, previous)),
                Err(problem) => {
                    say(&problem, path, lang);
                    return code(false);
                }
            }
        }
        Some((path, Err(problem))) => {
            say(&problem, path, lang);
            return code(false);
        }
    };

    let previous = previous.as_ref().map(|(path, previous)| (*path, previous));
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Without a handler Ctrl-C still stops: temporary files then stay, hidden.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    let progress = Progress::new(lang);
    let folders = save::Folders::default();
    let save = |input: &Path, output: &Path, bytes: &[u8], force: bool| {
        save::spare(output, &[args.metrics.as_deref()])?;
        folders.save(input, output, bytes, force).or_else(|problem| {
            // Another run into the same folder may have made the same result meanwhile.
            let same = std::fs::read(output).is_ok_and(|there| there == bytes);
            if same { Ok(()) } else { Err(problem) }
        })
    };
    let mut gathered = Gathered::new(Some(&job.out), lang).with_metrics(metrics.clone());
    let report = batch::run(&job, &save, &progress, &stop, &mut gathered);
    folders.sync();
    progress.bar.finish_and_clear();
    let mut report = match report {
        Ok(report) => report,
        Err(problem) => {
            let missing = args.folders.iter().find(|folder| std::fs::metadata(folder).is_err());
            say(&problem, missing.unwrap_or(&args.out), lang);
            return code(false);
        }
    };
    let mut good = report.whole();
    if report.manifest.is_empty() && report.left == 0 {
        let problem = Problem::error(
            "no-workbooks",
            words!("文件夹里没有要填写的工作簿", "there are no workbooks to fill in the folders"),
        )
        .hint(words!("检查文件夹是否正确", "check that they are the right folders"));
        say(&problem, args.folders.first().map_or(Path::new(""), PathBuf::as_path), lang);
        good = false;
    }
    if let Err(error) = tell(&report, &job, &metrics, lang) {
        say(&refused(&error), &args.out, lang);
        good = false;
    }
    let lock = report.lock.take();
    // Where a folder takes no locks, another run may have ended meanwhile.
    let manifest = job.out.join(MANIFEST);
    let others = batch::summaries_of(&manifest);
    report.summaries.retain(|own| !others.iter().any(|other| other.way == own.way));
    report.summaries.extend(others);
    if report.left == 0 {
        good &= write_summary(&mut report, &job, previous, gathered, lang);
    }
    let orphans = report.orphans.into_values().collect();
    let saved = report.manifest.end(report.summaries, orphans).map_err(|error| refused(&error));
    let saved = saved.and_then(|spool| save::save_spool(&manifest, &spool, true));
    if let Err(problem) = saved {
        say(&problem, &manifest, lang);
        good = false;
    }
    drop(lock);
    code(good)
}

fn wrong_month(text: &str, lang: Lang) -> ExitCode {
    let problem =
        Problem::error("wrong-month", words!("看不懂月份「{text}」", "`{text}` is no month"))
            .hint(words!("写成 2026-10 这样", "write it as 2026-10"));
    say(&problem, Path::new("--month"), lang);
    ExitCode::from(2)
}

/// The progress line; none where stderr is no terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(lang: Lang) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let template = words!(
            "[{{bar:30}}] {{pos}}/{{len}} 每秒 {{rate}} 份 剩余 {{eta}} {{wide_msg}}",
            "[{{bar:30}}] {{pos}}/{{len}} {{rate}}/s left {{eta}} {{wide_msg}}"
        );
        if let Ok(style) = ProgressStyle::with_template(template.get(lang)) {
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.0}", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("#>-"));
        }
        Self { bar }
    }
}

impl Watch for Progress {
    fn total(&self, count: usize) {
        self.bar.set_length(count as u64);
    }

    fn begin(&self, name: &str) {
        if !self.bar.is_hidden() {
            self.bar.set_message(shown(Path::new(name)));
        }
    }

    fn done(&self) {
        self.bar.inc(1);
    }
}
