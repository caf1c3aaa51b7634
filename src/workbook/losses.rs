//! What was seen and cannot be carried over: by sheet and kind, for the report.

use crate::problem::{Problem, Words};
use crate::words;
use std::collections::BTreeMap;

/// A kind of thing that stays behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Chart,
    Solid,
    ChartSheet,
    MacroSheet,
    Macros,
    Shape,
    Headers,
    Drawing,
    Picture,
    OddPicture,
    Rules,
    Link,
    Shades,
    Pivot,
    OtherFile,
    DataTable,
    FormulaUnread,
    Name,
    NewCondition,
    RuleUnread,
    BookProtection,
    HeaderVariants,
}

impl Kind {
    fn words(self) -> Words {
        match self {
            Self::Chart => words!("图表", "charts"),
            Self::Solid => {
                words!("图表的立体效果（画成平面）", "the third dimension of charts (drawn flat)")
            }
            Self::ChartSheet => words!("图表工作表", "chart sheets"),
            Self::MacroSheet => words!("宏表", "macro sheets"),
            Self::Macros => words!("VBA 宏", "VBA macros"),
            Self::Shape => words!("形状、文本框或控件", "shapes, text boxes or controls"),
            Self::Drawing => words!("图片、图表或形状", "pictures, charts or shapes"),
            Self::Headers => words!("页眉页脚", "headers and footers"),
            Self::Picture => words!("图片", "pictures"),
            Self::Rules => words!("条件格式", "conditional formats"),
            Self::Link => words!("一格之中的其余超链接", "further hyperlinks of a cell"),
            Self::Shades => {
                words!("渐变填充（改为单色）", "shades of several colours (filled with one)")
            }
            Self::OddPicture => {
                words!("图片（不是 PNG、JPEG 或 BMP）", "pictures that are not PNG, JPEG or BMP")
            }
            Self::Pivot => words!("数据透视表", "pivot tables"),
            Self::OtherFile => {
                words!("引用其他文件或宏的公式", "formulas that read another file or call a macro")
            }
            Self::DataTable => {
                words!("模拟运算表", "data tables")
            }
            Self::FormulaUnread => words!("读不懂的公式", "formulas that could not be read"),
            Self::Name => words!("定义的名称", "defined names"),
            Self::NewCondition => {
                words!("Excel 2007 以后的条件格式", "conditional formats of Excel 2007 and later")
            }
            Self::RuleUnread => words!(
                "读不懂的数据验证或条件格式",
                "validations or conditional formats that could not be read"
            ),
            Self::BookProtection => {
                words!("工作簿结构保护", "protection of the workbook's structure")
            }
            Self::HeaderVariants => words!(
                "首页或奇偶页不同的页眉页脚",
                "headers and footers of first, odd and even pages"
            ),
        }
    }
}

/// Everything of one workbook that stays behind.
#[derive(Debug, Clone, Default)]
pub struct Losses {
    found: BTreeMap<(String, Kind), Vec<String>>,
}

impl Losses {
    /// Notes a thing on a sheet (empty for the workbook), with its place or name.
    pub fn add(&mut self, sheet: &str, kind: Kind, what: impl Into<String>) {
        self.found.entry((sheet.to_owned(), kind)).or_default().push(what.into());
    }

    /// One notice a sheet and kind.
    pub fn notices(&self) -> Vec<Problem> {
        self.found
            .iter()
            .map(|((sheet, kind), places)| {
                let count = places.len();
                let mut names: Vec<&str> =
                    places.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
                names.dedup();
                let more = if names.len() > 8 { "…" } else { "" };
                names.truncate(8);
                let names = match names.join("、") {
                    names if names.is_empty() => names,
                    names => format!("：{names}{more}"),
                };
                let kind = kind.words();
                let words = words!("未能带入新文件的", "not carried over: ")
                    .then(&kind)
                    .then(&words!("（{count} 处）{names}", " ({count}){names}"));
                let notice = Problem::notice("not-carried", words);
                if sheet.is_empty() { notice } else { notice.on(sheet) }
            })
            .collect()
    }
}
