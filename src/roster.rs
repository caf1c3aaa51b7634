//! The roster: who gets a form. An Excel workbook, or CSV in UTF-8, UTF-16 or GBK as Excel and WPS
//! write it.

use crate::cell::CellRef;
use crate::container::{FileKind, sniff};
use crate::problem::Problem;
use crate::text::{is_blank, label, person_key, show};
use crate::words;
use crate::workbook::{self, Value};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A person of the roster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Department.
    pub department: String,
    /// Post (岗位).
    pub post: String,
    /// The superior's name.
    pub superior: String,
    /// Mail address.
    pub mail: String,
    /// Staff number (工号).
    pub number: String,
    /// Row in the roster, from 1.
    pub row: usize,
}

/// Columns and the headers that tell them.
const COLUMNS: [&[&str]; 6] = [
    &["姓名", "员工姓名", "被考核人", "名字", "name"],
    &["部门", "所属部门", "所在部门", "department"],
    &["岗位", "职位", "职务", "岗位名称", "post"],
    &["上级", "直接上级", "直属上级", "上级主管", "主管", "superior"],
    &["邮箱", "邮件", "电子邮箱", "email", "e-mail", "mail"],
    &["工号", "员工编号", "编号", "员工号", "number"],
];
/// Most people: beyond, the file is hardly a roster.
const MOST: usize = 100_000;

/// Reads a roster.
///
/// # Errors
/// Not readable, no column of names, nobody in it, or every row that is wrong.
pub fn read(bytes: &[u8]) -> Result<Vec<Person>, Vec<Problem>> {
    people(&rows(bytes, &is_name_header).map_err(|p| vec![p])?)
}

/// Rows of cells as text, each with its number in the file, from 1.
pub type Rows = Vec<(usize, Vec<String>)>;

/// The rows of a list of people: of the first sheet with such a header, or of a CSV.
///
/// # Errors
/// Not readable.
pub fn rows(bytes: &[u8], is_header: &dyn Fn(&str) -> bool) -> Result<Rows, Problem> {
    match sniff(bytes) {
        FileKind::Other => csv_rows(bytes),
        _ => workbook_rows(bytes, is_header),
    }
}

fn workbook_rows(bytes: &[u8], is_header: &dyn Fn(&str) -> bool) -> Result<Rows, Problem> {
    let book = workbook::open(bytes, &|text| is_header(text))?;
    let headed = |sheet: &&workbook::Sheet| {
        sheet.cells.values().any(|c| c.value.text().is_some_and(is_header))
    };
    let Some(sheet) = book.sheets.iter().find(headed) else { return Ok(Rows::new()) };
    Ok(sheet
        .used_rows()
        .into_iter()
        .map(|row| {
            let wide = sheet.row(row).map(|(at, _)| at.col).max().unwrap_or(0).min(200);
            let cells = (0..=wide).map(|col| match sheet.value(CellRef::new(row, col)) {
                Value::Text(text) => text.trim().to_owned(),
                Value::Number(number) => show(*number, 6).replace(',', ""),
                _ => String::new(),
            });
            (row as usize + 1, cells.collect())
        })
        .collect())
}

fn csv_rows(bytes: &[u8]) -> Result<Rows, Problem> {
    // csv counts a line at its LF, so that CR LF would be one line behind.
    let text = decode(bytes)?.replace("\r\n", "\n");
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|d| (first.bytes().filter(|b| b == d).count(), *d == b','))
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
        let row = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
        rows.push((row, record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    Ok(rows)
}

/// The text by its mark, else UTF-8 where it is valid, else GBK.
fn decode(bytes: &[u8]) -> Result<String, Problem> {
    let unreadable = || {
        Problem::error(
            "encoding",
            words!("既不是 UTF-8 也不是 GBK 文本", "the text is neither UTF-8 nor GBK"),
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

fn is_name_header(text: &str) -> bool {
    let own = label(text);
    COLUMNS.first().is_some_and(|names| names.contains(&own.as_str()))
}

fn no_names() -> Problem {
    Problem::error(
        "no-names",
        words!("名单里没有「姓名」一列", "the roster has no column of names"),
    )
    .hint(words!(
        "第一行写表头：姓名、部门、岗位、上级、邮箱",
        "head the columns 姓名, 部门, 岗位, 上级, 邮箱"
    ))
}

fn people(rows: &Rows) -> Result<Vec<Person>, Vec<Problem>> {
    let head = rows
        .iter()
        .take(20)
        .position(|(_, cells)| cells.iter().any(|c| is_name_header(c)))
        .ok_or_else(|| vec![no_names()])?;
    let headers: Vec<String> = rows
        .get(head)
        .map(|(_, cells)| cells.iter().map(|c| label(c)).collect())
        .unwrap_or_default();
    let column = |words: &[&str]| headers.iter().position(|h| words.contains(&h.as_str()));
    let columns: Vec<Option<usize>> = COLUMNS.iter().map(|words| column(words)).collect();
    let mut out: Vec<Person> = Vec::new();
    let mut problems = Vec::new();
    for (row, cells) in rows.iter().skip(head + 1) {
        if cells.iter().all(|c| is_blank(c)) {
            continue;
        }
        let get = |index: usize| {
            columns.get(index).copied().flatten().and_then(|c| cells.get(c)).cloned()
        };
        let [name, department, post, superior, mail, number] =
            std::array::from_fn(|index| get(index).unwrap_or_default());
        if is_blank(&name) {
            problems.push(
                Problem::error("no-name", words!("第 {row} 行没有姓名", "row {row} has no name"))
                    .hint(words!("补上姓名，或删去这一行", "give the name, or delete the row")),
            );
            continue;
        }
        let person = Person { name, department, post, superior, mail, number, row: *row };
        let twin = out.iter().find(|p| {
            person_key(&p.name) == person_key(&person.name)
                && person_key(&p.department) == person_key(&person.department)
                && person_key(&p.number) == person_key(&person.number)
        });
        if let Some(twin) = twin {
            let (name, first) = (&person.name, twin.row);
            problems.push(
                Problem::error(
                    "person-twice",
                    words!(
                        "「{name}」在第 {first} 行和第 {row} 行各有一次，部门也相同",
                        "`{name}` stands in rows {first} and {row} with one department"
                    ),
                )
                .hint(words!(
                    "若是同名的两个人，加一列「工号」；否则删去一行",
                    "for two people of one name add a column 工号; else delete one row"
                )),
            );
        }
        out.push(person);
        if out.len() > MOST {
            problems.push(Problem::error(
                "too-many",
                words!("名单超过 {MOST} 人", "the roster has more than {MOST} people"),
            ));
            break;
        }
    }
    if out.is_empty() && problems.is_empty() {
        problems.push(Problem::error("nobody", words!("名单里没有人", "the roster names nobody")));
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_in_every_encoding_that_excel_writes() {
        let text = "姓名,部门,岗位\r\n王丽,客服部,主管\r\n\r\n\"周,强\",客服部,主管\r\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &gbk, &marked, &utf16] {
            let people = read(bytes).unwrap();
            let names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
            assert_eq!(names, ["王丽", "周,强"]);
            assert_eq!(
                (people[0].department.as_str(), people[0].post.as_str()),
                ("客服部", "主管")
            );
        }
    }

    #[test]
    fn wrong_rows_are_named_all_together() {
        let problems = read("姓名,部门\n王丽,A\n,B\n王丽,A\n王丽,B\n".as_bytes()).unwrap_err();
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["no-name", "person-twice"]);
        assert!(problems[0].what.zh.contains("第 3 行") && problems[1].what.zh.contains("第 4 行"));
        assert_eq!(read("部门\nA\n".as_bytes()).unwrap_err()[0].code, "no-names");
        assert_eq!(read(b"\x81\xff\xff\xff").unwrap_err()[0].code, "encoding");
        let numbered = read("姓名\t工号\n王丽\t1\n王丽\t2\n".as_bytes()).unwrap();
        assert_eq!(numbered.len(), 2);
    }
}
