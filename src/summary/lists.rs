//! The sheets of problems and of notices.

use super::{Content, Finding, Pen, print_setup, write_text};
use crate::problem::{Severity, Words};
use crate::words;
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Most rows of a list; beyond, the sheet says how many more there are.
const ROWS: usize = 100_000;

/// What kept forms from being filled.
pub fn problems(page: &mut Worksheet, content: &Content<'_>, pen: &Pen) -> Result<(), XlsxError> {
    let found: Vec<(&str, &Finding)> = content
        .books
        .iter()
        .flat_map(|b| b.findings.iter().filter(|f| f.blocks()).map(|f| (b.file.as_str(), f)))
        .collect();
    page.merge_range(0, 0, 0, 6, pen.t("问题", "Problems"), &pen.title)?;
    let note = if found.is_empty() {
        pen.t("没有问题，全部填好。", "None: everything is filled.")
    } else {
        pen.t(
            "下列考核表没有填写。改正后重新运行 kaohe batch，只会重做改动过的。",
            "These forms are not filled. Correct them and run kaohe batch again.",
        )
    };
    page.merge_range(1, 0, 1, 6, note, &pen.note)?;
    list(page, 2, &found, pen)?;
    Ok(())
}

/// What was assumed, replaced and read how.
pub fn notices(page: &mut Worksheet, content: &Content<'_>, pen: &Pen) -> Result<(), XlsxError> {
    page.merge_range(0, 0, 0, 6, pen.t("提示", "Notices"), &pen.title)?;
    let mut row = 2;
    let readings = readings(content);
    page.merge_range(
        1,
        0,
        1,
        6,
        pen.t("计算口径（来自方案）", "Readings in force (of the scheme)"),
        &pen.note,
    )?;
    for (scheme, words, items) in &readings {
        write_text(page, row, 0, scheme, &pen.wrap)?;
        let names = items.join("、");
        page.merge_range(row, 1, row, 3, "", &pen.wrap)?;
        write_text(page, row, 1, &names, &pen.wrap)?;
        page.merge_range(row, 4, row, 6, "", &pen.wrap)?;
        write_text(page, row, 4, words.get(pen.lang), &pen.wrap)?;
        let lines = (names.width() as f64 / 34.0).max(words.get(pen.lang).width() as f64 / 80.0);
        page.set_row_height(row, 16.0 * lines.ceil().max(1.0))?;
        row += 1;
    }
    let mut found: Vec<(&str, &Finding)> = content
        .books
        .iter()
        .flat_map(|b| b.findings.iter().filter(|f| !f.blocks()).map(|f| (b.file.as_str(), f)))
        .collect();
    // What changes a result comes first.
    let rank = |f: &Finding| match f.code.as_str() {
        "assumed-zero" => 0,
        "replaced" => 1,
        "points-differ" | "points-unread" => 2,
        _ => 3,
    };
    found.sort_by_key(|(_, finding)| (rank(finding), finding.code.clone()));
    list(page, row + 1, &found, pen)
}

/// Readings with the items that share them.
fn readings(content: &Content<'_>) -> Vec<(String, Words, Vec<String>)> {
    let used: std::collections::BTreeSet<usize> =
        content.books.iter().flat_map(|b| &b.lines).map(|l| l.layout).collect();
    let mut out: BTreeMap<(String, String), (Words, Vec<String>)> = BTreeMap::new();
    for layout in used.iter().filter_map(|index| content.layouts.get(*index)) {
        for item in &layout.items {
            let Some(words) = &item.reading else { continue };
            let entry = out
                .entry((layout.scheme.clone(), words.zh.clone()))
                .or_insert_with(|| (words.clone(), Vec::new()));
            if !entry.1.contains(&item.name) {
                entry.1.push(item.name.clone());
            }
        }
        for (name, from, coefficient) in &layout.grades {
            let words = match coefficient {
                Some(c) => words!(
                    "等级：{name} ≥ {from}，系数 {c}",
                    "grade {name} ≥ {from}, coefficient {c}"
                ),
                None => words!("等级：{name} ≥ {from}", "grade {name} ≥ {from}"),
            };
            // Grades stand behind the items, from the best.
            let order = format!("\u{10ffff}{:012.3}{name}", 1e6 - from);
            out.entry((layout.scheme.clone(), order)).or_insert_with(|| (words, Vec::new()));
        }
    }
    out.into_iter().map(|((scheme, _), (words, items))| (scheme, words, items)).collect()
}

fn list(
    page: &mut Worksheet,
    head: u32,
    found: &[(&str, &Finding)],
    pen: &Pen,
) -> Result<(), XlsxError> {
    let heads = [
        (pen.t("文件", "file"), 28.0),
        (pen.t("姓名", "person"), 10.0),
        (pen.t("工作表", "sheet"), 16.0),
        (pen.t("单元格", "cell"), 8.0),
        (pen.t("类别", "kind"), 8.0),
        (pen.t("内容", "what"), 48.0),
        (pen.t("怎么办", "what to do"), 34.0),
    ];
    for (col, (text, width)) in (0..).zip(heads) {
        write_text(page, head, col, text, &pen.head)?;
        page.set_column_width(col, width)?;
    }
    let mut row = head;
    for (file, finding) in found.iter().take(ROWS) {
        row += 1;
        let (sheet, cell) = place(&finding.place);
        let kind = match finding.severity {
            Severity::Error => pen.t("错误", "error"),
            Severity::Unfinished => pen.t("未完成", "unfinished"),
            Severity::Notice => pen.t("提示", "notice"),
        };
        let what = finding.what.get(pen.lang);
        let hint = finding.hint.as_ref().map_or("", |h| h.get(pen.lang));
        let person = finding.person.as_deref().unwrap_or_default();
        for (col, text) in (0..).zip([*file, person, sheet, cell, kind, what, hint]) {
            write_text(page, row, col, text, &pen.wrap)?;
        }
        // Rows are made tall enough: programs do not all do it on opening.
        let lines = [(*file, 26.0), (sheet, 14.0), (what, 46.0), (hint, 32.0), (person, 9.0)]
            .iter()
            .map(|(text, wide)| (text.width() as f64 / wide).ceil())
            .fold(1.0, f64::max);
        page.set_row_height(row, (16.0 * lines).min(400.0))?;
    }
    if found.len() > ROWS {
        row += 1;
        let more = found.len() - ROWS;
        let words = words!("还有 {more} 条未列出", "{more} more are not listed");
        write_text(page, row, 0, words.get(pen.lang), &pen.wrap)?;
    }
    page.autofilter(head, 0, row, 6)?;
    page.set_freeze_panes(head + 1, 0)?;
    page.set_repeat_rows(head, head)?;
    print_setup(page, pen);
    Ok(())
}

/// `'指标数据'!B4` as sheet and cell.
fn place(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix('\'') else { return (text, "") };
    match rest.rsplit_once("'!") {
        Some((sheet, cell)) => (sheet, cell),
        None => (rest.strip_suffix('\'').unwrap_or(rest), ""),
    }
}
