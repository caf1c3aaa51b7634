//! Scores many times an item's points: told, at the figure that made them, and scored all the same.

use crate::common::*;
use kaohe::fill::Scorecard;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

fn card(cells: &[(&str, &str, Content)]) -> Scorecard {
    let mut outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    outcome.cards.remove(0)
}

/// What is told of a card, with its place.
fn told(card: &Scorecard) -> Vec<(String, String)> {
    let own = card.problems.iter().filter(|p| p.code == "score-far-above");
    own.map(|p| (p.place(), p.what.zh.clone())).collect()
}

#[test]
fn a_digit_too_many_is_told_at_its_cell() {
    // 3,095,000 of 300,000 are 1031.66… %: 931 whole points above, 15 + 2 × 931.
    let typo = card(&[(METRICS, "B5", num(3_095_000.0))]);
    assert_eq!(typo.items[0].score, 1877.0);
    let [(place, what)] = told(&typo).try_into().expect("one notice");
    assert_eq!(place, format!("'{METRICS}'!B5"));
    assert!(what.contains("「营业额达成度」") && what.contains("15 分的 125 倍"), "{what}");
    assert!(typo.fillable(), "it may be right");
    // A very good month: 130 % are 15 + 2 × 30, five times the points and no more.
    for turnover in [309_500.0, 345_000.0, 390_000.0] {
        assert_eq!(told(&card(&[(METRICS, "B5", num(turnover))])), [], "{turnover}");
    }
    assert_eq!(told(&card(&[(METRICS, "B5", num(393_000.0))])).len(), 1);
}

#[test]
fn of_several_rules_the_one_that_does_most_is_named() {
    // A mean order value of a member of 9,200 yuan for 92.
    let typo = card(&[(METRICS, "E19", num(9200.0))]);
    let [(place, what)] = told(&typo).try_into().expect("one notice");
    assert!(what.contains("「团队绩效考核指标」"), "{what}");
    // The mean of the team stands in no cell: the item's own is named.
    assert_eq!(place, format!("'{FORM}'!D12"));
}

#[test]
fn what_is_no_number_is_no_high_score() {
    let nothing = card(&[(METRICS, "B4", num(0.0))]);
    assert_eq!(told(&nothing), []);
    assert!(!nothing.fillable());
}
