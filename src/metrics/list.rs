//! Lists of figures: a label, and the value beside it.

mod blocks;
mod header;
mod lines;

use super::corrected;
use super::look::{Look, RowLabels, covered};
use super::rule_cells::RuleCells;
use super::sources::{Listed, Sources};
use super::standing::{Standing, said};
use super::time::rows::Time;
use super::time::words::is_other_time;
use super::titles;
use super::tops::Tops;
use super::units;
use crate::cell::{CellRef, Range};
use crate::form::Place;
use crate::form::heading;
use crate::form::span::is_span;
use crate::hash::{HashMap, HashSet};
use crate::text::{has_any, label};
use crate::workbook::{Cell, Sheet, Value};
use header::{Header, header};
use lines::Line;

/// Takes the label–value pairs of a sheet; whether there were any.
pub(super) fn list(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    taken: &[Range],
    rules: &RuleCells,
    out: &mut Sources,
) -> bool {
    let keys = rows.iter().flat_map(|(_, texts)| texts.iter().map(|(_, _, key)| &**key));
    let items: HashSet<&str> = keys.filter(|key| words.items.contains(*key)).collect();
    let blocks = blocks::several(sheet, rows, words);
    if blocks {
        out.blocks.insert(index);
    }
    let mut lists = Lists {
        blocks,
        index,
        sheet,
        words,
        taken,
        rules,
        headers: HashMap::default(),
        of_items: items.len() >= ITEMS,
        any: false,
        titled_aside: false,
        tops: Tops::default(),
        out,
    };
    for (row, texts) in rows {
        lists.row(*row, texts);
    }
    lists.any
}

/// So many items make a sheet a form or a summary; there an item's name is no metric's label.
const ITEMS: usize = 3;

/// The lists of a sheet, as they are read from its top down.
struct Lists<'a> {
    index: usize,
    sheet: &'a Sheet,
    words: &'a Look<'a>,
    /// Tables, whose cells are no labels.
    taken: &'a [Range],
    rules: &'a RuleCells,
    /// The columns of the nearest list header above, by the label's column.
    headers: HashMap<u32, Header>,
    /// Whether the sheet is a form or a summary.
    of_items: bool,
    /// Whether it has a block of the month below one of another.
    blocks: bool,
    /// Whether there was a figure.
    any: bool,
    /// The last title said that what follows is of another time: 2026年1-10月累计.
    titled_aside: bool,
    tops: Tops,
    out: &'a mut Sources,
}

impl Lists<'_> {
    fn row(&mut self, row: u32, texts: &RowLabels<'_>) {
        if (self.any || self.blocks)
            && let Some(title) = titles::alone(self.sheet, row)
        {
            self.titled_aside =
                titles::of_other_month(title.text, self.words.month) || is_other_time(title.text);
        }
        let taken = self.taken;
        let texts = texts.iter().filter(|(at, ..)| !covered(taken, *at));
        let listed: Vec<_> = texts.clone().cloned().collect();
        let found = header(self.sheet, &listed, self.words);
        if !found.is_empty() {
            self.headers.extend(found);
            return;
        }
        for (at, text, key) in texts.filter(|(at, ..)| !heads_column(self.sheet, *at)) {
            self.label(*at, text, key);
        }
    }

    /// Takes what stands at a label, if it is one.
    fn label(&mut self, at: CellRef, text: &str, key: &str) {
        let words = self.words;
        if self.titled_aside || words.is_other(text) {
            words.metric(key).into_iter().for_each(|metric| self.pass(metric, at));
            return;
        }
        words.of_other_month(key).into_iter().for_each(|metric| self.pass(metric, at));
        if let Some(metric) = words.metric(key) {
            self.any = true;
            self.figure(metric, at, text);
        } else if let Some((head, tail)) = text.split_once([':', '：'])
            && let Some(metric) = words.metric(&label(head))
            && !crate::text::is_blank(tail)
            && !self.rules.states(at, tail)
        {
            // 计划营业额：以年度计划分解 in a manual makes it no sheet of figures.
            self.any |= crate::text::parse_number(tail).is_some();
            let found = Listed {
                place: Place { sheet: self.index, at },
                inline: Some(tail.to_owned()),
                unit: units::in_label(head),
                month: None,
                months: None,
                of_month: false,
                aside: None,
                other: None,
                goes_on: None,
                corrected: None,
                part: None,
                note: words.note(text, at),
            };
            self.out.lists.entry(metric.to_owned()).or_default().push(found);
        } else if let Some(metric) = corrected::figure(key, &|key| words.metric(key)) {
            let place = self.beside(at).place;
            self.out.corrected.entry(metric.to_owned()).or_default().push(place);
        } else if let Some(metric) = words.judged.get(key).filter(|_| !self.of_items) {
            let found = self.beside(at);
            if is_number(self.sheet.value(found.place.at)) {
                self.out.judged.entry(metric.clone()).or_default().push(found);
            }
        }
    }

    /// Takes the value of a figure's label.
    fn figure(&mut self, metric: &str, at: CellRef, text: &str) {
        let (sheet, words) = (self.sheet, self.words);
        let mut found = self.beside(at);
        let header = self.header(at);
        // The label of the row that holds the value.
        let mut line = at;
        match lines::of_label(sheet, at, found.place.at, header, words) {
            Line::Own => {}
            Line::Several(second) => found.goes_on = Some(second),
            Line::Below(row) => {
                line.row = row;
                found = self.beside(line);
            }
        }
        let value = sheet.value(found.place.at);
        let described = header.is_some_and(|header| header.words.contains(&found.place.at.col));
        if described && !is_number(value) && !value.is_blank() {
            return;
        }
        // What stands right of one head of a table is the next.
        if value.text().is_some_and(|text| words.metric(&label(text)).is_some()) {
            return;
        }
        let is_goal = || has_any(metric, &["计划", "目标", "预算"]);
        let elsewhen =
            header.is_some_and(|header| match header.times.row(sheet, line.row, words) {
                Time::Month(_) => false,
                Time::Aside(_) => true,
                Time::Goal(_) => !is_goal(),
            });
        let bare = header.is_none();
        // What the label itself says is nearer than the column of units.
        found.unit = units::in_label(text).or(found.unit);
        let remark = || header.and_then(|h| h.times.remark(sheet, line.row, words.month));
        found.note = words.note(text, at).or_else(remark);
        if elsewhen
            || set_aside(sheet, line, found.place.at)
            || bare && self.tops.are_aside(sheet, at)
        {
            self.pass(metric, at);
            return;
        }
        self.out.lists.entry(metric.to_owned()).or_default().push(found);
    }

    /// Notes a figure's label whose value is not the month's.
    fn pass(&mut self, metric: &str, at: CellRef) {
        let place = Place { sheet: self.index, at };
        self.out.passed.entry(metric.to_owned()).or_insert(place);
    }

    /// The header above a label, which is of those below it as far as the next table.
    fn header(&self, at: CellRef) -> Option<&Header> {
        let parted = |header: &Header| {
            self.taken.iter().any(|table| {
                (header.row..at.row).contains(&table.start.row)
                    && (table.start.col..=table.end.col).contains(&at.col)
            })
        };
        self.headers.get(&at.col).filter(|header| !parted(header))
    }

    fn beside(&self, at: CellRef) -> Listed {
        beside(self.sheet, self.index, at, self.header(at), self.words)
    }
}

/// Whether the row of a figure says that it is not the month's: 第1周 before its label, 目标 between label
/// and value, 作废 behind it.
fn set_aside(sheet: &Sheet, label: CellRef, value: CellRef) -> bool {
    let text = |col: u32| {
        let at = sheet.anchor(CellRef::new(label.row, col));
        sheet.text(at).map(crate::text::compact)
    };
    let before = label.col.checked_sub(1).and_then(text);
    let mut between = (label.col + 1..value.col).filter_map(text);
    let mut behind = (value.col + 1..value.col + 4).filter_map(text);
    before.is_some_and(|note| is_span(&note))
        || between.any(|note| heading::is_beside(&note))
        || behind.any(|note| said(None, &note) == Standing::Void)
}

/// Whether a label heads a column of numbers, with nothing to its right.
fn heads_column(sheet: &Sheet, at: CellRef) -> bool {
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let below = sheet.merge_of(at).map_or(at.row, |m| m.end.row) + 1;
    let number = |at: CellRef| matches!(sheet.value(at), Value::Number(_));
    let text = |at: CellRef| sheet.text(at).is_some_and(|t| !crate::text::is_blank(t));
    let left = at.col.checked_sub(1).map(|col| CellRef::new(at.row, col));
    !number(sheet.anchor(CellRef::new(at.row, right)))
        && number(CellRef::new(below, at.col))
        && left.is_some_and(text)
}

/// The value of a label: in the column that the header names, else to the right. Where no header
/// tells and two numbers stand side by side, both are named.
fn beside(
    sheet: &Sheet,
    index: usize,
    at: CellRef,
    header: Option<&Header>,
    words: &Look<'_>,
) -> Listed {
    let none = Header::default();
    let header = header.unwrap_or(&none);
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    let next = |at: CellRef| {
        let col = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
        sheet.anchor(CellRef::new(at.row, col))
    };
    let mut place = sheet.anchor(CellRef::new(at.row, header.value.unwrap_or(right)));
    let unit = header.unit.map(|col| sheet.anchor(CellRef::new(at.row, col)));
    let mut unit = unit.and_then(|at| sheet.text(at)).map(str::to_owned);
    // A list without a header may have its units before its values.
    if header.value.is_none()
        && let Some(text) = sheet.text(place).filter(|text| units::is_any_unit(text))
        && is_number(sheet.value(next(place)))
    {
        unit = Some(text.to_owned());
        place = next(place);
    }
    let second = next(place);
    let both = [place, second].iter().all(|at| is_number(sheet.value(*at)));
    // Nothing beside the label, and a number farther right: a row of some other table? Behind the next
    // figure's label it is that figure's.
    let is_label = |cell: &Cell| cell.label().is_some_and(|key| words.metric(&key).is_some());
    let farther = || {
        let right = sheet.row(at.row).filter(|(other, _)| other.col > place.col);
        let mut right = right.take_while(|(_, cell)| !is_label(cell));
        right.find(|(_, cell)| is_number(&cell.value)).map(|(other, _)| other)
    };
    let other = match both {
        true => Some(second),
        false if sheet.value(place).is_blank() => farther(),
        false => None,
    };
    let cells = header.corrected.iter().map(|col| CellRef::new(at.row, *col));
    let corrected = cells.filter(|at| sheet.anchor(*at) != place).find(|other| {
        let head = sheet.text(sheet.anchor(CellRef::new(header.row, other.col)));
        corrected::differs(sheet, head, *other, place)
    });
    let aside = header.asides.iter().find(|(col, _)| *col == place.col);
    let month = match header.times.row(sheet, at.row, words) {
        Time::Month(month) => month,
        Time::Aside(_) | Time::Goal(_) => None,
    };
    Listed {
        place: Place { sheet: index, at: place },
        inline: None,
        unit,
        month,
        aside: aside.filter(|_| header.value.is_none()).map(|(_, text)| text.clone()),
        months: header.months.clone(),
        of_month: header.of_month,
        other: other.filter(|_| header.value.is_none()),
        goes_on: None,
        corrected: corrected.filter(|_| header.value.is_some()),
        part: header.times.part(sheet, at.row),
        note: None,
    }
}

pub(super) fn is_number(value: &Value) -> bool {
    value.number().is_some()
}
