//! Arguments, and their help in the reader's language.

use super::mail::args::MailArgs;
use super::settings::Settings;
use clap::{Parser, Subcommand, ValueEnum};
use kaohe::limits::Limits;
use kaohe::problem::Lang;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// 把考核表填好分，原样还给你 · fills assessment workbooks in place of a person
#[derive(Debug, Parser)]
#[command(
    name = "kaohe",
    version,
    subcommand_precedence_over_arg = true,
    disable_help_subcommand = true
)]
pub struct Args {
    /// Workbooks to fill, each next to the original
    pub files: Vec<PathBuf>,
    /// Started from the desktop: without files opens the page, with files waits for Enter
    #[arg(long)]
    pub desktop: bool,
    /// Language of messages
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
    /// Raise a limit on what is read, as cells=5000000; may stand more than once
    #[arg(long, global = true, value_name = "NAME=N", value_parser = limit)]
    pub limit: Vec<(String, u64)>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A number of raters: of none there is no mean.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "1..".to_owned())
}

/// A limit as it stands on the line.
fn limit(text: &str) -> Result<(String, u64), String> {
    let known = || format!("NAME=N; NAME: {}", Limits::NAMES.join(", "));
    let (name, value) = text.split_once('=').ok_or_else(known)?;
    let value: u64 = value.trim().parse().map_err(|_| known())?;
    if !Limits::NAMES.contains(&name) {
        return Err(known());
    }
    Ok((name.to_owned(), value))
}

/// The time since the first look at the clock.
fn clock() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

impl Args {
    /// The limits, with those raised that the line names.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits { clock: Some(clock), ..Limits::DEFAULT };
        for (name, value) in &self.limit {
            limits.set(name, *value);
        }
        limits
    }

    /// Puts in the scheme that the settings name, where the line names none.
    pub fn settle(&mut self, settings: &Settings) {
        let scheme = match &mut self.command {
            Some(Command::Fill(args)) => &mut args.scheme,
            Some(Command::Check(args)) => &mut args.scheme,
            Some(Command::Explain(args)) => &mut args.scheme,
            Some(Command::Batch(args)) => &mut args.scheme,
            Some(Command::Watch(args)) => &mut args.scheme,
            Some(Command::New(args)) => &mut args.scheme,
            Some(Command::Collect(args)) => &mut args.scheme,
            Some(Command::Mail(args)) => &mut args.scheme,
            _ => return,
        };
        if scheme.is_none() {
            scheme.clone_from(&settings.scheme);
        }
    }
}

impl ServeArgs {
    /// With what the settings say where the line is silent.
    pub fn settled(mut self, settings: &Settings) -> Self {
        if self.port == 0 {
            self.port = settings.port.unwrap_or(0);
        }
        if self.scheme.is_none() {
            self.scheme.clone_from(&settings.scheme);
        }
        self
    }
}

/// A language by its short name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LangArg {
    Zh,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

/// The arguments of a subcommand are made only where it is the one asked for: all of them would be a
/// tenth of a millisecond of every start.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Fill one workbook
    Fill(FillArgs),
    /// Show what would be filled and what is missing; write nothing
    Check(CheckArgs),
    /// Show the working of every score
    Explain(ExplainArgs),
    /// Fill every workbook below folders, and make the month's summary
    Batch(BatchArgs),
    /// Make the month's blank forms from a roster
    New(NewArgs),
    /// Put raters' forms into the people's workbooks, anonymously
    Collect(CollectArgs),
    /// Give an .xls, .xlsb or .ods as .xlsx, in the same look, nothing scored
    Convert(ConvertArgs),
    /// Mail each person their filled workbook
    Mail(Box<MailArgs>),
    /// Schemes: list, show, check, try, draft
    Scheme(SchemeArgs),
    /// Open the local page: drop workbooks on it, download them filled
    Serve(ServeArgs),
    /// Fill what is put into a folder, until Ctrl-C
    Watch(WatchArgs),
    /// A child of the local page
    #[command(hide = true)]
    PageWorker {
        /// As for the page
        #[arg(long)]
        scheme: Option<PathBuf>,
    },
    /// Shell completions
    Completions(CompletionsArgs),
}

#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub struct FillArgs {
    /// The workbook
    pub file: PathBuf,
    /// Where to write; next to the original as NAME-已评分.xlsx unless said
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// A workbook that holds the metrics; plain numbers are written then
    #[arg(long)]
    pub metrics: Option<PathBuf>,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
    /// Write plain numbers instead of formulas
    #[arg(long)]
    pub values: bool,
    /// Overwrite the output if it exists
    #[arg(long)]
    pub force: bool,
    /// Go on with a digitally signed workbook
    #[arg(long)]
    pub drop_signature: bool,
}

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The workbooks
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// A workbook that holds the metrics
    #[arg(long)]
    pub metrics: Option<PathBuf>,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The workbook
    #[arg(required_unless_present = "rule")]
    pub file: Option<PathBuf>,
    /// Instead of a workbook: the page of a rule kind, or the list of kinds
    #[arg(long, value_name = "KIND", num_args = 0..=1, default_missing_value = "")]
    pub rule: Option<String>,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// A workbook that holds the metrics
    #[arg(long)]
    pub metrics: Option<PathBuf>,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// Port on 127.0.0.1; any free one unless said
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Print the address only; open no browser
    #[arg(long)]
    pub no_open: bool,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// The folder that is watched
    pub folder: PathBuf,
    /// Where the filled workbooks go
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct BatchArgs {
    /// Folders with workbooks
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// The folder for the results
    #[arg(short, long)]
    pub out: PathBuf,
    /// Only workbooks of this month (2026-10); others are refused and listed
    #[arg(long)]
    pub month: Option<String>,
    /// How many workbooks at a time
    #[arg(short, long)]
    pub jobs: Option<usize>,
    /// One workbook that holds everybody's metrics, a row each; plain numbers are written then
    #[arg(long)]
    pub metrics: Option<PathBuf>,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
    /// The summary's name in the output folder, or its path
    #[arg(long, default_value = "汇总.xlsx")]
    pub summary: PathBuf,
    /// Last month's summary, to show changes and trends
    #[arg(long)]
    pub previous: Option<PathBuf>,
    /// Write plain numbers instead of formulas
    #[arg(long)]
    pub values: bool,
    /// Do all anew, and overwrite files that are not known as results
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// The people: .xlsx or .csv with 姓名, 部门, 岗位, 上级, 邮箱
    #[arg(long)]
    pub roster: PathBuf,
    /// The month, as 2026-11
    #[arg(long)]
    pub month: String,
    /// A form of the company, blank or last month's; ours unless given
    #[arg(long)]
    pub template: Option<PathBuf>,
    /// The folder for the forms
    #[arg(short, long)]
    pub out: PathBuf,
    /// Make so many raters' forms a person too
    #[arg(long, default_value_t = 0)]
    pub ratings: usize,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
    /// Overwrite what is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct CollectArgs {
    /// Folders with the raters' forms
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// The folder with the people's workbooks, which get the marks
    #[arg(long)]
    pub into: PathBuf,
    /// Fewest raters
    #[arg(long, default_value_t = 3, value_parser = at_least_one)]
    pub min: usize,
    /// Count forms without a number that are the same byte for byte as a rater each
    #[arg(long)]
    pub count_same: bool,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
    /// Overwrite other marks
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct ConvertArgs {
    /// The workbook
    pub file: PathBuf,
    /// Where to write; next to the original as NAME.xlsx unless said
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Overwrite the output if it exists
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct SchemeArgs {
    #[command(subcommand)]
    pub command: SchemeCommand,
}

#[derive(Debug, Subcommand)]
pub enum SchemeCommand {
    /// List the built-in schemes
    List,
    /// Print a built-in scheme, to change it
    Show {
        /// Its name
        name: String,
    },
    /// Check a scheme file
    Check {
        /// The file
        file: PathBuf,
    },
    /// Score by figures, without a workbook
    Try(TryArgs),
    /// Print the JSON Schema of scheme files, for editors
    Schema,
    /// Write the scheme of a form that has none, from its own words
    Draft(DraftArgs),
}

#[derive(Debug, clap::Args)]
pub struct TryArgs {
    /// A scheme: a file, or the name of a built-in one
    pub file: PathBuf,
    /// A figure, as 实际营业额=320000; a list in brackets, a date as 2026-10-01
    #[arg(long, value_name = "METRIC=FIGURE")]
    pub set: Vec<String>,
    /// A TOML or JSON file with figures
    #[arg(long)]
    pub metrics: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct DraftArgs {
    /// The workbook with the form
    pub file: PathBuf,
}

/// The language: `--lang` as it stands on the line, else as the settings say, else the locale, else
/// Chinese.
pub fn language(settings: Option<Lang>) -> Lang {
    let mut words = std::env::args_os().skip(1).map(|w| w.to_string_lossy().into_owned());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang=") {
            Some(value) => Some(value.to_owned()),
            None if word == "--lang" => words.next(),
            None => None,
        };
        match value.as_deref() {
            Some("en") => return Lang::En,
            Some("zh") => return Lang::Zh,
            _ => {}
        }
    }
    if let Some(lang) = settings {
        return lang;
    }
    match sys_locale::get_locale() {
        Some(locale) if locale.starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}
