//! The package writer: the same .xlsx or .xlsm with only the target cells changed.
//!
//! In: the package's bytes and all edits at once. Out: bytes, or a refusal. Every other part keeps
//! its compressed bytes, order and attributes; inside a sheet part, every byte outside the edited
//! cells stays (a row's `spans` and the sheet's `dimension` grow where a cell lands outside).
//!
//! Rules followed: cells in column order and rows in row order (ECMA-376 part 1, 18.3.1.4,
//! 18.3.1.73); the calculation chain is only a cache and goes, with its relationship and content
//! type, where the set of formula cells changes ([MS-XLSB] 2.1.7.4; Excel repairs a stale one);
//! a shared formula whose master is replaced is spelled out in its followers (18.3.1.40);
//! `calcPr` stands after `definedNames` (18.2.27).
//!
//! ```
//! use kaohe::package::{Content, Edit, edit};
//! use kaohe::cell::CellRef;
//!
//! let bytes = std::fs::read("samples/客服主管绩效考核表-王丽.xlsx")?;
//! let at = CellRef::parse("D4").expect("a cell");
//! let edits = [Edit::new("客服主管绩效考核表", at, Content::Number(21.0))];
//! let filled = edit(&bytes, &edits)?;
//! assert_ne!(filled, bytes);
//! assert_eq!(edit(&bytes, &[])?, bytes);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chart;
mod epoch;
mod sheet;

pub use epoch::from_1904;

use crate::cell::CellRef;
use crate::container::{Package, xml};
use crate::problem::Problem;
use crate::words;
use crate::workbook::{self, Value, Workbook};
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};

/// What a cell is to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A number.
    Number(f64),
    /// A text, written as an inline string so that the shared strings stay.
    Text(String),
    /// A formula without `=`, and its value.
    Formula(String, Value),
    /// The formula that is there stays; its stored value becomes this, or is removed.
    Cached(Option<Value>),
}

/// A change of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Sheet name.
    pub sheet: String,
    /// Cell; in a merged range its first cell is meant.
    pub at: CellRef,
    /// What it is to hold.
    pub content: Content,
}

impl Edit {
    /// An edit of a cell.
    pub fn new(sheet: impl Into<String>, at: CellRef, content: Content) -> Self {
        Self { sheet: sheet.into(), at, content }
    }

    fn shown(&self) -> Option<&Value> {
        match &self.content {
            Content::Formula(_, value) | Content::Cached(Some(value)) => Some(value),
            _ => None,
        }
    }
}

/// Applies edits to a package.
///
/// # Errors
/// Not an .xlsx or .xlsm, a sheet that is not there, two edits of one cell, a number that is not
/// finite, a cell inside an array formula or data table, or a damaged package.
pub fn edit(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, Problem> {
    let workbook = workbook::open(bytes, &|_| false)?;
    apply(bytes, &workbook, edits)
}

/// As [`edit`], for a workbook that was read from these bytes.
///
/// # Errors
/// As [`edit`].
pub fn apply(bytes: &[u8], workbook: &Workbook, edits: &[Edit]) -> Result<Vec<u8>, Problem> {
    if edits.is_empty() {
        return Ok(bytes.to_vec());
    }
    if !workbook.format.is_package() {
        return Err(Problem::error(
            "not-a-package",
            words!(
                "只有 .xlsx 和 .xlsm 可以原样改写",
                "only .xlsx and .xlsm can be edited in place"
            ),
        ));
    }
    let mut package = Package::open(bytes)?;
    let mut by_sheet: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    for one in edits {
        let index = workbook
            .sheet_index(&one.sheet)
            .filter(|i| workbook.sheets.get(*i).is_some_and(|s| !s.part.is_empty()))
            .ok_or_else(|| {
                let name = &one.sheet;
                Problem::error(
                    "no-sheet",
                    words!("没有工作表「{name}」", "there is no sheet `{name}`"),
                )
            })?;
        by_sheet.entry(index).or_default().push(one);
    }
    let mut changed: HashMap<String, Vec<u8>> = HashMap::new();
    let mut values: HashMap<(String, CellRef), Value> = HashMap::new();
    let mut formulas_change = false;
    let mut uncomputed = false;
    for (index, edits) in by_sheet {
        let Some(target) = workbook.sheets.get(index) else { continue };
        let raw = package.read(&target.part)?;
        let text = xml::decode(&target.part, &raw)?;
        if matches!(text, std::borrow::Cow::Owned(_)) {
            return Err(xml::malformed(&target.part, "UTF-16; save the workbook once in Excel"));
        }
        let patched = sheet::patch(&target.name, &target.part, &text, &edits)?;
        formulas_change |= patched.formulas_change;
        changed.insert(target.part.to_lowercase(), patched.text.into_bytes());
        for one in edits {
            let value = match &one.content {
                Content::Number(number) => Some(Value::Number(*number)),
                Content::Text(text) => Some(Value::Text(text.clone())),
                _ => one.shown().cloned(),
            };
            uncomputed |= one.content == Content::Cached(None);
            values.insert((target.name.to_lowercase(), one.at), value.unwrap_or_default());
        }
    }
    chart::refresh(&mut package, &values, &mut changed)?;
    let mut dropped = None;
    if formulas_change {
        dropped = drop_calc_chain(&mut package, &mut changed)?;
    }
    if uncomputed && !workbook.full_calc_on_load {
        ask_for_calculation(&mut package, &mut changed)?;
    }
    write(&mut package, bytes, &changed, dropped.as_deref())
}

fn read_text(
    package: &mut Package<'_>,
    part: &str,
    changed: &HashMap<String, Vec<u8>>,
) -> Result<String, Problem> {
    let bytes = match changed.get(&part.to_lowercase()) {
        Some(bytes) => bytes.clone(),
        None => package.read(part)?,
    };
    Ok(xml::decode(part, &bytes)?.into_owned())
}

fn main_part(package: &mut Package<'_>) -> Result<String, Problem> {
    let text = read_text(package, "_rels/.rels", &HashMap::new())?;
    let links = xml::relationships("", &text)?;
    links
        .into_iter()
        .find(|r| r.kind == "officeDocument")
        .map(|r| r.target)
        .ok_or_else(|| xml::malformed("_rels/.rels", "no workbook"))
}

/// Removes the elements of a part for which the test holds; whole elements, nothing else.
fn remove_elements(
    part: &str,
    text: &str,
    test: impl Fn(&quick_xml::events::BytesStart<'_>) -> bool,
) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    let mut open: Option<(usize, usize)> = None;
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Empty(tag) if open.is_none() && test(tag) => {
                out.push_str(text.get(from..span.start).unwrap_or_default());
                from = span.end;
            }
            Event::Start(tag) if open.is_none() && test(tag) => open = Some((depth, span.start)),
            Event::End(_) => {
                if let Some((at, start)) = open
                    && at == depth
                {
                    out.push_str(text.get(from..start).unwrap_or_default());
                    from = span.end;
                    open = None;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(out)
}

/// Drops the calculation chain with its relationship and content type; gives its part name.
fn drop_calc_chain(
    package: &mut Package<'_>,
    changed: &mut HashMap<String, Vec<u8>>,
) -> Result<Option<String>, Problem> {
    let main = main_part(package)?;
    let links_part = xml::relationships_part(&main);
    let text = read_text(package, &links_part, changed)?;
    let links = xml::relationships(&main, &text)?;
    let Some(chain) = links.into_iter().find(|r| r.kind == "calcChain") else {
        return Ok(None);
    };
    let trimmed = remove_elements(&links_part, &text, |tag| {
        xml::attribute(tag, "Id").as_deref() == Some(chain.id.as_str())
    })?;
    changed.insert(links_part.to_lowercase(), trimmed.into_bytes());
    let types = "[Content_Types].xml";
    let text = read_text(package, types, changed)?;
    let wanted = chain.target.to_lowercase();
    let trimmed = remove_elements(types, &text, |tag| {
        xml::attribute(tag, "PartName")
            .is_some_and(|name| name.trim_start_matches('/').to_lowercase() == wanted)
    })?;
    changed.insert(types.to_lowercase(), trimmed.into_bytes());
    Ok(Some(wanted))
}

/// Sets `fullCalcOnLoad`, so that Excel computes what we could not.
fn ask_for_calculation(
    package: &mut Package<'_>,
    changed: &mut HashMap<String, Vec<u8>>,
) -> Result<(), Problem> {
    let main = main_part(package)?;
    let text = read_text(package, &main, changed)?;
    let mut tag_span = None;
    let mut after = None;
    let mut prefix = String::new();
    xml::walk(&main, &text, |event, depth, span| {
        let name = match &event {
            Event::Start(tag) | Event::Empty(tag) => tag.local_name().as_ref().to_owned(),
            Event::End(tag) => tag.local_name().as_ref().to_owned(),
            _ => return Ok(()),
        };
        if depth != 2 {
            return Ok(());
        }
        match name.as_str() {
            "calcPr" if tag_span.is_none() => tag_span = Some(span),
            "sheets" | "functionGroups" | "externalReferences" | "definedNames" => {
                if let Event::Start(tag) = &event
                    && let Some(p) = tag.name().prefix()
                {
                    prefix = format!("{}:", p.as_ref());
                }
                after = Some(span.end);
            }
            _ => {}
        }
        Ok(())
    })?;
    let flag = " fullCalcOnLoad=\"1\"";
    let edited = match (tag_span, after) {
        (Some(span), _) => {
            let tag = text.get(span.clone()).unwrap_or_default();
            let bare = sheet::without_attribute(tag, "fullCalcOnLoad");
            let (head, tail) = bare.split_at(bare.len() - if bare.ends_with("/>") { 2 } else { 1 });
            format!(
                "{}{head}{flag}{tail}{}",
                text.get(..span.start).unwrap_or_default(),
                text.get(span.end..).unwrap_or_default()
            )
        }
        (None, Some(after)) => format!(
            "{}<{prefix}calcPr{flag}/>{}",
            text.get(..after).unwrap_or_default(),
            text.get(after..).unwrap_or_default()
        ),
        (None, None) => text,
    };
    changed.insert(main.to_lowercase(), edited.into_bytes());
    Ok(())
}

/// Writes the archive anew: untouched members raw, changed ones recompressed in their place.
fn write(
    package: &mut Package<'_>,
    bytes: &[u8],
    changed: &HashMap<String, Vec<u8>>,
    dropped: Option<&str>,
) -> Result<Vec<u8>, Problem> {
    let fail = |e: &dyn std::fmt::Display| {
        Problem::error(
            "write",
            words!("无法写出工作簿：{e}", "the workbook cannot be written: {e}"),
        )
    };
    let members: Vec<String> = package.members().iter().map(|m| m.name.to_lowercase()).collect();
    let archive = package.archive();
    let comment = archive.comment().to_vec();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 4096)));
    out.set_raw_comment(comment.into_boxed_slice()).map_err(|e| fail(&e))?;
    for (index, name) in members.iter().enumerate() {
        if dropped == Some(name.as_str()) {
            continue;
        }
        let file = archive.by_index_raw(index).map_err(|e| fail(&e))?;
        match changed.get(name) {
            None => out.raw_copy_file(file).map_err(|e| fail(&e))?,
            Some(body) => {
                let mut options =
                    zip::write::SimpleFileOptions::default().compression_method(file.compression());
                if let Some(time) = file.last_modified() {
                    options = options.last_modified_time(time);
                }
                let name = file.name().map_err(|e| fail(&e))?.into_owned();
                drop(file);
                out.start_file(name, options).map_err(|e| fail(&e))?;
                out.write_all(body).map_err(|e| fail(&e))?;
            }
        }
    }
    Ok(out.finish().map_err(|e| fail(&e))?.into_inner())
}
