//! A month at HR's desk, continued: what people edit, forget, send twice and leave out.

use crate::common::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::package::Edit;
use std::io::Cursor;
use std::path::Path;

/// A person's workbook of a month; the turnover tells people apart.
fn of(root: &Path, file: &str, name: &str, month: &str, turnover: f64) {
    let cells = [
        (FORM, "A2", text(&format!("被考核人：{name}"))),
        (FORM, "C2", text(&format!("考核月份：{month}"))),
        (METRICS, "A1", text(&format!("{month} 指标数据"))),
        (METRICS, "B5", num(turnover)),
    ];
    put(root, file, changed(ONE, &cells));
}

fn rows(path: &Path, sheet: &str) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).expect("a summary");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    let range = book.worksheet_range(sheet).expect(sheet);
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn a_summary_that_somebody_edited_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    of(root, "in/王丽.xlsx", "王丽", "2026年10月", 309_500.0);
    let batch = |more: &[&str]| {
        let args = [&["batch", "in", "--out", "out"], more].concat();
        said(&kaohe(root, &args))
    };
    assert_eq!(batch(&[]).2, 0);
    let summary = root.join("out/汇总.xlsx");
    let read = |name: &str| std::fs::read(root.join("out").join(name)).ok();
    let remark = [Edit::new("汇总", at("A40"), text("王总已阅"))];
    let edited = kaohe::package::edit(&read("汇总.xlsx").unwrap(), &remark).unwrap();
    std::fs::write(&summary, &edited).unwrap();
    // Nothing new to say: it stays, and nothing stands beside it.
    let (_, err, code) = batch(&[]);
    assert_eq!((code, err.contains("summary-edited")), (0, false), "{err}");
    assert!(read("汇总.xlsx").unwrap() == edited && read("汇总-2.xlsx").is_none());
    // Something new: it stays, and the new one is named.
    of(root, "in/王丽.xlsx", "王丽", "2026年10月", 330_000.0);
    let (_, err, code) = batch(&[]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("提示[summary-edited]: 汇总「out/汇总.xlsx」在上次之后被人改过"), "{err}");
    assert!(read("汇总.xlsx").unwrap() == edited);
    let second = read("汇总-2.xlsx").expect("the new summary");
    // Again: the same, and no third one.
    assert_eq!(batch(&[]).2, 0);
    assert!(read("汇总-2.xlsx").unwrap() == second && read("汇总-3.xlsx").is_none());
    // Told to, it is replaced.
    assert_eq!(batch(&["--force"]).2, 0);
    assert!(read("汇总.xlsx").unwrap() == second);
}

#[test]
fn a_month_without_its_year_is_held_against_the_one_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (file, month) in [("a", "10月"), ("b", "9月")] {
        of(root, &format!("in/{file}.xlsx"), &format!("王{file}"), month, 300_000.0);
    }
    let (_, err, code) = said(&kaohe(root, &["batch", "in", "--out", "o", "--month", "2026-10"]));
    assert_eq!(code, 1);
    assert!(err.contains("这是 9月 的表，不是 2026-10") && !err.contains("无法核对"), "{err}");
    assert!(root.join("o/a-已评分.xlsx").exists() && !root.join("o/b-已评分.xlsx").exists());
    // The form's month is right, its figures' is not.
    let cells = [(FORM, "C2", text("考核月份：10月")), (METRICS, "A1", text("2026年9月 指标数据"))];
    put(root, "c/王丽.xlsx", changed(ONE, &cells));
    let (_, err, code) = said(&kaohe(root, &["batch", "c", "--out", "p", "--month", "2026-10"]));
    assert_eq!((code, err.contains("[other-month]")), (1, true), "{err}");
}

#[test]
fn a_month_away_does_not_end_the_trend() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (month, people) in [(10, &["王丽", "周强"][..]), (11, &["王丽"]), (12, &["王丽", "周强"])]
    {
        for name in people {
            let turnover = 300_000.0 + f64::from(month) * 3000.0;
            let file = format!("in{month}/{name}.xlsx");
            of(root, &file, name, &format!("2026年{month}月"), turnover);
        }
        let (input, out) = (format!("in{month}"), format!("o{month}"));
        let previous = format!("o{}/汇总.xlsx", month - 1);
        let mut args = vec!["batch", &input, "--out", &out];
        if month > 10 {
            args.extend(["--previous", &previous]);
        }
        assert_eq!(said(&kaohe(root, &args)).2, 0);
    }
    let history = rows(&root.join("o12/汇总.xlsx"), "历史");
    assert_eq!(history[0], ["姓名", "部门", "2026-10", "2026-11", "2026-12"]);
    let of = |name: &str| history.iter().find(|row| row[0] == name).expect(name).clone();
    assert!(of("王丽").iter().all(|cell| !cell.is_empty()));
    let away = of("周强");
    assert!(!away[2].is_empty() && away[3].is_empty() && !away[4].is_empty(), "{away:?}");
    // In the month away it is kept, and shows nowhere else.
    let kept = rows(&root.join("o11/汇总.xlsx"), "历史");
    assert!(kept.iter().any(|row| row[0] == "周强" && row[2] == away[2]), "{kept:?}");
    let table = rows(&root.join("o11/汇总.xlsx"), "汇总");
    assert!(!table.iter().flatten().any(|cell| cell == "周强"));
}

#[test]
fn no_rater_goes_missing_without_a_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\r\n李四,客服部\r\n").unwrap();
    put(root, "t.xlsx", sample(ONE));
    let new = ["new", "--roster", "r.csv", "--month", "2026-11", "--template", "t.xlsx"];
    let made = said(&kaohe(root, &[&new[..], &["--ratings", "5", "--out", "o"]].concat()));
    assert_eq!(made.2, 0, "{}", made.1);
    let (mut forms, mut open) = (Vec::new(), vec![root.join("o/评分表")]);
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { open.push(path) } else { forms.push(path) }
        }
    }
    forms.sort();
    assert_eq!(forms.len(), 5);
    // Four rate, of whom one stays blank; the fifth types all marks but one beside the column.
    let marks = [Some(4.0); 8];
    for form in &forms[..3] {
        let bytes = rated(form, &marks);
        std::fs::write(form, bytes).unwrap();
    }
    let beside = std::fs::read(&forms[4]).unwrap();
    let book = kaohe::workbook::open(&beside, &|_| true).unwrap();
    let sheet = &book.sheets[0];
    let (head, _) = sheet
        .cells
        .iter()
        .find(|(_, cell)| cell.value.text().is_some_and(|text| text.starts_with("得分")))
        .expect("the column");
    let edits: Vec<Edit> = (1..=8)
        .map(|row| {
            let at = kaohe::cell::CellRef::new(head.row + row, head.col + u32::from(row > 1));
            Edit::new(sheet.name.as_str(), at, num(3.0))
        })
        .collect();
    let wrong = kaohe::package::edit(&beside, &edits).unwrap();
    std::fs::write(&forms[4], wrong).unwrap();
    let collect = || said(&kaohe(root, &["collect", "o/评分表", "--into", "o"]));
    let (_, err, code) = collect();
    assert_eq!(code, 1);
    assert!(err.contains("提示[ballot-blank]: 这份评分表一个分数也没有"), "{err}");
    assert!(err.contains("错误[marks-beside]: 「得分」一列有空格，旁边的列却写着数字"), "{err}");
    assert!(err.contains("有评分表要先改正"), "{err}");
    // Without it three are enough, and the blank one is named again.
    std::fs::remove_file(&forms[4]).unwrap();
    let (out, err, code) = collect();
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("已写入 1 人的评分（3 份）") && err.contains("ballot-blank"),
        "{out}{err}"
    );
}

#[test]
fn figures_of_a_namesake_and_of_another_month_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "客服.xlsx", sample(ONE));
    let sales = [(FORM, "B2", text("部门：销售部"))];
    put(root, "销售.xlsx", changed(ONE, &sales));
    let (_, err, code) = said(&kaohe(root, &["fill", "销售.xlsx", "--metrics", "客服.xlsx"]));
    assert_eq!(code, 1);
    let wanted = "指标工作簿是「客服部」的「王丽」的，这张考核表是「销售部」的「王丽」的";
    assert!(err.contains(wanted), "{err}");
    // Of one department it is the person's own.
    let own = kaohe(root, &["fill", "客服.xlsx", "--metrics", "客服.xlsx", "-o", "o.xlsx"]);
    assert_eq!(said(&own).2, 0);
    // November's form, October's figures.
    let november = [(FORM, "C2", text("考核月份：2026年11月"))];
    put(root, "in/王丽.xlsx", changed(ONE, &november));
    let (_, err, _) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert!(err.contains("1 份的指标与考核表不是同一个月份，请核对：王丽.xlsx"), "{err}");
}

#[test]
fn marks_are_not_written_into_a_workbook_that_somebody_has_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "o", "--ratings", "3"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    for n in 1..=3 {
        let blank = root.join(format!("o/评分表/王丽-2026-10/下级评分表-0{n}.xlsx"));
        put(root, &format!("回/{n}.xlsx"), rated(&blank, &[Some(4.0); 8]));
    }
    let book = root.join("o/王丽-2026-10.xlsx");
    let before = std::fs::read(&book).unwrap();
    // As LibreOffice leaves it; Excel's own is `~$…`.
    put(root, "o/.~lock.王丽-2026-10.xlsx#", "张总,host,zhang,28.11.2026 10:00,file:///;");
    let args = ["collect", "回", "--into", "o"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && out.starts_with("已写入 0 人"), "{out}{err}");
    assert!(err.contains("open-elsewhere") && err.contains("「张总」"), "{err}");
    assert!(before == std::fs::read(&book).unwrap());
    std::fs::remove_file(root.join("o/.~lock.王丽-2026-10.xlsx#")).unwrap();
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    assert!(before != std::fs::read(&book).unwrap());
}

#[test]
fn people_without_a_department_are_told_below_the_departments() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (file, department) in [("a", "部门：甲部"), ("b", "部门：乙部"), ("c", "部门："), ("d", "")]
    {
        let cells =
            [(FORM, "A2", text(&format!("被考核人：{file}"))), (FORM, "B2", text(department))];
        put(root, &format!("in/{file}.xlsx"), changed(ONE, &cells));
    }
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "o"])).2, 0);
    let all = rows(&root.join("o/汇总.xlsx"), "部门");
    let told: Vec<String> = all.iter().map(|row| row[0].to_string()).collect();
    assert_eq!(told, ["各部门", "部门", "乙部", "甲部", "另有 2 人的表上没有写部门"]);
}

#[test]
fn a_form_that_nobody_has_filled_in_takes_four_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n周强,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "in"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "o"]));
    assert!(code == 1 && out.contains("未完成 2"), "{out}");
    // The first blank cell with place and cure, and how many more there are; all are in the summary.
    for who in ["王丽", "周强"] {
        assert_eq!(err.lines().filter(|line| line.contains(who)).count(), 2, "{err}");
    }
    assert_eq!(err.matches("见汇总的「问题」").count(), 2, "{err}");
    let listed = rows(&root.join("o/汇总.xlsx"), "问题");
    assert!(listed.iter().filter(|row| row[1] == "王丽").count() > 10, "{listed:?}");
    // Wrong figures are still listed one by one.
    put(root, "w/a.xlsx", changed(ONE, &[(METRICS, "B4", text("许多")), (FORM, "D17", num(7.0))]));
    let (_, err, _) = said(&kaohe(root, &["batch", "w", "--out", "p"]));
    assert_eq!(err.matches("失败[").count(), 2, "{err}");
}
