#![doc = include_str!("../../docs/rules/lateness.md")]

use super::build::{add, max, n, over, sub, times, when};
use super::faults::Fault;
use super::{Clause, Context, Effect};
use crate::day::Day;
use crate::expr::{Compare, Expr};
use crate::scheme::{MetricKind, Scheme};
use crate::text::{show, show_signed};
use crate::words;
use serde::Deserialize;

/// Parameters of the rule.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lateness {
    /// A metric with the days late; instead of `due` and `done`.
    pub days: Option<String>,
    /// The day it was due, a metric of kind `date`.
    pub due: Option<String>,
    /// The day it was done, a metric of kind `date`.
    pub done: Option<String>,
    /// Which days count.
    #[serde(default)]
    pub count: Days,
    /// Days off beside Saturdays and Sundays.
    #[serde(default)]
    pub holidays: Vec<Day>,
    /// Saturdays and Sundays that are worked (调休).
    #[serde(default)]
    pub workdays: Vec<Day>,
    /// So many days late cost nothing.
    #[serde(default)]
    pub free: f64,
    /// Points taken for each begun `unit`.
    #[serde(default)]
    pub deduct: f64,
    /// Days in a unit.
    #[serde(default = "one")]
    pub unit: f64,
    /// The greatest deduction.
    pub most: Option<f64>,
    /// So many days late, or more, and the item is 0.
    pub zero_from: Option<f64>,
}

fn one() -> f64 {
    1.0
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// Every day.
    #[default]
    Calendar,
    /// Monday to Friday without `holidays`, and `workdays`.
    Working,
}

impl Lateness {
    /// Days late; below 0 where early.
    fn late(&self, context: &Context<'_>) -> Option<Expr> {
        if let Some(days) = &self.days {
            return Some(context.metric(days)?.expr.clone());
        }
        let due = context.metric(self.due.as_ref()?)?.expr.clone();
        let done = context.metric(self.done.as_ref()?)?.expr.clone();
        if self.count == Days::Calendar {
            return Some(Expr::Sub(Box::new(done), Box::new(due)));
        }
        // The day after the due one is the first late day.
        let first = Expr::Add(vec![due.clone(), n(1.0)]);
        let holidays = self.holidays.iter().map(|d| d.serial()).collect();
        let mut terms = vec![Expr::Workdays(Box::new(first), Box::new(done.clone()), holidays)];
        for day in &self.workdays {
            let in_time = when(&done, Compare::AtLeast, day.serial(), n(1.0), n(0.0));
            terms.push(when(&due, Compare::Less, day.serial(), in_time, n(0.0)));
        }
        Some(add(terms))
    }

    /// Days that stand nowhere or twice, and dates that are none.
    pub(super) fn faults(&self, scheme: &Scheme) -> Vec<Fault> {
        let mut out = Vec::new();
        let days = self.days.is_some();
        let dates = self.due.is_some() && self.done.is_some();
        if days == dates || (days && (self.due.is_some() || self.done.is_some())) {
            out.push(Fault::new(
                "kind",
                words!("写 days，或 due 与 done 两个", "write `days`, or both `due` and `done`"),
                words!(
                    "due、done 是 kind = \"date\" 的指标",
                    "due and done are metrics of kind \"date\""
                ),
            ));
        }
        for (key, name) in [("due", &self.due), ("done", &self.done)] {
            let kind = name.as_ref().and_then(|n| scheme.metric(n)).map(|m| m.kind);
            if kind.is_some_and(|kind| kind != MetricKind::Date) {
                out.push(Fault::new(
                    key,
                    words!("这个指标不是日期", "this metric is no date"),
                    words!("给它写 kind = \"date\"", "give it kind = \"date\""),
                ));
            }
        }
        if self.unit <= 0.0 {
            out.push(Fault::new(
                "unit",
                words!("unit 必须大于 0", "unit must be above 0"),
                words!("按天扣写 1", "1 for a day"),
            ));
        }
        out
    }

    pub(super) fn lower(&self, context: &Context<'_>) -> Option<Clause> {
        let late = self.late(context)?;
        let counted = max(sub(late.clone(), self.free), n(0.0));
        let whole = matches!(late, Expr::Workdays(..)) && self.unit == 1.0;
        let units = if whole {
            counted
        } else {
            Expr::RoundUp(Box::new(Expr::Round(Box::new(over(counted, self.unit)), 6)))
        };
        let mut points = times(-self.deduct, units);
        if let Some(most) = self.most {
            points = max(n(-most), points);
        }
        let (days, got) = (show(late.value().max(0.0), 4), show_signed(points.value()));
        let kind = match self.count {
            Days::Calendar => words!("天", "days"),
            Days::Working => words!("个工作日", "working days"),
        };
        let mut working = words!("迟 {days} ", "late by {days} ").then(&kind);
        let effect = match self.zero_from {
            Some(bound) => Effect::AddOrVeto(points, late.clone(), Compare::AtLeast, bound),
            None => Effect::Add(points),
        };
        working = match self.zero_from {
            Some(bound) if late.value() >= bound => {
                working.then(&words!("，该项不得分", ", the item scores nothing"))
            }
            _ => working.then(&words!(" → {got}", " → {got}")),
        };
        Some(Clause { effect, working })
    }
}
