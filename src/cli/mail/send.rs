//! Sending, with the question before it.

use super::Ready;
use super::args::MailArgs;
use kaohe::mail::smtp::Server;
use kaohe::problem::{Lang, Problem};
use kaohe::mail::address::Address;

/// Sends.
pub fn send(_: &[Ready], _: &Address, _: &Server, _: &MailArgs, _: Lang) -> Result<bool, (Problem, u8)> {
    Ok(false)
}
