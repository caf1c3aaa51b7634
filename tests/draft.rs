//! From a form without a scheme to a scored one: draft, check, fill, on the very workbook.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use kaohe::scheme::{Scheme, examine};
use rust_xlsxwriter::{Format, Workbook};

/// A warehouse form: an item merged down two rows of criteria, a target column, weights in percent.
fn warehouse() -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    let form = book.add_worksheet().set_name("仓管员").unwrap();
    form.merge_range(0, 0, 0, 6, "仓管员月度绩效考核表", &plain).unwrap();
    for (col, text) in ["姓名", "赵强", "考核月份", "2026年10月"].iter().enumerate() {
        form.write(1, col as u16, *text).unwrap();
    }
    let headers = ["序号", "考核指标", "评分标准", "目标值", "权重(%)", "数据来源", "得分"];
    for (col, text) in headers.iter().enumerate() {
        form.write(2, col as u16, *text).unwrap();
    }
    let rows = [
        ["", "", "盘点账实不符，每项扣2分", "", "", ""],
        ["", "", "盘点表逾期上交，每延迟1天扣1分", "", "", ""],
        ["2", "发货及时率", "每低1个百分点扣2分", "98%", "40%", "销售部"],
        ["3", "安全", "出现安全事故，该项不得分", "", "20%", "安环部"],
        ["4", "5S现场", "优秀10分，良好8分，一般6分，差0分", "", "10%", "行政部"],
    ];
    for (row, cells) in rows.iter().enumerate() {
        for (col, text) in cells.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            form.write(3 + row as u32, col as u16, *text).unwrap();
        }
    }
    for (col, text) in [(0, "1"), (1, "账实相符"), (4, "30%"), (5, "财务部"), (6, "")] {
        form.merge_range(3, col, 4, col, text, &plain).unwrap();
    }
    form.write(8, 0, "合计").unwrap();
    let sheet = book.add_worksheet().set_name("指标数据").unwrap();
    sheet.write(0, 0, "指标").unwrap();
    sheet.write(0, 1, "数值").unwrap();
    let figures = [
        ("账实不符项数", 3.0),
        ("盘点表逾期天数", 2.0),
        ("发货及时率", 0.965),
        ("安全事故次数", 0.0),
        ("5S现场评分", 8.0),
    ];
    for (row, (name, value)) in figures.iter().enumerate() {
        sheet.write(1 + row as u32, 0, *name).unwrap();
        sheet.write(1 + row as u32, 1, *value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_form_without_a_scheme_is_drafted_and_filled() {
    let bytes = warehouse();
    let text = kaohe::draft::draft(&bytes).expect("a draft");
    assert!(examine(&text).iter().all(|f| !f.problem.blocks()), "{text}");
    let scheme = Scheme::parse(&text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let options = kaohe::Options { scheme: Some(scheme), ..Default::default() };
    let filled =
        kaohe::fill_workbook(&bytes, &options).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let card = &filled.cards[0];
    assert!(card.fillable(), "{:#?}", card.problems);
    // 30 − 3×2 − 2×1; 98 % − 96.5 % is one whole point: 40 − 2; no accident: 20; the mark: 8.
    let scores: Vec<f64> = card.items.iter().map(|item| item.score).collect();
    assert_eq!(scores, [22.0, 38.0, 20.0, 8.0], "{text}");
    assert_eq!(card.total, 88.0);
}
