//! Large sheets that may have nothing to do with the scores.

use crate::container::xml;

/// A streamed look for a formula that names another sheet, a defined name or reads indirectly.
pub struct FormulaLook<'w> {
    words: &'w [String],
    carry: Vec<u8>,
    /// Whether one was found.
    pub found: bool,
}

impl<'w> FormulaLook<'w> {
    /// Looks for these words.
    pub fn new(words: &'w [String]) -> Self {
        Self { words, carry: Vec::new(), found: false }
    }

    /// The next bytes of the sheet.
    pub fn feed(&mut self, chunk: &[u8]) {
        if self.found {
            return;
        }
        let joined;
        let mut rest: &[u8] = if self.carry.is_empty() {
            chunk
        } else {
            self.carry.extend_from_slice(chunk);
            joined = std::mem::take(&mut self.carry);
            &joined
        };
        while let Some(at) = memchr::memmem::find(rest, b"<f") {
            rest = rest.get(at..).unwrap_or_default();
            let Some(end) = memchr::memmem::find(rest, b"</f>") else {
                // A tag as `<fo` or `<f …/>` ends before its cell does.
                let other = rest.get(2).is_some_and(|b| !matches!(b, b'>' | b' ' | b'/'));
                if other {
                    rest = rest.get(2..).unwrap_or_default();
                    continue;
                }
                self.carry = rest.to_vec();
                return;
            };
            if matches!(rest.get(2), Some(b'>' | b' ')) {
                let formula = rest.get(..end).unwrap_or_default();
                let text = xml::unescape(&String::from_utf8_lossy(formula)).to_lowercase();
                if self.words.iter().any(|word| text.contains(&word.to_lowercase())) {
                    self.found = true;
                    return;
                }
            }
            rest = rest.get(2..).unwrap_or_default();
        }
        self.carry = rest.get(rest.len().saturating_sub(1)..).unwrap_or_default().to_vec();
    }
}
