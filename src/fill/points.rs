//! The points that a form itself gives an item.

use crate::cell::CellRef;
use crate::form::ItemPlace;
use crate::problem::{Problem, Words};
use crate::scheme::{Item, Rule};
use crate::text::{compact, numerals, parse_number, round15, said_points, show};
use crate::words;
use crate::workbook::{Value, Workbook};

/// What a form's cell says of an item's points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stated {
    /// So many.
    Points(f64),
    /// Nothing, or nothing else than the scheme.
    Silent,
    /// Something that cannot be read, and that may be other than the scheme's.
    Unclear,
}

/// Reads the cell; `of_scheme` are the scheme's points.
pub fn stated(value: &Value, of_scheme: f64) -> Stated {
    match value {
        Value::Blank => Stated::Silent,
        Value::Number(number) if *number < 0.0 => Stated::Unclear,
        // A weight formatted as a percentage holds 0.15 for 15.
        Value::Number(number) if *number > 0.0 && *number < 1.0 && of_scheme > 1.0 => {
            Stated::Points(round15(number * 100.0))
        }
        // One point, or all of them: 100 %.
        Value::Number(1.0) if of_scheme > 1.0 => {
            if of_scheme == 100.0 {
                Stated::Points(of_scheme)
            } else {
                Stated::Unclear
            }
        }
        Value::Number(number) => Stated::Points(*number),
        Value::Text(text) => match parse_number(text) {
            Some(typed) if typed.value < 0.0 => Stated::Unclear,
            Some(typed) if typed.percent => Stated::Points(round15(typed.value * 100.0)),
            Some(typed) => Stated::Points(typed.value),
            None => worded(text, of_scheme),
        },
        Value::Bool(_) | Value::Error(_) => Stated::Unclear,
    }
}

/// The points in further rows that an item's name is merged over, each with a share of its points; `None` where
/// there are none.
pub fn in_parts(workbook: &Workbook, of: &ItemPlace) -> Option<Vec<f64>> {
    let place = of.points?;
    let sheet = workbook.sheets.get(place.sheet)?;
    let merge = sheet.merge_of(of.name.at).filter(|_| of.name.sheet == place.sheet)?;
    let rows = place.at.row + 1..=merge.end.row;
    let cells =
        rows.map(|row| CellRef::new(row, place.at.col)).filter(|at| sheet.anchor(*at) == *at);
    let points = cells.filter_map(|at| match stated(sheet.value(at), f64::NAN) {
        Stated::Points(points) => Some(points),
        _ => None,
    });
    let points: Vec<f64> = points.collect();
    (!points.is_empty()).then_some(points)
}

/// That the points of an item's parts do not add up to the scheme's.
pub fn parts_differ(name: &str, (first, others): (f64, &[f64]), of_scheme: f64) -> Problem {
    let all = first + others.iter().sum::<f64>();
    let parts: Vec<String> =
        std::iter::once(&first).chain(others).map(|part| show(*part, 4)).collect();
    let (parts, all, of_scheme) = (parts.join(" + "), show(all, 4), show(of_scheme, 4));
    let what = words!(
        "「{name}」分几行给分值：{parts} = {all}，方案是 {of_scheme} 分",
        "the points of `{name}` stand in several rows: {parts} = {all}; the scheme has {of_scheme}"
    );
    Problem::error("points-unclear", what).hint(words!(
        "改成合计 {of_scheme} 分，或改方案；别的项目另写项目名称",
        "make them add up to {of_scheme}, or change the scheme; give another item its own name"
    ))
}

/// What a scheme gives an item in points of its own, which other points of the form do not change.
pub fn that_stay(item: &Item) -> Option<Words> {
    let best = item.rules.iter().filter_map(|rule| match rule {
        Rule::Bands(bands) => bands.bands.iter().filter_map(|band| band.points).reduce(f64::max),
        _ => None,
    });
    let shown = |points: f64| show(points, 4);
    let base = item.base_points.map(shown).map(|n| words!("起评分 {n}", "base points of {n}"));
    let cap = item.cap.map(shown).map(|n| words!("上限 {n}", "cap of {n}"));
    let best = best.map(shown).map(|n| words!("最高一档 {n}", "best band of {n}"));
    let stay = base.into_iter().chain(cap).chain(best);
    stay.reduce(|all, one| all.then(&words!("、", ", ")).then(&one))
}

/// Figures in words.
const SPELT: [char; 12] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '两'];

/// A text that is more than a number: `满分20分` says 20; of `15/100` and `30/100` the first says what
/// a scheme of 15 says, the other does not.
fn worded(text: &str, of_scheme: f64) -> Stated {
    let text = compact(text);
    if let Some(points) = said_points(&text) {
        return Stated::Points(points);
    }
    let is_figure = |c: char| c.is_ascii_digit() || c == '.';
    let figures: Vec<f64> =
        text.split(|c| !is_figure(c)).filter_map(|figure| figure.parse().ok()).collect();
    let about = |c: char| is_figure(c) || "满分标准值权重占最高共总()[]【】%".contains(c);
    // 二十分 and nothing else is a number.
    if let Some(points) = text.strip_suffix('分').and_then(numerals::whole) {
        return Stated::Points(points);
    }
    // 15→20分 and 加二十分 may be other points.
    let spelt = || text.strip_suffix('分').is_some_and(|rest| rest.ends_with(SPELT));
    if text.contains(['→', '改', '调']) || spelt() {
        return Stated::Unclear;
    }
    match figures.as_slice() {
        [] => Stated::Silent,
        [only] if text.chars().all(about) => Stated::Points(*only),
        all if all.contains(&of_scheme) => Stated::Silent,
        _ => Stated::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cells_say_of_points() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (value, of_scheme, expected) in [
            (Value::Number(20.0), 15.0, Stated::Points(20.0)),
            (Value::Number(0.15), 10.0, Stated::Points(15.0)),
            (Value::Number(0.5), 1.0, Stated::Points(0.5)),
            (Value::Number(1.0), 1.0, Stated::Points(1.0)),
            (Value::Number(1.0), 100.0, Stated::Points(100.0)),
            (Value::Number(1.0), 5.0, Stated::Unclear),
            (Value::Number(0.0), 5.0, Stated::Points(0.0)),
            (Value::Number(-5.0), 5.0, Stated::Unclear),
            (text("２０分"), 15.0, Stated::Points(20.0)),
            (text("20%"), 15.0, Stated::Points(20.0)),
            (text("1分"), 5.0, Stated::Points(1.0)),
            (text("-5分"), 5.0, Stated::Unclear),
            (text("15/100"), 15.0, Stated::Silent),
            (text("满分１５分"), 15.0, Stated::Points(15.0)),
            (text("满分：20 分"), 15.0, Stated::Points(20.0)),
            (text("（20分）"), 15.0, Stated::Points(20.0)),
            (text("权重20%"), 15.0, Stated::Points(20.0)),
            (text("0-10"), 10.0, Stated::Silent),
            (text("30/100"), 25.0, Stated::Unclear),
            (text("20分以内"), 15.0, Stated::Unclear),
            (text("满分15分，最低0分"), 15.0, Stated::Silent),
            (text("115"), 15.0, Stated::Points(115.0)),
            (text("A115"), 15.0, Stated::Unclear),
            (text("15分（基础）"), 15.0, Stated::Points(15.0)),
            (text("20分（基本分）"), 15.0, Stated::Points(20.0)),
            (text("20 分 / 月"), 15.0, Stated::Points(20.0)),
            (text("每月20分"), 15.0, Stated::Points(20.0)),
            (text("0-15分"), 15.0, Stated::Points(15.0)),
            (text("0～20分"), 15.0, Stated::Points(20.0)),
            (text("0分至20分"), 15.0, Stated::Points(20.0)),
            (text("20分（待定）"), 15.0, Stated::Unclear),
            (text("20分（加分项）"), 15.0, Stated::Unclear),
            (text("20分（原15分）"), 10.0, Stated::Unclear),
            (text("5-20分"), 15.0, Stated::Unclear),
            (text("2分/次"), 15.0, Stated::Unclear),
            (text("-20分（基础）"), 15.0, Stated::Unclear),
            (text("见细则"), 15.0, Stated::Silent),
            (text("二十分"), 15.0, Stated::Points(20.0)),
            (text("十五分"), 15.0, Stated::Points(15.0)),
            (text("约二十分"), 15.0, Stated::Unclear),
            (text("15→20分"), 15.0, Stated::Unclear),
            (text("15分改为20分"), 15.0, Stated::Unclear),
            (Value::Blank, 15.0, Stated::Silent),
            (Value::Error("#REF!".to_owned()), 15.0, Stated::Unclear),
        ] {
            assert_eq!(stated(&value, of_scheme), expected, "{value:?} of {of_scheme}");
        }
    }
}
