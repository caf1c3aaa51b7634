//! Reading .xlsx and .xlsm packages.

use super::{Cell, Format, LABEL_BYTES, Name, Sheet, Table, Value, Visibility, Workbook};
use crate::container::Package;
use crate::container::sheet::{self, CellType, FormulaKind, RawCell, SheetXml};
use crate::container::xml::{self, Part, malformed};
use crate::limits::{self, Ledger, Limits};
use crate::{cell::Range, problem::Problem, refs};
use quick_xml::events::Event;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Bytes of a large sheet that are looked at before it is read.
const LOOK_BYTES: u64 = 256 << 10;

/// Opens a package; `None` where it is a zip archive of another format (.xlsb, .ods).
pub fn open(
    bytes: &[u8],
    relevant: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Option<Workbook>, Problem> {
    let mut package = Package::open_within(bytes, limits)?;
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
        .ok_or_else(|| malformed("_rels/.rels", "no workbook"))?;
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
    let dates = match styles.filter(|part| package.find(part).is_some()) {
        Some(part) => date_styles(Part::within(&part, limits), &text(&mut package, &part)?)?,
        None => HashSet::new(),
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
        let is_sheet = link.is_some_and(|r| r.kind == "worksheet");
        let mut read = None;
        let part = link.map(|r| r.target.clone()).unwrap_or_default();
        if is_sheet {
            let index = package
                .find(&part)
                .ok_or_else(|| malformed(&main, format_args!("the part {part} is missing")))?;
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
        None => HashMap::new(),
    };
    for (sheet, scan) in workbook.sheets.iter_mut().zip(&scans) {
        if let Some(source) = scan {
            fill_sheet(sheet, &source.0, &source.1, &strings, &dates, (limits, &mut memory))?;
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

struct SheetEntry {
    name: String,
    id: String,
    visibility: Visibility,
}

struct Book {
    sheets: Vec<SheetEntry>,
    names: Vec<Name>,
    date1904: bool,
    full_calc_on_load: bool,
}

fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|v| matches!(v.as_str(), "1" | "true" | "on"))
}

fn read_book(part: Part<'_>, text: &str) -> Result<Book, Problem> {
    let mut book =
        Book { sheets: Vec::new(), names: Vec::new(), date1904: false, full_calc_on_load: false };
    let mut open_name: Option<Name> = None;
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match (depth, tag.local_name().as_ref()) {
                (3, "sheet") => {
                    let id = tag.attributes().with_checks(false).flatten().find_map(|a| {
                        let prefixed = a.key.prefix().is_some();
                        (prefixed && a.key.local_name().as_ref() == "id")
                            .then(|| a.value.to_string())
                    });
                    book.sheets.push(SheetEntry {
                        name: xml::attribute(tag, "name").unwrap_or_default(),
                        id: id.unwrap_or_default(),
                        visibility: match xml::attribute(tag, "state").as_deref() {
                            Some("hidden") => Visibility::Hidden,
                            Some("veryHidden") => Visibility::VeryHidden,
                            _ => Visibility::Visible,
                        },
                    });
                }
                (2, "workbookPr") => book.date1904 = is_true(xml::attribute(tag, "date1904")),
                (2, "calcPr") => {
                    book.full_calc_on_load = is_true(xml::attribute(tag, "fullCalcOnLoad"));
                }
                (3, "definedName") => {
                    open_name = Some(Name {
                        name: xml::attribute(tag, "name").unwrap_or_default(),
                        sheet: xml::attribute(tag, "localSheetId").and_then(|v| v.parse().ok()),
                        refers_to: String::new(),
                    });
                }
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some(name) = &mut open_name {
                    let raw = text.get(span).unwrap_or_default();
                    name.refers_to.push_str(&xml::unescape(raw));
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "definedName" => {
                book.names.extend(open_name.take());
            }
            _ => {}
        }
        Ok(())
    })?;
    if book.sheets.is_empty() {
        return Err(malformed(part.name, "no sheets"));
    }
    Ok(book)
}

fn value_text<'t>(body: &'t str, cell: &RawCell) -> &'t str {
    cell.value.clone().and_then(|span| body.get(span)).unwrap_or_default()
}

fn needed_strings<'a>(scans: impl Iterator<Item = &'a (String, SheetXml)>) -> HashSet<usize> {
    scans
        .flat_map(|source| source.1.cells.iter().map(move |cell| (&source.0, cell)))
        .filter(|(_, cell)| cell.kind == CellType::Shared)
        .filter_map(|(body, cell)| value_text(body, cell).trim().parse().ok())
        .collect()
}

/// A shared string and its label.
type Shared = (String, Option<Arc<str>>);

/// The needed entries of the shared strings; phonetic runs are left out.
fn read_strings(
    part: Part<'_>,
    text: &str,
    needed: &HashSet<usize>,
) -> Result<HashMap<usize, Shared>, Problem> {
    let mut out = HashMap::with_capacity(needed.len());
    let mut next = 0usize;
    let mut current: Option<String> = None;
    let (mut phonetic, mut in_text) = (false, false);
    xml::walk(part, text, |event, depth, span| {
        match &event {
            Event::Start(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                current = needed.contains(&next).then(String::new);
            }
            Event::Empty(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                if needed.contains(&next) {
                    out.insert(next, (String::new(), None));
                }
                next = next.saturating_add(1);
            }
            Event::End(tag) if depth == 2 && tag.local_name().as_ref() == "si" => {
                if let Some(text) = current.take() {
                    let text = unescape_controls(&text);
                    let label =
                        (text.len() <= LABEL_BYTES).then(|| crate::text::label(&text).into());
                    out.insert(next, (text, label));
                }
                next = next.saturating_add(1);
            }
            Event::Start(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic = true,
                "t" => in_text = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic = false,
                "t" => in_text = false,
                _ => {}
            },
            Event::CData(_) if in_text && current.is_some() => {
                return Err(malformed(part.name, "CDATA in a text"));
            }
            Event::Text(_) | Event::GeneralRef(_) if in_text && !phonetic => {
                if let Some(current) = &mut current {
                    current.push_str(&xml::unescape(text.get(span).unwrap_or_default()));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out)
}

/// `_x000D_` and the like as the character they stand for (ECMA-376 part 1, 22.9.2.19).
fn unescape_controls(text: &str) -> String {
    if !text.contains("_x") {
        return text.replace("\r\n", "\n");
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail
            .get(2..6)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .filter(|_| tail.as_bytes().get(6) == Some(&b'_'))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                rest = tail.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = tail.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out.replace("\r\n", "\n")
}

fn fill_sheet(
    sheet: &mut Sheet,
    body: &str,
    scan: &SheetXml,
    strings: &HashMap<usize, Shared>,
    dates: &HashSet<u32>,
    (limits, memory): (&Limits, &mut Ledger),
) -> Result<(), Problem> {
    sheet.loaded = true;
    sheet.merges.clone_from(&scan.merges);
    sheet.protected = scan.protected;
    sheet.widths = scan
        .columns
        .iter()
        .filter_map(|c| c.width.map(|width| (c.columns.0, c.columns.1, width)))
        .collect();
    let part = sheet.part.clone();
    let mut masters: HashMap<u32, (crate::cell::CellRef, String)> = HashMap::new();
    for (count, raw) in scan.cells.iter().enumerate() {
        if count % 256 == 0 {
            limits.in_time(&part)?;
        }
        let value = read_value(&part, body, raw, strings)?;
        // A string that many cells share is held by each of them, and so is a shared formula.
        memory.take(limits, value.text().map_or(0, str::len) as u64, &part)?;
        let mut cell = Cell { value, is_date: dates.contains(&raw.style), ..Cell::default() };
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
    let bad = || malformed(part, format_args!("{} holds {text:?}", raw.at));
    Ok(match raw.kind {
        CellType::Inline => match &raw.inline {
            Some(text) => Value::Text(unescape_controls(text)),
            None if raw.value.is_some() => Value::Text(unescape_controls(&xml::unescape(text))),
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
        CellType::Text | CellType::Date => Value::Text(unescape_controls(&xml::unescape(text))),
        CellType::Bool => Value::Bool(matches!(text.trim(), "1" | "true")),
        CellType::Error => Value::Error(xml::unescape(text)),
    })
}

/// The cell styles whose number format shows a date or time (ECMA-376 part 1, 18.8.30).
fn date_styles(part: Part<'_>, text: &str) -> Result<HashSet<u32>, Problem> {
    let mut custom: HashMap<u32, bool> = HashMap::new();
    let mut dates = HashSet::new();
    let (mut in_cells, mut next) = (false, 0u32);
    xml::walk(part, text, |event, depth, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let id = || xml::attribute(tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                match (depth, tag.local_name().as_ref()) {
                    (3, "numFmt") => {
                        let code = xml::attribute(tag, "formatCode").unwrap_or_default();
                        custom.insert(id().unwrap_or_default(), shows_date(&code));
                    }
                    (2, name) => in_cells = name == "cellXfs",
                    (3, "xf") if in_cells => {
                        let id = id().unwrap_or_default();
                        let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                        if custom.get(&id).copied().unwrap_or(built_in) {
                            dates.insert(next);
                        }
                        next = next.saturating_add(1);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(dates)
}

/// Whether a format code shows a date or time: y, d or h outside quotes, brackets and escapes.
pub(super) fn shows_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' => return true,
            _ => {}
        }
    }
    false
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
        None => HashMap::new(),
    };
    let mut seen = Sheet::default();
    let limits = *package.limits();
    let memory = (&limits, &mut Ledger::default());
    fill_sheet(&mut seen, &entry.0, &entry.1, &strings, &HashSet::new(), memory)?;
    if seen.cells.values().filter_map(|c| c.value.text()).any(relevant) {
        return Ok(true);
    }
    let mut look = FormulaLook::new(words);
    package.stream(index, u64::MAX, |chunk| look.feed(chunk))?;
    Ok(look.found)
}

/// A streamed look for a formula that names another sheet, a defined name or reads indirectly.
struct FormulaLook<'w> {
    words: &'w [String],
    carry: Vec<u8>,
    found: bool,
}

impl<'w> FormulaLook<'w> {
    fn new(words: &'w [String]) -> Self {
        Self { words, carry: Vec::new(), found: false }
    }

    fn feed(&mut self, chunk: &[u8]) {
        if self.found {
            return;
        }
        let joined;
        let mut rest: &[u8] = if self.carry.is_empty() {
            chunk
        } else {
            self.carry.extend_from_slice(chunk);
            joined = std::mem::take(&mut self.carry);
            &joined
        };
        while let Some(at) = memchr::memmem::find(rest, b"<f") {
            rest = rest.get(at..).unwrap_or_default();
            let Some(end) = memchr::memmem::find(rest, b"</f>") else {
                // A tag as `<fo` or `<f …/>` ends before its cell does.
                let other = rest.get(2).is_some_and(|b| !matches!(b, b'>' | b' ' | b'/'));
                if other {
                    rest = rest.get(2..).unwrap_or_default();
                    continue;
                }
                self.carry = rest.to_vec();
                return;
            };
            if matches!(rest.get(2), Some(b'>' | b' ')) {
                let formula = rest.get(..end).unwrap_or_default();
                let text = xml::unescape(&String::from_utf8_lossy(formula)).to_lowercase();
                if self.words.iter().any(|word| text.contains(&word.to_lowercase())) {
                    self.found = true;
                    return;
                }
            }
            rest = rest.get(2..).unwrap_or_default();
        }
        self.carry = rest.get(rest.len().saturating_sub(1)..).unwrap_or_default().to_vec();
    }
}

fn read_tables(package: &mut Package<'_>, workbook: &mut Workbook) -> Result<(), Problem> {
    for sheet in 0..workbook.sheets.len() {
        let part = workbook.sheets.get(sheet).map(|s| s.part.clone()).unwrap_or_default();
        let links = xml::relationships_part(&part);
        if part.is_empty() || package.find(&links).is_none() {
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
                    workbook.tables.push(Table { name, sheet, range });
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
