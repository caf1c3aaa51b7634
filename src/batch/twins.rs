//! A person who stands in two workbooks of a month is ranked twice: HR should know.
//!
//! Of everybody a short print is kept; only who is found twice is looked up and compared in full.

use crate::problem::{Problem, Words};
use crate::summary::{Book, Finding, Line};
use crate::text::person_key;
use crate::words;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;

/// Code of the notice.
pub const TWIN: &str = "person-in-two-workbooks";
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
    let department = line.department.as_deref().map(person_key).unwrap_or_default();
    print_of(&[Some(&person_key(&line.name)), Some(&department), line.month.as_deref()])
}

/// A print of the staff number; none where there is none.
fn number(line: &Line) -> Option<Print> {
    (!line.number.is_empty()).then(|| print_of(&[Some(&line.number)]))
}

/// Everybody who was seen, by the staff number too, and in which workbook.
#[derive(Debug, Default)]
pub struct Seen(Vec<(Print, Option<Print>, u32)>);

impl Seen {
    /// Sees the people of a workbook.
    pub fn add(&mut self, book_number: u32, book: &Book) {
        let named = book.lines.iter().filter(|line| line.named);
        self.0.extend(named.map(|line| (who(line), number(line), book_number)));
    }

    /// Who stands in several workbooks. `book` gives one by its number; numbers follow names.
    ///
    /// # Errors
    /// What `book` says.
    pub fn twins(mut self, book: &dyn Fn(u32) -> io::Result<Book>) -> io::Result<Twins> {
        self.0.sort_unstable();
        let mut twins = Twins::default();
        for alike in self.0.chunk_by(|(a, ..), (b, ..)| a == b).filter(|alike| alike.len() > 1) {
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
                twins.0.insert(key, (some, alike.len()));
            }
        }
        Ok(twins)
    }
}

/// Who stands in several workbooks, with the staff number where it tells people apart: the first of
/// those, and how often.
#[derive(Debug, Default)]
pub struct Twins(BTreeMap<(Print, Option<Print>), (Vec<String>, usize)>);

impl Twins {
    /// Notes in a workbook who of its people stands in others too.
    pub fn mark(&self, book: &mut Book) {
        book.findings.retain(|f| f.code != TWIN);
        let mut own: Vec<&Line> = book.lines.iter().filter(|line| line.named).collect();
        own.sort_by_key(|line| {
            (person_key(&line.name), line.department.as_deref().map(person_key))
        });
        let mut found = Vec::new();
        for line in own {
            let print = who(line);
            let twin =
                self.0.get(&(print, None)).or_else(|| self.0.get(&(print, Some(number(line)?))));
            let Some((some, count)) = twin else { continue };
            let others: Vec<&str> =
                some.iter().map(String::as_str).filter(|f| *f != book.file).take(NAMED).collect();
            let what = words!(
                "同一个人在两份工作簿里都有得分，另一份是 ",
                "this person is scored in two workbooks; the other is "
            );
            let what = what.then(&Words::first_of(&others, *count - 1));
            let twin = Problem::notice(TWIN, what)
            .hint(words!(
                "删去多余的一份，再运行一次；若是同名的两个人，在表上写明「工号」",
                "remove the one too many and run again; for two people of one name, give each form a 工号"
            ));
            found.push(Finding::new(&twin, Some(&line.name)));
        }
        book.findings.extend(found);
    }
}
