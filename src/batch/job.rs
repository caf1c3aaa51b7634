//! What a run is to do.

use crate::Options;
use crate::form::Month;
use std::path::PathBuf;

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Folders, or workbooks.
    pub roots: Vec<PathBuf>,
    /// Where results go.
    pub out: PathBuf,
    /// How to fill.
    pub options: Options,
    /// Hash of the metrics workbook's bytes, where one is given.
    pub metrics_hash: Option<String>,
    /// Only workbooks of this month.
    pub month: Option<Month>,
    /// Workers.
    pub jobs: usize,
    /// Do all, and overwrite what is not known as a result.
    pub force: bool,
    /// The summary, which is no input.
    pub summary: PathBuf,
    /// What is read beside the forms: it is nothing to fill, unless it is a form too.
    pub beside: Vec<PathBuf>,
}
