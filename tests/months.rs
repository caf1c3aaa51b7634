//! Figures of several months in one workbook, and a person in several tables: what is read is the
//! form's month and the person's own, or nothing. By hand, on changes of the company's workbooks.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

type Cells = Vec<(&'static str, String, Content)>;

fn outcome(name: &str, cells: &Cells) -> Outcome {
    let cells: Vec<(&str, &str, Content)> =
        cells.iter().map(|(sheet, at, content)| (*sheet, at.as_str(), content.clone())).collect();
    fill_workbook(&changed(name, &cells), &Options::default()).expect("read")
}

fn totals(outcome: &Outcome) -> Vec<f64> {
    assert!(outcome.whole(), "{:?} {:?}", outcome.problems, outcome.cards[0].problems);
    outcome.cards.iter().map(|card| card.total).collect()
}

/// The codes that keep each form from being filled.
fn refused(outcome: &Outcome) -> Vec<Vec<&'static str>> {
    let codes = |card: &kaohe::fill::Scorecard| -> Vec<&'static str> {
        let mut codes: Vec<_> =
            card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
        codes.dedup();
        codes
    };
    outcome.cards.iter().map(codes).collect()
}

/// A column of the list's values in rows 4 to 15: plan 200,000, done so much, and nothing happened.
fn values(column: &str, head: &str, done: f64) -> Cells {
    let values = [200_000.0, done, 0.0, 0.0, 10.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0];
    let mut out: Cells = vec![(METRICS, format!("{column}3"), text(head))];
    for (row, value) in (4..).zip(values) {
        out.push((METRICS, format!("{column}{row}"), num(value)));
    }
    out
}

#[test]
fn of_a_months_columns_the_figures_themselves_are_read() {
    let turnover = |cells: &Cells| outcome(ONE, cells).cards[0].items[0].score;
    let columns = |a: &str, b: &str, c: &str| {
        [values("B", a, 220_000.0), values("C", b, 180_000.0), values("D", c, 202_000.0)].concat()
    };
    // 101 %: 15 + 2. The others are 110 % and 90 %.
    for (a, b, c) in [
        ("9月", "10月目标", "10月实际"),
        ("2025年10月", "26年9月", "26年10月"),
        ("上月实际", "本月计划", "本月实际"),
        ("1-10月累计", "去年10月", "10月"),
    ] {
        assert_eq!(turnover(&columns(a, b, c)), 17.0, "{a} {b} {c}");
    }
    let other = outcome(ONE, &columns("7月", "8月", "9月"));
    assert_eq!(refused(&other)[0][0], "no-month-column");
    // The form may spell its month in many ways.
    for month in ["26年10月", "二〇二六年十月", "Oct-26", "10月份", "2026年度10月"] {
        let mut cells = columns("9月", "11月", "10月");
        cells.push((FORM, "C2".to_owned(), text(&format!("考核月份：{month}"))));
        assert_eq!(turnover(&cells), 17.0, "{month}");
    }
}

#[test]
fn of_two_columns_of_the_team_the_months_own_is_read() {
    let two = |old: &str, own: &str| {
        let mut cells: Cells =
            vec![(METRICS, "C18".to_owned(), text(old)), (METRICS, "G18".to_owned(), text(own))];
        for (row, kpi) in (19..).zip([78.0, 72.0, 58.0, 81.0, 75.0, 69.0]) {
            cells.push((METRICS, format!("C{row}"), num(10.0)));
            cells.push((METRICS, format!("G{row}"), num(kpi)));
        }
        outcome(ONE, &cells)
    };
    // The worked example's own figures: 21.
    for (old, own) in [
        ("月度KPI得分（9月）", "月度KPI得分（10月）"),
        ("KPI得分（上月）", "KPI得分（本月）"),
        ("KPI得分", "月度KPI得分"),
    ] {
        assert_eq!(two(old, own).cards[0].items[7].score, 21.0, "{old} {own}");
    }
    assert_eq!(refused(&two("KPI得分", "KPI得分"))[0][0], "team-column-twice");
}

/// The workbook of three people with a column of months: theirs, and three rows of September.
fn monthly(month: &str) -> Cells {
    let mut cells: Cells = vec![(METRICS, "AD3".to_owned(), text("月份"))];
    for (row, name) in (4..).zip(["王丽", "周强", "孙悦"]) {
        cells.push((METRICS, format!("AD{row}"), text(month)));
        let below = row + 3;
        cells.push((METRICS, format!("A{below}"), text(name)));
        cells.push((METRICS, format!("AD{below}"), text("2026年9月")));
        for col in 1..29 {
            let at = format!("{}{below}", kaohe::cell::column_letters(col));
            cells.push((METRICS, at, num(1.0)));
        }
    }
    cells
}

#[test]
fn the_rows_of_the_month_count_and_no_others() {
    let plain = totals(&outcome(MANY, &Vec::new()));
    for month in ["2026年10月", "10月", "26年10月", "202610"] {
        assert_eq!(totals(&outcome(MANY, &monthly(month))), plain, "{month}");
    }
    let other = outcome(MANY, &monthly("2026年8月"));
    assert_eq!(refused(&other), vec![vec!["no-month-row"]; 3]);
    let told = &other.cards[0].problems.iter().find(|p| p.code == "no-month-row").unwrap().what.zh;
    assert!(told.contains("2026-10") && told.contains("2026-08、2026-09"), "{told}");
    assert_eq!(refused(&outcome(MANY, &monthly("2026年9月"))), vec![vec!["no-month-row"]; 3]);
    // Two rows of the month: which?
    let mut twice = monthly("2026年10月");
    twice.retain(|(_, at, _)| !["AD7", "AD8", "AD9"].contains(&at.as_str()));
    twice.extend((7..10).map(|row| (METRICS, format!("AD{row}"), text("2026年10月"))));
    assert_eq!(refused(&outcome(MANY, &twice)), vec![vec!["name-twice"]; 3]);
}

#[test]
fn a_person_in_two_tables_has_each_figure_once() {
    let plain = totals(&outcome(MANY, &Vec::new()));
    let second = |head: &str, values: [f64; 3]| {
        let mut cells: Cells = ["姓名", "计划营业额", head]
            .iter()
            .zip(["A", "B", "C"])
            .map(|(head, col)| (METRICS, format!("{col}12"), text(head)))
            .collect();
        let plans = [480_000.0, 340_000.0, 200_000.0];
        for (n, name) in ["王丽", "周强", "孙悦"].iter().enumerate() {
            let row = 13 + n;
            cells.push((METRICS, format!("A{row}"), text(name)));
            cells.push((METRICS, format!("B{row}"), num(plans[n])));
            cells.push((METRICS, format!("C{row}"), num(values[n])));
        }
        cells
    };
    // 不及格人次 moves to the second table; the plan stands in both, the same.
    let mut moved = second("不及格人次", [0.0, 0.0, 0.0]);
    moved.push((METRICS, "O3".to_owned(), text("备注")));
    assert_eq!(totals(&outcome(MANY, &moved)), plain);
    let differing = outcome(MANY, &second("问题处理评分", [5.0, 3.0, 4.0]));
    // 孙悦 has 3.5 in the first table and 4 in the second.
    assert_eq!(refused(&differing), [vec![], vec![], vec!["metric-twice"]]);
    let problem = differing.cards[2].problems.iter().find(|p| p.code == "metric-twice").unwrap();
    assert!(problem.what.zh.contains("'指标数据'!M6"), "{problem:?}");
    assert_eq!(problem.cell, Some(at("C15")));
}

#[test]
fn a_team_in_two_tables_beside_each_other_is_one_team() {
    // Three members move to the right of the others.
    let heads = ["客服姓名", "店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"];
    let columns = ["H", "I", "J", "K", "L", "M"];
    let mut cells: Cells = Vec::new();
    for (col, head) in columns.iter().zip(heads) {
        cells.push((METRICS, format!("{col}18"), text(head)));
    }
    let right = [
        ("陈静", 81.0, 0.96, 97.0, 15.0),
        ("杨帆", 75.0, 0.97, 94.0, 18.0),
        ("赵雪", 69.0, 0.94, 86.0, 19.0),
    ];
    for (row, (name, kpi, rate, price, time)) in (19..).zip(right) {
        let figures = [kpi, rate, price, time];
        cells.push((METRICS, format!("H{row}"), text(name)));
        cells.push((METRICS, format!("I{row}"), text("商城")));
        for (col, figure) in columns[2..].iter().zip(figures) {
            cells.push((METRICS, format!("{col}{row}"), num(figure)));
        }
        for col in ["A", "B", "C", "D", "E", "F"] {
            cells.push((METRICS, format!("{col}{}", row + 3), text("")));
        }
    }
    assert_eq!(outcome(ONE, &cells).cards[0].items[7].score, 21.0);
}

#[test]
fn a_unit_of_time_counts() {
    for head in ["旺旺反应时间(分钟)", "旺旺反应时间（毫秒）"] {
        let cells = vec![(METRICS, "F18".to_owned(), text(head))];
        assert_eq!(refused(&outcome(ONE, &cells))[0], ["figure-unit"], "{head}");
    }
    for (cell, typed) in [("F19", "1分钟"), ("F19", "1天"), ("B6", "3天"), ("B6", "3秒")] {
        let cells = vec![(METRICS, cell.to_owned(), text(typed))];
        assert_eq!(refused(&outcome(ONE, &cells))[0], ["figure-unit"], "{cell} {typed}");
    }
    // Its own unit is no other.
    let cells = vec![(METRICS, "F19".to_owned(), text("16 秒"))];
    assert_eq!(outcome(ONE, &cells).cards[0].items[7].score, 21.0);
}

/// Two lists on a sheet of their own, one below the other, each under a title; the second has the sample's
/// figures, and the first others.
fn blocks(first: &str, second: &str, swapped: bool) -> Outcome {
    use crate::common::pack::with_sheet;
    let list = |title: &str, less: f64| -> Vec<String> {
        let line = |(name, value): &(&str, f64)| {
            let less = if *name == "实际营业额" { less } else { 0.0 };
            format!("{name}|{}", value - less)
        };
        let head = [title.to_owned(), "指标|数值".to_owned()];
        head.into_iter().chain(FIGURES.iter().map(line)).chain([String::new()]).collect()
    };
    let mut both = [list(first, 20_000.0), list(second, 0.0)];
    if swapped {
        both.reverse();
    }
    let cells: Vec<String> = std::iter::once(1)
        .chain(3..16)
        .flat_map(|row| ["A", "B", "C", "D"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Vec<_> = cells.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let bytes = with_sheet(&changed(ONE, &cells), "数据", &both.concat());
    fill_workbook(&bytes, &Options::default()).expect("read")
}

#[test]
fn of_lists_of_several_months_the_months_own_is_read_in_either_order() {
    for (other, own) in [
        ("9月", "10月"),
        ("上月", "本月"),
        ("2026年9月", "2026年10月"),
        ("2026-09", "2026-10"),
        ("2026年9月 指标数据", "2026年10月 指标数据"),
    ] {
        for swapped in [false, true] {
            let outcome = blocks(other, own, swapped);
            // 309500 of 300000: 15 + 6. Of the other month's 289500 it would be 15 − 6.
            let card = &outcome.cards[0];
            assert!(outcome.whole(), "{other} {own} {swapped}: {:?}", card.problems);
            assert_eq!(card.items[0].score, 21.0, "{other} {own} {swapped}");
            let told = ["month-differs", "figures-titled"];
            assert!(card.problems.iter().all(|p| !told.contains(&p.code)), "{:?}", card.problems);
        }
    }
    // Where none of them is the form's month it is told.
    for (a, b) in [("8月", "9月"), ("9月", "11月")] {
        let outcome = blocks(a, b, false);
        let told = outcome.cards[0].problems.iter().any(|p| p.code == "month-differs");
        assert!(told || !outcome.whole(), "{a} {b}");
    }
}

#[test]
fn a_lower_title_that_heads_no_list_leaves_the_upper_month_told() {
    // The list is September's by its title, though the team's table below says October.
    let outcome = outcome(
        ONE,
        &vec![
            (METRICS, "A1".to_owned(), text("2026年9月 指标数据")),
            (METRICS, "A17".to_owned(), text("10月团队数据")),
        ],
    );
    let card = &outcome.cards[0];
    assert!(card.problems.iter().any(|p| p.code == "month-differs"), "{:?}", card.problems);
}

#[test]
fn tables_of_people_of_two_months_are_not_told_as_another_month() {
    use crate::common::pack::with_sheet;
    let table = |title: &str, turnover: f64| -> Vec<String> {
        let heads = std::iter::once("姓名").chain(FIGURES.iter().map(|(name, _)| *name));
        let values = FIGURES.iter().map(|(name, value)| {
            if *name == "实际营业额" { turnover.to_string() } else { value.to_string() }
        });
        let row = std::iter::once("王丽".to_owned()).chain(values);
        let lines = [heads.collect::<Vec<_>>().join("|"), row.collect::<Vec<_>>().join("|")];
        std::iter::once(title.to_owned()).chain(lines).chain([String::new()]).collect()
    };
    let cells: Vec<String> = std::iter::once(1)
        .chain(3..16)
        .flat_map(|row| ["A", "B", "C", "D"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Vec<_> = cells.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    for (a, b) in [("2026年9月 指标数据", "2026年10月 指标数据"), ("9月", "10月")] {
        let rows = [table(a, 289_500.0), table(b, 309_500.0)].concat();
        let bytes = with_sheet(&changed(ONE, &cells), "数据", &rows);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
        let card = &outcome.cards[0];
        assert!(outcome.whole(), "{:?}", card.problems);
        assert_eq!(card.items[0].score, 21.0);
        assert!(card.problems.iter().all(|p| p.code != "month-differs"), "{:?}", card.problems);
    }
}

#[test]
fn of_a_row_a_day_the_row_of_their_sum_is_read() {
    use crate::common::pack::with_sheet;
    let daily = |sum: Option<&str>| {
        let (own, rest) = FIGURES.split_at(6);
        let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
        let mut rows = vec![format!("日期|{}", names.join("|"))];
        for day in 1..32 {
            rows.push(format!("10月{day}日|10000|9983.87|0|0|1|1"));
        }
        let values: Vec<String> = own.iter().map(|(_, value)| value.to_string()).collect();
        rows.extend(sum.map(|sum| format!("{sum}|{}", values.join("|"))));
        rows.extend([String::new(), String::new()]);
        rows.extend(rest.iter().map(|(name, value)| format!("{name}|{value}")));
        let cells: Vec<String> =
            (3..16).flat_map(|row| ["A", "B", "C", "D"].map(|col| format!("{col}{row}"))).collect();
        let cells: Vec<_> = cells.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
        let bytes = with_sheet(&changed(ONE, &cells), "日报", &rows);
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    for sum in ["合计", "本月合计", "总计"] {
        let outcome = daily(Some(sum));
        let card = &outcome.cards[0];
        assert!(outcome.whole(), "{sum}: {:?}", card.problems);
        // 309500 of 300000: 15 + 6; one complaint: 10 − 2.
        assert_eq!([card.items[0].score, card.items[1].score], [21.0, 8.0], "{sum}");
    }
    // Without it nobody can say; dates are no names.
    let outcome = daily(None);
    let told = outcome.cards[0].problems.iter().find(|p| p.code == "name-twice").expect("told");
    let hint = format!("{told:?}");
    assert!(hint.contains("合计") && !hint.contains("用「部门」或「工号」列区分"), "{hint}");
}
