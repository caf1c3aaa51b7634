//! What stays of last month beside the form's own cells: on other sheets, over raters' columns, in notes,
//! headers, drawings and properties.

use super::{NAMED, numbers_of};
use crate::blank::Template;
use crate::cell::CellRef;
use crate::container::Package;
use crate::form::{Place, parse_month, without_own_dates};
use crate::problem::{Problem, Words};
use crate::text::{has_any, label};
use crate::words;
use std::collections::BTreeSet;

/// Other sheets with numbers: of nobody's form, and of last month as likely as not.
pub(super) fn sheets(template: &Template, changed: &BTreeSet<Place>) -> Option<Problem> {
    let known: BTreeSet<usize> = (template.own_sheets().into_iter())
        .chain(template.figure_sheets())
        .chain(changed.iter().map(|place| place.sheet))
        .collect();
    let sheets = template.workbook.sheets.iter().enumerate();
    let others = sheets.filter(|(index, sheet)| !known.contains(index) && !sheet.part.is_empty());
    // What is too large to be read is full of something.
    let full = others.filter(|(_, sheet)| !sheet.loaded || numbers_of(sheet).next().is_some());
    let names: Vec<&str> = full.map(|(_, sheet)| sheet.name.as_str()).collect();
    let first = names.first()?;
    let quoted = names.iter().map(|name| format!("「{name}」"));
    let what = words!("工作表 ", "the numbers on sheets ")
        .then(&Words::listed(quoted, NAMED))
        .then(&words!(
            " 上的数字原样带到了每个人的表里",
            " stand in everybody's form as they are in the template"
        ));
    Some(Problem::notice("template-sheets", what).on(first).hint(words!(
        "是上月的明细或历史得分，就先在模板里清空或删去这些工作表，再加 --force 重新生成",
        "where they are last month's details or scores, clear or delete the sheets in the template and run again with --force"
    )))
}

/// Raters' columns that are headed by a name: anonymous marks must not stand below it.
pub(super) fn raters(template: &Template) -> Option<Problem> {
    const OTHERS: [&str; 12] =
        ["评", "下级", "下属", "员工", "同事", "均", "合计", "总", "人数", "分", "备注", "标准"];
    let is_name = |text: &str| {
        let own = label(text);
        own.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
            && (2..5).contains(&own.chars().count())
            && !has_any(&own, &OTHERS)
    };
    let tables = template.sources.raters.iter().filter(|table| !table.turned);
    let cells = tables.flat_map(|table| {
        let first = table.rows.values().copied().min().unwrap_or(0);
        let sheet = template.workbook.sheets.get(table.sheet);
        let heads = table.columns.iter().filter_map(move |col| {
            let mut above = (0..first).rev().map(|row| CellRef::new(row, *col));
            above.find(|at| sheet.is_some_and(|sheet| !sheet.value(*at).is_blank()))
        });
        let named = heads.filter(move |at| sheet.and_then(|s| s.text(*at)).is_some_and(is_name));
        named.map(|at| Place { sheet: table.sheet, at })
    });
    let cells: Vec<Place> = cells.collect();
    let first = cells.first()?;
    let sheet = |place: &Place| template.workbook.sheets.get(place.sheet).map(|s| s.name.as_str());
    let names = cells.iter().filter_map(|place| {
        let sheet = template.workbook.sheets.get(place.sheet)?;
        Some(format!("{} {}", place.at, sheet.text(place.at)?.trim()))
    });
    let what = words!("评分人的列写着人名：", "raters' columns are headed by names: ")
        .then(&Words::listed(names, NAMED))
        .then(&words!("，原样带到了每个人的表里", "; they stand in everybody's form now"));
    Some(
        Problem::notice("template-raters", what)
            .at(sheet(first).unwrap_or_default(), first.at)
            .hint(words!(
                "先在模板里改成 评分人1、评分人2……：匿名的分数不能写在人名下，collect 不会写",
                "head them 评分人1, 评分人2 … in the template: collect writes no anonymous mark below a name"
            )),
    )
}

/// What stands in notes, headers and footers, which are no cells.
pub(super) fn outside(template: &Template) -> Vec<Problem> {
    let Ok(mut package) = Package::open_within(&template.bytes, &template.workbook.limits) else {
        return Vec::new();
    };
    let name = template.form.person.as_deref().map(str::trim).filter(|n| n.chars().count() > 1);
    let named = |text: &str| name.is_some_and(|name| text.contains(name));
    let mut out = Vec::new();
    let members: Vec<String> = package.members().iter().map(|m| m.name.clone()).collect();
    let kinds: [(&[&str], &'static str, Words); 3] = [
        (
            &["xl/comments", "xl/threadedComments"],
            "template-notes",
            words!("批注里写着上次的姓名", "notes name the last person"),
        ),
        (
            &["xl/drawings/drawing", "xl/charts/chart"],
            "template-drawings",
            words!(
                "文本框或图表的文字里写着上次的姓名",
                "text boxes or charts name the last person"
            ),
        ),
        (
            &["docProps/"],
            "template-properties",
            words!(
                "文件属性（标题、作者等）里写着上次的姓名",
                "the file's properties (title, author) name the last person"
            ),
        ),
    ];
    for (parts, code, what) in kinds {
        let own = |name: &&String| parts.iter().any(|part| name.starts_with(part));
        let mut own = members.iter().filter(own);
        let says = own.any(|part| {
            let Ok(bytes) = package.read(part) else { return false };
            let text = String::from_utf8_lossy(&bytes);
            // Of a chart what somebody typed; its copies of cells follow the cells.
            match part.starts_with("xl/charts/") {
                true => {
                    text.split("<a:t>").skip(1).any(|t| named(t.split('<').next().unwrap_or(t)))
                }
                false => named(&text),
            }
        });
        if says {
            let what = words!("模板的", "in the template, ").then(&what);
            let what = what
                .then(&words!("，原样带到了每个人的表里", "; they stand in everybody's form now"));
            out.push(Problem::notice(code, what).hint(words!(
                "不该带的话，先在模板里删去，再加 --force 重新生成",
                "where they should not, delete them in the template and run again with --force"
            )));
        }
    }
    for sheet in template.workbook.sheets.iter().filter(|sheet| sheet.loaded) {
        let Ok(bytes) = package.read(&sheet.part) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let Some((_, rest)) = text.rsplit_once("<headerFooter") else { continue };
        let printed = rest.split("</headerFooter>").next().unwrap_or(rest);
        if named(printed) || parse_month(&without_own_dates(printed)).is_some() {
            out.push(
                Problem::notice(
                    "template-header",
                    words!(
                        "页眉或页脚里写着上次的月份或姓名，没有改",
                        "the page's header or footer names the last month or person; it was left"
                    ),
                )
                .on(&sheet.name)
                .hint(words!(
                    "先在模板的「页面设置」里改成通用的",
                    "make it general in the template's page setup"
                )),
            );
        }
    }
    out
}
