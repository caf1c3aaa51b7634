//! The blank form of a scheme, with its metric sheet, team table and raters' sheet.

use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::show;
use crate::words;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, XlsxError,
};

/// Makes the blank workbook.
///
/// # Errors
/// What the writer refuses, as a title that is no sheet name.
pub fn blank_form(scheme: &Scheme) -> Result<Vec<u8>, Problem> {
    build(scheme).map_err(|e| {
        Problem::error(
            "write",
            words!("无法写出空白表：{e}", "the blank form cannot be written: {e}"),
        )
    })
}

struct Looks {
    title: Format,
    head: Format,
    text: Format,
    centre: Format,
    mark: Format,
    total: Format,
    plain: Format,
}

fn looks() -> Looks {
    let base = Format::new()
        .set_font_name("宋体")
        .set_font_size(11)
        .set_align(FormatAlign::VerticalCenter);
    let boxed = base.clone().set_border(FormatBorder::Thin);
    Looks {
        title: base.clone().set_bold().set_font_size(16).set_align(FormatAlign::Center),
        head: boxed
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color("D9E2F3"),
        text: boxed.clone().set_text_wrap(),
        centre: boxed.clone().set_align(FormatAlign::Center).set_text_wrap(),
        mark: boxed.clone().set_align(FormatAlign::Center).set_num_format("0.0#"),
        total: boxed.set_bold().set_align(FormatAlign::Center).set_num_format("0.00"),
        plain: base,
    }
}

fn build(scheme: &Scheme) -> Result<Vec<u8>, XlsxError> {
    let look = looks();
    let mut book = Book::new();
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&time));
    form_sheet(&mut book, scheme, &look)?;
    metric_sheet(&mut book, scheme, &look)?;
    for rating in scheme.ratings.iter().filter(|r| r.prefix.as_deref() == Some("下级")) {
        let page = book.add_worksheet();
        page.set_name("下级评分")?;
        page.merge_range(0, 0, 0, 5, "下级评分汇总（匿名）", &look.title)?;
        page.set_column_width(0, 22)?;
        page.write_with_format(2, 0, "考核指标", &look.head)?;
        for rater in 1..=5u16 {
            page.write_with_format(2, rater, format!("评分人{rater}"), &look.head)?;
        }
        for (row, mark) in (3..).zip(&rating.marks) {
            page.write_with_format(row, 0, &mark.name, &look.text)?;
            for rater in 1..=5 {
                page.write_blank(row, rater, &look.mark)?;
            }
        }
    }
    book.save_to_buffer()
}

fn form_sheet(book: &mut Book, scheme: &Scheme, look: &Looks) -> Result<(), XlsxError> {
    let page = book.add_worksheet();
    page.set_name(&scheme.title)?;
    for (col, width) in [(0, 22.0), (1, 62.0), (2, 10.0), (3, 10.0), (4, 12.0)] {
        page.set_column_width(col, width)?;
    }
    page.merge_range(0, 0, 0, 4, &scheme.title, &look.title)?;
    page.set_row_height(0, 32)?;
    page.write_with_format(1, 0, "被考核人：", &look.plain)?;
    page.write_with_format(1, 1, "部门：", &look.plain)?;
    page.write_with_format(1, 2, "考核月份：", &look.plain)?;
    for (col, head) in (0..).zip(["考核项目", "考核要点", "权重分值", "得分", "考核监督"])
    {
        page.write_with_format(2, col, head, &look.head)?;
    }
    let mut row = 3;
    for item in &scheme.items {
        page.write_with_format(row, 0, &item.name, &look.text)?;
        page.write_with_format(row, 1, &item.criteria, &look.text)?;
        page.write_with_format(row, 2, format!("{}分", show(item.points, 4)), &look.centre)?;
        page.write_blank(row, 3, &look.mark)?;
        page.write_with_format(row, 4, "总经办", &look.centre)?;
        let lines = item.criteria.chars().count().div_ceil(30).max(1);
        page.set_row_height(row, 16.0 * f64::from(u32::try_from(lines).unwrap_or(1)))?;
        row += 1;
    }
    let points: f64 = scheme.items.iter().map(|i| i.points).sum();
    page.write_with_format(row, 0, "合计", &look.total)?;
    page.write_blank(row, 1, &look.total)?;
    page.write_with_format(row, 2, format!("{}分", show(points, 4)), &look.total)?;
    page.write_blank(row, 3, &look.total)?;
    page.write_blank(row, 4, &look.total)?;
    row += 2;
    for rating in &scheme.ratings {
        let title = format!("{}(权重{}%)", rating.name, show(rating.weight, 4));
        page.merge_range(row, 0, row, 4, &title, &look.head)?;
        let score = format!("得分(每项满分{}分)", show(rating.max, 4));
        page.write_with_format(row + 1, 0, "考核指标", &look.head)?;
        page.merge_range(row + 1, 1, row + 1, 2, "考核要点", &look.head)?;
        page.merge_range(row + 1, 3, row + 1, 4, &score, &look.head)?;
        row += 2;
        for mark in &rating.marks {
            page.write_with_format(row, 0, &mark.name, &look.text)?;
            page.merge_range(row, 1, row, 2, &mark.criteria, &look.text)?;
            page.merge_range(row, 3, row, 4, "", &look.mark)?;
            row += 1;
        }
        let full = show(rating.max * rating.marks.len() as f64, 4);
        let weight = show(rating.weight, 4);
        for (label, note) in
            [("合计", format!("满分{full}分")), ("折算得分", format!("合计÷满分×{weight}"))]
        {
            page.write_with_format(row, 0, label, &look.total)?;
            page.merge_range(row, 1, row, 2, &note, &look.total)?;
            page.merge_range(row, 3, row, 4, "", &look.total)?;
            row += 1;
        }
        row += 1;
    }
    page.write_with_format(row, 0, "总得分", &look.total)?;
    page.merge_range(row, 1, row, 2, &format!("满分{}分", show(scheme.total, 4)), &look.total)?;
    page.merge_range(row, 3, row, 4, "", &look.total)?;
    page.write_with_format(row + 2, 0, "被考核人签字：", &look.plain)?;
    page.write_with_format(row + 2, 1, "考核人签字：", &look.plain)?;
    page.write_with_format(row + 2, 2, "日期：", &look.plain)?;
    page.set_paper_size(9);
    page.set_print_fit_to_pages(1, 0);
    page.set_repeat_rows(0, 2)?;
    page.set_freeze_panes(3, 0)?;
    Ok(())
}

fn metric_sheet(book: &mut Book, scheme: &Scheme, look: &Looks) -> Result<(), XlsxError> {
    let page = book.add_worksheet();
    page.set_name("指标数据")?;
    page.merge_range(0, 0, 0, 3, "指标数据", &look.title)?;
    for (col, width) in [(0, 24.0), (1, 14.0), (2, 16.0), (3, 16.0), (4, 12.0), (5, 20.0)] {
        page.set_column_width(col, width)?;
    }
    for (col, head) in (0..).zip(["指标", "数值", "单位", "备注"]) {
        page.write_with_format(2, col, head, &look.head)?;
    }
    let mut row = 3;
    let direct = scheme.metrics.iter().filter(|m| scheme.team.is_none() || m.from_team.is_none());
    for metric in direct {
        page.write_with_format(row, 0, &metric.name, &look.text)?;
        page.write_blank(row, 1, &look.centre)?;
        page.write_with_format(row, 2, &metric.unit, &look.centre)?;
        page.write_with_format(row, 3, hint(metric), &look.text)?;
        row += 1;
    }
    let Some(team) = &scheme.team else { return Ok(()) };
    row += 1;
    let first =
        |words: &[String], other: &str| words.first().cloned().unwrap_or_else(|| other.to_owned());
    let mut heads = vec![first(&team.member, "姓名"), first(&team.group, "店铺")];
    heads.extend(team.columns.iter().map(|c| c.name.clone()));
    for (col, head) in (0..).zip(&heads) {
        page.write_with_format(row, col, head, &look.head)?;
    }
    for line in 1..=6 {
        for col in (0..).take(heads.len()) {
            page.write_blank(row + line, col, &look.centre)?;
        }
    }
    Ok(())
}

fn hint(metric: &Metric) -> String {
    match metric.blank {
        crate::scheme::Blank::Zero => "空白按 0 计".to_owned(),
        crate::scheme::Blank::Error => "必填".to_owned(),
    }
}
