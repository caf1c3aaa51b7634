//! Reading .xlsx and .xlsm packages.

mod book;
mod look;
mod strings;
pub(super) mod styles;

use super::{Cell, Format, Sheet, Table, Value, Workbook};
use crate::container::Package;
use crate::container::cells::{CellType, FormulaKind, RawCell, SheetXml};
use crate::container::sheet;
use crate::container::xml::{self, Part, malformed};
use crate::hash::HashMap;
use crate::limits::{self, Ledger, Limits};
use crate::words;
use crate::{cell::Range, problem::Problem, refs};
use book::read_book;
use look::FormulaLook;
use memchr::memmem;
use quick_xml::events::Event;
use std::sync::Arc;
use strings::{Shared, needed_strings, read_strings, unescape_controls};
use styles::{Shown, shown};

/// Bytes of a large sheet that are looked at before it is read.
const LOOK_BYTES: u64 = 256 << 10;

/// Opens a package; `None` where it is a zip archive of another format (.xlsb, .ods). Only sheets of
/// the names wanted are read.
pub fn open(
    bytes: &[u8],
    wanted: &dyn Fn(&str) -> bool,
    relevant: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Option<Workbook>, Problem> {
    let mut package = Package::open_within(bytes, limits)?;
    super::other::refuse_others(&mut package)?;
    if package.find("[Content_Types].xml").is_none() || package.find("xl/workbook.bin").is_some() {
        return Ok(None);
    }
    let text = |package: &mut Package<'_>, part: &str| -> Result<String, Problem> {
        xml::decoded(part, package.read(part)?)
    };
    let root = xml::relationships("", &text(&mut package, "_rels/.rels")?)?;
    let main = root
        .iter()
        .find(|r| r.kind == "officeDocument")
        .map(|r| r.target.clone())
        .ok_or_else(|| malformed("_rels/.rels", &words!("没有指明工作簿", "no workbook")))?;
    let types = text(&mut package, "[Content_Types].xml")?;
    xml::walk(Part::within("[Content_Types].xml", limits), &types, |_, _, _| Ok(()))?;
    let macros = types.contains("sheet.macroEnabled.main+xml")
        || types.contains("template.macroEnabled.main+xml");
    let signed = root.iter().any(|r| r.kind == "origin")
        || package.members().iter().any(|m| m.name.starts_with("_xmlsignatures/"));
    let book = read_book(Part::within(&main, limits), &text(&mut package, &main)?)?;
    let links = xml::relationships(&main, &text(&mut package, &xml::relationships_part(&main))?)?;
    let parts: HashMap<&str, &xml::Relationship> =
        links.iter().map(|r| (r.id.as_str(), r)).collect();
    let strings_part = links.iter().find(|r| r.kind == "sharedStrings").map(|r| r.target.clone());

    let styles = links.iter().find(|r| r.kind == "styles").map(|r| r.target.clone());
    let styles = match styles.filter(|part| package.find(part).is_some()) {
        Some(part) => shown(Part::within(&part, limits), &text(&mut package, &part)?)?,
        None => HashMap::default(),
    };

    let mut workbook = Workbook {
        format: if macros { Format::Xlsm } else { Format::Xlsx },
        sheets: Vec::new(),
        names: book.names,
        tables: Vec::new(),
        date1904: book.date1904,
        signed,
        full_calc_on_load: book.full_calc_on_load,
        limits: *limits,
        looks: None,
        calc_chain: links.iter().any(|r| r.kind == "calcChain"),
        archive: Some(Arc::clone(package.checked())),
    };
    let words: Vec<String> = book
        .sheets
        .iter()
        .map(|s| s.name.replace('\'', "''"))
        .chain(workbook.names.iter().map(|n| n.name.clone()))
        .chain(["INDIRECT", "OFFSET", "["].map(str::to_owned))
        .collect();
    let mut scans: Vec<Option<Arc<(String, SheetXml)>>> = Vec::new();
    let mut memory = Ledger::default();
    let mut kept = Vec::new();
    let mut large = Vec::new();
    for entry in book.sheets {
        let link = parts.get(entry.id.as_str());
        let is_sheet = link.is_some_and(|r| r.kind == "worksheet") && wanted(&entry.name);
        let mut read = None;
        let part = link.map(|r| r.target.clone()).unwrap_or_default();
        if is_sheet {
            let index = package.find(&part).ok_or_else(|| {
                malformed(&main, &words!("缺少部件 {part}", "the part {part} is missing"))
            })?;
            let size = package.members().get(index).map_or(0, |m| m.size);
            if size <= limits::SMALL_SHEET_BYTES {
                let raw = package.read(&part)?;
                if !xml::is_wide(&raw) {
                    kept.push(workbook.sheets.len());
                }
                let body = xml::decoded(&part, raw)?;
                let scan = sheet::scan(Part::within(&part, limits), &body)?;
                memory.take(limits, cost(&body, &scan), &part)?;
                read = Some(Arc::new((body, scan)));
            } else {
                large.push((workbook.sheets.len(), index));
            }
        }
        scans.push(read);
        workbook.sheets.push(Sheet {
            name: entry.name,
            visibility: entry.visibility,
            part: if is_sheet { part } else { String::new() },
            ..Sheet::default()
        });
    }
    for (at, index) in large {
        let part = workbook.sheets.get(at).map(|s| s.part.clone()).unwrap_or_default();
        if worth_reading(&mut package, index, &part, strings_part.as_deref(), &words, relevant)? {
            let body = text(&mut package, &part)?;
            let scan = sheet::scan(Part::within(&part, limits), &body)?;
            memory.take(limits, cost(&body, &scan), &part)?;
            if let Some(slot) = scans.get_mut(at) {
                *slot = Some(Arc::new((body, scan)));
            }
        }
    }
    let strings = match &strings_part {
        Some(part) => {
            let needed = needed_strings(scans.iter().flatten().map(|scan| &**scan));
            read_strings(Part::within(part, limits), &text(&mut package, part)?, &needed)?
        }
        None => HashMap::default(),
    };
    for (sheet, scan) in workbook.sheets.iter_mut().zip(&scans) {
        if let Some(source) = scan {
            fill_sheet(sheet, &source.0, &source.1, &strings, &styles, (limits, &mut memory))?;
        }
    }
    for at in kept {
        if let (Some(sheet), Some(source)) = (workbook.sheets.get_mut(at), scans.get_mut(at)) {
            sheet.source = source.take();
        }
    }
    long_texts(&workbook)?;
    read_tables(&mut package, &mut workbook)?;
    Ok(Some(workbook))
}

/// Memory that a scanned sheet holds, its cells' texts and formulas apart.
fn cost(body: &str, scan: &SheetXml) -> u64 {
    (scan.cells.len() as u64).saturating_mul(limits::CELL_BYTES).saturating_add(body.len() as u64)
}

/// Refuses texts that are longer than a cell can hold.
fn long_texts(workbook: &Workbook) -> Result<(), Problem> {
    let most = workbook.limits.text_chars;
    for sheet in &workbook.sheets {
        for (at, cell) in &sheet.cells {
            let text = cell.value.text().unwrap_or_default();
            if text.len() > most && text.encode_utf16().count() > most {
                let problem = limits::over("text-chars", most as u64, text.len(), &sheet.part);
                return Err(problem.at(&sheet.name, *at));
            }
        }
    }
    Ok(())
}

fn value_text<'t>(body: &'t str, cell: &RawCell) -> &'t str {
    cell.value.clone().and_then(|span| body.get(span)).unwrap_or_default()
}

fn fill_sheet(
    sheet: &mut Sheet,
    body: &str,
    scan: &SheetXml,
    strings: &HashMap<usize, Shared>,
    styles: &HashMap<u32, Shown>,
    (limits, memory): (&Limits, &mut Ledger),
) -> Result<(), Problem> {
    sheet.loaded = true;
    sheet.merges = scan.merges.clone().into();
    sheet.protected = scan.protected;
    sheet.widths = scan
        .columns
        .iter()
        .filter_map(|c| c.width.map(|width| (c.columns.0, c.columns.1, width)))
        .collect();
    let part = sheet.part.clone();
    let mut masters: HashMap<u32, (crate::cell::CellRef, String)> = HashMap::default();
    for (count, raw) in scan.cells.iter().enumerate() {
        if count % 256 == 0 {
            limits.in_time(&part)?;
        }
        let value = read_value(&part, body, raw, strings)?;
        // A string that many cells share is held by each of them, and so is a shared formula.
        memory.take(limits, value.text().map_or(0, str::len) as u64, &part)?;
        let shown = styles.get(&raw.style).copied().unwrap_or_default();
        let Shown { date: is_date, percent: is_percent, zeros, struck } = shown;
        let mut cell = Cell { value, is_date, is_percent, zeros, struck, ..Cell::default() };
        if raw.kind == CellType::Shared {
            let index = value_text(body, raw).trim().parse::<usize>().ok();
            cell.label = index.and_then(|i| strings.get(&i)).and_then(|s| s.1.clone());
        }
        if let Some(formula) = &raw.formula {
            cell.is_formula = true;
            let text = xml::unescape(body.get(formula.text.clone()).unwrap_or_default());
            match &formula.kind {
                FormulaKind::Normal => cell.formula = (!text.is_empty()).then_some(text),
                FormulaKind::Shared { si, range } => {
                    if range.is_some() && !text.is_empty() {
                        masters.insert(*si, (raw.at, text.clone()));
                        cell.formula = Some(text);
                    } else if let Some((from, master)) = masters.get(si) {
                        cell.formula = Some(refs::shift(master, *from, raw.at));
                    }
                }
                FormulaKind::Array(range) => {
                    cell.array = Some(*range);
                    cell.formula = (!text.is_empty()).then_some(text);
                }
                FormulaKind::DataTable(range) => cell.array = Some(*range),
            }
        }
        memory.take(limits, cell.formula.as_ref().map_or(0, String::len) as u64, &part)?;
        if cell.value != Value::Blank || cell.is_formula {
            sheet.cells.insert(raw.at, cell);
        }
    }
    Ok(())
}

fn read_value(
    part: &str,
    body: &str,
    raw: &RawCell,
    strings: &HashMap<usize, Shared>,
) -> Result<Value, Problem> {
    let text = value_text(body, raw);
    let bad = || {
        malformed(
            part,
            &words!(
                "{} 里写着 {text:?}，与它的类型不符",
                "{} holds {text:?}, which is not of its type",
                raw.at
            ),
        )
    };
    Ok(match raw.kind {
        CellType::Inline => match &raw.inline {
            Some(text) => Value::Text(unescape_controls(text.clone())),
            None if raw.value.is_some() => Value::Text(unescape_controls(xml::unescape(text))),
            None => Value::Blank,
        },
        _ if raw.value.is_none() => Value::Blank,
        CellType::Number if text.trim().is_empty() => Value::Blank,
        CellType::Number => {
            let number = text.trim().parse::<f64>().map_err(|_| bad())?;
            let plain = text.trim().bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            if !number.is_finite() || !plain {
                return Err(bad());
            }
            Value::Number(number)
        }
        // `<v/>`: some writers leave the index out for no text; calamine and Excel show nothing.
        CellType::Shared if text.trim().is_empty() => Value::Blank,
        CellType::Shared => {
            let index: usize = text.trim().parse().map_err(|_| bad())?;
            Value::Text(strings.get(&index).map(|s| s.0.clone()).ok_or_else(bad)?)
        }
        CellType::Text | CellType::Date => Value::Text(unescape_controls(xml::unescape(text))),
        CellType::Bool => Value::Bool(matches!(text.trim(), "1" | "true")),
        CellType::Error => Value::Error(xml::unescape(text)),
    })
}

/// Looks at the head of a large sheet and through its formulas, holding neither.
fn worth_reading(
    package: &mut Package<'_>,
    index: usize,
    part: &str,
    strings_part: Option<&str>,
    words: &[String],
    relevant: &dyn Fn(&str) -> bool,
) -> Result<bool, Problem> {
    let head = package.read_prefix(index, LOOK_BYTES)?;
    let head = String::from_utf8_lossy(&head);
    let Some(cut) = head.rfind("</row>") else {
        return Ok(true);
    };
    let body = format!("{}</row></sheetData></worksheet>", head.get(..cut).unwrap_or_default());
    let Ok(scan) = sheet::scan(part, &body) else {
        return Ok(true);
    };
    let entry = (body, scan);
    let strings = match strings_part {
        Some(part) => {
            let bytes = package.read(part)?;
            read_strings(
                part.into(),
                &xml::decode(part, &bytes)?,
                &needed_strings([&entry].into_iter()),
            )?
        }
        None => HashMap::default(),
    };
    let mut seen = Sheet::default();
    let limits = *package.limits();
    let memory = (&limits, &mut Ledger::default());
    fill_sheet(&mut seen, &entry.0, &entry.1, &strings, &HashMap::default(), memory)?;
    if seen.cells.values().filter_map(|c| c.value.text()).any(relevant) {
        return Ok(true);
    }
    let mut look = FormulaLook::new(words);
    package.stream(index, u64::MAX, |chunk| look.feed(chunk))?;
    Ok(look.found)
}

fn read_tables(package: &mut Package<'_>, workbook: &mut Workbook) -> Result<(), Problem> {
    for sheet in 0..workbook.sheets.len() {
        let part = workbook.sheets.get(sheet).map(|s| s.part.clone()).unwrap_or_default();
        let links = xml::relationships_part(&part);
        // Most sheets have no table, which their own text shows.
        let source = workbook.sheets.get(sheet).and_then(|s| s.source.as_ref());
        let none = source.is_some_and(|s| memmem::find(s.0.as_bytes(), b"tablePart").is_none());
        if part.is_empty() || none || package.find(&links).is_none() {
            continue;
        }
        let bytes = package.read(&links)?;
        for link in xml::relationships(&part, &xml::decode(&links, &bytes)?)? {
            if link.kind != "table" || package.find(&link.target).is_none() {
                continue;
            }
            let bytes = package.read(&link.target)?;
            let body = xml::decode(&link.target, &bytes)?;
            xml::walk(&link.target, &body, |event, depth, _| {
                if let Event::Start(tag) | Event::Empty(tag) = &event
                    && depth == 1
                    && let Some(range) = xml::attribute(tag, "ref").and_then(|r| Range::parse(&r))
                {
                    let name = xml::attribute(tag, "displayName")
                        .or_else(|| xml::attribute(tag, "name"))
                        .unwrap_or_default();
                    let count = |key: &str, unsaid: u32| {
                        let said = xml::attribute(tag, key).and_then(|text| text.parse().ok());
                        said.unwrap_or(unsaid).min(1)
                    };
                    let (headers, totals) =
                        (count("headerRowCount", 1), count("totalsRowCount", 0));
                    let columns = Vec::new();
                    workbook.tables.push(Table { name, sheet, range, columns, headers, totals });
                } else if let Event::Start(tag) | Event::Empty(tag) = &event
                    && tag.local_name().as_ref() == "tableColumn"
                    && let Some(table) = workbook.tables.last_mut()
                {
                    table.columns.push(xml::attribute(tag, "name").unwrap_or_default());
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
