//! What the tests share: samples, edited copies, running the command, reading by calamine.

pub mod binary;
pub mod forms;
pub mod pack;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use kaohe::cell::CellRef;
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, fill_workbook};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The one-person sample.
pub const ONE: &str = "客服主管绩效考核表-王丽.xlsx";
/// The sample of three people.
pub const MANY: &str = "客服主管绩效考核表-全部门.xlsx";
/// The form's sheet in [`ONE`].
pub const FORM: &str = "客服主管绩效考核表";
/// The metric sheet.
pub const METRICS: &str = "指标数据";

/// The figures of [`ONE`], in its rows' order.
pub const FIGURES: [(&str, f64); 12] = [
    ("计划营业额", 300_000.0),
    ("实际营业额", 309_500.0),
    ("未及时处理投诉次数", 1.0),
    ("投诉损失罚款", 80.0),
    ("当月中差评数量", 40.0),
    ("中差评实际修改数量", 37.0),
    ("失职投诉次数", 0.0),
    ("活动培训延误人次", 2.0),
    ("新品信息延误次数", 1.0),
    ("规则变动延误次数", 0.0),
    ("培训原因流失人次", 1.0),
    ("问题处理评分", 4.5),
];
/// The marks that subordinates give.
pub const MARKS: [&str; 8] = [
    "组织能力",
    "紧急情况处理能力",
    "服从度",
    "沟通情况",
    "客观度",
    "表达能力",
    "倾听能力",
    "参与度",
];

/// Path of a sample.
pub fn sample_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// Bytes of a sample.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(sample_path(name)).expect("sample")
}

/// A cell by its name.
pub fn at(name: &str) -> CellRef {
    CellRef::parse(name).expect(name)
}

/// A sample with cells changed: number, or text.
pub fn changed(name: &str, cells: &[(&str, &str, Content)]) -> Vec<u8> {
    let edits: Vec<Edit> =
        cells.iter().map(|(s, cell, c)| Edit::new(*s, at(cell), c.clone())).collect();
    edit(&sample(name), &edits).expect("edited sample")
}

/// Text content.
pub fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

/// Number content.
pub fn num(number: f64) -> Content {
    Content::Number(number)
}

/// A value as calamine, another program's reader, sees it.
pub fn seen(bytes: &[u8], sheet: &str, cell: &str) -> Data {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    let range = book.worksheet_range(sheet).expect(sheet);
    let at = at(cell);
    range.get_value((at.row, at.col)).cloned().unwrap_or_default()
}

/// A number as calamine sees it.
pub fn number(bytes: &[u8], sheet: &str, cell: &str) -> f64 {
    match seen(bytes, sheet, cell) {
        Data::Float(number) => number,
        Data::Int(number) => number as f64,
        other => panic!("{sheet}!{cell} holds {other:?}"),
    }
}

/// Writes a file below a folder, with the folders on the way.
pub fn put(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, bytes).expect("written");
}

/// Runs the command in a folder.
pub fn kaohe(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaohe"))
        .args(args)
        .current_dir(folder)
        .env("LANG", "zh_CN.UTF-8")
        .env("LC_ALL", "zh_CN.UTF-8")
        .env("NO_COLOR", "1")
        .output()
        .expect("kaohe runs")
}

/// What it printed.
pub fn said(output: &Output) -> (String, String, i32) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code().unwrap_or(-1),
    )
}

/// Runs `batch` and gives what it said, output before errors, and its exit code.
pub fn batch(root: &Path, args: &[&str]) -> (String, i32) {
    let (out, err, code) = said(&kaohe(root, &[&["batch"], args].concat()));
    (out + &err, code)
}

/// Compares with a golden file; `KAOHE_BLESS=1` writes it, to be read before it is committed.
pub fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("KAOHE_BLESS").is_some() {
        std::fs::write(&path, actual).expect("golden written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(actual, expected, "{name} differs from the golden file");
}

/// Gives marks on a rating form.
pub fn rated(path: &Path, marks: &[Option<f64>]) -> Vec<u8> {
    let edits: Vec<Edit> = (5..)
        .zip(marks)
        .filter_map(|(row, mark)| {
            Some(Edit::new("评分表", at(&format!("C{row}")), Content::Number((*mark)?)))
        })
        .collect();
    edit(&std::fs::read(path).expect("a rating form"), &edits).expect("rated")
}

/// [`MANY`] without the columns whose headers begin so.
pub fn without(begin: &[&str]) -> Vec<u8> {
    let heads = (1..29).map(|col| kaohe::cell::CellRef::new(2, col).to_string());
    let bytes = sample(MANY);
    let head = |at: &String| seen(&bytes, METRICS, at).to_string();
    let heads: Vec<String> =
        heads.filter(|at| begin.iter().any(|word| head(at).starts_with(word))).collect();
    let edits: Vec<_> = heads.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    changed(MANY, &edits)
}

/// The codes that keep [`ONE`] with cells changed from being filled.
pub fn refused(cells: &[(&str, &str, Content)]) -> Vec<&'static str> {
    let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    assert!(outcome.bytes.is_none(), "filled: {cells:?}");
    let card = &outcome.cards[0];
    let mut codes: Vec<_> = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    codes
}

/// A workbook of a person in a month, with a turnover.
pub fn form(person: &str, department: &str, month: u32, turnover: f64) -> Vec<u8> {
    changed(
        ONE,
        &[
            (FORM, "A2", text(&format!("被考核人：{person}"))),
            (FORM, "B2", text(&format!("部门：{department}"))),
            (FORM, "C2", text(&format!("考核月份：2026年{month}月"))),
            (METRICS, "A1", text(&format!("2026年{month}月 指标数据"))),
            (METRICS, "B5", num(turnover)),
        ],
    )
}

/// The rows of a sheet as another program shows them.
pub fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("calamine opens");
    let range = book.worksheet_range(sheet).expect(sheet);
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}
