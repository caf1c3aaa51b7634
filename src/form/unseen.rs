//! Items and marks of a form that do not show, or are struck through: they are scored, and that is told.

use super::{Form, Place};
use crate::problem::{Problem, Words};
use crate::words;
use crate::workbook::Workbook;

/// Most rows that a notice names.
const SHOWN: usize = 6;

/// The rows of a form that are hidden, and the names, points and marks that are struck through.
pub(super) fn rows(workbook: &Workbook, form: &Form) -> Vec<Problem> {
    let items = form.items.iter().map(|item| (item.name, item.points));
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks);
    let marks = marks.map(|mark| (mark.name, Some(mark.score)));
    let rows: Vec<(Place, Option<Place>)> = items.chain(marks).collect();
    let name = |place: Place| {
        let text = workbook.sheets.get(place.sheet).and_then(|sheet| sheet.text(place.at));
        text.unwrap_or_default().trim().to_owned()
    };
    let is_hidden = |place: Place| {
        workbook.sheets.get(place.sheet).is_some_and(|sheet| sheet.hides_row(place.at.row))
    };
    let is_struck = |place: Place| workbook.strikes(place.sheet, place.at);
    let hidden: Vec<Place> =
        rows.iter().map(|(name, _)| *name).filter(|place| is_hidden(*place)).collect();
    let struck: Vec<Place> = rows
        .iter()
        .filter(|(name, other)| is_struck(*name) || other.is_some_and(is_struck))
        .map(|(name, _)| *name)
        .collect();
    let list = |places: &[Place]| Words::listed(places.iter().map(|place| name(*place)), SHOWN);
    let told = |places: &[Place], problem: Problem| {
        let first = places.first()?;
        let sheet = workbook.sheet_name(first.sheet);
        Some(problem.at(sheet, first.at).hint(words!(
            "不考核的项目要从方案里去掉；要考核就不必理会",
            "an item that does not count has to leave the scheme; else ignore this"
        )))
    };
    let what = words!("隐藏的行仍计分：", "hidden rows are scored all the same: ");
    let unseen = Problem::notice("form-unseen", what.then(&list(&hidden)));
    let what =
        words!("划了删除线的行仍计分：", "rows that are struck through are scored all the same: ");
    let crossed = Problem::notice("form-struck", what.then(&list(&struck)));
    told(&hidden, unseen).into_iter().chain(told(&struck, crossed)).collect()
}
