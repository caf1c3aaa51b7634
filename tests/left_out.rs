//! Nothing that counts is left out, and nothing of another time comes in, without a word.

use crate::common::*;
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
    for title in ["2026年9月 指标数据", "去年同期（2025年10月）", "2026年1-10月累计"]
    {
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
    for (cell, header) in [("D3", "领导评分"), ("A3", ""), ("D3", "")] {
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

/// What HR has typed and the scheme does not know: told, wherever in its table it stands.
#[test]
fn rows_that_the_scheme_does_not_know_are_told() {
    // The first row of the items, and a row without points that has a score.
    let first = |points: &str, score: Content| {
        vec![
            (FORM, "A4", text("考勤纪律")),
            (FORM, "C4", text(points)),
            (FORM, "D4", score),
            (FORM, "A10", text("营业额达成度")),
            (FORM, "C10", text("15分")),
        ]
    };
    let told = filled(ONE, &first("5分", Content::Blank));
    assert!(codes(&told).contains(&"item-unknown"), "{:?}", codes(&told));
    let told = filled(ONE, &first("", num(2.0)));
    assert!(codes(&told).contains(&"score-uncounted"), "{:?}", codes(&told));
    // A bonus right above the total.
    let bonus = |label: &str, score: f64| {
        filled(ONE, &[(FORM, "A39", text(label)), (FORM, "D39", num(score))])
    };
    for label in ["奖惩加减分", "加分项", "其他扣分"] {
        let outcome = bonus(label, 3.0);
        assert!(codes(&outcome).contains(&"score-uncounted") && outcome.filled() == 0, "{label}");
        assert_eq!(bonus(label, 0.0).filled(), 1, "{label}");
    }
    // A deduction by any name, and a bonus above blank rows or between the tables.
    for (row, label, score) in
        [(39, "考勤", -2.0), (14, "特殊贡献奖励", 3.0), (26, "迟到扣分", 1.0)]
    {
        let (name, at) = (format!("A{row}"), format!("D{row}"));
        let outcome = filled(ONE, &[(FORM, &name, text(label)), (FORM, &at, num(score))]);
        assert!(codes(&outcome).contains(&"score-uncounted"), "{label}");
        assert_eq!(outcome.filled(), 0, "{label}");
    }
    // What stands there and is no score is not told.
    for (label, number) in [("罚款金额", 80.0), ("出勤天数", 22.0), ("平均分", 4.5)] {
        let outcome = filled(ONE, &[(FORM, "A14", text(label)), (FORM, "D14", num(number))]);
        assert!(!codes(&outcome).contains(&"score-uncounted"), "{label}");
        assert_eq!(outcome.filled(), 1, "{label}");
    }
    // The first row of a rating.
    let mark = [(FORM, "A17", text("责任心")), (FORM, "D17", num(4.0))];
    let outcome = filled(ONE, &mark);
    assert!(codes(&outcome).contains(&"mark-unknown"), "{:?}", codes(&outcome));
}

#[test]
fn points_of_the_sum_that_fit_nothing_are_told() {
    assert!(codes(&filled(ONE, &[(FORM, "C13", text("90分"))])).contains(&"sum-points-differ"));
    for points in ["80分", "100分", ""] {
        let outcome = filled(ONE, &[(FORM, "C13", text(points))]);
        assert!(!codes(&outcome).contains(&"sum-points-differ"), "{points}");
    }
}

#[test]
fn a_manual_names_no_month_and_a_column_of_another_time_no_figures() {
    // 说明 speaks of the form's month and of a metric; the figures are still September's.
    let manual = [
        (METRICS, "A1", text("2026年9月 指标数据")),
        ("汇总", "A1", text("填表说明（2026年10月）")),
        ("汇总", "A3", text("计划营业额：以年度计划分解")),
        ("汇总", "B3", Content::Blank),
    ];
    assert!(codes(&filled(ONE, &manual)).contains(&"month-differs"));
    for header in ["上月", "累计", "去年同期"] {
        let outcome = filled(ONE, &[(METRICS, "B3", text(header))]);
        assert_eq!(outcome.filled(), 0, "{header}");
        assert!(codes(&outcome).contains(&"value-unclear"), "{header}: {:?}", codes(&outcome));
    }
    assert_eq!(filled(ONE, &[(METRICS, "B3", text("本月累计"))]).filled(), 1);
}

/// 合计 in somebody's margin is not the rating's, which has its own row.
#[test]
fn a_total_in_the_margin_takes_nothing() {
    let plain = filled(ONE, &[]);
    for (at, label) in [("G28", "合计"), ("G31", "合计"), ("G28", "折算得分"), ("F29", "小计")]
    {
        let outcome = filled(ONE, &[(FORM, at, text(label))]);
        let places = |outcome: &Outcome| {
            let card = &outcome.cards[0];
            card.ratings.iter().map(|r| (r.sum_at, r.points_at)).collect::<Vec<_>>()
        };
        assert_eq!(places(&outcome), places(&plain), "{at} {label}");
        assert_eq!(outcome.cards[0].total, plain.cards[0].total, "{at} {label}");
    }
}

/// Lists of people hold the items' names too, and are nobody's form.
#[test]
fn summaries_and_lists_are_no_forms_of_people() {
    let items = "营业额达成度|投诉维权|中差评处理率|团队配合度与执行度|新产品与新规则传达|客服培训|问题处理";
    let across = [
        "客服主管绩效考核表".to_owned(),
        format!("姓名|部门|{items}"),
        "张三|客服部|1|2|3|4|5|6|7".to_owned(),
    ];
    let mut down = vec!["客服主管绩效考核表", "姓名|张三|李四|王五"];
    down.extend(items.split('|'));
    let across: Vec<&str> = across.iter().map(String::as_str).collect();
    for (name, rows) in [("汇总表", across), ("对照", down)] {
        let bytes = pack::with_sheet(&sample(MANY), name, &rows);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
        assert!(!codes(&outcome).contains(&"form-unread"), "{name}: {:?}", outcome.problems);
        assert_eq!(outcome.filled(), 3, "{name}");
    }
}

/// A part of the month's list has a title of its own; a list of another time has too.
#[test]
fn titles_within_a_list_part_it_by_time_alone() {
    // The sample's list, parted in its middle.
    let parted = |title: &str| {
        let rows: Vec<String> =
            FIGURES.iter().map(|(name, value)| format!("{name}|{value}")).collect();
        let mut all = vec!["2026年10月 指标数据".to_owned(), "指标|数值".to_owned()];
        all.extend(rows.iter().take(6).cloned());
        all.push(title.to_owned());
        all.extend(rows.iter().skip(6).cloned());
        let blank: Vec<String> = (4..16).map(|row| format!("A{row}")).collect();
        let cells: Vec<_> = blank.iter().map(|at| (METRICS, at.as_str(), text("备注"))).collect();
        let bytes = pack::with_sheet(&changed(ONE, &cells), "数据", &all);
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    for title in ["二、目标类指标", "第4周补报", "二、累计类指标", "其他"] {
        assert_eq!(parted(title).filled(), 1, "{title}: {:?}", codes(&parted(title)));
    }
    for title in ["2026年9月", "上月数据", "2026年1-10月累计"] {
        assert!(codes(&parted(title)).contains(&"metric-missing"), "{title}");
    }
}

/// A tab or a title of another span than the month does not fill what the month's sheet lacks; a year's
/// table with the month's column or row does.
#[test]
fn other_spans_of_time_fill_no_gap() {
    let lacking = changed(ONE, &[(METRICS, "A9", Content::Blank), (METRICS, "B9", Content::Blank)]);
    let with = |tab: &str, rows: &[&str]| {
        fill_workbook(&pack::with_sheet(&lacking, tab, rows), &Options::default()).unwrap()
    };
    let list = ["指标|数值", "中差评实际修改数量|38"];
    for tab in ["2025年", "8-9月", "年度", "Q3", "9月28日-10月4日", "第40周", "W40", "历史"]
    {
        let outcome = with(tab, &list);
        assert_eq!(outcome.filled(), 0, "{tab}");
        assert!(codes(&outcome).contains(&"metric-missing"), "{tab}");
    }
    assert_eq!(with("质量数据", &list).filled(), 1);
    // 38 of 40 make 95 %: nothing is taken.
    for tab in ["2026年", "2026年度", "年度指标", "历史"] {
        let outcome = with(tab, &["指标|9月|10月", "中差评实际修改数量|35|38"]);
        assert_eq!(outcome.filled(), 1, "{tab}: {:?}", codes(&outcome));
        assert_eq!(outcome.cards[0].items[2].score, 10.0, "{tab}");
    }
    let outcome = with("2025年度", &["指标|9月|10月", "中差评实际修改数量|35|38"]);
    assert_eq!(outcome.filled(), 0);
}
