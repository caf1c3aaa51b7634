//! Where a form says whose it is and of which month.

use super::months::with_month;
use super::{Template, dates, titles};
use crate::cell::CellRef;
use crate::form::{self, Month, POST, Place, SUPERIOR};
use crate::package::Content;
use crate::roster::Person;
use crate::text::{is_blank, label, person_key};
use crate::workbook::{Sheet, Value};
use std::collections::BTreeMap;

/// Rows above the figures in which a title or label may stand.
const ROWS: u32 = 12;
/// What was found and is to be written.
#[derive(Debug, Default)]
pub struct Found {
    /// Cells.
    pub contents: BTreeMap<Place, Content>,
    /// Whether there is a place for the name.
    pub name: bool,
    /// Whether there is one for the department.
    pub department: bool,
    /// Whether there is one for the month.
    pub month: bool,
    /// Whether there is one for the staff number.
    pub number: bool,
}

struct Field<'a> {
    words: Vec<&'a str>,
    value: String,
    kind: Kind,
    /// What the template's form says, as compared.
    old: Option<String>,
    /// The template's month.
    old_month: Option<Month>,
}

impl Field<'_> {
    /// Whether a value beside the label, on another sheet than the form's, is last month's.
    fn was(&self, value: &str) -> bool {
        match self.kind {
            Kind::Month => {
                let found = form::parse_month(value);
                found.is_some() && (self.old_month.is_none() || found == self.old_month)
            }
            _ => self.old.as_ref().is_some_and(|old| *old == person_key(value)),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Name,
    Department,
    Month,
    Number,
    Other,
}

/// The cells that name a person, a department and a month.
pub fn edits(template: &Template, person: &Person, month: Month) -> Found {
    let words = &template.scheme.words;
    let list = |words: &'_ [String]| -> Vec<String> { words.to_vec() };
    let (names, departments, months) =
        (list(&words.person), list(&words.department), list(&words.month));
    let spelt = format!("{}年{}月", month.year, month.month);
    let field = |words: &[String], value: &str, kind| (words.to_vec(), value.to_owned(), kind);
    let owned = [
        field(&names, &person.name, Kind::Name),
        field(&departments, &person.department, Kind::Department),
        field(&months, &spelt, Kind::Month),
    ];
    let old_month = template.form.month.or(template.sources.month.map(|(_, month)| month));
    let mut fields: Vec<Field<'_>> = owned
        .iter()
        .map(|(words, value, kind)| Field {
            words: words.iter().map(String::as_str).collect(),
            value: value.clone(),
            kind: *kind,
            old: match kind {
                Kind::Name => template.form.person.as_deref(),
                Kind::Department => template.form.department.as_deref(),
                _ => None,
            }
            .map(person_key),
            old_month,
        })
        .collect();
    for (words, value, kind) in [
        (&POST[..], &person.post, Kind::Other),
        (&SUPERIOR[..], &person.superior, Kind::Other),
        (&form::NUMBER[..], &person.number, Kind::Number),
    ] {
        if !value.is_empty() {
            let (words, value) = (words.to_vec(), value.clone());
            fields.push(Field { words, value, kind, old: None, old_month: None });
        }
    }
    let mut found = Found::default();
    let form = &template.form;
    let own = template.own_sheets();
    for (index, sheet) in template.workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let own = own.contains(&index);
        // Above the items only: a header of a table is no label.
        let first = form.items.iter().filter(|i| i.name.sheet == index).map(|i| i.name.at.row);
        let before = first.min().unwrap_or(ROWS).min(ROWS);
        labels(sheet, index, before, &fields, month, own, &mut found);
    }
    dates::spans(template, month, &mut found);
    titles::edits(template, person, month, &mut found);
    people_rows(template, person, &departments, &mut found);
    found
}

/// The first row of a table of people becomes the person's; of the others, names and what belongs to
/// them goes.
fn people_rows(template: &Template, person: &Person, departments: &[String], found: &mut Found) {
    let departments: Vec<&str> = departments.iter().map(String::as_str).collect();
    let about: [(&[&str], &String); 4] = [
        (&departments, &person.department),
        (&POST, &person.post),
        (&SUPERIOR, &person.superior),
        (&form::NUMBER, &person.number),
    ];
    for people in &template.sources.people {
        let Some(sheet) = template.workbook.sheets.get(people.sheet) else { continue };
        let named: Vec<_> = people.rows.iter().filter(|row| !row.name.is_empty()).collect();
        let head = named.first().filter(|_| !people.turned).and_then(|first| {
            let texts = |row: &u32| sheet.text(CellRef::new(*row, first.at.col)).is_some();
            (0..first.at.row).rev().find(texts)
        });
        // Columns that say more of the people than their names.
        let columns: Vec<(u32, &String)> = head
            .into_iter()
            .flat_map(|row| sheet.row(row))
            .filter_map(|(at, cell)| {
                let own = label(cell.value.text()?);
                let (_, value) =
                    about.iter().find(|(words, _)| words.iter().any(|word| label(word) == own))?;
                Some((at.col, *value))
            })
            .collect();
        for (index, row) in named.iter().enumerate() {
            let mut put = |at: CellRef, value: &String| {
                let content = match index {
                    0 if !value.is_empty() => Content::Text(value.clone()),
                    _ => Content::Blank,
                };
                found.contents.insert(Place { sheet: people.sheet, at }, content);
            };
            put(row.at, &person.name);
            for (column, value) in &columns {
                let at = CellRef::new(row.at.row, *column);
                let cell = sheet.cells.get(&at);
                if sheet.merge_of(at).is_none() && !cell.is_some_and(|cell| cell.is_formula) {
                    put(at, value);
                }
            }
            found.name = true;
        }
    }
}

impl Found {
    /// A place for one of these; only in the form it counts.
    fn saw(&mut self, kind: Kind, own: bool) {
        match kind {
            _ if !own => {}
            Kind::Name => self.name = true,
            Kind::Department => self.department = true,
            Kind::Month => self.month = true,
            Kind::Number => self.number = true,
            Kind::Other => {}
        }
    }
}

/// Puts values beside labels and behind their colons. On another sheet than the form's (`own`)
/// only blanks and what last month's form says are replaced.
fn labels(
    sheet: &Sheet,
    index: usize,
    before: u32,
    fields: &[Field<'_>],
    month: Month,
    own: bool,
    found: &mut Found,
) {
    let known = |text: &str| {
        let own = label(text);
        fields.iter().find(|f| f.words.iter().any(|w| label(w) == own))
    };
    let labels = |head: &str| {
        let own = label(head);
        known(head).is_some()
            || [&POST[..], &SUPERIOR, &form::NUMBER].concat().contains(&own.as_str())
    };
    for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < before) {
        let Some(text) = cell.value.text().filter(|_| !cell.is_formula) else { continue };
        let place = Place { sheet: index, at: *at };
        if text.contains([':', '：']) {
            let takes = |name: &str, old: &str| {
                let blank = is_blank(old.trim_matches(['_', '＿']));
                known(name).filter(|field| own || blank || field.was(old.trim()))
            };
            let (written, kinds) = behind_colons(text, &takes, month);
            // A lone label with its value in the next cell keeps its text.
            let lone = text.trim_end().ends_with([':', '：']) && kinds.len() == 1;
            let beside = beside(sheet, *at);
            let next =
                lone && !sheet.value(beside).is_blank() && !is_label(sheet.value(beside), &labels);
            if kinds.is_empty() {
                continue;
            }
            if next {
                let field = known(text.trim_end().trim_end_matches([':', '：']));
                let field = field.filter(|field| own || is_old(field, sheet.value(beside)));
                if let Some(field) = field {
                    found.saw(field.kind, own);
                    put_beside(sheet, index, beside, Some(field), month, found);
                }
            } else {
                kinds.iter().for_each(|kind| found.saw(*kind, own));
                found.contents.insert(place, Content::Text(written));
            }
            continue;
        }
        let Some(field) = known(text) else { continue };
        let beside = beside(sheet, *at);
        if is_label(sheet.value(beside), &labels) || known_value(sheet.value(beside), &known) {
            continue;
        }
        if own || is_old(field, sheet.value(beside)) {
            found.saw(field.kind, own);
            put_beside(sheet, index, beside, Some(field), month, found);
        }
    }
}

fn is_old(field: &Field<'_>, value: &Value) -> bool {
    match value {
        Value::Text(text) => field.was(text),
        Value::Number(number) => {
            field.kind == Kind::Month && Month::from_serial(*number, false).is_some()
        }
        _ => false,
    }
}

fn known_value<'f>(value: &Value, known: &dyn Fn(&str) -> Option<&'f Field<'f>>) -> bool {
    value.text().is_some_and(|text| known(text).is_some())
}

fn beside(sheet: &Sheet, at: CellRef) -> CellRef {
    let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
    sheet.anchor(CellRef::new(at.row, right))
}

fn put_beside(
    sheet: &Sheet,
    index: usize,
    at: CellRef,
    field: Option<&Field<'_>>,
    month: Month,
    found: &mut Found,
) {
    let Some(field) = field else { return };
    let cell = sheet.cells.get(&at);
    if cell.is_some_and(|c| c.is_formula) {
        return;
    }
    if let (Kind::Month, Some(Value::Number(year))) = (field.kind, cell.map(|c| &c.value))
        && (1990.0..2200.0).contains(year)
    {
        return put_year_and_month(sheet, index, at, month, found);
    }
    let content = match (field.kind, cell.map(|c| &c.value)) {
        (Kind::Month, Some(Value::Number(number))) => month_number(*number, month),
        (Kind::Month, Some(Value::Text(text))) => {
            Content::Text(with_month(text, month).unwrap_or_else(|| field.value.clone()))
        }
        _ => Content::Text(field.value.clone()),
    };
    found.contents.insert(Place { sheet: index, at }, content);
}

/// A year in a cell of its own, and the month behind its 年: `2026 | 年 | 10 | 月`.
fn put_year_and_month(sheet: &Sheet, index: usize, at: CellRef, month: Month, found: &mut Found) {
    let mut put = |at: CellRef, number: f64| {
        found.contents.insert(Place { sheet: index, at }, Content::Number(number));
    };
    put(at, f64::from(month.year));
    let sign = beside(sheet, at);
    let next = if sheet.text(sign).is_some_and(|text| label(text) == "年") {
        beside(sheet, sign)
    } else {
        sign
    };
    let is_month = |value: &Value| match value {
        Value::Number(number) => (1.0..=12.0).contains(number),
        Value::Blank => {
            let behind = sheet.text(beside(sheet, next));
            behind.is_some_and(|text| label(text).starts_with('月'))
        }
        _ => false,
    };
    let cell = sheet.cells.get(&next);
    if is_month(sheet.value(next)) && !cell.is_some_and(|cell| cell.is_formula) {
        put(next, f64::from(month.month));
    }
}

/// A month as the number that the cell held: `202610`, or a date's serial.
fn month_number(old: f64, month: Month) -> Content {
    // 10 beside 月份, the year elsewhere.
    if (1.0..=12.0).contains(&old) {
        return Content::Number(f64::from(month.month));
    }
    if (199_001.0..220_013.0).contains(&old) {
        return Content::Number(f64::from(month.year) * 100.0 + f64::from(month.month));
    }
    // Days since 1899-12-30, or 1904-01-01 where the old date was so counted: told by the year
    // that is nearer to the new one.
    let serial = |epoch: chrono::NaiveDate| {
        let first = chrono::NaiveDate::from_ymd_opt(month.year, month.month, 1)?;
        i32::try_from((first - epoch).num_days()).ok().map(f64::from)
    };
    let epochs = [(1899, 12, 30), (1904, 1, 1)];
    let serials: Vec<f64> = epochs
        .into_iter()
        .filter_map(|(y, m, d)| chrono::NaiveDate::from_ymd_opt(y, m, d).and_then(serial))
        .collect();
    let near = serials.into_iter().min_by(|a, b| (a - old).abs().total_cmp(&(b - old).abs()));
    near.map_or(Content::Blank, Content::Number)
}

/// Whether a cell holds a label of its own: 岗位：, or with a value behind its colon where the word is one
/// that labels such things, 岗位：客服主管; 客服：售后组 is a department.
fn is_label(value: &Value, known: &dyn Fn(&str) -> bool) -> bool {
    value.text().is_some_and(|text| {
        let labelled = text
            .split_once([':', '：'])
            .is_some_and(|(head, _)| known(head) || form::is_field_label(&label(head)));
        labelled || text.trim().ends_with([':', '：'])
    })
}

/// The text with the values behind its labels' colons put in (`被考核人：__  部门：__`), and what
/// they are.
fn behind_colons<'f>(
    text: &str,
    takes: &dyn Fn(&str, &str) -> Option<&'f Field<'f>>,
    month: Month,
) -> (String, Vec<Kind>) {
    let mut out = String::new();
    let mut kinds = Vec::new();
    let mut from = 0;
    for part in form::fields(text, &|name| takes(name, "").is_some()) {
        let Some(old) = text.get(part.value.clone()) else { continue };
        let Some(field) = takes(part.name, old) else { continue };
        kinds.push(field.kind);
        out.push_str(text.get(from..part.value.start).unwrap_or_default());
        let spelt = with_month(old, month).filter(|_| field.kind == Kind::Month);
        out.push_str(spelt.as_deref().map_or(field.value.as_str(), str::trim));
        // A following label stays apart from the value.
        let sign = old.trim_end().chars().next_back().filter(|c| "，,；;|｜".contains(*c));
        out.extend(sign);
        from = part.value.end;
        let next = text.get(from..).and_then(|rest| rest.chars().next());
        if sign.is_none() && next.is_some_and(|c| !c.is_whitespace()) {
            out.push(' ');
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    (out, kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_behind_colons() {
        let field = |word: &'static str, value: &str, kind| Field {
            words: vec![word],
            value: value.to_owned(),
            kind,
            old: None,
            old_month: None,
        };
        let fields = [
            field("被考核人", "李四", Kind::Name),
            field("部门", "客服部", Kind::Department),
            field("考核月份", "2026年11月", Kind::Month),
        ];
        let takes = |name: &str, _: &str| fields.iter().find(|f| f.words.contains(&&*label(name)));
        let month = Month { year: 2026, month: 11 };
        for (old, new) in [
            ("被考核人：", "被考核人：李四"),
            ("被考核人：王丽", "被考核人：李四"),
            ("被考核人：____  部门：____", "被考核人：李四  部门：客服部"),
            ("被考核人：____部门：____", "被考核人：李四 部门：客服部"),
            ("被考核人: 王丽  部门: 物流  备注：无", "被考核人:李四  部门:客服部  备注：无"),
            ("部　门：物流，被考核人：王丽", "部　门：客服部，被考核人：李四"),
            ("被考核人签字：", "被考核人签字："),
            ("被考核人：  部门：", "被考核人：李四  部门：客服部"),
            ("考核月份：____年__月", "考核月份：2026年11月"),
            ("考核月份：2026-10 部门：", "考核月份：2026-11 部门：客服部"),
        ] {
            assert_eq!(behind_colons(old, &takes, month).0, new, "{old}");
        }
    }
}
