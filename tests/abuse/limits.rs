//! ABUSE.md, part 2: time and memory for one workbook. The clock is lent by the test, so that what
//! comes out does not depend on the machine.

use super::{RIGHT, same, verdict_with};
use crate::common::pack::{bodies, member, packed, with_part, workbook_of};
use crate::common::{ONE, sample};
use kaohe::limits::Limits;
use kaohe::workbook::open_within;
use kaohe::{Options, convert_workbook, fill_workbook};
use std::fmt::Write;
use std::time::Duration;

const HEAD: &str =
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";

fn standing() -> Duration {
    Duration::ZERO
}

/// Out of time before the first look.
fn no_time() -> Limits {
    Limits { clock: Some(standing), seconds: 0, ..Limits::DEFAULT }
}

fn code(bytes: &[u8], limits: &Limits) -> Result<usize, (&'static str, String)> {
    open_within(bytes, &|_| true, limits)
        .map(|book| book.sheets.iter().map(|s| s.cells.len()).sum())
        .map_err(|p| (p.code, p.what.en))
}

fn sheet(data: &str) -> Vec<u8> {
    packed(&workbook_of(&format!("{HEAD}<sheetData>{data}</sheetData></worksheet>")))
}

#[test]
fn without_time_every_format_is_refused_and_the_option_is_named() {
    let names = [ONE, "客服主管绩效考核表-王丽-97.xls", "客服主管绩效考核表-全部门.xlsx"];
    for name in names {
        let options = Options { limits: no_time(), ..Options::default() };
        let problems = fill_workbook(&sample(name), &options).expect_err("no time");
        assert_eq!(problems[0].code, "too-slow", "{name}");
        assert!(problems[0].what.en.contains("seconds=0"), "{name}");
        let hint = problems[0].hint.clone().expect("a hint");
        assert!(hint.en.contains("--limit seconds=") && hint.zh.contains("--limit seconds="));
    }
    let refused = convert_workbook(&sample(names[1]), &no_time()).expect_err("no time");
    assert_eq!(refused.code, "too-slow");
}

#[test]
fn time_that_stands_still_is_enough_and_no_clock_is_no_limit() {
    let enough = Limits { seconds: 1, ..no_time() };
    for limits in [enough, Limits { clock: None, seconds: 0, ..Limits::DEFAULT }] {
        let options = Options { limits, ..Options::default() };
        assert_eq!(verdict_with(&sample(ONE), &options).as_ref(), Ok(&*RIGHT));
    }
}

#[test]
fn the_time_counts_for_one_workbook_and_not_for_the_run() {
    // An hour in the run, and every workbook still gets its second.
    let limits =
        Limits { clock: Some(|| Duration::from_secs(3600)), seconds: 1, ..Limits::DEFAULT };
    assert_eq!(limits.begun().left(), Some(Duration::from_secs(1)));
    let options = Options { limits, ..Options::default() };
    assert_eq!(verdict_with(&sample(ONE), &options).as_ref(), Ok(&*RIGHT));
    let begun = limits.begun();
    assert_eq!(begun.begun().until, begun.until, "it is not begun twice");
}

#[test]
fn a_formula_chain_the_wrong_way_round_is_stopped() {
    // Every formula reads the one below: found one a round. The clock goes on at every look.
    use std::sync::atomic::{AtomicU64, Ordering};
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    fn ticking() -> Duration {
        Duration::from_millis(LOOKS.fetch_add(1, Ordering::Relaxed))
    }
    let mut chain = String::new();
    for row in 60..4060 {
        let below = if row == 4059 { "D4".to_owned() } else { format!("J{}", row + 1) };
        let _ = write!(chain, "<row r=\"{row}\"><c r=\"J{row}\"><f>{below}</f><v>0</v></c></row>");
    }
    let bytes = with_part(&sample(ONE), "xl/worksheets/sheet1.xml", |t| {
        t.replace("</sheetData>", &format!("{chain}</sheetData>"))
    });
    let limits = Limits { clock: Some(ticking), seconds: 2, ..Limits::DEFAULT };
    let options = Options { limits, ..Options::default() };
    let problems = fill_workbook(&bytes, &options).expect_err("16 million steps");
    assert_eq!(problems[0].code, "too-slow");
    let looks = LOOKS.load(Ordering::Relaxed);
    assert!((2000..3000).contains(&looks), "stopped soon: {looks}");
}

#[test]
fn memory_is_counted_by_cells_texts_and_formulas_before_it_is_taken() {
    // 40 KB of file ask for 60 MB and more each.
    let limits = Limits { memory_bytes: 8 << 20, ..Limits::DEFAULT };
    let long = "长".repeat(20_000);
    let rows = |cell: &dyn Fn(u32) -> String| {
        (1..=1000u32).map(|row| format!("<row r=\"{row}\">{}</row>", cell(row))).collect::<String>()
    };
    let shared = {
        let data = rows(&|row| format!("<c r=\"A{row}\" t=\"s\"><v>0</v></c>"));
        with_strings(
            &sheet(&data),
            &format!(
                "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>{long}</t></si></sst>"
            ),
        )
    };
    let formula = format!("1{}", "+B1".repeat(2600));
    let followers = sheet(&rows(&|row| match row {
        1 => format!(
            "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A1000\" si=\"0\">{formula}</f><v>1</v></c>"
        ),
        _ => format!("<c r=\"A{row}\"><f t=\"shared\" si=\"0\"/><v>1</v></c>"),
    }));
    let cells = sheet(&rows(&|row| {
        let names = ('A'..='Z').map(|c| format!("<c r=\"{c}{row}\"><v>1</v></c>"));
        names.collect::<String>()
    }));
    for (what, bytes, count) in
        [("strings", shared, 1000), ("formulas", followers, 1000), ("cells", cells, 26_000)]
    {
        assert!(bytes.len() < 200_000, "{what}: {}", bytes.len());
        let (found, words) = code(&bytes, &limits).expect_err(what);
        assert_eq!(found, "too-large", "{what}");
        assert!(words.contains("memory-bytes=8388608"), "{what}: {words}");
        assert_eq!(code(&bytes, &Limits::DEFAULT), Ok(count), "{what}");
    }
    same(&sample(ONE), "the sample stays far below");
}

/// The package with shared strings.
fn with_strings(bytes: &[u8], strings: &str) -> Vec<u8> {
    let mut parts = bodies(bytes);
    for (name, body) in &mut parts {
        let (from, more) = match name.as_str() {
            "[Content_Types].xml" => (
                "</Types>",
                "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/>",
            ),
            "xl/_rels/workbook.xml.rels" => (
                "</Relationships>",
                "<Relationship Id=\"rIdS\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/>",
            ),
            _ => continue,
        };
        let text = String::from_utf8(body.clone()).expect("UTF-8");
        *body = text.replace(from, &format!("{more}{from}")).into_bytes();
    }
    let mut members: Vec<_> = parts.iter().map(|(name, body)| member(name, body)).collect();
    members.push(member("xl/sharedStrings.xml", strings));
    crate::common::pack::archive(&members)
}
