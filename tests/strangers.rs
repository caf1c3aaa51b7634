//! Figures as other hands lay them out: several team tables, computed columns beside the raters',
//! units, columns of months, words for nothing. By hand, on changes of the company's workbook.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common;

use common::*;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

fn filled(name: &str, cells: &[(&str, &str, Content)]) -> Vec<u8> {
    let outcome = fill_workbook(&changed(name, cells), &Options::default()).expect("read");
    assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
    outcome.bytes.expect("filled")
}

/// The codes that keep the first form from being filled.
fn refused(cells: &[(&str, &str, Content)]) -> Vec<&'static str> {
    let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    assert!(outcome.bytes.is_none());
    let card = &outcome.cards[0];
    let mut codes: Vec<_> = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes
}

/// A second team table, below the first: header in row 28.
fn second_team<'c>(member: &'c str, kpi: f64) -> Cells<'c> {
    let heads = ["客服姓名", "店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"];
    let cells = ["A28", "B28", "C28", "D28", "E28", "F28"];
    let mut out: Cells<'c> =
        cells.iter().zip(heads).map(|(at, head)| (METRICS, *at, text(head))).collect();
    out.extend([(METRICS, "A29", text(member)), (METRICS, "B29", text("商城"))]);
    for (at, value) in [("C29", kpi), ("D29", 0.95), ("E29", 90.0), ("F29", 10.0)] {
        out.push((METRICS, at, num(value)));
    }
    out
}

#[test]
fn all_tables_of_the_team_count() {
    // KPI (433 + 80) ÷ 7 = 73.29 → 3 → +6; one fail −5; C店 59.67 % → 0; 商城 95.5 % → 0;
    // 客单价 628 ÷ 7 = 89.71 → 0; 旺旺 −3: 25 + 6 − 5 − 3.
    let bytes = filled(ONE, &second_team("新人", 80.0));
    assert_eq!(number(&bytes, FORM, "D12"), 23.0);
    // A member in both tables with other figures: which counts?
    assert_eq!(refused(&second_team("赵雪", 80.0)), ["team-twice"]);
}

#[test]
fn what_is_computed_of_the_marks_is_no_rater() {
    for head in ["评分人数", "平均得分", "最高分", "每项满分", "标准差", "自评", "排名", "上级"]
    {
        let mut cells: Cells<'_> = vec![("下级评分", "F3", text(head))];
        let rows = ["F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"];
        cells.extend(rows.map(|at| ("下级评分", at, num(1.0))));
        let bytes = filled(ONE, &cells);
        // (5 + 3 + 5 + 3.5) ÷ 4.
        assert_eq!(number(&bytes, FORM, "D29"), 4.125, "{head}");
    }
    // A rater is a rater, whatever the department is called.
    let mut cells: Cells<'_> = vec![("下级评分", "F3", text("内容运营部小周"))];
    let rows = ["F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"];
    cells.extend(rows.map(|at| ("下级评分", at, num(1.0))));
    // (16.5 + 1) ÷ 5.
    assert_eq!(number(&filled(ONE, &cells), FORM, "D29"), 3.5);
}

#[test]
fn parts_of_a_ratio_are_in_one_unit() {
    let plan = (METRICS, "A4", text("计划营业额（万元）"));
    let cells = [plan.clone(), (METRICS, "B4", num(30.0))];
    assert_eq!(refused(&cells), ["figure-unit"]);
    let both = [
        plan,
        (METRICS, "B4", num(30.0)),
        (METRICS, "A5", text("实际营业额（万元）")),
        (METRICS, "B5", num(30.95)),
    ];
    assert_eq!(number(&filled(ONE, &both), FORM, "D4"), 21.0);
}

#[test]
fn the_column_of_the_month_is_read_and_no_other() {
    let heads = |a: &str, b: &str| -> Cells<'static> {
        let mut cells: Cells<'static> = vec![(METRICS, "B3", text(a)), (METRICS, "C3", text(b))];
        let rows = ["C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15"];
        // Plan 200000, done 200000: on target. One of each event, 10 of 10 reviews, a mark of 1.
        let values = [200_000.0, 200_000.0, 1.0, 0.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        cells.extend(rows.into_iter().zip(values).map(|(at, v)| (METRICS, at, num(v))));
        cells
    };
    for (a, b) in [("9月", "10月"), ("上月", "本月"), ("实际（9月）", "实际（10月）")]
    {
        let bytes = filled(ONE, &heads(a, b));
        assert_eq!(number(&bytes, FORM, "D4"), 15.0, "{a} {b}");
        assert_eq!(number(&bytes, FORM, "D10"), 1.0, "{a} {b}");
    }
    assert_eq!(number(&filled(ONE, &heads("10月", "9月")), FORM, "D4"), 21.0);
    assert_eq!(refused(&heads("甲", "乙"))[0], "value-unclear");
}

#[test]
fn a_word_for_nothing_is_a_count_of_none() {
    for word in ["无", "没有", "—", "/"] {
        // 5 points, no shirking, no delay.
        let cells = [(METRICS, "B10", text(word)), (METRICS, "B11", text(word))];
        assert_eq!(number(&filled(ONE, &cells), FORM, "D7"), 5.0, "{word}");
        // Nothing is no amount.
        assert_eq!(refused(&[(METRICS, "B5", text(word))]), ["metric-not-a-number"], "{word}");
    }
}

#[test]
fn rows_below_a_gap_are_members_too() {
    // 3 blank rows, figures typed as text: KPI (433 + 80) ÷ 7 as above.
    let mut cells: Cells<'_> = vec![(METRICS, "A28", text("新人")), (METRICS, "B28", text("商城"))];
    for (at, value) in [("C28", "80分"), ("D28", "95%"), ("E28", "90元"), ("F28", "10秒")] {
        cells.push((METRICS, at, text(value)));
    }
    assert_eq!(number(&filled(ONE, &cells), FORM, "D12"), 23.0);
}
