//! Random damage: 2 000 edits of one XML part, of zip bytes and of .xls bytes; CI sets
//! `KAOHE_RANDOM=100000` and builds for release. No panic, no abort; what is accepted must read the
//! same by calamine.

use crate::common::pack::{bodies, packed};
use crate::common::{METRICS, ONE, sample};
use calamine::{Data, Reader, Xls, Xlsx, open_workbook_from_rs};
use kaohe::workbook::{Value, open};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn turns() -> u64 {
    std::env::var("KAOHE_RANDOM").ok().and_then(|n| n.parse().ok()).unwrap_or(2000)
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below.max(1)
    }
}

/// One to three edits: a byte changed, taken out, doubled; a piece moved, a token put in.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const TOKENS: [&str; 16] = [
        "<v>",
        "</v>",
        "<c r=\"A1\">",
        "</c>",
        "<row>",
        "/>",
        "\"",
        "&",
        "<!--",
        "]]>",
        "A1048577",
        "t=\"s\"",
        "1e309",
        "-",
        "<![CDATA[1]]>",
        "\u{0}",
    ];
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len());
        match dice.roll(7) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes[at] = dice.roll(256) as u8,
            2 => drop(bytes.remove(at)),
            3 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.roll(60)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len());
                bytes.splice(to..to, piece);
            }
            5 => {
                let token = TOKENS[dice.roll(TOKENS.len())].bytes();
                bytes.splice(at..at, token);
            }
            _ => bytes[at] = b'0' + dice.roll(10) as u8,
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
}

type Cells = BTreeMap<(u32, u32), String>;

/// A sheet's cells by our reading.
fn ours(bytes: &[u8], sheet: &str) -> Result<Option<Cells>, String> {
    let book = open(bytes, &|_| true).map_err(|p| p.code.to_owned())?;
    let Some(index) = book.sheet_index(sheet) else { return Ok(None) };
    let cells = book.sheets[index].cells.iter().filter_map(|(at, cell)| {
        let shown = match &cell.value {
            Value::Blank => return None,
            Value::Number(n) => format!("{n:?}"),
            Value::Text(t) if t.is_empty() => return None,
            Value::Text(t) => t.replace("\r\n", "\n"),
            Value::Bool(b) => format!("{b}"),
            // Spelled differently in damaged files; that it is an error is what counts.
            Value::Error(_) => "#".to_owned(),
        };
        Some(((at.row, at.col), shown))
    });
    Ok(Some(cells.collect()))
}

fn shown(data: &Data) -> Option<String> {
    Some(match data {
        Data::Empty => return None,
        Data::Int(n) => format!("{:?}", *n as f64),
        Data::Float(n) => format!("{n:?}"),
        Data::DateTime(d) => format!("{:?}", d.as_f64()),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) if s.is_empty() => {
            return None;
        }
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.replace("\r\n", "\n"),
        Data::Bool(b) => format!("{b}"),
        Data::Error(_) => "#".to_owned(),
    })
}

/// The same by calamine; none where it gives up or dies.
fn theirs(bytes: &[u8], sheet: &str) -> Option<Cells> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).ok()?;
        let mut cells = book.worksheet_cells_reader(sheet).ok()?;
        let mut out = Cells::new();
        while let Some(cell) = cells.next_cell().ok()? {
            out.extend(
                shown(&Data::from(cell.get_value().clone())).map(|s| (cell.get_position(), s)),
            );
        }
        Some(out)
    }))
    .ok()
    .flatten()
}

#[derive(Default, Debug)]
struct Tally {
    refused: BTreeMap<String, u64>,
    equal: u64,
    alone: u64,
}

fn quietly<T>(run: impl FnOnce() -> T) -> T {
    // calamine's panics are expected here and would fill the screen.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let out = catch_unwind(AssertUnwindSafe(run));
    std::panic::set_hook(before);
    out.unwrap_or_else(|e| {
        let words = e.downcast_ref::<String>().cloned();
        panic!(
            "{}",
            words.or(e.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
        )
    })
}

/// Metric cells: what the program scores from.
/// A number with white space around it is a number: xsd:double collapses it; calamine gives text.
fn metric_cells(cells: &Cells) -> Vec<(&(u32, u32), String)> {
    let number = |text: &String| text.trim().parse::<f64>().map(|n| format!("{n:?}"));
    let rows = cells.iter().filter(|((row, _), _)| *row >= 3);
    rows.map(|(at, text)| (at, number(text).unwrap_or_else(|_| text.clone()))).collect()
}

#[test]
fn one_part() {
    let clean = bodies(&sample(ONE));
    let index = clean.iter().position(|(n, _)| n == "xl/worksheets/sheet2.xml").expect("metrics");
    let tally = quietly(|| {
        let mut dice = Dice(0x5eed);
        let mut tally = Tally::default();
        for turn in 0..turns() {
            let mut all = clean.clone();
            damage(&mut all[index].1, &mut dice);
            let bytes = packed(&all);
            // White space around a value says nothing (xsd:int collapses it, as openpyxl does), but
            // calamine takes the first shared string for such an index.
            let padded = |body: &str| {
                body.split("<v>")
                    .skip(1)
                    .filter_map(|v| v.split("</v>").next())
                    .any(|v| v != v.trim())
            };
            let body = String::from_utf8_lossy(&all[index].1).into_owned();
            if padded(&body) {
                tally.alone += 1;
                continue;
            }
            compare(&bytes, &mut tally, &|| format!("turn {turn}: {body}"));
        }
        tally
    });
    println!("one XML part: {tally:?}");
    assert!(tally.equal > turns() / 20 && tally.refused.values().sum::<u64>() > turns() / 20);
}

fn compare(bytes: &[u8], tally: &mut Tally, what: &dyn Fn() -> String) {
    match ours(bytes, METRICS) {
        Err(code) => *tally.refused.entry(code).or_default() += 1,
        Ok(None) => tally.alone += 1,
        Ok(Some(cells)) => match theirs(bytes, METRICS) {
            None => tally.alone += 1,
            Some(other) => {
                assert_eq!(metric_cells(&cells), metric_cells(&other), "{}", what());
                tally.equal += 1;
            }
        },
    }
}

#[test]
fn zip_bytes() {
    let clean = sample(ONE);
    let tally = quietly(|| {
        let mut dice = Dice(0xbeef);
        let mut tally = Tally::default();
        for turn in 0..turns() {
            let mut bytes = clean.clone();
            damage(&mut bytes, &mut dice);
            compare(&bytes, &mut tally, &|| format!("turn {turn}"));
        }
        tally
    });
    println!("zip bytes: {tally:?}");
    assert!(tally.refused.values().sum::<u64>() > turns() / 4);
}

/// The workbook stream alone, its DIMENSIONS records emptied: calamine asks for as much memory as
/// they say.
fn without_dimensions(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::{Read, Write};
    let mut stream = Vec::new();
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    file.open_stream("/Workbook").ok()?.read_to_end(&mut stream).ok()?;
    let mut at = 0;
    while let Some(&[a, b, c, d]) = stream.get(at..at + 4) {
        let (id, len) = (u16::from_le_bytes([a, b]), usize::from(u16::from_le_bytes([c, d])));
        let body = stream.get_mut(at + 4..at + 4 + len)?;
        if id == 0x200 {
            body.fill(0);
        }
        at += 4 + len;
    }
    let empty = Cursor::new(Vec::new());
    let mut clean = cfb::CompoundFile::create_with_version(cfb::Version::V3, empty).ok()?;
    clean.create_stream("/Workbook").ok()?.write_all(&stream).ok()?;
    clean.flush().ok()?;
    Some(clean.into_inner().into_inner())
}

#[test]
fn xls_bytes() {
    let clean = sample("客服主管绩效考核表-王丽-97.xls");
    let tally = quietly(|| {
        let mut dice = Dice(0xcafe);
        let mut tally = Tally::default();
        for turn in 0..turns() {
            let mut bytes = clean.clone();
            damage(&mut bytes, &mut dice);
            match ours(&bytes, METRICS) {
                Err(code) => *tally.refused.entry(code).or_default() += 1,
                Ok(None) => tally.alone += 1,
                Ok(Some(cells)) => {
                    let theirs = catch_unwind(AssertUnwindSafe(|| {
                        let bytes = without_dimensions(&bytes)?;
                        let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).ok()?;
                        let range = book.worksheet_range(METRICS).ok()?;
                        let (row0, col0) = range.start().unwrap_or_default();
                        let used = range.used_cells().filter_map(|(r, c, data)| {
                            Some(((row0 + r as u32, col0 + c as u32), shown(data)?))
                        });
                        Some(used.collect::<Cells>())
                    }));
                    match theirs.ok().flatten() {
                        Some(other) => {
                            assert_eq!(metric_cells(&cells), metric_cells(&other), "turn {turn}");
                            tally.equal += 1;
                        }
                        None => tally.alone += 1,
                    }
                }
            }
        }
        tally
    });
    println!(".xls bytes: {tally:?}");
    assert!(tally.equal > turns() / 20 && tally.refused.values().sum::<u64>() > turns() / 20);
}
