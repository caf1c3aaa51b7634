//! Criteria whose rule the reader does not understand though the scheme computes it: their numbers are
//! compared as they stand, each with whether it takes or gives.

use super::digits::Digits;
use super::readings::falls_short;
use super::{Difference, Unlike, shortened};
use crate::criteria::AT_MOST;
use crate::scheme::Item;
use crate::text::{compact, has_any};

/// What a number does to the score, as the words before it say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Takes,
    Gives,
    /// A bound, a count, or what is scored.
    Other,
}

/// A number of a text, and which clause of it says it.
#[derive(Debug, Clone, PartialEq)]
struct Said<'t> {
    act: Act,
    number: f64,
    clause: &'t str,
}

/// The clauses whose numbers the other text does not have, or to another effect.
pub(super) fn changed(item: &Item, text: &str) -> Vec<Difference> {
    if item.criteria.is_empty() || !falls_short(item) {
        return Vec::new();
    }
    let recorded = said(&item.criteria);
    let mut left = recorded.clone();
    let mut added = Vec::new();
    for one in said(text) {
        match left.iter().position(|own| own.act == one.act && own.number == one.number) {
            Some(at) => drop(left.remove(at)),
            None => added.push(one),
        }
    }
    // 100% and full marks may be said or not, and a bound twice or once.
    let idle = |one: &Said<'_>, other: &[Said<'_>]| {
        let known = other.iter().any(|own| own.act == one.act && own.number == one.number);
        // 最低0分 and 最多扣15分 of 15 say what every item has.
        let bounds = has_any(one.clause, &AT_MOST) || has_any(one.clause, &["最低", "扣完"]);
        let full = bounds && [0.0, item.points].contains(&one.number);
        let usual = || [100.0, 1.0, item.points].contains(&one.number);
        full || one.act == Act::Other && (known || usual())
    };
    let own = said(text);
    added.retain(|one| !idle(one, &recorded));
    left.retain(|one| !idle(one, &own));
    let mut out: Vec<Difference> = Vec::new();
    let mut tell = |clause: &str, is: Unlike| {
        let words = shortened(clause);
        if !out.iter().any(|known| known.words == words) {
            out.push(Difference { sure: true, ..Difference::new(words, is) });
        }
    };
    added.iter().for_each(|one| tell(one.clause, Unlike::Rule(true)));
    if added.is_empty() {
        left.iter().for_each(|one| tell(one.clause, Unlike::Gone));
    }
    out
}

/// Whether a clause gives a source or a day, and no points: 依据《管理制度》第3条, 每月5日前由人事统计, 2026年7月起执行.
fn is_about_the_text(clause: &str) -> bool {
    const ABOUT: [&str; 11] = [
        "制度",
        "办法",
        "规定",
        "文件",
        "月起",
        "日起",
        "执行",
        "日前",
        "日内",
        "日提供",
        "日统计",
    ];
    let key = compact(clause);
    let article = key.match_indices('条').any(|(at, _)| {
        key.get(..at).is_some_and(|before| {
            before.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with('第')
        })
    });
    (article || has_any(&key, &ABOUT)) && !has_any(&key, &["扣", "加", "奖", "罚", "减", "分"])
}

/// The numbers of a text.
fn said(text: &str) -> Vec<Said<'_>> {
    let mut out = Vec::new();
    let clauses = text.split(['；', ';', '。', '\n', '，', ',']);
    for clause in clauses.filter(|clause| !is_about_the_text(clause)) {
        let digits = Digits::of(clause);
        let mut words = digits.bare.split('#');
        for number in digits.numbers {
            let before = compact(words.next().unwrap_or_default());
            // 上月（9月）
            if words.clone().next().is_some_and(|behind| behind.starts_with(['月', '年'])) {
                continue;
            }
            let verb = before.chars().next_back().unwrap_or(' ');
            let act = match verb {
                '扣' | '减' | '罚' | '-' | '−' => Act::Takes,
                '加' | '奖' | '励' | '增' | '+' => Act::Gives,
                _ => Act::Other,
            };
            out.push(Said { act, number, clause });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::Scheme;

    #[test]
    fn what_no_reader_understands_is_compared_by_its_numbers() {
        let schemes = Scheme::examples();
        let item = |name: &str| {
            let mut items = schemes.iter().flat_map(|scheme| &scheme.items);
            items.find(|item| item.name == name).unwrap()
        };
        for (name, from, to, told) in [
            ("费用控制", "每升1%扣2分", "每升1%加2分", true),
            ("费用控制", "每降1%加1分", "每降1%扣1分", true),
            ("费用控制", "持平得15分，", "", true),
            ("费用控制", "每降1%加1分，", "", true),
            ("费用控制", "每降1%加1分", "每降一个百分点奖1分", false),
            ("费用控制", "每升1%扣2分", "每升1%减2分", false),
            ("货损控制", "，超过500元每满100元再扣1分", "", true),
            ("货损控制", "500元及以上扣5分，", "", true),
            ("货损控制", "500元以下扣3分", "500元以下加3分", true),
            ("货损控制", "500元及以上扣5分", "500元以上（含）扣5分", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；依据《管理制度》第3条", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；每月5日前由人事统计", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；2026年7月起执行", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；最低0分", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；最多扣15分", false),
            ("货损控制", "500元及以上扣5分", "500元及以上扣5分；丢失1件扣15分", true),
            ("费用控制", "以上月费用为基数", "以上月（9月）费用为基数", false),
            // What is understood is compared by its reading.
            ("收发准确", "错发每次扣5分，", "", false),
        ] {
            let item = item(name);
            assert!(item.criteria.contains(from), "{from}");
            let found = changed(item, &item.criteria.replace(from, to));
            assert_eq!(!found.is_empty(), told, "{name} {to}: {found:?}");
        }
        assert!(changed(item("费用控制"), &item("费用控制").criteria).is_empty());
    }
}
