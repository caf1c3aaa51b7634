//! The package writer: the same .xlsx or .xlsm with only the target cells changed.
//!
//! In: the package's bytes and all edits at once, on any workbook, form or not. Out: bytes, or a
//! refusal. [`edit`] is the entry; `fill` goes through [`apply`], the same code.
//!
//! What stays: every part that holds no edited cell keeps its compressed bytes, order and metadata;
//! inside a sheet part, every byte outside the edited cells stays (a row's `spans` and the sheet's
//! `dimension` grow where a cell lands outside). No edits give back the same bytes; edits applied
//! twice equal once; their order does not matter. A chart's own copy of an edited cell is refreshed.
//! Formulas that *read* an edited cell are the caller's: `fill` computes them ([`crate::recalc`])
//! and passes their new stored values as [`Content::Cached`].
//!
//! What is refused: an .xls, .xlsb or .ods; a sheet that is not there; two different edits of one
//! cell (the cells of a merged range are one); a cell of an array formula, a spilled range or a data
//! table; a number that is not finite; a text or formula longer than Excel takes; a digitally signed
//! package, unless told to drop the signature; a package that is damaged or over a limit.
//!
//! Rules followed:
//! - cells in column order, rows in row order: ECMA-376 part 1, 18.3.1.4 and 18.3.1.73 (Excel drops
//!   cells that are not: openspout 362);
//! - the calculation chain is only a cache and goes, with its relationship and content type, where
//!   the set of formula cells changes: [MS-XLSB] 2.1.7.4; a stale one makes Excel repair the file
//!   (openxlsx2 437);
//! - a shared formula whose master is replaced is spelled out in its followers: 18.3.1.40
//!   (openxlsx2 1217); `t`, `si`, `ref` go with the formula they belong to (excelize 2338);
//! - an edited cell keeps `s`, and loses `t`, `cm`, `vm`, `ph`, which told of its old content:
//!   18.3.1.4; text is an inline string (18.3.1.53), so that the shared strings stay;
//! - characters that XML cannot hold are written `_xHHHH_`: 22.9.2.19;
//! - `calcPr` stands after `definedNames`: 18.2.27; `fullCalcOnLoad` is set only where a stored
//!   value had to be removed;
//! - part names are compared without case: part 2, 6.2.2.3.
//!
//! ```
//! use kaohe::cell::CellRef;
//! use kaohe::package::{Content, Edit, edit};
//! use kaohe::workbook::Value;
//!
//! let bytes = std::fs::read("samples/客服主管绩效考核表-王丽.xlsx")?;
//! let at = |cell| CellRef::parse(cell).expect("a cell");
//! let form = "客服主管绩效考核表";
//! let edits = [
//!     Edit::new(form, at("D4"), Content::Number(21.0)),
//!     Edit::new(form, at("F4"), Content::Text("按公式计算".to_owned())),
//!     Edit::new(form, at("D5"), Content::Formula("D4/2".to_owned(), Value::Number(10.5))),
//! ];
//! let filled = edit(&bytes, &edits)?;
//! assert_eq!(edit(&filled, &edits)?, filled);
//! assert_eq!(edit(&bytes, &[])?, bytes);
//!
//! let refused = edit(&bytes, &[Edit::new("没有的表", at("A1"), Content::Number(1.0))]);
//! assert_eq!(refused.unwrap_err().code, "no-sheet");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Numbers from a file must not wrap, nor end the run.
#![warn(clippy::arithmetic_side_effects)]

mod archive;
mod chart;
mod content;
mod epoch;
mod printing;
mod proof;
mod sheet;
mod strings;
mod tag;

pub use archive::prepare;
pub(crate) use content::cell_text;
pub use epoch::from_1904;
pub use printing::{first_pages, print_areas};
pub use strings::SharedStrings;

use crate::cell::CellRef;
use crate::container::sheet as container_sheet;
use crate::container::xml::Part;
use crate::container::{Package, xml};
use crate::hash::{HashMap, HashSet};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::words;
use crate::workbook::{self, Value, Workbook};
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a cell is to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A number.
    Number(f64),
    /// A text, written as an inline string so that the shared strings stay.
    Text(String),
    /// A formula without `=`, and its value.
    Formula(String, Value),
    /// Nothing; the cell keeps its style.
    Blank,
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
    /// The cell whose look it takes where it is not there yet; else it takes the row's or the column's.
    pub like: Option<CellRef>,
}

impl Edit {
    /// An edit of a cell.
    pub fn new(sheet: impl Into<String>, at: CellRef, content: Content) -> Self {
        Self { sheet: sheet.into(), at, content, like: None }
    }

    /// The same, with the look of another cell where it is not there yet; also where it holds nothing.
    pub fn like(self, other: CellRef) -> Self {
        Self { like: Some(other), ..self }
    }

    fn shown(&self) -> Option<&Value> {
        match &self.content {
            Content::Formula(_, value) | Content::Cached(Some(value)) => Some(value),
            _ => None,
        }
    }
}

/// How to edit.
#[derive(Debug, Clone, Default)]
pub struct EditOptions {
    /// Limits on what is read.
    pub limits: Limits,
    /// Go on with a digitally signed package; its signature, void by any change, is taken out.
    pub drop_signature: bool,
}

/// Applies edits to a package.
///
/// # Errors
/// Not an .xlsx or .xlsm, a sheet that is not there, two edits of one cell, a number that is not
/// finite, a text or formula that is too long, a cell inside an array formula or data table, a
/// signed or a damaged package.
pub fn edit(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, Problem> {
    edit_with(bytes, edits, &EditOptions::default())
}

/// As [`edit`], with options.
///
/// # Errors
/// As [`edit`].
pub fn edit_with(bytes: &[u8], edits: &[Edit], options: &EditOptions) -> Result<Vec<u8>, Problem> {
    let workbook = workbook::open_within(bytes, &|_| false, &options.limits)?;
    if workbook.signed && !options.drop_signature && !edits.is_empty() {
        return Err(signed());
    }
    apply(bytes, &workbook, edits)
}

/// The refusal of a signed package.
pub fn signed() -> Problem {
    Problem::error(
        "signed",
        words!(
            "工作簿带有数字签名，改写会使签名失效",
            "the workbook is digitally signed; filling it would void the signature"
        ),
    )
    .hint(words!(
        "请用未签名的副本；确要继续请加 --drop-signature",
        "use an unsigned copy, or go on with --drop-signature"
    ))
}

/// As [`edit`], for a workbook that was read from these bytes. A signature is taken out: the caller
/// asked before.
///
/// # Errors
/// As [`edit`].
pub fn apply(bytes: &[u8], workbook: &Workbook, edits: &[Edit]) -> Result<Vec<u8>, Problem> {
    applied(bytes, workbook, edits, None)
}

/// As [`apply`], and texts that no cell shows any more are taken out of the shared strings.
///
/// # Errors
/// As [`edit`].
pub fn apply_and_forget(
    bytes: &[u8],
    workbook: &Workbook,
    edits: &[Edit],
    strings: &SharedStrings,
) -> Result<Vec<u8>, Problem> {
    applied(bytes, workbook, edits, Some(strings))
}

fn applied(
    bytes: &[u8],
    workbook: &Workbook,
    edits: &[Edit],
    strings: Option<&SharedStrings>,
) -> Result<Vec<u8>, Problem> {
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
    let mut package = match &workbook.archive {
        Some(archive) => Package::again(bytes, archive, &workbook.limits)?,
        None => Package::open_within(bytes, &workbook.limits)?,
    };
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
    let mut changed: HashMap<String, String> = HashMap::default();
    let mut values: HashMap<(String, CellRef), Value> = HashMap::default();
    let mut formulas_change = false;
    let mut uncomputed = false;
    let mut proofs = Vec::with_capacity(by_sheet.len());
    for (index, edits) in by_sheet {
        let Some(target) = workbook.sheets.get(index) else { continue };
        let part = Part::within(&target.part, &workbook.limits);
        let source = match &target.source {
            Some(source) => Arc::clone(source),
            None => {
                let text = xml::decoded(&target.part, package.read(&target.part)?)?;
                let scan = container_sheet::scan(part, &text)?;
                Arc::new((text, scan))
            }
        };
        let patched = sheet::patch(&target.name, part, &source.0, &source.1, &edits)?;
        formulas_change |= patched.formulas_change;
        let (key, name) = (target.part.to_lowercase(), target.name.to_lowercase());
        changed.insert(key.clone(), patched.text);
        proofs.push((target, key, source, patched.targets));
        for one in edits {
            let value = match &one.content {
                Content::Number(number) => Some(Value::Number(*number)),
                Content::Text(text) => Some(Value::Text(text.clone())),
                _ => one.shown().cloned(),
            };
            uncomputed |= one.content == Content::Cached(None);
            values.insert((name.clone(), one.at), value.unwrap_or_default());
        }
    }
    chart::refresh(&mut package, &workbook.names, &values, &mut changed)?;
    let mut dropped = HashSet::default();
    if formulas_change && workbook.calc_chain {
        dropped.extend(drop_calc_chain(&mut package, &mut changed)?);
    }
    if workbook.signed {
        drop_signature(&mut package, &mut changed, &mut dropped)?;
    }
    if uncomputed && !workbook.full_calc_on_load {
        ask_for_calculation(&mut package, &mut changed)?;
    }
    if let Some(strings) = strings
        && let Some((part, text)) = strings.without_unused(workbook, edits)
    {
        changed.insert(part.to_lowercase(), text);
    }
    let wide = widen(&mut package, &changed)?;
    let bodies = changed.iter().map(|(part, text)| {
        let body = wide.get(part).map_or(text.as_bytes(), Vec::as_slice);
        (part.as_str(), body)
    });
    let bodies: HashMap<&str, &[u8]> = bodies.collect();
    for (sheet, key, source, targets) in &proofs {
        let part = Part::within(&sheet.part, &workbook.limits);
        let new = changed.get(key).map_or("", String::as_str);
        proof::holds(&sheet.name, part, (&source.0, &source.1), new, targets)?;
    }
    archive::write(&package, &bodies, &dropped)
}

/// The parts that were UTF-16, as such again, in the same order of bytes: characters outside of what
/// was edited keep theirs.
fn widen(
    package: &mut Package<'_>,
    changed: &HashMap<String, String>,
) -> Result<HashMap<String, Vec<u8>>, Problem> {
    let mut out = HashMap::default();
    for (part, text) in changed {
        let declared = text.split("?>").next().unwrap_or_default();
        if declared.len() < 200 && declared.to_ascii_lowercase().contains("utf-8") {
            continue;
        }
        let Some(index) = package.find(part) else { continue };
        let mark = package.read_prefix(index, 2)?;
        if xml::is_wide(&mark) {
            out.insert(part.clone(), xml::encode_wide(text, mark.starts_with(&[0xfe])));
        }
    }
    Ok(out)
}

fn read_text(
    package: &mut Package<'_>,
    part: &str,
    changed: &HashMap<String, String>,
) -> Result<String, Problem> {
    match changed.get(&part.to_lowercase()) {
        Some(text) => Ok(text.clone()),
        None => xml::decoded(part, package.read(part)?),
    }
}

fn main_part(package: &mut Package<'_>) -> Result<String, Problem> {
    let text = read_text(package, "_rels/.rels", &HashMap::default())?;
    let links = xml::relationships("", &text)?;
    links
        .into_iter()
        .find(|r| r.kind == "officeDocument")
        .map(|r| r.target)
        .ok_or_else(|| xml::malformed("_rels/.rels", &words!("没有指明工作簿", "no workbook")))
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
    changed: &mut HashMap<String, String>,
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
    changed.insert(links_part.to_lowercase(), trimmed);
    let types = "[Content_Types].xml";
    let text = read_text(package, types, changed)?;
    let wanted = chain.target.to_lowercase();
    let trimmed = remove_elements(types, &text, |tag| {
        xml::attribute(tag, "PartName")
            .is_some_and(|name| name.trim_start_matches('/').to_lowercase() == wanted)
    })?;
    changed.insert(types.to_lowercase(), trimmed);
    Ok(Some(wanted))
}

/// Takes out the signature's parts with the package's relationship to them and their content types
/// (ECMA-376 part 2, 13.2.2).
fn drop_signature(
    package: &mut Package<'_>,
    changed: &mut HashMap<String, String>,
    dropped: &mut HashSet<String>,
) -> Result<(), Problem> {
    let gone: HashSet<String> = package
        .members()
        .iter()
        .map(|member| member.name.to_lowercase())
        .filter(|name| name.starts_with("_xmlsignatures/"))
        .collect();
    let root = "_rels/.rels";
    let text = read_text(package, root, changed)?;
    let trimmed = remove_elements(root, &text, |tag| {
        xml::attribute(tag, "Type").is_some_and(|kind| kind.ends_with("/digital-signature/origin"))
    })?;
    changed.insert(root.to_owned(), trimmed);
    let types = "[Content_Types].xml";
    let text = read_text(package, types, changed)?;
    let trimmed = remove_elements(types, &text, |tag| {
        xml::attribute(tag, "PartName")
            .is_some_and(|name| gone.contains(&name.trim_start_matches('/').to_lowercase()))
    })?;
    changed.insert(types.to_lowercase(), trimmed);
    dropped.extend(gone);
    Ok(())
}

/// Sets `fullCalcOnLoad`, so that Excel computes what we could not.
fn ask_for_calculation(
    package: &mut Package<'_>,
    changed: &mut HashMap<String, String>,
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
            let bare = tag::without_attribute(tag, "fullCalcOnLoad");
            let (head, tail) = tag::halves(&bare);
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
    changed.insert(main.to_lowercase(), edited);
    Ok(())
}
