//! Last month's summary, and the history that each summary hands on to the next.

use super::data::Group;
use super::gather::{Gathered, with_department};
use super::matching::Matches;
use super::stream::{self, key};
use super::told::Differing;
use super::{Line, Pen, write_text};
use crate::cell::CellRef;
use crate::form::{Month, parse_month};
use crate::problem::Problem;
use crate::text::{label, person_key};
use crate::words;
use crate::workbook::{self, Sheet, Value};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Names of the history's sheet, in Chinese and English; that of a form's kind may follow.
pub const HISTORY: [&str; 2] = ["历史", "History"];
/// Names of the table's sheet; that of a form's kind may follow.
pub const TABLE: [&str; 2] = ["汇总", "Summary"];
/// The month of a list of names and totals that says none: before all others.
pub const UNKNOWN: &str = "0000-00";
/// Most people of whom table and history are compared: the table takes twice the memory of the history.
const COMPARED: usize = 5_000;
/// Months kept for the trend line.
const MONTHS: usize = 12;

/// Totals of earlier months.
#[derive(Debug, Default)]
pub struct Previous {
    /// In the order of names.
    people: Vec<Past>,
    /// Totals of its table that its history says otherwise.
    pub(super) differing: Vec<Differing>,
}

/// A person of earlier months.
#[derive(Debug)]
pub struct Past {
    /// Name, as it is compared.
    pub name: String,
    /// Department, as it is compared.
    pub department: String,
    /// Name of the form's scheme; empty where the history does not say it.
    pub scheme: String,
    /// Totals by month.
    pub totals: BTreeMap<String, f64>,
    /// Name and department as they are written.
    written: (String, String),
}

impl Past {
    /// Name and department as they are written.
    pub(super) fn written(&self) -> &(String, String) {
        &self.written
    }

    /// Whether it is of somebody of this name as it is compared, with or without a staff number behind it.
    pub(super) fn is_named(&self, key: &str) -> bool {
        self.name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
    }
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
    if !out.people.is_empty() && out.people.len() <= COMPARED {
        let named = |name: &str| TABLE.iter().any(|own| name.starts_with(own));
        // The history suffices: a table that is too large to read is not held against it.
        let tables = workbook::open_sheets(bytes, &named).map(|book| book.sheets);
        let tables = tables.unwrap_or_default();
        out.differing = tables.iter().flat_map(|sheet| out.differing(sheet)).collect();
    }
    let mut untold = false;
    if out.people.is_empty() {
        let book = workbook::open(bytes, &|_| true)?;
        for sheet in &book.sheets {
            out.history(sheet);
        }
        if out.people.is_empty() {
            for sheet in &book.sheets {
                out.table(sheet);
                untold |= Previous::is_untold(sheet);
            }
        }
    }
    if out.people.is_empty() && untold {
        return Err(Problem::error(
            "summary-not-stored",
            words!(
                "汇总里的总得分是公式，文件里没有保存算出的数",
                "the totals of the summary are formulas whose values are not stored in the file"
            ),
        )
        .hint(words!("用 Excel 打开它，保存一次", "open it in Excel and save it once")));
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

    /// Totals of a month under a name, of all departments, with or without a staff number behind it.
    pub fn totals_of(&self, name: &str, month: &str) -> Vec<f64> {
        let rows = self.like(&person_key(name)).into_iter();
        rows.filter_map(|past| past.totals.get(month)).copied().collect()
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

    /// All rows, in the order of names.
    pub(super) fn people(&self) -> &[Past] {
        &self.people
    }

    /// The rows of a name, as it is compared.
    pub(super) fn named(&self, key: &str) -> &[Past] {
        let rows = self.from(key);
        rows.get(..rows.partition_point(|past| past.name == key)).unwrap_or_default()
    }

    /// The rows of a name, with or without a staff number behind it.
    pub(super) fn like(&self, key: &str) -> Vec<&Past> {
        let begins = |past: &&Past| past.name.starts_with(key);
        self.from(key).iter().take_while(begins).filter(|past| past.is_named(key)).collect()
    }

    fn from(&self, key: &str) -> &[Past] {
        let first = self.people.partition_point(|past| past.name.as_str() < key);
        self.people.get(first..).unwrap_or_default()
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
        let scheme = named(&SCHEME);
        // Sheets of several forms are named by them.
        let of_sheet =
            HISTORY.iter().find_map(|own| sheet.name.strip_prefix(own)?.strip_prefix('-'));
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
            let scheme = scheme.and_then(|col| sheet.text(CellRef::new(row, col))).or(of_sheet);
            let text = |col: u32| sheet.text(CellRef::new(row, col)).unwrap_or_default().to_owned();
            let written = (text(name), department.map(text).unwrap_or_default());
            self.add(written, scheme.unwrap_or_default(), totals);
        }
    }

    fn table(&mut self, sheet: &Sheet) {
        let Some(table) = Self::table_of(sheet) else { return };
        for (cell, total) in table.totals(sheet) {
            let totals = BTreeMap::from([(table.month.clone(), total)]);
            self.add(table.who(sheet, cell.row), "", totals);
        }
    }

    /// Whether the totals of a sheet's table are formulas without values.
    fn is_untold(sheet: &Sheet) -> bool {
        let formula = |at: CellRef| {
            sheet.cells.get(&at).is_some_and(|cell| cell.is_formula && cell.value.is_blank())
        };
        Self::table_of(sheet).is_some_and(|table| {
            sheet.used_rows().into_iter().any(|row| formula(CellRef::new(row, table.total)))
        })
    }

    /// A sheet's table of names and totals.
    pub(super) fn table_of(sheet: &Sheet) -> Option<Table> {
        let month = sheet
            .cells
            .iter()
            .take_while(|(at, _)| at.row < 3)
            .filter_map(|(_, cell)| cell.value.text())
            .find_map(month_of)
            .unwrap_or_else(|| UNKNOWN.to_owned());
        sheet.used_rows().into_iter().take(10).find_map(|row| {
            let find = |words: &[&str]| {
                sheet
                    .row(row)
                    .find(|(_, c)| {
                        c.value.text().is_some_and(|t| words.contains(&label(t).as_str()))
                    })
                    .map(|(at, _)| at.col)
            };
            let (name, total) = (find(&["姓名", "name"])?, find(&["总得分", "total"])?);
            let department = find(&["部门", "department"]);
            Some(Table { month: month.clone(), head: row, name, department, total })
        })
    }

    fn add(&mut self, written: (String, String), scheme: &str, totals: BTreeMap<String, f64>) {
        let (name, department) = (person_key(&written.0), person_key(&written.1));
        if !name.is_empty() && !totals.is_empty() && !is_nobody(&written.0) {
            let scheme = scheme.to_owned();
            self.people.push(Past { name, department, scheme, totals, written });
        }
    }
}

/// Whether what stands in the column of names is the label of a row below the people: of a summary's own
/// means, or of a sum.
fn is_nobody(name: &str) -> bool {
    const LABELS: [&str; 14] = [
        "平均",
        "平均分",
        "平均值",
        "均值",
        "得分率",
        "合计",
        "总计",
        "小计",
        "共计",
        "总平均",
        "mean",
        "share",
        "average",
        "total",
    ];
    LABELS.contains(&label(name).as_str())
}

/// Where names and totals stand on a sheet.
pub struct Table {
    /// The month that the sheet's title names.
    pub month: String,
    head: u32,
    name: u32,
    department: Option<u32>,
    total: u32,
}

impl Table {
    /// The totals below the header, with their cells.
    pub fn totals(&self, sheet: &Sheet) -> Vec<(CellRef, f64)> {
        let below = sheet.used_rows().into_iter().filter(|row| *row > self.head);
        let cells = below.map(|row| CellRef::new(row, self.total));
        let total = |cell: CellRef| match sheet.value(cell) {
            Value::Number(number) => Some((cell, *number)),
            _ => None,
        };
        cells.filter_map(total).collect()
    }

    /// Name and department in a row; the name without the department that tells namesakes apart.
    pub fn who(&self, sheet: &Sheet, row: u32) -> (String, String) {
        let text = |col: u32| sheet.text(CellRef::new(row, col)).unwrap_or_default().to_owned();
        let (name, department) = (text(self.name), self.department.map(text).unwrap_or_default());
        match name.strip_suffix(&with_department("", &department)) {
            Some(alone) => (alone.to_owned(), department),
            None => (name, department),
        }
    }
}

/// First column of months in the history.
pub const FIRST: u16 = 2;

/// Headers of the column that says of which scheme a row is.
const SCHEME: [&str; 2] = ["方案", "scheme"];

/// That column: behind the months.
pub fn scheme_column(group: &Group<'_>, month: Option<&str>) -> u16 {
    FIRST + u16::try_from(group.months.len() + usize::from(month.is_some())).unwrap_or(0)
}

/// Writes the hidden history but for its people: a row each in the table's order, a column a month; and
/// of which scheme each is, where there are several.
pub fn write(
    page: &mut Worksheet,
    group: &Group<'_>,
    month: Option<&str>,
    schemes: bool,
    pen: &Pen,
) -> Result<(), XlsxError> {
    page.set_hidden(true);
    write_text(page, 0, 0, pen.t("姓名", "name"), &pen.head)?;
    write_text(page, 0, 1, pen.t("部门", "department"), &pen.head)?;
    let own = month;
    let months = group.months.iter().map(String::as_str).chain(month);
    for (col, month) in (FIRST..).zip(months) {
        write_text(page, 0, col, month, &pen.head)?;
    }
    if schemes {
        let [zh, en] = SCHEME;
        write_text(page, 0, scheme_column(group, own), pen.t(zh, en), &pen.head)?;
    }
    key(page, 1, &[&pen.plain])
}

/// Rows of the history.
pub struct Rows<'a> {
    group: &'a Group<'a>,
    gathered: &'a Gathered,
    /// What earlier months are found by; none without an earlier summary.
    pub matches: Option<&'a Matches<'a>>,
    month: Option<&'a str>,
    /// Whether each row says of which scheme it is.
    schemes: bool,
}

impl<'a> Rows<'a> {
    /// Those of a group.
    pub fn new(
        group: &'a Group<'a>,
        gathered: &'a Gathered,
        matches: Option<&'a Matches<'a>>,
        month: Option<&'a str>,
        schemes: bool,
    ) -> Self {
        Self { group, gathered, matches, month, schemes }
    }

    /// A person's totals by the group's months.
    pub fn totals(&self, line: &Line) -> Vec<Option<f64>> {
        let Some(matches) = self.matches else { return Vec::new() };
        let past = matches.find(self.gathered, line, self.group.scheme);
        let total = |month: &String| past.and_then(|past| past.totals.get(month)).copied();
        self.group.months.iter().map(total).collect()
    }

    fn scheme(&self, rows: &mut stream::Rows<'_>, scheme: &str, plain: u32) {
        if self.schemes && !scheme.is_empty() {
            rows.text(scheme_column(self.group, self.month), scheme, plain);
        }
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
        self.scheme(rows, self.group.scheme, plain);
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
        rows.text(0, &past.written.0, plain);
        rows.text(1, &past.written.1, plain);
        for (col, month) in (FIRST..).zip(&self.group.months) {
            if let Some(total) = past.totals.get(month) {
                rows.number(col, *total, 0);
            }
        }
        self.scheme(rows, &past.scheme, plain);
        rows.end()
    }
}
