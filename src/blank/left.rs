//! What stays of last month in a template and a person should look at: names, remarks, numbers.

mod elsewhere;

use super::Template;
use super::months::loses_days;
use crate::cell::CellRef;
use crate::form::{Month, Place, fields, parse_month, title_month, without_own_dates};
use crate::problem::{Problem, Words};
use crate::roster::Person;
use crate::text::{has_any, is_blank, label};
use crate::words;
use crate::workbook::{Sheet, Value};
use std::collections::BTreeSet;

/// Most cells that a notice names.
const NAMED: usize = 5;
/// How labels of remarks end.
const REMARKS: [&str; 14] = [
    "评语",
    "意见",
    "面谈记录",
    "面谈内容",
    "小结",
    "自评",
    "总结",
    "签字",
    "签名",
    "改进计划",
    "改进措施",
    "改进建议",
    "存在问题",
    "不足",
];
/// Headers of columns of remarks.
const NOTES: [&str; 6] = ["备注", "备注说明", "说明", "情况说明", "原因", "原因说明"];
/// Columns of numbers that are the same every month.
const LASTING: [&str; 10] =
    ["序号", "编号", "工号", "权重", "分值", "满分", "标准", "目标", "电话", "手机"];

/// The notices. `changed`: cells that are emptied or written anew.
pub(super) fn notices(template: &Template, changed: &BTreeSet<Place>) -> Vec<Problem> {
    let mut out = Vec::new();
    let kept = |place: &Place| !changed.contains(place);
    if let Some(name) = template.form.person.as_deref().map(str::trim)
        && name.chars().count() > 1
    {
        let team: BTreeSet<Place> = members(template);
        let cells = texts(template)
            .filter(|(place, text)| text.contains(name) && kept(place) && !team.contains(place))
            .map(|(place, _)| place);
        let what = words!("仍写着上次的姓名「{name}」", "still name the last person `{name}`");
        out.extend(notice(template, "template-old-name", &what, cells));
    }
    let cells = texts(template).filter(|(p, _)| template.form.sheets.contains(&p.sheet) && kept(p));
    let cells = cells.filter_map(|(place, text)| {
        let sheet = template.workbook.sheets.get(place.sheet)?;
        let remark = remark(sheet, place, text).filter(|said| !heads(template, *said));
        remark.or_else(|| signed(template, place, text)).filter(&kept)
    });
    let said = template.past.said.iter().copied();
    let noted: BTreeSet<Place> =
        noted(template).into_iter().chain(dated(template)).chain(said).collect();
    let cells = cells.chain(noted.into_iter().filter(kept));
    let what = words!("是上次的评语、意见或签字", "hold the last month's remarks or signatures");
    out.extend(notice(template, "template-remarks", &what, cells));
    let what =
        words!("是数字，但不是方案里的指标", "hold numbers that are no metrics of the scheme");
    out.extend(notice(
        template,
        "template-numbers",
        &what,
        numbers(template, changed).chain(template.past.unclear.iter().copied()).filter(kept),
    ));
    out.extend(template.past.told(template));
    out.extend(elsewhere::sheets(template, changed));
    out.extend(elsewhere::raters(template));
    out.extend(elsewhere::outside(template));
    for sheet in template.workbook.sheets.iter().filter(|sheet| sheet.loaded) {
        let name = &sheet.name;
        if parse_month(name).is_some() || crate::metrics::bare_month(name).is_some() {
            out.push(
                Problem::notice(
                    "template-sheet",
                    words!(
                        "工作表名「{name}」带着月份，没有改",
                        "the sheet's name `{name}` holds a month; it was left"
                    ),
                )
                .on(name)
                .hint(words!("先在模板里改成通用的名字", "give it a general name in the template")),
            );
        }
    }
    out
}

/// Spans of days that became the month alone, as nothing tells the new month's days.
pub(super) fn lost_days(template: &Template, month: Month) -> Option<Problem> {
    let someone = Person { name: "某".to_owned(), ..Person::default() };
    let found = super::identity::edits(template, &someone, month);
    let lost = found.contents.keys().find_map(|place| {
        let sheet = template.workbook.sheets.get(place.sheet)?;
        let text = sheet.text(place.at).filter(|text| loses_days(text, month))?;
        Some((sheet.name.as_str(), place.at, text.trim()))
    });
    let (sheet, at, text) = lost?;
    let what = words!(
        "模板写着「{text}」，看不出新的月份是哪天到哪天，只写了月份",
        "the template says `{text}`: the days of the new month are not known; only the month was written"
    );
    Some(Problem::notice("template-period", what).at(sheet, at).hint(words!(
        "要写起止日期，先在模板里改成新的日期",
        "where the days are wanted, write the new ones into the template first"
    )))
}

fn notice(
    template: &Template,
    code: &'static str,
    what: &Words,
    cells: impl Iterator<Item = Place>,
) -> Option<Problem> {
    let cells: Vec<Place> = cells.collect();
    let first = cells.first()?;
    let sheet = |place: &Place| template.workbook.sheets.get(place.sheet).map(|s| s.name.as_str());
    let shown = |place: &Place| format!("'{}'!{}", sheet(place).unwrap_or_default(), place.at);
    let named = Words::listed(cells.iter().map(shown), NAMED);
    let what = words!("模板的 ", "cells ")
        .then(&named)
        .then(&words!(" ", " of the template "))
        .then(what)
        .then(&words!("，原样带到了每个人的表里", "; they stand in everybody's form now"));
    let hint = words!(
        "不该带的话，先在模板里删去，再加 --force 重新生成",
        "where they should not, delete them in the template and run again with --force"
    );
    Some(Problem::notice(code, what).at(sheet(first).unwrap_or_default(), first.at).hint(hint))
}

/// The texts of the sheets that were read.
fn texts(template: &Template) -> impl Iterator<Item = (Place, &str)> {
    template.workbook.sheets.iter().enumerate().filter(|(_, sheet)| sheet.loaded).flat_map(
        |(index, sheet)| {
            let cells = sheet.cells.iter().filter(|(_, cell)| !cell.is_formula);
            cells.filter_map(move |(at, cell)| {
                Some((Place { sheet: index, at: *at }, cell.value.text()?))
            })
        },
    )
}

/// Cells of the team's names: the person may be one of them.
fn members(template: &Template) -> BTreeSet<Place> {
    let teams = template.sources.teams.iter();
    teams
        .flat_map(|team| {
            let at = |row: &u32| CellRef::new(*row, team.member);
            team.rows.iter().map(move |row| Place { sheet: team.sheet, at: at(row) })
        })
        .collect()
}

/// The cell of a remark: the label's own, or the one beside it.
fn remark(sheet: &Sheet, place: Place, text: &str) -> Option<Place> {
    let is_remark = |name: &str| {
        let own = label(name);
        own.chars().count() <= 12 && REMARKS.iter().any(|word| own.ends_with(word))
    };
    let filled = |text: &str| !is_blank(text.trim_matches(['_', '＿']));
    let inline = fields(text, &is_remark)
        .into_iter()
        .any(|field| is_remark(field.name) && text.get(field.value).is_some_and(filled));
    if inline {
        return Some(place);
    }
    let own = text.trim_end_matches([':', '：', ' ']);
    if !is_remark(own) {
        return None;
    }
    let right = sheet.merge_of(place.at).map_or(place.at.col, |m| m.end.col) + 1;
    let beside = sheet.anchor(CellRef::new(place.at.row, right));
    let said = sheet.text(beside).is_some_and(|text| filled(text) && !text.contains([':', '：']));
    said.then_some(Place { sheet: place.sheet, at: beside })
}

/// Whether a cell heads a column of the form: 自评 beside 得分.
fn heads(template: &Template, place: Place) -> bool {
    let words = &template.scheme.words;
    let own = template.workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at)).map(label);
    let mut known = words.score.iter().chain(&words.points).chain(&words.item);
    own.is_some_and(|own| known.any(|word| label(word) == own))
}

/// A day below the head of the form, on which somebody signed or spoke of it; not that since when the form
/// holds.
fn signed(template: &Template, place: Place, text: &str) -> Option<Place> {
    let first = template.first_row(place.sheet)?;
    let plain = without_own_dates(text);
    let dated = place.at.row > first
        && text.chars().count() < 40
        && !text.contains('起')
        && text.contains([':', '：'])
        && parse_month(&plain).is_some();
    dated.then_some(place)
}

/// What stands beside the figures in columns of remarks.
fn noted(template: &Template) -> Vec<Place> {
    let own = template.own_sheets();
    let heads = texts(template).filter(|(place, text)| {
        let is_figures = template.figure_sheets().contains(&place.sheet);
        is_figures && !own.contains(&place.sheet) && NOTES.contains(&&*label(text))
    });
    let below = heads.filter_map(|(head, _)| {
        let sheet = template.workbook.sheets.get(head.sheet)?;
        // As far as the table: to the first row without anything.
        let last = (head.at.row..).take_while(|row| sheet.row(*row).next().is_some()).last()?;
        let cells = sheet.cells.iter().filter(move |(at, cell)| {
            at.col == head.at.col && (head.at.row + 1..=last).contains(&at.row) && !cell.is_formula
        });
        let said = cells.filter(|(_, cell)| {
            cell.value.text().is_some_and(|text| !is_blank(text) && !NOTES.contains(&&*label(text)))
        });
        Some(said.map(move |(at, _)| Place { sheet: head.sheet, at: *at }))
    });
    // Below a list may stand the team, whose columns are others.
    let of_team = |place: &Place| {
        template.sources.teams.iter().any(|team| {
            let first = team.rows.first().map_or(u32::MAX, |row| row.saturating_sub(1));
            team.sheet == place.sheet
                && place.at.row >= first
                && team.columns.values().any(|col| *col == place.at.col)
        })
    };
    let cells: BTreeSet<Place> = below.flatten().filter(|place| !of_team(place)).collect();
    cells.into_iter().collect()
}

/// What stands behind an item's score, a mark or a figure and names the last month: 10月请假3天. What also
/// names the person is told as that.
fn dated(template: &Template) -> Vec<Place> {
    let form = &template.form;
    let name = form.person.as_deref().map_or("", str::trim);
    let old = form.month.or(template.sources.month.map(|(_, month)| month));
    let is_old = |text: &str| {
        (name.is_empty() || !text.contains(name))
            && old.is_some_and(|old| {
                let alone = crate::metrics::bare_month(text) == Some(old.month);
                alone || title_month(text) == Some(old)
            })
    };
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks).map(|mark| mark.score);
    let listed = template.sources.lists.values().flatten().map(|listed| listed.place);
    let behind = form.items.iter().map(|item| item.score).chain(marks).chain(listed);
    let cells = behind.flat_map(|from| {
        let sheet = template.workbook.sheets.get(from.sheet);
        let row = sheet.into_iter().flat_map(move |sheet| sheet.row(from.at.row));
        row.filter(move |(at, cell)| at.col > from.at.col && !cell.is_formula)
            .filter(|(_, cell)| cell.value.text().is_some_and(is_old))
            .map(move |(at, _)| Place { sheet: from.sheet, at })
    });
    cells.collect()
}

/// Numbers of the sheets with figures, and of those that are made to name the new person or month; but
/// for those of lasting columns.
fn numbers<'t>(
    template: &'t Template,
    changed: &BTreeSet<Place>,
) -> impl Iterator<Item = Place> + use<'t> {
    let own = template.own_sheets();
    let figures = template.figure_sheets().into_iter().chain(changed.iter().map(|p| p.sheet));
    let sheets: BTreeSet<usize> = figures.filter(|index| !own.contains(index)).collect();
    sheets.into_iter().flat_map(|index| {
        let cells = template.workbook.sheets.get(index).into_iter().flat_map(numbers_of);
        cells.map(move |at| Place { sheet: index, at }).collect::<Vec<_>>()
    })
}

/// A sheet's numbers below heads, but for those of lasting columns.
fn numbers_of(sheet: &Sheet) -> impl Iterator<Item = CellRef> {
    let cells = sheet.cells.iter().filter(|(_, cell)| !cell.is_formula && !cell.is_date);
    let numbers = cells.filter(|(_, cell)| matches!(cell.value, Value::Number(_)));
    numbers.map(|(at, _)| *at).filter(|at| {
        let above = (0..at.row).rev().find_map(|row| {
            let text = sheet.text(CellRef::new(row, at.col))?;
            crate::text::parse_number(text).is_none().then(|| label(text))
        });
        above.is_some_and(|head| !has_any(&head, &LASTING))
    })
}
