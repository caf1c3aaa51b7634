//! Mail addresses as people type and paste them.

use crate::problem::Words;
use crate::words;
pub use lettre::Address;
pub use lettre::message::Mailbox;

/// Reads one address. White space and invisible characters around it are dropped, a domain in
/// Chinese becomes its ASCII form (RFC 5891); anything else that is no plain address is refused.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<Address, Words> {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    });
    if text.is_empty() {
        return Err(words!("邮箱为空", "the address is empty"));
    }
    let shown: String = text.escape_debug().collect();
    if text.matches('@').count() > 1 || text.contains([',', ';', '，', '；', '、', '/']) {
        return Err(words!(
            "「{shown}」不是一个邮箱（每人只能写一个）",
            "`{shown}` is not one address (one a person)"
        ));
    }
    let bad = || words!("「{shown}」不是有效的邮箱", "`{shown}` is no valid address");
    let (user, domain) = text.split_once('@').ok_or_else(bad)?;
    if !user.is_ascii() || user.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(bad());
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| bad())?;
    let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    if !dotted {
        return Err(bad());
    }
    Address::new(user, domain).map_err(|_| bad())
}

/// Reads `人力资源部 <hr@example.com>` or a bare address.
///
/// # Errors
/// What is wrong with it.
pub fn mailbox(text: &str) -> Result<Mailbox, Words> {
    let text = text.trim();
    match text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
        Some((name, inside)) => {
            let name = one_line(name.trim().trim_matches('"'));
            let name = (!name.is_empty()).then_some(name);
            Ok(Mailbox::new(name, address(inside)?))
        }
        None => Ok(Mailbox::new(None, address(text)?)),
    }
}

/// A text on one line: control characters and runs of white space become a single space.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_paste_and_refuses_what_is_no_address() {
        assert_eq!(
            address("\u{200b} wangli@example.com\u{a0}").unwrap().to_string(),
            "wangli@example.com"
        );
        // xn--fiqs8s is 中国 by the registry's own table.
        assert_eq!(
            address("a@例子.中国").unwrap().domain().rsplit_once('.').unwrap().1,
            "xn--fiqs8s"
        );
        for bad in [
            "",
            "  ",
            "wangli",
            "wangli@",
            "@example.com",
            "a@b",
            "a@b@c.com",
            "a@x.com,b@x.com",
            "a@x.com；b@x.com",
            "王丽@example.com",
            "a b@example.com",
            "a@example.com\r\nBcc: b@x.com",
            "a@exa mple.com",
            "a＠example.com",
            "a@.com",
            "mailto:a",
            "王丽 <a@example.com>",
        ] {
            assert!(address(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_mailbox_keeps_its_name_on_one_line() {
        let mailbox = mailbox("人力资源部\r\nBcc: x <hr@example.com>").unwrap();
        assert_eq!(mailbox.name.as_deref(), Some("人力资源部 Bcc: x"));
    }
}
