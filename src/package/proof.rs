//! The last look at a patched sheet before it leaves: it is read again, and every cell that was not
//! edited must be what it was, every edited one what was asked. A fault of ours, or a part so odd
//! that the patch missed its meaning, becomes a refusal and never a file.
//!
//! Where nothing but whole cells was replaced, which the bytes between them show, only those cells
//! are read again: what stands between is the same, and so is what it means.

use super::Content;
use super::content::{cell_text, shown, type_of};
use crate::cell::CellRef;
use crate::container::cells::{CellType, FormulaKind, RawCell, SheetXml};
use crate::container::sheet::scan;
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

/// The text of a sheet in which only these cells were replaced, of the cells alone: a small sheet to
/// be read in the place of the whole. `None` where anything else differs, or where a cell came.
fn only_cells(
    (old, before): (&str, &SheetXml),
    new: &str,
    targets: &BTreeMap<CellRef, &Content>,
) -> Option<String> {
    let prefix = &before.prefix;
    let end_tag = format!("</{prefix}c>");
    // A cell is one element: its end tag stands once, at its end, or it is a single tag.
    let element = |text: &str| text.find(&end_tag)?.checked_add(end_tag.len());
    let is_element = |text: &str| {
        element(text) == Some(text.len()) || (text.ends_with("/>") && text.rfind('<') == Some(0))
    };
    let mut replaced: Vec<&RawCell> = Vec::with_capacity(targets.len());
    for row in &before.rows {
        let cells = before.cells.get(row.cells.clone())?;
        replaced.extend(cells.iter().filter(|cell| targets.contains_key(&cell.at)));
    }
    let mut out = String::with_capacity(replaced.len().saturating_mul(128).saturating_add(64));
    out.push_str("<worksheet><sheetData>");
    let (mut from, mut at, mut row) = (0, 0, None);
    for cell in &replaced {
        let kept = old.get(from..cell.span.start)?;
        let rest = new.get(at..)?.strip_prefix(kept)?;
        if !rest.starts_with('<') || !is_element(old.get(cell.span.clone())?) {
            return None;
        }
        let cut = rest.get(..element(rest)?)?;
        if row != Some(cell.at.row) {
            if row.is_some() {
                out.push_str("</row>");
            }
            let number = cell.at.row.checked_add(1)?.to_string();
            out.extend(["<row r=\"", &number, "\">"]);
            row = Some(cell.at.row);
        }
        out.push_str(cut);
        from = cell.span.end;
        at = new.len().checked_sub(rest.len())?.checked_add(cut.len())?;
    }
    if row.is_some() {
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    (old.get(from..) == new.get(at..)).then_some(out)
}

/// Reads the patched part again and compares.
pub fn holds(
    sheet_name: &str,
    part: Part<'_>,
    (old, before): (&str, &SheetXml),
    new: &str,
    targets: &BTreeMap<CellRef, &Content>,
) -> Result<(), Problem> {
    let proof = |cells| compare(sheet_name, part, (old, before), new, cells, targets);
    match only_cells((old, before), new, targets) {
        // A cell that does not name its place can only be told among all others.
        Some(cells) => proof(Some(cells)).or_else(|_| proof(None)),
        None => proof(None),
    }
}

/// Compares the cells of the whole part, or of the `cells` alone that stand for it.
fn compare(
    sheet_name: &str,
    part: Part<'_>,
    (old, before): (&str, &SheetXml),
    new: &str,
    cells: Option<String>,
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
    let new = cells.as_deref().unwrap_or(new);
    let after = scan(part, new)?;
    let is_read = |at: &CellRef| cells.is_none() || targets.contains_key(at);
    let olds = before.cells.iter().filter(|c| is_read(&c.at)).map(|c| (c.at, c));
    let olds: BTreeMap<CellRef, &RawCell> = olds.collect();
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
    let same_sheet =
        cells.is_some() || (before.merges == after.merges && before.protected == after.protected);
    if extra.is_some() || !same_sheet {
        return Err(failed(extra.copied()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Edit;
    use super::super::sheet::patch;
    use super::*;
    use crate::limits::Limits;
    use crate::workbook::Value;
    use proptest::prelude::*;

    const SHEET: &str = "<worksheet><dimension ref=\"A1:C3\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"2\"/><c r=\"C1\"><v>7</v></c></row><row r=\"2\"><c r=\"A2\"><f>C1+1</f><v>8</v></c><c r=\"B2\" s=\"3\"><v>1</v></c></row><row r=\"3\"><c r=\"C3\" s=\"4\"></c></row></sheetData><mergeCells count=\"1\"><mergeCell ref=\"A3:B3\"/></mergeCells></worksheet>";

    /// The sheet patched by these edits: its text before and after, and what each proof says of a
    /// text in the place of the new one: of the cells alone where that can be told, of the whole.
    fn proofs(edits: &[Edit], change: impl FnOnce(&str) -> String) -> (Option<bool>, bool) {
        let limits = Limits::default();
        let part = Part::within("sheet1.xml", &limits);
        let before = scan(part, SHEET).unwrap();
        let edits: Vec<&Edit> = edits.iter().collect();
        let patched = patch("S", part, SHEET, &before, &edits).unwrap();
        let new = change(&patched.text);
        let targets = &patched.targets;
        let cells = only_cells((SHEET, &before), &new, targets);
        let proof = |cells| compare("S", part, (SHEET, &before), &new, cells, targets).is_ok();
        (cells.map(|cells| proof(Some(cells))), proof(None))
    }

    fn edits() -> [Edit; 4] {
        let at = |cell| CellRef::parse(cell).unwrap();
        [
            Edit::new("S", at("B1"), Content::Formula("C1*2".into(), Value::Number(14.0))),
            Edit::new("S", at("A2"), Content::Cached(Some(Value::Number(9.0)))),
            Edit::new("S", at("B2"), Content::Text("<优秀>".into())),
            Edit::new("S", at("C3"), Content::Number(0.5)),
        ]
    }

    #[test]
    fn replaced_cells_are_read_alone_and_hold() {
        assert_eq!(proofs(&edits(), str::to_owned), (Some(true), true));
        // A cell that comes changes what stands between the others.
        let fresh = Edit::new("S", CellRef::parse("C2").unwrap(), Content::Number(1.0));
        assert_eq!(proofs(&[fresh], str::to_owned), (None, true));
    }

    #[test]
    fn what_was_not_asked_is_refused() {
        for (from, to) in [
            ("<v>14</v>", "<v>15</v>"),
            ("C1*2", "C1*3"),
            ("<v>9</v>", ""),
            ("&lt;优秀&gt;", "优秀"),
            ("s=\"4\"", "s=\"5\""),
            ("<v>7</v>", "<v>8</v>"),
            ("<c r=\"C1\"><v>7</v></c>", ""),
            ("A3:B3", "A3:C3"),
            ("</c><c r=\"C1\">", "</c><c r=\"D1\">"),
            ("<v>0.5</v></c>", "<v>0.5</v></c><c r=\"D3\"/>"),
            ("<v>14</v></c>", "<v>14</v>"),
        ] {
            let (cells, whole) = proofs(&edits(), |new| {
                assert!(new.contains(from), "{from}");
                new.replacen(from, to, 1)
            });
            assert!(cells != Some(true) && !whole, "{from} → {to}");
        }
    }

    proptest! {
        /// What the cells alone let pass, the whole does too.
        #[test]
        fn the_short_proof_is_as_strict_as_the_long_one(
            at in 0..600usize,
            cut in 0..12usize,
            put in "[<>/cvfr =\"0-9A-C]{0,12}",
        ) {
            let (cells, whole) = proofs(&edits(), |new| {
                let start = new.floor_char_boundary(at);
                let end = new.floor_char_boundary(start.saturating_add(cut).min(new.len()));
                format!("{}{put}{}", &new[..start], &new[end..])
            });
            prop_assert!(cells != Some(true) || whole);
        }
    }
}
