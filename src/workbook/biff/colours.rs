//! Exact colours: what Excel 2007 and later adds to the palette's in an .xls ([MS-XLS] 2.4.355 XFExt,
//! 2.4.326 Theme). They count only where the XFs are those that they were written for (2.4.354 XFCRC).

use super::records::{Bytes, Record, id};
use crate::container::{Package, xml};
use crate::limits::Limits;
use crate::workbook::looks::{Colour, Style};
use crate::workbook::theme::{self, tinted};

/// A theme's package that is larger holds pictures, no more colours.
const LARGEST: usize = 4 << 20;

/// What is gathered while reading the globals.
#[derive(Default)]
pub struct Exact<'a> {
    /// Number and checksum of the XFs.
    check: Option<(usize, u32)>,
    added: Vec<Bytes<'a>>,
    version: Option<u32>,
    package: Vec<u8>,
    in_theme: bool,
}

impl<'a> Exact<'a> {
    /// Takes a record of the globals.
    pub fn take(&mut self, record: &Record<'a>) {
        let goes_on = std::mem::take(&mut self.in_theme);
        let mut data = record.bytes();
        if data.take(12).is_none() {
            return;
        }
        match record.id {
            id::XF_CHECK => {
                let (_, count, sum) = (data.u16(), data.u16(), data.u32());
                self.check = count.map(usize::from).zip(sum);
            }
            id::XF_ADDED => self.added.push(data),
            id::THEME => {
                self.version = data.u32();
                self.package = data.rest().to_vec();
                self.in_theme = true;
            }
            id::THEME_CONTINUED if goes_on && self.package.len() < LARGEST => {
                self.package.extend(data.rest());
                self.in_theme = true;
            }
            _ => {}
        }
    }

    /// Colours of the theme.
    pub fn theme(&self, limits: &Limits) -> Vec<u32> {
        let read = || {
            let mut package = Package::open_within(&self.package, limits).ok()?;
            let part = "theme/theme/theme1.xml";
            let raw = package.read(part).ok()?;
            theme::colours(part, &xml::decode(part, &raw).ok()?).ok()
        };
        // A version without a package is Office's own theme.
        let own = if self.package.is_empty() { None } else { read() };
        own.filter(|colours| colours.len() >= 12).unwrap_or_else(|| theme::OFFICE.to_vec())
    }

    /// Gives the styles of the XFs their exact colours; how many have shades of several colours,
    /// which a solid one stands for.
    pub fn apply(
        &self,
        xfs: &[Record<'_>],
        styles: &mut [Style],
        indexed: impl Fn(u16) -> Colour,
        colours: &[u32],
    ) -> usize {
        let bytes = xfs.iter().filter_map(|xf| xf.pieces.first().copied()).flatten();
        if self.check != Some((xfs.len(), checksum(bytes.copied()))) {
            return 0;
        }
        let mut shades = 0usize;
        for data in &self.added {
            let mut data = *data;
            let _ = added(&mut data, styles, &indexed, colours, &mut shades);
        }
        shades
    }
}

fn added(
    data: &mut Bytes<'_>,
    styles: &mut [Style],
    indexed: &impl Fn(u16) -> Colour,
    colours: &[u32],
    shades: &mut usize,
) -> Option<()> {
    data.u16()?;
    let style = styles.get_mut(usize::from(data.u16()?))?;
    data.u16()?;
    for _ in 0..data.u16()? {
        let (kind, size) = (data.u16()?, usize::from(data.u16()?));
        let mut own = Bytes::new(data.take(size.checked_sub(4)?)?);
        let slot = match kind {
            4 => &mut style.fill.fore,
            5 => &mut style.fill.back,
            6 => {
                *shades = shades.saturating_add(1);
                continue;
            }
            7 => &mut style.borders.top.colour,
            8 => &mut style.borders.bottom.colour,
            9 => &mut style.borders.left.colour,
            10 => &mut style.borders.right.colour,
            11 => &mut style.borders.diagonal.colour,
            13 => &mut style.font.colour,
            15 => {
                style.align.indent = u8::try_from(own.u16()?).ok()?;
                continue;
            }
            _ => continue,
        };
        let (kind, tint, value) = (own.u16()?, own.i16()?, own.u32()?);
        if let Some(colour) = full(kind, value, f64::from(tint) / 32767.0, indexed, colours) {
            *slot = colour;
        }
    }
    Some(())
}

/// A colour by its kind ([MS-XLS] 2.5.49, 2.5.155); none where the kind says nothing.
pub fn full(
    kind: u16,
    value: u32,
    tint: f64,
    indexed: impl Fn(u16) -> Colour,
    colours: &[u32],
) -> Option<Colour> {
    let [red, green, blue, _] = value.to_le_bytes().map(u32::from);
    let base = match kind {
        0 => return Some(None),
        1 => u16::try_from(value).ok().and_then(indexed),
        2 => Some(red << 16 | green << 8 | blue),
        3 => Some(*colours.get(usize::try_from(value).ok()?)?),
        _ => return None,
    };
    Some(base.map(|rgb| tinted(rgb, tint)))
}

/// [MS-OSHARED] 2.4.3 MsoCrc32Compute.
fn checksum(bytes: impl Iterator<Item = u8>) -> u32 {
    let step = |index: u32| {
        let turned = (0..8).fold(index << 24, |value, _| {
            if value & 0x8000_0000 == 0 { value << 1 } else { value << 1 ^ 0xaf }
        });
        turned & 0xffff
    };
    let table: Vec<u32> = (0..256).map(step).collect();
    bytes.fold(0u32, |sum, byte| {
        let index = (sum >> 24 ^ u32::from(byte)) as usize;
        sum << 8 ^ table.get(index).copied().unwrap_or(0)
    })
}
