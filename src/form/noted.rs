//! What a form says in two places, and not alike: its month, its full marks, its person.

use super::extra;
use super::lexicon::noted_full;
use super::{Form, Month, Place, info, span};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, person_key, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};

/// What is said twice and not alike: 营业额达成度（20分） beside 15分 in the points column or in the scheme.
pub(super) fn points(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Vec<Problem> {
    let noted = |place: Place| {
        let text = workbook.sheets.get(place.sheet)?.text(place.at)?;
        Some((text.trim(), noted_full(text)?))
    };
    let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let mut out = Vec::new();
    for place in &form.items {
        let Some(item) = scheme.items.get(place.item) else { continue };
        let Some((text, full)) = noted(place.name) else { continue };
        let other = match place.points {
            Some(cell) => workbook.sheets.get(cell.sheet).and_then(|s| extra::points(s, cell.at)),
            None => Some(item.points),
        };
        // 0.2 of a whole are 20 of 100; a share in words is read elsewhere.
        let is = |other: f64| same(full, other) || other < 1.0 && same(full, other * 100.0);
        if let Some(other) = other.filter(|other| !is(*other)) {
            out.push(twice(workbook, place.name, text, full, other));
        }
    }
    out.extend(columns(workbook, scheme, form));
    for table in &form.ratings {
        let Some(rating) = scheme.ratings.get(table.rating) else { continue };
        for mark in &table.marks {
            if let Some((text, full)) = noted(mark.name)
                && !same(full, rating.max)
            {
                out.push(twice(workbook, mark.name, text, full, rating.max));
            }
        }
    }
    out
}

/// Items whose points differ in a second column of them: 权重 20% or 分值 20 beside 权重分值 15分. It is one where
/// most items have the same there.
fn columns(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Vec<Problem> {
    const HEADS: [&str; 8] = ["权重", "分值", "满分", "标准分", "权重分值", "配分", "占比", "比重"];
    let own = || form.items.iter().filter(|item| item.name.sheet == form.sheet);
    let (Some(sheet), Some(first)) = (workbook.sheets.get(form.sheet), own().next()) else {
        return Vec::new();
    };
    let top = own().map(|item| item.name.at.row).min().unwrap_or(first.name.at.row);
    let header = top.checked_sub(1).map(|row| sheet.row(row)).into_iter().flatten();
    let points_col = first.points.map(|points| points.at.col);
    let heads = header.filter(|(at, cell)| {
        Some(at.col) != points_col
            && at.col != first.score.at.col
            && cell.label().is_some_and(|key| HEADS.contains(&&*key))
    });
    let mut out = Vec::new();
    for (head, _) in heads {
        let mut same = 0;
        let mut other = Vec::new();
        for place in own() {
            let at = sheet.anchor(CellRef::new(place.name.at.row, head.col));
            let own = place.points.and_then(|own| extra::points(sheet, own.at));
            let of_scheme = scheme.items.get(place.item).map(|item| item.points);
            let (Some(second), Some(own)) = (weighed(sheet, at, scheme.total), own.or(of_scheme))
            else {
                continue;
            };
            if (second - own).abs() < 1e-9 {
                same += 1;
            } else {
                let at = Place { sheet: form.sheet, at };
                other.push((at, second, own));
            }
        }
        if same > 1 && same > other.len() {
            out.extend(other.into_iter().map(|(place, second, own)| {
                let text = sheet.text(head).unwrap_or_default();
                twice(workbook, place, text.trim(), second, own)
            }));
        }
    }
    out
}

/// The points that a cell gives, perhaps as a share of the whole.
fn weighed(sheet: &Sheet, at: CellRef, whole: f64) -> Option<f64> {
    let share = match sheet.value(at) {
        Value::Text(text) => compact(text).strip_suffix('%').and_then(|n| n.parse::<f64>().ok()),
        Value::Number(number) if *number < 1.0 => Some(*number * 100.0),
        _ => None,
    };
    share.map(|percent| percent * whole / 100.0).or_else(|| extra::points(sheet, at))
}

fn twice(workbook: &Workbook, at: Place, text: &str, full: f64, other: f64) -> Problem {
    let (full, other) = (show(full, 4), show(other, 4));
    let sheet = workbook.sheet_name(at.sheet);
    Problem::error(
        "points-twice",
        words!(
            "「{text}」写着满分 {full} 分，分值列或方案是 {other} 分，看不出以哪个为准",
            "`{text}` says {full} points, its points cell or the scheme {other}; nothing tells which counts"
        ),
    )
    .at(sheet, at.at)
    .hint(words!("改成一致", "make them agree"))
}

/// Where the form's month is said twice and not alike, or cannot be read.
pub(super) fn month(sheet: &Sheet, scheme: &Scheme, form: &Form) -> Option<Problem> {
    if let Some(month) = form.month {
        let title = info::other_title(sheet, month).map(|(at, title)| {
            let what = words!(
                "表题写的是 {title}，考核月份是 {month}；按考核月份处理",
                "the title says {title}, the form's month is {month}; the latter counts"
            );
            (at, what)
        });
        let year = || {
            let (at, year) = info::year_labelled(sheet, info::TOP)?;
            let what = words!(
                "年度写的是 {year}，考核月份是 {month}；按考核月份处理",
                "the year is given as {year}, the form's month as {month}; the latter counts"
            );
            (year != month.year).then_some((at, what))
        };
        if let Some((at, what)) = title.or_else(year) {
            let problem = Problem::notice("month-twice", what).at(&sheet.name, at);
            return Some(problem.hint(words!("改正其中一处", "correct one of them")));
        }
        if let Some(part) = part_of_month(sheet, scheme, month) {
            return Some(part);
        }
    }
    let (at, text) =
        info::unread_month(sheet, &scheme.words.month).filter(|_| form.period().is_none())?;
    Some(
        Problem::notice(
            "month-unread",
            words!(
                "「{text}」看不出是哪个月，没有核对月份",
                "`{text}` names no month; months were not compared"
            ),
        )
        .at(&sheet.name, at)
        .hint(words!("写成 2026年10月 这样", "write it as 2026年10月")),
    )
}

/// That what the form gives for its month is a part of it, or several: 2026年10月上旬, 10月1日-15日, 10-11月.
fn part_of_month(sheet: &Sheet, scheme: &Scheme, month: Month) -> Option<Problem> {
    let (at, value) = info::labelled_or_headed(sheet, &scheme.words.month, info::TOP)?;
    let text = value.text()?.trim().to_owned();
    let key = span::in_words(&compact(&text)).into_owned();
    let days = key.contains(['日', '号']);
    let own = span::is_months_own_days(&key) || days && span::is_own_month(&key);
    // 2026年10-11月 begins with October.
    let bare = key.rsplit('年').next().unwrap_or_default();
    let part = span::has_span(&key) || span::holds_range(&key) || span::is_span(bare);
    (part && !own).then(|| {
        Problem::notice(
            "month-part",
            words!(
                "考核月份写的是「{text}」，不是一个整月；按 {month} 的数据处理",
                "the form's month is `{text}`, which is not one whole month; the figures of {month} were taken"
            ),
        )
        .at(&sheet.name, at)
        .hint(words!(
            "核对指标是不是这段时间的",
            "check whether the figures are of that time"
        ))
    })
}

/// Forms on tabs that have the name of another form's person.
pub(super) fn tabs(workbook: &Workbook, forms: &mut [Form]) {
    let people: HashSet<String> =
        forms.iter().filter_map(|form| form.person.as_deref().map(person_key)).collect();
    for form in forms {
        let Some(sheet) = workbook.sheets.get(form.sheet) else { continue };
        let tab = person_key(&sheet.name);
        let Some(person) = form.person.as_deref().filter(|own| person_key(own) != tab) else {
            continue;
        };
        if people.contains(&tab) {
            let problem = Problem::notice(
                "tab-differs",
                words!(
                    "工作表「{}」里的被考核人是「{person}」，按被考核人处理",
                    "the sheet `{}` is of `{person}`; the latter counts",
                    sheet.name
                ),
            );
            form.problems.push(problem.on(&sheet.name).hint(words!(
                "核对是不是填错了表，改正其中一处",
                "check whether the wrong sheet was filled in, and correct one of them"
            )));
        }
    }
}
