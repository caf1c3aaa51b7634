//! 「另处50-100元罚款」: money beside the points.

use super::Said;
use super::stream::{Stream, patterns};

patterns! {
    /// 罚款50元, 奖励200元/次, 每次罚50~100元, 50-100元罚款.
    AMOUNT = r"(?:E?n?,?)?[-+m=]=?(n)(?:~(n))?p?w?";
    /// 50元罚款.
    TRAILING = r"m?(n)(?:~(n))?w";
}

/// Reads the amounts of money that are taken or given.
pub(super) fn read(stream: &mut Stream<'_>) {
    for sentence in stream.sentences(0..stream.len()) {
        for pattern in [&AMOUNT, &TRAILING] {
            for found in stream.all(pattern, sentence.clone()) {
                let last = stream.number(&found, 2).or(stream.number(&found, 1));
                let text = stream.text(found.range.clone());
                let fined = ["罚", "奖", "扣款", "扣工资", "赔偿", "激励", "扣发", "扣"]
                    .iter()
                    .any(|w| text.contains(w));
                if last.is_some_and(|n| n.unit == "元") && fined {
                    let clause = stream.clause(sentence.clone(), Said::Money);
                    stream.push(found.range, clause);
                }
            }
        }
    }
}
