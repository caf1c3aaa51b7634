//! Colours of a theme, and lighter and darker ones.

use crate::container::xml;
use crate::problem::Problem;
use quick_xml::events::Event;

/// Colours of Office 2007's own theme, by the numbers that styles give them.
pub const OFFICE: [u32; 12] = [
    0xff_ffff, 0x00_0000, 0xee_ece1, 0x1f_497d, 0x4f_81bd, 0xc0_504d, 0x9b_bb59, 0x80_64a2,
    0x4b_acc6, 0xf7_9646, 0x00_00ff, 0x80_0080,
];

/// Colours of the theme by the numbers that styles give them.
///
/// # Errors
/// It is no sound XML.
pub fn colours(part: &str, text: &str) -> Result<Vec<u32>, Problem> {
    let mut out = Vec::new();
    let mut inside = false;
    xml::walk(part, text, |event, _, _| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "clrScheme" => inside = true,
                "srgbClr" | "sysClr" if inside => {
                    let value =
                        xml::attribute(tag, "lastClr").or_else(|| xml::attribute(tag, "val"));
                    let rgb = value.and_then(|v| u32::from_str_radix(&v, 16).ok());
                    out.push(rgb.unwrap_or(0));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "clrScheme" => inside = false,
            _ => {}
        }
        Ok(())
    })?;
    // The part has dark before light, the numbers have light first.
    if let [a, b, c, d, ..] = out.as_mut_slice() {
        std::mem::swap(a, b);
        std::mem::swap(c, d);
    }
    Ok(out)
}

/// A colour made lighter (up to 1) or darker (down to -1): its luminance changes, its hue and
/// saturation stay (ECMA-376 part 1, 18.8.19).
pub fn tinted(rgb: u32, share: f64) -> u32 {
    let [_, parts @ ..] = rgb.to_be_bytes();
    let [red, green, blue] = parts.map(|part| f64::from(part) / 255.0);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let light = f64::midpoint(most, least);
    let chroma = most - least;
    let room = 1.0 - (2.0 * light - 1.0).abs();
    let saturation = if room > 0.0 { chroma / room } else { 0.0 };
    let light_now = if share < 0.0 { light * (1.0 + share) } else { light * (1.0 - share) + share };
    let chroma_now = saturation * (1.0 - (2.0 * light_now - 1.0).abs());
    // Each part keeps its place between the least and the greatest.
    let part = |part: f64| {
        let place = if chroma > 0.0 { (part - light) / chroma } else { 0.0 };
        ((light_now + place * chroma_now) * 255.0).round().clamp(0.0, 255.0) as u32
    };
    part(red) << 16 | part(green) << 8 | part(blue)
}

#[cfg(test)]
mod tests {
    use super::tinted;

    #[test]
    fn tints_are_those_of_libreoffice() {
        // An .xlsx of these theme colours and tints saved as .ods by LibreOffice 7.4, whose rounding
        // differs from Excel's by one or two of 255, as does ours.
        for (rgb, share, wanted) in [
            (0x1f_497d, 0.6, 0x8e_b4e3),
            (0x1f_497d, 0.8, 0xc6_d9f1),
            (0x1f_497d, 0.4, 0x55_8ed5),
            (0x1f_497d, -0.25, 0x17_375e),
            (0x1f_497d, -0.5, 0x10_243e),
            (0x4f_81bd, 0.4, 0x95_b3d7),
            (0x4f_81bd, 0.8, 0xdc_e6f2),
            (0xc0_504d, -0.25, 0x95_3735),
            (0xf7_9646, 0.6, 0xfc_d5b5),
            (0x9b_bb59, -0.5, 0x4f_6228),
            (0xff_ffff, -0.15, 0xd9_d9d9),
            (0x00_0000, 0.35, 0x59_5959),
            (0xee_ece1, -0.9, 0x1e_1c11),
        ] {
            let own = tinted(rgb, share);
            let near = own
                .to_be_bytes()
                .iter()
                .zip(u32::to_be_bytes(wanted))
                .all(|(a, b)| a.abs_diff(b) <= 2);
            assert!(near, "{rgb:06x} {share}: {own:06x}, not {wanted:06x}");
            assert_eq!(tinted(rgb, 0.0), rgb);
        }
    }
}
