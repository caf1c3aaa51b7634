//! The best mark of what is measured: 「客户评分（满分10分）8分以上得50分」.

use crate::criteria::stream::{Stream, patterns};
use std::ops::Range;

patterns! {
    /// 8分以上, 6-8分, 每低0.1分, before what they are worth.
    MEASURED = r"[GK<>](n)|(n)[glkhv]|n~(n)|E[UD](n)";
}

/// The tokens that tell the best mark of what is measured, where 「满分10分」 does: in brackets or right
/// behind a noun, in a sentence that compares marks.
pub(super) fn of_the_mark(
    stream: &Stream<'_>,
    found: &Range<usize>,
    full: f64,
) -> Option<Range<usize>> {
    let bracket = brackets(stream, found);
    let noun = found.start.checked_sub(1).filter(|i| stream.kinds(*i..*i + 1) == "w");
    let note = match (&bracket, noun) {
        (Some(bracket), _) => bracket.clone(),
        (None, Some(_)) => found.clone(),
        (None, None) => return None,
    };
    let rest = note.end..stream.sentence_of(found.start).end;
    let marks: Vec<f64> = stream
        .all(&MEASURED, rest)
        .iter()
        .filter_map(|m| (1..=4).find_map(|g| stream.number(m, g)))
        .filter(|n| n.unit == "分")
        .map(|n| n.value)
        .collect();
    let within = !marks.is_empty() && marks.iter().all(|m| *m <= full);
    // 「满分10分，8分以上…」 of 10 points may be either; then both are one.
    (within && (bracket.is_some() || full != stream.points)).then_some(note)
}

/// The tokens of the brackets around a range, with nothing but a scale in them: （5分制，满分5分）.
fn brackets(stream: &Stream<'_>, found: &Range<usize>) -> Option<Range<usize>> {
    let sentence = stream.sentence_of(found.start);
    let is = |i: usize, c: [char; 2]| {
        stream.letters(i..i + 1) == ":" && stream.text(i..i + 1).starts_with(c)
    };
    let open = (sentence.start..found.start).rev().find(|i| is(*i, ['(', '[']))?;
    let close = (found.end..sentence.end).find(|i| is(*i, [')', ']']))?;
    let inside = stream.text(open + 1..close);
    let rest = |c: char| !"0123456789分制满总为按是采用百十五，,、:".contains(c);
    (!inside.contains(['(', ')']) && !inside.chars().any(rest)).then_some(open..close + 1)
}
