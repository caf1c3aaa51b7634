//! A label of time and what stands for it: 统计月份：9月, 数据截止 beside 10.25.

use super::heads::{is_month_head, is_time_head, is_year_head};
use super::words::{day_month, names_last_days, names_weeks};
use crate::day::Day;
use crate::form::heading::{self, When};
use crate::form::span::{
    holds_range, in_words, is_months_own_days, is_other_days, is_own_month, is_span,
};
use crate::form::{Period, year_named};
use crate::text::{compact, has_any, label};
use crate::workbook::Value;
use std::borrow::Cow;

/// What stands for a label of time.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    /// The label, and what stands for it, as texts are compared.
    label: String,
    pub(super) said: String,
    /// The month that it is, where it is one.
    pub(super) month: Option<Period>,
}

/// A day without its time: 2026-11-02 09:30, 10月25日18:00, 11月2日上午. Of two days nothing is taken away.
pub(super) fn without_time(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['上', '中', '下', '午', '晚']).trim_end();
    let colon = |c: char| matches!(c, ':' | '：');
    let Some((head, rest)) = text.split_once(colon) else { return text };
    let figures = |text: &str| text.chars().all(|c| c.is_ascii_digit() || colon(c));
    if !figures(rest.trim()) {
        return text;
    }
    head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().trim_end_matches('T')
}

/// Whether a label says of which time figures are: 统计月份, 数据截止, 年份.
pub(super) fn is_time_label(key: &str) -> bool {
    // 对比月份：9月 is no figure's month, and 10月份 heads the figures of one.
    if has_any(key, &["比", "上", "下", "基期"]) {
        return false;
    }
    let is_head = |key: &str| is_time_head(key) && Period::named(key).is_none();
    is_year_head(key) || is_until_label(key) || is_head(key.strip_prefix("取数").unwrap_or(key))
}

/// Whether a label says up to when figures were counted. 报名截止日期 is a term.
fn is_until_label(key: &str) -> bool {
    let Some((of, behind)) = key.split_once('截') else { return false };
    ["", "数据", "统计", "取数", "数据统计"].contains(&of)
        && ["止", "至", "止日期", "至日期", "止时间", "至时间", "止日", "止到", "止月份"]
            .contains(&behind)
}

impl Stated {
    pub(super) fn new(name: &str, value: &Value, date1904: bool) -> Self {
        let label = label(name);
        let (said, mut month) = match value {
            Value::Text(text) => {
                let said = in_words(&compact(without_time(text))).into_owned();
                let month = Period::named(&said).or_else(|| Period::of_value(value, date1904));
                (said, month)
            }
            Value::Number(number) => {
                let month = Period::of_value(value, date1904);
                let day = (!date1904).then(|| Day::from_number(*number)).flatten();
                let said = day.map_or_else(|| number.to_string(), |day| day.to_string());
                (said, month)
            }
            _ => (String::new(), None),
        };
        // 10 beside 月份.
        if label.ends_with("月份") && month.is_none() {
            month = Period::bare(value);
        }
        // 9月26日起 begins a month of the company's own.
        if said.ends_with('起') || said.ends_with("开始") {
            month = None;
        }
        Self { label, said, month }
    }

    /// Whether a day that stands for the label stands for its month.
    pub(super) fn is_of_month(&self) -> bool {
        is_month_head(&self.label) || self.label.ends_with("月份")
    }

    /// Whether that is another time than the month, or a part of it.
    pub(super) fn is_other(&self, month: Period) -> bool {
        if is_year_head(&self.label) {
            let named = year_named(&self.said).or_else(|| self.said.parse().ok());
            let named = named.filter(|year| (1990..2200).contains(year));
            return named.zip(month.year).is_some_and(|(named, own)| named != own);
        }
        let until = is_until_label(&self.label);
        let day = Day::parse(&self.said).map(|day| Cow::Owned(day.to_string().replace('-', ".")));
        let said = day.unwrap_or(Cow::Borrowed(&self.said));
        // 考核日期 and 日期 say when the sheet was made as well; a first day stands for the month.
        let counted = ["统计", "数据", "取数"].iter().any(|of| self.label.starts_with(of));
        let words = in_words(&format!("截至{said}")).into_owned();
        let dotted = counted && self.month.is_none() && day_month(&words).is_some();
        let is_day = until || dotted || said.ends_with(['日', '号']) || Day::parse(&said).is_some();
        let is_range = holds_range(&in_words(&self.said));
        if is_months_own_days(&self.said)
            || self.said.ends_with('起')
            || self.said.ends_with("开始")
        {
            return false;
        }
        if is_own_month(&self.said) {
            return self.month.is_some_and(|found| !found.fits(month));
        }
        if heading::when(&self.said, None) == When::Other
            || names_weeks(&self.said)
            || names_last_days(&self.said)
        {
            return true;
        }
        let lone = is_day && !is_range;
        if lone && !self.is_of_month() {
            let found = self.month.or_else(|| day_month(&words));
            let before = found.is_some_and(|found| !found.fits(month) && !found.is_after(month));
            let counted = counted && !words.ends_with("月1日");
            // 截止：5日 is a term.
            let term = self.label.starts_with('截') && found.is_none();
            return before || (until && !term || counted) && is_other_days(&words, Some(month));
        }
        let numbered =
            || self.said.contains(|c: char| c.is_ascii_digit() || "一二三四上下".contains(c));
        self.month.is_some_and(|found| !found.fits(month))
            || !lone && is_other_days(&self.said, Some(month))
            || is_span(&self.said) && numbered()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCTOBER: Period = Period { year: Some(2026), month: 10 };

    #[test]
    fn what_stands_for_a_label_of_time() {
        let number = Value::Number;
        let text = |text: &str| Value::Text(text.to_owned());
        for (name, value, other) in [
            ("月份", text("9月"), true),
            ("月份", text("10月"), false),
            ("月份", number(9.0), true),
            ("月份", number(10.0), false),
            ("统计月份", number(202_609.0), true),
            ("统计月份", number(202_610.0), false),
            // 2026-09-01 and 2026-10-01.
            ("统计月份", number(46_266.0), true),
            ("统计月份", number(46_296.0), false),
            ("统计月份", text("2026-11"), true),
            ("统计周期", text("9.26-10.25"), false),
            ("统计周期", text("9月26日至10月25日"), false),
            ("统计周期", text("上月26日至本月25日"), false),
            ("统计周期", text("10.1-10.31"), false),
            ("统计周期", text("10.1-10.25"), true),
            ("统计周期", text("9.1-9.30"), true),
            ("统计区间", text("2026-09-01~2026-09-30"), true),
            ("统计月份", number(2026.09), true),
            ("统计月份", number(2026.11), true),
            ("统计月份", text("上月"), true),
            ("统计月份", text("本月"), false),
            ("数据所属期", text("上个月"), true),
            ("统计周期", text("前三周"), true),
            ("统计周期", text("近7天"), true),
            ("统计周期", text("最近30天"), true),
            ("统计周期", text("每月"), false),
            ("统计周期", text("30天"), false),
            ("统计周期", text("一个月"), false),
            ("取数时间", number(10.25), true),
            ("取数时间", text("10.25"), true),
            ("统计日期", text("10/25"), true),
            ("取数时间", text("11.2"), false),
            ("取数时间", number(10.0), false),
            ("考核周期", text("月度"), false),
            ("考核周期", text("季度"), false),
            ("考核周期", text("2026年第三季度"), true),
            ("数据截止", number(10.25), true),
            ("数据截止", text("10.31"), false),
            ("截止", text("5日"), false),
            ("数据截止", text("11.2"), false),
            ("数据截止日期", text("2026-11-02"), false),
            ("数据截止日期", text("2026-10-25"), true),
            ("统计日期", text("2026-10-25"), true),
            ("统计日期", text("2026-11-02"), false),
            ("考核日期", text("2026-10-28"), false),
            ("数据截止时间", text("10月25日18:00"), true),
            ("数据截止", text("2026-10-25 18:00"), true),
            ("取数时间", text("2026-11-02 09:30"), false),
            ("取数时间", text("2026年11月2日上午"), false),
            ("考核日期", text("2026/11/2 8:00"), false),
            ("统计时间", text("2026-10-01"), false),
            ("考核周期", text("9月26日起"), false),
            ("考核日期", text("2026-10-20"), false),
            ("考核日期", text("2026-09-30"), true),
            ("日期", text("2026年11月2日"), false),
            ("日期", text("工号"), false),
            ("年份", number(2025.0), true),
            ("年份", number(2026.0), false),
            ("年度", text("2025年度"), true),
            ("年份", text("月份"), false),
        ] {
            let label = is_time_label(&label(name));
            let stated = Stated::new(name, &value, false);
            assert_eq!((label, stated.is_other(OCTOBER)), (true, other), "{name} {value:?}");
        }
        for name in [
            "报名截止日期",
            "入职日期",
            "反应时间",
            "制表日期",
            "10月",
            "10月份",
            "对比月份",
            "上期",
            "打印时间",
        ] {
            assert!(!is_time_label(&label(name)), "{name}");
        }
    }
}
