//! Clauses that only one of both texts has, where nothing else was found to differ: 服务差错每次扣5分 added
//! behind 客户投诉每次扣5分, or the points of two clauses exchanged.

use super::atoms::{self, Atom};
use super::digits::Digits;
use super::{Difference, Unlike, shortened};
use crate::criteria;
use crate::scheme::Item;
use crate::text::has_any;

/// Least letters of a clause that names what it is about.
const WORDS: usize = 4;

/// What stands before points that are given or taken: 扣, 扣除, 奖励.
const GIVES: [char; 10] = ['扣', '加', '得', '减', '罚', '奖', '励', '除', '予', '-'];

/// A part of a text between two stops or commas.
struct Clause<'t> {
    words: &'t str,
    digits: Digits,
}

impl Clause<'_> {
    /// The numbers of points or money that it gives or takes and that another text which says the same has too: not
    /// 扣1分 of 每次扣分, 满分50分 of 50, 最低得0分.
    fn points(&self, item: &Item) -> Vec<f64> {
        let least = has_any(self.words, &["最低", "扣完", "扣至"]).then_some(0.0);
        let alone = (self.digits.numbers.len() == 1).then_some(item.points);
        let idle = [Some(1.0), Some(100.0), least, alone];
        let bare = &self.digits.bare;
        let before = bare.match_indices('#').filter_map(|(at, _)| bare.get(..at));
        let numbers = self.digits.numbers.iter().copied().zip(before);
        let points = numbers
            .filter(|(number, before)| before.ends_with(GIVES) && !idle.contains(&Some(*number)));
        points.map(|(number, _)| number).collect()
    }
}

/// The clauses that differ, where the scheme's rules were not changed with the form's.
pub(super) fn changed(item: &Item, text: &str) -> Vec<Difference> {
    if item.criteria.is_empty() {
        return Vec::new();
    }
    let (own, recorded) = (clauses(text), clauses(&item.criteria));
    let (ours, theirs) = (numbers(&own), numbers(&recorded));
    let found = if ours == theirs {
        exchanged(item, &own, &recorded)
    } else if ours.len() != theirs.len() {
        let more = lacking(item, &own, &recorded).map(|clause| (clause, Unlike::Rule(false)));
        let gone = lacking(item, &recorded, &own).map(|clause| (clause, Unlike::Gone));
        let found = more.into_iter().chain(gone);
        found.map(|(clause, is)| Difference::new(shortened(clause.words), is)).collect()
    } else {
        Vec::new()
    };
    // Reading takes longer than comparing.
    if found.is_empty() || is_scored(item, text) { Vec::new() } else { found }
}

/// All numbers of clauses, from the least to the greatest.
fn numbers(clauses: &[Clause<'_>]) -> Vec<f64> {
    let mut out: Vec<f64> =
        clauses.iter().flat_map(|clause| &clause.digits.numbers).copied().collect();
    out.sort_by(f64::total_cmp);
    out
}

/// Whether the rules that the text is read as are the scheme's, one by one.
fn is_scored(item: &Item, text: &str) -> bool {
    let said = atoms::of_clauses(&criteria::read(&item.name, item.points, text).clauses);
    let rules = atoms::of_item(item);
    let before =
        atoms::of_clauses(&criteria::read(&item.name, item.points, &item.criteria).clauses);
    let same = |a: &[(Atom, usize)], b: &[Atom]| {
        a.len() == b.len() && a.iter().zip(b).all(|((a, _), b)| a.agrees(b))
    };
    same(&said, &rules) && !same(&before, &rules)
}

/// Clauses in the scheme's words with other points: those of another clause, since the text has the same in all.
fn exchanged(item: &Item, own: &[Clause<'_>], recorded: &[Clause<'_>]) -> Vec<Difference> {
    let found = own.iter().filter_map(|clause| {
        let bare = &clause.digits.bare;
        let same = |other: &&Clause<'_>| other.digits.bare == *bare;
        let mut others = recorded.iter().filter(same);
        let (other, None) = (others.next()?, others.next()) else { return None };
        let named = bare.chars().filter(|c| *c != '#').count() >= WORDS;
        let once = own.iter().filter(same).count() == 1;
        let differs = other.digits.numbers != clause.digits.numbers;
        let is = || Unlike::Instead(shortened(other.words));
        (named && once && differs && !clause.points(item).is_empty())
            .then(|| Difference::new(shortened(clause.words), is()))
    });
    found.collect()
}

/// The first clause with a number that the other text has less often.
fn lacking<'c, 't>(
    item: &Item,
    own: &'c [Clause<'t>],
    other: &[Clause<'_>],
) -> Option<&'c Clause<'t>> {
    let mut left: Vec<f64> =
        other.iter().flat_map(|clause| &clause.digits.numbers).copied().collect();
    let mut takes = |number: f64| {
        let at = left.iter().position(|known| *known == number);
        at.map(|at| left.swap_remove(at)).is_some()
    };
    // Clauses that both have take theirs first, so that what is left over is the new one's.
    let is_both = |clause: &&Clause<'_>| other.iter().any(|known| known.digits == clause.digits);
    let (both, new): (Vec<_>, Vec<_>) = own.iter().partition(is_both);
    for number in both.iter().flat_map(|clause| &clause.digits.numbers) {
        takes(*number);
    }
    new.into_iter().find(|clause| {
        let points = clause.points(item);
        points.into_iter().filter(|number| !takes(*number)).count() > 0
    })
}

/// The clauses of a text. A comma between digits is one of a number.
fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let in_number = before.is_ascii_digit() && next.is_ascii_digit();
        if "；;。\n".contains(c) || "，,".contains(c) && !in_number {
            out.extend(text.get(from..at));
            from = at + c.len_utf8();
        }
        before = c;
    }
    out.extend(text.get(from..));
    let clauses = out.into_iter().filter(|words| !crate::text::is_blank(words));
    clauses.map(|words| Clause { words, digits: Digits::of(words) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(recorded: &str, text: &str) -> Vec<String> {
        let item = crate::scheme::Scheme::built_in()[0].items[0].clone();
        let item = Item { points: 50.0, criteria: recorded.to_owned(), ..item };
        changed(&item, text).into_iter().map(|one| one.words).collect()
    }

    #[test]
    fn added_and_removed() {
        let own = "客户投诉每次扣5分";
        for (added, told) in [
            ("；服务差错每次扣5分", true),
            ("。每发生1次服务差错扣5分", true),
            ("\n旷工1次扣5分", true),
            ("；服务差错扣5分/次", true),
            ("；重复发生的再扣5分", true),
            // Nothing of points.
            ("；每月5日前提交", false),
            ("（满分50分）", false),
            ("；以客服部登记为准", false),
            ("；60分钟内答复", false),
        ] {
            let both = format!("{own}{added}");
            assert_eq!(!found(own, &both).is_empty(), told, "{added}");
            assert_eq!(!found(&both, own).is_empty(), told, "without {added}");
        }
        // Other words for the same numbers, put together otherwise.
        let bands = "低于95%每低1个百分点扣2分";
        assert_eq!(found(bands, "95%以下的，每降低一个百分点，扣2分"), [""; 0]);
        assert_eq!(found("计划309,500元，每低1%扣2分", "计划309500元；每低1%扣2分"), [""; 0]);
        let words = "0次得50分，1次得40分，2次得20分";
        assert_eq!(found(words, "1次得40分，2次得20分"), ["0次得50分"]);
    }

    #[test]
    fn exchanged_numbers() {
        let recorded = "报表差错每处扣2分；合同差错每处扣3分";
        let told = found(recorded, "报表差错每处扣3分；合同差错每处扣2分");
        assert_eq!(told, ["报表差错每处扣3分", "合同差错每处扣2分"]);
        assert_eq!(found(recorded, "合同差错每处扣3分；报表差错每处扣2分"), [""; 0]);
    }
}
