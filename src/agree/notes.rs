//! Notes that change how scores are counted: on the form, on the metric sheet, on a sheet 填表说明 beside it. No scheme
//! reads them; they are told.

use super::digits::Digits;
use super::readings::{begins_with_points, behind};
use super::remarks;
use crate::cell::CellRef;
use crate::form::Place;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, has_any};
use crate::workbook::{Sheet, Workbook};
use regex_lite::Regex;
use std::sync::LazyLock;

patterns! {
    str::to_owned;
    /// 总分按80%计, 得分×出勤率, 总分打八折.
    SCALED = "(?:总分|得分|成绩|考核分|绩效分)[^,;+]{0,8}?(?:按|打|乘以?|×|\\*)(?:以)?(?:([0-9.]+)%|[0-9.一二三四五六七八九]+折|[01]\\.[0-9]+|[^,;+0-9%]{0,6}?(?:系数|出勤率|考勤率|到岗率|比例|折扣))";
    /// 扣分减半, 奖励加倍.
    TIMES = "(?:扣|分|奖|罚)[^,;]{0,6}?(?:减半|折半|加倍|翻倍|双倍)|(?:减半|折半|加倍|翻倍|双倍)(?:扣|计|奖|处罚)";
    /// 不计入团队均值, 评分不计.
    LEFT_OUT = "不计入|不纳入|不算入|不计(?:[^名较成算时入]|$)";
    /// 权重并入业绩.
    MOVED = "(?:权重|分值|分数|满分)[^,;]{0,6}?(?:并入|转入|转至|平摊|分摊|合并到|调到|移到)";
    /// 10月8日: a day on which something happened.
    DAY = "[0-9]+月[0-9]+[日号]";
}

/// Whether a sentence changes the score by other means than points: a factor, half of what is taken, what is not
/// counted, points that another part gets.
pub(super) fn changes(scheme: &Scheme, key: &str) -> bool {
    // 绩效奖金=得分×系数×基数 is of pay.
    const PAY: [&str; 8] = ["奖金", "工资", "薪", "提成", "基数", "发放", "绩效系数", "罚款"];
    if has_any(key, &PAY) {
        return false;
    }
    let key = &key.replace('，', ",");
    let has = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|p| p.is_match(key));
    // 总得分=业绩×80%+行为×20% gives shares, which are compared elsewhere.
    let scaled = !key.contains('+')
        && SCALED.as_ref().and_then(|pattern| pattern.captures(key)).is_some_and(|found| {
            let percent = found.get(1).and_then(|digits| digits.as_str().parse::<f64>().ok());
            !percent.is_some_and(|percent| is_share(scheme, percent))
        });
    scaled || has(&TIMES) || has(&MOVED) || leaves_out(key)
}

/// Whether a percentage is the whole, or the share of a part.
fn is_share(scheme: &Scheme, percent: f64) -> bool {
    let share = percent / 100.0;
    let same = |other: f64| (share - other).abs() < 1e-9;
    same(1.0)
        || scheme.ratings.iter().any(|rating| same(rating.weight / scheme.total))
        || scheme.groups.iter().filter_map(|group| group.weight).any(same)
}

/// Whether a sentence says of somebody or something that the score or a mean does not count it. Fines never
/// count, and blank marks do not.
fn leaves_out(key: &str) -> bool {
    const OF_SCORES: [&str; 8] =
        ["均值", "平均", "总分", "得分", "评分", "考核分", "绩效分", "合计"];
    const NEVER: [&str; 10] =
        ["罚款", "奖金", "工资", "空白", "未填", "未评", "漏填", "弃权", "无效", "不计名"];
    LEFT_OUT.as_ref().is_some_and(|pattern| pattern.is_match(key))
        && has_any(key, &OF_SCORES)
        && !has_any(key, &NEVER)
}

/// Least and most bytes of a note that is read.
const LENGTH: std::ops::Range<usize> = 15..1_500;
/// Most letters of what stands before a note in its row: 注, 1.
const MARK: usize = 6;
/// Words in the name of a sheet that says how the form is filled in or scored.
const OF_RULES: [&str; 8] = ["说明", "须知", "规则", "办法", "细则", "规定", "制度", "通知"];

/// Whether a sheet says how the form is filled in or scored.
pub(super) fn is_of_rules(sheet: &Sheet) -> bool {
    has_any(&compact(&sheet.name), &OF_RULES)
}

/// The rules in a sheet's notes: texts that stand alone in their rows.
pub(super) fn of_sheet(workbook: &Workbook, scheme: &Scheme, index: usize) -> Vec<Problem> {
    let Some(sheet) = workbook.sheets.get(index).filter(|sheet| sheet.loaded) else {
        return Vec::new();
    };
    let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
    let long = texts.filter(|(_, text)| {
        LENGTH.contains(&text.len()) && text.contains(['分', '扣', '总', '权', '计', '否'])
    });
    let mut out = Vec::new();
    for (at, text) in long.filter(|(at, _)| stands_alone(sheet, *at)) {
        let mut sentences = text.split(remarks::SENTENCE);
        let rule = sentences.find(|sentence| is_rule(scheme, &compact(sentence)));
        let place = Place { sheet: index, at };
        out.extend(rule.map(|rule| remarks::unread(workbook, place, rule)));
    }
    out
}

/// Whether a text has its row to itself but for a short word: 注, 1.
fn stands_alone(sheet: &Sheet, own: CellRef) -> bool {
    let others = sheet.row(own.row).filter(|(at, cell)| *at != own && !cell.value.is_blank());
    let mut others = others.map(|(at, cell)| {
        let short = cell.value.text().is_none_or(|text| text.chars().count() <= MARK);
        at.col < own.col && short && !cell.is_formula
    });
    others.next().is_none_or(|short| short) && others.next().is_none()
}

/// Whether a sentence beside the form rules how a score is counted, and the scheme does not say the same.
fn is_rule(scheme: &Scheme, key: &str) -> bool {
    const ACCOUNTS: [&str; 5] = ["本月扣", "本月加", "扣分明细", "扣分记录", "加分明细"];
    if key.ends_with('无') || has_any(key, &ACCOUNTS) || remarks::is_account(key) {
        return false;
    }
    if changes(scheme, key) {
        return true;
    }
    // 10月8日李娜迟到扣1分 is what happened; 10月8日起每次扣1分 is a rule.
    let happened = DAY.as_ref().is_some_and(|day| day.is_match(key));
    let happened = happened && !has_any(key, &["起", "每", "自", "开始", "执行"]);
    let acts = ["扣", "加", "奖励", "奖", "减"];
    let acts = acts.iter().any(|word| behind(key, word).any(begins_with_points));
    if acts {
        return !happened && !is_said(scheme, key);
    }
    let vetoes = scheme.vetoes.is_empty()
        && has_any(key, &["总分为0", "总分0分", "总分按0分", "总分记0分", "总分计0分", "一票否决"]);
    let whole = has_any(key, &["总分", "总得分", "考核得分"]);
    limits_scores(scheme, key)
        || vetoes && !has_any(key, &["无一票否决"])
        || whole && remarks::rounds(scheme, key)
}

/// Whether a sentence limits scores otherwise than by full marks: 得分不得超过该项权重分值.
pub(super) fn limits_scores(scheme: &Scheme, key: &str) -> bool {
    let of_score = has_any(key, &["总分", "得分", "权重分值", "各项", "该项", "本项"]);
    let limits = has_any(key, &["不得超过", "不超过", "不得高于", "封顶", "上限", "清零"]);
    let numbers = Digits::of(key).numbers;
    let full = !numbers.is_empty() && numbers.into_iter().all(|number| is_full(scheme, number));
    of_score && limits && !full
}

/// Whether a number is the full marks of something.
fn is_full(scheme: &Scheme, number: f64) -> bool {
    let ratings = scheme.ratings.iter().flat_map(|rating| [rating.max, rating.weight]);
    let items = scheme.items.iter().flat_map(|item| [Some(item.points), item.cap]);
    let mut all = ratings.chain(items.flatten()).chain([scheme.total]);
    all.any(|full| full == number)
}

/// Whether an item of the scheme says the same: its words have the sentence, or all that it takes and gives, and
/// the item's name begins what the sentence speaks of.
fn is_said(scheme: &Scheme, key: &str) -> bool {
    let plain = |key: &str| key.replace(['，', ',', '的'], "");
    let bare = key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)(".contains(c));
    let points = points(key);
    scheme.items.iter().any(|item| {
        let criteria = compact(&item.criteria);
        let letters: Vec<char> = compact(&item.name).chars().collect();
        let mut pairs = letters.windows(2).map(|pair| pair.iter().collect::<String>());
        let own = self::points(&criteria);
        plain(&criteria).contains(&plain(bare))
            || pairs.any(|pair| key.contains(&pair)) && points.iter().all(|one| own.contains(one))
    })
}

/// What a text takes and gives: its verbs with their points.
fn points(key: &str) -> Vec<(bool, String)> {
    let verbs = [("扣", false), ("减", false), ("加", true), ("奖励", true), ("奖", true)];
    let of = |(verb, gives): (&str, bool)| {
        let found = behind(key, verb).filter(|rest| begins_with_points(rest));
        let found = found.filter_map(|rest| rest.split('分').next());
        found.map(|number| (gives, number.to_owned())).collect::<Vec<_>>()
    };
    verbs.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_change_the_score() {
        let scheme = &Scheme::built_in()[0];
        for (words, told) in [
            ("当月有重大客诉者，绩效考核总分按80%计", true),
            ("本月因系统故障，投诉扣分减半", true),
            ("本表得分×出勤率为最终得分", true),
            ("总分打八折", true),
            ("总得分乘以0.9", true),
            ("新任主管首月上级评分不计，权重并入业绩", true),
            ("试用期客服不计入团队均值", true),
            // The form's own ways.
            ("总得分=业绩得分×80%+上级评分×10%+下级评分×10%", false),
            ("上级评分得分按10%计入总分", false),
            ("折算得分=合计÷满分×权重", false),
            ("罚款不计入得分", false),
            ("空白的评分不计入平均", false),
            ("本评分不计名", false),
            ("请假人员不参与评分", false),
            ("总分为100分", false),
            ("绩效奖金=总得分×奖金系数", false),
            ("绩效工资=基数×考核得分×出勤率", false),
            ("再次发生罚款加倍", false),
        ] {
            assert_eq!(changes(scheme, &compact(words)), told, "{words}");
        }
    }

    #[test]
    fn sentences_beside_the_form() {
        let scheme = &Scheme::built_in()[0];
        for (words, told) in [
            ("2026年10月起，投诉每次扣3分", true),
            ("各项奖励加分后得分不得超过该项权重分值", true),
            ("迟到每次扣1分", true),
            ("本月投诉扣分减半", true),
            ("总分保留整数", true),
            ("出现重大事故一票否决", true),
            ("投诉每次扣2分", false),
            ("未及时准确处理的，每次扣2分", false),
            ("10月8日李娜迟到扣1分", false),
            ("试用期客服不计入团队均值", true),
            ("扣分说明：投诉1次扣2分", false),
            ("数据来源：生意参谋，截至10月31日", false),
            ("单位：元，填报人：李静", false),
            ("KPI得分取自10月绩效表", false),
            ("KPI得分保留两位小数", false),
            ("客单价最高的客服得分98分", false),
            ("评分最高5分，得分不超过5分", false),
            ("评分请于每月5日前交总经办", false),
            ("总得分由系统自动计算，请勿修改", false),
        ] {
            assert_eq!(is_rule(scheme, &compact(words)), told, "{words}");
        }
    }
}
