//! An item of the draft: where it stops, its rules beside the words they came from, and what is left
//! to a person.

use super::layout::Row;
use super::sections::{Section, Side};
use super::{Metrics, bands, comment, figures, judged, nearest, quoted};
use crate::criteria::{self, Clause, Criteria, Need, Said};
use crate::text::{label, show};
use std::collections::BTreeSet;

/// An item as `[[items]]`, and the vetoes of its words that reach the whole score.
pub(super) fn item(row: &Row, metrics: &mut Metrics<'_>) -> (String, String) {
    let read = reading(row);
    let mut out = head(row);
    limits(&mut out, row, &read);
    rules(&mut out, &read, metrics);
    let vetoes = vetoes(&mut out, &read, metrics);
    unwritten(&mut out, row, &read);
    by_hand(&mut out, row, &read, metrics);
    (out, vetoes)
}

/// The criteria of a row, read with what its header and its points cell say of them.
fn reading(row: &Row) -> Criteria {
    // 「评分标准（百分制）」 over all the criteria.
    let hundred = row.hundred && row.points > 0.0 && row.points != 100.0;
    let points = if hundred { 100.0 } else { row.points };
    let mut read =
        criteria::read_with_target(&row.topic, points, row.target.as_deref(), &row.criteria);
    if hundred && read.clauses.iter().any(is_rule) {
        read.scale = Some(100.0);
    }
    read.cap = read.cap.or(row.most);
    let mut read = if row.steps.is_some() { bands::only_bands(read) } else { read };
    for need in read.clauses.iter_mut().chain(&mut read.vetoes).flat_map(|c| &mut c.needs) {
        if need.name.is_empty() {
            need.name.clone_from(&row.topic);
        }
    }
    if row.shared {
        // Each item has figures of its own.
        for need in read.clauses.iter_mut().flat_map(|c| &mut c.needs) {
            if !need.name.contains(&row.topic) {
                need.name = format!("{}{}", row.topic, need.name);
            }
        }
    }
    read
}

fn is_rule(clause: &Clause) -> bool {
    matches!(clause.said, Said::Rule(_))
}

/// Points as TOML writes them.
fn number(points: f64) -> String {
    show(points, 4).replace(',', "")
}

/// The item's name, points and words, and what is odd about its place in the form.
fn head(row: &Row) -> String {
    let mut out = format!(
        "\n[[items]]\nname = {}\npoints = {}\ncriteria = {}\n",
        quoted(&row.name),
        number(row.points),
        quoted(&row.criteria)
    );
    if row.name != row.topic {
        let part = row.section.as_ref().map_or("", |s| s.name.as_str());
        out.push_str(&comment(&format!("表中同名的项目：{}，{part}，按次序区分", row.topic)));
    }
    if row.shared {
        out.push_str("# 存疑：标准的格子与别的项合并：几项各按这一条算，请核对\n");
    }
    out
}

/// Where the item begins and stops.
fn limits(out: &mut String, row: &Row, read: &Criteria) {
    let on_top = row.section.as_ref().is_some_and(|s| s.bonus);
    let side = row.section.as_ref().filter(|_| on_top && row.points > 0.0).map(Section::side);
    let points = number(row.points);
    match read.floor {
        None if matches!(side, Some(Side::Takes | Side::Both)) => {
            out.push_str(&format!(
                "floor = -{points}   # 选择：表上的 {points} 分当作最多扣几分\n"
            ));
        }
        None if on_top => out.push_str("floor = -1000000   # 选择：在总分外加减，可以是负数\n"),
        Some(Some(floor)) => out.push_str(&format!("floor = {floor}\n")),
        Some(None) => out.push_str("floor = -1000000   # 下不保底\n"),
        None => out.push_str("floor = 0   # 选择：没有说扣到哪里为止，按扣完为止\n"),
    }
    match read.cap {
        Some(cap) => out.push_str(&format!("cap = {cap}\n")),
        None if matches!(side, Some(Side::Gives | Side::Both)) => {
            out.push_str(&format!("cap = {points}   # 选择：表上的 {points} 分当作最多加几分\n"));
        }
        None if read.uncapped || on_top => {}
        None => out.push_str("# 选择：没有说上限，不封顶\n"),
    }
    match read.base_points {
        Some(base) => {
            out.push_str(&format!("base_points = {base}   # 达标得 {base} 分，不是分值\n"));
        }
        None if on_top => out.push_str("base_points = 0   # 在总分外加减，从 0 分起\n"),
        None => {}
    }
    if let Some(scale) = read.scale {
        out.push_str(&format!("scale = {scale}   # 选择：文字按百分制打分，折成分值\n"));
    }
    if let Some(target) = &row.target {
        out.push_str(&comment(&format!("表上的目标值：{target}")));
    }
}

/// The rules, each beside its words, its choices and its doubts.
fn rules(out: &mut String, read: &Criteria, metrics: &mut Metrics<'_>) {
    for clause in &read.clauses {
        let Said::Rule(rule) = &clause.said else { continue };
        let mut rule = rule.clone();
        for (index, need) in clause.needs.iter().enumerate() {
            rule = rule.replace(&format!("{{{index}}}"), &quoted(&metrics.named(need)));
        }
        out.push_str("[[items.rules]]\n");
        out.push_str(&comment(&format!("「{}」", clause.words)));
        clause.choices.iter().for_each(|c| out.push_str(&comment(&format!("选择：{c}"))));
        clause.doubts.iter().for_each(|c| out.push_str(&comment(&format!("存疑：{c}"))));
        out.push_str(&rule);
        out.push('\n');
    }
}

/// The vetoes of the whole score: `[[vetoes]]` where the workbook has the figure, else a doubt of the
/// item.
fn vetoes(out: &mut String, read: &Criteria, metrics: &mut Metrics<'_>) -> String {
    let mut vetoes = String::new();
    for veto in &read.vetoes {
        if let ([need], Said::Rule(rule)) = (veto.needs.as_slice(), &veto.said)
            && nearest(need, metrics.labels, &metrics.items, &BTreeSet::new()).is_some()
        {
            let rule = rule.lines().filter(|l| !l.starts_with("kind")).collect::<Vec<_>>();
            vetoes.push_str("\n[[vetoes]]\n");
            vetoes.push_str(&comment(&format!("「{}」：管到总分", veto.words)));
            vetoes.push_str(&rule.join("\n").replace("{0}", &quoted(&metrics.named(need))));
            vetoes.push('\n');
            continue;
        }
        out.push_str(&comment(&format!(
            "存疑：「{}」管到总分，不写在这一项里：请另写 [[vetoes]]，指标「{}」",
            veto.words,
            veto.needs.first().map_or("", |n| n.name.as_str())
        )));
    }
    vetoes
}

/// The words that became no rule.
fn unwritten(out: &mut String, row: &Row, read: &Criteria) {
    let computed = read.clauses.iter().any(is_rule);
    if !computed && judged::plainly(&row.criteria) {
        out.push_str(&comment(&format!("「{}」：由人评定", row.criteria.trim())));
        return;
    }
    for clause in &read.clauses {
        let words = &clause.words;
        let told = match &clause.said {
            Said::Judged(why) => format!("存疑：「{words}」算不出（{why}），由人评定"),
            Said::Money => format!("「{words}」是钱，不是分：如要汇总，写进 [[money]]"),
            // Beside what is computed, what says nothing of the score is shown too.
            Said::Nothing if computed && !words.is_empty() => format!("「{words}」没有写成规则"),
            _ => continue,
        };
        out.push_str(&comment(&told));
    }
}

/// The most that a person may give: the item's points, or less where the words say so.
fn most(row: &Row, read: &Criteria) -> Option<f64> {
    let points = read.cap.unwrap_or(row.points);
    let most = judged::top(&row.criteria).map_or(points, |top| top.min(points));
    Some(if points > 0.0 { most } else { judged::top(&row.criteria)? })
}

/// The rule for what a person decides: all of it, or what the rules leave open.
fn by_hand(out: &mut String, row: &Row, read: &Criteria, metrics: &mut Metrics<'_>) {
    let computed = read.clauses.iter().any(is_rule);
    if computed && !read.clauses.iter().any(|c| matches!(c.said, Said::Judged(_))) {
        return;
    }
    let mut mark = format!("{}评分", row.topic);
    // The figures may call the mark as the form calls the item.
    let plain = !computed && judged::plainly(&row.criteria);
    let known = |name: &str| metrics.labels.iter().any(|text| label(text) == label(name));
    if plain && !known(&mark) && known(&row.topic) && figures::may_be_mark(&row.topic) {
        mark.clone_from(&row.topic);
    }
    let name = metrics.named(&Need {
        name: mark.clone(),
        kind: "mark",
        clause: mark,
        bound: None,
        signed: false,
        aimed: false,
        unit: String::new(),
    });
    if !computed && let Some(most) = most(row, read) {
        if judged::top(&row.criteria).is_some_and(|top| top > most) {
            out.push_str("# 存疑：文字说的最高分高过分值，请核对\n");
        }
        metrics.most.insert(name.clone(), most);
    }
    let name = quoted(&name);
    if computed {
        out.push_str("[[items.rules]]\n# 存疑：上面算不出的部分，由人填扣几分\n");
        let events = format!("events = [{{ metric = {name}, deduct = 1 }}]\n");
        out.push_str(&format!("kind = \"occurrences\"\n{events}"));
        return;
    }
    out.push_str("[[items.rules]]\n# 文字里没有可以计算的规则：由人评定\n");
    out.push_str(&format!("kind = \"judged\"\nmetric = {name}\n"));
    let columns = row.steps.clone().filter(|marks| !marks.is_empty());
    if let Some(marks) = columns.or_else(|| judged::marks(&row.criteria, row.points)) {
        let list: Vec<String> = marks.iter().map(f64::to_string).collect();
        out.push_str(&format!("allowed = [{}]   # 文字列出的分\n", list.join(", ")));
    }
}
