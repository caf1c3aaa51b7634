//! Arguments of `kaohe mail`.

use std::path::PathBuf;

/// Largest mail that may be asked for, in MB: no server takes more.
const LARGEST: f64 = 1000.0;

/// A size that can be kept: of -1, inf and NaN every mail, or none, would be too large.
fn megabytes(text: &str) -> Result<f64, String> {
    let wrong = || format!("0.01..={LARGEST}");
    text.parse().ok().filter(|size| (0.01..=LARGEST).contains(size)).ok_or_else(wrong)
}

/// Most seconds that a pause may last: a day.
const LONGEST: f64 = 86_400.0;

/// A time that can be kept: -1, inf and NaN would be none.
fn seconds(text: &str) -> Result<f64, String> {
    let wrong = || format!("0..={LONGEST}");
    text.parse().ok().filter(|s| (0.0..=LONGEST).contains(s)).ok_or_else(wrong)
}

#[derive(Debug, clap::Args)]
pub struct MailArgs {
    /// The folder with the filled workbooks
    pub folder: PathBuf,
    /// Who is who: .xlsx or .csv with 姓名 (name), 邮箱 (email), 部门, 工号, 上级, 密码
    #[arg(long)]
    pub roster: PathBuf,
    /// Mail only this month's results, as 2026-10
    #[arg(long)]
    pub month: Option<String>,
    /// Write drafts (.eml) into this folder
    #[arg(long, conflicts_with = "smtp")]
    pub eml: Option<PathBuf>,
    /// Send: smtps://USER@HOST (TLS) or smtp://USER@HOST (STARTTLS); never with a password
    #[arg(long)]
    pub smtp: Option<String>,
    /// Sender, as `HR <hr@example.com>`; the login unless said
    #[arg(long)]
    pub from: Option<String>,
    /// A copy to each person's superior
    #[arg(long)]
    pub to_manager: bool,
    /// Who gets the summary
    #[arg(long, num_args = 1..)]
    pub summary_to: Vec<String>,
    /// The summary workbook to attach
    #[arg(long, requires = "summary_to")]
    pub summary: Option<PathBuf>,
    /// A folder with templates that replace the built-in ones
    #[arg(long)]
    pub templates: Option<PathBuf>,
    /// Show the plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking
    #[arg(long)]
    pub yes: bool,
    /// Largest mail, as encoded, in MB
    #[arg(long, default_value_t = 20.0, value_parser = megabytes)]
    pub max_size: f64,
    /// Attachment names in ASCII: the staff id and the month
    #[arg(long)]
    pub ascii_names: bool,
    /// Set an open password on each workbook, from the roster's column 密码
    #[arg(long)]
    pub encrypt: bool,
    /// Send also what is in doubt, or was sent in another version
    #[arg(long)]
    pub again: bool,
    /// A file whose first line is the password; else KAOHE_SMTP_PASSWORD, else a prompt
    #[arg(long)]
    pub password_file: Option<PathBuf>,
    /// A certificate (PEM) to trust besides the system's
    #[arg(long)]
    pub ca: Option<PathBuf>,
    /// Seconds between two mails
    #[arg(long, default_value_t = 3.0, value_parser = seconds)]
    pub pause: f64,
    /// The record of what was sent; kaohe-mail.jsonl in the folder unless said
    #[arg(long)]
    pub journal: Option<PathBuf>,
    /// Date of the mails, as 2026-11-24T10:00:00+08:00; now unless said
    #[arg(long)]
    pub date: Option<String>,
    /// Overwrite drafts
    #[arg(long)]
    pub force: bool,
    /// A workbook that holds the metrics
    #[arg(long)]
    pub metrics: Option<PathBuf>,
    /// A scheme: a file, or the name of a built-in one
    #[arg(long)]
    pub scheme: Option<PathBuf>,
    /// Seconds before the first retry; each further one waits four times as long
    #[arg(long, default_value_t = 30.0, hide = true, value_parser = seconds)]
    pub retry_pause: f64,
    /// Seconds to wait for an answer
    #[arg(long, default_value_t = 60.0, hide = true, value_parser = seconds)]
    pub timeout: f64,
    /// Seconds to wait for the answer after the final dot (RFC 5321, 4.5.3.2.6: ten minutes)
    #[arg(long, default_value_t = 600.0, hide = true, value_parser = seconds)]
    pub dot_timeout: f64,
}

/// The command with Chinese help texts.
pub fn localized(command: clap::Command) -> clap::Command {
    const HELP: [(&str, &str); 22] = [
        ("folder", "放着已评分工作簿的文件夹"),
        ("roster", "名单：.xlsx 或 .csv，列有 姓名、邮箱，可有 部门、工号、上级、上级邮箱、密码"),
        ("month", "只发这个月的结果，如 2026-10"),
        ("eml", "不发送，把邮件草稿（.eml）写到这个文件夹"),
        ("smtp", "发送：smtps://账号@服务器（TLS）或 smtp://账号@服务器（STARTTLS）；不要写密码"),
        ("from", "发件人，如「人力资源部 <hr@example.com>」；不写则用登录账号"),
        ("to_manager", "抄送每个人的上级"),
        ("summary_to", "汇总发给谁"),
        ("summary", "附在汇总邮件里的汇总表"),
        ("templates", "放着自己的邮件模板的文件夹"),
        ("dry_run", "只显示计划，不发送"),
        ("yes", "不再询问，直接发送"),
        ("max_size", "一封邮件（编码后）最大多少 MB"),
        ("ascii_names", "附件名用英文数字：工号与月份"),
        ("encrypt", "给每个附件设打开密码，取自名单的「密码」列"),
        ("again", "结果不明的、发过另一版本的，也再发一次"),
        ("password_file", "密码文件（第一行）；否则取环境变量 KAOHE_SMTP_PASSWORD，否则询问"),
        ("ca", "除系统证书外还信任的证书（PEM）"),
        ("pause", "两封邮件之间隔几秒"),
        ("journal", "发送记录；不写则为文件夹里的 kaohe-mail.jsonl"),
        ("date", "邮件日期，如 2026-11-24T10:00:00+08:00；不写则为现在"),
        ("force", "草稿已存在时覆盖"),
    ];
    let command = command.about("把每个人的结果用邮件发给本人");
    let command =
        HELP.into_iter().fold(command, |c, (name, help)| c.mut_arg(name, |a| a.help(help)));
    command
        .mut_arg("metrics", |a| a.help("存放指标数据的工作簿"))
        .mut_arg("scheme", |a| a.help("方案：文件，或内置方案的名字"))
}
