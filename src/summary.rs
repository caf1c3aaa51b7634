//! The summary workbook (汇总) that a manager opens and prints, and the records it is made of.
//!
//! In: records of filled workbooks one by one ([`Gathered`]), last month's summary. Out: an .xlsx,
//! written row by row, so that memory does not grow with the count of people but for a key of some
//! 50 bytes each. Whatever came from a
//! workbook is written as text, never as a formula. Ranks, totals and means are formulas with
//! their values stored, so that a phone shows them and HR can follow them.

mod charts;
mod data;
mod gather;
mod lists;
mod matching;
mod past;
mod people;
mod record;
mod stream;
mod table;
mod told;

use crate::problem::{Lang, Problem};
use crate::spool::Spool;
use crate::words;
use data::Group;
use lists::Place;
use matching::{Matches, NAMED, Others};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book_,
    Worksheet, XlsxError,
};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use stream::{Behind, Rows, Streamed, assemble, fitting};

pub use gather::Gathered;
pub use past::{Previous, TABLE, is_summary, previous};
pub use record::{Book, Finding, Layout, Line, MetricsBook, Part, State};

/// What a summary shows, beside the workbooks.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// What forms share.
    pub layouts: &'a [Layout],
    /// The month; the one that most forms name where none is given.
    pub month: Option<&'a str>,
    /// The way from the summary to the results, as `../` or empty; `None`: no links.
    pub links: Option<&'a str>,
    /// Last month's summary, and its file's name as it is shown.
    pub previous: Option<(&'a Previous, &'a str)>,
}

/// Makes the summary of the workbooks taken in, also of those that failed. Gives what is to be said of last
/// month's summary; it stands on the sheet of notices too.
///
/// # Errors
/// What the writer refuses, as more rows than a sheet has.
pub fn workbook(
    content: &Content<'_>,
    gathered: Gathered,
    out: &mut dyn Write,
) -> Result<Vec<Problem>, Problem> {
    build(content, gathered, out).map_err(|e| {
        Problem::error("write", words!("无法写出汇总：{e}", "the summary cannot be written: {e}"))
    })
}

/// Most names that a notice in the sheet gives.
const LISTED: usize = 100;

/// A sheet whose rows are streamed.
enum Kind {
    People(usize),
    Problems(Place),
    Notices(Place),
    History(usize),
}

type Sheets = BTreeMap<usize, Streamed<Kind>>;

fn build(
    content: &Content<'_>,
    mut gathered: Gathered,
    out: &mut dyn Write,
) -> Result<Vec<Problem>, XlsxError> {
    let pen = Pen::new(gathered.lang);
    let month = gathered.month(content.month);
    gathered.note_months(month.as_deref())?;
    let groups = data::groups(content, &mut gathered, month.as_deref())?;
    // Of the histories the first hands on who is not there.
    let matches = content.previous.map(|(previous, _)| Matches::new(previous, &groups, &gathered));
    let matches = matches.transpose()?;
    let others = match &matches {
        Some(matches) => matches.others(&gathered, &groups)?,
        None => Others::default(),
    };
    let told = of_previous(content, &mut gathered, &others, month.as_deref())?;
    let away = |index: usize| if index == 0 { others.rows.as_slice() } else { &[] };
    let schemes = groups.len() > 1 || others.rows.iter().any(|past| !past.scheme.is_empty());
    let shape = Shape { month: month.as_deref(), absent: others.rows.len(), schemes };
    let (book, streamed) = without_rows(content, &gathered, &groups, &shape, &pen)?;
    let mut history = Spool::new(gathered.folder.as_deref());
    let mut histories = vec![0..0; groups.len()];
    let folder = gathered.folder.clone();
    let mut fill = |kind: &Kind, styles: &[u32], rows: &mut Rows<'_>| {
        let mut behind = Behind::new(folder.as_deref());
        let wrap = styles.first().copied().unwrap_or(0);
        match kind {
            Kind::People(index) => {
                let Some(group) = groups.get(*index) else { return Ok(behind) };
                let from = history.len();
                let people = people::People::new(group, content, &pen, styles)?;
                let past =
                    past::Rows::new(group, &gathered, matches.as_ref(), month.as_deref(), schemes);
                let hidden = (&mut history, away(*index));
                behind = people.write(&gathered, month.as_deref(), rows, &past, hidden)?;
                if let Some(place) = histories.get_mut(*index) {
                    *place = from..history.len();
                }
            }
            Kind::Problems(place) => {
                lists::rows(rows, &mut gathered.problems, None, place, wrap, pen.lang)?;
            }
            Kind::Notices(place) => {
                let rank = Some(lists::rank as fn(&str) -> u8);
                lists::rows(rows, &mut gathered.notices, rank, place, wrap, pen.lang)?;
            }
            Kind::History(index) => {
                let place = histories.get(*index).cloned().unwrap_or(0..0);
                history.each(place, &mut |chunk| rows.raw(chunk))?;
            }
        }
        Ok(behind)
    };
    assemble(&book, &streamed, &mut fill, out)?;
    Ok(told)
}

/// What is to be said of last month's summary; it goes to the sheet of notices too.
fn of_previous(
    content: &Content<'_>,
    gathered: &mut Gathered,
    others: &Others<'_>,
    month: Option<&str>,
) -> std::io::Result<Vec<Problem>> {
    let Some((previous, file)) = content.previous else { return Ok(Vec::new()) };
    let mut told = previous.told(month);
    for problem in &told {
        gathered.note(file, &Finding::new(problem, None))?;
    }
    // Of whom nobody can tell the sheet says one by one, the run in one line.
    for (file, finding) in &others.notices {
        gathered.note(file, finding)?;
    }
    told.extend(others.told());
    if let Some(gone) = others.gone(LISTED) {
        gathered.note(file, &Finding::new(&gone, None))?;
    }
    told.extend(others.gone(NAMED));
    Ok(told)
}

/// What the hidden histories have in common.
struct Shape<'a> {
    month: Option<&'a str>,
    /// Rows of people of whom no form has come.
    absent: usize,
    /// Whether each row says of which scheme it is.
    schemes: bool,
}

/// The workbook without the rows that are many, and where those are to come, by the number of their
/// sheet.
fn without_rows(
    content: &Content<'_>,
    gathered: &Gathered,
    groups: &[Group<'_>],
    shape: &Shape<'_>,
    pen: &Pen,
) -> Result<(Vec<u8>, Sheets), XlsxError> {
    let Shape { month, absent, schemes } = *shape;
    let mut streamed = Sheets::new();
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
                name(pen.t(past::TABLE[0], past::TABLE[1])),
                name(pen.t("部门", "Departments")),
                name(pen.t(past::HISTORY[0], past::HISTORY[1])),
            )
        })
        .collect();
    for (index, (group, (sheet, _, past))) in groups.iter().zip(&named).enumerate() {
        let page = book.add_worksheet();
        page.set_name(sheet)?;
        table::write(page, group, pen, month, gathered, past)?;
        let (mean, last) = (table::mean_row(group), table::columns(group).link);
        let rows = table::FIRST..mean + 2;
        let sheet = Streamed { kind: Kind::People(index), rows, last: (mean + 1, last) };
        streamed.insert(book.worksheets().len(), sheet);
    }
    if groups.is_empty() {
        let page = book.add_worksheet();
        page.set_name(names.take(pen.t(past::TABLE[0], past::TABLE[1])))?;
        table::nobody(page, gathered, pen, month)?;
    }
    for (group, (sheet, departments, _)) in groups.iter().zip(&named) {
        if group.departments.len() > 1 {
            let page = book.add_worksheet();
            page.set_name(departments)?;
            table::departments(page, group, pen, sheet)?;
        }
    }
    if !groups.is_empty() {
        let page = book.add_worksheet();
        page.set_name(names.take(pen.t("图表", "Charts")))?;
        let sheets: Vec<&str> = named.iter().map(|(sheet, ..)| sheet.as_str()).collect();
        charts::write(page, groups, &sheets, pen)?;
    }
    // A list without rows still loses the key that stands where its first would be.
    let list = |place: Place, kind: fn(Place) -> Kind| {
        let (head, count) = (place.head, u32::try_from(place.rows).unwrap_or(0));
        let rows = head + 1..head + 1 + count.max(1);
        Streamed { kind: kind(place), rows, last: (head + count, 6) }
    };
    let page = book.add_worksheet();
    page.set_name(names.take(pen.t("问题", "Problems")))?;
    let place = lists::problems(page, gathered, pen)?;
    streamed.insert(book.worksheets().len(), list(place, Kind::Problems));
    let page = book.add_worksheet();
    page.set_name(names.take(pen.t("提示", "Notices")))?;
    let place = lists::notices(page, content, gathered, pen)?;
    streamed.insert(book.worksheets().len(), list(place, Kind::Notices));
    for (index, (group, (_, _, past))) in groups.iter().zip(&named).enumerate() {
        let page = book.add_worksheet();
        page.set_name(past)?;
        past::write(page, group, month, schemes, pen)?;
        let away = if index == 0 { absent } else { 0 };
        let people = u32::try_from(group.people.len() + away).unwrap_or(u32::MAX);
        let last = (people, past::scheme_column(group, month) - u16::from(!schemes));
        let sheet = Streamed { kind: Kind::History(index), rows: 1..people + 1, last };
        streamed.insert(book.worksheets().len(), sheet);
    }
    Ok((book.save_to_buffer()?, streamed))
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
    /// The total's without its weight.
    light: Format,
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
            text: boxed.clone().set_text_wrap(),
            wrap: boxed.clone().set_text_wrap().set_align(FormatAlign::Top),
            centre: centre.clone(),
            below: score
                .clone()
                .set_font_color(Color::RGB(0x9C_0006))
                .set_background_color(Color::RGB(0xFF_C7CE)),
            sum: centre.clone().set_num_format("0.0#"),
            total: centre.clone().set_bold().set_num_format("0.00"),
            light: centre.clone().set_num_format("0.00"),
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
    page.write_string_with_format(row, col, fitting(text), format)?;
    Ok(())
}
