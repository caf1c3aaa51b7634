//! The blank form of any scheme, with its metric sheet, team table and raters' sheets.

mod figures;
mod form;

use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::show;
use crate::words;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook as Book, XlsxError,
};

/// Makes the blank workbook.
///
/// # Errors
/// What the writer refuses.
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
    note: Format,
    /// Cells that people fill, by what they hold.
    open: Format,
}

fn looks() -> Looks {
    let base = Format::new()
        .set_font_name("宋体")
        .set_font_size(11)
        .set_align(FormatAlign::VerticalCenter);
    let boxed = base.clone().set_border(FormatBorder::Thin);
    let centre = boxed.clone().set_align(FormatAlign::Center).set_text_wrap();
    Looks {
        title: base.clone().set_bold().set_font_size(16).set_align(FormatAlign::Center),
        head: boxed
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color("D9E2F3"),
        text: boxed.clone().set_text_wrap(),
        mark: boxed.clone().set_align(FormatAlign::Center).set_num_format("0.0#"),
        total: boxed.set_bold().set_align(FormatAlign::Center).set_num_format("0.00"),
        note: base.clone().set_font_size(10).set_text_wrap().set_align(FormatAlign::Top),
        open: centre.clone().set_background_color("FFF9E5"),
        centre,
        plain: base,
    }
}

fn build(scheme: &Scheme) -> Result<Vec<u8>, XlsxError> {
    let look = looks();
    let mut book = Book::new();
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&time));
    let mut names = Names::default();
    form::sheet(&mut book, &names.fresh(&scheme.title), scheme, &look)?;
    figures::sheet(&mut book, &names.fresh("指标数据"), scheme, &look)?;
    // The superior's marks stand in the form itself.
    for rating in scheme.ratings.iter().filter(|r| r.prefix.as_deref() != Some("上级")) {
        let title = rating.words.first().unwrap_or(&rating.name);
        let page = book.add_worksheet();
        page.set_name(names.fresh(title))?;
        page.merge_range(0, 0, 0, 5, &format!("{title}汇总（匿名）"), &look.title)?;
        page.set_row_height(0, 30)?;
        page.set_column_width(0, 24)?;
        let most = show(rating.max, 4);
        let note = format!(
            "一列一位评分人，每项 0 到 {most} 分；不了解的留空，不写名字。列不够可往右加。"
        );
        page.merge_range(1, 0, 1, 5, &note, &look.note)?;
        page.write_with_format(2, 0, "考核指标", &look.head)?;
        for rater in 1..=5u16 {
            page.set_column_width(rater, 11)?;
            page.write_with_format(2, rater, format!("评分人{rater}"), &look.head)?;
        }
        let mut row = 3;
        for mark in &rating.marks {
            page.write_with_format(row, 0, &mark.name, &look.text)?;
            page.set_row_height(row, 22)?;
            for rater in 1..=5 {
                page.write_blank(row, rater, &look.open)?;
            }
            row += 1;
        }
        let rule = marks(rating.max)?;
        page.add_data_validation(3, 1, row.saturating_sub(1).max(3), 5, &rule)?;
        page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    }
    book.save_to_buffer()
}

/// A mark from 0 to the greatest.
fn marks(max: f64) -> Result<DataValidation, XlsxError> {
    let most = show(max, 4);
    DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(0.0, max))
        .set_error_title("超出范围")?
        .set_error_message(format!("请填 0 到 {most} 之间的数"))
}

/// Sheet names that Excel takes, no two alike.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn fresh(&mut self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .filter(|c| !c.is_control())
            .map(|c| if "[]:*?/\\：".contains(c) { '-' } else { c })
            .collect();
        let clean = clean.trim().trim_matches('\'');
        let clean = if clean.is_empty() { "考核表" } else { clean };
        let mut count = 1u32;
        loop {
            let tail = if count == 1 { String::new() } else { format!("-{count}") };
            let mut name = String::new();
            for c in clean.chars() {
                // Excel counts UTF-16 units, 31 at most.
                if name.encode_utf16().count() + c.len_utf16() + tail.len() > 31 {
                    break;
                }
                name.push(c);
            }
            name.push_str(&tail);
            if !self.0.iter().any(|n| n.to_lowercase() == name.to_lowercase()) {
                self.0.push(name.clone());
                return name;
            }
            count += 1;
        }
    }
}

/// The height of a row, points, for a text in a column of `width` characters (a Chinese one is
/// two wide).
fn height(text: &str, width: f64) -> f64 {
    let wide = |line: &str| line.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum::<f64>();
    let lines: f64 = text.lines().map(|line| (wide(line) / (width - 2.0)).ceil().max(1.0)).sum();
    (15.5 * lines + 8.0).clamp(24.0, 400.0)
}
