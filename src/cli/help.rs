//! Help and usage errors in the reader's language. clap speaks English alone; what it says in a
//! Chinese help text is a handful of headings, and of an error the parts are known.

use super::args::{
    BatchArgs, CheckArgs, CollectArgs, CompletionsArgs, ConvertArgs, ExplainArgs, FillArgs,
    NewArgs, SchemeArgs, ServeArgs, WatchArgs,
};
use super::mail::args::MailArgs;
use super::output::{note, print};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};
use kaohe::problem::Lang;
use std::process::ExitCode;

/// Headings and remarks of clap.
const HEADINGS: [(&str, &str); 13] = [
    ("Usage: ", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("[OPTIONS]", "[选项]"),
    ("[COMMAND]", "[命令]"),
    ("<COMMAND>", "<命令>"),
    ("[possible values: ", "[可以写："),
    ("[default: ", "[不写则为："),
    ("Print help (see more with '--help')", "显示帮助"),
    ("Print help (see a summary with '-h')", "显示帮助"),
    ("Print help", "显示帮助"),
    ("Print version", "显示版本"),
];

fn headed(text: &str) -> String {
    HEADINGS.iter().fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

/// Shows the help, or what is wrong with the line; the exit code.
pub fn answered(error: &Error, lang: Lang) -> ExitCode {
    let text = error.render().to_string();
    let text = match (lang, error.use_stderr()) {
        (Lang::En, _) => text,
        (Lang::Zh, false) => headed(&text),
        (Lang::Zh, true) => fault(error),
    };
    if error.use_stderr() {
        note(&text)
    } else {
        print(&text)
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A part of an error, as it is listed.
fn part(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// What is wrong with the line, in Chinese.
fn fault(error: &Error) -> String {
    let of = |kind| part(error, kind);
    let (arg, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("不认识「{arg}」，或这里不能有它"),
        ErrorKind::InvalidSubcommand => {
            format!("没有「{}」这个命令", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals if value.is_empty() => {
            format!("「{arg}」后面没有写内容")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("「{arg}」不能是「{value}」")
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == arg => format!("「{arg}」只能写一次"),
            prior => format!("「{arg}」不能和「{prior}」一起用"),
        },
        ErrorKind::TooManyValues => format!("「{arg}」后面多了「{value}」"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("「{arg}」后面内容的个数不对")
        }
        ErrorKind::InvalidUtf8 => "有一个词不是能读的文字".to_owned(),
        // The help of a command that wants another word behind it.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return headed(&error.render().to_string());
        }
        _ => "命令写得不对".to_owned(),
    };
    let mut out = format!("错误：{what}\n");
    let mut cure = |text: String| out.push_str(&format!("  怎么办: {text}\n"));
    match of(ContextKind::ValidValue) {
        list if !list.is_empty() => cure(format!("可以写：{list}")),
        _ => {}
    }
    for kind in
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
    {
        match of(kind) {
            near if !near.is_empty() => cure(format!("是不是「{near}」？")),
            _ => {}
        }
    }
    match error.kind() {
        ErrorKind::ValueValidation => {
            // Our own check says what may be written; the standard library's words are English.
            let own = std::error::Error::source(error).map(ToString::to_string);
            match own.filter(|_| arg.starts_with("--limit")) {
                Some(own) => cure(format!(
                    "写成 名称=数；名称有：{}",
                    own.trim_start_matches("NAME=N; NAME: ")
                )),
                None => cure("写一个数，如 3".to_owned()),
            }
        }
        ErrorKind::UnknownArgument if arg.starts_with('-') && !arg.starts_with("--") => {
            cure("文件名以「-」开头时，前面加上 ./".to_owned());
        }
        _ => {}
    }
    match of(ContextKind::Usage) {
        usage if !usage.is_empty() => out.push_str(&format!("\n{}\n", headed(usage.trim_end()))),
        _ => {}
    }
    out.push_str("\n详细说明：加上 --help\n");
    out
}

/// A subcommand with its arguments, which else are made when it is asked for.
fn whole<A: clap::Args>(command: Command) -> Command {
    A::augment_args(command.defer(|command| command))
}

/// The command with help texts in the reader's language.
pub fn localized(command: Command, lang: Lang) -> Command {
    match lang {
        Lang::En => command.about("Fills assessment workbooks: the same workbook back, scored"),
        Lang::Zh => named(chinese(command)),
    }
}

/// Names of values as a usage line has them, in Chinese.
const VALUES: [(&str, &str); 21] = [
    ("FILE", "文件"),
    ("FILES", "文件"),
    ("FOLDER", "文件夹"),
    ("FOLDERS", "文件夹"),
    ("DIR", "文件夹"),
    ("OUT", "文件夹"),
    ("INTO", "文件夹"),
    ("OUTPUT", "文件"),
    ("METRICS", "文件"),
    ("SUMMARY", "文件"),
    ("PREVIOUS", "文件"),
    ("TEMPLATE", "文件"),
    ("ROSTER", "名单"),
    ("SCHEME", "方案"),
    ("LANG", "语言"),
    ("NAME=N", "名称=数"),
    ("METRIC=FIGURE", "指标=数据"),
    ("KIND", "种类"),
    ("MONTH", "月份"),
    ("NAME", "名字"),
    ("SHELL", "命令行"),
];

/// Values named in Chinese, in the command and those below it.
fn named(command: Command) -> Command {
    let value = |arg: Arg| {
        let old = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string);
        let old = old.unwrap_or_else(|| arg.get_id().as_str().to_uppercase());
        let takes = !matches!(
            arg.get_action(),
            ArgAction::SetTrue | ArgAction::Help | ArgAction::Version | ArgAction::Count
        );
        match VALUES.iter().find(|(en, _)| *en == old) {
            Some((_, zh)) if takes => arg.value_name(*zh),
            None if takes && !old.is_empty() => {
                arg.value_name(if old == "N" { "N" } else { "值" })
            }
            _ => arg,
        }
    };
    command.mut_args(value).mut_subcommands(named)
}

fn chinese(command: Command) -> Command {
    let arg = |command: Command, name: &'static str, help: &'static str| {
        command.mut_arg(name, |a| a.help(help))
    };
    let metrics = "存放指标数据的工作簿；此时写入数值而非公式";
    let scheme = "方案：文件，或内置方案的名字";
    command
        .about("把考核表填好分：同一份工作簿，填上得分与合计")
        .mut_arg("files", |a| a.help("要填写的工作簿，结果写在原文件旁边"))
        .mut_arg("desktop", |a| a.help("从桌面启动：不带文件则打开网页，带文件则停到按回车"))
        .mut_arg("lang", |a| a.help("消息的语言"))
        .mut_arg("limit", |a| a.help("放宽读取限制，如 cells=5000000；可写多次"))
        .mut_subcommand("fill", |c| {
            let c = whole::<FillArgs>(c).about("填写一份工作簿");
            let c = arg(c, "file", "工作簿");
            let c = arg(c, "output", "写到哪里；不写则在原文件旁边存为「文件名-已评分.xlsx」");
            let c = arg(c, "metrics", metrics);
            let c = arg(c, "scheme", scheme);
            let c = arg(c, "values", "写数值，不写公式");
            let c = arg(c, "force", "输出文件已存在时覆盖");
            arg(c, "drop_signature", "工作簿带数字签名也继续（签名会失效）")
        })
        .mut_subcommand("check", |c| {
            let c = whole::<CheckArgs>(c).about("看能填什么、缺什么；不写文件");
            let c = arg(c, "files", "工作簿");
            let c = arg(c, "metrics", metrics);
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("explain", |c| {
            let c = whole::<ExplainArgs>(c).about("列出每个得分的计算过程");
            let c = arg(c, "file", "工作簿");
            let c = arg(c, "rule", "不看工作簿，显示一种规则的说明；不写名字则列出各种规则");
            let c = arg(c, "json", "输出 JSON，供程序读取");
            let c = arg(c, "metrics", metrics);
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("serve", |c| {
            let c = whole::<ServeArgs>(c).about("打开本地网页：把工作簿拖上去，下载填好的");
            let c = arg(c, "port", "127.0.0.1 上的端口；不写则用任一空闲端口");
            let c = arg(c, "no_open", "只打印地址，不打开浏览器");
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("watch", |c| {
            let c = whole::<WatchArgs>(c)
                .about("守着一个文件夹：放进去的工作簿随即填好，按 Ctrl-C 结束");
            let c = arg(c, "folder", "守着的文件夹");
            let c = arg(c, "out", "填好的工作簿放到哪个文件夹");
            arg(c, "scheme", scheme)
        })
        .mut_subcommand("batch", |c| {
            let c = whole::<BatchArgs>(c).about("填写整个文件夹的工作簿，并生成当月汇总");
            let c = arg(c, "folders", "存放工作簿的文件夹");
            let c = arg(c, "out", "结果写到哪个文件夹");
            let c = arg(c, "month", "只处理这个月（2026-10）的表，其他月份的拒绝并列出");
            let c = arg(c, "jobs", "同时处理几份");
            let c =
                arg(c, "metrics", "一份存放所有人指标的工作簿（每人一行）；此时写入数值而非公式");
            let c = arg(c, "scheme", scheme);
            let c = arg(c, "summary", "汇总的文件名（放在结果文件夹里），或路径");
            let c = arg(c, "previous", "上个月的汇总，用来显示变化与趋势");
            let c = arg(c, "values", "写数值，不写公式");
            arg(c, "force", "全部重做；不是本程序生成的同名文件也覆盖")
        })
        .mut_subcommand("new", |c| {
            let c = whole::<NewArgs>(c).about("按名单生成当月的空白考核表");
            let c = arg(c, "roster", "名单：.xlsx 或 .csv，列为 姓名、部门、岗位、上级、邮箱");
            let c = arg(c, "month", "月份，如 2026-11");
            let c = arg(c, "template", "公司自己的考核表（空白的或上个月的）；不写则用内置空白表");
            let c = arg(c, "out", "写到哪个文件夹");
            let c = arg(c, "ratings", "同时为每人生成几份评分表");
            let c = arg(c, "scheme", scheme);
            arg(c, "force", "覆盖已有的文件")
        })
        .mut_subcommand("collect", |c| {
            let c = whole::<CollectArgs>(c).about("把交回的评分表匿名汇入每个人的工作簿");
            let c = arg(c, "folders", "存放评分表的文件夹");
            let c = arg(c, "into", "存放考核工作簿的文件夹，评分写入其中");
            let c = arg(c, "min", "最少评分人数，不足则不写入");
            let c = arg(c, "count_same", "没有编号又完全相同的评分表是不同的人交的，各算一人");
            let c = arg(c, "scheme", scheme);
            arg(c, "force", "覆盖已有的不同评分")
        })
        .mut_subcommand("convert", |c| {
            let c =
                whole::<ConvertArgs>(c).about("把 .xls、.xlsb、.ods 转成外观相同的 .xlsx，不打分");
            let c = arg(c, "file", "工作簿");
            let c = arg(c, "output", "写到哪里；不写则在原文件旁边存为「文件名.xlsx」");
            arg(c, "force", "输出文件已存在时覆盖")
        })
        .mut_subcommand("scheme", |c| {
            let c = whole::<SchemeArgs>(c)
                .about("方案：list 列出，show 显示，check 检查，try 试算，draft 按表起草");
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
        .mut_subcommand("mail", |c| super::mail::args::localized(whole::<MailArgs>(c)))
        .mut_subcommand("completions", |c| {
            arg(whole::<CompletionsArgs>(c).about("命令行补全脚本"), "shell", "哪一种命令行")
        })
}
