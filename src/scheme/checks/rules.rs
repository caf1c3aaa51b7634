//! The checks of an item and its rules.

use super::Findings;
use crate::scheme::check::{measured, metrics_of};
use crate::scheme::{Item, Rule, Scheme};
use crate::text::show;
use crate::words;

pub(super) fn check_item(scheme: &Scheme, index: usize, item: &Item, out: &mut Findings) {
    let path = format!("items.{index}");
    if item.rules.is_empty() {
        out.error(
            format!("{path}.name"),
            "scheme-no-rule",
            words!("「{}」没有规则", "`{}` has no rule", item.name),
            words!(
                "加上 [[items.rules]]；由人评定的写 kind = \"judged\"",
                "add [[items.rules]]; kind = \"judged\" where a person decides"
            ),
        );
    }
    if item.cap.is_some_and(|cap| cap < item.floor) {
        out.error(
            format!("{path}.cap"),
            "scheme-cap",
            words!("「{}」的 cap 低于 floor", "the cap of `{}` is below its floor", item.name),
            words!("改正其中一个", "correct one of them"),
        );
    }
    // An item that comes on top starts at 0, and its cap is what it may make.
    let full = item.scale.unwrap_or(item.points);
    if let Some(cap) =
        item.cap.filter(|cap| (item.floor..full).contains(cap) && item.base_points.is_none())
    {
        let (cap, full) = (show(cap, 4), show(full, 4));
        out.notice(
            format!("{path}.cap"),
            "scheme-cap",
            words!(
                "「{}」的 cap {cap} 低于它的分值 {full}：得不到满分",
                "the cap {cap} of `{}` is below its {full} points, which nobody can reach",
                item.name
            ),
            words!(
                "只限制加分的写进规则（most_added、most）；否则改正其中一个",
                "write a limit of what is added into the rule (most_added, most); else correct one"
            ),
        );
    }
    if item.scale.is_some_and(|scale| scale <= 0.0) {
        out.error(
            format!("{path}.scale"),
            "scheme-scale",
            words!("scale 必须大于 0", "scale must be above 0"),
            words!("百分制写 scale = 100", "scale = 100 for marks out of 100"),
        );
    }
    for (at, rule) in item.rules.iter().enumerate() {
        check_rule(scheme, item, &format!("{path}.rules.{at}"), rule, out);
    }
}

fn check_rule(scheme: &Scheme, item: &Item, path: &str, rule: &Rule, out: &mut Findings) {
    if let Rule::Clauses(clauses) = rule {
        for (at, inner) in clauses.rules.iter().enumerate() {
            check_rule(scheme, item, &format!("{path}.rules.{at}"), inner, out);
        }
    } else {
        for name in metrics_of(rule) {
            if scheme.metric(name).is_none() {
                out.error(
                    path_of_metric(path, rule, name),
                    "scheme-metric",
                    words!(
                        "「{}」用到的指标「{name}」没有定义，哪张表都供不出来",
                        "the metric `{name}` of `{}` is not defined; no sheet can supply it",
                        item.name
                    ),
                    words!(
                        "在 [[metrics]] 中加上 name = \"{name}\"，或改成已有的名字",
                        "add it under [[metrics]], or use a name that is there"
                    ),
                );
            }
        }
    }
    for fault in rule.faults(scheme) {
        out.error(format!("{path}.{}", fault.key), "scheme-rule", fault.what, fault.cure);
    }
    above_item(scheme, item, path, rule, out);
}

/// Rule points above the item's: often a slip, sometimes meant (a stretch target).
fn above_item(scheme: &Scheme, item: &Item, path: &str, rule: &Rule, out: &mut Findings) {
    let full = item.scale.unwrap_or(item.points);
    if item.cap.is_some() {
        return;
    }
    let most = |list: &mut dyn Iterator<Item = f64>| list.fold(f64::NEG_INFINITY, f64::max);
    let (key, top) = match rule {
        Rule::Bands(r) => ("bands", most(&mut r.bands.iter().filter_map(|b| b.points))),
        Rule::Anchored(r) => ("anchors", most(&mut r.anchors.iter().map(|a| a.points))),
        Rule::Ladder(r) => ("points", most(&mut r.points.iter().copied())),
        Rule::Rank(r) if r.base.is_none() => ("points", most(&mut r.points.iter().copied())),
        Rule::Done(r) => ("most", r.most.unwrap_or(f64::NEG_INFINITY)),
        Rule::AllOrNothing(r) => ("points", r.points.unwrap_or(f64::NEG_INFINITY)),
        Rule::Judged(r) => {
            let max = scheme.metric(&r.metric).and_then(|m| m.max);
            ("metric", max.unwrap_or(f64::NEG_INFINITY))
        }
        _ => return,
    };
    if top > full {
        let (top, full) = (show(top, 4), show(full, 4));
        out.notice(
            format!("{path}.{key}"),
            "scheme-above-item",
            words!(
                "规则最多给 {top} 分，「{}」只有 {full} 分",
                "the rule gives up to {top} points; `{}` has {full}",
                item.name
            ),
            words!(
                "笔误则改正；有意超出请写 cap = {top}；百分制请写 scale = 100",
                "correct it; write cap = {top} where it is meant; scale = 100 for marks out of 100"
            ),
        );
    }
}

fn path_of_metric(path: &str, rule: &Rule, name: &str) -> String {
    let tail = match rule {
        Rule::Occurrences(r) => {
            let at = r.events.iter().position(|e| e.metric == name).unwrap_or_default();
            format!("events.{at}.metric")
        }
        Rule::Deviation(_)
        | Rule::Bands(_)
        | Rule::Ratio(_)
        | Rule::Anchored(_)
        | Rule::Ladder(_) => "value".to_owned(),
        Rule::Lateness(r) if r.due.as_deref() == Some(name) => "due".to_owned(),
        Rule::Lateness(r) if r.done.as_deref() == Some(name) => "done".to_owned(),
        Rule::Lateness(_) => "days".to_owned(),
        Rule::Done(_) => "things".to_owned(),
        Rule::Tiers(_) => "metrics".to_owned(),
        Rule::Raters(_) => "marks".to_owned(),
        Rule::AllOrNothing(_) => "conditions".to_owned(),
        Rule::Matrix(r) if measured(&r.rows.value).contains(&name) => "rows".to_owned(),
        Rule::Matrix(_) => "columns".to_owned(),
        _ => "metric".to_owned(),
    };
    format!("{path}.{tail}")
}
