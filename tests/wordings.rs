//! What HR people call shops, columns, units and figures: by hand, on changes of the company's workbooks. Filled
//! right; what their words leave open is refused.

use crate::common::pack::{bodies, with_part, with_sheet};
use crate::common::*;
use kaohe::fill::Scorecard;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

fn filled(cells: &[(&str, &str, Content)]) -> (Vec<u8>, Scorecard) {
    let mut outcome = outcome(&changed(ONE, cells));
    let card = outcome.cards.remove(0);
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{cells:?} {:#?}", card.problems));
    (bytes, card)
}

/// The score of the team's item: 25 + 4 (72.17) − 5 (58) − 3 (21 s, 19 s), at 59.67 % and 95.67 %.
const TEAM: f64 = 21.0;

/// The sample's conversions as so many of a hundred, in a format or none.
fn hundredths() -> Vec<(&'static str, &'static str, Content)> {
    let rates = [("D19", 63.0), ("D20", 61.0), ("D21", 55.0), ("D22", 96.0), ("D23", 97.0)];
    let cells = rates.into_iter().chain([("D24", 94.0)]);
    cells.map(|(at, rate)| (METRICS, at, num(rate))).collect()
}

fn codes(card: &Scorecard) -> Vec<&'static str> {
    card.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_rate_under_a_head_in_percent_is_of_a_hundred() {
    for head in ["询单转化率(%)", "询单转化率%", "询单转化率/%", "询单转化率（单位：%）"]
    {
        let mut cells = hundredths();
        cells.push((METRICS, "D18", text(head)));
        let (bytes, card) = filled(&cells);
        assert_eq!(number(&bytes, FORM, "D12"), TEAM, "{head}");
        assert_eq!(codes(&card), ["percent-unit"], "{head}");
        let mean = card.metrics.get("C店询单转化率").expect("a mean").expr.value();
        assert!((mean - 1.79 / 3.0).abs() < 1e-12, "{head} {mean}");
        // The formula divides: it is no number that was written.
        let target = &card.targets.iter().find(|t| t.place.at == at("D12")).expect("the item").expr;
        let names = ["表".to_owned(), METRICS.to_owned()];
        let formula = target.formula(0, &names);
        assert!(formula.contains("AVERAGE('指标数据'!D19:D21)/100"), "{formula}");
    }
    // In a format or with a sign they are what they say; a head changes nothing.
    for head in ["询单转化率(%)", "询单转化率%"] {
        let (bytes, card) = filled(&[(METRICS, "D18", text(head))]);
        assert_eq!(number(&bytes, FORM, "D12"), TEAM, "{head}");
        assert_eq!(codes(&card), [] as [&str; 0], "{head}");
    }
}

#[test]
fn a_bare_rate_over_one_stays_an_error() {
    // 63 typed for 63 %, with nothing that says %.
    assert_eq!(refused(&hundredths()), ["out-of-range"]);
    // Under %: above 100, and two ways in one column.
    let head = (METRICS, "D18", text("询单转化率(%)"));
    for (rate, code) in [(163.0, "out-of-range"), (0.63, "figure-unit")] {
        let mut cells = hundredths();
        cells[0].2 = num(rate);
        cells.push(head.clone());
        assert_eq!(refused(&cells), [code], "{rate}");
    }
    // In a percent format 1.2 is 120 %, and no slip of 1.2 %.
    assert_eq!(refused(&[head, (METRICS, "D19", num(1.2))]), ["out-of-range"]);
}

#[test]
fn the_unit_of_a_list_and_of_a_row_of_units_is_heeded() {
    let list = |c: Content, mall: Content, unit: &'static str| -> Cells<'static> {
        let heads = [("H3", "指标"), ("I3", "数值"), ("J3", "单位")];
        let labels =
            [("H4", "C店询单转化率"), ("H5", "商城询单转化率"), ("J4", unit), ("J5", unit)];
        let texts = heads.into_iter().chain(labels).map(|(at, said)| (METRICS, at, text(said)));
        texts.chain([(METRICS, "I4", c), (METRICS, "I5", mall)]).collect()
    };
    // 59.67 % and 95.67 %: no whole step off 60 % and 95 %.
    let (bytes, card) = filled(&list(num(59.67), num(95.67), "%"));
    assert_eq!(number(&bytes, FORM, "D12"), TEAM);
    // The list's is the team's mean, rounded.
    let taken = card.metrics.get("C店询单转化率").expect("it").expr.value();
    assert!((taken - 1.79 / 3.0).abs() < 1e-12 && codes(&card).contains(&"team-rounded"));
    // As text.
    let (bytes, _) = filled(&list(text("57.9"), text("95.67"), "%"));
    // Two whole points below 60 %: −4.
    assert_eq!(number(&bytes, FORM, "D12"), TEAM - 4.0);
    assert_eq!(refused(&list(num(59.67), num(95.67), "")), ["out-of-range"]);
    // A fraction beside a rule of 60 %.
    let (bytes, _) = filled(&list(num(0.5967), num(0.9567), "%"));
    assert_eq!(number(&bytes, FORM, "D12"), TEAM);
    // A row of units below the head.
    let members = [("李娜", "C店", 63.0), ("刘洋", "C店", 55.0), ("陈静", "商城", 96.0)];
    let mut rows = vec!["客服姓名|店铺|询单转化率".to_owned(), "||%".to_owned()];
    rows.extend(members.map(|(name, shop, rate)| format!("{name}|{shop}|{rate}")));
    let cells: Cells<'_> = ["A", "B", "C", "D", "E", "F"]
        .iter()
        .flat_map(|col| (18..=24).map(move |row| format!("{col}{row}")))
        .map(|at| (METRICS, &*at.leak(), Content::Blank))
        .collect();
    let rates = |unit: &str| rows.iter().map(|row| row.replace('%', unit)).collect::<Vec<String>>();
    let of = |unit: &str| outcome(&with_sheet(&changed(ONE, &cells), "转化", &rates(unit)));
    let found = of("%").cards[0].metrics.get("C店询单转化率").map(|found| found.expr.value());
    assert_eq!(found, Some(59.0 / 100.0));
    assert!(of("").cards[0].metrics.get("C店询单转化率").is_none());
}

#[test]
fn a_unit_behind_a_slash_is_a_unit() {
    let cells = [
        (METRICS, "A4", text("计划营业额/元")),
        (METRICS, "A5", text("实际营业额/元")),
        (METRICS, "A6", text("未及时处理投诉次数/次")),
        (METRICS, "E18", text("客单价/元")),
        (METRICS, "F18", text("旺旺反应时间/秒")),
    ];
    let (bytes, _) = filled(&cells);
    assert_eq!(number(&bytes, FORM, "D4"), 21.0);
    assert_eq!(number(&bytes, FORM, "D12"), TEAM);
    // A fine for each, a turnover for each, minutes.
    for (cell, label) in [("A5", "实际营业额/人"), ("A6", "未及时处理投诉次数/人")]
    {
        assert_eq!(refused(&[(METRICS, cell, text(label))]), ["metric-missing"], "{label}");
    }
    assert_eq!(refused(&[(METRICS, "F18", text("旺旺反应时间/分钟"))]), ["figure-unit"]);
    assert_eq!(refused(&[(METRICS, "A5", text("实际营业额/万元"))]), ["figure-unit"]);
}

/// The same in every member's row of the team.
fn shops<'c>(c: &'c str, mall: &'c str) -> Cells<'c> {
    let rows = ["B19", "B20", "B21", "B22", "B23", "B24"];
    rows.into_iter()
        .zip([c, c, c, mall, mall, mall])
        .map(|(at, s)| (METRICS, at, text(s)))
        .collect()
}

#[test]
fn a_shop_by_its_own_name_is_of_the_group_that_it_says() {
    for (c, mall) in [
        ("云裳女装C店", "天猫旗舰店"),
        ("淘宝云裳店", "云裳旗舰店（天猫）"),
        ("C店", "云裳官方旗舰店-天猫"),
    ] {
        assert_eq!(number(&filled(&shops(c, mall)).0, FORM, "D12"), TEAM, "{c} {mall}");
    }
    for mall in ["云裳旗舰店", "京东商城", "商城/C店", "天猫、淘宝", "原天猫", "非天猫"]
    {
        let cells = shops("C店", mall);
        assert!(refused(&cells).contains(&"team-group"), "{mall}");
    }
}

#[test]
fn a_teams_columns_by_other_heads() {
    for (cell, heads) in [
        ("A18", &["组员姓名", "客服昵称", "旺旺昵称", "旺旺号", "名字", "人员"][..]),
        (
            "B18",
            &["店铺名称", "平台", "店名", "所在店铺", "归属店铺", "负责店铺", "所属平台", "渠道"],
        ),
        ("C18", &["KPI总分", "KPI分", "KPI综合得分", "月KPI得分", "绩效得分"]),
        ("D18", &["询单付款转化率", "询单转化"]),
        ("F18", &["旺旺反应时间/秒", "响应时长", "反应时长", "平均响应(s)", "旺旺响应"]),
    ] {
        for head in heads {
            let (bytes, _) = filled(&[(METRICS, cell, text(head))]);
            assert_eq!(number(&bytes, FORM, "D12"), TEAM, "{head}");
        }
    }
    // The shop is where cells name one.
    let platform = (METRICS, "G18", text("平台"));
    let (bytes, _) = filled(&[platform]);
    assert_eq!(number(&bytes, FORM, "D12"), TEAM);
    // Other times and other measures by these words stay what they are.
    for (cell, head) in [("F18", "最长响应时长"), ("D18", "静默转化"), ("C18", "9月KPI得分")]
    {
        assert!(refused(&[(METRICS, cell, text(head))]).contains(&"metric-missing"), "{head}");
    }
}

/// The sample with its team in tables of a shop each, on sheets of their own under titles.
fn parted(c: (&str, &str), mall: (&str, &str)) -> Outcome {
    let blank: Cells<'_> = ["A", "B", "C", "D", "E", "F"]
        .iter()
        .flat_map(|col| (18..=24).map(move |row| format!("{col}{row}")))
        .map(|at| (METRICS, &*at.leak(), Content::Blank))
        .collect();
    let head = "客服姓名|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)";
    let one = [head, "李娜|78|0.63|92|16", "张敏|72|0.61|88|17", "刘洋|58|0.55|81|21"];
    let two = [head, "陈静|81|0.96|97|15", "杨帆|75|0.97|94|18", "赵雪|69|0.94|86|19"];
    let sheet = |(tab, title): (&str, &str), rows: &[&str], bytes: &[u8]| {
        let title = Some(title).filter(|title| !title.is_empty());
        let rows: Vec<&str> = title.into_iter().chain(rows.iter().copied()).collect();
        with_sheet(bytes, tab, &rows)
    };
    let bytes = sheet(c, &one, &changed(ONE, &blank));
    outcome(&sheet(mall, &two, &bytes))
}

#[test]
fn a_title_or_tab_names_the_shop_of_a_team() {
    for (c, mall) in [
        (("C店", ""), ("商城", "")),
        (("数据1", "C店团队"), ("数据2", "商城团队")),
        (("C店团队", "10月C店团队数据"), ("天猫团队", "")),
    ] {
        let outcome = parted(c, mall);
        let card = &outcome.cards[0];
        let bytes = outcome.bytes.as_ref().unwrap_or_else(|| panic!("{:#?}", card.problems));
        assert_eq!(number(bytes, FORM, "D12"), TEAM, "{c:?} {mall:?}");
    }
    // Of one of them nothing tells it; a title of both; another platform; a tab against a title.
    for (c, mall) in [
        (("C店", ""), ("数据2", "")),
        (("C店", ""), ("数据2", "C店和商城团队")),
        (("C店", ""), ("数据2", "京东商城团队")),
        (("C店", "商城团队"), ("商城", "")),
        (("C店", ""), ("C店团队", "")),
    ] {
        assert!(parted(c, mall).bytes.is_none(), "{c:?} {mall:?}");
    }
}

#[test]
fn a_forms_score_and_items_by_other_heads() {
    for head in [
        "10月得分",
        "2026年10月得分",
        "10月份得分",
        "当月得分",
        "本期得分",
        "本次得分",
        "月度得分",
        "考核分",
        "分数",
        "本项得分",
        "单项得分",
        "项目得分",
        "评估得分",
        "考核评定得分",
        "实得分数",
        "得分栏",
        "得分*",
        "【得分】",
        "得分※",
    ] {
        let (bytes, _) = filled(&[(FORM, "D3", text(head))]);
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{head}");
        assert_eq!(number(&bytes, FORM, "D12"), TEAM, "{head}");
    }
    for head in [
        "考核要素",
        "考核事项",
        "量化指标",
        "项目名称",
        "评价项目",
        "指标项目",
        "考核维度",
        "KPI名称",
        "工作项目",
    ] {
        let (bytes, _) = filled(&[(FORM, "A3", text(head))]);
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{head}");
        assert_eq!(number(&bytes, FORM, "D12"), TEAM, "{head}");
    }
    // Of three months the form's; of others alone none.
    let months = |a: &'static str, b: &'static str, c: &'static str| -> Cells<'static> {
        vec![(FORM, "C3", text(a)), (FORM, "D3", text(b)), (FORM, "E3", text(c))]
    };
    let (bytes, _) = filled(&months("8月得分", "10月得分", "9月得分"));
    assert_eq!(number(&bytes, FORM, "D4"), 21.0);
    for cells in [months("8月得分", "9月得分", "总经办"), months("自评得分", "初评得分", "总经办")]
    {
        let found = fill_workbook(&changed(ONE, &cells), &Options::default());
        assert!(found.is_err_and(|p| p.iter().any(|p| p.code == "no-scheme")), "{cells:?}");
    }
    // 分数 beside 分值 that holds numbers may be points.
    let typed: Cells<'_> = vec![(FORM, "D3", text("分数")), (FORM, "D4", num(15.0))];
    assert!(fill_workbook(&changed(ONE, &typed), &Options::default()).is_err());
}

#[test]
fn people_by_other_heads_and_months_below_a_figure() {
    let wanted = number(&outcome(&sample(MANY)).bytes.expect("filled"), "王丽", "D12");
    for head in ["主管姓名", "客服主管", "主管", "名字", "人员"] {
        let found = outcome(&changed(MANY, &[(METRICS, "A3", text(head))]));
        let bytes = found.bytes.unwrap_or_else(|| panic!("{head} {:#?}", found.cards[0].problems));
        assert_eq!(number(&bytes, "王丽", "D12"), wanted, "{head}");
    }
    // Who checks them, and a column of nobody's names.
    for head in ["审核人员", "直属主管", "填表人员"] {
        assert!(outcome(&changed(MANY, &[(METRICS, "A3", text(head))])).bytes.is_none(), "{head}");
    }
}

#[test]
fn the_months_below_a_figures_head_tell_its_column() {
    let rows = [
        "姓名|计划营业额||实际营业额|",
        "|9月|10月|9月|10月",
        "王丽|100|480000|300|488166.13",
        "周强|100|340000|300|323689.24",
        "孙悦|100|200000|300|207289.46",
    ];
    let merged = |months: &str, merges: &str| {
        let rows = rows.map(|row| row.replace("9月|10月", months));
        let blank = [(METRICS, "B3", Content::Blank), (METRICS, "C3", Content::Blank)];
        let bytes = with_sheet(&changed(MANY, &blank), "营业额", &rows);
        let merges: String =
            merges.split(' ').map(|range| format!("<mergeCell ref=\"{range}\"/>")).collect();
        let part = last_sheet(&bytes);
        let end = format!("</sheetData><mergeCells>{merges}</mergeCells>");
        outcome(&with_part(&bytes, &part, |xml| xml.replace("</sheetData>", &end)))
    };
    // 101.7 % of October's plan: 15 + 2. The name's head need not be merged.
    for merges in ["A1:A2 B1:C1 D1:E1", "B1:C1 D1:E1"] {
        let found = merged("9月|10月", merges);
        let bytes = found.bytes.unwrap_or_else(|| panic!("{:#?}", found.cards[0].problems));
        assert_eq!(number(&bytes, "王丽", "D4"), 17.0, "{merges}");
        // August and September: none is the form's.
        assert!(merged("8月|9月", merges).bytes.is_none(), "{merges}");
    }
}

/// The part of the last sheet.
fn last_sheet(bytes: &[u8]) -> String {
    let mut all = bodies(bytes).into_iter().map(|(name, _)| name);
    all.rfind(|name| name.starts_with("xl/worksheets/sheet")).expect("a sheet")
}

#[test]
fn groups_that_are_the_forms_departments_tell_whose_a_member_is() {
    let heads =
        |at: &'static str, department: &str| (at, "B2", text(&format!("部门：{department}")));
    let team = |groups: [&str; 4]| {
        let members =
            ["李娜|C店|80|0.6", "张敏|商城|70|0.95", "陈静|C店|60|0.6", "杨帆|商城|90|0.95"];
        let head = "组别|客服姓名|店铺|月度KPI得分|询单转化率|客单价|旺旺反应时间(秒)".to_owned();
        let rows = groups.iter().zip(members).map(|(group, row)| format!("{group}|{row}|85|18"));
        std::iter::once(head).chain(rows).collect::<Vec<String>>()
    };
    let of = |groups: [&str; 4]| {
        let forms = [heads("王丽", "客服A组"), heads("周强", "客服B组"), heads("孙悦", "客服C组")];
        let without = without(&["部门KPI", "不及格", "C店", "商城", "客单价", "旺旺"]);
        let edits: Vec<kaohe::package::Edit> = forms
            .iter()
            .map(|(sheet, cell, content)| {
                kaohe::package::Edit::new(*sheet, at(cell), content.clone())
            })
            .collect();
        let bytes = kaohe::package::edit(&without, &edits).expect("edited");
        outcome(&with_sheet(&bytes, "团队数据", &team(groups)))
    };
    let kpi = |outcome: &Outcome, person: &str| {
        let card = outcome.cards.iter().find(|card| card.person.as_deref() == Some(person));
        card.expect(person).metrics.get("部门KPI平均分").map(|found| found.expr.value())
    };
    let found = of(["客服A组", "客服A组", "客服B组", "客服B组"]);
    assert_eq!(kpi(&found, "王丽"), Some(75.0));
    assert_eq!(kpi(&found, "周强"), Some(75.0));
    assert_eq!(kpi(&found, "孙悦"), None);
    let found = of(["客服A组", "客服B组", "客服B组", "客服B组"]);
    assert_eq!((kpi(&found, "王丽"), kpi(&found, "周强")), (Some(80.0), Some(220.0 / 3.0)));
    // A member without a group is of whom?
    assert_eq!(kpi(&of(["客服A组", "客服A组", "", "客服B组"]), "王丽"), None);
    // Groups that are nobody's department.
    assert_eq!(kpi(&of(["白班", "白班", "夜班", "夜班"]), "王丽"), None);
}

#[test]
fn a_team_without_a_column_is_told_in_one_finding() {
    for (cell, head, column) in [("B18", "门店归属人", "店铺"), ("A18", "花名", "客服姓名")]
    {
        let found = outcome(&changed(ONE, &[(METRICS, cell, text(head))]));
        let blocking: Vec<_> = found.cards[0].problems.iter().filter(|p| p.blocks()).collect();
        let [one] = blocking.as_slice() else { panic!("{blocking:#?}") };
        let said = format!("{}{}", one.what.zh, one.hint.as_ref().expect("a hint").zh);
        assert!(said.contains(head) && said.contains(column), "{said}");
        assert!(!said.contains("旺旺最长反应时间"), "{said}");
    }
    let found = outcome(&changed(ONE, &[(METRICS, "D18", text("成交比"))]));
    let hint = found.cards[0].problems.iter().find_map(|p| p.hint.as_ref()).expect("a hint");
    assert!(hint.zh.contains("成交比") && hint.zh.contains("询单转化率"), "{}", hint.zh);
}

#[test]
fn labels_in_other_small_words() {
    for (cell, label) in [
        ("A4", "月度计划营业额"),
        ("A4", "营业额目标"),
        ("A5", "月度实际营业额"),
        ("A5", "当月营业额"),
        ("A7", "投诉罚款金额"),
        ("A8", "中差评条数"),
        ("A11", "活动/培训延误人次"),
        ("A11", "活动、培训延误人次"),
        ("A13", "淘宝规则变动延误次数"),
        ("A14", "培训流失人数"),
        ("A14", "新员工流失人数"),
        ("A14", "因培训原因流失人次"),
    ] {
        let (bytes, _) = filled(&[(METRICS, cell, text(label))]);
        let total = number(&bytes, FORM, "D13");
        assert_eq!(total, 69.5, "{label}");
    }
    // The label outright wins, wherever it stands.
    let beside = [(METRICS, "A16", text("月度计划营业额")), (METRICS, "B16", num(100.0))];
    assert_eq!(number(&filled(&beside).0, FORM, "D4"), 21.0);
    // Two that would both do; another time; a mean; money for a number.
    let two = [
        (METRICS, "A8", text("中差评条数")),
        (METRICS, "A16", text("中差评件数")),
        (METRICS, "B16", num(50.0)),
    ];
    assert_eq!(refused(&two), ["metric-missing"]);
    for (cell, label) in [
        ("A8", "上月中差评条数"),
        ("A4", "年度计划营业额"),
        ("A6", "未及时处理投诉金额"),
        ("A10", "失职投诉/人"),
    ] {
        assert_eq!(refused(&[(METRICS, cell, text(label))]), ["metric-missing"], "{label}");
    }
}
