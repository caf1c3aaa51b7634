//! Tables whose rows name their months, their years, or that they are no actual figures.

use super::heads::{
    is_dated_head, is_days_head, is_kind_head, is_month_head, is_place_head, is_year_head,
};
use super::row_remarks::{changed_into, may_be_other, says_elsewhen};
use super::words::{is_other_time, without_figures};
use crate::cell::CellRef;
use crate::form::Period;
use crate::form::heading::{self, When};
use crate::form::notes;
use crate::form::span::{in_words, is_from_to, is_months_own_days, is_other_days};
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::sources::Note;
use crate::text::{compact, has_any, label};
use crate::workbook::{Sheet, Value};

/// Most letters of what says another time and nothing else.
const SHORT: usize = 8;

/// Whether what stands under a header of kinds says that a row holds goals or plans.
fn is_goal(key: &str) -> bool {
    ["目标", "目标值", "计划", "计划值", "计划数", "预算", "预算值", "预算数"].contains(&key)
}

/// Whether it says that a row is of another time, or otherwise no actual figures of the month.
fn is_not_actual(text: &str, month: Option<Period>) -> bool {
    const OTHERS: [&str; 9] =
        ["样例", "示例", "模拟", "测试", "测算", "备份", "历史", "旧", "已作废"];
    // 下月离职 speaks of the person.
    const MOVES: [&str; 6] = ["离职", "离岗", "转正", "入职", "到岗", "调岗"];
    let key = compact(text);
    let bare = without_figures(&key);
    let short = bare.chars().count() <= SHORT && !has_any(bare, &MOVES);
    heading::is_beside(bare)
        || heading::is_beside(&key)
        || OTHERS.contains(&bare)
        || short && (heading::when(bare, month) == When::Other || is_other_time(bare))
}

/// The columns that say which time and kind each row of a table is of.
#[derive(Debug, Clone, Default)]
pub(in crate::metrics) struct Times {
    pub(in crate::metrics) month: Option<u32>,
    /// Days, or spans of them.
    span: Option<u32>,
    year: Option<u32>,
    kind: Option<u32>,
    /// Which platform or shop a row is of.
    place: Option<u32>,
    /// Remarks.
    note: Option<u32>,
}

/// What they say of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::metrics) enum Time {
    /// Its month, as far as it names one.
    Month(Option<Period>),
    /// It is none of the month's actual figures: the cell that says so.
    Aside(CellRef),
    /// It holds goals, as the cell says: one may itself be a figure.
    Goal(CellRef),
}

impl Times {
    /// The columns by their headers.
    pub(in crate::metrics) fn of<'k>(keys: impl Iterator<Item = (u32, &'k str)>) -> Self {
        let mut out = Self::default();
        for (col, key) in keys {
            let slot = match key {
                key if is_month_head(key) => &mut out.month,
                key if is_days_head(key) => &mut out.span,
                key if is_year_head(key) => &mut out.year,
                key if is_kind_head(key) => &mut out.kind,
                key if is_place_head(key) => &mut out.place,
                key if ["备注", "说明", "备注说明", "附注", "情况说明"].contains(&key) => {
                    &mut out.note
                }
                _ => continue,
            };
            *slot = slot.or(Some(col));
        }
        out
    }

    /// Whether there is such a column.
    pub(in crate::metrics) fn any(&self) -> bool {
        self.month.is_some() || self.year.is_some() || self.kind.is_some()
    }

    /// The column of the rows' months or days.
    pub(in crate::metrics) fn days(&self) -> Option<u32> {
        self.span.or(self.month)
    }

    /// The platform or shop that a row names; empty for their sum.
    pub(in crate::metrics) fn part(&self, sheet: &Sheet, row: u32) -> Option<String> {
        let text = sheet.text(sheet.anchor(CellRef::new(row, self.place?)))?;
        let key = compact(text);
        if notes::is_whole(&key) {
            Some(String::new())
        } else {
            Some(key).filter(|k| !k.is_empty())
        }
    }

    /// A remark that leaves it open whether a row's figure is the month's.
    pub(in crate::metrics) fn remark(
        &self,
        sheet: &Sheet,
        row: u32,
        month: Option<Period>,
    ) -> Option<Note> {
        let at = sheet.anchor(CellRef::new(row, self.note?));
        // A figure that the row holds was changed already.
        let open = |text: &str| {
            changed_into(text).is_some_and(|into| {
                !sheet.row(row).any(|(_, cell)| cell.value.number() == Some(into))
            })
        };
        let text = sheet.text(at).filter(|text| may_be_other(text, month) || open(text))?;
        Some(Note { text: text.to_owned(), at, remark: true })
    }

    /// What they say of a row.
    pub(in crate::metrics) fn row(&self, sheet: &Sheet, row: u32, words: &Look<'_>) -> Time {
        let cell = |col: u32| sheet.anchor(CellRef::new(row, col));
        if let Some(at) = self.kind.map(cell)
            && let Some(text) = sheet.text(at)
        {
            if is_goal(&compact(text)) {
                return Time::Goal(at);
            }
            if is_not_actual(text, words.month) {
                return Time::Aside(at);
            }
        }
        if let Some(at) = self.note.map(cell)
            && sheet.text(at).is_some_and(|text| says_elsewhen(text, words.month))
        {
            return Time::Aside(at);
        }
        let spans = [self.span, self.month].into_iter().flatten().map(cell);
        let other = |at: &CellRef| says_other_days(sheet, *at, words.month);
        if let Some(at) = spans.into_iter().find(other) {
            return Time::Aside(at);
        }
        let month = self.month.and_then(|col| row_month(sheet, row, col, words));
        let month =
            month.or_else(|| self.span.and_then(|col| span_month(sheet, cell(col), words.month)));
        let year = self.year.and_then(|col| Some((cell(col), year_of(sheet.value(cell(col)))?)));
        match (month, year) {
            (Some(Period { year: None, month }), Some((_, year))) => {
                Time::Month(Some(Period { year: Some(year), month }))
            }
            (None, Some((at, year)))
                if words.month.and_then(|m| m.year).is_some_and(|y| y != year) =>
            {
                Time::Aside(at)
            }
            (month, _) => Time::Month(month),
        }
    }
}

/// The year in a cell of a column of years.
fn year_of(value: &Value) -> Option<i32> {
    let year = match value {
        Value::Number(number) if number.fract() == 0.0 => *number as i32,
        Value::Text(text) => {
            let key = compact(text);
            let bare = key.trim_end_matches(['度', '年']);
            bare.parse::<i32>().ok()?
        }
        _ => return None,
    };
    (1990..2200).contains(&year).then_some(year)
}

/// The column of the rows' months: headed so, or by 日期 and the like where one of its rows is of the
/// wanted month (a form handed in in November may rate October).
pub(in crate::metrics) fn month_column(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<u32> {
    let strict = keys.iter().find(|(_, _, key)| is_month_head(key));
    let dated = |key: &str| key.ends_with("周期") || ["日期", "时间"].contains(&key);
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
    let spans = || {
        keys.iter().find(|(at, _, key)| {
            let cell = |row: u32| sheet.anchor(CellRef::new(row, at.col));
            let rows = || sheet.used_rows().into_iter().filter(|row| *row > header);
            is_days_head(key)
                && rows().any(|row| {
                    span_month(sheet, cell(row), words.month).is_some()
                        || says_other_days(sheet, cell(row), words.month)
                })
        })
    };
    strict.or_else(soft).or_else(spans).map(|(at, ..)| at.col)
}

/// The month that a cell of a column of months names.
pub(in crate::metrics) fn row_month(
    sheet: &Sheet,
    row: u32,
    col: u32,
    words: &Look<'_>,
) -> Option<Period> {
    let value = sheet.value(sheet.anchor(CellRef::new(row, col)));
    Period::of_value(value, words.date1904).or_else(|| match value {
        // 本月 beside 上月.
        Value::Text(text) if heading::when(text, words.month) == When::This => words.month,
        Value::Text(text) if text.contains(['.', '/', '-', '~', '至']) => {
            // Days behind the month are those in which something was done.
            let found = Period::named(&in_words(&compact(text)));
            found.filter(|found| words.month.is_none_or(|month| !found.is_after(month)))
        }
        // The number of a month alone.
        _ if spans_days(sheet, row, col) => None,
        value => Period::bare(value),
    })
}

/// The month of the days that a cell of a column of spans names. A lone day may be one on which something
/// was written down.
fn span_month(sheet: &Sheet, at: CellRef, month: Option<Period>) -> Option<Period> {
    let key = compact(sheet.text(at)?);
    let days = in_words(&key);
    let named = |days: &str| {
        Period::named(days).filter(|found| {
            days.ends_with(['月', '份']) || month.is_none_or(|month| !found.is_after(month))
        })
    };
    (is_from_to(&days) || days.ends_with(['月', '份'])).then(|| named(&days)).flatten()
}

/// Whether a cell of a column of months or spans names days that are no whole month.
fn says_other_days(sheet: &Sheet, at: CellRef, month: Option<Period>) -> bool {
    sheet.text(at).is_some_and(|text| is_other_days(&compact(text), month))
}

/// Whether a column is headed by a word that may be of a number of days: 周期, 账期.
fn spans_days(sheet: &Sheet, row: u32, col: u32) -> bool {
    let texts = (0..row).rev().filter_map(|row| sheet.text(CellRef::new(row, col)));
    let head = texts.map(label).find(|key| is_month_head(key));
    head.is_some_and(|key| ["周期", "账期"].contains(&key.as_str()))
}

/// Whether rows of a table are of the wanted month, as far as they name theirs.
#[derive(Debug, Default)]
pub(in crate::metrics) struct RowMonths {
    known: Vec<Period>,
    /// A later month is only when the row was written: 日期 beside what was handed in in November.
    late: bool,
    /// The last row of another month.
    pub(in crate::metrics) other: Option<u32>,
}

impl RowMonths {
    /// For the rows below a header that may head a column of days.
    pub(in crate::metrics) fn under(key: Option<&str>) -> Self {
        Self { late: key.is_some_and(is_dated_head), ..Self::default() }
    }

    /// Whether a row is of the wanted month; without a wanted one all are.
    pub(in crate::metrics) fn wanted(
        &mut self,
        sheet: &Sheet,
        row: u32,
        col: u32,
        words: &Look<'_>,
    ) -> bool {
        let found = row_month(sheet, row, col, words);
        let text = sheet.text(sheet.anchor(CellRef::new(row, col)));
        let said = text.is_some_and(|text| {
            let key = compact(text);
            let other = heading::when(text, words.month) == When::Other;
            other && !is_months_own_days(&key) || is_other_days(&key, words.month)
        });
        let after = found.zip(words.month).is_some_and(|(found, wanted)| found.is_after(wanted));
        if self.late && after {
            return true;
        }
        let other = found.zip(words.month).map_or(said, |(found, wanted)| !found.fits(wanted));
        if other {
            self.other = Some(row);
        } else if let Some(found) = found.filter(|found| !self.known.contains(found)) {
            self.known.push(found);
        }
        !other
    }

    /// Whether rows of several months are left, and nothing tells which is wanted.
    pub(in crate::metrics) fn several(&self) -> bool {
        self.known.len() > 1
    }
}
