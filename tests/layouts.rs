//! Forms that differ in layout, made here by rust_xlsxwriter: each must give the scores of FORM.md's
//! worked example in its own cells, and stay as it is when it is filled again.
//!
//! The expected figures are FORM.md's, part 4, and the raters' means worked by hand.

use crate::common::{self, number};
use kaohe::{Options, Outcome, fill_workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

const ITEMS: [(&str, f64, f64); 8] = [
    ("营业额达成度", 15.0, 21.0),
    ("投诉维权", 10.0, 8.0),
    ("中差评处理率", 10.0, 6.0),
    ("团队配合度与执行度", 5.0, 3.0),
    ("新产品与新规则传达", 5.0, 3.0),
    ("客服培训", 5.0, 3.0),
    ("问题处理", 5.0, 4.5),
    ("团队绩效考核指标", 25.0, 21.0),
];
const ABOVE: [(&str, f64); 7] = [
    ("工作完成量", 4.5),
    ("工作完成质量", 4.0),
    ("完成工作的时间", 5.0),
    ("解决问题的能力", 3.5),
    ("工作效率", 3.5),
    ("组织能力", 3.5),
    ("主动性", 4.5),
];
const BELOW: [(&str, [f64; 4]); 8] = [
    ("组织能力", [5.0, 3.0, 5.0, 3.5]),
    ("紧急情况处理能力", [3.0, 3.0, 4.5, 4.5]),
    ("服从度", [3.0, 3.5, 3.0, 5.0]),
    ("沟通情况", [4.5, 3.0, 5.0, 3.0]),
    ("客观度", [3.5, 5.0, 3.0, 5.0]),
    ("表达能力", [5.0, 4.5, 3.0, 3.5]),
    ("倾听能力", [3.0, 5.0, 3.5, 4.0]),
    ("参与度", [4.5, 3.5, 5.0, 3.0]),
];
/// Sum of the eight means of four marks each: 125.5 ÷ 4.
const BELOW_SUM: f64 = 31.375;
const ABOVE_SUM: f64 = 28.5;
const SUM: f64 = 69.5;
const TEAM: [(&str, &str, [f64; 4]); 6] = [
    ("李娜", "C店", [78.0, 0.63, 92.0, 16.0]),
    ("张敏", "C店", [72.0, 0.61, 88.0, 17.0]),
    ("刘洋", "C店", [58.0, 0.55, 81.0, 21.0]),
    ("陈静", "商城", [81.0, 0.96, 97.0, 15.0]),
    ("杨帆", "商城", [75.0, 0.97, 94.0, 18.0]),
    ("赵雪", "商城", [69.0, 0.94, 86.0, 19.0]),
];

fn points(sum: f64, full: f64) -> f64 {
    sum / full * 10.0
}

/// A workbook under construction, and where which figure must come.
#[derive(Default)]
struct Form {
    book: Workbook,
    expected: Vec<(String, String, f64)>,
}

fn name(row: u32, col: u16) -> String {
    format!("{}{}", char::from(b'A' + u8::try_from(col).expect("a narrow form")), row + 1)
}

fn texts(sheet: &mut Worksheet, row: u32, col: u16, words: &[&str]) {
    for (offset, word) in words.iter().enumerate() {
        sheet.write(row, col + u16::try_from(offset).expect("few"), *word).expect("text");
    }
}

impl Form {
    fn sheet(&mut self, name: &str) {
        self.book.add_worksheet().set_name(name).expect("name");
    }

    fn at(&mut self, sheet: &str) -> &mut Worksheet {
        self.book.worksheet_from_name(sheet).expect(sheet)
    }

    fn expect(&mut self, sheet: &str, row: u32, col: u16, value: f64) {
        self.expected.push((sheet.to_owned(), name(row, col), value));
    }

    fn head(&mut self, sheet: &str) {
        let page = self.at(sheet);
        texts(page, 0, 0, &["客服主管绩效考核表"]);
        texts(page, 1, 0, &["被考核人：王丽", "部门：客服部", "考核月份：2026年10月"]);
    }

    /// The items from a row down under a header; `cols` are item, points and score.
    fn items(&mut self, sheet: &str, row: u32, header: &[&str], cols: [u16; 3]) -> u32 {
        texts(self.at(sheet), row, 0, header);
        self.item_rows(sheet, row + 1, cols)
    }

    fn item_rows(&mut self, sheet: &str, row: u32, [item, points, score]: [u16; 3]) -> u32 {
        let mut row = row;
        for (name, full, expected) in ITEMS {
            let page = self.at(sheet);
            page.write(row, item, name).expect("item");
            page.write(row, points, format!("{full}分")).expect("points");
            self.expect(sheet, row, score, expected);
            row += 1;
        }
        let page = self.at(sheet);
        page.write(row, item, "合计").expect("sum");
        self.expect(sheet, row, score, SUM);
        row + 1
    }

    /// A rating table with its title at a cell, its marks three columns wide.
    fn rating(&mut self, sheet: &str, row: u32, col: u16, above: bool, header: &[&str]) -> u32 {
        let title =
            if above { "上级评分表格(权重10%)" } else { "下级评分表(权重10%)" };
        texts(self.at(sheet), row, col, &[title]);
        texts(self.at(sheet), row + 1, col, header);
        let score = col + 2;
        let mut row = row + 2;
        if above {
            for (name, mark) in ABOVE {
                self.at(sheet).write(row, col, name).expect("mark");
                self.at(sheet).write(row, score, mark).expect("mark");
                row += 1;
            }
        } else {
            for (name, marks) in BELOW {
                self.at(sheet).write(row, col, name).expect("mark");
                self.expect(sheet, row, score, marks.iter().sum::<f64>() / 4.0);
                row += 1;
            }
        }
        let (sum, full) = if above { (ABOVE_SUM, 35.0) } else { (BELOW_SUM, 40.0) };
        texts(self.at(sheet), row, col, &["合计"]);
        self.expect(sheet, row, score, sum);
        texts(self.at(sheet), row + 1, col, &["折算得分"]);
        self.expect(sheet, row + 1, score, points(sum, full));
        row + 2
    }

    fn total(&mut self, sheet: &str, row: u32, label: u16, value: u16) {
        self.at(sheet).write(row, label, "总得分").expect("total");
        let total = SUM + points(ABOVE_SUM, 35.0) + points(BELOW_SUM, 40.0);
        self.expect(sheet, row, value, total);
    }

    fn list(&mut self, sheet: &str, row: u32, col: u16, except: &[&str]) -> u32 {
        texts(self.at(sheet), row, col, &["指标", "数值", "单位"]);
        let mut row = row + 1;
        for (label, value) in common::FIGURES.iter().filter(|(label, _)| !except.contains(label)) {
            self.at(sheet).write(row, col, *label).expect("label");
            self.at(sheet).write(row, col + 1, *value).expect("value");
            row += 1;
        }
        row
    }

    /// The team, with blank rows before the members of these numbers.
    fn team(&mut self, sheet: &str, row: u32, col: u16, gaps: &[usize]) {
        let header =
            ["客服姓名", "店铺", "月度KPI得分", "询单转化率", "客单价", "旺旺反应时间(秒)"];
        texts(self.at(sheet), row, col, &header);
        let mut row = row + 1;
        for (index, (name, shop, figures)) in TEAM.iter().enumerate() {
            row += u32::from(gaps.contains(&index));
            texts(self.at(sheet), row, col, &[name, shop]);
            for (offset, figure) in (2..).zip(figures) {
                self.at(sheet).write(row, col + offset, *figure).expect("figure");
            }
            row += 1;
        }
    }

    fn raters(&mut self, sheet: &str, row: u32, col: u16) {
        let header = ["考核指标", "评分人1", "评分人2", "评分人3", "评分人4"];
        texts(self.at(sheet), row, col, &header);
        for (row, (name, marks)) in (row + 1..).zip(BELOW) {
            self.at(sheet).write(row, col, name).expect("name");
            for (offset, mark) in (1..).zip(marks) {
                self.at(sheet).write(row, col + offset, mark).expect("mark");
            }
        }
    }

    /// Items, ratings and total stacked on a sheet; gives the row after them.
    fn stacked(&mut self, sheet: &str) -> u32 {
        self.head(sheet);
        let row = self.items(sheet, 2, &HEADER, [0, 2, 3]);
        let row = self.rating(sheet, row + 1, 0, true, &RATING);
        let row = self.rating(sheet, row + 1, 0, false, &RATING);
        self.total(sheet, row + 1, 0, 2);
        row + 2
    }

    /// Metrics, team and raters on sheets of their own.
    fn figures(&mut self) {
        self.sheet("指标数据");
        let row = self.list("指标数据", 0, 0, &[]);
        self.team("指标数据", row + 1, 0, &[]);
        self.sheet("下级评分");
        self.raters("下级评分", 0, 0);
    }

    /// Fills, checks every expected cell and no other, fills again, and gives the first outcome.
    fn check(mut self) -> Outcome {
        let bytes = self.book.save_to_buffer().expect("a workbook");
        let outcome = filled(&bytes);
        let out = outcome.bytes.as_ref().expect("filled");
        for (sheet, cell, value) in &self.expected {
            let found = number(out, sheet, cell);
            assert!((found - value).abs() < 1e-9, "'{sheet}'!{cell}: {found}, expected {value}");
        }
        let targets: usize = outcome.cards.iter().map(|c| c.targets.len()).sum();
        assert_eq!(targets, self.expected.len(), "cells filled");
        let again = filled(out);
        assert!(again.bytes.as_ref() == Some(out), "filled again, it changes");
        outcome
    }
}

fn filled(bytes: &[u8]) -> Outcome {
    let outcome = fill_workbook(bytes, &Options::default()).expect("read");
    let problems: Vec<_> = outcome
        .cards
        .iter()
        .flat_map(|c| &c.problems)
        .chain(&outcome.problems)
        .filter(|p| p.blocks())
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
    outcome
}

const HEADER: [&str; 5] = ["考核项目", "考核要点", "权重分值", "得分", "考核监督"];
const RATING: [&str; 3] = ["考核指标", "考核要点", "得分(每项满分5分)"];

#[test]
fn stacked_tables_with_figures_on_other_sheets() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    form.check();
}

#[test]
fn raters_below_the_form_on_its_own_sheet() {
    for title in [true, false] {
        let mut form = Form::default();
        form.sheet("考核表");
        let row = form.stacked("考核表");
        if title {
            texts(form.at("考核表"), row + 1, 0, &["下级评分汇总（匿名）"]);
        }
        form.raters("考核表", row + 2, 0);
        form.sheet("指标数据");
        let row = form.list("指标数据", 0, 0, &[]);
        form.team("指标数据", row + 1, 0, &[]);
        form.check();
    }
}

#[test]
fn raters_right_of_the_form_on_its_own_sheet() {
    for (row, col) in [(2, 7), (14, 7), (2, 5)] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.raters("考核表", row, col);
        form.sheet("指标数据");
        let row = form.list("指标数据", 0, 0, &[]);
        form.team("指标数据", row + 1, 0, &[]);
        form.check();
    }
}

#[test]
fn rating_tables_side_by_side() {
    for col in [3, 4] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.head("考核表");
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        form.rating("考核表", row + 1, 0, true, &RATING);
        let row = form.rating("考核表", row + 1, col, false, &RATING);
        form.total("考核表", row + 1, 0, 2);
        form.figures();
        form.check();
    }
}

#[test]
fn ratings_right_of_the_items() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.head("考核表");
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    form.rating("考核表", 2, 6, true, &RATING);
    let row = form.rating("考核表", row + 3, 6, false, &RATING);
    form.total("考核表", row + 1, 6, 8);
    form.figures();
    form.check();
}

#[test]
fn a_header_over_two_rows() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.head("考核表");
    let plain = Format::new();
    let page = form.at("考核表");
    page.merge_range(2, 0, 3, 0, "考核项目", &plain).unwrap();
    page.merge_range(2, 1, 3, 1, "考核要点", &plain).unwrap();
    page.merge_range(2, 2, 3, 2, "分值", &plain).unwrap();
    page.merge_range(2, 3, 2, 5, "评分", &plain).unwrap();
    texts(page, 3, 3, &["自评", "得分", "备注"]);
    let row = form.item_rows("考核表", 4, [0, 2, 4]);
    let row = form.rating("考核表", row + 1, 0, true, &RATING);
    let row = form.rating("考核表", row + 1, 0, false, &RATING);
    form.total("考核表", row + 1, 0, 2);
    form.figures();
    form.check();
}

#[test]
fn points_beside_a_weight_are_the_points() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.head("考核表");
    let header = ["考核项目", "权重", "分值", "得分"];
    let first = 3;
    for (row, (_, full, _)) in (first..).zip(ITEMS) {
        form.at("考核表").write(row, 1, full / 200.0).unwrap();
    }
    let row = form.items("考核表", 2, &header, [0, 2, 3]);
    let row = form.rating("考核表", row + 1, 0, true, &RATING);
    let row = form.rating("考核表", row + 1, 0, false, &RATING);
    form.total("考核表", row + 1, 0, 2);
    form.figures();
    let outcome = form.check();
    let notices: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
    assert!(!notices.contains(&"points-differ"), "{notices:?}");
}

#[test]
fn mark_columns_by_other_names() {
    for word in ["分数", "打分", "评分", "得分（0-5）"] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.head("考核表");
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        let row = form.rating("考核表", row + 1, 0, true, &["评价要素", "评分标准", word]);
        let row = form.rating("考核表", row + 1, 0, false, &["评价要素", "评分标准", word]);
        form.total("考核表", row + 1, 0, 2);
        form.figures();
        form.check();
    }
}

#[test]
fn rating_tables_with_full_marks_beside() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.head("考核表");
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    let header = ["考核指标", "满分", "得分"];
    let first = form.rating("考核表", row + 1, 0, true, &header);
    let second = form.rating("考核表", first + 1, 0, false, &header);
    for row in (row + 3..row + 10).chain(first + 3..first + 11) {
        form.at("考核表").write(row, 1, "5分").unwrap();
    }
    form.total("考核表", second + 1, 0, 2);
    form.figures();
    form.check();
}

#[test]
fn totals_on_a_sheet_of_their_own() {
    // Label and value side by side; the full marks between them; a row of labels over the values.
    for kind in 0..3 {
        let mut form = Form::default();
        form.sheet("考核表");
        form.head("考核表");
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        let row = form.rating("考核表", row + 1, 0, true, &RATING);
        form.rating("考核表", row + 1, 0, false, &RATING);
        form.sheet("总评");
        match kind {
            0 => form.total("总评", 2, 0, 1),
            1 => {
                form.total("总评", 2, 0, 2);
                form.at("总评").write(2, 1, "100分").unwrap();
            }
            _ => {
                texts(form.at("总评"), 0, 0, &["总得分", "备注"]);
                let total = SUM + points(ABOVE_SUM, 35.0) + points(BELOW_SUM, 40.0);
                form.expect("总评", 1, 0, total);
            }
        }
        form.figures();
        form.check();
    }
}

#[test]
fn a_total_without_a_cell_is_said() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.head("考核表");
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    let row = form.rating("考核表", row + 1, 0, true, &RATING);
    form.rating("考核表", row + 1, 0, false, &RATING);
    form.sheet("总评");
    texts(form.at("总评"), 2, 0, &["总得分", "见考核表"]);
    texts(form.at("总评"), 3, 0, &["由总经办填写"]);
    form.figures();
    let outcome = form.check();
    let notice = outcome.cards[0].problems.iter().find(|p| p.code == "total-no-cell");
    assert_eq!(notice.expect("a notice").place(), "'总评'!A3");
}

#[test]
fn a_team_right_of_the_list_and_gaps_in_it() {
    for gaps in [&[][..], &[3], &[1, 3, 5]] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.sheet("指标数据");
        form.list("指标数据", 2, 0, &[]);
        form.team("指标数据", 2, 5, gaps);
        form.sheet("下级评分");
        form.raters("下级评分", 0, 0);
        form.check();
    }
}

#[test]
fn a_mark_by_its_items_name() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.sheet("指标数据");
    let row = form.list("指标数据", 0, 0, &["问题处理评分"]);
    texts(form.at("指标数据"), row, 0, &["问题处理"]);
    form.at("指标数据").write(row, 1, 4.5).unwrap();
    form.team("指标数据", row + 2, 0, &[]);
    form.sheet("下级评分");
    form.raters("下级评分", 0, 0);
    form.check();
}

#[test]
fn several_raters_above() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    // Two superiors, whose mean is the mark that FORM.md's example has: 28.5 in all.
    form.sheet("上级评分");
    texts(form.at("上级评分"), 0, 0, &["考核指标", "总经理", "副总"]);
    let form_rows = 15..;
    for (row, (name, mark)) in (1..).zip(ABOVE) {
        form.at("上级评分").write(row, 0, name).unwrap();
        form.at("上级评分").write(row, 1, mark + 0.25).unwrap();
        form.at("上级评分").write(row, 2, mark - 0.25).unwrap();
    }
    // 完成工作的时间 is 5.0: one above would be 5.25, so both give 5.
    form.at("上级评分").write(3, 1, 5.0).unwrap();
    form.at("上级评分").write(3, 2, 5.0).unwrap();
    for (row, (_, mark)) in form_rows.zip(ABOVE) {
        form.expect("考核表", row, 2, mark);
    }
    form.check();
}

#[test]
fn hidden_and_protected_sheets_are_filled_and_said() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.at("考核表").protect();
    form.figures();
    form.at("指标数据").set_hidden(true);
    let outcome = form.check();
    let codes: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
    assert!(codes.contains(&"protected-sheet"), "{codes:?}");
}

#[test]
fn a_date_where_a_figure_should_be_is_refused() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    let date = ExcelDateTime::from_ymd(2026, 10, 1).unwrap();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    form.at("指标数据").write_with_format(1, 1, &date, &format).unwrap();
    let bytes = form.book.save_to_buffer().unwrap();
    let outcome = fill_workbook(&bytes, &Options::default()).unwrap();
    assert!(outcome.bytes.is_none());
    let found: Vec<_> = outcome.cards[0].problems.iter().filter(|p| p.blocks()).collect();
    assert_eq!(found[0].code, "metric-is-a-date");
    assert_eq!(found[0].place(), "'指标数据'!B2");
}

#[test]
fn figures_that_contradict_each_other_are_said() {
    for (figures, said) in [
        ([2.0, 1.0, 21.0], false),
        ([0.0, 0.0, 18.0], false),
        ([1.0, 2.0, 21.0], true),
        ([0.0, 0.0, 19.0], true),
        ([1.0, 0.0, 18.0], true),
    ] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.figures();
        let names = ["旺旺超时人次", "旺旺超时2秒以上人次", "旺旺最长反应时间"];
        for (row, (name, figure)) in (30..).zip(names.iter().zip(figures)) {
            form.at("指标数据").write(row, 0, *name).unwrap();
            form.at("指标数据").write(row, 1, figure).unwrap();
        }
        let outcome = filled(&form.book.save_to_buffer().unwrap());
        let found = outcome.cards[0].problems.iter().any(|p| p.code == "figures-disagree");
        assert_eq!(found, said, "{figures:?}");
    }
}

#[test]
fn a_missing_metric_names_the_label_that_was_perhaps_meant() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    form.at("指标数据").write(5, 0, "当月中差评总量").unwrap();
    let outcome = fill_workbook(&form.book.save_to_buffer().unwrap(), &Options::default()).unwrap();
    let problem = outcome.cards[0].problems.iter().find(|p| p.blocks()).expect("refused");
    assert_eq!(problem.code, "metric-missing");
    let hint = problem.hint.as_ref().expect("a hint");
    assert!(hint.zh.contains("'指标数据'!A6") && hint.en.contains("当月中差评总量"), "{hint:?}");
}
