//! The rows below a header: items with their criteria, titles of parts, marks of a rating table.

use super::{Header, RatingDraft, Row, Tables};
use crate::cell::CellRef;
use crate::criteria::grades::text_at;
use crate::criteria::{AT_MOST, grades};
use crate::draft::bands;
use crate::draft::sections::{self, Section};
use crate::text::{has_any, label, parse_number};
use crate::workbook::{Sheet, Value};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// A table while its rows are read.
pub(super) struct Table<'a> {
    sheet: &'a Sheet,
    head: &'a Header,
    /// Words of the rows that add up.
    totals: &'a BTreeSet<String>,
    /// The part of the form that the rows stand in.
    section: Option<Section>,
    /// Its marks, where it is a rating table.
    rating: Option<RatingDraft>,
    out: &'a mut Tables,
}

impl<'a> Table<'a> {
    /// A table with its header, and the row from which its title may stand above it.
    pub(super) fn new(
        sheet: &'a Sheet,
        head: &'a Header,
        totals: &'a BTreeSet<String>,
        above: u32,
        out: &'a mut Tables,
    ) -> Self {
        // The title between the last table and this one, or above the first.
        let section = (above..head.row)
            .rev()
            .filter_map(|row| title_at(sheet, row, head.item))
            .find(Section::is_marked);
        Self { sheet, head, totals, section, rating: rating(sheet, head), out }
    }

    /// Reads the rows; gives the row from which the title of the next table may stand.
    pub(super) fn read(mut self, end: u32) -> u32 {
        let mut above = end;
        for row in self.head.end + 1..end {
            let last = self.head.rule.max(self.head.points.unwrap_or(0));
            if grades::begins(self.sheet, row, last) {
                break;
            }
            if self.begins_bonus(row) {
                continue;
            }
            let Some((rule, shared)) = self.rule_at(row) else {
                if self.without_rule(row) {
                    // The title of the next table stands between the two.
                    above = above.min(row);
                }
                continue;
            };
            let Some(name) = self.text(row, self.head.item) else {
                self.more_of_the_last(row, &rule);
                continue;
            };
            if self.entry(row, name, rule, shared).is_break() {
                break;
            }
        }
        self.out.ratings.extend(self.rating.filter(|r| !r.marks.is_empty()));
        above
    }

    fn text(&self, row: u32, col: u32) -> Option<String> {
        text_at(self.sheet, row, col)
    }

    /// What the points cell of a row says.
    fn points_at(&self, row: u32) -> Option<String> {
        self.head.points.and_then(|col| self.text(row, col))
    }

    fn is_total(&self, name: &str) -> bool {
        self.totals.contains(&label(name))
    }

    /// 「加分项 | 加分标准 | 最高加分 | 得分」: the header of what follows.
    fn begins_bonus(&mut self, row: u32) -> bool {
        let own = self.text(row, self.head.item).and_then(|text| sections::title(&text));
        let Some(title) = own.filter(|title| title.bonus) else { return false };
        let heads = self.points_at(row).is_some_and(|text| parse_number(&text).is_none());
        if heads {
            self.section = Some(title);
        }
        heads
    }

    /// A row without criteria: an item that is left out, or a title, which it tells.
    fn without_rule(&mut self, row: u32) -> bool {
        if let Some(text) = self.left_out(row) {
            self.out.left.push(text);
            return false;
        }
        let title = title_at(self.sheet, row, self.head.item);
        let found = title.is_some();
        self.section = title.or(self.section.take());
        found
    }

    /// A row without a name: an item merged down several rows of criteria has them all.
    fn more_of_the_last(&mut self, row: u32, rule: &str) {
        let anchor = self.sheet.anchor(CellRef::new(row, self.head.item));
        let own = self.text(anchor.row, self.head.item);
        let last = self.out.rows.last_mut().filter(|last| Some(&last.name) == own.as_ref());
        if anchor.row > self.head.end
            && let Some(last) = last
        {
            last.criteria = format!("{}\n{rule}", last.criteria);
        }
    }

    /// A row with a name and criteria: a mark of a rating table, or an item; breaks where the table
    /// ends.
    fn entry(&mut self, row: u32, name: String, rule: String, shared: bool) -> ControlFlow<()> {
        let total = self.is_total(&name);
        if total && self.rating.as_ref().is_some_and(|r| !r.marks.is_empty()) {
            return ControlFlow::Break(());
        }
        if total || name == rule {
            return ControlFlow::Continue(());
        }
        match &mut self.rating {
            Some(rating) => rating.marks.push(name),
            None => self.item(row, name, rule, shared),
        }
        ControlFlow::Continue(())
    }

    /// An item.
    fn item(&mut self, row: u32, name: String, rule: String, shared: bool) {
        let cell = self.points_at(row);
        let section = self.section_of(row, &name, cell.is_none());
        let on_top = section.as_ref().is_some_and(|s| s.bonus);
        let capped = cell.as_deref().and_then(capped);
        let points = cell.as_deref().and_then(points).or(capped.map(|(points, _)| points));
        // What comes on top may have no points of its own.
        let Some(value) = points.or(on_top.then_some(0.0)) else {
            self.out.left.extend(without_points(&name, cell.as_deref(), &rule));
            return;
        };
        let points = crate::text::round15(value);
        let told = bands::told(self.sheet, row, &self.head.steps, points);
        let (criteria, steps) = told.map_or((rule, None), |told| (told.text, Some(told.marks)));
        self.out.rows.push(Row {
            topic: name.clone(),
            name,
            points,
            criteria,
            target: self.head.target.and_then(|col| target_at(self.sheet, row, col)),
            steps,
            section,
            hundred: self.head.hundred,
            most: capped.map(|(_, most)| most),
            shared,
        });
    }

    /// The part of the form that an item stands in.
    fn section_of(&self, row: u32, name: &str, pointless: bool) -> Option<Section> {
        // A part of the form that a column on the left names, merged down.
        let own = (0..self.head.item).find_map(|col| {
            let at = self.sheet.anchor(CellRef::new(row, col));
            let found = sections::title(&self.text(at.row, at.col)?)?;
            (at.row > self.head.end && found.is_marked()).then_some(found)
        });
        let section = own.or_else(|| self.section.clone());
        // A row 加分项 without points comes on top by its own name.
        let bonus = || sections::title(name).filter(|title| title.bonus);
        if pointless { section.or_else(bonus) } else { section }
    }

    /// The criteria of a row: those of its columns, or those of a cell that is merged down over several
    /// items; whether they are such.
    fn rule_at(&self, row: u32) -> Option<(String, bool)> {
        let (sheet, head) = (self.sheet, self.head);
        let item = |row: u32| self.points_at(row).is_some() && self.text(row, head.item).is_some();
        let own: Vec<String> = head.rules.iter().filter_map(|col| self.text(row, *col)).collect();
        if !own.is_empty() {
            let end = sheet.merge_of(CellRef::new(row, head.rule)).map_or(row, |m| m.end.row);
            return Some((own.join("\n"), (row + 1..=end).any(item)));
        }
        let at = sheet.anchor(CellRef::new(row, head.rule));
        let merged = at.row > head.end && at.row < row && item(row);
        Some((self.text(at.row, at.col).filter(|_| merged)?, true))
    }

    /// A row with an item and points and no criteria, in words; none for totals and titles.
    fn left_out(&self, row: u32) -> Option<String> {
        let name = self.text(row, self.head.item)?;
        let points = self.points_at(row)?;
        let title = sections::title(&name).is_some_and(|title| title.is_marked());
        let total = self.is_total(&name) || name.contains('计') || name.contains("总");
        (parse_number(&points).is_some() && !title && !total)
            .then(|| format!("「{name}」有分值 {points}，没有标准"))
    }
}

/// The rating table that a header begins: its score column says the best mark, and no item has points.
fn rating(sheet: &Sheet, head: &Header) -> Option<RatingDraft> {
    let (Some(max), None) = (head.full_mark, head.points) else { return None };
    let title = (0..head.row).rev().find_map(|row| text_at(sheet, row, head.item));
    let title = title.unwrap_or_default();
    let weight = title.split("权重").nth(1).and_then(|text| {
        let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse().ok()
    });
    let weight = weight.unwrap_or(10.0);
    Some(RatingDraft { title: label(&title), weight, max, marks: Vec::new() })
}

/// The points of a cell; a share is one of the hundred.
fn points(text: &str) -> Option<f64> {
    let read = parse_number(text)?;
    Some(if read.percent || read.value < 1.0 { read.value * 100.0 } else { read.value })
}

/// A target as the form shows it; a share stays one where the number format hides it as 0.95.
fn target_at(sheet: &Sheet, row: u32, col: u32) -> Option<String> {
    let at = CellRef::new(row, col);
    match sheet.value(at) {
        // A bare 0.95 may be 95 % or 0.95 of something.
        Value::Number(number) if *number > 0.0 && *number <= 1.0 => None,
        _ => text_at(sheet, row, col),
    }
}

/// A row with an item and criteria whose points cannot be read, in words; none for signatures.
fn without_points(name: &str, cell: Option<&str>, rule: &str) -> Option<String> {
    let signed = ["签字", "签名", "日期", "确认", "审核", "审批", "备注", "说明"];
    let scores = ["扣", "得", "加", "分", "%", "％"];
    if has_any(name, &signed) || !has_any(rule, &scores) || name.ends_with([':', '：']) {
        return None;
    }
    Some(match cell {
        Some(cell) => format!("「{name}」的分值「{cell}」读不懂"),
        None => format!("「{name}」没有分值"),
    })
}

/// 20 and 30 of 「20（封顶30）」.
fn capped(text: &str) -> Option<(f64, f64)> {
    let own = crate::text::compact(text);
    let (points, note) = own.split_once(['(', '['])?;
    let note = note.trim_end_matches([')', ']']).trim_end_matches('分');
    let most =
        AT_MOST.iter().find_map(|w| note.strip_prefix(w))?.trim_start_matches(['为', ':', '得']);
    let points: f64 = points.trim_end_matches('分').parse().ok()?;
    let most: f64 = most.parse().ok()?;
    (most >= points).then_some((points, most))
}

/// The title that a row is, at the left of the items or in their column.
fn title_at(sheet: &Sheet, row: u32, item: u32) -> Option<Section> {
    let mut cells = sheet.row(row).filter(|(_, cell)| !matches!(cell.value, Value::Blank));
    let (_, cell) = cells.next().filter(|(at, _)| at.col <= item)?;
    let found = sections::title(cell.value.text()?)?;
    // Beside a title, at most its weight or a number stands in the row.
    let rest: Vec<_> = cells.collect();
    (rest.is_empty() || rest.len() == 1 && found.is_marked()).then_some(found)
}
