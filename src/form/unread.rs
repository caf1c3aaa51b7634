//! Forms that are not read as such, beside those that are: nobody may be left out without a word.

use super::info::labelled;
use super::lexicon::Lexicon;
use super::{Form, templates};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, person_alone};
use crate::words;
use crate::workbook::{Sheet, Value, Visibility, Workbook};

/// Rows of a sheet that may name its person.
const HEAD: u32 = 12;
/// Longest name of a person, in letters; 请填写姓名 is none.
const NAME: usize = 12;

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
        if !is_person(&name) || people.contains(&person_alone(&name)) {
            continue;
        }
        let items: Vec<(CellRef, usize)> = sheet
            .cells
            .iter()
            .filter_map(|(at, cell)| Some((*at, lexicon.item(&cell.label()?)?)))
            .collect();
        let count = items.iter().map(|(_, item)| *item).collect::<HashSet<_>>().len();
        let name = name.trim();
        if let Some((first, _)) = items.first().filter(|_| count * 2 > scheme.items.len()) {
            out.push(unread(sheet, name, *first, at));
        } else if title(sheet).is_some_and(|title| titles.contains(&title)) {
            out.push(other(sheet, name, at, count));
        }
    }
    out
}

fn is_person(name: &str) -> bool {
    name.trim().chars().count() <= NAME && !templates::is_placeholder(name)
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
