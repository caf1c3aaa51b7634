//! Merged cells whose number is several figures': nothing says how much of it is whose.

use super::reader::Reader;
use super::rows::Row;
use crate::form::Place;
use crate::hash::HashMap;
use crate::problem::{Problem, Words};
use crate::scheme::{Metric, Scheme};
use crate::words;
use crate::workbook::Value;

impl Reader<'_> {
    /// Refuses a person's own figure that is merged with another person's. A team's is of all of them.
    pub(super) fn of_several_people(&mut self, rows: &[Row<'_>], metric: &Metric) -> bool {
        let shared =
            rows.iter().filter(|_| metric.from_team.is_none()).find_map(|(table, person)| {
                let line = *table.metrics.get(&metric.name)?;
                let at = table.cell(person, line);
                table.shares(person, line, self.workbook).then_some((table.sheet, at))
            });
        let Some((sheet, at)) = shared else { return false };
        let name = &metric.name;
        let problem = Problem::error(
            "figure-merged",
            words!(
                "「{name}」与别人的并在一个单元格里，看不出各是多少",
                "`{name}` is in one merged cell with another person's: how much is whose?"
            ),
        )
        .at(self.sheet_name(sheet), at)
        .hint(words!(
            "取消合并，每人填自己的数",
            "unmerge the cells and give each person's own figure"
        ));
        self.out.problems.push(problem);
        true
    }

    /// Refuses figures of a list that were all read from one merged cell; 0 is none of any of them.
    pub(super) fn of_several_figures(&mut self, scheme: &Scheme) {
        let mut by_place: HashMap<Place, Vec<&str>> = HashMap::default();
        for metric in &scheme.metrics {
            let place = self.out.get(&metric.name).and_then(|found| found.place);
            if let Some(place) = place {
                by_place.entry(place).or_default().push(&metric.name);
            }
        }
        let mut shared: Vec<(Place, Vec<&str>)> =
            by_place.into_iter().filter(|(_, names)| names.len() > 1).collect();
        shared.sort_by_key(|(place, _)| (place.sheet, place.at));
        for (place, names) in shared {
            let Some(sheet) = self.workbook.sheets.get(place.sheet) else { continue };
            let counts = matches!(sheet.value(place.at), Value::Number(number) if *number != 0.0);
            if !counts || sheet.merge_of(place.at).is_none() {
                continue;
            }
            let problem = Problem::error(
                "figure-merged",
                words!(
                    "并在一个单元格里的数，看不出各是多少：",
                    "one merged cell holds several figures; how much is which? "
                )
                .then(&Words::listed(&names, names.len())),
            )
            .at(&sheet.name, place.at)
            .hint(words!(
                "取消合并，每项填自己的数",
                "unmerge the cells and give each its own figure"
            ));
            self.out.problems.push(problem);
        }
    }
}
