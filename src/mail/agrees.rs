//! Whether what goes out agrees: the results with the run that made them, the summary with the results.

use super::plan::{Attachment, Body, Finding, Letter, Plan, Wanted, file_safe};
use crate::fill::Scorecard;
use crate::problem::{Problem, Words};
use crate::summary::Previous;
use crate::text::show;
use crate::words;

/// Most people whom a problem names.
const NAMED: usize = 5;

/// Holds letters back whose grade is another than the run gave: by another scheme, or by points where the
/// team's shares give it. `given` tells the grades that the run gave in a file.
pub fn hold_other_grades<'m>(
    plan: &mut Plan,
    given: &dyn Fn(&str) -> Option<&'m [Option<String>]>,
) {
    let own = |letter: &Letter| match &letter.body {
        Body::Result(card) => card.grade.clone(),
        Body::Summary(_) => None,
    };
    let mut held = Vec::new();
    plan.letters.retain(|letter| {
        let (Some([made]), own) = (given(&letter.file), own(letter)) else { return true };
        if *made != own {
            let [made, own] = [made.as_ref(), own.as_ref()].map(|grade| grade.map_or("—", |g| g));
            let what = words!(
                "kaohe batch 给的等级是「{made}」，这里算出的是「{own}」",
                "kaohe batch gave the grade `{made}`, here it comes out as `{own}`"
            );
            let problem = Problem::error("grade-differs", what).hint(words!(
                "发送时也写上 batch 用的 --scheme 与 --metrics",
                "give the --scheme and --metrics that batch was given"
            ));
            held.push(Finding { about: letter.file.clone(), problem });
            return false;
        }
        true
    });
    plan.findings.extend(held);
}

/// Holds the summary back where it is not that of the results: who gets it reads it against the mails.
pub fn hold_other_summary(plan: &mut Plan, known: &Previous) {
    let is_summary = |letter: &Letter| matches!(letter.body, Body::Summary(_));
    let Some(letter) = plan.letters.iter().find(|letter| is_summary(letter)) else { return };
    let file = letter.file.clone();
    let problems = differences(&plan.letters, known);
    if !problems.is_empty() {
        plan.letters.retain(|letter| !is_summary(letter));
    }
    let found = problems.into_iter().map(|problem| Finding { about: file.clone(), problem });
    plan.findings.extend(found);
}

/// What in a summary is another than in the results: it is last month's, or of before a correction. One
/// that a company made itself, without months or totals to the last decimal, is not looked at.
fn differences(letters: &[Letter], summary: &Previous) -> Vec<Problem> {
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
    let count = differing.len();
    let what = words!(
        "汇总里 {count} 人的总得分与结果不同（汇总 → 结果）：",
        "{count} totals of the summary are not those of the results (summary → result): "
    );
    let what = what.then(&Words::listed(differing.iter().map(one), NAMED));
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
