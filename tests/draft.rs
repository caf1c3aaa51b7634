//! From a form without a scheme to a scored one: draft, check, fill, on the very workbook.

use crate::common::{self, forms::drafted};
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

/// A sheet of a form, its texts row by row, with merged ranges.
struct Page {
    book: Workbook,
}

impl Page {
    fn new(rows: &[&[&str]], merges: &[(u32, u16, u32, u16)]) -> Self {
        let mut book = Workbook::new();
        let plain = Format::new();
        let form = book.add_worksheet().set_name("考核表").unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (col, text) in cells.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                form.write(row as u32, col as u16, *text).unwrap();
            }
        }
        for (row, col, last_row, last_col) in merges {
            let text = rows[*row as usize].get(*col as usize).copied().unwrap_or("");
            form.merge_range(*row, *col, *last_row, *last_col, text, &plain).unwrap();
        }
        Self { book }
    }

    fn figures(mut self, figures: &[(&str, f64)]) -> Vec<u8> {
        let sheet = self.book.add_worksheet().set_name("指标数据").unwrap();
        sheet.write(0, 0, "指标").unwrap();
        sheet.write(0, 1, "数值").unwrap();
        for (row, (name, value)) in figures.iter().enumerate() {
            sheet.write(1 + row as u32, 0, *name).unwrap();
            sheet.write(1 + row as u32, 1, *value).unwrap();
        }
        self.book.save_to_buffer().unwrap()
    }
}

const PERSON: [&str; 4] = ["姓名", "赵强", "考核月份", "2026年10月"];

#[test]
fn a_header_of_two_lines() {
    // The item, criteria and points columns are named under 考核内容; 得分 is merged down.
    let rows: [&[&str]; 7] = [
        &["仓管员月度绩效考核表"],
        &PERSON,
        &["序号", "考核内容", "", "", "得分"],
        &["", "考核项目", "评分标准", "分值", ""],
        &["1", "发货差错", "每错发一单扣5分", "60", ""],
        &["2", "安全", "出现安全事故，该项不得分", "40", ""],
        &["合计"],
    ];
    let figures = [("错发单数", 3.0), ("安全事故次数", 1.0)];
    let bytes = Page::new(&rows, &[(0, 0, 0, 4), (2, 0, 3, 0), (2, 1, 2, 3), (2, 4, 3, 4)])
        .figures(&figures);
    let (text, scores, total) = drafted(&bytes);
    // 60 − 3×5; an accident: 0.
    assert_eq!((scores, total), (vec![45.0, 0.0], 45.0), "{text}");

    // The items' group has a name that says nothing; the item column is merged down.
    let rows: [&[&str]; 6] = [
        &PERSON,
        &["关键业绩指标", "", "评价", ""],
        &["指标名称", "权重", "评分标准", "得分"],
        &["发货差错", "60", "每错发一单扣5分", ""],
        &["安全", "40", "出现安全事故，该项不得分", ""],
        &["合计"],
    ];
    let bytes = Page::new(&rows, &[(1, 0, 1, 1), (1, 2, 1, 3)]).figures(&figures);
    let (text, scores, total) = drafted(&bytes);
    assert_eq!((scores, total), (vec![45.0, 0.0], 45.0), "{text}");

    let rows: [&[&str]; 6] = [
        &PERSON,
        &["考核项目", "考核办法", "", "得分"],
        &["", "分值", "评分标准", ""],
        &["发货差错", "60", "每错发一单扣5分", ""],
        &["安全", "40", "出现安全事故，该项不得分", ""],
        &["合计"],
    ];
    let bytes = Page::new(&rows, &[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)]).figures(&figures);
    let (text, scores, total) = drafted(&bytes);
    assert_eq!((scores, total), (vec![45.0, 0.0], 45.0), "{text}");
}

#[test]
fn the_same_item_twice_is_two_items() {
    let rows: [&[&str]; 8] = [
        &PERSON,
        &["考核项目", "评分标准", "分值", "得分"],
        &["业绩部分"],
        &["沟通", "与客户沟通不及时，每次扣5分", "50", ""],
        &["态度部分"],
        &["沟通", "由上级评定", "30", ""],
        &["沟通", "由同事评定", "20", ""],
        &["合计"],
    ];
    let figures =
        [("与客户沟通不及时次数", 2.0), ("态度部分沟通评分", 27.0), ("态度部分沟通3评分", 15.0)];
    let bytes = Page::new(&rows, &[(2, 0, 2, 3), (4, 0, 4, 3)]).figures(&figures);
    let (text, scores, total) = drafted(&bytes);
    // 50 − 2×5, and the two marks.
    assert_eq!((scores, total), (vec![40.0, 27.0, 15.0], 82.0), "{text}");
}

#[test]
fn sections_with_weights_and_a_bonus_on_top() {
    let rows: [&[&str]; 16] = [
        &PERSON,
        &["一、关键业绩指标（权重70%）"],
        &["考核项目", "评分标准", "分值", "得分"],
        &["发货差错", "每错发一单扣5分", "60", ""],
        &["盘点", "盘点差错，每次扣10分", "40", ""],
        &["小计", "", "100", ""],
        &["二、工作态度（权重30%）"],
        &["考核项目", "评分标准", "分值", "得分"],
        &["考勤", "迟到每次扣10分", "50", ""],
        &["责任心", "由上级评定", "50", ""],
        &["小计", "", "100", ""],
        &["三、加减分项（±10分）"],
        &["考核项目", "评分标准", "分值", "得分"],
        &["合理化建议", "每采纳一条加6分", "", ""],
        &["违纪", "违反纪律每次扣3分", "", ""],
        &["总得分", "", "", ""],
    ];
    let figures = [
        ("错发单数", 2.0),
        ("盘点差错次数", 1.0),
        ("迟到次数", 2.0),
        ("责任心评分", 40.0),
        ("采纳建议条数", 3.0),
        ("违反纪律次数", 1.0),
    ];
    let merges = [(1, 0, 1, 3), (6, 0, 6, 3), (11, 0, 11, 3)];
    let (text, scores, total) = drafted(&Page::new(&rows, &merges).figures(&figures));
    assert_eq!(scores, [50.0, 30.0, 30.0, 40.0, 18.0, -3.0], "{text}");
    // 80 × 0.7 + 70 × 0.3 + min(10, 18 − 3) = 56 + 21 + 10.
    assert!((total - 87.0).abs() < 1e-9, "{total} {text}");
    // The parts' 小计 is none of the total's cells.
    let bytes = Page::new(&rows, &merges).figures(&figures);
    let options =
        kaohe::Options { scheme: Some(Scheme::parse(&text).unwrap()), ..Default::default() };
    let filled = kaohe::fill_workbook(&bytes, &options).unwrap();
    let bytes = filled.bytes.as_ref().unwrap();
    for cell in ["D6", "D11"] {
        let seen = common::seen(bytes, "考核表", cell);
        assert!(matches!(&seen, calamine::Data::Empty), "{cell}: {seen:?}");
    }
    assert_eq!(common::number(bytes, "考核表", "D16"), 87.0);
    let mut figures = figures;
    figures[4].1 = 0.0;
    figures[5].1 = 5.0;
    // 56 + 21 + max(−10, −15).
    let (text, _, total) = drafted(&Page::new(&rows, &merges).figures(&figures));
    assert!((total - 67.0).abs() < 1e-9, "{total} {text}");
}

#[test]
fn a_grades_table_beside_or_below_the_form() {
    let head: [&[&str]; 5] = [
        &PERSON,
        &["考核项目", "评分标准", "分值", "得分"],
        &["发货差错", "每错发一单扣5分", "60", ""],
        &["安全", "出现安全事故，该项不得分", "40", ""],
        &["合计"],
    ];
    let figures = [("错发单数", 3.0), ("安全事故次数", 0.0)];
    let grades = |text: &str| -> Vec<(String, f64, Option<f64>)> {
        let scheme = Scheme::parse(text).unwrap();
        scheme.grades.into_iter().map(|g| (g.name, g.from, g.coefficient)).collect()
    };
    let below: [&[&str]; 5] = [
        &["等级", "分数", "系数"],
        &["优秀", "90分以上", "1.2"],
        &["良好", "80-89分", "1.0"],
        &["合格", "60（含）-80（不含）", "0.8"],
        &["不合格", "60分以下", "0"],
    ];
    let rows: Vec<&[&str]> = head.iter().chain(&[&[][..]]).chain(&below).copied().collect();
    let (text, _, total) = drafted(&Page::new(&rows, &[]).figures(&figures));
    assert_eq!(total, 85.0);
    let expected =
        [("优秀", 90.0, 1.2), ("良好", 80.0, 1.0), ("合格", 60.0, 0.8), ("不合格", 0.0, 0.0)];
    let expected = expected.map(|(name, from, factor)| (name.to_owned(), from, Some(factor)));
    assert_eq!(grades(&text), expected, "{text}");

    // Across, without coefficients.
    let across: [&[&str]; 2] =
        [&["考核等级", "A", "B", "C"], &["得分区间", "X≥95", "80≤X＜95", "X＜80"]];
    let rows: Vec<&[&str]> = head.iter().chain(&[&[][..]]).chain(&across).copied().collect();
    let (text, ..) = drafted(&Page::new(&rows, &[]).figures(&figures));
    let expected = [("A", 95.0), ("B", 80.0), ("C", 0.0)];
    let expected = expected.map(|(name, from)| (name.to_owned(), from, None));
    assert_eq!(grades(&text), expected, "{text}");

    // Beside the form, its header in the form's header row.
    let rows: [&[&str]; 5] = [
        &PERSON,
        &["考核项目", "评分标准", "分值", "得分", "", "等级", "分数", "系数"],
        &["发货差错", "每错发一单扣5分", "60", "", "", "A", "≥90", "1.1"],
        &["安全", "出现安全事故，该项不得分", "40", "", "", "B", "<90", "0.9"],
        &["合计"],
    ];
    let (text, _, total) = drafted(&Page::new(&rows, &[]).figures(&figures));
    let expected = [("A", 90.0, 1.1), ("B", 0.0, 0.9)];
    let expected = expected.map(|(name, from, factor)| (name.to_owned(), from, Some(factor)));
    assert_eq!((grades(&text), total), (expected.to_vec(), 85.0), "{text}");

    // A gap between the bands, and a cell that says nothing: no grades, and a person is told.
    for range in ["60-70分", "较好"] {
        let mut odd = below;
        let row = ["良好", range, "1.0"];
        odd[2] = &row;
        let rows: Vec<&[&str]> = head.iter().chain(&[&[][..]]).chain(&odd).copied().collect();
        let (text, ..) = drafted(&Page::new(&rows, &[]).figures(&figures));
        assert!(grades(&text).is_empty() && text.contains("等级表"), "{text}");
    }
}

#[test]
fn marks_in_words_and_vetoes_of_the_total() {
    let rows: [&[&str]; 6] = [
        &PERSON,
        &["考核项目", "评分标准", "分值", "得分"],
        &["5S现场", "优秀10分，良好8分，一般6分，差0分", "10", ""],
        &["责任心", "优秀9-10分，良好7-8分，一般5-6分", "30", ""],
        &["安全", "每起险情扣5分；发生安全事故，当月总分为0分", "60", ""],
        &["合计"],
    ];
    let figures =
        [("5S现场评分", 8.0), ("责任心评分", 20.0), ("险情起数", 1.0), ("安全事故次数", 0.0)];
    let (text, scores, total) = drafted(&Page::new(&rows, &[]).figures(&figures));
    assert_eq!((scores, total), (vec![8.0, 20.0, 55.0], 83.0), "{text}");
    assert_eq!(text.matches("allowed = [10, 8, 6, 0]").count(), 1, "{text}");
    assert_eq!(text.matches("allowed").count(), 1, "{text}");
    let mut hit = figures;
    hit[3].1 = 1.0;
    let (text, _, total) = drafted(&Page::new(&rows, &[]).figures(&hit));
    assert_eq!(total, 0.0, "{text}");
    // The accident's figure is on no sheet: a comment, no veto.
    let (text, ..) = drafted(&Page::new(&rows, &[]).figures(&figures[..3]));
    assert!(text.contains("请另写 [[vetoes]]") && !text.contains("\n[[vetoes]]"), "{text}");
}

#[test]
fn columns_of_bands() {
    let rows: [&[&str]; 6] = [
        &PERSON,
        &["考核项目", "权重", "优（50分）", "良（40分）", "中（30分）", "差（0分）", "得分"],
        &["发货及时率", "50", "≥98%", "95%-98%", "90%-95%", "<90%", ""],
        &["现场", "50", "整洁", "基本整洁", "较乱", "脏乱", ""],
        &["合计"],
        &[],
    ];
    let figures = [("发货及时率", 0.965), ("现场评分", 30.0)];
    let (text, scores, total) = drafted(&Page::new(&rows, &[]).figures(&figures));
    // 96.5 % is 良: 40. Words without a figure are a person's: one of the header's marks.
    assert_eq!((scores, total), (vec![40.0, 30.0], 70.0), "{text}");
    assert!(text.contains("allowed = [50, 40, 30, 0]"), "{text}");

    // The scores in the cells, under a group header of its own.
    let rows: [&[&str]; 6] = [
        &PERSON,
        &["考核项目", "分值", "评分标准", "", "", "得分"],
        &["", "", "优", "良", "差", ""],
        &["发货及时率", "60", "98%以上得60分", "90%-98%得45分", "90%以下得0分", ""],
        &["态度", "40", "主动", "一般", "消极", ""],
        &["合计"],
    ];
    let merges = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 2, 5)];
    let figures = [("发货及时率", 0.98), ("态度评分", 33.0)];
    let (text, scores, total) = drafted(&Page::new(&rows, &merges).figures(&figures));
    assert_eq!((scores, total), (vec![60.0, 33.0], 93.0), "{text}");
    assert!(!text.contains("allowed"), "{text}");

    // A header out of 100 over items of 50 points: a person decides.
    let rows: [&[&str]; 5] = [
        &PERSON,
        &["考核项目", "权重", "优100分", "良80分", "差0分", "得分"],
        &["发货及时率", "50", "≥98%", "90%-98%", "<90%", ""],
        &["盘点准确率", "50", "≥99%", "95%-99%", "<95%", ""],
        &["合计"],
    ];
    let figures = [("发货及时率评分", 41.0), ("盘点准确率评分", 50.0)];
    let (text, scores, _) = drafted(&Page::new(&rows, &[]).figures(&figures));
    assert_eq!(scores, [41.0, 50.0], "{text}");
    assert_eq!(text.matches("kind = \"judged\"").count(), 2, "{text}");
}

#[test]
fn sections_in_a_column_and_a_bonus_row() {
    // Points that make 70 and 30 already are points of the total: no groups but the bonus.
    let rows: [&[&str]; 7] = [
        &PERSON,
        &["类别", "考核项目", "评分标准", "分值", "得分"],
        &["业绩（70%）", "发货差错", "每错发一单扣5分", "40", ""],
        &["", "盘点", "盘点差错，每次扣10分", "30", ""],
        &["态度（30%）", "考勤", "迟到每次扣10分", "30", ""],
        &["", "加分项", "每采纳一条建议加2分", "5", ""],
        &["", "合计", "", "", ""],
    ];
    let mut figures =
        [("错发单数", 2.0), ("盘点差错次数", 1.0), ("迟到次数", 1.0), ("采纳建议条数", 2.0)];
    let merges = [(2, 0, 3, 0)];
    let (text, scores, total) = drafted(&Page::new(&rows, &merges).figures(&figures));
    assert_eq!((scores, total), (vec![30.0, 20.0, 20.0, 4.0], 74.0), "{text}");
    // 3 × 2 is 6, the row makes at most 5.
    figures[3].1 = 3.0;
    let (text, _, total) = drafted(&Page::new(&rows, &merges).figures(&figures));
    assert_eq!(total, 75.0, "{text}");
    assert_eq!(text.matches("[[groups]]").count(), 1, "{text}");

    // Each part out of 100, by its share in the column on the left.
    let rows: [&[&str]; 6] = [
        &PERSON,
        &["类别", "考核项目", "评分标准", "分值", "得分"],
        &["业绩（70%）", "发货差错", "每错发一单扣5分", "60", ""],
        &["", "盘点", "盘点差错，每次扣10分", "40", ""],
        &["态度（30%）", "考勤", "迟到每次扣10分", "100", ""],
        &["", "总得分", "", "", ""],
    ];
    let (text, scores, total) = drafted(&Page::new(&rows, &merges).figures(&figures[..3]));
    // 80 × 0.7 + 90 × 0.3.
    assert_eq!(scores, [50.0, 30.0, 90.0], "{text}");
    assert!((total - 83.0).abs() < 1e-9, "{total} {text}");

    // Weights that do not make 100 % are not guessed at.
    let mut odd = rows;
    let row = ["态度（40%）", "考勤", "迟到每次扣10分", "100", ""];
    odd[4] = &row;
    let (text, ..) = drafted(&Page::new(&odd, &merges).figures(&figures[..3]));
    assert!(!text.contains("\n[[groups]]") && text.contains("权重与分值对不上"), "{text}");
}

#[test]
fn tables_of_a_bonus_and_of_deductions_below_the_form() {
    let rows: &[&[&str]] = &[
        &["销售经理绩效考核表"],
        &["姓名", "王五", "", "2026年10月"],
        &["考核项目", "评分标准", "权重", "得分"],
        &["销售完成率", "低于100%，每低1%扣1分", "60", ""],
        &["回款率", "低于95%，每低1%扣1分", "40", ""],
        &["合计", "", "100", ""],
        &["加分项", "加分标准", "最高加分", "得分"],
        &["新客户", "每开发新客户1家加2分", "10", ""],
        &["扣分项", "扣分标准", "最高扣分", "得分"],
        &["客户投诉", "客户投诉每次扣2分", "5", ""],
        &["总得分", "", "", ""],
    ];
    // 60 − 3; 40; seven customers give 14, at most 10; four complaints take 8, at most 5.
    let figures =
        [("销售完成率", 0.97), ("回款率", 0.96), ("开发新客户家数", 7.0), ("客户投诉次数", 4.0)];
    let (text, scores, total) = drafted(&Page::new(rows, &[]).figures(&figures));
    assert_eq!(scores, [57.0, 40.0, 10.0, -5.0], "{text}");
    assert_eq!(total, 102.0, "{text}");
    // None at all: nothing is given and nothing taken.
    let figures =
        [("销售完成率", 1.0), ("回款率", 0.95), ("开发新客户家数", 0.0), ("客户投诉次数", 0.0)];
    let (text, scores, total) = drafted(&Page::new(rows, &[]).figures(&figures));
    assert_eq!((scores, total), (vec![60.0, 40.0, 0.0, 0.0], 100.0), "{text}");
}

#[test]
fn grades_in_a_sentence() {
    let form = |note: &str| {
        let rows: &[&[&str]] = &[
            &["仓库主管考核表"],
            &["姓名", "李四", "", "2026年10月"],
            &["考核指标", "评分标准", "分值", "得分"],
            &["发货及时率", "低于98%，每低1%扣2分", "100", ""],
            &["小计", "", "", ""],
            &["合计", "", "100", ""],
            &[note],
        ];
        kaohe::draft::draft(&Page::new(rows, &[]).figures(&[("发货及时率", 1.0)])).expect("a draft")
    };
    let grades = |text: &str| -> Vec<(String, f64)> {
        let scheme = Scheme::parse(text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
        scheme.grades.iter().map(|g| (g.name.clone(), g.from)).collect()
    };
    let by_hand = [("优秀", 90.0), ("良好", 80.0), ("合格", 60.0), ("不合格", 0.0)];
    let by_hand = by_hand.map(|(name, from)| (name.to_owned(), from));
    for note in [
        "备注：总分90分以上为优秀，80-89分为良好，60-79分为合格，60分以下为不合格",
        "考核等级：优秀：90分（含）以上；良好：80-90分；合格：60-80分；不合格：60分以下。",
        "说明：1、本表每月5日前交。2、总分≥90为优秀，80≤总分<90为良好，60≤总分<80为合格，<60为不合格",
    ] {
        let text = form(note);
        assert_eq!(grades(&text), by_hand, "{note}\n{text}");
    }
    // A gap between two grades is told, not closed.
    let text = form("总分90分以上为优秀，70-79分为良好，70分以下为合格");
    assert!(grades(&text).is_empty() && text.contains("没有写 [[grades]]"), "{text}");
    // Points for words are no grades of the total.
    assert!(grades(&form("等级由总经办评定，优秀奖励100元，良好奖励50元")).is_empty());
}

#[test]
fn a_header_of_three_lines() {
    let rows: &[&[&str]] = &[
        &["质检员考核表"],
        &["姓名", "赵六", "", "", "2026年10月"],
        &["序号", "考核内容", "", "", "考核结果", ""],
        &["", "指标", "标准", "", "评分", ""],
        &["", "", "评分标准", "分值", "自评", "得分"],
        &["1", "漏检", "漏检每次扣2分", "50", "", ""],
        &["2", "报告", "迟报每次扣1分", "50", "", ""],
        &["", "合计", "", "100", "", ""],
    ];
    let merges =
        [(2, 0, 4, 0), (2, 1, 2, 3), (2, 4, 2, 5), (3, 1, 4, 1), (3, 2, 3, 3), (3, 4, 3, 5)];
    let page = Page::new(rows, &merges).figures(&[("漏检次数", 3.0), ("迟报次数", 4.0)]);
    let (text, scores, total) = drafted(&page);
    assert_eq!((scores, total), (vec![44.0, 46.0], 90.0), "{text}");
}
