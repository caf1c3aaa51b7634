//! Scores whose formulas this program wrote: emptied as the figures are that they read, they would show
//! #DIV/0! in everybody's blank form. A company's own formulas stay.

use super::Template;
use crate::form::Place;
use crate::hash::HashMap;
use crate::pipeline::Options;
use crate::workbook::Sheet;
use std::collections::BTreeSet;

/// The score and mark cells whose formulas are what a fill writes. The totals' are not among them: a
/// company's own sum reads the same, and shows no error over empty cells.
pub(super) fn scores(template: &Template) -> BTreeSet<Place> {
    let Template { workbook, scheme, form, bytes, .. } = template;
    let options = Options {
        scheme: Some(scheme.clone()),
        check_only: true,
        drop_signature: true,
        limits: workbook.limits,
        ..Options::default()
    };
    let written = crate::fill_workbook(bytes, &options).map(|outcome| outcome.formulas);
    let sheet = |place: &Place| workbook.sheets.get(place.sheet);
    let anchored = |place: &Place| {
        let at = sheet(place).map_or(place.at, |sheet| sheet.anchor(place.at));
        Place { sheet: place.sheet, at }
    };
    let written: HashMap<Place, String> = written
        .unwrap_or_default()
        .into_iter()
        .map(|(place, formula)| (anchored(&place), bare(&formula)))
        .collect();
    let items = form.items.iter().map(|item| item.score);
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks).map(|mark| mark.score);
    items
        .chain(marks)
        .map(|place| anchored(&place))
        .filter(|place| {
            let formula = sheet(place).and_then(|sheet| formula(sheet, place));
            formula.is_some_and(|own| match written.get(place) {
                Some(formula) => *formula == own,
                None => is_of_our_making(&own),
            })
        })
        .collect()
}

fn formula(sheet: &Sheet, place: &Place) -> Option<String> {
    sheet.cells.get(&place.at)?.formula.as_deref().map(bare)
}

/// A formula without what Excel writes otherwise than we do: quotation marks about a sheet's name.
fn bare(formula: &str) -> String {
    formula.chars().filter(|c| *c != '\'' && !c.is_whitespace()).collect()
}

/// Whether a formula has the shape of ours, where the template's figures are not there to tell: whole steps
/// from a base, or the mean of raters on another sheet.
fn is_of_our_making(formula: &str) -> bool {
    let steps = formula.starts_with("MAX(0,") && formula.contains("TRUNC(ROUND(");
    let mean = formula.strip_prefix("AVERAGE(").and_then(|rest| rest.strip_suffix(')'));
    steps || mean.is_some_and(|cells| cells.contains('!') && !cells.contains(['(', '+', '*']))
}
