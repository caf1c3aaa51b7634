//! A second thread for one workbook, where it is all that is at hand and a core would stand idle.

use super::Limits;
use std::hint::black_box;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

/// As much stack as a program's first thread has.
const STACK_BYTES: usize = 8 << 20;

impl Limits {
    /// Does two things that need nothing of each other, side by side where [`Limits::aided`]. The
    /// first goes to the second thread, unless that comes late: then it is done here, after the
    /// second.
    pub fn both<A: Send, B>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B,
    ) -> (A, B) {
        if !self.aided {
            return (first(), second());
        }
        let waiting = Mutex::new(Some(first));
        let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        scope(|scope| {
            let aide = Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, || take().map(|first| first()));
            let second = second();
            let done = match (take(), aide) {
                (None, Ok(aide)) => aide.join().unwrap_or_else(|fault| resume_unwind(fault)),
                (late, _) => late.map(|first| first()),
            };
            match done {
                Some(first) => (first, second),
                None => unreachable!("whoever takes it does it"),
            }
        })
    }

    /// Lets a second thread do something ahead, where [`Limits::aided`]; nobody waits for it.
    pub fn ahead(&self, work: impl FnOnce() + Send + 'static) {
        if self.aided {
            // Without a thread to be had it is done when it is needed.
            let work = || {
                work();
                make_room();
            };
            drop(Builder::new().stack_size(STACK_BYTES).spawn(work));
        }
    }
}

/// Memory that the next thread will want. glibc lets the heap of a thread that is not the first grow by a
/// page at a time, each by a call to the system; what was once its own stays so.
fn make_room() {
    const HALF: usize = 120 << 10;
    drop(black_box([Vec::<u8>::with_capacity(HALF), Vec::with_capacity(HALF)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    const AIDED: Limits = Limits { aided: true, ..Limits::DEFAULT };

    #[test]
    fn both_are_done_with_and_without_aid() {
        for limits in [Limits::DEFAULT, AIDED] {
            for pause in [0, 20] {
                let slow = || thread::sleep(Duration::from_millis(pause));
                let text = "一".to_owned();
                let (a, b) = limits.both(|| text.len(), || [slow(), slow()].len());
                assert_eq!((a, b), (3, 2));
            }
        }
    }

    #[test]
    fn aid_is_another_thread() {
        let here = thread::current().id();
        let (tell, told) = mpsc::channel();
        let first = move || tell.send(thread::current().id());
        // The second does not end before the first has begun.
        let (sent, there) = AIDED.both(first, || told.recv());
        assert!(sent.is_ok() && there.is_ok_and(|there| there != here));
        let (there, ()) = Limits::DEFAULT.both(|| thread::current().id(), || ());
        assert_eq!(here, there);
    }

    #[test]
    fn a_fault_of_either_is_the_callers() {
        for limits in [Limits::DEFAULT, AIDED] {
            let fall = || "no number".parse::<u8>().expect("a fault");
            let first = catch_unwind(AssertUnwindSafe(|| limits.both(fall, || ())));
            let second = catch_unwind(AssertUnwindSafe(|| limits.both(|| (), fall)));
            assert!(first.is_err() && second.is_err());
        }
    }
}
