//! What a summary needs of every workbook, taken in one by one: a small key a person stays in
//! memory, all text goes to spools.

use super::data::{hash, ten};
use super::record::place;
use super::{Book, Finding, Line, MetricsBook, State};
use crate::expr::Sum;
use crate::problem::{Lang, Problem, Severity};
use crate::spool::Spool;
use crate::text::person_key;
use crate::words;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use unicode_width::UnicodeWidthStr;

/// Bytes of a name that its key holds: five Chinese characters.
const PREFIX: usize = 16;

/// What tells people's order, and where the rest of a person's row is.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The total to ten decimals.
    pub total: f64,
    /// Place of the [`Row`].
    pub at: u64,
    /// The start of the name.
    pub prefix: [u8; PREFIX],
    /// Whether the name is longer than that.
    pub long: bool,
    /// Number of the department; 0 for none.
    pub department: u32,
    /// The workbook's number.
    pub book: u32,
    /// The line among its workbook's lines by their sheets.
    pub line: u32,
    /// The layout's index.
    pub layout: u32,
}

/// A person's row but for the rank.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// The line.
    pub line: Line,
    /// The workbook's name.
    pub file: String,
    /// The result's name.
    pub output: Option<String>,
    /// How many forms its workbook holds.
    pub forms: usize,
}

/// A [`Row`] as it is laid down.
#[derive(Serialize)]
struct RowOf<'a> {
    line: &'a Line,
    file: &'a str,
    output: Option<&'a str>,
    forms: usize,
}

/// What is added up over all people of a layout.
#[derive(Debug, Default)]
pub struct Totals {
    /// How many they are.
    pub people: usize,
    /// Scores by item.
    pub items: Vec<Sum>,
    /// How many people each item applies to.
    pub applies: Vec<usize>,
    /// Points by rating.
    pub ratings: Vec<Sum>,
    /// The items' sums.
    pub sum: Sum,
    /// Columns that the longest name takes.
    pub name_width: usize,
    /// Columns that the longest department takes.
    pub department_width: usize,
}

/// Rows of a list: their texts in a spool, their places in memory.
#[derive(Debug)]
pub struct Listed {
    codes: BTreeMap<String, u16>,
    /// Number of the code in the upper 16 bits, the place in the others.
    places: Vec<u64>,
    spool: Spool,
}

/// Texts of a list's row: file, person, sheet, cell, kind, what, what to do.
pub type Texts = [String; 7];

impl Listed {
    fn new(folder: Option<&Path>) -> Self {
        Self { codes: BTreeMap::new(), places: Vec::new(), spool: Spool::new(folder) }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    fn push(&mut self, file: &str, finding: &Finding, lang: Lang) -> io::Result<()> {
        let next = u16::try_from(self.codes.len()).unwrap_or(u16::MAX);
        let code = match self.codes.get(&finding.code) {
            Some(code) => *code,
            None => *self.codes.entry(finding.code.clone()).or_insert(next),
        };
        let (sheet, cell) = place(&finding.place);
        let kind = match finding.severity {
            Severity::Error => words!("错误", "error"),
            Severity::Unfinished => words!("未完成", "unfinished"),
            Severity::Notice => words!("提示", "notice"),
        };
        let texts = [
            file,
            finding.person.as_deref().unwrap_or_default(),
            sheet,
            cell,
            kind.get(lang),
            finding.what.get(lang),
            finding.hint.as_ref().map_or("", |hint| hint.get(lang)),
        ];
        let at = self.spool.push_record(&serde_json::to_vec(&texts)?)?;
        self.places.push(u64::from(code) << 48 | at);
        Ok(())
    }

    /// The places of the rows, by the rank of their codes and by code; as they came where `rank` is
    /// none.
    pub fn order(&mut self, rank: Option<fn(&str) -> u8>) -> Vec<u64> {
        let mut places = std::mem::take(&mut self.places);
        if let Some(rank) = rank {
            // Codes stand in order of name; the sort keeps it.
            let mut codes: Vec<(&String, &u16)> = self.codes.iter().collect();
            codes.sort_by_key(|(code, _)| rank(code));
            let mut new = vec![0u64; codes.len()];
            for (order, (_, old)) in (0u64..).zip(codes) {
                if let Some(place) = new.get_mut(usize::from(*old)) {
                    *place = order << 48;
                }
            }
            for place in &mut places {
                let code = usize::try_from(*place >> 48).unwrap_or(0);
                *place = new.get(code).copied().unwrap_or(0) | *place & AT;
            }
            places.sort_unstable();
        }
        for place in &mut places {
            *place &= AT;
        }
        places
    }

    /// A row by its place.
    pub fn texts(&self, at: u64) -> io::Result<Texts> {
        let mut bytes = Vec::new();
        self.spool.record(at, &mut bytes)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// Departments by their numbers, from 1 in the order in which they came. Two spellings of one, as
/// 客服部（一组） and 客服部(一组), are one: grades by shares and last month's totals take them so too.
#[derive(Debug, Default)]
pub struct Departments {
    /// Numbers by the name as it is compared.
    numbers: HashMap<String, u32>,
    /// First spellings.
    names: Vec<String>,
}

impl Departments {
    /// A department's number; 0 for a name of which nothing shows.
    fn number(&mut self, name: &str) -> u32 {
        let key = person_key(name);
        if key.is_empty() {
            return 0;
        }
        *self.numbers.entry(key).or_insert_with(|| {
            self.names.push(name.to_owned());
            u32::try_from(self.names.len()).unwrap_or(u32::MAX)
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// A department's first spelling, by its number; nothing for none.
    pub fn name(&self, number: u32) -> &str {
        let index = (number as usize).checked_sub(1);
        index.and_then(|index| self.names.get(index)).map_or("", String::as_str)
    }
}

/// The bits of a place in a [`Listed`].
const AT: u64 = (1 << 48) - 1;

/// All workbooks of a month, as a summary needs them.
#[derive(Debug)]
pub struct Gathered {
    pub(super) lang: Lang,
    metrics: MetricsBook,
    pub(super) folder: Option<PathBuf>,
    pub(super) books: usize,
    pub(super) unfinished: usize,
    pub(super) failed: usize,
    pub(super) months: BTreeMap<String, usize>,
    /// Months without a year, of forms that name none.
    months_alone: BTreeSet<String>,
    pub(super) departments: Departments,
    pub(super) people: Vec<Key>,
    pub(super) totals: Vec<Totals>,
    pub(super) problems: Listed,
    pub(super) notices: Listed,
    rows: Spool,
    /// Hashes of everybody's name and department.
    names: Vec<u64>,
    /// Those that several people have.
    doubles: OnceLock<HashSet<u64>>,
    /// Hashes of everybody's name alone.
    names_alone: Vec<u64>,
    /// Those that several people have.
    namesakes: OnceLock<HashSet<u64>>,
    /// Columns that the longest staff number takes.
    pub(super) number_width: usize,
    /// People whose forms are of another month than the summary.
    pub(super) astray: usize,
}

impl Gathered {
    /// None yet. What does not fit in memory goes to temporary files in a folder; without one all
    /// stays in memory.
    pub fn new(folder: Option<&Path>, lang: Lang) -> Self {
        Self {
            lang,
            metrics: MetricsBook::default(),
            folder: folder.map(Path::to_path_buf),
            books: 0,
            unfinished: 0,
            failed: 0,
            months: BTreeMap::new(),
            months_alone: BTreeSet::new(),
            departments: Departments::default(),
            people: Vec::new(),
            totals: Vec::new(),
            problems: Listed::new(folder),
            notices: Listed::new(folder),
            rows: Spool::new(folder),
            names: Vec::new(),
            doubles: OnceLock::new(),
            names_alone: Vec::new(),
            namesakes: OnceLock::new(),
            number_width: 0,
            astray: 0,
        }
    }

    /// The same, where the metrics of all stand in one workbook.
    #[must_use]
    pub fn with_metrics(mut self, metrics: MetricsBook) -> Self {
        self.metrics = metrics;
        self
    }

    /// Takes a workbook in; they come in the order of their names.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn add(&mut self, book: &Book) -> io::Result<()> {
        let number = u32::try_from(self.books).map_err(io::Error::other)?;
        self.books += 1;
        self.unfinished += usize::from(book.state == State::Unfinished);
        self.failed += usize::from(book.state == State::Failed);
        for finding in &book.findings {
            let list = if finding.blocks() { &mut self.problems } else { &mut self.notices };
            list.push(self.metrics.file_of(finding, &book.file), finding, self.lang)?;
        }
        let mut by_sheet: Vec<usize> = (0..book.lines.len()).collect();
        by_sheet.sort_by_key(|index| book.lines.get(*index).map(|line| line.sheet.as_str()));
        for (order, line) in (0u32..).zip(by_sheet.iter().filter_map(|i| book.lines.get(*i))) {
            self.line(book, line, number, order)?;
        }
        Ok(())
    }

    fn line(&mut self, book: &Book, line: &Line, number: u32, order: u32) -> io::Result<()> {
        if let Some(month) = &line.month {
            match self.months.get_mut(month) {
                Some(count) => *count += 1,
                None => drop(self.months.insert(month.clone(), 1)),
            }
        }
        if let Some(alone) = line.month_alone.as_ref().filter(|m| !self.months_alone.contains(*m)) {
            self.months_alone.insert(alone.clone());
        }
        let department = line.department.as_deref().map_or(0, |name| self.departments.number(name));
        while self.totals.len() <= line.layout {
            self.totals.push(Totals::default());
        }
        if let Some(totals) = self.totals.get_mut(line.layout) {
            totals.add(line);
        }
        self.names.push(who(line));
        self.names_alone.push(hash(&line.name));
        self.number_width =
            self.number_width.max(line.number.width()).max(line.number_written.width());
        let row =
            RowOf { line, file: &book.file, output: book.output.as_deref(), forms: book.forms };
        let mut prefix = [0; PREFIX];
        for (to, from) in prefix.iter_mut().zip(line.name.bytes()) {
            *to = from;
        }
        self.people.push(Key {
            total: ten(line.total),
            at: self.rows.push_record(&serde_json::to_vec(&row)?)?,
            prefix,
            long: line.name.len() > PREFIX,
            department,
            book: number,
            line: order,
            layout: u32::try_from(line.layout).unwrap_or(u32::MAX),
        });
        Ok(())
    }

    /// Notes whose forms are of another month than the one summed up: they stand in its table.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub(super) fn note_months(&mut self, month: Option<&str>) -> io::Result<()> {
        if self.months.keys().all(|own| Some(own.as_str()) == month) {
            return Ok(());
        }
        for index in 0..self.people.len() {
            let Some(key) = self.people.get(index).copied() else { continue };
            let Row { line, file, .. } = self.row(&key)?;
            if line.is_of(month) {
                continue;
            }
            self.astray += 1;
            let (own, month) =
                (line.month.as_deref().unwrap_or_default(), month.unwrap_or_default());
            let problem = Problem::notice(
                "month-astray",
                words!(
                    "这是 {own} 的表，汇总是 {month} 的",
                    "this form is of {own}, the summary of {month}"
                ),
            )
            .on(&line.sheet)
            .hint(words!(
                "换成 {month} 的表再运行一次；加 --month {month} 会拒绝其他月份的表",
                "take the form of {month} and run again; --month {month} refuses other months"
            ));
            let finding = Finding::new(&problem, Some(&line.name));
            self.notices.push(&file, &finding, self.lang)?;
        }
        Ok(())
    }

    /// The months that forms name, also without their year.
    pub fn months(&self) -> impl Iterator<Item = &String> {
        self.months.keys().chain(&self.months_alone)
    }

    /// The month that is summed up: the one asked for, else the one that most forms name.
    pub fn month(&self, asked: Option<&str>) -> Option<String> {
        let most = || self.months.iter().max_by_key(|(_, count)| **count).map(|(month, _)| month);
        asked.map(str::to_owned).or_else(|| most().cloned())
    }

    /// Takes in what is said of a workbook beside what it holds.
    pub(super) fn note(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        self.notices.push(file, finding, self.lang)
    }

    fn doubles(&self) -> &HashSet<u64> {
        self.doubles.get_or_init(|| repeated(&self.names))
    }

    /// Whether any two people of one name are of different departments.
    pub(super) fn any_namesakes(&self) -> bool {
        self.namesakes().len() > self.doubles().len()
    }

    fn namesakes(&self) -> &HashSet<u64> {
        self.namesakes.get_or_init(|| repeated(&self.names_alone))
    }

    /// How a person is called in the table and its charts: with the staff number where another has the same
    /// name and department, with the department where another has the same name.
    pub(super) fn called<'l>(&self, line: &'l Line) -> Cow<'l, str> {
        let double = self.is_double(line);
        match &line.department {
            Some(department) if !double && self.namesakes().contains(&hash(&line.name)) => {
                Cow::Owned(with_department(&line.name, department))
            }
            _ => line.shown(double),
        }
    }

    /// Whether any two people have one name and department.
    pub(super) fn any_doubles(&self) -> bool {
        !self.doubles().is_empty()
    }

    /// Whether another person has the same name and department.
    pub(super) fn is_double(&self, line: &Line) -> bool {
        self.doubles().contains(&who(line))
    }

    /// The rest of a person's row.
    pub(super) fn row(&self, key: &Key) -> io::Result<Row> {
        let mut bytes = Vec::new();
        self.rows.record(key.at, &mut bytes)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// A name with its department, for lists in which it stands more than once.
pub fn with_department(name: &str, department: &str) -> String {
    format!("{name}（{department}）")
}

/// What stands more than once in a list.
fn repeated(all: &[u64]) -> HashSet<u64> {
    let mut all = all.to_vec();
    all.sort_unstable();
    let alike = all.chunk_by(|a, b| a == b).filter(|alike| alike.len() > 1);
    alike.filter_map(|alike| alike.first().copied()).collect()
}

/// A person by name and department.
pub fn who(line: &Line) -> u64 {
    let department = line.department.as_deref().unwrap_or_default();
    hash(&format!("{}|{department}", line.name))
}

impl Totals {
    fn add(&mut self, line: &Line) {
        self.people += 1;
        self.items.resize(line.scores.len().max(self.items.len()), Sum::default());
        self.applies.resize(self.items.len(), 0);
        let items = self.items.iter_mut().zip(&mut self.applies).zip(&line.scores).enumerate();
        for (_, ((sum, applies), score)) in items.filter(|(i, _)| !line.absent.contains(i)) {
            sum.add(*score);
            *applies += 1;
        }
        self.ratings.resize(line.ratings.len().max(self.ratings.len()), Sum::default());
        for (sum, points) in self.ratings.iter_mut().zip(&line.ratings) {
            sum.add(*points);
        }
        self.sum.add(line.sum());
        self.name_width = self.name_width.max(line.name.width());
        let department = line.department.as_deref().unwrap_or_default();
        self.department_width = self.department_width.max(department.width());
    }
}
