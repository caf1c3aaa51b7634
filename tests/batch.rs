//! `kaohe batch` over folders, and its summary, as another program's reader sees it.

use crate::common::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use rust_xlsxwriter::Workbook as Book;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

/// All files below a folder with their bytes.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                out.insert(name, std::fs::read(path).expect("a file"));
            }
        }
    }
    out
}

/// The rows of a summary's sheet.
fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    let range = book.worksheet_range(sheet).expect(sheet);
    range.rows().map(<[Data]>::to_vec).collect()
}

fn column(head: &[Data], name: &str) -> usize {
    head.iter().position(|c| *c == *name).unwrap_or_else(|| panic!("no column {name}"))
}

/// The table of people: header, and lines by name in the sheet's order.
fn table(bytes: &[u8]) -> (Vec<Data>, Vec<Vec<Data>>) {
    let all = rows(bytes, "汇总");
    let at = all.iter().position(|r| r[0] == "名次").expect("a header");
    let people = all[at + 1..].iter().filter(|r| !matches!(r[0], Data::Empty)).cloned().collect();
    (all[at].clone(), people)
}

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

#[test]
fn folders_keep_their_structure_and_only_changes_are_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/客服部/王丽.xlsx", sample(ONE));
    put(root, "in/客服部/王丽.xls", sample("客服主管绩效考核表-王丽-97.xls"));
    put(root, "in/全部门.xlsx", sample(MANY));
    put(root, "in/~$全部门.xlsx", "x");
    put(root, "in/.隐藏.xlsx", "x");
    put(root, "in/全部门-已评分.xlsx", "x");
    put(root, "in/说明.txt", "x");
    let run =
        |args: &[&str]| said(&kaohe(root, &[&["batch", "in", "--out", "out"], args].concat()));
    let (out, err, code) = run(&[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out, "填好 3，未变 0，未完成 0，失败 0，跳过 3（共 5 人有得分）\n");
    let first = tree(&root.join("out"));
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            ".kaohe-manifest.json",
            "全部门-已评分.xlsx",
            "客服部/王丽-已评分.xlsx",
            "客服部/王丽.xls-已评分.xlsx",
            "汇总.xlsx"
        ]
    );
    // The result is the one that `fill` gives.
    let (_, _, code) = said(&kaohe(root, &["fill", "in/客服部/王丽.xlsx", "-o", "f.xlsx"]));
    assert_eq!(code, 0);
    assert!(first["客服部/王丽-已评分.xlsx"] == std::fs::read(root.join("f.xlsx")).unwrap());

    let (out, _, code) = run(&["--jobs", "1"]);
    assert_eq!(
        (last_line(&out), code),
        ("填好 0，未变 3，未完成 0，失败 0，跳过 3（共 5 人有得分）", 0)
    );
    assert!(tree(&root.join("out")) == first, "nothing changed");
    // Everything anew, by another number of workers, in another folder: the same bytes.
    for jobs in ["1", "4"] {
        let other = format!("out{jobs}");
        let done = kaohe(root, &["batch", "in", "--out", &other, "--jobs", jobs]);
        assert_eq!(said(&done).2, 0);
        let again = tree(&root.join(&other));
        for (name, bytes) in &again {
            assert!(name.starts_with('.') || first[name] == *bytes, "{name} differs");
        }
        assert_eq!(again.len(), first.len());
    }

    // A changed output is made anew and told; a changed input alone is done.
    put(root, "out/客服部/王丽-已评分.xlsx", "changed");
    put(root, "in/全部门.xlsx", changed(MANY, &[(METRICS, "C4", num(480_000.0))]));
    let (out, _, code) = run(&[]);
    assert_eq!(
        (last_line(&out), code),
        ("填好 2，未变 1，未完成 0，失败 0，跳过 3（共 5 人有得分）", 0)
    );
    let third = tree(&root.join("out"));
    assert!(third["客服部/王丽-已评分.xlsx"] == first["客服部/王丽-已评分.xlsx"]);
    assert!(third["全部门-已评分.xlsx"] != first["全部门-已评分.xlsx"]);
    assert!(
        rows(&third["汇总.xlsx"], "提示").iter().any(|r| r[5].to_string().contains("被人改过"))
    );
    // The summary still lists everyone.
    assert_eq!(table(&third["汇总.xlsx"]).1.len(), 5);
    let (out, _, _) = run(&["--force"]);
    assert!(out.starts_with("填好 3，未变 0"), "{out}");

    // What is refused now leaves its earlier result, and says so.
    put(root, "in/全部门.xlsx", "no workbook");
    let (out, err, code) = run(&[]);
    assert!(out.starts_with("填好 0，未变 2，未完成 0，失败 1"), "{out}");
    assert!(
        code == 1 && err.contains("stale-result") && err.contains("全部门-已评分.xlsx"),
        "{err}"
    );
    assert_eq!(table(&tree(&root.join("out"))["汇总.xlsx"]).1.len(), 2);
    put(root, "in/全部门.xlsx", sample(MANY));
    let (out, err, code) = run(&[]);
    assert_eq!(
        (last_line(&out), code),
        ("填好 1，未变 2，未完成 0，失败 0，跳过 3（共 5 人有得分）", 0),
        "{err}"
    );
}

#[test]
fn one_bad_workbook_never_stops_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let one = sample(ONE);
    put(root, "in/好.xlsx", &one);
    put(root, "in/空.xlsx", "");
    put(root, "in/网页.xls", "<html><table>");
    put(root, "in/截断.xlsx", &one[..one.len() / 2]);
    put(root, "in/垃圾.xlsx", b"PK\x03\x04 and nothing more");
    put(root, "in/老格式.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]);
    let mut book = Book::new();
    book.add_worksheet().write(0, 0, "无关").unwrap();
    put(root, "in/无关.xlsx", book.save_to_buffer().unwrap());
    put(root, "in/坏数.xlsx", changed(ONE, &[(METRICS, "B5", text("待定"))]));
    put(root, "in/没填.xlsx", changed(ONE, &[(METRICS, "B15", kaohe::package::Content::Blank)]));
    put(root, "in/一人坏.xlsx", changed(MANY, &[(METRICS, "C5", text("待定"))]));
    std::fs::create_dir(root.join("in/文件夹.xlsx")).unwrap();
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert_eq!(
        (last_line(&out), code),
        ("填好 1，未变 0，未完成 2，失败 7，跳过 0（共 3 人有得分）", 1),
        "{err}"
    );
    let made = tree(&root.join("out"));
    let names: Vec<&str> = made.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [".kaohe-manifest.json", "一人坏-已评分.xlsx", "好-已评分.xlsx", "汇总.xlsx"]
    );
    let listed = rows(&made["汇总.xlsx"], "问题");
    for file in
        ["空", "截断", "垃圾", "无关", "坏数", "没填", "一人坏"].map(|n| format!("{n}.xlsx"))
    {
        let row = listed.iter().find(|r| r[0].to_string() == file);
        let row = row.unwrap_or_else(|| panic!("{file} is not listed"));
        assert!(!row[5].to_string().is_empty(), "{file} says what");
        assert!(err.contains(&file), "{file}: {err}");
    }
    let bad = listed.iter().find(|r| r[0] == "坏数.xlsx").unwrap();
    let cells: Vec<String> = bad.iter().map(ToString::to_string).collect();
    assert_eq!(cells[1..5], ["王丽", METRICS, "B5", "错误"]);
    assert_eq!(cells[6], "在 B5 填写一个数字");
    let bad = listed.iter().find(|r| r[0] == "一人坏.xlsx").unwrap();
    assert_eq!(bad[1].to_string(), "周强");
}

#[test]
fn months_are_held_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/十月.xlsx", sample(ONE));
    let september = [
        (FORM, "C2", text("考核月份：2026年9月")),
        (METRICS, "A1", text("2026年9月 指标数据")),
        (FORM, "A2", text("被考核人：李四")),
    ];
    put(root, "in/九月.xlsx", changed(ONE, &september));
    put(root, "in/指标旧.xlsx", changed(ONE, &september[1..]));
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "all"]));
    assert!(code == 0 && out.starts_with("填好 3"), "{out}{err}");
    assert!(err.contains("月份不一") && err.contains("2026-09：1 份 九月.xlsx"), "{err}");
    let (out, err, code) =
        said(&kaohe(root, &["batch", "in", "--out", "out", "--month", "2026年10月"]));
    assert!(code == 1 && out.starts_with("填好 1，未变 0，未完成 0，失败 2"), "{out}{err}");
    assert!(err.contains("这是 2026-09 的表，不是 2026-10\n  --> 九月.xlsx"), "{err}");
    assert!(err.contains("--> 指标旧.xlsx"), "{err}");
    assert!(!root.join("out/九月-已评分.xlsx").exists());
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "o", "--month", "十月"])).2, 2);
    std::fs::create_dir(root.join("空")).unwrap();
    let (_, err, code) = said(&kaohe(root, &["batch", "空", "--out", "o"]));
    assert!(code == 1 && err.contains("no-workbooks"), "{err}");
    let (_, err, code) = said(&kaohe(root, &["batch", "没有", "--out", "o"]));
    assert!(code == 1 && err.contains("cannot-read"), "{err}");
}

#[test]
fn nothing_that_is_not_ours_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/a.xlsx", sample(ONE));
    put(root, "out/a-已评分.xlsx", "mine");
    put(root, "out/汇总.xlsx", "mine too");
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert!(code == 1 && out.contains("失败 1"), "{out}");
    assert_eq!(err.matches("output-exists").count(), 2, "{err}");
    assert_eq!(tree(&root.join("out"))["汇总.xlsx"], b"mine too");
    assert_eq!(tree(&root.join("out"))["a-已评分.xlsx"], b"mine");
    let (_, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out", "--force"]));
    assert_eq!(code, 0, "{err}");
    // The output below the input is no input; nor is the summary.
    let (out, _, code) = said(&kaohe(root, &["batch", ".", "--out", "out", "--force"]));
    assert!(code == 0 && out.starts_with("填好 1"), "{out}");
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "in"]));
    assert!(code == 0 && out.starts_with("填好 1"), "{out}{err}");
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "in"]));
    assert_eq!(
        (last_line(&out), code),
        ("填好 0，未变 1，未完成 0，失败 0，跳过 2（共 1 人有得分）", 0),
        "{err}"
    );
}

/// A workbook of many people: a form sheet each, and one metric sheet. Gives the totals too, by
/// the form's rules: turnover above plan by whole points, everything else full.
fn many(count: u32, forms: bool, metrics: bool) -> (Vec<u8>, Vec<f64>) {
    let scheme = &kaohe::scheme::Scheme::built_in()[0];
    let mut book = Book::new();
    let mut totals = Vec::new();
    let name = |n: u32| format!("员工{n:03}");
    if forms {
        for n in 0..count {
            let page = book.add_worksheet();
            page.set_name(name(n)).unwrap();
            page.write(0, 0, format!("被考核人：{}", name(n))).unwrap();
            page.write(0, 1, format!("部门：{}部", ["客服", "售后", "物流"][n as usize % 3]))
                .unwrap();
            page.write(0, 2, "考核月份：2026年10月").unwrap();
            for (col, head) in (0..).zip(["考核项目", "考核要点", "权重分值", "得分"])
            {
                page.write(2, col, head).unwrap();
            }
            let mut row = 3;
            for item in &scheme.items {
                page.write(row, 0, &item.name).unwrap();
                page.write(row, 2, format!("{}分", item.points)).unwrap();
                row += 1;
            }
            page.write(row, 0, "合计").unwrap();
            row += 2;
            for rating in &scheme.ratings {
                page.write(row, 0, &rating.name).unwrap();
                page.write(row + 1, 0, "考核指标").unwrap();
                page.write(row + 1, 3, "得分").unwrap();
                row += 2;
                for mark in &rating.marks {
                    page.write(row, 0, &mark.name).unwrap();
                    if rating.prefix.as_deref() == Some("上级") {
                        page.write(row, 3, 4).unwrap();
                    }
                    row += 1;
                }
                page.write(row, 0, "合计").unwrap();
                page.write(row + 1, 0, "折算得分").unwrap();
                row += 3;
            }
            page.write(row, 0, "总得分").unwrap();
        }
    }
    if metrics {
        let page = book.add_worksheet();
        page.set_name("指标数据").unwrap();
        page.write(0, 0, "姓名").unwrap();
        let figures: [(&str, f64); 20] = [
            ("计划营业额", 100_000.0),
            ("实际营业额", 0.0),
            ("未及时处理投诉次数", 0.0),
            ("投诉损失罚款", 0.0),
            ("当月中差评数量", 20.0),
            ("中差评实际修改数量", 19.0),
            ("失职投诉次数", 0.0),
            ("活动培训延误人次", 0.0),
            ("新品信息延误次数", 0.0),
            ("规则变动延误次数", 0.0),
            ("培训原因流失人次", 0.0),
            ("问题处理评分", 5.0),
            ("部门KPI平均分", 70.0),
            ("不及格人次", 0.0),
            ("C店询单转化率", 0.6),
            ("商城询单转化率", 0.95),
            ("客单价均值", 85.0),
            ("旺旺超时人次", 0.0),
            ("旺旺超时2秒以上人次", 0.0),
            ("旺旺最长反应时间", 18.0),
        ];
        for (col, (label, _)) in (1..).zip(&figures) {
            page.write(0, col, *label).unwrap();
        }
        let below = scheme.ratings.iter().find(|r| r.prefix.as_deref() == Some("下级")).unwrap();
        for (col, mark) in (21..).zip(&below.marks) {
            page.write(0, col, format!("下级-{}", mark.name)).unwrap();
        }
        for n in 0..count {
            page.write(n + 1, 0, name(n)).unwrap();
            for (col, (_, value)) in (1..).zip(&figures) {
                page.write(n + 1, col, *value).unwrap();
            }
            page.write(n + 1, 2, 100_000.0 + 1_000.0 * f64::from(n % 7)).unwrap();
            for col in (21..).take(below.marks.len()) {
                page.write(n + 1, col, 5).unwrap();
            }
        }
    }
    for n in 0..count {
        // 80 points, 2 more a point of turnover above plan; 4 of 5 by the superior, 5 of 5 below.
        totals.push(80.0 + 2.0 * f64::from(n % 7) + 8.0 + 10.0);
    }
    (book.save_to_buffer().unwrap(), totals)
}

#[test]
fn two_hundred_people_in_one_workbook_are_ranked() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (bytes, totals) = many(200, true, true);
    put(root, "in/全公司.xlsx", bytes);
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert_eq!(
        (last_line(&out), code),
        ("填好 1，未变 0，未完成 0，失败 0，跳过 0（共 200 人有得分）", 0),
        "{err}"
    );
    let summary = std::fs::read(root.join("out/汇总.xlsx")).unwrap();
    let (head, people) = table(&summary);
    assert_eq!(people.len(), 200);
    let total = column(&head, "总得分");
    let mut last = f64::INFINITY;
    for row in &people {
        let number: usize = row[1].to_string().trim_start_matches("员工").parse().unwrap();
        let Data::Float(own) = row[total] else { panic!("{row:?}") };
        assert!((own - totals[number]).abs() < 1e-9, "{row:?}");
        assert!(own <= last, "sorted");
        last = own;
        // Ties share a rank and the next is skipped: one more than the number of better ones.
        let rank = 1 + totals.iter().filter(|t| **t > totals[number] + 1e-9).count();
        assert_eq!(row[0].to_string(), rank.to_string(), "{row:?}");
    }
    let all = rows(&summary, "汇总");
    let mean = all.iter().find(|r| r[1] == "平均").expect("means");
    let Data::Float(mean) = mean[total] else { panic!("{mean:?}") };
    assert!((mean - totals.iter().sum::<f64>() / 200.0).abs() < 1e-9);
    let departments = rows(&summary, "部门");
    assert_eq!(departments.len(), 2 + 3);
    assert_eq!(departments.iter().skip(2).map(|r| r[1].to_string()).collect::<Vec<_>>().len(), 3);
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(summary)).unwrap();
    let formulas = book.worksheet_formula("汇总").unwrap();
    let has = |text: &str| formulas.cells().filter(|(.., f)| f.contains(text)).count();
    assert_eq!((has("RANK("), has("SUM("), has("ROUND(")), (200, 200, 200));
}

#[test]
fn one_metrics_workbook_for_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/表.xlsx", many(5, true, false).0);
    let (metrics, totals) = many(5, false, true);
    put(root, "数据/指标.xlsx", metrics);
    let args = ["batch", "in", "--out", "out", "--metrics", "数据/指标.xlsx"];
    let (out, err, code) = said(&kaohe(root, &args));
    assert!(code == 0 && out.contains("共 5 人"), "{out}{err}");
    let (head, people) = table(&std::fs::read(root.join("out/汇总.xlsx")).unwrap());
    let total = column(&head, "总得分");
    for row in people {
        let number: usize = row[1].to_string().trim_start_matches("员工").parse().unwrap();
        let Data::Float(own) = row[total] else { panic!("{row:?}") };
        assert!((own - totals[number]).abs() < 1e-9);
    }
    // Another metrics workbook: everything is done again.
    let (metrics, _) = many(6, false, true);
    put(root, "数据/指标.xlsx", metrics);
    let (out, _, _) = said(&kaohe(root, &args));
    assert!(out.starts_with("填好 1，未变 0"), "{out}");
}

#[test]
fn the_summary_compares_with_last_month_and_holds_text_as_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let evil = "=HYPERLINK(\"x\")";
    let form = |person: &str, month: u32, turnover: f64| {
        changed(
            ONE,
            &[
                (FORM, "A2", text(&format!("被考核人：{person}"))),
                (FORM, "C2", text(&format!("考核月份：2026年{month}月"))),
                (METRICS, "A1", text(&format!("2026年{month}月 指标数据"))),
                (METRICS, "B5", num(turnover)),
            ],
        )
    };
    put(root, "九月/a.xlsx", form(evil, 9, 300_000.0));
    put(root, "九月/b.xlsx", form("王丽", 9, 309_500.0));
    put(root, "十月/a.xlsx", form(evil, 10, 303_000.0));
    put(root, "十月/b.xlsx", form("王丽", 10, 300_000.0));
    put(root, "十月/c.xlsx", form("新人", 10, 300_000.0));
    assert_eq!(said(&kaohe(root, &["batch", "九月", "--out", "o9"])).2, 0);
    let scheme = said(&kaohe(root, &["scheme", "show", "客服主管"])).0;
    put(root, "s.toml", scheme.replace("from = 80\n", "from = 80\ncoefficient = 1.1\n"));
    let args =
        ["batch", "十月", "--out", "o10", "--previous", "o9/汇总.xlsx", "--scheme", "s.toml"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{err}");
    let summary = std::fs::read(root.join("o10/汇总.xlsx")).unwrap();
    let (head, people) = table(&summary);
    let change = column(&head, "变化");
    assert_eq!(head[change - 1].to_string(), "2026-09");
    let of = |name: &str| people.iter().find(|r| r[1] == *name).expect("the person");
    // One point more of turnover is two more; three points less are six less.
    assert_eq!(of(evil)[change].to_string(), "2");
    assert_eq!(of("王丽")[change].to_string(), "-6");
    assert_eq!(of("新人")[change].to_string(), "");
    let coefficient = column(&head, "系数");
    assert!(people.iter().all(|r| (r[coefficient] == 1.1) == (r[coefficient - 1] == "良好")));
    assert!(people.iter().any(|r| r[coefficient - 1] == "良好"));
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(summary)).unwrap();
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        assert!(formulas.cells().all(|(.., f)| !f.contains("HYPERLINK")), "{sheet}");
    }
    // A third month takes both along.
    put(root, "十一月/b.xlsx", form("王丽", 11, 300_000.0));
    let args = ["batch", "十一月", "--out", "o11", "--previous", "o10/汇总.xlsx"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let past = rows(&std::fs::read(root.join("o11/汇总.xlsx")).unwrap(), "历史");
    let heads: Vec<String> = past[0].iter().map(ToString::to_string).collect();
    assert_eq!(heads, ["姓名", "部门", "2026-09", "2026-10", "2026-11"]);
    assert_eq!(
        said(&kaohe(root, &["batch", "十月", "--out", "x", "--previous", "十月/a.xlsx"])).2,
        1
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_files_only_and_the_next_run_goes_on() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let bytes = sample(ONE);
    for n in 0..400 {
        put(root, &format!("in/{n:03}.xlsx"), &bytes);
    }
    let child = Command::new(env!("CARGO_BIN_EXE_kaohe"))
        .args(["batch", "in", "--out", "out"])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("kaohe runs");
    // Once the first result is there, stop.
    while !root.join("out/000-已评分.xlsx").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    let (_, err, code) = said(&output);
    let after = tree(&root.join("out"));
    let done = after.keys().filter(|n| n.ends_with("-已评分.xlsx")).count();
    assert!(done < 400, "it was stopped");
    assert!(code == 1 && (err.contains("已停止") || err.contains("stopped")), "{err}");
    assert!(after.keys().all(|n| !n.contains(".tmp")), "no temporary file stays");
    assert!(!after.contains_key("汇总.xlsx"));
    let one = &after["000-已评分.xlsx"];
    assert!(after.iter().filter(|(n, _)| n.ends_with("-已评分.xlsx")).all(|(_, b)| b == one));
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert_eq!(code, 0, "{err}");
    let (left, total) = (400 - done, "失败 0，跳过 0（共 400 人有得分）");
    assert_eq!(last_line(&out), format!("填好 {left}，未变 {done}，未完成 0，{total}"));
}
