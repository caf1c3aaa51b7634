#![doc = include_str!("../../docs/rules/judged.md")]

use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::metrics::MetricSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The metric that holds the mark.
    pub metric: String,
    /// The only marks allowed, as 5, 3, 1, 0 for 优良一般差; any within the metric's bounds unless
    /// said.
    #[serde(default)]
    pub allowed: Vec<f64>,
}

impl Judged {
    pub(super) fn not_allowed(&self, metrics: &MetricSet) -> Option<Problem> {
        let mark = metrics.get(&self.metric)?.expr.value();
        if self.allowed.is_empty() || self.allowed.contains(&mark) {
            return None;
        }
        let list: Vec<String> = self.allowed.iter().map(|m| show(*m, 4)).collect();
        let (name, mark, list) = (&self.metric, show(mark, 4), list.join("、"));
        Some(
            Problem::error(
                "mark-not-allowed",
                words!(
                    "「{name}」是 {mark}，只能是 {list} 之一",
                    "`{name}` is {mark}; it must be one of {list}"
                ),
            )
            .hint(words!("改成其中一个", "change it to one of them")),
        )
    }

    /// A mark that the metric's bounds forbid.
    pub(super) fn fault(&self, scheme: &Scheme) -> Option<Fault> {
        let metric = scheme.metric(&self.metric)?;
        let outside = |mark: f64| mark < metric.min || metric.max.is_some_and(|max| mark > max);
        let (at, mark) = self.allowed.iter().enumerate().find(|(_, mark)| outside(**mark))?;
        let mark = show(*mark, 4);
        Some(Fault::new(
            format!("allowed.{at}"),
            words!(
                "{mark} 分超出指标的 min、max，填不进去",
                "{mark} is outside the metric's min and max; it cannot be given"
            ),
            words!("改正 allowed，或指标的 max", "correct `allowed`, or the metric's max"),
        ))
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let mark = show(found.expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(found.expr.clone()),
            working: words!("评定 {mark}", "judged {mark}"),
        })
    }
}
