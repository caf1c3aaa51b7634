//! Results by mail: who gets which workbook, and the messages.
//!
//! ```text
//! roster file ─► roster ──┐
//! filled workbooks ─► result ─► plan ─► template ─► message ─► drafts | deliver ─► smtp
//! ```
//!
//! A plan is a pure value: nothing is mailed to a person unless the person in the form, the
//! roster's row and the file's name agree. [`deliver`] sends what is planned, once, and keeps the
//! [`journal`]'s promise; [`smtp`] is the only part that touches the network.

pub mod address;
pub mod agrees;
pub mod deliver;
pub mod journal;
pub mod message;
pub mod plan;
pub mod protect;
pub mod result;
pub mod roster;
pub mod smtp;
pub mod template;
pub mod told;
pub mod who;
