//! 3.1 Container.

use super::{RIGHT, either, refused, same, verdict, verdict_with};
use crate::common::pack::{Member, archive, archive_listed, bodies, deflated, member, packed};
use crate::common::{ONE, kaohe, said, sample};
use kaohe::Options;
use std::time::{Duration, Instant};

fn members() -> Vec<Member> {
    bodies(&sample(ONE)).iter().map(|(name, body)| member(name, body)).collect()
}

fn with(extra: Member) -> Vec<u8> {
    let mut all = members();
    all.push(extra);
    archive(&all)
}

fn find<'a>(all: &'a mut [Member], name: &str) -> &'a mut Member {
    all.iter_mut().find(|m| m.name == name.as_bytes()).expect(name)
}

const METRICS_PART: &str = "xl/worksheets/sheet2.xml";

#[test]
fn what_is_no_workbook_says_what_it_looks_like() {
    let mut stub = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    stub.resize(1536, 0);
    refused(&stub, "damaged", "a compound file's head alone");
    let mut word = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("cfb");
    word.create_stream("/WordDocument").expect("stream");
    refused(&word.into_inner().into_inner(), "not-a-workbook", "a Word document");
    for (bytes, what) in [
        (&b""[..], "empty"),
        (b"<html><table></table></html>", "HTML"),
        (b"a,b,c\n1,2,3\n", "CSV"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"PK", "two bytes"),
    ] {
        refused(bytes, "not-a-workbook", what);
    }
}

#[test]
fn the_content_tells_the_kind_and_a_wrong_extension_is_told() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("表.xls"), sample(ONE)).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["表.xls"]));
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("xlsx") && words.contains("扩展名"), "{words}");
    assert!(folder.path().join("表-已评分.xlsx").exists());
    let legacy = sample("客服主管绩效考核表-王丽-97.xls");
    std::fs::write(folder.path().join("旧.xlsx"), legacy).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["旧.xlsx"]));
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("xls"), "{words}");
}

#[test]
fn cut_at_every_percent() {
    for name in [ONE, "客服主管绩效考核表-王丽-97.xls"] {
        let whole = sample(name);
        let right = verdict(&whole);
        for percent in 1..100 {
            let found = verdict(&whole[..whole.len() * percent / 100]);
            assert!(found.is_err() || found == right, "{name} cut at {percent} %");
        }
    }
}

#[test]
fn one_flipped_byte_in_two_thousand_places() {
    let whole = sample(ONE);
    let (mut refusals, mut equal) = (0, 0);
    for step in 0..2000 {
        let at = whole.len() * step / 2000;
        let mut bad = whole.clone();
        bad[at] ^= 1 << (step % 8);
        match verdict(&bad) {
            Err(_) => refusals += 1,
            Ok(found) => {
                assert_eq!(found, *RIGHT, "byte {at}");
                equal += 1;
            }
        }
    }
    println!("flipped: {refusals} refused, {equal} the same");
    assert!(refusals > 200 && equal > 200, "the flips reach read and unread parts");
}

#[test]
fn bombs() {
    let zeros = vec![0u8; 100 << 20];
    let (data, crc) = deflated(&zeros);
    let bomb = |name: &str| Member {
        data: data.clone(),
        crc,
        size: 100 << 20,
        stored: data.len() as u64,
        ..member(name, b"")
    };
    let started = Instant::now();
    same(&with(bomb("xl/media/bomb.bin")), "a bomb in an unread part");
    // Far above the second that it takes: the machine may be busy, and this is a debug build.
    assert!(started.elapsed() < Duration::from_secs(60));
    let mut all = members();
    *find(&mut all, METRICS_PART) = bomb(METRICS_PART);
    refused(&archive(&all), "too-large", "a bomb in a read part");
    let mut strings = members();
    *find(&mut strings, "xl/sharedStrings.xml") = bomb("xl/sharedStrings.xml");
    refused(&archive(&strings), "too-large", "a bomb in the strings");
    // A header that lies about the size, both ways.
    for size in [0u64, 100, 1 << 30, u64::from(u32::MAX) - 1] {
        let mut all = members();
        find(&mut all, METRICS_PART).size = size;
        let found = verdict(&archive(&all)).expect_err("a lie");
        assert!(found[0].starts_with("damaged") || found[0].starts_with("too-large"), "{found:?}");
    }
    let mut all = members();
    let m = find(&mut all, METRICS_PART);
    m.local = Some((m.crc, m.stored as u32, 7));
    refused(&archive(&all), "damaged", "the local header lies");
    let mut all = members();
    find(&mut all, METRICS_PART).crc ^= 1;
    refused(&archive(&all), "damaged", "a wrong CRC");
}

#[test]
#[cfg(unix)]
fn a_bomb_in_an_unread_part_takes_no_memory() {
    let zeros = vec![0u8; 200 << 20];
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("a.xlsx"), with(member("xl/media/bomb.bin", &zeros)))
        .expect("written");
    drop(zeros);
    // 64 MiB of data for the process, as the catalogue wants.
    let script = format!("ulimit -d 65536; exec '{}' check a.xlsx", env!("CARGO_BIN_EXE_kaohe"));
    let run =
        std::process::Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).output();
    let run = run.expect("sh runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn overlapping_members() {
    // A stored member whose data holds another member whole; the directory lists both.
    let mut all = members();
    let inner = member("xl/media/inner.xml", b"<x/>");
    let alone = archive(std::slice::from_ref(&inner));
    let end = alone.windows(4).position(|w| w == b"PK\x01\x02").expect("directory");
    let carrier = member("xl/media/outer.bin", &alone[..end]).stored(&alone[..end]);
    all.push(carrier);
    let plain = archive(&all);
    same(&plain, "an inner archive is opaque");
    let at = plain.windows(alone[..end].len()).position(|w| w == &alone[..end]).expect("inside");
    all.push(Member { offset: Some(at as u64), data: vec![], ..inner });
    // The last one's own local header is written too; its directory record points inside.
    refused(&archive(&all), "damaged", "overlap");
}

#[test]
fn nested_archives_are_bytes() {
    same(&with(member("xl/embeddings/inner.xlsx", sample(ONE))), "nested");
    let mut huge = sample(ONE);
    huge.extend(vec![b'x'; 100]);
    same(&with(member("xl/embeddings/broken.zip", huge)), "a broken one");
}

#[test]
fn many_members_and_odd_names() {
    let mut all = members();
    all.extend((0..20_000).map(|i| member(&format!("x/{i}"), b"")));
    let bytes = archive(&all);
    refused(&bytes, "too-large", "20,000 members");
    let mut options = Options::default();
    assert!(options.limits.set("members", 30_000));
    assert_eq!(verdict_with(&bytes, &options).as_ref(), Ok(&*RIGHT), "raised");
    for name in ["", "../x", "xl/../../x", "..\\x", "/etc/passwd", "C:\\x", "c:/x", "a\0b"] {
        refused(&with(member(name, b"x")), "damaged", name);
    }
    for name in ["xl/media/工资.png", "xl\\media\\x.png", "xl/media/a b.png", ".hidden"] {
        same(&with(member(name, b"x")), name);
    }
    let mut gbk = member("x", b"x");
    gbk.name = vec![0xb9, 0xa4, 0xd7, 0xca];
    gbk.local_name = gbk.name.clone();
    gbk.flags = 0;
    either(&with(gbk), "a GBK name");
}

#[test]
fn names_that_stand_twice_or_differ() {
    for name in [METRICS_PART, "XL/Worksheets/SHEET2.xml", "xl/media/image1.png"] {
        refused(&with(member(name, b"<worksheet/>")), "damaged", name);
    }
    let mut all = members();
    find(&mut all, METRICS_PART).local_name = b"xl/worksheets/sheet9.xml".to_vec();
    refused(&archive(&all), "damaged", "local name unlike the central one");
}

#[test]
fn encrypted_members_and_odd_methods() {
    let mut all = members();
    find(&mut all, METRICS_PART).flags |= 1;
    refused(&archive(&all), "damaged", "an encrypted member");
    for method in [1, 6, 9, 12, 14, 93, 95, 99] {
        let mut all = members();
        find(&mut all, METRICS_PART).method = method;
        refused(&archive(&all), "damaged", "an odd method");
    }
}

#[test]
fn honest_ways_to_store() {
    let all = members();
    let order: Vec<usize> = (0..all.len()).collect();
    let reversed: Vec<usize> = order.iter().rev().copied().collect();
    let each = |f: &dyn Fn(Member) -> Member| all.iter().cloned().map(f).collect::<Vec<_>>();
    let plain: Vec<Member> =
        bodies(&sample(ONE)).iter().map(|(name, body)| member(name, body).stored(body)).collect();
    let mut folders =
        vec![member("xl/", b"").stored(b""), member("xl/worksheets/", b"").stored(b"")];
    folders.extend(all.clone());
    let mut backwards = all.clone();
    backwards.reverse();
    same(&archive(&each(&Member::described)), "data descriptors");
    same(&archive(&each(&Member::wide)), "zip64 fields");
    same(&archive(&plain), "stored");
    same(&archive_listed(&all, &order, "备注".as_bytes(), false), "a comment");
    same(&archive(&folders), "folders");
    same(&archive(&backwards), "reverse order");
    same(&archive_listed(&all, &reversed, b"", false), "a reversed directory");
    either(&archive_listed(&each(&Member::wide), &order, b"", true), "full zip64");
    let whole = sample(ONE);
    let mut before = b"junk before".to_vec();
    before.extend(&whole);
    either(&before, "junk before");
    let mut after = whole.clone();
    after.extend(b"junk after");
    either(&after, "junk after");
    // The comment may hold what looks like an end record.
    either(
        &archive_listed(&all, &order, b"PK\x05\x06 and more, quite some more text", false),
        "a comment like an end",
    );
    let backslashes: Vec<(String, Vec<u8>)> =
        bodies(&whole).into_iter().map(|(name, body)| (name.replace('/', "\\"), body)).collect();
    either(&packed(&backslashes), "backslash names");
}

/// Every .xls, .xlsb and .ods of the corpus: what the guards let through reads as by calamine alone.
#[test]
#[ignore = "needs ../shared; .ci/run runs it"]
fn the_legacy_corpus_reads_as_before() {
    use calamine::{Data, Reader, open_workbook_auto_from_rs};
    use std::collections::BTreeMap;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let mut folders = vec![root.clone()];
    let (mut equal, mut refusals) = (0, BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if !path.extension().is_some_and(|e| e == "xls" || e == "xlsb" || e == "ods") {
                continue;
            }
            let bytes = std::fs::read(&path).expect("read");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let book = match kaohe::workbook::open(&bytes, &|_| true) {
                Ok(book) => book,
                Err(problem) => {
                    println!("  {name}: {problem}");
                    *refusals.entry(problem.code).or_insert(0) += 1;
                    continue;
                }
            };
            let theirs = catch_unwind(AssertUnwindSafe(|| {
                let mut theirs =
                    open_workbook_auto_from_rs(std::io::Cursor::new(&bytes)).expect("calamine");
                let mut counts = Vec::new();
                // A chart sheet has no cells: calamine gives its chart's copies.
                let all = theirs.sheets_metadata().to_vec();
                let sheets = all.into_iter().filter(|s| s.typ == calamine::SheetType::WorkSheet);
                for sheet in sheets.map(|s| s.name) {
                    let range = theirs.worksheet_range(&sheet).expect("a range");
                    let used = range.used_cells().filter(|c| !matches!(c.2, Data::Empty));
                    // calamine leaves the dates of .ods as text; we count them as Excel does.
                    let iso = used
                        .clone()
                        .any(|(_, _, d)| matches!(d, Data::DateTimeIso(_) | Data::DurationIso(_)));
                    let numbers = used.clone().filter_map(|(_, _, d)| match d {
                        Data::Float(n) => Some(*n),
                        Data::Int(n) => Some(*n as f64),
                        Data::DateTime(d) => Some(d.as_f64()),
                        _ => None,
                    });
                    let sum = numbers.sum::<f64>().to_bits();
                    counts.push((sheet, used.count(), (!iso).then_some(sum)));
                }
                counts
            }));
            let theirs = theirs.expect("no panic");
            let ours: Vec<(String, usize, Option<u64>)> = book
                .sheets
                .iter()
                .filter(|sheet| theirs.iter().any(|(name, ..)| *name == sheet.name))
                .map(|sheet| {
                    let numbers = sheet.cells.values().filter_map(|c| match c.value {
                        kaohe::workbook::Value::Number(n) => Some(n),
                        _ => None,
                    });
                    let iso =
                        theirs.iter().any(|(name, _, sum)| *name == sheet.name && sum.is_none());
                    let sum = (!iso).then(|| numbers.sum::<f64>().to_bits());
                    (sheet.name.clone(), sheet.cells.len(), sum)
                })
                .collect();
            assert_eq!(ours, theirs, "{name}");
            equal += 1;
        }
    }
    if equal == 0 {
        println!("legacy corpus: skipped, {} is not there", root.display());
    } else {
        println!("legacy corpus: {equal} read alike, refused {refusals:?}");
    }
}
