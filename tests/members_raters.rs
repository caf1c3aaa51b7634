//! Whose the members of a team's table are, who of them counts, and whose marks are a rater's: by hand, on
//! changes of the company's workbook.

use crate::common::pack::with_sheet;
use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

const RATERS: &str = "下级评分";

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
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

/// The raters' mean of 组织能力, or the codes that keep the form from being filled.
fn mark(bytes: &[u8]) -> Result<f64, Vec<&'static str>> {
    let outcome = outcome(bytes);
    if let (true, Some(bytes)) = (outcome.whole(), &outcome.bytes) {
        return Ok(number(bytes, FORM, "D29"));
    }
    let mut codes: Vec<_> =
        outcome.cards[0].problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes.truncate(1);
    Err(codes)
}

fn doubtful() -> Result<f64, Vec<&'static str>> {
    Err(vec!["rater-unclear"])
}

#[test]
fn raters_who_are_noted_as_void_are_not_counted() {
    for note in
        ["作废", "无效", "无效票", "弃权", "不计", "不统计", "剔除", "重复", "测试", "自评", "王丽"]
    {
        for head in [
            format!("评分人4（{note}）"),
            format!("评分人4-{note}"),
            format!("评分人4 {note}"),
            format!("评分人4【{note}】"),
        ] {
            let bytes = changed(ONE, &[(RATERS, "E3", text(&head))]);
            assert_eq!(mark(&bytes), doubtful(), "{head}");
            let outcome = outcome(&bytes);
            let told = outcome.cards[0].problems.iter().find(|p| p.code == "rater-unclear");
            let told = told.unwrap();
            assert_eq!(told.place(), "'下级评分'!E3", "{head}");
            assert!(told.hint.as_ref().unwrap().zh.contains("删去"), "{head}");
        }
    }
    // The note may stand below the marks.
    let below = [(RATERS, "A12", text("备注")), (RATERS, "E12", text("弃权"))];
    assert_eq!(mark(&changed(ONE, &below)), doubtful());
    // (5 + 3 + 5 + 3.5) ÷ 4.
    for head in [
        "评分人4",
        "评分人4（匿名）",
        "评分人4（有效）",
        "评分人4（测试部）",
        "评分人4（综合部）",
        "评分人4（王丽娜）",
        "评分人4 （不计名）",
    ] {
        assert_eq!(mark(&changed(ONE, &[(RATERS, "E3", text(head))])), Ok(4.125), "{head}");
    }
}

/// The sample's marks with a row a rater, and a fifth row of fives.
fn by_row(head: &str, names: &[&str]) -> Vec<u8> {
    let clear: Vec<String> = (3..12)
        .flat_map(|row| ["A", "B", "C", "D", "E"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Cells<'_> = clear.iter().map(|at| (RATERS, at.as_str(), Content::Blank)).collect();
    let marks = [
        "5|3|3|4.5|3.5|5|3|4.5",
        "3|3|3.5|3|5|4.5|5|3.5",
        "5|4.5|3|5|3|3|3.5|5",
        "3.5|4.5|5|3|5|3.5|4|3",
        "5|5|5|5|5|5|5|5",
    ];
    let mut rows = vec![format!("{head}|{}", MARKS.join("|"))];
    rows.extend(names.iter().zip(marks).map(|(name, marks)| format!("{name}|{marks}")));
    with_sheet(&changed(ONE, &cells), "下级打分", &rows)
}

#[test]
fn a_row_of_ones_own_marks_is_no_raters() {
    let four = ["李娜", "张敏", "刘洋", "陈静"];
    for head in ["姓名", "评分人", "员工姓名"] {
        if head != "员工姓名" {
            assert_eq!(mark(&by_row(head, &four)), Ok(4.125), "{head}");
        }
        for own in ["王丽", "王丽（自评）", "王丽（本人）", "王丽 "] {
            let all = [&four[..], &[own]].concat();
            assert_eq!(mark(&by_row(head, &all)), doubtful(), "{head} {own}");
        }
    }
    let numbered = ["评分人1", "评分人2", "评分人3", "评分人4", "王丽"];
    assert_eq!(mark(&by_row("评分人", &numbered)), doubtful());
    let void = ["评分人1", "评分人2", "评分人3", "评分人4", "评分人5（作废）"];
    assert_eq!(mark(&by_row("评分人", &void)), doubtful());
    // (5 + 3 + 5 + 3.5 + 5) ÷ 5.
    let fifth = ["李娜", "张敏", "刘洋", "陈静", "王丽娜"];
    assert_eq!(mark(&by_row("姓名", &fifth)), Ok(4.3));
    // Those who are rated: her row alone, or all of them.
    let rated = ["李主管", "张主管", "刘主管", "陈主管", "王丽"];
    assert_eq!(mark(&by_row("被评人", &rated)), Ok(5.0));
    assert_eq!(mark(&by_row("姓名", &["王丽", "王丽", "王丽", "王丽"])), Ok(4.125));
    assert_eq!(mark(&by_row("姓名", &["王丽", "王丽", "李莉", "李莉"])), Ok(4.0));
}

/// The cells of the sample's raters, with a value.
fn raters_cells(value: &Content) -> Vec<(&'static str, String, Content)> {
    let cells = (4..12).flat_map(|row| ["B", "C", "D", "E"].map(|col| format!("{col}{row}")));
    cells.map(|at| (RATERS, at, value.clone())).collect()
}

/// The sample with cells changed.
fn edited(cells: &[(&str, String, Content)]) -> Vec<u8> {
    let cells: Cells<'_> = cells.iter().map(|(s, at, c)| (*s, at.as_str(), c.clone())).collect();
    changed(ONE, &cells)
}

#[test]
fn figures_of_another_workbook_leave_the_own_raters_theirs() {
    let typed: Vec<_> = (29..37).map(|row| (FORM, format!("D{row}"), num(5.0))).collect();
    let with = |own: &[u8], metrics: Vec<u8>| {
        let options = Options { metrics: Some(metrics), ..Options::default() };
        let outcome = fill_workbook(own, &options).expect("read");
        let blocked = outcome.cards[0].problems.iter().find(|p| p.blocks()).map(|p| p.code);
        outcome.bytes.map(|bytes| number(&bytes, FORM, "D29")).ok_or(blocked)
    };
    let none = edited(&raters_cells(&Content::Blank));
    let ones = edited(&raters_cells(&num(1.0)));
    // The own workbook's raters, whatever is typed; then the other's; then what is typed.
    assert_eq!(with(&sample(ONE), none.clone()), Ok(4.125));
    assert_eq!(with(&edited(&typed), none.clone()), Ok(4.125));
    assert_eq!(with(&edited(&typed), ones), Ok(1.0));
    let no_raters = [raters_cells(&Content::Blank), typed.clone()].concat();
    assert_eq!(with(&edited(&no_raters), none.clone()), Ok(5.0));
    // Last month's raters and another person's are not this form's.
    let titled = |title: &str| {
        let title = vec![(RATERS, "A1".to_owned(), text(title))];
        edited(&[typed.clone(), title].concat())
    };
    assert_eq!(with(&titled("2026年9月下级评分"), none.clone()), Ok(5.0));
    assert_eq!(with(&titled("被考核人：周强"), none.clone()), Err(Some("rater-unclear")));
    assert_eq!(mark(&titled("被考核人：周强")), doubtful());
    let wrong = vec![(RATERS, "B4".to_owned(), num(6.0))];
    assert_eq!(with(&edited(&wrong), none), Err(Some("out-of-range")));
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

/// FORM.md, 2.9: a blank mark does not count. A word is no blank: it is refused, and the cure says how to abstain.
#[test]
fn marks_in_words_are_refused_with_both_cures() {
    for word in ["弃权", "/", "-", "—", "无", "未评", "很好"] {
        let bytes = changed(ONE, &[(RATERS, "C4", text(word))]);
        assert_eq!(mark(&bytes), Err(vec!["metric-not-a-number"]), "{word}");
        let outcome = outcome(&bytes);
        let told = outcome.cards[0].problems.iter().find(|p| p.blocks()).unwrap();
        assert_eq!(told.place(), "'下级评分'!C4");
        let cure = &told.hint.as_ref().unwrap().zh;
        assert!(cure.contains("填写一个数字") && cure.contains("清空这一格"), "{cure}");
    }
    // (5 + 5 + 3.5) ÷ 3.
    let blank = changed(ONE, &[(RATERS, "C4", Content::Blank)]);
    assert_eq!(mark(&blank), Ok(4.5));
    for word in ["弃权", "/"] {
        let typed = changed(ONE, &[(FORM, "D17", text(word))]);
        assert_eq!(mark(&typed), Err(vec!["metric-not-a-number"]), "{word}");
    }
}

/// The sample with one rater under a head, and a column beside it; `by` is added to what stands there.
fn one_and_mean(heads: [&str; 2], by: f64) -> Vec<u8> {
    let mut cells =
        vec![(RATERS, "B3".to_owned(), text(heads[0])), (RATERS, "C3".to_owned(), text(heads[1]))];
    for row in 3..12 {
        cells.extend(["D", "E"].map(|col| (RATERS, format!("{col}{row}"), Content::Blank)));
        if row > 3 {
            cells.push((RATERS, format!("B{row}"), num(4.0)));
            cells.push((RATERS, format!("C{row}"), num(4.0 + by)));
        }
    }
    edited(&cells)
}

#[test]
fn one_rater_and_the_mean_of_one() {
    for head in ["员工1", "第1票", "评分人1", "张三"] {
        assert_eq!(mark(&one_and_mean([head, "平均分"], 0.0)), Ok(4.0), "{head}");
    }
    for head in ["员工1", "标准分", "编号"] {
        let bytes = one_and_mean([head, "平均分"], 0.5);
        assert_eq!(mark(&bytes), doubtful(), "{head}");
        let outcome = outcome(&bytes);
        let told = outcome.cards[0].problems.iter().find(|p| p.code == "rater-unclear").unwrap();
        assert!(told.what.zh.contains(head) && !told.what.zh.contains("没有表头"), "{told:?}");
    }
}

#[test]
fn why_raters_marks_are_not_used_is_said() {
    for title in ["2026年9月下级评分汇总", "下级评分模板"] {
        let outcome = outcome(&changed(ONE, &[(RATERS, "A1", text(title))]));
        assert_eq!(outcome.filled(), 0, "{title}");
        let told = outcome.cards[0].problems.iter().find(|p| p.code == "raters-passed");
        let told = told.expect(title);
        assert!(told.what.zh.contains("「下级评分」"), "{told:?}");
    }
    assert!(!codes(&outcome(&sample(ONE))).contains(&"raters-passed"));
    // Rows of others: whom they name is said.
    let bytes = by_row("被评人", &["周强", "孙悦", "李莉", "陈红"]);
    let outcome = outcome(&bytes);
    let told = outcome.cards[0].problems.iter().find(|p| p.what.zh.contains("周强"));
    let told = told.expect("told");
    assert!(told.what.zh.contains("没有给「王丽」的分数"), "{told:?}");
    assert_eq!(outcome.filled(), 0);
}

/// [`MANY`] without the columns whose headers begin so.
fn without(begin: &[&str]) -> Vec<u8> {
    let heads = (1..29).map(|col| kaohe::cell::CellRef::new(2, col).to_string());
    let bytes = sample(MANY);
    let head = |at: &String| seen(&bytes, METRICS, at).to_string();
    let heads: Vec<String> =
        heads.filter(|at| begin.iter().any(|word| head(at).starts_with(word))).collect();
    let edits: Vec<_> = heads.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    changed(MANY, &edits)
}

#[test]
fn rows_headed_by_a_name_rate_whom_the_sheet_names() {
    // On 王丽's own sheet 周强 is one of her raters, as 孙悦 is; so are those who have no form.
    let mut bytes = without(&["下级"]);
    for (person, mark) in [("王丽", 5), ("周强", 3), ("孙悦", 1)] {
        let marks = [mark; 8].map(|mark| mark.to_string()).join("|");
        let others = ["王丽", "周强", "孙悦"].into_iter().filter(|name| *name != person);
        let mut rows = vec![format!("{person} 下级评分汇总"), String::new()];
        rows.push(format!("姓名|{}", MARKS.join("|")));
        rows.extend(others.chain(["李娜", "张敏"]).map(|name| format!("{name}|{marks}")));
        bytes = with_sheet(&bytes, &format!("{person}下级评分"), &rows);
    }
    let outcome = outcome(&bytes);
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
    for (person, wanted) in [("王丽", 10.0), ("周强", 6.0), ("孙悦", 2.0)] {
        assert_eq!(number(&bytes, person, "D38"), wanted, "{person}");
    }
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
