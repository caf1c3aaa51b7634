//! Limits on what is read, each with its reason (sizes seen in 1,621 public workbooks).
//!
//! The constants are the defaults; [`Limits`] carries them, so that a caller may raise any
//! (`--limit NAME=N` on the command line). A refusal names its limit: see [`over`].

mod aid;
pub mod net;

use crate::problem::Problem;
use crate::words;
use std::time::Duration;

/// Largest input file, bytes: the largest workbook seen was 3.3 MB.
pub const INPUT_BYTES: u64 = 200 << 20;
/// Most members of a package: the most seen were 469.
pub const MEMBERS: usize = 10_000;
/// Largest inflated size of one member that is read: the largest seen was 26 MB.
pub const MEMBER_BYTES: u64 = 512 << 20;
/// Largest inflated size of all members that are read together: twice the one.
pub const ALL_BYTES: u64 = 1 << 30;
/// Largest ratio of inflated to stored size, for members over 1 MiB: the honest worst was 142.
pub const RATIO: u64 = 500;
/// Deepest nesting of elements in a part: drawings seen reach 30.
pub const XML_DEPTH: usize = 256;
/// Longest start tag in a part, bytes: a `spans` or an `sqref` may be long, never this long.
pub const TAG_BYTES: usize = 1 << 20;
/// Most attributes of a tag: the schema's richest element has some 40.
pub const ATTRIBUTES: usize = 1_000;
/// Longest text of a cell, UTF-16 units: Excel's own limit.
pub const TEXT_CHARS: usize = 32_767;
/// Longest formula, UTF-16 units: Excel's own limit.
pub const FORMULA_CHARS: usize = 8_192;
/// Cells read in form and metric sheets: forms have hundreds.
pub const CELLS: usize = 2_000_000;
/// Cells between the first and the last used one of a sheet of .xls, .xlsb or .ods, blank ones
/// included: their reader holds that rectangle whole, some 32 bytes a cell.
pub const DENSE_CELLS: u64 = 4_000_000;
/// Inflated size up to which a sheet is simply read; a larger one is first looked at.
pub const SMALL_SHEET_BYTES: u64 = 1 << 20;

/// Time for one workbook, seconds: an honest one takes some milliseconds, the largest seen two
/// seconds.
pub const SECONDS: u64 = 30;
/// Memory for one workbook, bytes: what grows with the file's own counts (inflated parts, cells,
/// their texts and formulas) is counted before it is held. The largest seen took 130 MB.
pub const MEMORY_BYTES: u64 = 512 << 20;
/// What a scanned cell costs until its workbook is read, bytes, its texts apart (measured: the
/// scan's entry and the cell, both in growing lists).
pub const CELL_BYTES: u64 = 400;

/// A clock that a shell lends, since the core has none: the time since some moment, never less
/// than at the call before.
pub type Clock = fn() -> Duration;

/// The limits that a run holds to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// As [`INPUT_BYTES`].
    pub input_bytes: u64,
    /// As [`MEMBERS`].
    pub members: usize,
    /// As [`MEMBER_BYTES`].
    pub member_bytes: u64,
    /// As [`ALL_BYTES`].
    pub all_bytes: u64,
    /// As [`RATIO`].
    pub ratio: u64,
    /// As [`XML_DEPTH`].
    pub xml_depth: usize,
    /// As [`TAG_BYTES`].
    pub tag_bytes: usize,
    /// As [`ATTRIBUTES`].
    pub attributes: usize,
    /// As [`TEXT_CHARS`].
    pub text_chars: usize,
    /// As [`CELLS`].
    pub cells: usize,
    /// As [`DENSE_CELLS`].
    pub dense_cells: u64,
    /// As [`SECONDS`]; holds where there is a clock.
    pub seconds: u64,
    /// As [`MEMORY_BYTES`].
    pub memory_bytes: u64,
    /// The shell's clock.
    pub clock: Option<Clock>,
    /// When, by that clock, the time for the workbook at hand is over.
    pub until: Option<Duration>,
    /// Whether a second thread may help with the workbook: where it is the only one at hand.
    pub aided: bool,
}

impl Limits {
    /// The limits that hold unless said otherwise.
    pub const DEFAULT: Self = Self {
        input_bytes: INPUT_BYTES,
        members: MEMBERS,
        member_bytes: MEMBER_BYTES,
        all_bytes: ALL_BYTES,
        ratio: RATIO,
        xml_depth: XML_DEPTH,
        tag_bytes: TAG_BYTES,
        attributes: ATTRIBUTES,
        text_chars: TEXT_CHARS,
        cells: CELLS,
        dense_cells: DENSE_CELLS,
        seconds: SECONDS,
        memory_bytes: MEMORY_BYTES,
        clock: None,
        until: None,
        aided: false,
    };

    /// Names of the limits, as [`Limits::set`] and `--limit` take them.
    pub const NAMES: [&'static str; 13] = [
        "input-bytes",
        "members",
        "member-bytes",
        "all-bytes",
        "ratio",
        "xml-depth",
        "tag-bytes",
        "attributes",
        "text-chars",
        "cells",
        "dense-cells",
        "seconds",
        "memory-bytes",
    ];

    /// Sets a limit by its name; whether there is one of that name.
    pub fn set(&mut self, name: &str, value: u64) -> bool {
        let count = usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            "input-bytes" => self.input_bytes = value,
            "members" => self.members = count,
            "member-bytes" => self.member_bytes = value,
            "all-bytes" => self.all_bytes = value,
            "ratio" => self.ratio = value,
            "xml-depth" => self.xml_depth = count,
            "tag-bytes" => self.tag_bytes = count,
            "attributes" => self.attributes = count,
            "text-chars" => self.text_chars = count,
            "cells" => self.cells = count,
            "dense-cells" => self.dense_cells = value,
            "seconds" => self.seconds = value,
            "memory-bytes" => self.memory_bytes = value,
            _ => return false,
        }
        true
    }

    /// These limits with the time of one workbook running, unless it runs already.
    pub fn begun(self) -> Self {
        let end = |clock: Clock| clock().saturating_add(Duration::from_secs(self.seconds));
        Self { until: self.until.or_else(|| self.clock.map(end)), ..self }
    }

    /// Whether the time is over.
    pub fn is_late(&self) -> bool {
        self.left() == Some(Duration::ZERO)
    }

    /// The time left; none where no clock runs.
    pub fn left(&self) -> Option<Duration> {
        let (clock, until) = (self.clock?, self.until?);
        Some(until.saturating_sub(clock()))
    }

    /// Goes on while there is time.
    ///
    /// # Errors
    /// The time is over; `place` is what was at hand.
    pub fn in_time(&self, place: &str) -> Result<(), Problem> {
        if self.is_late() { Err(late(self, place)) } else { Ok(()) }
    }
}

/// The refusal of a workbook that takes too long.
pub fn late(limits: &Limits, place: &str) -> Problem {
    let seconds = limits.seconds;
    Problem::error(
        "too-slow",
        words!(
            "超出限制 seconds={seconds}：处理超过 {seconds} 秒，已停止 {place}",
            "over the limit seconds={seconds}: it took longer and was stopped {place}"
        ),
    )
    .hint(words!(
        "这份文件异常复杂；请在 Excel 或 WPS 中另存为 .xlsx 再试，或加 --limit seconds=更大的数",
        "the file is unusually complex; save it as .xlsx in Excel or WPS and try again, or raise it with --limit seconds=N"
    ))
}

/// Counts the memory that reading a workbook comes to, before it is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ledger(u64);

impl Ledger {
    /// Takes so many bytes.
    ///
    /// # Errors
    /// Over [`Limits::memory_bytes`].
    pub fn take(&mut self, limits: &Limits, bytes: u64, place: &str) -> Result<(), Problem> {
        self.0 = self.0.saturating_add(bytes);
        if self.0 > limits.memory_bytes {
            return Err(over("memory-bytes", limits.memory_bytes, self.0, place));
        }
        Ok(())
    }

    /// Gives back what is no longer held.
    pub fn give(&mut self, bytes: u64) {
        self.0 = self.0.saturating_sub(bytes);
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The refusal of what is over a limit: which, how much was found, how much is allowed.
pub fn over(name: &'static str, limit: u64, found: impl std::fmt::Display, place: &str) -> Problem {
    Problem::error(
        "too-large",
        words!(
            "超出限制 {name}={limit}：{place} {found}",
            "over the limit {name}={limit}: {place} {found}"
        ),
    )
    .hint(words!(
        "这不像一份正常的考核表；确要继续可加 --limit {name}=更大的数",
        "this does not look like an honest workbook; to go on, raise it with --limit {name}=N"
    ))
}
