//! The staff number of a form, as it is compared and as it is written.

use super::info::{TOP, labelled};
use crate::text::person_key;
use crate::workbook::{Sheet, Value};

/// Labels of a staff number.
pub const NUMBER: [&str; 7] =
    ["工号", "员工编号", "员工号", "人员编号", "员工工号", "职工号", "employeeid"];

/// A staff number; empty where a form names none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffNumber {
    /// As it is compared.
    pub key: String,
    /// As the form writes it.
    pub written: String,
}

impl StaffNumber {
    /// That of a form.
    pub fn of(sheet: &Sheet) -> Self {
        let words = NUMBER.map(str::to_owned);
        let value = labelled(sheet, &words, TOP).map(|(_, value)| value);
        let number = value.map(|value| {
            let key = number_text(&value);
            let written = value.text().map_or_else(|| key.clone(), |text| text.trim().to_owned());
            Self { key, written }
        });
        // Beside a header 工号 stands the next header.
        let is_number = |own: &Self| own.key.contains(|c: char| c.is_ascii_digit());
        number.filter(is_number).unwrap_or_default()
    }
}

/// A staff number as it is compared.
pub fn number_text(value: &Value) -> String {
    match value {
        Value::Text(text) => person_key(text),
        Value::Number(number) => crate::text::show(*number, 6).replace(',', ""),
        _ => String::new(),
    }
}
