//! What the header of a column says of its month, and whether it holds the figures themselves.

use super::month::{Month, Period, parse_month};
use super::notes;
use super::span::{has_span, in_words, is_span};
use crate::cell::CellRef;
use crate::text::other_times::names_other_time;
use crate::text::{compact, has_any};
use crate::workbook::{Sheet, Value};

/// Which month a header speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The form's: `10月`, `本月`. Also any month where the form's is not known.
    This,
    /// Another: `9月`, `上月`, `去年同期`.
    Other,
    /// None.
    Unsaid,
}

const THIS: [&str; 5] = ["本月", "当月", "本期", "本年本月", "当期"];
/// The first characters of [`THIS`] and of the words of other times.
const FIRST: [char; 9] = ['本', '当', '上', '前', '去', '同', '次', '下', '往'];

/// Which month a header speaks of.
pub fn when(text: &str, month: Option<Period>) -> When {
    let key = compact(text);
    // Most headers hold no character with which such a word begins.
    let may_say = key.contains(FIRST);
    if may_say && names_other_time(&key) {
        return When::Other;
    }
    match (Period::named(&key), month) {
        (Some(found), Some(month)) if !found.fits(month) => When::Other,
        (Some(_), _) => When::This,
        _ if may_say && has_any(&key, &THIS) => When::This,
        _ => When::Unsaid,
    }
}

/// Parts of headers of what stands beside the figures: targets, changes, words.
const ASIDE: &[&str] = &[
    "目标",
    "计划",
    "预算",
    "标准",
    "定额",
    "基准",
    "环比",
    "同比",
    "增长",
    "增幅",
    "累计",
    "平均",
    "均值",
    "合计",
    "总计",
    "占比",
    "比例",
    "权重",
    "差异",
    "差额",
    "差值",
    "备注",
    "说明",
    "单位",
    "来源",
    "口径",
    "定义",
    "公式",
    "排名",
    "序号",
    "编号",
    "上限",
    "下限",
    "责任",
    "提供",
    "满分",
    "分值",
    "完成率",
    "达成率",
    "得分",
    "依据",
    "全年",
    "预计",
    "预估",
    "预测",
];

/// Whether a header is of what stands beside the figures themselves.
pub fn is_aside(text: &str) -> bool {
    let key = compact(text);
    has_any(&key, ASIDE)
}

/// Parts of headers of figures.
const FIGURES: [&str; 12] =
    ["实际", "完成", "数", "值", "数据", "金额", "结果", "达成", "发生", "实绩", "实", "情况"];

/// Whether a header that names a month is of that month's figures: `10月`, `10月实际`.
pub fn is_figures(text: &str) -> bool {
    let whole = compact(text);
    // 本月（元） is 本月.
    let key = crate::text::label(text);
    let key = if key.is_empty() { whole } else { key };
    let rest: String = key
        .chars()
        .filter(|c| {
            !c.is_ascii_digit()
                && !"年月份度本当期〇零一二三四五六七八九十()[]【】-/.'".contains(*c)
        })
        .collect();
    let month_only = rest.is_empty() || !key.contains('月') && Period::named(&key).is_some();
    !is_aside(text) && (month_only || has_any(&rest, &FIGURES))
}

/// The numbers that may be months of this century: 202610.
const MONTHS: (f64, f64) = (200_001.0, 209_913.0);

/// The text of a header's cell: a date stands for its month.
pub fn header_text(sheet: &Sheet, at: CellRef, date1904: bool) -> Option<String> {
    let cell = sheet.cells.get(&at)?;
    match &cell.value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) if cell.is_date => {
            Month::from_serial(*number, date1904).map(|month| month.to_string())
        }
        // 202610
        Value::Number(number) if (MONTHS.0..MONTHS.1).contains(number) => {
            parse_month(&number.to_string()).map(|month| month.to_string())
        }
        _ => None,
    }
}

/// The headers that stand over several columns, in the rows above one of them; `first` is the table's
/// first column, which no such header covers.
pub fn above(sheet: &Sheet, at: CellRef, first: u32, date1904: bool) -> Option<String> {
    let mut out: Option<String> = None;
    let mut row = at.row;
    for _ in 0..LEVELS {
        let Some(up) = row.checked_sub(1) else { break };
        let Some(merge) = sheet.merge_of(CellRef::new(up, at.col)) else { break };
        if merge.end.col == merge.start.col || merge.start.col <= first {
            break;
        }
        let text = header_text(sheet, merge.start, date1904);
        out = out.into_iter().chain(text).reduce(|low, high| high + &low);
        row = merge.start.row;
    }
    out
}

/// Rows of headers over a table's own.
const LEVELS: u32 = 3;

/// Which month the column of a known label is of, by what stands in brackets behind the label and
/// over it: a label may itself speak of a month (当月中差评数量, 上月销售费用).
pub fn column_month(over: Option<&str>, text: &str, month: Option<Period>) -> When {
    let mut said = over.unwrap_or_default().to_owned();
    if is_part(&compact(&said)) {
        return When::Other;
    }
    if text.contains(BRACKETS) {
        let own = notes::in_brackets(text);
        if own.iter().any(|note| is_beside(note)) || own.iter().any(|note| is_mean(text, note)) {
            return When::Other;
        }
        own.iter().for_each(|note| said.push_str(&in_words(note)));
    }
    if said.is_empty() {
        return When::Unsaid;
    }
    when(&said, month)
}

/// Whether a note makes a mean of an amount or a number: 实际营业额（人均）. A price or a time may be one.
fn is_mean(text: &str, note: &str) -> bool {
    let key = crate::text::label(text);
    notes::is_mean(note)
        && !has_any(&key, &["率", "均", "时间", "时长", "价", "得分", "评分", "比"])
}

/// The month with which a label begins, and what stands behind it: `10月实际营业额`, `本月实际营业额`. Of a
/// number of a month nothing is said where the wanted one is not known, and a span is no month.
pub fn led_by_month(key: &str, month: Option<Period>) -> Option<(When, &str)> {
    let said = |rest: &'_ str| !rest.is_empty();
    // Most labels speak of no month.
    if !key.contains(['月', '期']) {
        return None;
    }
    if let Some(rest) = ["本月", "当月", "本期", "当期"].iter().find_map(|w| key.strip_prefix(w))
    {
        let rest = rest.strip_prefix('份').unwrap_or(rest);
        return said(rest).then_some((When::This, rest));
    }
    let end = key.find('月')? + '月'.len_utf8();
    let (name, rest) = key.split_at(end);
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    let figures = |c: char| c.is_ascii_digit() || "年月〇零一二三四五六七八九十".contains(c);
    if !said(rest) || rest.starts_with('度') || !name.chars().all(figures) {
        return None;
    }
    let fits = Period::named(name)?.fits(month?);
    Some((if fits { When::This } else { When::Other }, rest))
}

/// Brackets that open a note, before and after NFKC.
const BRACKETS: [char; 6] = ['(', '（', '[', '［', '【', '〔'];

/// Whether a note behind a label says that it is not the figure itself: `客单价（目标）`. A longer note
/// (基准60%) is a remark.
pub fn is_beside(note: &str) -> bool {
    const NOTES: [&str; 28] = [
        "目标",
        "目标值",
        "计划",
        "计划值",
        "预算",
        "标准",
        "标准值",
        "基准",
        "基准值",
        "同比",
        "环比",
        "累计",
        "本年累计",
        "全年累计",
        "年累计",
        "全年",
        "年度",
        "本年",
        "全年平均",
        "预计",
        "预测",
        "预估",
        "满分",
        "权重",
        "自评",
        "自报",
        "占比",
        "排名",
    ];
    NOTES.contains(&note) || is_part(note)
}

/// Whether a note names a part of the shops, another span than a month, or a figure that was put aside:
/// C店, 上半月, 调整前, 作废.
fn is_part(note: &str) -> bool {
    const PARTS: [&str; 29] = [
        "ytd",
        "调整前",
        "修改前",
        "修正前",
        "更正前",
        "核定前",
        "审核前",
        "作废",
        "无效",
        "暂估",
        "草稿",
        "初稿",
        "初报",
        "初值",
        "达标线",
        "及格线",
        "警戒线",
        "c店",
        "商城",
        "线上",
        "线下",
        "‰",
        "千分比",
        "万分比",
        "行业",
        "行业均值",
        "对手",
        "竞品",
        "半月",
    ];
    PARTS.contains(&note)
        || is_span(note)
        || notes::is_place(note)
        || notes::is_void(note)
        || notes::is_other_measure(note)
}

/// Whether a header is of a part of the month or of the shops, of which a sum may stand beside it.
pub fn is_share(text: &str) -> bool {
    let key = crate::text::label(text);
    has_span(&key) || is_span(&key) || notes::is_place(&key)
}

/// Whether a column of a list holds no figures of the month, by its header: 目标, 第1周, 行业均值. Of
/// 目标完成值 and the like it is not said.
pub fn is_no_result(text: &str) -> bool {
    const NO_RESULT: [&str; 51] = [
        "target",
        "budget",
        "plan",
        "forecast",
        "last",
        "previous",
        "ytd",
        "目标",
        "计划",
        "预算",
        "标准",
        "基准",
        "定额",
        "同比",
        "环比",
        "增长",
        "增幅",
        "占比",
        "权重",
        "满分",
        "分值",
        "上限",
        "下限",
        "警戒",
        "预警",
        "挑战",
        "冲刺",
        "底线",
        "红线",
        "基线",
        "阈值",
        "保底",
        "达标",
        "合格",
        "及格",
        "预测",
        "预计",
        "预估",
        "历史",
        "去年",
        "上年",
        "同期",
        "自报",
        "全年",
        "日均",
        "月均",
        "周均",
        "行业",
        "排名",
        "完成率",
        "达成率",
    ];
    const RESULT: [&str; 6] = ["实际", "完成值", "完成数", "完成情况", "达成值", "达成情况"];
    let key = crate::text::label(text);
    let bare = ["数值", "数据", "值", "数"].iter().find_map(|word| key.strip_suffix(word));
    let has = |words: &[&str]| has_any(&key, words);
    has(&NO_RESULT) && !has(&RESULT)
        || bare.is_some_and(is_part)
        || is_part(&key)
        || has_span(&key)
        || notes::in_brackets(text).iter().any(|note| is_beside(note) || notes::is_mean(note))
}

/// Whether a figure's label says in brackets that it is of another month or no result (`实际营业额
/// （上月）`, `客单价（目标）`).
pub fn is_other(text: &str, month: Option<Period>) -> bool {
    text.contains(BRACKETS) && column_month(None, text, month) == When::Other
}

/// Which of several columns of one meaning is meant: its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// This one.
    One(usize),
    /// None: all are of other months.
    None,
    /// Nothing tells.
    Unclear,
}

/// The column that is meant among several of one meaning, by the months that their headers name, else
/// by the name itself: each tells its month, and whether its header is the name itself.
pub fn of_month(found: &[(When, bool)]) -> Chosen {
    let only = |wanted: &dyn Fn(&(When, bool)) -> bool| {
        let mut all = found.iter().enumerate().filter(|(_, one)| wanted(one));
        match (all.next(), all.next()) {
            (Some((at, _)), None) => Chosen::One(at),
            (None, _) => Chosen::None,
            _ => Chosen::Unclear,
        }
    };
    for month in [When::This, When::Unsaid] {
        match only(&|one| one.0 == month) {
            Chosen::None => {}
            Chosen::Unclear => {
                let exact = only(&|one| one.0 == month && one.1);
                return if exact == Chosen::None { Chosen::Unclear } else { exact };
            }
            one => return one,
        }
    }
    Chosen::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::other_times::{LAST, NEXT, YEARS};

    #[test]
    fn words_begin_as_the_quick_look_expects() {
        for word in [&THIS[..], &LAST, &YEARS, &NEXT].concat() {
            assert!(word.starts_with(FIRST), "{word}");
        }
    }

    #[test]
    fn headers_speak_of_months() {
        let month = Period { year: Some(2026), month: 10 };
        for (text, found) in [
            ("10月", When::This),
            ("本月实际", When::This),
            ("26年10月", When::This),
            ("25年10月", When::Other),
            ("9月", When::Other),
            ("上月数值", When::Other),
            ("去年10月", When::Other),
            ("数值", When::Unsaid),
            ("1-10月", When::Unsaid),
        ] {
            assert_eq!(when(text, Some(month)), found, "{text}");
        }
        assert_eq!(when("9月", None), When::This);
    }

    #[test]
    fn a_label_may_begin_with_a_month() {
        let month = Some(Period { year: Some(2026), month: 10 });
        for (text, found) in [
            ("10月实际营业额", Some((When::This, "实际营业额"))),
            ("2026年10月份实际营业额", Some((When::This, "实际营业额"))),
            ("十月实际营业额", Some((When::This, "实际营业额"))),
            ("本月实际营业额", Some((When::This, "实际营业额"))),
            ("9月实际营业额", Some((When::Other, "实际营业额"))),
            ("25年10月实际营业额", Some((When::Other, "实际营业额"))),
            ("1-10月实际营业额", None),
            ("10月", None),
            ("3月度kpi得分", None),
            ("实际营业额", None),
            ("月实际营业额", None),
        ] {
            assert_eq!(led_by_month(text, month), found, "{text}");
        }
        assert_eq!(led_by_month("10月实际营业额", None), None);
    }

    #[test]
    fn figures_and_what_stands_beside_them() {
        for text in
            ["10月", "10月实际", "2026-10", "本月数值", "Oct-26", "本月", "本月（元）", "（10月）"]
        {
            assert!(is_figures(text), "{text}");
        }
        for text in ["10月目标", "10月环比", "本月累计", "本月备注", "10月排名", "10月（预估）"]
        {
            assert!(!is_figures(text), "{text}");
        }
    }

    #[test]
    fn one_column_of_several() {
        use When::{Other, This, Unsaid};
        assert_eq!(of_month(&[(Other, false), (This, false)]), Chosen::One(1));
        assert_eq!(of_month(&[(Other, true), (Unsaid, false)]), Chosen::One(1));
        assert_eq!(of_month(&[(Unsaid, false), (Unsaid, true)]), Chosen::One(1));
        assert_eq!(of_month(&[(Unsaid, true), (Unsaid, true)]), Chosen::Unclear);
        assert_eq!(of_month(&[(This, true), (This, false), (Unsaid, false)]), Chosen::One(0));
        assert_eq!(of_month(&[(Other, true)]), Chosen::None);
    }
}
