//! Figures of some days, of another month, or perhaps not final, as labels, titles and remarks say it.

use crate::common::*;
use kaohe::package::Content;
use kaohe::problem::Problem;
use kaohe::{Options, Outcome, fill_workbook};

fn tried(cells: &[(&str, &str, Content)]) -> Outcome {
    fill_workbook(&changed(ONE, cells), &Options::default()).expect("read")
}

fn problems<'o>(outcome: &'o Outcome, code: &str) -> Vec<&'o Problem> {
    let all = outcome.problems.iter().chain(outcome.cards.iter().flat_map(|card| &card.problems));
    all.filter(|problem| problem.code == code).collect()
}

/// The whole month by its days is the month; some days of it, or those of another month, are not.
#[test]
fn days_at_a_label() {
    for (note, read) in [
        ("10.1-10.31", true),
        ("10月1日-10月31日", true),
        ("截至10月31日", true),
        ("9.1-9.30", false),
        ("9/1-9/30", false),
        ("10.1-10.15", false),
        ("10.1-15", false),
        ("截止10.20", false),
    ] {
        let outcome = tried(&[(METRICS, "A5", text(&format!("实际营业额（{note}）")))]);
        let missing = problems(&outcome, "metric-missing");
        assert_eq!((outcome.filled() == 1, missing.is_empty()), (read, read), "{note}");
        let hint = missing.first().and_then(|problem| problem.hint.as_ref());
        assert!(read || hint.unwrap().zh.contains("'指标数据'!A5"), "{note}");
    }
}

/// A team's table under such a title is not read, or told; what it lacks is said once and points there.
#[test]
fn days_over_a_team() {
    for note in ["9.1-9.30", "9月1日-9月30日", "10月上半月"] {
        let outcome = tried(&[(METRICS, "A17", text(&format!("团队数据（{note}）")))]);
        let missing = problems(&outcome, "metric-missing");
        assert_eq!((outcome.filled(), missing.len()), (0, 1), "{note}");
        let (what, hint) = (&missing[0].what.zh, &missing[0].hint.as_ref().unwrap().zh);
        assert!(what.contains("部门KPI平均分") && what.contains("旺旺最长反应时间"), "{what}");
        assert!(hint.contains("'指标数据'!A17") && !what.contains("没有带"), "{hint}");
    }
    for (title, told) in [
        ("团队数据（10月1日-15日）", true),
        ("10月1日-15日团队数据", true),
        ("团队数据（10.1-10.15）", true),
        ("团队数据（10.1-10.31）", false),
        ("团队数据（9月26日-10月25日）", false),
    ] {
        let outcome = tried(&[(METRICS, "A17", text(title))]);
        let found = problems(&outcome, "figures-titled");
        assert_eq!((outcome.filled(), !found.is_empty()), (1, told), "{title}");
    }
}

#[test]
fn remarks_that_leave_it_open() {
    for (remark, told) in [
        ("上月数据，待更新", true),
        ("沿用上月", true),
        ("财务未出数，暂估", true),
        ("9月计划", true),
        ("截至10月25日", true),
        ("截至10.25", true),
        ("更新至10.25", true),
        ("10月25日止", true),
        ("同上月", true),
        ("按9月计", true),
        ("初步数", true),
        ("待财务确认", true),
        ("缺最后一周", true),
        ("漏1天", true),
        ("前三周", true),
        ("全年", true),
        ("第三季度", true),
        ("本年累计", true),
        ("1~10月累计", true),
        ("截止9月底", true),
        ("缺勤2天", false),
        ("标准同上月", false),
        ("同上月持平", false),
        ("未结算订单不计", false),
        ("含预计数", false),
        ("含9月补录2次", false),
        ("10月31日导出", false),
        ("10月计划", false),
        ("截至10月31日", false),
        ("9月遗留", false),
        ("9月入职", false),
        ("较9月下降", false),
        ("10月20-22日培训，2人迟到", false),
        ("10月1日-7日放假", false),
        ("截至11月2日", false),
        ("上月为290000", false),
        ("上月数：28万", false),
        ("上月的退款已扣除", false),
        ("估算口径与上月一致", false),
        ("上月遗留2单，本月处理", false),
        ("财务部提供", false),
        ("已更新", false),
    ] {
        let outcome = tried(&[(METRICS, "D5", text(remark))]);
        assert_eq!(outcome.filled(), 1, "{remark}");
        let found = problems(&outcome, "label-note");
        assert_eq!(!found.is_empty(), told, "{remark}");
        assert!(found.iter().all(|problem| problem.what.zh.contains(remark)), "{remark}");
    }
    // Beside a member of the team, and in a table with a row a person, where it may speak of the person.
    for (remark, told) in [
        ("截至10.25", true),
        ("同上月", true),
        ("初步数", true),
        ("待财务确认", true),
        ("漏1天", true),
        ("10.1-10.25", true),
        ("按9月计", true),
        ("截至10.25离职", false),
        ("第2周1次", false),
        ("上旬1次", false),
        ("第一周培训", false),
        ("未更新工牌", false),
        ("上月，本月第一", false),
        ("做到10月25日", false),
    ] {
        let outcome = tried(&[(METRICS, "G18", text("备注")), (METRICS, "G20", text(remark))]);
        let found = problems(&outcome, "label-note");
        assert_eq!(!found.is_empty(), told && outcome.filled() == 1, "{remark}");
        let cells = [(METRICS, "AD3", text("备注")), (METRICS, "AD4", text(remark))];
        let outcome = fill_workbook(&changed(MANY, &cells), &Options::default()).expect("read");
        let count =
            |problems: &[Problem]| problems.iter().filter(|p| p.code == "label-note").count();
        let of_all: Vec<usize> = outcome.cards.iter().map(|card| count(&card.problems)).collect();
        assert_eq!(of_all, [usize::from(told), 0, 0], "{remark}");
    }
}

/// What a remark on the sheet says of all its figures.
#[test]
fn remarks_on_a_whole_sheet() {
    for (remark, told) in [
        ("注：以上为9月数据", true),
        ("以上数据截至10月25日", true),
        ("注：以上为10月数据", false),
        ("以上数据由财务部于11月3日提供", false),
        ("数据截至10月31日", false),
        ("以上数据含10月1日-7日国庆假期", false),
        ("上述数据较9月增长", false),
        ("以上指标自9月起执行", false),
    ] {
        let outcome = tried(&[(METRICS, "A27", text(remark))]);
        assert_eq!(outcome.filled(), 1, "{remark}");
        assert_eq!(!problems(&outcome, "figures-titled").is_empty(), told, "{remark}");
    }
}

/// A department that may be the own one is told; a part of it, or another, is refused.
#[test]
fn departments_at_a_label() {
    for (note, filled) in
        [("客服组", true), ("运营部", false), ("客服二部", false), ("仓储部", false)]
    {
        let outcome = tried(&[(METRICS, "A5", text(&format!("实际营业额（{note}）")))]);
        assert_eq!(outcome.filled() == 1, filled, "{note}");
        let code = if filled { "label-note" } else { "value-unclear" };
        assert!(!problems(&outcome, code).is_empty(), "{note}");
    }
}

/// A tab is one shop's where another tab is another's.
#[test]
fn tabs_of_single_shops() {
    for (tab, other, told) in
        [("京东", "天猫", true), ("京东", "汇总2", false), ("京东天猫", "天猫", false)]
    {
        let bytes = pack::with_part(&sample(ONE), "xl/workbook.xml", |xml| {
            xml.replace("name=\"指标数据\"", &format!("name=\"{tab}\""))
        });
        let bytes = pack::with_sheet(&bytes, other, &["说明"]);
        let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
        assert_eq!(outcome.filled(), 1, "{tab} {other}");
        assert_eq!(!problems(&outcome, "figures-titled").is_empty(), told, "{tab} {other}");
    }
}

/// A column of spans says of each row which days it is of.
#[test]
fn days_in_a_column() {
    for head in ["统计区间", "期间", "起止日期", "时间", "数据周期"] {
        for (days, read) in [
            ("10.1-10.31", true),
            ("2026-10-01至2026-10-31", true),
            ("9月26日-10月25日", true),
            ("10月", true),
            ("财务部", true),
            ("9.1-9.30", false),
            ("2026/9/1-2026/9/30", false),
            ("10.1-10.15", false),
            ("10月上旬", false),
        ] {
            let list = tried(&[(METRICS, "E3", text(head)), (METRICS, "E5", text(days))]);
            let mut refused = problems(&list, "metric-missing");
            refused.extend(problems(&list, "no-month-row"));
            assert_eq!((list.filled() == 1, refused.is_empty()), (read, read), "{head} {days}");
            // A member's row of other days does not count, or somebody is asked.
            let team = tried(&[(METRICS, "G18", text(head)), (METRICS, "G19", text(days))]);
            let score = |o: &Outcome| o.bytes.as_ref().map(|bytes| number(bytes, FORM, "D12"));
            assert_eq!(score(&team) == score(&tried(&[])), read, "{head} {days}");
        }
    }
    // 周期 of a number of days is no month.
    for days in ["1", "30", "30天"] {
        let outcome = tried(&[(METRICS, "E3", text("周期")), (METRICS, "E5", text(days))]);
        assert_eq!(outcome.filled(), 1, "{days}");
    }
}

/// 下月离职 is said of a person, who counts.
#[test]
fn a_kind_that_speaks_of_a_person() {
    let outcome = tried(&[(METRICS, "G18", text("状态")), (METRICS, "G19", text("下月离职"))]);
    let same = |o: &Outcome| number(o.bytes.as_ref().expect("filled"), FORM, "D12");
    assert_eq!(same(&outcome), same(&tried(&[])));
}

/// Members whose rows are hidden count, and it is told.
#[test]
fn hidden_rows_of_a_team() {
    let bytes = pack::with_part(&sample(ONE), "xl/worksheets/sheet2.xml", |xml| {
        xml.replace("<row r=\"20\"", "<row hidden=\"1\" r=\"20\"")
            .replace("<row r=\"22\"", "<row r=\"22\" hidden=\"true\"")
    });
    let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
    let told = problems(&outcome, "member-hidden");
    assert_eq!((outcome.filled(), told.len()), (1, 1));
    assert!(told[0].what.zh.contains("张敏、陈静"), "{}", told[0].what.zh);
    assert!(problems(&tried(&[]), "member-hidden").is_empty());
}

/// A sheet of figures may say its month by a label, above them or below: of another month it is told, and a
/// part of the month; not so the month itself, its days, or the day on which the sheet was made.
#[test]
fn the_month_of_the_figures_by_a_label() {
    let number = Content::Number;
    for (label, said, told) in [
        ("统计月份：9月", None, true),
        ("注：统计月份：10月", None, false),
        ("统计月份", Some(text("9月")), true),
        ("统计月份", Some(text("2026-10")), false),
        ("月份", Some(number(9.0)), true),
        ("月份", Some(number(10.0)), false),
        // 2026-09-01
        ("考核月份", Some(number(46_266.0)), true),
        ("统计周期", Some(text("10.1-10.25")), true),
        ("统计周期", Some(text("10.1-10.31")), false),
        ("统计周期", Some(text("上月26日-本月25日")), false),
        ("数据截止", Some(number(10.25)), true),
        ("数据截止", Some(text("11.2")), false),
        ("数据截止10.25", None, true),
        ("统计到25号", None, true),
        ("数据不全", None, true),
        ("年份", Some(number(2025.0)), true),
        ("统计周期", Some(text("近7天")), true),
        ("数据所属期", Some(text("上月")), true),
        ("取数时间", Some(text("10.25")), true),
        ("数据更新至10.25", None, true),
        ("以上为上月数据", None, true),
        ("以上数据与上月口径一致", None, false),
        // Two columns are headed so.
        ("本月份", Some(text("上月份")), false),
        ("对比月份", Some(text("9月")), false),
        ("统计日期", Some(text("2026年11月3日")), false),
    ] {
        for row in [2, 26] {
            let (name, value) = (format!("A{row}"), format!("B{row}"));
            let mut cells = vec![(METRICS, name.as_str(), text(label))];
            cells.extend(said.clone().map(|said| (METRICS, value.as_str(), said)));
            let outcome = tried(&cells);
            let found = problems(&outcome, "figures-titled");
            assert_eq!((outcome.filled(), found.len()), (1, usize::from(told)), "{label} {said:?}");
            let place = found.first().map(|problem| problem.place());
            assert!(place.is_none_or(|place| place == format!("'{METRICS}'!{name}")), "{label}");
        }
        // The title's month goes first; without one the label's is the sheet's.
        let of_month = matches!(label, "月份" | "统计月份" | "考核月份");
        let Some(said) = said.filter(|_| of_month) else { continue };
        let title = (METRICS, "A1", text("指标数据"));
        let outcome = tried(&[title, (METRICS, "A2", text(label)), (METRICS, "B2", said)]);
        let codes = ["month-differs", "figures-titled"].map(|code| problems(&outcome, code).len());
        assert_eq!(codes, [usize::from(told), 0], "{label}");
    }
}
