//! Hash tables for the hot rooms: the standard ones with a faster hash, seeded anew in each process.

use foldhash::fast::RandomState;

/// As [`std::collections::HashMap`].
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
/// As [`std::collections::HashSet`].
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;
