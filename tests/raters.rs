//! Which raters count, whose their marks are, and what is said of those that do not.

use crate::common::pack::with_sheet;
use crate::common::*;
use crate::members::{Cells, codes, outcome};
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, fill_workbook};

const RATERS: &str = "下级评分";

/// The raters' mean of 组织能力, or the codes that keep the form from being filled.
fn mark(bytes: &[u8]) -> Result<f64, Vec<&'static str>> {
    let outcome = outcome(bytes);
    if let (true, Some(bytes)) = (outcome.whole(), &outcome.bytes) {
        return Ok(number(bytes, FORM, "D29"));
    }
    let mut codes: Vec<_> =
        outcome.cards[0].problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes.truncate(1);
    Err(codes)
}

fn doubtful() -> Result<f64, Vec<&'static str>> {
    Err(vec!["rater-unclear"])
}

#[test]
fn raters_who_are_noted_as_void_are_not_counted() {
    for note in
        ["作废", "无效", "无效票", "弃权", "不计", "不统计", "剔除", "重复", "测试", "自评", "王丽"]
    {
        for head in [
            format!("评分人4（{note}）"),
            format!("评分人4-{note}"),
            format!("评分人4 {note}"),
            format!("评分人4【{note}】"),
        ] {
            let bytes = changed(ONE, &[(RATERS, "E3", text(&head))]);
            assert_eq!(mark(&bytes), doubtful(), "{head}");
            let outcome = outcome(&bytes);
            let told = outcome.cards[0].problems.iter().find(|p| p.code == "rater-unclear");
            let told = told.unwrap();
            assert_eq!(told.place(), "'下级评分'!E3", "{head}");
            assert!(told.hint.as_ref().unwrap().zh.contains("删去"), "{head}");
        }
    }
    // The note may stand below the marks.
    let below = [(RATERS, "A12", text("备注")), (RATERS, "E12", text("弃权"))];
    assert_eq!(mark(&changed(ONE, &below)), doubtful());
    // (5 + 3 + 5 + 3.5) ÷ 4.
    for head in [
        "评分人4",
        "评分人4（匿名）",
        "评分人4（有效）",
        "评分人4（测试部）",
        "评分人4（综合部）",
        "评分人4（王丽娜）",
        "评分人4 （不计名）",
    ] {
        assert_eq!(mark(&changed(ONE, &[(RATERS, "E3", text(head))])), Ok(4.125), "{head}");
    }
}

/// The sample's marks with a row a rater, and a fifth row of fives.
fn by_row(head: &str, names: &[&str]) -> Vec<u8> {
    let clear: Vec<String> = (3..12)
        .flat_map(|row| ["A", "B", "C", "D", "E"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Cells<'_> = clear.iter().map(|at| (RATERS, at.as_str(), Content::Blank)).collect();
    let marks = [
        "5|3|3|4.5|3.5|5|3|4.5",
        "3|3|3.5|3|5|4.5|5|3.5",
        "5|4.5|3|5|3|3|3.5|5",
        "3.5|4.5|5|3|5|3.5|4|3",
        "5|5|5|5|5|5|5|5",
    ];
    let mut rows = vec![format!("{head}|{}", MARKS.join("|"))];
    rows.extend(names.iter().zip(marks).map(|(name, marks)| format!("{name}|{marks}")));
    with_sheet(&changed(ONE, &cells), "下级打分", &rows)
}

#[test]
fn a_row_of_ones_own_marks_is_no_raters() {
    let four = ["李娜", "张敏", "刘洋", "陈静"];
    for head in ["姓名", "评分人", "员工姓名"] {
        if head != "员工姓名" {
            assert_eq!(mark(&by_row(head, &four)), Ok(4.125), "{head}");
        }
        for own in ["王丽", "王丽（自评）", "王丽（本人）", "王丽 "] {
            let all = [&four[..], &[own]].concat();
            assert_eq!(mark(&by_row(head, &all)), doubtful(), "{head} {own}");
        }
    }
    let numbered = ["评分人1", "评分人2", "评分人3", "评分人4", "王丽"];
    assert_eq!(mark(&by_row("评分人", &numbered)), doubtful());
    let void = ["评分人1", "评分人2", "评分人3", "评分人4", "评分人5（作废）"];
    assert_eq!(mark(&by_row("评分人", &void)), doubtful());
    // Behind the marks too.
    let noted = |note: &str| {
        let cell = |at: &str, note: &str| Edit::new("下级打分", crate::common::at(at), text(note));
        let edits = [cell("J1", "备注"), cell("J6", note)];
        let five = ["评分人1", "评分人2", "评分人3", "评分人4", "评分人5"];
        mark(&edit(&by_row("评分人", &five), &edits).expect("edited"))
    };
    for note in ["弃权", "重复", "测试", "撤回", "不统计", "此票弃权", "自评"] {
        assert_eq!(noted(note), doubtful(), "{note}");
    }
    for note in ["已核", "建议取消晚班", "测试部", "无"] {
        assert_eq!(noted(note), Ok(4.3), "{note}");
    }
    assert_eq!(noted("作废"), Ok(4.125));
    // (5 + 3 + 5 + 3.5 + 5) ÷ 5.
    let fifth = ["李娜", "张敏", "刘洋", "陈静", "王丽娜"];
    assert_eq!(mark(&by_row("姓名", &fifth)), Ok(4.3));
    // Those who are rated: her row alone, or all of them.
    let rated = ["李主管", "张主管", "刘主管", "陈主管", "王丽"];
    assert_eq!(mark(&by_row("被评人", &rated)), Ok(5.0));
    assert_eq!(mark(&by_row("姓名", &["王丽", "王丽", "王丽", "王丽"])), Ok(4.125));
    assert_eq!(mark(&by_row("姓名", &["王丽", "王丽", "李莉", "李莉"])), Ok(4.0));
}

/// The cells of the sample's raters, with a value.
fn raters_cells(value: &Content) -> Vec<(&'static str, String, Content)> {
    let cells = (4..12).flat_map(|row| ["B", "C", "D", "E"].map(|col| format!("{col}{row}")));
    cells.map(|at| (RATERS, at, value.clone())).collect()
}

/// The sample with cells changed.
fn edited(cells: &[(&str, String, Content)]) -> Vec<u8> {
    let cells: Cells<'_> = cells.iter().map(|(s, at, c)| (*s, at.as_str(), c.clone())).collect();
    changed(ONE, &cells)
}

#[test]
fn figures_of_another_workbook_leave_the_own_raters_theirs() {
    let typed: Vec<_> = (29..37).map(|row| (FORM, format!("D{row}"), num(5.0))).collect();
    let with = |own: &[u8], metrics: Vec<u8>| {
        let options = Options { metrics: Some(metrics), ..Options::default() };
        let outcome = fill_workbook(own, &options).expect("read");
        let blocked = outcome.cards[0].problems.iter().find(|p| p.blocks()).map(|p| p.code);
        outcome.bytes.map(|bytes| number(&bytes, FORM, "D29")).ok_or(blocked)
    };
    let none = edited(&raters_cells(&Content::Blank));
    let ones = edited(&raters_cells(&num(1.0)));
    // The own workbook's raters, whatever is typed; then the other's; then what is typed.
    assert_eq!(with(&sample(ONE), none.clone()), Ok(4.125));
    assert_eq!(with(&edited(&typed), none.clone()), Ok(4.125));
    assert_eq!(with(&edited(&typed), ones), Ok(1.0));
    let no_raters = [raters_cells(&Content::Blank), typed.clone()].concat();
    assert_eq!(with(&edited(&no_raters), none.clone()), Ok(5.0));
    // Last month's raters and another person's are not this form's.
    let titled = |title: &str| {
        let title = vec![(RATERS, "A1".to_owned(), text(title))];
        edited(&[typed.clone(), title].concat())
    };
    assert_eq!(with(&titled("2026年9月下级评分"), none.clone()), Ok(5.0));
    assert_eq!(with(&titled("被考核人：周强"), none.clone()), Err(Some("rater-unclear")));
    assert_eq!(mark(&titled("被考核人：周强")), doubtful());
    let wrong = vec![(RATERS, "B4".to_owned(), num(6.0))];
    assert_eq!(with(&edited(&wrong), none), Err(Some("out-of-range")));
}

/// FORM.md, 2.9: a blank mark does not count. A word is no blank: it is refused, and the cure says how to abstain.
#[test]
fn marks_in_words_are_refused_with_both_cures() {
    for word in ["弃权", "/", "-", "—", "无", "未评", "很好"] {
        let bytes = changed(ONE, &[(RATERS, "C4", text(word))]);
        assert_eq!(mark(&bytes), Err(vec!["metric-not-a-number"]), "{word}");
        let outcome = outcome(&bytes);
        let told = outcome.cards[0].problems.iter().find(|p| p.blocks()).unwrap();
        assert_eq!(told.place(), "'下级评分'!C4");
        let cure = &told.hint.as_ref().unwrap().zh;
        assert!(cure.contains("填写一个数字") && cure.contains("清空这一格"), "{cure}");
    }
    // (5 + 5 + 3.5) ÷ 3.
    let blank = changed(ONE, &[(RATERS, "C4", Content::Blank)]);
    assert_eq!(mark(&blank), Ok(4.5));
    for word in ["弃权", "/"] {
        let typed = changed(ONE, &[(FORM, "D17", text(word))]);
        assert_eq!(mark(&typed), Err(vec!["metric-not-a-number"]), "{word}");
    }
}

/// The sample with one rater under a head, and a column beside it; `by` is added to what stands there.
fn one_and_mean(heads: [&str; 2], by: f64) -> Vec<u8> {
    let mut cells =
        vec![(RATERS, "B3".to_owned(), text(heads[0])), (RATERS, "C3".to_owned(), text(heads[1]))];
    for row in 3..12 {
        cells.extend(["D", "E"].map(|col| (RATERS, format!("{col}{row}"), Content::Blank)));
        if row > 3 {
            cells.push((RATERS, format!("B{row}"), num(4.0)));
            cells.push((RATERS, format!("C{row}"), num(4.0 + by)));
        }
    }
    edited(&cells)
}

#[test]
fn one_rater_and_the_mean_of_one() {
    for head in ["员工1", "第1票", "评分人1", "张三"] {
        assert_eq!(mark(&one_and_mean([head, "平均分"], 0.0)), Ok(4.0), "{head}");
    }
    for head in ["员工1", "标准分", "编号"] {
        let bytes = one_and_mean([head, "平均分"], 0.5);
        assert_eq!(mark(&bytes), doubtful(), "{head}");
        let outcome = outcome(&bytes);
        let told = outcome.cards[0].problems.iter().find(|p| p.code == "rater-unclear").unwrap();
        assert!(told.what.zh.contains(head) && !told.what.zh.contains("没有表头"), "{told:?}");
    }
}

#[test]
fn why_raters_marks_are_not_used_is_said() {
    for title in ["2026年9月下级评分汇总", "下级评分模板"] {
        let outcome = outcome(&changed(ONE, &[(RATERS, "A1", text(title))]));
        assert_eq!(outcome.filled(), 0, "{title}");
        let told = outcome.cards[0].problems.iter().find(|p| p.code == "raters-passed");
        let told = told.expect(title);
        assert!(told.what.zh.contains("「下级评分」"), "{told:?}");
        // The cause stands in the place of eight blank marks, at the title.
        assert_eq!(told.place(), "'下级评分'!A1");
        assert!(told.blocks() && told.what.zh.contains("8 项没有评分：组织能力、"), "{told:?}");
        assert!(!codes(&outcome).contains(&"mark-blank"), "{title}");
    }
    // Marks that somebody typed into the form count; what was passed over is still told.
    let marks = (29..=36).map(|row| (FORM, format!("D{row}"), num(4.0)));
    let marks: Vec<_> = marks.collect();
    let mut cells = vec![(RATERS, "A1", text("2026年9月下级评分汇总"))];
    cells.extend(marks.iter().map(|(sheet, cell, mark)| (*sheet, cell.as_str(), mark.clone())));
    let typed = outcome(&changed(ONE, &cells));
    assert_eq!(typed.filled(), 1);
    let told = typed.cards[0].problems.iter().find(|p| p.code == "raters-passed");
    assert!(!told.expect("a notice").blocks());
    assert!(!codes(&outcome(&sample(ONE))).contains(&"raters-passed"));
    // Rows of others: whom they name is said.
    let bytes = by_row("被评人", &["周强", "孙悦", "李莉", "陈红"]);
    let outcome = outcome(&bytes);
    let told = outcome.cards[0].problems.iter().find(|p| p.what.zh.contains("周强"));
    let told = told.expect("told");
    assert!(told.what.zh.contains("没有给「王丽」的分数"), "{told:?}");
    assert_eq!(outcome.filled(), 0);
}

#[test]
fn rows_headed_by_a_name_rate_whom_the_sheet_names() {
    // On 王丽's own sheet 周强 is one of her raters, as 孙悦 is; so are those who have no form.
    let mut bytes = without(&["下级"]);
    for (person, mark) in [("王丽", 5), ("周强", 3), ("孙悦", 1)] {
        let marks = [mark; 8].map(|mark| mark.to_string()).join("|");
        let others = ["王丽", "周强", "孙悦"].into_iter().filter(|name| *name != person);
        let mut rows = vec![format!("{person} 下级评分汇总"), String::new()];
        rows.push(format!("姓名|{}", MARKS.join("|")));
        rows.extend(others.chain(["李娜", "张敏"]).map(|name| format!("{name}|{marks}")));
        bytes = with_sheet(&bytes, &format!("{person}下级评分"), &rows);
    }
    let outcome = outcome(&bytes);
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
    for (person, wanted) in [("王丽", 10.0), ("周强", 6.0), ("孙悦", 2.0)] {
        assert_eq!(number(&bytes, person, "D38"), wanted, "{person}");
    }
}
