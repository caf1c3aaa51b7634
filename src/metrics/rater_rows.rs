//! Raters who have a row each, as surveys are exported.

mod table;

use super::look::{Look, RowLabels};
use super::rated::by_title;
use super::sources::Raters;
use crate::cell::Range;
use crate::workbook::Sheet;
use table::table;

/// Takes the turned raters' tables of a sheet, a row a rater: a header row that names most of a
/// rating's marks.
pub(super) fn turned(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    taken: &[Range],
    out: &mut Vec<Raters>,
) {
    for rating in 0..words.marks.len() {
        let table = |(header, texts): &(u32, RowLabels<'_>)| {
            Some((*header, table(index, sheet, rating, (header, texts), words, taken)?))
        };
        let found: Vec<(u32, Raters)> = rows.iter().filter_map(table).collect();
        let spans: Vec<(u32, u32)> = found
            .iter()
            .map(|(header, table)| (*header, table.columns.last().copied().unwrap_or(*header)))
            .collect();
        if let Some(names) = by_title(sheet, &spans, words) {
            for ((_, mut table), name) in found.into_iter().zip(names) {
                table.rated = table.columns.iter().map(|rater| (*rater, name.clone())).collect();
                out.push(table);
            }
            continue;
        }
        let mut found = found.into_iter();
        let Some((header, mut first)) = found.next() else { continue };
        for (again, table) in found {
            // The same header again, as on every printed page, parts no tables.
            let own = |row: u32| sheet.row(row).map(|(at, cell)| (at.col, &cell.value));
            let between = first.columns.last().map_or(header, |row| row + 1)..again;
            let blank = between.clone().all(|row| own(row).all(|(_, value)| value.is_blank()));
            if blank && own(header).eq(own(again)) {
                first.columns.extend(table.columns);
                first.rated.extend(table.rated);
                first.doubts.extend(table.doubts);
                first.unclear = first.unclear.or(table.unclear);
            } else {
                first.unclear = first.unclear.or(Some(table.corner()));
            }
        }
        out.push(first);
    }
}
