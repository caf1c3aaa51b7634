//! Figures that go on in a second row or column under one label: taken where something sums them, else refused.
//! The workbook's own total is 69.5 of the items, 28.5 of 35 marks and 31.375 of 40, of ten points each.

use crate::common::pack::with_part;
use crate::common::*;
use kaohe::cell::CellRef;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, Outcome, fill_workbook};

const TOTAL: f64 = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;
const PART: &str = "xl/worksheets/sheet2.xml";

/// The workbook with the turnover last in its list, in rows 14 to 16; the other figures in 5 to 13.
fn turnover(rows: &[(&str, Content)], merges: &str) -> Outcome {
    let places: Vec<[String; 3]> =
        (5..=13).map(|row| ["A", "B", "C"].map(|col| format!("{col}{row}"))).collect();
    let mut cells = vec![
        (METRICS, "A2", text("投诉损失罚款：80")),
        (METRICS, "A14", text("实际营业额")),
        (METRICS, "C14", text("元")),
        (METRICS, "A15", text("")),
        (METRICS, "B15", Content::Blank),
        (METRICS, "C15", text("")),
    ];
    let own = ["计划营业额", "实际营业额", "投诉损失罚款"];
    let others = FIGURES.iter().filter(|(name, _)| !own.contains(name));
    for ([name, value, unit], (metric, figure)) in places.iter().zip(others) {
        cells.push((METRICS, name, text(metric)));
        cells.push((METRICS, value, num(*figure)));
        cells.push((METRICS, unit, text("")));
    }
    cells.retain(|(_, at, _)| rows.iter().all(|(given, _)| given != at));
    cells.extend(rows.iter().map(|(at, content)| (METRICS, *at, content.clone())));
    let bytes = with_part(&changed(ONE, &cells), PART, |xml| {
        assert!(xml.contains("<mergeCell ref="), "merges");
        xml.replacen("<mergeCell ref=", &format!("{merges}<mergeCell ref="), 1)
    });
    fill_workbook(&bytes, &Options::default()).expect("read")
}

/// The total where the form is filled, and the codes of what blocks it.
fn came(outcome: &Outcome) -> (Option<f64>, Vec<&'static str>) {
    let card = &outcome.cards[0];
    let codes = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    (outcome.bytes.as_ref().map(|_| card.total), codes)
}

#[track_caller]
fn is_total(outcome: &Outcome, total: f64) {
    let (found, codes) = came(outcome);
    assert!(found.is_some_and(|found| (found - total).abs() < 1e-4), "{found:?} {codes:?}");
}

#[test]
fn a_figure_of_two_rows_is_refused() {
    let two = [("B14", num(200_000.0)), ("B15", num(109_500.0))];
    let shops = [("C14", text("C店")), ("C15", text("商城"))];
    let merged = "<mergeCell ref=\"A14:A15\"/>";
    let both: Vec<_> = two.iter().chain(&shops).cloned().collect();
    for (cells, merges) in
        [(&two[..], ""), (&two[..], merged), (&both[..], ""), (&both[..], merged)]
    {
        assert_eq!(came(&turnover(cells, merges)), (None, vec!["value-unclear"]), "{cells:?}");
    }
    // Counts of events too, and numbers typed as texts.
    let events = [("B14", text("200000元")), ("B15", text("109500元"))];
    assert_eq!(came(&turnover(&events, "")).1, ["value-unclear"]);
}

#[test]
fn their_sum_counts() {
    let rows = [("B14", num(200_000.0)), ("B15", num(109_500.0))];
    for sum in [
        vec![("B16", num(309_500.0)), ("D16", text("合计"))],
        vec![("B16", num(309_500.0)), ("C16", text("小计"))],
        vec![("B16", Content::Formula("SUM(B14:B15)".to_owned(), Value::Number(309_500.0)))],
    ] {
        for merges in ["", "<mergeCell ref=\"A14:A16\"/>"] {
            let cells: Vec<_> = rows.iter().chain(&sum).cloned().collect();
            is_total(&turnover(&cells, merges), TOTAL);
        }
    }
}

#[test]
fn rows_of_other_months_are_none() {
    let months = |first: &str, second: &str| {
        let cells = [
            ("B14", num(290_000.0)),
            ("B15", num(309_500.0)),
            ("D3", text("月份")),
            ("D14", text(first)),
            ("D15", text(second)),
        ];
        turnover(&cells, "<mergeCell ref=\"A14:A15\"/>")
    };
    is_total(&months("9月", "10月"), TOTAL);
    // 290,000 of 300,000 are 96.67 %: three whole points too few, of 15 leave 9, and 21 were counted.
    is_total(&months("10月", "11月"), TOTAL - 12.0);
    let years =
        [("B14", num(309_500.0)), ("B15", num(290_000.0)), ("D14", text("")), ("C15", text(""))];
    assert_eq!(came(&turnover(&years, "")).1, ["value-unclear"]);
}

#[test]
fn what_is_one_value_stays_one() {
    // A value that is merged as its label is; a blank below; a sum of the whole column below the last label.
    let one = [("B14", num(309_500.0))];
    is_total(&turnover(&one, "<mergeCell ref=\"A14:A15\"/><mergeCell ref=\"B14:B15\"/>"), TOTAL);
    is_total(&turnover(&one, "<mergeCell ref=\"A14:A15\"/>"), TOTAL);
    let sum = Content::Formula("SUM(B4:B15)".to_owned(), Value::Number(609_625.5));
    let outcome =
        fill_workbook(&changed(ONE, &[(METRICS, "B16", sum)]), &Options::default()).expect("read");
    is_total(&outcome, TOTAL);
}

/// The codes of what keeps a person's form from being filled, in all people's workbook with cells changed and more of them merged.
fn found(cells: &[(&str, Content)], merges: &str, person: &str) -> Vec<&'static str> {
    let cells: Vec<_> = cells.iter().map(|(at, content)| (METRICS, *at, content.clone())).collect();
    let bytes = with_part(&changed(MANY, &cells), "xl/worksheets/sheet4.xml", |xml| {
        xml.replacen("<mergeCell ref=", &format!("{merges}<mergeCell ref="), 1)
    });
    let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
    let card = outcome.cards.iter().find(|card| card.person.as_deref() == Some(person));
    let card = card.expect(person);
    card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect()
}

#[test]
fn a_row_without_a_name_but_with_words_is_not_passed_over() {
    let shops = |second: &str| {
        let shop = [("AD3", text("店铺")), ("AD4", text("C店")), ("AD5", text(second))];
        [&shop[..], &[("A5", text(""))]].concat()
    };
    assert_eq!(found(&shops("商城"), "", "王丽"), ["row-without-name"]);
    // It is of the person above, and of nobody else.
    assert_eq!(found(&shops("商城"), "", "孙悦"), [""; 0]);
    assert_eq!(found(&shops(""), "", "王丽"), [""; 0]);
    for sum in ["合计", "平均", "小计"] {
        assert_eq!(found(&shops(sum), "", "王丽"), [""; 0], "{sum}");
    }
    // The sum of a department, typed: each of its numbers is that of the two rows above.
    let book = sample(MANY);
    let sums = (1..29).map(|col| {
        let above = |row: u32| number(&book, METRICS, &CellRef::new(row, col).to_string());
        (CellRef::new(5, col).to_string(), above(3) + above(4))
    });
    let sums: Vec<(String, f64)> = sums.collect();
    let mut cells = vec![("A6", text("")), ("AD3", text("部门")), ("AD6", text("客服部"))];
    cells.extend(sums.iter().map(|(at, sum)| (at.as_str(), num(*sum))));
    assert_eq!(found(&cells, "", "周强"), [""; 0]);
}

#[test]
fn a_header_over_two_columns_of_numbers() {
    // 未及时处理投诉次数 over its own column and the next, where another figure stood.
    let merged = "<mergeCell ref=\"D3:E3\"/>";
    let fines = ["AD4", "AD5", "AD6"].map(|at| (at, num(0.0)));
    let fines = [&fines[..], &[("AD3", text("投诉损失罚款")), ("E3", Content::Blank)]].concat();
    assert_eq!(found(&fines, merged, "王丽"), ["metric-twice"]);
    // One column of numbers, or the values merged as the header is.
    let blank = ["E4", "E5", "E6"].map(|at| (at, Content::Blank));
    assert_eq!(found(&[&fines[..], &blank].concat(), merged, "王丽"), [""; 0]);
}

#[test]
fn marks_in_a_second_row_of_one_name() {
    const RATERS: &str = "下级评分";
    // From 紧急情况处理能力 on a row lower; between it and 组织能力 a row of the latter.
    let again = |second: &str, mark: f64, merges: &str| {
        let columns = ['A', 'B', 'C', 'D', 'E'];
        let moved = (5..=11).flat_map(|row| columns.map(|col| (col, row)));
        let mut cells: Vec<(String, Content)> = moved
            .map(|(col, row)| {
                let content = match seen(&sample(ONE), RATERS, &format!("{col}{row}")) {
                    calamine::Data::String(name) => text(&name),
                    other => num(other.to_string().parse().expect("a mark")),
                };
                (format!("{col}{}", row + 1), content)
            })
            .collect();
        let marks = columns.into_iter().skip(1);
        cells.extend(marks.map(|col| (format!("{col}5"), num(mark))));
        cells.push(("A5".to_owned(), text(second)));
        let cells: Vec<_> =
            cells.iter().map(|(at, content)| (RATERS, at.as_str(), content.clone())).collect();
        let bytes = with_part(&changed(ONE, &cells), "xl/worksheets/sheet3.xml", |xml| {
            xml.replacen("<mergeCell ref=", &format!("{merges}<mergeCell ref="), 1)
        });
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    let merged = "<mergeCell ref=\"A4:A5\"/>";
    assert_eq!(came(&again("", 1.0, merged)), (None, vec!["rater-unclear"]));
    assert_eq!(came(&again("", 1.0, "")), (None, vec!["rater-unclear"]));
    // A row of its own name that is no mark's is none of the table.
    is_total(&again("评分日期", 1.0, ""), TOTAL);
}

#[test]
fn an_item_of_several_rows_has_the_points_of_all() {
    // 团队绩效考核指标 over rows 12 and 13, the sum in 14.
    let parts = |first: &str, second: &str| {
        let cells = [
            (FORM, "C12", text(first)),
            (FORM, "A13", text("")),
            (FORM, "B13", text("")),
            (FORM, "C13", text(second)),
            (FORM, "A14", text("合计")),
            (FORM, "C14", text("80分")),
        ];
        let merges = "<mergeCell ref=\"A12:A13\"/><mergeCell ref=\"D12:D13\"/>";
        let bytes = with_part(&changed(ONE, &cells), "xl/worksheets/sheet1.xml", |xml| {
            xml.replacen("<mergeCell ref=", &format!("{merges}<mergeCell ref="), 1)
        });
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    let whole = parts("15分", "10分");
    is_total(&whole, TOTAL);
    let told = whole.cards[0].problems.iter().map(|problem| problem.code);
    assert_eq!(told.filter(|code| code.contains("points")).count(), 0);
    assert_eq!(came(&parts("15分", "8分")), (None, vec!["points-unclear"]));
    // A blank second row is no part of it.
    is_total(&parts("25分", ""), TOTAL);
}
