//! The stream of records ([MS-XLS] 2.1.4), CONTINUE records joined to the record that they continue.

/// Record numbers ([MS-XLS] 2.3).
pub mod id {
    pub const FORMULA: u16 = 0x06;
    pub const EOF: u16 = 0x0a;
    pub const PROTECT: u16 = 0x12;
    pub const PASSWORD: u16 = 0x13;
    pub const HEADER: u16 = 0x14;
    pub const FOOTER: u16 = 0x15;
    pub const EXTERN_SHEET: u16 = 0x17;
    pub const NAME: u16 = 0x18;
    pub const VERTICAL_BREAKS: u16 = 0x1a;
    pub const HORIZONTAL_BREAKS: u16 = 0x1b;
    pub const NOTE: u16 = 0x1c;
    pub const DATE_1904: u16 = 0x22;
    pub const EXTERN_NAME: u16 = 0x23;
    pub const LEFT_MARGIN: u16 = 0x26;
    pub const BOTTOM_MARGIN: u16 = 0x29;
    pub const PRINT_HEADINGS: u16 = 0x2a;
    pub const PRINT_GRIDLINES: u16 = 0x2b;
    pub const FILEPASS: u16 = 0x2f;
    pub const FONT: u16 = 0x31;
    pub const CONTINUE: u16 = 0x3c;
    pub const WINDOW1: u16 = 0x3d;
    pub const PANE: u16 = 0x41;
    pub const CODEPAGE: u16 = 0x42;
    pub const DEFAULT_COLUMN_WIDTH: u16 = 0x55;
    pub const WRITE_ACCESS: u16 = 0x5c;
    pub const OBJ: u16 = 0x5d;
    pub const OBJECT_PROTECT: u16 = 0x63;
    pub const COLUMN: u16 = 0x7d;
    pub const WSBOOL: u16 = 0x81;
    pub const CENTRE_ACROSS: u16 = 0x83;
    pub const CENTRE_DOWN: u16 = 0x84;
    pub const SHEET: u16 = 0x85;
    pub const PALETTE: u16 = 0x92;
    pub const STANDARD_WIDTH: u16 = 0x99;
    pub const ZOOM: u16 = 0xa0;
    pub const SETUP: u16 = 0xa1;
    pub const PIVOT: u16 = 0xb0;
    pub const MULTI_RK: u16 = 0xbd;
    pub const MULTI_BLANK: u16 = 0xbe;
    pub const RICH_STRING: u16 = 0xd6;
    pub const SCENARIO_PROTECT: u16 = 0xdd;
    pub const XF: u16 = 0xe0;
    pub const MERGES: u16 = 0xe5;
    pub const DRAWING_GROUP: u16 = 0xeb;
    pub const DRAWING: u16 = 0xec;
    pub const SST: u16 = 0xfc;
    pub const LABEL_SST: u16 = 0xfd;
    pub const SUPBOOK: u16 = 0x1ae;
    pub const CONDITIONS: u16 = 0x1b0;
    pub const CONDITION: u16 = 0x1b1;
    pub const TEXT_OBJECT: u16 = 0x1b6;
    pub const HYPERLINK: u16 = 0x1b8;
    pub const VALIDATION: u16 = 0x1be;
    pub const RECALC: u16 = 0x1c1;
    pub const BLANK: u16 = 0x201;
    pub const NUMBER: u16 = 0x203;
    pub const LABEL: u16 = 0x204;
    pub const BOOL_ERROR: u16 = 0x205;
    pub const STRING: u16 = 0x207;
    pub const ROW: u16 = 0x208;
    pub const ARRAY: u16 = 0x221;
    pub const DEFAULT_ROW_HEIGHT: u16 = 0x225;
    pub const TABLE: u16 = 0x236;
    pub const WINDOW2: u16 = 0x23e;
    pub const RK: u16 = 0x27e;
    pub const FORMAT: u16 = 0x41e;
    pub const SHARED_FORMULA: u16 = 0x4bc;
    pub const HYPERLINK_TIP: u16 = 0x800;
    pub const BOF: u16 = 0x809;
    pub const SHEET_EXT: u16 = 0x862;
    pub const SHEET_PROTECTION: u16 = 0x867;
    pub const CONDITIONS_12: u16 = 0x879;
    pub const XF_CHECK: u16 = 0x87c;
    pub const XF_ADDED: u16 = 0x87d;
    pub const THEME_CONTINUED: u16 = 0x87f;
    pub const THEME: u16 = 0x896;
    pub const HEADER_FOOTER: u16 = 0x89c;
}

/// A record: its own data, then that of its CONTINUE records.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    pub id: u16,
    pub pieces: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// A cursor over the record's own data.
    pub fn bytes(&self) -> Bytes<'a> {
        Bytes::new(self.pieces.first().copied().unwrap_or_default())
    }

    /// All its data as one.
    pub fn joined(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// The records from a place in the stream on.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// From an offset on; an offset beyond the end gives none.
    pub fn at(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    fn peek(&self) -> Option<(u16, &'a [u8])> {
        let head = self.stream.get(self.at..self.at.checked_add(4)?)?;
        let &[a, b, c, d] = head else { return None };
        let start = self.at.saturating_add(4);
        let end = start.saturating_add(usize::from(u16::from_le_bytes([c, d])));
        // A record cut short by the end of the file keeps what is there.
        let data = self.stream.get(start..end.min(self.stream.len()))?;
        Some((u16::from_le_bytes([a, b]), data))
    }

    fn step(&mut self) -> Option<(u16, &'a [u8])> {
        let (id, data) = self.peek()?;
        self.at = self.at.saturating_add(4).saturating_add(data.len());
        Some((id, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (id, data) = self.step()?;
        let mut pieces = vec![data];
        while let Some((id::CONTINUE, _)) = self.peek() {
            pieces.push(self.step()?.1);
        }
        Some(Record { id, pieces })
    }
}

/// A cursor over little-endian data; every read tells whether there was enough.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'a> {
    data: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { data }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.data
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.data.split_at_checked(count)?;
        self.data = tail;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }
}
