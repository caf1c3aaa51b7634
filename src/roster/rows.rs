//! The rows of a list of people, of a workbook or of CSV.

use super::{COLUMNS, HEADS, head};
use crate::cell::{CellRef, Range};
use crate::container::{FileKind, sniff};
use crate::day::Day;
use crate::hash::HashMap;
use crate::problem::Problem;
use crate::text::show;
use crate::words;
use crate::workbook::{self, Value};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A row of the file.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its number in the file, from 1.
    pub line: usize,
    /// Its cells as text.
    pub cells: Vec<String>,
    /// Columns whose cell is a day by its format: how it is shown is not known here.
    pub days: Vec<usize>,
    /// Whether it does not show, hidden by hand or by a filter.
    pub hidden: bool,
    /// Columns whose text is struck through.
    pub struck: Vec<usize>,
}

/// The rows of a list of people: of the sheet with the widest such header, or of a CSV.
///
/// # Errors
/// Not readable, or several sheets with the same header.
pub fn rows(bytes: &[u8], is_header: &dyn Fn(&str) -> bool) -> Result<Vec<Row>, Problem> {
    match sniff(bytes) {
        FileKind::Other => csv_rows(bytes, is_header),
        _ => workbook_rows(bytes, is_header),
    }
}

/// Most columns of a list that are looked at.
const WIDEST: u32 = 200;

fn workbook_rows(bytes: &[u8], is_header: &dyn Fn(&str) -> bool) -> Result<Vec<Row>, Problem> {
    let book = workbook::open(bytes, &|text| is_header(text))?;
    let Some((index, sheet)) = headed(&book, is_header)? else { return Ok(Vec::new()) };
    // A department merged down its people is each one's.
    let mut down: HashMap<u32, Vec<Range>> = HashMap::default();
    let merges = sheet.merges.iter().filter(|m| m.start.col == m.end.col && m.start.col <= WIDEST);
    for merge in merges {
        down.entry(merge.start.col).or_default().push(*merge);
    }
    down.values_mut().for_each(|merges| merges.sort_by_key(|merge| merge.start.row));
    let merged = |at: CellRef| {
        let merges = down.get(&at.col)?;
        let next = merges.partition_point(|merge| merge.start.row <= at.row);
        let last = merges.get(next.checked_sub(1)?)?;
        last.contains(at).then_some(last.start)
    };
    // The first day of a workbook that counts from 1904.
    let epoch = if book.date1904 { 1462.0 } else { 0.0 };
    let row = |row: u32| {
        let hidden = sheet.hides_row(row);
        let mut out = Row { line: row as usize + 1, hidden, ..Row::default() };
        let filled = sheet.row(row).any(|(_, cell)| !cell.value.is_blank());
        let merges = down.keys().filter(|col| filled && merged(CellRef::new(row, **col)).is_some());
        let wide = sheet.row(row).map(|(at, _)| at.col).chain(merges.copied()).max();
        for col in 0..=wide.unwrap_or(0).min(WIDEST) {
            let at = CellRef::new(row, col);
            let at = merged(at).filter(|_| filled).unwrap_or(at);
            let Some(cell) = sheet.cells.get(&at) else {
                out.cells.push(String::new());
                continue;
            };
            let day = || match cell.value {
                Value::Number(serial) if cell.is_date => Day::from_serial(serial + epoch),
                _ => None,
            };
            if day().is_some() {
                out.days.push(col as usize);
            }
            if book.strikes(index, at) {
                out.struck.push(col as usize);
            }
            out.cells.push(match &cell.value {
                Value::Text(text) => text.trim().to_owned(),
                Value::Number(number) => {
                    day().map_or_else(|| as_shown(*number, cell.zeros), |day| day.to_string())
                }
                _ => String::new(),
            });
        }
        out
    };
    Ok(sheet.used_rows().into_iter().map(row).collect())
}

/// A number without commas, filled up with zeros as its format has it.
fn as_shown(number: f64, zeros: u8) -> String {
    let text = show(number, 6).replace(',', "");
    match text.bytes().all(|c| c.is_ascii_digit()) {
        true => format!("{text:0>width$}", width = usize::from(zeros)),
        false => text,
    }
}

/// The sheet that holds the list. Two with the same header, as of departments or months, leave open
/// whom HR means.
fn headed<'b>(
    book: &'b workbook::Workbook,
    is_header: &dyn Fn(&str) -> bool,
) -> Result<Option<(usize, &'b workbook::Sheet)>, Problem> {
    let header = |sheet: &workbook::Sheet| -> Option<Vec<String>> {
        let at = sheet.cells.iter().find(|(_, c)| c.value.text().is_some_and(is_header))?.0;
        Some(sheet.row(at.row).filter_map(|(_, c)| c.value.text().map(head)).collect())
    };
    // A sheet that explains the columns (姓名 beside 必填) has fewer of them in a row.
    let known = |text: &&String| COLUMNS.iter().any(|words| super::is_header(words, text));
    let rank = |header: &[String]| (header.iter().filter(known).count(), header.len());
    let shown = |sheet: &&workbook::Sheet| sheet.visibility == workbook::Visibility::Visible;
    let mut found: Vec<(&workbook::Sheet, Vec<String>)> =
        book.sheets.iter().filter(shown).filter_map(|s| Some((s, header(s)?))).collect();
    if found.is_empty() {
        let hidden = book.sheets.iter().filter(|s| !shown(s));
        found.extend(hidden.filter_map(|s| Some((s, header(s)?))));
    }
    let Some(most) = found.iter().map(|(_, header)| rank(header)).max() else { return Ok(None) };
    let mut best = found.iter().filter(|(_, header)| rank(header) == most);
    let Some((sheet, own)) = best.next() else { return Ok(None) };
    let same: Vec<&str> =
        best.filter(|(_, header)| header == own).map(|(s, _)| s.name.as_str()).collect();
    if same.is_empty() {
        let index = book.sheets.iter().position(|other| std::ptr::eq(other, *sheet));
        return Ok(index.map(|index| (index, *sheet)));
    }
    let names = [&[sheet.name.as_str()], &same[..]].concat().join("、");
    Err(Problem::error(
        "roster-sheets",
        words!(
            "名单有几张同样的表（{names}），不知道用哪张",
            "several sheets of the roster have the same header ({names})"
        ),
    )
    .hint(words!(
        "合并成一张表，或另存一份，只留要用的那张",
        "put all people on one sheet, or keep the one that is meant"
    )))
}

fn csv_rows(bytes: &[u8], is_header: &dyn Fn(&str) -> bool) -> Result<Vec<Row>, Problem> {
    // csv counts a line at its LF, so that CR LF would be one line behind.
    let text = decode(bytes)?.replace("\r\n", "\n");
    // A title above the header may hold other signs, or none.
    let heads = |line: &str, sign: char| {
        line.split(sign).any(|cell| is_header(cell.trim().trim_matches('"')))
    };
    let delimiter = text
        .lines()
        .take(HEADS)
        .find_map(|line| [',', '\t', ';'].into_iter().find(|sign| heads(line, *sign)))
        .and_then(|sign| u8::try_from(sign).ok())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            Problem::error("csv", words!("CSV 读不懂：{e}", "the CSV cannot be read: {e}"))
        })?;
        // csv gives the place at which it began to look, before any blank lines.
        let line = record.position().map_or(0, |place| {
            let rest = usize::try_from(place.byte()).ok().and_then(|at| text.as_bytes().get(at..));
            let blank = rest.into_iter().flatten().take_while(|byte| **byte == b'\n').count();
            usize::try_from(place.line()).unwrap_or(0) + blank
        });
        let cells = record.iter().map(|cell| cell.trim().to_owned()).collect();
        rows.push(Row { line, cells, ..Row::default() });
    }
    Ok(rows)
}

/// The text by its mark, else UTF-8 where it is valid, else GBK.
fn decode(bytes: &[u8]) -> Result<String, Problem> {
    let unreadable = || {
        Problem::error(
            "encoding",
            words!(
                "既不是 UTF-8、UTF-16，也不是 GBK 文本",
                "the text is neither UTF-8, UTF-16 nor GBK"
            ),
        )
        .hint(words!(
            "在 Excel 中另存为 .xlsx，或「CSV UTF-8」",
            "save it as .xlsx or as CSV UTF-8 in Excel"
        ))
    };
    // Not a list of people at all: a picture, a program.
    if bytes.contains(&0) && !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff])
    {
        return Err(unreadable());
    }
    let encoding = if bytes.starts_with(&[0xff, 0xfe]) {
        UTF_16LE
    } else if bytes.starts_with(&[0xfe, 0xff]) {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        GB18030
    };
    let (text, _, wrong) = encoding.decode(bytes);
    if wrong { Err(unreadable()) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::as_shown;

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        assert_eq!(as_shown(12.0, 6), "000012");
        assert_eq!(as_shown(1234.0, 0), "1234");
        assert_eq!(as_shown(1234567.0, 6), "1234567");
        assert_eq!(as_shown(1.5, 6), "1.5");
    }
}
