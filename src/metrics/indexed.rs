//! What is made of figures once, for the forms of many workbooks.

use super::sources::{People, Person, Sources};
use crate::hash::HashMap;
use crate::text::person_key;
use std::sync::OnceLock;

/// The rows of people by name, and whom sheets name. A copy of the figures, which may lose tables, makes
/// its own.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    /// By the key of the name: tables and rows, in their order.
    rows: OnceLock<HashMap<String, Vec<(usize, usize)>>>,
    named: OnceLock<HashMap<usize, String>>,
}

impl Clone for Indexed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Sources {
    fn rows_by_name(&self) -> &HashMap<String, Vec<(usize, usize)>> {
        self.indexed.rows.get_or_init(|| {
            let mut out: HashMap<String, Vec<(usize, usize)>> = HashMap::default();
            for (at, table) in self.people.iter().enumerate() {
                for (row, person) in table.rows.iter().enumerate() {
                    out.entry(person_key(&person.name)).or_default().push((at, row));
                }
            }
            out
        })
    }

    /// The names in rows of people, as they are compared.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.rows_by_name().keys()
    }

    /// Whether a row of people has this name, as it is compared.
    pub(super) fn has_row_of(&self, key: &str) -> bool {
        self.rows_by_name().contains_key(key)
    }

    /// Rows of people whose name is this.
    pub fn rows_of(&self, name: &str) -> Vec<(&People, &Person)> {
        let found = self.rows_by_name().get(&person_key(name)).into_iter().flatten();
        let row = |(table, row): &(usize, usize)| {
            let table = self.people.get(*table)?;
            Some((table, table.rows.get(*row)?))
        };
        found.filter_map(row).collect()
    }

    /// The people whom sheets name, where they are the same for all forms that ask.
    pub(super) fn named(
        &self,
        find: impl FnOnce() -> HashMap<usize, String>,
    ) -> &HashMap<usize, String> {
        self.indexed.named.get_or_init(find)
    }
}
