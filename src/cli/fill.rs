//! `kaohe FILE…`, `fill`, `check`, `explain`.

use super::args::{CheckArgs, ExplainArgs, FillArgs};
use super::input::read;
use super::output::{code, note, print, remark, say, shown};
use super::save::{self, Folders};
use super::settings::Settings;
use super::{figures, opener};
use kaohe::limits::Limits;
use kaohe::limits::net::{in_place, internal, within};
use kaohe::owner;
use kaohe::problem::{Lang, Problem};
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
        return take(file, compute_alone(file, options));
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
    let outcome = match compute_alone(file, &options) {
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

fn print_json(explanation: &report::Explanation<'_>) {
    if let Ok(json) = serde_json::to_string_pretty(explanation) {
        print(&format!("{json}\n"));
    }
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
    let scheme = scheme.map(|path| super::named::load(path, lang)).transpose()?;
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

/// Runs the core on a file; problems of the whole file are printed.
fn run(file: &Path, options: &Options, lang: Lang) -> Result<Outcome, ()> {
    told(file, compute_alone(file, options), lang)
}

/// Says what kept a workbook from being read.
fn told(file: &Path, outcome: Result<Outcome, Vec<Problem>>, lang: Lang) -> Result<Outcome, ()> {
    outcome.map_err(|problems| {
        for problem in problems {
            say(&problem, file, lang);
        }
    })
}

/// [`compute`] for the only file at hand, with the help of a second thread.
fn compute_alone(file: &Path, options: &Options) -> Result<Outcome, Vec<Problem>> {
    let limits = Limits { aided: true, ..options.limits };
    limits.ahead(kaohe::prepare);
    compute(file, &Options { limits, ..options.clone() })
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
