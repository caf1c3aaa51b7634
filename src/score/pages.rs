//! The page of every rule kind, in both languages: `kaohe explain --rule KIND`.

use crate::problem::Lang;

/// A rule kind, its other names, and its page: Chinese, a line of `---`, English.
pub const PAGES: [(&str, &[&str], &str); 18] = [
    ("deviation", &["偏差"], include_str!("../../docs/rules/deviation.md")),
    ("occurrences", &["per-member", "次数"], include_str!("../../docs/rules/occurrences.md")),
    ("escalating", &["累进"], include_str!("../../docs/rules/escalating.md")),
    ("bands", &["分档"], include_str!("../../docs/rules/bands.md")),
    ("matrix", &["矩阵"], include_str!("../../docs/rules/matrix.md")),
    ("ratio", &["比例"], include_str!("../../docs/rules/ratio.md")),
    ("anchored", &["线性"], include_str!("../../docs/rules/anchored.md")),
    ("ladder", &["等级"], include_str!("../../docs/rules/ladder.md")),
    ("condition", &["条件"], include_str!("../../docs/rules/condition.md")),
    ("all-or-nothing", &["全或无"], include_str!("../../docs/rules/all-or-nothing.md")),
    ("done", &["每完成"], include_str!("../../docs/rules/done.md")),
    ("lateness", &["逾期"], include_str!("../../docs/rules/lateness.md")),
    ("tiers", &["损失"], include_str!("../../docs/rules/tiers.md")),
    ("veto", &["否决"], include_str!("../../docs/rules/veto.md")),
    ("judged", &["评定"], include_str!("../../docs/rules/judged.md")),
    ("raters", &["多人评分"], include_str!("../../docs/rules/raters.md")),
    ("rank", &["排名"], include_str!("../../docs/rules/rank.md")),
    ("clauses", &["多条"], include_str!("../../docs/rules/clauses.md")),
];

/// Pages of what stands beside the rules, read by the same command.
pub const BESIDE: [(&str, &[&str], &str); 2] = [
    ("absent", &["不适用"], include_str!("../../docs/rules/absent.md")),
    ("distribution", &["强制分布"], include_str!("../../docs/rules/distribution.md")),
];

/// The page of a rule kind, or of what stands beside the rules; `None` for a name that is none.
pub fn page(kind: &str, lang: Lang) -> Option<&'static str> {
    let (_, _, text) = PAGES
        .iter()
        .chain(&BESIDE)
        .find(|(name, others, _)| name.eq_ignore_ascii_case(kind) || others.contains(&kind))?;
    let (zh, en) = text.split_once("\n---\n").unwrap_or((text, text));
    Some(match lang {
        Lang::Zh => zh.trim(),
        Lang::En => en.trim(),
    })
}
