//! The scale of marks: a title or header that names other full marks than the scheme's. A 4 of 10 is
//! no 4 of 5, and no number shows it.

use super::Form;
use crate::cell::CellRef;
use crate::problem::Problem;
use crate::scheme::{Rating, Scheme};
use crate::text::{FullMarks, full_marks, label, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};

/// Rows above a table's first mark that may name its full marks: its title, its header of two rows.
pub(crate) const ROWS: usize = 4;

/// Notes the rating tables of a form whose header or title names another scale.
pub(super) fn ratings(workbook: &Workbook, scheme: &Scheme, form: &mut Form) {
    let mut found = Vec::new();
    for table in &form.ratings {
        let Some(rating) = scheme.ratings.get(table.rating) else { continue };
        let Some(first) = table.marks.iter().map(|mark| mark.score).min() else { continue };
        let Some(sheet) = workbook.sheets.get(first.sheet) else { continue };
        // A number in the column of the marks is of the table above.
        let is_other =
            |row| matches!(sheet.value(CellRef::new(row, first.at.col)), Value::Number(_));
        let rows = (0..first.at.row).rev().take(ROWS).take_while(|row| !is_other(*row));
        if let Some((at, number)) = other_scale(sheet, rows, Some(first.at.col), rating) {
            found.push(problem(&sheet.name, at, number, (&rating.name, rating.max)));
        }
    }
    form.problems.extend(found);
}

/// The first text of some rows that names another scale than a rating's, and its number. `column`: of
/// the marks, in which 满分10分 is of a mark and not of the table.
pub(crate) fn other_scale(
    sheet: &Sheet,
    rows: impl Iterator<Item = u32>,
    column: Option<u32>,
    rating: &Rating,
) -> Option<(CellRef, f64)> {
    let count = rating.marks.len() as f64;
    let cells = rows.flat_map(|row| sheet.row(row));
    let texts = cells.filter_map(|(at, cell)| Some((at, cell.value.text()?)));
    let other = |at: CellRef, text: &str| {
        let of_table = matches!(full_marks(text)?, FullMarks::Some(number)
            if same(number, rating.max * count)
                || same(number, rating.weight) && column != Some(at.col)
                || !names_marks(text));
        differs(text, rating.max).filter(|_| !of_table)
    };
    texts.filter_map(|(at, text)| Some((at, other(at, text)?))).next()
}

/// The full marks that a text names, where they are not these.
pub(crate) fn differs(text: &str, max: f64) -> Option<f64> {
    let (FullMarks::Each(number) | FullMarks::Some(number)) = full_marks(text)?;
    (!same(number, max)).then_some(number)
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// Whether a text is about marks: 合计（满分80分） is of the table above.
fn names_marks(text: &str) -> bool {
    let key = label(text);
    let of_marks = key.contains(['分', '评']) && !key.starts_with("满分");
    of_marks && !["合计", "小计", "总"].iter().any(|word| key.contains(word))
}

/// A text that names other full marks than `max`, those of `name` in the scheme.
pub(crate) fn problem(sheet: &str, at: CellRef, found: f64, (name, max): (&str, f64)) -> Problem {
    let (own, found) = (show(max, 4), show(found, 4));
    Problem::error(
        "marks-scale",
        words!(
            "这里写的满分是 {found} 分，方案中「{name}」满分 {own} 分，分数不能直接用",
            "this says full marks of {found}; in the scheme `{name}` has {own}, so the marks cannot be used as they are"
        ),
    )
    .at(sheet, at)
    .hint(words!(
        "按 {own} 分制打分并改正这里的文字，或在方案中改 max",
        "give marks of {own} and correct this text, or change max in the scheme"
    ))
}
