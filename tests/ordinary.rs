//! What people in an office write into good workbooks: the day on which a sheet was made, remarks on work to
//! do and on what was left out of figures, figures with a name behind them. And what of that is not so: each
//! rule with what must still be refused or told.

use crate::common::pack::with_sheet;
use crate::common::*;
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, Outcome, fill_workbook};

const RATERS: &str = "下级评分";
/// 69.5 + 28.5 ÷ 35 × 10 + 31.375 ÷ 40 × 10: FORM.md, 4, and the raters' means 4.125, 3.75, 3.625, 3.875,
/// 4.125, 4, 3.875 and 4.
const TOTAL: f64 = 69.5 + 285.0 / 35.0 + 313.75 / 40.0;

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let own = outcome.cards.iter().flat_map(|card| &card.problems);
    own.chain(&outcome.problems).map(|problem| problem.code).collect()
}

/// What is said of the sample with changes, but not without, and its total.
fn news(cells: &[(&str, &str, Content)]) -> (Option<f64>, Vec<&'static str>) {
    told(&changed(ONE, cells))
}

fn told(bytes: &[u8]) -> (Option<f64>, Vec<&'static str>) {
    let plain = codes(&outcome(&sample(ONE)));
    let outcome = outcome(bytes);
    let mut said = codes(&outcome);
    said.retain(|code| !plain.contains(code));
    let total = outcome.bytes.is_some().then_some(outcome.cards[0].total);
    (total, said)
}

fn is_total(found: Option<f64>) -> bool {
    found.is_some_and(|found| (found - TOTAL).abs() < 1e-9)
}

#[test]
fn the_day_on_which_marks_were_collected_is_no_month() {
    for day in [
        "评分日期：2026年11月2日",
        "收集时间：2026-11-03 18:00",
        "制单日期：11月3日",
        "2026/11/1 09:10:05",
        "2026-11-02录入",
    ] {
        let (total, said) = news(&[(RATERS, "A2", text(day))]);
        assert!(is_total(total) && said.is_empty(), "{day} {total:?} {said:?}");
        let (total, said) = news(&[(RATERS, "F3", text("备注")), (RATERS, "F4", text(day))]);
        assert!(is_total(total) && said.is_empty(), "{day} {total:?} {said:?}");
    }
    for title in ["下级评分汇总（2026年11月2日统计）", "下级评分 2026.11.2"] {
        let (total, said) = news(&[(RATERS, "A1", text(title))]);
        assert!(is_total(total) && said.is_empty(), "{title} {said:?}");
    }
    // November's, or its end's.
    for title in ["下级评分汇总（2026年11月）", "下级评分（2026年11月30日）", "2026-11-16 下级评分"]
    {
        assert_eq!(news(&[(RATERS, "A1", text(title))]).0, None, "{title}");
    }
    for said in ["评分月份：2026年11月", "评分日期：2026年11月30日", "统计月份：2026-11-01"]
    {
        assert_eq!(news(&[(RATERS, "A2", text(said))]).1, ["month-differs"], "{said}");
    }
}

/// The sample with its team on a sheet of its own, below a first row.
fn team_apart(first: &str) -> Vec<u8> {
    let mut rows: Vec<String> =
        rows(&sample(ONE), METRICS)[17..24].iter().map(|r| r.join("|")).collect();
    rows.insert(0, "团队数据".to_owned());
    rows.insert(0, first.to_owned());
    let cells = (17..25).flat_map(|row| {
        ["A", "B", "C", "D", "E", "F"]
            .map(|col| Edit::new(METRICS, at(&format!("{col}{row}")), Content::Blank))
    });
    let bytes = edit(&sample(ONE), &cells.collect::<Vec<_>>()).expect("edited");
    with_sheet(&bytes, "团队数据", &rows)
}

#[test]
fn the_day_on_which_a_teams_figures_were_drawn_is_no_month() {
    for first in [
        "统计日期|2026-11-02",
        "统计日期：2026-11-02",
        "导出时间：2026年11月3日",
        "更新日期：11月3日",
    ] {
        let (total, said) = told(&team_apart(first));
        assert!(is_total(total) && said.is_empty(), "{first} {said:?}");
    }
    for first in [
        "统计月份|2026-11-02",
        "2026年11月",
        "2026年11月2日客服数据",
        "统计日期|2026-11-30",
        "2026年9月30日",
    ] {
        assert_eq!(told(&team_apart(first)).0, None, "{first}");
    }
    let title = |title: &str| news(&[(METRICS, "A17", text(title))]);
    assert!(is_total(title("团队数据（2026年11月2日导出）").0));
    for other in
        ["2026年11月2日团队数据", "团队数据（2026年11月）", "团队数据（截至2026年11月10日）"]
    {
        assert_eq!(title(other).0, None, "{other}");
    }
}

#[test]
fn the_metric_sheet_may_say_when_it_was_made() {
    for day in ["统计日期：2026-11-02", "2026年11月2日由财务部提供"] {
        let (total, said) = news(&[(METRICS, "A2", text(day))]);
        assert!(is_total(total) && said.is_empty(), "{day} {said:?}");
    }
    // Made in November, but of September.
    let cells = [
        (METRICS, "A2", text("统计日期：2026-11-02")),
        (METRICS, "A1", text("2026年9月 指标数据")),
    ];
    assert_eq!(news(&cells).1, ["month-differs"]);
}

#[test]
fn work_to_do_is_no_figure_to_come() {
    for remark in
        ["待改进", "待提高", "待加强", "待整改", "待处理", "待回访", "待跟进", "待退款", "待优化"]
    {
        let (total, said) = news(&[(METRICS, "D5", text(remark))]);
        assert!(is_total(total) && said.is_empty(), "{remark} {said:?}");
        let (total, said) = news(&[(METRICS, "G18", text("备注")), (METRICS, "G20", text(remark))]);
        assert!(is_total(total) && said.is_empty(), "{remark} {said:?}");
    }
    for remark in
        ["待核实", "待确认", "待定", "待审", "待更新", "待补", "待统计", "待出数", "待申诉"]
    {
        assert_eq!(news(&[(METRICS, "D5", text(remark))]).0, None, "{remark}");
    }
}

#[test]
fn what_was_left_out_of_a_members_figures() {
    let beside =
        |remark: &str| news(&[(METRICS, "G18", text("备注")), (METRICS, "G20", text(remark))]);
    for remark in
        ["自动回复不计", "不计运费", "拼多多除外", "节假日除外", "测试单已剔除", "剔除大额订单"]
    {
        let (total, said) = beside(remark);
        // Told all the same: perhaps it is the member.
        assert!(is_total(total) && said == ["member-remark"], "{remark} {said:?}");
    }
    for remark in [
        "新人不计入",
        "请假不计",
        "本人除外",
        "转化率不计",
        "数据不计",
        "C店不计",
        "本月不计",
        "月底离职",
    ] {
        let (total, said) = beside(remark);
        assert_eq!((total, said), (None, vec!["member-unclear"]), "{remark}");
    }
}

#[test]
fn of_a_member_without_figures_there_is_nothing_to_count() {
    let with = |remark: &str, figures: [Content; 4]| {
        let names = [("A25", "新人甲"), ("B25", "C店"), ("G25", remark), ("G18", "备注")];
        let mut cells: Vec<_> = names.map(|(at, value)| (METRICS, at, text(value))).into();
        cells.extend(
            ["C25", "D25", "E25", "F25"].into_iter().zip(figures).map(|(at, c)| (METRICS, at, c)),
        );
        news(&cells)
    };
    let none = [Content::Blank, Content::Blank, Content::Blank, Content::Blank];
    let dashes = ["—", "-", "", "——"].map(text);
    for remark in [
        "本月新入职，不参与考核",
        "新入职不计入",
        "试用期不考核",
        "休产假，不参与考核",
        "本月离职不计",
    ] {
        for figures in [none.clone(), dashes.clone()] {
            let (total, said) = with(remark, figures);
            assert!(is_total(total), "{remark} {said:?}");
            assert_eq!(said, ["member-left-out"], "{remark}");
        }
        let one = [num(70.0), Content::Blank, Content::Blank, Content::Blank];
        assert_eq!(with(remark, one), (None, vec!["member-unclear"]), "{remark}");
    }
    // Nothing says why.
    assert_eq!(with("", none.clone()).0, None);
    assert_eq!(with("表现良好", none).0, None);
}

#[test]
fn figures_with_whose_and_when_behind_them() {
    let figure = |at: &str, typed: &str| news(&[(METRICS, at, text(typed))]);
    for typed in [
        "2人次（张敏）",
        "2人次(张敏、刘洋)",
        "2次（10月12日）",
        "2例",
        "2次。",
        "2次（12日、20日）",
    ] {
        let (total, said) = figure("B11", typed);
        assert!(is_total(total), "{typed} {said:?}");
        assert_eq!(said, ["number-as-text"], "{typed}");
    }
    let (total, said) = figure("B10", "无。");
    assert!(is_total(total), "{said:?}");
    // Another month's, other people too, a part, or nothing that is known.
    for typed in [
        "2次（9月12日）",
        "2人次（张敏、刘洋、李娜）",
        "2次（含上月1次）",
        "2次（待核实）",
        "2次（已处理）",
        "2次（约）",
        "2次（于上月）",
        "2次（金华店）",
        "2元/单",
    ] {
        assert_eq!(figure("B11", typed).1, ["metric-not-a-number"], "{typed}");
    }
    // A price an order is no turnover.
    assert_eq!(figure("B5", "309500元/单").1, ["metric-not-a-number"]);
    let (total, said) = news(&[(METRICS, "E20", text("88元/单")), (METRICS, "F20", text("17″"))]);
    assert!(is_total(total), "{said:?}");
    let (total, said) = news(&[(METRICS, "F20", text("17秒钟"))]);
    assert!(is_total(total), "{said:?}");
    assert_eq!(news(&[(METRICS, "E20", text("88″"))]).0, None);
}

#[test]
fn notes_that_end_like_a_total_are_none() {
    for note in ["备注：本表由人事部统计", "会计：", "说明：以上为合计"] {
        assert!(news(&[(FORM, "A41", text(note))]).1.is_empty(), "{note}");
    }
    assert_eq!(news(&[(FORM, "A41", text("得分统计"))]).1, ["total-unknown"]);
}

#[test]
fn a_list_of_earlier_totals_is_no_second_total() {
    let history = with_sheet(&sample(ONE), "历史数据", &["月份|总得分", "2026年9月|88"]);
    let (total, said) = told(&history);
    assert!(is_total(total) && said.is_empty(), "{said:?}");
    let filled = outcome(&history).bytes.expect("filled");
    assert_eq!(number(&filled, "历史数据", "B2"), 88.0);
    // A total that no month or name sets aside may be this month's, typed by hand.
    let beside = with_sheet(&sample(ONE), "得分", &["姓名|总得分", "王丽|88"]);
    assert_eq!(told(&beside).1, ["total-again"]);
    let own = with_sheet(&sample(ONE), "得分", &["月份|总得分", "2026年10月|88"]);
    assert_eq!(told(&own).1, ["total-again"]);
    let (_, said) = news(&[(FORM, "A41", text("总得分")), (FORM, "B41", text("100分"))]);
    assert_eq!(said, ["total-again"]);
}

#[test]
fn a_rounded_turnover_is_the_months() {
    for note in ["四舍五入", "取整", "实收"] {
        let label = format!("实际营业额（{note}）");
        let (total, said) = news(&[(METRICS, "A5", text(&label))]);
        assert!(is_total(total) && said.is_empty(), "{note} {said:?}");
    }
    assert_eq!(news(&[(METRICS, "A5", text("实际营业额（老客）"))]).1, ["label-note"]);
}

#[test]
fn points_with_what_they_are() {
    let points = |typed: &str| news(&[(FORM, "C4", text(typed))]);
    for typed in ["15分（基础）", "15分/月", "0-15分"] {
        let (total, said) = points(typed);
        assert!(is_total(total) && said.is_empty(), "{typed} {said:?}");
    }
    for typed in ["20分（基础）", "20分/月", "0～20分"] {
        // 15 + 6 became 20 + 6, of 105 points.
        let (total, said) = points(typed);
        assert!(total.is_some_and(|found| (found - TOTAL - 5.0).abs() < 1e-9), "{typed} {total:?}");
        // 合计 says 80分 still.
        assert_eq!(said, ["sum-points-differ", "points-differ"], "{typed}");
    }
    for typed in ["20分（待定）", "20分（加分项）", "5-20分", "2分/次"] {
        assert_eq!(points(typed).0, None, "{typed}");
    }
}

/// The sample's form with a department's table instead of its own figures.
fn with_department(person: &str) -> Vec<u8> {
    let blanks = |sheet: &'static str, rows: std::ops::Range<u32>| {
        rows.flat_map(move |row| {
            ["A", "B", "C", "D", "E", "F"]
                .map(|col| Edit::new(sheet, at(&format!("{col}{row}")), Content::Blank))
        })
    };
    let mut edits: Vec<Edit> = blanks(METRICS, 1..25).chain(blanks(RATERS, 1..12)).collect();
    edits.push(Edit::new(FORM, at("A2"), text(&format!("被考核人：{person}"))));
    let bytes = edit(&sample(ONE), &edits).expect("edited");
    let table: Vec<String> =
        rows(&sample(MANY), METRICS)[2..6].iter().map(|row| row.join("|")).collect();
    with_sheet(&bytes, "部门数据", &table)
}

#[test]
fn colleagues_in_the_departments_table_need_no_forms() {
    let outcome = outcome(&with_department("王丽"));
    assert!(outcome.whole(), "{:?}", codes(&outcome));
    let said: Vec<_> = outcome.problems.iter().filter(|p| p.code == "no-form").collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].what.zh.contains("周强、孙悦"), "{}", said[0].what.zh);
    // 488166.13 of 480000 is one whole point above.
    assert_eq!(number(outcome.bytes.as_ref().expect("filled"), FORM, "D4"), 17.0);
    // Whose row is not there, is told with all names.
    let other = fill_workbook(&with_department("赵敏"), &Options::default()).expect("read");
    assert!(other.bytes.is_none());
    assert_eq!(other.problems.iter().filter(|p| p.code == "no-form" && p.blocks()).count(), 3);
}

#[test]
fn the_dot_in_a_name_may_be_another() {
    let names = |form: &str, row: &str| {
        let form = text(&format!("被考核人：{form}"));
        let bytes = changed(MANY, &[("王丽", "A2", form), (METRICS, "A4", text(row))]);
        fill_workbook(&bytes, &Options::default()).expect("read").filled()
    };
    for dot in ["·", "•", "‧", "・", "．"] {
        assert_eq!(names("阿里木·买买提", &format!("阿里木{dot}买买提")), 3, "{dot}");
        assert_eq!(names(&format!("阿里木{dot}买买提"), "阿里木·买买提"), 3, "{dot}");
    }
    assert_eq!(names("阿里木·买买提", "阿里木·买提"), 2);
}
