//! The pass mark of the team's monthly marks, where the form or a sheet beside it gives another than the scheme.

use super::{Difference, Unlike, remarks, shortened, unlike};
use crate::cell::CellRef;
use crate::form::Form;
use crate::problem::Problem;
use crate::scheme::{Item, Scheme, metrics_of_item};
use crate::text::{compact, has_any, show};
use crate::words;
use crate::workbook::{Sheet, Workbook};
use regex_lite::Regex;
use std::sync::LazyLock;

/// A pattern in which `N` is a number.
fn whole(pattern: &str) -> String {
    pattern.replace('N', "([0-9]+(?:[.][0-9]+)?)")
}

patterns! {
    whole;
    /// 及格线为65分, 及格分数调整为65.
    LINE = "及格(?:分数线|线|分数|分值|分|标准|成绩)(?:[定设调]|统一|[定设调]整?)?(?:为|是|在|至|到|按|以|达到?|≥|>=|>|=)*(?:kpi)?N";
    /// 不及格指月度KPI低于70分.
    MEANT = "不及格(?:者|人员|人次|标准|线)?(?:是指|指|是|即|为|=|\\(|按)[^,;]{0,14}?(?:低于|小于|不足|不到|未达到|未达|未满|<|少于)N";
    /// KPI65分以下为不及格.
    UNDER = "N分?(?:\\(不含\\))?(?:以下|以内|之下)(?:的|者)*(?:[为是即算属按计定均记视为于]*)不及格";
    /// KPI60分及以下为不及格: who has 60 fails too.
    UNDER_OR_AT = "N分?(?:\\(含\\)|及|含)(?:以下|以内)(?:的|者)*(?:[为是即算属按计定均记视为于]*)不及格";
    /// 低于65分的为不及格.
    BELOW = "(?:低于|小于|不足|不到|未达到|未达|未满|<|少于)N分?(?:的|者)*,?(?:[则为是即算属按计定均记视为于]*)不及格";
    /// KPI达到65分为及格.
    PASSED = "(?:^|[^-~至0-9.])N分?(?:\\(含\\)|及|含)?(?:以上|起)?(?:的|者)*(?:[才为是即算属按计定均记视为于]*)及格";
}

/// Words of what else has a pass mark: the month's total, another time, an examination.
const OF_OTHERS: [&str; 15] = [
    "总分",
    "总得分",
    "满分",
    "年度",
    "季度",
    "年终",
    "全年",
    "半年",
    "培训",
    "考试",
    "试用期",
    "转正",
    "上月",
    "本考核表",
    "本表",
];

/// A pass mark as words give it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    number: f64,
    /// Whether who has just so many fails too.
    fails: bool,
}

/// The findings for a form's own sheet: what stands beside its items.
pub(super) fn told(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    strict: bool,
) -> Option<Problem> {
    let sheet = workbook.sheets.get(form.sheet)?;
    // Criteria are compared with their own numbers.
    let criteria = |at: &CellRef| form.items.iter().any(|item| item.name.at.row == at.row);
    found(sheet, scheme, strict, criteria)
}

/// The finding for a sheet beside the form.
pub(super) fn of_sheet(sheet: &Sheet, scheme: &Scheme, strict: bool) -> Option<Problem> {
    found(sheet, scheme, strict, |_| false)
}

fn found(
    sheet: &Sheet,
    scheme: &Scheme,
    strict: bool,
    skipped: impl Fn(&CellRef) -> bool,
) -> Option<Problem> {
    let (metric, own) = of_scheme(scheme)?;
    let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
    let texts = texts.filter(|(at, text)| text.contains("及格") && !skipped(at));
    let (at, words, mark) = texts.into_iter().find_map(|(at, text)| {
        let (sentence, mark) = text.split(remarks::SENTENCE).find_map(|sentence| {
            let mark = said(&compact(sentence))?;
            (mark.number != own || mark.fails).then_some((sentence, mark))
        })?;
        Some((at, shortened(sentence), mark))
    })?;
    let (own, mark, fails) = (show(own, 4), show(mark.number, 4), mark.fails);
    let (zh, en) = if fails { ("（含）", " and that mark itself") } else { ("", "") };
    let problem = unlike(
        strict,
        "criteria-differ",
        words!(
            "「{metric}」表上写「{words}」，读作 {mark} 分{zh}以下不及格；方案按 {own} 分以下计算",
            "`{metric}`: the form says `{words}`, read as failing below {mark}{en}; the scheme fails below {own}"
        ),
        words!(
            "改了及格线就同时改方案里这个指标的 below；没改则改正表上的文字",
            "change `below` of that metric in the scheme too if the pass mark has changed, else correct the form"
        ),
    );
    Some(problem.at(&sheet.name, at))
}

/// A text of criteria without the note beside 不及格 that gives the pass mark, and the difference where it is
/// another than the scheme's; `None` without such a note.
pub(super) fn noted(
    scheme: &Scheme,
    item: &Item,
    text: &str,
) -> Option<(String, Option<Difference>)> {
    let (metric, own) = of_scheme(scheme)?;
    if !metrics_of_item(item).any(|name| name == metric) {
        return None;
    }
    let start = text.find("不及格")?;
    let behind = text.get(start..)?;
    let open = behind.find(['(', '（'])?;
    let end = open + behind.get(open..)?.find([')', '）'])?;
    let close = behind.get(end..)?.chars().next()?.len_utf8();
    let note = behind.get(..end + close)?;
    // The note is right behind the word.
    let word = note.get(..open)?.trim_start_matches("不及格");
    let near = ["", "者", "人员", "的", "人次"].contains(&word.trim());
    let mark = said(&compact(note)).filter(|_| near)?;
    let kept = [text.get(..start + open)?, behind.get(end + close..)?].concat();
    let differs = mark.number != own || mark.fails;
    let difference = differs.then(|| {
        let tell = |number: f64| format!("及格线 {}", show(number, 4));
        Difference::new(shortened(note), Unlike::Numbers(tell(mark.number), tell(own)))
    });
    Some((kept, difference))
}

/// The scheme's own pass mark: the metric that counts who is below it.
fn of_scheme(scheme: &Scheme) -> Option<(&str, f64)> {
    scheme.metrics.iter().filter(|metric| metric.name.contains("不及格")).find_map(|metric| {
        let below = metric.from_team.as_ref()?.below?;
        Some((metric.name.as_str(), below))
    })
}

/// The pass mark that a sentence gives for the team's monthly marks.
fn said(key: &str) -> Option<Mark> {
    let key = &key.replace('，', ",");
    // 60分以下不及格 alone is said of the form's own total.
    let of_team = key.contains("kpi");
    if !of_team && has_any(key, &OF_OTHERS) {
        return None;
    }
    let number = |pattern: &Option<Regex>| {
        pattern.as_ref()?.captures(key)?.get(1)?.as_str().parse::<f64>().ok()
    };
    let plain = |number| Mark { number, fails: false };
    let of_line = number(&LINE).or_else(|| number(&MEANT)).map(plain);
    of_line.or_else(|| {
        if !of_team {
            return None;
        }
        let at = number(&UNDER_OR_AT).map(|number| Mark { number, fails: true });
        let below = || number(&UNDER).or_else(|| number(&BELOW)).or_else(|| number(&PASSED));
        at.or_else(|| below().map(plain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pass_marks_of_the_team() {
        for (words, number) in [
            ("注：月度KPI及格分为65分。", Some(65.0)),
            ("注：不及格指月度KPI低于70分", Some(70.0)),
            ("及格线为65分", Some(65.0)),
            ("KPI及格线调整为65分", Some(65.0)),
            ("KPI 65分以下为不及格", Some(65.0)),
            ("月度KPI低于65分的为不及格", Some(65.0)),
            ("不及格（KPI<65）", Some(65.0)),
            ("客服KPI达到65分为及格", Some(65.0)),
            ("客服KPI：85分以上优秀，70分以上良好，60分以下不及格", Some(60.0)),
            ("客服KPI：60-80分及格", None),
            ("满分100分，60分及格", None),
            ("90分以上优秀，60分以下不及格", None),
            ("总分及格线为70分", None),
            ("培训考试及格线为80分", None),
            ("不及格者每人次扣5分", None),
            ("不及格人次", None),
        ] {
            let mark = said(&compact(words.trim_end_matches('。')));
            assert_eq!(mark.map(|mark| mark.number), number, "{words}");
        }
        assert_eq!(
            said(&compact("KPI60分及以下为不及格")),
            Some(Mark { number: 60.0, fails: true })
        );
    }
}
