//! Workbooks as .xlsb, written record by record after [MS-XLSB]: no program at hand writes them.

use super::{at, pack};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use std::collections::BTreeMap;
use std::io::Cursor;

/// A record: number and size in bytes of seven bits, then the data.
pub fn record(id: u32, body: &[u8]) -> Vec<u8> {
    let mut out = if id < 128 { vec![id as u8] } else { vec![id as u8 | 0x80, (id >> 7) as u8] };
    let mut size = body.len();
    while size > 127 {
        out.push(size as u8 & 127 | 128);
        size >>= 7;
    }
    out.push(size as u8);
    out.extend(body);
    out
}

/// A string with its length before it.
pub fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut out = (units.len() as u32 / 2).to_le_bytes().to_vec();
    out.extend(units);
    out
}

/// The head of a row.
pub fn row(number: u32) -> Vec<u8> {
    let mut body = number.to_le_bytes().to_vec();
    body.extend([0; 13]);
    record(0, &body)
}

/// A defined name on all sheets.
pub fn name(name: &str, tokens: &[u8]) -> Vec<u8> {
    let body = [
        &[0; 5][..],
        &u32::MAX.to_le_bytes(),
        &text(name),
        &(tokens.len() as u32).to_le_bytes(),
        tokens,
        &[0; 4],
    ];
    record(39, &body.concat())
}

/// A package of sheets by name, given the records between the begin and the end of each, and the
/// records of names.
pub fn package(sheets: &[(&str, Vec<u8>)], names: &[u8]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut types, mut links) = (String::new(), String::new());
    let mut bundle = Vec::new();
    let mut externs = (sheets.len() as u32).to_le_bytes().to_vec();
    let mut parts = Vec::new();
    for ((title, body), number) in sheets.iter().zip(1u32..) {
        types += &format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.bin\" ContentType=\"application/vnd.ms-excel.worksheet\"/>"
        );
        links += &format!(
            "<Relationship Id=\"rId{number}\" Type=\"{MAIN}/worksheet\" Target=\"worksheets/sheet{number}.bin\"/>"
        );
        let link = text(&format!("rId{number}"));
        bundle.extend(record(
            156,
            &[&[0; 4][..], &number.to_le_bytes(), &link, &text(title)].concat(),
        ));
        externs.extend([0, number - 1, number - 1].map(u32::to_le_bytes).concat());
        parts.push((
            format!("xl/worksheets/sheet{number}.bin"),
            [record(129, &[]), body.clone(), record(130, &[])].concat(),
        ));
    }
    let book = [
        record(131, &[]),
        record(143, &[]),
        bundle,
        record(144, &[]),
        record(353, &[]),
        record(357, &[]),
        record(362, &externs),
        record(354, &[]),
        names.to_vec(),
        record(132, &[]),
    ]
    .concat();
    parts.extend([
        ("[Content_Types].xml".to_owned(), format!("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"bin\" ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/>{types}</Types>").into_bytes()),
        ("_rels/.rels".to_owned(), format!("<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{MAIN}/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>").into_bytes()),
        ("xl/workbook.bin".to_owned(), book),
        ("xl/_rels/workbook.bin.rels".to_owned(), format!("<Relationships xmlns=\"{RELATIONS}\">{links}</Relationships>").into_bytes()),
    ]);
    pack::packed(&parts)
}

/// The sheets of an .xlsx as calamine reads them, formulas and merges too, as an .xlsb.
pub fn from_xlsx(bytes: &[u8]) -> Vec<u8> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    let titles = book.sheet_names();
    let mut sheets = Vec::new();
    for title in &titles {
        let values = book.worksheet_range(title).expect("values");
        let formulas = book.worksheet_formula(title).expect("formulas");
        let (mut rows, start) = (BTreeMap::new(), values.start().expect("a cell"));
        for (r, c, value) in values.used_cells() {
            let (r, c) = (start.0 + r as u32, start.1 + c as u32);
            let formula = formulas.get_value((r, c)).filter(|f| !f.is_empty());
            let tokens = formula.map(|formula| Formula::new(formula, &titles).tokens());
            rows.entry(r).or_insert_with(Vec::new).extend(cell(c, value, tokens));
        }
        let body: Vec<u8> =
            rows.into_iter().flat_map(|(r, cells)| [row(r), cells]).flatten().collect();
        let merges = book.merge_cells_by_sheet_name(title).expect("merges");
        let merged = merges.iter().flat_map(|m| {
            let corners = [m.start.0, m.end.0, m.start.1, m.end.1];
            record(176, &corners.map(u32::to_le_bytes).concat())
        });
        let merged: Vec<u8> = merged.collect();
        let end = values.end().expect("a cell");
        let sheet = [
            record(148, &[start.0, end.0, start.1, end.1].map(u32::to_le_bytes).concat()),
            record(145, &[]),
            body,
            record(146, &[]),
            record(177, &(merges.len() as u32).to_le_bytes()),
            merged,
            record(178, &[]),
        ];
        sheets.push((title.as_str(), sheet.concat()));
    }
    package(&sheets, &[])
}

fn cell(col: u32, value: &Data, formula: Option<Vec<u8>>) -> Vec<u8> {
    let mut body = col.to_le_bytes().to_vec();
    body.extend([0; 4]);
    let kind = match value {
        Data::String(words) => {
            body.extend(text(words));
            6
        }
        Data::Bool(flag) => {
            body.push(u8::from(*flag));
            4
        }
        Data::Float(number) => {
            body.extend(number.to_le_bytes());
            5
        }
        Data::Int(number) => {
            body.extend((*number as f64).to_le_bytes());
            5
        }
        Data::DateTime(date) => {
            body.extend(date.as_f64().to_le_bytes());
            5
        }
        other => panic!("a cell holds {other:?}"),
    };
    let Some(tokens) = formula else { return record(kind, &body) };
    body.extend([0; 2]);
    body.extend((tokens.len() as u32).to_le_bytes());
    body.extend(tokens);
    body.extend([0; 4]);
    record(
        match kind {
            6 => 8,
            4 => 10,
            _ => 9,
        },
        &body,
    )
}

/// A formula of cells, other sheets' cells, texts, numbers, IF and operators, read from its start.
struct Formula<'a> {
    rest: &'a str,
    titles: &'a [String],
    out: Vec<u8>,
}

impl<'a> Formula<'a> {
    fn new(text: &'a str, titles: &'a [String]) -> Self {
        Self { rest: text.trim_start_matches('='), titles, out: Vec::new() }
    }

    fn tokens(mut self) -> Vec<u8> {
        self.compared();
        assert_eq!(self.rest, "", "what is left of a formula");
        self.out
    }

    fn eat(&mut self, sign: &str) -> bool {
        let after = self.rest.strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn compared(&mut self) {
        self.product();
        for (sign, token) in
            [("<=", 0x0a), (">=", 0x0c), ("<>", 0x0e), ("=", 0x0b), ("<", 0x09), (">", 0x0d)]
        {
            if self.eat(sign) {
                self.product();
                self.out.push(token);
                return;
            }
        }
    }

    fn product(&mut self) {
        self.atom();
        while let Some(token) = [("*", 5), ("/", 6)].iter().find(|(sign, _)| self.eat(sign)) {
            self.atom();
            self.out.push(token.1);
        }
    }

    fn atom(&mut self) {
        if self.eat("IF(") {
            let mut count = 1;
            self.compared();
            while self.eat(",") {
                self.compared();
                count += 1;
            }
            assert!(self.eat(")"), "{}", self.rest);
            self.out.extend([0x42, count, 1, 0]);
        } else if self.eat("\"") {
            let (words, rest) = self.rest.split_once('"').expect("a closed text");
            self.rest = rest;
            self.out.extend([0x17, words.encode_utf16().count() as u8, 0]);
            self.out.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
        } else {
            let end = self.rest.find(|c: char| "=<>*/,()\"".contains(c)).unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            if let Ok(number) = word.parse::<f64>() {
                self.out.push(0x1f);
                self.out.extend(number.to_le_bytes());
                return;
            }
            let (sheet, cell) = word.rsplit_once('!').map_or((None, word), |(s, c)| (Some(s), c));
            match sheet {
                Some(title) => {
                    let title = title.trim_matches('\'');
                    let number = self.titles.iter().position(|t| t == title).expect("a sheet");
                    self.out.push(0x5a);
                    self.out.extend((number as u16).to_le_bytes());
                }
                None => self.out.push(0x44),
            }
            let at = at(cell);
            self.out.extend(at.row.to_le_bytes());
            // Row and column are relative.
            self.out.extend((at.col as u16 | 0xc000).to_le_bytes());
        }
    }
}
