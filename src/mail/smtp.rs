//! The line to an SMTP server, by lettre: TLS before anything secret, one recipient an envelope,
//! and for every failure the step it happened at.

use crate::problem::Words;
use crate::words;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Category, Severity};
use std::time::Duration;

/// How a connection is made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS, required.
    StartTls,
    /// None: only without a login, as to a relay in the house.
    None,
}

/// A server, as its address states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS.
    pub safety: Safety,
    /// Login name.
    pub user: Option<String>,
}

impl Server {
    /// Reads `smtps://USER@HOST[:465]`, `smtp://USER@HOST[:587]` (STARTTLS required), or
    /// `smtp://HOST[:25]?tls=none` (no login).
    ///
    /// # Errors
    /// Anything else, a password above all: it would stand in the shell's history.
    pub fn parse(url: &str) -> Result<Self, Words> {
        let bad = || {
            words!(
                "看不懂服务器地址；请写成 smtps://账号@服务器 或 smtp://账号@服务器",
                "the server's address is not understood; write smtps://USER@HOST or smtp://USER@HOST"
            )
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.trim_end_matches('/');
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user.replace("%40", "@")), place),
            None => (None, rest),
        };
        let safety = match (scheme, query) {
            ("smtps", "") => Safety::Implicit,
            ("smtp", "" | "tls=required") => Safety::StartTls,
            ("smtp", "tls=none") => Safety::None,
            _ => return Err(bad()),
        };
        if user.as_ref().is_some_and(|u| u.contains(':')) {
            return Err(words!(
                "地址里不能写密码；请用 KAOHE_SMTP_PASSWORD、--password-file，或等待询问",
                "no password in the address; use KAOHE_SMTP_PASSWORD, --password-file, or the prompt"
            ));
        }
        if user.is_some() && safety == Safety::None {
            return Err(words!("不加密时不能登录", "no login without TLS"));
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
                (host, port.parse().map_err(|_| bad())?)
            }
            _ => (
                place,
                match safety {
                    Safety::Implicit => 465,
                    Safety::StartTls => 587,
                    Safety::None => 25,
                },
            ),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || user.as_deref() == Some("") {
            return Err(bad());
        }
        Ok(Self { host, port, safety, user })
    }
}

/// Where in the conversation something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reaching the server and its greeting.
    Connect,
    /// TLS.
    Tls,
    /// Login.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// The message, before the final dot.
    Message,
    /// After the final dot.
    Dot,
}

/// What a failure means for what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// This mail was refused for good.
    Refused,
    /// Worth another try later; surely not accepted.
    Temporary,
    /// The message was handed over whole, and no answer came.
    InDoubt,
    /// Nothing more must be tried in this run.
    Stop,
}

/// A failure.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where.
    pub step: Step,
    /// What follows.
    pub meaning: Meaning,
    /// Whether the mail was too large for the server or the mailbox.
    pub size: bool,
    /// Whether the server complained of too many mails.
    pub frequency: bool,
    /// Whether time ran out.
    pub timeout: bool,
    /// The server's answer, or the system's words. Never holds what was sent.
    pub answer: String,
}

/// What the sender needs of a server.
pub trait Line {
    /// Hands one mail to one recipient; the server's answer.
    ///
    /// # Errors
    /// Where it failed, and what that means.
    fn deliver(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<String, Failure>;
    /// Ends the conversation politely.
    fn close(&mut self);
}

/// A line to a server, opened when needed and again after it broke.
pub struct Smtp {
    server: Server,
    password: Option<String>,
    certificate: Option<Certificate>,
    timeout: Duration,
    dot: Duration,
    connection: Option<SmtpConnection>,
}

impl Smtp {
    /// A line; nothing is opened yet. `certificate` is PEM, trusted besides the system's;
    /// `timeout` is for each answer, `dot` for the one after the final dot.
    ///
    /// # Errors
    /// The certificate is none.
    pub fn new(
        server: Server,
        password: Option<String>,
        certificate: Option<&[u8]>,
        timeout: Duration,
        dot: Duration,
    ) -> Result<Self, Words> {
        let certificate = match certificate {
            Some(pem) => Some(Certificate::from_pem(pem).map_err(|error| {
                words!("证书读不懂", "the certificate cannot be read: {error}")
            })?),
            None => None,
        };
        Ok(Self { server, password, certificate, timeout, dot, connection: None })
    }

    fn open(&mut self) -> Result<SmtpConnection, Failure> {
        let server = &self.server;
        let hello = ClientId::default();
        let mut builder = TlsParameters::builder(server.host.clone());
        if let Some(certificate) = &self.certificate {
            builder = builder.add_root_certificate(certificate.clone());
        }
        let tls = builder.build_rustls().map_err(|e| failure(&e, Step::Tls))?;
        let implicit = (server.safety == Safety::Implicit).then_some(&tls);
        let place = (server.host.as_str(), server.port);
        let opened = SmtpConnection::connect(place, Some(self.timeout), &hello, implicit, None);
        let mut connection = opened.map_err(|e| failure(&e, Step::Connect))?;
        if server.safety == Safety::StartTls {
            if !connection.can_starttls() {
                connection.abort();
                return Err(Failure {
                    meaning: Meaning::Stop,
                    ..plain(Step::Tls, "the server offers no STARTTLS")
                });
            }
            connection.starttls(&tls, &hello).map_err(|e| failure(&e, Step::Tls))?;
        }
        let Some(user) = &server.user else { return Ok(connection) };
        // Nothing secret is said on an open line, whatever led here.
        if !connection.is_encrypted() {
            connection.abort();
            return Err(Failure { meaning: Meaning::Stop, ..plain(Step::Tls, "no TLS") });
        }
        let password = self.password.clone().unwrap_or_default();
        let credentials = Credentials::new(user.clone(), password);
        match connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials) {
            Ok(_) => Ok(connection),
            Err(error) => {
                connection.abort();
                Err(failure(&error, Step::Login))
            }
        }
    }
}

impl Line for Smtp {
    fn deliver(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<String, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.has_broken() => connection,
            _ => self.open()?,
        };
        let outcome = converse(&mut connection, from, to, message, self.dot);
        let restored = connection.set_timeout(Some(self.timeout)).is_ok();
        match &outcome {
            Ok(_) if restored => self.connection = Some(connection),
            // A refusal leaves the line usable, unless the server closes it (421).
            Err(failure)
                if restored
                    && failure.meaning != Meaning::Stop
                    && failure.answer.starts_with(['4', '5'])
                    && !failure.answer.starts_with("421")
                    && connection.command(Rset).is_ok() =>
            {
                self.connection = Some(connection);
            }
            // The server may be silent: no waiting for a polite end.
            _ => drop(connection),
        }
        outcome
    }

    fn close(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = connection.quit();
        }
    }
}

/// One envelope, one message.
fn converse(
    connection: &mut SmtpConnection,
    from: &Address,
    to: &Address,
    message: &[u8],
    dot: Duration,
) -> Result<String, Failure> {
    connection
        .command(Mail::new(Some(from.clone()), Vec::new()))
        .map_err(|e| failure(&e, Step::Sender))?;
    connection
        .command(Rcpt::new(to.clone(), Vec::new()))
        .map_err(|e| failure(&e, Step::Recipient))?;
    connection.command(Data).map_err(|e| failure(&e, Step::Message))?;
    connection.set_timeout(Some(dot)).map_err(|e| Failure {
        meaning: Meaning::Temporary,
        ..plain(Step::Message, &e.to_string())
    })?;
    // The iterator is asked for more only when what it gave is written: that tells a line lost in
    // the message from one lost after it.
    let mut whole = false;
    let mut pieces = message.chunks(64 << 10);
    let watched = std::iter::from_fn(|| {
        let piece = pieces.next();
        whole |= piece.is_none();
        piece
    });
    match connection.message_iter(watched) {
        Ok(response) => Ok(response.message().collect::<Vec<_>>().join(" ")),
        Err(error) => Err(failure(&error, if whole { Step::Dot } else { Step::Message })),
    }
}

fn plain(step: Step, answer: &str) -> Failure {
    Failure {
        step,
        meaning: Meaning::Temporary,
        size: false,
        frequency: false,
        timeout: false,
        answer: answer.to_owned(),
    }
}

/// What an error at a step means.
fn failure(error: &Error, step: Step) -> Failure {
    let code = error.status();
    let answer = match code {
        Some(code) => {
            let text = error.to_string();
            let text = text.split_once("): ").map_or("", |(_, t)| t).to_owned();
            format!("{code} {text}")
        }
        None => error.to_string(),
    };
    let answer: String =
        answer.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect();
    let lower = answer.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let size = code.is_some_and(|c| {
        (c.severity, c.category) == (Severity::PermanentNegativeCompletion, Category::MailSystem)
            && (answer.starts_with("552") || has(&["size", "too large", "too big", "过大"]))
    });
    let frequency = code.is_some()
        && has(&[
            "frequency",
            "too many",
            "rate limit",
            "频率",
            "频繁",
            "quota exceeded for sending",
        ]);
    let meaning = match (step, code.map(|c| c.severity)) {
        // A refused login is never tried again: services lock the account.
        (Step::Login, _) => Meaning::Stop,
        (_, Some(Severity::PermanentNegativeCompletion)) if frequency => Meaning::Stop,
        (Step::Connect | Step::Tls | Step::Sender, Some(Severity::PermanentNegativeCompletion)) => {
            Meaning::Stop
        }
        (_, Some(Severity::PermanentNegativeCompletion)) => Meaning::Refused,
        (_, Some(_)) => Meaning::Temporary,
        (Step::Dot, None) => Meaning::InDoubt,
        (_, None) if error.is_tls() || certificate(error) => Meaning::Stop,
        (_, None) if error.is_client() => Meaning::Stop,
        (_, None) => Meaning::Temporary,
    };
    let step = if error.is_tls() || certificate(error) { Step::Tls } else { step };
    let timeout = code.is_none()
        && (error.is_timeout() || has(&["timed out", "would block", "os error 11)"]));
    Failure { step, meaning, size, frequency, timeout, answer }
}

/// Whether TLS found a certificate or peer that it does not trust.
fn certificate(error: &Error) -> bool {
    error.to_string().to_lowercase().contains("certificate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_addresses() {
        let server = Server::parse("smtps://hr@example.com@smtp.qq.com").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("smtp.qq.com", 465));
        assert_eq!(server.user.as_deref(), Some("hr@example.com"));
        let server = Server::parse("smtp://hr%40example.com@[::1]:2525/").unwrap();
        assert_eq!(
            (server.host.as_str(), server.port, server.safety),
            ("::1", 2525, Safety::StartTls)
        );
        assert_eq!(server.user.as_deref(), Some("hr@example.com"));
        assert_eq!(Server::parse("smtp://relay?tls=none").unwrap().port, 25);
        for bad in [
            "smtp.qq.com",
            "http://x",
            "smtps://",
            "smtps://hr:secret@x.com",
            "smtp://u@x?tls=none",
            "smtps://x:99999",
            "smtp://x?tls=opportunistic",
            "smtps://@x.com",
        ] {
            let words = Server::parse(bad).unwrap_err();
            assert!(!words.en.contains("secret") && !words.zh.contains("secret"), "{bad}");
        }
    }
}
