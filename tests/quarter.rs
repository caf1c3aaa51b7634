//! Three months with the program: one output folder for several months, last month's summary, people who
//! move, workbooks that are replaced, results that are open.

use crate::common::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::package::{Edit, edit};
use std::io::Cursor;
use std::path::Path;

/// Runs `batch` and gives what it said, output before errors, and its exit code.
fn batch(root: &Path, args: &[&str]) -> (String, i32) {
    let (out, err, code) = said(&kaohe(root, &[&["batch"], args].concat()));
    (out + &err, code)
}

fn read(root: &Path, name: &str) -> Vec<u8> {
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
fn people(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    rows(bytes, sheet).into_iter().filter(|row| row[0].parse::<u32>().is_ok()).collect()
}

/// What stands in a column of the row of a person.
fn of(bytes: &[u8], sheet: &str, person: &str, head: &str) -> Vec<String> {
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
fn who_cannot_be_told_apart_keeps_the_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let month = |at: u32, people: &[(&str, &str)], previous: Option<u32>| {
        let (input, out) = (format!("in{at}"), format!("o{at}"));
        for (n, (name, department)) in people.iter().enumerate() {
            put(root, &format!("{input}/{n}.xlsx"), form(name, department, at, 300_000.0));
        }
        let before = previous.map(|at| format!("o{at}/汇总.xlsx"));
        let mut args = vec![input.as_str(), "--out", &out];
        if let Some(before) = &before {
            args.extend(["--previous", before]);
        }
        let (told, code) = batch(root, &args);
        assert_eq!(code, 0, "{told}");
        (told, read(root, &format!("{out}/汇总.xlsx")))
    };
    month(9, &[("张伟", "客服部"), ("李明", "客服部"), ("Tim", "Sales")], None);
    // Two namesakes in other departments: which of them was it?
    let (told, october) =
        month(10, &[("张伟", "市场部"), ("张伟", "售后部"), ("李明", "客服部")], Some(9));
    assert!(told.contains("previous-unclear") && told.contains("张伟"), "{told}");
    let told = rows(&october, "提示");
    assert_eq!(told.iter().filter(|row| row[5].contains("分不清")).count(), 2, "{told:?}");
    assert_eq!(of(&october, "历史", "客服部", "2026-09").len(), 2, "he and 李明");
    // Who has left is written as ever.
    assert_eq!(of(&october, "历史", "Tim", "2026-09").len(), 1);
    assert_eq!(of(&october, "历史", "Tim", "部门"), ["Sales"]);
    // He is back where he was, and has his own.
    let (told, november) = month(11, &[("张伟", "客服部"), ("李明", "客服部")], Some(10));
    assert!(!told.contains("previous-unclear"), "{told}");
    assert!(people(&november, "汇总").iter().all(|row| row[1] != "Tim"));
    let own = of(&november, "历史", "张伟", "2026-09");
    assert!(own.iter().filter(|total| !total.is_empty()).count() == 1, "{own:?}");
    // Two of one name and department, be it one person twice: neither takes the earlier totals, which stay.
    let (told, december) = month(12, &[("李明", "客服部"), ("李明", "客服部")], Some(11));
    assert!(told.contains("previous-unclear"), "{told}");
    let kept = of(&december, "历史", "李明", "2026-11");
    assert!(kept.len() == 3 && kept.iter().filter(|t| !t.is_empty()).count() == 1, "{kept:?}");
}

#[test]
fn two_forms_of_one_person_are_told_apart_by_their_scheme() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let sales = |month: u32, turnover: f64| {
        let (name, form) = ("销售代表绩效考核表-李强.xlsx", "销售代表绩效考核表");
        let cells = [
            (form, "B2", text("部门：客服部")),
            (form, "C2", text(&format!("考核月份：2026年{month}月"))),
            (METRICS, "B5", num(turnover)),
        ];
        changed(name, &cells)
    };
    put(root, "10/a.xlsx", form("李强", "客服部", 10, 300_000.0));
    put(root, "10/b.xlsx", sales(10, 300_000.0));
    put(root, "10/c.xlsx", form("王丽", "客服部", 10, 303_000.0));
    assert_eq!(batch(root, &["10", "--out", "o10"]).1, 0);
    // One of his two forms is away for a month, and both come back.
    put(root, "11/a.xlsx", form("李强", "客服部", 11, 303_000.0));
    put(root, "11/c.xlsx", form("王丽", "客服部", 11, 303_000.0));
    let (told, code) = batch(root, &["11", "--out", "o11", "--previous", "o10/汇总.xlsx"]);
    assert!(code == 0 && !told.contains("previous-"), "{told}");
    let october = read(root, "o10/汇总.xlsx");
    let total = |sheet: &str| of(&october, sheet, "李强", "总得分")[0].clone();
    let (head, sold) = (total("汇总-客服主管"), total("汇总-销售代表"));
    assert_ne!(head, sold);
    let november = read(root, "o11/汇总.xlsx");
    assert_eq!(of(&november, "汇总", "李强", "2026-10"), std::slice::from_ref(&head));
    put(root, "12/a.xlsx", form("李强", "客服部", 12, 300_000.0));
    put(root, "12/b.xlsx", sales(12, 300_000.0));
    put(root, "12/c.xlsx", form("王丽", "客服部", 12, 303_000.0));
    let (told, code) = batch(root, &["12", "--out", "o12", "--previous", "o11/汇总.xlsx"]);
    assert!(code == 0 && !told.contains("previous-"), "{told}");
    let december = read(root, "o12/汇总.xlsx");
    assert_eq!(of(&december, "历史-客服主管", "李强", "2026-10"), [head]);
    assert_eq!(of(&december, "历史-销售代表", "李强", "2026-10"), [sold]);
}

#[test]
fn a_summary_of_no_earlier_month_and_a_corrected_one_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for at in [10, 11] {
        put(root, &format!("{at}/a.xlsx"), form("王丽", "客服部", at, 300_000.0));
    }
    let run = |month: &str, out: &str, previous: &str| {
        let (told, code) = batch(root, &[month, "--out", out, "--previous", previous]);
        assert_eq!(code, 0, "{told}");
        let listed = rows(&read(root, &format!("{out}/汇总.xlsx")), "提示");
        let listed: Vec<String> = listed.into_iter().map(|row| row[5].clone()).collect();
        (told, listed)
    };
    assert_eq!(batch(root, &["10", "--out", "o10"]).1, 0);
    let (told, listed) = run("11", "o11", "o10/汇总.xlsx");
    assert!(!told.contains("previous-"), "{told}");
    assert!(!listed.iter().any(|text| text.contains("--previous")), "{listed:?}");
    for (month, previous, rest) in
        [("10", "o10", "，没有比较"), ("10", "o11", "，没有比较"), ("11", "o11", "更早的月份")]
    {
        let (told, listed) = run(month, "x", &format!("{previous}/汇总.xlsx"));
        assert!(told.contains("[previous-not-earlier]") && told.contains(rest), "{told}");
        assert!(listed.iter().any(|text| text.contains("不早于")), "{listed:?}");
        std::fs::remove_dir_all(root.join("x")).unwrap();
    }
    // A total that was corrected in the table that HR sees.
    let bytes = read(root, "o10/汇总.xlsx");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(&bytes)).expect("calamine opens");
    let table = book.worksheet_range("汇总").unwrap();
    let head = table.rows().nth(3).unwrap().iter().position(|cell| *cell == "总得分").unwrap();
    let Some(Data::Float(total)) = table.get((4, head)).cloned() else { panic!("no total") };
    let cell = format!("{}5", kaohe::cell::column_letters(u32::try_from(head).unwrap()));
    let edits = [Edit::new("汇总", at(&cell), num(total - 3.0))];
    put(root, "改.xlsx", edit(&bytes, &edits).expect("edited"));
    let (told, listed) = run("11", "o12", "改.xlsx");
    let place = format!("'汇总'!{cell}");
    assert!(told.contains("[previous-differs]") && told.contains(&place), "{told}");
    assert!(listed.iter().any(|text| text.contains("王丽") && text.contains(&place)), "{listed:?}");
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

/// A summary as somebody hands it on who has deleted the hidden history, with its values stored.
fn without_history(summary: &[u8]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.set_name("汇总").unwrap();
    for (row, line) in (0..).zip(rows(summary, "汇总")) {
        for (col, cell) in (0..).zip(line) {
            match cell.parse::<f64>() {
                Ok(number) => page.write_number(row, col, number).unwrap(),
                Err(_) => page.write_string(row, col, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn the_mean_of_a_summary_without_its_history_is_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // Two of one name, whom the table tells apart by their departments.
    for (name, department) in [("王丽", "一部"), ("王丽", "二部"), ("周强", "一部")] {
        let file = format!("{name}-{department}");
        put(root, &format!("10/{file}.xlsx"), form(name, department, 10, 300_000.0));
        put(root, &format!("11/{file}.xlsx"), form(name, department, 11, 303_000.0));
    }
    std::fs::remove_file(root.join("11/王丽-二部.xlsx")).unwrap();
    assert_eq!(batch(root, &["10", "--out", "o10"]).1, 0);
    let october = read(root, "o10/汇总.xlsx");
    let called: Vec<String> =
        people(&october, "汇总").into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(called, ["周强", "王丽（一部）", "王丽（二部）"]);
    put(root, "旧.xlsx", without_history(&october));
    for previous in ["旧.xlsx", "o10/汇总.xlsx"] {
        let (told, code) = batch(root, &["11", "--out", "o11", "--force", "--previous", previous]);
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("这次没有得分的 1 人：王丽（二部）\n"), "{previous}: {told}");
        let november = read(root, "o11/汇总.xlsx");
        let past: Vec<String> =
            rows(&november, "历史").into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(past, ["姓名", "周强", "王丽", "王丽"]);
        // 101 % of plan instead of 100 %: 2 points more.
        assert_eq!(of(&november, "汇总", "王丽", "变化"), ["2"], "{previous}");
    }
}
