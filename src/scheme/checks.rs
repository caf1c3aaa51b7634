//! The checks of a scheme against itself: each finding with the path of the entry to blame.

use super::check::metrics_of;
use super::{Item, Measure, Metric, MetricKind, Reach, Rule, Scheme};
use crate::problem::{Problem, Words};
use crate::text::{label, show};
use crate::words;
use std::collections::{HashMap, HashSet};

/// A path as `items.2.points`, and what is wrong there.
type Finding = (String, Problem);

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, path: String, code: &'static str, what: Words, cure: Words) {
        self.0.push((path, Problem::error(code, what).hint(cure)));
    }

    fn notice(&mut self, path: String, code: &'static str, what: Words, cure: Words) {
        self.0.push((path, Problem::notice(code, what).hint(cure)));
    }
}

/// All findings.
pub(super) fn all(scheme: &Scheme) -> Vec<Finding> {
    let mut out = Findings::default();
    total(scheme, &mut out);
    names(scheme, &mut out);
    for (index, metric) in scheme.metrics.iter().enumerate() {
        metric_of_team(scheme, index, metric, &mut out);
    }
    for (index, item) in scheme.items.iter().enumerate() {
        check_item(scheme, index, item, &mut out);
    }
    around(scheme, &mut out);
    out.0
}

fn total(scheme: &Scheme, out: &mut Findings) {
    let group = |name: &str| scheme.groups.iter().find(|g| g.items.iter().any(|i| i == name));
    let items: f64 = scheme
        .items
        .iter()
        .map(|item| match group(&item.name) {
            Some(group) if group.bonus => 0.0,
            Some(group) => item.points * group.weight.unwrap_or(1.0),
            None => item.points,
        })
        .sum();
    let points = items + scheme.ratings.iter().map(|r| r.weight).sum::<f64>();
    let off = scheme.total - points;
    if off.abs() > 1e-9 {
        let (points, total, off) = (show(points, 4), show(scheme.total, 4), show(off.abs(), 4));
        let more = if points < total { "少" } else { "多" };
        out.error(
            "total".to_owned(),
            "scheme-points",
            words!(
                "各项分值与评分表权重合计 {points}，不等于总分 {total}",
                "items and ratings make {points} points, not the total of {total}"
            ),
            words!(
                "{more} {off} 分：改正某项的 points、weight，或 total；加分项写进 [[groups]] 并注明 bonus = true",
                "off by {off}: correct points, weight or total; bonus items go into [[groups]] with bonus = true"
            ),
        );
    }
}

fn names(scheme: &Scheme, out: &mut Findings) {
    type Owned<'a> = (String, &'a str, &'a [String]);
    let clash = |entries: Vec<Owned<'_>>, out: &mut Findings| {
        let mut labels: HashMap<String, (&str, String)> = HashMap::new();
        for (path, own, aliases) in entries {
            let spelled = std::iter::once((format!("{path}.name"), own)).chain(
                aliases
                    .iter()
                    .enumerate()
                    .map(|(i, a)| (format!("{path}.aliases.{i}"), a.as_str())),
            );
            for (place, name) in spelled {
                let key = label(name);
                if key.is_empty() {
                    out.error(
                        place,
                        "scheme-name",
                        words!(
                            "「{name}」不能作为标签：表里找不到它",
                            "`{name}` is no label: no sheet can hold it"
                        ),
                        words!("写上表里用的名字", "write the name that the sheet uses"),
                    );
                    continue;
                }
                match labels.get(&key) {
                    Some((other, first)) if *other != own || (place.ends_with(".name") && *first != place) => out.error(
                        place,
                        "scheme-alias",
                        words!(
                            "「{name}」既指「{other}」又指「{own}」",
                            "`{name}` means both `{other}` and `{own}`"
                        ),
                        words!(
                            "删去其中一个，或改成能区分的名字；比较时不计空格、全半角、括号里的字",
                            "remove one, or tell them apart; spaces, width and bracketed notes do not count"
                        ),
                    ),
                    Some(_) => {}
                    None => {
                        labels.insert(key, (own, place));
                    }
                }
            }
        }
    };
    let of = |part: &str, index: usize| format!("{part}.{index}");
    clash(
        scheme
            .metrics
            .iter()
            .enumerate()
            .map(|(i, m)| (of("metrics", i), m.name.as_str(), m.aliases.as_slice()))
            .collect(),
        out,
    );
    clash(
        scheme
            .items
            .iter()
            .enumerate()
            .map(|(i, m)| (of("items", i), m.name.as_str(), m.aliases.as_slice()))
            .collect(),
        out,
    );
    if let Some(team) = &scheme.team {
        clash(
            team.columns
                .iter()
                .enumerate()
                .map(|(i, m)| (of("team.columns", i), m.name.as_str(), m.aliases.as_slice()))
                .collect(),
            out,
        );
    }
    for (index, rating) in scheme.ratings.iter().enumerate() {
        let part = format!("ratings.{index}.marks");
        clash(
            rating
                .marks
                .iter()
                .enumerate()
                .map(|(i, m)| (of(&part, i), m.name.as_str(), m.aliases.as_slice()))
                .collect(),
            out,
        );
    }
}

fn metric_of_team(scheme: &Scheme, index: usize, metric: &Metric, out: &mut Findings) {
    let path = format!("metrics.{index}");
    if metric.max.is_some_and(|max| max < metric.min) {
        out.error(
            format!("{path}.max"),
            "scheme-range",
            words!(
                "「{}」的 max 小于 min，没有数值填得进去",
                "`{}`: max is below min; no figure fits",
                metric.name
            ),
            words!("改正其中一个", "correct one of them"),
        );
    }
    let Some(from) = &metric.from_team else { return };
    let columns: Vec<&str> =
        scheme.team.iter().flat_map(|t| &t.columns).map(|c| c.name.as_str()).collect();
    let groups: Vec<&str> =
        scheme.team.iter().flat_map(|t| &t.groups).map(|g| g.name.as_str()).collect();
    let listed = |list: &[&str]| if list.is_empty() { "—".to_owned() } else { list.join("、") };
    if !columns.contains(&from.column.as_str()) {
        let list = listed(&columns);
        out.error(
            format!("{path}.from_team.column"),
            "scheme-team",
            words!(
                "「{}」取自团队表的「{}」列，但 [team] 中没有这一列",
                "`{}` comes from the column `{}` of the team table, which [team] does not have",
                metric.name,
                from.column
            ),
            words!("[team] 现有：{list}", "[team] has: {list}"),
        );
    }
    if let Some(group) = from.group.as_ref().filter(|g| !groups.contains(&g.as_str())) {
        let list = listed(&groups);
        out.error(
            format!("{path}.from_team.group"),
            "scheme-team",
            words!("[team] 中没有「{group}」这一组", "[team] has no group `{group}`"),
            words!("[team] 现有：{list}", "[team] has: {list}"),
        );
    }
}

fn check_item(scheme: &Scheme, index: usize, item: &Item, out: &mut Findings) {
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
        Rule::Condition(r) if r.below.is_some() == r.above.is_some() => wrong(
            "metric",
            words!("写 below 或 above 其中一个", "write `below` or `above`"),
            words!("例如 below = 18", "for example below = 18"),
        ),
        Rule::Veto(r) if r.below.is_some() == r.above.is_some() => wrong(
            "metric",
            words!("写 below 或 above 其中一个", "write `below` or `above`"),
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
        Rule::Matrix(r) if super::check::measured(&r.rows.value).contains(&name) => {
            "rows".to_owned()
        }
        Rule::Matrix(_) => "columns".to_owned(),
        _ => "metric".to_owned(),
    };
    format!("{path}.{tail}")
}

fn around(scheme: &Scheme, out: &mut Findings) {
    let undefined = |name: &str, what: &str, path: String, out: &mut Findings| {
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
    };
    for (index, money) in scheme.money.iter().enumerate() {
        undefined(&money.metric, &money.name, format!("money.{index}.metric"), out);
        undefined(&money.per, &money.name, format!("money.{index}.per"), out);
    }
    for (index, veto) in scheme.vetoes.iter().enumerate() {
        undefined(&veto.metric, "vetoes", format!("vetoes.{index}.metric"), out);
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
    let mut used: HashSet<&str> =
        scheme.items.iter().flat_map(|i| &i.rules).flat_map(metrics_of).collect();
    used.extend(scheme.money.iter().flat_map(|m| [m.metric.as_str(), m.per.as_str()]));
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
