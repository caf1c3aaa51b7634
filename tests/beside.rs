//! What a run meets beside the forms: others' figures, summaries, the metrics workbook among the forms,
//! results that somebody edited, figures beyond all measure.

use crate::common::pack::{packed, workbook_of, worksheet};
use crate::common::*;
use kaohe::package::{Edit, edit};

/// The sample under another name.
fn of(person: &str) -> Vec<u8> {
    let bytes = changed(ONE, &[(FORM, "A2", text(&format!("被考核人：{person}")))]);
    assert!(seen(&bytes, FORM, "A2").to_string().contains(person));
    bytes
}

/// A folder whose `in` holds the sample alone.
fn one_form() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "in/王丽.xlsx", sample(ONE));
    folder
}

#[test]
fn the_workbook_of_another_is_no_metrics_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "王丽.xlsx", sample(ONE));
    put(root, "周强.xlsx", of("周强"));
    let args = ["fill", "周强.xlsx", "--metrics", "王丽.xlsx", "-o", "out.xlsx"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && err.contains("[figures-of-another]"), "{err}");
    assert!(err.contains("王丽") && err.contains("周强") && !root.join("out.xlsx").exists());
    // Her own is, also where her post stands beside her name.
    let args = ["fill", "王丽.xlsx", "--metrics", "王丽.xlsx", "-o", "out.xlsx"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    put(root, "主管.xlsx", of("王丽（主管）"));
    let args = ["fill", "主管.xlsx", "--metrics", "王丽.xlsx", "-o", "post.xlsx"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{err}");
}

#[test]
fn the_metrics_workbook_and_summaries_are_no_forms() {
    let folder = one_form();
    let root = folder.path();
    let (_, err, code) = said(&kaohe(root, &["batch", "in", "--out", "one"]));
    assert_eq!(code, 0, "{err}");
    std::fs::copy(root.join("one/汇总.xlsx"), root.join("in/九月.xlsx")).unwrap();
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "two"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("填好 1") && out.contains("失败 0") && out.contains("跳过 1"), "{out}");
    // A company's own list of names and totals is somebody's mistake, and told.
    let cell = |text: &str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let rows = [["姓名", "总得分"], ["王丽", "80"]].map(|row| row.map(cell).concat());
    let rows = rows.map(|row| format!("<row>{row}</row>")).concat();
    let list = workbook_of(&worksheet(&format!("<sheetData>{rows}</sheetData>")));
    put(root, "in/名单.xlsx", packed(&list));
    let (_, err, code) = said(&kaohe(root, &["batch", "in", "--out", "two"]));
    assert!(code == 1 && err.contains("名单.xlsx"), "{err}");
    // The same list as the metrics workbook is no form either, and lacks the figures.
    let args = ["batch", "in", "--out", "three", "--metrics", "in/名单.xlsx"];
    let (out, _, code) = said(&kaohe(root, &args));
    assert!(code == 1 && out.contains("跳过 2"), "{out}");
}

#[test]
fn a_summary_takes_no_results_place() {
    let folder = one_form();
    let root = folder.path();
    let batch = ["batch", "in", "--out", "out"];
    assert_eq!(said(&kaohe(root, &batch)).2, 0);
    let result = root.join("out/王丽-已评分.xlsx");
    let before = std::fs::read(&result).unwrap();
    let args = [&batch[..], &["--summary", "王丽-已评分.xlsx", "--force"]].concat();
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && err.contains("[summary-over-result]"), "{err}");
    assert!(before == std::fs::read(&result).unwrap());
}

#[test]
fn an_edited_result_is_named_in_the_terminal() {
    let folder = one_form();
    let root = folder.path();
    let batch = ["batch", "in", "--out", "out"];
    assert_eq!(said(&kaohe(root, &batch)).2, 0);
    let result = root.join("out/王丽-已评分.xlsx");
    let by_hand = Edit::new(FORM, at("D5"), num(1.0));
    let edited = edit(&std::fs::read(&result).unwrap(), &[by_hand]).unwrap();
    std::fs::write(&result, &edited).unwrap();
    let (_, err, code) = said(&kaohe(root, &batch));
    assert!(code == 0 && err.contains("被人改过") && err.contains("王丽-已评分.xlsx"), "{err}");
    assert!(edited == std::fs::read(&result).unwrap());
}

#[test]
fn more_workers_than_workbooks_are_not_begun() {
    let folder = one_form();
    let root = folder.path();
    let args = ["batch", "in", "--out", "out", "--jobs", "99999999999"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert!(code == 0 && out.contains("填好 1"), "{out}{err}");
}

#[test]
fn a_figure_beyond_measure_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (value, exit) in [(1e20, 0), (1e300, 0), (9e15, 0)] {
        put(root, "a.xlsx", changed(ONE, &[("指标数据", "B6", num(value))]));
        for more in [&[][..], &["--json"][..]] {
            let (out, err, code) = said(&kaohe(root, &[&["explain", "a.xlsx"][..], more].concat()));
            assert_eq!(code, exit, "{value} {err}");
            assert!(out.contains("王丽"), "{value} {out}");
        }
    }
}

#[test]
fn figures_that_cannot_be_right_together_give_no_trial_score() {
    let folder = tempfile::tempdir().unwrap();
    for (figures, code) in [
        (["计划营业额=0", "实际营业额=1"], "divide-by-zero"),
        (["当月中差评数量=40", "中差评实际修改数量=50"], "rate-above-one"),
    ] {
        let sets = figures.iter().flat_map(|figure| ["--set", figure]);
        let args: Vec<&str> = ["scheme", "try", "客服主管"].into_iter().chain(sets).collect();
        let (out, err, exit) = said(&kaohe(folder.path(), &args));
        assert!(exit == 1 && err.contains(&format!("[{code}]")), "{err}");
        assert!(!out.contains("inf") && !out.contains("125"), "{out}");
    }
}

#[test]
fn one_list_is_not_everybodys() {
    let folder = one_form();
    let root = folder.path();
    put(root, "m.xlsx", sample(ONE));
    let alone = ["batch", "in", "--out", "one", "--metrics", "m.xlsx"];
    assert_eq!(said(&kaohe(root, &alone)).2, 0);
    // The same figures, on a form that names nobody, beside the forms of two people.
    put(root, "m.xlsx", changed(ONE, &[(FORM, "A2", text("被考核人："))]));
    put(root, "in/周强.xlsx", of("周强"));
    let (out, err, code) =
        said(&kaohe(root, &["batch", "in", "--out", "two", "--metrics", "m.xlsx"]));
    assert!(code == 1 && out.contains("填好 0"), "{out}");
    assert!(err.contains("[figures-nameless]") && err.contains("周强"), "{err}");
}
