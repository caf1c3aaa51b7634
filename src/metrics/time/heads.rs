//! Headers of columns that say of which time or kind the figures of a row are: 月份, 统计区间, 数据类型.

use crate::text::has_any;

/// What is dated of a person, and is no time of figures.
const PERSONAL: &[&str] = &[
    "入职", "出生", "转正", "离职", "生日", "到岗", "合同", "培训", "更新", "录入", "登记", "填",
    "提交", "制表",
];

/// Whether a header is of a column of months.
pub(in crate::metrics) fn is_month_head(key: &str) -> bool {
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
pub(super) fn is_days_head(key: &str) -> bool {
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
pub(super) fn is_dated_head(key: &str) -> bool {
    const ENDS: [&str; 6] = ["日期", "时间", "期数", "年/月", "月次", "month"];
    let stem = ENDS.iter().find_map(|end| key.strip_suffix(end));
    stem.is_some_and(|of| of.is_empty() || is_of_figures(of) && !of.contains('评'))
}

/// Whether a header is of a column of months or days of figures.
pub(in crate::metrics) fn is_time_head(key: &str) -> bool {
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
    let bare =
        key.strip_suffix("所属").or(key.strip_suffix("归属")).filter(|bare| !bare.is_empty());
    OF.contains(&bare.unwrap_or(key))
}

/// Whether a header is of a column of years.
pub(in crate::metrics) fn is_year_head(key: &str) -> bool {
    ["年", "年份", "年度"].contains(&key)
        || ["年份", "年度", "年"]
            .iter()
            .find_map(|end| key.strip_suffix(end))
            .is_some_and(is_of_figures)
}

/// Whether a header is of a column that says what kind of figures each row holds: 计划 or 实际.
pub(super) fn is_kind_head(key: &str) -> bool {
    const WHAT: [&str; 8] = ["类型", "类别", "口径", "性质", "版本", "种类", "属性", "状态"];
    const OF: [&str; 6] = ["数据", "数值", "指标", "统计", "取数", "数字"];
    let stem = WHAT.iter().find_map(|end| key.strip_suffix(end));
    stem.is_some_and(|stem| stem.is_empty() || OF.contains(&stem))
}

/// Whether a header is of a column of platforms or shops.
pub(super) fn is_place_head(key: &str) -> bool {
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

/// Whether a header is of a column of days.
pub(in crate::metrics) fn is_day_head(key: &str) -> bool {
    // 入职日期 is no day of figures.
    ["日期", "日", "时间", "统计日期", "数据日期", "业务日期", "考核日期", "登记日期"]
        .contains(&key)
}
