//! Scores far above an item's points: more often a digit too many than a month without equal.

use crate::form::ItemPlace;
use crate::metrics::MetricSet;
use crate::problem::Problem;
use crate::problem::codes::SCORE_FAR_ABOVE;
use crate::scheme::{Item, Rule, metrics_of};
use crate::score;
use crate::text::show;
use crate::words;
use crate::workbook::Workbook;

/// So many times its points an item scores with a digit too many; a very good month scores less.
const TIMES: f64 = 5.0;

/// That an item's score is many times its points; at the figure that does most to it.
pub fn far_above(
    workbook: &Workbook,
    (item, place): (&Item, &ItemPlace),
    (points, scored): (f64, f64),
    metrics: &MetricSet,
) -> Option<Problem> {
    let far = scored.is_finite() && scored > points * TIMES;
    if item.cap.is_some() || points <= 0.0 || !far {
        return None;
    }
    let alone = |rule: &Rule| {
        let one = Item { rules: vec![rule.clone()], ..item.clone() };
        score::item(&one, points, metrics).map_or(0.0, |one| one.expr.value())
    };
    let most = item.rules.iter().max_by(|a, b| alone(a).total_cmp(&alone(b)))?;
    let figures = most.ratio().map(|ratio| ratio.of.as_str()).into_iter().chain(metrics_of(most));
    let found = figures.filter_map(|name| metrics.get(name)?.place).next();
    let at = found.unwrap_or(place.score);
    let (name, [scored, full, times]) =
        (&item.name, [(scored, 4), (points, 4), (scored / points, 0)].map(|(n, d)| show(n, d)));
    let problem = Problem::notice(
        SCORE_FAR_ABOVE,
        words!(
            "「{name}」得 {scored} 分，是满分 {full} 分的 {times} 倍，这个数可能多写了一位",
            "`{name}` scores {scored}, {times} times its {full} points: perhaps a digit too many in this figure"
        ),
    )
    .hint(words!(
        "核对这个数；没有写错的，不用改，也可以在方案里给这一项加上限（cap）",
        "check the figure; if it is right nothing is to be done, or give the item a cap in the scheme"
    ));
    let sheet = workbook.sheet_name(at.sheet);
    Some(problem.at(sheet, at.at))
}
