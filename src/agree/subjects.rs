//! Over what a clause of the criteria counts: one shop or both, the mean or everybody, the plan or last year.
//! Numbers and rules do not show such a change, nor do they what is divided by what.

use super::{Difference, Unlike, shortened};
use crate::criteria::LATE;
use crate::scheme::{Item, Rule, metrics_of_item};
use crate::score::lateness::Days;
use crate::text::{akin, compact, has_any};

/// Words of what is counted, those of one meaning together; the longer before those they hold.
const SUBJECTS: [(&[&str], Kind); 17] = [
    (&["c店", "淘宝", "集市"], Kind::Shop),
    (&["商城", "天猫"], Kind::Shop),
    (&["京东"], Kind::Shop),
    (&["拼多多"], Kind::Shop),
    (&["抖音"], Kind::Shop),
    (&["平均分", "平均值", "平均", "均分", "均值", "人均"], Kind::Mean),
    (&["中位数", "中值"], Kind::Other),
    (&["合计", "总和", "总计"], Kind::Sum),
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
    /// The same, of means.
    Mean,
    /// The same, of sums; 合计均值 is a mean.
    Sum,
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
    if found.iter().any(|at| kind(*at) == Kind::Mean) {
        found.retain(|at| kind(*at) != Kind::Sum);
    }
    rest.retain(|c| !"和与及、的/+:：".contains(c));
    (rest, found)
}

fn kind(at: usize) -> Kind {
    SUBJECTS.get(at).map_or(Kind::Other, |(_, kind)| *kind)
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split(['；', ';', '。', '\n', '，', ',']).filter(|clause| !clause.trim().is_empty())
}

/// The clauses that are the scheme's but for what they count over.
pub(super) fn changed(item: &Item, text: &str) -> Vec<Difference> {
    let recorded: Vec<(String, Vec<usize>)> = clauses(&item.criteria).map(parted).collect();
    let is_shop = |at: &&usize| kind(**at) == Kind::Shop;
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
    let found: Vec<&str> =
        found.chain(other_ratios(item, text)).chain(other_bases(item, text)).collect();
    found
        .into_iter()
        .map(|clause| Difference::new(shortened(clause), Unlike::Rule(false)))
        .collect()
}

/// The clauses that count lateness in days where the scheme counts working days, and the other way round. Days
/// that a person counts are as the form says.
pub(super) fn other_days(item: &Item, text: &str) -> Vec<Difference> {
    let counted = item.rules.iter().find_map(|rule| match rule {
        Rule::Lateness(late) if late.days.is_none() => Some(late.count == Days::Working),
        _ => None,
    });
    let Some(working) = counted else { return Vec::new() };
    let known = compact(&item.criteria);
    let late = |clause: &&str| {
        (has_any(clause, &LATE) || clause.contains(['拖', '晚', '迟']))
            && clause.contains(['天', '日'])
            && clause.contains("工作日") != working
            && !known.contains(&compact(clause))
    };
    let found = clauses(text).filter(late);
    found.map(|clause| Difference::new(shortened(clause), Unlike::Rule(true))).collect()
}

/// A name of a figure without what says nothing of it: 中差评数 of 当月中差评总数.
fn bare(name: &str) -> String {
    let pairs = [("目标", "计划"), ("预算", "计划"), ("销售", "营业"), ("处理", "修改")];
    let idle = [
        "×100%", "*100%", "x100%", "数量", "条数", "金额", "当月", "本月", "月度", "部门", "完成",
        "成功", "已", "总", "的", "月", "数", "额", "值", "(", ")",
    ];
    let key = pairs.iter().fold(compact(name), |key, (from, to)| key.replace(from, to));
    idle.iter().fold(key, |key, word| key.replace(word, ""))
}

/// What a clause divides by what: 实际完成额 and 计划营业额.
fn ratio(clause: &str) -> Option<(String, String)> {
    let (_, formula) = clause.split_once(['=', '＝'])?;
    let (over, under) = formula.split_once(['÷', '/', '／'])?;
    let (over, under) = (bare(over), bare(under));
    (!over.is_empty() && !under.is_empty()).then_some((over, under))
}

/// The clauses that divide another figure than the scheme's words do, or by another.
fn other_ratios<'t>(item: &Item, text: &'t str) -> Vec<&'t str> {
    let recorded: Vec<(String, String)> = clauses(&item.criteria).filter_map(ratio).collect();
    let known: Vec<String> = metrics_of_item(item).map(bare).collect();
    let fits = |name: &String, own: &String| akin(name, own) || known.contains(name);
    let found = clauses(text).filter(|clause| {
        let Some((over, under)) = ratio(clause) else { return false };
        let fits = |own: &(String, String)| fits(&over, &own.0) && fits(&under, &own.1);
        !recorded.is_empty() && !recorded.iter().any(fits)
    });
    found.collect()
}

/// The clauses that have a base of the scheme's words for another figure: 首次响应时间以18秒为基点.
fn other_bases<'t>(item: &Item, text: &'t str) -> Vec<&'t str> {
    let parted = |clause: &str| {
        let (rest, _) = parted(clause);
        let same = [("响应", "反应"), ("千牛", "旺旺"), ("绩效", "kpi")];
        let rest = same.iter().fold(rest, |rest, (from, to)| rest.replace(from, to));
        let (subject, base) = rest.rsplit_once('以')?;
        let said = base.contains('为') && base.contains(|c: char| c.is_ascii_digit());
        said.then(|| (subject.to_owned(), base.to_owned()))
    };
    let recorded: Vec<(String, String)> = clauses(&item.criteria).filter_map(parted).collect();
    let found = clauses(text).filter(|clause| {
        let Some((subject, base)) = parted(clause) else { return false };
        let mut same = recorded.iter().filter(|(_, own)| *own == base).peekable();
        same.peek().is_some() && same.all(|(own, _)| !is_like(own, &subject))
    });
    found.collect()
}

/// Whether two names share most of their letters: 旺旺响应时间 and 旺旺反应时间.
fn is_like(one: &str, other: &str) -> bool {
    let mut left: Vec<char> = other.chars().collect();
    let longest = left.len().max(one.chars().count());
    let shared = one.chars().filter(|c| {
        let at = left.iter().position(|other| other == c);
        at.map(|at| left.swap_remove(at)).is_some()
    });
    akin(one, other) || shared.count() * 4 >= longest * 3
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
        let reviews = item("中差评");
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
            (turnover, "÷计划营业额", "÷计划额", false),
            (turnover, "实际完成额÷", "实际营业额÷", false),
            (turnover, "实际完成额÷", "当月实际完成额÷", false),
            (turnover, "实际完成额÷", "回款额÷", true),
            (turnover, "实际完成额÷计划营业额", "月实际营业额÷月计划营业额", false),
            (turnover, "实际完成额÷计划营业额", "实际销售额÷计划销售额", false),
            (turnover, "实际完成额÷计划营业额", "实际值÷计划值", false),
            (turnover, "实际完成额÷计划营业额", "实际完成额÷计划完成额", false),
            (reviews, "中差评实际修改数÷", "已修改数÷", false),
            (reviews, "中差评实际修改数÷当月中差评数", "修改条数÷中差评条数", false),
            (team, "C店和商城均值", "C店和商城合计均值", false),
            (team, "旺旺反应时间", "千牛响应时间", false),
            (team, "旺旺反应时间", "平均响应时间", false),
            (reviews, "÷当月中差评数", "÷当月评价总数", true),
            (reviews, "÷当月中差评数", "÷中差评总数", false),
            (reviews, "中差评实际修改数÷", "中差评联系数÷", true),
            (team, "KPI平均分", "KPI中位数", true),
            (team, "KPI平均分", "KPI均分", false),
            (team, "C店和商城均值", "C店和商城合计", true),
            (team, "旺旺反应时间", "首次响应时间", true),
            (team, "旺旺反应时间", "旺旺响应时间", false),
        ] {
            assert!(item.criteria.contains(from), "{from}");
            let found = changed(item, &item.criteria.replace(from, to));
            assert_eq!(!found.is_empty(), told, "{to}: {found:?}");
        }
    }
}
