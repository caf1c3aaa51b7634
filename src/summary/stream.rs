//! Sheets whose rows are many. rust_xlsxwriter holds every cell, link and sparkline of a workbook
//! until it is saved, some 5 KiB a person, and its mode of constant memory keeps links, sparklines
//! and row heights and leaves chart caches empty. So it makes the workbook without those rows, and
//! they are put in here, written one by one, where the sheet's XML has room for them.
//!
//! The workbook without rows holds a key: a cell for each format far to the right of the first row
//! to come, which tells the number that the format has. The key goes when the rows come.

use crate::cell::{CellRef, column_letters};
use crate::container::Package;
use crate::container::xml::escape;
use crate::package::cell_text;
use crate::problem::Problem;
use crate::spool::Spool;
use crate::text::round15;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

/// First column of the key; no sheet of ours comes near.
const KEY: u16 = 16_000;
/// Height of a row that says none, in pixels; a pixel is 0.75 points.
const PLAIN_HEIGHT: f64 = 20.0;

/// Writes the key of a sheet's formats into the first row that is to come.
pub fn key(page: &mut Worksheet, row: u32, formats: &[&Format]) -> Result<(), XlsxError> {
    for (col, format) in (KEY..).zip(formats) {
        page.write_blank(row, col, format)?;
    }
    Ok(())
}

/// A text as a cell takes it: at most 32,767 characters, counted as UTF-16 does.
pub fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() > 32_000 {
        let cut: String = text.chars().take(10_000).collect();
        Cow::Owned(cut + "…")
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes rows one by one, cells from left to right.
pub struct Rows<'w> {
    out: &'w mut dyn Write,
    line: String,
    row: u32,
}

impl<'w> Rows<'w> {
    /// Rows that go to a writer.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, line: String::new(), row: 0 }
    }

    /// Begins a row; of a height in points, where it is not the usual.
    pub fn begin(&mut self, row: u32, height: Option<f64>) {
        self.line.clear();
        self.row = row + 1;
        let _ = write!(self.line, "<row r=\"{}\"", self.row);
        let pixels = height.map(|points| (points * 4.0 / 3.0).round());
        if let Some(pixels) = pixels.filter(|pixels| *pixels != PLAIN_HEIGHT) {
            let _ = write!(self.line, " ht=\"{}\" customHeight=\"1\"", pixels * 0.75);
        }
        self.line.push('>');
    }

    /// Ends a row.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(&mut self) -> io::Result<()> {
        self.line.push_str("</row>");
        self.out.write_all(self.line.as_bytes())
    }

    /// Rows that are written already.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn raw(&mut self, rows: &[u8]) -> io::Result<()> {
        self.out.write_all(rows)
    }

    fn cell(&mut self, col: u16, style: u32, rest: &str) {
        let _ = write!(self.line, "<c r=\"{}{}\"", column_letters(u32::from(col)), self.row);
        if style > 0 {
            let _ = write!(self.line, " s=\"{style}\"");
        }
        self.line.push_str(rest);
    }

    /// An empty cell.
    pub fn blank(&mut self, col: u16, style: u32) {
        self.cell(col, style, "/>");
    }

    /// A number.
    pub fn number(&mut self, col: u16, value: f64, style: u32) {
        self.cell(col, style, "><v>");
        let _ = write!(self.line, "{value}</v></c>");
    }

    /// A formula without its `=`, and its value.
    pub fn formula(&mut self, col: u16, formula: &str, value: f64, style: u32) {
        self.cell(col, style, "><f>");
        let _ = write!(self.line, "{}</f><v>{}</v></c>", escape(formula), round15(value));
    }

    /// A text, as text and never as a formula.
    pub fn text(&mut self, col: u16, text: &str, style: u32) {
        if text.is_empty() {
            return self.blank(col, style);
        }
        let edge = |c: Option<char>| c.is_some_and(char::is_whitespace);
        let kept = edge(text.chars().next()) || edge(text.chars().next_back());
        let space = if kept { " xml:space=\"preserve\"" } else { "" };
        self.cell(col, style, " t=\"inlineStr\"><is><t");
        let _ = write!(self.line, "{space}>{}</t></is></c>", cell_text(&fitting(text)));
    }
}

/// What stands behind a sheet's rows for each of them.
#[derive(Debug, Default)]
pub struct Behind {
    /// Elements of links.
    links: Spool,
    /// Their relationships.
    relations: Spool,
    count: u32,
    /// How many rows have a line of a trend; the first one is in the workbook without rows.
    pub trends: u32,
}

impl Behind {
    /// Nothing yet; what is much goes to the folder.
    pub fn new(folder: Option<&std::path::Path>) -> Self {
        Self { links: Spool::new(folder), relations: Spool::new(folder), count: 0, trends: 0 }
    }

    /// Adds a link to a file by its relative way, and a place in it.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn link(&mut self, row: u32, col: u16, way: &str, place: &str) -> io::Result<()> {
        self.count += 1;
        let (id, at) = (self.count, CellRef::new(row, u32::from(col)));
        let mut link = format!("<hyperlink ref=\"{at}\" r:id=\"rId{id}\"");
        if !place.is_empty() {
            let _ = write!(link, " location=\"{}\"", attribute(place));
        }
        link.push_str("/>");
        self.links.push(link.as_bytes())?;
        let target = attribute(&address(way));
        let relation = format!(
            "<Relationship Id=\"rId{id}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{target}\" \
             TargetMode=\"External\"/>"
        );
        self.relations.push(relation.as_bytes()).map(|_| ())
    }
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}

/// A way as a link has it: Excel escapes these characters and leaves others as they are.
fn address(way: &str) -> String {
    let mut out = String::with_capacity(way.len());
    for c in way.chars() {
        // `#` and `%` mean something else in a link: Excel writes them so too.
        if " \"<>[]^`{}#%".contains(c) {
            let _ = write!(out, "%{:02x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A sheet whose rows are to come.
pub struct Streamed<K> {
    /// What the rows are.
    pub kind: K,
    /// Which rows, from 0.
    pub rows: Range<u32>,
    /// The sheet's last cell.
    pub last: (u32, u16),
}

/// Writes rows: of what, by the numbers of the formats in the key, to where.
pub type Fill<'a, K> = dyn FnMut(&K, &[u32], &mut Rows<'_>) -> io::Result<Behind> + 'a;

/// Puts the rows into a workbook without them. `sheets` are named by their numbers, from 1.
///
/// # Errors
/// Those of `fill` and of the writer.
pub fn assemble<K>(
    book: &[u8],
    sheets: &BTreeMap<usize, Streamed<K>>,
    fill: &mut Fill<'_, K>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = |problem: Problem| io::Error::other(problem.what.en);
    let mut package = Package::open(book).map_err(told)?;
    let names: Vec<String> = package.members().iter().map(|m| m.name.clone()).collect();
    let mut zip = zip::ZipWriter::new_stream(out);
    // No clock: the same month gives the same bytes.
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for name in names {
        let bytes = package.read(&name).map_err(told)?;
        zip.start_file(name.as_str(), options)?;
        let number = name.strip_prefix("xl/worksheets/sheet").and_then(|n| n.strip_suffix(".xml"));
        let Some((number, sheet)) =
            number.and_then(|n| n.parse::<usize>().ok()).and_then(|n| Some((n, sheets.get(&n)?)))
        else {
            zip.write_all(&bytes)?;
            continue;
        };
        let text = String::from_utf8(bytes).map_err(io::Error::other)?;
        let split =
            split(&text, &sheet.rows).ok_or_else(|| io::Error::other("no room for rows"))?;
        zip.write_all(split.head(sheet.last).as_bytes())?;
        let behind = fill(&sheet.kind, &split.styles, &mut Rows::new(&mut zip))?;
        split.tail(&behind, &mut zip)?;
        if behind.count > 0 {
            let name = format!("xl/worksheets/_rels/sheet{number}.xml.rels");
            zip.start_file(name.as_str(), options)?;
            let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
                        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
            zip.write_all(head.as_bytes())?;
            behind.relations.copy(&mut zip)?;
            zip.write_all(b"</Relationships>")?;
        }
    }
    zip.finish()?;
    Ok(())
}

/// A sheet's XML around the rows to come.
struct Split<'x> {
    head: &'x str,
    tail: &'x str,
    styles: Vec<u32>,
}

/// Parts the XML that rust_xlsxwriter wrote.
fn split<'x>(xml: &'x str, rows: &Range<u32>) -> Option<Split<'x>> {
    const DATA: &str = "<sheetData>";
    let mut at = xml.find(DATA)? + DATA.len();
    let mut cut: Option<Range<usize>> = None;
    let mut styles = Vec::new();
    while let Some(rest) = xml.get(at..).filter(|rest| rest.starts_with("<row ")) {
        let tag = rest.get(..=rest.find('>')?)?;
        let end = match tag.ends_with("/>") {
            true => tag.len(),
            false => rest.find("</row>")? + "</row>".len(),
        };
        let number: u32 = value(tag, " r=\"")?.parse().ok()?;
        if rows.contains(&number.checked_sub(1)?) {
            let start = cut.map_or(at, |cut| cut.start);
            cut = Some(start..at + end);
            for cell in rest.get(..end)?.split("<c").skip(1) {
                let col = CellRef::parse(value(cell, " r=\"")?)?.col;
                if col >= u32::from(KEY) {
                    styles.push(value(cell, " s=\"").map_or(Some(0), |s| s.parse().ok())?);
                }
            }
        }
        at += end;
    }
    let cut = cut?;
    Some(Split { head: xml.get(..cut.start)?, tail: xml.get(cut.end..)?, styles })
}

/// The value of the first attribute that begins so.
fn value<'x>(text: &'x str, name: &str) -> Option<&'x str> {
    let rest = text.get(text.find(name)? + name.len()..)?;
    rest.get(..rest.find('"')?)
}

impl Split<'_> {
    /// What stands before the rows, with the extent that the sheet will have; rows tell no extent of
    /// their own, which would be the key's.
    fn head(&self, last: (u32, u16)) -> String {
        const EXTENT: &str = "<dimension ref=\"";
        const SPANS: &str = " spans=\"";
        let (end, mut head) = (CellRef::new(last.0, u32::from(last.1)), self.head.to_owned());
        if let Some(old) = value(self.head, EXTENT) {
            head = head.replacen(&format!("{EXTENT}{old}\""), &format!("{EXTENT}A1:{end}\""), 1);
        }
        while let Some(spans) = value(&head, SPANS) {
            head = head.replacen(&format!("{SPANS}{spans}\""), "", 1);
        }
        head
    }

    /// Writes what stands behind the rows.
    fn tail(&self, behind: &Behind, out: &mut dyn Write) -> io::Result<()> {
        const OPEN: &str = "<x14:sparklineGroup ";
        const CLOSE: &str = "</x14:sparklineGroup>";
        // By the schema's order links stand before these.
        let room = ["<printOptions", "<pageMargins"].iter().filter_map(|tag| self.tail.find(tag));
        let (before, rest) = self.tail.split_at(room.min().unwrap_or(0));
        out.write_all(before.as_bytes())?;
        if behind.count > 0 {
            out.write_all(b"<hyperlinks>")?;
            behind.links.copy(out)?;
            out.write_all(b"</hyperlinks>")?;
        }
        let trend = rest.find(OPEN).zip(rest.find(CLOSE)).and_then(|(start, end)| {
            let end = end + CLOSE.len();
            Some((rest.get(..start)?, Trend::new(rest.get(start..end)?)?, rest.get(end..)?))
        });
        let Some((before, trend, after)) = trend.filter(|_| behind.trends > 0) else {
            return out.write_all(rest.as_bytes());
        };
        out.write_all(before.as_bytes())?;
        for index in (0..behind.trends).rev() {
            out.write_all(trend.at(index).as_bytes())?;
        }
        out.write_all(after.as_bytes())
    }
}

/// A sparkline's XML by its parts: those of the first row, from which the others follow.
struct Trend<'x> {
    pieces: [&'x str; 3],
    /// Sheet with `!`, and the columns.
    sheet: &'x str,
    columns: (&'x str, &'x str),
    source: u32,
    /// Column and row of the cell.
    cell: (&'x str, u32),
}

impl<'x> Trend<'x> {
    fn new(xml: &'x str) -> Option<Self> {
        let (first, rest) = xml.split_once("<xm:f>")?;
        let (formula, rest) = rest.split_once("</xm:f><xm:sqref>")?;
        let (cell, last) = rest.split_once("</xm:sqref>")?;
        let (sheet, range) = formula.split_at(formula.rfind('!')? + 1);
        let (from, to) = range.split_once(':')?;
        let parts = |cell: &'x str| {
            let (column, row) = cell.split_at(cell.find(|c: char| c.is_ascii_digit())?);
            Some((column, row.parse::<u32>().ok()?))
        };
        let ((from, source), (to, _)) = (parts(from)?, parts(to)?);
        let pieces = [first, "</xm:f><xm:sqref>", last];
        Some(Self { pieces, sheet, columns: (from, to), source, cell: parts(cell)? })
    }

    fn at(&self, index: u32) -> String {
        let [first, middle, last] = self.pieces;
        let (from, to) = self.columns;
        let (source, (column, row)) = (self.source + index, (self.cell.0, self.cell.1 + index));
        format!(
            "{first}<xm:f>{}{from}{source}:{to}{source}{middle}{column}{row}</xm:sqref>{last}",
            self.sheet
        )
    }
}
