//! What a form holds and its scheme does not know: items, marks, points shared by items. What is scored
//! without them is no total.

use super::lexicon::{Lexicon, named_points};
use super::strays::{self, number, typed_score};
use super::{Form, ItemPlace, Place, red_lines};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{has_any, label, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};
use std::collections::BTreeMap;

/// The points in a cell.
pub(super) fn points(sheet: &Sheet, at: CellRef) -> Option<f64> {
    match sheet.value(at) {
        Value::Number(number) => Some(*number),
        Value::Text(text) if text.chars().count() < 12 => named_points(text),
        _ => None,
    }
}

/// The points of an item: all that stand in the rows that its name is merged over.
fn of_item(sheet: &Sheet, item: &ItemPlace) -> Option<f64> {
    let first = item.points?.at;
    let last = sheet.merge_of(item.name.at).map_or(first.row, |merge| merge.end.row);
    let cells = (first.row + 1..=last).map(|row| CellRef::new(row, first.col));
    let more = cells.filter(|at| sheet.anchor(*at) == *at).filter_map(|at| points(sheet, at));
    Some(points(sheet, first)? + more.sum::<f64>())
}

/// Notes the rows among a form's items that have points and are no item of the scheme: an error where
/// the form's own sum counts them, or does not say.
pub(super) fn items(workbook: &Workbook, scheme: &Scheme, lexicon: &Lexicon, form: &mut Form) {
    shared_points(workbook, scheme, form);
    let scale = scale(workbook, scheme, form);
    form.problems.extend(scale);
    let Some(sheet) = workbook.sheets.get(form.sheet) else { return };
    let own = || form.items.iter().filter(|item| item.name.sheet == form.sheet);
    let columns = own().find_map(|item| Some((item.name.at.col, item.points?.at.col)));
    let Some((name_col, points_col)) = columns else { return };
    let taken: HashSet<u32> = own()
        .flat_map(|item| {
            let end = sheet.merge_of(item.name.at).map_or(item.name.at.row, |m| m.end.row);
            item.name.at.row..=end
        })
        .collect();
    let (Some(first), Some(last)) = (taken.iter().min(), taken.iter().max()) else { return };
    // One may stand above the first that is known, as far as the header, which has no numbers.
    let scores = own().map(|item| item.score.at.col).next();
    let placed = |row: u32| Some(Place { sheet: form.sheet, at: CellRef::new(row, scores?) });
    let score_of = |row: u32| typed_score(workbook, form, placed(row)?);
    let is_row = |row: &u32| {
        points(sheet, CellRef::new(*row, points_col)).is_some() || score_of(*row).is_some()
    };
    let first = &(0..*first).rev().take_while(is_row).last().unwrap_or(*first);
    let sum = form.sum.filter(|sum| sum.sheet == form.sheet).map(|sum| sum.at.row);
    // A form without rating tables may have a total and no sum. Without either nothing tells where the items end.
    let total = form.total.filter(|total| total.sheet == form.sheet && form.ratings.is_empty());
    let end = sum.or(total.map(|total| total.at.row)).filter(|row| row > last).unwrap_or(*last);
    let mut found: Vec<(CellRef, f64)> = Vec::new();
    let mut uncounted: Vec<Problem> = Vec::new();
    for row in (*first..end).filter(|row| !taken.contains(row)) {
        let (name, value) = (CellRef::new(row, name_col), CellRef::new(row, points_col));
        let alone = [name, value].iter().all(|at| sheet.anchor(*at) == *at);
        let Some(text) = sheet.text(name).filter(|text| !crate::text::is_blank(text)) else {
            continue;
        };
        let known = lexicon.item(&label(text)).is_some() || lexicon.total(&label(text)).is_some();
        if !alone || known {
            continue;
        }
        match (points(sheet, value).filter(|points| *points > 0.0), score_of(row)) {
            (Some(points), _) => found.push((name, points)),
            (None, Some(score)) if lexicon.total_row(&label(text)).is_none() => {
                let counted = placed(row).is_some_and(|at| strays::is_counted(workbook, form, at));
                uncounted.extend(strays::uncounted(sheet, name, &score, counted));
            }
            _ => {}
        }
    }
    let of_items: f64 = own().filter_map(|item| of_item(sheet, item)).sum();
    form.problems.extend(uncounted);
    form.problems.extend(strays::beside_items(workbook, lexicon, form));
    form.problems.extend(red_lines::told(workbook, scheme, lexicon, form));
    if found.is_empty() {
        let at = sum.map(|row| CellRef::new(row, points_col));
        let stated = at.and_then(|at| Some((at, points(sheet, at)?)));
        let all = own().all(|item| item.points.is_some_and(|p| points(sheet, p.at).is_some()));
        // What comes on top of the total may be left out of the sum.
        let on_top =
            |name: &String| scheme.groups.iter().any(|g| g.bonus && g.items.contains(name));
        let of_bonus =
            own().filter(|item| scheme.items.get(item.item).is_some_and(|item| on_top(&item.name)));
        let of_bonus: f64 = of_bonus.filter_map(|item| of_item(sheet, item)).sum();
        // 合计 | 100分 may say what the whole form is out of; shares of the whole (15%) are points too.
        let sums = [of_items, of_items - of_bonus, scheme.total];
        let differs = stated.filter(|(_, stated)| {
            all && of_items > 1.0 && sums.iter().all(|sum| (stated - sum).abs() > 1e-9)
        });
        form.problems.extend(differs.map(|(at, stated)| sum_differs(sheet, at, stated, of_items)));
        return;
    }
    let of_found: f64 = found.iter().map(|(_, points)| points).sum();
    let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
    // 业绩类 60分 above its items is the title of a part.
    if same(of_items, of_found) {
        return;
    }
    let stated = sum.and_then(|row| points(sheet, CellRef::new(row, points_col)));
    let apart = stated.is_some_and(|stated| same(stated, of_items));
    let new: Vec<Problem> =
        found.iter().map(|(at, points)| unknown(sheet, *at, *points, apart)).collect();
    form.problems.extend(new);
}

fn sum_differs(sheet: &Sheet, at: CellRef, stated: f64, of_items: f64) -> Problem {
    let (stated, sum) = (show(stated, 4), show(of_items, 4));
    Problem::notice(
        "sum-points-differ",
        words!(
            "合计写着 {stated} 分，各项分值加起来是 {sum} 分；得分按各项计算",
            "the sum's points are {stated}, those of the items make {sum}; the items count"
        ),
    )
    .at(&sheet.name, at)
    .hint(words!("核对各项分值，改正其中一处", "check the points and correct one of them"))
}

/// Notes rows with a mark among a rating's marks that the scheme does not know: its mean would lack them.
pub(super) fn marks(workbook: &Workbook, scheme: &Scheme, lexicon: &Lexicon, form: &mut Form) {
    // Computed of the marks, or said of them.
    const NO_MARKS: [&str; 17] = [
        "均", "最高", "最低", "率", "备注", "说明", "总", "日期", "人数", "满分", "排名", "名次",
        "权重", "合计", "系数", "次数", "票",
    ];
    let mut found = Vec::new();
    for table in &form.ratings {
        let Some(first) = table.marks.iter().min_by_key(|mark| mark.score) else { continue };
        let Some(sheet) = workbook.sheets.get(first.score.sheet) else { continue };
        let (names, scores) = (first.name.at.col, first.score.at.col);
        let rows: HashSet<u32> = table.marks.iter().map(|mark| mark.score.at.row).collect();
        let last = rows.iter().max().copied().unwrap_or_default();
        let sum = table.sum.filter(|sum| sum.sheet == first.score.sheet).map(|sum| sum.at.row);
        let end = sum.filter(|row| *row > last).unwrap_or(last);
        // One may stand above the first that is known: the header has no number.
        let marked =
            |row: &u32| matches!(sheet.value(CellRef::new(*row, scores)), Value::Number(_));
        let top = (0..first.score.at.row).rev().take_while(marked).last();
        let top = top.unwrap_or(first.score.at.row);
        for row in (top..end).filter(|row| !rows.contains(row)) {
            let (name, score) = (CellRef::new(row, names), CellRef::new(row, scores));
            let alone = [name, score].iter().all(|at| sheet.anchor(*at) == *at);
            let text = sheet.text(name).filter(|text| !crate::text::is_blank(text));
            let Some(key) = text.filter(|_| alone).map(label) else { continue };
            let known = lexicon.item(&key).is_some()
                || lexicon.marks(&key).is_some()
                || lexicon.total_row(&key).is_some()
                || lexicon.is_score(&key);
            let mark = number(sheet.value(score));
            let max = scheme.ratings.get(table.rating).map_or(0.0, |rating| rating.max);
            let marked = mark.is_some_and(|mark| (0.0..=max).contains(&mark));
            let name_of = scheme.ratings.get(table.rating).map_or("", |r| r.name.as_str());
            if marked && !known && !has_any(&key, &NO_MARKS) {
                found.push(unknown_mark(sheet, name, name_of));
            }
        }
    }
    form.problems.extend(found);
}

fn unknown_mark(sheet: &Sheet, at: CellRef, rating: &str) -> Problem {
    let name = sheet.text(at).unwrap_or_default().trim();
    Problem::error(
        "mark-unknown",
        words!(
            "「{rating}」里的「{name}」不在方案里，合计会少算这一项",
            "`{name}` in `{rating}` is not in the scheme; the sum would lack it"
        ),
    )
    .at(&sheet.name, at)
    .hint(words!(
        "在方案的这张评分表中加上它，或把这一行移到合计之下",
        "add it to that rating table of the scheme, or move the row below the sum"
    ))
}

/// One points cell merged over several items: each one's points where the scheme gives each so many, and
/// the points of all where it gives them so many together; else nobody can tell.
fn shared_points(workbook: &Workbook, scheme: &Scheme, form: &mut Form) {
    let of_scheme = |item: usize| scheme.items.get(item).map_or(0.0, |item| item.points);
    let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let mut by_cell: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    for item in &form.items {
        if let Some(cell) = item.points {
            by_cell.entry(cell).or_default().push(item.item);
        }
    }
    by_cell.retain(|_, items| items.len() > 1);
    for (cell, items) in by_cell {
        let Some(sheet) = workbook.sheets.get(cell.sheet) else { continue };
        // 5×3 and 每项5分 say it of each.
        let each = |text: &str| has_any(text, &["×", "*", "x", "X", "每", "各"]);
        let stated = points(sheet, cell.at).filter(|_| !sheet.text(cell.at).is_some_and(each));
        if stated.is_some_and(|n| items.iter().all(|item| same(of_scheme(*item), n))) {
            continue;
        }
        let together: f64 = items.iter().map(|item| of_scheme(*item)).sum();
        if stated.is_none_or(|stated| same(stated, together)) {
            form.items.iter_mut().filter(|i| i.points == Some(cell)).for_each(|i| i.points = None);
            continue;
        }
        let name = |item: &usize| scheme.items.get(*item).map_or("", |item| item.name.as_str());
        let names = items.iter().map(name).collect::<Vec<_>>().join("、");
        let stated = show(stated.unwrap_or_default(), 4);
        form.problems.push(
            Problem::error(
                "points-shared",
                words!(
                    "「{names}」合用一个分值格（{stated} 分），看不出各是多少分",
                    "`{names}` share one points cell ({stated}); nothing tells the points of each"
                ),
            )
            .at(&sheet.name, cell.at)
            .hint(words!(
                "取消这里的合并单元格，每项各写分值",
                "unmerge the cells and write the points of each item"
            )),
        );
    }
}

/// Points on another scale than the scheme's (满分 100 for every item): an error, for steps of 2 mean
/// nothing there. A form may change the points of some items.
fn scale(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Option<Problem> {
    let mut pairs = form.items.iter().map(|item| {
        let sheet = workbook.sheets.get(item.name.sheet)?;
        let own = points(sheet, item.points?.at)?;
        Some((own, scheme.items.get(item.item)?.points))
    });
    let (own, known) = pairs.try_fold((0.0, 0.0), |sum, pair| {
        let (own, known) = pair?;
        Some((sum.0 + own, sum.1 + known))
    })?;
    // Shares of the whole (15%) are points all the same.
    let alike = own <= 1.0 + 1e-9 || (known / 2.0 < own && own < known * 2.0);
    let first = form.items.first()?.points.filter(|_| !alike && known > 0.0)?;
    let (own, known) = (show(own, 4), show(known, 4));
    let problem = Problem::error(
        "points-scale",
        words!(
            "表上各项分值合计 {own}，方案是 {known}，不是同一种计分",
            "the form's points sum to {own}, the scheme's to {known}: another way of counting"
        ),
    );
    let name = workbook.sheet_name(first.sheet);
    Some(problem.at(name, first.at).hint(words!(
        "分值列写各项的满分（如 15分），权重另列；或为这种表另写方案",
        "write each item's points (15分) and put weights in a column of their own; or make a scheme for this form"
    )))
}

fn unknown(sheet: &Sheet, at: CellRef, points: f64, apart: bool) -> Problem {
    let (name, points) = (sheet.text(at).unwrap_or_default().trim(), show(points, 4));
    let problem = if apart {
        Problem::notice(
            "item-unknown",
            words!(
                "「{name}」（{points}分）不在方案里，没有评分，也没有计入合计",
                "`{name}` ({points} points) is not in the scheme; it is not scored and not in the sum"
            ),
        )
    } else {
        Problem::error(
            "item-unknown",
            words!(
                "表上的「{name}」（{points}分）不在方案里，合计会少算这一项",
                "`{name}` ({points} points) is not in the scheme; the sum would lack it"
            ),
        )
    };
    problem.at(&sheet.name, at).hint(words!(
        "在方案中加上这个项目，或把它移到合计之下",
        "add the item to the scheme, or move it below the sum"
    ))
}
