//! A person who stands in two workbooks of a month is ranked twice, and a staff number that two people have
//! is wrong in one form: HR should know. Two people whose forms took one row of figures are not scored: one
//! of them has the other's.
//!
//! Of everybody a short print is kept; only who is found twice is looked up and compared in full.

use crate::problem::codes::{NUMBER_OF_SEVERAL, PERSON_TWICE, ROW_OF_SEVERAL};
use crate::problem::{Problem, Words};
use crate::summary::{Book, Finding, Line};
use crate::text::person_key;
use crate::words;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Most workbooks that a notice names.
const NAMED: usize = 3;

type Print = [u8; 12];

/// A print of texts; of a text that is not there another than of a blank one.
fn print_of(texts: &[Option<&str>]) -> Print {
    let mut sha = Sha256::new();
    for text in texts {
        sha.update((text.map_or(u64::MAX, |t| t.len() as u64)).to_le_bytes());
        sha.update(text.unwrap_or_default());
    }
    let mut print = [0; 12];
    for (to, from) in print.iter_mut().zip(sha.finalize()) {
        *to = from;
    }
    print
}

/// A print of person, department and month.
fn who(line: &Line) -> Print {
    print_of(&[Some(&name_and_department(line)), line.month.as_deref()])
}

/// Name and department as they are compared.
fn name_and_department(line: &Line) -> String {
    let department = line.department.as_deref().map(person_key).unwrap_or_default();
    format!("{}\n{department}", person_key(&line.name))
}

/// [`who`] with the staff number, or that there is none.
fn who_by_number(line: &Line) -> Print {
    let number = Some(line.number.as_str()).filter(|number| !number.is_empty());
    print_of(&[Some(&name_and_department(line)), line.month.as_deref(), number])
}

/// A print of the staff number; none where there is none.
fn number(line: &Line) -> Option<Print> {
    (!line.number.is_empty()).then(|| print_of(&[Some(&line.number)]))
}

/// A print of staff number and month; none where there is no number.
fn numbered(line: &Line) -> Option<Print> {
    (!line.number.is_empty()).then(|| print_of(&[Some(&line.number), line.month.as_deref()]))
}

/// A print of the row of figures and the month; none where the figures are the workbook's own.
fn rowed(line: &Line) -> Option<Print> {
    line.row.as_deref().map(|row| print_of(&[Some(row), line.month.as_deref()]))
}

/// Everybody who was seen, by the staff number too, and in which workbook.
#[derive(Debug, Default)]
pub struct Seen {
    people: Vec<(Print, Option<Print>, u32)>,
    /// Those with a staff number by that and the month.
    numbers: Vec<(Print, Print, u32)>,
    /// Those with a row in a workbook for many by that and the month.
    rows: Vec<(Print, Print, u32)>,
}

impl Seen {
    /// Sees the people of a workbook.
    pub fn add(&mut self, book_number: u32, book: &Book) {
        let named = book.lines.iter().filter(|line| line.named);
        for line in named {
            let print = who(line);
            self.people.push((print, number(line), book_number));
            self.numbers.extend(numbered(line).map(|number| (number, print, book_number)));
            self.rows.extend(rowed(line).map(|row| (row, who_by_number(line), book_number)));
        }
    }

    /// Who stands in several workbooks. `book` gives one by its number; numbers follow names.
    ///
    /// # Errors
    /// What `book` says.
    pub fn twins(mut self, book: &dyn Fn(u32) -> io::Result<Book>) -> io::Result<Twins> {
        self.people.sort_unstable();
        let mut twins = Twins::default();
        for alike in self.people.chunk_by(|(a, ..), (b, ..)| a == b).filter(|alike| alike.len() > 1)
        {
            // Different numbers are different people, unless somebody has none.
            let unnumbered = alike.iter().any(|(_, number, _)| number.is_none());
            let same =
                |a: &(_, Option<Print>, _), b: &(_, Option<Print>, _)| unnumbered || a.1 == b.1;
            for alike in alike.chunk_by(same).filter(|alike| alike.len() > 1) {
                let mut books: Vec<u32> = alike.iter().map(|(_, _, book)| *book).collect();
                books.sort_unstable();
                // A few names do: of a thousand copies each would else name a thousand.
                let first = books.iter().take(NAMED + 1);
                let some: Vec<String> =
                    first.map(|number| Ok(book(*number)?.file)).collect::<io::Result<_>>()?;
                let Some((print, number, _)) = alike.first() else { continue };
                let key = (*print, number.filter(|_| !unnumbered));
                twins.people.insert(key, (some, alike.len()));
            }
        }
        twins.numbers = of_several(self.numbers, who, book)?;
        twins.rows = of_several(self.rows, who_by_number, book)?;
        // Of whom one form lacks the number may be one person, who is told of by name.
        twins.rows.retain(|_, (some, _)| {
            let names: BTreeSet<Print> = some.iter().map(|owner| who(&owner.line)).collect();
            names.len() > 1 || some.iter().all(|owner| !owner.line.number.is_empty())
        });
        Ok(twins)
    }
}

/// What people of several prints share, by what is shared: the first of them, and how many they are.
fn of_several(
    mut all: Vec<(Print, Print, u32)>,
    of: fn(&Line) -> Print,
    book: &dyn Fn(u32) -> io::Result<Book>,
) -> io::Result<BTreeMap<Print, (Vec<Owner>, usize)>> {
    all.sort_unstable();
    let mut out = BTreeMap::new();
    for alike in all.chunk_by(|(a, ..), (b, ..)| a == b) {
        let mut owners: Vec<(Print, u32)> = Vec::new();
        for (_, print, book) in alike {
            if owners.last().is_none_or(|(last, _)| last != print) {
                owners.push((*print, *book));
            }
        }
        let (Some((key, ..)), [_, _, ..]) = (alike.first(), owners.as_slice()) else {
            continue;
        };
        let mut some = Vec::new();
        for (print, number) in owners.iter().take(NAMED + 1) {
            let book = book(*number)?;
            let owner = book.lines.into_iter().find(|line| line.named && of(line) == *print);
            some.extend(owner.map(|line| Owner { print: *print, line, file: book.file }));
        }
        out.insert(*key, (some, owners.len()));
    }
    Ok(out)
}

/// One of several with one staff number, or one row of figures.
#[derive(Debug)]
struct Owner {
    print: Print,
    line: Line,
    file: String,
}

/// Who stands in several workbooks, and which staff numbers several have.
#[derive(Debug, Default)]
pub struct Twins {
    /// With the staff number where it tells people apart: the first of the workbooks, and how often.
    people: BTreeMap<(Print, Option<Print>), (Vec<String>, usize)>,
    /// By number and month: the first who have it, and how many they are.
    numbers: BTreeMap<Print, (Vec<Owner>, usize)>,
    /// By row of figures and month: the first whose forms took it, and how many they are.
    rows: BTreeMap<Print, (Vec<Owner>, usize)>,
}

impl Twins {
    /// Notes in a workbook who of its people stands in others too. Whether it may stand: not where somebody
    /// else's form took the same row of figures.
    pub fn mark(&self, book: &mut Book) -> bool {
        const OWN: [&str; 3] = [PERSON_TWICE, NUMBER_OF_SEVERAL, ROW_OF_SEVERAL];
        book.findings.retain(|finding| !OWN.contains(&&*finding.code));
        let mut own: Vec<&Line> = book.lines.iter().filter(|line| line.named).collect();
        own.sort_by_key(|line| {
            (person_key(&line.name), line.department.as_deref().map(person_key))
        });
        let mut found = Vec::new();
        for line in own {
            let print = who(line);
            let shared = numbered(line).and_then(|number| self.numbers.get(&number));
            found.extend(shared.and_then(|(some, count)| self::shared(line, some, *count)));
            let row = rowed(line).and_then(|row| self.rows.get(&row));
            found.extend(row.and_then(|(some, count)| one_row(line, some, *count)));
            let twin = self.people.get(&(print, None));
            let told_apart = twin.is_none();
            let twin = twin.or_else(|| self.people.get(&(print, Some(number(line)?))));
            let Some((some, count)) = twin else { continue };
            let others: Vec<&str> =
                some.iter().map(String::as_str).filter(|f| *f != book.file).take(NAMED).collect();
            let what = words!(
                "同一个人在两份工作簿里都有得分，另一份是 ",
                "this person is scored in two workbooks; the other is "
            );
            let what = what.then(&Words::first_of(&others, *count - 1));
            let mut hint =
                words!("删去多余的一份，再运行一次", "remove the one too many and run again");
            if !told_apart {
                hint = hint.then(&words!(
                    "；若是同名的两个人，在表上写明「工号」",
                    "; for two people of one name, give each form a 工号"
                ));
            }
            let twin = Problem::notice(PERSON_TWICE, what).hint(hint);
            found.push(Finding::new(&twin, Some(&line.name)));
        }
        let stands = !found.iter().any(Finding::blocks);
        book.findings.extend(found);
        stands
    }
}

/// Others than a person, as they are named to the reader: with department and workbook.
fn others_named(own: Print, some: &[Owner]) -> Vec<String> {
    let others = some.iter().filter(|owner| owner.print != own).take(NAMED);
    others
        .map(|Owner { line, file, .. }| match line.department.as_deref() {
            Some(department) => format!("{}（{department}，{file}）", line.name),
            None => format!("{}（{file}）", line.name),
        })
        .collect()
}

/// That the row of a person's figures was taken for somebody else too: of the same name in another department,
/// most often.
fn one_row(line: &Line, some: &[Owner], count: usize) -> Option<Finding> {
    let told = others_named(who_by_number(line), some);
    let row = line.row.as_deref().filter(|_| !told.is_empty())?;
    let what = words!(
        "指标表的同一行（{row}）也用在了别人的表上：",
        "the same row of figures ({row}) was taken for the form of somebody else too: "
    );
    let hint = words!(
        "是两个人，就在指标表里各写一行，写明「部门」或「工号」；是同一个人，只留该算的一份；然后再运行一次，这次写出的结果不要用",
        "for two people give each a row of figures with 部门 or 工号, and run again; for one person keep the form that counts"
    );
    let what = what.then(&Words::first_of(&told, count - 1));
    let problem = Problem::error(ROW_OF_SEVERAL, what).on(&line.sheet).hint(hint);
    Some(Finding::new(&problem, Some(&line.name)))
}

/// That a person's staff number stands in the forms of others, or in one of the same person in another
/// department.
fn shared(line: &Line, some: &[Owner], count: usize) -> Option<Finding> {
    let number = if line.number_written.is_empty() { &line.number } else { &line.number_written };
    let key = person_key(&line.name);
    let moved = some.iter().take(NAMED + 1).all(|owner| person_key(&owner.line.name) == key);
    let told = others_named(who(line), some);
    if told.is_empty() {
        return None;
    }
    let what = if moved {
        words!(
            "工号 {number} 的人在两个部门都有得分，另一份是 ",
            "the person with the staff number {number} is scored in two departments; the other is "
        )
    } else {
        words!(
            "工号 {number} 也写在别人的表上：",
            "the staff number {number} stands in the forms of others too: "
        )
    };
    let hint = if moved {
        words!(
            "调了部门的，只留该算的一份，再运行一次；是两个人，就改正工号",
            "of somebody who changed department keep the one that counts and run again; for two people, correct the number"
        )
    } else {
        words!(
            "改正写错的工号，再运行一次；是同一个人，就改正姓名，并只留一份",
            "correct the wrong number and run again; for one person, correct the name and keep one workbook"
        )
    };
    let what = what.then(&Words::first_of(&told, count - 1));
    let problem = Problem::notice(NUMBER_OF_SEVERAL, what).on(&line.sheet).hint(hint);
    Some(Finding::new(&problem, Some(&line.name)))
}
