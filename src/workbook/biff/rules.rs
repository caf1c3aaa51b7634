//! Data validations and conditional formats.

use super::formula::{self, Context, Fault};
use super::globals::Globals;
use super::records::{Bytes, Record, id};
use super::sheet::cell_range;
use crate::cell::Range;
use crate::workbook::looks::{
    Borders, Change, Condition, Fill, Line, Rule, SheetLooks, Validation,
};

/// Takes a record of rules; `unread` is told of one that cannot be read.
pub fn take(
    looks: &mut SheetLooks,
    globals: &Globals,
    record: &Record<'_>,
    ranges: &mut Option<Vec<Range>>,
    mut unread: impl FnMut(),
) {
    // No more than any form has: a range may stand in many rules.
    if looks.validations.len().saturating_add(looks.conditions.len()) > 10_000 {
        return;
    }
    match record.id {
        id::VALIDATION => match validation(globals, record) {
            Some(rule) => looks.validations.push(rule),
            None => unread(),
        },
        id::CONDITIONS => {
            let mut data = record.bytes();
            *ranges = data.take(12).and_then(|_| areas(&mut data));
        }
        id::CONDITION => {
            let found = ranges.as_ref().and_then(|ranges| condition(globals, record, ranges));
            match found {
                Some(rule) => looks.conditions.push(rule),
                None => unread(),
            }
        }
        _ => {}
    }
}

fn areas(data: &mut Bytes<'_>) -> Option<Vec<Range>> {
    let count = data.u16()?;
    let ranges: Vec<Range> = (0..count).map_while(|_| cell_range(data)).take(1000).collect();
    (!ranges.is_empty()).then_some(ranges)
}

/// A formula of a rule on ranges, whose offsets count from their first cell.
fn formula(globals: &Globals, tokens: &[u8], ranges: &[Range]) -> Result<String, Fault> {
    if tokens.is_empty() {
        return Ok(String::new());
    }
    let row = ranges.iter().map(|r| r.start.row).min().unwrap_or(0);
    let col = ranges.iter().map(|r| r.start.col).min().unwrap_or(0);
    formula::text(&Context::new(globals, row, col), tokens, &[])
}

fn validation(globals: &Globals, record: &Record<'_>) -> Option<Validation> {
    let joined = record.joined();
    let mut data = Bytes::new(&joined);
    let flags = data.u32()?;
    let mut text = || {
        let text = globals.text.long(&mut data)?;
        Some(if text == "\0" { String::new() } else { text })
    };
    let [prompt_title, error_title, prompt, error] = [text()?, text()?, text()?, text()?];
    let mut tokens = || {
        let size = usize::from(data.u16()?);
        data.u16()?;
        data.take(size)
    };
    let (first, second) = (tokens()?, tokens()?);
    let ranges = areas(&mut data)?;
    let mut rule = Validation {
        prompt: (prompt_title, prompt),
        error: (error_title, error),
        ..Validation::of_flags(flags)
    };
    if flags & 0x80 != 0 && first.first() == Some(&0x17) {
        let words = globals.text.short(&mut Bytes::new(first.get(1..)?))?;
        rule.words = Some(words.split('\0').map(str::to_owned).collect());
    } else {
        rule.first = formula(globals, first, &ranges).ok()?;
    }
    rule.second = formula(globals, second, &ranges).ok()?;
    rule.ranges = ranges;
    Some(rule)
}

fn condition(globals: &Globals, record: &Record<'_>, ranges: &[Range]) -> Option<Condition> {
    let joined = record.joined();
    let mut data = Bytes::new(&joined);
    let (kind, operator) = (data.u8()?, data.u8()?);
    let (first, second) = (usize::from(data.u16()?), usize::from(data.u16()?));
    let change = change(globals, &mut data)?;
    let (first, second) = (data.take(first)?, data.take(second)?);
    let (first, second) =
        (formula(globals, first, ranges).ok()?, formula(globals, second, ranges).ok()?);
    // Excel counts these comparisons from 1, those of validations from 0.
    let rule = match kind {
        1 => Rule::Compare(operator.checked_sub(1)?, first, second),
        _ => Rule::Formula(first),
    };
    Some(Condition { ranges: ranges.to_vec(), rule, change })
}

/// A differential format ([MS-XLS] 2.5.92 DXFN).
fn change(globals: &Globals, data: &mut Bytes<'_>) -> Option<Change> {
    let flags = data.u32()?;
    let user = data.u16()?;
    let has = |bit: u32| flags >> bit & 1 != 0;
    let keeps = has;
    let mut out = Change::default();
    if has(25) {
        if user & 1 != 0 {
            let size = usize::from(data.u16()?).checked_sub(2)?;
            let mut text = Bytes::new(data.take(size)?);
            let code = globals.text.long(&mut text)?;
            out.format =
                Some(crate::workbook::looks::NumberFormat { builtin: 0, code: Some(code) });
        } else {
            data.u8()?;
            out.format = Some(globals.format(u16::from(data.u8()?)));
        }
    }
    if has(26) {
        let mut font = Bytes::new(data.take(118)?);
        font.take(68)?;
        let (style, weight, _script) = (font.u32()?, font.u16()?, font.u16()?);
        let underline = font.u8()?;
        font.take(3)?;
        let colour = font.u32()?;
        font.take(4)?;
        let (same, _, same_underline, same_weight) =
            (font.u32()?, font.u32()?, font.u32()?, font.u32()?);
        if same & 2 == 0 {
            out.italic = Some(style & 2 != 0);
            if same_weight == 0 {
                out.bold = Some(weight >= 600);
            }
        }
        if same & 0x80 == 0 {
            out.strike = Some(style & 0x80 != 0);
        }
        if same_underline == 0 {
            out.underline = Some(underline);
        }
        out.colour = u16::try_from(colour).ok().and_then(|c| globals.colour(c));
    }
    if has(27) {
        data.take(8)?;
    }
    if has(28) {
        let (a, b) = (data.u32()?, data.u32()?);
        let line = |kept: u32, style: u32, colour: u32| {
            if keeps(kept) {
                return Line::default();
            }
            Line { style: (style & 15) as u8, colour: globals.colour((colour & 127) as u16) }
        };
        out.borders = Some(Borders {
            left: line(10, a, a >> 16),
            right: line(11, a >> 4, a >> 23),
            top: line(12, a >> 8, b),
            bottom: line(13, a >> 12, b >> 7),
            ..Borders::default()
        });
    }
    if has(29) {
        let (style, colours) = (data.u16()?, data.u16()?);
        let pattern = if keeps(16) { 1 } else { (style >> 10) as u8 };
        out.fill = Some(Fill {
            pattern,
            fore: (!keeps(17)).then(|| globals.colour(colours & 127)).flatten(),
            back: (!keeps(18)).then(|| globals.colour(colours >> 7 & 127)).flatten(),
        });
    }
    if has(30) {
        data.take(2)?;
    }
    Some(out)
}
