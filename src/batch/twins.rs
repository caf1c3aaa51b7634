//! A person who stands in two workbooks of a month is ranked twice: HR should know.
//!
//! Of everybody a short print is kept; only who is found twice is looked up and compared in full.

use crate::problem::Problem;
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

/// Person, department and month, as they are compared.
type Key = (String, String, Option<String>);

fn key(line: &Line) -> Key {
    let department = line.department.as_deref().map(person_key).unwrap_or_default();
    (person_key(&line.name), department, line.month.clone())
}

type Print = [u8; 12];

fn print(key: &Key) -> Print {
    let mut sha = Sha256::new();
    for text in [Some(&key.0), Some(&key.1), key.2.as_ref()] {
        sha.update((text.map_or(u64::MAX, |t| t.len() as u64)).to_le_bytes());
        sha.update(text.map_or("", String::as_str));
    }
    let mut print = [0; 12];
    for (to, from) in print.iter_mut().zip(sha.finalize()) {
        *to = from;
    }
    print
}

/// Everybody who was seen, and in which workbook.
#[derive(Debug, Default)]
pub struct Seen(Vec<(Print, u32)>);

impl Seen {
    /// Sees the people of a workbook.
    pub fn add(&mut self, number: u32, book: &Book) {
        let named = book.lines.iter().filter(|line| line.named);
        self.0.extend(named.map(|line| (print(&key(line)), number)));
    }

    /// Who stands in several workbooks. `book` gives one by its number; numbers follow names.
    ///
    /// # Errors
    /// What `book` says.
    pub fn twins(mut self, book: &dyn Fn(u32) -> io::Result<Book>) -> io::Result<Twins> {
        self.0.sort_unstable();
        let mut twins = Twins::default();
        for alike in self.0.chunk_by(|(a, _), (b, _)| a == b).filter(|alike| alike.len() > 1) {
            // A few names do: of a thousand copies each would else name a thousand.
            let mut some = Vec::new();
            let mut found = None;
            for (print_of, number) in alike.iter().take(NAMED + 1) {
                let book = book(*number)?;
                found = found
                    .or_else(|| book.lines.iter().map(key).find(|key| print(key) == *print_of));
                some.push(book.file);
            }
            if let Some(key) = found {
                twins.0.insert(key, (some, alike.len()));
            }
        }
        Ok(twins)
    }
}

/// Who stands in several workbooks: the first of those, and how often.
#[derive(Debug, Default)]
pub struct Twins(BTreeMap<Key, (Vec<String>, usize)>);

impl Twins {
    /// Notes in a workbook who of its people stands in others too.
    pub fn mark(&self, book: &mut Book) {
        book.findings.retain(|f| f.code != TWIN);
        let mut own: Vec<Key> = book.lines.iter().filter(|line| line.named).map(key).collect();
        own.sort();
        for key in own {
            let Some((some, count)) = self.0.get(&key) else { continue };
            let others: Vec<&str> =
                some.iter().map(String::as_str).filter(|f| *f != book.file).take(NAMED).collect();
            let more = if *count > NAMED + 1 { "…" } else { "" };
            let others = others.join("、") + more;
            let twin = Problem::notice(
                TWIN,
                words!(
                    "同一个人在两份工作簿里都有得分，另一份是 {others}",
                    "this person is scored in two workbooks; the other is {others}"
                ),
            )
            .hint(words!("删去多余的一份，再运行一次", "remove the one too many and run again"));
            book.findings.push(Finding::new(&twin, Some(&key.0)));
        }
    }
}
