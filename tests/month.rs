//! `kaohe new` and `kaohe collect`: the month's forms out, the raters' forms in.

use crate::common::*;
use calamine::Data;
use kaohe::package::{Edit, edit};
use std::io::Read;
use std::path::Path;

const ROSTER: &str = "姓名,部门,岗位,上级,邮箱\r\n王丽,客服部,主管,赵总,w@x.cn\r\n王丽,物流部,主管,,\r\nCON,客服部,,,\r\n";

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Members of a package with their bytes.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("zip");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("a member");
            let mut body = Vec::new();
            file.read_to_end(&mut body).expect("its bytes");
            (file.name().expect("a name").into_owned(), body)
        })
        .collect()
}

#[test]
fn last_months_workbook_becomes_everybodys_blank_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), ROSTER).unwrap();
    std::fs::copy(sample_path(ONE), root.join("t.xlsx")).unwrap();
    let args =
        ["new", "--roster", "r.csv", "--month", "2026-11", "--template", "t.xlsx", "--out", "o"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert_eq!((out.as_str(), err.as_str(), code), ("已生成 3 份考核表：o\n", "", 0));
    assert_eq!(
        names(&root.join("o")),
        ["_CON-2026-11.xlsx", "王丽-客服部-2026-11.xlsx", "王丽-物流部-2026-11.xlsx"]
    );
    let made = std::fs::read(root.join("o/王丽-物流部-2026-11.xlsx")).unwrap();
    let one = |sheet: &str, cell: &str| seen(&made, sheet, cell).to_string();
    assert_eq!(one(FORM, "A2"), "被考核人：王丽");
    assert_eq!(one(FORM, "B2"), "部门：物流部");
    assert_eq!(one(FORM, "C2"), "考核月份：2026年11月");
    assert_eq!(one(METRICS, "A1"), "2026年11月 指标数据");
    // Figures and marks are out: the list, the team, the raters, the superior's marks.
    for (sheet, cells) in [
        (METRICS, ["B4", "B5", "B15", "C19", "F24"]),
        ("下级评分", ["B4", "E11", "C7", "D5", "B11"]),
        (FORM, ["D17", "D23", "D4", "D13", "D40"]),
    ] {
        for cell in cells {
            assert_eq!(seen(&made, sheet, cell), Data::Empty, "{sheet}!{cell}");
        }
    }
    // What is no figure stays: labels, units, the team's names, formulas.
    assert_eq!(one(METRICS, "A19"), "李娜");
    assert_eq!(one(METRICS, "B24"), "商城");
    assert_eq!(one("下级评分", "E3"), "评分人4");
    let book = kaohe::workbook::open(&made, &|_| true).expect("a workbook");
    let summary = &book.sheets[book.sheet_index("汇总").unwrap()];
    assert_eq!(
        summary.cells.get(&at("C4")).unwrap().formula.as_deref(),
        Some("IF(B4=\"\",\"\",B4/15)")
    );
    // Every part but the edited sheets is as it was, and the texts that no cell shows any more; no
    // document property was touched.
    let before = members(&sample(ONE));
    let after = members(&made);
    let same = before.iter().filter(|m| after.contains(m)).count();
    assert_eq!(before.len(), after.len());
    assert!(before.len() - same <= 4, "{same} of {} parts as they were", before.len());
    // Filled in again with October's figures and its month, it scores as the sample does.
    let figures: Vec<Edit> = {
        let old = kaohe::workbook::open(&sample(ONE), &|_| true).expect("a workbook");
        let sheets = [
            (FORM, at("D17"), at("D23")),
            (METRICS, at("B4"), at("F24")),
            ("下级评分", at("B4"), at("E11")),
        ];
        sheets
            .iter()
            .flat_map(|(name, from, to)| {
                let sheet = &old.sheets[old.sheet_index(name).unwrap()];
                let inside = sheet.cells.iter().filter(|(c, _)| {
                    (from.row..=to.row).contains(&c.row) && (from.col..=to.col).contains(&c.col)
                });
                inside.filter_map(|(c, cell)| match cell.value {
                    kaohe::workbook::Value::Number(n) => Some(Edit::new(*name, *c, num(n))),
                    _ => None,
                })
            })
            .collect()
    };
    assert!(figures.len() > 60);
    let full = edit(&made, &figures).expect("filled in");
    let outcome = kaohe::fill_workbook(&full, &kaohe::Options::default()).expect("a form");
    assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
    assert_eq!(outcome.cards[0].sum, 69.5);
    assert_eq!(outcome.cards[0].month.unwrap().to_string(), "2026-11");
    // Made again: the same files, nothing overwritten; another month's in their place is refused.
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    std::fs::write(root.join("o/_CON-2026-11.xlsx"), "mine").unwrap();
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && err.contains("output-exists"), "{err}");
}

#[test]
fn a_scored_workbook_keeps_its_sums_but_no_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), ROSTER).unwrap();
    std::fs::copy(sample_path(ONE), root.join("t.xlsx")).unwrap();
    assert_eq!(said(&kaohe(root, &["t.xlsx"])).2, 0);
    let args = [
        "new",
        "--roster",
        "r.csv",
        "--month",
        "2026-11",
        "--template",
        "t-已评分.xlsx",
        "--out",
        "o",
    ];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let made = std::fs::read(root.join("o/_CON-2026-11.xlsx")).unwrap();
    let book = kaohe::workbook::open(&made, &|_| true).expect("a workbook");
    let form = &book.sheets[book.sheet_index(FORM).unwrap()];
    assert!(form.cells.get(&at("D40")).unwrap().is_formula);
    assert!(!form.cells.get(&at("D4")).is_some_and(|cell| cell.is_formula));
    for (sheet, cell) in [(FORM, "D4"), (FORM, "D40"), ("汇总", "B12"), ("汇总", "B13")] {
        assert_eq!(seen(&made, sheet, cell).to_string(), "", "{sheet}!{cell}");
    }
}

#[test]
fn an_old_workbook_becomes_everybodys_blank_form_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), ROSTER).unwrap();
    let old = "客服主管绩效考核表-王丽-97.xls";
    std::fs::copy(sample_path(old), root.join("old.xls")).unwrap();
    let args =
        ["new", "--roster", "r.csv", "--month", "2026-11", "--template", "old.xls", "--out", "o"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert_eq!((out.as_str(), code), ("已生成 3 份考核表：o\n", 0), "{err}");
    let made = std::fs::read(root.join("o/王丽-物流部-2026-11.xlsx")).unwrap();
    let one = |sheet: &str, cell: &str| seen(&made, sheet, cell).to_string();
    assert_eq!(one(FORM, "A2"), "被考核人：王丽");
    assert_eq!(one(FORM, "B2"), "部门：物流部");
    assert_eq!(one(FORM, "C2"), "考核月份：2026年11月");
    for (sheet, cells) in [(METRICS, ["B4", "B5", "B15"]), (FORM, ["D17", "D4", "D40"])] {
        for cell in cells {
            assert_eq!(seen(&made, sheet, cell), Data::Empty, "{sheet}!{cell}");
        }
    }
    // What calamine reads as text in the old workbook stands in the new one, but for who and when.
    let mut before: calamine::Xls<_> = calamine::open_workbook(sample_path(old)).expect("an .xls");
    let range = calamine::Reader::worksheet_range(&mut before, FORM).expect("its form");
    let texts = range.cells().filter_map(|(row, col, value)| match value {
        Data::String(text) if row != 1 => Some((row, col, text)),
        _ => None,
    });
    let mut seen_texts = 0;
    for (row, col, text) in texts {
        let (row, col) = (row as u32, col as u32);
        let start = range.start().expect("cells");
        let cell = kaohe::cell::CellRef::new(row + start.0, col + start.1).to_string();
        assert_eq!(one(FORM, &cell), *text, "{cell}");
        seen_texts += 1;
    }
    assert!(seen_texts > 60, "{seen_texts}");
}

#[test]
fn rosters_and_templates_that_do_not_do_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), ROSTER).unwrap();
    std::fs::write(root.join("none.csv"), "部门\n客服部\n").unwrap();
    std::fs::write(root.join("hole.csv"), "姓名,部门\n王丽,A\n,B\n").unwrap();
    std::fs::copy(sample_path(MANY), root.join("many.xlsx")).unwrap();
    for (roster, template, code) in [
        ("none.csv", None, "no-names"),
        ("hole.csv", None, "no-name"),
        ("missing.csv", None, "cannot-read"),
        ("r.csv", Some("many.xlsx"), "template-forms"),
        ("r.csv", Some("none.csv"), "not-a-workbook"),
    ] {
        let mut args = vec!["new", "--roster", roster, "--month", "2026-11", "--out", "o"];
        args.extend(template.iter().flat_map(|t| ["--template", *t]));
        let (_, err, exit) = said(&kaohe(root, &args));
        assert!(exit == 1 && err.contains(&format!("错误[{code}]")), "{code}: {err}");
        assert!(!root.join("o").exists());
    }
    // Nobody named a scheme that could be told not to fit.
    let mut list = rust_xlsxwriter::Workbook::new();
    list.add_worksheet().write(0, 0, "姓名").expect("a cell");
    list.save(root.join("list.xlsx")).expect("a list");
    let args = ["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o"];
    let (_, err, _) = said(&kaohe(root, &[&args[..], &["--template", "list.xlsx"]].concat()));
    assert!(err.contains("[no-scheme]: 没有方案适合"), "{err}");
    assert_eq!(
        said(&kaohe(root, &["new", "--roster", "r.csv", "--month", "x", "--out", "o"])).2,
        2
    );
}

#[test]
fn raters_forms_become_columns_and_nobody_is_given_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n李四,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o", "--ratings", "6"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let blank = |n: u32| root.join(format!("o/评分表/王丽-2026-11/下级评分表-{n:02}.xlsx"));
    std::fs::create_dir(root.join("回")).unwrap();
    let send =
        |name: &str, bytes: &[u8]| std::fs::write(root.join("回").join(name), bytes).unwrap();
    let all = |mark: f64| vec![Some(mark); 8];
    send("张三.xlsx", &rated(&blank(1), &all(5.0)));
    send("赵六.xlsx", &rated(&blank(2), &all(3.0)));
    send("没填.xlsx", &rated(&blank(3), &[]));
    let collect = ["collect", "回", "--into", "o"];
    let book = root.join("o/王丽-2026-11.xlsx");
    let untouched = std::fs::read(&book).unwrap();
    let (out, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && out.starts_with("已写入 0 人"), "{out}");
    assert!(err.contains("只有 2 人评分，少于 3 人"), "{err}");
    assert!(std::fs::read(&book).unwrap() == untouched);

    // A third and a fourth; one sent twice; one mark left blank by one rater.
    let mut third = all(4.0);
    third[0] = None;
    send("钱七.xlsx", &rated(&blank(4), &third));
    send("钱七 (2).xlsx", &rated(&blank(4), &third));
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && err.contains("「组织能力」评分的不足 3 人"), "{err}");
    send("孙八.xlsx", &rated(&blank(5), &all(4.5)));
    let (out, err, code) = said(&kaohe(root, &collect));
    assert_eq!((out.as_str(), code), ("已写入 1 人的评分（4 份），0 人未变：o\n", 0), "{err}");
    let first = std::fs::read(&book).unwrap();
    let row = |bytes: &[u8], row: u32| -> Vec<String> {
        let cells = ["B", "C", "D", "E", "F"].map(|c| format!("{c}{row}"));
        cells.iter().map(|c| seen(bytes, "下级评分", c).to_string()).collect()
    };
    // In the order of the marks, not of the files.
    assert_eq!(row(&first, 4), ["", "3", "4.5", "5", ""]);
    assert_eq!(row(&first, 5), ["4", "3", "4.5", "5", ""]);
    for (_, body) in members(&first) {
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(!["张三", "赵六", "钱七", "孙八"].iter().any(|n| body.contains(n)));
    }
    // Collected again: nothing changes. By other file names, too.
    assert_eq!(said(&kaohe(root, &collect)).0, "已写入 0 人的评分（0 份），1 人未变：o\n");
    std::fs::rename(root.join("回/张三.xlsx"), root.join("回/0.xlsx")).unwrap();
    assert_eq!(said(&kaohe(root, &collect)).0, "已写入 0 人的评分（0 份），1 人未变：o\n");
    assert!(std::fs::read(&book).unwrap() == first);

    // A batch over the month's folder passes the raters' forms over.
    let (out, err, code) = said(&kaohe(root, &["batch", "o", "--out", "b"]));
    assert!(
        code == 1 && out.starts_with("填好 0，未变 0，未完成 2，失败 0，跳过 12"),
        "{out}{err}"
    );

    // Other marks than those that are there: only with --force.
    send("周九.xlsx", &rated(&blank(6), &all(2.0)));
    let (_, err, code) = said(&kaohe(root, &collect));
    assert!(code == 1 && err.contains("marks-exist"), "{err}");
    let (out, _, code) = said(&kaohe(root, &[&collect[..], &["--force"]].concat()));
    assert_eq!((out.as_str(), code), ("已写入 1 人的评分（5 份），0 人未变：o\n", 0));
    assert_eq!(row(&std::fs::read(&book).unwrap(), 5), ["4", "2", "3", "4.5", "5"]);

    // One form's number with two opinions, and a mark that is none.
    send("重.xlsx", &rated(&blank(6), &all(1.0)));
    let (_, err, code) = said(&kaohe(root, &[&collect[..], &["--force"]].concat()));
    assert!(code == 1 && err.contains("rater-twice"), "{err}");
    send("重.xlsx", &rated(&blank(6), &all(7.0)));
    let (_, err, code) = said(&kaohe(root, &[&collect[..], &["--force"]].concat()));
    assert!(
        code == 1 && err.contains("mark-out-of-range") && err.contains("rater-unread"),
        "{err}"
    );
    assert_eq!(row(&std::fs::read(&book).unwrap(), 5), ["4", "2", "3", "4.5", "5"]);
}

#[test]
fn more_raters_than_columns_and_workbooks_without_a_raters_sheet() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n周强,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "o", "--ratings", "7"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    for person in ["王丽", "周强"] {
        for n in 1..=7u32 {
            let blank = root.join(format!("o/评分表/{person}-2026-10/下级评分表-{n:02}.xlsx"));
            let marks = vec![Some(f64::from(n) / 2.0); 8];
            std::fs::create_dir_all(root.join("回")).unwrap();
            std::fs::write(root.join(format!("回/{person}{n}.xlsx")), rated(&blank, &marks))
                .unwrap();
        }
    }
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "o"]));
    assert_eq!((out.as_str(), code), ("已写入 2 人的评分（14 份），0 人未变：o\n", 0), "{err}");
    let made = std::fs::read(root.join("o/王丽-2026-10.xlsx")).unwrap();
    assert_eq!(seen(&made, "下级评分", "H3").to_string(), "评分人7");
    assert_eq!(number(&made, "下级评分", "H11"), 3.5);
    // The workbook of a whole department has a row a person: the mean goes there.
    std::fs::create_dir(root.join("部门")).unwrap();
    std::fs::copy(sample_path(MANY), root.join("部门/全部.xlsx")).unwrap();
    let args = ["collect", "回", "--into", "部门", "--force"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert_eq!((out.as_str(), code), ("已写入 2 人的评分（14 份），0 人未变：部门\n", 0), "{err}");
    let made = std::fs::read(root.join("部门/全部.xlsx")).unwrap();
    // (0.5 + … + 3.5) ÷ 7
    for (cell, mean) in [("V4", 2.0), ("AC5", 2.0), ("V6", 4.5)] {
        assert_eq!(number(&made, METRICS, cell), mean, "{cell}");
    }
    // Another month's forms do not land in it.
    let args = ["new", "--roster", "r.csv", "--month", "2026-12", "--out", "十二月"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let (_, err, code) = said(&kaohe(root, &["collect", "回", "--into", "十二月"]));
    assert!(code == 1 && err.contains("no-workbook"), "{err}");
}
