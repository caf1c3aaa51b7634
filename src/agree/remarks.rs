//! Rules that stand beside the criteria: in a remark of the form, in the rows of its totals. No scheme
//! reads them there; they are told.

use super::digits::Digits;
use super::readings::{begins_with_points, behind, counts};
use super::{grades, limits, notes as rules};
use crate::cell::CellRef;
use crate::form::{Form, Place, notes};
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, has_any, label, round15, show};
use crate::words;
use crate::workbook::{Cell, Sheet, Workbook};

/// How a remark begins.
const MARKS: [&str; 12] = [
    "备注",
    "注",
    "注意",
    "补充",
    "特别说明",
    "补充说明",
    "说明",
    "备注说明",
    "其他说明",
    "考核说明",
    "评分说明",
    "计分说明",
];

/// Words of a rule in a total's row, beyond the sum that it is.
const OF_TOTALS: [&str; 12] = [
    "取整",
    "四舍五入",
    "封顶",
    "最高",
    "不超过",
    "上限",
    "系数",
    "去掉",
    "×1.",
    "*1.",
    "×0.",
    "平均分",
];

/// What a form's remarks and totals say of the score.
pub(super) fn told(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Vec<Problem> {
    let Some(sheet) = workbook.sheets.get(form.sheet) else { return Vec::new() };
    let mut out = Vec::new();
    for (at, cell) in &sheet.cells {
        let marked = |text: &&str| text.contains(['注', '充', '说']);
        let Some(text) = cell.value.text().filter(marked) else { continue };
        let head = text.split([':', '：']).next().map(compact).unwrap_or_default();
        if !MARKS.contains(&head.as_str()) {
            continue;
        }
        let own = |row: u32| form.items.iter().any(|item| item.name.at.row == row);
        // The remark stands behind its word, or in the next cell; 备注 heads a column too.
        let (at, text) = match label(text) == head {
            false => (*at, text),
            true => {
                let right = sheet.merge_of(*at).map_or(at.col, |merge| merge.end.col) + 1;
                let next = sheet.anchor(CellRef::new(at.row, right));
                let Some(text) = sheet.text(next) else { continue };
                (next, text)
            }
        };
        let rest = beyond_the_schemes(scheme, text);
        if !own(at.row) && is_rule(scheme, &without_full_marks(scheme, &compact(&rest))) {
            out.push(unread(workbook, Place { sheet: form.sheet, at }, &rest));
        }
    }
    for (at, text) in lines(sheet, form) {
        let place = Place { sheet: form.sheet, at };
        let known = out.iter().any(|problem| problem.cell == Some(at));
        let rest = beyond_the_schemes(scheme, text);
        let mut sentences = rest.split(SENTENCE);
        let rule = sentences.find(|sentence| is_rule_alone(scheme, &compact(sentence)));
        out.extend(rule.filter(|_| !known).map(|rule| unread(workbook, place, rule)));
    }
    out.extend(set_aside(workbook, form));
    out.extend(form.total.into_iter().flat_map(|total| of_total(workbook, scheme, form, total)));
    for scaled in form.ratings.iter().filter_map(|table| table.scaled) {
        let by_other = |key: &str| {
            has_any(key, &["去掉", "平均分×", "平均分*"])
                || key.contains("合计×") && key.contains('%')
        };
        out.extend(row_texts(workbook, scaled).filter(|(_, key)| by_other(key)).map(
            |(place, _)| {
                let text = workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at));
                unread(workbook, place, text.unwrap_or_default())
            },
        ));
    }
    out
}

/// The texts below a form that stand by themselves, with a word before them at most, as far as the next table.
pub(super) fn lines<'s>(sheet: &'s Sheet, form: &Form) -> Vec<(CellRef, &'s str)> {
    let names = form.items.iter().map(|item| Some(item.name));
    let scaled = form.ratings.iter().flat_map(|table| [table.sum, table.scaled]);
    let places = names.chain(scaled).chain([form.sum, form.total]).flatten();
    let own = places
        .filter(|place| place.sheet == form.sheet)
        .map(|place| sheet.merge_of(place.at).map_or(place.at.row, |merge| merge.end.row));
    let Some(last) = own.max() else { return Vec::new() };
    let filled = |row: u32| sheet.row(row).filter(|(_, cell)| !cell.value.is_blank());
    (last + 1..=last + BELOW)
        .take_while(|row| filled(*row).filter(|(_, cell)| !is_blank_to_sign(cell)).count() < 3)
        .flat_map(filled)
        .filter_map(|(at, cell)| Some((at, cell.value.text()?)))
        .collect()
}

/// Whether a cell only asks for a name or a day: 被考核人签字：.
fn is_blank_to_sign(cell: &Cell) -> bool {
    cell.value.text().is_some_and(|text| text.trim().trim_end_matches('_').ends_with([':', '：']))
}

/// Rows below a form in which its remarks stand.
const BELOW: u32 = 12;

/// Whether a line is the month's account: 扣分说明：投诉1次扣2分.
pub(super) fn is_account(key: &str) -> bool {
    const ACCOUNTS: [&str; 7] =
        ["扣分说明", "得分说明", "加分说明", "扣分原因", "加分原因", "扣分情况", "得分情况"];
    has_any(key, &ACCOUNTS)
}

/// Whether a line states a rule of the score, whatever stands before it: 迟到一次扣1分, 一票否决：….
fn is_rule_alone(scheme: &Scheme, key: &str) -> bool {
    if rules::changes(scheme, key) || rules::limits_scores(scheme, key) {
        return true;
    }
    // 一票否决：无 rules nothing.
    if key.ends_with('无') || has_any(key, &["无一票否决", "扣至0分", "本月"]) || is_account(key)
    {
        return false;
    }
    // 一次-1分, but not 0-5分.
    let signed = key.match_indices(['+', '-']).any(|(at, sign)| {
        let before = key.get(..at).is_some_and(|text| text.ends_with(|c: char| c.is_ascii_digit()));
        !before && key.get(at + sign.len()..).is_some_and(begins_with_points)
    });
    let whole =
        has_any(key, &["总分", "总得分"]) || has_any(key, &["最高", "封顶"]) && key.contains('分');
    let scaled = has_any(key, &["×0.", "*0.", "×1.", "*1.", "乘以", "归零"]) || limits::names(key);
    let acts = ["扣", "加", "奖励", "奖", "减"];
    let acts = acts.iter().any(|word| behind(key, word).any(begins_with_points));
    acts || signed
        || whole && scaled
        || has_any(
            key,
            &["总分为0", "总分0分", "得0分", "按0分", "记0分", "计0分", "一票否决", "清零"],
        )
        || rounds(scheme, key) && has_any(key, &["总分", "得分", "总得分", "合计"])
}

/// Where a sentence ends.
pub(super) const SENTENCE: [char; 4] = ['。', '；', ';', '\n'];

/// A text without the sentences that say what the scheme has beside its items, as a form made of it says them:
/// its groups, its vetoes, its grades. What they say otherwise of grades and shares is told apart.
fn beyond_the_schemes(scheme: &Scheme, text: &str) -> String {
    let legend = grades::is_legend(text);
    let own = |sentence: &&str| {
        let key = compact(sentence);
        let numbers = Digits::of(sentence).numbers;
        let known = |known: &[f64]| numbers.iter().all(|number| known.contains(number));
        let of_group = scheme.groups.iter().any(|group| {
            let items = scheme.items.iter().filter(|item| group.items.contains(&item.name));
            let mut numbers: Vec<f64> = items.map(|item| item.points).collect();
            let percent = group.weight.map(|weight| round15(weight * 100.0));
            numbers.extend(
                [Some(scheme.total), group.cap, group.floor, percent, group.weight]
                    .iter()
                    .flatten(),
            );
            key.contains(&compact(&group.name)) && (known(&numbers) || group.weight.is_some())
        });
        let of_veto = scheme.vetoes.iter().any(|veto| {
            let best = veto.best.as_ref().is_none_or(|best| key.contains(&compact(best)));
            key.contains(&compact(&veto.metric)) && known(&[0.0, 1.0]) && best
        });
        of_group || of_veto || legend && grades::is_graded(sentence)
    };
    let kept: Vec<&str> = text.split(SENTENCE).filter(|sentence| !own(sentence)).collect();
    kept.join("；")
}

/// Whether words say how a score is rounded, and the scheme does not.
pub(super) fn rounds(scheme: &Scheme, key: &str) -> bool {
    scheme.round.is_none() && has_any(key, &["四舍五入", "取整", "保留整数", "位小数"])
}

/// Words of an item that is not counted this month.
const SET_ASIDE: [&str; 10] = [
    "不适用",
    "不考核",
    "免考",
    "暂停考核",
    "暂不考核",
    "取消考核",
    "不参与考核",
    "不参评",
    "免评",
    "本项取消",
];
/// Words that say so in the brackets behind an item's name only: 罚款不计分 is said of a fine.
const IN_BRACKETS: [&str; 4] = ["不计分", "不计入", "停用", "暂停"];
/// Most letters of what says so beside an item.
const BRIEF: usize = 16;

/// The items of which the form says that they are not counted: in the name's brackets, or beside it.
fn set_aside(workbook: &Workbook, form: &Form) -> Vec<Problem> {
    let mut out = Vec::new();
    for item in &form.items {
        let Some(sheet) = workbook.sheets.get(item.name.sheet) else { continue };
        let own = [Some(item.score), item.points].map(|place| place.map(|place| place.at));
        let texts = sheet.row(item.name.at.row).filter(|(at, _)| !own.contains(&Some(*at)));
        for (at, text) in texts.filter_map(|(at, cell)| Some((at, cell.value.text()?))) {
            let says = |text: &str| has_any(&compact(text), &SET_ASIDE);
            let said = |note: &String| says(note) || has_any(note, &IN_BRACKETS);
            let noted = at == item.name.at && notes::in_brackets(text).iter().any(said);
            let beside = at != item.name.at && text.trim().chars().count() <= BRIEF && says(text);
            if noted || beside {
                out.push(unread(workbook, Place { sheet: item.name.sheet, at }, text));
            }
        }
    }
    out
}

/// What another sheet says of how marks are put together: 去掉一个最高分和一个最低分.
pub(super) fn of_other_sheets(workbook: &Workbook) -> Vec<Problem> {
    let mut out = Vec::new();
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
        let rules = texts.filter(|(_, text)| {
            let extremes = text.contains('最') && has_any(text, &["最高", "最低"]);
            let key = if extremes { compact(text) } else { String::new() };
            let out = ["去掉", "去除", "剔除", "除去", "去最高", "扣除"];
            has_any(&key, &out)
                && key.contains('分')
                && !has_any(&key, &["不去", "不剔", "不需", "无需"])
        });
        out.extend(rules.map(|(at, text)| unread(workbook, Place { sheet: index, at }, text)));
    }
    out
}

/// A remark without the full marks that the scheme has too: 满分100分, 每项满分5分.
fn without_full_marks(scheme: &Scheme, key: &str) -> String {
    let ratings = scheme.ratings.iter().flat_map(|rating| [rating.max, rating.weight]);
    std::iter::once(scheme.total)
        .chain(ratings)
        .fold(key.to_owned(), |key, full| key.replace(&format!("满分{}分", show(full, 4)), ""))
}

/// Whether a remark speaks of how the score is counted.
fn is_rule(scheme: &Scheme, key: &str) -> bool {
    if rules::changes(scheme, key) {
        return true;
    }
    // 满分100分，60分及格 and 评分请于5日前交 rule nothing here.
    const OTHERS: [&str; 9] =
        ["及格", "日前", "日内", "优秀", "良好", "合格", "一式", "签字", "最低为0"];
    if has_any(key, &OTHERS) && !has_any(key, &["扣", "加分", "奖"]) {
        return false;
    }
    // 总分保留一位小数
    rounds(scheme, key) && has_any(key, &["分", "合计", "结果"])
        || counts(key) && key.contains(|c: char| c.is_ascii_digit())
        || limits::names(key)
        || has_any(
            key,
            &["调整为", "不考核", "不适用", "不计分", "免考核", "暂停考核", "不参与考核"],
        )
}

/// What the total's row says that its sum is not: 80+20+20=120分 on a form of 100, 取整.
fn of_total(workbook: &Workbook, scheme: &Scheme, form: &Form, total: Place) -> Vec<Problem> {
    let weights = form.ratings.iter().map(|table| {
        let scheme = scheme.ratings.get(table.rating).map_or(0.0, |rating| rating.weight);
        table.weight.unwrap_or(scheme)
    });
    let weights: Vec<f64> = weights.collect();
    let whole: f64 = scheme.total;
    let of_items = whole - weights.iter().sum::<f64>();
    let known: Vec<String> =
        weights.iter().copied().chain([whole, of_items]).map(|n| show(n, 4)).collect();
    let other_sum = |key: &str| {
        let figures = key.split(|c: char| !(c.is_ascii_digit() || c == '.'));
        let figures: Vec<&str> = figures.filter(|figure| !figure.is_empty()).collect();
        // ①+②+③ are tables.
        let tables = figures.iter().zip(1..).all(|(figure, n)| **figure == n.to_string());
        let sum =
            key.contains('+') && figures.len() > 2 && !key.contains(['×', '*', '%']) && !tables;
        sum && figures.iter().any(|figure| !known.iter().any(|own| own == figure))
    };
    // A scheme with weighted groups says so itself.
    let grouped = scheme.groups.iter().any(|group| group.weight.is_some());
    let shares = |key: &str| !grouped && key.contains('%') && key.contains(['×', '*']);
    let says = |key: &str| has_any(key, &OF_TOTALS) || other_sum(key) || shares(key);
    let found: Vec<Place> =
        row_texts(workbook, total).filter(|(_, key)| says(key)).map(|(place, _)| place).collect();
    let text = |place: &Place| workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at));
    found.iter().map(|place| unread(workbook, *place, text(place).unwrap_or_default())).collect()
}

/// The texts of a row up to a cell, as they are compared.
fn row_texts(workbook: &Workbook, to: Place) -> impl Iterator<Item = (Place, String)> {
    let row = workbook.sheets.get(to.sheet).into_iter().flat_map(move |s| s.row(to.at.row));
    row.filter_map(move |(at, cell)| {
        Some((Place { sheet: to.sheet, at }, compact(cell.value.text()?)))
    })
}

pub(super) fn unread(workbook: &Workbook, at: Place, text: &str) -> Problem {
    let sheet = workbook.sheet_name(at.sheet);
    let words = super::shortened(text.trim_end_matches('；'));
    Problem::notice(
        "rule-unread",
        words!(
            "「{words}」像是计分的规定，方案里没有，没有按它计算",
            "`{words}` seems to rule how the score is counted; the scheme does not say it, and it was not done"
        ),
    )
    .at(sheet, at.at)
    .hint(words!(
        "是规定就写进方案，或处理后自己改；不是就不必理会",
        "put it into the scheme if it is a rule, or change the result by hand; else ignore this"
    ))
}
