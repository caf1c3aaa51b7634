//! Validations: what may be entered into cells.

use crate::cell::Range;

/// What may be entered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of Excel's validation dialog")]
pub struct Validation {
    /// Its cells.
    pub ranges: Vec<Range>,
    /// 0 any, 1 whole, 2 decimal, 3 list, 4 date, 5 time, 6 text length, 7 formula.
    pub kind: u8,
    /// 0 between, 1 not between, 2 =, 3 ≠, 4 >, 5 <, 6 ≥, 7 ≤.
    pub operator: u8,
    /// First formula, or the list.
    pub first: String,
    /// Second formula.
    pub second: String,
    /// The list's words, where they stand in the rule itself.
    pub words: Option<Vec<String>>,
    /// Blank is fine.
    pub blank: bool,
    /// The list opens under the cell.
    pub dropdown: bool,
    /// The prompt shows.
    pub prompts: bool,
    /// The error shows.
    pub warns: bool,
    /// 0 stop, 1 warning, 2 information.
    pub error_style: u8,
    /// Title and text of the prompt.
    pub prompt: (String, String),
    /// Title and text of the error.
    pub error: (String, String),
}

impl Validation {
    /// What the flags of a record say: those of Dv (\[MS-XLS\]) and of BrtDVal (\[MS-XLSB\]) lie alike.
    pub fn of_flags(flags: u32) -> Self {
        Self {
            kind: (flags & 15) as u8,
            operator: (flags >> 20 & 15) as u8,
            blank: flags & 0x100 != 0,
            dropdown: flags & 0x200 == 0,
            prompts: flags & 0x4_0000 != 0,
            warns: flags & 0x8_0000 != 0,
            error_style: (flags >> 4 & 7) as u8,
            ..Self::default()
        }
    }
}
