//! What keeps a form from being filled, as far as its layout tells.

use super::{Form, Place};
use crate::hash::{HashMap, HashSet};
use crate::problem::Problem;
use crate::problem::codes::TOTAL_UNKNOWN;
use crate::scheme::{Item, Rating, Scheme};
use crate::words;
use crate::workbook::{Arrays, Visibility, Workbook};

/// What keeps a form from being filled, as far as its layout tells.
pub(super) fn form(workbook: &Workbook, scheme: &Scheme, arrays: &Arrays, form: &mut Form) {
    if let Some(problem) = stacked(workbook, scheme, form) {
        // What else is told of such a sheet follows from it.
        form.problems = vec![problem];
        return;
    }
    let mut found = items(workbook, scheme, form);
    found.extend(ratings(workbook, scheme, form));
    found.extend(targets(workbook, arrays, form));
    found.extend(sheet(workbook, form));
    form.problems.extend(found);
}

/// Items that stand twice, or not at all.
fn items(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Vec<Problem> {
    let mut first: HashMap<usize, Place> = HashMap::default();
    let mut found = Vec::new();
    for item in &form.items {
        let name = scheme.items.get(item.item).map_or("", |i| i.name.as_str());
        match first.get(&item.item) {
            Some(before) => found.push(twice(workbook, name, *before, item.name)),
            None => {
                first.insert(item.item, item.name);
            }
        }
    }
    let there = |(index, _): &(usize, &Item)| first.contains_key(index);
    let missing = scheme.items.iter().enumerate().filter(|item| !there(item));
    found.extend(missing.map(|(_, Item { name, .. })| {
        Problem::error(
            "item-missing",
            words!("表中没有考核项目「{name}」", "the form has no item `{name}`"),
        )
        .on(workbook.sheet_name(form.sheet))
        .hint(words!(
            "补上这一行，或在方案中给它加别名",
            "add the row, or give the item an alias in the scheme"
        ))
    }));
    found
}

/// Rating tables that are not there, or lack rows.
fn ratings(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Vec<Problem> {
    let problem = |rating: &Rating| {
        let is_own =
            |index: usize| scheme.ratings.get(index).is_some_and(|r| r.name == rating.name);
        let place = form.ratings.iter().find(|place| is_own(place.rating));
        let there: HashSet<usize> =
            place.iter().flat_map(|p| p.marks.iter().map(|m| m.mark)).collect();
        let marks = rating.marks.iter().enumerate();
        let missing = marks.filter(|(index, _)| !there.contains(index));
        let missing: Vec<&str> = missing.map(|(_, mark)| mark.name.as_str()).collect();
        if missing.is_empty() {
            return None;
        }
        let (name, missing) = (&rating.name, missing.join("、"));
        let what = words!("「{name}」缺少：{missing}", "`{name}` lacks: {missing}");
        Some(Problem::error("rating-missing", what).on(workbook.sheet_name(form.sheet)).hint(
            words!(
                "补上这张评分表或这些行；表头要有「得分」列",
                "add the table or these rows; its header needs a score column"
            ),
        ))
    };
    scheme.ratings.iter().filter_map(problem).collect()
}

/// Cells to fill that are another's too, or cannot be written.
fn targets(workbook: &Workbook, arrays: &Arrays, form: &Form) -> Vec<Problem> {
    let sheet_name = |place: Place| workbook.sheet_name(place.sheet);
    let scores = form.items.iter().map(|item| (item.score, item.name));
    let marks = form.ratings.iter().flat_map(|r| &r.marks).map(|mark| (mark.score, mark.name));
    let sums = form.ratings.iter().flat_map(|r| r.sum.into_iter().chain(r.scaled));
    let totals = sums.chain(form.sum).chain(form.total).chain(form.total_above);
    let mut seen: HashMap<Place, Place> = HashMap::default();
    let mut found = Vec::new();
    for (target, name) in scores.chain(marks).chain(totals.map(|place| (place, place))) {
        if let Some(other) = seen.insert(target, name) {
            let (a, b) = (other.at, name.at);
            found.push(
                Problem::error(
                    "cell-shared",
                    words!("{a} 与 {b} 的得分落在同一个单元格", "{a} and {b} share one score cell"),
                )
                .at(sheet_name(target), target.at)
                .hint(words!("取消该处的合并单元格", "unmerge the cells there")),
            );
        }
        if let Some(range) = arrays.over(target.sheet, target.at) {
            found.push(
                Problem::error(
                    "array-formula",
                    words!(
                        "得分格在数组公式或模拟运算表 {range} 中，不能改写",
                        "the score cell is part of the array formula or data table {range}"
                    ),
                )
                .at(sheet_name(target), target.at)
                .hint(words!(
                    "先清除 {range} 的数组公式",
                    "clear the array formula of {range} first"
                )),
            );
        }
    }
    found
}

/// What is to be known of the form's sheet.
fn sheet(workbook: &Workbook, form: &Form) -> Vec<Problem> {
    let Some(sheet) = workbook.sheets.get(form.sheet) else { return Vec::new() };
    let hidden = || {
        Problem::notice(
            "hidden-sheet",
            words!("表在隐藏的工作表中", "the form is on a hidden sheet"),
        )
        .on(&sheet.name)
    };
    let protected = || {
        Problem::notice(
            "protected-sheet",
            words!(
                "工作表有保护，已照常填写并保留保护",
                "the sheet is protected; it is filled and stays protected"
            ),
        )
        .on(&sheet.name)
    };
    let hidden = (sheet.visibility != Visibility::Visible).then(hidden);
    hidden.into_iter().chain(sheet.protected.then(protected)).collect()
}

/// Several forms on one sheet: half of the items stand there twice.
fn stacked(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Option<Problem> {
    let mut seen = HashSet::default();
    let again: Vec<Place> = form
        .items
        .iter()
        .filter(|item| !seen.insert((item.name.sheet, item.item)))
        .map(|item| item.name)
        .collect();
    let second = again.first().filter(|_| again.len() >= (scheme.items.len() / 2).max(2))?;
    let (name, at) = (workbook.sheet_name(second.sheet), second.at);
    Some(
        Problem::error(
            "forms-stacked",
            words!(
                "这张工作表上不止一份考核表（第二份的考核项目从 {at} 开始），不能这样处理",
                "this sheet holds more than one form (the second one's items begin at {at}); such a sheet is not read"
            ),
        )
        .at(name, at)
        .hint(words!(
            "每份考核表放一张工作表：把第二份连同姓名、评分表移到新的工作表，不要删行",
            "give each form a sheet of its own: move the second, with its name and its rating tables, to a new sheet; delete no rows"
        )),
    )
}

/// A name that stands twice in a form.
pub(super) fn twice(workbook: &Workbook, name: &str, first: Place, second: Place) -> Problem {
    let sheet = |place: Place| workbook.sheet_name(place.sheet);
    let (a, b) = (format!("'{}'!{}", sheet(first), first.at), second.at);
    Problem::error(
        "item-twice",
        words!(
            "「{name}」在表中出现两次：{a} 与 {b}",
            "`{name}` stands twice in the form: {a} and {b}"
        ),
    )
    .at(sheet(second), second.at)
    .hint(words!("删去重复的一行", "remove one of the rows"))
}

/// Several score columns, and nothing tells which is to be filled.
pub(super) fn scores_unclear(workbook: &Workbook, place: Place) -> Problem {
    let sheet = workbook.sheet_name(place.sheet);
    Problem::error(
        "score-column-unclear",
        words!(
            "这张表有几列「得分」，看不出填哪一列",
            "the table has several score columns, and nothing tells which to fill"
        ),
    )
    .at(sheet, place.at)
    .hint(words!(
        "在表上写明考核月份，表头写成「得分（10月）」；或别的列改名「自评」等",
        "name the form's month, and head the columns 得分（10月）; or call the others 自评 and the like"
    ))
}

/// A row that looks like a total's and is not known as one: it stays as it is.
pub(super) fn total_unknown(workbook: &Workbook, place: Place) -> Problem {
    let sheet = workbook.sheets.get(place.sheet);
    let text = sheet.and_then(|s| s.text(place.at)).unwrap_or_default().trim();
    Problem::notice(
        TOTAL_UNKNOWN,
        words!(
            "「{text}」这一行看不出是哪个合计，没有填写",
            "the row `{text}` is no total that is known; it is not filled"
        ),
    )
    .at(sheet.map_or("", |s| s.name.as_str()), place.at)
    .hint(words!(
        "写成「合计」「折算得分」或「总得分」，或在方案的 [words] 中加上这个词",
        "write 合计, 折算得分 or 总得分, or add the word to the scheme's [words]"
    ))
}
