//! Arguments, and their help in the reader's language.

use clap::{Parser, Subcommand, ValueEnum};
use kaohe::limits::Limits;
use kaohe::problem::Lang;
use std::path::PathBuf;

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
    /// Language of messages
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
    /// Raise a limit on what is read, as cells=5000000; may stand more than once
    #[arg(long, global = true, value_name = "NAME=N", value_parser = limit)]
    pub limit: Vec<(String, u64)>,
    #[command(subcommand)]
    pub command: Option<Command>,
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

impl Args {
    /// The limits, with those raised that the line names.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (name, value) in &self.limit {
            limits.set(name, *value);
        }
        limits
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

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill one workbook
    Fill(FillArgs),
    /// Show what would be filled and what is missing; write nothing
    Check(CheckArgs),
    /// Show the working of every score
    Explain(ExplainArgs),
    /// Schemes: list, show, check
    Scheme(SchemeArgs),
    /// Shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
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

/// The language: `--lang` as it stands on the line, else the locale, else Chinese.
pub fn language() -> Lang {
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
    match sys_locale::get_locale() {
        Some(locale) if locale.starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// The command with Chinese help texts.
pub fn localized(command: clap::Command, lang: Lang) -> clap::Command {
    if lang == Lang::En {
        return command.about("Fills assessment workbooks: the same workbook back, scored");
    }
    let arg = |command: clap::Command, name: &'static str, help: &'static str| {
        command.mut_arg(name, |a| a.help(help))
    };
    let metrics = "存放指标数据的工作簿；此时写入数值而非公式";
    let scheme = "方案：文件，或内置方案的名字";
    command
        .about("把考核表填好分：同一份工作簿，填上得分与合计")
        .mut_arg("files", |a| a.help("要填写的工作簿，结果写在原文件旁边"))
        .mut_arg("lang", |a| a.help("消息的语言"))
        .mut_arg("limit", |a| a.help("放宽读取限制，如 cells=5000000；可写多次"))
        .mut_subcommand("fill", |c| {
            let c = c.about("填写一份工作簿");
            let c = arg(c, "file", "工作簿");
            let c = arg(c, "output", "写到哪里；不写则在原文件旁边存为「文件名-已评分.xlsx」");
            let c = arg(c, "metrics", metrics);
            let c = arg(c, "scheme", scheme);
            let c = arg(c, "values", "写数值，不写公式");
            let c = arg(c, "force", "输出文件已存在时覆盖");
            arg(c, "drop_signature", "工作簿带数字签名也继续（签名会失效）")
        })
        .mut_subcommand("check", |c| {
            let c = c.about("看能填什么、缺什么；不写文件");
            let c = arg(c, "files", "工作簿");
            let c = arg(c, "metrics", metrics);
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("explain", |c| {
            let c = c.about("列出每个得分的计算过程");
            let c = arg(c, "file", "工作簿");
            let c = arg(c, "rule", "不看工作簿，显示一种规则的说明；不写名字则列出各种规则");
            let c = arg(c, "json", "输出 JSON，供程序读取");
            let c = arg(c, "metrics", metrics);
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("scheme", |c| {
            let c = c.about("方案：list 列出，show 显示，check 检查，try 试算，draft 按表起草");
            let c = c.mut_subcommand("list", |c| c.about("列出内置方案"));
            let c = c.mut_subcommand("show", |c| arg(c.about("显示一个内置方案"), "name", "名字"));
            let c = c.mut_subcommand("check", |c| arg(c.about("检查方案文件"), "file", "文件"));
            let c = c.mut_subcommand("try", |c| {
                let c = arg(c.about("不用工作簿，按给出的数据试算"), "file", scheme);
                let c = arg(
                    c,
                    "set",
                    "一个数据，如 实际营业额=320000；列表写 [85,90]，日期写 2026-10-01",
                );
                arg(c, "metrics", "存放数据的 TOML 或 JSON 文件")
            });
            let c = c.mut_subcommand("schema", |c| c.about("方案文件的 JSON Schema，供编辑器用"));
            c.mut_subcommand("draft", |c| {
                arg(c.about("按考核表自己的文字起草方案"), "file", "考核表所在的工作簿")
            })
        })
        .mut_subcommand("completions", |c| c.about("命令行补全脚本"))
}
