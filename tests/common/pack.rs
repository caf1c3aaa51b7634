//! Archives and workbooks built byte by byte, so that tests can lie in any field.

use std::io::{Cursor, Read, Write};

/// A member; every field is written as it stands here.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: Vec<u8>,
    /// Name in the local header.
    pub local_name: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub data: Vec<u8>,
    pub crc: u32,
    pub size: u64,
    pub stored: u64,
    /// What the local header says of CRC, stored and inflated size, where it says something else.
    pub local: Option<(u32, u32, u32)>,
    /// A data descriptor behind the data.
    pub descriptor: bool,
    /// Sizes and offset in zip64 fields.
    pub zip64: bool,
    /// Offset in the directory, where it is a lie.
    pub offset: Option<u64>,
}

/// The deflated form of bytes, and their CRC.
pub fn deflated(body: &[u8]) -> (Vec<u8>, u32) {
    let options = zip::write::SimpleFileOptions::default();
    let mut one = zip::ZipWriter::new(Cursor::new(Vec::new()));
    one.start_file("x", options).expect("start");
    one.write_all(body).expect("write");
    let mut archive = zip::ZipArchive::new(one.finish().expect("finish")).expect("own zip");
    let mut file = archive.by_index_raw(0).expect("one");
    let mut data = Vec::new();
    file.read_to_end(&mut data).expect("raw");
    (data, file.crc32())
}

/// A deflated member.
pub fn member(name: &str, body: impl AsRef<[u8]>) -> Member {
    let body = body.as_ref();
    let (data, crc) = deflated(body);
    Member {
        name: name.as_bytes().to_vec(),
        local_name: name.as_bytes().to_vec(),
        method: 8,
        flags: 0x800,
        crc,
        size: body.len() as u64,
        stored: data.len() as u64,
        data,
        local: None,
        descriptor: false,
        zip64: false,
        offset: None,
    }
}

impl Member {
    /// Not compressed.
    pub fn stored(mut self, body: &[u8]) -> Self {
        self.method = 0;
        self.data = body.to_vec();
        self.stored = body.len() as u64;
        self
    }

    /// Sizes behind the data instead of before it.
    pub fn described(mut self) -> Self {
        self.flags |= 8;
        self.descriptor = true;
        self.local = Some((0, 0, 0));
        self
    }

    /// Sizes in zip64 fields.
    pub fn wide(mut self) -> Self {
        self.zip64 = true;
        self
    }
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

/// The archive of members in this order; the directory in the order of `listed`.
pub fn archive_listed(
    members: &[Member],
    listed: &[usize],
    comment: &[u8],
    end64: bool,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    for m in members {
        offsets.push(out.len() as u64);
        out.extend(b"PK\x03\x04");
        put16(&mut out, if m.zip64 { 45 } else { 20 });
        for value in [m.flags, m.method, 0x6c20, 0x5d78] {
            put16(&mut out, value);
        }
        let wide = m.zip64 && !m.descriptor;
        let (crc, stored, size) = match m.local {
            Some(local) => local,
            None if wide => (m.crc, u32::MAX, u32::MAX),
            None => (m.crc, m.stored as u32, m.size as u32),
        };
        for value in [crc, stored, size] {
            put32(&mut out, value);
        }
        put16(&mut out, m.local_name.len() as u16);
        put16(&mut out, if wide { 20 } else { 0 });
        out.extend(&m.local_name);
        if wide {
            put16(&mut out, 1);
            put16(&mut out, 16);
            out.extend(m.size.to_le_bytes());
            out.extend(m.stored.to_le_bytes());
        }
        out.extend(&m.data);
        if m.descriptor {
            out.extend(b"PK\x07\x08");
            put32(&mut out, m.crc);
            put32(&mut out, m.stored as u32);
            put32(&mut out, m.size as u32);
        }
    }
    let start = out.len() as u64;
    for index in listed {
        let m = &members[*index];
        let offset = m.offset.unwrap_or(offsets[*index]);
        out.extend(b"PK\x01\x02");
        put16(&mut out, 0x031e);
        put16(&mut out, if m.zip64 { 45 } else { 20 });
        for value in [m.flags, m.method, 0x6c20, 0x5d78] {
            put16(&mut out, value);
        }
        put32(&mut out, m.crc);
        for value in [m.stored, m.size] {
            put32(&mut out, if m.zip64 { u32::MAX } else { value as u32 });
        }
        put16(&mut out, m.name.len() as u16);
        put16(&mut out, if m.zip64 { 28 } else { 0 });
        put16(&mut out, 0);
        put16(&mut out, 0);
        put16(&mut out, 1);
        put32(&mut out, 0x81a4_0020);
        put32(&mut out, if m.zip64 { u32::MAX } else { offset as u32 });
        out.extend(&m.name);
        if m.zip64 {
            put16(&mut out, 1);
            put16(&mut out, 24);
            for value in [m.size, m.stored, offset] {
                out.extend(value.to_le_bytes());
            }
        }
    }
    let size = out.len() as u64 - start;
    let count = listed.len() as u64;
    if end64 {
        let place = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44u64.to_le_bytes());
        put16(&mut out, 45);
        put16(&mut out, 45);
        put32(&mut out, 0);
        put32(&mut out, 0);
        for value in [count, count, size, start] {
            out.extend(value.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        put32(&mut out, 0);
        out.extend(place.to_le_bytes());
        put32(&mut out, 1);
    }
    out.extend(b"PK\x05\x06");
    put16(&mut out, 0);
    put16(&mut out, 0);
    for _ in 0..2 {
        put16(&mut out, if end64 { u16::MAX } else { count as u16 });
    }
    put32(&mut out, if end64 { u32::MAX } else { size as u32 });
    put32(&mut out, if end64 { u32::MAX } else { start as u32 });
    put16(&mut out, comment.len() as u16);
    out.extend(comment);
    out
}

/// The archive of members in order.
pub fn archive(members: &[Member]) -> Vec<u8> {
    archive_listed(members, &(0..members.len()).collect::<Vec<_>>(), b"", false)
}

/// The members of an archive with their bodies, to be changed and packed again.
pub fn bodies(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("a member");
            let name = file.name().expect("a name").into_owned();
            let mut body = Vec::new();
            file.read_to_end(&mut body).expect("a body");
            (name, body)
        })
        .collect()
}

/// Packs bodies.
pub fn packed(bodies: &[(String, Vec<u8>)]) -> Vec<u8> {
    archive(&bodies.iter().map(|(name, body)| member(name, body)).collect::<Vec<_>>())
}

/// An archive with one part changed.
pub fn with_part(bytes: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut all = bodies(bytes);
    let found = all.iter_mut().find(|(name, _)| name == part).expect(part);
    found.1 = change(std::str::from_utf8(&found.1).expect("UTF-8")).into_bytes();
    packed(&all)
}

pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of one sheet `S`: its worksheet part as given.
pub fn workbook_of(sheet: &str) -> Vec<(String, Vec<u8>)> {
    let parts = [
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{DOCUMENT}/styles\" Target=\"styles.xml\"/></Relationships>"),
        ),
        (
            "xl/styles.xml",
            format!("<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"1\"><fill><patternFill patternType=\"none\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf/><xf numFmtId=\"2\" applyNumberFormat=\"1\"/><xf numFmtId=\"9\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    parts.into_iter().map(|(name, body)| (name.to_owned(), body.into_bytes())).collect()
}

/// A worksheet part around its sheetData.
pub fn worksheet(data: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\">{data}</worksheet>"
    )
}

/// A workbook with a further sheet, its rows of texts and numbers parted by `|`.
pub fn with_sheet(bytes: &[u8], name: &str, rows: &[impl AsRef<str>]) -> Vec<u8> {
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(number) => format!("<c><v>{number}</v></c>"),
        Err(_) => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let row = |row: &str| format!("<row>{}</row>", row.split('|').map(cell).collect::<String>());
    let data = rows.iter().map(|cells| row(cells.as_ref())).collect::<String>();
    let insert = |bytes: &[u8], part: &str, end: &str, new: &str| {
        with_part(bytes, part, |xml| xml.replace(end, &format!("{new}{end}")))
    };
    let number = 90 + bodies(bytes).len();
    let sheet = format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
    let bytes = insert(bytes, "xl/workbook.xml", "</sheets>", &sheet);
    let link = format!(
        "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
         relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
    );
    let bytes = insert(&bytes, "xl/_rels/workbook.xml.rels", "</Relationships>", &link);
    let kind = format!(
        "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/\
         vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
    );
    let bytes = insert(&bytes, "[Content_Types].xml", "</Types>", &kind);
    let mut all = bodies(&bytes);
    let page = worksheet(&format!("<sheetData>{data}</sheetData>"));
    all.push((format!("xl/worksheets/sheet{number}.xml"), page.into_bytes()));
    packed(&all)
}
