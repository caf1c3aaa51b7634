//! Who joins and who leaves: a namesake's newcomer is not who was there before, nobody goes missing
//! without a word, and a roster's filter hides nobody.

use crate::common::*;
use std::path::Path;

fn read(root: &Path, name: &str) -> Vec<u8> {
    std::fs::read(root.join(name)).expect(name)
}

/// What stands under a month of the summary's table, of everybody of a name.
fn last_month(bytes: &[u8], person: &str) -> Vec<String> {
    let all = rows(bytes, "汇总");
    let head = all.iter().find(|row| row.iter().any(|cell| cell == "姓名")).expect("a head");
    let col = |name: &str| head.iter().position(|cell| cell == name).expect(name);
    let (name, month) = (col("姓名"), col("2026-10"));
    all.iter().filter(|row| row[name] == person).map(|row| row[month].clone()).collect()
}

/// The total of the form that stands in a workbook, as another program reads it.
fn total(bytes: &[u8]) -> f64 {
    number(bytes, FORM, "D40")
}

#[test]
fn a_newcomer_of_somebodys_name_takes_no_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for name in ["王丽", "周强"] {
        put(root, &format!("10/{name}.xlsx"), form(name, "客服部", 10, 300_000.0));
    }
    assert_eq!(batch(root, &["10", "--out", "o10", "--month", "2026-10"]).1, 0);
    // One of these two was there in October: nothing says which.
    put(root, "11/王丽.xlsx", form("王丽", "客服部", 11, 303_000.0));
    put(root, "11/王丽-新.xlsx", form("王丽", "客服部", 11, 306_000.0));
    put(root, "11/周强.xlsx", form("周强", "客服部", 11, 300_000.0));
    let november = ["11", "--out", "o11", "--month", "2026-11", "--previous", "o10/汇总.xlsx"];
    let (told, _) = batch(root, &november);
    assert!(told.contains("[previous-unclear]: 2 人") && told.contains("王丽"), "{told}");
    let summary = read(root, "o11/汇总.xlsx");
    assert_eq!(last_month(&summary, "王丽"), ["无", "无"]);
    let own: Vec<f64> =
        last_month(&summary, "周强").iter().map(|cell| cell.parse().expect("a total")).collect();
    let october = total(&read(root, "o10/周强-已评分.xlsx"));
    assert!(own.len() == 1 && (own[0] - october).abs() < 1e-6, "{own:?} {october}");
    // October's total is handed on, to nobody.
    let history: Vec<Vec<String>> =
        rows(&summary, "历史").into_iter().filter(|row| row[0] == "王丽").collect();
    let october: Vec<&String> =
        history.iter().map(|row| &row[2]).filter(|cell| !cell.is_empty()).collect();
    assert!(history.len() == 3 && october.len() == 1, "{history:?}");
    // Nobody is missing: one of the two is who was there.
    assert!(!told.contains("not-this-time"), "{told}");
    // Another department's newcomer is no case of doubt.
    put(root, "11/王丽-新.xlsx", form("王丽", "售前部", 11, 306_000.0));
    let (told, _) = batch(root, &november);
    assert!(!told.contains("previous-unclear"), "{told}");
    let summary = read(root, "o11/汇总.xlsx");
    let both = ["王丽（客服部）", "王丽（售前部）"].map(|name| last_month(&summary, name));
    assert!(both[0][0].parse::<f64>().is_ok() && both[1] == ["无"], "{both:?}");
}

#[test]
fn who_was_there_last_month_and_has_no_total_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for name in ["王丽", "周强", "孙悦", "郑爽"] {
        put(root, &format!("10/{name}.xlsx"), form(name, "客服部", 10, 300_000.0));
    }
    assert_eq!(batch(root, &["10", "--out", "o10", "--month", "2026-10"]).1, 0);
    // One sent nothing, one changed the name, one's form is not filled in.
    put(root, "11/王丽.xlsx", form("王丽", "客服部", 11, 303_000.0));
    put(root, "11/孙月.xlsx", form("孙月", "客服部", 11, 303_000.0));
    let blank = [
        (FORM, "A2", text("被考核人：郑爽")),
        (FORM, "C2", text("考核月份：2026年11月")),
        (METRICS, "A1", text("2026年11月 指标数据")),
        (METRICS, "B5", text("")),
    ];
    put(root, "11/郑爽.xlsx", changed(ONE, &blank));
    let args = ["11", "--out", "o11", "--month", "2026-11", "--previous", "o10/汇总.xlsx"];
    let (told, _) = batch(root, &args);
    let line = told.lines().find(|line| line.contains("[not-this-time]")).expect("a notice");
    assert!(line.contains("2026-10 有得分") && !line.contains("王丽"), "{line}");
    assert!(line.contains("的 3 人："), "{line}");
    assert!(["周强", "孙悦", "郑爽"].iter().all(|name| line.contains(name)), "{line}");
    let notices = rows(&read(root, "o11/汇总.xlsx"), "提示");
    let said = notices.iter().flatten().filter(|cell| cell.contains("这次没有得分的 3 人"));
    assert_eq!(said.count(), 1, "{notices:?}");
    // Who was away for a month already is not missed again.
    let december = ["12", "--out", "o12", "--month", "2026-12", "--previous", "o11/汇总.xlsx"];
    for name in ["王丽", "孙月"] {
        put(root, &format!("12/{name}.xlsx"), form(name, "客服部", 12, 303_000.0));
    }
    let (told, code) = batch(root, &december);
    assert!(code == 0 && !told.contains("not-this-time"), "{told}");
}

#[test]
fn people_whose_rows_a_filter_hides_have_forms_and_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, name) in (0..).zip(["姓名", "王丽", "周强", "孙悦"]) {
        sheet.write(row, 0, name).expect("a cell");
    }
    sheet.set_row_hidden(2).expect("hidden");
    book.save(root.join("r.xlsx")).expect("a roster");
    let new = ["new", "--roster", "r.xlsx", "--month", "2026-11", "--out", "o"];
    let (out, err, code) = said(&kaohe(root, &new));
    assert!(code == 0 && out.contains("3 份"), "{out}{err}");
    assert!(
        err.contains("[roster-hidden]") && err.contains("1 人") && err.contains("周强"),
        "{err}"
    );
    assert!(!err.contains("王丽") && !err.contains("孙悦"), "{err}");
}
