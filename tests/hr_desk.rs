//! What somebody in HR meets in a month: files in the wrong folder, two runs at once, a fault in the
//! metrics of all, names and sums as the forms have them.

use crate::common::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::package::{Edit, edit};
use rust_xlsxwriter::Workbook as Book;
use std::io::{Cursor, Read};
use std::path::Path;

fn rows(path: &Path, sheet: &str) -> Vec<Vec<Data>> {
    let bytes = std::fs::read(path).expect("a summary");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    book.worksheet_range(sheet).expect(sheet).rows().map(<[Data]>::to_vec).collect()
}

fn float(row: &[Data], head: &[Data], name: &str) -> f64 {
    let col = head.iter().position(|c| *c == *name).expect(name);
    let Data::Float(number) = row[col] else { panic!("{name}: {row:?}") };
    number
}

#[test]
fn the_sum_is_the_one_that_the_form_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let names = ["财务会计绩效考核表-何敏", "销售代表绩效考核表-李强"];
    for name in names {
        put(root, &format!("in/{name}.xlsx"), sample(&format!("{name}.xlsx")));
    }
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "out"])).2, 0);
    // By hand: 0.8 × (30 + 26 + 30) + 0.2 × 80.5; 41.2 + 24 + 18 + 8.5, and 6 + 6 capped at 10.
    for (scheme, sum) in [("财务会计", 84.9), ("销售代表", 101.7)] {
        let all = rows(&root.join("out/汇总.xlsx"), &format!("汇总-{scheme}"));
        let head = &all[3];
        for row in &all[4..6] {
            for column in ["合计", "总得分"] {
                assert!((float(row, head, column) - sum).abs() < 1e-9, "{column} {row:?}");
            }
        }
    }
    // The same on the next run, which takes it from the manifest.
    let before = std::fs::read(root.join("out/汇总.xlsx")).unwrap();
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "out"])).2, 0);
    assert!(before == std::fs::read(root.join("out/汇总.xlsx")).unwrap());
}

#[test]
fn a_fault_in_the_metrics_of_all_names_their_workbook() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", changed(ONE, &[(FORM, "D17", num(7.0))]));
    put(root, "数据/指标.xlsx", changed(MANY, &[(METRICS, "C4", text("三十万"))]));
    let args = ["batch", "in", "--out", "out", "--metrics", "数据/指标.xlsx"];
    for _ in 0..2 {
        let (_, err, code) = said(&kaohe(root, &args));
        assert_eq!(code, 1);
        // Both workbooks have a sheet of that name; with --metrics the form's own is not read.
        assert!(err.contains("--> 数据/指标.xlsx, '指标数据'!C4\n"), "{err}");
        assert!(err.contains("--> 王丽.xlsx, '客服主管绩效考核表'!D17\n"), "{err}");
        let listed: Vec<(String, String)> = rows(&root.join("out/汇总.xlsx"), "问题")[3..]
            .iter()
            .map(|row| (row[0].to_string(), row[3].to_string()))
            .collect();
        assert!(listed.contains(&("数据/指标.xlsx".to_owned(), "C4".to_owned())), "{listed:?}");
        assert!(listed.contains(&("王丽.xlsx".to_owned(), "D17".to_owned())), "{listed:?}");
    }
    let (_, err, _) = said(&kaohe(root, &["fill", "in/王丽.xlsx", "--metrics", "数据/指标.xlsx"]));
    assert!(err.contains("--> 数据/指标.xlsx, '指标数据'!C4\n"), "{err}");
    assert!(err.contains("--> in/王丽.xlsx, '客服主管绩效考核表'!D17\n"), "{err}");
}

#[test]
fn a_result_that_hr_edited_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", sample(ONE));
    let run = |more: &[&str]| {
        let mut args = vec!["batch", "in", "--out", "out"];
        args.extend(more);
        said(&kaohe(root, &args))
    };
    let result = root.join("out/王丽-已评分.xlsx");
    let there = || std::fs::read(&result).expect("a result");
    assert_eq!(run(&[]).2, 0);
    let made = there();
    let note = [Edit::new(FORM, at("E42"), text("已面谈"))];
    let edited = edit(&made, &note).expect("edited");
    std::fs::write(&result, &edited).unwrap();
    for _ in 0..2 {
        // The workbook is as it was: the result is HR's, with a notice that comes once.
        let (out, err, code) = run(&[]);
        assert!(out.starts_with("填好 0，未变 1") && code == 0, "{out}{err}");
        assert!(there() == edited);
        let told = rows(&root.join("out/汇总.xlsx"), "提示");
        let about = told.iter().filter(|row| row[5].to_string().contains("保留原样"));
        assert_eq!(about.count(), 1, "{told:?}");
    }
    put(root, "in/王丽.xlsx", changed(ONE, &[(METRICS, "B5", num(330_000.0))]));
    for _ in 0..2 {
        // It has changed too: neither of both may be lost.
        let (_, err, code) = run(&[]);
        assert!(err.contains("result-was-changed") && !err.contains("stale-result"), "{err}");
        assert!(code == 1 && there() == edited);
    }
    assert_eq!(run(&["--force"]).2, 0);
    assert!((number(&there(), FORM, "D4") - 35.0).abs() < 1e-9);
    // Nothing is left of it.
    let (out, err, code) = run(&[]);
    assert!(out.starts_with("填好 0，未变 1") && code == 0 && !err.contains("changed"), "{err}");
    let told = rows(&root.join("out/汇总.xlsx"), "提示");
    assert!(!told.iter().any(|row| row[5].to_string().contains("改过")), "{told:?}");
}

#[test]
fn a_workbook_that_somebody_has_open_is_told_as_long_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/王丽.xlsx", sample(ONE));
    let told = || {
        let (_, err, code) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
        assert_eq!(code, 0, "{err}");
        let all = rows(&root.join("out/汇总.xlsx"), "提示");
        all.iter().filter(|row| row[5].to_string().contains("「赵敏」打开")).count()
    };
    let owner: Vec<u8> = std::iter::once(6u8).chain("赵敏".bytes()).collect();
    put(root, "in/~$王丽.xlsx", &owner);
    assert_eq!([told(), told()], [1, 1], "once, in the first run and in one that changes nothing");
    std::fs::remove_file(root.join("in/~$王丽.xlsx")).unwrap();
    assert_eq!(told(), 0);
}

#[test]
fn what_is_not_there_is_said_in_plain_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for args in [
        &["fill", "没有.xlsx"][..],
        &["batch", "没有", "--out", "o"],
        &["collect", "没有", "--into", "."],
        &["new", "--roster", "没有.csv", "--month", "2026-11", "--out", "o"],
    ] {
        let (_, err, code) = said(&kaohe(root, args));
        assert!(code == 1 && err.contains("找不到") && !err.contains("os error"), "{err}");
    }
}

#[test]
fn a_person_in_two_workbooks_is_named_as_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let form = changed(ONE, &[(FORM, "A2", text("被考核人：Anna Wang"))]);
    put(root, "in/a.xlsx", &form);
    put(root, "in/b.xlsx", &form);
    let (_, err, _) = said(&kaohe(root, &["batch", "in", "--out", "out"]));
    assert!(err.contains("Anna Wang (a.xlsx)、Anna Wang (b.xlsx)"), "{err}");
    let (_, err, _) = said(&kaohe(root, &["batch", "in", "--out", "out2", "--lang", "en"]));
    assert!(err.contains("Anna Wang (a.xlsx), Anna Wang (b.xlsx)"), "{err}");
}

#[test]
fn english_headers_are_not_broken_and_rows_tell_no_extent() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/a.xlsx", sample(ONE));
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "out", "--lang", "en"])).2, 0);
    let bytes = std::fs::read(root.join("out/汇总.xlsx")).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
    // `department` in bold takes eleven characters of width and more.
    let column = xml.split("<col min=\"3\"").nth(1).expect("its own width");
    let width = column.split("width=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert!(width.unwrap().parse::<f64>().unwrap() > 12.0, "{width:?}");
    assert!(!xml.contains("spans="), "rows span the columns of a key that is gone");
}

#[test]
fn replaced_numbers_come_before_assumed_zeros() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let cells = [(FORM, "D4", num(99.0)), (METRICS, "B6", text("")), (METRICS, "B7", text(""))];
    put(root, "in/a.xlsx", changed(ONE, &cells));
    assert_eq!(said(&kaohe(root, &["batch", "in", "--out", "out"])).2, 0);
    let all = rows(&root.join("out/汇总.xlsx"), "提示");
    let head = all.iter().position(|row| row[0] == "文件").expect("a header");
    let list: Vec<String> = all[head + 1..].iter().map(|row| row[5].to_string()).collect();
    assert_eq!(list[0], "原有内容已替换：99 → 21");
    assert!(list.len() > 2 && list[1..].iter().any(|what| what.contains("按 0 计")), "{list:?}");
}

/// A person's scored workbook whose rating table stands on a sheet of its own.
fn scored() -> Vec<u8> {
    let mut book = Book::new();
    let page = book.add_worksheet();
    page.set_name("考核表").unwrap();
    for (col, text) in ["被考核人：王丽", "部门：客服部", "考核月份：2026年10月"].iter().enumerate()
    {
        page.write(1, col as u16, *text).unwrap();
    }
    for (col, text) in ["考核项目", "考核要点", "权重分值", "得分"].iter().enumerate()
    {
        page.write(2, col as u16, *text).unwrap();
    }
    let items = [
        ("营业额达成度", 15),
        ("投诉维权", 10),
        ("中差评处理率", 10),
        ("团队配合度与执行度", 5),
        ("新产品与新规则传达", 5),
        ("客服培训", 5),
        ("问题处理", 5),
        ("团队绩效考核指标", 25),
    ];
    for (row, (name, points)) in (3..).zip(items) {
        page.write(row, 0, name).unwrap();
        page.write(row, 2, format!("{points}分")).unwrap();
        page.write(row, 3, points).unwrap();
    }
    let page = book.add_worksheet();
    page.set_name("下级评分表").unwrap();
    page.write(0, 0, "下级评分表(权重10%)").unwrap();
    for (col, text) in ["被考核人：王丽", "部门：客服部", "考核月份：2026年10月"].iter().enumerate()
    {
        page.write(1, col as u16, *text).unwrap();
    }
    for (col, text) in ["考核指标", "考核要点", "得分"].iter().enumerate() {
        page.write(2, col as u16, *text).unwrap();
    }
    for (row, mark) in (3..).zip(MARKS) {
        page.write(row, 0, mark).unwrap();
        page.write(row, 2, 4.5).unwrap();
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_scored_workbook_is_no_rater_and_forms_that_disagree_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n王丽,客服部\n周强,客服部\n").unwrap();
    let args = ["new", "--roster", "r.csv", "--month", "2026-10", "--out", "o", "--ratings", "3"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let blank =
        |who: &str, n: u32| root.join(format!("o/评分表/{who}-2026-10/下级评分表-{n:02}.xlsx"));
    put(root, "回/1.xlsx", rated(&blank("王丽", 1), &[Some(4.0); 8]));
    put(root, "回/2.xlsx", rated(&blank("王丽", 2), &[Some(3.0); 8]));
    put(root, "回/王丽上次的.xlsx", scored());
    put(root, "回/甲.xlsx", rated(&blank("周强", 1), &[Some(4.0); 8]));
    put(root, "回/乙.xlsx", rated(&blank("周强", 1), &[Some(3.0); 8]));
    let before = std::fs::read(root.join("o/王丽-2026-10.xlsx")).unwrap();
    let (out, err, code) = said(&kaohe(root, &["collect", "回", "--into", "o"]));
    assert_eq!((out.as_str(), code), ("已写入 0 人的评分（0 份），0 人未变：o\n", 1), "{err}");
    // Windows writes its paths the other way.
    let err = err.replace('\\', "/");
    assert!(err.contains("no-rating-form") && err.contains("回/王丽上次的.xlsx"), "{err}");
    // Its means are no third rater.
    assert!(err.contains("只有 2 人评分"), "{err}");
    assert!(before == std::fs::read(root.join("o/王丽-2026-10.xlsx")).unwrap());
    // A copy of the workbook: which two, not only that there are two.
    std::fs::copy(root.join("o/王丽-2026-10.xlsx"), root.join("o/副本.xlsx")).unwrap();
    let (_, two, _) = said(&kaohe(root, &["collect", "回", "--into", "o"]));
    let two = two.replace('\\', "/");
    let line = two.lines().find(|line| line.contains("several-workbooks")).expect("two workbooks");
    assert!(line.contains("o/副本.xlsx、o/王丽-2026-10.xlsx"), "{line}");
    let twice = err.lines().find(|line| line.contains("rater-twice")).expect("two forms");
    assert!(twice.contains("回/甲.xlsx") && twice.contains("回/乙.xlsx"), "{twice}");
}

#[test]
fn a_form_of_another_month_is_marked_and_is_no_total_of_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let form = |person: &str, month: u32| {
        changed(
            ONE,
            &[
                (FORM, "A2", text(&format!("被考核人：{person}"))),
                (FORM, "C2", text(&format!("考核月份：2026年{month}月"))),
                (METRICS, "A1", text(&format!("2026年{month}月 指标数据"))),
            ],
        )
    };
    put(root, "10/旧.xlsx", form("周强", 10));
    assert_eq!(said(&kaohe(root, &["batch", "10", "--out", "o10"])).2, 0);
    put(root, "11/新.xlsx", form("王丽", 11));
    put(root, "11/另.xlsx", form("孙悦", 11));
    put(root, "11/旧.xlsx", form("周强", 10));
    let args = ["batch", "11", "--out", "o11", "--previous", "o10/汇总.xlsx"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 0 && err.contains("月份不一"), "{err}");
    let summary = root.join("o11/汇总.xlsx");
    let all = rows(&summary, "汇总");
    assert!(all[0][0].to_string().starts_with("2026年11月"), "{:?}", all[0]);
    assert!(all[1][0].to_string().contains("1 人的表不是这个月的"), "{:?}", all[1]);
    let own = all.iter().find(|row| row[1] == "周强").expect("his row");
    let change = all[3].iter().position(|head| *head == "变化").expect("a column");
    // October against October would be no change at all.
    assert_eq!((&own[change - 1], &own[change]), (&Data::String("无".to_owned()), &Data::Empty));
    let notices = rows(&summary, "提示");
    let notice =
        notices.iter().find(|row| row[0] == "旧.xlsx" && row[5].to_string().contains("2026-10"));
    assert!(notice.is_some(), "{notices:?}");
    let history = rows(&summary, "历史");
    let month = history[0].iter().position(|head| *head == "2026-11").expect("this month");
    for row in &history[1..] {
        assert_eq!(row[month] == Data::Empty, row[0] == "周强", "{row:?}");
    }
}

#[test]
fn raters_forms_ask_in_the_forms_own_words_and_none_are_made_where_nobody_rates() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n周强,客服部\n").unwrap();
    let new = |template: &str, out: &str| {
        let path = sample_path(template);
        let mut args = vec!["new", "--roster", "r.csv", "--month", "2026-11", "--ratings", "3"];
        args.extend(["--template", path.to_str().expect("a path"), "--out", out]);
        said(&kaohe(root, &args))
    };
    assert_eq!(new(ONE, "o").2, 0);
    let all = rows(&root.join("o/评分表/周强-2026-11/下级评分表-02.xlsx"), "评分表");
    // What the company's form says beside these marks (rows 29 to 36 of its sheet).
    for row in 0..8 {
        for (own, column) in [("A", 0), ("B", 1)] {
            let asked = seen(&sample(ONE), FORM, &format!("{own}{}", 29 + row));
            assert!(!asked.to_string().is_empty());
            assert_eq!(all[4 + row][column], asked);
        }
    }
    let (out, err, code) = new("销售代表绩效考核表-李强.xlsx", "s");
    assert_eq!((out.as_str(), code), ("已生成 1 份考核表，0 份评分表：s\n", 0));
    assert!(err.contains("no-raters") && err.contains("「销售代表」"), "{err}");
}

#[test]
fn a_summary_never_takes_an_originals_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/a.xlsx", sample(ONE));
    put(root, "in/b.xlsx", sample(ONE));
    let args = ["batch", "in", "--out", "o", "--summary", "in/a.xlsx", "--force"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert!(code == 1 && err.contains("summary-over-input"), "{err}");
    assert!(std::fs::read(root.join("in/a.xlsx")).unwrap() == sample(ONE));
    // An older summary among the inputs, whose manifest is gone, may be replaced.
    let args = ["batch", "in", "--out", "o", "--summary", "in/汇总.xlsx", "--force"];
    for _ in 0..2 {
        let (_, err, code) = said(&kaohe(root, &args));
        assert_eq!(code, 0, "{err}");
        std::fs::remove_file(root.join("o/.kaohe-manifest.json")).unwrap();
        put(root, "in/b.xlsx", changed(ONE, &[(METRICS, "B5", num(3e5))]));
    }
}

#[cfg(unix)]
#[test]
fn a_name_too_long_for_its_result_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    // 82 characters of three bytes: with `-已评分` no file system takes the result's name.
    put(root, &format!("in/{}.xlsx", "长".repeat(82)), sample(ONE));
    put(root, "in/短.xlsx", sample(ONE));
    let (out, err, code) = said(&kaohe(root, &["batch", "in", "--out", "o"]));
    assert!(code == 1 && out.contains("填好 1") && out.contains("失败 1"), "{out}{err}");
    assert!(err.contains("文件名太长") && err.contains("把原文件的名字改短"), "{err}");
    assert!(!err.contains("os error"), "{err}");
}

#[test]
fn a_summary_of_nobody_says_so_across_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(root, "in/a.xlsx", changed(ONE, &[(METRICS, "B4", text(""))]));
    put(root, "in/b.xlsx", b"nothing");
    let (out, _, code) = said(&kaohe(root, &["batch", "in", "--out", "o", "--month", "2026-10"]));
    assert!(code == 1 && out.contains("未完成 1，失败 1"), "{out}");
    let all = rows(&root.join("o/汇总.xlsx"), "汇总");
    assert_eq!(all[0][0], "2026年10月 汇总");
    let note = "2 份工作簿；没有已评分的考核表；未完成 1 份，失败 1 份（见「问题」）";
    assert_eq!(all[1][0], note);
    // In one narrow cell a centred title is cut on paper.
    let bytes = std::fs::read(root.join("o/汇总.xlsx")).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let merged = book.merge_cells_by_sheet_name("汇总").expect("the sheet");
    assert!(merged.iter().any(|area| area.start == (0, 0) && area.end.1 >= 6), "{merged:?}");
}

#[test]
fn an_item_that_does_not_apply_has_no_score_and_counts_in_no_mean() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (scheme, _, _) = said(&kaohe(root, &["scheme", "show", "客服主管"]));
    let name = "name = \"中差评处理率\"\n";
    let absent = format!("{name}absent = {{ when_zero = \"当月中差评数量\" }}\n");
    assert!(scheme.contains(name));
    std::fs::write(root.join("s.toml"), scheme.replacen(name, &absent, 1)).unwrap();
    // Reviews received and amended: none; 95 %, so 10 points; 90 %, 5 below, so none.
    for (file, received, amended) in [("a", 0.0, 0.0), ("b", 40.0, 38.0), ("c", 40.0, 36.0)] {
        let cells = [
            (FORM, "A2", text(&format!("被考核人：{file}"))),
            (METRICS, "B8", num(received)),
            (METRICS, "B9", num(amended)),
        ];
        put(root, &format!("in/{file}.xlsx"), changed(ONE, &cells));
    }
    let args = ["batch", "in", "--out", "o", "--scheme", "s.toml"];
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    for _ in 0..2 {
        let all = rows(&root.join("o/汇总.xlsx"), "汇总");
        let (head, of) =
            (&all[3], |who: &str| all.iter().find(|row| row[1] == who).expect("a row"));
        let at = head.iter().position(|c| *c == "中差评处理率").expect("the item");
        assert_eq!(of("a")[at], "不适用");
        assert_eq!([&of("b")[at], &of("c")[at]], [&Data::Float(10.0), &Data::Float(0.0)]);
        // Mean and share of the two to whom it applies; by hand 5 of 10.
        assert_eq!([&of("平均")[at], &of("得分率")[at]], [&Data::Float(5.0), &Data::Float(0.5)]);
        // The others make 63.5 of 70 points, stretched to 80.
        assert!((float(of("a"), head, "合计") - 63.5 * 80.0 / 70.0).abs() < 1e-9);
        assert_eq!(said(&kaohe(root, &args)).2, 0);
    }
    // Where it applies to nobody there is nothing to divide by.
    for file in ["b", "c"] {
        std::fs::remove_file(root.join(format!("in/{file}.xlsx"))).unwrap();
    }
    assert_eq!(said(&kaohe(root, &args)).2, 0);
    let all = rows(&root.join("o/汇总.xlsx"), "汇总");
    let at = all[3].iter().position(|c| *c == "中差评处理率").expect("the item");
    for who in ["平均", "得分率"] {
        assert_eq!(all.iter().find(|row| row[1] == who).expect("a row")[at], Data::Empty);
    }
}
