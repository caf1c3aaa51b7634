//! The last net around one workbook: its time and its faults must not take others with it.
//!
//! What the program itself does looks at the clock as it goes ([`Limits::in_time`]); a library does
//! not. So the work runs on a thread of its own, which is waited for, and left to itself when the
//! time is over: it holds nothing that others wait for, and only computes.

use super::{Limits, late};
use crate::problem::Problem;
use crate::words;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::Builder;
use std::time::Duration;

/// What the work's own look at the clock is ahead of the net: it can say where it was.
const GRACE: Duration = Duration::from_millis(500);
/// As much stack as a program's first thread has.
const STACK_BYTES: usize = 8 << 20;

/// Does the work within the time of one workbook; without a clock, in place.
///
/// # Errors
/// What the work gives; its time is over; or it panicked.
pub fn within<T, E>(
    limits: &Limits,
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
{
    let limits = limits.begun();
    let caught = move || in_place(work);
    let Some(left) = limits.left() else { return caught() };
    let (done, wait) = mpsc::sync_channel(1);
    let spawned = Builder::new().stack_size(STACK_BYTES).spawn(move || {
        // Nobody waits any more when it is late.
        let _ = done.send(caught());
    });
    if spawned.is_err() {
        return Err(Fault(internal()).into());
    }
    match wait.recv_timeout(left.saturating_add(GRACE)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Fault(late(&limits, "")).into()),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Fault(internal()).into()),
    }
}

/// Does the work here: for what looks at the clock itself, and is small. A fault is caught as well.
///
/// # Errors
/// What the work gives; or it panicked.
pub fn in_place<T, E: From<Fault>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Fault(internal()).into()))
}

/// Why the net had to hold.
#[derive(Debug)]
pub struct Fault(Problem);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

impl From<Fault> for Vec<Problem> {
    fn from(fault: Fault) -> Self {
        vec![fault.0]
    }
}

/// The refusal of a workbook over which the program itself fell.
pub fn internal() -> Problem {
    Problem::error(
        "internal",
        words!("程序内部出错，没有写出任何文件", "an internal error; nothing was written"),
    )
    .hint(words!(
        "请把这份文件报告给 kaohe 的开发者",
        "please report this file to the makers of kaohe"
    ))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    #[test]
    fn work_that_never_looks_at_the_clock_is_left() {
        let limits = Limits { clock: Some(|| Duration::ZERO), seconds: 0, ..Limits::DEFAULT };
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let started = Instant::now();
        let result: Result<(), Problem> = within(&limits, move || {
            while !seen.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        assert_eq!(result.map_err(|p| p.code), Err("too-slow"));
        assert!(started.elapsed() >= GRACE);
    }

    #[test]
    fn a_fault_is_told_with_and_without_a_clock() {
        for clock in [None, Some((|| Duration::ZERO) as super::super::Clock)] {
            let limits = Limits { clock, ..Limits::DEFAULT };
            let result: Result<u8, Vec<Problem>> =
                within(&limits, || Ok("no number".parse().expect("a fault")));
            let codes = result.map_err(|all| all.iter().map(|p| p.code).collect::<Vec<_>>());
            assert_eq!(codes, Err(vec!["internal"]));
        }
    }
}
