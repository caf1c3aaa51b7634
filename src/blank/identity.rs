//! Where a form says whose it is and of which month.

use super::Template;
use crate::cell::CellRef;
use crate::form::{Month, Place, parse_month};
use crate::package::Content;
use crate::roster::Person;
use crate::text::{is_blank, label};
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
}

struct Field<'a> {
    words: Vec<&'a str>,
    value: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Name,
    Department,
    Month,
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
    let mut fields: Vec<Field<'_>> = owned
        .iter()
        .map(|(words, value, kind)| Field {
            words: words.iter().map(String::as_str).collect(),
            value: value.clone(),
            kind: *kind,
        })
        .collect();
    for (words, value) in [
        (["岗位", "职位", "职务", "岗位名称"], &person.post),
        (["直接上级", "直属上级", "上级主管", "上级"], &person.superior),
        (["工号", "员工编号", "员工号", "人员编号"], &person.number),
    ] {
        if !value.is_empty() {
            fields.push(Field { words: words.to_vec(), value: value.clone(), kind: Kind::Other });
        }
    }
    let mut found = Found::default();
    let form = &template.form;
    for index in &form.sheets {
        // Above the items only: a header of a table is no label.
        let first = form.items.iter().filter(|i| i.name.sheet == *index).map(|i| i.name.at.row);
        let before = first.min().unwrap_or(ROWS).min(ROWS);
        if let Some(sheet) = template.workbook.sheets.get(*index) {
            labels(sheet, *index, before, &fields, month, &mut found);
        }
    }
    months_in_titles(template, month, &mut found);
    for people in &template.sources.people {
        for (index, row) in people.rows.iter().enumerate().filter(|(_, r)| !r.name.is_empty()) {
            let place = Place { sheet: people.sheet, at: row.at };
            let content =
                if index == 0 { Content::Text(person.name.clone()) } else { Content::Blank };
            found.contents.insert(place, content);
            found.name = true;
        }
    }
    found
}

impl Found {
    fn saw(&mut self, kind: Kind) {
        match kind {
            Kind::Name => self.name = true,
            Kind::Department => self.department = true,
            Kind::Month => self.month = true,
            Kind::Other => {}
        }
    }
}

fn labels(
    sheet: &Sheet,
    index: usize,
    before: u32,
    fields: &[Field<'_>],
    month: Month,
    found: &mut Found,
) {
    let known = |text: &str| {
        let own = label(text);
        fields.iter().find(|f| f.words.iter().any(|w| label(w) == own))
    };
    for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < before) {
        let Some(text) = cell.value.text().filter(|_| !cell.is_formula) else { continue };
        let place = Place { sheet: index, at: *at };
        if text.contains([':', '：']) {
            let mut kinds = Vec::new();
            let written = behind_colons(text, &mut |name| {
                let field = known(name)?;
                kinds.push(field.kind);
                Some(field.value.clone())
            });
            // A lone label with its value in the next cell keeps its text.
            let lone = text.trim_end().ends_with([':', '：']) && kinds.len() == 1;
            let beside = beside(sheet, *at);
            let next = lone && !sheet.value(beside).is_blank() && !is_label(sheet.value(beside));
            if kinds.is_empty() {
                continue;
            }
            kinds.iter().for_each(|kind| found.saw(*kind));
            if next {
                let field = known(text.trim_end().trim_end_matches([':', '：']));
                put_beside(sheet, index, beside, field, month, found);
            } else {
                found.contents.insert(place, Content::Text(written));
            }
            continue;
        }
        let Some(field) = known(text) else { continue };
        let beside = beside(sheet, *at);
        if is_label(sheet.value(beside)) || known_value(sheet.value(beside), &known) {
            continue;
        }
        found.saw(field.kind);
        put_beside(sheet, index, beside, Some(field), month, found);
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
    let content = match (field.kind, cell.map(|c| &c.value)) {
        (Kind::Month, Some(Value::Number(number))) => month_number(*number, month),
        (Kind::Month, Some(Value::Text(text))) => {
            Content::Text(with_month(text, month).unwrap_or_else(|| field.value.clone()))
        }
        _ => Content::Text(field.value.clone()),
    };
    found.contents.insert(Place { sheet: index, at }, content);
}

/// A month as the number that the cell held: `202610`, or a date's serial.
fn month_number(old: f64, month: Month) -> Content {
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

fn is_label(value: &Value) -> bool {
    value.text().is_some_and(|text| text.trim().ends_with([':', '：']))
}

/// The text with the values behind its labels' colons put in: `被考核人：__  部门：__`.
fn behind_colons(text: &str, value: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(colon) = rest.find([':', '：']) {
        let wide = rest.get(colon..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        let (head, tail) = rest.split_at(colon + wide);
        let name = head.get(..colon).unwrap_or_default();
        let name = name.rsplit([' ', '\u{3000}', '\t', '\n', '　']).next().unwrap_or(name);
        out.push_str(head);
        // The value ends where the next label begins.
        let end = match tail.find([':', '：']) {
            Some(next) => tail
                .get(..next)
                .and_then(|t| t.rfind(char::is_whitespace))
                .map_or(0, |space| tail.get(..space).map_or(0, |t| t.trim_end().len())),
            None => tail.len(),
        };
        let (old, after) = tail.split_at(end);
        match value(name.trim()) {
            Some(new) => {
                out.push_str(&new);
                // A following label stays apart from the value.
                if after.chars().next().is_some_and(|c| !c.is_whitespace()) {
                    out.push(' ');
                }
            }
            None => out.push_str(old),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Months in the titles of the form and of the sheets with figures.
fn months_in_titles(template: &Template, month: Month, found: &mut Found) {
    let sources = &template.sources;
    let mut sheets: Vec<usize> = template.form.sheets.clone();
    sheets.extend(sources.lists.values().flatten().map(|l| l.place.sheet));
    sheets.extend(sources.teams.iter().map(|t| t.sheet));
    sheets.extend(sources.raters.iter().map(|r| r.sheet));
    sheets.extend(sources.people.iter().map(|p| p.sheet));
    sheets.sort_unstable();
    sheets.dedup();
    for index in sheets {
        let Some(sheet) = template.workbook.sheets.get(index) else { continue };
        for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < 4) {
            let place = Place { sheet: index, at: *at };
            let Some(text) = cell.value.text().filter(|_| !cell.is_formula) else { continue };
            if text.chars().count() >= 80 || found.contents.contains_key(&place) {
                continue;
            }
            if let Some(new) = with_month(text, month) {
                found.contents.insert(place, Content::Text(new));
                found.month = true;
            }
        }
    }
}

/// The text with its month replaced, spelt as it was; a text with days becomes the month alone.
fn with_month(text: &str, month: Month) -> Option<String> {
    let old = parse_month(text)?;
    let chars: Vec<char> = text.chars().collect();
    let digits = |from: usize| chars.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    for start in 0..chars.len() {
        if digits(start) != 4 || start > 0 && chars.get(start - 1).is_some_and(char::is_ascii_digit)
        {
            continue;
        }
        let year: String = chars.iter().skip(start).take(4).collect();
        if year != old.year.to_string() {
            continue;
        }
        let gap = chars.iter().skip(start + 4).take_while(|c| !c.is_ascii_digit()).count();
        let at = start + 4 + gap;
        let long = digits(at);
        if gap > 3 || !(1..=2).contains(&long) {
            continue;
        }
        let before: String = chars.iter().take(start).collect();
        let between: String = chars.iter().skip(start + 4).take(gap).collect();
        let after: String = chars.iter().skip(at + long).collect();
        if after.chars().any(|c| c.is_ascii_digit()) {
            return Some(format!("{before}{}年{}月", month.year, month.month));
        }
        let number =
            if long == 2 && chars.get(at) == Some(&'0') || between.contains(['-', '.', '/']) {
                format!("{:02}", month.month)
            } else {
                month.month.to_string()
            };
        return Some(format!("{before}{}{between}{number}{after}", month.year));
    }
    (!is_blank(text)).then(|| format!("{}年{}月", month.year, month.month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_behind_colons() {
        let mut fill = |name: &str| match name {
            "被考核人" => Some("李四".to_owned()),
            "部门" => Some("客服部".to_owned()),
            _ => None,
        };
        for (old, new) in [
            ("被考核人：", "被考核人：李四"),
            ("被考核人：王丽", "被考核人：李四"),
            ("被考核人：____  部门：____", "被考核人：李四  部门：客服部"),
            ("被考核人: 王丽  部门: 物流  备注：无", "被考核人:李四  部门:客服部  备注：无"),
            ("被考核人签字：", "被考核人签字："),
            ("被考核人：  部门：", "被考核人：李四  部门：客服部"),
        ] {
            assert_eq!(behind_colons(old, &mut fill), new, "{old}");
        }
    }

    #[test]
    fn months_keep_their_spelling() {
        let month = Month { year: 2027, month: 1 };
        for (old, new) in [
            ("2026年10月 指标数据", "2027年1月 指标数据"),
            ("考核表（2026-10）", "考核表（2027-01）"),
            ("2026.09.01至2026.09.30", "2027年1月"),
            ("2026年09月", "2027年01月"),
        ] {
            assert_eq!(with_month(old, month).as_deref(), Some(new), "{old}");
        }
        assert_eq!(with_month("考核表", month), None);
    }
}
