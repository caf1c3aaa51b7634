//! Nothing that counts is left out, and nothing of another time comes in, without a word.

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
use kaohe::{Options, Outcome, fill_workbook};

fn filled(name: &str, cells: &[(&str, &str, Content)]) -> Outcome {
    fill_workbook(&changed(name, cells), &Options::default()).expect("read")
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let own = outcome.cards.iter().flat_map(|card| &card.problems);
    own.chain(&outcome.problems).map(|problem| problem.code).collect()
}

/// The sheet 汇总 as a list of figures under a title: last month's, the year's, last year's.
fn beside(title: &str) -> Vec<(&'static str, &'static str, Content)> {
    vec![
        ("汇总", "A1", text(title)),
        ("汇总", "A3", text("指标")),
        ("汇总", "B3", text("数值")),
        ("汇总", "A4", text("计划营业额")),
        ("汇总", "B4", num(270_000.0)),
        ("汇总", "A5", text("实际营业额")),
        ("汇总", "B5", num(278_550.0)),
    ]
}

#[test]
fn a_figure_that_the_month_lacks_is_not_another_months() {
    let plain = filled(ONE, &[]);
    for title in ["2026年9月 指标数据", "去年同期（2025年10月）", "2026年1-10月累计"] {
        let with = filled(ONE, &beside(title));
        assert_eq!(with.cards[0].total, plain.cards[0].total, "{title}");
        for lacks in [Content::Blank, text("实收营业额")] {
            let cells = [beside(title), vec![(METRICS, "A5", lacks)]].concat();
            let outcome = filled(ONE, &cells);
            assert_eq!(outcome.filled(), 0, "{title}");
            assert!(codes(&outcome).contains(&"metric-missing"), "{title}");
        }
    }
    // The message says where the other month's stands.
    let cells = [beside("2026年9月 指标数据"), vec![(METRICS, "A5", Content::Blank)]].concat();
    let outcome = filled(ONE, &cells);
    let missing = outcome.cards[0].problems.iter().find(|p| p.code == "metric-missing").unwrap();
    let hint = &missing.hint.as_ref().unwrap().zh;
    assert!(hint.contains("'汇总'!B5") && hint.contains("2026-09"), "{hint}");
}

#[test]
fn a_person_whose_header_is_not_understood_is_told() {
    for (cell, header) in [("D3", "领导评分"), ("A3", "项目名称"), ("D3", "")] {
        let outcome = filled(MANY, &[("王丽", cell, text(header))]);
        assert_eq!(outcome.filled(), 2, "{header}");
        assert!(!outcome.whole());
        let told = outcome.problems.iter().find(|p| p.code == "form-unread").expect(header);
        assert!(told.what.zh.contains("「王丽」") && told.sheet.as_deref() == Some("王丽"));
    }
    // None of the items: still not without a word.
    let items = (4..=12).map(|row| format!("A{row}")).collect::<Vec<_>>();
    let cells: Vec<_> = items.iter().map(|at| ("周强", at.as_str(), text("其他"))).collect();
    let outcome = filled(MANY, &cells);
    let told = outcome.problems.iter().find(|p| p.code == "form-unread").expect("told");
    assert!(told.what.zh.contains("「周强」") && !outcome.whole(), "{told:?}");
    // A pattern beside them is nobody's.
    for name in ["XXX", "（姓名）", "某某"] {
        let name = format!("被考核人：{name}");
        let cells = [("王丽", "A2", text(&name)), ("王丽", "D3", text("领导评分"))];
        assert!(!codes(&filled(MANY, &cells)).contains(&"form-unread"));
    }
}
