//! A chart's own copy of the numbers (`c:numCache`, `c:strCache`), refreshed where it repeats a
//! changed cell (ECMA-376 part 1, 21.2.2.121 and 21.2.2.201). Previewers draw that copy.

use crate::cell::CellRef;
use crate::container::{Package, xml};
use crate::hash::HashMap;
use crate::problem::Problem;
use crate::refs::{Reference, references};
use crate::text::round15;
use crate::workbook::{Name, Value};
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::ops::Range as Span;

/// Refreshes the caches of all charts that repeat a changed cell.
pub fn refresh(
    package: &mut Package<'_>,
    names: &[Name],
    values: &HashMap<(String, CellRef), Value>,
    changed: &mut HashMap<String, String>,
) -> Result<(), Problem> {
    let charts: Vec<String> = package
        .members()
        .iter()
        .map(|m| m.name.clone())
        .filter(|name| {
            let lower = name.to_lowercase();
            lower.contains("chart") && lower.ends_with(".xml") && !lower.contains("_rels/")
        })
        .collect();
    for part in charts {
        let bytes = package.read(&part)?;
        let Ok(text) = xml::decode(&part, &bytes) else { continue };
        if let Some(fresh) = refreshed(&part, &text, names, values)? {
            changed.insert(part.to_lowercase(), fresh);
        }
    }
    Ok(())
}

/// One cache of a chart: what it repeats, its points, and where a new one would go.
#[derive(Default)]
struct Cache {
    cells: Vec<(String, CellRef)>,
    numeric: bool,
    prefix: String,
    /// Point index → the whole element, and the content of its value.
    points: BTreeMap<usize, (Span<usize>, Span<usize>)>,
    /// Behind `ptCount` or the last point.
    end: usize,
}

fn refreshed(
    part: &str,
    text: &str,
    names: &[Name],
    values: &HashMap<(String, CellRef), Value>,
) -> Result<Option<String>, Problem> {
    let mut pieces: Vec<(Span<usize>, String)> = Vec::new();
    let mut formula: Option<String> = None;
    let mut cells: Vec<(String, CellRef)> = Vec::new();
    let mut cache: Option<Cache> = None;
    let mut point: Option<(usize, usize)> = None;
    let mut value: Option<Span<usize>> = None;
    xml::walk(part, text, |event, _, span| {
        match &event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "f" => formula = Some(String::new()),
                "numCache" | "strCache" => {
                    let prefix = tag.name().prefix();
                    cache = Some(Cache {
                        cells: std::mem::take(&mut cells),
                        numeric: tag.local_name().as_ref() == "numCache",
                        prefix: prefix.map(|p| format!("{}:", p.as_ref())).unwrap_or_default(),
                        end: span.end,
                        ..Cache::default()
                    });
                }
                "pt" if cache.is_some() => {
                    let index = xml::attribute(tag, "idx").and_then(|v| v.parse().ok());
                    point = index.map(|index| (index, span.start));
                }
                "v" if point.is_some() => value = Some(span.end..span.end),
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "ptCount" => {
                if let Some(cache) = &mut cache {
                    cache.end = span.end;
                }
            }
            Event::Text(_) | Event::GeneralRef(_) => {
                if let Some(formula) = &mut formula {
                    formula.push_str(&xml::unescape(text.get(span).unwrap_or_default()));
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "f" => {
                    if let Some(formula) = formula.take() {
                        cells = repeated(named(&formula, names));
                    }
                }
                "v" => {
                    if let Some(value) = &mut value {
                        value.end = span.start;
                    }
                }
                "ptCount" => {
                    if let Some(cache) = &mut cache {
                        cache.end = span.end;
                    }
                }
                "pt" => {
                    if let (Some((index, start)), Some(cache)) = (point.take(), cache.as_mut()) {
                        let inner = value.take().unwrap_or(start..start);
                        cache.points.insert(index, (start..span.end, inner));
                        cache.end = span.end;
                    }
                }
                "numCache" | "strCache" => {
                    if let Some(cache) = cache.take() {
                        cache.pieces(values, &mut pieces);
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    if pieces.is_empty() {
        return Ok(None);
    }
    pieces.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::with_capacity(text.len().saturating_add(256));
    let mut from = 0;
    for (span, new) in pieces {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(&new);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(Some(out))
}

/// What a series' defined name stands for (`[0]!系列`, `汇总!系列`); any other text as it is.
fn named<'f>(formula: &'f str, names: &'f [Name]) -> &'f str {
    let found = references(formula);
    let [Reference::Name(name)] = found.as_slice() else { return formula };
    let key = name.to_lowercase();
    let mut known = names.iter().filter(|one| one.name.to_lowercase() == key);
    match (known.next(), known.next()) {
        (Some(only), None) => only.refers_to.as_str(),
        _ => formula,
    }
}

/// The cells that a chart's formula repeats, in the order of its points; none for what is not a
/// plain list of ranges.
fn repeated(formula: &str) -> Vec<(String, CellRef)> {
    let mut out = Vec::new();
    for reference in references(formula) {
        let Reference::Cells { sheet: Some(sheet), last: None, range } = reference else {
            return Vec::new();
        };
        if range.len() > 100_000 {
            return Vec::new();
        }
        let name = sheet.to_lowercase();
        for row in range.start.row..=range.end.row {
            for col in range.start.col..=range.end.col {
                out.push((name.clone(), CellRef::new(row, col)));
            }
        }
    }
    out
}

impl Cache {
    fn pieces(
        &self,
        values: &HashMap<(String, CellRef), Value>,
        out: &mut Vec<(Span<usize>, String)>,
    ) {
        let mut fresh: BTreeMap<usize, String> = BTreeMap::new();
        for (index, cell) in self.cells.iter().enumerate() {
            let Some(value) = values.get(cell) else { continue };
            let shown = match value {
                Value::Number(number) => Some(format!("{}", round15(*number))),
                Value::Text(text) if !self.numeric => Some(xml::escape(text)),
                Value::Bool(flag) => Some(u8::from(*flag).to_string()),
                Value::Error(error) => Some(xml::escape(error)),
                _ => None,
            };
            match (self.points.get(&index), shown) {
                (Some((_, inner)), Some(shown)) => out.push((inner.clone(), shown)),
                (Some((whole, _)), None) => out.push((whole.clone(), String::new())),
                (None, Some(shown)) => {
                    // Points stand in order: a new one goes before the next that is there.
                    let at = self
                        .points
                        .range(index..)
                        .next()
                        .map_or(self.end, |(_, (whole, _))| whole.start);
                    let p = &self.prefix;
                    let point = format!("<{p}pt idx=\"{index}\"><{p}v>{shown}</{p}v></{p}pt>");
                    fresh.entry(at).or_default().push_str(&point);
                }
                (None, None) => {}
            }
        }
        out.extend(fresh.into_iter().map(|(at, points)| (at..at, points)));
    }
}
