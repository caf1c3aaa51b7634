//! The command line: a thin shell around [`kaohe::fill_workbook`]. Data goes to stdout, words about
//! the run to stderr.

mod args;
mod batch;
mod collect;
mod console;
mod convert;
mod figures;
mod fill;
mod help;
mod input;
mod mail;
mod named;
mod new;
mod opener;
mod output;
mod save;
mod scheme;
mod serve;
mod settings;
mod tool;
mod watch;

use args::{Args, Command};
use clap::{CommandFactory, FromArgMatches};
use kaohe::limits::net::in_place;
use kaohe::problem::{Lang, Problem};
use kaohe::words;
use settings::Settings;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Runs the command line.
pub fn run() -> ExitCode {
    // A fault in a library is caught and reported as a finding, not as a stack of addresses.
    std::panic::set_hook(Box::new(|_| {}));
    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err((path, problem)) => {
            let lang = args::language(None);
            output::say(&problem, &path, lang);
            if console::own_console() || std::env::args_os().any(|word| word == "--desktop") {
                console::hold(lang);
            }
            return ExitCode::from(2);
        }
    };
    let lang = args::language(settings.lang);
    let done = in_place(|| Ok::<_, Problem>(asked(&settings, lang)));
    let code = match done {
        Ok(asked) => asked.unwrap_or_else(|error| help::answered(&error, lang)),
        // What falls over a workbook is caught where it is read; this is of the rest.
        Err(_) => {
            output::say(&unfinished(), Path::new("kaohe"), lang);
            ExitCode::FAILURE
        }
    };
    output::end(code, lang)
}

/// The program fell beside the workbooks: what was written before is whole.
fn unfinished() -> Problem {
    Problem::error(
        "internal",
        words!(
            "程序内部出错，没有做完；已写出的文件是完整的",
            "an internal error: the work was not finished; files already written are whole"
        ),
    )
    .hint(words!(
        "请把这条命令和用到的文件报告给 kaohe 的开发者",
        "please report this command and its files to the makers of kaohe"
    ))
}

/// The line, with `kaohe help fill` as `kaohe fill --help`.
fn line() -> Vec<OsString> {
    let mut line: Vec<OsString> = std::env::args_os().collect();
    if line.get(1).is_some_and(|word| word == "help") && !Path::new("help").exists() {
        line.remove(1);
        line.push("--help".into());
    }
    line
}

/// Does what the line asks for.
fn asked(settings: &Settings, lang: Lang) -> Result<ExitCode, clap::Error> {
    let line = line();
    // The help texts are made only for who asks for help, or did not say what is wanted.
    let helpful = || help::localized(Args::command(), lang);
    let matches = match Args::command().try_get_matches_from(&line) {
        Ok(matches) => matches,
        Err(_) => helpful().try_get_matches_from(&line)?,
    };
    let mut args = Args::from_arg_matches(&matches)?;
    let lang = args.lang.map_or(lang, Lang::from);
    let desktop = args.desktop || console::own_console();
    let limits = args.limits();
    args.settle(settings);
    Ok(match args.command {
        None if args.files.is_empty() && (desktop || console::unattended()) => {
            serve::serve(&args::ServeArgs::default().settled(settings), lang)
        }
        None if args.files.is_empty() => {
            let asked = helpful().try_get_matches_from(["kaohe", "--help"]);
            if let Err(error) = asked {
                help::answered(&error, lang);
            }
            ExitCode::from(2)
        }
        None => {
            let code = fill::dropped(&args.files, limits, settings, lang);
            if desktop {
                console::hold(lang);
            }
            code
        }
        Some(Command::Fill(fill)) => fill::fill(&fill, limits, lang),
        Some(Command::Check(check)) => fill::check(&check, limits, lang),
        Some(Command::Explain(args::ExplainArgs { rule: Some(kind), .. })) => {
            tool::rule(&kind, lang)
        }
        Some(Command::Explain(explain)) => fill::explain(&explain, limits, lang),
        Some(Command::Convert(args)) => convert::run(&args, limits, lang),
        Some(Command::Batch(batch)) => batch::batch(&batch, limits, lang),
        Some(Command::New(new)) => new::new(&new, limits, lang),
        Some(Command::Collect(collect)) => collect::collect(&collect, limits, lang),
        Some(Command::Mail(mail)) => mail::run(&mail, limits, lang),
        Some(Command::Scheme(scheme)) => scheme::run(&scheme, limits, lang),
        Some(Command::Serve(serve)) => serve::serve(&serve.settled(settings), lang),
        Some(Command::Watch(watch)) => watch::watch(&watch, limits, lang),
        Some(Command::PageWorker { scheme }) => serve::worker(scheme.as_deref(), lang),
        Some(Command::Completions(args::CompletionsArgs { shell })) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut helpful(), "kaohe", &mut script);
            output::print(&String::from_utf8_lossy(&script));
            ExitCode::SUCCESS
        }
    })
}
