//! Titles with a month and last month's name in them, and texts that only look like one.

use super::Template;
use super::identity::Found;
use super::months::{with_bare_month, with_month};
use crate::form::{self, Month, Place, title_month};
use crate::package::Content;
use crate::roster::Person;
use crate::text::{has_any, label, person_key};
use crate::workbook::{Cell, Value};

/// Rows in which a title may stand, where no item or figure stands in them.
const TITLES: u32 = 4;
/// Most characters of a column's header.
const HEADER: usize = 12;

/// Months and last month's name in the titles: of the form, of the sheets with figures, and of
/// others where they say what the form says.
pub(super) fn edits(template: &Template, person: &Person, month: Month, found: &mut Found) {
    let mut figures = template.figure_sheets();
    figures.extend(template.own_sheets());
    let old = template.form.month.or(template.sources.month.map(|(_, month)| month));
    let name = template.form.person.as_deref().map(str::trim).filter(|n| n.chars().count() > 1);
    for (index, sheet) in template.workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        // What stands beside an item or a figure is said of last month's person, and no title.
        let below = template.first_row(index).map_or(TITLES, |first| first.min(TITLES));
        for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < below) {
            let place = Place { sheet: index, at: *at };
            let Some(old_text) = cell.value.text().filter(|_| !cell.is_formula) else { continue };
            let text = match found.contents.get(&place) {
                // Labels and a month may share a cell.
                Some(Content::Text(written)) => written.clone(),
                Some(_) => continue,
                None => old_text.to_owned(),
            };
            if text.chars().count() >= 80 {
                continue;
            }
            let row = || sheet.row(at.row).filter_map(|(_, cell)| cell.value.text());
            let alone = row().count() == 1;
            // A row with numbers is one of a table: 年度计划, 台账.
            let is_number = |cell: &Cell| matches!(cell.value, Value::Number(_));
            let in_table = sheet.row(at.row).any(|(_, cell)| is_number(cell));
            // The only month of its row, over figures, is that of the form. Of columns of several months
            // only the form's own follows it: see `says_form`.
            let own = figures.contains(&index)
                && row().filter(|text| title_month(text).is_some()).count() == 1;
            // Months of a list (历史) are no titles: they stay.
            let months = |cells: &mut dyn Iterator<Item = &Cell>,
                          wanted: &dyn Fn(Month) -> bool| {
                cells.filter_map(|cell| title_month(cell.value.text()?)).any(wanted)
            };
            let column = || sheet.cells.iter().filter(|(other, _)| other.col == at.col);
            let listed = || months(&mut column().map(|(_, cell)| cell), &|m| Some(m) != old);
            let says_form = || {
                let header = || {
                    figures.contains(&index)
                        && !months(&mut sheet.row(at.row).map(|(_, cell)| cell), &|m| m == month)
                };
                // 被考核人 | 王丽 | 2026年10月
                let of_person = || {
                    let is =
                        |text: &str| name.is_some_and(|name| person_key(text) == person_key(name));
                    !in_table && !listed() && row().any(is)
                };
                title_month(old_text) == old
                    && (alone && !listed()
                        || of_person()
                        || old_text.contains([':', '：'])
                        || header())
            };
            let mut new = with_month(&text, month)
                .filter(|_| !in_table && !is_about_itself(old_text) && (own || says_form()));
            let dated = new.is_some();
            // A column's header (`10月` beside `9月`) follows the form's month, a title any.
            let header = || {
                old.is_some_and(|old| crate::metrics::bare_month(&text) == Some(old.month))
                    && text.chars().count() <= HEADER
                    && !row().any(|text| crate::metrics::bare_month(text) == Some(month.month))
            };
            if !dated && figures.contains(&index) && (alone || header()) {
                new = with_bare_month(&text, month);
            }
            let written = found.contents.contains_key(&place);
            // Name and month change together, or the cell stays as it is.
            let named = name.filter(|name| !written && text.contains(name));
            let titled = |name: &&str| {
                (alone || !in_table) && is_title_of(&text, name, figures.contains(&index))
            };
            if named.is_some_and(|name| !titled(&name)) {
                continue;
            }
            if let Some(name) = named.filter(|_| alone) {
                new = Some(new.as_deref().unwrap_or(&text).replace(name, &person.name));
            }
            if let Some(new) = new {
                found.contents.insert(place, Content::Text(new));
                found.month |= dated && figures.contains(&index);
            }
        }
    }
}

/// Whether a text is a person's name, or a title with it: 王丽 考核汇总; not what is said of the person.
/// `figures`: of a sheet with the form or its figures, whose titles may end anyhow.
fn is_title_of(text: &str, name: &str, figures: bool) -> bool {
    const ENDS: [&str; 17] = [
        "表", "数据", "汇总", "统计", "考核", "评分", "指标", "明细", "报告", "档案", "单", "得分",
        "记录", "情况", "总结", "小结", "月报",
    ];
    let rest = label(&text.replace(name, ""));
    let bare = rest.trim_matches(['(', ')', '-', '—', '_']);
    // 王丽：2026年10月, and 王丽2026年10月指标数据，含团队 over figures.
    let month = bare.trim_matches([':', ',', '、']);
    let only_month = month.chars().count() <= HEADER && form::parse_month(month).is_some();
    if only_month || figures && text.trim_start().starts_with(name) {
        return true;
    }
    !text.contains(['，', '。', '；', '：', ':', ','])
        && (figures || bare.is_empty() || ENDS.iter().any(|end| bare.ends_with(end)))
}

/// Whether a text says since when the form itself holds: 本表自2026年10月起施行; not 计划执行情况考核表.
fn is_about_itself(text: &str) -> bool {
    let since = |(_, rest): (&str, &str)| {
        rest.split_once('起').is_some_and(|(_, rest)| {
            has_any(rest, &["施行", "实施", "生效", "执行", "启用", "试行", "实行"])
        })
    };
    let key = label(text);
    ["自", "从"].iter().filter_map(|word| key.split_once(word)).any(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_with_a_name_are_no_talk_of_it() {
        for (text, wanted) in [
            ("王丽", true),
            ("王丽 考核汇总", true),
            ("客服主管绩效考核表（王丽）", true),
            ("客服主管绩效考核表-王丽", true),
            ("王丽本月迟到三次，需改进", false),
            ("面谈内容：王丽本月表现好", false),
            ("王丽迟到三次", false),
        ] {
            assert_eq!(is_title_of(text, "王丽", false), wanted, "{text}");
        }
    }
}
