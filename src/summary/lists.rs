//! The sheets of problems and of notices.

use super::gather::{Gathered, Listed};
use super::stream::{Rows, key};
use super::{Content, Layout, Pen, print_setup, write_text};
use crate::problem::codes::{
    FILE_OF_OTHER_MONTH, NUMBER_OF_SEVERAL, PERSON_TWICE, SCORE_FAR_ABOVE,
};
use crate::problem::{Lang, Words};
use crate::words;
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::io;
use unicode_width::UnicodeWidthStr;

/// Most rows of a list; beyond, the sheet says how many more there are.
const ROWS: usize = 100_000;

/// Where a list stands.
pub struct Place {
    /// Row of its header.
    pub head: u32,
    /// How many rows it has.
    pub rows: usize,
}

/// What kept forms from being filled, but for the rows.
pub fn problems(page: &mut Worksheet, gathered: &Gathered, pen: &Pen) -> Result<Place, XlsxError> {
    let found = gathered.problems.len();
    page.merge_range(0, 0, 0, 6, pen.t("问题", "Problems"), &pen.title)?;
    page.set_row_height(0, 30)?;
    let note = if found == 0 {
        pen.t("没有问题，全部填好。", "None: everything is filled.")
    } else {
        pen.t(
            "下列考核表没有填写。改正后重新运行 kaohe batch，只会重做改动过的。",
            "These forms are not filled. Correct them and run kaohe batch again.",
        )
    };
    page.merge_range(1, 0, 1, 6, note, &pen.note)?;
    list(page, 2, found, pen)
}

/// What was assumed, replaced and read how, but for the rows of the list.
pub fn notices(
    page: &mut Worksheet,
    content: &Content<'_>,
    gathered: &Gathered,
    pen: &Pen,
) -> Result<Place, XlsxError> {
    page.merge_range(0, 0, 0, 6, pen.t("提示", "Notices"), &pen.title)?;
    page.set_row_height(0, 30)?;
    let mut row = 2;
    let readings = readings(content, gathered);
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
    list(page, row + 1, gathered.notices.len(), pen)
}

/// What changes a result comes first, what is usual last.
pub fn rank(code: &str) -> u8 {
    match code {
        "month-astray"
        | FILE_OF_OTHER_MONTH
        | NUMBER_OF_SEVERAL
        | SCORE_FAR_ABOVE
        | PERSON_TWICE
        | "replaced"
        | "previous-unclear"
        | "previous-differs"
        | "previous-not-earlier"
        | "not-this-time" => 0,
        "points-differ" | "points-unread" => 1,
        // A month has hundreds of these.
        "assumed-zero" => 3,
        _ => 2,
    }
}

/// Readings with the items that share them.
fn readings(content: &Content<'_>, gathered: &Gathered) -> Vec<(String, Words, Vec<String>)> {
    let used = content.layouts.iter().zip(&gathered.totals).filter(|(_, t)| t.people > 0);
    let mut out: BTreeMap<(String, String), (Words, Vec<String>)> = BTreeMap::new();
    for (layout, _) in used {
        for item in &layout.items {
            let Some(words) = &item.reading else { continue };
            let entry = out
                .entry((layout.scheme.clone(), words.zh.clone()))
                .or_insert_with(|| (words.clone(), Vec::new()));
            if !entry.1.contains(&item.name) {
                entry.1.push(item.name.clone());
            }
        }
        // Grades stand behind the items, from the best.
        for (order, words) in (0u32..).zip(grades(layout)) {
            let order = format!("\u{10ffff}{order:06}");
            out.entry((layout.scheme.clone(), order)).or_insert_with(|| (words, Vec::new()));
        }
    }
    out.into_iter().map(|((scheme, _), (words, items))| (scheme, words, items)).collect()
}

/// How a layout's grades are given, the best first.
fn grades(layout: &Layout) -> Vec<Words> {
    let shares = layout.shares.as_ref().map(|told| {
        words!("等级按强制分布评定：{told}", "grades are given by shares of the team: {told}")
    });
    let each = layout.grades.iter().filter_map(|(name, from, coefficient)| {
        Some(match (&layout.shares, coefficient) {
            (Some(_), Some(c)) => words!("等级：{name}，系数 {c}", "grade {name}, coefficient {c}"),
            (Some(_), None) => return None,
            (None, Some(c)) => {
                words!("等级：{name} ≥ {from}，系数 {c}", "grade {name} ≥ {from}, coefficient {c}")
            }
            (None, None) => words!("等级：{name} ≥ {from}", "grade {name} ≥ {from}"),
        })
    });
    shares.into_iter().chain(each).collect()
}

fn list(page: &mut Worksheet, head: u32, found: usize, pen: &Pen) -> Result<Place, XlsxError> {
    let heads = [
        (pen.t("文件", "file"), 38.0),
        (pen.t("姓名", "person"), 13.0),
        (pen.t("工作表", "sheet"), 20.0),
        (pen.t("单元格", "cell"), 8.0),
        (pen.t("类别", "kind"), 8.0),
        (pen.t("内容", "what"), 48.0),
        (pen.t("怎么办", "what to do"), 34.0),
    ];
    for (col, (text, width)) in (0..).zip(heads) {
        write_text(page, head, col, text, &pen.head)?;
        page.set_column_width(col, width)?;
    }
    // One more says how many are not listed.
    let rows = found.min(ROWS + 1);
    key(page, head + 1, &[&pen.wrap])?;
    page.autofilter(head, 0, head + u32::try_from(rows).unwrap_or(0), 6)?;
    page.set_freeze_panes(head + 1, 0)?;
    page.set_repeat_rows(head, head)?;
    print_setup(page, pen);
    Ok(Place { head, rows })
}

/// Writes the rows of a list.
pub fn rows(
    rows: &mut Rows<'_>,
    listed: &mut Listed,
    rank: Option<fn(&str) -> u8>,
    place: &Place,
    wrap: u32,
    lang: Lang,
) -> io::Result<()> {
    let found = listed.len();
    for (row, at) in (place.head + 1..).zip(listed.order(rank).into_iter().take(ROWS)) {
        let texts = listed.texts(at)?;
        // Rows are made tall enough: programs do not all do it on opening.
        let lines = texts
            .iter()
            .zip([36.0, 12.0, 18.0, f64::INFINITY, f64::INFINITY, 46.0, 32.0])
            .map(|(text, wide)| (text.width() as f64 / wide).ceil())
            .fold(1.0, f64::max);
        rows.begin(row, Some((16.0 * lines).min(400.0)));
        for (col, text) in (0..).zip(&texts) {
            rows.text(col, text, wrap);
        }
        rows.end()?;
    }
    if found > ROWS {
        let more = found - ROWS;
        let words = words!("还有 {more} 条未列出", "{more} more are not listed");
        rows.begin(place.head + u32::try_from(place.rows).unwrap_or(0), None);
        rows.text(0, words.get(lang), wrap);
        rows.end()?;
    }
    Ok(())
}
