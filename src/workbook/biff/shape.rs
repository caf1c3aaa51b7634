//! Records of a sheet's rows, columns, merges, view and protection.

use super::colours::full;
use super::records::{Record, id};
use super::sheet::{Reader, cell_range};
use crate::workbook::looks::{Column, Protection, Row};

impl Reader<'_> {
    /// Rows, columns, merges, view.
    pub(super) fn shape(&mut self, record: &Record<'_>) -> Option<()> {
        let mut data = record.bytes();
        match record.id {
            id::ROW => {
                let row = u32::from(data.u16()?);
                data.take(4)?;
                let height = data.u16()?;
                data.take(4)?;
                let (flags, xf) = (data.u16()?, data.u16()?);
                let own = height & 0x8000 == 0 && height > 0;
                let look = Row {
                    height: own.then(|| f64::from(height & 0x7fff) / 20.0),
                    style: (flags & 0x80 != 0).then_some(usize::from(xf & 0xfff)),
                    hidden: flags & 0x20 != 0,
                    level: (flags & 7) as u8,
                };
                self.looks.rows.insert(row, look);
            }
            id::COLUMN => {
                let (first, last, width) = (data.u16()?, data.u16()?, data.u16()?);
                let (xf, flags) = (data.u16()?, data.u16()?);
                if first > last || first > 255 || self.looks.columns.len() > 1024 {
                    return Some(());
                }
                self.looks.columns.push(Column {
                    first: u32::from(first),
                    last: u32::from(last.min(255)),
                    width: f64::from(width) / 256.0,
                    style: (xf != 15).then_some(usize::from(xf)),
                    hidden: flags & 1 != 0,
                    level: (flags >> 8 & 7) as u8,
                });
            }
            id::DEFAULT_COLUMN_WIDTH => {
                // Characters without padding; Excel adds five pixels and rounds up to eight.
                let digit = self.globals.digit();
                let pixels = ((f64::from(data.u16()?.min(255)) * digit + 5.0) / 8.0).ceil() * 8.0;
                self.looks.default_width.get_or_insert(pixels / digit);
            }
            id::STANDARD_WIDTH => {
                self.looks.default_width = Some(f64::from(data.u16()?) / 256.0);
            }
            id::DEFAULT_ROW_HEIGHT => {
                data.u16()?;
                self.looks.default_height = Some(f64::from(data.u16()? & 0x7fff) / 20.0);
            }
            id::MERGES => {
                for _ in 0..data.u16()? {
                    let range = cell_range(&mut data)?;
                    if range.len() > 1 {
                        self.sheet.merges.push(range);
                    }
                }
            }
            id::WINDOW2 => {
                let flags = data.u16()?;
                let looks = &mut self.looks;
                looks.no_gridlines = flags & 2 == 0;
                looks.no_zeros = flags & 0x10 == 0;
                looks.right_to_left = flags & 0x40 != 0;
                looks.selected = flags & 0x200 != 0;
                looks.break_preview = flags & 0x800 != 0;
                looks.top_left = (u32::from(data.u16()?), u32::from(data.u16()?));
                self.frozen = flags & 8 != 0;
                if self.globals.biff8 && data.take(4).is_some() {
                    data.u16()?;
                    self.zoom.0 = data.u16().filter(|z| *z > 0);
                }
            }
            id::ZOOM => {
                let (over, under) = (data.u16()?, data.u16()?.max(1));
                self.zoom.1 = u32::from(over)
                    .saturating_mul(100)
                    .checked_div(u32::from(under))
                    .and_then(|zoom| u16::try_from(zoom).ok());
            }
            id::PANE => {
                self.pane = Some((data.u16()?, data.u16()?, data.u16()?, data.u16()?));
            }
            id::WSBOOL => {
                let flags = data.u16()?;
                self.looks.totals_above = flags & 0x40 == 0;
                self.looks.totals_left = flags & 0x80 == 0;
                self.fit = flags & 0x100 != 0;
            }
            id::PROTECT => {
                if data.u16()? != 0 {
                    self.looks.protection.get_or_insert_default();
                    self.sheet.protected = true;
                }
            }
            id::PASSWORD | id::OBJECT_PROTECT | id::SCENARIO_PROTECT => {
                let value = data.u16()?;
                if let Some(protection) = &mut self.looks.protection {
                    match record.id {
                        id::PASSWORD => protection.hash = value,
                        id::OBJECT_PROTECT => protection.objects = value != 0,
                        _ => protection.scenarios = value != 0,
                    }
                }
            }
            id::SHEET_PROTECTION => {
                data.take(19)?;
                let allowed = data.u32()?;
                if let Some(protection) = &mut self.looks.protection {
                    *protection = Protection { allowed: Some(allowed), ..*protection };
                }
            }
            id::SHEET_EXT => {
                data.take(16)?;
                let index = (data.u32()? & 0x7f) as u16;
                self.looks.tab = self.globals.colour(index);
                // Excel 2007 and later adds the exact one.
                let mut exact = || {
                    data.u32()?;
                    let (kind, value, tint) = (data.u32()?, data.u32()?, data.f64()?);
                    let indexed = |index| self.globals.colour(index);
                    full(u16::try_from(kind).ok()?, value, tint, indexed, &self.globals.theme)
                };
                if let Some(colour) = exact() {
                    self.looks.tab = colour;
                }
            }
            _ => return None,
        }
        Some(())
    }
}
