//! Remarks beside a figure: that it is of another month, of a part of it, or may still change.

use super::words::{day_month, names_weeks, until_in_words, without_figures};
use crate::form::span::{in_words, is_from_to, is_other_days};
use crate::form::{Period, heading, notes};
use crate::text::other_times::{LAST, NEXT, YEARS};
use crate::text::{compact, has_any, parse_number};

/// Whether a remark says, and nothing else, that a row is of another month or does not count yet: 上月数据, 待核.
pub(super) fn says_elsewhen(text: &str, month: Option<Period>) -> bool {
    const SAME: [&str; 2] = ["去年同期", "上年同期"];
    let key = compact(text);
    let bare = without_figures(&key);
    let other_month = || {
        bare.ends_with(['月', '份'])
            && Period::named(bare).zip(month).is_some_and(|(found, wanted)| !found.fits(wanted))
    };
    [&LAST[..], &YEARS, &NEXT, &SAME].iter().any(|words| words.contains(&bare))
        || notes::is_void(bare)
        || other_month()
}

/// Whether a remark speaks of another month's figure, or of one that may change, among other things: 上月数据，待更新.
pub(super) fn may_be_other(text: &str, month: Option<Period>) -> bool {
    const WAITS: [&str; 23] = [
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
        "数据异常",
        "数据有误",
    ];
    // Of others than the figure words before and behind them speak: 标准同上月, 未结算订单不计.
    const WHOLE: [&str; 6] = ["同上月", "同上个月", "未结账", "未结算", "初步数", "预计数"];
    const BEHIND: [&str; 9] = ["数据", "数,", "的数", "的值", ",", "。", ";", "沿", "暂"];
    let key = compact(text);
    // 上月为290000 compares; 上月遗留2条 speaks of what is counted.
    let behind = LAST.iter().chain(&YEARS).find_map(|word| key.strip_prefix(word));
    let last = behind.is_some_and(|rest| BEHIND.iter().any(|word| rest.starts_with(word)));
    let whole = key.split([',', '。', ';', '、']).any(|part| WHOLE.contains(&part));
    let waits =
        || key == "预计" || whole || has_any(&key, &WAITS) || is_open(&key) || lacks_days(&key);
    // Of days the month decides.
    let days = || until_in_words(&key).is_some() || in_words(&key).contains(['日', '号']);
    let part = || heading::is_beside(&key) && !notes::is_place(&key) && !days();
    (last || waits() || part() || is_of_other_days(&key, month))
        && !has_any(&key, &["已更新", "已核", "口径", "方法"])
}

/// The figure that a remark says another was changed into: 10月15日经批准调整为310000.
pub(in crate::metrics) fn changed_into(text: &str) -> Option<f64> {
    const INTO: [&str; 15] = [
        "调整为",
        "调整至",
        "调整到",
        "调为",
        "调至",
        "改为",
        "改成",
        "修正为",
        "更正为",
        "订正为",
        "变更为",
        "核定为",
        "更新为",
        "应为",
        "修改为",
    ];
    let key = compact(text);
    let behind = |word: &&str| key.rsplit_once(*word).map(|(_, behind)| behind);
    let behind = INTO.iter().filter_map(behind).min_by_key(|behind| behind.len())?;
    let behind = behind.trim_start_matches([':', '约']);
    let figure = |c: char| c.is_ascii_digit() || ".,%万千元分次条人秒".contains(c);
    let end = behind.find(|c| !figure(c)).unwrap_or(behind.len());
    // 改为10月20日 is a day.
    let rest = behind.get(end..)?;
    let number = parse_number(behind.get(..end)?.trim_end_matches([',', '.']))?;
    (!rest.starts_with(['年', '月', '日', '号', '点', '-', '/', ':'])).then_some(number.value)
}

/// Whether a remark says that somebody is still to look at the figure: 待财务确认.
fn is_open(key: &str) -> bool {
    key.strip_prefix('待').is_some_and(|rest| !notes::is_work(rest))
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
    let before = |words: &str| {
        let found = day_month(words).zip(month);
        found.is_some_and(|(found, month)| !found.fits(month) && !found.is_after(month))
    };
    let until =
        || until_in_words(key).is_some_and(|words| is_other_days(&words, month) || before(&words));
    until() || is_other_days(days.unwrap_or(key), month) || other().unwrap_or_default()
}

/// Whether a remark beside a person speaks of the figures, not of the person or of what happened when:
/// 截至10.25, 同上月, but not 截至10.25离职, 第2周1次, 未更新工牌.
pub(in crate::metrics) fn is_of_figures(text: &str) -> bool {
    const BEGINS: [&str; 24] = [
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
        "预估",
        "有误",
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
    let changed = changed_into(text).is_some();
    let figures =
        whole || days || of_month || changed || BEGINS.iter().any(|word| key.starts_with(word));
    figures && !has_any(&key, &OF_PEOPLE)
}

#[cfg(test)]
mod tests {
    use super::changed_into;

    #[test]
    fn figures_that_remarks_change() {
        for (text, into) in [
            ("10月15日经批准调整为310000", Some(310_000.0)),
            ("由300000调整至31万", Some(310_000.0)),
            ("先改为290000，再改为295,000元", Some(295_000.0)),
            ("培训改为10月20日", None),
            ("调整为线上培训", None),
            ("财务提供", None),
        ] {
            assert_eq!(changed_into(text), into, "{text}");
        }
    }
}
