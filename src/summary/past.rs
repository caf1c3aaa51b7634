//! Last month's summary, and the history that each summary hands on to the next.

use super::data::{Group, hash, namesakes};
use super::gather::Gathered;
use super::stream::{self, key};
use super::{Content, Line, Pen, write_text};
use crate::cell::CellRef;
use crate::form::{Month, parse_month};
use crate::problem::Problem;
use crate::text::{label, person_key};
use crate::words;
use crate::workbook::{self, Sheet, Value};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

/// Names of the history's sheet, in Chinese and English; that of a form's kind may follow.
pub const HISTORY: [&str; 2] = ["历史", "History"];
/// The month of a list of names and totals that says none: before all others.
pub const UNKNOWN: &str = "0000-00";
/// Months kept for the trend line.
const MONTHS: usize = 12;

/// Totals of earlier months.
#[derive(Debug, Default)]
pub struct Previous {
    /// In the order of names.
    people: Vec<Past>,
}

/// A person of earlier months.
#[derive(Debug)]
pub struct Past {
    name: String,
    department: String,
    totals: BTreeMap<String, f64>,
}

/// Whether a workbook is a summary as a run makes it: with its history. A company's own list of names and
/// totals is none.
pub fn is_summary(bytes: &[u8]) -> bool {
    let mut out = Previous::default();
    out.histories(bytes).is_ok() && !out.people.is_empty()
}

/// Reads a summary that an earlier run made.
///
/// # Errors
/// Not a workbook, or none with names and totals.
pub fn previous(bytes: &[u8]) -> Result<Previous, Problem> {
    let mut out = Previous::default();
    // The history first: the other sheets hold far more. A summary whose history was renamed or
    // deleted still has it, or its table.
    out.histories(bytes)?;
    if out.people.is_empty() {
        let book = workbook::open(bytes, &|_| true)?;
        for sheet in &book.sheets {
            out.history(sheet);
        }
        if out.people.is_empty() {
            for sheet in &book.sheets {
                out.table(sheet);
            }
        }
    }
    if out.people.is_empty() {
        return Err(Problem::error(
            "no-summary",
            words!(
                "这不是汇总：没有「姓名」与「总得分」",
                "this is no summary: it has no names and totals"
            ),
        )
        .hint(words!(
            "选择上个月 kaohe batch 生成的汇总",
            "choose what kaohe batch made last month"
        )));
    }
    out.people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

fn month_of(text: &str) -> Option<String> {
    parse_month(text).map(|m: Month| m.to_string())
}

impl Previous {
    /// Takes the sheets that are called as a run calls its history.
    fn histories(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let named = |name: &str| HISTORY.iter().any(|own| name.starts_with(own));
        for sheet in &workbook::open_sheets(bytes, &named)?.sheets {
            self.history(sheet);
        }
        Ok(())
    }

    /// The latest month of which it has totals: the one that it sums up.
    pub fn latest(&self) -> Option<&str> {
        let all = self.people.iter().filter_map(|past| past.totals.keys().next_back());
        all.map(String::as_str).max().filter(|month| *month != UNKNOWN)
    }

    /// Months before the one summed up, the latest last, at most eleven.
    pub fn months_before(&self, month: Option<&str>) -> Vec<String> {
        let all: BTreeSet<&String> = self.people.iter().flat_map(|p| p.totals.keys()).collect();
        let mut before: Vec<String> = all
            .into_iter()
            .filter(|past| month.is_none_or(|month| past.as_str() < month))
            .cloned()
            .collect();
        before.drain(..before.len().saturating_sub(MONTHS - 1));
        before
    }

    /// People of these months of whom no form has come this time: they may be back the next.
    pub fn absent(
        &self,
        gathered: &Gathered,
        groups: &[Group<'_>],
        months: &[String],
    ) -> io::Result<Vec<&Past>> {
        let (mut names, mut exact) = (HashSet::new(), HashSet::new());
        for key in groups.iter().flat_map(|group| &group.people) {
            let line = gathered.row(key)?.line;
            let department = person_key(line.department.as_deref().unwrap_or_default());
            for name in [hash(&line.name), hash(&line.shown(true))] {
                names.insert(name);
                exact.insert((name, department.clone()));
            }
        }
        // Of several of one name the department tells who is there; one alone may have changed it.
        let same = |a: &Past, b: &Past| a.name == b.name;
        let runs = self.people.chunk_by(same);
        let counts = |past: &&Past| months.iter().any(|month| past.totals.contains_key(month));
        let absent = runs.flat_map(|run| {
            let is_there = |past: &Past| {
                let name = hash(&past.name);
                let told = exact.contains(&(name, past.department.clone()));
                names.contains(&name) && (told || run.len() == 1)
            };
            run.iter().filter(|past| !is_there(past)).filter(counts).collect::<Vec<_>>()
        });
        Ok(absent.collect())
    }

    /// A person's totals in months. Of one name, the department tells; a name that is alone on
    /// both sides may have changed department.
    pub fn totals(
        &self,
        name: &str,
        department: Option<&str>,
        alone: bool,
        months: &[String],
    ) -> Vec<Option<f64>> {
        let key = person_key(name);
        let first = self.people.partition_point(|p| p.name < key);
        let same: Vec<&Past> =
            self.people.iter().skip(first).take_while(|p| p.name == key).collect();
        let own = person_key(department.unwrap_or_default());
        let mut exact = same.iter().filter(|p| p.department == own);
        let found = match (exact.next(), exact.next()) {
            (Some(one), None) => Some(*one),
            _ => match same.as_slice() {
                [one] if alone => Some(*one),
                _ => None,
            },
        };
        months.iter().map(|m| found.and_then(|p| p.totals.get(m)).copied()).collect()
    }

    fn history(&mut self, sheet: &Sheet) {
        let head: Vec<(CellRef, &str)> =
            sheet.row(0).filter_map(|(at, c)| Some((at, c.value.text()?))).collect();
        let named = |words: &[&str]| {
            head.iter()
                .find(|(_, text)| words.contains(&label(text).as_str()))
                .map(|(at, _)| at.col)
        };
        let Some(name) = named(&["姓名", "name"]) else { return };
        let department = named(&["部门", "department"]);
        let months: Vec<(u32, String)> = head
            .iter()
            .filter(|(at, text)| at.col > name && text.len() == 7)
            .filter_map(|(at, text)| Some((at.col, month_of(text)?)))
            .collect();
        if months.is_empty() {
            return;
        }
        for row in sheet.used_rows().into_iter().skip(1) {
            let totals = months
                .iter()
                .filter_map(|(col, month)| match sheet.value(CellRef::new(row, *col)) {
                    Value::Number(number) => Some((month.clone(), *number)),
                    _ => None,
                })
                .collect();
            self.add(sheet, row, name, department, totals);
        }
    }

    fn table(&mut self, sheet: &Sheet) {
        let month = sheet
            .cells
            .iter()
            .take_while(|(at, _)| at.row < 3)
            .filter_map(|(_, cell)| cell.value.text())
            .find_map(month_of)
            .unwrap_or_else(|| UNKNOWN.to_owned());
        let rows = sheet.used_rows();
        for row in rows.iter().copied().take(10) {
            let find = |words: &[&str]| {
                sheet
                    .row(row)
                    .find(|(_, c)| {
                        c.value.text().is_some_and(|t| words.contains(&label(t).as_str()))
                    })
                    .map(|(at, _)| at.col)
            };
            let (Some(name), Some(total)) = (find(&["姓名", "name"]), find(&["总得分", "total"]))
            else {
                continue;
            };
            let department = find(&["部门", "department"]);
            for row in rows.iter().copied().filter(|r| *r > row) {
                if let Value::Number(number) = sheet.value(CellRef::new(row, total)) {
                    let totals = BTreeMap::from([(month.clone(), *number)]);
                    self.add(sheet, row, name, department, totals);
                }
            }
            return;
        }
    }

    fn add(
        &mut self,
        sheet: &Sheet,
        row: u32,
        name: u32,
        department: Option<u32>,
        totals: BTreeMap<String, f64>,
    ) {
        let text =
            |col: u32| sheet.text(CellRef::new(row, col)).map(person_key).unwrap_or_default();
        let name = text(name);
        if !name.is_empty() && !totals.is_empty() {
            self.people.push(Past {
                name,
                department: department.map(text).unwrap_or_default(),
                totals,
            });
        }
    }
}

/// First column of months in the history.
pub const FIRST: u16 = 2;

/// Writes the hidden history but for its people: a row each in the table's order, a column a month.
pub fn write(
    page: &mut Worksheet,
    group: &Group<'_>,
    month: Option<&str>,
    pen: &Pen,
) -> Result<(), XlsxError> {
    page.set_hidden(true);
    write_text(page, 0, 0, pen.t("姓名", "name"), &pen.head)?;
    write_text(page, 0, 1, pen.t("部门", "department"), &pen.head)?;
    let months = group.months.iter().map(String::as_str).chain(month);
    for (col, month) in (FIRST..).zip(months) {
        write_text(page, 0, col, month, &pen.head)?;
    }
    key(page, 1, &[&pen.plain])
}

/// Rows of the history.
pub struct Rows<'a> {
    group: &'a Group<'a>,
    gathered: &'a Gathered,
    previous: Option<(&'a Previous, HashMap<u64, u32>)>,
    month: Option<&'a str>,
}

impl<'a> Rows<'a> {
    /// Those of a group.
    pub fn new(
        group: &'a Group<'a>,
        content: &Content<'a>,
        gathered: &'a Gathered,
        month: Option<&'a str>,
    ) -> io::Result<Self> {
        let previous = match content.previous {
            Some(previous) => Some((previous, namesakes(gathered, &group.people)?)),
            None => None,
        };
        Ok(Self { group, gathered, previous, month })
    }

    /// A person's totals by the group's months.
    pub fn totals(&self, line: &Line) -> Vec<Option<f64>> {
        let Some((previous, names)) = &self.previous else { return Vec::new() };
        let alone = names.get(&hash(&line.name)) == Some(&1);
        let find = |name: &str, alone| {
            previous.totals(name, line.department.as_deref(), alone, &self.group.months)
        };
        // Who was told apart by the staff number may be so again.
        let numbered = find(&line.shown(true), false);
        let told = self.gathered.is_double(line) && !line.number.is_empty();
        if told || numbered.iter().any(Option::is_some) {
            return numbered;
        }
        find(&line.name, alone)
    }

    /// Writes a person's row.
    pub fn write(
        &self,
        rows: &mut stream::Rows<'_>,
        row: u32,
        line: &Line,
        total: f64,
        totals: &[Option<f64>],
        plain: u32,
    ) -> io::Result<()> {
        rows.begin(row, None);
        rows.text(0, &line.shown(self.gathered.is_double(line)), plain);
        rows.text(1, line.department.as_deref().unwrap_or_default(), plain);
        // A form of another month is no total of this one.
        let own = Some(total).filter(|_| self.month.is_some() && line.is_of(self.month));
        for (col, total) in (FIRST..).zip(totals.iter().copied().chain([own])) {
            if let Some(total) = total {
                rows.number(col, total, 0);
            }
        }
        rows.end()
    }

    /// Writes the row of somebody who is not there this time.
    pub fn write_absent(
        &self,
        rows: &mut stream::Rows<'_>,
        row: u32,
        past: &Past,
        plain: u32,
    ) -> io::Result<()> {
        rows.begin(row, None);
        rows.text(0, &past.name, plain);
        rows.text(1, &past.department, plain);
        for (col, month) in (FIRST..).zip(&self.group.months) {
            if let Some(total) = past.totals.get(month) {
                rows.number(col, *total, 0);
            }
        }
        rows.end()
    }
}
