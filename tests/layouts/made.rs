//! The forms of the tests of layouts, made by rust_xlsxwriter.

use crate::common::{self, number};
use kaohe::{Options, Outcome, fill_workbook};
use rust_xlsxwriter::{Workbook, Worksheet};

pub const ITEMS: [(&str, f64, f64); 8] = [
    ("营业额达成度", 15.0, 21.0),
    ("投诉维权", 10.0, 8.0),
    ("中差评处理率", 10.0, 6.0),
    ("团队配合度与执行度", 5.0, 3.0),
    ("新产品与新规则传达", 5.0, 3.0),
    ("客服培训", 5.0, 3.0),
    ("问题处理", 5.0, 4.5),
    ("团队绩效考核指标", 25.0, 21.0),
];
pub const ABOVE: [(&str, f64); 7] = [
    ("工作完成量", 4.5),
    ("工作完成质量", 4.0),
    ("完成工作的时间", 5.0),
    ("解决问题的能力", 3.5),
    ("工作效率", 3.5),
    ("组织能力", 3.5),
    ("主动性", 4.5),
];
pub const BELOW: [(&str, [f64; 4]); 8] = [
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
pub const BELOW_SUM: f64 = 31.375;
pub const ABOVE_SUM: f64 = 28.5;
pub const SUM: f64 = 69.5;
pub const TEAM: [(&str, &str, [f64; 4]); 6] = [
    ("李娜", "C店", [78.0, 0.63, 92.0, 16.0]),
    ("张敏", "C店", [72.0, 0.61, 88.0, 17.0]),
    ("刘洋", "C店", [58.0, 0.55, 81.0, 21.0]),
    ("陈静", "商城", [81.0, 0.96, 97.0, 15.0]),
    ("杨帆", "商城", [75.0, 0.97, 94.0, 18.0]),
    ("赵雪", "商城", [69.0, 0.94, 86.0, 19.0]),
];

pub fn points(sum: f64, full: f64) -> f64 {
    sum / full * 10.0
}

/// A workbook under construction, and where which figure must come.
#[derive(Default)]
pub struct Form {
    pub book: Workbook,
    pub expected: Vec<(String, String, f64)>,
}

pub fn name(row: u32, col: u16) -> String {
    format!("{}{}", char::from(b'A' + u8::try_from(col).expect("a narrow form")), row + 1)
}

pub fn texts(sheet: &mut Worksheet, row: u32, col: u16, words: &[&str]) {
    for (offset, word) in words.iter().enumerate() {
        sheet.write(row, col + u16::try_from(offset).expect("few"), *word).expect("text");
    }
}

impl Form {
    /// A form with its sheet begun.
    pub fn begun() -> Self {
        let mut form = Self::default();
        form.sheet("考核表");
        form.head("考核表");
        form
    }

    pub fn sheet(&mut self, name: &str) {
        self.book.add_worksheet().set_name(name).expect("name");
    }

    pub fn at(&mut self, sheet: &str) -> &mut Worksheet {
        self.book.worksheet_from_name(sheet).expect(sheet)
    }

    pub fn expect(&mut self, sheet: &str, row: u32, col: u16, value: f64) {
        self.expected.push((sheet.to_owned(), name(row, col), value));
    }

    pub fn head(&mut self, sheet: &str) {
        let page = self.at(sheet);
        texts(page, 0, 0, &["客服主管绩效考核表"]);
        texts(page, 1, 0, &["被考核人：王丽", "部门：客服部", "考核月份：2026年10月"]);
    }

    /// The items from a row down under a header; `cols` are item, points and score.
    pub fn items(&mut self, sheet: &str, row: u32, header: &[&str], cols: [u16; 3]) -> u32 {
        texts(self.at(sheet), row, 0, header);
        self.item_rows(sheet, row + 1, cols)
    }

    pub fn item_rows(&mut self, sheet: &str, row: u32, [item, points, score]: [u16; 3]) -> u32 {
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
    pub fn rating(&mut self, sheet: &str, row: u32, col: u16, above: bool, header: &[&str]) -> u32 {
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

    /// Both ratings, one below the other, and the total under them; gives the row after it.
    pub fn ratings(&mut self, sheet: &str, row: u32, header: &[&str]) -> u32 {
        let row = self.rating(sheet, row, 0, true, header);
        let row = self.rating(sheet, row + 1, 0, false, header);
        self.total(sheet, row + 1, 0, 2);
        row + 2
    }

    pub fn total(&mut self, sheet: &str, row: u32, label: u16, value: u16) {
        self.at(sheet).write(row, label, "总得分").expect("total");
        let total = SUM + points(ABOVE_SUM, 35.0) + points(BELOW_SUM, 40.0);
        self.expect(sheet, row, value, total);
    }

    pub fn list(&mut self, sheet: &str, row: u32, col: u16, except: &[&str]) -> u32 {
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
    pub fn team(&mut self, sheet: &str, row: u32, col: u16, gaps: &[usize]) {
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

    pub fn raters(&mut self, sheet: &str, row: u32, col: u16) {
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
    pub fn stacked(&mut self, sheet: &str) -> u32 {
        self.head(sheet);
        let row = self.items(sheet, 2, &HEADER, [0, 2, 3]);
        self.ratings(sheet, row + 1, &RATING)
    }

    /// Metrics, team and raters on sheets of their own.
    pub fn figures(&mut self) {
        self.sheet("指标数据");
        let row = self.list("指标数据", 0, 0, &[]);
        self.team("指标数据", row + 1, 0, &[]);
        self.sheet("下级评分");
        self.raters("下级评分", 0, 0);
    }

    /// Fills, checks every expected cell and no other, fills again, and gives the first outcome.
    pub fn check(mut self) -> Outcome {
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

pub fn filled(bytes: &[u8]) -> Outcome {
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

pub const HEADER: [&str; 5] = ["考核项目", "考核要点", "权重分值", "得分", "考核监督"];
pub const RATING: [&str; 3] = ["考核指标", "考核要点", "得分(每项满分5分)"];
