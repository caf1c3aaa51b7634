//! The checks of an item and its rules.

use super::Findings;
use crate::problem::Words;
use crate::scheme::check::{measured, metrics_of};
use crate::scheme::{Item, Measure, MetricKind, Rule, Scheme};
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
    let mut wrong = |key: &str, what: Words, cure: Words| {
        out.error(format!("{path}.{key}"), "scheme-rule", what, cure);
    };
    match rule {
        Rule::Deviation(r) => {
            if r.step <= 0.0 || r.step_below.is_some_and(|s| s <= 0.0) {
                wrong(
                    "step",
                    words!(
                        "「{}」的 step 必须大于 0",
                        "the step of `{}` must be above 0",
                        item.name
                    ),
                    words!(
                        "一个百分点写 0.01，5 元一档写 5",
                        "0.01 is a percentage point, 5 is five yuan"
                    ),
                );
            }
            if r.base_above.is_some_and(|above| above < r.base) {
                wrong(
                    "base_above",
                    words!("base_above 低于 base", "base_above is below base"),
                    words!(
                        "不加不减的区间从 base 到 base_above",
                        "the dead band goes from base to base_above"
                    ),
                );
            }
            if is_rate(scheme, &r.value)
                && r.base_metric.is_none()
                && !r.relative
                && (r.base > 2.0 || r.step >= 0.5)
            {
                let key = if r.base > 2.0 { "base" } else { "step" };
                let value = show(if r.base > 2.0 { r.base } else { r.step }, 4);
                let percent = show(if r.base > 2.0 { r.base } else { r.step } * 100.0, 4);
                let meant = show(if r.base > 2.0 { r.base } else { r.step } / 100.0, 6);
                wrong(
                    key,
                    words!(
                        "率写成小数：{value} 是 {percent} %",
                        "a rate is a fraction: {value} is {percent} %"
                    ),
                    words!("{value} % 写成 {meant}", "write {meant} for {value} %"),
                );
            }
        }
        Rule::Bands(r) => {
            if let Some((at, what, cure)) = r.fault() {
                wrong(&format!("bands.{at}"), what, cure);
            } else if is_rate(scheme, &r.value) {
                let bound = |b: &crate::score::bands::Band| b.from.or(b.up_to).unwrap_or_default();
                if let Some((at, band)) = r.bands.iter().enumerate().find(|(_, b)| bound(b) > 3.0) {
                    let (value, meant) = (show(bound(band), 4), show(bound(band) / 100.0, 6));
                    wrong(
                        &format!("bands.{at}"),
                        words!(
                            "率写成小数：{value} 是 {value}00 %",
                            "a rate is a fraction: {value} is {value}00 %"
                        ),
                        words!("{value} % 写成 {meant}", "write {meant} for {value} %"),
                    );
                }
            }
        }
        Rule::Anchored(r) => {
            if let Some(what) = r.fault() {
                wrong("anchors", what, words!("改正 anchors", "correct the anchors"));
            }
        }
        Rule::Ratio(r) => {
            let full = r.full_at.unwrap_or(1.0);
            if full <= 0.0 {
                wrong(
                    "full_at",
                    words!("full_at 必须大于 0", "full_at must be above 0"),
                    words!("85 % 得满分写 0.85", "0.85 where 85 % earn all points"),
                );
            } else if r.cutoff.is_some_and(|cutoff| cutoff > full * r.most.unwrap_or(f64::MAX)) {
                wrong(
                    "cutoff",
                    words!(
                        "cutoff 高于得满分的值：比例一段永远轮不到",
                        "cutoff is above what earns all points: no share is ever scored"
                    ),
                    words!("cutoff 写得低于 full_at", "write cutoff below full_at"),
                );
            }
        }
        Rule::Matrix(r) => {
            if let Some(what) = r.fault() {
                wrong("table", what, words!("改正 from 或 table", "correct `from` or `table`"));
            }
        }
        Rule::Ladder(r)
            if r.level == 0
                || r.level as usize > r.points.len()
                || r.up <= 0.0
                || r.down <= 0.0 =>
        {
            wrong(
                "level",
                words!(
                    "level 应在 1 到 {} 之间，up 与 down 大于 0",
                    "level is 1 to {}, up and down above 0",
                    r.points.len()
                ),
                words!("points 从最低级列起", "list points from the lowest level"),
            );
        }
        Rule::AllOrNothing(r) => {
            if let Some(at) = r.conditions.iter().position(|c| c.bound().is_none()) {
                wrong(
                    &format!("conditions.{at}"),
                    words!("每条写一个界限", "every condition has one bound"),
                    words!(
                        "at_least、at_most、above、below 之一",
                        "one of at_least, at_most, above, below"
                    ),
                );
            }
        }
        Rule::Condition(r) if r.bounds().count() != 1 => wrong(
            "metric",
            words!(
                "写 below、above、at_least、at_most 其中一个",
                "write one of `below`, `above`, `at_least`, `at_most`"
            ),
            words!("例如 below = 18", "for example below = 18"),
        ),
        Rule::Veto(r) if r.bounds().count() != 1 => wrong(
            "metric",
            words!(
                "写 below、above、at_least、at_most 其中一个",
                "write one of `below`, `above`, `at_least`, `at_most`"
            ),
            words!("出现即否决写 above = 0", "above = 0 where an event vetoes"),
        ),
        Rule::Lateness(r) => {
            let days = r.days.is_some();
            let dates = r.due.is_some() && r.done.is_some();
            if days == dates || (days && (r.due.is_some() || r.done.is_some())) {
                wrong(
                    "kind",
                    words!(
                        "写 days，或 due 与 done 两个",
                        "write `days`, or both `due` and `done`"
                    ),
                    words!(
                        "due、done 是 kind = \"date\" 的指标",
                        "due and done are metrics of kind \"date\""
                    ),
                );
            }
            for (key, name) in [("due", &r.due), ("done", &r.done)] {
                let kind = name.as_ref().and_then(|n| scheme.metric(n)).map(|m| m.kind);
                if kind.is_some_and(|kind| kind != MetricKind::Date) {
                    wrong(
                        key,
                        words!("这个指标不是日期", "this metric is no date"),
                        words!("给它写 kind = \"date\"", "give it kind = \"date\""),
                    );
                }
            }
            if r.unit <= 0.0 {
                wrong(
                    "unit",
                    words!("unit 必须大于 0", "unit must be above 0"),
                    words!("按天扣写 1", "1 for a day"),
                );
            }
        }
        Rule::Raters(r) => {
            let least = if r.take == crate::score::raters::TakeMarks::Trimmed { 3 } else { 1 };
            let whole: f64 = r.marks.iter().map(|m| m.weight).sum();
            if r.marks.len() < least || whole <= 0.0 {
                wrong(
                    "marks",
                    words!(
                        "至少要 {least} 个评分，权重合计大于 0",
                        "at least {least} marks, weights above 0"
                    ),
                    words!("补上评分人", "add raters"),
                );
            }
        }
        Rule::Judged(r) => {
            let metric = scheme.metric(&r.metric);
            let outside = |mark: &f64| {
                metric.is_some_and(|m| *mark < m.min || m.max.is_some_and(|max| *mark > max))
            };
            if let Some((at, mark)) = r.allowed.iter().enumerate().find(|(_, m)| outside(m)) {
                let mark = show(*mark, 4);
                wrong(
                    &format!("allowed.{at}"),
                    words!(
                        "{mark} 分超出指标的 min、max，填不进去",
                        "{mark} is outside the metric's min and max; it cannot be given"
                    ),
                    words!("改正 allowed，或指标的 max", "correct `allowed`, or the metric's max"),
                );
            }
        }
        Rule::Occurrences(r) if r.events.is_empty() => wrong(
            "events",
            words!("没有写事件", "there is no event"),
            words!(
                "events = [{{ metric = …, deduct = 2 }}]",
                "events = [{{ metric = …, deduct = 2 }}]"
            ),
        ),
        Rule::Done(r) if r.things.is_empty() => wrong(
            "things",
            words!("没有写做成的事", "there is no thing"),
            words!(
                "things = [{{ metric = …, points = 2 }}]",
                "things = [{{ metric = …, points = 2 }}]"
            ),
        ),
        Rule::Escalating(r) if r.deduct.is_empty() => wrong(
            "deduct",
            words!("没有写第 1 次扣几分", "no deduction for the first event"),
            words!("deduct = [1, 4, 10]", "deduct = [1, 4, 10]"),
        ),
        Rule::Tiers(r) => {
            let at = r.tiers.windows(2).position(|w| matches!(w, [a, b] if b.from <= a.from));
            if let Some(at) = at {
                wrong(
                    &format!("tiers.{}", at + 1),
                    words!(
                        "这一级的界限不高于上一级，永远轮不到",
                        "this tier is not above the one before it; it never applies"
                    ),
                    words!("从小到大列", "list them from the least up"),
                );
            }
        }
        Rule::Clauses(r) => {
            if matches!((r.least, r.most), (Some(least), Some(most)) if least > most) {
                wrong(
                    "least",
                    words!("least 高于 most", "least is above most"),
                    words!("限扣6分写 least = -6", "least = -6 for at most six taken"),
                );
            }
        }
        _ => {}
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

fn is_rate(scheme: &Scheme, measure: &Measure) -> bool {
    match measure {
        Measure::Metric(name) => scheme.metric(name).is_some_and(|m| m.kind == MetricKind::Rate),
        Measure::Ratio(_) => true,
        Measure::Composite(_) => false,
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
