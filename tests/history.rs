//! Last month's summary beside this month's: people who move or cannot be told apart, a summary that was corrected
//! or lost its history.

use super::quarter::{of, people, read};
use crate::common::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::package::{Edit, edit};
use std::io::Cursor;

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
