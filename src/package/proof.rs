//! The last look at a patched sheet before it leaves: it is read again, and every cell that was not
//! edited must be what it was, every edited one what was asked. A fault of ours, or a part so odd
//! that the patch missed its meaning, becomes a refusal and never a file.

use super::Content;
use super::sheet::{cell_text, shown, type_of};
use crate::cell::CellRef;
use crate::container::sheet::{CellType, FormulaKind, RawCell, SheetXml, scan};
use crate::container::xml::{Part, escape};
use crate::problem::Problem;
use crate::words;
use std::collections::BTreeMap;
use std::ops::Range as Span;

fn cut<'t>(text: &'t str, span: Option<&Span<usize>>) -> &'t str {
    span.and_then(|span| text.get(span.clone())).unwrap_or_default()
}

/// Whether a cell that was not edited is the same; a shared formula may have been spelled out.
fn same((old, a): (&str, &RawCell), (new, b): (&str, &RawCell)) -> bool {
    let same_formula = match (&a.formula, &b.formula) {
        (Some(a), Some(b)) => {
            a.kind == b.kind && cut(old, Some(&a.text)) == cut(new, Some(&b.text))
        }
        (None, None) => true,
        _ => false,
    };
    let spelled_out = matches!(
        (&a.formula, &b.formula),
        (Some(a), Some(b)) if matches!(a.kind, FormulaKind::Shared { range: None, .. })
            && b.kind == FormulaKind::Normal && !b.text.is_empty()
    );
    a.style == b.style
        && a.kind == b.kind
        && a.inline == b.inline
        && cut(old, a.value.as_ref()) == cut(new, b.value.as_ref())
        && (spelled_out || same_formula)
}

/// Whether an edited cell holds what was asked.
fn holds_content(text: &str, cell: &RawCell, content: &Content, before: Option<&RawCell>) -> bool {
    let value = cut(text, cell.value.as_ref());
    let formula = cell.formula.as_ref().map(|f| cut(text, Some(&f.text)));
    let kind = |value| match type_of(value) {
        "str" => CellType::Text,
        "b" => CellType::Bool,
        "e" => CellType::Error,
        _ => CellType::Number,
    };
    let styled = before.is_none_or(|before| before.style == cell.style);
    styled
        && match content {
            Content::Number(number) => {
                formula.is_none()
                    && cell.kind == CellType::Number
                    && value == shown(&crate::workbook::Value::Number(*number))
            }
            Content::Text(asked) => {
                formula.is_none()
                    && cell.kind == CellType::Inline
                    && cell.inline.as_deref().map(escape) == Some(cell_text(asked))
            }
            Content::Formula(asked, result) => {
                formula == Some(escape(asked).as_str())
                    && cell.kind == kind(result)
                    && value == shown(result)
            }
            Content::Blank => formula.is_none() && cell.value.is_none() && cell.inline.is_none(),
            Content::Cached(Some(result)) => {
                formula.is_none() || (cell.kind == kind(result) && value == shown(result))
            }
            Content::Cached(None) => formula.is_none() || cell.value.is_none(),
        }
}

/// Reads the patched part again and compares.
pub fn holds(
    sheet_name: &str,
    part: Part<'_>,
    (old, before): (&str, &SheetXml),
    new: &str,
    targets: &BTreeMap<CellRef, &Content>,
) -> Result<(), Problem> {
    let failed = |at: Option<CellRef>| {
        let problem = Problem::error(
            "cannot-edit",
            words!(
                "改写后复核不一致，未写出文件",
                "the edited sheet does not read back as it should; nothing was written"
            ),
        )
        .hint(words!(
            "请用 Excel 或 WPS 打开并另存一份，再重试",
            "open it in Excel or WPS, save a copy, and try that"
        ));
        match at {
            Some(at) => problem.at(sheet_name, at),
            None => problem.on(sheet_name),
        }
    };
    let after = scan(part, new)?;
    let olds: BTreeMap<CellRef, &RawCell> = before.cells.iter().map(|c| (c.at, c)).collect();
    let news: BTreeMap<CellRef, &RawCell> = after.cells.iter().map(|c| (c.at, c)).collect();
    for (at, content) in targets {
        let held = match (news.get(at), content) {
            (Some(cell), content) => holds_content(new, cell, content, olds.get(at).copied()),
            (None, content) => matches!(content, Content::Blank | Content::Cached(_)),
        };
        if !held {
            return Err(failed(Some(*at)));
        }
    }
    let untouched = |at: &CellRef| !targets.contains_key(at);
    for (at, cell) in olds.iter().filter(|(at, _)| untouched(at)) {
        if !news.get(at).is_some_and(|other| same((old, cell), (new, other))) {
            return Err(failed(Some(*at)));
        }
    }
    let extra = news.keys().filter(|at| untouched(at)).find(|at| !olds.contains_key(at));
    if extra.is_some() || before.merges != after.merges || before.protected != after.protected {
        return Err(failed(extra.copied()));
    }
    Ok(())
}
