//! The law, checked by code of its own: nothing here uses the program's zip or XML reading.

use kaohe::cell::CellRef;
use kaohe::package::{Content, Edit};
use kaohe::workbook::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

/// A member as it lies in the file: its own header, data and descriptor; its directory record with
/// the offset blanked.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub name: String,
    pub local: Vec<u8>,
    pub record: Vec<u8>,
    offset: usize,
}

fn int(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |sum, b| sum << 8 | *b as usize)
}

/// Members in the directory's order, by a plain walk over the directory.
pub fn members(bytes: &[u8]) -> Vec<Member> {
    let end = (0..bytes.len() - 21).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"));
    let end = end.expect("an end record");
    let (mut count, mut at) = (int(bytes, end + 10, 2), int(bytes, end + 16, 4));
    if at == 0xffff_ffff || count == 0xffff {
        let end64 = int(bytes, end - 20 + 8, 8);
        (count, at) = (int(bytes, end64 + 32, 8), int(bytes, end64 + 48, 8));
    }
    let start = at;
    let mut out = Vec::new();
    for _ in 0..count {
        let len = 46 + int(bytes, at + 28, 2) + int(bytes, at + 30, 2) + int(bytes, at + 32, 2);
        let mut record = bytes[at..at + len].to_vec();
        let name_end = 46 + int(&record, 28, 2);
        let name = String::from_utf8_lossy(&record[46..name_end]).into_owned();
        let mut offset = int(&record, 42, 4);
        record[42..46].fill(0);
        if offset == 0xffff_ffff {
            // The zip64 field comes first in what the tests build.
            let skip = [24, 20].iter().filter(|f| int(&record, **f, 4) == 0xffff_ffff).count() * 8;
            let place = name_end + 4 + skip;
            offset = int(&record, place, 8);
            record[place..place + 8].fill(0);
        }
        out.push(Member { name, local: Vec::new(), record, offset });
        at += len;
    }
    let mut offsets: Vec<usize> = out.iter().map(|m| m.offset).collect();
    offsets.sort_unstable();
    offsets.push(start);
    for member in &mut out {
        let next = offsets.iter().find(|o| **o > member.offset).expect("a next");
        member.local = bytes[member.offset..*next].to_vec();
    }
    out
}

/// A part's text.
pub fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let same = |n: &str| n.trim_start_matches('/').eq_ignore_ascii_case(name);
    let index = (0..archive.len()).find(|index| {
        archive.by_index_raw(*index).is_ok_and(|file| file.name().is_ok_and(|n| same(&n)))
    })?;
    let mut raw = Vec::new();
    archive.by_index(index).ok()?.read_to_end(&mut raw).ok()?;
    String::from_utf8(raw).ok()
}

/// A cell as the checker's own tokens show it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub at: CellRef,
    pub kind: String,
    pub has_value: bool,
    pub styled: bool,
    /// `t`, `si`, `ref` of its formula.
    pub formula: Option<(String, String, String)>,
}

/// An attribute of a tag, by its name.
fn attribute(tag: &str, name: &str) -> Option<String> {
    for quote in ['"', '\''] {
        for space in [' ', '\n', '\t', '\r'] {
            let key = format!("{space}{name}={quote}");
            if let Some(from) = tag.find(&key) {
                let value = &tag[from + key.len()..];
                return Some(value[..value.find(quote)?].to_owned());
            }
        }
    }
    None
}

fn local_name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(name.len());
    name[..end].rsplit(':').next().unwrap_or_default()
}

/// The text cut into tags and what lies between.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = if let Some(end) = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .iter()
            .find(|(open, _)| rest.starts_with(open))
            .map(|(_, close)| rest.find(close).map_or(rest.len(), |at| at + close.len()))
        {
            end
        } else if rest.starts_with('<') {
            let mut quote = None;
            let end = rest.char_indices().find(|(_, c)| match quote {
                Some(open) => {
                    if *c == open {
                        quote = None;
                    }
                    false
                }
                None => {
                    if matches!(c, '"' | '\'') {
                        quote = Some(*c);
                    }
                    *c == '>'
                }
            });
            end.map_or(rest.len(), |(at, _)| at + 1)
        } else {
            rest.find('<').unwrap_or(rest.len())
        };
        out.push(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// The sheet without the cells at `targets` (rows that only they made included), without `spans`,
/// the dimension's rectangle, and the formulas of `loose` cells; with the cells it saw.
pub fn reduce(
    text: &str,
    targets: &BTreeSet<CellRef>,
    loose: &BTreeSet<CellRef>,
) -> (String, Vec<Seen>) {
    let mut out = String::new();
    let mut seen: Vec<Seen> = Vec::new();
    let (mut row, mut col) = (u32::MAX, 0u32);
    let (mut in_data, mut had_data) = (false, false);
    // Where the row's tag stands in `out`, and where its content begins.
    let mut row_start = (0, 0);
    let mut skipping: Option<&str> = None;
    let mut in_cell = false;
    let mut loose_formula = false;
    for token in tokens(text) {
        let is_tag = token.starts_with('<') && !token.starts_with("<!") && !token.starts_with("<?");
        let name = if is_tag { local_name(token) } else { "" };
        let (closes, empty) = (token.starts_with("</"), token.ends_with("/>"));
        if let Some(what) = skipping {
            if is_tag && !closes && what == "c" && matches!(name, "f" | "v") {
                note(&mut seen, name, token);
            }
            if is_tag && closes && name == what {
                skipping = None;
                in_cell = false;
            }
            continue;
        }
        match name {
            "dimension" => out.push_str("<dimension>"),
            // Only the first is the sheet's; another is a decoy.
            "sheetData" if had_data => out.push_str(token),
            "sheetData" if empty => out.push_str("<sheetData></sheetData>"),
            "sheetData" => {
                in_data = !closes;
                had_data = closes;
                out.push_str(if closes { "</sheetData>" } else { "<sheetData>" });
            }
            "row" if in_data && !closes => {
                row = match attribute(token, "r") {
                    Some(r) => r.trim().parse::<u32>().unwrap_or(0).wrapping_sub(1),
                    None => row.wrapping_add(1),
                };
                col = 0;
                let at = out.len();
                let bare = match attribute(token, "spans") {
                    Some(spans) => token
                        .replace(&format!(" spans=\"{spans}\""), "")
                        .replace(&format!(" spans='{spans}'"), ""),
                    None => token.to_owned(),
                };
                out.push_str(bare.trim_end_matches('>').trim_end_matches('/').trim_end());
                out.push('>');
                row_start = (at, out.len());
                if empty {
                    end_row(&mut out, row_start, row, targets);
                }
            }
            "row" if in_data => end_row(&mut out, row_start, row, targets),
            "c" if in_data && !closes => {
                let at = attribute(token, "r")
                    .and_then(|r| CellRef::parse(&r))
                    .unwrap_or(CellRef::new(row, col));
                col = at.col + 1;
                seen.push(Seen {
                    at,
                    kind: attribute(token, "t").unwrap_or_default(),
                    has_value: false,
                    styled: attribute(token, "s").is_some_and(|s| s != "0"),
                    formula: None,
                });
                if targets.contains(&at) {
                    skipping = (!empty).then_some("c");
                } else {
                    in_cell = !empty;
                    loose_formula = loose.contains(&at);
                    out.push_str(token);
                }
            }
            "c" if in_data => {
                in_cell = false;
                out.push_str(token);
            }
            "f" | "v" if in_cell && !closes => {
                note(&mut seen, name, token);
                if name == "f" && loose_formula {
                    skipping = (!empty).then_some("f");
                } else {
                    out.push_str(token);
                }
            }
            _ => out.push_str(token),
        }
    }
    (out, seen)
}

fn note(seen: &mut [Seen], name: &str, token: &str) {
    let Some(cell) = seen.last_mut() else { return };
    if name == "v" {
        cell.has_value = !token.ends_with("/>");
    } else {
        let get = |name| attribute(token, name).unwrap_or_default();
        cell.formula = Some((get("t"), get("si"), get("ref")));
    }
}

fn end_row(out: &mut String, (at, inner): (usize, usize), row: u32, targets: &BTreeSet<CellRef>) {
    let blank = out[inner..].trim().is_empty();
    if blank && targets.iter().any(|t| t.row == row) {
        out.truncate(at);
    } else {
        out.push_str("</row>");
    }
}

/// Followers of the shared formulas whose masters are targets.
pub fn followers(seen: &[Seen], targets: &BTreeSet<CellRef>) -> BTreeSet<CellRef> {
    let shared = |cell: &&Seen| cell.formula.as_ref().is_some_and(|(t, ..)| t == "shared");
    let masters: BTreeSet<String> = seen
        .iter()
        .filter(shared)
        .filter(|cell| targets.contains(&cell.at))
        .filter_map(|cell| cell.formula.as_ref().filter(|f| !f.2.is_empty()).map(|f| f.1.clone()))
        .collect();
    seen.iter()
        .filter(shared)
        .filter(|cell| {
            cell.formula.as_ref().is_some_and(|f| f.2.is_empty() && masters.contains(&f.1))
        })
        .map(|cell| cell.at)
        .collect()
}

/// What the edits of one sheet are about.
pub struct Job<'a> {
    pub part: &'a str,
    /// The edits, at the cells where they land (first cells of merges).
    pub edits: &'a [Edit],
}

/// Holds an edited package against the law; the edits are all of one sheet.
pub fn law(before: &[u8], after: &[u8], job: &Job<'_>, what: &str) {
    let targets: BTreeSet<CellRef> = job.edits.iter().map(|e| e.at).collect();
    let (old, new) = (members(before), members(after));
    let chain = |name: &str| name.to_lowercase().ends_with("calcchain.xml");
    let dropped = old.iter().any(|m| chain(&m.name)) && !new.iter().any(|m| chain(&m.name));
    let kept: Vec<&Member> = old.iter().filter(|m| !(dropped && chain(&m.name))).collect();
    let names = |list: &[&Member]| -> Vec<String> { list.iter().map(|m| m.name.clone()).collect() };
    assert_eq!(names(&kept), names(&new.iter().collect::<Vec<_>>()), "{what}: members in order");
    let order = |list: &[&Member]| -> Vec<String> {
        let mut list: Vec<_> = list.iter().map(|m| (m.offset, m.name.clone())).collect();
        list.sort();
        list.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(order(&kept), order(&new.iter().collect::<Vec<_>>()), "{what}: order in the file");
    for (a, b) in kept.iter().zip(&new) {
        if a.local == b.local && a.record == b.record {
            continue;
        }
        let name = a.name.trim_start_matches('/').to_lowercase();
        let may = name == job.part.to_lowercase()
            || name.contains("charts/")
            || (dropped && (name == "[content_types].xml" || name.ends_with("workbook.xml.rels")));
        assert!(may, "{what}: {name} changed");
        // Name, method, time, attributes and comment of a changed member stay.
        let meta =
            |m: &Member| (int(&m.record, 10, 6), int(&m.record, 36, 6), int(&m.record, 4, 2));
        assert_eq!(meta(a), meta(b), "{what}: metadata of {name}");
    }
    let (old_text, new_text) = (part(before, job.part), part(after, job.part));
    let (old_text, new_text) = (old_text.expect(what), new_text.expect(what));
    let (_, seen) = reduce(&old_text, &BTreeSet::new(), &BTreeSet::new());
    let loose = followers(&seen, &targets);
    let (a, _) = reduce(&old_text, &targets, &loose);
    let (b, after_seen) = reduce(&new_text, &targets, &loose);
    if a != b {
        let at = a.bytes().zip(b.bytes()).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
        let cut = |s: &str| {
            String::from_utf8_lossy(&s.as_bytes()[at.saturating_sub(60)..(at + 120).min(s.len())])
                .into_owned()
        };
        panic!("{what}: bytes outside the edited cells differ\n{}\n{}", cut(&a), cut(&b));
    }
    for target in &targets {
        let found = after_seen.iter().filter(|cell| cell.at == *target).count();
        assert_eq!(found, 1, "{what}: {target} stands {found} times");
    }
    // Rows and cells must stand in order where they did, or Excel drops them silently.
    let sorted = |seen: &[Seen]| seen.windows(2).all(|w| w[0].at < w[1].at);
    assert!(!sorted(&seen) || sorted(&after_seen), "{what}: cells out of order");
}

/// Sheet, row, column → the value shown.
pub type Values = BTreeMap<(String, u32, u32), String>;

/// Every value of every sheet that calamine reads, dates as numbers.
pub fn values(bytes: &[u8]) -> Option<(BTreeSet<String>, Values)> {
    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).ok()?;
    let (mut sheets, mut out) = (BTreeSet::new(), BTreeMap::new());
    for name in book.sheet_names() {
        // Cell by cell: a range would hold everything up to the last cell.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        sheets.insert(name.clone());
        while let Ok(Some(cell)) = cells.next_cell() {
            let (row, col) = cell.get_position();
            let shown = match Data::from(cell.get_value().clone()) {
                Data::Empty => continue,
                Data::Int(n) => format!("{:?}", n as f64),
                Data::Float(n) => format!("{n:?}"),
                Data::DateTime(d) => format!("{:?}", d.as_f64()),
                Data::String(s) if s.is_empty() => continue,
                other => format!("{other:?}"),
            };
            out.insert((name.clone(), row, col), shown);
        }
    }
    Some((sheets, out))
}

/// Holds calamine's values after against those before and the edits; how many were compared.
pub fn read_back(before: &[u8], after: &[u8], edits: &[Edit], what: &str) -> usize {
    let Some((sheets, mut old)) = values(before) else { return 0 };
    let (now, mut new) =
        values(after).unwrap_or_else(|| panic!("{what}: calamine opens it no more"));
    assert!(sheets.is_subset(&now), "{what}: sheets that calamine reads");
    new.retain(|(sheet, ..), _| sheets.contains(sheet));
    let compared = new.len();
    for edit in edits.iter().filter(|edit| sheets.contains(&edit.sheet)) {
        let key = (edit.sheet.clone(), edit.at.row, edit.at.col);
        let shown = new.remove(&key);
        old.remove(&key);
        let value = |value: &Value| match value {
            Value::Number(n) => Some(format!("{n:?}")),
            Value::Text(t) => Some(format!("String({t:?})")),
            Value::Bool(b) => Some(format!("Bool({b})")),
            _ => None,
        };
        let expected = match &edit.content {
            Content::Number(n) => value(&Value::Number(*n)),
            Content::Text(t) => value(&Value::Text(t.clone())),
            Content::Formula(_, v) => value(v),
            Content::Blank => None,
            Content::Cached(_) => continue,
        };
        assert_eq!(shown, expected, "{what}: {}!{}", edit.sheet, edit.at);
    }
    for (key, value) in &old {
        assert_eq!(new.get(key), Some(value), "{what}: {key:?} changed");
    }
    assert_eq!(old.len(), new.len(), "{what}: other cells appeared");
    compared
}
