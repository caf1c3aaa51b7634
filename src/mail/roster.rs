//! The roster: who is who, and at which address. A workbook or a CSV file in UTF-8, UTF-16 or GBK.

use super::address;
use crate::problem::Problem;
use crate::roster;
use crate::text::{compact, label};
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
type Field = (&'static [&'static str], fn(&mut Row) -> &mut Option<String>);

const NAME: &[&str] = &["姓名", "员工姓名", "员工", "被考核人", "name", "employee", "fullname"];
const FIELDS: [Field; 6] = [
    (&["部门", "所属部门", "所在部门", "department", "dept"], |r| &mut r.department),
    (&["工号", "员工编号", "员工号", "编号", "id", "employeeid", "employeeno"], |r| {
        &mut r.id
    }),
    (
        &[
            "邮箱",
            "电子邮箱",
            "电子邮件",
            "邮件",
            "邮箱地址",
            "邮件地址",
            "公司邮箱",
            "工作邮箱",
            "email",
            "e-mail",
            "mail",
            "emailaddress",
        ],
        |r| &mut r.email,
    ),
    (
        &["上级", "直属上级", "直接上级", "上级姓名", "主管", "直属主管", "manager", "supervisor"],
        |r| &mut r.manager,
    ),
    (
        &["上级邮箱", "直属上级邮箱", "主管邮箱", "manageremail", "supervisoremail"],
        |r| &mut r.manager_email,
    ),
    (&["密码", "打开密码", "附件密码", "password"], |r| &mut r.password),
];

/// Reads a roster.
///
/// # Errors
/// Not readable, no header row with a name and an address, a header that stands twice, or nobody.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Problem> {
    let is_name = |text: &str| NAME.contains(&label(text).as_str());
    let grid = roster::rows(bytes, &is_name)?;
    let head = grid
        .iter()
        .take(20)
        .position(|(_, cells)| {
            let has = |names: &[&str]| cells.iter().any(|c| names.contains(&label(c).as_str()));
            has(NAME) && FIELDS.get(2).is_some_and(|(names, _)| has(names))
        })
        .ok_or_else(no_header)?;
    let (_, header) = grid.get(head).ok_or_else(no_header)?;
    let column = |names: &[&str]| -> Result<Option<usize>, Problem> {
        let mut found = header
            .iter()
            .enumerate()
            .filter(|(_, c)| names.contains(&label(c).as_str()))
            .map(|(at, _)| at);
        let first = found.next();
        match (found.next(), names.first()) {
            (Some(_), Some(name)) => Err(Problem::error(
                "roster-column-twice",
                words!("名单里有两列「{name}」", "the roster has two columns `{name}`"),
            )
            .hint(words!("只留一列，再试一次", "keep one of them"))),
            _ => Ok(first),
        }
    };
    let name_at = column(NAME)?.ok_or_else(no_header)?;
    let mut places = Vec::new();
    for (names, field) in FIELDS {
        if let Some(at) = column(names)? {
            places.push((at, field));
        }
    }
    let mut rows = Vec::new();
    for (line, cells) in grid.iter().skip(head + 1) {
        let cell = |at: usize| {
            let text = cells.get(at).map(|c| address::one_line(c)).unwrap_or_default();
            (!compact(&text).is_empty()).then_some(text)
        };
        let Some(name) = cell(name_at) else { continue };
        let mut row = Row { line: *line, name, ..Row::default() };
        for (at, field) in &places {
            *field(&mut row) = cell(*at);
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(Problem::error(
            "roster-empty",
            words!("名单里没有人", "the roster has nobody"),
        ));
    }
    Ok(rows)
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
        assert_eq!(read("姓名,部门\n王丽,客服部\n".as_bytes()).unwrap_err().code, "roster-header");
        let twice = "姓名,邮箱,E-mail\n王丽,a@x.com,b@x.com\n";
        assert_eq!(read(twice.as_bytes()).unwrap_err().code, "roster-column-twice");
        assert_eq!(read("姓名,邮箱\n".as_bytes()).unwrap_err().code, "roster-empty");
        assert_eq!(read(b"\xff\xff\xff\x00").unwrap_err().code, "encoding");
    }
}
