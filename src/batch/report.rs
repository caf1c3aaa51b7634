//! The end of a run: what came of the workbooks, laid down as each was done, becomes the manifest in
//! the order of names, the report, and what the summary needs.

use super::check::{CHANGED, UNDATED};
use super::job::Job;
use super::manifest::{Entry, Last, Left, Manifest, Summary};
use super::origin::KEPT;
use super::team::{Grades, Team};
use super::twins::Seen;
use super::walk::Walk;
use crate::problem::codes::{
    FILE_OF_OTHER_MONTH, MONTH_DIFFERS, NUMBER_OF_SEVERAL, PERSON_TWICE, SCORE_FAR_ABOVE,
};
use crate::spool::Spool;
use crate::summary::{Book, Gathered, Layout, State};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io;
use std::path::Path;

/// Most names kept of the files of a month, or of people who stand twice.
const NAMED: usize = 10;

/// What workers have done, in the order in which they did it.
#[derive(Debug)]
pub struct Done {
    spool: Spool,
    places: Vec<Place>,
    seen: Seen,
    /// Results of earlier runs that these did not make again.
    pub left: Vec<Left>,
}

/// Where the record of a workbook is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// It was not taken in hand.
    Untouched,
    /// It was passed over.
    Passed,
    /// Its record; whether it was as at the last run.
    At(u64, bool),
}

impl Done {
    /// Nothing done of so many workbooks.
    pub fn new(folder: &Path, count: usize) -> Self {
        let places = vec![Place::Untouched; count];
        Self { spool: Spool::new(Some(folder)), places, seen: Seen::default(), left: Vec::new() }
    }

    /// Lays down the record of a workbook by its number.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn put(
        &mut self,
        index: usize,
        book: &Book,
        unchanged: bool,
        record: &[u8],
    ) -> io::Result<()> {
        let at = self.spool.push_record(record)?;
        if let Some(place) = self.places.get_mut(index) {
            *place = Place::At(at, unchanged);
        }
        self.seen.add(u32::try_from(index).map_err(io::Error::other)?, book);
        Ok(())
    }

    /// A workbook that was passed over.
    pub fn pass(&mut self, index: usize) {
        if let Some(place) = self.places.get_mut(index) {
            *place = Place::Passed;
        }
    }

    fn entry(&self, at: u64) -> io::Result<Entry> {
        let mut bytes = Vec::new();
        self.spool.record(at, &mut bytes)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// What the next run needs.
    pub manifest: Manifest,
    /// Summaries that runs into the folder made.
    pub summaries: Vec<Summary>,
    /// Filled workbooks that were as at the last run.
    pub unchanged: usize,
    /// Workbooks filled in this run.
    pub filled: usize,
    /// Workbooks of which some forms are filled, or figures are still to be typed.
    pub unfinished: usize,
    /// Workbooks of which nothing came.
    pub failed: usize,
    /// Workbooks passed over.
    pub skipped: usize,
    /// The first results passed over whose originals stand in other folders; and how many they are.
    pub apart: (usize, Vec<String>),
    /// Outputs of earlier runs that were not gone into and hold other workbooks than results: the folders,
    /// and such workbooks.
    pub outputs: Vec<(String, Vec<String>)>,
    /// Workbooks not taken in hand, since the run was stopped.
    pub left: usize,
    /// People with a score.
    pub people: usize,
    /// Results of earlier runs that no workbook of these folders stands behind, by their ways.
    pub orphans: BTreeMap<String, Left>,
    /// Whether a result of another month was not overwritten.
    pub kept: bool,
    /// How many workbooks are of a month, and the first of them.
    pub months: BTreeMap<String, (usize, Vec<String>)>,
    /// The first people who stand in several workbooks, with their workbooks; and how many they are.
    pub twins: (usize, Vec<String>),
    /// The first people whose staff number others have too, with their workbooks; and how many they are.
    pub shared: (usize, Vec<String>),
    /// The first people with an item scored many times its points, with their workbooks; and how many they are.
    pub far: (usize, Vec<String>),
    /// The first workbooks that name no month, where one was asked for; and how many they are.
    pub undated: (usize, Vec<String>),
    /// The first of those whose names say another month; and how many they are.
    pub misnamed: (usize, Vec<String>),
    /// The first results that somebody edited and that are left so; and how many they are.
    pub edited: (usize, Vec<String>),
    /// The first workbooks whose figures are of another month than their form; and how many they are.
    pub dated: (usize, Vec<String>),
    /// Whether grades by shares of the team wait for workbooks that are not filled.
    pub ungraded: bool,
    /// Keeps the output folder this run's until it is dropped.
    pub lock: Option<File>,
    /// Numbers of the entries that are not filled.
    open: Vec<u32>,
}

impl Report {
    /// Whether every workbook is filled and the run went to its end.
    pub fn whole(&self) -> bool {
        self.left == 0 && self.unfinished + self.failed == 0
    }

    /// Gives the workbooks of a state that is not [`State::Filled`], in order.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn each(&self, state: State, give: &mut dyn FnMut(&Book)) -> io::Result<()> {
        for number in &self.open {
            let book = self.manifest.entry(*number as usize)?.book;
            if book.state == state {
                give(&book);
            }
        }
        Ok(())
    }

    /// Takes an entry in.
    fn add(&mut self, entry: &Entry, unchanged: bool) {
        let book = &entry.book;
        *match book.state {
            State::Filled if unchanged => &mut self.unchanged,
            State::Filled => &mut self.filled,
            State::Unfinished => &mut self.unfinished,
            State::Failed => &mut self.failed,
        } += 1;
        if book.state != State::Filled {
            self.open.extend(u32::try_from(self.manifest.len() - 1));
        }
        self.people += book.lines.len();
        if let Some(left) = entry.left() {
            self.orphans.remove(left);
        }
        self.kept |= book.findings.iter().any(|finding| finding.code == KEPT);
        let own: HashSet<&String> = book.lines.iter().filter_map(|l| l.month.as_ref()).collect();
        for month in own {
            if !self.months.contains_key(month) {
                self.months.insert(month.clone(), (0, Vec::new()));
            }
            if let Some((count, some)) = self.months.get_mut(month) {
                *count += 1;
                if some.len() < NAMED {
                    some.push(book.file.clone());
                }
            }
        }
        let said = |code: &str| book.findings.iter().any(|finding| finding.code == code);
        if unchanged && said(CHANGED) {
            let output = book.output.clone();
            count(&mut self.edited, output.unwrap_or_else(|| book.file.clone()));
        }
        for (code, list) in [
            (MONTH_DIFFERS, &mut self.dated),
            (UNDATED, &mut self.undated),
            (FILE_OF_OTHER_MONTH, &mut self.misnamed),
        ] {
            if said(code) {
                count(list, book.file.clone());
            }
        }
        for (code, list) in [
            (PERSON_TWICE, &mut self.twins),
            (NUMBER_OF_SEVERAL, &mut self.shared),
            (SCORE_FAR_ABOVE, &mut self.far),
        ] {
            for finding in book.findings.iter().filter(|f| f.code == code) {
                let person = finding.person.as_deref().unwrap_or_default();
                count(list, format!("{person} ({})", book.file));
            }
        }
    }
}

/// Counts one more, whose name is kept if it is among the first.
fn count((count, some): &mut (usize, Vec<String>), name: String) {
    *count += 1;
    if some.len() < NAMED {
        some.push(name);
    }
}

/// Composes the manifest and the report.
///
/// # Errors
/// A temporary file that refuses.
pub fn compose(
    job: &Job,
    mut walked: Walk,
    last: &Last,
    mut done: Done,
    mut layouts: Vec<Layout>,
    gathered: &mut Gathered,
) -> io::Result<Report> {
    let left = last.left.iter().cloned().chain(std::mem::take(&mut done.left));
    let orphans = left.map(|left| (left.way.clone(), left)).collect();
    let (apart, outputs) = (std::mem::take(&mut walked.apart), std::mem::take(&mut walked.outputs));
    let mut report = Report {
        manifest: Manifest::new(&job.out)?,
        summaries: last.summaries.clone(),
        unchanged: 0,
        filled: 0,
        unfinished: 0,
        failed: 0,
        skipped: walked.skipped,
        apart: (apart.len(), apart.into_iter().take(NAMED).collect()),
        outputs,
        left: 0,
        people: 0,
        orphans,
        kept: false,
        months: BTreeMap::new(),
        twins: (0, Vec::new()),
        shared: (0, Vec::new()),
        far: (0, Vec::new()),
        undated: (0, Vec::new()),
        misnamed: (0, Vec::new()),
        edited: (0, Vec::new()),
        dated: (0, Vec::new()),
        ungraded: false,
        lock: None,
        open: Vec::new(),
    };
    // A stopped run forgets nothing of what it did not come to.
    for index in 0..done.places.len() {
        match done.places.get(index) {
            Some(Place::Untouched) => report.left += 1,
            Some(Place::Passed) => {
                report.skipped += 1;
                continue;
            }
            _ => continue,
        }
        if let Some(old) = last.entry(index) {
            let list = std::cell::RefCell::new(std::mem::take(&mut layouts));
            let entry =
                old.numbered(&last.layouts, &|layout| layout.number_in(&mut list.borrow_mut()));
            layouts = list.into_inner();
            done.put(index, &entry.book, false, &serde_json::to_vec(&entry)?)?;
        }
    }
    let order = order(walked, &mut done)?;
    let seen = std::mem::take(&mut done.seen);
    let book = |number: u32| match done.places.get(number as usize) {
        Some(Place::At(at, _)) => done.entry(*at).map(|entry| entry.book),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let twins = seen.twins(&book)?;
    let marked = |at| -> io::Result<Entry> {
        let mut entry = done.entry(at)?;
        if !twins.mark(&mut entry.book) {
            entry.take_back();
        }
        Ok(entry)
    };
    let mut grades = match Team::new(job.options.scheme.as_ref()) {
        None => None,
        Some(mut team) => {
            for (at, _) in &order {
                team.add(&marked(*at)?.book);
            }
            Some(team.grades())
        }
    };
    report.ungraded = report.left == 0 && grades.as_ref().is_some_and(Grades::wait);
    for (at, unchanged) in order {
        let mut entry = marked(at)?;
        if let Some(grades) = &mut grades {
            grades.give(&mut entry.book);
        }
        report.manifest.add(&mut entry, &layouts)?;
        gathered.add(&entry.book)?;
        report.add(&entry, unchanged);
    }
    report.orphans.retain(|output, _| job.out.join(output).exists());
    Ok(report)
}

/// Places of all records in the order of names, with the folders that could not be read; and whether
/// each was as at the last run.
fn order(walked: Walk, done: &mut Done) -> io::Result<Vec<(u64, bool)>> {
    let mut unreadable = Vec::new();
    for (name, problem) in walked.unreadable {
        let book = Book::failed(&name, &[problem]);
        let entry = Entry::new(String::new(), String::new(), None, book);
        unreadable.push((name, done.spool.push_record(&serde_json::to_vec(&entry)?)?));
    }
    unreadable.sort_by(|a, b| a.0.cmp(&b.0));
    let mut unreadable = unreadable.into_iter().peekable();
    let mut order = Vec::with_capacity(done.places.len() + unreadable.len());
    for (found, place) in walked.found.iter().zip(&done.places) {
        while let Some((_, at)) = unreadable.next_if(|(name, _)| **name < *found.name) {
            order.push((at, false));
        }
        if let Place::At(at, unchanged) = place {
            order.push((*at, *unchanged));
        }
    }
    order.extend(unreadable.map(|(_, at)| (at, false)));
    Ok(order)
}
