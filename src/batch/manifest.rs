//! The manifest: what the last run made of what, kept in the output folder, so that the next run
//! does only what changed and its summary still lists everyone.
//!
//! JSON Lines, so that neither side holds all of it: the schema, then the workbooks in the order of
//! their names, each layout before the first workbook that has it (and so numbered by first use:
//! the same month gives the same bytes however the work was shared out), and an end that says how
//! many they were. A file of another schema, `kaohe.manifest/1` included, or without its end, counts
//! as none: results in the folder are then not known as ours, and are not overwritten unasked.

use super::origin::Origin;
use super::walk::Found;
use crate::problem::codes::ROW_OF_SEVERAL;
use crate::spool::Spool;
use crate::summary::{Book, Layout, State};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A workbook of the last run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Hash of the input's bytes; empty where they could not be read.
    pub input: String,
    /// Hash of all else that the result depends on; empty where it must not be used again.
    pub settings: String,
    /// Hash of the result's bytes.
    pub result: Option<String>,
    /// A result of an earlier run that is still there, where this time nothing was written.
    #[serde(default)]
    pub stale: Option<String>,
    /// Of what the result was made, this run's or the earlier one's that is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What came of it.
    pub book: Book,
}

impl Entry {
    /// What came of a workbook in this run.
    pub(super) fn new(input: String, settings: String, result: Option<String>, book: Book) -> Self {
        Self { input, settings, result, stale: None, origin: None, book }
    }

    /// An entry of the last run, its layouts numbered anew.
    pub(super) fn numbered(mut self, layouts: &[Layout], number: &dyn Fn(Layout) -> usize) -> Self {
        for line in &mut self.book.lines {
            if let Some(layout) = layouts.get(line.layout) {
                line.layout = number(layout.clone());
            }
        }
        self
    }

    /// The result that a run left, this one's or an earlier one's.
    pub fn left(&self) -> Option<&str> {
        self.book.output.as_deref().or(self.stale.as_deref())
    }

    /// Of what its result was made as far as it is known, where an earlier version did not write it down.
    fn with_origin(mut self) -> Self {
        if self.origin.is_none() && self.book.output.is_some() {
            let months = self.book.lines.iter().filter_map(|line| line.month.clone()).collect();
            let input = self.input.clone();
            self.origin = Some(Origin { months, input, ..Origin::default() });
        }
        self
    }

    /// Takes back what came of the workbook: its result must not be used, and the next run tries again.
    pub(super) fn take_back(&mut self) {
        self.stale = self.book.output.take().or(self.stale.take());
        self.settings.clear();
        self.book.state = State::Failed;
        self.book.lines.clear();
    }

    /// The same as a result that no workbook may stand behind any more.
    pub(super) fn to_left(&self) -> Option<Left> {
        let way = self.left()?.to_owned();
        Some(Left { way, result: self.result.clone(), origin: self.origin.clone() })
    }
}

/// A summary that a run made. (Earlier versions wrote it as a list of way and hash: that is read too.)
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summary {
    /// Its way from the output folder.
    pub way: String,
    /// Hash of its bytes.
    pub hash: String,
    /// Its months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A result whose workbook was in none of the folders. (Of earlier versions as of a [`Summary`].)
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Left {
    /// Its way from the output folder.
    pub way: String,
    /// Hash of its bytes.
    pub result: Option<String>,
    /// Of what it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A line of the manifest. Layouts are named by their numbers in the entries behind them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Row<L, E> {
    Schema(String),
    Layout(L),
    Entry(E),
    End {
        entries: usize,
        summaries: Vec<Summary>,
        #[serde(default)]
        left: Vec<Left>,
    },
}

/// Code of the problem that an earlier result does not fit its workbook any more.
pub const STALE: &str = "stale-result";

const SCHEMA: &str = "kaohe.manifest/2";

/// An entry as far as it is looked at when the manifest is opened.
#[derive(Deserialize)]
struct Brief {
    result: Option<String>,
    stale: Option<String>,
    #[serde(default)]
    origin: Option<Origin>,
    book: BriefBook,
}

#[derive(Deserialize)]
struct BriefBook {
    file: String,
    output: Option<String>,
    lines: Vec<BriefLine>,
}

#[derive(Deserialize)]
struct BriefLine {
    layout: usize,
    scores: Vec<f64>,
    ratings: Vec<f64>,
}

/// The manifest that the last run left. Entries are read when they are wanted.
#[derive(Debug, Default)]
pub struct Last {
    file: Option<Mutex<File>>,
    /// Places of entries by the number of their workbook; 0 where it has none.
    places: Vec<u64>,
    /// What forms share.
    pub layouts: Vec<Layout>,
    /// Summaries that runs into the folder made.
    pub summaries: Vec<Summary>,
    /// Results of workbooks that are not there any more, also of runs before the last.
    pub left: Vec<Left>,
    /// Results of workbooks that have another name for theirs now, since `a.xlsx` was put beside `a.xls`:
    /// their places are free to be taken. Without origins, since they are made again in this run.
    pub moved: Vec<Left>,
}

impl Last {
    /// Opens a manifest; one that is not there, or of another shape, counts as none. `number` gives
    /// the number of a workbook by its name, of those found.
    pub fn open(path: &Path, found: &[Found], number: impl Fn(&str) -> Option<usize>) -> Self {
        File::open(path).ok().and_then(|file| Self::read(file, found, &number)).unwrap_or_default()
    }

    fn read(file: File, found: &[Found], number: &dyn Fn(&str) -> Option<usize>) -> Option<Self> {
        let mut last = Self { places: vec![0; found.len()], ..Self::default() };
        let mut reader = BufReader::with_capacity(64 << 10, file);
        let (mut line, mut at, mut entries, mut ended) = (Vec::new(), 0u64, 0usize, None);
        while reader.read_until(b'\n', &mut line).ok()? > 0 {
            if ended.is_some() {
                return None;
            }
            match serde_json::from_slice::<Row<Layout, Brief>>(&line).ok()? {
                Row::Schema(schema) if at == 0 && schema == SCHEMA => {}
                Row::Schema(_) => return None,
                _ if at == 0 => return None,
                Row::Layout(layout) => last.layouts.push(layout),
                Row::Entry(Brief { result, stale, origin, book }) => {
                    entries += 1;
                    let fits = |line: &BriefLine| {
                        last.layouts.get(line.layout).is_some_and(|layout| {
                            layout.items.len() == line.scores.len()
                                && layout.ratings.len() == line.ratings.len()
                        })
                    };
                    if !book.lines.iter().all(fits) {
                        return None;
                    }
                    let left = book.output.or(stale).map(|way| Left { way, result, origin });
                    let own = number(&book.file);
                    let own = own.and_then(|own| last.places.get_mut(own).zip(found.get(own)));
                    match own {
                        Some((place, found)) => {
                            *place = at;
                            let moved = left.filter(|left| !found.is_at(&left.way));
                            last.moved.extend(moved.map(|left| Left { origin: None, ..left }));
                        }
                        None => last.left.extend(left),
                    }
                }
                Row::End { entries, summaries, left } => {
                    last.left.extend(left);
                    ended = Some((entries, summaries));
                }
            }
            at += line.len() as u64;
            line.clear();
        }
        let (told, summaries) = ended?;
        last.summaries = summaries;
        last.file = Some(Mutex::new(reader.into_inner()));
        (told == entries).then_some(last)
    }

    /// The manifest that another run has put in the place of this one.
    pub fn since(
        &self,
        path: &Path,
        found: &[Found],
        number: impl Fn(&str) -> Option<usize>,
    ) -> Option<Self> {
        let state = |metadata: std::fs::Metadata| Some((metadata.len(), metadata.modified().ok()?));
        let file = self.file.as_ref().map(|f| f.lock().unwrap_or_else(PoisonError::into_inner));
        let old = file.and_then(|file| file.metadata().ok());
        let new = std::fs::metadata(path).ok()?;
        (old.and_then(state) != state(new)).then(|| Self::open(path, found, number))
    }

    /// The entry of a workbook by its number.
    pub fn entry(&self, number: usize) -> Option<Entry> {
        let at = self.places.get(number).copied().filter(|at| *at > 0)?;
        let mut line = Vec::new();
        {
            let mut file = self.file.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(at)).ok()?;
            BufReader::with_capacity(4 << 10, &mut *file).read_until(b'\n', &mut line).ok()?;
        }
        match serde_json::from_slice::<Row<Layout, Entry>>(&line).ok()? {
            Row::Entry(entry) => Some(entry.with_origin()),
            _ => None,
        }
    }
}

/// The summaries that a manifest names.
pub fn summaries_of(path: &Path) -> Vec<Summary> {
    Last::open(path, &[], |_| None).summaries
}

/// A result in the output folder as the last run left it.
#[derive(Debug, Clone)]
pub struct Made {
    /// Hash of its bytes.
    pub hash: String,
    /// Whether the run said that it does not fit its workbook any more.
    pub stale: bool,
    /// Whether its workbook was in none of the run's folders.
    pub left: bool,
    /// The grades of its people, in order; none of an earlier run's.
    pub grades: Vec<Option<String>>,
}

/// The results that a manifest names, by their ways from the output folder.
pub fn results_of(path: &Path) -> BTreeMap<String, Made> {
    let mut out = BTreeMap::new();
    let lines = File::open(path).map(BufReader::new).into_iter().flat_map(BufRead::lines);
    for line in lines.map_while(Result::ok) {
        let (stale, hash, book) = match serde_json::from_str::<Row<IgnoredAny, Told>>(&line) {
            Ok(Row::Entry(Told { stale, result: Some(hash), book })) => (stale, hash, book),
            Ok(Row::End { left, .. }) => {
                out.extend(left.into_iter().filter_map(|one| {
                    let hash = one.result?;
                    Some((one.way, Made { hash, stale: false, left: true, grades: Vec::new() }))
                }));
                continue;
            }
            _ => continue,
        };
        let grades = book.lines.into_iter().map(|line| line.grade).collect();
        let void = |finding: &ToldFinding| [STALE, ROW_OF_SEVERAL].contains(&&*finding.code);
        let stale_now = book.findings.iter().any(void);
        match (book.output, stale) {
            (Some(way), _) => out.insert(way, Made { hash, stale: false, left: false, grades }),
            (None, Some(way)) => {
                let made = Made { hash, stale: stale_now, left: false, grades: Vec::new() };
                out.insert(way, made)
            }
            (None, None) => None,
        };
    }
    out
}

/// An entry as far as it tells of its result.
#[derive(Deserialize)]
struct Told {
    stale: Option<String>,
    result: Option<String>,
    book: ToldBook,
}

#[derive(Deserialize)]
struct ToldBook {
    output: Option<String>,
    lines: Vec<ToldLine>,
    findings: Vec<ToldFinding>,
}

#[derive(Deserialize)]
struct ToldLine {
    #[serde(default)]
    grade: Option<String>,
}

#[derive(Deserialize)]
struct ToldFinding {
    code: String,
}

/// The manifest of this run as it is written, and read again for the report.
#[derive(Debug)]
pub struct Manifest {
    spool: Spool,
    /// What forms share, by first use.
    pub layouts: Vec<Layout>,
    /// Places of the entries.
    places: Vec<u64>,
    /// New numbers of layouts by the old.
    numbers: Vec<Option<usize>>,
}

impl Manifest {
    /// One without entries; what is much goes to a folder.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut manifest = Self {
            spool: Spool::new(Some(folder)),
            layouts: Vec::new(),
            places: Vec::new(),
            numbers: Vec::new(),
        };
        manifest.line(&Row::<(), ()>::Schema(SCHEMA.to_owned()))?;
        Ok(manifest)
    }

    fn line(&mut self, row: &impl Serialize) -> io::Result<u64> {
        let mut line = serde_json::to_vec(row)?;
        line.push(b'\n');
        self.spool.push(&line)
    }

    /// Adds an entry whose lines name layouts by their places in a list; they get their numbers here.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn add(&mut self, entry: &mut Entry, layouts: &[Layout]) -> io::Result<()> {
        self.numbers.resize(layouts.len(), None);
        for line in &mut entry.book.lines {
            let (Some(number), Some(layout)) =
                (self.numbers.get_mut(line.layout), layouts.get(line.layout))
            else {
                return Err(io::Error::other("no layout"));
            };
            line.layout = match *number {
                Some(known) => known,
                None => {
                    let new = *number.insert(self.layouts.len());
                    self.layouts.push(layout.clone());
                    self.line(&Row::<_, ()>::Layout(layout))?;
                    new
                }
            };
        }
        let at = self.line(&Row::<(), _>::Entry(&*entry))?;
        self.places.push(at);
        Ok(())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// An entry, by its number in the order of names.
    ///
    /// # Errors
    /// A temporary file that refuses, or no such entry.
    pub fn entry(&self, number: usize) -> io::Result<Entry> {
        let at = self.places.get(number).copied().ok_or(io::ErrorKind::NotFound)?;
        // A layout's line may stand between two entries: the line ends before.
        let end = self.places.get(number + 1).copied().unwrap_or_else(|| self.spool.len());
        let mut bytes = Vec::new();
        self.spool.read(at..end, &mut bytes)?;
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match serde_json::from_slice::<Row<Layout, Entry>>(line)? {
            Row::Entry(entry) => Ok(entry),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Ends it: its bytes as they are to be saved.
    ///
    /// # Errors
    /// A temporary file that refuses.
    pub fn end(mut self, summaries: Vec<Summary>, left: Vec<Left>) -> io::Result<Spool> {
        let entries = self.len();
        self.line(&Row::<(), ()>::End { entries, summaries, left })?;
        Ok(self.spool)
    }
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of all that a reader gives, in hexadecimal.
///
/// # Errors
/// Those of the reader.
pub fn hash_of(reader: &mut dyn Read) -> io::Result<String> {
    let mut sha = Sha256::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(hexadecimal(&sha.finalize())),
            read => sha.update(chunk.get(..read).unwrap_or_default()),
        }
    }
}

/// SHA-256 of a spool, in hexadecimal.
///
/// # Errors
/// A temporary file that refuses.
pub fn hash_of_spool(spool: &Spool) -> io::Result<String> {
    let mut sha = Sha256::new();
    spool.each(0..spool.len(), &mut |chunk| {
        sha.update(chunk);
        Ok(())
    })?;
    Ok(hexadecimal(&sha.finalize()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
