//! The scale of marks: a title or header that names other full marks than the scheme's. A 4 of 10 is
//! no 4 of 5, and no number shows it.

use super::{Form, Place};
use crate::cell::CellRef;
use crate::problem::Problem;
use crate::scheme::{Rating, Scheme};
use crate::text::{FullMarks, full_marks, has_any, label, show};
use crate::words;
use crate::workbook::{Sheet, Workbook};
use std::ops::RangeInclusive;

/// Rows above a table's first mark that may name its full marks: its title, its header of two rows.
pub(crate) const ROWS: usize = 4;

/// Notes the rating tables of a form whose header or title names another scale.
pub(super) fn ratings(workbook: &Workbook, scheme: &Scheme, form: &mut Form) {
    let mut found = Vec::new();
    for table in &form.ratings {
        let Some(rating) = scheme.ratings.get(table.rating) else { continue };
        let Some(first) = table.marks.iter().min_by_key(|mark| mark.score) else { continue };
        let Some(sheet) = workbook.sheets.get(first.score.sheet) else { continue };
        let (row, score) = (first.score.at.row, first.score.at.col);
        // The title may begin over a column of numbers before the names.
        let columns = first.name.at.col.saturating_sub(1)..=score;
        let top = end_above(sheet, form, first.score, &columns);
        let rows = (top..row).rev().take(ROWS);
        if let Some((at, number)) = other_scale(sheet, rows, Some(columns), rating) {
            found.push(problem(&sheet.name, Some(at), number, (&rating.name, rating.max)));
        }
    }
    form.problems.extend(found);
}

/// The row below the last item, mark or total that stands above a mark in its table's columns: what
/// those rows say is not of this table.
pub(super) fn end_above(
    sheet: &Sheet,
    form: &Form,
    mark: Place,
    columns: &RangeInclusive<u32>,
) -> u32 {
    let items = form.items.iter().flat_map(|item| [item.name, item.score]);
    let ratings = form.ratings.iter().flat_map(|rating| {
        rating.marks.iter().map(|mark| mark.score).chain(rating.sum).chain(rating.scaled)
    });
    let all = items.chain(ratings).chain(form.sum).chain(form.total);
    let end = |at: CellRef| sheet.merge_of(at).map_or(at.row, |merge| merge.end.row);
    all.filter(|place| place.sheet == mark.sheet && columns.contains(&place.at.col))
        .map(|place| end(place.at))
        .filter(|row| *row < mark.at.row)
        .max()
        .map_or(0, |row| row.saturating_add(1))
}

/// The first text of some rows that names another scale than a rating's, and its number. `columns`: of
/// the table, the last of them of the marks, in which 满分10分 is of a mark and not of the table.
pub(crate) fn other_scale(
    sheet: &Sheet,
    rows: impl Iterator<Item = u32>,
    columns: Option<RangeInclusive<u32>>,
    rating: &Rating,
) -> Option<(CellRef, f64)> {
    let count = rating.marks.len() as f64;
    let of_table = |at: CellRef| {
        let Some(columns) = &columns else { return true };
        let end = sheet.merge_of(at).map_or(at.col, |merge| merge.end.col);
        at.col <= *columns.end() && end >= *columns.start()
    };
    let cells = rows.flat_map(|row| sheet.row(row)).filter(|(at, _)| of_table(*at));
    let texts = cells.filter_map(|(at, cell)| Some((at, cell.value.text()?)));
    let other = |at: CellRef, text: &str| {
        let of_all = matches!(full_marks(text)?, FullMarks::Unsaid(number)
            if same(number, rating.max * count)
                || same(number, rating.weight)
                    && columns.as_ref().is_none_or(|columns| *columns.end() != at.col)
                || !names_marks(text));
        differs(text, rating.max).filter(|_| !of_all)
    };
    texts.filter_map(|(at, text)| Some((at, other(at, text)?))).next()
}

/// The full marks that a text names, where they are not these.
pub(crate) fn differs(text: &str, max: f64) -> Option<f64> {
    let (FullMarks::Each(number) | FullMarks::Unsaid(number)) = full_marks(text)?;
    (!same(number, max)).then_some(number)
}

/// Whether two counts of points are the same.
pub(super) fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// Whether a text is about marks: 合计（满分80分） is of the table above.
fn names_marks(text: &str) -> bool {
    let key = label(text);
    let of_marks = key.contains(['分', '评']) && !key.starts_with("满分");
    of_marks && !has_any(&key, &["合计", "小计", "总"])
}

/// A text that names other full marks than `max`, those of `name` in the scheme; without a cell, the
/// sheet's name.
pub(crate) fn problem(
    sheet: &str,
    at: Option<CellRef>,
    found: f64,
    (name, max): (&str, f64),
) -> Problem {
    let (own, found) = (show(max, 4), show(found, 4));
    let problem = Problem::error(
        "marks-scale",
        words!(
            "这里写的满分是 {found} 分，方案中「{name}」满分 {own} 分，分数不能直接用",
            "this says full marks of {found}; in the scheme `{name}` has {own}, so the marks cannot be used as they are"
        ),
    )
    .hint(words!(
        "按 {own} 分制打分并改正这里的文字，或在方案中改 max",
        "give marks of {own} and correct this text, or change max in the scheme"
    ));
    match at {
        Some(at) => problem.at(sheet, at),
        None => problem.on(sheet),
    }
}
