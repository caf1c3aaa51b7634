//! The checks of a scheme against itself: each finding with the path of the entry to blame.

mod around;
mod rules;

use super::{Metric, Scheme};
use crate::problem::{Problem, Words};
use crate::text::{label, show};
use crate::words;
use around::around;
use rules::check_item;
use std::collections::HashMap;

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
