//! Raters' tables: what is rated down, the raters across.

use super::find::{Look, Raters, RowLabels};
use super::list::is_number;
use crate::cell::{CellRef, Range};
use crate::hash::HashSet;
use crate::refs::{Reference, references};
use crate::text::{label, person_key};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// Headers beside the raters' that are no raters: what is computed of the marks.
const NO_RATER: &[&str] = &[
    "得分", "分值", "权重", "序号", "均", "总评", "结果", "最终", "总和", "和", "avg", "average",
    "mean", "sum", "total", "上月", "上期", "本人", "极差", "方差", "票数",
];
/// Parts of such headers.
const NO_RATER_PARTS: &[&str] = &[
    "平均",
    "均值",
    "均分",
    "合计",
    "总分",
    "总计",
    "满分",
    "折算",
    "加权",
    "综合得分",
    "综合评分",
    "最高",
    "最低",
    "人数",
    "权重分",
    "得分率",
    "最终得分",
    "最后得分",
    "本项得分",
    "最终评分",
    "标准差",
    "中位数",
    "众数",
    "去掉",
    "有效",
    "排名",
    "名次",
    "满意率",
    "比例",
    "自评",
    "自我评",
    "差值",
    "差额",
    "上月",
    "环比",
];
/// Parts of headers of what is said of an indicator, in words.
const WORDS_PARTS: [&str; 10] =
    ["标准", "要点", "内容", "说明", "定义", "描述", "备注", "评语", "意见", "建议"];

/// Whether a header says that it is a rater's; 评分人数 is a count.
fn names_rater(header: &str) -> bool {
    let words = ["评分人", "评委", "评价人", "打分人"];
    words.iter().any(|word| header.starts_with(word)) && !header.contains("人数")
}

/// Whether a header names no rater: `评分人3（综合部）` does, and brackets are gone from a label.
fn is_no_rater(header: &str, numbers: bool) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| header.contains(part));
    !names_rater(header)
        && (NO_RATER.contains(&header) || has(NO_RATER_PARTS) || !numbers && has(&WORDS_PARTS))
}

/// Whether a header names those who rate in another rating: 上级 beside the subordinates.
fn of_other_rating(header: &str, rating: usize, words: &Look<'_>) -> bool {
    let mut others = words.marks.iter().enumerate().filter(|(other, _)| *other != rating);
    others.any(|(_, marks)| {
        marks
            .prefix
            .as_deref()
            .is_some_and(|prefix| header.strip_prefix("直接").unwrap_or(header).starts_with(prefix))
    })
}

/// Takes the raters' tables of a sheet: for each rating, a column that holds most of its marks.
pub(super) fn raters(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
    out: &mut Vec<Raters>,
) {
    for (rating, marks) in words.marks.iter().enumerate() {
        let mut columns: BTreeMap<u32, Vec<(u32, usize)>> = BTreeMap::new();
        for (row, texts) in rows {
            for (at, _, key) in texts {
                if let Some(mark) = marks.mark(key) {
                    columns.entry(at.col).or_default().push((*row, mark));
                }
            }
        }
        let tables = columns.iter().flat_map(|(col, found)| {
            blocks(found, marks.count).into_iter().map(move |rows| (*col, rows))
        });
        let mut tables: Vec<(u32, BTreeMap<usize, u32>)> = tables.collect();
        tables.sort_by_key(|(col, rows)| (std::cmp::Reverse(rows.len()), *col));
        let mut found: Option<Raters> = None;
        for (col, rows) in tables {
            let (columns, unclear) =
                rater_columns(sheet, &rows, (col, rating), words, is_form_cell, form_sheets);
            let Some(first) = columns.first() else { continue };
            match &mut found {
                // Two tables of one rating: which raters count?
                Some(table) => {
                    let row = rows.values().copied().min().unwrap_or_default();
                    table.unclear = table.unclear.or(Some(CellRef::new(row, *first)));
                }
                None => {
                    found = Some(Raters {
                        rating,
                        sheet: index,
                        rows,
                        columns,
                        turned: false,
                        rated: BTreeMap::new(),
                        unclear,
                    });
                }
            }
        }
        out.extend(found);
    }
}

/// Most rows between two marks of a table.
const GAP: u32 = 4;

/// The tables that a column of marks' names holds, by mark and row: those with most of the rating's
/// marks. A mark's name may stand in another rating's table too: the one nearest to the other marks is
/// meant.
fn blocks(found: &[(u32, usize)], count: usize) -> Vec<BTreeMap<usize, u32>> {
    let near = |a: &(u32, usize), b: &(u32, usize)| b.0 <= a.0 + GAP;
    let whole = |rows: &BTreeMap<usize, u32>| rows.len() * 2 > count;
    let parts = found.chunk_by(near).flat_map(|part| {
        // Most marks twice are two tables, one right below the other.
        let again = |at: &usize| {
            let before = part.get(..*at).unwrap_or_default();
            part.get(*at).is_some_and(|(_, mark)| before.iter().any(|(_, m)| m == mark))
        };
        let twice = (0..part.len()).filter(again).count() * 2 > count;
        let cut = (0..part.len()).find(again).filter(|_| twice).unwrap_or(part.len());
        let (first, second) = part.split_at(cut);
        [of_block(first), of_block(second)]
    });
    let parted: Vec<_> = parts.filter(whole).collect();
    match parted.is_empty() {
        true => std::iter::once(of_block(found)).filter(whole).collect(),
        false => parted,
    }
}

fn of_block(found: &[(u32, usize)]) -> BTreeMap<usize, u32> {
    let mut all: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (row, mark) in found {
        all.entry(*mark).or_default().push(*row);
    }
    let single = || all.values().filter(|rows| rows.len() == 1).flatten().copied();
    let (first, last) = (single().min(), single().max());
    let away = |row: u32| match (first, last) {
        (Some(first), Some(last)) => first.saturating_sub(row) + row.saturating_sub(last),
        _ => 0,
    };
    all.iter()
        .filter_map(|(mark, rows)| {
            Some((*mark, rows.iter().copied().min_by_key(|row| away(*row))?))
        })
        .collect()
}

/// Takes the turned raters' tables of a sheet, a row a rater: a header row that names most of a
/// rating's marks.
pub(super) fn turned(
    index: usize,
    sheet: &Sheet,
    rows: &[(u32, RowLabels<'_>)],
    words: &Look<'_>,
    out: &mut Vec<Raters>,
) {
    for (rating, marks) in words.marks.iter().enumerate() {
        for (header, texts) in rows {
            let mut lines: BTreeMap<usize, u32> = BTreeMap::new();
            for (at, _, key) in texts {
                if let Some(mark) = marks.mark(key) {
                    lines.entry(mark).or_insert(at.col);
                }
            }
            if lines.len() * 2 <= marks.count {
                continue;
            }
            let first = lines.values().copied().min().unwrap_or_default();
            // 姓名 may head the raters' own names; these words only the rated.
            let rated_col = texts
                .iter()
                .find(|(_, _, key)| words.person.contains(&**key) && &**key != "姓名")
                .map(|(at, ..)| at.col);
            let mut rated = BTreeMap::new();
            let mut raters = Vec::new();
            for row in sheet.used_rows().into_iter().filter(|row| row > header) {
                let cells = || lines.values().map(|col| CellRef::new(row, *col));
                let numbers = cells().any(|at| is_number(sheet.value(at)));
                let text =
                    cells().any(|at| sheet.text(at).is_some() && !is_number(sheet.value(at)));
                let blank = cells().all(|at| sheet.value(at).is_blank());
                let above = raters.last().copied().unwrap_or(*header);
                if row > above + 3 || text && !numbers {
                    break;
                }
                let name = sheet.row(row).take_while(|(at, _)| at.col < first);
                let other =
                    name.filter_map(|(_, cell)| cell.label()).any(|key| is_no_rater(&key, true));
                let mean = || {
                    cells()
                        .all(|at| sheet.value(at).is_blank() || computed(sheet, [at].into_iter()))
                };
                if blank || other || mean() {
                    continue;
                }
                if let Some(name) = rated_col.and_then(|col| sheet.text(CellRef::new(row, col))) {
                    rated.insert(row, person_key(name));
                }
                raters.push(row);
            }
            if !raters.is_empty() {
                out.push(Raters {
                    rating,
                    sheet: index,
                    rows: lines,
                    columns: raters,
                    turned: true,
                    rated,
                    unclear: None,
                });
                break;
            }
        }
    }
}

/// Whether cells are all computed from others of their own line, as a mean of the raters is.
fn computed(sheet: &Sheet, cells: impl Iterator<Item = CellRef>) -> bool {
    let mut filled = cells
        .filter_map(|at| Some((at, sheet.cells.get(&at)?)))
        .filter(|(_, cell)| !cell.value.is_blank() || cell.is_formula)
        .peekable();
    let line = |range: Range, at: CellRef| {
        let (a, b) = (range.start, range.end);
        let along = match (a.row == b.row && a.row == at.row, a.col == b.col && a.col == at.col) {
            (true, _) => b.col - a.col,
            (_, true) => b.row - a.row,
            _ => return 0,
        };
        along + 1
    };
    filled.peek().is_some()
        && filled.all(|(at, cell)| {
            let found = references(cell.formula.as_deref().unwrap_or_default());
            let read = found.iter().map(|reference| match reference {
                Reference::Cells { sheet: None, range, .. } => line(*range, at),
                _ => 0,
            });
            read.sum::<u32>() > 1
        })
}

/// The raters' columns right of the marks' names, as far as the table goes.
fn rater_columns(
    sheet: &Sheet,
    rows: &BTreeMap<usize, u32>,
    (names, rating): (u32, usize),
    words: &Look<'_>,
    is_form_cell: &dyn Fn(CellRef) -> bool,
    form_sheets: &HashSet<String>,
) -> (Vec<u32>, Option<CellRef>) {
    let mut out = Vec::new();
    let Some(first) = rows.values().min().copied() else { return (out, None) };
    let (mut headed, mut bare) = (0, None);
    let header = (0..first)
        .rev()
        .take(3)
        .find(|row| sheet.row(*row).any(|(at, c)| at.col > names && c.value.text().is_some()));
    let start = sheet.merge_of(CellRef::new(first, names)).map_or(names, |m| m.end.col) + 1;
    let end = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
    let mut gap = 0;
    for col in start..=end {
        let at = |row: u32| CellRef::new(row, col);
        let text = header.and_then(|row| sheet.text(sheet.anchor(at(row)))).map(label);
        let cells = || rows.values().filter_map(|row| sheet.cells.get(&at(*row)));
        let next_table = text.as_ref().is_some_and(|t| words.item.contains(t))
            || rows.values().any(|row| is_form_cell(at(*row)));
        // Past a gap only what names itself a rater belongs to the table.
        let named = || text.as_ref().is_some_and(|t| names_rater(t));
        if next_table || gap > 1 && text.is_some() && !named() {
            break;
        }
        if gap > 1 && text.is_none() {
            continue;
        }
        let marked = cells().any(|c| !c.value.is_blank());
        gap = if marked || text.is_some() { 0 } else { gap + 1 };
        // What repeats the form's own cells, as a summary does, is no rater.
        let repeats = cells().filter_map(|c| c.formula.as_deref()).any(|formula| {
            references(formula).iter().any(|reference| match reference {
                Reference::Cells { sheet: Some(name), .. } => {
                    form_sheets.contains(&name.to_lowercase())
                }
                _ => false,
            })
        });
        let numbers = cells().any(|c| is_number(&c.value));
        let other = text
            .as_ref()
            .is_some_and(|t| is_no_rater(t, numbers) || of_other_rating(t, rating, words));
        if marked && !repeats && !other && !computed(sheet, rows.values().map(|row| at(*row))) {
            match text.as_deref().is_none_or(str::is_empty) {
                true => bare = bare.or(Some(at(first))),
                false => headed += 1,
            }
            out.push(col);
        }
    }
    (out, bare.filter(|_| headed > 0))
}
