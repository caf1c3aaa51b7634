//! Sections of a form: KPI 70 % and 态度 30 %, and the bonus items on top, as `[[groups]]`.

use super::layout::{RatingDraft, Row};
use super::quoted;
use crate::criteria::AT_MOST;
use crate::text::{compact, has_any, label, round15, show};

/// Words that name what comes on top of the hundred points.
const BONUS: [&str; 9] =
    ["加分项", "加减分", "减分项", "扣分项", "附加分", "附加项", "奖惩项", "奖励加分", "额外加分"];

/// What a section's title says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) name: String,
    /// 0.7 of 「权重70%」.
    weight: Option<f64>,
    pub(super) bonus: bool,
    cap: Option<f64>,
    floor: Option<f64>,
}

/// What a row of a bonus may give, by the words of its part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Gives,
    Takes,
    Both,
}

impl Section {
    /// Whether the part gives, takes, or does both.
    pub(super) fn side(&self) -> Side {
        match (self.name.contains(['加', '奖']), self.name.contains(['减', '扣', '惩'])) {
            (false, true) => Side::Takes,
            (true, true) => Side::Both,
            _ => Side::Gives,
        }
    }

    /// Whether the title gives a weight or is one of a bonus: no mere words.
    pub(super) fn is_marked(&self) -> bool {
        self.weight.is_some() || self.bonus
    }
}

/// The number that stands right behind one of these words.
fn behind(text: &str, words: &[&str]) -> Option<f64> {
    words.iter().find_map(|word| {
        let rest = text.split(word).nth(1)?.trim_start_matches(['加', '得', '为', '是', '到']);
        let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        // 「最高20%」 is no number of points.
        let share = rest.get(digits.len()..).is_some_and(|r| r.starts_with('%'));
        digits.parse().ok().filter(|_| !share)
    })
}

/// Reads a section's title; `None` for a text too long to be one.
pub(super) fn title(text: &str) -> Option<Section> {
    let own = compact(text);
    if own.is_empty() || own.chars().count() > 40 {
        return None;
    }
    // 「满意度达95%以上」 is no title.
    let says_weight = own.trim_end_matches([')', ']', '】', '〕']).ends_with('%')
        || own.contains("权重")
        || own.contains("占比");
    let shares: Vec<&str> = own.split('%').filter(|_| says_weight).collect();
    let weight = match shares.as_slice() {
        [before, _] => {
            let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
            before.get(digits..).and_then(|d| d.parse::<f64>().ok()).map(|w| round15(w / 100.0))
        }
        _ => None,
    };
    let bonus = has_any(&own, &BONUS);
    let both = behind(&own, &["±"]);
    let most = behind(&own, &AT_MOST).or_else(|| behind(&own, &["以内"]));
    let capped = own.split("分封顶").next().filter(|before| before.len() < own.len());
    let capped = capped.and_then(|before| {
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        before.get(digits..).and_then(|d| d.parse().ok())
    });
    let numbered = |c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit();
    let name = label(text);
    let stripped = name.trim_start_matches(numbered).trim_start_matches(['、', '.', ',']);
    let stripped = if stripped.len() < name.len() && name.contains(['、', '.']) {
        stripped.to_owned()
    } else {
        name.clone()
    };
    let cut = ["权重", "占比", "占"].iter().filter_map(|word| stripped.find(word)).min();
    let name = cut.and_then(|at| stripped.get(..at)).unwrap_or(&stripped);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || "%.±-—".contains(c));
    if !name.chars().any(char::is_alphabetic) {
        return None;
    }
    Some(Section {
        name: if name.is_empty() { own.clone() } else { name.to_owned() },
        weight,
        bonus,
        cap: both.or(most).or(capped).filter(|_| bonus),
        floor: both.filter(|_| bonus).map(|b| -b),
    })
    .map(|own| match own.side() {
        // 「扣分项（最多扣10分）」.
        Side::Takes if bonus && own.floor.is_none() => {
            Section { floor: own.cap.map(|most| -most), cap: Some(0.0), ..own }
        }
        _ => own,
    })
}

/// A row 加分项 of a form whose other rows make 100 already comes on top, its points are the most.
pub(super) fn on_top(rows: &mut [Row]) {
    let bonus = |row: &Row| title(&row.topic).filter(|t| t.bonus && row.section.is_none());
    let rest: f64 = rows.iter().filter(|row| bonus(row).is_none()).map(|row| row.points).sum();
    if (rest - 100.0).abs() > 1e-9 {
        return;
    }
    for row in rows {
        if let Some(own) = bonus(row) {
            let most = (row.points > 0.0).then_some(row.points);
            row.section = Some(match own.side() {
                Side::Takes => Section { floor: own.floor.or(most.map(|m| -m)), ..own },
                _ => Section { cap: own.cap.or(most), ..own },
            });
        }
    }
}

/// The sections of the rows, in order, with their rows.
fn parts(rows: &[Row]) -> Vec<(&Section, Vec<&Row>)> {
    let mut out: Vec<(&Section, Vec<&Row>)> = Vec::new();
    for row in rows {
        let Some(section) = &row.section else { continue };
        match out.iter_mut().find(|(s, _)| *s == section) {
            Some((_, rows)) => rows.push(row),
            None => out.push((section, vec![row])),
        }
    }
    out
}

/// What the items make of the total, and the groups as TOML.
pub(super) struct Groups {
    pub(super) points: f64,
    pub(super) text: String,
}

/// Groups of the rows, where the sections' weights and points leave no doubt.
pub(super) fn groups(rows: &[Row], ratings: &[RatingDraft]) -> Groups {
    let parts = parts(rows);
    let sum = |rows: &[&Row]| rows.iter().map(|r| r.points).sum::<f64>();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let ground: Vec<&(&Section, Vec<&Row>)> = parts.iter().filter(|(s, _)| !s.bonus).collect();
    let outside: Vec<&Row> = rows
        .iter()
        .filter(|r| r.section.as_ref().is_none_or(|s| s.weight.is_none() && !s.bonus))
        .collect();
    let weighted: Vec<_> = ground.iter().filter(|(s, _)| s.weight.is_some()).collect();
    let whole = weighted.iter().filter_map(|(s, _)| s.weight).sum::<f64>()
        + ratings.iter().map(|r| r.weight).sum::<f64>() / 100.0;
    // Points that make the weight already are points of the total.
    let plain =
        weighted.iter().all(|(s, rows)| s.weight.is_some_and(|w| near(sum(rows), w * 100.0)));
    let hundreds = weighted.iter().all(|(_, rows)| near(sum(rows), 100.0));
    let mut text = String::new();
    let mut points = sum(&outside);
    let scaled =
        !weighted.is_empty() && !plain && hundreds && near(whole, 1.0) && outside.is_empty();
    if !plain && !scaled {
        text.push_str(
            "\n# 存疑：各部分的权重与分值对不上，没有写 [[groups]]：请核对各部分的分值与权重\n",
        );
    }
    for (section, rows) in &weighted {
        let Some(weight) = section.weight.filter(|_| scaled) else {
            points += sum(rows);
            continue;
        };
        points += sum(rows) * weight;
        text.push_str(&head(section, rows));
        text.push_str(&format!(
            "weight = {weight}   # 这一部分按 100 分打分，占总分的 {} %\n",
            show(weight * 100.0, 4)
        ));
    }
    for (section, rows) in parts.iter().filter(|(s, _)| s.bonus) {
        text.push_str(&head(section, rows));
        match section.cap {
            Some(cap) => text.push_str(&format!("cap = {cap}\n")),
            None => text.push_str("# 存疑：没有说这一部分最多加几分，不封顶：有上限就写 cap = …\n"),
        }
        if let Some(floor) = section.floor {
            text.push_str(&format!("floor = {floor}\n"));
        }
        text.push_str("bonus = true   # 在总分之外加减\n");
    }
    Groups { points: round15(points), text }
}

fn head(section: &Section, rows: &[&Row]) -> String {
    let items: Vec<String> = rows.iter().map(|r| quoted(&r.name)).collect();
    format!("\n[[groups]]\nname = {}\nitems = [{}]\n", quoted(&section.name), items.join(", "))
}
