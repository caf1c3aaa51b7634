//! The command as a person runs it: whole output compared, files looked at.

use crate::common::*;
use std::path::Path;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn with(samples: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (sample, name) in samples {
            std::fs::copy(sample_path(sample), folder.path().join(name)).expect("copied");
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.path())
            .expect("a folder")
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn dropping_a_file_fills_it_beside_the_original() {
    let folder = Folder::with(&[(ONE, "王丽.xlsx")]);
    let (out, err, code) = said(&kaohe(folder.path(), &["王丽.xlsx"]));
    assert_eq!((err.as_str(), code), ("已写出：王丽-已评分.xlsx\n", 0));
    golden("王丽.zh.txt", &out);
    assert_eq!(folder.files(), ["王丽-已评分.xlsx", "王丽.xlsx"]);
    assert_eq!(std::fs::read(folder.path().join("王丽.xlsx")).expect("input"), sample(ONE));
    // Dropped again: the next free name.
    let (_, err, code) = said(&kaohe(folder.path(), &["王丽.xlsx"]));
    assert_eq!((err.as_str(), code), ("已写出：王丽-已评分 (2).xlsx\n", 0));
}

#[test]
fn english_too() {
    let folder = Folder::with(&[(ONE, "a.xlsx")]);
    let (out, err, code) = said(&kaohe(folder.path(), &["--lang", "en", "explain", "a.xlsx"]));
    assert_eq!((err.as_str(), code), ("", 0));
    golden("王丽.en.txt", &out);
}

#[test]
fn explanation_as_json_keeps_its_shape() {
    let folder = Folder::with(&[(ONE, "a.xlsx")]);
    let (out, _, code) = said(&kaohe(folder.path(), &["explain", "a.xlsx", "--json"]));
    assert_eq!(code, 0);
    golden("explain.json", &out);
    assert_eq!(folder.files(), ["a.xlsx"]);
}

#[test]
fn nothing_is_overwritten_unless_asked() {
    let folder = Folder::with(&[(ONE, "a.xlsx")]);
    std::fs::write(folder.path().join("b.xlsx"), "mine").expect("written");
    let fill = |args: &[&str]| {
        let mut all = vec!["fill", "a.xlsx", "--lang", "en"];
        all.extend(args);
        said(&kaohe(folder.path(), &all))
    };
    let (_, err, code) = fill(&["-o", "b.xlsx"]);
    assert_eq!(code, 1);
    assert!(err.contains("error[output-exists]") && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(folder.path().join("b.xlsx")).expect("kept"), b"mine");
    let (_, err, code) = fill(&["-o", "a.xlsx", "--force"]);
    assert_eq!(code, 1);
    assert!(err.contains("error[output-is-input]"), "{err}");
    assert_eq!(std::fs::read(folder.path().join("a.xlsx")).expect("input"), sample(ONE));
    let (_, _, code) = fill(&["-o", "b.xlsx", "--force"]);
    assert_eq!(code, 0);
    assert_eq!(folder.files(), ["a.xlsx", "b.xlsx"], "no temporary file stays");
    let (_, err, code) = fill(&["-o", "missing/b.xlsx"]);
    assert_eq!(code, 1);
    assert!(err.contains("error[cannot-write]"), "{err}");
}

#[test]
fn plain_values_when_asked() {
    let folder = Folder::with(&[(ONE, "a.xlsx")]);
    let (_, _, code) = said(&kaohe(folder.path(), &["fill", "a.xlsx", "--values", "-o", "b.xlsx"]));
    assert_eq!(code, 0);
    let bytes = std::fs::read(folder.path().join("b.xlsx")).expect("output");
    assert_eq!(number(&bytes, FORM, "D4"), 21.0);
    let book = kaohe::workbook::open(&bytes, &|_| true).expect("a workbook");
    assert!(book.sheets[0].cells.values().all(|cell| !cell.is_formula));
}

#[test]
fn a_problem_names_file_sheet_cell_and_cure() {
    let folder = Folder::new();
    let bytes = changed(ONE, &[(METRICS, "B5", text("待定")), (METRICS, "B6", num(-1.0))]);
    std::fs::write(folder.path().join("坏.xlsx"), bytes).expect("written");
    let (out, err, code) = said(&kaohe(folder.path(), &["坏.xlsx"]));
    assert_eq!((out.as_str(), code), ("", 1));
    assert_eq!(
        err,
        "错误[metric-not-a-number]: 「实际营业额」应为数字，却是「待定」\n  --> 坏.xlsx, '指标数据'!B5\n  怎么办: 在 B5 填写一个数字\n\
         错误[negative]: 「未及时处理投诉次数」不能为负数（-1）\n  --> 坏.xlsx, '指标数据'!B6\n  怎么办: 改正 B6\n\
         未填写：王丽（原因见上）\n没有写出文件\n"
    );
    assert_eq!(folder.files(), ["坏.xlsx"]);
}

#[test]
fn files_that_are_no_workbooks_are_told_apart() {
    let folder = Folder::new();
    for (name, content) in [("~$a.xlsx", "x"), ("空.xlsx", ""), ("b.xlsx", "PK\u{3}\u{4}…")] {
        std::fs::write(folder.path().join(name), content).expect("written");
    }
    std::fs::create_dir(folder.path().join("d.xlsx")).expect("a folder");
    for (name, code) in [
        ("~$a.xlsx", "owner-file"),
        ("空.xlsx", "not-a-workbook"),
        ("b.xlsx", "damaged"),
        ("d.xlsx", "is-a-folder"),
        ("没有.xlsx", "cannot-read"),
    ] {
        let (_, err, exit) = said(&kaohe(folder.path(), &["check", name]));
        assert_eq!(exit, 1, "{name}");
        assert!(err.contains(&format!("错误[{code}]")), "{name}: {err}");
    }
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::with(&[(MANY, "a.xlsx"), (ONE, "b.xlsx")]);
    let (out, err, code) = said(&kaohe(folder.path(), &["check", "a.xlsx", "b.xlsx"]));
    assert_eq!((err.as_str(), code), ("", 0));
    assert_eq!(
        out,
        "a.xlsx：方案「客服主管」，3 张考核表中 3 张可以填写，共 66 个单元格\n\
         b.xlsx：方案「客服主管」，1 张考核表中 1 张可以填写，共 22 个单元格\n"
    );
    assert_eq!(folder.files(), ["a.xlsx", "b.xlsx"]);
}

#[test]
fn schemes_are_listed_shown_and_checked() {
    let folder = Folder::new();
    let (out, _, code) = said(&kaohe(folder.path(), &["scheme", "list"]));
    assert!(out.starts_with("客服主管\t客服主管绩效考核表\t8 项\n") && code == 0, "{out}");
    let (text, _, code) = said(&kaohe(folder.path(), &["scheme", "show", "客服主管"]));
    assert_eq!(code, 0);
    std::fs::write(folder.path().join("s.toml"), &text).expect("written");
    let (_, _, code) = said(&kaohe(folder.path(), &["scheme", "check", "s.toml"]));
    assert_eq!(code, 0);
    let line = text.lines().position(|l| l == "points = 15").expect("points") + 1;
    std::fs::write(folder.path().join("s.toml"), text.replace("points = 15", "points = \"十五\""))
        .expect("written");
    let (_, err, code) = said(&kaohe(folder.path(), &["scheme", "check", "s.toml"]));
    assert_eq!(code, 1);
    assert!(err.contains("scheme-syntax") && err.contains(&format!("s.toml:{line}:")), "{err}");
    std::fs::write(folder.path().join("s.toml"), text.replace("points = 15", "points = 16"))
        .expect("written");
    let (_, err, _) = said(&kaohe(folder.path(), &["scheme", "check", "s.toml"]));
    assert!(err.contains("scheme-points"), "{err}");
    // A changed scheme changes the score, not the program.
    std::fs::write(
        folder.path().join("s.toml"),
        text.replacen("\nabove = 2\n", "\nabove = 1\n", 1),
    )
    .expect("written");
    let one = sample_path(ONE);
    let one = one.to_string_lossy();
    let (_, _, code) =
        said(&kaohe(folder.path(), &["fill", &one, "--scheme", "s.toml", "-o", "o.xlsx"]));
    assert_eq!(code, 0);
    let bytes = std::fs::read(folder.path().join("o.xlsx")).expect("output");
    assert_eq!(number(&bytes, FORM, "D4"), 18.0);
}

#[test]
fn built_in_schemes_are_sound() {
    for (name, text) in kaohe::scheme::BUILT_IN {
        let scheme = kaohe::scheme::Scheme::parse(text);
        assert!(scheme.is_ok(), "{name}: {scheme:?}");
    }
    assert_eq!(kaohe::scheme::Scheme::built_in().len(), kaohe::scheme::BUILT_IN.len());
}

#[test]
fn wrong_usage_is_two() {
    let folder = Folder::new();
    assert_eq!(said(&kaohe(folder.path(), &["fill"])).2, 2);
    assert_eq!(said(&kaohe(folder.path(), &["--nonsense"])).2, 2);
    let (out, _, code) = said(&kaohe(folder.path(), &["completions", "bash"]));
    assert!(code == 0 && out.contains("kaohe"));
}

#[test]
fn legacy_forms_become_new_workbooks() {
    let folder = Folder::with(&[("客服主管绩效考核表-王丽-97.xls", "旧.xls")]);
    let (_, err, code) = said(&kaohe(folder.path(), &["旧.xls"]));
    assert_eq!(code, 0);
    assert!(err.contains("提示[new-workbook]"), "{err}");
    assert!(!err.contains("formulas-left-out"), "{err}");
    let bytes = std::fs::read(folder.path().join("旧-已评分.xlsx")).expect("output");
    assert_eq!(number(&bytes, FORM, "D12"), 21.0);
    // The old sheet's formula shows 不合格 of no scores; it is computed anew, as in the .xlsx.
    let same = kaohe::fill_workbook(&sample(ONE), &kaohe::Options::default()).expect("filled");
    let same = same.bytes.expect("bytes");
    assert_eq!(seen(&bytes, "汇总", "B13"), seen(&same, "汇总", "B13"));
    assert_ne!(seen(&bytes, "汇总", "B13"), seen(&sample(ONE), "汇总", "B13"));
    assert_eq!(number(&bytes, METRICS, "B5"), 309_500.0);
}

#[test]
fn blank_form_of_the_scheme_is_rebuilt_alike() {
    let scheme = &kaohe::scheme::Scheme::built_in()[0];
    let bytes = kaohe::render::blank_form(scheme).expect("a form");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/客服主管-空白表.xlsx");
    if std::env::var_os("KAOHE_BLESS").is_some() {
        std::fs::write(&path, &bytes).expect("written");
    }
    assert!(std::fs::read(&path).expect("the template") == bytes, "rebuild with KAOHE_BLESS=1");
    // It is recognised as a form; all that is missing is named.
    let outcome = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("a form");
    let card = &outcome.cards[0];
    assert!(outcome.bytes.is_none());
    assert_eq!(card.problems.iter().filter(|p| p.code == "item-missing").count(), 0);
    assert!(card.problems.iter().any(|p| p.code == "metric-blank"));
}

/// The sample with a macro project beside its parts, as Excel saves an .xlsm.
fn with_macros(project: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let bytes = sample(ONE);
    let mut from = zip::ZipArchive::new(Cursor::new(bytes.as_slice())).expect("a package");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut changed = 0;
    for index in 0..from.len() {
        let mut file = from.by_index(index).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("content");
        let replaced = match name.as_str() {
            "[Content_Types].xml" => Some((
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )),
            "xl/_rels/workbook.xml.rels" => Some((
                "</Relationships>",
                "<Relationship Id=\"rIdVba\" Target=\"vbaProject.bin\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\"/></Relationships>",
            )),
            _ => None,
        };
        if let Some((old, new)) = replaced {
            let before = String::from_utf8(content).expect("text");
            let after = before.replace(old, new);
            changed += usize::from(after != before);
            content = after.into_bytes();
        }
        to.start_file(name, options).expect("a part");
        to.write_all(&content).expect("content");
    }
    assert_eq!(changed, 2);
    to.start_file("xl/vbaProject.bin", options).expect("a part");
    to.write_all(project).expect("content");
    to.finish().expect("a package").into_inner()
}

#[test]
fn a_workbook_with_macros_stays_one() {
    use std::io::Read;
    let project = b"not a real project, but these very bytes";
    let folder = Folder::new();
    std::fs::write(folder.path().join("王丽.xlsm"), with_macros(project)).expect("written");
    let (_, err, code) = said(&kaohe(folder.path(), &["王丽.xlsm"]));
    assert_eq!((err.as_str(), code), ("已写出：王丽-已评分.xlsm\n", 0));
    let out = std::fs::read(folder.path().join("王丽-已评分.xlsm")).expect("output");
    assert_eq!(number(&out, FORM, "D13"), 69.5);
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(out)).expect("a package");
    let mut kept = Vec::new();
    package.by_name("xl/vbaProject.bin").expect("kept").read_to_end(&mut kept).expect("bytes");
    assert_eq!(kept, project);
    let (_, err, code) = said(&kaohe(folder.path(), &["fill", "王丽.xlsm", "-o", "王丽.xlsx"]));
    assert!(code == 1 && err.contains(".xlsm"), "{err}");
}
