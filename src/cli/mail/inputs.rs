//! What `kaohe mail` reads before it does anything.

use super::args::MailArgs;
use crate::cli::figures;
use crate::cli::fill::options;
use crate::cli::input::read;
use crate::cli::output::{code, shown};
use crate::cli::save::same_file;
use kaohe::batch::{FILLED, MANIFEST, Made, STALE, has_extension, hash, results_of};
use kaohe::form::parse_month;
use kaohe::limits::Limits;
use kaohe::limits::net::within;
use kaohe::mail::address::{self, Mailbox};
use kaohe::mail::agrees::{hold_other_grades, hold_other_summary};
use kaohe::mail::plan::{Finding, Input, Plan, Wanted, plan};
use kaohe::mail::roster;
use kaohe::mail::smtp::Server;
use kaohe::mail::template::{FILES, Templates};
use kaohe::mail::told::left_results;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::summary;
use kaohe::words;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Everything that a run stands on.
pub struct Setup {
    pub plan: Plan,
    pub templates: Templates,
    pub from: Mailbox,
    pub date: SystemTime,
    pub server: Option<Server>,
}

/// Problems with what they are about, and the exit code.
type Refusal = (Vec<(PathBuf, Problem)>, ExitCode);

fn usage(what: Words) -> Refusal {
    (vec![(PathBuf::from("kaohe mail"), Problem::error("usage", what))], ExitCode::from(2))
}

/// What was said already.
fn told(code: ExitCode) -> Refusal {
    (Vec::new(), code)
}

fn at(path: &Path, problem: Problem) -> Refusal {
    (vec![(path.to_owned(), problem)], code(false))
}

/// Reads folder, roster, templates, and makes the plan.
pub fn setup(args: &MailArgs, limits: Limits, lang: Lang) -> Result<Setup, Refusal> {
    if args.eml.is_none() && args.smtp.is_none() && !args.dry_run {
        return Err(usage(words!(
            "请用 --eml 写草稿、--smtp 发送，或 --dry-run 只看计划",
            "say --eml for drafts, --smtp to send, or --dry-run to see the plan"
        )));
    }
    let server = match &args.smtp {
        Some(url) => Some(Server::parse(url).map_err(usage)?),
        None => None,
    };
    let from = sender(args, server.as_ref())?;
    let date = date(args)?;
    let month = match &args.month {
        Some(text) => Some(parse_month(text).ok_or_else(|| {
            usage(words!(
                "看不懂月份「{text}」，请写成 2026-10",
                "`{text}` is no month; write 2026-10"
            ))
        })?),
        None => None,
    };
    let mut summary_to = Vec::new();
    for to in args.summary_to.iter().flat_map(|t| t.split([',', ';'])) {
        summary_to.push(address::mailbox(to).map_err(usage)?);
    }
    let templates = templates(args, lang)?;
    let bytes = read(&args.roster, &limits).map_err(|p| at(&args.roster, p))?;
    let roster = roster::read(&bytes).map_err(|problems| {
        (problems.into_iter().map(|p| (args.roster.clone(), p)).collect::<Vec<_>>(), code(false))
    })?;
    let (summary, known) = match &args.summary {
        Some(path) => {
            let bytes = read(path, &limits).map_err(|p| at(path, p))?;
            // Another file by mistake, as the roster with its passwords, is nobody's summary.
            let known = within(&limits, {
                let bytes = bytes.clone();
                move || summary::previous(&bytes).map(|known| (known, summary::is_summary(&bytes)))
            });
            let (known, ours) = known.map_err(|p| at(path, p))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (Some(Input { name, bytes }), Some(known).filter(|_| ours))
        }
        None => (None, None),
    };
    let mut options = options(args.scheme.as_deref(), limits, lang).map_err(told)?;
    figures::take(&mut options, args.metrics.as_deref(), lang).map_err(told)?;
    let files = folder(args, &limits)?;
    let wanted = Wanted {
        options,
        month,
        to_manager: args.to_manager,
        summary_to,
        summary,
        ascii_names: args.ascii_names,
        encrypt: args.encrypt,
    };
    let mut plan = plan(&files.inputs, &roster, &wanted);
    left_results(&mut plan, &|file| files.made.get(file).is_some_and(|made| made.left));
    hold_other_grades(&mut plan, &|file| files.made.get(file).map(|made| made.grades.as_slice()));
    if let Some(known) = &known {
        hold_other_summary(&mut plan, known);
    }
    plan.findings.splice(0..0, files.findings);
    Ok(Setup { plan, templates, from, date, server })
}

fn sender(args: &MailArgs, server: Option<&Server>) -> Result<Mailbox, Refusal> {
    let login = server.and_then(|s| s.user.as_deref());
    match (&args.from, login) {
        (Some(from), _) => address::mailbox(from).map_err(usage),
        (None, Some(login)) => address::mailbox(login)
            .map_err(|_| usage(words!("请用 --from 写明发件人", "say who sends with --from"))),
        // A plan alone needs no sender.
        (None, None) if args.dry_run && args.eml.is_none() => {
            address::mailbox("kaohe@example.invalid").map_err(usage)
        }
        (None, None) => Err(usage(words!(
            "请用 --from 写明发件人，如 --from \"人力资源部 <hr@example.com>\"",
            "say who sends with --from \"HR <hr@example.com>\""
        ))),
    }
}

fn date(args: &MailArgs) -> Result<SystemTime, Refusal> {
    let Some(text) = &args.date else { return Ok(SystemTime::now()) };
    let seconds = chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .and_then(|date| u64::try_from(date.timestamp()).ok());
    seconds.map(|s| UNIX_EPOCH + Duration::from_secs(s)).ok_or_else(|| {
        usage(words!(
            "看不懂日期「{text}」，请写成 2026-11-24T10:00:00+08:00",
            "`{text}` is no date; write 2026-11-24T10:00:00+08:00"
        ))
    })
}

fn templates(args: &MailArgs, lang: Lang) -> Result<Templates, Refusal> {
    let mut own = BTreeMap::new();
    let folder = args.templates.clone().unwrap_or_default();
    if args.templates.is_some() {
        for name in FILES {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
                    own.insert(name.to_owned(), text);
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(at(
                        &path,
                        Problem::error(
                            "cannot-read",
                            words!("读不到模板：", "the template cannot be read: ")
                                .then(&Words::refused(&error)),
                        ),
                    ));
                }
            }
        }
        if own.is_empty() {
            let names = FILES.join(", ");
            return Err(at(
                &folder,
                Problem::error(
                    "no-templates",
                    words!(
                        "文件夹里没有模板：{names}",
                        "the folder has none of the templates: {names}"
                    ),
                ),
            ));
        }
    }
    Templates::new(lang, &own).map_err(|problems| {
        (problems.into_iter().map(|p| (folder.clone(), p)).collect(), code(false))
    })
}

/// What a folder holds.
#[derive(Default)]
struct Files {
    inputs: Vec<Input>,
    /// What cannot be read, or is not to be used.
    findings: Vec<Finding>,
    /// What `kaohe batch` knows of the inputs, by their names.
    made: BTreeMap<String, Made>,
}

/// Most folders in each other that are looked through, below the one that is mailed and around it.
pub const DEEPEST: usize = 16;

/// The folder's workbooks, by name; what cannot be read is a finding.
fn folder(args: &MailArgs, limits: &Limits) -> Result<Files, Refusal> {
    let mut paths = Vec::new();
    walk(&args.folder, 0, &mut paths).map_err(|error| {
        at(
            &args.folder,
            Problem::error(
                "cannot-read",
                words!("无法读取文件夹：", "the folder cannot be read: ")
                    .then(&Words::refused(&error)),
            )
            .hint(words!(
                "写存放结果的文件夹，如 kaohe batch --out 的那个",
                "name the folder of results, as that of kaohe batch --out"
            )),
        )
    })?;
    paths.sort();
    let own = [Some(&args.roster), args.summary.as_ref(), args.metrics.as_ref()];
    let others: Vec<PathBuf> = own.into_iter().flatten().cloned().collect();
    let all = paths.clone();
    // An original beside its filled copy is not a result.
    let original = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        ["xlsx", "xlsm"]
            .iter()
            .any(|e| all.contains(&path.with_file_name(format!("{stem}{FILLED}.{e}"))))
    };
    paths.retain(|path| !others.iter().any(|o| same_file(path, o)) && !original(path));
    let mut files = Files { made: made(&args.folder, &paths), ..Files::default() };
    for path in paths {
        let inside = path.strip_prefix(&args.folder).unwrap_or(&path);
        let name = shown(inside);
        let bytes = match read(&path, limits) {
            Ok(bytes) => bytes,
            Err(problem) => {
                files.findings.push(Finding { about: name, problem });
                continue;
            }
        };
        match files.made.get(&name).map(|made| (made.stale, made.hash == hash(&bytes))) {
            // Whether it was only saved again in Excel or another was put in its place nobody can tell.
            Some((true, _)) => {
                files.findings.push(Finding { about: name, problem: stale() });
                continue;
            }
            // Nothing is known of what was put in its place since.
            Some((false, false)) => drop(files.made.remove(&name)),
            Some((false, true)) | None => {}
        }
        files.inputs.push(Input { name, bytes });
    }
    Ok(files)
}

/// Results that the last `kaohe batch` left, by their names below a folder: of runs into it, into a folder
/// around it and into those below it that hold `paths`.
fn made(folder: &Path, paths: &[PathBuf]) -> BTreeMap<String, Made> {
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let below = paths.iter().flat_map(|path| path.ancestors().skip(1));
    let below = below.filter_map(|path| Some(whole.join(path.strip_prefix(folder).ok()?)));
    let above = whole.ancestors().take(DEEPEST).map(Path::to_owned);
    let mut out = BTreeMap::new();
    for outputs in above.chain(below).collect::<BTreeSet<PathBuf>>() {
        for (way, made) in results_of(&outputs.join(MANIFEST)) {
            if let Ok(inside) = outputs.join(way).strip_prefix(&whole) {
                out.insert(shown(inside), made);
            }
        }
    }
    out
}

/// Why a result of the last run is not to be used.
fn stale() -> Problem {
    Problem::error(
        STALE,
        words!(
            "这是以前的结果，与现在的考核表不符",
            "this is an earlier result and does not fit the workbook as it is now"
        ),
    )
    .hint(words!(
        "按 kaohe batch 说的改正考核表，再运行一次 batch，然后再发；另外填好的，放到别的文件夹里发",
        "correct the workbook as kaohe batch says, run batch again, then mail; one filled otherwise is mailed from another folder"
    ))
}

/// Workbooks in a folder and below; hidden files and owner files are none.
fn walk(folder: &Path, depth: usize, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with(['.', '~']) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, out)?;
            continue;
        }
        if !kind.is_dir() && has_extension(&path) {
            out.push(path);
        }
    }
    Ok(())
}
