#![doc = include_str!("../../docs/rules/judged.md")]

use super::{Clause, Context, Effect};
use crate::metrics::MetricSet;
use crate::problem::Problem;
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

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let mark = show(found.expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(found.expr.clone()),
            working: words!("评定 {mark}", "judged {mark}"),
        })
    }
}
