//! `kaohe collect`: no rater is lost, no mark lands where it is not read, nothing else is written
//! over.

use crate::common::*;
use kaohe::package::{Content, Edit, edit};

#[test]
fn no_rater_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o", "--ratings", "4"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    std::fs::create_dir_all(root.join("回/子")).unwrap();
    let blank = |n: u32| root.join(format!("o/评分表/王丽-2026-11/下级评分表-{n:02}.xlsx"));
    let all = |mark: f64| vec![Some(mark); 8];
    // A rater calls a form scored, as results are called.
    for (n, name) in [(1, "一"), (2, "二"), (3, "下级评分表-03-已评分"), (4, "子/王丽-已评分 (2)")]
    {
        let bytes = rated(&blank(n), &all(f64::from(n)));
        std::fs::write(root.join(format!("回/{name}.xlsx")), bytes).unwrap();
    }
    let collect = ["collect", "回", "--into", "o"];
    let (out, err, code) = said(&kaohe(root, &collect));
    assert_eq!((out.as_str(), code), ("已写入 1 人的评分（4 份），0 人未变：o\n", 0), "{err}");
    let made = std::fs::read(root.join("o/王丽-2026-11.xlsx")).unwrap();
    let row: Vec<f64> = ["B4", "C4", "D4", "E4"].map(|c| number(&made, "下级评分", c)).into();
    assert_eq!(row, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(err, "");
    // Forms without a number are counted, and pointed out.
    let unnumbered = edit(
        &std::fs::read(root.join("回/一.xlsx")).unwrap(),
        &[Edit::new("评分表", at("A14"), Content::Blank)],
    );
    std::fs::write(root.join("回/一.xlsx"), unnumbered.unwrap()).unwrap();
    let (out, err, code) = said(&kaohe(root, &collect));
    assert_eq!((out.as_str(), code), ("已写入 0 人的评分（0 份），1 人未变：o\n", 0), "{err}");
    assert!(err.contains("提示[rater-without-number]: 有 1 份"), "{err}");
    // A mark that is a formula without a value is not one left blank.
    let formula =
        pack::with_part(&rated(&blank(1), &all(1.0)), "xl/worksheets/sheet1.xml", |xml| {
            let from = xml.find("<c r=\"C6\"").expect("a mark");
            let to = from + xml[from..].find("</c>").expect("its end");
            let head = &xml[from..from + xml[from..].find('>').expect("a tag")];
            format!("{}{head}><f>2+2</f>{}", &xml[..from], &xml[to..])
        });
    std::fs::write(root.join("回/一.xlsx"), formula).unwrap();
    let (_, err, code) = said(&kaohe(root, &[&collect[..], &["--force"]].concat()));
    assert!(
        code == 1 && err.contains("mark-without-value") && err.contains("'评分表'!C6"),
        "{err}"
    );
}

#[test]
fn a_label_beside_a_blank_one_is_not_its_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // A roster without departments: 部门： stays blank, 考核月份：… stands beside it.
    std::fs::write(root.join("r.csv"), "姓名\n王丽\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "o", "--ratings", "3"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let made = std::fs::read(root.join("o/王丽-2026-10.xlsx")).unwrap();
    let outcome = kaohe::fill_workbook(&made, &kaohe::Options::default()).expect("a form");
    assert_eq!(outcome.cards[0].department, None);
    // Its raters' forms fit the company's own workbook, which names a department.
    std::fs::create_dir_all(root.join("入")).unwrap();
    std::fs::copy(sample_path(ONE), root.join("入/王丽.xlsx")).unwrap();
    std::fs::create_dir_all(root.join("回")).unwrap();
    for n in 1..=3u32 {
        let blank = root.join(format!("o/评分表/王丽-2026-10/下级评分表-{n:02}.xlsx"));
        std::fs::write(root.join(format!("回/{n}.xlsx")), rated(&blank, &[Some(4.0); 8])).unwrap();
    }
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "入", "--force"]));
    assert_eq!((out.as_str(), code), ("已写入 1 人的评分（3 份），0 人未变：入\n", 0), "{err}");
}

#[test]
fn two_of_one_name_and_department_get_their_own_marks() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,部门,工号\n王丽,客服部,1\n王丽,客服部,3\n";
    std::fs::write(root.join("r.csv"), roster).unwrap();
    let new = |template: Option<&str>| {
        let mut args = vec!["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o"];
        args.extend(["--ratings", "3", "--force"]);
        args.extend(template.iter().flat_map(|t| ["--template", *t]));
        said(&kaohe(root, &args))
    };
    // A form without a place for the number cannot tell them apart: said before forms go out.
    let (_, err, code) = new(None);
    assert!(code == 0 && err.matches("template-number").count() == 2, "{err}");
    let numbered = changed(ONE, &[(FORM, "E2", text("工号："))]);
    std::fs::write(root.join("t.xlsx"), numbered).unwrap();
    let (_, err, code) = new(Some("t.xlsx"));
    assert_eq!((err.as_str(), code), ("", 0));
    std::fs::create_dir(root.join("回")).unwrap();
    for (person, mark) in [("1", 5.0), ("3", 2.0)] {
        for n in 1..=3u32 {
            let blank =
                root.join(format!("o/评分表/王丽-客服部-{person}-2026-11/下级评分表-{n:02}.xlsx"));
            let bytes = rated(&blank, &[Some(mark); 8]);
            std::fs::write(root.join(format!("回/{person}-{n}.xlsx")), bytes).unwrap();
        }
    }
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "o"]));
    assert_eq!((out.as_str(), code), ("已写入 2 人的评分（6 份），0 人未变：o\n", 0), "{err}");
    for (person, mark) in [("1", 5.0), ("3", 2.0)] {
        let made =
            std::fs::read(root.join(format!("o/王丽-客服部-{person}-2026-11.xlsx"))).unwrap();
        assert_eq!(number(&made, "下级评分", "D4"), mark, "{person}");
    }
}

#[test]
fn collect_writes_only_into_raters_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    returned(root, 6, |n| vec![Some(f64::from(n) / 2.0); 8]);
    std::fs::create_dir_all(root.join("入")).unwrap();
    const RATERS: &str = "下级评分";
    let blanks = |columns: &[&str]| -> Vec<(&str, String, Content)> {
        let cells = columns.iter().flat_map(|c| (4..=11).map(move |row| format!("{c}{row}")));
        cells.map(|cell| (RATERS, cell, Content::Blank)).collect()
    };
    let cells = |texts: &[(&'static str, &str)]| -> Vec<(&str, String, Content)> {
        texts.iter().map(|(cell, t)| (RATERS, (*cell).to_owned(), text(t))).collect()
    };
    let all = ["B", "C", "D", "E"];
    let names = [("B3", "张三"), ("C3", "李四"), ("D3", "王五"), ("E3", "赵六")];
    // A mean and remarks right of the raters; raters by name, with and without marks; a rater a row.
    let indicators = ["组织能力", "紧急情况处理能力", "服从度", "沟通情况", "客观度", "表达能力"];
    let turned: Vec<_> = (0..8)
        .flat_map(|n: u32| {
            let column = char::from_u32('B' as u32 + n).unwrap();
            let name = ["倾听能力", "参与度"].iter().rev();
            let name = indicators.iter().chain(name.rev()).nth(n as usize).unwrap();
            [
                (format!("{column}3"), text(name)),
                (format!("{column}4"), num(3.0)),
                (format!("{column}5"), num(4.0)),
            ]
        })
        .chain([("A4".to_owned(), text("评分人1")), ("A5".to_owned(), text("评分人2"))])
        .map(|(cell, content)| (RATERS, cell, content))
        .collect();
    let labels = (6..=11).flat_map(|row| ["A", "B", "C", "D", "E"].map(|c| format!("{c}{row}")));
    let labels = labels.map(|cell| (RATERS, cell, Content::Blank));
    for (change, problem) in [
        ([blanks(&all), cells(&[("F3", "平均分"), ("G4", "凝聚力强")])].concat(), "no-room"),
        (cells(&names), "named-raters"),
        (turned.into_iter().chain(labels).collect(), "turned-raters"),
    ] {
        let change: Vec<_> = change.iter().map(|(s, c, v)| (*s, c.as_str(), v.clone())).collect();
        let before = changed(ONE, &change);
        let path = root.join("入/王丽.xlsx");
        std::fs::write(&path, &before).unwrap();
        let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "入", "--force"]));
        assert!(code == 1 && err.contains(problem), "{problem}: {out}{err}");
        assert!(std::fs::read(&path).unwrap() == before, "{problem}");
    }
}

#[test]
fn marks_that_would_not_be_scored_are_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    returned(root, 3, |_| vec![Some(4.0); 8]);
    // A row of the person's own with other marks, which is read before the raters' sheet.
    let head = MARKS.iter().map(|mark| text(&format!("下级-{mark}")));
    let row = MARKS.iter().map(|_| num(3.0));
    let cells: Vec<(String, Content)> = ('A'..)
        .zip(std::iter::once(text("姓名")).chain(head))
        .map(|(column, content)| (format!("{column}30"), content))
        .chain(
            ('A'..)
                .zip(std::iter::once(text("王丽")).chain(row))
                .map(|(column, content)| (format!("{column}31"), content)),
        )
        .collect();
    let cells: Vec<_> = cells.iter().map(|(at, c)| (METRICS, at.as_str(), c.clone())).collect();
    std::fs::create_dir_all(root.join("入")).unwrap();
    let before = changed(ONE, &cells);
    let path = root.join("入/王丽.xlsx");
    std::fs::write(&path, &before).unwrap();
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "入", "--force"]));
    assert!(code == 1 && err.contains("marks-elsewhere"), "{out}{err}");
    assert!(err.contains("'指标数据'!B31"), "{err}");
    assert!(std::fs::read(&path).unwrap() == before);
}

/// A month's folder of two departments, and the raters' forms of one that came back.
fn two_departments(root: &std::path::Path) {
    std::fs::write(root.join("客服.csv"), "姓名,部门\n王丽,客服部\n周强,客服部\n").unwrap();
    std::fs::write(root.join("仓库.csv"), "姓名,部门\n孙悦,仓储部\n郑爽,仓储部\n").unwrap();
    let new = |roster: &str, out: &str, more: &[&str]| {
        let args = ["new", "--roster", roster, "--month", "2026-11", "--out", out];
        assert_eq!(said(&kaohe(root, &[&args, more].concat())).2, 0);
    };
    new("客服.csv", "11月/客服部", &["--ratings", "3"]);
    let template = sample_path("仓库主管绩效考核表-陈波.xlsx");
    new("仓库.csv", "11月/仓储部", &["--template", template.to_str().expect("a path")]);
    std::fs::rename(root.join("11月/客服部/评分表"), root.join("回")).unwrap();
    for person in ["王丽", "周强"] {
        for n in 1..=3u32 {
            let path = root.join(format!("回/{person}-2026-11/下级评分表-{n:02}.xlsx"));
            let marks = vec![Some(f64::from(n)); 8];
            std::fs::write(&path, rated(&path, &marks)).unwrap();
        }
    }
}

#[test]
fn forms_of_departments_without_raters_are_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    two_departments(root);
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "11月"]));
    assert_eq!((out.as_str(), code), ("已写入 2 人的评分（6 份），0 人未变：11月\n", 0), "{err}");
    // One line for both, and no word of a scheme that nobody named.
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains("有 2 份") && err.contains("孙悦-2026-11.xlsx"), "{err}");
    assert!(!err.contains("错误") && !err.contains("指定的方案"), "{err}");
}

#[test]
fn raters_forms_without_a_workbook_are_told_once_a_person() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    two_departments(root);
    let gone = root.join("11月/客服部/周强-2026-11.xlsx");
    let whole = std::fs::read(&gone).unwrap();
    std::fs::remove_file(&gone).unwrap();
    let collect = ["collect", "回", "--into", "11月"];
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && err.matches("[no-workbook]").count() == 1, "{err}");
    assert!(err.contains("没有「周强」（客服部，2026-11）的工作簿（共 3 份评分表）"), "{err}");
    // Where the person has one of another department or month, that is said.
    let other = edit(&whole, &[Edit::new(FORM, at("C2"), text("考核月份：2026年10月"))]).unwrap();
    std::fs::write(&gone, other).unwrap();
    let (_, err, _) = said(&kaohe(root, &collect));
    let near = "；同名的有：11月/客服部/周强-2026-11.xlsx（客服部，2026-10）";
    assert!(err.contains(near), "{err}");
    // Where the workbook is there but is no form any more, that is the reason.
    let headless = edit(&whole, &[Edit::new(FORM, at("D3"), text("备忘"))]).unwrap();
    std::fs::write(&gone, headless).unwrap();
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && err.contains("[no-scheme]: 没有方案适合这份工作簿"), "{err}");
    assert!(err.contains("11月/客服部/周强-2026-11.xlsx"), "{err}");
}

/// Raters' forms of 王丽 for 2026-10 as `new --ratings` makes them, come back marked into 回; her workbook in o.
fn returned(root: &std::path::Path, raters: u32, marks: impl Fn(u32) -> Vec<Option<f64>>) {
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n").unwrap();
    let count = raters.to_string();
    let args =
        ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "o", "--ratings", &count];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    std::fs::create_dir_all(root.join("回")).unwrap();
    for n in 1..=raters {
        let blank = root.join(format!("o/评分表/王丽-2026-10/下级评分表-{n:02}.xlsx"));
        std::fs::write(root.join(format!("回/{n}.xlsx")), rated(&blank, &marks(n))).unwrap();
    }
}

/// A month's folder as `new --ratings` makes it, the four forms marked; those named lose their number.
fn four_raters(root: &std::path::Path, marks: [f64; 4], numberless: &[u32]) {
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o", "--ratings", "4"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    for (n, mark) in (1u32..).zip(marks) {
        let path = root.join(format!("o/评分表/王丽-2026-11/下级评分表-{n:02}.xlsx"));
        let mut bytes = rated(&path, &[Some(mark); 8]);
        if numberless.contains(&n) {
            bytes = edit(&bytes, &[Edit::new("评分表", at("A14"), Content::Blank)]).unwrap();
        }
        std::fs::write(&path, bytes).unwrap();
    }
}

fn given(root: &std::path::Path) -> Vec<f64> {
    let made = std::fs::read(root.join("o/王丽-2026-11.xlsx")).unwrap();
    ["B4", "C4", "D4", "E4"].map(|cell| number(&made, "下级评分", cell)).into()
}

#[test]
fn a_form_without_its_number_counts_wherever_it_lies() {
    for numberless in [&[4u32][..], &[1, 2, 3, 4]] {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        four_raters(root, [5.0, 4.0, 3.0, 1.0], numberless);
        let (out, err, code) = said(&kaohe(root, &["collect", "o/评分表", "--into", "o"]));
        assert_eq!((out.as_str(), code), ("已写入 1 人的评分（4 份），0 人未变：o\n", 0), "{err}");
        assert_eq!(given(root), [1.0, 3.0, 4.0, 5.0]);
        assert!(!err.contains("不是收评分的考核表"), "{err}");
        // Nor is one lost that its rater calls scored.
        let (from, to) = ("下级评分表-04.xlsx", "下级评分表-04-已评分.xlsx");
        let own = root.join("o/评分表/王丽-2026-11");
        std::fs::rename(own.join(from), own.join(to)).unwrap();
        let (out, err, _) = said(&kaohe(root, &["collect", "o/评分表", "--into", "o"]));
        assert_eq!(out, "已写入 0 人的评分（0 份），1 人未变：o\n", "{err}");
    }
}

#[test]
fn a_persons_workbook_is_no_rating_form_though_it_is_not_understood() {
    // Its marks are means: no head over the scores any more, its items numbered.
    let cells = [(FORM, "D3", text("备忘")), (FORM, "A4", text("1、营业额达成度"))];
    let headless = changed(ONE, &cells);
    let schemes = kaohe::scheme::Scheme::built_in();
    assert!(!kaohe::collect::looks_like_rating_form(&headless, schemes));
    let (_, problems) = kaohe::collect::read(&headless, schemes).unwrap_err();
    assert_eq!(problems[0].code, "no-rating-form");
}

#[test]
fn two_raters_who_judge_alike_are_two_where_hr_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    four_raters(root, [5.0, 5.0, 5.0, 1.0], &[1, 2, 3, 4]);
    // A program that writes no time and no number makes the same bytes of the same marks.
    for n in [2, 3] {
        let of = |n: u32| root.join(format!("o/评分表/王丽-2026-11/下级评分表-{n:02}.xlsx"));
        std::fs::copy(of(1), of(n)).unwrap();
    }
    let collect = ["collect", "o/评分表", "--into", "o"];
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && err.contains("只有 2 人评分"), "{err}");
    assert!(err.contains("下级评分表-02.xlsx = ") && err.contains("--count-same"), "{err}");
    // What a system calls a copy stays one.
    let own = root.join("o/评分表/王丽-2026-11");
    std::fs::copy(own.join("下级评分表-04.xlsx"), own.join("下级评分表-04 (1).xlsx")).unwrap();
    let (out, err, code) = said(&kaohe(root, &[&collect[..], &["--count-same"]].concat()));
    assert_eq!((out.as_str(), code), ("已写入 1 人的评分（4 份），0 人未变：o\n", 0), "{err}");
    assert_eq!(given(root), [1.0, 5.0, 5.0, 5.0]);
    assert!(err.contains("其中 1 份与别的一份完全相同"), "{err}");
}

#[test]
fn a_result_of_earlier_marks_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    four_raters(root, [5.0, 4.0, 3.0, 2.0], &[]);
    std::fs::copy(sample_path(ONE), root.join("o/王丽-2026-11.xlsx")).unwrap();
    let old = [Edit::new(FORM, at("C2"), text("考核月份：2026年11月"))];
    let path = root.join("o/王丽-2026-11.xlsx");
    std::fs::write(&path, edit(&std::fs::read(&path).unwrap(), &old).unwrap()).unwrap();
    std::fs::copy(&path, root.join("o/王丽-2026-11-已评分.xlsx")).unwrap();
    let collect = ["collect", "o/评分表", "--into", "o", "--force"];
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 0 && err.contains("提示[result-out-of-date]"), "{err}");
    assert!(err.contains("--> o/王丽-2026-11-已评分.xlsx"), "{err}");
    // Where nothing was written, nothing is out of date.
    assert_eq!(said(&kaohe(root, &collect)).1, "");
}

#[test]
fn a_raters_column_that_comes_looks_like_its_neighbour() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // The last leaves one out: an empty cell of the table.
    returned(root, 6, |n| {
        (0..8).map(|mark| (n < 6 || mark > 0).then_some(f64::from(n) / 2.0)).collect()
    });
    std::fs::create_dir_all(root.join("入")).unwrap();
    let path = root.join("入/王丽.xlsx");
    std::fs::copy(sample_path(ONE), &path).unwrap();
    let (_, err, code) = said(&kaohe(root, &["collect", "回", "--into", "入", "--force"]));
    assert_eq!(code, 0, "{err}");
    let bytes = std::fs::read(&path).unwrap();
    let mut xml = String::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("a package");
    let part = "xl/worksheets/sheet3.xml";
    std::io::Read::read_to_string(&mut zip.by_name(part).expect("raters"), &mut xml).unwrap();
    let style = |cell: &str| {
        let from = xml.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("{cell}: {xml}"));
        let tag = &xml[from..from + xml[from..].find('>').unwrap()];
        tag.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    for row in 3..=11 {
        let beside = style(&format!("E{row}"));
        assert!(beside.is_some(), "{row}");
        for column in ["F", "G"] {
            assert_eq!(style(&format!("{column}{row}")), beside, "{column}{row}");
        }
    }
}
