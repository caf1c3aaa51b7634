//! Raters who have a row each, as surveys are exported.

use super::list::is_number;
use super::look::{Look, RowLabels};
use super::mark_columns::{MarkColumns, mark_columns};
use super::naming;
use super::rated::{by_title, part_by_heads};
use super::rater_doubts::{self, Doubt};
use super::rater_words::{
    Shape, abstains, is_no_rater, is_other_month, names_rater, odd_one, of_other_rating, shape,
};
use super::raters::computed;
use super::sources::Raters;
use super::standing::{Standing, of_cells, weighs};
use super::time::rows::{RowMonths, month_column};
use super::titles;
use crate::cell::{CellRef, Range};
use crate::text::person_key;
use crate::workbook::Sheet;
use std::collections::BTreeMap;

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

/// The raters' table below a row that names most of a rating's marks.
fn table(
    index: usize,
    sheet: &Sheet,
    rating: usize,
    (header, texts): (&u32, &RowLabels<'_>),
    words: &Look<'_>,
    taken: &[Range],
) -> Option<Raters> {
    let marks = words.marks.get(rating)?;
    let named = texts.iter().filter(|(_, _, key)| marks.mark(key).is_some()).count();
    if named * 2 <= marks.count {
        return None;
    }
    let MarkColumns { columns: lines, unclear } = mark_columns(sheet, texts, rating, words);
    if lines.len() * 2 <= marks.count {
        return None;
    }
    // A row a person assessed is no row a rater.
    if taken.iter().any(|range| range.start.row == *header) {
        return None;
    }
    let first = lines.values().copied().min().unwrap_or_default();
    let heads = |wanted: &dyn Fn(&str) -> bool| {
        texts.iter().find(|(_, _, key)| wanted(key)).map(|(at, ..)| at.col)
    };
    let month_col = month_column(sheet, *header, texts, words);
    let key = texts.iter().find(|(at, ..)| Some(at.col) == month_col);
    let mut months = RowMonths::under(key.map(|(_, _, key)| &**key));
    let (mut raters, mut void, mut noted) = (Vec::new(), Vec::new(), Vec::new());
    for row in sheet.used_rows().into_iter().filter(|row| row > header) {
        let cells = || lines.values().map(|col| CellRef::new(row, *col));
        let numbers = cells().any(|at| is_number(sheet.value(at)));
        let text = cells().any(|at| {
            sheet.text(at).is_some_and(|text| !abstains(text)) && !is_number(sheet.value(at))
        });
        let blank = cells().all(|at| sheet.value(at).is_blank());
        let above = raters.last().copied().unwrap_or(*header);
        if row > above + 3 && months.other.is_none_or(|last| row > last + 3) || text && !numbers {
            break;
        }
        let mut name =
            sheet.row(row).take_while(|(at, _)| at.col < first).filter_map(|(_, c)| c.label());
        let other = name.any(|key| {
            is_no_rater(&key, true)
                || of_other_rating(&key, rating, words)
                || is_other_month(&key, words.month)
        });
        let mean =
            || cells().all(|at| sheet.value(at).is_blank() || computed(sheet, [at].into_iter()));
        if blank || other || mean() {
            continue;
        }
        let beside = sheet.row(row).filter(|(at, _)| !lines.values().any(|col| *col == at.col));
        let beside = beside.map(|(at, _)| (at, CellRef::new(*header, at.col)));
        if of_cells(sheet, beside) == Standing::Void {
            let first = sheet.row(row).next().map_or(CellRef::new(row, 0), |(at, _)| at);
            void.push((row, first, Doubt::LeftOut));
            continue;
        }
        if month_col.is_some_and(|col| !months.wanted(sheet, row, col, words)) {
            continue;
        }
        let behind = sheet.row(row).filter(|(at, _)| !lines.values().any(|col| *col >= at.col));
        let mut behind = behind.filter_map(|(at, cell)| Some((at, cell.value.text()?)));
        let note = behind.find(|(_, text)| rater_doubts::is_noted_in([*text].into_iter()));
        noted.extend(note.map(|(at, _)| (row, at, Doubt::Noted)));
        raters.push(row);
    }
    let named = |row: &u32, col: u32| sheet.text(sheet.anchor(CellRef::new(*row, col)));
    let mut doubts = Vec::new();
    // 姓名 may head the raters' own names; these words only the rated, and a name of a form.
    let rated_col = heads(&|key| words.person.contains(key) && !rater_doubts::is_open(key))
        .filter(|col| *col < first)
        .or_else(|| {
            let col = heads(&|key| words.person.contains(key) && key != "姓名")
                .filter(|col| *col < first)
                .or_else(|| names_rated(sheet, &raters, first, words))?;
            let own = texts.iter().find(|(at, ..)| at.col == col);
            let texts = || raters.iter().filter_map(|row| named(row, col));
            let known = |name: &str| words.people.contains(&person_key(name));
            // 评分人 over the names of people with forms are those who rate, and so are others on a sheet
            // of whom it rates.
            let rates = own.is_some_and(|(_, _, key)| names_rater(key))
                || !texts().all(known) && titles::rates_one(sheet, words);
            if !rates && rater_doubts::mixed(texts(), words) {
                let of = |row: &u32| (*row, CellRef::new(*header, col), Doubt::Names);
                doubts.extend(raters.iter().map(of));
            }
            (!rates).then_some(col)
        });
    let people = rater_doubts::rated_on(sheet, words);
    let told = !doubts.is_empty();
    for row in raters.iter().filter(|_| !told) {
        let of = rated_col.and_then(|col| named(row, col)).map(person_key);
        let people = of.as_deref().map_or_else(|| people.clone(), |of| vec![of]);
        let cells = sheet.row(*row).take_while(|(at, _)| at.col < first);
        let mut cells = cells.filter(|(at, _)| Some(at.col) != rated_col);
        let found = cells.find_map(|(at, cell)| {
            Some((at, rater_doubts::of_head(cell.value.text().into_iter(), &people)?))
        });
        doubts.extend(found.map(|(at, doubt)| (*row, at, doubt)));
    }
    let all = raters.iter().chain(void.iter().map(|(row, ..)| row));
    let rated = all.filter_map(|row| {
        let name = sheet.text(sheet.anchor(CellRef::new(*row, rated_col?)))?;
        Some((*row, person_key(name)))
    });
    let rated: BTreeMap<u32, String> = rated.collect();
    let top = raters.first()?;
    let rows_of = |row: &u32| {
        sheet.row(*row).find(|(at, _)| at.col < first).map_or(Shape::Other, |(_, cell)| {
            match (&cell.value, cell.label()) {
                (_, Some(label)) => shape(&naming::rater_alone(&label, words.people)),
                _ => Shape::Numbered(String::new()),
            }
        })
    };
    let open = |row: u32| !doubts.iter().any(|(doubted, ..)| *doubted == row);
    let noted: Vec<_> = noted.into_iter().filter(|(row, ..)| open(*row)).collect();
    doubts.extend(noted.into_iter().chain(void));
    let shapes: Vec<Shape> = raters.iter().map(rows_of).collect();
    let odd = odd_one(&shapes).and_then(|at| raters.get(at)).copied();
    // A column of weights: the form counts the raters' mean.
    let weights = texts
        .iter()
        .find(|(at, ..)| weighs(sheet, *at, raters.iter().map(|row| CellRef::new(*row, at.col))));
    let weights = weights.and(Some(*top));
    let unsure = odd.or(months.several().then_some(*top)).or(weights);
    let mut table = Raters {
        rating,
        sheet: index,
        rows: lines,
        unclear: unclear.or(unsure.map(|row| CellRef::new(row, first))),
        columns: raters,
        turned: true,
        rated,
        mean: false,
        doubts,
    };
    if rated_col.is_none() {
        part_by_heads(sheet, &mut table, words);
    }
    Some(table)
}

/// The column left of the marks that names people of the forms: whom the rows rate.
fn names_rated(sheet: &Sheet, raters: &[u32], first: u32, words: &Look<'_>) -> Option<u32> {
    let names = |row: &u32| {
        let cells = sheet.row(*row).take_while(|(at, _)| at.col < first);
        cells
            .filter(|(_, cell)| {
                cell.value.text().is_some_and(|t| words.people.contains(&person_key(t)))
            })
            .map(|(at, _)| at.col)
            .next()
    };
    raters.iter().find_map(names)
}
