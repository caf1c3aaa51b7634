//! What was dropped: kept in memory by page, within a budget, for an hour at most.

use super::limits;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A dropped workbook.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The page that dropped it.
    pub page: String,
    /// Its name, for people.
    pub name: String,
    /// Its bytes, with the changes that were taken over.
    pub source: hyper::body::Bytes,
    /// The filled workbook; empty where nothing could be filled.
    pub filled: hyper::body::Bytes,
    /// The record for the summary, as JSON; empty where it does not belong there.
    pub record: hyper::body::Bytes,
    /// Extension of the filled workbook.
    pub extension: &'static str,
    since: Instant,
}

impl Kept {
    /// A workbook that has just come.
    pub fn new(page: String, name: String) -> Self {
        let empty = hyper::body::Bytes::new;
        let since = Instant::now();
        Self {
            page,
            name,
            source: empty(),
            filled: empty(),
            record: empty(),
            extension: "xlsx",
            since,
        }
    }

    fn bytes(&self) -> usize {
        self.source.len() + self.filled.len() + self.record.len()
    }
}

/// Why something is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Too many bytes or workbooks.
    Budget,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    kept: BTreeMap<u64, Kept>,
    /// Bytes promised to uploads under way.
    promised: usize,
}

impl Inner {
    fn bytes(&self) -> usize {
        self.promised + self.kept.values().map(Kept::bytes).sum::<usize>()
    }
}

/// All workbooks.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
    /// How long one is kept.
    lasts: Duration,
}

/// Bytes promised to an upload; given back when dropped.
#[derive(Debug)]
pub struct Promise<'s> {
    store: &'s Store,
    bytes: usize,
}

impl Drop for Promise<'_> {
    fn drop(&mut self) {
        let mut inner = self.store.lock();
        inner.promised = inner.promised.saturating_sub(self.bytes);
    }
}

impl Store {
    /// An empty one, in which a workbook lasts so long.
    pub fn new(lasts: Duration) -> Self {
        Self { inner: Mutex::default(), lasts }
    }

    fn lives(&self, kept: &Kept, now: Instant) -> bool {
        now.saturating_duration_since(kept.since) < self.lasts
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for an upload of so many bytes, before any is read.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn promise(&self, bytes: usize) -> Result<Promise<'_>, Full> {
        let mut inner = self.lock();
        if inner.bytes() + bytes > limits::KEPT_BYTES || inner.kept.len() >= limits::KEPT {
            return Err(Full::Budget);
        }
        inner.promised += bytes;
        Ok(Promise { store: self, bytes })
    }

    /// Keeps a workbook; gives its number.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn keep(&self, kept: Kept, promise: Promise<'_>) -> Result<u64, Full> {
        drop(promise);
        let mut inner = self.lock();
        if inner.bytes() + kept.bytes() > limits::KEPT_BYTES {
            return Err(Full::Budget);
        }
        inner.next += 1;
        let number = inner.next;
        inner.kept.insert(number, kept);
        Ok(number)
    }

    /// A workbook by its number.
    pub fn get(&self, number: u64) -> Option<Kept> {
        self.get_at(number, Instant::now())
    }

    fn get_at(&self, number: u64, now: Instant) -> Option<Kept> {
        self.lock().kept.get(&number).filter(|kept| self.lives(kept, now)).cloned()
    }

    /// Puts changed bytes in the place of a workbook's; whether it was still there.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn replace(&self, number: u64, changed: &Kept) -> Result<bool, Full> {
        let mut inner = self.lock();
        let all = inner.bytes();
        let Some(kept) = inner.kept.get_mut(&number) else { return Ok(false) };
        if all - kept.bytes() + changed.bytes() > limits::KEPT_BYTES {
            return Err(Full::Budget);
        }
        kept.source = changed.source.clone();
        kept.filled = changed.filled.clone();
        kept.record = changed.record.clone();
        kept.extension = changed.extension;
        Ok(true)
    }

    /// All workbooks of a page, in the order in which they came.
    pub fn of_page(&self, page: &str) -> Vec<Kept> {
        self.of_page_at(page, Instant::now())
    }

    fn of_page_at(&self, page: &str, now: Instant) -> Vec<Kept> {
        let of = |kept: &&Kept| kept.page == page && self.lives(kept, now);
        self.lock().kept.values().filter(of).cloned().collect()
    }

    /// Forgets one workbook.
    pub fn forget(&self, number: u64) {
        self.lock().kept.remove(&number);
    }

    /// Forgets a page's workbooks.
    pub fn close(&self, page: &str) {
        self.lock().kept.retain(|_, kept| kept.page != page);
    }

    /// Forgets what has lasted its time.
    pub fn sweep(&self) {
        self.sweep_at(Instant::now());
    }

    fn sweep_at(&self, now: Instant) {
        self.lock().kept.retain(|_, kept| self.lives(kept, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_hold_the_budget_and_are_given_back() {
        let store = Store::new(limits::KEPT_TIME);
        let half = store.promise(limits::KEPT_BYTES / 2).unwrap();
        let rest = store.promise(limits::KEPT_BYTES / 2).unwrap();
        assert_eq!(store.promise(1).unwrap_err(), Full::Budget);
        drop(rest);
        let mut kept = Kept::new("a".into(), "x.xlsx".into());
        kept.source = vec![0; 10].into();
        let number = store.keep(kept, half).unwrap();
        assert_eq!(store.get(number).unwrap().source.len(), 10);
        store.close("b");
        assert_eq!(store.of_page("a").len(), 1);
        store.close("a");
        assert!(store.get(number).is_none());
        assert!(store.promise(limits::KEPT_BYTES).is_ok());
    }

    #[test]
    fn an_hour_ends_it() {
        let store = Store::new(Duration::from_secs(3600));
        let mut kept = Kept::new("a".into(), "x.xlsx".into());
        kept.source = vec![0; 10].into();
        let since = kept.since;
        let promise = store.promise(10).unwrap();
        let number = store.keep(kept, promise).unwrap();
        let (before, after) =
            (since + Duration::from_secs(3599), since + Duration::from_secs(3600));
        store.sweep_at(before);
        assert!(store.get_at(number, before).is_some());
        assert_eq!(store.of_page_at("a", before).len(), 1);
        // Nobody gets it any more, swept or not.
        assert!(store.get_at(number, after).is_none());
        assert!(store.of_page_at("a", after).is_empty());
        assert_eq!(store.lock().bytes(), 10);
        store.sweep_at(after);
        assert_eq!(store.lock().bytes(), 0);
        assert_eq!(limits::KEPT_TIME, Duration::from_secs(3600));
    }
}
