//! Patching one worksheet part by byte spans.

use super::content::{adds, element, inner, shown, too_long, type_of};
use super::tag::{
    attribute, find_attribute, grown_spans, halves, prefix, with_type, without_attribute,
};
use super::{Content, Edit};
use crate::cell::{CellRef, Range};
use crate::container::cells::{FormulaKind, RawCell, RawRow, SheetXml};
use crate::container::xml::{Part, escape, malformed, unescape};
use crate::hash::{HashMap, HashSet};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::refs;
use crate::words;
use crate::workbook::Value;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range as Span;

/// A patched part, not yet proven by [`super::proof::holds`].
pub struct Patched<'e> {
    /// Its new text.
    pub text: String,
    /// Whether cells with formulas came or went.
    pub formulas_change: bool,
    /// What each edited cell is to hold.
    pub targets: BTreeMap<CellRef, &'e Content>,
}

/// Replaces the edited cells.
pub fn patch<'e>(
    sheet_name: &str,
    part: Part<'_>,
    text: &str,
    sheet: &SheetXml,
    edits: &[&'e Edit],
) -> Result<Patched<'e>, Problem> {
    if sheet.data_tag.is_empty() {
        return Err(malformed(part.name, &words!("没有 sheetData", "no sheetData")));
    }
    let targets = targets(sheet_name, sheet, edits, &part.limits)?;
    let (pieces, of_arrays, looks) = (Vec::new(), OnceCell::new(), looks(sheet, edits));
    let mut patcher =
        Patcher { sheet_name, text, sheet, pieces, formulas_change: false, of_arrays, looks };
    patcher.run(&targets)?;
    let mut pieces = patcher.pieces;
    pieces.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::with_capacity(text.len().saturating_add(pieces.len().saturating_mul(64)));
    let mut from = 0;
    for (span, new) in &pieces {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(new);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(Patched { text: out, formulas_change: patcher.formulas_change, targets })
}

/// The edits by cell, merged targets moved to their first cell; two edits of one cell are refused.
fn targets<'e>(
    sheet_name: &str,
    sheet: &SheetXml,
    edits: &[&'e Edit],
    limits: &Limits,
) -> Result<BTreeMap<CellRef, &'e Content>, Problem> {
    let mut out = BTreeMap::new();
    for edit in edits {
        let merged = sheet.merges.iter().find(|m| m.contains(edit.at));
        let at = merged.map_or(edit.at, |m| m.start);
        let finite = match &edit.content {
            Content::Number(n) | Content::Formula(_, Value::Number(n)) => n.is_finite(),
            Content::Cached(Some(Value::Number(n))) => n.is_finite(),
            _ => true,
        };
        if !finite {
            return Err(Problem::error(
                "not-finite",
                words!("不能写入无穷大或非数", "infinity or not-a-number cannot be written"),
            )
            .at(sheet_name, at));
        }
        too_long(&edit.content, limits).map_err(|problem| problem.at(sheet_name, at))?;
        if out.insert(at, &edit.content).is_some_and(|before| *before != edit.content) {
            return Err(Problem::error(
                "edited-twice",
                words!("同一个单元格有两个不同的写入值", "two different edits of one cell"),
            )
            .at(sheet_name, at));
        }
    }
    Ok(out)
}

/// The styles of new cells that are to look like others.
fn looks(sheet: &SheetXml, edits: &[&Edit]) -> HashMap<CellRef, u32> {
    let wanted: HashMap<CellRef, Vec<CellRef>> =
        edits.iter().fold(HashMap::default(), |mut all, edit| {
            if let Some(other) = edit.like {
                all.entry(other).or_insert_with(Vec::new).push(edit.at);
            }
            all
        });
    if wanted.is_empty() {
        return HashMap::default();
    }
    let styled = sheet.cells.iter().filter_map(|cell| Some((wanted.get(&cell.at)?, cell.style)));
    styled.flat_map(|(cells, style)| cells.iter().map(move |at| (*at, style))).collect()
}

struct Patcher<'a> {
    sheet_name: &'a str,
    text: &'a str,
    sheet: &'a SheetXml,
    pieces: Vec<(Span<usize>, String)>,
    formulas_change: bool,
    /// Cells of arrays, where asked for.
    of_arrays: OnceCell<HashSet<CellRef>>,
    /// Styles of new cells by another's look.
    looks: HashMap<CellRef, u32>,
}

impl Patcher<'_> {
    /// Whether a cell that is not there yet is made.
    fn makes(&self, at: CellRef, content: &Content) -> bool {
        adds(content) || self.looks.contains_key(&at)
    }

    fn run(&mut self, targets: &BTreeMap<CellRef, &Content>) -> Result<(), Problem> {
        self.refuse_arrays(targets)?;
        self.expand_shared(targets);
        let mut by_row: BTreeMap<u32, Vec<(CellRef, &Content)>> = BTreeMap::new();
        for (at, content) in targets {
            by_row.entry(at.row).or_default().push((*at, content));
        }
        let mut order: Vec<&RawRow> = self.sheet.rows.iter().collect();
        order.sort_by_key(|row| row.row);
        let in_order = order.iter().zip(&self.sheet.rows).all(|(a, b)| a.row == b.row);
        let mut fresh: Vec<(usize, String)> = Vec::new();
        for (row, edits) in &by_row {
            if let Ok(index) = order.binary_search_by_key(row, |r| r.row) {
                if let Some(raw) = order.get(index).copied() {
                    self.row(raw, edits)?;
                }
                continue;
            }
            if !edits.iter().any(|(at, c)| self.makes(*at, c)) {
                continue;
            }
            if !in_order {
                return Err(malformed(
                    self.sheet_name,
                    &words!("行的次序是乱的", "rows out of order"),
                ));
            }
            let next = order.partition_point(|r| r.row < *row);
            let at = match order.get(next) {
                Some(raw) => raw.span.start,
                None => self.data_end(),
            };
            let cells: String = edits
                .iter()
                .filter(|(at, c)| self.makes(*at, c))
                .map(|(at, content)| self.new_cell(*at, content, None))
                .collect();
            let p = &self.sheet.prefix;
            fresh.push((at, format!("<{p}row r=\"{}\">{cells}</{p}row>", row.saturating_add(1))));
            self.formulas_change |= edits.iter().any(|(_, c)| matches!(c, Content::Formula(..)));
        }
        self.insert_rows(fresh);
        self.grow_dimension(targets);
        Ok(())
    }

    /// Where a row behind all others goes: before `</sheetData>`.
    fn data_end(&self) -> usize {
        let data = &self.sheet.data;
        if self.sheet.data == self.sheet.data_tag {
            return data.end;
        }
        let inner = self.text.get(data.clone()).unwrap_or_default();
        data.start.saturating_add(inner.rfind("</").unwrap_or(inner.len()))
    }

    fn insert_rows(&mut self, fresh: Vec<(usize, String)>) {
        if fresh.is_empty() {
            return;
        }
        if self.sheet.data == self.sheet.data_tag {
            // `<sheetData/>` is opened.
            let tag = self.text.get(self.sheet.data.clone()).unwrap_or_default();
            let open = tag.strip_suffix("/>").unwrap_or(tag).trim_end();
            let rows: String = fresh.into_iter().map(|(_, row)| row).collect();
            let p = prefix(open);
            self.pieces.push((self.sheet.data.clone(), format!("{open}>{rows}</{p}sheetData>")));
            return;
        }
        // Rows for one gap stand in one piece, in order.
        let mut by_place: BTreeMap<usize, String> = BTreeMap::new();
        for (at, row) in fresh {
            by_place.entry(at).or_default().push_str(&row);
        }
        self.pieces.extend(by_place.into_iter().map(|(at, rows)| (at..at, rows)));
    }

    fn refuse_arrays(&self, targets: &BTreeMap<CellRef, &Content>) -> Result<(), Problem> {
        for cell in &self.sheet.cells {
            let Some(formula) = &cell.formula else { continue };
            let range = match &formula.kind {
                FormulaKind::Array(range) | FormulaKind::DataTable(range) => *range,
                _ => continue,
            };
            let hit = targets
                .iter()
                .find(|(at, c)| range.contains(**at) && !matches!(c, Content::Cached(_)));
            if let Some((at, _)) = hit {
                return Err(Problem::error(
                    "array-formula",
                    words!(
                        "单元格在数组公式或模拟运算表 {range} 中，不能改写",
                        "the cell is part of the array formula or data table {range}"
                    ),
                )
                .at(self.sheet_name, *at)
                .hint(words!(
                    "先清除 {range} 的数组公式",
                    "clear the array formula of {range} first"
                )));
            }
        }
        Ok(())
    }

    /// Spells out the followers of every shared formula whose master is replaced.
    fn expand_shared(&mut self, targets: &BTreeMap<CellRef, &Content>) {
        let mut masters: HashMap<u32, (CellRef, String)> = HashMap::default();
        for cell in &self.sheet.cells {
            if let Some(formula) = &cell.formula
                && let FormulaKind::Shared { si, range: Some(_) } = formula.kind
                && targets.get(&cell.at).is_some_and(|c| !matches!(c, Content::Cached(_)))
            {
                let text = unescape(self.text.get(formula.text.clone()).unwrap_or_default());
                masters.insert(si, (cell.at, text));
            }
        }
        if masters.is_empty() {
            return;
        }
        for cell in &self.sheet.cells {
            let replaced = targets.get(&cell.at).is_some_and(|c| !matches!(c, Content::Cached(_)));
            if let Some(formula) = &cell.formula
                && let FormulaKind::Shared { si, range: None } = formula.kind
                && let Some((from, master)) = masters.get(&si)
                && !replaced
            {
                let p = &self.sheet.prefix;
                let text = escape(&refs::shift(master, *from, cell.at));
                self.pieces.push((formula.span.clone(), format!("<{p}f>{text}</{p}f>")));
            }
        }
    }

    fn row(&mut self, raw: &RawRow, edits: &[(CellRef, &Content)]) -> Result<(), Problem> {
        let cells = self.sheet.cells.get(raw.cells.clone()).unwrap_or_default();
        let in_order = cells.windows(2).all(|pair| match pair {
            [a, b] => a.at.col < b.at.col,
            _ => true,
        });
        let mut fresh: BTreeMap<usize, String> = BTreeMap::new();
        let mut added = Vec::new();
        for (at, content) in edits {
            if let Some(cell) = cells.iter().find(|cell| cell.at == *at) {
                self.existing(cell, content);
                continue;
            }
            if !self.makes(*at, content) {
                continue;
            }
            if !in_order {
                return Err(malformed(
                    self.sheet_name,
                    &words!(
                        "第 {} 行的单元格次序是乱的",
                        "cells of row {} out of order",
                        raw.row.saturating_add(1)
                    ),
                ));
            }
            self.formulas_change |= matches!(content, Content::Formula(..));
            added.push(at.col);
            let new = self.new_cell(*at, content, Some(raw));
            let place = match cells.iter().find(|cell| cell.at.col > at.col) {
                Some(next) => next.span.start,
                None if raw.closed => raw.span.end,
                None => {
                    let inner = self.text.get(raw.span.clone()).unwrap_or_default();
                    raw.span.start.saturating_add(inner.rfind("</").unwrap_or(inner.len()))
                }
            };
            fresh.entry(place).or_default().push_str(&new);
        }
        let tag = self.text.get(raw.tag.clone()).unwrap_or_default();
        let grown = grown_spans(tag, &added);
        if raw.closed && !fresh.is_empty() {
            let tag = grown.unwrap_or_else(|| tag.to_owned());
            let open = tag.strip_suffix("/>").unwrap_or(&tag).trim_end();
            let cells: String = fresh.into_values().collect();
            let p = prefix(open);
            self.pieces.push((raw.span.clone(), format!("{open}>{cells}</{p}row>")));
            return Ok(());
        }
        if let Some(grown) = grown {
            self.pieces.push((raw.tag.clone(), grown));
        }
        self.pieces.extend(fresh.into_iter().map(|(at, cells)| (at..at, cells)));
        Ok(())
    }

    fn existing(&mut self, cell: &RawCell, content: &Content) {
        let tag = self.text.get(cell.tag.clone()).unwrap_or_default();
        let p = prefix(tag);
        if let Content::Cached(value) = content {
            let kind = value.as_ref().map_or("", type_of);
            let bare = without_attribute(tag, "t");
            let Some(formula) = &cell.formula else {
                // A cell of an array whose formula stands in the first.
                if self.in_array(cell.at) {
                    let inner = value.as_ref().map(|value| element(p, "v", &shown(value)));
                    let tag = with_type(&bare, kind, true);
                    let inner = inner.unwrap_or_default();
                    self.pieces.push((cell.span.clone(), format!("{tag}{inner}</{p}c>")));
                }
                return;
            };
            self.pieces.push((cell.tag.clone(), with_type(&bare, kind, false)));
            let new = value.as_ref().map(|value| element(p, "v", &shown(value)));
            match &cell.v {
                Some(v) => self.pieces.push((v.clone(), new.unwrap_or_default())),
                None => {
                    let at = formula.span.end;
                    self.pieces.push((at..at, new.unwrap_or_default()));
                }
            }
            return;
        }
        self.formulas_change |= cell.formula.is_some() != matches!(content, Content::Formula(..));
        // Value and cell metadata (pictures in cells, dynamic arrays) belong to the old content.
        let mut bare = Cow::Borrowed(tag);
        for old in ["t", "cm", "vm", "ph"] {
            if find_attribute(&bare, old).is_some() {
                bare = Cow::Owned(without_attribute(&bare, old));
            }
        }
        let (kind, inner) = inner(p, content);
        let tag = with_type(&bare, kind, true);
        self.pieces.push((cell.span.clone(), [&tag, inner.as_str(), "</", p, "c>"].concat()));
    }

    /// Whether a cell takes part in the array formula of another; not in one too large to be computed.
    fn in_array(&self, at: CellRef) -> bool {
        let cells = || {
            let formulas = self.sheet.cells.iter().filter_map(|cell| cell.formula.as_ref());
            let ranges = formulas.filter_map(|formula| match &formula.kind {
                FormulaKind::Array(range) if range.len() < 100_000 => Some(*range),
                _ => None,
            });
            ranges.flat_map(Range::cells).collect()
        };
        self.of_arrays.get_or_init(cells).contains(&at)
    }

    fn new_cell(&self, at: CellRef, content: &Content, row: Option<&RawRow>) -> String {
        // A row's own prefix, where the part uses more than one.
        let row_tag = row.and_then(|row| self.text.get(row.tag.clone()));
        let p = row_tag.map_or(self.sheet.prefix.as_str(), prefix);
        let row_style = row.and_then(|row| {
            let tag = self.text.get(row.tag.clone()).unwrap_or_default();
            let custom =
                attribute(tag, "customFormat").is_some_and(|v| matches!(v.as_str(), "1" | "true"));
            custom.then(|| attribute(tag, "s")).flatten()
        });
        let column_style = || {
            self.sheet
                .columns
                .iter()
                .find(|c| (c.columns.0..=c.columns.1).contains(&at.col))
                .and_then(|c| c.style)
                .map(|style| style.to_string())
        };
        let style = (self.looks.get(&at).map(ToString::to_string))
            .or(row_style)
            .or_else(column_style)
            .map(|style| format!(" s=\"{style}\""))
            .unwrap_or_default();
        let (kind, inner) = inner(p, content);
        let kind = if kind.is_empty() { String::new() } else { format!(" t=\"{kind}\"") };
        format!("<{p}c r=\"{at}\"{style}{kind}>{inner}</{p}c>")
    }

    fn grow_dimension(&mut self, targets: &BTreeMap<CellRef, &Content>) {
        let Some((span, range)) = &self.sheet.dimension else { return };
        let mut grown = *range;
        for (at, content) in targets {
            if adds(content) {
                grown = Range::new(
                    CellRef::new(grown.start.row.min(at.row), grown.start.col.min(at.col)),
                    CellRef::new(grown.end.row.max(at.row), grown.end.col.max(at.col)),
                );
            }
        }
        if grown != *range {
            let tag = self.text.get(span.clone()).unwrap_or_default();
            let bare = without_attribute(tag, "ref");
            let (head, tail) = halves(&bare);
            self.pieces.push((span.clone(), format!("{} ref=\"{grown}\"{tail}", head.trim_end())));
        }
    }
}
