//! Three months with the program: one output folder for several months, workbooks that are replaced, results
//! that are open.

use crate::common::*;
use std::path::Path;

/// What stands in a file.
pub fn read(root: &Path, name: &str) -> Vec<u8> {
    std::fs::read(root.join(name)).expect(name)
}

/// Names of the files of a folder, but for hidden ones.
fn names(folder: &Path) -> Vec<String> {
    let all = std::fs::read_dir(folder).expect("a folder").flatten();
    let all = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = all.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// The rows of people of a summary's table.
pub fn people(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    rows(bytes, sheet).into_iter().filter(|row| row[0].parse::<u32>().is_ok()).collect()
}

/// What stands in a column of the row of a person.
pub fn of(bytes: &[u8], sheet: &str, person: &str, head: &str) -> Vec<String> {
    let all = rows(bytes, sheet);
    let found = all.iter().find_map(|row| row.iter().position(|cell| cell == head));
    let col = found.unwrap_or_else(|| panic!("no column {head}"));
    let own = all.iter().filter(|row| row.iter().any(|cell| cell == person));
    own.map(|row| row[col].clone()).collect()
}

#[test]
fn one_folder_for_two_months_loses_neither() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (month, at) in [("10月", 10), ("11月", 11)] {
        for name in ["王丽", "周强"] {
            let turnover = 300_000.0 + 3_000.0 * f64::from(at);
            put(root, &format!("{month}/{name}.xlsx"), form(name, "客服部", at, turnover));
        }
    }
    let october = ["10月", "--out", "结果", "--month", "2026-10"];
    let november = ["11月", "--out", "结果", "--month", "2026-11"];
    assert_eq!(batch(root, &october).1, 0);
    let kept = ["王丽-已评分.xlsx", "周强-已评分.xlsx", "汇总.xlsx"];
    let before = kept.map(|name| read(root, &format!("结果/{name}")));
    put(root, "11月/新人.xlsx", form("新人", "客服部", 11, 300_000.0));
    for _ in 0..3 {
        let (told, code) = batch(root, &november);
        assert!(code == 1 && told.contains("失败 2"), "{told}");
        // Once for both, and not as results that do not fit.
        assert_eq!(told.matches("result-of-other-month").count(), 1, "{told}");
        assert!(told.contains("是 2026-10 的") && told.contains("--out"), "{told}");
        assert!(told.contains("2 份工作簿都是如此") && !told.contains("stale-result"), "{told}");
        assert!(told.contains("summary-of-other-month"), "{told}");
        assert!(kept.map(|name| read(root, &format!("结果/{name}"))) == before);
        assert_eq!(
            names(&root.join("结果")),
            [
                "周强-已评分.xlsx",
                "新人-已评分.xlsx",
                "汇总-2026-11.xlsx",
                "汇总.xlsx",
                "王丽-已评分.xlsx"
            ]
        );
        assert_eq!(people(&read(root, "结果/汇总-2026-11.xlsx"), "汇总").len(), 1);
    }
    // Neither does October's own run find anything of another month.
    let (told, code) = batch(root, &october);
    assert!(code == 0 && !told.contains("other-month"), "{told}");
    // The month's own summary is found where the other has gone.
    std::fs::remove_file(root.join("结果/汇总.xlsx")).unwrap();
    put(root, "11月/新人.xlsx", form("新人", "客服部", 11, 303_000.0));
    batch(root, &november);
    assert!(!root.join("结果/汇总.xlsx").exists());
    let (told, code) = batch(root, &[&november[..], &["--force"]].concat());
    assert!(code == 0 && told.contains("填好 3"), "{told}");
    assert!(read(root, "结果/王丽-已评分.xlsx") != before[0]);
    let (told, code) = batch(root, &november);
    assert!(code == 0 && told.contains("未变 3"), "{told}");
}

#[test]
fn one_folder_whose_workbooks_are_exchanged_loses_no_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    assert_eq!(batch(root, &["in", "--out", "o", "--month", "2026-10"]).1, 0);
    let before = read(root, "o/王丽-已评分.xlsx");
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 11, 300_000.0));
    let (told, code) = batch(root, &["in", "--out", "o", "--month", "2026-11"]);
    assert!(code == 1 && told.contains("result-of-other-month"), "{told}");
    assert!(read(root, "o/王丽-已评分.xlsx") == before);
    // A month may have no year.
    for month in ["10月", "11月"] {
        let cells =
            [(FORM, "C2", text(&format!("考核月份：{month}"))), (METRICS, "A1", text("指标数据"))];
        put(root, &format!("{month}/王丽.xlsx"), changed(ONE, &cells));
    }
    assert_eq!(batch(root, &["10月", "--out", "p"]).1, 0);
    let (told, code) = batch(root, &["11月", "--out", "p"]);
    assert!(code == 1 && told.contains("同名的结果是 10月 的"), "{told}");
    let (told, code) = batch(root, &["10月", "--out", "p", "--month", "2026-10"]);
    assert!(code == 0 && !told.contains("of-other-month"), "{told}");
    // A summary of nobody takes no place either, whatever month it is of.
    put(root, "x/王丽.xlsx", form("王丽", "客服部", 11, 300_000.0));
    let summary = read(root, "o/汇总.xlsx");
    assert_eq!(batch(root, &["x", "--out", "o"]).1, 1);
    assert!(read(root, "o/汇总.xlsx") == summary);
}

#[test]
fn a_month_that_was_corrected_replaces_its_own_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 9, 300_000.0));
    put(root, "in/周强.xlsx", form("周强", "客服部", 10, 300_000.0));
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    for args in [&["in", "--out", "o"][..], &["in", "--out", "o", "--month", "2026-10"]] {
        put(root, "in/王丽.xlsx", form("王丽", "客服部", 9, 300_000.0));
        assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
        put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 303_000.0));
        let (told, code) = batch(root, args);
        assert!(code == 0 && !told.contains("other-month"), "{told}");
        assert_eq!(names(&root.join("o")), ["周强-已评分.xlsx", "汇总.xlsx", "王丽-已评分.xlsx"]);
    }
    // Another place of the same month is no other month.
    put(root, "y/王丽.xlsx", form("王丽", "客服部", 10, 306_000.0));
    assert_eq!(batch(root, &["y", "--out", "o"]).1, 0);
}

#[test]
fn a_workbook_in_whose_place_another_months_is_put_has_a_stale_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let run = || batch(root, &["in", "--out", "o", "--month", "2026-11"]);
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 11, 300_000.0));
    assert_eq!(run().1, 0);
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    for _ in 0..2 {
        let (told, code) = run();
        assert!(code == 1 && told.contains("other-month"), "{told}");
        assert!(told.contains("stale-result") && told.contains("王丽-已评分.xlsx"), "{told}");
    }
    // What is only asked for another month has not changed.
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 11, 300_000.0));
    assert_eq!(run().1, 0);
    let (told, _) = batch(root, &["in", "--out", "o", "--month", "2026-12"]);
    assert!(told.contains("other-month") && !told.contains("stale-result"), "{told}");
}

#[test]
fn a_department_is_one_however_it_is_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let spelt = [
        "客服部（一组）",
        "客服部(一组)",
        "客 服部（一组）",
        "客服部\u{200b}（一组）",
        "Sales",
        "sales",
        "ＳＡＬＥＳ",
    ];
    for (n, department) in spelt.iter().enumerate() {
        let turnover = 300_000.0 + 3_000.0 * n as f64;
        put(root, &format!("in/{n}.xlsx"), form(&format!("人{n}"), department, 10, turnover));
    }
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    let summary = read(root, "o/汇总.xlsx");
    let mut counted: Vec<(String, String)> =
        rows(&summary, "部门")[2..].iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    counted.sort();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(counted, [pair("Sales", "3"), pair("客服部（一组）", "4")]);
    // The formulas count cells of the table: those have the one spelling.
    let table = people(&summary, "汇总");
    assert_eq!(table.iter().filter(|row| row[2] == "客服部（一组）").count(), 4, "{table:?}");
    assert_eq!(table.iter().filter(|row| row[2] == "Sales").count(), 3, "{table:?}");
}

#[test]
fn a_workbook_saved_anew_beside_the_old_format_is_done_as_in_a_fresh_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xls", sample("客服主管绩效考核表-王丽-97.xls"));
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 11, 303_000.0));
    let (told, code) = batch(root, &["in", "--out", "o"]);
    assert!(code == 0 && told.contains("填好 2"), "{told}");
    assert_eq!(batch(root, &["in", "--out", "fresh"]).1, 0);
    assert_eq!(names(&root.join("o")), names(&root.join("fresh")));
    for name in names(&root.join("o")) {
        assert!(read(root, &format!("o/{name}")) == read(root, &format!("fresh/{name}")), "{name}");
    }
    // The old one refused: the result that is the new one's now is not called stale.
    put(root, "in2/王丽.xls", sample("客服主管绩效考核表-王丽-97.xls"));
    assert_eq!(batch(root, &["in2", "--out", "p"]).1, 0);
    put(root, "in2/王丽.xls", "no workbook");
    put(root, "in2/王丽.xlsx", form("王丽", "客服部", 10, 303_000.0));
    let (told, code) = batch(root, &["in2", "--out", "p"]);
    assert!(code == 1 && told.contains("填好 1") && !told.contains("stale-result"), "{told}");
}

#[test]
fn a_result_and_a_summary_that_somebody_has_open_are_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    let run = |more: &[&str]| batch(root, &[&["in", "--out", "o"], more].concat());
    assert_eq!(run(&[]).1, 0);
    let files = ["o/王丽-已评分.xlsx", "o/汇总.xlsx"];
    let before = files.map(|name| read(root, name));
    let owner: Vec<u8> = std::iter::once(6u8).chain("赵敏".bytes()).collect();
    for lock in ["o/~$王丽-已评分.xlsx", "o/~$汇总.xlsx"] {
        put(root, lock, &owner);
    }
    // Nothing to write: nothing to say.
    assert_eq!(run(&[]).1, 0);
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 303_000.0));
    for more in [&[][..], &["--force"]] {
        let (told, code) = run(more);
        assert!(code == 1 && told.matches("open-elsewhere").count() == 2, "{told}");
        assert!(told.contains("「赵敏」打开") && told.contains("请先关闭"), "{told}");
        assert!(told.contains("删除「o/~$汇总.xlsx」"), "{told}");
        assert!(files.map(|name| read(root, name)) == before);
    }
    let fill = ["fill", "in/王丽.xlsx", "-o", "o/王丽-已评分.xlsx", "--force"];
    let (_, err, code) = said(&kaohe(root, &fill));
    assert!(code == 1 && err.contains("open-elsewhere"), "{err}");
    for lock in ["o/~$王丽-已评分.xlsx", "o/~$汇总.xlsx"] {
        std::fs::remove_file(root.join(lock)).unwrap();
    }
    assert_eq!(run(&[]).1, 0);
    assert!(files.map(|name| read(root, name)) != before);
}

#[test]
fn staff_numbers_are_shown_as_they_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for number in ["A1", "b2"] {
        let department = format!("客服部  工号：{number}");
        put(root, &format!("in/{number}.xlsx"), form("张伟", &department, 10, 300_000.0));
    }
    for _ in 0..2 {
        assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
        let table = people(&read(root, "o/汇总.xlsx"), "汇总");
        let mut shown: Vec<&str> = table.iter().map(|row| row[1].as_str()).collect();
        shown.sort_unstable();
        assert_eq!(shown, ["张伟（A1）", "张伟（b2）"]);
    }
}

#[test]
fn what_is_wrong_in_the_metrics_of_all_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "指标.xlsx", changed(MANY, &[(METRICS, "A1", text("2026年9月 指标数据"))]));
    for name in ["王丽", "周强", "孙悦"] {
        put(root, &format!("in/{name}.xlsx"), form(name, "客服部", 10, 300_000.0));
    }
    let args = ["in", "--out", "o", "--month", "2026-10", "--metrics", "指标.xlsx"];
    let (told, code) = batch(root, &args);
    assert!(code == 1 && told.contains("失败 3"), "{told}");
    assert_eq!(told.matches("[other-month]").count(), 1, "{told}");
    assert!(told.contains("3 份工作簿都是如此"), "{told}");
    // The summary lists everybody.
    let listed = rows(&read(root, "o/汇总.xlsx"), "问题");
    assert_eq!(listed.iter().filter(|row| row[0] == "指标.xlsx").count(), 3, "{listed:?}");
}

#[test]
fn a_form_that_is_named_otherwise_since_a_namesake_joined_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let new = |roster: &str| {
        put(root, "r.csv", format!("姓名,部门\n周强,客服部\n{roster}"));
        let args = ["new", "--roster", "r.csv", "--month", "2026-11", "--out", "n"];
        let (out, err, code) = said(&kaohe(root, &args));
        assert_eq!(code, 0, "{err}");
        out + &err
    };
    let (one, both) = ("王丽,客服部\n", "王丽,客服部\n王丽,售后部\n");
    assert!(!new(one).contains("form-renamed"));
    let told = new(both);
    assert_eq!(told.matches("form-renamed").count(), 1, "{told}");
    assert!(told.contains("--> n/王丽-2026-11.xlsx") && told.contains("王丽-客服部-2026-11.xlsx"));
    std::fs::remove_file(root.join("n/王丽-2026-11.xlsx")).unwrap();
    assert!(!new(both).contains("form-renamed"));
    // She leaves again.
    let told = new(one);
    assert!(told.contains("--> n/王丽-客服部-2026-11.xlsx"), "{told}");
}

#[test]
fn what_an_earlier_version_made_of_another_month_is_kept_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "10/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    put(root, "11/王丽.xlsx", form("王丽", "客服部", 11, 300_000.0));
    assert_eq!(batch(root, &["10", "--out", "o"]).1, 0);
    // As it was before the manifest said of what results are made.
    let manifest = root.join("o/.kaohe-manifest.json");
    let lines = std::fs::read_to_string(&manifest).unwrap();
    let mut older = String::new();
    for line in lines.lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(entry) = line.get_mut("entry") {
            entry.as_object_mut().unwrap().remove("origin").expect("an origin");
        }
        if let Some(summaries) = line.pointer_mut("/end/summaries") {
            let own = summaries[0].clone();
            *summaries = serde_json::json!([[own["way"], own["hash"]]]);
        }
        older += &format!("{line}\n");
    }
    std::fs::write(&manifest, older).unwrap();
    let before = ["o/王丽-已评分.xlsx", "o/汇总.xlsx"].map(|name| read(root, name));
    let (told, code) = batch(root, &["11", "--out", "o", "--month", "2026-11"]);
    assert!(code == 1 && told.contains("result-of-other-month"), "{told}");
    assert!(told.contains("summary-of-other-month"), "{told}");
    assert!(["o/王丽-已评分.xlsx", "o/汇总.xlsx"].map(|name| read(root, name)) == before);
}
