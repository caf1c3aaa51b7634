//! What `kaohe mail` holds back beside what `tests/mail.rs` has: a namesake's result, an address of two, a
//! result that `batch` would not use, a grade that is not its own, scores whose figures are elsewhere.

use crate::common::*;
use kaohe::package::{Content, Edit, edit};
use std::path::Path;

/// The plan by `--dry-run`.
fn plan(root: &Path, folder: &str, roster: &str) -> (String, i32) {
    plan_with(root, folder, roster, &[])
}

/// The same with more options.
fn plan_with(root: &Path, folder: &str, roster: &str, more: &[&str]) -> (String, i32) {
    put(root, "名单.csv", roster);
    let args = ["mail", folder, "--roster", "名单.csv", "--dry-run"];
    let (out, err, code) = said(&kaohe(root, &[&args, more].concat()));
    (out + &err, code)
}

#[test]
fn a_staff_number_of_nobody_on_the_roster_is_a_namesakes() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // HR's `new` names namesakes' files so; the roster that is mailed by is of the month before.
    put(root, "r.csv", "姓名,部门,工号\n李超,客服部,0006\n李超,客服部,KF-0061\n");
    let new = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "空白"];
    let (_, err, code) = said(&kaohe(root, &new));
    // The form has no place for the number: said also where no raters' forms are made.
    assert!(code == 0 && err.matches("[template-number]").count() == 2, "{err}");
    assert!(err.contains("汇总将分不清") && !err.contains("评分表"), "{err}");
    let names = ["李超-客服部-0006-2026-10", "李超-客服部-KF-0061-2026-10"];
    assert!(names.iter().all(|name| root.join(format!("空白/{name}.xlsx")).exists()));
    let one = "姓名,部门,工号,邮箱\n李超,客服部,0006,a@x.com\n";
    for (name, mailed) in names.iter().zip([true, false]) {
        let into = format!("in-{mailed}");
        put(root, &format!("{into}/{name}.xlsx"), form("李超", "客服部", 10, 300_000.0));
        let out = format!("out-{mailed}");
        batch(root, &[&into, "--out", &out]);
        let (told, code) = plan(root, &out, one);
        assert_eq!(told.contains("a@x.com"), mailed, "{told}");
        assert_eq!((code == 0, told.contains("[disagrees]")), (mailed, !mailed), "{told}");
        assert!(mailed || told.contains("文件名 kf-0061") || told.contains("文件名 KF-0061"));
    }
    // A month, a count and a word are no numbers.
    for name in [
        "李超-客服部-2026-10",
        "李超-客服部-2-2026-10",
        "李超-客服部-终稿-2026-10",
        "李超-客服部-B2-2026-10",
        "李超-客服部-2026-2026-10",
        "李超-客服部-13800138000-2026-10",
    ] {
        let into = format!("in-{name}");
        put(root, &format!("{into}/{name}.xlsx"), form("李超", "客服部", 10, 300_000.0));
        let out = format!("out-{name}");
        batch(root, &[&into, "--out", &out]);
        let (told, code) = plan(root, &out, one);
        assert!(code == 0 && told.contains("a@x.com"), "{name}: {told}");
    }
}

#[test]
fn an_address_that_two_on_the_roster_have_gets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    // One row is wrong, and nothing says which, though 周强 has no result this time.
    let (told, code) = plan(root, "o", "姓名,邮箱\n王丽,a@x.com\n周强,A@x.com\n");
    assert!(code == 1 && told.contains("共 0 封") && told.contains("[address-twice]"), "{told}");
    assert!(told.contains("王丽") && told.contains("周强"), "{told}");
    // One person in two departments has one address.
    let both = "姓名,部门,邮箱\n王丽,客服部,a@x.com\n王丽,售前部,a@x.com\n";
    let (told, code) = plan(root, "o", both);
    assert!(code == 0 && told.contains("共 1 封"), "{told}");
}

#[test]
fn an_earlier_result_that_does_not_fit_is_not_mailed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,邮箱\n王丽,a@x.com\n周强,b@x.com\n";
    put(root, "in/部/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    put(root, "in/部/周强.xlsx", form("周强", "客服部", 10, 300_000.0));
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    assert_eq!(plan(root, "o", roster).1, 0);
    // A correction that went wrong: the earlier result stays in the folder.
    let bad = changed(ONE, &[(METRICS, "B5", text("不详"))]);
    put(root, "in/部/王丽.xlsx", bad);
    let (told, _) = batch(root, &["in", "--out", "o"]);
    assert!(told.contains("[stale-result]"), "{told}");
    for mailed in ["o", "o/部", "."] {
        let (told, code) = plan(root, mailed, roster);
        assert!(code == 1 && told.contains("[stale-result]"), "{mailed}: {told}");
        assert!(!told.contains("a@x.com") && told.contains("b@x.com"), "{mailed}: {told}");
    }
    // Nor where it was saved again since, or another was put in its place: which, nobody can tell.
    put(root, "王丽.xlsx", form("王丽", "客服部", 10, 306_000.0));
    let fill = |to: &str| {
        assert_eq!(said(&kaohe(root, &["fill", "王丽.xlsx", "-o", to, "--force"])).2, 0);
    };
    fill("o/部/王丽-已评分.xlsx");
    let (told, code) = plan(root, "o", roster);
    assert!(code == 1 && told.contains("[stale-result]") && !told.contains("a@x.com"), "{told}");
    // Elsewhere it is what it is, and here once the workbook is corrected.
    std::fs::create_dir(root.join("另外")).expect("a folder");
    fill("另外/王丽-已评分.xlsx");
    let (told, code) = plan(root, "另外", roster);
    assert!(code == 0 && told.contains("a@x.com"), "{told}");
    put(root, "in/部/王丽.xlsx", form("王丽", "客服部", 10, 306_000.0));
    assert_eq!(batch(root, &["in", "--out", "o", "--force"]).1, 0);
    let (told, code) = plan(root, "o", roster);
    assert!(code == 0 && told.contains("a@x.com"), "{told}");
}

#[test]
fn results_of_workbooks_that_were_taken_away_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,邮箱\n王丽,a@x.com\n周强,b@x.com\n";
    put(root, "in/王丽.xlsx", form("王丽", "客服部", 10, 300_000.0));
    put(root, "in/周强.xlsx", form("周强", "客服部", 10, 300_000.0));
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    assert!(!plan(root, "o", roster).0.contains("result-left"));
    std::fs::remove_file(root.join("in/周强.xlsx")).expect("there");
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    let (told, code) = plan(root, "o", roster);
    assert!(code == 0 && told.contains("[result-left]") && told.contains("1 份"), "{told}");
    assert!(told.contains("周强-已评分.xlsx") && told.contains("b@x.com"), "{told}");
    // Deleted as the notice says, it is gone.
    std::fs::remove_file(root.join("o/周强-已评分.xlsx")).expect("there");
    let (told, code) = plan(root, "o", roster);
    assert!(code == 0 && !told.contains("[result-left]") && !told.contains("b@x.com"), "{told}");
}

/// A sales form of 40 + 24 + 15 + 1 = 80 points by its own criteria: turnover as planned, 95 % paid,
/// costs as last month, 18 visits of 20 missing at half a point each.
fn sales(person: &str) -> Vec<u8> {
    let figures = "目标销售额=100000 实际销售额=100000 应收账款=100 回款额=95 \
                   上月销售费用=100 本月销售费用=100 拜访客户数=2";
    forms::with(&forms::blank(&forms::example("销售代表"), person, "销售部"), figures)
}

#[test]
fn a_grade_that_is_not_the_batchs_is_not_mailed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,邮箱\n李强,a@x.com\n";
    put(root, "in/李强.xlsx", sales("李强"));
    // 80 points are a C where B begins at 85, and a B where it begins at 75.
    let own = forms::example_text("销售代表").replace("from = 85", "from = 75");
    assert_ne!(own, forms::example_text("销售代表"));
    put(root, "own.toml", own);
    let scheme = ["--scheme", "own.toml"];
    let (told, code) = batch(root, &[&["in", "--out", "o"], &scheme[..]].concat());
    assert_eq!(code, 0, "{told}");
    let (told, code) = plan(root, "o", roster);
    assert!(code == 1 && told.contains("[grade-differs]") && told.contains("「B」"), "{told}");
    assert!(
        told.contains("「C」") && told.contains("--scheme") && !told.contains("a@x.com"),
        "{told}"
    );
    let (told, code) = plan_with(root, "o", roster, &scheme);
    assert!(code == 0 && told.contains("总得分 80 B"), "{told}");
    // Without a batch nothing else is known than what the form and the scheme say.
    std::fs::remove_file(root.join("o/.kaohe-manifest.json")).expect("a manifest");
    assert_eq!(plan(root, "o", roster).1, 0);
}

#[test]
fn scores_of_figures_elsewhere_are_told_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let filled = kaohe::fill_workbook(&sales("李强"), &kaohe::Options::default());
    let filled = filled.expect("read").bytes.expect("filled");
    // As `batch --metrics` leaves it: the scores stand there, the figures do not.
    let blank: Vec<Edit> =
        (4..=10).map(|row| Edit::new(METRICS, at(&format!("B{row}")), Content::Blank)).collect();
    put(root, "o/李强-已评分.xlsx", edit(&filled, &blank).expect("edited"));
    let (told, code) = plan(root, "o", "姓名,邮箱\n李强,a@x.com\n");
    assert!(code == 1 && told.contains("共 0 封"), "{told}");
    // Six figures must be there; a count that is blank is 0.
    assert!(told.contains("[no-metrics]") && told.contains("6 项指标"), "{told}");
    assert!(told.contains("--metrics") && told.matches("错误[").count() == 1, "{told}");
}

#[test]
fn a_summary_that_is_not_of_the_results_is_not_mailed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,邮箱\n王丽,a@x.com\n周强,b@x.com\n";
    for month in [10, 11] {
        for name in ["王丽", "周强"] {
            put(root, &format!("{month}/{name}.xlsx"), form(name, "客服部", month, 300_000.0));
        }
        let (input, out) = (month.to_string(), format!("o{month}"));
        assert_eq!(batch(root, &[&input, "--out", &out]).1, 0);
    }
    let with = |file: &str| {
        let more = ["--summary", file, "--summary-to", "boss@x.com"];
        plan_with(root, "o11", roster, &more)
    };
    let (told, code) = with("o11/汇总.xlsx");
    assert!(code == 0 && told.contains("boss@x.com"), "{told}");
    // Last month's.
    let (told, code) = with("o10/汇总.xlsx");
    assert!(
        code == 1 && told.contains("[summary-other-month]") && told.contains("2026-10"),
        "{told}"
    );
    assert!(!told.contains("boss@x.com") && told.contains("共 2 封"), "{told}");
    // This month's, of before a correction.
    std::fs::copy(root.join("o11/汇总.xlsx"), root.join("旧汇总.xlsx")).expect("a copy");
    put(root, "11/周强.xlsx", form("周强", "客服部", 11, 306_000.0));
    assert_eq!(batch(root, &["11", "--out", "o11"]).1, 0);
    let (told, code) = with("旧汇总.xlsx");
    assert!(code == 1 && told.contains("[summary-differs]: 汇总里 1 人"), "{told}");
    assert!(told.contains("周强") && !told.contains("boss@x.com"), "{told}");
    assert_eq!(with("o11/汇总.xlsx").1, 0);
}

#[test]
fn results_of_other_months_than_asked_for_hold_nothing_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster = "姓名,邮箱\n王丽,a@x.com\n周强,b@x.com\n";
    for month in [10, 11] {
        let (input, out) = (format!("{month}月"), format!("结果/{month}月"));
        for name in ["王丽", "周强"] {
            put(root, &format!("{input}/{name}.xlsx"), form(name, "客服部", month, 300_000.0));
        }
        assert_eq!(batch(root, &[&input, "--out", &out]).1, 0);
    }
    let (told, code) = plan(root, "结果", roster);
    assert!(code == 1 && told.contains("[several-months]") && told.contains("--month"), "{told}");
    // As it says.
    let more =
        ["--month", "2026-11", "--summary", "结果/11月/汇总.xlsx", "--summary-to", "c@x.com"];
    let (told, code) = plan_with(root, "结果", roster, &more);
    assert!(code == 0 && told.contains("共 3 封") && told.contains("c@x.com"), "{told}");
    assert!(told.contains("提示[other-month]: 2 份") && !told.contains("错误["), "{told}");
    // A month of which there is nothing is a mistake.
    let (told, code) = plan_with(root, "结果", roster, &["--month", "2026-09"]);
    assert!(code == 1 && told.matches("错误[other-month]").count() == 4, "{told}");
}

#[test]
fn hidden_sheets_that_go_out_are_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for name in ["王丽", "周强"] {
        let hidden =
            pack::with_part(&form(name, "客服部", 10, 300_000.0), "xl/workbook.xml", |xml| {
                let (before, behind) = xml.split_once("name=\"汇总\"").expect("a sheet");
                format!("{before}name=\"汇总\" state=\"veryHidden\"{behind}")
            });
        put(root, &format!("in/{name}.xlsx"), hidden);
    }
    assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
    let (told, code) = plan(root, "o", "姓名,邮箱\n王丽,a@x.com\n周强,b@x.com\n");
    assert!(code == 0 && told.contains("共 2 封"), "{told}");
    assert!(told.contains("提示[sheets-hidden]: 2 份") && told.contains("「汇总」"), "{told}");
}

#[test]
fn two_people_do_not_share_a_row_of_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let metrics = |more: &[(&str, &str, Content)]| put(root, "指标.xlsx", changed(MANY, more));
    let of = |department: &str| form("王丽", department, 10, 300_000.0);
    let run = || batch(root, &["in", "--out", "o", "--metrics", "指标.xlsx"]);
    metrics(&[]);
    put(root, "in/一部/王丽.xlsx", of("客服一部"));
    assert_eq!(run().1, 0);
    // Each alone is right; of both one is somebody else's.
    put(root, "in/二部/王丽.xlsx", of("客服二部"));
    let roster = "姓名,部门,邮箱\n王丽,客服一部,a@x.com\n王丽,客服二部,b@x.com\n";
    for _ in 0..2 {
        let (told, code) = run();
        assert!(code == 1 && told.matches("[row-of-several]").count() == 2, "{told}");
        assert!(told.contains("王丽（客服一部，一部/王丽.xlsx）"), "{told}");
        assert!(told.contains("填好 0") && told.contains("失败 2"), "{told}");
        let (told, code) = plan_with(root, "o", roster, &["--metrics", "指标.xlsx"]);
        assert!(code == 1 && told.contains("共 0 封"), "{told}");
    }
    // A row for each.
    let cells =
        [("AD3", "部门"), ("A4", "王丽"), ("AD4", "客服一部"), ("A5", "王丽"), ("AD5", "客服二部")];
    metrics(&cells.map(|(at, word)| (METRICS, at, text(word))));
    let (told, code) = run();
    assert!(code == 0 && told.contains("填好 2"), "{told}");
    let (told, code) = plan_with(root, "o", roster, &["--metrics", "指标.xlsx"]);
    assert!(code == 0 && told.contains("共 2 封"), "{told}");
    // And two who work in one department, by their numbers.
    metrics(&[]);
    for (number, at) in [("0017", "一部"), ("0018", "二部")] {
        let form = changed(
            ONE,
            &[
                (FORM, "B2", text(&format!("部门：客服部　工号：{number}"))),
                (FORM, "C2", text("考核月份：2026年10月")),
            ],
        );
        put(root, &format!("in/{at}/王丽.xlsx"), form);
    }
    let (told, code) = run();
    assert!(code == 1 && told.matches("[row-of-several]").count() == 2, "{told}");
    // One of them gone, the other is filled again.
    std::fs::remove_dir_all(root.join("in/二部")).expect("removed");
    let (told, code) = run();
    assert!(code == 0 && told.contains("填好 1"), "{told}");
}

#[test]
fn the_number_in_a_form_is_the_rosters() {
    for (label, number, goes) in [
        ("部门：客服部　工号：0017", "0017", true),
        ("部门：客服部　工号：0017", "0018", false),
        ("工号：0017　部门：客服部", "0017", true),
        ("工号：0017　部门：客服部", "17", false),
        ("部门：客服部　人员编号：a-0017", "A-0017", true),
        ("部门：客服部　职工号：a-0017", "A-0018", false),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        put(root, "in/王丽.xlsx", changed(ONE, &[(FORM, "B2", text(label))]));
        assert_eq!(batch(root, &["in", "--out", "o"]).1, 0);
        // The stars say that the columns must be filled.
        let roster = format!("姓名*,部门,工号*,邮箱*\n王丽,客服部,{number},a@x.com\n");
        let (told, code) = plan(root, "o", &roster);
        assert_eq!((code == 0, told.contains("a@x.com")), (goes, goes), "{label}: {told}");
        assert_eq!(told.contains("[disagrees]"), !goes, "{label}: {told}");
    }
}
