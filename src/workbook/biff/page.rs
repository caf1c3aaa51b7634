//! How a sheet is printed.

use super::globals::Globals;
use super::records::{Bytes, Record, id};
use crate::workbook::looks::Page;

/// Takes a record about printing; `None` for another kind, or a damaged one.
pub fn take(page: &mut Page, globals: &Globals, record: &Record<'_>) -> Option<()> {
    let mut data = record.bytes();
    match record.id {
        id::HEADER | id::FOOTER => {
            let joined = record.joined();
            let mut data = Bytes::new(&joined);
            let text = if data.is_empty() {
                String::new()
            } else if globals.biff8 {
                globals.text.long(&mut data)?
            } else {
                globals.text.short(&mut data)?
            };
            if record.id == id::HEADER {
                page.header = text;
            } else {
                page.footer = text;
            }
        }
        id::LEFT_MARGIN..=id::BOTTOM_MARGIN => {
            let inches = data.f64().filter(|m| (0.0..50.0).contains(m))?;
            *page.margins.get_mut(usize::from(record.id.saturating_sub(id::LEFT_MARGIN)))? =
                Some(inches);
        }
        id::CENTRE_ACROSS => page.centre_across = data.u16()? != 0,
        id::CENTRE_DOWN => page.centre_down = data.u16()? != 0,
        id::PRINT_HEADINGS => page.headings = data.u16()? != 0,
        id::PRINT_GRIDLINES => page.gridlines = data.u16()? != 0,
        id::HORIZONTAL_BREAKS | id::VERTICAL_BREAKS => {
            let mut breaks = Vec::new();
            for _ in 0..data.u16()? {
                breaks.push(u32::from(data.u16()?));
                if globals.biff8 {
                    data.take(4)?;
                }
            }
            if record.id == id::HORIZONTAL_BREAKS {
                page.row_breaks = breaks;
            } else {
                page.column_breaks = breaks;
            }
        }
        id::SETUP => {
            let [paper, scale, first] = [data.u16()?, data.u16()?, data.u16()?];
            let (across, down, flags) = (data.u16()?, data.u16()?, data.u16()?);
            // Without a printer's data, these were never set.
            if flags & 4 == 0 {
                page.paper = Some(paper);
                page.scale = Some(scale).filter(|s| (10..=400).contains(s));
                page.landscape = flags & 2 == 0 && flags & 0x40 == 0;
            }
            page.fit = Some((across, down));
            page.across_first = flags & 1 != 0;
            page.black_and_white = flags & 8 != 0;
            page.draft = flags & 0x10 != 0;
            page.first_page = (flags & 0x80 != 0).then_some(first);
            data.take(4)?;
            for slot in page.margins.iter_mut().skip(4) {
                *slot = data.f64().filter(|m| (0.0..50.0).contains(m));
            }
        }
        _ => return None,
    }
    Some(())
}

/// Whether first, odd and even pages have headers of their own ([MS-XLS] 2.4.137).
pub fn has_variants(record: &Record<'_>) -> bool {
    let mut data = record.bytes();
    data.take(28).and_then(|_| data.u16()).is_some_and(|flags| flags & 3 != 0)
}
