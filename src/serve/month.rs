//! The summary that goes into the zip: what a folder's summary is to `kaohe batch`.
//!
//! A worker that fills a workbook gives its [`Record`] too. They are kept as bytes; another worker
//! makes the summary of all of them, since the server never looks into what came from a workbook.

use crate::batch::Seen;
use crate::collect::is_rating_form;
use crate::problem::{Lang, Problem};
use crate::scheme::Scheme;
use crate::spool::refused;
use crate::summary::{Book, Content, Gathered, Layout, workbook};
use crate::{Options, Outcome};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// What is kept of one workbook for the summary.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    book: Book,
    layouts: Vec<Layout>,
}

/// A record, and the name of the filled workbook beside the summary, where there is one.
#[derive(Debug, Deserialize)]
struct Filed {
    output: Option<String>,
    record: Record,
}

/// The record of a filling, as JSON; empty for a rater's form, which a summary passes over.
pub fn record(
    name: &str,
    bytes: &[u8],
    outcome: Result<&Outcome, &[Problem]>,
    options: &Options,
) -> Vec<u8> {
    let layouts = RefCell::new(Vec::new());
    let book = match outcome {
        Ok(outcome) => {
            let named = || Scheme::named(&outcome.scheme);
            let scheme = options.scheme.as_ref().or_else(named);
            Book::new(name, outcome, scheme, &|layout| layout.number_in(&mut layouts.borrow_mut()))
        }
        Err(_) if is_rating_form(bytes) => return Vec::new(),
        Err(problems) => Book::failed(name, problems),
    };
    serde_json::to_vec(&Record { book, layouts: layouts.into_inner() }).unwrap_or_default()
}

/// One record with its result's name, as [`summary`] reads a list of them.
pub fn filed(output: Option<&str>, record: &[u8]) -> Vec<u8> {
    let output = serde_json::Value::from(output).to_string();
    let mut json = format!("{{\"output\":{output},\"record\":").into_bytes();
    json.extend_from_slice(record);
    json.push(b'}');
    json
}

/// The summary of a list of records. Links lead to the workbooks beside it.
///
/// # Errors
/// What the writer refuses.
pub fn summary(list: &[u8], lang: Lang) -> Result<Vec<u8>, Problem> {
    let all: Vec<Filed> =
        serde_json::from_slice(list).map_err(|_| crate::limits::net::internal())?;
    let mut all: Vec<(Book, Vec<Layout>)> = all
        .into_iter()
        .map(|Filed { output, mut record }| {
            record.book.output = output;
            (record.book, record.layouts)
        })
        .collect();
    all.sort_by(|a, b| a.0.file.cmp(&b.0.file));
    let mut layouts = Vec::new();
    for (book, own) in &mut all {
        for line in &mut book.lines {
            if let Some(layout) = own.get(line.layout) {
                line.layout = layout.clone().number_in(&mut layouts);
            }
        }
    }
    let mut seen = Seen::default();
    for (number, (book, _)) in (0..).zip(&all) {
        seen.add(number, book);
    }
    // What was dropped stays in memory: no temporary file.
    let mut gathered = Gathered::new(None, lang);
    let book = |number: u32| {
        let book = all.get(number as usize).map(|(book, _)| book.clone());
        book.ok_or(std::io::ErrorKind::NotFound.into())
    };
    let told = |error: std::io::Error| refused(&error);
    let twins = seen.twins(&book).map_err(told)?;
    for (mut book, _) in all {
        twins.mark(&mut book);
        gathered.add(&book).map_err(told)?;
    }
    let content = Content { layouts: &layouts, month: None, links: Some(""), previous: None };
    let mut out = Vec::new();
    workbook(&content, gathered, &mut out)?;
    Ok(out)
}
