//! The numbers, against FORM.md's worked example and figures worked out by hand.

use crate::common::*;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, Outcome, fill_workbook};

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("a form")
}

fn filled(bytes: &[u8]) -> Vec<u8> {
    let outcome = outcome(bytes);
    for card in &outcome.cards {
        assert!(card.fillable(), "{:?}", card.problems);
    }
    outcome.bytes.expect("bytes")
}

#[test]
fn worked_example_of_the_form() {
    // FORM.md, 4: every figure there was worked out by hand.
    let out = filled(&sample(ONE));
    for (cell, score) in [
        ("D4", 21.0),
        ("D5", 8.0),
        ("D6", 6.0),
        ("D7", 3.0),
        ("D8", 3.0),
        ("D9", 3.0),
        ("D10", 4.5),
        ("D12", 21.0),
        ("D13", 69.5),
        ("D24", 28.5),
    ] {
        assert_eq!(number(&out, FORM, cell), score, "{cell}");
    }
    assert!((number(&out, FORM, "D25") - 28.5 / 35.0 * 10.0).abs() < 1e-12);
    // 组织能力: (5 + 3 + 5 + 3.5) ÷ 4.
    assert_eq!(number(&out, FORM, "D29"), 4.125);
    // The company's own sheet reads the scores.
    assert_eq!(number(&out, "汇总", "B4"), 21.0);
    assert_eq!(number(&out, "汇总", "C4"), 1.4);
    assert_eq!(seen(&out, "汇总", "B13").to_string(), "良好");
}

#[test]
fn other_producers_of_the_same_form_give_the_same_scores() {
    let ours = filled(&sample(ONE));
    for name in ["客服主管绩效考核表-王丽-LibreOffice.xlsx", "客服主管绩效考核表-王丽-97.xls"]
    {
        let theirs = filled(&sample(name));
        for row in (4..=13).filter(|r| *r != 11).chain(24..=25).chain(29..=38).chain([40]) {
            let cell = format!("D{row}");
            assert_eq!(number(&ours, FORM, &cell), number(&theirs, FORM, &cell), "{name} {cell}");
        }
    }
}

/// One metric changed, one score looked at.
fn score(cells: &[(&str, &str, Content)], cell: &str) -> f64 {
    number(&filled(&changed(ONE, cells)), FORM, cell)
}

#[test]
fn steps_are_whole_and_exact() {
    for (actual, expected) in [
        (291_000.0, 9.0),  // 97 %: 3 points below, never 4
        (292_800.0, 11.0), // 97.6 %: 2 whole points below
        (300_000.0, 15.0), // the base itself
        (302_999.99, 15.0),
        (303_000.0, 17.0),  // 101 %: exactly 1 point
        (150_000.0, 0.0),   // no item falls below 0
        (600_000.0, 215.0), // no cap
    ] {
        assert_eq!(score(&[(METRICS, "B5", num(actual))], "D4"), expected, "{actual}");
    }
}

#[test]
fn values_as_people_type_them() {
    let d4 = |typed: &str| score(&[(METRICS, "B5", text(typed))], "D4");
    for typed in ["30.95万", "３０９，５００", "309,500元", " 309500 ", "¥309,500.00"] {
        assert_eq!(d4(typed), 21.0, "{typed}");
    }
    // A literal stands in the formula where the cell holds text.
    let bytes = changed(ONE, &[(METRICS, "B5", text("30.95万"))]);
    let outcome = outcome(&bytes);
    let formula = outcome.formulas.values().find(|f| f.contains("309500"));
    assert_eq!(
        formula.map(String::as_str),
        Some("MAX(0,15+2*TRUNC(ROUND((309500/'指标数据'!B4-1)/0.01,6)))")
    );
}

#[test]
fn nothing_to_measure_keeps_the_base_points() {
    let cells = [(METRICS, "B8", num(0.0)), (METRICS, "B9", num(0.0))];
    assert_eq!(score(&cells, "D6"), 10.0);
}

#[test]
fn blank_event_counts_are_zero_and_said() {
    let bytes = changed(ONE, &[(METRICS, "B6", text(" ")), (METRICS, "B7", num(0.0))]);
    let outcome = outcome(&bytes);
    let card = &outcome.cards[0];
    let notice = card.problems.iter().find(|p| p.code == "assumed-zero").expect("a notice");
    assert_eq!(notice.place(), "'指标数据'!B6");
    assert_eq!(card.items[1].score, 10.0);
}

#[test]
fn points_of_the_form_win() {
    let outcome = outcome(&changed(ONE, &[(FORM, "C5", text("20分"))]));
    let card = &outcome.cards[0];
    assert_eq!(card.items[1].points, 20.0);
    assert_eq!(card.items[1].score, 18.0);
    assert!(card.problems.iter().any(|p| p.code == "points-differ" && p.place().ends_with("C5")));
}

#[test]
fn hand_typed_scores_are_replaced_and_said() {
    let outcome = outcome(&changed(ONE, &[(FORM, "D4", num(15.0))]));
    let notice = outcome.cards[0].problems.iter().find(|p| p.code == "replaced").expect("notice");
    assert_eq!(notice.what.zh, "原有内容已替换：15 → 21");
    assert_eq!(number(&outcome.bytes.expect("bytes"), FORM, "D4"), 21.0);
    // `=15` whose value was never stored is a number, too; a sum of cells is the form's own.
    for (formula, told) in [("=15", true), ("=ROUND(14.6,0)", true), ("=C4", false)] {
        let formula = formula.trim_start_matches('=').to_owned();
        let cell = Content::Formula(formula.clone(), Value::Blank);
        let card = &self::outcome(&changed(ONE, &[(FORM, "D4", cell)])).cards[0];
        let said = card.problems.iter().find(|p| p.code == "replaced").map(|p| p.what.zh.as_str());
        let words = format!("原有内容已替换：={formula} → 21");
        assert_eq!(said, told.then_some(words.as_str()), "{formula}");
    }
}

/// The formula that is written stood there already, with a result that no program had brought up to date.
#[test]
fn the_same_formula_is_not_said_to_be_replaced() {
    // Rows 4 to 12 are items, 17 to 23 and 30 to 37 marks; 25 and 38 are points of 10 out of 35 and 40 marks.
    let ours = [
        ("D13", "SUM(D4:D12)", "SUM($D$4:$D$12)"),
        ("D24", "SUM(D17:D23)", "D17+D18+D19+D20+D21+D22+D23"),
        ("D25", "D24/35*10", " D24 / 35 * 10"),
        ("D40", "D13+D25+D38", "+D38+D13+D25"),
    ];
    let told = |formulas: &[(&str, &str)]| -> Vec<String> {
        let cells = formulas.iter().map(|(at, formula)| {
            (FORM, *at, Content::Formula((*formula).to_owned(), Value::Number(0.0)))
        });
        let outcome = self::outcome(&changed(ONE, &cells.collect::<Vec<_>>()));
        assert_eq!(number(outcome.bytes.as_ref().expect("filled"), FORM, "D13"), 69.5);
        let found = outcome.cards[0].problems.iter().filter(|p| p.code == "replaced");
        found.filter_map(|p| p.cell).map(|at| at.to_string()).collect()
    };
    assert_eq!(told(&ours.map(|(at, one, _)| (at, one))), [""; 0]);
    assert_eq!(told(&ours.map(|(at, _, other)| (at, other))), [""; 0]);
    let others = [
        ("D13", "SUM(D4:D11)"),
        ("D24", "SUM(D17:D23)*1"),
        ("D25", "D24/35*12"),
        ("D40", "D13+D25+D38-2"),
    ];
    assert_eq!(told(&others), others.map(|(at, _)| at));
}

#[test]
fn filling_a_filled_workbook_changes_nothing() {
    for name in [ONE, MANY, "客服主管绩效考核表-王丽-LibreOffice.xlsx"] {
        let once = filled(&sample(name));
        let twice = filled(&once);
        assert!(once == twice, "{name}");
    }
}

#[test]
fn a_rater_who_left_one_mark_blank_does_not_count_for_it() {
    // 组织能力 without the third rater: (5 + 3 + 3.5) ÷ 3.
    let mean = score(&[("下级评分", "D4", text(""))], "D29");
    assert!((mean - 11.5 / 3.0).abs() < 1e-9, "{mean}");
}

#[test]
fn members_at_a_base_are_neither_above_nor_below() {
    // All at 18 s: no reward, no deduction. All at 17 s: +2.
    let all = |seconds: f64| -> Vec<(&str, &str, Content)> {
        ["F19", "F20", "F21", "F22", "F23", "F24"]
            .into_iter()
            .map(|cell| (METRICS, cell, num(seconds)))
            .collect()
    };
    // 25 + 4 − 5 without response time is 24.
    assert_eq!(score(&all(18.0), "D12"), 24.0);
    assert_eq!(score(&all(17.0), "D12"), 26.0);
    assert_eq!(score(&all(18.5), "D12"), 18.0);
    assert_eq!(score(&all(20.0), "D12"), 18.0);
    assert_eq!(score(&all(20.5), "D12"), 12.0);
}

#[test]
fn metrics_of_another_file_give_plain_numbers() {
    let options = Options { metrics: Some(sample(ONE)), ..Options::default() };
    let outcome = fill_workbook(&sample(ONE), &options).expect("a form");
    assert!(outcome.formulas.is_empty());
    assert_eq!(number(&outcome.bytes.expect("bytes"), FORM, "D40"), 85.4866071428571);
}

/// A workbook of several forms, with all people's figures in another one.
#[test]
fn metrics_of_another_file_for_many_people() {
    let own = fill_workbook(&sample(MANY), &Options::default()).expect("forms");
    // The forms' own figures are made useless, so that only the other file's can count.
    let blanked: Vec<(&str, &str, Content)> =
        ["B4", "C4", "B5", "C5", "B6", "C6"].map(|cell| (METRICS, cell, text("—"))).to_vec();
    let options = Options { metrics: Some(sample(MANY)), ..Options::default() };
    let broken = changed(MANY, &blanked);
    assert!(!fill_workbook(&broken, &Options::default()).expect("forms").whole());
    let outcome = fill_workbook(&broken, &options).expect("forms");
    assert!(outcome.whole() && outcome.formulas.is_empty());
    assert_eq!(outcome.cards.len(), 3);
    for (other, own) in outcome.cards.iter().zip(&own.cards) {
        assert_eq!(other.person, own.person);
        assert_eq!(other.total, own.total, "{:?}", own.person);
    }
}
