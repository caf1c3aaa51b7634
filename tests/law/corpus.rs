//! The law over real workbooks. The samples in `cargo test`; with `--ignored`, as CI runs it, the
//! whole of `../shared/corpus` and `../shared/forms`. With `KAOHE_LAW_OUT` the edited workbooks and
//! what they must hold are left in that folder, for openpyxl and LibreOffice.

use super::check::{Job, Seen, law, part, read_back, reduce};
use kaohe::cell::{CellRef, Range};
use kaohe::package::{Content, Edit, edit};
use kaohe::workbook::{self, Sheet, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Default)]
struct Tally {
    workbooks: usize,
    sheets: usize,
    edits: usize,
    values: usize,
    /// Kind of edit → times tried.
    kinds: BTreeMap<&'static str, usize>,
    /// Refusal → times.
    refusals: BTreeMap<String, usize>,
    unread: BTreeMap<String, usize>,
}

/// The edits to try on a sheet: what they are about, and where.
fn picks(sheet: &Sheet, seen: &[Seen]) -> Vec<(&'static str, CellRef)> {
    let mut out = Vec::new();
    let arrays: Vec<(String, Range)> = seen
        .iter()
        .filter_map(|cell| {
            let (kind, _, range) = cell.formula.as_ref()?;
            let wanted = matches!(kind.as_str(), "array" | "dataTable");
            Some((kind.clone(), Range::parse(range).filter(|_| wanted)?))
        })
        .collect();
    let free = |at: CellRef| !arrays.iter().any(|(_, range)| range.contains(at));
    let own = |at: CellRef| sheet.merge_of(at).is_none_or(|range| range.start == at);
    let mut pick = |kind, test: &dyn Fn(&Seen) -> bool| {
        let found = seen.iter().find(|cell| free(cell.at) && own(cell.at) && test(cell));
        out.extend(found.map(|cell| (kind, cell.at)));
    };
    pick("number", &|c| c.formula.is_none() && c.has_value && matches!(c.kind.as_str(), "" | "n"));
    pick("string", &|c| c.formula.is_none() && c.kind == "s");
    pick("inline string", &|c| c.formula.is_none() && c.kind == "inlineStr");
    pick("formula", &|c| c.formula.as_ref().is_some_and(|f| f.0.is_empty()));
    pick("empty styled", &|c| c.formula.is_none() && !c.has_value && c.styled && c.kind.is_empty());
    pick("shared master", &|c| {
        c.formula.as_ref().is_some_and(|f| f.0 == "shared" && !f.2.is_empty())
    });
    pick("shared child", &|c| {
        c.formula.as_ref().is_some_and(|f| f.0 == "shared" && f.2.is_empty())
    });
    let rows: BTreeSet<u32> = seen.iter().map(|c| c.at.row).collect();
    let taken: BTreeSet<CellRef> = seen.iter().map(|c| c.at).collect();
    let mut place = |kind, at: Option<CellRef>| {
        out.extend(at.filter(|at| free(*at) && own(*at)).map(|at| (kind, at)));
    };
    let first = rows.first().copied().unwrap_or(0);
    let last = rows.last().copied().unwrap_or(0);
    let gap = (0..40).map(|col| CellRef::new(first, col)).find(|at| !taken.contains(at));
    place("absent cell", gap);
    place("absent row", (first..last).find(|r| !rows.contains(r)).map(|r| CellRef::new(r, 3)));
    place("before the first row", first.checked_sub(1).map(|row| CellRef::new(row, 1)));
    place("after the last row", Some(CellRef::new(last + 3, 2)));
    let merge = sheet.merges.iter().find(|m| free(m.start) && m.start != m.end);
    out.extend(merge.map(|m| ("merged", m.end)));
    for (kind, range) in &arrays {
        let kind = if kind == "array" { "array" } else { "data table" };
        out.push((kind, range.start));
        if range.start != range.end {
            out.push((kind, range.end));
        }
    }
    out
}

fn contents(turn: usize) -> Content {
    match turn % 3 {
        0 => Content::Number(1234.5 + turn as f64),
        1 => Content::Text(format!("得分 <{turn}> & \"完\"")),
        _ => Content::Formula("1+2*3".to_owned(), Value::Number(7.0)),
    }
}

fn try_workbook(path: &Path, out: Option<&Path>, tally: &mut Tally) {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let bytes = std::fs::read(path).expect("read");
    let book = match workbook::open(&bytes, &|_| true) {
        Ok(book) => book,
        Err(problem) => {
            *tally.unread.entry(problem.code.to_owned()).or_default() += 1;
            println!("  {name}: {problem}");
            return;
        }
    };
    tally.workbooks += 1;
    assert!(edit(&bytes, &[]).expect("no edits") == bytes, "{name}: no edits");
    for sheet in book.sheets.iter().filter(|s| !s.part.is_empty()).take(4) {
        let Some(text) = part(&bytes, &sheet.part) else { continue };
        let (_, seen) = reduce(&text, &BTreeSet::new(), &BTreeSet::new());
        tally.sheets += 1;
        let mut good: Vec<Edit> = Vec::new();
        for (turn, (kind, at)) in picks(sheet, &seen).into_iter().enumerate() {
            let turns: Vec<usize> =
                if seen.len() < 3_000 { (turn..turn + 3).collect() } else { vec![turn] };
            for turn in turns {
                *tally.kinds.entry(kind).or_default() += 1;
                tally.edits += 1;
                let one = Edit::new(sheet.name.clone(), at, contents(turn));
                let what = format!("{name} {} {kind} {at}", sheet.name);
                let after = match edit(&bytes, std::slice::from_ref(&one)) {
                    Ok(after) => after,
                    Err(problem) => {
                        let array = matches!(kind, "array" | "data table");
                        assert!(array == (problem.code == "array-formula"), "{what}: {problem}");
                        *tally.refusals.entry(format!("{} ({kind})", problem.code)).or_default() +=
                            1;
                        continue;
                    }
                };
                assert!(!matches!(kind, "array" | "data table"), "{what} was not refused");
                let landed = Edit { at: sheet.anchor(at), ..one.clone() };
                let job = Job { part: &sheet.part, edits: std::slice::from_ref(&landed) };
                law(&bytes, &after, &job, &what);
                tally.values += read_back(&bytes, &after, job.edits, &what);
                assert!(
                    edit(&after, std::slice::from_ref(&one)).expect("again") == after,
                    "{what}: twice"
                );
                if !good.iter().any(|e| sheet.anchor(e.at) == landed.at) {
                    good.push(one);
                }
            }
        }
        let what = format!("{name} {} all at once", sheet.name);
        let all = edit(&bytes, &good).expect("all at once");
        let landed: Vec<Edit> =
            good.iter().map(|e| Edit { at: sheet.anchor(e.at), ..e.clone() }).collect();
        law(&bytes, &all, &Job { part: &sheet.part, edits: &landed }, &what);
        tally.values += read_back(&bytes, &all, &landed, &what);
        good.reverse();
        assert!(edit(&bytes, &good).expect("reversed") == all, "{what}: any order");
        assert!(edit(&all, &good).expect("again") == all, "{what}: twice");
        if let Some(folder) = out {
            leave(folder, path, &bytes, &all, &landed, tally.sheets);
            // One number for another, for the pictures: nothing may move.
            let number = |cell: &&Seen| {
                cell.formula.is_none() && cell.has_value && matches!(cell.kind.as_str(), "" | "n")
            };
            if let Some(cell) = seen.iter().find(number) {
                let one = Edit::new(sheet.name.clone(), cell.at, Content::Number(7.0));
                let after = edit(&bytes, &[one]).expect("a number");
                let name = format!(
                    "{:04}.number.{}",
                    tally.sheets,
                    path.extension().expect("one").display()
                );
                std::fs::write(folder.join(name), after).expect("written");
            }
        }
    }
}

fn leave(folder: &Path, path: &Path, before: &[u8], after: &[u8], edits: &[Edit], number: usize) {
    let extension = path.extension().expect("one").to_string_lossy().into_owned();
    let stem = folder.join(format!("{number:04}"));
    std::fs::write(stem.with_extension(format!("before.{extension}")), before).expect("written");
    std::fs::write(stem.with_extension(format!("after.{extension}")), after).expect("written");
    let cells: Vec<serde_json::Value> = edits
        .iter()
        .map(|edit| {
            let (number, text, formula) = match &edit.content {
                Content::Number(n) => (Some(*n), None, None),
                Content::Text(t) => (None, Some(t.clone()), None),
                Content::Formula(f, _) => (None, None, Some(format!("={f}"))),
                Content::Blank | Content::Cached(_) => (None, None, None),
            };
            serde_json::json!({
                "sheet": edit.sheet, "cell": edit.at.to_string(),
                "number": number, "text": text, "formula": formula,
            })
        })
        .collect();
    let told = serde_json::json!({"source": path.to_string_lossy(), "cells": cells});
    std::fs::write(stem.with_extension("json"), told.to_string()).expect("written");
}

fn report(tally: &Tally) {
    println!(
        "law: {} workbooks, {} sheets, {} edits, {} values read back by calamine",
        tally.workbooks, tally.sheets, tally.edits, tally.values
    );
    println!("  edits by kind: {:?}", tally.kinds);
    println!("  refused edits: {:?}", tally.refusals);
    println!("  workbooks not read: {:?}", tally.unread);
}

fn packages(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            packages(&path, out);
        } else if path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm") {
            out.push(path);
        }
    }
    out.sort();
}

#[test]
fn the_samples_keep_the_law() {
    let mut files = Vec::new();
    packages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), &mut files);
    let mut tally = Tally::default();
    for file in &files {
        try_workbook(file, None, &mut tally);
    }
    report(&tally);
    assert!(tally.workbooks >= 3 && tally.edits > 60 && tally.unread.is_empty());
}

#[test]
#[ignore = "needs ../shared; .ci/run runs it, built for release"]
fn the_corpus_keeps_the_law() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let mut files = Vec::new();
    packages(&shared.join("corpus"), &mut files);
    packages(&shared.join("forms"), &mut files);
    if files.is_empty() {
        println!("law: skipped, {} is not there", shared.display());
        return;
    }
    let out = std::env::var_os("KAOHE_LAW_OUT").map(PathBuf::from);
    let mut tally = Tally::default();
    for file in &files {
        try_workbook(file, out.as_deref(), &mut tally);
    }
    report(&tally);
    assert!(tally.workbooks * 10 > files.len() * 9, "most of {} workbooks are read", files.len());
}
