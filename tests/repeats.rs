//! What stands beside the figures: rows of the company's own summary, blank lines of the form, sheets of other
//! times, other people's teams; what a trial filled wrongly or refused, in the smallest workbooks.

use crate::common::*;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, Outcome, fill_workbook};

/// The sample's total and its fine, by hand (FORM.md, 4).
const TOTAL: f64 = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;

fn outcome(cells: &[(&str, &str, Content)]) -> Outcome {
    fill_workbook(&changed(ONE, cells), &Options::default()).expect("read")
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.cards[0].problems.iter().map(|problem| problem.code).collect()
}

/// The form is filled as the sample is, its fine included, and nothing is said but `said`.
fn as_the_sample(cells: &[(&str, &str, Content)], said: &[&str]) {
    let outcome = outcome(cells);
    assert_eq!(codes(&outcome), said, "{cells:?}");
    let fines: Vec<f64> = outcome.cards[0].fines.iter().map(|fine| fine.amount).collect();
    assert_eq!(fines, [80.0], "{cells:?}");
    let bytes = outcome.bytes.expect("filled");
    assert!((number(&bytes, FORM, "D40") - TOTAL).abs() < 1e-9, "{cells:?}");
}

#[test]
fn a_blank_line_of_the_form_is_no_figure() {
    as_the_sample(&[(FORM, "A41", text("罚款：    元"))], &[]);
    as_the_sample(&[(FORM, "A41", text("罚款：____元"))], &[]);
    as_the_sample(&[(FORM, "A14", text("不及格人次"))], &[]);
    as_the_sample(&[(FORM, "A41", text("计划营业额"))], &[]);
    // Another number on it leaves two answers.
    for (label, value) in [("罚款（元）", 50.0), ("计划营业额", 250_000.0)] {
        let cells = [(FORM, "A41", text(label)), (FORM, "B41", Content::Number(value))];
        let outcome = outcome(&cells);
        assert_eq!(codes(&outcome), ["metric-twice"], "{label}");
        assert!(outcome.bytes.is_none());
    }
    // The same number, typed or real, is one.
    as_the_sample(&[(FORM, "A41", text("罚款（元）")), (FORM, "B41", text("80元"))], &[]);
}

#[test]
fn a_summary_repeats() {
    let formula = |text: &str, value: Value| Content::Formula(text.to_owned(), value);
    for (label, beside) in [
        ("罚款", Content::Blank),
        ("问题处理得分", formula("客服主管绩效考核表!D10", Value::Number(0.0))),
        ("实际营业额", formula("ROUND(指标数据!B5/10000,2)&\"万\"", Value::Text("30.95万".into()))),
        ("实际营业额", text("309,500元")),
    ] {
        as_the_sample(&[("汇总", "A14", text(label)), ("汇总", "B14", beside)], &[]);
    }
    let cells = [("汇总", "A14", text("实际营业额")), ("汇总", "B14", Content::Number(310_000.0))];
    assert_eq!(codes(&outcome(&cells)), ["metric-twice"]);
}

#[test]
fn base_values_beside_the_form_are_no_figures() {
    let cells = [
        (FORM, "G3", text("基准")),
        (FORM, "G4", text("部门KPI平均分")),
        (FORM, "H4", Content::Number(70.0)),
        (FORM, "G5", text("客单价均值")),
        (FORM, "H5", Content::Number(85.0)),
    ];
    as_the_sample(&cells, &[]);
}

#[test]
fn a_rounded_figure_gives_way_to_the_teams_table() {
    // The team's mean is 538/6 = 89.666…: below the stage at 90.
    let cells = [(METRICS, "A26", text("客单价均值")), (METRICS, "B26", Content::Number(90.0))];
    as_the_sample(&cells, &["team-rounded"]);
    // 63 % is no rounded 59.67 %: taken as written, 61 + … six points above 60, by hand +6.
    let cells = [(METRICS, "A26", text("C店询单转化率")), (METRICS, "B26", Content::Number(0.63))];
    let outcome = outcome(&cells);
    assert_eq!(codes(&outcome), ["team-differs"]);
    let bytes = outcome.bytes.expect("filled");
    assert!((number(&bytes, FORM, "D40") - (TOTAL + 6.0)).abs() < 1e-9);
}

#[test]
fn raters_of_another_do_not_count() {
    for title in ["被考核人：周强", "对周强的下级评分", "周强 下级评分"] {
        let outcome = outcome(&[("下级评分", "A1", text(title))]);
        assert!(codes(&outcome).contains(&"rater-unclear"), "{title}: {:?}", codes(&outcome));
        assert!(outcome.bytes.is_none(), "{title}");
    }
    for title in ["被考核人：王丽", "下级评分（匿名）", "评分人：周强"] {
        as_the_sample(&[("下级评分", "A1", text(title))], &[]);
    }
}

#[test]
fn months_may_be_headed_in_chinese_figures() {
    let cells = [
        (METRICS, "B3", text("十月")),
        (METRICS, "E3", text("九月")),
        (METRICS, "E5", Content::Number(1.0)),
    ];
    as_the_sample(&cells, &[]);
}
