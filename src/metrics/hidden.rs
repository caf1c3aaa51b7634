//! Figures that do not show, on a hidden sheet or in a hidden row, or are struck through. They count, and that
//! is told.

use super::reader::Reader;
use super::sources::Sources;
use crate::cell::CellRef;
use crate::expr::Operand;
use crate::form::Place;
use crate::problem::{Problem, Words};
use crate::scheme::Scheme;
use crate::words;
use crate::workbook::Visibility;
use std::collections::{BTreeMap, BTreeSet};

impl Reader<'_> {
    /// Tells of figures that were read where nobody sees them.
    pub(super) fn unseen(&mut self, scheme: &Scheme, sources: &Sources) {
        let mut sheets: BTreeSet<usize> = BTreeSet::new();
        let mut rows: BTreeMap<usize, Vec<(Place, &str)>> = BTreeMap::new();
        for metric in &scheme.metrics {
            let Some(found) = self.out.get(&metric.name) else { continue };
            match found.place {
                Some(place) => {
                    sheets.insert(place.sheet);
                    let sheet = self.workbook.sheets.get(place.sheet);
                    if sheet.is_some_and(|sheet| sheet.hides_row(place.at.row)) {
                        rows.entry(place.sheet).or_default().push((place, &metric.name));
                    }
                }
                None if metric.from_team.is_some() => {
                    sheets.extend(sources.teams.iter().map(|team| team.sheet));
                }
                None => {}
            }
        }
        sheets.extend(self.out.marks.values().flatten().filter_map(|mark| match mark {
            Operand::Cell { sheet, .. } => Some(*sheet),
            Operand::Number(_) => None,
        }));
        for sheet in sheets {
            let Some(sheet) = self.workbook.sheets.get(sheet) else { continue };
            if sheet.visibility == Visibility::Visible {
                continue;
            }
            let name = &sheet.name;
            let problem = Problem::notice(
                "figures-unseen",
                words!(
                    "用了隐藏的工作表「{name}」里的数据",
                    "figures were taken from the hidden sheet `{name}`"
                ),
            );
            self.once(problem.on(name).hint(words!(
                "不是这个月要用的，删去这张表；是就不必理会",
                "delete it where it is not the month's; else ignore this"
            )));
        }
        self.struck(scheme, sources);
        for mut found in rows.into_values() {
            found.sort_by_key(|(place, _)| place.at);
            let Some((first, _)) = found.first() else { continue };
            // A person's row holds all that is hers.
            let one_row = found.iter().all(|(place, _)| place.at.row == first.at.row);
            let what = words!(
                "隐藏或筛选掉的行里的数，仍按它计算",
                "figures in hidden or filtered rows count all the same"
            );
            let names = Words::listed(found.iter().map(|(_, name)| name), SHOWN);
            let what = match one_row && found.len() > 1 {
                true => what,
                false => what.then(&words!("：", ": ")).then(&names),
            };
            let problem = Problem::notice("figures-unseen", what);
            let problem = problem.at(self.sheet_name(first.sheet), first.at);
            self.once(
                problem.hint(words!("取消隐藏，核对数值", "show the rows and check the figures")),
            );
        }
    }

    /// Tells of figures that are struck through, as one does with what no longer counts.
    fn struck(&mut self, scheme: &Scheme, sources: &Sources) {
        let mut cells: BTreeSet<Place> = BTreeSet::new();
        for metric in &scheme.metrics {
            let Some(found) = self.out.get(&metric.name) else { continue };
            cells.extend(found.place);
            let from = metric.from_team.as_ref().filter(|_| found.place.is_none());
            for team in from.into_iter().flat_map(|_| &sources.teams) {
                let columns = from.and_then(|from| team.columns.get(&from.column));
                let columns = columns.into_iter().chain([&team.member]);
                let cell =
                    |row: u32, col: u32| Place { sheet: team.sheet, at: CellRef::new(row, col) };
                cells.extend(columns.flat_map(|col| team.rows.iter().map(|row| cell(*row, *col))));
            }
        }
        cells.extend(self.out.marks.values().flatten().filter_map(|mark| match mark {
            Operand::Cell { sheet, at, .. } => Some(Place { sheet: *sheet, at: *at }),
            Operand::Number(_) => None,
        }));
        cells.retain(|place| self.workbook.strikes(place.sheet, place.at));
        let Some(first) = cells.first().copied() else { return };
        let shown = |place: &Place| format!("'{}'!{}", self.sheet_name(place.sheet), place.at);
        let what = words!(
            "划了删除线的格子仍按它计算：",
            "cells that are struck through count all the same: "
        );
        let what = what.then(&Words::listed(cells.iter().map(shown), SHOWN));
        let problem = Problem::notice("figures-struck", what);
        self.once(problem.at(self.sheet_name(first.sheet), first.at).hint(words!(
            "不算的，清空或删去这一行；要算的，去掉删除线",
            "clear what does not count, or delete its row; take the line off what does"
        )));
    }
}

/// Most cells in a message.
const SHOWN: usize = 6;
