//! Corrected figures beside those that are read: 调整后, 财务核定. Which of the two counts is for a person.

use super::list::is_number;
use super::look::RowLabels;
use super::reader::Reader;
use super::rows::Row;
use super::sources::Sources;
use crate::cell::CellRef;
use crate::form::Place;
use crate::hash::HashMap;
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::{label, show};
use crate::words;
use crate::workbook::{Sheet, Value};

/// What announces that a figure has been corrected, the longer words first.
const WORDS: [&str; 30] = [
    "调整后",
    "修正后",
    "更正后",
    "订正后",
    "校正后",
    "审核后",
    "复核后",
    "核实后",
    "核对后",
    "核定后",
    "核准后",
    "确认后",
    "更新后",
    "变更后",
    "修改后",
    "审定后",
    "改后",
    "调后",
    "修正",
    "更正",
    "订正",
    "校正",
    "核准",
    "核定",
    "审定",
    "复核",
    "核实",
    "最终",
    "终审",
    "重核",
];
/// Letters of which every such word has one.
const SIGNS: [char; 5] = ['后', '正', '核', '定', '终'];
/// Who may have done so.
const BY: [&str; 8] = ["财务部", "财务", "人事", "总经办", "领导", "老板", "上级", "主管"];
/// What may be left of the header of a column of values.
const VALUES: [&str; 12] =
    ["", "值", "数", "数值", "数据", "金额", "结果", "实际", "实际值", "实际数", "为", "本月数值"];
/// Headers of columns of what is to be added: nothing where it is 0.
const ADDED: [&str; 8] = ["调整", "调整额", "调整数", "调整值", "调整金额", "冲减", "补录", "补计"];

/// What is left of a label that announces a corrected figure.
fn rest(key: &str) -> Option<String> {
    if !key.contains(SIGNS) {
        return None;
    }
    let word = WORDS.iter().find(|word| key.contains(**word))?;
    let rest = key.replacen(word, "", 1);
    let rest = BY.iter().find_map(|by| rest.strip_prefix(by)).unwrap_or(&rest);
    Some(rest.trim_matches(['的', '-', '—', '·', '/']).to_owned())
}

/// Whether a header is of a column of corrected values.
pub(super) fn heads(text: &str) -> bool {
    let key = label(text);
    ADDED.contains(&key.as_str()) || rest(&key).is_some_and(|rest| VALUES.contains(&rest.as_str()))
}

/// The figure whose corrected value a label names, and that is none itself.
pub(super) fn figure<'w>(key: &str, find: &dyn Fn(&str) -> Option<&'w str>) -> Option<&'w str> {
    if find(key).is_some() {
        return None;
    }
    find(&rest(key)?)
}

/// The columns of corrected figures in a header, by the figures, whose columns are given. One that names none
/// is of the nearest figure to its left.
pub(super) fn columns(
    keys: &RowLabels<'_>,
    figures: &HashMap<String, u32>,
    find: &dyn Fn(&str) -> Option<String>,
) -> HashMap<String, u32> {
    let mut out = HashMap::default();
    for (at, text, key) in keys.iter().filter(|(at, ..)| !figures.values().any(|c| *c == at.col)) {
        let named = || rest(key).and_then(|rest| find(&rest));
        let left = || {
            let before = figures.iter().filter(|(_, col)| **col < at.col);
            before.max_by_key(|(_, col)| **col).map(|(name, _)| name.clone())
        };
        let of = named().or_else(|| heads(text).then(left).flatten());
        let of = of.filter(|name| figures.contains_key(name) && find(key).is_none());
        out.extend(of.map(|name| (name, at.col)));
    }
    out
}

/// Whether a cell holds another number than the one that is read.
pub(super) fn differs(sheet: &Sheet, head: Option<&str>, at: CellRef, read: CellRef) -> bool {
    let (other, own) = (sheet.value(sheet.anchor(at)), sheet.value(sheet.anchor(read)));
    let added = head.is_some_and(|head| ADDED.contains(&label(head).as_str()));
    // A column that names no figure need not be of this one.
    let named = added || !head.is_some_and(heads);
    match (other.number(), own.number()) {
        (Some(0.0), _) if added => false,
        (Some(a), Some(b)) => a != b && (named || is_like(a, b)),
        _ => is_number(other) && own.is_blank(),
    }
}

/// Whether a number may be another value of a figure: no tick, rank or points beside an amount.
fn is_like(other: f64, own: f64) -> bool {
    match own.abs() > 1000.0 {
        true => other.abs() > 100.0,
        false => other != 0.0 && (own == 0.0 || (0.4..=2.5).contains(&(other / own))),
    }
}

/// The header in a column: the nearest text above a cell.
fn head(sheet: &Sheet, at: CellRef) -> Option<&str> {
    let above = (0..at.row).rev().map(|row| sheet.anchor(CellRef::new(row, at.col)));
    above.into_iter().filter_map(|at| sheet.text(at)).next()
}

impl Reader<'_> {
    /// Refuses figures beside which a corrected one stands.
    pub(super) fn corrected(&mut self, scheme: &Scheme, rows: &[Row<'_>], sources: &Sources) {
        for metric in &scheme.metrics {
            if self.out.get(&metric.name).is_none() {
                continue;
            }
            if let Some((read, other)) = self.correction(metric, rows, sources) {
                let problem = self.unclear(&metric.name, read, other);
                self.once(problem);
            }
        }
    }

    /// The cell of a figure, and that of another value that is said to be the corrected one.
    fn correction(
        &self,
        metric: &Metric,
        rows: &[Row<'_>],
        sources: &Sources,
    ) -> Option<(Place, Place)> {
        let name = &metric.name;
        let found = |a: Place, b: Place| {
            let sheet = self.workbook.sheets.get(a.sheet)?;
            let across = a.sheet == b.sheet && a.at.row == b.at.row;
            let head = head(sheet, b.at).filter(|_| across);
            (a.sheet == b.sheet && differs(sheet, head, b.at, a.at)).then_some((a, b))
        };
        let holds = |(table, _): &&Row<'_>| table.metrics.contains_key(name);
        if rows.iter().any(|row| holds(&row)) {
            return rows.iter().find_map(|(table, person)| {
                let place = |line: u32| Place { sheet: table.sheet, at: table.cell(person, line) };
                found(place(*table.metrics.get(name)?), place(*table.corrected.get(name)?))
            });
        }
        if let Some(listed) = sources.lists.get(name) {
            let rows = sources.corrected.get(name).map(Vec::as_slice).unwrap_or_default();
            return listed.iter().find_map(|one| {
                let beside = one.corrected.map(|at| Place { sheet: one.place.sheet, at });
                beside
                    .into_iter()
                    .chain(rows.iter().copied())
                    .find_map(|other| found(one.place, other))
            });
        }
        let column = &metric.from_team.as_ref()?.column;
        sources.teams.iter().find_map(|team| {
            let (own, other) = (*team.columns.get(column)?, *team.corrected.get(column)?);
            team.rows.iter().find_map(|row| {
                let place = |col: u32| Place { sheet: team.sheet, at: CellRef::new(*row, col) };
                found(place(own), place(other))
            })
        })
    }

    fn unclear(&self, name: &str, read: Place, other: Place) -> Problem {
        let sheet = self.workbook.sheets.get(read.sheet);
        let shown = |place: Place| {
            let value = sheet.map(|sheet| sheet.value(sheet.anchor(place.at)));
            value.and_then(Value::number).map_or_else(String::new, |number| show(number, 4))
        };
        let (a, b) = (read.at, other.at);
        let (own, theirs) = (shown(read), shown(other));
        Problem::error(
            "value-unclear",
            words!(
                "「{name}」有两个数：{a} 的 {own} 与 {b} 调整（核定）的 {theirs}，看不出以哪个为准",
                "`{name}` has two values: {own} in {a} and the corrected {theirs} in {b}; nothing tells which counts"
            ),
        )
        .at(self.sheet_name(other.sheet), other.at)
        .hint(words!(
            "把要用的数填到原来的一格，另一个改成一致或删去",
            "put the value that counts into the first cell, and make the other alike or remove it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{SIGNS, WORDS, heads, rest};

    #[test]
    fn every_word_has_a_sign() {
        assert!(WORDS.iter().all(|word| word.contains(SIGNS)));
    }

    #[test]
    fn what_announces_a_corrected_figure() {
        for text in ["调整后", "修正值", "更正", "核准数", "最终值", "财务核定", "复核后", "调整额"]
        {
            assert!(heads(text), "{text}");
        }
        for text in ["备注", "核定人", "复核人", "最终得分", "调整前", "数值", "审核", "调整说明"]
        {
            assert!(!heads(text), "{text}");
        }
        assert_eq!(rest("调整后实际营业额").as_deref(), Some("实际营业额"));
        assert_eq!(rest("实际营业额-修正").as_deref(), Some("实际营业额"));
    }
}
