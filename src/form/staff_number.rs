//! The staff number of a form, as it is compared.

use super::info::{TOP, labelled};
use crate::text::person_key;
use crate::workbook::{Sheet, Value};

/// Labels of a staff number.
pub const NUMBER: [&str; 6] = ["工号", "员工编号", "员工号", "人员编号", "员工工号", "职工号"];

/// The staff number of a form, as it is compared; empty where it names none.
pub fn number_of(sheet: &Sheet) -> String {
    let words = NUMBER.map(str::to_owned);
    let number = labelled(sheet, &words, TOP).map(|(_, value)| number_text(&value));
    // Beside a header 工号 stands the next header.
    number.filter(|text| text.contains(|c: char| c.is_ascii_digit())).unwrap_or_default()
}

/// A staff number as it is compared.
pub fn number_text(value: &Value) -> String {
    match value {
        Value::Text(text) => person_key(text),
        Value::Number(number) => crate::text::show(*number, 6).replace(',', ""),
        _ => String::new(),
    }
}
