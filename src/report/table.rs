//! A scorecard as a table in the terminal, Chinese columns aligned; ASCII borders only, since box
//! lines break on a Chinese Windows console.

use crate::fill::Scorecard;
use crate::problem::{Lang, Problem, Severity};
use crate::text::show;
use unicode_width::UnicodeWidthStr;

fn pad(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}

fn pad_left(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(fill))
}

/// A finding in one or two lines: code, words, place, what to do.
pub fn finding(problem: &Problem, file: &str, lang: Lang) -> String {
    let name = match (problem.severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Error, Lang::En) => "error",
        (Severity::Unfinished, Lang::Zh) => "未完成",
        (Severity::Unfinished, Lang::En) => "unfinished",
        (Severity::Notice, Lang::Zh) => "提示",
        (Severity::Notice, Lang::En) => "notice",
    };
    let place = problem.place();
    let place = if place.is_empty() { file.to_owned() } else { format!("{file}, {place}") };
    let mut out = format!("{name}[{}]: {}\n  --> {place}\n", problem.code, problem.what.get(lang));
    if let Some(hint) = &problem.hint {
        let label = if lang == Lang::Zh { "怎么办" } else { "hint" };
        out.push_str(&format!("  {label}: {}\n", hint.get(lang)));
    }
    out
}

/// One person's result.
pub fn card(card: &Scorecard, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let tr = |zh_text: &'static str, en: &'static str| if zh { zh_text } else { en };
    let mut head = card.person.clone().unwrap_or_else(|| card.sheet_name.clone());
    for extra in [card.department.clone(), card.month.map(|m| m.to_string())].into_iter().flatten()
    {
        head.push_str("  ");
        head.push_str(&extra);
    }
    let mut rows: Vec<[String; 4]> = Vec::new();
    for item in &card.items {
        rows.push([
            item.name.clone(),
            show(item.points, 4),
            show(item.score, 4),
            item.working.get(lang).to_owned(),
        ]);
    }
    rows.push([
        tr("合计", "sum").to_owned(),
        show(card.sum_points, 4),
        show(card.sum, 4),
        String::new(),
    ]);
    for rating in &card.ratings {
        let raters = rating.marks.iter().map(|m| m.raters).max().unwrap_or(0);
        let mean = match raters {
            0 | 1 => String::new(),
            n if zh => format!("（{n} 人平均）"),
            n => format!(" (mean of {n} raters)"),
        };
        let (sum, full, weight) =
            (show(rating.sum, 4), show(rating.full, 4), show(rating.weight, 4));
        rows.push([
            rating.name.clone(),
            weight.clone(),
            show(rating.points, 4),
            format!("{sum} ÷ {full} × {weight}{mean}"),
        ]);
    }
    if card.fillable() {
        rows.push([
            tr("总得分", "total").to_owned(),
            show(card.total_points, 4),
            show(card.total, 4),
            card.grade.clone().unwrap_or_default(),
        ]);
    }
    let heads = [
        tr("考核项目", "item").to_owned(),
        tr("分值", "points").to_owned(),
        tr("得分", "score").to_owned(),
        tr("计算过程", "working").to_owned(),
    ];
    let width = |col: usize| {
        rows.iter()
            .chain(std::iter::once(&heads))
            .filter_map(|row| row.get(col))
            .map(|text| text.width())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [name, points, score, working] = row;
        let [w0, w1, w2] = widths;
        let text = format!(
            "  {}  {}  {}  {working}",
            pad(name, w0),
            pad_left(points, w1),
            pad_left(score, w2)
        );
        format!("{}\n", text.trim_end())
    };
    let mut out = format!("{head}\n");
    out.push_str(&line(&heads));
    let [w0, w1, w2] = widths;
    out.push_str(&format!(
        "  {}  {}  {}  {}\n",
        "-".repeat(w0),
        "-".repeat(w1),
        "-".repeat(w2),
        "-".repeat(heads.get(3).map_or(4, |h| h.width()))
    ));
    for row in &rows {
        out.push_str(&line(row));
    }
    for fine in &card.fines {
        let (name, amount) = (&fine.name, show(fine.amount, 2));
        out.push_str(&if zh {
            format!("  罚款：{name} {amount} 元（不计入得分）\n")
        } else {
            format!("  fine: {name} {amount} yuan (not part of the score)\n")
        });
    }
    if let Some(readings) = readings(card, lang) {
        out.push_str(&readings);
    }
    out
}

/// The readings in force, once for all items that share them.
fn readings(card: &Scorecard, lang: Lang) -> Option<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for item in &card.items {
        let words = item.readings.get(lang).to_owned();
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, names)) => names.push(&item.name),
            None => groups.push((words, vec![&item.name])),
        }
    }
    let (most, _) = groups.iter().max_by_key(|(_, names)| names.len())?.clone();
    let label = if lang == Lang::Zh { "口径" } else { "readings" };
    let mut out = format!("  {label}: {most}");
    for (words, names) in groups.iter().filter(|(words, _)| *words != most) {
        out.push_str(&match lang {
            Lang::Zh => format!("；{}：{words}", names.join("、")),
            Lang::En => format!("; {}: {words}", names.join(", ")),
        });
    }
    out.push('\n');
    Some(out)
}
