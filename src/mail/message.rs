//! A letter as a message (RFC 5322, MIME). Message-ID and boundaries are made from the content,
//! so that the same letter is the same message; only Date is of the run.

use super::plan::Letter;
use super::protect::protect;
use super::template::Written;
use crate::problem::Problem;
use crate::words;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lettre::Message;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::SystemTime;

/// A message, ready to send or to save.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Names the content: the same letter has the same one, whatever the date.
    pub key: String,
    /// Names the occasion: the same person, address and month, whatever the content.
    pub occasion: String,
    /// Message-ID, with angle brackets.
    pub id: String,
    /// Bytes as sent, before dots are doubled.
    pub bytes: Vec<u8>,
    /// Bytes of the attachment as attached.
    pub attached: usize,
}

/// Makes a message. A `draft` asks the mail program that opens it to let it be sent.
///
/// # Errors
/// The attachment cannot be protected.
pub fn message(
    letter: &Letter,
    written: &Written,
    from: &Mailbox,
    date: SystemTime,
    draft: bool,
) -> Result<Mail, Problem> {
    let (key, occasion) = (key(letter, written, from), occasion(letter));
    let short = key.get(..32).unwrap_or(&key);
    let id = format!("<kaohe.{short}@{}>", from.email.domain());
    let text = |kind: ContentType, text: &str| {
        let body = text.replace("\r\n", "\n").replace('\n', "\r\n");
        SinglePart::builder().header(kind).body(
            Body::new_with_encoding(body, ContentTransferEncoding::Base64).unwrap_or_else(
                // Base64 takes every text; this branch is never gone.
                |text| Body::dangerous_pre_encoded(text, ContentTransferEncoding::Binary),
            ),
        )
    };
    let alternative = MultiPart::alternative()
        .boundary(format!("kaohe-{short}-a"))
        .singlepart(text(ContentType::TEXT_PLAIN, &written.text))
        .singlepart(text(ContentType::TEXT_HTML, &written.html));
    let mut attached = 0;
    let body = match &letter.attachment {
        None => alternative,
        Some(attachment) => {
            let bytes = match &attachment.password {
                Some(password) => protect(&attachment.bytes, password)?,
                None => attachment.bytes.clone(),
            };
            attached = bytes.len();
            let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64)
                .unwrap_or_else(|b| {
                    Body::dangerous_pre_encoded(b, ContentTransferEncoding::Binary)
                });
            let part = SinglePart::builder()
                .header(NamedType(attachment.name.clone()))
                .header(Disposition(attachment.name.clone()))
                .body(body);
            MultiPart::mixed()
                .boundary(format!("kaohe-{short}-m"))
                .multipart(alternative)
                .singlepart(part)
        }
    };
    let mut builder = Message::builder()
        .message_id(Some(id.clone()))
        .date(date)
        .from(from.clone())
        .subject(written.subject.clone());
    for to in &letter.to {
        builder = builder.to(to.clone());
    }
    if let Some(copy) = &letter.copy {
        builder = builder.cc(copy.clone());
    }
    if draft {
        let name = HeaderName::new_from_ascii_str("X-Unsent");
        builder = builder.raw_header(HeaderValue::new(name, "1".to_owned()));
    }
    let message = builder.multipart(body).map_err(|error| {
        Problem::error("no-message", words!("邮件无法生成", "no message could be made: {error}"))
    })?;
    Ok(Mail { key, occasion, id, bytes: message.formatted(), attached })
}

/// Hashes texts so that no two lists of texts look the same.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn addresses(letter: &Letter) -> String {
    let all = letter.to.iter().chain(&letter.copy);
    all.map(|m| m.email.to_string()).collect::<Vec<_>>().join(",")
}

fn key(letter: &Letter, written: &Written, from: &Mailbox) -> String {
    let (name, bytes, password) = letter.attachment.as_ref().map_or(("", &[][..], ""), |a| {
        (&a.name, &a.bytes, a.password.as_deref().unwrap_or_default())
    });
    digest(&[
        from.to_string().as_bytes(),
        addresses(letter).as_bytes(),
        written.subject.as_bytes(),
        written.text.as_bytes(),
        written.html.as_bytes(),
        name.as_bytes(),
        bytes,
        password.as_bytes(),
    ])
}

fn occasion(letter: &Letter) -> String {
    let month = letter.month.map(|m| m.to_string()).unwrap_or_default();
    let id = letter.id.as_deref().unwrap_or_default();
    digest(&[letter.person.as_bytes(), id.as_bytes(), month.as_bytes()])
}

/// Content-Type of a workbook with the name as encoded-words (RFC 2047), which older Outlook, QQ
/// and Foxmail read where they do not read `filename*` (MimeKit issue 231).
#[derive(Clone)]
struct NamedType(String);

impl Header for NamedType {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(s.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let kind = match self.0.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).as_deref() {
            Some("xlsm") => "application/vnd.ms-excel.sheet.macroEnabled.12",
            Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _ => "application/octet-stream",
        };
        let name = encoded_words(&self.0);
        let value = format!("{kind};\r\n name=\"{name}\"");
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), value)
    }
}

/// Content-Disposition with the name by RFC 2231, in one piece.
#[derive(Clone)]
struct Disposition(String);

impl Header for Disposition {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Disposition")
    }

    fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(s.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let value = match plain(&self.0) {
            true => format!("attachment;\r\n filename=\"{}\"", self.0),
            false => format!("attachment;\r\n filename*=utf-8''{}", percent(&self.0)),
        };
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), value)
    }
}

/// Whether a name can stand between quotes as it is.
fn plain(name: &str) -> bool {
    name.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\')
}

fn percent(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A name as encoded-words, each at most 75 characters and whole characters in each.
fn encoded_words(name: &str) -> String {
    const BYTES: usize = 45;
    if plain(name) {
        return name.to_owned();
    }
    let mut words: Vec<String> = vec![String::new()];
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= BYTES => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded = words.iter().map(|w| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(w)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}
