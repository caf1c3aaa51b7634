//! Several people's marks in one table, and several people's members in one team: what a trial scored for
//! everybody alike.

use crate::common::pack::with_sheet;
use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

const PEOPLE: [&str; 3] = ["王丽", "周强", "孙悦"];

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

/// The codes that keep a person's form from being filled.
fn refused<'o>(outcome: &'o Outcome, person: &str) -> Vec<&'o str> {
    let card = outcome.cards.iter().find(|card| card.person.as_deref() == Some(person));
    let mut codes: Vec<&str> =
        card.expect(person).problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes
}

/// A sheet of marks: a header, and for each mark the same numbers.
fn marks(header: &[&str], numbers: &str) -> Vec<String> {
    let head = header.iter().map(|row| (*row).to_owned());
    head.chain(MARKS.map(|mark| format!("{mark}|{numbers}"))).collect()
}

#[test]
fn each_has_the_marks_in_his_own_column() {
    let bytes = without(&["下级"]);
    for (header, numbers, wanted) in [
        (&["考核指标|王丽|周强|孙悦"][..], "5|3|1", [10.0, 6.0, 2.0]),
        (&["姓名|王丽|周强|孙悦"], "5|3|1", [10.0, 6.0, 2.0]),
        (&["下级评分汇总", "考核指标|孙悦|王丽|周强"], "1|5|3", [10.0, 6.0, 2.0]),
        // Two columns each: the mean of both.
        (&["考核指标|王丽|王丽|周强|周强|孙悦|孙悦"], "5|4|3|2|1|2", [9.0, 5.0, 3.0]),
    ] {
        let outcome = outcome(&with_sheet(&bytes, "下级评分", &marks(header, numbers)));
        let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
        for (person, wanted) in PEOPLE.into_iter().zip(wanted) {
            // Eight marks of 5 make the rating's 10 points.
            assert_eq!(number(&bytes, person, "D38"), wanted, "{header:?} {person}");
        }
    }
    // Some columns are named and some are not: who rates?
    let mixed = marks(&["考核指标|王丽|评分人2|评分人3"], "5|3|1");
    let outcome = outcome(&with_sheet(&bytes, "下级评分", &mixed));
    for person in PEOPLE {
        assert!(!refused(&outcome, person).is_empty(), "{person}");
    }
}

#[test]
fn one_persons_workbook_takes_no_others_marks() {
    // The sample's own raters' sheet, turned into the department's list.
    let names = [("B3", "王丽"), ("C3", "周某"), ("D3", "李某"), ("E3", "赵某")];
    let cells: Vec<_> = names.map(|(cell, name)| ("下级评分", cell, text(name))).into();
    let outcome = outcome(&changed(ONE, &cells));
    assert!(refused(&outcome, "王丽").contains(&"rater-unclear"));
    assert!(outcome.bytes.is_none());
}

/// What a sheet of the raters' means holds, where nobody's own marks stand.
#[test]
fn the_raters_mean_alone_is_their_mark() {
    let clear: Vec<_> =
        (3..12).flat_map(|row| ["C", "D", "E"].map(|col| format!("{col}{row}"))).collect();
    for head in ["平均分", "得分", "平均得分"] {
        let mut cells: Vec<_> =
            clear.iter().map(|at| ("下级评分", at.as_str(), Content::Blank)).collect();
        cells.push(("下级评分", "B3", text(head)));
        let rows: Vec<String> = (4..12).map(|row| format!("B{row}")).collect();
        cells.extend(rows.iter().map(|at| ("下级评分", at.as_str(), num(4.0))));
        let outcome = outcome(&changed(ONE, &cells));
        let bytes =
            outcome.bytes.unwrap_or_else(|| panic!("{head} {:?}", outcome.cards[0].problems));
        assert_eq!(number(&bytes, FORM, "D38"), 8.0, "{head}");
    }
}

/// A team table: members with their superior or group in the first column.
fn team(header: &str, of: [&str; 3]) -> Vec<String> {
    let head = format!("{header}|客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)");
    let names = [["李娜", "陈静"], ["张敏", "杨帆"], ["刘洋", "赵雪"]];
    let row = |((of, kpi), [first, second]): ((&str, f64), [&str; 2])| {
        [(first, "C店", 0.6), (second, "商城", 0.95)]
            .map(|(name, shop, rate)| format!("{of}|{name}|{shop}|{kpi}|{rate}|85|18"))
    };
    let rows = of.into_iter().zip([70.0, 75.0, 80.0]).zip(names).flat_map(row);
    std::iter::once(head).chain(rows).collect()
}

const AGGREGATES: [&str; 7] =
    ["部门KPI", "不及格", "C店询单", "商城询单", "客单价", "旺旺超时", "旺旺最长"];

#[test]
fn each_has_his_own_members() {
    let bytes = without(&AGGREGATES);
    // A mean of 70, 75 and 80 beside a base of 70: 25, 25 + 5 × 2, 25 + 10 × 2; 18 s is neither.
    let wanted = [25.0, 35.0, 45.0];
    for (header, of) in [
        ("主管", PEOPLE),
        ("管理者", PEOPLE),
        ("主管", ["王丽团队", "周强团队", "孙悦团队"]),
        ("组别", ["王丽组", "周强组", "孙悦组"]),
        ("所属团队", ["王丽团队", "周强团队", "孙悦团队"]),
    ] {
        let outcome = outcome(&with_sheet(&bytes, "团队数据", &team(header, of)));
        let bytes =
            outcome.bytes.unwrap_or_else(|| panic!("{header} {:?}", outcome.cards[0].problems));
        for (person, wanted) in PEOPLE.into_iter().zip(wanted) {
            assert_eq!(number(&bytes, person, "D12"), wanted, "{header} {of:?} {person}");
        }
    }
    // Groups that are nobody's, and one of them whose all members are.
    let outcome = outcome(&with_sheet(&bytes, "团队数据", &team("组别", ["一组", "二组", "三组"])));
    for person in PEOPLE {
        assert_eq!(refused(&outcome, person), ["whose-figures"], "{person}");
    }
}

#[test]
fn one_persons_members_are_nobody_elses() {
    let bytes = without(&AGGREGATES);
    let outcome = outcome(&with_sheet(&bytes, "团队数据", &team("主管", ["王丽"; 3])));
    assert_eq!(refused(&outcome, "王丽"), [""; 0]);
    for person in ["周强", "孙悦"] {
        assert_eq!(refused(&outcome, person), ["whose-figures"], "{person}");
    }
}

#[test]
fn one_team_is_not_of_three_departments() {
    let bytes = without(&AGGREGATES);
    let team = team("备注", [""; 3]);
    // One department's team may be everybody's; the sample's three are of one.
    assert!(outcome(&with_sheet(&bytes, "团队数据", &team)).bytes.is_some());
    let cells = PEOPLE.iter().zip(["一部", "二部", "三部"]);
    let cells: Vec<(String, String)> =
        cells.map(|(p, d)| ((*p).to_owned(), format!("部门：{d}"))).collect();
    let edits: Vec<_> = cells
        .iter()
        .map(|(person, department)| {
            kaohe::package::Edit::new(person.as_str(), at("B2"), text(department))
        })
        .collect();
    let bytes = kaohe::package::edit(&bytes, &edits).unwrap();
    let outcome = outcome(&with_sheet(&bytes, "团队数据", &team));
    for person in PEOPLE {
        assert_eq!(refused(&outcome, person), ["whose-figures"], "{person}");
    }
}

#[test]
fn of_the_departments_team_only_the_own_members_count() {
    // The sample's six members, three of them of another superior: 78, 72 and 58 are left.
    let header = [("G18", "主管")];
    let of = ["王丽", "王丽", "王丽", "周某", "周某", "周某"];
    let rows: Vec<String> = (19..25).map(|row| format!("G{row}")).collect();
    let cells: Vec<_> = header
        .into_iter()
        .chain(rows.iter().map(String::as_str).zip(of))
        .map(|(cell, name)| (METRICS, cell, text(name)))
        .collect();
    let bytes = changed(ONE, &cells);
    let kpi: Vec<f64> = (19..22).map(|row| number(&bytes, METRICS, &format!("C{row}"))).collect();
    let outcome = outcome(&bytes);
    let card = &outcome.cards[0];
    let mean = card.metrics.get("部门KPI平均分").expect("a mean").expr.value();
    assert!((mean - kpi.iter().sum::<f64>() / 3.0).abs() < 1e-9, "{mean} of {kpi:?}");
}

/// The sample's own team with a superior beside each member, in the order of its rows; the mean of the KPI
/// that counts, or the code that refuses it.
fn with_superiors(header: &str, of: [&str; 6]) -> Result<f64, Vec<String>> {
    let rows: Vec<String> = (19..25).map(|row| format!("G{row}")).collect();
    let cells: Vec<_> = std::iter::once(("G18", header))
        .chain(rows.iter().map(String::as_str).zip(of))
        .map(|(cell, name)| (METRICS, cell, text(name)))
        .collect();
    let outcome = outcome(&changed(ONE, &cells));
    match outcome.cards[0].metrics.get("部门KPI平均分") {
        Some(mean) if outcome.bytes.is_some() => Ok(mean.expr.value()),
        _ => Err(refused(&outcome, "王丽").into_iter().map(str::to_owned).collect()),
    }
}

#[test]
fn leaders_of_parts_are_not_other_superiors() {
    // By hand: (78 + 72 + 58 + 81 + 75 + 69) ÷ 6.
    let all = Ok(433.0 / 6.0);
    assert_eq!(with_superiors("主管", ["王丽"; 6]), all);
    assert_eq!(with_superiors("主管", ["王丽团队"; 6]), all);
    // 李娜 is a member herself, so those she leads are 王丽's too; so are 组长 of whom nothing else is known.
    assert_eq!(with_superiors("组长", ["王丽", "王丽", "李娜", "李娜", "李娜", "王丽"]), all);
    assert_eq!(with_superiors("主管", ["王丽", "王丽", "李娜", "李娜", "李娜", "王丽"]), all);
    assert_eq!(with_superiors("组长", ["李娜", "李娜", "李娜", "陈静", "陈静", "陈静"]), all);
    let unclear = Err(vec!["whose-figures".to_owned()]);
    // Perhaps herself, perhaps another; nobody; others.
    assert_eq!(with_superiors("主管", ["王丽", "王丽", "王丽", "王丽", "王丽", "王莉"]), unclear);
    assert_eq!(with_superiors("主管", ["王丽", "王丽", "王丽", "王丽", "王丽", ""]), unclear);
    assert_eq!(with_superiors("主管", ["周某", "周某", "周某", "李某", "李某", "李某"]), unclear);
}

#[test]
fn raters_who_have_forms_are_not_the_rated() {
    let bytes = without(&["下级"]);
    // One sheet of 王丽's, her raters the three of the forms: 3 is her mean, and nobody else has marks.
    for head in ["被考核人：王丽", "姓名：王丽", "下级评分表（被考核人：王丽）"]
    {
        let rows = marks(&[head, "", "考核指标|王丽|周强|孙悦"], "5|3|1");
        let outcome = outcome(&with_sheet(&bytes, "下级评分", &rows));
        for person in ["周强", "孙悦"] {
            assert!(!refused(&outcome, person).is_empty(), "{head} {person}");
        }
        if let Some(bytes) = outcome.bytes {
            assert_eq!(number(&bytes, "王丽", "D38"), 6.0, "{head}");
        }
    }
    // What names her and says neither is refused.
    let rows = marks(&["对王丽的评分", "考核指标|王丽|周强|孙悦"], "5|3|1");
    let outcome = outcome(&with_sheet(&bytes, "下级评分", &rows));
    assert!(PEOPLE.iter().all(|person| !refused(&outcome, person).is_empty()));
}

#[test]
fn the_rated_stand_over_their_raters() {
    let bytes = without(&["下级"]);
    for header in [
        &["考核指标|王丽主管|周强（客服部）|孙悦得分"][..],
        &["|王丽||周强||孙悦|", "考核指标|张三|李四|张三|李四|张三|李四"],
        &["被评人|王丽||周强||孙悦|", "评分人|周强|孙悦|王丽|孙悦|王丽|周强"],
        &["|被评人：王丽||被评人：周强||被评人：孙悦|", "考核指标|张三|李四|张三|李四|张三|李四"],
    ] {
        let numbers = if header.len() > 1 { "5|4|3|2|1|2" } else { "4.5|2.5|1.5" };
        let outcome = outcome(&with_sheet(&bytes, "下级评分", &marks(header, numbers)));
        let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
        for (person, wanted) in PEOPLE.into_iter().zip([9.0, 5.0, 3.0]) {
            assert_eq!(number(&bytes, person, "D38"), wanted, "{header:?} {person}");
        }
    }
}

#[test]
fn a_column_that_is_not_the_raters_is_not_taken_for_theirs() {
    for beside in ["标准分", "编号", "上次得分"] {
        let mut cells = vec![
            ("下级评分", "B3".to_owned(), text(beside)),
            ("下级评分", "C3".to_owned(), text("得分")),
        ];
        cells.extend(["D3", "E3"].map(|at| ("下级评分", at.to_owned(), Content::Blank)));
        for row in 4..12 {
            cells.push(("下级评分", format!("B{row}"), num(5.0)));
            cells.push(("下级评分", format!("C{row}"), num(4.0)));
            cells.extend(["D", "E"].map(|c| ("下级评分", format!("{c}{row}"), Content::Blank)));
        }
        let cells: Vec<_> = cells
            .iter()
            .map(|(sheet, at, content)| (*sheet, at.as_str(), content.clone()))
            .collect();
        let outcome = outcome(&changed(ONE, &cells));
        assert!(outcome.bytes.is_none(), "{beside}");
    }
}

#[test]
fn superiors_under_any_header() {
    let bytes = without(&AGGREGATES);
    let wanted = [25.0, 35.0, 45.0];
    for header in ["经理", "店长", "考核人", "团队长", "姓名（主管）"] {
        let outcome = outcome(&with_sheet(&bytes, "团队数据", &team(header, PEOPLE)));
        let bytes =
            outcome.bytes.unwrap_or_else(|| panic!("{header} {:?}", outcome.cards[0].problems));
        for (person, wanted) in PEOPLE.into_iter().zip(wanted) {
            assert_eq!(number(&bytes, person, "D12"), wanted, "{header} {person}");
        }
    }
    // One person's team under another's title, or on a sheet called so.
    let empty: Vec<_> = (17..25)
        .flat_map(|row| ["A", "B", "C", "D", "E", "F"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Vec<_> = empty.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let bytes = changed(ONE, &cells);
    let own: Vec<String> = team("备注", [""; 3]);
    for (tab, title) in [
        ("团队", "周强组"),
        ("团队", "团队数据（周强）"),
        ("团队", "主管周强"),
        ("周强团队", "10月数据"),
    ] {
        let rows: Vec<String> =
            [title.to_owned(), String::new()].into_iter().chain(own.clone()).collect();
        let outcome = outcome(&with_sheet(&bytes, tab, &rows));
        assert_eq!(refused(&outcome, "王丽"), ["whose-figures"], "{tab} {title}");
    }
    for (tab, title) in
        [("团队", "王丽组"), ("团队", "10月数据"), ("王丽团队", "团队数据"), ("团队", "华东组")]
    {
        let rows: Vec<String> =
            [title.to_owned(), String::new()].into_iter().chain(own.clone()).collect();
        let outcome = outcome(&with_sheet(&bytes, tab, &rows));
        assert_eq!(refused(&outcome, "王丽"), [""; 0], "{tab} {title}");
    }
}
