//! What in a rule cannot be right, for whoever writes a scheme.

use crate::problem::Words;
use crate::scheme::{Measure, MetricKind, Rule, Scheme};
use crate::words;

/// A parameter of a rule that cannot be right.
#[derive(Debug)]
pub struct Fault {
    /// Its key within the rule, `bands.2`.
    pub key: String,
    /// What is wrong.
    pub what: Words,
    /// What to write.
    pub cure: Words,
}

impl Fault {
    pub(super) fn new(key: impl Into<String>, what: Words, cure: Words) -> Self {
        Self { key: key.into(), what, cure }
    }

    /// Other than one bound, of a rule that compares a metric; with an example.
    pub(super) fn of_bounds(count: usize, example: Words) -> Option<Self> {
        let what = words!(
            "写 below、above、at_least、at_most 其中一个",
            "write one of `below`, `above`, `at_least`, `at_most`"
        );
        (count != 1).then(|| Self::new("metric", what, example))
    }
}

impl Rule {
    /// What in the rule cannot be right.
    pub fn faults(&self, scheme: &Scheme) -> Vec<Fault> {
        match self {
            Self::Deviation(rule) => rule.faults(scheme),
            Self::Occurrences(rule) => rule.fault().into_iter().collect(),
            Self::Judged(rule) => rule.fault(scheme).into_iter().collect(),
            Self::Condition(rule) => rule.fault().into_iter().collect(),
            Self::Bands(rule) => rule.fault(scheme).into_iter().collect(),
            Self::Ratio(rule) => rule.fault().into_iter().collect(),
            Self::Veto(rule) => rule.fault().into_iter().collect(),
            Self::Escalating(rule) => rule.fault().into_iter().collect(),
            Self::Tiers(rule) => rule.fault().into_iter().collect(),
            Self::Anchored(rule) => rule.fault().into_iter().collect(),
            Self::Ladder(rule) => rule.fault().into_iter().collect(),
            Self::AllOrNothing(rule) => rule.fault().into_iter().collect(),
            Self::Done(rule) => rule.fault().into_iter().collect(),
            Self::Lateness(rule) => rule.faults(scheme),
            Self::Raters(rule) => rule.fault().into_iter().collect(),
            Self::Rank(_) => Vec::new(),
            Self::Matrix(rule) => rule.fault().into_iter().collect(),
            Self::Clauses(rule) => rule.fault().into_iter().collect(),
        }
    }
}

/// Whether a value is a share: a rate, or one figure by another.
pub(super) fn is_rate(scheme: &Scheme, measure: &Measure) -> bool {
    match measure {
        Measure::Metric(name) => scheme.metric(name).is_some_and(|m| m.kind == MetricKind::Rate),
        Measure::Ratio(_) => true,
        Measure::Composite(_) => false,
    }
}
