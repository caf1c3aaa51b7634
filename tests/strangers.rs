//! Figures as other hands lay them out: several team tables, computed columns beside the raters',
//! units, columns of months, words for nothing. By hand, on changes of the company's workbook.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

fn filled(name: &str, cells: &[(&str, &str, Content)]) -> Vec<u8> {
    let outcome = fill_workbook(&changed(name, cells), &Options::default()).expect("read");
    assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
    outcome.bytes.expect("filled")
}

/// The codes that keep the first form from being filled.
fn refused(cells: &[(&str, &str, Content)]) -> Vec<&'static str> {
    let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    assert!(outcome.bytes.is_none());
    let card = &outcome.cards[0];
    let mut codes: Vec<_> = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes
}

/// A second team table, below the first: header in row 28.
fn second_team<'c>(member: &'c str, kpi: f64) -> Cells<'c> {
    let heads = ["客服姓名", "店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"];
    let cells = ["A28", "B28", "C28", "D28", "E28", "F28"];
    let mut out: Cells<'c> =
        cells.iter().zip(heads).map(|(at, head)| (METRICS, *at, text(head))).collect();
    out.extend([(METRICS, "A29", text(member)), (METRICS, "B29", text("商城"))]);
    for (at, value) in [("C29", kpi), ("D29", 0.95), ("E29", 90.0), ("F29", 10.0)] {
        out.push((METRICS, at, num(value)));
    }
    out
}

#[test]
fn all_tables_of_the_team_count() {
    // KPI (433 + 80) ÷ 7 = 73.29 → 3 → +6; one fail −5; C店 59.67 % → 0; 商城 95.5 % → 0;
    // 客单价 628 ÷ 7 = 89.71 → 0; 旺旺 −3: 25 + 6 − 5 − 3.
    let bytes = filled(ONE, &second_team("新人", 80.0));
    assert_eq!(number(&bytes, FORM, "D12"), 23.0);
    // A member in both tables with other figures: which counts?
    assert_eq!(refused(&second_team("赵雪", 80.0)), ["team-twice"]);
}

#[test]
fn what_is_computed_of_the_marks_is_no_rater() {
    for head in [
        "评分人数",
        "平均得分",
        "最高分",
        "每项满分",
        "标准差",
        "自评",
        "排名",
        "上级",
        "小计",
        "汇总",
        "同级",
        "9月",
        "累计",
        "系数",
    ] {
        let mut cells: Cells<'_> = vec![("下级评分", "F3", text(head))];
        let rows = ["F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"];
        cells.extend(rows.map(|at| ("下级评分", at, num(1.0))));
        let bytes = filled(ONE, &cells);
        // (5 + 3 + 5 + 3.5) ÷ 4.
        assert_eq!(number(&bytes, FORM, "D29"), 4.125, "{head}");
    }
    // A rater is a rater, whatever the department is called.
    let mut cells: Cells<'_> = vec![("下级评分", "F3", text("内容运营部小周"))];
    let rows = ["F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"];
    cells.extend(rows.map(|at| ("下级评分", at, num(1.0))));
    // (16.5 + 1) ÷ 5.
    assert_eq!(number(&filled(ONE, &cells), FORM, "D29"), 3.5);
    // Among 评分人1 to 4 what is neither numbered nor a name.
    for head in ["总经理", "组长", "抽查"] {
        cells.retain(|(_, at, _)| *at != "F3");
        cells.push(("下级评分", "F3", text(head)));
        assert_eq!(refused(&cells)[0], "rater-unclear", "{head}");
    }
}

#[test]
fn parts_of_a_ratio_are_in_one_unit() {
    let plan = (METRICS, "A4", text("计划营业额（万元）"));
    let cells = [plan.clone(), (METRICS, "B4", num(30.0))];
    assert_eq!(refused(&cells), ["figure-unit"]);
    let both = [
        plan,
        (METRICS, "B4", num(30.0)),
        (METRICS, "A5", text("实际营业额（万元）")),
        (METRICS, "B5", num(30.95)),
    ];
    assert_eq!(number(&filled(ONE, &both), FORM, "D4"), 21.0);
}

#[test]
fn the_column_of_the_month_is_read_and_no_other() {
    let heads = |a: &str, b: &str| -> Cells<'static> {
        let mut cells: Cells<'static> = vec![(METRICS, "B3", text(a)), (METRICS, "C3", text(b))];
        let rows = ["C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15"];
        // Plan 200000, done 200000: on target. One of each event, 10 of 10 reviews, a mark of 1.
        let values = [200_000.0, 200_000.0, 1.0, 0.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        cells.extend(rows.into_iter().zip(values).map(|(at, v)| (METRICS, at, num(v))));
        cells
    };
    for (a, b) in [("9月", "10月"), ("上月", "本月"), ("实际（9月）", "实际（10月）")]
    {
        let bytes = filled(ONE, &heads(a, b));
        assert_eq!(number(&bytes, FORM, "D4"), 15.0, "{a} {b}");
        assert_eq!(number(&bytes, FORM, "D10"), 1.0, "{a} {b}");
    }
    assert_eq!(number(&filled(ONE, &heads("10月", "9月")), FORM, "D4"), 21.0);
    assert_eq!(refused(&heads("甲", "乙"))[0], "value-unclear");
}

#[test]
fn a_word_for_nothing_is_a_count_of_none() {
    for word in ["无", "没有", "—", "/"] {
        // 5 points, no shirking, no delay.
        let cells = [(METRICS, "B10", text(word)), (METRICS, "B11", text(word))];
        assert_eq!(number(&filled(ONE, &cells), FORM, "D7"), 5.0, "{word}");
        // Nothing is no amount.
        assert_eq!(refused(&[(METRICS, "B5", text(word))]), ["metric-not-a-number"], "{word}");
    }
}

#[test]
fn rows_below_a_gap_are_members_too() {
    // 3 blank rows, figures typed as text: KPI (433 + 80) ÷ 7 as above.
    let mut cells: Cells<'_> = vec![(METRICS, "A28", text("新人")), (METRICS, "B28", text("商城"))];
    for (at, value) in [("C28", "80分"), ("D28", "95%"), ("E28", "90元"), ("F28", "10秒")] {
        cells.push((METRICS, at, text(value)));
    }
    assert_eq!(number(&filled(ONE, &cells), FORM, "D12"), 23.0);
}

/// A row of the team table: name, shop and its four figures.
fn team_row<'c>(row: [&'c str; 6], name: &str, shop: &str, figures: [f64; 4]) -> Cells<'c> {
    let [a, b, rest @ ..] = row;
    let mut out: Cells<'c> = vec![(METRICS, a, text(name)), (METRICS, b, text(shop))];
    out.extend(rest.into_iter().zip(figures).map(|(at, value)| (METRICS, at, num(value))));
    out
}

const ROW_25: [&str; 6] = ["A25", "B25", "C25", "D25", "E25", "F25"];

#[test]
fn rows_of_several_members_are_no_members() {
    for word in ["目标线", "店均", "共计", "全组", "上月数据", "C店3人", "（平均）"]
    {
        let bytes = filled(ONE, &team_row(ROW_25, word, "C店", [50.0, 0.5, 50.0, 50.0]));
        assert_eq!(number(&bytes, FORM, "D12"), 21.0, "{word}");
    }
    for word in ["完成率", "警戒线", "离职", ""] {
        let row = team_row(ROW_25, word, "C店", [50.0, 0.5, 50.0, 50.0]);
        assert_eq!(refused(&row), ["team-row-unclear"], "{word}");
    }
    let again = team_row(ROW_25, "赵雪", "商城", [69.0, 0.94, 86.0, 19.0]);
    assert_eq!(refused(&again), ["member-twice"]);
}

#[test]
fn a_member_counts_with_the_row_of_the_month() {
    let rows = [
        ["A25", "B25", "C25", "D25", "E25", "F25", "G25", "G19"],
        ["A26", "B26", "C26", "D26", "E26", "F26", "G26", "G20"],
        ["A27", "B27", "C27", "D27", "E27", "F27", "G27", "G21"],
        ["A28", "B28", "C28", "D28", "E28", "F28", "G28", "G22"],
        ["A29", "B29", "C29", "D29", "E29", "F29", "G29", "G23"],
        ["A30", "B30", "C30", "D30", "E30", "F30", "G30", "G24"],
    ];
    let names = ["李娜", "张敏", "刘洋", "陈静", "杨帆", "赵雪"];
    let cells = |old: &str, new: &str| {
        let mut cells: Cells<'static> = vec![(METRICS, "G18", text("月份"))];
        for (row, name) in rows.iter().zip(names) {
            let [a, b, c, d, e, f, month, own] = *row;
            cells.extend(team_row([a, b, c, d, e, f], name, "C店", [10.0, 0.1, 10.0, 60.0]));
            cells.extend([(METRICS, month, text(old)), (METRICS, own, text(new))]);
        }
        cells
    };
    for (old, new) in [("9月", "10月"), ("上月", "本月"), ("2026年9月", "2026-10")] {
        assert_eq!(number(&filled(ONE, &cells(old, new)), FORM, "D12"), 21.0, "{old}");
    }
}

#[test]
fn a_note_behind_a_label_may_make_it_another_figure() {
    for note in ["上月", "9月", "累计", "目标", "去年同期"] {
        let label = text(&format!("实际营业额（{note}）"));
        assert_eq!(refused(&[(METRICS, "A5", label)]), ["metric-missing"], "{note}");
    }
    for note in ["10月", "元", "财务部提供", "本月"] {
        let label = text(&format!("实际营业额（{note}）"));
        assert_eq!(number(&filled(ONE, &[(METRICS, "A5", label)]), FORM, "D4"), 21.0, "{note}");
    }
    // A footnote is no digit, and two numbers are none.
    for typed in ["1①", "1²", "1 0"] {
        assert_eq!(refused(&[(METRICS, "B6", text(typed))]), ["metric-not-a-number"], "{typed}");
    }
}

#[test]
fn a_score_column_that_nothing_tells_apart_is_not_filled() {
    let heads = |a: &str, b: &str, month: &str| {
        let mut cells: Cells<'static> = vec![(FORM, "C2", text(month))];
        cells.extend([(FORM, "D3", text(a)), (FORM, "E3", text(b))]);
        cells
    };
    let october = "考核月份：2026年10月";
    for (a, b, month) in [
        ("得分", "得分", october),
        ("得分（9月）", "得分（10月）", "考核月份："),
        ("得分（8月）", "得分（9月）", october),
    ] {
        assert_eq!(refused(&heads(a, b, month)), ["score-column-unclear"], "{a} {b}");
    }
    for b in ["得分（9月）", "得分（自评）", "得分（初评）"] {
        assert_eq!(number(&filled(ONE, &heads("得分", b, october)), FORM, "D4"), 21.0, "{b}");
    }
    // Points of a hundred each are another way of counting.
    let points = ["C4", "C5", "C6", "C7", "C8", "C9", "C10", "C12"];
    let hundred: Cells<'_> = points.map(|at| (FORM, at, text("100分"))).into();
    assert_eq!(refused(&hundred), ["points-scale"]);
}

#[test]
fn totals_are_known_by_the_parts_of_their_words() {
    for word in ["业绩小计", "部门小计", "A合计", "本项合计"] {
        assert_eq!(number(&filled(ONE, &[(FORM, "A13", text(word))]), FORM, "D13"), 69.5, "{word}");
    }
    for word in ["绩效总分", "总分=A+B", "最终考核得分"] {
        // 69.5 + 28.5 ÷ 35 × 10 + 31.375 ÷ 40 × 10.
        let total = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;
        let bytes = filled(ONE, &[(FORM, "A40", text(word))]);
        assert!((number(&bytes, FORM, "D40") - total).abs() < 1e-9, "{word}");
    }
    // A word that is none is said, and its cell stays blank.
    let outcome =
        fill_workbook(&changed(ONE, &[(FORM, "A13", text("得分汇总"))]), &Options::default());
    let problems = &outcome.expect("read").cards[0].problems;
    assert!(problems.iter().any(|p| p.code == "total-unknown"), "{problems:?}");
    for label in
        ["1.1 营业额达成度", "营业额达成度-15分", "A1、营业额达成度", "第一项：营业额达成度①"]
    {
        assert_eq!(number(&filled(ONE, &[(FORM, "A4", text(label))]), FORM, "D4"), 21.0, "{label}");
    }
}

#[test]
fn a_post_beside_a_name_and_a_blank_form_beside_the_real_ones() {
    let plain = filled(MANY, &[]);
    let same = |bytes: &[u8], sheet: &str| {
        for at in ["D4", "D6", "D12", "D13", "D40"] {
            assert_eq!(number(bytes, sheet, at), number(&plain, sheet, at), "{sheet} {at}");
        }
    };
    for name in ["王丽 主管", "001王丽", "客服主管-王丽"] {
        same(&filled(MANY, &[(METRICS, "A4", text(name))]), "王丽");
    }
    let other =
        fill_workbook(&changed(MANY, &[(METRICS, "A4", text("王丽2"))]), &Options::default());
    assert!(!other.expect("read").whole());
    let mut cells: Cells<'_> = vec![("孙悦", "A2", text("被考核人：")), (METRICS, "A6", text(""))];
    let marks = ["D17", "D18", "D19", "D20", "D21", "D22", "D23"];
    cells.extend(marks.map(|at| ("孙悦", at, text(""))));
    let blank = changed(MANY, &cells);
    let codes = |outcome: &kaohe::Outcome| -> Vec<&str> {
        outcome.cards.iter().flat_map(|c| &c.problems).map(|p| p.code).collect()
    };
    // A sheet named as a person is that person's form, though nobody has begun it.
    let begun = fill_workbook(&blank, &Options::default()).expect("read");
    assert!(!begun.whole() && begun.cards.len() == 3, "{:?}", codes(&begun));
    let named = |sheet: &str| {
        let blank = pack::with_part(&blank, "xl/workbook.xml", |t| t.replace("孙悦", sheet));
        fill_workbook(&blank, &Options::default()).expect("read")
    };
    assert_eq!(named("考核表-孙悦").cards.len(), 3);
    assert_eq!(named("客服主管绩效考核表2").cards.len(), 2);
    let outcome = named("10月考核表");
    assert!(codes(&outcome).contains(&"blank-form") && outcome.cards.len() == 2);
    let bytes = outcome.bytes.expect("filled");
    same(&bytes, "王丽");
    same(&bytes, "周强");
}
