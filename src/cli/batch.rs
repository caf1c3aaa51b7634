//! `kaohe batch`: the progress line, Ctrl-C, the report at the end.

use super::args::BatchArgs;
use super::fill::options;
use super::input::read;
use super::output::{code, print, remark, say, shown};
use super::{figures, save};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use kaohe::batch::{self, Job, MANIFEST, Report, Watch};
use kaohe::form::parse_month;
use kaohe::limits::Limits;
use kaohe::limits::net::within;
use kaohe::problem::{Lang, Problem};
use kaohe::spool::{Spool, refused};
use kaohe::summary::{self, Gathered, MetricsBook, State};
use kaohe::words;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
        Some((path, Ok(bytes))) => match within(&limits, move || summary::previous(&bytes)) {
            Ok(previous) => Some(previous),
            Err(problem) => {
                say(&problem, path, lang);
                return code(false);
            }
        },
        Some((path, Err(problem))) => {
            say(&problem, path, lang);
            return code(false);
        }
    };

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
    // Runs into one folder take turns with the summary and the manifest, so that each knows what the
    // others made. Where a folder takes no lock (Windows), the last one stands.
    let turn = std::fs::File::open(&job.out).and_then(|folder| folder.lock().map(|()| folder));
    let manifest = job.out.join(MANIFEST);
    let others = batch::summaries_of(&manifest);
    report.summaries.retain(|(name, _)| !others.iter().any(|(other, _)| other == name));
    report.summaries.extend(others);
    if report.left == 0 {
        good &= write_summary(&mut report, &job, previous.as_ref(), gathered, lang);
    }
    let orphans = report.orphans.into_iter().collect();
    let saved = report.manifest.end(report.summaries, orphans).map_err(|error| refused(&error));
    let saved = saved.and_then(|spool| save::save_spool(&manifest, &spool, true));
    if let Err(problem) = saved {
        say(&problem, &manifest, lang);
        good = false;
    }
    drop(turn);
    code(good)
}

fn wrong_month(text: &str, lang: Lang) -> ExitCode {
    let problem =
        Problem::error("wrong-month", words!("看不懂月份「{text}」", "`{text}` is no month"))
            .hint(words!("写成 2026-10 这样", "write it as 2026-10"));
    say(&problem, Path::new("--month"), lang);
    ExitCode::from(2)
}

/// A bare name stands in the output folder.
fn summary_path(args: &BatchArgs) -> PathBuf {
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
fn write_summary(
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

/// A text of a file, as it is shown: on one line.
fn plain(text: &str) -> String {
    shown(Path::new(text))
}

/// Most problems of a workbook in the terminal, where it does not only wait for somebody to type; the
/// summary lists them all.
const MOST: usize = 5;

/// The report at the end: what needs a person's hand first, the counts last.
fn tell(report: &Report, job: &Job, metrics: &MetricsBook, lang: Lang) -> std::io::Result<()> {
    for state in [State::Unfinished, State::Failed] {
        report.each(state, &mut |book| {
            let file = shown(Path::new(&book.file));
            let blocking: Vec<_> = book.findings.iter().filter(|f| f.blocks()).collect();
            let all = blocking.len();
            // Of a form that nobody has filled in yet the first blank cell says enough.
            let most = if blocking.iter().all(|f| f.waits()) { 1 } else { MOST };
            for finding in blocking.into_iter().take(most) {
                let who = finding
                    .person
                    .as_deref()
                    .map(|p| {
                        let p = plain(p);
                        words!("{p}：", "{p}: ").get(lang).to_owned()
                    })
                    .unwrap_or_default();
                let file = metrics.file_of(finding, &file);
                let place = if finding.place.is_empty() {
                    file.to_owned()
                } else {
                    format!("{file}, {}", finding.place)
                };
                let kind = if state == State::Failed {
                    words!("失败", "failed")
                } else {
                    words!("未完成", "unfinished")
                };
                let (kind, what) = (kind.get(lang), finding.what.get(lang));
                remark(&format!("{kind}[{}]: {who}{what}\n  --> {place}", finding.code));
                if let Some(hint) = &finding.hint {
                    let label = words!("怎么办", "hint");
                    remark(&format!("  {}: {}", label.get(lang), hint.get(lang)));
                }
            }
            if all > most {
                let more = all - most;
                let line = words!(
                    "  这份还有 {more} 条，见汇总的「问题」",
                    "  {more} more of this workbook: see Problems in the summary"
                );
                remark(line.get(lang));
            }
        })?;
    }
    for orphan in report.orphans.keys().map(|name| plain(name)) {
        let line = words!(
            "提示：「{orphan}」是以前的结果，这次的文件夹里没有它的原表",
            "notice: `{orphan}` is an earlier result whose workbook is not in these folders"
        );
        remark(line.get(lang));
    }
    let (edited, some) = &report.edited;
    if *edited > 0 {
        let more = if *edited > some.len() { "…" } else { "" };
        let (zh, en) = (plain(&some.join("、")), plain(&some.join(", ")));
        let line = words!(
            "提示：结果被人改过，保留原样（要重新生成，加 --force）：{zh}{more}",
            "notice: results that were changed are left so (--force makes them anew): {en}{more}"
        );
        remark(line.get(lang));
    }
    let (twins, some) = &report.twins;
    if *twins > 0 {
        let more = if *twins > some.len() { "…" } else { "" };
        let (zh, en) = (plain(&some.join("、")), plain(&some.join(", ")));
        let line = words!(
            "提示：同一个人在两份工作簿里都有得分：{zh}{more}",
            "notice: people scored in two workbooks: {en}{more}"
        );
        remark(line.get(lang));
    }
    if report.ungraded {
        let line = words!(
            "提示：等级按强制分布评定，要等每一份工作簿都填好才给",
            "notice: grades are given by shares of the team, once every workbook is filled"
        );
        remark(line.get(lang));
    }
    let (count, files) = &report.dated;
    if *count > 0 {
        let more = if *count > files.len() { "…" } else { "" };
        let (zh, en) = (plain(&files.join("、")), plain(&files.join(", ")));
        let line = words!(
            "提示：{count} 份的指标与考核表不是同一个月份，请核对：{zh}{more}",
            "notice: the figures of {count} workbooks are of another month than their forms: {en}{more}"
        );
        remark(line.get(lang));
    }
    let months = &report.months;
    if job.month.is_none() && months.len() > 1 {
        remark(words!("提示：月份不一", "notice: workbooks of several months").get(lang));
        let most = months.values().map(|(count, _)| *count).max().unwrap_or(0);
        for (month, (count, files)) in months {
            let count = *count;
            let some: Vec<&str> = files.iter().map(String::as_str).take(5).collect();
            let names = if count < most || count <= 5 { some.join("、") } else { String::new() };
            let names = plain(&names);
            let more = if !names.is_empty() && count > 5 { "…" } else { "" };
            let line =
                words!("  {month}：{count} 份 {names}{more}", "  {month}: {count} {names}{more}");
            remark(line.get(lang).trim_end());
        }
    }
    let Report { filled, unchanged, unfinished, failed, skipped, people, .. } = report;
    let line = words!(
        "填好 {filled}，未变 {unchanged}，未完成 {unfinished}，失败 {failed}，跳过 {skipped}（共 {people} 人有得分）\n",
        "filled {filled}, unchanged {unchanged}, unfinished {unfinished}, failed {failed}, skipped {skipped} ({people} people scored)\n"
    );
    print(line.get(lang));
    if report.left > 0 {
        let left = report.left;
        let line = words!(
            "已停止：还有 {left} 份没有处理，没有更新汇总；再运行一次会接着做",
            "stopped: {left} workbooks are left and the summary was not made; run again to go on"
        );
        remark(line.get(lang));
    }
    Ok(())
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
