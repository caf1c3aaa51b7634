//! Tables whose rows name their months.

use super::look::{Look, RowLabels};
use crate::cell::CellRef;
use crate::form::Period;
use crate::form::heading::{self, When};
use crate::text::has_any;
use crate::workbook::{Sheet, Value};

/// Whether a header is of a column of months.
pub(super) fn is_month_head(key: &str) -> bool {
    // 入职月份 is no month of figures.
    key.ends_with("月份") && !has_any(key, &["入职", "出生", "转正", "离职", "生日"])
        || ["月", "年月", "考核年月", "考核期间", "考核周期", "期间"].contains(&key)
}

/// Whether a header is of a column of days.
pub(super) fn is_day_head(key: &str) -> bool {
    // 入职日期 is no day of figures.
    ["日期", "日", "时间", "统计日期", "数据日期", "业务日期", "考核日期", "登记日期"]
        .contains(&key)
}

/// The column of the rows' months: headed so, or by 日期 and the like where one of its rows is of the
/// wanted month (a form handed in in November may rate October).
pub(super) fn month_column(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<u32> {
    let strict = keys.iter().find(|(_, _, key)| is_month_head(key));
    let dated = |key: &str| {
        key.ends_with("周期") || ["日期", "时间", "月度", "账期", "考核期"].contains(&key)
    };
    let soft = || {
        keys.iter().find(|(at, _, key)| {
            dated(key)
                && words.month.is_none_or(|wanted| {
                    let rows = sheet.used_rows().into_iter().filter(|row| *row > header);
                    let mut months = rows.filter_map(|row| row_month(sheet, row, at.col, words));
                    months.any(|found| found.fits(wanted))
                })
        })
    };
    strict.or_else(soft).map(|(at, ..)| at.col)
}

/// The month that a cell of a column of months names.
pub(super) fn row_month(sheet: &Sheet, row: u32, col: u32, words: &Look<'_>) -> Option<Period> {
    let value = sheet.value(sheet.anchor(CellRef::new(row, col)));
    Period::of_value(value, words.date1904).or_else(|| match value {
        // 本月 beside 上月.
        Value::Text(text) if heading::when(text, words.month) == When::This => words.month,
        // The number of a month alone.
        Value::Number(n) if n.fract() == 0.0 && (1.0..=12.0).contains(n) => {
            Some(Period { year: None, month: *n as u32 })
        }
        Value::Text(text) => {
            let month = crate::text::compact(text).parse::<u32>().ok();
            month.filter(|n| (1..=12).contains(n)).map(|month| Period { year: None, month })
        }
        _ => None,
    })
}

/// Whether rows of a table are of the wanted month, as far as they name theirs.
#[derive(Debug, Default)]
pub(super) struct RowMonths {
    known: Vec<Period>,
    /// The last row of another month.
    pub(super) other: Option<u32>,
}

impl RowMonths {
    /// Whether a row is of the wanted month; without a wanted one all are.
    pub(super) fn wanted(&mut self, sheet: &Sheet, row: u32, col: u32, words: &Look<'_>) -> bool {
        let found = row_month(sheet, row, col, words);
        let text = sheet.text(sheet.anchor(CellRef::new(row, col)));
        let said = text.is_some_and(|text| heading::when(text, words.month) == When::Other);
        let other = found.zip(words.month).map_or(said, |(found, wanted)| !found.fits(wanted));
        if other {
            self.other = Some(row);
        } else if let Some(found) = found.filter(|found| !self.known.contains(found)) {
            self.known.push(found);
        }
        !other
    }

    /// Whether rows of several months are left, and nothing tells which is wanted.
    pub(super) fn several(&self) -> bool {
        self.known.len() > 1
    }
}
