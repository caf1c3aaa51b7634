//! Records of .xlsb parts ([MS-XLSB] 2.1.4) and the structures that many of them have.

use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::workbook::biff::records::Bytes;
use crate::workbook::biff::strings::{Shared, runs, wide};

/// Record numbers ([MS-XLSB] 2.3).
pub mod id {
    pub const ROW: u32 = 0;
    pub const FIRST_CELL: u32 = 1;
    pub const SHARED_TEXT: u32 = 7;
    pub const FORMULA_TEXT: u32 = 8;
    pub const FORMULA_NUMBER: u32 = 9;
    pub const LAST_CELL: u32 = 11;
    pub const SST_ITEM: u32 = 19;
    pub const NAME: u32 = 39;
    pub const FONT: u32 = 43;
    pub const FORMAT: u32 = 44;
    pub const FILL: u32 = 45;
    pub const BORDER: u32 = 46;
    pub const XF: u32 = 47;
    pub const COLUMN: u32 = 60;
    pub const RICH_CELL: u32 = 62;
    pub const VALIDATION: u32 = 64;
    pub const VIEW: u32 = 137;
    pub const SHEET_PROPERTIES: u32 = 147;
    pub const PANE: u32 = 151;
    pub const WORKBOOK_PROPERTIES: u32 = 153;
    pub const SHEET: u32 = 156;
    pub const ACTIVE: u32 = 158;
    pub const FILTER: u32 = 161;
    pub const MERGE: u32 = 176;
    pub const EXTERNAL_BOOK: u32 = 355;
    pub const OWN_BOOK: u32 = 357;
    pub const SAME_BOOK: u32 = 358;
    pub const FOREIGN_NAME: u32 = 361;
    pub const EXTERN_SHEETS: u32 = 362;
    pub const ROW_BREAKS: u32 = 392;
    pub const COLUMN_BREAKS: u32 = 394;
    pub const BREAK: u32 = 396;
    pub const ARRAY: u32 = 426;
    pub const SHARED_FORMULA: u32 = 427;
    pub const DATA_TABLE: u32 = 428;
    pub const CONDITIONS: u32 = 461;
    pub const CONDITION: u32 = 463;
    pub const MARGINS: u32 = 476;
    pub const PRINT_OPTIONS: u32 = 477;
    pub const PAGE_SETUP: u32 = 478;
    pub const HEADER_FOOTER: u32 = 479;
    pub const SHEET_FORMAT: u32 = 485;
    pub const HYPERLINK: u32 = 494;
    pub const DXF: u32 = 507;
    pub const PROTECTION: u32 = 535;
    pub const DRAWING: u32 = 550;
    pub const CELL_XFS: u32 = 617;
    pub const CELL_XFS_END: u32 = 618;
    pub const COMMENT_AUTHOR: u32 = 632;
    pub const COMMENT: u32 = 635;
    pub const COMMENT_TEXT: u32 = 637;
    pub const ADD_INS: u32 = 667;
}

/// The records of a part: number and data.
pub struct Records<'a>(pub Bytes<'a>);

impl<'a> Iterator for Records<'a> {
    type Item = (u32, Bytes<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.varying(2)?;
        let size = self.varying(4)?;
        Some((number, Bytes::new(self.0.take(size as usize)?)))
    }
}

impl Records<'_> {
    /// A number in bytes of seven bits.
    fn varying(&mut self, most: u32) -> Option<u32> {
        let mut out = 0u32;
        for place in 0..most {
            let byte = self.0.u8()?;
            out |= u32::from(byte & 0x7f) << 7u32.saturating_mul(place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(out)
    }
}

/// A string with a four-byte length; one that is not there is empty.
pub fn string(data: &mut Bytes<'_>) -> Option<String> {
    let count = data.u32()?;
    if count == u32::MAX {
        return Some(String::new());
    }
    Some(wide(data.take((count as usize).checked_mul(2)?)?))
}

/// A text with runs of fonts (2.5.122 RichStr).
pub fn rich(data: &mut Bytes<'_>) -> Option<Shared> {
    let flags = data.u8()?;
    let mut out = Shared { text: string(data)?, runs: Vec::new() };
    if flags & 1 != 0 {
        let count = data.u32()? as usize;
        out.runs = runs(data, count);
    }
    Some(out)
}

/// A range (2.5.154 UncheckedRfX): rows, then columns.
pub fn range(data: &mut Bytes<'_>) -> Option<Range> {
    let (top, bottom) = (data.u32()?, data.u32()?.min(MAX_ROWS - 1));
    let (left, right) = (data.u32()?, data.u32()?.min(MAX_COLS - 1));
    (top <= bottom && left <= right)
        .then(|| Range::new(CellRef::new(top, left), CellRef::new(bottom, right)))
}

/// Ranges with their number before them.
pub fn ranges(data: &mut Bytes<'_>) -> Option<Vec<Range>> {
    let count = data.u32()?;
    let found: Vec<Range> = (0..count).map_while(|_| range(data)).take(1000).collect();
    (!found.is_empty() && found.len() == count as usize).then_some(found)
}

/// Tokens of a formula, and what stands behind them (2.5.97.1 CellParsedFormula and its like).
pub fn formula<'a>(data: &mut Bytes<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let size = data.u32()? as usize;
    let tokens = data.take(size)?;
    let more = data.u32()? as usize;
    Some((tokens, data.take(more)?))
}
