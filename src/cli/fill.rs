//! `kaohe FILE…`, `fill`, `check`, `explain`.

use super::args::{CheckArgs, ExplainArgs, FillArgs};
use super::output::{note, print, remark};
use super::save::{self, Folders};
use super::settings::Settings;
use super::{figures, opener};
use kaohe::limits::net::{in_place, internal, within};
use kaohe::limits::{self, Limits};
use kaohe::owner;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::scheme::Scheme;
use kaohe::summary::{Finding, MetricsBook};
use kaohe::workbook::is_light;
use kaohe::{Options, Outcome, fill_workbook, next, report, words};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;

/// Fills dropped files, each next to the original, under the next free name.
pub fn dropped(files: &[PathBuf], limits: Limits, settings: &Settings, lang: Lang) -> ExitCode {
    let options = match options(settings.scheme.as_deref(), limits, lang) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let metrics = MetricsBook::default();
    let (mut good, mut written) = (true, Vec::new());
    let folders = Folders::default();
    in_order(files, &options, |file, outcome| {
        let outcome = told(file, outcome, lang);
        let (whole, output) = deliver(file, outcome, &metrics, lang, &folders, |outcome| {
            Ok((save::free(save::beside(file, outcome.extension())), false))
        });
        good &= whole;
        written.extend(output);
    });
    folders.sync();
    opener::show(&written, settings, lang);
    code(good)
}

/// Outcomes that a worker may be ahead of what is told and written.
const AHEAD: usize = 2;

/// Computes files side by side and hands them on one after the other, in their order.
fn in_order(
    files: &[PathBuf],
    options: &Options,
    mut take: impl FnMut(&Path, Result<Outcome, Vec<Problem>>),
) {
    if let [file] = files {
        return take(file, compute(file, options));
    }
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).min(files.len()).max(1);
    std::thread::scope(|scope| {
        // Every worker has each `jobs`-th file.
        let workers: Vec<_> = (0..jobs)
            .map(|first| {
                let (give, get) = mpsc::sync_channel(AHEAD);
                scope.spawn(move || {
                    for file in files.iter().skip(first).step_by(jobs) {
                        if give.send(compute(file, options)).is_err() {
                            break;
                        }
                    }
                });
                get
            })
            .collect();
        for (file, worker) in files.iter().zip(workers.iter().cycle()) {
            take(file, worker.recv().unwrap_or_else(|_| Err(vec![internal()])));
        }
    });
}

/// `kaohe fill`.
pub fn fill(args: &FillArgs, limits: Limits, lang: Lang) -> ExitCode {
    let (options, metrics) =
        match asked(args.scheme.as_deref(), args.metrics.as_deref(), limits, lang) {
            Ok((options, metrics)) => (
                Options { values: args.values, drop_signature: args.drop_signature, ..options },
                metrics,
            ),
            Err(code) => return code,
        };
    let outcome = run(&args.file, &options, lang);
    let folders = Folders::default();
    let (whole, _) = deliver(&args.file, outcome, &metrics, lang, &folders, |outcome| {
        let output = match &args.output {
            Some(output) => output.clone(),
            None => save::beside(&args.file, outcome.extension()),
        };
        save::fitting(&output, outcome.extension())?;
        save::spare(&output, &[args.metrics.as_deref(), args.scheme.as_deref()])?;
        Ok((output, args.force))
    });
    folders.sync();
    code(whole)
}

/// `kaohe check`.
pub fn check(args: &CheckArgs, limits: Limits, lang: Lang) -> ExitCode {
    let (options, metrics) =
        match looked(args.scheme.as_deref(), args.metrics.as_deref(), limits, lang) {
            Ok(both) => both,
            Err(code) => return code,
        };
    let mut good = true;
    for file in &args.files {
        match run(file, &options, lang) {
            Err(()) => good = false,
            Ok(outcome) => {
                say_all(file, &outcome, &metrics, lang);
                let (name, filled, all) = (shown(file), outcome.filled(), outcome.cards.len());
                let scheme = &outcome.scheme;
                let cells: usize = outcome.cards.iter().map(|c| c.targets.len()).sum();
                let line = words!(
                    "{name}：方案「{scheme}」，{all} 张考核表中 {filled} 张可以填写，共 {cells} 个单元格",
                    "{name}: scheme `{scheme}`, {filled} of {all} forms can be filled, {cells} cells"
                );
                print(&format!("{}\n", line.get(lang)));
                good &= outcome.whole();
            }
        }
    }
    code(good)
}

/// `kaohe explain`.
pub fn explain(args: &ExplainArgs, limits: Limits, lang: Lang) -> ExitCode {
    let Some(file) = &args.file else { return ExitCode::from(2) };
    let (options, metrics) =
        match looked(args.scheme.as_deref(), args.metrics.as_deref(), limits, lang) {
            Ok(both) => both,
            Err(code) => return code,
        };
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let outcome = match compute(file, &options) {
        Ok(outcome) => outcome,
        Err(problems) => {
            problems.iter().for_each(|problem| say(problem, file, lang));
            if args.json {
                print_json(&report::unread(&name, &problems));
            }
            return code(false);
        }
    };
    let scheme = options.scheme.as_ref().or_else(|| Scheme::named(&outcome.scheme));
    let steps = |card| scheme.map_or_else(Vec::new, |scheme| next::steps(scheme, card));
    let next: Vec<_> = outcome.cards.iter().map(steps).collect();
    if args.json {
        let is_there =
            |problem: &Problem, sheet: &str| metrics.holds(&Finding::of_form(problem, None, sheet));
        let explanation = report::explanation(&name, &outcome, &next);
        print_json(&explanation.naming(&metrics.file, is_there));
    } else {
        for (card, next) in outcome.cards.iter().zip(&next) {
            print(&format!("{}{}\n", report::card(card, lang), report::next(card, next, lang)));
        }
        say_all(file, &outcome, &metrics, lang);
    }
    code(outcome.whole())
}

pub(super) fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn print_json(explanation: &report::Explanation<'_>) {
    if let Ok(json) = serde_json::to_string_pretty(explanation) {
        print(&format!("{json}\n"));
    }
}

/// A path as it is shown.
pub fn shown(file: &Path) -> String {
    // Control characters in a name are shown escaped, so that it cannot rewrite the screen.
    file.display()
        .to_string()
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Prints a finding to stderr.
pub fn say(problem: &Problem, file: &Path, lang: Lang) {
    note(&report::finding(problem, &shown(file), lang));
}

/// Says all notices and problems of a workbook; what several forms have in common, once.
fn say_all(file: &Path, outcome: &Outcome, metrics: &MetricsBook, lang: Lang) {
    for notice in owner::notices(file, outcome.format) {
        say(&notice, file, lang);
    }
    outcome.problems.iter().for_each(|problem| say(problem, file, lang));
    let name = shown(file);
    let mut said = HashSet::new();
    for card in &outcome.cards {
        for problem in &card.problems {
            let finding = Finding::of_form(problem, None, &card.sheet_name);
            let text = report::finding(problem, metrics.file_of(&finding, &name), lang);
            if !said.contains(&text) {
                note(&text);
                said.insert(text);
            }
        }
    }
}

/// Options by the scheme that the line names.
pub(super) fn options(
    scheme: Option<&Path>,
    limits: Limits,
    lang: Lang,
) -> Result<Options, ExitCode> {
    let scheme = scheme.map(|path| super::scheme::load(path, lang)).transpose()?;
    Ok(Options { scheme, limits, ..Options::default() })
}

/// Options by the scheme and the figures that the line names.
fn asked(
    scheme: Option<&Path>,
    metrics: Option<&Path>,
    limits: Limits,
    lang: Lang,
) -> Result<(Options, MetricsBook), ExitCode> {
    let mut options = options(scheme, limits, lang)?;
    let (book, _) = figures::take(&mut options, metrics, lang)?;
    Ok((options, book))
}

/// [`asked`], to look only.
fn looked(
    scheme: Option<&Path>,
    metrics: Option<&Path>,
    limits: Limits,
    lang: Lang,
) -> Result<(Options, MetricsBook), ExitCode> {
    let (options, book) = asked(scheme, metrics, limits, lang)?;
    Ok((Options { check_only: true, ..options }, book))
}

/// Reads a workbook's bytes, or says why not.
pub(super) fn read(file: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.starts_with("~$") || name.starts_with(".~lock.") {
        return Err(Problem::error(
            "owner-file",
            words!(
                "这是 Excel/WPS 打开工作簿时留下的临时文件，不是工作簿",
                "this is the owner file that Excel leaves beside an open workbook, not a workbook"
            ),
        )
        .hint(words!(
            "请选择去掉「~$」的那个文件；它可能正被人打开",
            "choose the file without `~$`; somebody may have it open"
        )));
    }
    let metadata = std::fs::metadata(file).map_err(|e| unreadable(file, &e))?;
    if metadata.is_dir() {
        return Err(Problem::error(
            "is-a-folder",
            words!("这是文件夹，不是工作簿", "this is a folder, not a workbook"),
        )
        .hint(words!(
            "请指定文件夹里的工作簿；整个文件夹用 kaohe batch 文件夹 --out 结果文件夹",
            "name the workbooks in it; a whole folder is filled by kaohe batch DIR --out DIR"
        )));
    }
    if !metadata.is_file() {
        return Err(Problem::error(
            "not-a-file",
            words!("这不是普通文件", "this is no ordinary file"),
        )
        .hint(words!("请指定一个工作簿文件", "name a workbook file")));
    }
    if metadata.len() > limits.input_bytes {
        return Err(limits::over("input-bytes", limits.input_bytes, metadata.len(), ""));
    }
    let bytes = std::fs::read(file).map_err(|e| unreadable(file, &e))?;
    let now = std::fs::metadata(file).map_err(|e| unreadable(file, &e))?;
    let steady = now.len() == bytes.len() as u64 && now.modified().ok() == metadata.modified().ok();
    if !steady {
        return Err(Problem::error(
            "being-written",
            words!("文件正在被写入", "the file is being written at this moment"),
        )
        .hint(words!("等它保存或复制完，再试一次", "try again when it has been saved or copied")));
    }
    Ok(bytes)
}

fn unreadable(file: &Path, error: &std::io::Error) -> Problem {
    // A word that names no file was perhaps meant as a command.
    let word = file.extension().is_none() && file.components().count() == 1;
    let hint = if word && error.kind() == std::io::ErrorKind::NotFound {
        words!(
            "检查路径；若是想用命令，kaohe --help 列出所有命令",
            "check the path; if a command was meant, kaohe --help lists them"
        )
    } else {
        words!("检查路径与权限", "check the path and the permissions")
    };
    Problem::error(
        "cannot-read",
        words!("无法读取文件：", "the file cannot be read: ").then(&Words::refused(error)),
    )
    .hint(hint)
}

/// Runs the core on a file; problems of the whole file are printed.
fn run(file: &Path, options: &Options, lang: Lang) -> Result<Outcome, ()> {
    told(file, compute(file, options), lang)
}

/// Says what kept a workbook from being read.
fn told(file: &Path, outcome: Result<Outcome, Vec<Problem>>, lang: Lang) -> Result<Outcome, ()> {
    outcome.map_err(|problems| {
        for problem in problems {
            say(&problem, file, lang);
        }
    })
}

/// Reads and fills a file.
pub fn compute(file: &Path, options: &Options) -> Result<Outcome, Vec<Problem>> {
    let bytes = read(file, &options.limits).map_err(|problem| vec![problem])?;
    if is_light(&bytes) {
        return in_place(|| fill_workbook(&bytes, options));
    }
    let limits = options.limits;
    let options = options.clone();
    within(&limits, move || fill_workbook(&bytes, &options))
}

/// Prints a result and saves it where `place` says; whether all went well, and what was written.
fn deliver(
    file: &Path,
    outcome: Result<Outcome, ()>,
    metrics: &MetricsBook,
    lang: Lang,
    folders: &Folders,
    place: impl Fn(&Outcome) -> Result<(PathBuf, bool), Problem>,
) -> (bool, Option<PathBuf>) {
    let Ok(outcome) = outcome else { return (false, None) };
    for card in outcome.cards.iter().filter(|card| card.fillable()) {
        print(&format!("{}\n", report::card(card, lang)));
    }
    say_all(file, &outcome, metrics, lang);
    for card in outcome.cards.iter().filter(|card| !card.fillable()) {
        let name = card.person.clone().unwrap_or_else(|| card.sheet_name.clone());
        let line = words!("未填写：{name}（原因见上）", "not filled: {name} (see above)");
        remark(line.get(lang));
    }
    let Some(bytes) = &outcome.bytes else {
        remark(words!("没有写出文件", "no file was written").get(lang));
        return (false, None);
    };
    let saved = place(&outcome)
        .and_then(|(output, force)| folders.save(file, &output, bytes, force).map(|()| output));
    match saved {
        Ok(output) => {
            let name = shown(&output);
            remark(words!("已写出：{name}", "written: {name}").get(lang));
            (outcome.whole(), Some(output))
        }
        Err(problem) => {
            say(&problem, file, lang);
            (false, None)
        }
    }
}
