//! Figures that were read where nobody sees them: on hidden sheets and in hidden or filtered rows.

use super::reader::Reader;
use super::sources::Raters;
use crate::form::{Form, Place};
use crate::problem::{Problem, Words};
use crate::words;
use crate::workbook::Visibility;
use std::collections::{BTreeMap, BTreeSet};

/// Most figures that a notice names.
const NAMED: usize = 3;

impl Reader<'_> {
    /// Tells of figures, and of raters' marks, that do not show. A team's members are told by name elsewhere.
    pub(super) fn out_of_sight(&mut self, form: &Form, raters: &[Raters]) {
        let mut sheets: BTreeSet<usize> = BTreeSet::new();
        let mut rows: BTreeMap<usize, Vec<(Place, &str)>> = BTreeMap::new();
        for (name, found) in self.out.iter() {
            let Some(place) = found.place else { continue };
            // The rows of the form are looked at with it.
            if !self.literal && form.sheets.contains(&place.sheet) {
                continue;
            }
            let Some(sheet) = self.workbook.sheets.get(place.sheet) else { continue };
            if sheet.visibility != Visibility::Visible {
                sheets.insert(place.sheet);
            } else if sheet.hides_row(place.at.row) {
                rows.entry(place.sheet).or_default().push((place, name));
            }
        }
        let is_hidden = |sheet: &usize| {
            let own = !self.literal && form.sheets.contains(sheet);
            let hidden = |s: &crate::workbook::Sheet| s.visibility != Visibility::Visible;
            !own && self.workbook.sheets.get(*sheet).is_some_and(hidden)
        };
        sheets.extend(raters.iter().map(|table| table.sheet).filter(is_hidden));
        let mut told = Vec::new();
        for sheet in sheets {
            let what = words!(
                "这张表是隐藏的，里面的数照常用了",
                "this sheet is hidden; its figures were used all the same"
            );
            told.push(
                Problem::notice("figures-hidden", what)
                    .on(self.sheet_name(sheet))
                    .hint(words!("取消隐藏，核对里面的数", "unhide it and check its figures")),
            );
        }
        for (sheet, mut places) in rows {
            places.sort_by_key(|(place, _)| place.at);
            let Some((first, _)) = places.first() else { continue };
            // A person's row holds all her figures.
            let names = match places.iter().all(|(place, _)| place.at.row == first.at.row) {
                true if places.len() > NAMED => words!("", ""),
                _ => words!("：", ": ")
                    .then(&Words::listed(places.iter().map(|(_, name)| name), NAMED)),
            };
            let what = words!(
                "隐藏或筛选掉的行里的数照常用了",
                "figures in hidden or filtered rows were used all the same"
            );
            told.push(
                Problem::notice("figures-hidden", what.then(&names))
                    .at(self.sheet_name(sheet), first.at)
                    .hint(words!(
                        "取消隐藏或筛选，核对这些数",
                        "show the rows and check the figures"
                    )),
            );
        }
        told.into_iter().for_each(|problem| self.once(problem));
    }
}
