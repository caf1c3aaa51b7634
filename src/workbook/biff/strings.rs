//! Strings: Unicode ones of BIFF8 ([MS-XLS] 2.5.293 ff.), which may go on in CONTINUE records, and
//! those of BIFF5 in the workbook's code page.

use super::records::{Bytes, Record};
use encoding_rs::Encoding;

/// How the strings of a workbook are written.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// BIFF8 or later.
    pub unicode: bool,
    encoding: &'static Encoding,
}

impl Text {
    pub fn new(unicode: bool, codepage: u16) -> Self {
        let encoding = match codepage {
            874 => encoding_rs::WINDOWS_874,
            932 => encoding_rs::SHIFT_JIS,
            936 => encoding_rs::GBK,
            949 => encoding_rs::EUC_KR,
            950 => encoding_rs::BIG5,
            1250 => encoding_rs::WINDOWS_1250,
            1251 => encoding_rs::WINDOWS_1251,
            1253 => encoding_rs::WINDOWS_1253,
            1254 => encoding_rs::WINDOWS_1254,
            1255 => encoding_rs::WINDOWS_1255,
            1256 => encoding_rs::WINDOWS_1256,
            1257 => encoding_rs::WINDOWS_1257,
            1258 => encoding_rs::WINDOWS_1258,
            10000 => encoding_rs::MACINTOSH,
            65001 => encoding_rs::UTF_8,
            _ => encoding_rs::WINDOWS_1252,
        };
        Self { unicode, encoding }
    }

    /// Letters in the code page.
    pub fn narrow(self, bytes: &[u8]) -> String {
        self.encoding.decode_without_bom_handling(bytes).0.into_owned()
    }

    /// A string with a one-byte length.
    pub fn short(self, bytes: &mut Bytes<'_>) -> Option<String> {
        let count = usize::from(bytes.u8()?);
        self.body(bytes, count)
    }

    /// A string with a two-byte length.
    pub fn long(self, bytes: &mut Bytes<'_>) -> Option<String> {
        let count = usize::from(bytes.u16()?);
        self.body(bytes, count)
    }

    /// A string of a known length: in BIFF8 with its byte of flags before it, and with the counts
    /// and contents of its runs of fonts and phonetic hints passed over.
    pub fn body(self, bytes: &mut Bytes<'_>, count: usize) -> Option<String> {
        if !self.unicode {
            return Some(self.narrow(bytes.take(count)?));
        }
        let flags = bytes.u8()?;
        let runs = if flags & 8 != 0 { usize::from(bytes.u16()?) } else { 0 };
        let extra = if flags & 4 != 0 { bytes.u32()? as usize } else { 0 };
        let text = letters(bytes, count, flags)?;
        bytes.take(runs.saturating_mul(4))?;
        bytes.take(extra)?;
        Some(text)
    }
}

fn letters(bytes: &mut Bytes<'_>, count: usize, flags: u8) -> Option<String> {
    if flags & 1 == 0 {
        // Compressed: the low bytes of the letters.
        Some(bytes.take(count)?.iter().copied().map(char::from).collect())
    } else {
        Some(wide(bytes.take(count.saturating_mul(2))?))
    }
}

/// UTF-16, little end first.
pub fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// A string of the table, with the letters at which another font begins.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    pub text: String,
    /// Letter (UTF-16 unit) and font.
    pub runs: Vec<(u16, u16)>,
}

/// Runs of fonts: a letter and a font each.
pub fn runs(bytes: &mut Bytes<'_>, count: usize) -> Vec<(u16, u16)> {
    (0..count).map_while(|_| Some((bytes.u16()?, bytes.u16()?))).collect()
}

/// A cursor over a record and its CONTINUE records; letters that go on in the next one begin there
/// with a new byte of flags.
pub struct Pieces<'a> {
    pieces: std::vec::IntoIter<&'a [u8]>,
    now: Bytes<'a>,
}

impl<'a> Pieces<'a> {
    pub fn new(record: &Record<'a>) -> Self {
        let mut pieces = record.pieces.clone().into_iter();
        let now = Bytes::new(pieces.next().unwrap_or_default());
        Self { pieces, now }
    }

    fn advance(&mut self) -> Option<()> {
        self.now = Bytes::new(self.pieces.next()?);
        Some(())
    }

    fn u8(&mut self) -> Option<u8> {
        while self.now.is_empty() {
            self.advance()?;
        }
        self.now.u8()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if self.now.is_empty() {
                self.advance()?;
                continue;
            }
            let step = count.min(self.now.rest().len());
            self.now.take(step)?;
            count = count.saturating_sub(step);
        }
        Some(())
    }

    fn letters(&mut self, count: usize, flags: u8) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        let (mut left, mut is_wide) = (count, flags & 1 != 0);
        while left > 0 {
            if self.now.is_empty() {
                self.advance()?;
                is_wide = self.now.u8()? & 1 != 0;
                continue;
            }
            let size = if is_wide { 2 } else { 1 };
            let step = left.min(self.now.rest().len().checked_div(size).unwrap_or(0));
            if step == 0 {
                // Half a letter before the end of a record: damaged.
                return None;
            }
            let raw = self.now.take(step.saturating_mul(size))?;
            if is_wide {
                units.extend(raw.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)));
            } else {
                units.extend(raw.iter().copied().map(u16::from));
            }
            left = left.saturating_sub(step);
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// The letters of a text object, which begin with a byte of flags.
    pub fn text_object(&mut self, count: usize) -> Option<String> {
        self.advance()?;
        let flags = self.now.u8()?;
        self.letters(count, flags)
    }

    fn shared(&mut self) -> Option<Shared> {
        let count = usize::from(self.u16()?);
        let flags = self.u8()?;
        let run_count = if flags & 8 != 0 { self.u16()? } else { 0 };
        let extra = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let text = self.letters(count, flags)?;
        let mut runs = Vec::new();
        for _ in 0..run_count {
            runs.push((self.u16()?, self.u16()?));
        }
        self.skip(extra)?;
        Some(Shared { text, runs })
    }

    /// The table of shared strings: as many as are there, whatever count the record claims.
    pub fn table(mut self) -> Vec<Shared> {
        let mut out = Vec::new();
        if self.skip(8).is_some() {
            while let Some(shared) = self.shared() {
                out.push(shared);
            }
        }
        out
    }
}
