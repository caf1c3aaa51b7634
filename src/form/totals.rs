//! Which total is which: by its words, its table, its place, and the points beside it.

use super::lexicon::{Lexicon, TotalWord};
use super::tables::{Section, TotalFound};
use super::{Form, Place, check};
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::words;
use crate::workbook::Workbook;

/// Tells the totals apart.
pub(super) fn place(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    form: &mut Form,
    totals: &[TotalFound],
) {
    // Bonus items come on top, sections have weights.
    let item_points = crate::score::total::points(scheme, &scheme.items);
    let is = |hint: Option<f64>, value: f64| hint.is_some_and(|h| (h - value).abs() < 1e-9);
    let parts = of_parts(workbook, scheme, form, totals);
    for total in &parts {
        form.problems.push(of_part(workbook, total));
    }
    let placed: Vec<(&TotalFound, Place)> = totals
        .iter()
        .filter(|total| total.word != TotalWord::Score)
        .filter(|total| !parts.iter().any(|part| part.label == total.label))
        .filter_map(|total| Some((total, total.place?)))
        .collect();
    for (index, (total, cell)) in placed.iter().enumerate() {
        let later = placed.get(index + 1..).unwrap_or_default();
        let later_total = later.iter().any(|(t, _)| t.word == TotalWord::Total);
        let whole = is(total.hint, scheme.total) && scheme.total != item_points;
        let rating = match total.section {
            Section::Rating(rating) => form.ratings.iter().position(|r| r.rating == rating),
            _ => None,
        };
        // ×100 under a table whose points are 10 is neither these nor the form's total.
        let scale = whole && total.word == TotalWord::Scaled && total.factor;
        if scale && rating.and_then(|at| form.ratings.get(at)).is_some_and(|r| r.scaled.is_none()) {
            form.problems.push(other_scale(workbook, total));
            continue;
        }
        if let Some(at) = rating
            && !whole
        {
            let number = form.ratings.get(at).map_or(0, |r| r.rating);
            let full = lexicon.full_marks.get(number).copied().unwrap_or_default();
            let weight = lexicon.weights.get(number).copied().unwrap_or_default();
            let same_section = later
                .iter()
                .any(|(t, _)| t.section == total.section && t.word == TotalWord::Scaled);
            let Some(place) = form.ratings.get_mut(at) else { continue };
            let as_scaled = total.word == TotalWord::Scaled
                || (total.word == TotalWord::Sum && place.sum.is_some() && is(total.hint, weight));
            let as_sum = is(total.hint, full)
                || same_section
                || (total.word == TotalWord::Sum && place.sum.is_none() && place.scaled.is_none());
            if as_scaled && place.scaled.is_none() {
                place.scaled = Some(*cell);
                continue;
            }
            if as_sum && place.sum.is_none() && !as_scaled {
                place.sum = Some(*cell);
                continue;
            }
            if total.word == TotalWord::Total && later_total && place.sum.is_none() {
                place.sum = Some(*cell);
                continue;
            }
        }
        let in_items = total.section == Section::Items;
        let is_sum = in_items
            && !whole
            && form.sum.is_none()
            && (total.word != TotalWord::Total
                || is(total.hint, item_points)
                || later_total
                || form.ratings.is_empty());
        // 合计 of the items a second time is not the form's total.
        let again_sum =
            in_items && !whole && total.word == TotalWord::Sum && !form.ratings.is_empty();
        if is_sum {
            form.sum = Some(*cell);
        } else if again_sum {
            form.problems.push(again(workbook, total));
        } else if form.total.is_none() {
            form.total = Some(*cell);
        } else if total.word == TotalWord::Total && form.total != Some(*cell) {
            form.problems.push(again(workbook, total));
        }
    }
    for total in totals.iter().filter(|total| total.word == TotalWord::Score) {
        score(workbook, lexicon, form, total, item_points);
    }
    if form.total.is_none() && form.ratings.is_empty() && scheme.ratings.is_empty() {
        form.total = form.sum.take();
    }
    if form.total.is_none() {
        let unplaced = totals.iter().find(|t| t.place.is_none() && t.word == TotalWord::Total);
        form.problems.extend(unplaced.map(|total| no_cell(workbook, total)));
        let said = |problem: &Problem| ["total-no-cell", "total-unknown"].contains(&problem.code);
        if !form.problems.iter().any(said) {
            form.problems.push(none(workbook, scheme, form));
        }
    }
}

/// Tells a row called 得分 or by a rating's name, by the points beside it and the sum above it; what
/// nothing tells stays as it is.
fn score(
    workbook: &Workbook,
    lexicon: &Lexicon,
    form: &mut Form,
    total: &TotalFound,
    item_points: f64,
) {
    let is = |value: f64| total.hint.is_some_and(|hint| (hint - value).abs() < 1e-9);
    let rating = total.named.or(match total.section {
        Section::Rating(rating) => Some(rating),
        _ => None,
    });
    let unknown = check::total_unknown(workbook, total.label);
    let Some(cell) = total.place else {
        form.problems.push(unknown);
        return;
    };
    let Some(rating) = rating else {
        match form.sum.is_none() && total.section == Section::Items && is(item_points) {
            true => form.sum = Some(cell),
            false => form.problems.push(unknown),
        }
        return;
    };
    let text = |place: Place| workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at));
    let alone = text(total.label).map(crate::text::label).is_some_and(|key| key == "得分");
    let (full, weight) = (lexicon.full_marks.get(rating), lexicon.weights.get(rating));
    let Some(place) = form.ratings.iter_mut().find(|place| place.rating == rating) else {
        form.problems.push(unknown);
        return;
    };
    // A label between the marks, or of a table whose marks are below, is their title.
    let ended = place
        .marks
        .iter()
        .all(|mark| mark.name.sheet == total.label.sheet && mark.name.at.row < total.label.at.row);
    let unsaid = total.hint.is_none() && (alone || total.named.is_some());
    let scaled = weight.is_some_and(|w| is(*w)) || unsaid && place.sum.is_some();
    if ended && scaled && place.scaled.is_none() {
        place.scaled = Some(cell);
    } else if ended && full.is_some_and(|f| is(*f)) && place.sum.is_none() {
        place.sum = Some(cell);
    } else {
        form.problems.push(unknown);
    }
}

/// 折算得分 whose formula makes other points of the sum than its table has.
fn other_scale(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheets.get(total.label.sheet).map_or("", |s| s.name.as_str());
    Problem::notice(
        "total-unknown",
        words!(
            "这一行旁边的算法与评分表的权重不符，没有填写",
            "the formula beside this row is not by the table's weight; it is not filled"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!(
        "写成按权重折算（如 合计÷满分×10）再处理，或自己写公式",
        "write it by the weight (合计÷满分×10) and run again, or put a formula of your own"
    ))
}

/// A second total: the first is filled.
fn again(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheets.get(total.label.sheet).map_or("", |s| s.name.as_str());
    Problem::notice(
        "total-again",
        words!(
            "表上还有一处总分，只填了前面的一处",
            "the form has a second total; only the first is filled"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!("在这一格写公式，引用前面的总分", "put a formula there that reads the first"))
}

/// No total's label at all, as older copies of a form have none: it is filled all the same.
fn none(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Problem {
    let words: Vec<&str> = scheme.words.total.iter().take(4).map(String::as_str).collect();
    let looked = words.join("、");
    let sheet = workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str());
    Problem::notice(
        "total-missing",
        words!(
            "表上没有总分一行（找过「{looked}」等），总分只在报告和汇总里",
            "the form has no row of the total (looked for {looked} and the like); it is only in the report and the summary"
        ),
    )
    .on(sheet)
    .hint(words!(
        "要填在表上，就加一行「总得分」，得分列留空",
        "to have it in the form, add a row 总得分 with a blank score cell"
    ))
}

/// A total's label with no cell to hold it: the form is filled all the same.
fn no_cell(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheets.get(total.label.sheet).map_or("", |s| s.name.as_str());
    Problem::notice(
        "total-no-cell",
        words!(
            "这里的总分没有可填的单元格，未填写；总分见报告",
            "there is no cell for this total; it is not filled, see the report"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!("在它右边留一个空单元格", "leave a blank cell to its right"))
}

/// The sums of the items' parts, none of which is the sum of all items: what stands above some of the
/// items, the last part's own sum, and 小计 where there are several or parts have weights.
fn of_parts<'t>(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    totals: &'t [TotalFound],
) -> Vec<&'t TotalFound> {
    let key = |total: &TotalFound| {
        let sheet = workbook.sheets.get(total.label.sheet);
        sheet.and_then(|s| s.text(total.label.at)).map(crate::text::label).unwrap_or_default()
    };
    let in_items = || totals.iter().filter(|total| total.section == Section::Items);
    let inner = |total: &&TotalFound| {
        let below =
            |place: Place| place.sheet == total.label.sheet && place.at.row > total.label.at.row;
        form.items.iter().any(|item| below(item.name))
    };
    let several = in_items().any(|total| inner(&total));
    let subtotals = in_items().filter(|total| key(total) == "小计").count();
    let weighted = scheme.groups.iter().any(|group| group.weight.is_some());
    let full = crate::score::total::points(scheme, &scheme.items);
    let part = |total: &&TotalFound| {
        let text = key(total);
        let own = total.hint.map_or(text.contains("小计"), |hint| hint < full - 1e-9);
        inner(total)
            || text == "小计" && (subtotals > 1 || weighted)
            || several && own && total.word == TotalWord::Sum
    };
    in_items().filter(part).collect()
}

/// The sum of a part of the items is left as it is.
fn of_part(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheets.get(total.label.sheet).map_or("", |s| s.name.as_str());
    Problem::notice(
        "part-sum",
        words!(
            "各部分的小计不填写，只填各项得分与总分",
            "the sums of the form's parts are not filled, only the items and the total"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!(
        "要显示小计，就在这一格写求和公式",
        "put a formula into this cell to show the sum"
    ))
}
