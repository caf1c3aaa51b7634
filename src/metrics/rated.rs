//! Whom raters' tables rate, where a sheet holds those of several people: a table each under a title, or one
//! with the rated across.

use super::list::is_number;
use super::look::Look;
use super::rater_doubts::Doubt;
use super::sources::Raters;
use super::{naming, titles};
use crate::cell::CellRef;
use crate::form::heading::above;
use crate::hash::HashSet;
use crate::text::{compact, is_blank, person_alone, person_key};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// Whether people with forms head the columns of one of some tables, and the sheet names nobody as the one
/// who is rated.
pub(super) fn heads_rated(sheet: &Sheet, tables: &[Raters], words: &Look<'_>) -> bool {
    if tables.is_empty() || titles::rates_one(sheet, words) {
        return false;
    }
    let known = known(sheet, words);
    tables.iter().any(|t| heads_people(sheet, t, words, &known).any(|(_, who)| who.is_some()))
}

/// Tables with the rated across, parted by them.
pub(super) fn by_person(sheet: &Sheet, tables: Vec<Raters>, words: &Look<'_>) -> Vec<Raters> {
    // 对王丽的评分 over several names: who rates, and who is rated?
    let named = titles::names_one(sheet, words);
    let doubtful = |mut table: Raters| {
        let first = table.columns.first().copied().unwrap_or_default();
        let at = named.then(|| CellRef::new(table.first(), first));
        table.unclear = table.unclear.or(at);
        table
    };
    let known = known(sheet, words);
    tables.into_iter().flat_map(|table| parted(sheet, table, words, &known)).map(doubtful).collect()
}

/// Cells that name people of forms.
type Known = BTreeMap<CellRef, String>;

/// The cells of a sheet that name people of forms.
fn known(sheet: &Sheet, words: &Look<'_>) -> Known {
    let people = People::new(words);
    let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
    texts.filter_map(|(at, text)| Some((at, people.named(text)?))).collect()
}

/// The people of the forms, made ready to be looked for in many texts.
struct People<'w> {
    /// As their names are compared.
    keys: &'w HashSet<String>,
    /// Each name without its post, and with it.
    alone: Vec<(String, &'w String)>,
}

impl<'w> People<'w> {
    fn new(words: &Look<'w>) -> Self {
        let keys = words.people;
        Self { keys, alone: keys.iter().map(|key| (person_alone(key), key)).collect() }
    }

    /// The person of a form whom a text names: 王丽主管 and 王丽得分 are hers; 王丽评分 may be what she gave.
    fn named(&self, text: &str) -> Option<String> {
        let key = person_key(text);
        // However a text names somebody, each letter of the bare name is in it: most name nobody.
        if !self.alone.iter().any(|(alone, _)| alone.chars().all(|c| key.contains(c))) {
            return None;
        }
        if self.keys.contains(&key) {
            return Some(key);
        }
        let bare = person_alone(text);
        let same = self.alone.iter().find(|(alone, _)| *alone == bare);
        same.map(|(_, key)| (*key).clone()).or_else(|| naming::rated(&key, self.keys))
    }
}

/// The columns of a table, each with the person of a form who heads it, alone or merged over several.
fn heads_people<'t>(
    sheet: &'t Sheet,
    table: &'t Raters,
    words: &'t Look<'_>,
    known: &'t Known,
) -> impl Iterator<Item = (u32, Option<String>)> + 't {
    // A row that names several of them is of the rated, each as far as the next name.
    let over = known.iter().take_while(|(at, _)| at.row < table.first());
    let over: Vec<_> = over.filter(|(at, _)| at.col >= table.left()).collect();
    let mut rows = over.chunk_by(|(a, _), (b, _)| a.row == b.row);
    let several = |names: &&[(&CellRef, &String)]| {
        names.iter().any(|(_, who)| names.first().is_some_and(|(_, first)| first != who))
    };
    let rated = rows.find(several).map(<[_]>::to_vec);
    let people = People::new(words);
    table.columns.iter().map(move |col| {
        if let Some(names) = &rated {
            let row = names.first().map_or(0, |(at, _)| at.row);
            let at = sheet.anchor(CellRef::new(row, *col));
            let text = sheet.text(at);
            let free = text.is_none_or(|text| is_blank(text) || known.contains_key(&at));
            let own = names.iter().rev().find(|(at, _)| at.col <= *col).filter(|_| free);
            return (*col, own.map(|(_, who)| (*who).clone()));
        }
        let mut texts = (0..table.first()).rev().filter_map(|row| {
            let at = sheet.anchor(CellRef::new(row, *col));
            Some((CellRef::new(row, *col), sheet.text(at)?))
        });
        // Figures stand between the names and the marks where both are in one table.
        let head =
            texts.find(|(at, text)| !is_blank(text) && !is_number(sheet.value(sheet.anchor(*at))));
        let who = head.and_then(|(at, text)| {
            // Names over the raters' own are of the rated, also where the raters have forms.
            let over = above(sheet, at, 0, words.date1904).and_then(|over| people.named(&over));
            over.or_else(|| people.named(text))
        });
        (*col, who)
    })
}

/// A table with the rated across, as a department's list has them: a table a person. Where only some columns
/// name people of forms, nobody can say who rates and who is rated.
fn parted(sheet: &Sheet, mut table: Raters, words: &Look<'_>, known: &Known) -> Vec<Raters> {
    let heads: Vec<(u32, Option<String>)> = heads_people(sheet, &table, words, known).collect();
    let mut people: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (col, who) in &heads {
        if let Some(who) = who {
            people.entry(who).or_default().push(*col);
        }
    }
    if heads.iter().any(|(_, who)| who.is_none()) {
        let first = heads.iter().find(|(_, who)| who.is_some());
        let at = first.map(|(col, _)| CellRef::new(table.first(), *col));
        table.unclear = table.unclear.or(at);
        return vec![table];
    }
    let of = |(who, columns): (&str, Vec<u32>)| {
        let rated = columns.iter().map(|col| (*col, who.to_owned())).collect();
        Raters { columns, rated, ..table.clone() }
    };
    people.into_iter().map(of).collect()
}

/// Rows over a table's header that may name whom it rates.
const TITLE: u32 = 3;

/// Whom each of several tables rates, by the name of a form's person right over its header; `None` unless
/// all name one, and each another. `tables`: their headers, and their last rows.
pub(super) fn by_title(
    sheet: &Sheet,
    tables: &[(u32, u32)],
    words: &Look<'_>,
) -> Option<Vec<String>> {
    let name = |(header, _): &(u32, u32)| {
        let used = tables.iter().map(|(_, last)| *last);
        let before = used.filter(|row| row < header).max().map_or(0, |row| row + 1);
        let rows = (before.max(header.saturating_sub(TITLE))..*header).rev();
        rows.filter(|row| sheet.row(*row).filter(|(_, c)| !c.value.is_blank()).count() <= 2)
            .find_map(|row| {
                let texts = sheet.row(row).filter_map(|(_, cell)| cell.value.text());
                naming::rated(&compact(&texts.collect::<String>()), words.people)
            })
    };
    let names: Vec<String> = tables.iter().map(name).collect::<Option<_>>()?;
    let apart: HashSet<&String> = names.iter().collect();
    (names.len() > 1 && apart.len() == names.len()).then_some(names)
}

/// What raters' heads say of who is rated.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing.
    Nobody,
    /// The person whom each names beside the rater: `王丽-评分人1`, `评分人2（周强）`.
    Each(Vec<String>),
    /// Several people of the forms; who rates, and who is rated?
    Unclear,
}

/// Whom raters' heads name beside the rater. A rater stands once for a person: names that stand at several
/// raters are of the rated.
pub(super) fn beside_raters(heads: &[Option<String>], known: &HashSet<String>) -> Beside {
    let named = |head: &Option<String>| naming::beside_rater(head.as_deref()?, known);
    let found: Vec<Option<(String, String)>> = heads.iter().map(named).collect();
    let people: HashSet<&String> = found.iter().flatten().map(|(name, _)| name).collect();
    let raters: HashSet<&(String, String)> = found.iter().flatten().collect();
    let several = found.len() > people.len() && raters.len() == found.len();
    match found.iter().cloned().collect::<Option<Vec<_>>>() {
        Some(all) if several && !all.is_empty() => {
            Beside::Each(all.into_iter().map(|(name, _)| name).collect())
        }
        _ if people.len() > 1 => Beside::Unclear,
        _ => Beside::Nobody,
    }
}

/// Takes from the heads of a table's raters whom they rate.
pub(super) fn part_by_heads(sheet: &Sheet, table: &mut Raters, words: &Look<'_>) {
    let marks = table.rows.values().min().copied().unwrap_or_default();
    let head = |rater: &u32| {
        let text = |line| sheet.text(sheet.anchor(table.cell(line, *rater))).map(compact);
        let mut texts = (0..marks).rev().filter_map(text).filter(|text| !is_blank(text));
        // A row's rater may stand behind other columns.
        let beside = |text: &String| naming::beside_rater(text, words.people).is_some();
        if table.turned { texts.find(beside) } else { texts.next() }
    };
    let heads: Vec<Option<String>> = table.columns.iter().map(head).collect();
    match beside_raters(&heads, words.people) {
        Beside::Each(names) => {
            table.rated = table.columns.iter().copied().zip(names).collect();
            table.doubts.retain(|(.., doubt)| *doubt != Doubt::Own);
        }
        Beside::Unclear if !titles::rates_one(sheet, words) => {
            let first = table.columns.first().map(|rater| table.cell(marks, *rater));
            table.unclear = table.unclear.or(first);
        }
        Beside::Unclear | Beside::Nobody => {}
    }
}
