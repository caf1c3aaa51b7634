//! Runs after runs: what a later one knows of the earlier, and what it must not keep of it.

use crate::common::*;

/// What a run ends with.
fn last_line(out: &str) -> &str {
    out.lines().last().expect("a line")
}

/// Two folders into one: the results of the one whose turn it is not are still known as results.
#[test]
fn results_of_an_earlier_run_over_other_folders_are_made_anew_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "a/甲.xlsx", sample(ONE));
    put(root, "b/乙.xlsx", sample(ONE));
    let run = |from: &str| said(&kaohe(root, &["batch", from, "--out", "o"]));
    assert_eq!(run("a").2, 0);
    for _ in 0..2 {
        let (_, err, code) = run("b");
        assert_eq!(code, 0, "{err}");
        // Told each time, not only once.
        assert!(err.contains("「甲-已评分.xlsx」是以前的结果"), "{err}");
    }
    let before = std::fs::read(root.join("o/甲-已评分.xlsx")).unwrap();
    put(root, "a/甲.xlsx", changed(ONE, &[(METRICS, "B5", num(250_000.0))]));
    let (_, err, code) = run("a");
    assert_eq!(code, 0, "{err}");
    assert!(std::fs::read(root.join("o/甲-已评分.xlsx")).unwrap() != before);
    // One that somebody edited in between is theirs.
    let edited = std::fs::read(root.join("o/乙-已评分.xlsx")).unwrap();
    let at = kaohe::cell::CellRef::parse("B3").unwrap();
    let edit = kaohe::package::Edit::new(FORM, at, text("手改"));
    put(root, "o/乙-已评分.xlsx", kaohe::package::edit(&edited, &[edit]).unwrap());
    put(root, "b/乙.xlsx", changed(ONE, &[(METRICS, "B5", num(250_000.0))]));
    let (_, err, code) = run("b");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("[result-was-changed]"), "{err}");
}

/// A list of figures that names nobody fits one form; beside a second form it may be either's.
#[test]
fn a_second_form_makes_a_nameless_list_nobodys() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", sample(ONE));
    put(root, "m.xlsx", changed(ONE, &[(FORM, "A2", text("被考核人："))]));
    let run = |out: &str| said(&kaohe(root, &["batch", "in", "--out", out, "--metrics", "m.xlsx"]));
    let (_, alone, code) = run("o");
    assert_eq!(code, 0, "{alone}");
    put(root, "in/周强.xlsx", changed(ONE, &[(FORM, "A2", text("被考核人：周强"))]));
    let (out, err, code) = run("o");
    let fresh = run("o2");
    assert_eq!((code, fresh.2), (1, 1), "{err}");
    assert_eq!(last_line(&out), last_line(&fresh.0), "{err}");
    assert!(err.matches("[figures-nameless]").count() == 2, "{err}");
}

#[test]
fn numbers_that_mean_nothing_are_no_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", sample(ONE));
    put(root, "r.csv", "姓名,邮箱\n王丽,a@x.com\n");
    let collect = ["collect", "in", "--into", "in", "--min", "0"];
    assert_eq!(said(&kaohe(root, &collect)).2, 2);
    for (option, value) in
        [("--max-size", "NaN"), ("--max-size", "-1"), ("--timeout", "inf"), ("--dot-timeout", "-1")]
    {
        let option = format!("{option}={value}");
        let mail = ["mail", "in", "--roster", "r.csv", "--dry-run", &option];
        assert_eq!(said(&kaohe(root, &mail)).2, 2, "{option}");
    }
    // What cannot be read is no wrong usage.
    let mail = ["mail", "in", "--roster", "r.csv", "--dry-run", "--metrics", "none.xlsx"];
    assert_eq!(said(&kaohe(root, &mail)).2, 1);
}

/// Which of two workbooks is of another month is told by the name of that one.
#[test]
fn a_month_that_the_metrics_lack_is_told_of_their_workbook() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", sample(ONE));
    put(root, "m.xlsx", changed(ONE, &[(METRICS, "A1", text("2026年9月 指标数据"))]));
    let args = ["batch", "in", "--out", "o", "--month", "2026-10", "--metrics", "m.xlsx"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 1, "{err}");
    let told = err.split("[other-month]").nth(1).expect(&err);
    assert!(told.contains("--> m.xlsx, '指标数据'"), "{err}");
}
