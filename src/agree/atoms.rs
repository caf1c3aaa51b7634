//! What a rule says in numbers, so that two readings of one clause can be compared.

use crate::criteria::{Clause, Said};
use crate::scheme::{Item, Rule};
use crate::text::{round15, show};
use serde::Deserialize;

/// One thing that a rule says: its kind, and its numbers by their meaning. A number that the rule
/// takes from elsewhere (last month's figure) is none, and agrees with every other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Atom {
    pub(super) kind: &'static str,
    parts: Vec<(&'static str, Option<f64>)>,
    /// The metric that it counts, where it is one.
    pub(super) metric: Option<String>,
}

impl Atom {
    fn new(kind: &'static str, parts: Vec<(&'static str, Option<f64>)>) -> Self {
        Self { kind, parts, metric: None }
    }

    fn of(mut self, metric: &str) -> Self {
        self.metric = Some(metric.to_owned());
        self
    }

    /// The same without what it counts.
    pub(super) fn bare(mut self) -> Self {
        self.metric = None;
        self
    }

    /// Whether both say the same.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64| round15(a) == round15(b);
        self.kind == other.kind
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(|((_, a), (_, b))| match (a, b) {
                (Some(a), Some(b)) => near(*a, *b),
                _ => true,
            })
    }

    /// Whether this is the most that it takes or gives.
    pub(super) fn is_limit(&self, number: f64) -> bool {
        self.parts.iter().any(|(name, value)| name.starts_with("最多") && *value == Some(number))
    }

    /// The figures that it holds another against.
    pub(super) fn levels(&self) -> impl Iterator<Item = f64> {
        const LEVELS: [&str; 6] = ["基准", "达到", "低于", "高于", "低于不得分", "高于不得分"];
        let levels = self.parts.iter().filter(|(name, _)| LEVELS.contains(name));
        levels.filter_map(|(_, value)| *value)
    }

    /// How many numbers differ.
    pub(super) fn distance(&self, other: &Self) -> usize {
        let length = self.parts.len().abs_diff(other.parts.len());
        let pairs = self.parts.iter().zip(&other.parts);
        length + pairs.filter(|((_, a), (_, b))| a.is_some() && b.is_some() && a != b).count()
    }

    /// In words: `基准 0.95，每 0.01，低扣 2，高加 2`.
    pub(super) fn told(&self) -> String {
        let parts = self.parts.iter().filter_map(|(name, value)| {
            let value = (*value)?;
            (value != 0.0 || self.parts.len() == 1).then(|| format!("{name} {}", show(value, 6)))
        });
        parts.collect::<Vec<_>>().join("，")
    }
}

/// What the rules say.
pub(super) fn of_rules(rules: &[Rule]) -> Vec<Atom> {
    rules.iter().flat_map(of_rule).collect()
}

fn of_rule(rule: &Rule) -> Vec<Atom> {
    let some = Some;
    match rule {
        Rule::Deviation(r) => vec![Atom::new(
            "deviation",
            vec![
                ("基准", some(r.base).filter(|_| r.base_metric.is_none())),
                ("每高", some(r.step)),
                ("加", some(r.above)),
                ("每低", some(r.step_below.unwrap_or(r.step))),
                ("扣", some(r.below)),
                ("最多扣", r.most_taken),
            ],
        )],
        Rule::Occurrences(r) => r
            .events
            .iter()
            .map(|event| {
                let parts = vec![
                    ("每次扣", some(event.deduct)),
                    ("免扣", some(event.free)),
                    ("最多扣", r.most),
                ];
                Atom::new("occurrences", parts).of(&event.metric)
            })
            .collect(),
        Rule::Condition(r) => vec![Atom::new(
            "condition",
            vec![("低于", r.below), ("高于", r.above), ("加", some(r.points))],
        )],
        Rule::Veto(r) => {
            vec![Atom::new("veto", vec![("低于不得分", r.below), ("高于不得分", r.above)])]
        }
        Rule::Lateness(r) => vec![Atom::new(
            "lateness",
            vec![("每", some(r.unit)), ("天扣", some(r.deduct)), ("满几天不得分", r.zero_from)],
        )],
        Rule::Done(r) => r
            .things
            .iter()
            .map(|thing| {
                let parts = vec![("每件得", some(thing.points)), ("最多", r.most)];
                Atom::new("done", parts).of(&thing.metric)
            })
            .collect(),
        Rule::Escalating(r) => {
            let parts = r.deduct.iter().map(|d| ("依次扣", some(*d))).collect();
            vec![Atom::new("escalating", parts)]
        }
        Rule::Bands(r) => {
            let mut bands: Vec<(f64, f64)> =
                r.bands.iter().filter_map(|b| Some((b.from.or(b.up_to)?, b.points?))).collect();
            bands.sort_by(|a, b| b.0.total_cmp(&a.0));
            // A band from 0 and what is left over say the same.
            let last = bands.last().copied().filter(|(from, _)| *from == 0.0);
            let other = last.map_or(r.otherwise, |(_, points)| points);
            bands.retain(|(from, _)| *from != 0.0);
            let mut parts = Vec::new();
            for (from, points) in bands {
                parts.extend([("达到", some(from)), ("得", some(points))]);
            }
            parts.push(("其余得", some(other)));
            vec![Atom::new("bands", parts)]
        }
        Rule::Clauses(r) => of_rules(&r.rules),
        _ => Vec::new(),
    }
}

/// What the form's words say, each with the clause that says it.
pub(super) fn of_clauses(clauses: &[Clause]) -> Vec<(Atom, usize)> {
    #[derive(Deserialize)]
    struct Alone {
        rule: Rule,
    }
    let mut out = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        let Said::Rule(text) = &clause.said else { continue };
        let mut text = text.clone();
        for number in 0..clause.needs.len().max(4) {
            text = text.replace(&format!("{{{number}}}"), &format!("\"{number}\""));
        }
        let Ok(Alone { rule }) = toml::from_str::<Alone>(&format!("[rule]\n{text}")) else {
            continue;
        };
        out.extend(of_rule(&rule).into_iter().map(|atom| (atom, index)));
    }
    out
}

/// The scheme's rules of an item.
pub(super) fn of_item(item: &Item) -> Vec<Atom> {
    of_rules(&item.rules)
}
