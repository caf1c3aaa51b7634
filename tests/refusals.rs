//! Bad input: every one is named by code, sheet and cell, all at once, and nothing is written.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

/// The blocking problems of a workbook, as `code place`.
fn refused(bytes: &[u8]) -> Vec<String> {
    let list = |problems: &[kaohe::problem::Problem]| -> Vec<String> {
        problems
            .iter()
            .filter(|p| p.blocks())
            .map(|p| format!("{} {}", p.code, p.place()).trim().to_owned())
            .collect()
    };
    match fill_workbook(bytes, &Options::default()) {
        Err(problems) => list(&problems),
        Ok(outcome) => {
            let mut all = list(&outcome.problems);
            for card in &outcome.cards {
                all.extend(list(&card.problems));
            }
            assert!(all.is_empty() == outcome.whole());
            assert!(outcome.cards.len() > 1 || all.is_empty() || outcome.bytes.is_none());
            all
        }
    }
}

fn one(cells: &[(&str, &str, Content)]) -> Vec<String> {
    refused(&changed(ONE, cells))
}

/// A mark that was typed into the score cell is not taken for the missing one: it may be last month's.
#[test]
fn a_mark_in_the_score_cell_is_pointed_at() {
    for label in [text("问题处理评分"), text("其他")] {
        let cells = [(METRICS, "A15", label), (METRICS, "B15", text("")), (FORM, "D10", num(4.5))];
        let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read");
        assert_eq!(outcome.filled(), 0);
        let hints: Vec<&str> = outcome.cards[0]
            .problems
            .iter()
            .filter(|p| p.subject.as_deref() == Some("问题处理评分"))
            .filter_map(|p| Some(p.hint.as_ref()?.zh.as_str()))
            .collect();
        assert!(
            matches!(hints.as_slice(), [hint] if hint.contains("!D10") && hint.contains("4.5")),
            "{hints:?}"
        );
    }
}

#[test]
fn sound_workbooks_are_not_refused() {
    for name in [ONE, MANY] {
        assert_eq!(refused(&sample(name)), [""; 0], "{name}");
    }
}

#[test]
fn metrics_that_cannot_be_right() {
    for (cell, content, expected) in [
        ("B4", num(0.0), "divide-by-zero '指标数据'!B4"),
        ("B4", text(""), "metric-blank '指标数据'!B4"),
        ("B5", text("待定"), "metric-not-a-number '指标数据'!B5"),
        ("B5", text("30万~31万"), "metric-not-a-number '指标数据'!B5"),
        ("B5", num(-1.0), "negative '指标数据'!B5"),
        ("B6", num(-1.0), "negative '指标数据'!B6"),
        ("B9", num(41.0), "rate-above-one '指标数据'!B9"),
        ("B7", num(49.0), "fine-out-of-range '指标数据'!B7"),
        ("B7", num(101.0), "fine-out-of-range '指标数据'!B7"),
        ("B15", num(5.5), "out-of-range '指标数据'!B15"),
        ("B15", text(""), "mark-blank '指标数据'!B15"),
        ("D19", num(63.0), "out-of-range '指标数据'!D19"),
        ("C19", text(""), "metric-blank '指标数据'!C19"),
        ("B19", text("京东"), "team-group '指标数据'!B19"),
        ("A4", text("计划"), "metric-missing '指标数据'"),
    ] {
        assert_eq!(one(&[(METRICS, cell, content)]), [expected], "{cell}");
    }
}

#[test]
fn points_that_cannot_be_read_and_may_be_others() {
    for content in [text("30/100"), text("20分以内"), num(-5.0), num(1.0)] {
        assert_eq!(one(&[(FORM, "C4", content)]), ["points-unclear '客服主管绩效考核表'!C4"]);
    }
    for content in [text("15/100"), text("见细则"), text("")] {
        assert_eq!(one(&[(FORM, "C4", content)]), [""; 0]);
    }
}

#[test]
fn error_values_and_formulas_without_a_value() {
    let error = Content::Formula("1/0".to_owned(), kaohe::workbook::Value::Error("#DIV/0!".into()));
    assert_eq!(one(&[(METRICS, "B5", error)]), ["metric-error-value '指标数据'!B5"]);
    let unsaved = Content::Formula("1+1".to_owned(), kaohe::workbook::Value::Blank);
    assert_eq!(one(&[(METRICS, "B5", unsaved)]), ["formula-no-value '指标数据'!B5"]);
}

#[test]
fn marks_out_of_range_or_missing() {
    assert_eq!(one(&[(FORM, "D17", num(6.0))]), [format!("out-of-range '{FORM}'!D17")]);
    assert_eq!(one(&[(FORM, "D17", text(""))]), [format!("mark-blank '{FORM}'!D17")]);
    assert_eq!(one(&[("下级评分", "C5", num(5.5))]), ["out-of-range '下级评分'!C5"]);
}

/// The mean of marks that nobody has given yet is no fault of its formula, saved by Excel or not.
#[test]
fn a_mean_of_no_marks_is_a_missing_mark() {
    use kaohe::workbook::Value;
    for value in [Value::Blank, Value::Error("#DIV/0!".to_owned())] {
        let mean = |row: u32| format!("AVERAGE('下级评分'!B{0}:E{0})", row - 25);
        let mut cells: Vec<(&str, String, Content)> = (29..=36)
            .map(|row| (FORM, format!("D{row}"), Content::Formula(mean(row), value.clone())))
            .collect();
        for row in 4..=11 {
            cells.extend(
                ["B", "C", "D", "E"].map(|col| ("下级评分", format!("{col}{row}"), Content::Blank)),
            );
        }
        let cells: Vec<_> = cells.iter().map(|(s, at, c)| (*s, at.as_str(), c.clone())).collect();
        let told = one(&cells);
        assert_eq!(told.len(), 8, "{told:?}");
        assert!(told.iter().all(|told| told.starts_with("mark-blank ")), "{told:?}");
    }
    // A mark that is there and no number is the formula's.
    let error = Content::Formula("AVERAGE(B4:E4)/0".to_owned(), Value::Error("#DIV/0!".into()));
    let told = one(&[(FORM, "D17", error)]);
    assert_eq!(told, [format!("metric-error-value '{FORM}'!D17")]);
}

/// A blank mark whose raters' table is there: what is wrong with that table.
#[test]
fn a_blank_mark_tells_of_the_raters_table() {
    let hint = |bytes: &[u8]| {
        let outcome = fill_workbook(bytes, &Options::default()).expect("forms");
        assert_eq!(outcome.filled(), 0);
        let blank = outcome.cards[0].problems.iter().find(|p| p.code == "mark-blank");
        blank.expect("blank").hint.clone().expect("hint").zh
    };
    let own = hint(&changed(ONE, &[(FORM, "D17", text(""))]));
    assert_eq!(own, "填写评分后再处理");
    let lacks = hint(&changed(ONE, &[("下级评分", "A7", text("团队氛围"))]));
    assert!(lacks.contains("「下级评分」里没有这一项"), "{lacks}");
    let marks = ["组织能力", "紧急情况处理能力", "服从度", "沟通情况", "客观度", "表达能力"];
    let mut rows = vec!["考核指标|评分人1|评分人2|评分人3".to_owned()];
    rows.extend(marks.iter().map(|mark| format!("{mark}|5|4|3")));
    let two = hint(&pack::with_sheet(&sample(ONE), "下级评分2", &rows));
    assert!(two.contains("「下级评分」「下级评分2」像评分人的表"), "{two}");
}

#[test]
fn all_problems_at_once() {
    let found =
        one(&[(METRICS, "B5", text("待定")), (METRICS, "B6", num(-2.0)), (FORM, "D18", num(7.0))]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn one_bad_row_leaves_the_others_filled() {
    let bytes = changed(MANY, &[(METRICS, "C5", text("待定"))]);
    let outcome = fill_workbook(&bytes, &Options::default()).expect("forms");
    let fillable: Vec<_> = outcome
        .cards
        .iter()
        .map(|c| (c.person.clone().unwrap_or_default(), c.fillable()))
        .collect();
    assert_eq!(
        fillable,
        [("王丽".to_owned(), true), ("周强".to_owned(), false), ("孙悦".to_owned(), true)]
    );
    let out = outcome.bytes.expect("bytes");
    assert_eq!(number(&out, "王丽", "D4"), 17.0);
    assert_eq!(seen(&out, "周强", "D4"), calamine::Data::Empty);
}

#[test]
fn rows_and_forms_that_do_not_match() {
    let renamed = changed(MANY, &[(METRICS, "A5", text("周 某"))]);
    assert_eq!(refused(&renamed), ["no-form '指标数据'!A5", "no-metric-row '周强'"]);
    let twice = changed(MANY, &[(METRICS, "A5", text("王丽"))]);
    assert!(refused(&twice).contains(&"name-twice '指标数据'!A5".to_owned()));
}

#[test]
fn what_is_no_workbook() {
    assert_eq!(refused(b""), ["not-a-workbook"]);
    assert_eq!(refused(b"<html><table></table></html>"), ["not-a-workbook"]);
    assert_eq!(refused(b"a,b,c\n1,2,3\n"), ["not-a-workbook"]);
    let whole = sample(ONE);
    for percent in 1..100 {
        let cut = &whole[..whole.len() * percent / 100];
        assert_eq!(refused(cut).len(), 1, "{percent} %");
    }
}

#[test]
fn flipped_bytes_never_change_a_score_silently() {
    let whole = sample(ONE);
    let scores = |bytes: &[u8]| -> Option<Vec<f64>> {
        let outcome = fill_workbook(bytes, &Options::default()).ok()?;
        outcome.bytes.as_ref()?;
        Some(outcome.cards[0].items.iter().map(|i| i.score).collect())
    };
    let right = scores(&whole).expect("scores");
    let mut state = 7u64;
    for _ in 0..400 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut bad = whole.clone();
        let at = (state >> 33) as usize % bad.len();
        bad[at] ^= 1 << (state % 8);
        if let Some(found) = scores(&bad) {
            assert_eq!(found, right, "byte {at}");
        }
    }
}

/// The summary that repeats the form is not filled in its place where the form's own head is not known.
#[test]
fn a_summary_is_no_form() {
    for head in ["备忘", "等级", "评语"] {
        let bytes = changed(ONE, &[(FORM, "D3", text(head))]);
        assert_eq!(refused(&bytes), ["no-scheme"], "{head}");
    }
}

/// A form whose items' names are formulas of a list of items is a form all the same.
#[test]
fn items_may_come_from_a_list() {
    use kaohe::workbook::Value;
    let names = [
        "营业额达成度",
        "投诉维权",
        "中差评处理率",
        "团队配合度与执行度",
        "新产品与新规则传达",
        "客服培训",
        "问题处理",
        "团队绩效考核指标",
    ];
    let rows: Vec<String> = ["考核项目|标准分"]
        .into_iter()
        .map(str::to_owned)
        .chain(names.iter().map(|n| format!("{n}|10")))
        .collect();
    let cells: Vec<(String, Content)> = names
        .iter()
        .zip([4, 5, 6, 7, 8, 9, 10, 12])
        .zip(2..)
        .map(|((name, row), of)| {
            let value = Value::Text((*name).to_owned());
            (format!("A{row}"), Content::Formula(format!("项目库!A{of}"), value))
        })
        .collect();
    let cells: Vec<_> = cells.iter().map(|(at, cell)| (at.as_str(), cell.clone())).collect();
    let bytes = forms::put(&pack::with_sheet(&sample(ONE), "项目库", &rows), FORM, &cells);
    let outcome = fill_workbook(&bytes, &Options::default()).expect("forms");
    assert_eq!(outcome.filled(), 1, "{:?}", outcome.cards[0].problems);
    assert_eq!(outcome.cards[0].items.iter().map(|i| i.score).sum::<f64>(), 69.5);
}

#[test]
fn another_form_is_told_what_is_missing() {
    let bytes = kaohe::render::blank_form(
        &kaohe::scheme::Scheme::parse(
            r#"
name = "别的"
title = "别的表"
total = 10
items = [{ name = "出勤", points = 10, rules = [{ kind = "occurrences", events = [{ metric = "迟到次数", deduct = 1 }] }] }]
metrics = [{ name = "迟到次数", kind = "count" }]
"#,
        )
        .expect("a scheme"),
    )
    .expect("a form");
    assert_eq!(refused(&bytes), ["no-scheme"]);
}
