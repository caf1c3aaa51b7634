//! What is said once of many results.

use super::plan::Plan;
use crate::problem::codes::OTHER_MONTH;
use crate::problem::{Problem, Words};
use crate::words;
use std::collections::BTreeMap;

/// Most files that a notice names.
const NAMED: usize = 3;

/// What is said of results of other months than the one asked for: where there are such of that month, the
/// others were to be left out, and hold nothing back.
pub(super) fn other_months(plan: &mut Plan, astray: Vec<(&str, Vec<Problem>)>, some: bool) {
    let count = astray.len();
    if !some || count == 0 {
        for (file, problem) in
            astray.iter().flat_map(|(file, all)| all.iter().map(move |p| (file, p)))
        {
            plan.note(file, problem.clone());
        }
        return;
    }
    let what = words!(
        "{count} 份是别的月份的结果，没有发",
        "{count} results are of other months and are not mailed"
    );
    let files = Words::listed(astray.iter().map(|(file, _)| file), NAMED);
    plan.note(&files.zh, Problem::notice(OTHER_MONTH, what));
}

/// That letters hold results whose workbooks the last `kaohe batch` found in none of its folders, as `left`
/// tells: one was taken away, or the folders were done one by one.
pub fn left_results(plan: &mut Plan, left: &dyn Fn(&str) -> bool) {
    let files: Vec<String> =
        plan.letters.iter().map(|letter| &letter.file).filter(|file| left(file)).cloned().collect();
    let count = files.len();
    if count == 0 {
        return;
    }
    let what = words!(
        "{count} 份是以前的结果，上一次 kaohe batch 的文件夹里没有它们的原表，也在这次发送之列",
        "{count} results are of before the last kaohe batch, in whose folders their workbooks are not; they are mailed too"
    );
    let problem = Problem::notice("result-left", what)
        .hint(words!("不该发的，先删去这些结果", "delete those that are not to be mailed"));
    plan.note(&Words::listed(files, NAMED).zh, problem);
}

/// That workbooks have hidden sheets, which go out with them: who gets one can show them. All forms of one
/// template have the same.
pub(super) fn hidden_sheets<'a>(
    plan: &mut Plan,
    results: impl Iterator<Item = (&'a str, &'a Vec<String>)>,
) {
    let mut all: BTreeMap<&Vec<String>, Vec<&str>> = BTreeMap::new();
    for (file, hidden) in results.filter(|(_, hidden)| !hidden.is_empty()) {
        all.entry(hidden).or_default().push(file);
    }
    for (hidden, files) in all {
        let (count, zh, en) = (files.len(), hidden.join("」「"), hidden.join("`, `"));
        let what = words!(
            "{count} 份工作簿有隐藏的工作表「{zh}」，一起发出，收件人可以显示出来",
            "{count} workbooks have hidden sheets, `{en}`, which are mailed with them and can be shown"
        );
        let problem = Problem::notice("sheets-hidden", what).hint(words!(
            "里面有本人不该看的，先从模板里删去这些表，重新填写再发",
            "where they hold what is not for the person, delete them from the template and fill again"
        ));
        plan.note(&Words::listed(files, NAMED).zh, problem);
    }
}
