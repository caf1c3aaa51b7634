//! The figures of a draft: which the workbook calls so, which it does not, and the most of a mark.

use kaohe::scheme::Scheme;
use rust_xlsxwriter::{Workbook, Worksheet};

/// Writes a form of one person: items as name, target, criteria, points.
fn form(sheet: &mut Worksheet, person: &str, items: &[[&str; 4]]) {
    sheet.write(0, 0, "绩效考核表").unwrap();
    for (col, text) in ["姓名", person, "部门", "业务部", "2026年11月"].iter().enumerate()
    {
        sheet.write(1, col as u16, *text).unwrap();
    }
    for (col, text) in ["考核项目", "目标值", "评分标准", "权重", "得分"].iter().enumerate()
    {
        sheet.write(2, col as u16, *text).unwrap();
    }
    for (row, [name, target, text, points]) in items.iter().enumerate() {
        let row = 3 + row as u32;
        for (col, text) in [name, target, text].iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            sheet.write(row, col as u16, **text).unwrap();
        }
        sheet.write(row, 3, points.parse::<f64>().unwrap()).unwrap();
    }
    sheet.write(3 + items.len() as u32, 0, "合计").unwrap();
}

/// A workbook of one form and its figures.
fn book(items: &[[&str; 4]], figures: &[(&str, f64)]) -> Vec<u8> {
    let mut book = Workbook::new();
    form(book.add_worksheet().set_name("考核表").unwrap(), "李明", items);
    let sheet = book.add_worksheet().set_name("指标数据").unwrap();
    sheet.write(0, 0, "指标").unwrap();
    sheet.write(0, 1, "数值").unwrap();
    for (row, (name, value)) in figures.iter().enumerate() {
        sheet.write(1 + row as u32, 0, *name).unwrap();
        sheet.write(1 + row as u32, 1, *value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn drafted(bytes: &[u8]) -> String {
    kaohe::draft::draft(bytes).expect("a draft")
}

/// The scores by the draft, or the codes of what refuses them.
fn scores(bytes: &[u8]) -> Result<Vec<f64>, Vec<String>> {
    let text = drafted(bytes);
    let scheme = Scheme::parse(&text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let options = kaohe::Options { scheme: Some(scheme), ..Default::default() };
    let codes = |problems: &[kaohe::problem::Problem]| -> Vec<String> {
        problems.iter().filter(|p| p.blocks()).map(|p| p.code.to_string()).collect()
    };
    let filled = kaohe::fill_workbook(bytes, &options).map_err(|problems| codes(&problems))?;
    let card = &filled.cards[0];
    if !card.fillable() {
        return Err(codes(&card.problems));
    }
    Ok(card.items.iter().map(|item| item.score).collect())
}

#[test]
fn a_mark_is_no_count_no_time_and_no_rate() {
    let text = "视工作表现酌情评分";
    for (item, figure) in [
        ("漏检", "漏检次数"),
        ("通话时长", "平均通话时长"),
        ("库存周转", "库存周转天数"),
        ("出勤", "出勤率"),
        ("安全事故", "安全事故起数"),
        ("课耗", "月课耗"),
    ] {
        let draft = drafted(&book(&[[item, "", text, "100"]], &[(figure, 3.0)]));
        assert!(draft.contains(&format!("name = \"{item}评分\"")), "{draft}");
        assert!(draft.contains("没有找到这个数"), "{draft}");
    }
    for figure in ["工作态度评分", "态度得分", "工作态度考评"] {
        let draft = drafted(&book(&[["工作态度", "", text, "100"]], &[(figure, 80.0)]));
        assert!(draft.contains(&format!("name = \"{figure}\"")), "{draft}");
    }
}

#[test]
fn what_was_left_undone_is_not_what_was_done() {
    let items = [["活动", "", "每季组织员工活动不少于1次，未组织扣10分", "100"]];
    let draft = drafted(&book(&items, &[("员工活动次数", 2.0)]));
    assert!(!draft.contains("metric = \"员工活动次数\""), "{draft}");
    assert!(draft.contains("没有找到这个数"), "{draft}");
    // Its count is found where the workbook has it.
    let items = [["报表", "", "未按时提交报表每次扣5分", "100"]];
    assert_eq!(scores(&book(&items, &[("报表未按时提交次数", 2.0)])), Ok(vec![90.0]));
    // Days are no orders, and the month before is not this one.
    let items = [["交付", "", "交付延后1天扣2分", "100"]];
    let draft = drafted(&book(&items, &[("逾期30天内笔数", 9.0)]));
    assert!(!draft.contains("name = \"逾期30天内笔数\""), "{draft}");
    let items = [["在制品", "", "在制品金额较上月每降低1%加1分", "50"]];
    for figures in [
        [("上月在制品金额", 100.0), ("本月在制品金额", 90.0)],
        [("本月在制品金额", 90.0), ("上月在制品金额", 100.0)],
    ] {
        // Ten per cent less: ten points.
        assert_eq!(scores(&book(&items, &figures)), Ok(vec![60.0]));
    }
}

#[test]
fn a_mark_above_the_points_is_refused() {
    for (text, points, given, wanted) in [
        ("由上级评定，0-10分", "10", 15.0, Err(())),
        ("由上级评定，0-10分", "10", 9.0, Ok(9.0)),
        ("由上级评定", "10", 10.5, Err(())),
        // The range that the words state is narrower than the points.
        ("由上级评定，0-10分", "20", 15.0, Err(())),
        ("由上级评定，0-10分", "20", 10.0, Ok(10.0)),
    ] {
        let got = scores(&book(&[["态度", "", text, points]], &[("态度评分", given)]));
        match wanted {
            Ok(score) => assert_eq!(got, Ok(vec![score]), "{text}"),
            Err(()) => assert_eq!(got, Err(vec!["out-of-range".to_owned()]), "{text}"),
        }
    }
    // What is plainly a person's is no doubt, and its figure may be called as the item.
    let plain = book(&[["团队协作", "", "由上级评定", "100"]], &[("团队协作", 40.0)]);
    assert!(!drafted(&plain).contains("存疑："), "{}", drafted(&plain));
    assert_eq!(scores(&plain), Ok(vec![40.0]));
    let range = drafted(&book(&[["态度", "", "由上级评定，0-100分", "20"]], &[]));
    assert!(range.contains("存疑：文字说的最高分高过分值"), "{range}");
    assert!(range.contains("max = 20"), "{range}");
}

#[test]
fn a_figure_that_is_called_as_the_item_is_found() {
    let items = [
        ["项目按时完成率", "", "100%得50分，每低5%扣5分", "50"],
        ["BUG数", "", "每月不超过5个，每超1个扣2分", "50"],
    ];
    let bytes = book(&items, &[("项目按时完成率", 0.9), ("BUG数", 7.0)]);
    assert!(!drafted(&bytes).contains("没有找到"), "{}", drafted(&bytes));
    // Two steps of 5 %, two beyond 5.
    assert_eq!(scores(&bytes), Ok(vec![40.0, 46.0]));
}

#[test]
fn words_of_an_aim_are_no_figure() {
    let items = [
        ["回款率", "≥95%", "达到目标得满分，每低1%扣1分，低于80%不得分", "50"],
        ["培训课时", "8小时", "低于目标每少1小时扣2分", "50"],
    ];
    let figures = [("回款率", 0.93), ("培训课时", 6.0)];
    assert_eq!(scores(&book(&items, &figures)), Ok(vec![48.0, 46.0]));
    let low = [("回款率", 0.79), ("培训课时", 9.0)];
    assert_eq!(scores(&book(&items, &low)), Ok(vec![0.0, 50.0]));
}

#[test]
fn a_ratio_without_a_name_is_named_after_the_item() {
    let text = "实际产量÷计划产量×100%，≥100%得50分，每低1%扣2分，低于90%得0分";
    let items = [["产量完成率", "", text, "50"]];
    assert_eq!(scores(&book(&items, &[("产量完成率", 0.95)])), Ok(vec![40.0]));
    let draft = drafted(&book(&[["产量", "", text, "50"]], &[("产量", 500.0)]));
    assert!(draft.contains("name = \"产量率\"") && !draft.contains("name = \"\""), "{draft}");
}

#[test]
fn a_table_of_people_who_have_forms_is_no_team() {
    let items = [
        ["销售完成率", "", "100%得60分，每低1%扣2分", "60"],
        ["投诉", "", "客户投诉每次扣5分", "40"],
    ];
    let mut book = Workbook::new();
    let people = [("甲一", 0.99, 1.0), ("乙二", 1.02, 0.0), ("丙三", 0.9, 2.0)];
    for (name, ..) in people {
        form(book.add_worksheet().set_name(name).unwrap(), name, &items);
    }
    let sheet = book.add_worksheet().set_name("数据汇总").unwrap();
    for (col, text) in ["姓名", "部门", "销售完成率", "客户投诉次数"].iter().enumerate()
    {
        sheet.write(0, col as u16, *text).unwrap();
    }
    for (row, (name, rate, count)) in people.iter().enumerate() {
        let row = 1 + row as u32;
        sheet.write(row, 0, *name).unwrap();
        sheet.write(row, 1, "业务部").unwrap();
        sheet.write(row, 2, *rate).unwrap();
        sheet.write(row, 3, *count).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let text = drafted(&bytes);
    assert!(!text.contains("[team]") && !text.contains("每次扣5分\"\n#"), "{text}");
    // 99 %: one point short, and one complaint.
    assert_eq!(scores(&bytes), Ok(vec![58.0, 35.0]));
}
