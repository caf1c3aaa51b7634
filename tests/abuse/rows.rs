//! Rows of the catalogue that stand in no other file: people who are alike (3.5), folders and files
//! as a batch meets them, files that change, runs at once (3.6).

use super::{notices, verdict};
use crate::common::pack::{bodies, with_part};
use crate::common::{FORM, MANY, METRICS, ONE, at, kaohe, put, said, sample, text};
use kaohe::package::{Content, Edit, edit};
use kaohe::workbook::Value;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

fn changed(name: &str, cells: &[(&str, &str, &str)]) -> Vec<u8> {
    let edits: Vec<Edit> =
        cells.iter().map(|(sheet, cell, new)| Edit::new(*sheet, at(cell), text(new))).collect();
    edit(&sample(name), &edits).expect("edited")
}

fn codes(bytes: &[u8]) -> Vec<String> {
    verdict(bytes).err().unwrap_or_default()
}

#[test]
fn names_composed_otherwise_are_one_name_and_other_scripts_are_others() {
    // É as one character and as two: the same person, who stands in two rows.
    let twice = changed(
        MANY,
        &[
            (METRICS, "A4", "Zo\u{e9}"),
            (METRICS, "A5", "Zoe\u{301}"),
            ("周强", "A2", "被考核人：Zo\u{e9}"),
        ],
    );
    assert!(codes(&twice).iter().any(|c| c.starts_with("name-twice")), "{:?}", codes(&twice));
    let fits =
        changed(MANY, &[("周强", "A2", "被考核人：Zo\u{e9}"), (METRICS, "A5", "Zoe\u{301}")]);
    assert_eq!(codes(&fits), [""; 0], "found by a name that is composed otherwise");
    // 王丽 and 王麗 may be two people: never taken for each other.
    let scripts = codes(&changed(MANY, &[(METRICS, "A4", "王麗")]));
    assert!(scripts.iter().any(|c| c.starts_with("no-form")), "{scripts:?}");
}

#[test]
fn of_two_forms_of_one_person_neither_is_filled() {
    let twice = changed(MANY, &[("周强", "A2", "被考核人：王丽 ")]);
    let outcome = kaohe::fill_workbook(&twice, &kaohe::Options::default()).expect("read");
    let found: Vec<(&str, bool)> = outcome
        .cards
        .iter()
        .map(|card| {
            let named = card.problems.iter().filter(|p| p.code == "person-twice");
            let other = if card.sheet_name == "王丽" { "周强" } else { "王丽" };
            (card.sheet_name.as_str(), named.filter(|p| p.what.zh.contains(other)).count() == 1)
        })
        .collect();
    assert_eq!(found, [("王丽", true), ("周强", true), ("孙悦", false)]);
    assert_eq!(outcome.filled(), 1);
    let out = outcome.bytes.expect("the third is written");
    let part = |bytes: &[u8], n: usize| {
        let name = format!("xl/worksheets/sheet{n}.xml");
        bodies(bytes).into_iter().find(|(other, _)| *other == name).expect("a sheet").1
    };
    assert!((1..=2).all(|n| part(&out, n) == part(&twice, n)) && part(&out, 3) != part(&twice, 3));
    // Another department tells them apart; then there is no row that is surely either's.
    let apart = changed(MANY, &[("周强", "A2", "被考核人：王丽"), ("周强", "B2", "部门：物流部")]);
    assert!(!codes(&apart).iter().any(|c| c.starts_with("person-twice")));
}

#[test]
fn figures_that_may_be_old_are_told() {
    let formula = Content::Formula("300000+9500".into(), Value::Number(309_500.0));
    let bytes = edit(&sample(ONE), &[Edit::new(METRICS, at("B5"), formula)]).expect("edited");
    let asks = |on: bool| {
        with_part(&bytes, "xl/workbook.xml", |t| {
            let without = t.replace(" fullCalcOnLoad=\"1\"", "");
            if on {
                without.replacen("<calcPr ", "<calcPr fullCalcOnLoad=\"1\" ", 1)
            } else {
                without
            }
        })
    };
    assert!(notices(&asks(true)).contains(&"may-be-stale"));
    assert!(!notices(&asks(false)).contains(&"may-be-stale"));
}

#[test]
fn a_file_that_is_being_written_is_not_read() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.xlsx");
    std::fs::write(&path, sample(ONE)).expect("written");
    let file = std::fs::File::options().append(true).open(&path).expect("open");
    // Long enough that it changes while it is read.
    file.set_len(150 << 20).expect("long");
    let stop = AtomicBool::new(false);
    let (words, code) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut time = SystemTime::now();
            while !stop.load(Ordering::Relaxed) {
                time += Duration::from_millis(7);
                file.set_modified(time).expect("set");
            }
        });
        let (_, words, code) = said(&kaohe(folder.path(), &["a.xlsx"]));
        stop.store(true, Ordering::Relaxed);
        (words, code)
    });
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("being-written"), "{words}");
    assert!(!folder.path().join("a-已评分.xlsx").exists());
}

#[test]
#[cfg(unix)]
fn a_batch_passes_over_what_is_no_file_and_follows_a_link_once() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path();
    put(root, "in/a.xlsx", sample(ONE));
    put(root, "in/~$a.xlsx", "owner");
    put(root, "in/空.xlsx", "");
    put(root, "outside/b.xlsx", sample(ONE));
    symlink("../outside/b.xlsx", root.join("in/b.xlsx")).expect("link");
    symlink("b.xlsx", root.join("in/c.xlsx")).expect("a link to the link");
    symlink("loop.xlsx", root.join("in/loop.xlsx")).expect("a loop");
    symlink("..", root.join("in/up")).expect("a way up");
    symlink("/dev/zero", root.join("in/zero.xlsx")).expect("a device");
    std::fs::create_dir(root.join("in/folder.xlsx")).expect("a folder");
    let made = Command::new("mkfifo").arg(root.join("in/pipe.xlsx")).status().expect("mkfifo");
    assert!(made.success());
    let (_, words, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert_eq!(code, 1, "{words}");
    for name in ["空.xlsx", "loop.xlsx", "zero.xlsx", "pipe.xlsx"] {
        assert!(words.contains(name), "{name}: {words}");
    }
    let mut results: Vec<String> = std::fs::read_dir(root.join("out"))
        .expect("out")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with("-已评分.xlsx"))
        .collect();
    results.sort();
    assert_eq!(results, ["a-已评分.xlsx", "b-已评分.xlsx"]);
    assert!(std::fs::read(root.join("outside/b.xlsx")).expect("b") == sample(ONE));
}

#[test]
fn batches_and_a_fill_at_once_leave_whole_results() {
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path();
    for n in 0..6 {
        put(root, &format!("in/{n}.xlsx"), sample(ONE));
    }
    let (_, words, code) = said(&kaohe(root, &["batch", "in", "--out", "alone"]));
    assert_eq!(code, 0, "{words}");
    let alone = std::fs::read(root.join("alone/0-已评分.xlsx")).expect("a result");
    let start = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args(args)
            .current_dir(root)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kaohe runs")
    };
    std::fs::create_dir(root.join("out")).expect("out");
    let fill = ["fill", "in/0.xlsx", "-o", "out/0-已评分.xlsx", "--force"];
    let mut runs: Vec<_> = (0..3).map(|_| start(&["batch", "in", "--out", "out"])).collect();
    runs.push(start(&fill));
    for run in runs {
        let ended = run.wait_with_output().expect("ended");
        let (_, words, code) = said(&ended);
        assert!(matches!(code, 0 | 1) && !words.contains("panicked"), "{code}: {words}");
        let lost = ["output-exists", "folder-in-use"].iter().any(|code| words.contains(code));
        assert!(code == 0 || lost, "the one that lost says so: {words}");
    }
    for n in 0..6 {
        let result = std::fs::read(root.join(format!("out/{n}-已评分.xlsx"))).expect("a result");
        assert!(result == alone, "{n} is torn");
    }
    let left = std::fs::read_dir(root.join("out")).expect("out").flatten();
    assert!(left.into_iter().all(|e| !e.file_name().to_string_lossy().ends_with(".tmp")));
    // The manifest is whole: the next run has nothing to do.
    let (said_out, words, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert_eq!(code, 0, "{said_out}{words}");
}

#[test]
fn the_month_is_the_forms_and_never_the_clocks() {
    let bytes = changed(ONE, &[(FORM, "C2", "考核月份："), (METRICS, "A1", "指标数据")]);
    let outcome = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("read");
    assert!(outcome.cards.iter().all(|card| card.month.is_none()));
}
