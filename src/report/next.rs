//! What it would take, in words.

use crate::fill::Scorecard;
use crate::next::Next;
use crate::problem::Lang;
use crate::text::show;
use crate::words;

/// Lines under a scorecard's table; empty where no item has lost points or can gain more.
pub fn next(card: &Scorecard, steps: &[Vec<Next>], lang: Lang) -> String {
    let mut out = String::new();
    for (item, all) in card.items.iter().zip(steps).filter(|(_, all)| !all.is_empty()) {
        if out.is_empty() {
            let head = words!(
                "  再进一步（只变这一个数，其余不变）:\n",
                "  the next step (this figure alone, all others as they are):\n"
            );
            out.push_str(head.get(lang));
        }
        out.push_str(&format!("    {}\n", item.name));
        let before = show(item.score, 4);
        for step in all {
            let Next { metric, unit, kind, .. } = step;
            let now = kind.show(step.now);
            let line = match step.to {
                Some(to) => {
                    let (value, score) = (kind.show(to.value), show(to.score, 4));
                    // A rate carries its own unit.
                    let unit = if value.contains('%') { "" } else { unit.as_str() };
                    words!(
                        "      {metric}：{now} → {value}{unit}，得分 {before} → {score}\n",
                        "      {metric}: {now} → {value}{unit}, score {before} → {score}\n"
                    )
                }
                None => words!(
                    "      {metric}：{now}{unit}，单靠它不能再加分\n",
                    "      {metric}: {now}{unit}, not reachable by this figure alone\n"
                ),
            };
            out.push_str(line.get(lang));
        }
    }
    out
}
