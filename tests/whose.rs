//! Whose figures and marks are, which month they are of, and what a form says of its own points: what a
//! trial filled wrongly, in the smallest workbooks.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

/// The codes of the one form's findings, and the filled workbook.
fn one(cells: &[(&str, &str, Content)]) -> (Vec<&'static str>, Option<Vec<u8>>) {
    let outcome = outcome(&changed(ONE, cells));
    (outcome.cards[0].problems.iter().map(|p| p.code).collect(), outcome.bytes)
}

#[test]
fn the_forms_own_weight_of_a_rating_wins() {
    // 28.5 of 35, of 20 points: by hand 16.2857….
    let wanted = 28.5 / 35.0 * 20.0;
    for cells in [
        vec![(FORM, "A15", text("上级评分表格(权重20%)")), (FORM, "B25", text("合计÷满分×20"))],
        vec![(FORM, "A15", text("上级评分表格（占比：20%）")), (FORM, "B25", text(""))],
        vec![(FORM, "A15", text("上级评分表格")), (FORM, "B25", text("合计÷满分×20%×100"))],
    ] {
        let (codes, bytes) = one(&cells);
        assert!(codes.contains(&"points-differ"), "{codes:?}");
        let bytes = bytes.expect("filled");
        assert!((number(&bytes, FORM, "D25") - wanted).abs() < 1e-9, "{cells:?}");
        // 69.5 + 16.2857… + 7.84375, the last of the sample.
        assert!((number(&bytes, FORM, "D40") - (69.5 + wanted + 31.375 / 4.0)).abs() < 1e-9);
    }
    // Nothing is said where all say 10, in their own ways.
    for cells in [
        vec![(FORM, "A15", text("上级评分表格(权重0.1)")), (FORM, "B25", text("合计÷满分×10%"))],
        vec![(FORM, "A25", text("折算得分（10%）"))],
        vec![(FORM, "A15", text("上级评分表格")), (FORM, "B25", text(""))],
    ] {
        let (codes, bytes) = one(&cells);
        assert_eq!(codes, [""; 0], "{cells:?}");
        assert!((number(&bytes.expect("filled"), FORM, "D25") - 28.5 / 3.5).abs() < 1e-9);
    }
    // Two weights are no answer, nor are other full marks than the marks make.
    for (cells, code) in [
        (vec![(FORM, "B25", text("合计÷满分×20"))], "points-unclear"),
        (vec![(FORM, "A15", text("上级评分表格(权重20%)"))], "points-unclear"),
        (vec![(FORM, "A25", text("折算得分（20%）"))], "points-unclear"),
        (vec![(FORM, "B24", text("满分40分"))], "marks-scale"),
    ] {
        let (codes, bytes) = one(&cells);
        assert!(codes.contains(&code) && bytes.is_none(), "{cells:?}: {codes:?}");
    }
}

#[test]
fn a_date_before_a_label_is_no_number_of_a_list() {
    for label in [
        "2026实际营业额",
        "202609实际营业额",
        "2026.9实际营业额",
        "2026-09 实际营业额",
        "26.9实际营业额",
        "9.1-9.30实际营业额",
    ] {
        let (codes, bytes) = one(&[(METRICS, "A5", text(label))]);
        assert!(codes.contains(&"metric-missing") && bytes.is_none(), "{label}: {codes:?}");
    }
    for label in ["2、实际营业额", "1.2 实际营业额", "002实际营业额"] {
        let (codes, bytes) = one(&[(METRICS, "A5", text(label))]);
        assert_eq!((codes.len(), number(&bytes.expect(label), FORM, "D4")), (0, 21.0), "{label}");
    }
}

#[test]
fn another_score_is_not_the_sum() {
    for label in ["9月得分", "去年同期得分", "上级复评得分", "初评得分", "周强得分", "最低得分"]
    {
        let (codes, bytes) = one(&[(FORM, "A13", text(label))]);
        let bytes = bytes.expect("filled");
        assert_eq!(seen(&bytes, FORM, "D13"), calamine::Data::Empty, "{label}: {codes:?}");
    }
    let (_, bytes) = one(&[(FORM, "A13", text("业绩得分"))]);
    assert_eq!(number(&bytes.expect("filled"), FORM, "D13"), 69.5);
}

#[test]
fn a_figure_that_the_team_gives_otherwise_is_told() {
    // By hand: (78 + 72 + 58 + 81 + 75 + 69) ÷ 6 = 72.1666….
    let list = |mean: f64| [(METRICS, "A16", text("部门KPI平均分")), (METRICS, "B16", num(mean))];
    for mean in [72.17, 72.0, 72.167] {
        assert_eq!(one(&list(mean)).0, ["team-rounded"], "{mean}");
    }
    assert_eq!(one(&list(433.0 / 6.0)).0, [""; 0]);
    for mean in [76.0, 71.0, 72.3] {
        assert_eq!(one(&list(mean)).0, ["team-differs"], "{mean}");
    }
}

/// The people of [`MANY`], in the order of their rows.
fn people() -> Vec<String> {
    let bytes = sample(MANY);
    (4..7).map(|row| seen(&bytes, METRICS, &format!("A{row}")).to_string()).collect()
}

/// [`MANY`], its subordinates' marks in blocks on one sheet: a title each, and marks of 5, 4, 3.
fn blocks(titles: &[&str]) -> Outcome {
    let heads = (1..60).map(|col| kaohe::cell::CellRef::new(2, col).to_string());
    let bytes = sample(MANY);
    let heads: Vec<String> =
        heads.filter(|at| seen(&bytes, METRICS, at).to_string().starts_with("下级")).collect();
    assert_eq!(heads.len(), 8);
    let edits: Vec<_> = heads.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let mut rows = Vec::new();
    for (title, mark) in titles.iter().zip([5, 4, 3]) {
        rows.extend([(*title).to_owned(), "考核指标|评分人1|评分人2".to_owned()]);
        rows.extend(MARKS.map(|label| format!("{label}|{mark}|{mark}")));
        rows.push(String::new());
    }
    outcome(&pack::with_sheet(&changed(MANY, &edits), "下级评分", &rows))
}

#[test]
fn a_block_of_marks_is_of_whom_it_rates() {
    let people = people();
    let named = |title: &dyn Fn(&str) -> String| {
        let titles: Vec<String> = people.iter().map(|person| title(person)).collect();
        blocks(&titles.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for title in [
        &(|p: &str| format!("被考核人：{p}")) as &dyn Fn(&str) -> String,
        &|p: &str| p.to_owned(),
        &|p: &str| format!("{p} 下级评分"),
        &|p: &str| format!("被考核人|{p}"),
    ] {
        let outcome = named(title);
        let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
        for (person, mark) in people.iter().zip([5.0, 4.0, 3.0]) {
            assert_eq!(number(&bytes, person, "D38"), 2.0 * mark, "{}", title(person));
        }
    }
    // Who rates is another, and so is who is named longer.
    for title in [
        &(|p: &str| format!("考核人：{p}")) as &dyn Fn(&str) -> String,
        &|p: &str| format!("评分人：{p}"),
        &|p: &str| format!("评分人|{p}"),
        &|p: &str| format!("{p} 填写"),
        &|p: &str| format!("{p}的评分"),
        &|p: &str| format!("由{p}评"),
        &|p: &str| format!("{p}娜"),
    ] {
        assert!(named(title).bytes.is_none(), "{}", title(&people[0]));
    }
}

#[test]
fn a_list_beside_the_form_is_of_whom_its_heading_names() {
    // The sample's own figures, moved from their sheet to columns G and H of the form's.
    let cells: Vec<[String; 3]> =
        (4..16).map(|row| [format!("A{row}"), format!("G{row}"), format!("H{row}")]).collect();
    let moved = |heading: &str| {
        let mut edits = vec![
            (FORM, "G2", text(heading)),
            (FORM, "G3", text("指标")),
            (FORM, "H3", text("数值")),
        ];
        for ([old, name, value], (label, number)) in cells.iter().zip(FIGURES) {
            edits.push((METRICS, old.as_str(), Content::Blank));
            edits.push((FORM, name.as_str(), text(label)));
            edits.push((FORM, value.as_str(), num(number)));
        }
        one(&edits)
    };
    for heading in [
        "",
        "指标数据",
        "2026年10月 指标数据",
        "王丽 指标数据",
        "基础数据",
        "被考核人：王丽",
        "被考核人签字：",
    ] {
        let (codes, bytes) = moved(heading);
        let bytes = bytes.unwrap_or_else(|| panic!("{heading}: {codes:?}"));
        // 69.5 and 8.142857… by FORM.md, 4.
        assert!((number(&bytes, FORM, "D13") - 69.5).abs() < 1e-9, "{heading}");
    }
    for heading in [
        "周强 指标数据",
        "姓名：周强",
        "被考核人：张三",
        "王丽娜 指标",
        "2026年9月 指标数据",
        "9月指标",
        "上月指标",
        "10月目标",
        "样例",
        "去年同期数据",
        "2025年10月 指标数据",
    ] {
        let (codes, bytes) = moved(heading);
        assert!(codes.contains(&"metric-missing") && bytes.is_none(), "{heading}: {codes:?}");
    }
}

#[test]
fn days_are_left_out_only_with_all_their_members() {
    // The team's table of ONE, and beside it the days of one member; a name in both, or in one alone.
    let daily = |name: &str| {
        let mut rows =
            vec!["日期|客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间".to_owned()];
        for day in ["2026-10-08", "2026-10-09"] {
            rows.push(format!("{day}|{name}|C店|60|0.5|80|30"));
        }
        outcome(&pack::with_sheet(&sample(ONE), "每日明细", &rows))
    };
    let whole = daily("李娜");
    assert_eq!(number(&whole.bytes.expect("filled"), FORM, "D12"), 21.0);
    assert!(daily("新来").bytes.is_none());
    // Days of joining are none of figures: two of one name are two, or one twice.
    let mut rows =
        vec!["客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间|入职日期".to_owned()];
    for day in ["2020-10-08", "2021-10-09"] {
        rows.push(format!("李娜|C店|60|0.5|80|30|{day}"));
    }
    assert!(outcome(&pack::with_sheet(&sample(ONE), "早班", &rows)).bytes.is_none());
    // Nor are they the month of a sheet: the same rows without the sample's own team are the team.
    let heads: Vec<String> = ["A", "B", "C", "D", "E", "F"].map(|col| format!("{col}18")).to_vec();
    let edits: Vec<_> = heads.iter().map(|at| (METRICS, at.as_str(), text("备用"))).collect();
    rows.truncate(2);
    let outcome = outcome(&pack::with_sheet(&changed(ONE, &edits), "早班", &rows));
    let codes: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
    assert!(!codes.contains(&"month-differs") && !codes.contains(&"metric-missing"), "{codes:?}");
}

#[test]
fn the_only_forms_figures_are_not_anothers() {
    // The tab and the title of the sample's own metric sheet, and a row under it.
    for cells in [
        vec![(METRICS, "A1", text("周强 2026年10月 指标数据"))],
        vec![(METRICS, "A1", text("2026年10月指标数据（周强）"))],
        vec![(METRICS, "A1", text("王丽娜 2026年10月 指标数据"))],
        vec![(METRICS, "A2", text("姓名：周强"))],
        vec![(METRICS, "A2", text("被考核人：欧阳雪  部门：客服部"))],
        vec![(METRICS, "A2", text("姓名")), (METRICS, "B2", text("周强"))],
    ] {
        let (codes, bytes) = one(&cells);
        assert_eq!(
            (codes.as_slice(), bytes.is_none()),
            (&["metric-missing"][..], true),
            "{cells:?}"
        );
    }
    for cells in [
        vec![(METRICS, "A1", text("王丽 2026年10月 指标数据"))],
        vec![(METRICS, "A1", text("客服部 2026年10月 指标数据"))],
        vec![(METRICS, "A2", text("姓名：王丽（主管）"))],
        vec![(METRICS, "A2", text("姓名")), (METRICS, "B2", text("王丽"))],
        vec![(METRICS, "A2", text("填报人：周强"))],
        // The form says more than the name.
        vec![
            (FORM, "A2", text("被考核人：王丽（主管）")),
            (METRICS, "A1", text("王丽 10月指标数据")),
        ],
        // A header, and no name.
        vec![(METRICS, "A2", text("姓名")), (METRICS, "B2", text("店铺"))],
    ] {
        let (codes, bytes) = one(&cells);
        assert_eq!(codes, [""; 0], "{cells:?}");
        assert!((number(&bytes.expect("filled"), FORM, "D40") - 85.486_607_142_857_1).abs() < 1e-9);
    }
}
