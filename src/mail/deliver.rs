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
                            failures = 0;
                            break Fate::Sent;
                        }
                        Err(failure) => failure,
                    };
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
                        Meaning::Temporary if tried < tries => {
                            outside.told(envelope, Told::Retry(&failure, retry));
                            // An idle line would be dropped by the server meanwhile.
                            line.close();
                            outside.wait(retry);
                            retry = retry.saturating_mul(4);
                            tried += 1;
                        }
                        Meaning::Temporary => {
                            failures += 1;
                            // A server that cannot be reached will not be for the next mail.
                            let away = matches!(failure.step, Step::Connect | Step::Tls);
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
