//! Reading a form without a scheme: header rows, the items below them, the rating tables.

use super::bands::{self, Step};
use super::sections::{self, Section};
use crate::cell::CellRef;
pub(super) use crate::criteria::grades::text_at;
use crate::criteria::{AT_MOST, grades};
use crate::scheme::Words;
use crate::text::{has_any, label, parse_number};
use crate::workbook::{Sheet, Value};
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

/// A target as the form shows it; a share stays one where the number format hides it as 0.95.
fn target_at(sheet: &Sheet, row: u32, col: u32) -> Option<String> {
    let at = CellRef::new(row, col);
    match sheet.value(at) {
        // A bare 0.95 may be 95 % or 0.95 of something.
        Value::Number(number) if *number > 0.0 && *number <= 1.0 => None,
        _ => text_at(sheet, row, col),
    }
}

pub(super) fn size(sheet: &Sheet) -> (u32, u32) {
    sheet.cells.keys().fold((0, 0), |(r, c), at| (r.max(at.row + 1), c.max(at.col + 1)))
}

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

pub(super) fn tables(sheet: &Sheet, words: &Words) -> Tables {
    let (rows, _) = size(sheet);
    let Tables { rows: mut items, mut ratings, mut left } = Tables::default();
    let mut at = header(sheet, words, 0);
    let mut above = 0;
    let totals: BTreeSet<String> =
        words.sum.iter().chain(&words.total).chain(&words.scaled).map(|w| label(w)).collect();
    while let Some(head) = at {
        let next = header(sheet, words, head.end + 1);
        let end = next.as_ref().map_or(rows, |n| n.row);
        let mut rating: Option<RatingDraft> = None;
        if let (Some(max), None) = (head.full_mark, head.points) {
            let title =
                (0..head.row).rev().find_map(|r| text_at(sheet, r, head.item)).unwrap_or_default();
            let weight = title
                .split("权重")
                .nth(1)
                .map(|t| t.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect::<String>());
            let weight = weight.and_then(|w| w.parse().ok()).unwrap_or(10.0);
            rating = Some(RatingDraft { title: label(&title), weight, max, marks: Vec::new() });
        }
        // The title between the last table and this one, or above the first.
        let mut section: Option<Section> = (above..head.row)
            .rev()
            .filter_map(|row| title_at(sheet, row, head.item))
            .find(Section::is_marked);
        above = end;
        for row in head.end + 1..end {
            if grades::begins(sheet, row, head.rule.max(head.points.unwrap_or(0))) {
                break;
            }
            // 「加分项 | 加分标准 | 最高加分 | 得分」: the header of what follows.
            let own = text_at(sheet, row, head.item).and_then(|text| sections::title(&text));
            let worth = head.points.and_then(|col| text_at(sheet, row, col));
            if let Some(title) = own.filter(|title| title.bonus)
                && worth.is_some_and(|text| parse_number(&text).is_none())
            {
                section = Some(title);
                continue;
            }
            let Some((rule, shared)) = rule_at(sheet, row, &head) else {
                if let Some(text) = left_out(sheet, row, &head, &totals) {
                    left.push(text);
                } else if let Some(title) = title_at(sheet, row, head.item) {
                    section = Some(title);
                    // The title of the next table stands between the two.
                    above = above.min(row);
                }
                continue;
            };
            let Some(name) = text_at(sheet, row, head.item) else {
                // An item merged down several rows of criteria has them all.
                let anchor = sheet.anchor(CellRef::new(row, head.item));
                let own = text_at(sheet, anchor.row, head.item);
                let last = items.last_mut().filter(|l: &&mut Row| Some(&l.name) == own.as_ref());
                if anchor.row > head.end
                    && let Some(last) = last
                {
                    last.criteria = format!("{}\n{rule}", last.criteria);
                }
                continue;
            };
            if rating.as_ref().is_some_and(|r| !r.marks.is_empty())
                && totals.contains(&label(&name))
            {
                break;
            }
            if totals.contains(&label(&name)) || name == rule {
                continue;
            }
            match (&mut rating, head.points) {
                (Some(rating), _) => rating.marks.push(name),
                (None, col) => {
                    // A part of the form that a column on the left names, merged down.
                    let own = (0..head.item).find_map(|col| {
                        let at = sheet.anchor(CellRef::new(row, col));
                        let found = sections::title(&text_at(sheet, at.row, at.col)?)?;
                        (at.row > head.end && found.is_marked()).then_some(found)
                    });
                    let cell = col.and_then(|col| text_at(sheet, row, col));
                    // A row 加分项 without points comes on top by its own name.
                    let bonus = || sections::title(&name).filter(|title| title.bonus);
                    let section = own.or_else(|| section.clone());
                    let section = if cell.is_none() { section.or_else(bonus) } else { section };
                    let on_top = section.as_ref().is_some_and(|s| s.bonus);
                    let capped = cell.as_deref().and_then(capped);
                    let points = cell
                        .as_deref()
                        .and_then(parse_number)
                        .map(|p| if p.percent || p.value < 1.0 { p.value * 100.0 } else { p.value })
                        .or(capped.map(|(points, _)| points));
                    // What comes on top may have no points of its own.
                    let Some(value) = points.or(on_top.then_some(0.0)) else {
                        left.extend(without_points(&name, cell.as_deref(), &rule));
                        continue;
                    };
                    let target = head.target.and_then(|col| target_at(sheet, row, col));
                    let points = crate::text::round15(value);
                    let topic = name.clone();
                    let told = bands::told(sheet, row, &head.steps, points);
                    let (criteria, steps) =
                        told.map_or((rule, None), |told| (told.text, Some(told.marks)));
                    items.push(Row {
                        name,
                        topic,
                        points,
                        criteria,
                        target,
                        steps,
                        section,
                        hundred: head.hundred,
                        most: capped.map(|(_, most)| most),
                        shared,
                    });
                }
            }
        }
        ratings.extend(rating.filter(|r| !r.marks.is_empty()));
        at = next;
    }
    sections::on_top(&mut items);
    tell_apart(&mut items);
    Tables { rows: items, ratings, left }
}

/// The criteria of a row: those of its columns, or those of a cell that is merged down over several
/// items; whether they are such.
fn rule_at(sheet: &Sheet, row: u32, head: &Header) -> Option<(String, bool)> {
    let item = |row: u32| {
        let points = head.points.and_then(|col| text_at(sheet, row, col));
        points.is_some() && text_at(sheet, row, head.item).is_some()
    };
    let own: Vec<String> = head.rules.iter().filter_map(|col| text_at(sheet, row, *col)).collect();
    if !own.is_empty() {
        let end = sheet.merge_of(CellRef::new(row, head.rule)).map_or(row, |m| m.end.row);
        return Some((own.join("\n"), (row + 1..=end).any(item)));
    }
    let at = sheet.anchor(CellRef::new(row, head.rule));
    let merged = at.row > head.end && at.row < row && item(row);
    Some((text_at(sheet, at.row, at.col).filter(|_| merged)?, true))
}

/// A row with an item and points and no criteria, in words; none for totals and titles.
fn left_out(sheet: &Sheet, row: u32, head: &Header, totals: &BTreeSet<String>) -> Option<String> {
    let name = text_at(sheet, row, head.item)?;
    let points = head.points.and_then(|col| text_at(sheet, row, col))?;
    let title = sections::title(&name).is_some_and(|title| title.is_marked());
    let total = totals.contains(&label(&name)) || name.contains('计') || name.contains("总");
    (parse_number(&points).is_some() && !title && !total)
        .then(|| format!("「{name}」有分值 {points}，没有标准"))
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
