//! Data validations and conditional formats.

use super::records::{formula, id, ranges, string};
use super::sheet::Reader;
use crate::cell::Range;
use crate::workbook::biff::formula::{Context, text};
use crate::workbook::biff::records::Bytes;
use crate::workbook::looks::{Condition, Rule, Validation};
use crate::workbook::losses::Kind;

impl Reader<'_> {
    pub(super) fn rule(&mut self, number: u32, data: &mut Bytes<'_>) {
        // No more than any form has: a range may stand in many rules.
        let looks = &self.sheet.looks;
        if looks.validations.len().saturating_add(looks.conditions.len()) > 10_000 {
            return;
        }
        match number {
            id::CONDITIONS => {
                self.areas = data.take(8).and_then(|_| ranges(data));
            }
            id::VALIDATION => match self.validation(data) {
                Some(rule) => self.sheet.looks.validations.push(rule),
                None => self.losses.add(&self.sheet.name, Kind::RuleUnread, ""),
            },
            _ => {
                let kind = data.u32();
                // Colour scales, bars, icons and the like have no formula that says it all.
                let newer = !matches!(kind, Some(1 | 2));
                match self.condition(kind.unwrap_or(0), data).filter(|_| !newer) {
                    Some(rule) => self.sheet.looks.conditions.push(rule),
                    None => {
                        let lost = if newer { Kind::NewCondition } else { Kind::RuleUnread };
                        self.losses.add(&self.sheet.name, lost, "");
                    }
                }
            }
        }
    }

    /// A formula of a rule on ranges, whose offsets count from their first cell.
    fn formula(&self, parsed: (&[u8], &[u8]), ranges: &[Range]) -> Option<String> {
        let (tokens, extra) = parsed;
        if tokens.is_empty() {
            return Some(String::new());
        }
        let row = ranges.iter().map(|r| r.start.row).min().unwrap_or(0);
        let col = ranges.iter().map(|r| r.start.col).min().unwrap_or(0);
        text(&Context::new(self.book, row, col), tokens, extra).ok()
    }

    fn validation(&self, data: &mut Bytes<'_>) -> Option<Validation> {
        let flags = data.u32()?;
        let ranges = ranges(data)?;
        let mut words = || string(data);
        let [error_title, error, prompt_title, prompt] = [words()?, words()?, words()?, words()?];
        let first = self.formula(formula(data)?, &ranges)?;
        let second = self.formula(formula(data)?, &ranges)?;
        let mut rule = Validation {
            prompt: (prompt_title, prompt),
            error: (error_title, error),
            first,
            second,
            ranges,
            ..Validation::of_flags(flags)
        };
        let listed = rule.first.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        if rule.kind == 3
            && let Some(listed) = listed
        {
            let listed = listed.replace("\"\"", "\"");
            let sign = if listed.contains('\0') { '\0' } else { ',' };
            rule.words = Some(listed.split(sign).map(|word| word.trim().to_owned()).collect());
        }
        Some(rule)
    }

    fn condition(&self, kind: u32, data: &mut Bytes<'_>) -> Option<Condition> {
        let areas = self.areas.as_ref()?;
        let (_, change) = (data.u32()?, data.u32()?);
        let (_, operator) = (data.u32()?, data.u32()?);
        data.take(10)?;
        let sizes = [data.u32()?, data.u32()?, data.u32()?];
        string(data)?;
        let [first, second, _] = sizes;
        let mut one = |size: u32| match size {
            0 => Some(String::new()),
            _ => self.formula(formula(data)?, areas),
        };
        let (first, second) = (one(first)?, one(second)?);
        if first.is_empty() {
            return None;
        }
        // Excel counts these comparisons from 1, those of validations from 0.
        let rule = match kind {
            1 => Rule::Compare(u8::try_from(operator).ok()?.checked_sub(1)?, first, second),
            _ => Rule::Formula(first),
        };
        let change = self.book.looks.changes.get(change as usize).cloned().unwrap_or_default();
        Some(Condition { ranges: areas.clone(), rule, change })
    }
}
