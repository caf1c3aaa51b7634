//! What a sheet says of the time of its figures beside its titles: 注：以上为9月数据, 统计月份：9月, 数据截止
//! beside 10.25.

use super::row_months::{is_month_head, is_time_head, is_year_head};
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::span::{
    has_span, holds_range, in_words, is_months_own_days, is_other_days, is_own_month, is_span,
};
use crate::form::{Period, fields, year_named};
use crate::text::{compact, has_any, is_blank, label, show};
use crate::workbook::{Cell, Sheet, Value};
use std::borrow::Cow;

/// Most letters of a remark on a sheet's figures; long texts are criteria.
const LONGEST: usize = 30;
/// Bytes of a text that is longer for certain.
const LONG: usize = 4 * LONGEST;
/// Words of those who say something of all figures.
const OF_ALL: [&str; 5] = ["以上", "以下", "上述", "本表", "数据截"];
/// Until when figures were counted.
const UNTIL: [&str; 10] =
    ["截至", "截止", "截到", "统计到", "统计至", "数据到", "数据至", "取数到", "更新到", "更新至"];
/// Words that say of figures that some are not there.
const LACKING: [&str; 12] = [
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
pub(super) struct Remark {
    pub(super) at: CellRef,
    /// The remark, or a label with what stands for it.
    pub(super) text: String,
    stated: Option<Stated>,
}

/// What stands for a label of time.
#[derive(Debug, Clone)]
struct Stated {
    /// The label, and what stands for it, as texts are compared.
    label: String,
    said: String,
    /// The month that it is, where it is one.
    month: Option<Period>,
}

/// The remarks of a sheet that may speak of the time of its figures.
pub(super) fn of_sheet(sheet: &Sheet, date1904: bool) -> Vec<Remark> {
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

/// The month that a number beside a label of months is.
fn bare_month(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => show(*number, 4),
        Value::Text(text) => compact(text),
        _ => return None,
    };
    number.parse().ok().filter(|month| (1..=12).contains(month))
}

/// A day without its time: 2026-11-02 09:30, 10月25日18:00, 11月2日上午. Of two days nothing is taken away.
fn without_time(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['上', '中', '下', '午', '晚']).trim_end();
    let colon = |c: char| matches!(c, ':' | '：');
    let Some((head, rest)) = text.split_once(colon) else { return text };
    let figures = |text: &str| text.chars().all(|c| c.is_ascii_digit() || colon(c));
    if !figures(rest.trim()) {
        return text;
    }
    head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().trim_end_matches('T')
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
        let bare = || months && bare_month(value).is_some();
        Period::of_value(value, date1904).is_some() || bare()
    };
    // 统计开始日期 | 9月26日 | 统计截止日期 | 10月25日 are the ends of a company's own month.
    let begins = |cell: &Cell| {
        cell.value.text().is_some_and(|text| has_any(text, &["开始", "起始", "起算"]))
    };
    let spans = sheet.row(at.row).any(|(_, cell)| begins(cell));
    let several = spans || others().any(|(_, cell)| is_month(&cell.value));
    let name = name.trim().trim_end_matches([':', '：']);
    let text = format!("{name}：{}", value.text().map_or(stated.said.as_str(), str::trim));
    (!stated.said.is_empty() && !several).then_some(Remark { at, text, stated: Some(stated) })
}

/// Whether a label says of which time figures are: 统计月份, 数据截止, 年份.
fn is_time_label(key: &str) -> bool {
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
    fn new(name: &str, value: &Value, date1904: bool) -> Self {
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
            month = bare_month(value).map(|month| Period { year: None, month });
        }
        // 9月26日起 begins a month of the company's own.
        if said.ends_with('起') || said.ends_with("开始") {
            month = None;
        }
        Self { label, said, month }
    }

    /// Whether a day that stands for the label stands for its month.
    fn is_of_month(&self) -> bool {
        is_month_head(&self.label) || self.label.ends_with("月份")
    }

    /// Whether that is another time than the month, or a part of it.
    fn is_other(&self, month: Period) -> bool {
        if is_year_head(&self.label) {
            let named = year_named(&self.said).or_else(|| self.said.parse().ok());
            let named = named.filter(|year| (1990..2200).contains(year));
            return named.zip(month.year).is_some_and(|(named, own)| named != own);
        }
        let until = is_until_label(&self.label);
        let day = Day::parse(&self.said).map(|day| Cow::Owned(day.to_string().replace('-', ".")));
        let said = day.unwrap_or(Cow::Borrowed(&self.said));
        let is_day = until || said.ends_with(['日', '号']) || Day::parse(&said).is_some();
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
        let lone = is_day && !is_range;
        if lone && !self.is_of_month() {
            let words = in_words(&format!("截至{said}")).into_owned();
            let found = self.month.or_else(|| day_month(&words));
            let before = found.is_some_and(|found| !found.fits(month) && !found.is_after(month));
            // 考核日期 and 日期 say when the sheet was made as well; a first day stands for the month.
            let counted = ["统计", "数据", "取数"].iter().any(|of| self.label.starts_with(of))
                && !words.ends_with("月1日");
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

impl Remark {
    /// Whether it says that the figures are of another month, or of a part of one.
    pub(super) fn is_elsewhen(&self, month: Option<Period>) -> bool {
        match (&self.stated, month) {
            (Some(stated), Some(month)) => stated.is_other(month),
            (Some(_), None) => false,
            (None, month) => says_elsewhen(&self.text, month),
        }
    }

    /// Whether it gives its time by a label.
    pub(super) fn is_stated(&self) -> bool {
        self.stated.is_some()
    }

    /// The month that it states so.
    pub(super) fn month(&self) -> Option<Period> {
        self.stated.as_ref().filter(|stated| stated.is_of_month())?.month
    }

    /// Whether it states the month so, as over one of several lists.
    pub(super) fn states(&self, month: Option<Period>) -> bool {
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
    until || has_any(&key, &OF_ALL) && whole && other()
}

/// Whether a remark begins with until when the figures were counted.
fn says_until(text: &str) -> bool {
    let bare =
        text.trim_start_matches(['注', '备', '说', '明', '：', ':', '（', '(', '*', '※', ' ']);
    UNTIL.iter().any(|word| bare.starts_with(word))
}

/// Whether a remark beside a person speaks of the figures, not of the person or of what happened when:
/// 截至10.25, 同上月, but not 截至10.25离职, 第2周1次, 未更新工牌.
pub(super) fn is_of_figures(text: &str) -> bool {
    const BEGINS: [&str; 22] = [
        "截至",
        "截止",
        "统计",
        "更新到",
        "更新至",
        "数据",
        "暂估",
        "暂按",
        "暂用",
        "沿用",
        "同上",
        "参照上月",
        "参考上月",
        "与上月相同",
        "初步",
        "估算",
        "待",
        "漏",
        "缺",
        "未统计",
        "未结",
        "未出",
    ];
    const OF_PEOPLE: [&str; 9] =
        ["离职", "离岗", "转正", "入职", "到岗", "调岗", "培训", "假", "休"];
    let key = compact(text);
    let whole = ["预计", "预计数", "未更新"].contains(&key.as_str()) || names_weeks(&key);
    let days = key.starts_with(|c: char| c.is_ascii_digit())
        && key.ends_with(|c: char| c.is_ascii_digit() || "日止数据".contains(c));
    let of_month = key.starts_with(['按', '用', '取']) && key.ends_with(['计', '算', '数']);
    let figures = whole || days || of_month || BEGINS.iter().any(|word| key.starts_with(word));
    figures && !has_any(&key, &OF_PEOPLE)
}

/// The month of 截至10月25日.
fn day_month(words: &str) -> Option<Period> {
    Period::named(words.trim_start_matches("截至"))
}

/// The day up to which figures were counted, in words: 截至10月25日.
pub(super) fn until_in_words(key: &str) -> Option<String> {
    let behind = UNTIL.iter().find_map(|word| Some(key.split_once(word)?.1))?;
    let behind = behind.trim_start_matches(['到', '至', '于', '为']);
    let is_day = |c: char| c.is_ascii_digit() || "年月日号./-".contains(c);
    let day =
        behind.find(|c| !is_day(c)).map_or(behind, |end| behind.get(..end).unwrap_or_default());
    (!day.is_empty()).then(|| in_words(&format!("截至{day}")).into_owned())
}

/// Whether a remark says that figures are lacking, or are of some weeks: 数据不全, 只有前三周数据. 数据不全扣2分
/// is a rule.
fn lacks_some(key: &str) -> bool {
    has_any(key, &["数据", "统计"])
        && !has_any(key, &["扣", "罚", "加", "得分", "每"])
        && (has_any(key, &LACKING) || names_weeks(key) || has_span(key))
}

/// Whether a remark names some of a month's weeks: 前三周, 最后一周.
pub(super) fn names_weeks(key: &str) -> bool {
    // 第2周1次 counts something.
    let of_figures =
        |behind: &str| behind.is_empty() || behind.starts_with(['数', '的', '未', '没']);
    let weeks = key.split_once('周').filter(|(_, behind)| of_figures(behind));
    let before = weeks.and_then(|(before, _)| {
        let mut back = before.chars().rev();
        let number = back.next().is_some_and(|c| "一二三四1234两后".contains(c));
        number.then(|| back.next()).flatten()
    });
    before.is_some_and(|c| "前后第最缺头".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCTOBER: Option<Period> = Some(Period { year: Some(2026), month: 10 });

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
            assert_eq!(
                (label, stated.is_other(OCTOBER.unwrap())),
                (true, other),
                "{name} {value:?}"
            );
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
            ("统计到25号", true),
            ("统计到31号", false),
            ("数据不全", true),
            ("以上数据为初步数", true),
            ("部分数据缺失", true),
            ("数据待确认", true),
            ("数据不全的扣2分", false),
            ("10月前三周数据", true),
            ("数据为整月", false),
            ("每周统计数据", false),
        ] {
            assert_eq!(says_elsewhen(text, OCTOBER), other, "{text}");
        }
    }
}
