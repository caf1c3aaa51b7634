//! A worker's side: jobs come on its input, answers go to its output, until the input ends.
//!
//! A frame is a length (four bytes, little end first) and so many bytes. A job is two frames: the
//! [`Job`] as JSON, the workbook. An answer is three: the view as JSON, the changed workbook, the
//! filled workbook; the latter two may be empty.

use super::limits;
use super::view;
use crate::cell::CellRef;
use crate::form::Place;
use crate::limits::net::internal;
use crate::package::{self, Content, Edit};
use crate::problem::Problem;
use crate::recalc::{Recalculation, Written};
use crate::text::round15;
use crate::workbook;
use crate::{Options, fill_workbook, words};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A cell that is to hold another number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Sheet name.
    pub sheet: String,
    /// Cell, as `B4`.
    pub cell: String,
    /// The number.
    pub value: f64,
}

/// What a worker is to do with a workbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
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
pub fn work(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    limit_memory();
    while let Some(job) = read_frame(&mut input)? {
        let Some(bytes) = read_frame(&mut input)? else { break };
        let job: Job = serde_json::from_slice(&job)?;
        // The last net: a fault of a library becomes a finding of this one workbook.
        let done = catch_unwind(AssertUnwindSafe(|| one(&job, &bytes)))
            .unwrap_or_else(|_| Err(vec![internal()]));
        let (view, source, filled) = match done {
            Ok(done) => done,
            Err(problems) => (view::refused(&problems), Vec::new(), Vec::new()),
        };
        write_frame(&mut output, &serde_json::to_vec(&view)?)?;
        write_frame(&mut output, &source)?;
        write_frame(&mut output, &filled)?;
    }
    Ok(())
}

type Done = (view::View, Vec<u8>, Vec<u8>);

fn one(job: &Job, bytes: &[u8]) -> Result<Done, Vec<Problem>> {
    let changed = if job.changes.is_empty() {
        Vec::new()
    } else {
        change(bytes, &job.changes).map_err(|problem| vec![problem])?
    };
    let source = if changed.is_empty() { bytes } else { &changed };
    let mut outcome = fill_workbook(source, &Options::default())?;
    let filled = outcome.bytes.take().unwrap_or_default();
    let view = view::view(source, &filled, &outcome, &job.changes);
    Ok((view, changed, filled))
}

/// The same workbook with other numbers in some cells, and what its own formulas make of them.
fn change(bytes: &[u8], changes: &[Change]) -> Result<Vec<u8>, Problem> {
    let workbook = workbook::open(bytes, &|_| true)?;
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
    package::apply(bytes, &workbook, &edits, false)
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
