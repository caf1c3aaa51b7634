//! Tables of the team and of people: a header row, and a row a person.

use super::find::{Labels, People, Person, RowLabels, TeamTable};
use super::list::is_number;
use crate::cell::CellRef;
use crate::hash::{HashMap, HashSet};
use crate::scheme::Scheme;
use crate::text::label;
use crate::workbook::{Sheet, Value};

/// Rows of a table of members or people that are none: what is computed of the others, and notes.
const SUMMARY_ROWS: [&str; 14] = [
    "合计",
    "平均",
    "平均值",
    "均值",
    "总计",
    "平均分",
    "小计",
    "汇总",
    "备注",
    "最高",
    "最低",
    "最大",
    "最小",
    "目标",
];
/// Parts of such labels; no name holds them.
const SUMMARY_PARTS: [&str; 13] = [
    "平均",
    "均值",
    "合计",
    "总计",
    "小计",
    "最高",
    "最低",
    "最大值",
    "最小值",
    "备注",
    "制表",
    "审核",
    "填表",
];

/// Whether a row's label tells that it is computed of the others.
fn is_summary(text: &str) -> bool {
    let key = label(text);
    SUMMARY_ROWS.contains(&key.as_str()) || SUMMARY_PARTS.iter().any(|part| key.contains(part))
}

/// Rows below a header that belong to its table. Blank rows do not end it where the row after them
/// has its key and a number again: a list of people is often parted by departments.
fn rows_below(sheet: &Sheet, header: u32, key: Option<u32>, figures: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let columns = || figures.iter().copied().chain(key);
    for row in sheet.used_rows().into_iter().filter(|row| *row > header) {
        let expected = out.last().copied().unwrap_or(header) + 1;
        let cell = |col: u32| sheet.cells.get(&CellRef::new(row, col));
        let blank = columns().filter_map(cell).all(|c| c.value.is_blank() && !c.is_formula);
        if blank {
            continue;
        }
        if row != expected {
            let named = key.and_then(cell).is_some_and(|c| !c.value.is_blank());
            let numbers = figures.iter().filter_map(|col| cell(*col)).any(|c| is_number(&c.value));
            if !(named && numbers) {
                break;
            }
        }
        out.push(row);
    }
    out
}

pub(super) fn team_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Labels,
) -> Option<TeamTable> {
    scheme.team.as_ref()?;
    let find = |names: &HashSet<String>| {
        keys.iter().find(|(_, _, key)| names.contains(&**key)).map(|(at, ..)| at.col)
    };
    let member = find(&words.member)?;
    // A team without groups is known by its columns.
    let group = if words.group.is_empty() { member } else { find(&words.group)? };
    let mut columns = HashMap::default();
    for (at, _, key) in keys {
        if let Some(column) = words.columns.get(&**key) {
            columns.entry(column.clone()).or_insert(at.col);
        }
    }
    if columns.is_empty() {
        return None;
    }
    let figures: Vec<u32> = columns.values().copied().collect();
    let rows = rows_below(sheet, header, Some(member), &figures)
        .into_iter()
        .filter(|row| {
            let name = sheet.value(CellRef::new(*row, member));
            let shop = sheet.value(CellRef::new(*row, group));
            let summary = [name, shop].iter().any(|v| v.text().is_some_and(is_summary));
            let nobody = name.is_blank() && shop.is_blank();
            !summary && !nobody
        })
        .collect();
    Some(TeamTable { sheet: index, group, member, columns, rows, header })
}

pub(super) fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Labels,
) -> Option<People> {
    let mut people = People {
        sheet: index,
        metrics: HashMap::default(),
        marks: HashMap::default(),
        name: None,
        rows: Vec::new(),
        twice: Vec::new(),
        turned: false,
        units: HashMap::default(),
    };
    let (mut name_col, mut department_col) = (None, None);
    let mut judged = Vec::new();
    for (at, text, key) in keys {
        let (at, text) = (*at, *text);
        if words.group.contains(&**key) {
            return None;
        }
        if words.person.contains(&**key) {
            name_col = name_col.or(Some(at.col));
        } else if words.department.contains(&**key) {
            department_col = Some(at.col);
        } else if let Some(metric) = words.metric(key) {
            people
                .units
                .extend(super::units::in_brackets(text).map(|unit| (metric.to_owned(), unit)));
            if let Some(before) = people.metrics.insert(metric.to_owned(), at.col) {
                people.twice.push((text.to_owned(), CellRef::new(header, before), at));
            }
        } else if let Some(mark) = words.rated_mark(text, key) {
            people.marks.insert(mark, at.col);
        } else if let Some(metric) = words.judged.get(&**key) {
            judged.push((metric.clone(), at.col));
        }
    }
    let found = people.metrics.len() + people.marks.len();
    if found < if name_col.is_some() { 2 } else { 4 } {
        return None;
    }
    for (metric, col) in judged {
        people.metrics.entry(metric).or_insert(col);
    }
    people.name = name_col;
    let figures: Vec<u32> = people.metrics.values().chain(people.marks.values()).copied().collect();
    for row in rows_below(sheet, header, name_col, &figures) {
        let at = CellRef::new(row, name_col.unwrap_or_default());
        let name = match name_col {
            None => String::new(),
            Some(_) => match sheet.value(at) {
                Value::Text(name) if !crate::text::is_blank(name) => name.trim().to_owned(),
                Value::Number(number) => crate::text::show(*number, 0),
                _ => continue,
            },
        };
        if is_summary(&name) {
            continue;
        }
        let department = department_col
            .and_then(|col| sheet.text(CellRef::new(row, col)))
            .map(|text| text.trim().to_owned());
        people.rows.push(Person { name, department, row, at });
    }
    Some(people)
}
