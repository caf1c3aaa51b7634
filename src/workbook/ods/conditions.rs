//! Conditional formats: LibreOffice's `calcext:conditional-formats` of a table, else `style:map` of its
//! cells' styles (OpenDocument 1.3 part 3, 16.3), in Excel's terms.

use super::rules::{Moved, condition, joined};
use super::styles::{Styles, colour};
use super::{area, areas, formula};
use crate::cell::{CellRef, Range};
use crate::container::xml::attribute;
use crate::workbook::looks::{Average, Condition, Limit, Rule, Stop, TextTest};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// As many as any form has.
const MOST: usize = 10_000;

/// The conditional formats of the table that is read.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    kept: Vec<Condition>,
    lost: Vec<String>,
    /// Whether the table lists its formats, so that those of styles say the same again.
    listed: bool,
    /// Cells of the format that is read.
    ranges: Vec<Range>,
    stops: Vec<Stop>,
    limits: Vec<Limit>,
    bar: Option<u32>,
}

impl Conditions {
    /// Follows the formats that a table lists.
    pub fn event(&mut self, event: &Event<'_>, styles: &Styles) {
        match event {
            Event::Start(tag) | Event::Empty(tag) => self.start(tag, styles),
            Event::End(tag) => match tag.local_name().as_ref() {
                "color-scale" => {
                    let stops = std::mem::take(&mut self.stops);
                    let whole = (2..=3).contains(&stops.len());
                    self.keep(whole.then_some(Rule::Scale(stops)), None, styles);
                }
                "data-bar" => {
                    let rule = match (self.bar.take(), self.limits.as_slice()) {
                        (Some(colour), [least, most]) => {
                            Some(Rule::Bar { colour, least: least.clone(), most: most.clone() })
                        }
                        _ => None,
                    };
                    self.keep(rule, None, styles);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, styles: &Styles) {
        let get = |name: &str| attribute(tag, name);
        match tag.local_name().as_ref() {
            "conditional-formats" => self.listed = true,
            "conditional-format" => {
                let text = get("target-range-address").unwrap_or_default();
                self.ranges = areas(&text);
            }
            "condition" => {
                let base = get("base-cell-address").and_then(|at| area(&at)).map(|at| at.start);
                let moved = Moved::new(base, &self.ranges);
                let rule = get("value").zip(moved).and_then(|(text, moved)| listed(&text, &moved));
                self.keep(rule, get("apply-style-name").as_deref(), styles);
            }
            "color-scale" => self.stops.clear(),
            "color-scale-entry" => {
                let rgb = get("color").and_then(|c| colour(&c));
                if let (Some(at), Some(colour)) = (limit(tag), rgb)
                    && self.stops.len() < 4
                {
                    self.stops.push(Stop { at, colour });
                }
            }
            "data-bar" => {
                self.limits.clear();
                self.bar = get("positive-color").and_then(|c| colour(&c));
            }
            "formatting-entry" if self.limits.len() < 8 => self.limits.extend(limit(tag)),
            // Excel has icons and dates too, but the counts of days and icons differ.
            "icon-set" | "date-is" => self.keep(None, None, styles),
            _ => {}
        }
    }

    /// Keeps a rule on the cells at hand with what a style changes, or notes that it is lost.
    fn keep(&mut self, rule: Option<Rule>, style: Option<&str>, styles: &Styles) {
        if self.kept.len().saturating_add(self.lost.len()) >= MOST {
            return;
        }
        match rule.filter(|_| !self.ranges.is_empty()) {
            Some(rule) => {
                let change = style.map(|style| styles.change(style)).unwrap_or_default();
                self.kept.push(Condition { ranges: self.ranges.clone(), rule, change });
            }
            None => self.lost.push(self.ranges.first().map_or(String::new(), Range::to_string)),
        }
    }

    /// The formats of the table that ends, and where those stood that Excel has no like of.
    /// `by_style` and `cells` tell which cells have which style.
    pub fn of_sheet<'a>(
        mut self,
        styles: &Styles,
        by_style: impl Iterator<Item = (&'a str, usize)>,
        cells: &BTreeMap<CellRef, usize>,
    ) -> (Vec<Condition>, Vec<String>) {
        if !self.listed {
            let mut mapped: Vec<(usize, &str)> = by_style
                .filter(|(name, _)| !styles.maps(name).is_empty())
                .map(|(name, style)| (style, name))
                .collect();
            mapped.sort_unstable();
            for (style, name) in mapped {
                let own = cells.iter().filter(|(_, own)| **own == style);
                self.ranges = joined(own.map(|(at, _)| Range::new(*at, *at)).collect());
                if self.ranges.is_empty() {
                    continue;
                }
                for (text, apply, base) in styles.maps(name) {
                    let base = area(base).map(|at| at.start);
                    let moved = Moved::new(base, &self.ranges);
                    let rule = moved.and_then(|moved| tested(text, &moved));
                    self.keep(rule, Some(apply), styles);
                }
            }
        }
        (self.kept, self.lost)
    }
}

/// A comparison or formula.
fn tested(text: &str, moved: &Moved) -> Option<Rule> {
    let test = condition(text)?;
    match (test.kind, test.operator) {
        (7, _) => Some(Rule::Formula(moved.text(&test.first))),
        (0, Some(operator)) => {
            Some(Rule::Compare(operator, moved.text(&test.first), moved.text(&test.second)))
        }
        _ => None,
    }
}

/// A condition as LibreOffice lists it: the same without the words that tell of cells' content.
fn listed(text: &str, moved: &Moved) -> Option<Rule> {
    let text = text.trim();
    let call = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    for (name, long) in [
        ("between", "cell-content-is-between"),
        ("not-between", "cell-content-is-not-between"),
        ("formula-is", "is-true-formula"),
    ] {
        if let Some(body) = call(name) {
            return tested(&format!("{long}({body})"), moved);
        }
    }
    if text.starts_with(['<', '>', '=', '!']) {
        return tested(&format!("cell-content(){text}"), moved);
    }
    for (name, test) in [
        ("contains-text", TextTest::Has),
        ("not-contains-text", TextTest::HasNot),
        ("begins-with", TextTest::Begins),
        ("ends-with", TextTest::Ends),
    ] {
        if let Some(body) = call(name) {
            let words = body.strip_prefix('"')?.strip_suffix('"')?;
            return (!words.contains('"')).then(|| Rule::Text(test, words.to_owned()));
        }
    }
    for (name, percent, bottom) in [
        ("top-elements", false, false),
        ("bottom-elements", false, true),
        ("top-percent", true, false),
        ("bottom-percent", true, true),
    ] {
        if let Some(body) = call(name) {
            let most = if percent { 100 } else { 1000 };
            let count = body.parse().ok().filter(|count| (1..=most).contains(count))?;
            return Some(Rule::Rank { count, percent, bottom });
        }
    }
    let average = |above, equal| Some(Rule::Average(Average { above, equal }));
    let first = moved.first();
    match text {
        "duplicate" => Some(Rule::Repeated { once: false }),
        "unique" => Some(Rule::Repeated { once: true }),
        "above-average" => average(true, false),
        "below-average" => average(false, false),
        "above-equal-average" => average(true, true),
        "below-equal-average" => average(false, true),
        "is-error" => Some(Rule::Formula(format!("ISERROR({first})"))),
        "is-no-error" => Some(Rule::Formula(format!("NOT(ISERROR({first}))"))),
        _ => None,
    }
}

/// A place on a scale of values.
fn limit(tag: &BytesStart<'_>) -> Option<Limit> {
    let value = attribute(tag, "value").unwrap_or_default();
    let number = || value.parse::<f64>().ok().filter(|number| number.is_finite());
    let share = || number().filter(|number| (0.0..=100.0).contains(number));
    match attribute(tag, "type").as_deref()? {
        "minimum" => Some(Limit::Least),
        "maximum" => Some(Limit::Most),
        "auto-minimum" | "auto-maximum" => Some(Limit::Automatic),
        "number" => number().map(Limit::Number),
        "percent" => share().map(Limit::Percent),
        "percentile" => share().map(Limit::Percentile),
        "formula" => formula::excel(&value).map(Limit::Formula),
        _ => None,
    }
}
