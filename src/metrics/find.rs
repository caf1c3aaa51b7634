//! Where the figures stand.

use crate::cell::CellRef;
use crate::form::{Form, Month, Place, parse_month};
use crate::scheme::Scheme;
use crate::text::{compact, label, person_key};
use crate::workbook::{Sheet, Value, Workbook};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A table with a row a person.
#[derive(Debug, Clone)]
pub struct People {
    /// Its sheet.
    pub sheet: usize,
    /// Column of a metric.
    pub metrics: HashMap<String, u32>,
    /// Column of a rater's mean, by rating and mark.
    pub marks: HashMap<(usize, usize), u32>,
    /// Rows: name as written, department, row.
    pub rows: Vec<Person>,
    /// Columns that stand twice: the header text and both cells.
    pub twice: Vec<(String, CellRef, CellRef)>,
}

/// A row of a people table.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name as written; empty where the table has no name column.
    pub name: String,
    /// Department, if there is such a column.
    pub department: Option<String>,
    /// Its row.
    pub row: u32,
    /// The cell of the name.
    pub at: CellRef,
}

/// A figure of a list: its label's cell and its value.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where the value stands.
    pub place: Place,
    /// The value that stands behind the label's colon, in the same cell.
    pub inline: Option<String>,
}

/// The team table.
#[derive(Debug, Clone)]
pub struct TeamTable {
    /// Its sheet.
    pub sheet: usize,
    /// Column of the group.
    pub group: u32,
    /// Column of the member's name.
    pub member: u32,
    /// Columns by the scheme's names.
    pub columns: HashMap<String, u32>,
    /// Rows of the members.
    pub rows: Vec<u32>,
    /// Row of the header.
    pub header: u32,
}

/// A sheet of raters: indicator down, rater across.
#[derive(Debug, Clone)]
pub struct Raters {
    /// The rating.
    pub rating: usize,
    /// Its sheet.
    pub sheet: usize,
    /// Rows by mark.
    pub rows: BTreeMap<usize, u32>,
    /// Rater columns.
    pub columns: Vec<u32>,
}

/// All places with figures in a workbook.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Tables of people.
    pub people: Vec<People>,
    /// Lists by metric name; several where the label stands more than once.
    pub lists: HashMap<String, Vec<Listed>>,
    /// Team tables.
    pub teams: Vec<TeamTable>,
    /// Raters' sheets.
    pub raters: Vec<Raters>,
    /// The month that a metric sheet names, and the sheet.
    pub month: Option<(usize, Month)>,
    /// Whether the figures come from another workbook, so that formulas cannot name their cells.
    pub literal: bool,
}

/// Rows that end a table of members or people.
const SUMMARY_ROWS: [&str; 12] = [
    "合计",
    "平均",
    "平均值",
    "均值",
    "总计",
    "部门平均",
    "平均分",
    "小计",
    "部门均值",
    "团队平均",
    "汇总",
    "备注",
];

/// Headers of a raters' sheet that are no raters.
const NO_RATER: [&str; 18] = [
    "考核要点",
    "评分标准",
    "备注",
    "说明",
    "平均",
    "平均分",
    "平均值",
    "均值",
    "合计",
    "得分",
    "总分",
    "满分",
    "分值",
    "权重",
    "折算得分",
    "权重分值",
    "考核内容",
    "序号",
];

/// Finds the figures of a workbook. `forms` are its own forms, whose tables hold no figures.
pub fn find(workbook: &Workbook, scheme: &Scheme, forms: &[Form]) -> Sources {
    let words = Labels::new(scheme);
    let mut out = Sources::default();
    let form_rows: HashSet<(usize, u32)> = forms
        .iter()
        .flat_map(|f| {
            let marks = f.ratings.iter().flat_map(|r| r.marks.iter().map(|(_, p)| *p));
            f.items.iter().map(|i| i.name).chain(marks)
        })
        .map(|place| (place.sheet, place.at.row))
        .collect();
    for (index, sheet) in workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let mut taken = HashSet::new();
        let is_form_row = |row: u32| form_rows.contains(&(index, row));
        let mut figures = false;
        for row in sheet.used_rows() {
            let keys = row_labels(sheet, row);
            if let Some(team) = team_table(index, sheet, row, &keys, scheme, &words) {
                taken.extend(team.rows.iter().copied());
                taken.insert(row);
                out.teams.push(team);
                figures = true;
            } else if !taken.contains(&row)
                && let Some(people) = people_table(index, sheet, row, &keys, scheme, &words)
            {
                taken.extend(people.rows.iter().map(|p| p.row));
                taken.insert(row);
                out.people.push(people);
                figures = true;
            }
        }
        figures |= list(index, sheet, &words, &taken, &mut out.lists);
        out.raters.extend(raters(index, sheet, scheme, &is_form_row));
        if figures && out.month.is_none() {
            out.month = sheet
                .cells
                .iter()
                .take_while(|(at, _)| at.row < 12)
                .filter_map(|(_, cell)| cell.value.text())
                .find_map(parse_month)
                .map(|month| (index, month));
        }
    }
    out
}

/// The labels of a row, each with its cell and text.
type RowLabels<'s> = Vec<(CellRef, &'s str, String)>;

fn row_labels(sheet: &Sheet, row: u32) -> RowLabels<'_> {
    sheet
        .row(row)
        .filter_map(|(at, cell)| cell.value.text().map(|text| (at, text)))
        .filter(|(_, text)| text.len() < 120)
        .map(|(at, text)| (at, text, label(text)))
        .collect()
}

struct Labels {
    member: HashSet<String>,
    columns: HashMap<String, String>,
    metrics: HashMap<String, String>,
    person: HashSet<String>,
    department: HashSet<String>,
    group: HashSet<String>,
    value: HashSet<String>,
    item: HashSet<String>,
}

impl Labels {
    fn new(scheme: &Scheme) -> Self {
        let set = |list: &[String]| list.iter().map(|w| label(w)).collect::<HashSet<_>>();
        let mut metrics = HashMap::new();
        for metric in &scheme.metrics {
            for name in std::iter::once(&metric.name).chain(&metric.aliases) {
                metrics.insert(label(name), metric.name.clone());
            }
        }
        let mut columns = HashMap::new();
        for column in scheme.team.iter().flat_map(|t| &t.columns) {
            for name in std::iter::once(&column.name).chain(&column.aliases) {
                columns.insert(label(name), column.name.clone());
            }
        }
        Self {
            member: scheme.team.as_ref().map(|t| set(&t.member)).unwrap_or_default(),
            columns,
            metrics,
            person: set(&scheme.words.person),
            department: set(&scheme.words.department),
            group: scheme.team.as_ref().map(|t| set(&t.group)).unwrap_or_default(),
            value: set(&scheme.words.value),
            item: set(&scheme.words.item),
        }
    }
}

/// Rows below a header until one that is wholly blank.
fn rows_below(sheet: &Sheet, header: u32) -> Vec<u32> {
    let mut out = Vec::new();
    for row in sheet.used_rows().into_iter().filter(|row| *row > header) {
        let expected = out.last().copied().unwrap_or(header) + 1;
        let blank = sheet.row(row).all(|(_, cell)| cell.value.is_blank() && !cell.is_formula);
        if row != expected || blank {
            break;
        }
        out.push(row);
    }
    out
}

fn team_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Labels,
) -> Option<TeamTable> {
    scheme.team.as_ref()?;
    let find = |names: &HashSet<String>| {
        keys.iter().find(|(_, _, key)| names.contains(key)).map(|(at, ..)| at.col)
    };
    let (member, group) = (find(&words.member)?, find(&words.group)?);
    let mut columns = HashMap::new();
    for (at, _, key) in keys {
        if let Some(column) = words.columns.get(key) {
            columns.entry(column.clone()).or_insert(at.col);
        }
    }
    if columns.is_empty() {
        return None;
    }
    let rows = rows_below(sheet, header)
        .into_iter()
        .filter(|row| {
            let name = sheet.value(CellRef::new(*row, member));
            let shop = sheet.value(CellRef::new(*row, group));
            let summary = [name, shop]
                .iter()
                .any(|v| v.text().is_some_and(|t| SUMMARY_ROWS.contains(&label(t).as_str())));
            let nobody = name.is_blank() && shop.is_blank();
            !summary && !nobody
        })
        .collect();
    Some(TeamTable { sheet: index, group, member, columns, rows, header })
}

fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Labels,
) -> Option<People> {
    let mut people = People {
        sheet: index,
        metrics: HashMap::new(),
        marks: HashMap::new(),
        rows: Vec::new(),
        twice: Vec::new(),
    };
    let (mut name_col, mut department_col) = (None, None);
    for (at, text, key) in keys {
        let (at, text) = (*at, *text);
        if words.group.contains(key) {
            return None;
        }
        if words.person.contains(key) {
            name_col = name_col.or(Some(at.col));
        } else if words.department.contains(key) {
            department_col = Some(at.col);
        } else if let Some(metric) = words.metrics.get(key) {
            if let Some(before) = people.metrics.insert(metric.clone(), at.col) {
                people.twice.push((text.to_owned(), CellRef::new(header, before), at));
            }
        } else if let Some(mark) = rated_mark(&compact(text), scheme) {
            people.marks.insert(mark, at.col);
        }
    }
    let found = people.metrics.len() + people.marks.len();
    if found < if name_col.is_some() { 2 } else { 4 } {
        return None;
    }
    for row in rows_below(sheet, header) {
        let at = CellRef::new(row, name_col.unwrap_or_default());
        let name = match name_col {
            None => String::new(),
            Some(_) => match sheet.value(at) {
                Value::Text(name) if !crate::text::is_blank(name) => name.trim().to_owned(),
                Value::Number(number) => crate::text::show(*number, 0),
                _ => continue,
            },
        };
        if SUMMARY_ROWS.contains(&label(&name).as_str()) {
            continue;
        }
        let department = department_col
            .and_then(|col| sheet.text(CellRef::new(row, col)))
            .map(|text| text.trim().to_owned());
        people.rows.push(Person { name, department, row, at });
    }
    Some(people)
}

/// `下级-组织能力` as rating and mark.
fn rated_mark(key: &str, scheme: &Scheme) -> Option<(usize, usize)> {
    scheme.ratings.iter().enumerate().find_map(|(rating_index, rating)| {
        let prefix = compact(rating.prefix.as_deref()?);
        let rest = key.strip_prefix(prefix.trim_end_matches('-'))?;
        let rest = rest.strip_prefix("评分").unwrap_or(rest);
        let rest = rest.trim_start_matches(['-', '—', '–', '·', '/', '.', '、', '−']);
        let rest = label(rest);
        rating.marks.iter().enumerate().find_map(|(mark_index, mark)| {
            std::iter::once(&mark.name)
                .chain(&mark.aliases)
                .any(|name| label(name) == rest)
                .then_some((rating_index, mark_index))
        })
    })
}

/// Takes the label–value pairs of a sheet; whether there were any.
fn list(
    index: usize,
    sheet: &Sheet,
    words: &Labels,
    taken: &HashSet<u32>,
    out: &mut HashMap<String, Vec<Listed>>,
) -> bool {
    let mut any = false;
    // The value column of the nearest list header above, by the label's column.
    let mut value_columns: HashMap<u32, u32> = HashMap::new();
    for row in sheet.used_rows() {
        if taken.contains(&row) {
            continue;
        }
        let texts = row_labels(sheet, row);
        let value = texts.iter().find(|(_, _, key)| words.value.contains(key));
        let item = texts.iter().rfind(|(at, _, key)| {
            words.item.contains(key) && value.is_some_and(|(value, ..)| at.col < value.col)
        });
        if let (Some((item, ..)), Some((value, ..))) = (item, value) {
            value_columns.insert(item.col, value.col);
            continue;
        }
        for (at, text, key) in texts {
            let (metric, place, inline) = if let Some(metric) = words.metrics.get(&key) {
                let right = sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
                let col = value_columns.get(&at.col).copied().unwrap_or(right);
                let place = sheet.anchor(CellRef::new(row, col));
                (metric, Place { sheet: index, at: place }, None)
            } else if let Some((head, tail)) = text.split_once([':', '：'])
                && let Some(metric) = words.metrics.get(&label(head))
                && !crate::text::is_blank(tail)
            {
                (metric, Place { sheet: index, at }, Some(tail.to_owned()))
            } else {
                continue;
            };
            any = true;
            out.entry(metric.clone()).or_default().push(Listed { place, inline });
        }
    }
    any
}

/// The raters' table of a sheet: a column that holds most marks of a rating.
fn raters(
    index: usize,
    sheet: &Sheet,
    scheme: &Scheme,
    is_form_row: &dyn Fn(u32) -> bool,
) -> Option<Raters> {
    let mut best: Option<(usize, Raters, u32)> = None;
    let title: String = sheet
        .cells
        .iter()
        .take_while(|(at, _)| at.row < 4)
        .filter_map(|(_, c)| c.value.text())
        .chain(std::iter::once(sheet.name.as_str()))
        .map(compact)
        .collect();
    for (rating_index, rating) in scheme.ratings.iter().enumerate() {
        let keys: HashMap<String, usize> = rating
            .marks
            .iter()
            .enumerate()
            .flat_map(|(i, m)| {
                std::iter::once(&m.name).chain(&m.aliases).map(move |n| (label(n), i))
            })
            .collect();
        let mut columns: BTreeMap<u32, BTreeMap<usize, u32>> = BTreeMap::new();
        for (at, cell) in &sheet.cells {
            if let Some(text) = cell.value.text().filter(|text| text.len() < 120)
                && !is_form_row(at.row)
                && let Some(mark) = keys.get(&label(text))
            {
                columns.entry(at.col).or_default().entry(*mark).or_insert(at.row);
            }
        }
        let named = rating.words.iter().any(|w| title.contains(&compact(w)));
        for (col, rows) in columns {
            if rows.len() * 2 <= rating.marks.len() {
                continue;
            }
            let rank = rows.len() * 2 + usize::from(named);
            if best.as_ref().is_none_or(|(r, ..)| rank > *r) {
                let raters =
                    Raters { rating: rating_index, sheet: index, rows, columns: Vec::new() };
                best = Some((rank, raters, col));
            }
        }
    }
    let (_, mut raters, col) = best?;
    let first = raters.rows.values().min().copied()?;
    let header = (0..first)
        .rev()
        .take(3)
        .find(|row| sheet.row(*row).any(|(at, c)| at.col > col && c.value.text().is_some()));
    let used: HashSet<u32> = raters
        .rows
        .values()
        .flat_map(|row| sheet.row(*row))
        .filter(|(at, cell)| at.col > col && !cell.value.is_blank())
        .map(|(at, _)| at.col)
        .collect();
    let mut columns: Vec<u32> = used
        .into_iter()
        .filter(|c| {
            let text = header.and_then(|row| sheet.text(sheet.anchor(CellRef::new(row, *c))));
            text.is_none_or(|t| !NO_RATER.contains(&label(t).as_str()))
        })
        .collect();
    columns.sort_unstable();
    if columns.is_empty() {
        return None;
    }
    raters.columns = columns;
    Some(raters)
}

impl Sources {
    /// Whether there is anything to read.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.lists.is_empty() && self.teams.is_empty()
    }

    /// Rows of people whose name is this.
    pub fn rows_of(&self, name: &str) -> Vec<(&People, &Person)> {
        let key = person_key(name);
        self.people
            .iter()
            .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
            .filter(|(_, row)| person_key(&row.name) == key)
            .collect()
    }
}
