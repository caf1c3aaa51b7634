//! Results outside of the form's tables: 等级：良好, 罚款 | 80, a strip of heads with their values below.

use super::blocks::{Block, is_number};
use super::words::{Kind, is_grade, is_result, kind};
use super::{Past, is_figure, is_figure_text};
use crate::cell::CellRef;
use crate::form::{Place, fields};
use crate::text::{is_blank, label};
use crate::workbook::{Cell, Sheet};
use std::collections::BTreeSet;

/// A text without the results behind its labels' colons; `None` where it has none.
pub(in crate::blank) fn without_values(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    for field in fields(text, &is_result) {
        let value = text.get(field.value.clone()).unwrap_or_default();
        let bare = value.trim_matches(|c: char| c.is_whitespace() || "_＿，,；;。".contains(c));
        let single = is_grade(bare) || is_figure_text(bare);
        if is_result(field.name) && !is_blank(bare) && single {
            out.push_str(text.get(from..field.value.start).unwrap_or_default());
            let tail = value.find(bare).and_then(|at| value.get(at + bare.len()..));
            out.push_str(tail.unwrap_or_default());
            from = field.value.end;
        }
    }
    (from > 0).then(|| out + text.get(from..).unwrap_or_default())
}

/// Finds results beside, below and behind their labels, and numbers of which nothing is known.
pub(super) fn look(
    index: usize,
    sheet: &Sheet,
    blocks: &[Block],
    known: &BTreeSet<Place>,
    out: &mut Past,
) {
    let free = |at: &CellRef| {
        !blocks.iter().any(|block| block.has(at.row))
            && !known.contains(&Place { sheet: index, at: *at })
    };
    let value = |cell: &Cell| {
        is_figure(cell) || !cell.is_formula && cell.value.text().is_some_and(is_grade)
    };
    let value_at = |at: CellRef| sheet.cells.get(&at).filter(|cell| value(cell)).map(|_| at);
    for (at, cell) in sheet.cells.iter().filter(|(_, cell)| !cell.is_formula) {
        let Some(text) = cell.value.text() else { continue };
        let place = Place { sheet: index, at: *at };
        if text.contains([':', '：']) && !blocks.iter().any(|block| block.has(at.row)) {
            if without_values(text).is_some() {
                out.inline.insert(place);
                out.known_by(first_label(text));
            }
            if free(at) && holds_figure(text) {
                out.unclear.insert(place);
            }
        }
        let in_table = blocks.iter().any(|block| block.has(at.row));
        if in_table || !is_result(text.trim_end_matches([':', '：'])) {
            continue;
        }
        let right = sheet.merge_of(*at).map_or(at.col, |merge| merge.end.col);
        let mut behind = sheet
            .row(at.row)
            .filter(|(to, cell)| to.col > right && (cell.is_formula || !cell.value.is_blank()));
        let first = behind.next();
        let ends = behind.next().is_none_or(|(_, cell)| !value(cell));
        let beside = first.filter(|(_, cell)| value(cell) && ends).map(|(at, _)| at);
        let below = || {
            let down = sheet.merge_of(*at).map_or(at.row, |merge| merge.end.row) + 1;
            let under = sheet.anchor(CellRef::new(down, at.col));
            let more = value_at(sheet.anchor(CellRef::new(down + 1, at.col)));
            // Of a list of grades or points there are several.
            value_at(under).filter(|_| more.is_none() && first.is_none_or(|(_, c)| !value(c)))
        };
        if let Some(at) = beside.or_else(below).filter(free) {
            out.empty(Place { sheet: index, at }, text.trim());
        }
    }
    for (at, cell) in sheet.cells.iter().filter(|(at, cell)| is_figure(cell) && free(at)) {
        let place = Place { sheet: index, at: *at };
        if !is_number(&cell.value) || out.emptied.contains(&place) {
            continue;
        }
        let left = sheet.row(at.row).rev().filter(|(to, _)| to.col < at.col);
        let left = left.filter_map(|(_, cell)| cell.value.text()).find(|text| !is_blank(text));
        let above = (0..at.row).rev().find_map(|row| sheet.text(CellRef::new(row, at.col)));
        let lasts = |text: &str| kind(text) == Kind::Lasting || is_grade(text);
        let heads = || left.into_iter().chain(above);
        if !heads().any(lasts) && heads().any(|text| label(text).chars().count() < 20) {
            out.unclear.insert(place);
        }
    }
}

/// Whether a number stands behind a label of which nothing is known: 绩效系数：1.1 may be the post's.
fn holds_figure(text: &str) -> bool {
    let found = fields(text, &|_| false).into_iter().filter(|field| {
        let own = label(field.name);
        let year = own.ends_with("年度") || own.ends_with("年份");
        let known = year || kind(&own) == Kind::Lasting || is_result(&own);
        (2..9).contains(&own.chars().count()) && !known
    });
    found.into_iter().any(|field| {
        text.get(field.value).is_some_and(|value| !is_blank(value) && is_figure_text(value))
    })
}

fn first_label(text: &str) -> &str {
    let found = fields(text, &is_result).into_iter().find(|field| is_result(field.name));
    found.map_or("", |field| field.name)
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn results_go_and_what_a_form_says_stays() {
        for (text, wanted) in [
            ("等级：良好", Some("等级：")),
            ("名次：3", Some("名次：")),
            ("名次：第3名", Some("名次：")),
            ("被考核人：王丽   总分：85.5", Some("被考核人：王丽   总分：")),
            ("总分：85.5   等级：A", Some("总分：   等级：")),
            ("等级：优秀(90分以上) 良好(80分以上)", None),
            ("等级：优□ 良□", None),
            ("等级：____", None),
            ("满分：100", None),
            ("绩效系数：1.1", None),
        ] {
            assert_eq!(without_values(text).as_deref(), wanted, "{text}");
        }
    }
}
