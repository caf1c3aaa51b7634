//! The manifest: what the last run made of what, kept in the output folder, so that the next run
//! does only what changed and its summary still lists everyone.

use crate::problem::Problem;
use crate::summary::{Book, Layout};
use crate::words;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

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
    /// What came of it.
    pub book: Book,
}

impl Entry {
    /// The result that a run left, this one's or an earlier one's.
    pub fn left(&self) -> Option<&str> {
        self.book.output.as_deref().or(self.stale.as_deref())
    }
}

/// The manifest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub schema: String,
    /// Hash of the summary's bytes, by its name.
    #[serde(default)]
    pub summary: Option<(String, String)>,
    /// What forms share.
    pub layouts: Vec<Layout>,
    /// Workbooks in the order of their names.
    pub entries: Vec<Entry>,
}

const SCHEMA: &str = "kaohe.manifest/1";

impl Manifest {
    /// Reads a manifest; one that is not there, or of another shape, counts as none.
    pub fn read(path: &Path) -> Self {
        let manifest = std::fs::read(path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|manifest| manifest.schema == SCHEMA);
        manifest.filter(Self::sound).unwrap_or_default()
    }

    /// Whether every line's layout is there and fits.
    fn sound(&self) -> bool {
        self.entries.iter().flat_map(|e| &e.book.lines).all(|line| {
            self.layouts.get(line.layout).is_some_and(|layout| {
                layout.items.len() == line.scores.len()
                    && layout.ratings.len() == line.ratings.len()
            })
        })
    }

    /// Its bytes. Layouts are numbered by first use, so that the same month gives the same bytes
    /// however the work was shared out.
    ///
    /// # Errors
    /// What the writer of JSON refuses.
    pub fn bytes(mut self) -> Result<Vec<u8>, Problem> {
        SCHEMA.clone_into(&mut self.schema);
        self.number();
        let mut bytes = serde_json::to_vec(&self).map_err(|e| {
            Problem::error(
                "cannot-write",
                words!("无法写出记录：{e}", "the manifest cannot be written: {e}"),
            )
        })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Drops unused layouts and numbers the others by first use.
    pub fn number(&mut self) {
        let mut order: Vec<Layout> = Vec::new();
        let mut new: HashMap<usize, usize> = HashMap::new();
        for line in self.entries.iter_mut().flat_map(|e| &mut e.book.lines) {
            let old = line.layout;
            line.layout = *new.entry(old).or_insert_with(|| {
                if let Some(layout) = self.layouts.get(old) {
                    order.push(layout.clone());
                }
                order.len().saturating_sub(1)
            });
        }
        self.layouts = order;
    }
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
