//! The header row of a form's tables: its parts and its columns.

use super::Period;
use super::heading::{Chosen, When, led_by_month, of_month, when};
use super::lexicon::Lexicon;
use crate::cell::CellRef;
use crate::text::{compact, has_any, without_marks};
use std::borrow::Cow;

/// A text cell of a row with its label.
pub(super) struct Text<'s> {
    pub(super) at: CellRef,
    /// Last column that it covers.
    pub(super) end: u32,
    pub(super) text: &'s str,
    pub(super) key: Cow<'s, str>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) item: u32,
    pub(super) score: u32,
    pub(super) points: Option<u32>,
}

/// A part of a header row that may be a table's header.
pub(super) struct Part<'t, 's> {
    pub(super) texts: &'t [Text<'s>],
    pub(super) score: Option<u32>,
    /// The score's header, where another column's is as good.
    pub(super) unclear: Option<CellRef>,
}

impl Part<'_, '_> {
    pub(super) fn span(&self) -> (u32, u32) {
        let first = self.texts.first().map_or(0, |t| t.at.col);
        (first, self.texts.iter().map(|t| t.end).max().unwrap_or(first))
    }
}

/// Headers of a mark column that elsewhere are headers of points.
const WEAK_SCORE_WORDS: [&str; 5] = ["分数", "打分", "评定分", "评定", "分"];
/// Parts of a header that name a rater.
const RATER_WORDS: [&str; 7] = ["评分人", "评委", "评价人", "打分人", "打分者", "评议人", "评分者"];

/// Splits a header row where a new item word begins a table of its own.
pub(super) fn parts<'t, 's>(
    lexicon: &Lexicon,
    texts: &'t [Text<'s>],
    month: Option<Period>,
) -> Vec<Part<'t, 's>> {
    let starts: Vec<usize> = texts
        .iter()
        .enumerate()
        .filter(|(_, t)| lexicon.item_words.contains(&*t.key))
        .map(|(index, _)| index)
        .collect();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (order, start) in starts.iter().enumerate() {
        let from = if order == 0 { 0 } else { *start };
        let to = starts.get(order + 1).copied().unwrap_or(texts.len());
        let alone = |from: usize, to: usize| {
            texts.get(from..to).is_none_or(|part| strong_score(lexicon, part, month).is_none())
        };
        let Some(last) = out.last_mut() else {
            out.push((from, to));
            continue;
        };
        let gap = texts.get(last.1 - 1).zip(texts.get(from)).is_none_or(|(a, b)| {
            texts.get(last.0..last.1).unwrap_or_default().iter().all(|t| t.end + 1 < b.at.col)
                || a.end + 1 < b.at.col
        });
        let raters = is_raters(texts.get(from..to).unwrap_or_default());
        // `考核项目 | 考核内容 | 得分` is one table: a part without a score joins its neighbour.
        if !gap && !raters && (alone(last.0, last.1) || alone(from, to)) {
            last.1 = to;
        } else {
            out.push((from, to));
        }
    }
    out.into_iter()
        .filter_map(|(from, to)| texts.get(from..to))
        .map(|texts| {
            let score = strong_score(lexicon, texts, month);
            let unclear = score.and_then(|score| score.unclear);
            Part { texts, score: score.map(|score| score.col), unclear }
        })
        .collect()
}

/// A score column, and its header where another column is as good.
#[derive(Debug, Clone, Copy)]
struct Score {
    col: u32,
    unclear: Option<CellRef>,
}

/// Parts of headers of scores that others give before: the person assessed, a first reviewer.
const BEFORE: [&str; 8] = ["自评", "自我", "自查", "自打", "初评", "初核", "初审", "预评"];
/// Parts of headers below 得分 that are of no score.
const NO_SCORE: [&str; 6] = ["备注", "说明", "依据", "理由", "签", "扣分"];

/// A score's header as it is compared with the scheme's words: `10月得分` of an October form, `得分*` and
/// `【得分】` are 得分.
pub(super) fn score_key<'t>(text: &str, key: &'t str, month: Option<Period>) -> Cow<'t, str> {
    let key = without_marks(key);
    if key.is_empty() {
        let whole = compact(text);
        let within =
            whole.trim_start_matches(['【', '[', '〔']).trim_end_matches(['】', ']', '〕']);
        return Cow::Owned(within.to_owned());
    }
    match led_by_month(key, month) {
        Some((When::This, rest)) if key != "本月得分" => Cow::Borrowed(rest),
        _ => Cow::Borrowed(key),
    }
}

/// The score column: the best word wins, not the leftmost column; of several the month's own.
fn strong_score(lexicon: &Lexicon, texts: &[Text<'_>], month: Option<Period>) -> Option<Score> {
    let keys: Vec<Cow<'_, str>> = texts.iter().map(|t| score_key(t.text, &t.key, month)).collect();
    let found = lexicon.score_words.iter().find_map(|word| {
        let own = texts.iter().zip(&keys).filter(|(_, key)| *key == word);
        let mut found: Vec<&Text<'_>> = own.map(|(text, _)| text).collect();
        found.dedup_by_key(|t| t.at.col);
        (!found.is_empty()).then_some(found)
    })?;
    let first = *found.first()?;
    if found.len() == 1 && first.end == first.at.col {
        return Some(Score { col: first.at.col, unclear: None });
    }
    let below = || {
        let own = |t: &&Text<'_>| {
            t.at.row > first.at.row && (first.at.col..=first.end).contains(&t.at.col)
        };
        texts.iter().filter(own).collect::<Vec<_>>()
    };
    let all = if found.len() == 1 { below() } else { found };
    if all.len() < 2 {
        return Some(Score { col: first.at.col, unclear: None });
    }
    let has = |text: &str, parts: &[&str]| {
        let text = crate::text::compact(text);
        has_any(&text, parts)
    };
    let months: Vec<_> = all
        .iter()
        .map(|t| match has(t.text, &BEFORE) || has(t.text, &NO_SCORE) {
            true => (When::Other, false),
            false => (when(t.text, month), false),
        })
        .collect();
    Some(match of_month(&months) {
        Chosen::One(at) => Score { col: all.get(at)?.at.col, unclear: None },
        _ => Score { col: first.at.col, unclear: Some(first.at) },
    })
}

/// The score column of a header, where nothing else may be it.
pub(super) fn score_column(
    lexicon: &Lexicon,
    texts: &[Text<'_>],
    month: Option<Period>,
) -> Option<u32> {
    match strong_score(lexicon, texts, month) {
        Some(score) => score.unclear.is_none().then_some(score.col),
        None => weak_score(texts),
    }
}

pub(super) fn weak_score(texts: &[Text<'_>]) -> Option<u32> {
    WEAK_SCORE_WORDS.iter().find_map(|word| texts.iter().find(|t| t.key == *word)).map(|t| t.at.col)
}

pub(super) fn columns(lexicon: &Lexicon, texts: &[Text<'_>], score: u32) -> Option<Columns> {
    let item = texts
        .iter()
        .find(|t| t.at.col != score && lexicon.item_words.contains(&*t.key))
        .map(|t| t.at.col)?;
    // 分值 before 权重 where a form has both.
    let points = lexicon.points_words.iter().find_map(|word| {
        texts
            .iter()
            .find(|t| t.at.col != score && t.at.col != item && t.key == *word)
            .map(|t| t.at.col)
    });
    Some(Columns { item, score, points })
}

pub(super) fn is_raters(texts: &[Text<'_>]) -> bool {
    texts.iter().any(|t| RATER_WORDS.iter().any(|word| t.key.contains(word)))
}

/// Whether a header without a score column heads some other table: raters' names, or values.
pub(super) fn is_other_table(texts: &[Text<'_>]) -> bool {
    texts.len() >= 3 || is_raters(texts)
}
