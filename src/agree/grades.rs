//! The grades that a form tells beside those of the scheme: another bound gives another grade, and pay.

use super::remarks;
use crate::cell::CellRef;
use crate::criteria::grades::{Told, is_grade, of_list, of_sentence, of_table};
use crate::form::Form;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, has_any, show};
use crate::words;
use crate::workbook::Workbook;

/// Words of what is graded beside the month's total: another time, an examination, a figure.
const OF_OTHERS: [&str; 14] = [
    "年度",
    "季度",
    "年终",
    "全年",
    "半年",
    "年评",
    "培训",
    "考试",
    "KPI",
    "kpi",
    "平均分",
    "月均",
    "试用期",
    "转正",
];

/// The finding for the grades on a form's own sheet.
pub(super) fn told(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    strict: bool,
) -> Option<Problem> {
    let sheet = workbook.sheets.get(form.sheet).filter(|_| !scheme.grades.is_empty())?;
    // What the criteria call 优秀 is none of the total's.
    let criteria = |at: &CellRef| form.items.iter().any(|item| item.name.at.row == at.row);
    let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
    // A list of grades has two bounds, in figures of either width.
    let bounds = |text: &str| text.chars().filter(|c| c.is_numeric()).count() > 1;
    let own = |text: &str| bounds(text) && !has_any(text, &OF_OTHERS);
    let mut texts = texts.filter(|(at, text)| own(text) && !criteria(at));
    let sentence = || texts.find_map(|(at, text)| Some((at, of_sentence(text)?)));
    // Below the form a list needs no word of the total.
    let mut lines = remarks::lines(sheet, form).into_iter();
    let list = || lines.find_map(|(at, text)| Some((at, of_list(text).filter(|_| own(text))?)));
    let (at, said) = of_table(sheet).or_else(sentence).or_else(list)?;
    let (name, own) = difference(scheme, &said)?;
    let own = show(own, 4);
    let mut bounds = scheme.grades.iter().map(|g| format!("{} {}", g.name, show(g.from, 4)));
    let first = bounds.next()?;
    let bounds = bounds.fold(first, |all, one| format!("{all}，{one}"));
    let problem = super::unlike(
        strict,
        "grades-differ",
        words!(
            "表上的等级「{name}」从 {own} 分起，和方案的不同；等级按方案定（{bounds}）",
            "the form's grade `{name}` begins at {own}, unlike the scheme's; grades are the scheme's ({bounds})"
        ),
        words!(
            "等级线改了就改方案的 [[grades]]，没改则改正表上的文字",
            "change [[grades]] of the scheme if the bounds have changed, else correct the form"
        ),
    );
    Some(problem.at(&sheet.name, at))
}

/// Whether a text lists grades: what it says of them is told here.
pub(super) fn is_legend(text: &str) -> bool {
    of_list(text).is_some_and(|said| said.iter().all(Option::is_some))
}

/// Whether a sentence is one grade, or several, of such a list.
pub(super) fn is_graded(sentence: &str) -> bool {
    !has_any(sentence, &["扣", "奖", "加", "减", "不得"])
        && (of_list(sentence).is_some() || is_grade(sentence))
}

/// The first grade that begins elsewhere than the scheme's, and where; `None` too where the form grades marks.
fn difference(scheme: &Scheme, said: &[Option<Told>]) -> Option<(String, f64)> {
    let from = |told: &Told| told.range.from.unwrap_or(0.0);
    let mut told: Vec<&Told> = said.iter().flatten().collect();
    told.sort_by(|a, b| from(b).total_cmp(&from(a)));
    // 5分优秀 grades a mark.
    told.first().filter(|best| from(best) > scheme.total / 2.0)?;
    let namesake = |told: &Told| {
        scheme.grades.iter().find(|grade| compact(&grade.name).eq_ignore_ascii_case(&told.name))
    };
    let differs = |told: &Told, bound: f64| from(told) != bound || told.range.above;
    let tell = |told: &Told| (told.name.clone(), from(told));
    let by_name = told.iter().find(|told| namesake(told).is_some_and(|g| differs(told, g.from)));
    if let Some(other) = by_name {
        return Some(tell(other));
    }
    // Of other names the bounds alone can be compared, where all were read.
    if told.len() < said.len() || told.iter().all(|told| namesake(told).is_some()) {
        return None;
    }
    let mut bounds: Vec<f64> = scheme.grades.iter().map(|grade| grade.from).collect();
    bounds.sort_by(|a, b| b.total_cmp(a));
    let mut bounds = bounds.into_iter();
    let other = told.iter().find(|told| bounds.next().is_none_or(|bound| differs(told, bound)));
    other.or(told.last().filter(|_| bounds.next().is_some())).map(|told| tell(told))
}
