//! A yes or a no in a cell: words, letters and ticks.

const YES: [&str; 12] = ["是", "对", "已", "y", "yes", "true", "1", "√", "✓", "✔", "☑", "是的"];
const NO: [&str; 13] = ["否", "不", "不是", "n", "no", "false", "0", "×", "✗", "✘", "x", "☐", "□"];

/// Whether a key (`text::compact`) says yes, and nothing else.
pub fn is_yes(key: &str) -> bool {
    YES.contains(&key)
}

/// Whether a key says no, and nothing else.
pub fn is_no(key: &str) -> bool {
    NO.contains(&key)
}
