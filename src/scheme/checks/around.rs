//! The checks of what stands around the items: money, vetoes, groups, grades, shares, metrics that
//! nothing reads.

use super::Findings;
use crate::scheme::check::metrics_of_item;
use crate::scheme::{Reach, Scheme};
use crate::text::show;
use crate::words;
use std::collections::HashSet;

/// Checks all of it.
pub(super) fn around(scheme: &Scheme, out: &mut Findings) {
    money(scheme, out);
    vetoes(scheme, out);
    absent(scheme, out);
    shares(scheme, out);
    groups(scheme, out);
    grades(scheme, out);
    unused(scheme, out);
}

/// A metric that something names and nothing defines.
fn undefined(scheme: &Scheme, name: &str, what: &str, path: String, out: &mut Findings) {
    if scheme.metric(name).is_none() {
        out.error(
            path,
            "scheme-metric",
            words!(
                "「{what}」用到的指标「{name}」没有定义，哪张表都供不出来",
                "the metric `{name}` of `{what}` is not defined; no sheet can supply it"
            ),
            words!("在 [[metrics]] 中加上它", "add it under [[metrics]]"),
        );
    }
}

/// The figures of the money beside the points.
fn money(scheme: &Scheme, out: &mut Findings) {
    for (index, money) in scheme.money.iter().enumerate() {
        undefined(scheme, &money.metric, &money.name, format!("money.{index}.metric"), out);
        undefined(scheme, &money.per, &money.name, format!("money.{index}.per"), out);
    }
}

/// The figures and the grades of vetoes.
fn vetoes(scheme: &Scheme, out: &mut Findings) {
    for (index, veto) in scheme.vetoes.iter().enumerate() {
        undefined(scheme, &veto.metric, "vetoes", format!("vetoes.{index}.metric"), out);
        let known = veto.best.as_ref().is_some_and(|b| scheme.grades.iter().any(|g| g.name == *b));
        if veto.reach == Reach::Grade && !known {
            out.error(
                format!("vetoes.{index}.best"),
                "scheme-grade",
                words!("best 要写 [[grades]] 里的一个等级", "`best` names one of [[grades]]"),
                words!("例如 best = \"B\"", "for example best = \"B\""),
            );
        }
    }
}

/// Items that may not apply, and where their points go then.
fn absent(scheme: &Scheme, out: &mut Findings) {
    for (index, item) in scheme.items.iter().enumerate() {
        let Some(absent) = &item.absent else { continue };
        if let Some(metric) = &absent.when_zero {
            undefined(scheme, metric, &item.name, format!("items.{index}.absent.when_zero"), out);
        }
        let Some(to) = &absent.to else { continue };
        let other = scheme.items.iter().find(|other| other.name == *to);
        if *to == item.name || other.is_none_or(|other| other.absent.is_some()) {
            out.error(
                format!("items.{index}.absent.to"),
                "scheme-absent",
                words!(
                    "「{}」不适用时分值给不了「{to}」：要写另一个总是适用的考核项目",
                    "the points of `{}` cannot go to `{to}`: name another item that always applies",
                    item.name
                ),
                words!(
                    "写 [[items]] 里的 name；删去 to 则按比例摊到其余各项",
                    "a name of [[items]]; without `to` the others share them"
                ),
            );
        }
    }
}

/// Groups of items: each item stands in one at most.
fn groups(scheme: &Scheme, out: &mut Findings) {
    let mut grouped: HashSet<&str> = HashSet::new();
    for (index, group) in scheme.groups.iter().enumerate() {
        for (at, name) in group.items.iter().enumerate() {
            let known = scheme.items.iter().any(|item| item.name == *name);
            if !known || !grouped.insert(name) {
                out.error(
                    format!("groups.{index}.items.{at}"),
                    "scheme-group",
                    if known {
                        words!("「{name}」在两个组里", "`{name}` stands in two groups")
                    } else {
                        words!("没有「{name}」这个考核项目", "there is no item `{name}`")
                    },
                    words!(
                        "写 [[items]] 里的 name，各项只进一个组",
                        "write a name of [[items]]; an item stands in one group"
                    ),
                );
            }
        }
    }
}

/// Grades from high to low, down to 0.
fn grades(scheme: &Scheme, out: &mut Findings) {
    for (index, pair) in scheme.grades.windows(2).enumerate() {
        let [high, low] = pair else { continue };
        if high.from <= low.from {
            let at = show(low.from, 4);
            out.error(
                format!("grades.{}.from", index + 1),
                "scheme-grades",
                words!(
                    "等级「{}」与「{}」的界限相同或次序颠倒（{at}）",
                    "the grades `{}` and `{}` have equal bounds or stand in the wrong order ({at})",
                    high.name,
                    low.name
                ),
                words!("从高到低列出，各不相同", "list them from high to low, each different"),
            );
        }
    }
    if let Some(last) = scheme.grades.last().filter(|g| g.from > 0.0) {
        let from = show(last.from, 4);
        out.notice(
            format!("grades.{}.from", scheme.grades.len() - 1),
            "scheme-grades",
            words!("{from} 分以下不属于任何等级", "a total below {from} has no grade"),
            words!("加上 from = 0 的一级", "add a grade from 0"),
        );
    }
}

/// Metrics that nothing reads.
fn unused(scheme: &Scheme, out: &mut Findings) {
    let mut used: HashSet<&str> = scheme.items.iter().flat_map(metrics_of_item).collect();
    used.extend(scheme.money.iter().flat_map(|m| [m.metric.as_str(), m.per.as_str()]));
    used.extend(scheme.items.iter().filter_map(|i| i.absent.as_ref()?.when_zero.as_deref()));
    used.extend(scheme.vetoes.iter().map(|v| v.metric.as_str()));
    for (index, metric) in scheme.metrics.iter().enumerate() {
        if !used.contains(metric.name.as_str()) {
            out.notice(
                format!("metrics.{index}.name"),
                "scheme-unused",
                words!("指标「{}」没有规则用到", "no rule reads the metric `{}`", metric.name),
                words!(
                    "删去，或核对规则里的名字；留着则每月都要填",
                    "remove it, or check the names in the rules"
                ),
            );
        }
    }
}

/// Grades by shares of the team.
fn shares(scheme: &Scheme, out: &mut Findings) {
    let Some(distribution) = &scheme.distribution else { return };
    let last = distribution.shares.len().saturating_sub(1);
    let whole: f64 = distribution.shares.iter().filter_map(|s| s.share).sum();
    let mut from = f64::INFINITY;
    for (index, share) in distribution.shares.iter().enumerate() {
        let path = format!("distribution.shares.{index}");
        let name = &share.grade;
        let grade = scheme.grades.iter().find(|g| g.name == *name);
        if grade.is_none_or(|g| g.from >= from) {
            out.error(
                format!("{path}.grade"),
                "scheme-shares",
                words!(
                    "「{name}」不是 [[grades]] 里的等级，或次序不是从高到低",
                    "`{name}` is none of [[grades]], or not below the one before it"
                ),
                words!(
                    "等级从高到低列，名字与 [[grades]] 相同",
                    "list grades from high to low, named as in [[grades]]"
                ),
            );
        }
        from = grade.map_or(from, |g| g.from);
        let wrong = share.share.is_some_and(|s| !(0.0..=1.0).contains(&s));
        if wrong || (share.share.is_none() && share.most.is_none() && index < last) {
            out.error(
                path,
                "scheme-shares",
                words!(
                    "「{name}」要写 share（0.2 就是 20 %）或 most（人数上限）",
                    "`{name}` needs a share (0.2 is 20 %) or a most (heads)"
                ),
                words!("只有最后一级可以都不写", "only the last grade may go without"),
            );
        }
    }
    if distribution.shares.is_empty() || whole > 1.0 + 1e-9 {
        let percent = show(whole * 100.0, 2);
        out.error(
            "distribution.shares".to_owned(),
            "scheme-shares",
            words!(
                "各级比例合计 {percent} %，应为 100 % 以内",
                "the shares make {percent} %, not up to 100 %"
            ),
            words!(
                "改正比例；最后一级取其余的人",
                "correct the shares; the last grade takes the rest"
            ),
        );
    }
}
