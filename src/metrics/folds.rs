//! Labels that say a figure's name in other small words: 月度计划营业额, 培训流失人数, 活动、培训延误人次.

use super::labels::Labels;
use crate::hash::{HashMap, HashSet};
use crate::scheme::{MetricKind, Scheme};
use crate::text::{is_count_unit, label, without_marks, without_number};
use crate::workbook::{Cell, Workbook};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Words before a figure's name that only say that it is the month's.
const BEFORE: [&str; 5] = ["月度", "当月", "本月", "每月", "因"];
/// Words behind the name of what is counted.
const COUNTS: [&str; 8] = ["次数", "人次", "人数", "条数", "件数", "单数", "数量", "数"];
/// Words behind the name of an amount of money.
const MONEY: [&str; 1] = ["金额"];
/// What joins two words of a name.
const JOINTS: [char; 7] = ['/', '、', '和', '与', '及', '&', ','];

/// Names without their small words, with the metric that alone has each.
#[derive(Debug, Clone, Default)]
pub(super) struct Folds {
    counts: HashMap<String, Option<String>>,
    amounts: HashMap<String, Option<String>>,
    others: HashMap<String, Option<String>>,
}

impl Folds {
    pub(super) fn new(scheme: &Scheme) -> Self {
        let mut out = Self::default();
        for metric in &scheme.metrics {
            let (map, ends) = match metric.kind {
                MetricKind::Count => (&mut out.counts, &COUNTS[..]),
                MetricKind::Amount => (&mut out.amounts, &MONEY[..]),
                _ => (&mut out.others, &[][..]),
            };
            for name in std::iter::once(&metric.name).chain(&metric.aliases) {
                for key in fold(&label(name), ends) {
                    let of = map.entry(key).or_insert_with(|| Some(metric.name.clone()));
                    // A name of two is of neither.
                    of.take_if(|other| *other != metric.name);
                }
            }
        }
        out
    }

    /// The only metric whose name is this one but for small words.
    fn metric(&self, key: &str) -> Option<&str> {
        let key = without_number(without_marks(key));
        // Most texts are none.
        let ends = key.ends_with(['数', '次']) || key.ends_with("金额");
        if key.len() > LONGEST
            || !(ends || BEFORE.iter().any(|word| key.starts_with(word)) || key.contains(JOINTS))
        {
            return None;
        }
        let maps =
            [(&self.counts, &COUNTS[..]), (&self.amounts, &MONEY[..]), (&self.others, &[][..])];
        let found: BTreeSet<&str> = maps
            .iter()
            .flat_map(|(map, ends)| fold(key, ends).into_iter().filter_map(|key| map.get(&key)))
            .filter_map(Option::as_deref)
            .collect();
        found.first().copied().filter(|_| found.len() == 1)
    }
}

/// Bytes of the longest label that is looked at so.
const LONGEST: usize = 48;
/// Fewest letters that a name keeps.
const FEWEST: usize = 3;

/// A name without its small words, as it may be compared; nothing where too little is left, or a unit stands
/// behind a slash: 投诉/人 is no number of complaints. People are not times: 投诉人数 is no 投诉次数, and 人次 may be
/// either.
fn fold(key: &str, ends: &[&str]) -> Vec<String> {
    const OF_PEOPLE: &str = "#人";
    if key.rsplit_once('/').is_some_and(|(_, unit)| is_count_unit(unit)) {
        return Vec::new();
    }
    let key = BEFORE.iter().find_map(|word| key.strip_prefix(word)).unwrap_or(key);
    let end = ends.iter().find(|word| key.ends_with(**word)).copied().unwrap_or_default();
    let bare = key.strip_suffix(end).unwrap_or(key).replace(JOINTS, "");
    if bare.chars().count() < FEWEST {
        return Vec::new();
    }
    let of_people = format!("{bare}{OF_PEOPLE}");
    match end {
        "人数" => vec![of_people],
        "人次" => vec![bare, of_people],
        _ => vec![bare],
    }
}

/// The labels of a workbook that name a metric but for small words, where no label names it outright and no
/// other does so.
pub(super) struct Folded<'w> {
    workbook: &'w Workbook,
    labels: &'w Labels,
    own: OnceCell<HashMap<String, String>>,
}

impl<'w> Folded<'w> {
    pub(super) fn of(workbook: &'w Workbook, labels: &'w Labels) -> Self {
        Self { workbook, labels, own: OnceCell::new() }
    }

    /// The metric of a label.
    pub(super) fn metric(&self, key: &str) -> Option<&str> {
        self.labels.folds.metric(key)?;
        self.own.get_or_init(|| self.find()).get(key).map(String::as_str)
    }

    fn find(&self) -> HashMap<String, String> {
        let mut outright: HashSet<&str> = HashSet::default();
        let mut folded: HashMap<&str, BTreeSet<String>> = HashMap::default();
        let cells = self.workbook.sheets.iter().filter(|s| s.loaded).flat_map(|s| s.cells.values());
        for key in cells.filter_map(Cell::label) {
            if let Some(metric) = self.labels.metric(&key) {
                outright.insert(metric);
            } else if let Some(metric) = self.labels.folds.metric(&key) {
                folded.entry(metric).or_default().insert(key.into_owned());
            }
        }
        folded
            .into_iter()
            .filter(|(metric, keys)| keys.len() == 1 && !outright.contains(metric))
            .flat_map(|(metric, keys)| keys.into_iter().map(|key| (key, metric.to_owned())))
            .collect()
    }
}
