//! The summary that goes out with the results, and whether it is theirs: of their month, with their totals.

use super::plan::{Attachment, Body, Letter, Plan, Wanted, file_safe};
use crate::fill::Scorecard;
use crate::problem::Problem;
use crate::summary::Previous;
use crate::text::show;
use crate::words;

/// Most people whom a problem names.
const NAMED: usize = 5;

/// What in a summary is another than in the results: it is last month's, or of before a correction. One
/// that a company made itself, without months or totals to the last decimal, is not looked at.
pub fn differences(letters: &[Letter], summary: &Previous) -> Vec<Problem> {
    let hint = words!(
        "再运行一次 kaohe batch，换成它写的汇总",
        "run kaohe batch again and take the summary that it writes"
    );
    let results = letters.iter().filter_map(|letter| match &letter.body {
        Body::Result(card) => Some((letter, card)),
        Body::Summary(_) => None,
    });
    let Some(latest) = summary.latest() else { return Vec::new() };
    let mut differing = Vec::new();
    for (letter, card) in results {
        let Some(month) = letter.month.map(|month| month.to_string()) else { continue };
        if month != latest {
            let what = words!(
                "汇总是 {latest} 的，结果是 {month} 的",
                "the summary is of {latest}, the results of {month}"
            );
            return vec![Problem::error("summary-other-month", what).hint(hint)];
        }
        let totals = summary.totals_of(&letter.person, &month);
        if !totals.iter().any(|total| (total - card.total).abs() <= 1e-6) {
            differing.push((letter.person.as_str(), totals.first().copied(), card.total));
        }
    }
    if differing.is_empty() {
        return Vec::new();
    }
    let one = |(name, held, own): &(&str, Option<f64>, f64)| {
        let held = held.map_or_else(|| "—".to_owned(), |held| show(held, 2));
        format!("{name} {held} → {}", show(*own, 2))
    };
    let some: Vec<String> = differing.iter().take(NAMED).map(one).collect();
    let (count, some) = (differing.len(), some.join("、"));
    let more = if count > NAMED { "…" } else { "" };
    let what = words!(
        "汇总里 {count} 人的总得分与结果不同（汇总 → 结果）：{some}{more}",
        "{count} totals of the summary are not those of the results (summary → result): {some}{more}"
    );
    vec![Problem::error("summary-differs", what).hint(hint)]
}

/// The letter with the summary.
pub(super) fn summary(plan: &Plan, wanted: &Wanted) -> Letter {
    let mut cards: Vec<Scorecard> = plan
        .letters
        .iter()
        .filter_map(|letter| match &letter.body {
            Body::Result(card) => Some(card.as_ref().clone()),
            Body::Summary(_) => None,
        })
        .collect();
    cards.sort_by(|a, b| b.total.total_cmp(&a.total).then_with(|| a.person.cmp(&b.person)));
    let month = wanted.month.or_else(|| plan.letters.iter().find_map(|l| l.month));
    let stamp = month.map(|m| format!("_{m}")).unwrap_or_default();
    let attachment = wanted.summary.as_ref().map(|input| {
        let (stem, extension) = input.name.rsplit_once('.').unwrap_or((&input.name, "xlsx"));
        let name = match wanted.ascii_names {
            true => format!("summary{stamp}.{extension}"),
            false => format!("{}.{extension}", file_safe(stem)),
        };
        Attachment { name, bytes: input.bytes.clone(), password: None }
    });
    Letter {
        file: wanted.summary.as_ref().map(|s| s.name.clone()).unwrap_or_default(),
        person: String::new(),
        department: None,
        id: None,
        month,
        to: wanted.summary_to.clone(),
        copy: None,
        body: Body::Summary(cards),
        attachment,
    }
}
