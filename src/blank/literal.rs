//! Scores whose formulas hold last month's figures as numbers: where a figure was typed as text, or not
//! at all, the formula could name no cell.

use super::Template;
use crate::cell::CellRef;
use crate::form::Place;
use crate::scheme::{MetricKind, metrics_of_item};
use crate::workbook::Value;
use std::collections::{BTreeSet, HashSet};

/// The score cells whose formulas may hold such numbers.
pub(super) fn scores(template: &Template) -> BTreeSet<Place> {
    let Template { workbook, scheme, sources, form, .. } = template;
    let is_number = |sheet: usize, at: CellRef| {
        let sheet = workbook.sheets.get(sheet);
        sheet.is_some_and(|sheet| matches!(sheet.value(sheet.anchor(at)), Value::Number(_)))
    };
    let mut metrics: HashSet<&str> = HashSet::new();
    for (metric, listed) in &sources.lists {
        // Of a date with a time of day the formula holds the day.
        let is_date = scheme.metric(metric).is_some_and(|m| m.kind == MetricKind::Date);
        let timed = |one: Place| {
            let value = workbook.sheets.get(one.sheet).map(|sheet| sheet.value(one.at));
            is_date && matches!(value, Some(Value::Number(number)) if number.fract() != 0.0)
        };
        let mut typed = listed.iter().filter(|one| {
            let place = one.place;
            one.inline.is_some() || !is_number(place.sheet, place.at) || timed(place)
        });
        if typed.next().is_some() {
            metrics.insert(metric);
        }
    }
    for team in &sources.teams {
        let columns = || team.columns.values();
        let mut cells = team.rows.iter().flat_map(|row| columns().map(|col| (*row, *col)));
        if cells.any(|(row, col)| !is_number(team.sheet, CellRef::new(row, col))) {
            let of_team = scheme.metrics.iter().filter(|metric| metric.from_team.is_some());
            metrics.extend(of_team.map(|metric| metric.name.as_str()));
        }
    }
    let mut marks: HashSet<(usize, usize)> = HashSet::new();
    for people in &sources.people {
        let typed = |col: u32| {
            people.rows.iter().any(|person| !is_number(people.sheet, people.cell(person, col)))
        };
        let columns = people.metrics.iter().filter(|(_, col)| typed(**col));
        metrics.extend(columns.map(|(metric, _)| metric.as_str()));
        marks.extend(people.marks.iter().filter(|(_, col)| typed(**col)).map(|(mark, _)| *mark));
    }
    for table in &sources.raters {
        let typed = |row: u32| {
            table.columns.iter().any(|col| !is_number(table.sheet, table.cell(row, *col)))
        };
        let rows = table.rows.iter().filter(|(_, row)| typed(**row));
        marks.extend(rows.map(|(mark, _)| (table.rating, *mark)));
    }
    let items = form.items.iter().filter(|place| {
        let item = scheme.items.get(place.item);
        item.is_some_and(|item| metrics_of_item(item).any(|name| metrics.contains(name)))
    });
    let of_tables = form.ratings.iter().flat_map(|table| {
        table.marks.iter().map(|place| ((table.rating, place.mark), place.score))
    });
    let ratings = of_tables.filter(|(mark, _)| marks.contains(mark)).map(|(_, score)| score);
    items.map(|place| place.score).chain(ratings).collect()
}
