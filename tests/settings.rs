//! The settings file: where it is read, what it changes, how a wrong one is told of. Opening is tried
//! with programs of our own in the place of the desktop's.

#![cfg(unix)]

use crate::common::{said, sample_path};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const ONE: &str = "客服主管绩效考核表-王丽.xlsx";

/// A user with a home, a program of their own, and a desktop that notes what it is asked to open.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for name in ["bin", "home/.config/kaohe", "表"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        // A copy by name only: the program looks beside itself.
        std::fs::hard_link(env!("CARGO_BIN_EXE_kaohe"), folder.path().join("bin/kaohe")).unwrap();
        let desk = Self { folder };
        for program in ["xdg-open", "mine"] {
            let path = desk.at(&format!("bin/{program}"));
            let notes = desk.at("opened");
            // A whole line is written at once.
            let script = format!("#!/bin/sh\necho \"{program} $1\" >> '{}'\n", notes.display());
            std::fs::write(&path, script).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::fs::copy(sample_path(ONE), desk.at("表/王丽.xlsx")).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn beside(&self, text: &str) {
        std::fs::write(self.at("bin/kaohe.toml"), text).unwrap();
    }

    fn own(&self, text: impl AsRef<[u8]>) {
        std::fs::write(self.at("home/.config/kaohe/kaohe.toml"), text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let path = format!("{}:/usr/bin:/bin", self.at("bin").display());
        let mut command = Command::new(self.at("bin/kaohe"));
        command.args(args).current_dir(self.at("表")).env_clear().env("PATH", path);
        command.env("HOME", self.at("home")).env("LANG", "zh_CN.UTF-8");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What was asked to be opened, once there are so many lines.
    fn opened(&self, count: usize) -> Vec<String> {
        let start = Instant::now();
        loop {
            let text = std::fs::read_to_string(self.at("opened")).unwrap_or_default();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if lines.len() >= count || start.elapsed() > Duration::from_secs(10) {
                return lines;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn line(&self, program: &str, name: &str) -> String {
        let folder = self.at("表");
        let path = if name.is_empty() { folder } else { folder.join(name) };
        format!("{program} {}", path.display())
    }
}

fn result(desk: &Desk, name: &str) -> bool {
    desk.at("表").join(name).exists()
}

#[test]
fn the_result_opens_or_its_folder_where_asked() {
    let desk = Desk::new();
    assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    assert!(result(&desk, "王丽-已评分.xlsx"));
    desk.own("open = \"nothing\"\n");
    assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    desk.own("open = \"file\"\n");
    assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    // Those before opened nothing: this is the first line.
    assert_eq!(desk.opened(1), [desk.line("xdg-open", "王丽-已评分 (3).xlsx")]);
    desk.own("open = \"folder\"\n");
    assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    assert_eq!(desk.opened(2)[1], desk.line("xdg-open", ""));
    let own = format!("open = \"file\"\nopen_with = '{}'\n", desk.at("bin/mine").display());
    desk.own(&own);
    assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    assert_eq!(desk.opened(3)[2], desk.line("mine", "王丽-已评分 (5).xlsx"));
    // `fill` is for scripts, and opens nothing; a refused workbook has nothing to open.
    assert_eq!(said(&desk.run(&["fill", "王丽.xlsx", "-o", "b.xlsx"])).2, 0);
    std::fs::write(desk.at("表/坏.xlsx"), "x").unwrap();
    assert_eq!(said(&desk.run(&["坏.xlsx"])).2, 1);
    // Many results: their folder, once.
    let names: Vec<String> = (0..6).map(|n| format!("{n}.xlsx")).collect();
    for name in &names {
        std::fs::copy(desk.at("表/王丽.xlsx"), desk.at("表").join(name)).unwrap();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(said(&desk.run(&names)).2, 0);
    assert_eq!(desk.opened(4)[3..], [desk.line("xdg-open", "")]);
}

#[test]
fn what_cannot_be_opened_is_said_and_is_no_failure() {
    let desk = Desk::new();
    desk.own("open = \"file\"\nopen_with = '/nowhere/wps'\n");
    let (_, err, code) = said(&desk.run(&["王丽.xlsx"]));
    assert_eq!(code, 0);
    assert!(err.contains("没能打开") && err.contains("王丽-已评分.xlsx"), "{err}");
}

#[test]
fn the_users_file_wins_over_the_one_beside_the_program() {
    let desk = Desk::new();
    desk.beside("lang = \"en\"\nopen = \"folder\"\n");
    let (_, err, _) = said(&desk.run(&["王丽.xlsx"]));
    assert!(err.starts_with("written: "), "{err}");
    assert_eq!(desk.opened(1), [desk.line("xdg-open", "")]);
    desk.own("open = \"file\"\n");
    let (_, err, _) = said(&desk.run(&["王丽.xlsx"]));
    assert!(err.starts_with("written: "), "the other key stays: {err}");
    assert_eq!(desk.opened(2)[1], desk.line("xdg-open", "王丽-已评分 (2).xlsx"));
    let (_, err, _) = said(&desk.run(&["--lang", "zh", "王丽.xlsx"]));
    assert!(err.starts_with("已写出："), "the line wins: {err}");
    let (help, ..) = said(&desk.run(&["--help"]));
    assert!(help.starts_with("Fills assessment workbooks"), "{help}");
    // Another file in the place of both, or none.
    std::fs::write(desk.at("其他.toml"), "lang = \"zh\"\n").unwrap();
    let with = |value: &Path| {
        let output = desk.command(&["王丽.xlsx"]).env("KAOHE_SETTINGS", value).output().unwrap();
        said(&output)
    };
    assert!(with(&desk.at("其他.toml")).1.starts_with("已写出："));
    assert!(with(Path::new("")).1.starts_with("已写出："));
    let (_, err, code) = with(&desk.at("没有.toml"));
    assert!(code == 2 && err.contains("bad-settings") && err.contains("没有.toml"), "{err}");
}

#[test]
fn a_scheme_in_the_settings_scores_every_workbook() {
    let desk = Desk::new();
    let (scheme, ..) = said(&desk.run(&["scheme", "show", "客服主管"]));
    // Each point above the base is worth 1 instead of 2: 15 + 3 instead of 15 + 6.
    let (head, items) = scheme.split_once("[[items]]").unwrap();
    let own = format!("{head}[[items]]{}", items.replacen("above = 2", "above = 1", 1));
    std::fs::write(desk.at("home/.config/kaohe/我的方案.toml"), own).unwrap();
    let score = |args: &[&str]| {
        let (out, err, _) = said(&desk.run(args));
        let json: serde_json::Value = serde_json::from_str(&out).expect(&err);
        json["people"][0]["items"][0]["score"].as_f64().unwrap()
    };
    assert_eq!(score(&["explain", "王丽.xlsx", "--json"]), 21.0);
    desk.own("scheme = '我的方案.toml'\n");
    assert_eq!(score(&["explain", "王丽.xlsx", "--json"]), 18.0);
    assert_eq!(score(&["explain", "王丽.xlsx", "--json", "--scheme", "客服主管"]), 21.0);
    desk.own("scheme = '客服主管'\n");
    assert_eq!(score(&["explain", "王丽.xlsx", "--json"]), 21.0);
    desk.own("scheme = '不在.toml'\n");
    let (_, err, code) = said(&desk.run(&["王丽.xlsx"]));
    assert!(code == 2 && err.contains("不在.toml"), "{err}");
}

#[test]
fn a_wrong_file_is_told_of_clearly() {
    let desk = Desk::new();
    let (gbk, _, _) = encoding_rs::GBK.encode("# 设置\nopen = \"file\"\n");
    let cases: [(&[u8], &str); 6] = [
        ("# 设置\nopne = \"file\"\n".as_bytes(), "opne"),
        (b"open = \"yes\"\n", "yes"),
        (b"lang = \"fr\"\n", "fr"),
        (b"port = 70000\n", "port"),
        (b"scheme = \"D:\\scheme.toml\"\n", "scheme"),
        (&gbk, "UTF-8"),
    ];
    for (text, named) in cases {
        desk.own(text);
        let (out, err, code) = said(&desk.run(&["王丽.xlsx"]));
        assert_eq!((out.as_str(), code), ("", 2), "{named}");
        assert!(err.contains("bad-settings") && err.contains("kaohe.toml"), "{err}");
        assert!(err.contains(named) && err.contains("怎么办"), "{err}");
    }
    assert!(!result(&desk, "王丽-已评分.xlsx"), "nothing is done by half-read settings");
    // Started from the desktop, the message stays to be read.
    let (_, err, code) = said(&desk.run(&["--desktop", "王丽.xlsx"]));
    assert!(code == 2 && err.contains("按回车键关闭"), "{err}");
    // The mark of Windows' editor, and an empty file, are no faults.
    for text in ["\u{feff}lang = \"en\"\r\n", ""] {
        desk.own(text);
        assert_eq!(said(&desk.run(&["王丽.xlsx"])).2, 0);
    }
}

/// Every command that reads forms by a scheme takes the one that the settings name: what `batch` scores
/// by it, `mail` must not score by another.
#[test]
fn the_scheme_is_every_commands() {
    let desk = Desk::new();
    desk.own("scheme = 'nowhere.toml'\n");
    std::fs::write(desk.at("表/名单.csv"), "姓名,邮箱\n王丽,a@x.com\n").unwrap();
    std::fs::create_dir(desk.at("表/回")).unwrap();
    let mail = ["mail", ".", "--roster", "名单.csv", "--dry-run"];
    let new = ["new", "--roster", "名单.csv", "--month", "2026-11", "--out", "o"];
    let collect = ["collect", "回", "--into", "."];
    for args in [&["batch", ".", "--out", "o"][..], &mail, &new, &collect] {
        let (_, err, code) = said(&desk.run(args));
        assert!(code == 2 && err.contains("nowhere.toml"), "{args:?}: {err}");
    }
}
