//! The words of a scheme by which figures are known, made ready to compare.

use super::folds::Folds;
use super::units;
use crate::cell::CellRef;
use crate::hash::{HashMap, HashSet};
use crate::scheme::{Metric, MetricKind, Rating, Rule, Scheme, Take};
use crate::text::{compact, label};
use crate::workbook::Sheet;
use std::borrow::Cow;

/// The marks of a rating, by their names.
pub(super) struct Marks {
    pub(super) names: HashMap<String, usize>,
    /// How many there are.
    pub(super) count: usize,
    /// What stands before a mark's name where several ratings share a table: `下级`.
    pub(super) prefix: Option<String>,
    /// Words that tell its title or sheet.
    pub(super) words: Vec<String>,
    /// What these words begin with: 下属 of 下属评分.
    roots: Vec<String>,
}

impl Marks {
    /// The mark that a label names, with or without a leading number.
    pub(super) fn mark(&self, key: &str) -> Option<usize> {
        let key = crate::text::without_marks(key);
        let bare = || self.names.get(crate::text::without_number(key));
        self.names.get(key).or_else(bare).copied()
    }

    /// What stands behind the prefix in a label, or behind what one of the rating's words begins with.
    fn behind_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        let roots = || self.roots.iter().find_map(|root| key.strip_prefix(root.as_str()));
        key.strip_prefix(self.prefix.as_deref()?).or_else(roots)
    }

    fn new(rating: &Rating) -> Self {
        let mut names = HashMap::default();
        for (index, mark) in rating.marks.iter().enumerate() {
            for name in std::iter::once(&mark.name).chain(&mark.aliases) {
                names.entry(label(name)).or_insert(index);
            }
        }
        let prefix = rating.prefix.as_deref().map(compact);
        let prefix = prefix.map(|prefix| prefix.trim_end_matches('-').to_owned());
        let words: Vec<String> =
            rating.words.iter().map(|word| compact(word)).chain(prefix.clone()).collect();
        let root =
            |word: &String| word.trim_end_matches("评分").trim_end_matches("评价").to_owned();
        let mut roots: Vec<String> = words.iter().map(root).collect();
        roots.retain(|root| root.chars().count() > 1);
        Self { names, count: rating.marks.len(), prefix, words, roots }
    }
}

/// The words of a scheme, made ready to compare.
pub(super) struct Labels {
    /// Names of items whose score is a mark: the mark may go by the item's name.
    pub(super) judged: HashMap<String, String>,
    pub(super) items: HashSet<String>,
    /// Marks of each rating.
    pub(super) marks: Vec<Marks>,
    pub(super) member: HashSet<String>,
    pub(super) columns: HashMap<String, String>,
    pub(super) metrics: HashMap<String, String>,
    /// The metrics' names without their small words.
    pub(super) folds: Folds,
    /// Names and aliases that hold brackets of their own.
    noted: HashSet<String>,
    /// Names of the metrics that are days.
    days: HashSet<String>,
    /// What the metrics, and the team's columns, measure and their units, by their names.
    units: HashMap<String, (MetricKind, String)>,
    column_units: HashMap<String, (MetricKind, String)>,
    pub(super) person: HashSet<String>,
    pub(super) department: HashSet<String>,
    pub(super) group: HashSet<String>,
    pub(super) value: HashSet<String>,
    pub(super) number: HashSet<String>,
    pub(super) item: HashSet<String>,
}

impl Labels {
    /// The metric that a label names, with or without a leading number, marks of emphasis about it
    /// and a unit behind it.
    pub(super) fn metric(&self, key: &str) -> Option<&str> {
        let find = |key: &str| self.metrics.get(key).map(String::as_str);
        let bare = || {
            let key = crate::text::without_marks(key);
            let key = crate::text::without_number(key);
            let fits = |bare: &str, unit: &str| {
                let own = find(bare).and_then(|name| self.units.get(name));
                own.is_some_and(|(kind, own)| units::fits(*kind, own, unit))
            };
            find(key).or_else(|| find(units::without_unit(key, &fits)?)).or_else(|| {
                if !key.ends_with(['次', '元', '条', '秒', '分']) {
                    return None;
                }
                let unit = |unit: &str, name: &str| {
                    self.units.get(name).is_some_and(|(_, own)| own == unit)
                };
                let mut units = ["人次", "元", "次", "条", "秒", "分"].into_iter();
                units.find_map(|u| find(key.strip_suffix(u)?).filter(|name| unit(u, name)))
            })
        };
        find(key).or_else(bare)
    }

    /// The team's column that a header names, with or without a unit behind a slash.
    pub(super) fn column(&self, key: &str) -> Option<&str> {
        let find = |key: &str| self.columns.get(key).map(String::as_str);
        let fits = |bare: &str, unit: &str| {
            let own = find(bare).and_then(|name| self.column_units.get(name));
            own.is_some_and(|(kind, own)| units::fits(*kind, own, unit))
        };
        find(key).or_else(|| find(units::without_unit(crate::text::without_marks(key), &fits)?))
    }

    /// Whether a text is a name of the scheme, its brackets with it.
    pub(super) fn is_named_so(&self, text: &str) -> bool {
        self.noted.contains(&compact(text))
    }

    /// Whether a text is a figure that is a day: behind its label, beside it or below it.
    pub(super) fn is_day(&self, sheet: &Sheet, at: CellRef) -> bool {
        if self.days.is_empty() {
            return false;
        }
        let names = |text: &str| self.metric(&label(text)).is_some_and(|m| self.days.contains(m));
        let text = |at: CellRef| sheet.text(sheet.anchor(at));
        let inline = text(at).and_then(|text| text.split_once([':', '：']));
        let left = at.col.checked_sub(1).and_then(|col| text(CellRef::new(at.row, col)));
        let above = (0..at.row).filter_map(|row| text(CellRef::new(row, at.col)));
        inline.map(|(head, _)| head).into_iter().chain(left).chain(above).any(names)
    }

    /// `下级-组织能力` as rating and mark.
    pub(super) fn rated_mark(&self, text: &str, key: &str) -> Option<(usize, usize)> {
        // A label is the text without its brackets.
        let key = match text.contains(['(', '（', '[', '［', '【', '〔']) {
            true => Cow::Owned(compact(text)),
            false => Cow::Borrowed(key),
        };
        self.marks.iter().enumerate().find_map(|(rating, marks)| {
            let rest = marks.behind_prefix(&key)?;
            let rest = ["评分", "评价"].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
            let rest = rest.trim_start_matches(['-', '—', '–', '·', '/', '.', '、', '−']);
            marks.names.get(&label(rest)).map(|mark| (rating, *mark))
        })
    }

    pub(super) fn new(scheme: &Scheme) -> Self {
        let set = |list: &[String]| list.iter().map(|w| label(w)).collect::<HashSet<_>>();
        let mut metrics = HashMap::default();
        for metric in &scheme.metrics {
            for name in std::iter::once(&metric.name).chain(&metric.aliases) {
                metrics.insert(label(name), metric.name.clone());
            }
        }
        let mut columns = HashMap::default();
        for column in scheme.team.iter().flat_map(|t| &t.columns) {
            for name in std::iter::once(&column.name).chain(&column.aliases) {
                columns.insert(label(name), column.name.clone());
            }
        }
        let figures = scheme.metrics.iter().chain(scheme.team.iter().flat_map(|t| &t.columns));
        let noted = figures
            .flat_map(|m| std::iter::once(&m.name).chain(&m.aliases))
            .map(|name| compact(name))
            .filter(|name| *name != label(name))
            .collect();
        let named = |item: &crate::scheme::Item| {
            std::iter::once(&item.name).chain(&item.aliases).map(|n| label(n)).collect::<Vec<_>>()
        };
        // A column's unit is that of what is taken of it; a count has one of its own.
        let of_column = |column: &Metric| {
            let takes = |m: &&Metric| {
                let from = m.from_team.as_ref().filter(|from| from.column == column.name);
                from.is_some_and(|from| from.take != Take::Count)
            };
            let unit = scheme.metrics.iter().find(takes).map_or("", |m| m.unit.as_str());
            (column.name.clone(), (column.kind, unit.to_owned()))
        };
        let mut judged = HashMap::default();
        for item in &scheme.items {
            if let [Rule::Judged(rule)] = item.rules.as_slice() {
                judged.extend(named(item).into_iter().map(|n| (n, rule.metric.clone())));
            }
        }
        Self {
            judged,
            items: scheme.items.iter().flat_map(named).collect(),
            marks: scheme.ratings.iter().map(Marks::new).collect(),
            member: scheme.team.as_ref().map(|t| set(&t.member)).unwrap_or_default(),
            columns,
            metrics,
            folds: Folds::new(scheme),
            noted,
            days: scheme
                .metrics
                .iter()
                .filter(|m| m.kind == MetricKind::Date)
                .map(|m| m.name.clone())
                .collect(),
            units: scheme
                .metrics
                .iter()
                .map(|m| (m.name.clone(), (m.kind, m.unit.clone())))
                .collect(),
            column_units: scheme.team.iter().flat_map(|t| &t.columns).map(of_column).collect(),
            person: set(&scheme.words.person),
            department: set(&scheme.words.department),
            group: scheme.team.as_ref().map(|t| set(&t.group)).unwrap_or_default(),
            value: set(&scheme.words.value),
            number: crate::form::NUMBER.iter().map(|w| label(w)).collect(),
            item: set(&scheme.words.item),
        }
    }
}
