//! Targets that a form has in a column of their own, beside those of the scheme: 目标值 97% over a base of 95 %.

use super::atoms;
use super::digits::Digits;
use super::unlike;
use crate::cell::CellRef;
use crate::form::{Form, ItemPlace};
use crate::problem::Problem;
use crate::scheme::{Item, Scheme};
use crate::text::{label, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};

/// What heads a column of targets.
const HEADS: [&str; 9] =
    ["目标值", "目标", "指标值", "考核目标", "基准值", "达标值", "标准值", "目标要求", "月目标"];

/// Rows above the first item in which the columns are headed.
const ABOVE: u32 = 3;

/// A target this many times as great as the scheme's, or as small, is another thing's.
const NEAR: f64 = 3.0;

/// The findings for a form: each item whose target is none of the scheme's numbers.
pub(super) fn told(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    strict: bool,
) -> Vec<Problem> {
    let mut out = Vec::new();
    for index in &form.sheets {
        let Some(sheet) = workbook.sheets.get(*index) else { continue };
        let own = || form.items.iter().filter(|item| item.name.sheet == *index);
        let first = own().map(|item| item.name.at.row).min();
        let Some(col) = first.and_then(|first| column(sheet, first)) else { continue };
        for place in own() {
            let Some(item) = scheme.items.get(place.item) else { continue };
            let other = cell(sheet, place, col).and_then(|at| other_target(item, sheet, at));
            out.extend(other.map(|other| told_of(item, sheet, other, strict)));
        }
    }
    out
}

fn told_of(item: &Item, sheet: &Sheet, other: Other, strict: bool) -> Problem {
    let Other { at, target, level } = other;
    let name = &item.name;
    let level = match target.contains('%') && level <= 1.0 {
        true => format!("{}%", show(level * 100.0, 4)),
        false => show(level, 6),
    };
    let what = words!(
        "「{name}」的目标写着「{target}」，方案按 {level} 计算",
        "the target of `{name}` is `{target}`; the scheme scores by {level}"
    );
    let cure = words!(
        "改了目标就同时改方案；没改则改正表上的数",
        "change the scheme too if the target has changed, else correct the form"
    );
    unlike(strict, "criteria-differ", what, cure).at(&sheet.name, at)
}

/// A target that the scheme does not know.
struct Other {
    at: CellRef,
    /// As it is written.
    target: String,
    /// The scheme's own that it is near to.
    level: f64,
}

/// The column of targets over the first of a sheet's items.
fn column(sheet: &Sheet, first: u32) -> Option<u32> {
    let rows = (first.saturating_sub(ABOVE)..first).rev();
    let mut heads = rows.flat_map(|row| sheet.row(row)).filter_map(|(at, cell)| {
        let text = cell.value.text()?;
        HEADS.contains(&label(text).as_str()).then_some(at.col)
    });
    heads.next()
}

fn cell(sheet: &Sheet, place: &ItemPlace, col: u32) -> Option<CellRef> {
    let at = sheet.anchor(CellRef::new(place.name.at.row, col));
    let own = [Some(place.name), Some(place.score), place.points];
    (!own.into_iter().flatten().any(|own| own.at == at)).then_some(at)
}

/// The target in a cell, where the scheme does not know it.
fn other_target(item: &Item, sheet: &Sheet, at: CellRef) -> Option<Other> {
    let cell = sheet.cells.get(&at)?;
    let (numbers, target) = match &cell.value {
        Value::Number(number) if cell.is_percent => {
            (vec![number * 100.0], format!("{}%", show(number * 100.0, 4)))
        }
        Value::Number(number) => (vec![*number], show(*number, 6)),
        Value::Text(text) => (Digits::of(text).numbers, text.trim().to_owned()),
        _ => return None,
    };
    let atoms = atoms::of_item(item);
    let levels: Vec<f64> = atoms.iter().flat_map(atoms::Atom::levels).collect();
    // 97% is 0.97 in the scheme, and may be either in a cell.
    let forms = |number: f64| [number, number / 100.0, number * 100.0];
    let same = |a: f64, b: f64| (a - b).abs() <= b.abs() * 1e-9;
    let recorded = Digits::of(&item.criteria).numbers;
    let known = |number: f64| {
        let numbers = levels.iter().chain(&recorded);
        numbers.copied().any(|known| forms(number).iter().any(|form| same(*form, known)))
    };
    let near = |number: f64| {
        let is_near = |level: &f64| {
            let ratio = forms(number).map(|form| form / level);
            *level != 0.0 && ratio.iter().any(|r| (1.0 / NEAR..=NEAR).contains(r))
        };
        levels.iter().copied().find(is_near)
    };
    let level = numbers.into_iter().filter(|number| !known(*number)).find_map(near)?;
    Some(Other { at, target, level })
}
