//! Forms of other posts beside those of the scheme, which share an item or two with it: 客服专员考核表 beside
//! the 客服主管's.

use super::extra::points;
use super::info::{TOP, labelled_or_headed};
use super::lexicon::Lexicon;
use super::tables::SheetTables;
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, person_key};
use crate::words;
use crate::workbook::{Cell, Value, Workbook};

/// Sheets set aside as forms of other posts: a third of the scheme's items or less, and more rows with
/// points that are none of its items, beside a sheet that holds most of these. Gives their numbers.
pub(super) fn set_aside(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    tables: &mut [SheetTables],
) -> Vec<usize> {
    let known = |table: &SheetTables| table.items.iter().map(|i| i.item).collect::<HashSet<_>>();
    let all = scheme.items.len();
    let person = |table: &SheetTables| {
        let sheet = workbook.sheets.get(table.sheet)?;
        match labelled_or_headed(sheet, &scheme.words.person, TOP)? {
            (_, Value::Text(name)) => Some(person_key(&name)),
            _ => None,
        }
    };
    // What another sheet of the same person holds may be the form of this month, or its other half.
    let title = |table: &SheetTables| {
        let sheet = workbook.sheets.get(table.sheet)?;
        sheet.cells.values().find_map(|cell| cell.value.text()).map(compact)
    };
    let whole: Vec<(String, Option<String>, HashSet<usize>)> = tables
        .iter()
        .filter(|table| known(table).len() * 2 > all)
        .filter_map(|table| Some((person(table)?, title(table), known(table))))
        .collect();
    if whole.is_empty() {
        return Vec::new();
    }
    let own_form = |table: &SheetTables| {
        let (own, items) = (person(table), known(table));
        let title = title(table);
        own.is_some_and(|own| whole.iter().any(|(person, ..)| *person == own))
            || whole.iter().any(|(_, other, _)| *other == title)
            || !whole.iter().any(|(.., others)| items.is_subset(others))
    };
    let mut out = Vec::new();
    for table in tables.iter_mut() {
        let own = known(table).len();
        let few = own > 0 && own * 3 <= all && unknown_rows(workbook, lexicon, table) > own;
        if few && !own_form(table) {
            out.push(table.sheet);
            *table = SheetTables { sheet: table.sheet, ..SheetTables::default() };
        }
    }
    out
}

/// How many rows of a table have points and are no item, mark or total that is known.
fn unknown_rows(workbook: &Workbook, lexicon: &Lexicon, table: &SheetTables) -> usize {
    let item = table.items.iter().find_map(|item| Some((item.name.at.col, item.points?.at.col)));
    let (Some(sheet), Some((name, value))) = (workbook.sheets.get(table.sheet), item) else {
        return 0;
    };
    let unknown = |row: &u32| {
        let cell = sheet.cells.get(&CellRef::new(*row, name));
        let label = cell.and_then(Cell::label).filter(|label| !label.is_empty());
        let free = |key: &str| {
            lexicon.item(key).is_none()
                && lexicon.marks(key).is_none()
                && lexicon.total_row(key).is_none()
        };
        label.is_some_and(|key| free(&key))
            && points(sheet, CellRef::new(*row, value)).is_some_and(|points| points > 0.0)
    };
    sheet.used_rows().iter().filter(|row| unknown(row)).count()
}

/// What is told of such a sheet.
pub(super) fn left(workbook: &Workbook, sheet: usize) -> Problem {
    Problem::notice(
        "other-form",
        words!(
            "这张表是另一种考核表（只有个别项目与本方案同名），没有填写",
            "this is a form of another kind, with an item or two of this scheme's; it is not filled"
        ),
    )
    .on(workbook.sheet_name(sheet))
    .hint(words!(
        "要填写它，另存为单独的工作簿，用 --scheme 指定它的方案",
        "to fill it, save it as a workbook of its own and name its scheme with --scheme"
    ))
}
