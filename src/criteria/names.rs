//! One figure, one name: 「漏检每次扣2分，漏检3次以上不得分」 asks for one count, not two.

use super::{Clause, Need, Said};

/// What a count is called before it is known which one is meant.
pub(super) const SAME: &str = "";

/// Words that say how often and not what.
const OFTEN: [&str; 22] = [
    "累计",
    "当月",
    "本月",
    "月度",
    "年度",
    "年内",
    "同月",
    "全月",
    "一个月内",
    "出现",
    "发生",
    "达到",
    "有",
    "达",
    "发现",
    "被",
    "该月",
    "总数",
    "合计",
    "如",
    "若",
    "超过",
];

/// Words that stand for the figure itself.
const ITSELF: [&str; 10] =
    ["实际", "实际值", "实际完成", "完成值", "x", "X", "指标值", "数值", "结果", "指标"];

fn kind(clause: &Clause) -> &str {
    match &clause.said {
        Said::Rule(rule) => rule.split('"').nth(1).unwrap_or_default(),
        _ => "",
    }
}

fn cut_off(clause: &Clause) -> bool {
    matches!(kind(clause), "veto" | "condition") || clause.needs.iter().any(|n| n.name == SAME)
}

/// The name of a count: 迟到次数, 流失人次.
pub(super) fn counted(subject: &str, unit: &str) -> String {
    let subject = subject.trim_end_matches("次数");
    let aim = subject.strip_prefix("目标").filter(|own| own.chars().count() > 1);
    let subject = aim.unwrap_or(subject);
    // 「发生率为0，发生1例扣5分」 counts what happens.
    let bare = subject.strip_suffix("发生率").or_else(|| subject.strip_suffix('率'));
    let subject = bare.filter(|own| own.chars().count() > 1).unwrap_or(subject);
    match unit {
        "" | "次" | "回" | "起" | "例" => {
            let bare = subject.strip_suffix('数').filter(|own| own.chars().count() > 1);
            format!("{}次数", bare.unwrap_or(subject))
        }
        "元" => subject.to_owned(),
        "人次" | "人" if subject.ends_with(unit) => subject.to_owned(),
        "人次" => format!("{subject}人次"),
        unit if subject.ends_with(&format!("{unit}数")) => subject.to_owned(),
        unit => format!("{subject}{unit}数"),
    }
}

/// Gives the figures of an item one name each.
pub(super) fn unify(
    item: &str,
    ratio: Option<&str>,
    clauses: &mut [Clause],
    vetoes: &mut [Clause],
) {
    let asked: Vec<(usize, Need)> = clauses
        .iter()
        .enumerate()
        .filter(|(_, c)| !cut_off(c) && matches!(c.said, Said::Rule(_)))
        .flat_map(|(at, c)| c.needs.iter().map(move |n| (at, n.clone())))
        .collect();
    for (at, clause) in clauses.iter_mut().enumerate() {
        if cut_off(clause) {
            clause.needs.iter_mut().for_each(|need| one(item, &asked, at, need));
        }
    }
    for veto in vetoes.iter_mut() {
        veto.needs.iter_mut().for_each(|need| one(item, &asked, usize::MAX, need));
    }
    further(clauses);
    one_figure_twice(clauses);
    once_and_each(clauses);
    plain_rates(item, ratio, clauses);
    // Rules of one rate, which one of them calls 实际 or by the end of its name.
    let names: Vec<Need> = clauses.iter().flat_map(|c| c.needs.clone()).collect();
    for need in clauses.iter_mut().flat_map(|c| &mut c.needs) {
        if need.kind == "count" || need.bound.is_some() {
            continue;
        }
        let longer: Vec<&String> = names
            .iter()
            .filter(|o| o.kind == need.kind && o.bound.is_none() && o.name != need.name)
            .filter(|o| o.name.ends_with(&need.name) || ITSELF.contains(&need.name.as_str()))
            .map(|o| &o.name)
            .collect();
        if let Some(first) = longer.first()
            && longer.iter().all(|name| name == first)
        {
            let name = (*first).clone();
            need.clause.clone_from(&name);
            need.name = name;
        }
    }
    clauses.iter_mut().chain(vetoes).for_each(tidy);
}

/// A name without what belongs to the sentence and not to the figure: 「预算偏差率在±」, and the 「无」
/// of 「无投诉得10分，有1起扣3分」, whose figure counts the complaints.
fn tidy(clause: &mut Clause) {
    for need in &mut clause.needs {
        let bare = need.name.trim_end_matches(['±', '≥', '≤', '在', '为']);
        let core = bare.trim_end_matches("次数");
        let none_is_full = core.strip_prefix('无').filter(|thing| !thing.is_empty()).filter(|_| {
            ["得", "，", "记", "计"]
                .iter()
                .any(|next| clause.words.contains(&format!("{core}{next}")))
                && clause.words.contains('有')
        });
        let name = match none_is_full {
            Some(thing) if need.kind == "count" => format!("{thing}次数"),
            _ => bare.to_owned(),
        };
        if !name.is_empty() {
            need.name = name;
        }
    }
}

/// 「1次扣1分，超过3次每次扣2分」: the fourth costs 2, not 1 and 2 more.
fn further(clauses: &mut [Clause]) {
    let event = |clause: &Clause| -> Option<(String, f64, bool)> {
        let Said::Rule(rule) = &clause.said else { return None };
        let own =
            rule.strip_prefix("kind = \"occurrences\"\nevents = [{ metric = {0}, deduct = ")?;
        let (deduct, rest) = own.split_once([',', ' '])?;
        Some((clause.needs.first()?.name.clone(), deduct.parse().ok()?, rest.contains("free = ")))
    };
    let plain: Vec<(String, f64)> = clauses
        .iter()
        .filter_map(event)
        .filter(|(_, _, free)| !free)
        .map(|(name, deduct, _)| (name, deduct))
        .collect();
    for clause in clauses.iter_mut() {
        let Some((name, deduct, true)) = event(clause) else { continue };
        let Some((_, first)) = plain.iter().find(|(n, _)| *n == name) else { continue };
        let Said::Rule(rule) = &mut clause.said else { continue };
        let show = |v: f64| super::stream::show(v);
        let more = crate::text::round15(deduct - first);
        *rule = rule
            .replace(&format!("deduct = {},", show(deduct)), &format!("deduct = {},", show(more)));
        clause.doubts.push(format!(
            "超过以后每次共扣 {}：前一条已扣 {}，这里再扣 {}",
            show(deduct),
            show(*first),
            show(more)
        ));
    }
}

/// Two rules that take for each of one figure: perhaps they are two figures.
fn one_figure_twice(clauses: &mut [Clause]) {
    let mut known: Vec<String> = Vec::new();
    for clause in clauses.iter_mut() {
        let (Said::Rule(rule), [need]) = (&clause.said, clause.needs.as_slice()) else { continue };
        let counts = rule.starts_with("kind = \"occurrences\"") && !rule.contains("free = ");
        if !counts || need.bound.is_some() {
            continue;
        }
        if known.contains(&need.name) {
            clause.doubts.push(format!("与前面的规则都数「{}」，是不是两个数？请核对", need.name));
        }
        known.push(need.name.clone());
    }
}

/// 「投诉每次扣2分，投诉3次及以上扣15分」: nobody says whether the 15 are all that three cost.
fn once_and_each(clauses: &mut [Clause]) {
    let each = |clause: &Clause| matches!(kind(clause), "occurrences" | "lateness");
    let counted = clauses.iter().filter(|clause| each(clause)).flat_map(|clause| &clause.needs);
    let counted: Vec<String> = counted.map(|need| need.name.clone()).collect();
    for clause in clauses.iter_mut().filter(|clause| kind(clause) == "tiers") {
        let same = |need: &Need| counted.contains(&need.name);
        let doubt = "与前面的扣（加）分叠加，请核对";
        if clause.needs.iter().any(same) && !clause.doubts.iter().any(|known| known == doubt) {
            clause.doubts.push(doubt.to_owned());
        }
    }
}

/// Of 「完成率=实际/计划，每低1%扣1分，低于75%不得分」 both rules take the rate, which the cut-off
/// cannot reckon from two figures.
fn plain_rates(item: &str, ratio: Option<&str>, clauses: &mut [Clause]) {
    let used = clauses.iter().any(
        |clause| matches!(&clause.said, Said::Rule(rule) if rule.contains("\nvalue = { of = {0}")),
    );
    let name = ratio.filter(|_| used).and_then(|name| name.rsplit(['，', ',', '、']).next());
    let Some(quoted) = name.map(|name| rate_name(name, item)) else { return };
    let mut defined = Vec::new();
    for need in clauses.iter_mut().filter(|c| cut_off(c)).flat_map(|c| &mut c.needs) {
        let own = need.name.split('=').next().unwrap_or_default();
        if need.kind == "rate" && (own == item || own.ends_with(&quoted) || quoted.ends_with(own)) {
            need.name.clone_from(&quoted);
            need.clause.clone_from(&quoted);
            defined.push(need.clone());
        }
    }
    for clause in clauses.iter_mut() {
        let Said::Rule(rule) = &mut clause.said else { continue };
        let Some(own) = rule.lines().find(|l| l.starts_with("value = { of = {0}")) else {
            continue;
        };
        if let [rate, ..] = defined.as_slice() {
            *rule = rule.replace(own, "value = {0}");
            clause.needs = vec![rate.clone()];
            clause.choices.retain(|c| !c.contains("分母"));
        }
    }
}

/// What a ratio is called: as the words call it, else after the item.
fn rate_name(name: &str, item: &str) -> String {
    let rate = ["率", "比例", "占比", "完成度", "达成度"].iter().any(|end| item.ends_with(end));
    match (name.is_empty(), rate) {
        (false, _) => name.to_owned(),
        (true, true) => item.to_owned(),
        (true, false) => format!("{item}率"),
    }
}

/// The name of a cut-off's count: that of the rule whose events it counts.
fn one(item: &str, asked: &[(usize, Need)], at: usize, need: &mut Need) {
    if need.kind != "count" && need.name == SAME {
        let alike = || asked.iter().filter(|(_, n)| n.kind == need.kind && n.bound.is_none());
        let found = alike().rfind(|(i, _)| *i < at).or_else(|| alike().next());
        need.name = found.map_or_else(|| need.clause.clone(), |(_, other)| other.name.clone());
        need.clause.clone_from(&need.name);
        return;
    }
    if need.kind != "count" || need.bound.is_some() {
        return;
    }
    // 「≤25天得15分，每增加1天扣0.5分，超过35天得0分」: what the rule before it measures.
    // 「缺货品种≤5个，每超1个扣1分，超过15个不得分」 too.
    let days = need.clause.contains('天') || need.clause.contains("工作日");
    let alike = |n: &Need| n.kind == "amount" && (days || n.unit == need.clause);
    if need.name == SAME
        && !asked.iter().any(|(_, n)| n.kind == "count")
        && let Some((_, other)) = asked.iter().rfind(|(i, n)| *i < at && alike(n))
    {
        *need = other.clone();
        return;
    }
    let counts = || asked.iter().filter(|(_, n)| n.kind == "count" && n.bound.is_none());
    let mut core = need.name.trim_end_matches("次数").trim_end_matches("人次").to_owned();
    core = core.trim_end_matches('数').to_owned();
    if let Some(bare) = super::language::COUNTED.split(' ').find_map(|u| core.strip_suffix(u)) {
        core = bare.to_owned();
    }
    for word in OFTEN {
        core = core.replace(word, "");
    }
    let found = if need.name == SAME {
        counts().rfind(|(i, _)| *i < at).or_else(|| counts().next())
    } else if core.is_empty() {
        counts().rfind(|(i, _)| *i < at)
    } else if core == item {
        None
    } else {
        counts().rfind(|(i, n)| *i < at && n.name.contains(&core))
    };
    match found {
        Some((_, other)) => {
            need.name.clone_from(&other.name);
            need.clause.clone_from(&other.clause);
        }
        None if need.name == SAME => {
            let own = need.clause.chars().count() > 3;
            need.name = if own { need.clause.clone() } else { format!("{item}次数") };
            need.clause.clone_from(&need.name);
        }
        None => {}
    }
}
