//! Sending what is planned: each envelope once, written down before and after.

use super::journal::{Event, Journal, Known, Line as Record};
use super::smtp::{Failure, Line, Meaning, Step};
use lettre::Address;
use std::collections::HashMap;
use std::time::Duration;

/// An envelope: one mail, one recipient.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The recipient.
    pub to: Address,
    /// The person the mail is about; empty for the summary.
    pub person: &'a str,
    /// Whether it is the copy to the superior.
    pub copy: bool,
    /// The letter's key.
    pub key: &'a str,
    /// The letter's occasion.
    pub occasion: &'a str,
    /// The message.
    pub message: &'a [u8],
}

/// What became of an envelope.
#[derive(Debug, Clone)]
pub enum Fate {
    /// Accepted now.
    Sent,
    /// Accepted in an earlier run.
    SentBefore,
    /// May have arrived, in this run or an earlier one; not sent again unless asked.
    InDoubt(Option<Failure>),
    /// Another version was mailed before; not sent unless asked.
    OtherVersion,
    /// Refused, or given up after several tries; surely not accepted.
    Failed(Failure),
    /// Not tried: the run stopped before, or the person's own mail failed.
    NotTried,
}

impl Fate {
    /// Whether nothing is left to do.
    pub fn good(&self) -> bool {
        matches!(self, Self::Sent | Self::SentBefore)
    }
}

/// How to send.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Between two mails.
    pub pause: Duration,
    /// Before the first retry; each further one waits four times as long.
    pub retry: Duration,
    /// Retries of one mail.
    pub tries: u32,
    /// Send also what is in doubt or was sent in another version.
    pub again: bool,
}

/// Mails that fail one after the other before the run stops.
const FAILURES: u32 = 3;

/// Clock, sleep and ear of the one who sends.
pub trait Outside {
    /// Seconds since 1970.
    fn now(&self) -> u64;
    /// Sleeps.
    fn wait(&mut self, pause: Duration);
    /// Hears of every envelope's fate and of every pause before a retry.
    fn told(&mut self, envelope: &Envelope<'_>, what: Told<'_>);
}

/// Sends envelopes in their order.
///
/// # Errors
/// The journal cannot be written: nothing is sent without it. The fates so far are lost with it,
/// but not the journal.
pub fn deliver(
    envelopes: &[Envelope<'_>],
    from: &Address,
    line: &mut dyn Line,
    journal: &mut Journal,
    pace: &Pace,
    outside: &mut dyn Outside,
) -> std::io::Result<Vec<Fate>> {
    let mut fates: Vec<Fate> = Vec::new();
    // Whether the person's own mail went: a copy follows only then.
    let mut own: HashMap<&str, bool> = HashMap::new();
    let (mut stopped, mut sent_one, mut failures) = (false, false, 0);
    // Whether the server was ever reached: a wrong address does not get better by waiting.
    let mut reached = false;
    for envelope in envelopes {
        let to = envelope.to.to_string();
        let known = journal.known(envelope.key, envelope.occasion, &to);
        let held = envelope.copy && own.get(envelope.key) == Some(&false);
        let fate = match known {
            Known::Sent => Fate::SentBefore,
            Known::InDoubt if !pace.again => Fate::InDoubt(None),
            Known::OtherVersion if !pace.again => Fate::OtherVersion,
            _ if stopped || held => Fate::NotTried,
            _ => {
                if sent_one {
                    outside.wait(pace.pause);
                }
                sent_one = true;
                let tries = if failures == 0 { pace.tries } else { 0 };
                let record = |at, event, answer: &str| Record {
                    at,
                    event,
                    key: envelope.key.to_owned(),
                    occasion: envelope.occasion.to_owned(),
                    to: to.clone(),
                    person: envelope.person.to_owned(),
                    answer: answer.to_owned(),
                };
                let mut retry = pace.retry;
                let mut tried = 0;
                loop {
                    journal.write(&record(outside.now(), Event::Sending, ""))?;
                    let failure = match line.deliver(from, &envelope.to, envelope.message) {
                        Ok(answer) => {
                            journal.write(&record(outside.now(), Event::Sent, &answer))?;
                            (failures, reached) = (0, true);
                            break Fate::Sent;
                        }
                        Err(failure) => failure,
                    };
                    let away = matches!(failure.step, Step::Connect | Step::Tls)
                        && !failure.answer.starts_with('4');
                    reached |= !away;
                    let doubt = failure.meaning == Meaning::InDoubt;
                    let event = if doubt { Event::InDoubt } else { Event::Failed };
                    journal.write(&record(outside.now(), event, &failure.answer))?;
                    match failure.meaning {
                        Meaning::InDoubt => break Fate::InDoubt(Some(failure)),
                        Meaning::Refused => break Fate::Failed(failure),
                        Meaning::Stop => {
                            stopped = true;
                            break Fate::Failed(failure);
                        }
                        Meaning::Temporary if tried < tries && (reached || !away) => {
                            outside.told(envelope, Told::Retry(&failure, retry));
                            // An idle line would be dropped by the server meanwhile.
                            line.close();
                            outside.wait(retry);
                            retry = retry.saturating_mul(4);
                            tried += 1;
                        }
                        Meaning::Temporary => {
                            failures += 1;
                            // A server that is away now is away for the next mail.
                            stopped = failures >= FAILURES || away;
                            break Fate::Failed(failure);
                        }
                    }
                }
            }
        };
        if !envelope.copy {
            own.insert(envelope.key, fate.good() || matches!(fate, Fate::InDoubt(_)));
        }
        outside.told(envelope, Told::Fate(&fate));
        fates.push(fate);
    }
    line.close();
    Ok(fates)
}

/// What the caller is told while mails are sent.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// A temporary failure, and the pause before the next try.
    Retry(&'a Failure, Duration),
    /// An envelope is done.
    Fate(&'a Fate),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that fails as told, then takes everything; and a clock that notes pauses.
    #[derive(Default)]
    struct Fake {
        failures: Vec<Failure>,
        tried: Vec<String>,
        pauses: Vec<u64>,
    }

    impl Line for Fake {
        fn deliver(&mut self, _: &Address, to: &Address, _: &[u8]) -> Result<String, Failure> {
            self.tried.push(to.to_string());
            if self.failures.is_empty() { Ok("ok".into()) } else { Err(self.failures.remove(0)) }
        }
        fn close(&mut self) {}
    }

    #[derive(Default)]
    struct Clock(Vec<u64>);

    impl Outside for Clock {
        fn now(&self) -> u64 {
            1
        }
        fn wait(&mut self, pause: Duration) {
            self.0.push(pause.as_secs());
        }
        fn told(&mut self, _: &Envelope<'_>, _: Told<'_>) {}
    }

    fn fail(step: Step, meaning: Meaning, times: usize) -> Vec<Failure> {
        let (size, frequency, timeout, answer) = (false, false, false, "450 later".to_owned());
        vec![Failure { step, meaning, size, frequency, timeout, answer }; times]
    }

    /// Sends to three people: the fates that are good, and the fake.
    fn run(failures: Vec<Failure>) -> (Vec<bool>, Fake) {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&folder.path().join("journal")).unwrap();
        let (mut line, mut clock) = (Fake { failures, ..Fake::default() }, Clock::default());
        let envelopes: Vec<Envelope<'_>> = ["a", "b", "c"]
            .iter()
            .map(|name| Envelope {
                to: format!("{name}@example.com").parse().unwrap(),
                person: name,
                copy: false,
                key: name,
                occasion: name,
                message: b"x",
            })
            .collect();
        let pace = Pace {
            pause: Duration::from_secs(3),
            retry: Duration::from_secs(30),
            tries: 3,
            again: false,
        };
        let from = "hr@example.com".parse().unwrap();
        let fates = deliver(&envelopes, &from, &mut line, &mut journal, &pace, &mut clock).unwrap();
        line.pauses = clock.0;
        (fates.iter().map(Fate::good).collect(), line)
    }

    #[test]
    fn a_stop_is_final() {
        let (good, line) = run(fail(Step::Login, Meaning::Stop, 1));
        assert_eq!((good, line.tried.len()), (vec![false; 3], 1));
        assert!(line.pauses.is_empty());
    }

    #[test]
    fn pauses_grow_and_one_bad_mailbox_stops_nobody_else() {
        let (good, line) = run(fail(Step::Recipient, Meaning::Temporary, 4));
        assert_eq!(good, [false, true, true]);
        assert_eq!(line.pauses, [30, 120, 480, 3, 3]);
        // After a mail that failed for good, the next ones are not waited for; three end the run.
        let (good, line) = run(fail(Step::Recipient, Meaning::Temporary, 9));
        assert_eq!((good, line.tried.len()), (vec![false; 3], 6));
    }

    #[test]
    fn a_server_that_is_not_there_is_tried_once() {
        let mut failures = fail(Step::Connect, Meaning::Temporary, 1);
        failures[0].answer = "connection refused".to_owned();
        let (good, line) = run(failures);
        assert_eq!((good, line.tried.len()), (vec![false; 3], 1));
    }

    #[test]
    fn what_is_in_doubt_is_not_tried_again() {
        let (good, line) = run(fail(Step::Dot, Meaning::InDoubt, 1));
        assert_eq!(good, [false, true, true]);
        assert_eq!(line.tried, ["a@example.com", "b@example.com", "c@example.com"]);
    }
}
