//! Document properties ([MS-OLEPS] 2.21 PropertySetStream).

use super::records::Bytes;
use super::strings::{Text, wide};
use crate::workbook::looks::Properties;

/// Takes the summary (`main`), or the document summary.
pub fn take(out: &mut Properties, stream: &[u8], main: bool) -> Option<()> {
    let mut data = Bytes::new(stream);
    data.take(44)?;
    let section = stream.get(data.u32()? as usize..)?;
    let mut data = Bytes::new(section);
    data.u32()?;
    let count = data.u32()?.min(256);
    let places: Vec<(u32, u32)> =
        (0..count).map_while(|_| Some((data.u32()?, data.u32()?))).collect();
    let value = |number: u32| {
        let (_, at) = places.iter().find(|(id, _)| *id == number)?;
        let mut data = Bytes::new(section.get(*at as usize..)?);
        Some((data.u32()?, data))
    };
    let codepage = value(1).and_then(|(_, mut data)| data.u16()).unwrap_or(1252);
    let text = |number: u32| {
        let (kind, mut data) = value(number)?;
        let size = data.u32()? as usize;
        let text = match (kind & 0xffff, codepage) {
            (0x1f, _) => wide(data.take(size.checked_mul(2)?)?),
            (0x1e, 1200) => wide(data.take(size)?),
            (0x1e, _) => Text::new(false, codepage).narrow(data.take(size)?),
            _ => return None,
        };
        let text = text.split('\0').next().unwrap_or_default().trim().to_owned();
        // The longest that Excel takes.
        (text.chars().count() <= 255).then_some(text)
    };
    let text = |number: u32| text(number).unwrap_or_default();
    if main {
        out.title = text(2);
        out.subject = text(3);
        out.author = text(4);
        out.keywords = text(5);
        out.comments = text(6);
        if let Some((0x40, mut data)) = value(12) {
            out.created = u64::from(data.u32()?) | u64::from(data.u32()?) << 32;
        }
    } else {
        out.category = text(2);
        out.manager = text(14);
        out.company = text(15);
    }
    Some(())
}
