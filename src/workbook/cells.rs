//! The cells of a sheet by their places.
//!
//! Nearly every file holds them in order, so that they are kept one behind the other: a form is looked
//! through many times, and a list is walked and searched in half the time of a tree. Cells that come
//! out of order are kept in a tree, which takes them anywhere at the same cost.

use super::Cell;
use crate::cell::CellRef;
use std::collections::{BTreeMap, btree_map};
use std::iter::Zip;
use std::ops::RangeInclusive;
use std::slice;

/// Cells by their places, row by row.
#[derive(Debug, Clone, Default)]
pub struct Cells(Kept);

#[derive(Debug, Clone)]
enum Kept {
    /// Places in order, and the cell of each.
    List(Vec<CellRef>, Vec<Cell>),
    Tree(BTreeMap<CellRef, Cell>),
}

impl Default for Kept {
    fn default() -> Self {
        Self::List(Vec::new(), Vec::new())
    }
}

impl Cells {
    /// The cell at a place.
    pub fn get(&self, at: &CellRef) -> Option<&Cell> {
        match &self.0 {
            Kept::List(places, cells) => cells.get(places.binary_search(at).ok()?),
            Kept::Tree(cells) => cells.get(at),
        }
    }

    /// The cell at a place, to be changed.
    pub fn get_mut(&mut self, at: &CellRef) -> Option<&mut Cell> {
        match &mut self.0 {
            Kept::List(places, cells) => cells.get_mut(places.binary_search(at).ok()?),
            Kept::Tree(cells) => cells.get_mut(at),
        }
    }

    /// Whether there is a cell at a place.
    pub fn contains_key(&self, at: &CellRef) -> bool {
        self.get(at).is_some()
    }

    /// Puts a cell at a place, whatever was there.
    pub fn insert(&mut self, at: CellRef, cell: Cell) {
        match &mut self.0 {
            Kept::List(places, cells) if places.last().is_none_or(|last| *last < at) => {
                places.push(at);
                cells.push(cell);
            }
            Kept::List(places, cells) => match places.binary_search(&at) {
                Ok(index) => {
                    if let Some(old) = cells.get_mut(index) {
                        *old = cell;
                    }
                }
                Err(_) => {
                    let (places, cells) = (std::mem::take(places), std::mem::take(cells));
                    let mut tree: BTreeMap<_, _> = places.into_iter().zip(cells).collect();
                    tree.insert(at, cell);
                    self.0 = Kept::Tree(tree);
                }
            },
            Kept::Tree(cells) => drop(cells.insert(at, cell)),
        }
    }

    /// The cell at a place, to be changed; a given one where there is none.
    pub fn get_or_insert(&mut self, at: CellRef, cell: Cell) -> Option<&mut Cell> {
        if !self.contains_key(&at) {
            self.insert(at, cell);
        }
        self.get_mut(&at)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::List(places, _) => places.len(),
            Kept::Tree(cells) => cells.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All, in order.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Kept::List(places, cells) => Iter::List(places.iter().zip(cells)),
            Kept::Tree(cells) => Iter::Tree(cells.range(..)),
        }
    }

    /// The places, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &CellRef> + Clone {
        self.iter().map(|(at, _)| at)
    }

    /// The cells, in order of their places.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Cell> + Clone {
        self.iter().map(|(_, cell)| cell)
    }

    /// Those from one place to another, row by row.
    pub fn range(&self, within: RangeInclusive<CellRef>) -> Iter<'_> {
        let (first, last) = within.into_inner();
        match &self.0 {
            Kept::List(places, cells) => {
                let start = places.partition_point(|at| *at < first);
                let end = places.partition_point(|at| *at <= last);
                let places = places.get(start..end).unwrap_or_default();
                Iter::List(places.iter().zip(cells.get(start..end).unwrap_or_default()))
            }
            Kept::Tree(cells) => Iter::Tree(cells.range(first..=last.max(first))),
        }
    }

    /// The last one.
    pub fn last_key_value(&self) -> Option<(&CellRef, &Cell)> {
        self.iter().next_back()
    }
}

impl FromIterator<(CellRef, Cell)> for Cells {
    fn from_iter<I: IntoIterator<Item = (CellRef, Cell)>>(cells: I) -> Self {
        let mut out = Self::default();
        cells.into_iter().for_each(|(at, cell)| out.insert(at, cell));
        out
    }
}

/// The same cells at the same places, however they came.
impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl<'a> IntoIterator for &'a Cells {
    type Item = (&'a CellRef, &'a Cell);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Cells with their places, in order.
#[derive(Debug, Clone)]
pub enum Iter<'a> {
    /// Of a list.
    List(Zip<slice::Iter<'a, CellRef>, slice::Iter<'a, Cell>>),
    /// Of a tree.
    Tree(btree_map::Range<'a, CellRef, Cell>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a CellRef, &'a Cell);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::List(list) => list.next(),
            Self::Tree(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::List(list) => list.size_hint(),
            Self::Tree(tree) => tree.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::List(list) => list.next_back(),
            Self::Tree(tree) => tree.next_back(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(zeros: u8) -> Cell {
        Cell { zeros, ..Cell::default() }
    }

    proptest! {
        /// Whatever the order in which they come, they are as in a tree.
        #[test]
        fn cells_are_as_in_a_tree(
            mut places in prop::collection::vec((0..6u32, 0..6u32), 0..24),
            sorted in any::<bool>(),
            (a, b) in ((0..6u32, 0..6u32), (0..6u32, 0..6u32)),
        ) {
            if sorted {
                places.sort_unstable();
            }
            let of = |(row, col)| CellRef::new(row, col);
            let all = || (0u8..).zip(&places).map(|(n, place)| (of(*place), cell(n)));
            let cells: Cells = all().collect();
            let tree: BTreeMap<CellRef, Cell> = all().collect();
            prop_assert!(cells.iter().eq(&tree) && cells.iter().rev().eq(tree.iter().rev()));
            prop_assert!(cells.keys().eq(tree.keys()) && cells.values().eq(tree.values()));
            prop_assert_eq!(cells.len(), tree.len());
            prop_assert_eq!(cells.last_key_value(), tree.last_key_value());
            let (a, b) = (of(a.min(b)), of(a.max(b)));
            prop_assert!(cells.range(a..=b).eq(tree.range(a..=b)));
            prop_assert!(cells.range(a..=b).rev().eq(tree.range(a..=b).rev()));
            prop_assert_eq!(cells.get(&a), tree.get(&a));
            let mut more = cells.clone();
            let had = tree.get(&b).cloned();
            prop_assert_eq!(more.get_or_insert(b, cell(99)).cloned(), Some(had.unwrap_or(cell(99))));
        }
    }
}
