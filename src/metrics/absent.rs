//! Figures of items that do not apply in a month: 不适用 in a cell, or a count of 0.

use super::reader::Reader;
use super::sources::Listed;
use crate::expr::Expr;
use crate::form::Place;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme, metrics_of_item};
use crate::text::label;
use crate::words;
use crate::workbook::Value;

/// What people write where there is nothing to assess.
const NOT_APPLICABLE: [&str; 9] =
    ["不适用", "无此项", "不考核", "本月不适用", "当月不适用", "N/A", "NA", "免考", "不参评"];

/// Where a figure stands, and its text where it stands behind its label's colon.
pub(super) type Stands = (Place, Option<String>);

/// Metrics that only items read which may lapse, each with these items.
pub(super) fn optional(scheme: &Scheme) -> Vec<(&str, Vec<&str>)> {
    if scheme.items.iter().all(|item| item.absent.is_none()) {
        return Vec::new();
    }
    let elsewhere: HashSet<&str> = scheme
        .items
        .iter()
        .filter(|item| item.absent.is_none())
        .flat_map(metrics_of_item)
        .chain(scheme.money.iter().flat_map(|m| [m.metric.as_str(), m.per.as_str()]))
        .chain(scheme.vetoes.iter().map(|v| v.metric.as_str()))
        .collect();
    let users = |name: &str| -> Vec<&str> {
        let items = scheme.items.iter();
        items
            .filter(|item| metrics_of_item(item).any(|m| m == name))
            .map(|item| item.name.as_str())
            .collect()
    };
    scheme
        .metrics
        .iter()
        .map(|metric| metric.name.as_str())
        .filter(|name| !elsewhere.contains(name))
        .map(|name| (name, users(name)))
        .filter(|(_, users)| !users.is_empty())
        .collect()
}

impl Reader<'_> {
    /// Notes the items that do not apply: `value` gives a metric's place. Metrics that are then not
    /// needed are set to 0, and named.
    pub(super) fn lapse<'s>(
        &mut self,
        scheme: &'s Scheme,
        place: &dyn Fn(&Metric) -> Option<Stands>,
    ) -> HashSet<&'s str> {
        let optional = optional(scheme);
        let mut lapsed: HashSet<&str> = HashSet::default();
        for (name, users) in &optional {
            let Some(metric) = scheme.metric(name) else { continue };
            let Some((at, inline)) = place(metric) else { continue };
            let sheet = self.workbook.sheets.get(at.sheet);
            let text = inline.or_else(|| sheet.and_then(|s| s.text(at.at)).map(str::to_owned));
            let Some(text) = text else { continue };
            if NOT_APPLICABLE.iter().any(|word| label(word) == label(&text)) {
                for item in users {
                    if lapsed.insert(item) {
                        self.out.absent.insert((*item).to_owned());
                        self.lapsed_notice(item, at);
                    }
                }
            }
        }
        for item in &scheme.items {
            let when_zero = item.absent.as_ref().and_then(|a| a.when_zero.as_deref());
            let Some(metric) = when_zero.and_then(|name| scheme.metric(name)) else { continue };
            let Some((at, None)) = place(metric) else { continue };
            let value = self.workbook.sheets.get(at.sheet).map(|s| s.value(at.at));
            let zero = match value {
                Some(Value::Number(number)) => *number == 0.0,
                Some(Value::Text(text)) => {
                    crate::text::parse_number(text).is_some_and(|n| n.value == 0.0)
                }
                _ => false,
            };
            if zero && lapsed.insert(&item.name) {
                self.lapsed_notice(&item.name, at);
            }
        }
        // A metric that tells whether an item applies is read as any other.
        let tells: HashSet<&str> = scheme
            .items
            .iter()
            .filter(|item| !self.out.absent.contains(&item.name))
            .filter_map(|item| item.absent.as_ref()?.when_zero.as_deref())
            .collect();
        optional
            .into_iter()
            .filter(|(name, users)| {
                !tells.contains(name) && users.iter().all(|u| lapsed.contains(u))
            })
            .map(|(name, _)| name)
            .collect()
    }

    fn lapsed_notice(&mut self, item: &str, at: Place) {
        let problem = Problem::notice(
            "not-applicable",
            words!(
                "「{item}」当月不适用，分值按方案移到其他项",
                "`{item}` does not apply this month; its points go where the scheme says"
            ),
        )
        .at(self.sheet_name(at.sheet), at.at);
        self.out.problems.push(problem);
    }

    /// Sets a metric that nothing needs this month.
    pub(super) fn not_needed(&mut self, metric: &Metric) {
        self.found(metric, Expr::number(0.0), None);
    }
}

/// The first place of a list.
pub(super) fn first(listed: &[Listed]) -> Option<Stands> {
    listed.first().map(|l| (l.place, l.inline.clone()))
}
