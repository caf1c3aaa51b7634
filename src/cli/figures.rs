//! The workbook that `--metrics` names: read once, its faults told with its own name.

use super::input::read;
use super::output::{code, say, shown};
use kaohe::limits::net::within;
use kaohe::problem::{Lang, Problem};
use kaohe::scheme::Scheme;
use kaohe::summary::MetricsBook;
use kaohe::{Figures, Options, batch, workbook};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Puts the figures of the workbook at `path` into the options, where one is named. Gives what tells
/// the findings about that workbook from others, and its hash.
///
/// # Errors
/// The exit code, where it cannot be read; what keeps it is said.
pub fn take(
    options: &mut Options,
    path: Option<&Path>,
    lang: Lang,
) -> Result<(MetricsBook, Option<String>), ExitCode> {
    let Some(path) = path else { return Ok((MetricsBook::default(), None)) };
    let (figures, book, hash) = elsewhere(path, options).map_err(|problem| {
        say(&problem, path, lang);
        code(false)
    })?;
    options.figures = Some(Arc::new(figures));
    Ok((book, Some(hash)))
}

fn elsewhere(path: &Path, options: &Options) -> Result<(Figures, MetricsBook, String), Problem> {
    let limits = options.limits;
    let bytes = read(path, &limits)?;
    let schemes: Vec<Scheme> = match &options.scheme {
        Some(scheme) => vec![scheme.clone()],
        // An example is taken where a form has all its items.
        None => Scheme::built_in().iter().chain(Scheme::examples()).cloned().collect(),
    };
    let file = shown(path);
    within(&limits, move || {
        let figures = Figures::read(&bytes, &schemes, &limits)?;
        let sheets = workbook::open(&bytes, &|_| false).map(|book| book.sheets).unwrap_or_default();
        let sheets = sheets.into_iter().map(|sheet| sheet.name).collect();
        Ok((figures, MetricsBook { file, sheets }, batch::hash(&bytes)))
    })
}
