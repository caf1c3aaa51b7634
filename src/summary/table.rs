//! The table: what stands around its people.

use super::data::{Column, Department, Group};
use super::gather::Gathered;
use super::stream::key;
use super::{Pen, past, people, print_setup, write_text};
use crate::cell::column_letters;
use crate::text::round15;
use crate::words;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar,
    ConditionalFormatType, Format, Formula, Sparkline, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

/// Row of the points, above the header.
pub const POINTS: u32 = 2;
/// Row of the header.
pub const HEAD: u32 = 3;
/// First row of people.
pub const FIRST: u32 = 4;
/// Column of the name.
pub const NAME: u16 = 1;
/// First column of items.
pub const ITEMS: u16 = 3;
/// Where the columns stand.
pub struct Columns {
    /// The items' sum.
    pub sum: u16,
    /// The first rating.
    pub ratings: u16,
    /// The total.
    pub total: u16,
    /// The total before, the change and the trend.
    pub change: Option<u16>,
    /// The grade.
    pub grade: u16,
    /// The pay coefficient.
    pub coefficient: Option<u16>,
    /// The fines.
    pub fines: u16,
    /// The link, the last column.
    pub link: u16,
}

/// Where a group's columns stand.
pub fn columns(group: &Group<'_>) -> Columns {
    let wide = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let sum = ITEMS + wide(group.items.len());
    let ratings = sum + 1;
    let total = ratings + wide(group.ratings.len());
    let mut next = total + 1;
    let change = (!group.months.is_empty()).then_some(next);
    next += if change.is_some() { 3 } else { 0 };
    let grade = next;
    next += 1;
    let coefficient = (!group.coefficients.is_empty()).then_some(next);
    next += u16::from(coefficient.is_some());
    Columns { sum, ratings, total, change, grade, coefficient, fines: next, link: next + 1 }
}

/// `D5`.
pub fn cell(row: u32, col: u16) -> String {
    format!("{}{}", column_letters(u32::from(col)), row + 1)
}

/// `$D$5`.
pub fn fixed(row: u32, col: u16) -> String {
    format!("${}${}", column_letters(u32::from(col)), row + 1)
}

fn formula(text: String, value: f64) -> Formula {
    Formula::new(text).set_result(format!("{}", round15(value)))
}

/// Rows of the mean and the share, behind the last person.
pub fn mean_row(group: &Group<'_>) -> u32 {
    FIRST + u32::try_from(group.people.len()).unwrap_or(u32::MAX)
}

/// Writes the sheet but for its people and their means: of those, only what the charts show, as
/// numbers. rust_xlsxwriter puts no formula's value into a chart's cache, which is what a preview
/// shows.
pub fn write(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    month: Option<&str>,
    gathered: &Gathered,
    history: &str,
) -> Result<(), XlsxError> {
    let at = columns(group);
    head(page, group, pen, month, gathered, &at)?;
    let last = mean_row(group) - 1;
    key(page, FIRST, &people::formats(pen))?;
    for (row, person) in (FIRST..).zip(group.people.iter().take(super::charts::BARS as usize)) {
        let line = gathered.row(person)?.line;
        write_text(page, row, NAME, &gathered.called(&line), &pen.text)?;
        page.write_number(row, at.total, round15(person.total))?;
    }
    for (first, columns) in [(ITEMS, &group.items), (at.ratings, &group.ratings)] {
        for (col, column) in (first..).zip(columns).filter(|(_, column)| column.full > 0.0) {
            page.write_number(last + 2, col, round15(column.mean / column.full))?;
        }
    }
    if let Some(change) = at.change {
        let months = u16::try_from(group.months.len()).unwrap_or(0);
        page.add_sparkline(
            FIRST,
            change + 2,
            &Sparkline::new()
                .set_range((history, 1, past::FIRST, 1, past::FIRST + months))
                .show_hidden_data(true)
                .show_markers(true)
                .set_sparkline_color(Color::RGB(0x44_72C4)),
        )?;
    }
    page.add_conditional_format(
        FIRST,
        at.total,
        last,
        at.total,
        &ConditionalFormatDataBar::new()
            .set_minimum(ConditionalFormatType::Number, 0)
            .set_fill_color(Color::RGB(0x9D_C3E6))
            .set_solid_fill(true),
    )?;
    if let Some(change) = at.change {
        // Colours of a number format differ between programs; these do not.
        for (rule, color) in [
            (ConditionalFormatCellRule::GreaterThan(0), 0x00_6100),
            (ConditionalFormatCellRule::LessThan(0), 0x9C_0006),
        ] {
            let format = Format::new().set_font_color(Color::RGB(color));
            let rule = ConditionalFormatCell::new().set_rule(rule).set_format(format);
            page.add_conditional_format(FIRST, change + 1, last, change + 1, &rule)?;
        }
    }
    page.autofilter(HEAD, 0, last, at.link)?;
    page.set_freeze_panes(FIRST, 2)?;
    page.set_repeat_rows(0, HEAD)?;
    print_setup(page, pen);
    Ok(())
}

/// A month as a title begins with it; nothing where there is none.
fn spelt(month: Option<&str>, pen: &Pen) -> String {
    month.and_then(|m| m.split_once('-')).map_or_else(String::new, |(year, month)| {
        words!("{year}年{month}月", "{year}-{month}").get(pen.lang).to_owned() + " "
    })
}

/// The sheet where nobody was scored.
pub fn nobody(
    page: &mut Worksheet,
    gathered: &Gathered,
    pen: &Pen,
    month: Option<&str>,
) -> Result<(), XlsxError> {
    const LAST: u16 = 6;
    let spelt = spelt(month, pen);
    let title = words!("{spelt}汇总", "{spelt}summary");
    page.merge_range(0, 0, 0, LAST, title.get(pen.lang), &pen.title)?;
    page.set_row_height(0, 30)?;
    let (books, unfinished, failed) = (gathered.books, gathered.unfinished, gathered.failed);
    let note = words!(
        "{books} 份工作簿；没有已评分的考核表；未完成 {unfinished} 份，失败 {failed} 份（见「问题」）",
        "{books} workbooks; no form was scored; {unfinished} unfinished, {failed} failed (see Problems)"
    );
    page.merge_range(1, 0, 1, LAST, note.get(pen.lang), &pen.note)?;
    for col in 0..=LAST {
        page.set_column_width(col, 18.0)?;
    }
    print_setup(page, pen);
    Ok(())
}

fn head(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    month: Option<&str>,
    gathered: &Gathered,
    at: &Columns,
) -> Result<(), XlsxError> {
    let spelt = spelt(month, pen);
    let title = words!("{spelt}{}汇总", "{spelt}{}: summary", group.title);
    page.merge_range(0, 0, 0, at.link, title.get(pen.lang), &pen.title)?;
    page.set_row_height(0, 30)?;
    let (books, people) = (gathered.books, group.people.len());
    let (unfinished, failed) = (gathered.unfinished, gathered.failed);
    let mut note = words!(
        "{books} 份工作簿；本表 {people} 人；未完成 {unfinished} 份，失败 {failed} 份",
        "{books} workbooks; {people} people here; {unfinished} unfinished, {failed} failed"
    );
    if unfinished + failed > 0 {
        note = note.then(&words!("（见「问题」）", " (see Problems)"));
    }
    let astray = gathered.astray;
    if astray > 0 {
        note = note.then(&words!(
            "；{astray} 人的表不是这个月的（见「提示」）",
            "; forms of {astray} people are of another month (see Notices)"
        ));
    }
    let low = words!("。红底：低于该项满分", ". Red: below the item's points");
    page.merge_range(1, 0, 1, at.link, note.then(&low).get(pen.lang), &pen.note)?;
    let mut heads = vec![
        (0, pen.t("名次", "rank").to_owned(), 6.0),
        (NAME, pen.t("姓名", "name").to_owned(), 10.0),
        (2, pen.t("部门", "department").to_owned(), 10.0),
    ];
    let parts = |first: u16, columns: &[Column]| -> Vec<(u16, String, f64)> {
        (first..).zip(columns).map(|(col, column)| (col, column.name.clone(), 9.0)).collect()
    };
    heads.extend(parts(ITEMS, &group.items));
    heads.push((at.sum, pen.t("合计", "sum").to_owned(), 9.0));
    heads.extend(parts(at.ratings, &group.ratings));
    heads.push((at.total, pen.t("总得分", "total").to_owned(), 11.0));
    if let Some(change) = at.change {
        let before = group.months.last().map_or("", String::as_str);
        let before = if before == past::UNKNOWN { pen.t("上次", "before") } else { before };
        heads.push((change, before.to_owned(), 9.0));
        heads.push((change + 1, pen.t("变化", "change").to_owned(), 9.0));
        heads.push((change + 2, pen.t("趋势", "trend").to_owned(), 12.0));
    }
    heads.push((at.grade, pen.t("等级", "grade").to_owned(), 8.0));
    if let Some(col) = at.coefficient {
        heads.push((col, pen.t("系数", "coefficient").to_owned(), 7.0));
    }
    heads.push((at.fines, pen.t("罚款(元)", "fines (yuan)").to_owned(), 9.0));
    heads.push((at.link, pen.t("工作簿", "workbook").to_owned(), 9.0));
    for (col, text, _) in &heads {
        write_text(page, HEAD, *col, text, &pen.head)?;
        page.write_blank(POINTS, *col, &pen.small)?;
    }
    for (col, text, width) in &mut heads {
        let own = match *col {
            NAME => wide(group.name_width),
            2 => wide(group.department_width),
            _ => *width,
        };
        *width = own.max(word_width(text));
        page.set_column_width(*col, *width)?;
    }
    // Nine characters of width hold four Chinese ones: so many lines the longest header takes.
    let lines = heads.iter().map(|(_, text, wide)| (text.width() as f64 / (wide - 1.0)).ceil());
    page.set_row_height(HEAD, 16.0 * lines.fold(2.0, f64::max) + 4.0)?;
    write_text(page, POINTS, NAME, pen.t("满分", "points"), &pen.small)?;
    let mut points = |first: u16, columns: &[Column]| -> Result<(), XlsxError> {
        for (col, column) in (first..).zip(columns) {
            if let Some(points) = column.points {
                page.write_number_with_format(POINTS, col, points, &pen.small)?;
            }
        }
        Ok(())
    };
    points(ITEMS, &group.items)?;
    points(at.ratings, &group.ratings)
}

/// Width of a column whose longest text takes so many columns of letters.
pub fn wide(columns: usize) -> f64 {
    (columns as f64 + 2.0).clamp(9.0, 24.0)
}

/// Width that a column needs so that no word of Latin letters in its header is broken: Chinese
/// breaks anywhere.
fn word_width(text: &str) -> f64 {
    let words = text.split_whitespace().filter(|word| word.is_ascii());
    words.map(|word| word.len() as f64 + 3.0).fold(0.0, f64::max)
}

/// The departments, the best mean first.
pub fn departments(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    sheet: &str,
) -> Result<(), XlsxError> {
    let at = columns(group);
    let last = mean_row(group) - 1;
    let quoted = format!("'{}'!", sheet.replace('\'', "''"));
    let range = |col: u16| format!("{quoted}{}:{}", fixed(FIRST, col), fixed(last, col));
    let (names, totals) = (range(2), range(at.total));
    let mean = |own: &Department| own.sum / own.people as f64;
    let mut rows: Vec<&Department> = group.departments.iter().collect();
    rows.sort_by(|a, b| mean(b).total_cmp(&mean(a)).then_with(|| a.name.cmp(&b.name)));
    page.merge_range(0, 0, 0, 4, pen.t("各部门", "Departments"), &pen.title)?;
    page.set_row_height(0, 30)?;
    let heads = [
        pen.t("部门", "department"),
        pen.t("人数", "people"),
        pen.t("平均总得分", "mean total"),
        pen.t("最高", "best"),
        pen.t("最低", "least"),
    ];
    for (col, head) in (0..).zip(heads) {
        write_text(page, 1, col, head, &pen.head)?;
        page.set_column_width(col, if col == 0 { 24.0 } else { 12.0 })?;
    }
    for (row, own) in (2..).zip(rows) {
        write_text(page, row, 0, &own.name, &pen.text)?;
        let count = format!("=SUMPRODUCT(--({names}=A{}))", row + 1);
        page.write_formula_with_format(row, 1, formula(count, own.people as f64), &pen.centre)?;
        let text = format!("=SUMPRODUCT(({names}=A{0})*{totals})/B{0}", row + 1);
        page.write_formula_with_format(row, 2, formula(text, mean(own)), &pen.total)?;
        page.write_number_with_format(row, 3, own.best, &pen.light)?;
        page.write_number_with_format(row, 4, own.least, &pen.light)?;
    }
    let listed: usize = group.departments.iter().map(|own| own.people).sum();
    let others = group.people.len().saturating_sub(listed);
    if others > 0 {
        let row = u32::try_from(group.departments.len()).unwrap_or(0) + 2;
        let note = words!(
            "另有 {others} 人的表上没有写部门",
            "the forms of {others} more people name no department"
        );
        page.merge_range(row, 0, row, 4, note.get(pen.lang), &pen.note)?;
    }
    page.set_freeze_panes(2, 1)?;
    page.set_repeat_rows(0, 1)?;
    print_setup(page, pen);
    Ok(())
}
