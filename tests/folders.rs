//! What `kaohe batch` must not lose of its folders without a word: results without their workbooks, two runs
//! at once, staff numbers of several, months that cannot be checked.

use crate::common::pack::bodies;
use crate::common::*;
use kaohe::package::{Edit, edit};
use std::path::Path;
use std::process::{Command, Stdio};

fn read(root: &Path, name: &str) -> Vec<u8> {
    std::fs::read(root.join(name)).expect(name)
}

/// The company's form of somebody in 2026-10, with a staff number.
fn numbered(person: &str, department: &str, number: &str) -> Vec<u8> {
    let department = text(&format!("部门：{department}  工号：{number}"));
    changed(ONE, &[(FORM, "A2", text(&format!("被考核人：{person}"))), (FORM, "B2", department)])
}

/// A workbook whose form and metric sheet name no month.
fn undated(bytes: &[u8]) -> Vec<u8> {
    let cells = [(FORM, "C2", "考核月份："), (METRICS, "A1", "指标数据")];
    let edits = cells.map(|(sheet, cell, words)| Edit::new(sheet, at(cell), text(words)));
    edit(bytes, &edits).expect("edited")
}

#[test]
fn a_result_without_its_workbook_is_no_silent_absence() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/甲.xlsx", form("甲", "客服部", 11, 300_000.0));
    // Last month's result, filled in anew under a name of its own.
    put(root, "in/乙-11月-已评分.xlsx", form("乙", "客服部", 11, 309_500.0));
    // A result beside its workbook, its second copy, and an owner file: nothing is lost.
    for name in ["甲-已评分.xlsx", "甲-已评分 (2).xlsx", "~$甲.xlsx"] {
        put(root, &format!("in/{name}"), "x");
    }
    let run = || batch(root, &["in", "--out", "out", "--month", "2026-11"]);
    let (told, code) = run();
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("填好 1，未变 0，未完成 0，失败 1，跳过 3（共 1 人"), "{told}");
    assert!(told.contains("失败[result-without-original]"), "{told}");
    assert!(told.contains("--> 乙-11月-已评分.xlsx") && told.contains("改名"), "{told}");
    assert!(!told.contains("甲-已评分"), "{told}");
    let problems = rows(&read(root, "out/汇总.xlsx"), "问题");
    assert!(problems.iter().any(|row| row[0] == "乙-11月-已评分.xlsx"), "{problems:?}");
    // The cure.
    std::fs::rename(root.join("in/乙-11月-已评分.xlsx"), root.join("in/乙.xlsx")).unwrap();
    let (told, code) = run();
    assert_eq!(code, 0, "{told}");
    // Beside another workbook the first is looked at anew.
    assert!(told.starts_with("填好 2，未变 0，未完成 0，失败 0，跳过 3（共 2 人"), "{told}");
}

#[test]
fn results_in_the_folder_they_were_made_in_are_told_as_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/甲.xlsx", form("甲", "客服部", 11, 300_000.0));
    put(root, "in/乙.xlsx", form("乙", "客服部", 11, 300_000.0));
    let run = || batch(root, &["in", "--out", "in"]);
    assert_eq!(run().1, 0);
    std::fs::remove_file(root.join("in/乙.xlsx")).unwrap();
    let (told, code) = run();
    assert!(code == 0 && told.contains("「乙-已评分.xlsx」是以前的结果"), "{told}");
    // One that somebody has made another month's form of is no earlier result any more.
    put(root, "in/乙-已评分.xlsx", form("乙", "客服部", 12, 300_000.0));
    let (told, code) = run();
    assert!(code == 1 && told.contains("result-without-original"), "{told}");
}

#[test]
fn results_apart_and_folders_not_gone_into_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/甲.xlsx", form("甲", "客服部", 11, 300_000.0));
    put(root, "in/发出/甲-已评分.xlsx", "x");
    let (told, code) = batch(root, &["in", "--out", "out"]);
    assert!(code == 0 && told.contains("原表在别的文件夹里：发出/甲-已评分.xlsx"), "{told}");
    // An output folder into which somebody put a workbook.
    put(root, "二部/乙.xlsx", form("乙", "二部", 11, 300_000.0));
    assert_eq!(batch(root, &["二部", "--out", "in/结果"]).1, 0);
    put(root, "in/结果/丙.xlsx", form("丙", "二部", 11, 300_000.0));
    let (told, code) = batch(root, &["in", "--out", "out"]);
    assert!(code == 0 && told.contains("「结果」是结果文件夹"), "{told}");
    assert!(told.contains("1 份不像结果的工作簿没有填写：丙.xlsx\n"), "{told}");
    std::fs::remove_file(root.join("in/结果/丙.xlsx")).unwrap();
    let (told, _) = batch(root, &["in", "--out", "out"]);
    assert!(told.starts_with("填好 0，未变 1") && !told.contains("「结果」"), "{told}");
    // The run's own output below the input.
    put(root, "in/本月/丁.xlsx", form("丁", "二部", 11, 300_000.0));
    for _ in 0..2 {
        let (told, _) = batch(root, &["in", "--out", "in/本月"]);
        assert!(
            told.contains("「本月」是结果文件夹") && told.contains("填写：丁.xlsx\n"),
            "{told}"
        );
    }
}

#[test]
fn a_department_scored_in_its_own_folder_is_not_lost_to_the_company() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (department, name) in [("一部", "甲"), ("一部/组", "乙"), ("二部", "丙")] {
        put(root, &format!("in/{department}/{name}.xlsx"), form(name, department, 11, 3e5));
    }
    assert_eq!(batch(root, &["in/一部", "--out", "in/一部"]).1, 0);
    for out in ["out", "in"] {
        let (told, code) = batch(root, &["in", "--out", out]);
        assert_eq!(code, 0, "{told}");
        // Two results of the department, and its summary, are passed over.
        assert!(told.starts_with("填好 3，未变 0，未完成 0，失败 0，跳过 3（共 3 人"), "{told}");
        assert!(!told.contains("结果文件夹"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn one_run_at_a_time_writes_into_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for number in 0..30 {
        put(root, &format!("in/p{number}.xlsx"), form(&format!("员工{number}"), "部", 10, 3e5));
    }
    std::fs::create_dir(root.join("out")).unwrap();
    // Another run has it.
    let other = std::fs::File::open(root.join("out")).unwrap();
    other.lock().unwrap();
    let (told, code) = batch(root, &["in", "--out", "out"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("folder-in-use") && told.contains("另一个 kaohe"), "{told}");
    assert_eq!(std::fs::read_dir(root.join("out")).unwrap().count(), 0);
    drop(other);
    // Two with different options: the folder is one run's.
    let start = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args([&["batch", "in", "--out", "out", "--lang", "zh"], more].concat())
            .current_dir(root)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kaohe runs")
    };
    let both = [start(&[]), start(&["--values"])];
    let ended = both.map(|run| said(&run.wait_with_output().expect("ended")));
    assert!(ended.iter().any(|(.., code)| *code == 0), "{ended:?}");
    for (out, err, code) in &ended {
        assert!(*code == 0 || err.contains("folder-in-use") && out.is_empty(), "{out}{err}");
    }
    let formula = |name: &str| {
        let sheet = bodies(&read(root, name)).into_iter().find(|(n, _)| n.contains("sheet1.xml"));
        String::from_utf8(sheet.expect("a sheet").1).unwrap().contains("TRUNC")
    };
    let first = formula("out/p0-已评分.xlsx");
    assert!((0..30).all(|n| formula(&format!("out/p{n}-已评分.xlsx")) == first));
    // The next run finds the folder free.
    assert_eq!(batch(root, &["in", "--out", "out"]).1, 0);
}

#[test]
fn a_staff_number_of_two_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // One who changed department with two forms; two people with one number; one by himself.
    put(root, "in/a.xlsx", numbered("吴用", "一部", "001"));
    put(root, "in/b.xlsx", numbered("吴用", "二部", "001"));
    put(root, "in/c.xlsx", numbered("郑一", "二部", "002"));
    put(root, "in/d.xlsx", numbered("郑二", "二部", "002"));
    put(root, "in/e.xlsx", numbered("王五", "二部", "003"));
    for run in 0..2 {
        let (told, code) = batch(root, &["in", "--out", "out"]);
        assert_eq!(code, 0, "{told}");
        let line = told.lines().find(|line| line.contains("工号有几个人")).expect(&told);
        assert!(
            line.ends_with("吴用 (a.xlsx)、吴用 (b.xlsx)、郑一 (c.xlsx)、郑二 (d.xlsx)"),
            "{line}"
        );
        let notices = rows(&read(root, "out/汇总.xlsx"), "提示");
        let of = |file: &str| -> Vec<String> {
            let own = notices.iter().filter(|row| row[0] == file);
            own.map(|row| row[5].clone()).filter(|what| what.contains("工号")).collect()
        };
        assert_eq!(
            of("a.xlsx"),
            ["工号 001 的人在两个部门都有得分，另一份是 吴用（二部，b.xlsx）"]
        );
        assert_eq!(of("d.xlsx"), ["工号 002 也写在别人的表上：郑一（二部，c.xlsx）"]);
        assert_eq!(of("e.xlsx"), [""; 0], "run {run}");
    }
}

#[test]
fn a_copy_with_the_same_staff_number_is_no_namesake() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for name in ["a.xlsx", "a - 副本.xlsx"] {
        put(root, &format!("in/{name}"), numbered("吴用", "一部", "001"));
    }
    for name in ["b.xlsx", "c.xlsx"] {
        put(root, &format!("in/{name}"), form("王丽", "一部", 10, 3e5));
    }
    let (told, code) = batch(root, &["in", "--out", "out"]);
    assert!(code == 0 && told.contains("吴用 (a - 副本.xlsx)、吴用 (a.xlsx)"), "{told}");
    let notices = rows(&read(root, "out/汇总.xlsx"), "提示");
    let cure = |file: &str| {
        let own = notices.iter().find(|row| row[0] == file && row[5].contains("同一个人"));
        own.expect(file)[6].clone()
    };
    assert_eq!(cure("a.xlsx"), "删去多余的一份，再运行一次");
    assert!(cure("b.xlsx").contains("写明「工号」"));
}

#[test]
fn months_that_cannot_be_checked_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let own = undated(&form("王丽", "部", 11, 3e5));
    put(root, "in/王丽-2026年10月.xlsx", &own);
    put(root, "in/周强-11月.xlsx", undated(&form("周强", "部", 11, 3e5)));
    put(root, "in/孙悦.xlsx", form("孙悦", "部", 11, 3e5));
    for _ in 0..2 {
        let (told, code) = batch(root, &["in", "--out", "out", "--month", "2026-11"]);
        assert_eq!(code, 0, "{told}");
        let all =
            "2 份表上没有月份，无法核对是不是 2026-11 的：周强-11月.xlsx、王丽-2026年10月.xlsx";
        assert!(told.contains(all), "{told}");
        assert!(told.contains("1 份的文件名写着别的月份，请核对：王丽-2026年10月.xlsx"), "{told}");
    }
    // Where nobody asked for a month there is nothing to check.
    let (told, _) = batch(root, &["in", "--out", "free"]);
    assert!(!told.contains("无法核对"), "{told}");
}

#[test]
fn of_a_workbook_of_many_the_one_of_another_month_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let months = [("王丽", 11), ("周强", 10), ("孙悦", 11)];
    let months =
        months.map(|(sheet, month)| (sheet, "C2", text(&format!("考核月份：2026年{month}月"))));
    let mut cells = months.to_vec();
    cells.push((METRICS, "A1", text("2026年11月 指标数据")));
    put(root, "in/全部门.xlsx", changed(MANY, &cells));
    let (told, code) = batch(root, &["in", "--out", "out", "--month", "2026-11"]);
    assert_eq!(code, 1, "{told}");
    let what = "「周强」的表是 2026-10 的，不是 2026-11；同一份里的其他人也没有填：王丽、孙悦";
    assert!(told.contains(what) && told.contains("--> 全部门.xlsx, '周强'"), "{told}");
}
