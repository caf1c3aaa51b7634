//! The table: a row a person.

use super::data::{Column, Group, Person, ten};
use super::{Content, Layout, Part, Pen, State, past, print_setup, write_text};
use crate::cell::column_letters;
use crate::text::round15;
use crate::words;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar,
    ConditionalFormatType, Format, Formula, Sparkline, Url, Worksheet, XlsxError,
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
/// Links that a sheet may hold (Excel's own limit is 65,530).
const LINKS: usize = 65_000;

/// Where the columns stand.
pub struct Columns {
    /// The items' sum.
    pub sum: u16,
    /// The first rating.
    pub ratings: u16,
    /// The total.
    pub total: u16,
    change: Option<u16>,
    grade: u16,
    coefficient: Option<u16>,
    fines: u16,
    link: u16,
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

/// `D5`, or `$D$5`.
fn cell(row: u32, col: u16) -> String {
    format!("{}{}", column_letters(u32::from(col)), row + 1)
}

fn fixed(row: u32, col: u16) -> String {
    format!("${}${}", column_letters(u32::from(col)), row + 1)
}

fn formula(text: String, value: f64) -> Formula {
    Formula::new(text).set_result(format!("{}", round15(value)))
}

/// Rows of the mean and the share, behind the last person.
pub fn mean_row(group: &Group<'_>) -> u32 {
    FIRST + u32::try_from(group.people.len()).unwrap_or(u32::MAX)
}

/// Writes the sheet.
pub fn write(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    month: Option<&str>,
    content: &Content<'_>,
    history: &str,
) -> Result<(), XlsxError> {
    let at = columns(group);
    head(page, group, pen, month, content, &at)?;
    let last = mean_row(group) - 1;
    for (index, person) in group.people.iter().enumerate() {
        let row = FIRST + u32::try_from(index).unwrap_or(0);
        line(page, person, row, last, pen, &at)?;
        if let Some(change) = at.change {
            changes(page, group, person, row, pen, change, at.total)?;
            let months = u16::try_from(group.months.len()).unwrap_or(0);
            let range =
                (history, row - FIRST + 1, past::FIRST, row - FIRST + 1, past::FIRST + months);
            page.add_sparkline(
                row,
                change + 2,
                &Sparkline::new()
                    .set_range(range)
                    .show_hidden_data(true)
                    .show_markers(true)
                    .set_sparkline_color(Color::RGB(0x44_72C4)),
            )?;
        }
        let grade = person.line.grade.as_deref().unwrap_or_default();
        write_text(page, row, at.grade, grade, &pen.centre)?;
        if let Some(col) = at.coefficient {
            match group.coefficients.get(grade) {
                Some(value) => page.write_number_with_format(row, col, *value, &pen.sum)?,
                None => page.write_blank(row, col, &pen.centre)?,
            };
        }
        link(page, person, row, at.link, index, content, pen)?;
    }
    means(page, group, pen, &at)?;
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

fn width(text: &str) -> f64 {
    f64::from(u32::try_from(text.width()).unwrap_or(80)) + 2.0
}

fn head(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    month: Option<&str>,
    content: &Content<'_>,
    at: &Columns,
) -> Result<(), XlsxError> {
    let spelt = month.and_then(|m| m.split_once('-')).map_or_else(String::new, |(year, month)| {
        words!("{year}年{month}月", "{year}-{month}").get(pen.lang).to_owned() + " "
    });
    let title = words!("{spelt}{}汇总", "{spelt}{}: summary", group.title);
    page.merge_range(0, 0, 0, at.link, title.get(pen.lang), &pen.title)?;
    page.set_row_height(0, 30)?;
    let count = |state| content.books.iter().filter(|b| b.state == state).count();
    let (books, people) = (content.books.len(), group.people.len());
    let (unfinished, failed) = (count(State::Unfinished), count(State::Failed));
    let mut note = words!(
        "{books} 份工作簿；本表 {people} 人；未完成 {unfinished} 份，失败 {failed} 份",
        "{books} workbooks; {people} people here; {unfinished} unfinished, {failed} failed"
    );
    if unfinished + failed > 0 {
        note = note.then(&words!("（见「问题」）", " (see Problems)"));
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
    for (col, text, wide) in &heads {
        write_text(page, HEAD, *col, text, &pen.head)?;
        page.write_blank(POINTS, *col, &pen.small)?;
        page.set_column_width(*col, *wide)?;
    }
    let longest = |text: for<'p> fn(&'p Person<'_>) -> &'p str, least: f64| {
        group.people.iter().map(|p| width(text(p))).fold(least, f64::max).min(24.0)
    };
    page.set_column_width(NAME, longest(|p| &p.line.name, 9.0))?;
    page.set_column_width(2, longest(|p| p.line.department.as_deref().unwrap_or_default(), 9.0))?;
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

fn line(
    page: &mut Worksheet,
    person: &Person<'_>,
    row: u32,
    last: u32,
    pen: &Pen,
    at: &Columns,
) -> Result<(), XlsxError> {
    let own = person.line;
    let total = ten(own.total);
    let range = format!("{}:{}", fixed(FIRST, at.total), fixed(last, at.total));
    let rank = format!("=RANK({},{range})", cell(row, at.total));
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^52")]
    page.write_formula_with_format(row, 0, formula(rank, person.rank as f64), &pen.centre)?;
    write_text(page, row, NAME, &own.name, &pen.text)?;
    write_text(page, row, 2, own.department.as_deref().unwrap_or_default(), &pen.text)?;
    let mut parts = |first: u16, scores: &[f64], parts: &[Part]| -> Result<(), XlsxError> {
        for ((col, score), part) in (first..).zip(scores).zip(parts) {
            let below = *score < part.points;
            let format = if below { &pen.below } else { &pen.score };
            page.write_number_with_format(row, col, *score, format)?;
        }
        Ok(())
    };
    parts(ITEMS, &own.scores, &person.layout.items)?;
    let sum: f64 = own.scores.iter().sum();
    // A rating has no base: nobody has full marks. It is written unmarked.
    for (col, points) in (at.ratings..).zip(&own.ratings) {
        page.write_number_with_format(row, col, *points, &pen.total_of())?;
    }
    let items = format!("=SUM({}:{})", cell(row, ITEMS), cell(row, at.sum - 1));
    page.write_formula_with_format(row, at.sum, formula(items, sum), &pen.sum)?;
    let terms: Vec<String> = (at.sum..at.total).map(|col| cell(row, col)).collect();
    let added = ten(sum + own.ratings.iter().sum::<f64>());
    if (added - own.total).abs() < 1e-9 * own.total.abs().max(1.0) {
        let text = format!("=ROUND({},10)", terms.join("+"));
        page.write_formula_with_format(row, at.total, formula(text, total), &pen.total)?;
    } else {
        // The form's total is more than the sum of its parts: the number itself then.
        page.write_number_with_format(row, at.total, total, &pen.total)?;
    }
    if own.fines == 0.0 {
        page.write_blank(row, at.fines, &pen.money)?;
    } else {
        page.write_number_with_format(row, at.fines, own.fines, &pen.money)?;
    }
    Ok(())
}

fn changes(
    page: &mut Worksheet,
    group: &Group<'_>,
    person: &Person<'_>,
    row: u32,
    pen: &Pen,
    col: u16,
    total: u16,
) -> Result<(), XlsxError> {
    let before = person.past.get(group.months.len().saturating_sub(1)).copied().flatten();
    page.write_blank(row, col + 2, &pen.centre)?;
    match before {
        Some(before) => {
            page.write_number_with_format(row, col, before, &pen.total_of())?;
            let text = format!("=ROUND({}-{},10)", cell(row, total), cell(row, col));
            let change = ten(person.total() - before);
            page.write_formula_with_format(row, col + 1, formula(text, change), &pen.change)?;
        }
        None => {
            write_text(page, row, col, pen.t("无", "–"), &pen.centre)?;
            write_text(page, row, col + 1, "", &pen.centre)?;
        }
    }
    Ok(())
}

fn link(
    page: &mut Worksheet,
    person: &Person<'_>,
    row: u32,
    col: u16,
    index: usize,
    content: &Content<'_>,
    pen: &Pen,
) -> Result<(), XlsxError> {
    let Some(output) = &person.book.output else {
        page.write_blank(row, col, &pen.centre)?;
        return Ok(());
    };
    let way = content.links.map(|links| format!("{links}{output}"));
    // `#` and `%` mean something else in a link, and Excel takes 2,079 characters.
    match way.filter(|w| !w.contains(['#', '%', ':']) && w.chars().count() < 700 && index < LINKS) {
        Some(way) => {
            let sheet = &person.line.sheet;
            let place = if person.book.forms > 1 && !sheet.contains('#') {
                format!("#'{}'!A1", sheet.replace('\'', "''"))
            } else {
                String::new()
            };
            let url = Url::new(format!("file:///{way}{place}")).set_text(pen.t("打开", "open"));
            page.write_url_with_format(row, col, url, &pen.link)?;
        }
        None => write_text(page, row, col, output, &pen.text)?,
    }
    Ok(())
}

fn means(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    at: &Columns,
) -> Result<(), XlsxError> {
    let row = mean_row(group);
    for col in 0..=at.link {
        page.write_blank(row, col, &pen.mean_text)?;
        page.write_blank(row + 1, col, &pen.mean_text)?;
    }
    write_text(page, row, NAME, pen.t("平均", "mean"), &pen.mean_text)?;
    write_text(page, row + 1, NAME, pen.t("得分率", "share"), &pen.mean_text)?;
    let count = group.people.len() as f64;
    let mean = |of: &dyn Fn(&Person<'_>) -> f64| group.people.iter().map(of).sum::<f64>() / count;
    let pick = |list: &[f64], index: usize| list.get(index).copied().unwrap_or(0.0);
    let mut put = |col: u16, value: f64| {
        let text = format!("=AVERAGE({}:{})", cell(FIRST, col), cell(row - 1, col));
        page.write_formula_with_format(row, col, formula(text, value), &pen.mean).map(|_| ())
    };
    for (index, col) in (0..group.items.len()).zip(ITEMS..) {
        put(col, mean(&|p| pick(&p.line.scores, index)))?;
    }
    put(at.sum, mean(&|p| p.line.scores.iter().sum()))?;
    for (index, col) in (0..group.ratings.len()).zip(at.ratings..) {
        put(col, mean(&|p| pick(&p.line.ratings, index)))?;
    }
    put(at.total, mean(&|p| p.total()))?;
    shares(page, group, pen, at, row)
}

/// The mean share of the points: what the second chart shows.
fn shares(
    page: &mut Worksheet,
    group: &Group<'_>,
    pen: &Pen,
    at: &Columns,
    row: u32,
) -> Result<(), XlsxError> {
    type Of = (fn(&Layout) -> &[Part], fn(&super::Line) -> &[f64]);
    let sides: [(u16, &[Column], Of); 2] = [
        (ITEMS, &group.items, (|l| &l.items, |l| &l.scores)),
        (at.ratings, &group.ratings, (|l| &l.ratings, |l| &l.ratings)),
    ];
    for (first, columns, (parts, scores)) in sides {
        for ((index, column), col) in columns.iter().enumerate().zip(first..) {
            let got: f64 = group.people.iter().filter_map(|p| scores(p.line).get(index)).sum();
            let full: f64 = group
                .people
                .iter()
                .filter_map(|p| parts(p.layout).get(index))
                .map(|p| p.points)
                .sum();
            if full <= 0.0 {
                continue;
            }
            if column.points.is_some() {
                let text = format!("={}/{}", cell(row, col), fixed(POINTS, col));
                page.write_formula_with_format(
                    row + 1,
                    col,
                    formula(text, got / full),
                    &pen.share,
                )?;
            } else {
                // Forms differ in these points, so that no one cell holds them.
                page.write_number_with_format(row + 1, col, got / full, &pen.share)?;
            }
        }
    }
    Ok(())
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
    let mut rows: Vec<(&str, Vec<f64>)> = group
        .departments()
        .into_iter()
        .map(|name| {
            let own = group.people.iter().filter(|p| {
                p.line
                    .department
                    .as_deref()
                    .is_some_and(|d| d.to_lowercase() == name.to_lowercase())
            });
            (name, own.map(Person::total).collect())
        })
        .collect();
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    rows.sort_by(|a, b| mean(&b.1).total_cmp(&mean(&a.1)).then_with(|| a.0.cmp(b.0)));
    page.merge_range(0, 0, 0, 4, pen.t("各部门", "Departments"), &pen.title)?;
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
    for (row, (name, own)) in (2..).zip(&rows) {
        write_text(page, row, 0, name, &pen.text)?;
        let count = format!("=SUMPRODUCT(--({names}=A{}))", row + 1);
        page.write_formula_with_format(row, 1, formula(count, own.len() as f64), &pen.centre)?;
        let text = format!("=SUMPRODUCT(({names}=A{0})*{totals})/B{0}", row + 1);
        page.write_formula_with_format(row, 2, formula(text, mean(own)), &pen.total)?;
        let best = own.iter().copied().fold(f64::MIN, f64::max);
        let least = own.iter().copied().fold(f64::MAX, f64::min);
        page.write_number_with_format(row, 3, best, &pen.total_of())?;
        page.write_number_with_format(row, 4, least, &pen.total_of())?;
    }
    page.set_freeze_panes(2, 1)?;
    page.set_repeat_rows(0, 1)?;
    print_setup(page, pen);
    Ok(())
}

impl Pen {
    /// The total's format without its weight.
    fn total_of(&self) -> rust_xlsxwriter::Format {
        self.total.clone().unset_bold()
    }
}
