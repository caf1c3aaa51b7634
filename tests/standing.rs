//! Figures of which something written says that they are not the month's, or do not count: in a column's
//! header, behind a label, in a title, beside a member or a rater. By hand, on changes of the company's
//! workbook.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

const RATERS: &str = "下级评分";

fn filled(cells: &[(&str, &str, Content)]) -> Vec<u8> {
    let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
    outcome.bytes.expect("filled")
}

#[test]
fn a_column_of_goals_or_of_a_week_is_not_the_months() {
    for head in
        ["目标", "预算值", "第1周", "上旬数据", "三季度数值", "行业均值", "C店", "数值（作废）"]
    {
        assert_eq!(refused(&[(METRICS, "B3", text(head))]), ["value-unclear"], "{head}");
    }
    // 309500 of 300000: 15 + 6.
    for head in ["数值", "10月", "本月实际", "目标完成值", "数值（元）", "合计"]
    {
        let bytes = filled(&[(METRICS, "B3", text(head))]);
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{head}");
    }
}

#[test]
fn of_weeks_and_their_sum_the_sum_is_the_months() {
    let heads = |all: [&str; 3]| -> Cells<'static> {
        let mut cells: Cells<'static> = ["B3", "C3", "D3"]
            .into_iter()
            .zip(all)
            .map(|(at, head)| (METRICS, at, text(head)))
            .collect();
        let columns = [
            ["B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13", "B14", "B15"],
            ["C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15"],
            ["D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14", "D15"],
        ];
        // The halves of the plan were missed, but the month is on target.
        let rest = [0.0, 0.0, 10.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        for (column, [plan, done]) in
            columns.into_iter().zip([[100.0, 90.0], [100.0, 110.0], [200.0, 200.0]])
        {
            let values = [plan, done].into_iter().chain(rest);
            cells.extend(
                column.into_iter().zip(values).map(|(at, value)| (METRICS, at, num(value))),
            );
        }
        cells
    };
    for sum in ["合计", "本月合计", "10月合计", "全月"] {
        assert_eq!(number(&filled(&heads(["第1周", "第2周", sum])), FORM, "D4"), 15.0, "{sum}");
    }
    assert_eq!(number(&filled(&heads(["线上", "线下", "合计"])), FORM, "D4"), 15.0);
    for last in ["累计", "1-10月合计", "第3周"] {
        assert_eq!(refused(&heads(["第1周", "第2周", last])), ["value-unclear"], "{last}");
    }
}

#[test]
fn a_label_of_a_part_of_the_month_is_another_figure() {
    for note in ["第1周", "上半月", "日均", "三季度", "调整前", "作废", "暂估", "C店"]
    {
        let label = format!("实际营业额（{note}）");
        assert_eq!(refused(&[(METRICS, "A5", text(&label))]), ["metric-missing"], "{note}");
        let head = format!("月度KPI得分（{note}）");
        if note != "日均" {
            assert_eq!(refused(&[(METRICS, "C18", text(&head))])[0], "metric-missing", "{note}");
        }
    }
    for note in ["财务提供", "10月", "元", "含税", "王丽"] {
        let label = format!("实际营业额（{note}）");
        assert_eq!(number(&filled(&[(METRICS, "A5", text(&label))]), FORM, "D4"), 21.0, "{note}");
    }
    // A void line beside the right one.
    let void = [
        (METRICS, "A16", text("实际营业额")),
        (METRICS, "B16", num(250_000.0)),
        (METRICS, "D16", text("作废")),
    ];
    assert_eq!(number(&filled(&void), FORM, "D4"), 21.0);
    assert_eq!(refused(&void[..2]), ["metric-twice"]);
}

#[test]
fn a_title_tells_of_other_figures() {
    for title in ["2026年10月 指标目标", "10月第1周数据", "指标数据（作废）", "第三季度指标"]
    {
        assert!(refused(&[(METRICS, "A1", text(title))]).contains(&"metric-missing"), "{title}");
    }
    for title in ["团队目标", "9月团队数据", "上半月团队数据"] {
        assert!(refused(&[(METRICS, "A17", text(title))]).contains(&"metric-missing"), "{title}");
    }
    for title in ["2026年10月 目标达成数据", "2026年10月 指标数据"] {
        assert_eq!(number(&filled(&[(METRICS, "A1", text(title))]), FORM, "D4"), 21.0, "{title}");
    }
}

/// A seventh member of the C店, with a remark under a header.
fn noted<'c>(name: &'c str, head: &'c str, note: &'c str) -> Cells<'c> {
    let mut out: Cells<'c> = vec![(METRICS, "G18", text(head)), (METRICS, "G25", text(note))];
    out.extend([(METRICS, "A25", text(name)), (METRICS, "B25", text("C店"))]);
    for (at, value) in [("C25", 30.0), ("D25", 0.2), ("E25", 40.0), ("F25", 60.0)] {
        out.push((METRICS, at, num(value)));
    }
    out
}

#[test]
fn members_who_do_not_count_are_left_out_and_doubts_refused() {
    for (name, head, note) in [
        ("新人", "是否计入", "否"),
        ("新人", "备注", "作废"),
        ("新人", "是否参与考核", "×"),
        ("新人（不计）", "备注", ""),
    ] {
        let bytes = filled(&noted(name, head, note));
        assert_eq!(number(&bytes, FORM, "D12"), 21.0, "{name} {head} {note}");
    }
    for (name, head, note) in [
        ("新人", "备注", "离职"),
        ("新人", "备注", "请假一个月，不计"),
        ("新人（离职）", "备注", ""),
    ] {
        assert_eq!(refused(&noted(name, head, note)), ["member-unclear"], "{name} {note}");
    }
    // All others count: mean KPI 463 ÷ 7 = 66.1 → −3 → −6; two fails −10; C店 49.75 % → −10 → −20: nothing left.
    for (head, note) in [("备注", "全勤"), ("是否计入", "是"), ("备注", "试用期")] {
        assert_eq!(number(&filled(&noted("新人", head, note)), FORM, "D12"), 0.0, "{note}");
    }
}

#[test]
fn marks_out_of_another_scale_are_no_kpi() {
    let rows = ["C19", "C20", "C21", "C22", "C23", "C24"];
    let marks = [78.0, 72.0, 58.0, 81.0, 75.0, 69.0];
    for by in [10.0, 0.01] {
        let cells: Cells<'_> =
            rows.into_iter().zip(marks).map(|(at, mark)| (METRICS, at, num(mark * by))).collect();
        assert_eq!(refused(&cells), ["out-of-range"], "{by}");
    }
}

/// A fifth rater who gives 1 throughout.
fn fifth(head: &str) -> Cells<'_> {
    let mut out: Cells<'_> = vec![(RATERS, "F3", text(head))];
    let rows = ["F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"];
    out.extend(rows.map(|at| (RATERS, at, num(1.0))));
    out
}

#[test]
fn raters_marked_void_do_not_count() {
    for (head, note) in [("是否有效", "否"), ("剔除", "是"), ("备注", "作废"), ("审核", "不通过")]
    {
        let mut cells = fifth("评分人5");
        cells.extend([(RATERS, "A12", text(head)), (RATERS, "F12", text(note))]);
        // (5 + 3 + 5 + 3.5) ÷ 4.
        assert_eq!(number(&filled(&cells), FORM, "D29"), 4.125, "{head} {note}");
    }
    let mut cells = fifth("评分人5");
    cells.extend([(RATERS, "A12", text("是否有效")), (RATERS, "F12", text("是"))]);
    // (16.5 + 1) ÷ 5.
    assert_eq!(number(&filled(&cells), FORM, "D29"), 3.5);
}

#[test]
fn weights_and_votes_are_not_the_mean_of_raters() {
    let heads = |heads: [&str; 4]| -> Cells<'static> {
        ["B3", "C3", "D3", "E3"]
            .into_iter()
            .zip(heads)
            .map(|(at, h)| (RATERS, at, text(h)))
            .collect()
    };
    for four in [
        ["张三40%", "李四20%", "王五20%", "赵六20%"],
        ["评分人1（0.4）", "评分人2（0.2）", "评分人3（0.2）", "评分人4（0.2）"],
        ["5分", "4分", "3分", "2分"],
        ["优秀", "良好", "合格", "一般"],
        ["5", "4", "3", "2"],
    ] {
        assert_eq!(refused(&heads(four))[0], "rater-unclear", "{four:?}");
    }
    assert_eq!(number(&filled(&heads(["1", "2", "3", "4"])), FORM, "D29"), 4.125);
    let weights = |all: [f64; 4]| -> Cells<'static> {
        let cells = ["B12", "C12", "D12", "E12"].into_iter().zip(all);
        let cells = cells.map(|(at, weight)| (RATERS, at, num(weight)));
        cells.chain([(RATERS, "A12", text("权重"))]).collect()
    };
    assert_eq!(refused(&weights([0.4, 0.2, 0.2, 0.2]))[0], "rater-unclear");
    assert_eq!(number(&filled(&weights([0.25; 4])), FORM, "D29"), 4.125);
}

#[test]
fn marks_of_another_scale_are_refused() {
    let header = "得分（每项满分10分）";
    for (sheet, at, words) in [
        (FORM, "D28", header),
        (FORM, "A27", "下级评分表（10分制）"),
        (FORM, "D16", header),
        (RATERS, "A1", "下级评分汇总（匿名，十分制）"),
        (RATERS, "A1", "评分（0-10分）"),
        (METRICS, "A15", "问题处理评分（满分10分）"),
    ] {
        assert_eq!(refused(&[(sheet, at, text(words))]), ["marks-scale"], "{words}");
    }
    for (sheet, at, words) in [
        (FORM, "A15", "上级评分表格（满分10分）"),
        (FORM, "A15", "上级评分表格(权重10%，满分35分)"),
        (FORM, "D28", "得分（0-5分）"),
        (RATERS, "A1", "下级评分汇总（匿名，五分制）"),
        (METRICS, "A15", "问题处理评分（5分制）"),
    ] {
        filled(&[(sheet, at, text(words))]);
    }
    // What the rows of the table above say is not of the marks.
    for words in ["单项10分，合计80分", "折算得分（满分10分）"] {
        filled(&[(FORM, "B13", text(words)), (FORM, "B25", text(words))]);
    }
    // In the row of its points 20 are neither the full marks nor the weight of the table above.
    assert_eq!(refused(&[(FORM, "B25", text("折算得分（满分20分）"))]), ["points-unclear"]);
}

#[test]
fn a_number_shown_as_a_percentage_is_no_count() {
    let shown = |cell: &str| {
        let (number, percent) =
            (format!("<c r=\"{cell}\" s=\"10\">"), format!("<c r=\"{cell}\" s=\"11\">"));
        pack::with_part(&sample(ONE), "xl/worksheets/sheet2.xml", |sheet| {
            assert!(sheet.contains(&number), "{sheet}");
            sheet.replace(&number, &percent)
        })
    };
    let outcome = fill_workbook(&shown("B6"), &Options::default()).expect("read");
    assert!(outcome.bytes.is_none());
    let found = outcome.cards[0].problems.iter().find(|p| p.blocks()).expect("refused");
    assert_eq!((found.code, found.place().as_str()), ("unexpected-percent", "'指标数据'!B6"));
    // 0% is nothing all the same.
    assert!(fill_workbook(&shown("B10"), &Options::default()).expect("read").whole());
}

#[test]
fn a_note_of_days_or_of_several_months_is_not_the_months() {
    for note in ["截至10月15日", "9-10月", "10月1日-15日"] {
        let label = format!("实际营业额（{note}）");
        assert_eq!(refused(&[(METRICS, "A5", text(&label))]), ["metric-missing"], "{note}");
    }
    for note in ["截至10月31日", "10月1日-31日", "10月"] {
        filled(&[(METRICS, "A5", text(&format!("实际营业额（{note}）")))]);
    }
}

#[test]
fn raters_under_a_title_of_others_do_not_count() {
    for title in ["上级评分汇总", "同级评分汇总", "上级对下级评分"] {
        assert_eq!(refused(&[(RATERS, "A1", text(title))]), ["mark-blank"], "{title}");
    }
    for title in ["下级对上级评分", "员工评分汇总", "评分汇总"] {
        filled(&[(RATERS, "A1", text(title))]);
    }
    let old = pack::with_part(&sample(ONE), "xl/workbook.xml", |book| {
        assert!(book.contains("name=\"下级评分\""), "{book}");
        book.replace("name=\"下级评分\"", "name=\"下级评分（旧）\"")
    });
    let outcome = fill_workbook(&old, &Options::default()).expect("read");
    assert!(outcome.bytes.is_none());
    let blocking = outcome.cards[0].problems.iter().filter(|p| p.blocks());
    let told: Vec<_> = blocking.map(|p| (p.code, p.place())).collect();
    assert_eq!(told, [("raters-passed", "'下级评分（旧）'".to_owned())]);
    // The title of another table stands above the raters' own.
    filled(&[(RATERS, "A1", text("上级评分")), (RATERS, "A2", text("下级评分"))]);
}

#[test]
fn figures_that_may_still_change_are_told_by_their_title() {
    for title in [
        "2026年10月（预估） 指标数据",
        "10月指标数据（初稿）",
        "2026年10月计划数据",
        "指标数据（未审核）",
        "指标数据（旧）",
    ] {
        let bytes = changed(ONE, &[(METRICS, "A1", text(title))]);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
        let card = &outcome.cards[0];
        assert!(outcome.whole(), "{title}: {:?}", card.problems);
        assert!(card.problems.iter().any(|p| p.code == "figures-titled"), "{title}");
        assert_eq!(number(&outcome.bytes.expect(title), FORM, "D4"), 21.0, "{title}");
    }
    for title in ["2026年10月 指标数据（已审核）", "10月预估与实际数据", "新旧客户指标数据"]
    {
        let bytes = changed(ONE, &[(METRICS, "A1", text(title))]);
        let card = &fill_workbook(&bytes, &Options::default()).expect("read").cards[0];
        assert!(card.problems.iter().all(|p| p.code != "figures-titled"), "{title}");
    }
}

#[test]
fn a_remark_that_changes_a_figure_is_told_unless_it_was_changed() {
    let told = |note: &str| {
        let bytes = changed(ONE, &[(METRICS, "D4", text(note))]);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
        assert!(outcome.whole(), "{note}");
        outcome.cards[0].problems.iter().any(|p| p.code == "label-note")
    };
    for note in ["10月15日经批准调整为310000", "调整为31万", "由300000改为310000元"]
    {
        assert!(told(note), "{note}");
    }
    for note in
        ["10月15日经批准调整为300000", "由29万调整为30万", "目标会改为10月20日开", "财务提供"]
    {
        assert!(!told(note), "{note}");
    }
}

#[test]
fn a_person_who_is_away_and_not_assessed_is_not_filled() {
    let blocked = |note: &str| {
        let cells = [(METRICS, "AD3", text("备注")), (METRICS, "AD4", text(note))];
        let outcome = fill_workbook(&changed(MANY, &cells), &Options::default()).expect("read");
        let codes: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
        ["row-set-aside", "row-in-doubt"].into_iter().find(|code| codes.contains(code))
    };
    for note in ["产假，不参与考核", "休产假不参与考核", "10月5日起病假，本月不考核"]
    {
        assert_eq!(blocked(note), Some("row-set-aside"), "{note}");
    }
    for note in ["新人一名，不参与考核", "产假"] {
        assert_eq!(blocked(note), Some("row-in-doubt"), "{note}");
    }
    for note in ["李娜产假", "全员参与考核", "离职1人"] {
        assert_eq!(blocked(note), None, "{note}");
    }
}
