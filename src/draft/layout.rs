//! Reading a form without a scheme: header rows, the items below them, the rating tables.

mod rows;

use super::bands::{self, Step};
use super::sections::{self, Section};
use crate::cell::CellRef;
pub(super) use crate::criteria::grades::text_at;
use crate::scheme::Words;
use crate::text::label;
use crate::workbook::Sheet;
use rows::Table;
use std::collections::{BTreeMap, BTreeSet};

const RULE_WORDS: &str = "评分标准 考核标准 评分规则 扣分标准 考核要点 计分规则 计分标准 计分方法 评价标准 评分办法 扣分办法 考核细则 衡量标准 量化标准 打分标准 评价细则 考核方法 得分计算方法 指标及扣分说明";

const TARGET_WORDS: &str = "目标值 考核目标 目标 绩效目标 基本目标 指标值 计划值 本月目标";

/// Criteria columns that stand beside another one, each with rules of its own.
const SIDE_WORDS: &str = "加分标准 加分规则 加分办法 加分细则 加分项 奖励标准 奖励办法 奖分标准 扣分标准 扣分规则 扣分办法 扣分细则 扣分项 减分标准 减分规则 处罚标准";

/// An item of the form.
pub(super) struct Row {
    /// Its name in the scheme: the second 沟通 is `沟通·2`.
    pub(super) name: String,
    /// What its figures are called after.
    pub(super) topic: String,
    pub(super) points: f64,
    pub(super) criteria: String,
    /// What the 目标值 column says.
    pub(super) target: Option<String>,
    /// Whether the criteria stood in columns 优 / 良 / 中 / 差, and the scores of their header.
    pub(super) steps: Option<Vec<f64>>,
    /// The part of the form that it stands in.
    pub(super) section: Option<Section>,
    /// Whether the header says that the criteria score out of 100.
    pub(super) hundred: bool,
    /// The most that the points cell says: 30 of 「20（封顶30）」.
    pub(super) most: Option<f64>,
    /// Whether its criteria are those of other items too, in one merged cell.
    pub(super) shared: bool,
}

/// What the tables of a sheet say.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) rows: Vec<Row>,
    pub(super) ratings: Vec<RatingDraft>,
    /// Rows that look like items and became none, in words.
    pub(super) left: Vec<String>,
}

/// A rating table of the form.
pub(super) struct RatingDraft {
    pub(super) title: String,
    pub(super) weight: f64,
    pub(super) max: f64,
    pub(super) marks: Vec<String>,
}

/// The header of a table: its lines and its columns.
pub(super) struct Header {
    row: u32,
    /// Its last line.
    end: u32,
    item: u32,
    points: Option<u32>,
    rule: u32,
    /// The columns that are read as criteria, from left to right.
    rules: Vec<u32>,
    /// Whether the header says 百分制.
    hundred: bool,
    target: Option<u32>,
    /// Columns 优 / 良 / 中 / 差 in the place of a criteria column.
    steps: Vec<Step>,
    full_mark: Option<f64>,
}

/// The rows and the columns that a sheet uses.
pub(super) fn size(sheet: &Sheet) -> (u32, u32) {
    sheet.cells.keys().fold((0, 0), |(r, c), at| (r.max(at.row + 1), c.max(at.col + 1)))
}

/// The next header of a table from a row on.
pub(super) fn header(sheet: &Sheet, words: &Words, from: u32) -> Option<Header> {
    let (_, cols) = size(sheet);
    for row in sheet.used_rows().into_iter().filter(|row| *row >= from) {
        let line = |row: u32| -> Vec<(u32, String)> {
            (0..cols).filter_map(|col| Some((col, text_at(sheet, row, col)?))).collect()
        };
        let single = named(words, row, row, &line(row));
        if let Some(found) = &single {
            // What is merged down makes the next line the header's too.
            let merged = |col: u32| sheet.merge_of(CellRef::new(row, col)).map(|m| m.end.row);
            let down = [Some(found.item), Some(found.rule), found.points];
            let end = down.into_iter().flatten().filter_map(merged).max().unwrap_or(row);
            if end == row {
                return single;
            }
        }
        let (cells, end) = lines(sheet, row, cols);
        let double = named(words, row, end, &cells).filter(|found| {
            let used = [Some(found.item), Some(found.rule), found.points];
            let upper = used.iter().flatten().any(|col| text_at(sheet, end, *col).is_none());
            // A title above a whole header is none of it.
            end > row && (upper || named(words, end, end, &line(end)).is_none())
        });
        if double.is_some() || single.is_some() {
            return double.or(single);
        }
    }
    None
}

/// The header cells of two lines: those of the lower line, and those of the upper line that nothing
/// in the lower line divides.
fn lines(sheet: &Sheet, row: u32, cols: u32) -> (Vec<(u32, String)>, u32) {
    let mut cells = Vec::new();
    let mut below = false;
    for col in 0..cols {
        if let Some(text) = text_at(sheet, row + 1, col) {
            below = true;
            cells.push((col, text));
            continue;
        }
        let Some(text) = text_at(sheet, row, col) else { continue };
        let last = sheet.merge_of(CellRef::new(row, col)).map_or(col, |m| m.end.col);
        if (col..=last).all(|c| text_at(sheet, row + 1, c).is_none()) {
            cells.push((col, text));
        }
    }
    (cells, if below { row + 1 } else { row })
}

/// The header that cells make, where an item, a criteria and a points or score column are among them.
fn named(words: &Words, row: u32, end: u32, cells: &[(u32, String)]) -> Option<Header> {
    let rule_words: BTreeSet<String> =
        RULE_WORDS.split_whitespace().chain(SIDE_WORDS.split_whitespace()).map(label).collect();
    let side_words: BTreeSet<String> = SIDE_WORDS.split_whitespace().map(label).collect();
    let has = |list: &[String], text: &str| list.iter().any(|w| label(w) == label(text));
    let own = |words: &BTreeSet<String>, text: &str| words.contains(&label(text));
    // A column 评分标准 comes before one of 加分标准, wherever they stand.
    let rule = cells
        .iter()
        .find(|(_, text)| own(&rule_words, text) && !own(&side_words, text))
        .or_else(|| cells.iter().find(|(_, text)| own(&rule_words, text)));
    let mut rules: Vec<u32> = cells
        .iter()
        .filter(|(col, text)| rule.is_some_and(|r| r.0 == *col) || own(&side_words, text))
        .map(|(col, _)| *col)
        .collect();
    let steps = if rule.is_none() { bands::steps(cells) } else { Vec::new() };
    let rule =
        rule.or_else(|| cells.iter().find(|(col, _)| steps.first().is_some_and(|s| s.col == *col)));
    let score = cells.iter().find(|(_, text)| has(&words.score, text));
    let item =
        cells.iter().find(|(col, text)| has(&words.item, text) && Some(*col) != rule.map(|r| r.0));
    let points = cells.iter().find(|(_, text)| has(&words.points, text));
    if let (Some(rule), Some(item)) = (rule, item)
        && (points.is_some() || score.is_some())
    {
        let full = score.and_then(|(_, text)| {
            let digits: String =
                text.split("满分").nth(1)?.chars().take_while(|c| c.is_ascii_digit()).collect();
            digits.parse().ok()
        });
        let rule_col = Some(rule.0);
        if rules.is_empty() {
            rules.push(rule.0);
        }
        rules.retain(|col| *col != item.0 && Some(*col) != points.map(|p| p.0));
        return Some(Header {
            row,
            end,
            item: item.0,
            points: points.map(|p| p.0),
            rule: rule.0,
            rules,
            hundred: rule.1.contains("百分制"),
            target: cells
                .iter()
                .find(|(col, text)| {
                    Some(*col) != rule_col
                        && TARGET_WORDS.split_whitespace().any(|w| label(w) == label(text))
                })
                .map(|t| t.0),
            steps,
            full_mark: full,
        });
    }
    None
}

/// Reads the tables of a sheet, one below the other.
pub(super) fn tables(sheet: &Sheet, words: &Words) -> Tables {
    let (rows, _) = size(sheet);
    let totals: BTreeSet<String> =
        words.sum.iter().chain(&words.total).chain(&words.scaled).map(|w| label(w)).collect();
    let mut out = Tables::default();
    let mut at = header(sheet, words, 0);
    let mut above = 0;
    while let Some(head) = at {
        let next = header(sheet, words, head.end + 1);
        let end = next.as_ref().map_or(rows, |n| n.row);
        above = Table::new(sheet, &head, &totals, above, &mut out).read(end);
        at = next;
    }
    sections::on_top(&mut out.rows);
    tell_apart(&mut out.rows);
    out
}

/// Gives the second 沟通 of a form a name and a topic of its own.
fn tell_apart(rows: &mut [Row]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut topics: BTreeSet<String> = rows.iter().map(|row| label(&row.name)).collect();
    for row in rows {
        let count = seen.entry(label(&row.name)).or_default();
        *count += 1;
        if *count > 1 {
            let part = row.section.as_ref().map_or("", |s| s.name.as_str());
            row.topic = format!("{part}{}", row.name);
            if !topics.insert(label(&row.topic)) {
                row.topic = format!("{part}{}{count}", row.name);
                topics.insert(label(&row.topic));
            }
            row.name = format!("{}·{count}", row.name);
        }
    }
}
