//! `kaohe mail`: reads the folder, shows the plan, writes drafts or sends.

pub mod args;
mod inputs;
mod send;

use args::MailArgs;

use super::output::{print, remark, say};
use super::save;
use kaohe::limits::Limits;
use kaohe::mail::message::{Mail, message};
use kaohe::mail::plan::{Body, Letter, Plan, file_safe};
use kaohe::problem::{Lang, Problem, Severity, Words};
use kaohe::text::show;
use kaohe::words;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Above this size of a mail, bytes, many services refuse or delay (shared/FACTS.md, 3.2).
const LARGE: usize = 8 << 20;

/// A letter and its message.
pub struct Ready {
    pub letter: Letter,
    pub mail: Mail,
}

/// Runs `kaohe mail`: 0 all done, 1 something was not, 2 wrong usage.
pub fn run(args: &MailArgs, limits: Limits, lang: Lang) -> ExitCode {
    let setup = match inputs::setup(args, limits, lang) {
        Ok(setup) => setup,
        Err((problems, code)) => {
            for (about, problem) in problems {
                say(&problem, &about, lang);
            }
            return code;
        }
    };
    let inputs::Setup { mut plan, templates, from, date, server } = setup;
    let sender = from.name.clone().unwrap_or_else(|| from.email.to_string());
    let mut ready = Vec::new();
    for letter in std::mem::take(&mut plan.letters) {
        let about = about(&letter, lang);
        if letter.person.is_empty() && plan.blocked() {
            // A summary that leaves people out cannot be taken back either.
            let problem = Problem::error(
                "summary-held",
                words!(
                    "有人的结果还发不出，汇总暂不发送",
                    "somebody's result is not mailed, so the summary is held back"
                ),
            )
            .hint(words!(
                "解决上面的问题后再运行；已发的不会重发",
                "solve the problems above and run again; what was sent is not sent again"
            ));
            plan.findings.push(kaohe::mail::plan::Finding { about, problem });
            continue;
        }
        let made = templates
            .write(&letter, &sender)
            .and_then(|written| message(&letter, &written, &from, date, args.eml.is_some()))
            .and_then(|mail| sized(mail, args.max_size, &about, &mut plan));
        match made {
            Ok(mail) => ready.push(Ready { letter, mail }),
            Err(problem) => plan.findings.push(kaohe::mail::plan::Finding { about, problem }),
        }
    }
    for finding in &plan.findings {
        say(&finding.problem, Path::new(&finding.about), lang);
    }
    print(&table(&ready, lang));
    print(&closing(&plan, &ready, lang));
    let good = !plan.blocked();
    if args.dry_run {
        return code(good);
    }
    if let Some(folder) = &args.eml {
        return code(drafts(&ready, folder, args.force, lang) && good);
    }
    match server {
        Some(server) => match send::send(&ready, &from.email, &server, args, lang) {
            Ok(sent) => code(sent && good),
            Err((problem, code)) => {
                say(&problem, &args.folder, lang);
                ExitCode::from(code)
            }
        },
        None => code(good),
    }
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// What a letter is about, in a message to the user.
fn about(letter: &Letter, lang: Lang) -> String {
    match (letter.file.is_empty(), letter.person.is_empty()) {
        (false, _) => letter.file.clone(),
        (true, false) => letter.person.clone(),
        (true, true) => words!("汇总", "summary").get(lang).to_owned(),
    }
}

fn megabytes(bytes: usize) -> String {
    show(bytes as f64 / f64::from(1 << 20), 2)
}

/// Refuses a mail that is too large, as encoded, and warns of a large one.
fn sized(mail: Mail, most: f64, about: &str, plan: &mut Plan) -> Result<Mail, Problem> {
    let (raw, whole) = (megabytes(mail.attached), megabytes(mail.bytes.len()));
    if mail.bytes.len() as f64 > most * f64::from(1 << 20) {
        return Err(Problem::error(
            "mail-too-large",
            words!(
                "附件 {raw} MB，邮件编码后 {whole} MB，超过 {most} MB",
                "the attachment has {raw} MB, the encoded mail {whole} MB, more than {most} MB"
            ),
        )
        .hint(words!(
            "压缩工作簿里的图片，或用 --max-size 放宽（对方邮箱也要收得下）",
            "compress the pictures in the workbook, or raise --max-size if the receivers take it"
        )));
    }
    if mail.bytes.len() > LARGE {
        let problem = Problem::notice(
            "mail-large",
            words!(
                "附件 {raw} MB，邮件编码后 {whole} MB，有些邮箱收不下",
                "the attachment has {raw} MB, the encoded mail {whole} MB; some services refuse it"
            ),
        );
        plan.findings.push(kaohe::mail::plan::Finding { about: about.to_owned(), problem });
    }
    Ok(mail)
}

/// Who gets what.
fn table(ready: &[Ready], lang: Lang) -> String {
    let mut out = String::new();
    for Ready { letter, mail } in ready {
        let to: Vec<String> = letter.to.iter().map(|m| m.email.to_string()).collect();
        let who = match letter.person.is_empty() {
            true => words!("汇总", "summary").get(lang).to_owned(),
            false => {
                let parts = [
                    Some(letter.person.clone()),
                    letter.department.clone(),
                    letter.id.clone(),
                    letter.month.map(|m| m.to_string()),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
        };
        out.push_str(&format!("{who}  ->  {}\n", to.join(", ")));
        if let Some(copy) = &letter.copy {
            let email = &copy.email;
            out.push_str(&format!("    {}\n", words!("抄送 {email}", "copy {email}").get(lang)));
        }
        let result = match &letter.body {
            Body::Result(card) => {
                let grade = card.grade.clone().unwrap_or_default();
                words!("总得分 {} {grade}", "total {} {grade}", show(card.total, 2))
            }
            Body::Summary(cards) => words!("{} 人", "{} people", cards.len()),
        };
        let result = result.get(lang).trim_end().to_owned();
        let size = (mail.bytes.len() as f64 / 1024.0).ceil();
        let size = words!("邮件 {size} KB", "mail {size} KB");
        let attached = letter.attachment.as_ref().map(|a| {
            let raw = (mail.attached as f64 / 1024.0).ceil();
            let lock = if a.password.is_some() {
                words!("，加密", ", protected")
            } else {
                words!("", "")
            };
            format!("; {} ({raw} KB{})", a.name, lock.get(lang))
        });
        let file =
            if letter.file.is_empty() { String::new() } else { format!("{} : ", letter.file) };
        out.push_str(&format!(
            "    {file}{result}{}; {}\n",
            attached.unwrap_or_default(),
            size.get(lang)
        ));
    }
    out
}

/// Counts, and people without a result.
fn closing(plan: &Plan, ready: &[Ready], lang: Lang) -> String {
    let mails = ready.len();
    let held = plan.findings.iter().filter(|f| f.problem.severity > Severity::Notice).count();
    let mut out = words!("共 {mails} 封邮件", "{mails} mails").get(lang).to_owned();
    if held > 0 {
        out.push_str(
            words!(
                "；{held} 个问题见上，相关邮件不生成",
                "; {held} problems above, whose mails are not made"
            )
            .get(lang),
        );
    }
    out.push('\n');
    if !plan.absent.is_empty() {
        let names = plan.absent.join("、");
        out.push_str(
            words!(
                "名单里没有可发结果的人：{names}\n",
                "on the roster without a result to mail: {names}\n"
            )
            .get(lang),
        );
    }
    out
}

/// Writes a draft a letter.
fn drafts(ready: &[Ready], folder: &Path, force: bool, lang: Lang) -> bool {
    if let Err(error) = std::fs::create_dir_all(folder) {
        let problem = Problem::error(
            "cannot-write",
            words!("无法建立文件夹：", "the folder cannot be made: ").then(&Words::refused(&error)),
        );
        say(&problem, folder, lang);
        return false;
    }
    let mut good = true;
    let mut taken: Vec<PathBuf> = Vec::new();
    for Ready { letter, mail } in ready {
        let month = letter.month.map(|m| format!("_{m}")).unwrap_or_default();
        let who = if letter.person.is_empty() { "汇总" } else { &letter.person };
        let stem = format!("{}{month}", file_safe(who));
        let id = letter.id.clone().or_else(|| letter.department.clone()).unwrap_or_default();
        let names = [
            format!("{stem}.eml"),
            format!("{stem}_{}.eml", file_safe(&id)),
            format!("{stem}_{}.eml", mail.key.get(..8).unwrap_or_default()),
        ];
        let free = names.into_iter().map(|n| folder.join(n)).find(|p| !taken.contains(p));
        let Some(path) = free else { continue };
        taken.push(path.clone());
        // The same draft again is no conflict.
        if std::fs::read(&path).is_ok_and(|old| old == mail.bytes) {
            continue;
        }
        match save::save(Path::new(""), &path, &mail.bytes, force) {
            Ok(()) => {
                let path = path.display();
                remark(words!("已写出草稿：{path}", "draft written: {path}").get(lang));
            }
            Err(problem) => {
                say(&problem, &path, lang);
                good = false;
            }
        }
    }
    good
}
