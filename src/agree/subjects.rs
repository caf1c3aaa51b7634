//! Over what a clause of the criteria counts: one shop or both, the mean or everybody, the plan or last year.
//! Numbers and rules do not show such a change.

use super::{Difference, Unlike, shortened};
use crate::scheme::Item;
use crate::text::compact;

/// Words of what is counted, those of one meaning together; the longer before those they hold.
const SUBJECTS: [(&[&str], Kind); 15] = [
    (&["c店", "淘宝", "集市"], Kind::Shop),
    (&["商城", "天猫"], Kind::Shop),
    (&["京东"], Kind::Shop),
    (&["拼多多"], Kind::Shop),
    (&["抖音"], Kind::Shop),
    (&["平均值", "平均", "均值", "人均"], Kind::Other),
    (&["全部", "全体", "所有", "均", "都"], Kind::Other),
    (&["去年同期", "上年同期", "去年", "上年", "同期"], Kind::Other),
    (&["上个月", "上月", "环比"], Kind::Other),
    (&["计划", "目标", "预算"], Kind::Other),
    (&["季度"], Kind::Other),
    (&["年度", "全年"], Kind::Other),
    (&["本人", "个人"], Kind::Other),
    (&["部门", "团队", "小组"], Kind::Idle),
    (&["当月", "本月", "月度"], Kind::Idle),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One of the shops: fewer of them is another figure.
    Shop,
    /// A word without which the clause may mean the same.
    Other,
    /// A word that is understood.
    Idle,
}

/// A clause without the words of its subject, and which of them it has.
fn parted(clause: &str) -> (String, Vec<usize>) {
    let key = compact(clause);
    let mut rest =
        key.trim_start_matches(|c: char| c.is_ascii_digit() || "、.)".contains(c)).to_owned();
    let mut found = Vec::new();
    for (at, (words, kind)) in SUBJECTS.iter().enumerate() {
        for word in *words {
            if rest.contains(word) {
                rest = rest.replace(word, "");
                if *kind != Kind::Idle && !found.contains(&at) {
                    found.push(at);
                }
            }
        }
    }
    rest.retain(|c| !"和与及、的/+:：".contains(c));
    (rest, found)
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split(['；', ';', '。', '\n', '，', ',']).filter(|clause| !clause.trim().is_empty())
}

/// The clauses that are the scheme's but for what they count over.
pub(super) fn changed(item: &Item, text: &str) -> Vec<Difference> {
    let recorded: Vec<(String, Vec<usize>)> = clauses(&item.criteria).map(parted).collect();
    let kind = |at: &usize| SUBJECTS.get(*at).map_or(Kind::Other, |(_, kind)| *kind);
    let is_shop = |at: &&usize| kind(at) == Kind::Shop;
    let found = clauses(text).filter(|clause| {
        let (rest, subjects) = parted(clause);
        let mut same = recorded.iter().filter(|(own, _)| *own == rest).peekable();
        let differs = |own: &Vec<usize>| {
            let added = subjects.iter().any(|at| !own.contains(at));
            let fewer = own.iter().filter(is_shop).any(|at| !subjects.contains(at))
                && subjects.iter().any(|at| is_shop(&at));
            added || fewer
        };
        !rest.is_empty() && same.peek().is_some() && same.all(|(_, own)| differs(own))
    });
    found.map(|clause| Difference { words: shortened(clause), is: Unlike::Rule(false) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::Scheme;

    #[test]
    fn what_is_counted_over_what() {
        let scheme = &Scheme::built_in()[0];
        let item = |name: &str| scheme.items.iter().find(|item| item.name.contains(name)).unwrap();
        let (turnover, team) = (item("营业额"), item("团队绩效"));
        for (item, from, to, told) in [
            (team, "C店和商城均值", "C店均值", true),
            (team, "C店和商城均值", "商城和C店均值", false),
            (team, "C店和商城均值", "两店均值", false),
            (team, "全部低于18秒", "平均低于18秒", true),
            (team, "全部低于18秒", "均低于18秒", false),
            (team, "全部低于18秒", "部门全体低于18秒", false),
            (turnover, "÷计划营业额", "÷去年同期营业额", true),
            (turnover, "÷计划营业额", "÷目标营业额", false),
            (turnover, "÷计划营业额", "÷当月计划营业额", false),
        ] {
            assert!(item.criteria.contains(from), "{from}");
            let found = changed(item, &item.criteria.replace(from, to));
            assert_eq!(!found.is_empty(), told, "{to}: {found:?}");
        }
    }
}
