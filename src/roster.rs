//! The roster: who gets a form. An Excel workbook, or CSV in UTF-8, UTF-16 or GBK as Excel and WPS
//! write it.

mod leavers;
mod rows;

use crate::form;
use crate::hash::HashMap;
use crate::problem::Problem;
use crate::text::{is_blank, label, person_key};
use crate::words;
pub use leavers::Leaver;
pub use rows::{Row, rows};

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
    /// Whether that row does not show, hidden by hand or by a filter.
    pub hidden: bool,
    /// What in that row says that the person has left.
    pub leaver: Option<Leaver>,
}

/// Headers of a column, the plainest first.
pub type Headers = &'static [&'static [&'static str]];

/// Headers of the names.
pub const NAME: Headers =
    &[&["姓名", "员工姓名", "被考核人", "名字", "员工", "name", "employee", "fullname"]];
/// Headers of the departments.
pub const DEPARTMENT: Headers = &[&["部门", "所属部门", "所在部门", "department", "dept"]];
/// Headers of the superiors. 主管 may also be a post.
pub const SUPERIOR: Headers = &[&form::SUPERIOR, &["主管", "superior", "manager", "supervisor"]];
/// Headers of the mail addresses.
pub const MAIL: Headers = &[&[
    "邮箱",
    "电子邮箱",
    "邮件",
    "电子邮件",
    "邮箱地址",
    "邮件地址",
    "公司邮箱",
    "工作邮箱",
    "email",
    "e-mail",
    "mail",
    "emailaddress",
]];
/// Headers of the staff numbers. 编号 may also count the rows.
pub const NUMBER: Headers = &[&form::NUMBER, &["编号", "number", "id", "employeeno"]];
/// Headers of the posts.
const POST: Headers = &[&form::POST, &["post"]];
const COLUMNS: [Headers; 6] = [NAME, DEPARTMENT, POST, SUPERIOR, MAIL, NUMBER];
/// Rows in which the header may stand.
const HEADS: usize = 20;
/// What stands in the column of names below the people, before a colon or alone.
const FOOTERS: [&str; 18] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "总人数",
    "人数",
    "备注",
    "注",
    "说明",
    "制表",
    "制表人",
    "审核",
    "审核人",
    "审批",
    "批准",
    "填表人",
    "经办人",
    "日期",
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

/// Whether a text heads the column of names.
pub fn is_name_header(text: &str) -> bool {
    is_header(NAME, text)
}

fn is_header(headers: Headers, text: &str) -> bool {
    let own = head(text);
    headers.iter().any(|words| words.contains(&own.as_str()))
}

/// A header as it is compared; a star says that the column must be filled.
fn head(text: &str) -> String {
    label(text).trim_matches('*').to_owned()
}

/// The row that heads the columns.
pub struct Header {
    /// Which of the rows it is.
    pub row: usize,
    /// Its texts, as they are compared.
    heads: Vec<String>,
}

impl Header {
    /// The first row with each of some columns.
    pub fn find(rows: &[Row], needed: &[Headers]) -> Option<Self> {
        let has = |row: &Row, headers: &Headers| row.cells.iter().any(|c| is_header(headers, c));
        let mut top = rows.iter().take(HEADS);
        let row = top.position(|row| needed.iter().all(|headers| has(row, headers)))?;
        let heads = rows.get(row)?.cells.iter().map(|cell| head(cell)).collect();
        Some(Self { row, heads })
    }

    /// A column, by its plainest header: 工号 before 编号, 直接上级 before 主管.
    ///
    /// # Errors
    /// Two columns with that header.
    pub fn column(&self, headers: Headers) -> Result<Option<usize>, Problem> {
        let mut words = headers.iter().copied().flatten();
        let there = |word: &&&str| self.heads.iter().any(|head| head == **word);
        let Some(word) = words.find(there) else { return Ok(None) };
        self.only(&[word], headers == NAME)
    }

    /// A column with any of some headers: of two addresses either may be meant.
    ///
    /// # Errors
    /// Two such columns.
    pub fn any_column(&self, headers: Headers) -> Result<Option<usize>, Problem> {
        self.only(&headers.concat(), headers == NAME)
    }

    fn only(&self, words: &[&str], of_names: bool) -> Result<Option<usize>, Problem> {
        let of = |(_, head): &(usize, &String)| words.contains(&head.as_str());
        let mut found = self.heads.iter().enumerate().filter(of).map(|(at, _)| at);
        let first = found.next();
        let (Some(_), Some(word)) = (found.next(), words.first()) else { return Ok(first) };
        let problem = Problem::error(
            "roster-column-twice",
            words!("名单里有两列「{word}」", "the roster has two columns `{word}`"),
        );
        Err(problem.hint(match of_names {
            true => words!("所有人放在同一列，再试一次", "put all people into one column"),
            false => words!("只留一列，再试一次", "keep one of them"),
        }))
    }
}

/// That a roster names nobody.
pub fn empty() -> Problem {
    Problem::error("roster-empty", words!("名单里没有人", "the roster names nobody"))
        .hint(words!("在表头下面一人一行写上", "write one person a row below the header"))
}

/// Why a text in the column of names is no name.
fn no_person(name: &str, row: usize) -> Option<Problem> {
    if name.contains(['\n', '\r']) {
        return Some(
            Problem::error(
                "name-of-lines",
                words!("第 {row} 行的姓名里有换行", "the name in row {row} has several lines"),
            )
            .hint(words!(
                "一行只写一个人；CSV 里检查这一行有没有多出或缺少的引号",
                "write one person a row; in a CSV look for a quotation mark too many or too few"
            )),
        );
    }
    let word = head(name.split([':', '：']).next().unwrap_or(name));
    // 12 and 共12人 count the people.
    let counted = word.trim_start_matches('共').trim_end_matches(['人', '名', '位']);
    let is_count = !counted.is_empty() && counted.chars().all(|c| c.is_ascii_digit());
    (is_count || FOOTERS.contains(&word.as_str())).then(|| {
        Problem::error(
            "not-a-name",
            words!("第 {row} 行的「{name}」不是姓名", "`{name}` in row {row} is no name"),
        )
        .hint(words!("删去这一行", "delete the row"))
    })
}

/// Why a row that begins with this is no person's: the word of a sum, or of a footer with its colon
/// (`制表人：` | 小明). Without one it may be in a column of its own, as 备注.
fn footer(first: &str, row: usize) -> Option<Problem> {
    const SUMS: [&str; 6] = ["合计", "总计", "小计", "共计", "总人数", "人数合计"];
    // 8:2 is a ratio.
    let labelled = first.split_once([':', '：']).is_some_and(|(word, _)| {
        !word.trim().is_empty() && !word.trim().chars().all(|c| c.is_numeric() || c == '.')
    });
    let is_footer = labelled || SUMS.contains(&head(first).as_str());
    is_footer.then(|| no_person(first, row)).flatten()
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

fn people(rows: &[Row]) -> Result<Vec<Person>, Vec<Problem>> {
    let header = Header::find(rows, &[NAME]).ok_or_else(|| vec![no_names()])?;
    let columns = COLUMNS.map(|headers| header.column(headers));
    let twice: Vec<Problem> =
        columns.iter().filter_map(|found| found.as_ref().err()).cloned().collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    let columns: Vec<Option<usize>> = columns.into_iter().map(|at| at.ok().flatten()).collect();
    let mut out: Vec<Person> = Vec::new();
    let mut problems = Vec::new();
    // Rows by name, department and number; rows and names by number.
    let mut known: HashMap<[String; 3], usize> = HashMap::default();
    let mut numbered: HashMap<String, (usize, String)> = HashMap::default();
    for one in rows.iter().skip(header.row + 1) {
        let Row { line: row, cells, hidden, .. } = one;
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
        // The word of a footer may stand before the column of names.
        let first = cells.iter().find(|cell| !is_blank(cell)).filter(|cell| **cell != name);
        if let Some(problem) = no_person(&name, *row).or_else(|| footer(first?, *row)) {
            problems.push(problem);
            continue;
        }
        let (row, hidden) = (*row, *hidden);
        let named = columns.first().copied().flatten().unwrap_or(0);
        let leaver = leavers::leaver(&header.heads, one, named);
        let person = Person { name, department, post, superior, mail, number, row, hidden, leaver };
        let keys = [&person.name, &person.department, &person.number].map(|text| person_key(text));
        let [name_key, _, number_key] = keys.clone();
        let twin = known.get(&keys).copied();
        if let Some(first) = twin {
            let name = &person.name;
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
        // 无, / and 0 number nobody; one person may stand in two departments.
        let numbers = number_key.chars().any(|c| c.is_ascii_alphanumeric() && c != '0');
        let other = numbered.get(&number_key).filter(|(_, name)| numbers && *name != name_key);
        if let (Some((first, _)), None) = (other, twin) {
            let own = &person.number;
            problems.push(
                Problem::error(
                    "number-twice",
                    words!(
                        "第 {first} 行和第 {row} 行的工号都是「{own}」",
                        "rows {first} and {row} have one staff number, {own}"
                    ),
                )
                .hint(words!("改正其中一个工号", "correct one of the two")),
            );
        }
        known.entry(keys).or_insert(row);
        numbered.entry(number_key).or_insert((row, name_key));
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
        problems.push(empty());
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
    fn headers_as_people_write_them() {
        let of = |text: &str| read(text.as_bytes()).map(|p| p[0].clone());
        let person = of("编号,工号,姓名*,主管,直接上级\n1,A01,王丽,是,赵总\n").unwrap();
        assert_eq!((person.number.as_str(), person.superior.as_str()), ("A01", "赵总"));
        // A title with other signs, or none.
        for title in ["2026年11月名单", "名单,2026年11月", "名单;a;b;c;d"] {
            let person = of(&format!("{title}\n序号\t姓名\t部门\n1\t王丽\t客服部\n")).unwrap();
            assert_eq!((person.name.as_str(), person.department.as_str()), ("王丽", "客服部"));
        }
        for (text, code) in [
            ("姓名,部门,姓名,部门\n王丽,A,周强,B\n", "roster-column-twice"),
            ("姓名,部门\n王丽,A\n合计：1人,\n", "not-a-name"),
            ("姓名,部门\n王丽,A\n\"周强,B\n张三,B\n", "name-of-lines"),
            ("序号,姓名,部门\n1,王丽,A\n合计,1,\n", "not-a-name"),
            ("序号,姓名,部门\n1,王丽,A\n总计,共1人,\n", "not-a-name"),
            ("序号,姓名,部门\n1,王丽,A\n小计,客服部,\n", "not-a-name"),
            ("序号,姓名,部门\n1,王丽,A\n制表人：,小明,\n", "not-a-name"),
            ("序号,姓名,部门\n1,王丽,A\n审核:,小红,\n", "not-a-name"),
            ("姓名,工号\n王丽,A1\n周强,a1\n", "number-twice"),
        ] {
            assert_eq!(of(text).unwrap_err()[0].code, code, "{text}");
        }
    }

    #[test]
    fn wrong_rows_are_named_all_together() {
        let problems = read("姓名,部门\n王丽,A\n,B\n王丽,A\n王丽,B\n".as_bytes()).unwrap_err();
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["no-name", "person-twice"]);
        assert!(problems[0].what.zh.contains("第 3 行") && problems[1].what.zh.contains("第 4 行"));
        let problems = read("\n姓名,部门\n王丽,A\n\n\n,B\r\n\r\n王丽,A\n".as_bytes()).unwrap_err();
        assert!(problems[0].what.zh.contains("第 6 行"), "{problems:?}");
        assert!(problems[1].what.zh.contains("第 3 行和第 8 行"), "{problems:?}");
        assert_eq!(read("部门\nA\n".as_bytes()).unwrap_err()[0].code, "no-names");
        assert_eq!(read(b"\x81\xff\xff\xff").unwrap_err()[0].code, "encoding");
        let numbered = read("姓名\t工号\n王丽\t1\n王丽\t2\n".as_bytes()).unwrap();
        assert_eq!(numbered.len(), 2);
        for none in ["无", "/", "-", "0", "待定"] {
            let text = format!("姓名,工号\n王丽,{none}\n周强,{none}\n");
            assert_eq!(read(text.as_bytes()).unwrap().len(), 2, "{none}");
        }
        assert_eq!(read("姓名,部门,工号\n王丽,A,7\n王丽,B,7\n".as_bytes()).unwrap().len(), 2);
    }
}
