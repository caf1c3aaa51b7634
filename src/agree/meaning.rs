//! Small words that change what a clause takes, beside the same numbers: so many go free, another unit is counted,
//! the score may fall below 0, a figure is rounded first, groups are put together another way.

use super::digits::Digits;
use super::{Difference, Unlike, shortened};
use crate::scheme::{Item, Rule, Scheme};
use crate::text::{compact, has_any, numerals, show};
use regex_lite::Regex;
use std::sync::LazyLock;

/// What is counted one by one, so that some of it may go free.
const COUNTED: &str =
    "(?:人次|次|人|名|起|例|件|宗|条|项|处|单|笔|家|天|日|小时|分钟|个工作日|个自然日|个)";
/// What is said of those that go free.
const SPARED: &str = "(?:不扣|免扣|不予|不计|不罚|不处罚|警告|提醒|口头|免于|免罚|谈话|批评|教育)";

/// A pattern in which `UNIT` is what is counted and `SPARED` what is said of it.
fn whole(pattern: &str) -> String {
    pattern.replace("UNIT", COUNTED).replace("SPARED", SPARED)
}

patterns! {
    whole;
    /// 允许2次, 超过2人次的.
    ALLOWED = "(?:超过|超出|多于|大于|允许|容许|准许|可有|宽限|容忍|豁免|免扣)(?:出现|发生|有|在)?([0-9.]+)UNIT";
    /// 2次以内不扣.
    WITHIN = "([0-9.]+)UNIT(?:\\(含\\))?(?:以内|之内|以下|内)(?:\\([^)]*\\))?的?者?,?SPARED";
    /// 前2次不扣.
    FIRST = "前([0-9.]+)UNIT[^,;扣减]{0,4}?,?SPARED";
    /// 第3次起, 累计3次.
    FROM = "第([0-9.]+)UNIT[^,;扣减]{0,3}?(?:起|开始)|(?:连续|累计|满|达到)(?:出现|发生)?([0-9.]+)UNIT";
    /// 首次警告.
    ONE = "(?:首|第1)UNIT[^,;扣减]{0,5}?,?SPARED";
    /// 再次发生每次扣2分.
    AGAIN = "(?:再次|再犯|再发生|重犯|重复发生|重复出现|屡次|屡犯)[^,;]{0,10}?,?(?:扣|减|罚)";
    /// 每次扣2分.
    EACH = "每([^每,;扣减罚加奖]{1,12}?),?各?(?:扣除|扣减|扣|减|罚|-)([0-9.]+)分";
    /// 扣2分/天.
    PER = "(?:扣除|扣减|扣|减|罚|-)([0-9.]+)分/([^,;/()]{1,6})";
    /// 可扣至负分.
    BELOW = "(?:可以?|允许|能)(?:为|扣至|扣到|扣成|扣为|扣|得|计|记|出现)?负|(?:扣|减)(?:至|到|成|出|为)负|负分|可以?倒扣";
    /// 取较低者, 两店孰低.
    CHOSEN = "取[^,;]{0,4}?[低高小大优](?:者|值|的|为准|计|$)|孰[低高]|较[低高小大优差](?:者|值|店|的店|的一)|以[^,;]{0,6}?[低高](?:者|值|的)?为准|最[低高](?:者|值|的?店)|加权|算术平均";
    /// 均值的平均.
    TWICE = "(?:均值|平均值|平均数|平均分|均分|平均)(?:的|之|再|后|取|求|算|相加|两店|各店)*(?:平均|均值)";
}

/// One thing that such words say.
#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// So many go free.
    Free(f64),
    /// The first or a warned one does, without a number.
    FirstFree,
    /// So many points for each of these.
    Each(u16, f64),
    /// The score may fall below 0.
    BelowZero,
    /// Half or double of what is taken.
    Times(&'static str),
    /// A figure is rounded before it is counted; by which word.
    Rounded(&'static str),
    /// How several figures make one; by which word.
    Joined(String),
    /// A mean of means.
    MeanOfMeans,
}

/// The clauses of a text that say such a thing, where neither the scheme's words nor its rules do.
pub(super) fn changed(scheme: &Scheme, item: &Item, text: &str) -> Vec<Difference> {
    if item.criteria.is_empty() || !is_computed(item) {
        return Vec::new();
    }
    let recorded: Vec<Term> = sentences(&item.criteria).flat_map(terms).collect();
    let mut out: Vec<Difference> = Vec::new();
    for sentence in sentences(text) {
        let new = terms(sentence).into_iter().find(|term| !is_known(scheme, item, &recorded, term));
        let Some(term) = new else { continue };
        let words = shortened(sentence);
        if out.iter().all(|known| known.words != words) {
            // How many places a figure is shown with may change nothing.
            let sure = term != Term::Rounded("位小数");
            out.push(Difference::new(words, Unlike::Rule(sure)));
        }
    }
    out
}

/// Whether the program counts something of an item; what a person judges is described in any words.
fn is_computed(item: &Item) -> bool {
    item.rules.iter().any(|rule| !matches!(rule, Rule::Judged(_) | Rule::Raters(_)))
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['；', ';', '。', '\n']).filter(|part| !part.trim().is_empty())
}

/// Whether the scheme says the same: in its words, or in its rules.
fn is_known(scheme: &Scheme, item: &Item, recorded: &[Term], term: &Term) -> bool {
    let said = recorded.contains(term);
    match term {
        Term::Free(number) => said || *number < 1.0 || goes_free(&item.rules, *number),
        Term::FirstFree => said || goes_free(&item.rules, 1.0),
        Term::Each(unit, points) => {
            let mut same = recorded.iter().filter_map(|own| match own {
                Term::Each(own, other) if other == points => Some(own),
                _ => None,
            });
            // Other numbers are compared elsewhere.
            same.clone().next().is_none() || same.any(|own| own & unit != 0)
        }
        Term::BelowZero => said || item.floor < 0.0,
        Term::Rounded(_) => said || item.round.is_some() || scheme.round.is_some(),
        Term::Times(_) | Term::Joined(_) | Term::MeanOfMeans => said,
    }
}

/// Whether a rule forgives so many, or ends where so many are over.
fn goes_free(rules: &[Rule], number: f64) -> bool {
    rules.iter().any(|rule| match rule {
        Rule::Occurrences(rule) => rule.events.iter().any(|event| event.free == number),
        Rule::Escalating(rule) => rule.deduct.len() as f64 > number,
        Rule::Lateness(rule) => rule.zero_from == Some(number + 1.0),
        Rule::Veto(rule) => rule.above == Some(number),
        Rule::Clauses(rule) => goes_free(&rule.rules, number),
        _ => false,
    })
}

/// What a sentence says of this kind.
fn terms(sentence: &str) -> Vec<Term> {
    let key = plain(sentence);
    let mut out = free(&key);
    out.extend(each(&key));
    out.extend(below_zero(&key).then_some(Term::BelowZero));
    const TIMES: [&str; 6] = ["减半", "折半", "加倍", "翻倍", "双倍", "倍扣"];
    const ROUNDED: [&str; 10] = [
        "四舍五入",
        "取整",
        "到整数",
        "保留整数",
        "去尾",
        "进一法",
        "进位",
        "舍去小数",
        "舍尾",
        "位小数",
    ];
    let find = |words: &[&'static str]| words.iter().copied().find(|word| key.contains(word));
    out.extend(find(&TIMES).map(Term::Times));
    out.extend(find(&ROUNDED).map(Term::Rounded));
    out.extend(key.split([',', '(', ')']).filter_map(joined));
    out
}

/// A text as the patterns see it: compact, numerals before what they count as figures.
fn plain(text: &str) -> String {
    let key: Vec<char> = compact(text).chars().map(|c| if c == '，' { ',' } else { c }).collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = key.get(at) {
        let rest = || key.get(at..).into_iter().flatten().copied();
        let spelt = numerals::leading(rest()).filter(|(_, used)| {
            let next = key.get(at + used).copied().unwrap_or(' ');
            "人次起例件宗条项处单笔家天日小分个名".contains(next)
        });
        match spelt {
            Some((value, used)) => {
                out.push_str(&show(value, 4));
                at += used;
            }
            None => {
                out.push(*c);
                at += 1;
            }
        }
    }
    out
}

/// How many go free, as a sentence says it.
fn free(key: &str) -> Vec<Term> {
    let number = |found: &regex_lite::Captures<'_>| {
        let digits = found.get(1).or_else(|| found.get(2))?;
        // 超过5个百分点 is a step.
        let behind = key.get(found.get(0)?.end()..).unwrap_or_default();
        let step = found.get(0)?.as_str().ends_with('个');
        let step = step && ["百分", "点", "阶", "档", "月"].iter().any(|w| behind.starts_with(w));
        digits.as_str().parse::<f64>().ok().filter(|_| !step)
    };
    let all = |pattern: &'static Option<Regex>| pattern.iter().flat_map(|p| p.captures_iter(key));
    let spared = all(&ALLOWED).chain(all(&WITHIN)).chain(all(&FIRST));
    let mut out: Vec<Term> = spared.filter_map(|found| number(&found)).map(Term::Free).collect();
    // Without points nothing is counted from there on.
    let takes = has_any(key, &["扣", "减", "罚", "不得分", "0分"]);
    out.extend(
        all(&FROM).filter(|_| takes).filter_map(|c| number(&c)).map(|n| Term::Free(n - 1.0)),
    );
    let first = all(&ONE).chain(all(&AGAIN)).next();
    out.extend(first.map(|_| Term::FirstFree));
    out
}

/// The kinds of what is counted, a bit each; the longer words before those in which they end.
const UNITS: [(&[&str], u16); 14] = [
    (&["班次", "批次", "场次", "批", "场"], 1 << 2),
    (&["人次"], EVENT | PERSON),
    (&["订单"], 1 << 3),
    (&["工作日", "自然日", "天", "日"], 1 << 4),
    (&["周", "星期"], 1 << 5),
    (&["月"], 1 << 6),
    (&["小时"], 1 << 7),
    (&["分钟"], 1 << 8),
    (&["客户", "顾客", "买家"], 1 << 9),
    (&["店铺", "店"], 1 << 10),
    (&["商品", "产品", "款"], 1 << 11),
    (&["部门", "小组", "班组", "团队"], 1 << 12),
    (&["员工", "客服", "成员", "人", "名", "位"], PERSON),
    (&["次", "起", "例", "件", "宗", "桩", "回", "处", "项", "条", "笔", "单", "个"], EVENT),
];
const EVENT: u16 = 1;
const PERSON: u16 = 2;

/// What points are taken for: 每次扣2分, 扣2分/天.
fn each(key: &str) -> Vec<Term> {
    let term = |unit: Option<&str>, points: Option<&str>| {
        let unit = unit?.trim_end_matches(['的', '者', '则', '再', '各', '内']);
        let kind = UNITS.iter().find(|(words, _)| words.iter().any(|word| unit.ends_with(word)))?;
        Some(Term::Each(kind.1, points?.parse().ok()?))
    };
    let group = |found: &regex_lite::Captures<'_>, one: usize, other: usize| {
        let text = |at: usize| found.get(at).map(|m| m.as_str().to_owned());
        term(text(one).as_deref(), text(other).as_deref())
    };
    let each = EACH.iter().flat_map(|p| p.captures_iter(key)).filter_map(|c| group(&c, 1, 2));
    let per = PER.iter().flat_map(|p| p.captures_iter(key)).filter_map(|c| group(&c, 2, 1));
    each.chain(per).collect()
}

/// Whether a score may fall below 0: 可扣至负分, but not 不得为负.
fn below_zero(key: &str) -> bool {
    key.split([',', '(', ')']).any(|part| {
        let found = BELOW.as_ref().and_then(|pattern| pattern.find(part));
        let before = found.and_then(|found| part.get(..found.start()));
        found.is_some()
            && !before.is_some_and(|before| has_any(before, &["不", "无", "非", "避免"]))
    })
}

/// How a part of a sentence makes one figure of several groups' figures.
fn joined(part: &str) -> Option<Term> {
    if TWICE.as_ref().is_some_and(|pattern| pattern.is_match(part)) {
        return Some(Term::MeanOfMeans);
    }
    if let Some(chosen) = CHOSEN.as_ref().and_then(|pattern| pattern.find(part)) {
        return Some(Term::Joined(chosen.as_str().to_owned()));
    }
    // C店、商城均值分别以60%、95%为基准 names a base for each.
    let apart = ["分别", "各自"].into_iter().find(|word| part.contains(word))?;
    let bases = Digits::of(part).numbers.len();
    (has_any(part, &["均值", "平均"]) && bases < 2).then(|| Term::Joined(apart.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_small_words_say() {
        let two = Term::Free(2.0);
        for (words, said) in [
            ("超过2人次的，每人次扣1分", vec![two.clone(), Term::Each(EVENT | PERSON, 1.0)]),
            ("允许两次，超出每次扣2分", vec![two.clone(), Term::Each(EVENT, 2.0)]),
            ("二次（含）以内不扣", vec![two.clone()]),
            ("前2次不扣", vec![two.clone()]),
            ("从第三次起每次扣2分", vec![two.clone(), Term::Each(EVENT, 2.0)]),
            ("累计三次扣2分", vec![two]),
            ("首次警告，再次发生每次扣2分", vec![Term::FirstFree, Term::Each(EVENT, 2.0)]),
            ("第一次口头提醒", vec![Term::FirstFree]),
            ("每天扣2分", vec![Term::Each(1 << 4, 2.0)]),
            ("扣2分/个客户", vec![Term::Each(1 << 9, 2.0)]),
            ("每个客户扣2分", vec![Term::Each(1 << 9, 2.0)]),
            ("每次扣2分，可扣至负分", vec![Term::Each(EVENT, 2.0), Term::BelowZero]),
            ("扣分可为负", vec![Term::BelowZero]),
            ("扣完为止，不得为负分", vec![]),
            ("处理率（四舍五入到整数）", vec![Term::Rounded("四舍五入")]),
            ("投诉扣分加倍", vec![Term::Times("加倍")]),
            ("C店与商城两店均值的平均", vec![Term::MeanOfMeans]),
            ("C店和商城均值（取两店较低者）", vec![Term::Joined("取两店较低者".to_owned())]),
            ("C店和商城均值分别以85元为基点", vec![Term::Joined("分别".to_owned())]),
            // Steps, causes and bases say nothing of the kind.
            ("C店、商城均值分别以60%、95%为基准", vec![]),
            ("每低一个百分点扣2分", vec![]),
            ("超过5个百分点", vec![]),
            ("高于18秒的，其中超出2秒以上的该人次再加扣1分", vec![]),
            ("造成较大损失的，视情况另处罚款", vec![]),
            ("C店和商城均值", vec![]),
            ("发现问题再次沟通", vec![]),
        ] {
            assert_eq!(terms(words), said, "{words}");
        }
    }
}
