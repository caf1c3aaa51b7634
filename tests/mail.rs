//! `kaohe mail`: matching, drafts, and sending to a small SMTP server on loopback.

use crate::common::{self, FORM, MANY, ONE, kaohe, said, sample, text};
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, fill_workbook};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The sample, of another person and department, filled.
fn filled(person: &str, department: &str) -> Vec<u8> {
    let edits = [
        Edit::new(FORM, common::at("A2"), text(&format!("被考核人：{person}"))),
        Edit::new(FORM, common::at("B2"), text(&format!("部门：{department}"))),
    ];
    let sample = sample(ONE);
    let place = |cell: &str, starts: &str| {
        let seen = common::seen(&sample, FORM, cell).to_string();
        assert!(seen.starts_with(starts), "{cell} holds {seen}");
    };
    place("A2", "被考核人");
    place("B2", "部门");
    let bytes = edit(&sample, &edits).unwrap();
    fill_workbook(&bytes, &Options::default()).unwrap().bytes.unwrap()
}

/// A folder `out` with filled workbooks, and a roster beside it.
fn folder(files: &[(&str, Vec<u8>)], roster: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join("out").join(name), bytes).unwrap();
    }
    std::fs::write(folder.path().join("roster.csv"), roster).unwrap();
    folder
}

/// The plan by `--dry-run`: stdout, stderr, code.
fn plan(folder: &Path, more: &[&str]) -> (String, String, i32) {
    let mut args = vec!["mail", "out", "--roster", "roster.csv", "--dry-run"];
    args.extend(more);
    said(&kaohe(folder, &args))
}

const ROSTER: &str = "姓名,部门,工号,邮箱,上级,密码\n\
                      王丽,客服部,1001,wangli@example.com,陈强,一二三\n\
                      陈强,总经办,1002,chen@example.com,,\n";

#[test]
fn a_plan_names_who_gets_what() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let (out, err, code) = plan(folder.path(), &["--to-manager"]);
    assert_eq!(code, 0, "{err}");
    // 69.5 + 28.5/35×10 + 31.375/40×10 (FORM.md, 4; the raters' marks by hand) = 85.4866…
    for part in ["wangli@example.com", "抄送 chen@example.com", "85.49", "王丽_2026-10_绩效.xlsx"]
    {
        assert!(out.contains(part), "{part} is not in {out}");
    }
}

#[test]
fn disagreements_make_no_mail() {
    let own = || filled("王丽", "客服部");
    let mut changed = own();
    changed = edit(&changed, &[Edit::new(FORM, common::at("D4"), Content::Number(99.0))]).unwrap();
    let twins = "姓名,部门,工号,邮箱\n王丽,客服部,1001,a@x.com\n王丽,客服部,1003,b@x.com\n";
    let one_dept = "姓名,部门,工号,邮箱\n王丽,,1001,a@x.com\n王丽,售前部,1003,b@x.com\n";
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("王丽.xlsx", sample(ONE), ROSTER, "not-filled"),
        ("王丽.xlsx", changed, ROSTER, "score-changed"),
        ("全部门.xlsx", sample(MANY), ROSTER, "several-people"),
        ("李雷.xlsx", filled("李雷", "客服部"), ROSTER, "not-on-roster"),
        ("王丽.xlsx", filled("王丽", "售前部"), ROSTER, "disagrees"),
        ("陈强.xlsx", own(), ROSTER, "file-of-another"),
        ("王丽_1002.xlsx", own(), ROSTER, "disagrees"),
        ("王丽.xlsx", own(), twins, "namesakes"),
        // The row that does not disagree says nothing either: that is not enough.
        ("王丽.xlsx", own(), one_dept, "namesakes"),
        ("王丽.xlsx", own(), "姓名,邮箱\n王丽,\n", "bad-address"),
        ("王丽.xlsx", own(), "姓名,邮箱\n王丽,a@x.com;b@x.com\n", "bad-address"),
        ("王丽.xlsx", own(), "姓名,邮箱\n王丽娜,b@x.com\n", "not-on-roster"),
    ];
    for (name, bytes, roster, problem) in cases {
        let folder = folder(&[(name, bytes)], roster);
        let (out, err, code) = plan(folder.path(), &[]);
        assert_eq!(code, 1, "{name} {problem}: {err}");
        assert!(err.contains(&format!("[{problem}]")), "{name}: no {problem} in {err}");
        assert!(out.contains("共 0 封邮件") && !out.contains("@x.com"), "{name}: {out}");
    }
}

#[test]
fn namesakes_are_told_by_department_or_id() {
    let by_department = "姓名,部门,邮箱\n王丽,客服部,a@x.com\n王丽,售前部,b@x.com\n";
    let by_id = "姓名,部门,工号,邮箱\n王丽,客服部,1001,b@x.com\n王丽,客服部,1003,a@x.com\n";
    for (name, roster) in [("王丽.xlsx", by_department), ("王丽-1003.xlsx", by_id)] {
        let folder = folder(&[(name, filled("王丽", "客服部"))], roster);
        let (out, err, code) = plan(folder.path(), &[]);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("a@x.com") && !out.contains("b@x.com"), "{out}");
    }
}

#[test]
fn two_results_or_one_address_for_two_stop_both() {
    let files =
        [("王丽.xlsx", filled("王丽", "客服部")), ("王丽 (2).xlsx", filled("王丽", "客服部"))];
    let first = folder(&files, ROSTER);
    let (out, err, code) = plan(first.path(), &[]);
    assert!(code == 1 && err.contains("[two-results]") && out.contains("共 0 封"), "{err}{out}");
    let files = [("王丽.xlsx", filled("王丽", "客服部")), ("陈强.xlsx", filled("陈强", "总经办"))];
    let same = "姓名,邮箱\n王丽,a@x.com\n陈强,A@x.com\n";
    let second = folder(&files, same);
    let (out, err, code) = plan(second.path(), &[]);
    assert!(code == 1 && err.contains("[address-twice]") && out.contains("共 0 封"), "{err}{out}");
    let (_, err, code) = plan(second.path(), &["--month", "2026-09"]);
    assert!(code == 1 && err.contains("[other-month]"), "{err}");
}

#[test]
fn drafts_are_the_same_every_time_and_size_is_checked_as_encoded() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let draft = |into: &str, more: &[&str]| {
        let mut args = vec![
            "mail",
            "out",
            "--roster",
            "roster.csv",
            "--eml",
            into,
            "--from",
            "HR <hr@example.com>",
        ];
        args.extend(more);
        said(&kaohe(folder.path(), &args))
    };
    let date = ["--date", "2026-11-24T10:00:00+08:00"];
    assert_eq!(draft("a", &date).2, 0);
    assert_eq!(draft("b", &date).2, 0);
    let read = |f: &str| std::fs::read(folder.path().join(f).join("王丽_2026-10.eml")).unwrap();
    assert_eq!(read("a"), read("b"));
    let text = String::from_utf8(read("a")).unwrap();
    assert!(text.contains("X-Unsent: 1\r\n") && text.lines().all(|l| l.len() < 998));
    // Both spellings of 王丽_2026-10_绩效.xlsx, made by Python's base64 and urllib.
    assert!(text.contains("filename*=utf-8''%E7%8E%8B%E4%B8%BD_2026-10_%E7%BB%A9%E6%95%88.xlsx"));
    assert!(text.contains("name=\"=?utf-8?B?546L5Li9XzIwMjYtMTBf57up5pWILnhsc3g=?=\""));
    // A limit between the attachment's size and the encoded mail's.
    let raw = std::fs::metadata(folder.path().join("out/王丽.xlsx")).unwrap().len() as f64;
    let limit = format!("{}", raw * 1.2 / 1048576.0);
    let (_, err, code) = draft("c", &["--max-size", &limit]);
    assert!(code == 1 && err.contains("[mail-too-large]"), "{err}");
    assert!(!folder.path().join("c/王丽_2026-10.eml").exists());
}

#[test]
fn a_large_mail_is_made_with_a_word() {
    // 6.2 MiB of a part that does not compress are 8.4 MiB in base64.
    let mut state = 1u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(6_500_000)
    .collect();
    let workbook = std::io::Cursor::new(filled("王丽", "客服部"));
    let mut package = zip::ZipWriter::new_append(workbook).unwrap();
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    package.start_file("xl/media/noise.png", stored).unwrap();
    package.write_all(&noise).unwrap();
    let large = package.finish().unwrap().into_inner();
    for (bytes, warned) in [(filled("王丽", "客服部"), false), (large, true)] {
        let folder = folder(&[("王丽.xlsx", bytes)], ROSTER);
        let args =
            ["mail", "out", "--roster", "roster.csv", "--eml", "a", "--from", "a@example.com"];
        let (_, err, code) = said(&kaohe(folder.path(), &args));
        assert_eq!((err.contains("[mail-large]"), code), (warned, 0), "{err}");
        assert!(folder.path().join("a/王丽_2026-10.eml").exists());
    }
}

/// What the server does to a mail.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    Take,
    RefuseRecipient,
    Later,
    DropInData,
    DropAfterDot,
}

/// A small SMTP server: for each connection's recipients, in order, what to do (then take all).
/// Gives its port and the mails that it took: recipient and bytes.
type Taken = Arc<Mutex<Vec<(String, String)>>>;

fn server(acts: Vec<Act>) -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken: Taken = Arc::default();
    let (list, mut acts) = (taken.clone(), acts.into_iter());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut write = stream.unwrap();
            let mut lines = BufReader::new(write.try_clone().unwrap()).lines();
            let mut say = |text: &str| write.write_all(format!("{text}\r\n").as_bytes()).is_ok();
            say("220 test");
            let (mut to, mut act) = (String::new(), Act::Take);
            while let Some(Ok(line)) = lines.next() {
                let verb = line.to_uppercase();
                if verb.starts_with("RCPT") {
                    to = line.split(['<', '>']).nth(1).unwrap().to_owned();
                    act = acts.next().unwrap_or(Act::Take);
                    match act {
                        Act::RefuseRecipient => say("550 no such user"),
                        Act::Later => say("451 later"),
                        _ => say("250 ok"),
                    };
                } else if verb.starts_with("DATA") {
                    if act == Act::DropInData {
                        break;
                    }
                    say("354 go");
                    let mut body = String::new();
                    for line in lines.by_ref().map_while(Result::ok).take_while(|l| l != ".") {
                        body.push_str(&line);
                        body.push('\n');
                    }
                    list.lock().unwrap().push((to.clone(), body));
                    if act == Act::DropAfterDot {
                        break;
                    }
                    say("250 taken");
                } else if verb.starts_with("QUIT") {
                    say("221 bye");
                    break;
                } else {
                    say("250 ok");
                }
            }
        }
    });
    (port, taken)
}

/// Sends with no pauses: stdout, stderr, code.
fn send(folder: &Path, port: u16, more: &[&str]) -> (String, String, i32) {
    send_from(folder, "out", port, more)
}

/// The same, from a folder of this name.
fn send_from(folder: &Path, name: &str, port: u16, more: &[&str]) -> (String, String, i32) {
    let url = format!("smtp://127.0.0.1:{port}?tls=none");
    let mut args = vec![
        "mail",
        name,
        "--roster",
        "roster.csv",
        "--smtp",
        &url,
        "--from",
        "hr@example.com",
        "--pause",
        "0",
        "--retry-pause",
        "0.01",
    ];
    args.extend(more);
    said(&kaohe(folder, &args))
}

fn recipients(taken: &Taken) -> Vec<String> {
    taken.lock().unwrap().iter().map(|(to, _)| to.clone()).collect()
}

#[test]
fn nothing_is_sent_without_a_yes_and_nothing_twice() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let (port, taken) = server(Vec::new());
    let (_, err, code) = send(folder.path(), port, &["--to-manager"]);
    assert!(code == 2 && err.contains("[not-confirmed]"), "{err}");
    assert!(recipients(&taken).is_empty());
    let (_, err, code) = send(folder.path(), port, &["--to-manager", "--yes"]);
    assert_eq!(code, 0, "{err}");
    // The copy goes in an envelope of its own.
    assert_eq!(recipients(&taken), ["wangli@example.com", "chen@example.com"]);
    let (_, err, code) = send(folder.path(), port, &["--to-manager", "--yes"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(recipients(&taken).len(), 2, "sent again");
}

#[test]
fn what_a_folder_within_or_around_has_sent_is_not_sent_again() {
    let first = "wangli@example.com";
    for (before, after) in [("out/客服部", "out"), ("out", "out/客服部"), ("out/", "./out/客服部/")]
    {
        let folder = folder(&[], ROSTER);
        let within = folder.path().join("out/客服部");
        std::fs::create_dir(&within).unwrap();
        std::fs::write(within.join("王丽.xlsx"), filled("王丽", "客服部")).unwrap();
        let (port, taken) = server(Vec::new());
        assert_eq!(send_from(folder.path(), before, port, &["--yes"]).2, 0);
        assert_eq!(recipients(&taken), [first]);
        // Who is new is mailed, who had it is not.
        std::fs::write(within.join("陈强.xlsx"), filled("陈强", "总经办")).unwrap();
        let (_, err, code) = send_from(folder.path(), after, port, &["--yes"]);
        assert!(code == 0 && err.contains("已发过 1 封"), "{before} {after}: {err}");
        assert_eq!(recipients(&taken), [first, "chen@example.com"], "{before} {after}");
    }
}

#[test]
fn another_version_waits_until_asked() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let (port, taken) = server(Vec::new());
    assert_eq!(send(folder.path(), port, &["--yes"]).2, 0);
    assert_eq!(send(folder.path(), port, &["--yes", "--ascii-names"]).2, 1);
    assert_eq!(recipients(&taken).len(), 1);
    assert_eq!(send(folder.path(), port, &["--yes", "--ascii-names", "--again"]).2, 0);
    assert_eq!(recipients(&taken).len(), 2);
    assert!(taken.lock().unwrap()[1].1.contains("filename=\"1001_2026-10.xlsx\""));
}

#[test]
fn failures_are_told_apart() {
    let files =
        || [("王丽.xlsx", filled("王丽", "客服部")), ("陈强.xlsx", filled("陈强", "总经办"))];
    // Mails go by department: 客服部 before 总经办, so 王丽 first.
    let first = "wangli@example.com";
    let second = "chen@example.com";

    let refused = folder(&files(), ROSTER);
    let (port, taken) = server(vec![Act::RefuseRecipient]);
    let (_, err, code) = send(refused.path(), port, &["--yes"]);
    assert!(code == 1 && err.contains("收件人被拒绝"), "{err}");
    assert_eq!(recipients(&taken), [second]);

    let later = folder(&files(), ROSTER);
    let (port, taken) = server(vec![Act::Later, Act::DropInData]);
    let (_, err, code) = send(later.path(), port, &["--yes"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(recipients(&taken), [first, second]);

    let doubt = folder(&files(), ROSTER);
    let (port, taken) = server(vec![Act::DropAfterDot]);
    let (_, err, code) = send(doubt.path(), port, &["--yes"]);
    assert!(code == 1 && err.contains("结果不明，不再发"), "{err}");
    assert_eq!(recipients(&taken), [first, second]);
    let (_, err, code) = send(doubt.path(), port, &["--yes"]);
    assert!(code == 1 && err.contains("结果不明（上次中断）"), "{err}");
    assert_eq!(recipients(&taken).len(), 2, "sent again unasked");
    assert_eq!(send(doubt.path(), port, &["--yes", "--again"]).2, 0);
    assert_eq!(recipients(&taken), [first, second, first]);
}

#[test]
fn a_refused_copy_does_not_stop_the_persons_mail_and_the_other_way_it_does() {
    let folder_one = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let (port, taken) = server(vec![Act::Take, Act::RefuseRecipient]);
    assert_eq!(send(folder_one.path(), port, &["--yes", "--to-manager"]).2, 1);
    assert_eq!(recipients(&taken), ["wangli@example.com"]);
    let folder_two = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let (port, taken) = server(vec![Act::RefuseRecipient]);
    assert_eq!(send(folder_two.path(), port, &["--yes", "--to-manager"]).2, 1);
    assert!(recipients(&taken).is_empty(), "a copy went without the person's mail");
}

#[test]
fn wrong_usage_is_2_and_a_password_in_the_address_is_not_repeated() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let run = |args: &[&str]| {
        let mut all = vec!["mail", "out", "--roster", "roster.csv"];
        all.extend(args);
        said(&kaohe(folder.path(), &all))
    };
    assert_eq!(run(&[]).2, 2);
    assert_eq!(run(&["--eml", "d"]).2, 2);
    let (out, err, code) = run(&["--smtp", "smtps://hr:geheim@example.com"]);
    assert!(code == 2 && !out.contains("geheim") && !err.contains("geheim"), "{err}");
}

#[test]
fn own_templates_replace_and_bad_ones_are_named() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    let run = || {
        let args = [
            "mail",
            "out",
            "--roster",
            "roster.csv",
            "--eml",
            "d",
            "--from",
            "hr@example.com",
            "--templates",
            "own",
            "--force",
        ];
        said(&kaohe(folder.path(), &args))
    };
    std::fs::write(own.join("person-subject.txt"), "Result\r\nBcc: x@y.com {{ total }}").unwrap();
    assert_eq!(run().2, 0);
    let text = std::fs::read_to_string(folder.path().join("d/王丽_2026-10.eml")).unwrap();
    assert!(text.contains("\r\nSubject: Result Bcc: x@y.com 85.49\r\n"), "{text:.600}");
    std::fs::write(own.join("person.txt"), "一\n{{ no_such_thing }}").unwrap();
    let (_, err, code) = run();
    assert!(code == 1 && err.contains("[bad-template]") && err.contains("第 2 行"), "{err}");
}

#[test]
fn a_protected_mail_shows_no_figures() {
    let folder = folder(&[("王丽.xlsx", filled("王丽", "客服部"))], ROSTER);
    let draft = |more: &[&str]| {
        let from = ["--from", "hr@example.com", "--force"];
        let mut args = vec!["mail", "out", "--roster", "roster.csv", "--eml", "d"];
        args.extend(from.iter().chain(more));
        let (_, err, code) = said(&kaohe(folder.path(), &args));
        let text = std::fs::read_to_string(folder.path().join("d/王丽_2026-10.eml"));
        (bodies(&text.unwrap_or_default()), err, code)
    };
    let ([text, html], err, code) = draft(&[]);
    assert_eq!(code, 0, "{err}");
    assert!(text.contains("85.49") && html.contains("85.49") && html.contains("营业额达成度"));
    let ([text, html], err, code) = draft(&["--encrypt"]);
    assert_eq!(code, 0, "{err}");
    for body in [text, html] {
        assert!(body.contains("请用您的密码打开"), "{body}");
        assert!(
            !body.contains("85") && !body.contains("良好") && !body.contains("营业额"),
            "{body}"
        );
    }
    let without = ROSTER.replace("一二三", "");
    std::fs::write(folder.path().join("roster.csv"), without).unwrap();
    let (_, err, code) = draft(&["--encrypt"]);
    assert!(code == 1 && err.contains("[no-password]"), "{err}");
}

/// The text and HTML bodies of a message.
fn bodies(message: &str) -> [String; 2] {
    use base64::prelude::{BASE64_STANDARD, Engine};
    ["text/plain", "text/html"].map(|kind| {
        let part = message.split(&format!("Content-Type: {kind}")).nth(1).unwrap();
        let body = part.split("\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap();
        let bytes = BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}
