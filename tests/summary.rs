//! What the summary's file holds beside its cells, where rows are streamed: links, trends, what charts
//! show, order, layouts of several forms. Read with calamine, and as XML.

use crate::common::*;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The text parts of a package.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("zip");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("a member");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            (file.name().expect("a name").into_owned(), text)
        })
        .collect()
}

/// What stands between two pieces of text, each time.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).map(|rest| rest.split_once(close).expect(close).0).collect()
}

/// A name that is wider than its column.
const LONG: &str = "阿卜杜拉·买买提·热合曼江";

/// People in the order in which the table must have them, of one total each two.
fn people() -> Vec<(String, String, f64)> {
    let odd = [
        LONG,
        "a & <b>",
        "\"引\"",
        "甲_x0041_乙",
        "欧阳某某某某甲",
        "欧阳某某某某乙",
        "欧阳某某某某丙",
    ];
    let mut people: Vec<(String, String, f64)> = (0..34u32)
        .map(|n| {
            let name =
                odd.get(n as usize).map_or(format!("员工{n:02}"), |name| (*name).to_owned());
            // Two points a whole percent: 300,000 is the plan.
            (
                name,
                ["客服", "物流"][n as usize % 2].to_owned(),
                300_000.0 + 3_000.0 * f64::from(n / 8),
            )
        })
        .collect();
    people.sort_by(|a, b| {
        b.2.total_cmp(&a.2).then_with(|| a.1.cmp(&b.1)).then_with(|| a.0.cmp(&b.0))
    });
    people
}

#[test]
fn rows_links_trends_and_what_charts_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let people = people();
    // File names tell another order than the people's.
    for (n, (name, department, turnover)) in people.iter().rev().enumerate() {
        put(root, &format!("九月/{n:02}.xlsx"), form(name, department, 9, 300_000.0));
        let sub = ["甲 [组]", "#1 乙 50%20"][n % 2];
        put(root, &format!("十月/{sub}/{n:02}.xlsx"), form(name, department, 10, *turnover));
    }
    put(root, "十月/坏.xlsx", "no workbook");
    assert_eq!(said(&kaohe(root, &["batch", "九月", "--out", "o9"])).2, 0);
    let args = ["batch", "十月", "--out", "o", "--previous", "o9/汇总.xlsx"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && out.starts_with("填好 34，未变 0，未完成 0，失败 1"), "{out}{err}");
    let bytes = std::fs::read(root.join("o/汇总.xlsx")).unwrap();

    // Who is where: by total, department, name; long names of one beginning too.
    let table = rows(&bytes, "汇总");
    let names: Vec<&str> = table[4..38].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(names, people.iter().map(|p| p.0.as_str()).collect::<Vec<_>>());
    let head = &table[3];
    let column = |name: &str| head.iter().position(|c| c == name).expect(name);
    let (total, change, link) = (column("总得分"), column("变化"), column("工作簿"));
    for (row, (_, _, turnover)) in table[4..].iter().zip(&people) {
        let gained = 2.0 * (turnover - 300_000.0) / 3_000.0;
        assert_eq!(row[change].parse::<f64>().unwrap(), gained, "{row:?}");
    }
    // The key of formats is gone: nothing right of the last column.
    assert_eq!(head.len(), link + 1);
    let parts = parts(&bytes);
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    let cells = between(sheet, "<c r=\"", "\"");
    let letters = kaohe::cell::column_letters(u32::try_from(link).unwrap());
    assert!(cells.iter().all(|cell| kaohe::cell::CellRef::parse(cell).unwrap().col <= link as u32));
    assert!(sheet.contains(&format!("<dimension ref=\"A1:{letters}40\"/>")));

    // A summary whose history was renamed, or deleted and only its table is left, serves too.
    for (part, old, new) in [
        ("xl/workbook.xml", "name=\"历史\"", "name=\"存档\""),
        ("xl/sharedStrings.xml", ">2026-09<", ">九月<"),
    ] {
        let before = std::fs::read(root.join("o9/汇总.xlsx")).unwrap();
        let changed = pack::with_part(&before, part, |text| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        });
        put(root, "换.xlsx", changed);
        let args = ["batch", "十月", "--out", "o2", "--previous", "换.xlsx"];
        let (_, err, code) = said(&kaohe(root, &args));
        let again = rows(&std::fs::read(root.join("o2/汇总.xlsx")).unwrap(), "汇总");
        assert!(code == 1 && again[4..] == table[4..], "{new}: {err}");
    }

    // A link a person, to a result that is there.
    let relations = &parts["xl/worksheets/_rels/sheet1.xml.rels"];
    let targets = between(relations, "Target=\"", "\"");
    let at = between(sheet, "<hyperlink ref=\"", "\"");
    assert_eq!((targets.len(), at.len()), (34, 34));
    for (n, (target, cell)) in targets.iter().zip(&at).enumerate() {
        assert_eq!(*cell, format!("{letters}{}", n + 5));
        let file = target.replace("%20", " ").replace("%5b", "[").replace("%5d", "]");
        let file = file.replace("%23", "#").replace("%25", "%");
        // Of the person in that row.
        let result = std::fs::read(root.join("o").join(&file)).expect(&file);
        assert_eq!(seen(&result, FORM, "A2").to_string(), format!("被考核人：{}", people[n].0));
    }

    // A row with a name of two lines is as tall, 43 pixels; the others have no height of their own.
    for (n, (name, ..)) in people.iter().enumerate() {
        let row = between(sheet, &format!("<row r=\"{}\"", n + 5), ">")[0];
        assert_eq!(row.contains(" ht=\"32.25\""), name == LONG, "{name}: {row}");
    }

    // A line of the trend a person, of the person's row in the history.
    let past = rows(&bytes, "历史");
    assert_eq!(past[0][2..], ["2026-09", "2026-10"]);
    let mut trends: Vec<(&str, &str)> = between(sheet, "<x14:sparkline>", "</x14:sparkline>")
        .iter()
        .map(|one| (between(one, "<xm:sqref>", "<")[0], between(one, "<xm:f>", "<")[0]))
        .collect();
    assert_eq!(trends.len(), 34);
    trends.sort_by_key(|(cell, _)| kaohe::cell::CellRef::parse(cell).unwrap().row);
    for (n, (cell, source)) in trends.iter().enumerate() {
        let trend = kaohe::cell::column_letters(u32::try_from(change + 1).unwrap());
        assert_eq!(*cell, format!("{trend}{}", n + 5));
        assert_eq!(*source, format!("历史!C{0}:D{0}", n + 2));
        assert_eq!(past[n + 1][0], people[n].0);
        assert_eq!(past[n + 1][3], table[n + 4][total]);
    }

    // What a preview shows of the charts: the best 30, and the mean share of each item.
    let cached = |chart: &str| -> Vec<String> {
        between(&parts[chart], "<c:v>", "</c:v>").iter().map(|v| (*v).to_owned()).collect()
    };
    let best = cached("xl/charts/chart1.xml");
    // The series' name first.
    assert_eq!(best.len(), 1 + 30 + 30);
    for n in 0..30 {
        assert_eq!(
            best[1 + n],
            people[n].0.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
        );
        assert_eq!(
            best[31 + n].parse::<f64>().unwrap(),
            table[n + 4][total].parse::<f64>().unwrap()
        );
    }
    let items = column("合计") - 3;
    let shares = cached("xl/charts/chart2.xml");
    assert_eq!(shares.len(), 1 + 2 * items);
    let share = table.iter().find(|row| row[1] == "得分率").expect("shares");
    for n in 0..items {
        assert_eq!(shares[1 + n], head[3 + n]);
        assert_eq!(
            shares[1 + items + n].parse::<f64>().unwrap(),
            share[3 + n].parse::<f64>().unwrap()
        );
    }
    // 34 people, 8 with none, 8 with 2 points more of 15, 8 with 4, 8 with 6, 2 with 8; the sample
    // has 15 for the plan.
    let mean: f64 = share[3].parse().unwrap();
    assert!((mean - (15.0 + (8.0 * (2.0 + 4.0 + 6.0) + 2.0 * 8.0) / 34.0) / 15.0).abs() < 1e-12);

    let problems = rows(&bytes, "问题");
    assert_eq!(problems.iter().filter(|row| row[0] == "坏.xlsx").count(), 1);
}

#[test]
fn forms_of_several_kinds_stand_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let warehouse = forms::example("仓库主管");
    for n in 0..3u32 {
        let bytes = forms::blank(&warehouse, &format!("库{n}"), "仓储部");
        put(root, &format!("in/库{n}.xlsx"), forms::with(&bytes, &format!("账实不符项数={n}")));
    }
    put(root, "in/一.xlsx", sample(ONE));
    // The same form with other points: one table, and no one cell holds the points.
    put(root, "in/二.xlsx", form("李四", "客服部", 10, 300_000.0));
    let other = changed(ONE, &[(FORM, "C4", text("20分")), (FORM, "A2", text("被考核人：周强"))]);
    put(root, "in/三.xlsx", other);
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "o", "--jobs", "2"]));
    assert!(code == 0 && out.starts_with("填好 6"), "{out}{err}");
    let bytes = std::fs::read(root.join("o/汇总.xlsx")).unwrap();
    let (service, stock) = (rows(&bytes, "汇总-客服主管"), rows(&bytes, "汇总-仓库主管"));
    let names = |rows: &[Vec<String>]| -> Vec<String> {
        rows[4..7].iter().map(|row| row[1].clone()).collect()
    };
    assert_eq!(names(&stock), ["库0", "库1", "库2"]);
    let mut three = names(&service);
    three.sort();
    assert_eq!(three, ["周强", "李四", "王丽"]);
    assert_eq!((service[2][3].as_str(), service[2][4].as_str()), ("", "10"));
    assert_eq!(rows(&bytes, "历史-仓库主管").len(), 4);
    // The same bytes, by one worker and from the manifest.
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "o1", "--jobs", "1"])).2, 0);
    let read = |name: &str| std::fs::read(root.join(name)).unwrap();
    assert!(read("o1/汇总.xlsx") == bytes);
    // All but the end, which names the summary.
    let entries = |name: &str| {
        let text = String::from_utf8(read(name)).unwrap();
        text.trim_end().rsplit_once('\n').unwrap().0.to_owned()
    };
    assert!(entries("o1/.kaohe-manifest.json") == entries("o/.kaohe-manifest.json"));
    std::fs::remove_file(root.join("o1/汇总.xlsx")).unwrap();
    let (out, _, _) = said(&kaohe(root, &["batch", "in", "--out", "o1"]));
    assert!(out.starts_with("填好 0，未变 6"), "{out}");
    assert!(read("o1/汇总.xlsx") == bytes);
}

/// A manifest that is torn, or of another shape, counts as none: nothing of ours is taken for known.
#[test]
fn a_manifest_that_is_not_whole_counts_as_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/a.xlsx", sample(ONE));
    put(root, "in/b.xlsx", "no workbook");
    let run = || said(&kaohe(root, &["batch", "in", "--out", "out"])).0;
    assert!(run().starts_with("填好 1，未变 0，未完成 0，失败 1"));
    let path = root.join("out/.kaohe-manifest.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    assert!(run().starts_with("填好 0，未变 1"));
    let lines: Vec<&str> = whole.lines().collect();
    let one = |line: &str| whole.replacen(&format!("{line}\n"), "", 1);
    let torn = [
        whole[..whole.len() / 2].to_owned(),
        one(lines[0]),
        // A layout, the entries, the end.
        one(lines[1]),
        one(lines[2]),
        one(lines[lines.len() - 1]),
        whole.replacen("kaohe.manifest/2", "kaohe.manifest/1", 1),
        whole.replacen("\"layout\":0", "\"layout\":1", 1),
        format!("{whole}{whole}"),
    ];
    for text in torn {
        assert!(text != whole);
        std::fs::write(&path, text).unwrap();
        assert!(run().starts_with("填好 1，未变 0"), "the result that is there is what is written");
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("{\"schema\":\"kaohe.manifest/2\"}")
        );
    }
}

/// A summary that a run made is made anew however the command names it, and beside another one.
#[test]
fn our_own_summaries_are_known_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let people = |name: &str| {
        let bytes = std::fs::read(root.join("out").join(name)).expect("a summary");
        rows(&bytes, "汇总").iter().filter(|row| row[1].starts_with('甲')).count()
    };
    let run = |from: &str, count: u32, args: &[&str]| {
        put(root, &format!("in/{count}.xlsx"), form(&format!("甲{count}"), "一部", 10, 3e5));
        let (out, err, code) = said(&kaohe(&root.join(from), args));
        assert_eq!(code, 0, "{out}{err}");
    };
    run("", 1, &["batch", "in", "--out", "out"]);
    run("out", 2, &["batch", "../in", "--out", "."]);
    assert_eq!(people("汇总.xlsx"), 2);
    run("", 3, &["batch", "in", "--out", "./out/", "--summary", "给经理.xlsx"]);
    run("in", 4, &["batch", ".", "--out", "../out"]);
    assert_eq!([people("给经理.xlsx"), people("汇总.xlsx")], [3, 4]);
    // What came from elsewhere is still not ours.
    put(root, "out/别的.xlsx", "mine");
    let (_, err, code) =
        said(&kaohe(root, &["batch", "in", "--out", "out", "--summary", "别的.xlsx"]));
    assert!(code == 1 && err.contains("output-exists"), "{err}");
    let (_, err, code) = said(&kaohe(root, &["batch", "nowhere", "--out", "out"]));
    assert!(code == 1 && err.contains("--> nowhere"), "{err}");
}

#[test]
fn people_of_one_name_and_department_are_told_apart_by_their_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let numbered = |name: &str, number: &str, month: u32, turnover: f64| {
        let number = if number.is_empty() { String::new() } else { format!("  工号：{number}") };
        form(name, &format!("客服部{number}"), month, turnover)
    };
    for (month, at, second) in [("九月", 9, 300_000.0), ("十月", 10, 306_000.0)] {
        put(root, &format!("{month}/a.xlsx"), numbered("王丽", "1001", at, 300_000.0));
        put(root, &format!("{month}/b.xlsx"), numbered("王丽", "1002", at, second));
        put(root, &format!("{month}/c.xlsx"), numbered("周强", "1003", at, 303_000.0));
    }
    let (out, err, code) = said(&kaohe(root, &["batch", "九月", "--out", "o9"]));
    assert!(code == 0 && !out.contains("两份工作簿") && !err.contains("两份工作簿"), "{out}{err}");
    let args = ["batch", "十月", "--out", "o", "--previous", "o9/汇总.xlsx"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert!(code == 0 && !out.contains("两份工作簿") && !err.contains("两份工作簿"), "{out}{err}");
    let table = rows(&std::fs::read(root.join("o/汇总.xlsx")).unwrap(), "汇总");
    let names: Vec<&str> = table[4..7].iter().map(|row| row[1].as_str()).collect();
    // Only who has a namesake shows the number.
    assert_eq!(names, ["王丽（1002）", "周强", "王丽（1001）"]);
    // Each is held against the own total of last month: 2 points a percent.
    let change = table[3].iter().position(|c| c == "变化").unwrap();
    let changes: Vec<&str> = table[4..7].iter().map(|row| row[change].as_str()).collect();
    assert_eq!(changes, ["4", "0", "0"]);
    // The same number twice, or none, may be one person.
    for (n, number) in ["1002", ""].iter().enumerate() {
        put(root, "十月/d.xlsx", numbered("王丽", number, 10, 300_000.0));
        let (out, err, _) = said(&kaohe(root, &["batch", "十月", "--out", &format!("o{n}")]));
        assert!(format!("{out}{err}").contains("两份工作簿"), "{out}{err}");
    }
}
