//! A form that was changed after its scheme was made: each change is told, and scored by the scheme until it is
//! changed too.

use crate::common::pack::{packed, with_sheet, workbook_of, worksheet};
use kaohe::scheme::Scheme;
use kaohe::{Options, fill_workbook};

const SCHEME: &str = r#"
name = "采购"
title = "绩效考核表"
total = 100

[[metrics]]
name = "采购及时率"
kind = "rate"
max = 2

[[metrics]]
name = "报表差错处数"
kind = "count"
blank = "zero"

[[metrics]]
name = "合同差错处数"
kind = "count"
blank = "zero"

[[items]]
name = "采购及时"
points = 50
criteria = "每低1%扣2分"
[[items.rules]]
kind = "deviation"
value = "采购及时率"
base = 0.95
step = 0.01
above = 0
below = 2
steps = "whole"

[[items]]
name = "差错"
points = 50
criteria = "报表差错每处扣2分；合同差错每处扣3分"
[[items.rules]]
kind = "occurrences"
events = [{ metric = "报表差错处数", deduct = 2 }, { metric = "合同差错处数", deduct = 3 }]
"#;

/// What is found in a form with these rows of items, and its total where it is filled: 93 % are two points
/// short of 95 %, and four errors of 2 points each, so 46 and 42 by the scheme.
fn found(rows: &[&str]) -> (Option<f64>, Vec<String>) {
    let book = packed(&workbook_of(&worksheet("<sheetData/>")));
    let top =
        ["绩效考核表", "姓名|李明|部门|业务部|2026年11月", "考核项目|目标值|评分标准|权重|得分"];
    let form: Vec<&str> = top.iter().chain(rows).copied().collect();
    let book = with_sheet(&book, "考核表", &form);
    let figures = ["指标|数值", "采购及时率|0.93", "报表差错处数|4", "合同差错处数|0"];
    let scheme = Scheme::parse(SCHEME).expect("a scheme");
    let options = Options { scheme: Some(scheme), ..Options::default() };
    let outcome = fill_workbook(&with_sheet(&book, "指标数据", &figures), &options).expect("read");
    let card = &outcome.cards[0];
    let told = |problem: &kaohe::problem::Problem| {
        format!("{} {}", problem.code, problem.cell.map(|at| at.to_string()).unwrap_or_default())
    };
    (outcome.bytes.as_ref().map(|_| card.total), card.problems.iter().map(told).collect())
}

const FIRST: &str = "采购及时|95%|每低1%扣2分|50|";
const SECOND: &str = "差错||报表差错每处扣2分；合同差错每处扣3分|50|";
const SUM: &str = "合计|||100|";

#[test]
fn the_form_as_it_was() {
    assert_eq!(found(&[FIRST, SECOND, SUM]), (Some(88.0), vec![]));
}

#[test]
fn another_target() {
    for (target, told) in [
        ("95", false),
        ("0.95", false),
        ("≥95%", false),
        ("97%", true),
        ("0.97", true),
        ("95%（11月起97%）", true),
        // Not of the rule's kind.
        ("3", false),
        ("按计划", false),
        ("", false),
    ] {
        let row = format!("采购及时|{target}|每低1%扣2分|50|");
        let codes = if told { vec!["criteria-differ B4".to_owned()] } else { vec![] };
        assert_eq!(found(&[&row, SECOND, SUM]), (Some(88.0), codes), "{target}");
    }
}

#[test]
fn clauses_that_only_one_has() {
    for (criteria, told) in [
        ("报表差错每处扣2分；合同差错每处扣3分；发票差错每处扣3分", 1),
        ("报表差错每处扣2分；合同差错每处扣3分。每发生1次投诉扣3分", 1),
        ("报表差错每处扣3分；合同差错每处扣2分", 2),
        ("", 1),
        ("合同差错每处扣3分；报表差错每处扣2分", 0),
        ("1、报表差错，每处扣2分；2、合同差错，每处扣3分。", 0),
    ] {
        let row = format!("差错||{criteria}|50|");
        let (total, codes) = found(&[FIRST, &row, SUM]);
        assert_eq!((total, codes.len()), (Some(88.0), told), "{criteria}: {codes:?}");
        assert!(codes.iter().all(|code| code.starts_with("criteria-differ")), "{codes:?}");
    }
}

#[test]
fn an_item_added_last() {
    let added = "会议出勤||缺席一次扣2分|10|";
    for sum in [SUM, "总得分|||100|"] {
        let (total, codes) = found(&[FIRST, SECOND, added, sum]);
        assert_eq!(total, None, "{codes:?}");
        assert!(codes.contains(&"item-unknown A6".to_owned()), "{codes:?}");
    }
}
