//! Tables whose rows name their months, their years, or that they are no actual figures.

use super::list::is_other_time;
use super::look::{Look, RowLabels};
use super::remarks::{names_weeks, until_in_words};
use super::sources::Note;
use crate::cell::CellRef;
use crate::form::Period;
use crate::form::heading::{self, When};
use crate::form::notes;
use crate::form::span::{in_words, is_from_to, is_months_own_days, is_other_days};
use crate::text::{compact, has_any, label};
use crate::workbook::{Sheet, Value};

/// What is dated of a person, and is no time of figures.
const PERSONAL: &[&str] = &[
    "入职", "出生", "转正", "离职", "生日", "到岗", "合同", "培训", "更新", "录入", "登记", "填",
    "提交", "制表",
];

/// Whether a header is of a column of months.
pub(super) fn is_month_head(key: &str) -> bool {
    // Longest first. 周期 alone may be a span of days, whose numbers say no month.
    const ENDS: [&str; 8] = ["月份", "年月", "月度", "期间", "周期", "账期", "月", "期"];
    // 入职月份 is no month of figures; 10月份 and 本月份 head the figures of one.
    let of_one = |of: &str| {
        of.ends_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十本当上下次".contains(c))
    };
    key.strip_suffix("月份").is_some_and(|of| !of_one(of) && !has_any(of, PERSONAL))
        || ["月", "年月", "月度", "期间", "周期", "账期"].contains(&key)
        || ENDS.iter().find_map(|end| key.strip_suffix(end)).is_some_and(is_of_figures)
}

/// Whether a header is of a column of days or spans of them: 统计日期, 统计区间, 起止日期.
fn is_days_head(key: &str) -> bool {
    const ENDS: [&str; 6] = ["时间区间", "日期区间", "起止日期", "起止时间", "区间", "时间段"];
    let of_span = || {
        ENDS.iter().find_map(|end| key.strip_suffix(end)).is_some_and(|of| {
            is_of_figures(of) && !of.contains('评') || of.is_empty() && key != "区间"
        })
    };
    key == "起止" || is_dated_head(key) || of_span()
}

/// Whether a header is of a column of days or months in which figures were taken. Under 评分时间 stands when
/// somebody rated.
fn is_dated_head(key: &str) -> bool {
    const ENDS: [&str; 6] = ["日期", "时间", "期数", "年/月", "月次", "month"];
    let stem = ENDS.iter().find_map(|end| key.strip_suffix(end));
    stem.is_some_and(|of| of.is_empty() || is_of_figures(of) && !of.contains('评'))
}

/// Whether a header is of a column of months or days of figures.
pub(super) fn is_time_head(key: &str) -> bool {
    // Most labels end otherwise.
    key.ends_with(['月', '份', '期', '间', '度', '段', '数', '次', '止', 'h'])
        && (key.ends_with("月份") || is_month_head(key) || is_days_head(key))
}

/// What a column of months, years or spans is of.
fn is_of_figures(key: &str) -> bool {
    const OF: [&str; 14] = [
        "考核", "数据", "统计", "业绩", "绩效", "核算", "评分", "评价", "考评", "结算", "所属",
        "归属", "业务", "会计",
    ];
    OF.contains(&key)
}

/// Whether a header is of a column of years.
pub(super) fn is_year_head(key: &str) -> bool {
    ["年", "年份", "年度"].contains(&key)
        || ["年份", "年度", "年"]
            .iter()
            .find_map(|end| key.strip_suffix(end))
            .is_some_and(is_of_figures)
}

/// Whether a header is of a column that says what kind of figures each row holds: 计划 or 实际.
fn is_kind_head(key: &str) -> bool {
    const WHAT: [&str; 8] = ["类型", "类别", "口径", "性质", "版本", "种类", "属性", "状态"];
    const OF: [&str; 6] = ["数据", "数值", "指标", "统计", "取数", "数字"];
    let stem = WHAT.iter().find_map(|end| key.strip_suffix(end));
    stem.is_some_and(|stem| stem.is_empty() || OF.contains(&stem))
}

/// Whether a header is of a column of platforms or shops.
fn is_place_head(key: &str) -> bool {
    const PLACES: [&str; 12] = [
        "平台",
        "渠道",
        "店铺",
        "店",
        "店名",
        "店铺名称",
        "网店",
        "门店",
        "站点",
        "销售平台",
        "销售渠道",
        "所属店铺",
    ];
    PLACES.contains(&key)
}

/// Whether what stands under such a header says that a row holds goals or plans.
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
    let bare = ["数据", "数值", "数", "值"].iter().find_map(|end| key.strip_suffix(end));
    let bare = bare.filter(|bare| !bare.is_empty()).unwrap_or(&key);
    let short = bare.chars().count() <= SHORT && !has_any(bare, &MOVES);
    heading::is_beside(bare)
        || heading::is_beside(&key)
        || OTHERS.contains(&bare)
        || short && (heading::when(bare, month) == When::Other || is_other_time(bare))
}

/// Whether a remark says, and nothing else, that a row is of another month or does not count yet: 上月数据, 待核.
fn says_elsewhen(text: &str, month: Option<Period>) -> bool {
    const TIMES: [&str; 11] = [
        "上月",
        "上个月",
        "上期",
        "前月",
        "去年",
        "上年",
        "去年同期",
        "上年同期",
        "同期",
        "次月",
        "下月",
    ];
    let key = compact(text);
    let bare =
        ["的数据", "数据", "数值", "指标", "数", "值"].iter().find_map(|end| key.strip_suffix(end));
    let bare = bare.filter(|bare| !bare.is_empty()).unwrap_or(&key);
    let other_month = || {
        bare.ends_with(['月', '份'])
            && Period::named(bare).zip(month).is_some_and(|(found, wanted)| !found.fits(wanted))
    };
    TIMES.contains(&bare) || notes::is_void(bare) || other_month()
}

/// Whether a remark speaks of another month's figure, or of one that may change, among other things: 上月数据，待更新.
fn may_be_other(text: &str, month: Option<Period>) -> bool {
    const LAST: [&str; 5] = ["上月", "上个月", "上期", "去年", "上年"];
    const WAITS: [&str; 21] = [
        "沿用上",
        "暂用上",
        "先用上",
        "按上月",
        "取上月",
        "用上月",
        "待更新",
        "未更新",
        "未出数",
        "暂无数据",
        "暂估",
        "预估",
        "估算",
        "暂按",
        "数据不全",
        "参照上月",
        "参考上月",
        "与上月相同",
        "未统计完",
        "未统计全",
        "初步统计",
    ];
    // Of others than the figure words before and behind them speak: 标准同上月, 未结算订单不计.
    const WHOLE: [&str; 6] = ["同上月", "同上个月", "未结账", "未结算", "初步数", "预计数"];
    const BEHIND: [&str; 9] = ["数据", "数,", "的数", "的值", ",", "。", ";", "沿", "暂"];
    let key = compact(text);
    // 上月为290000 compares; 上月遗留2条 speaks of what is counted.
    let behind = LAST.iter().find_map(|word| key.strip_prefix(word));
    let last = behind.is_some_and(|rest| BEHIND.iter().any(|word| rest.starts_with(word)));
    let whole = key.split([',', '。', ';', '、']).any(|part| WHOLE.contains(&part));
    let waits =
        || key == "预计" || whole || has_any(&key, &WAITS) || is_open(&key) || lacks_days(&key);
    (last || waits() || is_of_other_days(&key, month))
        && !has_any(&key, &["已更新", "已核", "口径", "方法"])
}

/// Whether a remark says that somebody is still to look at the figure: 待财务确认.
fn is_open(key: &str) -> bool {
    key.starts_with('待')
        && ["确认", "核实", "核对", "审核", "补", "定"].iter().any(|end| key.ends_with(end))
}

/// Whether a remark says that days are not in the figure: 缺最后一周, 漏1天, 前三周. 缺勤2天 counts something.
fn lacks_days(key: &str) -> bool {
    let behind = ["缺", "漏", "未含", "不含"].iter().find_map(|word| key.strip_prefix(word));
    let days = |rest: &str| {
        let begins = rest.starts_with("最后") || rest.starts_with(|c: char| c.is_ascii_digit());
        begins && (rest.ends_with(['周', '天', '日', '旬']) || is_from_to(&in_words(rest)))
    };
    behind.is_some_and(days) || names_weeks(key)
}

/// Whether a remark names another month, or some days of it, and nothing else: 9月计划, 截至10月25日. Days on
/// which something was done stand beside other words.
fn is_of_other_days(key: &str, month: Option<Period>) -> bool {
    const WHAT: [&str; 9] = ["", "计划", "数据", "数", "实际", "指标", "的数据", "计", "算"];
    let key = ["按", "同", "取", "参照", "参考"]
        .iter()
        .find_map(|word| key.strip_prefix(word))
        .unwrap_or(key);
    let other = || {
        let (before, behind) = key.split_once('月')?;
        let dated =
            before.chars().all(|c| c.is_ascii_digit() || "年〇零一二三四五六七八九十".contains(c));
        let whole = WHAT.contains(&behind.strip_prefix('份').unwrap_or(behind));
        let found = Period::named(key).filter(|_| dated && whole)?;
        Some(!found.fits(month?))
    };
    let days = ["前数据", "的数据", "数据", "数"].iter().find_map(|end| key.strip_suffix(end));
    let until = || until_in_words(key).is_some_and(|words| is_other_days(&words, month));
    until() || is_other_days(days.unwrap_or(key), month) || other().unwrap_or_default()
}

/// Most letters of what says another time and nothing else.
const SHORT: usize = 8;

/// The columns that say which time and kind each row of a table is of.
#[derive(Debug, Clone, Default)]
pub(super) struct Times {
    pub(super) month: Option<u32>,
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
pub(super) enum Time {
    /// Its month, as far as it names one.
    Month(Option<Period>),
    /// It is none of the month's actual figures: the cell that says so.
    Aside(CellRef),
    /// It holds goals, as the cell says: one may itself be a figure.
    Goal(CellRef),
}

impl Times {
    /// The columns by their headers.
    pub(super) fn of<'k>(keys: impl Iterator<Item = (u32, &'k str)>) -> Self {
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
    pub(super) fn any(&self) -> bool {
        self.month.is_some() || self.year.is_some() || self.kind.is_some()
    }

    /// The platform or shop that a row names; empty for their sum.
    pub(super) fn part(&self, sheet: &Sheet, row: u32) -> Option<String> {
        let text = sheet.text(sheet.anchor(CellRef::new(row, self.place?)))?;
        let key = compact(text);
        if notes::is_whole(&key) {
            Some(String::new())
        } else {
            Some(key).filter(|k| !k.is_empty())
        }
    }

    /// A remark that leaves it open whether a row's figure is the month's.
    pub(super) fn remark(&self, sheet: &Sheet, row: u32, month: Option<Period>) -> Option<Note> {
        let at = sheet.anchor(CellRef::new(row, self.note?));
        let text = sheet.text(at).filter(|text| may_be_other(text, month))?;
        Some(Note { text: text.to_owned(), at, remark: true })
    }

    /// What they say of a row.
    pub(super) fn row(&self, sheet: &Sheet, row: u32, words: &Look<'_>) -> Time {
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
pub(super) fn row_month(sheet: &Sheet, row: u32, col: u32, words: &Look<'_>) -> Option<Period> {
    let value = sheet.value(sheet.anchor(CellRef::new(row, col)));
    // 2026.09 is typed for September; 2026.1 for January, or for October.
    if let Value::Number(n) = value
        && (2000.0..2200.0).contains(n)
    {
        let month = (n.fract() * 100.0).round() as u32;
        let known = (1..=12).contains(&month) && month != 10;
        return known.then_some(Period { year: Some(n.trunc() as i32), month });
    }
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
        Value::Number(n) if n.fract() == 0.0 && (1.0..=12.0).contains(n) => {
            Some(Period { year: None, month: *n as u32 })
        }
        Value::Text(text) => {
            let month = compact(text).parse::<u32>().ok();
            month.filter(|n| (1..=12).contains(n)).map(|month| Period { year: None, month })
        }
        _ => None,
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
pub(super) struct RowMonths {
    known: Vec<Period>,
    /// A later month is only when the row was written: 日期 beside what was handed in in November.
    late: bool,
    /// The last row of another month.
    pub(super) other: Option<u32>,
}

impl RowMonths {
    /// For the rows below a header that may head a column of days.
    pub(super) fn under(key: Option<&str>) -> Self {
        Self { late: key.is_some_and(is_dated_head), ..Self::default() }
    }

    /// Whether a row is of the wanted month; without a wanted one all are.
    pub(super) fn wanted(&mut self, sheet: &Sheet, row: u32, col: u32, words: &Look<'_>) -> bool {
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
    pub(super) fn several(&self) -> bool {
        self.known.len() > 1
    }
}
