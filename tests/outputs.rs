//! What a command may write over, where what it says goes, and the language it says it in.

use crate::common::*;
use std::path::Path;

/// A folder with the sample as `a.xlsx`, its figures once more as `m.xlsx` and a scheme file.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "a.xlsx", sample(ONE));
    put(folder.path(), "m.xlsx", sample(ONE));
    let (scheme, _, _) = said(&kaohe(folder.path(), &["scheme", "show", "客服主管"]));
    put(folder.path(), "s.toml", scheme);
    folder
}

/// Runs a command that must not change `kept`, and must say `code`.
fn spares(root: &Path, kept: &str, code: &str, args: &[&str]) {
    let before = std::fs::read(root.join(kept)).expect(kept);
    let (_, err, exit) = said(&kaohe(root, args));
    assert_eq!(exit, 1, "{args:?} {err}");
    assert!(err.contains(&format!("[{code}]")), "{args:?} {err}");
    assert!(before == std::fs::read(root.join(kept)).expect(kept), "{args:?} changed {kept}");
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let folder = desk();
    let root = folder.path();
    spares(
        root,
        "m.xlsx",
        "output-is-input",
        &["fill", "a.xlsx", "--metrics", "m.xlsx", "-o", "./m.xlsx", "--force"],
    );
    put(root, "in/王丽.xlsx", sample(ONE));
    let batch = ["batch", "in", "--out", "out"];
    assert_eq!(said(&kaohe(root, &batch)).2, 0);
    std::fs::copy(root.join("out/汇总.xlsx"), root.join("九月.xlsx")).expect("copied");
    for (option, kept) in [("--metrics", "m.xlsx"), ("--previous", "九月.xlsx")] {
        let summary = root.join(kept);
        let summary = summary.to_str().expect("a path");
        let args = [&batch[..], &[option, kept, "--summary", summary, "--force"]].concat();
        spares(root, kept, "output-is-input", &args);
    }
    put(root, "名单.csv", "姓名\n王丽\n");
    let new = ["new", "--roster", "名单.csv", "--month", "2026-11", "--out", "new"];
    assert_eq!(said(&kaohe(root, &new)).2, 0);
    let made = std::fs::read_dir(root.join("new")).expect("made").flatten();
    let made = made.map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "xlsx"));
    let made = made.expect("a blank workbook");
    std::fs::write(&made, sample(ONE)).expect("last month's workbook under this month's name");
    let name = made.strip_prefix(root).expect("below").to_str().expect("a path").to_owned();
    let args = [&new[..], &["--template", &name, "--force"]].concat();
    spares(root, &name, "output-is-input", &args);
}

#[test]
fn a_result_is_named_as_what_it_is() {
    let folder = desk();
    let root = folder.path();
    for name in ["b.xls", "b.csv", "b.pdf", "b"] {
        let (_, err, code) = said(&kaohe(root, &["fill", "a.xlsx", "-o", name]));
        assert!(code == 1 && err.contains("[wrong-extension]") && err.contains("b.xlsx"), "{err}");
        assert!(!root.join(name).exists(), "{name}");
    }
    put(root, "c.xls", sample("客服主管绩效考核表-王丽-97.xls"));
    let (_, err, code) = said(&kaohe(root, &["convert", "c.xls", "-o", "c.csv"]));
    assert!(
        code == 1 && err.contains("[wrong-extension]") && !root.join("c.csv").exists(),
        "{err}"
    );
    assert_eq!(said(&kaohe(root, &["fill", "a.xlsx", "-o", "B.XLSX"])).2, 0);
    // A folder is no name of a file, with --force neither.
    std::fs::create_dir(root.join("d")).expect("made");
    for more in [&[][..], &["--force"][..]] {
        let args = [&["fill", "a.xlsx", "-o", "d"][..], more].concat();
        let (_, err, code) = said(&kaohe(root, &args));
        assert!(code == 1 && err.contains("[output-is-a-folder]"), "{err}");
        assert!(err.contains("d/结果.xlsx") || err.contains(r"d\结果.xlsx"), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt;
    let folder = desk();
    let pipe = folder.path().join("p.xlsx");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let (_, err, code) =
        said(&kaohe(folder.path(), &["fill", "a.xlsx", "-o", "p.xlsx", "--force"]));
    assert!(code == 1 && err.contains("[output-not-a-file]"), "{err}");
    let kind = std::fs::symlink_metadata(&pipe).expect("still there").file_type();
    assert!(kind.is_fifo(), "{kind:?}");
}

/// Runs a line of the shell in which `$K` is the command.
#[cfg(target_os = "linux")]
fn shell(root: &Path, line: &str) -> (String, String, i32) {
    let run = std::process::Command::new("sh")
        .args(["-c", line])
        .env("K", env!("CARGO_BIN_EXE_kaohe"))
        .env("KAOHE_SETTINGS", "")
        .env("LC_ALL", "zh_CN.UTF-8")
        .current_dir(root)
        .output();
    said(&run.expect("sh runs"))
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_nobody_took_is_told() {
    let folder = desk();
    let root = folder.path();
    for line in [
        "$K explain --json a.xlsx",
        "$K explain a.xlsx",
        "$K scheme show 客服主管",
        "$K scheme list",
        "$K scheme schema",
        "$K completions bash",
        "$K --help",
    ] {
        let (_, err, code) = shell(root, &format!("{line} >/dev/full"));
        assert_eq!(code, 1, "{line}: {err}");
        assert!(err.contains("[output-lost]") && err.contains("磁盘已满"), "{line}: {err}");
        // A reader that has seen enough is no fault.
        let (out, err, _) = shell(root, &format!("{{ {line}; echo $? >&2; }} | head -c 1"));
        assert_eq!((out.len(), err.trim()), (out.len().max(1), "0"), "{line}");
    }
    // What nobody hears does not keep a workbook from being written.
    let (_, _, code) = shell(root, "$K fill a.xlsx -o b.xlsx 2>/dev/full");
    assert_eq!(code, 0);
    let filled = std::fs::read(root.join("b.xlsx")).expect("written");
    assert!((number(&filled, FORM, "D4") - 21.0).abs() < 1e-9, "15 + 2 × 3, by hand");
    assert_eq!(shell(root, "$K check nowhere.xlsx 2>/dev/full").2, 1);
}

#[test]
fn faults_of_the_metrics_workbook_are_told_under_its_name() {
    let folder = desk();
    let root = folder.path();
    put(root, "坏.xlsx", "not a workbook");
    for command in ["fill", "check", "explain"] {
        let (_, err, code) = said(&kaohe(root, &[command, "a.xlsx", "--metrics", "坏.xlsx"]));
        assert!(code == 1 && err.contains("--> 坏.xlsx"), "{command}: {err}");
        assert!(!err.contains("--> a.xlsx"), "{command}: {err}");
    }
    // A metric that is not there.
    let less = changed(ONE, &[(METRICS, "A4", text("别的"))]);
    put(root, "少.xlsx", less);
    let explain = ["explain", "a.xlsx", "--metrics", "少.xlsx"];
    let (_, err, code) = said(&kaohe(root, &explain));
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("[metric-missing]") && err.contains("--> 少.xlsx"), "{err}");
    let (out, _, _) = said(&kaohe(root, &[&explain[..], &["--json"]].concat()));
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let problems = json["people"][0]["problems"].as_array().expect("a list");
    let missing = problems.iter().find(|p| p["code"] == "metric-missing").expect("told");
    assert_eq!(missing["file"], "少.xlsx");
}

#[test]
fn json_is_printed_for_a_file_that_cannot_be_read() {
    let folder = desk();
    put(folder.path(), "坏.xlsx", "not a workbook");
    for (name, code) in [("坏.xlsx", "not-a-workbook"), ("无.xlsx", "cannot-read")] {
        let (out, err, exit) = said(&kaohe(folder.path(), &["explain", "--json", name]));
        assert!(exit == 1 && err.contains(&format!("[{code}]")), "{err}");
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((&json["file"], &json["scheme"]), (&name.into(), &serde_json::Value::Null));
        assert_eq!(
            (&json["problems"][0]["code"], json["people"].as_array().unwrap().len()),
            (&code.into(), 0)
        );
    }
}

#[test]
fn other_files_are_called_what_they_are() {
    let folder = desk();
    let root = folder.path();
    let archive = |members: &[(&str, &str)]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, body) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("started");
            std::io::Write::write_all(&mut zip, body.as_bytes()).expect("written");
        }
        zip.finish().expect("finished").into_inner()
    };
    let types = ("[Content_Types].xml", "<Types/>");
    for (name, members, said_so) in [
        ("十月.zip", &[("王丽.xlsx", "x")][..], "压缩包"),
        ("空.zip", &[], "压缩包"),
        ("文.docx", &[types, ("word/document.xml", "<w/>")], "Word"),
        ("演.pptx", &[types, ("ppt/presentation.xml", "<p/>")], "演示文稿"),
        (
            "文.odt",
            &[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<o/>")],
            "OpenDocument",
        ),
    ] {
        put(root, name, archive(members));
        let (_, err, code) = said(&kaohe(root, &["check", name]));
        assert!(code == 1 && err.contains("[not-a-workbook]") && err.contains(said_so), "{err}");
        assert!(err.contains("怎么办"), "{err}");
    }
}

#[test]
fn one_word_for_a_workbook_without_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // The blank form of the scheme, its metric sheet emptied of all labels.
    let labels: Vec<_> = (2..=40).map(|row| format!("A{row}")).collect();
    let heads: Vec<_> = ["B", "C", "D", "E", "F"].iter().map(|c| format!("{c}17")).collect();
    let cells: Vec<(&str, &str, kaohe::package::Content)> =
        labels.iter().chain(&heads).map(|c| (METRICS, c.as_str(), text("—"))).collect();
    put(root, "a.xlsx", changed(ONE, &cells));
    let (_, err, code) = said(&kaohe(root, &["check", "a.xlsx"]));
    assert_eq!((code, err.matches("[metric-missing]").count()), (1, 1), "{err}");
    assert!(err.contains("计划营业额") && err.contains("旺旺最长反应时间"), "{err}");
    // A base of 0 is told though what is measured by it is blank.
    let cells = [(METRICS, "B4", num(0.0)), (METRICS, "B5", text(""))];
    put(root, "b.xlsx", changed(ONE, &cells));
    let (_, err, _) = said(&kaohe(root, &["check", "b.xlsx"]));
    assert!(err.contains("[divide-by-zero]") && err.contains("[metric-blank]"), "{err}");
}

#[test]
fn a_scheme_that_was_named_and_does_not_fit_is_told_so() {
    let folder = desk();
    let args = ["check", "a.xlsx", "--scheme", "财务会计"];
    let (_, err, code) = said(&kaohe(folder.path(), &args));
    assert!(
        code == 1 && err.contains("[no-scheme]") && err.contains("指定的方案「财务会计」"),
        "{err}"
    );
    assert!(!err.contains("请用 --scheme"), "{err}");
    // Built-in names are taken wherever a scheme is.
    assert_eq!(said(&kaohe(folder.path(), &["scheme", "check", "财务会计"])).2, 0);
    let (_, err, code) = said(&kaohe(folder.path(), &["scheme", "check", "没有"]));
    assert!(code == 2 && err.contains("scheme list"), "{err}");
    let (out, err, code) = said(&kaohe(folder.path(), &["explain", "--rule", "没有"]));
    assert!(code == 2 && out.is_empty() && err.contains("没有「没有」这种规则"), "{err}");
}

/// Words of Latin letters in what is said, but for names of commands, options and formats.
fn english(text: &str) -> Vec<String> {
    let word = |c: char| c.is_ascii_alphabetic() || "-_./@:[]".contains(c) || c.is_ascii_digit();
    let words =
        text.split(|c: char| !word(c)).map(|w| w.trim_matches(&['-', '[', ']', '.', ':'][..]));
    let known = |w: &str| {
        w.len() < 3
            || !w.contains(|c: char| c.is_ascii_alphabetic())
            || w.contains(['-', '_', '.', '/', '@'])
            || ["kaohe", "xlsx", "xls", "xlsb", "ods", "csv", "json", "JSON", "TOML", "Schema"]
                .contains(&w)
            || [
                "Ctrl-C", "STARTTLS", "TLS", "URL", "SMTP", "PDF", "cells", "bash", "elvish",
                "fish",
            ]
            .contains(&w)
            || ["powershell", "zsh", "SHELL", "XML", "ZIP", "PEM", "Excel", "WPS"].contains(&w)
    };
    words.filter(|w| !known(w)).map(str::to_owned).collect()
}

#[test]
fn help_and_refusals_of_the_line_are_in_chinese() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let args = [args, &["--lang", "zh"]].concat();
        said(&kaohe(folder.path(), &args))
    };
    // As the top help lists them: a new command is looked at too.
    let (top, _, code) = run(&["--help"]);
    assert_eq!(code, 0);
    let listed = |help: &str| -> Vec<String> {
        let rest = help.split_once("命令：\n").map_or("", |(_, rest)| rest);
        let lines = rest.lines().take_while(|line| !line.trim().is_empty());
        lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
    };
    let commands = listed(&top);
    assert!(commands.len() >= 12, "{commands:?}");
    let names = |list: &[String], word: &String| list.contains(word) || word.starts_with("--");
    let mut seen = 0;
    for command in &commands {
        let (help, err, code) = run(&[command.as_str(), "--help"]);
        assert_eq!((code, err.as_str()), (0, ""), "{command}");
        let below = listed(&help);
        let allowed: Vec<String> = commands
            .iter()
            .chain(&below)
            .cloned()
            .chain(["lang", "limit"].map(str::to_owned))
            .collect();
        // Options stand as `--name`: their letters are trimmed to the name.
        let left: Vec<String> = english(&help)
            .into_iter()
            .filter(|w| !names(&allowed, w) && !help.contains(&format!("--{w}")))
            .collect();
        assert!(left.is_empty(), "{command}: {left:?}\n{help}");
        seen += help.lines().count();
        // `kaohe help fill` is `kaohe fill --help`.
        assert_eq!(run(&["help", command.as_str()]).0, help);
    }
    assert!(seen > 150, "{seen} lines of help");
    for (args, expected) in [
        (&["fill"][..], "缺少 <文件>"),
        (&["fill", "--nope"], "不认识「--nope」"),
        (&["fill", "a", "b"], "不认识「b」"),
        (&["batch", "a", "--out"], "没有写内容"),
        (&["batch", "a", "--out", "b", "--jobs", "x"], "不能是「x」"),
        (&["scheme", "chek"], "是不是"),
        (&["completions", "foo"], "不能是「foo」"),
        (&["check", "--limit", "x=1", "a"], "写成 名称=数"),
        (&["fill", "a", "--force", "--force"], "只能写一次"),
    ] {
        let (out, err, code) = run(args);
        assert_eq!((out.as_str(), code), ("", 2), "{args:?}");
        assert!(err.contains(expected), "{args:?}: {err}");
        for word in ["error", "Usage", "unexpected", "required", "invalid", "For more", "tip"] {
            assert!(!err.contains(word), "{args:?}: {err}");
        }
    }
}
