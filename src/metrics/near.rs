//! The label that was perhaps meant where a metric is missing.

use super::sources::Sources;
use crate::form::Place;
use crate::hash::HashSet;
use crate::scheme::{Metric, Scheme};
use crate::text::label;
use crate::workbook::Workbook;

/// Least likeness of two labels, 1 for equal ones.
const LIKE: f64 = 0.5;

/// Words of which one is not the other.
const TIMES: [(&str, &str); 4] =
    [("上月", "本月"), ("本月", "上月"), ("计划", "实际"), ("实际", "计划")];

/// The unknown label most like a metric's names on the sheets with figures, and its text. Where no figure
/// was known anywhere, every sheet is looked at.
pub fn near(
    workbook: &Workbook,
    scheme: &Scheme,
    sources: &Sources,
    metric: &Metric,
) -> Option<(Place, String)> {
    let names = |m: &Metric| -> Vec<String> {
        std::iter::once(&m.name).chain(&m.aliases).map(|n| label(n)).collect()
    };
    let team = scheme.team.iter().flat_map(|t| &t.columns);
    let mut known: HashSet<String> = scheme.metrics.iter().chain(team).flat_map(names).collect();
    let of_form = |name: &String, aliases: &[String]| -> Vec<String> {
        std::iter::once(name).chain(aliases).map(|n| label(n)).collect()
    };
    known.extend(scheme.items.iter().flat_map(|item| of_form(&item.name, &item.aliases)));
    let marks = scheme.ratings.iter().flat_map(|rating| &rating.marks);
    known.extend(marks.flat_map(|mark| of_form(&mark.name, &mark.aliases)));
    let wanted = names(metric);
    let mut sheets: HashSet<usize> = sources
        .people
        .iter()
        .map(|table| table.sheet)
        .chain(sources.lists.values().flatten().map(|listed| listed.place.sheet))
        .chain(sources.teams.iter().map(|team| team.sheet))
        .collect();
    if sheets.is_empty() {
        sheets.extend(0..workbook.sheets.len());
    }
    let mut best: Option<(f64, Place, String)> = None;
    for sheet in sheets {
        for (at, cell) in workbook.sheets.get(sheet).into_iter().flat_map(|s| &s.cells) {
            let Some(text) = cell.value.text().filter(|t| t.chars().count() <= 24) else {
                continue;
            };
            let key = label(text);
            if known.contains(&key) {
                continue;
            }
            // 上月 is not meant where 本月 is wanted.
            let apart = TIMES.iter().any(|(one, other)| {
                wanted.iter().any(|name| name.contains(one)) && text.contains(other)
            });
            if apart {
                continue;
            }
            let like = wanted.iter().map(|name| likeness(name, &key)).fold(0.0, f64::max);
            let place = Place { sheet, at: *at };
            let better = best
                .as_ref()
                .is_none_or(|(other, first, _)| like > *other || like == *other && place < *first);
            if like >= LIKE && better {
                best = Some((like, place, one_line(text)));
            }
        }
    }
    best.map(|(_, place, text)| (place, text))
}

/// A cell's text as it stands in a message.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Dice's coefficient over the characters' pairs: twice the common pairs over all pairs.
fn likeness(a: &str, b: &str) -> f64 {
    let pairs =
        |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, mut b) = (pairs(a), pairs(b));
    let all = a.len() + b.len();
    if all == 0 {
        return 0.0;
    }
    let mut common = 0usize;
    for pair in &a {
        if let Some(at) = b.iter().position(|other| other == pair) {
            b.swap_remove(at);
            common += 1;
        }
    }
    2.0 * common as f64 / all as f64
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn labels_with_a_slip_are_alike_and_others_are_not() {
        // By hand: 5 pairs each, 4 in common.
        assert!((likeness("旺旺超时人次", "旺旺超时次数") - 0.6).abs() < 1e-12);
        assert!(likeness("未及时处理投诉次数", "未及时处理的投诉数") > 0.5);
        assert!(likeness("计划营业额", "当月中差评数量") < 0.2);
        assert_eq!(likeness("额", "额"), 0.0);
    }
}
