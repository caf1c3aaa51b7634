//! # judged: a person's mark is the score
//!
//! **Scores** nothing by itself: the reviewer's mark, within the metric's bounds, is the points.
//!
//! **Example.** 问题处理评分 4.5 of 5: 4.5.
//!
//! **Formula** the mark's cell.
//!
//! **Blank** leaves the form unfinished, and the mark is named.

use super::{Clause, Context, Effect};
use crate::text::show;
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The metric that holds the mark.
    pub metric: String,
}

impl Judged {
    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let found = context.metric(&self.metric)?;
        let mark = show(found.expr.value(), 4);
        Some(Clause {
            effect: Effect::Score(found.expr.clone()),
            working: words!("评定 {mark}", "judged {mark}"),
        })
    }
}
