//! Members of other groups, departments and months in a team's table, as one person's workbook tells them
//! apart.

use crate::common::*;
use kaohe::package::Content;
use kaohe::problem::Problem;
use kaohe::{Options, Outcome, fill_workbook};

/// What becomes of two strangers below the six members.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Strangers {
    /// They are left out.
    Out,
    /// They count, and it is told that there are groups.
    Counted,
    /// They count.
    Quiet,
    /// Nobody can say.
    Refused,
}
use Strangers::{Counted, Out, Quiet, Refused};

fn filled(cells: &[(&'static str, String, Content)]) -> Outcome {
    let cells: Vec<(&str, &str, Content)> =
        cells.iter().map(|(sheet, at, value)| (*sheet, at.as_str(), value.clone())).collect();
    fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read")
}

/// The sample with two bad members more, and a column that says of each member whose it is.
fn tried(department: &str, head: &str, own: &str, other: &str) -> Outcome {
    let mut cells = vec![
        (FORM, "B2".to_owned(), text(&format!("部门：{department}"))),
        (METRICS, "G18".to_owned(), text(head)),
    ];
    cells.extend((19..25).map(|row| (METRICS, format!("G{row}"), text(own))));
    for (row, name, shop) in [(25, "钱一", "C店"), (26, "孙二", "商城")] {
        let figures = [30.0, 0.2, 20.0, 40.0].map(num);
        let values = [text(name), text(shop)].into_iter().chain(figures).chain([text(other)]);
        cells.extend(('A'..='G').zip(values).map(|(col, v)| (METRICS, format!("{col}{row}"), v)));
    }
    filled(&cells)
}

fn told(outcome: &Outcome, code: &str) -> usize {
    let all = outcome.problems.iter().chain(outcome.cards.iter().flat_map(|card| &card.problems));
    all.filter(|problem: &&Problem| problem.code == code).count()
}

/// The team's item: 21 of the six, by hand in tests/scores.rs; the strangers take all of it.
fn score(outcome: &Outcome) -> Option<f64> {
    outcome.bytes.as_ref().map(|bytes| number(bytes, FORM, "D12"))
}

#[test]
fn whose_members_are_by_group_or_department() {
    for (department, head, own, other, strangers) in [
        ("客服部A组", "组别", "A组", "B组", Out),
        ("客服部A组", "分组", "A", "B", Out),
        ("客服一组", "组别", "一组", "二组", Out),
        ("客服一组", "小组", "客服一组", "客服二组", Out),
        ("客服一组", "组", "1组", "2组", Out),
        ("客服部白班", "班组", "白班", "夜班", Out),
        ("客服部", "组别", "A组（王丽）", "B组（周强）", Out),
        ("客服部", "汇报对象", "王丽", "周强", Out),
        ("客服部", "是否本组", "是", "否", Out),
        ("客服部A组", "组别", "客服部A组", "客服部B组", Out),
        ("客服部", "组别", "A组：王丽", "B组：周强", Out),
        ("客服部", "组别", "A组", "B组", Counted),
        ("客服部", "组别", "客服", "售后", Counted),
        ("客服部", "组别", "老员工", "新员工", Quiet),
        ("客服部", "部门", "客服部", "质检组", Quiet),
        ("客服", "部门", "客服", "新人", Quiet),
        ("客服中心", "部门", "客服部", "售后部", Quiet),
        ("电商部", "部门", "电商部", "客服部", Quiet),
        ("售前", "部门", "售前", "售后", Out),
        ("售前客服", "部门", "售前客服", "售后客服", Out),
        ("天猫客服", "部门", "天猫客服", "京东客服", Out),
        ("客服部（杭州）", "部门", "客服部（杭州）", "客服部（广州）", Out),
        ("客服部", "部门", "客服部", "运营部", Out),
        ("客服部", "部门", "客服部（8人）", "仓储部", Out),
        ("客服一部", "部门", "客服一部", "客服部", Refused),
        ("客服中心", "部门", "客服部", "仓储部", Refused),
        ("客服", "部门", "客服", "售后", Refused),
        ("客服组", "组别", "客服组", "VIP组", Refused),
        ("客服部售前组", "组别", "售前组", "售后组", Out),
        ("客服部", "部门", "客服部", "电商部", Refused),
    ] {
        let what = format!("{department} {head} {own} {other}");
        let outcome = tried(department, head, own, other);
        let expected = match strangers {
            Out => Some(21.0),
            Counted | Quiet => Some(0.0),
            Refused => None,
        };
        assert_eq!(score(&outcome), expected, "{what}");
        assert_eq!(told(&outcome, "team-groups"), usize::from(strangers == Counted), "{what}");
    }
    assert_eq!(told(&tried("客服部A组", "组别", "A组", "B组"), "member-elsewhere"), 2);
}

/// The person's own row among the members counts, and is told.
#[test]
fn a_row_of_the_leader() {
    let outcome = filled(&[(METRICS, "A19".to_owned(), text("王丽"))]);
    assert_eq!((score(&outcome), told(&outcome, "member-leader")), (Some(21.0), 1));
    assert_eq!(told(&filled(&[]), "member-leader"), 0);
}

/// A list's columns headed 9月份 and 10月份 are of figures, whatever numbers stand there.
#[test]
fn columns_of_months_named_in_full() {
    for (last, this) in [
        (text("9月份"), text("10月份")),
        (text("九月份"), text("十月份")),
        (text("上月份"), text("本月份")),
        (text("2026年9月份"), text("2026年10月份")),
        (num(202_609.0), num(202_610.0)),
    ] {
        let what = format!("{this:?}");
        let mut cells: Vec<(&'static str, String, Content)> =
            vec![(METRICS, "B3".to_owned(), last), (METRICS, "C3".to_owned(), this)];
        for (row, (_, value)) in (4..).zip(FIGURES) {
            cells.push((METRICS, format!("B{row}"), num(1.0)));
            cells.push((METRICS, format!("C{row}"), num(value)));
        }
        let outcome = filled(&cells);
        let total = outcome.bytes.as_ref().map(|bytes| number(bytes, FORM, "D40"));
        // 69.5 + 28.5 ÷ 35 × 10 + 31.375 ÷ 40 × 10
        let by_hand = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;
        assert!(total.is_some_and(|total| (total - by_hand).abs() < 1e-9), "{what} {total:?}");
    }
}

/// Columns that say of which month a member's row is, whatever their header; when somebody joined, or when
/// a row was written down, is none.
#[test]
fn rows_of_last_month_in_a_team() {
    for head in ["统计日期", "数据时间", "考核时间", "期数", "年/月", "Month"] {
        assert_eq!(score(&tried("客服部", head, "2026年10月", "2026年9月")), Some(21.0), "{head}");
    }
    // What was written down in November may be October's.
    for head in ["日期", "时间", "统计日期", "评分时间", "考核时间"] {
        for (own, other) in [
            ("2026-10-31", "2026-11-02"),
            ("10月28日", "11月2日"),
            ("2026-10-28 09:12", "2026-11-03 16:01"),
        ] {
            assert_eq!(score(&tried("客服部", head, own, other)), Some(0.0), "{head} {own}");
        }
    }
    assert_eq!(score(&tried("客服部", "日期", "2026-10-31", "2026-09-30")), Some(21.0));
    for (head, days) in
        [("统计区间", "上月26日-本月25日"), ("统计时间", "每月1日-5日"), ("考核周期", "11.1-11.5")]
    {
        assert_eq!(score(&tried("客服部", head, days, days)), Some(0.0), "{head}");
    }
    for head in ["入职月份", "录入时间", "更新日期", "转正日期"] {
        assert_eq!(score(&tried("客服部", head, "2026年10月", "2026年9月")), Some(0.0), "{head}");
    }
}
