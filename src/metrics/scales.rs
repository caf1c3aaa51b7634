//! Marks on another scale than the scheme's, as a title, a header or a label says.

use super::reader::Reader;
use super::sources::{Raters, Sources};
use crate::cell::CellRef;
use crate::form::Place;
use crate::form::scale::{ROWS, differs, other_scale, problem};
use crate::scheme::{MetricKind, Rating, Scheme};
use crate::workbook::Sheet;

impl Reader<'_> {
    /// Notes a raters' table that is of another scale.
    pub(super) fn raters_scale(&mut self, table: &Raters, rating: &Rating) {
        let Some(sheet) = self.workbook.sheets.get(table.sheet) else { return };
        let rows = (0..table.first()).rev().take(ROWS);
        let tab = || Some((None, differs(&sheet.name, rating.max)?));
        let told = other_scale(sheet, rows, None, rating).map(|(at, found)| (Some(at), found));
        if let Some((at, found)) = told.or_else(tab) {
            self.once(problem(&sheet.name, at, found, (&rating.name, rating.max)));
        }
    }

    /// Notes the marks among the figures, and among the team's, that are on another scale.
    pub(super) fn scales(&mut self, scheme: &Scheme, sources: &Sources) {
        let marks = scheme.metrics.iter().filter(|metric| metric.kind == MetricKind::Mark);
        for metric in marks {
            let (Some(max), Some(place)) =
                (metric.max, self.out.get(&metric.name).and_then(|found| found.place))
            else {
                continue;
            };
            let Some(sheet) = self.workbook.sheets.get(place.sheet) else { continue };
            if let Some((at, found)) = beside(sheet, place, max) {
                self.once(problem(&sheet.name, Some(at), found, (&metric.name, max)));
            }
        }
        let columns = scheme.team.iter().flat_map(|team| &team.columns);
        for column in columns.filter(|column| column.kind == MetricKind::Mark) {
            for team in &sources.teams {
                let (Some(max), Some(col)) = (column.max, team.columns.get(&column.name)) else {
                    continue;
                };
                let Some(sheet) = self.workbook.sheets.get(team.sheet) else { continue };
                let at = sheet.anchor(CellRef::new(team.header, *col));
                if let Some(found) = sheet.text(at).and_then(|text| differs(text, max)) {
                    self.once(problem(&sheet.name, Some(at), found, (&column.name, max)));
                }
            }
        }
    }
}

/// What the label left of a mark, or the header of its column, says of other full marks.
fn beside(sheet: &Sheet, place: Place, max: f64) -> Option<(CellRef, f64)> {
    let left = sheet.row(place.at.row).take_while(|(at, _)| at.col < place.at.col);
    let left = left.filter_map(|(at, cell)| Some((at, cell.value.text()?)));
    let above = (0..place.at.row).rev().find_map(|row| {
        let at = sheet.anchor(CellRef::new(row, place.at.col));
        Some((at, sheet.text(at)?))
    });
    left.chain(above).find_map(|(at, text)| Some((at, differs(text, max)?)))
}
