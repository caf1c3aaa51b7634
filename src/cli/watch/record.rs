//! What runs of `watch` have dealt with, written down in the output folder: a file that is put back with an
//! older time is a new one, and only its own size and time tell.

use crate::cli::save;
use std::collections::{BTreeMap, HashMap};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The record's name, of a hidden file.
const RECORD: &str = ".kaohe-watch.json";

/// A file's state, its size and its time in nanoseconds since 1970: two equal ones are one version of it.
pub(super) type Version = (u64, Option<u64>);

pub(super) fn version(metadata: &Metadata) -> Version {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), since.and_then(|since| u64::try_from(since.as_nanos()).ok()))
}

/// A path by another name of its folder, where it is right in it.
fn moved(path: PathBuf, from: &Path, to: &Path) -> PathBuf {
    match path.file_name() {
        Some(name) if path.parent() == Some(from) => to.join(name),
        _ => path,
    }
}

/// The whole path of a folder, by which the record names it: the next run may be given another.
fn whole(folder: &Path) -> PathBuf {
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

/// The versions that were dealt with; `None` where nothing, or nothing legible, is written down.
pub(super) fn read(out: &Path, folder: &Path) -> Option<HashMap<PathBuf, Version>> {
    let bytes = std::fs::read(out.join(RECORD)).ok()?;
    let known: HashMap<PathBuf, Version> = serde_json::from_slice(&bytes).ok()?;
    let whole = whole(folder);
    Some(known.into_iter().map(|(path, version)| (moved(path, &whole, folder), version)).collect())
}

/// Writes them down. Where that fails, the next run goes by the results' times.
pub(super) fn write(out: &Path, folder: &Path, done: &HashMap<PathBuf, Version>) {
    let whole = whole(folder);
    let named = done.iter().map(|(path, version)| (moved(path.clone(), folder, &whole), version));
    let sorted: BTreeMap<_, _> = named.collect();
    if let Ok(bytes) = serde_json::to_vec(&sorted) {
        let _ = save::save(Path::new(""), &out.join(RECORD), &bytes, true);
    }
}
