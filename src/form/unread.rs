//! Forms that are not read as such, beside those that are: nobody may be left out without a word.

use super::field_labels::is_field_label;
use super::info::labelled;
use super::lexicon::Lexicon;
use super::{Form, templates};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, label, person_alone};
use crate::words;
use crate::workbook::{Cell, Sheet, Value, Visibility, Workbook};
use std::collections::BTreeMap;

/// Rows of a sheet that may name its person.
const HEAD: u32 = 12;
/// Longest name of a person, in letters.
const NAME: usize = 30;

/// A finding for each sheet that names a person without a form and looks like a form: it holds most items, or
/// has the title of one. `known`: sheets that are told of already.
pub(super) fn people(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    forms: &[Form],
    known: &[usize],
) -> Vec<Problem> {
    let people: HashSet<String> =
        forms.iter().filter_map(|form| form.person.as_deref().map(person_alone)).collect();
    let of_forms: HashSet<usize> = forms.iter().flat_map(|form| form.sheets.clone()).collect();
    let titles: HashSet<String> =
        of_forms.iter().filter_map(|sheet| title(workbook.sheets.get(*sheet)?)).collect();
    let free = |(index, sheet): &(usize, &Sheet)| {
        sheet.loaded
            && sheet.visibility == Visibility::Visible
            && !of_forms.contains(index)
            && !known.contains(index)
            && !templates::is_pattern(&sheet.name)
    };
    let mut out = Vec::new();
    for (_, sheet) in workbook.sheets.iter().enumerate().filter(free) {
        let Some((at, Value::Text(name))) = labelled(sheet, &scheme.words.person, HEAD) else {
            continue;
        };
        let free = is_person(&name) && !people.contains(&person_alone(&name));
        if !free || heads_people(sheet, scheme, at, &name) {
            continue;
        }
        let items = column_of_items(sheet, lexicon);
        let count = items.iter().map(|(_, item)| *item).collect::<HashSet<_>>().len();
        let name = name.trim();
        if let Some((first, _)) = items.first().filter(|_| count * 2 > scheme.items.len()) {
            out.push(unread(sheet, name, *first, at));
        } else if title(sheet).is_some_and(|title| titles.contains(&title))
            && has_heads(sheet, scheme)
        {
            out.push(other(sheet, name, at, count));
        }
    }
    out
}

/// The items in the column that holds most of them: across stand those of a summary.
fn column_of_items(sheet: &Sheet, lexicon: &Lexicon) -> Vec<(CellRef, usize)> {
    let mut columns: BTreeMap<u32, Vec<(CellRef, usize)>> = BTreeMap::new();
    for (at, cell) in &sheet.cells {
        if let Some(item) = cell.label().and_then(|label| lexicon.item(&label)) {
            columns.entry(at.col).or_default().push((*at, item));
        }
    }
    columns.into_values().max_by_key(Vec::len).unwrap_or_default()
}

/// Whether the label of the person heads a list: several names beside it, or the headers of other columns.
fn heads_people(sheet: &Sheet, scheme: &Scheme, label_at: CellRef, name: &str) -> bool {
    let words = &scheme.words;
    let is_label = |text: &str| {
        let key = label(text);
        let known = [&words.department, &words.month, &words.item].into_iter().flatten();
        text.contains([':', '：'])
            || is_field_label(&key)
            || key == "主管"
            || known.chain(&words.score).any(|word| label(word) == key)
    };
    if is_label(name) {
        return true;
    }
    let texts = sheet.row(label_at.row).filter(|(at, _)| at.col > label_at.col);
    let texts =
        texts.filter_map(|(_, cell)| cell.value.text()).filter(|text| text.trim() != name.trim());
    let mut value_follows = false;
    texts.into_iter().any(|text| {
        let own = std::mem::replace(&mut value_follows, is_label(text));
        !own && !is_label(text)
    })
}

/// Whether a sheet has the headers of a form's points and scores: of one title are salaries and talks too.
fn has_heads(sheet: &Sheet, scheme: &Scheme) -> bool {
    let holds = |words: &[String]| {
        let keys: HashSet<String> = words.iter().map(|word| label(word)).collect();
        sheet.cells.values().filter_map(Cell::label).any(|key| keys.contains(&*key))
    };
    holds(&scheme.words.points) && holds(&scheme.words.score)
}

fn is_person(name: &str) -> bool {
    !name.contains("填写")
        && name.trim().chars().count() <= NAME
        && !templates::is_placeholder(name)
}

/// The first text of a sheet.
fn title(sheet: &Sheet) -> Option<String> {
    sheet.cells.values().find_map(|cell| cell.value.text()).map(compact)
}

fn unread(sheet: &Sheet, name: &str, first: CellRef, at: CellRef) -> Problem {
    let heads = |row: &u32| sheet.row(*row).filter_map(|(_, cell)| cell.value.text()).count() > 1;
    let header = (0..first.row).rev().find(heads);
    let texts = header.map(|row| {
        let texts = sheet.row(row).filter_map(|(_, cell)| cell.value.text());
        texts.map(str::trim).collect::<Vec<_>>().join("、")
    });
    let texts = texts.unwrap_or_default();
    let place = header.map_or(at, |row| CellRef::new(row, first.col));
    Problem::error(
        "form-unread",
        words!(
            "「{name}」的考核表没有读懂，没有填写：表头（{texts}）里认不出「考核项目」或「得分」一列",
            "the form of `{name}` was not understood and is not filled: its header ({texts}) has no column that is known for the items or the scores"
        ),
    )
    .at(&sheet.name, place)
    .hint(words!(
        "把表头改成和别的表一样，再试一次",
        "write the header as on the other sheets, and try again"
    ))
}

fn other(sheet: &Sheet, name: &str, at: CellRef, count: usize) -> Problem {
    Problem::error(
        "form-unread",
        words!(
            "「{name}」的考核表没有填写：标题和别的表一样，方案的考核项目里面只有 {count} 个",
            "the form of `{name}` is not filled: it has the title of the others, and {count} of the scheme's items"
        ),
    )
    .at(&sheet.name, at)
    .hint(words!(
        "核对考核项目的写法；若是另一种考核表，另存为单独的工作簿，用 --scheme 指定它的方案",
        "check how the items are written; a form of another kind goes into a workbook of its own, with its scheme by --scheme"
    ))
}
