//! Sending, with the question before it and the list behind it.

use super::Ready;
use super::args::MailArgs;
use super::inputs::DEEPEST;
use crate::cli::output::{note, print, remark};
use kaohe::mail::address::Address;
use kaohe::mail::deliver::{Envelope, Fate, Outside, Pace, Told, deliver};
use kaohe::mail::journal::{Journal, Known};
use kaohe::mail::smtp::{Failure, Meaning, Server, Smtp, Step};
use kaohe::problem::{Lang, Problem, Words};
use kaohe::words;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tries of one mail after the first.
const RETRIES: u32 = 3;

/// The journal's name in the folder that is mailed.
const JOURNAL: &str = "kaohe-mail.jsonl";

/// Asks, sends, and lists what became of each mail; whether all are sent.
pub fn send(
    ready: &[Ready],
    from: &Address,
    server: &Server,
    args: &MailArgs,
    lang: Lang,
) -> Result<bool, (Problem, u8)> {
    let path = args.journal.clone().unwrap_or_else(|| args.folder.join(JOURNAL));
    let mut journal = Journal::open(&path).map_err(|error| (locked(&error), 1))?;
    // A department's folder may have been mailed before the month's, or the month's before it.
    let others = if args.journal.is_none() { journals(&args.folder) } else { Vec::new() };
    for other in others {
        journal.read_too(&other).map_err(|error| (locked(&error), 1))?;
    }
    let envelopes = envelopes(ready);
    let before = |wanted: Known| {
        envelopes
            .iter()
            .filter(|e| journal.known(e.key, e.occasion, e.to.as_ref()) == wanted)
            .count()
    };
    let (sent, doubt, other) =
        (before(Known::Sent), before(Known::InDoubt), before(Known::OtherVersion));
    let held = if args.again { 0 } else { doubt + other };
    let now = envelopes.len() - sent - held;
    let line = words!(
        "现在发 {now} 封；已发过 {sent} 封，结果不明 {doubt} 封，发过另一版本 {other} 封",
        "{now} to send now; {sent} sent before, {doubt} in doubt, {other} sent in another version"
    );
    remark(line.get(lang));
    if now > 0 && !args.yes {
        confirm(now, lang)?;
    }
    let password = match (&server.user, now) {
        (Some(_), 1..) => Some(password(args, lang)?),
        _ => None,
    };
    let certificate = match &args.ca {
        Some(path) => Some(std::fs::read(path).map_err(|error| {
            let what = words!("读不到证书：", "the certificate cannot be read: ")
                .then(&Words::refused(&error));
            (Problem::error("cannot-read", what), 2)
        })?),
        None => None,
    };
    let (timeout, dot) = (seconds(args.timeout), seconds(args.dot_timeout));
    let mut line = Smtp::new(server.clone(), password, certificate.as_deref(), timeout, dot)
        .map_err(|what| (Problem::error("bad-certificate", what), 2))?;
    let pace = Pace {
        pause: seconds(args.pause),
        retry: seconds(args.retry_pause),
        tries: RETRIES,
        again: args.again,
    };
    let fates = deliver(&envelopes, from, &mut line, &mut journal, &pace, &mut Here(lang))
        .map_err(|error| {
            let what =
                words!("发送记录写不进去，已停止：", "the journal cannot be written; stopped: ")
                    .then(&Words::refused(&error));
            (Problem::error("journal", what), 1)
        })?;
    let count = |test: &dyn Fn(&Fate) -> bool| fates.iter().filter(|f| test(f)).count();
    let done = words!(
        "已发 {}，以前已发 {}，结果不明 {}，发过另一版本 {}，失败 {}，未发 {}\n",
        "sent {}, sent before {}, in doubt {}, other version {}, failed {}, not tried {}\n",
        count(&|f| matches!(f, Fate::Sent)),
        count(&|f| matches!(f, Fate::SentBefore)),
        count(&|f| matches!(f, Fate::InDoubt(_))),
        count(&|f| matches!(f, Fate::OtherVersion)),
        count(&|f| matches!(f, Fate::Failed(_))),
        count(&|f| matches!(f, Fate::NotTried)),
    );
    print(done.get(lang));
    if count(&|f| matches!(f, Fate::InDoubt(_) | Fate::OtherVersion)) > 0 {
        let hint = words!(
            "结果不明的请先问收件人或看已发送邮件；确要再发，加 --again",
            "ask the receivers of mails in doubt, or look at the sent mails; --again sends them again"
        );
        remark(hint.get(lang));
    }
    Ok(fates.iter().all(Fate::good))
}

/// The clock, and words to stderr.
struct Here(Lang);

impl Outside for Here {
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
    }

    fn wait(&mut self, pause: Duration) {
        std::thread::sleep(pause);
    }

    fn told(&mut self, envelope: &Envelope<'_>, what: Told<'_>) {
        tell(envelope, what, self.0);
    }
}

fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).unwrap_or(Duration::ZERO)
}

/// Journals of the folders around one and below it.
fn journals(folder: &Path) -> Vec<PathBuf> {
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let above = whole.ancestors().skip(1).take(DEEPEST).map(Path::to_owned);
    let mut folders: Vec<PathBuf> = above.collect();
    let mut open = vec![(whole.clone(), 0)];
    while let Some((path, depth)) = open.pop() {
        let inside = std::fs::read_dir(&path).into_iter().flatten().flatten();
        let inside = inside.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let below: Vec<PathBuf> = inside.map(|entry| entry.path()).collect();
        if depth < DEEPEST {
            open.extend(below.iter().map(|path| (path.clone(), depth + 1)));
        }
        folders.extend(below);
    }
    let journals = folders.into_iter().map(|folder| folder.join(JOURNAL));
    journals.filter(|journal| journal.is_file()).collect()
}

fn locked(error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::WouldBlock {
        let what = words!(
            "另一个 kaohe 正在从这个文件夹发送",
            "another kaohe is sending from this folder"
        );
        return Problem::error("two-runs", what).hint(words!("等它结束", "wait for its end"));
    }
    let what =
        words!("发送记录打不开：", "the journal cannot be opened: ").then(&Words::refused(error));
    Problem::error("journal", what).hint(words!(
        "用 --journal 指定可写的位置",
        "name a place that can be written with --journal"
    ))
}

/// Each recipient an envelope: the person first, the copy to the superior right behind.
fn envelopes(ready: &[Ready]) -> Vec<Envelope<'_>> {
    let mut out = Vec::new();
    for Ready { letter, mail } in ready {
        let people = letter.to.iter().map(|to| (to, false));
        for (to, copy) in people.chain(letter.copy.iter().map(|to| (to, true))) {
            out.push(Envelope {
                to: to.email.clone(),
                person: &letter.person,
                copy,
                key: &mail.key,
                occasion: &mail.occasion,
                message: &mail.bytes,
            });
        }
    }
    out
}

fn confirm(count: usize, lang: Lang) -> Result<(), (Problem, u8)> {
    let stop = |code: u8| {
        let what = words!("没有发送", "nothing was sent");
        (
            Problem::error("not-confirmed", what).hint(words!(
                "核对计划后加 --yes，或在提问时输入 y",
                "check the plan, then say --yes, or answer y"
            )),
            code,
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(stop(2));
    }
    let question = words!(
        "发送这 {count} 封邮件？邮件发出后不能撤回 [y/N] ",
        "Send these {count} mails? A mail cannot be taken back [y/N] "
    );
    note(question.get(lang));
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer).is_ok();
    let yes = ["y", "yes", "是", "好"].contains(&answer.trim().to_lowercase().as_str());
    if read && yes { Ok(()) } else { Err(stop(1)) }
}

/// The password: a file, the environment, or typed unseen.
fn password(args: &MailArgs, lang: Lang) -> Result<String, (Problem, u8)> {
    let none = |what: Words| {
        (Problem::error("no-login-password", what).hint(words!(
            "用 --password-file 或环境变量 KAOHE_SMTP_PASSWORD 给出；QQ、163 等要用授权码",
            "give it by --password-file or KAOHE_SMTP_PASSWORD; QQ and 163 want an authorization code"
        )), 2)
    };
    if let Some(path) = &args.password_file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            none(
                words!("读不到密码文件：", "the password file cannot be read: ")
                    .then(&Words::refused(&error)),
            )
        })?;
        let first = text.lines().next().unwrap_or_default().trim_start_matches('\u{feff}');
        return match first {
            "" => Err(none(words!("密码文件是空的", "the password file is empty"))),
            first => Ok(first.to_owned()),
        };
    }
    if let Some(password) = std::env::var("KAOHE_SMTP_PASSWORD").ok().filter(|p| !p.is_empty()) {
        return Ok(password);
    }
    let prompt = words!("邮箱密码（授权码）：", "Mail password: ");
    if !std::io::stdin().is_terminal() {
        return Err(none(words!("没有密码", "there is no password")));
    }
    rpassword::prompt_password(prompt.get(lang))
        .ok()
        .filter(|p| !p.is_empty())
        .ok_or_else(|| none(words!("没有密码", "there is no password")))
}

fn tell(envelope: &Envelope<'_>, what: Told<'_>, lang: Lang) {
    let to = &envelope.to;
    let who = match (envelope.person, envelope.copy) {
        ("", _) => words!("汇总 {to}", "summary {to}"),
        (person, false) => words!("{person} {to}", "{person} {to}"),
        (person, true) => words!("{person} 抄送 {to}", "{person}, copy {to}"),
    };
    let said = match what {
        Told::Retry(failure, pause) => {
            let (why, pause) = (reason(failure), pause.as_secs());
            why.then(&words!("；{pause} 秒后再试", "; again in {pause} s"))
        }
        Told::Fate(Fate::Sent) => words!("已发", "sent"),
        Told::Fate(Fate::SentBefore) => words!("以前已发，跳过", "sent before, skipped"),
        Told::Fate(Fate::InDoubt(None)) => {
            words!("结果不明（上次中断），不再发", "in doubt from an earlier run, not sent again")
        }
        Told::Fate(Fate::InDoubt(Some(failure))) => {
            words!("结果不明，不再发：", "in doubt, not sent again: ").then(&reason(failure))
        }
        Told::Fate(Fate::OtherVersion) => {
            words!("这个月发过另一版本，未发", "another version was sent for this month; not sent")
        }
        Told::Fate(Fate::Failed(failure)) => words!("失败：", "failed: ").then(&reason(failure)),
        Told::Fate(Fate::NotTried) => words!("未发", "not tried"),
    };
    remark(&format!("{}: {}", who.get(lang), said.get(lang)));
}

/// A failure in words: each kind apart.
fn reason(failure: &Failure) -> Words {
    let answer = &failure.answer;
    let refused = matches!(failure.meaning, Meaning::Refused | Meaning::Stop);
    let what = match failure.step {
        Step::Login => words!(
            "登录被拒绝，已停止，不会再试（QQ、163 等请用授权码，不是登录密码）",
            "the login was refused; stopped, and not tried again (QQ and 163 want an authorization code, not the password)"
        ),
        Step::Tls => words!("无法建立加密连接，没有登录", "no safe connection; no login was tried"),
        _ if failure.meaning == Meaning::InDoubt && failure.timeout => {
            words!("邮件已交出，等不到回答", "handed over, and no answer came in time")
        }
        _ if failure.meaning == Meaning::InDoubt => {
            words!("邮件已交出，回答之前断线", "handed over, and the line broke before the answer")
        }
        _ if failure.frequency => words!(
            "服务器说发得太频繁，已停止，过些时候再运行同一命令",
            "the server says too many mails; stopped, run the same command later"
        ),
        _ if failure.timeout => words!("超时", "timed out"),
        _ if failure.size => words!("邮件太大", "the mail is too large"),
        Step::Connect => words!("连不上服务器", "the server cannot be reached"),
        Step::Sender => words!("发件人被拒绝", "the sender was refused"),
        Step::Recipient if refused => words!("收件人被拒绝", "the recipient was refused"),
        Step::Message | Step::Dot if refused => words!("邮件内容被拒绝", "the message was refused"),
        _ => words!(
            "服务器暂时不收，或断线（没有发出）",
            "the server does not take it now, or the line broke (nothing was sent)"
        ),
    };
    what.then(&words!("（{answer}）", " ({answer})"))
}
