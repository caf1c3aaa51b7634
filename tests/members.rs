//! Whose the members of a team's table are, and who of them counts: by hand, on changes of the company's
//! workbook.

use crate::common::pack::with_sheet;
use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

pub type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

pub fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

pub fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.cards.iter().flat_map(|card| &card.problems).map(|problem| problem.code).collect()
}

/// The first form's figure of a rule, or the codes that keep it from being filled.
fn figure(bytes: &[u8], name: &str) -> Result<f64, Vec<&'static str>> {
    let outcome = outcome(bytes);
    let card = &outcome.cards[0];
    match card.metrics.get(name) {
        Some(found) if outcome.bytes.is_some() => Ok(found.expr.value()),
        _ => {
            let blocking = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code);
            let mut codes: Vec<_> = blocking.collect();
            codes.dedup();
            Err(codes)
        }
    }
}

const KPI: &str = "部门KPI平均分";
/// (78 + 72 + 58 + 81 + 75 + 69) ÷ 6.
const ALL: Result<f64, Vec<&str>> = Ok(433.0 / 6.0);
/// (78 + 72 + 81) ÷ 3: the first, second and fourth of the sample's six.
const PART: Result<f64, Vec<&str>> = Ok(77.0);

fn unclear() -> Result<f64, Vec<&'static str>> {
    Err(vec!["whose-figures"])
}

/// The sample's team with a column beside it, its form in a department; what comes of its mean KPI.
fn beside_team(department: &str, head: &str, of: [&str; 6]) -> Result<f64, Vec<&'static str>> {
    let rows: Vec<String> = (19..25).map(|row| format!("G{row}")).collect();
    let own = format!("部门：{department}");
    let mut cells: Cells<'_> = vec![(FORM, "B2", text(&own)), (METRICS, "G18", text(head))];
    cells.extend(rows.iter().zip(of).map(|(at, of)| (METRICS, at.as_str(), text(of))));
    figure(&changed(ONE, &cells), KPI)
}

#[test]
fn the_only_persons_team_is_not_another_superiors() {
    for head in ["主管", "上级", "直属上级", "客服主管"] {
        assert_eq!(beside_team("客服部", head, ["周强"; 6]), unclear(), "{head}");
        assert_eq!(beside_team("客服部", head, ["王丽"; 6]), ALL, "{head}");
        assert_eq!(beside_team("客服部", head, [""; 6]), ALL, "{head}");
    }
    // A rare surname, and some of hers beside another's.
    assert_eq!(beside_team("客服部", "主管", ["仝美"; 6]), unclear());
    let of = ["王丽", "王丽", "周强", "王丽", "周强", "周强"];
    assert_eq!(beside_team("客服部", "主管", of), PART);
    // Who leads a part of the team, and what names nobody.
    for (head, of) in [("组长", "周强"), ("主管", "王丽主管"), ("上级", "总经办"), ("主管", "员工")]
    {
        assert_eq!(beside_team("客服部", head, [of; 6]), ALL, "{head} {of}");
    }
    // A form that names nobody is of whom the table says.
    let rows: Vec<String> = (19..25).map(|row| format!("G{row}")).collect();
    let mut cells: Cells<'_> = vec![(FORM, "A2", text("")), (METRICS, "G18", text("主管"))];
    cells.extend(rows.iter().map(|at| (METRICS, at.as_str(), text("王丽"))));
    assert_eq!(figure(&changed(ONE, &cells), KPI), ALL);
}

#[test]
fn another_departments_members_are_not_the_persons() {
    let [own, other] = ["客服一部", "客服二部"];
    for (department, of) in [
        ("客服部", ["仓储部", "仓储部", "仓储部", "售后部", "售后部", "售后部"]),
        ("客服部", ["仓储部"; 6]),
        (own, [other; 6]),
        // Whose is the third?
        (own, [own, own, "", own, other, other]),
    ] {
        assert_eq!(beside_team(department, "部门", of), unclear(), "{department} {of:?}");
    }
    for (department, of) in [
        (own, [own, own, other, own, other, other]),
        ("客服部", ["客服部", "客服部", "仓储部", "客服部", "仓储部", "仓储部"]),
        ("客服部", ["客服一组", "客服一组", "仓储部", "客服二组", "仓储部", "仓储部"]),
    ] {
        assert_eq!(beside_team(department, "部门", of), PART, "{department} {of:?}");
    }
    for (department, of) in [
        (own, [own; 6]),
        ("客服部", ["客服部"; 6]),
        ("客服部", ["客服"; 6]),
        ("客服部", ["客服一组", "客服一组", "客服一组", "客服二组", "客服二组", "客服二组"]),
        ("客服部", ["客服一部", "客服一部", "客服一部", "客服二部", "客服二部", "客服二部"]),
        ("客服部", ["售前", "售前", "售前", "售后", "售后", "售后"]),
        ("", ["客服一部", "客服一部", "客服一部", "客服二部", "客服二部", "客服二部"]),
        ("", ["客服部"; 6]),
        (own, ["客服部"; 6]),
        ("客服部", ["电商事业部"; 6]),
        ("客户服务部", ["客服部"; 6]),
    ] {
        assert_eq!(beside_team(department, "部门", of), ALL, "{department} {of:?}");
    }
}

/// Two members with a KPI of 90, under a title, on a sheet; a column of departments where one is given.
fn two_more(bytes: &[u8], tab: &str, title: &str, department: &str) -> Vec<u8> {
    let mut rows = vec![
        title.to_owned(),
        "客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)|部门".to_owned(),
    ];
    let member = |(name, shop)| format!("{name}|{shop}|90|0.95|90|16|{department}");
    rows.extend([("郑爽", "C店"), ("冯雨", "商城")].map(member));
    with_sheet(bytes, tab, &rows)
}

#[test]
fn a_table_of_another_department_is_not_the_persons() {
    let own = changed(ONE, &[(FORM, "B2", text("部门：客服一部"))]);
    for (tab, title, department) in [
        ("二部", "客服二部团队数据", ""),
        ("客服二部", "", ""),
        ("二部", "", "客服二部"),
        ("团队", "2026年10月 客服二部 团队数据", ""),
    ] {
        let all = figure(&two_more(&own, tab, title, department), KPI);
        assert_eq!(all, ALL, "{tab} {title} {department}");
        // Where the other department's is all there is, it is not taken for hers.
        let clear: Vec<String> =
            (17..25).flat_map(|row| ["A", "B"].map(|col| format!("{col}{row}"))).collect();
        let mut cells: Cells<'_> =
            clear.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
        cells.push((FORM, "B2", text("部门：客服一部")));
        let only = two_more(&changed(ONE, &cells), tab, title, department);
        assert_eq!(figure(&only, KPI), unclear(), "{tab} {title} {department}");
    }
    // (433 + 2 × 90) ÷ 8: a further part of her own team.
    for (tab, title, department) in [
        ("二组", "客服二组团队数据", ""),
        ("团队", "客服一部新人", ""),
        ("新人", "", "客服一部"),
        ("商城", "商城团队", ""),
    ] {
        let all = figure(&two_more(&own, tab, title, department), KPI);
        assert_eq!(all, Ok(613.0 / 8.0), "{tab} {title} {department}");
    }
    // In the department's own, both of its parts.
    let whole = two_more(&sample(ONE), "二部", "客服二部团队数据", "");
    assert_eq!(figure(&whole, KPI), Ok(613.0 / 8.0));
}

/// A seventh member of the C店 whose figures would change the mean, with a remark.
fn seventh(name: &str, head: &str, note: &str) -> Vec<u8> {
    let mut cells: Cells<'_> = vec![(METRICS, "G18", text(head)), (METRICS, "G25", text(note))];
    cells.extend([(METRICS, "A25", text(name)), (METRICS, "B25", text("C店"))]);
    for (at, value) in [("C25", 40.0), ("D25", 0.3), ("E25", 50.0), ("F25", 30.0)] {
        cells.push((METRICS, at, num(value)));
    }
    changed(ONE, &cells)
}

#[test]
fn members_who_are_said_not_to_count_are_told_however_it_is_said() {
    let unclear: Result<f64, Vec<&str>> = Err(vec!["member-unclear"]);
    for note in [
        "不统计",
        "不算",
        "10月不计",
        "除外",
        "10月20日离职",
        "离职",
        "已辞职",
        "待离职",
        "已调出",
        "调离本组",
        "未转正不算",
        "试用期，不纳入统计",
    ] {
        assert_eq!(figure(&seventh("王某", "备注", note), KPI), unclear, "{note}");
    }
    for name in ["王某 离职", "（离职）王某", "王某（10月离职）", "王某-待离职", "王某离职"]
    {
        assert_eq!(figure(&seventh(name, "备注", ""), KPI), unclear, "{name}");
    }
    // (433 + 40) ÷ 7.
    let counted = Ok(473.0 / 7.0);
    for note in [
        "无离职",
        "未离职",
        "不计迟到",
        "离职率低",
        "接替离职的陈某",
        "全勤",
        "试用期",
        "已剔除刷单",
        "10月8日入职",
        "未调岗",
    ] {
        assert_eq!(figure(&seventh("王某", "备注", note), KPI), counted, "{note}");
    }
    for name in ["王某 夜班", "王某（早班）", "王某-售前"] {
        assert_eq!(figure(&seventh(name, "备注", ""), KPI), counted, "{name}");
    }
    assert_eq!(figure(&seventh("王某", "备注", "不计"), KPI), ALL);
}

/// The sample's team with its last two columns in a table of their own below, for these members.
fn split(members: &[(&str, &str)]) -> Vec<u8> {
    let clear: Vec<String> =
        (18..25).flat_map(|row| ["E", "F"].map(|col| format!("{col}{row}"))).collect();
    let cells: Cells<'_> = clear.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let mut rows = vec!["客服姓名|店铺|客单价|旺旺反应时间(秒)".to_owned()];
    rows.extend(members.iter().map(|(name, shop)| format!("{name}|{shop}|90|17")));
    with_sheet(&changed(ONE, &cells), "客单价", &rows)
}

#[test]
fn a_member_who_is_in_one_of_two_tables_alone_lacks_a_figure() {
    let all = [
        ("李娜", "C店"),
        ("张敏", "C店"),
        ("刘洋", "C店"),
        ("陈静", "商城"),
        ("杨帆", "商城"),
        ("赵雪", "商城"),
    ];
    assert_eq!(figure(&split(&all), "客单价均值"), Ok(90.0));
    let outcome = outcome(&split(&all[..5]));
    let lacks = outcome.cards[0].problems.iter().filter(|p| p.code == "member-lacks-figure");
    let said: Vec<&str> = lacks.map(|p| p.what.zh.as_str()).collect();
    assert_eq!(outcome.filled(), 0);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("「赵雪」") && said[0].contains("「客单价」"), "{said:?}");
    assert!(said[1].contains("「旺旺反应时间」"), "{said:?}");
    // One whom the first table does not have lacks its columns.
    let more = [&all[..], &[("郑爽", "商城")]].concat();
    assert_eq!(figure(&split(&more), KPI), Err(vec!["member-lacks-figure"]));
}

#[test]
fn a_part_of_a_day_is_no_time_in_seconds() {
    let rows = ["F19", "F20", "F21", "F22", "F23", "F24"];
    let times = |times: [f64; 6]| -> Vec<u8> {
        let cells = rows.into_iter().zip(times).map(|(at, time)| (METRICS, at, num(time)));
        changed(ONE, &cells.collect::<Vec<_>>())
    };
    let seconds = [16.0, 17.0, 21.0, 15.0, 18.0, 19.0];
    let longest = "旺旺最长反应时间";
    assert_eq!(figure(&times(seconds), longest), Ok(21.0));
    let refused = Err(vec!["time-as-day-part"]);
    assert_eq!(figure(&times(seconds.map(|s| s / 86_400.0)), longest), refused);
    // One that was pasted so; and what is short, and none at all.
    let [a, b, c, d, e, f] = seconds;
    assert_eq!(figure(&times([a / 86_400.0, b, c, d, e, f]), longest), refused);
    assert_eq!(figure(&times([0.5, b, c, d, e, 0.0]), longest), Ok(21.0));
    let told = outcome(&times(seconds.map(|s| s / 86_400.0)));
    let told = told.cards[0].problems.iter().find(|p| p.code == "time-as-day-part").unwrap();
    assert!(told.what.zh.contains("16 秒"), "{}", told.what.zh);
    assert_eq!(told.place(), "'指标数据'!F19");
}

#[test]
fn a_row_of_the_team_without_a_name_is_told_by_its_row() {
    let sum = [(METRICS, "B25", text("C店")), (METRICS, "C25", num(69.3))];
    let outcome = outcome(&changed(ONE, &sum));
    let told = outcome.cards[0].problems.iter().find(|p| p.code == "team-row-unclear").unwrap();
    assert!(told.what.zh.contains("第 25 行") && !told.what.zh.contains("「」"), "{told:?}");
    assert_eq!(told.place(), "'指标数据'!A25");
    assert!(!codes(&outcome).contains(&"member-twice"));
}

#[test]
fn tables_titled_by_each_forms_department_are_its_persons() {
    let aggregates = ["部门KPI", "不及格", "C店询单", "商城询单", "客单价", "旺旺超时", "旺旺最长"];
    let people = [("王丽", "客服一部"), ("周强", "客服二部"), ("孙悦", "客服三部")];
    let own: Vec<(&str, String)> =
        people.iter().map(|(person, of)| (*person, format!("部门：{of}"))).collect();
    let edits: Vec<_> =
        own.iter().map(|(p, of)| kaohe::package::Edit::new(*p, at("B2"), text(of))).collect();
    let bytes = kaohe::package::edit(&without(&aggregates), &edits).unwrap();
    let table = |title: &str, kpi: f64| {
        let mut rows = vec![title.to_owned()];
        rows.push("客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)".to_owned());
        let members = [("甲", "C店", 0.6), ("乙", "商城", 0.95)];
        let row = |(name, shop, rate)| format!("{title}{name}|{shop}|{kpi}|{rate}|85|18");
        rows.extend(members.map(row));
        rows
    };
    let mut all = Vec::new();
    for ((_, department), kpi) in people.iter().zip([70.0, 75.0, 80.0]) {
        all.extend(table(&format!("{department}团队数据"), kpi));
        all.push(String::new());
    }
    let outcome = outcome(&with_sheet(&bytes, "团队数据", &all));
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
    // 70, 75 and 80 beside a base of 70: 25, 25 + 5 × 2, 25 + 10 × 2; 18 s is neither.
    for ((person, _), wanted) in people.iter().zip([25.0, 35.0, 45.0]) {
        assert_eq!(number(&bytes, person, "D12"), wanted, "{person}");
    }
}

/// The sample with a second row of 李娜, of the first row and the other shop, below the six.
fn in_both_shops(kpi: f64, conversion: f64, price: f64, seconds: f64) -> Outcome {
    let cells = [
        ("A25", text("李娜")),
        ("B25", text("商城")),
        ("C25", num(kpi)),
        ("D25", num(conversion)),
        ("E25", num(price)),
        ("F25", num(seconds)),
    ];
    let cells: Cells<'_> = cells.into_iter().map(|(at, value)| (METRICS, at, value)).collect();
    outcome(&changed(ONE, &cells))
}

#[test]
fn a_member_in_both_shops_is_told_and_one_mark_counts_once() {
    let value = |outcome: &Outcome, name: &str| {
        outcome.cards[0].metrics.get(name).expect(name).expr.value()
    };
    let first = sample(ONE);
    assert_eq!(seen(&first, METRICS, "A19").to_string(), "李娜");
    assert_eq!(number(&first, METRICS, "C19"), 78.0);
    let again = in_both_shops(78.0, 0.95, 1000.0, 16.0);
    assert!(again.whole());
    assert!(codes(&again).contains(&"member-in-shops"), "{:?}", codes(&again));
    // The monthly mark is one; the shop's conversion is another figure: (sum of the three + 95 %) ÷ 4.
    assert!((value(&again, KPI) - 433.0 / 6.0).abs() < 1e-9);
    let three: f64 = ["D20", "D21", "D22", "D23", "D24"]
        .into_iter()
        .chain(["D19"])
        .filter(|at| seen(&first, METRICS, &at.replace('D', "B")) == "商城")
        .map(|at| number(&first, METRICS, at))
        .sum();
    assert!((value(&again, "商城询单转化率") - (three + 0.95) / 4.0).abs() < 1e-9);
    // Two marks are of two shops: (433 + 90) ÷ 7.
    let apart = in_both_shops(90.0, 0.95, 1000.0, 16.0);
    assert!(codes(&apart).contains(&"member-in-shops"), "{:?}", codes(&apart));
    assert!((value(&apart, KPI) - 523.0 / 7.0).abs() < 1e-9);
    // One who is in one shop is told of nothing.
    assert!(!codes(&outcome(&first)).contains(&"member-in-shops"));
}

#[test]
fn a_note_below_the_team_is_of_its_member() {
    let with = |at: &str, note: &str| changed(ONE, &[(METRICS, at, text(note))]);
    for at in ["A25", "A27"] {
        for note in ["注：李娜10月15日离职，数据不计入", "李娜产假，不参与考核"]
        {
            assert_eq!(figure(&with(at, note), KPI), Err(vec!["member-unclear"]), "{at} {note}");
        }
        // (433 − 78) ÷ 5.
        for note in ["注：李娜不计入", "备注：李娜不参与考核"] {
            assert_eq!(figure(&with(at, note), KPI), Ok(71.0), "{at} {note}");
            assert!(codes(&outcome(&with(at, note))).contains(&"member-left-out"), "{note}");
        }
        for note in
            ["注：离职人员不计入", "数据来源：李娜", "注：李娜10月12日转正", "李娜的刷单不计"]
        {
            // Right below the table a text without a sign of a note may be a member without figures.
            let ours = figure(&with(at, note), KPI);
            assert!(at == "A25" || ours == ALL, "{at} {note}: {ours:?}");
        }
    }
}

#[test]
fn members_below_a_superiors_row_are_of_that_team() {
    let team = ["部门KPI", "不及格", "C店", "商城", "客单价", "旺旺"];
    let head = "客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)";
    let with = |titles: [&str; 3]| {
        let mut lines = vec![head.to_owned()];
        for (title, kpi) in titles.into_iter().zip([70, 80, 90]) {
            lines.push(title.to_owned());
            lines.push(format!("甲{kpi}|C店|{kpi}|0.6|85|18"));
            lines.push(format!("乙{kpi}|商城|{}|0.95|85|18", kpi + 4));
        }
        let outcome = outcome(&with_sheet(&without(&team), "团队数据", &lines));
        let kpi = |card: &kaohe::fill::Scorecard| Some(card.metrics.get(KPI)?.expr.value());
        outcome.cards.iter().map(kpi).collect::<Vec<_>>()
    };
    for titles in [
        ["主管：王丽", "主管：周强", "主管：孙悦"],
        ["王丽组", "周强组", "孙悦组"],
        ["客服主管 王丽", "客服主管 周强", "客服主管 孙悦"],
    ] {
        assert_eq!(with(titles), [Some(72.0), Some(82.0), Some(92.0)], "{titles:?}");
    }
}
