//! One rater's form.

use crate::blank::CODE;
use crate::cell::CellRef;
use crate::form::{self, Month, StaffNumber, labelled, labelled_month};
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::{Rating, Scheme};
use crate::text::{has_any, label, parse_number, person_key, show, without_number};
use crate::words;
use crate::workbook::{self, Sheet, Value, Workbook};
use std::collections::BTreeMap;

/// A rater's marks.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// The scheme's name.
    pub scheme: String,
    /// Index of the rating.
    pub rating: usize,
    /// Whom it rates, as compared.
    pub person: String,
    /// The same, as written.
    pub name: String,
    /// Department, as compared; empty where none is given.
    pub department: String,
    /// Staff number of whom it rates, as compared; empty where none is given.
    pub number: String,
    /// Month.
    pub month: Option<Month>,
    /// The form's number, where it has one.
    pub code: Option<String>,
    /// Marks by the rating's marks; none where left blank.
    pub marks: Vec<Option<f64>>,
}

impl Ballot {
    /// Whether no mark is given.
    pub fn is_blank(&self) -> bool {
        self.marks.iter().all(Option::is_none)
    }
}

/// Whether a workbook is a raters' form that `kaohe new` made.
pub fn is_rating_form(bytes: &[u8]) -> bool {
    let Ok(book) = workbook::open(bytes, &|_| false) else { return false };
    code_of(&book).is_some()
}

/// Whether a workbook is a raters' form to people: one that lost its number, or a company's own. A
/// person's workbook, whose marks are means, is none.
pub fn looks_like_rating_form(bytes: &[u8], schemes: &[Scheme]) -> bool {
    let Ok(book) = workbook::open(bytes, &|_| true) else { return false };
    if code_of(&book).is_some() {
        return true;
    }
    let Some(table) = Table::of(&book, schemes) else { return false };
    let named = || labelled(table.sheet, &table.scheme.words.person, 12).is_some();
    !is_persons_own(&book, &table) && (mark_column(&table).is_some() || named())
}

fn code_of(book: &Workbook) -> Option<String> {
    let words = [CODE.to_owned()];
    book.sheets.iter().find_map(|sheet| {
        let (_, value) = labelled(sheet, &words, 200)?;
        value.text().map(|t| t.trim().to_uppercase()).filter(|t| !t.is_empty())
    })
}

/// The rating table of a workbook.
struct Table<'b> {
    scheme: &'b Scheme,
    index: usize,
    rating: &'b Rating,
    sheet: &'b Sheet,
    rows: Rows,
}

impl<'b> Table<'b> {
    /// The table with the most marks: at least half of its rating's.
    fn of(book: &'b Workbook, schemes: &'b [Scheme]) -> Option<Self> {
        let mut best: Option<Self> = None;
        for scheme in schemes {
            for (index, rating) in scheme.ratings.iter().enumerate() {
                for sheet in &book.sheets {
                    let rows = rows(sheet, rating);
                    if best.as_ref().is_none_or(|best| rows.len() > best.rows.len()) {
                        best = Some(Self { scheme, index, rating, sheet, rows });
                    }
                }
            }
        }
        best.filter(|best| {
            let count = best.rows.len();
            count >= 2 && count * 2 >= best.rating.marks.len()
        })
    }
}

/// Whether a workbook is a person's own, also where its form is not understood any more: it names the
/// scheme's items.
fn is_persons_own(book: &Workbook, table: &Table<'_>) -> bool {
    let known = |name: &str| without_number(&label(name)).to_owned();
    let marks = table.rating.marks.iter();
    let marks: HashSet<String> = marks.map(|mark| known(&mark.name)).collect();
    let items = table.scheme.items.iter();
    let items = items.flat_map(|item| std::iter::once(&item.name).chain(&item.aliases));
    let items: HashSet<String> = items.map(|name| known(name)).collect();
    let texts = book.sheets.iter().flat_map(|sheet| sheet.cells.values());
    let texts = texts.filter_map(|cell| cell.value.text()).map(known);
    let named: HashSet<String> =
        texts.filter(|own| items.contains(own) && !marks.contains(own)).collect();
    named.len() > 1 || form::find(book, table.scheme).is_ok_and(|found| !found.forms.is_empty())
}

/// Reads a rater's form.
///
/// # Errors
/// Not a workbook, no rating table, nobody named, or every mark that is none; with them whom it
/// rates, where that is known: a mean without this rater must not be written.
pub fn read(bytes: &[u8], schemes: &[Scheme]) -> Result<Ballot, (String, Vec<Problem>)> {
    let book = workbook::open(bytes, &|_| true).map_err(|p| (String::new(), vec![p]))?;
    let Some(table) = Table::of(&book, schemes) else {
        let problem =
            Problem::error("no-rating", words!("没有找到评分表", "there is no rating table in it"))
                .hint(words!(
                    "用 kaohe new --ratings 生成的评分表",
                    "use the forms of kaohe new --ratings"
                ));
        return Err((String::new(), vec![problem]));
    };
    let code = code_of(&book);
    // The marks of a person's own workbook are means: counted as a rater's, they would count twice.
    if code.is_none() && is_persons_own(&book, &table) {
        let problem = Problem::error(
            "no-rating-form",
            words!(
                "这是考核表，不是评分人交回的评分表，没有计入",
                "this is an assessment form, not a rater's form; it was not counted"
            ),
        )
        .hint(words!(
            "把它移出评分表的文件夹；评分人用 kaohe new --ratings 生成的评分表",
            "move it out of the folder of rating forms; raters use the forms of kaohe new --ratings"
        ));
        return Err((String::new(), vec![problem]));
    }
    let (scheme, index, sheet) = (table.scheme, table.index, table.sheet);
    let mut problems = Vec::new();
    let person = labelled(sheet, &scheme.words.person, 12)
        .and_then(|(_, value)| value.text().map(|t| t.trim().to_owned()))
        .filter(|name| !name.is_empty());
    if person.is_none() {
        problems.push(
            Problem::error("no-person", words!("没有写明评的是谁", "it does not say who is rated"))
                .on(&sheet.name)
                .hint(words!("补上「被考核人：姓名」", "add 被考核人：name")),
        );
    }
    let department = labelled(sheet, &scheme.words.department, 12)
        .and_then(|(_, value)| value.text().map(person_key))
        .unwrap_or_default();
    let marks = marks(&table, &mut problems);
    let name = person.unwrap_or_default();
    if !problems.is_empty() {
        return Err((person_key(&name), problems));
    }
    Ok(Ballot {
        scheme: scheme.name.clone(),
        rating: index,
        person: person_key(&name),
        name,
        department,
        number: StaffNumber::of(sheet).key,
        month: labelled_month(sheet, &scheme.words.month, 12, book.date1904),
        code,
        marks,
    })
}

/// Rows of the marks, and the column in which their names stand.
type Rows = BTreeMap<usize, CellRef>;

fn rows(sheet: &Sheet, rating: &Rating) -> Rows {
    let mut rows = Rows::new();
    for (at, cell) in &sheet.cells {
        let Some(own) = cell.value.text().map(label) else { continue };
        let found = rating.marks.iter().position(|mark| {
            label(&mark.name) == own || mark.aliases.iter().any(|alias| label(alias) == own)
        });
        if let Some(found) = found {
            rows.entry(found).or_insert(*at);
        }
    }
    rows
}

/// The first number that stands beside the marks' column, right of the name of a mark left blank there. A
/// column that also has numbers beside marks that are given holds something else.
fn beside(sheet: &Sheet, rows: &Rows, first: u32, column: u32) -> Option<CellRef> {
    // What a mark may be at most stands beside it in many forms.
    let is_most = |col: u32| {
        let above = (0..first).rev().find_map(|row| sheet.text(CellRef::new(row, col)));
        above.is_some_and(|head| {
            has_any(
                &label(head),
                &["满分", "分值", "权重", "序号", "最高", "上月", "上次", "上期", "自评", "参考"],
            )
        })
    };
    let is_number = |value: &Value| match value {
        Value::Number(_) => true,
        Value::Text(text) => parse_number(text).is_some(),
        _ => false,
    };
    let own = |name: &CellRef| sheet.anchor(CellRef::new(name.row, column));
    if rows.values().any(|name| *name == own(name)) {
        return None;
    }
    let (blank, given): (Vec<&CellRef>, Vec<&CellRef>) =
        rows.values().partition(|name| sheet.value(own(name)).is_blank());
    let numbers = |name: &CellRef| {
        let right = name.col + 1;
        let cells = sheet.row(name.row).filter(move |(at, _)| at.col >= right && at.col != column);
        cells.filter(|(_, cell)| is_number(&cell.value)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let taken: HashSet<u32> = given.into_iter().flat_map(numbers).map(|at| at.col).collect();
    let mut found = blank.into_iter().flat_map(numbers);
    found.find(|at| !is_most(at.col) && !taken.contains(&at.col))
}

/// The column of the marks, by the header above them.
fn mark_column(table: &Table<'_>) -> Option<u32> {
    let first = table.rows.values().map(|at| at.row).min().unwrap_or(0);
    let is_head = |value: &Value| {
        value.text().is_some_and(|t| {
            let own = label(t);
            table.scheme.words.score.iter().any(|w| label(w) == own)
        })
    };
    (first.saturating_sub(4)..first)
        .rev()
        .find_map(|row| table.sheet.row(row).find(|(_, c)| is_head(&c.value)).map(|(at, _)| at.col))
}

fn marks(table: &Table<'_>, problems: &mut Vec<Problem>) -> Vec<Option<f64>> {
    let Table { rating, sheet, rows, .. } = table;
    let first = rows.values().map(|at| at.row).min().unwrap_or(0);
    let Some(column) = mark_column(table) else {
        problems.push(
            Problem::error(
                "no-mark-column",
                words!("评分表没有「得分」一列", "the rating table has no column 得分"),
            )
            .on(&sheet.name)
            .hint(words!("补上表头「得分」", "head the column with 得分")),
        );
        return Vec::new();
    };
    if let Some(at) = beside(sheet, rows, first, column) {
        problems.push(
            Problem::error(
                "marks-beside",
                words!(
                    "「得分」一列有空格，旁边的列却写着数字",
                    "a mark is blank below 得分, and a number stands beside it"
                ),
            )
            .at(&sheet.name, at)
            .hint(words!(
                "如果这是分数，请评分人填到「得分」一列；不是就删掉",
                "if it is the mark, let the rater put it below 得分; else delete it"
            )),
        );
        return Vec::new();
    }
    let most = show(rating.max, 4);
    (0..rating.marks.len())
        .map(|index| {
            let at = sheet.anchor(CellRef::new(rows.get(&index)?.row, column));
            let value = sheet.value(at);
            let name = rating.marks.get(index).map_or("", |m| m.name.as_str());
            let number = match value {
                // A mark that nobody can read is not one left blank.
                _ if value.is_blank() && sheet.cells.get(&at).is_some_and(|c| c.is_formula) => {
                    problems.push(
                        Problem::error(
                            "mark-without-value",
                            words!(
                                "「{name}」是公式，文件里没有它的结果",
                                "`{name}` is a formula without a stored value"
                            ),
                        )
                        .at(&sheet.name, at)
                        .hint(words!(
                            "用 Excel 或 WPS 打开并保存一次，或直接填写分数",
                            "open and save it once in Excel or WPS, or type the mark"
                        )),
                    );
                    return None;
                }
                _ if value.is_blank() => return None,
                Value::Number(number) => Some(*number),
                Value::Text(text) => {
                    parse_number(text).filter(|typed| !typed.percent).map(|typed| typed.value)
                }
                _ => None,
            };
            match number {
                Some(number) if (0.0..=rating.max).contains(&number) => Some(number),
                _ => {
                    problems.push(
                        Problem::error(
                            "mark-out-of-range",
                            words!(
                                "「{name}」应为 0 到 {most} 之间的数",
                                "`{name}` should be a number from 0 to {most}"
                            ),
                        )
                        .at(&sheet.name, at)
                        .hint(words!(
                            "请评分人改正，或清空这一格",
                            "let the rater correct or clear it"
                        )),
                    );
                    None
                }
            }
        })
        .collect()
}
