//! What a sheet says of the time of its figures beside its titles: 注：以上为9月数据, 统计月份：9月, 数据截止
//! beside 10.25.

use super::stated::{Stated, is_time_label};
use super::words::{UNTIL, day_month, names_last_days, names_weeks, until_in_words};
use crate::cell::CellRef;
use crate::form::span::{has_span, holds_range};
use crate::form::{Period, fields};
use crate::text::other_times::{LAST, YEARS};
use crate::text::{compact, has_any, is_blank, label};
use crate::workbook::{Cell, Sheet, Value};

/// Most letters of a remark on a sheet's figures; long texts are criteria.
const LONGEST: usize = 30;
/// Bytes of a text that is longer for certain.
const LONG: usize = 4 * LONGEST;
/// Words of those who say something of all figures.
const OF_ALL: [&str; 5] = ["以上", "以下", "上述", "本表", "数据截"];
/// Words that say of figures that some are not there.
const LACKING: [&str; 16] = [
    "未审核",
    "待审核",
    "未核对",
    "初稿",
    "不全",
    "不完整",
    "未完整",
    "暂缺",
    "未出全",
    "缺失",
    "未更新",
    "初步数",
    "预估数",
    "待核对",
    "待确认",
    "暂估",
];

/// A remark on the figures of a sheet.
#[derive(Debug, Clone)]
pub(in crate::metrics) struct Remark {
    pub(in crate::metrics) at: CellRef,
    /// The remark, or a label with what stands for it.
    pub(in crate::metrics) text: String,
    stated: Option<Stated>,
}

/// The remarks of a sheet that may speak of the time of its figures.
pub(in crate::metrics) fn of_sheet(sheet: &Sheet, date1904: bool) -> Vec<Remark> {
    let is_time = |text: &str| is_time_label(&label(text));
    let mut out = Vec::new();
    for (at, cell) in &sheet.cells {
        // Most texts say nothing of time.
        let short = |text: &&str| {
            text.len() <= LONG
                && text.contains([
                    '月', '日', '号', '期', '间', '度', '份', '段', '年', '截', '统', '数',
                ])
                && text.chars().count() <= LONGEST
        };
        let Some(text) = cell.value.text().filter(short) else { continue };
        let mut said = fields(text, &is_time).into_iter().filter(|field| is_time(field.name));
        if let Some((field, value)) = said.find_map(|field| {
            let value = text.get(field.value.clone())?.trim();
            (!is_blank(value)).then_some((field, value))
        }) {
            let stated = Stated::new(field.name, &Value::Text(value.to_owned()), date1904);
            out.push(Remark { at: *at, text: text.trim().to_owned(), stated: Some(stated) });
        } else if is_time(text) {
            out.extend(beside(sheet, *at, text, date1904));
        } else if has_any(text, &OF_ALL)
            || (says_until(text) || lacks_some(&compact(text))) && is_alone(sheet, *at)
        {
            out.push(Remark { at: *at, text: text.to_owned(), stated: None });
        }
    }
    out
}

/// Whether nothing else stands in a cell's row: else it remarks on that.
fn is_alone(sheet: &Sheet, at: CellRef) -> bool {
    sheet.row(at.row).all(|(other, cell)| other == at || cell.value.is_blank())
}

/// What stands right of a label of time, unless the label heads columns of months.
fn beside(sheet: &Sheet, at: CellRef, name: &str, date1904: bool) -> Option<Remark> {
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let place = sheet.anchor(CellRef::new(at.row, right));
    let value = sheet.value(place);
    let stated = Stated::new(name, value, date1904);
    let others = || sheet.row(at.row).filter(|(other, _)| other.col > place.col);
    let months = stated.is_of_month();
    let is_month = |value: &Value| {
        let bare = || months && Period::bare(value).is_some();
        Period::of_value(value, date1904).is_some() || bare()
    };
    // 统计开始日期 | 9月26日 | 统计截止日期 | 10月25日 are the ends of a company's own month.
    let begins = |cell: &Cell| {
        cell.value.text().is_some_and(|text| has_any(text, &["开始", "起始", "起算"]))
    };
    let spans = sheet.row(at.row).any(|(_, cell)| begins(cell));
    // 本月份 | 上月份 head two columns.
    let heads = name.trim().starts_with(['本', '当']) && stated.month.is_none();
    let several = spans || heads || others().any(|(_, cell)| is_month(&cell.value));
    let name = name.trim().trim_end_matches([':', '：']);
    let text = format!("{name}：{}", value.text().map_or(stated.said.as_str(), str::trim));
    (!stated.said.is_empty() && !several).then_some(Remark { at, text, stated: Some(stated) })
}

impl Remark {
    /// Whether it says that the figures are of another month, or of a part of one.
    pub(in crate::metrics) fn is_elsewhen(&self, month: Option<Period>) -> bool {
        match (&self.stated, month) {
            (Some(stated), Some(month)) => stated.is_other(month),
            (Some(_), None) => false,
            (None, month) => says_elsewhen(&self.text, month),
        }
    }

    /// Whether it gives its time by a label.
    pub(in crate::metrics) fn is_stated(&self) -> bool {
        self.stated.is_some()
    }

    /// The month that it states so.
    pub(in crate::metrics) fn month(&self) -> Option<Period> {
        self.stated.as_ref().filter(|stated| stated.is_of_month())?.month
    }

    /// Whether it states the month so, as over one of several lists.
    pub(in crate::metrics) fn states(&self, month: Option<Period>) -> bool {
        let found = self.stated.as_ref().and_then(|stated| stated.month);
        found.zip(month).is_some_and(|(found, month)| found.fits(month)) && !self.is_elsewhen(month)
    }
}

/// Whether a remark says so in words of its own: 以上为9月数据, 数据截至10月25日. 较9月 compares, and 11月3日
/// is a day on which something was done.
fn says_elsewhen(text: &str, month: Option<Period>) -> bool {
    const OTHERS: [&str; 10] = ["含", "较", "比", "自", "起", "遗留", "导出", "提供", "修改", "假"];
    let key = compact(text);
    if lacks_some(&key) {
        return true;
    }
    if has_any(&key, &OTHERS) {
        return false;
    }
    let after = |found: Period| month.is_some_and(|month| found.is_after(month));
    let until = until_in_words(&key)
        .is_some_and(|words| holds_range(&words) && !day_month(&words).is_some_and(after));
    let whole = key
        .split_once('月')
        .is_some_and(|(_, behind)| !behind.starts_with(|c: char| c.is_ascii_digit()));
    let other = || {
        let found = Period::named(&key).zip(month);
        found.is_some_and(|(found, month)| !found.fits(month))
    };
    until
        || has_any(&key, &OF_ALL)
            && (whole && other() || is_of_last_month(&key) || names_last_days(&key))
}

/// Whether a remark says whose time the figures are in words: 以上为上月数据. 与上月口径一致 does not.
fn is_of_last_month(key: &str) -> bool {
    const FIGURES: [&str; 4] = ["数据", "的数", "数,", "指标"];
    let figures = |rest: &str| rest == "数" || FIGURES.iter().any(|word| rest.starts_with(word));
    LAST.iter().chain(&YEARS).any(|word| key.split(word).skip(1).any(figures))
}

/// Whether a remark begins with until when the figures were counted.
fn says_until(text: &str) -> bool {
    let bare =
        text.trim_start_matches(['注', '备', '说', '明', '：', ':', '（', '(', '*', '※', ' ']);
    let says = |text: &str| UNTIL.iter().any(|word| text.starts_with(word));
    says(bare) || bare.strip_prefix("数据").is_some_and(says)
}

/// Whether a remark says that figures are lacking, or are of some weeks: 数据不全, 只有前三周数据. 数据不全扣2分
/// is a rule.
fn lacks_some(key: &str) -> bool {
    has_any(key, &["数据", "统计"])
        && !has_any(key, &["扣", "罚", "加", "得分", "每"])
        && (has_any(key, &LACKING) || names_weeks(key) || has_span(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCTOBER: Option<Period> = Some(Period { year: Some(2026), month: 10 });

    #[test]
    fn what_remarks_say() {
        for (text, other) in [
            ("以上为9月数据", true),
            ("以上为10月数据", false),
            ("以上数据较9月增加", false),
            ("数据截至10月25日", true),
            ("数据截止到10月25日", true),
            ("数据截止10.25", true),
            ("数据截止10.31", false),
            ("数据截止11.2", false),
            ("注：截至10.25", true),
            ("数据更新至10.25", true),
            ("以上为近7天数据", true),
            ("以上为上月数据", true),
            ("以上数据较上月增加", false),
            ("统计到25号", true),
            ("统计到31号", false),
            ("数据不全", true),
            ("以上数据为初步数", true),
            ("部分数据缺失", true),
            ("数据待确认", true),
            ("数据不全的扣2分", false),
            ("数据未审核", true),
            ("数据已审核", false),
            ("10月前三周数据", true),
            ("数据为整月", false),
            ("每周统计数据", false),
        ] {
            assert_eq!(says_elsewhen(text, OCTOBER), other, "{text}");
        }
    }
}
