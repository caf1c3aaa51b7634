//! What was sent: a line of JSON before each mail, and one after its answer, each on the disk
//! before the next step. A line without its answer is a mail in doubt.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What became of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// About to be handed over; without a later line: in doubt.
    Sending,
    /// Accepted by the server.
    Sent,
    /// Surely not accepted.
    Failed,
    /// Handed over, and no answer came.
    InDoubt,
}

/// A line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// When, seconds since 1970 (UTC).
    pub at: u64,
    /// What happened.
    pub event: Event,
    /// The letter's [`super::message::Mail::key`].
    pub key: String,
    /// The letter's [`super::message::Mail::occasion`].
    pub occasion: String,
    /// The envelope's only recipient.
    pub to: String,
    /// The person the mail is about; empty for the summary.
    pub person: String,
    /// The server's answer, or what went wrong.
    #[serde(default)]
    pub answer: String,
}

/// What the journal knows of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing, or that it surely failed.
    New,
    /// Accepted before.
    Sent,
    /// In doubt.
    InDoubt,
    /// Another version of it was accepted, or is in doubt.
    OtherVersion,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    sent: bool,
    doubt: bool,
    open: bool,
}

/// A journal, locked for this run.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// State by letter and recipient.
    last: HashMap<(String, String), State>,
    /// Letters by occasion and recipient.
    versions: HashMap<(String, String), Vec<String>>,
}

impl Journal {
    /// Opens a journal, or begins one, and locks it.
    ///
    /// # Errors
    /// The system refuses, or another run holds it ([`std::io::ErrorKind::WouldBlock`]).
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        file.try_lock().map_err(std::io::Error::from)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut journal = Self { file, last: HashMap::new(), versions: HashMap::new() };
        journal.learn(&text);
        if text.last().is_some_and(|byte| *byte != b'\n') {
            journal.file.write_all(b"\n")?;
        }
        journal.file.seek(SeekFrom::End(0))?;
        journal.file.sync_all()?;
        // The file's name must be on the disk too.
        #[cfg(unix)]
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(journal)
    }

    /// Takes in what another journal says: what that one's folder sent was sent.
    ///
    /// # Errors
    /// The system refuses, as where another run holds it.
    pub fn read_too(&mut self, path: &Path) -> std::io::Result<()> {
        let text = std::fs::read(path)?;
        self.learn(&text);
        Ok(())
    }

    fn learn(&mut self, text: &[u8]) {
        for line in String::from_utf8_lossy(text).lines() {
            // A line torn by a cut is of an event that was not over: what stands before it rules.
            if let Ok(line) = serde_json::from_str::<Line>(line) {
                self.know(&line);
            }
        }
    }

    fn know(&mut self, line: &Line) {
        let state = self.last.entry((line.key.clone(), line.to.clone())).or_default();
        match line.event {
            // A line before without its answer stays a doubt, whatever comes of this one.
            Event::Sending => {
                state.doubt |= state.open;
                state.open = true;
            }
            Event::Sent => (state.sent, state.open) = (true, false),
            Event::Failed => state.open = false,
            Event::InDoubt => (state.doubt, state.open) = (true, false),
        }
        let keys = self.versions.entry((line.occasion.clone(), line.to.clone())).or_default();
        if !keys.contains(&line.key) {
            keys.push(line.key.clone());
        }
    }

    /// Writes a line and waits until it is on the disk.
    ///
    /// # Errors
    /// The system refuses; nothing may be sent then.
    pub fn write(&mut self, line: &Line) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file.write_all(&text)?;
        self.file.sync_data()?;
        self.know(line);
        Ok(())
    }

    /// What is known of an envelope.
    pub fn known(&self, key: &str, occasion: &str, to: &str) -> Known {
        let state = |key: &str| {
            self.last.get(&(key.to_owned(), to.to_owned())).copied().unwrap_or_default()
        };
        let own = state(key);
        if own.sent {
            return Known::Sent;
        }
        if own.doubt || own.open {
            return Known::InDoubt;
        }
        let versions = self.versions.get(&(occasion.to_owned(), to.to_owned()));
        let went = |s: State| s.sent || s.doubt || s.open;
        let other = versions.is_some_and(|keys| keys.iter().any(|other| went(state(other))));
        if other { Known::OtherVersion } else { Known::New }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(event: Event, key: &str) -> Line {
        let (occasion, to) = ("十月".to_owned(), "a@example.com".to_owned());
        Line {
            at: 1,
            event,
            key: key.into(),
            occasion,
            to,
            person: "王丽".into(),
            answer: String::new(),
        }
    }

    /// Opens a journal that nobody else holds. A process that another test is just starting shares
    /// this one's locks until it runs its own program.
    fn free(path: &Path) -> Journal {
        for _ in 0..200 {
            match Journal::open(path) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                opened => return opened.unwrap(),
            }
        }
        panic!("somebody holds the journal");
    }

    /// What a journal knows after it was written, cut after `keep` bytes, and opened again.
    fn after(events: &[(Event, &str)], cut: usize, key: &str) -> Known {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = free(&path);
        for (event, key) in events {
            journal.write(&line(*event, key)).unwrap();
        }
        drop(journal);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - cut]).unwrap();
        let mut journal = free(&path);
        let known = journal.known(key, "十月", "a@example.com");
        // What is written behind a torn line is read.
        journal.write(&line(Event::Sent, "k9")).unwrap();
        drop(journal);
        let journal = free(&path);
        assert_eq!(journal.known("k9", "十月", "a@example.com"), Known::Sent);
        known
    }

    #[test]
    fn nothing_that_may_have_arrived_is_new() {
        use Event::{Failed, InDoubt, Sending, Sent};
        assert_eq!(after(&[], 0, "k"), Known::New);
        assert_eq!(after(&[(Sending, "k")], 0, "k"), Known::InDoubt);
        assert_eq!(after(&[(Sending, "k"), (Failed, "k")], 0, "k"), Known::New);
        assert_eq!(after(&[(Sending, "k"), (Sent, "k")], 0, "k"), Known::Sent);
        assert_eq!(after(&[(Sending, "k"), (InDoubt, "k")], 0, "k"), Known::InDoubt);
        // A doubt is not cured by a second try that failed.
        let twice = [(Sending, "k"), (Sending, "k"), (Failed, "k")];
        assert_eq!(after(&twice, 0, "k"), Known::InDoubt);
        assert_eq!(after(&[(Sending, "j"), (Sent, "j")], 0, "k"), Known::OtherVersion);
        assert_eq!(after(&[(Sending, "j"), (Failed, "j")], 0, "k"), Known::New);
        // Torn answers leave the doubt.
        for cut in 2..40 {
            assert_eq!(after(&[(Sending, "k"), (Sent, "k")], cut, "k"), Known::InDoubt);
        }
    }

    #[test]
    fn two_runs_do_not_share_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let _first = Journal::open(&path).unwrap();
        let second = Journal::open(&path).unwrap_err();
        assert_eq!(second.kind(), std::io::ErrorKind::WouldBlock);
    }
}
