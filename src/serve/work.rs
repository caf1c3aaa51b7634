//! A worker's side: jobs come on its input, answers go to its output, until the input ends.
//!
//! A frame is a length (four bytes, little end first) and so many bytes. A job is two frames: the
//! [`Job`] as JSON, the workbook. An answer is five: the view as JSON, the changed workbook, the
//! filled workbook, the record for the summary, a byte where the filled one holds macros; all but the first
//! may be empty.

use super::limits;
use super::view::Change;
use super::{month, view};
use crate::cell::CellRef;
use crate::form::Place;
use crate::limits::Limits;
use crate::limits::net::internal;
use crate::package::{self, Content, Edit};
use crate::problem::{Lang, Problem};
use crate::recalc::{Recalculation, Written};
use crate::text::round15;
use crate::workbook::{self, Format};
use crate::{Options, convert_workbook, fill_workbook, words};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is asked of a worker.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub enum Task {
    /// Fill the workbook.
    #[default]
    Fill,
    /// Say which figures would raise its scores; the view holds only that.
    Next,
    /// Make the summary of the records that come in the workbook's place.
    Summary(Lang),
}

/// What a worker is to do with a workbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// What is asked.
    pub task: Task,
    /// The workbook's name, for the summary.
    pub name: String,
    /// Numbers put in before it is filled.
    pub changes: Vec<Change>,
}

/// Largest frame: an answer may be larger than an upload.
const FRAME_BYTES: usize = 4 * limits::UPLOAD_BYTES;

/// Reads a frame; none at the end.
pub fn read_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if length > FRAME_BYTES {
        return Err(io::Error::other("frame too large"));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes a frame.
pub fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Works until the input ends.
///
/// # Errors
/// The server went away.
pub fn work(mut input: impl Read, mut output: impl Write, options: &Options) -> io::Result<()> {
    limit_memory();
    while let Some(job) = read_frame(&mut input)? {
        let Some(bytes) = read_frame(&mut input)? else { break };
        let job: Job = serde_json::from_slice(&job)?;
        // The last net: a fault of a library becomes a finding of this one workbook.
        let done = catch_unwind(AssertUnwindSafe(|| one(&job, &bytes, options)))
            .unwrap_or_else(|_| Err(vec![internal()]));
        let done = done.unwrap_or_else(|problems| {
            let told = |bytes: &[u8]| Answer {
                view: view::refused(&problems, bytes).json(),
                record: month::record(&job.name, bytes, Err(&problems), options),
                ..Answer::default()
            };
            catch_unwind(AssertUnwindSafe(|| told(&bytes))).unwrap_or_else(|_| told(b""))
        });
        for frame in [&done.view, &done.source, &done.filled, &done.record] {
            write_frame(&mut output, frame)?;
        }
        write_frame(&mut output, if done.macros { b"m" } else { b"" })?;
    }
    Ok(())
}

/// What a worker gives.
#[derive(Debug, Default)]
pub struct Answer {
    /// The view, as JSON.
    pub view: Vec<u8>,
    /// The workbook with the changes in it; empty where there were none.
    pub source: Vec<u8>,
    /// The filled workbook, or the summary; empty where there is none.
    pub filled: Vec<u8>,
    /// The record for the summary; empty where it does not belong there.
    pub record: Vec<u8>,
    /// The filled workbook holds macros: it is an .xlsm.
    pub macros: bool,
}

fn one(job: &Job, bytes: &[u8], options: &Options) -> Result<Answer, Vec<Problem>> {
    if let Task::Summary(lang) = job.task {
        let filled = month::summary(bytes, lang).map_err(|problem| vec![problem])?;
        return Ok(Answer { filled, ..Answer::default() });
    }
    let changed = if job.changes.is_empty() {
        Vec::new()
    } else {
        change(bytes, &job.changes).map_err(|problem| vec![problem])?
    };
    let source = if changed.is_empty() { bytes } else { &changed };
    if matches!(job.task, Task::Next) {
        let outcome = fill_workbook(source, &Options { check_only: true, ..options.clone() })?;
        return Ok(Answer { view: view::next(&outcome, options), ..Answer::default() });
    }
    let mut outcome = fill_workbook(source, options)?;
    let filled = outcome.bytes.take().unwrap_or_default();
    let view = view::view(source, &filled, &outcome, &job.changes, options).json();
    let record = month::record(&job.name, bytes, Ok(&outcome), options);
    let macros = outcome.format == Format::Xlsm;
    Ok(Answer { view, source: changed, filled, record, macros })
}

/// The same workbook with other numbers in some cells, and what its own formulas make of them.
/// One of an older format becomes an .xlsx for it.
fn change(bytes: &[u8], changes: &[Change]) -> Result<Vec<u8>, Problem> {
    let mut workbook = workbook::open(bytes, &|_| true)?;
    let converted;
    let bytes = if workbook.format.is_package() {
        bytes
    } else {
        converted = convert_workbook(bytes, &Limits::default())?.0;
        workbook = workbook::open(&converted, &|_| true)?;
        &converted
    };
    let mut written = Vec::new();
    let mut edits = Vec::new();
    for change in changes {
        let (Some(sheet), Some(at)) =
            (workbook.sheet_index(&change.sheet), CellRef::parse(&change.cell))
        else {
            return Err(Problem::error(
                "no-such-cell",
                words!("没有这个单元格", "there is no such cell"),
            ));
        };
        let value = round15(change.value);
        written.push(Written { place: Place { sheet, at }, formula: None, value });
        edits.push(Edit::new(&change.sheet, at, Content::Number(value)));
    }
    let dependents = Recalculation::new(&workbook, &written).dependents();
    for (place, value) in dependents {
        let Some(sheet) = workbook.sheets.get(place.sheet) else { continue };
        if written.iter().all(|w| w.place != place) {
            edits.push(Edit::new(&sheet.name, place.at, Content::Cached(value)));
        }
    }
    package::apply(bytes, &workbook, &edits)
}

#[cfg(unix)]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let most = Some(limits::WORK_BYTES);
    // Where the system refuses, the time limit and the process of its own still hold.
    let _ = setrlimit(Resource::As, Rlimit { current: most, maximum: most });
}

#[cfg(not(unix))]
fn limit_memory() {}
