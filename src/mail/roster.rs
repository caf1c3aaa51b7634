//! The roster: who is who, and at which address. A workbook or a CSV file in UTF-8, UTF-16 or GBK.

use super::address;
use crate::problem::Problem;
use crate::roster::{self, DEPARTMENT, Header, Headers, MAIL, NAME, NUMBER, SUPERIOR};
use crate::text::compact;
use crate::words;

/// A person of the roster.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The file's row, from 1.
    pub line: usize,
    /// 姓名.
    pub name: String,
    /// 部门.
    pub department: Option<String>,
    /// 工号.
    pub id: Option<String>,
    /// 邮箱, as typed.
    pub email: Option<String>,
    /// 上级: a name or 工号 of the roster.
    pub manager: Option<String>,
    /// 上级邮箱, as typed.
    pub manager_email: Option<String>,
    /// 密码: what opens the person's protected workbook.
    pub password: Option<String>,
}

/// A field of a row, its header words, and how to reach it.
type Field = (Headers, fn(&mut Row) -> &mut Option<String>);

const SUPERIOR_MAIL: Headers =
    &[&["上级邮箱", "直接上级邮箱", "直属上级邮箱", "主管邮箱", "manageremail", "supervisoremail"]];
const PASSWORD: Headers = &[&["密码", "打开密码", "附件密码", "password"]];
const FIELDS: [Field; 6] = [
    (DEPARTMENT, |r| &mut r.department),
    (NUMBER, |r| &mut r.id),
    (MAIL, |r| &mut r.email),
    (SUPERIOR, |r| &mut r.manager),
    (SUPERIOR_MAIL, |r| &mut r.manager_email),
    (PASSWORD, |r| &mut r.password),
];

/// Reads a roster.
///
/// # Errors
/// Not readable, no header row with a name and an address, a header that stands twice, nobody, or every row
/// that cannot be meant so.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    let grid = roster::rows(bytes, &roster::is_name_header).map_err(|problem| vec![problem])?;
    let header = Header::find(&grid, &[NAME, MAIL]).ok_or_else(|| vec![no_header()])?;
    let column = |headers: Headers| {
        // 编号 beside 工号 counts the rows, 主管 beside 直接上级 is a post.
        let plainest = headers == NUMBER || headers == SUPERIOR;
        let found = if plainest { header.column(headers) } else { header.any_column(headers) };
        found.map_err(|problem| vec![problem])
    };
    let name_at = column(NAME)?.ok_or_else(|| vec![no_header()])?;
    let mut places = Vec::new();
    for (names, field) in FIELDS {
        if let Some(at) = column(names)? {
            places.push((at, field));
        }
    }
    let password_at = column(PASSWORD)?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for roster::Row { line, cells, days, .. } in grid.iter().skip(header.row + 1) {
        let cell = |at: usize| {
            let text = cells.get(at).map(|c| address::one_line(c)).unwrap_or_default();
            (!compact(&text).is_empty()).then_some(text)
        };
        let mut row = Row { line: *line, ..Row::default() };
        for (at, field) in &places {
            *field(&mut row) = cell(*at);
        }
        let Some(name) = cell(name_at) else {
            if row.email.is_some() {
                problems.push(nameless(*line));
            }
            continue;
        };
        if password_at.is_some_and(|at| days.contains(&at)) {
            problems.push(password_is_day(*line));
        }
        rows.push(Row { name, ..row });
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(roster::empty());
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn nameless(line: usize) -> Problem {
    Problem::error(
        "no-name",
        words!("第 {line} 行有邮箱，没有姓名", "row {line} has an address and no name"),
    )
    .hint(words!("补上姓名，或删去这一行", "give the name, or delete the row"))
}

/// A day is a number that its format shows in one of many ways: nobody could guess what opens the file.
fn password_is_day(line: usize) -> Problem {
    Problem::error(
        "password-is-date",
        words!(
            "第 {line} 行的密码是日期单元格，不知道收件人会照哪种写法输入",
            "the password in row {line} is a date; how the receiver would type it is not known"
        ),
    )
    .hint(words!(
        "把「密码」一列设为文本格式，重新输入，如 19900101",
        "format the column of passwords as text and type it anew, such as 19900101"
    ))
}

fn no_header() -> Problem {
    Problem::error(
        "roster-header",
        words!(
            "名单里找不到含「姓名」和「邮箱」的表头行",
            "the roster has no header row with a name and an address"
        ),
    )
    .hint(words!(
        "第一行写：姓名、部门、工号、邮箱、上级",
        "head the columns 姓名, 部门, 工号, 邮箱, 上级 (or name, department, id, email, manager)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "姓名,部门,工号,邮箱,上级\r\n王丽,客服部,1001,wangli@example.com,陈强\r\n\
                       \"陈,强\",总经办,0002,chen@example.com,\r\n,,,,\r\n";

    #[test]
    fn csv_in_every_encoding_is_one_roster() {
        let (gbk, _, lost) = encoding_rs::GBK.encode(CSV);
        assert!(!lost);
        let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
            .chain(CSV.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = [b"\xef\xbb\xbf", CSV.as_bytes()].concat();
        for bytes in [CSV.as_bytes().to_vec(), marked, gbk.into_owned(), utf16] {
            let rows = read(&bytes).unwrap();
            assert_eq!(rows.len(), 2);
            assert_eq!((rows[0].name.as_str(), rows[0].line), ("王丽", 2));
            assert_eq!(rows[0].manager.as_deref(), Some("陈强"));
            assert_eq!((rows[1].name.as_str(), rows[1].id.as_deref()), ("陈,强", Some("0002")));
            assert_eq!(rows[1].manager, None);
        }
    }

    #[test]
    fn a_roster_without_heads_or_with_double_ones_is_refused() {
        assert_eq!(
            read("姓名,部门\n王丽,客服部\n".as_bytes()).unwrap_err()[0].code,
            "roster-header"
        );
        let plain = read("编号,姓名,工号,邮箱\n1,王丽,A7,a@x.com\n".as_bytes()).unwrap();
        assert_eq!(plain[0].id.as_deref(), Some("A7"));
        let twice = "姓名,邮箱,E-mail\n王丽,a@x.com,b@x.com\n";
        assert_eq!(read(twice.as_bytes()).unwrap_err()[0].code, "roster-column-twice");
        assert_eq!(read("姓名,邮箱\n".as_bytes()).unwrap_err()[0].code, "roster-empty");
        assert_eq!(read(b"\xff\xff\xff\x00").unwrap_err()[0].code, "encoding");
        let nameless =
            read("姓名,邮箱\n王丽,a@x.com\n,b@x.com\n合计,\n,\n".as_bytes()).unwrap_err();
        assert_eq!(nameless.len(), 1);
        assert!(nameless[0].code == "no-name" && nameless[0].what.zh.contains("第 3 行"));
    }
}
