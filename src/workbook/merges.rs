//! The merged ranges of a sheet, found by a cell without looking through all of them.

use crate::cell::{CellRef, Range};
use std::ops::Deref;
use std::sync::OnceLock;

/// Merged ranges, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Merges {
    ranges: Vec<Range>,
    sorted: OnceLock<Vec<Sorted>>,
}

/// A range among all by their first rows.
#[derive(Debug, Clone, Copy)]
struct Sorted {
    range: Range,
    /// The last row that it or one before it reaches.
    reach: u32,
}

impl Merges {
    /// The range that covers a cell; of several, which only a damaged sheet has, the last to begin.
    pub fn at(&self, at: CellRef) -> Option<Range> {
        if self.ranges.is_empty() {
            return None;
        }
        let sorted = self.sorted.get_or_init(|| sorted(&self.ranges));
        let begun = sorted.partition_point(|found| found.range.start.row <= at.row);
        let reaching = sorted.iter().take(begun).rev().take_while(|found| found.reach >= at.row);
        reaching.map(|found| found.range).find(|range| range.contains(at))
    }

    /// Adds one.
    pub fn push(&mut self, range: Range) {
        self.ranges.push(range);
        self.sorted.take();
    }
}

fn sorted(ranges: &[Range]) -> Vec<Sorted> {
    let mut ranges = ranges.to_vec();
    ranges.sort_by_key(|range| range.start);
    let mut reach = 0;
    let with_reach = |range: Range| {
        reach = range.end.row.max(reach);
        Sorted { range, reach }
    };
    ranges.into_iter().map(with_reach).collect()
}

impl From<Vec<Range>> for Merges {
    fn from(ranges: Vec<Range>) -> Self {
        Self { ranges, sorted: OnceLock::new() }
    }
}

impl Deref for Merges {
    type Target = [Range];

    fn deref(&self) -> &[Range] {
        &self.ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// As by looking through all of them, where none cover one another.
        #[test]
        fn finds_what_a_search_finds(
            corners in proptest::collection::vec((0u32..48, 0u32..16, 0u32..48, 0u32..16), 0..30),
        ) {
            let mut apart: Vec<Range> = Vec::new();
            for (top, left, bottom, right) in corners {
                let range = Range::new(CellRef::new(top, left), CellRef::new(bottom, right));
                if range.len() > 60 {
                    continue;
                }
                if apart.iter().all(|other| other.cells().all(|at| !range.contains(at))) {
                    apart.push(range);
                }
            }
            let merges = Merges::from(apart.clone());
            for at in Range::new(CellRef::new(0, 0), CellRef::new(50, 17)).cells() {
                let found = apart.iter().copied().find(|range| range.contains(at));
                prop_assert_eq!(merges.at(at), found, "{}", at);
            }
        }
    }
}
