//! Whose result a workbook is: form, file name and roster compared.

use super::result::Found;
use super::roster::Row;
use crate::blank::safe;
use crate::problem::{Problem, Words};
use crate::text::{compact, person_key};
use crate::words;
use std::collections::BTreeSet;

/// A file's name without its folders.
pub fn base(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

/// A row as a message names it.
pub fn named(row: &Row) -> String {
    let parts = [Some(row.name.as_str()), row.department.as_deref(), row.id.as_deref()];
    let line = row.line;
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    format!("{} (#{line})", parts.join(" "))
}

/// The roster's row that a result belongs to: name, and department, 工号 and file name as far as
/// they are known. One disagreement is enough to refuse; of several people of one name, one must
/// be told by department or 工号.
///
/// # Errors
/// Every disagreement.
pub fn person(file: &str, found: &Found, roster: &[Row]) -> Result<usize, Problem> {
    let Some(name) = found.card.person.as_deref() else {
        return Err(refuse("no-person", words!("考核表没有写姓名", "the form names nobody")));
    };
    let key = person_key(name);
    let named_so: Vec<(usize, &Row)> =
        roster.iter().enumerate().filter(|(_, r)| person_key(&r.name) == key).collect();
    if named_so.is_empty() {
        return Err(refuse(
            "not-on-roster",
            words!("名单里没有「{name}」", "`{name}` is not on the roster"),
        ));
    }
    of_another(file, name, found, roster)?;
    let stem = compact(base(file));
    let ids = ids_in(&stem, found, roster);
    let (mut sure, mut open, mut against) = (Vec::new(), Vec::new(), Vec::new());
    for (index, row) in &named_so {
        match agreement(row, found, &stem, &ids) {
            Agreement::Sure => sure.push(*index),
            Agreement::Open => open.push(*index),
            Agreement::Differs(words) => against.push(words),
        }
    }
    match (named_so.len(), sure.as_slice(), open.as_slice()) {
        (1, [row], []) | (1, [], [row]) => Ok(*row),
        // Among namesakes the row must be told by something, and the others must be ruled out.
        (_, [row], []) => Ok(*row),
        (_, [], []) => {
            let zh: Vec<String> = against.iter().map(|w| w.zh.clone()).collect();
            let en: Vec<String> = against.into_iter().map(|w| w.en).collect();
            let (zh, en) = (zh.join("；"), en.join("; "));
            Err(refuse(
                "disagrees",
                Words::new(
                    format!("考核表与名单里的「{name}」不一致：{zh}"),
                    format!("form and roster disagree about `{name}`: {en}"),
                ),
            ))
        }
        _ => {
            let rows: Vec<String> = named_so.iter().map(|(_, row)| named(row)).collect();
            let rows = rows.join("、");
            Err(refuse(
                "namesakes",
                words!(
                    "名单里有几个「{name}」，分不清是谁：{rows}",
                    "the roster has several `{name}` and nothing tells which: {rows}"
                ),
            )
            .hint(words!(
                "在名单和考核表里写明部门或工号，或把工号写进文件名",
                "state department or id on the roster and in the form, or the id in the file's name"
            )))
        }
    }
}

fn refuse(code: &'static str, what: Words) -> Problem {
    Problem::error(code, what).hint(words!(
        "核对考核表、文件名与名单，改成一致后再发送",
        "make form, file name and roster agree"
    ))
}

/// Refuses a result whose file or sheets name somebody else on the roster.
fn of_another(file: &str, name: &str, found: &Found, roster: &[Row]) -> Result<(), Problem> {
    let key = person_key(name);
    let in_file = people_in(file, roster);
    if !in_file.is_empty() && !in_file.contains(&key) || in_file.len() > 1 {
        let others: Vec<&str> = in_file.iter().filter(|k| **k != key).map(String::as_str).collect();
        let others = others.join("、");
        return Err(refuse(
            "file-of-another",
            words!(
                "考核表是「{name}」的，文件名里却有「{others}」",
                "the form is of `{name}`, but the file's name says `{others}`"
            ),
        ));
    }
    let of_other = |sheet: &&String| {
        let sheet = person_key(sheet);
        sheet != key && roster.iter().any(|row| person_key(&row.name) == sheet)
    };
    match found.sheets.iter().find(of_other) {
        None => Ok(()),
        Some(sheet) => Err(refuse(
            "sheet-of-another",
            words!(
                "「{name}」的工作簿里有一张「{sheet}」的工作表",
                "the workbook of `{name}` has a sheet of `{sheet}`"
            ),
        )),
    }
}

/// The roster's staff numbers in a file's name; a year or month there is none.
fn ids_in(stem: &str, found: &Found, roster: &[Row]) -> BTreeSet<String> {
    let months = found
        .card
        .month
        .map_or_else(Vec::new, |m| vec![m.year.to_string(), format!("{}{:02}", m.year, m.month)]);
    roster
        .iter()
        .filter_map(|r| r.id.as_deref().map(compact))
        .filter(|id| id.chars().count() > 2 && !months.contains(id) && has_word(stem, id))
        .collect()
}

/// Whether a row of the roster is the result's person.
enum Agreement {
    /// Something says that it is.
    Sure,
    /// Nothing but the name does.
    Open,
    /// Something says that it is not.
    Differs(Words),
}

/// What department, 工号 and file name say of a row of the name.
fn agreement(row: &Row, found: &Found, stem: &str, ids: &BTreeSet<String>) -> Agreement {
    let (mut agreed, mut differs) = (false, None);
    let mut compare = |same: bool, words: Words| match same {
        true => agreed = true,
        false => differs = Some(words),
    };
    if let (Some(own), Some(theirs)) = (&found.card.department, &row.department) {
        compare(
            compact(own) == compact(theirs),
            words!(
                "部门：考核表「{own}」，名单「{theirs}」",
                "department: form `{own}`, roster `{theirs}`"
            ),
        );
    }
    if let (Some(own), Some(theirs)) = (&found.id, &row.id) {
        compare(
            compact(own) == compact(theirs),
            words!("工号：考核表 {own}，名单 {theirs}", "id: form {own}, roster {theirs}"),
        );
    }
    let in_name = |own: &str, theirs: &str| {
        words!("工号：文件名 {own}，名单 {theirs}", "id: file name {own}, roster {theirs}")
    };
    if let Some(theirs) = row.id.as_deref().map(compact)
        && !ids.is_empty()
    {
        let own = ids.iter().cloned().collect::<Vec<_>>().join("、");
        compare(ids.len() == 1 && ids.contains(&theirs), in_name(&own, &theirs));
    }
    // A number of nobody on the roster is that of a namesake who is not on it.
    if let (Some(theirs), Some(own)) = (&row.id, number_in_name(stem, found, row))
        && ids.is_empty()
        && own != compact(&safe(theirs))
    {
        differs = Some(in_name(&own, theirs));
    }
    match differs {
        Some(words) => Agreement::Differs(words),
        None if agreed => Agreement::Sure,
        None => Agreement::Open,
    }
}

/// The staff number in a file's name as `kaohe new` names the files of people of one name, on the roster
/// or not: 0061 in 李超-客服部-0061-2026-11. A count (`-2`) is none.
fn number_in_name(stem: &str, found: &Found, row: &Row) -> Option<String> {
    let part = |text: &str| format!("{}-", compact(&safe(text)));
    let (name, month) = (found.card.person.as_deref()?, found.card.month?);
    let (front, _) = stem.split_once(&format!("-{month}"))?;
    let front = format!("{front}-");
    let rest = front.strip_prefix(&part(name))?;
    let departments = [&found.card.department, &row.department].into_iter().flatten();
    let behind = departments.filter_map(|own| rest.strip_prefix(&part(own))).next();
    let own = behind.unwrap_or(rest).trim_end_matches('-');
    let digits = own.chars().filter(char::is_ascii_digit).count();
    let count = digits == own.len() && digits < 3;
    // A team (B2), a year and a telephone are no staff numbers beside 0006.
    let theirs = row.id.as_deref().map(|id| compact(&safe(id))).unwrap_or_default();
    let usual = theirs.chars().filter(char::is_ascii_digit).count();
    let team = digits < 3 && usual >= 3;
    let year = own.len() == 4 && own.starts_with("20") && !theirs.starts_with("20");
    let telephone = digits >= 11 && usual < 11;
    let number = own.is_ascii() && digits > 0 && !(count || team || year || telephone);
    number.then(|| own.to_owned())
}

/// The roster's names in a file's name; a name inside a longer one does not count.
pub fn people_in(file: &str, roster: &[Row]) -> BTreeSet<String> {
    let file = base(file);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut rest = compact(stem);
    let mut names: Vec<String> = roster.iter().map(|r| person_key(&r.name)).collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.chars().count()));
    names.dedup();
    let mut found = BTreeSet::new();
    for name in names.into_iter().filter(|n| n.chars().count() > 1) {
        let ascii = name.is_ascii();
        if if ascii { has_word(&rest, &name) } else { rest.contains(&name) } {
            rest = rest.replace(&name, "\u{1}");
            found.insert(name);
        }
    }
    found
}

/// Whether a text holds a word that is not part of a longer run of letters and digits.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !part(before) && !part(after)
    })
}
