//! The summary workbook (汇总) that a manager opens and prints, and the records it is made of.
//!
//! In: records of filled workbooks, last month's summary. Out: an .xlsx. Whatever came from a
//! workbook is written as text, never as a formula. Ranks, totals and means are formulas with
//! their values stored, so that a phone shows them and HR can follow them.

mod charts;
mod data;
mod lists;
mod past;
mod record;
mod table;

use crate::problem::{Lang, Problem};
use crate::words;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book_,
    Worksheet, XlsxError,
};
use std::collections::HashSet;

pub use past::{Previous, previous};
pub use record::{Book, Finding, Layout, Line, Part, State};

/// What a summary shows.
#[derive(Debug)]
pub struct Content<'a> {
    /// What forms share.
    pub layouts: &'a [Layout],
    /// All workbooks, also those that failed.
    pub books: &'a [&'a Book],
    /// The month; the one that most forms name where none is given.
    pub month: Option<&'a str>,
    /// The way from the summary to the results, as `../` or empty; `None`: no links.
    pub links: Option<&'a str>,
    /// Last month's summary.
    pub previous: Option<&'a Previous>,
}

/// Makes the summary.
///
/// # Errors
/// What the writer refuses, as more rows than a sheet has.
pub fn workbook(content: &Content<'_>, lang: Lang) -> Result<Vec<u8>, Problem> {
    build(content, lang).map_err(|e| {
        Problem::error("write", words!("无法写出汇总：{e}", "the summary cannot be written: {e}"))
    })
}

fn build(content: &Content<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let pen = Pen::new(lang);
    let month = data::month(content);
    let groups = data::groups(content, month.as_deref());
    let mut book = Book_::new();
    // No clock: the same month gives the same bytes.
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&time));
    let mut names = Names::default();
    let several = groups.len() > 1;
    let named: Vec<(String, String, String)> = groups
        .iter()
        .map(|group| {
            let mut name = |base: &str| {
                names.take(&if several {
                    format!("{base}-{}", group.scheme)
                } else {
                    base.to_owned()
                })
            };
            (
                name(pen.t("汇总", "Summary")),
                name(pen.t("部门", "Departments")),
                name(pen.t("历史", "History")),
            )
        })
        .collect();
    for (group, (sheet, _, past)) in groups.iter().zip(&named) {
        let page = book.add_worksheet();
        page.set_name(sheet)?;
        table::write(page, group, &pen, month.as_deref(), content, past)?;
    }
    if groups.is_empty() {
        let page = book.add_worksheet();
        page.set_name(names.take(pen.t("汇总", "Summary")))?;
        page.write_string_with_format(
            0,
            0,
            pen.t("没有已评分的考核表，见「问题」", "no form was scored; see Problems"),
            &pen.title,
        )?;
    }
    for (group, (sheet, departments, _)) in groups.iter().zip(&named) {
        if group.departments().len() > 1 {
            let page = book.add_worksheet();
            page.set_name(departments)?;
            table::departments(page, group, &pen, sheet)?;
        }
    }
    if !groups.is_empty() {
        let page = book.add_worksheet();
        page.set_name(names.take(pen.t("图表", "Charts")))?;
        let sheets: Vec<&str> = named.iter().map(|(sheet, ..)| sheet.as_str()).collect();
        charts::write(page, &groups, &sheets, &pen)?;
    }
    let page = book.add_worksheet();
    page.set_name(names.take(pen.t("问题", "Problems")))?;
    lists::problems(page, content, &pen)?;
    let page = book.add_worksheet();
    page.set_name(names.take(pen.t("提示", "Notices")))?;
    lists::notices(page, content, &pen)?;
    for (group, (_, _, past)) in groups.iter().zip(&named) {
        let page = book.add_worksheet();
        page.set_name(past)?;
        past::write(page, group, month.as_deref(), &pen)?;
    }
    book.save_to_buffer()
}

/// Sheet names: at most 31 characters, none that Excel refuses, no two alike.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn take(&mut self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { '_' } else { c })
            .take(27)
            .collect();
        let mut name = clean.clone();
        let mut number = 2u32;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{clean}({number})");
            number += 1;
        }
        name
    }
}

/// Formats and language.
struct Pen {
    lang: Lang,
    title: Format,
    note: Format,
    head: Format,
    small: Format,
    text: Format,
    wrap: Format,
    centre: Format,
    score: Format,
    below: Format,
    sum: Format,
    total: Format,
    change: Format,
    mean: Format,
    mean_text: Format,
    share: Format,
    link: Format,
    money: Format,
    plain: Format,
}

impl Pen {
    fn new(lang: Lang) -> Self {
        let base = Format::new()
            .set_font_name("微软雅黑")
            .set_font_size(10)
            .set_align(FormatAlign::VerticalCenter);
        let boxed =
            base.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xBF_BFBF));
        let centre = boxed.clone().set_align(FormatAlign::Center);
        let mean = centre.clone().set_bold().set_background_color(Color::RGB(0xF2_F2F2));
        let score = centre.clone().set_num_format("0.0#");
        Self {
            lang,
            title: base.clone().set_bold().set_font_size(16).set_align(FormatAlign::Center),
            note: base.clone().set_font_color(Color::RGB(0x59_5959)),
            head: centre
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0xD9_E2F3)),
            small: centre
                .clone()
                .set_font_size(9)
                .set_font_color(Color::RGB(0x59_5959))
                .set_num_format("0.##"),
            text: boxed.clone(),
            wrap: boxed.clone().set_text_wrap().set_align(FormatAlign::Top),
            centre: centre.clone(),
            below: score
                .clone()
                .set_font_color(Color::RGB(0x9C_0006))
                .set_background_color(Color::RGB(0xFF_C7CE)),
            sum: centre.clone().set_num_format("0.0#"),
            total: centre.clone().set_bold().set_num_format("0.00"),
            change: centre.clone().set_num_format("\"↑\"0.00;\"↓\"0.00;\"→\"0.00"),
            share: mean.clone().set_num_format("0.0%"),
            mean_text: mean.clone(),
            mean: mean.set_num_format("0.00"),
            link: centre
                .clone()
                .set_font_color(Color::RGB(0x05_63C1))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            money: centre.set_num_format("#,##0.##"),
            plain: base,
            score,
        }
    }

    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// Landscape A4, fitted to the width, page numbers below.
fn print_setup(page: &mut Worksheet, pen: &Pen) {
    page.set_paper_size(9);
    page.set_landscape();
    page.set_print_fit_to_pages(1, 0);
    page.set_print_center_horizontally(true);
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    page.set_footer(pen.t("&C第 &P 页，共 &N 页", "&C&P / &N"));
}

/// Writes a text as text, cut where Excel would refuse it.
fn write_text(
    page: &mut Worksheet,
    row: u32,
    col: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    // A cell holds 32,767 characters, counted as UTF-16 does.
    if text.len() > 32_000 {
        let cut: String = text.chars().take(10_000).collect();
        page.write_string_with_format(row, col, format!("{cut}…"), format)?;
    } else {
        page.write_string_with_format(row, col, text, format)?;
    }
    Ok(())
}
