//! Layouts whose criteria stand in more than one place: nothing of them is dropped without a word.

use crate::common::forms::drafted;
use rust_xlsxwriter::{Format, Workbook};

/// A form of these rows with merged ranges, and its figures.
fn page(rows: &[&[&str]], merges: &[(u32, u16, u32, u16)], figures: &[(&str, f64)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let form = book.add_worksheet().set_name("考核表").unwrap();
    let person: &[&str] = &["姓名", "赵强", "考核月份", "2026年10月"];
    for (row, cells) in [&["月度绩效考核表"][..], person].iter().chain(rows).enumerate() {
        for (col, text) in cells.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            form.write(row as u32, col as u16, *text).unwrap();
        }
    }
    for (row, col, last_row, last_col) in merges {
        let text = rows[*row as usize - 2].get(*col as usize).copied().unwrap_or("");
        form.merge_range(*row, *col, *last_row, *last_col, text, &Format::new()).unwrap();
    }
    let sheet = book.add_worksheet().set_name("指标数据").unwrap();
    sheet.write(0, 0, "指标").unwrap();
    sheet.write(0, 1, "数值").unwrap();
    for (row, (name, value)) in figures.iter().enumerate() {
        sheet.write(1 + row as u32, 0, *name).unwrap();
        sheet.write(1 + row as u32, 1, *value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn columns_of_what_is_added_and_of_what_is_taken() {
    let (text, scores, total) = drafted(&page(
        &[
            &["考核项目", "分值", "加分标准", "扣分标准", "得分"],
            &["销售额", "60", "完成率每超1%加1分，最高加10分", "完成率每低1%扣1分，低于60%不得分"],
            &["客户维护", "40", "新增客户每家加2分", "流失客户每家扣5分"],
            &["合计", "100"],
        ],
        &[],
        &[("完成率", 1.05), ("新增客户家数", 1.0), ("流失客户家数", 2.0)],
    ));
    // 60 + 5; 40 + 2 − 10.
    assert_eq!(scores, [65.0, 32.0], "{text}");
    assert_eq!(total, 97.0);
}

#[test]
fn a_header_that_says_hundred_is_of_every_item() {
    let (text, scores, _) = drafted(&page(
        &[
            &["考核项目", "权重", "评分标准（百分制）", "得分"],
            &["回款率", "50%", "≥95%得100分，90%-95%得80分，80%-90%得60分，80%以下0分"],
            &["投诉", "30%", "每发生1次扣20分，扣完为止"],
            &["报表", "20%", "每迟1天扣10分"],
            &["合计", "100%"],
        ],
        &[],
        &[("回款率", 0.93), ("投诉次数", 1.0), ("报表逾期天数", 1.0)],
    ));
    // 80 of 100 × 50, 80 × 30, 90 × 20.
    assert_eq!(scores, [40.0, 24.0, 18.0], "{text}");
}

#[test]
fn rows_of_a_bonus_without_points_come_on_top() {
    let (text, scores, total) = drafted(&page(
        &[
            &["考核项目", "分值", "评分标准", "得分"],
            &["产量", "60", "每少1件扣1分，目标100件"],
            &["质量", "40", "每出现一次不良扣5分"],
            &["合计", "100"],
            &["加分项", "", "合理化建议被采纳每条加2分，最高加10分"],
            &["扣分项", "", "违反厂规每次扣5分"],
        ],
        &[],
        &[("产量", 98.0), ("不良次数", 1.0), ("合理化建议被采纳条数", 2.0), ("违反厂规次数", 1.0)],
    ));
    // 60 − 2, 40 − 5, + 4, − 5.
    assert_eq!(scores, [58.0, 35.0, 4.0, -5.0], "{text}");
    assert_eq!(total, 92.0, "{text}");
}

#[test]
fn criteria_merged_down_several_items_are_each_ones() {
    let (text, scores, _) = drafted(&page(
        &[
            &["考核项目", "分值", "评分标准", "得分"],
            &["前台接待", "30", "每出现一次差错扣2分"],
            &["档案管理", "30", ""],
            &["后勤保障", "40", ""],
            &["合计", "100"],
        ],
        &[(3, 2, 5, 2)],
        &[("前台接待差错次数", 1.0), ("档案管理差错次数", 2.0), ("后勤保障差错次数", 0.0)],
    ));
    assert_eq!(scores, [28.0, 26.0, 40.0], "{text}");
    assert_eq!(text.matches("存疑：标准的格子与别的项合并").count(), 3, "{text}");
}

#[test]
fn points_with_a_cap_in_the_cell() {
    let rows: &[&[&str]] = &[
        &["考核项目", "分值", "目标", "评分标准", "得分"],
        &["销售额", "80分", "", "完成100%得80分；每低1%扣1分；低于70%得0分"],
        &["新客户", "20（封顶30）", "5家", "每少1家扣4分，每多1家加2分"],
        &["合计", "100分"],
    ];
    let told =
        |customers| drafted(&page(rows, &[], &[("销售额完成率", 0.95), ("新客户", customers)]));
    // 20 + 7 × 2 is 34, and 30 is the most; 20 − 2 × 4.
    let (text, scores, _) = told(12.0);
    assert_eq!(scores, [75.0, 30.0], "{text}");
    assert_eq!(told(3.0).1, [75.0, 12.0]);
}

/// A difference may be below 0, a person's mark of it not.
#[test]
fn a_mark_of_a_difference_is_not_below_nothing() {
    let bytes = page(
        &[
            &["考核项目", "分值", "评分标准", "得分"],
            &["库存差异率", "60", "优：差异小；良：差异较小；差：差异大"],
            &["服务", "40", "每被投诉一次扣5分"],
            &["合计", "100"],
        ],
        &[],
        &[],
    );
    let text = kaohe::draft::draft(&bytes).unwrap();
    assert!(text.contains("库存差异率评分") && !text.contains("可以是负数"), "{text}");
}

#[test]
fn what_is_left_out_is_named() {
    let bytes = page(
        &[
            &["考核项目", "分值", "评分标准", "得分"],
            &["安全", "60", "每违章一次扣5分"],
            &["服务", "40", "每被投诉一次扣5分"],
            &["车容", "5-20", "每次不洁扣1分"],
            &["油耗", "", "每超1升扣1分"],
            &["档案", "10", ""],
            &["合计", "100"],
            &[
                "备注：1、发生重大交通责任事故的，当月考核总分为0分；2、各项扣分扣完为止；3、全勤加2分；4、考核得分90分以上为优秀，60-90分为合格，60分以下为不合格。",
            ],
        ],
        &[],
        &[],
    );
    let text = kaohe::draft::draft(&bytes).unwrap();
    for word in [
        "「车容」的分值「5-20」读不懂",
        "「油耗」没有分值",
        "「档案」有分值 10，没有标准",
        "「发生重大交通责任事故的，当月考核总分为0分」没有写成规则",
        "「全勤加2分」没有写成规则",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    // Grades are read, and are no rule.
    assert!(!text.contains("优秀，60-90分为合格，60分以下为不合格」没有"), "{text}");
}
