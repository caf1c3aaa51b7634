//! The crew: child processes that read the workbooks. A workbook that makes a library loop, ask
//! for all memory or fall over ends its child only; the server never looks into one.

use super::limits;
use super::work::{Answer, Job, read_frame, write_frame};
use crate::problem::{Problem, Words};
use crate::words;
use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

struct Worker {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Workers that wait for work.
pub struct Crew {
    command: (PathBuf, Vec<OsString>),
    idle: Mutex<Vec<Worker>>,
    /// Time for one workbook.
    time: Duration,
}

impl Crew {
    /// A crew of a command's children; none runs yet.
    pub fn new(command: (PathBuf, Vec<OsString>)) -> Self {
        Self { command, idle: Mutex::default(), time: limits::WORK_TIME }
    }

    /// Has a job done. Blocks.
    ///
    /// # Errors
    /// The worker died or took too long over this workbook, or none can be started.
    pub fn run(&self, job: &Job, bytes: &[u8]) -> Result<Answer, Problem> {
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = match waiting {
            Some(worker) => worker,
            None => self.hire().map_err(|error| {
                Problem::error(
                    "no-worker",
                    words!("无法启动处理进程：", "no worker can be started: ")
                        .then(&Words::refused(&error)),
                )
            })?,
        };
        // Kills the child when the time is up; wakes at once when the work is done.
        let (done, wait) = mpsc::channel::<()>();
        let (child, time) = (Arc::clone(&worker.child), self.time);
        let watch = std::thread::spawn(move || {
            let late = wait.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
            }
            late
        });
        let answer = exchange(&mut worker, job, bytes);
        drop(done);
        let late = watch.join().unwrap_or(false);
        match answer {
            Ok(answer) if !late => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                Ok(answer)
            }
            _ if late => Err(Problem::error(
                "too-slow",
                words!(
                    "处理超过 {} 秒，已停止",
                    "it took more than {} seconds and was stopped",
                    self.time.as_secs()
                ),
            )
            .hint(words!(
                "这份文件异常复杂；请在 Excel 或 WPS 中另存为 .xlsx 再试",
                "the file is unusually complex; save it as .xlsx in Excel or WPS and try again"
            ))),
            _ => Err(Problem::error(
                "worker-died",
                words!(
                    "这份文件使处理进程中止，其他文件不受影响",
                    "this file brought its worker down; the others are not affected"
                ),
            )
            .hint(words!(
                "文件可能已损坏；请在 Excel 或 WPS 中另存为 .xlsx 再试",
                "it may be damaged; save it as .xlsx in Excel or WPS and try again"
            ))),
        }
    }

    fn hire(&self) -> io::Result<Worker> {
        let (program, arguments) = &self.command;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("no pipes"));
        };
        let output = BufReader::new(output);
        Ok(Worker { child: Arc::new(Mutex::new(child)), input, output })
    }
}

fn exchange(worker: &mut Worker, job: &Job, bytes: &[u8]) -> io::Result<Answer> {
    let job = serde_json::to_vec(job)?;
    write_frame(&mut worker.input, &job)?;
    write_frame(&mut worker.input, bytes)?;
    let mut next = || {
        read_frame(&mut worker.output)?.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
    };
    let (view, source, filled, record) = (next()?, next()?, next()?, next()?);
    Ok(Answer { view, source, filled, record, macros: !next()?.is_empty() })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn said(program: &str, arguments: &[&str], time: Duration) -> Result<(), &'static str> {
        let arguments = arguments.iter().map(OsString::from).collect();
        let crew = Crew { time, ..Crew::new((program.into(), arguments)) };
        let answer = crew.run(&Job::default(), b"x").map(|_| ()).map_err(|problem| problem.code);
        // None that failed is given another workbook.
        assert!(crew.idle.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
        answer
    }

    #[test]
    fn a_worker_that_hangs_dies_or_is_none_is_told_apart() {
        // One that never answers would be waited for two minutes.
        assert_eq!(said("sleep", &["120"], Duration::from_millis(100)), Err("too-slow"));
        let long = Duration::from_secs(600);
        assert_eq!(said("true", &[], long), Err("worker-died"));
        // An answer that is none: more than a frame holds.
        assert_eq!(said("printf", &["\\377\\377\\377\\377"], long), Err("worker-died"));
        assert_eq!(said("/nonexistent/kaohe", &[], long), Err("no-worker"));
    }
}
