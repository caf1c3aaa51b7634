//! Which raters' tables are a form's person's, and which of their raters.

mod beside;

use super::rater_words::{Shape, shape};
use super::sources::Raters;
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::{Problem, Words};
use crate::text::compact;
use crate::words;
use crate::workbook::{Sheet, Workbook};

/// Most tables in a message.
const SHOWN: usize = 4;

/// Several raters' tables of one person.
pub(super) fn several_tables(workbook: &Workbook, tables: &[&Raters]) -> Problem {
    let mut names: Vec<&str> = Vec::new();
    for table in tables {
        names.extend(workbook.sheets.get(table.sheet).map(|sheet| sheet.name.as_str()));
    }
    names.dedup();
    let listed = Words::listed(names, SHOWN);
    Problem::error(
        "rater-unclear",
        words!(
            "同一个人有几张评分表，看不出是不是都算：",
            "one person has several raters' tables; do all of them count? "
        )
        .then(&listed),
    )
    .hint(words!(
        "并成一张，一个评分人一列或一行；一人一张的，表名写「评分人1」「评分人2」…；多余的删去",
        "make one table of them, a column or row a rater; name sheets of one rater each 评分人1, 评分人2 …; delete what is too many"
    ))
}

/// The raters' tables for a form: its person's; more than one only where each rater has a sheet.
///
/// # Errors
/// A second table of the person: do both count?
pub(super) fn tables_for<'s>(
    workbook: &Workbook,
    all: &[&'s Raters],
    one_rated: bool,
    person: Option<&str>,
) -> Result<Vec<&'s Raters>, &'s Raters> {
    let one_each =
        |tables: &[&Raters]| tables.iter().all(|table| raters_of(table, person).len() == 1);
    let whole = |tables: &[&Raters]| one_each(tables) && numbered(workbook, tables);
    // Where there is one person only, nothing has to name whom the tables rate.
    let sole = || match all {
        _ if !one_rated => Vec::new(),
        [_] => all.to_vec(),
        several if whole(several) => several.to_vec(),
        _ => Vec::new(),
    };
    let Some(key) = person else { return Ok(sole()) };
    let named = |table: &Raters| {
        workbook.sheets.get(table.sheet).is_some_and(|sheet| {
            // A name at a rater is the rater's.
            let of_rater =
                |at: &CellRef| table.columns.contains(if table.turned { &at.row } else { &at.col });
            let head = sheet.cells.iter().take_while(|(at, _)| at.row < 4);
            let head = head.filter(|(at, _)| !of_rater(at));
            let mut texts = head.filter_map(|(_, c)| c.value.text()).map(compact);
            compact(&sheet.name).contains(key) || texts.any(|text| text.contains(key))
        })
    };
    let rates = |table: &Raters| table.rated.values().any(|rated| rated == key);
    // A longer name may hold this one; the owner's sheet has been told apart before.
    let open = |table: &Raters| {
        named(table) && (table.rated.is_empty() || table.turned && !table.rates_by_title())
    };
    let found: Vec<&Raters> =
        all.iter().copied().filter(|table| open(table) || rates(table)).collect();
    let [_, second, ..] = found.as_slice() else {
        return Ok(if found.is_empty() { sole() } else { found });
    };
    match whole(&found) {
        true => Ok(found),
        false => Err(second),
    }
}

/// Whether the tabs of tables are alike but for their numbers, which are counted from 1: 下级评分1, 下级评分2.
/// A tab between whose rater gave no mark yet has no table.
fn numbered(workbook: &Workbook, tables: &[&Raters]) -> bool {
    let parted = |sheet: &Sheet| {
        let name = compact(&sheet.name);
        match shape(&name) {
            Shape::Numbered(word) if !word.ends_with('(') => {
                let number = count(name.get(word.len()..)?)?;
                Some((word, number))
            }
            _ => None,
        }
    };
    let tabs = tables.iter().map(|table| parted(workbook.sheets.get(table.sheet)?));
    let Some(tabs) = tabs.collect::<Option<Vec<_>>>() else { return false };
    let Some((word, _)) =
        tabs.first().filter(|(first, _)| tabs.iter().all(|(word, _)| word == first))
    else {
        return false;
    };
    let numbers: HashSet<usize> = tabs.iter().map(|(_, number)| *number).collect();
    let last = numbers.iter().max().copied().unwrap_or_default();
    let there: HashSet<usize> = workbook
        .sheets
        .iter()
        .filter_map(parted)
        .filter(|(own, _)| own == word)
        .map(|(_, number)| number)
        .collect();
    numbers.len() == tabs.len() && (1..=last).all(|number| there.contains(&number))
}

/// What a number, a letter or 甲 counts.
fn count(number: &str) -> Option<usize> {
    const LISTS: [&str; 3] = ["一二三四五六七八九十", "甲乙丙丁", "abcdefghijklmnopqrstuvwxyz"];
    let mut letters = number.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return number.parse().ok() };
    let listed = || LISTS.iter().find_map(|list| list.chars().position(|c| c == letter));
    number.parse().ok().or_else(|| Some(listed()? + 1))
}

/// The raters of a table who rate a form's person.
pub(super) fn raters_of(table: &Raters, person: Option<&str>) -> Vec<u32> {
    let of = |rater: &&u32| match (table.rated.get(rater), person) {
        (Some(rated), Some(key)) => rated == key,
        _ => true,
    };
    table.columns.iter().filter(of).copied().collect()
}
