//! Styles as formats of the writer.

use crate::workbook::looks::{
    Alignment, BookLooks, Borders, Change, Colour, Fill, Font, NumberFormat, Style, digit,
};
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatDiagonalBorder, FormatPattern, FormatScript,
    FormatUnderline,
};

/// The formats of a workbook's styles.
pub struct Formats {
    formats: Vec<Format>,
    explicit: Format,
    pixels: u32,
}

impl Formats {
    pub fn new(looks: &BookLooks) -> Self {
        let mut formats: Vec<Format> = looks.styles.iter().map(format).collect();
        if formats.is_empty() {
            formats.push(Format::new());
        }
        let font = looks.styles.first().map(|style| style.font.clone()).unwrap_or_default();
        let family = if font.family == 0 { 2 } else { 0 };
        let explicit = formats.first().cloned().unwrap_or_default().set_font_family(family);
        Self { formats, explicit, pixels: if digit(font.size) > 7.5 { 72 } else { 64 } }
    }

    /// The default format and the width of a column that has none of its own, in pixels.
    pub fn default_format(&self) -> (&Format, u32) {
        (self.get(0), self.pixels)
    }

    /// The default look for an empty cell of a column or row with another: the writer leaves out
    /// such a cell unless its format differs somewhere, here in the font's family number.
    pub fn explicit_default(&self) -> &Format {
        &self.explicit
    }

    /// Pixels of a digit.
    pub fn digit(&self) -> f64 {
        if self.pixels == 72 { 8.0 } else { 7.0 }
    }

    /// The format of a style.
    pub fn get(&self, style: usize) -> &Format {
        static NONE: std::sync::LazyLock<Format> = std::sync::LazyLock::new(Format::new);
        self.formats.get(style).or(self.formats.first()).unwrap_or(&NONE)
    }
}

fn format(style: &Style) -> Format {
    let mut out = font(Format::new(), &style.font);
    out = number(out, &style.format);
    out = align(out, style.align);
    out = fill(out, style.fill);
    out = borders(out, &style.borders);
    if !style.locked {
        out = out.set_unlocked();
    }
    if style.hidden {
        out = out.set_hidden();
    }
    if style.quoted {
        out = out.set_quote_prefix();
    }
    out
}

fn colour(colour: Colour) -> Color {
    colour.map_or(Color::Automatic, Color::RGB)
}

/// A format of letters only, as pieces of a text take it.
pub fn letters(of: &Font) -> Format {
    font(Format::new(), of)
}

fn font(mut out: Format, font: &Font) -> Format {
    if !font.name.is_empty() {
        out = out.set_font_name(&font.name);
    }
    if (1.0..=409.0).contains(&font.size) {
        out = out.set_font_size(font.size);
    }
    out = out.set_font_family(font.family).set_font_color(colour(font.colour));
    if font.charset > 1 {
        out = out.set_font_charset(font.charset);
    }
    if font.bold {
        out = out.set_bold();
    }
    if font.italic {
        out = out.set_italic();
    }
    if font.strike {
        out = out.set_font_strikethrough();
    }
    out = out.set_underline(underline(font.underline));
    match font.script {
        1 => out.set_font_script(FormatScript::Superscript),
        2 => out.set_font_script(FormatScript::Subscript),
        _ => out,
    }
}

fn underline(code: u8) -> FormatUnderline {
    match code {
        1 => FormatUnderline::Single,
        2 => FormatUnderline::Double,
        0x21 => FormatUnderline::SingleAccounting,
        0x22 => FormatUnderline::DoubleAccounting,
        _ => FormatUnderline::None,
    }
}

fn number(out: Format, format: &NumberFormat) -> Format {
    match (&format.code, u8::try_from(format.builtin)) {
        (Some(code), _) => out.set_num_format(code),
        (None, Ok(builtin)) if builtin > 0 => out.set_num_format_index(builtin),
        _ => out,
    }
}

fn align(mut out: Format, align: Alignment) -> Format {
    out = match align.horizontal {
        1 => out.set_align(FormatAlign::Left),
        2 => out.set_align(FormatAlign::Center),
        3 => out.set_align(FormatAlign::Right),
        4 => out.set_align(FormatAlign::Fill),
        5 => out.set_align(FormatAlign::Justify),
        6 => out.set_align(FormatAlign::CenterAcross),
        7 => out.set_align(FormatAlign::Distributed),
        _ => out,
    };
    out = match align.vertical {
        0 => out.set_align(FormatAlign::Top),
        1 => out.set_align(FormatAlign::VerticalCenter),
        3 => out.set_align(FormatAlign::VerticalJustify),
        4 => out.set_align(FormatAlign::VerticalDistributed),
        _ => out,
    };
    if align.wrap {
        out = out.set_text_wrap();
    }
    out = match align.rotation {
        1..=90 => out.set_rotation(i16::from(align.rotation)),
        91..=180 => out.set_rotation(90 - i16::from(align.rotation)),
        255 => out.set_rotation(270),
        _ => out,
    };
    // Excel heeds an indent only with these; the writer would turn a general one into left.
    if align.indent > 0 && matches!(align.horizontal, 1 | 3 | 7) {
        out = out.set_indent(align.indent);
    }
    if align.shrink {
        out = out.set_shrink();
    }
    if (1..=2).contains(&align.reading) {
        out = out.set_reading_direction(align.reading);
    }
    out
}

fn fill(out: Format, fill: Fill) -> Format {
    const PATTERNS: [FormatPattern; 18] = [
        FormatPattern::Solid,
        FormatPattern::MediumGray,
        FormatPattern::DarkGray,
        FormatPattern::LightGray,
        FormatPattern::DarkHorizontal,
        FormatPattern::DarkVertical,
        FormatPattern::DarkDown,
        FormatPattern::DarkUp,
        FormatPattern::DarkGrid,
        FormatPattern::DarkTrellis,
        FormatPattern::LightHorizontal,
        FormatPattern::LightVertical,
        FormatPattern::LightDown,
        FormatPattern::LightUp,
        FormatPattern::LightGrid,
        FormatPattern::LightTrellis,
        FormatPattern::Gray125,
        FormatPattern::Gray0625,
    ];
    let Some(pattern) =
        usize::from(fill.pattern).checked_sub(1).and_then(|i| PATTERNS.get(i).copied())
    else {
        return out;
    };
    let out = out.set_pattern(pattern).set_foreground_color(Color::RGB(fill.fore.unwrap_or(0)));
    // A solid fill shows its first colour only.
    match fill.pattern {
        1 => out,
        _ => out.set_background_color(Color::RGB(fill.back.unwrap_or(0xff_ffff))),
    }
}

fn line(code: u8) -> FormatBorder {
    const LINES: [FormatBorder; 14] = [
        FormatBorder::None,
        FormatBorder::Thin,
        FormatBorder::Medium,
        FormatBorder::Dashed,
        FormatBorder::Dotted,
        FormatBorder::Thick,
        FormatBorder::Double,
        FormatBorder::Hair,
        FormatBorder::MediumDashed,
        FormatBorder::DashDot,
        FormatBorder::MediumDashDot,
        FormatBorder::DashDotDot,
        FormatBorder::MediumDashDotDot,
        FormatBorder::SlantDashDot,
    ];
    LINES.get(usize::from(code)).copied().unwrap_or(FormatBorder::None)
}

fn borders(mut out: Format, sides: &Borders) -> Format {
    if sides.left.style > 0 {
        out = out
            .set_border_left(line(sides.left.style))
            .set_border_left_color(colour(sides.left.colour));
    }
    if sides.right.style > 0 {
        out = out
            .set_border_right(line(sides.right.style))
            .set_border_right_color(colour(sides.right.colour));
    }
    if sides.top.style > 0 {
        out = out
            .set_border_top(line(sides.top.style))
            .set_border_top_color(colour(sides.top.colour));
    }
    if sides.bottom.style > 0 {
        out = out
            .set_border_bottom(line(sides.bottom.style))
            .set_border_bottom_color(colour(sides.bottom.colour));
    }
    if sides.diagonals > 0 && sides.diagonal.style > 0 {
        out = out
            .set_border_diagonal(line(sides.diagonal.style))
            .set_border_diagonal_color(colour(sides.diagonal.colour))
            .set_border_diagonal_type(match sides.diagonals {
                1 => FormatDiagonalBorder::BorderDown,
                2 => FormatDiagonalBorder::BorderUp,
                _ => FormatDiagonalBorder::BorderUpDown,
            });
    }
    out
}

/// The format of a condition: only what changes.
pub fn changed(change: &Change) -> Format {
    let mut out = Format::new();
    if change.bold == Some(true) {
        out = out.set_bold();
    }
    if change.italic == Some(true) {
        out = out.set_italic();
    }
    if change.strike == Some(true) {
        out = out.set_font_strikethrough();
    }
    if let Some(code) = change.underline {
        out = out.set_underline(underline(code));
    }
    if let Some(rgb) = change.colour {
        out = out.set_font_color(Color::RGB(rgb));
    }
    if let Some(own) = change.fill {
        // In a condition, the second colour fills where there is no pattern.
        if own.pattern <= 1 {
            if let Some(rgb) = own.back.or(own.fore) {
                out = out.set_background_color(Color::RGB(rgb));
            }
        } else {
            out = fill(out, own);
        }
    }
    if let Some(sides) = &change.borders {
        out = borders(out, sides);
    }
    if let Some(format) = &change.format {
        out = number(out, format);
    }
    out
}
